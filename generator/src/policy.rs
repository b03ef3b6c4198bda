//! Policy files: decisions about single items, as data.
//!
//! An entry that no longer applies is an error, so that policy never rots. Only this module knows
//! the file formats.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// The parsed policy, with a record of which entries were used.
#[derive(Debug, Default)]
pub struct Policy {
    renames: BTreeMap<String, Rename>,
    used: RefCell<BTreeSet<String>>,
}

/// A Rust name that people chose for a documented item.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rename {
    /// What is renamed, as the name collision report prints it.
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
    /// When a file is unknown or malformed, or two entries speak of one item.
    pub fn parse<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, PolicyError> {
        let mut policy = Self::default();
        for (name, text) in files {
            match name {
                "renames.toml" => {
                    let file: RenameFile =
                        toml::from_str(text).map_err(|error| PolicyError(format!("{name}: {error}")))?;
                    for rename in file.rename {
                        let item = rename.item.clone();
                        if policy.renames.insert(item.clone(), rename).is_some() {
                            return Err(PolicyError(format!("{name}: `{item}` is renamed twice")));
                        }
                    }
                }
                _ => return Err(PolicyError(format!("{name}: unknown policy file"))),
            }
        }
        Ok(policy)
    }

    /// The Rust name chosen for an item.
    pub fn rename(&self, item: &str) -> Option<&str> {
        let rename = self.renames.get(item)?;
        self.used.borrow_mut().insert(item.to_owned());
        Some(&rename.to)
    }

    /// Entries that nothing asked for.
    #[must_use]
    pub fn unused(&self) -> Vec<String> {
        let used = self.used.borrow();
        self.renames
            .keys()
            .filter(|item| !used.contains(*item))
            .map(|item| format!("policy/renames.toml: nothing is called `{item}` any more; delete the entry"))
            .collect()
    }
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
    }
}
