//! A small client: the operations that somebody wants, and the types that they reach.

use std::collections::BTreeSet;

use crate::model::api::{Api, Operation, Segment, TypeShape, Version};
use crate::model::facts::{ApiVersion, Method};
use crate::policy::Policy;

/// How many operations a message names for a pattern that matches none.
const MAX_NEAR: usize = 3;

/// Operations by patterns such as `GET /users*` or `/me/messages`.
#[derive(Clone, Debug, Default)]
pub struct Selection(Vec<Pattern>);

#[derive(Clone, Debug)]
struct Pattern {
    text: String,
    version: Option<ApiVersion>,
    /// Any, if it names none.
    method: Option<Method>,
    /// In the form of [`PathTemplate::key`](crate::model::api::PathTemplate::key); `*` stands for any text.
    path: String,
}

/// Whether a text is a pattern of operations: it starts with a method or a slash.
#[must_use]
pub fn is_pattern(text: &str) -> bool {
    Pattern::parse(text).is_some()
}

impl Selection {
    /// `None` if one of the texts is no pattern of operations.
    #[must_use]
    pub fn parse<'t>(texts: impl IntoIterator<Item = &'t str>) -> Option<Self> {
        texts.into_iter().map(Pattern::parse).collect::<Option<_>>().map(Self)
    }

    /// For each pattern that matches no operation, a message with the operations that are most like it.
    #[must_use]
    pub fn unmatched(&self, api: &Api) -> Vec<String> {
        let lonely =
            self.0.iter().filter(|pattern| !operations(api).any(|(version, found)| pattern.is_of(version, found)));
        lonely.map(|pattern| pattern.missed(api)).collect()
    }

    /// The operations that match, v1.0 first.
    #[must_use]
    pub fn of<'a>(&self, api: &'a Api) -> Vec<(ApiVersion, &'a Operation)> {
        let is_selected =
            |(version, found): &(ApiVersion, &Operation)| self.0.iter().any(|one| one.is_of(*version, found));
        operations(api).filter(is_selected).collect()
    }

    /// Removes the other operations, and the types that the selected ones do not reach.
    pub fn apply(&self, api: &mut Api, policy: &Policy) {
        for (version, model) in &mut api.versions {
            model.operations.retain(|operation| self.0.iter().any(|pattern| pattern.is_of(*version, operation)));
            let reached: BTreeSet<String> = reached(model, policy).into_iter().map(str::to_owned).collect();
            model.types.retain(|name, _| reached.contains(name));
            for definition in model.types.values_mut() {
                if let TypeShape::Structured(shape) = &mut definition.shape {
                    shape.derived.retain(|name| reached.contains(name));
                }
            }
        }
        api.versions.retain(|_, model| !model.operations.is_empty());
    }
}

impl Pattern {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (method, path) = match text.split_once(' ') {
            Some((method, path)) => (Some(Method::split(&format!("{} ", method.to_ascii_uppercase()))?.0), path.trim()),
            None => (None, text),
        };
        if !(path.starts_with('/') || method.is_some() && path.starts_with('*')) {
            return None;
        }
        let (first, rest) = path[1..].split_once('/').unwrap_or_default();
        let (version, path) = match ApiVersion::from_segment(first) {
            Some(version) if path.starts_with('/') => (Some(version), format!("/{rest}")),
            _ => (None, path.to_owned()),
        };
        Some(Self { text: text.to_owned(), version, method, path: normal(&path) })
    }

    fn is_of(&self, version: ApiVersion, operation: &Operation) -> bool {
        self.method.is_none_or(|method| method == operation.method) && self.is_at(version, operation)
    }

    fn is_at(&self, version: ApiVersion, operation: &Operation) -> bool {
        let is_version = self.version.is_none_or(|wanted| wanted == version);
        is_version && matches(self.path.as_bytes(), operation.path.key().as_bytes())
    }

    fn missed(&self, api: &Api) -> String {
        let same: Vec<_> = operations(api).filter(|(version, found)| self.is_at(*version, found)).collect();
        let mut near: Vec<_> = if same.is_empty() { operations(api).collect() } else { same };
        let wanted = pairs(&self.path);
        near.sort_by_cached_key(|(_, operation)| std::cmp::Reverse(likeness(&wanted, &pairs(&operation.path.key()))));
        let mut names: Vec<String> = Vec::new();
        for (version, Operation { method, path, .. }) in near {
            let name = format!("`{} /{}{path}`", method.as_str(), version.segment());
            if names.len() < MAX_NEAR && !names.contains(&name) {
                names.push(name);
            }
        }
        let near = if names.is_empty() { "there are no operations".to_owned() } else { names.join(", ") };
        format!("no operation matches `{}`; the most similar ones: {near}", self.text)
    }
}

/// The pairs of neighbouring bytes.
fn pairs(path: &str) -> BTreeSet<[u8; 2]> {
    path.as_bytes().windows(2).map(|pair| [pair[0], pair[1]]).collect()
}

/// Dice's coefficient, in thousandths.
fn likeness(left: &BTreeSet<[u8; 2]>, right: &BTreeSet<[u8; 2]>) -> usize {
    2000 * left.intersection(right).count() / (left.len() + right.len()).max(1)
}

