//! Phrases that the sentences with a meaning have in common, and the others lack.

use std::collections::BTreeMap;

use super::Seen;

/// A phrase, and how many sentences it explains that no phrase before it does.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Phrase {
    pub(super) text: String,
    pub(super) count: usize,
}

/// Longer phrases are whole sentences; scripts without blanks have a word per character.
const MAX_WORDS: usize = 9;
/// Of the sentences with a phrase, so many of a thousand must have the meaning.
const PRECISION: usize = 970;
/// Fewer sentences may be one mistake.
const MIN_COUNT: usize = 3;
const MAX_PHRASES: usize = 40;
/// Of the sentences, the most frequent ones are enough.
const MAX_SENTENCES: usize = 4_000;

/// Always takes the phrase that explains most of the sentences that are left; of equal ones, the longest.
pub(super) fn phrases(sentences: &BTreeMap<String, Seen>) -> Vec<Phrase> {
    let mut with: Vec<(&str, usize)> = sentences
        .iter()
        .filter(|(_, seen)| seen.with > seen.without)
        .map(|(text, seen)| (text.as_str(), seen.with))
        .collect();
    with.sort_by_key(|(text, count)| (std::cmp::Reverse(*count), *text));
    with.truncate(MAX_SENTENCES);
    let mut found: BTreeMap<&str, Found> = BTreeMap::new();
    for (index, (text, count)) in with.iter().enumerate() {
        for phrase in parts(text) {
            let found = found.entry(phrase).or_default();
            if found.sentences.last() != Some(&index) {
                found.sentences.push(index);
                found.with += count;
            }
        }
    }
    for (text, seen) in sentences.iter().filter(|(_, seen)| seen.without > 0) {
        let mut parts = parts(text);
        parts.sort_unstable();
        parts.dedup();
        for phrase in parts {
            if let Some(found) = found.get_mut(phrase) {
                found.without += seen.without;
            }
        }
    }
    let is_precise = |found: &Found| found.with * 1000 >= (found.with + found.without) * PRECISION;
    found.retain(|_, found| found.with >= MIN_COUNT && is_precise(found));
    let mut left = vec![true; with.len()];
    let all: usize = with.iter().map(|(_, count)| count).sum();
    let enough = MIN_COUNT.max(all / 500);
    let mut chosen = Vec::new();
    while chosen.len() < MAX_PHRASES {
        let count = |found: &Found| found.sentences.iter().filter(|&&at| left[at]).map(|&at| with[at].1).sum::<usize>();
        found.retain(|_, found| count(found) >= enough);
        let best = found.iter().map(|(text, found)| (count(found), text.chars().count(), *text)).max();
        let Some((count, _, text)) = best else { break };
        for &at in &found[text].sentences {
            left[at] = false;
        }
        chosen.push(Phrase { text: text.to_owned(), count });
    }
    chosen
}

#[derive(Debug, Default)]
struct Found {
    sentences: Vec<usize>,
    with: usize,
    without: usize,
}

/// All runs of words of a sentence.
fn parts(text: &str) -> Vec<&str> {
    let words = words(text);
    let mut parts = Vec::new();
    for start in 0..words.len() {
        for end in start..words.len().min(start + MAX_WORDS) {
            let part = &text[words[start].0..words[end].1];
            if part.chars().filter(|c| c.is_alphabetic()).count() > 1 {
                parts.push(part);
            }
        }
    }
    parts
}

/// Where words start and end.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut words: Vec<(usize, usize)> = Vec::new();
    let mut previous = None;
    for (at, c) in text.char_indices() {
        let joins = |previous: char| is_of_word(previous) && is_of_word(c);
        match words.last_mut() {
            Some(last) if last.1 == at && previous.is_some_and(joins) => last.1 = at + c.len_utf8(),
            _ if c.is_alphanumeric() => words.push((at, at + c.len_utf8())),
            _ => {}
        }
        previous = Some(c);
    }
    words
}

/// Scripts without blanks have a word per character.
fn is_of_word(c: char) -> bool {
    (c.is_alphanumeric() && !('\u{3000}'..='\u{9fff}').contains(&c)) || matches!(c, '-' | '_' | '\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sentences_have_in_common() {
        let seen = |with, without| Seen { with, without };
        let sentences = BTreeMap::from([
            ("mo luma neta ro".to_owned(), seen(5, 0)),
            ("mo luma neta".to_owned(), seen(4, 0)),
            ("no ve luma".to_owned(), seen(3, 0)),
            ("no luma da".to_owned(), seen(0, 9)),
        ]);
        let found: Vec<_> = phrases(&sentences).into_iter().map(|phrase| (phrase.text, phrase.count)).collect();
        assert_eq!(found, [("mo luma neta".to_owned(), 9), ("no ve luma".to_owned(), 3)]);
    }

    #[test]
    fn words_of_scripts() {
        let texts = |text| words(text).into_iter().map(|(start, end)| text[start..end].to_owned()).collect::<Vec<_>>();
        assert_eq!(texts("url-адрес (x)"), ["url-адрес", "x"]);
        assert_eq!(texts("无 url 正"), ["无", "url", "正"]);
    }
}
