//! Decides which page owns an operation that several pages document.
//!
//! The strongest evidence decides: see [`EVIDENCE`]. If there is no difference, the first page by path
//! owns the operation, and a diagnostic says so. The other pages are recorded as well.

use std::collections::BTreeSet;

use super::findings::Findings;
use super::operations::Linking;
use super::type_index::last_name;
use super::{bases, path_types};
use crate::diag::{codes, quoted};
use crate::model::api::{Operation, OperationKind, RequestBody, Response, Segment, TypeRef, ValueType};
use crate::source::PagePath;

/// An operation as one page documents it.
pub(super) struct Candidate {
    pub(super) operation: Operation,
    /// Whether the template has a system query option: it documents a use of the operation.
    pub(super) is_use: bool,
    /// Whether an example of the page requests exactly this operation.
    pub(super) is_shown: bool,
    /// The number of templates of the page.
    pub(super) templates: usize,
}

/// The evidence for a page, strongest first, as the reason in a diagnostic.
const EVIDENCE: [&str; 7] = [
    "its template has no system query option",
    "the methods table of the resource that the path leads to lists it",
    "its example requests this operation",
    "its template has no query string",
    "its response or body has the type that the path leads to",
    "it is named after the path and the method",
    "it has the fewest templates",
];

/// The strength of each kind of evidence, in the order of [`EVIDENCE`].
type Claim = [usize; EVIDENCE.len()];

/// The operation of the owner, with the common types of all pages.
pub(super) fn choose(mut candidates: Vec<Candidate>, linking: &Linking<'_, '_>, findings: &mut Findings) -> Operation {
    candidates.sort_by(|Candidate { operation: left, .. }, Candidate { operation: right, .. }| {
        left.page.cmp(&right.page).then(left.line.cmp(&right.line))
    });
    if let [_] = candidates.as_slice() {
        return candidates.remove(0).operation;
    }
    let bound = bound_kind(&candidates, linking);
    for candidate in &mut candidates {
        candidate.operation.kind = bound.unwrap_or(candidate.operation.kind);
    }
    let mut claimed: Vec<(Claim, Candidate)> =
        candidates.into_iter().map(|candidate| (claim(&candidate, linking), candidate)).collect();
    // The sort is stable: of equal pages, the first by path stays first.
    claimed.sort_by(|(left, _), (right, _)| right.cmp(left));
    report(&claimed, linking, findings);
    let mut operations = claimed.into_iter().map(|(_, candidate)| candidate);
    let Some(Candidate { operation: mut chosen, .. }) = operations.next() else {
        unreachable!("an operation is documented by a page");
    };
    let others: Vec<Candidate> = operations.collect();
    take_common_types(&mut chosen, &others, linking);
    let mut known: BTreeSet<PagePath> = chosen.also_on.iter().cloned().chain([chosen.page.clone()]).collect();
    let others = others.into_iter().map(|other| other.operation.page);
    chosen.also_on.extend(others.filter(|page| known.insert(page.clone())));
    chosen
}

/// If it is an action or a function on one page, it is on all, unless the path leads to a property.
fn bound_kind(candidates: &[Candidate], linking: &Linking<'_, '_>) -> Option<OperationKind> {
    let bound = candidates.iter().map(|candidate| candidate.operation.kind).find(|kind| kind.is_bound())?;
    let path = &candidates.first()?.operation.path;
    let is_property = linking.paths.of(&path.segments).is_some_and(|found| found.is_declared());
    (!is_property).then_some(bound)
}

