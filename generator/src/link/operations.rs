//! The operations of one API version. A template becomes an operation with a kind, a body and a response.

use std::collections::BTreeMap;

use super::bodies::BodySearch;
use super::exchanges::{self, Evidence, Exchange, Request};
use super::findings::Findings;
use super::from_examples::KnownPaths;
use super::methods_tables::MethodsTables;
use super::owners::{self, Candidate};
use super::path_types::{PathType, PathTypes, Vote};
use super::permissions::Call;
use super::resolver::{Resolver, TypedRow};
use super::{
    alternate_keys, bases, bodies, called_names, counts, entity_types, fixups, operation_kind, path_template,
    permissions, responses,
};
use crate::diag::{codes, quoted};
use crate::model::api::{
    Argument, ArgumentKind, Header, Operation, OperationKind, Origin, Parameter, PathTemplate, Response, Segment,
    TypeDefinition, TypeShape,
};
use crate::model::facts::{self, Deprecation, Location, Method, PageFacts, PageKind, RequestTemplate};
use crate::model::figures::RowKind;
use crate::policy::Policy;
use crate::vocab::Words;

/// No page of the docs has more.
const MAX_HEADERS: usize = 32;

/// Everything that linking an operation looks up.
pub(super) struct Linking<'a, 'p> {
    pub(super) resolver: &'a Resolver<'a, 'p>,
    pub(super) types: &'a BTreeMap<String, TypeDefinition>,
    pub(super) methods: &'a MethodsTables<'p>,
    pub(super) paths: PathTypes<'a>,
    pub(super) policy: &'a Policy,
}

/// A request template, before it is known what its operation takes and returns.
pub(super) struct Draft<'p> {
    pub(super) page: &'p PageFacts,
    pub(super) request: RequestTemplate,
    pub(super) path: PathTemplate,
    pub(super) kind: OperationKind,
    pub(super) origin: Origin,
}

impl Linking<'_, '_> {
    /// The type that the path of a template leads to; none for an action or function.
    pub(super) fn path_type(&self, draft: &Draft<'_>) -> Option<PathType> {
        if draft.kind.is_bound() { None } else { self.paths.of(&draft.path.segments) }
    }
}

impl Draft<'_> {
    /// The template as messages show it.
    pub(super) fn template(&self) -> String {
        quoted(&format!("{} {}", self.request.method.as_str(), self.path))
    }
}

/// The operations that pages document, sorted by path and method. The pages are sorted by path.
pub(super) fn link_operations(
    pages: &[&PageFacts],
    resolver: &Resolver<'_, '_>,
    types: &BTreeMap<String, TypeDefinition>,
    policy: &Policy,
    findings: &mut Findings,
) -> Vec<Operation> {
    let methods = MethodsTables::collect(pages);
    let api_pages = pages.iter().filter(|page| page.kind == PageKind::Api);
    let mut documented: Vec<Documented<'_>> =
        api_pages.map(|page| Documented::of(page, resolver.words, policy, findings)).collect();
    alternate_keys::settle(&mut documented, resolver.words);
    let all = || documented.iter().flat_map(|documented| &documented.drafts);
    let votes = all().filter_map(|draft| vote(draft, resolver, types, policy, &methods));
    let shown = documented.iter().flat_map(|documented| &documented.exchanges).filter_map(Exchange::path);
    let known = all().map(|draft| &draft.path).chain(shown);
    let paths = PathTypes::new(types, resolver.index(), known, votes);
    called_names::settle(&mut documented, &paths);
    let linking = Linking { resolver, types, methods: &methods, paths, policy };
    let shown_only = shown_only(&documented, &linking, findings);
    let mut found: BTreeMap<(String, Method), Vec<Candidate>> = BTreeMap::new();
    for (documented, shown_only) in documented.iter().zip(&shown_only) {
        for candidate in candidates(documented, shown_only, &linking, findings) {
            let operation = &candidate.operation;
            found.entry((operation.path.key(), operation.method)).or_default().push(candidate);
        }
    }
    let spelling = Spelling::count(found.values().flatten().map(|candidate| &candidate.operation));
    let mut operations: Vec<Operation> = Vec::with_capacity(found.len());
    for candidates in found.into_values() {
        let mut operation = owners::choose(candidates, &linking, findings);
        spelling.apply(&mut operation.path);
        findings.figures.count_operation(resolver.version, &operation);
        bodies::check_written(&operation, &linking, findings);
        operations.push(operation);
    }
    operations.extend(counts::missing(&operations, &linking));
    operations.sort_by_cached_key(|operation| (operation.path.key(), operation.method));
    operations
}

