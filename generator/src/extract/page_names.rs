//! Names that a plain localized page leaves untranslated: in its example JSON, templates and
//! annotations. They repair the translated and damaged names in its tables.
//!
//! On such a page, a name cell may be a translation (`说明`), or the name with altered case or
//! blanks. A cell is paired with a name only if no other pairing is possible.

use std::collections::{BTreeMap, BTreeSet};

use super::annotation::Annotation;
use super::http_message::{self, Start};
use super::intact::{has_inner_capital, is_intact};
use super::json_keys::{Key, ODATA_TYPE, Value, json_keys};
use super::type_expression;
use crate::markup::{BlockKind, Dialect, Link, Page, View};
use crate::model::facts::TypeExpression;
use crate::model::proof::Proof;
use crate::vocab::Words;

/// The untranslated names of a page.
#[derive(Debug, Default)]
pub(super) struct PageNames<'p> {
    /// The properties of each request body that the page shows, in order.
    bodies: Vec<Vec<Key<'p>>>,
    /// The same of each object that is no message: the representations of types.
    shapes: Vec<Vec<Key<'p>>>,
    /// Every property and argument name, by its lower case.
    names: BTreeMap<String, &'p str>,
    /// The same names, in every spelling that the page uses.
    spelt: BTreeSet<&'p str>,
    /// Every type name, by its lower case.
    types: BTreeMap<String, String>,
    /// Every text in its JSON.
    texts: BTreeSet<&'p str>,
}

/// The documented name in a row of a parameter or property table.
pub(super) struct DocumentedName<'p> {
    pub(super) cell: View<'p>,
    /// The name as on other pages.
    pub(super) name: String,
    pub(super) ty: TypeExpression,
}

/// The name that was found for a row.
#[derive(Clone, Debug, Default)]
struct Found {
    name: Option<String>,
    /// Index of its property in the example body.
    key: Option<usize>,
    /// Only the vocabulary has it.
    is_of_vocabulary: bool,
}

