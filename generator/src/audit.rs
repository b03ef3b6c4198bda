//! Compares the linked model with the official schema of Graph, and decides which side is wrong.
//!
//! It is a referee: no fact comes from the schema. Mistakes of the docs that matter are corrected
//! in `policy/fixups.toml`; other known differences are explained in `policy/audit.toml`.

mod bases;
mod bodies;
pub mod csdl;
mod kinds;
mod members;
mod paths;
mod permissions;
mod properties;
mod resolve;
mod responses;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
mod witnesses;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::api::{Api, Operation, Version};
use crate::model::facts::{ApiVersion, PageFacts};
use crate::policy::Policy;
use crate::source::PagePath;
use crate::vocab::Words;
use csdl::Csdl;
pub use permissions::PermissionNames;
use resolve::{Target, resolve};
use witnesses::{Says, Witnesses};

/// The schema of a version on some day.
#[derive(Debug)]
pub struct Metadata {
    /// Its name in reports: the name of the file, without its extension.
    pub name: String,
    pub version: ApiVersion,
    pub csdl: Csdl,
}

/// The two sides of a comparison.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    pub api: &'a Api,
    /// The pages that the model was linked from.
    pub pages: &'a [PageFacts],
    /// The first of each version is the referee; the others show which differences only depend on the day.
    pub metadata: &'a [Metadata],
    pub permissions: Option<&'a PermissionNames>,
    pub policy: &'a Policy,
    pub words: Words<'a>,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Path,
    Shape,
    Family,
    Answer,
    Body,
    Parameter,
    ParameterType,
    Type,
    TypeKind,
    Base,
    Property,
    PropertyType,
    PropertyShape,
    Member,
    MemberMissing,
    Permission,
}

impl Kind {
    pub const ALL: [Self; 16] = [
        Self::Path,
        Self::Shape,
        Self::Family,
        Self::Answer,
        Self::Body,
        Self::Parameter,
        Self::ParameterType,
        Self::Type,
        Self::TypeKind,
        Self::Base,
        Self::Property,
        Self::PropertyType,
        Self::PropertyShape,
        Self::Member,
        Self::MemberMissing,
        Self::Permission,
    ];

    /// Its name on the command line and in `policy/audit.toml`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Shape => "shape",
            Self::Family => "family",
            Self::Answer => "answer",
            Self::Body => "body",
            Self::Parameter => "parameter",
            Self::ParameterType => "parameter-type",
            Self::Type => "type",
            Self::TypeKind => "kind",
            Self::Base => "base",
            Self::Property => "property",
            Self::PropertyType => "property-type",
            Self::PropertyShape => "property-shape",
            Self::Member => "member",
            Self::MemberMissing => "member-missing",
            Self::Permission => "permission",
        }
    }

    /// The meaning of a difference of this kind.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Path => "operations whose path leads nowhere",
            Self::Shape => "responses that are a list on one side and a single object on the other",
            Self::Family => "responses whose types are neither equal, base nor derived",
            Self::Answer => "responses that one side does not have, or has as bytes",
            Self::Body => "request bodies of another type, or on one side only",
            Self::Parameter => "body parameters that the action or type does not have",
            Self::ParameterType => "types of body parameters",
            Self::Type => "types that the schema does not have",
            Self::TypeKind => "kinds of types: entity, complex, enum",
            Self::Base => "base types; the nearest documented one is compared, `entity` is ignored",
            Self::Property => "properties that the type does not have",
            Self::PropertyType => "types of properties",
            Self::PropertyShape => "properties that are a list on one side only",
            Self::Member => "enum members that the schema does not have",
            Self::MemberMissing => "enum members that are not documented",
            Self::Permission => "permissions that do not exist",
        }
    }

    /// Whether a difference means that something is missing in the schema. Anything in the schema of another day
    /// or version does exist.
    fn is_absence(self) -> bool {
        matches!(self, Self::Path | Self::Type | Self::Property | Self::Parameter | Self::Member)
    }
}

/// Why something differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// A page agrees with the model.
    Docs,
    /// No page says so, or one agrees with the schema: the model was read or chosen wrongly.
    Reading,
    /// The schema of another day agrees with the model.
    Age,
    /// `policy/audit.toml` gives the reason.
    Explained,
}

impl Class {
    pub const ALL: [Self; 4] = [Self::Docs, Self::Reading, Self::Age, Self::Explained];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Docs => "docs",
            Self::Reading => "reading",
            Self::Age => "age",
            Self::Explained => "explained",
        }
    }
}

/// A difference between model and schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub page: PagePath,
    /// 0 if the facts come from files, which have no lines.
    pub line: u32,
    /// `GET /users`, `user.mail`, `user`, `User.Read`.
    pub item: String,
    pub ours: String,
    pub theirs: String,
    pub class: Class,
    /// The evidence for the class.
    pub because: String,
}

/// One comparison of one version.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// The number of items that both sides describe.
    pub compared: usize,
    /// In the order of the model.
    pub differences: Vec<Difference>,
}

impl Tally {
    #[must_use]
    pub fn count(&self, class: Class) -> usize {
        self.differences.iter().filter(|found| found.class == class).count()
    }
}

/// The comparisons of one version with one schema.
#[derive(Clone, Debug)]
pub struct Comparison {
    pub version: ApiVersion,
    /// [`Metadata::name`] of the referee.
    pub metadata: String,
    pub tallies: BTreeMap<Kind, Tally>,
}

/// The result of an audit.
#[derive(Clone, Debug, Default)]
pub struct Audit {
    pub comparisons: Vec<Comparison>,
    /// Policy entries that no longer match anything, with what to do. Each is an error.
    pub stale: Vec<String>,
}

