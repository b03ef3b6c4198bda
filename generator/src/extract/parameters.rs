//! Parameter and property tables of a request.

use std::collections::BTreeSet;

use super::name_cell::{self, Named, ShownNames};
use super::{Context, Output, cross_check, deprecation, documented_values, intact, page_names, type_expression};
use crate::diag::{codes, quoted};
use crate::markup::{Table, TableRow, View};
use crate::model::facts::{Location, Method, Parameter, RequestTemplate, TypeExpression};
use crate::model::proof::Proof;
use crate::vocab::{Column, Role};

/// The location of the parameters in each kind of section.
const PLACES: &[(Role, Location)] = &[
    (Role::RequestBody, Location::Body),
    (Role::RequestParameters, Location::Body),
    (Role::FunctionParameters, Location::Function),
    (Role::PathParameters, Location::Path),
    (Role::QueryParameters, Location::Query),
    (Role::HttpRequest, Location::Path),
    (Role::Properties, Location::Body),
];

pub(super) fn extract_parameters(context: &Context<'_>, out: &mut Output<'_>) {
    let methods = Methods::of(&out.facts.requests);
    for (role, location) in PLACES {
        for (_, section) in context.sections(*role) {
            for (sentence, table) in context.introduced_tables(section) {
                let all_required = sentence.is_some_and(|text| context.words.requires_all(text.source()));
                let location = match location {
                    Location::Body => body_location(context, sentence, &methods),
                    // Pages of actions have a section "Parameters" as well.
                    Location::Function if methods.take_bodies => Location::Body,
                    other => *other,
                };
                let columns = context.columns(table);
                if let Some(shape) = Shape::of(&columns, *role) {
                    out.consume_table(table);
                    extract_table(context, table, &Shape { all_required, ..shape }, location, out);
                } else if is_value_list(&columns) {
                    // Values of the parameter above; its own row lists them as well.
                    out.consume_table(table);
                }
            }
        }
    }
}

/// What all templates of a page have in common.
struct Methods {
    only_get: bool,
    only_write: bool,
    /// They write and have no arguments in their paths.
    take_bodies: bool,
}

impl Methods {
    fn of(requests: &[RequestTemplate]) -> Self {
        let all = |is: &dyn Fn(&RequestTemplate) -> bool| !requests.is_empty() && requests.iter().all(is);
        Self {
            only_get: all(&|request| request.method == Method::Get),
            only_write: all(&|request| request.method.writes()),
            take_bodies: all(&|request| request.method.writes() && !request.path.contains('(')),
        }
    }
}

/// Some functions document the arguments of their URL under "Request body", or, on pages of 2018, under
/// "Request parameters". The sentence before the table says so. If all methods write, the parameters are in the
/// body.
fn body_location(context: &Context<'_>, sentence: Option<View<'_>>, methods: &Methods) -> Location {
    let says_url = || sentence.is_some_and(|text| context.words.says_in_url(text.source()));
    if methods.only_get || !methods.only_write && says_url() { Location::Function } else { Location::Body }
}

/// The columns of a table.
struct Shape {
    name: usize,
    ty: Option<usize>,
    required: Option<usize>,
    /// Whether the sentence above the table says so of all its rows.
    all_required: bool,
    description: Option<usize>,
}

impl Shape {
    fn of(columns: &[Option<Column>], role: Role) -> Option<Self> {
        let find = |column| columns.iter().position(|found| *found == Some(column));
        let name = find(Column::Name)?;
        let ty = find(Column::Type);
        let description = find(Column::Description);
        // "HTTP request" contains tables of many kinds.
        let strict = role == Role::HttpRequest;
        (ty.is_some() || description.is_some() && !strict || find(Column::Value).is_some()).then_some(Self {
            name,
            // Some parameter tables call the type column "value".
            ty: ty.or_else(|| find(Column::Value)),
            required: find(Column::Required),
            all_required: false,
            description,
        })
    }
}

fn is_value_list(columns: &[Option<Column>]) -> bool {
    matches!(columns.first(), Some(Some(Column::Value | Column::Member)))
}

