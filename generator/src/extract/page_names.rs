//! Names that a plain localized page keeps untranslated: in its example JSON, templates and
//! annotations. Translated and damaged names of its tables are repaired from these.
//!
//! On such a page a name cell may be a translation (`说明`), or the name with its case or its blanks
//! lost. Whoever pairs a cell with a name does so only where no other pairing is possible.

use std::collections::BTreeMap;

use super::annotation::Annotation;
use super::http_message::{self, Start};
use super::type_expression;
use crate::markup::{BlockKind, Dialect, Link, Page, View};
use crate::model::facts::TypeExpression;
use crate::vocab::Words;

/// What an example shows as the value of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    String,
    Number,
    Boolean,
    Array,
    Object,
    Null,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key<'p> {
    name: &'p str,
    value: Value,
    /// How many objects and arrays enclose it.
    depth: u32,
}

/// The untranslated names of a page.
#[derive(Debug, Default)]
pub(super) struct PageNames<'p> {
    /// The properties of each request body that the page shows, in their order.
    bodies: Vec<Vec<Key<'p>>>,
    /// Every property and argument name, by its lower case.
    names: BTreeMap<String, &'p str>,
    /// Every type name, by its lower case.
    types: BTreeMap<String, String>,
}

/// A row of a parameter table, as it is documented.
pub(super) struct Row<'p> {
    pub(super) cell: View<'p>,
    /// What the rules for other pages take for the name.
    pub(super) name: String,
    pub(super) ty: TypeExpression,
}

/// What a row was found to name.
#[derive(Clone, Debug, Default)]
struct Found {
    name: Option<String>,
    /// Index of its property in the example body.
    key: Option<usize>,
}

impl<'p> PageNames<'p> {
    /// Collects the names; `None` unless the page is localized and has no source side.
    pub(super) fn of(page: &'p Page<'p>, annotations: &[Option<Annotation>]) -> Option<Self> {
        if page.dialect != Dialect::Localized {
            return None;
        }
        let mut names = Self::default();
        for annotation in annotations.iter().flatten() {
            names.add_type(annotation.odata_type().unwrap_or_default());
        }
        for block in page.blocks() {
            match block.kind {
                BlockKind::Fence(index) => names.add_fence(page.fence(index).body),
                BlockKind::Paragraph { text, .. } => page.view(text).links().for_each(|link| names.add_link(link)),
                BlockKind::Table(index) => {
                    let cells = page.table(index).rows().flat_map(|row| row.cells().collect::<Vec<_>>());
                    cells.for_each(|cell| cell.links().for_each(|link| names.add_link(link)));
                }
                _ => {}
            }
        }
        Some(names)
    }

    fn add_fence(&mut self, body: &'p str) {
        for message in http_message::parse(body) {
            if let Start::Request { url, .. } = message.start {
                for word in words_of(url) {
                    self.names.entry(word.to_lowercase()).or_insert(word);
                }
                let keys: Vec<_> = json_keys(message.body).into_iter().filter(|key| key.depth == 1).collect();
                if !keys.is_empty() {
                    self.bodies.push(keys);
                }
            }
        }
        for key in json_keys(body) {
            self.names.entry(key.name.to_lowercase()).or_insert(key.name);
        }
        for (at, mark) in body.match_indices("@odata.type\"") {
            let value = body[at + mark.len()..].trim_start_matches([':', ' ']).strip_prefix('"');
            self.add_type(value.and_then(|value| value.split('"').next()).unwrap_or_default());
        }
    }

    fn add_type(&mut self, full: &str) {
        let name = full.trim_start_matches('#').trim_start_matches("Collection(").trim_end_matches(')');
        let name = name.rsplit('.').next().unwrap_or(name);
        if is_identifier(name) {
            self.types.entry(name.to_lowercase()).or_insert_with(|| name.to_owned());
        }
    }

    /// A link whose text is the name of the page it leads to knows where its capitals are.
    fn add_link(&mut self, link: Link<'_>) {
        let Some(stem) = type_expression::page_stem(link.destination) else { return };
        let text = link.text.trim();
        if text.starts_with(|c: char| c.is_ascii_lowercase()) && text.eq_ignore_ascii_case(type_of_page(stem)) {
            self.types.entry(text.to_lowercase()).or_insert_with(|| text.to_owned());
        }
    }

