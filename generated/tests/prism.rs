//! Checks the requests of the client with Prism, a mock server that validates requests against
//! `checks/prism/openapi.yaml`. Only runs if `PRISM` is set to its address; `checks/prism/check.sh`
//! does that.
#![cfg(feature = "client")]

use bytes::Bytes;
use msgraph::runtime::{Path, UploadSession};
use msgraph::{Batch, Body, Client, Collection, Error, Filter, Operation, Request, StaticToken, Version};
use serde_json::{Value, json};

macro_rules! operation {
    ($request:literal) => {{
        const OPERATION: Operation = Operation::new($request);
        OPERATION
    }};
}

fn users() -> Path {
    Path::root(Version::V1_0).segment("users")
}

fn me() -> Path {
    Path::root(Version::V1_0).segment("me")
}

#[tokio::test]
async fn every_request_is_valid() {
    let Ok(base_url) = std::env::var("PRISM") else {
        println!("skipped: PRISM is not set; see templates/checks/prism/check.sh");
        return;
    };
    let client = Client::builder(StaticToken::new("a-token")).base_url(&base_url).build().expect("loopback is allowed");

    let list: Request<Collection<Value>> = Request::new(operation!("GET /v1.0/users"), users());
    let page = list.select(["id", "displayName"]).filter(Filter::starts_with("displayName", "O'N & co")).top(5);
    let page = page.order_by(["displayName desc"]).advanced();
    assert_eq!(client.send(page).await.expect("list").value.len(), 1);

    let list: Request<Collection<Value>> = Request::new(operation!("GET /v1.0/users"), users());
    client.send(list.search("displayName:a b").consistency_eventual()).await.expect("search");

    let user = json!({
        "accountEnabled": true, "displayName": "Adele", "mailNickname": "adele",
        "userPrincipalName": "adele@contoso.com",
    });
    let create: Request<Value> = Request::new(operation!("POST /v1.0/users"), users());
    client.send(create.body(Body::Json(user))).await.expect("create");

    let delta: Request<Collection<Value>> = Request::new(operation!("GET /v1.0/users/delta"), users().segment("delta"));
    let changes = client.items(delta.prefer("return=minimal")).collect().await;
    assert_eq!(changes.expect("delta").len(), 1);

    for id in ["adele@contoso.com", "a/b c"] {
        let get: Request<Value> = Request::new(operation!("GET /v1.0/users/{id}"), users().key(id));
        client.send(get).await.expect("get");
    }
    let update: Request<()> = Request::new(operation!("PATCH /v1.0/users/{id}"), users().key("adele@contoso.com"));
    let update = update.body(Body::Json(json!({ "jobTitle": null }))).if_match("W/\"1\"");
    client.send(update).await.expect("update");

    let delete: Request<()> = Request::new(operation!("DELETE /v1.0/users/{id}"), users().key("adele@contoso.com"));
    client.send(delete).await.expect("delete");

    let mail: Request<()> = Request::new(operation!("POST /v1.0/me/sendMail"), me().segment("sendMail"));
    client.send(mail.body(Body::Json(json!({ "message": { "subject": "你好" } })))).await.expect("send mail");

    let photo: Request<()> =
        Request::new(operation!("PUT /v1.0/me/photo/$value"), me().segment("photo").segment("$value"));
    client.send(photo.body(Body::bytes("jpeg", "image/jpeg"))).await.expect("photo");

    let path = Path::root(Version::V1_0).segment("deviceManagement").segment("exchangeConnectors");
    let path = path.key("7c9b0f1e-3d52-4b8e-9a60-5f2d1c8e7a34").segment("sync");
    let sync: Request<()> = Request::new(operation!("POST /v1.0/deviceManagement/exchangeConnectors/{id}/sync"), path);
    client.send(sync.body(Body::Json(json!({ "syncType": "deltaSync" })))).await.expect("sync");

    let path = me().segment("drive").segment("items").key("01ABC").segment("createUploadSession");
    let create: Request<UploadSession> =
        Request::new(operation!("POST /v1.0/me/drive/items/{id}/createUploadSession"), path);
    let session = client.send(create.body(Body::Json(json!({ "item": {} })))).await.expect("an upload session");
    let mut upload = client.upload::<Value>(session, Bytes::from_static(b"content"));
    upload.send_all().await.expect("upload");

    let mut batch = Batch::new();
    let first = batch.add(Request::<Value>::new(operation!("GET /v1.0/users/{id}"), users().key("adele@contoso.com")));
    let second: Request<()> = Request::new(operation!("PATCH /v1.0/users/{id}"), users().key("adele@contoso.com"));
    let second = second.body(Body::Json(json!({ "jobTitle": "x" }))).if_match("W/\"1\"");
    let second = batch.add_after(second, &[first.position()]);
    let mut answers = client.send_batch(batch).await.expect("batch");
    answers.take(first).expect("first");
    answers.take(second).expect("second");

    // The referee works: a wrong request is rejected.
    let wrong: Request<Collection<Value>> = Request::new(operation!("GET /v1.0/users"), users());
    let error = client.send(wrong.advanced().query("$top", "many")).await.expect_err("no number");
    assert!(matches!(&error, Error::Graph(error) if error.status == 422), "{error:?}");
    println!("14 kinds of requests are valid, and a wrong one is refused");
}