/// The requests that an API page documents: its templates and its examples.
pub(super) struct Documented<'p> {
    pub(super) page: &'p PageFacts,
    pub(super) drafts: Vec<Draft<'p>>,
    pub(super) exchanges: Vec<Exchange<'p>>,
}

impl<'p> Documented<'p> {
    fn of(page: &'p PageFacts, words: Words<'_>, policy: &Policy, findings: &mut Findings) -> Self {
        let exchanges = exchanges::of_page(page);
        Self { page, drafts: with_documented_arguments(drafts(page, words, policy, findings), &exchanges), exchanges }
    }
}

/// For each page, the operations that only its examples document.
fn shown_only<'p>(
    documented: &[Documented<'p>],
    linking: &Linking<'_, 'p>,
    findings: &mut Findings,
) -> Vec<Vec<Draft<'p>>> {
    let known = KnownPaths::of(documented.iter().flat_map(|documented| &documented.drafts));
    let of_page = |documented: &Documented<'p>| {
        let page = documented.page;
        let mut shown: Vec<Draft<'p>> = Vec::new();
        for exchange in &documented.exchanges {
            let Some(asked) = exchange.request() else { continue };
            let Request { method, path, line } = asked;
            let template = quoted(&format!("{} {path}", method.as_str()));
            match known.operation(asked, documented, linking) {
                None => {}
                Some(Err(doubt)) => {
                    let message = format!("no template has {template}, but an example shows it: {}", doubt.reason());
                    findings.report(&page.path, line, &codes::EXAMPLE_DOUBTED, message);
                }
                Some(Ok((request, path))) => {
                    let is_new = |draft: &Draft<'_>| draft.request.method != method || draft.path.key() != path.key();
                    if shown.iter().all(is_new) {
                        let message = format!("only an example documents {template}");
                        findings.report(&page.path, line, &codes::FROM_EXAMPLE, message);
                        let kind = operation_kind::classify(page, method, &path, linking.resolver.words);
                        shown.push(Draft { page, request, path, kind, origin: Origin::Example });
                    }
                }
            }
        }
        shown
    };
    documented.iter().map(of_page).collect()
}

/// The templates of a page that can be parsed.
fn drafts<'p>(page: &'p PageFacts, words: Words<'_>, policy: &Policy, findings: &mut Findings) -> Vec<Draft<'p>> {
    let mut drafts = Vec::new();
    for request in fixed_requests(page, policy, findings) {
        match path_template::parse(&request.path) {
            Ok(path) => {
                let kind = operation_kind::classify(page, request.method, &path, words);
                drafts.push(Draft { page, request, path, kind, origin: Origin::Template });
            }
            Err(reason) => {
                let message = format!("{} is not a path: {reason}", quoted(&request.path));
                findings.report(&page.path, request.line, &codes::BAD_TEMPLATE, message);
            }
        }
    }
    drafts
}

/// The type that the path of a template leads to, according to its page.
fn vote<'a>(
    draft: &'a Draft<'_>,
    resolver: &'a Resolver<'_, '_>,
    types: &'a BTreeMap<String, TypeDefinition>,
    policy: &Policy,
    methods: &MethodsTables<'_>,
) -> Option<Vote<'a>> {
    let is_about_path = draft.kind.is_write() || matches!(draft.kind, OperationKind::List | OperationKind::Get);
    if !is_about_path || path_template::shows_use(&draft.request.path) {
        return None;
    }
    let index = resolver.index();
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
    // If one of several types may be sent, the path leads to their common base.
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

