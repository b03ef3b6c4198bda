//! Writes types in generated code.
//!
//! A bare name is a type of the same file, or a name such as `String` and `rt` that `names` gives to no
//! documented item. A type of the same module, or of one directly below the version, is written with its
//! module, `types::User`; everything else is an absolute path.

use std::cell::RefCell;
use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::ident;
use crate::names::RustIdent;
use crate::plan::{FilePlan, ItemPlan, ModulePlan, Part, RustType, TypePath, Visibility};

/// The modules that a file imports for the types that it names.
pub(super) struct Imports<'p> {
    /// The public module of the file.
    module: &'p [RustIdent],
    /// The types that need no import.
    items: BTreeSet<&'p RustIdent>,
    /// The submodules of the file, whose names are taken.
    modules: &'p [ModulePlan],
    /// The modules of the types named so far.
    needed: RefCell<BTreeSet<Vec<RustIdent>>>,
}

impl<'p> Imports<'p> {
    pub(super) fn of(file: &'p FilePlan) -> Self {
        let items = file.items.iter().filter_map(type_name).collect();
        Self { module: &file.module, items, modules: &file.modules, needed: RefCell::default() }
    }

    /// The `use` lines for the types named so far.
    ///
    /// They import modules. To import types, rustc would have to search all re-exports of a module for each
    /// of them before these are resolved. With `*`, it would enter every type of the module into every file:
    /// 870,000 names, and more than a tenth of the time for the whole crate.
    pub(super) fn emit(&self) -> Vec<TokenStream> {
        let needed = self.needed.borrow();
        let import = |module: &Vec<RustIdent>| {
            let parts = module.iter().map(ident);
            quote!(use crate::#(#parts)::*;)
        };
        needed.iter().map(import).collect()
    }

    /// Whether a type is in the file or in the modules that it re-exports.
    fn has(&self, module: &[RustIdent], name: &RustIdent) -> bool {
        let reexports = || self.modules.iter().any(|module| module.visibility == Visibility::Flattened);
        module == self.module && (self.items.contains(name) || reexports())
    }

    /// Imports a module, unless its name is taken.
    fn import(&self, module: &[RustIdent]) -> bool {
        let mut needed = self.needed.borrow_mut();
        let is_free = self.modules.iter().all(|other| module.last() != Some(&other.ident))
            && needed.iter().all(|other| other == module || other.last() != module.last());
        let can_import = is_free && (module.len() == 2 || module == self.module);
        if can_import {
            needed.insert(module.to_vec());
        }
        can_import
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

pub(super) fn emit_type(ty: &RustType, imports: &Imports<'_>) -> TokenStream {
    let inner = |ty: &RustType| emit_type(ty, imports);
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
        RustType::Change(item) => {
            let item_ty = inner(item);
            quote!(rt::Change<#item_ty>)
        }
        RustType::Single(value) => {
            let value_ty = inner(value);
            quote!(rt::Single<#value_ty>)
        }
        RustType::Option(value) => {
            let value_ty = inner(value);
            quote!(Option<#value_ty>)
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
        RustType::Named(path) | RustType::Enum(path) => emit_path(path, imports),
        RustType::Literal => quote!(impl AsRef<str>),
        RustType::Reference => quote!(impl Into<rt::Reference>),
        RustType::Is(path) => {
            let base_ty = emit_path(path, imports);
            quote!(impl rt::Is<#base_ty>)
        }
    }
}

/// A type of the module that the file belongs to.
pub(super) fn emit_own(name: &RustIdent, imports: &Imports<'_>) -> TokenStream {
    emit_path(&TypePath(imports.module.iter().chain([name]).cloned().collect()), imports)
}

/// A type by its absolute path: where an import would be unused without the feature of names.
pub(super) fn emit_absolute(TypePath(path): &TypePath) -> TokenStream {
    let parts = path.iter().map(ident);
    quote!(crate::#(#parts)::*)
}

pub(super) fn emit_path(path: &TypePath, imports: &Imports<'_>) -> TokenStream {
    let parts = path.0.iter().map(ident);
    match path.0.split_last() {
        Some((name, module)) if imports.has(module, name) => {
            let name_ident = ident(name);
            quote!(#name_ident)
        }
        Some((_, module)) if imports.import(module) => {
            let parts = parts.skip(module.len() - 1);
            quote!(#(#parts)::*)
        }
        _ => emit_absolute(path),
    }
}
