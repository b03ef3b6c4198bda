//! Rows that are equal as a whole or not at all: requests, headers, examples, roles, methods, variants of permissions.

use super::alignment::{Row, align};
use super::case::Case;
use super::remarks::choose;
use crate::diag::{Diagnostic, codes, quoted};
use crate::model::facts::{EntraRole, Example, Header, ListedMethod, PermissionVariant, RequestTemplate};

impl Row for RequestTemplate {
    fn line(&self) -> u32 {
        self.line
    }

    fn key(&self) -> &str {
        &self.path
    }
}

impl Row for Header {
    fn line(&self) -> u32 {
        self.line
    }

    fn key(&self) -> &str {
        &self.name
    }
}

impl Row for EntraRole {
    fn line(&self) -> u32 {
        0
    }

    fn key(&self) -> &str {
        &self.name
    }
}

impl Row for ListedMethod {
    fn line(&self) -> u32 {
        0
    }

    fn key(&self) -> &str {
        &self.page
    }
}

impl Row for PermissionVariant {
    fn line(&self) -> u32 {
        self.line
    }

    fn key(&self) -> &str {
        &self.context
    }
}

impl Row for Example {
    fn line(&self) -> u32 {
        match self {
            Self::Request { line, .. } | Self::OtherHost { line } | Self::Response { line, .. } => *line,
        }
    }

    fn key(&self) -> &str {
        match self {
            Self::Request { path, .. } => path,
            Self::OtherHost { .. } | Self::Response { .. } => "",
        }
    }
}

/// Each row as most have it. A row that only a minority has is left out, unless the older page has it.
pub(super) fn merge<R: Row + Clone + PartialEq>(
    what: &str,
    lists: &[&[R]],
    older: Option<&[R]>,
    case: &mut Case<'_>,
) -> Vec<R> {
    let mut merged = Vec::new();
    for group in align(lists) {
        let rows: Vec<&R> = group.iter().flatten().copied().collect();
        let Some(first) = rows.first() else { continue };
        let known = older.and_then(|older| older.iter().find(|row| row.key() == first.key()));
        let is_minority = rows.len() * 2 < lists.len() || rows.len() * 2 == lists.len() && group[0].is_none();
        if is_minority && known.is_none() {
            let message = format!("{what} {} is left out: most locales have no such row", quoted(first.key()));
            case.found.push(Diagnostic::of_line(first.line(), &codes::ROW_DROPPED, message));
            continue;
        }
        let Some((row, differs)) = choose(&rows, known) else { continue };
        if differs {
            let message = format!("the locales differ in {what} {}", quoted(row.key()));
            case.found.push(Diagnostic::of_line(row.line(), &codes::FACT_DIFFERS, message));
        }
        merged.push(row.clone());
    }
    merged
}
