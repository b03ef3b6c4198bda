//! Owns the requests about subscriptions, for both versions.
//!
//! Source: <https://learn.microsoft.com/graph/api/resources/subscription>.

use super::notification::{ChangeType, text};
use super::pem::{self, Block};
use super::renewal::Renewal;
use crate::runtime::client::Client;
use crate::runtime::error::Error;
use crate::runtime::request::Request;
use crate::runtime::response::{DecodeError, FromResponse};
use crate::runtime::{Additional, Body, Operation, Path, Version, base64, edm};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use std::fmt;
use std::time::{Duration, SystemTime};

/// A subscription to create.
#[derive(Clone, PartialEq)]
pub struct NewSubscription {
    properties: Map<String, Value>,
    lifetime: Duration,
}

impl NewSubscription {
    /// Notifications about changes of a resource, such as `users` or `me/mailFolders('inbox')/messages`, that the
    /// service sends to an address.
    ///
    /// `lifetime` is counted from the request. The service limits it, differently for each resource: from one hour to
    /// 30 days and more. `client_state` is a secret of at most 128 characters that the service repeats in every
    /// notification; see [`random_client_state`](super::random_client_state).
    pub fn new(
        resource: &str,
        changes: impl IntoIterator<Item = ChangeType>,
        notification_url: &str,
        client_state: &str,
        lifetime: Duration,
    ) -> NewSubscription {
        let changes: Vec<String> = changes.into_iter().map(|change| change.to_string()).collect();
        NewSubscription { properties: Map::new(), lifetime }
            .property("resource", resource)
            .property("changeType", changes.join(","))
            .property("notificationUrl", notification_url)
            .property("clientState", client_state)
    }

    /// Sets the address for lifecycle events, which cannot be added later; it can be the same.
    pub fn lifecycle_url(self, url: &str) -> NewSubscription {
        self.property("lifecycleNotificationUrl", url)
    }

    /// Asks for resource data, encrypted for an X.509 certificate (DER) with an RSA key of 2,048 to 4,096 bits; it can
    /// be self-signed. `id` is a name of the caller, of at most 128 characters, that every notification repeats.
    pub fn encrypted_for(self, id: &str, certificate: &[u8]) -> NewSubscription {
        self.property("includeResourceData", true)
            .property("encryptionCertificate", base64::encode(certificate))
            .property("encryptionCertificateId", id)
    }

    /// Like [`NewSubscription::encrypted_for`], for the first certificate in a text (PEM); `None` if there is none.
    pub fn encrypted_for_pem(self, id: &str, pem: &str) -> Option<NewSubscription> {
        match pem::block(pem, "CERTIFICATE") {
            Block::Found(certificate) => Some(self.encrypted_for(id, &certificate)),
            Block::Other | Block::None => None,
        }
    }

    /// Sets any property, such as `latestSupportedTlsVersion`.
    pub fn property(mut self, name: &str, value: impl Into<Value>) -> NewSubscription {
        self.properties.insert(name.to_owned(), value.into());
        self
    }
}

/// Without the secret and the certificate.
impl fmt::Debug for NewSubscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSubscription")
            .field("resource", &self.properties.get("resource"))
            .field("changeType", &self.properties.get("changeType"))
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

/// A subscription of the service.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Subscription {
    /// The key.
    pub id: String,
    /// When it expires; earlier than requested if the service allows less.
    pub expiration: Option<edm::DateTimeOffset>,
    /// The other properties, except `clientState`.
    pub additional: Additional,
}

impl Subscription {
    fn of(json: Value) -> Option<Subscription> {
        let Value::Object(mut object) = json else { return None };
        object.remove("clientState");
        Some(Subscription {
            id: text(&mut object, "id").filter(|id| !id.is_empty())?,
            expiration: text(&mut object, "expirationDateTime").map(Into::into),
            additional: object.into(),
        })
    }
}

impl FromResponse for Subscription {
    fn from_response(status: u16, content_type: Option<&str>, body: Bytes) -> Result<Self, DecodeError> {
        let json = Value::from_response(status, content_type, body)?;
        Subscription::of(json).ok_or_else(|| DecodeError::new("expected a subscription with an `id`"))
    }
}

/// The subscriptions of an application.
#[derive(Debug, Clone)]
pub struct Subscriptions {
    pub(super) client: Client,
    version: Version,
}

/// The operations of one version.
struct Operations {
    create: Operation,
    update: Operation,
    reauthorize: Operation,
    delete: Operation,
}

