//! Merges the descriptions of each type on all pages into one definition.

use std::collections::{BTreeMap, BTreeSet};

use super::findings::Findings;
use super::resolver::{Resolver, TypedRow};
use super::type_descriptions::{Description, Nearness, spelling};
use crate::diag::{codes, quoted};
use crate::model::api::{
    EnumType, Member, Property, StructuredKind, StructuredType, TypeDefinition, TypeRef, TypeShape, ValueType,
};
use crate::model::facts::{self, PageKind, TypeFacts, TypeKind};
use crate::model::figures::RowKind;

/// Turns descriptions into definitions; base types are linked later.
pub(super) fn define(resolver: &Resolver<'_, '_>, findings: &mut Findings) -> BTreeMap<String, TypeDefinition> {
    let mut types = BTreeMap::new();
    for descriptions in resolver.descriptions.by_name.values() {
        let Some(owner) = descriptions.first() else { continue };
        let name = spelling(descriptions);
        // A structure takes precedence over a list of members of the same name, unless a page is about the
        // enumeration.
        let is_enum =
            descriptions.iter().any(|found| found.facts.kind == TypeKind::Enum && found.page.kind == PageKind::Enum)
                || descriptions.iter().all(|found| found.facts.kind == TypeKind::Enum);
        let (same, others): (Vec<&Description<'_>>, Vec<_>) =
            descriptions.iter().partition(|found| (found.facts.kind == TypeKind::Enum) == is_enum);
        for other in others {
            let message = format!("{} is a structure on one page, but an enumeration on another", quoted(&name));
            findings.report(&other.page.path, other.facts.line, &codes::MERGE_CONFLICT, message);
        }
        let owner = same.first().map_or(owner, |first| *first);
        let shape = if is_enum {
            TypeShape::Enum(EnumType { members: merged_members(&name, &same, findings) })
        } else {
            TypeShape::Structured(merged_structure(&name, &same, resolver, findings))
        };
        let mut known = BTreeSet::from([&owner.page.path]);
        let others = same.iter().map(|found| &found.page.path).filter(|page| known.insert(*page));
        let also_on = others.cloned().collect();
        let (page, line, deprecated) = (owner.page.path.clone(), owner.facts.line, owner.facts.deprecated.clone());
        let is_old = same.iter().all(|found| found.last_documented().is_some());
        let last_documented = owner.last_documented().filter(|_| is_old).cloned();
        let definition = TypeDefinition { name: name.clone(), page, line, also_on, deprecated, last_documented, shape };
        types.insert(name, definition);
    }
    mark_members(&mut types);
    types
}

/// Members of which only a property says that they need a header.
fn mark_members(types: &mut BTreeMap<String, TypeDefinition>) {
    let structures = types.values().filter_map(|definition| match &definition.shape {
        TypeShape::Structured(shape) => Some(shape),
        TypeShape::Enum(_) => None,
    });
    let properties = structures.flat_map(|shape| &shape.properties);
    let named = properties.filter_map(|property| Some((property.ty.ty.name()?, &property.only_with_prefer)));
    let mut marked: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, members) in named.filter(|(_, members)| !members.is_empty()) {
        marked.entry(name.to_owned()).or_default().extend(members.iter().cloned());
    }
    for (name, members) in marked {
        let Some(definition) = types.get_mut(&name) else { continue };
        let TypeShape::Enum(shape) = &mut definition.shape else { continue };
        for member in members {
            match shape.members.iter_mut().find(|known| known.name == member) {
                Some(known) => known.only_with_prefer = true,
                None => {
                    let line = definition.line;
                    shape.members.push(Member { name: member, only_with_prefer: true, line, ..Member::default() });
                }
            }
        }
    }
}

/// The members of all pages, with the numbers of the first page that has any.
fn merged_members(name: &str, descriptions: &[&Description<'_>], findings: &mut Findings) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for found in descriptions {
        let mut added = Vec::new();
        for member in &found.facts.members {
            let place = *places.entry(&member.name).or_insert(members.len());
            match members.get_mut(place) {
                Some(known) => {
                    known.value = known.value.or(member.value);
                    known.only_with_prefer |= member.only_with_prefer;
                }
                None => {
                    added.push(member.name.as_str());
                    members.push(member.clone());
                }
            }
        }
        let is_first = std::ptr::eq(found.facts, descriptions[0].facts);
        if !is_first && !added.is_empty() {
            let message = format!("{} has more members here: {}", quoted(name), quoted(&added.join(", ")));
            findings.report(&found.page.path, found.facts.line, &codes::MERGE_CONFLICT, message);
        }
    }
    members
}

