//! What newer docs no longer document: it stays, with the last day on which it was documented, because the service
//! usually still has it.
//!
//! Only what the source side of the older page proves is kept, and only where it is clear that the newer page does not
//! have it under another name.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Code, Diagnostic, codes, quoted};
use crate::model::facts::{Member, PageFacts, Property, RequestTemplate, TypeFacts};
use crate::model::proof::Proof;

/// Marks a page that newer docs no longer have.
pub fn mark_page(page: &mut PageFacts, day: &str) {
    page.last_documented.get_or_insert_with(|| day.to_owned());
}

/// Keeps the requests, types, properties and members of an older page that the newer one lacks. `day` is that of the
/// newest snapshot with the older page, which must have its source side: others prove nothing.
pub fn keep_dropped(newer: &mut PageFacts, older: &PageFacts, day: &str) {
    let mut found = Vec::new();
    keep_requests(newer, older, day, &mut found);
    keep_types(newer, older, day, &mut found);
    newer.diagnostics.extend(found);
    newer.diagnostics.sort();
}

/// A request with the same method and path is the same, whatever its placeholders are called, and whether the arguments
/// of a function stand in the path or only in the table below it.
fn keep_requests(newer: &mut PageFacts, older: &PageFacts, day: &str, found: &mut Vec<Diagnostic>) {
    let known: BTreeSet<_> = newer.requests.iter().map(|request| (request.method, request.key())).collect();
    let functions: BTreeSet<_> =
        known.iter().filter_map(|(method, key)| Some((*method, without_arguments(key)?.to_owned()))).collect();
    let is_known = |request: &RequestTemplate| {
        let key = request.key();
        let function = without_arguments(&key).unwrap_or(&key).to_owned();
        functions.contains(&(request.method, function)) || known.contains(&(request.method, key))
    };
    // After those that are documented: of several for one operation, the first decides.
    let line = newer.requests.iter().map(|request| request.line).max().unwrap_or(1);
    for request in older.requests.iter().filter(|request| !is_known(request)) {
        let text = format!("{} {}", request.method.as_str(), request.path);
        found.push(kept("request", &text, day));
        let mut request = request.clone();
        request.last_documented.get_or_insert_with(|| day.to_owned());
        request.line = line;
        newer.requests.push(request);
    }
}

/// `/lamps/pick(color={})` without what is in parentheses at its end.
fn without_arguments(key: &str) -> Option<&str> {
    let (function, _) = key.strip_suffix(')')?.rsplit_once('(')?;
    Some(function)
}

fn keep_types(newer: &mut PageFacts, older: &PageFacts, day: &str, found: &mut Vec<Diagnostic>) {
    // A page that is about something else now says nothing about its types.
    if newer.kind != older.kind {
        return;
    }
    for ty in &mut newer.types {
        let Some(before) = older.types.iter().find(|before| before.name == ty.name && before.kind == ty.kind) else {
            continue;
        };
        let name = ty.name.clone();
        keep_rows(&mut ty.properties, &before.properties, (day, &name), found);
        keep_rows(&mut ty.relationships, &before.relationships, (day, &name), found);
        keep_rows(&mut ty.members, &before.members, (day, &name), found);
        // A relationship that became a property is documented.
        let TypeFacts { properties, relationships, .. } = ty;
        let (of_properties, of_relationships) = (documented(properties), documented(relationships));
        properties.retain(|row| row.last_documented.is_none() || !of_relationships.contains(&folded(&row.name)));
        relationships.retain(|row| row.last_documented.is_none() || !of_properties.contains(&folded(&row.name)));
    }
    keep_rows(&mut newer.types, &older.types, (day, "the page"), found);
}

fn documented(rows: &[Property]) -> BTreeSet<String> {
    rows.iter().filter(|row| row.last_documented.is_none()).map(|row| folded(&row.name)).collect()
}

/// Something with a name in a list.
trait Row: Clone {
    const WHAT: &'static str;
    fn name(&self) -> &str;
    fn is_usable(&self) -> bool;
    fn last_day_and_line(&mut self) -> (&mut Option<String>, &mut u32);

    /// Marks it, and takes it out of the lines of its page, which is not the newer one.
    fn mark(&mut self, day: &str) {
        let (last_day, line) = self.last_day_and_line();
        last_day.get_or_insert_with(|| day.to_owned());
        *line = 1;
    }
}

impl Row for Property {
    const WHAT: &'static str = "property";

    fn name(&self) -> &str {
        &self.name
    }

    fn is_usable(&self) -> bool {
        self.proof == Proof::Whole
    }

    fn last_day_and_line(&mut self) -> (&mut Option<String>, &mut u32) {
        (&mut self.last_documented, &mut self.line)
    }
}

impl Row for Member {
    const WHAT: &'static str = "member";

    fn name(&self) -> &str {
        &self.name
    }

    fn is_usable(&self) -> bool {
        self.proof == Proof::Whole
    }

    fn last_day_and_line(&mut self) -> (&mut Option<String>, &mut u32) {
        (&mut self.last_documented, &mut self.line)
    }
}

impl Row for TypeFacts {
    const WHAT: &'static str = "type";

    fn name(&self) -> &str {
        &self.name
    }

    fn is_usable(&self) -> bool {
        true
    }

    fn last_day_and_line(&mut self) -> (&mut Option<String>, &mut u32) {
        (&mut self.last_documented, &mut self.line)
    }
}

