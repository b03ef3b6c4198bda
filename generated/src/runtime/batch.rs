//! Owns sending many requests in few calls: `$batch`.
//!
//! Source: <https://learn.microsoft.com/graph/json-batching>.

use super::attempt::Step;
use super::base64;
use super::body::Body;
use super::client::{Client, decoded_reply};
use super::cloud::Cloud;
use super::error::{Error, ErrorBody, InvalidRequest, RedirectTarget};
use super::exchange::{Redirects, Run, Shared};
use super::granted::Granted;
use super::graph_error::GraphError;
use super::operation::{Operation, Version};
use super::path::Path;
use super::request::{Parts, Request};
use super::response::{FromResponse, decode};
use super::retry::{Attempts, Failure, RetryPolicy};
use super::trace::Trace;
use bytes::Bytes;
use serde_json::{Map, Value, json};
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

/// The maximum number of parts in a call.
const MAX_PARTS: usize = 20;

const BATCH_V1: Operation = Operation::new("POST /v1.0/$batch");
const BATCH_BETA: Operation = Operation::new("POST /beta/$batch");

/// Requests that are sent together. There is no limit: more than 20 are sent in several calls, one
/// after the other.
///
/// ```
/// # use msgraph::runtime::{Method, Operation, Path, Request, Version};
/// # use msgraph::{Client, Error};
/// # use serde_json::Value;
/// # const ME: Operation = Operation::new("GET /v1.0/me");
/// # const SEND: Operation = Operation::new("POST /v1.0/me/sendMail");
/// # async fn run(client: Client, me: Request<Value>, send: Request<()>) -> Result<(), Error> {
/// use msgraph::Batch;
///
/// let mut batch = Batch::new();
/// let me = batch.add(me);
/// let sent = batch.add_after(send, &[me.position()]);
/// let mut answers = client.send_batch(batch).await?;
/// let me = answers.take(me)?;
/// answers.take(sent)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct Batch {
    parts: Vec<Part>,
}

struct Part {
    request: Parts,
    after: Vec<usize>,
}

impl Part {
    /// The policy of this request, or else that of the client.
    fn policy<'p>(&'p self, shared: &'p Shared) -> &'p RetryPolicy {
        self.request.options.retry.as_ref().unwrap_or(&shared.retry)
    }

    fn is_idempotent(&self) -> bool {
        self.request.operation.method().is_idempotent()
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} after {:?}", Request::<()>::from_parts(self.request.clone()), self.after)
    }
}

/// Identifies the answer to a request of a batch, and the type that it is decoded as.
pub struct BatchKey<T> {
    position: usize,
    response: PhantomData<fn() -> T>,
}

impl<T> BatchKey<T> {
    /// The position of the request in the batch, from 0.
    pub fn position(&self) -> usize {
        self.position
    }
}

impl<T> Clone for BatchKey<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for BatchKey<T> {}

impl<T> fmt::Debug for BatchKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BatchKey({})", self.position)
    }
}

impl Batch {
    /// An empty batch.
    pub fn new() -> Batch {
        Batch::default()
    }

    /// Adds a request that can be carried out at any time.
    pub fn add<T>(&mut self, request: Request<T>) -> BatchKey<T> {
        self.add_after(request, &[])
    }

    /// Adds a request that is carried out after those at the given positions, and only if they
    /// succeeded; otherwise its answer is an error with status 424. Positions that are not before
    /// this one are a mistake, which is reported when the batch is sent.
    pub fn add_after<T>(&mut self, request: Request<T>, after: &[usize]) -> BatchKey<T> {
        let position = self.parts.len();
        self.parts.push(Part { request: request.into_parts(), after: after.to_vec() });
        BatchKey { position, response: PhantomData }
    }

    /// The number of requests.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Whether there are no requests.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    fn check(&self) -> Result<(), InvalidRequest> {
        for (position, Part { request, after }) in self.parts.iter().enumerate() {
            let wrong = |reason| Err(InvalidRequest::Batch { reason });
            request.path_and_query()?;
            if after.iter().any(|before| *before >= position) {
                return wrong("a request comes before the one that it depends on");
            }
            if request.link.is_some() {
                return wrong("a link is sent on its own");
            }
            if matches!(&request.body, Some(Body::Stream(_))) {
                return wrong("the content is a stream");
            }
        }
        Ok(())
    }
}

/// The answers to a batch, in the order of its requests.
pub struct BatchAnswers {
    answers: Vec<Option<Answer>>,
}

impl fmt::Debug for BatchAnswers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let statuses = self.answers.iter().map(|answer| answer.as_ref().map(|answer| answer.status));
        f.debug_list().entries(statuses).finish()
    }
}

