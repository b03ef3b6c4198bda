//! The name of a row: what each witness calls it, and which of them is right.

use std::collections::{BTreeMap, BTreeSet};

use super::alignment::{Group, Row, by_keys};
use super::case::{Case, because};
use super::lists;
use crate::diag::{codes, quoted};
use crate::model::facts::{PageFacts, TypeExpression};
use crate::model::pairs::CellKind;
use crate::model::proof::Proof;

/// A row with a name that may be translated.
pub(super) trait Named: Row {
    fn name(&self) -> &str;
    fn proof(&self) -> Proof;

    /// The type of what the name is of.
    fn ty(&self) -> Option<&TypeExpression> {
        None
    }
}

/// The name of a row, and its row on the older page with the source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decided<'r, R> {
    pub(super) name: String,
    pub(super) proof: Proof,
    pub(super) older: Option<&'r R>,
}

/// Decides the names of the rows of one list, which are distinct. `listed` are other lists of them.
pub(super) fn decide<'r, R: Named>(
    groups: &[Group<'r, R>],
    older: &'r [R],
    kind: CellKind,
    listed: &[&[String]],
    case: &mut Case<'_>,
) -> Vec<Decided<'r, R>> {
    let known: BTreeSet<&str> = older.iter().map(Named::name).collect();
    let style = Style::of(groups);
    let mut names: Vec<Option<(String, Proof)>> = groups.iter().map(|group| by_votes(group, style, case)).collect();
    lists::spell(&mut names, listed);
    spell(&mut names, &known);
    let mut used: BTreeSet<String> = names.iter().flatten().map(|(name, _)| name.clone()).collect();
    // The older page had a row of that name.
    for (group, name) in groups.iter().zip(&mut names).filter(|(_, name)| name.is_none()) {
        let said = group.iter().flatten().map(|row| row.name());
        let mut said: Vec<&str> = said.filter(|name| known.contains(name) && !used.contains(*name)).collect();
        said.dedup();
        if let [one] = said[..] {
            used.insert(one.to_owned());
            *name = Some((one.to_owned(), Proof::SpanPage));
        }
    }
    // A new name that the page has elsewhere says more than the place of a row on the older page.
    for (group, name) in groups.iter().zip(&mut names).filter(|(_, name)| name.is_none()) {
        let found = confirmed(group, kind, case).filter(|(_, proof)| *proof == Proof::OneLocale);
        *name = found.filter(|(found, _)| used.insert(found.clone()));
    }
    let keys = |names: &[Option<(String, Proof)>]| {
        names.iter().map(|name| name.as_ref().map(|(name, _)| name.clone())).collect::<Vec<_>>()
    };
    let of_older: Vec<_> = older.iter().map(|row| Some(row.name().to_owned())).collect();
    let places = by_keys(&of_older, &keys(&names));
    for (name, place) in names.iter_mut().zip(&places) {
        if let (None, Some(place)) = (&name, place)
            && used.insert(older[*place].name().to_owned())
        {
            *name = Some((older[*place].name().to_owned(), Proof::SpanPage));
        }
    }
    let may_be = |row: usize, name: &str| !stands_for_another(&groups[row], name, kind, case);
    lists::fill(&mut names, listed, kind, may_be, &mut used);
    for (group, name) in groups.iter().zip(&mut names).filter(|(_, name)| name.is_none()) {
        let found = by_dictionary(group, kind, style, case).filter(|found| !used.contains(found));
        let intact = || intact(group, style, case).map(|found| (found.to_owned(), Proof::OneLocale));
        *name = found
            .map(|found| (found, Proof::Dictionary))
            .or_else(|| intact().filter(|(found, _)| !used.contains(found)))
            .or_else(|| confirmed(group, kind, case).filter(|(found, _)| !used.contains(found)))
            .or_else(|| by_type(group, case).filter(|(found, _)| !used.contains(found)));
        used.extend(name.iter().map(|(name, _)| name.clone()));
    }
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    let rows: BTreeMap<&str, &'r R> = older.iter().rev().map(|row| (row.name(), row)).collect();
    let mut decided = Vec::with_capacity(groups.len());
    for (group, name) in groups.iter().zip(&names) {
        let row = match name {
            Some((name, proof)) => {
                // No list has a name twice: the second one is something else.
                let proof = if taken.insert(name) { *proof } else { Proof::Doubtful };
                Decided { name: name.clone(), proof, older: rows.get(name.as_str()).copied() }
            }
            None => {
                let any = usable(group).next().or_else(|| group.iter().flatten().next().map(|row| row.name()));
                Decided { name: any.unwrap_or_default().to_owned(), proof: Proof::Doubtful, older: None }
            }
        };
        decided.push(row);
    }
    for (group, decided) in groups.iter().zip(&decided) {
        report(group, &decided.name, decided.proof, case);
    }
    decided
}

