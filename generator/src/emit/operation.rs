//! The constant data of operations.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::version_tokens;
use crate::model::facts::{Method, PermissionOrder, PermissionRow};
use crate::plan::OperationPlan;

pub(super) fn emit_operation(plan: &OperationPlan) -> TokenStream {
    let (method, version) = (method_tokens(plan.method), version_tokens(plan.version));
    let (path, page) = (&plan.path, &plan.page);
    let delegated_work = emit_permission_set(&plan.permissions.delegated_work);
    let delegated_personal = emit_permission_set(&plan.permissions.delegated_personal);
    let application = emit_permission_set(&plan.permissions.application);
    let statuses = plan.statuses.iter().map(|status| Literal::u16_unsuffixed(*status));
    quote! {
        crate::runtime::Operation {
            method: #method,
            version: #version,
            path: #path,
            page: #page,
            permissions: crate::runtime::Permissions {
                delegated_work: #delegated_work,
                delegated_personal: #delegated_personal,
                application: #application,
            },
            statuses: &[#(#statuses),*],
        }
    }
}

fn emit_permission_set(row: &PermissionRow) -> TokenStream {
    match row.supported {
        None if row.scopes.is_empty() => return quote!(crate::runtime::PermissionSet::UNSPECIFIED),
        Some(false) => return quote!(crate::runtime::PermissionSet::NOT_SUPPORTED),
        _ => {}
    }
    let scopes = &row.scopes;
    let order = match row.order {
        // Where several are needed together, or it depends, no single one is the least privileged.
        _ if row.conditional || row.alternatives.iter().any(|set| set.len() > 1) => quote!(Unstated),
        _ if row.contradictory => quote!(Contradictory),
        PermissionOrder::LeastToMost => quote!(LeastToMost),
        PermissionOrder::MostToLeast => quote!(MostToLeast),
        PermissionOrder::Unstated => quote!(Unstated),
    };
    quote! {
        crate::runtime::PermissionSet::new(
            &[#(#scopes),*],
            crate::runtime::PermissionOrder::#order,
            ::core::option::Option::Some(true),
        )
    }
}

fn method_tokens(method: Method) -> TokenStream {
    match method {
        Method::Get => quote!(crate::runtime::Method::Get),
        Method::Post => quote!(crate::runtime::Method::Post),
        Method::Put => quote!(crate::runtime::Method::Put),
        Method::Patch => quote!(crate::runtime::Method::Patch),
        Method::Delete => quote!(crate::runtime::Method::Delete),
    }
}
