//! The methods of a resource: links to the pages of its operations.

use crate::extract::{Output, type_expression};
use crate::markup::Table;

/// Keeps the pages that the first column links to. A row without a link is the label of a group.
pub(super) fn extract_methods(table: Table<'_>, out: &mut Output<'_>) {
    for row in table.rows() {
        let Some(cell) = row.cell(0) else { continue };
        let pages = cell.links().filter_map(|link| type_expression::page_stem(link.destination));
        out.facts.methods.extend(pages.map(str::to_owned));
    }
}
