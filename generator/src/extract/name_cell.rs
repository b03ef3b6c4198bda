//! Name cells of property and parameter tables.
//!
//! On pages of 2018, the source side of a cell may come from a translation memory and be a sentence or another
//! word. The name is then in the localized cell and in the JSON of the page.

use std::collections::{BTreeMap, BTreeSet};

use super::cross_check::may_be_another_text;
use super::json_keys::json_keys;
use super::page_names::Mended;
use super::parameters::{is_parameter_name, parameter_name};
use super::{Context, Output};
use crate::diag::{codes, quoted};
use crate::markup::{BlockKind, Dialect, View};
use crate::model::proof::Proof;

/// The names in the JSON of a page, collected when the first doubtful cell needs them.
#[derive(Default)]
pub(super) struct ShownNames<'p> {
    names: Option<Vec<&'p str>>,
}

impl<'p> ShownNames<'p> {
    fn of(&mut self, context: &Context<'p>) -> &[&'p str] {
        self.names.get_or_insert_with(|| {
            let fences = context.page.blocks().iter().filter_map(|block| match block.kind {
                BlockKind::Fence(index) => Some(context.page.fence(index).body),
                _ => None,
            });
            let mut names: Vec<_> = fences.flat_map(json_keys).map(|key| key.name).collect();
            names.sort_unstable();
            names.dedup();
            names
        })
    }

    fn has(&mut self, name: &str, context: &Context<'p>) -> bool {
        self.of(context).binary_search(&name).is_ok()
    }
}

/// What a name cell says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Named {
    Name(String),
    /// A name from elsewhere on a page without a source side.
    Mended(String, Proof),
    /// The name is not in the cell, but may be found by the position of the row.
    Lost,
    /// The cell is translated on both sides: no property name is written like this.
    Translated,
    /// The row names nothing.
    Label,
}

impl Named {
    /// The name of a row of a page without a source side.
    pub(super) fn of(mended: Option<Mended>, cell: View<'_>) -> Self {
        match mended {
            Some(Mended { name, proof }) => Self::Mended(name, proof),
            None => Self::Name(parameter_name(cell.source())),
        }
    }
}

/// Reads a cell of a page with a source side.
pub(super) fn read<'p>(
    cell: View<'p>,
    shown: &mut ShownNames<'p>,
    context: &Context<'p>,
    out: &mut Output<'_>,
) -> Named {
    let name = parameter_name(cell.source());
    if context.page.dialect == Dialect::Localized {
        return Named::Name(name);
    }
    let is_sentence = is_sentence(cell.source(), &name);
    let may_be_other = may_be_another_text(&out.facts) && context.page.unit_count() > 0;
    if !is_sentence && name.is_ascii() && (!may_be_other || shown.has(&name, context)) {
        return Named::Name(name);
    }
    let localized = cell.localized_text();
    let localized = localized.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '`' | '\u{200b}'));
    let is_name = localized.is_ascii() && localized != name && is_parameter_name(localized);
    if is_name && shown.has(localized, context) {
        report(cell, localized, "the JSON and the localized cell agree", out);
        return Named::Name(localized.to_owned());
    }
    if !name.is_ascii() {
        return Named::Translated;
    }
    if !is_sentence || !is_parameter_name(&name) {
        return Named::Name(name);
    }
    if shown.has(&name, context) {
        report(cell, &name, "the JSON has its first word", out);
        return Named::Name(name);
    }
    if is_name && (has_inner_capital(localized) || shown.of(context).is_empty() && starts_small(localized)) {
        report(cell, localized, "the localized cell is used", out);
        return Named::Name(localized.to_owned());
    }
    // Later pages have remarks of all kinds after the names, but no sentences.
    let is_remark = !may_be_other && !cell.source().trim_end().ends_with('.');
    if is_remark || has_inner_capital(&name) || name.contains(['@', '$', '_']) {
        report(cell, &name, "its first word is used", out);
        return Named::Name(name);
    }
    Named::Lost
}

/// Some tables omit the `@` of an annotation: `odata.type` (OData JSON 4.01, section 4.6).
pub(super) fn complete(name: &mut String) {
    if name.starts_with("odata.") {
        name.insert(0, '@');
    }
}

