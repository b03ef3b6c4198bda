//! Owns the way from the path of a request to an operation, by the templates of a file of examples.
//!
//! Templates and requests are split by the same function, so that all forms of a call are one: `delta` and `delta()`,
//! `users/x` and `users('x')`, `microsoft.graph.delta` and `delta`.
//!
//! Source: OData 4.01, part 2, section 4; <https://learn.microsoft.com/graph/query-parameters>.

use percent_encoding::percent_decode_str;
use std::collections::BTreeMap;

/// Operations by path and method.
#[derive(Default)]
pub(super) struct Routes {
    /// A tree; the first node is its root.
    nodes: Vec<Node>,
}

#[derive(Default)]
struct Node {
    /// By [`Part::Name`].
    names: BTreeMap<String, usize>,
    /// By the names of the arguments, sorted and with commas, for each name.
    calls: BTreeMap<String, BTreeMap<String, usize>>,
    /// By the name in `name={key}`.
    key_equals: BTreeMap<String, usize>,
    key: Option<usize>,
    item_path: Option<usize>,
    /// Methods with the positions of their operations.
    operations: Vec<(String, usize)>,
}

/// The target of a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Operation(usize),
    /// The methods of the path, of which none is that of the request.
    OtherMethods(String),
    /// The first segment that no template has.
    Unknown(String),
    /// The path is not one, or has no API version.
    Malformed(&'static str),
}

/// A step of a path; names are in lower case and without `microsoft.graph.`.
#[derive(Debug)]
enum Part {
    /// A name in a template; a name or a key in a request.
    Name(String),
    /// `name(argument=…)`, with the sorted names of the arguments; an argument without a name is empty.
    Call(String, String),
    /// `name=…`
    KeyEquals(String),
    /// `{id}`, only in a template.
    Key,
    /// `:/Documents/a.txt:`
    ItemPath,
}

impl Routes {
    pub(super) fn new() -> Routes {
        Routes { nodes: vec![Node::default()] }
    }

    /// The operation of a method and a template, if it is known.
    pub(super) fn get(&self, method: &str, template: &str) -> Option<usize> {
        let mut at = 0;
        for part in parts(template)? {
            at = *self.nodes.get(at)?.child(&part)?;
        }
        self.nodes.get(at)?.operation(method)
    }

    /// Adds an operation.
    ///
    /// Error: `template` is not a path.
    pub(super) fn add(&mut self, method: &str, template: &str, operation: usize) -> Result<(), ()> {
        let mut at = 0;
        for part in parts(template).ok_or(())? {
            let next = self.nodes.len();
            let Some(node) = self.nodes.get_mut(at) else { return Err(()) };
            at = match part {
                Part::Name(name) => *node.names.entry(name).or_insert(next),
                Part::Call(name, arguments) => *node.calls.entry(name).or_default().entry(arguments).or_insert(next),
                Part::KeyEquals(name) => *node.key_equals.entry(name).or_insert(next),
                Part::Key => *node.key.get_or_insert(next),
                Part::ItemPath => *node.item_path.get_or_insert(next),
            };
            if at == next {
                self.nodes.push(Node::default());
            }
        }
        if let Some(node) = self.nodes.get_mut(at) {
            node.operations.push((method.to_owned(), operation));
        }
        Ok(())
    }

    /// The operation of a request. `path` is encoded, and may have a prefix before its API version.
    pub(super) fn find(&self, method: &str, path: &str) -> Found {
        let Some(start) = ["/v1.0/", "/beta/"].iter().filter_map(|version| path.find(version)).min() else {
            return Found::Malformed("Invalid version in the path; it starts with /v1.0/ or /beta/.");
        };
        let Some(parts) = parts(&path[start..]) else {
            return Found::Malformed("The path is not encoded correctly.");
        };
        let mut search = Search { routes: self, method, methods: None, left: usize::MAX };
        if let Some(operation) = search.walk(0, &parts) {
            return Found::Operation(operation);
        }
        match search.methods {
            Some(methods) => Found::OtherMethods(methods),
            None => Found::Unknown(parts.len().checked_sub(search.left).and_then(|at| parts.get(at)).map_or_else(
                || String::from("the end of the path"),
                |part| match part {
                    Part::Name(name) | Part::Call(name, _) | Part::KeyEquals(name) => name.clone(),
                    Part::Key => String::from("{}"),
                    Part::ItemPath => String::from(":"),
                },
            )),
        }
    }
}