struct Answer {
    operation: Operation,
    status: u16,
    headers: Vec<(String, String)>,
    body: Bytes,
    /// With status 403: the permissions in the token of the call.
    granted: Option<Granted>,
    cloud: Option<Cloud>,
    /// Why it is not known what the service answered.
    fault: Option<&'static str>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(sent, _)| sent.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    fn is_success(&self) -> bool {
        self.fault.is_none() && (200..300).contains(&self.status)
    }

    /// The answer to a request that was not carried out because one that it depends on was not.
    fn failed_dependency(operation: Operation) -> Answer {
        let error =
            json!({"error": {"code": "FailedDependency", "message": "a request that this one depends on failed"}});
        let headers = vec![(String::from("content-type"), String::from("application/json"))];
        Answer {
            operation,
            status: 424,
            headers,
            body: error.to_string().into(),
            granted: None,
            cloud: None,
            fault: None,
        }
    }

    fn decode<T: FromResponse>(self) -> Result<T, Error> {
        if let Some(fault) = self.fault {
            // The status is that of the call, which was accepted.
            return Err(Error::Decode { status: 200, message: fault.to_owned(), body: ErrorBody::new(self.body) });
        }
        if self.is_success() {
            let decoded = decode(self.operation.method(), self.status, self.header("content-type"), self.body.clone());
            return decoded.map_err(|error| Error::Decode {
                status: self.status,
                message: error.to_string(),
                body: ErrorBody::new(self.body),
            });
        }
        if matches!(self.status, 301 | 302 | 303 | 307 | 308) {
            let location = self.header("location").map(RedirectTarget::new);
            return Err(Error::Redirect { status: self.status, location });
        }
        let header = |name: &str| self.header(name).map(str::to_owned);
        let body = ErrorBody::new(self.body.clone());
        let mut error = GraphError::from_response(self.operation, self.status, &header, body);
        error.granted = self.granted;
        error.cloud = self.cloud;
        Err(Error::Graph(Box::new(error)))
    }
}

impl BatchAnswers {
    /// The answer to a request, decoded. It can be taken once.
    ///
    /// Error: [`Error::Graph`] if the service refused this request, regardless of the others;
    /// [`Error::Redirect`] for downloads; [`Error::Decode`]; [`Error::InvalidRequest`] if the answer
    /// was already taken or the key belongs to another batch.
    pub fn take<T: FromResponse>(&mut self, key: BatchKey<T>) -> Result<T, Error> {
        let answer = self.answers.get_mut(key.position).and_then(Option::take);
        answer.ok_or(InvalidRequest::Batch { reason: "there is no such answer, or it was taken" })?.decode()
    }

    /// The status of the answer at a position; `None` if there is no (clear) answer or it was taken.
    pub fn status(&self, position: usize) -> Option<u16> {
        let answer = self.answers.get(position)?.as_ref().filter(|answer| answer.fault.is_none())?;
        Some(answer.status)
    }

    /// The number of requests in the batch.
    pub fn len(&self) -> usize {
        self.answers.len()
    }

    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }
}

impl Client {
    /// Sends a batch: at most 20 requests per call, one call after the other, with separate calls
    /// for `v1.0` and `beta`.
    ///
    /// Failed parts are sent again without the others, according to their own retry policies or that of the client,
    /// after the longest wait that one of them needs; a part that must not wait that long keeps its answer. A whole call
    /// is repeated like any other request, according to the strictest policy of its parts: always if it was refused,
    /// otherwise only if all its parts are idempotent. Both count as attempts of the parts. A call ends after the
    /// shortest timeout of its parts, and its response may be as large as the largest `max_body`.
    ///
    /// Error: the error of a whole call; then it is unknown which of its requests were carried out, unless a call that
    /// only repeats parts was refused with 429: then these keep the answers that they have. Errors of single requests are
    /// in the answers.
    pub async fn send_batch(&self, batch: Batch) -> Result<BatchAnswers, Error> {
        batch.check()?;
        batch.parts.iter().for_each(|part| self.shared.warn_of_cloud(part.request.operation));
        let mut answers: Vec<Option<Answer>> = batch.parts.iter().map(|_| None).collect();
        let mut open: Vec<usize> = (0..batch.parts.len()).collect();
        while !open.is_empty() {
            let call = next_call(&batch, &mut open, &mut answers);
            if !call.is_empty() {
                self.send_call(&batch, call, &mut answers).await?;
            }
        }
        let cloud = self.shared.service.cloud();
        answers.iter_mut().flatten().for_each(|answer| answer.cloud = cloud);
        let token = self.shared.tokens.fresh(self.shared.transport.now());
        for answer in answers.iter_mut().flatten().filter(|answer| answer.status == 403) {
            answer.granted = token.as_ref().and_then(|kept| Granted::read(&kept.token));
        }
        Ok(BatchAnswers { answers })
    }

