//! Doc comments, composed from facts.

use crate::model::api::{
    AccountPermissions, AllOf, Header, Operation, Origin, Parameter, PrivilegeOrder, Proof, Property,
    PropertyPermission, StructuredKind, StructuredType, TypeDefinition, TypeRef,
};
use crate::model::facts::{AccountType, ApiVersion, Cloud, EntraRole, Member, QueryOptions};
use crate::model::prose::Prose;
use crate::source::{PagePath, is_hidden};

/// Without it, members behind `unknownFutureValue` arrive as that.
const PREFER: &str = "`Prefer: include-unknown-enum-members`";

/// Further links are only counted.
const MAX_OTHER_PAGES: usize = 8;

/// The public page of an operation or, with the prefix `resources/`, of a type.
fn page_url(stem: &str, version: ApiVersion) -> String {
    format!("<{}>", page_address(stem, version))
}

/// The name of a page as a link to it.
pub(super) fn page_link(stem: &str, version: ApiVersion) -> String {
    match safe_stem(stem) {
        Some(stem) => format!("[{stem}]({})", page_address(stem, version)),
        None => String::new(),
    }
}

fn page_address(stem: &str, version: ApiVersion) -> String {
    let view = match version {
        ApiVersion::V1_0 => "graph-rest-1.0",
        ApiVersion::Beta => "graph-rest-beta",
    };
    format!("https://learn.microsoft.com/graph/api/{stem}?view={view}")
}

pub(super) fn operation(operation: &Operation, version: ApiVersion, prose: &Prose) -> Vec<String> {
    let mut lines = vec![code(&format!("{} {}", operation.method.as_str(), operation.path)), String::new()];
    for text in prose.summary(&operation.page) {
        lines.extend([plain(text), String::new()]);
    }
    let origin = match operation.origin {
        Origin::Template => None,
        Origin::Example => Some("From an example: no request template of the page has it."),
        Origin::Convention => Some(
            "By convention: directory objects can be counted, see <https://learn.microsoft.com/graph/aad-advanced-queries>.",
        ),
    };
    lines.extend(origin.into_iter().flat_map(|line| [line.to_owned(), String::new()]));
    let rows = AccountType::ALL.map(|account| permission_line(account, operation.permissions.of(account)));
    lines.extend(rows.into_iter().flatten());
    lines.extend(property_permission_lines(&operation.property_permissions));
    lines.extend(roles_line(&operation.roles));
    lines.extend(clouds_line(operation.clouds.as_deref()));
    if !operation.statuses.is_empty() {
        let statuses: Vec<_> = operation.statuses.iter().map(u16::to_string).collect();
        lines.push(format!("* Success: {}", statuses.join(", ")));
    }
    lines.extend(other_content_line(operation));
    lines.extend(query_options_line(&operation.query_options));
    lines.extend(headers_line(&operation.headers));
    if lines.last().is_some_and(|line| !line.is_empty()) {
        lines.push(String::new());
    }
    if let Some(stem) = safe_stem(operation.page.stem()) {
        lines.push(format!("Documented on {}", page_url(stem, version)));
    }
    lines.extend(paragraph(last_documented(operation.last_documented.as_ref())));
    lines.extend(other_pages(operation, version));
    lines
}

/// Links to other pages that document the operation or show a use of it. If each is about a different
/// type, as for Intune, there can be a hundred.
fn other_pages(operation: &Operation, version: ApiVersion) -> impl Iterator<Item = String> {
    let stems: Vec<&str> = operation.also_on.iter().filter_map(|page| safe_stem(page.stem())).collect();
    let more = stems.len().saturating_sub(MAX_OTHER_PAGES);
    let links = stems.into_iter().take(MAX_OTHER_PAGES).map(|stem| format!("* {}", page_url(stem, version)));
    let links: Vec<String> = links.chain((more > 0).then(|| format!("* and {more} more"))).collect();
    let head = (!links.is_empty()).then(|| [String::new(), "See also:".to_owned(), String::new()]);
    head.into_iter().flatten().chain(links)
}

/// Further roles are only counted.
const MAX_ROLES: usize = 16;

fn roles_line(roles: &[EntraRole]) -> Option<String> {
    if roles.is_empty() {
        return None;
    }
    let more = roles.len().saturating_sub(MAX_ROLES);
    let named = roles.iter().take(MAX_ROLES).map(|role| match &role.condition {
        Some(condition) => format!("{} ({})", code(&role.name), plain(condition)),
        None => code(&role.name),
    });
    let mut named: Vec<_> = named.collect();
    named.extend((more > 0).then(|| format!("and {more} more")));
    Some(format!("* Roles of the user, any of: {}", named.join(", ")))
}

