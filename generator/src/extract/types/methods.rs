//! The methods of a resource: links to the pages of its operations, and their return types.

use crate::extract::{Context, Output, type_expression};
use crate::markup::Table;
use crate::model::facts::ListedMethod;

/// Keeps the pages that the column of methods links to. A row without a link is the label of a group.
pub(super) fn extract_methods(
    context: &Context<'_>,
    table: Table<'_>,
    method: usize,
    returns: Option<usize>,
    out: &mut Output<'_>,
) {
    for row in table.rows() {
        let Some(cell) = row.cell(method) else { continue };
        let returns = returns.and_then(|column| row.cell(column)).filter(|cell| !cell.is_empty());
        let returns = returns.map(|cell| type_expression::parse(cell, context.words));
        let pages = cell.links().filter_map(|link| type_expression::page_stem(link.destination));
        let is_deprecated = context.words.is_marked_deprecated(cell.source());
        let listed = pages.map(|page| ListedMethod { page: page.to_owned(), returns: returns.clone(), is_deprecated });
        out.facts.methods.extend(listed);
    }
}
