//! `fixups.toml`: corrections of mistakes that pages make.
//!
//! Types are written as the model prints them: `String`, `team`, `Collection(team)`.

use serde::Deserialize;

use crate::model::facts::ApiVersion;

/// A correction of a request template.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestFixup {
    /// Page path, from `api-reference/` on.
    pub page: String,
    /// `METHOD path` as the page has it; empty when the template is missing.
    pub expect: String,
    /// `METHOD path` as it should be; empty to leave the operation out.
    pub set: String,
    #[serde(rename = "reason")]
    _reason: String,
    /// Where the fault was reported.
    #[serde(default, rename = "upstream")]
    _upstream: String,
}

/// A correction of the type of a property.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PropertyFixup {
    /// Page path, from `api-reference/` on.
    pub page: String,
    /// The type that the page describes, without `microsoft.graph.`.
    #[serde(rename = "type")]
    pub ty: String,
    pub name: String,
    /// The type as the page has it.
    pub expect: String,
    pub set: String,
    #[serde(rename = "reason")]
    _reason: String,
    #[serde(rename = "evidence")]
    _evidence: String,
    #[serde(default, rename = "upstream")]
    _upstream: String,
}

/// A correction of the members of an enumeration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnumFixup {
    pub version: ApiVersion,
    /// Without `microsoft.graph.`.
    #[serde(rename = "type")]
    pub ty: String,
    /// The members that a page lists, in its order.
    pub expect: Vec<String>,
    pub set: Vec<String>,
    #[serde(rename = "reason")]
    _reason: String,
    #[serde(rename = "evidence")]
    _evidence: String,
    #[serde(default, rename = "upstream")]
    _upstream: String,
}

/// A correction of what operations return.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponseFixup {
    /// Page path, from `api-reference/` on.
    pub page: String,
    /// `METHOD path` of one template of the page; without it, all are meant.
    #[serde(default)]
    pub request: Option<String>,
    /// The response of the page, as the model prints it: a type, or `nothing`.
    pub expect: String,
    pub set: String,
    #[serde(rename = "reason")]
    _reason: String,
    #[serde(rename = "evidence")]
    _evidence: String,
    #[serde(default, rename = "upstream")]
    _upstream: String,
}

/// A correction of what one page says.
pub(super) trait OfPage {
    fn page(&self) -> &str;
}

impl OfPage for RequestFixup {
    fn page(&self) -> &str {
        &self.page
    }
}

impl OfPage for PropertyFixup {
    fn page(&self) -> &str {
        &self.page
    }
}

impl OfPage for ResponseFixup {
    fn page(&self) -> &str {
        &self.page
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FixupFile {
    pub(super) request: Vec<RequestFixup>,
    pub(super) property: Vec<PropertyFixup>,
    pub(super) enum_members: Vec<EnumFixup>,
    pub(super) response: Vec<ResponseFixup>,
}
