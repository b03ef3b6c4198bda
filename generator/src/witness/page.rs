//! One page of its witnesses: which rule decides which fact.

use serde::Serialize;

use super::case::{Case, written};
use super::remarks::choose;
use super::{Dictionary, Trust, body, conditions, methods, parameters, permissions, response, rows, types};
use crate::diag::{Diagnostic, codes, quoted};
use crate::model::facts::{PageFacts, SourceProof};

/// Merges the witnesses of a page, the most trusted one first. `older` has its source text.
pub(super) fn merge(
    pages: &[PageFacts],
    older: Option<&PageFacts>,
    dictionary: &Dictionary,
    trust: &Trust,
) -> PageFacts {
    let mut case = Case::new(pages, older, dictionary, trust);
    let first = &pages[0];
    // Without `..`: a new fact needs a rule.
    let PageFacts {
        path,
        locale,
        witnesses: _,
        api_version,
        kind: _,
        source_commit,
        source_hash,
        source_proof: _,
        handed_back: _,
        day: _,
        last_documented: _,
        includes,
        title,
        requests: _,
        permissions: _,
        permission_variants: _,
        clouds: _,
        roles: _,
        deprecated: _,
        parameters: _,
        headers: _,
        query_options: _,
        request_body: _,
        other_content: _,
        success_statuses: _,
        response: _,
        examples: _,
        types: _,
        methods: _,
        diagnostics: _,
        accounting,
    } = first;
    let kind = one("the kind of the page", &mut case, |page| &page.kind).unwrap_or(first.kind);
    PageFacts {
        path: path.clone(),
        locale: locale.clone(),
        witnesses: pages.iter().map(|page| page.locale.clone()).collect(),
        api_version: *api_version,
        kind,
        source_commit: source_commit.clone(),
        source_hash: source_hash.clone(),
        source_proof: SourceProof::Absent,
        handed_back: pages.iter().filter_map(|page| page.handed_back.clone()).max(),
        day: pages.iter().filter_map(|page| page.day.clone()).max(),
        last_documented: None,
        includes: includes.clone(),
        // Titles have no source text any more, but rarely change.
        title: older.map_or(title, |older| &older.title).clone(),
        requests: list("the request", &mut case, |page| &page.requests),
        permissions: permissions::merge(&mut case),
        permission_variants: conditions::merge(&mut case),
        clouds: one("the clouds", &mut case, |page| &page.clouds).flatten(),
        roles: list("the role", &mut case, |page| &page.roles),
        deprecated: one("the deprecation", &mut case, |page| &page.deprecated).flatten(),
        parameters: {
            let lists: Vec<_> = pages.iter().map(|page| page.parameters.as_slice()).collect();
            parameters::merge(&lists, older.map_or(&[], |page| &page.parameters), &mut case)
        },
        headers: list("the header", &mut case, |page| &page.headers),
        query_options: one("the query options", &mut case, |page| &page.query_options).unwrap_or_default(),
        request_body: body::merge(&mut case),
        other_content: one("other content", &mut case, |page| &page.other_content).unwrap_or_default(),
        success_statuses: one("the statuses", &mut case, |page| &page.success_statuses).unwrap_or_default(),
        response: response::merge(&mut case),
        examples: list("the example", &mut case, |page| &page.examples),
        types: {
            let lists: Vec<_> = pages.iter().map(|page| page.types.as_slice()).collect();
            types::merge(&lists, older.map_or(&[], |page| &page.types), &mut case)
        },
        methods: {
            let lists: Vec<_> = pages.iter().map(|page| page.methods.as_slice()).collect();
            methods::merge(&lists, older.map(|page| page.methods.as_slice()), &mut case)
        },
        accounting: *accounting,
        // The last one: it takes what the others found.
        diagnostics: diagnostics(pages, case.found),
    }
}

/// A fact of the whole page.
fn one<T: PartialEq + Clone + Serialize>(what: &str, case: &mut Case<'_>, get: impl Fn(&PageFacts) -> &T) -> Option<T> {
    let said: Vec<&T> = case.pages.iter().map(&get).collect();
    let (value, differs) = choose(&said, case.older.map(&get))?;
    let value = value.clone();
    if differs {
        let said: Vec<_> = said.iter().map(|said| Some((0, written(*said)))).collect();
        case.report(&codes::FACT_DIFFERS, &said, &format!("{} is used as {what}", quoted(&written(&value))));
    }
    Some(value)
}

fn list<R>(what: &str, case: &mut Case<'_>, get: fn(&PageFacts) -> &Vec<R>) -> Vec<R>
where
    R: super::alignment::Row + Clone + PartialEq + Serialize,
{
    let lists: Vec<&[R]> = case.pages.iter().map(|page| get(page).as_slice()).collect();
    let older = case.older.map(|page| get(page).as_slice());
    rows::merge(what, &lists, older, case)
}

/// What the readers of most witnesses found is about the page; what a single one found is about its translation, and
/// the merge has decided it.
fn diagnostics(pages: &[PageFacts], found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let is_of_most = |one: &Diagnostic| {
        let has_it = |page: &&PageFacts| {
            page.diagnostics.iter().any(|other| other.code == one.code && other.position.line == one.position.line)
        };
        pages.iter().filter(has_it).count() * 2 > pages.len()
    };
    let mut all: Vec<Diagnostic> = pages[0].diagnostics.iter().filter(|one| is_of_most(one)).cloned().collect();
    all.extend(found);
    all.sort();
    all
}