/// Takes lost names from the JSON if the rows around them leave no choice.
pub(super) fn find_by_place<'s>(names: &[Named], shown: &[&'s str]) -> Vec<(usize, &'s str)> {
    let known = |named: &Named| if let Named::Name(name) = named { name.clone() } else { String::new() };
    let rows: Vec<String> = names.iter().map(known).collect();
    let mut pairs = pair_by_position(&rows, shown);
    pairs.retain(|(row, _)| names[*row] == Named::Lost);
    pairs
}

/// Pairs translated rows with unused names if there are equally many of both between two rows that
/// the JSON has.
pub(super) fn pair_by_position<'s>(rows: &[String], shown: &[&'s str]) -> Vec<(usize, &'s str)> {
    let places: BTreeMap<&str, usize> = shown.iter().enumerate().rev().map(|(at, name)| (*name, at)).collect();
    let used: BTreeSet<&str> = rows.iter().map(String::as_str).collect();
    let place = |row: usize| places.get(rows[row].as_str()).copied();
    let is_translated = |row: usize| !rows[row].bytes().any(|byte| byte.is_ascii_uppercase()) && place(row).is_none();
    let mut pairs = Vec::new();
    let (mut start, mut first) = (0, 0);
    while start < rows.len() {
        let known = (start..rows.len()).find_map(|row| Some((row, place(row).filter(|&at| at >= first)?)));
        let (end, last) = known.unwrap_or((rows.len(), shown.len()));
        let free: Vec<&str> = shown[first..last].iter().copied().filter(|name| !used.contains(name)).collect();
        if free.len() == end - start && (start..end).all(is_translated) {
            pairs.extend((start..end).zip(free));
        }
        start = end + 1;
        first = last + 1;
        if first > shown.len() {
            break;
        }
    }
    pairs
}

pub(super) fn report(cell: View<'_>, name: &str, reason: &str, out: &mut Output<'_>) {
    let message = format!("{} is read as {}: {reason}", quoted(cell.source().trim()), quoted(name));
    out.sink.report(&codes::NAME_MENDED, cell.span(), message);
}

/// Whether a cell holds more than a name and remarks: `id (deprecated)`, `id:`, `a, b`.
fn is_sentence(cell: &str, name: &str) -> bool {
    let cell = cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{a0}' | '\u{200b}' | '*'));
    let rest = &cell[name.len().min(cell.len())..];
    if rest.starts_with(':') {
        return false;
    }
    let rest = rest.trim_start_matches([',', ';', ' ', '\u{a0}', '*']);
    if rest.is_empty() {
        return name.len() > 1 && name.ends_with('.');
    }
    !rest.starts_with(['(', '（', '[', '<', '=', '-', '|', '/', '{'])
}

fn starts_small(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
}

fn has_inner_capital(name: &str) -> bool {
    starts_small(name) && name.bytes().any(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences() {
        for (cell, expected) in [
            ("makerName", false),
            (" **id** ", false),
            ("id (deprecated)", false),
            ("id:", false),
            ("Prefer: x", false),
            ("size, in metres", true),
            ("Camera maker.", true),
            ("Maker.", true),
            ("a", false),
            ("The maker", true),
            ("path=x", false),
        ] {
            assert_eq!(is_sentence(cell, &parameter_name(cell)), expected, "{cell}");
        }
    }

    #[track_caller]
    fn check(rows: &[&str], shown: &[&str], expected: &[(usize, &str)]) {
        let rows: Vec<_> = rows.iter().map(|&row| row.to_owned()).collect();
        assert_eq!(pair_by_position(&rows, shown), expected);
    }

    #[test]
    fn translated_names() {
        check(
            &["从", "更改为", "knots", "所有者"],
            &["from", "to", "knots", "owner"],
            &[(0, "from"), (1, "to"), (3, "owner")],
        );
        check(&["从", "knots"], &["from", "to", "knots"], &[]);
        check(&["id", "说明", "name"], &["name", "description", "id"], &[]);
        check(&["说明"], &[], &[]);
        check(&["id", "other"], &["id", "owner", "name"], &[]);
    }
}