fn clouds_line(clouds: Option<&[Cloud]>) -> Option<String> {
    let name = |cloud: &Cloud| match cloud {
        Cloud::Global => "global service",
        Cloud::UsGovernmentL4 => "US Government L4",
        Cloud::UsGovernmentL5 => "US Government L5",
        Cloud::China => "China",
    };
    let names: Vec<_> = clouds?.iter().map(name).collect();
    Some(match names.len() {
        0 => "* Clouds: none".to_owned(),
        4 => "* Clouds: all".to_owned(),
        _ => format!("* Clouds: {}", names.join(", ")),
    })
}

/// One line for the delegated and the application permission, if they are the same.
fn property_permission_lines(found: &[PropertyPermission]) -> Vec<String> {
    let mut lines: Vec<(String, Vec<&str>)> = Vec::new();
    for PropertyPermission { properties, account, any_of } in found {
        let sets: Vec<_> = any_of.iter().map(together).collect();
        let text = format!("{}: {}", code_list(properties), sets.join(", "));
        let account = match account {
            AccountType::DelegatedWork | AccountType::DelegatedPersonal => "delegated",
            AccountType::Application => "application",
        };
        match lines.iter_mut().find(|(known, _)| *known == text) {
            Some((_, accounts)) => accounts.push(account),
            None => lines.push((text, vec![account])),
        }
    }
    let line = |(text, accounts): (String, Vec<&str>)| match accounts.as_slice() {
        [account] => format!("* For {text} ({account})"),
        _ => format!("* For {text}"),
    };
    lines.into_iter().map(line).collect()
}

/// How to send content other than the body of the function.
fn other_content_line(operation: &Operation) -> Option<String> {
    let is_of_use = !operation.takes_content() && !operation.other_content.is_empty();
    is_of_use.then(|| {
        let types = code_list(&operation.other_content);
        format!("* Instead of JSON: {types}, set with [`body`](rt::Request::body)")
    })
}

fn query_options_line(options: &QueryOptions) -> Option<String> {
    let named = code_list(&options.named);
    let taken = match (options.in_general, options.named.is_empty()) {
        (None, true) => return None,
        (Some(true), true) => "those of OData".to_owned(),
        (Some(true), false) => format!("those of OData, such as {named}"),
        (Some(false), true) => "none".to_owned(),
        (Some(false), false) => format!("only {named}"),
        (None, false) => named,
    };
    Some(format!("* Query options: {taken}"))
}

fn headers_line(headers: &[Header]) -> Option<String> {
    let named = |header: &Header| match header.required {
        Some(true) => format!("{} (required)", code(&header.name)),
        Some(false) | None => code(&header.name),
    };
    let named: Vec<_> = headers.iter().map(named).collect();
    (!named.is_empty()).then(|| format!("* Headers: {}", named.join(", ")))
}

fn together(set: &AllOf) -> String {
    set.0.iter().map(|name| code(name)).collect::<Vec<_>>().join(" with ")
}

fn permission_line(account: AccountType, found: &AccountPermissions) -> Option<String> {
    let who = match account {
        AccountType::DelegatedWork => "Delegated (work or school)",
        AccountType::DelegatedPersonal => "Delegated (personal)",
        AccountType::Application => "Application",
    };
    if found.supported == Some(false) {
        return Some(format!("* {who}: not supported"));
    }
    if found.needs_none() {
        return Some(format!("* {who}: no permission needed"));
    }
    if found.any_of.is_empty() {
        return None;
    }
    let order = match found.order {
        _ if found.is_conditional => ", depending on the resource",
        _ if found.any_of.len() < 2 => "",
        PrivilegeOrder::LeastToMost => ", least privileged first",
        PrivilegeOrder::LeastFirst(1) => ", the first is the least privileged",
        PrivilegeOrder::LeastFirst(count) if count < found.any_of.len() => {
            &format!(", the first {count} are the least privileged")
        }
        PrivilegeOrder::LeastFirst(_) => ", all of them least privileged",
        PrivilegeOrder::Unstated => ", in no stated order",
        PrivilegeOrder::Contradictory => ", in no reliable order",
    };
    let sets: Vec<_> = found.any_of.iter().map(together).collect();
    let refused: Vec<_> = found.refused.iter().map(|name| code(name)).collect();
    let refused = if refused.is_empty() { String::new() } else { format!("; not {}", refused.join(", ")) };
    Some(format!("* {who}{order}: {}{refused}", sets.join(", ")))
}

