//! Words of titles and headings.

use serde::Deserialize;

use super::Words;
use super::slug_pattern::SlugPattern;

/// The subject of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Permissions,
    HttpRequest,
    RequestHeaders,
    QueryParameters,
    FunctionParameters,
    PathParameters,
    RequestBody,
    RequestParameters,
    Response,
    Request,
    Example,
    Errors,
    SeeAlso,
    Remarks,
    Properties,
    Relationships,
    Methods,
    Members,
    JsonRepresentation,
}

/// What an operation does, according to the title of its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TitleKind {
    List,
    Get,
    Create,
    Update,
    Delete,
    Action,
    Function,
    /// `user: sendMail`: a bound action or function.
    Bound,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SectionRow {
    role: Role,
    slugs: Vec<SlugPattern>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TitleRow {
    kind: TitleKind,
    #[serde(default)]
    starts: Vec<String>,
    #[serde(default)]
    ends: Vec<String>,
    #[serde(default)]
    contains: Vec<String>,
}

impl<'v> Words<'v> {
    /// The role of a section, by the English slug of its heading.
    #[must_use]
    pub fn section_role(self, slug: &str) -> Option<Role> {
        self.english
            .section
            .iter()
            .find(|row| row.slugs.iter().any(|pattern| pattern.matches(slug)))
            .map(|row| row.role)
    }

    /// What an operation does, according to a title: the English H1 or its slug.
    #[must_use]
    pub fn title_kind(self, title: &str) -> Option<TitleKind> {
        let title = title.trim().to_ascii_lowercase();
        let rows = &self.english.title;
        let bound = rows
            .iter()
            .filter(|row| !row.ends.is_empty() || !row.contains.is_empty())
            .chain(rows.iter().filter(|row| !row.starts.is_empty()));
        bound
            .into_iter()
            .find(|row| {
                row.ends.iter().any(|word| title.ends_with(word.as_str()))
                    || row.contains.iter().any(|word| title.contains(word.as_str()))
                    || row.starts.iter().any(|word| title.starts_with(word.as_str()))
            })
            .map(|row| row.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::tests::english;

    #[test]
    fn sections() {
        let vocab = english();
        let words = vocab.words("en-US");
        for (slug, role) in [
            ("permissions", Some(Role::Permissions)),
            ("permissions-acting-on-self", Some(Role::Permissions)),
            ("http-requests", Some(Role::HttpRequest)),
            ("optional-query-parameters", Some(Role::QueryParameters)),
            ("response", Some(Role::Response)),
            ("request-headers", Some(Role::RequestHeaders)),
            ("request-body", Some(Role::RequestBody)),
            ("example-2-list-parts", Some(Role::Example)),
            ("for-users", None),
        ] {
            assert_eq!(words.section_role(slug), role, "{slug}");
        }
    }

    #[test]
    fn titles() {
        let vocab = english();
        let words = vocab.words("en");
        assert_eq!(words.title_kind("sync action"), Some(TitleKind::Action));
        assert_eq!(words.title_kind("user: sendMail"), Some(TitleKind::Bound));
        assert_eq!(words.title_kind("List users"), Some(TitleKind::List));
        assert_eq!(words.title_kind("listing"), None);
    }
}