/// The operations of a page: those of its templates, and those that only its examples show.
fn candidates(
    documented: &Documented<'_>,
    shown_only: &[Draft<'_>],
    linking: &Linking<'_, '_>,
    findings: &mut Findings,
) -> Vec<Candidate> {
    let Documented { page, drafts, exchanges } = documented;
    if drafts.is_empty() && shown_only.is_empty() {
        return Vec::new();
    }
    let parameters = parameters(page, linking.resolver, findings);
    let candidate = |draft: &Draft<'_>| {
        let evidence = exchanges::evidence(exchanges, draft, drafts);
        Candidate {
            operation: operation(draft, &evidence, &parameters, linking, findings),
            is_use: path_template::shows_use(&draft.request.path),
            is_shown: evidence.is_own,
            templates: drafts.len(),
        }
    };
    drafts.iter().chain(shown_only).map(candidate).collect()
}

/// The parameters of a page, resolved once for all its operations.
fn parameters(page: &PageFacts, resolver: &Resolver<'_, '_>, findings: &mut Findings) -> Vec<(Location, Parameter)> {
    let resolved = page.parameters.iter().map(|row| {
        let (line, name, ty) = (row.line, &row.name, &row.ty);
        let typed = TypedRow { page, line, name, ty, kind: RowKind::Parameter };
        let ty = resolver.resolve_row(&typed, findings);
        let parameter = Parameter {
            name: row.name.clone(),
            ty,
            required: row.required,
            values: row.values.clone(),
            default: row.default.clone(),
            deprecated: row.deprecated.clone(),
            proof: row.proof,
            line: row.line,
        };
        (row.location, parameter)
    });
    resolved.collect()
}

