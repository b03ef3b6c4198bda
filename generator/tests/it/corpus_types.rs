//! Links the types of the real docs, and checks that every unknown one has a reason.

use std::collections::BTreeSet;

use graphdocs::link::{Linked, link};
use graphdocs::model::api::{Response, TypeShape, ValueType};
use graphdocs::model::facts::{PageFacts, PageKind, TypeKind};
use graphdocs::model::figures::{RowKind, Rows};
use graphdocs::policy::Policy;

use crate::corpus::{corpus, is_original, read};
use crate::support::vocab;

fn linked(branch: &str) -> Option<(Vec<PageFacts>, Linked)> {
    let pages: Vec<_> = read(&corpus(branch)?, branch).into_values().collect();
    let linked = link(&pages, vocab().words("en"), &Policy::default());
    Some((pages, linked))
}

#[test]
fn every_type_of_zh_cn_is_defined() {
    let Some((pages, linked)) = linked("zh-CN") else { return };
    let mut defined: BTreeSet<(&str, String)> = BTreeSet::new();
    for (version, model) in &linked.api.versions {
        for ty in model.types.values() {
            let pages = std::iter::once(&ty.page).chain(&ty.also_on);
            defined.extend(pages.map(|page| (page.as_str(), ty.name.to_ascii_lowercase())));
            if let TypeShape::Structured(structure) = &ty.shape {
                let named = structure.properties.iter().map(|property| &property.ty.ty);
                let named = named.filter_map(|ty| if let ValueType::Named(name) = ty { Some(name) } else { None });
                for name in named.chain(&structure.base).chain(&structure.derived) {
                    assert!(model.types.contains_key(name), "{version:?} {}: {name}", ty.name);
                }
            }
        }
    }
    let has_type = |page: &PageFacts, name: &str| {
        let last = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
        defined
            .range((page.path.as_str(), String::new())..)
            .take_while(|(path, _)| *path == page.path.as_str())
            .any(|(_, known)| known.rsplit('.').next() == Some(last.as_str()))
    };
    let mut enum_pages = 0;
    for page in &pages {
        let reported = |code: &str| {
            let linked = linked.diagnostics.iter().filter(|(path, _)| *path == page.path);
            linked.map(|(_, found)| found).chain(&page.diagnostics).any(|found| found.code.id == code)
        };
        match page.kind {
            PageKind::Resource => {
                assert!(!page.types.is_empty(), "{} is a resource page without a type", page.path);
                for ty in page.types.iter().filter(|ty| ty.kind != TypeKind::Enum) {
                    assert!(has_type(page, &ty.name) || reported("GX0707") || reported("GX0709"), "{}", page.path);
                }
            }
            PageKind::Enum => {
                enum_pages += 1;
                assert!(page.types.iter().any(|ty| !ty.members.is_empty()), "{} has no members", page.path);
                for ty in &page.types {
                    assert!(has_type(page, &ty.name) || reported("GX0707") || reported("GX0709"), "{}", page.path);
                }
            }
            PageKind::Api | PageKind::Concept => {}
        }
    }
    assert!(enum_pages > 600, "{enum_pages} pages of enumerations");
}

#[test]
fn the_types_of_zh_cn_are_resolved() {
    let Some((_, linked)) = linked("zh-CN") else { return };
    for ((kind, version), rows) in &linked.figures.rows {
        let wanted = if *kind == RowKind::Property { 990 } else { 980 };
        let known = rows.primitive + rows.named;
        assert!(known * 1000 >= rows.stated() * wanted, "{kind:?} {version:?}: {rows:?}");
    }
    let listed = |code: &str| linked.diagnostics.iter().filter(|(_, found)| found.code.id == code).count();
    let rows = |count: fn(&Rows) -> usize| linked.figures.rows.values().map(count).sum::<usize>();
    assert!(listed("GX0703") >= rows(|rows| rows.unknown), "every unknown row is listed");
    assert_eq!(listed("GX0714"), rows(|rows| rows.json), "rows that are any JSON");
    assert_eq!(listed("GX0715"), rows(|rows| rows.unstated), "rows without a type");
    let untyped = linked.figures.bodies.values().map(|bodies| bodies.untyped + bodies.raw + bodies.unstated);
    assert_eq!(listed("GX0716"), untyped.sum::<usize>(), "bodies without a type");
    for (version, responses) in &linked.figures.responses {
        assert!(responses.unknown * 100 <= responses.with_body() * 5, "{version:?}: {responses:?}");
    }
    let reasons: BTreeSet<_> = linked
        .diagnostics
        .iter()
        .filter(|(_, found)| matches!(found.code.id, "GX0710" | "GX0711" | "GX0712"))
        .map(|(page, found)| (page, found.position.line))
        .collect();
    for operation in linked.api.versions.values().flat_map(|model| &model.operations) {
        let is_unknown = match &operation.response {
            Response::Typed(found) => matches!(found.ty, ValueType::Unknown(_)),
            other => *other == Response::Unknown,
        };
        if is_unknown {
            assert!(reasons.contains(&(&operation.page, operation.line)), "{}:{}", operation.page, operation.line);
        }
    }
}

/// The model as text, without the lines, which differ between the languages.
fn neutral(linked: &Linked) -> Vec<String> {
    let text = graphdocs::report::model::text(&linked.api);
    text.lines().map(|line| line.trim_end_matches(|c: char| c.is_ascii_digit() || c == ')').to_owned()).collect()
}

#[test]
fn all_languages_give_the_same_model() {
    let Some(folder) = corpus("zh-CN") else { return };
    let pages = read(&folder, "zh-CN");
    for other in ["pt-BR", "en-US"] {
        let Some(other_folder) = corpus(other) else { continue };
        let mut others = read(&other_folder, other);
        // Pages of another commit may differ.
        others.retain(|path, found| match pages.get(path) {
            Some(_) if other == "en-US" => is_original(&folder.join(path), &other_folder.join(path)),
            Some(page) => page.source_commit == found.source_commit,
            None => false,
        });
        assert!(others.len() > 11_000, "{other}: {} pages", others.len());
        let link = |pages: Vec<PageFacts>| neutral(&link(&pages, vocab().words("en"), &Policy::default()));
        let chinese = link(pages.values().filter(|page| others.contains_key(page.path.as_str())).cloned().collect());
        let found = link(others.into_values().collect());
        let differs = chinese.iter().zip(&found).find(|(left, right)| left != right);
        assert!(differs.is_none() && chinese.len() == found.len(), "{other}: {differs:?}");
    }
}
