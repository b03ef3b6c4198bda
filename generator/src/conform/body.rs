//! Compares JSON with a type, member by member, as the generated client reads and writes it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::schema::{Member, Schema};
use crate::model::api::{EnumType, Parameter, Primitive, TypeRef, TypeShape, ValueType};

pub(super) const ODATA_TYPE: &str = "@odata.type";

/// A mistake in a part of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Problem {
    /// Another kind of JSON than the type requires: reading fails.
    Shape,
    /// The same in a part that remains JSON until it is accessed: reading continues.
    Nested,
    /// No such property.
    Member,
    /// A property with different capitals.
    Spelling,
    EnumMember,
    /// A member with different capitals.
    EnumSpelling,
    /// `@odata.type` names a type that does not fit.
    Type,
    /// The type of a property is unknown.
    UnknownType,
}

/// The findings in one body.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) typed: usize,
    pub(super) untyped: usize,
    /// Names only, never values.
    pub(super) problems: BTreeMap<Problem, BTreeSet<String>>,
}

impl Findings {
    pub(super) fn add(&mut self, problem: Problem, detail: impl Into<String>) {
        self.problems.entry(problem).or_default().insert(detail.into());
    }
}

/// Whether a body is sent or received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Request,
    Response,
}

/// Compares one body.
pub(super) struct Check<'s, 'm> {
    pub(super) schema: &'s Schema<'m>,
    pub(super) direction: Direction,
    pub(super) found: Findings,
}

impl<'s, 'm> Check<'s, 'm> {
    pub(super) fn new(schema: &'s Schema<'m>, direction: Direction) -> Self {
        Self { schema, direction, found: Findings::default() }
    }

    /// The parameters of an action.
    pub(super) fn parameters(&mut self, object: &Map<String, Value>, parameters: &'m [Parameter]) {
        let known: BTreeMap<&str, &Parameter> =
            parameters.iter().rev().map(|parameter| (parameter.name.as_str(), parameter)).collect();
        let lower: BTreeSet<String> = known.keys().map(|name| name.to_ascii_lowercase()).collect();
        for (name, value) in object.iter().filter(|(name, _)| !name.contains('@')) {
            match known.get(name.as_str()) {
                Some(parameter) => {
                    self.found.typed += 1;
                    self.property(value, &parameter.ty, false, name);
                }
                None => {
                    self.found.untyped += 1;
                    let is_misspelt = lower.contains(&name.to_ascii_lowercase());
                    let problem = if is_misspelt { Problem::Spelling } else { Problem::Member };
                    self.found.add(problem, shown(name));
                }
            }
        }
    }

    /// An object of a structured type. In a part that remains JSON, nothing fails.
    pub(super) fn structure(&mut self, value: &Value, ty: &'m str, is_nested: bool, place: &str) {
        let Value::Object(object) = value else {
            self.shape(is_nested, place, ty);
            return;
        };
        let actual = self.actual_type(object, ty);
        // Properties of the declared type are read together with the object, others when the value is
        // cast.
        for (name, value) in object.iter().filter(|(name, _)| !name.contains('@')) {
            let declared = self.schema.member(ty, name);
            let is_nested = is_nested || declared.is_none();
            let place = format!("{actual}.{}", shown(name));
            match self.schema.member(actual, name).or(declared) {
                Some(Member::Property(property)) => {
                    self.found.typed += 1;
                    let is_nested = is_nested || self.schema.is_nested(&property.ty, property.is_navigation);
                    self.property(value, &property.ty, is_nested, &place);
                }
                Some(Member::Key) => {
                    self.found.typed += 1;
                    self.primitive(value, Primitive::String, is_nested, &place);
                }
                None if self.schema.structured(actual).is_some_and(|shape| shape.is_open) => {}
                None => {
                    self.found.untyped += 1;
                    let is_misspelt = self.schema.is_misspelt(actual, name);
                    self.found.add(if is_misspelt { Problem::Spelling } else { Problem::Member }, place);
                }
            }
        }
    }

