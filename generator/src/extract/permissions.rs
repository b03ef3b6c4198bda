//! Permission tables.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::permission_cell::{self, Cell};
use super::{Context, Output, cross_check};
use crate::diag::{codes, quoted};
use crate::markup::{MarkKind, Table, TableRow, View};
use crate::model::facts::{AccountType, PermissionOrder, PermissionRow, PermissionVariant};
use crate::source::Span;
use crate::vocab::{Role, Words};

pub(super) fn extract_permissions(context: &Context<'_>, out: &mut Output<'_>) {
    let tables = permission_tables(context);
    let forms: Vec<_> = tables.iter().map(|(_, table)| form(context, *table)).collect();
    let is_split = forms.iter().filter(|form| **form == Some(Form::Rows)).count() > 1;
    for ((section, table), form) in tables.iter().zip(&forms) {
        match form {
            Some(Form::Rows) => {
                let heading = is_split
                    .then(|| {
                        context.page.sections[*section]
                            .heading
                            .map(|text| bare_context(context.page.view(text).source(), context.words))
                    })
                    .flatten();
                extract_rows(context, *table, heading.as_deref(), out);
            }
            Some(Form::Columns(accounts)) => extract_matrix(context, *table, accounts, out),
            None if table.columns() >= 2 && out.facts.permissions != Default::default() => continue,
            None => {
                let header = table.header().map(View::source).collect::<Vec<_>>().join(" | ");
                out.sink.report(
                    &codes::UNKNOWN_PERMISSION_TABLE,
                    table.span(),
                    format!("the columns {} do not belong to a permission table", quoted(&header)),
                );
                continue;
            }
        }
        out.consume_table(*table);
    }
    for account in AccountType::ALL {
        let row = out.facts.permissions.row_mut(account);
        remove_repeated(&mut row.scopes);
        remove_repeated(&mut row.alternatives);
    }
    if tables.is_empty() {
        report_missing(context, out);
    }
}

/// Tables of the permissions sections; if there are none, permission tables in sections without a
/// role.
fn permission_tables<'p>(context: &Context<'p>) -> Vec<(usize, Table<'p>)> {
    let found: Vec<_> = context
        .sections(Role::Permissions)
        .flat_map(|(index, section)| context.tables(section).map(move |table| (index, table)))
        .collect();
    if !found.is_empty() {
        return found;
    }
    let page = context.page;
    let is_permission_table = |table: &Table<'_>| {
        table.header().next().is_some_and(|label| context.words.is_permission_label_column(label.source()))
    };
    let untitled = page.sections.iter().enumerate().filter(|(index, _)| context.roles[*index].role.is_none());
    untitled
        .flat_map(|(index, section)| {
            context.tables(section).filter(is_permission_table).map(move |table| (index, table))
        })
        .collect()
}

#[derive(Debug, PartialEq, Eq)]
enum Form {
    /// One row per account type; the other columns hold permissions.
    Rows,
    /// One column per account type, one row per resource.
    Columns(Vec<Option<AccountType>>),
}

fn form(context: &Context<'_>, table: Table<'_>) -> Option<Form> {
    let accounts: Vec<_> = table.header().map(|header| context.words.account_type(header.source())).collect();
    if accounts.iter().flatten().count() >= 2 {
        return Some(Form::Columns(accounts));
    }
    let labels_column =
        table.header().next().is_some_and(|header| context.words.is_permission_label_column(header.source()));
    let has_labels =
        || table.rows().any(|row| row.cell(0).is_some_and(|cell| context.words.account_type(cell.source()).is_some()));
    (table.columns() >= 2 && (labels_column || has_labels())).then_some(Form::Rows)
}

fn extract_rows(context: &Context<'_>, table: Table<'_>, heading: Option<&str>, out: &mut Output<'_>) {
    let headers: Vec<_> = table.header().collect();
    let orders: Vec<_> = headers.iter().map(|header| context.words.permission_order(header.source())).collect();
    let accounts = account_rows(context, table, out);
    let mut current = None;
    for (row, account) in table.rows().zip(accounts) {
        let workload = account.is_none().then(|| row.cell(0).map(|cell| workload_label(cell.source()))).flatten();
        if let Some(account) = account {
            current = Some(account);
        }
        let Some(account) = current else {
            report_unread_row(row, out);
            continue;
        };
        for (column, cell) in row.cells().enumerate().skip(1) {
            let context_of_column = (headers.len() > 2).then(|| bare_context(headers[column].source(), context.words));
            let condition = workload.clone().or(context_of_column).or_else(|| heading.map(str::to_owned));
            if cell.is_empty() && workload.is_none() {
                continue;
            }
            extract_cell(context, cell, account, orders[column], condition, out);
        }
    }
    let order = orders.last().copied().unwrap_or_default();
    for account in AccountType::ALL {
        if account_is_untouched(out, account) {
            out.facts.permissions.row_mut(account).order = order;
            out.sink.report(
                &codes::MISSING_PERMISSION_ROW,
                table.span(),
                format!("the table has no row for {}", account.as_str()),
            );
        }
    }
    report_empty_rows(table, out);
}

