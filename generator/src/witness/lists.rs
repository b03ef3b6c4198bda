//! Other lists of the same names, in code, where translators change little: the values of a property, the keys of a JSON
//! representation. They name the rows that nothing else names.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::pairs::CellKind;
use crate::model::proof::Proof;

type Names = [Option<(String, Proof)>];

/// So many known names in the order of the alphabet show that a list is sorted.
const SORTED: usize = 3;

/// Names rows by other lists; a row that two lists name differently stays without a name. `may_be` tells whether a row may
/// have a name that is at another place of the list.
pub(super) fn fill(
    names: &mut Names,
    lists: &[&[String]],
    kind: CellKind,
    may_be: impl Fn(usize, &str) -> bool,
    used: &mut BTreeSet<String>,
) {
    let mut found: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for list in lists {
        // Only tables of properties are sorted on purpose.
        let by_alphabet = (kind == CellKind::Name).then(|| by_alphabet(names, list)).into_iter().flatten();
        let left = by_alphabet.chain(by_elimination(names, list));
        let left = left.filter(|(row, name)| may_be(*row, name));
        for (row, name) in by_place(names, list).into_iter().chain(left) {
            if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                found.entry(row).or_default().insert(name);
            }
        }
    }
    for (row, said) in found {
        let mut said = said.into_iter();
        if let (Some(name), None) = (said.next(), said.next())
            && used.insert(name.to_owned())
        {
            names[row] = Some((name.to_owned(), Proof::OneLocale));
        }
    }
}

/// Takes the capital off a name that not all locales have, if the other lists have it without: translators add one.
pub(super) fn spell(names: &mut Names, lists: &[&[String]]) {
    let has_added = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase());
    let is_unsure = |(name, proof): &&mut (String, Proof)| *proof != Proof::Whole && has_added(name);
    let mut unsure = names.iter_mut().flatten().filter(is_unsure).peekable();
    if unsure.peek().is_none() {
        return;
    }
    let mut spellings: BTreeMap<String, BTreeSet<&String>> = BTreeMap::new();
    for listed in lists.iter().copied().flatten() {
        spellings.entry(listed.to_ascii_lowercase()).or_default().insert(listed);
    }
    for (name, _) in unsure {
        let known = spellings.get(&name.to_ascii_lowercase()).filter(|known| known.len() == 1);
        if let Some(one) = known.and_then(BTreeSet::first) {
            name.clone_from(one);
        }
    }
}

/// A list that has as many names, and those that are known at the same places.
fn by_place<'l>(names: &Names, list: &'l [String]) -> Vec<(usize, &'l str)> {
    let is_known = |(name, listed): (&Option<(String, Proof)>, &String)| Some(name.as_ref()?.0 == *listed);
    let mut known = names.iter().zip(list).filter_map(is_known).peekable();
    if names.len() != list.len() || known.peek().is_none() || known.any(|is_same| !is_same) {
        return Vec::new();
    }
    let free = names.iter().zip(list).enumerate().filter(|(_, (name, _))| name.is_none());
    free.map(|(row, (_, listed))| (row, listed.as_str())).collect()
}

/// The only row without a name has the only name of a list that the others leave.
fn by_elimination<'l>(names: &Names, list: &'l [String]) -> Option<(usize, &'l str)> {
    let known: BTreeSet<&str> = names.iter().flatten().map(|(name, _)| name.as_str()).collect();
    if known.is_empty() || known.len() + 1 != names.len() {
        return None;
    }
    let mut left = list.iter().filter(|name| *name != "id" && !known.contains(name.as_str()));
    let (Some(one), None) = (left.next(), left.next()) else { return None };
    Some((names.iter().position(Option::is_none)?, one.as_str()))
}

