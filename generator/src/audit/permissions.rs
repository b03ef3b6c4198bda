//! Checks whether the permissions that operations need exist.

use std::collections::{BTreeMap, BTreeSet};

use super::witnesses::Says;
use super::{Case, Input, Item, Kind, Results, Verdict};
use crate::model::api::Operation;
use crate::model::facts::{AccountType, PageFacts};

/// The permissions that exist.
#[derive(Clone, Debug, Default)]
pub struct PermissionNames(BTreeSet<String>);

impl PermissionNames {
    /// Reads a list with one name per line, ignoring anything after it; lines that start with `#`
    /// are comments.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        Self(lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect())
    }

    /// The name that differs in the fewest letters; capitals only decide ties.
    fn nearest(&self, name: &str) -> Option<&str> {
        let lower = name.to_ascii_lowercase();
        let rank = |known: &&String| (distance(&lower, &known.to_ascii_lowercase()), distance(name, known));
        self.0.iter().min_by_key(rank).map(String::as_str)
    }
}

pub(super) fn compare(case: &Case<'_>, names: &PermissionNames, results: &mut Results<'_>) {
    let mut nearest: BTreeMap<&str, String> = BTreeMap::new();
    // If several operations of a page need a permission, it counts once.
    let mut seen = BTreeSet::new();
    for operation in &case.model.operations {
        for scope in scopes(operation) {
            if !seen.insert((&operation.page, scope)) {
                continue;
            }
            let item = Item {
                kind: Kind::Permission,
                name: scope.to_owned(),
                page: &operation.page,
                line: operation.line,
                ours: "documented".to_owned(),
            };
            let is_known = names.0.contains(scope) || case.policy.is_retired(scope);
            if !is_known && !nearest.contains_key(scope) {
                let name = names.nearest(scope).map(|name| format!("the nearest is {name}"));
                nearest.insert(scope, name.unwrap_or_else(|| "there are none".to_owned()));
            }
            let verdict = |_: &_| Verdict::of(is_known, || nearest.get(scope).cloned().unwrap_or_default());
            case.judge(item, verdict, || says(case, operation, scope), results);
        }
    }
}

fn scopes(operation: &Operation) -> BTreeSet<&str> {
    operation.permissions.names().collect()
}

fn says(case: &Case<'_>, operation: &Operation, scope: &str) -> Says {
    let has = |page: &&PageFacts| {
        AccountType::ALL
            .into_iter()
            .any(|account| page.permissions.row(account).scopes.iter().any(|known| known == scope))
    };
    Says::of(case.witnesses.pages_of(operation), has, |_| false, |page| format!("the table of {}", page.path))
}

/// Permissions that the policy calls retired although they exist. Linking reports those that no
/// page lists.
pub(super) fn stale(input: &Input<'_>, names: &PermissionNames) -> Vec<String> {
    let existing = input.policy.retired_permissions().filter(|name| names.0.contains(*name));
    existing.map(|name| format!("policy/permissions.toml: the retired `{name}` exists; delete the entry")).collect()
}

/// The number of letters that have to be changed, added or removed.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, l) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (to, r) in right.iter().enumerate() {
            let change = diagonal + usize::from(l != *r);
            diagonal = row[to + 1];
            row[to + 1] = change.min(row[to] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}
