//! Tests that all calls have the same attempts, and that a decorator of the transport sees each of them.

use crate::service::{BASE, client, client_with, fault, header, lines, response, run};
use bytes::Bytes;
use msgraph::runtime::{
    Attempt, BoxFuture, Fault, InProcess, InProcessResult, Path, Step, Transport, TransportBody, TransportResult,
    UploadSession,
};
use msgraph::{
    Additional, Batch, Body, Client, Collection, Error, Operation, Property, Request, RetryPolicy, SchemaType,
    StaticToken, Version,
};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

const LIST: Operation = Operation::new("GET /v1.0/boats");
const GET: Operation = Operation::new("GET /v1.0/boats/{id}");
const CREATE: Operation = Operation::new("POST /v1.0/boats");

fn boats() -> Path {
    Path::root(Version::V1_0).segment("boats")
}

fn boat(id: &str) -> Request<Value> {
    Request::new(GET, boats().key(id))
}

fn new_boat() -> Request<Value> {
    Request::new(CREATE, boats()).body(Body::Json(json!({"id": "x"})))
}

/// Writes down what it is told.
struct Notes<T> {
    inner: T,
    seen: Arc<Mutex<Vec<Attempt>>>,
}

impl<T: Transport> Transport for Notes<T> {
    fn send(&self, request: http::Request<TransportBody>) -> BoxFuture<'_, TransportResult> {
        let attempt = request.extensions().get::<Attempt>().expect("each attempt is described").clone();
        self.seen.lock().expect("not poisoned").push(attempt);
        self.inner.send(request)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.inner.sleep(duration)
    }

    fn now(&self) -> SystemTime {
        self.inner.now()
    }
}

fn noting(answers: Vec<InProcessResult>) -> (Client, Arc<Mutex<Vec<Attempt>>>) {
    let answers = Mutex::new(std::collections::VecDeque::from(answers));
    let service = InProcess::new(move |_| answers.lock().expect("not poisoned").pop_front().expect("another answer"));
    let seen = Arc::<Mutex<Vec<Attempt>>>::default();
    let notes = seen.clone();
    let builder = Client::builder(StaticToken::new("t")).transport(service);
    let client = builder.layer(move |inner| Notes { inner, seen: notes }).build().expect("is allowed");
    (client, seen)
}

