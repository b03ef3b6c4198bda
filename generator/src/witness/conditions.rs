//! Permissions with a condition: for a resource, or for whom a call acts on.

use super::alignment::align;
use super::case::{Case, written};
use super::remarks::choose;
use super::rows;
use crate::diag::{codes, quoted};
use crate::model::facts::PermissionVariant;
use crate::model::pairs::CellKind;

/// Each list as most have it, with its condition in the words of the source if any witness leads to them.
pub(super) fn merge(case: &mut Case<'_>) -> Vec<PermissionVariant> {
    let lists: Vec<&[PermissionVariant]> = case.pages.iter().map(|page| page.permission_variants.as_slice()).collect();
    let older = case.older.map_or(&[][..], |page| page.permission_variants.as_slice());
    let mut merged = Vec::new();
    for group in align(&lists) {
        let Some(first) = group.iter().flatten().copied().next() else { continue };
        if rows::is_of_few(&group) && !older.iter().any(|other| other.row.scopes == first.row.scopes) {
            rows::report_dropped("the permissions for", first, case);
            continue;
        }
        let context = condition(&group, case);
        // Lines and conditions are those of the translations.
        let lists: Vec<PermissionVariant> = group.iter().flatten().map(|row| bare(row)).collect();
        let Some((chosen, differs)) = choose(&lists.iter().collect::<Vec<_>>(), None) else { continue };
        let chosen = PermissionVariant { context, line: first.line, ..chosen.clone() };
        if differs {
            let said: Vec<_> = group.iter().map(|row| row.map(|row| (row.line, written(row)))).collect();
            let outcome = format!("{} is used for {}", quoted(&written(&chosen)), quoted(&chosen.context));
            case.report(&codes::FACT_DIFFERS, &said, &outcome);
        }
        merged.push(chosen);
    }
    merged
}

fn bare(variant: &PermissionVariant) -> PermissionVariant {
    let mut bare = PermissionVariant { context: String::new(), line: 0, ..variant.clone() };
    bare.row.line = 0;
    bare
}

/// What two witnesses say in the same words, else what the words of one stand for on pages with both sides, else words
/// in ASCII letters in a language with letters of its own.
fn condition(group: &[Option<&PermissionVariant>], case: &Case<'_>) -> String {
    let said: Vec<(&str, &str)> = case
        .pages
        .iter()
        .zip(group)
        .filter_map(|(page, row)| Some((page.locale.as_str(), (*row)?.context.as_str())))
        .collect();
    let is_shared = |text: &str| said.iter().filter(|(_, other)| *other == text).count() > 1;
    let shared = said.iter().map(|(_, text)| *text).find(|text| is_shared(text));
    let mut meant = said.iter().filter_map(|(locale, text)| case.dictionary.source(locale, CellKind::Condition, text));
    let meant = meant.next().filter(|first| meant.all(|other| other == *first));
    let is_source = |(locale, text): &&(&str, &str)| text.is_ascii() && case.trust.has_own_letters(locale);
    let untranslated = || said.iter().find(is_source).map(|(_, text)| *text);
    let first = || said.first().map_or("", |(_, text)| text);
    shared.or(meant).or_else(untranslated).unwrap_or_else(first).to_owned()
}
