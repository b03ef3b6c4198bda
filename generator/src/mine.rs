//! Finds the words of a vocabulary in pages that say the same in a known language.
//!
//! Texts are aligned by their places: the two sides of a page with spans, a page and its original, or pages of two
//! locales that were translated from one original. What the known text means, by its vocabulary, the other text
//! means as well. Words that stand alone in a cell or sentence are counted; phrases are found by what the
//! sentences with a meaning have in common and the others lack.

mod align;
mod common;
mod proposal;

use std::collections::BTreeMap;

use crate::model::facts::{AccountType, PermissionOrder};
use crate::vocab::{Column, Role, Words, as_listed};

pub use align::{Aligned, Place, align_pages, align_sides};

/// A row of a vocabulary file: its table, if any, and its key.
type Row = (&'static str, String);

/// What was found so far.
#[derive(Debug, Default)]
pub struct Mined {
    /// How often each text stands where a row has its word.
    words: BTreeMap<Row, BTreeMap<String, usize>>,
    /// Type cells, read when the words for collections are known: the known type and the text.
    types: BTreeMap<(String, bool), BTreeMap<String, usize>>,
    /// For each row of phrases, how often each sentence was seen with and without its meaning.
    sentences: BTreeMap<Row, BTreeMap<String, Seen>>,
}

/// How often a sentence stands beside one that a row applies to, and beside others.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    with: usize,
    without: usize,
}