#[test]
fn a_layer_sees_every_attempt() {
    let throttled = || response(429, &[("retry-after", "1")], "");
    let page = |next: &str| InProcess::json(200, format!(r#"{{"value":["a"]{next}}}"#));
    let (client, seen) = noting(vec![
        throttled(),
        response(302, &[("location", "/v1.0/boats/2")], ""),
        InProcess::json(200, "{}"),
        page(&format!(r#","@odata.nextLink":"{BASE}/v1.0/boats?$skip=1""#)),
        throttled(),
        page(""),
        InProcess::json(200, r#"{"responses":[{"id":"0","status":429},{"id":"1","status":201}]}"#),
        InProcess::json(200, r#"{"responses":[{"id":"0","status":200}]}"#),
        fault(Fault::Interrupted),
        InProcess::json(202, r#"{"nextExpectedRanges":["0-"]}"#),
        InProcess::json(201, r#"{"id":"done"}"#),
        response(202, &[("location", "/v1.0/boats/jobs/1")], ""),
        InProcess::json(200, r#"{"status":"completed"}"#),
        InProcess::status(200),
    ]);
    run(client.send(boat("1").header("client-request-id", "mine"))).expect("a success");
    run(client.items(Request::<Collection<String>>::new(LIST, boats())).collect()).expect("two pages");
    let mut batch = Batch::new();
    batch.add(boat("1"));
    batch.add(new_boat());
    run(client.send_batch(batch)).expect("answered");
    let mut upload = client.upload::<Value>(session(), Bytes::from_static(b"boat"));
    run(upload.send_all()).expect("complete");
    let mut monitor = run(client.start(new_boat())).expect("accepted");
    run(monitor.wait(Duration::from_secs(60))).expect("polled");
    run(client.download(boat("1"))).expect("a download");

    let seen = seen.lock().expect("not poisoned");
    let steps: Vec<_> = seen.iter().map(|attempt| (attempt.step, attempt.number, attempt.redirects)).collect();
    assert_eq!(
        steps,
        [
            (Step::Request, 1, 0),
            (Step::Request, 2, 0),
            (Step::Request, 3, 1),
            (Step::Page, 1, 0),
            (Step::Page, 1, 0),
            (Step::Page, 2, 0),
            (Step::Batch, 1, 0),
            (Step::Batch, 2, 0),
            (Step::UploadPiece, 1, 0),
            (Step::UploadSession, 2, 0),
            (Step::UploadPiece, 2, 0),
            (Step::Request, 1, 0),
            (Step::Poll, 1, 0),
            (Step::Download, 1, 0),
        ]
    );
    assert_eq!(seen[0].client_request_id, "mine");
    assert_eq!(seen[3].operation, LIST);
    assert_ne!(seen[3].client_request_id, seen[4].client_request_id);
    assert_eq!(seen[4].client_request_id, seen[5].client_request_id);
    assert_eq!((seen[6].operation.path(), &seen[6].parts[..]), ("/$batch", &[GET, CREATE][..]));
    assert_eq!(seen[7].parts, [GET]);
}

#[test]
fn without_a_layer_there_are_no_extensions() {
    let (client, sent) = client_with(|_| InProcess::json(200, "{}"));
    run(client.send(boat("1"))).expect("a success");
    assert!(sent.lock().expect("not poisoned")[0].extensions().is_empty(), "they allocate");
}

#[test]
fn the_last_layer_is_the_outermost() {
    struct Tag<T>(T, &'static str);
    impl<T: Transport> Transport for Tag<T> {
        fn send(&self, mut request: http::Request<TransportBody>) -> BoxFuture<'_, TransportResult> {
            request.headers_mut().append("x-way", http::HeaderValue::from_static(self.1));
            self.0.send(request)
        }

        fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
            self.0.sleep(duration)
        }
    }
    let service = InProcess::new(|request| {
        let way: Vec<_> = request.headers().get_all("x-way").iter().map(|name| name.to_str().expect("text")).collect();
        InProcess::json(200, json!(way).to_string())
    });
    // The transport can be set later.
    let builder = Client::builder(StaticToken::new("t")).layer(|inner| Tag(inner, "inner"));
    let client = builder.layer(|inner| Tag(inner, "outer")).transport(service).build().expect("is allowed");
    assert_eq!(run(client.send(boat("1"))).expect("a success"), json!(["outer", "inner"]));
}

/// Answers parts with a function of their ids and the number of the call, and keeps when calls came and what they had.
struct BatchService {
    client: Client,
    clock: Arc<InProcess>,
    calls: Arc<Mutex<Vec<Vec<String>>>>,
}

fn batch_service(answer: impl Fn(&str, usize) -> Value + Send + Sync + 'static) -> BatchService {
    let calls = Arc::<Mutex<Vec<Vec<String>>>>::default();
    let log = calls.clone();
    let clock = Arc::new(InProcess::new(move |request| {
        let batch: Value = serde_json::from_slice(request.body()).expect("JSON");
        let parts = batch["requests"].as_array().expect("parts");
        let ids: Vec<String> = parts.iter().map(|part| part["id"].as_str().expect("text").to_owned()).collect();
        let mut log = log.lock().expect("not poisoned");
        log.push(ids.clone());
        let responses: Vec<Value> = ids
            .iter()
            .filter_map(|id| {
                let mut response = answer(id, log.len());
                response.as_object()?;
                response["id"] = id.as_str().into();
                Some(response)
            })
            .collect();
        InProcess::json(200, json!({ "responses": responses }).to_string())
    }));
    let client = Client::builder(StaticToken::new("t")).transport(clock.clone()).build().expect("is allowed");
    BatchService { client, clock, calls }
}

impl BatchService {
    fn calls(&self) -> Vec<Vec<String>> {
        self.calls.lock().expect("not poisoned").clone()
    }
}

#[test]
fn all_forms_of_retry_after_count_in_a_batch() {
    for (value, least, most) in [
        (json!("3"), 3_000, 3_000),
        (json!("2.5"), 2_500, 2_500),
        (json!(4), 4_000, 4_000),
        (json!("-1"), 0, 0),
        (json!("Sun, 06 Nov 1994 08:49:37 GMT"), 0, 0),
        // Not stated: the first wait of the policy.
        (json!("soon"), 500, 1_000),
        (json!(null), 500, 1_000),
        (json!(["1"]), 500, 1_000),
    ] {
        for name in ["Retry-After", "retry-after"] {
            let stated = value.clone();
            let service = batch_service(move |_, call| match call {
                1 => json!({"status": 429, "headers": {name: stated}}),
                _ => json!({"status": 200, "body": {}}),
            });
            let before = service.clock.now();
            let mut batch = Batch::new();
            let key = batch.add(boat("1"));
            let mut answers = run(service.client.send_batch(batch)).expect("answered");
            answers.take(key).expect("a success");
            let waited = service.clock.now().duration_since(before).expect("later").as_millis();
            assert!((least..=most).contains(&waited), "{name} {value}: {waited}");
        }
    }
}

#[test]
fn parts_of_a_batch_have_their_own_policies() {
    let service = batch_service(|_, _| json!({"status": 503, "headers": {"Retry-After": "1"}}));
    let mut batch = Batch::new();
    batch.add(boat("0"));
    batch.add(boat("1").retry(RetryPolicy::never()));
    batch.add(boat("2").retry(RetryPolicy::default().with_max_attempts(2)));
    batch.add(new_boat().retry(RetryPolicy::default().with_max_attempts(6)));
    run(service.client.send_batch(batch)).expect("answered");
    assert_eq!(
        service.calls(),
        [vec!["0", "1", "2", "3"], vec!["0", "2", "3"], vec!["0", "3"], vec!["0", "3"], vec!["3"], vec!["3"]]
    );
    // What may have been carried out is not repeated, unless its policy says so.
    let service = batch_service(|_, _| json!({"status": 504}));
    let mut batch = Batch::new();
    batch.add(boat("0"));
    batch.add(new_boat());
    batch.add(new_boat().retry(RetryPolicy::default().with_repeat_unsafe(true)));
    run(service.client.send_batch(batch)).expect("answered");
    assert_eq!(service.calls(), [vec!["0", "1", "2"], vec!["0", "2"], vec!["0", "2"], vec!["0", "2"]]);
}

#[test]
fn a_part_that_must_not_wait_for_the_others_keeps_its_answer() {
    let service = batch_service(|id, call| match (id, call) {
        ("0", 1) => json!({"status": 429, "headers": {"Retry-After": "100"}}),
        ("1", 1) => json!({"status": 429, "headers": {"Retry-After": "2"}}),
        ("2", 1) => json!({"status": 424}),
        _ => json!({"status": 200, "body": {}}),
    });
    let mut batch = Batch::new();
    let slow = batch.add(boat("0"));
    let hurried = batch.add(boat("1").retry(RetryPolicy::default().with_max_total(Duration::from_secs(10))));
    let after = batch.add_after(boat("2"), &[hurried.position()]);
    let mut answers = run(service.client.send_batch(batch)).expect("answered");
    answers.take(slow).expect("later");
    let Err(Error::Graph(error)) = answers.take(hurried) else { panic!("throttled") };
    assert_eq!((error.status, error.retry_after.as_deref()), (429, Some("2")));
    answers.take(after).expect_err("was not carried out");
    assert_eq!(service.calls(), [vec!["0", "1", "2"], vec!["0"]]);
}

/// A part that is refused is not sent more often because its call was refused, too.
#[test]
fn calls_and_parts_share_their_attempts() {
    let number = AtomicUsize::new(0);
    let (client, sent) = client_with(move |_| match number.fetch_add(1, Ordering::SeqCst) % 2 {
        0 => response(429, &[("retry-after", "1")], ""),
        _ => InProcess::json(200, r#"{"responses":[{"id":"0","status":429,"headers":{"Retry-After":"1"}}]}"#),
    });
    let mut batch = Batch::new();
    let key = batch.add(boat("0"));
    let mut answers = run(client.send_batch(batch)).expect("answered");
    assert!(matches!(answers.take(key), Err(Error::Graph(error)) if error.status == 429));
    let attempts: Vec<_> = (0..lines(&sent).len()).map(|index| header(&sent, index, "retry-attempt")).collect();
    let number = |text: &str| Some(text.to_owned());
    assert_eq!(attempts, [None, number("1"), number("2"), number("3")]);

    // What was carried out is not lost because a call that repeats the rest is refused.
    let first = r#"{"responses":[{"id":"0","status":200,"body":{}},{"id":"1","status":429}]}"#;
    let number = AtomicUsize::new(0);
    let (client, _) = client_with(move |_| match number.fetch_add(1, Ordering::SeqCst) {
        0 => InProcess::json(200, first),
        _ => response(429, &[("retry-after", "1")], ""),
    });
    let mut batch = Batch::new();
    let (done, refused) = (batch.add(new_boat()), batch.add(new_boat()));
    let mut answers = run(client.send_batch(batch)).expect("answered");
    answers.take(done).expect("carried out");
    assert!(matches!(answers.take(refused), Err(Error::Graph(error)) if error.status == 429));

    // And a call is not repeated if one of its parts must not be.
    let (client, sent) = client_with(|_| response(429, &[("retry-after", "1")], ""));
    let mut batch = Batch::new();
    batch.add(boat("0"));
    batch.add(boat("1").retry(RetryPolicy::never()));
    run(client.send_batch(batch)).expect_err("throttled");
    assert_eq!(lines(&sent).len(), 1);
}

#[test]
fn a_batch_call_has_the_options_of_its_parts() {
    let timeouts = Arc::<Mutex<Vec<Option<Duration>>>>::default();
    let seen = timeouts.clone();
    let service = InProcess::new(move |request| {
        let timeout = request.extensions().get::<msgraph::runtime::RequestTimeout>().map(|timeout| timeout.0);
        seen.lock().expect("not poisoned").push(timeout);
        InProcess::json(200, json!({"responses": [{"id": "0", "status": 200, "body": "x".repeat(100)}]}).to_string())
    });
    let builder = Client::builder(StaticToken::new("t")).transport(service).timeout(Duration::from_secs(9));
    let client = builder.max_body(50).build().expect("is allowed");
    let send = |requests: Vec<Request<Value>>| {
        let mut batch = Batch::new();
        for request in requests {
            batch.add(request);
        }
        run(client.send_batch(batch))
    };
    assert!(matches!(send(vec![boat("0")]), Err(Error::TooLarge { limit: 50, .. })));
    send(vec![boat("0").max_body(1_000)]).expect("answered");
    let seconds = Duration::from_secs;
    send(vec![boat("0").timeout(seconds(5)).max_body(1_000), boat("1").timeout(seconds(3))]).expect("answered");
    let timeouts = timeouts.lock().expect("not poisoned");
    assert_eq!(*timeouts, [Some(seconds(9)), Some(seconds(9)), Some(seconds(3))]);
}

#[test]
fn a_missing_answer_does_not_lose_the_others() {
    let service = batch_service(|id, _| if id == "1" { Value::Null } else { json!({"status": 200, "body": {"a": 1}}) });
    let mut batch = Batch::new();
    let (first, second) = (batch.add(boat("0")), batch.add(boat("1")));
    let mut answers = run(service.client.send_batch(batch)).expect("answered");
    assert_eq!(answers.take(first).expect("a success"), json!({"a": 1}));
    assert_eq!(answers.status(1), None);
    let error = answers.take(second).expect_err("nobody knows").to_string();
    assert!(error.contains("the batch has no answer to this request"), "{error}");

    let (client, _) = client_with(|_| InProcess::json(200, "{}"));
    let mut batch = Batch::new();
    batch.add(boat("0"));
    assert!(matches!(run(client.send_batch(batch)), Err(Error::Decode { .. })), "no batch at all");
}

fn session() -> UploadSession {
    UploadSession::from_json(r#"{"uploadUrl":"https://up.example/s?sig=1"}"#).expect("a session")
}

#[test]
fn the_attempts_of_a_piece_are_counted() {
    let throttled = || response(429, &[("retry-after", "1")], "");
    // The piece, and the questions in between.
    let (client, sent) = client_with(move |_| throttled());
    let mut upload = client.upload::<Value>(session(), Bytes::from_static(b"boat"));
    let error = run(upload.send_piece()).expect_err("always throttled");
    assert!(matches!(&error, Error::Graph(error) if error.status == 429), "{error:?}");
    assert_eq!(lines(&sent).len(), 4);
    // The next call starts anew.
    run(upload.send_piece()).expect_err("always throttled");
    assert_eq!(lines(&sent).len(), 8);
    let (client, sent) = client_with(|_| response(429, &[("retry-after", "181")], ""));
    run(client.upload::<Value>(session(), Bytes::from_static(b"boat")).send_piece()).expect_err("too long");
    assert_eq!(lines(&sent).len(), 1);
}

#[test]
fn asking_and_cancelling_are_repeated_like_other_requests() {
    let (client, sent) = client(vec![
        response(503, &[("retry-after", "1")], ""),
        fault(Fault::Interrupted),
        InProcess::json(200, r#"{"nextExpectedRanges":["2-"]}"#),
        InProcess::json(201, r#"{"id":"done"}"#),
    ]);
    let upload = run(client.resume_upload::<Value>(session(), Bytes::from_static(b"boat")));
    let mut upload = upload.expect("the third attempt succeeds");
    run(upload.send_all()).expect("complete");
    assert_eq!(header(&sent, 3, "content-range").as_deref(), Some("bytes 2-3/4"));

    let (client, sent) = self::client(vec![InProcess::status(504), InProcess::status(204)]);
    run(client.upload::<Value>(session(), Bytes::from_static(b"boat")).cancel()).expect("cancelled");
    assert_eq!(lines(&sent).len(), 2);
}

#[test]
fn a_poll_that_is_given_up_leaves_nothing_behind() {
    let timeouts = Arc::<Mutex<Vec<bool>>>::default();
    let seen = timeouts.clone();
    struct Pending<T>(T);
    impl<T: Transport> Transport for Pending<T> {
        fn send(&self, request: http::Request<TransportBody>) -> BoxFuture<'_, TransportResult> {
            let result = self.0.send(request);
            let mut polls = 0;
            Box::pin(async move {
                std::future::poll_fn(|_| {
                    polls += 1;
                    if polls == 1 { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
                })
                .await;
                result.await
            })
        }

        fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
            self.0.sleep(duration)
        }
    }
    let service = InProcess::new(move |request| {
        let timeout = request.extensions().get::<msgraph::runtime::RequestTimeout>();
        seen.lock().expect("not poisoned").push(timeout.is_some());
        InProcess::json(200, r#"{"status":"running"}"#)
    });
    let client = Client::builder(StaticToken::new("t")).transport(service).layer(Pending).build().expect("is allowed");
    let mut monitor = client.monitor(CREATE, &format!("{BASE}/v1.0/jobs/1")).expect("is allowed");
    {
        let mut waiting = Box::pin(monitor.wait(Duration::from_secs(5)));
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(waiting.as_mut().poll(&mut cx).is_pending());
    }
    run(monitor.poll()).expect("polled");
    assert_eq!(*timeouts.lock().expect("not poisoned"), [false]);
}

/// Like the generated type.
#[derive(Clone, Debug, PartialEq)]
struct GeneratedSession {
    next_expected_ranges: Property<Vec<String>>,
    upload_url: Property<String>,
    additional: Additional,
}

impl SchemaType for GeneratedSession {
    fn read(from: &mut msgraph::runtime::TypeReader<'_>) -> Self {
        GeneratedSession {
            next_expected_ranges: from.property("nextExpectedRanges"),
            upload_url: from.property("uploadUrl"),
            additional: from.additional(),
        }
    }

    fn write<'a>(&'a self, to: &mut msgraph::runtime::TypeWriter<'a>) {
        to.ty("microsoft.graph.uploadSession");
        let (ranges, url) = (&self.next_expected_ranges, &self.upload_url);
        to.properties(&[("nextExpectedRanges", ranges), ("uploadUrl", url)]);
        to.additional(&self.additional);
    }
}

#[test]
fn an_upload_takes_what_the_call_answers() {
    let opened =
        r#"{"uploadUrl":"https://up.example/s?sig=1","nextExpectedRanges":["2-"],"expirationDateTime":"later"}"#;
    // 21Vianet.
    let in_pascal_case = r#"{"UploadUrl":"https://up.example/s?sig=1","NextExpectedRanges":["2-"]}"#;
    for body in [opened, in_pascal_case] {
        let (client, sent) = client(vec![InProcess::json(200, body), InProcess::json(201, r#"{"id":"done"}"#)]);
        let create: Request<GeneratedSession> = Request::new(CREATE, boats());
        let session = run(client.send(create)).expect("opened");
        let mut upload = client.upload::<Value>(session, Bytes::from_static(b"boat"));
        run(upload.send_all()).expect("complete");
        assert_eq!(header(&sent, 1, "content-range").as_deref(), Some("bytes 2-3/4"));
        assert_eq!(lines(&sent)[1], "PUT https://up.example/s?sig=1");
    }
    // An accepted request whose answer has no body.
    let (client, sent) = client(vec![InProcess::status(200)]);
    let session = run(client.send(Request::<GeneratedSession>::new(CREATE, boats()))).expect("accepted");
    let error = run(client.upload::<Value>(session.clone(), Bytes::from_static(b"boat")).send_all());
    assert!(error.expect_err("no address").to_string().contains("the session has no `uploadUrl`"));
    let resumed = run(client.resume_upload::<Value>(session, Bytes::from_static(b"boat")));
    assert!(matches!(resumed, Err(Error::InvalidRequest(_))));
    assert_eq!(lines(&sent).len(), 1);
}
