//! Tests situations that users of other Graph clients reported: addresses, links, uploads and answers that are unusual,
//! but right.

use crate::service::{BASE, client, client_with, fault, header, lines, response, run};
use bytes::Bytes;
use msgraph::runtime::{Fault, InProcess, Path, UploadSession};
use msgraph::{Additional, Collection, Error, Operation, Property, Request, SchemaType, Version};
use serde_json::{Value, json};
use std::sync::Mutex;

const USER: Operation = Operation::new("GET /v1.0/users/{id}");
const USERS: Operation = Operation::new("GET /v1.0/users");
const COUNT: Operation = Operation::new("GET /v1.0/users/$count");
const CHILDREN: Operation = Operation::new("GET /v1.0/me/drive/root:/{path}:/children");
const REPORT: Operation = Operation::new("GET /v1.0/reports/getUsage(period={period})");

fn root() -> Path {
    Path::root(Version::V1_0)
}

/// The address that a request is sent to.
fn address(operation: Operation, path: Path) -> String {
    let (client, sent) = client_with(|_| InProcess::json(200, "{}"));
    run(client.send(Request::<Value>::new(operation, path))).expect("a success");
    lines(&sent).remove(0).strip_prefix(&format!("GET {BASE}/v1.0")).expect("of the service").to_owned()
}

#[test]
fn a_name_that_begins_with_a_dollar() {
    assert_eq!(address(USER, root().segment("users").key("$abc@def.com")), "/users('$abc@def.com')");
}

#[test]
fn drive_paths() {
    for (path, expected) in [
        ("a#b", "a%23b"),
        ("100%", "100%25"),
        ("a%20b", "a%2520b"),
        ("a&b", "a%26b"),
        ("a  b", "a%20%20b"),
        ("文件/报告.docx", "%E6%96%87%E4%BB%B6/%E6%8A%A5%E5%91%8A.docx"),
        ("a:b", "a%3Ab"),
        ("why?", "why%3F"),
        ("O'Neil", "O%27Neil"),
        ("a+b", "a%2Bb"),
        ("Folder/", "Folder"),
        ("/Folder/", "Folder"),
    ] {
        let path = root().segment("me").segment("drive").segment("root").item_path(path).segment("children");
        assert_eq!(address(CHILDREN, path), format!("/me/drive/root:/{expected}:/children"));
    }
}

