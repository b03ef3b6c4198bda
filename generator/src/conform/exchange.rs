//! Compares the two bodies of an example with what the operation takes and returns.
//!
//! [`taken`] and [`returned`] determine the argument and the result of the generated function; they follow
//! `plan::builders` and `plan::signatures`.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::body::{Check, Direction, Findings, Problem};
use super::causes::Cause;
use super::json;
use super::schema::Schema;
use crate::model::api::{Operation, OperationKind, Parameter, Primitive, RequestBody, Response, TypeRef, ValueType};
use crate::model::documented::{ShownRequest, ShownResponse, header};
use crate::model::facts::Method;
use crate::model::sampled::ResponseShape;

/// More names of one body add nothing.
const MAX_NAMES: usize = 12;

/// The body argument of an operation's function.
enum Taken<'m> {
    Nothing,
    /// Any JSON, with the reason.
    Json(&'static str),
    /// Content of any media type.
    Content,
    /// `{"@odata.id": …}`
    Reference,
    Parameters(&'m [Parameter]),
    Structure(&'m str),
}

/// The type that a response is decoded as.
enum Returned<'m> {
    Nothing,
    Bytes,
    Count,
    Json,
    List(&'m ValueType),
    Structure(&'m str),
    /// A single value that is not a structure.
    Single(&'m ValueType),
}

fn taken<'m>(operation: &'m Operation, schema: &Schema<'m>) -> Taken<'m> {
    if matches!(operation.method, Method::Get | Method::Delete) {
        return Taken::Nothing;
    }
    match (&operation.request_body, operation.kind) {
        (RequestBody::Parameters, _) if operation.takes_parameters() => Taken::Parameters(&operation.body_parameters),
        (RequestBody::Entity(TypeRef { ty: ValueType::Named(name), collection: false }), _)
            if schema.structured(name).is_some() =>
        {
            Taken::Structure(name)
        }
        (RequestBody::Entity(TypeRef { collection: true, .. }), _) => Taken::Json("a list"),
        (RequestBody::Entity(_), _) => Taken::Json("no known type"),
        (RequestBody::None, _) | (RequestBody::Unstated, OperationKind::Action) => Taken::Nothing,
        (RequestBody::Reference, _) => Taken::Reference,
        _ if operation.takes_content() => Taken::Content,
        (RequestBody::Parameters, _) => Taken::Json("no parameters"),
        (RequestBody::Unstated | RequestBody::Raw(_), _) => Taken::Json("unstated"),
    }
}

fn returned<'m>(response: &'m Response, schema: &Schema<'m>) -> Returned<'m> {
    match response {
        Response::Empty => Returned::Nothing,
        Response::Stream => Returned::Bytes,
        Response::Count => Returned::Count,
        Response::Unknown => Returned::Json,
        Response::Typed(TypeRef { ty, collection: true }) | Response::Optional(TypeRef { ty, collection: true }) => {
            Returned::List(ty)
        }
        Response::Typed(TypeRef { ty, .. }) | Response::Optional(TypeRef { ty, .. }) => match ty {
            ValueType::Json | ValueType::Unknown(_) => Returned::Json,
            ValueType::Primitive(Primitive::Binary | Primitive::Decimal | Primitive::Stream) => Returned::Json,
            ValueType::Named(name) if schema.structured(name).is_some() => Returned::Structure(name),
            ty => Returned::Single(ty),
        },
    }
}

/// The shape that the response is decoded as.
pub(super) fn shape<'m>(response: &'m Response, schema: &Schema<'m>) -> ResponseShape {
    match returned(response, schema) {
        Returned::Nothing => ResponseShape::Nothing,
        Returned::Bytes => ResponseShape::Bytes,
        Returned::Count => ResponseShape::Count,
        Returned::Json => ResponseShape::Json,
        Returned::List(_) => ResponseShape::List,
        Returned::Structure(_) => ResponseShape::Structure,
        Returned::Single(_) => ResponseShape::Single,
    }
}

/// The outermost properties of a request body that its declared type has.
pub(super) fn sent<'m>(shown: &ShownRequest, operation: &'m Operation, schema: &Schema<'m>) -> Vec<String> {
    let Ok(body) = json::parse(&shown.body) else { return Vec::new() };
    match taken(operation, schema) {
        Taken::Structure(name) => names(&body, |member| schema.member(name, member).is_some()),
        Taken::Parameters(parameters) => {
            let known: BTreeSet<&str> = parameters.iter().map(|parameter| parameter.name.as_str()).collect();
            names(&body, |member| known.contains(member))
        }
        Taken::Nothing | Taken::Json(_) | Taken::Content | Taken::Reference => Vec::new(),
    }
}

/// The same for a response, or the first item of its list.
pub(super) fn received<'m>(shown: &ShownResponse, response: &'m Response, schema: &Schema<'m>) -> Vec<String> {
    let Ok(body) = json::parse(&shown.body) else { return Vec::new() };
    let (object, name) = match returned(response, schema) {
        Returned::Structure(name) => match wrapped(&body, name, schema) {
            Wrapped::Object(inner) => (Some(inner), name),
            _ => (Some(&body), name),
        },
        Returned::List(ValueType::Named(name)) => (list(&body).ok().and_then(|items| items.first()), name.as_str()),
        _ => return Vec::new(),
    };
    object.map(|object| names(object, |member| schema.member(name, member).is_some())).unwrap_or_default()
}

fn names(body: &Value, is_known: impl Fn(&str) -> bool) -> Vec<String> {
    let names = body.as_object().into_iter().flat_map(Map::keys);
    names.filter(|name| is_known(name)).take(MAX_NAMES).cloned().collect()
}

/// The result of one message of an example.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) typed: usize,
    pub(super) untyped: usize,
    /// Each cause with details.
    pub(super) causes: Vec<(Cause, String)>,
    /// Whether the response wraps its properties once more than the type.
    pub(super) is_wrapped: bool,
}

