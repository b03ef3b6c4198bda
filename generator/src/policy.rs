//! Policy files: decisions about single items, as data.
//!
//! An entry that no longer applies is an error, so that policies never rot. Only this module knows
//! the file formats.

mod explained;
mod fixups;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Deserialize;

use crate::diag::Severity;
use explained::AuditFile;
pub use explained::Explained;
pub use fixups::{EnumFixup, PropertyFixup, RequestFixup, ResponseFixup};
use fixups::{FixupFile, OfPage};

/// The parsed policy, with a record of which entries were used.
#[derive(Debug, Default)]
pub struct Policy {
    renames: BTreeMap<String, Rename>,
    fixups: FixupFile,
    types: TypeFile,
    /// Real names, by the documented ones.
    permissions: BTreeMap<String, String>,
    /// Permissions that tokens no longer contain.
    retired: BTreeSet<String>,
    explained: Vec<Explained>,
    baselines: Vec<Baseline>,
    /// The API versions are linked at the same time.
    used: Mutex<BTreeSet<Used>>,
}

/// The file of an entry, and the message if the entry was never used.
type Used = (&'static str, String);

/// A Rust name chosen by people for a documented item.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rename {
    /// The renamed item, as in the message about a name collision.
    item: String,
    to: String,
    #[serde(rename = "reason")]
    _reason: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RenameFile {
    rename: Vec<Rename>,
}

/// A base type of so many types that it is of no significance.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UniversalBase {
    /// Without `microsoft.graph.`.
    name: String,
    /// Whether callers can match the types of its values.
    #[serde(default)]
    kind: bool,
    #[serde(rename = "reason")]
    _reason: String,
}

/// A type that no operation names, but that people need together with an area.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TypeOfArea {
    /// Without `microsoft.graph.`.
    name: String,
    /// The first segment of the paths of the area.
    area: String,
    #[serde(rename = "reason")]
    _reason: String,
    /// The page that says so.
    #[serde(rename = "evidence")]
    _evidence: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TypeFile {
    universal_base: Vec<UniversalBase>,
    of_area: Vec<TypeOfArea>,
}

/// The real name of a permission that the docs misspell.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PermissionName {
    /// As in the docs.
    documented: String,
    /// As in a token.
    real: String,
    #[serde(rename = "reason")]
    _reason: String,
}

/// A permission that pages list but tokens no longer contain.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RetiredPermission {
    /// As in the docs.
    name: String,
    #[serde(rename = "reason")]
    _reason: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PermissionFile {
    permission: Vec<PermissionName>,
    retired: Vec<RetiredPermission>,
}

/// The accepted number of findings of each code for one set of docs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Baseline {
    docs: String,
    counts: BTreeMap<String, usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct BaselineFile {
    baseline: Vec<Baseline>,
}

/// A policy file that cannot be used.
#[derive(Debug)]
pub struct PolicyError(pub String);

impl std::fmt::Display for PolicyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PolicyError {}

impl Policy {
    /// Reads policy files; each is given as its name and its text.
    ///
    /// # Errors
    /// If a file is unknown or malformed, or two entries are about the same item.
    pub fn parse<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, PolicyError> {
        let mut policy = Self::default();
        for (name, text) in files {
            match name {
                "renames.toml" => {
                    let renames = read::<RenameFile>(name, text)?.rename;
                    let by_item = renames.into_iter().map(|rename| (rename.item.clone(), rename));
                    policy.renames =
                        unique(by_item).map_err(|item| PolicyError(format!("{name}: `{item}` is renamed twice")))?;
                }
                "fixups.toml" => policy.fixups = read(name, text)?,
                "types.toml" => policy.types = read(name, text)?,
                "permissions.toml" => {
                    let file = read::<PermissionFile>(name, text)?;
                    let misspelt = file.permission.into_iter().map(|entry| (entry.documented, Some(entry.real)));
                    let retired = file.retired.into_iter().map(|entry| (entry.name, None));
                    let entries = unique(misspelt.chain(retired))
                        .map_err(|documented| PolicyError(format!("{name}: `{documented}` is named twice")))?;
                    for (documented, real) in entries {
                        match real {
                            Some(real) => drop(policy.permissions.insert(documented, real)),
                            None => drop(policy.retired.insert(documented)),
                        }
                    }
                }
                "audit.toml" => policy.explained = read::<AuditFile>(name, text)?.explained,
                "baseline.toml" => policy.baselines = read::<BaselineFile>(name, text)?.baseline,
                _ => return Err(PolicyError(format!("{name}: unknown policy file"))),
            }
        }
        Ok(policy)
    }

    /// The Rust name chosen for an item.
    pub fn rename(&self, item: &str) -> Option<&str> {
        let rename = self.renames.get(item)?;
        self.mark(renamed(item));
        Some(&rename.to)
    }

