//! The operations of one API version: a template becomes an operation with a kind, a body and a response.

use std::collections::BTreeMap;

use super::exchanges::{self, Evidence, Exchange};
use super::findings::Findings;
use super::methods_tables::MethodsTables;
use super::owners::{self, Candidate};
use super::path_types::{PathType, PathTypes, Vote};
use super::permissions::Call;
use super::types::Scope;
use super::{bases, bodies, fixups, operation_kind, path_template, permissions, responses};
use crate::diag::{codes, quoted};
use crate::model::api::{
    Argument, ArgumentKind, Operation, OperationKind, Parameter, PathTemplate, Response, Segment, TypeDefinition,
};
use crate::model::facts::{self, Location, Method, PageFacts, PageKind, RequestTemplate};
use crate::model::figures::RowKind;
use crate::policy::Policy;
use crate::vocab::Words;

/// What linking an operation needs to know.
pub(super) struct Linking<'a, 'p> {
    pub(super) scope: &'a Scope<'a, 'p>,
    pub(super) types: &'a BTreeMap<String, TypeDefinition>,
    pub(super) methods: &'a MethodsTables<'p>,
    pub(super) paths: PathTypes<'a>,
}

/// A request template of a page, before it is known what the operation takes and returns.
pub(super) struct Draft<'p> {
    pub(super) page: &'p PageFacts,
    pub(super) request: RequestTemplate,
    pub(super) path: PathTemplate,
    pub(super) kind: OperationKind,
}

impl Linking<'_, '_> {
    /// What the path of a template leads to; an action or a function leads nowhere.
    pub(super) fn path_type(&self, draft: &Draft<'_>) -> Option<PathType> {
        if draft.kind.is_bound() { None } else { self.paths.of(&draft.path.segments) }
    }
}

impl Draft<'_> {
    /// As messages name it.
    pub(super) fn template(&self) -> String {
        quoted(&format!("{} {}", self.request.method.as_str(), self.path))
    }
}

/// The operations that pages document, sorted by path and method. The pages are sorted by path.
pub(super) fn link_operations(
    pages: &[&PageFacts],
    scope: &Scope<'_, '_>,
    types: &BTreeMap<String, TypeDefinition>,
    policy: &Policy,
    findings: &mut Findings,
) -> Vec<Operation> {
    let methods = MethodsTables::collect(pages);
    let api_pages = pages.iter().filter(|page| page.kind == PageKind::Api);
    let documented: Vec<(Vec<Draft<'_>>, Vec<Exchange<'_>>)> =
        api_pages.map(|page| (drafts(page, scope.words, policy, findings), exchanges::of_page(page))).collect();
    let all = || documented.iter().flat_map(|(drafts, _)| drafts);
    let votes = all().filter_map(|draft| vote(draft, scope, types, policy, &methods));
    let shown = documented.iter().flat_map(|(_, exchanges)| exchanges).filter_map(Exchange::path);
    let known = all().map(|draft| &draft.path).chain(shown);
    let paths = PathTypes::new(types, scope.index(), known, votes);
    let linking = Linking { scope, types, methods: &methods, paths };
    let mut found: BTreeMap<(String, Method), Vec<Candidate>> = BTreeMap::new();
    for (drafts, exchanges) in &documented {
        for candidate in candidates(drafts, exchanges, &linking, policy, findings) {
            let operation = &candidate.operation;
            found.entry((operation.path.key(), operation.method)).or_default().push(candidate);
        }
    }
    let spelling = Spelling::count(found.values().flatten().map(|candidate| &candidate.operation));
    let operations = found.into_values().map(|candidates| {
        let mut operation = owners::choose(candidates, &linking, policy, findings);
        spelling.apply(&mut operation.path);
        findings.figures.count_operation(scope.version, &operation);
        bodies::check_written(&operation, &linking, policy, findings);
        operation
    });
    operations.collect()
}

/// The templates of a page that are paths.
fn drafts<'p>(page: &'p PageFacts, words: Words<'_>, policy: &Policy, findings: &mut Findings) -> Vec<Draft<'p>> {
    let mut drafts = Vec::new();
    for request in fixed_requests(page, policy, findings) {
        match path_template::parse(&request.path) {
            Ok(path) => {
                let kind = operation_kind::classify(page, request.method, &path, words);
                drafts.push(Draft { page, request, path, kind });
            }
            Err(reason) => {
                let message = format!("{} is not a path: {reason}", quoted(&request.path));
                findings.report(&page.path, request.line, &codes::BAD_TEMPLATE, message);
            }
        }
    }
    drafts
}

