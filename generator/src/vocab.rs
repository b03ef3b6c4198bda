//! Natural-language words, per locale: section names, column headers, permission labels, type words.
//!
//! Rules ask this module for the meaning of a text; they contain no words themselves. Each locale has
//! one TOML file. Side-by-side pages only need the English one.
//!
//! This file reads the tables and compares texts with their words. Each submodule owns some rows of a table
//! and answers questions about them.

mod bodies;
mod clouds;
mod columns;
mod conditions;
mod deprecation;
mod folding;
mod headings;
mod includes;
mod markers;
mod permissions;
mod phrases;
mod query_options;
mod roles;
mod slug_pattern;
mod spellings;
mod type_pages;
mod types;
mod word_search;

pub use columns::Column;
pub use conditions::Person;
pub use headings::{Role, TitleKind};

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

use folding::{fold, half_width, narrow};
use phrases::Phrases;
use spellings::Spellings;

/// The words of the source language and of one more locale.
#[derive(Debug, Default)]
pub struct Vocab {
    tables: BTreeMap<String, Table>,
}

/// The words that apply to one page.
#[derive(Clone, Copy, Debug)]
pub struct Words<'v> {
    english: &'v Table,
    localized: Option<&'v Table>,
}

/// A vocabulary file that cannot be used.
#[derive(Debug)]
pub struct VocabError(pub String);

impl std::fmt::Display for VocabError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for VocabError {}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Table {
    locale: String,
    section: Vec<headings::SectionRow>,
    includes: includes::IncludeRows,
    clouds: clouds::CloudWords,
    roles: roles::RoleWords,
    columns: BTreeMap<Column, Vec<String>>,
    permissions: permissions::PermissionWords,
    types: types::TypeWords,
    markers: markers::Markers,
    query_options: query_options::QueryOptionWords,
    body: bodies::RequestBodyWords,
    response: bodies::ResponseWords,
    title: Vec<headings::TitleRow>,
    type_pages: type_pages::TypePageWords,
    deprecation: deprecation::DeprecationWords,
    /// Header names, with their translations.
    headers: Spellings,
    /// Names of properties and parameters, with their translations.
    names: Spellings,
}

impl Vocab {
    /// Reads vocabulary files; each is given as its name and its text.
    ///
    /// # Errors
    /// If a file is not a vocabulary, a locale has two files, or the English one is missing.
    pub fn parse<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, VocabError> {
        let mut tables = BTreeMap::new();
        for (name, text) in files {
            let table: Table = toml::from_str(text).map_err(|error| VocabError(format!("{name}: {error}")))?;
            let locale = table.locale.to_ascii_lowercase();
            if tables.insert(locale, table).is_some() {
                return Err(VocabError(format!("{name}: this locale already has a vocabulary")));
            }
        }
        if !tables.contains_key("en") {
            return Err(VocabError(
                "no vocabulary has `locale = \"en\"`; the source language is always needed".to_owned(),
            ));
        }
        Ok(Self { tables })
    }

    /// The words for a page: those of the source language, and those of `locale` if it has a file.
    #[must_use]
    pub fn words(&self, locale: &str) -> Words<'_> {
        let locale = locale.to_ascii_lowercase();
        Words { english: &self.tables["en"], localized: self.tables.get(&locale).filter(|_| !locale.starts_with("en")) }
    }

    /// The locales that have a file.
    pub fn locales(&self) -> impl Iterator<Item = &str> {
        self.tables.values().map(|table| table.locale.as_str())
    }

    /// Whether a locale has a file of its own.
    #[must_use]
    pub fn knows(&self, locale: &str) -> bool {
        self.tables.contains_key(&locale.to_ascii_lowercase())
    }
}

/// A text in the form in which vocabulary files list it: folded, with narrow punctuation.
#[must_use]
pub fn as_listed(text: &str) -> String {
    narrow(&fold(text))
}

impl<'v> Words<'v> {
    /// Whether the words are those of the source language alone.
    #[must_use]
    pub fn is_source_language(self) -> bool {
        self.localized.is_none()
    }

    fn lists(self, list: impl Fn(&'v Table) -> &'v [String]) -> impl Iterator<Item = &'v str> {
        let localized = self.localized.map(&list).unwrap_or_default();
        list(self.english).iter().chain(localized).map(String::as_str)
    }

