//! The witnesses of one page while they are merged.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Dictionary, Trust};
use crate::diag::{Code, Diagnostic, quoted};
use crate::model::facts::PageFacts;
use crate::model::proof::Proof;

pub(super) struct Case<'a> {
    /// The most trusted one first.
    pub(super) pages: &'a [PageFacts],
    /// The page of an older day that has its source text.
    pub(super) older: Option<&'a PageFacts>,
    pub(super) dictionary: &'a Dictionary,
    pub(super) trust: &'a Trust,
    /// Words that no translation touches: of the paths, of the pages that the first page lists, of properties that have the
    /// key of what a relationship leads to, such as `lampId`, and what follows the type of the page elsewhere.
    pub(super) words: BTreeSet<&'a str>,
    /// The same in lower case, as names of pages are.
    pub(super) lower_words: BTreeSet<String>,
    pub(super) found: Vec<Diagnostic>,
}

impl<'a> Case<'a> {
    pub(super) fn new(
        pages: &'a [PageFacts],
        older: Option<&'a PageFacts>,
        dictionary: &'a Dictionary,
        trust: &'a Trust,
    ) -> Self {
        let first = &pages[0];
        let listed = first.methods.iter().filter_map(|method| method.page.rsplit('-').next());
        let segments = first.requests.iter().flat_map(|request| request.path.split('/'));
        let properties = pages.iter().flat_map(|page| &page.types).flat_map(|ty| &ty.properties);
        let of_keys = properties.filter_map(|row| row.name.strip_suffix("Id"));
        let behind = pages.iter().filter_map(|page| page.types.first()).flat_map(|ty| dictionary.behind(&ty.name));
        let words: BTreeSet<&str> = listed.chain(segments).chain(of_keys).chain(behind).collect();
        let lower_words = words.iter().map(|word| word.to_ascii_lowercase()).collect();
        Self { pages, older, dictionary, trust, words, lower_words, found: Vec::new() }
    }
}

impl Case<'_> {
    /// The proof of something that all witnesses say.
    pub(super) fn unanimous(&self) -> Proof {
        if self.pages.len() == 1 { Proof::OneLocale } else { Proof::Whole }
    }

    /// Reports what each witness says; `None` is one that says nothing.
    pub(super) fn report(&mut self, code: &'static Code, said: &[Option<(u32, String)>], outcome: &str) {
        let one = |(page, said): (&PageFacts, &Option<(u32, String)>)| match said {
            Some((0, text)) => format!("{} {}", page.locale, quoted(text)),
            Some((line, text)) => format!("{}:{line} {}", page.locale, quoted(text)),
            None => format!("{} nothing", page.locale),
        };
        let texts: Vec<_> = self.pages.iter().zip(said).map(one).collect();
        let line = said.iter().flatten().map(|(line, _)| *line).find(|line| *line > 0).unwrap_or(1);
        self.found.push(Diagnostic::of_line(line, code, format!("{}: {outcome}", texts.join(", "))));
    }
}

/// A fact as the facts file has it, in one line, for messages.
pub(super) fn written<T: Serialize + ?Sized>(fact: &T) -> String {
    const MOST: usize = 160;
    let text = serde_json::to_string(fact).unwrap_or_default();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Why something is used.
pub(super) fn because(proof: Proof) -> &'static str {
    match proof {
        Proof::Whole => "all say so",
        Proof::TwoLocales => "two say so",
        Proof::SpanPage => "the source text of an older day says so",
        Proof::Dictionary => "it is translated so elsewhere",
        Proof::OneLocale => "only one says so, and it is no translation",
        Proof::Doubtful => "nothing decides",
    }
}