    /// Sends some parts until each has an answer.
    async fn send_call(
        &self,
        batch: &Batch,
        mut call: Vec<usize>,
        answers: &mut [Option<Answer>],
    ) -> Result<(), Error> {
        let shared = &self.shared;
        let mut attempts = Attempts::new(&shared.retry, false, shared.transport.now());
        loop {
            let request = call_request(shared, batch, &call);
            let mut run = Run::new(shared, &request, Redirects::Trusted)?.after(&attempts);
            let found: Value = match decoded_reply(&mut run).await {
                Ok(found) => found,
                // None of the parts was carried out this time, so the answers from before still hold.
                Err(Error::Graph(error)) if error.status == 429 && attempts.sent > 0 => return Ok(()),
                Err(error) => return Err(error),
            };
            attempts.continue_from(run.attempts());
            read_answers(batch, &call, &found, answers)?;
            for answer in call.iter().filter_map(|&position| answers[position].as_ref()) {
                let trace = Trace::new(answer.operation, "");
                trace.answered(attempts.sent, answer.status, || answer.header("request-id"));
            }
            let (again, wait) = parts_to_repeat(shared, batch, &call, answers, &attempts);
            if again.is_empty() {
                return Ok(());
            }
            shared.rest(&Trace::new(request.operation, ""), wait).await;
            call = again;
        }
    }
}

/// The parts that are sent again, after a wait that is long enough for all of them.
fn parts_to_repeat(
    shared: &Shared,
    batch: &Batch,
    call: &[usize],
    answers: &[Option<Answer>],
    attempts: &Attempts<'_>,
) -> (Vec<usize>, Duration) {
    let now = shared.transport.now();
    let attempts_of = |position: usize| {
        let part = &batch.parts[position];
        attempts.of_part(part.policy(shared), part.is_idempotent())
    };
    let clear = |position: usize| answers[position].as_ref().filter(|answer| answer.fault.is_none());
    let mut waits: Vec<(usize, Duration)> = Vec::new();
    for &position in call {
        let failure = |answer: &Answer| {
            let failure = Failure::Status(answer.status, answer.header("retry-after"));
            attempts_of(position).wait_after(failure, now)
        };
        waits.extend(clear(position).and_then(failure).map(|wait| (position, wait)));
    }
    // Without those that cannot wait for the others, the rest may need less.
    let longest = waits.iter().map(|(_, wait)| *wait).max().unwrap_or_default();
    waits.retain(|(position, _)| attempts_of(*position).allows(longest, now));
    let longest = waits.iter().map(|(_, wait)| *wait).max().unwrap_or_default();
    let mut again = Vec::new();
    for &position in call {
        let is_due = waits.iter().any(|(due, _)| *due == position);
        // It was not carried out because of one that is sent again.
        let follows = clear(position).is_some_and(|answer| answer.status == 424)
            && batch.parts[position].after.iter().any(|before| again.contains(before));
        if is_due || follows {
            again.push(position);
        }
    }
    (again, longest)
}

/// Takes the next parts that can go in one call: parts of one version that depend on no open part
/// outside the call. Parts that depend on a failed one get their answers here.
fn next_call(batch: &Batch, open: &mut Vec<usize>, answers: &mut [Option<Answer>]) -> Vec<usize> {
    let mut call: Vec<usize> = Vec::new();
    let mut version = None;
    open.retain(|&position| {
        let Part { request, after } = &batch.parts[position];
        let failed = |before: &usize| answers[*before].as_ref().is_some_and(|answer| !answer.is_success());
        if after.iter().any(failed) {
            answers[position] = Some(Answer::failed_dependency(request.operation));
            return false;
        }
        let is_ready = |before: &usize| answers[*before].is_some() || call.contains(before);
        let fits = call.len() < MAX_PARTS
            && version.is_none_or(|version| version == request.operation.version())
            && after.iter().all(is_ready);
        if fits {
            version = Some(request.operation.version());
            call.push(position);
        }
        !fits
    });
    call
}

