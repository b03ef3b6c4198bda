//! Which areas need which types, and which types are compiled together.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::api::{Operation, RequestBody, Response, Segment, TypeShape, ValueType, Version};
use crate::names;
use crate::policy::Policy;

/// So many sets of features are told apart; each is a line of `cfg` that people read, too.
const MAX_SETS: usize = 40;

/// The features that a type is compiled with: those whose operations reach it, and for some types a few
/// more, so that there are not more sets of features than people can read. Types that no operation
/// reaches are not in the map.
pub(super) fn features_by_type<'m>(model: &'m Version, policy: &Policy) -> BTreeMap<&'m str, BTreeSet<String>> {
    let mut reached = reached_features(model, policy);
    let mut sizes: BTreeMap<&BTreeSet<String>, usize> = BTreeMap::new();
    for features in reached.values() {
        *sizes.entry(features).or_default() += 1;
    }
    let merged = merge(sizes);
    for features in reached.values_mut() {
        if let Some(union) = merged.iter().find(|union| union.iter().any(|member| member == features)) {
            *features = union.iter().flatten().cloned().collect();
        }
    }
    reached
}

/// Joins sets of features, always the two that cost least: the number of types times the number of
/// features that would compile them without need. A single area stays alone.
fn merge(sizes: BTreeMap<&BTreeSet<String>, usize>) -> Vec<Vec<BTreeSet<String>>> {
    let names: BTreeSet<&String> = sizes.keys().copied().flatten().collect();
    let index: BTreeMap<&String, usize> = names.into_iter().enumerate().map(|(at, name)| (name, at)).collect();
    let (mut alone, mut shared) = (Vec::new(), Vec::new());
    for (features, types) in sizes {
        let mut bits = vec![0_u64; index.len().div_ceil(64)];
        for at in features.iter().filter_map(|feature| index.get(feature)) {
            bits[at / 64] |= 1 << (at % 64);
        }
        let list = if features.len() == 1 { &mut alone } else { &mut shared };
        list.push(Union { bits, types, members: vec![features.clone()] });
    }
    while alone.len() + shared.len() > MAX_SETS && shared.len() > 1 {
        let pairs = (0..shared.len()).flat_map(|left| (left + 1..shared.len()).map(move |right| (left, right)));
        let Some((left, right)) = pairs.min_by_key(|(left, right)| shared[*left].cost(&shared[*right])) else { break };
        let joined = shared.remove(right);
        shared[left].join(joined);
    }
    alone.into_iter().chain(shared).map(|union| union.members).collect()
}

/// Sets of features that became one.
struct Union {
    bits: Vec<u64>,
    types: usize,
    members: Vec<BTreeSet<String>>,
}

impl Union {
    fn cost(&self, other: &Self) -> usize {
        self.types * self.missing(other) + other.types * other.missing(self)
    }

    /// How many features of the other this one does not have.
    fn missing(&self, other: &Self) -> usize {
        self.bits.iter().zip(&other.bits).map(|(own, others)| (others & !own).count_ones() as usize).sum()
    }

    fn join(&mut self, other: Self) {
        self.types += other.types;
        self.members.extend(other.members);
        for (own, others) in self.bits.iter_mut().zip(other.bits) {
            *own |= others;
        }
    }
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
    let response = match &operation.response {
        Response::Typed(ty) => Some(&ty.ty),
        _ => None,
    };
    let body = match &operation.request_body {
        RequestBody::Entity(ty) => Some(&ty.ty),
        _ => None,
    };
    let parameters = operation.body_parameters.iter().map(|parameter| &parameter.ty.ty);
    response.into_iter().chain(body).chain(parameters).filter_map(named)
}

fn named(ty: &ValueType) -> Option<&str> {
    match ty {
        ValueType::Named(name) => Some(name),
        _ => None,
    }
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
            open.extend(shape.properties.iter().filter_map(|property| named(&property.ty.ty)));
            open.extend(shape.base.as_deref());
            if !policy.is_universal_base(name) {
                open.extend(shape.derived.iter().map(String::as_str));
            }
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sets: &[(&[&str], usize)], expected: usize) -> Vec<Vec<BTreeSet<String>>> {
        let owned: Vec<(BTreeSet<String>, usize)> =
            sets.iter().map(|(names, types)| (names.iter().map(|name| (*name).to_owned()).collect(), *types)).collect();
        let merged = merge(owned.iter().map(|(names, types)| (names, *types)).collect());
        assert_eq!(merged.len(), expected);
        merged
    }

    #[test]
    fn few_sets_stay_as_they_are() {
        check(&[(&["a"], 1), (&["a", "b"], 1), (&["b", "c"], 9)], 3);
    }

    #[test]
    fn the_cheapest_sets_are_joined() {
        let names: Vec<String> = (0..MAX_SETS).map(|number| format!("area{number:02}")).collect();
        let alone: Vec<[&str; 1]> = names.iter().map(|name| [name.as_str()]).collect();
        let mut sets: Vec<(&[&str], usize)> = alone[2..].iter().map(|name| (name.as_slice(), 1)).collect();
        sets.extend([(&["a", "b"][..], 50), (&["a", "b", "c"][..], 2), (&["y", "z"][..], 50)]);
        let merged = check(&sets, MAX_SETS);
        let joined: Vec<_> = merged.into_iter().filter(|union| union.len() > 1).collect();
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(joined, [vec![set(&["a", "b"]), set(&["a", "b", "c"])]]);
    }
}