/// A name that was found elsewhere than in its cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mended {
    pub(super) name: String,
    pub(super) proof: Proof,
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
        let mut is_message = false;
        for message in http_message::parse(body) {
            is_message = true;
            if let Start::Request { url, .. } = message.start {
                words_of(url).for_each(|word| self.add_name(word));
                let keys: Vec<_> = json_keys(message.body).filter(|key| key.depth == 1).collect();
                if !keys.is_empty() {
                    self.bodies.push(keys);
                }
            }
        }
        if !is_message {
            let keys: Vec<_> = json_keys(body).filter(|key| key.depth == 1).collect();
            self.shapes.extend(Some(keys).filter(|keys| !keys.is_empty()));
        }
        for key in json_keys(body) {
            self.add_name(key.name);
            self.texts.extend(key.string());
            if let Some(ty) = key.string().filter(|_| key.name.ends_with(ODATA_TYPE)) {
                self.add_type(ty);
            }
        }
    }

    fn add_name(&mut self, name: &'p str) {
        self.names.entry(name.to_lowercase()).or_insert(name);
        self.spelt.insert(name);
    }

    fn add_type(&mut self, full: &str) {
        let name = full.trim_start_matches('#').trim_start_matches("Collection(").trim_end_matches(')');
        let name = name.rsplit('.').next().unwrap_or(name);
        if is_identifier(name) {
            self.add_known_type(name);
        }
    }

    /// Some annotations are all lower case; the spelling with capitals wins.
    fn add_known_type(&mut self, name: &str) {
        let known = self.types.entry(name.to_lowercase()).or_insert_with(|| name.to_owned());
        if has_inner_capital(name) && !has_inner_capital(known) {
            name.clone_into(known);
        }
    }

    /// If the text of a link is the name of the page that it leads to, its capitals are right.
    fn add_link(&mut self, link: Link<'_>) {
        let Some(stem) = type_expression::page_stem(link.destination) else { return };
        let text = link.text.trim();
        if text.starts_with(|c: char| c.is_ascii_lowercase()) && text.eq_ignore_ascii_case(type_of_page(stem)) {
            self.add_known_type(text);
        }
    }

    /// The name of each row; `None` keeps the documented one.
    ///
    /// No cell that is an identifier is touched, and no name is given that another row has.
    pub(super) fn repair(&self, rows: &[DocumentedName<'p>], words: Words<'_>) -> Vec<Option<Mended>> {
        let mut rows_by_name: BTreeMap<&str, usize> = BTreeMap::new();
        rows.iter().for_each(|row| *rows_by_name.entry(&row.name).or_default() += 1);
        let known = |body: &[Key<'_>]| {
            let names: BTreeSet<&str> = body.iter().map(|key| key.name).collect();
            names.into_iter().filter_map(|name| rows_by_name.get(name)).sum::<usize>()
        };
        let bodies = if self.bodies.is_empty() { &self.shapes } else { &self.bodies };
        let keys = bodies.iter().rev().max_by_key(|body| known(body)).map_or(&[][..], Vec::as_slice);
        let places = Places::of(keys);
        let mut found: Vec<Found> = rows.iter().map(|row| self.find(row, &places, words)).collect();
        pair_by_position(rows, (keys, self.bodies.is_empty()), &mut found, words);
        for (row, found) in rows.iter().zip(&mut found) {
            if found.name.is_none() && !self.is_certain(row, words) {
                let mut named = words.source_names(row.cell.source()).into_iter();
                found.name = named.next().filter(|_| named.next().is_none()).map(str::to_owned);
                found.is_of_vocabulary = true;
            }
        }
        let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
        for (row, found) in rows.iter().zip(&found) {
            *uses.entry(found.name.as_deref().unwrap_or(&row.name)).or_default() += 1;
        }
        let is_free =
            |row: &DocumentedName<'p>, name: &String| *name == row.name || uses.get(name.as_str()) == Some(&1);
        let mended = rows.iter().zip(&found).map(|(row, found)| {
            let name = found.name.as_ref().filter(|name| is_free(row, name))?;
            if *name == row.name && !found.is_of_vocabulary {
                return None;
            }
            // A single word has several translations: `label` and `labels` may be one word.
            let is_sure = !found.is_of_vocabulary || has_inner_capital(name) || self.confirms(name);
            if !is_sure {
                return None;
            }
            let proof = if found.is_of_vocabulary { Proof::Dictionary } else { Proof::Whole };
            Some(Mended { name: name.clone(), proof })
        });
        mended.collect()
    }

    /// Whether the cell holds the name itself.
    fn is_certain(&self, row: &DocumentedName<'_>, words: Words<'_>) -> bool {
        self.spelt.contains(row.name.as_str()) || is_whole_cell(row) && is_intact(&row.name, words)
    }

    /// Whether an untranslated place of the page has the name.
    pub(super) fn confirms(&self, name: &str) -> bool {
        self.spelt.contains(name)
    }

    /// The same, whatever the capitals.
    pub(super) fn confirms_any_case(&self, name: &str) -> bool {
        self.names.contains_key(&name.to_lowercase())
    }

    /// The same for a value.
    pub(super) fn confirms_value(&self, value: &str) -> bool {
        self.texts.contains(value) || self.spelt.contains(value)
    }

    /// Finds the name by its letters, ignoring case and blanks, or by the vocabulary.
    fn find(&self, row: &DocumentedName<'p>, places: &Places<'_, 'p>, words: Words<'_>) -> Found {
        let named = |index: usize| Found {
            name: Some(places.keys[index].name.to_owned()),
            key: Some(index),
            is_of_vocabulary: false,
        };
        if let Some(index) = places.of_name(&row.name) {
            return named(index);
        }
        if self.spelt.contains(row.name.as_str()) {
            return Found { name: Some(row.name.clone()), ..Found::default() };
        }
        let is_certain = self.is_certain(row, words);
        // Tables and examples of the source language differ in capitals, too.
        if is_certain {
            return Found { name: Some(row.name.clone()), ..Found::default() };
        }
        for spelling in spellings(row.cell.source()) {
            if let Some(index) = places.in_any_case(&spelling) {
                return named(index);
            }
            if let Some(known) = self.names.get(&spelling.to_lowercase()) {
                return Found { name: Some((*known).to_owned()), ..Found::default() };
            }
        }
        let mut by_word = words.source_names(row.cell.source()).into_iter().filter_map(|name| places.of_name(name));
        match (by_word.next(), by_word.next()) {
            (Some(index), None) => named(index),
            _ => Found::default(),
        }
    }

    /// Gives a type its real name: the one of the page that it links to, in the case that this page
    /// uses.
    pub(super) fn repair_type(&self, ty: &mut TypeExpression, words: Words<'_>) {
        if words.primitive(&ty.name).is_some() {
            return;
        }
        // This drops a remark: `字符串 (可选)`.
        if let Some(source) = words.source_type(&ty.name) {
            source.clone_into(&mut ty.name);
            return;
        }
        let page = ty.target.as_deref().map(type_of_page);
        if words.has_own_letters() && is_untranslated(&ty.name, page) {
            return;
        }
        if let Some(page) = page
            && !names_type_of(&ty.name, page)
        {
            // A phrase around the name, or a translation of it.
            let word = words_of(&ty.name).find(|word| names_type_of(word, page)).map(str::to_owned);
            ty.name = word.unwrap_or_else(|| self.in_known_case(page));
        }
        let (prefix, last) = ty.name.rsplit_once('.').map_or(("", ty.name.as_str()), |(prefix, last)| (prefix, last));
        let name = match page {
            _ if is_identifier(last) && !last.contains(|c: char| c.is_ascii_uppercase()) => self.in_known_case(last),
            Some(page) if lost_its_start(last, page) => self.in_known_case(page),
            _ if words.capitalizes_types() => self.without_capital(last),
            _ => return,
        };
        ty.name = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
    }

    /// A name whose first letter the translator may have capitalized. Some annotations are all
    /// lower case.
    fn without_capital(&self, name: &str) -> String {
        match self.types.get(&name.to_lowercase()) {
            Some(known) if has_inner_capital(known) || !has_inner_capital(name) => known.clone(),
            Some(_) => uncapitalized(name),
            None => name.to_owned(),
        }
    }

    /// A name whose capitals were lost, as the page spells it elsewhere.
    fn in_known_case(&self, name: &str) -> String {
        let lower = name.to_lowercase();
        // A property often has the name of its type.
        let of_property = || self.names.get(&lower).copied().filter(|known| has_inner_capital(known));
        let known = self.types.get(&lower).map(String::as_str).or_else(of_property);
        known.filter(|known| has_inner_capital(known) || !has_inner_capital(name)).unwrap_or(name).to_owned()
    }

    /// The name of the type that a link refers to.
    pub(super) fn type_of_link(&self, link: Link<'_>, words: Words<'_>) -> Option<String> {
        let target = type_expression::page_stem(link.destination)?.to_owned();
        let (name, collection) = words.strip_collection(link.text);
        let mut ty = TypeExpression { name: name.clone(), collection, target: Some(target) };
        self.repair_type(&mut ty, words);
        // When naming a response, the source pages capitalize types about as often as translators do.
        let is_same = ty.name.eq_ignore_ascii_case(&name) && !has_inner_capital(&name) && words.capitalizes_types();
        Some(if is_same && name.starts_with(|c: char| c.is_ascii_uppercase()) { name } else { ty.name })
    }

    /// Whether a word of the prose is the name of a type and not a translation.
    pub(super) fn is_type(&self, name: &str) -> bool {
        has_inner_capital(name)
            || self.spelt.contains(name)
            || self.types.get(&name.to_lowercase()).is_some_and(|known| known == name)
    }
}

