//! The permissions of a page, by account type: a row is used as most locales have it.

use super::case::Case;
use super::remarks::choose;
use crate::diag::{codes, quoted};
use crate::model::facts::{AccountType, PermissionRow, Permissions};

pub(super) fn merge(case: &mut Case<'_>) -> Permissions {
    let said: Vec<Permissions> = case.pages.iter().map(|page| page.permissions.clone()).collect();
    let older = case.older.map(|page| page.permissions.clone());
    let mut merged = Permissions::default();
    for account in AccountType::ALL {
        let rows: Vec<&PermissionRow> = said.iter().map(|permissions| permissions.row(account)).collect();
        let older = older.as_ref().map(|permissions| permissions.row(account));
        *merged.row_mut(account) = merge_row(account, &rows, older, case);
    }
    let flags: Vec<&bool> = said.iter().map(|permissions| &permissions.unstructured).collect();
    merged.unstructured =
        choose(&flags, older.as_ref().map(|older| &older.unstructured)).is_some_and(|(flag, _)| *flag);
    merged
}

fn merge_row(
    account: AccountType,
    rows: &[&PermissionRow],
    older: Option<&PermissionRow>,
    case: &mut Case<'_>,
) -> PermissionRow {
    // The line is that of one witness.
    let said: Vec<PermissionRow> = rows.iter().map(|row| PermissionRow { line: 0, ..(*row).clone() }).collect();
    let older = older.map(|row| PermissionRow { line: 0, ..row.clone() });
    let Some((row, differs)) = choose(&said.iter().collect::<Vec<_>>(), older.as_ref()) else {
        return PermissionRow::default();
    };
    let mut row = PermissionRow { line: rows[0].line, ..row.clone() };
    if !differs {
        return row;
    }
    // A name that only one of several has is a mistake of its page, or what it made of a word.
    let is_in_most = |name: &String| {
        let votes = said.iter().filter(|row| row.scopes.contains(name)).count();
        votes * 2 >= said.len() || older.as_ref().is_some_and(|older| older.scopes.contains(name))
    };
    let strays: Vec<String> = row.scopes.iter().filter(|name| !is_in_most(name)).cloned().collect();
    if !strays.is_empty() {
        let has_none = |set: &Vec<String>| !set.iter().any(|name| strays.contains(name));
        row.scopes.retain(|name| !strays.contains(name));
        row.alternatives.retain(has_none);
        row.least.retain(has_none);
    }
    let shown: Vec<_> = rows.iter().map(|row| Some((row.line, row.scopes.join(", ")))).collect();
    let outcome = format!("{} are the permissions of {}", quoted(&row.scopes.join(", ")), account.as_str());
    case.report(&codes::PERMISSIONS_DIFFER, &shown, &outcome);
    row
}
