//! Any answer to `$batch` is read or refused, within the attempts that the policy allows.
#![no_main]

use libfuzzer_sys::fuzz_target;
use msgraph::runtime::{InProcess, Path, Version};
use msgraph::{Batch, Client, Collection, Operation, Request, StaticToken};
use serde_json::Value;

#[path = "../src/wait.rs"]
mod wait;

const LIST: Operation = Operation::new("GET /v1.0/lamps");
const CREATE: Operation = Operation::new("POST /v1.0/lamps");

fuzz_target!(|data: &[u8]| {
    let Some((&status, body)) = data.split_first() else { return };
    let body = body.to_vec();
    // Most answers are a success, because only these have parts.
    let status = if status < 0xc0 { 200 } else { 100 + u16::from(status & 0x3f) * 10 };
    let service = InProcess::new(move |_| InProcess::json(status, body.clone()));
    let client = Client::builder(StaticToken::new("a token")).transport(service).build().expect("a client");
    let path = || Path::root(Version::V1_0).segment("lamps");
    let mut batch = Batch::new();
    let list = batch.add(Request::<Collection<Value>>::new(LIST, path()));
    let create = batch.add_after(Request::<Value>::new(CREATE, path()), &[list.position()]);
    let nothing = batch.add(Request::<()>::new(CREATE, path()));
    let Ok(mut answers) = wait::block_on(client.send_batch(batch)) else { return };
    for position in 0..answers.len() {
        let _ = answers.status(position);
    }
    let _ = (answers.take(list), answers.take(create), answers.take(nothing));
    let _ = format!("{answers:?}");
});
