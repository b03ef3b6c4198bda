//! The vocabulary file that the counts suggest.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Mined, Row, common};
use crate::vocab::as_listed;

/// The rows of words, in the order of a vocabulary file. A word stands in only one row of a table, except in
/// `[names]`.
const TABLES: &[(&str, &[&str])] = &[
    ("columns", &["name", "type", "value", "description", "required", "relationship", "member", "method", "returns"]),
    (
        "permissions",
        &["label-column", "delegated-work", "delegated-personal", "application", "not-supported", "no-permission"],
    ),
    ("markers", &["required", "optional", "yes", "no"]),
];
/// Of the places of a word, so many of a hundred must agree about its row.
const PRECISION: usize = 80;
/// What stands at one place only may be a mistake of the translator.
const MIN_COUNT: usize = 2;
const MAX_WORDS: usize = 24;

pub(super) fn write(mined: &Mined, locale: &str) -> String {
    let mut out = format!(
        "# Words of {locale} pages without translation spans, as `cargo xtask mine` found them. `zh-CN.toml` explains\n\
         # the form. The number of places is behind each row; the first word has the most. Read before use: remove\n\
         # what is no word for it, and complete the lists of phrases.\n\nlocale = {}\n",
        quoted(locale)
    );
    for (table, keys) in TABLES {
        let _ = write!(out, "\n[{table}]\n");
        for key in *keys {
            row(&mut out, key, words_of(mined, &(table, (*key).to_owned())));
        }
        phrases(&mut out, mined, table);
        if *table == "permissions" {
            types(&mut out, mined);
        }
    }
    for table in ["query-options", "body", "response"] {
        let _ = write!(out, "\n[{table}]\n");
        phrases(&mut out, mined, table);
    }
    for table in ["headers", "names"] {
        let _ = write!(out, "\n[{table}]\n");
        for (found, key) in mined.words.keys().filter(|(found, _)| *found == table) {
            row(&mut out, &bare_or_quoted(key), words_of(mined, &(found, key.clone())));
        }
    }
    out
}

fn row(out: &mut String, key: &str, words: Vec<(usize, String)>) {
    if words.is_empty() {
        return;
    }
    let counts: Vec<String> = words.iter().map(|(count, _)| count.to_string()).collect();
    let words: Vec<String> = words.iter().map(|(_, word)| quoted(word)).collect();
    let _ = writeln!(out, "{key} = [{}] # {}", words.join(", "), counts.join(" "));
}

fn phrases(out: &mut String, mined: &Mined, table: &str) {
    for ((_, key), sentences) in mined.sentences.iter().filter(|((found, _), _)| *found == table) {
        let phrases = common::phrases(sentences).into_iter().map(|phrase| (phrase.count, phrase.text));
        row(out, key, phrases.collect());
    }
}

/// The words of a row that stand more often there than in the other rows of its table.
fn words_of(mined: &Mined, row: &Row) -> Vec<(usize, String)> {
    let Some(words) = mined.words.get(row) else { return Vec::new() };
    let of_table = || mined.words.iter().filter(|((table, _), _)| *table == row.0);
    let is_of_row = |word: &String, count: usize| {
        let all: usize = of_table().filter_map(|(_, words)| words.get(word)).sum();
        row.0 == "names" || count * 100 >= all * PRECISION
    };
    let found = words.iter().filter(|(word, count)| **count >= MIN_COUNT && is_of_row(word, **count));
    by_weight(found.map(|(word, count)| (*count, word.clone())))
}

fn by_weight(words: impl Iterator<Item = (usize, String)>) -> Vec<(usize, String)> {
    let mut words: Vec<_> = words.collect();
    words.sort_by(|left, right| (std::cmp::Reverse(left.0), &left.1).cmp(&(std::cmp::Reverse(right.0), &right.1)));
    words.truncate(MAX_WORDS);
    words
}

