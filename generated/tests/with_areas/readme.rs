//! The code that README shows compiles.
// Needs: GET /v1.0/users, GET /v1.0/users/delta, GET /v1.0/me, GET /v1.0/me/events
// Needs: GET /v1.0/me/drive/items/{id}/content, POST /v1.0/me/drive/items/{id}/createUploadSession
// Needs: POST /v1.0/drives/{id}/items/{id}/copy
#![cfg(all(feature = "client", feature = "names", feature = "notifications"))]
#![allow(dead_code, reason = "it is compiled, not run")]

#[rustfmt::skip]
mod first_program {
// README shows this part.
use msgraph::v1::types::User;
use msgraph::{Client, Error, Filter, PropertyExt, StaticToken, v1};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    // A token from Graph Explorer will do for a first try; see "Sign-in" for programs that last longer.
    let client = Client::new(StaticToken::new(std::env::var("GRAPH_TOKEN").unwrap_or_default()))?;

    let adeles = v1()
        .users()
        .list()
        .filter(Filter::starts_with(User::DISPLAY_NAME, "Adele"))
        .select((User::ID, User::DISPLAY_NAME));
    assert_eq!(
        adeles.to_string(),
        "GET /v1.0/users?$filter=startswith%28displayName,%27Adele%27%29&$select=id,displayName",
    );

    // One page after the other.
    let mut users = client.items(adeles);
    while let Some(user) = users.next().await {
        let user = user?;
        println!("{:?} {:?}", user.id.value(), user.display_name.value());
    }
    Ok(())
}
// README ends.
}

#[rustfmt::skip]
mod tour {
// README shows this part.
use msgraph::runtime::{Path, ReadSource};
use msgraph::v1::types::{DirectoryObject, DriveItem, Event, User};
use msgraph::v1::{actions, v1};
use msgraph::{Batch, Change, Client, Collection, Error, Filter, Operation, Request, Search, Version};
use std::time::Duration;

/// Query options are encoded, filters are quoted, and the compiler checks the names; `advanced` sets what directory
/// queries need. Texts do as well: `.select(["id", "displayName"])`.
fn query() -> Request<Collection<User>> {
    let list = v1().users().list().filter(Filter::eq(User::SURNAME, "O'Neil") & !Filter::is_null(User::MAIL)).advanced();
    let list = list.search(Search::property("displayName", "wa") | Search::property("mail", "wa"));
    list.expand(User::MANAGER.select(DirectoryObject::ID)).order_by(User::DISPLAY_NAME.desc()).top(25)
}

/// What changed since the last run, and the link for the next one.
async fn delta(client: &Client, link: Option<String>) -> Result<Option<String>, Error> {
    let request = v1().users().delta();
    let request = match link {
        Some(link) => request.at_link(link),
        None => request.select((User::ID, User::DISPLAY_NAME)),
    };
    let mut changes = client.items(request);
    while let Some(change) = changes.next().await {
        match change? {
            Change::Changed(user) => println!("changed: {:?}", user.display_name),
            Change::Removed(removed) => println!("removed: {}", removed.id),
        }
    }
    Ok(changes.delta_link().map(ToString::to_string))
}

/// Batches are not limited to 20; answers are typed and in the order of the requests.
async fn batch(client: &Client) -> Result<(), Error> {
    let mut batch = Batch::new();
    let me = batch.add(v1().me().get());
    let events = batch.add(v1().me().events().list().select(Event::SUBJECT));
    let mut answers = client.send_batch(batch).await?;
    println!("{:?} {:?}", answers.take(me)?, answers.take(events)?.value.len());
    Ok(())
}

/// Uploads resume after an interruption, and after a restart from `upload.session().to_json()`. A download follows the
/// redirect to the storage without the token. A copy is started, and its monitor has a deadline.
async fn files(client: &Client, file: std::fs::File, copy: actions::DriveItemCopy) -> Result<(), Box<dyn std::error::Error>> {
    let item = v1().me().drive().items().id("01ABC");
    let session = client.send(item.create_upload_session(actions::DriveItemCreateUploadSession::default())).await?;
    let mut upload = client.upload::<DriveItem>(session, ReadSource::new(file)?);
    upload.send_all().await?;

    let mut content = client.download(item.content().get()).await?;
    while let Some(piece) = content.chunk().await? {
        println!("{} bytes", piece.len());
    }

    let copied = client.start(v1().drives().id("b!x").items().id("01ABC").copy(copy)).await?;
    println!("{:?}", { copied }.wait(Duration::from_secs(600)).await?.resource_id);
    Ok(())
}

/// A request that the documentation lacks: the same client, paging and errors, with a type of yours or of this crate.
async fn raw(client: &Client) -> Result<(), Error> {
    const LIST: Operation = Operation::new("GET /beta/me/newThings");
    let path = Path::root(Version::Beta).segment("me").segment("newThings");
    let list: Request<Collection<serde_json::Value>> = Request::new(LIST, path);
    println!("{}", client.send(list).await?.value.len());
    Ok(())
}
// README ends.
}

