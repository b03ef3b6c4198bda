//! Doc comments, composed from facts.

use crate::model::api::{Operation, Parameter};
use crate::model::facts::{AccountType, ApiVersion, PermissionOrder, PermissionRow};

/// The public page of an operation.
fn page_url(stem: &str, version: ApiVersion) -> String {
    let view = match version {
        ApiVersion::V1_0 => "graph-rest-1.0",
        ApiVersion::Beta => "graph-rest-beta",
    };
    format!("<https://learn.microsoft.com/graph/api/{stem}?view={view}>")
}

pub(super) fn operation(operation: &Operation, version: ApiVersion) -> Vec<String> {
    let mut lines = vec![code(&format!("{} {}", operation.method.as_str(), operation.path)), String::new()];
    let rows = AccountType::ALL.map(|account| permission_line(account, operation.permissions.row(account)));
    lines.extend(rows.into_iter().flatten());
    if !operation.statuses.is_empty() {
        let statuses: Vec<_> = operation.statuses.iter().map(u16::to_string).collect();
        lines.push(format!("* Success: {}", statuses.join(", ")));
    }
    if lines.last().is_some_and(|line| !line.is_empty()) {
        lines.push(String::new());
    }
    if let Some(stem) = safe_stem(operation.page.stem()) {
        lines.push(format!("Documented on {}", page_url(stem, version)));
    }
    lines
}

fn permission_line(account: AccountType, row: &PermissionRow) -> Option<String> {
    let who = match account {
        AccountType::DelegatedWork => "Delegated (work or school)",
        AccountType::DelegatedPersonal => "Delegated (personal)",
        AccountType::Application => "Application",
    };
    if row.supported == Some(false) {
        return Some(format!("* {who}: not supported"));
    }
    if row.scopes.is_empty() {
        return None;
    }
    let needs_several = row.alternatives.iter().any(|set| set.len() > 1);
    let join = |set: &Vec<String>| set.iter().map(|scope| code(scope)).collect::<Vec<_>>().join(" with ");
    let mut scopes: Vec<_> = if needs_several {
        row.alternatives.iter().map(join).collect()
    } else {
        row.scopes.iter().map(|scope| code(scope)).collect()
    };
    let order = match row.order {
        _ if row.conditional => ", depending on the resource",
        _ if row.scopes.len() < 2 => "",
        _ if row.contradictory || needs_several => ", in no certain order",
        PermissionOrder::LeastToMost => ", least privileged first",
        PermissionOrder::MostToLeast => {
            scopes.reverse();
            ", least privileged first"
        }
        PermissionOrder::Unstated => ", in no stated order",
    };
    Some(format!("* {who}{order}: {}", scopes.join(", ")))
}

pub(super) fn structure(operation: &Operation, version: ApiVersion) -> Vec<String> {
    let mut lines =
        vec![format!("Parameters of {}.", code(&format!("{} {}", operation.method.as_str(), operation.path)))];
    if let Some(stem) = safe_stem(operation.page.stem()) {
        lines.extend([String::new(), format!("Documented on {}", page_url(stem, version))]);
    }
    lines
}

pub(super) fn property(parameter: &Parameter) -> Vec<String> {
    let collection = if parameter.ty.collection { " collection" } else { "" };
    let name = parameter.ty.ty.to_string();
    let ty = if name.is_empty() { name } else { format!(": {}{collection}", code(&name)) };
    let required = match parameter.required {
        Some(true) => " Required.",
        Some(false) => " Optional.",
        None => "",
    };
    let mut lines = vec![format!("{}{ty}.{required}", code(&parameter.name))];
    if !parameter.values.is_empty() {
        let values: Vec<_> = parameter.values.iter().map(|value| code(value)).collect();
        lines.push(format!("Documented values: {}.", values.join(", ")));
    }
    lines
}

/// Documented text as a code span; the docs are hostile input, and a code span is the only place
/// where Markdown, HTML and intra-doc links mean nothing.
pub(super) fn code(text: &str) -> String {
    let text: String =
        text.chars().take(300).map(|c| if c == '`' || c.is_control() || is_invisible(c) { ' ' } else { c }).collect();
    format!("`{}`", text.trim())
}

/// Zero-width and bidirectional controls, which rustc refuses in comments.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Page names go into links: only the characters that they really have.
fn safe_stem(stem: &str) -> Option<&str> {
    let is_safe =
        !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    is_safe.then_some(stem)
}
