//! The values that a row lists: a list is decided value by value, and left out where one of them is doubtful.

use super::alignment::{Row, align};
use super::case::{Case, because};
use super::names::{self, Named};
use crate::diag::{Diagnostic, codes, quoted};
use crate::model::pairs::CellKind;
use crate::model::proof::Proof;

struct Value(String);

impl Row for Value {
    fn line(&self) -> u32 {
        0
    }

    fn key(&self) -> &str {
        &self.0
    }
}

impl Named for Value {
    fn name(&self) -> &str {
        &self.0
    }

    fn proof(&self) -> Proof {
        Proof::Whole
    }
}

/// `lists` has the values of each witness that has the row.
pub(super) fn decide(
    lists: &[&[String]],
    older: Option<&[String]>,
    row: &str,
    line: u32,
    case: &mut Case<'_>,
) -> Vec<String> {
    let Some(first) = lists.first() else { return Vec::new() };
    if lists.iter().all(|list| list == first) {
        return first.to_vec();
    }
    let count = |list: &[String]| lists.iter().filter(|other| **other == list).count();
    if let Some(two) = lists.iter().find(|list| count(list) > 1) {
        report(lists, row, line, because(Proof::TwoLocales), case);
        return two.to_vec();
    }
    if let Some(older) = older.filter(|older| lists.contains(older)) {
        report(lists, row, line, because(Proof::SpanPage), case);
        return older.to_vec();
    }
    let values: Vec<Vec<Value>> = lists.iter().map(|list| list.iter().cloned().map(Value).collect()).collect();
    // Where a list lacks a value, it is not known which.
    let is_aligned = values.iter().all(|list| list.len() == values[0].len()) && lists.len() == case.pages.len();
    let of_older: Vec<Value> = older.unwrap_or_default().iter().cloned().map(Value).collect();
    let groups = align(&values.iter().map(Vec::as_slice).collect::<Vec<_>>());
    // One diagnostic for the list is enough.
    let found = case.found.len();
    let decided = names::decide(&groups, &of_older, CellKind::Member, &[], case);
    case.found.truncate(found);
    if is_aligned && decided.iter().all(|value| value.proof.is_usable()) {
        report(lists, row, line, "each value is decided", case);
        return decided.into_iter().map(|value| value.name).collect();
    }
    let shown: Vec<_> = lists.iter().map(|list| quoted(&list.join(", "))).collect();
    let message = format!("the values of {} are left out: {}", quoted(row), shown.join(" or "));
    case.found.push(Diagnostic::of_line(line, &codes::VALUES_DOUBTED, message));
    Vec::new()
}

fn report(lists: &[&[String]], row: &str, line: u32, why: &str, case: &mut Case<'_>) {
    let shown: Vec<_> = lists.iter().map(|list| quoted(&list.join(", "))).collect();
    let message = format!("the values of {} are {}: {why}", quoted(row), shown.join(" or "));
    case.found.push(Diagnostic::of_line(line, &codes::REMARK_DIFFERS, message));
}
