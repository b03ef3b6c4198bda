//! Sends three requests in one call, one of them after another one.

use msgraph::runtime::{InProcess, Path};
use msgraph::{Batch, Body, Client, Error, Operation, Request, StaticToken, Version};
use serde_json::{Value, json};

const GET_ME: Operation = Operation::new("GET /v1.0/me");
const CREATE_FOLDER: Operation = Operation::new("POST /v1.0/me/mailFolders");
const LIST_FOLDERS: Operation = Operation::new("GET /v1.0/me/mailFolders");

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder(StaticToken::new("a token")).transport(service()).build()?;
    let me = || Path::root(Version::V1_0).segment("me");
    let folder = Body::Json(json!({"displayName": "Receipts"}));

    let mut batch = Batch::new();
    let profile = batch.add(Request::<Value>::new(GET_ME, me()));
    let created = batch.add(Request::<Value>::new(CREATE_FOLDER, me().segment("mailFolders")).body(folder));
    let listed =
        batch.add_after(Request::<Value>::new(LIST_FOLDERS, me().segment("mailFolders")), &[created.position()]);

    let mut answers = client.send_batch(batch).await?;
    println!("{} has a folder {}", answers.take(profile)?["displayName"], answers.take(created)?["displayName"]);
    // Each answer is a separate result.
    match answers.take(listed) {
        Err(Error::Graph(error)) => println!("listing failed: {error}"),
        other => panic!("{other:?}"),
    }
    Ok(())
}

fn service() -> InProcess {
    InProcess::new(|request| {
        assert_eq!(request.uri().path(), "/v1.0/$batch");
        let answers = json!({"responses": [
            {"id": "2", "status": 502, "headers": {"Content-Type": "text/html"}, "body": "<html>Bad Gateway</html>"},
            {"id": "0", "status": 200, "body": {"displayName": "Adele"}},
            {"id": "1", "status": 201, "body": {"displayName": "Receipts"}},
        ]});
        InProcess::json(200, answers.to_string())
    })
}
