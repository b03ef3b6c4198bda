//! Whatever the service says about missing pieces, an upload ends, and asks for no byte that the content lacks.
//!
//! The input is one answer per line, each with a status in its first byte; the first one is the session.
#![no_main]

use std::sync::Mutex;

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use msgraph::runtime::{InProcess, UploadSession};
use msgraph::{Client, StaticToken};
use serde_json::Value;

#[path = "../src/wait.rs"]
mod wait;

static CONTENT: [u8; 1 << 20] = [7; 1 << 20];
const STATUSES: [u16; 8] = [200, 201, 202, 204, 404, 416, 429, 503];
/// More requests than the attempts for so few pieces can need.
const MAX_REQUESTS: usize = 10_000;

fuzz_target!(|text: &str| {
    let mut lines = text.lines();
    let Ok(mut session) = UploadSession::from_json(lines.next().unwrap_or_default()) else { return };
    let again = UploadSession::from_json(&session.to_json()).expect("a session that was written can be read");
    assert_eq!(again.next_byte, session.next_byte);
    session.upload_url = "https://upload.graph.microsoft.com/x".to_owned();
    let mut answers: Vec<(u16, String)> = lines
        .map(|line| {
            let status = line.bytes().next().map_or(202, |byte| STATUSES[usize::from(byte % 8)]);
            (status, line.chars().skip(1).collect())
        })
        .collect();
    answers.reverse();
    let state = Mutex::new((answers, 0));
    let service = InProcess::new(move |_| {
        let mut state = state.lock().expect("no panic");
        state.1 += 1;
        assert!(state.1 < MAX_REQUESTS, "the upload does not end");
        let (status, body) = state.0.pop().unwrap_or((404, String::new()));
        InProcess::json(status, body)
    });
    let client = Client::builder(StaticToken::new("a token")).transport(service).build().expect("a client");
    let content = Bytes::from_static(&CONTENT);
    if let Ok(mut upload) = wait::block_on(client.resume_upload::<Value>(session, content)) {
        upload = upload.piece_size(320 << 10);
        let _ = wait::block_on(upload.send_all());
        let _ = format!("{upload:?}");
        let _ = upload.into_item();
    }
});
