//! Base types without cycles, and inherited properties.

use std::collections::{BTreeMap, BTreeSet};

use super::findings::Findings;
use super::resolver::Resolver;
use super::type_descriptions::{self, page_namespace};
use crate::diag::{codes, quoted};
use crate::model::api::{
    Primitive, Property, StructuredKind, StructuredType, TypeDefinition, TypeRef, TypeShape, ValueType,
};
use crate::model::facts::{Method, PageFacts, RequestTemplate, TypeExpression};

pub(super) fn link_bases(
    pages: &[&PageFacts],
    resolver: &Resolver<'_, '_>,
    types: &mut BTreeMap<String, TypeDefinition>,
    findings: &mut Findings,
) {
    set_bases(resolver, types, findings);
    break_cycles(types, findings);
    spread_kinds(pages, resolver, types);
    drop_inherited(types, findings);
    list_derived(types);
}

fn set_bases(resolver: &Resolver<'_, '_>, types: &mut BTreeMap<String, TypeDefinition>, findings: &mut Findings) {
    for (name, (page, line, stated)) in type_descriptions::stated_bases(resolver.descriptions) {
        let base = find(resolver, types, &stated, page_namespace(page));
        match (base, types.get_mut(&name).and_then(structure_mut)) {
            (Some(base), Some(structure)) if base != name => structure.base = Some(base),
            (None, Some(_)) => {
                let elsewhere = resolver.elsewhere(&stated);
                let message = format!(
                    "{} inherits from {}, which is not a known type{elsewhere}",
                    quoted(&name),
                    quoted(&stated.name)
                );
                findings.report(&page.path, line, &codes::UNKNOWN_BASE, message);
            }
            _ => {}
        }
    }
    for (listed, base) in type_descriptions::listed_derived(resolver.descriptions) {
        let derived = resolver.index().by_name(&listed, None).map(str::to_owned);
        if let Some(derived) = derived.filter(|derived| *derived != base)
            && let Some(structure) = types.get_mut(&derived).and_then(structure_mut)
            && structure.base.is_none()
        {
            structure.base = Some(base);
        }
    }
}

/// The structured type that a statement names.
fn find(
    resolver: &Resolver<'_, '_>,
    types: &BTreeMap<String, TypeDefinition>,
    stated: &TypeExpression,
    namespace: Option<&str>,
) -> Option<String> {
    let linked = stated.target.as_deref().and_then(|stem| resolver.index().by_page(stem, &stated.name));
    let found = linked.or_else(|| resolver.index().by_name(&stated.name, namespace))?;
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

/// Whether two types are the same, or one is derived from the other.
pub(super) fn are_related(types: &BTreeMap<String, TypeDefinition>, one: &str, other: &str) -> bool {
    chain(types, one).contains(&other) || chain(types, other).contains(&one)
}

/// The nearest type that all of these are, or are derived from.
pub(super) fn common_base<'t>(
    types: &'t BTreeMap<String, TypeDefinition>,
    names: &BTreeSet<&'t str>,
) -> Option<&'t str> {
    let mut of_each = names.iter().map(|name| chain(types, name));
    let mut common = of_each.next()?;
    for of_other in of_each {
        common.retain(|name| of_other.contains(name));
    }
    common.first().copied()
}

/// Every type has the properties of all its base types, so long chains would cost quadratic space. Those of the docs have
/// up to eight types.
const MAX_DEPTH: usize = 32;

