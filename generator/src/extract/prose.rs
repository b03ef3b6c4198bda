//! The sentences of a page, for doc comments.

use super::PageInput;
use crate::diag::Sink;
use crate::markup::{BlockKind, Page, View};
use crate::model::prose::{PageProse, Sentence};

/// Longer texts are cut.
const MAX_CHARS: usize = 1_000;

/// Reads the first paragraph and the descriptions of all tables.
#[must_use]
pub fn extract_prose(input: PageInput<'_>) -> PageProse {
    let Ok(text) = super::check_size_and_encoding(input.raw) else { return PageProse::default() };
    let mut sink = Sink::new(text);
    let page = Page::parse(text, input.locale, &mut sink);
    let mut prose = PageProse::default();
    if let Some(paragraph) = page.first_paragraph() {
        prose.summary = sentence(page.view(paragraph));
    }
    let tables = page.blocks().iter().filter_map(|block| match block.kind {
        BlockKind::Table(index) => Some(page.table(index)),
        _ => None,
    });
    for row in tables.flat_map(|table| table.rows()) {
        let mut cells = row.cells();
        let (Some(first), Some(last)) = (cells.next(), cells.last()) else { continue };
        let sentence = sentence(last);
        if sentence.source.chars().any(char::is_alphabetic) {
            prose.rows.insert(sink.line(first.span().start), sentence);
        }
    }
    prose
}

fn sentence(view: View<'_>) -> Sentence {
    Sentence { source: bounded(view.source()), localized: bounded(&view.localized_text()) }
}

/// One line of at most [`MAX_CHARS`].
fn bounded(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    let text = words.join(" ");
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
