//! Owns the answers of the documentation: a service in this process that returns the documented example of each
//! operation.
//!
//! It reads the file that `cargo xtask examples` writes, and no documentation.

use super::base64;
use super::error::Error;
use super::in_process::{InProcess, InProcessResult};
use bytes::Bytes;
use http::header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION};
use http::{Request, Response, StatusCode};
use percent_encoding::percent_decode_str;
use routes::{Found, Routes};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead, BufReader};
use std::path::Path;

mod routes;

/// What the first line of a file says.
const FORMAT: &str = "graph-examples/1";
/// The maximum number of parts in a batch.
const MAX_PARTS: usize = 20;
/// Marks the next link of an example, so that the page after it is the last one.
const LAST_PAGE: &str = "example-page=last";
const NEXT_LINK: &str = "@odata.nextLink";
const DELTA_LINK: &str = "@odata.deltaLink";
const SERVICE: &str = "https://graph.microsoft.com";
/// Which example it is; the service does not send it.
const DOCUMENTED_ON: HeaderName = HeaderName::from_static("documented-on");
/// Answers do not depend on the time or on chance.
const DATE: &str = "2020-01-01T00:00:00";
const REQUEST_ID: &str = "00000000-0000-0000-0000-000000000000";

/// The documented examples, as answers to requests.
///
/// `cargo xtask examples` of this crate's repository writes them to a file, from a copy of the documentation. The file is
/// not part of this crate, and must not be published: the licence of the documentation covers its examples.
///
/// - A request gets the status, the headers and the body of its operation's example. If there are several,
///   it is the one with the same query options, or else the one with the same path, or else the first.
/// - Values in the path and the body of a request do not matter.
/// - The header `documented-on` names the page and the line of the example, such as `user-get:81`.
/// - A next link leads to one further page without items, so that paging ends.
/// - The parts of a `$batch` are answered one by one.
/// - An unknown path is answered with status 404, a wrong method with 405, a malformed request with 400, and an
///   operation whose documentation shows no usable response with 501, all with an error like those of Microsoft Graph.
///
/// Use [`InProcess::from_examples`], or `answer` in a function of your own, to replace some answers:
///
/// ```
/// use msgraph::runtime::{Examples, InProcess};
/// use msgraph::{Client, StaticToken};
///
/// # let file = concat!(
/// #     r#"{"format":"graph-examples/1"}"#, "\n",
/// #     r#"{"operation":"GET /v1.0/me","request":{"url":"/me"},"response":{"status":200,"body":"{}"}}"#,
/// # );
/// # let examples = Examples::read(file.as_bytes())?;
/// # let _ = |file: &str| {
/// let examples = Examples::open(file)?;
/// # Ok::<_, msgraph::Error>(examples)
/// # };
/// let service = InProcess::new(move |request| match request.uri().path() {
///     "/v1.0/me" => InProcess::json(200, r#"{"displayName":"Adele"}"#),
///     _ => examples.answer(&request),
/// });
/// let client = Client::builder(StaticToken::new("a token")).transport(service).build()?;
/// # Ok::<(), msgraph::Error>(())
/// ```
pub struct Examples {
    routes: Routes,
    operations: Vec<Known>,
    /// What a redirect leads to, by its target.
    targets: BTreeMap<String, Answer>,
}

/// An operation, perhaps without examples.
struct Known {
    /// `GET /v1.0/users/{id}`
    name: String,
    examples: Vec<Example>,
}

struct Example {
    /// Without the query.
    path: String,
    options: Vec<String>,
    answer: Answer,
}

#[derive(Clone)]
struct Answer {
    status: StatusCode,
    headers: http::HeaderMap,
    body: Bytes,
}

impl InProcess {
    /// A transport that answers each request with the documented example of its operation; see [`Examples`].
    ///
    /// ```no_run
    /// use msgraph::runtime::InProcess;
    /// use msgraph::{Client, StaticToken};
    ///
    /// let service = InProcess::from_examples("target/graph-examples.jsonl")?;
    /// let client = Client::builder(StaticToken::new("a token")).transport(service).build()?;
    /// # Ok::<(), msgraph::Error>(())
    /// ```
    ///
    /// Error: as for [`Examples::open`].
    pub fn from_examples(file: impl AsRef<Path>) -> Result<InProcess, Error> {
        let examples = Examples::open(file)?;
        Ok(InProcess::new(move |request| examples.answer(&request)))
    }

