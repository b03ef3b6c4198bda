//! Request headers.

use super::{Context, Output};
use crate::diag::{codes, quoted};
use crate::markup::View;
use crate::model::facts::Header;
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

/// `Annehmen` → `Accept`, `Besser: x` → `Prefer: x`. On other pages the name as it stands.
fn untranslated(context: &Context<'_>, name: &str) -> String {
    let (header, rest) = name.split_at(name.find([':', '：']).unwrap_or(name.len()));
    match (context.words.header_name(header), rest.strip_prefix('：')) {
        (Some(header), Some(value)) => format!("{header}: {}", value.trim()),
        (Some(header), None) => format!("{header}{rest}"),
        (None, Some(value)) => format!("{header}: {}", value.trim()),
        (None, None) => name.to_owned(),
    }
}

/// A token (RFC 9110, section 5.6.2), of the characters that header names really have.
fn is_header_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 100
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
