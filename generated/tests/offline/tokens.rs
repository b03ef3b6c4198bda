//! Tests client secret and device code against a token server in this process.

use crate::service::{response, run};
use bytes::Bytes;
use msgraph::runtime::{InProcess, InProcessResult, OAuth, Path};
use msgraph::{Client, Cloud, Operation, Request, TokenProvider, Version};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use std::time::Duration;

static ME: Operation = Operation::new("GET /v1.0/me");

fn me() -> Request<Value> {
    Request::new(&ME, Path::root(Version::V1_0).segment("me"))
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
