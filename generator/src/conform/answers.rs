//! The examples as answers of a service: what `InProcess::from_examples` of the client returns.
//!
//! This is the only place that hands out content of pages. It is for a file on the user's disk, never for a
//! commit.

use std::collections::BTreeMap;

use super::causes::{Cause, Weight};
use super::routes::{Found, Routes, Url, split_query, without_host};
use super::{exchange, is_file, is_redirect, json};
use crate::conform::schema::Schema;
use crate::model::api::{Api, Operation, Response};
use crate::model::documented::{DocumentedExample, ShownRequest, ShownResponse, header};
use crate::model::facts::ApiVersion;

/// A longer body is not an answer.
const MAX_BODY: usize = 1 << 20;

/// An example, or why it cannot be used.
#[derive(Debug)]
pub struct Answered<'e> {
    pub example: &'e DocumentedExample,
    pub version: ApiVersion,
    /// Without the operation that it reaches, it answers nothing.
    pub operation: Option<&'e Operation>,
    pub answer: Result<Answer<'e>, Unusable>,
}

/// The response to a request.
#[derive(Debug)]
pub struct Answer<'e> {
    pub shown: &'e ShownResponse,
    /// 200 if the page shows only a body.
    pub status: u16,
    /// As shown, but without what only stands for something left out.
    pub body: String,
    /// The target of a redirect, if the page shows it.
    pub then: Option<Box<Answer<'e>>>,
    /// Why the client returns an error for it.
    pub unreadable: Vec<Cause>,
}

/// Why an example is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unusable {
    /// No operation has its URL and method.
    NoOperation,
    NoResponse,
    /// The body is not JSON, although it looks like it.
    Broken,
    TooLarge,
    /// The operation returns a number, as `/$count` does, but the page shows none.
    NoNumber,
}

impl Unusable {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoOperation => "no operation has the URL and method of the request",
            Self::NoResponse => "no response is shown",
            Self::Broken => "the body of the response is not JSON",
            Self::TooLarge => "the body of the response is too long",
            Self::NoNumber => "the operation returns a number, but none is shown",
        }
    }
}

/// All examples, in their order.
#[must_use]
pub fn answers<'e>(api: &'e Api, examples: &'e [DocumentedExample]) -> Vec<Answered<'e>> {
    let versions: BTreeMap<_, _> =
        api.versions.iter().map(|(version, model)| (*version, (Routes::of(model), Schema::of(model)))).collect();
    let answered = |example: &'e DocumentedExample| {
        let (routes, schema) = versions.get(&example.version)?;
        let operation = match routes.find(example.request.method, &Url::parse(&example.request.url)) {
            Found::Operation(operation) => Some(operation),
            Found::OtherMethod(_) | Found::Unknown(_) => None,
        };
        let answer = match operation {
            Some(operation) => answer(&example.responses, operation, schema),
            None => Err(Unusable::NoOperation),
        };
        Some(Answered { example, version: example.version, operation, answer })
    };
    examples.iter().filter_map(answered).collect()
}

/// The address of a request without its host, with the version: `/v1.0/users?$top=5`.
#[must_use]
pub fn request_address(shown: &ShownRequest, version: ApiVersion) -> String {
    let (path, query) = split_query(shown.url.trim());
    let path = without_host(path).trim_matches('/');
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let path = if ApiVersion::is_meant_by(first) { rest } else { path };
    let version = ApiVersion::from_segment(first).unwrap_or(version).segment();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("/{version}/{path}{mark}{query}")
}

/// The body of a request as JSON where it is that, without what only stands for something left out.
#[must_use]
pub fn request_body(shown: &ShownRequest) -> String {
    cleaned(&shown.body).unwrap_or_else(|_| shown.body.clone())
}

/// The first success, with the redirect that leads to it; otherwise the first redirect, then the first response.
fn answer<'e>(
    responses: &'e [ShownResponse],
    operation: &'e Operation,
    schema: &Schema<'e>,
) -> Result<Answer<'e>, Unusable> {
    let is_success = |shown: &ShownResponse| shown.status.is_none_or(|status| (200..300).contains(&status));
    let first = responses.iter().position(is_success);
    let redirect = responses.iter().position(is_redirect).filter(|at| first.is_none_or(|first| *at < first));
    let one = |shown: &'e ShownResponse| usable(shown, operation, schema);
    match (redirect, first) {
        (Some(redirect), Some(first)) => {
            let then = one(&responses[first])?;
            // What is behind the redirect is another address, which the type of the operation does not describe.
            let unreadable = if is_file(&responses[first]) { Vec::new() } else { then.unreadable.clone() };
            Ok(Answer { then: Some(Box::new(then)), unreadable, ..one(&responses[redirect])? })
        }
        (Some(at), None) | (None, Some(at)) => one(&responses[at]),
        (None, None) => one(responses.first().ok_or(Unusable::NoResponse)?),
    }
}

fn usable<'e>(shown: &'e ShownResponse, operation: &'e Operation, schema: &Schema<'e>) -> Result<Answer<'e>, Unusable> {
    if shown.body.len() > MAX_BODY {
        return Err(Unusable::TooLarge);
    }
    let is_success = shown.status.is_none_or(|status| (200..300).contains(&status));
    if is_success && matches!(operation.response, Response::Count) && shown.body.trim().parse::<i64>().is_err() {
        return Err(Unusable::NoNumber);
    }
    let found = exchange::response(shown, &operation.response, schema).causes;
    if found.iter().any(|(cause, _)| cause.weight() == Weight::Broken) {
        return Err(Unusable::Broken);
    }
    let is_error = |cause: &Cause| cause.weight() == Weight::Unreadable || *cause == Cause::ResponseMissing;
    let body = match header(&shown.headers, "content-type") {
        Some(media_type) if !media_type.contains("json") => shown.body.clone(),
        _ => cleaned(&shown.body).unwrap_or_else(|_| shown.body.clone()),
    };
    Ok(Answer {
        shown,
        status: shown.status.unwrap_or(200),
        body,
        then: None,
        unreadable: found.into_iter().map(|(cause, _)| cause).filter(is_error).collect(),
    })
}

/// JSON as it is; other text that only lacks what was left out, without that.
fn cleaned(text: &str) -> Result<String, json::Broken> {
    match json::parse(text) {
        Ok(_) if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() => Ok(text.trim().to_owned()),
        parsed => parsed.map(|value| value.to_string()),
    }
}
