//! Resource and enum pages: the types that they define.
//!
//! A type is named by the annotation of its JSON representation. Its tables are distinguished by
//! their columns; their sections only decide between properties and relationships.

mod capabilities;
mod contradicted;
mod enums;
mod identity;
mod json_shape;
mod methods;
mod properties;

use super::{Context, Output, deprecation};
use crate::markup::{BlockKind, Dialect, Page, Section, View, slugify};
use crate::model::facts::PageKind;
use crate::vocab::{Column, Role};
pub(super) use enums::member_name;

/// The content of a table, according to its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TableKind {
    Methods {
        method: usize,
        returns: Option<usize>,
    },
    Properties {
        name: usize,
        ty: usize,
        description: Option<usize>,
        relationships: bool,
    },
    Members(enums::Columns),
    /// Types with descriptions.
    Types,
}

pub(super) fn extract_types(context: &Context<'_>, out: &mut Output<'_>) {
    let shapes = identity::extract_identities(context, out);
    let mut rows = properties::Rows::default();
    let mut known = enums::Known::default();
    if let Some((0, fence)) = shapes.first() {
        rows.shape = fence.body;
    }
    for (index, section) in context.page.sections.iter().enumerate() {
        let role = context.roles[index].role;
        if role == Some(Role::Errors) || context.roles[index].in_example {
            continue;
        }
        for table in context.tables(section) {
            match kind_of(&columns(context, table), role) {
                Some(TableKind::Methods { method, returns }) => {
                    methods::extract_methods(context, table, method, returns, out);
                }
                Some(TableKind::Properties { name, ty, description, relationships }) if !out.facts.types.is_empty() => {
                    let place = properties::Columns { name, ty, description, relationships };
                    properties::extract_table(context, section, table, &place, &mut rows, out);
                }
                Some(TableKind::Types) if context.words.is_about_derived_types(&section.slug) => {
                    identity::extract_derived(table, out);
                }
                Some(TableKind::Members(columns)) if out.facts.kind != PageKind::Concept => {
                    enums::extract_table(context, index, table, columns, &rows.section_links, &mut known, out);
                }
                _ => continue,
            }
            out.consume_table(table);
            out.consume_section(index);
        }
    }
    identity::set_base_by_rows(out);
    identity::set_key_by_rows(out);
    enums::doubt_unlisted(context, &known, out);
    enums::follow_links(context, &rows.section_links, out);
    contradicted::check(rows.shape, &rows.spans, context, out);
    if let Some(ty) = out.facts.types.first_mut() {
        ty.deprecated = deprecation::of_page(context);
    }
    consume_shown(context, out);
    for (ty, fence) in shapes {
        json_shape::compare(ty, &fence, &rows.choices, out);
    }
}

/// Whether a page without annotation is about a type, judging by its title and content.
pub(super) fn is_about_type(context: &Context<'_>) -> bool {
    let page = context.page;
    title(page).is_some_and(|title| context.words.is_resource_title(&title.slug))
        && page.sections.iter().zip(&context.roles).any(|(section, known)| match known.role {
            Some(Role::JsonRepresentation) => context.fences(section).next().is_some(),
            Some(Role::Properties | Role::Relationships) => context.tables(section).any(|table| {
                matches!(kind_of(&columns(context, table), known.role), Some(TableKind::Properties { .. }))
            }),
            _ => false,
        })
}

/// Whether a page is about enumerations, by its title or a table of members.
pub(super) fn is_about_enums(context: &Context<'_>) -> bool {
    let page = context.page;
    let has_members = |role: Option<Role>| {
        page.sections.iter().zip(&context.roles).filter(move |(_, known)| role.is_none() || known.role == role).any(
            |(section, known)| {
                context
                    .tables(section)
                    .any(|table| matches!(kind_of(&columns(context, table), known.role), Some(TableKind::Members(_))))
            },
        )
    };
    match title(page) {
        Some(title) if !context.words.is_enum_title(&title.slug) => has_members(Some(Role::Members)),
        Some(_) => has_members(None),
        // Nothing but enumerations.
        None => has_members(None) && !has_properties(context),
    }
}

