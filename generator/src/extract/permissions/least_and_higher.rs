//! Rows of a permission table with one column for the least privileged permissions and one for those that are accepted,
//! too. The second column has no order, and may list names that are not more privileged.

use std::collections::BTreeMap;

use super::super::permission_cell::{self, Cell};
use super::super::{Context, Output};
use super::{add, report_leftover, report_too_many, supported_by_either};
use crate::markup::View;
use crate::model::facts::{AccountType, PermissionOrder, PermissionRow};

/// Where the two columns are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) least: usize,
    pub(super) higher: usize,
}

/// Finds the two columns by their headers.
pub(super) fn columns(context: &Context<'_>, headers: &[View<'_>]) -> Option<Columns> {
    let position = |is_column: &dyn Fn(&str) -> bool| headers.iter().position(|header| is_column(header.source()));
    let least = position(&|header| context.words.is_least_privileged_column(header))?;
    let higher = position(&|header| context.words.is_higher_privileged_column(header))?;
    Some(Columns { least, higher })
}

/// Reads the two cells of an account type. `condition` is what the whole table is for.
pub(super) fn extract_cells(
    context: &Context<'_>,
    (least, higher): (View<'_>, View<'_>),
    account: AccountType,
    condition: Option<&str>,
    requests: &[String],
    out: &mut Output<'_>,
) {
    let mut rows: Vec<(Option<String>, PermissionRow)> = Vec::new();
    for (mut row, own) in parts(context, least, out) {
        row.least.clone_from(&row.alternatives);
        rows.push((own, row));
    }
    let mut places: BTreeMap<Option<String>, usize> = BTreeMap::new();
    for (place, (own, _)) in rows.iter().enumerate() {
        places.entry(own.clone()).or_insert(place);
    }
    let is_supported = rows.iter().any(|(_, row)| row.supported == Some(true));
    for (row, own) in parts(context, higher, out) {
        if row.supported == Some(false) && is_supported {
            // "Not available.": nothing more than the least privileged ones.
            continue;
        }
        match places.get(&own) {
            Some(&place) => {
                let known = &mut rows[place].1;
                known.scopes.extend(row.scopes);
                known.alternatives.extend(row.alternatives);
                known.refused.extend(row.refused);
                known.supported = supported_by_either(known.supported, row.supported);
            }
            None => {
                places.insert(own.clone(), rows.len());
                rows.push((own, row));
            }
        }
    }
    for (own, row) in rows {
        add(account, row, (condition, own), requests, least.span(), out);
    }
}

/// What the lines of a cell list, each under its condition.
fn parts(context: &Context<'_>, cell: View<'_>, out: &mut Output<'_>) -> Vec<(PermissionRow, Option<String>)> {
    let mut rows = Vec::new();
    for line in super::starred_lines(cell) {
        for part in permission_cell::conditional_parts(&line, context.words) {
            let Cell { row, condition, leftover, has_too_many } =
                permission_cell::parse(part, context.words, PermissionOrder::Unstated);
            report_leftover(&leftover, cell, out);
            report_too_many(has_too_many, cell, out);
            rows.push((row, condition.filter(|condition| !condition.is_empty())));
        }
    }
    // Refused names stand on a line of their own, and are about the whole cell.
    let (refused, mut listed): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|(row, _)| !row.refused.is_empty() && row.scopes.is_empty());
    if let Some((first, _)) = listed.first_mut() {
        first.refused.extend(refused.into_iter().flat_map(|(row, _)| row.refused));
        return listed;
    }
    refused
}
