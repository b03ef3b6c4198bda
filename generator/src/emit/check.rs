//! Tests of the functions that make requests.

use proc_macro2::TokenStream;
use quote::quote;

use super::ident;
use crate::names::RustIdent;
use crate::plan::{CallCheck, RustType, SecretCheck, sample};

pub(super) fn emit_checks(checks: &[CallCheck]) -> TokenStream {
    let checks = checks.iter().map(emit_check);
    quote! {
        pub(crate) fn calls(checks: &mut crate::Checks) {
            #(#checks)*
        }
    }
}

pub(super) fn emit_root(parts: &[RustIdent]) -> Vec<TokenStream> {
    let parts = parts.iter().map(|part| {
        let part_ident = ident(part);
        quote!(#part_ident::calls)
    });
    vec![
        quote!(
            #[path = "../support/calls.rs"]
            mod support;
        ),
        quote!(
            use support::{check, Checks};
        ),
        quote!(const PARTS: &[fn(&mut Checks)] = &[#(#parts),*];),
        quote! {
            #[test]
            fn requests_are_as_documented() {
                Checks::of_requests(PARTS);
            }
        },
        quote! {
            #[test]
            fn examples_are_decoded() {
                Checks::of_examples(PARTS);
            }
        },
    ]
}

/// The test of the debug output of types.
pub(super) fn emit_secrets(checks: &[SecretCheck]) -> Vec<TokenStream> {
    let checks = checks.iter().map(|SecretCheck { ty, wire, is_list }| {
        let parts = ty.0.iter().map(ident);
        quote!(support::check::<msgraph::#(#parts)::*>(#wire, #is_list);)
    });
    vec![
        quote!(
            #[path = "../support/secrets.rs"]
            mod support;
        ),
        quote! {
            #[test]
            fn debug_output_shows_no_secret() {
                #(#checks)*
            }
        },
    ]
}

fn emit_check(check: &CallCheck) -> TokenStream {
    let (call, expected) = (emit_call(check, None), &check.request);
    quote!(crate::check(checks, #call, #expected);)
}

/// A call with samples for its arguments, and with the given body if there is one.
pub(super) fn emit_call(check: &CallCheck, body: Option<&TokenStream>) -> TokenStream {
    let root_ident = ident(&check.root);
    let last = check.chain.len().saturating_sub(1);
    let calls = check.chain.iter().enumerate().map(|(at, (name, arguments))| {
        let name_ident = ident(name);
        let mut arguments: Vec<_> = arguments.iter().map(emit_sample).collect();
        if let (Some(body), Some(argument), true) = (body, arguments.last_mut(), at == last) {
            argument.clone_from(body);
        }
        quote!(.#name_ident(#(#arguments),*))
    });
    quote!(msgraph::#root_ident() #(#calls)*)
}

fn emit_sample(ty: &RustType) -> TokenStream {
    match ty {
        RustType::Str | RustType::Literal | RustType::Reference => {
            let text = sample(ty);
            quote!(#text)
        }
        RustType::Bool | RustType::I32 | RustType::I64 | RustType::F64 => {
            let literal: TokenStream = sample(ty).parse().unwrap_or_default();
            quote!(#literal)
        }
        RustType::Enum(path) => {
            let (parts, text) = (path.0.iter().map(ident), sample(ty));
            quote!(msgraph::#(#parts)::*::Undocumented(#text.to_owned()))
        }
        RustType::Is(path) => {
            let parts = path.0.iter().map(ident);
            quote!(msgraph::#(#parts)::*::default())
        }
        RustType::Body => quote!(msgraph::Body::Json(::std::default::Default::default())),
        _ => quote!(::std::default::Default::default()),
    }
}