fn merged_structure(
    name: &str,
    descriptions: &[&Description<'_>],
    resolver: &Resolver<'_, '_>,
    findings: &mut Findings,
) -> StructuredType {
    // If the type has its own page, the others only add to it.
    let has_owner = descriptions.first().is_some_and(|owner| matches!(owner.rank(), (false, Nearness::Own, _)));
    let decisive = if has_owner { &descriptions[..1] } else { descriptions };
    let flag = |test: fn(&TypeFacts) -> bool| decisive.iter().any(|found| test(found.facts));
    // Only a key makes an entity; a page without one proves nothing.
    let is_entity = descriptions.iter().any(|found| found.facts.kind == TypeKind::Entity);
    let mut structure = StructuredType {
        kind: if is_entity { StructuredKind::Entity } else { StructuredKind::Complex },
        base: None,
        key: descriptions.iter().find_map(|found| found.facts.key.clone()),
        is_open: flag(|facts| facts.is_open),
        is_abstract: flag(|facts| facts.is_abstract),
        is_media: flag(|facts| facts.is_media),
        properties: Vec::new(),
        derived: Vec::new(),
    };
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (index, found) in descriptions.iter().enumerate() {
        let known = structure.properties.len();
        for (list, is_navigation) in [(&found.facts.properties, false), (&found.facts.relationships, true)] {
            for row in list {
                let typed = TypedRow {
                    page: found.page,
                    line: row.line,
                    name: &row.name,
                    ty: &row.ty,
                    kind: RowKind::Property,
                };
                let ty = resolver.resolve_row(&typed, findings);
                add_property(
                    name,
                    property(found, row, ty, is_navigation, resolver),
                    (&mut structure.properties, &mut places),
                    findings,
                );
            }
        }
        let added: Vec<&str> = structure.properties[known..].iter().map(|property| property.name.as_str()).collect();
        if index > 0 && !added.is_empty() {
            let owner = &descriptions[0].page.path;
            let message =
                format!("this page adds to {}, which {owner} owns: {}", quoted(name), quoted(&added.join(", ")));
            findings.report(&found.page.path, found.facts.line, &codes::TYPE_ADDED_TO, message);
        }
    }
    structure.properties.sort_by_key(|property| property.is_navigation);
    structure
}

fn property(
    found: &Description<'_>,
    row: &facts::Property,
    ty: TypeRef,
    is_navigation: bool,
    resolver: &Resolver<'_, '_>,
) -> Property {
    let mut values = row.values.clone();
    if matches!(ty.ty, ValueType::Named(_)) {
        // They belong to the enumeration.
        values.clear();
    } else if values.is_empty()
        && let Some(listed) =
            resolver.descriptions.values.get(&(found.page.path.as_str(), row.name.to_ascii_lowercase()))
    {
        values.extend(listed.iter().map(|member| member.name.clone()));
    }
    Property {
        name: row.name.clone(),
        ty,
        is_navigation,
        nullable: row.nullable,
        is_read_only: row.is_read_only,
        values,
        default: row.default.clone(),
        only_on_select: row.only_on_select,
        returned_by_default: row.returned_by_default,
        is_filterable: row.is_filterable,
        filter_operators: row.filter_operators.clone(),
        is_searchable: row.is_searchable,
        is_sortable: row.is_sortable,
        is_expandable: row.is_expandable,
        required: row.required,
        is_key: row.is_key,
        is_alternate_key: row.is_alternate_key,
        only_with_prefer: row.only_with_prefer.clone(),
        deprecated: row.deprecated.clone(),
        last_documented: row.last_documented.clone(),
        proof: row.proof,
        page: found.page.path.clone(),
        line: row.line,
    }
}

/// The first page wins, but a later one may know a type that the first does not.
/// `places` are those of the properties by their names.
fn add_property(
    owner: &str,
    new: Property,
    (properties, places): (&mut Vec<Property>, &mut BTreeMap<String, usize>),
    findings: &mut Findings,
) {
    let place = *places.entry(new.name.clone()).or_insert(properties.len());
    let Some(known) = properties.get_mut(place) else {
        properties.push(new);
        return;
    };
    if new.last_documented.is_none() {
        known.last_documented = None;
    }
    if known.ty == new.ty {
        return;
    }
    match (&known.ty.ty, &new.ty.ty) {
        (ValueType::Unknown(_), _) => known.ty = new.ty,
        (_, ValueType::Unknown(_)) => {}
        _ => {
            let message = format!(
                "{} of {} is {} here and {} in {}:{}",
                quoted(&new.name),
                quoted(owner),
                quoted(&new.ty.to_string()),
                quoted(&known.ty.to_string()),
                known.page,
                known.line,
            );
            findings.report(&new.page, new.line, &codes::MERGE_CONFLICT, message);
        }
    }
}