    /// The same with the text of such a file: one JSON object per line, first the format, then the examples.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), msgraph::Error> {
    /// use msgraph::runtime::{InProcess, Operation, Path, Request, Version};
    /// use msgraph::{Client, StaticToken};
    /// use serde_json::Value;
    ///
    /// let text = r#"{"format":"graph-examples/1"}
    /// {"operation":"GET /v1.0/lamps/{id}","request":{"url":"/v1.0/lamps/7"},"response":{"status":200,"body":"{\"on\":true}"}}
    /// "#;
    /// let service = InProcess::from_examples_text(text)?;
    /// let client = Client::builder(StaticToken::new("a token")).transport(service).build()?;
    ///
    /// const GET: Operation = Operation::new("GET /v1.0/lamps/{id}");
    /// let lamp = Request::<Value>::new(GET, Path::root(Version::V1_0).segment("lamps").key("mine"));
    /// assert_eq!(client.send(lamp).await?["on"], true);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Error: as for [`Examples::read`].
    pub fn from_examples_text(text: &str) -> Result<InProcess, Error> {
        let examples = Examples::read(text.as_bytes())?;
        Ok(InProcess::new(move |request| examples.answer(&request)))
    }
}

impl Examples {
    /// Reads a file that `cargo xtask examples` wrote.
    ///
    /// Error: [`Error::Configuration`] if the file cannot be read or has another format.
    pub fn open(file: impl AsRef<Path>) -> Result<Examples, Error> {
        let file = file.as_ref();
        let wrong = |error| wrong(format!("{}: {error}; `cargo xtask examples` writes it", file.display()));
        Examples::read(BufReader::new(std::fs::File::open(file).map_err(wrong)?))
    }

    /// Reads the content of such a file.
    ///
    /// Error: [`Error::Configuration`] if it cannot be read or has another format. The message has the number of the line,
    /// but none of its content.
    pub fn read(text: impl BufRead) -> Result<Examples, Error> {
        let mut examples = Examples { routes: Routes::new(), operations: Vec::new(), targets: BTreeMap::new() };
        let mut is_first = true;
        for (at, line) in text.lines().enumerate() {
            let faulty = |problem: &str| wrong(format!("line {} of the examples {problem}", at + 1));
            let line = line.map_err(|error| faulty(&format!("cannot be read: {error}")))?;
            if line.trim().is_empty() {
                continue;
            }
            let mut record: Value = serde_json::from_str(&line).map_err(|_| faulty("is not JSON"))?;
            if std::mem::take(&mut is_first) {
                if record["format"] != FORMAT {
                    return Err(faulty(&format!("does not have the format {FORMAT}")));
                }
                continue;
            }
            examples.add(&mut record).ok_or_else(|| faulty("is not an example"))?;
        }
        if is_first {
            return Err(wrong(format!("the examples are empty; the first line has the format {FORMAT}")));
        }
        Ok(examples)
    }

    fn add(&mut self, record: &mut Value) -> Option<()> {
        let name = record["operation"].as_str()?;
        let (method, template) = name.split_once(' ')?;
        let at = match self.routes.get(method, template) {
            Some(at) => at,
            None => {
                self.routes.add(method, template, self.operations.len()).ok()?;
                self.operations.push(Known { name: name.to_owned(), examples: Vec::new() });
                self.operations.len() - 1
            }
        };
        if record["response"].is_null() {
            return Some(());
        }
        let url = record["request"]["url"].as_str().unwrap_or_default();
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let (path, options) = (path.to_owned(), option_names(query));
        let mut answer = Answer::read(record["response"].take())?;
        if let (Some(page), Some(line)) = (record["page"].as_str(), record["line"].as_u64())
            && let Ok(place) = HeaderValue::try_from(format!("{page}:{line}"))
        {
            answer.headers.insert(DOCUMENTED_ON, place);
        }
        let then = record["then"].take();
        if let (Some(target), false) = (answer.headers.get(LOCATION), then.is_null()) {
            let target = target.to_str().ok()?.to_owned();
            self.targets.insert(target, Answer::read(then)?);
        }
        self.operations.get_mut(at)?.examples.push(Example { path, options, answer });
        Some(())
    }

    /// The number of operations that are answered with an example.
    pub fn len(&self) -> usize {
        self.operations.iter().filter(|known| !known.examples.is_empty()).count()
    }

