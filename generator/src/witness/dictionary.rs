//! How names are translated: pairs of a cell of pages that have both sides.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::pairs::{CellKind, Pair};

/// The names that each translated cell stands for.
type Names = BTreeMap<(CellKind, String), BTreeSet<String>>;

/// The source names of translations, by locale.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    names: BTreeMap<String, Names>,
}

impl Dictionary {
    /// Adds the pairs of a locale.
    pub fn add(&mut self, locale: &str, pairs: impl IntoIterator<Item = Pair>) {
        let names = self.names.entry(locale.to_owned()).or_default();
        for Pair { kind, localized, source } in pairs {
            names.entry((kind, key(&localized))).or_default().insert(source);
        }
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
