//! Tests of documented examples.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::check::emit_call;
use super::ident;
use crate::plan::{ExampleCheck, RustType, TypePath};

pub(super) fn emit_examples(checks: &[ExampleCheck]) -> TokenStream {
    let checks = checks.iter().map(emit_example);
    quote! {
        #[test]
        fn examples_are_typed() {
            let mut faults = Vec::new();
            #(#checks)*
            assert!(faults.is_empty(), "{}", faults.join("\n"));
        }
    }
}

/// The code that all examples share is compiled once.
pub(super) fn emit_root(has_bodies: bool) -> Vec<TokenStream> {
    let check = quote! {
        /// Compares a request and reads the response.
        fn check<T: FromResponse>(
            faults: &mut Vec<String>,
            request: &msgraph::Request<T>,
            expected: &str,
            (status, content): (u16, &'static str),
            untyped: fn(&T) -> usize,
        ) {
            let request = request.to_string();
            if request != expected {
                faults.push(format!("{request} is documented as {expected}"));
            }
            match T::from_response(status, Some("application/json"), content.into()) {
                Ok(answer) if untyped(&answer) == 0 => {}
                Ok(_) => faults.push(format!("{expected}: a property of the response has no type")),
                Err(error) => faults.push(format!("{expected}: {error}")),
            }
        }
    };
    let body = quote! {
        /// The body of an example.
        fn body<T: msgraph::SchemaType + Default>(
            faults: &mut Vec<String>,
            expected: &str,
            content: &'static str,
            untyped: fn(&T) -> usize,
        ) -> T {
            let body = T::from_response(200, None, content.into());
            match &body {
                Ok(body) if untyped(body) == 0 => {}
                Ok(_) => faults.push(format!("{expected}: a property of the request has no type")),
                Err(error) => faults.push(format!("{expected}: {error}")),
            }
            body.unwrap_or_default()
        }
    };
    let import = quote!(
        use msgraph::runtime::FromResponse;
    );
    std::iter::once(import).chain([check]).chain(has_bodies.then_some(body)).collect()
}

fn emit_example(check: &ExampleCheck) -> TokenStream {
    let ExampleCheck { call, body, response, is_structured, status, content } = check;
    let expected = &call.request;
    let argument = call.chain.last().and_then(|(_, arguments)| arguments.last());
    let body = match (argument, body) {
        (Some(RustType::Named(path) | RustType::Is(path)), Some(content)) => {
            let body_ty = emit_path(path);
            Some(quote!(crate::body::<#body_ty>(&mut faults, #expected, #content, |body| body.additional.len())))
        }
        _ => None,
    };
    let (call, response_ty) = (emit_call(call, body.as_ref()), emit_type(response));
    let status = Literal::u16_unsuffixed(*status);
    let untyped = if *is_structured { emit_untyped(response) } else { None };
    let untyped = untyped.map_or_else(|| quote!(|_| 0), |untyped| quote!(|answer| #untyped));
    quote! {
        let request: msgraph::Request<#response_ty> = #call;
        crate::check(&mut faults, &request, #expected, (#status, #content), #untyped);
    }
}

/// The number of properties of `answer` without a type.
fn emit_untyped(response: &RustType) -> Option<TokenStream> {
    match response {
        RustType::Named(_) => Some(quote!(answer.additional.len())),
        RustType::Collection(item) if matches!(**item, RustType::Change(_)) => Some(quote! {
            answer.value.iter().filter_map(msgraph::Change::changed).map(|item| item.additional.len()).sum()
        }),
        RustType::Collection(_) => Some(quote!(answer.value.iter().map(|item| item.additional.len()).sum())),
        RustType::Option(value) => {
            let inner = emit_untyped(value)?;
            Some(quote!(answer.iter().map(|answer| -> usize { #inner }).sum()))
        }
        _ => None,
    }
}

/// A type as users of the crate write it.
fn emit_type(ty: &RustType) -> TokenStream {
    match ty {
        RustType::Unit => quote!(()),
        RustType::Bytes => quote!(::bytes::Bytes),
        RustType::String => quote!(String),
        RustType::Bool => quote!(bool),
        RustType::I32 => quote!(i32),
        RustType::I64 => quote!(i64),
        RustType::F64 => quote!(f64),
        RustType::Json => quote!(::serde_json::Value),
        RustType::Named(path) => emit_path(path),
        RustType::Edm(name) => {
            let name_ident = ident(name);
            quote!(msgraph::edm::#name_ident)
        }
        RustType::Collection(item) => {
            let item_ty = emit_type(item);
            quote!(msgraph::Collection<#item_ty>)
        }
        RustType::Change(item) => {
            let item_ty = emit_type(item);
            quote!(msgraph::Change<#item_ty>)
        }
        RustType::Single(value) => {
            let value_ty = emit_type(value);
            quote!(msgraph::Single<#value_ty>)
        }
        RustType::Option(value) => {
            let value_ty = emit_type(value);
            quote!(Option<#value_ty>)
        }
        // These are only for properties and arguments.
        RustType::Str
        | RustType::Literal
        | RustType::Enum(_)
        | RustType::Body
        | RustType::Reference
        | RustType::Vec(_)
        | RustType::Box(_)
        | RustType::Nested(_)
        | RustType::Is(_) => {
            quote!(_)
        }
    }
}

fn emit_path(path: &TypePath) -> TokenStream {
    let parts = path.0.iter().map(ident);
    quote!(msgraph::#(#parts)::*)
}
