//! Situations that users of other Graph clients reported, with generated types.
// Needs: GET /v1.0/users/$count, GET /v1.0/users/{id}, POST /v1.0/me/drive/items/{id}/createUploadSession
// Needs: POST /v1.0/me/messages/{id}/attachments/createUploadSession, GET /v1.0/me/messages

use bytes::Bytes;
use msgraph::runtime::InProcess;
use msgraph::v1::actions::{AttachmentCreateUploadSession, DriveItemCreateUploadSession};
use msgraph::v1::types::{DriveItem, EventMessage};
use msgraph::{Client, SchemaType, StaticToken, v1};
use serde_json::Value;

fn client(service: InProcess) -> Client {
    Client::builder(StaticToken::new("s3cret")).transport(service).build().expect("is allowed")
}

#[tokio::test]
async fn users_are_counted_with_eventual_consistency() {
    let service = InProcess::new(|request| {
        assert_eq!(request.uri().path(), "/v1.0/users/$count");
        assert_eq!(request.headers()["consistencylevel"], "eventual");
        let mut response = InProcess::status(200)?;
        *response.body_mut() = Bytes::from_static(b"\xEF\xBB\xBF1234");
        Ok(response)
    });
    let count: i64 = client(service).send(v1().users().count().get().consistency_eventual()).await.expect("a number");
    assert_eq!(count, 1234);
}

#[test]
fn a_name_that_begins_with_a_dollar() {
    assert_eq!(v1().users().id("$abc@def.com").get().to_string(), "GET /v1.0/users('$abc@def.com')");
}

#[tokio::test]
async fn an_upload_takes_the_session_of_the_generated_call() {
    let service = InProcess::new(|request| match request.method().as_str() {
        "POST" => InProcess::json(200, r#"{"uploadUrl":"https://up.example/s?sig=1","nextExpectedRanges":["0-"]}"#),
        _ => {
            assert_eq!(request.headers().get("authorization"), None);
            InProcess::json(201, r#"{"id":"item","name":"a.bin"}"#)
        }
    });
    let client = client(service);
    let create = v1().me().drive().items().id("x").create_upload_session(DriveItemCreateUploadSession::default());
    let session = client.send(create).await.expect("opened");
    assert!(!format!("{session:?}").contains("sig=1"), "its address is a secret");
    let mut upload = client.upload::<DriveItem>(session, Bytes::from_static(b"content"));
    upload.send_all().await.expect("complete");
    let item = upload.into_item().expect("JSON").expect("an item");
    assert_eq!(item.name, Some("a.bin".into()));

    let attach = v1().me().messages().id("m").attachments();
    let session = client.send(attach.create_upload_session(AttachmentCreateUploadSession::default())).await;
    let mut upload = client.upload::<Value>(session.expect("opened"), Bytes::from_static(b"content"));
    upload.send_all().await.expect("complete");
}

#[tokio::test]
async fn a_type_name_in_capitals() {
    let service =
        InProcess::new(|_| InProcess::json(200, r##"{"value":[{"@odata.type":"#Microsoft.Graph.EventMessage"}]}"##));
    let messages = client(service).send(v1().me().messages().list()).await.expect("a page").value;
    messages[0].cast::<EventMessage>().expect("the same type");
}
