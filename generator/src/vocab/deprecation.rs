//! Words that announce the end of something: that it ends, when, and what takes its place.

use std::ops::Range;

use serde::Deserialize;

use super::folding::{fold, narrow};
use super::phrases::Phrases;
use super::word_search::contains_word;
use super::{Table, Words};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct DeprecationWords {
    /// The word itself, as it stands in parentheses behind a name.
    mark: Phrases,
    /// Verbs with the word.
    statement: Phrases,
    /// Before a verb, in a row: its own property. Others are about something else.
    subject: Vec<String>,
    other_subject: Vec<String>,
    /// Before a verb, in a callout of a page: what the page is about. Others are about a part of it.
    page_subject: Vec<String>,
    other_page_subject: Vec<String>,
    /// Before a clause that has a subject of its own.
    reason: Vec<String>,
    /// What stands before a verb that states nothing.
    hedge: Vec<String>,
    /// Before the day.
    stop: Phrases,
    /// Before the successor; the latter only where the sentence is about a replacement.
    replaced: Phrases,
    uses: Phrases,
    instead: Phrases,
    /// Before a verb that names no successor.
    negation: Vec<String>,
    /// Between a verb and the successor.
    filler: Vec<String>,
    /// Each with its abbreviations, January first.
    months: Vec<Vec<String>>,
}

impl<'v> Words<'v> {
    fn deprecation_phrase(
        self,
        text: &str,
        list: impl Fn(&'v DeprecationWords) -> &'v Phrases,
    ) -> Option<Range<usize>> {
        let tables = std::iter::once(self.english).chain(self.localized);
        tables.filter_map(|table| list(&table.deprecation).first_words_in(text)).min_by_key(|found| found.start)
    }

    fn has_word(self, text: &str, list: impl Fn(&'v Table) -> &'v [String]) -> bool {
        let text = fold(text);
        self.lists(list).any(|word| contains_word(&text, word))
    }

    /// Whether a text speaks of deprecation at all: a quick test.
    #[must_use]
    pub fn mentions_deprecation(self, text: &str) -> bool {
        self.occurs(text, |table| &table.deprecation.mark)
    }

    /// Whether a remark in parentheses says it: `category (deprecated)`.
    #[must_use]
    pub fn is_marked_deprecated(self, name: &str) -> bool {
        self.mentions_deprecation(name)
            && name.match_indices(['(', '（', '[']).any(|(at, _)| {
                let remark = name[at..].trim_start_matches(['(', '（', '[']);
                let remark = fold(remark.split([')', '）', ']']).next().unwrap_or_default());
                self.is(&remark, |table| &table.deprecation.mark)
            })
    }

    /// Whether the slug of a heading ends with the word; it is English in every locale.
    #[must_use]
    pub fn is_deprecated_slug(self, slug: &str) -> bool {
        let mut marks = self.english.deprecation.mark.iter();
        marks.any(|mark| slug.strip_suffix(mark.as_str()).is_some_and(|rest| rest.ends_with('-')))
    }

    /// Whether a sentence starts with the word.
    #[must_use]
    pub fn starts_deprecated(self, sentence: &str) -> bool {
        self.deprecation_phrase(sentence, |words| &words.mark).is_some_and(|found| found.start == 0)
    }

    /// Where a sentence says it with a verb.
    #[must_use]
    pub fn deprecates(self, sentence: &str) -> Option<Range<usize>> {
        let found = self.deprecation_phrase(sentence, |words| &words.statement)?;
        (!self.has_word(&sentence[..found.start], |table| &table.deprecation.hedge)).then_some(found)
    }

    /// Whether the subject of such a sentence is that of a row.
    #[must_use]
    pub fn is_row_subject(self, before: &str) -> bool {
        self.has_word(before, |table| &table.deprecation.subject)
            && !self.has_word(before, |table| &table.deprecation.other_subject)
    }

    /// Whether the subject of such a sentence is that of a page.
    #[must_use]
    pub fn is_page_subject(self, before: &str) -> bool {
        // `Update this app, as tasks are …` is about tasks.
        let folded = before.to_ascii_lowercase();
        let reasons = self.lists(|table| &table.deprecation.reason);
        let start = reasons.filter_map(|word| Some(folded.rfind(word)? + word.len())).max().unwrap_or(0);
        let before = &before[start..];
        self.has_word(before, |table| &table.deprecation.page_subject)
            && !self.has_word(before, |table| &table.deprecation.other_page_subject)
    }

    /// Where a sentence goes on with the day.
    #[must_use]
    pub fn stops(self, sentence: &str) -> Option<usize> {
        Some(self.deprecation_phrase(sentence, |words| &words.stop)?.end)
    }

    /// Where a sentence goes on with the successor: it names one, or says what to use where it is about that.
    #[must_use]
    pub fn successor(self, sentence: &str, is_about_end: bool) -> Option<usize> {
        let replaced = self.deprecation_phrase(sentence, |words| &words.replaced).map(|found| found.end);
        replaced.or_else(|| {
            let found = self.deprecation_phrase(sentence, |words| &words.uses)?;
            let before = fold(&sentence[..found.start]);
            let is_about_end =
                is_about_end || before.is_empty() || self.occurs(sentence, |table| &table.deprecation.instead);
            let negated = self.lists(|table| &table.deprecation.negation).any(|word| before.ends_with(word));
            (is_about_end && !negated).then_some(found.end)
        })
    }

    /// Whether a word may stand between the verb and the successor.
    #[must_use]
    pub fn is_before_successor(self, word: &str) -> bool {
        self.is(&narrow(&fold(word)), |table| &table.deprecation.filler)
    }

    /// The number of a month, from 1.
    #[must_use]
    pub fn month(self, word: &str) -> Option<usize> {
        let tables = || std::iter::once(self.english).chain(self.localized);
        tables()
            .find_map(|table| {
                let mut months = table.deprecation.months.iter();
                months.position(|names| names.iter().any(|name| name.eq_ignore_ascii_case(word)))
            })
            .map(|index| index + 1)
    }
}
