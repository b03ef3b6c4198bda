//! Request headers.

use std::collections::BTreeSet;

use super::{Context, Output};
use crate::diag::{codes, quoted};
use crate::markup::{MarkKind, Table, View};
use crate::model::facts::Header;
use crate::source::Span;
use crate::vocab::Role;

pub(super) fn extract_headers(context: &Context<'_>, out: &mut Output<'_>) {
    for (_, section) in context.sections(Role::RequestHeaders) {
        for table in context.tables(section) {
            out.consume_table(table);
            for row in table.rows() {
                let Some(cell) = row.cell(0).filter(|cell| !cell.is_empty()) else { continue };
                let name = &untranslated(context, cell.source().trim());
                if !is_header_name(name.split(':').next().unwrap_or(name)) {
                    out.sink.report(
                        &codes::UNKNOWN_HEADER,
                        cell.span(),
                        format!("{} is not a header name", quoted(name)),
                    );
                    continue;
                }
                let required = row.cells().skip(1).map(View::source).find_map(|text| context.words.requirement(text));
                let line = out.line(cell.span());
                out.facts.headers.push(Header { name: name.to_owned(), required, line });
            }
        }
    }
}

/// The media types that the table of headers names for the content of a request, in order.
pub(super) fn content_types<'p>(context: &Context<'p>) -> Vec<(&'p str, Span)> {
    let mut found: Vec<(&str, Span)> = Vec::new();
    let mut known = BTreeSet::new();
    let tables = context.sections(Role::RequestHeaders).flat_map(|(_, section)| context.tables(section));
    for row in tables.flat_map(Table::rows) {
        let Some(cell) = row.cell(0) else { continue };
        if !untranslated(context, cell.source().trim()).eq_ignore_ascii_case("content-type") {
            continue;
        }
        for cell in row.cells().skip(1) {
            for media_type in media_types(cell) {
                if known.insert(media_type.to_ascii_lowercase()) {
                    found.push((media_type, cell.span()));
                }
            }
        }
    }
    found
}

/// The media types in a text: any in code, but only well-known formats outside code, because `application/service`
/// is just an alternative.
pub(super) fn media_types<'p>(text: View<'p>) -> impl Iterator<Item = &'p str> {
    const FORMATS: [&str; 16] = [
        "form-data",
        "gif",
        "html",
        "ipp",
        "jpeg",
        "json",
        "mixed",
        "octet-stream",
        "pdf",
        "plain",
        "png",
        "rtf",
        "xhtml+xml",
        "xml",
        "zip",
        "related",
    ];
    let source = text.source();
    let code: Vec<_> = text.ranges(MarkKind::Code).collect();
    let words = source.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '。' | '，'));
    words.filter_map(move |word| {
        let word = word.trim_matches(['.', '`', '"', '*']);
        let at = word.as_ptr() as usize - source.as_ptr() as usize;
        let is_format = || word.split_once('/').is_some_and(|(_, format)| FORMATS.contains(&format));
        let in_code = code.get(code.partition_point(|range| range.end <= at)).is_some_and(|range| range.start <= at);
        let is_clear = in_code || is_format();
        (is_clear && is_media_type(word)).then_some(word)
    })
}

/// `type/subtype` (RFC 9110, section 8.3.1), limited to the types that occur in request bodies.
pub(super) fn is_media_type(word: &str) -> bool {
    let Some((top, sub)) = word.split_once('/') else { return false };
    matches!(top, "application" | "text" | "image" | "multipart" | "audio" | "video" | "message")
        && sub.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-'))
        && !sub.is_empty()
}

/// RFC 8259, section 11; RFC 6839, section 3.1.
pub(super) fn is_json(media_type: &str) -> bool {
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    media_type.rsplit_once(['/', '+']).is_some_and(|(_, suffix)| suffix.eq_ignore_ascii_case("json"))
}

/// `Annehmen` → `Accept`, `Besser: x` → `Prefer: x`. Other names are unchanged.
fn untranslated(context: &Context<'_>, name: &str) -> String {
    let (header, rest) = name.split_at(name.find([':', '：']).unwrap_or(name.len()));
    match (context.words.header_name(header), rest.strip_prefix('：')) {
        (Some(header), Some(value)) => format!("{header}: {}", value.trim()),
        (Some(header), None) => format!("{header}{rest}"),
        (None, Some(value)) => format!("{header}: {}", value.trim()),
        (None, None) => name.to_owned(),
    }
}

/// A token (RFC 9110, section 5.6.2), limited to the characters that real header names use.
fn is_header_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 100
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
