//! Owns a token server and a Graph service on this machine, which remember what they were asked.

use crate::server::{Action, Received, json, serve};
use msgraph::runtime::{OAuth, Path, ReqwestTransport};
use msgraph::{Client, ClientBuilder, Cloud, Operation, Request, TokenProvider, Version};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

pub(crate) const ME: Operation = Operation::new("GET /v1.0/me");

pub(crate) fn me() -> Request<Value> {
    Request::new(ME, Path::root(Version::V1_0).segment("me"))
}

/// Decoded.
pub(crate) type Form = BTreeMap<String, String>;

pub(crate) struct Entra {
    pub(crate) base_url: String,
    forms: Arc<Mutex<Vec<Form>>>,
    calls: Arc<Mutex<Vec<String>>>,
}

impl Entra {
    /// Starts both. The token server gets each form with its number, from 1; Graph gets the token.
    pub(crate) async fn start(
        token: impl Fn(&Form, usize) -> Action + Send + Sync + 'static,
        graph: impl Fn(&str) -> Action + Send + Sync + 'static,
    ) -> Entra {
        let (forms, calls) = (Arc::<Mutex<Vec<Form>>>::default(), Arc::<Mutex<Vec<String>>>::default());
        let (seen, called) = (forms.clone(), calls.clone());
        let base_url = serve(move |request| {
            if request.target == "/v1.0/me" {
                let bearer = request.header("authorization").expect("a token").to_owned();
                let token = bearer.strip_prefix("Bearer ").expect("a bearer token");
                called.lock().expect("not poisoned").push(token.to_owned());
                return graph(token);
            }
            let form = form_of(&request);
            let mut seen = seen.lock().expect("not poisoned");
            seen.push(form.clone());
            token(&form, seen.len())
        })
        .await;
        Entra { base_url, forms, calls }
    }

    /// A token server that gives `t-1`, `t-2`, … for an hour, and a Graph service that accepts each.
    pub(crate) async fn friendly() -> Entra {
        Entra::start(|_, number| granted(number, 3600), |_| json(200, "{}")).await
    }

    pub(crate) fn oauth(&self) -> OAuth {
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        let transport = ReqwestTransport::new(http.build().expect("TLS"));
        OAuth::new(transport, Cloud::Global, "contoso.com", "app-1").authority(&self.base_url)
    }

    pub(crate) fn graph(&self, provider: impl TokenProvider + 'static) -> ClientBuilder {
        Client::builder(provider).base_url(&self.base_url)
    }

    /// The forms so far.
    pub(crate) fn forms(&self) -> Vec<Form> {
        self.forms.lock().expect("not poisoned").clone()
    }

    /// The tokens of the calls to Graph so far.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.calls.lock().expect("not poisoned").clone()
    }
}

/// `t-N` with the refresh token `r-N`.
pub(crate) fn granted(number: usize, seconds: u64) -> Action {
    let token = format!(r#"{{"access_token":"t-{number}","expires_in":{seconds},"refresh_token":"r-{number}"}}"#);
    json(200, token)
}

pub(crate) fn refused(error: &str, description: &str) -> Action {
    json(400, format!(r#"{{"error":"{error}","error_description":"{description}"}}"#))
}

fn form_of(request: &Received) -> Form {
    assert_eq!(request.method, "POST");
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    let path = request.target.strip_prefix("/contoso.com/oauth2/v2.0/").expect("an endpoint of the tenant");
    let mut form = pairs(std::str::from_utf8(&request.body).expect("text"));
    form.insert(String::from("endpoint"), path.to_owned());
    form
}

/// The pairs of a form or a query; none occurs twice.
pub(crate) fn pairs(text: &str) -> Form {
    let decode = |text: &str| percent_decode_str(text).decode_utf8().expect("text").into_owned();
    let mut form = Form::new();
    for (name, value) in text.split('&').map(|pair| pair.split_once('=').expect("a pair")) {
        assert_eq!(form.insert(decode(name), decode(value)), None, "{name} is sent twice");
    }
    form
}

/// A form as expected.
pub(crate) fn form(pairs: &[(&str, &str)]) -> Form {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
