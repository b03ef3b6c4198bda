//! The response of an operation.
//!
//! The response of a template comes from the examples that request it, and from the text of its page. If
//! carriers disagree, the type that the path leads to decides, and a diagnostic names the carrier that is
//! used.

use super::exchanges::Evidence;
use super::findings::Findings;
use super::operations::{Draft, Linking};
use super::path_types::{KnownBy, PathType};
use super::type_descriptions::page_namespace;
use super::{bases, path_template};
use crate::diag::{codes, quoted};
use crate::model::api::{OperationKind, Primitive, Response, Segment, TypeRef, ValueType};
use crate::model::facts::{Method, ResponseType, ShownBody, TypeExpression};

pub(super) fn response(
    draft: &Draft<'_>,
    evidence: &Evidence<'_, '_>,
    linking: &Linking<'_, '_>,
    findings: &mut Findings,
) -> Response {
    let page = draft.page;
    let is_get = draft.request.method == Method::Get;
    match draft.path.segments.last() {
        Some(Segment::System(name)) if name == "$count" && is_get => return Response::Count,
        Some(Segment::System(name)) if name == "$value" && is_get => return Response::Stream,
        Some(Segment::System(name)) if name == "$ref" && !is_get && page.response.is_none() => return Response::Empty,
        // Downloads are redirected to the location of the bytes.
        _ if page.response.is_none()
            && page.success_statuses.first() == Some(&302)
            && !evidence.successes().any(|shown| shown.body.is_json()) =>
        {
            return Response::Stream;
        }
        _ => {}
    }
    let presence = presence(draft, evidence);
    if presence == Presence::None {
        return Response::Empty;
    }
    let named = Named::of(draft, evidence, linking);
    match choose_type(draft, evidence, &named, linking, findings) {
        Some(ValueType::Primitive(Primitive::Stream)) => Response::Stream,
        Some(ty) => {
            // Some annotations call `true` and `false` strings.
            let is_text = ty == ValueType::Primitive(Primitive::String);
            let ty = if is_text && shows_boolean(evidence) { ValueType::Primitive(Primitive::Boolean) } else { ty };
            let collection = is_collection(draft, evidence, &named, &ty, linking);
            of_presence(presence, TypeRef { ty, collection })
        }
        None => match without_type(draft, evidence, &named, linking, findings) {
            Response::Typed(ty) => of_presence(presence, ty),
            other => other,
        },
    }
}

fn of_presence(presence: Presence, ty: TypeRef) -> Response {
    if presence == Presence::Sometimes { Response::Optional(ty) } else { Response::Typed(ty) }
}

/// Whether a successful response has a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    None,
    Always,
    /// The page names both, or its text and its examples disagree.
    Sometimes,
    Unstated,
}

fn presence(draft: &Draft<'_>, evidence: &Evidence<'_, '_>) -> Presence {
    let statuses = &draft.page.success_statuses;
    let has_no_body = |status: u16| matches!(status, 202 | 204);
    let says_empty = statuses.iter().any(|status| has_no_body(*status));
    let says_full = statuses.iter().any(|status| !has_no_body(*status));
    let names_type = draft.page.response.is_some();
    let (full, empty): (Vec<_>, Vec<_>) = evidence.successes().partition(|shown| !shown.body.is_empty());
    let is_said = says_empty || says_full;
    if draft.request.method == Method::Get {
        return match (names_type || !full.is_empty(), evidence.is_of_others) {
            (true, _) => Presence::Always,
            (false, false) if is_said => Presence::None,
            (false, true) if says_empty && !says_full => Presence::None,
            (false, _) => Presence::Unstated,
        };
    }
    // OData 4.01, part 1, section 11.4.6: the response to a change of a reference is empty, whatever the page
    // says.
    if names_type && matches!(draft.path.segments.last(), Some(Segment::System(name)) if name == "$ref") {
        return Presence::Sometimes;
    }
    match (names_type, full.is_empty(), empty.is_empty()) {
        (false, true, true) if !is_said => Presence::Unstated,
        (false, true, _) => Presence::None,
        // "204" or "202" with the type that a later request returns.
        (true, true, false) if !says_full => Presence::None,
        (true, true, false) => Presence::Sometimes,
        (true, true, true) | (_, false, true) if says_empty => Presence::Sometimes,
        (_, false, false) if empty.iter().any(|shown| shown.status.is_some_and(has_no_body)) => Presence::Sometimes,
        _ => Presence::Always,
    }
}

/// The types that the carriers name for a response.
struct Named<'p> {
    /// The type that the path leads to.
    path: Option<PathType>,
    prose: Option<Resolved<'p>>,
    shown: Option<Resolved<'p>>,
    listed: Option<Resolved<'p>>,
}

/// A documented type with its resolution.
struct Resolved<'p> {
    stated: &'p str,
    target: Option<&'p str>,
    ty: TypeRef,
}