/// In a cycle, the type that closes it loses its base.
fn break_cycles(types: &mut BTreeMap<String, TypeDefinition>, findings: &mut Findings) {
    let mut depths: BTreeMap<String, usize> = BTreeMap::new();
    for start in types.keys().cloned().collect::<Vec<_>>() {
        let mut chain: Vec<String> = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let mut next = Some(start);
        while let Some(name) = next.take_if(|name| !depths.contains_key(name)) {
            if let Some(at) = places.get(&name).copied() {
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
            places.insert(name.clone(), chain.len());
            chain.push(name);
        }
        // The nearest known type is the deepest one that other types may be derived from.
        let mut depth = next.and_then(|name| depths.get(&name).copied()).unwrap_or(0);
        for name in chain.into_iter().rev() {
            depth += 1;
            if depth > MAX_DEPTH
                && let Some(definition) = types.get_mut(&name)
            {
                let message = format!("{} has more than {MAX_DEPTH} base types; none of them is used", quoted(&name));
                findings.report(&definition.page, definition.line, &codes::TOO_MANY_BASES, message);
                if let Some(structure) = structure_mut(definition) {
                    structure.base = None;
                }
                depth = 1;
            }
            depths.insert(name, depth);
        }
    }
}

/// Entity types are known by their key, their relationships, and how others use them (OData CSDL 4.01,
/// sections 6 and 8), because few pages state a key.
fn spread_kinds(pages: &[&PageFacts], resolver: &Resolver<'_, '_>, types: &mut BTreeMap<String, TypeDefinition>) {
    let is_entity = |ty: &StructuredType| ty.kind == StructuredKind::Entity;
    // The base types of an entity type are entity types.
    let stated = types.iter().filter(|(_, ty)| structure(ty).is_some_and(is_entity));
    let mut entities: BTreeSet<String> = stated.flat_map(|(name, _)| chain(types, name)).map(str::to_owned).collect();
    // So are the targets of relationships and of keys in paths. Pages are sometimes wrong about both, but not
    // about types with an `id`.
    let with_id: BTreeSet<&str> = types
        .iter()
        .filter(|(_, ty)| structure(ty).is_some_and(|ty| ty.properties.iter().any(|property| property.name == "id")))
        .map(|(name, _)| name.as_str())
        .collect();
    let addressed: BTreeSet<String> = relationship_targets(types).chain(addressed_by_key(pages, resolver)).collect();
    let has_id = |name: &String| chain(types, name).iter().any(|base| with_id.contains(base));
    entities.extend(addressed.into_iter().filter(has_id));
    // And so are types derived from an entity type.
    let derived: Vec<String> =
        types.keys().filter(|name| chain(types, name).iter().any(|base| entities.contains(*base))).cloned().collect();
    for name in entities.into_iter().chain(derived) {
        if let Some(structure) = types.get_mut(&name).and_then(structure_mut) {
            structure.kind = StructuredKind::Entity;
        }
    }
}

/// A type and its base types, nearest first.
pub(super) fn lineage<'t>(types: &'t BTreeMap<String, TypeDefinition>, name: &str) -> Vec<&'t StructuredType> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut next = Some(name);
    while let Some(definition) = next.filter(|name| seen.insert(*name)).and_then(|name| types.get(name)) {
        let TypeShape::Structured(structure) = &definition.shape else { break };
        found.push(structure);
        next = structure.base.as_deref();
    }
    found
}

/// A type and its base types by name, nearest first.
pub(super) fn chain<'t>(types: &'t BTreeMap<String, TypeDefinition>, name: &'t str) -> Vec<&'t str> {
    let bases = lineage(types, name).into_iter().filter_map(|ty| ty.base.as_deref());
    std::iter::once(name).chain(bases).collect()
}

fn relationship_targets(types: &BTreeMap<String, TypeDefinition>) -> impl Iterator<Item = String> {
    let properties = types.values().filter_map(structure).flat_map(|ty| &ty.properties);
    let navigation = properties.filter(|property| property.is_navigation);
    navigation.filter_map(|property| property.ty.ty.name()).map(str::to_owned)
}

/// The types that pages document as the result of a GET with a key at the end of its path.
fn addressed_by_key(pages: &[&PageFacts], resolver: &Resolver<'_, '_>) -> Vec<String> {
    let ends_in_key = |request: &RequestTemplate| {
        let path = request.path.split('?').next().unwrap_or_default().trim_end_matches('/');
        let segment = path.rsplit('/').next().unwrap_or_default();
        request.method == Method::Get && segment.starts_with('{') && segment.ends_with('}')
    };
    let about_one = pages.iter().filter(|page| page.requests.iter().any(ends_in_key));
    let returned = about_one.filter_map(|page| {
        let response = page.response.as_ref().filter(|response| !response.collection)?;
        let ty = resolver.index().value_type(
            &response.name,
            response.target.as_deref(),
            page_namespace(page),
            resolver.words,
        );
        ty.name().map(str::to_owned)
    });
    returned.collect()
}

/// Removes inherited properties that pages repeat.
fn drop_inherited(types: &mut BTreeMap<String, TypeDefinition>, findings: &mut Findings) {
    let mut kept = BTreeMap::new();
    for (name, definition) in types.iter() {
        let chain = lineage(types, name);
        let Some((own, bases)) = chain.split_first().filter(|(_, bases)| !bases.is_empty()) else { continue };
        let mut properties = Vec::new();
        // The nearest base type decides, and the first of its properties.
        let inherited: BTreeMap<&str, &Property> = bases
            .iter()
            .rev()
            .flat_map(|base| base.properties.iter().rev())
            .map(|property| (property.name.as_str(), property))
            .collect();
        for property in &own.properties {
            match inherited.get(property.name.as_str()) {
                Some(inherited) if is_same_type(types, &inherited.ty, &property.ty) => continue,
                Some(inherited) => {
                    let message = format!(
                        "{} of {} is {}, but the inherited one is {}",
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

/// Whether a row repeats a type. Older rows call an enumeration a string; an unknown type is no
/// contradiction.
fn is_same_type(types: &BTreeMap<String, TypeDefinition>, known: &TypeRef, repeated: &TypeRef) -> bool {
    let is_enum =
        |name| types.get(name).is_some_and(|found: &TypeDefinition| matches!(found.shape, TypeShape::Enum(_)));
    match (&known.ty, &repeated.ty) {
        (_, ValueType::Unknown(_)) => true,
        (ValueType::Named(name), ValueType::Primitive(Primitive::String)) if is_enum(name) => {
            known.collection == repeated.collection
        }
        _ => known == repeated,
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