/// A row above the first account type belongs to no account type.
fn report_unread_row(row: TableRow<'_>, out: &mut Output<'_>) {
    if let Some(label) = row.cell(0) {
        let message = format!("the label {} names no account type, so its row is not read", quoted(label.source()));
        out.sink.report(&codes::UNKNOWN_PERMISSION_ROW, label.span(), message);
    }
}

fn account_is_untouched(out: &Output<'_>, account: AccountType) -> bool {
    *out.facts.permissions.row(account) == PermissionRow::default()
}

fn report_empty_rows(table: Table<'_>, out: &mut Output<'_>) {
    let empty: Vec<_> =
        table.rows().filter(|row| row.cells().skip(1).all(View::is_empty)).filter_map(|row| row.cell(0)).collect();
    if out.facts.permission_variants.is_empty() {
        for label in empty {
            out.sink.report(
                &codes::EMPTY_PERMISSION_ROW,
                label.span(),
                format!("the row {} lists nothing", quoted(label.source())),
            );
        }
    }
}

/// The account type of each row; `None` for rows that belong to the account type above them.
///
/// The order of the three rows is constant, so a damaged label is read by its position.
fn account_rows(context: &Context<'_>, table: Table<'_>, out: &mut Output<'_>) -> Vec<Option<AccountType>> {
    let rows: Vec<TableRow<'_>> = table.rows().collect();
    let by_label: Vec<_> =
        rows.iter().map(|row| row.cell(0).and_then(|cell| account_of_label(context, cell))).collect();
    if rows.len() != 3 || by_label.iter().all(Option::is_some) {
        return by_label;
    }
    let fits =
        by_label.iter().zip(AccountType::ALL).all(|(found, expected)| found.is_none_or(|found| found == expected));
    let mut accounts = by_label;
    if fits {
        for ((account, expected), row) in accounts.iter_mut().zip(AccountType::ALL).zip(&rows) {
            if account.is_none() {
                if let Some(label) = row.cell(0) {
                    out.sink.report(
                        &codes::UNKNOWN_PERMISSION_ROW,
                        label.span(),
                        format!(
                            "the label {} is read as {} by its position",
                            quoted(label.source()),
                            expected.as_str()
                        ),
                    );
                }
                *account = Some(expected);
            }
        }
    }
    accounts
}

fn extract_matrix(context: &Context<'_>, table: Table<'_>, accounts: &[Option<AccountType>], out: &mut Output<'_>) {
    for row in table.rows() {
        let resource = row.cell(0).map(|cell| cell.source().trim().to_owned()).unwrap_or_default();
        for (cell, account) in row.cells().zip(accounts) {
            if let Some(account) = account
                && !cell.is_empty()
            {
                extract_cell(context, cell, *account, PermissionOrder::Unstated, Some(resource.clone()), out);
            }
        }
    }
}

/// The account type that a row label names. An indented label names a workload, which may be
/// translated like an account type: "apps" and "application" can be the same word.
fn account_of_label(context: &Context<'_>, label: View<'_>) -> Option<AccountType> {
    let is_workload = context.names.is_some() && label.source().starts_with('\u{a0}');
    context.words.account_type(label.source()).filter(|_| !is_workload)
}

/// If the source side may be the text of another page, a localized side that lists other permissions
/// is the right one. A localized side without permissions was lost in translation.
fn doubtful_cell(context: &Context<'_>, cell: View<'_>, out: &mut Output<'_>) -> Option<String> {
    if context.page.unit_count() == 0 || !cross_check::may_be_another_text(&out.facts) {
        return None;
    }
    let localized = cell.localized();
    let (ours, theirs) = (permission_cell::scopes(cell.source()), permission_cell::scopes(&localized));
    if ours == theirs {
        return None;
    }
    let winner = if theirs.is_empty() { "source" } else { "localized" };
    let message = format!(
        "the source side lists {}, the localized side {}; the {winner} side is used",
        quoted(&ours.join(", ")),
        quoted(&theirs.join(", "))
    );
    out.sink.report(&codes::SIDES_DISAGREE, cell.span(), message);
    (!theirs.is_empty()).then_some(localized)
}

