//! Chooses the examples for the tests of the client: a few of every area, method and shape of
//! response.
//!
//! A hash of the operation decides, so that a change elsewhere does not affect the choice.

use std::collections::BTreeMap;

use sha1::{Digest, Sha1};

use super::routes::{Found, Routes, Url};
use super::schema::Schema;
use super::{Verdict, exchange};
use crate::model::api::{Api, Operation};
use crate::model::documented::DocumentedExample;
use crate::model::facts::ApiVersion;
use crate::model::sampled::{SampledExample, operation_key};

/// Chooses among the whole examples; the result is sorted. The verdicts are in the order of the examples.
#[must_use]
pub fn sample(api: &Api, examples: &[DocumentedExample], verdicts: &[Verdict]) -> Vec<SampledExample> {
    let mut chosen = Vec::new();
    for (version, model) in &api.versions {
        let (routes, schema) = (Routes::of(model), Schema::of(model));
        let mut areas: BTreeMap<String, BTreeMap<String, Candidate<'_>>> = BTreeMap::new();
        let of_version = examples.iter().zip(verdicts).filter(|(example, _)| example.version == *version);
        for (example, verdict) in of_version.filter(|(_, verdict)| verdict.is_whole()) {
            let Some(candidate) = Candidate::of(example, *version, &routes) else { continue };
            // One per operation, the first on its page.
            areas
                .entry(verdict.area.to_ascii_lowercase())
                .or_default()
                .entry(candidate.key.clone())
                .or_insert(candidate);
        }
        for candidates in areas.into_values() {
            let candidates = spread(candidates.into_values(), &schema);
            chosen.extend(candidates.into_iter().map(|candidate| candidate.sampled(*version, &schema)));
        }
    }
    // By path, then by method, like the tests of all operations.
    chosen.sort_by(|left, right| order(left).cmp(&order(right)));
    chosen
}

fn order(example: &SampledExample) -> (ApiVersion, &str, &str) {
    let (method, path) = example.operation.split_once(' ').unwrap_or_default();
    (example.version, path, method)
}

struct Candidate<'e> {
    example: &'e DocumentedExample,
    operation: &'e Operation,
    key: String,
    hash: Vec<u8>,
}

impl<'e> Candidate<'e> {
    fn of(example: &'e DocumentedExample, version: ApiVersion, routes: &Routes<'e>) -> Option<Self> {
        let request = &example.request;
        let Found::Operation(operation) = routes.find(request.method, &Url::parse(&request.url)) else { return None };
        let key = operation_key(&called(operation));
        let hash = Sha1::digest(format!("{} {key}", version.segment())).to_vec();
        Some(Self { example, operation, key, hash })
    }

    fn sampled(&self, version: ApiVersion, schema: &Schema<'e>) -> SampledExample {
        let (example, operation) = (self.example, self.operation);
        let success = example.responses.iter().find(|shown| shown.status.is_none_or(|status| status < 300));
        SampledExample {
            version,
            operation: called(operation),
            page: example.page.stem().to_owned(),
            status: success.and_then(|shown| shown.status).unwrap_or(200),
            shape: exchange::shape(&operation.response, schema),
            sends: exchange::sent(&example.request, operation, schema),
            receives: success.map(|shown| exchange::received(shown, &operation.response, schema)).unwrap_or_default(),
        }
    }
}

fn called(operation: &Operation) -> String {
    format!("{} {}", operation.method.as_str(), operation.path)
}

/// For each method and shape of response, the example with the smallest hash, then the next ones; more for
/// larger areas.
fn spread<'e>(candidates: impl Iterator<Item = Candidate<'e>>, schema: &Schema<'e>) -> Vec<Candidate<'e>> {
    let mut kinds: BTreeMap<_, Vec<Candidate<'e>>> = BTreeMap::new();
    for candidate in candidates {
        let kind = (candidate.operation.method, exchange::shape(&candidate.operation.response, schema));
        kinds.entry(kind).or_default().push(candidate);
    }
    let count: usize = kinds.values().map(Vec::len).sum();
    let mut ranked = Vec::new();
    for mut of_kind in kinds.into_values() {
        of_kind.sort_by(|left, right| left.hash.cmp(&right.hash));
        ranked.extend(of_kind.into_iter().enumerate());
    }
    ranked.sort_by(|(left_rank, left), (right_rank, right)| left_rank.cmp(right_rank).then(left.hash.cmp(&right.hash)));
    // 1 of up to 3, 2 of up to 15, 3 of up to 63, …
    let quota = count.checked_ilog2().map_or(0, |log| log as usize / 2 + 1);
    ranked.into_iter().take(quota).map(|(_, candidate)| candidate).collect()
}