impl Outcome {
    fn of(cause: Cause, detail: impl Into<String>) -> Self {
        Self { causes: vec![(cause, detail.into())], ..Self::default() }
    }

    /// The same if the properties of a body have no type.
    fn untyped(cause: Cause, detail: impl Into<String>, body: &Value) -> Self {
        let names = |object: &Map<String, Value>| object.keys().filter(|name| !name.contains('@')).count();
        let untyped = match body {
            Value::Object(object) => names(object),
            Value::Array(_) => 1,
            _ => 0,
        };
        Self { untyped, ..Self::of(cause, detail) }
    }
}

pub(super) fn request<'m>(shown: &ShownRequest, operation: &'m Operation, schema: &Schema<'m>) -> Outcome {
    if shown.body.is_empty() {
        return Outcome::default();
    }
    let taken = taken(operation, schema);
    if matches!(taken, Taken::Content) {
        return Outcome::default();
    }
    let media_type = header(&shown.headers, "content-type").filter(|media_type| !is_json(media_type));
    if let Some(media_type) = media_type {
        // Any request takes any content; the docs of the function name the documented one.
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        let is_documented = operation.other_content.iter().any(|known| known.eq_ignore_ascii_case(media_type));
        return if is_documented { Outcome::default() } else { Outcome::of(Cause::RequestMediaType, "") };
    }
    let body = match json::parse(&shown.body) {
        Ok(body) => body,
        Err(broken) => return Outcome::of(Cause::RequestBroken, broken.as_str()),
    };
    let mut check = Check::new(schema, Direction::Request);
    match (taken, &body) {
        (Taken::Nothing, Value::Object(object)) if object.is_empty() => {}
        (Taken::Nothing, _) => return Outcome::untyped(Cause::RequestNotTaken, "", &body),
        (Taken::Reference, Value::Object(object)) if object.keys().all(|name| name == "@odata.id") => {}
        (Taken::Reference, _) => return Outcome::untyped(Cause::RequestShape, "a reference", &body),
        (Taken::Json(why), _) => return Outcome::untyped(Cause::RequestUntyped, why, &body),
        (Taken::Parameters(parameters), Value::Object(object)) => check.parameters(object, parameters),
        (Taken::Parameters(_), _) => check.found.add(Problem::Shape, "the body is not an object"),
        (Taken::Structure(name), _) => check.structure(&body, name, false, "the body"),
        (Taken::Content, _) => {}
    }
    outcome(check.found, Direction::Request)
}

