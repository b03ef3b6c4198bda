//! Each way: what is sent, that the token arrives at Graph, how it is renewed, and how it fails.

use crate::browser::{open, query_of};
use crate::entra::{Entra, form, granted, me, refused};
use crate::server::{Action, json};
use msgraph::Error;
use msgraph::runtime::{LoopbackListener, OAuthError, Prompt};
use sha2::{Digest, Sha256};
use std::time::{Duration, Instant};

/// Occurs in every secret below.
const SECRET: &str = "s3cret";
const GRAPH: &str = "https://graph.microsoft.com/.default";

fn for_urls(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| (byte >> bit) & 1)).collect();
    let digit = |six: &[u8]| (0..6).fold(0, |value, at| value * 2 + usize::from(*six.get(at).unwrap_or(&0)));
    bits.chunks(6).map(|six| char::from(ALPHABET[digit(six)])).collect()
}

#[tokio::test]
async fn a_client_secret() {
    let entra = Entra::friendly().await;
    let app = entra.oauth().client_secret(SECRET);
    let client = entra.graph(app).scope(GRAPH).build().expect("loopback is allowed");
    for _ in 0..3 {
        client.send(me()).await.expect("a success");
    }
    let expected = form(&[
        ("endpoint", "token"),
        ("grant_type", "client_credentials"),
        ("client_id", "app-1"),
        ("client_secret", SECRET),
        ("scope", GRAPH),
    ]);
    assert_eq!(entra.forms(), [expected], "the token is kept");
    assert_eq!(entra.calls(), ["t-1"; 3]);
}