/// Reads a cell into the row of its account type and, if there is a condition, into a variant.
fn extract_cell(
    context: &Context<'_>,
    cell: View<'_>,
    account: AccountType,
    order: PermissionOrder,
    condition: Option<String>,
    out: &mut Output<'_>,
) {
    let mut pending: Option<String> = None;
    let lines = match doubtful_cell(context, cell, out) {
        Some(localized) => vec![Cow::Owned(localized)],
        None => starred_lines(cell),
    };
    for line in lines {
        let mended = context.names.is_some().then(|| permission_cell::mend(&line, context.words));
        let line = mended.as_deref().unwrap_or(&line);
        let Cell { mut row, condition: own, leftover } = permission_cell::parse(line, context.words, order);
        let own = own.or_else(|| pending.take());
        if row.scopes.is_empty() && row.supported.is_none() && leftover.is_empty() && own.is_some() {
            // `For **user** resource:<br/>A, B`: the list follows on the next line.
            pending = own;
            continue;
        }
        if !leftover.is_empty() {
            out.sink.report(
                &codes::ODD_PERMISSION_CELL,
                cell.span(),
                format!("besides permissions this cell says {}", quoted(&leftover)),
            );
        }
        let line = out.line(cell.span());
        row.line = if row.scopes.is_empty() { 0 } else { line };
        merge(out.facts.permissions.row_mut(account), &row);
        let context = match (&condition, own) {
            (Some(outer), Some(own)) if !own.is_empty() => Some(format!("{outer}: {own}")),
            (outer, own) => own.filter(|own| !own.is_empty()).or_else(|| outer.clone()),
        };
        if let Some(context) = context {
            out.facts.permissions.row_mut(account).conditional = true;
            out.facts.permission_variants.push(PermissionVariant { context, account, row, line });
        }
    }
}

/// The lines of a cell, with a star for each superscript, since most pages mark footnotes by a
/// star.
fn starred_lines<'p>(cell: View<'p>) -> Vec<Cow<'p, str>> {
    let source = cell.source();
    let mut raised = cell.ranges(MarkKind::Superscript).peekable();
    let lines = cell.lines().filter(|line| !line.is_empty()).map(|line| {
        let start = line.as_ptr() as usize - source.as_ptr() as usize;
        let mut starred = String::new();
        let mut done = start;
        while let Some(mark) = raised.next_if(|mark| mark.end <= start + line.len()) {
            if let Some(before) = source.get(done..mark.start) {
                starred.push_str(before);
                starred.push('*');
                done = mark.end;
            }
        }
        if done == start { Cow::Borrowed(line) } else { Cow::Owned(starred + &source[done..start + line.len()]) }
    });
    lines.collect()
}

/// Adds a further line or table. Repetitions are removed at the end.
fn merge(into: &mut PermissionRow, row: &PermissionRow) {
    if !row.alternatives.is_empty() {
        into.ends_with_and = row.ends_with_and && into.alternatives.is_empty();
    }
    into.scopes.extend_from_slice(&row.scopes);
    into.alternatives.extend_from_slice(&row.alternatives);
    into.order = row.order;
    into.line = if into.line == 0 { row.line } else { into.line };
    into.supported = match (into.supported, row.supported) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (known, new) => known.or(new),
    };
}

fn remove_repeated<T: Ord + Clone>(list: &mut Vec<T>) {
    let mut known = BTreeSet::new();
    list.retain(|item| known.insert(item.clone()));
}

/// `Permissions acting on self (from least to most privileged)` without the order, `For users:` without
/// the colon.
fn bare_context(text: &str, words: Words<'_>) -> String {
    let text = match text.rsplit_once('(') {
        Some((before, order)) if words.permission_order(order) != PermissionOrder::Unstated => before,
        _ => text,
    };
    text.trim().trim_end_matches(':').to_owned()
}

/// `&nbsp; &nbsp; **Policy Set**` without its indentation and marks.
fn workload_label(label: &str) -> String {
    label.replace('\u{a0}', " ").trim().to_owned()
}

fn report_missing(context: &Context<'_>, out: &mut Output<'_>) {
    let section = context.sections(Role::Permissions).next();
    match section {
        Some((_, section)) => {
            out.facts.permissions.unstructured = true;
            out.sink.report(&codes::UNSTRUCTURED_PERMISSIONS, section.span, "the permissions section has no table");
        }
        None => out.sink.report(&codes::NO_PERMISSIONS, Span::new(0, 0), "the page has no permissions section"),
    }
}
