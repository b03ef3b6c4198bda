//! Tests against a faulty server over real sockets: nothing is lost, and nothing is repeated.

use crate::server::{Action, Dice, Received, json, serve};
use bytes::Bytes;
use msgraph::runtime::{Path, TokenFuture, UploadSession};
use msgraph::{
    AccessToken, Client, Collection, Error, Operation, Request, RetryPolicy, StaticToken, TokenProvider, Version,
};
use serde_json::{Value, json as value};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

const LIST: Operation = Operation::new("GET /v1.0/users");
const CREATE: Operation = Operation::new("POST /v1.0/users");

fn users() -> Path {
    Path::root(Version::V1_0).segment("users")
}

/// The default policy without long waits.
fn quick() -> RetryPolicy {
    let mut policy = RetryPolicy::default();
    policy.first_wait = Duration::from_millis(2);
    policy
}

fn client(base_url: &str) -> Client {
    Client::builder(StaticToken::new("s3cret")).base_url(base_url).retry(quick()).build().expect("loopback is allowed")
}

fn line(text: &str) -> String {
    text.to_owned()
}

/// One of the ways in which a service or a gateway fails.
fn fault(kind: u64, request: &Received, whole: &str) -> Action {
    let half = &whole[..whole.len() / 2];
    let declared = whole.len();
    match kind {
        0 => Action::Answer(429, vec![line("retry-after: 0")], String::new()),
        1 => Action::Answer(429, vec![line("retry-after: 0.005")], String::from("<html>slow down</html>")),
        2 => Action::Answer(429, vec![line("retry-after: Sun, 06 Nov 1994 08:49:37 GMT")], String::new()),
        3 => Action::Answer(429, vec![], String::new()),
        4 => Action::Answer(503, vec![line("retry-after: 0")], String::from("<html>busy</html>")),
        5 => Action::Answer(504, vec![], String::new()),
        // Not repeated by the client; the caller continues.
        6 => Action::Answer(500, vec![], String::from("<html>oops</html>")),
        7 => Action::Answer(502, vec![line("content-type: text/html")], String::from("<html>oops</html>")),
        8 => Action::Cut(String::new()),
        9 => Action::Cut(String::from("HTTP/1.1 200 OK\r\ncontent-le")),
        10 => Action::Cut(format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {declared}\r\n\r\n{half}"
        )),
        11 => Action::Cut(format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{whole}",
            declared + 10
        )),
        12 => json(200, half),
        13 => Action::Slow(Duration::from_millis(30), 200, vec![line("content-type: application/json")], line(whole)),
        14 => Action::Answer(307, vec![format!("location: {}", request.target)], String::new()),
        _ => Action::Answer(401, vec![], String::new()),
    }
}

/// Tokens `token-1`, `token-2`, …
#[derive(Clone, Default)]
struct Numbered(Arc<AtomicUsize>);

impl TokenProvider for Numbered {
    fn token<'a>(&'a self, _: &'a [&'a str]) -> TokenFuture<'a> {
        let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        let token = AccessToken::new(format!("token-{number}"));
        Box::pin(std::future::ready(Ok(token.with_expiry(SystemTime::now() + Duration::from_secs(3600)))))
    }
}