    /// Whether no operation has an example.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The documented answer to a request.
    ///
    /// Error: none; requests that the documentation does not answer get an error with a status, as from the service.
    pub fn answer(&self, request: &Request<Bytes>) -> InProcessResult {
        let (method, path) = (request.method().as_str(), request.uri().path());
        if let ("POST", true) = (method, path.ends_with("/v1.0/$batch") || path.ends_with("/beta/$batch")) {
            return Ok(self.batch(request));
        }
        if let Some(answer) = self.targets.get(&request.uri().to_string()) {
            return Ok(answer.response());
        }
        let at = match self.routes.find(method, path) {
            Found::Operation(at) => at,
            Found::Malformed(problem) => return Ok(error(request, 400, "BadRequest", problem)),
            Found::Unknown(segment) => {
                let message = format!("Resource not found for the segment '{segment}'.");
                return Ok(error(request, 404, "ResourceNotFound", &message));
            }
            Found::OtherMethods(methods) => {
                let message = format!("The path does not have the method {method}, only {methods}.");
                let mut answer = error(request, 405, "MethodNotAllowed", &message);
                if let Ok(methods) = HeaderValue::try_from(methods) {
                    answer.headers_mut().insert(ALLOW, methods);
                }
                return Ok(answer);
            }
        };
        let Some(known) = self.operations.get(at) else { return InProcess::status(500) };
        Ok(match known.best(request) {
            Some(example) => example.answer.to(request),
            None => {
                let message = format!("The documentation of {} shows no response that can be used.", known.name);
                error(request, 501, "NotImplemented", &message)
            }
        })
    }

    /// The answers to the parts of a batch.
    ///
    /// Source: <https://learn.microsoft.com/graph/json-batching>.
    fn batch(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let content: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let Some(parts) = content["requests"].as_array().filter(|parts| (1..=MAX_PARTS).contains(&parts.len())) else {
            return error(request, 400, "BadRequest", "A batch has from 1 to 20 requests.");
        };
        let (prefix, _) = request.uri().path().rsplit_once('/').unwrap_or_default();
        let mut answers: Vec<Value> = Vec::new();
        for part in parts {
            let depends = part["dependsOn"].as_array().map(Vec::as_slice).unwrap_or_default();
            let has_failed = |id: &Value| {
                !answers
                    .iter()
                    .any(|answer| answer["id"] == *id && answer["status"].as_u64().is_some_and(|status| status < 400))
            };
            let answer = match part_request(request, prefix, part) {
                None => error(request, 400, "BadRequest", "The part of the batch is not a request."),
                Some(_) if depends.iter().any(has_failed) => {
                    error(request, 424, "FailedDependency", "A request that this one depends on failed.")
                }
                Some(inner) => match self.answer(&inner) {
                    Ok(answer) => answer,
                    Err(_) => error(request, 500, "InternalServerError", "There is no answer."),
                },
            };
            answers.push(part_answer(&part["id"], &answer));
        }
        response(200, json!({ "responses": answers }))
    }
}

impl Known {
    /// The example with the same query options, or else one whose options the request has too; among equals, the one
    /// with the same path, then the first.
    fn best(&self, request: &Request<Bytes>) -> Option<&Example> {
        let options = option_names(request.uri().query().unwrap_or_default());
        let path = request.uri().path();
        let rank = |example: &Example| {
            let is_same = example.options == options;
            let shared = match example.options.iter().all(|option| options.contains(option)) {
                true => example.options.len(),
                false => 0,
            };
            (is_same, shared, example.path == path)
        };
        // Of several greatest elements, `max_by_key` returns the last one.
        self.examples.iter().rev().max_by_key(|example| rank(example))
    }
}

