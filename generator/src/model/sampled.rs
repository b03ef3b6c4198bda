//! A sample of the documented examples as facts: the operation, and the names of the properties it sends and
//! receives. Tests of the client are generated from it, so that model and code cannot drift apart.

use serde::{Deserialize, Serialize};

use super::facts::ApiVersion;

/// An example whose every property has a type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampledExample {
    pub version: ApiVersion,
    /// `GET /users/{id}`
    pub operation: String,
    /// The stem of its page.
    pub page: String,
    pub status: u16,
    pub shape: ResponseShape,
    /// The outermost properties of the request body that its declared type has, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sends: Vec<String>,
    /// The same for the response, or the first item of its list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub receives: Vec<String>,
}

/// What a response is decoded as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResponseShape {
    Nothing,
    Bytes,
    Count,
    Json,
    List,
    Structure,
    /// A single value that is not a structure.
    Single,
}

/// The identity of an operation, without the names of its keys: `get /users/{}`.
#[must_use]
pub fn operation_key(operation: &str) -> String {
    let mut key = String::with_capacity(operation.len());
    let mut rest = operation;
    while let Some((before, after)) = rest.split_once('{') {
        key.push_str(before);
        key.push_str("{}");
        rest = after.split_once('}').map_or("", |(_, behind)| behind);
    }
    key.push_str(rest);
    key.make_ascii_lowercase();
    key
}
