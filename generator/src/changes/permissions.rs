//! The effect of changed permissions on callers with the documented ones.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::link::privileges;
use crate::model::api::{AccountPermissions, AllOf};

/// How the set of permitted callers changed. If one set of permissions replaces another, it is looser for some
/// callers and stricter for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PermissionChange {
    /// Some callers whose permissions did not suffice can now call it.
    Looser,
    /// Some callers can no longer call it.
    Stricter,
    /// A name is spelled differently.
    Renamed,
    /// The same permissions suffice, but another one is documented as the least privileged, or it is no
    /// longer known which one is.
    Order,
    /// The list differs, but the old permissions imply the new ones.
    Equivalent,
    /// The permissions now depend on the resource, or no longer do.
    Condition,
    /// The page now states permissions.
    Stated,
    /// The page no longer states permissions.
    Unstated,
}

impl PermissionChange {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Looser => "looser",
            Self::Stricter => "stricter",
            Self::Renamed => "renamed",
            Self::Order => "order",
            Self::Equivalent => "equivalent",
            Self::Condition => "condition",
            Self::Stated => "now stated",
            Self::Unstated => "no longer stated",
        }
    }
}

/// The callers that a documented list admits.
#[derive(PartialEq)]
enum Admits<'p> {
    NotStated,
    Nobody,
    Everybody,
    /// Callers with one of the sets.
    With(&'p [AllOf]),
}

fn admits(permissions: &AccountPermissions) -> Admits<'_> {
    match permissions.supported {
        Some(false) => Admits::Nobody,
        _ if !permissions.any_of.is_empty() => Admits::With(&permissions.any_of),
        Some(true) => Admits::Everybody,
        None => Admits::NotStated,
    }
}

pub(super) fn compare(old: &AccountPermissions, new: &AccountPermissions) -> BTreeSet<PermissionChange> {
    let mut found = BTreeSet::new();
    if old == new {
        return found;
    }
    match (admits(old), admits(new)) {
        (old, new) if old == new => {}
        (Admits::NotStated, _) => drop(found.insert(PermissionChange::Stated)),
        (_, Admits::NotStated) => drop(found.insert(PermissionChange::Unstated)),
        (Admits::Nobody, _) | (_, Admits::Everybody) => drop(found.insert(PermissionChange::Looser)),
        (Admits::Everybody, _) | (_, Admits::Nobody) => drop(found.insert(PermissionChange::Stricter)),
        (Admits::With(old), Admits::With(new)) => compare_sets(old, new, &mut found),
    }
    if old.is_conditional != new.is_conditional {
        found.insert(PermissionChange::Condition);
    }
    if found.is_empty() || found.contains(&PermissionChange::Equivalent) && old.least() != new.least() {
        found.insert(PermissionChange::Order);
    }
    found
}

fn compare_sets(old: &[AllOf], new: &[AllOf], found: &mut BTreeSet<PermissionChange>) {
    if is_renamed(old, new) {
        found.insert(PermissionChange::Renamed);
        return;
    }
    // Checks whether each set of one side suffices on the other.
    if !new.iter().all(|set| suffices(set, old)) {
        found.insert(PermissionChange::Looser);
    }
    if !old.iter().all(|set| suffices(set, new)) {
        found.insert(PermissionChange::Stricter);
    }
    let names = |sets: &[AllOf]| -> BTreeSet<BTreeSet<String>> {
        sets.iter().map(|set| set.0.iter().cloned().collect()).collect()
    };
    if found.is_empty() && names(old) != names(new) {
        found.insert(PermissionChange::Equivalent);
    }
}

fn suffices(set: &AllOf, any_of: &[AllOf]) -> bool {
    any_of.iter().any(|needed| privileges::includes(set, needed))
}

/// Whether one name was replaced by a similar one, and nothing else changed.
fn is_renamed(old: &[AllOf], new: &[AllOf]) -> bool {
    let names = |sets: &[AllOf]| -> BTreeSet<String> { sets.iter().flat_map(|set| set.0.clone()).collect() };
    let (before, after) = (names(old), names(new));
    let (gone, came): (Vec<_>, Vec<_>) = (before.difference(&after).collect(), after.difference(&before).collect());
    let ([gone], [came]) = (gone.as_slice(), came.as_slice()) else { return false };
    let renamed =
        |set: &AllOf| AllOf(set.0.iter().map(|name| if name == *gone { *came } else { name }.clone()).collect());
    look_alike(gone, came) && old.iter().map(renamed).eq(new.iter().cloned())
}

