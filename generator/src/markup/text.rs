//! Flattened text: a cell, heading or paragraph as a reader sees it, with links, code spans,
//! emphasis and line breaks as marks.
//!
//! All texts of a page share one [`Arena`], so that a page with a thousand cells needs three
//! allocations instead of three thousand.

use std::ops::Range;

use crate::source::offset;

/// A handle to a text in an [`Arena`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Text {
    chars: (u32, u32),
    marks: (u32, u32),
    /// Its range in the source text.
    at: (u32, u32),
}

impl Text {
    /// Range of the page's source text.
    #[must_use]
    pub fn at(self) -> Range<u32> {
        self.at.0..self.at.1
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// The range of the destination in the arena.
    Link((u32, u32)),
    Image,
    Code,
    Strong,
    Emphasis,
    Superscript,
    /// A line break.
    Break,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    kind: MarkKind,
    chars: (u32, u32),
}

/// A link of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link<'a> {
    pub text: &'a str,
    pub destination: &'a str,
    /// Byte offset of the link text inside the text.
    pub start: usize,
}

/// The characters and marks of all texts of a page.
#[derive(Debug, Default)]
pub(super) struct Arena {
    chars: String,
    destinations: String,
    marks: Vec<Mark>,
}

impl Arena {
    pub(super) fn with_capacity(chars: usize) -> Self {
        Self { chars: String::with_capacity(chars), destinations: String::new(), marks: Vec::with_capacity(chars / 48) }
    }

    pub(super) fn len(&self) -> u32 {
        offset(self.chars.len())
    }

    /// Guards against unbounded input.
    pub(super) fn is_full(&self) -> bool {
        self.chars.len() > (1 << 28)
    }

    pub(super) fn push(&mut self, text: &str) {
        self.chars.push_str(text);
    }

    pub(super) fn destination(&mut self, destination: &str) -> (u32, u32) {
        let start = offset(self.destinations.len());
        self.destinations.push_str(destination);
        (start, offset(self.destinations.len()))
    }

    pub(super) fn mark(&mut self, kind: MarkKind, start: u32) {
        self.marks.push(Mark { kind, chars: (start, self.len()) });
    }

    /// An empty text that starts here.
    pub(super) fn here(&self, at: u32) -> Text {
        self.here_from(self.len(), at)
    }

    pub(super) fn here_from(&self, chars: u32, at: u32) -> Text {
        let mark = offset(self.marks.len());
        Text { chars: (chars, chars), marks: (mark, mark), at: (at, at) }
    }

    /// The text from `start` to the end of what has been pushed.
    pub(super) fn text(&self, start: Text, at: Range<u32>) -> Text {
        Text {
            chars: (start.chars.0, self.len()),
            marks: (start.marks.0, offset(self.marks.len())),
            at: (at.start, at.end),
        }
    }

    #[must_use]
    pub(super) fn str(&self, text: Text) -> &str {
        &self.chars[text.chars.0 as usize..text.chars.1 as usize]
    }

    fn marks(&self, text: Text) -> &[Mark] {
        &self.marks[text.marks.0 as usize..text.marks.1 as usize]
    }

    pub(super) fn links(&self, text: Text) -> impl Iterator<Item = Link<'_>> {
        self.marks(text).iter().filter_map(move |mark| match mark.kind {
            MarkKind::Link(dest) => Some(Link {
                text: &self.chars[mark.chars.0 as usize..mark.chars.1 as usize],
                destination: &self.destinations[dest.0 as usize..dest.1 as usize],
                start: (mark.chars.0 - text.chars.0) as usize,
            }),
            _ => None,
        })
    }

    /// Byte ranges, inside the text, of the marks of one kind.
    pub(super) fn ranges(&self, text: Text, kind: MarkKind) -> impl Iterator<Item = Range<usize>> {
        self.marks(text)
            .iter()
            .filter(move |mark| mark.kind == kind)
            .map(move |mark| (mark.chars.0 - text.chars.0) as usize..(mark.chars.1 - text.chars.0) as usize)
    }
}
