//! The kind of a page, and its title.

use super::{Context, Output};
use crate::diag::codes;
use crate::markup::{Dialect, View};
use crate::model::facts::{ApiVersion, PageKind, Title};
use crate::source::{PagePath, Span};
use crate::vocab::Role;

/// The kind of the pages in a folder.
pub(super) fn kind_by_folder(path: &PagePath) -> Option<PageKind> {
    match path.folders().last()? {
        "api" => Some(PageKind::Api),
        _ => None,
    }
}

pub(super) fn extract_kind_and_title(context: &Context<'_>, out: &mut Output<'_>) {
    let page = context.page;
    let title = page.sections.iter().find(|section| section.level == 1);
    let heading = title.and_then(|section| section.heading).map(|text| page.view(text));
    let front_title = page.front_matter.as_ref().map(|front| front.title().trim().to_owned()).unwrap_or_default();
    let source = match (heading, page.dialect) {
        (Some(_), Dialect::Localized) => title.map(|section| title_of_slug(&section.slug, context)).unwrap_or_default(),
        (Some(heading), _) => heading.source().replace('\u{200b}', "").trim().to_owned(),
        (None, _) => String::new(),
    };
    let localized = heading.map(View::localized).filter(|title| !title.is_empty()).unwrap_or(front_title);
    out.facts.title = Title { source, localized };
    if heading.is_none() {
        out.sink.report(&codes::NO_TITLE, Span::new(0, 0), "the page has no title (a heading of level 1)");
    }

    let path = out.facts.path.clone();
    let has = |role| context.roles.iter().any(|section| section.role == Some(role));
    out.facts.kind = kind_by_folder(&path).unwrap_or_else(|| {
        let is_among_types = path.folders().last() == Some("resources");
        if !is_among_types && has(Role::HttpRequest) {
            PageKind::Api
        } else if super::types::is_about_one_enum(context) {
            // Some of these have an annotation and a block like that of a resource.
            PageKind::Enum
        } else if context
            .annotations
            .iter()
            .flatten()
            .any(|annotation| annotation.block_type == super::annotation::BlockType::Resource)
        {
            PageKind::Resource
        } else if super::types::is_about_enums(context) {
            PageKind::Enum
        } else if super::types::is_about_type(context) {
            PageKind::Resource
        } else {
            PageKind::Concept
        }
    });
    if path.folders().find_map(ApiVersion::from_segment).is_none() {
        out.facts.api_version = version_of_examples(page.source_text()).unwrap_or(ApiVersion::V1_0);
    }
}

/// The folder of a page that stands where API versions do, but is none: `v9.9` of `api-reference/v9.9/api/lamp.md`.
pub(super) fn unknown_version(path: &PagePath) -> Option<&str> {
    let folders: Vec<&str> = path.folders().collect();
    let [root, version, _, ..] = folders.as_slice() else { return None };
    let is_unknown =
        *root == "api-reference" && folders.iter().all(|folder| ApiVersion::from_segment(folder).is_none());
    is_unknown.then_some(*version)
}

/// The slug is all that is left of the English title; annotations give the spelling of types.
fn title_of_slug(slug: &str, context: &Context<'_>) -> String {
    let types = context.annotations.iter().flatten().filter_map(|annotation| annotation.odata_type());
    let types: Vec<_> = types.filter_map(|name| name.rsplit('.').next()).collect();
    let spell = |word| types.iter().copied().find(|name| name.eq_ignore_ascii_case(word)).unwrap_or(word);
    slug.split('-').map(spell).collect::<Vec<_>>().join(" ")
}

/// The version of a page outside a docs tree, from the URLs of its examples.
fn version_of_examples(source: &str) -> Option<ApiVersion> {
    const HOST: &str = "https://graph.microsoft.com/";
    source.match_indices(HOST).find_map(|(at, _)| {
        let rest = &source[at + HOST.len()..];
        ApiVersion::from_segment(rest.split('/').next().unwrap_or_default())
    })
}
