//! The source text of a page: its path, the conversion of byte offsets to lines and columns, and the escaping of
//! external text for display.
//!
//! Knows nothing about Markdown, spans or facts.

mod composition;

use std::borrow::Cow;
use std::fmt;

pub(crate) use composition::PlaceIndex;
pub use composition::{Composition, Place};

/// Whether a character is invisible but changes what people see: controls and line ends, zero-width characters,
/// and those that reorder text (Unicode Standard Annex 9; <https://trojansource.codes>).
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// The text as one line, with every hidden character escaped: `\u{202e}`. Any text from the docs or the file system is
/// escaped before it is written to a file or message for review.
#[must_use]
pub fn escaped(text: &str) -> Cow<'_, str> {
    escaped_but(text, |_| false)
}

/// The same for our own text with several lines.
#[must_use]
pub fn escaped_lines(text: &str) -> Cow<'_, str> {
    escaped_but(text, |c| matches!(c, '\n' | '\t'))
}

fn escaped_but(text: &str, stays: impl Fn(char) -> bool) -> Cow<'_, str> {
    let is_meant = |c: char| is_hidden(c) && !stays(c);
    if !text.contains(is_meant) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    for c in text.chars() {
        if is_meant(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// The path of a page inside its docs set, with `/` separators: `api-reference/v1.0/api/user-list.md`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PagePath(String);

impl PagePath {
    /// Normalizes a path. Backslashes become slashes; everything before the first `api-reference/` component is
    /// dropped, so that the identity of a page does not depend on where the tree is. Hidden characters are escaped,
    /// because people read the paths.
    #[must_use]
    pub fn new(path: &str) -> Self {
        let path = path.replace('\\', "/");
        let start = path
            .match_indices("api-reference/")
            .map(|(at, _)| at)
            .find(|&at| at == 0 || path.as_bytes()[at - 1] == b'/');
        Self(escaped(&path[start.unwrap_or(0)..]).into_owned())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// File name without directory and extension: `user-list`.
    #[must_use]
    pub fn stem(&self) -> &str {
        let name = self.0.rsplit('/').next().unwrap_or(&self.0);
        name.split_once('.').map_or(name, |(stem, _)| stem)
    }

    /// The path of a file that a link in this one leads to: relative to its folder, or to the docs root behind `/` and
    /// `~/`. `None` where it would leave the docs root.
    #[must_use]
    pub fn join(&self, link: &str) -> Option<Self> {
        let link = link.replace('\\', "/");
        let link = link.split(['?', '#']).next().unwrap_or_default();
        let (folder, link) = match link.strip_prefix("~/").or_else(|| link.strip_prefix('/')) {
            Some(link) => ("", link),
            None => (self.0.rsplit_once('/').map_or("", |(folder, _)| folder), link),
        };
        let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        for part in link.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        Some(Self::new(&parts.join("/")))
    }

    /// The path components between `api-reference/` and the file name: `["v1.0", "api"]`.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        let folders = self.0.rsplit_once('/').map_or("", |(folders, _)| folders);
        folders.split('/').filter(|part| !part.is_empty())
    }
}

impl fmt::Display for PagePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A byte range of the file as it is on disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: offset(start), end: offset(end.max(start)) }
    }
}

/// Offsets have 32 bits; pages are limited to far less before any [`Span`] is made.
pub(crate) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A 1-based line and a 1-based column counted in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

/// Turns byte offsets of one text into lines; built once per page.
#[derive(Debug)]
pub struct LineIndex<'a> {
    text: &'a str,
    /// The number of line ends before each block of the text. Counting is many times faster than
    /// listing all line ends.
    ended: Vec<u32>,
}

const BLOCK_BYTES: usize = 512;

impl<'a> LineIndex<'a> {
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let mut ended = Vec::with_capacity(text.len() / BLOCK_BYTES + 1);
        let mut count = 0;
        for block in text.as_bytes().chunks(BLOCK_BYTES) {
            ended.push(count);
            count += count_newlines(block);
        }
        Self { text, ended }
    }

    /// The 1-based line of a byte offset.
    #[must_use]
    pub fn line(&self, at: u32) -> u32 {
        let at = (at as usize).min(self.text.len());
        // If the text ends with a block, its end belongs to that block.
        let Some(last) = self.ended.len().checked_sub(1) else { return 1 };
        let block = last.min(at / BLOCK_BYTES);
        self.ended[block] + count_newlines(&self.text.as_bytes()[block * BLOCK_BYTES..at]) + 1
    }

    #[must_use]
    pub fn position(&self, at: u32) -> Position {
        let at = (at as usize).min(self.text.len());
        let before = &self.text.as_bytes()[..at];
        let start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        let column = before[start..].iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        Position { line: self.line(offset(at)), column: offset(column) + 1 }
    }
}

fn count_newlines(bytes: &[u8]) -> u32 {
    offset(memchr::memchr_iter(b'\n', bytes).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_start_at_the_docs_root() {
        let path = PagePath::new("docs-input\\pages/zh-CN/api-reference/v1.0/api/user-list.md");
        assert_eq!(path.as_str(), "api-reference/v1.0/api/user-list.md");
        assert_eq!(path.stem(), "user-list");
        assert_eq!(path.folders().collect::<Vec<_>>(), ["api-reference", "v1.0", "api"]);
        assert_eq!(PagePath::new("seeds/000.txt").as_str(), "seeds/000.txt");
    }

    #[test]
    fn links_stay_below_the_docs_root() {
        let page = PagePath::new("api-reference/v1.0/api/lamp-get.md");
        let joined = |link| page.join(link).map(|path| path.0).unwrap_or_default();
        assert_eq!(joined("../includes/lamp.md"), "api-reference/v1.0/includes/lamp.md");
        assert_eq!(joined("../../includes/.//lamp.md?x=1#y"), "api-reference/includes/lamp.md");
        assert_eq!(joined("..\\..\\includes\\lamp.md"), "api-reference/includes/lamp.md");
        assert_eq!(joined("~/concepts/lamp.md"), "concepts/lamp.md");
        assert_eq!(joined("/api-reference/lamp.md"), "api-reference/lamp.md");
        assert_eq!(joined("../../../../etc/passwd"), "");
        assert_eq!(joined("../../../../api-reference/x.md"), "");
    }

    #[test]
    fn hidden_characters_are_spelled_out() {
        assert_eq!(escaped("zh-CN, 字 é"), "zh-CN, 字 é");
        assert_eq!(escaped("a\nb\u{202e}c\u{1b}[0m"), "a\\u{a}b\\u{202e}c\\u{1b}[0m");
        assert_eq!(escaped_lines("a\n\tb\u{2066}\r"), "a\n\tb\\u{2066}\\u{d}");
        let path = PagePath::new("x/api-reference/v1.0/api/a\nb\u{202e}.md");
        assert_eq!(path.as_str(), "api-reference/v1.0/api/a\\u{a}b\\u{202e}.md");
    }

    #[test]
    fn columns_count_characters() {
        let index = LineIndex::new("ab\n字x\n");
        assert_eq!(index.position(6), Position { line: 2, column: 2 });
        assert_eq!(index.position(0), Position { line: 1, column: 1 });
        assert_eq!(index.position(2), Position { line: 1, column: 3 });
        assert_eq!(index.position(99), Position { line: 3, column: 1 });
    }
}
