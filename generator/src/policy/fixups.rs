//! `fixups.toml`: corrections of mistakes that pages make.
//!
//! Types are written as in the printed model: `String`, `team`, `Collection(team)`.

use serde::Deserialize;

use crate::model::facts::ApiVersion;

/// A correction of a request template.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestFixup {
    /// Page path, starting with `api-reference/`.
    pub page: String,
    /// `METHOD path` as on the page; empty if the template is missing.
    pub expect: String,
    /// The correct `METHOD path`; empty to leave the operation out.
    pub set: String,
    #[serde(rename = "reason")]
    _reason: String,
    /// Where the mistake was reported.
    #[serde(default, rename = "upstream")]
    _upstream: String,
}

/// A correction of the type of a property.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PropertyFixup {
    /// Page path, starting with `api-reference/`.
    pub page: String,
    /// The type that the page describes, without `microsoft.graph.`.
    #[serde(rename = "type")]
    pub ty: String,
    pub name: String,
    /// The type on the page.
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
    /// The members that a page lists, in order.
    pub expect: Vec<String>,
    pub set: Vec<String>,
    #[serde(rename = "reason")]
    _reason: String,
    #[serde(rename = "evidence")]
    _evidence: String,
    #[serde(default, rename = "upstream")]
    _upstream: String,
}

/// A correction of the response of operations.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponseFixup {
    /// Page path, starting with `api-reference/`.
    pub page: String,
    /// `METHOD path` of one template of the page; if it is missing, the fixup applies to all.
    #[serde(default)]
    pub request: Option<String>,
    /// The response of the page, as in the printed model: a type, or `nothing`.
    pub expect: String,
    pub set: String,
    #[serde(rename = "reason")]
    _reason: String,
    #[serde(rename = "evidence")]
    _evidence: String,
    #[serde(default, rename = "upstream")]
    _upstream: String,
}

/// A correction of one page.
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
