//! Finds, reads, uploads and copies files with the generated API. A program like this needs the features `me`, `drives` and
//! `names`.
// Needs: GET /v1.0/me/drive/root/children, GET /v1.0/me/drive/items/{id}/content
// Needs: POST /v1.0/me/drive/items/{id}/createUploadSession, POST /v1.0/drives/{id}/items/{id}/copy

use msgraph::runtime::InProcess;
use msgraph::v1::types::{DriveItem, ItemReference};
use msgraph::v1::{actions, v1};
use msgraph::{Client, PropertyExt, StaticToken};
use std::time::Duration;

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder(StaticToken::new("a token")).transport(service()).build()?;
    let drive = v1().me().drive();

    let mut items =
        client.items(drive.root().children().list().select((DriveItem::ID, DriveItem::NAME, DriveItem::FILE)));
    while let Some(item) = items.next().await {
        let item = item?;
        let kind = if item.file.is_some() { "file" } else { "folder" };
        println!("{kind} {}", item.name.value().map_or("", String::as_str));
    }

    // A download is a stream; the redirect to the storage is followed without the token.
    let mut report = client.download(drive.items().id("f1").content().get()).await?;
    let mut size = 0;
    while let Some(piece) = report.chunk().await? {
        size += piece.len();
    }
    println!("{size} bytes were read");

    // An upload goes in pieces, and goes on after an interruption.
    let content = bytes::Bytes::from(vec![7; 700_000]);
    let session = drive.items().id("f1").create_upload_session(actions::DriveItemCreateUploadSession::default());
    let session = client.send(session).await?;
    let mut upload = client.upload::<DriveItem>(session, content).piece_size(320 * 1024);
    while upload.send_piece().await? {
        println!("{:?} is sent", upload.session());
    }
    println!("uploaded: {:?}", upload.into_item()?.and_then(|item| item.id.value().cloned()));

    // A copy takes a while; its monitor has a deadline.
    let target = ItemReference { id: Some("folder".into()), ..Default::default() };
    let copy = actions::DriveItemCopy { parent_reference: Some(target.into()), ..Default::default() };
    let mut copying = client.start(v1().drives().id("d1").items().id("f1").copy(copy)).await?;
    let copied = copying.wait(Duration::from_secs(600)).await?;
    println!("{}", if copied.is_failed { "not copied" } else { "copied" });
    Ok(())
}

fn service() -> InProcess {
    InProcess::new(|request| match (request.method().as_str(), request.uri().path()) {
        ("GET", "/v1.0/me/drive/root/children") => {
            InProcess::json(200, r#"{"value":[{"id":"f1","name":"a.txt","file":{}},{"id":"f2","name":"b"}]}"#)
        }
        ("GET", "/v1.0/me/drive/items/f1/content") => {
            let mut elsewhere = InProcess::status(302)?;
            elsewhere.headers_mut().insert("location", http::HeaderValue::from_static("https://storage.example/f1"));
            Ok(elsewhere)
        }
        ("GET", "/f1") => {
            assert!(request.headers().get("authorization").is_none());
            Ok(InProcess::status(200)?.map(|_| bytes::Bytes::from_static(b"content")))
        }
        ("POST", "/v1.0/me/drive/items/f1/createUploadSession") => {
            InProcess::json(200, r#"{"uploadUrl":"https://storage.example/up","nextExpectedRanges":["0-"]}"#)
        }
        ("PUT", "/up") => match request.headers()["content-range"].to_str() {
            Ok("bytes 655360-699999/700000") => InProcess::json(201, r#"{"id":"f1"}"#),
            Ok("bytes 0-327679/700000") => InProcess::json(202, r#"{"nextExpectedRanges":["327680-"]}"#),
            _ => InProcess::json(202, r#"{"nextExpectedRanges":["655360-"]}"#),
        },
        ("POST", "/v1.0/drives/d1/items/f1/copy") => {
            let mut accepted = InProcess::status(202)?;
            accepted.headers_mut().insert("location", http::HeaderValue::from_static("https://storage.example/copy"));
            Ok(accepted)
        }
        ("GET", "/copy") => InProcess::json(200, r#"{"status":"completed","percentageComplete":100}"#),
        _ => InProcess::status(404),
    })
}
