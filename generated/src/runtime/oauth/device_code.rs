//! Owns signing in a user on another device (the device authorization grant).

use super::super::auth::TokenError;
use super::endpoint::{Form, later};
use super::{OAuth, SignedIn, user_scope};
use std::fmt;
use std::time::Duration;

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Waiting less or longer between two questions is not what a server can mean.
const INTERVALS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(300));

impl OAuth {
    /// Starts signing in a user on another device. `scopes` are permissions such as `User.Read`;
    /// `offline_access` is added, so that the user does not have to sign in every hour.
    ///
    /// Error: [`TokenError`] if the server refuses.
    ///
    /// Source: RFC 8628; <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code>.
    pub async fn device_code(self, scopes: &[&str]) -> Result<DeviceCode, TokenError> {
        let scope = user_scope(scopes);
        let form = Form::new().pair("client_id", &self.client_id).pair("scope", &scope);
        let answer = self.post("devicecode", form).await?;
        let text = |name: &str| answer.body[name].as_str().map(str::to_owned);
        let seconds = |name: &str, default| Duration::from_secs(answer.body[name].as_u64().unwrap_or(default));
        let missing = || answer.error("the server gave no device code");
        Ok(DeviceCode {
            device_code: text("device_code").ok_or_else(missing)?,
            user_code: text("user_code").ok_or_else(missing)?,
            verification_uri: text("verification_uri").ok_or_else(missing)?,
            message: text("message").unwrap_or_default(),
            expires_in: seconds("expires_in", 900),
            interval: seconds("interval", 5).clamp(INTERVALS.0, INTERVALS.1),
            scope,
            oauth: self,
        })
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
        let transport = self.oauth.transport.clone();
        let end = later(transport.now(), self.expires_in);
        let mut interval = self.interval;
        while transport.now() < end {
            transport.sleep(interval).await;
            let form = self.oauth.form(DEVICE_CODE).await?.pair("device_code", &self.device_code);
            let answer = self.oauth.post("token", form).await?;
            match answer.error_code() {
                "authorization_pending" => {}
                // RFC 8628, section 3.5.
                "slow_down" => interval = (interval + Duration::from_secs(5)).min(INTERVALS.1),
                _ => return Ok(SignedIn::new(self.oauth, self.scope, answer.token(&*transport)?)),
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
