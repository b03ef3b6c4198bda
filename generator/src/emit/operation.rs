//! The constant data of operations.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::facts::{AccountType, Cloud};
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

/// The clouds, the success statuses, then the query options in the notation of `runtime::QueryOptions`.
fn terms(plan: &OperationPlan) -> String {
    let options = &plan.query_options;
    let in_general = options.in_general.map(|taken| if taken { "*" } else { "-" }.to_owned());
    let statuses = plan.statuses.iter().map(u16::to_string);
    clouds(plan)
        .into_iter()
        .chain(statuses)
        .chain(in_general)
        .chain(options.named.iter().cloned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// `@g45`: a letter for each cloud, in the notation of `runtime::Operation::clouds`.
fn clouds(plan: &OperationPlan) -> Option<String> {
    let letter = |cloud: &Cloud| match cloud {
        Cloud::Global => 'g',
        Cloud::UsGovernmentL4 => '4',
        Cloud::UsGovernmentL5 => '5',
        Cloud::China => 'c',
    };
    Some(std::iter::once('@').chain(plan.clouds.as_ref()?.iter().map(letter)).collect())
}
