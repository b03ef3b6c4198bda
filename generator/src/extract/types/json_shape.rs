//! The JSON representation of a type, compared with its tables.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::de::IgnoredAny;

use crate::diag::{codes, quoted};
use crate::extract::Output;
use crate::extract::json_keys::{Key, ODATA_TYPE, keys_of_first_object};
use crate::markup::Fence;
use crate::model::facts::{Property, TypeFacts};
use crate::source::Span;

/// A property of the outermost object of a JSON representation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shown<'j> {
    name: &'j str,
    /// The line of the block, from 0.
    line: u32,
    /// The `@odata.type` of its value or of the first element of its value.
    ty: Option<&'j str>,
}

/// Compares both ways: a property may be shown, documented, or both. `choices` are the lines of properties whose cells
/// offer several types.
pub(super) fn compare(index: usize, fence: &Fence<'_>, choices: &BTreeSet<u32>, out: &mut Output<'_>) {
    let body =
        if fence.body.contains("&quot;") { Cow::Owned(fence.body.replace("&quot;", "\"")) } else { fence.body.into() };
    let first = out.line(fence.span) + 1;
    if let Err(error) = serde_json::from_str::<IgnoredAny>(&body) {
        let message = format!("this JSON representation is not JSON: {error}");
        out.sink.report(&codes::BAD_JSON, fence.span, message);
    }
    let keys = shown(&body);
    check_type(&keys, index, fence.span, out);
    let mut findings = Vec::new();
    if let Some(ty) = out.facts.types.get_mut(index) {
        take_type_names(ty, &keys, choices);
        ty.shown = names_of(&keys).map(str::to_owned).collect();
        if index == 0 {
            if ty.properties.is_empty() && ty.relationships.is_empty() && keys.iter().any(|key| !key.name.contains('@'))
            {
                let message = format!("no table documents the properties of {}", quoted(&ty.name));
                findings.push((&codes::NO_PROPERTY_TABLE, fence.span, message));
            } else {
                compare_names(ty, &keys, first, fence.span, &mut findings);
            }
        }
    }
    for (code, span, message) in findings {
        out.sink.report(code, span, message);
    }
}

/// The names in a JSON representation, for pages whose tables are translated.
pub(super) fn names(body: &str) -> Vec<&str> {
    names_of(&shown(body)).collect()
}

fn names_of<'j>(keys: &[Shown<'j>]) -> impl Iterator<Item = &'j str> {
    keys.iter().map(|key| key.name).filter(|name| !name.contains('@'))
}