#[tokio::test]
async fn ten_thousand_items_arrive_once_each_in_order() {
    const ITEMS: usize = 10_000;
    const PAGE: usize = 20;
    let dice = Mutex::new(Dice(4711));
    let kinds = Arc::new(Mutex::new([0_usize; 16]));
    let injected = kinds.clone();
    let base_url = serve(move |request| {
        let base = format!("http://{}", request.header("host").expect("a host"));
        let skip = request.target.split("skiptoken=").nth(1).map_or(0, |skip| skip.parse().expect("a number"));
        let mut page = value!({ "value": (skip..skip + PAGE).collect::<Vec<_>>() });
        if skip + PAGE < ITEMS {
            page["@odata.nextLink"] = format!("{base}/v1.0/users?$skiptoken={}", skip + PAGE).into();
        }
        let whole = page.to_string();
        let mut dice = dice.lock().expect("not poisoned");
        // First every kind once, then 5 %.
        let mut kinds = injected.lock().expect("not poisoned");
        let first = kinds.iter().position(|count| *count == 0).filter(|_| skip > 1000);
        let kind = match first {
            Some(kind) => Some(kind as u64),
            None => (dice.below(100) < 5).then(|| dice.below(16)),
        };
        match kind {
            Some(kind) => {
                kinds[kind as usize] += 1;
                fault(kind, &request, &whole)
            }
            None => json(200, whole),
        }
    })
    .await;
    let provider = Numbered::default();
    let client = Client::builder(provider.clone()).base_url(&base_url).retry(quick().with_max_attempts(8));
    let client = client.build().expect("loopback is allowed");
    let mut items = client.items(Request::<Collection<i64>>::new(LIST, users()));
    let (mut expected, mut errors) = (0, 0);
    while let Some(item) = items.next().await {
        match item {
            Ok(item) => {
                assert_eq!(item, expected);
                expected += 1;
            }
            Err(Error::Graph(error)) if matches!(error.status, 500 | 502) => errors += 1,
            Err(Error::Graph(error)) if error.status == 401 => errors += 1,
            Err(error) => panic!("after {expected} items: {error}"),
        }
    }
    assert_eq!(expected, 10_000);
    let kinds = *kinds.lock().expect("not poisoned");
    let injected: usize = kinds.iter().sum();
    println!(
        "{injected} faults in {} requests; by kind {kinds:?}; {errors} seen by the caller",
        ITEMS / PAGE + injected
    );
    assert!(kinds.iter().all(|count| *count > 0), "every kind was there: {kinds:?}");
    assert!(injected * 20 >= ITEMS / PAGE, "at least 5 %");
    assert!(provider.0.load(Ordering::SeqCst) > 1, "the token was replaced on the way");
}

