//! Tests the requests about subscriptions and when they are sent.

use bytes::Bytes;
use msgraph::edm::DateTimeOffset;
use msgraph::notifications::{ChangeType, NewSubscription, Renewal, Renewed, Subscriptions};
use msgraph::runtime::{Fault, InProcess, InProcessResult, Transport, TransportError};
use msgraph::{Client, Error, RetryPolicy, StaticToken, Version};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

const HOUR: Duration = Duration::from_secs(3600);
const MINUTE: Duration = Duration::from_secs(60);

/// A service in this process. It records each request with the time since its start, in minutes.
struct Service {
    transport: Arc<InProcess>,
    started: SystemTime,
    log: Arc<Mutex<Vec<(u64, String)>>>,
    subscriptions: Subscriptions,
}

impl Service {
    /// `answer` gets the number of the request and its body.
    fn answering(answer: impl Fn(usize, &Value) -> InProcessResult + Send + Sync + 'static) -> Service {
        let log: Arc<Mutex<Vec<(u64, String)>>> = Arc::default();
        let written = log.clone();
        let clock: Arc<Mutex<Option<Arc<InProcess>>>> = Arc::default();
        let read = clock.clone();
        let started: Arc<Mutex<SystemTime>> = Arc::new(Mutex::new(SystemTime::now()));
        let start = started.clone();
        let transport = Arc::new(InProcess::new(move |request: http::Request<Bytes>| {
            let now = read.lock().expect("a lock").as_ref().expect("a clock").now();
            let minutes = now.duration_since(*start.lock().expect("a lock")).expect("later").as_secs() / 60;
            let line = format!("{} {}", request.method(), request.uri().path());
            let mut log = written.lock().expect("a lock");
            log.push((minutes, line));
            answer(log.len(), &serde_json::from_slice(request.body()).unwrap_or_default())
        }));
        *clock.lock().expect("a lock") = Some(transport.clone());
        let first = transport.now();
        *started.lock().expect("a lock") = first;
        let client = Client::builder(StaticToken::new("t")).transport(transport.clone());
        let client = client.retry(RetryPolicy::never()).build().expect("a client");
        Service { transport, started: first, log, subscriptions: Subscriptions::new(&client, Version::V1_0) }
    }

    fn renewal(&self, left: Duration, lifetime: Duration) -> Renewal {
        let expiration = DateTimeOffset::from(self.transport.now() + left);
        self.subscriptions.renewal("s 1", Some(&expiration), lifetime)
    }

    fn minutes(&self) -> Vec<u64> {
        self.log.lock().expect("a lock").iter().map(|(minutes, _)| *minutes).collect()
    }

    fn lines(&self) -> Vec<String> {
        self.log.lock().expect("a lock").iter().map(|(_, line)| line.clone()).collect()
    }
}