    /// The name of each row; `None` where the documented one stands.
    pub(super) fn repair(&self, rows: &[Row<'p>], words: Words<'_>) -> Vec<Option<String>> {
        let known = |body: &Vec<Key<'_>>| rows.iter().filter(|row| position(body, &row.name).is_some()).count();
        let keys = self.bodies.iter().rev().max_by_key(|body| known(body)).map_or(&[][..], Vec::as_slice);
        let mut found: Vec<Found> = rows.iter().map(|row| self.find(row, keys, words)).collect();
        pair_by_position(rows, keys, &mut found, words);
        for (row, found) in rows.iter().zip(&mut found) {
            if found.name.is_none() && is_suspect(&row.name) {
                let mut named = words.source_names(row.cell.source()).into_iter();
                found.name = named.next().filter(|_| named.next().is_none()).map(str::to_owned);
            }
        }
        found.into_iter().map(|found| found.name).collect()
    }

    /// By the name itself, whatever happened to its case and blanks, or by the vocabulary.
    fn find(&self, row: &Row<'p>, keys: &[Key<'p>], words: Words<'_>) -> Found {
        let named = |index: usize| Found { name: Some(keys[index].name.to_owned()), key: Some(index) };
        if let Some(index) = position(keys, &row.name) {
            return named(index);
        }
        if self.names.get(&row.name.to_lowercase()).is_some_and(|known| *known == row.name) {
            return Found { name: Some(row.name.clone()), key: None };
        }
        for spelling in spellings(row.cell.source()) {
            if let Some(index) = keys.iter().position(|key| key.name.eq_ignore_ascii_case(&spelling)) {
                return named(index);
            }
            if let Some(known) = self.names.get(&spelling.to_lowercase()) {
                return Found { name: Some((*known).to_owned()), key: None };
            }
        }
        let mut by_word = words.source_names(row.cell.source()).into_iter().filter_map(|name| position(keys, name));
        match (by_word.next(), by_word.next()) {
            (Some(index), None) => named(index),
            _ => Found::default(),
        }
    }

    /// Gives a type its real name: that of the page that it links to, in the case that the page shows.
    pub(super) fn repair_type(&self, ty: &mut TypeExpression, words: Words<'_>) {
        if words.primitive(&ty.name).is_some() {
            return;
        }
        let (prefix, last) = ty.name.rsplit_once('.').map_or(("", ty.name.as_str()), |(prefix, last)| (prefix, last));
        let known = |name: &str| self.types.get(&name.to_lowercase()).map(String::as_str);
        if let Some(page) = ty.target.as_deref().map(type_of_page) {
            if !is_identifier(last) || !has_inner_capital(last) && !last.eq_ignore_ascii_case(page) {
                ty.name = known(page).unwrap_or(page).to_owned();
                return;
            }
        }
        if is_identifier(last) && !(last.starts_with(|c: char| c.is_ascii_lowercase()) && has_inner_capital(last)) {
            if let Some(known) = known(last) {
                ty.name = if prefix.is_empty() { known.to_owned() } else { format!("{prefix}.{known}") };
            }
        }
    }

    /// The name of the type that a link stands for.
    pub(super) fn type_of_link(&self, link: Link<'_>, words: Words<'_>) -> Option<String> {
        let target = type_expression::page_stem(link.destination)?.to_owned();
        let (name, collection) = words.strip_collection(link.text);
        let mut ty = TypeExpression { name, collection, target: Some(target) };
        self.repair_type(&mut ty, words);
        Some(ty.name)
    }

    /// Whether a word of the prose is the name of a type, and no translation.
    pub(super) fn is_type(&self, name: &str) -> bool {
        has_inner_capital(name) || self.types.get(&name.to_lowercase()).is_some_and(|known| known == name)
    }

    /// Whether the examples show the property as an array.
    pub(super) fn is_shown_as_array(&self, name: &str) -> bool {
        self.bodies.iter().flatten().any(|key| key.name == name && key.value == Value::Array)
    }
}

