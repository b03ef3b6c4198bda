//! The types of a version, with the pages that describe each and the one that owns it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::findings::Findings;
use super::type_index::{TypeIndex, is_type_name, last_name, namespace_of};
use crate::diag::{codes, quoted};
use crate::model::api::Member;
use crate::model::facts::{PageFacts, PageKind, TypeExpression, TypeFacts, TypeKind};

/// The description of a type on one page.
pub(super) struct Description<'p> {
    pub(super) page: &'p PageFacts,
    pub(super) facts: &'p TypeFacts,
    /// The qualified name, as the page spells it.
    name: String,
}

/// How closely the name of a page fits a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Nearness {
    /// The page has the name of the type.
    Own,
    /// Only its last word does: `intune-devices-user` for `user`.
    LastWord,
    Other,
}

fn nearness(stem: &str, name: &str) -> Nearness {
    if stem.eq_ignore_ascii_case(&name.replace('.', "-")) {
        Nearness::Own
    } else if stem.rsplit('-').next().is_some_and(|end| end.eq_ignore_ascii_case(last_name(name))) {
        Nearness::LastWord
    } else {
        Nearness::Other
    }
}

impl Description<'_> {
    /// If newer docs no longer have the page or its type.
    pub(super) fn last_documented(&self) -> Option<&String> {
        self.facts.last_documented.as_ref().or(self.page.last_documented.as_ref())
    }

    /// A page about the type comes before a part of another page, and a page with the name of the type before
    /// others. If each page describes a part, as Intune does for `deviceManagement`, the largest part comes
    /// first.
    pub(super) fn rank(&self) -> (bool, Nearness, Reverse<usize>) {
        let is_main = self.page.types.first().is_some_and(|first| std::ptr::eq(first, self.facts));
        let properties = self.facts.properties.len() + self.facts.relationships.len();
        (!is_main, nearness(self.page.path.stem(), &self.name), Reverse(properties))
    }
}

/// The types of a version, before anything is resolved.
pub(super) struct Descriptions<'p> {
    /// By the name in lower case; the owner first.
    pub(super) by_name: BTreeMap<String, Vec<Description<'p>>>,
    /// Values of the properties that a table below them lists, by page and property.
    pub(super) values: BTreeMap<(&'p str, String), &'p [Member]>,
    pub(super) index: TypeIndex,
}

/// Collects the types that pages define. The pages are sorted by path.
pub(super) fn collect<'p>(pages: &[&'p PageFacts], findings: &mut Findings) -> Descriptions<'p> {
    let mut by_name: BTreeMap<String, Vec<Description<'p>>> = BTreeMap::new();
    let mut values = BTreeMap::new();
    let owned = types_with_own_page(pages);
    for page in pages {
        let has_enum = page.types.iter().any(|facts| facts.kind == TypeKind::Enum);
        let listed = if has_enum { properties_of_other_types(page) } else { BTreeSet::new() };
        for facts in &page.types {
            let lower = facts.name.to_ascii_lowercase();
            if facts.kind == TypeKind::Enum && listed.contains(&lower) {
                values.insert((page.path.as_str(), lower), facts.members.as_slice());
                continue;
            }
            let name = name_of(page, facts, &owned, findings);
            if is_type_name(&name) {
                by_name.entry(name.to_ascii_lowercase()).or_default().push(Description { page, facts, name });
            } else {
                let message = format!("{} is not a name", quoted(&name));
                findings.report(&page.path, facts.line, &codes::BAD_TYPE_NAME, message);
            }
        }
    }
    let mut index = TypeIndex::default();
    for descriptions in by_name.values_mut() {
        descriptions.sort_by_cached_key(|found| {
            let is_old = found.last_documented().is_some();
            (is_old, found.rank(), found.page.path.clone(), found.facts.line)
        });
        let key = spelling(descriptions);
        report_owner(&key, descriptions, findings);
        for found in descriptions.iter() {
            let is_first = found.page.types.first().is_some_and(|first| first.name == found.facts.name);
            let is_main = is_first && (found.page.kind == PageKind::Resource || found.page.types.len() == 1);
            index.insert(&key, found.page.path.stem(), is_main);
        }
    }
    Descriptions { by_name, values, index }
}

