//! Groups types that are compiled together.
//!
//! Types that the same areas reach form a group with a private cargo feature. A group turns on the groups of the
//! types that its own types name, and an area turns on those that its operations name; so a new dependency is one
//! line of `Cargo.toml`. Both versions share the groups, because crates.io allows 300 features at most.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::api::{Api, Version};
use crate::model::facts::ApiVersion;
use crate::names::{self, OTHER_TYPES};
use crate::policy::Policy;
use crate::select;

/// The prefix of features that are not meant to be turned on by hand.
const PREFIX: &str = "_types-";

/// Whether a feature belongs to a group of types, so that only other features turn it on.
#[must_use]
pub fn is_private(feature: &str) -> bool {
    feature.starts_with(PREFIX)
}

/// The groups of all types.
#[derive(Debug, Default)]
pub(super) struct TypeGroups {
    /// The feature of the group, by the name of a type.
    of_type: BTreeMap<String, String>,
    /// The features that an area or a group turns on.
    turns_on: BTreeMap<String, BTreeSet<String>>,
}

impl TypeGroups {
    pub(super) fn of(api: &Api, policy: &Policy) -> Self {
        let graph = Graph::of(api, policy);
        let mut areas = graph.areas_by_type();
        let unreached: BTreeSet<&str> = graph.names.keys().filter(|name| !areas.contains_key(*name)).copied().collect();
        for name in graph.reachable(&unreached) {
            areas.entry(name).or_default().insert((OTHER_TYPES, None));
        }
        let mut groups: BTreeMap<&Areas<'_>, Vec<&str>> = BTreeMap::new();
        for (name, areas) in &areas {
            groups.entry(areas).or_default().push(name);
        }
        let named_by = graph.named_by();
        let mut taken = BTreeSet::new();
        let mut of_type = BTreeMap::new();
        for types in groups.values() {
            let feature = group_name(types, &named_by, &mut taken);
            of_type.extend(types.iter().map(|name| ((*name).to_owned(), feature.clone())));
        }
        let mut turns_on: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (name, named) in &graph.names {
            let Some(feature) = of_type.get(*name) else { continue };
            let others = named.iter().filter_map(|named| of_type.get(*named)).filter(|other| *other != feature);
            turns_on.entry(feature.clone()).or_default().extend(others.cloned());
        }
        for (area, roots) in
            graph.roots.iter().map(|((area, _), roots)| (area.as_str(), roots)).chain([(OTHER_TYPES, &unreached)])
        {
            let needed = roots.iter().filter_map(|name| of_type.get(*name)).cloned();
            turns_on.entry(area.to_owned()).or_default().extend(needed);
        }
        Self { of_type, turns_on: reduced(&turns_on) }
    }

    /// The feature that a type is compiled with.
    pub(super) fn feature(&self, name: &str) -> Option<&str> {
        self.of_type.get(name).map(String::as_str)
    }

    /// The features of areas and groups that turn on others.
    pub(super) fn turns_on(&self) -> &BTreeMap<String, BTreeSet<String>> {
        &self.turns_on
    }

    /// All features with those that they turn on: of areas, including those without types, and of groups.
    pub(super) fn features(self, areas: BTreeSet<String>) -> BTreeMap<String, BTreeSet<String>> {
        let mut features = self.turns_on;
        for area in areas {
            features.entry(area).or_default();
        }
        features
    }
}

/// Areas that reach a type. Versions are distinguished, so that a change in one of them rarely merges two groups.
type Areas<'a> = BTreeSet<(&'a str, Option<ApiVersion>)>;

/// The types that each type names, in either version.
struct Graph<'m> {
    names: BTreeMap<&'m str, BTreeSet<&'m str>>,
    /// The types that operations name, by area and version.
    roots: BTreeMap<(String, ApiVersion), BTreeSet<&'m str>>,
}

impl<'m> Graph<'m> {
    fn of(api: &'m Api, policy: &Policy) -> Self {
        let mut graph = Self { names: BTreeMap::new(), roots: BTreeMap::new() };
        for (version, model) in &api.versions {
            graph.add(*version, model, policy);
        }
        graph
    }

