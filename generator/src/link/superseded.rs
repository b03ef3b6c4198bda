//! What newer docs no longer have on one page, but have on another one, is documented: the page may have been renamed.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::facts::{ApiVersion, Method, PageFacts, TypeFacts};
use crate::source::PagePath;

/// The rows of the types that newer pages describe, by type.
type Rows = BTreeMap<(ApiVersion, String), BTreeSet<String>>;

/// The pages that repeat what a newer page documents, without that. Of a type that newer pages describe, the rows remain
/// that only these pages have, each with its mark.
pub(super) fn without_superseded(pages: &[&PageFacts]) -> BTreeMap<PagePath, PageFacts> {
    let is_marked = |page: &&&PageFacts| {
        page.last_documented.is_some()
            || page.requests.iter().any(|request| request.last_documented.is_some())
            || page.types.iter().any(|ty| ty.last_documented.is_some())
    };
    let marked: Vec<&PageFacts> = pages.iter().filter(is_marked).copied().collect();
    if marked.is_empty() {
        return BTreeMap::new();
    }
    let mut requests: BTreeSet<(ApiVersion, Method, String)> = BTreeSet::new();
    let mut types: Rows = BTreeMap::new();
    for page in pages.iter().filter(|page| page.last_documented.is_none()) {
        let known = page.requests.iter().filter(|request| request.last_documented.is_none());
        requests.extend(known.map(|request| (page.api_version, request.method, request.key())));
        for ty in page.types.iter().filter(|ty| ty.last_documented.is_none()) {
            let rows = types.entry((page.api_version, ty.name.to_ascii_lowercase())).or_default();
            let properties = ty.properties.iter().chain(&ty.relationships);
            rows.extend(properties.map(|row| row.name.to_ascii_lowercase()));
            rows.extend(ty.members.iter().map(|row| row.name.to_ascii_lowercase()));
        }
    }
    let mut without = BTreeMap::new();
    for page in marked {
        let (version, of_page) = (page.api_version, page.last_documented.as_ref());
        let mut rest = page.clone();
        rest.requests.retain(|request| {
            let may_repeat = of_page.is_some() || request.last_documented.is_some();
            !may_repeat || !requests.contains(&(version, request.method, request.key()))
        });
        if of_page.is_some() && rest.requests.is_empty() {
            rest.examples.clear();
        }
        rest.types.retain_mut(|ty| {
            let Some(day) = ty.last_documented.clone().or_else(|| of_page.cloned()) else { return true };
            let Some(known) = types.get(&(version, ty.name.to_ascii_lowercase())) else { return true };
            keep_others(ty, known, &day);
            !(ty.properties.is_empty() && ty.relationships.is_empty() && ty.members.is_empty())
        });
        without.insert(page.path.clone(), rest);
    }
    without
}

/// Keeps the rows that no newer page has.
fn keep_others(ty: &mut TypeFacts, known: &BTreeSet<String>, day: &str) {
    let is_other = |name: &str| !known.contains(&name.to_ascii_lowercase());
    for list in [&mut ty.properties, &mut ty.relationships] {
        list.retain(|row| is_other(&row.name));
        list.iter_mut().for_each(|row| _ = row.last_documented.get_or_insert_with(|| day.to_owned()));
    }
    ty.members.retain(|row| is_other(&row.name));
    ty.members.iter_mut().for_each(|row| _ = row.last_documented.get_or_insert_with(|| day.to_owned()));
}