/// What a page says that the path of a template leads to.
fn vote<'a>(
    draft: &'a Draft<'_>,
    scope: &'a Scope<'_, '_>,
    types: &'a BTreeMap<String, TypeDefinition>,
    policy: &Policy,
    methods: &MethodsTables<'_>,
) -> Option<Vote<'a>> {
    let is_about_path = draft.kind.is_write() || matches!(draft.kind, OperationKind::List | OperationKind::Get);
    if !is_about_path || path_template::shows_use(&draft.request.path) {
        return None;
    }
    let index = scope.index();
    let by_name = |name: &str, target: Option<&str>| {
        target.and_then(|stem| index.by_page(stem, name)).or_else(|| index.by_name(name, None))
    };
    let returned = draft.page.response.as_ref().and_then(|ty| by_name(&ty.name, ty.target.as_deref()));
    let taken = || match &draft.page.request_body {
        facts::RequestBody::Entity(ty) => by_name(&ty.name, ty.target.as_deref()),
        _ => None,
    };
    let listed = || {
        let rows = methods.of(&draft.page.path).iter();
        rows.filter_map(|row| index.by_page(row.resource.path.stem(), "")).next()
    };
    // Of several types that may be sent the path leads to what they have in common.
    let common = || match &draft.page.request_body {
        facts::RequestBody::OneOf(choice) => {
            let names = choice.iter().filter_map(|ty| by_name(&ty.name, ty.target.as_deref())).collect();
            bases::common_base(types, &names).filter(|base| !policy.is_universal_base(base))
        }
        _ => None,
    };
    let ty = common().or(returned).or_else(taken).or_else(listed)?;
    Some(Vote { path: &draft.path, stem: draft.page.path.stem(), ty })
}

/// The operations of one page.
fn candidates(
    drafts: &[Draft<'_>],
    exchanges: &[Exchange<'_>],
    linking: &Linking<'_, '_>,
    policy: &Policy,
    findings: &mut Findings,
) -> Vec<Candidate> {
    let Some(Draft { page, .. }) = drafts.first() else { return Vec::new() };
    let parameters = parameters(page, linking.scope, findings);
    let candidate = |draft: &Draft<'_>| {
        let evidence = exchanges::evidence(exchanges, draft, drafts);
        Candidate {
            operation: operation(draft, &evidence, &parameters, linking, policy, findings),
            is_use: path_template::shows_use(&draft.request.path),
            is_shown: evidence.is_own,
            templates: drafts.len(),
        }
    };
    drafts.iter().map(candidate).collect()
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
    for fixup in policy.request_fixups(page.path.as_str()) {
        let wanted = Method::split(&fixup.set);
        let found = Method::split(&fixup.expect).and_then(|(method, path)| {
            requests.iter().position(|request| request.method == method && request.path == path)
        });
        match (found, wanted) {
            (Some(at), Some((method, path))) => {
                requests[at] = RequestTemplate { method, path: path.to_owned(), ..requests[at] };
            }
            (Some(at), None) if fixup.set.is_empty() => drop(requests.remove(at)),
            (None, Some((method, path))) if fixup.expect.is_empty() => {
                requests.push(RequestTemplate { method, path: path.to_owned(), line: 1 })
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

fn operation(
    draft: &Draft<'_>,
    evidence: &Evidence<'_, '_>,
    parameters: &[(Location, Parameter)],
    linking: &Linking<'_, '_>,
    policy: &Policy,
    findings: &mut Findings,
) -> Operation {
    let Draft { page, request, path, kind } = draft;
    let located = |location| {
        let located = parameters.iter().filter(move |(of, _)| *of == location);
        located.map(|(_, parameter)| parameter.clone()).collect::<Vec<_>>()
    };
    let response = responses::response(draft, evidence, linking, findings);
    let response = fixups::response(page, request, response, linking, policy, findings);
    let kind = read_kind(*kind, path, &response);
    let path = path.clone();
    let path = if kind == OperationKind::Function { with_documented_arguments(path, page) } else { path };
    let listed = located(Location::Body);
    let (request_body, body_parameters) =
        bodies::request_body(draft, kind, listed, &response, linking, policy, findings);
    let response = bodies::response_of_choice(page, &request_body, response, linking);
    let call = Call { path: &path, kind, line: request.line };
    let permissions = permissions::permissions(page, &call, linking.scope.words, policy, findings);
    Operation {
        method: request.method,
        kind,
        page: page.path.clone(),
        line: request.line,
        also_on: Vec::new(),
        permissions,
        statuses: statuses(page, evidence),
        query_options: page.query_options.clone(),
        body_parameters,
        function_parameters: located(Location::Function),
        request_body,
        other_content: page.other_content.clone(),
        response,
        path,
    }
}

/// What is read is a list if it is a collection.
fn read_kind(kind: OperationKind, path: &PathTemplate, response: &Response) -> OperationKind {
    let is_named = matches!(path.segments.last(), Some(Segment::Name(_) | Segment::Cast(_)));
    match (kind, response.ty()) {
        (OperationKind::List | OperationKind::Get, Some(ty)) if is_named && ty.collection => OperationKind::List,
        (OperationKind::List, Some(_)) => OperationKind::Get,
        (kind, _) => kind,
    }
}

/// The statuses that the text names, and those of the examples.
fn statuses(page: &PageFacts, evidence: &Evidence<'_, '_>) -> Vec<u16> {
    let mut statuses = page.success_statuses.clone();
    for status in evidence.successes().filter_map(|shown| shown.status) {
        if !statuses.contains(&status) {
            statuses.push(status);
        }
    }
    statuses
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
