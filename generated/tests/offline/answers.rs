//! Tests that odd answers of a service are neither errors nor successes by mistake.

use crate::service::{BASE, client, client_with, fault, header, lines, response, run};
use bytes::Bytes;
use msgraph::runtime::{Fault, InProcess, Json, LinkFault, Path, TokenFuture, UploadSession};
use msgraph::{
    AccessToken, Additional, Batch, Client, Collection, Error, Operation, Property, Request, SchemaType, TokenError,
    TokenProvider, Version,
};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const LIST: Operation = Operation::new("GET /v1.0/lamps");
const GET: Operation = Operation::new("GET /v1.0/lamps/{id}");
const UPDATE: Operation = Operation::new("PATCH /v1.0/lamps/{id}");
const CREATE: Operation = Operation::new("POST /v1.0/lamps");
const CREATE_BETA: Operation = Operation::new("POST /beta/lamps");

/// Like a generated type.
#[derive(Clone, Debug, PartialEq)]
struct Lamp {
    id: Property<String>,
    watts: Property<i32>,
    additional: Additional,
}

impl SchemaType for Lamp {
    fn read(from: &mut msgraph::runtime::TypeReader<'_>) -> Self {
        Lamp { id: from.property("id"), watts: from.property("watts"), additional: from.additional() }
    }

    fn write<'a>(&'a self, to: &mut msgraph::runtime::TypeWriter<'a>) {
        to.properties(&[("id", &self.id), ("watts", &self.watts)]);
        to.additional(&self.additional);
    }
}

fn lamps() -> Path {
    Path::root(Version::V1_0).segment("lamps")
}

fn lamp<T>(operation: Operation) -> Request<T> {
    Request::new(operation, lamps().key("1"))
}

fn nothing() -> Lamp {
    Lamp { id: None, watts: None, additional: Additional::default() }
}

#[test]
fn a_write_without_a_body_is_a_success() {
    for (operation, status) in [(UPDATE, 204), (UPDATE, 200), (CREATE, 202), (CREATE, 201)] {
        let (client, sent) = client_with(move |_| InProcess::status(status));
        assert_eq!(run(client.send(lamp::<Lamp>(operation))).expect("a success"), nothing());
        let fetched = run(client.fetch(lamp::<Lamp>(operation))).expect("a success");
        assert_eq!(fetched.decode::<Lamp>().expect("a success"), nothing());
        assert_eq!(lines(&sent).len(), 2);

        let (client, _) = client_with(move |_| {
            InProcess::json(200, json!({"responses": [{"id": "0", "status": status}]}).to_string())
        });
        let mut batch = Batch::new();
        let key = batch.add(lamp::<Lamp>(operation));
        assert_eq!(run(client.send_batch(batch)).expect("answered").take(key).expect("a success"), nothing());
    }
    // What was read is not made up.
    let (client, _) = client_with(|_| InProcess::status(204));
    let error = run(client.send(lamp::<Lamp>(GET))).expect_err("nothing was read");
    assert_eq!(error.accepted(), Some(204));
    assert!(run(client.send(lamp::<Option<Lamp>>(GET))).expect("a success").is_none());
}

#[test]
fn an_accepted_request_says_so() {
    let (client, sent) = client_with(|_| InProcess::json(201, "[]"));
    let error = run(client.send(lamp::<Lamp>(CREATE))).expect_err("no lamp");
    assert_eq!(error.accepted(), Some(201));
    assert_eq!(
        error.to_string(),
        "the service accepted the request (status 201), but the response was not understood: the body: expected an \
         object, found an array"
    );
    assert_eq!(lines(&sent).len(), 1);
    let (client, _) = client_with(|_| InProcess::status(204));
    let error = run(client.send(lamp::<Json<u8>>(UPDATE))).expect_err("no number");
    assert_eq!(error.accepted(), Some(204));
    let (client, _) = client_with(|_| InProcess::status(500));
    assert_eq!(run(client.send(lamp::<Lamp>(CREATE))).expect_err("refused").accepted(), None);
}

