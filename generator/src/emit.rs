//! Turns planned items into tokens: one file per kind of item.
//!
//! Text from the docs becomes a literal, or is an identifier from `names`; nothing is spliced.
//! Emitters know no pages and decide no names.

mod builder;
mod check;
mod enumeration;
mod example;
mod manifest;
mod operation;
mod structure;
mod types;
mod wrap;

use std::collections::BTreeSet;

pub use proc_macro2::TokenStream;
use proc_macro2::{Ident, Span};
use quote::quote;

use crate::model::facts::ApiVersion;
use crate::names::{self, RustIdent};
use crate::plan::{FilePlan, ItemPlan, ModulePlan, Part, Visibility};

use self::types::Imports;

pub use manifest::{emit_features, emit_lib_modules, emit_targets};

/// The tokens of one file, item by item.
#[must_use]
pub fn emit_file(file: &FilePlan) -> Vec<TokenStream> {
    let imports = Imports::of(file);
    let docs = inner_docs(&file.docs);
    let items: Vec<_> = file.items.iter().flat_map(|item| emit_item(item, &imports)).collect();
    // The name is short because nearly every line has it; `names` reserves it.
    let runtime = file.items.iter().any(needs_runtime).then(|| {
        quote!(
            use crate::runtime as rt;
        )
    });
    let imports = imports.emit();
    let uses = (runtime.is_some() || !imports.is_empty()).then(|| quote!(#runtime #(#imports)*));
    let modules = file.modules.iter().map(emit_module);
    let allow = file.allows_deprecated.then(|| quote!(#![allow(deprecated, reason = #ALLOWS)]));
    std::iter::once(quote!(#docs #allow)).chain(uses).chain(modules).chain(items).collect()
}

fn needs_runtime(item: &ItemPlan) -> bool {
    match item {
        ItemPlan::Enum(part, _) => part.has(Part::Json),
        ItemPlan::Methods { methods, .. } => methods.iter().any(builder::needs_runtime),
        ItemPlan::Checks(_)
        | ItemPlan::Secrets(_)
        | ItemPlan::CheckRoot { .. }
        | ItemPlan::Examples(_)
        | ItemPlan::ExampleRoot { .. } => false,
        _ => true,
    }
}

fn emit_module(module: &ModulePlan) -> TokenStream {
    let name_ident = ident(&module.ident);
    let feature = names::FEATURE;
    let names_cfg = module.needs_names.then(|| quote!(#[cfg(feature = #feature)]));
    let features_cfg = emit_cfg(&module.features);
    let cfg = quote!(#features_cfg #names_cfg);
    match &module.visibility {
        Visibility::Public => quote!(#cfg pub mod #name_ident;),
        Visibility::Private => quote!(#cfg mod #name_ident;),
        Visibility::Holds(item) => {
            let item_ident = ident(item);
            quote! {
                #cfg
                mod #name_ident;
                #cfg
                pub use self::#name_ident::#item_ident;
            }
        }
        Visibility::Flattened => quote! {
            #cfg
            mod #name_ident;
            #cfg
            pub use self::#name_ident::*;
        },
    }
}

/// `#[cfg]` for any of these features; nothing if the list is empty.
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

fn emit_item(item: &ItemPlan, imports: &Imports<'_>) -> Vec<TokenStream> {
    match item {
        ItemPlan::Root { ident, ty, version, docs } => vec![emit_root(ident, ty, *version, docs)],
        ItemPlan::Builder(plan) => vec![builder::emit_builder(plan)],
        ItemPlan::Methods { ident, methods } => builder::emit_methods(ident, methods, imports),
        ItemPlan::Checks(checks) => vec![check::emit_checks(checks)],
        ItemPlan::Secrets(checks) => check::emit_secrets(checks),
        ItemPlan::CheckRoot { parts } => check::emit_root(parts),
        ItemPlan::Examples(checks) => vec![example::emit_examples(checks)],
        ItemPlan::ExampleRoot { has_bodies } => example::emit_root(*has_bodies),
        ItemPlan::Structure(part, plan) => structure::emit_structure(*part, plan, imports),
        ItemPlan::Enum(part, plan) => enumeration::emit_enum(*part, plan, imports),
    }
}

fn emit_root(name: &RustIdent, ty: &RustIdent, version: ApiVersion, docs: &[String]) -> TokenStream {
    let (name_ident, root_ty, docs) = (ident(name), ident(ty), outer_docs(docs));
    let version = version_tokens(version);
    quote! {
        #docs
        pub fn #name_ident() -> #root_ty {
            #root_ty(rt::Path::root(#version))
        }
    }
}

fn version_tokens(version: ApiVersion) -> TokenStream {
    match version {
        ApiVersion::V1_0 => quote!(rt::Version::V1_0),
        ApiVersion::Beta => quote!(rt::Version::Beta),
    }
}

fn ident(name: &RustIdent) -> Ident {
    if name.is_raw() {
        Ident::new_raw(name.text(), Span::call_site())
    } else {
        Ident::new(name.text(), Span::call_site())
    }
}

/// Documentation, one attribute per line, because several lines in one would be printed as a block
/// comment.
fn outer_docs(lines: &[String]) -> TokenStream {
    let lines = lines.iter().flat_map(|line| wrap::wrap(line)).map(|line| doc_line(&line));
    quote!(#(#[doc = #lines])*)
}

fn inner_docs(lines: &[String]) -> TokenStream {
    let lines = lines.iter().flat_map(|line| wrap::wrap(line)).map(|line| doc_line(&line));
    quote!(#(#![doc = #lines])*)
}

/// Not `expect`: without some features nothing is left to warn of.
const ALLOWS: &str = "something here is documented as deprecated";

/// `#[deprecated(note = "…")]`; without a note where the docs say no more.
fn emit_deprecated(note: Option<&String>) -> Option<TokenStream> {
    note.map(|note| if note.is_empty() { quote!(#[deprecated]) } else { quote!(#[deprecated(note = #note)]) })
}

fn doc_line(line: &str) -> String {
    if line.is_empty() { String::new() } else { format!(" {line}") }
}
