//! Members of enumerations: on enum pages, on pages with several enumerations, and below the
//! properties of a resource.

use std::collections::{BTreeMap, BTreeSet};

use super::identity::{annotated_namespace, namespace, new_type};
use super::properties::SectionLinks;
use super::{name_in_heading, title};
use crate::diag::{codes, quoted};
use crate::extract::{Context, Output, deprecation, documented_values, intact};
use crate::markup::{Page, Table, View, slugify};
use crate::model::facts::{Member, PageKind, TypeFacts, TypeKind};
use crate::model::proof::Proof;
use crate::source::Span;
use crate::vocab::{Role, Words};

/// Which column holds what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) name: usize,
    /// The numbers.
    pub(super) value: Option<usize>,
    pub(super) description: Option<usize>,
}

/// What the tables above documented, by name, so that no table has to search for it.
#[derive(Default)]
pub(super) struct Known {
    /// The places of the properties of the page's type.
    properties: BTreeMap<String, usize>,
    /// The same by their names in lower case; the first one of each.
    lower: BTreeMap<String, usize>,
    /// The places of the enumerations among the types.
    enums: BTreeMap<String, usize>,
    /// How many properties and types are in these maps.
    seen: (usize, usize),
    /// The enumerations with tables of their own.
    tables: Vec<(String, Span)>,
    /// The section whose texts were read.
    section: Option<usize>,
}

impl Known {
    /// Adds what is new. Tables only add to the end.
    fn update(&mut self, types: &[TypeFacts]) {
        let properties = types.first().map_or(&[][..], |ty| &ty.properties);
        for (place, property) in properties.iter().enumerate().skip(self.seen.0) {
            self.properties.entry(property.name.clone()).or_insert(place);
            self.lower.entry(property.name.to_ascii_lowercase()).or_insert(place);
        }
        let enums = types.iter().enumerate().skip(self.seen.1).filter(|(_, ty)| ty.kind == TypeKind::Enum);
        for (place, ty) in enums {
            self.enums.entry(ty.name.clone()).or_insert(place);
        }
        self.seen = (properties.len(), types.len());
    }
}

/// Adds the enumeration that a table documents, or the values of the property above it.
pub(super) fn extract_table(
    context: &Context<'_>,
    section: usize,
    table: Table<'_>,
    columns: Columns,
    section_links: &SectionLinks,
    known: &mut Known,
    out: &mut Output<'_>,
) {
    known.update(&out.facts.types);
    let Columns { name, value, description } = columns;
    let mut members = Vec::new();
    for row in table.rows() {
        let Some(cell) = row.cell(name) else { continue };
        let member = member_name(cell.source());
        if member.is_empty() {
            if row.cells().any(|cell| !cell.is_empty()) {
                out.sink.report(&codes::ODD_MEMBER, cell.span(), "this row names no member");
            }
            continue;
        }
        let proof = intact::proof_of_member(&member, context);
        if !proof.is_usable() {
            intact::report(&member, "member", cell.span(), out);
        } else if !member.is_ascii() {
            let message = format!("{} is a translated member", quoted(&member));
            out.sink.report(&codes::ODD_MEMBER, cell.span(), message);
            continue;
        }
        let value = value.and_then(|column| row.cell(column)).and_then(number);
        let description = description.and_then(|column| row.cell(column));
        let deprecated = deprecation::of_row(cell, &member, description, context.words);
        let only_with_prefer = description.is_some_and(|text| documented_values::names_preference(text.source()));
        members.push(Member {
            name: member,
            value,
            only_with_prefer,
            deprecated,
            proof,
            last_documented: None,
            line: out.line(cell.span()),
        });
    }
    if context.names.is_some() {
        doubt_capitals(&mut members, table.span(), out);
    }
    // The texts of a section are about its first table.
    if known.section.replace(section) != Some(section) {
        add_members_in_texts(context, section, &mut members, out);
    }
    match enum_name(context, section, table, known, out) {
        Some(name) => {
            known.tables.push((name.clone(), table.span()));
            add(context, name, members, table, known, out);
        }
        None => {
            let slug = context.page.sections[section].slug.to_ascii_lowercase();
            let linked = section_links.get(&slug).and_then(|names| names.first());
            let place = match linked {
                Some(linked) => known.properties.get(linked).copied(),
                None => known.seen.0.checked_sub(1),
            };
            let ty = out.facts.types.first_mut();
            match ty.zip(place).and_then(|(ty, place)| ty.properties.get_mut(place)) {
                Some(property) if property.values.is_empty() => {
                    let only_with_prefer = members.iter().filter(|member| member.only_with_prefer);
                    property.only_with_prefer.extend(only_with_prefer.map(|member| member.name.clone()));
                    // A list with a doubtful value is none.
                    if members.iter().all(|member| member.proof.is_usable()) {
                        property.values.extend(members.into_iter().map(|member| member.name));
                    }
                }
                Some(_) => {}
                None => {
                    out.sink.report(
                        &codes::ODD_MEMBER,
                        table.span(),
                        "neither a heading nor a property names the enumeration of this table",
                    );
                }
            }
        }
    }
}

