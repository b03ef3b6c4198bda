//! Tests how the keys of the login authority are fetched and kept.

use crate::sender::{END, TENANT, claims, public_key, token, token_with};
use crate::tokens::{received, rules};
use bytes::Bytes;
use msgraph::notifications::{DiscoveryError, KeyDiscovery, TokenFault};
use msgraph::runtime::InProcess;
use msgraph::{Client, StaticToken};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

struct Authority {
    transport: Arc<InProcess>,
    requests: Arc<AtomicU32>,
    discovery: KeyDiscovery,
}

impl Authority {
    fn answering(answer: impl Fn(u32) -> (u16, String) + Send + Sync + 'static) -> Authority {
        let requests = Arc::new(AtomicU32::new(0));
        let counter = requests.clone();
        let transport = Arc::new(InProcess::new(move |request: http::Request<Bytes>| {
            let expected = "https://login.microsoftonline.com/common/discovery/v2.0/keys";
            assert_eq!(request.uri().to_string(), expected);
            assert!(request.headers().is_empty(), "no token");
            let (status, body) = answer(counter.fetch_add(1, Ordering::SeqCst));
            InProcess::json(status, body)
        }));
        let client = Client::builder(StaticToken::new("t")).transport(transport.clone()).build().expect("a client");
        Authority { discovery: KeyDiscovery::new(&client), transport, requests }
    }

    async fn verify(&self, key_id: &str) -> Result<usize, DiscoveryError> {
        // Valid whatever the time is.
        let mut claims = claims();
        claims["nbf"] = json!(1);
        claims["exp"] = json!(END * 2);
        let token = token_with(&json!({"alg": "RS256", "kid": key_id}), &claims);
        Ok(self.discovery.verify(&received(&[token], &[TENANT]), &rules()).await?.len())
    }

    fn requests(&self) -> u32 {
        self.requests.load(Ordering::SeqCst)
    }

    fn pass(&self, seconds: u64) {
        self.transport.advance(Duration::from_secs(seconds));
    }
}

fn keys(ids: &[&str]) -> (u16, String) {
    let keys: Vec<_> = ids.iter().map(|id| public_key(id)).collect();
    (200, json!({"keys": keys}).to_string())
}

fn is_unknown(result: Result<usize, DiscoveryError>) -> bool {
    matches!(result, Err(DiscoveryError::Token(TokenFault::UnknownKey { .. })))
}

#[tokio::test(flavor = "current_thread")]
async fn keys_are_kept_for_a_day() {
    let authority = Authority::answering(|_| keys(&["k1"]));
    for _ in 0..3 {
        assert_eq!(authority.verify("k1").await.expect("verified"), 1);
    }
    assert_eq!(authority.requests(), 1);
    authority.pass(24 * 3600);
    assert_eq!(authority.verify("k1").await.expect("verified"), 1);
    assert_eq!(authority.requests(), 2);
}

#[tokio::test(flavor = "current_thread")]
async fn unknown_keys_cause_few_requests() {
    let authority = Authority::answering(|sent| if sent == 0 { keys(&["k1"]) } else { keys(&["k1", "k2"]) });
    assert_eq!(authority.verify("k1").await.expect("verified"), 1);
    for _ in 0..100 {
        assert!(is_unknown(authority.verify("k2").await));
    }
    assert_eq!(authority.requests(), 1);
    authority.pass(300);
    assert_eq!(authority.verify("k2").await.expect("verified"), 1);
    assert_eq!(authority.requests(), 2);
    for _ in 0..100 {
        assert!(is_unknown(authority.verify("forged").await));
    }
    assert_eq!(authority.requests(), 2);
}

#[tokio::test(flavor = "current_thread")]
async fn old_keys_are_better_than_none() {
    let authority = Authority::answering(|sent| if sent == 0 { keys(&["k1"]) } else { (503, String::new()) });
    authority.verify("k1").await.expect("verified");
    authority.pass(48 * 3600);
    for _ in 0..3 {
        authority.verify("k1").await.expect("verified");
    }
    assert_eq!(authority.requests(), 2, "not at once again");
}

#[tokio::test(flavor = "current_thread")]
async fn odd_answers_are_errors() {
    let fails = |status, body: &str| {
        Authority::answering({
            let body = body.to_owned();
            move |_| (status, body.clone())
        })
    };
    assert!(matches!(fails(404, "").verify("k1").await, Err(DiscoveryError::Status { status: 404 })));
    assert!(matches!(fails(200, "<html>").verify("k1").await, Err(DiscoveryError::Keys(_))));
    let huge = format!("{{\"keys\":[],\"x\":\"{}\"}}", "x".repeat(2 * 1024 * 1024));
    assert!(matches!(fails(200, &huge).verify("k1").await, Err(DiscoveryError::Keys(_))));
    // Without tokens, no keys are needed.
    let silent = fails(500, "");
    let missing = silent.discovery.verify(&received(&[], &[TENANT]), &rules()).await;
    assert!(matches!(missing, Err(DiscoveryError::Token(TokenFault::Missing))));
    assert_eq!(silent.requests(), 0);
    assert!(silent.discovery.authority("http://login.example").is_err());
}

#[tokio::test(flavor = "current_thread")]
async fn expired_tokens_are_refused_by_the_clock_of_the_transport() {
    let authority = Authority::answering(|_| keys(&["k1"]));
    let until = SystemTime::UNIX_EPOCH + Duration::from_secs(END + 3600);
    if let Ok(left) = until.duration_since(SystemTime::now()) {
        authority.transport.advance(left);
    }
    let result = authority.discovery.verify(&received(&[token(&claims())], &[TENANT]), &rules()).await;
    assert!(matches!(result, Err(DiscoveryError::Token(TokenFault::Expired))));
}
