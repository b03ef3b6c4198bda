//! Answers from a file of documented examples.

use msgraph::runtime::{Examples, InProcess, Operation, Path, Request, Version};
use msgraph::{Batch, Client, Collection, Error, StaticToken};
use serde_json::{Value, json};

/// Lamps, in words of our own.
fn file() -> String {
    let example = |operation: &str, url: &str, response: Value| {
        json!({ "operation": operation, "request": { "url": url }, "response": response }).to_string()
    };
    let page = |names: &[&str], links: Value| {
        let mut page = json!({ "value": names.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>() });
        page.as_object_mut().expect("an object").extend(links.as_object().expect("links").clone());
        json!({ "status": 200, "body": page.to_string() })
    };
    let link = "https://graph.microsoft.com/v1.0/elsewhere?$skiptoken=a b";
    let lines = [
        json!({ "format": "graph-examples/1", "source": "lamps" }).to_string(),
        example("GET /v1.0/lamps", "/v1.0/lamps", page(&["desk", "floor"], json!({ "@odata.nextLink": link }))),
        example("GET /v1.0/lamps", "/v1.0/lamps?$select=name&$top=1", page(&["top"], json!({}))),
        example("GET /v1.0/lamps/{id}", "/v1.0/lamps/7", json!({ "status": 200, "body": "{\"name\":\"seven\"}" })),
        example("GET /v1.0/lamps/{id}", "/v1.0/lamps/8", json!({ "status": 200, "body": "{\"name\":\"eight\"}" })),
        example("GET /v1.0/lamps/$count", "/v1.0/lamps/$count", json!({ "status": 200, "body": "893" })),
        example(
            "POST /v1.0/lamps",
            "/v1.0/lamps",
            json!({ "status": 201, "headers": { "ETag": "W/\"1\"", "Content-Length": "7", "bad name": "x" }, "body": "{}" }),
        ),
        example(
            "GET /v1.0/lamps/delta()",
            "/v1.0/lamps/delta",
            page(&[], json!({ "@odata.deltaLink": "https://graph.microsoft.com/v1.0/lamps/delta?$deltatoken=t" })),
        ),
        json!({
            "operation": "GET /v1.0/lamps/{id}/picture",
            "request": { "url": "/v1.0/lamps/7/picture" },
            "response": { "status": 302, "headers": { "Location": "https://files.example/p" } },
            "then": { "status": 200, "headers": { "Content-Type": "image/png" }, "body": "pixels" },
        })
        .to_string(),
        json!({ "operation": "DELETE /v1.0/lamps/{id}" }).to_string(),
    ];
    lines.join("\n")
}

fn client() -> Client {
    let service = InProcess::from_examples_text(&file()).expect("examples");
    Client::builder(StaticToken::new("t")).transport(service).build().expect("a client")
}

const LIST: Operation = Operation::new("GET /v1.0/lamps");
const GET: Operation = Operation::new("GET /v1.0/lamps/{id}");
const PICTURE: Operation = Operation::new("GET /v1.0/lamps/{id}/picture");
const COUNT: Operation = Operation::new("GET /v1.0/lamps/$count");
const CREATE: Operation = Operation::new("POST /v1.0/lamps");
const DELTA: Operation = Operation::new("GET /v1.0/lamps/delta()");
const DELETE: Operation = Operation::new("DELETE /v1.0/lamps/{id}");
const PATCH: Operation = Operation::new("PATCH /v1.0/lamps/{id}");
const CHAIRS: Operation = Operation::new("GET /v1.0/chairs");

fn lamps() -> Path {
    Path::root(Version::V1_0).segment("lamps")
}

fn get(key: &str) -> Request<Value> {
    Request::new(GET, lamps().key(key))
}

fn names(page: &Collection<Value>) -> Vec<&str> {
    page.value.iter().filter_map(|lamp| lamp["name"].as_str()).collect()
}

#[tokio::test]
async fn the_example_with_the_same_options_or_path() {
    let client = client();
    let list = || Request::<Collection<Value>>::new(LIST, lamps());
    let page = client.send(list()).await.expect("a page");
    assert_eq!(names(&page), ["desk", "floor"]);
    let page = client.send(list().query("$top", 5).query("$select", "name")).await.expect("a page");
    assert_eq!(names(&page), ["top"]);
    let page = client.send(list().query("$filter", "x")).await.expect("a page");
    assert_eq!(names(&page), ["desk", "floor"], "the first");
    for (key, name) in [("mine", "seven"), ("8", "eight")] {
        assert_eq!(client.send(get(key)).await.expect("a lamp")["name"], name);
    }
    assert_eq!(client.send(Request::<i64>::new(COUNT, lamps().segment("$count"))).await.expect("a number"), 893);
}

#[tokio::test]
async fn status_and_headers_are_those_of_the_example() {
    let response = client().fetch(Request::<Value>::new(CREATE, lamps())).await.expect("created");
    assert_eq!((response.status(), response.header("etag")), (201, Some("W/\"1\"")));
    assert_eq!((response.header("content-length"), response.header("content-type")), (None, Some("application/json")));
}