/// Names that differ in capitals only are the same.
fn folded(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// Keeps the rows that the newer list lacks. Where it has new rows between the same neighbours, a row may have been
/// renamed: the new one counts.
fn keep_rows<R: Row>(newer: &mut Vec<R>, older: &[R], (day, of): (&str, &str), found: &mut Vec<Diagnostic>) {
    let new_names: BTreeSet<String> = newer.iter().map(|row| folded(row.name())).collect();
    let is_dropped = |row: &R| row.is_usable() && !new_names.contains(&folded(row.name()));
    if !older.iter().any(is_dropped) {
        return;
    }
    let old_names: BTreeSet<String> = older.iter().map(|row| folded(row.name())).collect();
    // After which known row, if any, the newer list has rows that the older one lacks.
    let mut additions: BTreeSet<Option<String>> = BTreeSet::new();
    let mut last = None;
    for row in newer.iter() {
        let name = folded(row.name());
        if old_names.contains(&name) {
            last = Some(name);
        } else {
            additions.insert(last.clone());
        }
    }
    let mut kept_rows: BTreeMap<Option<String>, Vec<R>> = BTreeMap::new();
    let mut last = None;
    for row in older {
        let name = folded(row.name());
        if new_names.contains(&name) {
            last = Some(name);
        } else if !row.is_usable() {
        } else if additions.contains(&last) {
            found.push(note(
                &codes::PERHAPS_RENAMED,
                format!(
                    "the {} {} of {of} was documented until {day}, and is not kept: there are new ones in its place",
                    R::WHAT,
                    quoted(row.name())
                ),
            ));
        } else {
            found.push(kept(R::WHAT, row.name(), day));
            let mut row = row.clone();
            row.mark(day);
            kept_rows.entry(last.clone()).or_default().push(row);
        }
    }
    if kept_rows.is_empty() {
        return;
    }
    // In their old places: the rows after a known one, in order.
    let mut merged = Vec::with_capacity(newer.len() + kept_rows.values().map(Vec::len).sum::<usize>());
    merged.extend(kept_rows.remove(&None).unwrap_or_default());
    for row in newer.drain(..) {
        let place = Some(folded(row.name()));
        merged.push(row);
        merged.extend(kept_rows.remove(&place).unwrap_or_default());
    }
    *newer = merged;
}

fn kept(what: &str, name: &str, day: &str) -> Diagnostic {
    note(&codes::NO_LONGER_DOCUMENTED, format!("the {what} {} was last documented on {day}, and is kept", quoted(name)))
}

fn note(code: &'static Code, message: String) -> Diagnostic {
    Diagnostic::of_line(1, code, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{PageInput, extract_page};
    use crate::source::PagePath;
    use crate::vocab::Vocab;

    fn properties(names: &[&str]) -> Vec<Property> {
        names.iter().map(|name| Property { name: (*name).to_owned(), ..Property::default() }).collect()
    }

    #[track_caller]
    fn check(newer: &[&str], older: &[&str], expected: &str, codes: &[&str]) {
        let (mut rows, mut found) = (properties(newer), Vec::new());
        keep_rows(&mut rows, &properties(older), ("2021-08-27", "lamp"), &mut found);
        let text = |row: &Property| format!("{}{}", row.name, if row.last_documented.is_some() { "!" } else { "" });
        assert_eq!(rows.iter().map(text).collect::<Vec<_>>().join(" "), expected);
        assert_eq!(found.iter().map(|found| found.code.id).collect::<Vec<_>>(), codes);
    }

    #[test]
    fn dropped_rows_stay_in_their_places() {
        check(&["id", "wick"], &["id", "glow", "wick", "oil"], "id glow! wick oil!", &["GX0913", "GX0913"]);
        check(&["id", "wick"], &["glow", "id", "wick"], "glow! id wick", &["GX0913"]);
        check(&["wick", "id"], &["id", "glow", "wick", "oil"], "wick oil! id glow!", &["GX0913", "GX0913"]);
        check(&["id", "wick"], &["wick", "id"], "id wick", &[]);
    }

    #[test]
    fn what_may_have_been_renamed_is_not_kept() {
        check(&["id", "shine", "wick"], &["id", "glow", "wick"], "id shine wick", &["GX0914"]);
        check(&["id", "Glow", "wick"], &["id", "glow", "wick"], "id Glow wick", &[]);
        check(&["id", "wick", "new"], &["id", "glow", "wick"], "id glow! wick new", &["GX0913"]);
    }

    fn page(requests: &str) -> PageFacts {
        let vocab = Vocab::parse([("en.toml", "locale = \"en\"")]).expect("a vocabulary");
        let raw = format!("# <a name=\"t\"></a>T\n\n```http\n{requests}\n```\n");
        extract_page(
            PageInput::new(&PagePath::new("api-reference/v1.0/api/lamp-get.md"), "zh-CN", raw.as_bytes()),
            &vocab,
        )
    }

    #[test]
    fn requests_stay_unless_only_a_placeholder_was_renamed() {
        let mut newer = page("GET /lamps/{lamp-id}");
        keep_dropped(
            &mut newer,
            &page("GET /lamps/{id}\nGET lamps/{id}\nGET /me/lamp\nDELETE /Lamps/{id}"),
            "2021-08-27",
        );
        let text: Vec<_> =
            newer.requests.iter().map(|request| (request.path.as_str(), request.last_documented.as_deref())).collect();
        assert_eq!(
            text,
            [("/lamps/{lamp-id}", None), ("/me/lamp", Some("2021-08-27")), ("/Lamps/{id}", Some("2021-08-27"))]
        );
        let mut newer = page("GET /lamps/pick(color='red')");
        keep_dropped(&mut newer, &page("GET /lamps/pick\nGET /lamps/pick(color={color})"), "2021-08-27");
        assert_eq!(newer.requests.len(), 1);
        mark_page(&mut newer, "2021-08-28");
        mark_page(&mut newer, "2021-08-29");
        assert_eq!(newer.last_documented.as_deref(), Some("2021-08-28"));
    }
}
