//! Success statuses and the type of the response body.

use super::{Context, Output, type_expression};
use crate::diag::codes;
use crate::markup::{MarkKind, View};
use crate::model::facts::{Example, ResponseType};
use crate::source::Span;
use crate::vocab::Role;

pub(super) fn extract_response(context: &Context<'_>, out: &mut Output<'_>) {
    let texts: Vec<_> = context.sections(Role::Response).flat_map(|(_, section)| context.texts(section)).collect();
    out.facts.success_statuses = statuses_in_prose(&texts);
    if out.facts.success_statuses.is_empty() {
        out.facts.success_statuses = statuses_of_examples(&out.facts.examples);
    }
    if out.facts.success_statuses.is_empty() {
        let span = context.sections(Role::Response).next().map_or(Span::new(0, 0), |(_, section)| section.span);
        out.sink.report(&codes::NO_STATUS, span, "neither the response section nor an example names a success status");
    }
    out.facts.response = response_type(context, &texts, out);
}

/// Statuses in code spans, and numbers in front of a reason phrase (`202 Accepted`); where there are
/// none, any three-digit number of the text.
fn statuses_in_prose(texts: &[View<'_>]) -> Vec<u16> {
    let marked = collect(texts.iter().flat_map(|text| {
        let codes: Vec<_> = text.ranges(MarkKind::Code).collect();
        let source = text.source();
        numbers(source)
            .filter(move |(at, _)| codes.iter().any(|code| code.contains(at)) || has_reason(&source[at + 3..]))
            .map(|(_, status)| status)
    }));
    if marked.is_empty() {
        collect(texts.iter().flat_map(|text| numbers(text.source())).map(|(_, status)| status))
    } else {
        marked
    }
}

/// ` Created`, ` No Content`: the reason phrases of RFC 9110 start with a capital.
fn has_reason(rest: &str) -> bool {
    rest.strip_prefix(' ').is_some_and(|reason| reason.starts_with(|c: char| c.is_ascii_uppercase()))
}

fn statuses_of_examples(examples: &[Example]) -> Vec<u16> {
    collect(examples.iter().filter_map(|example| match example {
        Example::Response { status, .. } => *status,
        Example::Request { .. } => None,
    }))
}

fn collect(statuses: impl Iterator<Item = u16>) -> Vec<u16> {
    let mut found = Vec::new();
    for status in statuses.filter(|status| matches!(status, 200..=226 | 300..=308)) {
        if !found.contains(&status) {
            found.push(status);
        }
    }
    found
}

/// Numbers of three digits that are words of their own, and where they start.
fn numbers(text: &str) -> impl Iterator<Item = (usize, u16)> {
    let words =
        text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))).filter(|word| word.len() == 3);
    words.filter_map(|word| Some((word.as_ptr() as usize - text.as_ptr() as usize, word.parse().ok()?)))
}

/// The type that the prose names, else the one of the first successful example.
fn response_type(context: &Context<'_>, texts: &[View<'_>], out: &Output<'_>) -> Option<ResponseType> {
    let statuses = &out.facts.success_statuses;
    // Neither an empty response nor a redirect carries a body.
    if !statuses.is_empty() && statuses.iter().all(|status| *status == 204 || *status >= 300) {
        return None;
    }
    let example = out.facts.examples.iter().find_map(|example| match example {
        Example::Response { status, ty, has_body, .. } if status.is_none_or(|status| (200..300).contains(&status)) => {
            Some((ty.clone(), *has_body))
        }
        _ => None,
    });
    let shown_as_collection = example.as_ref().and_then(|(ty, _)| ty.as_ref()).is_some_and(|ty| ty.collection);
    let named = texts.iter().find_map(|text| named_type(context, *text));
    match (named, example) {
        (Some(named), _) => Some(ResponseType { collection: named.collection || shown_as_collection, ..named }),
        (None, _) if texts.iter().any(|text| context.words.says_empty_response(text.source())) => None,
        (None, Some((ty, true))) => match ty {
            Some(ty) if context.words.primitive(&ty.name).is_none() => Some(ty),
            ty => texts.iter().find_map(|text| translated_type(context, *text)).or(ty),
        },
        _ => None,
    }
}

