//! How the names of a page are translated: cells of a page that has both sides.

use super::Context;
use super::parameters::parameter_name;
use super::permissions;
use super::types::member_name;
use crate::diag::Sink;
use crate::markup::{Dialect, Page, View};
use crate::model::pairs::{CellKind, Pair};
use crate::vocab::{Column, Vocab};

/// The cells with names, each with its localized text. A page without a source side has none.
pub(super) fn of_page(page: &Page<'_>, locale: &str, vocab: &Vocab) -> Vec<Pair> {
    if page.dialect != Dialect::SideBySide {
        return Vec::new();
    }
    let locale = super::locale_of(page, locale);
    let mut sink = Sink::new(page.raw);
    let context = Context::of(page, &locale, vocab, &[], &mut sink);
    let mut pairs = Vec::new();
    for section in &page.sections {
        for table in context.tables(section) {
            pairs.extend(permissions::conditions(&context, table).into_iter().filter_map(condition));
            for (column, kind) in context.columns(table).into_iter().enumerate() {
                let kind = match kind {
                    Some(Column::Name | Column::Relationship) => CellKind::Name,
                    Some(Column::Member | Column::Value) => CellKind::Member,
                    _ => continue,
                };
                let cells = table.rows().filter_map(|row| row.cell(column));
                pairs.extend(cells.filter_map(|cell| pair(cell, kind)));
            }
        }
    }
    pairs
}

fn condition(text: View<'_>) -> Option<Pair> {
    let source = text.source().trim().to_owned();
    let localized = text.localized_text();
    let is_text = source.is_ascii() && source.contains(|c: char| c.is_ascii_alphabetic());
    (is_text && !localized.trim().is_empty()).then_some(Pair { kind: CellKind::Condition, localized, source })
}

fn pair(cell: View<'_>, kind: CellKind) -> Option<Pair> {
    let source = match kind {
        CellKind::Name => parameter_name(cell.source()),
        CellKind::Member | CellKind::Condition => member_name(cell.source()),
    };
    let is_name = source.starts_with(|c: char| c.is_ascii_alphabetic())
        && source.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'));
    // A name with a remark would give the remark a name.
    let is_whole = cell.source().trim().trim_matches(['*', '`', '"']).len() == source.len();
    (is_name && is_whole).then(|| Pair { kind, localized: cell.localized_text(), source })
}
