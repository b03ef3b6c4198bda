//! Compares the public surfaces item by item.

use std::collections::{BTreeMap, BTreeSet};

use super::snapshot::{ItemKind, Snapshot};
use super::{FeatureChange, ItemChange, Semver};
use crate::plan::{Signature, SurfaceItem, SurfaceKind};

/// The part of an item that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The item is new, removed or renamed.
    Whole,
    Arguments,
    Result,
    /// The type of a property, the JSON name of a property or member, the path of a call.
    Value,
}

struct Change {
    part: Part,
    semver: Semver,
    why: &'static str,
}

/// All differences between two surfaces.
pub(super) struct SurfaceChanges<'s> {
    old: &'s Snapshot,
    new: &'s Snapshot,
    changes: BTreeMap<&'s (ItemKind, String), Vec<Change>>,
    features: Vec<FeatureChange>,
}

pub(super) fn compare<'s>(old: &'s Snapshot, new: &'s Snapshot) -> SurfaceChanges<'s> {
    let mut changes: BTreeMap<_, Vec<Change>> = BTreeMap::new();
    let mut features: BTreeMap<(BTreeSet<String>, BTreeSet<String>, Semver), Vec<String>> = BTreeMap::new();
    let keys: BTreeSet<_> = old.items.keys().chain(new.items.keys()).collect();
    for key in keys {
        let mut add = |part, semver, why| changes.entry(key).or_default().push(Change { part, semver, why });
        match (old.items.get(key), new.items.get(key)) {
            (Some(before), None) if new.renamed(before).is_some() => {
                add(Part::Whole, Semver::Breaking, "has another name");
            }
            (Some(_), None) => add(Part::Whole, Semver::Breaking, "removed"),
            (None, Some(item)) => match added(item, old) {
                Some((semver, why)) => add(Part::Whole, semver, why),
                None => continue,
            },
            (Some(before), Some(after)) => {
                for (part, semver, why) in changed(before, after) {
                    add(part, semver, why);
                }
                if let (ItemKind::Type | ItemKind::Method, Some((gained, lost, semver))) =
                    (key.0, changed_features(before, after))
                {
                    features.entry((gained, lost, semver)).or_default().push(key.1.clone());
                }
            }
            (None, None) => {}
        }
    }
    let features = features.into_iter();
    let features = features.map(|((gained, lost, semver), items)| FeatureChange { gained, lost, items, semver });
    SurfaceChanges { old, new, changes, features: features.collect() }
}

/// The class of a new item. Parts of new types are not listed separately.
fn added(item: &SurfaceItem, old: &Snapshot) -> Option<(Semver, &'static str)> {
    let owner = || {
        let (ty, _) = item.name.rsplit_once("::")?;
        old.items.get(&(ItemKind::Type, format!("{}::{ty}", item.version)))
    };
    match item.kind {
        SurfaceKind::Property { .. } if owner().is_none() => None,
        SurfaceKind::Member { .. } if owner().is_none() => None,
        // All fields are public, so programs may use struct literals.
        SurfaceKind::Property { .. } => {
            Some((Semver::Breaking, "added; breaks literals and patterns of the structure that have no `..`"))
        }
        _ => Some((Semver::Addition, "added")),
    }
}

fn changed(old: &SurfaceItem, new: &SurfaceItem) -> Vec<(Part, Semver, &'static str)> {
    match (&old.kind, &new.kind) {
        (SurfaceKind::Path { signature: old, .. }, SurfaceKind::Path { signature: new, .. }) => signatures(old, new),
        (
            SurfaceKind::Call { method, path, signature, .. },
            SurfaceKind::Call { method: new_method, path: new_path, signature: new_signature, .. },
        ) => {
            let mut found = signatures(signature, new_signature);
            if method != new_method {
                found.push((Part::Value, Semver::Breaking, "sends another method"));
            } else if path != new_path {
                found.push((Part::Value, Semver::Documentation, "documented with other labels or capitals"));
            }
            found
        }
        (SurfaceKind::Property { wire, ty }, SurfaceKind::Property { wire: new_wire, ty: new_ty }) => {
            let ty = (ty != new_ty).then_some((Part::Value, Semver::Breaking, "has another type"));
            let wire = (wire != new_wire).then_some((Part::Value, Semver::Documentation, "has another name in JSON"));
            ty.into_iter().chain(wire).collect()
        }
        (SurfaceKind::Member { wire }, SurfaceKind::Member { wire: new_wire }) if wire != new_wire => {
            vec![(Part::Value, Semver::Documentation, "has another name in JSON")]
        }
        (SurfaceKind::Structure { .. }, SurfaceKind::Structure { .. })
        | (SurfaceKind::Enum { .. }, SurfaceKind::Enum { .. })
        | (SurfaceKind::Member { .. }, SurfaceKind::Member { .. }) => Vec::new(),
        _ => vec![(Part::Whole, Semver::Breaking, "became another kind of item")],
    }
}

