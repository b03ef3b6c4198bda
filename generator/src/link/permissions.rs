//! The permissions that a caller needs: the one place that interprets permission tables.
//!
//! Facts keep the documented spelling and order; this applies the corrections of the policy, and trusts a
//! stated order only if neither the names nor the operation contradict it.

use std::collections::BTreeSet;

use super::conditions::{self, Named, variants};
use super::findings::Findings;
use super::privileges::{self, Told};
use crate::diag::{codes, quoted};
use crate::model::api::{
    AccountPermissions, AllOf, OperationKind, PathTemplate, Permissions, PrivilegeOrder, PropertyPermission,
};
use crate::model::facts::{AccountType, Method, PageFacts, PermissionOrder, PermissionRow, PermissionVariant};
use crate::policy::Policy;
use crate::vocab::Words;

/// No page of the docs has more pairs of lists and requests; beyond this, none is chosen.
const MAX_PAIRS: usize = 8192;

/// The operation whose permissions are needed.
pub(super) struct Call<'a> {
    pub(super) method: Method,
    pub(super) path: &'a PathTemplate,
    pub(super) kind: OperationKind,
    pub(super) line: u32,
}

pub(super) fn permissions(
    page: &PageFacts,
    call: &Call<'_>,
    words: Words<'_>,
    policy: &Policy,
    findings: &mut Findings,
) -> Permissions {
    let changes = call.kind.is_write() || call.kind == OperationKind::Delete;
    let can_choose = page.permission_variants.len().saturating_mul(page.requests.len()) <= MAX_PAIRS;
    let mut permissions = Permissions::default();
    let nothing = PermissionRow::default();
    for account in AccountType::ALL {
        let all = page.permissions.row(account);
        let (row, is_conditional) = if all.conditional && can_choose {
            match conditions::named(page, account, call.method, call.path) {
                Named::Condition(condition) => row_for(page, account, Some(condition)),
                Named::Others => (&nothing, false),
                Named::Nothing => row_for(page, account, conditions::fitting(page, account, call.path, words)),
            }
        } else {
            (all, all.conditional)
        };
        let (found, contradiction) = account_permissions(row, is_conditional, changes, policy);
        if let Some(message) = contradiction {
            let line = if row.line == 0 { call.line } else { row.line };
            findings.report(&page.path, line, &codes::CONTRADICTORY_ORDER, message);
        }
        *permissions.of_mut(account) = found;
    }
    permissions
}

/// What single properties need, under the names that tokens have.
pub(super) fn of_properties(page: &PageFacts, policy: &Policy) -> Vec<PropertyPermission> {
    let of_properties = page.permission_variants.iter().filter(|variant| !variant.properties.is_empty());
    of_properties
        .map(|variant| PropertyPermission {
            properties: variant.properties.clone(),
            account: variant.account,
            any_of: obtainable_sets(&variant.row.alternatives, policy),
        })
        .filter(|found| !found.any_of.is_empty())
        .collect()
}

/// The list for an account type under a condition, and whether it still depends on something.
///
/// Without a condition it does, unless all lists of the page are the same.
fn row_for<'p>(page: &'p PageFacts, account: AccountType, condition: Option<&str>) -> (&'p PermissionRow, bool) {
    let all = page.permissions.row(account);
    let variants: Vec<_> = variants(page, account).collect();
    let listed: BTreeSet<_> = variants.iter().flat_map(|variant| &variant.row.alternatives).collect();
    if !all.alternatives.iter().all(|set| listed.contains(set)) {
        return (all, true);
    }
    let is_meant = |variant: &&&PermissionVariant| match condition {
        Some(condition) => variant.context == condition,
        None => variant.row.supported != Some(false),
    };
    let rows: Vec<_> = variants.iter().filter(is_meant).map(|variant| &variant.row).collect();
    let Some((first, more)) = rows.split_first() else { return (all, false) };
    let is_same = |row: &&PermissionRow| row.alternatives == first.alternatives && row.order == first.order;
    if more.iter().all(is_same) { (first, false) } else { (all, true) }
}

