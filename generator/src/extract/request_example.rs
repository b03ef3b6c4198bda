//! Facts that only the bodies of example requests show: a property around the listed parameters,
//! properties that no table lists, content instead of JSON.

use std::collections::{BTreeMap, BTreeSet};

use super::http_message::{self, Start};
use super::json_keys::{Key, Value, json_keys};
use super::parameters::is_parameter_name;
use super::{Context, Output, examples, headers};
use crate::diag::{codes, quoted};
use crate::markup::{BlockKind, Fence};
use crate::model::facts::{Location, Method, RequestBody, RequestTemplate, ShownProperty, TypeExpression, Wrapper};
use crate::source::Span;
use crate::vocab::Role;

pub(super) fn extract_request_example(context: &Context<'_>, out: &mut Output<'_>) {
    if !out.facts.requests.iter().any(|request| request.method.writes()) {
        return;
    }
    let bodies = sent_bodies(context, &out.facts.requests);
    match out.facts.request_body {
        RequestBody::Parameters => take_wrapper(&bodies, out),
        RequestBody::Unstated if bodies.iter().any(|sent| sent.object().is_some()) => take_properties(&bodies, out),
        RequestBody::Unstated => take_content(context, &bodies, out),
        _ => {}
    }
    take_other_content(context, &bodies, out);
}

/// A body that the page shows.
struct Sent<'p> {
    /// Without parameters.
    media_type: Option<&'p str>,
    body: &'p str,
    span: Span,
}

impl<'p> Sent<'p> {
    fn object(&self) -> Option<&'p str> {
        self.body.starts_with('{').then_some(self.body)
    }
}

/// The JSON of the section about the body, then the bodies of requests with the method of a
/// template.
fn sent_bodies<'p>(context: &Context<'p>, templates: &[RequestTemplate]) -> Vec<Sent<'p>> {
    let alone = |fence: Fence<'p>| {
        let body = fence.body.trim();
        let is_alone = body.starts_with('{') && http_message::parse(fence.body).is_empty();
        is_alone.then_some(Sent { media_type: None, body, span: fence.span })
    };
    let sections = context.sections(Role::RequestBody).flat_map(|(_, section)| context.fences(section));
    let mut bodies: Vec<Sent<'p>> = sections.filter_map(alone).collect();
    let methods: BTreeSet<Method> = templates.iter().map(|template| template.method).collect();
    let fences = context.page.blocks().iter().filter_map(|block| match block.kind {
        BlockKind::Fence(index) => Some(context.page.fence(index)),
        _ => None,
    });
    for fence in fences {
        for message in http_message::parse(fence.body) {
            let Start::Request { method, url } = message.start else { continue };
            let is_documented = method.writes() && methods.contains(&method);
            if !is_documented || message.body.is_empty() || examples::is_other_host(url) {
                continue;
            }
            let header = message.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
            let media_type = header.and_then(|(_, value)| value.split(';').next()).map(str::trim);
            bodies.push(Sent { media_type, body: message.body, span: fence.span });
        }
    }
    bodies
}