#[test]
fn next_links_go_out_as_they_came() {
    for (query, expected) in [
        (r#"$skiptoken={"a":"b","c":[1]}"#, "$skiptoken=%7B%22a%22:%22b%22,%22c%22:[1]%7D"),
        ("$filter=startswith(name,'Jürgen')", "$filter=startswith(name,'J%C3%BCrgen')"),
        ("$skiptoken=名字", "$skiptoken=%E5%90%8D%E5%AD%97"),
        ("$skiptoken={guid}", "$skiptoken=%7Bguid%7D"),
        ("$skiptoken=a%20b%7Bc", "$skiptoken=a%20b%7Bc"),
        ("$skiptoken=a#b&$top=2", "$skiptoken=a%23b&$top=2"),
    ] {
        let link = json!({"value": ["a"], "@odata.nextLink": format!("{BASE}/v1.0/users?{query}")}).to_string();
        let (client, sent) = client(vec![InProcess::json(200, link), InProcess::json(200, r#"{"value":["b"]}"#)]);
        let request = Request::<Collection<String>>::new(USERS, root().segment("users"));
        assert_eq!(run(client.items(request).collect()).expect("two pages"), ["a", "b"]);
        assert_eq!(lines(&sent)[1], format!("GET {BASE}/v1.0/users?{expected}"));
    }
}

fn session(text: &str) -> UploadSession {
    UploadSession::from_json(text).expect("a session")
}

#[test]
fn upload_answers_in_pascal_case() {
    let opened =
        session(r#"{"UploadUrl":"https://up.example/s","ExpirationDateTime":"a","NextExpectedRanges":["0-"]}"#);
    let (client, sent) = client(vec![
        InProcess::json(202, r#"{"ExpirationDateTime":"b","NextExpectedRanges":["327680-"]}"#),
        InProcess::json(201, r#"{"Id":"item"}"#),
    ]);
    let mut upload = client.upload::<Value>(opened, Bytes::from(vec![0; 400_000])).piece_size(320 * 1024);
    run(upload.send_all()).expect("complete");
    assert_eq!(upload.session().expires.as_deref(), Some("b"));
    assert_eq!(lines(&sent).len(), 2);
}

#[test]
fn one_byte_is_left_of_an_upload() {
    const UNIT: usize = 320 * 1024;
    let (client, sent) = client(vec![
        InProcess::json(202, json!({ "nextExpectedRanges": [format!("{UNIT}-{UNIT}")] }).to_string()),
        InProcess::json(201, "{}"),
    ]);
    let opened = session(r#"{"uploadUrl":"https://up.example/s"}"#);
    let mut upload = client.upload::<Value>(opened, Bytes::from(vec![0; UNIT + 1])).piece_size(UNIT as u64);
    run(upload.send_all()).expect("complete");
    assert_eq!(header(&sent, 1, "content-range").as_deref(), Some("bytes 327680-327680/327681"));
    assert_eq!(sent.lock().expect("not poisoned")[1].body().len(), 1);
}

#[test]
fn a_piece_is_taken_in_part() {
    let (client, sent) = client(vec![
        InProcess::json(202, r#"{"nextExpectedRanges":["100000-"]}"#),
        fault(Fault::Interrupted),
        InProcess::json(200, r#"{"nextExpectedRanges":["200000-"]}"#),
        InProcess::json(201, "{}"),
    ]);
    let opened = session(r#"{"uploadUrl":"https://up.example/s"}"#);
    let mut upload = client.upload::<Value>(opened, Bytes::from(vec![0; 300_000]));
    run(upload.send_all()).expect("complete");
    let ranges: Vec<_> = (0..4).map(|index| header(&sent, index, "content-range")).collect();
    let range = |text: &str| Some(text.to_owned());
    let [first, second] = [range("bytes 0-299999/300000"), range("bytes 100000-299999/300000")];
    assert_eq!(ranges, [first, second, None, range("bytes 200000-299999/300000")]);
}

/// Like generated types.
#[derive(Clone, Debug, PartialEq)]
struct Message {
    id: Property<String>,
    additional: Additional,
}

impl SchemaType for Message {
    fn read(from: &mut msgraph::runtime::TypeReader<'_>) -> Self {
        Message { id: from.property("id"), additional: from.additional() }
    }

    fn write<'a>(&'a self, to: &mut msgraph::runtime::TypeWriter<'a>) {
        to.ty("microsoft.graph.message");
        to.derived(&["microsoft.graph.eventMessage"]);
        to.properties(&[("id", &self.id)]);
        to.additional(&self.additional);
    }
}

#[derive(Clone, Debug, PartialEq)]
struct EventMessage {
    id: Property<String>,
    kind: Property<String>,
    additional: Additional,
}

impl SchemaType for EventMessage {
    fn read(from: &mut msgraph::runtime::TypeReader<'_>) -> Self {
        EventMessage { id: from.property("id"), kind: from.property("kind"), additional: from.additional() }
    }

    fn write<'a>(&'a self, to: &mut msgraph::runtime::TypeWriter<'a>) {
        to.ty("microsoft.graph.eventMessage");
        to.properties(&[("id", &self.id), ("kind", &self.kind)]);
        to.additional(&self.additional);
    }
}

#[test]
fn a_type_name_in_capitals() {
    let (client, _) = client_with(|_| {
        InProcess::json(
            200,
            r##"{"value":[{"@odata.type":"#Microsoft.Graph.EventMessage","id":"1","kind":"x"},{"id":"2"}]}"##,
        )
    });
    let page = run(client.send(Request::<Collection<Message>>::new(USERS, root().segment("messages"))));
    let messages = page.expect("a page").value;
    assert_eq!(messages[0].cast::<EventMessage>().expect("the same type").kind, Some("x".into()));
    messages[1].cast::<EventMessage>().expect_err("is a message");
}

#[test]
fn a_report_is_a_file_elsewhere() {
    let moved = || response(302, &[("location", "https://reports.example/r.csv?sig=s3cret")], "");
    let file = response(200, &[("content-type", "text/csv")], "\u{feff}Name,Count\r\nA,1\r\n");
    let (client, sent) = client(vec![moved(), file, moved()]);
    let report = || {
        let path = root().segment("reports").function("getUsage", &[("period", "D7".into())]);
        Request::<String>::new(REPORT, path)
    };
    let download = run(client.download(report())).expect("a download");
    assert_eq!(download.header("content-type"), Some("text/csv"));
    assert_eq!(run(download.bytes()).expect("whole"), "\u{feff}Name,Count\r\nA,1\r\n");
    assert_eq!(lines(&sent)[1], "GET https://reports.example/r.csv?sig=s3cret");
    assert_eq!(header(&sent, 1, "authorization"), None);
    let error = run(client.send(report())).expect_err("elsewhere");
    assert!(matches!(error, Error::Redirect { status: 302, .. }), "{error:?}");
    assert!(error.to_string().contains("`Client::download`"), "{error}");
}

#[test]
fn a_count_is_text_and_eventual() {
    for body in ["1234", "\u{feff}1234", " 1234\r\n"] {
        let (client, sent) = client(vec![response(200, &[("content-type", "text/plain")], body)]);
        let count = Request::<i64>::new(COUNT, root().segment("users").segment("$count")).consistency_eventual();
        assert_eq!(run(client.send(count)).expect("a number"), 1234);
        assert_eq!(lines(&sent), [format!("GET {BASE}/v1.0/users/$count")]);
        assert_eq!(header(&sent, 0, "consistencylevel").as_deref(), Some("eventual"));
    }
}

/// The page of an answer that was interrupted is asked for again, in each call that reads a body.
#[test]
fn an_answer_that_is_interrupted_is_an_attempt() {
    let half = Mutex::new(0);
    let (client, sent) = client_with(move |_| {
        let mut half = half.lock().expect("not poisoned");
        *half += 1;
        InProcess::json(
            200,
            if *half % 2 == 1 { r#"{"value":["a"#.to_owned() } else { r#"{"value":["a"]}"#.to_owned() },
        )
    });
    let request = || Request::<Collection<String>>::new(USERS, root().segment("users"));
    assert_eq!(run(client.send(request())).expect("a page").value, ["a"]);
    assert_eq!(run(client.items(request()).collect()).expect("a page"), ["a"]);
    assert_eq!(lines(&sent).len(), 4);
}
