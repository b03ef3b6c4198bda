//! Names of a plain localized page that look whole, but that the rest of the page contradicts.
//!
//! Translation also replaces parts of identifiers, and then no letter of a name shows it. The JSON representation of
//! the type does: if more of its names have no row than rows were lost to translation, some row has another name than
//! it had. A capital among small letters is that of the translator.

use std::collections::{BTreeMap, BTreeSet};

use super::json_shape;
use crate::extract::{Context, Output, intact};
use crate::model::proof::Proof;
use crate::source::Span;

/// The name cells of rows, by their lines.
pub(super) type Spans = BTreeMap<u32, Span>;

/// Runs when all tables of the page are read.
pub(super) fn check(shape: &str, spans: &Spans, context: &Context<'_>, out: &mut Output<'_>) {
    let Some(names) = &context.names else { return };
    let Some(ty) = out.facts.types.first_mut() else { return };
    let lists = [&ty.properties, &ty.relationships, &ty.annotations, &ty.inner_properties];
    let known: BTreeSet<String> = lists.into_iter().flatten().map(|row| row.name.to_lowercase()).collect();
    let without_row = json_shape::names(shape).into_iter().filter(|name| !known.contains(&name.to_lowercase())).count();
    let lost = ty.properties.iter().filter(|row| !row.proof.is_usable() && !names.confirms_any_case(&row.name)).count();
    let mut doubted = Vec::new();
    for (list, is_shown) in [(&mut ty.properties, without_row > lost), (&mut ty.relationships, false)] {
        let are_small = intact::are_small(list.iter().map(|row| row.name.as_str()));
        for row in list.iter_mut().filter(|row| row.proof.is_usable() && !names.confirms(&row.name)) {
            let is_missing = is_shown && row.inherited_from.is_none() && !names.confirms_any_case(&row.name);
            if is_missing || are_small && intact::has_capital(&row.name) {
                row.proof = Proof::Doubtful;
                doubted.push((row.name.clone(), row.line));
            }
        }
    }
    for (name, line) in doubted {
        intact::report(&name, "name", spans.get(&line).copied().unwrap_or_default(), out);
    }
}
