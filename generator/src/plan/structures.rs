//! Types with named properties: entity types, complex types and the parameters of actions.

use std::collections::{BTreeMap, BTreeSet};

use super::types::Types;
use super::{Named, Plan, PropertyPlan, RustType, StructurePlan, TypePath, deprecated, docs};
use crate::model::api::{
    Deprecation, Operation, Primitive, Property, StructuredKind, StructuredType, TypeDefinition, TypeRef,
};
use crate::model::api::{TypeShape, ValueType};
use crate::names::{Case, RustIdent, Scope};
use crate::policy::Policy;
use crate::source::PagePath;

/// A property that needs a name.
struct Candidate<'m> {
    wire: &'m str,
    docs: Vec<String>,
    ty: RustType,
    structure: Option<TypePath>,
    deprecated: Option<&'m Deprecation>,
    last_documented: Option<&'m String>,
    page: &'m PagePath,
    line: u32,
}

/// The parameters of an action's body as a structure.
pub(super) fn plan_parameters(
    ident: RustIdent,
    action: &str,
    operation: &Operation,
    types: &Types<'_>,
    plan: &mut Plan,
) -> StructurePlan {
    let Types { version, policy, .. } = *types;
    let candidates = operation.body_parameters.iter().map(|parameter| Candidate {
        wire: &parameter.name,
        docs: docs::parameter(parameter, &operation.page, types.prose),
        ty: property_type(&parameter.ty, false, types),
        structure: None,
        deprecated: parameter.deprecated.as_ref(),
        last_documented: None,
        page: &operation.page,
        line: parameter.line,
    });
    let owner = format!("{} parameter {} {action}", version.segment(), operation.page.stem());
    let properties = plan_properties(&owner, candidates.collect(), policy, plan);
    StructurePlan {
        ident,
        docs: docs::parameters(action, &operation.page, version, types.prose),
        qualified_name: None,
        bases: Vec::new(),
        derived: Vec::new(),
        kind: None,
        deprecated: None,
        last_documented: None,
        properties,
    }
}

/// An entity or complex type with the properties of its base types, which come first. The nearest
/// type that describes a property wins.
pub(super) fn plan_structured(
    ident: RustIdent,
    definition: &TypeDefinition,
    shape: &StructuredType,
    types: &Types<'_>,
    plan: &mut Plan,
) -> StructurePlan {
    let Types { version, policy, .. } = *types;
    let candidates = all_properties(shape, types).into_iter().map(|property| Candidate {
        wire: &property.name,
        docs: docs::property(property, types.prose),
        ty: property_type(&property.ty, property.is_navigation, types),
        structure: structure_of(&property.ty, types),
        deprecated: property.deprecated.as_ref(),
        last_documented: property.last_documented.as_ref(),
        page: &property.page,
        line: property.line,
    });
    let owner = format!("{} property {}", version.segment(), definition.name);
    let mut properties = plan_properties(&owner, candidates.collect(), policy, plan);
    let is_id = |property: &PropertyPlan| property.wire == "id" || shape.key.as_deref() == Some(&property.wire);
    if shape.kind == StructuredKind::Entity && !properties.iter().any(is_id) {
        properties.insert(0, undocumented_id());
    }
    let docs = docs::structured(definition, shape, version, types.prose);
    StructurePlan {
        ident,
        docs,
        qualified_name: Some(qualified_name(&definition.name)),
        bases: types
            .bases(shape)
            .filter(|base| !policy.is_universal_base(base))
            .filter_map(|base| types.path(base))
            .cloned()
            .collect(),
        derived: types.kinds_of(&definition.name).into_iter().map(qualified_name).collect(),
        kind: types.kind(&definition.name).cloned(),
        deprecated: definition.deprecated.as_ref().map(deprecated::note),
        last_documented: definition.last_documented.clone(),
        properties,
    }
}

pub(super) fn qualified_name(name: &str) -> String {
    format!("microsoft.graph.{name}")
}

/// Own and inherited properties.
pub(super) fn all_properties<'m>(shape: &'m StructuredType, types: &Types<'m>) -> Vec<&'m Property> {
    let bases = types.bases(shape).filter_map(|base| types.structured(base));
    let chain: Vec<_> = std::iter::once(shape).chain(bases).collect();
    let mut properties: Vec<&Property> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for property in chain.iter().rev().flat_map(|shape| &shape.properties) {
        let place = *places.entry(&property.name).or_insert(properties.len());
        match properties.get_mut(place) {
            Some(inherited) => *inherited = property,
            None => properties.push(property),
        }
    }
    properties
}