/// The first place of each key of a body.
struct Places<'k, 'p> {
    keys: &'k [Key<'p>],
    by_name: BTreeMap<&'p str, usize>,
    by_lower: BTreeMap<String, usize>,
}

impl<'k, 'p> Places<'k, 'p> {
    fn of(keys: &'k [Key<'p>]) -> Self {
        let from_behind = || keys.iter().enumerate().rev();
        let by_name = from_behind().map(|(place, key)| (key.name, place)).collect();
        let by_lower = from_behind().map(|(place, key)| (key.name.to_ascii_lowercase(), place)).collect();
        Self { keys, by_name, by_lower }
    }

    fn of_name(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    fn in_any_case(&self, name: &str) -> Option<usize> {
        self.by_lower.get(&name.to_ascii_lowercase()).copied()
    }
}

/// Pairs unknown rows with unused properties if there are equally many of both between two known
/// rows.
fn pair_by_position(
    rows: &[DocumentedName<'_>],
    (keys, is_shape): (&[Key<'_>], bool),
    found: &mut [Found],
    words: Words<'_>,
) {
    let mut start = 0;
    let mut first_key = 0;
    // Those that are given below are before the ones that are looked at afterwards.
    let used: BTreeSet<usize> = found.iter().filter_map(|found| found.key).collect();
    while start < rows.len() {
        let end =
            (start..rows.len()).find(|&row| found[row].key.is_some_and(|key| key >= first_key)).unwrap_or(rows.len());
        let end_key = found.get(end).and_then(|found| found.key).unwrap_or(keys.len());
        let open: Vec<usize> = (start..end).filter(|&row| found[row].name.is_none()).collect();
        let free: Vec<usize> =
            (first_key..end_key).filter(|index| !used.contains(index) && !keys[*index].name.contains('@')).collect();
        let fits = |(&row, &key): (&usize, &usize)| {
            let ty = &rows[row].ty;
            let is_of_type =
                if is_shape { shows_type(&keys[key], ty, words) } else { has_value(ty, keys[key].value(), words) };
            is_suspect(&rows[row].name) && is_of_type
        };
        let is_certain = !is_shape || open.len() == 1;
        if is_certain && open.len() == free.len() && open.iter().zip(&free).all(fits) {
            for (row, key) in open.into_iter().zip(free) {
                found[row] = Found { name: Some(keys[key].name.to_owned()), key: Some(key), is_of_vocabulary: false };
            }
        }
        start = end + 1;
        first_key = end_key + 1;
    }
}

/// Whether the representation of a type shows a property with just this primitive type. Representations and tables
/// differ too often for anything less: they leave out properties, and order them otherwise.
fn shows_type(key: &Key<'_>, ty: &TypeExpression, words: Words<'_>) -> bool {
    let shown = key.string().and_then(|text| words.primitive(text));
    !ty.collection && shown.is_some() && shown == words.primitive(&ty.name)
}

/// Whether a type can have a value of this kind.
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

/// The names that a cell may contain: the whole cell without blanks, and each of its longer words.
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
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '.' | '$' | '-')))
        .map(|word| word.trim_matches(['.', '-']))
        .filter(|word| !word.is_empty())
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