pub(super) fn response<'m>(shown: &ShownResponse, response: &'m Response, schema: &Schema<'m>) -> Outcome {
    let returned = returned(response, schema);
    match shown.status {
        // Errors have their own type.
        Some(100..=199 | 400..) => return Outcome::default(),
        // The client follows a redirect, or reports that the request has to be downloaded.
        Some(300..=399) => return Outcome::default(),
        _ => {}
    }
    if shown.body.is_empty() {
        return match returned {
            _ if matches!(response, Response::Optional(_)) => Outcome::default(),
            Returned::List(_) | Returned::Structure(_) | Returned::Single(_) => Outcome::of(Cause::ResponseMissing, ""),
            _ => Outcome::default(),
        };
    }
    let media_type = header(&shown.headers, "content-type");
    let is_other = media_type.is_some_and(|media_type| !is_json(media_type));
    let body = match json::parse(&shown.body) {
        _ if matches!(returned, Returned::Count) => return Outcome::default(),
        // Such text is a hint, not content.
        Err(json::Broken::NoJson) if matches!(returned, Returned::Bytes) => return Outcome::default(),
        Err(_) if is_other => {
            return match returned {
                Returned::Bytes => Outcome::default(),
                Returned::Nothing => Outcome::of(Cause::ResponseIgnored, "no JSON"),
                _ => Outcome::of(Cause::ResponseMediaType, "no JSON"),
            };
        }
        Err(broken) => return Outcome::of(Cause::ResponseBroken, broken.as_str()),
        Ok(body) => body,
    };
    let mut check = Check::new(schema, Direction::Response);
    let is_empty = matches!(&body, Value::Object(object) if object.is_empty());
    match returned {
        Returned::Nothing if is_empty => {}
        Returned::Nothing => return Outcome::untyped(Cause::ResponseIgnored, "", &body),
        Returned::Bytes if is_other || !(body.is_object() || body.is_array()) => {}
        Returned::Bytes => return Outcome::untyped(Cause::ResponseBytes, "", &body),
        _ if is_other => return Outcome::untyped(Cause::ResponseMediaType, "JSON", &body),
        Returned::Json => return Outcome::untyped(Cause::ResponseUntyped, "", &body),
        Returned::Count => {}
        Returned::List(item) => match list(&body) {
            Err(detail) => return Outcome::untyped(Cause::ListExpected, detail, &body),
            Ok(_) if matches!(item, ValueType::Json | ValueType::Unknown(_)) => {
                return Outcome::untyped(Cause::ResponseUntyped, "a list of any JSON", &body);
            }
            Ok(items) => {
                check.items(items, item, false, "value");
                others(&body, &mut check.found);
            }
        },
        Returned::Single(ty) => {
            let value = body.as_object().map_or(Some(&body), |object| object.get("value"));
            match value {
                Some(value) if value.is_array() => return Outcome::untyped(Cause::ResponseShape, "a list", &body),
                Some(value) => check.value(value, ty, false, "value"),
                None => return Outcome::untyped(Cause::ResponseShape, "no `value`", &body),
            }
        }
        Returned::Structure(name) => match wrapped(&body, name, schema) {
            Wrapped::List => return Outcome::untyped(Cause::SingleExpected, name, &body),
            Wrapped::Object(inner) => {
                check.structure(inner, name, false, "value");
                return Outcome { is_wrapped: true, ..outcome(check.found, Direction::Response) };
            }
            Wrapped::No => check.structure(&body, name, false, "the body"),
        },
    }
    outcome(check.found, Direction::Response)
}

/// The items of a collection, or the reason why it is not a collection.
fn list(body: &Value) -> Result<&Vec<Value>, &'static str> {
    match body {
        Value::Object(object) => match object.get("value") {
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err("`value` is not a list"),
            None => Err("no `value`"),
        },
        Value::Array(_) => Err("a list without `value`"),
        _ => Err("no object"),
    }
}

/// Members beside the items are ignored by the client.
fn others(body: &Value, found: &mut Findings) {
    let names = body.as_object().into_iter().flat_map(Map::keys);
    let others = names.filter(|name| *name != "value" && !name.contains('@')).count();
    if others > 0 {
        found.untyped += others;
        found.add(Problem::Member, "a property beside the list");
    }
}

enum Wrapped<'b> {
    No,
    List,
    /// Intune pages show entities in this form.
    Object(&'b Value),
}

fn wrapped<'b>(body: &'b Value, name: &str, schema: &Schema<'_>) -> Wrapped<'b> {
    let Some(value) = body.as_object().and_then(|object| object.get("value")) else { return Wrapped::No };
    match value {
        _ if schema.member(name, "value").is_some() => Wrapped::No,
        Value::Array(_) => Wrapped::List,
        Value::Object(_) => Wrapped::Object(value),
        _ => Wrapped::No,
    }
}

fn outcome(found: Findings, direction: Direction) -> Outcome {
    let Findings { typed, untyped, problems } = found;
    let cause = |problem| match (direction, problem) {
        (Direction::Request, Problem::Shape | Problem::Nested) => Cause::RequestShape,
        (Direction::Request, Problem::Member) => Cause::RequestMember,
        (Direction::Request, Problem::Spelling) => Cause::RequestSpelling,
        (Direction::Request, Problem::Type) => Cause::RequestType,
        (Direction::Request, Problem::UnknownType) => Cause::RequestUnknownType,
        (Direction::Response, Problem::Shape) => Cause::ResponseShape,
        (Direction::Response, Problem::Nested) => Cause::ResponseNested,
        (Direction::Response, Problem::Member) => Cause::ResponseMember,
        (Direction::Response, Problem::Spelling) => Cause::ResponseSpelling,
        (_, Problem::EnumMember) => Cause::EnumMember,
        (_, Problem::EnumSpelling) => Cause::EnumSpelling,
        (Direction::Response, Problem::Type) => Cause::ResponseType,
        (Direction::Response, Problem::UnknownType) => Cause::ResponseUnknownType,
    };
    let joined = |names: BTreeSet<String>| names.into_iter().collect::<Vec<_>>().join(", ");
    let causes = problems.into_iter().map(|(problem, names)| (cause(problem), joined(names)));
    Outcome { typed, untyped, causes: causes.collect(), is_wrapped: false }
}

/// The same rule as in the client (RFC 8259, section 11; RFC 6839, section 3.1).
fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    media_type.rsplit_once(['/', '+']).is_some_and(|(_, suffix)| suffix.eq_ignore_ascii_case("json"))
}