fn gone() -> InProcessResult {
    InProcess::json(404, r#"{"error":{"code":"ResourceNotFound"}}"#)
}

/// What was asked for.
fn granted(body: &Value) -> InProcessResult {
    InProcess::json(200, json!({"id": "s 1", "expirationDateTime": body["expirationDateTime"]}).to_string())
}

#[tokio::test(flavor = "current_thread")]
async fn subscriptions_are_created_and_deleted() {
    let service = Service::answering(|sent, body| match sent {
        1 => {
            assert_eq!(body["changeType"], "created,updated");
            assert_eq!(body["notificationUrl"], "https://me.example/hook");
            assert_eq!(body["lifecycleNotificationUrl"], "https://me.example/hook");
            assert_eq!(body["clientState"], "a secret");
            assert_eq!(body["resource"], "lamps");
            assert_eq!((&body["includeResourceData"], &body["encryptionCertificate"]), (&json!(true), &json!("AAAA")));
            assert_eq!(body["encryptionCertificateId"], "spring");
            assert_eq!(body["latestSupportedTlsVersion"], "v1_2");
            assert!(body["expirationDateTime"].as_str().is_some_and(|text| text.ends_with('Z')));
            let answer = json!({"id": "s 1", "clientState": "a secret", "expirationDateTime": "2031-01-01T00:00:00Z"});
            InProcess::json(201, answer.to_string())
        }
        2 => InProcess::status(204),
        3 => InProcess::json(200, r#"{"id":"s 1"}"#),
        4 => InProcess::status(204),
        5 => gone(),
        _ => InProcess::json(201, "{}"),
    });
    let changes = [ChangeType::Created, ChangeType::Updated];
    let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
    let new = NewSubscription::new("lamps", changes, "https://me.example/hook", "a secret", HOUR)
        .lifecycle_url("https://me.example/hook")
        .property("latestSupportedTlsVersion", "v1_2");
    assert_eq!(new.clone().encrypted_for_pem("spring", "nothing"), None);
    let new = new.encrypted_for_pem("spring", pem).expect("a certificate");
    let subscription = service.subscriptions.create(&new).await.expect("created");
    assert_eq!(subscription.id, "s 1");
    assert_eq!(subscription.expiration, Some("2031-01-01T00:00:00Z".into()));
    let shown = format!("{new:?} {subscription:?}");
    assert!(!shown.contains("a secret") && !shown.contains("AAAA"), "{shown}");
    service.subscriptions.reauthorize("s 1").await.expect("reauthorized");
    service.subscriptions.replace_certificate("s 1", "summer", b"x").await.expect("replaced");
    assert!(service.subscriptions.delete("s 1").await.expect("deleted"));
    assert!(!service.subscriptions.delete("s 1").await.expect("gone already"));
    assert!(matches!(service.subscriptions.create(&new).await, Err(Error::Decode { .. })), "no id");
    let path = "/v1.0/subscriptions";
    let expected = [
        format!("POST {path}"),
        format!("POST {path}/s%201/reauthorize"),
        format!("PATCH {path}/s%201"),
        format!("DELETE {path}/s%201"),
        format!("DELETE {path}/s%201"),
        format!("POST {path}"),
    ];
    assert_eq!(service.lines(), expected);
}

#[tokio::test(flavor = "current_thread")]
async fn a_subscription_is_renewed_before_it_expires_until_it_is_gone() {
    let service = Service::answering(|sent, body| if sent < 4 { granted(body) } else { gone() });
    service.renewal(HOUR, HOUR).keep_alive().await.expect("gone");
    assert_eq!(service.minutes(), [45, 90, 135, 180]);
}

#[tokio::test(flavor = "current_thread")]
async fn the_service_can_allow_less_than_requested() {
    let started = Mutex::new(None::<SystemTime>);
    let service = Service::answering(move |sent, body| {
        let asked =
            body["expirationDateTime"].as_str().map(DateTimeOffset::from).and_then(|time| time.to_system_time());
        let asked = asked.expect("a time");
        started.lock().expect("a lock").get_or_insert(asked);
        match sent {
            // Ten minutes instead of an hour.
            1..=3 => {
                let time = DateTimeOffset::from(asked - 50 * MINUTE);
                InProcess::json(200, json!({"expirationDateTime": time.as_str()}).to_string())
            }
            // In the past.
            4..=6 => InProcess::json(200, r#"{"expirationDateTime":"2001-01-01T00:00:00Z"}"#),
            // Nothing, or nonsense: as requested.
            7 => InProcess::status(204),
            8 => InProcess::json(200, r#"{"expirationDateTime":"soon"}"#),
            _ => gone(),
        }
    });
    service.renewal(HOUR, HOUR).keep_alive().await.expect("gone");
    // In the middle of ten minutes; then every 30 seconds; then as usual.
    assert_eq!(service.minutes(), [45, 50, 55, 60, 60, 61, 61, 106, 151]);
}

#[tokio::test(flavor = "current_thread")]
async fn failures_are_repeated_until_the_subscription_expires() {
    let service = Service::answering(|sent, body| match sent {
        1 => InProcess::json(429, "{}"),
        2 => InProcess::json(503, "{}"),
        3 => Err(TransportError::new(Fault::Interrupted, "broken")),
        4 => granted(body),
        _ => InProcess::json(500, "{}"),
    });
    let error = service.renewal(HOUR, HOUR).keep_alive().await.expect_err("expired");
    assert!(matches!(error, Error::Graph(error) if error.status == 500));
    let minutes = service.minutes();
    assert_eq!(minutes[..4], [45, 45, 46, 48]);
    // The last attempt is at the end.
    assert_eq!((minutes[4], minutes.last()), (48 + 45, Some(&(48 + 60))));
    assert!(minutes.len() < 12, "{minutes:?}");
}

#[tokio::test(flavor = "current_thread")]
async fn a_refusal_ends_it() {
    let service = Service::answering(|_, _| InProcess::json(403, "{}"));
    let error = service.renewal(HOUR, HOUR).keep_alive().await.expect_err("refused");
    assert!(matches!(error, Error::Graph(error) if error.status == 403));
    assert_eq!(service.minutes(), [45]);
}

#[tokio::test(flavor = "current_thread")]
async fn a_program_can_have_its_own_timer() {
    let service = Service::answering(|sent, body| if sent < 3 { granted(body) } else { gone() });
    let mut renewal = service.renewal(HOUR, 24 * HOUR).margin(10 * MINUTE);
    assert_eq!(renewal.due(), service.started + 50 * MINUTE);
    assert_eq!(renewal.renew_due().await.expect("nothing sent"), Renewed::NotDue);
    service.transport.advance(50 * MINUTE);
    let until = service.transport.now() + 24 * HOUR;
    assert_eq!(renewal.renew_due().await.expect("renewed"), Renewed::Until(until));
    assert_eq!((renewal.expires(), renewal.due()), (until, until - 10 * MINUTE));
    assert_eq!(renewal.renew_due().await.expect("nothing sent"), Renewed::NotDue);
    assert_eq!(renewal.renew().await.expect("renewed"), Renewed::Until(until));
    assert_eq!(renewal.renew().await.expect("gone"), Renewed::Gone);
    assert_eq!(service.minutes(), [50, 50, 50]);
    // Without a time, at once.
    let unknown = service.subscriptions.renewal("s 1", None, HOUR);
    assert!(unknown.due() <= service.transport.now());
}

#[tokio::test(flavor = "current_thread")]
async fn a_renewal_is_repeated_although_it_is_a_patch() {
    let service = InProcess::new({
        let sent = Mutex::new(0);
        move |request: http::Request<Bytes>| {
            let mut sent = sent.lock().expect("a lock");
            *sent += 1;
            if *sent == 1 {
                Err(TransportError::new(Fault::Interrupted, "broken"))
            } else {
                granted(&serde_json::from_slice(request.body()).expect("JSON"))
            }
        }
    });
    let client = Client::builder(StaticToken::new("t")).transport(service).build().expect("a client");
    let renewed = Subscriptions::new(&client, Version::Beta).renew("s1", HOUR).await;
    assert!(renewed.is_ok(), "{renewed:?}");
}