    /// The name of a permission in tokens, if the docs misspell it.
    pub fn real_permission(&self, documented: &str) -> Option<&str> {
        let real = self.permissions.get(documented)?;
        self.mark(permission(documented));
        Some(real)
    }

    /// The permissions that tokens no longer contain.
    pub fn retired_permissions(&self) -> impl Iterator<Item = &str> {
        self.retired.iter().map(String::as_str)
    }

    /// The known differences from the official schema.
    #[must_use]
    pub fn explained(&self) -> &[Explained] {
        &self.explained
    }

    /// Whether tokens no longer contain a permission.
    pub fn is_retired(&self, permission: &str) -> bool {
        let is_retired = self.retired.contains(permission);
        if is_retired {
            self.mark(self::permission(permission));
        }
        is_retired
    }

    /// The corrections of the request templates of one page.
    pub fn request_fixups<'p>(&'p self, page: &str) -> impl Iterator<Item = &'p RequestFixup> {
        self.of_page(&self.fixups.request, page)
    }

    /// The corrections of the properties that one page describes.
    pub fn property_fixups<'p>(&'p self, page: &str) -> impl Iterator<Item = &'p PropertyFixup> {
        self.of_page(&self.fixups.property, page)
    }

    /// The corrections of enumerations.
    #[must_use]
    pub fn enum_fixups(&self) -> &[EnumFixup] {
        &self.fixups.enum_members
    }

    /// Records that there is such an enumeration.
    pub fn found_enum(&self, fixup: &EnumFixup) {
        self.mark(enumeration(fixup));
    }

    fn of_page<'p, F: OfPage>(&'p self, fixups: &'p [F], page: &str) -> impl Iterator<Item = &'p F> {
        fixups.iter().filter(move |fixup| fixup.page() == page).inspect(|fixup| self.mark(corrected(fixup.page())))
    }

    fn mark(&self, entry: Used) {
        self.used().insert(entry);
    }

    fn used(&self) -> MutexGuard<'_, BTreeSet<Used>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The corrections of the responses on one page.
    pub fn response_fixups<'p>(&'p self, page: &str) -> impl Iterator<Item = &'p ResponseFixup> {
        self.of_page(&self.fixups.response, page)
    }

    /// Whether this base type is so general that its derived types are not needed wherever it is
    /// used.
    #[must_use]
    pub fn is_universal_base(&self, name: &str) -> bool {
        let is_universal = self.types.universal_base.iter().any(|base| base.name == name);
        if is_universal {
            self.mark(base(name));
        }
        is_universal
    }

    /// Whether callers can match the types of the values of a base type: unless so many types are derived from it that
    /// this has no significance.
    #[must_use]
    pub fn has_kind(&self, name: &str) -> bool {
        self.types.universal_base.iter().all(|base| base.name != name || base.kind)
    }

    /// The types that belong to an area, the first segment of paths, although no operation names them.
    pub fn types_of_area<'p>(&'p self, area: &'p str) -> impl Iterator<Item = &'p str> {
        let of_area = self.types.of_area.iter().filter(move |entry| entry.area.eq_ignore_ascii_case(area));
        of_area.map(|entry| entry.name.as_str())
    }

    /// Records that a type and its area are there.
    pub(crate) fn found_type_of_area(&self, name: &str, area: &str) {
        self.mark(type_of_area(name, area));
    }

    /// The entries, of every kind, about items that the docs do not have. Linking reports items that differ from
    /// what an entry expects.
    #[must_use]
    pub fn unused(&self) -> Vec<String> {
        let used = self.used();
        let FixupFile { request, property, enum_members, response } = &self.fixups;
        let pages = request.iter().map(OfPage::page);
        let pages = pages.chain(property.iter().map(OfPage::page)).chain(response.iter().map(OfPage::page));
        let entries: BTreeSet<Used> = (self.renames.keys().map(|item| renamed(item)))
            .chain(self.permissions.keys().chain(&self.retired).map(|name| permission(name)))
            .chain(self.types.universal_base.iter().map(|known| base(&known.name)))
            .chain(self.types.of_area.iter().map(|entry| type_of_area(&entry.name, &entry.area)))
            .chain(pages.map(corrected))
            .chain(enum_members.iter().map(enumeration))
            .collect();
        let unused = entries.difference(&used);
        unused.map(|(file, what)| format!("policy/{file}.toml: {what} any more; delete the entry")).collect()
    }

    /// Compares the findings for a set of docs with the accepted ones. Counts of warnings and errors may
    /// only fall, and a lower count has to be recorded.
    ///
    /// # Errors
    /// The next steps, line by line, if the counts differ or the docs have no baseline.
    pub fn check_baseline<'c>(
        &self,
        docs: &str,
        counts: impl IntoIterator<Item = (&'c str, Severity, usize)>,
    ) -> Result<(), Vec<String>> {
        let Some(baseline) = self.baselines.iter().find(|baseline| baseline.docs == docs) else {
            let known: Vec<_> = self.baselines.iter().map(|baseline| baseline.docs.as_str()).collect();
            return Err(vec![format!("policy/baseline.toml: no baseline for `{docs}`, only for {known:?}")]);
        };
        let found: BTreeMap<_, _> = counts
            .into_iter()
            .filter(|(_, severity, _)| *severity >= Severity::Warning)
            .map(|(code, _, count)| (code, count))
            .collect();
        let codes: BTreeSet<&str> = found.keys().copied().chain(baseline.counts.keys().map(String::as_str)).collect();
        let differences: Vec<_> = codes
            .into_iter()
            .filter_map(|code| {
                let found = found.get(code).copied().unwrap_or(0);
                let accepted = baseline.counts.get(code).copied().unwrap_or(0);
                match found.cmp(&accepted) {
                    std::cmp::Ordering::Equal => None,
                    std::cmp::Ordering::Greater => Some(format!(
                        "{code}: {found} findings, {accepted} accepted; look at them with `cargo xtask report --code {code}`"
                    )),
                    std::cmp::Ordering::Less => Some(format!(
                        "{code}: {found} findings, {accepted} accepted; write {found} into policy/baseline.toml"
                    )),
                }
            })
            .collect();
        if differences.is_empty() { Ok(()) } else { Err(differences) }
    }
}