    fn add(&mut self, version: ApiVersion, model: &'m Version, policy: &Policy) {
        let known = |name: &&str| model.types.contains_key(*name);
        for name in model.types.keys() {
            self.names.entry(name).or_default().extend(select::named_by(model, name, policy));
        }
        let mut areas: BTreeMap<&str, BTreeSet<&'m str>> = BTreeMap::new();
        for operation in &model.operations {
            if let Some(area) = select::area_of(operation) {
                areas.entry(area).or_default().extend(select::types_of(operation).filter(known));
            }
        }
        for (area, mut types) in areas {
            if let Some(feature) = names::feature(area) {
                types.extend(select::types_next_to(model, area, policy));
                self.roots.entry((feature, version)).or_default().extend(types);
            }
        }
    }

    /// The areas that reach a type, with the version of their operations.
    fn areas_by_type(&self) -> BTreeMap<&'m str, Areas<'_>> {
        let mut areas: BTreeMap<&str, Areas<'_>> = BTreeMap::new();
        for ((area, version), roots) in &self.roots {
            for name in self.reachable(roots) {
                areas.entry(name).or_default().insert((area, Some(*version)));
            }
        }
        areas
    }

    /// The types that are needed to read values of these types: those of properties, base types and derived
    /// types.
    fn reachable(&self, roots: &BTreeSet<&'m str>) -> BTreeSet<&'m str> {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&str> = roots.iter().copied().collect();
        while let Some(name) = open.pop() {
            if seen.insert(name) {
                open.extend(self.names.get(name).into_iter().flatten());
            }
        }
        seen
    }

    /// The number of types that name each type.
    fn named_by(&self) -> BTreeMap<&'m str, usize> {
        let mut counts = BTreeMap::new();
        for name in self.names.values().flatten() {
            *counts.entry(*name).or_default() += 1;
        }
        counts
    }
}

/// A group is named after the type that most others name; the first by name if there is a tie.
fn group_name(types: &[&str], named_by: &BTreeMap<&str, usize>, taken: &mut BTreeSet<String>) -> String {
    let mut candidates = types.to_vec();
    candidates.sort_by_key(|name| (std::cmp::Reverse(named_by.get(name).copied().unwrap_or(0)), *name));
    let names = candidates.iter().filter_map(|name| names::kebab(name)).map(|name| format!("{PREFIX}{name}"));
    let free = names.into_iter().find(|name| !taken.contains(name));
    let numbered = || (taken.len()..).map(|number| format!("{PREFIX}{number}")).find(|name| !taken.contains(name));
    let name = free.or_else(numbered).unwrap_or_default();
    taken.insert(name.clone());
    name
}

/// Removes features that another one turns on anyway.
fn reduced(turns_on: &BTreeMap<String, BTreeSet<String>>) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for feature in turns_on.keys() {
        close(feature, turns_on, &mut all);
    }
    let reduce = |direct: &BTreeSet<String>| {
        let is_implied = |name: &str| {
            let mut others = direct.iter().filter(|other| other.as_str() != name);
            others.any(|other| all.get(other.as_str()).is_some_and(|below| below.contains(name)))
        };
        direct.iter().filter(|name| !is_implied(name)).cloned().collect()
    };
    turns_on.iter().map(|(feature, direct)| (feature.clone(), reduce(direct))).collect()
}

/// Everything that a feature turns on. Features that need each other form one group, so there are no cycles.
fn close<'f>(
    feature: &'f str,
    turns_on: &'f BTreeMap<String, BTreeSet<String>>,
    all: &mut BTreeMap<&'f str, BTreeSet<&'f str>>,
) {
    if all.contains_key(feature) {
        return;
    }
    let mut below = BTreeSet::new();
    for direct in turns_on.get(feature).into_iter().flatten() {
        close(direct, turns_on, all);
        below.insert(direct.as_str());
        below.extend(all.get(direct.as_str()).into_iter().flatten().copied());
    }
    all.insert(feature, below);
}