/// Whether two names are probably spellings of the same name: different capitals or separators, transposed
/// letters, one letter more.
fn look_alike(left: &str, right: &str) -> bool {
    let letters = |name: &str| {
        let letters = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
        let mut letters: Vec<char> = letters.collect();
        letters.sort_unstable();
        letters
    };
    let (mut short, mut long) = (letters(left), letters(right));
    if short.len() > long.len() {
        std::mem::swap(&mut short, &mut long);
    }
    let mut rest = long.iter();
    long.len() - short.len() <= 1 && short.iter().all(|letter| rest.any(|other| other == letter))
}

/// In the notation of the client, with a remark if it depends on the resource.
pub(super) fn text(permissions: &AccountPermissions) -> String {
    let list = match admits(permissions) {
        Admits::NotStated => "not stated".to_owned(),
        Admits::Nobody => "not supported".to_owned(),
        Admits::Everybody => "none needed".to_owned(),
        Admits::With(_) => permissions.to_string(),
    };
    if permissions.is_conditional { format!("{list} (depends on the resource)") } else { list }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::api::PrivilegeOrder;

    /// `A + B < C`; `-` if not supported, `()` if none are needed, empty if not stated.
    fn parse(text: &str) -> AccountPermissions {
        let order = if text.contains('<') { PrivilegeOrder::LeastToMost } else { PrivilegeOrder::Unstated };
        let any_of = match text {
            "" | "-" | "()" => Vec::new(),
            list => list.split(" < ").flat_map(|list| list.split(", ")).map(set).collect(),
        };
        let supported = if text.is_empty() { None } else { Some(text != "-") };
        AccountPermissions { supported, any_of, order, refused: Vec::new(), is_conditional: false }
    }

    fn set(text: &str) -> AllOf {
        AllOf(text.split(" + ").map(str::to_owned).collect())
    }

    #[track_caller]
    fn check(old: &str, new: &str, expected: &str) {
        let found = compare(&parse(old), &parse(new)).into_iter().map(PermissionChange::as_str);
        assert_eq!(found.collect::<Vec<_>>().join(" "), expected, "{old} → {new}");
    }

    #[test]
    fn who_may_call() {
        check("A.Read", "A.Read", "");
        check("A.Read", "A.Read, B.Read", "looser");
        check("A.Read, B.Read", "A.Read", "stricter");
        check("A.Read + B.Read", "A.Read", "looser");
        check("A.Read", "A.Read + B.Read", "stricter");
        check("A.Read", "B.Read", "looser stricter");
        check("-", "A.Read", "looser");
        check("A.Read", "-", "stricter");
        check("A.Read", "()", "looser");
        check("()", "A.Read", "stricter");
        check("", "A.Read", "now stated");
        check("A.Read", "", "no longer stated");
    }

    #[test]
    fn names_that_imply_others() {
        check("A.ReadWrite.All", "A.Read.All", "looser");
        check("A.Read.All", "A.ReadWrite.All", "stricter");
        check("A.Read.All, A.ReadWrite.All", "A.Read.All", "order equivalent");
        check("A.Read.All < A.ReadWrite.All", "A.Read.All", "equivalent");
    }

    #[test]
    fn order_and_spelling() {
        check("A.Read < B.Read", "B.Read < A.Read", "order");
        check("A.Read, B.Read", "A.Read < B.Read", "order");
        check("Lamp.Raed", "Lamp.Read", "renamed");
        check("lamp.read + B.Read", "Lamp.Read + B.Read", "renamed");
        check("Lamps.Read, B.Read", "Lamp.Read, B.Read", "renamed");
        check("Mail.Read", "Mail.Send", "looser stricter");
        check("Lamp.Raed", "Lamp.Read, B.Read", "looser stricter");
    }

    #[test]
    fn conditions() {
        let conditional = AccountPermissions { is_conditional: true, ..parse("A.Read") };
        let found = compare(&parse("A.Read"), &conditional);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [PermissionChange::Condition]);
        assert_eq!(text(&conditional), "A.Read (depends on the resource)");
    }
}