/// All operations, v1.0 first.
pub fn operations(api: &Api) -> impl Iterator<Item = (ApiVersion, &Operation)> {
    api.versions.iter().flat_map(|(version, model)| model.operations.iter().map(|operation| (*version, operation)))
}

/// In lower case, with `{}` for every key.
fn normal(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
    let mut out = String::new();
    let mut is_key = false;
    for c in path.chars().filter(|c| *c != '\'') {
        match c {
            '{' => is_key = true,
            '}' if is_key => {
                out.push_str("{}");
                is_key = false;
            }
            _ if is_key => {}
            c => out.push(c.to_ascii_lowercase()),
        }
    }
    out
}

/// `*` stands for any text. The rest of each star is tried from its first place on, and never again.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let mut parts = pattern.split(|&byte| byte == b'*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&[u8]> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match memchr::memmem::find(rest, part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// The types that the operations of a version reach.
fn reached<'m>(model: &'m Version, policy: &Policy) -> BTreeSet<&'m str> {
    let mut seen = BTreeSet::new();
    let areas: BTreeSet<&str> = model.operations.iter().filter_map(area_of).collect();
    let mut open: Vec<&str> = model.operations.iter().flat_map(types_of).collect();
    open.extend(areas.into_iter().flat_map(|area| types_next_to(model, area, policy)));
    while let Some(name) = open.pop() {
        let Some((name, _)) = model.types.get_key_value(name) else { continue };
        if seen.insert(name.as_str()) {
            open.extend(named_by(model, name, policy));
        }
    }
    seen
}

/// The types that are needed to read values of a type: those of its properties, its base type, and the types that are
/// based on it, except where nearly everything is.
#[must_use]
pub fn named_by<'m>(model: &'m Version, name: &str, policy: &Policy) -> BTreeSet<&'m str> {
    let mut named = BTreeSet::new();
    let known = |name: &&str| model.types.contains_key(*name);
    if let Some(TypeShape::Structured(shape)) = model.types.get(name).map(|definition| &definition.shape) {
        named.extend(shape.properties.iter().filter_map(|property| property.ty.ty.name()).filter(known));
        named.extend(shape.base.as_deref().filter(known));
        if !policy.is_universal_base(name) {
            named.extend(shape.derived.iter().map(String::as_str).filter(known));
        }
    }
    named
}

/// The area of an operation: the first segment of its path.
#[must_use]
pub fn area_of(operation: &Operation) -> Option<&str> {
    match operation.path.segments.first() {
        Some(Segment::Name(area)) => Some(area),
        _ => None,
    }
}

/// The types that belong to an area although no operation names them, such as those that the service sends to a
/// receiver.
pub fn types_next_to<'m>(model: &'m Version, area: &str, policy: &Policy) -> Vec<&'m str> {
    let known = policy.types_of_area(area).filter_map(|name| Some(model.types.get_key_value(name)?.0.as_str()));
    known.inspect(|name| policy.found_type_of_area(name, area)).collect()
}

/// The types that the signature of an operation's function names.
pub fn types_of(operation: &Operation) -> impl Iterator<Item = &str> {
    let of_bodies = operation.response.ty().into_iter().chain(operation.request_body.ty());
    let of_parameters = operation.body_parameters.iter().map(|parameter| &parameter.ty);
    let of_arguments = operation.path.last_arguments().iter().filter_map(|argument| argument.kind.enum_name());
    of_bodies.chain(of_parameters).filter_map(|ty| ty.ty.name()).chain(of_arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, key: &str, expected: bool) {
        let pattern = Pattern::parse(pattern).expect("a pattern");
        assert_eq!(matches(pattern.path.as_bytes(), key.as_bytes()), expected, "{} on {key}", pattern.path);
    }

    #[test]
    fn stars_stand_for_any_text_and_keys_for_each_other() {
        check("GET /users*", "/users", true);
        check("GET /users*", "/users/{}/messages", true);
        check("/me/messages", "/me/messages", true);
        check("/me/messages", "/me/messages/{}", false);
        check("/Users/{user-id}/mailFolders/{id}/", "/users/{}/mailfolders/{}", true);
        check("/users/*/delta", "/users/{}/contacts/delta", true);
        check("/users/*/delta", "/users/delta", false);
        check("/a*b*b", "/ab", false);
        check("/a*b*b", "/abxb", true);
        check("delete *", "/x", true);
        check("/v1.0/users?$top=3", "/users", true);
        check("/sites/getByUrl(url='{url}')", "/sites/getbyurl(url={})", true);
    }

    #[test]
    fn patterns_start_with_a_method_or_a_slash() {
        for pattern in ["/users", "GET /users", "get /beta/users", "POST *"] {
            assert!(is_pattern(pattern), "{pattern}");
        }
        for glob in ["src/**", "user-list.md", "*", "users", "FETCH /users", "GET users", ""] {
            assert!(!is_pattern(glob), "{glob}");
        }
        let beta = Pattern::parse("get /beta/users").expect("a pattern");
        assert_eq!(
            (beta.version, beta.method, beta.path.as_str()),
            (Some(ApiVersion::Beta), Some(Method::Get), "/users")
        );
    }
}
