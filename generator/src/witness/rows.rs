//! Rows that are equal as a whole or not at all: requests, headers, examples, roles, variants of permissions.

use serde::Serialize;

use super::alignment::{Group, Row, align};
use super::case::{Case, written};
use super::remarks::choose;
use crate::diag::{Diagnostic, codes, quoted};
use crate::model::facts::{EntraRole, Example, Header, PermissionVariant, RequestTemplate};

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
pub(super) fn merge<R: Row + Clone + PartialEq + Serialize>(
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
        if known.is_none() && is_of_few(&group) {
            report_dropped(what, *first, case);
            continue;
        }
        let Some((row, differs)) = choose(&rows, known) else { continue };
        if differs {
            let said: Vec<_> = group.iter().map(|row| row.map(|row| (row.line(), written(row)))).collect();
            let outcome = format!("{} is used for {what} {}", quoted(&written(row)), quoted(row.key()));
            case.report(&codes::FACT_DIFFERS, &said, &outcome);
        }
        merged.push(row.clone());
    }
    merged
}

/// Whether only a minority of the witnesses has the row; of two, only the less trusted one.
pub(super) fn is_of_few<R>(group: &Group<'_, R>) -> bool {
    let rows = group.iter().flatten().count();
    rows * 2 < group.len() || rows * 2 == group.len() && group[0].is_none()
}

pub(super) fn report_dropped<R: Row>(what: &str, row: &R, case: &mut Case<'_>) {
    let message = format!("{what} {} is left out: most locales have no such row", quoted(row.key()));
    case.found.push(Diagnostic::of_line(row.line(), &codes::ROW_DROPPED, message));
}
