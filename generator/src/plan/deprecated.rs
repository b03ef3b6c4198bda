//! Deprecated items: what callers are told, and which generated files may name them without a warning.

use std::collections::BTreeSet;

use super::{FilePlan, ItemPlan, MethodKind, Part, RustType, TypePath, Visibility};
use crate::model::api::Deprecation;
use crate::names::RustIdent;

/// `stops on 2026-10-01; use tactics`; empty where the docs say no more.
pub(super) fn note(found: &Deprecation) -> String {
    let Deprecation { date, successor } = found;
    let date = date.as_ref().map(|date| format!("stops on {date}"));
    let successor = successor.as_ref().map(|successor| format!("use {successor}"));
    date.into_iter().chain(successor).collect::<Vec<_>>().join("; ")
}

/// Marks the files that name something deprecated. Nothing is allowed elsewhere, so that the lint costs nothing where
/// nothing is deprecated.
pub(super) fn allow_uses(files: &mut [FilePlan]) {
    let items = files.iter().flat_map(|file| file.items.iter().map(move |item| (&file.module, item)));
    let types: BTreeSet<Vec<RustIdent>> = items.filter_map(|(module, item)| deprecated_type(module, item)).collect();
    let uses = |file: &FilePlan| {
        file.items.iter().any(|item| names_deprecated(&file.module, item, &types))
            || file.modules.iter().any(|module| match &module.visibility {
                // A re-export names its item.
                Visibility::Holds(item) => types.contains(&joined(&file.module, item)),
                Visibility::Public | Visibility::Flattened | Visibility::Private => false,
            })
    };
    let allowed: Vec<bool> = files.iter().map(uses).collect();
    for (file, allows) in files.iter_mut().zip(allowed) {
        file.allows_deprecated = allows;
    }
}

fn joined(module: &[RustIdent], ident: &RustIdent) -> Vec<RustIdent> {
    module.iter().chain([ident]).cloned().collect()
}

fn deprecated_type(module: &[RustIdent], item: &ItemPlan) -> Option<Vec<RustIdent>> {
    let (ident, deprecated) = match item {
        ItemPlan::Structure(part, plan) if part.has(Part::Declaration) => (&plan.ident, &plan.deprecated),
        ItemPlan::Enum(part, plan) if part.has(Part::Declaration) => (&plan.ident, &plan.deprecated),
        _ => return None,
    };
    deprecated.is_some().then(|| joined(module, ident))
}

fn names_deprecated(module: &[RustIdent], item: &ItemPlan, types: &BTreeSet<Vec<RustIdent>>) -> bool {
    let is_deprecated = |ty: &RustType| names_type(ty, types);
    match item {
        ItemPlan::Structure(_, plan) => {
            plan.deprecated.is_some()
                || plan.properties.iter().any(|property| property.deprecated.is_some() || is_deprecated(&property.ty))
                || plan.bases.iter().any(|TypePath(path)| types.contains(path))
                || types.contains(&joined(module, &plan.ident))
        }
        ItemPlan::Enum(_, plan) => {
            plan.deprecated.is_some() || plan.members.iter().any(|member| member.deprecated.is_some())
        }
        ItemPlan::Methods { methods, .. } => methods.iter().any(|method| {
            method.arguments.iter().any(|argument| is_deprecated(&argument.ty))
                || match &method.kind {
                    MethodKind::Navigate { .. } => false,
                    MethodKind::Call(call) => {
                        is_deprecated(&call.response)
                            || call.query.iter().any(|(_, argument)| is_deprecated(&argument.ty))
                    }
                }
        }),
        ItemPlan::Checks(checks) => checks.iter().any(|check| {
            if check.deprecated {
                return true;
            }
            let mut arguments = check.chain.iter().flat_map(|(_, arguments)| arguments);
            arguments.any(is_deprecated) || is_deprecated(&check.response)
        }),
        ItemPlan::Examples(checks) => checks.iter().any(|check| {
            if check.call.deprecated {
                return true;
            }
            let mut arguments = check.call.chain.iter().flat_map(|(_, arguments)| arguments);
            arguments.any(is_deprecated) || is_deprecated(&check.response)
        }),
        ItemPlan::Secrets(checks) => checks.iter().any(|check| types.contains(&check.ty.0)),
        ItemPlan::Root { .. } | ItemPlan::Builder(_) | ItemPlan::CheckRoot { .. } | ItemPlan::ExampleRoot { .. } => {
            false
        }
    }
}

fn names_type(ty: &RustType, types: &BTreeSet<Vec<RustIdent>>) -> bool {
    match ty {
        RustType::Vec(inner)
        | RustType::Box(inner)
        | RustType::Nested(inner)
        | RustType::Collection(inner)
        | RustType::Change(inner)
        | RustType::Single(inner)
        | RustType::Option(inner) => names_type(inner, types),
        RustType::Named(TypePath(path)) | RustType::Enum(TypePath(path)) | RustType::Is(TypePath(path)) => {
            types.contains(path)
        }
        RustType::Unit
        | RustType::Str
        | RustType::Literal
        | RustType::String
        | RustType::Bool
        | RustType::I32
        | RustType::I64
        | RustType::F64
        | RustType::Json
        | RustType::Bytes
        | RustType::Body
        | RustType::Edm(_)
        | RustType::Reference => false,
    }
}
