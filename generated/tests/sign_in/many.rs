//! A hundred concurrent calls ask the token server at most twice, whatever the way.

use crate::entra::{Entra, granted, me};
use crate::server::{Action, json};
use msgraph::runtime::{InProcess, OAuth};
use msgraph::{Client, TokenProvider};
use std::sync::Arc;
use std::time::Duration;

const CHALLENGE: &str = r#"www-authenticate: Bearer error="insufficient_claims", claims="eyJhIjoxfQ==""#;

type Provider = Arc<dyn TokenProvider>;

/// Every way that can be renewed without the user.
fn ways() -> [fn(OAuth) -> Provider; 4] {
    [
        |oauth| Arc::new(oauth.client_secret("s3cret")),
        |oauth| Arc::new(oauth.client_assertion(|_: &str| Ok(String::from("jwt")))),
        |oauth| Arc::new(oauth.client_secret("s3cret").on_behalf_of("user")),
        |oauth| Arc::new(oauth.refresh_token("r-0", &["User.Read"])),
    ]
}

/// The token server is slow, so that all calls meet while it is asked.
fn slowly(action: Action) -> Action {
    match action {
        Action::Answer(status, headers, body) => Action::Slow(Duration::from_millis(100), status, headers, body),
        other => other,
    }
}

async fn a_hundred_calls(client: &Client) {
    let call = || {
        let client = client.clone();
        tokio::spawn(async move { client.send(me()).await })
    };
    let calls: Vec<_> = (0..100).map(|_| call()).collect();
    for call in calls {
        call.await.expect("no panic").expect("a success");
    }
}

#[tokio::test]
async fn with_a_token_that_expired_in_the_meantime() {
    for way in ways() {
        let lifetime = |number| if number == 1 { 3600 } else { 4 * 3600 };
        let token = move |_: &_, number| slowly(granted(number, lifetime(number)));
        let entra = Entra::start(token, |_| panic!("Graph is in this process")).await;
        let graph = Arc::new(InProcess::new(|_| InProcess::json(200, "{}")));
        let client = Client::builder(way(entra.oauth())).transport(graph.clone()).build().expect("allowed");
        client.send(me()).await.expect("a success");
        graph.advance(Duration::from_secs(2 * 3600));
        a_hundred_calls(&client).await;
        assert_eq!(entra.forms().len(), 2, "{:?}", entra.forms());
    }
}

#[tokio::test]
async fn with_a_token_that_graph_refuses() {
    for way in ways() {
        // The first token has expired, and Graph says so.
        let entra = Entra::start(
            |_, number| slowly(granted(number, if number == 1 { 1 } else { 3600 })),
            |token| if token == "t-1" { Action::Answer(401, Vec::new(), String::new()) } else { json(200, "{}") },
        )
        .await;
        let client = entra.graph(way(entra.oauth())).build().expect("loopback");
        a_hundred_calls(&client).await;
        assert_eq!(entra.forms().len(), 2, "{:?}", entra.forms());
        a_hundred_calls(&client).await;
        assert_eq!(entra.forms().len(), 2, "the second token is kept");
    }
}

#[tokio::test]
async fn with_a_claims_challenge() {
    for way in ways() {
        let entra = Entra::start(
            |_, number| slowly(granted(number, 3600)),
            |token| match token {
                "t-1" => Action::Answer(401, vec![CHALLENGE.to_owned()], String::new()),
                _ => json(200, "{}"),
            },
        )
        .await;
        let client = entra.graph(way(entra.oauth())).build().expect("loopback");
        a_hundred_calls(&client).await;
        let forms = entra.forms();
        assert_eq!(forms.len(), 2, "{forms:?}");
        let claims: Vec<_> = forms.iter().map(|form| form.get("claims").map(String::as_str)).collect();
        assert_eq!(claims, [None, Some(r#"{"a":1}"#)]);
    }
}
