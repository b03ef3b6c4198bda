//! Pages that lost their source text: what several locales say about one page, merged into one.
//!
//! A plain localized page is a translation, in which names are translated here and there. Pages of several locales
//! that were made from one English page are witnesses of it. [`Witnesses`] are all pages with one path;
//! [`Witnesses::merge`] aligns their rows and decides for each fact what is true, and what that rests on. There is one
//! file for each kind of fact, and none knows single pages.
//!
//! In the order of trust: the English page of the same day or newer; the page with both sides of the same day or
//! revision; for names and types what is equal in all locales, or in two, or on an older page with both sides; a
//! dictionary of all pages with both sides; a single locale. What remains is doubtful and not used. Wherever locales
//! differ, a diagnostic says what each of them says.

mod alignment;
mod body;
mod case;
mod dictionary;
mod names;
mod page;
mod parameters;
mod permissions;
mod properties;
mod remarks;
mod response;
mod rows;
mod type_of_row;
mod types;
mod values;

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, codes};
use crate::model::facts::{PageFacts, SourceProof};
use crate::source::PagePath;
pub use dictionary::Dictionary;

/// Decisions about the witnesses that depend on the docs, as data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// The locale of the source text.
    pub source: String,
    /// Locales from the most to the least trusted; any other one comes after them. The order decides only where neither
    /// a majority nor the source side of an older day does.
    pub locales: Vec<String>,
    /// Locales with letters of their own: there, a word in ASCII letters is not a translation.
    pub own_letters: Vec<String>,
}

impl Default for Trust {
    /// Chinese and Russian reveal what was translated by their letters; the vocabulary of Chinese is the oldest.
    fn default() -> Self {
        let owned = |locales: &[&str]| locales.iter().map(|locale| (*locale).to_owned()).collect();
        Self {
            source: "en-US".to_owned(),
            locales: owned(&["zh-CN", "pt-BR", "ru-RU"]),
            own_letters: owned(&["zh-CN", "ru-RU", "ja-JP", "ko-KR", "zh-TW"]),
        }
    }
}

impl Trust {
    fn rank(&self, locale: &str) -> usize {
        self.locales.iter().position(|known| known == locale).unwrap_or(self.locales.len())
    }

    fn has_own_letters(&self, locale: &str) -> bool {
        self.own_letters.iter().any(|known| known == locale)
    }
}

/// What a page keeps of its source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Source,
    Both,
    Localized,
}

impl Side {
    fn of(page: &PageFacts, trust: &Trust) -> Self {
        match page.source_proof {
            _ if page.locale == trust.source => Self::Source,
            SourceProof::Exact | SourceProof::Unproven => Self::Both,
            SourceProof::Absent => Self::Localized,
        }
    }
}

/// All pages with one path.
#[derive(Debug)]
pub struct Witnesses {
    pages: Vec<PageFacts>,
}

/// Groups pages by their paths. The order of the pages does not matter, unless two of them have locale and day in common.
#[must_use]
pub fn group(pages: impl IntoIterator<Item = PageFacts>) -> Vec<Witnesses> {
    let mut groups: BTreeMap<PagePath, Vec<PageFacts>> = BTreeMap::new();
    for page in pages {
        groups.entry(page.path.clone()).or_default().push(page);
    }
    groups.into_values().map(|pages| Witnesses { pages }).collect()
}

/// Merges all pages: one for each path, sorted.
#[must_use]
pub fn merge(pages: impl IntoIterator<Item = PageFacts>, dictionary: &Dictionary, trust: &Trust) -> Vec<PageFacts> {
    group(pages).into_iter().map(|witnesses| witnesses.merge(dictionary, trust)).collect()
}

impl Witnesses {
    /// One page of all. An English page that is not older than the others is it, else a page with both sides that is not
    /// older than the plain ones; else the newest plain ones are merged.
    ///
    /// # Panics
    /// Never: [`group`] makes no group without a page.
    #[must_use]
    pub fn merge(self, dictionary: &Dictionary, trust: &Trust) -> PageFacts {
        let mut english = Vec::new();
        let mut both = Vec::new();
        let mut plain = Vec::new();
        for page in self.pages {
            match Side::of(&page, trust) {
                Side::Source => english.push(page),
                Side::Both => both.push(page),
                Side::Localized => plain.push(page),
            }
        }
        let best = |pages: Vec<PageFacts>| {
            let ranked = pages.into_iter().map(|page| (age(&page), trust.rank(&page.locale), page));
            ranked.min_by(|left, right| (&right.0, left.1).cmp(&(&left.0, right.1))).map(|(.., page)| page)
        };
        let (english, both) = (best(english), best(both));
        let (plain, others) = newest(plain, trust);
        let is_current = |page: &PageFacts| {
            plain.iter().all(|other| {
                let is_same = page.source_hash.is_some() && page.source_hash == other.source_hash;
                is_same || day(page) >= day(other)
            })
        };
        let is_newer = |page: &PageFacts| both.as_ref().is_none_or(|other| day(page) >= day(other));
        let english_counts = english.as_ref().is_some_and(|page| is_current(page) && is_newer(page));
        let both_counts = both.as_ref().is_some_and(is_current);
        match (english, both) {
            (Some(page), _) if english_counts => page,
            (_, Some(page)) if both_counts => page,
            (english, both) => {
                // An older English page is as good as an older one with both sides, and of the two the newer one counts.
                let older = match (english, both) {
                    (Some(english), Some(both)) => Some(if day(&english) >= day(&both) { english } else { both }),
                    (english, both) => english.or(both),
                };
                let mut merged = page::merge(&plain, older.as_ref(), dictionary, trust);
                merged.diagnostics.extend(others);
                merged
            }
        }
    }
}

/// The day of the last change; pages without it are the oldest.
fn day(page: &PageFacts) -> Option<&str> {
    page.day.as_deref()
}

fn age(page: &PageFacts) -> (Option<String>, Option<String>) {
    (page.day.clone(), page.handed_back.clone())
}

/// The witnesses of one page, the most trusted one first: those of the newest day, and those with the hash that most of
/// them have. Each of the others is a note.
fn newest(mut pages: Vec<PageFacts>, trust: &Trust) -> (Vec<PageFacts>, Vec<Diagnostic>) {
    pages.sort_by(|left, right| {
        (trust.rank(&left.locale), &left.locale, age(right)).cmp(&(trust.rank(&right.locale), &right.locale, age(left)))
    });
    // One page of each locale, the newest.
    pages.dedup_by(|later, first| later.locale == first.locale);
    let Some(newest) = pages.iter().map(|page| page.day.clone()).max() else { return (pages, Vec::new()) };
    let hashes: Vec<Option<String>> =
        pages.iter().filter(|page| page.day == newest).map(|page| page.source_hash.clone()).collect();
    let is_witness =
        |page: &PageFacts| page.day == newest || page.source_hash.is_some() && hashes.contains(&page.source_hash);
    let note = |page: &PageFacts| {
        let of = page.day.as_deref().unwrap_or("an unknown day");
        Diagnostic::of_line(1, &codes::OTHER_REVISION, format!("the page of {} is of {of}", page.locale))
    };
    let others = pages.iter().filter(|page| !is_witness(page)).map(note).collect();
    pages.retain(is_witness);
    (pages, others)
}

#[cfg(test)]
mod tests;