/// Reports the pages, the winner and the reason.
fn report(claimed: &[(Claim, Candidate)], linking: &Linking<'_, '_>, findings: &mut Findings) {
    let (first, winner) = &claimed[0];
    let mut others = claimed.iter().skip(1).filter(|(_, other)| other.operation.page != winner.operation.page);
    let Some((second, _)) = others.next() else { return };
    let reason = first.iter().zip(second).position(|(first, second)| first > second);
    let pages: BTreeSet<&PagePath> = claimed.iter().map(|(_, candidate)| &candidate.operation.page).collect();
    let pages = pages.into_iter().filter(|page| **page != winner.operation.page);
    let pages = pages.map(|page| page.stem()).collect::<Vec<_>>().join(", ");
    let Operation { method, path, page, line, .. } = &winner.operation;
    let template = quoted(&format!("{} {path}", method.as_str()));
    match reason {
        Some(at) => {
            let message = format!("{template} is also documented by {pages}; this page owns it: {}", EVIDENCE[at]);
            findings.report(page, *line, &codes::SHARED_OPERATION, message);
        }
        None if claimed.iter().skip(1).all(|(claim, other)| claim < first || say_the_same(winner, other, linking)) => {
            let message = format!("{template} is also documented by {pages}; the pages say the same");
            findings.report(page, *line, &codes::SHARED_OPERATION, message);
        }
        None => {
            let message = format!("{template} is also documented by {pages}, and nothing decides between them");
            findings.report(page, *line, &codes::ALPHABET_DECIDES, message);
        }
    }
}

/// Whether it does not matter which of two pages owns an operation: different types are replaced by their
/// common base.
fn say_the_same(one: &Candidate, other: &Candidate, linking: &Linking<'_, '_>) -> bool {
    let (one, other) = (&one.operation, &other.operation);
    let have_common = |one: Option<&TypeRef>, other: Option<&TypeRef>| match (one, other) {
        (Some(one), Some(other)) => match (one.ty.name(), other.ty.name()) {
            (Some(one), Some(other)) => bases::common_base(linking.types, &BTreeSet::from([one, other])).is_some(),
            _ => one == other,
        },
        _ => one.is_none() && other.is_none(),
    };
    have_common(one.response.ty(), other.response.ty())
        && have_common(one.request_body.ty(), other.request_body.ty())
        && one.permissions == other.permissions
        && one.statuses == other.statuses
        && one.query_options == other.query_options
        && one.response.ty().map(|ty| ty.collection) == other.response.ty().map(|ty| ty.collection)
}

fn claim(candidate: &Candidate, linking: &Linking<'_, '_>) -> Claim {
    let operation = &candidate.operation;
    let of_path = resource_segments(operation);
    let ty = linking.paths.of(of_path).and_then(|found| found.ty.ty.name().map(str::to_owned));
    let ty = ty.as_deref();
    let owner = of_path.len().checked_sub(1).and_then(|end| linking.paths.of(&of_path[..end]));
    let owner = owner.as_ref().and_then(|owner| owner.ty.ty.name());
    let listed = ty.into_iter().chain(owner).map(|ty| listed_by(&operation.page, ty, linking)).max();
    [
        usize::from(!candidate.is_use),
        listed.unwrap_or(0),
        usize::from(candidate.is_shown),
        usize::from(operation.path.query.is_empty()),
        ty.map_or(1, |ty| is_about(operation, ty, linking)),
        family(operation, ty, owner, linking),
        usize::MAX - candidate.templates,
    ]
}

/// The path without `$ref` and without the action or function at its end.
fn resource_segments(operation: &Operation) -> &[Segment] {
    let segments = operation.path.segments.as_slice();
    match segments {
        [rest @ .., Segment::System(_)] => rest,
        [rest @ .., _] if operation.kind.is_bound() => rest,
        all => all,
    }
}

/// Whether the operation is listed by the page that owns a type (2), or by another page that describes the
/// type (1).
fn listed_by(page: &PagePath, ty: &str, linking: &Linking<'_, '_>) -> usize {
    let Some(definition) = linking.types.get(ty) else { return 0 };
    let of_row = |resource: &PagePath| match () {
        () if *resource == definition.page => 2,
        () if definition.also_on.contains(resource) => 1,
        () => 0,
    };
    linking.methods.of(page).iter().map(|row| of_row(&row.resource.path)).max().unwrap_or(0)
}

/// Whether an operation takes or returns the type that its path leads to (2), or a derived or base type
/// (1). An operation without types might.
fn is_about(operation: &Operation, ty: &str, linking: &Linking<'_, '_>) -> usize {
    let named = [operation.response.ty(), operation.request_body.ty()];
    let named: Vec<&str> = named.into_iter().flatten().filter_map(|ty| ty.ty.name()).collect();
    let fits = |name: &&str| match () {
        () if **name == *ty => 2,
        () if bases::are_related(linking.types, name, ty) => 1,
        () => 0,
    };
    if named.is_empty() { 1 } else { named.iter().map(fits).max().unwrap_or(0) }
}