/// A table may list the properties of the only object in the body.
fn take_wrapper(bodies: &[Sent<'_>], out: &mut Output<'_>) {
    let parameters = out.facts.parameters.iter().filter(|parameter| parameter.location == Location::Body);
    let names: BTreeSet<String> = parameters.map(|parameter| parameter.name.to_ascii_lowercase()).collect();
    let mut wrappers = bodies.iter().filter_map(Sent::object).map(|body| wrapper(body, &names));
    let Some(Some(first)) = wrappers.next() else { return };
    if wrappers.any(|other| other.as_ref() != Some(&first)) {
        return;
    }
    if let Some(sent) = bodies.iter().find(|sent| sent.object().is_some()) {
        let message = format!("the listed parameters are inside {}, as the example shows", quoted(&first.name));
        out.sink.report(&codes::WRAPPED_BODY, sent.span, message);
    }
    out.facts.request_body = RequestBody::Wrapped(first);
}

/// The only property of an object, if it is not among the parameters but all properties inside it are. `names`
/// are in lower case.
fn wrapper(body: &str, names: &BTreeSet<String>) -> Option<Wrapper> {
    let is_listed = |key: &Key<'_>| names.contains(&key.name.to_ascii_lowercase());
    let mut keys = json_keys(body).filter(|key| !key.name.contains('@'));
    let outer = keys.next().filter(|key| key.depth == 1 && !is_listed(key) && is_parameter_name(key.name))?;
    let depth = match (outer.value(), outer.item()) {
        (Value::Object, _) => 2,
        (Value::Array, Some(Value::Object)) => 3,
        _ => return None,
    };
    let mut inner = keys.filter(|key| key.depth <= depth).peekable();
    inner.peek()?;
    let fits = inner.all(|key| key.depth == depth && is_listed(&key));
    fits.then(|| Wrapper { name: outer.name.to_owned(), collection: depth == 3 })
}

/// If no table and no link describes the body, its JSON does.
fn take_properties(bodies: &[Sent<'_>], out: &mut Output<'_>) {
    let mut properties: Vec<ShownProperty> = Vec::new();
    let mut places = BTreeMap::new();
    for body in bodies.iter().filter_map(Sent::object) {
        let keys = json_keys(body).filter(|key| key.depth == 1 && is_parameter_name(key.name));
        for key in keys.filter(|key| !key.name.contains('@')) {
            let ty = type_of(&key);
            let place = *places.entry(key.name).or_insert(properties.len());
            match properties.get_mut(place) {
                Some(known) if known.ty == ty || key.value() == Value::Null => {}
                Some(known) => known.ty = TypeExpression::default(),
                None => properties.push(ShownProperty { name: key.name.to_owned(), ty }),
            }
        }
    }
    if !properties.is_empty() {
        out.facts.request_body = RequestBody::Shown(properties);
    }
}

/// If no JSON is shown but content of another type, that is the body.
fn take_content(context: &Context<'_>, bodies: &[Sent<'_>], out: &mut Output<'_>) {
    if headers::content_types(context).iter().any(|(media_type, _)| headers::is_json(media_type)) {
        return;
    }
    let media_types: Vec<&str> = bodies.iter().filter_map(|sent| sent.media_type).collect();
    let is_other = |media_type: &&str| headers::is_media_type(media_type) && !headers::is_json(media_type);
    if let Some(first) = media_types.first().filter(|_| media_types.iter().all(is_other)) {
        out.facts.request_body = RequestBody::Raw(Some(first.to_ascii_lowercase()));
    }
}

/// The type of an object is guessed from its name, which is usually the same.
fn type_of(key: &Key<'_>) -> TypeExpression {
    let item = key.item();
    let name = match item.unwrap_or(key.value()) {
        Value::String => "String",
        Value::Boolean => "Boolean",
        Value::Number if key.is_integer() => "Int64",
        Value::Number => "Double",
        Value::Object => key.name,
        Value::Array | Value::Null => "",
    };
    TypeExpression { name: name.to_owned(), collection: item.is_some(), target: None }
}

/// Content other than the documented body: MIME instead of JSON.
fn take_other_content(context: &Context<'_>, bodies: &[Sent<'_>], out: &mut Output<'_>) {
    if matches!(out.facts.request_body, RequestBody::Raw(_) | RequestBody::Reference) {
        return;
    }
    let shown = bodies.iter().filter(|sent| sent.object().is_none());
    let shown = shown.filter_map(|sent| Some((sent.media_type?, sent.span)));
    let named = headers::content_types(context).into_iter();
    let mut known = BTreeSet::new();
    for (media_type, span) in named.chain(shown) {
        let is_other = headers::is_media_type(media_type) && !headers::is_json(media_type);
        if !is_other || !known.insert(media_type.to_ascii_lowercase()) {
            continue;
        }
        let message = format!("content of the type {} may be sent instead of JSON", quoted(media_type));
        out.sink.report(&codes::OTHER_CONTENT, span, message);
        out.facts.other_content.push(media_type.to_ascii_lowercase());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappers() {
        #[track_caller]
        fn check(body: &str, expected: Option<(&str, bool)>) {
            let found = wrapper(body, &["thickness", "madeon"].map(str::to_owned).into());
            let found = found.as_ref().map(|wrapper| (wrapper.name.as_str(), wrapper.collection));
            assert_eq!(found, expected, "{body}");
        }
        check("{\"wick\": {\"thickness\": 1}}", Some(("wick", false)));
        check("{\"@odata.type\": \"x\", \"wick\": {\"MadeOn\": {\"a\": 1}}}", Some(("wick", false)));
        check("{\"wicks\": [ {\"thickness\": 1}, {\"madeOn\": 2} ]}", Some(("wicks", true)));
        // Another property beside it, or inside it.
        check("{\"wick\": {\"thickness\": 1}, \"color\": 1}", None);
        check("{\"wick\": {\"thickness\": 1, \"color\": 1}}", None);
        check("{\"thickness\": {\"madeOn\": 1}}", None);
        check("{\"wick\": {}}", None);
        check("{\"wick\": \"thickness\"}", None);
        check("[{\"wick\": {\"thickness\": 1}}]", None);
    }

    #[test]
    fn types_of_values() {
        let types: Vec<_> = json_keys(
            "{\"a\": \"x\", \"b\": false, \"c\": -7, \"d\": 7.5, \"e\": [ 1e3 ], \"f\": {}, \"g\": [{}], \"h\": null, \"i\": []}",
        )
        .map(|key| type_of(&key))
        .map(|ty| format!("{}{}", ty.name, if ty.collection { "[]" } else { "" }))
        .collect();
        assert_eq!(types, ["String", "Boolean", "Int64", "Double", "Double[]", "f", "g[]", "", "[]"]);
    }
}
