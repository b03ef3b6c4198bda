//! Words of permission tables.

use serde::Deserialize;

use super::Words;
use super::folding::fold;
use super::phrases::Phrases;
use super::spellings::Spellings;
use crate::model::facts::{AccountType, PermissionOrder};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct PermissionWords {
    label_column: Vec<String>,
    delegated_work: Vec<String>,
    delegated_personal: Vec<String>,
    application: Vec<String>,
    least_to_most: Phrases,
    most_to_least: Phrases,
    not_supported: Vec<String>,
    no_permission: Vec<String>,
    least_column: Vec<String>,
    higher_column: Vec<String>,
    refused: Phrases,
    pub(super) and: Vec<String>,
    pub(super) or: Vec<String>,
    plus: Vec<String>,
    pub(super) condition: Vec<String>,
    pub(super) condition_end: Vec<String>,
    /// Words of conditions that name no resource.
    pub(super) condition_filler: Vec<String>,
    pub(super) condition_object: Vec<String>,
    pub(super) signed_in_user: Vec<String>,
    pub(super) other_users: Vec<String>,
    /// Parts of permission names, with their translations.
    parts: Spellings,
    /// Whole lists of permissions, with their translations.
    lists: Spellings,
}

impl<'v> Words<'v> {
    /// The account type that a row label or column header of a permission table names.
    #[must_use]
    pub fn account_type(self, label: &str) -> Option<AccountType> {
        let label = fold(label);
        if self.is(&label, |table| &table.permissions.delegated_work) {
            Some(AccountType::DelegatedWork)
        } else if self.is(&label, |table| &table.permissions.delegated_personal) {
            Some(AccountType::DelegatedPersonal)
        } else if self.is(&label, |table| &table.permissions.application) {
            Some(AccountType::Application)
        } else {
            None
        }
    }

    /// Whether a header names the column of permission types.
    #[must_use]
    pub fn is_permission_label_column(self, header: &str) -> bool {
        self.is(&fold(header), |table| &table.permissions.label_column)
    }

    /// The order that the header of a permission column states.
    #[must_use]
    pub fn permission_order(self, header: &str) -> PermissionOrder {
        let header = fold(header);
        if self.contains(&header, |table| &table.permissions.least_to_most) {
            PermissionOrder::LeastToMost
        } else if self.contains(&header, |table| &table.permissions.most_to_least) {
            PermissionOrder::MostToLeast
        } else {
            PermissionOrder::Unstated
        }
    }

    /// Whether a whole cell says that an operation is not supported for an account type.
    #[must_use]
    pub fn is_not_supported(self, cell: &str) -> bool {
        self.is(&fold(cell), |table| &table.permissions.not_supported)
    }

    /// Whether a whole cell says that an operation needs no permission.
    #[must_use]
    pub fn needs_no_permission(self, cell: &str) -> bool {
        self.is(&fold(cell), |table| &table.permissions.no_permission)
    }

    /// Whether a header names the column of the least privileged permissions.
    #[must_use]
    pub fn is_least_privileged_column(self, header: &str) -> bool {
        self.is(&fold(header), |table| &table.permissions.least_column)
    }

    /// Whether a header names the column of further permissions.
    #[must_use]
    pub fn is_higher_privileged_column(self, header: &str) -> bool {
        self.is(&fold(header), |table| &table.permissions.higher_column)
    }

    /// Whether a sentence says that permissions do not work.
    #[must_use]
    pub fn is_refused(self, sentence: &str) -> bool {
        self.says(sentence, |table| &table.permissions.refused)
    }

    #[must_use]
    pub fn is_and(self, word: &str) -> bool {
        self.is(&fold(word), |table| &table.permissions.and)
    }

    #[must_use]
    pub fn is_or(self, word: &str) -> bool {
        // Phrases such as "one from" are matched word by word.
        let word = fold(word);
        self.lists(|table| &table.permissions.or).any(|phrase| phrase.split(' ').any(|part| part == word))
    }

    /// Whether a word joins two lists, with one permission needed from each.
    #[must_use]
    pub fn is_plus(self, word: &str) -> bool {
        self.is(&fold(word), |table| &table.permissions.plus)
    }

    /// The part of a permission name with this translation.
    #[must_use]
    pub fn permission_part(self, word: &str) -> Option<&'v str> {
        self.spelt(word, |table| &table.permissions.parts).into_iter().next()
    }

    /// The list of permissions with this translation.
    #[must_use]
    pub fn permission_list(self, cell: &str) -> Option<&'v str> {
        self.spelt(cell, |table| &table.permissions.lists).into_iter().next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::tests::english;

    #[test]
    fn permission_words() {
        let vocab = english();
        let words = vocab.words("zh-CN");
        assert_eq!(words.account_type("Delegated (work or school account)"), Some(AccountType::DelegatedWork));
        assert_eq!(words.account_type("Application\\*"), Some(AccountType::Application));
        assert_eq!(words.permission_order("Permissions (from least to most privileged)"), PermissionOrder::LeastToMost);
        assert!(words.is_not_supported("Not Supported."));
        assert!(!words.is_not_supported("Not supported for groups: Group.Read.All"));
        assert!(words.needs_no_permission("None.") && !words.is_not_supported("None."));
    }
}