/// Members that need a header may be named only in the text around the table.
fn add_members_in_texts(context: &Context<'_>, section: usize, members: &mut Vec<Member>, out: &Output<'_>) {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (place, member) in members.iter().enumerate() {
        places.entry(member.name.clone()).or_insert(place);
    }
    for text in context.texts(&context.page.sections[section]) {
        for named in documented_values::values_with_prefer(text) {
            let place = *places.entry(named.clone()).or_insert(members.len());
            match members.get_mut(place) {
                Some(member) => member.only_with_prefer = true,
                None => {
                    let line = out.line(text.span());
                    members.push(Member { name: named, only_with_prefer: true, line, ..Member::default() });
                }
            }
        }
    }
}

/// On a plain localized page, a capital among small letters is that of the translator.
fn doubt_capitals(members: &mut [Member], span: Span, out: &mut Output<'_>) {
    let are_small = intact::are_small(members.iter().map(|member| member.name.as_str()));
    for member in members.iter_mut().filter(|member| member.proof.is_usable()) {
        if are_small && intact::has_capital(&member.name) {
            member.proof = Proof::Doubtful;
            intact::report(&member.name, "member", span, out);
        }
    }
}

/// On a plain localized page, a member that the property of the enumeration's name does not list may be translated.
pub(super) fn doubt_unlisted(context: &Context<'_>, known: &Known, out: &mut Output<'_>) {
    if context.names.is_none() {
        return;
    }
    let Some((ty, others)) = out.facts.types.split_first_mut() else { return };
    let lists = ty.properties.iter().filter(|row| !row.values.is_empty());
    let listed: BTreeMap<String, BTreeSet<&str>> =
        lists.map(|row| (row.name.to_ascii_lowercase(), row.values.iter().map(String::as_str).collect())).collect();
    let spans: BTreeMap<&str, Span> = known.tables.iter().map(|(name, span)| (name.as_str(), *span)).collect();
    let mut found = Vec::new();
    for other in others {
        let place = spans.get(other.name.as_str()).zip(listed.get(&other.name.to_ascii_lowercase()));
        let Some((span, listed)) = place else { continue };
        let members = other.members.iter_mut().filter(|member| member.proof.is_usable());
        for member in members.filter(|member| !listed.contains(member.name.as_str())) {
            member.proof = Proof::Doubtful;
            found.push((member.name.clone(), *span));
        }
    }
    for (name, span) in found {
        intact::report(&name, "member", span, out);
    }
}

/// Values of properties whose type is a link to the section that lists them: `[String](#hue-values)`.
pub(super) fn follow_links(context: &Context<'_>, section_links: &SectionLinks, out: &mut Output<'_>) {
    if section_links.is_empty() {
        return;
    }
    let Some((ty, others)) = out.facts.types.split_first_mut() else { return };
    let enums = others.iter().filter(|other| other.kind == TypeKind::Enum);
    let enums: BTreeMap<&str, &TypeFacts> = enums.map(|other| (other.name.as_str(), other)).collect();
    let mut listed: BTreeMap<&str, &TypeFacts> = BTreeMap::new();
    // The last section of a slug decides; the others need not be asked.
    let mut done = BTreeSet::new();
    for section in context.page.sections.iter().rev() {
        let slug = section.slug.to_ascii_lowercase();
        if let Some(names) = section_links.get(&slug)
            && !done.contains(&slug)
            && let Some(found) = name_in_heading(context.page, section).and_then(|called| enums.get(called.as_str()))
        {
            for name in names {
                listed.entry(name).or_insert(*found);
            }
            done.insert(slug);
        }
    }
    for property in ty.properties.iter_mut().filter(|property| property.values.is_empty()) {
        if let Some(listed) = listed.get(property.name.as_str())
            && context.words.primitive(&property.ty.name).is_some()
        {
            let only_with_prefer = listed.members.iter().filter(|member| member.only_with_prefer);
            property.only_with_prefer.extend(only_with_prefer.map(|member| member.name.clone()));
            if listed.members.iter().all(|member| member.proof.is_usable()) {
                property.values.extend(listed.members.iter().map(|member| member.name.clone()));
            }
        }
    }
}

