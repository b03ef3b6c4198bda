//! How names are translated, on pages that have both sides.

/// What a cell holds. One word is translated differently as a name and as a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CellKind {
    /// A property or parameter.
    Name,
    /// A member of an enumeration, or a value.
    Member,
    /// What some permissions are for: a resource, or on whom a call acts.
    Condition,
}

/// A cell with both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    pub kind: CellKind,
    pub localized: String,
    pub source: String,
}