/// If the known names are sorted, those of the rows between two of them are between these in the alphabet too: they are
/// known if the other list has as many there.
fn by_alphabet<'l>(names: &Names, list: &'l [String]) -> Vec<(usize, &'l str)> {
    let key = |name: &str| name.to_ascii_lowercase();
    let known: Vec<(usize, String)> =
        names.iter().enumerate().filter_map(|(row, name)| Some((row, key(&name.as_ref()?.0)))).collect();
    if known.len() < SORTED || known.len() == names.len() || !known.is_sorted_by(|(_, left), (_, right)| left < right) {
        return Vec::new();
    }
    let taken: BTreeSet<&str> = known.iter().map(|(_, name)| name.as_str()).collect();
    let mut free: Vec<(String, &str)> = list.iter().map(|name| (key(name), name.as_str())).collect();
    // Nearly every type inherits its key, which the JSON has nevertheless.
    free.retain(|(key, _)| key != "id" && !taken.contains(key.as_str()));
    free.sort_unstable();
    free.dedup();
    let mut found = Vec::new();
    let ends = known.iter().map(|(row, name)| (*row, Some(name.as_str()))).chain([(names.len(), None)]);
    let (mut start, mut above) = (0, None);
    for (end, below) in ends {
        let first = free.partition_point(|(name, _)| above.is_some_and(|above| name.as_str() < above));
        let last = free.partition_point(|(name, _)| below.is_none_or(|below| name.as_str() < below));
        if end > start && last.saturating_sub(first) == end - start {
            found.extend((start..end).zip(free[first..last].iter().map(|(_, name)| *name)));
        }
        (start, above) = (end + 1, below);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(lists: &[&[&str]]) -> Vec<Vec<String>> {
        lists.iter().map(|list| list.iter().map(|&name| name.to_owned()).collect()).collect()
    }

    fn after(names: &[&str], lists: &[&[&str]]) -> String {
        let known = |name: &&str| (!name.is_empty()).then(|| ((*name).to_owned(), Proof::Whole));
        let mut names: Vec<_> = names.iter().map(known).collect();
        let lists = owned(lists);
        let lists: Vec<&[String]> = lists.iter().map(Vec::as_slice).collect();
        let mut used = names.iter().flatten().map(|(name, _)| name.clone()).collect();
        fill(&mut names, &lists, CellKind::Name, |_, name| name != "wrong", &mut used);
        let names: Vec<_> =
            names.into_iter().map(|name| name.map_or_else(|| "?".to_owned(), |(name, _)| name)).collect();
        names.join(" ")
    }

    #[test]
    fn places() {
        assert_eq!(after(&["off", "", ""], &[&["off", "dim", "lit"]]), "off dim lit");
        assert_eq!(after(&["", "lit", ""], &[&["off", "dim", "lit"]]), "? lit ?", "another order");
        assert_eq!(after(&["off", ""], &[&["off", "dim", "lit"]]), "off ?", "another number");
        assert_eq!(after(&["", "", ""], &[&["off", "dim", "lit"]]), "? ? ?", "nothing shows that it is the same list");
    }

    #[test]
    fn other_sources() {
        let list = &["bulb", "color", "height", "wrong"][..];
        let names = &["bulb", "color", "height", ""][..];
        assert_eq!(after(names, &[list]), "bulb color height wrong", "the same places count");
        let shuffled = &["wrong", "color", "height", "bulb"][..];
        assert_eq!(after(names, &[shuffled]), "bulb color height ?", "it is known to be something else");
        assert_eq!(after(&["off", "", ""], &[&["off", "très", "lit"]]), "off ? lit", "no name");
    }

    #[test]
    fn capitals() {
        let spelt = |proof, lists: &[&[&str]]| {
            let lists = owned(lists);
            let lists: Vec<&[String]> = lists.iter().map(Vec::as_slice).collect();
            let mut names = [Some(("Wince".to_owned(), proof))];
            spell(&mut names, &lists);
            names[0].take().map(|(name, _)| name).unwrap_or_default()
        };
        assert_eq!(spelt(Proof::TwoLocales, &[&["mac", "winCE"]]), "winCE");
        assert_eq!(spelt(Proof::TwoLocales, &[&["winCE"], &["Wince"]]), "Wince", "nothing decides");
        assert_eq!(spelt(Proof::Whole, &[&["winCE"]]), "Wince", "all say so");
        assert_eq!(spelt(Proof::TwoLocales, &[&["WINCE"]]), "WINCE");
    }

    #[test]
    fn two_lists() {
        let (dim, low) = (&["off", "dim", "lit"][..], &["off", "low", "lit"][..]);
        assert_eq!(after(&["off", "", ""], &[dim, low]), "off ? lit", "they must agree");
        assert_eq!(after(&["off", "", ""], &[dim, &["off"]]), "off dim lit", "the other one is of something else");
    }

    #[test]
    fn alphabet() {
        let json = &["Tone", "id", "bulb", "color", "switch", "height"][..];
        assert_eq!(after(&["", "color", "height", "id", "switch", ""], &[json]), "bulb color height id switch Tone");
        assert_eq!(after(&["", "color", "", "id", "switch", ""], &[json]), "bulb color height id switch Tone");
        assert_eq!(
            after(&["", "", "color", "height", "id", "switch"], &[json]),
            "? ? color height id switch",
            "more rows"
        );
        assert_eq!(after(&["", "height", "color", "id", "switch"], &[json]), "? height color id switch", "not sorted");
        assert_eq!(after(&["", "color", "id"], &[json]), "? color id", "too few");
    }

    #[test]
    fn elimination() {
        assert_eq!(after(&["off", "", "lit"], &[&["lit", "off", "dim"]]), "off dim lit");
        assert_eq!(after(&["off", "", "", "lit"], &[&["lit", "off", "dim", "low"]]), "off ? ? lit", "two are left");
        assert_eq!(after(&["off", "", "lit"], &[&["lit", "on", "dim"]]), "off ? lit", "another list");
        assert_eq!(after(&[""], &[&["lit"]]), "?");
    }
}
