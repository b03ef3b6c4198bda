//! Counts of what could be resolved.

use std::collections::BTreeMap;

use super::api::{Operation, RequestBody, Response, TypeRef, ValueType};
use super::facts::ApiVersion;

/// The kinds of rows that name types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowKind {
    Property,
    Parameter,
}

/// How the types of rows were resolved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    pub primitive: usize,
    pub named: usize,
    /// Documented mixtures of types, open and untyped values.
    pub json: usize,
    pub unknown: usize,
    /// The table has no types.
    pub unstated: usize,
}

/// The responses of operations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Responses {
    pub empty: usize,
    pub typed: usize,
    /// Bytes or plain text.
    pub raw: usize,
    pub unknown: usize,
}

/// The bodies of operations that create, update or replace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bodies {
    /// A known entity or complex type.
    pub entity: usize,
    /// Properties or an entity of no known type.
    pub untyped: usize,
    /// Bytes or plain text.
    pub raw: usize,
    pub unstated: usize,
    /// A reference, or no body.
    pub other: usize,
}

#[derive(Clone, Debug, Default)]
pub struct Figures {
    pub rows: BTreeMap<(RowKind, ApiVersion), Rows>,
    pub responses: BTreeMap<ApiVersion, Responses>,
    pub bodies: BTreeMap<ApiVersion, Bodies>,
}

impl Rows {
    /// Rows that name a type.
    #[must_use]
    pub fn stated(&self) -> usize {
        self.primitive + self.named + self.json + self.unknown
    }
}

impl Responses {
    /// Operations whose response has a body, as far as documented.
    #[must_use]
    pub fn with_body(&self) -> usize {
        self.typed + self.raw + self.unknown
    }
}

impl Figures {
    pub fn count_row(&mut self, kind: RowKind, version: ApiVersion, ty: &ValueType) {
        let rows = self.rows.entry((kind, version)).or_default();
        *match ty {
            ValueType::Primitive(_) => &mut rows.primitive,
            ValueType::Named(_) => &mut rows.named,
            ValueType::Json => &mut rows.json,
            ValueType::Unknown(text) if text.is_empty() => &mut rows.unstated,
            ValueType::Unknown(_) => &mut rows.unknown,
        } += 1;
    }

    pub fn count_operation(&mut self, version: ApiVersion, operation: &Operation) {
        if operation.kind.is_write() {
            let bodies = self.bodies.entry(version).or_default();
            *match &operation.request_body {
                RequestBody::Entity(TypeRef { ty: ValueType::Named(_), .. }) => &mut bodies.entity,
                RequestBody::Entity(_) | RequestBody::Parameters => &mut bodies.untyped,
                RequestBody::Raw(_) => &mut bodies.raw,
                RequestBody::Unstated => &mut bodies.unstated,
                RequestBody::Reference | RequestBody::None => &mut bodies.other,
            } += 1;
        }
        let responses = self.responses.entry(version).or_default();
        *match &operation.response {
            Response::Empty => &mut responses.empty,
            Response::Typed(TypeRef { ty: ValueType::Unknown(_), .. }) | Response::Unknown => &mut responses.unknown,
            Response::Typed(_) | Response::Optional(_) => &mut responses.typed,
            Response::Stream | Response::Count => &mut responses.raw,
        } += 1;
    }
}
