//! Base types: who inherits from whom, without cycles, and what is inherited.

use std::collections::{BTreeMap, BTreeSet};

use super::findings::Findings;
use super::types::{self, Scope, lineage, page_namespace};
use crate::diag::{codes, quoted};
use crate::model::api::{StructuredKind, StructuredType, TypeDefinition, TypeShape};
use crate::model::facts::TypeExpression;

pub(super) fn link_bases(scope: &Scope<'_, '_>, types: &mut BTreeMap<String, TypeDefinition>, findings: &mut Findings) {
    set_bases(scope, types, findings);
    break_cycles(types, findings);
    spread_kinds(types);
    drop_inherited(types, findings);
    list_derived(types);
}

fn set_bases(scope: &Scope<'_, '_>, types: &mut BTreeMap<String, TypeDefinition>, findings: &mut Findings) {
    for (name, (page, line, stated)) in types::stated_bases(scope.descriptions) {
        let base = find(scope, types, &stated, page_namespace(page));
        match (base, types.get_mut(&name).and_then(structure_mut)) {
            (Some(base), Some(structure)) if base != name => structure.base = Some(base),
            (None, Some(_)) => {
                let elsewhere = scope.elsewhere(&stated);
                let message = format!(
                    "{} inherits from {}, which is no known type{elsewhere}",
                    quoted(&name),
                    quoted(&stated.name)
                );
                findings.report(&page.path, line, &codes::UNKNOWN_BASE, message);
            }
            _ => {}
        }
    }
    for (listed, base) in types::listed_derived(scope.descriptions) {
        let derived = scope.index().by_name(&listed, None).map(str::to_owned);
        if let Some(derived) = derived.filter(|derived| *derived != base)
            && let Some(structure) = types.get_mut(&derived).and_then(structure_mut)
            && structure.base.is_none()
        {
            structure.base = Some(base);
        }
    }
}

/// The structure that a statement names.
fn find(
    scope: &Scope<'_, '_>,
    types: &BTreeMap<String, TypeDefinition>,
    stated: &TypeExpression,
    namespace: Option<&str>,
) -> Option<String> {
    let linked = stated.target.as_deref().and_then(|stem| scope.index().by_page(stem, &stated.name));
    let found = linked.or_else(|| scope.index().by_name(&stated.name, namespace))?;
    let is_structure = types.get(found).is_some_and(|found| matches!(found.shape, TypeShape::Structured(_)));
    is_structure.then(|| found.to_owned())
}

fn structure(definition: &TypeDefinition) -> Option<&StructuredType> {
    match &definition.shape {
        TypeShape::Structured(structure) => Some(structure),
        TypeShape::Enum(_) => None,
    }
}

fn structure_mut(definition: &mut TypeDefinition) -> Option<&mut StructuredType> {
    match &mut definition.shape {
        TypeShape::Structured(structure) => Some(structure),
        TypeShape::Enum(_) => None,
    }
}

fn base_of<'t>(types: &'t BTreeMap<String, TypeDefinition>, name: &str) -> Option<&'t str> {
    types.get(name).and_then(structure)?.base.as_deref()
}

/// Whether two types are the same, or one is based on the other.
pub(super) fn are_related(types: &BTreeMap<String, TypeDefinition>, one: &str, other: &str) -> bool {
    let is_based_on = |name: &str, base: &str| {
        lineage(types, name).into_iter().any(|ty| ty.base.as_deref().is_some_and(|known| known == base))
    };
    one == other || is_based_on(one, other) || is_based_on(other, one)
}

/// The nearest type that all of these are or are based on.
pub(super) fn common_base<'t>(
    types: &'t BTreeMap<String, TypeDefinition>,
    names: &BTreeSet<&'t str>,
) -> Option<&'t str> {
    let chain = |name: &'t str| {
        let bases = lineage(types, name).into_iter().filter_map(|ty| ty.base.as_deref());
        std::iter::once(name).chain(bases).collect::<Vec<_>>()
    };
    let mut of_each = names.iter().map(|name| chain(name));
    let mut common = of_each.next()?;
    for of_other in of_each {
        common.retain(|name| of_other.contains(name));
    }
    common.first().copied()
}

/// Where a chain comes back, the type that closes it loses its base.
fn break_cycles(types: &mut BTreeMap<String, TypeDefinition>, findings: &mut Findings) {
    let mut done: BTreeSet<String> = BTreeSet::new();
    for start in types.keys().cloned().collect::<Vec<_>>() {
        let mut chain: Vec<String> = Vec::new();
        let mut next = Some(start);
        while let Some(name) = next.filter(|name| !done.contains(name)) {
            if let Some(at) = chain.iter().position(|known| *known == name) {
                let closing = chain[chain.len() - 1].clone();
                if let Some(definition) = types.get_mut(&closing) {
                    let message = format!("{} inherits from itself: {}", quoted(&closing), chain[at..].join(", "));
                    findings.report(&definition.page, definition.line, &codes::BASE_CYCLE, message);
                    if let Some(structure) = structure_mut(definition) {
                        structure.base = None;
                    }
                }
                break;
            }
            next = base_of(types, &name).map(str::to_owned);
            chain.push(name);
        }
        done.extend(chain);
    }
}

/// What inherits a key is an entity type.
fn spread_kinds(types: &mut BTreeMap<String, TypeDefinition>) {
    let is_entity = |name: &String| lineage(types, name).iter().any(|ty| ty.kind == StructuredKind::Entity);
    let entities: Vec<String> = types.keys().filter(|name| is_entity(name)).cloned().collect();
    for name in entities {
        if let Some(structure) = types.get_mut(&name).and_then(structure_mut) {
            structure.kind = StructuredKind::Entity;
        }
    }
}

/// Pages repeat what their types inherit.
fn drop_inherited(types: &mut BTreeMap<String, TypeDefinition>, findings: &mut Findings) {
    let mut kept = BTreeMap::new();
    for (name, definition) in types.iter() {
        let chain = lineage(types, name);
        let Some((own, bases)) = chain.split_first().filter(|(_, bases)| !bases.is_empty()) else { continue };
        let mut properties = Vec::new();
        for property in &own.properties {
            let inherited =
                bases.iter().find_map(|base| base.properties.iter().find(|known| known.name == property.name));
            match inherited {
                Some(inherited) if types::is_same_type(types, &inherited.ty, &property.ty) => continue,
                Some(inherited) => {
                    let message = format!(
                        "{} of {} is {}, the inherited one is {}",
                        quoted(&property.name),
                        quoted(&definition.name),
                        quoted(&property.ty.to_string()),
                        quoted(&inherited.ty.to_string()),
                    );
                    findings.report(&property.page, property.line, &codes::REDEFINED_PROPERTY, message);
                }
                None => {}
            }
            properties.push(property.clone());
        }
        kept.insert(name.clone(), properties);
    }
    for (name, properties) in kept {
        if let Some(structure) = types.get_mut(&name).and_then(structure_mut) {
            structure.properties = properties;
        }
    }
}

fn list_derived(types: &mut BTreeMap<String, TypeDefinition>) {
    let edges: Vec<(String, String)> =
        types.keys().filter_map(|name| Some((base_of(types, name)?.to_owned(), name.clone()))).collect();
    for (base, derived) in edges {
        if let Some(structure) = types.get_mut(&base).and_then(structure_mut) {
            structure.derived.push(derived);
        }
    }
}
