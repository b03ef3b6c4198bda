//! Counts verdicts.

use std::collections::BTreeMap;

use super::causes::Cause;
use super::{AnsweredBy, Verdict};
use crate::model::api::Origin;
use crate::model::facts::ApiVersion;

/// The figures of one version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub examples: usize,
    /// Those that are not JSON; shares are relative to the others.
    pub broken: usize,
    /// Those whose URL leads to an operation.
    pub reached: usize,
    /// Those whose URL leads to an operation that no template has.
    pub by_no_template: usize,
    /// Those whose URL leads to an operation that another page owns.
    pub of_other_page: usize,
    pub whole: usize,
    /// Those for which the client would return an error.
    pub unreadable: usize,
    pub wrapped: usize,
    /// Properties.
    pub typed: usize,
    pub untyped: usize,
    /// Examples by cause; an example may have several.
    pub causes: BTreeMap<Cause, usize>,
    pub areas: BTreeMap<String, Area>,
}

/// The figures of one area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    pub examples: usize,
    pub broken: usize,
    pub reached: usize,
    pub whole: usize,
}

/// Counts by version.
#[must_use]
pub fn totals(verdicts: &[Verdict]) -> BTreeMap<ApiVersion, Totals> {
    let mut totals: BTreeMap<ApiVersion, Totals> = BTreeMap::new();
    for verdict in verdicts {
        totals.entry(verdict.version).or_default().add(verdict);
    }
    totals
}

impl Totals {
    fn add(&mut self, verdict: &Verdict) {
        let count = |counter: &mut usize, is_true: bool| *counter += usize::from(is_true);
        let is_reached = verdict.answered_by != AnsweredBy::Nobody;
        let area = self.areas.entry(verdict.area.to_ascii_lowercase()).or_default();
        area.examples += 1;
        count(&mut area.broken, verdict.is_broken());
        count(&mut area.reached, is_reached);
        count(&mut area.whole, verdict.is_whole());
        self.examples += 1;
        count(&mut self.broken, verdict.is_broken());
        count(&mut self.reached, is_reached);
        count(&mut self.by_no_template, verdict.origin.is_some_and(|origin| origin != Origin::Template));
        count(&mut self.of_other_page, is_reached && verdict.answered_by != AnsweredBy::OwnPage);
        count(&mut self.whole, verdict.is_whole());
        count(&mut self.unreadable, verdict.is_unreadable());
        count(&mut self.wrapped, verdict.is_wrapped);
        self.typed += verdict.typed;
        self.untyped += verdict.untyped;
        for (at, miss) in verdict.misses.iter().enumerate() {
            if !verdict.misses[..at].iter().any(|earlier| earlier.cause == miss.cause) {
                *self.causes.entry(miss.cause).or_default() += 1;
            }
        }
    }
}