    fn is(self, text: &str, list: impl Fn(&'v Table) -> &'v [String]) -> bool {
        list(self.english).iter().any(|word| word == text)
            || self.any_translation(text, list, |text, word| word == text)
    }

    /// Whether a text contains one of the phrases. Phrases of the source language are matched against the
    /// text as it is, those of a locale against its folded form.
    fn says(self, text: &str, phrases: impl Fn(&'v Table) -> &'v Phrases) -> bool {
        let localized = self.localized.map(&phrases).filter(|phrases| !phrases.is_empty());
        phrases(self.english).occur_in(text)
            || localized.is_some_and(|phrases| {
                let text = narrow(&fold(text));
                phrases.iter().any(|phrase| text.contains(phrase.as_str()))
            })
    }

    fn contains(self, text: &str, list: impl Fn(&'v Table) -> &'v [String]) -> bool {
        list(self.english).iter().any(|word| text.contains(word.as_str()))
            || self.any_translation(text, list, |text, word| text.contains(word))
    }

    /// Whether a word of the locale passes the test with the text, whose punctuation is made narrow once.
    fn any_translation(
        self,
        text: &str,
        list: impl Fn(&'v Table) -> &'v [String],
        test: impl Fn(&str, &str) -> bool,
    ) -> bool {
        let words = self.localized.map(list).unwrap_or_default();
        let text = if words.is_empty() { String::new() } else { narrow(text) };
        words.iter().any(|word| test(&text, word))
    }

    /// Whether a phrase of either language occurs in the text as it is.
    fn occurs(self, text: &str, phrases: impl Fn(&'v Table) -> &'v Phrases) -> bool {
        phrases(self.english).occur_in(text) || self.localized.is_some_and(|table| phrases(table).occur_in(text))
    }

    /// The words of the source language that have this translation.
    fn spelt(self, text: &str, table: impl Fn(&'v Table) -> &'v Spellings) -> Vec<&'v str> {
        let Some(spellings) = self.localized.map(table) else { return Vec::new() };
        spellings.sources(&narrow(&fold(text))).iter().map(String::as_str).collect()
    }

    /// A text with the punctuation of the source language; unchanged on source-language pages.
    #[must_use]
    pub fn narrow(self, text: &str) -> Cow<'_, str> {
        if self.localized.is_some() { text.chars().map(half_width).collect::<String>().into() } else { text.into() }
    }

    /// The HTTP header with this translated name.
    #[must_use]
    pub fn header_name(self, name: &str) -> Option<&'v str> {
        self.spelt(name, |table| &table.headers).into_iter().next()
    }

    /// The properties and parameters with this translated name.
    #[must_use]
    pub fn source_names(self, name: &str) -> Vec<&'v str> {
        self.spelt(name, |table| &table.names)
    }

    /// Where the first phrase of either language ends.
    fn first_end(self, text: &str, phrases: impl Fn(&'v Table) -> &'v Phrases) -> Option<usize> {
        let tables = std::iter::once(self.english).chain(self.localized);
        tables.filter_map(|table| phrases(table).first_end_in(text)).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::facts::AccountType;

    /// The words of the source language.
    pub(super) fn english() -> Vocab {
        Vocab::parse([("en.toml", include_str!("../vocab/en.toml"))]).expect("the English vocabulary")
    }

    #[test]
    fn a_further_locale_is_one_more_table() {
        let text = r#"
            locale = "xx"
            [columns]
            name = ["名称"]
            [permissions]
            delegated-work = ["委派(工作帐户)"]
            not-supported = ["不支持"]
            no-permission = ["无"]
            [types]
            collection = ["集合", "-sammlung"]
            collection-of = ["sammlung von", "coleção de", "coleção"]
            collection-ending = ["auflistung"]
            [types.source]
            String = ["字符串", "zeichenfolge", "zeichenfolgen"]
            [markers]
            required = ["必需"]
            [headers]
            Accept = ["接受"]
        "#;
        let vocab =
            Vocab::parse([("en.toml", include_str!("../vocab/en.toml")), ("xx.toml", text)]).expect("two tables");
        let words = vocab.words("xx");
        assert_eq!(words.column("**名称**"), Some(Column::Name));
        assert_eq!(words.account_type("委派（工作帐户）"), Some(AccountType::DelegatedWork));
        assert_eq!(words.account_type("委派 (工作帐户)"), Some(AccountType::DelegatedWork));
        assert!(words.is_not_supported("不支持。"));
        assert!(words.needs_no_permission("无。") && !words.is_not_supported("无。"));
        assert_eq!(words.header_name("接受"), Some("Accept"));
        assert_eq!(words.source_type("“字符串”"), Some("String"));
        assert_eq!(words.source_type_in("返回字符串。"), Some(("String", false)));
        assert_eq!(words.source_type_in("eine Zeichenfolgenauflistung im Text"), Some(("String", true)));
        assert_eq!(words.requirement("必需。名称。"), Some(true));
        assert_eq!(words.requirement("必需的级别。"), None);
        for (text, bare) in [
            ("X集合", "X"),
            ("X-Sammlung", "X"),
            ("Sammlung von X", "X"),
            ("Coleção X", "X"),
            ("Zeichenfolgenauflistung", "Zeichenfolgen"),
        ] {
            assert_eq!(words.strip_collection(text), (bare.to_owned(), true), "{text}");
        }
        // The same words mean nothing on other pages.
        assert_eq!(vocab.words("en").source_type("字符串"), None);
        assert_eq!(vocab.words("en").column("名称"), None);
    }

    #[test]
    fn bad_files_are_named() {
        let error = Vocab::parse([("x.toml", "locale = 1")]).expect_err("refused");
        assert!(error.to_string().starts_with("x.toml"), "{error}");
        assert!(Vocab::parse([("x.toml", "locale = \"xx\"")]).is_err());
    }
}