pub(super) fn uncapitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(chars).collect()
}

/// Whether the cell holds one word.
fn is_whole_cell(row: &DocumentedName<'_>) -> bool {
    row.cell.source().trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '`' | '\u{a0}' | '\u{200b}'))
        == row.name
}

/// A name that may be a translation: other letters, or a single word.
fn is_suspect(name: &str) -> bool {
    !name.is_ascii() || !has_inner_capital(name) && !name.contains(['@', '$', '{'])
}

/// Whether a word is an untranslated name: it cannot be a translation, or it is the name of the page.
fn names_type_of(word: &str, page: &str) -> bool {
    let last = word.rsplit('.').next().unwrap_or(word);
    let is_short_form = last.starts_with(|c: char| c.is_ascii_lowercase()) && page.ends_with(last);
    let is_name = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    is_name && (has_inner_capital(last) || last.eq_ignore_ascii_case(page) || is_short_form)
}

/// Translators may translate the first word of a name: `连续 AccessEvaluationPolicy`.
fn lost_its_start(name: &str, page: &str) -> bool {
    let end = name.to_lowercase();
    name.starts_with(|c: char| c.is_ascii_uppercase()) && page.ends_with(&end) && page != end
}

/// For languages with other letters: whether a name is in ASCII letters and complete.
fn is_untranslated(name: &str, page: Option<&str>) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let is_rest = page.is_some_and(|page| has_inner_capital(last) && lost_its_start(last, page));
    is_identifier(last) && !is_rest
}

