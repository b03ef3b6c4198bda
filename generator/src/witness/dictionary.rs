//! What other pages say about names: how they are translated, in pairs of a cell of pages that have both sides; the values
//! of an enumeration, in the rows of properties that have its type; what follows a type in paths and in names of pages.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::facts::PageFacts;
use crate::model::pairs::{CellKind, Pair};

/// The names that each translated cell stands for.
type Names = BTreeMap<(CellKind, String), BTreeSet<String>>;

/// No enumeration is listed in nearly as many ways.
const MAX_LISTS: usize = 64;

#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    /// The source names of translations, by locale.
    names: BTreeMap<String, Names>,
    /// The values of enumerations as other pages list them, by the last part of their names in lower case.
    values: BTreeMap<String, BTreeSet<Vec<String>>>,
    /// The names behind another one in paths, `/lamp/bulbs`, and in names of pages, `lamp-list-bulbs`, by that other one in
    /// lower case.
    behind: BTreeMap<String, BTreeSet<String>>,
}

impl Dictionary {
    /// Adds the pairs of a locale.
    pub fn add(&mut self, locale: &str, pairs: impl IntoIterator<Item = Pair>) {
        let names = self.names.entry(locale.to_owned()).or_default();
        for Pair { kind, localized, source } in pairs {
            names.entry((kind, key(&localized))).or_default().insert(source);
        }
    }

    /// Adds what a page of any locale says about others.
    pub fn add_page(&mut self, page: &PageFacts) {
        self.add_values(page);
        let mut add = |before: &str, name: &str| {
            let names = self.behind.entry(before.to_ascii_lowercase()).or_default();
            if !names.contains(name) {
                names.insert(name.to_owned());
            }
        };
        for request in &page.requests {
            let segments: Vec<&str> = request.path.split('/').collect();
            segments.windows(2).filter(|pair| pair.iter().copied().all(is_name)).for_each(|pair| add(pair[0], pair[1]));
        }
        if let [resource, .., _, name] = page.path.stem().split('-').collect::<Vec<_>>()[..] {
            add(resource, name);
        }
    }

    fn add_values(&mut self, page: &PageFacts) {
        let properties = page.types.iter().flat_map(|ty| &ty.properties).map(|row| (&row.ty, &row.values));
        let parameters = page.parameters.iter().map(|row| (&row.ty, &row.values));
        for (ty, values) in properties.chain(parameters).filter(|(_, values)| !values.is_empty()) {
            let lists = self.values.entry(last_part(&ty.name)).or_default();
            if lists.len() < MAX_LISTS {
                lists.insert(values.clone());
            }
        }
    }

    /// The names behind that of a type in paths and names of pages.
    pub(super) fn behind(&self, name: &str) -> impl Iterator<Item = &str> {
        self.behind.get(&last_part(name)).into_iter().flatten().map(String::as_str)
    }

    /// The values of an enumeration, as other pages list them.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = &[String]> {
        self.values.get(&last_part(name)).into_iter().flatten().map(Vec::as_slice)
    }

    /// The names that a text of a locale stands for, each of them somewhere.
    pub fn sources(&self, locale: &str, kind: CellKind, text: &str) -> impl Iterator<Item = &str> {
        let names = self.names.get(locale).and_then(|names| names.get(&(kind, key(text))));
        names.into_iter().flatten().map(String::as_str)
    }

    /// The name that a text of a locale always stands for.
    #[must_use]
    pub fn source(&self, locale: &str, kind: CellKind, text: &str) -> Option<&str> {
        let mut sources = self.sources(locale, kind, text);
        sources.next().filter(|_| sources.next().is_none())
    }
}

fn is_name(segment: &str) -> bool {
    segment.starts_with(|c: char| c.is_ascii_alphabetic()) && segment.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The last part of a qualified name, in lower case.
pub(super) fn last_part(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase()
}

/// Translators change capitals and marks, and a name may have a remark: `nome (preterido)`.
fn key(text: &str) -> String {
    let text = text.split_once(" (").map_or(text, |(name, _)| name);
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '`' | '"' | '\u{200b}' | '\u{a0}'));
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_always_translated_so_counts() {
        let pair = |localized: &str, source: &str| Pair {
            kind: CellKind::Member,
            localized: localized.to_owned(),
            source: source.to_owned(),
        };
        let mut dictionary = Dictionary::default();
        dictionary
            .add("pt-BR", [pair("Aceso", "lit"), pair("aceso ", "lit"), pair("fraco", "dim"), pair("fraco", "weak")]);
        assert_eq!(dictionary.source("pt-BR", CellKind::Member, "`aceso`"), Some("lit"));
        assert_eq!(dictionary.source("pt-BR", CellKind::Member, "aceso (preterido)"), Some("lit"));
        assert_eq!(dictionary.source("pt-BR", CellKind::Name, "aceso"), None);
        assert_eq!(dictionary.source("zh-CN", CellKind::Member, "aceso"), None);
        assert_eq!(dictionary.source("pt-BR", CellKind::Member, "fraco"), None);
        assert_eq!(dictionary.sources("pt-BR", CellKind::Member, "fraco").collect::<Vec<_>>(), ["dim", "weak"]);
    }
}