fn call_request(shared: &Shared, batch: &Batch, call: &[usize]) -> Parts {
    let version = call.first().map_or(Version::V1_0, |first| batch.parts[*first].request.operation.version());
    let operation = match version {
        Version::V1_0 => BATCH_V1,
        Version::Beta => BATCH_BETA,
    };
    let requests: Vec<Value> = call.iter().map(|&position| part_json(batch, call, position)).collect();
    let request = Request::<()>::new(operation, Path::root(version).segment("$batch"));
    let mut parts = request.body(Body::Json(json!({ "requests": requests }))).into_parts();
    let covered = || call.iter().map(|&position| &batch.parts[position]);
    let options = &mut parts.options;
    options.step = Step::Batch;
    if shared.has_layers {
        options.covered = covered().map(|part| part.request.operation).collect();
    }
    // The call does to each part what a request of its own would do to it, so the strictest decides.
    options.idempotent = covered().all(|part| part.is_idempotent() || part.policy(shared).repeat_unsafe);
    let strictest = covered().map(|part| part.policy(shared).clone()).reduce(|all, one| all.stricter(&one));
    options.retry = strictest.map(|strictest| RetryPolicy { repeat_unsafe: false, ..strictest });
    options.timeout = covered().filter_map(|part| part.request.options.timeout).min();
    options.max_body =
        covered().filter_map(|part| part.request.options.max_body).max().map(|max| max.max(shared.max_body));
    parts
}

fn part_json(batch: &Batch, call: &[usize], position: usize) -> Value {
    let Part { request, after } = &batch.parts[position];
    let mut part = Map::new();
    part.insert(String::from("id"), position.to_string().into());
    part.insert(String::from("method"), request.operation.method().as_str().into());
    // Relative to the version. Mistakes in the request were reported before.
    let url = request.path_and_query().unwrap_or_default();
    let version = request.operation.version().as_str();
    let url = url.strip_prefix('/').and_then(|url| url.strip_prefix(version)).unwrap_or(&url);
    part.insert(String::from("url"), url.into());
    let mut headers: Map<String, Value> =
        request.headers.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    if let Some(body) = &request.body {
        if !headers.keys().any(|name| name.eq_ignore_ascii_case("content-type")) {
            headers.insert(String::from("Content-Type"), body.media_type().into());
        }
        let body = match body {
            Body::Json(value) => value.clone(),
            other => base64::encode(&other.to_bytes().unwrap_or_default()).into(),
        };
        part.insert(String::from("body"), body);
    }
    if !headers.is_empty() {
        part.insert(String::from("headers"), headers.into());
    }
    // Parts that were answered in an earlier call succeeded, otherwise this part would not be sent.
    let same_call: Vec<String> = after.iter().filter(|before| call.contains(before)).map(usize::to_string).collect();
    if !same_call.is_empty() {
        part.insert(String::from("dependsOn"), same_call.into());
    }
    part.into()
}

/// The answers come in any order.
fn read_answers(batch: &Batch, call: &[usize], found: &Value, answers: &mut [Option<Answer>]) -> Result<(), Error> {
    let Some(responses) = found["responses"].as_array() else {
        return Err(Error::Decode {
            status: 200,
            message: String::from("expected an object with the array `responses`"),
            body: ErrorBody::new(found.to_string().into()),
        });
    };
    let mut seen = vec![false; batch.parts.len()];
    for response in responses {
        let id = response["id"].as_str().and_then(|id| id.parse::<usize>().ok());
        let Some(position) = id.filter(|id| call.contains(id)) else { continue };
        let status = response["status"].as_u64().and_then(|status| u16::try_from(status).ok());
        let status = status.filter(|status| (100..600).contains(status));
        let mut answer = read_answer(batch.parts[position].request.operation, status.unwrap_or(0), response);
        if std::mem::replace(&mut seen[position], true) {
            answer.fault = Some("the batch has two answers to this request");
        } else if status.is_none() {
            answer.fault = Some("the answer in the batch has no HTTP status");
        }
        answers[position] = Some(answer);
    }
    for &position in call.iter().filter(|&&position| !seen[position]) {
        let mut answer = read_answer(batch.parts[position].request.operation, 0, &Value::Null);
        answer.fault = Some("the batch has no answer to this request");
        answers[position] = Some(answer);
    }
    Ok(())
}

/// Numbers are headers too (`"Retry-After": 5`).
fn header_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn read_answer(operation: Operation, status: u16, response: &Value) -> Answer {
    let headers: Vec<(String, String)> = match response["headers"].as_object() {
        Some(headers) => headers.iter().filter_map(|(name, value)| Some((name.clone(), header_text(value)?))).collect(),
        None => Vec::new(),
    };
    let mut answer = Answer { operation, status, headers, body: Bytes::new(), granted: None, cloud: None, fault: None };
    let media_type = answer.header("content-type").unwrap_or("application/json").to_ascii_lowercase();
    answer.body = match &response["body"] {
        Value::Null => Bytes::new(),
        // Binary content is base64; HTML from a gateway is text.
        Value::String(text) if !media_type.contains("json") => match base64::decode(text) {
            Some(bytes) if !media_type.starts_with("text/") => bytes.into(),
            _ => text.clone().into(),
        },
        body => body.to_string().into(),
    };
    answer
}
