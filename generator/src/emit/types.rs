//! Types as they are written in generated code.
//!
//! What is used bare, such as `String` and `rt`, is a name that `names` gives to nothing that the docs
//! name, or a type of the same public module; everything else is an absolute path.

use std::cell::RefCell;
use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::ident;
use crate::names::RustIdent;
use crate::plan::{FilePlan, ItemPlan, Part, RustType, TypePath};

/// The file that a type is written in.
pub(super) struct Place<'p> {
    module: &'p [RustIdent],
    /// The types that it has without an import.
    items: BTreeSet<&'p RustIdent>,
    /// The types of other files of the module that were named.
    imports: RefCell<BTreeSet<RustIdent>>,
}

impl<'p> Place<'p> {
    pub(super) fn of(file: &'p FilePlan) -> Self {
        let items = file.items.iter().filter_map(type_name).collect();
        Self { module: &file.module, items, imports: RefCell::default() }
    }

    /// The import that the types named so far need. A file with modules of its own has their types, and
    /// names no others.
    ///
    /// It names each of them: with `*` rustc enters every type of the module into every file. These were
    /// 870,000 names, and more than a tenth of the time for the whole crate.
    pub(super) fn emit_import(&self, file: &FilePlan) -> Option<TokenStream> {
        let (module, names) = (self.module.iter().map(ident), self.imports.borrow());
        let names: Vec<_> = names.iter().map(ident).collect();
        (!names.is_empty() && file.modules.is_empty()).then(|| quote!(use crate::#(#module::)*{#(#names),*};))
    }
}

/// The type that an item declares.
fn type_name(item: &ItemPlan) -> Option<&RustIdent> {
    match item {
        ItemPlan::Builder(plan) => Some(&plan.ident),
        ItemPlan::Structure(part, plan) if part.has(Part::Declaration) => Some(&plan.ident),
        ItemPlan::Enum(part, plan) if part.has(Part::Declaration) => Some(&plan.ident),
        _ => None,
    }
}

pub(super) fn emit_type(ty: &RustType, place: &Place<'_>) -> TokenStream {
    let inner = |ty: &RustType| emit_type(ty, place);
    match ty {
        RustType::Unit => quote!(()),
        RustType::Str => quote!(&str),
        RustType::String => quote!(String),
        RustType::Bool => quote!(bool),
        RustType::I32 => quote!(i32),
        RustType::I64 => quote!(i64),
        RustType::F64 => quote!(f64),
        RustType::Json => quote!(::serde_json::Value),
        RustType::Bytes => quote!(::bytes::Bytes),
        RustType::Body => quote!(rt::Body),
        RustType::Vec(item) => {
            let item_ty = inner(item);
            quote!(Vec<#item_ty>)
        }
        RustType::Collection(item) => {
            let item_ty = inner(item);
            quote!(rt::Collection<#item_ty>)
        }
        RustType::Edm(name) => {
            let name_ident = ident(name);
            quote!(rt::edm::#name_ident)
        }
        RustType::Box(value) => {
            let value_ty = inner(value);
            quote!(Box<#value_ty>)
        }
        RustType::Nested(value) => {
            let value_ty = inner(value);
            quote!(rt::Nested<#value_ty>)
        }
        RustType::Named(path) => emit_path(path, place),
    }
}

/// A type of the module that the file belongs to.
pub(super) fn emit_own(name: &RustIdent, place: &Place<'_>) -> TokenStream {
    emit_path(&TypePath(place.module.iter().chain([name]).cloned().collect()), place)
}

pub(super) fn emit_path(path: &TypePath, place: &Place<'_>) -> TokenStream {
    match path.0.split_last() {
        Some((name, module)) if module == place.module => {
            if !place.items.contains(name) {
                place.imports.borrow_mut().insert(name.clone());
            }
            let name_ident = ident(name);
            quote!(#name_ident)
        }
        _ => {
            let parts = path.0.iter().map(ident);
            quote!(crate::#(#parts)::*)
        }
    }
}