/// The annotation is used; a block of another type is reported.
fn check_type(keys: &[Shown<'_>], index: usize, span: Span, out: &mut Output<'_>) {
    let Some(shown) = keys.iter().find(|key| key.name == ODATA_TYPE).and_then(|key| key.ty) else { return };
    let Some(ty) = out.facts.types.get(index) else { return };
    if !last_name(shown).eq_ignore_ascii_case(last_name(&ty.name)) {
        let message = format!("the JSON representation of {} is a {}", quoted(&ty.name), quoted(shown));
        out.sink.report(&codes::JSON_TYPE_CONFLICT, span, message);
    }
}

/// If the text of a link differs from the name of its page, the JSON confirms one of the two. Of several types, it has the
/// common base.
fn take_type_names(ty: &mut TypeFacts, keys: &[Shown<'_>], choices: &BTreeSet<u32>) {
    let types: BTreeMap<&str, Option<&str>> = keys.iter().rev().map(|key| (key.name, key.ty)).collect();
    for property in ty.properties.iter_mut().chain(&mut ty.relationships) {
        let Some(target) = &property.ty.target else { continue };
        let shown = types.get(property.name.as_str()).copied().flatten().map(last_name);
        if let Some(shown) = shown.filter(|_| choices.contains(&property.line)) {
            (property.ty.name, property.ty.target) = (shown.to_owned(), None);
            continue;
        }
        let page = target.rsplit('-').next().unwrap_or(target);
        if last_name(&property.ty.name).eq_ignore_ascii_case(page) {
            continue;
        }
        if let Some(shown) = shown.filter(|shown| shown.eq_ignore_ascii_case(page)) {
            property.ty.name = shown.to_owned();
        }
    }
}

type Finding = (&'static crate::diag::Code, Span, String);

fn compare_names(ty: &TypeFacts, keys: &[Shown<'_>], first: u32, span: Span, findings: &mut Vec<Finding>) {
    let documented = || ty.properties.iter().chain(&ty.relationships).chain(&ty.annotations);
    let known: BTreeSet<&str> = documented().map(|property| property.name.as_str()).collect();
    let mut by_lower: BTreeMap<String, &Property> = BTreeMap::new();
    for property in documented() {
        by_lower.entry(property.name.to_ascii_lowercase()).or_insert(property);
    }
    for key in keys.iter().filter(|key| !key.name.contains('@')) {
        if known.contains(key.name) {
            continue;
        }
        let line = first + key.line;
        let finding = match by_lower.get(&key.name.to_ascii_lowercase()) {
            Some(property) => (
                &codes::PROPERTY_SPELLING,
                format!(
                    "line {line} shows {}, but line {} documents {}",
                    quoted(key.name),
                    property.line,
                    quoted(&property.name)
                ),
            ),
            None => (
                &codes::PROPERTY_ONLY_IN_JSON,
                format!("{} is shown in line {line}, but no table documents it", quoted(key.name)),
            ),
        };
        findings.push((finding.0, span, finding.1));
    }
    let shown: BTreeSet<String> = keys.iter().map(|key| key.name.to_ascii_lowercase()).collect();
    for property in ty.properties.iter().filter(|property| property.inherited_from.is_none()) {
        if !shown.contains(&property.name.to_ascii_lowercase()) {
            findings.push((&codes::PROPERTY_ONLY_IN_TABLE, span, only_in_table(property, first)));
        }
    }
}

fn only_in_table(property: &Property, first: u32) -> String {
    let Property { name, line, .. } = property;
    format!("{} is documented in line {line}, but not in the block that starts in line {first}", quoted(name))
}

fn last_name(full: &str) -> &str {
    full.trim_end_matches(')').rsplit(['.', '#', '(']).next().unwrap_or(full)
}

/// The properties of the outermost object. Also works on invalid JSON.
fn shown(text: &str) -> Vec<Shown<'_>> {
    let mut found: Vec<Shown<'_>> = Vec::new();
    let mut outermost = None;
    for key in keys_of_first_object(text) {
        let outermost = *outermost.get_or_insert(key.depth);
        if key.depth == outermost {
            found.push(Shown { name: key.name, line: key.line, ty: type_name(&key) });
        } else if let (Some(last), true) = (found.last_mut(), key.depth <= outermost + 2) {
            last.ty = last.ty.or_else(|| type_name(&key));
        }
    }
    found
}

fn type_name<'j>(key: &Key<'j>) -> Option<&'j str> {
    if key.name == ODATA_TYPE { key.string() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, u32, Option<&str>)]) {
        let found: Vec<_> = shown(text).into_iter().map(|key| (key.name, key.line, key.ty)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn keys_of_the_outermost_object() {
        check(
            "{\n  \"@odata.type\": \"#microsoft.graph.a\",\n  \"b\": {\"@odata.type\": \"microsoft.graph.c\", \"x\": 1},\n  \"d\": [{\"@odata.type\": \"e\"}]\n}\n{\"f\": 1}",
            &[("@odata.type", 1, Some("#microsoft.graph.a")), ("b", 2, Some("microsoft.graph.c")), ("d", 3, Some("e"))],
        );
    }

    #[test]
    fn keys_of_what_is_not_json() {
        check(
            "{\n  // every \"x\": 1\n  \"a\": \"s\", /* the\n \"k\": */\n  \"b\": \"s\"\n  \"c\": [ { }, ... ],\n  \"d\": \"one\ntwo\",\n \"e\": 1,\n}",
            &[("a", 2, None), ("b", 4, None), ("c", 5, None), ("d", 6, None), ("e", 8, None)],
        );
        check("\"a\": 1,\n\"b\": {\"c\": 1}\n", &[("a", 0, None), ("b", 1, None)]);
        check("", &[]);
        check("{\"a\\", &[]);
    }
}
