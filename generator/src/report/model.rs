//! The model as text, one line per fact, for people and snapshots.

use std::fmt::Write as _;

use crate::model::api::{
    Api, Operation, Parameter, Property, RequestBody, Response, StructuredKind, StructuredType, TypeDefinition,
    TypeShape,
};
use crate::model::facts::AccountType;

/// Types by name, then operations by path.
#[must_use]
pub fn text(api: &Api) -> String {
    let mut out = String::new();
    for (version, model) in &api.versions {
        let _ = writeln!(out, "{}", version.segment());
        for definition in model.types.values() {
            write_type(definition, &mut out);
        }
        for operation in &model.operations {
            write_operation(operation, &mut out);
        }
    }
    out
}

fn write_type(definition: &TypeDefinition, out: &mut String) {
    let name = &definition.name;
    let place = format!("{}:{}", definition.page, definition.line);
    match &definition.shape {
        TypeShape::Structured(ty) => {
            let _ = writeln!(out, "{}  ({place})", head(name, ty));
            for property in &ty.properties {
                let _ = writeln!(out, "  {}", property_text(property));
            }
            if !ty.derived.is_empty() {
                let _ = writeln!(out, "  derived: {}", ty.derived.join(", "));
            }
        }
        TypeShape::Enum(ty) => {
            let _ = writeln!(out, "enum {name}  ({place})");
            for member in &ty.members {
                let value = member.value.map(|value| format!(" = {value}")).unwrap_or_default();
                let _ = writeln!(out, "  {}{value}", member.name);
            }
        }
    }
    for page in &definition.also_on {
        let _ = writeln!(out, "  also on {page}");
    }
}

fn head(name: &str, ty: &StructuredType) -> String {
    format!("{} {name}{}", kind(ty), marks(ty))
}

pub(crate) fn kind(ty: &StructuredType) -> &'static str {
    match ty.kind {
        StructuredKind::Entity => "entity",
        StructuredKind::Complex => "complex",
    }
}

/// Base type, key and marks.
pub(crate) fn marks(ty: &StructuredType) -> String {
    let base = ty.base.as_ref().map(|base| format!(": {base}")).unwrap_or_default();
    let key = ty.key.as_ref().map(|key| format!(", key {key}")).unwrap_or_default();
    let marks = [(ty.is_open, ", open"), (ty.is_abstract, ", abstract"), (ty.is_media, ", media")];
    let marks: String = marks.into_iter().filter(|(is_set, _)| *is_set).map(|(_, mark)| mark).collect();
    format!("{base}{key}{marks}")
}

fn property_text(property: &Property) -> String {
    format!("{}: {}", property.name, property_type(property))
}

/// Its type, and everything else that is known of it.
pub(crate) fn property_type(property: &Property) -> String {
    let mut text = property.ty.to_string();
    let nullable = match property.nullable {
        Some(true) => ", nullable",
        Some(false) => ", not nullable",
        None => "",
    };
    text.push_str(nullable);
    let marks = [
        (property.is_navigation, ", navigation"),
        (property.is_read_only, ", read-only"),
        (property.only_on_select, ", only with $select"),
        (property.is_filterable, ", filterable"),
    ];
    text.extend(marks.into_iter().filter(|(is_set, _)| *is_set).map(|(_, mark)| mark));
    push_values(&mut text, &property.values, property.default.as_deref());
    text
}

fn push_values(text: &mut String, values: &[String], default: Option<&str>) {
    if !values.is_empty() {
        text.push_str(&format!(", one of {}", values.join(" | ")));
    }
    if let Some(default) = default {
        text.push_str(&format!(", default {default}"));
    }
}

fn write_operation(operation: &Operation, out: &mut String) {
    let Operation { method, path, kind, page, line, origin, .. } = operation;
    let mark = origin.mark().map(|mark| format!(" {mark}")).unwrap_or_default();
    let _ = writeln!(out, "{} {path}  {kind:?}{mark}  ({page}:{line})", method.as_str());
    for page in &operation.also_on {
        let _ = writeln!(out, "  also on {page}");
    }
    for account in AccountType::ALL {
        let found = operation.permissions.of(account);
        if found.supported.is_some() {
            let depends = if found.is_conditional { ", conditional" } else { "" };
            let _ = writeln!(out, "  {}: {found}{depends}", account.as_str());
        }
    }
    for (what, parameters) in [("argument", &operation.function_parameters), ("body", &operation.body_parameters)] {
        for parameter in parameters {
            let _ = writeln!(out, "  {what} {}", parameter_text(parameter));
        }
    }
    match &operation.request_body {
        RequestBody::Unstated => {}
        RequestBody::Entity(ty) => _ = writeln!(out, "  takes {ty}"),
        other => _ = writeln!(out, "  takes {other:?}"),
    }
    if !operation.other_content.is_empty() {
        let _ = writeln!(out, "  or content of {}", operation.other_content.join(", "));
    }
    match &operation.response {
        Response::Typed(ty) => _ = writeln!(out, "  returns {ty}"),
        Response::Optional(ty) => _ = writeln!(out, "  returns {ty} or nothing"),
        other => _ = writeln!(out, "  returns {other:?}"),
    }
}

fn parameter_text(parameter: &Parameter) -> String {
    format!("{}: {}", parameter.name, parameter_type(parameter))
}

/// Its type, and everything else that is known of it.
pub(crate) fn parameter_type(parameter: &Parameter) -> String {
    let mut text = parameter.ty.to_string();
    text.push_str(match parameter.required {
        Some(true) => ", required",
        Some(false) => ", optional",
        None => "",
    });
    push_values(&mut text, &parameter.values, parameter.default.as_deref());
    text
}
