//! Determines the permissions that a program needs for all its calls.

use super::operation::{AccountType, Operation, PermissionSet};

/// The documented permissions for a set of operations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LeastPrivilege {
    /// Permissions that suffice for all operations except those below, sorted by name. None of them
    /// can be left out.
    pub permissions: Vec<&'static str>,
    /// Operations with several documented alternatives, of which neither the least privileged one is
    /// known nor any is needed for another operation.
    pub undecided: Vec<Operation>,
    /// Operations that are documented as not available to this kind of caller.
    pub not_supported: Vec<Operation>,
    /// Operations for which nothing is documented.
    pub unknown: Vec<Operation>,
}

/// The least privileged documented permissions for the operations: the least one for each, or those
/// that are needed together, except those that other needed permissions cover. Operations that need
/// no permission add none.
///
/// Listing users needs `User.ReadBasic.All` and changing them `User.ReadWrite.All`; for both, the
/// latter is enough. The documentation does not list every such pair, so the result can have too
/// many permissions, but never too few if the documentation is right.
///
/// Source: <https://learn.microsoft.com/graph/permissions-overview> (best practices).
pub fn least_privilege(operations: &[Operation], account: AccountType) -> LeastPrivilege {
    let mut result = LeastPrivilege::default();
    let mut needed: Vec<Operation> = Vec::new();
    for operation in operations.iter().copied() {
        let set = operation.permissions().of(account);
        match (set.alternatives().next(), set.is_supported()) {
            (None, Some(false)) => result.not_supported.push(operation),
            (None, None) => result.unknown.push(operation),
            (None, Some(true)) => {}
            _ => needed.push(operation),
        }
    }
    let set_of = |operation: Operation| operation.permissions().of(account);
    let mut chosen: Vec<&'static str> = Vec::new();
    // Operations without a known least permission are ignored here.
    let mut decided: Vec<PermissionSet> = Vec::new();
    for set in needed.iter().copied().map(set_of) {
        if let Some(least) = set.least() {
            chosen.extend(least.names());
            decided.push(set);
        }
    }
    chosen.sort_unstable();
    chosen.dedup();
    drop_covered(&mut chosen, &decided);
    // A remaining permission may be more than its remaining operations need, if it was chosen for another one.
    for permission in chosen.clone() {
        let others = without(&chosen, permission);
        let mut rest = decided.clone();
        rest.retain(|set| !suffice(&others, *set));
        let Some(first) = rest.first() else { continue };
        for weaker in first.weaker_than(permission) {
            let mut held = others.clone();
            held.extend(weaker.names());
            if rest.iter().all(|set| suffice(&held, *set)) {
                chosen = held;
                break;
            }
        }
    }
    drop_covered(&mut chosen, &decided);
    chosen.sort_unstable();
    chosen.dedup();
    needed.retain(|operation| !suffice(&chosen, set_of(*operation)));
    result.undecided = needed;
    result.permissions = chosen;
    result
}

/// Drops what the other permissions make superfluous, the least used permission first.
fn drop_covered(chosen: &mut Vec<&'static str>, sets: &[PermissionSet]) {
    let mut by_use = chosen.clone();
    by_use.sort_by_cached_key(|permission| {
        sets.iter().filter(|set| set.scopes().any(|scope| scope == *permission)).count()
    });
    for permission in by_use {
        let others = without(chosen, permission);
        if sets.iter().all(|set| suffice(&others, *set)) {
            *chosen = others;
        }
    }
}

