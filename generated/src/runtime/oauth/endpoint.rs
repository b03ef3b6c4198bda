//! Owns what is sent to a token server and how its answers are read.

use super::super::auth::{AccessToken, TokenError};
use super::super::service::Service;
use super::super::transport::{Fault, RequestTimeout, Transport, TransportBody, TransportError, collect_some};
use super::error::OAuthError;
use super::{OAuth, SEGMENT};
use http::header::{CONTENT_TYPE, HeaderValue};
use percent_encoding::utf8_percent_encode;
use serde_json::Value;
use std::time::{Duration, SystemTime};

/// The answer of a token server is small.
const MAX_ANSWER: usize = 256 * 1024;
/// The maximum number of requests for a token if the server cannot be reached or is busy.
const ATTEMPTS: u32 = 3;
/// No token lives longer, whatever the server says: a sum of times must not overflow.
const MAX_LIFETIME: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// `name=value` pairs, encoded. They contain secrets.
pub(super) struct Form {
    pairs: String,
    /// The service may refuse everything if it gets the same again, because it looks like theft.
    is_sent_once: bool,
}

impl Form {
    pub(super) fn new() -> Form {
        Form { pairs: String::new(), is_sent_once: false }
    }

    pub(super) fn pair(mut self, name: &str, value: &str) -> Form {
        if !self.pairs.is_empty() {
            self.pairs.push('&');
        }
        self.pairs.push_str(name);
        self.pairs.push('=');
        self.pairs.extend(utf8_percent_encode(value, SEGMENT));
        self
    }

    /// The claims of a challenge.
    pub(super) fn claims(self, claims: Option<&str>) -> Form {
        match claims {
            Some(claims) => self.pair("claims", claims),
            None => self,
        }
    }

    /// It is not sent again if the service can have received it.
    #[cfg(feature = "sign-in")]
    pub(super) fn once(mut self) -> Form {
        self.is_sent_once = true;
        self
    }

    #[cfg(feature = "sign-in")]
    pub(super) fn into_query(self) -> String {
        self.pairs
    }

    fn can_be_repeated(&self, error: &TransportError) -> bool {
        match error.fault() {
            Fault::Connect => true,
            Fault::Timeout | Fault::Interrupted => !self.is_sent_once,
            Fault::Protocol | Fault::Busy => false,
        }
    }
}

impl OAuth {
    /// The beginning of the form for a grant: who asks, and the proof of it.
    pub(super) async fn form(&self, grant_type: &str) -> Result<Form, TokenError> {
        let form = Form::new().pair("grant_type", grant_type).pair("client_id", &self.client_id);
        self.proof.add_to(form, &self.url("token")).await
    }

    pub(super) async fn token(&self, form: Form) -> Result<Granted, TokenError> {
        self.post("token", form).await?.token(&*self.transport)
    }

    pub(super) fn url(&self, what: &str) -> String {
        format!("{}/{}/oauth2/v2.0/{what}", self.authority, self.tenant)
    }

    /// The same rule as for tokens: secrets are only sent over https.
    pub(super) fn check_authority(&self) -> Result<(), TokenError> {
        Service::new(&self.authority).map(drop).map_err(|_| TokenError::new("the authority is not an https URL"))
    }

    pub(super) async fn post(&self, what: &str, form: Form) -> Result<Answer, TokenError> {
        self.check_authority()?;
        let url: http::Uri = self.url(what).parse().map_err(|_| TokenError::new("the authority is not a URL"))?;
        for attempt in 1.. {
            let mut request = http::Request::new(TransportBody::Bytes(form.pairs.clone().into()));
            *request.method_mut() = http::Method::POST;
            *request.uri_mut() = url.clone();
            let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
            request.headers_mut().insert(CONTENT_TYPE, form_type);
            request.extensions_mut().insert(RequestTimeout(self.timeout));
            let wait = Duration::from_secs(1 << attempt);
            match self.transport.send(request).await {
                Ok(response) if attempt < ATTEMPTS && matches!(response.status().as_u16(), 429 | 503 | 504) => {
                    self.transport.sleep(wait).await;
                }
                Ok(response) => {
                    let status = response.status().as_u16();
                    let body = collect_some(response.into_body(), MAX_ANSWER).await;
                    return Ok(Answer { status, body: serde_json::from_slice(&body).unwrap_or_default() });
                }
                Err(error) if attempt < ATTEMPTS && form.can_be_repeated(&error) => {
                    self.transport.sleep(wait).await;
                }
                Err(error) => return Err(TokenError::new(error)),
            }
        }
        Err(TokenError::new("the token server does not answer"))
    }
}

pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
}

/// What the server gave.
pub(super) struct Granted {
    pub(super) token: AccessToken,
    pub(super) refresh: Option<String>,
}

impl Answer {
    pub(super) fn error_code(&self) -> &str {
        self.body["error"].as_str().unwrap_or_default()
    }

    pub(super) fn error(&self, otherwise: &str) -> TokenError {
        OAuthError::read(self.status, &self.body, otherwise).into()
    }

    pub(super) fn token(self, transport: &dyn Transport) -> Result<Granted, TokenError> {
        let Some(secret) = self.body["access_token"].as_str().filter(|_| self.status == 200) else {
            return Err(self.error("the server gave no token"));
        };
        // Some servers send numbers as strings.
        let lifetime = &self.body["expires_in"];
        let lifetime = lifetime.as_u64().or_else(|| lifetime.as_str()?.parse().ok());
        let mut token = AccessToken::new(secret);
        if let Some(seconds) = lifetime {
            token = token.with_expiry(later(transport.now(), Duration::from_secs(seconds)));
        }
        Ok(Granted { token, refresh: self.body["refresh_token"].as_str().map(str::to_owned) })
    }
}

/// The time after a duration that the server sent, which can be absurd.
pub(super) fn later(now: SystemTime, duration: Duration) -> SystemTime {
    now + duration.min(MAX_LIFETIME)
}
