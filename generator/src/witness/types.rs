//! The types of a page, and the members of enumerations.

use std::collections::BTreeMap;

use super::alignment::{Row, align};
use super::case::Case;
use super::dictionary::last_part;
use super::names::{self, Named};
use super::properties;
use super::remarks::{Remarks, choose};
use super::type_of_row::last_word;
use crate::model::facts::{BaseType, Member, Property, TypeFacts, TypeKind};
use crate::model::pairs::CellKind;
use crate::model::proof::Proof;

impl Row for TypeFacts {
    fn line(&self) -> u32 {
        self.line
    }

    fn key(&self) -> &str {
        &self.name
    }
}

impl Row for Member {
    fn line(&self) -> u32 {
        self.line
    }

    fn key(&self) -> &str {
        &self.name
    }
}

impl Named for Member {
    fn name(&self) -> &str {
        &self.name
    }

    fn proof(&self) -> Proof {
        self.proof
    }
}

pub(super) fn merge(lists: &[&[TypeFacts]], older: &[TypeFacts], case: &mut Case<'_>) -> Vec<TypeFacts> {
    let mut merged: Vec<TypeFacts> = Vec::new();
    // The first one of each name.
    let of_older: BTreeMap<&str, &TypeFacts> = older.iter().rev().map(|ty| (ty.name.as_str(), ty)).collect();
    // The values of the properties above, by the enumeration that is their type; the first property of each counts.
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for group in align(lists) {
        let rows: Vec<&TypeFacts> = group.iter().flatten().copied().collect();
        let of_name = |name: &str| of_older.get(name).copied();
        let known = rows.iter().find_map(|row| of_name(&row.name));
        let names: Vec<&String> = rows.iter().map(|row| &row.name).collect();
        let Some((name, _)) = choose(&names, known.map(|ty| &ty.name)) else { continue };
        let name = with_capitals(name, &names);
        let older = of_name(name);
        let mut remarks = Remarks::of(&group, older);
        let kinds: Vec<&TypeKind> = rows.iter().map(|row| &row.kind).collect();
        let Some((kind, _)) = choose(&kinds, older.map(|ty| &ty.kind)) else { continue };
        let line = rows.first().map_or(0, |row| row.line);
        let shown: Vec<&[String]> = rows.iter().map(|row| row.shown.as_slice()).collect();
        let mut of = |get: fn(&TypeFacts) -> &Vec<Property>| {
            // A witness without the type says nothing about its rows.
            let lists: Vec<&[Property]> =
                group.iter().map(|row| row.map_or(&[][..], |row| get(row).as_slice())).collect();
            properties::merge(&lists, older.map_or(&[], |ty| get(ty)), &shown, case)
        };
        let properties = of(|ty| &ty.properties);
        let relationships = of(|ty| &ty.relationships);
        let annotations = of(|ty| &ty.annotations);
        let inner_properties = of(|ty| &ty.inner_properties);
        let members: Vec<&[Member]> =
            group.iter().map(|row| row.map_or(&[][..], |row| row.members.as_slice())).collect();
        let of_page = values.get(&last_part(name)).map(Vec::as_slice);
        let listed: Vec<&[String]> = of_page.into_iter().chain(case.dictionary.values(name)).collect();
        let members = merge_members(&members, older.map_or(&[], |ty| &ty.members), &listed, case);
        for row in &properties {
            values.entry(last_part(&row.ty.name)).or_insert_with(|| row.values.clone());
        }
        merged.push(TypeFacts {
            kind: *kind,
            titled: remarks.pick("titled", |ty| &ty.titled),
            namespace: remarks.pick("namespace", |ty| &ty.namespace),
            key: remarks.pick("key", |ty| &ty.key),
            base: base(&rows, remarks.pick("base", |ty| &ty.base)),
            is_open: remarks.pick("is_open", |ty| &ty.is_open),
            is_abstract: remarks.pick("is_abstract", |ty| &ty.is_abstract),
            is_media: remarks.pick("is_media", |ty| &ty.is_media),
            deprecated: remarks.pick("deprecated", |ty| &ty.deprecated),
            properties,
            relationships,
            annotations,
            inner_properties,
            derived: remarks.pick("derived", |ty| &ty.derived),
            members,
            shown: Vec::new(),
            last_documented: None,
            line,
            name: name.clone(),
        });
        remarks.report(name, line, case);
    }
    merged
}

/// Titles lose capitals; of the spellings of a name, the one with capitals inside is that of the source.
fn with_capitals<'n>(name: &'n String, names: &[&'n String]) -> &'n String {
    let has_capitals = |name: &str| name.bytes().skip(1).any(|byte| byte.is_ascii_uppercase());
    let is_spelling = |other: &&&'n String| other.eq_ignore_ascii_case(name) && has_capitals(other);
    if has_capitals(name) { name } else { names.iter().find(is_spelling).copied().unwrap_or(name) }
}

/// The text of a link to the base type may be translated in most locales: the one that is the name of the page counts.
fn base(rows: &[&TypeFacts], chosen: Option<BaseType>) -> Option<BaseType> {
    let chosen = chosen?;
    let Some(target) = &chosen.target else { return Some(chosen) };
    let page = last_word(target);
    let named = rows.iter().filter_map(|row| row.base.as_ref());
    let mut named: Vec<&BaseType> =
        named.filter(|base| base.target == chosen.target && base.name.eq_ignore_ascii_case(page)).collect();
    let capitals = |base: &BaseType| base.name.bytes().filter(u8::is_ascii_uppercase).count();
    named.sort_by_key(|base| std::cmp::Reverse(capitals(base)));
    let of_page = || BaseType { name: page.to_owned(), ..chosen.clone() };
    let is_whole = |base: &BaseType| base.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    let is_alike = |base: &BaseType| is_whole(base) && page.ends_with(&base.name.to_ascii_lowercase());
    match named.first() {
        Some(base) => Some((*base).clone()),
        // Of a page with a namespace in its name, the last word is enough.
        None if is_alike(&chosen) => Some(chosen),
        None => Some(of_page()),
    }
}

fn merge_members(lists: &[&[Member]], older: &[Member], values: &[&[String]], case: &mut Case<'_>) -> Vec<Member> {
    let groups = align(lists);
    let names = names::decide(&groups, older, CellKind::Member, values, case);
    let mut merged = Vec::with_capacity(groups.len());
    for (group, decided) in groups.iter().zip(names) {
        let mut remarks = Remarks::of(group, decided.older);
        let line = group.iter().flatten().next().map_or(0, |row| row.line);
        merged.push(Member {
            value: remarks.pick("value", |row| &row.value),
            only_with_prefer: remarks.pick("only_with_prefer", |row| &row.only_with_prefer),
            deprecated: remarks.pick("deprecated", |row| &row.deprecated),
            last_documented: None,
            proof: decided.proof,
            line,
            name: decided.name.clone(),
        });
        remarks.report(&decided.name, line, case);
    }
    merged
}
