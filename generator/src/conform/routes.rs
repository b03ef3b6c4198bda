//! Finds the operation for the URL of an example (OData 4.01, part 2, section 4).
//!
//! This is not the parser of templates: it reads URLs with values in them, and names take
//! precedence over keys.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::api::{Operation, OperationKind, PathTemplate, Segment, Version};
use crate::model::facts::{ApiVersion, Method};

/// The operations of one version, by path.
pub(super) struct Routes<'m> {
    nodes: Vec<Node<'m>>,
    /// The names of actions and functions in lower case; these are never keys.
    callable: BTreeSet<String>,
}

#[derive(Default)]
struct Node<'m> {
    /// Names, `$ref` and the like, and casts, in lower case.
    names: BTreeMap<String, usize>,
    /// By their names, in lower case and without their namespaces.
    functions: BTreeMap<String, Overloads>,
    /// `name={key}` and `(name={key})`, by the lowercase names.
    key_equals: BTreeMap<String, usize>,
    key: Option<usize>,
    item_path: Option<usize>,
    operations: Vec<&'m Operation>,
}

/// The functions of one name.
#[derive(Default)]
struct Overloads {
    /// By the names of their arguments, sorted and in lower case.
    by_arguments: BTreeMap<Vec<String>, usize>,
    /// Those with one argument, in the order of the operations.
    of_one: Vec<usize>,
}

/// An argument without a name is compared with so many functions of one argument. The docs have fewer.
const MAX_OVERLOADS: usize = 16;

