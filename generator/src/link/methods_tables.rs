//! The methods tables of resource pages: the operations of a resource and what they return.

use std::collections::BTreeMap;

use crate::model::facts::{PageFacts, TypeExpression};
use crate::source::PagePath;

/// The rows of all methods tables, by the stem of the API page.
pub(super) struct MethodsTables<'p>(BTreeMap<String, Vec<MethodsRow<'p>>>);

/// A row of a methods table.
#[derive(Clone, Copy)]
pub(super) struct MethodsRow<'p> {
    /// The page that the table is on.
    pub(super) resource: &'p PageFacts,
    pub(super) returns: Option<&'p TypeExpression>,
    is_deprecated: bool,
}

impl<'p> MethodsTables<'p> {
    pub(super) fn collect(pages: &[&'p PageFacts]) -> Self {
        let mut rows: BTreeMap<String, Vec<MethodsRow<'p>>> = BTreeMap::new();
        for resource in pages {
            for method in &resource.methods {
                let row =
                    MethodsRow { resource, returns: method.returns.as_ref(), is_deprecated: method.is_deprecated };
                rows.entry(method.page.to_ascii_lowercase()).or_default().push(row);
            }
        }
        Self(rows)
    }

    /// The rows about an API page.
    pub(super) fn of(&self, page: &PagePath) -> &[MethodsRow<'p>] {
        self.0.get(&page.stem().to_ascii_lowercase()).map_or(&[], Vec::as_slice)
    }

    /// Whether every table that lists an API page calls it deprecated.
    pub(super) fn deprecate(&self, page: &PagePath) -> bool {
        let rows = self.of(page);
        !rows.is_empty() && rows.iter().all(|row| row.is_deprecated)
    }
}
