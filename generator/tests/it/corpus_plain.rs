//! Plain localized pages whose original is known: no name or value that only translation made is a fact without the
//! mark `doubtful`.
//!
//! A page names the SHA-1 of its original, so an English page with that hash is its original, word for word.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use graphdocs::extract::{PageInput, extract_page};
use graphdocs::markup::proof::is_original;
use graphdocs::model::facts::{PageFacts, Property};
use graphdocs::model::proof::Proof;
use graphdocs::source::PagePath;
use graphdocs::vocab::Vocab;
use rayon::prelude::*;

use crate::corpus::{corpus, find_all};
use crate::support::vocab;

const LOCALES: [&str; 3] = ["zh-CN", "pt-BR", "ru-RU"];
/// About 1,380 pages have a known original; a few fewer would be another corpus, none a mistake of this test.
const MIN_PAGES: usize = 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Parameter,
    Property,
    Member,
    Value,
}

/// What became of the items of one kind.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    in_original: usize,
    right: usize,
    /// As only the JSON of the original spells it.
    as_in_json: usize,
    right_but_doubtful: usize,
    wrong_and_doubtful: usize,
    wrong: usize,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.in_original += other.in_original;
        self.right += other.right;
        self.as_in_json += other.as_in_json;
        self.right_but_doubtful += other.right_but_doubtful;
        self.wrong_and_doubtful += other.wrong_and_doubtful;
        self.wrong += other.wrong;
    }
}

#[derive(Debug, Default)]
struct Comparison {
    counts: BTreeMap<Kind, Counts>,
    wrong: Vec<String>,
}

#[test]
fn no_translated_name_is_a_fact() {
    let Some(originals) = corpus("en-US") else { return };
    let vocab = vocab();
    let mut table = format!(
        "{:<6} {:<10} {:>8} {:>7} {:>8} {:>15} {:>15} {:>6}\n",
        "locale", "kind", "original", "right", "by JSON", "doubtful, right", "doubtful, wrong", "wrong"
    );
    let mut wrong = Vec::new();
    for locale in LOCALES {
        let Some(folder) = corpus(&format!("{locale}-plain")) else { return };
        let pages: Vec<_> = find_all(&folder, &["api", "resources"])
            .par_iter()
            .filter_map(|file| {
                let path = PagePath::new(&file.to_string_lossy());
                compare(&path, file, locale, &originals, &vocab)
            })
            .collect();
        assert!(pages.len() >= MIN_PAGES, "only {} pages of {locale} have a known original", pages.len());
        let mut counts: BTreeMap<Kind, Counts> = BTreeMap::new();
        for page in pages {
            page.counts.iter().for_each(|(kind, found)| counts.entry(*kind).or_default().add(*found));
            wrong.extend(page.wrong.into_iter().map(|item| format!("{locale} {item}")));
        }
        for (kind, found) in counts {
            let Counts { in_original, right, as_in_json, right_but_doubtful, wrong_and_doubtful, wrong } = found;
            let _ = writeln!(
                table,
                "{locale:<6} {:<10} {in_original:>8} {right:>7} {as_in_json:>8} {right_but_doubtful:>15} \
                 {wrong_and_doubtful:>15} {wrong:>6}",
                format!("{kind:?}"),
            );
        }
    }
    println!("{table}");
    assert!(wrong.is_empty(), "{table}\n{} items are wrong and not doubtful:\n{}", wrong.len(), wrong.join("\n"));
}

/// `None` unless the original of the page is known.
fn compare(path: &PagePath, file: &Path, locale: &str, originals: &Path, vocab: &Vocab) -> Option<Comparison> {
    let original = std::fs::read_to_string(originals.join(path.as_str())).ok()?;
    let raw = std::fs::read_to_string(file).ok()?;
    let hash = raw.lines().take(40).find_map(|line| line.strip_prefix("ms.openlocfilehash:"))?;
    if !is_original(hash.trim(), &original) {
        return None;
    }
    let known = extract_page(PageInput::new(path, "en-US", original.as_bytes()), vocab);
    let found = extract_page(PageInput::new(path, locale, raw.as_bytes()), vocab);
    let mut comparison = Comparison::default();
    compare_names(&known, &found, &original, &mut comparison);
    compare_values(&known, &found, &original, &mut comparison);
    Some(comparison)
}

fn compare_names(known: &PageFacts, found: &PageFacts, original: &str, comparison: &mut Comparison) {
    // A page may document one name twice.
    let mut left: BTreeMap<(Kind, &str), usize> = BTreeMap::new();
    for (kind, name, _) in names(known) {
        *left.entry((kind, name)).or_default() += 1;
        comparison.counts.entry(kind).or_default().in_original += 1;
    }
    for (kind, name, proof) in names(found) {
        let counts = comparison.counts.entry(kind).or_default();
        let is_right = left.get_mut(&(kind, name)).filter(|left| **left > 0).map(|left| *left -= 1).is_some();
        match (is_right, proof.is_usable()) {
            (true, true) => counts.right += 1,
            (true, false) => counts.right_but_doubtful += 1,
            (false, false) => counts.wrong_and_doubtful += 1,
            // Where tables and JSON of the original differ, the translator may have left only one of them.
            (false, true) if original.contains(&format!("\"{name}\"")) => counts.as_in_json += 1,
            (false, true) => {
                counts.wrong += 1;
                comparison.wrong.push(format!("{} {kind:?} {name}", found.path));
            }
        }
    }
}

fn names(page: &PageFacts) -> impl Iterator<Item = (Kind, &str, Proof)> {
    let parameters = page.parameters.iter().map(|row| (Kind::Parameter, row.name.as_str(), row.proof));
    let properties = properties(page).map(|row| (Kind::Property, row.name.as_str(), row.proof));
    let members = page.types.iter().flat_map(|ty| &ty.members);
    parameters.chain(properties).chain(members.map(|row| (Kind::Member, row.name.as_str(), row.proof)))
}

fn properties(page: &PageFacts) -> impl Iterator<Item = &Property> {
    page.types
        .iter()
        .flat_map(|ty| [&ty.properties, &ty.relationships, &ty.annotations, &ty.inner_properties].into_iter().flatten())
}

/// The original of a list may be a sentence that only a translation makes a list. Its values have to be words of it.
fn compare_values(known: &PageFacts, found: &PageFacts, original: &str, comparison: &mut Comparison) {
    let counts = comparison.counts.entry(Kind::Value).or_default();
    let listed: BTreeMap<&str, &[String]> = values(known).collect();
    counts.in_original += values(known).map(|(_, values)| values.len()).sum::<usize>();
    for (name, values) in values(found) {
        for value in values {
            let is_listed = listed.get(name).is_some_and(|listed| listed.contains(value));
            if is_listed || has_word(original, value) {
                counts.right += 1;
            } else {
                counts.wrong += 1;
                comparison.wrong.push(format!("{} Value {value} of {name}", found.path));
            }
        }
    }
}

fn values(page: &PageFacts) -> impl Iterator<Item = (&str, &[String])> {
    let parameters = page.parameters.iter().map(|row| (row.name.as_str(), row.values.as_slice()));
    parameters.chain(properties(page).map(|row| (row.name.as_str(), row.values.as_slice())))
}

fn has_word(text: &str, word: &str) -> bool {
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(word)
        .any(|(at, _)| is_edge(text[..at].chars().next_back()) && is_edge(text[at + word.len()..].chars().next()))
}
