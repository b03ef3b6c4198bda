//! Tests what is sent to a token server in this process, and what comes of its answers.

use crate::service::{fault, response, run};
use bytes::Bytes;
use msgraph::runtime::{ClientAssertion, Fault, InProcess, InProcessResult, OAuth, OAuthError, Path};
use msgraph::{Client, Cloud, Operation, Request, TokenError, TokenProvider, Version};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const ME: Operation = Operation::new("GET /v1.0/me");

fn me() -> Request<Value> {
    Request::new(ME, Path::root(Version::V1_0).segment("me"))
}

type Forms = Arc<Mutex<Vec<String>>>;

/// A token server, with the forms that it received.
fn server(answer: impl Fn(&str, &str, usize) -> InProcessResult + Send + Sync + 'static) -> (Arc<InProcess>, Forms) {
    let forms = Forms::default();
    let seen = forms.clone();
    let service = InProcess::new(move |request: http::Request<Bytes>| {
        let form = String::from_utf8(request.body().to_vec()).expect("text");
        assert_eq!(request.method(), "POST");
        assert_eq!(request.headers()["content-type"], "application/x-www-form-urlencoded");
        let mut seen = seen.lock().expect("not poisoned");
        seen.push(form.clone());
        answer(&request.uri().to_string(), &form, seen.len())
    });
    (Arc::new(service), forms)
}

fn graph(expected: &'static str) -> InProcess {
    InProcess::new(move |request| {
        assert_eq!(request.headers()["authorization"], expected);
        InProcess::json(200, "{}")
    })
}

