//! All calls leave the same events: each answer, each failure, and each wait.

use crate::secrets::Log;
use bytes::Bytes;
use msgraph::runtime::{Fault, InProcess, InProcessResult, Path, TransportError, UploadSession};
use msgraph::{Batch, Client, Collection, Operation, Request, StaticToken, Version};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

const LIST: Operation = Operation::new("GET /v1.0/users");
const GET: Operation = Operation::new("GET /v1.0/users/{id}");

/// The events of a call, one letter each: answer, failure, wait.
fn events(answers: Vec<InProcessResult>, call: impl AsyncFnOnce(Client)) -> String {
    let log = Log::default();
    let text = log.text.clone();
    tracing::subscriber::with_default(log, || {
        let answers = Mutex::new(VecDeque::from(answers));
        let next = move |_| answers.lock().expect("not poisoned").pop_front().expect("another answer");
        let client = Client::builder(StaticToken::new("t")).transport(InProcess::new(next)).build();
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(call(client.expect("is allowed")));
    });
    let text = text.lock().expect("not poisoned");
    let kinds = [("message=answered", 'A'), ("message=no answer", 'F'), ("message=waiting", 'W')];
    let kind = |line: &str| kinds.iter().find(|(message, _)| line.contains(message)).map(|(_, kind)| *kind);
    text.lines().filter_map(kind).collect()
}

fn throttled() -> InProcessResult {
    InProcess::status(429)
}

fn broken() -> InProcessResult {
    Err(TransportError::new(Fault::Interrupted, "injected"))
}

fn users() -> Path {
    Path::root(Version::V1_0).segment("users")
}

#[test]
fn every_answer_failure_and_wait() {
    let list = || Request::<Collection<Value>>::new(LIST, users());
    let page = || InProcess::json(200, r#"{"value":[]}"#);
    let sent = events(vec![throttled(), broken(), page()], async |client| {
        client.send(list()).await.expect("a page");
    });
    assert_eq!(sent, "AWFWA");
    let half = InProcess::json(200, r#"{"value":["#);
    let paged = events(vec![half, page()], async |client| {
        client.items(list()).collect().await.expect("a page");
    });
    assert_eq!(paged, "AFWA");
    let answers = vec![
        throttled(),
        InProcess::json(200, r#"{"responses":[{"id":"0","status":429},{"id":"1","status":200}]}"#),
        InProcess::json(200, r#"{"responses":[{"id":"0","status":200}]}"#),
    ];
    let batched = events(answers, async |client| {
        let mut batch = Batch::new();
        for id in ["a", "b"] {
            batch.add(Request::<Value>::new(GET, users().key(id)));
        }
        client.send_batch(batch).await.expect("answered");
    });
    // The call, then its parts.
    assert_eq!(batched, "AW AAA W AA".replace(' ', ""));
    let answers = vec![broken(), InProcess::json(200, r#"{"nextExpectedRanges":["0-"]}"#), InProcess::json(201, "{}")];
    let uploaded = events(answers, async |client| {
        let session = UploadSession::from_json(r#"{"uploadUrl":"https://up.example/s"}"#).expect("a session");
        let mut upload = client.upload::<Value>(session, Bytes::from_static(b"content"));
        upload.send_all().await.expect("complete");
    });
    assert_eq!(uploaded, "FWAA");
    let running = InProcess::json(200, r#"{"status":"running"}"#);
    let answers = vec![throttled(), running, InProcess::json(200, r#"{"status":"completed"}"#)];
    let polled = events(answers, async |client| {
        let mut monitor = client.monitor(LIST, "https://monitor.example/1").expect("is allowed");
        monitor.wait(Duration::from_secs(60)).await.expect("polled");
    });
    assert_eq!(polled, "AWAWA");
}
