//! Owns the times at which a subscription is renewed.

use super::subscription::{Subscriptions, is_gone};
use crate::runtime::error::Error;
use std::time::{Duration, SystemTime};

/// The longest time before the expiry at which a subscription is renewed by default.
const LONGEST_MARGIN: Duration = Duration::from_secs(24 * 3600);
/// Renewals are not closer, whatever expiry the service answers.
const LEAST_INTERVAL: Duration = Duration::from_secs(30);
/// The waits after a failure, which grow.
const FIRST_WAIT: Duration = Duration::from_secs(30);
const LONGEST_WAIT: Duration = Duration::from_secs(600);
/// Waits are split, because the clock of a machine that sleeps goes on and its timers do not.
const LONGEST_SLEEP: Duration = Duration::from_secs(300);

/// Renews one subscription before it expires.
///
/// ```
/// # #[cfg(feature = "transport")]
/// # async fn keep(client: msgraph::Client, kept: msgraph::notifications::Subscription) -> Result<(), msgraph::Error> {
/// use msgraph::Version;
/// use msgraph::notifications::Subscriptions;
/// use std::time::Duration;
///
/// let subscriptions = Subscriptions::new(&client, Version::V1_0);
/// let day = Duration::from_secs(24 * 3600);
/// // In a task of its own; ends if the service has the subscription no longer.
/// subscriptions.renewal(&kept.id, kept.expiration.as_ref(), day).keep_alive().await?;
/// println!("create the subscription again, and read what changed in the meantime");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Renewal {
    subscriptions: Subscriptions,
    id: String,
    lifetime: Duration,
    margin: Duration,
    expires: SystemTime,
    renewed: SystemTime,
}

/// The result of a renewal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Renewed {
    /// It is not due yet; nothing was sent.
    NotDue,
    /// It expires then.
    Until(SystemTime),
    /// The service has the subscription no longer: create it again, and read what changed in the meantime.
    Gone,
}

impl Renewal {
    pub(super) fn new(
        subscriptions: Subscriptions,
        id: &str,
        expires: Option<SystemTime>,
        lifetime: Duration,
    ) -> Renewal {
        let now = subscriptions.client.shared.transport.now();
        Renewal {
            margin: (lifetime / 4).min(LONGEST_MARGIN),
            // Without a time, it is renewed at once.
            expires: expires.unwrap_or(now),
            // The first renewal can be due already.
            renewed: now.checked_sub(LEAST_INTERVAL).unwrap_or(now),
            id: id.to_owned(),
            subscriptions,
            lifetime,
        }
    }

    /// Sets how long before the expiry the subscription is renewed: by default a quarter of its lifetime, at most a
    /// day. If the service gives it less than twice that, it is renewed in the middle.
    pub fn margin(mut self, margin: Duration) -> Renewal {
        self.margin = margin;
        self
    }

    /// When the subscription expires.
    pub fn expires(&self) -> SystemTime {
        self.expires
    }

    /// When it is renewed.
    pub fn due(&self) -> SystemTime {
        let left = self.expires.duration_since(self.renewed).unwrap_or_default();
        let wait = left.saturating_sub(self.margin.min(left / 2)).max(LEAST_INTERVAL);
        self.renewed.checked_add(wait).unwrap_or(self.expires)
    }

    /// Renews the subscription if that is due: for a program that has its own timer.
    ///
    /// Error: as for [`Client::send`](crate::Client::send), except status 404.
    pub async fn renew_due(&mut self) -> Result<Renewed, Error> {
        if self.now() < self.due() { Ok(Renewed::NotDue) } else { self.renew().await }
    }

    /// Renews the subscription now, which also reauthorizes it.
    ///
    /// Error: as for [`Client::send`](crate::Client::send), except status 404.
    pub async fn renew(&mut self) -> Result<Renewed, Error> {
        match self.subscriptions.renew(&self.id, self.lifetime).await {
            Ok(expires) => {
                (self.expires, self.renewed) = (expires, self.now());
                Ok(Renewed::Until(expires))
            }
            Err(error) if is_gone(&error) => Ok(Renewed::Gone),
            Err(error) => Err(error),
        }
    }

    /// Renews the subscription whenever that is due, until the service has it no longer. It waits with
    /// [`Transport::sleep`](crate::runtime::Transport::sleep). If the service is busy or cannot be reached, it tries
    /// again until the subscription expires.
    ///
    /// Error: as for [`Client::send`](crate::Client::send), except status 404, if the service refuses, or if the
    /// subscription expired before it could be renewed.
    pub async fn keep_alive(&mut self) -> Result<(), Error> {
        let mut wait = FIRST_WAIT;
        let mut next = self.due();
        loop {
            self.sleep_until(next).await;
            match self.renew().await {
                Ok(Renewed::Gone) => return Ok(()),
                Ok(_) => (next, wait) = (self.due(), FIRST_WAIT),
                Err(error) => {
                    let now = self.now();
                    if !is_temporary(&error) || now >= self.expires {
                        return Err(error);
                    }
                    next = now.checked_add(wait).unwrap_or(self.expires).min(self.expires);
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
            }
        }
    }

    async fn sleep_until(&self, time: SystemTime) {
        while let Ok(left) = time.duration_since(self.now())
            && !left.is_zero()
        {
            self.subscriptions.client.shared.transport.sleep(left.min(LONGEST_SLEEP)).await;
        }
    }

    fn now(&self) -> SystemTime {
        self.subscriptions.client.shared.transport.now()
    }
}

/// Whether the same request can succeed later.
fn is_temporary(error: &Error) -> bool {
    match error {
        Error::Transport(_) | Error::Token(_) => true,
        Error::Graph(error) => matches!(error.status, 408 | 429 | 500..=599),
        _ => false,
    }
}
