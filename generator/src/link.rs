//! From the facts of all pages to one immutable model.
//!
//! References are resolved here, duplicates merged, and each template becomes an operation with a
//! kind. It does not know Rust names.

mod operation_kind;
mod path_template;

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, codes, quoted};
use crate::model::api::{
    Api, Argument, ArgumentKind, Operation, OperationKind, Parameter, PathTemplate, Primitive, RequestBody, Response,
    Segment, TypeRef, ValueType,
};
use crate::model::facts::{
    self, ApiVersion, Location, Method, PageFacts, PageKind, RequestTemplate, ResponseType, TypeExpression,
};
use crate::policy::Policy;
use crate::source::{PagePath, Position, Span};
use crate::vocab::Words;

/// The model, and what was found on the way.
#[derive(Debug, Default)]
pub struct Linked {
    pub api: Api,
    pub diagnostics: Vec<(PagePath, Diagnostic)>,
}

/// Links pages. The result does not depend on their order.
#[must_use]
pub fn link(pages: &[PageFacts], words: Words<'_>, policy: &Policy) -> Linked {
    let mut linked = Linked::default();
    let mut found: BTreeMap<(ApiVersion, String, Method), Vec<Operation>> = BTreeMap::new();
    let mut pages: Vec<&PageFacts> = pages.iter().filter(|page| page.kind == PageKind::Api).collect();
    pages.sort_by(|left, right| left.path.cmp(&right.path));
    for page in pages {
        for request in &fixed_requests(page, policy, &mut linked) {
            match path_template::parse(&request.path) {
                Ok(path) => {
                    let operation = operation(page, request, path, words);
                    found.entry((page.api_version, operation.path.key(), request.method)).or_default().push(operation);
                }
                Err(reason) => {
                    let position = Position { line: request.line, column: 1 };
                    let message = format!("{} is not a path: {reason}", quoted(&request.path));
                    linked.diagnostics.push((
                        page.path.clone(),
                        Diagnostic { position, span: Span::default(), code: &codes::BAD_TEMPLATE, message },
                    ));
                }
            }
        }
    }
    let spelling = Spelling::count(found.values().flatten());
    for ((version, _, _), candidates) in found {
        let mut operation = choose(candidates);
        spelling.apply(&mut operation.path);
        linked.api.versions.entry(version).or_default().operations.push(operation);
    }
    linked
}

/// The templates of a page after its fixups. A fixup that does not apply is reported.
fn fixed_requests(page: &PageFacts, policy: &Policy, linked: &mut Linked) -> Vec<RequestTemplate> {
    let mut requests = page.requests.clone();
    for fixup in policy.fixups(page.path.as_str()) {
        let wanted = parse_request(&fixup.set);
        let found = parse_request(&fixup.expect).and_then(|(method, path)| {
            requests.iter().position(|request| request.method == method && request.path == path)
        });
        match (found, wanted) {
            (Some(at), Some((method, path))) => requests[at] = RequestTemplate { method, path, ..requests[at] },
            (Some(at), None) if fixup.set.is_empty() => drop(requests.remove(at)),
            (None, Some((method, path))) if fixup.expect.is_empty() => {
                requests.push(RequestTemplate { method, path, line: 1 })
            }
            _ => {
                let position = Position { line: 1, column: 1 };
                let message =
                    format!("the fixup of {} into {} does not apply", quoted(&fixup.expect), quoted(&fixup.set));
                linked.diagnostics.push((
                    page.path.clone(),
                    Diagnostic { position, span: Span::default(), code: &codes::STALE_FIXUP, message },
                ));
            }
        }
    }
    requests
}

/// `METHOD path` of a policy entry.
fn parse_request(text: &str) -> Option<(Method, String)> {
    let (method, path) = text.split_once(' ')?;
    let method = Method::ALL.into_iter().find(|known| known.as_str() == method)?;
    Some((method, path.to_owned()))
}

fn operation(page: &PageFacts, request: &RequestTemplate, path: PathTemplate, words: Words<'_>) -> Operation {
    let kind = operation_kind::classify(page, request.method, &path, words);
    let parameters = |location| {
        let located = page.parameters.iter().filter(move |parameter| parameter.location == location);
        located.map(|found| parameter(found, words)).collect()
    };
    let path = if kind == OperationKind::Function { with_documented_arguments(path, page) } else { path };
    Operation {
        method: request.method,
        kind,
        page: page.path.clone(),
        line: request.line,
        also_on: Vec::new(),
        permissions: page.permissions.clone(),
        statuses: page.success_statuses.clone(),
        body_parameters: parameters(Location::Body),
        function_parameters: parameters(Location::Function),
        request_body: request_body(page, words),
        response: response(page, request.method, &path, words),
        path,
    }
}

fn parameter(found: &facts::Parameter, words: Words<'_>) -> Parameter {
    Parameter {
        name: found.name.clone(),
        ty: type_ref(&found.ty, words),
        required: found.required,
        values: found.values.clone(),
        default: found.default.clone(),
        line: found.line,
    }
}

fn request_body(page: &PageFacts, words: Words<'_>) -> RequestBody {
    match &page.request_body {
        facts::RequestBody::Unstated => RequestBody::Unstated,
        facts::RequestBody::None => RequestBody::None,
        facts::RequestBody::Parameters => RequestBody::Parameters,
        facts::RequestBody::Entity(ty) => RequestBody::Entity(type_ref(ty, words)),
        facts::RequestBody::Reference => RequestBody::Reference,
        facts::RequestBody::Raw(media_type) => RequestBody::Raw(media_type.clone()),
    }
}

