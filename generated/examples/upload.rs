//! Uploads a file in pieces, and resumes after a restart of the program.

use msgraph::runtime::{InProcess, Path, ReadSource, UploadSession};
use msgraph::{Body, Client, Operation, Request, StaticToken, Version};
use serde_json::{Value, json};
use std::io::Cursor;
use std::sync::Mutex;

const CREATE_SESSION: Operation = Operation::new("POST /v1.0/me/drive/root:/{path}:/createUploadSession");
const PIECE: u64 = 320 * 1024;

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder(StaticToken::new("a token")).transport(service()).build()?;
    let path = Path::root(Version::V1_0).segment("me").segment("drive").segment("root").item_path("Documents/a b.bin");
    let create: Request<UploadSession> = Request::new(CREATE_SESSION, path.segment("createUploadSession"))
        .body(Body::Json(json!({"item": {"@microsoft.graph.conflictBehavior": "rename"}})));
    let session = client.send(create).await?;

    // A file in the real world: `ReadSource::new(File::open(…)?)?`.
    let file = || ReadSource::new(Cursor::new(vec![7; 1_000_000]));
    let mut upload = client.upload::<Value>(session, file()?).piece_size(PIECE);
    upload.send_piece().await?;
    // This is what a program keeps. It contains a pre-authenticated address, so keep it like a
    // password.
    let kept = upload.session().to_json();
    drop(upload);

    let session = UploadSession::from_json(&kept)?;
    let mut upload = client.resume_upload::<Value>(session, file()?).await?.piece_size(PIECE);
    while upload.send_piece().await? {
        println!("{} of {} bytes", upload.session().next_byte, upload.size());
    }
    let item = upload.into_item()?.ok_or("no item")?;
    println!("uploaded as {}", item["name"]);
    Ok(())
}

fn service() -> InProcess {
    let received = Mutex::new(0);
    InProcess::new(move |request| {
        if request.method() == "POST" {
            assert_eq!(request.uri().path(), "/v1.0/me/drive/root:/Documents/a%20b.bin:/createUploadSession");
            return InProcess::json(200, r#"{"uploadUrl":"https://upload.example/session?sig=secret"}"#);
        }
        assert!(!request.headers().contains_key("authorization"));
        let mut received = received.lock().expect("not poisoned");
        *received += request.body().len();
        match *received {
            1_000_000 => InProcess::json(201, r#"{"name":"a b.bin"}"#),
            next => InProcess::json(202, json!({"nextExpectedRanges": [format!("{next}-")]}).to_string()),
        }
    })
}
