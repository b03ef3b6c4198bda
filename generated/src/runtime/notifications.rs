//! Change notifications: what a receiver answers to the service, checks and reads.
//!
//! Nothing in here depends on a web framework: a receiver passes the query string and the body of each `POST` to
//! [`receive`], and sends back what [`Answer`] or [`Refused`] say.
//!
//! 1. **Handshake.** [`Answer::Validate`] has the text that proves that the address belongs to the caller.
//! 2. **Who sent it?** [`NotificationCollection::check`] compares the `clientState` of every notification with the one
//!    of its subscription. If notifications have resource data, also verify the tokens of the service:
//!    [`NotificationCollection::verify_tokens`].
//! 3. **Resource data.** [`DecryptionKeys`] checks the signature of encrypted resource data and decrypts it.
//! 4. **Lifecycle.** [`Notification::lifecycle_event`] says that a subscription has to be reauthorized or created again,
//!    or that notifications were lost. `Subscriptions` and `Renewal` (feature `transport`) keep subscriptions alive.
//!
//! Answer 202 first and check afterwards, so that the service does not send the notifications again, and so that nobody
//! can find out which checks a forged one passes.
//!
//! ```
//! use msgraph::notifications::{Answer, ClientStates, LifecycleEvent, receive};
//!
//! let states = ClientStates::new().with("7f10", "a secret of at least 16 characters");
//! let body = br#"{"value":[{"subscriptionId":"7f10","changeType":"updated","resource":"users/1",
//!     "clientState":"a secret of at least 16 characters"}]}"#;
//!
//! match receive(None, body) {
//!     Ok(Answer::Validate(token)) => println!("200, text/plain: {}", token.as_str()),
//!     Ok(Answer::Notifications(received)) => {
//!         println!("202");
//!         let checked = received.check(|subscription| states.get(subscription));
//!         for notification in &checked.accepted {
//!             match &notification.lifecycle_event {
//!                 Some(LifecycleEvent::SubscriptionRemoved) => println!("create it again"),
//!                 Some(event) => println!("{event}"),
//!                 None => println!("{:?} was changed", notification.resource),
//!             }
//!         }
//!         assert_eq!((checked.accepted.len(), checked.rejected.len()), (1, 0));
//!     }
//!     Err(refused) => println!("{}: {refused}", refused.status()),
//! }
//! ```
//!
//! Source: <https://learn.microsoft.com/graph/change-notifications-overview>,
//! <https://learn.microsoft.com/graph/change-notifications-delivery-webhooks>.

mod client_state;
mod decrypt;
#[cfg(feature = "transport")]
mod discovery;
mod handshake;
mod notification;
mod pem;
mod receive;
#[cfg(feature = "transport")]
mod renewal;
mod signing_keys;
#[cfg(feature = "transport")]
mod subscription;
mod validation_token;

pub use client_state::{Checked, ClientStates, Rejected, Rejection, random_client_state};
pub use decrypt::{DecryptError, DecryptionKeys, EncryptedContent, KeyError};
pub use handshake::ValidationToken;
pub use notification::{ChangeType, LifecycleEvent, Notification, NotificationCollection, ResourceData};
#[cfg(feature = "transport")]
pub use receive::receive_request;
pub use receive::{Answer, Limits, Refused, receive, receive_within};
pub use signing_keys::{SigningKeys, SigningKeysError};
pub use validation_token::{CHANGE_TRACKING_APP, TokenFault, TokenRules, VerifiedToken};
#[cfg(feature = "transport")]
pub use {
    discovery::{DiscoveryError, KeyDiscovery},
    renewal::{Renewal, Renewed},
    subscription::{NewSubscription, Subscription, Subscriptions},
};
