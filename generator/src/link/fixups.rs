//! Applies the corrections of the policy: to properties and enumerations before anything is linked, to
//! responses once they are known.
//!
//! The facts remain as documented. An entry that no longer fits its page is an error, and nothing is generated.

use std::collections::BTreeMap;

use super::findings::Findings;
use super::operations::{Draft, Linking};
use crate::diag::{codes, quoted};
use crate::model::api::{Response, TypeRef, ValueType};
use crate::model::facts::{Member, PageFacts, Property, RequestTemplate, TypeExpression};
use crate::policy::{EnumFixup, Policy, PropertyFixup};
use crate::source::PagePath;

/// How the model prints a response without a body.
const NOTHING: &str = "nothing";

/// Corrected copies of the pages whose types the policy corrects.
pub(super) fn corrected(
    pages: &[PageFacts],
    policy: &Policy,
    findings: &mut Findings,
) -> BTreeMap<PagePath, PageFacts> {
    let mut corrected: BTreeMap<PagePath, PageFacts> = BTreeMap::new();
    for page in pages {
        for fixup in policy.property_fixups(page.path.as_str()) {
            let page = corrected.entry(page.path.clone()).or_insert_with(|| page.clone());
            if !correct_property(page, fixup) {
                let name = format!("{}.{}", fixup.ty, fixup.name);
                report(&page.path, &name, &fixup.expect, &fixup.set, findings);
            }
        }
        check_requests(page, policy, findings);
    }
    for fixup in policy.enum_fixups() {
        let describing = pages.iter().filter(|page| {
            page.api_version == fixup.version
                && page.types.iter().any(|ty| ty.name == fixup.ty && !ty.members.is_empty())
        });
        let mut describing = describing.peekable();
        let Some(first) = describing.peek().map(|page| page.path.clone()) else { continue };
        policy.found_enum(fixup);
        let mut applies = false;
        for page in describing {
            let page = corrected.entry(page.path.clone()).or_insert_with(|| page.clone());
            applies |= correct_members(page, fixup);
        }
        if !applies {
            report(&first, &fixup.ty, &fixup.expect.join(", "), &fixup.set.join(", "), findings);
        }
    }
    corrected
}

/// Reports corrections of responses for templates that the page does not have.
fn check_requests(page: &PageFacts, policy: &Policy, findings: &mut Findings) {
    let path = page.path.as_str();
    for fixup in policy.response_fixups(path) {
        let Some(meant) = &fixup.request else { continue };
        let is_there = page.requests.iter().any(|request| template(request) == *meant)
            || policy.request_fixups(path).any(|fixup| fixup.set == *meant);
        if !is_there {
            report(&page.path, meant, &fixup.expect, &fixup.set, findings);
        }
    }
}

fn template(request: &RequestTemplate) -> String {
    format!("{} {}", request.method.as_str(), request.path)
}

/// Returns whether the page has what the entry expects.
fn correct_property(page: &mut PageFacts, fixup: &PropertyFixup) -> bool {
    let types = page.types.iter_mut().filter(|ty| ty.name == fixup.ty);
    let rows = types.flat_map(|ty| ty.properties.iter_mut().chain(&mut ty.relationships));
    let is_meant = |row: &&mut Property| row.name == fixup.name && text(&row.ty) == fixup.expect;
    let mut applies = false;
    for row in rows.filter(is_meant) {
        row.ty = expression(&fixup.set);
        applies = true;
    }
    applies
}

/// Returns whether the page has what the entry expects.
fn correct_members(page: &mut PageFacts, fixup: &EnumFixup) -> bool {
    let mut applies = false;
    for ty in page.types.iter_mut().filter(|ty| ty.name == fixup.ty) {
        if !ty.members.iter().map(|member| &member.name).eq(&fixup.expect) {
            continue;
        }
        let line = ty.line;
        let known = std::mem::take(&mut ty.members);
        let member = |name: &String| {
            let known = known.iter().find(|member| member.name == *name).cloned();
            known.unwrap_or_else(|| Member { name: name.clone(), line, ..Member::default() })
        };
        ty.members = fixup.set.iter().map(member).collect();
        applies = true;
    }
    applies
}

/// The response of an operation, after the corrections of its page.
pub(super) fn response(
    draft: &Draft<'_>,
    mut response: Response,
    linking: &Linking<'_, '_>,
    findings: &mut Findings,
) -> Response {
    let page = draft.page;
    let template = template(&draft.request);
    for fixup in linking.policy.response_fixups(page.path.as_str()) {
        if fixup.request.as_ref().is_some_and(|meant| *meant != template) {
            continue;
        }
        let set = response_of(&fixup.set, linking);
        match set.filter(|_| response_text(&response) == fixup.expect) {
            Some(set) => response = set,
            None => report(&page.path, &template, &fixup.expect, &fixup.set, findings),
        }
    }
    response
}

fn response_text(response: &Response) -> String {
    match response {
        Response::Typed(ty) => ty.to_string(),
        Response::Optional(ty) => format!("{ty} or {NOTHING}"),
        Response::Empty => NOTHING.to_owned(),
        Response::Stream | Response::Count | Response::Unknown => format!("{response:?}"),
    }
}

/// The response that an entry sets; `None` if it names no known type.
fn response_of(text: &str, linking: &Linking<'_, '_>) -> Option<Response> {
    if text == NOTHING {
        return Some(Response::Empty);
    }
    let TypeRef { ty, collection } = linking.resolver.index().resolve(&expression(text), None, linking.resolver.words);
    (!matches!(ty, ValueType::Unknown(_))).then_some(Response::Typed(TypeRef { ty, collection }))
}

/// `Collection(x)` or `x`.
fn expression(text: &str) -> TypeExpression {
    let inner = text.strip_prefix("Collection(").and_then(|inner| inner.strip_suffix(')'));
    TypeExpression { name: inner.unwrap_or(text).to_owned(), collection: inner.is_some(), target: None }
}

fn text(ty: &TypeExpression) -> String {
    if ty.collection { format!("Collection({})", ty.name) } else { ty.name.clone() }
}

fn report(page: &PagePath, of: &str, expect: &str, set: &str, findings: &mut Findings) {
    let message = format!("the fixup of {} from {} into {} does not apply", quoted(of), quoted(expect), quoted(set));
    findings.report(page, 1, &codes::STALE_FIXUP, message);
}
