//! Owns the two ways to get a token without another crate: a client secret, and the device code
//! that `azure_identity` does not have. Everything else is behind the feature `azure`.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>,
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code>; RFC 6749, RFC 8628.

use super::auth::{AccessToken, TokenError, TokenFuture, TokenProvider};
use super::cloud::Cloud;
use super::service::Service;
use super::transport::{Fault, RequestTimeout, Transport, TransportBody, collect_some};
use http::header::{CONTENT_TYPE, HeaderValue};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The answer of a token server is small.
const MAX_ANSWER: usize = 256 * 1024;
const TIMEOUT: Duration = Duration::from_secs(30);
/// The maximum number of requests for a token if the server cannot be reached or is busy.
const ATTEMPTS: u32 = 3;
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// An application at a token server.
#[derive(Clone)]
pub struct OAuth {
    transport: Arc<dyn Transport>,
    authority: String,
    tenant: String,
    client_id: String,
}

impl OAuth {
    /// An application (`client_id`) of a tenant (its id, a domain, `common`, `organizations` or
    /// `consumers`), at the authority of a cloud.
    pub fn new(transport: impl Transport + 'static, cloud: Cloud, tenant: &str, client_id: &str) -> OAuth {
        OAuth {
            transport: Arc::new(transport),
            authority: cloud.authority().to_owned(),
            tenant: utf8_percent_encode(tenant, SEGMENT).to_string(),
            client_id: client_id.to_owned(),
        }
    }

    /// Sets another authority: `https`, or a server on this machine.
    pub fn authority(mut self, url: &str) -> OAuth {
        self.authority = url.trim_end_matches('/').to_owned();
        self
    }

    /// Tokens for the application itself.
    pub fn client_secret(self, secret: impl Into<String>) -> ClientSecret {
        ClientSecret { oauth: self, secret: secret.into() }
    }

    /// Starts signing in a user on another device. `scopes` are permissions such as `User.Read`;
    /// `offline_access` is added, so that the user does not have to sign in every hour.
    ///
    /// Error: [`TokenError`] if the server refuses.
    pub async fn device_code(self, scopes: &[&str]) -> Result<DeviceCode, TokenError> {
        let mut scope = scopes.join(" ");
        if !scopes.contains(&"offline_access") {
            scope.push_str(" offline_access");
        }
        let form = [("client_id", self.client_id.as_str()), ("scope", &scope)];
        let answer = self.post("devicecode", &form).await?;
        let text = |name: &str| answer.body[name].as_str().map(str::to_owned);
        let seconds = |name: &str, default| Duration::from_secs(answer.body[name].as_u64().unwrap_or(default));
        let missing = || answer.error("the server gave no device code");
        Ok(DeviceCode {
            device_code: text("device_code").ok_or_else(missing)?,
            user_code: text("user_code").ok_or_else(missing)?,
            verification_uri: text("verification_uri").ok_or_else(missing)?,
            message: text("message").unwrap_or_default(),
            expires_in: seconds("expires_in", 900),
            interval: seconds("interval", 5),
            scope,
            oauth: self,
        })
    }

    async fn token(&self, form: &[(&str, &str)]) -> Result<Granted, TokenError> {
        self.post("token", form).await?.token(&*self.transport)
    }

    async fn post(&self, what: &str, form: &[(&str, &str)]) -> Result<Answer, TokenError> {
        let url = format!("{}/{}/oauth2/v2.0/{what}", self.authority, self.tenant);
        // The same rule as for tokens: secrets are only sent over https.
        Service::new(&self.authority).map_err(|_| TokenError::new("the authority is not an https URL"))?;
        let pair = |(name, value): &(&str, &str)| format!("{name}={}", utf8_percent_encode(value, SEGMENT));
        let body = form.iter().map(pair).collect::<Vec<_>>().join("&");
        for attempt in 1.. {
            let mut request = http::Request::new(TransportBody::Bytes(body.clone().into()));
            *request.method_mut() = http::Method::POST;
            *request.uri_mut() = url.parse().map_err(|_| TokenError::new("the authority is not a URL"))?;
            let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
            request.headers_mut().insert(CONTENT_TYPE, form_type);
            request.extensions_mut().insert(RequestTimeout(TIMEOUT));
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
                Err(error) if attempt < ATTEMPTS && error.fault() != Fault::Protocol => {
                    self.transport.sleep(wait).await;
                }
                Err(error) => return Err(TokenError::new(error)),
            }
        }
        Err(TokenError::new("the token server does not answer"))
    }
}

/// The unreserved characters of RFC 3986.
const SEGMENT: &percent_encoding::AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth")
            .field("authority", &self.authority)
            .field("tenant", &self.tenant)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

struct Answer {
    status: u16,
    body: Value,
}

struct Granted {
    token: AccessToken,
    refresh: Option<String>,
}

impl Answer {
    fn error_code(&self) -> &str {
        self.body["error"].as_str().unwrap_or_default()
    }