impl Node {
    /// The node below for a part of a template.
    fn child(&self, part: &Part) -> Option<&usize> {
        match part {
            Part::Name(name) => self.names.get(name),
            Part::Call(name, arguments) => self.calls.get(name)?.get(arguments),
            Part::KeyEquals(name) => self.key_equals.get(name),
            Part::Key => self.key.as_ref(),
            Part::ItemPath => self.item_path.as_ref(),
        }
    }

    fn operation(&self, method: &str) -> Option<usize> {
        self.operations.iter().find(|(known, _)| known == method).map(|(_, operation)| *operation)
    }

    /// A call that is not known by the names of its arguments: a function with one argument.
    fn call_with_one(&self, name: &str, arguments: &str) -> Option<usize> {
        let mut known = self.calls.get(name)?.iter();
        known.find(|(known, _)| arguments.is_empty() && !known.contains(',')).map(|(_, node)| *node)
    }
}

struct Search<'r> {
    routes: &'r Routes,
    method: &'r str,
    /// Those of the first path that exists only with other methods.
    methods: Option<String>,
    /// The number of parts left at the deepest node.
    left: usize,
}

impl Search<'_> {
    /// The operation that the parts lead to. Names win over keys. Every node is visited at most once, because
    /// the nodes are a tree.
    fn walk(&mut self, at: usize, parts: &[Part]) -> Option<usize> {
        let routes = self.routes;
        let node = routes.nodes.get(at)?;
        self.left = self.left.min(parts.len());
        let Some((part, rest)) = parts.split_first() else {
            let found = node.operation(self.method);
            if found.is_none() && self.methods.is_none() && !node.operations.is_empty() {
                let methods: Vec<_> = node.operations.iter().map(|(method, _)| method.as_str()).collect();
                self.methods = Some(methods.join(", "));
            }
            return found;
        };
        let exact = node.child(part).copied();
        let others: [Option<usize>; 2] = match part {
            Part::Name(name) if !name.starts_with('$') => [node.key, None],
            Part::Call(name, arguments) => {
                let keyed = node.names.get(name).and_then(|node| routes.nodes.get(*node));
                // `users('x')` is `users/x`.
                let keyed = keyed.filter(|_| arguments.is_empty()).and_then(|node| node.key);
                [keyed, node.call_with_one(name, arguments).or(node.key)]
            }
            // A key may contain an equals sign, as base64 does.
            Part::KeyEquals(_) => [node.key, None],
            _ => [None, None],
        };
        [exact].into_iter().chain(others).flatten().find_map(|node| self.walk(node, rest))
    }
}

/// The steps of a path; `None` if it is not encoded correctly.
fn parts(path: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut in_item_path = false;
    for segment in segments(path) {
        let ends_in_colon = segment.len() > 1 && segment.ends_with(':');
        if !in_item_path {
            part(segment.strip_suffix(':').unwrap_or(segment), &mut parts)?;
        } else if !matches!(parts.last(), Some(Part::ItemPath)) {
            parts.push(Part::ItemPath);
        }
        in_item_path ^= ends_in_colon;
    }
    Some(parts)
}

/// Splits at slashes that are not inside quotation marks in parentheses; empty segments are left out.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    let (mut depth, mut quoted) = (0_u32, false);
    let is_end = move |c: char| {
        match c {
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            '\'' if depth > 0 => quoted = !quoted,
            _ => {}
        }
        c == '/' && !quoted
    };
    path.split(is_end).filter(|segment| !segment.is_empty())
}

fn part(segment: &str, parts: &mut Vec<Part>) -> Option<()> {
    if segment.starts_with('{') && segment.ends_with('}') {
        parts.push(Part::Key);
        return Some(());
    }
    if let Some((name, arguments)) = segment.strip_suffix(')').and_then(|text| text.split_once('(')) {
        let name = name_of(name)?;
        parts.push(match arguments.trim() {
            "" => Part::Name(name),
            arguments => Part::Call(name, argument_names(arguments)?),
        });
        return Some(());
    }
    parts.push(match segment.split_once('=') {
        Some((name, _)) => Part::KeyEquals(name_of(name)?),
        None => Part::Name(name_of(segment)?),
    });
    Some(())
}

