//! Compares the documented examples with the model: does each URL lead to an operation, and does everything
//! in requests and responses have a type?
//!
//! It is a referee: it only reports, and no fact comes from here. It has its own matcher for URLs, and expects
//! the same of JSON as the generated client. Findings have names and places, never content.

mod answers;
mod body;
mod causes;
mod exchange;
mod json;
mod record;
mod routes;
mod sample;
mod schema;
mod totals;

use std::collections::BTreeMap;

use crate::model::api::{Api, Operation, Origin, Segment};
use crate::model::documented::{DocumentedExample, ShownResponse};
use crate::model::facts::ApiVersion;
use crate::source::PagePath;
use exchange::Outcome;
use routes::{Found, Routes, Url};
use schema::Schema;

pub use answers::{Answer, Answered, Unusable, answers as examples_as_answers, request_address, request_body};
pub use causes::{Cause, Weight};
pub use record::{Change, Record, SAMPLE, read_sample, write_sample};
pub use sample::sample;
pub use totals::{Area, Totals, totals};

/// The result of one example.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub page: PagePath,
    pub version: ApiVersion,
    /// The line of the request.
    pub line: u32,
    /// The first segment of the path.
    pub area: String,
    pub answered_by: AnsweredBy,
    /// The origin of the operation that it reaches.
    pub origin: Option<Origin>,
    /// The number of properties with a type, including nested ones.
    pub typed: usize,
    pub untyped: usize,
    /// Whether the response wraps its properties in one more object than the type, as Intune pages
    /// do.
    pub is_wrapped: bool,
    pub misses: Vec<Miss>,
}

/// The page that owns the operation that an example reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnsweredBy {
    Nobody,
    /// The page of the example.
    OwnPage,
    /// Another page, but the page of the example also documents it.
    SharedPage,
    /// An unrelated page.
    OtherPage,
}

/// One cause and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    pub line: u32,
    pub cause: Cause,
    /// Names only, never content of the page.
    pub detail: String,
}

impl Verdict {
    /// Whether an operation has the URL, and everything has a type.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        !self.misses.iter().any(|miss| miss.cause.weight() != Weight::Note)
    }

    /// Whether a body is not JSON, so that it was not checked.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.has(Weight::Broken)
    }

    /// Whether the client would return an error.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        self.has(Weight::Unreadable)
    }

    fn has(&self, weight: Weight) -> bool {
        self.misses.iter().any(|miss| miss.cause.weight() == weight)
    }
}

/// Compares all examples with the model; the verdicts have the order of the examples.
#[must_use]
pub fn conform(api: &Api, examples: &[DocumentedExample]) -> Vec<Verdict> {
    let versions: BTreeMap<_, _> =
        api.versions.iter().map(|(version, model)| (*version, (Routes::of(model), Schema::of(model)))).collect();
    let verdict = |example: &DocumentedExample| {
        let (routes, schema) = versions.get(&example.version)?;
        Some(judge(example, routes, schema))
    };
    examples.iter().filter_map(verdict).collect()
}

fn judge<'m>(example: &DocumentedExample, routes: &Routes<'m>, schema: &Schema<'m>) -> Verdict {
    let DocumentedExample { page, version, request, responses, stated } = example;
    let url = Url::parse(&request.url);
    let mut verdict = Verdict {
        page: page.clone(),
        version: *version,
        line: request.line,
        area: url.area().unwrap_or("other").to_owned(),
        answered_by: AnsweredBy::Nobody,
        origin: None,
        typed: 0,
        untyped: 0,
        is_wrapped: false,
        misses: Vec::new(),
    };
    let mut miss = |line, cause, detail| verdict.misses.push(Miss { line, cause, detail });
    for (shown, status) in answers(responses).filter_map(|shown| Some((shown, shown.status?))) {
        let is_named = stated.is_empty() || stated.contains(&status);
        if matches!(status, 200..=399) && !is_named && !follows_redirect(responses, shown) {
            let named: Vec<_> = stated.iter().map(u16::to_string).collect();
            miss(shown.line, Cause::Status, format!("{status} is shown, but the text names {}", named.join(", ")));
        }
    }
    let operation = match routes.find(request.method, &url) {
        Found::Operation(operation) => operation,
        Found::OtherMethod(path) => {
            miss(request.line, Cause::UrlMethod, format!("{} {path}", request.method.as_str()));
            return verdict;
        }
        Found::Unknown(known) => {
            miss(request.line, Cause::UrlUnknown, format!("{} {known}", request.method.as_str()));
            return verdict;
        }
    };
    for option in url.query.iter().filter(|option| is_refused(operation, option)) {
        miss(request.line, Cause::QueryOption, (*option).to_owned());
    }
    verdict.answered_by = answered_by(operation, page);
    verdict.origin = Some(operation.origin);
    if let Some(Segment::Name(name)) = operation.path.segments.first() {
        verdict.area.clone_from(name);
    }
    verdict.take(exchange::request(request, operation, schema), request.line);
    for shown in answers(responses) {
        verdict.take(exchange::response(shown, &operation.response, schema), shown.line);
    }
    verdict
}

impl Verdict {
    fn take(&mut self, outcome: Outcome, line: u32) {
        self.typed += outcome.typed;
        self.untyped += outcome.untyped;
        self.is_wrapped |= outcome.is_wrapped;
        self.misses.extend(outcome.causes.into_iter().map(|(cause, detail)| Miss { line, cause, detail }));
    }
}

/// The responses that the client sees: it follows a redirect to the response after it. A file at the target
/// is downloaded, even if the operation can also return JSON.
fn answers(responses: &[ShownResponse]) -> impl Iterator<Item = &ShownResponse> {
    let last = responses.len().saturating_sub(1);
    let answers = responses.iter().enumerate().filter(move |(at, shown)| *at == last || !is_redirect(shown));
    answers.map(|(_, shown)| shown).filter(|shown| !(is_file(shown) && follows_redirect(responses, shown)))
}

fn is_file(shown: &ShownResponse) -> bool {
    let content_type = shown.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    content_type.is_some_and(|(_, media_type)| !media_type.contains("json"))
}

fn is_redirect(shown: &ShownResponse) -> bool {
    matches!(shown.status, Some(300..=399))
}

/// Whether a response comes from another address after a redirect, which the text about the operation
/// does not describe.
fn follows_redirect(responses: &[ShownResponse], shown: &ShownResponse) -> bool {
    responses.iter().take_while(|earlier| earlier.line < shown.line).any(is_redirect)
}

fn answered_by(operation: &Operation, page: &PagePath) -> AnsweredBy {
    if operation.page == *page {
        AnsweredBy::OwnPage
    } else if operation.also_on.contains(page) {
        AnsweredBy::SharedPage
    } else {
        AnsweredBy::OtherPage
    }
}

/// Whether the page says that its operation does not support an option.
fn is_refused(operation: &Operation, option: &str) -> bool {
    let options = &operation.query_options;
    option.starts_with('$') && options.in_general == Some(false) && !options.named.iter().any(|named| named == option)
}
