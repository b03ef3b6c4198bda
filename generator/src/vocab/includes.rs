//! Includes that hold no facts.

use serde::Deserialize;

use super::Words;
use super::slug_pattern::SlugPattern;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct IncludeRows {
    /// Paths from the docs root.
    skip: Vec<SlugPattern>,
    /// Those with a permission table.
    permissions: Vec<SlugPattern>,
}

impl Words<'_> {
    /// Whether an include is skipped knowingly.
    #[must_use]
    pub fn is_skipped_include(self, path: &str) -> bool {
        self.english.includes.skip.iter().any(|pattern| pattern.matches(path))
    }

    /// Whether an include holds a permission table.
    #[must_use]
    pub fn is_permission_include(self, path: &str) -> bool {
        self.english.includes.permissions.iter().any(|pattern| pattern.matches(path))
    }
}