fn signatures(old: &Signature, new: &Signature) -> Vec<(Part, Semver, &'static str)> {
    let types = |signature: &Signature| signature.arguments.iter().map(|(_, ty)| ty.clone()).collect::<Vec<_>>();
    let (old_types, new_types) = (types(old), types(new));
    let takes_more = |(old, new): (&String, &String)| old == new || *new == format!("impl Is<{old}>");
    let arguments = if old_types.len() == new_types.len() && old_types.iter().zip(&new_types).all(takes_more) {
        match (old_types == new_types, old.arguments == new.arguments) {
            (true, true) => None,
            (true, false) => Some((Part::Arguments, Semver::Documentation, "names its arguments differently")),
            (false, _) => Some((Part::Arguments, Semver::Addition, "takes more types")),
        }
    } else {
        Some((Part::Arguments, Semver::Breaking, "takes other arguments"))
    };
    let result = (old.result != new.result).then_some((Part::Result, Semver::Breaking, "returns another type"));
    arguments.into_iter().chain(result).collect()
}

/// The features that now turn the item on, and those that no longer do.
fn changed_features(old: &SurfaceItem, new: &SurfaceItem) -> Option<(BTreeSet<String>, BTreeSet<String>, Semver)> {
    if old.features == new.features {
        return None;
    }
    let difference =
        |left: &SurfaceItem, right: &SurfaceItem| left.features.difference(&right.features).cloned().collect();
    let (gained, lost): (BTreeSet<String>, BTreeSet<String>) = (difference(new, old), difference(old, new));
    // An item without features is always available.
    let is_narrower = if old.features.is_empty() { true } else { !lost.is_empty() && !new.features.is_empty() };
    Some((gained, lost, if is_narrower { Semver::Breaking } else { Semver::Addition }))
}

impl SurfaceChanges<'_> {
    /// The strongest class among the changes of one part of an item.
    pub(super) fn class(&self, key: &(ItemKind, String), part: Part) -> Option<Semver> {
        let changes = self.changes.get(key).into_iter().flatten();
        changes.filter(|change| change.part == part || change.part == Part::Whole).map(|change| change.semver).max()
    }

    pub(super) fn into_changes(self) -> (Vec<ItemChange>, Vec<FeatureChange>) {
        let mut items = Vec::new();
        for (key, changes) in &self.changes {
            let (before, after) = (self.old.items.get(*key), self.new.items.get(*key));
            let renamed = || before.and_then(|item| self.new.renamed(item)).map(|name| name.to_owned());
            for change in changes {
                items.push(ItemChange {
                    item: key.1.clone(),
                    before: before.map(text),
                    after: after.map(text).or_else(renamed),
                    semver: change.semver,
                    why: change.why,
                });
            }
        }
        items.sort_by(|left, right| right.semver.cmp(&left.semver).then_with(|| left.item.cmp(&right.item)));
        (items, self.features)
    }
}

/// An item without its name and features.
fn text(item: &SurfaceItem) -> String {
    match &item.kind {
        SurfaceKind::Path { signature, .. } => signature.to_string(),
        SurfaceKind::Call { method, path, signature, .. } => format!("{} {path} → {signature}", method.as_str()),
        SurfaceKind::Structure { .. } => "struct".to_owned(),
        SurfaceKind::Enum { .. } => "enum".to_owned(),
        SurfaceKind::Property { ty, .. } => ty.clone(),
        SurfaceKind::Member { wire } => format!("\"{wire}\""),
    }
}
