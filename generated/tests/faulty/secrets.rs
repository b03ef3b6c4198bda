//! No token, secret or content appears in a log, a span, an error or debug output.

use crate::server::{Action, json, serve};
use msgraph::runtime::{Path, ReadSource, UploadSession};
use msgraph::{Batch, Body, Client, Collection, Operation, Request, RetryPolicy, StaticToken, Version};
use serde_json::{Value, json as value};
use std::fmt::{Debug, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Occurs in tokens, addresses, headers, queries and bodies below.
const SECRET: &str = "s3cret";

/// Records every span and event of every crate, at every level.
#[derive(Clone, Default)]
pub(crate) struct Log {
    pub(crate) text: Arc<Mutex<String>>,
    next: Arc<AtomicU64>,
}

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut text = self.text.lock().expect("not poisoned");
        text.push_str(span.metadata().name());
        span.record(&mut Line(&mut text));
        text.push('\n');
        Id::from_u64(self.next.fetch_add(1, Ordering::SeqCst) + 1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Line(&mut self.text.lock().expect("not poisoned")));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut text = self.text.lock().expect("not poisoned");
        text.push_str(event.metadata().target());
        event.record(&mut Line(&mut text));
        text.push('\n');
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

const LIST: Operation = Operation::new("GET /v1.0/users");
const CREATE: Operation = Operation::new("POST /v1.0/users");

#[test]
fn nothing_secret_is_printed() {
    let log = Log::default();
    let text = log.text.clone();
    let printed = tracing::subscriber::with_default(log, || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(everything())
    });
    let text = text.lock().expect("not poisoned");
    for expected in ["graph.request", "path_template=\"/users\"", "attempt=2", "status=429", "request_id=\"r-1\""] {
        assert!(text.contains(expected), "{expected} is missing in {text}");
    }
    assert!(!text.contains(SECRET), "{text}");
    assert!(printed.len() > 1000 && !printed.contains(SECRET), "{printed}");
}

/// Makes calls fail in every way, and prints everything that can be printed.
async fn everything() -> String {
    let mut printed = String::new();
    let mut print = |thing: &dyn Debug| {
        let _ = writeln!(printed, "{thing:?} {thing:#?}");
    };
    let calls = AtomicU64::new(0);
    let base_url = serve(move |request| {
        let number = calls.fetch_add(1, Ordering::SeqCst);
        let answer = vec![String::from("request-id: r-1"), format!("x-other: {SECRET}")];
        let secret = format!(r#"{{"value":["{SECRET}"],"password":"{SECRET}"}}"#);
        match (request.target.contains("again"), number % 7) {
            (true, _) => json(200, format!(r#"{{"value":[],"@odata.nextLink":"https://evil.example/?{SECRET}"}}"#)),
            (_, 0) => Action::Answer(429, answer, secret),
            (_, 1) => json(200, secret),
            (_, 2) => Action::Answer(302, vec![format!("location: https://evil.example/?{SECRET}")], secret),
            (_, 3) => Action::Answer(403, answer, secret),
            (_, 4) => Action::Cut(format!("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{secret}")),
            (_, 5) => Action::Answer(200, vec![String::from("content-type: text/html")], secret),
            _ => Action::Answer(500, answer, secret),
        }
    })
    .await;
    let mut policy = RetryPolicy::default();
    policy.first_wait = Duration::from_millis(1);
    let builder = Client::builder(StaticToken::new(SECRET)).base_url(&base_url).retry(policy);
    print(&builder);
    let client = builder.build().expect("loopback is allowed");
    print(&client);
    let users = || Path::root(Version::V1_0).segment("users");
    for _ in 0..14 {
        let body = Body::Json(value!({ "password": SECRET }));
        let list: Request<Value> = Request::new(LIST, users()).query("$search", SECRET).header("X-Key", SECRET);
        let create: Request<()> = Request::new(CREATE, users()).body(body.clone());
        print(&create);
        print(&client.send(create.response::<Collection<i64>>()).await.map(|_| ()));
        print(&client.send(list.clone()).await.map(|_| ()));
        print(&client.fetch(list.clone()).await);
        print(&client.download(list.clone()).await);
        print(&client.start(list.clone()).await);
        let mut batch = Batch::new();
        batch.add(Request::<()>::new(CREATE, users()).body(body));
        print(&batch);
        print(&client.send_batch(batch).await);
        let mut items = client.items(Request::<Collection<String>>::new(LIST, users()).query("again", 1));
        print(&items);
        print(&items.next().await.map(|item| item.map(|_| ())));
        let session = format!(r#"{{"uploadUrl":"{base_url}/up?sig={SECRET}"}}"#);
        let session = UploadSession::from_json(&session).expect("a session");
        print(&session);
        let source = ReadSource::new(std::io::Cursor::new(SECRET.as_bytes())).expect("in memory");
        print(&source);
        let mut upload = client.upload::<Value>(session, source);
        print(&upload.send_piece().await);
        print(&upload);
    }
    printed
}
