//! Operations that only an example documents: `/me/memberOf/$count` on the page of `/me/memberOf`.
//!
//! An example is trusted if the rest of the docs confirm it: it continues a documented path, and either ends like
//! a template of its page on a path that leads to the same type, or counts or casts a documented collection.
//! Others are reported, because their URLs may be mistyped.

use std::collections::BTreeMap;

use super::exchanges::{Request, is_value_of};
use super::operations::{Documented, Draft, Linking};
use super::path_types::PathType;
use super::{bases, operation_kind};
use crate::model::api::{Argument, ArgumentKind, OperationKind, PathTemplate, Segment};
use crate::model::facts::{Location, Method, PageFacts, RequestTemplate};

/// The documented paths as a tree of segments.
#[derive(Debug, Default)]
pub(super) struct KnownPaths {
    nodes: Vec<Node>,
    /// How arguments are written, by the lowercase names of the function and the argument.
    arguments: BTreeMap<(String, String), ArgumentKind>,
}

#[derive(Debug, Default)]
struct Node {
    /// By the identity of the segment; with its first documented form.
    steps: BTreeMap<String, (Segment, usize)>,
    methods: Vec<Method>,
}

/// Why an example is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// With `/$ref` it would remove a reference; without it, it removes the entity itself.
    ForgetsReference,
    /// No template of the page with the same method ends like it.
    EndsDifferently,
    /// Where it branches off, it leads to another type than the template, or to an unknown one.
    LeadsElsewhere,
    /// It counts or casts something that is not a documented collection.
    NoCollection,
}

impl Doubt {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::ForgetsReference => "a template of the page removes a reference, and the example forgets `/$ref`",
            Self::EndsDifferently => "no template of the page with this method ends like it",
            Self::LeadsElsewhere => {
                "the path that it branches off from is not known to lead to the type of the template"
            }
            Self::NoCollection => "what it counts or casts is not known to be a collection",
        }
    }
}