#[test]
fn a_location_without_a_version_has_that_of_the_operation() {
    for (operation, location, expected) in [
        (CREATE, "/rooms('19:a')/operations('b')", "/v1.0/rooms('19:a')/operations('b')"),
        (CREATE, "rooms('19:a')/operations('b')", "/v1.0/rooms('19:a')/operations('b')"),
        (CREATE_BETA, "/rooms('a')/operations('b')", "/beta/rooms('a')/operations('b')"),
        (CREATE, "/beta/rooms('a')/operations('b')", "/beta/rooms('a')/operations('b')"),
    ] {
        let (client, sent) = client(vec![
            response(202, &[("location", location)], ""),
            InProcess::json(200, r#"{"status":"inProgress"}"#),
            InProcess::json(200, r#"{"status":"succeeded","targetResourceId":"1"}"#),
        ]);
        let request = Request::<()>::new(operation, Path::root(operation.version()).segment("lamps"));
        let mut monitor = run(client.start(request)).expect("accepted");
        let done = run(monitor.wait(Duration::from_secs(60))).expect("polled");
        assert!(done.is_done && !done.is_failed);
        let polled = format!("GET {BASE}{expected}");
        assert_eq!(lines(&sent)[1..], [polled.clone(), polled]);
        assert_eq!(header(&sent, 1, "authorization").as_deref(), Some("Bearer s3cret"));
    }
}

#[test]
fn one_odd_value_does_not_lose_a_page() {
    let mut items: Vec<Value> = (0..100).map(|id| json!({"id": id.to_string(), "watts": 15.0})).collect();
    items[3] = Value::Null;
    items[5]["watts"] = "bright".into();
    items[7]["id"] = 7.into();
    items[9] = "lamp".into();
    let body = json!({"value": items}).to_string();
    let (client, _) = client_with(move |_| InProcess::json(200, body.clone()));
    let request = || Request::<Collection<Lamp>>::new(LIST, lamps());
    let page = run(client.send(request())).expect("a page");
    assert_eq!(page.value.len(), 100);
    assert_eq!((&page.value[3], &page.value[9]), (&nothing(), &nothing()));
    assert_eq!(page.value[4].watts, Some(15.into()));
    assert_eq!(page.value[5].odd_properties(), ["watts"]);
    assert_eq!(msgraph::runtime::to_value(&page.value[5]), json!({"id": "5", "watts": "bright"}));
    assert_eq!(page.value[7].additional.get("id"), Some(&json!(7)));
    let odd: Vec<_> = page.odd_items.iter().map(|item| (item.position, item.json.clone())).collect();
    assert_eq!(odd, [(3, Value::Null), (9, "lamp".into())]);

    let mut items = client.items(request());
    for _ in 0..100 {
        run(items.next()).expect("an item").expect("is read");
    }
    assert_eq!(items.odd_items().len(), 2);
    assert!(run(items.next()).is_none());
}

fn session() -> UploadSession {
    UploadSession::from_json(r#"{"uploadUrl":"https://up.example/s?sig=1"}"#).expect("a session")
}

const UNIT: usize = 320 * 1024;

/// Uploads three pieces to a service that answers with a function of the method, the range and the number of requests.
fn upload(
    answer: impl Fn(&str, &str, usize) -> msgraph::runtime::InProcessResult + Send + Sync + 'static,
) -> (Result<(), Error>, Vec<String>) {
    let number = AtomicUsize::new(0);
    let (client, sent) = client_with(move |request| {
        let range = request.headers().get("content-range").map(|range| range.to_str().expect("text"));
        answer(request.method().as_str(), range.unwrap_or_default(), number.fetch_add(1, Ordering::SeqCst))
    });
    let content = Bytes::from(vec![7; 2 * UNIT + 100]);
    let mut upload = client.upload::<Value>(session(), content).piece_size(UNIT as u64);
    let result = run(upload.send_all());
    let sent = sent.lock().expect("not poisoned");
    let range = |request: &http::Request<Bytes>| match request.headers().get("content-range") {
        Some(range) => range.to_str().expect("text").to_owned(),
        None => request.method().to_string(),
    };
    (result, sent.iter().map(range).collect())
}

fn missing(ranges: &[&str]) -> msgraph::runtime::InProcessResult {
    InProcess::json(202, json!({ "nextExpectedRanges": ranges }).to_string())
}

#[test]
fn an_upload_is_not_done_before_its_last_piece() {
    for early in [
        InProcess::json(201, r#"{"id":"item"}"#),
        InProcess::status(200),
        InProcess::status(204),
        missing(&["-5"]),
        missing(&[]),
        missing(&["x"]),
    ] {
        let early = early.expect("a response");
        let (result, sent) = upload(move |method, _, _| match method {
            "PUT" => Ok(early.clone()),
            _ => missing(&[]),
        });
        let error = result.expect_err("two thirds are missing").to_string();
        assert!(error.contains("not everything was sent"), "{error}");
        assert_eq!(sent, ["bytes 0-327679/655460", "GET"]);
    }
}

#[test]
fn an_upload_asks_if_an_answer_does_not_say_what_is_missing() {
    let kept = Mutex::new(0);
    let (result, sent) = upload(move |method, range, _| {
        let mut kept = kept.lock().expect("not poisoned");
        if method == "GET" {
            return missing(&[&format!("{kept}-")]);
        }
        let end = range.split(['-', '/']).nth(1).expect("an end").parse::<usize>().expect("a number");
        *kept = end + 1;
        if *kept == 2 * UNIT + 100 { InProcess::json(201, "{}") } else { InProcess::status(202) }
    });
    result.expect("complete");
    assert_eq!(
        sent,
        ["bytes 0-327679/655460", "GET", "bytes 327680-655359/655460", "GET", "bytes 655360-655459/655460"]
    );
    let (result, sent) = upload(|method, _, _| if method == "GET" { missing(&["0-"]) } else { InProcess::status(202) });
    result.expect_err("nothing is ever kept");
    assert!(sent.len() < 20, "{sent:?}");
}

#[test]
fn an_upload_does_not_go_to_and_fro_forever() {
    let (result, sent) = upload(|_, _, number| missing(if number % 2 == 0 { &["327680-"] } else { &["0-"] }));
    let error = result.expect_err("never complete").to_string();
    assert!(error.contains("goes back again and again"), "{error}");
    assert!(sent.len() < 60, "{}", sent.len());
}

#[test]
fn only_missing_ranges_are_sent() {
    let (result, sent) = upload(|method, _, number| match (method, number) {
        ("PUT", 0) => missing(&["655400-655459", "100-199"]),
        // Not the last one, so this is not the end.
        ("PUT", 1) => InProcess::json(201, r#"{"id":"item"}"#),
        ("GET", _) => missing(&["655400-655459"]),
        _ => InProcess::json(201, r#"{"id":"item"}"#),
    });
    result.expect("complete");
    assert_eq!(sent, ["bytes 0-327679/655460", "bytes 100-199/655460", "GET", "bytes 655400-655459/655460"]);
}

#[test]
fn an_attachment_goes_in_pieces_that_outlook_takes() {
    const SIZE: usize = 9 * 1024 * 1024;
    let (client, sent) = client_with(|request| {
        if request.body().len() > 4_000_000 {
            return InProcess::status(413);
        }
        let range = request.headers()["content-range"].to_str().expect("text");
        let end = range.split(['-', '/']).nth(1).expect("an end").parse::<usize>().expect("a number");
        match end + 1 {
            SIZE => response(201, &[("location", "https://outlook.example/attachment")], ""),
            next => missing(&[&next.to_string()]),
        }
    });
    let mut upload = client.upload::<Value>(session(), Bytes::from(vec![0; SIZE]));
    run(upload.send_all()).expect("complete");
    let sizes: Vec<usize> = sent.lock().expect("not poisoned").iter().map(|request| request.body().len()).collect();
    assert_eq!(sizes, [3_932_160, 3_932_160, 1_572_864]);
}

#[test]
fn a_monitor_has_a_deadline_and_a_least_wait() {
    for retry_after in ["0", "-1", "NaN", "0.0001", "Sun, 06 Nov 1994 08:49:37 GMT"] {
        let (client, sent) = client_with(move |request| match request.method().as_str() {
            "POST" => response(202, &[("location", "/v1.0/ops/1"), ("retry-after", retry_after)], ""),
            _ => response(202, &[("retry-after", retry_after)], "{}"),
        });
        let mut monitor = run(client.start(Request::<()>::new(CREATE, lamps()))).expect("accepted");
        assert!(!run(monitor.wait(Duration::from_secs(2))).expect("polled").is_done);
        assert!(lines(&sent).len() < 6, "{retry_after}: {}", lines(&sent).len());
    }
    // Slow answers count.
    let clock: Arc<Mutex<Option<Arc<InProcess>>>> = Arc::default();
    let (for_service, asked) = (clock.clone(), Arc::new(AtomicUsize::new(0)));
    let counted = asked.clone();
    let service = Arc::new(InProcess::new(move |request| {
        counted.fetch_add(1, Ordering::SeqCst);
        if let Some(clock) = &*for_service.lock().expect("not poisoned") {
            clock.advance(Duration::from_secs(25));
        }
        match request.method().as_str() {
            "POST" => response(202, &[("location", "/v1.0/ops/1")], ""),
            _ => response(202, &[("retry-after", "1")], "{}"),
        }
    }));
    *clock.lock().expect("not poisoned") = Some(service.clone());
    let client = Client::builder(msgraph::StaticToken::new("t")).transport(service).build().expect("is allowed");
    let mut monitor = run(client.start(Request::<()>::new(CREATE, lamps()))).expect("accepted");
    assert!(!run(monitor.wait(Duration::from_secs(60))).expect("polled").is_done);
    assert_eq!(asked.load(Ordering::SeqCst), 1 + 3, "three answers of 25 seconds");
}

/// The answers of a batch of two parts.
fn batch_of_two(responses: Value) -> ([Result<Lamp, Error>; 2], usize) {
    let (client, sent) = client_with(move |_| InProcess::json(200, json!({ "responses": responses }).to_string()));
    let mut batch = Batch::new();
    let keys = [batch.add(lamp::<Lamp>(GET)), batch.add(lamp::<Lamp>(GET))];
    let mut answers = run(client.send_batch(batch)).expect("answered");
    (keys.map(|key| answers.take(key)), lines(&sent).len())
}

#[test]
fn a_batch_with_unclear_answers() {
    let fine = json!({"id": "0", "status": 200, "body": {"id": "a"}});
    for (odd, expected) in [
        (json!([fine, {"id": "1", "status": 200, "body": {}}, {"id": "1", "status": 404}]), "two answers"),
        (json!([fine, {"id": "1", "status": 0}]), "no HTTP status"),
        (json!([fine, {"id": "1", "status": 65535, "body": {}}]), "no HTTP status"),
        (json!([fine, {"id": "1", "body": {}}]), "no HTTP status"),
    ] {
        let ([first, second], _) = batch_of_two(odd);
        assert_eq!(first.expect("is clear").id, Some("a".into()));
        let error = second.expect_err("is unclear");
        assert!(error.to_string().contains(expected) && error.accepted().is_some(), "{error}");
    }
}

#[test]
fn a_number_is_a_retry_after_in_a_batch() {
    let calls = Arc::new(AtomicUsize::new(0));
    let seen = calls.clone();
    let service = Arc::new(InProcess::new(move |_| match seen.fetch_add(1, Ordering::SeqCst) {
        0 => InProcess::json(200, r#"{"responses":[{"id":"0","status":429,"headers":{"Retry-After":100}}]}"#),
        _ => InProcess::json(200, r#"{"responses":[{"id":"0","status":200,"body":{}}]}"#),
    }));
    let client = Client::builder(msgraph::StaticToken::new("t")).transport(service.clone()).build().expect("is open");
    let mut batch = Batch::new();
    batch.add(lamp::<Lamp>(GET));
    let before = msgraph::runtime::Transport::now(&service);
    run(client.send_batch(batch)).expect("answered");
    let waited = msgraph::runtime::Transport::now(&service).duration_since(before).expect("later");
    assert_eq!((waited, calls.load(Ordering::SeqCst)), (Duration::from_secs(100), 2));
}

#[test]
fn a_number_sign_does_not_cut_a_next_link() {
    let (client, sent) = client(vec![
        InProcess::json(200, format!(r#"{{"value":[],"@odata.nextLink":"{BASE}/v1.0/lamps?$skiptoken=a#b&$top=2"}}"#)),
        InProcess::json(200, "\u{feff}{\"value\":[{\"id\":\"1\"}]}"),
    ]);
    let items = run(client.items(Request::<Collection<Lamp>>::new(LIST, lamps())).collect()).expect("two pages");
    assert_eq!(items.len(), 1);
    assert_eq!(lines(&sent)[1], format!("GET {BASE}/v1.0/lamps?$skiptoken=a%23b&$top=2"));
}

/// Counts how often it is asked, and answers after others had their turn.
#[derive(Clone, Default)]
struct Counting {
    asked: Arc<AtomicUsize>,
    lives: bool,
}

impl Counting {
    fn next<'a>(&self, kind: &str) -> TokenFuture<'a> {
        let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let mut token = AccessToken::new(format!("{kind}-{number}"));
        if self.lives {
            token = token.with_expiry(std::time::SystemTime::now() + Duration::from_secs(3600));
        }
        let mut polls = 0;
        Box::pin(std::future::poll_fn(move |cx| {
            polls += 1;
            cx.waker().wake_by_ref();
            if polls < 3 { std::task::Poll::Pending } else { std::task::Poll::Ready(Ok(token.clone())) }
        }))
    }
}

impl TokenProvider for Counting {
    fn token<'a>(&'a self, _: &'a [&'a str]) -> TokenFuture<'a> {
        self.next("plain")
    }

    fn token_for_claims<'a>(&'a self, _: &'a [&'a str], claims: &'a str) -> TokenFuture<'a> {
        assert_eq!(claims, r#"{"a":1}"#);
        self.next("claims")
    }
}

#[tokio::test]
async fn a_hundred_challenges_ask_for_one_token() {
    for lives in [true, false] {
        let provider = Counting { lives, ..Counting::default() };
        let service = InProcess::new(|request| {
            match request.headers()["authorization"].to_str().expect("text").contains("claims") {
                true => InProcess::json(200, "{}"),
                false => {
                    let challenge = r#"Bearer error="insufficient_claims", claims="eyJhIjoxfQ==""#;
                    response(401, &[("www-authenticate", challenge)], "")
                }
            }
        });
        let client = Client::builder(provider.clone()).transport(service).build().expect("is allowed");
        let calls: Vec<_> = (0..100)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { client.send(lamp::<Lamp>(GET)).await })
            })
            .collect();
        for call in calls {
            call.await.expect("no panic").expect("a success");
        }
        assert_eq!(provider.asked.load(Ordering::SeqCst), 2, "{lives}");
    }
}

struct Hanging;

impl TokenProvider for Hanging {
    fn token<'a>(&'a self, _: &'a [&'a str]) -> TokenFuture<'a> {
        Box::pin(std::future::pending::<Result<AccessToken, TokenError>>())
    }
}

#[tokio::test]
async fn a_provider_that_hangs_is_given_up() {
    let service = InProcess::new(|_| panic!("nothing is sent"));
    let client = Client::builder(Hanging).transport(service).timeout(Duration::from_millis(20)).build();
    let error = client.expect("is allowed").send(lamp::<Lamp>(GET)).await.expect_err("no token");
    assert_eq!(error.to_string(), "no access token: the token provider did not answer within 20ms");
    // With the timer of the default transport.
    #[cfg(feature = "client")]
    {
        let client = Client::builder(Hanging).base_url("http://127.0.0.1:9").build().expect("is allowed");
        let request = lamp::<Lamp>(GET).timeout(Duration::from_millis(20));
        assert!(matches!(client.send(request).await, Err(Error::Token(_))));
    }
}

#[test]
fn bodies_have_a_limit() {
    let (client, sent) = client_with(|_| InProcess::json(201, vec![b' '; 129 * 1024 * 1024]));
    let error = run(client.send(lamp::<Bytes>(CREATE))).expect_err("too large");
    assert!(matches!(error, Error::TooLarge { status: 201, limit: 0x800_0000 }), "{error}");
    assert_eq!(error.accepted(), Some(201));
    assert_eq!(lines(&sent).len(), 1);
    let body = run(client.send(lamp::<Bytes>(CREATE).max_body(usize::MAX))).expect("no limit");
    assert_eq!(body.len(), 129 * 1024 * 1024);
    assert!(run(client.send(lamp::<Bytes>(CREATE).max_body(10))).is_err());
}

#[test]
fn endless_empty_pages_end() {
    let number = AtomicUsize::new(0);
    let (client, sent) = client_with(move |_| {
        let number = number.fetch_add(1, Ordering::SeqCst);
        InProcess::json(200, format!(r#"{{"value":[],"@odata.nextLink":"{BASE}/v1.0/lamps?$skiptoken={number}"}}"#))
    });
    let list = || Request::<Collection<Lamp>>::new(LIST, lamps());
    let mut items = client.items(list());
    let error = run(items.next()).expect("an error").expect_err("no item");
    assert!(matches!(error, Error::Link(LinkFault::EmptyPages { pages: 1_000 })), "{error}");
    assert_eq!(lines(&sent).len(), 1_000);
    let mut items = client.items(list().max_empty_pages(3));
    for calls in [1_003, 1_006] {
        run(items.next()).expect("an error").expect_err("no item");
        assert_eq!(lines(&sent).len(), calls, "it goes on");
    }
}

#[test]
fn errors_name_the_next_step() {
    let again = format!("{BASE}/v1.0/lamps/delta?$deltatoken=s3cret");
    let location = again.clone();
    let (client, _) = client_with(move |_| response(410, &[("location", &location)], ""));
    let Err(Error::Graph(error)) = run(client.send(lamp::<Lamp>(GET))) else { panic!("gone") };
    assert_eq!(error.location.as_ref().map(|location| location.as_str()), Some(again.as_str()));
    assert!(!format!("{error} {error:?}").contains("s3cret"));

    let (client, _) = client_with(|_| response(302, &[("location", "https://files.example/?sig=s3cret")], ""));
    let error = run(client.send(lamp::<Bytes>(GET))).expect_err("elsewhere").to_string();
    assert!(error.contains("`Client::download`") && !error.contains("s3cret"), "{error}");
    let (client, _) = client_with(|_| fault(Fault::Protocol));
    assert_eq!(run(client.send(lamp::<Lamp>(GET))).expect_err("broken").accepted(), None);
}
