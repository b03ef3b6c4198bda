//! Creates an event, then changes it only if nobody else did in the meantime.

use msgraph::runtime::{InProcess, Path};
use msgraph::{Body, Client, Error, Operation, Request, StaticToken, Version};
use serde_json::{Value, json};

const CREATE_EVENT: Operation = Operation::new("POST /v1.0/me/events");
const UPDATE_EVENT: Operation = Operation::new("PATCH /v1.0/me/events/{id}");

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder(StaticToken::new("a token")).transport(service()).build()?;
    let events = || Path::root(Version::V1_0).segment("me").segment("events");

    let create: Request<Value> = Request::new(CREATE_EVENT, events())
        .body(Body::Json(json!({
            "subject": "Review",
            "start": {"dateTime": "2026-12-01T10:00:00", "timeZone": "Pacific Standard Time"},
            "end": {"dateTime": "2026-12-01T11:00:00", "timeZone": "Pacific Standard Time"},
        })))
        .prefer("outlook.timezone=\"Pacific Standard Time\"");
    let event = client.send(create).await?;

    let text = |name: &str| event[name].as_str().unwrap_or_default();
    // Only what changes is sent; null would clear a property.
    let update = |etag: &str| -> Request<Value> {
        Request::new(UPDATE_EVENT, events().key(text("id")))
            .body(Body::Json(json!({"subject": "Review, part 2"})))
            .if_match(etag)
    };
    let event = client.send(update(text("@odata.etag"))).await?;
    println!("renamed to {}", event["subject"]);

    match client.send(update("W/\"old\"")).await {
        Err(Error::Graph(error)) if error.status == 412 => println!("somebody else was faster"),
        other => panic!("{other:?}"),
    }
    Ok(())
}

fn service() -> InProcess {
    InProcess::new(|request| match (request.method().as_str(), request.uri().path()) {
        ("POST", "/v1.0/me/events") => InProcess::json(201, r#"{"id":"AAMk=","@odata.etag":"W/\"1\""}"#),
        ("PATCH", "/v1.0/me/events/AAMk%3D") if request.headers()["if-match"] == "W/\"1\"" => {
            assert_eq!(request.body(), r#"{"subject":"Review, part 2"}"#);
            InProcess::json(200, r#"{"subject":"Review, part 2"}"#)
        }
        _ => InProcess::status(412),
    })
}
