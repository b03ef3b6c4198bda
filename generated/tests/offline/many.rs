//! Tests pages, changes, batches, downloads, uploads and monitors without a network.

use crate::service::{BASE, client, client_with, fault, header, lines, response, run};
use bytes::Bytes;
use msgraph::runtime::{Fault, InProcess, LinkFault, Path, UploadSession, least_privilege};
use msgraph::{AccountType, Batch, Body, Change, Collection, Error, Operation, Request, Version};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const LIST: Operation = Operation::new("GET /v1.0/users");
const GET: Operation = Operation::new("GET /v1.0/users/{id}");
const CREATE: Operation = Operation::new("POST /v1.0/users");
const BETA: Operation = Operation::new("GET /beta/users/{id}");
const CONTENT: Operation = Operation::new("GET /v1.0/me/drive/items/{id}/content");

fn users() -> Path {
    Path::root(Version::V1_0).segment("users")
}

fn list<T>() -> Request<Collection<T>> {
    Request::new(LIST, users())
}

fn user(id: &str) -> Request<Value> {
    Request::new(GET, users().key(id))
}

fn page(items: &[&str], next: Option<&str>) -> msgraph::runtime::InProcessResult {
    let mut page = json!({ "value": items });
    if let Some(next) = next {
        page["@odata.nextLink"] = format!("{BASE}/v1.0/users?$skiptoken={next}").into();
    }
    InProcess::json(200, page.to_string())
}

#[test]
fn items_come_from_all_pages_with_the_headers_of_the_first_request() {
    let (client, sent) = client(vec![page(&["a", "b"], Some("1")), page(&[], Some("2")), page(&["c"], None)]);
    let request = list::<String>().top(2).prefer("return=minimal").consistency_eventual();
    let items = run(client.items(request).collect()).expect("all pages");
    assert_eq!(items, ["a", "b", "c"]);
    assert_eq!(
        lines(&sent),
        [
            format!("GET {BASE}/v1.0/users?$top=2"),
            format!("GET {BASE}/v1.0/users?$skiptoken=1"),
            format!("GET {BASE}/v1.0/users?$skiptoken=2"),
        ]
    );
    for index in 0..3 {
        assert_eq!(header(&sent, index, "prefer").as_deref(), Some("return=minimal"));
        assert_eq!(header(&sent, index, "consistencylevel").as_deref(), Some("eventual"));
        assert_eq!(header(&sent, index, "authorization").as_deref(), Some("Bearer s3cret"));
    }
    assert_ne!(header(&sent, 0, "client-request-id"), header(&sent, 1, "client-request-id"));
}

#[test]
fn after_an_error_the_stream_goes_on_with_the_same_page() {
    let (client, _) = client(vec![page(&["a"], Some("1")), InProcess::status(500), page(&["b"], None)]);
    let mut items = client.items(list::<String>());
    assert_eq!(run(items.next()).expect("an item").expect("is a"), "a");
    assert!(matches!(run(items.next()), Some(Err(Error::Graph(_)))));
    assert_eq!(run(items.next()).expect("an item").expect("is b"), "b");
    assert!(run(items.next()).is_none() && run(items.next()).is_none());
}

#[test]
fn a_stream_can_be_resumed_from_its_link() {
    let (client, _) = client(vec![page(&["a"], Some("1")), page(&["b"], None)]);
    let mut pages = client.pages(list::<String>());
    run(pages.next()).expect("a page").expect("a success");
    let link = pages.next_link().expect("not the last").to_owned();
    let rest = run(client.items(list::<String>().at_link(link)).collect()).expect("the rest");
    assert_eq!(rest, ["b"]);
}

