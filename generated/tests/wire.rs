//! Tests what the client sends and how it reads the responses, with the runtime only.
#![cfg(feature = "client")]

mod support;

use msgraph::runtime::{Limited, Limits, Path, TokenFuture, TypeReader, TypeWriter};
use msgraph::{
    AccessToken, Additional, Body, Client, Collection, Error, Nullable, Operation, Property, Request, SchemaType,
    StaticToken, TokenError, TokenProvider, Version,
};
use support::Server;

const SYNC: Operation = Operation::new("POST /v1.0/deviceManagement/exchangeConnectors/{id}/sync");
const LIST: Operation = Operation::new("GET /beta/users");
const REPLACE: Operation = Operation::new("PUT /v1.0/me/photo/$value");

#[derive(Debug, Clone, Default, PartialEq)]
struct Sync {
    sync_type: Property<String>,
    additional: Additional,
}

impl SchemaType for Sync {
    fn read(from: &mut TypeReader<'_>) -> Self {
        Sync { sync_type: from.property("syncType"), additional: from.additional() }
    }

    fn write<'a>(&'a self, to: &mut TypeWriter<'a>) {
        to.properties(&[("syncType", &self.sync_type)]);
        to.additional(&self.additional);
    }
}

fn sync() -> Request<()> {
    let path = Path::root(Version::V1_0).segment("deviceManagement");
    let path = path.segment("exchangeConnectors").key("7c9b");
    Request::new(SYNC, path.segment("sync"))
}

fn list<T>() -> Request<T> {
    Request::new(LIST, Path::root(Version::Beta).segment("users"))
}

fn client(server: &Server) -> Client {
    Client::builder(StaticToken::new("s3cret")).base_url(&server.base_url).build().expect("loopback is allowed")
}

