//! The types that paths lead to: `/me/messages` leads to a collection of messages.
//!
//! Most paths follow properties of documented types. Elsewhere, as at the root, the operations on a path
//! vote, because most of them are about what it leads to.

use std::collections::{BTreeMap, BTreeSet};

use super::bases::lineage;
use super::type_index::{TypeIndex, last_name};
use crate::model::api::{PathTemplate, Segment, StructuredKind, TypeDefinition, TypeRef, TypeShape, ValueType};

/// The type that a path leads to, and how it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PathType {
    pub(super) ty: TypeRef,
    pub(super) known_by: KnownBy,
}

/// How the type of a path is known, most certain first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum KnownBy {
    /// By the property of a documented type, or by a cast.
    Property,
    /// By a vote of the operations on the path.
    Votes,
    /// By a type with the name of the path.
    Name,
}

impl PathType {
    pub(super) fn is_declared(&self) -> bool {
        self.known_by == KnownBy::Property
    }
}

/// The opinion of an operation about the type of its path.
pub(super) struct Vote<'a> {
    pub(super) path: &'a PathTemplate,
    /// Stem of the page.
    pub(super) stem: &'a str,
    /// The type that the page names.
    pub(super) ty: &'a str,
}

pub(super) struct PathTypes<'t> {
    types: &'t BTreeMap<String, TypeDefinition>,
    index: &'t TypeIndex,
    /// The elected types, by the identity of the path.
    elected: BTreeMap<String, String>,
    /// Paths with keys below them.
    collections: BTreeSet<String>,
    /// Entity types, by the possible names of their sets, in lower case.
    plurals: BTreeMap<String, String>,
    /// Entity types, by their names in lower case.
    singletons: BTreeMap<String, String>,
}

impl<'t> PathTypes<'t> {
    pub(super) fn new<'a>(
        types: &'t BTreeMap<String, TypeDefinition>,
        index: &'t TypeIndex,
        paths: impl Iterator<Item = &'a PathTemplate>,
        votes: impl Iterator<Item = Vote<'a>>,
    ) -> Self {
        let collections = paths.flat_map(keyed).collect();
        let mut polls: BTreeMap<String, BTreeMap<&str, usize>> = BTreeMap::new();
        for vote in votes {
            let Some((node, name)) = voted_node(vote.path) else { continue };
            *polls.entry(node).or_default().entry(vote.ty).or_default() += weight(name, &vote);
        }
        let elected = polls.into_iter().filter_map(|(node, poll)| {
            let most = poll.values().copied().max()?;
            let mut first = poll.into_iter().filter(|(_, count)| *count == most);
            match (first.next(), first.next()) {
                (Some((ty, _)), None) => Some((node, ty.to_owned())),
                // A tie is not decided.
                _ => None,
            }
        });
        let singletons = entities(types).map(|name| (name.to_ascii_lowercase(), name.clone())).collect();
        Self { types, index, elected: elected.collect(), collections, plurals: plurals(types), singletons }
    }

    /// The type that a path leads to; `None` after an action, a function or an unexplained name.
    pub(super) fn of(&self, path: &[Segment]) -> Option<PathType> {
        let mut found: Option<PathType> = None;
        let mut prefix = String::new();
        for segment in path {
            prefix.push_str(&segment.key());
            found = match segment {
                Segment::Name(name) => self.property(found.as_ref(), name).or_else(|| self.elected(&prefix, name)),
                Segment::Key { .. } | Segment::KeyEquals { .. } | Segment::KeyPredicate { .. } => found.map(single),
                Segment::ItemPath { .. } => found,
                Segment::Cast(name) => self.index.by_name(name, None).map(|key| PathType {
                    ty: TypeRef {
                        ty: ValueType::Named(key.to_owned()),
                        collection: found.is_some_and(|found| found.ty.collection),
                    },
                    known_by: KnownBy::Property,
                }),
                Segment::Function { name, .. } => self.elected(&prefix, name),
                Segment::System(_) => None,
            };
        }
        found
    }

    /// A property of the type that the path leads to so far.
    fn property(&self, of: Option<&PathType>, name: &str) -> Option<PathType> {
        let of = of.filter(|of| !of.ty.collection)?.ty.ty.name()?;
        let chain = lineage(self.types, of);
        let property =
            chain.iter().flat_map(|ty| &ty.properties).find(|property| property.name.eq_ignore_ascii_case(name))?;
        let is_known = matches!(property.ty.ty, ValueType::Named(_) | ValueType::Primitive(_));
        is_known.then(|| PathType { ty: property.ty.clone(), known_by: KnownBy::Property })
    }

    /// `/drive`: a name at the root that is also the name of an entity type. It has no keys.
    fn singleton(&self, prefix: &str) -> Option<&String> {
        let name = prefix.strip_prefix('/').filter(|name| !self.collections.contains(prefix) && !name.contains('/'))?;
        self.singletons.get(name)
    }

    fn elected(&self, prefix: &str, name: &str) -> Option<PathType> {
        let (ty, known_by) = match self.elected.get(prefix) {
            Some(elected) => (elected, KnownBy::Votes),
            None => (self.plurals.get(&name.to_ascii_lowercase()).or_else(|| self.singleton(prefix))?, KnownBy::Name),
        };
        let collection = self.collections.contains(prefix);
        Some(PathType { ty: TypeRef { ty: ValueType::Named(ty.clone()), collection }, known_by })
    }
}

