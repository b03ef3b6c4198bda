//! Owns the keys of the login authority: fetched through the transport of a client, kept, and fetched again when they
//! change.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/signing-key-rollover>.

use super::notification::NotificationCollection;
use super::signing_keys::{SigningKeys, SigningKeysError};
use super::validation_token::{TokenFault, TokenRules, VerifiedToken};
use crate::runtime::client::Client;
use crate::runtime::error::Error;
use crate::runtime::service::Service;
use crate::runtime::transport::{RequestTimeout, TransportBody, TransportError, collect_within};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

const PATH: &str = "/common/discovery/v2.0/keys";
const MAX_SIZE: usize = 1024 * 1024;
const TIMEOUT: Duration = Duration::from_secs(30);
/// Keys are renewed after this time, because the authority also withdraws some.
const LIFETIME: Duration = Duration::from_secs(24 * 3600);
/// Anybody can send tokens with unknown keys; they must not cause more requests than this.
const PAUSE: Duration = Duration::from_secs(300);

/// The keys of the login authority, for verifying the tokens of notifications with resource data.
///
/// One value serves a whole program. Keys are fetched when they are needed first, then once a day, and at most every
/// five minutes for tokens with an unknown key.
pub struct KeyDiscovery {
    client: Client,
    authority: String,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    keys: Option<Arc<SigningKeys>>,
    fetched: Option<SystemTime>,
    /// The last attempt, successful or not.
    tried: Option<SystemTime>,
}

/// Notifications were not verified.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiscoveryError {
    /// The tokens do not prove where the notifications come from.
    #[error("the notifications are not verified: {0}")]
    Token(#[from] TokenFault),
    /// The authority was not reached.
    #[error("the login authority was not reached: {0}")]
    Transport(#[from] TransportError),
    /// The authority answered with another status than 200.
    #[error("the login authority answered with status {status}")]
    Status {
        /// The status.
        status: u16,
    },
    /// The authority did not answer with keys.
    #[error("the answer of the login authority is not understood: {0}")]
    Keys(#[from] SigningKeysError),
}

impl KeyDiscovery {
    /// The authority of the cloud of the client, through its transport, without its token.
    pub fn new(client: &Client) -> KeyDiscovery {
        let authority = client.shared.service.cloud().unwrap_or_default().authority().to_owned();
        KeyDiscovery { client: client.clone(), authority, kept: Mutex::default() }
    }

    /// Sets another authority: a proxy, or a server on this machine for tests.
    ///
    /// Error: [`Error::Configuration`] if it is neither `https` nor on this machine.
    pub fn authority(mut self, url: &str) -> Result<KeyDiscovery, Error> {
        Service::new(url)?;
        self.authority = url.trim_end_matches('/').to_owned();
        Ok(self)
    }

    /// Verifies the tokens of notifications, see [`NotificationCollection::verify_tokens`]. Keys are fetched if needed.
    ///
    /// Error: [`DiscoveryError`]; only [`DiscoveryError::Token`] says something about the notifications.
    pub async fn verify(
        &self,
        notifications: &NotificationCollection,
        rules: &TokenRules,
    ) -> Result<Vec<VerifiedToken>, DiscoveryError> {
        // Nothing to verify is no reason to fetch keys.
        if notifications.validation_tokens.is_empty() {
            return Ok(notifications.verify_tokens(rules, &SigningKeys::default(), self.now())?);
        }
        let keys = self.keys().await?;
        match notifications.verify_tokens(rules, &keys, self.now()) {
            Err(TokenFault::UnknownKey { key_id }) => {
                let keys = self.newer_keys(keys, &key_id).await?;
                Ok(notifications.verify_tokens(rules, &keys, self.now())?)
            }
            result => Ok(result?),
        }
    }

    /// The current keys.
    ///
    /// Error: [`DiscoveryError`], if there are no older keys either.
    pub async fn keys(&self) -> Result<Arc<SigningKeys>, DiscoveryError> {
        let now = self.now();
        let kept = {
            let mut kept = self.lock();
            match &kept.keys {
                Some(keys) if !has_passed(LIFETIME, kept.fetched, now) || !has_passed(PAUSE, kept.tried, now) => {
                    return Ok(keys.clone());
                }
                keys => {
                    let keys = keys.clone();
                    kept.tried = Some(now);
                    keys
                }
            }
        };
        match (self.fetch().await, kept) {
            (Ok(keys), _) => Ok(keys),
            (Err(_), Some(kept)) => Ok(kept),
            (Err(error), None) => Err(error),
        }
    }

    /// Other keys, if the last attempt to get some was long enough ago.
    async fn newer_keys(&self, keys: Arc<SigningKeys>, wanted: &str) -> Result<Arc<SigningKeys>, DiscoveryError> {
        let now = self.now();
        {
            let mut kept = self.lock();
            // Another task fetched them in the meantime.
            if let Some(kept) = kept.keys.as_ref().filter(|kept| kept.has(wanted)) {
                return Ok(kept.clone());
            }
            if !has_passed(PAUSE, kept.tried, now) {
                return Ok(keys);
            }
            kept.tried = Some(now);
        }
        self.fetch().await
    }

    async fn fetch(&self) -> Result<Arc<SigningKeys>, DiscoveryError> {
        let mut request = http::Request::new(TransportBody::Bytes(bytes::Bytes::new()));
        let url = format!("{}{PATH}", self.authority);
        *request.uri_mut() = url.parse().map_err(|_| SigningKeysError)?;
        request.extensions_mut().insert(RequestTimeout(TIMEOUT));
        let response = self.client.shared.transport.send(request).await?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(DiscoveryError::Status { status });
        }
        let body = collect_within(response.into_body(), MAX_SIZE).await?.ok_or(SigningKeysError)?;
        let keys = Arc::new(SigningKeys::from_jwks(&body)?);
        let now = self.now();
        let mut kept = self.lock();
        kept.keys = Some(keys.clone());
        kept.fetched = Some(now);
        kept.tried = Some(now);
        Ok(keys)
    }

    fn now(&self) -> SystemTime {
        self.client.shared.transport.now()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Also true if the clock was set back: the time that passed is not known then.
fn has_passed(time: Duration, since: Option<SystemTime>, now: SystemTime) -> bool {
    since.is_none_or(|since| now.duration_since(since).map_or(true, |passed| passed >= time))
}

impl fmt::Debug for KeyDiscovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyDiscovery").field("authority", &self.authority).finish_non_exhaustive()
    }
}