impl KnownPaths {
    pub(super) fn of<'d>(drafts: impl Iterator<Item = &'d Draft<'d>>) -> Self {
        let mut known = Self { nodes: vec![Node::default()], arguments: BTreeMap::new() };
        for draft in drafts {
            let mut at = 0;
            for segment in &draft.path.segments {
                let next = known.nodes.len();
                if let (Segment::Function { arguments, .. }, Some(name)) = (segment, called(segment)) {
                    for argument in arguments {
                        let key = (name.clone(), argument.name.to_ascii_lowercase());
                        known.arguments.entry(key).or_insert_with(|| argument.kind.clone());
                    }
                }
                let steps = &mut known.nodes[at].steps;
                at = steps.entry(segment.key()).or_insert_with(|| (segment.clone(), next)).1;
                if at == next {
                    known.nodes.push(Node::default());
                }
            }
            known.nodes[at].methods.push(draft.request.method);
        }
        known
    }

    /// The longest documented beginning of an example path, in documented form, and the node where it ends. Names
    /// take precedence over keys.
    fn beginning(&self, shown: &[Segment]) -> (Vec<Segment>, usize) {
        let (mut found, mut at) = (Vec::new(), 0);
        for segment in shown {
            let steps = &self.nodes[at].steps;
            let may_be_key = matches!(segment, Segment::Name(_) | Segment::Key { .. });
            let step = steps.get(&segment.key()).or_else(|| steps.get("/{}").filter(|_| may_be_key));
            let Some((step, next)) = step else { break };
            found.push(step.clone());
            at = *next;
        }
        (found, at)
    }

    /// Whether a template has this operation.
    fn has(&self, method: Method, path: &[Segment]) -> bool {
        let (found, at) = self.beginning(path);
        found.len() == path.len() && self.nodes[at].methods.contains(&method)
    }

    /// The operation that an example requests, if no template has it, or the reason to doubt it.
    pub(super) fn operation(
        &self,
        asked: Request<'_>,
        page: &Documented<'_>,
        linking: &Linking<'_, '_>,
    ) -> Option<Result<(RequestTemplate, PathTemplate), Doubt>> {
        let Request { method, path: shown, line } = asked;
        if self.has(method, &shown.segments) || is_shown_for(shown, method, &page.drafts) {
            return None;
        }
        let grounded = self.grounded(method, &shown.segments, page, linking);
        Some(grounded.map(|segments| {
            let path = PathTemplate { segments, query: shown.query.clone() };
            (RequestTemplate { method, path: path.to_string(), last_documented: None, line }, path)
        }))
    }

    fn grounded(
        &self,
        method: Method,
        shown: &[Segment],
        page: &Documented<'_>,
        linking: &Linking<'_, '_>,
    ) -> Result<Vec<Segment>, Doubt> {
        match shown {
            [of @ .., last] if method == Method::Get && is_count_or_cast(last, linking) => {
                let mut collection = match self.has(method, of) {
                    true => self.beginning(of).0,
                    false => self.grounded(method, of, page, linking)?,
                };
                let leads_to = linking.paths.of(&collection);
                if !leads_to.is_some_and(|path| path.ty.collection) && !is_listed(&collection, &page.drafts) {
                    return Err(Doubt::NoCollection);
                }
                collection.push(last.clone());
                Ok(collection)
            }
            _ => self.ends_like_template(method, shown, page, linking),
        }
    }

    fn ends_like_template(
        &self,
        method: Method,
        shown: &[Segment],
        page: &Documented<'_>,
        linking: &Linking<'_, '_>,
    ) -> Result<Vec<Segment>, Doubt> {
        let leads_to = |path: &[Segment]| linking.paths.of(path);
        let (known, _) = self.beginning(shown);
        let is_whole_known = known.len() == shown.len();
        // Where templates end, properties of documented types continue the path.
        let whole: Vec<_> = known.iter().chain(&shown[known.len()..]).cloned().collect();
        let of_whole = leads_to(&whole).filter(|path| is_whole_known || path.is_declared());
        let mut doubt = Doubt::EndsDifferently;
        for draft in page.drafts.iter().filter(|draft| draft.request.method == method) {
            let template = draft.path.segments.as_slice();
            if method == Method::Delete && forgets_reference(shown, template) {
                return Err(Doubt::ForgetsReference);
            }
            if are_alike(of_whole.as_ref(), leads_to(template).as_ref(), linking) {
                return Ok(whole);
            }
            let is_above = |of: &[Segment]| alike_at_end(shown, of) == shown.len();
            let is_below = matches!(template, [of @ .., Segment::Key { .. }] if is_above(of));
            if is_whole_known && method == Method::Post && is_below {
                return Ok(known);
            }
            if let Some(path) = with_forgotten_key(shown, draft, linking) {
                return Ok(path);
            }
            let alike = fitting_at_end(shown, &known, template);
            for len in shown.len().saturating_sub(known.len()).max(1)..=alike {
                doubt = Doubt::LeadsElsewhere;
                let (head, tail) = template.split_at(template.len() - len);
                let branches_off = &known[..shown.len() - len];
                let path = || branches_off.iter().chain(tail).cloned().collect::<Vec<_>>();
                let is_property = || leads_to(&path()).is_some_and(|path| path.is_declared());
                // `/lamps/{id}/rooms` may be all that is known of the path.
                if branches_off == head
                    || is_property()
                    || are_alike(leads_to(branches_off).as_ref(), leads_to(head).as_ref(), linking)
                {
                    return Ok(self.with_arguments(path(), shown, page.page));
                }
            }
        }
        Err(doubt)
    }
}

/// Whether a template of the page may be what an example requests. Long names in URLs are read as keys.
fn is_shown_for(shown: &PathTemplate, method: Method, drafts: &[Draft<'_>]) -> bool {
    let asks_for = |draft: &Draft<'_>| {
        let template = &draft.path.segments;
        draft.request.method == method
            && shown.segments.len() == template.len()
            && shown.segments.iter().zip(template).all(|(shown, segment)| {
                is_value_of(shown, segment) || matches!((shown, segment), (Segment::Key { .. }, Segment::Name(_)))
            })
    };
    drafts.iter().any(asks_for)
}