impl<'p> Named<'p> {
    fn of(draft: &Draft<'p>, evidence: &Evidence<'_, 'p>, linking: &Linking<'_, 'p>) -> Self {
        let resolver = linking.resolver;
        let resolve = |stated: &'p ResponseType| {
            let ResponseType { name, collection, target, proof: _ } = stated;
            let expression = TypeExpression { name: name.clone(), collection: *collection, target: target.clone() };
            let ty = resolver.index().resolve(&expression, None, resolver.words);
            Resolved { stated: name, target: target.as_deref(), ty }
        };
        let shown = evidence.successes().filter(|shown| !shown.body.is_empty()).filter_map(|shown| shown.ty);
        let mut shown = shown.map(resolve);
        let first_shown = shown.next();
        // Of several annotations, the first one with a known type.
        let shown = match first_shown {
            Some(Resolved { ty: TypeRef { ty: ValueType::Unknown(_), .. }, .. }) => {
                shown.find(|resolved| !is_unknown(resolved)).or(first_shown)
            }
            first => first,
        };
        let listed = linking.methods.of(&draft.page.path).iter().filter_map(|row| {
            let stated = row.returns?;
            let ty = resolver.index().resolve(stated, page_namespace(row.resource), resolver.words);
            Some(Resolved { stated: &stated.name, target: stated.target.as_deref(), ty })
        });
        Self {
            path: linking.path_type(draft),
            prose: draft.page.response.as_ref().map(resolve),
            shown,
            listed: listed.into_iter().find(|resolved| !is_unknown(resolved)),
        }
    }

    fn all(&self) -> impl Iterator<Item = (&'static str, &Resolved<'p>)> {
        let carriers = [("text", &self.prose), ("example", &self.shown), ("methods table", &self.listed)];
        carriers.into_iter().filter_map(|(carrier, resolved)| Some((carrier, resolved.as_ref()?)))
    }

    fn text_and_example_agree(&self) -> bool {
        match (&self.prose, &self.shown) {
            (Some(prose), Some(shown)) => !is_unknown(prose) && prose.ty.ty == shown.ty.ty,
            _ => false,
        }
    }

    fn known(&self) -> impl Iterator<Item = (&'static str, &Resolved<'p>)> {
        self.all().filter(|(_, resolved)| !is_unknown(resolved))
    }
}

fn is_unknown(resolved: &Resolved<'_>) -> bool {
    matches!(resolved.ty.ty, ValueType::Unknown(_))
}

/// The type to use; `None` if nothing names a known one.
fn choose_type(
    draft: &Draft<'_>,
    evidence: &Evidence<'_, '_>,
    named: &Named<'_>,
    linking: &Linking<'_, '_>,
    findings: &mut Findings,
) -> Option<ValueType> {
    let agree = |one: &ValueType, other: &ValueType| are_alike(one, other, linking);
    // The request writes the bytes; the response describes them.
    let is_stream = |path: &PathType| path.ty.ty == ValueType::Primitive(Primitive::Stream);
    let path = named.path.as_ref().filter(|path| draft.request.method == Method::Get || !is_stream(path));
    let first = named.known().next().map(|(carrier, resolved)| (carrier, &resolved.ty.ty));
    let is_cast = matches!(draft.path.segments.last(), Some(Segment::Cast(_)));
    let (winner, ty) = match (path, first) {
        // The text is about the list without the cast.
        (Some(path), _) if is_cast => ("path", &path.ty.ty),
        // Other pages about the path are not stronger evidence than the text and the example of the page itself.
        (Some(path), Some(first)) if !path.is_declared() && evidence.is_own && named.text_and_example_agree() => first,
        (Some(path), first) => {
            let fitting = named.known().find(|(_, resolved)| agree(&resolved.ty.ty, &path.ty.ty));
            match (fitting, first) {
                (Some((carrier, resolved)), _) => (carrier, &resolved.ty.ty),
                // The text about another operation of the page is ignored here.
                (None, Some(first)) if path.known_by == KnownBy::Name => first,
                (None, Some(first)) if !path.is_declared() && !evidence.is_of_others => first,
                (None, _) => ("path", &path.ty.ty),
            }
        }
        // If the text and the example disagree, a third carrier decides, or else the text.
        (None, Some(first)) => match (&named.shown, &named.listed) {
            (Some(shown), Some(listed))
                if !agree(first.1, &shown.ty.ty) && agree(&shown.ty.ty, &listed.ty.ty) && !is_unknown(shown) =>
            {
                ("example", &shown.ty.ty)
            }
            _ => first,
        },
        (None, None) => return None,
    };
    let contradicts = named.known().find(|(_, resolved)| !agree(&resolved.ty.ty, ty));
    if let Some((carrier, resolved)) = contradicts {
        let message = format!(
            "the {carrier} says that {} returns {}, the {winner} says {}; the {winner} is used",
            draft.template(),
            quoted(&resolved.ty.ty.to_string()),
            quoted(&ty.to_string())
        );
        findings.report(&draft.page.path, draft.request.line, &codes::RESPONSE_CONFLICT, message);
    }
    Some(ty.clone())
}