/// The identities of all beginnings of a path that are followed by a key, which are collections.
pub(super) fn keyed(path: &PathTemplate) -> Vec<String> {
    let mut found = Vec::new();
    let mut prefix = String::new();
    for segment in &path.segments {
        if matches!(segment, Segment::Key { .. }) {
            found.push(prefix.clone());
        }
        prefix.push_str(&segment.key());
    }
    found
}

fn single(mut found: PathType) -> PathType {
    found.ty.collection = false;
    found
}

/// The set or property that an operation votes about, and its name.
fn voted_node(path: &PathTemplate) -> Option<(String, &str)> {
    let segments = match path.segments.as_slice() {
        [rest @ .., Segment::Key { .. } | Segment::KeyEquals { .. } | Segment::KeyPredicate { .. }] => rest,
        all => all,
    };
    match segments.last()? {
        Segment::Name(name) | Segment::Function { name, .. } => {
            Some((segments.iter().map(Segment::key).collect(), name))
        }
        _ => None,
    }
}

/// A page about the type that the path is named after has more weight than one that only uses the
/// path.
fn weight(name: &str, vote: &Vote<'_>) -> usize {
    let ty = last_name(vote.ty);
    let is_called_so = is_plural(name, ty) || name.eq_ignore_ascii_case(ty);
    let is_of_family = vote.stem.split('-').any(|word| word.eq_ignore_ascii_case(ty));
    1 + if is_called_so { 8 } else { 0 } + if is_of_family { 2 } else { 0 }
}

/// The possible names of entity sets; of two types with the same plural, the first by name.
fn plurals(types: &BTreeMap<String, TypeDefinition>) -> BTreeMap<String, String> {
    let mut plurals = BTreeMap::new();
    for name in entities(types) {
        for plural in plurals_of(&name.to_ascii_lowercase()) {
            plurals.entry(plural).or_insert_with(|| name.clone());
        }
    }
    plurals
}

/// The entity types outside sub-namespaces.
fn entities(types: &BTreeMap<String, TypeDefinition>) -> impl Iterator<Item = &String> {
    let is_entity = |definition: &TypeDefinition| matches!(&definition.shape, TypeShape::Structured(ty) if ty.kind == StructuredKind::Entity);
    types.iter().filter(move |(name, ty)| !name.contains('.') && is_entity(ty)).map(|(name, _)| name)
}

/// `mailfolders` of `mailfolder`, `categories` of `category`.
fn plurals_of(singular: &str) -> impl Iterator<Item = String> {
    let of_y = singular.strip_suffix('y').map(|stem| format!("{stem}ies"));
    [format!("{singular}s"), format!("{singular}es")].into_iter().chain(of_y)
}

/// Whether a name is the plural of another: `mailFolders` of `mailFolder`.
pub(super) fn is_plural(name: &str, singular: &str) -> bool {
    name.len() > singular.len()
        && plurals_of(&singular.to_ascii_lowercase()).any(|plural| plural.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals() {
        assert!(is_plural("mailFolders", "mailFolder"));
        assert!(is_plural("deviceCategories", "deviceCategory"));
        assert!(is_plural("switches", "switch"));
        assert!(!is_plural("message", "message"));
        assert!(!is_plural("news", "newt"));
    }
}