/// Compares a model with the schemas of its versions.
#[must_use]
pub fn audit(input: &Input<'_>) -> Audit {
    let witnesses = Witnesses::collect(input.pages);
    let mut audit = Audit::default();
    let mut used = BTreeSet::new();
    for (version, model) in &input.api.versions {
        let mut schemas = input.metadata.iter().filter(|metadata| metadata.version == *version);
        let Some(referee) = schemas.next() else { continue };
        let case = Case {
            model,
            types: model.types.keys().map(|name| name.to_ascii_lowercase()).collect(),
            referee,
            same_version: schemas.collect(),
            other_version: input.metadata.iter().filter(|metadata| metadata.version != *version).collect(),
            witnesses: &witnesses,
            policy: input.policy,
            words: input.words,
        };
        let mut results = Results { used: &mut used, tallies: BTreeMap::new() };
        for compare in [
            paths::compare,
            responses::compare,
            bodies::compare,
            kinds::compare,
            bases::compare,
            properties::compare,
            members::compare,
        ] {
            compare(&case, &mut results);
        }
        if let Some(names) = input.permissions {
            permissions::compare(&case, names, &mut results);
        }
        let tallies = results.tallies;
        audit.comparisons.push(Comparison { version: *version, metadata: referee.name.clone(), tallies });
    }
    let judged: BTreeSet<&str> = audit.comparisons.iter().map(|done| done.metadata.as_str()).collect();
    for (at, entry) in input.policy.explained().iter().enumerate() {
        let is_judged = judged.contains(entry.metadata.as_str())
            && (input.permissions.is_some() || entry.kind != Kind::Permission.as_str());
        if is_judged && !used.contains(&at) {
            audit.stale.push(format!(
                "policy/audit.toml: no `{}` of {} differs any more: `{}`, `{}` in the model, `{}` in the schema; delete or correct the entry",
                entry.kind,
                entry.metadata,
                entry.item.as_deref().unwrap_or("anything"),
                entry.ours,
                entry.theirs
            ));
        }
    }
    if let Some(names) = input.permissions.filter(|_| !audit.comparisons.is_empty()) {
        audit.stale.extend(permissions::stale(input, names));
    }
    audit
}

/// One version of the model, with everything that judges it.
struct Case<'a> {
    model: &'a Version,
    /// The lowercase names of its types.
    types: BTreeSet<String>,
    referee: &'a Metadata,
    same_version: Vec<&'a Metadata>,
    other_version: Vec<&'a Metadata>,
    witnesses: &'a Witnesses<'a>,
    policy: &'a Policy,
    words: Words<'a>,
}

/// Something that may differ.
struct Item<'a> {
    kind: Kind,
    name: String,
    page: &'a PagePath,
    line: u32,
    ours: String,
}

/// What a schema says about an item.
enum Verdict {
    /// Nothing.
    Silent,
    Agrees,
    /// Something else.
    Differs(String),
}

impl Verdict {
    fn of(agrees: bool, theirs: impl FnOnce() -> String) -> Self {
        if agrees { Self::Agrees } else { Self::Differs(theirs()) }
    }

    /// The verdict on all possible meanings of an operation: the first one that agrees, otherwise the first one
    /// that differs.
    fn on(csdl: &Csdl, operation: &Operation, verdict: impl Fn(&Target<'_>) -> Self) -> Self {
        let mut found = Self::Silent;
        for target in resolve(csdl, &operation.path, operation.method) {
            match (verdict(&target), &found) {
                (Self::Agrees, _) => return Self::Agrees,
                (differs @ Self::Differs(_), Self::Silent) => found = differs,
                _ => {}
            }
        }
        found
    }
}

/// The findings of the comparisons of one version.
struct Results<'u> {
    /// The indices of the entries of `policy/audit.toml` that were needed.
    used: &'u mut BTreeSet<usize>,
    tallies: BTreeMap<Kind, Tally>,
}

impl Case<'_> {
    /// Whether the model has a type of this name, ignoring case.
    fn has_type(&self, name: &str) -> bool {
        self.types.contains(&name.to_ascii_lowercase())
    }

    /// Compares an item with the referee; if it differs, looks for the reason in the other schemas
    /// and the pages.
    fn judge(
        &self,
        item: Item<'_>,
        verdict: impl Fn(&Csdl) -> Verdict,
        says: impl FnOnce() -> Says,
        results: &mut Results<'_>,
    ) {
        let tally = results.tallies.entry(item.kind).or_default();
        let theirs = match verdict(&self.referee.csdl) {
            Verdict::Silent => return,
            Verdict::Agrees => {
                tally.compared += 1;
                return;
            }
            Verdict::Differs(theirs) => theirs,
        };
        tally.compared += 1;
        let entry = self.policy.explained().iter().position(|entry| {
            entry.metadata == self.referee.name
                && entry.kind == item.kind.as_str()
                && entry.explains(&item.name, &item.ours, &theirs)
        });
        let others = self.same_version.iter().chain(self.other_version.iter().filter(|_| item.kind.is_absence()));
        let mut agreeing = others.filter(|other| matches!(verdict(&other.csdl), Verdict::Agrees));
        let (class, because) = if let Some(at) = entry {
            results.used.insert(at);
            (Class::Explained, self.policy.explained()[at].reason.clone())
        } else if let Some(other) = agreeing.next() {
            (Class::Age, format!("{} agrees with the model", other.name))
        } else {
            says().class()
        };
        let Item { name, page, line, ours, .. } = item;
        tally.differences.push(Difference { page: page.clone(), line, item: name, ours, theirs, class, because });
    }
}