/// The type that a page describes, all lower case: `intune-apps-mobileapp` → `mobileapp`.
pub(super) fn type_of_page(stem: &str) -> &str {
    stem.rsplit('-').next().unwrap_or(stem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::extract::annotation;
    use crate::vocab::Vocab;

    const EXAMPLE: &str = "```http\nPOST https://graph.microsoft.com/v1.0/gadgets/{gadget-id}/tune(speed='{speed}')\n\n\
        {\n  \"label\": \"x\",\n  \"wheelCount\": 3,\n  \"isSpare\": true,\n  \"parts\": [ { \"sparePart\": 1 } ],\n  \"size\": \"x\"\n}\n```\n";

    fn vocab() -> Vocab {
        let text = "locale = \"xx\"\n[types.source]\nString = [\"文\"]\nBoolean = [\"是非\"]\n[names]\nlabel = [\"名\"]\ncolor = [\"色\"]";
        Vocab::parse([("en.toml", include_str!("../../vocab/en.toml")), ("xx.toml", text)]).expect("two tables")
    }

    /// The names of a page with this table, after repair.
    fn names(rows: &str) -> Vec<String> {
        let raw = format!("# <a name=\"x\"></a>标题\n\n|名|类|\n|--|--|\n{rows}\n{EXAMPLE}");
        let mut sink = Sink::new(&raw);
        let page = Page::parse(&raw, "xx", &mut sink);
        let annotations = annotation::bind(&page, &mut sink);
        let names = PageNames::of(&page, &annotations).expect("a localized page");
        let vocab = vocab();
        let words = vocab.words("xx");
        let cell = |row: &crate::markup::TableRow<'_>, column| row.cell(column).map_or("", View::source).to_owned();
        let rows = page.table(0).rows().map(|row| DocumentedName {
            cell: row.cell(0).expect("a cell"),
            name: cell(&row, 0),
            ty: row.cell(1).map(|cell| type_expression::parse(cell, words)).unwrap_or_default(),
        });
        let rows: Vec<_> = rows.collect();
        let repaired = names.repair(&rows, words);
        rows.iter()
            .zip(repaired)
            .map(|(row, mended)| mended.map_or_else(|| row.name.clone(), |mended| mended.name))
            .collect()
    }

    #[test]
    fn case_and_blanks() {
        assert_eq!(
            names("|Label|String|\n|Wheelcount zur|Int32|\n|is spare|Boolean|\n"),
            ["label", "wheelCount", "isSpare"]
        );
        assert_eq!(names("|SPEED|String|\n|gadget-id|String|\n"), ["speed", "gadget-id"]);
    }

    #[test]
    fn vocabulary() {
        // A single word has several translations: without a second place that has it, it stays as it is.
        assert_eq!(names("|名|文|\n|色|文|\n|未知|文|\n"), ["label", "色", "未知"]);
    }

    #[test]
    fn the_only_name_left_at_its_place() {
        assert_eq!(names("|label|文|\n|数|Int32|\n|isSpare|是非|\n"), ["label", "wheelCount", "isSpare"]);
        // Another type, or two candidates, be it rows or properties: no pairing.
        assert_eq!(names("|label|文|\n|数|Int32|\n"), ["label", "数"]);
        assert_eq!(names("|label|文|\n|数|是非|\n|isSpare|是非|\n")[1], "数");
        assert_eq!(names("|label|文|\n|数|Int32|\n|数目|Int32|\n|isSpare|是非|\n")[1..3], ["数", "数目"]);
    }

    #[test]
    fn representations_have_types_as_values() {
        let vocab = vocab();
        let words = vocab.words("xx");
        let ty = |name: &str, target: Option<&str>| TypeExpression {
            name: name.to_owned(),
            collection: false,
            target: target.map(str::to_owned),
        };
        let shape = "{\"a\": \"String\", \"b\": \"Boolean\", \"c\": \"microsoft.graph.dial\"}";
        let fits = |ty: &TypeExpression| json_keys(shape).map(|key| shows_type(&key, ty, words)).collect::<Vec<_>>();
        assert_eq!(fits(&ty("String", None)), [true, false, false]);
        assert_eq!(fits(&ty("Boolean", None)), [false, true, false]);
        assert_eq!(fits(&ty("模式", None)), [false, false, false]);
        assert_eq!(fits(&ty("表盘", Some("dial"))), [false, false, false]);
    }

    #[test]
    fn types() {
        let mut names = PageNames::default();
        names.add_type("#microsoft.graph.spareWheel");
        names.add_type("microsoft.graph.gadget");
        let vocab = vocab();
        for (name, target, expected) in [
            ("备用轮", Some("intune-x-sparewheel"), "spareWheel"),
            ("sparewheel", None, "spareWheel"),
            ("SpareWheel", Some("sparewheel"), "SpareWheel"),
            ("o objeto spareWheel", Some("sparewheel"), "spareWheel"),
            ("wheel", Some("sparewheel"), "wheel"),
            ("Wheel", Some("sparewheel"), "spareWheel"),
            ("otherThing", Some("enums"), "otherThing"),
            ("工具", Some("gadget"), "gadget"),
            ("String", Some("gadget"), "String"),
            ("文", None, "String"),
        ] {
            let mut ty = TypeExpression { name: name.to_owned(), collection: false, target: target.map(str::to_owned) };
            names.repair_type(&mut ty, vocab.words("xx"));
            assert_eq!(ty.name, expected, "{name}");
        }
    }
}