static V1: Operations = Operations {
    create: Operation::new("POST /v1.0/subscriptions"),
    update: Operation::new("PATCH /v1.0/subscriptions/{id}"),
    reauthorize: Operation::new("POST /v1.0/subscriptions/{id}/reauthorize"),
    delete: Operation::new("DELETE /v1.0/subscriptions/{id}"),
};
static BETA: Operations = Operations {
    create: Operation::new("POST /beta/subscriptions"),
    update: Operation::new("PATCH /beta/subscriptions/{id}"),
    reauthorize: Operation::new("POST /beta/subscriptions/{id}/reauthorize"),
    delete: Operation::new("DELETE /beta/subscriptions/{id}"),
};

impl Subscriptions {
    /// Requests to one version of the service. Resources of `beta` have subscriptions of `beta`.
    pub fn new(client: &Client, version: Version) -> Subscriptions {
        Subscriptions { client: client.clone(), version }
    }

    /// Creates a subscription. The service checks the addresses before it answers: the receiver has to run already.
    ///
    /// Error: as for [`Client::send`].
    pub async fn create(&self, subscription: &NewSubscription) -> Result<Subscription, Error> {
        let mut properties = subscription.properties.clone();
        properties.insert("expirationDateTime".to_owned(), self.after(subscription.lifetime).0);
        let path = Path::root(self.version).segment("subscriptions");
        let request = Request::new(self.operations().create, path).body(Body::Json(Value::Object(properties)));
        self.client.send(request).await
    }

    /// Renews a subscription: it expires `lifetime` from now, or earlier if the service says so. This also reauthorizes
    /// it. Returns when it expires.
    ///
    /// Error: as for [`Client::send`]; [`Error::Graph`] with status 404 if it is gone and has to be created again.
    pub async fn renew(&self, id: &str, lifetime: Duration) -> Result<SystemTime, Error> {
        let (text, time) = self.after(lifetime);
        let answer = self.update(id, json!({"expirationDateTime": text})).await?;
        let answered = answer.as_ref().and_then(|json| json["expirationDateTime"].as_str());
        Ok(answered.and_then(|text| edm::DateTimeOffset::from(text).to_system_time()).unwrap_or(time))
    }

    /// Changes the certificate of a subscription. Notifications that are on their way still use the old one.
    ///
    /// Error: as for [`Client::send`].
    pub async fn replace_certificate(&self, id: &str, certificate_id: &str, certificate: &[u8]) -> Result<(), Error> {
        let certificate = base64::encode(certificate);
        let json = json!({"encryptionCertificate": certificate, "encryptionCertificateId": certificate_id});
        self.update(id, json).await.map(drop)
    }

    /// Reauthorizes a subscription without renewing it, after
    /// [`LifecycleEvent::ReauthorizationRequired`](super::LifecycleEvent::ReauthorizationRequired).
    ///
    /// Error: as for [`Client::send`].
    pub async fn reauthorize(&self, id: &str) -> Result<(), Error> {
        let request: Request<()> = Request::new(self.operations().reauthorize, self.path(id).segment("reauthorize"));
        self.repeatable(request).await
    }

    /// Deletes a subscription; false if it is gone already.
    ///
    /// Error: as for [`Client::send`], except status 404.
    pub async fn delete(&self, id: &str) -> Result<bool, Error> {
        let request: Request<()> = Request::new(self.operations().delete, self.path(id));
        match self.client.send(request).await {
            Ok(()) => Ok(true),
            Err(error) if is_gone(&error) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Renews a subscription again and again, see [`Renewal`]: `id` and `expiration` are those of a [`Subscription`] or
    /// of a generated type.
    pub fn renewal(&self, id: &str, expiration: Option<&edm::DateTimeOffset>, lifetime: Duration) -> Renewal {
        Renewal::new(self.clone(), id, expiration.and_then(edm::DateTimeOffset::to_system_time), lifetime)
    }

    async fn update(&self, id: &str, json: Value) -> Result<Option<Value>, Error> {
        let request = Request::new(self.operations().update, self.path(id)).body(Body::Json(json));
        self.repeatable(request).await
    }

    /// Sends a request that has the same effect if it is sent again, although its method is not idempotent.
    async fn repeatable<T: FromResponse>(&self, request: Request<T>) -> Result<T, Error> {
        let mut parts = request.into_parts();
        parts.options.idempotent = true;
        self.client.send_parts(&parts).await
    }

    fn after(&self, lifetime: Duration) -> (Value, SystemTime) {
        let now = self.client.shared.transport.now();
        let time = now.checked_add(lifetime).unwrap_or(now);
        (edm::DateTimeOffset::from(time).as_str().into(), time)
    }

    fn path(&self, id: &str) -> Path {
        Path::root(self.version).segment("subscriptions").key(id)
    }

    fn operations(&self) -> &'static Operations {
        match self.version {
            Version::V1_0 => &V1,
            Version::Beta => &BETA,
        }
    }
}

/// Whether the subscription does not exist any more.
pub(super) fn is_gone(error: &Error) -> bool {
    matches!(error, Error::Graph(error) if error.status == 404)
}
