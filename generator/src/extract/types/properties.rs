//! Tables of properties and relationships.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::contradicted::Spans;
use super::identity::base_in;
use super::{capabilities, json_shape};
use crate::diag::{codes, quoted};
use crate::extract::name_cell::{self, Named, ShownNames};
use crate::extract::page_names::{DocumentedName, Mended};
use crate::extract::parameters::{is_parameter_name, parameter_name};
use crate::extract::{Context, Output, choice, deprecation, documented_values, intact, type_expression};
use crate::markup::{Section, Table, TableRow, View};
use crate::model::facts::{Property, TypeKind};
use crate::model::proof::Proof;

/// The columns of a table.
pub(super) struct Columns {
    pub(super) name: usize,
    pub(super) ty: usize,
    pub(super) description: Option<usize>,
    pub(super) relationships: bool,
}

pub(super) type SectionLinks = BTreeMap<String, Vec<String>>;

/// State that the rows of a page share.
#[derive(Default)]
pub(super) struct Rows<'p> {
    /// The JSON representation.
    pub(super) shape: &'p str,
    /// Sections of the page that type cells link to, by lowercase slug, with the properties of these cells.
    pub(super) section_links: SectionLinks,
    /// The lines of properties whose type cells offer several types.
    pub(super) choices: BTreeSet<u32>,
    /// The name cells, on a plain localized page.
    pub(super) spans: Spans,
    /// The names in all JSON of the page.
    shown: ShownNames<'p>,
    /// The line of each property that the type has, by its list and name.
    added: BTreeMap<(List, String), u32>,
    /// The current description, in lower case.
    lower: String,
}

/// Adds the rows of a table to the type of the page.
pub(super) fn extract_table<'p>(
    context: &Context<'p>,
    section: &Section<'_>,
    table: Table<'p>,
    columns: &Columns,
    rows: &mut Rows<'p>,
    out: &mut Output<'_>,
) {
    let is_inner = context.words.is_about_inner_properties(&section.slug);
    let mut names = names_of_rows(context, table, columns, rows, out).into_iter();
    for row in table.rows() {
        let Some(cell) = row.cell(columns.name) else { continue };
        let (mut name, proof) = match names.next() {
            Some(Named::Name(name)) => {
                let proof = intact::proof_of_name(&name, cell, context);
                (name, proof)
            }
            Some(Named::Mended(name, proof)) => (name, proof),
            _ => (String::new(), Proof::default()),
        };
        if name.is_empty() && row.cells().all(View::is_empty) {
            continue;
        }
        let is_doubtful = !proof.is_usable() && !name.is_empty();
        if is_doubtful {
            cell.source().trim().clone_into(&mut name);
        }
        if is_label(row, columns) || !is_doubtful && (!is_parameter_name(&name) || name.contains(['/', '{', '['])) {
            let message = format!("{} is not the name of a property", quoted(cell.source()));
            out.sink.report(&codes::ODD_PROPERTY, cell.span(), message);
            continue;
        }
        if is_doubtful {
            intact::report(&name, "name", cell.span(), out);
        }
        let property = Property { proof, ..extract_row(context, row, columns, name, rows, out) };
        if context.names.is_some() {
            rows.spans.insert(property.line, cell.span());
        }
        add(property, cell, (is_inner, columns.relationships), &mut rows.added, out);
    }
}

/// The label of a group, or a line of text that became a row.
fn is_label(row: TableRow<'_>, columns: &Columns) -> bool {
    let others = row.cells().enumerate().filter(|(column, _)| *column != columns.name);
    let mut others = others.map(|(_, cell)| cell);
    row.cell(columns.ty).is_none_or(View::is_empty)
        && (row.cell(columns.name).is_some_and(|cell| cell.source().trim().contains(' ')) || others.all(View::is_empty))
}

/// One for each row that has a name cell.
fn names_of_rows<'p>(
    context: &Context<'p>,
    table: Table<'p>,
    columns: &Columns,
    rows: &mut Rows<'p>,
    out: &mut Output<'_>,
) -> Vec<Named> {
    let cells: Vec<_> = table.rows().filter_map(|row| Some((row, row.cell(columns.name)?))).collect();
    if context.names.is_some() {
        let repaired = repair_names(context, table, columns, &json_shape::names(rows.shape));
        let names = cells.iter().zip(repaired);
        return names.map(|((_, cell), mended)| Named::of(mended, *cell)).collect();
    }
    let mut names = Vec::new();
    for &(row, cell) in &cells {
        names.push(if is_label(row, columns) {
            Named::Label
        } else {
            name_cell::read(cell, &mut rows.shown, context, out)
        });
    }
    if names.contains(&Named::Lost) {
        for (row, name) in name_cell::find_by_place(&names, &json_shape::names(rows.shape)) {
            name_cell::report(cells[row].1, name, "its place in the JSON decides", out);
            names[row] = Named::Name(name.to_owned());
        }
    }
    names
}

/// A list of a type.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum List {
    Inner,
    Annotations,
    Relationships,
    Properties,
}

