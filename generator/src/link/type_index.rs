//! Finds the type that a documented name or link means.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::api::{Primitive, TypeRef, ValueType};
use crate::model::facts::TypeExpression;
use crate::vocab::Words;

/// The types of one API version, by everything that can name them.
#[derive(Debug, Default)]
pub(super) struct TypeIndex {
    /// The types that a page defines, by its stem.
    pages: BTreeMap<String, PageTypes>,
    /// Keys by their names in lower case.
    names: BTreeMap<String, String>,
    /// Keys by the last part of their names in lower case.
    last_names: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Debug, Default)]
struct PageTypes {
    /// The type that the page as a whole is about.
    main: Option<String>,
    keys: Vec<String>,
}

impl TypeIndex {
    /// Adds a type that a page defines.
    pub(super) fn insert(&mut self, key: &str, stem: &str, is_main: bool) {
        self.insert_name(key);
        let page = self.pages.entry(stem.to_ascii_lowercase()).or_default();
        page.keys.push(key.to_owned());
        if is_main {
            page.main = page.main.take().or_else(|| Some(key.to_owned()));
        }
    }

    /// Adds a type that has no page.
    pub(super) fn insert_name(&mut self, key: &str) {
        self.names.insert(key.to_ascii_lowercase(), key.to_owned());
        self.last_names.entry(last_name(key).to_ascii_lowercase()).or_default().insert(key.to_owned());
    }

    /// The key of the type that a link leads to. If a page defines several, the text of the link
    /// decides.
    pub(super) fn by_page(&self, stem: &str, name: &str) -> Option<&str> {
        let page = self.pages.get(&stem.to_ascii_lowercase())?;
        let last = last_name(name);
        let named = page.keys.iter().find(|key| last_name(key).eq_ignore_ascii_case(last));
        named.or(page.main.as_ref()).map(String::as_str)
    }

    /// The key for a name: first in the namespace of the page, then as a qualified name, then by its last
    /// part.
    pub(super) fn by_name(&self, name: &str, namespace: Option<&str>) -> Option<&str> {
        let lower = unqualified(name).to_ascii_lowercase();
        let nearby = namespace.and_then(|space| self.names.get(&format!("{}.{lower}", space.to_ascii_lowercase())));
        let unique = || self.last_names.get(last_name(&lower)).filter(|keys| keys.len() == 1)?.first();
        let by_stem = || self.pages.get(&lower).and_then(|page| page.main.as_ref());
        nearby.or_else(|| self.names.get(&lower)).or_else(unique).or_else(by_stem).map(String::as_str)
    }

    /// Resolves a type expression. The target of a link takes precedence over its text.
    pub(super) fn resolve(&self, ty: &TypeExpression, namespace: Option<&str>, words: Words<'_>) -> TypeRef {
        TypeRef { ty: self.value_type(&ty.name, ty.target.as_deref(), namespace, words), collection: ty.collection }
    }

    pub(super) fn value_type(
        &self,
        name: &str,
        target: Option<&str>,
        namespace: Option<&str>,
        words: Words<'_>,
    ) -> ValueType {
        let linked = target.and_then(|stem| self.by_page(stem, name));
        let primitive = words.primitive(name);
        match (linked, primitive) {
            // A primitive that is a link leads to its explanation.
            (_, Some(primitive)) => primitive_type(primitive),
            (Some(key), None) => ValueType::Named(key.to_owned()),
            (None, None) => self.by_words(name, namespace, words),
        }
    }

    fn by_words(&self, name: &str, namespace: Option<&str>, words: Words<'_>) -> ValueType {
        if let Some(key) = self.by_name(name, namespace) {
            return ValueType::Named(key.to_owned());
        }
        // `String (timestamp)`
        if let Some((start, remark)) = name.split_once('(').filter(|(start, _)| !start.trim().is_empty()) {
            let remark = remark.trim_end().trim_end_matches(')');
            return match self.value_type(start.trim(), None, namespace, words) {
                ValueType::Unknown(_) => ValueType::Unknown(name.to_owned()),
                found => exact_number(&found, remark, words).unwrap_or(found),
            };
        }
        // `widgetMode enum`
        if words.names_one_type(name)
            && let Some(key) = name.split_once(' ').and_then(|(start, _)| self.by_name(start, namespace))
        {
            return ValueType::Named(key.to_owned());
        }
        let parts = name.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '#')));
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        if parts.len() < 2 {
            return ValueType::Unknown(name.to_owned());
        }
        let mut found: Vec<ValueType> = parts
            .iter()
            .filter_map(|part| match (words.primitive(part), self.by_name(part, namespace)) {
                (Some(primitive), _) => Some(primitive_type(primitive)),
                (None, Some(key)) => Some(ValueType::Named(key.to_owned())),
                (None, None) => None,
            })
            .collect();
        let starts_with_primitive = words.primitive(parts[0]).is_some();
        found.dedup();
        match (found.len(), starts_with_primitive) {
            (1, true) => found.remove(0),
            // Several types, or one that is any JSON.
            (2.., _) => ValueType::Json,
            (1, false) if found[0] == ValueType::Json => ValueType::Json,
            _ => ValueType::Unknown(name.to_owned()),
        }
    }
}

/// `integer (Int64)`: the remark states the kind of number.
fn exact_number(ty: &ValueType, remark: &str, words: Words<'_>) -> Option<ValueType> {
    let is_number = |ty: &ValueType| matches!(ty, ValueType::Primitive(primitive) if primitive.is_number());
    let exact = primitive_type(words.primitive(remark)?);
    (is_number(ty) && is_number(&exact)).then_some(exact)
}

fn primitive_type(qualified: &str) -> ValueType {
    Primitive::from_qualified(qualified).map_or(ValueType::Json, ValueType::Primitive)
}

/// Without the namespace of Graph.
pub(super) fn unqualified(name: &str) -> &str {
    let name = name.trim().trim_start_matches('#');
    let name = name.strip_prefix("microsoft.").unwrap_or(name);
    name.strip_prefix("graph.").unwrap_or(name)
}

pub(super) fn last_name(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The part of a qualified name before its last dot.
pub(super) fn namespace_of(name: &str) -> Option<&str> {
    name.rsplit_once('.').map(|(namespace, _)| namespace)
}

/// An OData name, qualified or not (CSDL 4.01, section 15).
pub(super) fn is_type_name(name: &str) -> bool {
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    name.len() <= 128 && name.split('.').all(is_part)
}