#[rustfmt::skip]
mod notifications {
// README shows this part.
use msgraph::notifications::{Answer, ClientStates, DecryptionKeys, KeyDiscovery, TokenRules, receive};
use msgraph::v1::types::ChatMessage;

/// The answer to a `POST` to the address of a subscription: status, plain text, and what is to be processed afterwards,
/// because the service waits for 3 seconds only.
fn answer(query: Option<&str>, body: &[u8]) -> (u16, String, Option<Answer>) {
    match receive(query, body) {
        // The handshake when the subscription is made.
        Ok(Answer::Validate(token)) => (200, token.as_str().to_owned(), None),
        Ok(received) => (202, String::new(), Some(received)),
        Err(refused) => (refused.status(), String::new(), None),
    }
}

async fn process(
    received: Answer,
    states: &ClientStates,
    keys: &DecryptionKeys,
    discovery: &KeyDiscovery,
) -> Result<(), Box<dyn std::error::Error>> {
    let Answer::Notifications(received) = received else { return Ok(()) };
    // If there is resource data, it is signed by Microsoft for this application.
    discovery.verify(&received, &TokenRules::new(["the client id"])).await?;
    for notification in received.check(|subscription| states.get(subscription)).accepted {
        // The signature is checked first.
        let message: ChatMessage = notification.decrypt(keys)?;
        println!("{:?} in {:?}", message.id, notification.resource);
    }
    Ok(())
}
// README ends.
}

#[rustfmt::skip]
mod tests_without_a_tenant {
// README shows this part.
use msgraph::runtime::{Examples, InProcess};
use msgraph::{Client, Error, StaticToken};

fn client_of_examples(file: &str) -> Result<Client, Error> {
    let examples = Examples::open(file)?;
    let service = InProcess::new(move |request| match request.uri().path() {
        // What the test is about; the docs answer the rest.
        "/v1.0/me" => InProcess::json(200, r#"{"displayName": "Adele"}"#),
        _ => examples.answer(&request),
    });
    Client::builder(StaticToken::new("any token")).transport(service).build()
}
// README ends.
}

/// The blocks of Rust in README, without those that are not compiled.
fn blocks(readme: &str) -> impl Iterator<Item = &str> {
    readme.split("```rust\n").skip(1).filter_map(|rest| rest.split("\n```").next())
}

#[test]
fn every_block_of_readme_is_compiled() {
    let compiled = [include_str!("readme.rs"), include_str!("../../examples/sign_in.rs")];
    let mut number = 0;
    for block in blocks(include_str!("../../README.md")) {
        number += 1;
        assert!(compiled.iter().any(|program| program.contains(&format!("{block}\n// README ends."))), "{block}");
    }
    assert_eq!(number, 5);
}
