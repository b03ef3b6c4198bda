//! Words about the query options of OData.

use serde::Deserialize;

use super::Words;
use super::phrases::Phrases;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct QueryOptionWords {
    granted: Phrases,
    denied: Phrases,
    exception: Phrases,
    /// Negates anything.
    negation: Phrases,
}

impl Words<'_> {
    /// Whether a sentence says that an operation takes the query options of OData.
    #[must_use]
    pub fn grants_query_options(self, sentence: &str) -> bool {
        self.says(sentence, |table| &table.query_options.granted)
    }

    /// Whether a sentence says that an operation takes no query options, or no others.
    #[must_use]
    pub fn denies_query_options(self, sentence: &str) -> bool {
        self.says(sentence, |table| &table.query_options.denied)
    }

    /// Whether a denial makes an exception.
    #[must_use]
    pub fn makes_exception(self, sentence: &str) -> bool {
        self.says(sentence, |table| &table.query_options.exception)
    }

    /// Whether a sentence says that anything is not supported.
    #[must_use]
    pub fn denies(self, sentence: &str) -> bool {
        self.says(sentence, |table| &table.query_options.negation)
    }
}