/// The permissions of a row for an operation, with a message if something contradicts the order. `changes` says
/// whether the operation changes anything.
fn account_permissions(
    row: &PermissionRow,
    is_conditional: bool,
    changes: bool,
    policy: &Policy,
) -> (AccountPermissions, Option<String>) {
    let mut any_of = obtainable_sets(&row.alternatives, policy);
    if changes && row.ends_with_and && lets_readers_in(&any_of) {
        // In `A.Read, B.ReadWrite and C.Read`, a single permission does not suffice for a change, so
        // "and" means all.
        any_of = vec![AllOf(any_of.into_iter().flat_map(|set| set.0).collect())];
    }
    let (least, order) = (obtainable_sets(&row.least, policy), PrivilegeOrder::Unstated);
    let refused = row.refused.iter().filter(|name| is_name(name)).cloned().collect();
    let mut found = AccountPermissions { supported: row.supported, any_of, order, refused, is_conditional };
    if !least.is_empty() {
        // A column of its own says so; whether the other permissions are higher or just others, it does not.
        let known: BTreeSet<&AllOf> = least.iter().collect();
        found.any_of.retain(|set| !known.contains(set));
        let count = least.len();
        found.any_of.splice(0..0, least);
        found.order = PrivilegeOrder::LeastFirst(count);
        return (found, None);
    }
    if found.is_conditional || found.any_of.len() < 2 {
        return (found, None);
    }
    let documented = found.any_of.clone();
    if row.order == PermissionOrder::MostToLeast {
        found.any_of.reverse();
    }
    let is_stated = row.order != PermissionOrder::Unstated;
    let is_contradicted = is_stated && privileges::descend(&found.any_of);
    let mut contradiction = is_contradicted.then(|| {
        let names: Vec<_> = row.scopes.iter().map(String::as_str).collect();
        format!("the names in {} contradict the order that the header states", quoted(&names.join(", ")))
    });
    found.order = if is_stated && !is_contradicted {
        PrivilegeOrder::LeastToMost
    } else {
        match privileges::sort(&mut found.any_of) {
            Told::Sorted => PrivilegeOrder::LeastToMost,
            Told::Least => PrivilegeOrder::LeastFirst(1),
            Told::Nothing if is_contradicted => PrivilegeOrder::Contradictory,
            Told::Nothing => PrivilegeOrder::Unstated,
        }
    };
    if changes && let Some(least) = found.least().filter(|least| reads_only(least) && lets_readers_in(&found.any_of)) {
        let least = quoted(&least.0.join(" and "));
        contradiction.get_or_insert(format!("a change is documented to need no more than {least}"));
        found.order = PrivilegeOrder::Contradictory;
    }
    if matches!(found.order, PrivilegeOrder::Contradictory | PrivilegeOrder::Unstated) {
        found.any_of = documented;
    }
    (found, contradiction)
}

