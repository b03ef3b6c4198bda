//! The requests and responses that a page shows as examples.

use super::annotation::{Annotation, BlockType};
use super::cross_check::last_part;
use super::http_message::{self, Message, Start};
use super::json_keys::{entity_types, shown_body};
use super::{Context, Output, example_path};
use crate::diag::{codes, quoted};
use crate::markup::Fence;
use crate::model::facts::{Example, Method, RequestBody, ResponseType, ShownBody};
use crate::model::proof::Proof;
use crate::source::Span;
use crate::vocab::Role;

/// A request to Graph, or a response, as a block of a page shows it.
pub(super) struct Shown<'c> {
    pub(super) start: ShownStart<'c>,
    /// Names and values.
    pub(super) headers: Vec<(&'c str, &'c str)>,
    pub(super) body: &'c str,
    annotation: Option<&'c Annotation>,
    pub(super) line: u32,
}

pub(super) enum ShownStart<'c> {
    Request {
        method: Method,
        url: &'c str,
    },
    /// Without a status if the block is only a body.
    Response {
        status: Option<u16>,
    },
}

/// No page has nearly as many.
pub(super) const MAX_EXAMPLES: usize = 512;

/// No example has nearly as many.
const MAX_ENTITY_TYPES: usize = 32;

pub(super) fn extract_examples(context: &Context<'_>, out: &mut Output<'_>) {
    let mut is_cut = false;
    each_shown(context, out, &mut |shown, out| {
        if out.facts.examples.len() < MAX_EXAMPLES {
            push(&shown, out);
        } else {
            is_cut = true;
        }
    });
    if is_cut {
        let message = format!("the page has more than {MAX_EXAMPLES} examples; the rest is not read");
        out.sink.report(&codes::PAGE_TOO_LARGE, Span::new(0, 0), message);
    }
    check_methods(context, out);
}

/// Passes all requests and responses outside the request templates to `show`, in the order of the
/// page.
pub(super) fn each_shown<'c, 'o>(
    context: &'c Context<'_>,
    out: &mut Output<'o>,
    show: &mut dyn FnMut(Shown<'c>, &mut Output<'o>),
) {
    for (index, section) in context.page.sections.iter().enumerate() {
        let known = context.roles[index];
        let shows = known.in_example
            || matches!(
                known.role,
                Some(Role::Response | Role::Request | Role::RequestBody | Role::Example | Role::Remarks | Role::Errors)
            );
        for fence in context.fences(section) {
            if !out.fences[fence.index as usize] {
                read_fence(context, &fence, shows, out, show);
            }
        }
    }
}

/// If the examples of a page use another method than its templates, one of the two is wrong.
fn check_methods(context: &Context<'_>, out: &mut Output<'_>) {
    let templates = &out.facts.requests;
    let mut shown = out.facts.examples.iter().filter_map(|example| match example {
        Example::Request { method, line, .. } => Some((*method, *line)),
        Example::OtherHost { .. } | Example::Response { .. } => None,
    });
    let Some((method, line)) = shown.next() else { return };
    let is_documented = |method| templates.iter().any(|template| template.method == method);
    if templates.is_empty() || is_documented(method) || shown.any(|(method, _)| is_documented(method)) {
        return;
    }
    let span =
        context.sections(Role::HttpRequest).next().map_or(crate::source::Span::new(0, 0), |(_, section)| section.span);
    out.sink.report(
        &codes::METHOD_CONFLICT,
        span,
        format!("the example in line {line} uses {}, but no template of the page does", method.as_str()),
    );
}

fn read_fence<'c, 'o>(
    context: &'c Context<'_>,
    fence: &Fence<'c>,
    shows: bool,
    out: &mut Output<'o>,
    show: &mut dyn FnMut(Shown<'c>, &mut Output<'o>),
) {
    let annotation = context.annotation(fence);
    let kind = annotation.map(|annotation| annotation.block_type);
    let messages = http_message::parse(fence.body);
    let is_annotated = matches!(kind, Some(BlockType::Request | BlockType::Response));
    // Requests shown elsewhere, under query options for instance, are samples of a URL.
    if !(shows || is_annotated) || kind == Some(BlockType::Ignored) && !messages.is_empty() && !shows {
        if !messages.is_empty() || kind.is_some() {
            out.consume_fence(fence);
        }
        return;
    }
    out.consume_fence(fence);
    if messages.is_empty() {
        match kind {
            Some(BlockType::Request) => out.sink.report(
                &codes::ODD_EXAMPLE,
                fence.span,
                format!("this request has no request line: {}", quoted(first_line(fence))),
            ),
            Some(BlockType::Response) => {
                let line = out.line(fence.span) + 1;
                let start = ShownStart::Response { status: None };
                show(Shown { start, headers: Vec::new(), body: fence.body.trim(), annotation, line }, out);
            }
            _ => {}
        }
        return;
    }
    if kind == Some(BlockType::Ignored) && !shows {
        return;
    }
    let first = out.line(fence.span) + 1;
    for Message { start, headers, body, line } in messages {
        let line = first + u32::try_from(line).unwrap_or(0);
        let start = match start {
            Start::Request { method, url } => ShownStart::Request { method, url },
            Start::Response { status } => ShownStart::Response { status: Some(status) },
        };
        show(Shown { start, headers, body, annotation, line }, out);
    }
}

