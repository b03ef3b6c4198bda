//! Types as they are written in generated code: absolute paths, so that no documented name can
//! shadow them.

use proc_macro2::TokenStream;
use quote::quote;

use super::ident;
use crate::plan::{RustType, TypePath};

pub(super) fn emit_type(ty: &RustType) -> TokenStream {
    match ty {
        RustType::Unit => quote!(()),
        RustType::Str => quote!(&str),
        RustType::String => quote!(::std::string::String),
        RustType::Bool => quote!(bool),
        RustType::I32 => quote!(i32),
        RustType::I64 => quote!(i64),
        RustType::F64 => quote!(f64),
        RustType::Json => quote!(::serde_json::Value),
        RustType::Bytes => quote!(::bytes::Bytes),
        RustType::Body => quote!(crate::runtime::Body),
        RustType::Vec(item) => {
            let item_ty = emit_type(item);
            quote!(::std::vec::Vec<#item_ty>)
        }
        RustType::Collection(item) => {
            let item_ty = emit_type(item);
            quote!(crate::runtime::Collection<#item_ty>)
        }
        RustType::Edm(name) => {
            let name_ident = ident(name);
            quote!(crate::runtime::edm::#name_ident)
        }
        RustType::Box(value) => {
            let value_ty = emit_type(value);
            quote!(::std::boxed::Box<#value_ty>)
        }
        RustType::Nested(value) => {
            let value_ty = emit_type(value);
            quote!(crate::runtime::Nested<#value_ty>)
        }
        RustType::Named(path) => emit_path(path),
    }
}

pub(super) fn emit_path(path: &TypePath) -> TokenStream {
    let parts = path.0.iter().map(ident);
    quote!(crate::#(#parts)::*)
}