pub(super) fn parameters(action: &str, page: &PagePath, version: ApiVersion, prose: &Prose) -> Vec<String> {
    let mut lines = vec![format!("Parameters of {}.", code(action))];
    lines.extend(paragraphs(prose.summary(page)));
    if let Some(stem) = safe_stem(page.stem()) {
        lines.extend([String::new(), format!("Documented on {}", page_url(stem, version))]);
    }
    lines
}

/// An entity or complex type.
pub(super) fn structured(
    definition: &TypeDefinition,
    shape: &StructuredType,
    version: ApiVersion,
    prose: &Prose,
) -> Vec<String> {
    let kind = match (shape.kind, shape.is_abstract) {
        (StructuredKind::Entity, false) => "an entity type",
        (StructuredKind::Entity, true) => "an abstract entity type",
        (StructuredKind::Complex, false) => "a complex type",
        (StructuredKind::Complex, true) => "an abstract complex type",
    };
    let base = shape.base.as_ref().map(|base| format!(", based on {}", code(base))).unwrap_or_default();
    let mut line = format!("{}: {kind}{base}.", code(&definition.name));
    for (is_said, what) in
        [(shape.is_open, " It is open: it can have other properties."), (shape.is_media, " It has a media stream.")]
    {
        line.push_str(if is_said { what } else { "" });
    }
    let mut lines = vec![line];
    lines.extend(paragraphs(prose.summary(&definition.page)));
    if !shape.derived.is_empty() {
        lines.extend([
            String::new(),
            format!("Derived types, for [`cast`](rt::SchemaType::cast): {}.", code_list(&shape.derived)),
        ]);
    }
    lines.extend(resource_page(definition, version));
    lines
}

pub(super) fn enumeration(definition: &TypeDefinition, version: ApiVersion, prose: &Prose) -> Vec<String> {
    let mut lines = vec![format!("{}: an enum type.", code(&definition.name))];
    lines.extend(paragraphs(prose.summary(&definition.page)));
    lines.extend(resource_page(definition, version));
    lines
}

fn resource_page(definition: &TypeDefinition, version: ApiVersion) -> Vec<String> {
    let page = safe_stem(definition.page.stem());
    let page = page.map(|stem| format!("Documented on {}", page_url(&format!("resources/{stem}"), version)));
    paragraph(page).chain(paragraph(last_documented(definition.last_documented.as_ref()))).collect()
}

/// What the docs no longer have, the service may still have.
fn last_documented(day: Option<&String>) -> Option<String> {
    day.map(|day| format!("Last documented on {day}; newer docs do not have it."))
}

/// A name that less than two witnesses have.
fn weak_name(proof: Proof) -> Option<String> {
    let text = match proof {
        Proof::Whole | Proof::TwoLocales | Proof::SpanPage => return None,
        Proof::Dictionary => "The docs have only translations of this name; it is what they stand for on other pages.",
        Proof::OneLocale => "Only one translation of the docs has this name.",
        Proof::Doubtful => "This name may be a translation.",
    };
    Some(text.to_owned())
}

/// After an empty line.
fn paragraph(text: Option<String>) -> impl Iterator<Item = String> {
    text.into_iter().flat_map(|text| [String::new(), text])
}

pub(super) fn member(member: &Member, page: &PagePath, prose: &Prose) -> Vec<String> {
    let number = member.value.map(|value| format!(": {value}")).unwrap_or_default();
    let mut lines = vec![format!("{}{number}.", code(&member.name))];
    if member.only_with_prefer {
        lines.push(format!("Only a request with the header {PREFER} gets it."));
    }
    lines.extend(weak_name(member.proof));
    lines.extend(last_documented(member.last_documented.as_ref()));
    lines.extend(paragraphs(prose.row(page, member.line)));
    lines
}

/// The types that the values of a base type may have.
pub(super) fn kind(base: &str) -> Vec<String> {
    vec![
        format!("The types of the values that are declared as {}.", code(base)),
        String::new(),
        "`cast` reads a value as its type, if the type is enabled.".to_owned(),
    ]
}

pub(super) fn kind_member(name: &str) -> Vec<String> {
    vec![format!("{}.", code(name))]
}

