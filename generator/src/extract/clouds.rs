//! The national clouds that have the operation or type of a page.

use super::{Context, Output};
use crate::model::facts::Cloud;

/// Fewer columns do not make a table of clouds.
const MIN_CLOUDS: usize = 3;

/// Reads the table whose columns are clouds. The marks count, not the name of the include that the table comes from.
/// A page without such a table says nothing, so that its clouds stay unknown.
pub(super) fn extract_clouds(context: &Context<'_>, out: &mut Output<'_>) {
    let sections = context.page.sections.iter().zip(&context.roles).filter(|(_, role)| !role.in_example);
    for table in sections.flat_map(|(section, _)| context.tables(section)).collect::<Vec<_>>() {
        let columns: Vec<_> = table.header().map(|header| context.words.cloud(header.source())).collect();
        if columns.iter().flatten().count() < MIN_CLOUDS {
            continue;
        }
        let Some(row) = table.rows().next() else { continue };
        let marks = columns.iter().zip(row.cells()).filter_map(|(cloud, cell)| {
            let mark = context.words.cloud_mark(cell.source())?;
            Some(((*cloud)?, mark))
        });
        let marks: Vec<_> = marks.collect();
        if marks.is_empty() {
            continue;
        }
        let has = |cloud: &Cloud| marks.contains(&(*cloud, true));
        out.facts.clouds = Some(Cloud::ALL.into_iter().filter(has).collect());
        out.consume_table(table);
        return;
    }
}
