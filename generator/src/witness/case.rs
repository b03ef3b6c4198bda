//! The witnesses of one page while they are merged.

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
    pub(super) found: Vec<Diagnostic>,
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