/// The sets with the names that tokens have. Those that can no longer be granted are left out unless
/// nothing else is documented. Texts that are not names must not get into the notation of the client.
fn obtainable_sets(alternatives: &[Vec<String>], policy: &Policy) -> Vec<AllOf> {
    let (mut sets, mut retired) = (Vec::new(), Vec::new());
    let mut known = BTreeSet::new();
    for documented in alternatives {
        let mut names: Vec<&str> = Vec::new();
        let mut known_names = BTreeSet::new();
        let real = documented.iter().map(|name| policy.real_permission(name).unwrap_or(name));
        names.extend(real.filter(|name| known_names.insert(*name)));
        // `count` checks every name, so that each entry of the policy is marked as used.
        let is_retired = names.iter().filter(|name| policy.is_retired(name)).count() > 0;
        if names.iter().all(|name| is_name(name)) && known.insert(known_names) {
            let set = AllOf(names.into_iter().map(str::to_owned).collect());
            (if is_retired { &mut retired } else { &mut sets }).push(set);
        }
    }
    if sets.is_empty() { retired } else { sets }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

fn reads_only(set: &AllOf) -> bool {
    set.0.iter().all(|name| privileges::reads_only(name))
}

/// Whether some of the sets are read-only and others are not.
fn lets_readers_in(sets: &[AllOf]) -> bool {
    sets.iter().any(reads_only) && !sets.iter().all(reads_only)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{PageInput, extract_page};

    const POLICY: &str = r#"
        [[permission]]
        documented = "Lamp.Raed.All"
        real = "Lamp.Read.All"
        reason = "Misspelled."
        [[retired]]
        name = "Lamp.Light.All"
        reason = "Gone."
    "#;

    /// `< A + B, C`: a list with the header "from least to most"; `>` is the other way; `!` at the start is an
    /// operation that changes something, `&` at the end a list with "and" before its last item.
    fn read(text: &str) -> (AccountPermissions, bool) {
        let changes = text.starts_with('!');
        let (mark, list) = text.trim_start_matches('!').split_once(' ').expect("a mark and a list");
        let order = match mark {
            "<" => PermissionOrder::LeastToMost,
            ">" => PermissionOrder::MostToLeast,
            _ => PermissionOrder::Unstated,
        };
        let list = list.strip_suffix(" &").map_or((list, false), |list| (list, true));
        let alternatives: Vec<Vec<String>> =
            list.0.split(", ").map(|set| set.split(" + ").map(str::to_owned).collect()).collect();
        let scopes = alternatives.concat();
        let supported = Some(true);
        let row = PermissionRow { scopes, alternatives, order, supported, ends_with_and: list.1, ..Default::default() };
        let policy = Policy::parse([("permissions.toml", POLICY)]).expect("a policy");
        let (found, contradiction) = account_permissions(&row, false, changes, &policy);
        (found, contradiction.is_some())
    }

    #[track_caller]
    fn check(given: &str, expected: &str, is_contradiction: bool) {
        let (found, contradiction) = read(given);
        assert_eq!(found.to_string(), expected, "{given}");
        assert_eq!(contradiction, is_contradiction, "{given}");
    }

    #[test]
    fn a_stated_order_counts_where_nothing_contradicts_it() {
        check("< A.Read.All, B.Read.All", "A.Read.All < B.Read.All", false);
        check("> B.Read.All, A.Read.All", "A.Read.All < B.Read.All", false);
        check("< A.Read + B.Read, A.Read + B.ReadWrite", "A.Read + B.Read < A.Read + B.ReadWrite", false);
        check("= A.Read, B.Read", "A.Read, B.Read", false);
        check("= A.Read", "A.Read", false);
    }

    #[test]
    fn names_contradict_and_decide() {
        check("> A.ReadBasic.All, A.Read.All", "A.ReadBasic.All < A.Read.All", true);
        check("< A.ReadWrite.All, A.Read.All", "A.Read.All < A.ReadWrite.All", true);
        check("< A.Read.All, A.Read", "A.Read < A.Read.All", true);
        check("= A.ReadWrite, A.Read", "A.Read < A.ReadWrite", false);
        check("= A.ReadWrite, A.Read.All, A.Read", "A.Read < A.ReadWrite, A.Read.All", false);
        check("< A.ReadWrite, B.Read, A.Read", "A.ReadWrite ? B.Read ? A.Read", true);
        check("> A.Read, B.Read, A.ReadWrite", "A.Read ? B.Read ? A.ReadWrite", true);
    }

    #[test]
    fn no_change_needs_only_a_reader() {
        check("!< A.Read, A.ReadWrite", "A.Read ? A.ReadWrite", true);
        check("!= A.Read, A.ReadWrite", "A.Read ? A.ReadWrite", true);
        check("!> A.Read, A.ReadWrite", "A.Read ? A.ReadWrite", true);
        check("!< A.Read", "A.Read", false);
        check("!< A.Read, B.Read", "A.Read < B.Read", false);
        check("!< A.Read + A.Send, A.ReadWrite", "A.Read + A.Send < A.ReadWrite", false);
    }

    #[test]
    fn the_last_and_means_all_where_one_does_not_suffice() {
        check("!< A.Read, B.ReadWrite, C.Read &", "A.Read + B.ReadWrite + C.Read", false);
        check("!< A.ReadWrite, B.ReadWrite &", "A.ReadWrite < B.ReadWrite", false);
        check("< A.Read, B.ReadWrite &", "A.Read < B.ReadWrite", false);
    }

    #[test]
    fn names_are_those_of_tokens() {
        check("< Lamp.Raed.All, Lamp.ReadWrite.All", "Lamp.Read.All < Lamp.ReadWrite.All", false);
        check("< Lamp.Read.All, Lamp.Raed.All", "Lamp.Read.All", false);
        check("< Lamp.Light.All, Lamp.Read.All", "Lamp.Read.All", false);
        check("< Lamp.Light.All + Lamp.Read.All, Lamp.ReadWrite.All", "Lamp.ReadWrite.All", false);
        check("< Lamp.Light.All", "Lamp.Light.All", false);
        check("< A|B, A.Read < B, A.Read", "A.Read", false);
    }

    #[test]
    fn three_states_without_a_name() {
        let state = |supported| {
            let row = PermissionRow { supported, ..Default::default() };
            let (found, _) = account_permissions(&row, false, false, &Policy::default());
            (found.supported, found.needs_none(), found.least().is_some())
        };
        assert_eq!(state(None), (None, false, false));
        assert_eq!(state(Some(false)), (Some(false), false, false));
        assert_eq!(state(Some(true)), (Some(true), true, false));
    }

    #[test]
    fn what_depends_on_a_condition_has_no_least() {
        let alternatives = vec![vec!["A.Read".to_owned()], vec!["A.ReadWrite".to_owned()]];
        let row = PermissionRow {
            alternatives,
            order: PermissionOrder::LeastToMost,
            supported: Some(true),
            ..Default::default()
        };
        let (found, _) = account_permissions(&row, true, false, &Policy::default());
        assert_eq!((found.least(), found.is_conditional), (None, true));
    }

    fn vocab() -> crate::vocab::Vocab {
        crate::vocab::Vocab::parse([("en.toml", "locale = \"en\"")]).expect("a vocabulary")
    }

    /// The lists of the conditions; `-` is not supported.
    fn page(lists: &[(&str, &str)]) -> PageFacts {
        let path = crate::source::PagePath::new("api-reference/v1.0/api/lamp-get.md");
        let mut page = extract_page(PageInput::new(&path, "en-US", b"# T\n"), &vocab());
        let application = &mut page.permissions.application;
        application.conditional = true;
        for (context, list) in lists {
            let names = list.split(", ").filter(|name| *name != "-");
            let alternatives: Vec<_> = names.map(|name| vec![name.to_owned()]).collect();
            let supported = Some(!alternatives.is_empty());
            application.alternatives.extend_from_slice(&alternatives);
            let row = PermissionRow { alternatives, supported, ..Default::default() };
            let context = (*context).to_owned();
            page.permission_variants.push(PermissionVariant {
                context,
                properties: Vec::new(),
                requests: Vec::new(),
                account: AccountType::Application,
                row,
                line: 1,
            });
        }
        page
    }

    #[test]
    fn a_condition_chooses_a_list() {
        let chosen = |lists: &[(&str, &str)], condition| {
            let page = page(lists);
            let (row, is_conditional) = row_for(&page, AccountType::Application, condition);
            (row.alternatives.concat().join(", "), row.supported, is_conditional)
        };
        let lists = [("event", "E.Read, E.ReadWrite"), ("message", "M.Read"), ("post", "-")];
        assert_eq!(chosen(&lists, Some("message")), ("M.Read".to_owned(), Some(true), false));
        assert_eq!(chosen(&lists, Some("post")), (String::new(), Some(false), false));
        assert_eq!(chosen(&lists, None), ("E.Read, E.ReadWrite, M.Read".to_owned(), None, true));
        // Every condition has the same list, or none.
        let lists = [("event", "E.Read"), ("message", "E.Read"), ("post", "-")];
        assert_eq!(chosen(&lists, None), ("E.Read".to_owned(), Some(true), false));
        // One condition has two lists.
        let lists = [("event", "E.Read"), ("event", "M.Read")];
        assert_eq!(chosen(&lists, Some("event")), ("E.Read, M.Read".to_owned(), None, true));
        // A part of the list applies without any condition.
        let mut page = page(&[("event", "E.Read")]);
        page.permissions.application.alternatives.push(vec!["A.Read".to_owned()]);
        let (row, is_conditional) = row_for(&page, AccountType::Application, Some("event"));
        assert_eq!((row.alternatives.len(), is_conditional), (2, true));
    }
}
