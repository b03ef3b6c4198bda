//! The types of one version from the perspective of JSON: the member names that an object of a type
//! may have.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::api::{Property, StructuredKind, StructuredType, TypeRef, TypeShape, Version};

pub(super) struct Schema<'m> {
    version: &'m Version,
    /// By the name of the type, then by the names of its own and inherited properties.
    members: BTreeMap<&'m str, BTreeMap<&'m str, Member<'m>>>,
    /// The same names in lower case.
    lower: BTreeMap<&'m str, BTreeSet<String>>,
    /// Keys of types by their names in lower case.
    names: BTreeMap<String, &'m str>,
}

#[derive(Clone, Copy)]
pub(super) enum Member<'m> {
    Property(&'m Property),
    /// The key that every entity has, even if no page lists it.
    Key,
}

impl<'m> Schema<'m> {
    pub(super) fn of(version: &'m Version) -> Self {
        let members: BTreeMap<&str, BTreeMap<&str, Member<'_>>> = version
            .types
            .iter()
            .filter_map(|(name, definition)| match &definition.shape {
                TypeShape::Structured(shape) => Some((name.as_str(), members(version, shape))),
                TypeShape::Enum(_) => None,
            })
            .collect();
        let lower =
            members.iter().map(|(ty, members)| (*ty, members.keys().map(|name| name.to_ascii_lowercase()).collect()));
        let lower = lower.collect();
        let names = version.types.keys().map(|name| (name.to_ascii_lowercase(), name.as_str())).collect();
        Self { version, members, lower, names }
    }

    pub(super) fn shape(&self, name: &str) -> Option<&'m TypeShape> {
        self.version.types.get(name).map(|definition| &definition.shape)
    }

    pub(super) fn structured(&self, name: &str) -> Option<&'m StructuredType> {
        structured(self.version, name)
    }

    pub(super) fn member(&self, ty: &str, name: &str) -> Option<Member<'m>> {
        self.members.get(ty)?.get(name).copied()
    }

    /// Whether only the capitals differ.
    pub(super) fn is_misspelt(&self, ty: &str, name: &str) -> bool {
        self.lower.get(ty).is_some_and(|names| names.contains(&name.to_ascii_lowercase()))
    }

    /// The type that an `@odata.type` names.
    pub(super) fn by_odata_type(&self, name: &str) -> Option<&'m str> {
        let name = name.trim().trim_start_matches('#').to_ascii_lowercase();
        let name = name.strip_prefix("microsoft.graph.").or_else(|| name.strip_prefix("graph.")).unwrap_or(&name);
        self.names.get(name).copied()
    }

    /// Whether a type is the same as another one, or derived from it.
    pub(super) fn is_a(&self, name: &str, base: &str) -> bool {
        let base_of = |name: &&'m str| self.structured(name)?.base.as_deref();
        let Some((name, _)) = self.version.types.get_key_value(name) else { return false };
        std::iter::successors(Some(name.as_str()), base_of).any(|known| known == base)
    }

    /// Whether a property remains JSON until it is accessed.
    pub(super) fn is_nested(&self, ty: &TypeRef, is_navigation: bool) -> bool {
        let shape = ty.ty.name().and_then(|name| self.structured(name));
        shape.is_some_and(|shape| is_navigation || shape.kind == StructuredKind::Entity)
    }
}

fn structured<'m>(version: &'m Version, name: &str) -> Option<&'m StructuredType> {
    match &version.types.get(name)?.shape {
        TypeShape::Structured(shape) => Some(shape),
        TypeShape::Enum(_) => None,
    }
}

/// The members as in the structures of the client: only the first of names that differ in capitals, and no
/// annotations.
fn members<'m>(version: &'m Version, shape: &'m StructuredType) -> BTreeMap<&'m str, Member<'m>> {
    let bases = std::iter::successors(Some(shape), |shape| structured(version, shape.base.as_deref()?));
    let chain: Vec<_> = bases.collect();
    let mut found: Vec<&Property> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for property in chain.iter().rev().flat_map(|shape| &shape.properties) {
        let place = *places.entry(&property.name).or_insert(found.len());
        match found.get_mut(place) {
            Some(inherited) => *inherited = property,
            None => found.push(property),
        }
    }
    let mut lower = BTreeSet::new();
    found.retain(|property| !property.name.contains('@') && lower.insert(property.name.to_ascii_lowercase()));
    let mut members: BTreeMap<_, _> =
        found.into_iter().map(|property| (property.name.as_str(), Member::Property(property))).collect();
    if shape.kind == StructuredKind::Entity && !members.contains_key("id") {
        let has_key = shape.key.as_deref().is_some_and(|key| members.contains_key(key));
        if !has_key {
            members.insert("id", Member::Key);
        }
    }
    members
}