/// Whether two types are the same, or one is derived from the other.
fn are_alike(one: &ValueType, other: &ValueType, linking: &Linking<'_, '_>) -> bool {
    match (one.name(), other.name()) {
        (Some(one), Some(other)) => bases::are_related(linking.types, one, other),
        _ => one == other,
    }
}

/// Whether an operation returns a collection. A path that ends in a key and a POST to a collection return one
/// object. Otherwise the JSON of the examples, the path and the text of the page vote.
fn is_collection(
    draft: &Draft<'_>,
    evidence: &Evidence<'_, '_>,
    named: &Named<'_>,
    ty: &ValueType,
    linking: &Linking<'_, '_>,
) -> bool {
    let ends_in_key = matches!(
        draft.path.segments.last(),
        Some(Segment::Key { .. } | Segment::KeyEquals { .. } | Segment::KeyPredicate { .. } | Segment::ItemPath { .. },)
    );
    if draft.kind == OperationKind::Create || ends_in_key && draft.request.method == Method::Get {
        return false;
    }
    if path_template::filters(&draft.request.path) {
        return true;
    }
    let bodies = evidence.successes().map(|shown| shown.body).filter(|body| body.is_json());
    let shown: i32 = bodies.map(|body| if is_list(body) { 1 } else { -1 }).sum();
    let by_path = named.path.as_ref().filter(|path| are_alike(&path.ty.ty, ty, linking)).map_or(0, |path| {
        match (path.is_declared(), path.ty.collection) {
            // It is followed by keys elsewhere.
            (false, true) if draft.request.method == Method::Get => 2,
            (true, true) => 2,
            (true, false) => -2,
            (false, _) => 0,
        }
    });
    let says = |resolved: &Option<Resolved<'_>>| resolved.as_ref().is_some_and(|resolved| resolved.ty.collection);
    let is_said = says(&named.prose) || says(&named.shown) || draft.kind == OperationKind::List;
    let by_text = if is_said { 1 } else { -1 };
    // Examples of other templates have less weight than the path.
    let by_examples = shown.signum() * if evidence.is_own || by_path == 0 { 2 } else { 1 };
    match by_examples + by_path + by_text {
        0 => by_examples > 0,
        sum => sum > 0,
    }
}

/// Whether a JSON body is a collection.
fn is_list(body: ShownBody) -> bool {
    matches!(body, ShownBody::Collection | ShownBody::Array)
}

/// Whether every body in the examples is `true` or `false`.
fn shows_boolean(evidence: &Evidence<'_, '_>) -> bool {
    let mut shown = evidence.successes().map(|shown| shown.body).filter(|body| !body.is_empty()).peekable();
    shown.peek().is_some() && shown.all(|body| body == ShownBody::Boolean)
}

/// The response if nothing names a known type; reports what was found.
fn without_type(
    draft: &Draft<'_>,
    evidence: &Evidence<'_, '_>,
    named: &Named<'_>,
    linking: &Linking<'_, '_>,
    findings: &mut Findings,
) -> Response {
    let statuses = &draft.page.success_statuses;
    let shows_body = evidence.successes().any(|shown| !shown.body.is_empty());
    let unknown = named.all().next().map(|(_, resolved)| resolved);
    // In that case, the text names a property or a word, not a type.
    let may_be_empty = statuses.iter().any(|status| matches!(status, 202 | 204));
    if may_be_empty && !shows_body && unknown.is_none_or(|named| named.target.is_none()) {
        return Response::Empty;
    }
    if unknown.is_none() && shows_boolean(evidence) {
        return Response::Typed(TypeRef { ty: ValueType::Primitive(Primitive::Boolean), collection: false });
    }
    let shows_bytes = evidence.successes().any(|shown| shown.body == ShownBody::Other);
    if unknown.is_none() && shows_bytes && !evidence.successes().any(|shown| shown.body.is_json()) {
        return Response::Stream;
    }
    let template = draft.template();
    let mut report = |code, message| findings.report(&draft.page.path, draft.request.line, code, message);
    if let Some(resolved) = unknown {
        let stated = TypeExpression {
            name: resolved.stated.to_owned(),
            collection: resolved.ty.collection,
            target: resolved.target.map(str::to_owned),
        };
        let elsewhere = linking.resolver.elsewhere(&stated);
        let ty = resolved.ty.ty.clone();
        let message = format!("{template} returns {}, which is not a known type{elsewhere}", quoted(&ty.to_string()));
        report(&codes::RESPONSE_UNKNOWN_TYPE, message);
        // Even so, it is known whether it is a collection.
        let collection = is_collection(draft, evidence, named, &ty, linking);
        return Response::Typed(TypeRef { ty, collection });
    }
    if statuses.is_empty() && !shows_body {
        report(&codes::RESPONSE_UNSTATED, format!("the page does not say what {template} returns"));
    } else {
        report(&codes::RESPONSE_UNNAMED, format!("nothing names the type of the body that {template} returns"));
    }
    Response::Unknown
}
