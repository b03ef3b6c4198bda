//! Shows which permissions a program needs, and what a 403 says about them.

use msgraph::runtime::{InProcess, Path};
use msgraph::{AccountType, Client, Error, Operation, Request, StaticToken, Version, least_privilege};
use serde_json::Value;

// Generated operations contain what their pages say.
const GET_USER: Operation =
    Operation::documented("GET /v1.0/users/{id}", "user-get", " | | User.Read.All < User.ReadWrite.All", "200");
const UPDATE_USER: Operation =
    Operation::documented("PATCH /v1.0/users/{id}", "user-update", " | | User.ReadWrite.All", "204");

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let needed = least_privilege(&[GET_USER, UPDATE_USER], AccountType::Application);
    println!("this program needs {:?}", needed.permissions);
    assert_eq!(needed.permissions, ["User.ReadWrite.All"]);

    // A token of an application with `{"roles":["Mail.Read"]}`.
    let token = StaticToken::new("e30.eyJyb2xlcyI6WyJNYWlsLlJlYWQiXX0.c2ln");
    let client = Client::builder(token).transport(InProcess::new(|_| InProcess::status(403))).build()?;
    let path = Path::root(Version::V1_0).segment("users").key("adele@contoso.com");
    match client.send(Request::<Value>::new(GET_USER, path)).await {
        Err(Error::Graph(error)) => {
            println!("{error}");
            let advice = error.advice().unwrap_or_default();
            assert!(advice.contains("the token lacks User.Read.All"), "{advice}");
        }
        other => panic!("{other:?}"),
    }
    Ok(())
}