fn add(
    context: &Context<'_>,
    name: String,
    members: Vec<Member>,
    table: Table<'_>,
    known: &Known,
    out: &mut Output<'_>,
) {
    let known = known.enums.get(&name).and_then(|place| out.facts.types.get(*place));
    if let Some(known) = known.filter(|known| known.kind == TypeKind::Enum) {
        let message = format!("{} already has a table in line {}", quoted(&name), known.line);
        out.sink.report(&codes::DUPLICATE_TYPE, table.span(), message);
        return;
    }
    let line = out.line(table.span());
    let namespace = namespace(context).or_else(|| annotated_namespace(context, &name));
    let ty = TypeFacts { members, line, namespace, ..new_type(name, TypeKind::Enum) };
    out.facts.types.push(ty);
}

/// The name of an enumeration comes from the heading above its members, the title of its page, or
/// the header of its first column.
fn enum_name(
    context: &Context<'_>,
    section: usize,
    table: Table<'_>,
    known: &Known,
    out: &Output<'_>,
) -> Option<String> {
    let (page, words) = (context.page, context.words);
    let above = &page.sections[section];
    let own_role = words.section_role(&above.slug);
    let is_enum_page = out.facts.kind == PageKind::Enum;
    if is_enum_page && (above.level < 2 || own_role == Some(Role::Members)) {
        let Some(title) = title(page) else { return name_in_front_matter(page, out) };
        return name_in_heading(page, title);
    }
    // A heading of one word is the name, unless it is the heading of a known section.
    let is_heading = is_enum_page || words.is_enum_heading(&above.slug) || !above.slug.contains('-');
    if is_heading && above.level > 1 && own_role.is_none() {
        let named = property_in_phrase(words, &above.slug, known, out);
        return named.or_else(|| name_in_heading(page, above).filter(|name| words.can_be_name(name)));
    }
    let header = table.header().next()?.source().trim_matches(['*', ' ']);
    let first = header.split_whitespace().next().filter(|name| name.len() < header.len())?;
    let name = if words.is_enum_heading(&slugify(header)) { first } else { words.enum_in_header(header)? };
    words.can_be_name(name).then(|| name.to_owned())
}

/// For a page without a heading of level 1: the first word of its title in the front matter, if that is the
/// name of the page.
fn name_in_front_matter(page: &Page<'_>, out: &Output<'_>) -> Option<String> {
    let name = page.front_matter.as_ref()?.title().split_whitespace().next()?;
    let is_called_so = out.facts.path.stem().rsplit('-').next().is_some_and(|end| end.eq_ignore_ascii_case(name));
    is_called_so.then(|| name.to_owned())
}

/// "Group visibility options" lists the values of `visibility`.
fn property_in_phrase(words: Words<'_>, slug: &str, known: &Known, out: &Output<'_>) -> Option<String> {
    let mut parts = slug.split('-').filter(|part| words.can_be_name(part));
    let is_phrase = parts.clone().count() > 2;
    let ty = out.facts.types.first().filter(|_| is_phrase)?;
    let place = parts.find_map(|part| known.lower.get(&part.to_ascii_lowercase()).copied())?;
    ty.properties.get(place).map(|property| property.name.clone())
}

/// Removes marks and remarks: `**spinning**`, `none (default)`. Some members contain blanks.
pub(in crate::extract) fn member_name(cell: &str) -> String {
    let name = cell.trim().trim_matches(['*', '`', '"', '\'', '\u{200b}', '\u{a0}']).trim();
    let name = match name.split_once(" (") {
        Some((start, rest)) if rest.ends_with(')') && !start.contains(' ') => start,
        _ => name,
    };
    // Translators end rows as sentences or parts of them.
    let name = name.trim_end_matches(';');
    // The pipeline escapes letters inside code.
    name.replace('\\', "")
}

fn number(cell: View<'_>) -> Option<i64> {
    cell.source().trim().trim_matches(['`', '*']).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::member_name;

    #[test]
    fn members() {
        for (cell, name) in [
            (" none ", "none"),
            ("none (default)", "none"),
            ("JIS B4", "JIS B4"),
            ("warn\\_only", "warn_only"),
            ("\"calm\"", "calm"),
            ("North Harbour 5x7in (big)", "North Harbour 5x7in (big)"),
        ] {
            assert_eq!(member_name(cell), name, "{cell}");
        }
    }
}