/// The templates of a page after the fixups. A fixup that does not apply is reported.
fn fixed_requests(page: &PageFacts, policy: &Policy, findings: &mut Findings) -> Vec<RequestTemplate> {
    let mut requests = page.requests.clone();
    for fixup in policy.request_fixups(page.path.as_str()) {
        let wanted = Method::split(&fixup.set);
        let found = Method::split(&fixup.expect).and_then(|(method, path)| {
            requests.iter().position(|request| request.method == method && request.path == path)
        });
        match (found, wanted) {
            (Some(at), Some((method, path))) => {
                requests[at] = RequestTemplate { method, path: path.to_owned(), ..requests[at].clone() };
            }
            (Some(at), None) if fixup.set.is_empty() => drop(requests.remove(at)),
            (None, Some((method, path))) if fixup.expect.is_empty() => {
                requests.push(RequestTemplate { method, path: path.to_owned(), last_documented: None, line: 1 })
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
    findings: &mut Findings,
) -> Operation {
    let Draft { page, request, path, kind, origin } = draft;
    let located = |location| {
        let located = parameters.iter().filter(move |(of, _)| *of == location);
        located.map(|(_, parameter)| parameter.clone()).collect::<Vec<_>>()
    };
    let response = responses::response(draft, evidence, linking, findings);
    let response = entity_types::response(draft, evidence, response, linking, findings);
    let response = fixups::response(draft, response, linking, findings);
    let kind = read_kind(*kind, path, &response);
    let search = BodySearch::of(draft, kind, &response, linking);
    let (request_body, body_parameters) = search.request_body(located(Location::Body), findings);
    let request_body = entity_types::request_body(draft, evidence, request_body, linking, findings);
    let response = bodies::response_of_choice(page, &request_body, response, linking);
    let function_parameters = located(Location::Function);
    let call = Call { method: request.method, path, kind, line: request.line };
    let permissions = permissions::permissions(page, &call, linking.resolver.words, linking.policy, findings);
    Operation {
        method: request.method,
        kind,
        page: page.path.clone(),
        line: request.line,
        origin: *origin,
        also_on: Vec::new(),
        permissions,
        statuses: page.success_statuses.clone(),
        query_options: page.query_options.clone(),
        headers: headers(page),
        body_parameters,
        path: with_enum_arguments(path.clone(), &function_parameters, linking),
        function_parameters,
        request_body,
        other_content: page.other_content.clone(),
        response,
        clouds: page.clouds.clone(),
        roles: page.roles.clone(),
        property_permissions: permissions::of_properties(page, linking.policy),
        deprecated: page
            .deprecated
            .clone()
            .or_else(|| linking.methods.deprecate(&page.path).then(Deprecation::default)),
        last_documented: request.last_documented.clone().or_else(|| page.last_documented.clone()),
    }
}

/// The headers that the caller sets, each once. A header is required if any row says so.
fn headers(page: &PageFacts) -> Vec<Header> {
    let mut headers: Vec<Header> = Vec::new();
    for header in page.headers.iter().filter(|header| header.is_of_caller()) {
        match headers.iter().position(|known| known.name.eq_ignore_ascii_case(&header.name)) {
            Some(at) => headers[at].required = headers[at].required.max(header.required),
            None if headers.len() < MAX_HEADERS => headers.push(header.clone()),
            None => {}
        }
    }
    headers
}

/// A read operation is a list if it returns a collection.
fn read_kind(kind: OperationKind, path: &PathTemplate, response: &Response) -> OperationKind {
    let is_named = matches!(path.segments.last(), Some(Segment::Name(_) | Segment::Cast(_)));
    match (kind, response.ty()) {
        (OperationKind::List | OperationKind::Get, Some(ty)) if is_named && ty.collection => OperationKind::List,
        (OperationKind::List, Some(_)) => OperationKind::Get,
        (kind, _) => kind,
    }
}

/// Some functions name their arguments only in a table, but the call needs them in the path. If another template
/// of the page or an example has none, they are optional.
fn with_documented_arguments<'p>(drafts: Vec<Draft<'p>>, exchanges: &[Exchange<'_>]) -> Vec<Draft<'p>> {
    if drafts.iter().any(|draft| !draft.path.last_arguments().is_empty()) {
        return drafts;
    }
    let mut forms = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let with_arguments = match draft.path.segments.as_slice() {
            [of @ .., Segment::Name(name)] if draft.kind == OperationKind::Function => documented_arguments(draft.page)
                .map(|arguments| {
                    let function = Segment::Function { name: name.clone(), arguments };
                    let segments = of.iter().cloned().chain([function]).collect();
                    let path = PathTemplate { segments, query: draft.path.query.clone() };
                    Draft { path, request: draft.request.clone(), ..draft }
                }),
            _ => None,
        };
        let is_shown_without = exchanges.iter().any(|exchange| exchange.asks_for(&draft));
        if with_arguments.is_none() || is_shown_without {
            forms.push(draft);
        }
        forms.extend(with_arguments);
    }
    forms
}

/// Enumeration members are written with the qualified name of their type (OData 4.01, part 2, section 5.1.1.14.1).
fn with_enum_arguments(mut path: PathTemplate, documented: &[Parameter], linking: &Linking<'_, '_>) -> PathTemplate {
    let Some(Segment::Function { arguments, .. }) = path.segments.last_mut() else { return path };
    for argument in arguments {
        let row = documented.iter().find(|row| row.name.eq_ignore_ascii_case(&argument.name));
        let named = row.filter(|row| !row.ty.collection).and_then(|row| row.ty.ty.name());
        let is_enum =
            |name: &&str| matches!(linking.types.get(*name), Some(ty) if matches!(ty.shape, TypeShape::Enum(_)));
        if let Some(name) = named.filter(is_enum) {
            argument.kind = ArgumentKind::of_enum(name);
        }
    }
    path
}

fn documented_arguments(page: &PageFacts) -> Option<Vec<Argument>> {
    let rows = page.parameters.iter();
    let rows = rows.filter(|row| row.location == Location::Function && path_template::is_name(&row.name));
    let argument =
        |row: &facts::Parameter| Argument { name: row.name.clone(), kind: operation_kind::argument_kind(&row.ty.name) };
    let arguments: Vec<_> = rows.map(argument).collect();
    (!arguments.is_empty()).then_some(arguments)
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
