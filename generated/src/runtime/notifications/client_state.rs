//! Owns the check that a notification belongs to a subscription of the caller: its `clientState`.

use super::notification::{Notification, NotificationCollection};
use crate::runtime::base64;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use std::collections::BTreeMap;
use std::fmt;

/// The secrets of subscriptions: by the key of the subscription, or one for all.
///
/// A database can take its place: [`NotificationCollection::check`] takes any function.
#[derive(Clone, Default)]
pub struct ClientStates {
    by_subscription: BTreeMap<String, String>,
    of_any: Option<String>,
}

impl ClientStates {
    /// No subscription is known.
    pub fn new() -> ClientStates {
        ClientStates::default()
    }

    /// Adds a subscription, or replaces its secret.
    pub fn with(mut self, subscription: impl Into<String>, client_state: impl Into<String>) -> ClientStates {
        self.insert(subscription, client_state);
        self
    }

    /// Sets the secret of all subscriptions that are not named. A receiver that does not keep the keys of its
    /// subscriptions needs it; notifications can also arrive before the answer with the key of a new subscription.
    pub fn with_any(mut self, client_state: impl Into<String>) -> ClientStates {
        self.of_any = Some(client_state.into());
        self
    }

    /// Adds a subscription, or replaces its secret.
    pub fn insert(&mut self, subscription: impl Into<String>, client_state: impl Into<String>) {
        self.by_subscription.insert(subscription.into(), client_state.into());
    }

    /// Forgets a subscription.
    pub fn remove(&mut self, subscription: &str) {
        self.by_subscription.remove(subscription);
    }

    /// The secret of a subscription; `None` if it is unknown.
    pub fn get(&self, subscription: &str) -> Option<&str> {
        self.by_subscription.get(subscription).or(self.of_any.as_ref()).map(String::as_str)
    }
}

/// Without the secrets.
impl fmt::Debug for ClientStates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.by_subscription.keys()).finish()
    }
}

/// The result of [`NotificationCollection::check`].
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Checked {
    /// The notifications with the secret of their subscription.
    pub accepted: Vec<Notification>,
    /// The others: the service did not send them, or the subscription is not known any more.
    pub rejected: Vec<Rejected>,
}

/// A notification that must not be processed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Rejected {
    /// The notification.
    pub notification: Notification,
    /// The reason.
    pub reason: Rejection,
}

/// Why a notification must not be processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// It names no subscription, or one that is not known.
    #[error("the subscription is not known")]
    UnknownSubscription,
    /// Its `clientState` is missing or not that of the subscription.
    #[error("the client state is not that of the subscription")]
    ClientState,
}

impl NotificationCollection {
    /// Separates the notifications that have the `clientState` of their subscription from the others. `secret_of` looks
    /// up the one of a subscription. The comparison takes the same time for all wrong ones; an empty secret fits none.
    ///
    /// This is enough for notifications without resource data, because what they say is read from the service
    /// afterwards. For the others, see [`NotificationCollection::verify_tokens`].
    pub fn check<S: AsRef<str>>(&self, mut secret_of: impl FnMut(&str) -> Option<S>) -> Checked {
        let mut checked = Checked::default();
        for notification in &self.value {
            let secret = notification.subscription_id.as_deref().and_then(&mut secret_of);
            let is_same = notification.has_client_state(secret.as_ref().map_or("", AsRef::as_ref));
            let notification = notification.clone();
            match (secret, is_same) {
                (Some(_), true) => checked.accepted.push(notification),
                (Some(_), false) => {
                    checked.rejected.push(Rejected { notification, reason: Rejection::ClientState });
                }
                (None, _) => {
                    checked.rejected.push(Rejected { notification, reason: Rejection::UnknownSubscription });
                }
            }
        }
        checked
    }
}

/// Digests are compared, so that the time does not depend on the length either.
pub(super) fn is_same_secret(found: &str, expected: &str) -> bool {
    let digest = |text: &str| digest(&SHA256, text.as_bytes());
    let is_same = verify_slices_are_equal(digest(found).as_ref(), digest(expected).as_ref()).is_ok();
    is_same && !expected.is_empty()
}

/// A new secret for a subscription: 256 random bits in 44 characters. The service allows 128 characters.
///
/// `None` if the operating system has no randomness.
pub fn random_client_state() -> Option<String> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).ok()?;
    Some(base64::encode(&bytes))
}