#[tokio::test]
async fn a_hundred_megabytes_arrive_byte_for_byte() {
    const SIZE: usize = 100_000_000;
    const PIECE: u64 = 10 * 320 * 1024;
    let content: Bytes = (0..SIZE).map(|index| (index / 3 % 253) as u8).collect::<Vec<_>>().into();
    let kept = Arc::new(Mutex::new(Vec::<u8>::with_capacity(SIZE)));
    let (received, number) = (kept.clone(), AtomicUsize::new(0));
    let faults = Arc::new(AtomicUsize::new(0));
    let injected = faults.clone();
    let base_url = serve(move |request| {
        assert_eq!(request.header("authorization"), None);
        let mut kept = received.lock().expect("not poisoned");
        let missing = |kept: &[u8]| value!({ "nextExpectedRanges": [format!("{}-", kept.len())] }).to_string();
        if request.method == "GET" {
            return json(200, missing(&kept));
        }
        let range = request.header("content-range").expect("a range").to_owned();
        let start: usize = range["bytes ".len()..].split('-').next().expect("a start").parse().expect("a number");
        assert_eq!(start, kept.len(), "each piece once and in order");
        let number = number.fetch_add(1, Ordering::SeqCst);
        if number % 4 == 1 {
            injected.fetch_add(1, Ordering::SeqCst);
        }
        match (number % 4, number / 4 % 5) {
            // No part of the piece is kept.
            (1, 0) => return Action::Cut(String::new()),
            // All of it is kept, but the response is lost.
            (1, 1) if kept.len() + request.body.len() < SIZE => {
                kept.extend_from_slice(&request.body);
                return Action::Cut(String::from("HTTP/1.1 202 Acc"));
            }
            // A part of it is kept.
            (1, 2) => {
                kept.extend_from_slice(&request.body[..327_680]);
                return Action::Cut(String::new());
            }
            (1, 3) => return Action::Answer(503, vec![line("retry-after: 0")], String::new()),
            (1, _) => return Action::Answer(500, vec![], String::from("<html>")),
            _ => {}
        }
        kept.extend_from_slice(&request.body);
        if kept.len() == SIZE { json(201, r#"{"id":"item"}"#) } else { json(202, missing(&kept)) }
    })
    .await;
    let session = UploadSession::from_json(&value!({ "uploadUrl": format!("{base_url}/up?sig=1") }).to_string());
    let client = client(&base_url);
    let mut upload = client.upload::<Value>(session.expect("a session"), content.clone()).piece_size(PIECE);
    upload.send_all().await.expect("survives");
    assert_eq!(upload.into_item().expect("JSON").expect("an item")["id"], "item");
    assert!(*kept.lock().expect("not poisoned") == content, "byte for byte");
    assert!(faults.load(Ordering::SeqCst) >= 5);
}

#[tokio::test]
async fn a_post_is_never_sent_twice() {
    for kind in 5..14 {
        let count = Arc::new(AtomicUsize::new(0));
        let seen = count.clone();
        let base_url = serve(move |request| {
            seen.fetch_add(1, Ordering::SeqCst);
            fault(kind, &request, r#"{"id":"made"}"#)
        })
        .await;
        let result = client(&base_url).send(Request::<Value>::new(CREATE, users())).await;
        assert_eq!(result.is_ok(), kind == 13, "{kind}: {result:?}");
        assert_eq!(count.load(Ordering::SeqCst), 1, "{kind}");
    }
}

#[tokio::test]
async fn redirect_loops_end() {
    let count = Arc::new(AtomicUsize::new(0));
    let seen = count.clone();
    let base_url = serve(move |request| {
        seen.fetch_add(1, Ordering::SeqCst);
        fault(14, &request, "")
    })
    .await;
    let error = client(&base_url).send(Request::<Value>::new(LIST, users())).await.expect_err("a loop");
    assert!(matches!(error, Error::Link(_)), "{error:?}");
    assert_eq!(count.load(Ordering::SeqCst), 11);
}

#[tokio::test]
async fn a_silent_service_times_out() {
    let base_url = serve(|_| Action::Slow(Duration::from_secs(60), 200, vec![], String::new())).await;
    let request = Request::<Value>::new(LIST, users()).timeout(Duration::from_millis(50));
    let error = client(&base_url).send(request.retry(quick().with_max_attempts(2))).await.expect_err("silent");
    assert!(
        matches!(&error, Error::Transport(error) if error.fault() == msgraph::runtime::Fault::Timeout),
        "{error:?}"
    );
}

#[tokio::test]
async fn nobody_listening_is_a_connection_fault() {
    let request = Request::<Value>::new(CREATE, users());
    let error = client("http://127.0.0.1:9").send(request).await.expect_err("nobody");
    assert!(
        matches!(&error, Error::Transport(error) if error.fault() == msgraph::runtime::Fault::Connect),
        "{error:?}"
    );
    assert!(!error.to_string().contains("/v1.0/users"), "{error}");
}

#[tokio::test]
async fn streams_go_out_and_come_in() {
    use futures_core::Stream;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    struct Pieces(u8);
    impl Stream for Pieces {
        type Item = Result<Bytes, msgraph::runtime::TransportError>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            self.0 += 1;
            Poll::Ready((self.0 <= 10).then(|| Ok(Bytes::from(vec![self.0; 1000]))))
        }
    }

    const PUT: Operation = Operation::new("PUT /v1.0/me/photo/$value");
    let base_url = serve(|request| {
        assert_eq!(request.header("content-length"), Some("10000"));
        assert_eq!(request.body.len(), 10_000);
        Action::Answer(200, vec![line("content-type: image/png")], "x".repeat(300_000))
    })
    .await;
    let body = msgraph::Body::stream(Pieces(0), Some(10_000), "image/png");
    let request: Request<Bytes> = Request::new(PUT, users()).body(body);
    let mut download = client(&base_url).download(request.clone()).await.expect("a success");
    assert_eq!(download.length(), Some(300_000));
    let mut length = 0;
    while let Some(piece) = download.chunk().await.expect("whole") {
        length += piece.len();
    }
    assert_eq!(length, 300_000);
    let error = client(&base_url).send(request).await.expect_err("a stream is sent once");
    assert!(matches!(error, Error::InvalidRequest(_)), "{error:?}");
}
