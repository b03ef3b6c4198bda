//! Tests the blocking client over real sockets: no runtime, one thread that waits.
#![cfg(feature = "blocking")]

use bytes::Bytes;
use msgraph::runtime::{
    Attempt, BlockingClient, BoxFuture, InProcess, Limited, Limits, Path, TokenFuture, Transport, TransportBody,
    TransportResult, UploadSession,
};
use msgraph::{Body, Client, Collection, Error, Operation, Request, RetryPolicy, StaticToken, TokenProvider, Version};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

const LIST: Operation = Operation::new("GET /v1.0/users");
const CREATE: Operation = Operation::new("POST /v1.0/users");

/// A server that sends these responses, each on a separate connection, and passes on what it
/// received; `{base}` is its address.
fn server(answers: Vec<String>) -> (BlockingClient, String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let base_url = format!("http://{}", listener.local_addr().expect("an address"));
    let base = base_url.clone();
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for answer in answers {
            let (stream, _) = listener.accept().expect("a connection");
            let mut reader = BufReader::new(&stream);
            let mut request = String::new();
            while !request.ends_with("\r\n\r\n") {
                reader.read_line(&mut request).expect("a line");
            }
            let length = request
                .lines()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:").map(str::to_owned));
            let mut body = vec![0; length.map_or(0, |length| length.trim().parse().expect("a number"))];
            reader.read_exact(&mut body).expect("a body");
            request.push_str(&String::from_utf8_lossy(&body));
            (&stream).write_all(answer.replace("{base}", &base).as_bytes()).expect("sent");
            if sender.send(request).is_err() {
                return;
            }
        }
    });
    let mut policy = RetryPolicy::default();
    policy.first_wait = Duration::from_millis(1);
    let builder = Client::builder(StaticToken::new("s3cret")).base_url(&base_url).retry(policy);
    (BlockingClient::with(builder).expect("loopback is allowed"), base_url, receiver)
}

fn answer(status: u16, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn list<T>() -> Request<T> {
    Request::new(LIST, Path::root(Version::V1_0).segment("users"))
}

#[test]
fn items_are_an_iterator() {
    let (client, _, sent) = server(vec![
        answer(503, "retry-after: 0\r\n", "<html>"),
        // The length depends on the address, so the end of the connection marks the end of the body.
        String::from("HTTP/1.1 200 X\r\nconnection: close\r\ncontent-type: application/json\r\n\r\n")
            + r#"{"value":["a"],"@odata.nextLink":"{base}/v1.0/users?$skiptoken=1"}"#,
        answer(200, "", r#"{"value":["b"]}"#),
    ]);
    let items: Result<Vec<String>, Error> = client.items(list::<Collection<String>>()).collect();
    assert_eq!(items.expect("both pages"), ["a", "b"]);
    let first = sent.recv().expect("a request");
    assert!(first.starts_with("GET /v1.0/users HTTP/1.1\r\n"), "{first}");
    assert!(first.to_ascii_lowercase().contains("authorization: bearer s3cret"), "{first}");
    assert!(!first.to_ascii_lowercase().contains("content-length"), "{first}");
}

#[test]
fn bodies_and_errors() {
    let (client, _, sent) = server(vec![
        answer(201, "", r#"{"id":"1"}"#),
        answer(403, "", r#"{"error":{"code":"Forbidden"}}"#),
        answer(302, "location: https://evil.example/\r\n", ""),
    ]);
    let create: Request<Value> = Request::new(CREATE, Path::root(Version::V1_0).segment("users"));
    let made = client.send(create.body(Body::Json(serde_json::json!({"a": 1})))).expect("made");
    assert_eq!(made["id"], "1");
    assert!(sent.recv().expect("a request").ends_with(r#"{"a":1}"#));
    let Err(Error::Graph(error)) = client.send(list::<Value>()) else { panic!("a 403") };
    assert_eq!(error.code.as_deref(), Some("Forbidden"));
    assert!(matches!(client.send(list::<Value>()), Err(Error::Redirect { .. })));
}

#[test]
fn uploads_and_a_broken_connection() {
    let (client, base_url, _sent) = server(vec![
        String::from("HTTP/1.1 202 Acc"),
        answer(200, "", r#"{"nextExpectedRanges":["0-"]}"#),
        answer(201, "", r#"{"id":"item"}"#),
    ]);
    let session = UploadSession::from_json(&format!(r#"{{"uploadUrl":"{base_url}/up"}}"#)).expect("a session");
    let mut upload = client.client().upload::<Value>(session, Bytes::from_static(b"content"));
    client.wait(upload.send_all()).expect("survives");
    assert_eq!(upload.into_item().expect("JSON").expect("an item")["id"], "item");
}

#[tokio::test]
async fn it_works_inside_of_a_runtime() {
    let (client, _, _sent) = server(vec![answer(200, "", "{}")]);
    client.send(list::<Value>()).expect("no panic");
    let nobody = BlockingClient::with(Client::builder(StaticToken::new("t")).base_url("http://127.0.0.1:9"));
    let error = nobody.expect("is allowed").send(list::<Value>().retry(RetryPolicy::never())).expect_err("nobody");
    assert!(
        matches!(&error, Error::Transport(error) if error.fault() == msgraph::runtime::Fault::Connect),
        "{error:?}"
    );
}

struct Hanging;

impl TokenProvider for Hanging {
    fn token<'a>(&'a self, _: &'a [&'a str]) -> TokenFuture<'a> {
        Box::pin(std::future::pending())
    }
}

#[test]
fn a_provider_that_hangs_is_given_up() {
    let builder = Client::builder(Hanging).base_url("http://127.0.0.1:9").timeout(Duration::from_millis(20));
    let client = BlockingClient::with(builder).expect("loopback is allowed");
    let error = client.send(Request::<Value>::new(LIST, Path::root(Version::V1_0).segment("users")));
    assert!(matches!(error, Err(Error::Token(_))), "{error:?}");
}

/// Answers after a while, and counts how many calls run.
#[derive(Default)]
struct Slow {
    running: AtomicUsize,
    most: AtomicUsize,
}

impl Transport for Slow {
    fn send(&self, request: http::Request<TransportBody>) -> BoxFuture<'_, TransportResult> {
        Box::pin(async move {
            assert!(request.extensions().get::<Attempt>().is_some());
            let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(running, Ordering::SeqCst);
            thread::sleep(Duration::from_millis(5));
            self.running.fetch_sub(1, Ordering::SeqCst);
            InProcess::new(|_| InProcess::json(200, r#"{"value":[]}"#)).send(request).await
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        thread::sleep(duration);
        Box::pin(std::future::ready(()))
    }
}

#[test]
fn threads_share_a_limit() {
    let slow = Arc::new(Slow::default());
    let inner = slow.clone();
    let builder = Client::builder(StaticToken::new("t")).layer(move |_| inner);
    let builder = builder.layer(|inner| Limited::new(inner, Limits::new().concurrent(3)));
    let client = BlockingClient::with(builder).expect("is allowed");
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..5 {
                    client.send(list::<Collection<Value>>()).expect("a page");
                }
            });
        }
    });
    assert_eq!(slow.most.load(Ordering::SeqCst), 3);
}
