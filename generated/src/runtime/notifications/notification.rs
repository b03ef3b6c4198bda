//! Owns the notifications in a request of the service.
//!
//! They are untrusted until they are checked, and no odd value of one of them loses it or the others.

use super::client_state::is_same_secret;
use super::decrypt::{DecryptError, DecryptionKeys, EncryptedContent};
use super::receive::{Limits, Refused};
use crate::runtime::response::without_mark;
use crate::runtime::{Additional, ReadError, ReadValue, edm, from_value};
use serde_json::{Map, Value};
use std::fmt;

/// Names of an enumeration that can grow. The service writes them in different capitals.
macro_rules! open_names {
    ($(#[$docs:meta])* $ty:ident { $($(#[$member_docs:meta])* $member:ident = $name:literal,)* }) => {
        $(#[$docs])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $ty {
            $($(#[$member_docs])* $member,)*
            /// A name that was not documented when this crate was made.
            Other(String),
        }

        impl $ty {
            /// The name in JSON.
            pub fn as_str(&self) -> &str {
                match self {
                    $($ty::$member => $name,)*
                    $ty::Other(name) => name,
                }
            }
        }

        impl From<String> for $ty {
            fn from(name: String) -> Self {
                match name.as_str() {
                    $(known if known.eq_ignore_ascii_case($name) => $ty::$member,)*
                    _ => $ty::Other(name),
                }
            }
        }

        impl fmt::Display for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

open_names! {
    /// How a resource changed.
    ChangeType {
        /// It is new.
        Created = "created",
        /// It was changed, or moved to the deleted items.
        Updated = "updated",
        /// It is gone.
        Deleted = "deleted",
    }
}

open_names! {
    /// What a subscription needs.
    ///
    /// Source: <https://learn.microsoft.com/graph/change-notifications-lifecycle-events>.
    LifecycleEvent {
        /// Reauthorize or renew the subscription, or the notifications stop.
        ReauthorizationRequired = "reauthorizationRequired",
        /// The subscription is gone: create another one, and read what changed in the meantime.
        SubscriptionRemoved = "subscriptionRemoved",
        /// Notifications were lost: read what changed, with a delta query for example.
        Missed = "missed",
    }
}

/// The notifications of one request. They can be of several subscriptions, applications and tenants.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/changenotificationcollection>.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct NotificationCollection {
    /// The notifications, in the order of the service.
    pub value: Vec<Notification>,
    /// The tokens that prove where notifications with resource data come from.
    pub validation_tokens: Vec<String>,
    /// The positions of items of the service that are no JSON objects, from 0. They are not in `value`.
    pub odd_items: Vec<usize>,
    /// What is not documented, and properties of another shape than documented.
    pub additional: Additional,
}

impl fmt::Debug for NotificationCollection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NotificationCollection")
            .field("value", &self.value)
            .field("validation_tokens", &self.validation_tokens.len())
            .field("odd_items", &self.odd_items)
            .finish_non_exhaustive()
    }
}

/// One notification, about a resource or about the subscription itself. Everything can be missing.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/changenotification>.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Notification {
    /// The key of the notification.
    pub id: Option<String>,
    /// The key of the subscription.
    pub subscription_id: Option<String>,
    /// When the subscription expires.
    pub subscription_expiration: Option<edm::DateTimeOffset>,
    /// How the resource changed; `None` for a lifecycle event.
    pub change_type: Option<ChangeType>,
    /// The path of the resource below the service root, without the version.
    pub resource: Option<String>,
    /// The key of the tenant.
    pub tenant_id: Option<String>,
    /// What the service says about the resource without encryption.
    pub resource_data: Option<ResourceData>,
    /// The resource, encrypted, if the subscription asked for resource data.
    pub encrypted_content: Option<EncryptedContent>,
    /// The event, if the notification is about the subscription itself.
    pub lifecycle_event: Option<LifecycleEvent>,
    /// What is not documented, and properties of another shape than documented.
    pub additional: Additional,
    client_state: Option<String>,
}

/// The JSON object of one notification, as the service also delivers it through Event Hubs. Nothing is lost.
impl From<Map<String, Value>> for Notification {
    fn from(mut object: Map<String, Value>) -> Self {
        let object = &mut object;
        Notification {
            id: text(object, "id"),
            subscription_id: text(object, "subscriptionId"),
            subscription_expiration: text(object, "subscriptionExpirationDateTime").map(Into::into),
            change_type: text(object, "changeType").map(Into::into),
            resource: text(object, "resource"),
            tenant_id: text(object, "tenantId"),
            client_state: text(object, "clientState"),
            resource_data: map(object, "resourceData").map(|data| ResourceData(data.into())),
            encrypted_content: map(object, "encryptedContent").map(EncryptedContent::of),
            lifecycle_event: text(object, "lifecycleEvent").map(Into::into),
            additional: std::mem::take(object).into(),
        }
    }
}

impl Notification {
    /// Whether the notification has this `clientState`, compared in constant time. An empty one is nobody's.
    pub fn has_client_state(&self, expected: &str) -> bool {
        is_same_secret(self.client_state.as_deref().unwrap_or_default(), expected)
    }

    /// The resource from `encrypted_content`: a generated type, or a `serde_json::Value`. Check the notification first.
    ///
    /// Error: [`DecryptError`]; [`DecryptError::NotEncrypted`] if it has no encrypted content.
    pub fn decrypt<T: ReadValue>(&self, keys: &DecryptionKeys) -> Result<T, DecryptError> {
        keys.decrypt(self.encrypted_content.as_ref().ok_or(DecryptError::NotEncrypted)?)
    }
}

/// Without `clientState`, and without the content of the resource.
impl fmt::Debug for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Notification { id, subscription_id, change_type, resource, tenant_id, lifecycle_event, .. } = self;
        f.debug_struct("Notification")
            .field("id", id)
            .field("subscription_id", subscription_id)
            .field("change_type", change_type)
            .field("resource", resource)
            .field("tenant_id", tenant_id)
            .field("lifecycle_event", lifecycle_event)
            .field("resource_data", &self.resource_data)
            .field("encrypted_content", &self.encrypted_content)
            .finish_non_exhaustive()
    }
}

