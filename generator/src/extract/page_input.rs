//! The input of the rules: one page and what is known about it.

use std::collections::BTreeMap;

use crate::markup::proof::Original;
use crate::source::PagePath;

/// Files that pages include, as they are on disk.
pub type IncludeTexts = BTreeMap<PagePath, Vec<u8>>;

static NO_INCLUDES: IncludeTexts = BTreeMap::new();

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
    /// At least those of [`needed_includes`](super::needed_includes), and of these in turn; what is not here is reported
    /// as missing.
    pub includes: &'p IncludeTexts,
}

impl<'p> PageInput<'p> {
    /// A page without its original and its includes.
    #[must_use]
    pub fn new(path: &'p PagePath, locale: &'p str, raw: &'p [u8]) -> Self {
        Self { path, locale, raw, original: Original::NotGiven, includes: &NO_INCLUDES }
    }
}