    /// The type in `@odata.type` if it is allowed here, otherwise the declared one.
    fn actual_type(&mut self, object: &Map<String, Value>, declared: &'m str) -> &'m str {
        let Some(named) = object.get(ODATA_TYPE).and_then(Value::as_str) else { return declared };
        match self.schema.by_odata_type(named) {
            Some(actual) if self.schema.structured(actual).is_some() && self.schema.is_a(actual, declared) => actual,
            known => {
                // A type without a page is a problem only if it has properties of its own.
                let is_all_declared =
                    object.keys().all(|name| name.contains('@') || self.schema.member(declared, name).is_some());
                if self.direction == Direction::Request || !is_all_declared {
                    let named = known.unwrap_or_else(|| named.trim_start_matches('#'));
                    self.found.add(Problem::Type, format!("{named} as {declared}"));
                }
                declared
            }
        }
    }

    /// Any property may be null.
    fn property(&mut self, value: &Value, ty: &'m TypeRef, is_nested: bool, place: &str) {
        match value {
            Value::Null => {}
            Value::Array(items) if ty.collection => self.items(items, &ty.ty, is_nested, place),
            _ if ty.collection => self.shape(is_nested, place, "list"),
            value => self.value(value, &ty.ty, is_nested, place),
        }
    }

    pub(super) fn items(&mut self, items: &[Value], ty: &'m ValueType, is_nested: bool, place: &str) {
        for item in items {
            self.value(item, ty, is_nested, place);
        }
    }

    /// A value that may not be null.
    pub(super) fn value(&mut self, value: &Value, ty: &'m ValueType, is_nested: bool, place: &str) {
        match ty {
            ValueType::Primitive(primitive) => self.primitive(value, *primitive, is_nested, place),
            ValueType::Json => {}
            ValueType::Unknown(_) => self.found.add(Problem::UnknownType, place),
            ValueType::Named(name) => match self.schema.shape(name) {
                Some(TypeShape::Structured(_)) => self.structure(value, name, is_nested, place),
                Some(TypeShape::Enum(shape)) => match value {
                    Value::String(text) => self.members(text, shape, place),
                    _ => self.shape(is_nested, place, "string"),
                },
                None => self.found.add(Problem::UnknownType, place),
            },
        }
    }

    /// A member, or several separated by commas.
    fn members(&mut self, text: &str, shape: &EnumType, place: &str) {
        if shape.members.iter().any(|member| member.name == text) {
            return;
        }
        // Texts with many commas are compared with each member once.
        let are_known = |form: fn(&str) -> Cow<'_, str>| {
            let known: BTreeSet<_> = shape.members.iter().map(|member| form(&member.name)).collect();
            known.contains(&form(text)) || text.split(',').all(|name| known.contains(&form(name.trim())))
        };
        if !are_known(|name| Cow::Borrowed(name)) {
            let is_misspelt = are_known(|name| Cow::Owned(name.to_ascii_lowercase()));
            self.found.add(if is_misspelt { Problem::EnumSpelling } else { Problem::EnumMember }, place);
        }
    }

    fn primitive(&mut self, value: &Value, primitive: Primitive, is_nested: bool, place: &str) {
        if let Some(wanted) = misfit(value, primitive) {
            self.shape(is_nested, place, wanted);
        }
    }

    fn shape(&mut self, is_nested: bool, place: &str, wanted: &str) {
        let is_lazy = is_nested && self.direction == Direction::Response;
        self.found.add(if is_lazy { Problem::Nested } else { Problem::Shape }, format!("{place}: expected {wanted}"));
    }
}

/// The names in an object may be values such as ids or addresses, which are not reported.
fn shown(name: &str) -> &str {
    let is_name = name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_name { name } else { "{}" }
}

/// What the client expects for a primitive, if the value is something else.
fn misfit(value: &Value, primitive: Primitive) -> Option<&'static str> {
    let integer = || match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_i64(),
    };
    let (fits, wanted) = match primitive {
        Primitive::Boolean => (value.is_boolean(), "boolean"),
        Primitive::Byte | Primitive::SByte | Primitive::Int16 | Primitive::Int32 => {
            (integer().is_some_and(|number: i64| i32::try_from(number).is_ok()), "32-bit integer")
        }
        Primitive::Int64 => (integer().is_some(), "64-bit integer"),
        Primitive::Double | Primitive::Single => {
            let fits = match value {
                Value::String(text) => matches!(text.as_str(), "INF" | "-INF") || text.parse::<f64>().is_ok(),
                other => other.is_number(),
            };
            (fits, "number")
        }
        // Any JSON in the client.
        Primitive::Decimal | Primitive::Stream => (true, "JSON"),
        Primitive::Binary
        | Primitive::Date
        | Primitive::DateTimeOffset
        | Primitive::Duration
        | Primitive::Guid
        | Primitive::String
        | Primitive::TimeOfDay => (value.is_string(), "string"),
    };
    (!fits).then_some(wanted)
}