#[test]
fn hostile_and_circular_next_links_end_the_stream() {
    let hostile = r#"{"value":["a"],"@odata.nextLink":"https://evil.example/?token"}"#;
    let (client, sent) = self::client(vec![InProcess::json(200, hostile)]);
    let mut items = client.items(list::<String>());
    assert!(matches!(run(items.next()), Some(Ok(_))));
    assert!(matches!(run(items.next()), Some(Err(Error::Link(LinkFault::ForeignHost { .. })))));
    assert!(run(items.next()).is_none(), "it ends there");
    assert_eq!(lines(&sent).len(), 1);

    let (client, sent) = client_with(|_| page(&["a"], Some("1")));
    let mut items = client.items(list::<String>());
    let mut error = None;
    while let Some(item) = run(items.next()) {
        error = item.err().or(error);
    }
    assert!(matches!(error, Some(Error::Link(LinkFault::Circle))), "{error:?}");
    assert!(lines(&sent).len() < 5);
}

#[test]
fn changes_and_removed_items() {
    let first = format!(r#"{{"value":[{{"id":"1"}}],"@odata.nextLink":"{BASE}/v1.0/users/delta?$skiptoken=1"}}"#);
    let last = format!(
        r#"{{"value":[{{"id":"2","@removed":{{"reason":"deleted"}}}}],
            "@odata.deltaLink":"{BASE}/v1.0/users/delta?$deltatoken=2"}}"#
    );
    let (client, _) = client(vec![InProcess::json(200, first), InProcess::json(200, last)]);
    let mut changes = client.items(list::<Change<Value>>());
    let Some(Ok(Change::Changed(user))) = run(changes.next()) else { panic!("a user") };
    assert_eq!(user["id"], "1");
    assert_eq!(changes.delta_link(), None);
    let Some(Ok(Change::Removed(removed))) = run(changes.next()) else { panic!("a removed user") };
    assert_eq!((removed.id.as_str(), removed.reason.as_str()), ("2", "deleted"));
    assert!(run(changes.next()).is_none());
    assert_eq!(changes.delta_link(), Some(format!("{BASE}/v1.0/users/delta?$deltatoken=2").as_str()));
}

/// Answers a batch with a function of its parts, in reverse order.
fn answer_batch(request: &http::Request<Bytes>, answer: impl Fn(&Value) -> Value) -> msgraph::runtime::InProcessResult {
    assert!(request.uri().path().ends_with("/$batch"));
    let batch: Value = serde_json::from_slice(request.body()).expect("JSON");
    let parts = batch["requests"].as_array().expect("parts");
    assert!(parts.len() <= 20);
    let answers: Vec<Value> = parts
        .iter()
        .rev()
        .map(|part| {
            let mut response = answer(part);
            response["id"] = part["id"].clone();
            response
        })
        .collect();
    InProcess::json(200, json!({ "responses": answers }).to_string())
}

#[test]
fn a_batch_is_split_and_answered_in_order() {
    let (client, sent) =
        client_with(|request| answer_batch(request, |part| json!({"status": 200, "body": {"url": part["url"]}})));
    let mut batch = Batch::new();
    let keys: Vec<_> = (0..45).map(|number| batch.add(user(&number.to_string()).top(1))).collect();
    let beta = batch.add(Request::<Value>::new(BETA, Path::root(Version::Beta).segment("users").key("x")));
    let mut answers = run(client.send_batch(batch)).expect("answered");
    for (number, key) in keys.into_iter().enumerate() {
        let answer = answers.take(key).expect("a success");
        assert_eq!(answer["url"], format!("/users/{number}?$top=1"));
    }
    assert_eq!(answers.take(beta).expect("a success")["url"], "/users/x");
    assert!(matches!(answers.take(beta), Err(Error::InvalidRequest(_))), "only once");
    let v1 = format!("POST {BASE}/v1.0/$batch");
    assert_eq!(lines(&sent), [v1.clone(), v1.clone(), v1, format!("POST {BASE}/beta/$batch")]);
}

