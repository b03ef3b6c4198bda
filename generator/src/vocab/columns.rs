//! Headers of tables.

use serde::Deserialize;

use super::folding::{fold, narrow};
use super::{Table, Words};

/// The content of a table column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Column {
    Name,
    Type,
    Value,
    Description,
    Required,
    Relationship,
    Member,
    Method,
    Returns,
}

impl Column {
    /// Its key in a vocabulary file.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Type => "type",
            Self::Value => "value",
            Self::Description => "description",
            Self::Required => "required",
            Self::Relationship => "relationship",
            Self::Member => "member",
            Self::Method => "method",
            Self::Returns => "returns",
        }
    }
}

impl<'v> Words<'v> {
    /// The content of a column, by its header.
    #[must_use]
    pub fn column(self, header: &str) -> Option<Column> {
        // Without a remark: `Type (optional)`.
        self.column_called(header).or_else(|| self.column_called(header.split_once(['(', '（'])?.0))
    }

    fn column_called(self, header: &str) -> Option<Column> {
        let header = fold(header);
        let find = |table: &'v Table, header: &String| {
            table.columns.iter().find(|(_, words)| words.contains(header)).map(|(column, _)| *column)
        };
        find(self.english, &header).or_else(|| find(self.localized?, &narrow(&header)))
    }
}
