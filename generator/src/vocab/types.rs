//! Words for types: primitives, collections, and words around the name of a type.

use serde::Deserialize;

use super::Words;
use super::folding::{fold, narrow};
use super::spellings::Spellings;
use super::word_search::{contains_word, strip_ending, strip_prefix_word, strip_suffix_word};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct TypeWords {
    words: Vec<(String, String)>,
    collection: Vec<String>,
    collection_of: Vec<String>,
    /// Endings that are joined to the type: `Zeichenfolgenauflistung`.
    collection_ending: Vec<String>,
    /// Whether nouns are capitalized, so that translators may also capitalize type names.
    capitalized: bool,
    /// Whether the language has its own letters, so that a word in ASCII letters was not translated.
    own_letters: bool,
    optional: Vec<String>,
    /// Words before the name of a type; `nouns` come after it.
    articles: Vec<String>,
    nouns: Vec<String>,
    /// Types as the source documents spell them, with their translations.
    source: Spellings,
}

impl<'v> Words<'v> {
    /// The Edm primitive that a word means.
    #[must_use]
    pub fn primitive(self, word: &str) -> Option<&'v str> {
        let word = fold(word);
        let bare = word.strip_prefix("edm.").unwrap_or(&word);
        let tables = std::iter::once(self.english).chain(self.localized);
        tables
            .flat_map(|table| &table.types.words)
            .find(|(known, _)| known == bare)
            .map(|(_, primitive)| primitive.as_str())
    }

    /// The type with this translation, as the source documents spell it.
    #[must_use]
    pub fn source_type(self, word: &str) -> Option<&'v str> {
        self.spelt(word, |table| &table.types.source).into_iter().next()
    }

    /// The type with the longest translation in a sentence; true if the word for a collection is joined to
    /// it.
    #[must_use]
    pub fn source_type_in(self, sentence: &str) -> Option<(&'v str, bool)> {
        let sentence = narrow(&fold(sentence));
        let words = self.localized.into_iter().flat_map(|table| table.types.source.iter());
        let found = words.filter(|(word, _)| contains_word(&sentence, word));
        let longest = found.max_by_key(|(word, _)| word.len());
        let longest = longest.and_then(|(_, sources)| Some((sources.last()?.as_str(), false)));
        // `Zeichenfolgensammlung`
        longest.or_else(|| {
            sentence
                .split(' ')
                .map(|word| self.strip_collection(word))
                .find_map(|(word, grown)| self.source_type(&word).filter(|_| grown).map(|source| (source, grown)))
        })
    }

    /// Whether the translator may have capitalized a type.
    #[must_use]
    pub fn capitalizes_types(self) -> bool {
        self.localized.is_some_and(|table| table.types.capitalized)
    }

    /// Whether a word in ASCII letters must be from the source language.
    #[must_use]
    pub fn has_own_letters(self) -> bool {
        self.localized.is_some_and(|table| table.types.own_letters)
    }

    /// Removes the words that make a type a collection. True if there were any.
    #[must_use]
    pub fn strip_collection(self, text: &str) -> (String, bool) {
        let text = text.trim();
        // Localized words come first: `Collection von Objekten des Typs X` starts with a source
        // word.
        for table in self.localized.into_iter().chain([self.english]) {
            let words = &table.types;
            let ends = words.collection.iter().map(|word| strip_suffix_word(text, word));
            let starts = words.collection_of.iter().map(|word| strip_prefix_word(text, word));
            let grown = words.collection_ending.iter().map(|ending| strip_ending(text, ending));
            if let Some(stripped) = ends.chain(starts).chain(grown).find(|stripped| stripped.len() < text.len()) {
                return (stripped.trim().to_owned(), true);
            }
        }
        (text.to_owned(), false)
    }

    #[must_use]
    pub fn is_collection_word(self, word: &str) -> bool {
        self.is(&fold(word), |table| &table.types.collection)
    }

    /// The word between an article and an insignificant noun: `boolean` in `a boolean value`.
    #[must_use]
    pub fn strip_article(self, text: &str) -> Option<&str> {
        let mut words = text.split_ascii_whitespace();
        let article = words.next()?;
        let is_article = self.lists(|table| &table.types.articles).any(|known| known.eq_ignore_ascii_case(article));
        let name = words.next().filter(|_| is_article)?;
        (words.all(|noun| self.is_type_noun(noun))).then_some(name)
    }

    /// Whether a word after the name of a type only says that it is one: `widgetMode enum`.
    #[must_use]
    pub fn is_type_noun(self, word: &str) -> bool {
        self.lists(|table| &table.types.nouns).any(|known| known.eq_ignore_ascii_case(word))
    }

    /// Whether a text is the name of a type and such a word.
    #[must_use]
    pub fn names_one_type(self, text: &str) -> bool {
        text.split_once(' ').is_some_and(|(_, noun)| self.is_type_noun(noun))
    }

    #[must_use]
    pub fn is_optional_mark(self, word: &str) -> bool {
        self.is(&fold(word), |table| &table.types.optional)
    }
}

#[cfg(test)]
mod tests {
    use crate::vocab::tests::english;

    #[test]
    fn type_words() {
        let vocab = english();
        let words = vocab.words("en");
        assert_eq!(words.primitive("Edm.DateTimeOffset"), Some("Edm.DateTimeOffset"));
        assert_eq!(words.strip_collection("String collection"), ("String".to_owned(), true));
        assert_eq!(words.strip_collection("Collection of user"), ("user".to_owned(), true));
        assert_eq!(words.strip_collection("printerCollection"), ("printerCollection".to_owned(), false));
    }
}
