//! The types of one API version: which there are, and what the pages that describe each say together.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::findings::Findings;
use super::type_index::{TypeIndex, is_type_name, last_name, namespace_of};
use crate::diag::{codes, quoted};
use crate::model::api::{
    EnumType, Member, Primitive, Property, StructuredKind, StructuredType, TypeDefinition, TypeRef, TypeShape,
    ValueType,
};
use crate::model::facts::{self, ApiVersion, PageFacts, PageKind, TypeExpression, TypeFacts, TypeKind};
use crate::model::figures::RowKind;
use crate::vocab::Words;

/// The description of a type on one page.
struct Description<'p> {
    page: &'p PageFacts,
    facts: &'p TypeFacts,
    /// The qualified name, as the page spells it.
    name: String,
}

/// How near a page is to a type by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    /// It is called like the type.
    Own,
    /// Its last word is: `intune-devices-user` for `user`.
    LastWord,
    Other,
}

fn nearness(stem: &str, name: &str) -> Nearness {
    if stem.eq_ignore_ascii_case(&name.replace('.', "-")) {
        Nearness::Own
    } else if stem.rsplit('-').next().is_some_and(|end| end.eq_ignore_ascii_case(last_name(name))) {
        Nearness::LastWord
    } else {
        Nearness::Other
    }
}

impl Description<'_> {
    /// A page of its own before a part of another page, one that is called like the type before others. Of pages
    /// that each describe a part, as Intune's do of `deviceManagement`, that with the largest part.
    fn rank(&self) -> (bool, Nearness, Reverse<usize>) {
        let is_main = self.page.types.first().is_some_and(|first| std::ptr::eq(first, self.facts));
        let properties = self.facts.properties.len() + self.facts.relationships.len();
        (!is_main, nearness(self.page.path.stem(), &self.name), Reverse(properties))
    }
}

/// Which types a version has, before anything is resolved.
pub(super) struct Descriptions<'p> {
    /// By the name in lower case; the owner first.
    by_name: BTreeMap<String, Vec<Description<'p>>>,
    /// Values of the properties that a table below them lists, by page and property.
    values: BTreeMap<(&'p str, String), &'p [Member]>,
    pub(super) index: TypeIndex,
}

/// Collects the types that pages define. The pages are sorted by path.
pub(super) fn collect<'p>(pages: &[&'p PageFacts], findings: &mut Findings) -> Descriptions<'p> {
    let mut by_name: BTreeMap<String, Vec<Description<'p>>> = BTreeMap::new();
    let mut values = BTreeMap::new();
    let owned = types_with_own_page(pages);
    for page in pages {
        for facts in &page.types {
            if facts.kind == TypeKind::Enum && lists_values(page, facts) {
                values.insert((page.path.as_str(), facts.name.to_ascii_lowercase()), facts.members.as_slice());
                continue;
            }
            let name = name_of(page, facts, &owned, findings);
            if is_type_name(&name) {
                by_name.entry(name.to_ascii_lowercase()).or_default().push(Description { page, facts, name });
            } else {
                let message = format!("{} is not a name", quoted(&name));
                findings.report(&page.path, facts.line, &codes::BAD_TYPE_NAME, message);
            }
        }
    }
    let mut index = TypeIndex::default();
    for descriptions in by_name.values_mut() {
        descriptions.sort_by_cached_key(|found| (found.rank(), found.page.path.clone(), found.facts.line));
        let key = spelling(descriptions);
        report_owner(&key, descriptions, findings);
        for found in descriptions.iter() {
            let is_first = found.page.types.first().is_some_and(|first| first.name == found.facts.name);
            let is_main = is_first && (found.page.kind == PageKind::Resource || found.page.types.len() == 1);
            index.insert(&key, found.page.path.stem(), is_main);
        }
    }
    Descriptions { by_name, values, index }
}

/// Types, in lower case, that a page is called like and about.
fn types_with_own_page(pages: &[&PageFacts]) -> BTreeSet<String> {
    let about = pages.iter().filter_map(|page| Some((page.path.stem(), page.types.first()?)));
    let own = about.filter(|(_, facts)| facts.titled.is_none());
    let own = own.map(|(stem, facts)| (stem, qualified(facts)));
    own.filter(|(stem, name)| nearness(stem, name) != Nearness::Other)
        .map(|(_, name)| name.to_ascii_lowercase())
        .collect()
}