fn add(
    mut property: Property,
    cell: View<'_>,
    (is_inner, is_relationship): (bool, bool),
    added: &mut BTreeMap<(List, String), u32>,
    out: &mut Output<'_>,
) {
    let Some(ty) = out.facts.types.first_mut() else { return };
    name_cell::complete(&mut property.name);
    let (list, name) = if is_inner {
        (&mut ty.inner_properties, List::Inner)
    } else if property.name.starts_with('@') {
        (&mut ty.annotations, List::Annotations)
    } else if is_relationship {
        // Only types with a key have navigation properties (OData CSDL 4.01, section 8).
        ty.kind = TypeKind::Entity;
        (&mut ty.relationships, List::Relationships)
    } else {
        (&mut ty.properties, List::Properties)
    };
    match added.entry((name, property.name.clone())) {
        Entry::Occupied(first) => {
            let message = format!("{} is already documented in line {}", quoted(&property.name), first.get());
            out.sink.report(&codes::DUPLICATE_PROPERTY, cell.span(), message);
        }
        Entry::Vacant(free) => {
            free.insert(property.line);
            list.push(property);
        }
    }
}

fn extract_row<'p>(
    context: &Context<'p>,
    row: TableRow<'p>,
    columns: &Columns,
    name: String,
    rows: &mut Rows<'p>,
    out: &mut Output<'_>,
) -> Property {
    let words = context.words;
    let mut ty = row.cell(columns.ty).map(|cell| type_expression::parse(cell, words)).unwrap_or_default();
    if let Some(names) = &context.names {
        names.repair_type(&mut ty, words);
    }
    let mut links = row.cell(columns.ty).into_iter().flat_map(View::links);
    if let Some(slug) = links.find_map(|link| link.destination.strip_prefix('#')) {
        rows.section_links.entry(slug.to_ascii_lowercase()).or_default().push(name.clone());
    }
    let line = row.cell(columns.name).map_or(0, |cell| out.line(cell.span()));
    let offers_several = |cell: View<'_>| cell.links().nth(1).is_some() && choice::linked_types(cell, words).len() > 1;
    if row.cell(columns.ty).is_some_and(offers_several) {
        rows.choices.insert(line);
    }
    let is_odd = ty.name.is_empty() || !ty.name.is_ascii() || ty.name.contains(' ') && !words.names_one_type(&ty.name);
    if is_odd && words.primitive(ty.name.split(' ').next().unwrap_or_default()).is_none() {
        let span = row.cell(columns.ty).or_else(|| row.cell(columns.name)).map(View::span);
        let message = format!("the type {} of {} is not one type", quoted(&ty.name), quoted(&name));
        out.sink.report(&codes::PROPERTY_TYPE, span.unwrap_or_default(), message);
    }
    let type_proof = intact::proof_of_type(&ty, context);
    if let (false, Some(cell)) = (type_proof.is_usable(), row.cell(columns.ty)) {
        intact::report(&ty.name, "type", cell.span(), out);
    }
    let mut property = Property { name, ty, type_proof, line, ..Property::default() };
    if let Some(cell) = row.cell(columns.name) {
        let description = columns.description.and_then(|column| row.cell(column));
        property.deprecated = deprecation::of_row(cell, &property.name, description, words);
    }
    let Some(description) = columns.description.and_then(|column| row.cell(column)) else { return property };
    rows.lower.clear();
    rows.lower.push_str(description.source());
    rows.lower.make_ascii_lowercase();
    let lower = &rows.lower;
    property.nullable = words.nullability(lower);
    property.is_read_only = words.says_read_only(lower);
    property.only_on_select = words.says_on_select(lower);
    property.is_filterable = words.says_filter(lower);
    capabilities::read(description, words, &mut property);
    let from = words.inherited(lower).and_then(|from| base_in(description, from));
    property.inherited_from = from.map(|base| base.name);
    let mut documented = documented_values::read(description, words);
    intact::check_values(&mut documented, description, context, out);
    property.values = documented.values;
    property.only_with_prefer = documented.only_with_prefer;
    property.default = documented.default;
    property
}

/// Names from elsewhere on a page without a source side; empty on other pages.
fn repair_names(context: &Context<'_>, table: Table<'_>, columns: &Columns, shown: &[&str]) -> Vec<Option<Mended>> {
    let Some(names) = &context.names else { return Vec::new() };
    let rows = table.rows().filter_map(|row| {
        let cell = row.cell(columns.name)?;
        let ty = row.cell(columns.ty).map(|cell| type_expression::parse(cell, context.words));
        Some(DocumentedName { cell, name: parameter_name(cell.source()), ty: ty.unwrap_or_default() })
    });
    let rows: Vec<_> = rows.collect();
    let mut repaired = names.repair(&rows, context.words);
    let known = |(row, mended): (&DocumentedName<'_>, &Option<Mended>)| match mended {
        Some(mended) => mended.name.clone(),
        None => row.name.clone(),
    };
    let known: Vec<String> = rows.iter().zip(&repaired).map(known).collect();
    for (row, name) in name_cell::pair_by_position(&known, shown) {
        // It does not show relationships, and without a known row beside it, a place says nothing.
        let is_anchored = !columns.relationships && known.iter().any(|name| shown.contains(&name.as_str()));
        if is_anchored
            && repaired[row].is_none()
            && !names.confirms(&known[row])
            && !intact::is_intact(&known[row], context.words)
        {
            repaired[row] = Some(Mended { name: name.to_owned(), proof: Proof::Whole });
        }
    }
    repaired
}
