//! Links the facts of all pages into one immutable model.
//!
//! Types and their base types come first. Then each request template becomes an operation whose
//! parameters, body and response refer to types. Duplicates are merged; references are resolved within
//! their API version. Rust names are unknown here.

mod alternate_keys;
mod bases;
mod bodies;
mod called_names;
mod conditions;
mod counts;
mod doubtful;
mod entity_types;
mod enums_by_values;
mod exchanges;
mod findings;
mod fixups;
mod from_examples;
mod methods_tables;
mod operation_kind;
mod operations;
mod owners;
mod path_template;
mod path_types;
mod permissions;
pub(crate) mod privileges;
mod resolver;
mod responses;
mod superseded;
mod type_definitions;
mod type_descriptions;
mod type_index;

use std::collections::BTreeMap;

use crate::diag::Diagnostic;
use crate::model::api::{Api, Version};
use crate::model::facts::{ApiVersion, PageFacts};
use crate::model::figures::Figures;
use crate::policy::Policy;
use crate::source::PagePath;
use crate::threads;
use crate::vocab::Words;
use findings::Findings;
use resolver::Resolver;

/// The model, with figures and diagnostics.
#[derive(Debug, Default)]
pub struct Linked {
    pub api: Api,
    pub figures: Figures,
    pub diagnostics: Vec<(PagePath, Diagnostic)>,
}

/// Links pages, the versions at the same time. The result does not depend on the order of the pages.
#[must_use]
pub fn link(pages: &[PageFacts], words: Words<'_>, policy: &Policy) -> Linked {
    let mut findings = Findings::default();
    let mut by_version: BTreeMap<ApiVersion, Vec<&PageFacts>> = BTreeMap::new();
    let mut corrected = fixups::corrected(pages, policy, &mut findings);
    for page in pages {
        if let Some(certain) = doubtful::without_doubtful(corrected.get(&page.path).unwrap_or(page)) {
            corrected.insert(page.path.clone(), certain);
        }
    }
    for page in pages.iter().filter(|page| page.is_of_use()) {
        let page = corrected.get(&page.path).unwrap_or(page);
        by_version.entry(page.api_version).or_default().push(page);
    }
    let all: Vec<&PageFacts> = by_version.values().flatten().copied().collect();
    let rest = superseded::without_superseded(&all);
    if !rest.is_empty() {
        let pages = by_version.values_mut().flatten();
        pages.for_each(|page| *page = rest.get(&page.path).unwrap_or(*page));
    }
    let mut described = BTreeMap::new();
    for (version, pages) in &mut by_version {
        pages.sort_by(|left, right| left.path.cmp(&right.path));
        let mut descriptions = type_descriptions::collect(pages, &mut findings);
        let enums = enums_by_values::enums_by_values(pages, &mut descriptions, words, &mut findings);
        described.insert(*version, (descriptions, enums));
    }
    let linked = threads::each(&described, |(version, (descriptions, enums))| {
        let mut findings = Findings::default();
        let pages = by_version.get(version).map_or(&[][..], Vec::as_slice);
        let other = described.iter().find(|(other, _)| *other != version).map(|(_, (other, _))| &other.index);
        let resolver = Resolver { version: *version, words, descriptions, other };
        let mut types = type_definitions::define(&resolver, &mut findings);
        types.extend(enums.clone());
        bases::link_bases(pages, &resolver, &mut types, &mut findings);
        let operations = operations::link_operations(pages, &resolver, &types, policy, &mut findings);
        (Version { operations, types }, findings)
    });
    let mut api = Api::default();
    for (version, (linked, found)) in described.keys().zip(linked) {
        findings.extend(found);
        if !(linked.operations.is_empty() && linked.types.is_empty()) {
            api.versions.insert(*version, linked);
        }
    }
    let (figures, diagnostics) = findings.finish();
    Linked { api, figures, diagnostics }
}
