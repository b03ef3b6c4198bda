//! A page with the text of its includes, and the way back to the files.

use super::{LineIndex, PagePath, Position, Span, offset};

/// The text of a page in which includes stand in place of their directives.
#[derive(Debug, Default)]
pub struct Composition {
    text: String,
    /// Sorted by their start; they cover the text.
    pieces: Vec<Piece>,
    /// Path and text of each include; one that is used twice is listed twice.
    includes: Vec<(PagePath, String)>,
}

/// A stretch of the composed text that comes from one file.
#[derive(Debug)]
struct Piece {
    /// In the composed text.
    start: u32,
    source: Source,
}

#[derive(Clone, Copy, Debug)]
enum Source {
    Page {
        /// In the page.
        start: u32,
    },
    Include {
        /// Index of [`Composition::includes`].
        index: usize,
        /// In the include.
        start: u32,
        /// Of the directive, in the page.
        directive: u32,
    },
}

/// The file that a piece of text comes from.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    Page,
    /// What [`Composition::include`] returned, and the offset of the directive in the page.
    Include {
        index: usize,
        directive: usize,
    },
}

impl Composition {
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The includes whose text was added.
    pub fn included(&self) -> impl Iterator<Item = &PagePath> {
        self.includes.iter().map(|(path, _)| path)
    }

    /// Announces an include, for [`Place::Include`].
    pub fn include(&mut self, path: PagePath, text: &str) -> usize {
        self.includes.push((path, text.to_owned()));
        self.includes.len() - 1
    }

    /// Adds text that starts at this offset of its file.
    pub fn push(&mut self, text: &str, place: Place, start: usize) {
        let start = offset(start);
        let source = match place {
            Place::Page => Source::Page { start },
            Place::Include { index, directive } => Source::Include { index, start, directive: offset(directive) },
        };
        self.pieces.push(Piece { start: offset(self.text.len()), source });
        self.text.push_str(text);
    }
}

/// Turns offsets of a text, composed or not, into places of files.
#[derive(Debug)]
pub(crate) struct PlaceIndex<'a> {
    page: LineIndex<'a>,
    pieces: &'a [Piece],
    includes: Vec<(&'a PagePath, LineIndex<'a>)>,
}

impl<'a> PlaceIndex<'a> {
    pub(crate) fn of_page(text: &'a str) -> Self {
        Self { page: LineIndex::new(text), pieces: &[], includes: Vec::new() }
    }

    pub(crate) fn of(page: &'a str, composition: &'a Composition) -> Self {
        let includes = composition.includes.iter().map(|(path, text)| (path, LineIndex::new(text))).collect();
        Self { page: LineIndex::new(page), pieces: &composition.pieces, includes }
    }

    /// Where the piece with this offset comes from, and how far into the piece the offset is.
    fn find(&self, at: u32) -> (Source, u32) {
        let after = self.pieces.partition_point(|piece| piece.start <= at);
        match after.checked_sub(1).map(|index| &self.pieces[index]) {
            Some(piece) => (piece.source, at - piece.start),
            None => (Source::Page { start: 0 }, at),
        }
    }

    /// The line of the page; in an include, that of its directive.
    pub(crate) fn line(&self, at: u32) -> u32 {
        match self.find(at) {
            (Source::Page { start }, further) => self.page.line(start + further),
            (Source::Include { directive, .. }, _) => self.page.line(directive),
        }
    }

    /// The line so many lines below that of an offset; in an include, that of its directive.
    pub(crate) fn line_below(&self, at: u32, lines: u32) -> u32 {
        match self.find(at).0 {
            Source::Page { .. } => self.line(at) + lines,
            Source::Include { .. } => self.line(at),
        }
    }

    /// The include, if the span starts in one, and the position and the span in the file.
    pub(crate) fn place(&self, span: Span) -> (Option<&'a PagePath>, Position, Span) {
        let (file, lines, start) = match self.find(span.start) {
            (Source::Page { start }, further) => (None, &self.page, start + further),
            (Source::Include { index, start, .. }, further) => {
                let (path, lines) = &self.includes[index];
                (Some(*path), lines, start + further)
            }
        };
        let end = start.saturating_add(span.end - span.start);
        (file, lines.position(start), Span { start, end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_has_its_file_and_line() {
        let page = "a\n[x]\nb\n";
        let mut composition = Composition::default();
        composition.push("a\n", Place::Page, 0);
        let index = composition.include(PagePath::new("i.md"), "---\n---\none\ntwo\n");
        composition.push("one\ntwo\n", Place::Include { index, directive: 2 }, 8);
        composition.push("\nb\n", Place::Page, 5);
        assert_eq!(composition.text(), "a\none\ntwo\n\nb\n");
        let places = PlaceIndex::of(page, &composition);
        let place = |at: usize| {
            let (file, position, _) = places.place(Span::new(at, at));
            (file.map(PagePath::as_str), position.line, places.line(offset(at)))
        };
        assert_eq!(place(0), (None, 1, 1));
        assert_eq!(place(6), (Some("i.md"), 4, 2), "two");
        assert_eq!(place(11), (None, 3, 3), "b");
        assert_eq!(PlaceIndex::of_page(page).place(Span::new(6, 7)).1, Position { line: 3, column: 1 });
    }
}