#[tokio::test]
async fn a_client_assertion() {
    let entra = Entra::friendly().await;
    let app = entra.oauth().client_assertion(|audience: &str| Ok(format!("jwt for {audience}")));
    entra.graph(app).scope(GRAPH).build().expect("loopback").send(me()).await.expect("a success");
    let expected = form(&[
        ("endpoint", "token"),
        ("grant_type", "client_credentials"),
        ("client_id", "app-1"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", &format!("jwt for {}/contoso.com/oauth2/v2.0/token", entra.base_url)),
        ("scope", GRAPH),
    ]);
    assert_eq!(entra.forms(), [expected]);
    assert_eq!(entra.calls(), ["t-1"]);
}

#[tokio::test]
async fn on_behalf_of() {
    let entra = Entra::friendly().await;
    let app = entra.oauth().client_secret(SECRET);
    for user in ["adele", "alex"] {
        let client = entra.graph(app.on_behalf_of(user)).scope(GRAPH).build().expect("loopback");
        client.send(me()).await.expect("a success");
    }
    let expected = |user| {
        form(&[
            ("endpoint", "token"),
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("client_id", "app-1"),
            ("client_secret", SECRET),
            ("assertion", user),
            ("scope", GRAPH),
            ("requested_token_use", "on_behalf_of"),
        ])
    };
    assert_eq!(entra.forms(), [expected("adele"), expected("alex")]);
    assert_eq!(entra.calls(), ["t-1", "t-2"], "each user has a token");
}

#[tokio::test]
async fn a_device_code() {
    let entra = Entra::start(
        |form, number| match form["endpoint"].as_str() {
            "devicecode" => json(
                200,
                r#"{"device_code":"d-1","user_code":"U-1","verification_uri":"https://v.example","expires_in":60,"interval":1}"#,
            ),
            _ if number == 2 => refused("authorization_pending", "AADSTS70016: waiting."),
            // Less than 5 minutes: the client asks for another one before the next call.
            _ => granted(number, 60),
        },
        |_| json(200, "{}"),
    )
    .await;
    let code = entra.oauth().device_code(&["User.Read"]).await.expect("a code");
    assert_eq!(code.user_code, "U-1");
    let client = entra.graph(code.wait().await.expect("signed in")).build().expect("loopback");
    for _ in 0..2 {
        client.send(me()).await.expect("a success");
    }
    let scope = ("scope", "User.Read offline_access");
    let poll = form(&[
        ("endpoint", "token"),
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("client_id", "app-1"),
        ("device_code", "d-1"),
    ]);
    let expected = [
        form(&[("endpoint", "devicecode"), ("client_id", "app-1"), scope]),
        poll.clone(),
        poll,
        form(&[
            ("endpoint", "token"),
            ("grant_type", "refresh_token"),
            ("client_id", "app-1"),
            ("refresh_token", "r-3"),
            scope,
        ]),
    ];
    assert_eq!(entra.forms(), expected);
    assert_eq!(entra.calls(), ["t-3", "t-4"]);
}

#[tokio::test]
async fn a_browser_on_this_machine() {
    let entra = Entra::start(|_, number| granted(number, 60), |_| json(200, "{}")).await;
    let mut opened = None;
    let user = entra.oauth().interactive(&["User.Read", "Mail.Send"], |url| {
        opened = Some((url.to_owned(), open(url, "code=c-s3cret&session_state=x")));
    });
    let user = user.await.expect("signed in");
    assert!(!format!("{user:?} {user:#?}").contains(SECRET));
    let client = entra.graph(user).build().expect("loopback");
    for _ in 0..2 {
        client.send(me()).await.expect("a success");
    }
    assert_eq!(entra.calls(), ["t-1", "t-2"]);

    let (url, pages) = opened.expect("the browser was opened");
    assert!(url.starts_with(&format!("{}/contoso.com/oauth2/v2.0/authorize?", entra.base_url)), "{url}");
    let asked = query_of(&url);
    let forms = entra.forms();
    let verifier = forms[0]["code_verifier"].as_str();
    assert!(!url.contains(verifier), "the browser must not know it");
    let expected = form(&[
        ("client_id", "app-1"),
        ("response_type", "code"),
        ("response_mode", "query"),
        ("redirect_uri", &asked["redirect_uri"]),
        ("scope", "User.Read Mail.Send offline_access"),
        ("state", &asked["state"]),
        ("code_challenge", &for_urls(&Sha256::digest(verifier))),
        ("code_challenge_method", "S256"),
    ]);
    assert_eq!(asked, expected);
    let expected = form(&[
        ("endpoint", "token"),
        ("grant_type", "authorization_code"),
        ("client_id", "app-1"),
        ("code", "c-s3cret"),
        ("redirect_uri", &asked["redirect_uri"]),
        ("scope", "User.Read Mail.Send offline_access"),
        ("code_verifier", verifier),
    ]);
    assert_eq!(forms[0], expected);
    assert_eq!((forms[1]["grant_type"].as_str(), forms[1]["refresh_token"].as_str()), ("refresh_token", "r-1"));
    assert_eq!(forms.len(), 2);

    let pages = pages.lock().expect("not poisoned");
    let statuses: Vec<&str> = pages.iter().map(|page| page.get(9..12).unwrap_or_default()).collect();
    assert_eq!(statuses, ["404", "404", "404", "200"]);
    assert!(pages[3].contains("close this window") && !pages[3].contains(SECRET), "{}", pages[3]);
}

#[tokio::test]
async fn a_user_who_declines() {
    let entra = Entra::start(|_, _| panic!("nothing to redeem"), |_| panic!("no token")).await;
    let declined = entra.oauth().interactive(&["User.Read"], |url| {
        open(url, "error=access_denied&error_description=AADSTS65004%3A+User+declined.%0d%0aTrace");
    });
    let error = declined.await.expect_err("declined");
    assert_eq!(error.to_string(), "no access token: status 302 access_denied: AADSTS65004: User declined.");
    assert_eq!(OAuthError::of(&error).map(|refusal| refusal.error.as_str()), Some("access_denied"));
}

#[tokio::test]
async fn a_user_who_does_not_come() {
    let entra = Entra::start(|_, _| panic!("nothing to redeem"), |_| panic!("no token")).await;
    let listener = LoopbackListener::bind().await.expect("a free port");
    let uri = listener.redirect_uri().to_owned();
    let request = entra.oauth().authorization_code(&["User.Read"], &uri).expect("a request");
    let error = listener.receive(request, Duration::from_millis(50)).await.expect_err("nobody");
    assert_eq!(error.to_string(), "no access token: nobody signed in within 50ms");
    let port = uri.rsplit(':').next().expect("a port").to_owned();
    assert!(tokio::net::TcpStream::connect(format!("127.0.0.1:{port}")).await.is_err(), "the port is closed");
}

#[tokio::test]
async fn a_web_application() {
    let entra = Entra::start(|_, number| granted(number, 60), |_| json(200, "{}")).await;
    let app = entra.oauth().client_secret(SECRET);
    let redirect = "https://app.example/signed-in?x=1";
    let request = app.authorization_code(&["User.Read"], redirect).expect("a request");
    let request = request.prompt(Prompt::SelectAccount).login_hint("adele@contoso.com").claims(r#"{"a":1}"#);
    let asked = query_of(&request.url());
    let hints = ["prompt", "login_hint", "claims", "redirect_uri"].map(|name| asked[name].as_str());
    assert_eq!(hints, ["select_account", "adele@contoso.com", r#"{"a":1}"#, redirect]);

    // Another process of the application gets the redirect.
    let (state, verifier) = (request.state().to_owned(), request.verifier().to_owned());
    let printed = format!("{request:?} {request:#?}");
    assert!(!printed.contains(&state) && !printed.contains(&verifier) && !printed.contains(SECRET), "{printed}");
    let other = app.authorization_code(&["User.Read"], redirect).expect("a request").resume(&state, &verifier);
    let user = other.redeem(&format!("{redirect}&code=c-1&state={state}")).await.expect("signed in");
    let client = entra.graph(user).build().expect("loopback");
    for _ in 0..2 {
        client.send(me()).await.expect("a success");
    }
    let forms = entra.forms();
    assert_eq!((forms[0]["code"].as_str(), forms[0]["code_verifier"].as_str()), ("c-1", verifier.as_str()));
    for form in &forms {
        assert_eq!(form["client_secret"], SECRET, "the application proves who it is, also when renewing");
    }
    assert_eq!(entra.calls(), ["t-1", "t-2"]);
}

#[tokio::test]
async fn redirects_that_are_not_redeemed() {
    let entra = Entra::start(|_, _| panic!("nothing to redeem"), |_| panic!("no token")).await;
    let redirect = "https://app.example/signed-in";
    let start = || entra.oauth().authorization_code(&["User.Read"], redirect).expect("a request");
    for (answer, expected) in [
        ("code=c&state=of-somebody-else", "state differs"),
        ("code=c", "state differs"),
        ("", "state differs"),
        ("state=STATE", "has no code"),
        ("code=c&code=d&state=STATE", "repeats a parameter"),
        ("error=login_required&state=STATE", "login_required"),
    ] {
        let request = start();
        let answer = answer.replace("STATE", request.state());
        let error = request.redeem(&answer).await.expect_err("not redeemed").to_string();
        assert!(error.contains(expected), "{answer}: {error}");
    }
    assert!(entra.oauth().authorization_code(&[], "https://app.example/#x").is_err());
    assert!(entra.oauth().authority("http://login.example").authorization_code(&[], redirect).is_err());
}

#[tokio::test]
async fn a_code_is_sent_once() {
    let answers: [fn() -> Action; 2] =
        [|| Action::Cut(String::new()), || Action::Slow(Duration::from_secs(20), 200, Vec::new(), String::from("{}"))];
    for answer in answers {
        let entra = Entra::start(move |_, _| answer(), |_| panic!("no token")).await;
        let oauth = entra.oauth().timeout(Duration::from_millis(100));
        let request = oauth.authorization_code(&["User.Read"], "https://app.example/").expect("a request");
        let redirect = format!("code={SECRET}&state={}", request.state());
        let error = request.redeem(&redirect).await.expect_err("no token");
        assert!(!format!("{error} {error:?}").contains(SECRET), "{error:?}");
        assert_eq!(entra.forms().len(), 1, "{error}");
    }
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up() {
    let hang = || Action::Slow(Duration::from_secs(20), 200, Vec::new(), String::from("{}"));
    let entra = Entra::start(move |_, _| hang(), |_| panic!("no token")).await;
    let started = Instant::now();
    let app = entra.oauth().client_secret(SECRET);
    for client in [entra.graph(app.on_behalf_of(SECRET)), entra.graph(app)] {
        let client = client.timeout(Duration::from_millis(50)).build().expect("loopback");
        let error = client.send(me()).await.expect_err("no token");
        assert!(matches!(error, Error::Token(_)), "{error}");
        assert!(!format!("{error} {error:?}").contains(SECRET), "{error:?}");
    }
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn refusals_show_the_code_but_no_secret() {
    let entra = Entra::start(
        |_, _| {
            json(401, r#"{"error":"invalid_client","error_description":"AADSTS7000222: expired.\r\nTrace","access_token":"s3cret","refresh_token":"s3cret"}"#)
        },
        |_| panic!("no token"),
    )
    .await;
    let app = entra.oauth().client_secret(SECRET);
    let mut printed = format!("{app:?}");
    let user = entra.oauth().refresh_token(SECRET, &["User.Read"]);
    printed.push_str(&format!("{user:?} {:?}", app.on_behalf_of(SECRET)));
    for client in [entra.graph(app.clone()), entra.graph(app.on_behalf_of(SECRET)), entra.graph(user)] {
        let client = client.build().expect("loopback");
        let error = client.send(me()).await.expect_err("refused");
        assert_eq!(error.to_string(), "no access token: status 401 invalid_client: AADSTS7000222: expired.");
        printed.push_str(&format!("{client:?} {error:?} {error:#?}"));
    }
    assert!(!printed.contains(SECRET), "{printed}");
}
