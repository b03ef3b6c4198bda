//! The operations of one API version: a template becomes an operation with a kind, a body and a response.

use std::collections::{BTreeMap, BTreeSet};

use super::findings::Findings;
use super::permissions::Call;
use super::responses::Carriers;
use super::types::Scope;
use super::{bases, bodies, operation_kind, path_template, permissions, responses};
use crate::diag::{codes, quoted};
use crate::model::api::{
    Argument, ArgumentKind, Operation, OperationKind, Parameter, PathTemplate, RequestBody, Response, Segment,
    TypeDefinition, TypeRef, ValueType,
};
use crate::model::facts::{Location, Method, PageFacts, PageKind, RequestTemplate};
use crate::model::figures::RowKind;
use crate::policy::Policy;

/// What linking an operation needs to know.
pub(super) struct Linking<'a, 'p> {
    pub(super) scope: &'a Scope<'a, 'p>,
    pub(super) types: &'a BTreeMap<String, TypeDefinition>,
    pub(super) carriers: Carriers<'p>,
}

/// The operations that pages document, sorted by path and method. The pages are sorted by path.
pub(super) fn link_operations(
    pages: &[&PageFacts],
    linking: &Linking<'_, '_>,
    policy: &Policy,
    findings: &mut Findings,
) -> Vec<Operation> {
    let mut found: BTreeMap<(String, Method), Vec<Operation>> = BTreeMap::new();
    for page in pages.iter().filter(|page| page.kind == PageKind::Api) {
        let parameters = parameters(page, linking.scope, findings);
        for request in &fixed_requests(page, policy, findings) {
            match path_template::parse(&request.path) {
                Ok(path) => {
                    let operation = operation(page, request, path, &parameters, linking, policy, findings);
                    found.entry((operation.path.key(), request.method)).or_default().push(operation);
                }
                Err(reason) => {
                    let message = format!("{} is not a path: {reason}", quoted(&request.path));
                    findings.report(&page.path, request.line, &codes::BAD_TEMPLATE, message);
                }
            }
        }
    }
    let spelling = Spelling::count(found.values().flatten());
    let operations = found.into_values().map(|candidates| {
        let mut operation = choose(candidates, linking, policy);
        spelling.apply(&mut operation.path);
        findings.figures.count_operation(linking.scope.version, &operation);
        bodies::check_written(&operation, linking, findings);
        operation
    });
    operations.collect()
}

/// The parameters of a page, resolved once for all its operations.
fn parameters(page: &PageFacts, scope: &Scope<'_, '_>, findings: &mut Findings) -> Vec<(Location, Parameter)> {
    let resolved = page.parameters.iter().map(|row| {
        let ty = scope.resolve_row(page, row.line, &row.name, &row.ty, RowKind::Parameter, findings);
        let parameter = Parameter {
            name: row.name.clone(),
            ty,
            required: row.required,
            values: row.values.clone(),
            default: row.default.clone(),
            line: row.line,
        };
        (row.location, parameter)
    });
    resolved.collect()
}

/// The templates of a page after its fixups. A fixup that does not apply is reported.
fn fixed_requests(page: &PageFacts, policy: &Policy, findings: &mut Findings) -> Vec<RequestTemplate> {
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
                let message =
                    format!("the fixup of {} into {} does not apply", quoted(&fixup.expect), quoted(&fixup.set));
                findings.report(&page.path, 1, &codes::STALE_FIXUP, message);
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

fn operation(
    page: &PageFacts,
    request: &RequestTemplate,
    path: PathTemplate,
    parameters: &[(Location, Parameter)],
    linking: &Linking<'_, '_>,
    policy: &Policy,
    findings: &mut Findings,
) -> Operation {
    let kind = operation_kind::classify(page, request.method, &path, linking.scope.words);
    let located = |location| {
        let located = parameters.iter().filter(move |(of, _)| *of == location);
        located.map(|(_, parameter)| parameter.clone()).collect::<Vec<_>>()
    };
    let path = if kind == OperationKind::Function { with_documented_arguments(path, page) } else { path };
    let response = responses::response(page, request, &path, linking, findings);
    let body_parameters = located(Location::Body);
    let request_body = bodies::request_body(page, request, kind, &body_parameters, &response, linking, findings);
    let call = Call { path: &path, kind, line: request.line };
    let permissions = permissions::permissions(page, &call, linking.scope.words, policy, findings);
    Operation {
        method: request.method,
        kind,
        page: page.path.clone(),
        line: request.line,
        also_on: Vec::new(),
        permissions,
        statuses: page.success_statuses.clone(),
        query_options: page.query_options.clone(),
        body_parameters,
        function_parameters: located(Location::Function),
        request_body,
        response,
        path,
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

/// Several pages may document one operation. Where each describes it for another type, as the Intune pages
/// do, it works on what these have in common, and a page about that owns it. Else the first by path does,
/// whatever page is added later behind it; the others are remembered.
fn choose(mut candidates: Vec<Operation>, linking: &Linking<'_, '_>, policy: &Policy) -> Operation {
    candidates.sort_by(|left, right| left.page.cmp(&right.page).then(left.line.cmp(&right.line)));
    let common = |ty: &dyn Fn(&Operation) -> Option<&TypeRef>| {
        let names = candidates.iter().filter_map(|operation| ty(operation)?.ty.name()).collect::<BTreeSet<_>>();
        let base = bases::common_base(linking.types, &names)?;
        (names.len() > 1 && !policy.is_universal_base(base)).then(|| base.to_owned())
    };
    let returned_base = common(&|operation| operation.response.ty());
    let taken_base = common(&|operation| operation.request_body.ty());
    let is_about_base = |found: &Operation| {
        let mut types = [(found.response.ty(), &returned_base), (found.request_body.ty(), &taken_base)].into_iter();
        types.any(|(ty, base)| base.is_some() && ty.and_then(|ty| ty.ty.name()) == base.as_deref())
    };
    let owner = candidates.iter().position(is_about_base).unwrap_or(0);
    let mut chosen = candidates.remove(owner);
    if let (Some(base), Response::Typed(ty)) = (returned_base, &mut chosen.response) {
        ty.ty = ValueType::Named(base);
    }
    if let (Some(base), RequestBody::Entity(ty)) = (taken_base, &mut chosen.request_body) {
        ty.ty = ValueType::Named(base);
    }
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