/// The annotation names the type, unless the type of that name has a page of its own and this page is called
/// otherwise: then its block was copied.
fn name_of(page: &PageFacts, facts: &TypeFacts, owned: &BTreeSet<String>, findings: &mut Findings) -> String {
    let annotated = qualified(facts);
    match &facts.titled {
        Some(titled) if owned.contains(&annotated.to_ascii_lowercase()) => {
            let message = format!(
                "the annotation says {}, which has a page of its own; title and page say {}, and count",
                quoted(&annotated),
                quoted(titled)
            );
            findings.report(&page.path, facts.line, &codes::TITLE_COUNTS, message);
            titled.clone()
        }
        _ => annotated,
    }
}

/// Says where the alphabet alone decides which page owns a type.
fn report_owner(name: &str, descriptions: &[Description<'_>], findings: &mut Findings) {
    let Some(owner) = descriptions.first() else { return };
    let rank = owner.rank();
    let mut equals: Vec<&str> =
        descriptions.iter().take_while(|found| found.rank() == rank).map(|found| found.page.path.as_str()).collect();
    equals.dedup();
    if let [first, others @ ..] = equals.as_slice()
        && !others.is_empty()
    {
        let message = format!(
            "{} is as much the subject of {}; {first} counts, as the first by path",
            quoted(name),
            others.join(", ")
        );
        findings.report(&owner.page.path, owner.facts.line, &codes::OWNER_BY_PATH, message);
    }
}

/// Whether an enumeration on a resource page is only a list of values of a property of that name, which
/// is documented as something else.
fn lists_values(page: &PageFacts, facts: &TypeFacts) -> bool {
    let properties = page.types.iter().flat_map(|ty| ty.properties.iter().chain(&ty.relationships));
    let named = properties.filter(|property| property.name.eq_ignore_ascii_case(&facts.name));
    let mut named = named.peekable();
    named.peek().is_some() && named.all(|property| !last_name(&property.ty.name).eq_ignore_ascii_case(&facts.name))
}

/// Names from headings are in the namespace of their page.
fn qualified(facts: &TypeFacts) -> String {
    match &facts.namespace {
        Some(namespace) if !facts.name.contains('.') => format!("{namespace}.{}", facts.name),
        _ => facts.name.clone(),
    }
}

/// Most pages spell a name alike; the first by order where they do not.
fn spelling(descriptions: &[Description<'_>]) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for found in descriptions {
        *counts.entry(found.name.clone()).or_default() += 1;
    }
    let best = counts.into_iter().max_by(|(left, count), (right, other)| count.cmp(other).then(right.cmp(left)));
    best.map(|(name, _)| name).unwrap_or_default()
}

/// The namespace that the names of a page are relative to.
pub(super) fn page_namespace(page: &PageFacts) -> Option<&str> {
    page.types.first().and_then(|ty| namespace_of(&ty.name).or(ty.namespace.as_deref()))
}

/// What linking the types of a version needs to know.
pub(super) struct Scope<'a, 'p> {
    pub(super) version: ApiVersion,
    pub(super) words: Words<'a>,
    pub(super) descriptions: &'a Descriptions<'p>,
    /// The types of the other version.
    pub(super) other: Option<&'a TypeIndex>,
}

impl Scope<'_, '_> {
    pub(super) fn index(&self) -> &TypeIndex {
        &self.descriptions.index
    }

    /// Resolves the type of a row, counts it, and reports what stays unknown.
    pub(super) fn resolve_row(
        &self,
        page: &PageFacts,
        line: u32,
        name: &str,
        ty: &TypeExpression,
        kind: RowKind,
        findings: &mut Findings,
    ) -> TypeRef {
        let namespace = page_namespace(page);
        let found = self.index().resolve(ty, namespace, self.words);
        findings.figures.count_row(kind, self.version, &found.ty);
        match &found.ty {
            ValueType::Json => {
                let message = format!("{} of {} is any JSON", quoted(&ty.name), quoted(name));
                findings.report(&page.path, line, &codes::ANY_JSON, message);
            }
            ValueType::Unknown(text) if text.is_empty() => {
                let message = format!("the table gives {} no type", quoted(name));
                findings.report(&page.path, line, &codes::TYPE_UNSTATED, message);
            }
            ValueType::Unknown(text) => {
                let elsewhere = self.elsewhere(ty);
                let message = format!("{} of {} is no known type{elsewhere}", quoted(text), quoted(name));
                findings.report(&page.path, line, &codes::UNKNOWN_REFERENCE, message);
            }
            ValueType::Named(key) if ty.target.is_some() => {
                let called = self.index().by_name(&ty.name, namespace).filter(|called| called != key);
                if let Some(called) = called {
                    let message = format!(
                        "the link of {} is called {}, its page defines {}",
                        quoted(name),
                        quoted(called),
                        quoted(key)
                    );
                    findings.report(&page.path, line, &codes::REFERENCE_CONFLICT, message);
                }
            }
            _ => {}
        }
        found
    }

    /// Whether the other version knows a type, as the end of a message.
    pub(super) fn elsewhere(&self, ty: &TypeExpression) -> &'static str {
        let known = self.other.is_some_and(|other| {
            ty.target.as_deref().is_some_and(|stem| other.by_page(stem, &ty.name).is_some())
                || other.by_name(&ty.name, None).is_some()
        });
        if known { "; the other version defines it" } else { "" }
    }
}

