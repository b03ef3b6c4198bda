//! Source text of one page: where it comes from and how byte offsets become lines and columns.
//!
//! Knows nothing about Markdown, spans or facts.

use std::fmt;

/// The path of a page inside its docs set, with `/` separators: `api-reference/v1.0/api/user-list.md`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PagePath(String);

impl PagePath {
    /// Takes a path as it was found. Backslashes become slashes; everything before the first
    /// `api-reference/` component is dropped, so that a page has one identity wherever the tree lies.
    #[must_use]
    pub fn new(path: &str) -> Self {
        let path = path.replace('\\', "/");
        let start = path
            .match_indices("api-reference/")
            .map(|(at, _)| at)
            .find(|&at| at == 0 || path.as_bytes()[at - 1] == b'/');
        Self(start.map_or_else(|| path.clone(), |at| path[at..].to_owned()))
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

/// Offsets are 32 bit; pages are bounded far below that before anything makes a [`Span`].
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
    newlines: Vec<u32>,
}

impl<'a> LineIndex<'a> {
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let mut newlines = Vec::with_capacity(text.len() / 48);
        newlines.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(offset));
        Self { text, newlines }
    }

    /// The 1-based line of a byte offset.
    #[must_use]
    pub fn line(&self, at: u32) -> u32 {
        offset(self.newlines.partition_point(|&newline| newline < at)) + 1
    }

    #[must_use]
    pub fn position(&self, at: u32) -> Position {
        let at = (at as usize).min(self.text.len());
        let line = self.newlines.partition_point(|&newline| (newline as usize) < at);
        let start = line.checked_sub(1).map_or(0, |previous| self.newlines[previous] as usize + 1);
        let bytes = self.text.as_bytes().get(start..at).unwrap_or_default();
        let column = bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        Position { line: offset(line) + 1, column: offset(column) + 1 }
    }
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
    fn columns_count_characters() {
        let index = LineIndex::new("ab\n字x\n");
        assert_eq!(index.position(6), Position { line: 2, column: 2 });
        assert_eq!(index.position(0), Position { line: 1, column: 1 });
        assert_eq!(index.position(2), Position { line: 1, column: 3 });
        assert_eq!(index.position(99), Position { line: 3, column: 1 });
    }
}