/// Whether a row of phrases applies to a sentence.
type Says = fn(Words<'_>, &str) -> bool;

const OF_QUERY_OPTIONS: &[(&str, &str, Says)] = &[
    ("query-options", "granted", |words, text| words.grants_query_options(text)),
    ("query-options", "denied", |words, text| words.denies_query_options(text)),
    ("query-options", "exception", |words, text| words.makes_exception(text)),
    ("query-options", "negation", |words, text| words.denies(text)),
];
const OF_BODY: &[(&str, &str, Says)] = &[
    ("body", "none", |words, text| words.says_no_body(text)),
    ("body", "in-url", |words, text| words.says_in_url(text)),
];
const OF_RESPONSE: &[(&str, &str, Says)] = &[
    ("response", "collection", |words, text| words.says_collection(text)),
    ("response", "empty", |words, text| words.says_empty_response(text)),
    ("response", "object", |words, text| words.says_object(text)),
    ("response", "in-body", |words, text| words.says_in_body(text)),
    ("response", "link", |words, text| words.says_link(text)),
];
const OF_DESCRIPTION: &[(&str, &str, Says)] = &[
    ("markers", "possible-values", |words, text| words.possible_values(text).is_some()),
    ("markers", "one-of", |words, text| words.one_of(text).is_some()),
    ("markers", "default", |words, text| words.default_value(text).is_some()),
];
const OF_PERMISSIONS: &[(&str, &str, Says)] = &[
    ("permissions", "least-to-most", |words, text| words.permission_order(text) == PermissionOrder::LeastToMost),
    ("permissions", "most-to-least", |words, text| words.permission_order(text) == PermissionOrder::MostToLeast),
];

impl Mined {
    /// Learns from one place. `words` are those of the known text.
    pub fn learn(&mut self, aligned: &Aligned<'_>, words: Words<'_>) {
        let Aligned { place, known, text } = aligned;
        let (known, text) = (known.trim(), text.trim());
        if known.is_empty() || text.is_empty() {
            return;
        }
        match *place {
            Place::Header { role: Some(Role::Permissions) } => {
                if words.is_permission_label_column(known) {
                    self.add("permissions", "label-column", text);
                }
                self.add_sentences(known, text, words, OF_PERMISSIONS);
            }
            Place::Header { .. } => {
                if let Some(column) = words.column(known) {
                    self.add("columns", column.key(), text);
                }
            }
            Place::Cell { role: Some(Role::Permissions), column, .. } => {
                self.learn_permission(known, text, column, words)
            }
            Place::Cell { role, column, header } => {
                if role == Some(Role::RequestHeaders) && column == 0 {
                    self.add_name("headers", known, text, words);
                }
                match words.column(header) {
                    Some(Column::Type | Column::Returns) => {
                        let (name, collection) = words.strip_collection(known);
                        let name = words.source_type(&name).map(str::to_owned).unwrap_or(name);
                        // In the known page, too, a type may be translated.
                        let is_word = words.primitive(&name).is_some();
                        let is_name =
                            || has_inner_capital(&name) && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
                        if !is_word && !is_name() {
                            return;
                        }
                        *self.types.entry((name, collection)).or_default().entry(text.to_owned()).or_default() += 1;
                    }
                    Some(Column::Name | Column::Relationship) if role != Some(Role::RequestHeaders) => {
                        self.add_name("names", known, text, words);
                    }
                    Some(Column::Required) => {
                        if let Some(is_required) = words.yes_or_no(known) {
                            self.add("markers", if is_required { "yes" } else { "no" }, text);
                        }
                    }
                    Some(Column::Description) => self.learn_description(known, text, words),
                    _ => {}
                }
            }
            Place::Paragraph { role: Some(Role::RequestBody) } => self.add_sentences(known, text, words, OF_BODY),
            Place::Paragraph { role: Some(Role::Response) } => self.add_sentences(known, text, words, OF_RESPONSE),
            Place::Paragraph { role: Some(Role::QueryParameters) } => {
                self.add_sentences(known, text, words, OF_QUERY_OPTIONS);
            }
            Place::Paragraph { .. } => {}
        }
    }

    fn learn_permission(&mut self, known: &str, text: &str, column: usize, words: Words<'_>) {
        let key = match (column, words.account_type(known)) {
            (0, Some(AccountType::DelegatedWork)) => "delegated-work",
            (0, Some(AccountType::DelegatedPersonal)) => "delegated-personal",
            (0, Some(AccountType::Application)) => "application",
            _ if column > 0 && words.is_not_supported(known) => "not-supported",
            _ if column > 0 && words.needs_no_permission(known) => "no-permission",
            _ => return,
        };
        self.add("permissions", key, text);
    }

    fn learn_description(&mut self, known: &str, text: &str, words: Words<'_>) {
        for (known, text) in align::sentences(known, text) {
            if let Some(is_required) = words.requirement_sentence(known) {
                self.add("markers", if is_required { "required" } else { "optional" }, text);
            }
        }
        self.add_sentences(known, text, words, OF_DESCRIPTION);
    }

    /// A name that the translator left alone, or that is no name, teaches nothing.
    fn add_name(&mut self, table: &'static str, known: &str, text: &str, words: Words<'_>) {
        let is_name = known.len() > 1
            && known.starts_with(|c: char| c.is_ascii_alphabetic())
            && known.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        // In the known page, too, a word may be a translation.
        let is_sure = words.is_source_language() || has_inner_capital(known);
        // A translator may have replaced one name by another.
        let says_same = as_listed(text) == as_listed(known) || text.is_ascii() && has_inner_capital(text);
        if is_name && (is_sure || words.has_own_letters()) && !says_same {
            self.add(table, known, text);
        }
    }

    fn add(&mut self, table: &'static str, key: &str, text: &str) {
        // A mark may be a remark: `(optional)`.
        let is_mark = table == "markers";
        let text =
            as_listed(if is_mark { text.trim_matches(['(', ')', '（', '）', '[', ']', ' ', '.']) } else { text });
        // Longer texts are sentences that no second page has.
        if !text.is_empty() && text.len() <= MAX_WORD_BYTES {
            *self.words.entry((table, key.to_owned())).or_default().entry(text).or_default() += 1;
        }
    }

    fn add_sentences(
        &mut self,
        known: &str,
        text: &str,
        words: Words<'_>,
        rows: &[(&'static str, &'static str, Says)],
    ) {
        for (known, text) in align::sentences(known, text) {
            let text = as_listed(text);
            if text.is_empty() || text.len() > MAX_SENTENCE_BYTES {
                continue;
            }
            for (table, key, says) in rows {
                let seen = self.sentences.entry((*table, (*key).to_owned())).or_default();
                let seen = seen.entry(text.clone()).or_default();
                if says(words, known) { seen.with += 1 } else { seen.without += 1 }
            }
        }
    }

    /// A vocabulary file for the locale, with the number of places of each word.
    #[must_use]
    pub fn proposal(&self, locale: &str) -> String {
        proposal::write(self, locale)
    }
}

fn has_inner_capital(name: &str) -> bool {
    name.bytes().skip(1).any(|byte| byte.is_ascii_uppercase())
}

const MAX_WORD_BYTES: usize = 160;
const MAX_SENTENCE_BYTES: usize = 600;
