//! `audit.toml`: known differences from the official schema, with their reasons.

use serde::Deserialize;

/// Why the model differs from the official schema in one item.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explained {
    /// The schema: the name of its file, without the extension.
    pub metadata: String,
    /// The compared trait, as the audit calls it: `shape`.
    pub kind: String,
    /// As the audit prints it: `GET /users/{id}`. Without an item, the entry explains this pair of types everywhere,
    /// single or in collections.
    pub item: Option<String>,
    /// The value in the model.
    pub ours: String,
    /// The value in the schema.
    pub theirs: String,
    pub reason: String,
    /// The evidence: a page and line, a member of the schema, or a public address.
    #[serde(rename = "evidence")]
    _evidence: String,
}

impl Explained {
    /// Whether it explains this difference.
    #[must_use]
    pub fn explains(&self, item: &str, ours: &str, theirs: &str) -> bool {
        match &self.item {
            Some(known) => known == item && self.ours == ours && self.theirs == theirs,
            None => self.ours == single(ours) && self.theirs == single(theirs),
        }
    }
}

fn single(ty: &str) -> &str {
    ty.strip_prefix("Collection(").and_then(|ty| ty.strip_suffix(')')).unwrap_or(ty)
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AuditFile {
    pub(super) explained: Vec<Explained>,
}
