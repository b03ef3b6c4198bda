//! The model as text, one line per fact, for people and snapshots.

use std::fmt::Write as _;

use crate::model::api::{
    AccountPermissions, Api, Deprecation, Header, Member, Operation, Parameter, PrivilegeOrder, Proof, Property,
    PropertyPermission, QueryItem, RequestBody, Response, StructuredKind, StructuredType, TypeDefinition, TypeShape,
};
use crate::model::facts::{AccountType, Cloud, EntraRole, QueryOptions};

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
    let end = deprecation(definition.deprecated.as_ref());
    let end = format!("{end}{}", last_documented(definition.last_documented.as_ref()));
    match &definition.shape {
        TypeShape::Structured(ty) => {
            let _ = writeln!(out, "{}{end}  ({place})", head(name, ty));
            for property in &ty.properties {
                let _ = writeln!(out, "  {}{}", property_text(property), other_page(property, definition));
            }
            if !ty.derived.is_empty() {
                let _ = writeln!(out, "  derived: {}", ty.derived.join(", "));
            }
        }
        TypeShape::Enum(ty) => {
            let _ = writeln!(out, "enum {name}{end}  ({place})");
            for member in &ty.members {
                let value = member.value.map(|value| format!(" = {value}")).unwrap_or_default();
                let _ = writeln!(out, "  {}{value}{}", member.name, member_marks(member));
            }
        }
    }
    for page in &definition.also_on {
        let _ = writeln!(out, "  also on {page}");
    }
}

/// What is known of a member beside its number.
pub(crate) fn member_marks(member: &Member) -> String {
    let prefer = if member.only_with_prefer { ", only with Prefer" } else { "" };
    let last = last_documented(member.last_documented.as_ref());
    format!("{prefer}{}{}{last}", deprecation(member.deprecated.as_ref()), weak(member.proof))
}

/// `, last documented on 2021-08-27`
pub(crate) fn last_documented(day: Option<&String>) -> String {
    day.map(|day| format!(", last documented on {day}")).unwrap_or_default()
}

/// `, name from the dictionary`: a name that less than two witnesses have.
pub(crate) fn weak(proof: Proof) -> &'static str {
    match proof {
        Proof::Whole | Proof::TwoLocales | Proof::SpanPage => "",
        Proof::Dictionary => ", name from translations elsewhere",
        Proof::OneLocale => ", name from one locale",
        Proof::Doubtful => ", doubtful name",
    }
}

/// `, deprecated (stops on 2026-10-01; use tactics)`
pub(crate) fn deprecation(found: Option<&Deprecation>) -> String {
    let Some(Deprecation { date, successor }) = found else { return String::new() };
    let date = date.as_ref().map(|date| format!("stops on {date}"));
    let successor = successor.as_ref().map(|successor| format!("use {successor}"));
    let details: Vec<_> = date.into_iter().chain(successor).collect();
    let details = if details.is_empty() { String::new() } else { format!(" ({})", details.join("; ")) };
    format!(", deprecated{details}")
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

/// Where a property comes from, if that is not the page of the type.
fn other_page(property: &Property, definition: &TypeDefinition) -> String {
    if property.page == definition.page { String::new() } else { format!("  ({}:{})", property.page, property.line) }
}

fn property_text(property: &Property) -> String {
    format!("{}: {}", property.name, property_type(property))
}

/// Its type, and everything else that is known about it.
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
        (property.returned_by_default, ", returned by default"),
        (property.is_key, ", key"),
        (property.is_alternate_key, ", alternate key"),
        (property.is_searchable, ", searchable"),
        (property.is_sortable, ", sortable"),
        (property.is_expandable, ", expandable"),
        (property.is_filterable, ", filterable"),
    ];
    text.extend(marks.into_iter().filter(|(is_set, _)| *is_set).map(|(_, mark)| mark));
    if !property.filter_operators.is_empty() {
        text.push_str(&format!(" ({})", property.filter_operators.join(", ")));
    }
    text.push_str(requirement(property.required));
    push_values(&mut text, &property.values, property.default.as_deref());
    if !property.only_with_prefer.is_empty() {
        text.push_str(&format!(", only with Prefer {}", property.only_with_prefer.join(" | ")));
    }
    text.push_str(&deprecation(property.deprecated.as_ref()));
    text.push_str(weak(property.proof));
    text.push_str(&last_documented(property.last_documented.as_ref()));
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

