//! Cross-checks of pages that are not proven to be the original: if two carriers disagree about a name, a
//! diagnostic says so and names the one that is used.
//!
//! Before 2020, source sides came from a translation memory and could be the text of another page, so the
//! carrier of higher trust wins. Later source sides are usually right, and the doubt is only reported.

use std::collections::{BTreeMap, BTreeSet};

use super::http_message::{self, Start};
use super::json_keys::{Key, json_keys};
use super::response::NamedType;
use super::{Context, Output, page_names};
use crate::diag::{codes, quoted};
use crate::markup::BlockKind;
use crate::model::facts::{Example, Location, PageFacts, ResponseType, SourceProof};
use crate::source::Span;
use crate::vocab::Role;

/// Whether the source side may be the text of another page, or an outdated one.
pub(super) fn may_be_another_text(facts: &PageFacts) -> bool {
    let is_old = facts.handed_back.as_deref().is_none_or(|day| day < "2020");
    is_old && (facts.source_proof == SourceProof::Unproven || facts.handed_back.is_none())
}

/// Only pages with a source side beside the translation can be suspect.
fn is_suspect(context: &Context<'_>, facts: &PageFacts) -> bool {
    facts.source_proof == SourceProof::Unproven && context.page.unit_count() > 0 && context.names.is_none()
}

/// The name that a carrier gives, and its line.
struct CarriedName<'c> {
    by: &'c str,
    name: &'c str,
    line: u32,
}

fn report(span: Span, weak: &str, strong: &CarriedName<'_>, out: &mut Output<'_>) {
    let winner = if may_be_another_text(&out.facts) { strong.by } else { "text" };
    let CarriedName { by, name, line } = strong;
    let message =
        format!("the text says {}, the {by} in line {line} says {}; the {winner} is used", quoted(weak), quoted(name));
    out.sink.report(&codes::DOUBTFUL_NAME, span, message);
}

/// Checks a response type whose link leads to the type that the example is annotated with, but whose name
/// differs.
pub(super) fn checked_response(context: &Context<'_>, named: NamedType, out: &mut Output<'_>) -> ResponseType {
    let NamedType { ty, span } = named;
    let is_other = |target: &&str| !are_related(&ty.name, page_names::type_of_page(target));
    let Some(target) = ty.target.as_deref().filter(is_other).filter(|_| is_suspect(context, &out.facts)) else {
        return ty;
    };
    let annotated = out.facts.examples.iter().find_map(|example| match example {
        Example::Response { ty: Some(annotated), line, .. }
            if page_names::type_of_page(target).eq_ignore_ascii_case(last_part(&annotated.name)) =>
        {
            Some((annotated.name.clone(), *line))
        }
        _ => None,
    });
    let Some((name, line)) = annotated else { return ty };
    report(span, &ty.name, &CarriedName { by: "annotation", name: &name, line }, out);
    let name = if may_be_another_text(&out.facts) { name } else { ty.name };
    ResponseType { name, ..ty }
}

/// Checks the parameters that were read last, from rows whose first cells are `cells`.
///
/// Their types are not compared with the pages that they link to: enumerations are documented on the
/// pages of the types that use them.
pub(super) fn check_parameters(context: &Context<'_>, cells: &[Span], out: &mut Output<'_>) {
    if cells.is_empty() || !is_suspect(context, &out.facts) {
        return;
    }
    check_names(context, out.facts.parameters.len() - cells.len(), cells, out);
}

/// Finds a row whose name differs from the one property that the example has between the properties
/// of the rows above and below.
fn check_names(context: &Context<'_>, first: usize, cells: &[Span], out: &mut Output<'_>) {
    if out.facts.parameters[first].location != Location::Body {
        return;
    }
    let names: Vec<String> = out.facts.parameters[first..].iter().map(|parameter| parameter.name.clone()).collect();
    let lower: BTreeSet<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    let names_key = |key: &Key<'_>| lower.contains(&key.name.to_ascii_lowercase());
    for (keys, fence, body) in request_bodies(context) {
        let places: BTreeMap<String, usize> =
            keys.iter().enumerate().rev().map(|(place, key)| (key.name.to_ascii_lowercase(), place)).collect();
        // The body starts somewhere in its block.
        let lines_above = keys.first().map_or(0, |key| {
            let above = &body[..key.name.as_ptr() as usize - body.as_ptr() as usize];
            u32::try_from(above.matches('\n').count()).unwrap_or(0).saturating_sub(key.line)
        });
        let at = |name: &str| places.get(&name.to_ascii_lowercase()).copied();
        for row in 1..names.len().saturating_sub(1) {
            let (Some(before), Some(after)) = (at(&names[row - 1]), at(&names[row + 1])) else { continue };
            if after != before + 2 || at(&names[row]).is_some() || names_key(&keys[before + 1]) {
                continue;
            }
            let key = keys[before + 1].name;
            if key.contains('@') || !are_alike(&names[row], key) {
                continue;
            }
            let line = out.line(fence) + 1 + lines_above + keys[before + 1].line;
            report(cells[row], &names[row], &CarriedName { by: "example", name: key, line }, out);
            if may_be_another_text(&out.facts) {
                key.clone_into(&mut out.facts.parameters[first + row].name);
            }
        }
    }
}