/// What the service says about the changed resource without encryption: its type and its key, and the properties that
/// the subscription selected.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/resourcedata>.
#[derive(Clone, Default, PartialEq)]
pub struct ResourceData(Additional);

impl ResourceData {
    /// The qualified name of the type, without `#`. The service writes it in different capitals.
    pub fn odata_type(&self) -> Option<&str> {
        self.0.odata_type()
    }

    /// The path of the resource below the service root.
    pub fn odata_id(&self) -> Option<&str> {
        self.get("@odata.id")?.as_str()
    }

    /// The version of the resource.
    pub fn etag(&self) -> Option<&str> {
        self.0.etag()
    }

    /// The key of the resource.
    pub fn id(&self) -> Option<&str> {
        self.get("id")?.as_str()
    }

    /// Any property.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The properties as a type, such as a generated one.
    ///
    /// Error: [`ReadError`] if they do not have its shape; structures keep odd properties and do not fail.
    pub fn read<T: ReadValue>(&self) -> Result<T, ReadError> {
        from_value(Value::Object(self.0.clone().into()))
    }
}

/// Only type and key.
impl fmt::Debug for ResourceData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ResourceData");
        shown.field("odata_type", &self.odata_type()).field("id", &self.id()).finish_non_exhaustive()
    }
}

/// Takes a text; another shape stays where it is.
pub(super) fn text(object: &mut Map<String, Value>, name: &str) -> Option<String> {
    match object.remove(name)? {
        Value::String(text) => Some(text),
        other => keep(object, name, other),
    }
}

fn map(object: &mut Map<String, Value>, name: &str) -> Option<Map<String, Value>> {
    match object.remove(name)? {
        Value::Object(map) => Some(map),
        other => keep(object, name, other),
    }
}

fn keep<T>(object: &mut Map<String, Value>, name: &str, other: Value) -> Option<T> {
    object.insert(name.to_owned(), other);
    None
}

/// The notifications in a body.
pub(super) fn read(limits: Limits, body: &[u8]) -> Result<NotificationCollection, Refused> {
    if body.len() > limits.body {
        return Err(Refused::TooLarge { bytes: body.len() });
    }
    let wrong = |reason| Refused::Body { reason };
    let json = serde_json::from_slice(without_mark(body)).map_err(|_| wrong("it is not JSON, or nested too deep"))?;
    let Value::Object(mut object) = json else { return Err(wrong("it is not an object")) };
    let Some(Value::Array(items)) = object.remove("value") else { return Err(wrong("it has no array `value`")) };
    if items.len() > limits.items {
        return Err(Refused::TooMany { items: items.len() });
    }
    let mut received = NotificationCollection::default();
    for (position, item) in items.into_iter().enumerate() {
        match item {
            Value::Object(item) => received.value.push(item.into()),
            _ => received.odd_items.push(position),
        }
    }
    // If one of them is no text, the tokens stay in `additional` and are missing when they are verified.
    match object.remove("validationTokens") {
        Some(Value::Array(tokens)) if tokens.iter().all(Value::is_string) => {
            let text = |token: Value| if let Value::String(token) = token { Some(token) } else { None };
            received.validation_tokens = tokens.into_iter().filter_map(text).collect();
        }
        Some(other) => drop(object.insert("validationTokens".to_owned(), other)),
        None => {}
    }
    received.additional = object.into();
    Ok(received)
}