/// Decoded, in lower case, and without the namespace of the service.
fn name_of(text: &str) -> Option<String> {
    let name = percent_decode_str(text).decode_utf8().ok()?.to_lowercase();
    let local = name.strip_prefix("microsoft.").unwrap_or(&name);
    Some(local.strip_prefix("graph.").unwrap_or(&name).to_owned())
}

/// Sorted, with commas; nothing for an argument without a name.
fn argument_names(arguments: &str) -> Option<String> {
    let mut quoted = false;
    let mut names = Vec::new();
    let is_end = move |c: char| {
        quoted ^= c == '\'';
        c == ',' && !quoted
    };
    for argument in arguments.split(is_end) {
        // A value can contain the sign too: `'a=b'`.
        let name = argument.split_once('=').map_or("", |(name, _)| name);
        names.push(if name.contains('\'') { String::new() } else { name_of(name.trim())? });
    }
    names.sort_unstable();
    Some(names.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes() -> Routes {
        let mut routes = Routes::new();
        let templates = [
            "GET /v1.0/lamps",
            "GET /v1.0/lamps/{id}",
            "PATCH /v1.0/lamps/{id}",
            "GET /v1.0/lamps/delta()",
            "GET /v1.0/lamps/{id}/rooms/$ref",
            "GET /v1.0/lamps/{id}/microsoft.graph.bulb",
            "GET /v1.0/lamps(serial='{serial}')",
            "GET /v1.0/lamps/search(text='{text}',limit={limit})",
            "GET /v1.0/shed/range(address='{address}')",
            "GET /v1.0/shed/root:/{path}:/content",
            "GET /v1.0/shed/root:/{path}",
            "GET /v1.0/roles/templateId={templateId}",
            "GET /beta/lamps/{id}/{part}",
        ];
        for (at, template) in templates.iter().enumerate() {
            let (method, path) = template.split_once(' ').unwrap_or_default();
            assert_eq!(routes.add(method, path, at), Ok(()));
            assert_eq!(routes.get(method, path), Some(at), "{template}");
        }
        routes
    }

    #[test]
    fn all_forms_of_a_path() {
        let routes = routes();
        for (request, expected) in [
            ("GET /v1.0/lamps", 0),
            ("GET /V/v1.0/Lamps/", 0),
            ("GET /v1.0/lamps/l-17", 1),
            ("GET /v1.0/lamps/l%2F17", 1),
            ("GET /v1.0/lamps/YWI=", 1),
            ("GET /v1.0/lamps('l/17')", 1),
            ("PATCH /v1.0/lamps/delta", 2),
            ("GET /v1.0/lamps/delta", 3),
            ("GET /v1.0/lamps/microsoft.graph.delta()", 3),
            ("GET /v1.0/lamps/o'neil/rooms/$ref", 4),
            ("GET /v1.0/lamps/7/graph.bulb", 5),
            ("GET /v1.0/lamps(serial='a%2Fb')", 6),
            ("GET /v1.0/lamps/search(limit=5,text='a,b=c')", 7),
            ("GET /v1.0/shed/range(address='A1:B2')", 8),
            ("GET /v1.0/shed/range('A1=B2')", 8),
            ("GET /v1.0/shed/root:/a%20b/c.txt:/content", 9),
            ("GET /v1.0/shed/root:/a/b.txt", 10),
            ("GET /v1.0/roles/templateId=x", 11),
            ("GET /proxy/beta/lamps/1/2", 12),
        ] {
            let (method, path) = request.split_once(' ').unwrap_or_default();
            assert_eq!(routes.find(method, path), Found::Operation(expected), "{request}");
        }
    }

    #[test]
    fn what_is_not_there() {
        let routes = routes();
        for (request, expected) in [
            ("DELETE /v1.0/lamps/l-17", Found::OtherMethods(String::from("GET, PATCH"))),
            ("GET /v1.0/chairs/1", Found::Unknown(String::from("chairs"))),
            ("GET /v1.0/lamps/7/rooms/$count", Found::Unknown(String::from("$count"))),
            ("GET /v1.0/lamps/$count", Found::Unknown(String::from("$count"))),
            ("GET /v1.0/shed", Found::Unknown(String::from("the end of the path"))),
        ] {
            let (method, path) = request.split_once(' ').unwrap_or_default();
            assert_eq!(routes.find(method, path), expected, "{request}");
        }
        for path in ["/lamps", "", "/v1.0", "/v1.0/lamps/%FF"] {
            assert!(matches!(routes.find("GET", path), Found::Malformed(_)), "{path}");
        }
    }
}
