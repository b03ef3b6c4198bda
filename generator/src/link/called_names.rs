//! Decides for all pages together whether the last segment of a path is an action or function, because a title alone is
//! not always clear. A documented property is not called; a name that is a function on one page, such as `delta`, is a
//! function everywhere.

use std::collections::BTreeSet;

use super::operations::{Documented, Draft};
use super::path_types::PathTypes;
use super::type_index::last_name;
use crate::model::api::{OperationKind, Segment};
use crate::model::facts::Method;

/// Corrects the kinds of drafts.
pub(super) fn settle(documented: &mut [Documented<'_>], paths: &PathTypes<'_>) {
    let is_property = |draft: &Draft<'_>| paths.of(&draft.path.segments).is_some_and(|path| path.is_declared());
    let (mut properties, mut called) = (BTreeSet::new(), BTreeSet::new());
    for draft in documented.iter().flat_map(|documented| &documented.drafts) {
        let Some(name) = called_name(draft) else { continue };
        if is_property(draft) {
            properties.insert(name);
        } else if draft.kind.is_bound() {
            called.insert((draft.request.method, name));
        }
    }
    for draft in documented.iter_mut().flat_map(|documented| &mut documented.drafts) {
        let Some(name) = called_name(draft) else { continue };
        let is_called = !properties.contains(&name) && called.contains(&(draft.request.method, name));
        draft.kind = match (draft.kind, draft.request.method) {
            (kind, Method::Get) if kind.is_bound() && is_property(draft) => OperationKind::Get,
            (kind, Method::Post) if kind.is_bound() && is_property(draft) => OperationKind::Create,
            (OperationKind::List | OperationKind::Get, _) if is_called => OperationKind::Function,
            (OperationKind::Create, _) if is_called => OperationKind::Action,
            (kind, _) => kind,
        };
    }
}

/// The last segment, if it is a name without parentheses after something that it may be bound to.
fn called_name(draft: &Draft<'_>) -> Option<String> {
    match draft.path.segments.as_slice() {
        [_, .., Segment::Name(name)] => Some(last_name(name).to_ascii_lowercase()),
        _ => None,
    }
}
