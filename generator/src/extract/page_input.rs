//! The input of the rules: one page and what is known about it.

use crate::markup::proof::Original;
use crate::source::PagePath;

/// Everything that the facts of a page depend on, apart from the vocabulary.
#[derive(Clone, Copy, Debug)]
pub struct PageInput<'p> {
    pub path: &'p PagePath,
    /// The locale of the folder; a page may name another one.
    pub locale: &'p str,
    /// The file as it is on disk.
    pub raw: &'p [u8],
    /// The source-language original. It is only used for the source proof; no fact comes from it.
    pub original: Original<'p>,
}

impl<'p> PageInput<'p> {
    /// A page without its original.
    #[must_use]
    pub fn new(path: &'p PagePath, locale: &'p str, raw: &'p [u8]) -> Self {
        Self { path, locale, raw, original: Original::NotGiven }
    }
}