fn renamed(item: &str) -> Used {
    ("renames", format!("nothing is called `{item}`"))
}

fn permission(name: &str) -> Used {
    ("permissions", format!("no page has a permission `{name}`"))
}

fn base(name: &str) -> Used {
    ("types", format!("there is no type `{name}`"))
}

fn type_of_area(name: &str, area: &str) -> Used {
    ("types", format!("there is no type `{name}` next to an area `{}`", area.to_ascii_lowercase()))
}

fn corrected(page: &str) -> Used {
    ("fixups", format!("there is no page `{page}`"))
}

fn enumeration(fixup: &EnumFixup) -> Used {
    ("fixups", format!("no page of {} has an enumeration `{}`", fixup.version.segment(), fixup.ty))
}

/// The error is a key that occurs twice.
fn unique<T>(entries: impl Iterator<Item = (String, T)>) -> Result<BTreeMap<String, T>, String> {
    let mut found = BTreeMap::new();
    for (key, entry) in entries {
        match found.entry(key) {
            Entry::Occupied(other) => return Err(other.key().clone()),
            Entry::Vacant(place) => drop(place.insert(entry)),
        }
    }
    Ok(found)
}

fn read<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> Result<T, PolicyError> {
    toml::from_str(text).map_err(|error| PolicyError(format!("{name}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_that_no_longer_apply_are_named() {
        let text = "[[rename]]\nitem = \"v1.0 action X\"\nto = \"Y\"\nreason = \"clash\"\n";
        let policy = Policy::parse([("renames.toml", text)]).expect("a policy");
        assert_eq!(policy.unused().len(), 1);
        assert_eq!(policy.rename("v1.0 action X"), Some("Y"));
        assert!(policy.unused().is_empty());
        assert!(Policy::parse([("renames.toml", "[[rename]]\nitem = 1")]).is_err());
        let text = "[[permission]]\ndocumented = \"Lamp.Raed\"\nreal = \"Lamp.Read\"\nreason = \"misspelled\"\n";
        let policy = Policy::parse([("permissions.toml", text)]).expect("a policy");
        assert_eq!(policy.unused().len(), 1);
        assert_eq!(
            (policy.real_permission("Lamp.Raed"), policy.real_permission("Lamp.Read")),
            (Some("Lamp.Read"), None)
        );
        assert!(policy.unused().is_empty());
        let text = "[[retired]]\nname = \"Lamp.Light\"\nreason = \"gone\"\n";
        let policy = Policy::parse([("permissions.toml", text)]).expect("a policy");
        assert_eq!(policy.unused().len(), 1);
        assert!(policy.is_retired("Lamp.Light") && !policy.is_retired("Lamp.Read") && policy.unused().is_empty());
        assert!(Policy::parse([("permissions.toml", [text, text].concat().as_str())]).is_err());
        assert!(Policy::parse([("other.toml", "")]).is_err());
    }

    #[test]
    fn counts_may_only_fall() {
        let text = "[[baseline]]\ndocs = \"d\"\ncounts = { GX0302 = 8 }\n";
        let policy = Policy::parse([("baseline.toml", text)]).expect("a policy");
        let check =
            |count| policy.check_baseline("d", [("GX0302", Severity::Warning, count), ("GX0601", Severity::Note, 99)]);
        assert!(check(8).is_ok());
        assert!(check(9).is_err_and(|lines| lines[0].contains("9 findings, 8 accepted")));
        assert!(check(7).is_err_and(|lines| lines[0].contains("write 7 into")));
        assert!(policy.check_baseline("e", []).is_err());
    }
}
