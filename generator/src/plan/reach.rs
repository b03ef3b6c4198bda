//! Which areas need which types.

use std::collections::{BTreeMap, BTreeSet};

use super::types::OTHER_TYPES;
use crate::model::api::{Operation, Segment, TypeShape, Version};
use crate::names;
use crate::policy::Policy;

/// The features that a type is compiled with: those of the areas whose operations reach it. Whatever a type
/// names is compiled at least as often as the type itself.
pub(super) fn features_by_type<'m>(model: &'m Version, policy: &Policy) -> BTreeMap<&'m str, BTreeSet<String>> {
    let mut features = reached_features(model, policy);
    let unreached: BTreeSet<&str> =
        model.types.keys().map(String::as_str).filter(|name| !features.contains_key(name)).collect();
    for name in reachable(unreached, model, policy) {
        features.entry(name).or_default().insert(OTHER_TYPES.to_owned());
    }
    features
}

fn reached_features<'m>(model: &'m Version, policy: &Policy) -> BTreeMap<&'m str, BTreeSet<String>> {
    let mut roots: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for operation in &model.operations {
        let Some(Segment::Name(area)) = operation.path.segments.first() else { continue };
        if let Some(feature) = names::feature(area) {
            roots.entry(feature).or_default().extend(types_of(operation));
        }
    }
    let mut features: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (feature, roots) in roots {
        for name in reachable(roots, model, policy) {
            features.entry(name).or_default().insert(feature.clone());
        }
    }
    features
}

/// The types that the signature of an operation's function names.
fn types_of(operation: &Operation) -> impl Iterator<Item = &str> {
    let of_bodies = operation.response.ty().into_iter().chain(operation.request_body.ty());
    let of_parameters = operation.body_parameters.iter().map(|parameter| &parameter.ty);
    let of_arguments = operation.path.last_arguments().iter().filter_map(|argument| argument.kind.enum_name());
    of_bodies.chain(of_parameters).filter_map(|ty| ty.ty.name()).chain(of_arguments)
}

/// The types that are needed to read values of these types: those of their properties, their base types
/// and the types that derive from them.
fn reachable<'m>(roots: BTreeSet<&str>, model: &'m Version, policy: &Policy) -> BTreeSet<&'m str> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = roots.into_iter().collect();
    while let Some(name) = open.pop() {
        let Some((name, definition)) = model.types.get_key_value(name) else { continue };
        if !seen.insert(name.as_str()) {
            continue;
        }
        if let TypeShape::Structured(shape) = &definition.shape {
            open.extend(shape.properties.iter().filter_map(|property| property.ty.ty.name()));
            open.extend(shape.base.as_deref());
            if !policy.is_universal_base(name) {
                open.extend(shape.derived.iter().map(String::as_str));
            }
        }
    }
    seen
}
