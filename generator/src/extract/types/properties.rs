//! Tables of properties and relationships.

use super::identity::base_in;
use crate::diag::{codes, quoted};
use crate::extract::page_names::Row;
use crate::extract::parameters::{documented_default, documented_values, is_parameter_name, parameter_name};
use crate::extract::{Context, Output, type_expression};
use crate::markup::{Section, Table, TableRow, View};
use crate::model::facts::Property;

/// Which column holds what.
pub(super) struct Columns {
    pub(super) name: usize,
    pub(super) ty: usize,
    pub(super) description: Option<usize>,
    pub(super) relationships: bool,
}

/// What the rows of a page share.
#[derive(Default)]
pub(super) struct Rows<'p> {
    /// What the JSON representation shows, on pages whose tables are translated.
    pub(super) shown: Vec<&'p str>,
    /// The description at hand, in lower case.
    lower: String,
}

/// Adds the rows of a table to the type of the page.
pub(super) fn extract_table(
    context: &Context<'_>,
    section: &Section<'_>,
    table: Table<'_>,
    columns: &Columns,
    rows: &mut Rows<'_>,
    out: &mut Output<'_>,
) {
    let is_inner = context.words.is_about_inner_properties(&section.slug);
    let mut repaired = repair_names(context, table, columns, &rows.shown).into_iter();
    for row in table.rows() {
        let Some(cell) = row.cell(columns.name) else { continue };
        let name = repaired.next().flatten().unwrap_or_else(|| parameter_name(cell.source()));
        if name.is_empty() && row.cells().all(View::is_empty) {
            continue;
        }
        // A label of a group, or a line of text that became a row.
        let is_label = row.cell(columns.ty).is_none_or(View::is_empty)
            && (cell.source().trim().contains(' ') || row.cells().skip(1).all(View::is_empty));
        if is_label || !is_parameter_name(&name) || name.contains(['/', '{', '[']) {
            let message = format!("{} is not the name of a property", quoted(cell.source()));
            out.sink.report(&codes::ODD_PROPERTY, cell.span(), message);
            continue;
        }
        let property = extract_row(context, row, columns, name, rows, out);
        add(property, cell, is_inner, columns.relationships, out);
    }
}

fn add(property: Property, cell: View<'_>, is_inner: bool, is_relationship: bool, out: &mut Output<'_>) {
    let Some(ty) = out.facts.types.first_mut() else { return };
    let list = if is_inner {
        &mut ty.inner_properties
    } else if property.name.starts_with('@') {
        &mut ty.annotations
    } else if is_relationship {
        &mut ty.relationships
    } else {
        &mut ty.properties
    };
    if let Some(first) = list.iter().find(|known| known.name == property.name) {
        let message = format!("{} is documented in line {} already", quoted(&property.name), first.line);
        out.sink.report(&codes::DUPLICATE_PROPERTY, cell.span(), message);
    } else {
        list.push(property);
    }
}

fn extract_row(
    context: &Context<'_>,
    row: TableRow<'_>,
    columns: &Columns,
    name: String,
    rows: &mut Rows<'_>,
    out: &mut Output<'_>,
) -> Property {
    let words = context.words;
    let mut ty = row.cell(columns.ty).map(|cell| type_expression::parse(cell, words)).unwrap_or_default();
    if let Some(names) = &context.names {
        names.repair_type(&mut ty, words);
    }
    let line = row.cell(columns.name).map_or(0, |cell| out.line(cell.span()));
    let is_odd = ty.name.is_empty() || !ty.name.is_ascii() || ty.name.contains(' ');
    if is_odd && words.primitive(ty.name.split(' ').next().unwrap_or_default()).is_none() {
        let span = row.cell(columns.ty).or_else(|| row.cell(columns.name)).map(View::span);
        let message = format!("{} is not one type; it is that of {}", quoted(&ty.name), quoted(&name));
        out.sink.report(&codes::PROPERTY_TYPE, span.unwrap_or_default(), message);
    }
    let mut property = Property { name, ty, line, ..Property::default() };
    let Some(description) = columns.description.and_then(|column| row.cell(column)) else { return property };
    rows.lower.clear();
    rows.lower.push_str(description.source());
    rows.lower.make_ascii_lowercase();
    let lower = &rows.lower;
    property.nullable = words.nullability(lower);
    property.is_read_only = words.says_read_only(lower);
    property.only_on_select = words.says_on_select(lower);
    property.is_filterable = words.says_filter(lower);
    let from = words.inherited(lower).and_then(|from| base_in(description, from));
    property.inherited_from = from.map(|base| base.name);
    property.values = documented_values(description, words);
    property.default = documented_default(description, words);
    property
}

/// The names that a page without a source side has elsewhere; empty on other pages.
fn repair_names(context: &Context<'_>, table: Table<'_>, columns: &Columns, shown: &[&str]) -> Vec<Option<String>> {
    let Some(names) = &context.names else { return Vec::new() };
    let rows = table.rows().filter_map(|row| {
        let cell = row.cell(columns.name)?;
        let ty = row.cell(columns.ty).map(|cell| type_expression::parse(cell, context.words));
        Some(Row { cell, name: parameter_name(cell.source()), ty: ty.unwrap_or_default() })
    });
    let rows: Vec<_> = rows.collect();
    let mut repaired = names.repair(&rows, context.words);
    let known = |(row, name): (&Row<'_>, &Option<String>)| name.as_ref().unwrap_or(&row.name).clone();
    let known: Vec<String> = rows.iter().zip(&repaired).map(known).collect();
    for (row, name) in pair_by_position(&known, shown) {
        repaired[row] = Some(name.to_owned());
    }
    repaired
}

/// Between two rows that the JSON representation shows, too, stand as many translated names as there
/// are names left over.
fn pair_by_position<'s>(rows: &[String], shown: &[&'s str]) -> Vec<(usize, &'s str)> {
    let place = |name: &String| shown.iter().position(|shown| shown == name);
    let is_used = |name: &str| rows.iter().any(|row| row == name);
    let mut pairs = Vec::new();
    let (mut start, mut first) = (0, 0);
    while start < rows.len() {
        let known = (start..rows.len()).find_map(|row| Some((row, place(&rows[row]).filter(|&at| at >= first)?)));
        let (end, last) = known.unwrap_or((rows.len(), shown.len()));
        let free = shown[first..last].iter().copied().filter(|name| !is_used(name));
        let is_translated =
            |row: usize| !rows[row].bytes().any(|byte| byte.is_ascii_uppercase()) && place(&rows[row]).is_none();
        if free.clone().count() == end - start && (start..end).all(is_translated) {
            pairs.extend((start..end).zip(free));
        }
        start = end + 1;
        first = last + 1;
        if first > shown.len() {
            break;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::pair_by_position;

    #[track_caller]
    fn check(rows: &[&str], shown: &[&str], expected: &[(usize, &str)]) {
        let rows: Vec<_> = rows.iter().map(|&row| row.to_owned()).collect();
        assert_eq!(pair_by_position(&rows, shown), expected);
    }

    #[test]
    fn translated_names() {
        check(
            &["从", "更改为", "knots", "所有者"],
            &["from", "to", "knots", "owner"],
            &[(0, "from"), (1, "to"), (3, "owner")],
        );
        check(&["从", "knots"], &["from", "to", "knots"], &[]);
        check(&["id", "说明", "name"], &["name", "description", "id"], &[]);
        check(&["说明"], &[], &[]);
        check(&["id", "other"], &["id", "owner", "name"], &[]);
    }
}