#[tokio::test]
async fn a_structure_goes_out_as_json_and_204_is_unit() {
    let server = Server::answering("204 No Content", &[], "").await;
    let body = Sync { sync_type: Some("deltaSync".into()), ..Default::default() };
    let sent = client(&server).send(sync().body(body)).await;
    sent.expect("204 is a success");

    let received = server.received().await;
    assert_eq!(received.request_line, "POST /v1.0/deviceManagement/exchangeConnectors/7c9b/sync HTTP/1.1");
    assert_eq!(received.header("authorization"), Some("Bearer s3cret"));
    assert_eq!(received.header("accept"), Some("application/json"));
    assert_eq!(received.header("content-type"), Some("application/json"));
    assert_eq!(received.header("content-length"), Some("24"));
    assert_eq!(received.body, r#"{"syncType":"deltaSync"}"#);
    let user_agent = received.header("user-agent").unwrap_or_default();
    assert!(user_agent.starts_with("msgraph-rust/"), "{user_agent}");
    let id = received.header("client-request-id").unwrap_or_default();
    assert_eq!(id.len(), 36, "{id}");
}

#[tokio::test]
async fn a_post_without_body_says_so() {
    let server = Server::answering("204 No Content", &[], "").await;
    client(&server).send(sync()).await.expect("a success");
    let received = server.received().await;
    assert_eq!(received.header("content-length"), Some("0"));
    assert_eq!(received.header("content-type"), None);
    assert_eq!(received.body, "");
}

#[tokio::test]
async fn what_the_request_sets_is_not_overwritten() {
    let server = Server::answering("200 OK", &[], "").await;
    let path = Path::root(Version::V1_0).segment("me").segment("photo");
    let request: Request<()> = Request::new(REPLACE, path.segment("$value"))
        .header("Accept", "text/plain")
        .header("authorization", "Bearer mine")
        .header("client-request-id", "id-1")
        .header("User-Agent", "mine")
        .header("Content-Type", "image/png")
        .body(Body::bytes("photo", "image/jpeg"));
    client(&server).send(request).await.expect("a success");
    let received = server.received().await;
    assert_eq!(received.request_line, "PUT /v1.0/me/photo/$value HTTP/1.1");
    assert_eq!(received.header("accept"), Some("text/plain"));
    assert_eq!(received.header("authorization"), Some("Bearer mine"));
    assert_eq!(received.header("client-request-id"), Some("id-1"));
    assert_eq!(received.header("user-agent"), Some("mine"));
    assert_eq!(received.header("content-type"), Some("image/png"));
    assert_eq!(received.body, "photo");
}

#[tokio::test]
async fn collections_come_in() {
    let json = r#"{"value":[{"syncType":null,"new":1},{}],"@odata.nextLink":"next"}"#;
    let server = Server::answering("200 OK", &["content-type: application/json"], json).await;
    let request = list::<Collection<Sync>>().query("$filter", "name eq 'a b'");
    let page = client(&server).send(request).await.expect("a page");
    assert_eq!(page.value.len(), 2);
    assert_eq!(page.value[0].sync_type, Some(Nullable::Null));
    assert_eq!(page.value[0].additional.get("new"), Some(&1.into()));
    assert_eq!(page.value[1], Sync::default());
    assert_eq!(page.next_link.as_deref(), Some("next"));
    let received = server.received().await;
    assert_eq!(received.request_line, "GET /beta/users?$filter=name%20eq%20%27a%20b%27 HTTP/1.1");
    assert_eq!(received.header("content-length"), None);
}

#[tokio::test]
async fn a_graph_error_is_typed() {
    let json = r#"{"error":{"code":"Forbidden","message":"No.","innerError":{"request-id":"r-1"}}}"#;
    let headers = ["content-type: application/json", "request-id: r-2"];
    let server = Server::answering("403 Forbidden", &headers, json).await;
    let request = sync().header("client-request-id", "c-1");
    let error = client(&server).send(request).await.expect_err("a 403");
    let Error::Graph(graph) = &error else {
        panic!("{error:?}");
    };
    assert_eq!(graph.status, 403);
    assert_eq!(graph.code.as_deref(), Some("Forbidden"));
    assert_eq!(graph.message.as_deref(), Some("No."));
    assert_eq!(graph.request_id.as_deref(), Some("r-1"));
    assert_eq!(graph.client_request_id.as_deref(), Some("c-1"), "as sent");
    assert_eq!(graph.operation, SYNC);
    assert!(!format!("{error:?}").contains("s3cret"));
}

#[tokio::test]
async fn an_html_error_keeps_its_body_and_header() {
    let html = "<html>Bad Gateway</html>";
    let headers = ["content-type: text/html", "request-id: r-2"];
    let server = Server::answering("502 Bad Gateway", &headers, html).await;
    let error = client(&server).send(sync()).await.expect_err("a 502");
    assert!(!format!("{error} {error:?}").contains("html"), "{error:?}");
    let Error::Graph(graph) = error else {
        panic!("{error:?}");
    };
    assert_eq!((graph.status, graph.code.as_deref()), (502, None));
    assert_eq!(graph.request_id.as_deref(), Some("r-2"));
    assert_eq!(graph.body.text(), html);
}

#[tokio::test]
async fn an_endless_error_body_is_cut() {
    let body = "x".repeat(200_000);
    let server = Server::answering("500 Internal Server Error", &[], &body).await;
    let error = client(&server).send(sync()).await.expect_err("a 500");
    let Error::Graph(graph) = error else {
        panic!("{error:?}");
    };
    assert_eq!(graph.body.as_bytes().len(), 64 * 1024);
    assert!(graph.body.is_truncated());
}

#[tokio::test]
async fn a_success_of_another_shape_is_a_decode_error() {
    let headers = ["content-type: application/json"];
    let server = Server::answering("200 OK", &headers, r#"[4711]"#).await;
    let error = client(&server).send(list::<Sync>()).await;
    let error = error.expect_err("is no object");
    assert_eq!(
        error.to_string(),
        "the service accepted the request (status 200), but the response was not understood: \
         the body: expected an object, found an array"
    );
    assert!(!format!("{error:?}").contains("4711"), "{error:?}");
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let other = Server::answering("200 OK", &[], "").await;
    let location = format!("location: {}/?sig=1", other.base_url);
    let server = Server::answering("302 Found", &[&location], "").await;
    let error = client(&server).send(list::<()>()).await;
    let error = error.expect_err("a redirect");
    let Error::Redirect { status, location } = error else {
        panic!("{error:?}");
    };
    let location = location.expect("has a location");
    assert_eq!(status, 302);
    assert_eq!(location.as_str(), format!("{}/?sig=1", other.base_url));
}

#[tokio::test]
async fn mistakes_are_found_before_a_token_is_asked_for() {
    struct NoToken;
    impl TokenProvider for NoToken {
        fn token<'a>(&'a self, _: &'a [&'a str]) -> TokenFuture<'a> {
            Box::pin(async { Err(TokenError::new("signed out")) })
        }
    }
    let client = Client::builder(NoToken).base_url("http://127.0.0.1:9");
    let client = client.build().expect("loopback is allowed");
    let path = Path::root(Version::Beta).segment("users").key("..");
    let error = client.send(Request::<()>::new(LIST, path)).await;
    assert!(matches!(error, Err(Error::InvalidRequest(_))), "{error:?}");

    let error = client.send(sync()).await.expect_err("signed out");
    assert_eq!(error.to_string(), "no access token: signed out");
}