/// Whether the page lists the collection that a path leads to, with or without a cast.
fn is_listed(collection: &[Segment], drafts: &[Draft<'_>]) -> bool {
    let of = match collection {
        [of @ .., Segment::Cast(_)] => of,
        all => all,
    };
    let is_same = |draft: &Draft<'_>| of.iter().map(Segment::key).eq(draft.path.segments.iter().map(Segment::key));
    drafts.iter().any(|draft| draft.kind == OperationKind::List && is_same(draft))
}

fn is_count_or_cast(segment: &Segment, linking: &Linking<'_, '_>) -> bool {
    match segment {
        Segment::System(name) => name == "$count",
        Segment::Cast(name) => linking.resolver.index().by_name(name, None).is_some(),
        _ => false,
    }
}

/// `DELETE /classes/{id}/members/{id}` for `DELETE /classes/{id}/members/{id}/$ref`.
fn forgets_reference(shown: &[Segment], template: &[Segment]) -> bool {
    let [of @ .., Segment::System(name)] = template else { return false };
    name == "$ref" && shown.len() == of.len() && alike_at_end(shown, of) == of.len()
}

/// `PATCH /lamps` for `PATCH /lamps/{id}`: the template lacks the key of the item, but the example has it.
fn with_forgotten_key(shown: &[Segment], draft: &Draft<'_>, linking: &Linking<'_, '_>) -> Option<Vec<Segment>> {
    let template = draft.path.segments.as_slice();
    let [of @ .., Segment::Key { .. } | Segment::Name(_)] = shown else { return None };
    let is_about_one = matches!(draft.kind, OperationKind::Get | OperationKind::Update | OperationKind::Delete);
    let is_forgotten = is_about_one
        && of.len() == template.len()
        && alike_at_end(of, template) == of.len()
        && linking.paths.of(template).is_some_and(|path| path.ty.collection);
    let key = Segment::Key { label: "id".to_owned() };
    is_forgotten.then(|| template.iter().cloned().chain([key]).collect())
}

/// The number of segments at the end that are alike. The last one may be a function with other
/// arguments.
fn alike_at_end(shown: &[Segment], template: &[Segment]) -> usize {
    let mut pairs = shown.iter().rev().zip(template.iter().rev()).enumerate();
    let differs = pairs.find(|(at, (shown, segment))| {
        let is_same_call = *at == 0 && called(shown).is_some_and(|name| called(segment) == Some(name));
        !is_same_call && !is_value_of(shown, segment)
    });
    differs.map_or(shown.len().min(template.len()), |(at, _)| at)
}

/// The number of segments at the end that are alike, if a documented name is not a key.
fn fitting_at_end(shown: &[Segment], known: &[Segment], template: &[Segment]) -> usize {
    let alike = alike_at_end(shown, template);
    let is_named = |at: usize| known.get(shown.len() - at).is_some_and(|step| !matches!(step, Segment::Key { .. }));
    let is_key = |at: usize| matches!(template[template.len() - at], Segment::Key { .. });
    (1..=alike).find(|at| is_key(*at) && is_named(*at)).map_or(alike, |at| at - 1)
}

fn called(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Name(name) | Segment::Cast(name) | Segment::Function { name, .. } => {
            Some(super::type_index::last_name(name).to_ascii_lowercase())
        }
        _ => None,
    }
}

fn are_alike(one: Option<&PathType>, other: Option<&PathType>, linking: &Linking<'_, '_>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return false };
    let related = match (one.ty.ty.name(), other.ty.ty.name()) {
        (Some(one), Some(other)) => bases::are_related(linking.types, one, other),
        _ => one.ty.ty == other.ty.ty,
    };
    related && one.ty.collection == other.ty.collection
}

impl KnownPaths {
    /// Adds the arguments of the example to the function at the end, written as documented.
    fn with_arguments(&self, mut segments: Vec<Segment>, shown: &[Segment], page: &PageFacts) -> Vec<Segment> {
        let arguments = match shown.last() {
            Some(Segment::Function { arguments, .. }) => arguments.as_slice(),
            _ => &[],
        };
        let name = match segments.last() {
            Some(Segment::Function { name, arguments: documented }) if documented.len() != arguments.len() => name,
            Some(Segment::Name(name)) if !arguments.is_empty() => name,
            _ => return segments,
        };
        let last = match arguments {
            [] => Segment::Name(name.clone()),
            _ => Segment::Function { name: name.clone(), arguments: self.written(name, arguments, page) },
        };
        segments.pop();
        segments.push(last);
        segments
    }

    /// Sample values are not kept: an argument is a string unless this or another page says otherwise.
    fn written(&self, function: &str, shown: &[Argument], page: &PageFacts) -> Vec<Argument> {
        let function = super::type_index::last_name(function).to_ascii_lowercase();
        let kind = |name: &str| {
            let mut rows = page.parameters.iter().filter(|row| row.location == Location::Function);
            match rows.find(|row| row.name.eq_ignore_ascii_case(name)) {
                Some(row) => operation_kind::argument_kind(&row.ty.name),
                None => {
                    let known = self.arguments.get(&(function.clone(), name.to_ascii_lowercase()));
                    known.cloned().unwrap_or(ArgumentKind::Quoted)
                }
            }
        };
        shown.iter().map(|argument| Argument { name: argument.name.clone(), kind: kind(&argument.name) }).collect()
    }
}
