//! Words about the bodies of requests and responses.

use serde::Deserialize;

use super::Words;
use super::folding::fold;
use super::phrases::Phrases;
use super::word_search::contains_word;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct RequestBodyWords {
    none: Phrases,
    in_url: Phrases,
    or: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct ResponseWords {
    collection: Phrases,
    empty: Phrases,
    object: Phrases,
    in_body: Phrases,
    link: Phrases,
}

impl Words<'_> {
    #[must_use]
    pub fn says_no_body(self, text: &str) -> bool {
        self.says(text, |table| &table.body.none)
    }

    #[must_use]
    pub fn says_in_url(self, text: &str) -> bool {
        self.says(text, |table| &table.body.in_url)
    }

    /// Whether a word between two types offers a choice.
    #[must_use]
    pub fn is_alternative(self, word: &str) -> bool {
        self.is(&fold(word), |table| &table.body.or)
    }

    #[must_use]
    pub fn says_collection(self, text: &str) -> bool {
        if !self.says(text, |table| &table.response.collection) {
            return false;
        }
        let text = fold(text);
        self.lists(|table| &table.response.collection).any(|word| contains_word(&text, word))
    }

    #[must_use]
    pub fn says_empty_response(self, text: &str) -> bool {
        self.says(text, |table| &table.response.empty)
    }

    #[must_use]
    pub fn says_object(self, text: &str) -> bool {
        self.says(text, |table| &table.response.object)
    }

    #[must_use]
    pub fn says_in_body(self, text: &str) -> bool {
        self.says(text, |table| &table.response.in_body)
    }

    /// Whether a sentence mentions the address of something.
    #[must_use]
    pub fn says_link(self, text: &str) -> bool {
        self.says(text, |table| &table.response.link)
    }
}