fn without(chosen: &[&'static str], permission: &str) -> Vec<&'static str> {
    chosen.iter().copied().filter(|other| *other != permission).collect()
}

fn suffice(held: &[&'static str], set: PermissionSet) -> bool {
    set.satisfied_by(|name| held.contains(&name)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn application_only(request: &'static str, permissions: &'static str) -> Operation {
        Operation::documented(request, "", permissions, "")
    }

    const LIST: Operation =
        application_only("GET /v1.0/users", " | | User.ReadBasic.All < User.Read.All < User.ReadWrite.All");
    const UPDATE: Operation =
        application_only("PATCH /v1.0/users/{id}", " | | User.ReadWrite.All < Directory.ReadWrite.All");
    const MAIL: Operation = application_only("GET /v1.0/me/messages", " | | Mail.Read");
    const UNSTATED: Operation = application_only("GET /v1.0/a", " | | X, Mail.Read");
    const REFUSED: Operation = application_only("GET /v1.0/b", " | | -");
    const SILENT: Operation = application_only("GET /v1.0/c", "");

    fn application(operations: &[Operation]) -> LeastPrivilege {
        least_privilege(operations, AccountType::Application)
    }

    #[test]
    fn each_operation_needs_its_least() {
        assert_eq!(application(&[LIST, MAIL]).permissions, ["Mail.Read", "User.ReadBasic.All"]);
        assert_eq!(application(&[]), LeastPrivilege::default());
    }

    #[test]
    fn what_another_permission_covers_is_left_out() {
        assert_eq!(application(&[LIST, UPDATE, LIST]).permissions, ["User.ReadWrite.All"]);
    }

    #[test]
    fn no_permission_is_stronger_than_the_rest_needs() {
        const LIST: Operation = application_only("GET /v1.0/devices", " | | D.Read < D.ReadWrite");
        const WIPE: Operation = application_only("POST /v1.0/devices/{id}/wipe", " | | D.Wipe");
        const SYNC: Operation = application_only("POST /v1.0/devices/{id}/sync", " | | D.Wipe < D.ReadWrite");
        const NAME: Operation = application_only("PATCH /v1.0/devices/{id}", " | | D.ReadWrite");
        // Reading and synchronizing need two permissions; the second one is needed for wiping anyway.
        assert_eq!(application(&[LIST, SYNC, WIPE]).permissions, ["D.Read", "D.Wipe"]);
        assert_eq!(application(&[LIST, SYNC, NAME]).permissions, ["D.ReadWrite"]);
        assert_eq!(application(&[LIST, SYNC, NAME, WIPE]).permissions, ["D.ReadWrite", "D.Wipe"]);
    }

    #[test]
    fn what_is_needed_together_counts_together() {
        const POLICY: Operation = application_only("POST /v1.0/policies", " | | P.Read + P.Write < D.Write");
        const READ: Operation = application_only("GET /v1.0/policies", " | | P.Read");
        const DIRECTORY: Operation = application_only("PATCH /v1.0/directory", " | | D.Write");
        const EITHER: Operation = application_only("GET /v1.0/either", " | | P.Read + Q, D.Write");
        const FREE: Operation = application_only("GET /v1.0/free", " | | ()");
        assert_eq!(application(&[POLICY]).permissions, ["P.Read", "P.Write"]);
        assert_eq!(application(&[POLICY, READ]).permissions, ["P.Read", "P.Write"]);
        assert_eq!(application(&[POLICY, DIRECTORY]).permissions, ["D.Write"]);
        assert_eq!(application(&[POLICY, DIRECTORY, READ]).permissions, ["D.Write", "P.Read"]);
        // Half of a set covers nothing.
        assert_eq!(application(&[READ, EITHER]).undecided, [EITHER]);
        assert!(application(&[DIRECTORY, EITHER]).undecided.is_empty());
        assert_eq!(application(&[FREE]), LeastPrivilege::default());
    }

    #[test]
    fn a_weaker_set_may_have_more_names() {
        const LIST: Operation = application_only("GET /v1.0/a", " | | A + B < C < D");
        const SYNC: Operation = application_only("POST /v1.0/a/sync", " | | C < D");
        const WIPE: Operation = application_only("POST /v1.0/a/wipe", " | | A + W < C + W < D + W");
        assert_eq!(application(&[LIST, SYNC]).permissions, ["C"]);
        assert_eq!(application(&[LIST, WIPE]).permissions, ["A", "B", "W"]);
        assert_eq!(application(&[LIST, SYNC, WIPE]).permissions, ["C", "W"]);
    }

    #[test]
    fn what_is_not_said_is_not_guessed() {
        let alone = application(&[UNSTATED, REFUSED, SILENT]);
        assert!(alone.permissions.is_empty());
        assert_eq!(alone.undecided, [UNSTATED]);
        assert_eq!(alone.not_supported, [REFUSED]);
        assert_eq!(alone.unknown, [SILENT]);
        let with_mail = application(&[UNSTATED, MAIL]);
        assert_eq!((with_mail.permissions, with_mail.undecided), (vec!["Mail.Read"], vec![]));
        assert_eq!(least_privilege(&[MAIL], AccountType::DelegatedWork).unknown, [MAIL]);
    }
}