/// The spellings of a type, and the words for it.
type TypeRow<'t> = (BTreeMap<&'t str, usize>, BTreeMap<String, usize>);

/// First the words around a type that stayed as it was, then the types behind these words.
fn types(out: &mut String, mined: &Mined) {
    let mut before: BTreeMap<String, usize> = BTreeMap::new();
    let mut after: BTreeMap<String, usize> = BTreeMap::new();
    let texts =
        || mined.types.iter().flat_map(|(key, texts)| texts.iter().map(move |(text, count)| (key, text, *count)));
    for ((name, is_collection), text, count) in texts() {
        if !is_collection || name.len() < 2 {
            continue;
        }
        let Some((left, right)) = text.split_once(name.as_str()) else { continue };
        match (as_listed(left), as_listed(right)) {
            (left, right) if right.is_empty() && !left.is_empty() => *before.entry(left).or_default() += count,
            (left, right) if left.is_empty() && !right.is_empty() => *after.entry(right).or_default() += count,
            _ => {}
        }
    }
    let frequent = |words: BTreeMap<String, usize>| {
        let all: usize = words.values().sum();
        // A remark behind some types is no word for a collection.
        let mut words = by_weight(words.into_iter().map(|(word, count)| (count, word)));
        words.retain(|(count, word)| count * 500 >= all && *count > MIN_COUNT && !word.contains(['(', '.']));
        words
    };
    let (before, after) = (frequent(before), frequent(after));
    let strip = |text: &str| {
        let start = before.iter().filter_map(|(_, word)| Some((word.len(), text.strip_prefix(word.as_str())?)));
        let end = after.iter().filter_map(|(_, word)| Some((word.len(), text.strip_suffix(word.as_str())?)));
        start.chain(end).max_by_key(|(len, _)| *len).map_or(text, |(_, rest)| rest).trim().to_owned()
    };
    let mut sources: BTreeMap<String, BTreeMap<&str, usize>> = BTreeMap::new();
    for ((name, is_collection), text, count) in texts() {
        let text = as_listed(text);
        let text = if *is_collection { strip(&text) } else { text };
        if !text.is_empty() && text.len() <= super::MAX_WORD_BYTES {
            *sources.entry(text).or_default().entry(name.as_str()).or_default() += count;
        }
    }
    // `String` and `string` are one type; the more frequent spelling is listed.
    let mut rows: BTreeMap<String, TypeRow<'_>> = BTreeMap::new();
    for (text, names) in &sources {
        let all: usize = names.values().sum();
        let mut by_lower: BTreeMap<String, usize> = BTreeMap::new();
        names.iter().for_each(|(name, count)| *by_lower.entry(name.to_lowercase()).or_default() += count);
        let Some((name, count)) = by_lower.into_iter().max_by_key(|(_, count)| *count) else { continue };
        let is_translation =
            !text.is_ascii() || names.keys().all(|name| name.chars().next().is_some_and(char::is_uppercase));
        if count < MIN_COUNT || count * 100 < all * PRECISION || !is_translation || *text == as_listed(&name) {
            continue;
        }
        let row = rows.entry(name.clone()).or_default();
        for (spelling, count) in names.iter().filter(|(spelling, _)| spelling.to_lowercase() == name) {
            *row.0.entry(spelling).or_default() += count;
        }
        row.1.insert(text.clone(), count);
    }
    let _ = write!(out, "\n[types]\n");
    row(out, "collection", after);
    row(out, "collection-of", before);
    let _ = write!(out, "\n[types.source]\n");
    for (spellings, words) in rows.into_values() {
        let Some((name, _)) = spellings.into_iter().max_by_key(|(_, count)| *count) else { continue };
        row(out, &bare_or_quoted(name), by_weight(words.into_iter().map(|(word, count)| (count, word))));
    }
}

fn bare_or_quoted(key: &str) -> String {
    let is_bare = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if is_bare { key.to_owned() } else { quoted(key) }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
