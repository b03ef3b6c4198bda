//! Words around roles and single permissions, below permission tables.

use serde::Deserialize;

use super::Words;
use super::folding::fold;
use super::phrases::Phrases;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct RoleWords {
    /// What a role is called.
    role: Phrases,
    /// Roles of which system.
    kind: Phrases,
    /// That the user needs it.
    needed: Phrases,
    /// The word itself, behind a name.
    word: Vec<String>,
    /// How a purpose starts: `to read x`.
    purpose: Vec<String>,
    /// Remarks about a role that are no condition.
    remarks: Vec<String>,
    /// Between permissions that are needed together.
    combination: Phrases,
    delegated: Phrases,
    app_only: Phrases,
}

impl Words<'_> {
    /// Whether a text says that the user needs a role.
    #[must_use]
    pub fn announces_roles(self, text: &str) -> bool {
        let is_about_roles = self.says(text, |table| &table.roles.role) || self.says(text, |table| &table.roles.kind);
        is_about_roles && self.says(text, |table| &table.roles.needed)
    }

    /// Whether a clause says what something is for.
    #[must_use]
    pub fn is_purpose(self, clause: &str) -> bool {
        let clause = fold(clause);
        self.lists(|table| &table.roles.purpose)
            .any(|word| clause.strip_prefix(word).is_some_and(|rest| rest.starts_with(' ')))
    }

    /// Whether a remark beside a role says no more than that it is the least privileged one.
    #[must_use]
    pub fn is_role_remark(self, text: &str) -> bool {
        self.is(&fold(text), |table| &table.roles.remarks)
    }

    /// Whether a text beside a role says so among other things.
    #[must_use]
    pub fn has_role_remark(self, text: &str) -> bool {
        let text = fold(text);
        self.lists(|table| &table.roles.remarks).any(|remark| text.contains(remark))
    }

    #[must_use]
    pub fn is_role_word(self, word: &str) -> bool {
        self.is(&fold(word), |table| &table.roles.word)
    }

    /// Whether a name says which kind of roles is meant: "Microsoft Entra", before "role".
    #[must_use]
    pub fn is_kind_of_role(self, name: &str) -> bool {
        let name = fold(name);
        let mut words = self.lists(|table| &table.roles.word);
        words.any(|word| self.says(&format!("{name} {word}"), |table| &table.roles.kind))
    }

    /// Whether an item is about permissions that are needed together.
    #[must_use]
    pub fn is_combination(self, text: &str) -> bool {
        self.says(text, |table| &table.roles.combination)
    }

    /// Whether an item is about delegated and about application permissions.
    #[must_use]
    pub fn scenario_accounts(self, text: &str) -> (bool, bool) {
        (self.says(text, |table| &table.roles.delegated), self.says(text, |table| &table.roles.app_only))
    }
}
