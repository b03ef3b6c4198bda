//! Reports on a run: the facts export, coverage and the most frequent diagnostics.

pub mod export;
pub mod model;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::diag::{Code, Diagnostic};
use crate::model::api::{Api, StructuredKind, TypeShape};
use crate::model::facts::{Accounting, Header, PageFacts, PageKind, RequestBody, SourceProof};
use crate::model::figures::Figures;

/// The share of pages with each kind of fact.
#[must_use]
pub fn coverage(pages: &[PageFacts]) -> String {
    let mut out = String::new();
    for kind in [PageKind::Api, PageKind::Resource, PageKind::Enum, PageKind::Concept] {
        let pages: Vec<_> = pages.iter().filter(|page| page.kind == kind).collect();
        if pages.is_empty() {
            continue;
        }
        let count = |test: &dyn Fn(&PageFacts) -> bool| pages.iter().filter(|page| test(page)).count();
        let _ = writeln!(out, "{kind:?} pages: {}", pages.len());
        let mut rows: Vec<(&str, usize)> =
            vec![("source proven exact", count(&|page| page.source_proof == SourceProof::Exact))];
        if kind == PageKind::Api {
            rows.extend([
                ("requests", count(&|page| !page.requests.is_empty())),
                (
                    "permissions",
                    count(&|page| !page.permissions.unstructured && page.permissions != Default::default()),
                ),
                // Files do not record the headers that the client sends itself.
                ("headers to set", count(&|page| page.headers.iter().any(Header::is_of_caller))),
                ("parameters", count(&|page| !page.parameters.is_empty())),
                ("query options", count(&|page| page.query_options != Default::default())),
                ("request body", count(&|page| page.request_body != RequestBody::Unstated)),
                ("success statuses", count(&|page| !page.success_statuses.is_empty())),
                ("response type", count(&|page| page.response.is_some())),
                ("examples", count(&|page| !page.examples.is_empty())),
            ]);
        }
        for (name, found) in rows {
            let _ = writeln!(out, "  {name:<20} {found:>6}  {:>5.1} %", percent(found, pages.len()));
        }
        let total = pages.iter().map(|page| page.accounting).fold(Accounting::default(), add);
        for (name, consumed, seen) in [
            ("tables", total.tables_consumed, total.tables),
            ("code blocks", total.fences_consumed, total.fences),
            ("sections", total.sections_consumed, total.sections),
        ] {
            // Facts from files do not record this.
            if seen == 0 {
                continue;
            }
            let _ = writeln!(
                out,
                "  {:<20} {consumed:>6} of {seen}  {:.2} %",
                format!("{name} read"),
                percent(consumed, seen)
            );
        }
    }
    out
}

/// How many names and types may be translations, by locale; empty if none may.
#[must_use]
pub fn doubtful(pages: &[PageFacts]) -> String {
    let mut by_locale: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for page in pages {
        let found = page.doubtful();
        if found > 0 {
            let (items, pages) = by_locale.entry(&page.locale).or_default();
            *items += found;
            *pages += 1;
        }
    }
    let counts = by_locale.iter().map(|(locale, (items, pages))| format!("{locale} {items} on {pages} pages"));
    let counts: Vec<_> = counts.collect();
    if counts.is_empty() {
        return String::new();
    }
    format!("Doubtful names and types, which stay out of the client (GX0424): {}\n", counts.join(", "))
}

fn add(left: Accounting, right: Accounting) -> Accounting {
    Accounting {
        tables: left.tables + right.tables,
        tables_consumed: left.tables_consumed + right.tables_consumed,
        fences: left.fences + right.fences,
        fences_consumed: left.fences_consumed + right.fences_consumed,
        sections: left.sections + right.sections,
        sections_consumed: left.sections_consumed + right.sections_consumed,
        includes: left.includes + right.includes,
        includes_consumed: left.includes_consumed + right.includes_consumed,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of pages are far below 2^52")]
fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { part as f64 * 100.0 / whole as f64 }
}

/// The number of types, and how many type names could be resolved.
#[must_use]
pub fn types(api: &Api, figures: &Figures) -> String {
    let mut out = String::new();
    for (version, model) in &api.versions {
        let of_kind = |test: fn(&TypeShape) -> bool| model.types.values().filter(|ty| test(&ty.shape)).count();
        let _ = writeln!(
            out,
            "Types of {}: {} entity, {} complex, {} enumeration",
            version.segment(),
            of_kind(|shape| matches!(shape, TypeShape::Structured(ty) if ty.kind == StructuredKind::Entity)),
            of_kind(|shape| matches!(shape, TypeShape::Structured(ty) if ty.kind == StructuredKind::Complex)),
            of_kind(|shape| matches!(shape, TypeShape::Enum(_))),
        );
        for ((kind, _), rows) in figures.rows.iter().filter(|((_, of), _)| of == version) {
            let known = rows.stated() - rows.unknown - rows.json;
            let name = format!("{kind:?} rows");
            let _ = writeln!(
                out,
                "  {name:<20} {known:>6} of {}  {:.2} %; any JSON {}, unknown {}, without a type {}",
                rows.stated(),
                percent(known, rows.stated()),
                rows.json,
                rows.unknown,
                rows.unstated,
            );
        }
        if let Some(found) = figures.bodies.get(version) {
            let stated = found.entity + found.untyped;
            let _ = writeln!(
                out,
                "  {:<20} {:>6} of {stated}  {:.2} %; bytes or text {}, not described {}, reference or none {}",
                "Created and updated",
                found.entity,
                percent(found.entity, stated),
                found.raw,
                found.unstated,
                found.other,
            );
        }
        if let Some(found) = figures.responses.get(version) {
            let known = found.with_body() - found.unknown;
            let _ = writeln!(
                out,
                "  {:<20} {known:>6} of {}  {:.2} %; bytes or text {}, unknown {}, empty {}",
                "Responses",
                found.with_body(),
                percent(known, found.with_body()),
                found.raw,
                found.unknown,
                found.empty,
            );
        }
    }
    out
}

/// The number of diagnostics per code, the most frequent first.
#[must_use]
pub fn diagnostics_by_code<'d>(found: impl IntoIterator<Item = &'d Diagnostic>) -> Vec<(&'static Code, usize)> {
    let mut counts: BTreeMap<&'static Code, usize> = BTreeMap::new();
    for diagnostic in found {
        *counts.entry(diagnostic.code).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|(left, left_count), (right, right_count)| right_count.cmp(left_count).then(left.cmp(right)));
    counts
}
