//! Makes a team, waits for it and writes in a channel with the generated API. A program like this needs the features `me`,
//! `teams` and `names`.
// Needs: POST /v1.0/teams, POST /v1.0/teams/{id}/channels, POST /v1.0/teams/{id}/channels/{id}/messages
// Needs: GET /v1.0/me/joinedTeams

use msgraph::runtime::InProcess;
use msgraph::v1::types::{Channel, ChatMessage, ItemBody, Team};
use msgraph::v1::v1;
use msgraph::{Client, PropertyExt, StaticToken};
use std::time::Duration;

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder(StaticToken::new("a token")).transport(service()).build()?;

    // The service accepts the request and names an operation, which takes a while. What the type lacks is `additional`.
    let mut team = Team { display_name: Some("Launch".into()), ..Default::default() };
    team.additional.insert("template@odata.bind", "https://graph.microsoft.com/v1.0/teamsTemplates('standard')");
    let mut creating = client.start(v1().teams().create(team)).await?;
    let created = creating.wait(Duration::from_secs(300)).await?;
    println!("the team is there: {:?}", created.resource_id);

    let team = v1().teams().id("t1");
    let channel = Channel { display_name: Some("Plans".into()), ..Default::default() };
    let channel = client.send(team.channels().create(channel)).await?;
    let channel = channel.id.value().ok_or("a channel without an id")?;

    let message = ChatMessage {
        body: Some(ItemBody { content: Some("Welcome!".into()), ..Default::default() }.into()),
        ..Default::default()
    };
    let message = client.send(team.channels().id(channel).messages().create(message)).await?;
    println!("written: {:?}", message.id.value());

    for team in client.send(v1().me().joined_teams().list()).await?.value {
        println!("member of {}", team.display_name.value().map_or("a team", String::as_str));
    }
    Ok(())
}

fn service() -> InProcess {
    InProcess::new(|request| {
        let body = || serde_json::from_slice::<serde_json::Value>(request.body()).unwrap_or_default();
        match (request.method().as_str(), request.uri().path()) {
            ("POST", "/v1.0/teams") => {
                assert!(body()["template@odata.bind"].is_string());
                let mut accepted = InProcess::status(202)?;
                let operation = http::HeaderValue::from_static("/teams('t1')/operations('o1')");
                accepted.headers_mut().insert("location", operation);
                Ok(accepted)
            }
            ("GET", "/v1.0/teams('t1')/operations('o1')") => {
                InProcess::json(200, r#"{"status":"succeeded","targetResourceId":"t1"}"#)
            }
            ("POST", "/v1.0/teams/t1/channels") => InProcess::json(201, r#"{"id":"19:c@thread"}"#),
            ("POST", "/v1.0/teams/t1/channels/19%3Ac@thread/messages") => InProcess::json(201, r#"{"id":"m1"}"#),
            ("GET", "/v1.0/me/joinedTeams") => InProcess::json(200, r#"{"value":[{"displayName":"Launch"}]}"#),
            _ => InProcess::status(404),
        }
    })
}