#[test]
fn dependencies_hold_across_calls() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let depends = seen.clone();
    let (client, _) = client_with(move |request| {
        answer_batch(request, |part| {
            depends.lock().expect("not poisoned").push((part["id"].clone(), part["dependsOn"].clone()));
            let number = |text: &Value| text.as_str().and_then(|id| id.parse::<u32>().ok()).unwrap_or(0);
            let status = match (number(&part["id"]), number(&part["dependsOn"][0])) {
                (29, _) => 400,
                (_, 29..) => 424,
                _ => 200,
            };
            json!({ "status": status, "body": {} })
        })
    });
    let mut batch = Batch::new();
    let mut last = None;
    let keys: Vec<_> = (0..42)
        .map(|number| {
            let after: Vec<usize> = last.into_iter().collect();
            let key = batch.add_after(user(&number.to_string()), &after);
            last = Some(key.position());
            key
        })
        .collect();
    let mut answers = run(client.send_batch(batch)).expect("answered");
    let statuses: Vec<_> = (0..42).filter_map(|position| answers.status(position)).collect();
    assert_eq!(statuses[..29], [200; 29]);
    assert_eq!(statuses[29], 400);
    assert_eq!(statuses[30..32], [424; 2][..]);
    assert_eq!(statuses[40..], [424; 2][..]);
    let Err(Error::Graph(error)) = answers.take(keys[41]) else { panic!("not carried out") };
    assert_eq!((error.status, error.operation), (424, GET));
    let seen = seen.lock().expect("not poisoned");
    assert!(seen.contains(&(json!("19"), json!(["18"]))));
    assert!(seen.contains(&(json!("20"), Value::Null)), "the one before succeeded in an earlier call");
}

#[test]
fn throttled_parts_are_sent_again_alone() {
    let calls = Arc::new(Mutex::new(Vec::<Vec<String>>::new()));
    let log = calls.clone();
    let (client, _) = client_with(move |request| {
        let mut log = log.lock().expect("not poisoned");
        let batch: Value = serde_json::from_slice(request.body()).expect("JSON");
        let parts = batch["requests"].as_array().expect("parts");
        log.push(parts.iter().map(|part| part["id"].as_str().expect("text").to_owned()).collect());
        let first = log.len() == 1;
        answer_batch(request, |part| match part["id"].as_str() {
            Some("1") if first => json!({"status": 429, "headers": {"Retry-After": "3.5"}}),
            Some("2") if first => json!({"status": 424}),
            Some("3") => json!({"status": 502, "headers": {"Content-Type": "text/html"}, "body": "<html>oops</html>"}),
            _ => json!({"status": 200, "body": {"id": part["id"]}}),
        })
    });
    let mut batch = Batch::new();
    let zero = batch.add(user("0"));
    let one = batch.add(Request::<Value>::new(CREATE, users()).body(Body::Json(json!({"a": 1}))));
    let two = batch.add_after(user("2"), &[one.position()]);
    let three = batch.add(user("3"));
    let mut answers = run(client.send_batch(batch)).expect("answered");
    assert_eq!(*calls.lock().expect("not poisoned"), [vec!["0", "1", "2", "3"], vec!["1", "2"]]);
    for (key, id) in [(zero, "0"), (one, "1"), (two, "2")] {
        assert_eq!(answers.take(key).expect("a success")["id"], id);
    }
    let Err(Error::Graph(error)) = answers.take(three) else { panic!("a 502") };
    assert_eq!((error.status, error.body.text().as_ref()), (502, "<html>oops</html>"));
}

#[test]
fn bodies_of_a_batch() {
    let (client, sent) = client_with(|request| {
        answer_batch(request, |part| match part["id"].as_str() {
            Some("0") => json!({"status": 200, "headers": {"Content-Type": "image/jpeg"}, "body": "Zm9vYg=="}),
            Some("1") => json!({"status": 302, "headers": {"Location": "https://files.example/?sig=1"}}),
            _ => json!({"status": 204}),
        })
    });
    let mut batch = Batch::new();
    let photo = batch.add(user("a").response::<Bytes>());
    let moved = batch.add(user("b"));
    let put = batch.add(Request::<()>::new(CREATE, users()).body(Body::bytes("foob", "image/png")).if_match("W/\"1\""));
    let mut answers = run(client.send_batch(batch)).expect("answered");
    assert_eq!(answers.take(photo).expect("a photo"), "foob");
    assert!(matches!(answers.take(moved), Err(Error::Redirect { status: 302, location: Some(_) })));
    answers.take(put).expect("no content");
    let sent: Value = serde_json::from_slice(sent.lock().expect("not poisoned")[0].body()).expect("JSON");
    assert_eq!(
        sent["requests"][2],
        json!({
            "id": "2", "method": "POST", "url": "/users", "body": "Zm9vYg==",
            "headers": {"If-Match": "W/\"1\"", "Content-Type": "image/png"},
        })
    );
}

