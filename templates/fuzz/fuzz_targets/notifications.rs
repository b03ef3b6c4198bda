//! What a stranger posts to a receiver is answered or refused.
//!
//! The first line is the query string, the rest is the body.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use msgraph::notifications::{Answer, ClientStates, DecryptionKeys, SigningKeys, ValidationToken, receive};
use serde_json::Value;

static STATES: LazyLock<ClientStates> = LazyLock::new(|| ClientStates::new().with("a", "the secret of a"));

fuzz_target!(|data: &[u8]| {
    let end = data.iter().position(|&byte| byte == b'\n').unwrap_or(data.len());
    let query = String::from_utf8_lossy(&data[..end]);
    let body = data.get(end + 1..).unwrap_or_default();
    let _ = ValidationToken::from_query(&query);
    let _ = SigningKeys::from_jwks(body);
    match receive(Some(&query), body) {
        Ok(Answer::Notifications(found)) => {
            for notification in &found.value {
                let _ = notification.decrypt::<Value>(&DecryptionKeys::new());
                let _ = format!("{notification:?}");
            }
            let checked = found.check(|subscription| STATES.get(subscription).map(str::to_owned));
            let _ = format!("{checked:?}");
        }
        Ok(answer) => {
            let _ = (answer.status(), answer.body().len());
        }
        Err(refused) => {
            let _ = refused.status();
        }
    }
});
