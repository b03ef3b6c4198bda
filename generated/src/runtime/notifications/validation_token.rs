//! Owns the verification of the tokens that prove where notifications with resource data come from.
//!
//! Only what the service sends is accepted: JSON Web Tokens that are signed with RS256.
//!
//! Source: <https://learn.microsoft.com/graph/change-notifications-with-resource-data#how-to-validate>; RFC 7519,
//! RFC 8725 (best current practices).

use super::notification::NotificationCollection;
use super::signing_keys::SigningKeys;
use crate::runtime::{Cloud, base64};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

/// The application of Microsoft that sends change notifications: the `appid` or `azp` of its tokens.
pub const CHANGE_TRACKING_APP: &str = "0bf30f3b-4a52-48df-9a82-234910c4a086";

/// Those of the service have about 1,500 characters.
const MAX_LENGTH: usize = 16 * 1024;
const MAX_TOKENS: usize = 1000;

/// What a token has to say.
#[derive(Debug, Clone)]
pub struct TokenRules {
    app_ids: Vec<String>,
    tenants: Option<Vec<String>>,
    publisher: String,
    cloud: Cloud,
    tolerance: Duration,
}

impl TokenRules {
    /// Tokens for these applications: the client ids with which subscriptions are created.
    pub fn new<S: Into<String>>(app_ids: impl IntoIterator<Item = S>) -> TokenRules {
        TokenRules {
            app_ids: app_ids.into_iter().map(Into::into).collect(),
            tenants: None,
            publisher: CHANGE_TRACKING_APP.to_owned(),
            cloud: Cloud::Global,
            tolerance: Duration::from_secs(300),
        }
    }

    /// Only accepts tokens of these tenants (their ids). By default, any tenant is accepted that the authority knows,
    /// because the application has to be registered there.
    pub fn tenants<S: Into<String>>(mut self, tenants: impl IntoIterator<Item = S>) -> TokenRules {
        self.tenants = Some(tenants.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the cloud, whose authority has to issue the tokens.
    pub fn cloud(mut self, cloud: Cloud) -> TokenRules {
        self.cloud = cloud;
        self
    }

    /// Sets another sender than [`CHANGE_TRACKING_APP`]: for tests and other clouds.
    pub fn publisher(mut self, app_id: impl Into<String>) -> TokenRules {
        self.publisher = app_id.into();
        self
    }

    /// Sets how much the clock of this machine may be wrong: five minutes by default.
    pub fn tolerance(mut self, tolerance: Duration) -> TokenRules {
        self.tolerance = tolerance;
        self
    }

    /// Verifies one token: its signature, its issuer and tenant, its audience, its time and its sender.
    ///
    /// Error: [`TokenFault`].
    pub fn verify(&self, token: &str, keys: &SigningKeys, now: SystemTime) -> Result<VerifiedToken, TokenFault> {
        let claims = signed_claims(token, keys)?;
        self.check(&claims, now)
    }

    fn check(&self, claims: &Map<String, Value>, now: SystemTime) -> Result<VerifiedToken, TokenFault> {
        let claim = |name: &'static str| claims.get(name).and_then(Value::as_str).ok_or(TokenFault::Claim { name });
        let is_known = |known: &[String], id: &str| known.iter().any(|known| known.eq_ignore_ascii_case(id));
        let tenant_id = claim("tid").ok().filter(|id| is_identifier(id)).ok_or(TokenFault::Claim { name: "tid" })?;
        if !self.issuers(tenant_id).iter().any(|issuer| Ok(issuer.as_str()) == claim("iss")) {
            return Err(TokenFault::Claim { name: "iss" });
        }
        if self.tenants.as_ref().is_some_and(|known| !is_known(known, tenant_id)) {
            return Err(TokenFault::Claim { name: "tid" });
        }
        let app_id = claim("aud").ok().filter(|id| is_known(&self.app_ids, id));
        let app_id = app_id.ok_or(TokenFault::Claim { name: "aud" })?;
        // The first in tokens of version 1.0, the second in those of version 2.0.
        let sender = if claims.contains_key("appid") { "appid" } else { "azp" };
        if !claim(sender)?.eq_ignore_ascii_case(&self.publisher) {
            return Err(TokenFault::Claim { name: sender });
        }
        let time = |name: &'static str| {
            let seconds = claims.get(name)?.as_u64()?;
            SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
        };
        let expires = time("exp").ok_or(TokenFault::Claim { name: "exp" })?;
        if now.duration_since(expires).is_ok_and(|late| late >= self.tolerance) {
            return Err(TokenFault::Expired);
        }
        let starts = if claims.contains_key("nbf") { time("nbf") } else { Some(now) };
        let starts = starts.ok_or(TokenFault::Claim { name: "nbf" })?;
        if starts.duration_since(now).is_ok_and(|early| early > self.tolerance) {
            return Err(TokenFault::Claim { name: "nbf" });
        }
        Ok(VerifiedToken { tenant_id: tenant_id.to_owned(), app_id: app_id.to_owned(), expires })
    }

    /// Of tokens of version 1.0 and of version 2.0.
    fn issuers(&self, tenant: &str) -> [String; 2] {
        let (first, second) = match self.cloud {
            Cloud::China => ("https://sts.chinacloudapi.cn", "https://login.partner.microsoftonline.cn"),
            other => ("https://sts.windows.net", other.authority()),
        };
        [format!("{first}/{tenant}/"), format!("{second}/{tenant}/v2.0")]
    }
}

/// The tenant becomes a part of the expected issuer.
fn is_identifier(id: &str) -> bool {
    !id.is_empty() && id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// A token of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedToken {
    /// The tenant whose resources changed.
    pub tenant_id: String,
    /// The application of the subscription.
    pub app_id: String,
    /// When the token expires.
    pub expires: SystemTime,
}

/// Why tokens do not prove where notifications come from. The message has nothing of a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenFault {
    /// It is not a JSON Web Token, or it is too long.
    #[error("it is not a JSON Web Token")]
    Form,
    /// It is not signed with RS256.
    #[error("it is not signed with RS256")]
    Algorithm,
    /// The key is unknown: fetch the keys again, but not more often than every few minutes.
    #[error("it is signed with an unknown key")]
    UnknownKey {
        /// The id of the key.
        key_id: String,
    },
    /// The signature is wrong.
    #[error("the signature is wrong")]
    Signature,
    /// The time of the token is over.
    #[error("it is expired")]
    Expired,
    /// A claim is missing or not what it has to be.
    #[error("the claim `{name}` is not as expected")]
    Claim {
        /// The name of the claim.
        name: &'static str,
    },
    /// There are notifications with resource data of a tenant without a token of this tenant.
    #[error("there are notifications with resource data, but no token for their tenant")]
    Missing,
    /// There are more than 1,000 tokens.
    #[error("there are too many tokens")]
    TooMany,
}

