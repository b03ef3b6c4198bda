//! The effects of a change of the docs on users of the client: which facts changed on which page, which public
//! items change, and which version step is due.
//!
//! The same generator links and plans both sets of facts; then the models and the surfaces are compared. So a
//! difference comes from the docs, not from the generator.

mod facts;
mod items;
mod permissions;
mod snapshot;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::source::escaped;
pub use permissions::PermissionChange;
pub use snapshot::Snapshot;

/// What a change requires of the version (Semantic Versioning 2.0.0), mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Semver {
    /// Doc comments and the data of operations; all programs still compile.
    Documentation,
    Addition,
    /// Some program no longer compiles, or gets another type.
    Breaking,
}

impl Semver {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Documentation => "documentation",
            Self::Addition => "addition",
            Self::Breaking => "breaking",
        }
    }

    /// The version that is due after `version` by the rules of Cargo: before 1.0.0, every place counts as
    /// the one to its left.
    ///
    /// `None` if the version is not `MAJOR.MINOR.PATCH`.
    #[must_use]
    pub fn next(self, version: &str) -> Option<String> {
        let places: Vec<u64> = version.split('.').map(|place| place.parse().ok()).collect::<Option<_>>()?;
        let [major, minor, patch] = places.try_into().ok()?;
        let (major, minor, patch) = match (self, major, minor) {
            (Self::Breaking, 1.., _) => (major + 1, 0, 0),
            (Self::Breaking, 0, 1..) | (Self::Addition, 1.., _) => (major, minor + 1, 0),
            _ => (major, minor, patch + 1),
        };
        Some(format!("{major}.{minor}.{patch}"))
    }
}

/// Everything that differs. Lists are sorted, breaking changes first.
#[derive(Debug, Default, Serialize)]
pub struct Changes {
    pub pages: Vec<PageChange>,
    /// Items of the client, except those of which only the features changed.
    pub items: Vec<ItemChange>,
    pub features: Vec<FeatureChange>,
}

/// A page with changed facts, or with a changed part of the model.
#[derive(Debug, Serialize)]
pub struct PageChange {
    pub page: String,
    pub what: PageState,
    pub facts: Vec<FactChange>,
    /// Names of facts that changed on the page without changing the model.
    pub without_effect: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PageState {
    Added,
    Removed,
    Changed,
    /// Only changes on other pages affect its part of the model.
    Unchanged,
}

impl PageState {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged, but read differently",
        }
    }
}

/// One fact of the linked model.
#[derive(Debug, Serialize)]
pub struct FactChange {
    /// `v1.0 GET /users/{id}`, `v1.0 type user`
    pub of: String,
    /// `response`, `property displayName`
    pub fact: String,
    /// `None` if it was not documented.
    pub before: Option<String>,
    pub after: Option<String>,
    pub semver: Semver,
    /// The effect on callers with the documented permissions, if permissions changed.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub permissions: BTreeSet<PermissionChange>,
}

/// An item of the public surface.
#[derive(Debug, Serialize)]
pub struct ItemChange {
    /// `v1::users::UsersItem::get`
    pub item: String,
    pub before: Option<String>,
    pub after: Option<String>,
    pub semver: Semver,
    pub why: &'static str,
}

/// Items whose features changed.
#[derive(Debug, Serialize)]
pub struct FeatureChange {
    pub gained: BTreeSet<String>,
    pub lost: BTreeSet<String>,
    pub items: Vec<String>,
    pub semver: Semver,
}

impl Changes {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty() && self.items.is_empty() && self.features.is_empty()
    }

    /// The strongest class among all changes.
    #[must_use]
    pub fn semver(&self) -> Option<Semver> {
        let facts = self.pages.iter().flat_map(|page| &page.facts).map(|fact| fact.semver);
        let items = self.items.iter().map(|item| item.semver);
        facts.chain(items).chain(self.features.iter().map(|change| change.semver)).max()
    }

    /// The items that break callers.
    pub fn broken(&self) -> impl Iterator<Item = &ItemChange> {
        self.items.iter().filter(|item| item.semver == Semver::Breaking)
    }

    /// Escapes hidden characters from the docs.
    fn escape(&mut self) {
        let escape = |text: &mut String| *text = escaped(text).into_owned();
        for fact in self.pages.iter_mut().flat_map(|page| &mut page.facts) {
            [&mut fact.of, &mut fact.fact].into_iter().chain(&mut fact.before).chain(&mut fact.after).for_each(escape);
        }
        for item in &mut self.items {
            [&mut item.item].into_iter().chain(&mut item.before).chain(&mut item.after).for_each(escape);
        }
    }

    /// The number of facts about permissions, by kind of change.
    #[must_use]
    pub fn permissions(&self) -> BTreeMap<PermissionChange, usize> {
        let mut counts = BTreeMap::new();
        for change in self.pages.iter().flat_map(|page| &page.facts).flat_map(|fact| &fact.permissions) {
            *counts.entry(*change).or_default() += 1;
        }
        counts
    }
}

/// Compares two snapshots.
#[must_use]
pub fn compare(old: &Snapshot, new: &Snapshot) -> Changes {
    let surface = items::compare(old, new);
    let pages = facts::compare(old, new, &surface);
    let (items, features) = surface.into_changes();
    let mut changes = Changes { pages, items, features };
    changes.escape();
    changes
}

#[cfg(test)]
mod tests;
