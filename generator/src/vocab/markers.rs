//! Marks in descriptions for required values, possible values and defaults.

use serde::Deserialize;

use super::Words;
use super::folding::fold;
use super::phrases::Phrases;
use super::word_search::{contains_word, has_sentence, runs_on, starts_with_word};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Markers {
    required: Phrases,
    optional: Phrases,
    yes: Vec<String>,
    no: Vec<String>,
    /// Before a list of values; `one_of` comes before a list of anything.
    possible_values: Phrases,
    one_of: Phrases,
    default: Phrases,
    /// Above a table.
    table_required: Phrases,
    /// In a row of such a table.
    required_sometimes: Vec<String>,
    /// After a value.
    default_mark: Vec<String>,
    /// Between the first and the last value of a range.
    range: Vec<String>,
}

impl<'v> Words<'v> {
    /// Whether a description or a cell of a "Required" column makes a parameter required or optional.
    #[must_use]
    pub fn requirement(self, description: &str) -> Option<bool> {
        if !self.says(description, |table| &table.markers.required)
            && !self.says(description, |table| &table.markers.optional)
        {
            return None;
        }
        let text = fold(description);
        let first =
            |words: &'v [String]| words.iter().any(|word| starts_with_word(&text, word) && !runs_on(&text, word));
        let sentence = |words: &'v [String]| words.iter().any(|word| has_sentence(&text, word));
        let tables = || std::iter::once(self.english).chain(self.localized);
        let required = |test: &dyn Fn(&'v [String]) -> bool| tables().any(|table| test(&table.markers.required));
        let optional = |test: &dyn Fn(&'v [String]) -> bool| tables().any(|table| test(&table.markers.optional));
        let mut restricted = self.lists(|table| &table.markers.required_sometimes);
        if restricted.any(|phrase| starts_with_word(&text, phrase)) {
            None
        } else if required(&first) {
            Some(true)
        } else if optional(&first) {
            Some(false)
        } else if required(&sentence) {
            Some(true)
        } else if optional(&sentence) {
            Some(false)
        } else {
            None
        }
    }

    /// Whether a sentence, which holds nothing else, makes a property required or optional.
    #[must_use]
    pub fn requirement_sentence(self, sentence: &str) -> Option<bool> {
        let sentence = fold(sentence.trim_matches(['(', ')', '（', '）', '[', ']', ' ', '.', '。']));
        if self.is(&sentence, |table| &table.markers.required) {
            Some(true)
        } else if self.is(&sentence, |table| &table.markers.optional) {
            Some(false)
        } else {
            None
        }
    }

    /// Whether the sentence above a table makes all its parameters required.
    #[must_use]
    pub fn requires_all(self, sentence: &str) -> bool {
        self.occurs(sentence, |table| &table.markers.table_required)
    }

    /// Whether a description restricts when the parameter is required.
    #[must_use]
    pub fn is_required_sometimes(self, description: &str) -> bool {
        let text = fold(description);
        self.lists(|table| &table.markers.required_sometimes).any(|phrase| contains_word(&text, phrase))
    }

    #[must_use]
    pub fn yes_or_no(self, cell: &str) -> Option<bool> {
        let cell = fold(cell);
        if self.is(&cell, |table| &table.markers.yes) {
            Some(true)
        } else if self.is(&cell, |table| &table.markers.no) {
            Some(false)
        } else {
            None
        }
    }

    /// The start of a list of documented values: the byte offset after the phrase.
    #[must_use]
    pub fn possible_values(self, description: &str) -> Option<usize> {
        self.first_end(description, |table| &table.markers.possible_values)
    }

    /// The start of a list of anything.
    #[must_use]
    pub fn one_of(self, description: &str) -> Option<usize> {
        self.first_end(description, |table| &table.markers.one_of)
    }

    /// Whether a word comes between the first and the last value of a range.
    #[must_use]
    pub fn is_range(self, word: &str) -> bool {
        self.is(&fold(word), |table| &table.markers.range)
    }

    /// The start of a documented default: the byte offset after the phrase.
    #[must_use]
    pub fn default_value(self, description: &str) -> Option<usize> {
        if !self.occurs(description, |table| &table.markers.default) {
            return None;
        }
        let lower = description.to_ascii_lowercase();
        let tables = std::iter::once(self.english).chain(self.localized);
        tables
            .flat_map(|table| table.markers.default.spelt())
            .filter_map(|phrase| lower.find(phrase.as_str()).map(|at| at + phrase.len()))
            .max()
    }

    /// Whether a remark after a value says that it is the default.
    #[must_use]
    pub fn is_default_mark(self, remark: &str) -> bool {
        self.is(&fold(remark), |table| &table.markers.default_mark)
    }
}

#[cfg(test)]
mod tests {
    use crate::vocab::tests::english;

    #[test]
    fn requirement_markers() {
        let vocab = english();
        let words = vocab.words("en");
        for (text, required) in [
            ("Required. The name.", Some(true)),
            ("The name. Optional.", Some(false)),
            ("The required level.", None),
            ("Required only for lamps.", None),
            ("Optional, the reason.", Some(false)),
            ("application/json. Required.", Some(true)),
            ("Bearer {token} (required)", Some(true)),
        ] {
            assert_eq!(words.requirement(text), required, "{text}");
        }
    }
}