impl NotificationCollection {
    /// Verifies all tokens. It fails if one is wrong, or if there is encrypted content for a tenant without a token.
    ///
    /// Notifications without encrypted content need no tokens; there the result can be empty. Those from Event Hubs
    /// have no tokens at all.
    ///
    /// Error: the first [`TokenFault`]. Treat it as an attack, except [`TokenFault::UnknownKey`] with old keys.
    pub fn verify_tokens(
        &self,
        rules: &TokenRules,
        keys: &SigningKeys,
        now: SystemTime,
    ) -> Result<Vec<VerifiedToken>, TokenFault> {
        if self.validation_tokens.len() > MAX_TOKENS {
            return Err(TokenFault::TooMany);
        }
        let tokens = self.validation_tokens.iter().map(|token| rules.verify(token, keys, now));
        let tokens = tokens.collect::<Result<Vec<_>, _>>()?;
        let tenants: BTreeSet<String> = tokens.iter().map(|token| token.tenant_id.to_ascii_lowercase()).collect();
        let has_token = |tenant: Option<&str>| tenant.is_some_and(|id| tenants.contains(&id.to_ascii_lowercase()));
        let mut rich = self.value.iter().filter(|notification| notification.encrypted_content.is_some());
        if rich.all(|notification| has_token(notification.tenant_id.as_deref())) {
            Ok(tokens)
        } else {
            Err(TokenFault::Missing)
        }
    }
}

/// The claims of a token whose signature is right.
fn signed_claims(token: &str, keys: &SigningKeys) -> Result<Map<String, Value>, TokenFault> {
    let parts: Vec<&str> = token.splitn(4, '.').collect();
    let [header, claims, signature] = parts[..] else { return Err(TokenFault::Form) };
    if token.len() > MAX_LENGTH {
        return Err(TokenFault::Form);
    }
    let head = object(header).ok_or(TokenFault::Form)?;
    if head.get("alg").is_none_or(|alg| alg != "RS256") {
        return Err(TokenFault::Algorithm);
    }
    // Extensions that must be understood (RFC 7515, section 4.1.11).
    if head.contains_key("crit") {
        return Err(TokenFault::Form);
    }
    let key_id = head.get("kid").and_then(Value::as_str).ok_or(TokenFault::Form)?;
    let signature = part(signature).ok_or(TokenFault::Form)?;
    let signed = &token.as_bytes()[..header.len() + 1 + claims.len()];
    match keys.verify(key_id, signed, &signature) {
        None => Err(TokenFault::UnknownKey { key_id: key_id.to_owned() }),
        Some(false) => Err(TokenFault::Signature),
        Some(true) => object(claims).ok_or(TokenFault::Form),
    }
}

/// Only the alphabet for URLs, without padding (RFC 7515, section 2).
fn part(text: &str) -> Option<Vec<u8>> {
    let is_url_safe = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if is_url_safe { base64::decode(text) } else { None }
}

fn object(text: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&part(text)?).ok()
}
