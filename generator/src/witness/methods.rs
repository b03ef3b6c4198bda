//! The methods of a resource: links to pages, which no translation touches, with the types that they return.

use super::alignment::{Row, align};
use super::case::Case;
use super::remarks::Remarks;
use super::{rows, type_of_row};
use crate::model::facts::{ListedMethod, TypeExpression};

impl Row for ListedMethod {
    fn line(&self) -> u32 {
        0
    }

    fn key(&self) -> &str {
        &self.page
    }
}

pub(super) fn merge(
    lists: &[&[ListedMethod]],
    older: Option<&[ListedMethod]>,
    case: &mut Case<'_>,
) -> Vec<ListedMethod> {
    let mut merged = Vec::new();
    for group in align(lists) {
        let Some(first) = group.iter().flatten().copied().next() else { continue };
        let known = older.and_then(|older| older.iter().find(|row| row.page == first.page));
        if known.is_none() && rows::is_of_few(&group) {
            rows::report_dropped("the method", first, case);
            continue;
        }
        let said: Vec<&TypeExpression> = group.iter().flatten().filter_map(|row| row.returns.as_ref()).collect();
        let returns = type_of_row::choose(&said, known.and_then(|row| row.returns.as_ref()), case.pages.len());
        let mut remarks = Remarks::of(&group, known);
        let is_deprecated = remarks.pick("is_deprecated", |row| &row.is_deprecated);
        // A translated type that no two locales have is one that nobody knows.
        let returns = match returns {
            Some((ty, _)) => Some(ty),
            None => remarks.pick("returns", |row| &row.returns),
        };
        merged.push(ListedMethod { page: first.page.clone(), returns, is_deprecated });
        remarks.report(&first.page, 1, case);
    }
    merged
}
