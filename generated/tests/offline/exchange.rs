//! Tests single requests without a network: attempts, tokens, links and redirects.

use crate::service::{BASE, Sent, client, client_with, fault, header, lines, response, run};
use bytes::Bytes;
use futures_core::Stream;
use msgraph::runtime::{Fault, InProcess, LinkFault, Path, TokenFuture, TransportError};
use msgraph::{
    AccessToken, Body, Client, Cloud, Error, Operation, Request, RetryPolicy, StaticToken, TokenProvider, Version,
};
use serde_json::Value;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

const GET: Operation = Operation::new("GET /v1.0/me");
const POST: Operation = Operation::new("POST /v1.0/me/sendMail");
const PATCH: Operation = Operation::new("PATCH /v1.0/me");

fn me() -> Request<Value> {
    Request::new(GET, Path::root(Version::V1_0).segment("me"))
}

fn request(operation: Operation) -> Request<()> {
    Request::new(operation, Path::root(Version::V1_0).segment("me"))
}

fn count(sent: &Sent) -> usize {
    sent.lock().expect("not poisoned").len()
}

#[test]
fn an_address_that_is_a_permission_gets_no_token() {
    let (client, sent) = client_with(|_| InProcess::json(200, "{}"));
    let block = "https://storage.example/block?sig=x";
    run(client.send(me().at_link(block).anonymous())).expect("any host");
    assert_eq!((header(&sent, 0, "authorization"), lines(&sent)), (None, vec![format!("GET {block}")]));
    let error = run(client.send(me().at_link(block))).expect_err("with a token it stays here");
    assert!(matches!(error, Error::Link(LinkFault::ForeignHost { .. })), "{error:?}");
    assert_eq!(count(&sent), 1);
}

#[test]
fn a_throttled_request_is_repeated_with_the_same_id() {
    let (client, sent) = client(vec![
        response(429, &[("retry-after", "2.128")], ""),
        response(503, &[("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")], "<html>"),
        response(504, &[], ""),
        InProcess::json(200, "{}"),
    ]);
    run(client.send(me())).expect("the fourth attempt succeeds");
    let ids: Vec<_> = (0..4).map(|index| header(&sent, index, "client-request-id")).collect();
    assert!(ids[0].is_some() && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let attempts: Vec<_> = (0..4).map(|index| header(&sent, index, "retry-attempt")).collect();
    let number = |text: &str| Some(text.to_owned());
    assert_eq!(attempts, [None, number("1"), number("2"), number("3")]);
}

#[test]
fn after_the_last_attempt_the_error_is_returned() {
    let (client, sent) = client_with(|_| response(429, &[("request-id", "r-1"), ("retry-after", "1")], ""));
    let error = run(client.send(me())).expect_err("always throttled");
    assert!(matches!(&error, Error::Graph(error) if error.status == 429), "{error:?}");
    assert_eq!(count(&sent), 4);
    run(client.send(me().retry(RetryPolicy::never()))).expect_err("always throttled");
    assert_eq!(count(&sent), 5);
    let twice = RetryPolicy::default().with_max_attempts(2);
    run(client.send(me().retry(twice))).expect_err("always throttled");
    assert_eq!(count(&sent), 7);
}

#[test]
fn what_may_have_been_applied_is_sent_once() {
    for operation in [POST, PATCH] {
        for broken in [Fault::Interrupted, Fault::Timeout] {
            let (client, sent) = client_with(move |_| fault(broken));
            let error = run(client.send(request(operation))).expect_err("broken");
            assert!(matches!(&error, Error::Transport(error) if error.fault() == broken), "{error:?}");
            assert_eq!(count(&sent), 1);
            let repeat = RetryPolicy::default().with_repeat_unsafe(true);
            run(client.send(request(operation).retry(repeat))).expect_err("broken");
            assert_eq!(count(&sent), 5);
        }
        for status in [503, 504, 500, 502] {
            let (client, sent) = client_with(move |_| InProcess::status(status));
            run(client.send(request(operation))).expect_err("an error");
            assert_eq!(count(&sent), 1, "{status}");
        }
        for refused in [429, 503] {
            let (client, sent) = client(vec![
                response(refused, &[("retry-after", "1")], ""),
                fault(Fault::Connect),
                InProcess::status(204),
            ]);
            run(client.send(request(operation))).expect("refused, not applied");
            assert_eq!(count(&sent), 3);
        }
    }
}

/// A used stream cannot be sent again: the first failure is returned, whatever the policy says.
#[test]
fn a_used_stream_is_not_sent_again() {
    struct Once(Option<Bytes>);

    impl Stream for Once {
        type Item = Result<Bytes, TransportError>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            Poll::Ready(self.0.take().map(Ok))
        }
    }

    const PUT: Operation = Operation::new("PUT /v1.0/me/photo/$value");
    let upload = || request(PUT).body(Body::stream(Once(Some(Bytes::from_static(b"x"))), Some(1), "image/png"));
    let throttled = || response(429, &[("retry-after", "1")], "");
    let (client, sent) = client(vec![throttled(), InProcess::status(204)]);
    let error = run(client.send(upload())).expect_err("throttled");
    assert!(matches!(&error, Error::Graph(error) if error.status == 429), "{error:?}");
    assert_eq!(count(&sent), 1);

    let (client, sent) = self::client(vec![fault(Fault::Connect), InProcess::status(204)]);
    let repeat = RetryPolicy::default().with_repeat_unsafe(true);
    let error = run(client.send(upload().retry(repeat))).expect_err("broken");
    assert!(matches!(&error, Error::Transport(error) if error.fault() == Fault::Connect), "{error:?}");
    assert_eq!(count(&sent), 1);

    let (client, sent) = self::client(vec![response(401, &[], ""), InProcess::status(204)]);
    run(client.send(upload())).expect_err("refused");
    assert_eq!(count(&sent), 1);
}