/// Whether nothing but the members of the enumeration in the title stands on a page.
pub(super) fn is_about_one_enum(context: &Context<'_>) -> bool {
    title(context.page).is_some_and(|title| context.words.is_enum_title(&title.slug))
        && is_about_enums(context)
        && !has_properties(context)
}

fn has_properties(context: &Context<'_>) -> bool {
    context.page.sections.iter().zip(&context.roles).any(|(section, known)| {
        context
            .tables(section)
            .any(|table| matches!(kind_of(&columns(context, table), known.role), Some(TableKind::Properties { .. })))
    })
}

fn title<'p>(page: &'p Page<'p>) -> Option<&'p Section<'p>> {
    page.sections.iter().find(|section| section.level == 1)
}

fn columns(context: &Context<'_>, table: crate::markup::Table<'_>) -> Vec<Option<Column>> {
    let words = context.words;
    let mut columns = context.columns(table);
    // `displayAs value`
    if let (Some(first @ None), Some(header)) = (columns.first_mut(), table.header().next())
        && (words.is_enum_heading(&slugify(header.source()))
            || words.enum_in_header(header.source().trim_matches(['*', ' '])).is_some())
    {
        *first = Some(Column::Value);
    }
    columns
}

/// Decides by the columns, in any order.
fn kind_of(columns: &[Option<Column>], role: Option<Role>) -> Option<TableKind> {
    let find = |column| columns.iter().position(|found| *found == Some(column));
    let first = *columns.first()?;
    let relationship = find(Column::Relationship);
    if let Some(method) = find(Column::Method).filter(|&at| at == 0 || role == Some(Role::Methods)) {
        return Some(TableKind::Methods { method, returns: find(Column::Returns).or(find(Column::Type)) });
    }
    if let (Some(name), Some(ty)) = (relationship.or(find(Column::Name)), find(Column::Type))
        && !matches!(first, Some(Column::Member | Column::Value))
    {
        return Some(TableKind::Properties {
            name,
            ty,
            description: find(Column::Description),
            relationships: relationship.is_some() || role == Some(Role::Relationships),
        });
    }
    let value = find(Column::Value).filter(|&at| at == 0 || role == Some(Role::Members));
    let name = find(Column::Name).filter(|_| role == Some(Role::Members));
    if let Some(name) = find(Column::Member).or(name).or(value) {
        // A second column with such a header holds the numbers.
        let is_number = |column: &Option<Column>| matches!(column, Some(Column::Value | Column::Member));
        let value = columns.iter().enumerate().position(|(at, column)| at != name && is_number(column));
        return Some(TableKind::Members(enums::Columns { name, value, description: find(Column::Description) }));
    }
    (first == Some(Column::Type)).then_some(TableKind::Types)
}

/// The name that starts a heading: `widget resource type`, `finishKind values`.
fn name_in_heading(page: &Page<'_>, section: &Section<'_>) -> Option<String> {
    let heading = page.view(section.heading?);
    let name = match page.dialect {
        Dialect::Localized => untranslated(heading, section.slug.split('-').next()?),
        _ => heading.source().split_whitespace().find_map(bare_word)?.to_owned(),
    };
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    is_name.then_some(name)
}

fn bare_word(word: &str) -> Option<&str> {
    let word = word.trim_matches(['\u{200b}', '\u{a0}', '*', '`', ':', '"']);
    (!word.is_empty()).then_some(word)
}

/// The slug has the letters of a name; a translated heading usually keeps its capitals.
fn untranslated(heading: View<'_>, slug: &str) -> String {
    let mut words = heading.source().split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.find(|word| word.eq_ignore_ascii_case(slug)).unwrap_or(slug).to_owned()
}

/// JSON representations and examples contain no facts beyond the shapes.
fn consume_shown(context: &Context<'_>, out: &mut Output<'_>) {
    for (index, section) in context.page.sections.iter().enumerate() {
        let known = context.roles[index];
        let shows = known.in_example || known.role == Some(Role::JsonRepresentation);
        for block in &context.page.blocks()[section.blocks.clone()] {
            if let BlockKind::Fence(fence) = block.kind
                && (shows || context.annotations[fence as usize].is_some())
            {
                out.fences[fence as usize] = true;
            }
        }
    }
}
