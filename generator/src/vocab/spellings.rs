//! Words of the source language, with their translations.

use std::collections::BTreeMap;

use serde::Deserialize;

/// In a file, the translations of each word. Texts are looked up, so here it is the other way round.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "BTreeMap<String, Vec<String>>")]
pub(super) struct Spellings {
    sources: BTreeMap<String, Vec<String>>,
}

impl From<BTreeMap<String, Vec<String>>> for Spellings {
    fn from(words: BTreeMap<String, Vec<String>>) -> Self {
        let mut sources: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (source, spellings) in words {
            for spelling in spellings {
                sources.entry(spelling).or_default().push(source.clone());
            }
        }
        Self { sources }
    }
}

impl Spellings {
    /// The words with this translation, sorted.
    pub(super) fn sources(&self, spelling: &str) -> &[String] {
        self.sources.get(spelling).map_or(&[], Vec::as_slice)
    }

    /// Each translation with its words.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.sources.iter().map(|(spelling, sources)| (spelling.as_str(), sources.as_slice()))
    }
}
