//! Permission tables.

mod contexts;
mod least_and_higher;

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::permission_cell::{self, Cell};
use super::{Context, Output, cross_check};
use crate::diag::{codes, quoted};
use crate::markup::{MarkKind, Table, TableRow, View};
use crate::model::facts::{AccountType, PermissionOrder, PermissionRow, PermissionVariant};
use crate::source::Span;
use crate::vocab::{Role, Words};
use contexts::Found;

pub(super) fn extract_permissions(context: &Context<'_>, out: &mut Output<'_>) {
    let found = contexts::permission_tables(context, out);
    let tables: Vec<_> =
        found.iter().filter_map(|found| Some((found, found.table?, form(context, found.table?)))).collect();
    let is_split = is_split(&found, &tables);
    for (found, table, form) in &tables {
        let is_for = || {
            let heading = context.page.sections[found.section].heading;
            let heading = heading.map(|text| match context.names {
                // Its anchor is still that of the source.
                Some(_) => context.page.sections[found.section].slug.replace('-', " "),
                None => bare_context(context.page.view(text).source(), context.words),
            });
            if found.requests.is_empty() { heading } else { Some(found.requests.join(", ")) }
        };
        let condition = is_split.then(is_for).flatten();
        let requests = if is_split { found.requests.as_slice() } else { &[] };
        match form {
            Some(Form::Rows) => extract_rows(context, *table, condition.as_deref(), requests, out),
            Some(Form::LeastAndHigher(columns)) => {
                extract_least_and_higher(context, *table, *columns, (condition.as_deref(), requests), out);
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
        remove_repeated(&mut row.least);
        remove_repeated(&mut row.refused);
    }
    if tables.is_empty() {
        report_missing(context, !found.is_empty(), out);
    }
}

/// Whether the tables are about different requests or resources. Tables of today under one heading that name no requests
/// say the same twice.
fn is_split(found: &[Found<'_>], tables: &[(&Found<'_>, Table<'_>, Option<Form>)]) -> bool {
    let rows = tables.iter().filter(|(_, _, form)| *form == Some(Form::Rows)).count();
    let contexts: BTreeSet<_> = found.iter().map(|found| (found.section, &found.requests)).collect();
    let has_today = tables.iter().any(|(_, _, form)| matches!(form, Some(Form::LeastAndHigher(_))));
    let has_unread = found.iter().any(|found| found.table.is_none());
    rows > 1 || (has_today || has_unread) && contexts.len() > 1
}

#[derive(Debug, PartialEq, Eq)]
enum Form {
    /// One row per account type; the other columns hold permissions.
    Rows,
    /// The same with a column for the least privileged permissions.
    LeastAndHigher(least_and_higher::Columns),
    /// One column per account type, one row per resource.
    Columns(Vec<Option<AccountType>>),
}

fn form(context: &Context<'_>, table: Table<'_>) -> Option<Form> {
    let accounts: Vec<_> = table.header().map(|header| context.words.account_type(header.source())).collect();
    if accounts.iter().flatten().count() >= 2 {
        return Some(Form::Columns(accounts));
    }
    if let Some(columns) = least_and_higher::columns(context, &table.header().collect::<Vec<_>>()) {
        return Some(Form::LeastAndHigher(columns));
    }
    let labels_column =
        table.header().next().is_some_and(|header| context.words.is_permission_label_column(header.source()));
    let has_labels =
        || table.rows().any(|row| row.cell(0).is_some_and(|cell| context.words.account_type(cell.source()).is_some()));
    (table.columns() >= 2 && (labels_column || has_labels())).then_some(Form::Rows)
}

fn extract_rows(
    context: &Context<'_>,
    table: Table<'_>,
    heading: Option<&str>,
    requests: &[String],
    out: &mut Output<'_>,
) {
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
            extract_cell(context, cell, account, orders[column], condition, requests, out);
        }
    }
    report_missing_rows(table, orders.last().copied().unwrap_or_default(), out);
    report_empty_rows(table, out);
}

fn extract_least_and_higher(
    context: &Context<'_>,
    table: Table<'_>,
    columns: least_and_higher::Columns,
    (condition, requests): (Option<&str>, &[String]),
    out: &mut Output<'_>,
) {
    let accounts = account_rows(context, table, out);
    for (row, account) in table.rows().zip(accounts) {
        match (account, row.cell(columns.least), row.cell(columns.higher)) {
            (Some(account), Some(least), Some(higher)) => {
                least_and_higher::extract_cells(context, (least, higher), account, condition, requests, out);
            }
            _ => report_unread_row(row, out),
        }
    }
    report_missing_rows(table, PermissionOrder::Unstated, out);
    report_empty_rows(table, out);
}

fn report_missing_rows(table: Table<'_>, order: PermissionOrder, out: &mut Output<'_>) {
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

/// The texts of a table that say what its permissions are for: the labels of rows, or the headers of several columns.
pub(super) fn conditions<'p>(context: &Context<'p>, table: Table<'p>) -> Vec<View<'p>> {
    match form(context, table) {
        Some(Form::Columns(_)) => table.rows().filter_map(|row| row.cell(0)).collect(),
        Some(Form::Rows) if table.columns() > 2 => table.header().skip(1).collect(),
        _ => Vec::new(),
    }
}

fn extract_matrix(context: &Context<'_>, table: Table<'_>, accounts: &[Option<AccountType>], out: &mut Output<'_>) {
    for row in table.rows() {
        let resource = row.cell(0).map(|cell| cell.source().trim().to_owned()).unwrap_or_default();
        for (cell, account) in row.cells().zip(accounts) {
            if let Some(account) = account
                && !cell.is_empty()
            {
                extract_cell(context, cell, *account, PermissionOrder::Unstated, Some(resource.clone()), &[], out);
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
    requests: &[String],
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
        let Cell { row, condition: own, leftover, has_too_many } = permission_cell::parse(line, context.words, order);
        let own = own.or_else(|| pending.take());
        let says_nothing = row.scopes.is_empty() && row.refused.is_empty() && row.supported.is_none();
        if says_nothing && leftover.is_empty() && own.is_some() {
            // `For **user** resource:<br/>A, B`: the list follows on the next line.
            pending = own;
            continue;
        }
        report_leftover(&leftover, cell, out);
        report_too_many(has_too_many, cell, out);
        add(account, row, (condition.as_deref(), own), requests, cell.span(), out);
    }
}

fn report_leftover(leftover: &str, cell: View<'_>, out: &mut Output<'_>) {
    if !leftover.is_empty() {
        let message = format!("besides permissions this cell says {}", quoted(leftover));
        out.sink.report(&codes::ODD_PERMISSION_CELL, cell.span(), message);
    }
}

fn report_too_many(has_too_many: bool, cell: View<'_>, out: &mut Output<'_>) {
    if has_too_many {
        out.sink.report(
            &codes::ODD_PERMISSION_CELL,
            cell.span(),
            "this cell joins lists with too many combinations, so what suffices is not known",
        );
    }
}

/// Adds what a cell says to the row of its account type and, where it holds under a condition, as a variant.
fn add(
    account: AccountType,
    mut row: PermissionRow,
    (outer, own): (Option<&str>, Option<String>),
    requests: &[String],
    span: Span,
    out: &mut Output<'_>,
) {
    let line = out.line(span);
    row.line = if row.scopes.is_empty() { 0 } else { line };
    merge(out.facts.permissions.row_mut(account), &row);
    let context = match (outer, own) {
        (Some(outer), Some(own)) if !own.is_empty() => Some(format!("{outer}: {own}")),
        (outer, own) => own.filter(|own| !own.is_empty()).or_else(|| outer.map(str::to_owned)),
    };
    if let Some(context) = context {
        out.facts.permissions.row_mut(account).conditional = true;
        let (properties, requests) = (Vec::new(), requests.to_vec());
        out.facts.permission_variants.push(PermissionVariant { context, properties, requests, account, row, line });
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
    into.least.extend_from_slice(&row.least);
    into.refused.extend_from_slice(&row.refused);
    into.order = row.order;
    into.line = if into.line == 0 { row.line } else { into.line };
    into.supported = supported_by_either(into.supported, row.supported);
}

fn supported_by_either(known: Option<bool>, new: Option<bool>) -> Option<bool> {
    match (known, new) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (known, new) => known.or(new),
    }
}

pub(super) fn remove_repeated<T: Ord + Clone>(list: &mut Vec<T>) {
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

/// `is_elsewhere`: there is a table in an include, and that the include is missing is reported already.
fn report_missing(context: &Context<'_>, is_elsewhere: bool, out: &mut Output<'_>) {
    let section = context.sections(Role::Permissions).next();
    match section {
        Some((_, section)) => {
            out.facts.permissions.unstructured = true;
            if is_elsewhere {
                return;
            }
            out.sink.report(&codes::UNSTRUCTURED_PERMISSIONS, section.span, "the permissions section has no table");
        }
        None => out.sink.report(&codes::NO_PERMISSIONS, Span::new(0, 0), "the page has no permissions section"),
    }
}