/// Types, in lower case, with a page of their own that has their name.
fn types_with_own_page(pages: &[&PageFacts]) -> BTreeSet<String> {
    let about = pages.iter().filter_map(|page| Some((page.path.stem(), page.types.first()?)));
    let own = about.filter(|(_, facts)| facts.titled.is_none());
    let own = own.map(|(stem, facts)| (stem, qualified(facts)));
    own.filter(|(stem, name)| nearness(stem, name) != Nearness::Other)
        .map(|(_, name)| name.to_ascii_lowercase())
        .collect()
}

/// The annotation names the type, unless that type has its own page and this page has another name: then the
/// block was copied.
fn name_of(page: &PageFacts, facts: &TypeFacts, owned: &BTreeSet<String>, findings: &mut Findings) -> String {
    let annotated = qualified(facts);
    match &facts.titled {
        Some(titled) if owned.contains(&annotated.to_ascii_lowercase()) => {
            let message = format!(
                "the annotation says {}, which has its own page; title and page name say {}, which is used",
                quoted(&annotated),
                quoted(titled)
            );
            findings.report(&page.path, facts.line, &codes::TITLE_COUNTS, message);
            titled.clone()
        }
        _ => annotated,
    }
}

/// Reports types whose owner is only decided by the alphabet.
fn report_owner(name: &str, descriptions: &[Description<'_>], findings: &mut Findings) {
    let Some(owner) = descriptions.first() else { return };
    let rank = owner.rank();
    let mut equals: Vec<&str> =
        descriptions.iter().take_while(|found| found.rank() == rank).map(|found| found.page.path.as_str()).collect();
    equals.dedup();
    if let [first, others @ ..] = equals.as_slice()
        && !others.is_empty()
    {
        let message =
            format!("{} fits {} equally well; {first} owns it as the first by path", quoted(name), others.join(", "));
        findings.report(&owner.page.path, owner.facts.line, &codes::OWNER_BY_PATH, message);
    }
}

/// The properties of a page, in lower case, that have another type than the one of their name. An enumeration of that
/// name on the page is only the list of their values.
fn properties_of_other_types(page: &PageFacts) -> BTreeSet<String> {
    let mut differ: BTreeMap<String, bool> = BTreeMap::new();
    for property in page.types.iter().flat_map(|ty| ty.properties.iter().chain(&ty.relationships)) {
        let differs = !last_name(&property.ty.name).eq_ignore_ascii_case(&property.name);
        *differ.entry(property.name.to_ascii_lowercase()).or_insert(true) &= differs;
    }
    differ.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

/// Names from headings belong to the namespace of their page.
fn qualified(facts: &TypeFacts) -> String {
    match &facts.namespace {
        Some(namespace) if !facts.name.contains('.') => format!("{namespace}.{}", facts.name),
        _ => facts.name.clone(),
    }
}

/// The spelling of most pages; the first in order if there is a tie.
pub(super) fn spelling(descriptions: &[Description<'_>]) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for found in descriptions {
        *counts.entry(found.name.clone()).or_default() += 1;
    }
    let best = counts.into_iter().max_by(|(left, count), (right, other)| count.cmp(other).then(right.cmp(left)));
    best.map(|(name, _)| name).unwrap_or_default()
}

/// The namespace that the names of a page are relative to.
pub(super) fn page_namespace(page: &PageFacts) -> Option<&str> {
    page.types.first().and_then(|ty| namespace_of(&ty.name).or(ty.namespace.as_deref()))
}

/// The base type of each type as a page states it, with that page.
pub(super) fn stated_bases<'p>(
    descriptions: &Descriptions<'p>,
) -> BTreeMap<String, (&'p PageFacts, u32, TypeExpression)> {
    let mut bases = BTreeMap::new();
    for found in descriptions.by_name.values() {
        let stated = found.iter().find_map(|found| {
            let base = found.facts.base.as_ref()?;
            let expression = TypeExpression { name: base.name.clone(), collection: false, target: base.target.clone() };
            Some((found.page, found.facts.line, expression))
        });
        if let Some(stated) = stated {
            bases.insert(spelling(found), stated);
        }
    }
    bases
}

/// The types that pages list as derived from theirs: the listed name and the name of the base.
pub(super) fn listed_derived(descriptions: &Descriptions<'_>) -> Vec<(String, String)> {
    let named = descriptions.by_name.values().map(|found| (spelling(found), found));
    named
        .flat_map(|(base, found)| {
            let listed = found.iter().flat_map(|found| &found.facts.derived);
            listed.map(move |derived| (derived.clone(), base.clone())).collect::<Vec<_>>()
        })
        .collect()
}