    /// Descriptions name the application and the tenant, not secrets; they are cut anyway.
    fn error(&self, otherwise: &str) -> TokenError {
        let description = self.body["error_description"].as_str().unwrap_or(otherwise);
        let line = description.lines().next().unwrap_or_default();
        let short: String = line.chars().filter(|c| !c.is_control()).take(300).collect();
        TokenError::new(format!("status {} {}: {short}", self.status, self.error_code()))
    }

    fn token(self, transport: &dyn Transport) -> Result<Granted, TokenError> {
        let Some(secret) = self.body["access_token"].as_str().filter(|_| self.status == 200) else {
            return Err(self.error("the server gave no token"));
        };
        // Some servers send numbers as strings.
        let lifetime = &self.body["expires_in"];
        let lifetime = lifetime.as_u64().or_else(|| lifetime.as_str()?.parse().ok());
        let mut token = AccessToken::new(secret);
        if let Some(seconds) = lifetime {
            token = token.with_expiry(transport.now() + Duration::from_secs(seconds));
        }
        Ok(Granted { token, refresh: self.body["refresh_token"].as_str().map(str::to_owned) })
    }
}

/// A [`TokenProvider`] for an application with a secret.
#[derive(Clone)]
pub struct ClientSecret {
    oauth: OAuth,
    secret: String,
}

impl TokenProvider for ClientSecret {
    fn token<'a>(&'a self, scopes: &'a [&'a str]) -> TokenFuture<'a> {
        Box::pin(async move {
            let scope = scopes.join(" ");
            let form = [
                ("grant_type", "client_credentials"),
                ("client_id", self.oauth.client_id.as_str()),
                ("client_secret", self.secret.as_str()),
                ("scope", &scope),
            ];
            Ok(self.oauth.token(&form).await?.token)
        })
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientSecret").field("oauth", &self.oauth).finish_non_exhaustive()
    }
}

/// A code that a user types in on another device.
pub struct DeviceCode {
    oauth: OAuth,
    device_code: String,
    scope: String,
    interval: Duration,
    /// The code that the user types in.
    pub user_code: String,
    /// Where to enter it.
    pub verification_uri: String,
    /// Both in a sentence to show, in the language of the server.
    pub message: String,
    /// How long the code is valid.
    pub expires_in: Duration,
}

impl DeviceCode {
    /// Waits until the user has signed in.
    ///
    /// Error: [`TokenError`] if the user declines or the code expires.
    pub async fn wait(self) -> Result<SignedIn, TokenError> {
        let form = [
            ("grant_type", DEVICE_CODE),
            ("client_id", self.oauth.client_id.as_str()),
            ("device_code", &self.device_code),
        ];
        let (mut interval, mut waited) = (self.interval, Duration::ZERO);
        while waited < self.expires_in {
            self.oauth.transport.sleep(interval).await;
            waited += interval;
            let answer = self.oauth.post("token", &form).await?;
            match answer.error_code() {
                "authorization_pending" => {}
                // RFC 8628, section 3.5.
                "slow_down" => interval += Duration::from_secs(5),
                _ => {
                    let granted = answer.token(&*self.oauth.transport)?;
                    return Ok(SignedIn { oauth: self.oauth, scope: self.scope, kept: Mutex::new(granted) });
                }
            }
        }
        Err(TokenError::new("the device code expired before the user signed in"))
    }
}

impl fmt::Debug for DeviceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceCode").field("verification_uri", &self.verification_uri).finish_non_exhaustive()
    }
}

/// A [`TokenProvider`] for a signed-in user, which renews the token as long as the server allows.
/// It has the permissions that were requested at sign-in, whatever scopes a client requests.
pub struct SignedIn {
    oauth: OAuth,
    scope: String,
    kept: Mutex<Granted>,
}

impl TokenProvider for SignedIn {
    fn token<'a>(&'a self, _scopes: &'a [&'a str]) -> TokenFuture<'a> {
        Box::pin(async move {
            let refresh = {
                let mut kept = self.lock();
                match kept.refresh.clone() {
                    // The first time, the token from signing in is new.
                    refresh if is_new(&kept.token, &*self.oauth.transport) => {
                        let token = kept.token.clone();
                        kept.token = AccessToken::new("");
                        kept.refresh = refresh;
                        return Ok(token);
                    }
                    Some(refresh) => refresh,
                    None => return Err(TokenError::new("the token expired; sign in again")),
                }
            };
            let form = [
                ("grant_type", "refresh_token"),
                ("client_id", self.oauth.client_id.as_str()),
                ("refresh_token", &refresh),
                ("scope", &self.scope),
            ];
            let granted = self.oauth.token(&form).await?;
            if let Some(refresh) = granted.refresh {
                self.lock().refresh = Some(refresh);
            }
            Ok(granted.token)
        })
    }
}

impl SignedIn {
    fn lock(&self) -> std::sync::MutexGuard<'_, Granted> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Each token is only given out once: if it is requested again, it expired or was refused.
fn is_new(token: &AccessToken, transport: &dyn Transport) -> bool {
    !token.secret().is_empty() && token.expires_on().is_none_or(|expires_on| transport.now() < expires_on)
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn").field("oauth", &self.oauth).finish_non_exhaustive()
    }
}
