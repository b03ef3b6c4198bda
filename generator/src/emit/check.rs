//! Tests of the functions that make requests.

use proc_macro2::TokenStream;
use quote::quote;

use super::ident;
use crate::plan::{CallCheck, RustType, sample};

pub(super) fn emit_checks(checks: &[CallCheck]) -> TokenStream {
    let checks = checks.iter().map(emit_check);
    quote! {
        #[test]
        fn requests_are_as_documented() {
            let mut differences = Vec::new();
            #(#checks)*
            assert!(differences.is_empty(), "{}", differences.join("\n"));
        }
    }
}

pub(super) fn emit_root() -> TokenStream {
    quote! {
        /// What is common to all requests is compiled once.
        fn check(differences: &mut Vec<String>, request: &dyn std::fmt::Display, expected: &str) {
            let request = request.to_string();
            if request != expected {
                differences.push(format!("{request} is documented as {expected}"));
            }
        }
    }
}

fn emit_check(check: &CallCheck) -> TokenStream {
    let (root_ident, expected) = (ident(&check.root), &check.request);
    let calls = check.chain.iter().map(|(name, arguments)| {
        let (name_ident, arguments) = (ident(name), arguments.iter().map(emit_sample));
        quote!(.#name_ident(#(#arguments),*))
    });
    quote!(crate::check(&mut differences, &msgraph::#root_ident() #(#calls)*, #expected);)
}

fn emit_sample(ty: &RustType) -> TokenStream {
    match ty {
        RustType::Str | RustType::Reference => {
            let text = sample(ty);
            quote!(#text)
        }
        RustType::Bool | RustType::I32 | RustType::I64 | RustType::F64 => {
            let literal: TokenStream = sample(ty).parse().unwrap_or_default();
            quote!(#literal)
        }
        RustType::Is(path) => {
            let parts = path.0.iter().map(ident);
            quote!(msgraph::#(#parts)::*::default())
        }
        RustType::Body => quote!(msgraph::Body::Json(::std::default::Default::default())),
        _ => quote!(::std::default::Default::default()),
    }
}
