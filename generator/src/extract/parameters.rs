//! Parameter and property tables of a request.

use super::{Context, Output, cross_check, page_names, type_expression};
use crate::diag::{codes, quoted};
use crate::markup::{Section, Table, TableRow, View};
use crate::model::facts::{Location, Method, Parameter, TypeExpression};
use crate::vocab::{Column, Role};

/// Which section holds parameters of which location.
const PLACES: &[(Role, Location)] = &[
    (Role::RequestBody, Location::Body),
    (Role::FunctionParameters, Location::Function),
    (Role::PathParameters, Location::Path),
    (Role::QueryParameters, Location::Query),
    (Role::HttpRequest, Location::Path),
    (Role::Properties, Location::Body),
];

pub(super) fn extract_parameters(context: &Context<'_>, out: &mut Output<'_>) {
    for (role, location) in PLACES {
        for (_, section) in context.sections(*role) {
            let location = if *location == Location::Body { body_location(context, section, out) } else { *location };
            for table in context.tables(section) {
                let columns: Vec<_> = table.header().map(|header| context.words.column(header.source())).collect();
                if let Some(shape) = Shape::of(&columns, *role) {
                    out.consume_table(table);
                    extract_table(context, table, &shape, location, out);
                } else if is_value_list(&columns) {
                    // Documented values of the parameter above; they are in its row as well.
                    out.consume_table(table);
                }
            }
        }
    }
}

/// Some functions document the arguments of their URL under "Request body".
fn body_location(context: &Context<'_>, section: &Section<'_>, out: &Output<'_>) -> Location {
    let says_url = context.texts(section).any(|text| context.words.says_in_url(text.source()));
    let requests = &out.facts.requests;
    let only_get = !requests.is_empty() && requests.iter().all(|request| request.method == Method::Get);
    if says_url || only_get { Location::Function } else { Location::Body }
}

/// Which column holds what.
struct Shape {
    name: usize,
    ty: Option<usize>,
    required: Option<usize>,
    description: Option<usize>,
}

impl Shape {
    fn of(columns: &[Option<Column>], role: Role) -> Option<Self> {
        let find = |column| columns.iter().position(|found| *found == Some(column));
        let name = find(Column::Name)?;
        let ty = find(Column::Type);
        let description = find(Column::Description);
        // Under "HTTP request" and the query sections stand tables of many kinds.
        let strict = role == Role::HttpRequest;
        (ty.is_some() || description.is_some() && !strict || find(Column::Value).is_some()).then_some(Self {
            name,
            // A parameter table without a type column calls it "value".
            ty: ty.or_else(|| find(Column::Value)),
            required: find(Column::Required),
            description,
        })
    }
}

fn is_value_list(columns: &[Option<Column>]) -> bool {
    matches!(columns.first(), Some(Some(Column::Value | Column::Member)))
}

fn extract_table(context: &Context<'_>, table: Table<'_>, shape: &Shape, location: Location, out: &mut Output<'_>) {
    let mut repaired = repair_names(context, table, shape).into_iter();
    let mut cells = Vec::new();
    for row in table.rows() {
        let Some(cell) = row.cell(shape.name) else { continue };
        let name = repaired.next().flatten().unwrap_or_else(|| parameter_name(cell.source()));
        if name.is_empty() {
            if row.cells().any(|cell| !cell.is_empty()) {
                out.sink.report(&codes::UNNAMED_PARAMETER, cell.span(), "this row names no parameter");
            }
            continue;
        }
        // A label of a group, or a line of text that became a row.
        if shape.ty.is_some() && row.cells().skip(1).all(View::is_empty) {
            let message = format!("{} is not the name of a parameter", quoted(cell.source()));
            out.sink.report(&codes::ODD_PARAMETER, cell.span(), message);
            continue;
        }
        if !is_parameter_name(&name) {
            out.sink.report(
                &codes::UNNAMED_PARAMETER,
                cell.span(),
                format!("{} is not the name of a parameter", quoted(cell.source())),
            );
            continue;
        }
        let mut parameter = extract_row(context, row, shape, location, name, out.line(cell.span()));
        repair_type(context, &mut parameter, cell, out);
        if parameter.ty.name.contains(' ')
            && context.words.primitive(parameter.ty.name.split(' ').next().unwrap_or_default()).is_none()
        {
            out.sink.report(
                &codes::UNKNOWN_TYPE,
                cell.span(),
                format!("the type {} of {} is not one type", quoted(&parameter.ty.name), quoted(&parameter.name)),
            );
        }
        out.facts.parameters.push(parameter);
        cells.push(cell.span());
    }
    cross_check::check_parameters(context, &cells, out);
}