#[test]
fn truncated_json_is_read_again() {
    let (client, sent) =
        client(vec![InProcess::json(200, r#"{"displayName":"A"#), InProcess::json(200, r#"{"displayName":"Adele"}"#)]);
    let me = run(client.send(me())).expect("the second is whole");
    assert_eq!(me["displayName"], "Adele");
    assert_eq!(count(&sent), 2);

    let (client, sent) = client_with(|_| InProcess::json(200, r#"{"displayName":A}"#));
    let error = run(client.send(self::me())).expect_err("no JSON");
    assert!(matches!(error, Error::Decode { .. }), "{error:?}");
    assert_eq!(count(&sent), 1);
}

/// Provides `token-1`, `token-2`, …, which live for an hour.
#[derive(Clone, Default)]
struct Numbered {
    given: Arc<AtomicUsize>,
}

impl TokenProvider for Numbered {
    fn token<'a>(&'a self, scopes: &'a [&'a str]) -> TokenFuture<'a> {
        assert_eq!(scopes, ["https://graph.microsoft.com/.default"]);
        let number = self.given.fetch_add(1, Ordering::SeqCst) + 1;
        let token = AccessToken::new(format!("token-{number}"));
        let token = token.with_expiry(std::time::SystemTime::now() + Duration::from_secs(3600));
        Box::pin(std::future::ready(Ok(token)))
    }
}

#[test]
fn a_token_is_asked_for_once_and_replaced_when_it_is_refused() {
    let provider = Numbered::default();
    let service = InProcess::new(|request| match request.headers()["authorization"].to_str().expect("text") {
        "Bearer token-1" if request.method() == "GET" => InProcess::json(200, "{}"),
        "Bearer token-2" => InProcess::status(204),
        _ => InProcess::status(401),
    });
    let client = Client::builder(provider.clone()).transport(service).build().expect("is allowed");
    run(client.send(me())).expect("token-1 is accepted");
    run(client.send(me())).expect("token-1 is accepted");
    assert_eq!(provider.given.load(Ordering::SeqCst), 1);
    run(client.send(request(POST))).expect("token-2 is accepted");
    assert_eq!(provider.given.load(Ordering::SeqCst), 2);
}

#[test]
fn a_token_that_expires_is_renewed_before() {
    let provider = Numbered::default();
    let service = Arc::new(InProcess::new(|_| InProcess::json(200, "{}")));
    let client = Client::builder(provider.clone()).transport(service.clone()).build().expect("is allowed");
    run(client.send(me())).expect("a success");
    service.advance(Duration::from_secs(54 * 60));
    run(client.send(me())).expect("a success");
    assert_eq!(provider.given.load(Ordering::SeqCst), 1);
    service.advance(Duration::from_secs(120));
    run(client.send(me())).expect("a success");
    assert_eq!(provider.given.load(Ordering::SeqCst), 2);
}

#[test]
fn a_refused_token_ends_in_the_error() {
    let (client, sent) = client_with(|_| InProcess::status(401));
    let error = run(client.send(me())).expect_err("refused");
    assert!(matches!(&error, Error::Graph(error) if error.status == 401), "{error:?}");
    assert_eq!(count(&sent), 1, "there is no other token");
}

#[test]
fn hostile_links_do_not_get_the_token() {
    let (client, sent) = client_with(|_| panic!("nothing may be sent"));
    for link in [
        "https://graph.microsoft.com.evil.example/v1.0/users",
        "https://graph.microsoft.com@evil.example/v1.0/users",
        "https://evil.example/?https://graph.microsoft.com",
        "http://graph.microsoft.com/v1.0/users",
        "https://graph.microsoft.com:8443/v1.0/users",
        "//evil.example/",
        "javascript:alert(1)",
        "",
    ] {
        let error = run(client.send(me().at_link(link))).expect_err("refused");
        assert!(matches!(error, Error::Link(_)), "{link}: {error:?}");
        let own_token = me().header("Authorization", "Bearer s3cret").at_link(link);
        assert!(matches!(run(client.send(own_token)), Err(Error::Link(_))), "{link}");
    }
    let error = run(client.send(me().at_link("https://evil.example/"))).expect_err("refused");
    assert_eq!(
        error.to_string(),
        "a link of the response is not followed: the host `evil.example` is neither the service nor on the list of \
         allowed hosts, so it must not get the token"
    );
    assert_eq!(count(&sent), 0);
}

#[test]
fn redirects_stay_at_the_service() {
    let moved = |location: &str| response(302, &[("location", location)], "");
    let (client, sent) = self::client(vec![
        moved("/v1.0/users/1"),
        moved("https://graph.microsoft.com/v1.0/users/2"),
        InProcess::json(200, "{}"),
    ]);
    run(client.send(me())).expect("a success");
    assert_eq!(
        lines(&sent),
        [format!("GET {BASE}/v1.0/me"), format!("GET {BASE}/v1.0/users/1"), format!("GET {BASE}/v1.0/users/2")]
    );
    assert_eq!(header(&sent, 2, "authorization").as_deref(), Some("Bearer s3cret"));

    let (client, _) = self::client(vec![moved("https://evil.example/?sig=s3cret")]);
    let error = run(client.send(me())).expect_err("refused");
    assert!(matches!(error, Error::Redirect { status: 302, .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("s3cret"));

    let (client, _) = self::client(vec![moved("/v1.0/elsewhere")]);
    let error = run(client.send(request(POST))).expect_err("not repeated");
    assert!(matches!(error, Error::Redirect { .. }), "{error:?}");

    let (client, sent) = client_with(move |_| moved("/v1.0/me"));
    let error = run(client.send(me())).expect_err("a loop");
    assert!(matches!(error, Error::Link(LinkFault::Circle)), "{error:?}");
    assert_eq!(count(&sent), 11);
}

#[test]
fn a_cloud_is_its_root_and_its_audience() {
    #[derive(Clone)]
    struct China;
    impl TokenProvider for China {
        fn token<'a>(&'a self, scopes: &'a [&'a str]) -> TokenFuture<'a> {
            assert_eq!(scopes, ["https://microsoftgraph.chinacloudapi.cn/.default"]);
            Box::pin(std::future::ready(Ok(AccessToken::new("t"))))
        }
    }
    let service = InProcess::new(|request| {
        assert_eq!(request.uri(), "https://microsoftgraph.chinacloudapi.cn/v1.0/me");
        InProcess::json(200, "{}")
    });
    let client = Client::builder(China).cloud(Cloud::China).transport(service).build().expect("is open");
    run(client.send(me())).expect("a success");
    let global = run(client.send(me().at_link("https://graph.microsoft.com/v1.0/me")));
    assert!(matches!(global, Err(Error::Link(_))), "another cloud is another service: {global:?}");
    let closed = Client::builder(StaticToken::new("t")).cloud(Cloud::Germany);
    let closed = closed.transport(InProcess::new(|_| InProcess::status(200))).build();
    assert!(closed.expect_err("closed").to_string().contains("closed"));
}

#[test]
fn status_and_headers_can_be_had() {
    let (client, _) = client(vec![response(202, &[("location", "x"), ("content-type", "application/json")], "{}")]);
    let response = run(client.fetch(request(POST))).expect("a success");
    assert_eq!((response.status(), response.header("location")), (202, Some("x")));
    assert_eq!(response.decode::<Value>().expect("JSON"), serde_json::json!({}));
}

#[test]
fn a_long_url_is_a_mistake() {
    let (client, _) = client(vec![]);
    let error = run(client.send(me().query("$filter", "x".repeat(70_000)))).expect_err("too long");
    assert!(matches!(error, Error::InvalidRequest(_)), "{error:?}");
}
