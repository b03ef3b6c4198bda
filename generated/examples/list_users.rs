//! Lists users page by page and filters them.
//!
//! The service is a function in this program; remove the line with `transport` to call the real
//! one.

use msgraph::runtime::{InProcess, Path};
use msgraph::{Client, Collection, Filter, Operation, Request, StaticToken, Version};
use serde_json::{Value, json};
use std::error::Error;

// With the area `users` this is `v1().users().list()`.
const LIST_USERS: Operation = Operation::new("GET /v1.0/users");

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::builder(StaticToken::new("a token")).transport(service()).build()?;
    let request: Request<Collection<Value>> = Request::new(LIST_USERS, Path::root(Version::V1_0).segment("users"))
        .select(["id", "displayName"])
        .filter(Filter::starts_with("displayName", "A") & !Filter::eq("surname", "O'Neil"))
        .top(2)
        .advanced();

    let mut users = client.items(request);
    let mut names = Vec::new();
    while let Some(user) = users.next().await {
        names.push(user?["displayName"].as_str().unwrap_or("?").to_owned());
    }
    println!("{} of {:?} users: {}", names.len(), users.count(), names.join(", "));
    assert_eq!(names, ["Adele", "Alex", "Allan"]);
    Ok(())
}

fn service() -> InProcess {
    InProcess::new(|request| {
        let query = request.uri().query().unwrap_or_default();
        assert_eq!(request.headers()["consistencylevel"], "eventual");
        let page = if query.contains("$skiptoken=2") {
            json!({"value": [{"displayName": "Allan"}]})
        } else {
            assert!(query.contains("$filter=startswith(displayName,%27A%27)%20and%20not%20("), "{query}");
            json!({
                "@odata.count": 3,
                "value": [{"displayName": "Adele"}, {"displayName": "Alex"}],
                "@odata.nextLink": "https://graph.microsoft.com/v1.0/users?$skiptoken=2",
            })
        };
        InProcess::json(200, page.to_string())
    })
}