/// Every entity has a key; in Graph, it is `id` if the docs name none.
fn undocumented_id() -> PropertyPlan {
    PropertyPlan {
        wire: "id".to_owned(),
        ident: super::expect_ident("id", Case::Snake),
        docs: docs::undocumented_id(),
        ty: RustType::String,
        structure: None,
        last_documented: None,
        deprecated: None,
    }
}

fn plan_properties(owner: &str, candidates: Vec<Candidate<'_>>, policy: &Policy, plan: &mut Plan) -> Vec<PropertyPlan> {
    let mut scope = Scope::default();
    // Every structure has this field; a documented property of the same name gets another one.
    scope.reserve("additional", Case::Snake, "additional properties");
    let mut properties: Vec<PropertyPlan> = Vec::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    for candidate in candidates {
        // Annotations are not properties; they are in `additional`.
        if candidate.wire.contains('@') {
            continue;
        }
        let item = format!("{owner} {}", candidate.wire);
        let named = Named { item: &item, page: candidate.page, line: candidate.line };
        // Pages confuse capitals; if the other spelling occurs in JSON, it is kept in `additional`.
        let lower = candidate.wire.to_ascii_lowercase();
        if known.contains(&lower) {
            plan.report_repetition(&named);
            continue;
        }
        let Some(ident) = plan.claim(&mut scope, candidate.wire, Case::Snake, &named, policy) else { continue };
        known.insert(lower);
        properties.push(PropertyPlan {
            wire: candidate.wire.to_owned(),
            ident,
            docs: candidate.docs,
            ty: candidate.ty,
            structure: candidate.structure,
            deprecated: candidate.deprecated.map(deprecated::note),
            last_documented: candidate.last_documented.cloned(),
        });
    }
    properties
}

/// Entities inside others remain JSON until they are accessed; complex values are small and are read
/// at once.
fn property_type(ty: &TypeRef, is_navigation: bool, types: &Types<'_>) -> RustType {
    let item = value_type(&ty.ty, types);
    let shape = match &ty.ty {
        ValueType::Named(name) => types.shape(name),
        _ => None,
    };
    let is_entity =
        matches!(shape, Some(TypeShape::Structured(shape)) if is_navigation || shape.kind == StructuredKind::Entity);
    let is_complex = matches!(shape, Some(TypeShape::Structured(_))) && !is_entity;
    let value = match ty.collection {
        true => RustType::Vec(Box::new(item)),
        false if is_complex => RustType::Box(Box::new(item)),
        false => item,
    };
    if is_entity { RustType::Nested(Box::new(value)) } else { value }
}

/// The structure that a property has, or each of its items.
fn structure_of(ty: &TypeRef, types: &Types<'_>) -> Option<TypePath> {
    let ValueType::Named(name) = &ty.ty else { return None };
    types.structured(name)?;
    types.path(name).cloned()
}

/// The Rust type of a value; any JSON if its type is unknown.
pub(super) fn value_type(ty: &ValueType, types: &Types<'_>) -> RustType {
    match ty {
        ValueType::Primitive(primitive) => primitive_type(*primitive),
        ValueType::Named(name) => types.path(name).map_or(RustType::Json, |path| RustType::Named(path.clone())),
        ValueType::Json | ValueType::Unknown(_) => RustType::Json,
    }
}

fn primitive_type(primitive: Primitive) -> RustType {
    match primitive {
        Primitive::String | Primitive::Guid => RustType::String,
        Primitive::Binary
        | Primitive::Date
        | Primitive::DateTimeOffset
        | Primitive::Duration
        | Primitive::TimeOfDay => RustType::Edm(super::expect_ident(primitive.as_str(), Case::Type)),
        Primitive::Boolean => RustType::Bool,
        Primitive::Int32 | Primitive::Int16 | Primitive::Byte | Primitive::SByte => RustType::I32,
        Primitive::Int64 => RustType::I64,
        Primitive::Double | Primitive::Single => RustType::F64,
        // A decimal has more digits than a float; a stream in JSON is a reference to one.
        Primitive::Decimal | Primitive::Stream => RustType::Json,
    }
}