#[test]
fn a_client_secret() {
    let (server, forms) = server(|url, _, number| {
        assert_eq!(url, "https://login.chinacloudapi.cn/contoso.cn/oauth2/v2.0/token");
        match number {
            1 => InProcess::status(503),
            _ => InProcess::json(200, r#"{"token_type":"Bearer","expires_in":3599,"access_token":"t-1"}"#),
        }
    });
    let provider = OAuth::new(server, Cloud::China, "contoso.cn", "app-1").client_secret("a&b=s3cret");
    assert!(!format!("{provider:?}").contains("s3cret"));
    let client = Client::builder(provider).cloud(Cloud::China).transport(graph("Bearer t-1"));
    let client = client.build().expect("is allowed");
    run(client.send(me())).expect("a token");
    run(client.send(me())).expect("the same token");
    let forms = forms.lock().expect("not poisoned");
    assert_eq!(forms.len(), 2, "one busy answer, one token");
    assert_eq!(
        forms[1],
        "grant_type=client_credentials&client_id=app-1&client_secret=a%26b%3Ds3cret\
         &scope=https%3A%2F%2Fmicrosoftgraph.chinacloudapi.cn%2F.default"
    );
}

#[test]
fn a_refusal_is_explained() {
    let (server, _) = server(|_, _, _| {
        InProcess::json(401, r#"{"error":"invalid_client","error_description":"AADSTS7000215: wrong.\r\nTrace ID: 1"}"#)
    });
    let provider = OAuth::new(server, Cloud::Global, "t", "app").client_secret("s3cret");
    let error = run(provider.token(&["s"])).expect_err("refused").to_string();
    assert_eq!(error, "no access token: status 401 invalid_client: AADSTS7000215: wrong.");

    let plain = OAuth::new(InProcess::new(|_| panic!("not sent")), Cloud::Global, "t", "app");
    let plain = plain.authority("http://login.example").client_secret("s3cret");
    assert!(run(plain.token(&["s"])).is_err(), "a secret goes over https only");
}

#[test]
fn a_device_code() {
    let (server, forms) = server(|url, form, number| {
        if url.ends_with("/devicecode") {
            return InProcess::json(
                200,
                r#"{"device_code":"d-1","user_code":"U-1","verification_uri":"https://v.example","expires_in":900,"interval":5,"message":"Go."}"#,
            );
        }
        let error = |code: &str| InProcess::json(400, format!(r#"{{"error":"{code}"}}"#));
        match number {
            2 => error("authorization_pending"),
            3 => error("slow_down"),
            4 => response(503, &[], ""),
            _ if form.contains("refresh_token") => {
                InProcess::json(200, r#"{"access_token":"t-2","expires_in":"3600","refresh_token":"r-2"}"#)
            }
            _ => InProcess::json(200, r#"{"access_token":"t-1","expires_in":3600,"refresh_token":"r-1"}"#),
        }
    });
    let oauth = OAuth::new(server.clone(), Cloud::Global, "common", "app");
    let code = run(oauth.device_code(&["User.Read"])).expect("a code");
    assert_eq!((code.user_code.as_str(), code.verification_uri.as_str()), ("U-1", "https://v.example"));
    let user = Arc::new(run(code.wait()).expect("signed in"));
    let client = Client::builder(user.clone()).transport(graph("Bearer t-1")).build().expect("is allowed");
    run(client.send(me())).expect("the first token");
    server.advance(Duration::from_secs(4000));
    assert_eq!(run(user.token(&[])).expect("renewed").secret(), "t-2");
    let forms = forms.lock().expect("not poisoned");
    assert_eq!(forms[0], "client_id=app&scope=User.Read%20offline_access");
    assert!(forms[1].contains("device_code=d-1"));
    assert_eq!(
        forms.last().expect("the last"),
        "grant_type=refresh_token&client_id=app&refresh_token=r-1&scope=User.Read%20offline_access"
    );
}

#[test]
fn a_device_code_that_is_declined_or_expires() {
    for (code, expected) in [("authorization_declined", "authorization_declined"), ("authorization_pending", "expired")]
    {
        let (server, _) = server(move |url, _, _| match url.ends_with("/devicecode") {
            true => InProcess::json(
                200,
                r#"{"device_code":"d","user_code":"u","verification_uri":"v","expires_in":60,"interval":5}"#,
            ),
            false => InProcess::json(400, format!(r#"{{"error":"{code}"}}"#)),
        });
        let oauth = OAuth::new(server, Cloud::Global, "common", "app");
        let code = run(oauth.device_code(&["User.Read"])).expect("a code");
        let error = run(code.wait()).expect_err("no token").to_string();
        assert!(error.contains(expected), "{error}");
    }
}

const TOKEN: &str = r#"{"token_type":"Bearer","expires_in":3599,"access_token":"t-1"}"#;

#[test]
fn on_behalf_of_a_user() {
    let (server, forms) = server(|_, _, _| InProcess::json(200, TOKEN));
    let app = OAuth::new(server, Cloud::Global, "contoso.com", "app-1").client_secret("s3cret");
    let user = Arc::new(app.on_behalf_of("user-s3cret"));
    assert!(!format!("{user:?} {app:?}").contains("s3cret"));
    let client = Client::builder(user.clone()).transport(graph("Bearer t-1")).build().expect("is allowed");
    run(client.send(me())).expect("a token");
    run(user.token_for_claims(&["s"], r#"{"a":1}"#)).expect("a token");
    let forms = forms.lock().expect("not poisoned");
    assert_eq!(
        forms[0],
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&client_id=app-1&client_secret=s3cret\
         &assertion=user-s3cret&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&requested_token_use=on_behalf_of"
    );
    assert!(forms[1].ends_with("&requested_token_use=on_behalf_of&claims=%7B%22a%22%3A1%7D"), "{}", forms[1]);
}

#[test]
fn a_user_who_must_sign_in_again() {
    let (server, _) = server(|_, _, _| {
        InProcess::json(
            400,
            r#"{"error":"interaction_required","error_description":"AADSTS50076: more.","claims":"{\"a\":1}"}"#,
        )
    });
    let user = OAuth::new(server, Cloud::Global, "t", "app").client_secret("s3cret").on_behalf_of("user-s3cret");
    let client = Client::builder(user).transport(graph("none")).build().expect("is allowed");
    let error = run(client.send(me())).expect_err("refused");
    assert_eq!(error.to_string(), "no access token: status 400 interaction_required: AADSTS50076: more.");
    assert!(!format!("{error:?}").contains("s3cret"));
    let refusal = OAuthError::of(&error).expect("a refusal");
    assert_eq!((refusal.status, refusal.error.as_str()), (400, "interaction_required"));
    assert_eq!(refusal.claims.as_deref(), Some(r#"{"a":1}"#), "for the caller");
}

/// An asynchronous source of assertions.
struct Vault;

impl ClientAssertion for Vault {
    fn assertion<'a>(&'a self, audience: &'a str) -> msgraph::runtime::BoxFuture<'a, Result<String, TokenError>> {
        Box::pin(async move { Ok(format!("for {audience}")) })
    }
}

#[test]
fn an_application_with_assertions() {
    let (server, forms) = server(|_, _, _| InProcess::json(200, TOKEN));
    let oauth = || OAuth::new(server.clone(), Cloud::Global, "t", "app");
    // A file ends with a line break.
    let app = oauth().client_assertion(|_: &str| Ok(String::from("jwt-s3cret\n")));
    assert!(!format!("{app:?}").contains("s3cret"));
    run(app.token(&["s"])).expect("a token");
    run(app.on_behalf_of("user").token(&["s"])).expect("a token");
    run(oauth().client_assertion(Vault).token_for_claims(&["s"], "{}")).expect("a token");
    let proof = "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer\
                 &client_assertion=";
    {
        let forms = forms.lock().expect("not poisoned");
        assert_eq!(forms[0], format!("grant_type=client_credentials&client_id=app&{proof}jwt-s3cret&scope=s"));
        assert!(forms[1].contains(&format!("&client_id=app&{proof}jwt-s3cret&assertion=user&scope=s")), "{}", forms[1]);
        let audience = "for%20https%3A%2F%2Flogin.microsoftonline.com%2Ft%2Foauth2%2Fv2.0%2Ftoken";
        assert!(forms[2].ends_with(&format!("{proof}{audience}&scope=s&claims=%7B%7D")), "{}", forms[2]);
    }
    let none = oauth().client_assertion(|_: &str| Err(TokenError::new("the vault is closed")));
    assert!(run(none.token(&["s"])).expect_err("no assertion").to_string().contains("the vault is closed"));
    assert_eq!(forms.lock().expect("not poisoned").len(), 3, "nothing is sent without one");
}

#[test]
fn a_user_who_signed_in_earlier() {
    let (server, forms) = server(|_, _, number| match number {
        1 => InProcess::json(200, r#"{"access_token":"t-1","expires_in":3600,"refresh_token":"r-2"}"#),
        2 => InProcess::json(200, r#"{"access_token":"t-2","expires_in":3600}"#),
        _ => InProcess::json(400, r#"{"error":"invalid_grant","error_description":"AADSTS70008: expired."}"#),
    });
    let oauth = OAuth::new(server, Cloud::Global, "common", "app");
    let user = oauth.refresh_token("r-1", &["User.Read"]);
    assert_eq!(user.refresh_token().as_deref(), Some("r-1"));
    assert_eq!(run(user.token(&[])).expect("renewed").secret(), "t-1");
    assert_eq!(run(user.token_for_claims(&[], r#"{"a":1}"#)).expect("renewed").secret(), "t-2");
    assert_eq!(user.refresh_token().as_deref(), Some("r-2"), "the last one that came");
    let error = run(user.token(&[])).expect_err("refused");
    assert_eq!(error.to_string(), "no access token: status 400 invalid_grant: AADSTS70008: expired.");
    let forms = forms.lock().expect("not poisoned");
    let form = "grant_type=refresh_token&client_id=app&refresh_token=r-1&scope=User.Read%20offline_access";
    assert_eq!(forms[0], form);
    assert_eq!(forms[1], format!("{}&claims=%7B%22a%22%3A1%7D", form.replace("r-1", "r-2")));
}

#[test]
fn absurd_times_do_not_overflow() {
    let absurd = u64::MAX;
    let (server, _) = server(move |url, _, number| {
        let text = match url.ends_with("/devicecode") {
            true => format!(
                r#"{{"device_code":"d","user_code":"u","verification_uri":"v","expires_in":{absurd},"interval":{absurd}}}"#
            ),
            false if number < 4 => String::from(r#"{"error":"slow_down"}"#),
            false => format!(r#"{{"access_token":"t-1","expires_in":{absurd}}}"#),
        };
        InProcess::json(if text.contains("slow_down") { 400 } else { 200 }, text)
    });
    let oauth = OAuth::new(server, Cloud::Global, "t", "app");
    let code = run(oauth.device_code(&["User.Read"])).expect("a code");
    let user = run(code.wait()).expect("signed in");
    assert!(run(user.token(&[])).expect("a token").expires_on().is_some());
}

#[test]
fn odd_answers_are_errors() {
    let answers = [
        InProcess::json(200, r#"{"error":7,"access_token":7}"#),
        InProcess::json(200, "[]"),
        InProcess::json(200, ""),
        InProcess::json(500, "<html>"),
        InProcess::json(400, r#"{"error":"a\r\nb","error_description":"c\u0007d\r\ne"}"#),
        response(302, &[("location", "https://evil.example/")], ""),
        fault(Fault::Protocol),
    ];
    let errors: Vec<String> = answers
        .into_iter()
        .map(|answer| {
            let answer = Mutex::new(Some(answer));
            let server = InProcess::new(move |_| answer.lock().expect("not poisoned").take().expect("asked once"));
            let provider = OAuth::new(server, Cloud::Global, "t", "app").client_secret("s3cret");
            run(provider.token(&["s"])).expect_err("no token").to_string()
        })
        .collect();
    let expected = [
        "no access token: status 200: the server gave no token",
        "no access token: status 200: the server gave no token",
        "no access token: status 200: the server gave no token",
        "no access token: status 500: the server gave no token",
        "no access token: status 400 a: cd",
        "no access token: status 302: the server gave no token",
        "no access token: not possible over HTTP: injected",
    ];
    assert_eq!(errors, expected);
}
