//! Distinguishes keys by name in parentheses, `owners(serial='{serial}')`, from arguments of functions (OData
//! 4.01, part 2, sections 4.3.1 and 4.3.2). Both look alike, but a name that has keys elsewhere is a
//! collection.

use std::collections::BTreeSet;

use super::exchanges::Exchange;
use super::operations::Documented;
use super::path_template::with_keys;
use super::{operation_kind, path_types};
use crate::model::api::{PathTemplate, Segment};
use crate::vocab::Words;

/// Turns calls on collections into keys, in templates and examples. A name is a collection if a key follows it in
/// any template.
pub(super) fn settle(documented: &mut [Documented<'_>], words: Words<'_>) {
    let templates = documented.iter().flat_map(|documented| &documented.drafts).map(|draft| &draft.path);
    let collections: BTreeSet<String> = templates.flat_map(path_types::keyed).collect();
    for Documented { drafts, exchanges, .. } in documented {
        for draft in drafts {
            if settle_path(&mut draft.path, &collections) {
                draft.kind = operation_kind::classify(draft.page, draft.request.method, &draft.path, words);
            }
        }
        for path in exchanges.iter_mut().filter_map(Exchange::path_mut) {
            settle_path(path, &collections);
        }
    }
}

/// Returns whether the path changed.
fn settle_path(path: &mut PathTemplate, collections: &BTreeSet<String>) -> bool {
    if !path.segments.iter().any(|segment| matches!(segment, Segment::Function { .. })) {
        return false;
    }
    let before = path.segments.len();
    path.segments = settled(std::mem::take(&mut path.segments), collections);
    path.segments.len() != before
}

fn settled(segments: Vec<Segment>, collections: &BTreeSet<String>) -> Vec<Segment> {
    let mut settled = Vec::with_capacity(segments.len() + 1);
    let mut prefix = String::new();
    for segment in segments {
        let is_set = match &segment {
            Segment::Function { name, .. } => {
                collections.contains(&format!("{prefix}{}", Segment::Name(name.clone()).key()))
            }
            _ => false,
        };
        let steps = if is_set { with_keys(segment) } else { vec![segment] };
        prefix.extend(steps.iter().map(Segment::key));
        settled.extend(steps);
    }
    settled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::path_template;

    #[test]
    fn what_has_keys_elsewhere_has_keys_here() {
        let documented = [
            "/rooms/{id}/lamps/{id}",
            "/rooms/{id}/lamps(serial='{serial}')",
            "/rooms/{id}/search(text='{text}')",
            "/rooms/{id}/lamps(serial='{serial}',maker='{maker}')/bulbs",
        ];
        let mut paths: Vec<_> = documented.map(|path| path_template::parse(path).expect("a path")).into();
        let collections: BTreeSet<String> = paths.iter().flat_map(path_types::keyed).collect();
        for path in &mut paths {
            settle_path(path, &collections);
        }
        let shapes = paths.iter().map(|path| match path.segments.get(2..) {
            Some([Segment::Name(_), Segment::Key { .. }]) => "key",
            Some([Segment::Name(_), Segment::KeyPredicate { .. }, ..]) => "keys by name",
            Some([Segment::Function { .. }]) => "function",
            _ => "other",
        });
        assert_eq!(shapes.collect::<Vec<_>>(), ["key", "keys by name", "function", "keys by name"]);
        assert_eq!(paths[3].to_string(), documented[3]);
    }
}