#[tokio::test]
async fn a_token_that_would_add_a_header_is_refused() {
    struct Broken;
    impl TokenProvider for Broken {
        fn token<'a>(&'a self, _: &'a [&'a str]) -> TokenFuture<'a> {
            Box::pin(async { Ok(AccessToken::new("s3cret\r\nEvil: 1")) })
        }
    }
    let client = Client::builder(Broken).base_url("http://127.0.0.1:9");
    let client = client.build().expect("loopback is allowed");
    let error = client.send(sync()).await.expect_err("no such token");
    assert!(matches!(error, Error::Token(_)), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("s3cret"));
}

#[test]
fn plain_http_to_another_machine_is_refused() {
    let client = Client::builder(StaticToken::new("t")).base_url("http://graph.microsoft.com");
    let error = client.build().expect_err("carries a token");
    assert!(error.to_string().contains("https://"), "{error}");
}

/// Its 55 bytes become 20,000 blanks.
const COMPRESSED: [u8; 55] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 237, 193, 49, 1, 0, 0, 0, 194, 160, 42, 235, 159, 210, 26, 30, 64, 1, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 240, 96, 40, 196, 8, 133, 32, 78, 0, 0,
];

#[tokio::test]
async fn the_limit_for_bodies_counts_what_they_become() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let base_url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-encoding: gzip\r\ncontent-length: 55\r\n\r\n";
            let mut request = [0; 4096];
            // The whole request is in one packet.
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(&[head.as_bytes(), &COMPRESSED].concat()).await;
        }
    });
    let client = Client::builder(StaticToken::new("t")).base_url(base_url).max_body(10_000).build();
    let client = client.expect("loopback is allowed");
    let list = || list::<bytes::Bytes>();
    let error = client.send(list()).await.expect_err("too large");
    assert!(matches!(error, Error::TooLarge { status: 200, limit: 10_000 }), "{error:?}");
    assert_eq!(client.send(list().max_body(20_000)).await.expect("fits").len(), 20_000);
}

#[tokio::test]
async fn the_default_transport_can_be_limited() {
    let server = Server::answering("200 OK", &["content-type: application/json"], r#"{"value":[]}"#).await;
    let builder = Client::builder(StaticToken::new("s3cret")).base_url(&server.base_url);
    let client = builder.layer(|inner| Limited::new(inner, Limits::new().concurrent(1))).build().expect("is allowed");
    let page: Collection<i64> = client.send(list()).await.expect("a page");
    assert_eq!(page.value.len(), 0);
}