#[tokio::test]
async fn paging_ends() {
    let client = client();
    let mut pages = client.pages(Request::<Collection<Value>>::new(LIST, lamps()));
    let first = pages.next().await.expect("a page").expect("a page");
    let link = first.next_link.expect("a link");
    assert_eq!(link, "https://graph.microsoft.com/v1.0/lamps?$skiptoken=a%20b&example-page=last");
    let last = pages.next().await.expect("a page").expect("a page");
    assert_eq!((last.value.len(), last.next_link), (0, None));
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn links_stay_at_the_service_of_the_request() {
    let service = InProcess::from_examples_text(&file()).expect("examples");
    let builder = Client::builder(StaticToken::new("t")).transport(service).base_url("https://proxy.example/graph");
    let client = builder.build().expect("a client");
    let delta = Request::<Collection<Value>>::new(DELTA, lamps().function("delta", &[]));
    let page = client.send(delta.clone()).await.expect("a page");
    let link = page.delta_link.expect("a link");
    assert_eq!(link, "https://proxy.example/graph/v1.0/lamps/delta()?$deltatoken=t");
    assert_eq!(client.send(delta.at_link(link)).await.expect("a page").value.len(), 0);
}

#[tokio::test]
async fn redirects_lead_to_the_documented_content() {
    let client = client();
    let picture = || Request::<bytes::Bytes>::new(PICTURE, lamps().key("7").segment("picture"));
    assert!(matches!(client.send(picture()).await, Err(Error::Redirect { status: 302, .. })));
    let download = client.download(picture()).await.expect("a download");
    assert_eq!(&download.bytes().await.expect("content")[..], b"pixels");
}

#[tokio::test]
async fn errors_have_the_shape_of_the_service() {
    let client = client();
    let chairs = Path::root(Version::V1_0).segment("chairs");
    for (request, status, code, message) in [
        (Request::<()>::new(CHAIRS, chairs), 404, "ResourceNotFound", "Resource not found for the segment 'chairs'."),
        (
            Request::new(PATCH, lamps().key("7")),
            405,
            "MethodNotAllowed",
            "The path does not have the method PATCH, only GET, DELETE.",
        ),
        (
            Request::new(DELETE, lamps().key("7")),
            501,
            "NotImplemented",
            "The documentation of DELETE /v1.0/lamps/{id} shows no response that can be used.",
        ),
    ] {
        let Err(Error::Graph(error)) = client.send(request).await else { panic!("{message}") };
        assert_eq!((error.status, error.code.as_deref()), (status, Some(code)));
        assert_eq!(error.message.as_deref(), Some(message));
        assert!(error.date.is_some() && error.request_id.is_some() && error.client_request_id.is_some());
    }
    let examples = Examples::read(file().as_bytes()).expect("examples");
    assert_eq!(examples.len(), 6);
    let request = http::Request::get("/lamps").body(bytes::Bytes::new()).expect("a request");
    assert_eq!(examples.answer(&request).expect("an answer").status(), 400);
}

#[tokio::test]
async fn the_parts_of_a_batch_are_answered() {
    let mut batch = Batch::new();
    let lamp = batch.add(get("8"));
    let count = batch.add(Request::<i64>::new(COUNT, lamps().segment("$count")));
    let deleted = batch.add(Request::<()>::new(DELETE, lamps().key("8")));
    let after = batch.add_after(get("7"), &[deleted.position()]);
    let mut answers = client().send_batch(batch).await.expect("answers");
    assert_eq!(answers.take(lamp).expect("a lamp")["name"], "eight");
    assert_eq!(answers.take(count).expect("a number"), 893);
    assert_eq!(answers.status(deleted.position()), Some(501));
    assert_eq!(answers.status(after.position()), Some(424));
}

#[test]
fn faulty_files_are_reported_without_their_content() {
    let first = "{\"format\":\"graph-examples/1\"}\n";
    for (text, expected) in [
        (String::new(), "the examples are empty"),
        (String::from("{\"secret\":1}"), "line 1 of the examples does not have the format graph-examples/1"),
        (format!("{first}\n{{\"secret\""), "line 3 of the examples is not JSON"),
        (format!("{first}{{\"operation\":\"secret\"}}"), "line 2 of the examples is not an example"),
        (format!("{first}{{\"operation\":\"GET /v1.0/a\",\"response\":{{}}}}"), "line 2 of the examples is not an"),
    ] {
        let error = Examples::read(text.as_bytes()).expect_err("faulty").to_string();
        assert!(error.contains(expected) && !error.contains("secret"), "{error}");
    }
    let error = InProcess::from_examples("no/such/file.jsonl").expect_err("no file").to_string();
    assert!(error.contains("no/such/file.jsonl") && error.contains("cargo xtask examples"), "{error}");
}

/// What the generated tests do with every call.
#[path = "../support/calls.rs"]
mod calls;

#[test]
fn calls_are_compared() {
    calls::Checks::of_requests(&[|checks| calls::check(checks, get("x"), "GET /v1.0/lamps/x")]);
    let differs = || calls::Checks::of_requests(&[|checks| calls::check(checks, get("x"), "GET /v1.0/lamps/y")]);
    assert!(std::panic::catch_unwind(differs).is_err());
    // Sends only if there is a file.
    calls::Checks::of_examples(&[]);
}
