//! How names are translated: pairs of a cell of pages that have both sides.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::model::pairs::{CellKind, Pair};

/// The name of each translated cell; `None` where one translation stands for several names.
type Names = BTreeMap<(CellKind, String), Option<String>>;

/// The source names of translations that always stand for the same name, by locale.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    names: BTreeMap<String, Names>,
}

impl Dictionary {
    /// Adds the pairs of a locale.
    pub fn add(&mut self, locale: &str, pairs: impl IntoIterator<Item = Pair>) {
        let names = self.names.entry(locale.to_owned()).or_default();
        for Pair { kind, localized, source } in pairs {
            match names.entry((kind, key(&localized))) {
                Entry::Vacant(free) => {
                    free.insert(Some(source));
                }
                Entry::Occupied(mut known) => {
                    if known.get().as_ref().is_some_and(|name| *name != source) {
                        known.insert(None);
                    }
                }
            }
        }
    }

    /// The name that a text of a locale always stands for.
    #[must_use]
    pub fn source(&self, locale: &str, kind: CellKind, text: &str) -> Option<&str> {
        self.names.get(locale)?.get(&(kind, key(text)))?.as_deref()
    }
}

/// Translators change capitals and marks.
fn key(text: &str) -> String {
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
        assert_eq!(dictionary.source("pt-BR", CellKind::Name, "aceso"), None);
        assert_eq!(dictionary.source("zh-CN", CellKind::Member, "aceso"), None);
        assert_eq!(dictionary.source("pt-BR", CellKind::Member, "fraco"), None);
    }
}