fn extract_table(context: &Context<'_>, table: Table<'_>, shape: &Shape, location: Location, out: &mut Output<'_>) {
    let mut names = names_of_rows(context, table, shape, out).into_iter();
    let mut cells = Vec::new();
    for row in table.rows() {
        let Some(cell) = row.cell(shape.name) else { continue };
        let mut proof = None;
        let mut name = match names.next() {
            Some(Named::Name(name)) => name,
            Some(Named::Mended(name, found)) => {
                proof = Some(found);
                name
            }
            Some(Named::Label) => parameter_name(cell.source()),
            Some(Named::Lost | Named::Translated) | None => {
                report_unnamed(cell, out);
                continue;
            }
        };
        name_cell::complete(&mut name);
        if name.is_empty() {
            if row.cells().any(|cell| !cell.is_empty()) {
                out.sink.report(&codes::UNNAMED_PARAMETER, cell.span(), "this row names no parameter");
            }
            continue;
        }
        if is_label(row, shape) {
            let message = format!("{} is not the name of a parameter", quoted(cell.source()));
            out.sink.report(&codes::ODD_PARAMETER, cell.span(), message);
            continue;
        }
        let proof = proof.unwrap_or_else(|| intact::proof_of_name(&name, cell, context));
        if !proof.is_usable() {
            name = cell.source().trim().to_owned();
        } else if !is_parameter_name(&name) {
            report_unnamed(cell, out);
            continue;
        }
        let mut parameter = extract_row(context, row, shape, (location, name), out);
        parameter.proof = proof;
        repair_type(context, &mut parameter, cell, out);
        if parameter.ty.name.contains(' ')
            && !context.words.names_one_type(&parameter.ty.name)
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

fn report_unnamed(cell: View<'_>, out: &mut Output<'_>) {
    let message = format!("{} is not the name of a parameter", quoted(cell.source()));
    out.sink.report(&codes::UNNAMED_PARAMETER, cell.span(), message);
}

/// The label of a group, or a line of text that became a row.
fn is_label(row: TableRow<'_>, shape: &Shape) -> bool {
    let mut others = row.cells().enumerate().filter(|(column, _)| *column != shape.name);
    shape.ty.is_some() && others.all(|(_, cell)| cell.is_empty())
}

/// One for each row that has a name cell.
fn names_of_rows<'p>(context: &Context<'p>, table: Table<'p>, shape: &Shape, out: &mut Output<'_>) -> Vec<Named> {
    let cells: Vec<_> = table.rows().filter_map(|row| Some((row, row.cell(shape.name)?))).collect();
    if let Some(names) = &context.names {
        let repaired = repair_names(context, names, table, shape);
        let names = cells.iter().zip(repaired);
        return names.map(|((_, cell), mended)| Named::of(mended, *cell)).collect();
    }
    let mut shown = ShownNames::default();
    let mut names = Vec::new();
    for &(row, cell) in &cells {
        names.push(if is_label(row, shape) { Named::Label } else { name_cell::read(cell, &mut shown, context, out) });
    }
    if names.contains(&Named::Lost) {
        let known: BTreeSet<&str> = names
            .iter()
            .filter_map(|named| if let Named::Name(name) = named { Some(name.as_str()) } else { None })
            .collect();
        let bodies = cross_check::request_bodies(context).into_iter();
        let bodies = bodies.map(|(keys, ..)| keys.into_iter().map(|key| key.name).collect::<Vec<_>>());
        let body =
            bodies.max_by_key(|names| names.iter().filter(|name| known.contains(**name)).count()).unwrap_or_default();
        for (row, name) in name_cell::find_by_place(&names, &body) {
            name_cell::report(cells[row].1, name, "its place in the example decides", out);
            names[row] = Named::Name(name.to_owned());
        }
    }
    names
}

/// Names from elsewhere on a page without a source side.
fn repair_names(
    context: &Context<'_>,
    names: &page_names::PageNames<'_>,
    table: Table<'_>,
    shape: &Shape,
) -> Vec<Option<page_names::Mended>> {
    let rows = table.rows().filter_map(|row| {
        let cell = row.cell(shape.name)?;
        let ty = shape.ty.and_then(|column| row.cell(column)).map(|cell| type_expression::parse(cell, context.words));
        Some(page_names::DocumentedName { cell, name: parameter_name(cell.source()), ty: ty.unwrap_or_default() })
    });
    names.repair(&rows.collect::<Vec<_>>(), context.words)
}

/// The same for types; reports names and types that remain translated.
fn repair_type(context: &Context<'_>, parameter: &mut Parameter, cell: View<'_>, out: &mut Output<'_>) {
    let Some(names) = &context.names else { return };
    names.repair_type(&mut parameter.ty, context.words);
    if !parameter.proof.is_usable() {
        intact::report(&parameter.name, "name", cell.span(), out);
    }
    parameter.type_proof = intact::proof_of_type(&parameter.ty, context);
    if !parameter.type_proof.is_usable() {
        intact::report(&parameter.ty.name, "type", cell.span(), out);
    }
}

fn extract_row(
    context: &Context<'_>,
    row: TableRow<'_>,
    shape: &Shape,
    (location, name): (Location, String),
    out: &mut Output<'_>,
) -> Parameter {
    let words = context.words;
    let description = shape.description.and_then(|column| row.cell(column));
    let text = description.map_or("", View::source);
    let ty_cell = shape.ty.and_then(|column| row.cell(column));
    let mut ty = ty_cell.map(|cell| type_expression::parse(cell, words)).unwrap_or_default();
    let type_mark = strip_optional_mark(&mut ty, words);
    let column = shape.required.and_then(|column| row.cell(column)).and_then(|cell| words.yes_or_no(cell.source()));
    // What a row says counts more than what the sentence above the table says.
    let by_table = || (shape.all_required && !words.is_required_sometimes(text)).then_some(true);
    let required = column.or_else(|| words.requirement(text)).or(type_mark).or_else(by_table);
    let mut documented = description.map(|cell| documented_values::read(cell, words)).unwrap_or_default();
    if let Some(cell) = description {
        intact::check_values(&mut documented, cell, context, out);
    }
    let deprecated = row.cell(shape.name).and_then(|cell| deprecation::of_row(cell, &name, description, words));
    let (values, default) = (documented.values, documented.default);
    let (proof, type_proof) = (Proof::default(), Proof::default());
    let line = row.cell(shape.name).map_or(0, |cell| out.line(cell.span()));
    Parameter { name, ty, location, required, values, default, deprecated, proof, type_proof, line }
}

/// `String (optional)` → `String`; returns `Some(false)` if the parameter is marked as optional.
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
