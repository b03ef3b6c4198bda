//! The committed figures, `docs-input/conform/<version>.yaml`. They are facts only, and serve as a
//! ratchet.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::causes::{Cause, Weight};
use super::totals::Totals;
use super::{Miss, Verdict, totals};
use crate::markup::yaml::{self, YamlError};
use crate::model::facts::ApiVersion;
use crate::model::sampled::SampledExample;

const HEADER: &str = "# What of the documented examples the model does not have, written by `cargo xtask conform --write`.\n\
                      # Figures may only get better. Review, do not edit.\n";

/// The record of one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    pub version: ApiVersion,
    pub totals: Figures,
    /// The number of examples, by the name of the cause.
    pub causes: BTreeMap<String, usize>,
    pub areas: BTreeMap<String, AreaFigures>,
    /// `page:line cause`, with the page name without folders.
    pub misses: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    pub examples: usize,
    pub broken: usize,
    pub reached: usize,
    /// Reached examples whose operation has a template.
    #[serde(default)]
    pub reached_by_templates: usize,
    pub whole: usize,
    pub unreadable: usize,
    pub typed_properties: usize,
    pub untyped_properties: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AreaFigures {
    pub examples: usize,
    pub reached: usize,
    pub whole: usize,
}

/// A figure that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// `v1.0 whole`
    pub what: String,
    pub was: usize,
    pub is: usize,
    pub is_better: bool,
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} before, {} now", self.what, self.was, self.is)
    }
}

impl Record {
    /// The records of all versions that have examples.
    #[must_use]
    pub fn of(verdicts: &[Verdict]) -> Vec<Self> {
        totals(verdicts).into_iter().map(|(version, totals)| Self::new(version, &totals, verdicts)).collect()
    }

    fn new(version: ApiVersion, totals: &Totals, verdicts: &[Verdict]) -> Self {
        let mut misses = Vec::new();
        for verdict in verdicts.iter().filter(|verdict| verdict.version == version) {
            misses.extend(verdict.misses.iter().map(|miss| (verdict.page.stem(), miss.line, entry(miss))));
        }
        misses.sort_unstable();
        misses.dedup();
        let area = |(name, area): (&String, &super::Area)| {
            let figures = AreaFigures { examples: area.examples, reached: area.reached, whole: area.whole };
            (name.clone(), figures)
        };
        Self {
            version,
            totals: Figures {
                examples: totals.examples,
                broken: totals.broken,
                reached: totals.reached,
                reached_by_templates: totals.reached - totals.by_no_template,
                whole: totals.whole,
                unreadable: totals.unreadable,
                typed_properties: totals.typed,
                untyped_properties: totals.untyped,
            },
            causes: totals.causes.iter().map(|(cause, count)| (cause.as_str().to_owned(), *count)).collect(),
            areas: totals.areas.iter().map(area).collect(),
            misses: misses.into_iter().map(|(page, line, cause)| format!("{page}:{line} {cause}")).collect(),
        }
    }

    /// The path below `docs-input/conform/`.
    #[must_use]
    pub fn file(version: ApiVersion) -> String {
        format!("{}.yaml", version.segment())
    }

    #[must_use]
    pub fn write(&self) -> String {
        format!("{HEADER}{}", yaml::write(self))
    }

    /// Reads a record.
    ///
    /// # Errors
    /// If the text is not a record.
    pub fn read(text: &str) -> Result<Self, YamlError> {
        yaml::parse_large(text)
    }

    /// Whether another record is about the same examples, so that the figures can be compared.
    #[must_use]
    pub fn is_of_same_examples(&self, other: &Self) -> bool {
        let counts = |record: &Self| {
            let totals = record.totals;
            (totals.examples, totals.broken)
        };
        counts(self) == counts(other)
    }

    /// The figures that changed, for better or worse.
    #[must_use]
    pub fn changes(&self, now: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        let version = self.version.segment();
        let mut compare = |what: String, was: usize, is: usize, more_is_better: bool| {
            if was != is {
                let what = format!("{version} {what}");
                changes.push(Change { what, was, is, is_better: (is > was) == more_is_better });
            }
        };
        let (was, is) = (self.totals, now.totals);
        compare("whole".to_owned(), was.whole, is.whole, true);
        compare("reached".to_owned(), was.reached, is.reached, true);
        let by_templates = "reached by templates".to_owned();
        compare(by_templates, was.reached_by_templates, is.reached_by_templates, true);
        compare("unreadable".to_owned(), was.unreadable, is.unreadable, false);
        for cause in Cause::ALL.iter().map(|cause| cause.as_str()) {
            let count = |record: &Self| record.causes.get(cause).copied().unwrap_or(0);
            compare(cause.to_owned(), count(self), count(now), false);
        }
        for area in self.areas.keys().chain(now.areas.keys().filter(|area| !self.areas.contains_key(*area))) {
            let figures = |record: &Self| record.areas.get(area).copied().unwrap_or_default();
            let (was, is) = (figures(self), figures(now));
            compare(format!("whole in {area}"), was.whole, is.whole, true);
            compare(format!("reached in {area}"), was.reached, is.reached, true);
        }
        changes
    }
}

/// The name of the file with the sample, below `docs-input/conform/`.
pub const SAMPLE: &str = "sample.yaml";

const SAMPLE_HEADER: &str =
    "# Documented examples that the tests of the client are made from, written by `cargo xtask conform --write`.\n";

#[must_use]
pub fn write_sample(sample: &[SampledExample]) -> String {
    format!("{SAMPLE_HEADER}{}", yaml::write(&sample))
}

/// Reads a sample.
///
/// # Errors
/// If the text is not a sample.
pub fn read_sample(text: &str) -> Result<Vec<SampledExample>, YamlError> {
    yaml::parse_large(text)
}

/// For a broken body, the entry includes the reason.
fn entry(miss: &Miss) -> String {
    match miss.cause.weight() {
        Weight::Broken => format!("{}: {}", miss.cause.as_str(), miss.detail),
        _ => miss.cause.as_str().to_owned(),
    }
}