/// The first word in the names of Intune pages.
const INTUNE: &str = "intune";

/// Page names state the subject and the action: `message-get`, `user-list-messages`. Intune pages belong
/// to paths whose types Intune describes.
fn family(operation: &Operation, ty: Option<&str>, owner: Option<&str>, linking: &Linking<'_, '_>) -> usize {
    let stem = operation.page.stem().to_ascii_lowercase();
    let words: Vec<&str> = stem.split('-').collect();
    let is_of_intune = |stem: &str| stem.split('-').next() == Some(INTUNE);
    let wants_intune = ty
        .or(owner)
        .and_then(|ty| linking.types.get(ty))
        .is_some_and(|definition| is_of_intune(definition.page.stem()));
    let is_of_area = is_of_intune(&stem) == wants_intune;
    let starts_with = |ty: &str| {
        let name = ty.to_ascii_lowercase().replace('.', "-");
        stem.strip_prefix(&name).is_some_and(|rest| rest.starts_with('-'))
            || words.iter().take(2).any(|word| *word == last_name(&ty.to_ascii_lowercase()))
    };
    let last = operation.path.segments.iter().rev().find_map(|segment| match segment {
        Segment::Name(name) | Segment::Function { name, .. } => Some(last_name(name).to_ascii_lowercase()),
        _ => None,
    });
    let names_path = |word: &str| last.as_deref().is_some_and(|last| word == last || path_types::is_plural(last, word));
    let is_of_type = ty.is_some_and(starts_with);
    let is_of_owner = owner.is_some_and(starts_with) && words.iter().skip(1).any(|word| names_path(word));
    let does = verbs(operation.kind).iter().any(|verb| words.contains(verb))
        || operation.kind.is_bound() && words.last().is_some_and(|word| names_path(word));
    // `driveitem-get-content` against `driveitem-get-content-format`.
    let is_short = words.len() <= 3;
    8 * usize::from(is_of_area)
        + 4 * usize::from(is_of_type || is_of_owner)
        + 2 * usize::from(does)
        + usize::from(is_short)
}

/// The words for kinds of operations in page names.
fn verbs(kind: OperationKind) -> &'static [&'static str] {
    match kind {
        OperationKind::List => &["list"],
        OperationKind::Get => &["get"],
        OperationKind::Create => &["post", "create"],
        OperationKind::Update => &["update"],
        OperationKind::Replace => &["put", "update", "replace"],
        OperationKind::Delete => &["delete"],
        OperationKind::Action | OperationKind::Function => &[],
    }
}

/// If pages describe one operation for different types, as the Intune pages do, it works on the nearest
/// common base. Types unrelated to those of the owner are ignored.
fn take_common_types(chosen: &mut Operation, others: &[Candidate], linking: &Linking<'_, '_>) {
    let common = |own: Option<&TypeRef>, of: &dyn Fn(&Operation) -> Option<&TypeRef>| {
        let own = own?.ty.name()?;
        let base_with = |names: &BTreeSet<&str>| {
            bases::common_base(linking.types, names)
                .filter(|base| !linking.policy.is_universal_base(base))
                .map(str::to_owned)
        };
        let operations = others.iter().filter(|other| !other.is_use).map(|other| &other.operation);
        let related = operations
            .filter_map(|other| of(other)?.ty.name())
            .filter(|name| base_with(&BTreeSet::from([own, *name])).is_some());
        let names: BTreeSet<&str> = related.chain([own]).collect();
        base_with(&names).filter(|base| base != own)
    };
    let returned = common(chosen.response.ty(), &|other| other.response.ty());
    let taken = common(chosen.request_body.ty(), &|other| other.request_body.ty());
    if let (Some(base), Response::Typed(ty) | Response::Optional(ty)) = (returned, &mut chosen.response) {
        ty.ty = ValueType::Named(base);
    }
    if let (Some(base), RequestBody::Entity(ty)) = (taken, &mut chosen.request_body) {
        ty.ty = ValueType::Named(base);
    }
}
