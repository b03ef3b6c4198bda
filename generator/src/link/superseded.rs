//! What newer docs no longer have on one page, but have on another one, is documented: the page may have been renamed.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::facts::{ApiVersion, Method, PageFacts};
use crate::source::PagePath;

/// The pages that repeat what a newer page documents, without that.
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
    let mut types: BTreeSet<(ApiVersion, String)> = BTreeSet::new();
    for page in pages.iter().filter(|page| page.last_documented.is_none()) {
        let known = page.requests.iter().filter(|request| request.last_documented.is_none());
        requests.extend(known.map(|request| (page.api_version, request.method, request.key())));
        let known = page.types.iter().filter(|ty| ty.last_documented.is_none());
        types.extend(known.map(|ty| (page.api_version, ty.name.to_ascii_lowercase())));
    }
    let mut without = BTreeMap::new();
    for page in marked {
        let (version, is_old) = (page.api_version, page.last_documented.is_some());
        let mut rest = page.clone();
        rest.requests.retain(|request| {
            let may_repeat = is_old || request.last_documented.is_some();
            !may_repeat || !requests.contains(&(version, request.method, request.key()))
        });
        rest.types.retain(|ty| {
            let may_repeat = is_old || ty.last_documented.is_some();
            !may_repeat || !types.contains(&(version, ty.name.to_ascii_lowercase()))
        });
        let (had, has) = (page.requests.len() + page.types.len(), rest.requests.len() + rest.types.len());
        if has < had {
            if is_old && rest.requests.is_empty() {
                rest.examples.clear();
            }
            without.insert(page.path.clone(), rest);
        }
    }
    without
}
