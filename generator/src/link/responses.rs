//! What an operation returns.
//!
//! The response section of the page counts first, then the annotation of its example, then the methods
//! table of the resource that the operation belongs to.

use std::collections::BTreeMap;

use super::findings::Findings;
use super::operations::Linking;
use super::types::page_namespace;
use crate::diag::{codes, quoted};
use crate::model::api::{PathTemplate, Primitive, Response, Segment, TypeRef, ValueType};
use crate::model::facts::{Example, Method, PageFacts, RequestTemplate, TypeExpression};
use crate::source::PagePath;

/// What resource pages say about operations, by the stem of the API page.
pub(super) struct Carriers<'p>(BTreeMap<String, Vec<Carrier<'p>>>);

#[derive(Clone, Copy)]
pub(super) struct Carrier<'p> {
    pub(super) resource: &'p PageFacts,
    returns: Option<&'p TypeExpression>,
}

impl<'p> Carriers<'p> {
    pub(super) fn collect(pages: &[&'p PageFacts]) -> Self {
        let mut carriers: BTreeMap<String, Vec<Carrier<'p>>> = BTreeMap::new();
        for resource in pages {
            for method in &resource.methods {
                let carrier = Carrier { resource, returns: method.returns.as_ref() };
                carriers.entry(method.page.to_ascii_lowercase()).or_default().push(carrier);
            }
        }
        Self(carriers)
    }

    pub(super) fn of(&self, page: &PagePath) -> &[Carrier<'p>] {
        self.0.get(&page.stem().to_ascii_lowercase()).map_or(&[], Vec::as_slice)
    }
}

pub(super) fn response(
    page: &PageFacts,
    request: &RequestTemplate,
    path: &PathTemplate,
    linking: &Linking<'_, '_>,
    findings: &mut Findings,
) -> Response {
    let is_get = request.method == Method::Get;
    let statuses = &page.success_statuses;
    let is_empty = !statuses.is_empty() && statuses.iter().all(|status| matches!(status, 202 | 204));
    if is_empty && page.response.is_none() {
        return Response::Empty;
    }
    match path.segments.last() {
        Some(Segment::System(name)) if name == "$count" && is_get => return Response::Text,
        Some(Segment::System(name)) if name == "$value" && is_get => return Response::Stream,
        // Downloads are redirected to where the bytes are.
        _ if page.response.is_none() && statuses.first() == Some(&302) => return Response::Stream,
        _ => {}
    }
    let shows_body = page.examples.iter().any(|example| matches!(example, Example::Response { has_body: true, .. }));
    if page.response.is_none() && !statuses.is_empty() && !shows_body {
        return Response::Empty;
    }
    let mut unknown = None;
    for named in named_types(page, linking) {
        match linking.scope.index().resolve(&named.expression, named.namespace, linking.scope.words) {
            TypeRef { ty: ValueType::Unknown(text), .. } => unknown = unknown.or(Some((text, named.expression))),
            TypeRef { ty: ValueType::Primitive(Primitive::Stream), collection: false } => return Response::Stream,
            found => return Response::Typed(found),
        }
    }
    // What stands in the prose is then no type, but a property or a word.
    let may_be_empty = statuses.iter().any(|status| matches!(status, 202 | 204));
    if may_be_empty && !shows_body && unknown.as_ref().is_none_or(|(_, named)| named.target.is_none()) {
        return Response::Empty;
    }
    let template = quoted(&format!("{} {path}", request.method.as_str()));
    let mut report = |code, message| findings.report(&page.path, request.line, code, message);
    match unknown {
        Some((text, stated)) => {
            let elsewhere = linking.scope.elsewhere(&stated);
            let message = format!("{template} returns {}, which is no known type{elsewhere}", quoted(&text));
            report(&codes::RESPONSE_UNKNOWN_TYPE, message);
            // Whether it is a collection is known all the same.
            return Response::Typed(TypeRef { ty: ValueType::Unknown(text), collection: stated.collection });
        }
        None if statuses.is_empty() && !shows_body => {
            report(&codes::RESPONSE_UNSTATED, format!("the page does not say what {template} returns"));
        }
        None => report(&codes::RESPONSE_UNNAMED, format!("nothing names the type of the body that {template} returns")),
    }
    Response::Unknown
}

struct NamedType<'p> {
    expression: TypeExpression,
    namespace: Option<&'p str>,
}

/// The types that may be that of the response, the most trusted first.
fn named_types<'p>(page: &'p PageFacts, linking: &Linking<'_, 'p>) -> Vec<NamedType<'p>> {
    let shown = page.examples.iter().filter_map(|example| match example {
        Example::Response { status, ty: Some(ty), has_body: true, .. }
            if status.is_none_or(|status| (200..300).contains(&status)) =>
        {
            Some(ty)
        }
        _ => None,
    });
    let of_page = page.response.iter().chain(shown).map(|ty| NamedType {
        expression: TypeExpression { name: ty.name.clone(), collection: ty.collection, target: ty.target.clone() },
        namespace: None,
    });
    let is_collection = page.response.as_ref().is_some_and(|response| response.collection);
    let listed = linking.carriers.of(&page.path).iter().filter_map(|carrier| {
        let mut expression = carrier.returns?.clone();
        expression.collection |= is_collection;
        Some(NamedType { expression, namespace: page_namespace(carrier.resource) })
    });
    of_page.chain(listed).collect()
}
