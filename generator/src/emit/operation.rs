//! The constant data of operations.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::facts::{AccountType, PermissionOrder, PermissionRow};
use crate::plan::OperationPlan;

/// Four texts in the notations of `runtime::Operation`.
pub(super) fn emit_operation(plan: &OperationPlan) -> TokenStream {
    let request = format!("{} /{}{}", plan.method.as_str(), plan.version.segment(), plan.path);
    let page = &plan.page;
    let sets = AccountType::ALL.map(|account| permission_set(plan.permissions.row(account)));
    let permissions = sets.join(" | ");
    let terms = terms(plan);
    quote!(rt::Operation(#request, #page, #permissions, #terms))
}

/// The success statuses, then the query options in the notation of `runtime::QueryOptions`.
fn terms(plan: &OperationPlan) -> String {
    let options = &plan.query_options;
    let in_general = options.in_general.map(|taken| if taken { "*" } else { "-" }.to_owned());
    let statuses = plan.statuses.iter().map(u16::to_string);
    statuses.chain(in_general).chain(options.named.iter().cloned()).collect::<Vec<_>>().join(" ")
}

/// The notation of `runtime::PermissionSet`. What would be read as something else is left out: no
/// permission has a blank or a bar in its name.
fn permission_set(row: &PermissionRow) -> String {
    match row.supported {
        None if row.scopes.is_empty() => return String::new(),
        Some(false) => return "-".to_owned(),
        _ => {}
    }
    let separator = match row.order {
        // Where several are needed together, or it depends, no single one is the least privileged.
        _ if row.conditional || row.alternatives.iter().any(|set| set.len() > 1) => ", ",
        _ if row.contradictory => " ? ",
        PermissionOrder::LeastToMost => " < ",
        PermissionOrder::MostToLeast => " > ",
        PermissionOrder::Unstated => ", ",
    };
    let scopes = row.scopes.iter().filter(|scope| !scope.contains(|c: char| c.is_whitespace() || c == '|'));
    scopes.map(String::as_str).collect::<Vec<_>>().join(separator)
}
