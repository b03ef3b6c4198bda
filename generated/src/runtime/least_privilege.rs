//! Owns the question which permissions a program needs for all it calls.

use super::operation::{AccountType, Operation};

/// The documented permissions for a set of operations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LeastPrivilege {
    /// Permissions that suffice for all operations but those below, sorted by name. None of them can
    /// be left out.
    pub permissions: Vec<&'static str>,
    /// Operations for which the documentation lists several permissions without saying which is the
    /// least, and none of which is needed for something else.
    pub undecided: Vec<&'static Operation>,
    /// Operations that are documented as not available to this kind of caller.
    pub not_supported: Vec<&'static Operation>,
    /// Operations for which nothing is documented.
    pub unknown: Vec<&'static Operation>,
}

/// The least privileged permissions that are documented for the operations: of each the least one,
/// without those that another needed permission covers.
///
/// Listing users needs `User.ReadBasic.All` and changing them `User.ReadWrite.All`; who does both
/// needs only the latter. The documentation does not list every pair, so the result can have one
/// too many, but not one too few, as far as the documentation is right.
///
/// Source: <https://learn.microsoft.com/graph/permissions-overview> (best practices).
pub fn least_privilege(operations: &[&'static Operation], account: AccountType) -> LeastPrivilege {
    let mut result = LeastPrivilege::default();
    let mut needed: Vec<&'static Operation> = Vec::new();
    for operation in operations {
        let set = operation.permissions().of(account);
        match (set.scopes().next(), set.is_supported()) {
            (None, Some(false)) => result.not_supported.push(operation),
            (None, _) => result.unknown.push(operation),
            _ => needed.push(operation),
        }
    }
    let mut chosen: Vec<&'static str> =
        needed.iter().filter_map(|operation| operation.permissions().of(account).least()).collect();
    chosen.sort_unstable();
    chosen.dedup();

    let covered = |operation: &Operation, by: &[&'static str]| {
        operation.permissions().of(account).scopes().any(|scope| by.contains(&scope))
    };
    let without = |chosen: &[&'static str], permission: &str| -> Vec<&'static str> {
        chosen.iter().copied().filter(|other| *other != permission).collect()
    };
    // What helps least is tried first. What has no least permission decides nothing here.
    let decided: Vec<&Operation> =
        needed.iter().copied().filter(|operation| operation.permissions().of(account).least().is_some()).collect();
    let mut by_use = chosen.clone();
    by_use.sort_by_key(|permission| decided.iter().filter(|operation| covered(operation, &[permission])).count());
    for permission in by_use {
        let others = without(&chosen, permission);
        if decided.iter().all(|operation| covered(operation, &others)) {
            chosen = others;
        }
    }
    // What is left may be more than the rest of its operations needs, because it was chosen for another one.
    for at in 0..chosen.len() {
        let others = without(&chosen, chosen[at]);
        let rest: Vec<_> = decided.iter().filter(|operation| !covered(operation, &others)).collect();
        let Some((first, more)) = rest.split_first() else { continue };
        let suffices = |scope: &&'static str| more.iter().all(|operation| covered(operation, &[*scope]));
        let weaker = first.permissions().of(account).weaker_than(chosen[at]).into_iter().find(suffices);
        chosen[at] = weaker.unwrap_or(chosen[at]);
    }
    chosen.sort_unstable();
    result.undecided = needed.into_iter().filter(|operation| !covered(operation, &chosen)).collect();
    result.permissions = chosen;
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn application_only(request: &'static str, permissions: &'static str) -> Operation {
        Operation::documented(request, "", permissions, "")
    }

    static LIST: Operation =
        application_only("GET /v1.0/users", " | | User.ReadBasic.All < User.Read.All < User.ReadWrite.All");
    static UPDATE: Operation =
        application_only("PATCH /v1.0/users/{id}", " | | User.ReadWrite.All < Directory.ReadWrite.All");
    static MAIL: Operation = application_only("GET /v1.0/me/messages", " | | Mail.Read");
    static UNSTATED: Operation = application_only("GET /v1.0/a", " | | X, Mail.Read");
    static REFUSED: Operation = application_only("GET /v1.0/b", " | | -");
    static SILENT: Operation = application_only("GET /v1.0/c", "");

    fn application(operations: &[&'static Operation]) -> LeastPrivilege {
        least_privilege(operations, AccountType::Application)
    }

    #[test]
    fn each_operation_needs_its_least() {
        assert_eq!(application(&[&LIST, &MAIL]).permissions, ["Mail.Read", "User.ReadBasic.All"]);
        assert_eq!(application(&[]), LeastPrivilege::default());
    }

    #[test]
    fn what_another_permission_covers_is_left_out() {
        assert_eq!(application(&[&LIST, &UPDATE, &LIST]).permissions, ["User.ReadWrite.All"]);
    }

    #[test]
    fn no_permission_is_stronger_than_the_rest_needs() {
        static LIST: Operation = application_only("GET /v1.0/devices", " | | D.Read < D.ReadWrite");
        static WIPE: Operation = application_only("POST /v1.0/devices/{id}/wipe", " | | D.Wipe");
        static SYNC: Operation = application_only("POST /v1.0/devices/{id}/sync", " | | D.Wipe < D.ReadWrite");
        static NAME: Operation = application_only("PATCH /v1.0/devices/{id}", " | | D.ReadWrite");
        // Reading and synchronizing need two permissions; the second one is needed for wiping anyway.
        assert_eq!(application(&[&LIST, &SYNC, &WIPE]).permissions, ["D.Read", "D.Wipe"]);
        assert_eq!(application(&[&LIST, &SYNC, &NAME]).permissions, ["D.ReadWrite"]);
        assert_eq!(application(&[&LIST, &SYNC, &NAME, &WIPE]).permissions, ["D.ReadWrite", "D.Wipe"]);
    }

    #[test]
    fn what_is_not_said_is_not_guessed() {
        let alone = application(&[&UNSTATED, &REFUSED, &SILENT]);
        assert!(alone.permissions.is_empty());
        assert_eq!(alone.undecided, [&UNSTATED]);
        assert_eq!(alone.not_supported, [&REFUSED]);
        assert_eq!(alone.unknown, [&SILENT]);
        let with_mail = application(&[&UNSTATED, &MAIL]);
        assert_eq!((with_mail.permissions, with_mail.undecided), (vec!["Mail.Read"], vec![]));
        assert_eq!(least_privilege(&[&MAIL], AccountType::DelegatedWork).unknown, [&MAIL]);
    }
}
