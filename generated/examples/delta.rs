//! Reads what changed since the last time.

use msgraph::runtime::{InProcess, Path};
use msgraph::{Change, Client, Collection, Operation, Request, StaticToken, Version};
use serde_json::Value;

const USERS_DELTA: Operation = Operation::new("GET /v1.0/users/delta");

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder(StaticToken::new("a token")).transport(service()).build()?;
    let request: Request<Collection<Change<Value>>> =
        Request::new(USERS_DELTA, Path::root(Version::V1_0).segment("users").segment("delta"));

    // The first time: everything. Keep the link.
    let mut changes = client.items(request.clone().select(["displayName"]));
    while let Some(change) = changes.next().await {
        println!("{:?}", change?);
    }
    let link = changes.delta_link().ok_or("no delta link")?.to_owned();

    // The next time: what changed since. The link goes to the service only, whatever it says.
    let mut changes = client.items(request.at_link(link));
    let mut removed = Vec::new();
    while let Some(change) = changes.next().await {
        match change? {
            Change::Changed(user) => println!("changed: {}", user["id"]),
            Change::Removed(user) => removed.push(user.id),
        }
    }
    assert_eq!(removed, ["2"]);
    Ok(())
}

fn service() -> InProcess {
    InProcess::new(|request| match request.uri().query().unwrap_or_default() {
        "$deltatoken=1" => InProcess::json(
            200,
            r#"{"value":[{"id":"1","displayName":null},{"id":"2","@removed":{"reason":"deleted"}}],
                "@odata.deltaLink":"https://graph.microsoft.com/v1.0/users/delta?$deltatoken=2"}"#,
        ),
        _ => InProcess::json(
            200,
            r#"{"value":[{"id":"1","displayName":"Adele"},{"id":"2","displayName":"Alex"}],
                "@odata.deltaLink":"https://graph.microsoft.com/v1.0/users/delta?$deltatoken=1"}"#,
        ),
    })
}
