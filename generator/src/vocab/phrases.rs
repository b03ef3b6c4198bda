//! A list of phrases with a fast search for any of them.
//!
//! Rules search every paragraph and every description; one pass over the text covers the whole list.

use std::ops::{Deref, Range};

use aho_corasick::{AhoCorasick, MatchKind};
use serde::{Deserialize, Deserializer, de};

#[derive(Debug, Default)]
pub(super) struct Phrases {
    list: Vec<String>,
    /// The same, and with a capital at the start where that is no ASCII letter.
    spelt: Vec<String>,
    /// `None` for an empty list.
    search: Option<AhoCorasick>,
}

impl Phrases {
    /// In both forms that sentences have: the search ignores the case of ASCII letters only.
    pub(super) fn spelt(&self) -> &[String] {
        &self.spelt
    }

    /// Whether any phrase occurs anywhere in the text. ASCII letters match in either case.
    pub(super) fn occur_in(&self, text: &str) -> bool {
        self.search.as_ref().is_some_and(|search| search.is_match(text))
    }

    /// The end of the first phrase; of several that start at the same place, the longest.
    pub(super) fn first_end_in(&self, text: &str) -> Option<usize> {
        self.search.as_ref()?.find(text).map(|found| found.end())
    }

    /// Where the first phrase stands that neither begins nor ends inside a word. A capital begins one: the end of a
    /// list in HTML leaves no blank.
    pub(super) fn first_words_in(&self, text: &str) -> Option<Range<usize>> {
        let is_whole = |found: &Range<usize>| {
            let begins = text[found.start..].starts_with(|c: char| c.is_ascii_uppercase());
            let glued = text[..found.start]
                .ends_with(|c: char| c.is_ascii_alphanumeric() && !(begins && c.is_ascii_lowercase()));
            !glued && !text[found.end..].starts_with(|c: char| c.is_ascii_alphanumeric())
        };
        self.search.as_ref()?.find_iter(text).map(|found| found.range()).find(is_whole)
    }
}

impl Deref for Phrases {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.list
    }
}

impl<'de> Deserialize<'de> for Phrases {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = Vec::<String>::deserialize(deserializer)?;
        let spelt: Vec<_> = list.iter().cloned().chain(list.iter().filter_map(|phrase| capitalized(phrase))).collect();
        let search = (!list.is_empty())
            .then(|| {
                AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::LeftmostLongest).build(&spelt)
            })
            .transpose()
            .map_err(de::Error::custom)?;
        Ok(Self { list, spelt, search })
    }
}

/// The phrase at the start of a sentence, in scripts whose capitals are not ASCII.
fn capitalized(phrase: &str) -> Option<String> {
    let first = phrase.chars().next().filter(|c| !c.is_ascii())?;
    let capital: String = first.to_uppercase().collect();
    (capital != phrase[..first.len_utf8()]).then(|| capital + &phrase[first.len_utf8()..])
}
