//! The sentences of a page, for who wants them in doc comments.

use crate::diag::Sink;
use crate::markup::{BlockKind, Container, Page, View};
use crate::model::prose::{PageProse, Sentence};

/// Longer texts are cut: a doc comment is no article.
const MAX_CHARS: usize = 1_000;
/// What stands before the first paragraph names this namespace or one below it, in every locale.
const NAMESPACE: &str = "microsoft.graph";

/// Reads the first paragraph and the descriptions of all tables. `raw` is the file as it is on disk.
#[must_use]
pub fn extract_prose(locale: &str, raw: &[u8]) -> PageProse {
    let Ok(text) = super::check_size_and_encoding(raw) else { return PageProse::default() };
    let mut sink = Sink::new(text);
    let page = Page::parse(text, locale, &mut sink);
    let mut prose = PageProse::default();
    let top = page.sections.iter().take_while(|section| section.level < 2).map(|section| section.blocks.clone());
    let paragraph = top.flat_map(|blocks| &page.blocks()[blocks]).find_map(|block| match block.kind {
        BlockKind::Paragraph { text, container: Container::None } => {
            Some(page.view(text)).filter(|view| !is_namespace(view.source()))
        }
        _ => None,
    });
    if let Some(paragraph) = paragraph {
        prose.summary = sentence(paragraph);
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

fn is_namespace(text: &str) -> bool {
    text.is_empty() || text.rsplit([' ', ':', '：']).next().is_some_and(|word| word.starts_with(NAMESPACE))
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