#[test]
fn mistakes_in_a_batch_are_found_before() {
    let (client, _) = client_with(|_| panic!("nothing is sent"));
    let send = |build: &dyn Fn(&mut Batch)| {
        let mut batch = Batch::new();
        build(&mut batch);
        run(client.send_batch(batch))
    };
    assert!(send(&|_| ()).expect("nothing to do").is_empty());
    for build in [
        &(|batch: &mut Batch| {
            batch.add(user(".."));
        }) as &dyn Fn(&mut Batch),
        &|batch| {
            batch.add_after(user("a"), &[0]);
        },
        &|batch| {
            batch.add(user("a").at_link(format!("{BASE}/x")));
        },
    ] {
        assert!(matches!(send(build), Err(Error::InvalidRequest(_))));
    }
}

#[test]
fn a_batch_is_repeated_as_a_whole_only_if_all_parts_can_be() {
    let (client, sent) = client_with(|_| fault(Fault::Interrupted));
    let mut reading = Batch::new();
    reading.add(user("a"));
    run(client.send_batch(reading)).expect_err("broken");
    assert_eq!(lines(&sent).len(), 4);
    let mut writing = Batch::new();
    writing.add(user("a"));
    writing.add(Request::<()>::new(CREATE, users()));
    run(client.send_batch(writing)).expect_err("broken");
    assert_eq!(lines(&sent).len(), 5);
}

#[test]
fn downloads_follow_the_link_without_the_token() {
    let (client, sent) = client(vec![
        response(302, &[("location", "https://files.example/x?sig=1")], ""),
        response(200, &[("content-length", "4")], "data"),
    ]);
    let path = Path::root(Version::V1_0).segment("me").segment("drive").segment("items").key("1").segment("content");
    let request: Request<Bytes> = Request::new(CONTENT, path);
    let request = request.header("Range", "bytes=0-3").header("Prefer", "x").header("Authorization", "Bearer mine");
    let download = run(client.download(request)).expect("a download");
    assert_eq!((download.status(), download.length()), (200, Some(4)));
    assert_eq!(run(download.bytes()).expect("whole"), "data");
    assert_eq!(header(&sent, 0, "authorization").as_deref(), Some("Bearer mine"));
    for secret in ["authorization", "prefer", "client-request-id"] {
        assert_eq!(header(&sent, 1, secret), None, "{secret}");
    }
    assert_eq!(header(&sent, 1, "range").as_deref(), Some("bytes=0-3"));
}

