//! The examples of a page, with requests and responses. Kept in memory only: the docs may not be committed,
//! so no part of a body is ever written to a file.

use super::facts::{ApiVersion, Method};
use crate::source::PagePath;

/// A request that a page shows, and the responses that follow it, usually one.
#[derive(Clone, Debug)]
pub struct DocumentedExample {
    pub page: PagePath,
    pub version: ApiVersion,
    pub request: ShownRequest,
    pub responses: Vec<ShownResponse>,
    /// The success statuses that the sentences of the page name.
    pub stated: Vec<u16>,
}

#[derive(Clone, Debug)]
pub struct ShownRequest {
    pub line: u32,
    pub method: Method,
    pub url: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

#[derive(Clone, Debug)]
pub struct ShownResponse {
    pub line: u32,
    /// `None` if the block is only a body.
    pub status: Option<u16>,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// The value of a header. A linear search will do for so few.
#[must_use]
pub fn header<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}
