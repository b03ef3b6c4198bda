//! From planned items to tokens: one file per kind of item.
//!
//! Everything that comes from the docs becomes a literal or has become an identifier in `names`;
//! nothing is spliced. Emitters know no page and decide no name.

mod builder;
mod enumeration;
mod manifest;
mod operation;
mod structure;
mod types;

use std::collections::BTreeSet;

pub use proc_macro2::TokenStream;
use proc_macro2::{Ident, Span};
use quote::quote;

use crate::model::facts::ApiVersion;
use crate::names::RustIdent;
use crate::plan::{FilePlan, ItemPlan, ModulePlan};

pub use manifest::{emit_features, emit_lib_modules};

/// The tokens of one file, item by item.
#[must_use]
pub fn emit_file(file: &FilePlan) -> Vec<TokenStream> {
    let docs = inner_docs(&file.docs);
    let modules = file.modules.iter().map(emit_module);
    let items = file.items.iter().flat_map(emit_item);
    std::iter::once(docs).chain(modules).chain(items).collect()
}

fn emit_module(module: &ModulePlan) -> TokenStream {
    let name_ident = ident(&module.ident);
    let cfg = emit_cfg(&module.features);
    if module.flattened {
        quote! {
            #cfg
            mod #name_ident;
            #cfg
            pub use self::#name_ident::*;
        }
    } else {
        quote!(#cfg pub mod #name_ident;)
    }
}

/// On where one of the features is; always where there are none.
fn emit_cfg(features: &BTreeSet<String>) -> Option<TokenStream> {
    let mut names = features.iter();
    match (names.next(), names.len()) {
        (None, _) => None,
        (Some(feature), 0) => Some(quote!(#[cfg(feature = #feature)])),
        _ => {
            let names = features.iter();
            Some(quote!(#[cfg(any(#(feature = #names),*))]))
        }
    }
}

fn emit_item(item: &ItemPlan) -> Vec<TokenStream> {
    match item {
        ItemPlan::Root { ident, ty, version, docs } => vec![emit_root(ident, ty, *version, docs)],
        ItemPlan::Builder(plan) => builder::emit_builder(plan),
        ItemPlan::Structure(plan) => structure::emit_structure(plan),
        ItemPlan::Enum(plan) => enumeration::emit_enum(plan),
    }
}

fn emit_root(name: &RustIdent, ty: &RustIdent, version: ApiVersion, docs: &[String]) -> TokenStream {
    let (name_ident, root_ty, docs) = (ident(name), ident(ty), outer_docs(docs));
    let version = version_tokens(version);
    quote! {
        #docs
        #[must_use]
        pub fn #name_ident() -> #root_ty {
            #root_ty { path: crate::runtime::Path::root(#version) }
        }

        impl #root_ty {
            #[doc = " The path itself, to go on where this crate has no method."]
            #[must_use]
            pub fn into_path(self) -> crate::runtime::Path {
                self.path
            }
        }
    }
}

fn version_tokens(version: ApiVersion) -> TokenStream {
    match version {
        ApiVersion::V1_0 => quote!(crate::runtime::Version::V1_0),
        ApiVersion::Beta => quote!(crate::runtime::Version::Beta),
    }
}

fn ident(name: &RustIdent) -> Ident {
    if name.is_raw() {
        Ident::new_raw(name.text(), Span::call_site())
    } else {
        Ident::new(name.text(), Span::call_site())
    }
}

/// Documentation, one attribute per line: several lines in one would be printed as a block comment.
fn outer_docs(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| doc_line(line));
    quote!(#(#[doc = #lines])*)
}

fn inner_docs(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| doc_line(line));
    quote!(#(#![doc = #lines])*)
}

fn doc_line(line: &str) -> String {
    if line.is_empty() { String::new() } else { format!(" {line}") }
}