fn report<R: Named>(group: &Group<'_, R>, name: &str, proof: Proof, case: &mut Case<'_>) {
    let is_equal = group.iter().all(|row| row.is_some_and(|row| row.name() == name));
    if is_equal && proof != Proof::Doubtful {
        return;
    }
    let said: Vec<_> = group.iter().map(|row| row.map(|row| (row.line(), row.name().to_owned()))).collect();
    match proof {
        Proof::Doubtful => case.report(&codes::NAME_DOUBTED, &said, because(proof)),
        _ => case.report(&codes::NAME_DIFFERS, &said, &format!("{} is used: {}", quoted(name), because(proof))),
    }
}

/// The names that the reader of a single page vouches for.
fn usable<'g, R: Named>(group: &'g Group<'_, R>) -> impl Iterator<Item = &'g str> {
    group.iter().flatten().filter(|row| row.proof().is_usable()).map(|row| row.name())
}

/// How the names of a list start, as far as all witnesses agree on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Small,
    Capital,
    Mixed,
}

impl Style {
    fn of<R: Named>(groups: &[Group<'_, R>]) -> Self {
        let (mut small, mut capital) = (0, 0);
        for group in groups {
            let mut names = group.iter().map(|row| row.map(|row| row.name()));
            let Some(Some(first)) = names.next().filter(|first| names.all(|name| name == *first)) else { continue };
            small += usize::from(first.starts_with(|c: char| c.is_ascii_lowercase()));
            capital += usize::from(first.starts_with(|c: char| c.is_ascii_uppercase()));
        }
        match (small, capital) {
            (1.., 0) => Self::Small,
            (0, 1..) => Self::Capital,
            _ => Self::Mixed,
        }
    }

    fn has(self, name: &str) -> bool {
        match self {
            Self::Small => name.starts_with(|c: char| c.is_ascii_lowercase()),
            Self::Capital => name.starts_with(|c: char| c.is_ascii_uppercase()),
            Self::Mixed => false,
        }
    }

    /// Whether the name is a word with a capital among small letters.
    fn forbids(self, name: &str) -> bool {
        self == Self::Small && name.starts_with(|c: char| c.is_ascii_uppercase()) && !has_inner_capital(name)
    }
}

/// Equal in all locales or in two. Translation changes capitals, mostly to one at the start, so they do not count: of the
/// spellings, one that starts as the others of the list is used, and then one with capitals inside.
fn by_votes<R: Named>(group: &Group<'_, R>, style: Style, case: &Case<'_>) -> Option<(String, Proof)> {
    // Two languages rarely have a word in common: what two of them have is the source text.
    let names: Vec<&str> = group.iter().flatten().map(|row| row.name()).collect();
    let count = |name: &str| names.iter().filter(|other| other.eq_ignore_ascii_case(name)).count();
    // Of equal counts, the most trusted one.
    let best = names.iter().rev().copied().max_by_key(|name| count(name))?;
    let spellings = names.iter().copied().filter(|name| name.eq_ignore_ascii_case(best));
    let votes = |name: &str| names.iter().filter(|other| **other == name).count();
    let name = spellings.rev().max_by_key(|name| (style.has(name), has_inner_capital(name), votes(name)))?;
    // Among small letters, a capital is that of the translators of a word that is spelt alike in their languages.
    if style.forbids(name) && count(best) < case.pages.len() {
        return None;
    }
    match count(best) {
        all if all == case.pages.len() && all > 1 && votes(name) == all => Some((name.to_owned(), Proof::Whole)),
        some if some > 1 => Some((name.to_owned(), Proof::TwoLocales)),
        _ => None,
    }
}

/// The spelling of the older page where only capitals differ.
fn spell(names: &mut [Option<(String, Proof)>], known: &BTreeSet<&str>) {
    let lower: BTreeMap<String, &str> = known.iter().map(|name| (name.to_ascii_lowercase(), *name)).collect();
    for (name, proof) in names.iter_mut().flatten().filter(|(name, _)| !known.contains(name.as_str())) {
        if let Some(known) = lower.get(&name.to_ascii_lowercase()) {
            (*name, *proof) = ((*known).to_owned(), Proof::SpanPage);
        }
    }
}

/// The only name that the translations of at least two locales stand for, one of which stands for no other: one word has
/// many translations, and one translation many sources, but rarely the same in two languages.
fn by_dictionary<R: Named>(group: &Group<'_, R>, kind: CellKind, style: Style, case: &Case<'_>) -> Option<String> {
    let said = said(group, case);
    let sources =
        said.map(|(page, row)| case.dictionary.sources(&page.locale, kind, row.name()).collect::<BTreeSet<_>>());
    let sources: Vec<_> = sources.filter(|sources| !sources.is_empty()).collect();
    let [first, more @ ..] = &sources[..] else { return None };
    let mut common: Vec<&str> = first.iter().copied().collect();
    common.retain(|name| more.iter().all(|sources| sources.contains(name)) && !style.forbids(name));
    // Members differ in capitals between enumerations: of `none` and `None`, the one that starts as the others here.
    if kind == CellKind::Member && common.iter().any(|name| style.has(name)) {
        common.retain(|name| style.has(name));
    }
    let [one] = common[..] else { return None };
    let is_same = |name: &&str| *name == one || kind == CellKind::Member && name.eq_ignore_ascii_case(one);
    let is_certain = sources.iter().any(|sources| sources.iter().all(&is_same));
    (!more.is_empty() && is_certain).then(|| one.to_owned())
}

/// The row of each witness that has it.
fn said<'c, 'r, R: Named>(group: &'c Group<'r, R>, case: &'c Case<'_>) -> impl Iterator<Item = (&'c PageFacts, &'r R)> {
    case.pages.iter().zip(group).filter_map(|(page, row)| Some((page, (*row)?)))
}

/// The names that the texts of a row stand for somewhere.
fn meant<'c, R: Named>(group: &'c Group<'_, R>, kind: CellKind, case: &'c Case<'_>) -> impl Iterator<Item = &'c str> {
    said(group, case).flat_map(move |(page, row)| case.dictionary.sources(&page.locale, kind, row.name()))
}

/// Whether texts of the row are known to stand for names, but none of them for this one.
fn stands_for_another<R: Named>(group: &Group<'_, R>, name: &str, kind: CellKind, case: &Case<'_>) -> bool {
    let mut sources = meant(group, kind, case).peekable();
    sources.peek().is_some() && !sources.any(|source| source.eq_ignore_ascii_case(name))
}

/// The only name that cannot be a translation: one in ASCII letters in a language with letters of its own, or in camel
/// case. Others must not contradict it.
fn intact<'r, R: Named>(group: &Group<'r, R>, style: Style, case: &Case<'_>) -> Option<&'r str> {
    // A name that the vocabulary mended is no evidence of its own.
    let is_intact = |name: &str, locale: &str| {
        let is_certain = case.trust.has_own_letters(locale) && !style.forbids(name);
        is_identifier(name) && (is_certain || has_inner_capital(name))
    };
    let mut found: Vec<&str> = said(group, case)
        .filter(|(page, row)| row.proof() == Proof::Whole && is_intact(row.name(), &page.locale))
        .map(|(_, row)| row.name())
        .collect();
    found.sort_unstable();
    found.dedup();
    match found[..] {
        [one] => Some(one),
        _ => None,
    }
}

/// A name that one locale has, or its translation stands for, and that the page has elsewhere: in the name of the row's
/// type, in a path, or in the name of a page that it lists.
fn confirmed<R: Named>(group: &Group<'_, R>, kind: CellKind, case: &Case<'_>) -> Option<(String, Proof)> {
    let words: BTreeSet<String> = words_of_types(group).map(|word| word.to_lowercase()).collect();
    let is_known = |name: &&str| words.contains(&name.to_lowercase()) || case.words.contains(*name);
    let names = said(group, case).map(|(_, row)| row.name());
    let spelt = names.filter(|name| is_identifier(name)).map(|name| (name, Proof::OneLocale));
    let mut found: Vec<(&str, Proof)> = spelt
        .chain(meant(group, kind, case).map(|name| (name, Proof::Dictionary)))
        .filter(|(name, _)| name.starts_with(|c: char| c.is_ascii_lowercase()) && is_known(name))
        .collect();
    found.sort_unstable();
    found.dedup_by_key(|(name, _)| *name);
    match found[..] {
        [(one, proof)] => Some((one.to_owned(), proof)),
        _ => None,
    }
}

/// The only word of the row's type that a path, or the name of a listed page, has too.
fn by_type<R: Named>(group: &Group<'_, R>, case: &Case<'_>) -> Option<(String, Proof)> {
    let words: BTreeSet<String> = words_of_types(group).collect();
    let mut found = words.iter().filter(|word| case.lower_words.contains(&word.to_ascii_lowercase()));
    match (found.next(), found.next()) {
        (Some(one), None) => Some((one.clone(), Proof::OneLocale)),
        _ => None,
    }
}

fn words_of_types<R: Named>(group: &Group<'_, R>) -> impl Iterator<Item = String> {
    group.iter().flatten().filter_map(|row| row.ty()).flat_map(words_of_type)
}

/// `plannerPlan`: `plannerPlan` and `plan`; of a collection, `plannerPlans` and `plans`.
fn words_of_type(ty: &TypeExpression) -> Vec<String> {
    let last = ty.name.rsplit('.').next().unwrap_or(&ty.name);
    let starts = last.char_indices().filter(|(at, c)| *at == 0 || c.is_ascii_uppercase()).map(|(at, _)| at);
    let words = starts.map(|at| &last[at..]).filter(|word| word.len() > 2);
    let small = |word: &str| word.chars().take(1).map(|c| c.to_ascii_lowercase()).chain(word.chars().skip(1)).collect();
    let counted = |word: String| match word.strip_suffix('y') {
        _ if !ty.collection => word,
        Some(word) => format!("{word}ies"),
        None if word.ends_with(['s', 'x']) || word.ends_with("ch") || word.ends_with("sh") => format!("{word}es"),
        None => format!("{word}s"),
    };
    words.map(small).map(counted).collect()
}

fn is_identifier(name: &str) -> bool {
    name.is_ascii() && !name.contains(char::is_whitespace)
}

fn has_inner_capital(name: &str) -> bool {
    name.bytes().skip(1).any(|byte| byte.is_ascii_uppercase()) && name.bytes().any(|byte| byte.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_older_page_spells() {
        let mut names =
            vec![Some(("Inprogress".to_owned(), Proof::Whole)), Some(("Done".to_owned(), Proof::Whole)), None];
        spell(&mut names, &BTreeSet::from(["inProgress", "Done", "done"]));
        assert_eq!(names[0], Some(("inProgress".to_owned(), Proof::SpanPage)));
        assert_eq!(names[1], Some(("Done".to_owned(), Proof::Whole)));
    }

    #[test]
    fn types_name_their_properties() {
        let ty = |name: &str, collection| TypeExpression { name: name.to_owned(), collection, target: None };
        assert_eq!(words_of_type(&ty("x.lightLamp", false)), ["lightLamp", "lamp"]);
        assert_eq!(words_of_type(&ty("lightLamp", true)), ["lightLamps", "lamps"]);
        assert_eq!(words_of_type(&ty("assembly", true)), ["assemblies"]);
        assert_eq!(words_of_type(&ty("lampSwitch", true)), ["lampSwitches", "switches"]);
    }

    #[test]
    fn capitals_inside_are_of_the_source() {
        assert!(has_inner_capital("inProgress") && has_inner_capital("InProgress"));
        assert!(!has_inner_capital("Inprogress") && !has_inner_capital("HTML"));
    }
}