/// The first link to a type, bold name or primitive of a sentence.
fn named_type(context: &Context<'_>, text: View<'_>) -> Option<ResponseType> {
    let source = text.source();
    let link = text.links().find_map(|link| {
        let target = type_expression::page_stem(link.destination)?;
        let is_type = !link.destination.contains("/api/")
            && !link.destination.contains("/concepts/")
            && !link.destination.starts_with("http")
            && !link.destination.starts_with("/graph");
        // A link called by a phrase leads to an explanation, unless the sentence is about the body.
        let is_type =
            is_type && (context.names.is_some() || is_type_name(link.text) || context.words.says_in_body(source));
        let name = if is_type_name(link.text) { link.text.trim() } else { target };
        let repaired = context.names.as_ref().and_then(|names| names.type_of_link(link, context.words));
        let name = repaired.unwrap_or_else(|| name.to_owned());
        is_type.then(|| (name, link.start, link.start + link.text.len()))
    });
    let bold = || {
        text.ranges(MarkKind::Strong).find_map(|range| {
            let name = source[range.clone()].trim();
            let is_word = context.names.as_ref().is_some_and(|names| !names.is_type(name));
            (is_type_name(name) && name.starts_with(|c: char| c.is_ascii_lowercase()) && !is_word)
                .then(|| (name.to_owned(), range.start, range.end))
        })
    };
    let primitive = || {
        source.match_indices(|c: char| c.is_ascii_uppercase()).find_map(|(at, _)| {
            let word =
                source[at..].split(|c: char| !c.is_ascii_alphanumeric() && c != '.').next()?.trim_end_matches('.');
            let starts = source[..at].chars().next_back().is_none_or(|c| c == ' ' || c == '(');
            let rest = &source[at + word.len()..];
            // Other languages say it first.
            let is_body = context.words.says_in_body(if context.names.is_some() { source } else { rest })
                || rest.split_whitespace().next().is_some_and(|next| context.words.is_collection_word(next));
            let known = starts && word.len() > 2 && is_body && context.words.primitive(word).is_some();
            known.then(|| (word.to_owned(), at, at + word.len()))
        })
    };
    let (name, start, end) = link.or_else(|| unresolved_reference(source)).or_else(bold).or_else(primitive)?;
    let name = name.strip_prefix("microsoft.graph.").unwrap_or(&name).to_owned();
    // The word "collection" stands right before or right behind the name.
    // In a translated sentence the status may stand between them.
    let stops: &[char] = if context.names.is_some() { &['.'] } else { &['.', '`', ','] };
    let before = &source[source[..start].rfind(stops).map_or(0, |at| at + 1)..start];
    let after = source[end..].split(['.', ',', '`', '。', '，']).next().unwrap_or_default();
    let after: String = after.chars().take(24).collect();
    let inside = if context.names.is_some() { &source[start..end] } else { "" };
    let collection = [before, inside, &after].iter().any(|text| context.words.says_collection(text));
    Some(ResponseType { name, collection })
}

/// A primitive that only a translated word names: the body is a `Zeichenfolge`.
fn translated_type(context: &Context<'_>, text: View<'_>) -> Option<ResponseType> {
    let source = text.source();
    let name = context.words.source_type_in(source).filter(|_| context.words.says_in_body(source))?;
    // The word for any object is also that for the response.
    if context.words.primitive(name) == Some("Edm.Untyped") {
        return None;
    }
    Some(ResponseType { name: name.to_owned(), collection: context.words.says_collection(source) })
}

/// `[bag][bag-resource]`: a reference whose definition is lost.
fn unresolved_reference(source: &str) -> Option<(String, usize, usize)> {
    source.match_indices('[').find_map(|(at, _)| {
        let (name, rest) = source[at + 1..].split_once(']')?;
        let is_reference = rest.starts_with(['[', '(']) || rest.starts_with(" (");
        (is_reference && is_type_name(name)).then(|| (name.to_owned(), at + 1, at + 1 + name.len()))
    })
}

fn is_type_name(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty()
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
}
