//! Tests a program against a service that misbehaves: a decorator of the transport throttles, fails, is silent and slow,
//! as a seed says, so that a run that found a mistake can be repeated.

use msgraph::runtime::{
    Attempt, BoxFuture, Fault, InProcess, Limited, Limits, Path, Transport, TransportBody, TransportError,
    TransportResult,
};
use msgraph::{Client, Collection, Operation, Request, RetryPolicy, StaticToken, Version};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

const LIST_USERS: Operation = Operation::new("GET /v1.0/users");

/// A transport that disturbs another one.
struct Chaos<T> {
    inner: T,
    /// How many attempts of a hundred are disturbed.
    percentage: u64,
    state: AtomicU64,
    disturbed: Arc<AtomicUsize>,
}

/// What happens to an attempt.
enum Disturbance {
    /// The service answers with an error instead of acting.
    Status(u16, Option<u64>),
    /// The service acts, but its answer does not arrive.
    Silence,
    /// The answer comes late.
    Slow(Duration),
}

impl<T: Transport> Chaos<T> {
    /// The next random number of the seed (SplitMix64).
    fn random(&self, below: u64) -> u64 {
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut bits = self.state.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (bits ^ (bits >> 31)) % below
    }

    fn disturbance(&self) -> Option<Disturbance> {
        if self.random(100) >= self.percentage {
            return None;
        }
        self.disturbed.fetch_add(1, Ordering::Relaxed);
        Some(match self.random(5) {
            0 => Disturbance::Status(429, Some(1 + self.random(5))),
            1 => Disturbance::Status(503, None),
            2 => Disturbance::Status(504, None),
            3 => Disturbance::Silence,
            _ => Disturbance::Slow(Duration::from_secs(self.random(20))),
        })
    }
}

impl<T: Transport> Transport for Chaos<T> {
    fn send(&self, request: http::Request<TransportBody>) -> BoxFuture<'_, TransportResult> {
        Box::pin(async move {
            // What an attempt is for can decide whether it is disturbed: here, nothing is excepted.
            let number = request.extensions().get::<Attempt>().map_or(0, |attempt| attempt.number);
            match self.disturbance() {
                None => self.inner.send(request).await,
                Some(Disturbance::Status(status, retry_after)) => {
                    println!("attempt {number}: status {status} instead of an answer");
                    let service = InProcess::new(move |_| {
                        let mut response = InProcess::json(status, r#"{"error":{"code":"chaos"}}"#)?;
                        if let Some(seconds) = retry_after {
                            response.headers_mut().insert("retry-after", seconds.into());
                        }
                        Ok(response)
                    });
                    service.send(request).await
                }
                Some(Disturbance::Silence) => {
                    println!("attempt {number}: the answer is lost");
                    self.inner.send(request).await?;
                    Err(TransportError::new(Fault::Timeout, "chaos"))
                }
                Some(Disturbance::Slow(delay)) => {
                    println!("attempt {number}: the answer takes {delay:?}");
                    self.inner.sleep(delay).await;
                    self.inner.send(request).await
                }
            }
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.inner.sleep(duration)
    }

    fn timer(&self, duration: Duration) -> Option<BoxFuture<'_, ()>> {
        self.inner.timer(duration)
    }

    fn now(&self) -> SystemTime {
        self.inner.now()
    }
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let disturbed = Arc::new(AtomicUsize::new(0));
    let counter = disturbed.clone();
    // The chaos is nearest to the service; the limits are around it and see what it does.
    let client = Client::builder(StaticToken::new("a token"))
        .transport(service())
        .retry(RetryPolicy::default().with_max_attempts(12).with_max_total(Duration::from_secs(3_600)))
        .layer(move |inner| Chaos { inner, percentage: 60, state: AtomicU64::new(7), disturbed: counter })
        .layer(|inner| Limited::new(inner, Limits::new().concurrent(4).queue(100)))
        .build()?;

    let list: Request<Collection<Value>> = Request::new(LIST_USERS, Path::root(Version::V1_0).segment("users"));
    let users = client.items(list).collect().await?;
    let ids: Vec<_> = users.iter().filter_map(|user| user["id"].as_u64()).collect();
    assert_eq!(ids, (0..100).collect::<Vec<u64>>(), "each user once, in order");
    println!("{} users in spite of {} disturbances", users.len(), disturbed.load(Ordering::Relaxed));
    Ok(())
}

/// A hundred users on ten pages.
fn service() -> InProcess {
    InProcess::new(|request| {
        let page: u64 = request.uri().query().and_then(|query| query.strip_prefix("$skip=")?.parse().ok()).unwrap_or(0);
        let users: Vec<Value> = (page..page + 10).map(|id| json!({ "id": id })).collect();
        let mut body = json!({ "value": users });
        if page < 90 {
            body["@odata.nextLink"] = format!("https://graph.microsoft.com/v1.0/users?$skip={}", page + 10).into();
        }
        InProcess::json(200, body.to_string())
    })
}