/// The target of a URL.
#[derive(Debug)]
pub(super) enum Found<'m> {
    Operation(&'m Operation),
    /// The path is known, but not with this method.
    OtherMethod(&'m PathTemplate),
    /// The known part of the path, as a template, with the next segment.
    Unknown(String),
}

/// A URL, split into parts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Url<'u> {
    parts: Vec<Part<'u>>,
    /// The names of the query options.
    pub(super) query: Vec<&'u str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'u> {
    Segment(&'u str),
    /// `:/Documents/a.txt:`
    ItemPath,
}

impl<'m> Routes<'m> {
    pub(super) fn of(version: &'m Version) -> Self {
        let mut routes = Self { nodes: vec![Node::default()], callable: BTreeSet::new() };
        for operation in &version.operations {
            let mut at = 0;
            for segment in &operation.path.segments {
                at = routes.child(at, segment);
            }
            routes.nodes[at].operations.push(operation);
            if let (OperationKind::Action | OperationKind::Function, Some(name)) =
                (operation.kind, last_name(operation))
            {
                routes.callable.insert(local(name).to_ascii_lowercase());
            }
        }
        routes
    }

    fn child(&mut self, at: usize, segment: &Segment) -> usize {
        let next = self.nodes.len();
        let node = &mut self.nodes[at];
        let child = match segment {
            Segment::Name(name) | Segment::System(name) | Segment::Cast(name) => {
                *node.names.entry(qualified(name)).or_insert(next)
            }
            Segment::Key { .. } => *node.key.get_or_insert(next),
            Segment::KeyEquals { name, .. } => *node.key_equals.entry(name.to_ascii_lowercase()).or_insert(next),
            Segment::KeyPredicate { keys } => {
                let names: Vec<_> = keys.iter().map(|key| key.name.to_ascii_lowercase()).collect();
                *node.key_equals.entry(names.join(",")).or_insert(next)
            }
            Segment::ItemPath { .. } => *node.item_path.get_or_insert(next),
            Segment::Function { name, arguments } => {
                let name = local(name).to_ascii_lowercase();
                let mut arguments: Vec<_> =
                    arguments.iter().map(|argument| argument.name.to_ascii_lowercase()).collect();
                arguments.sort();
                let known = node.functions.entry(name).or_default();
                if arguments.len() == 1
                    && known.of_one.len() < MAX_OVERLOADS
                    && !known.by_arguments.contains_key(&arguments)
                {
                    known.of_one.push(next);
                }
                *known.by_arguments.entry(arguments).or_insert(next)
            }
        };
        if child == next {
            self.nodes.push(Node::default());
        }
        child
    }

    pub(super) fn find(&self, method: Method, url: &Url<'_>) -> Found<'m> {
        let mut search = Search { routes: self, method, other: None, left: usize::MAX, known: String::new() };
        match search.walk(0, &url.parts, &mut String::new()) {
            Some(operation) => Found::Operation(operation),
            None => match search.other {
                Some(path) => Found::OtherMethod(path),
                None => {
                    let next = url.parts.get(url.parts.len().saturating_sub(search.left));
                    Found::Unknown(format!("{}/{}", search.known, next.map_or("", |next| shown(*next))))
                }
            },
        }
    }
}

struct Search<'r, 'm> {
    routes: &'r Routes<'m>,
    method: Method,
    /// A path that exists only with other methods.
    other: Option<&'m PathTemplate>,
    /// The number of parts left at the deepest node.
    left: usize,
    known: String,
}

impl<'m> Search<'_, 'm> {
    /// Every node is visited once, because the nodes are a tree.
    fn walk(&mut self, at: usize, parts: &[Part<'_>], way: &mut String) -> Option<&'m Operation> {
        let routes = self.routes;
        let node = &routes.nodes[at];
        if parts.len() < self.left {
            (self.left, self.known) = (parts.len(), way.clone());
        }
        let Some((part, rest)) = parts.split_first() else {
            let found = node.operations.iter().find(|operation| operation.method == self.method);
            if found.is_none() {
                self.other = self.other.or(node.operations.first().map(|operation| &operation.path));
            }
            return found.copied();
        };
        let Part::Segment(segment) = *part else {
            return self.enter(node.item_path?, rest, ":/{}:", way);
        };
        let candidates = routes.candidates(node, &segment.to_ascii_lowercase());
        candidates.into_iter().find_map(|(node, step)| self.enter(node, rest, &step, way))
    }

    fn enter(&mut self, node: usize, rest: &[Part<'_>], step: &str, way: &mut String) -> Option<&'m Operation> {
        let before = way.len();
        way.push_str(step);
        let found = self.walk(node, rest, way);
        way.truncate(before);
        found
    }
}

impl Routes<'_> {
    /// The nodes that a lowercase segment may lead to, with the text of that step: names first, then functions,
    /// then keys.
    fn candidates(&self, node: &Node<'_>, segment: &str) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        let name = qualified(segment);
        let names = [name.as_str(), local(&name)].into_iter().filter_map(|name| Some((name, *node.names.get(name)?)));
        found.extend(names.map(|(name, child)| (child, format!("/{name}"))));
        let call = segment.strip_suffix(')').and_then(|text| text.split_once('('));
        let (called, inner) = call.unwrap_or((segment, ""));
        let arguments = argument_names(inner);
        if let Some(known) = node.functions.get(local(called)) {
            found.extend(known.that_take(&arguments).map(|function| (function, format!("/{}()", local(called)))));
        }
        if let (Some(child), true) = (node.names.get(&qualified(called)), call.is_some()) {
            found.extend(self.keyed(*child, inner, &format!("/{called}")));
        }
        if let Some((name, _)) = segment.split_once('=') {
            found.extend(node.key_equals.get(name).map(|child| (*child, format!("/{name}={{}}"))));
        }
        if self.may_be_key(called) {
            found.extend(node.key.map(|child| (child, "/{}".to_owned())));
        }
        found
    }

    /// `users('x')` is `users/x`, `users(name='x')` is `users/name=x`, `delta()` is `delta`.
    fn keyed(&self, node: usize, key: &str, step: &str) -> Option<(usize, String)> {
        let inner = &self.nodes[node];
        if key.trim().is_empty() {
            return Some((node, step.to_owned()));
        }
        let named = inner.key_equals.get(&argument_names(key).join(","));
        Some((*named.or(inner.key.as_ref())?, format!("{step}/{{}}")))
    }

    /// Whether a segment, without its parentheses, may be a value.
    fn may_be_key(&self, lower: &str) -> bool {
        let is_qualified = local(lower) != lower;
        !lower.starts_with('$') && !is_qualified && !self.callable.contains(lower)
    }
}

impl Overloads {
    /// The nodes of the functions that a call fits. An argument without a name fits every function with one argument.
    fn that_take(&self, arguments: &[&str]) -> impl Iterator<Item = usize> {
        let of_one = if arguments == [""] { self.of_one.as_slice() } else { &[] };
        let named: Vec<String> = arguments.iter().map(|name| (*name).to_owned()).collect();
        let named = self.by_arguments.get(&named).filter(|_| of_one.is_empty());
        of_one.iter().chain(named).copied()
    }
}

/// Sorted; empty for arguments without a name.
fn argument_names(text: &str) -> Vec<&str> {
    let mut names: Vec<_> = split_outside(text, b',')
        .into_iter()
        .filter(|argument| !argument.trim().is_empty())
        .map(|argument| argument.split_once('=').map_or("", |(name, _)| name.trim()))
        .collect();
    names.sort_unstable();
    names
}

impl<'u> Url<'u> {
    pub(super) fn parse(text: &'u str) -> Self {
        let (path, query) = split_query(text.trim());
        let mut segments = split_outside(without_host(path), b'/').into_iter().map(str::trim).peekable();
        while segments.next_if(|segment| matches!(*segment, "" | "~")).is_some() {}
        segments.next_if(|first| ApiVersion::is_meant_by(first));
        let mut parts = Vec::new();
        let mut in_item_path = false;
        for segment in segments.filter(|segment| !segment.is_empty()) {
            let ends_in_colon = segment.len() > 1 && segment.ends_with(':');
            match (in_item_path, ends_in_colon) {
                (false, _) => parts.push(Part::Segment(segment.strip_suffix(':').unwrap_or(segment))),
                (true, _) if parts.last() != Some(&Part::ItemPath) => parts.push(Part::ItemPath),
                (true, _) => {}
            }
            in_item_path ^= ends_in_colon;
        }
        let query = query.split('&').map(|item| item.split('=').next().unwrap_or(item).trim());
        Self { parts, query: query.filter(|name| !name.is_empty()).collect() }
    }

    /// The first segment, if it is a name.
    pub(super) fn area(&self) -> Option<&'u str> {
        match self.parts.first()? {
            Part::Segment(name) => Some(name.split('(').next().unwrap_or(name)).filter(|name| is_plain(name)),
            Part::ItemPath => None,
        }
    }
}

pub(super) fn without_host(path: &str) -> &str {
    let is_scheme = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let rest = match path.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => rest,
        _ if path.starts_with("graph.microsoft.") => path,
        _ => return path,
    };
    rest.find('/').map_or("", |slash| &rest[slash..])
}

/// The query starts at the first `?` outside quotation marks and braces.
pub(super) fn split_query(text: &str) -> (&str, &str) {
    let mut parts = split_outside(text, b'?').into_iter();
    let path = parts.next().unwrap_or_default();
    (path, text.get(path.len() + 1..).unwrap_or_default())
}

/// Splits at separators outside quotation marks, braces and parentheses. A single quotation mark is an
/// apostrophe.
fn split_outside(text: &str, separator: u8) -> Vec<&str> {
    let bytes = text.as_bytes();
    let (mut parts, mut start, mut at, mut depth) = (Vec::new(), 0, 0, 0_i32);
    let mut may_quote = true;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\'' if may_quote => match text[at + 1..].find('\'') {
                Some(end) => at += end + 1,
                None => may_quote = false,
            },
            b'{' | b'<' | b'(' => depth += 1,
            b'}' | b'>' | b')' => depth -= 1,
            _ if byte == separator && depth <= 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
                depth = 0;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push(&text[start..]);
    parts
}

fn last_name(operation: &Operation) -> Option<&str> {
    match operation.path.segments.last()? {
        Segment::Name(name) | Segment::Cast(name) | Segment::Function { name, .. } => Some(name),
        _ => None,
    }
}

/// In lower case; services accept `graph.` instead of `microsoft.graph.`.
fn qualified(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    match lower.strip_prefix("microsoft.") {
        Some(rest) if rest.starts_with("graph.") => rest.to_owned(),
        _ => lower,
    }
}

fn local(name: &str) -> &str {
    let is_qualified = name.starts_with("graph.") || name.starts_with("microsoft.graph.");
    if is_qualified { name.rsplit('.').next().unwrap_or(name) } else { name }
}

/// The parts of a URL that may be names, not values.
fn is_plain(segment: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$');
    (2..=64).contains(&segment.len()) && (segment.bytes().all(is_name) || local(segment) != segment)
}

fn shown(part: Part<'_>) -> &str {
    match part {
        Part::Segment(segment) => {
            let name = segment.split('(').next().unwrap_or(segment);
            if is_plain(name) { name } else { "{}" }
        }
        Part::ItemPath => ":{}:",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{PageInput, extract_page};
    use crate::link::link;
    use crate::model::api::Api;
    use crate::policy::Policy;
    use crate::source::PagePath;
    use crate::vocab::Vocab;

    const TEMPLATES: &str = "GET /lamps
POST /lamps
GET /lamps/{id}
PATCH /lamps/{id}
GET /lamps/delta
POST /lamps/{id}/dim
GET /lamps/serial={serial}
GET /lamps/{id}/rooms
GET /lamps/{id}/rooms/$ref
GET /lamps/{id}/rooms/{id}/lamps
GET /lamps/search(text='{text}',limit={limit})
GET /lamps/range(address='{address}')
GET /lamps/microsoft.graph.bulb
GET /shed/root:/{path}:/content
GET /shed/root:/{path}
GET /shed/items/{id}/content";

    fn api() -> Api {
        let vocab = Vocab::parse([("en.toml", "locale = \"en\"")]).expect("a vocabulary");
        let raw = format!("# T\n\n```http\n{TEMPLATES}\n```\n");
        let path = PagePath::new("api-reference/v1.0/api/lamp-all.md");
        let page = extract_page(PageInput::new(&path, "en-US", raw.as_bytes()), &vocab);
        link(&[page], vocab.words("en"), &Policy::default()).api
    }

    #[track_caller]
    fn check(cases: &[(&str, &str)]) {
        let api = api();
        let routes = Routes::of(&api.versions[&ApiVersion::V1_0]);
        for (request, expected) in cases {
            let (method, url) = Method::split(request).expect("a request");
            let found = match routes.find(method, &Url::parse(url)) {
                Found::Operation(operation) => operation.path.to_string(),
                Found::OtherMethod(path) => format!("other method of {path}"),
                Found::Unknown(known) => format!("unknown {known}"),
            };
            assert_eq!(found, *expected, "{request}");
        }
    }

    #[test]
    fn hosts_versions_and_capitals() {
        check(&[
            ("GET https://graph.microsoft.com/v1.0/lamps", "/lamps"),
            ("GET HTTPS://graph.microsoft.com/V1.0/Lamps/", "/lamps"),
            ("GET graph.microsoft.com/v1.0/lamps?$top=5", "/lamps"),
            ("GET https://graph.microsoft.com/v1/lamps", "/lamps"),
            ("GET /{version}/lamps", "/lamps"),
            ("GET lamps", "/lamps"),
            ("POST /lamps", "/lamps"),
        ]);
    }

    #[test]
    fn names_win_over_keys_and_calls_are_no_keys() {
        check(&[
            ("GET /lamps/delta", "/lamps/delta"),
            ("GET /lamps/delta()", "/lamps/delta"),
            ("GET /lamps/microsoft.graph.delta", "/lamps/delta"),
            ("GET /lamps/l-17", "/lamps/{id}"),
            ("GET /lamps/dim", "unknown /lamps/dim"),
            ("GET /lamps/l-17/rooms/microsoft.graph.attic", "unknown /lamps/{}/rooms/microsoft.graph.attic"),
            ("GET /lamps/graph.bulb", "/lamps/microsoft.graph.bulb"),
            ("POST /lamps/l-17/microsoft.graph.dim", "/lamps/{id}/dim"),
        ]);
    }

    #[test]
    fn keys_in_all_forms() {
        check(&[
            ("GET /lamps('l/17')", "/lamps/{id}"),
            ("GET /lamps(serial='7')", "/lamps/serial={serial}"),
            ("GET /lamps/serial=7", "/lamps/serial={serial}"),
            ("GET /lamps/{lamp-id}/rooms/$ref?$top=1", "/lamps/{id}/rooms/$ref"),
            ("GET /lamps/o'neil/rooms", "/lamps/{id}/rooms"),
            ("GET /lamps/a/rooms/b/lamps", "/lamps/{id}/rooms/{id}/lamps"),
        ]);
    }

    #[test]
    fn functions_by_their_arguments() {
        check(&[
            ("GET /lamps/search(limit=5,text='a,b/c')", "/lamps/search(text='{text}',limit={limit})"),
            ("GET /lamps/range(address='A1:B2')", "/lamps/range(address='{address}')"),
            ("GET /lamps/range('A1')", "/lamps/range(address='{address}')"),
            ("GET /lamps/search(text='a')", "unknown /lamps/search"),
        ]);
    }

    #[test]
    fn item_paths() {
        check(&[
            ("GET /shed/root:/top shelf/box.txt:/content", "/shed/root:/{path}:/content"),
            ("GET /shed/root:/top/box.txt", "/shed/root:/{path}"),
            ("GET /shed/root:/top/box.txt:", "/shed/root:/{path}"),
            ("GET /shed/items/a:b/content", "/shed/items/{id}/content"),
        ]);
    }

    #[test]
    fn what_is_not_there() {
        check(&[
            ("DELETE /lamps/l-17", "other method of /lamps/{id}"),
            ("GET /chairs", "unknown /chairs"),
            ("GET /shed", "unknown /shed/"),
            ("GET /lamps/l-17/4f2a", "unknown /lamps/{}/{}"),
            ("GET ", "unknown /"),
        ]);
    }

    #[test]
    fn query_options() {
        let url = Url::parse("/lamps?$filter=name eq 'a?b&c'&$top=5&from={x}");
        assert_eq!(url.query.first(), Some(&"$filter"));
        assert_eq!(url.query.last(), Some(&"from"));
        assert_eq!(Url::parse("/lamps").query, [""; 0]);
    }
}
