//! The sentences of pages: documentation, never facts.
//!
//! None of them is committed, because the licences of the docs do not allow it. `regen --prose` adds
//! them for private use.

use std::collections::BTreeMap;

use crate::source::PagePath;

/// Which of the two texts of a page are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Languages {
    #[default]
    Source,
    Localized,
    Both,
}

/// The sentences of all pages; empty unless requested.
#[derive(Debug, Default)]
pub struct Prose {
    pub languages: Languages,
    pub pages: BTreeMap<PagePath, PageProse>,
}

/// The sentences of a page.
#[derive(Debug, Default)]
pub struct PageProse {
    /// The first paragraph.
    pub summary: Sentence,
    /// The last cell of each table row, by the line of the row.
    pub rows: BTreeMap<u32, Sentence>,
}

/// A text in both languages, without markup. On a page without a source side they are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sentence {
    pub source: String,
    pub localized: String,
}

impl Prose {
    /// The summary of a page, in the requested languages.
    pub fn summary(&self, page: &PagePath) -> impl Iterator<Item = &str> {
        self.wanted(self.pages.get(page).map(|prose| &prose.summary))
    }

    /// The description of the item on a line of a page.
    pub fn row(&self, page: &PagePath, line: u32) -> impl Iterator<Item = &str> {
        self.wanted(self.pages.get(page).and_then(|prose| prose.rows.get(&line)))
    }

    fn wanted<'p>(&self, sentence: Option<&'p Sentence>) -> impl Iterator<Item = &'p str> {
        let texts = sentence.map(|Sentence { source, localized }| match self.languages {
            Languages::Source => [source.as_str(), ""],
            Languages::Localized => [localized.as_str(), ""],
            Languages::Both if source == localized => [source.as_str(), ""],
            Languages::Both => [source.as_str(), localized.as_str()],
        });
        texts.into_iter().flatten().filter(|text| !text.is_empty())
    }
}