#[test]
fn work_that_goes_on_is_monitored() {
    let (client, sent) = client(vec![
        response(202, &[("location", "https://monitor.example/op?sig=1"), ("retry-after", "5")], ""),
        InProcess::json(202, r#"{"status":"inProgress","percentageComplete":40}"#),
        response(503, &[("retry-after", "1")], ""),
        InProcess::json(202, r#"{"status":"completed","resourceId":"42"}"#),
    ]);
    let mut monitor = run(client.start(Request::<()>::new(CREATE, users()))).expect("accepted");
    let done = run(monitor.wait(Duration::from_secs(60))).expect("asked");
    assert!(done.is_done && !done.is_failed);
    assert_eq!(done.resource_id.as_deref(), Some("42"));
    assert_eq!(lines(&sent)[1], "GET https://monitor.example/op?sig=1");
    assert_eq!(header(&sent, 1, "authorization"), None);

    let (client, _) = self::client(vec![response(202, &[("location", "http://monitor.example/op")], "")]);
    let error = run(client.start(Request::<()>::new(CREATE, users()))).expect_err("not https");
    assert!(matches!(error, Error::Link(LinkFault::NotConfidential { .. })), "{error:?}");

    let (client, _) = client_with(|request| match request.method().as_str() {
        "POST" => response(202, &[("location", "/v1.0/ops/1")], ""),
        _ => InProcess::json(200, r#"{"status":"running"}"#),
    });
    let mut monitor = run(client.start(Request::<()>::new(CREATE, users()))).expect("accepted");
    assert!(!run(monitor.wait(Duration::from_secs(60))).expect("asked").is_done, "within a bound");
}

/// A service that keeps uploads, and fails as `breaks` says.
fn upload_service(
    breaks: impl Fn(usize) -> Option<u16> + Send + Sync + 'static,
) -> (msgraph::Client, crate::service::Sent, Arc<Mutex<Vec<u8>>>) {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let received = kept.clone();
    let number = Mutex::new(0);
    let (client, sent) = client_with(move |request| {
        assert_eq!(request.headers().get("authorization"), None);
        let mut kept = received.lock().expect("not poisoned");
        let missing = |kept: &Vec<u8>| {
            InProcess::json(
                202,
                json!({"ExpirationDateTime": "later", "nextExpectedRanges": [format!("{}-", kept.len())]}).to_string(),
            )
        };
        if request.method() == "GET" {
            return missing(&kept);
        }
        let range = request.headers()["content-range"].to_str().expect("text").to_owned();
        let (range, size) = range.strip_prefix("bytes ").expect("a range").split_once('/').expect("a size");
        let start: usize = range.split('-').next().expect("a start").parse().expect("a number");
        let mut number = number.lock().expect("not poisoned");
        *number += 1;
        match breaks(*number) {
            Some(0) => return fault(Fault::Interrupted),
            // It arrived, but the response is lost.
            Some(1) => {
                kept.extend_from_slice(request.body());
                return fault(Fault::Interrupted);
            }
            Some(status) => return InProcess::status(status),
            None => {}
        }
        if start != kept.len() {
            return InProcess::status(416);
        }
        kept.extend_from_slice(request.body());
        if kept.len() == size.parse::<usize>().expect("a size") {
            return InProcess::json(201, r#"{"id":"item"}"#);
        }
        missing(&kept)
    });
    (client, sent, kept)
}

fn content(size: usize) -> Bytes {
    (0..size).map(|index| (index % 251) as u8).collect::<Vec<_>>().into()
}

fn session() -> UploadSession {
    UploadSession::from_json(r#"{"uploadUrl":"https://up.example/s?sig=s3cret","nextExpectedRanges":["0-"]}"#)
        .expect("a session")
}

#[test]
fn an_upload_goes_on_with_the_first_missing_range() {
    for (ranges, expected) in [
        (r#"["26-", "12345-55232"]"#, 26),
        (r#"["12345-55232", "77829-99375"]"#, 12_345),
        (r#"["77829-99375", "12345-55232", "200000-"]"#, 12_345),
        (r#"[" 7 -9", "x", 3]"#, 7),
        ("[]", 0),
        ("null", 0),
    ] {
        let text = format!(r#"{{"uploadUrl":"https://up.example/s","nextExpectedRanges":{ranges}}}"#);
        assert_eq!(UploadSession::from_json(&text).expect("a session").next_byte, expected, "{ranges}");
    }
}

#[test]
fn an_upload_goes_in_pieces_and_survives_breaks() {
    let (client, sent, kept) = upload_service(|number| match number {
        2 => Some(0),
        3 => Some(503),
        5 => Some(1),
        7 => Some(500),
        _ => None,
    });
    let content = content(3_000_000);
    let mut upload = client.upload::<Value>(session(), content.clone()).piece_size(320 * 1024);
    run(upload.send_all()).expect("survives");
    assert_eq!(*kept.lock().expect("not poisoned"), content);
    assert_eq!(upload.into_item().expect("JSON").expect("an item")["id"], "item");
    assert_eq!(header(&sent, 0, "content-range").as_deref(), Some("bytes 0-327679/3000000"));
}

#[test]
fn an_upload_goes_on_after_a_restart() {
    let (client, _, kept) = upload_service(|_| None);
    let content = content(1_000_000);
    let mut upload = client.upload::<Value>(session(), content.clone()).piece_size(320 * 1024);
    assert!(run(upload.send_piece()).expect("a piece"));
    let saved = upload.session().to_json();
    assert!(run(upload.send_piece()).expect("another piece"), "which the saved state does not know");
    drop(upload);

    let session = UploadSession::from_json(&saved).expect("a session");
    assert_eq!((session.next_byte, session.expires.as_deref()), (327_680, Some("later")));
    let upload = run(client.resume_upload::<Value>(session, std::io::Cursor::new(content.clone()).into_source()));
    let mut upload = upload.expect("the session is open").piece_size(320 * 1024);
    assert_eq!(upload.session().next_byte, 655_360);
    run(upload.send_all()).expect("survives");
    assert_eq!(*kept.lock().expect("not poisoned"), content);
}

trait IntoSource {
    fn into_source(self) -> msgraph::runtime::ReadSource<std::io::Cursor<Bytes>>;
}

impl IntoSource for std::io::Cursor<Bytes> {
    fn into_source(self) -> msgraph::runtime::ReadSource<std::io::Cursor<Bytes>> {
        msgraph::runtime::ReadSource::new(self).expect("in memory")
    }
}

#[test]
fn an_upload_that_cannot_go_on_ends() {
    let (client, sent, _) = upload_service(|_| Some(404));
    let mut upload = client.upload::<Value>(session(), content(100));
    let error = run(upload.send_all()).expect_err("the session has ended");
    assert!(matches!(&error, Error::Graph(error) if error.status == 404), "{error:?}");
    assert_eq!(lines(&sent).len(), 1);
    assert!(!format!("{error:?} {upload:?} {:?}", session()).contains("s3cret"));

    let (client, sent) = client_with(|_| InProcess::json(202, r#"{"nextExpectedRanges":["0-"]}"#));
    let mut upload = client.upload::<Value>(session(), content(100));
    run(upload.send_all()).expect_err("no progress");
    assert!(lines(&sent).len() < 20);

    for (piece, size) in [(100, 100), (320 * 1024, 0), (60 * 1024 * 1024, 1), (0, 1)] {
        let mut upload = client.upload::<Value>(session(), content(size)).piece_size(piece);
        assert!(matches!(run(upload.send_all()), Err(Error::InvalidRequest(_))), "{piece} {size}");
    }
}

#[test]
fn a_403_says_what_is_missing() {
    const READ: Operation =
        Operation::documented("GET /v1.0/users/{id}", "user-get", " | | User.Read.All < User.ReadWrite.All", "200");
    let request = || Request::<Value>::new(READ, users().key("a"));
    // {"roles":["Mail.Read"]}
    let token = "e30.eyJyb2xlcyI6WyJNYWlsLlJlYWQiXX0.sig";
    let service =
        InProcess::new(|request| InProcess::status(if request.uri().path().ends_with('a') { 403 } else { 404 }));
    let client = msgraph::Client::builder(msgraph::StaticToken::new(token)).transport(service);
    let client = client.build().expect("is allowed");
    let error = run(client.send(request())).expect_err("a 403").to_string();
    assert!(error.contains("application User.Read.All (least privileged); the token lacks User.Read.All"), "{error}");
    assert!(!error.contains("sig"), "{error}");

    let service = InProcess::new(|_| InProcess::json(200, r#"{"responses":[{"id":"0","status":403}]}"#));
    let client = msgraph::Client::builder(msgraph::StaticToken::new(token)).transport(service);
    let mut batch = Batch::new();
    let key = batch.add(request());
    let mut answers = run(client.build().expect("is allowed").send_batch(batch)).expect("answered");
    let error = answers.take(key).expect_err("a 403").to_string();
    assert!(error.contains("the token lacks User.Read.All"), "{error}");

    let service =
        InProcess::new(|request| InProcess::status(if request.uri().path().ends_with('a') { 403 } else { 404 }));
    let client = msgraph::Client::builder(msgraph::StaticToken::new(token)).transport(service);
    let client = client.build().expect("is allowed");
    let error = run(client.send(Request::<Value>::new(READ, users().key("b")))).expect_err("a 404").to_string();
    assert!(error.contains("https://learn.microsoft.com/graph/api/user-get"), "{error}");
    assert_eq!(least_privilege(&[READ], AccountType::Application).permissions, ["User.Read.All"]);
}