fn type_ref(ty: &TypeExpression, words: Words<'_>) -> TypeRef {
    TypeRef { ty: value_type(&ty.name, words), collection: ty.collection }
}

fn value_type(name: &str, words: Words<'_>) -> ValueType {
    match words.primitive(name) {
        Some(primitive) => Primitive::from_qualified(primitive).map_or(ValueType::Json, ValueType::Primitive),
        None => ValueType::Unknown(name.to_owned()),
    }
}

fn response(page: &PageFacts, method: Method, path: &PathTemplate, words: Words<'_>) -> Response {
    let is_empty =
        !page.success_statuses.is_empty() && page.success_statuses.iter().all(|status| matches!(status, 202 | 204));
    if is_empty && page.response.is_none() {
        return Response::Empty;
    }
    match path.segments.last() {
        Some(Segment::System(name)) if name == "$count" && method == Method::Get => return Response::Text,
        Some(Segment::System(name)) if name == "$value" && method == Method::Get => return Response::Stream,
        // Downloads are redirected to where the bytes are.
        _ if page.response.is_none() && page.success_statuses.first() == Some(&302) => return Response::Stream,
        _ => {}
    }
    match &page.response {
        Some(ResponseType { name, collection: false }) if words.primitive(name) == Some("Edm.Stream") => {
            Response::Stream
        }
        Some(ty) => Response::Typed(TypeRef { ty: value_type(&ty.name, words), collection: ty.collection }),
        None if page.success_statuses.is_empty() => Response::Unknown,
        None if page
            .examples
            .iter()
            .any(|example| matches!(example, crate::model::facts::Example::Response { has_body: true, .. })) =>
        {
            Response::Unknown
        }
        None => Response::Empty,
    }
}

/// Some functions name their arguments in a table only; the call needs them in the path.
fn with_documented_arguments(mut path: PathTemplate, page: &PageFacts) -> PathTemplate {
    let arguments: Vec<_> = page
        .parameters
        .iter()
        .filter(|parameter| parameter.location == Location::Function && path_template::is_name(&parameter.name))
        .map(|parameter| Argument { name: parameter.name.clone(), kind: argument_kind(&parameter.ty.name) })
        .collect();
    if let Some(Segment::Name(name)) = path.segments.last().filter(|_| !arguments.is_empty()) {
        let function = Segment::Function { name: name.clone(), arguments };
        path.segments.pop();
        path.segments.push(function);
    }
    path
}

fn argument_kind(ty: &str) -> ArgumentKind {
    let bare = ["int", "bool", "double", "single", "decimal", "date", "time", "duration", "guid", "byte"];
    let ty = ty.strip_prefix("Edm.").unwrap_or(ty).to_ascii_lowercase();
    if bare.iter().any(|start| ty.starts_with(start)) { ArgumentKind::Bare } else { ArgumentKind::Quoted }
}

/// Several pages may document one operation. The first by path owns it, whatever page is added later
/// behind it; the others are remembered.
fn choose(mut candidates: Vec<Operation>) -> Operation {
    candidates.sort_by(|left, right| left.page.cmp(&right.page).then(left.line.cmp(&right.line)));
    let mut candidates = candidates.into_iter();
    let Some(mut chosen) = candidates.next() else { unreachable!("an entry holds at least one operation") };
    for other in candidates {
        if other.page != chosen.page && !chosen.also_on.contains(&other.page) {
            chosen.also_on.push(other.page);
        }
    }
    chosen
}

/// Pages spell a segment in several cases; the majority wins.
#[derive(Debug, Default)]
struct Spelling {
    /// Spellings of a name, by the identity of the path up to it.
    counts: BTreeMap<String, BTreeMap<String, usize>>,
}

impl Spelling {
    fn count<'o>(operations: impl Iterator<Item = &'o Operation>) -> Self {
        let mut spelling = Self::default();
        for operation in operations {
            let mut prefix = String::new();
            for segment in &operation.path.segments {
                prefix.push_str(&segment.key());
                if let Some(name) = name_of(segment) {
                    *spelling.counts.entry(prefix.clone()).or_default().entry(name.to_owned()).or_default() += 1;
                }
            }
        }
        spelling
    }

    fn apply(&self, path: &mut PathTemplate) {
        let mut prefix = String::new();
        for segment in &mut path.segments {
            prefix.push_str(&segment.key());
            let best = self.counts.get(&prefix).and_then(|spellings| {
                spellings.iter().max_by(|(left, left_count), (right, right_count)| {
                    left_count.cmp(right_count).then(right.cmp(left))
                })
            });
            if let (Some((best, _)), Some(name)) = (best, name_of_mut(segment)) {
                name.clone_from(best);
            }
        }
    }
}

fn name_of(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Name(name)
        | Segment::Cast(name)
        | Segment::Key { label: name }
        | Segment::ItemPath { label: name }
        | Segment::Function { name, .. } => Some(name),
        _ => None,
    }
}

fn name_of_mut(segment: &mut Segment) -> Option<&mut String> {
    match segment {
        Segment::Name(name)
        | Segment::Cast(name)
        | Segment::Key { label: name }
        | Segment::ItemPath { label: name }
        | Segment::Function { name, .. } => Some(name),
        _ => None,
    }
}
