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
    /// How many lines end before each block of the text. Counting is many times faster than listing.
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
        // Where the text ends with a block, the end lies in the last one.
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
    fn columns_count_characters() {
        let index = LineIndex::new("ab\n字x\n");
        assert_eq!(index.position(6), Position { line: 2, column: 2 });
        assert_eq!(index.position(0), Position { line: 1, column: 1 });
        assert_eq!(index.position(2), Position { line: 1, column: 3 });
        assert_eq!(index.position(99), Position { line: 3, column: 1 });
    }
}