/// The properties of each request body that the page shows, with the span and the text of its block.
pub(super) fn request_bodies<'p>(context: &Context<'p>) -> Vec<(Vec<Key<'p>>, Span, &'p str)> {
    let fences = context.page.blocks().iter().filter_map(|block| match block.kind {
        BlockKind::Fence(index) => Some(context.page.fence(index)),
        _ => None,
    });
    let mut bodies = Vec::new();
    for fence in fences {
        for message in http_message::parse(fence.body) {
            let keys: Vec<_> = json_keys(message.body).filter(|key| key.depth == 1).collect();
            if matches!(message.start, Start::Request { .. }) && keys.len() > 2 {
                bodies.push((keys, fence.span, fence.body));
            }
        }
    }
    bodies
}

/// Reports an example that calls something that no template names.
pub(super) fn check_requests(context: &Context<'_>, out: &mut Output<'_>) {
    if !is_suspect(context, &out.facts) || out.facts.requests.is_empty() {
        return;
    }
    let requests = &out.facts.requests;
    let lower = |name: &str| name.to_ascii_lowercase();
    let called: BTreeSet<String> =
        requests.iter().filter_map(|request| names_of(&request.path).last()).map(lower).collect();
    let known: BTreeSet<String> = requests.iter().flat_map(|request| names_of(&request.path)).map(lower).collect();
    let is_shown = |url: &str| names_of(url).any(|shown| called.contains(&lower(shown)));
    let is_documented = |url: &str| names_of(url).last().is_none_or(|name| known.contains(&lower(name)));
    let mut shown = out.facts.examples.iter().filter_map(|example| match example {
        Example::Request { url, line, .. } => Some((url.as_str(), *line)),
        Example::OtherHost { .. } | Example::Response { .. } => None,
    });
    let Some((url, line)) = shown.next() else { return };
    let fits = |url: &str| is_shown(url) || is_documented(url);
    if fits(url) || shown.any(|(url, _)| fits(url)) {
        return;
    }
    let Some(name) = names_of(url).last().map(str::to_owned) else { return };
    let path = out.facts.requests[0].path.clone();
    let span = context.sections(Role::HttpRequest).next().map_or(Span::new(0, 0), |(_, section)| section.span);
    let message = format!(
        "the example in line {line} calls {}, which is not in any template, such as {} in line {}; the template is used",
        quoted(&name),
        quoted(&path),
        out.facts.requests[0].line
    );
    out.sink.report(&codes::DOUBTFUL_NAME, span, message);
}

/// The segments of a URL that may be names, without arguments, namespaces and placeholders.
fn names_of(url: &str) -> impl Iterator<Item = &str> {
    let path = url.split('?').next().unwrap_or(url);
    let path = path.split_once("://").map_or(path, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let segments = path.split('/').map(|segment| last_part(segment.split('(').next().unwrap_or(segment)));
    segments.filter(|segment| {
        segment.len() > 2
            && segment.starts_with(|c: char| c.is_ascii_alphabetic())
            && segment.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Whether one name may be a misspelling of the other: they start or end alike.
fn are_alike(name: &str, other: &str) -> bool {
    let (name, other) = (name.to_ascii_lowercase(), other.to_ascii_lowercase());
    let same = |pairs: &mut dyn Iterator<Item = (u8, u8)>| pairs.take_while(|(one, two)| one == two).count();
    same(&mut name.bytes().zip(other.bytes())) > 3 || same(&mut name.bytes().rev().zip(other.bytes().rev())) > 3
}

/// Whether a documented name can be the short form of a type, or the other way round.
fn are_related(name: &str, page: &str) -> bool {
    let (name, page) = (last_part(name).to_ascii_lowercase(), page.to_ascii_lowercase());
    let singular = name.strip_suffix('s').unwrap_or(&name);
    page.contains(singular) || name.contains(&page)
}

pub(super) fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn related_names() {
        assert!(are_related("message", "chatmessage"));
        assert!(are_related("tabs", "teamstab"));
        assert!(are_related("microsoft.graph.workbookRange", "range"));
        assert!(!are_related("pivotTable", "identityprovider"));
    }

    #[test]
    fn slips() {
        assert!(are_alike("wheelCount", "wheelsCount"));
        assert!(!are_alike("birthday", "businessPhones"));
    }

    #[test]
    fn names_of_urls() {
        let names = |path| names_of(path).collect::<Vec<_>>();
        assert_eq!(names("https://graph.example.com/v1.0/gadgets/12/x.y.tune(speed='1')"), ["gadgets", "tune"]);
        assert_eq!(names("/gadgets/{id}/parts?$top=1"), ["gadgets", "parts"]);
    }
}