/// Destructures without `..`, so that nothing is left out.
fn write_operation(operation: &Operation, out: &mut String) {
    let Operation {
        method,
        path,
        kind,
        page,
        line,
        origin,
        also_on,
        permissions,
        statuses,
        query_options: options,
        headers: to_set,
        body_parameters,
        function_parameters,
        request_body,
        other_content,
        response,
        clouds,
        roles,
        property_permissions,
        deprecated,
        last_documented: last,
    } = operation;
    let mark = origin.mark().map(|mark| format!(" {mark}")).unwrap_or_default();
    let _ = writeln!(out, "{} {path}  {kind:?}{mark}  ({page}:{line})", method.as_str());
    for QueryItem { name, label } in &path.query {
        let _ = writeln!(out, "  query {name}={{{label}}}");
    }
    for page in also_on {
        let _ = writeln!(out, "  also on {page}");
    }
    for account in AccountType::ALL {
        let found = permissions.of(account);
        if *found != AccountPermissions::default() {
            let _ = writeln!(out, "  {}: {}", account.as_str(), permissions_text(found));
        }
    }
    if *options != QueryOptions::default() {
        let _ = writeln!(out, "  query options: {}", query_options(options));
    }
    if !to_set.is_empty() {
        let _ = writeln!(out, "  headers: {}", headers(to_set));
    }
    for (what, parameters) in [("argument", function_parameters), ("body", body_parameters)] {
        for parameter in parameters {
            let _ = writeln!(out, "  {what} {}", parameter_text(parameter));
        }
    }
    match request_body {
        RequestBody::Unstated => {}
        RequestBody::Entity(ty) => _ = writeln!(out, "  takes {ty}"),
        other => _ = writeln!(out, "  takes {other:?}"),
    }
    if !other_content.is_empty() {
        let _ = writeln!(out, "  or content of {}", other_content.join(", "));
    }
    if !statuses.is_empty() {
        let statuses: Vec<_> = statuses.iter().map(u16::to_string).collect();
        let _ = writeln!(out, "  status {}", statuses.join(", "));
    }
    match response {
        Response::Typed(ty) => _ = writeln!(out, "  returns {ty}"),
        Response::Optional(ty) => _ = writeln!(out, "  returns {ty} or nothing"),
        other => _ = writeln!(out, "  returns {other:?}"),
    }
    if let Some(clouds) = clouds {
        let _ = writeln!(out, "  clouds {}", clouds_text(clouds));
    }
    for role in roles {
        let _ = writeln!(out, "  role {}", role_text(role));
    }
    for PropertyPermission { properties, account, any_of } in property_permissions {
        let sets: Vec<_> = any_of.iter().map(|set| set.0.join(" + ")).collect();
        let _ = writeln!(out, "  {}, {}: {}", properties.join(", "), account.as_str(), sets.join(", "));
    }
    if deprecated.is_some() {
        let _ = writeln!(out, " {}", deprecation(deprecated.as_ref()).trim_start_matches(','));
    }
    if last.is_some() {
        let _ = writeln!(out, " {}", last_documented(last.as_ref()).trim_start_matches(','));
    }
}

/// `global, us_government_l4`
pub(crate) fn clouds_text(clouds: &[Cloud]) -> String {
    let names: Vec<_> = clouds.iter().map(|cloud| cloud.as_str()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// `Groups Administrator (for groups only)`
pub(crate) fn role_text(role: &EntraRole) -> String {
    let condition = role.condition.as_ref().map(|condition| format!(" ({condition})")).unwrap_or_default();
    format!("{}{condition}", role.name)
}

fn permissions_text(found: &AccountPermissions) -> String {
    let AccountPermissions { supported, any_of, order, refused, is_conditional } = found;
    let mut text = found.to_string();
    // A single set has no order.
    if any_of.len() == 1 && *order != PrivilegeOrder::default() {
        text.push_str(&format!(", {order:?}"));
    }
    if !refused.is_empty() {
        text.push_str(&format!(", not {}", refused.join(", ")));
    }
    text.push_str(if supported.is_none() { ", support not stated" } else { "" });
    text.push_str(if *is_conditional { ", conditional" } else { "" });
    text
}

pub(crate) fn query_options(options: &QueryOptions) -> String {
    let QueryOptions { in_general, named } = options;
    let named = named.join(", ");
    match in_general {
        Some(true) => format!("those of OData; {named}").trim_end_matches("; ").to_owned(),
        Some(false) if named.is_empty() => "none".to_owned(),
        Some(false) => format!("only {named}"),
        None => named,
    }
}

pub(crate) fn headers(headers: &[Header]) -> String {
    let texts = headers.iter().map(|Header { name, required, .. }| format!("{name}{}", requirement(*required)));
    texts.collect::<Vec<_>>().join("; ")
}

fn parameter_text(parameter: &Parameter) -> String {
    format!("{}: {}", parameter.name, parameter_type(parameter))
}

/// Its type, and everything else that is known about it.
pub(crate) fn parameter_type(parameter: &Parameter) -> String {
    let mut text = parameter.ty.to_string();
    text.push_str(requirement(parameter.required));
    push_values(&mut text, &parameter.values, parameter.default.as_deref());
    text.push_str(&deprecation(parameter.deprecated.as_ref()));
    text.push_str(weak(parameter.proof));
    text
}

fn requirement(required: Option<bool>) -> &'static str {
    match required {
        Some(true) => ", required",
        Some(false) => ", optional",
        None => "",
    }
}