/// Turns descriptions into definitions; base types are linked later.
pub(super) fn define(scope: &Scope<'_, '_>, findings: &mut Findings) -> BTreeMap<String, TypeDefinition> {
    let mut types = BTreeMap::new();
    for descriptions in scope.descriptions.by_name.values() {
        let Some(owner) = descriptions.first() else { continue };
        let name = spelling(descriptions);
        // Structures count before lists of members of the same name, unless the page is about the enumeration.
        let is_enum =
            descriptions.iter().any(|found| found.facts.kind == TypeKind::Enum && found.page.kind == PageKind::Enum)
                || descriptions.iter().all(|found| found.facts.kind == TypeKind::Enum);
        let (same, others): (Vec<&Description<'_>>, Vec<_>) =
            descriptions.iter().partition(|found| (found.facts.kind == TypeKind::Enum) == is_enum);
        for other in others {
            let message = format!("{} is a structure on one page and an enumeration on another", quoted(&name));
            findings.report(&other.page.path, other.facts.line, &codes::MERGE_CONFLICT, message);
        }
        let owner = same.first().map_or(owner, |first| *first);
        let shape = if is_enum {
            TypeShape::Enum(EnumType { members: merged_members(&name, &same, findings) })
        } else {
            TypeShape::Structured(merged_structure(&name, &same, scope, findings))
        };
        let mut also_on = Vec::new();
        for found in &same {
            if found.page.path != owner.page.path && !also_on.contains(&found.page.path) {
                also_on.push(found.page.path.clone());
            }
        }
        let (page, line) = (owner.page.path.clone(), owner.facts.line);
        types.insert(name.clone(), TypeDefinition { name, page, line, also_on, shape });
    }
    types
}

/// All members; the numbers of the first page that has any.
fn merged_members(name: &str, descriptions: &[&Description<'_>], findings: &mut Findings) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::new();
    for found in descriptions {
        let mut added = Vec::new();
        for member in &found.facts.members {
            match members.iter_mut().find(|known| known.name == member.name) {
                Some(known) => known.value = known.value.or(member.value),
                None => {
                    added.push(member.name.as_str());
                    members.push(member.clone());
                }
            }
        }
        let is_first = std::ptr::eq(found.facts, descriptions[0].facts);
        if !is_first && !added.is_empty() {
            let message = format!("{} has further members here: {}", quoted(name), quoted(&added.join(", ")));
            findings.report(&found.page.path, found.facts.line, &codes::MERGE_CONFLICT, message);
        }
    }
    members
}

fn merged_structure(
    name: &str,
    descriptions: &[&Description<'_>],
    scope: &Scope<'_, '_>,
    findings: &mut Findings,
) -> StructuredType {
    // Where a page is the type's own, the others only add to it.
    let has_owner = descriptions.first().is_some_and(|owner| matches!(owner.rank(), (false, Nearness::Own, _)));
    let decisive = if has_owner { &descriptions[..1] } else { descriptions };
    let flag = |test: fn(&TypeFacts) -> bool| decisive.iter().any(|found| test(found.facts));
    // Only a key makes an entity; a page that shows none says nothing.
    let is_entity = descriptions.iter().any(|found| found.facts.kind == TypeKind::Entity);
    let mut structure = StructuredType {
        kind: if is_entity { StructuredKind::Entity } else { StructuredKind::Complex },
        base: None,
        key: descriptions.iter().find_map(|found| found.facts.key.clone()),
        is_open: flag(|facts| facts.is_open),
        is_abstract: flag(|facts| facts.is_abstract),
        is_media: flag(|facts| facts.is_media),
        properties: Vec::new(),
        derived: Vec::new(),
    };
    for (index, found) in descriptions.iter().enumerate() {
        let known = structure.properties.len();
        for (list, is_navigation) in [(&found.facts.properties, false), (&found.facts.relationships, true)] {
            for row in list {
                let ty = scope.resolve_row(found.page, row.line, &row.name, &row.ty, RowKind::Property, findings);
                add_property(name, property(found, row, ty, is_navigation, scope), &mut structure.properties, findings);
            }
        }
        let added: Vec<&str> = structure.properties[known..].iter().map(|property| property.name.as_str()).collect();
        if index > 0 && !added.is_empty() {
            let owner = &descriptions[0].page.path;
            let message =
                format!("this page adds to {}, which {owner} owns: {}", quoted(name), quoted(&added.join(", ")));
            findings.report(&found.page.path, found.facts.line, &codes::TYPE_ADDED_TO, message);
        }
    }
    structure.properties.sort_by_key(|property| property.is_navigation);
    structure
}

fn property(
    found: &Description<'_>,
    row: &facts::Property,
    ty: TypeRef,
    is_navigation: bool,
    scope: &Scope<'_, '_>,
) -> Property {
    let mut values = row.values.clone();
    if matches!(ty.ty, ValueType::Named(_)) {
        // The enumeration has them.
        values.clear();
    } else if values.is_empty()
        && let Some(listed) = scope.descriptions.values.get(&(found.page.path.as_str(), row.name.to_ascii_lowercase()))
    {
        values.extend(listed.iter().map(|member| member.name.clone()));
    }
    Property {
        name: row.name.clone(),
        ty,
        is_navigation,
        nullable: row.nullable,
        is_read_only: row.is_read_only,
        values,
        default: row.default.clone(),
        only_on_select: row.only_on_select,
        is_filterable: row.is_filterable,
        page: found.page.path.clone(),
        line: row.line,
    }
}

/// The first page counts; a later one may know a type that the first does not.
fn add_property(owner: &str, new: Property, properties: &mut Vec<Property>, findings: &mut Findings) {
    let Some(known) = properties.iter_mut().find(|known| known.name == new.name) else {
        properties.push(new);
        return;
    };
    if known.ty == new.ty {
        return;
    }
    match (&known.ty.ty, &new.ty.ty) {
        (ValueType::Unknown(_), _) => known.ty = new.ty,
        (_, ValueType::Unknown(_)) => {}
        _ => {
            let message = format!(
                "{} of {} is {} here and {} in {}:{}",
                quoted(&new.name),
                quoted(owner),
                quoted(&new.ty.to_string()),
                quoted(&known.ty.to_string()),
                known.page,
                known.line,
            );
            findings.report(&new.page, new.line, &codes::MERGE_CONFLICT, message);
        }
    }
}

/// The base type that pages state for each type, as stated, with the description that states it.
pub(super) fn stated_bases<'p>(
    descriptions: &Descriptions<'p>,
) -> BTreeMap<String, (&'p PageFacts, u32, TypeExpression)> {
    let mut bases = BTreeMap::new();
    for found in descriptions.by_name.values() {
        let stated = found.iter().find_map(|found| {
            let base = found.facts.base.as_ref()?;
            let expression = TypeExpression { name: base.name.clone(), collection: false, target: base.target.clone() };
            Some((found.page, found.facts.line, expression))
        });
        if let Some(stated) = stated {
            bases.insert(spelling(found), stated);
        }
    }
    bases
}

/// The types that pages list as derived from theirs: name as listed, and the name of the base.
pub(super) fn listed_derived(descriptions: &Descriptions<'_>) -> Vec<(String, String)> {
    let named = descriptions.by_name.values().map(|found| (spelling(found), found));
    named
        .flat_map(|(base, found)| {
            let listed = found.iter().flat_map(|found| &found.facts.derived);
            listed.map(move |derived| (derived.clone(), base.clone())).collect::<Vec<_>>()
        })
        .collect()
}

/// Enumerations that rows name and list the values of, but that have no page.
pub(super) fn enums_by_values(
    pages: &[&PageFacts],
    descriptions: &mut Descriptions<'_>,
    words: Words<'_>,
    findings: &mut Findings,
) -> BTreeMap<String, TypeDefinition> {
    let mut found: BTreeMap<String, TypeDefinition> = BTreeMap::new();
    for page in pages {
        let of_types = page.types.iter().flat_map(|ty| ty.properties.iter().chain(&ty.relationships));
        let of_types = of_types.map(|row| (row.name.as_str(), &row.ty, row.values.as_slice(), row.line));
        let parameters = page.parameters.iter();
        let parameters = parameters.map(|row| (row.name.as_str(), &row.ty, row.values.as_slice(), row.line));
        for (name, ty, values, line) in of_types.chain(parameters) {
            let listed = descriptions.values.get(&(page.path.as_str(), name.to_ascii_lowercase()));
            let listed = listed.copied().unwrap_or_default();
            if values.is_empty() && listed.is_empty() {
                continue;
            }
            let ValueType::Unknown(text) = descriptions.index.resolve(ty, page_namespace(page), words).ty else {
                continue;
            };
            let name = super::type_index::unqualified(&text);
            if !is_type_name(name) {
                continue;
            }
            let definition = found.entry(name.to_ascii_lowercase()).or_insert_with(|| TypeDefinition {
                name: name.to_owned(),
                page: page.path.clone(),
                line,
                also_on: Vec::new(),
                shape: TypeShape::Enum(EnumType { members: Vec::new() }),
            });
            if definition.page != page.path && !definition.also_on.contains(&page.path) {
                definition.also_on.push(page.path.clone());
            }
            let TypeShape::Enum(shape) = &mut definition.shape else { continue };
            let members = values.iter().map(|value| Member { name: value.clone(), value: None, line });
            for member in members.chain(listed.iter().cloned()) {
                if !shape.members.iter().any(|known| known.name == member.name) {
                    shape.members.push(member);
                }
            }
        }
    }
    let mut types = BTreeMap::new();
    for definition in found.into_values() {
        descriptions.index.insert_name(&definition.name);
        let message = format!("{} has no page; its values are those that properties list", quoted(&definition.name));
        findings.report(&definition.page, definition.line, &codes::ENUM_BY_VALUES, message);
        types.insert(definition.name.clone(), definition);
    }
    types
}

/// Whether a row repeats a type. Older rows call an enumeration a string; an unknown type says nothing.
pub(super) fn is_same_type(types: &BTreeMap<String, TypeDefinition>, known: &TypeRef, repeated: &TypeRef) -> bool {
    let is_enum =
        |name| types.get(name).is_some_and(|found: &TypeDefinition| matches!(found.shape, TypeShape::Enum(_)));
    match (&known.ty, &repeated.ty) {
        (_, ValueType::Unknown(_)) => true,
        (ValueType::Named(name), ValueType::Primitive(Primitive::String)) if is_enum(name) => {
            known.collection == repeated.collection
        }
        _ => known == repeated,
    }
}

/// A type and its base types, nearest first.
pub(super) fn lineage<'t>(types: &'t BTreeMap<String, TypeDefinition>, name: &str) -> Vec<&'t StructuredType> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut next = Some(name);
    while let Some(definition) = next.filter(|name| seen.insert((*name).to_owned())).and_then(|name| types.get(name)) {
        let TypeShape::Structured(structure) = &definition.shape else { break };
        found.push(structure);
        next = structure.base.as_deref();
    }
    found
}
