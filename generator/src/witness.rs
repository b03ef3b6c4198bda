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
mod conditions;
mod dictionary;
mod lists;
mod methods;
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

use std::cmp::Ordering;
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
            let newer = |left: &PageFacts, right: &PageFacts| {
                by_age(left, right).then(trust.rank(&right.locale).cmp(&trust.rank(&left.locale)))
            };
            pages.into_iter().max_by(newer)
        };
        let (english, both) = (best(english), best(both));
        let (plain, others) = newest(plain, trust);
        let is_current = |page: &PageFacts| plain.iter().all(|other| is_as_new(page, other));
        let is_newer = |page: &PageFacts| both.as_ref().is_none_or(|other| is_as_new(page, other));
        let english_counts = english.as_ref().is_some_and(|page| is_current(page) && is_newer(page));
        let both_counts = both.as_ref().is_some_and(is_current);
        match (english, both) {
            (Some(page), _) if english_counts => page,
            (_, Some(page)) if both_counts => page,
            (english, both) => {
                // An older English page is as good as an older one with both sides, and of the two the newer one counts.
                let older = match (english, both) {
                    (Some(english), Some(both)) => Some(if is_as_new(&english, &both) { english } else { both }),
                    (english, both) => english.or(both),
                };
                let mut merged = page::merge(&plain, older.as_ref(), dictionary, trust);
                merged.diagnostics.extend(others);
                merged
            }
        }
    }
}

/// The order of two pages in time: the days of their last change where both name different ones, else the days of their
/// hand-backs; pages without them are the oldest.
fn by_age(left: &PageFacts, right: &PageFacts) -> Ordering {
    let by_day = left.day.as_ref().zip(right.day.as_ref()).map_or(Ordering::Equal, |(left, right)| left.cmp(right));
    by_day.then_with(|| left.handed_back.cmp(&right.handed_back))
}

/// Whether two pages were made from the same English page.
fn has_same_hash(left: &PageFacts, right: &PageFacts) -> bool {
    left.source_hash.is_some() && left.source_hash == right.source_hash
}

/// Whether they name the same day of the last change.
fn has_same_day(left: &PageFacts, right: &PageFacts) -> bool {
    left.day.is_some() && left.day == right.day
}

/// Whether a page says nothing of the page that it was made from, as some do that lost most of their front matter.
fn has_no_age(page: &PageFacts) -> bool {
    page.source_hash.is_none() && page.day.is_none() && page.handed_back.is_none()
}

/// Whether a page says what another one does, or something newer.
fn is_as_new(page: &PageFacts, other: &PageFacts) -> bool {
    has_same_hash(page, other) || has_same_day(page, other) || by_age(page, other) == Ordering::Greater
}

/// The witnesses of one page, the most trusted one first: the newest page, and those that have its hash, or else its day.
/// Of several hashes that fit, the one that most locales have is the newest: days of hand-backs are those of translators.
/// Each of the others is a note.
fn newest(mut pages: Vec<PageFacts>, trust: &Trust) -> (Vec<PageFacts>, Vec<Diagnostic>) {
    pages.sort_by(|left, right| {
        let by_trust = (trust.rank(&left.locale), &left.locale).cmp(&(trust.rank(&right.locale), &right.locale));
        by_trust.then_with(|| by_age(right, left))
    });
    // One page of each locale, the newest.
    pages.dedup_by(|later, first| later.locale == first.locale);
    let votes = |page: &PageFacts| pages.iter().filter(|other| has_same_hash(page, other)).count();
    let day = pages.iter().filter_map(|page| page.day.clone()).max();
    let candidates = (0..pages.len()).filter(|&at| day.is_none() || pages[at].day == day);
    let newest = candidates.max_by(|&left, &right| {
        votes(&pages[left])
            .cmp(&votes(&pages[right]))
            .then_with(|| by_age(&pages[left], &pages[right]))
            .then(right.cmp(&left))
    });
    let Some(newest) = newest.map(|at| pages[at].clone()) else { return (pages, Vec::new()) };
    let is_witness = |page: &PageFacts| {
        let is_of_revision = has_same_hash(page, &newest) || has_same_day(page, &newest);
        page.locale == newest.locale || is_of_revision || has_no_age(page) && has_no_age(&newest)
    };
    let note = |page: &PageFacts| {
        let message = format!("the page of {} was made from another revision of the English page", page.locale);
        Diagnostic::of_line(1, &codes::OTHER_REVISION, message)
    };
    let others = pages.iter().filter(|page| !is_witness(page)).map(note).collect();
    pages.retain(is_witness);
    (pages, others)
}

#[cfg(test)]
mod tests;
