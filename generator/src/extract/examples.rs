//! Examples: which requests and responses a page shows.

use super::annotation::BlockType;
use super::http_message::{self, Message, Start};
use super::json_keys::shown_body;
use super::{Context, Output, example_path};
use crate::diag::{codes, quoted};
use crate::markup::Fence;
use crate::model::facts::{Example, ResponseType, ShownBody};
use crate::vocab::Role;

pub(super) fn extract_examples(context: &Context<'_>, out: &mut Output<'_>) {
    for (index, section) in context.page.sections.iter().enumerate() {
        let known = context.roles[index];
        let shows = known.in_example
            || matches!(
                known.role,
                Some(Role::Response | Role::Request | Role::RequestBody | Role::Example | Role::Remarks | Role::Errors)
            );
        for fence in context.fences(section) {
            if !out.fences[fence.index as usize] {
                extract_fence(context, &fence, shows, out);
            }
        }
    }
    check_methods(context, out);
}

/// Pages whose examples use another method than their templates are wrong in one of the two.
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
        format!("the example in line {line} uses {}, which no template of the page has", method.as_str()),
    );
}

fn extract_fence(context: &Context<'_>, fence: &Fence<'_>, shows: bool, out: &mut Output<'_>) {
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
                let body = shown_body(fence.body);
                let ty = with_body(annotation.and_then(response_type), body);
                out.facts.examples.push(Example::Response { status: None, media_type: None, ty, body, line });
            }
            _ => {}
        }
        return;
    }
    if kind == Some(BlockType::Ignored) && !shows {
        return;
    }
    let first = out.line(fence.span) + 1;
    for message in messages {
        let line = first + u32::try_from(message.line).unwrap_or(0);
        push_message(message, annotation.and_then(response_type), line, out);
    }
}

fn push_message(message: Message<'_>, annotated: Option<ResponseType>, line: u32, out: &mut Output<'_>) {
    let has_body = !message.body.is_empty();
    match message.start {
        Start::Request { method, url } => {
            if is_other_host(url) {
                out.facts.examples.push(Example::OtherHost { line });
                return;
            }
            let headers = message.headers.iter().map(|(name, _)| (*name).to_owned()).collect();
            let path = example_path::abstract_path(url);
            let url = url.to_owned();
            out.facts.examples.push(Example::Request { method, url, path, headers, has_body, line });
        }
        Start::Response { status } => {
            let media_type = message
                .headers
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
                .map(|(_, value)| (*value).to_owned());
            let body = shown_body(message.body);
            let ty = with_body(annotated, body);
            out.facts.examples.push(Example::Response { status: Some(status), media_type, ty, body, line });
        }
    }
}

fn first_line<'f>(fence: &Fence<'f>) -> &'f str {
    fence.body.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim()
}

/// Calls to upload sessions, bots and the like are not calls to Graph.
fn is_other_host(url: &str) -> bool {
    let Some(rest) = url.split_once("://").map(|(_, rest)| rest) else { return false };
    let host = rest.split(['/', '?']).next().unwrap_or_default().to_ascii_lowercase();
    !(host.contains("graph.microsoft") || host.contains("microsoftgraph") || host.is_empty() || host.starts_with('{'))
}

/// The response type that an annotation names.
fn response_type(annotation: &super::Annotation) -> Option<ResponseType> {
    let full = annotation.odata_type()?.trim().trim_start_matches('#');
    let inner = full.strip_prefix("Collection(").map(|inner| inner.trim_end_matches(')'));
    let name = inner.unwrap_or(full);
    let name = name.strip_prefix("microsoft.graph.").unwrap_or(name);
    if name.is_empty() || name.eq_ignore_ascii_case("none") {
        return None;
    }
    let collection = inner.is_some() || annotation.bool("isCollection") == Some(true);
    Some(ResponseType { name: name.to_owned(), collection, target: None })
}

/// The body is right about whether it is a collection.
fn with_body(ty: Option<ResponseType>, body: ShownBody) -> Option<ResponseType> {
    ty.map(|ty| ResponseType { collection: ty.collection || body == ShownBody::Collection, ..ty })
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