impl Answer {
    fn read(mut response: Value) -> Option<Answer> {
        let status = u16::try_from(response["status"].as_u64()?).ok()?;
        let mut headers = http::HeaderMap::new();
        for (name, value) in response["headers"].as_object().into_iter().flatten() {
            let name = HeaderName::from_bytes(name.as_bytes());
            // The documentation has placeholders, which are not always values of a header.
            if let (Ok(name), Some(Ok(value))) = (name, value.as_str().map(HeaderValue::from_str))
                && name != CONTENT_LENGTH
            {
                headers.insert(name, value);
            }
        }
        let body = match response["body"].take() {
            Value::String(text) => Bytes::from(text),
            _ => Bytes::new(),
        };
        if !body.is_empty() && !headers.contains_key(CONTENT_TYPE) && body.starts_with(b"{") {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Some(Answer { status: StatusCode::from_u16(status).ok()?, headers, body })
    }

    fn response(&self) -> Response<Bytes> {
        let mut response = Response::new(self.body.clone());
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers.clone();
        response
    }

    /// With links to the service of the request.
    fn to(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let mut response = self.response();
        let origin = origin(request);
        let location = self.headers.get(LOCATION).and_then(|location| location.to_str().ok());
        if let Some(rest) = location.and_then(|location| location.strip_prefix(SERVICE))
            && rest.starts_with('/')
            && let Ok(location) = HeaderValue::try_from(format!("{origin}{rest}"))
        {
            response.headers_mut().insert(LOCATION, location);
        }
        if let Some(page) = self.page(request, &origin) {
            *response.body_mut() = page;
        }
        response
    }

    /// The body with other links, if it has any.
    fn page(&self, request: &Request<Bytes>, origin: &str) -> Option<Bytes> {
        let has = |name: &str| self.body.windows(name.len()).any(|part| part == name.as_bytes());
        if !has(NEXT_LINK) && !has(DELTA_LINK) {
            return None;
        }
        let mut page: Map<String, Value> = serde_json::from_slice(&self.body).ok()?;
        let query = request.uri().query().unwrap_or_default();
        let is_last = query.split('&').any(|option| option == LAST_PAGE);
        if is_last && page.contains_key(NEXT_LINK) {
            page.insert(String::from("value"), Value::Array(Vec::new()));
            page.remove(NEXT_LINK);
        }
        let path = request.uri().path();
        for (name, mark) in [(NEXT_LINK, LAST_PAGE), (DELTA_LINK, "")] {
            let Some(link) = page.get(name).and_then(Value::as_str) else { continue };
            let documented = link.split_once('?').map_or("", |(_, query)| query);
            let mut options: Vec<_> = documented.split('&').filter(|option| !option.is_empty()).map(encoded).collect();
            if !mark.is_empty() {
                options.push(mark.to_owned());
            }
            page.insert(name.to_owned(), format!("{origin}{path}?{}", options.join("&")).into());
        }
        serde_json::to_vec(&page).ok().map(Bytes::from)
    }
}

/// The names of query options, decoded and sorted; ours is none of them.
fn option_names(query: &str) -> Vec<String> {
    let options = query.split('&').filter(|option| !option.is_empty() && *option != LAST_PAGE);
    let names = options.map(|option| option.split('=').next().unwrap_or_default());
    let mut names: Vec<_> =
        names.map(|name| percent_decode_str(name.trim()).decode_utf8_lossy().to_lowercase()).collect();
    names.sort_unstable();
    names
}

/// What the documentation shows may have characters that a URL has not.
fn encoded(option: &str) -> String {
    let mut text = String::with_capacity(option.len());
    for byte in option.bytes() {
        match byte {
            b'!' | b'$' | b'%'..=b';' | b'=' | b'?' | b'@' | b'_' | b'~' => text.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => text.push(char::from(byte)),
            byte => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

/// `https://graph.microsoft.com`
fn origin(request: &Request<Bytes>) -> String {
    match (request.uri().scheme_str(), request.uri().authority()) {
        (Some(scheme), Some(authority)) => format!("{scheme}://{authority}"),
        _ => SERVICE.to_owned(),
    }
}

/// The request in a part of a batch.
fn part_request(request: &Request<Bytes>, prefix: &str, part: &Value) -> Option<Request<Bytes>> {
    part["id"].as_str()?;
    let url = part["url"].as_str()?.trim_start_matches('/');
    let body = match &part["body"] {
        Value::Null => Bytes::new(),
        Value::String(text) => Bytes::from(base64::decode(text)?),
        body => Bytes::from(body.to_string()),
    };
    let mut inner = Request::new(body);
    *inner.method_mut() = part["method"].as_str()?.parse().ok()?;
    *inner.uri_mut() = format!("{}{prefix}/{url}", origin(request)).parse().ok()?;
    Some(inner).filter(|inner| !inner.uri().path().ends_with("/$batch"))
}

fn part_answer(id: &Value, answer: &Response<Bytes>) -> Value {
    let headers = answer.headers().iter();
    let headers = headers.filter_map(|(name, value)| Some((name.to_string(), Value::from(value.to_str().ok()?))));
    let headers: Map<String, Value> = headers.collect();
    let mut part = json!({ "id": id, "status": answer.status().as_u16(), "headers": headers });
    if !answer.body().is_empty() {
        let body = serde_json::from_slice(answer.body());
        part["body"] = body.unwrap_or_else(|_| Value::from(base64::encode(answer.body())));
    }
    part
}

/// An error in the shape of Microsoft Graph.
///
/// Source: <https://learn.microsoft.com/graph/errors>.
fn error(request: &Request<Bytes>, status: u16, code: &str, message: &str) -> Response<Bytes> {
    let id = request.headers().get("client-request-id").and_then(|id| id.to_str().ok()).unwrap_or(REQUEST_ID);
    let inner = json!({ "date": DATE, "request-id": REQUEST_ID, "client-request-id": id });
    response(status, json!({ "error": { "code": code, "message": message, "innerError": inner } }))
}

fn response(status: u16, body: Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn wrong(message: String) -> Error {
    Error::Configuration { message }
}

impl fmt::Debug for Examples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Examples").field("operations", &self.len()).finish_non_exhaustive()
    }
}