fn position(keys: &[Key<'_>], name: &str) -> Option<usize> {
    keys.iter().position(|key| key.name == name)
}

/// Between two rows whose properties are known stand as many unknown rows as unused properties.
fn pair_by_position(rows: &[Row<'_>], keys: &[Key<'_>], found: &mut [Found], words: Words<'_>) {
    let mut start = 0;
    let mut first_key = 0;
    while start < rows.len() {
        let end =
            (start..rows.len()).find(|&row| found[row].key.is_some_and(|key| key >= first_key)).unwrap_or(rows.len());
        let end_key = found.get(end).and_then(|found| found.key).unwrap_or(keys.len());
        let open: Vec<usize> =
            (start..end).filter(|&row| found[row].name.is_none() && is_suspect(&rows[row].name)).collect();
        let used = |index: &usize| found.iter().any(|found| found.key == Some(*index));
        let free: Vec<usize> =
            (first_key..end_key).filter(|index| !used(index) && !keys[*index].name.contains('@')).collect();
        let fits = |(&row, &key): (&usize, &usize)| has_value(&rows[row].ty, keys[key].value, words);
        if open.len() == free.len() && open.iter().zip(&free).all(fits) {
            for (row, key) in open.into_iter().zip(free) {
                found[row] = Found { name: Some(keys[key].name.to_owned()), key: Some(key) };
            }
        }
        start = end + 1;
        first_key = end_key + 1;
    }
}

/// Whether a type can have such a value.
fn has_value(ty: &TypeExpression, value: Value, words: Words<'_>) -> bool {
    if ty.collection || matches!(value, Value::Null | Value::Array) {
        return matches!(value, Value::Null) || ty.collection == (value == Value::Array);
    }
    match words.primitive(&ty.name) {
        Some("Edm.Boolean") => value == Value::Boolean,
        Some("Edm.Int16" | "Edm.Int32" | "Edm.Int64" | "Edm.Double" | "Edm.Single" | "Edm.Decimal") => {
            value == Value::Number
        }
        Some("Edm.Untyped") => true,
        Some(_) => value == Value::String,
        // An enumeration or a structure.
        None => matches!(value, Value::String | Value::Object),
    }
}

/// What a cell may spell: the whole of it without blanks, and each of its words.
fn spellings(cell: &str) -> Vec<String> {
    let words: Vec<_> = words_of(cell).collect();
    let whole = words.concat();
    let is_whole = cell.chars().all(|c| c.is_ascii() || c.is_whitespace());
    is_whole
        .then_some(whole)
        .into_iter()
        .chain(words.into_iter().filter(|word| word.len() > 3).map(str::to_owned))
        .collect()
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '.' | '$')))
        .map(|word| word.trim_matches('.'))
        .filter(|word| !word.is_empty())
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// No translator writes a capital inside a word.
fn has_inner_capital(name: &str) -> bool {
    name.bytes().zip(name.bytes().skip(1)).any(|(before, c)| before.is_ascii_lowercase() && c.is_ascii_uppercase())
}

/// A name that may be a translation: other letters, or a single word.
fn is_suspect(name: &str) -> bool {
    !name.is_ascii() || !has_inner_capital(name) && !name.contains(['@', '$', '{'])
}

/// The type that a page describes, all lower case: `intune-apps-mobileapp` → `mobileapp`.
fn type_of_page(stem: &str) -> &str {
    stem.rsplit('-').next().unwrap_or(stem)
}

/// The property names of a JSON text, in their order. Works on invalid JSON, too.
fn json_keys(text: &str) -> Vec<Key<'_>> {
    let bytes = text.as_bytes();
    let mut keys = Vec::new();
    let mut depth = 0_u32;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let start = at + 1;
                at = start;
                while at < bytes.len() && bytes[at] != b'"' && bytes[at] != b'\n' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                let rest = text.get(at + 1..).unwrap_or_default().trim_start();
                if let (Some(name), Some(rest)) = (text.get(start..at), rest.strip_prefix(':')) {
                    keys.push(Key { name, value: value_kind(rest.trim_start()), depth });
                }
            }
            _ => {}
        }
        at += 1;
    }
    keys
}

fn value_kind(value: &str) -> Value {
    match value.bytes().next() {
        Some(b'"') => Value::String,
        Some(b'[') => Value::Array,
        Some(b'{') => Value::Object,
        Some(b't' | b'f') => Value::Boolean,
        Some(b'0'..=b'9' | b'-' | b'.') => Value::Number,
        _ => Value::Null,
    }
}