pub(super) fn undocumented_id() -> Vec<String> {
    vec!["`id`: the key; the documentation does not list it.".to_owned()]
}

pub(super) fn parameter(parameter: &Parameter, page: &PagePath, prose: &Prose) -> Vec<String> {
    let mut line = name_and_type(&parameter.name, &parameter.ty);
    line.push_str(match parameter.required {
        Some(true) => " Required.",
        Some(false) => " Optional.",
        None => "",
    });
    let mut lines = vec![line];
    lines.extend(values(&parameter.values, parameter.default.as_deref()));
    lines.extend(weak_name(parameter.proof));
    lines.extend(paragraphs(prose.row(page, parameter.line)));
    lines
}

pub(super) fn property(property: &Property, prose: &Prose) -> Vec<String> {
    let mut line = name_and_type(&property.name, &property.ty);
    for (is_said, what) in [
        (property.is_navigation, " Navigation property."),
        (property.is_read_only, " Read-only."),
        (property.nullable == Some(false), " Not nullable."),
        (property.is_key, " Key."),
        (property.is_alternate_key, " Alternate key."),
        (property.required == Some(true), " Required."),
        (property.required == Some(false), " Optional."),
        (property.returned_by_default, " Returned by default."),
        (property.only_on_select, " Returned only on `$select`."),
    ] {
        line.push_str(if is_said { what } else { "" });
    }
    let mut lines = vec![line];
    lines.extend(query_capabilities(property));
    lines.extend(values(&property.values, property.default.as_deref()));
    if !property.only_with_prefer.is_empty() {
        lines.push(format!("Only with the header {PREFER}: {}.", code_list(&property.only_with_prefer)));
    }
    lines.extend(weak_name(property.proof));
    lines.extend(last_documented(property.last_documented.as_ref()));
    lines.extend(paragraphs(prose.row(&property.page, property.line)));
    lines
}

/// "Works with `$filter` (`eq`, `ne`), `$orderby`."
fn query_capabilities(property: &Property) -> Option<String> {
    let operators = &property.filter_operators;
    let operators = if operators.is_empty() { String::new() } else { format!(" ({})", code_list(operators)) };
    let options = [
        (property.is_filterable, format!("`$filter`{operators}")),
        (property.is_searchable, "`$search`".to_owned()),
        (property.is_sortable, "`$orderby`".to_owned()),
        (property.is_expandable, "`$expand`".to_owned()),
    ];
    let options: Vec<_> = options.into_iter().filter(|(is_said, _)| *is_said).map(|(_, option)| option).collect();
    (!options.is_empty()).then(|| format!("Works with {}.", options.join(", ")))
}

fn name_and_type(name: &str, ty: &TypeRef) -> String {
    let collection = if ty.collection { " collection" } else { "" };
    let ty = ty.ty.to_string();
    let ty = if ty.is_empty() { ty } else { format!(": {}{collection}", code(&ty)) };
    format!("{}{ty}.", code(name))
}

fn values(values: &[String], default: Option<&str>) -> impl Iterator<Item = String> {
    let documented = (!values.is_empty()).then(|| format!("Documented values: {}.", code_list(values)));
    let default = default.map(|default| format!("Default: {}.", code(default)));
    documented.into_iter().chain(default)
}

fn code_list(names: &[String]) -> String {
    names.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ")
}

/// Documented text as a code span. The docs are untrusted input, and only in a code span are
/// Markdown, HTML and intra-doc links inactive.
pub(super) fn code(text: &str) -> String {
    let text: String = text.chars().take(300).map(|c| if c == '`' || is_hidden(c) { ' ' } else { c }).collect();
    format!("`{}`", text.trim())
}

/// Each after an empty line.
fn paragraphs<'t>(texts: impl Iterator<Item = &'t str>) -> impl Iterator<Item = String> {
    texts.flat_map(|text| [String::new(), plain(text)])
}

/// Documented text as plain text, with all Markdown characters escaped (CommonMark, section 2.4).
fn plain(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars().filter(|c| !is_hidden(*c) || c.is_control()) {
        if c.is_ascii_punctuation() && !matches!(c, ',' | ';' | '\'' | '"' | '/' | '?') {
            escaped.push('\\');
        }
        escaped.push(if c.is_control() { ' ' } else { c });
    }
    escaped
}

/// Page names become links, so only the characters of real page names are allowed.
fn safe_stem(stem: &str) -> Option<&str> {
    let is_safe =
        !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    is_safe.then_some(stem)
}
