//! Checks whether the path of an operation exists in the schema.

use super::csdl::Csdl;
use super::resolve::resolve;
use super::witnesses::Says;
use super::{Case, Item, Kind, Results, Verdict};
use crate::model::api::{Operation, PathTemplate};
use crate::model::facts::{Method, PageFacts};

/// `GET /users/{id}`
pub(super) fn name(operation: &Operation) -> String {
    format!("{} {}", operation.method.as_str(), operation.path)
}

pub(super) fn compare(case: &Case<'_>, results: &mut Results<'_>) {
    for operation in &case.model.operations {
        let item = Item {
            kind: Kind::Path,
            name: name(operation),
            page: &operation.page,
            line: operation.line,
            ours: "documented".to_owned(),
        };
        let verdict = |csdl: &_| {
            let found = resolve(csdl, &operation.path, operation.method);
            Verdict::of(!found.is_empty(), || missing_part(csdl, operation))
        };
        case.judge(item, verdict, || says(case, operation), results);
    }
}

/// The first segment that the schema does not have.
fn missing_part(csdl: &Csdl, operation: &Operation) -> String {
    let segments = &operation.path.segments;
    let of = |len: usize| PathTemplate { segments: segments[..len].to_vec(), query: Vec::new() };
    let known = (1..segments.len()).rev().find(|&len| !resolve(csdl, &of(len), Method::Get).is_empty()).unwrap_or(0);
    let missing = segments.get(known).map(ToString::to_string).unwrap_or_default();
    format!("no `{missing}`")
}

/// Whether a page has a template with exactly these segments, ignoring the names of keys.
fn says(case: &Case<'_>, operation: &Operation) -> Says {
    let wanted = operation.path.to_string();
    let wanted = bare(&wanted);
    let pages = case.witnesses.pages_of(operation);
    let has = |page: &&PageFacts| {
        page.requests.iter().any(|request| request.method == operation.method && bare(&request.path) == wanted)
    };
    Says::of(pages, has, |_| false, |page| format!("a template of {}", page.path))
}

/// A template without host, query and keys, in lower case.
fn bare(template: &str) -> String {
    let path =
        template.split_once("://").map_or(template, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let mut depth = 0_u32;
    let mut text = String::with_capacity(path.len());
    for c in path.chars() {
        match c {
            '{' | '<' => {
                if depth == 0 {
                    text.push('{');
                }
                depth += 1;
            }
            '}' | '>' => depth = depth.saturating_sub(1),
            '?' | ' ' if depth == 0 => break,
            '\'' => {}
            _ if depth > 0 => {}
            c => text.push(c.to_ascii_lowercase()),
        }
    }
    let text = text.trim_matches('/');
    text.strip_prefix("v1.0/").or_else(|| text.strip_prefix("beta/")).unwrap_or(text).to_owned()
}
