//! What a caller needs, under the names that tokens have.
//!
//! The facts keep what the pages say; here it is made true.

use super::findings::Findings;
use crate::diag::{codes, quoted};
use crate::model::api::OperationKind;
use crate::model::facts::{AccountType, PageFacts, PermissionOrder, PermissionRow, Permissions};
use crate::policy::Policy;

pub(super) fn permissions(
    page: &PageFacts,
    line: u32,
    kind: OperationKind,
    policy: &Policy,
    findings: &mut Findings,
) -> Permissions {
    let mut permissions = page.permissions.clone();
    for account in AccountType::ALL {
        let row = permissions.row_mut(account);
        let scopes = row.scopes.iter_mut().chain(row.alternatives.iter_mut().flatten()).chain(&mut row.footnoted);
        for scope in scopes {
            if let Some(real) = policy.real_permission(scope) {
                real.clone_into(scope);
            }
        }
        let changes = kind.is_write() || kind == OperationKind::Delete;
        if let Some(first) = first_in_order(row).filter(|first| changes && !row.contradictory && reads_only(first))
            && row.scopes.iter().any(|scope| !reads_only(scope))
        {
            let message = format!("a change is said to need no more than {}", quoted(first));
            findings.report(&page.path, line, &codes::CONTRADICTORY_ORDER, message);
            row.contradictory = true;
        }
    }
    permissions
}

/// The least privileged permission, as the header of the list has it.
fn first_in_order(row: &PermissionRow) -> Option<&String> {
    match row.order {
        PermissionOrder::LeastToMost => row.scopes.first(),
        PermissionOrder::MostToLeast => row.scopes.last(),
        PermissionOrder::Unstated => None,
    }
}

/// `Group.Read.All` and `User.ReadBasic.All` let nobody change anything.
fn reads_only(scope: &str) -> bool {
    scope.split('.').any(|part| matches!(part, "Read" | "ReadBasic"))
}
