//! The constant data of operations.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::facts::AccountType;
use crate::plan::OperationPlan;

/// Four strings in the notations of `runtime::Operation`.
pub(super) fn emit_operation(plan: &OperationPlan) -> TokenStream {
    let request = format!("{} /{}{}", plan.method.as_str(), plan.version.segment(), plan.path);
    let page = &plan.page;
    let sets = AccountType::ALL.map(|account| plan.permissions.of(account).to_string());
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