fn push(shown: &Shown<'_>, out: &mut Output<'_>) {
    let Shown { headers, body, line, .. } = shown;
    let (has_body, line) = (!body.is_empty(), *line);
    let mut entity_types: Vec<String> = Vec::new();
    for name in self::entity_types(body) {
        if entity_types.len() < MAX_ENTITY_TYPES && !entity_types.iter().any(|known| known == name) {
            entity_types.push(name.to_owned());
        }
    }
    out.facts.examples.push(match shown.start {
        ShownStart::Request { url, .. } if is_other_host(url) => Example::OtherHost { line },
        ShownStart::Request { method, url } => {
            let headers = headers.iter().map(|(name, _)| (*name).to_owned()).collect();
            let path = example_path::abstract_path(url);
            Example::Request { method, url: url.to_owned(), path, headers, has_body, entity_types, line }
        }
        ShownStart::Response { status } => {
            let content_type = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
            let media_type = content_type.map(|(_, value)| (*value).to_owned());
            let body = shown_body(body);
            Example::Response { status, media_type, ty: response_type(shown), body, entity_types, line }
        }
    });
}

/// Of the types of entities, keeps those that the page names neither as its request body nor as its response.
pub(super) fn keep_other_types(_: &Context<'_>, out: &mut Output<'_>) {
    let facts = &mut out.facts;
    let mut stated: Vec<&str> = facts.response.iter().map(|ty| ty.name.as_str()).collect();
    match &facts.request_body {
        RequestBody::Entity(ty) => stated.push(&ty.name),
        RequestBody::OneOf(choice) => stated.extend(choice.iter().map(|ty| ty.name.as_str())),
        _ => {}
    }
    let is_stated = |name: &str| stated.iter().any(|stated| last_part(stated).eq_ignore_ascii_case(last_part(name)));
    for example in &mut facts.examples {
        if let Example::Request { entity_types, .. } | Example::Response { entity_types, .. } = example {
            entity_types.retain(|name| !is_stated(name));
        }
    }
}

fn first_line<'f>(fence: &Fence<'f>) -> &'f str {
    fence.body.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim()
}

/// Calls to upload sessions, bots and the like are not calls to Graph.
pub(super) fn is_other_host(url: &str) -> bool {
    let Some(rest) = url.split_once("://").map(|(_, rest)| rest) else { return false };
    let host = rest.split(['/', '?']).next().unwrap_or_default().to_ascii_lowercase();
    !(host.contains("graph.microsoft") || host.contains("microsoftgraph") || host.is_empty() || host.starts_with('{'))
}

/// The response type that an annotation names. It is also a collection if the body says so.
fn response_type(shown: &Shown<'_>) -> Option<ResponseType> {
    let annotation = shown.annotation?;
    let full = annotation.odata_type()?.trim().trim_start_matches('#');
    let inner = full.strip_prefix("Collection(").map(|inner| inner.trim_end_matches(')'));
    let name = inner.unwrap_or(full);
    let name = name.strip_prefix("microsoft.graph.").unwrap_or(name);
    if name.is_empty() || name.eq_ignore_ascii_case("none") {
        return None;
    }
    let collection = inner.is_some() || annotation.bool("isCollection") == Some(true);
    let collection = collection || shown_body(shown.body) == ShownBody::Collection;
    Some(ResponseType { name: name.to_owned(), collection, target: None, proof: Proof::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        assert!(!is_other_host("https://graph.microsoft.com/v1.0/me"));
        assert!(!is_other_host("/me"));
        assert!(is_other_host("https://upload.example.com/x"));
    }
}