/// The names that a page without a source side has elsewhere; empty on other pages.
fn repair_names(context: &Context<'_>, table: Table<'_>, shape: &Shape) -> Vec<Option<String>> {
    let Some(names) = &context.names else { return Vec::new() };
    let rows = table.rows().filter_map(|row| {
        let cell = row.cell(shape.name)?;
        let ty = shape.ty.and_then(|column| row.cell(column)).map(|cell| type_expression::parse(cell, context.words));
        Some(page_names::Row { cell, name: parameter_name(cell.source()), ty: ty.unwrap_or_default() })
    });
    names.repair(&rows.collect::<Vec<_>>(), context.words)
}

/// The same for types; reports what stays translated.
fn repair_type(context: &Context<'_>, parameter: &mut Parameter, cell: View<'_>, out: &mut Output<'_>) {
    let Some(names) = &context.names else { return };
    names.repair_type(&mut parameter.ty, context.words);
    if !parameter.name.is_ascii() {
        let message = format!("the page shows the name that {} translates nowhere else", quoted(&parameter.name));
        out.sink.report(&codes::UNNAMED_PARAMETER, cell.span(), message);
    }
    if !parameter.ty.name.is_ascii() {
        let message = format!("{} is a translated type", quoted(&parameter.ty.name));
        out.sink.report(&codes::UNKNOWN_TYPE, cell.span(), message);
    }
}

fn extract_row(
    context: &Context<'_>,
    row: TableRow<'_>,
    shape: &Shape,
    location: Location,
    name: String,
    line: u32,
) -> Parameter {
    let words = context.words;
    let description = shape.description.and_then(|column| row.cell(column));
    let text = description.map_or("", View::source);
    let ty_cell = shape.ty.and_then(|column| row.cell(column));
    let mut ty = ty_cell.map(|cell| type_expression::parse(cell, words)).unwrap_or_default();
    let type_mark = strip_optional_mark(&mut ty, words);
    let column = shape.required.and_then(|column| row.cell(column)).and_then(|cell| words.yes_or_no(cell.source()));
    let required = column.or_else(|| words.requirement(text)).or(type_mark);
    let values = description.map(|cell| documented_values(cell, words)).unwrap_or_default();
    let default = description.and_then(|cell| documented_default(cell, words));
    Parameter { name, ty, location, required, values, default, line }
}

/// `String (optional)` → `String`, and that the parameter is optional.
fn strip_optional_mark(ty: &mut TypeExpression, words: crate::vocab::Words<'_>) -> Option<bool> {
    let (start, rest) = ty.name.split_once('(')?;
    let (mark, end) = rest.split_once(')')?;
    if !words.is_optional_mark(mark) {
        return None;
    }
    ty.name = format!("{}{}", start.trim(), end.trim());
    Some(false)
}

/// The name without remarks: `id (deprecated)`, `id:`.
pub(super) fn parameter_name(cell: &str) -> String {
    let name = cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{a0}' | '\u{200b}' | '*'));
    let name = name.split([' ', '\u{a0}']).next().unwrap_or(name);
    name.trim_end_matches([',', ':', ';']).to_owned()
}

/// An OData identifier (CSDL 4.01, section 15.2) or annotation, a query option, a path of names, or a
/// placeholder name.
pub(super) fn is_parameter_name(name: &str) -> bool {
    let is_start = |c: char| c.is_alphabetic() || matches!(c, '_' | '@' | '$');
    let is_rest =
        |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | '/' | '{' | '}' | '[' | ']' | '#' | '|');
    name.len() <= 200
        && name.starts_with(|c| is_start(c) || c == '{')
        && name.chars().skip(1).all(is_rest)
        && !name.contains("..")
}

/// The code spans of a list of values: `` Possible values are: `a`, `b` ``.
pub(super) fn documented_values(cell: View<'_>, words: crate::vocab::Words<'_>) -> Vec<String> {
    let text = cell.source();
    let start = cell.code_spans().next().and_then(|_| words.possible_values(text));
    let Some(start) = start else { return Vec::new() };
    let end = words.default_value(text).filter(|&end| end > start).unwrap_or(text.len());
    let mut values = Vec::new();
    for range in cell.ranges(crate::markup::MarkKind::Code) {
        let value = &text[range.clone()];
        if range.start >= start && range.end <= end && is_value(value) {
            // `allo\w`: the pipeline escapes letters inside code.
            values.push(value.replace('\\', ""));
        }
    }
    values
}

fn is_value(value: &str) -> bool {
    !value.is_empty() && value.len() <= 100 && !value.contains(char::is_whitespace)
}

pub(super) fn documented_default(cell: View<'_>, words: crate::vocab::Words<'_>) -> Option<String> {
    let text = cell.source();
    let start = cell.code_spans().next().and_then(|_| words.default_value(text))?;
    let range =
        cell.ranges(crate::markup::MarkKind::Code).find(|range| range.start >= start && range.start < start + 12)?;
    Some(text[range].to_owned())
}
