//! A typed client for [Microsoft Graph](https://learn.microsoft.com/graph/overview).
//!
//! # Requests are values
//!
//! The path of a call is its name: `v1()` or `beta()`, then one method per path segment, `id(…)`
//! for a key, and at the end the verb or the name of the action. The result is a [`Request`]:
//! building it does no IO and needs no client. A `Client` (feature `client`) sends it.
//!
//! Code that all operations share is in [`runtime`], and is enough to call an operation that this
//! crate does not cover:
//!
//! ```
//! use msgraph::runtime::{Operation, Path, Request, Version};
//! use msgraph::Collection;
//! use serde_json::Value;
//!
//! const LIST_MESSAGES: Operation = Operation::new("GET /v1.0/users/{id}/messages");
//!
//! let path = Path::root(Version::V1_0).segment("users").key("adele@contoso.com");
//! let request: Request<Collection<Value>> =
//!     Request::new(LIST_MESSAGES, path.segment("messages"))
//!         .query("$select", "subject,from")
//!         .header("Prefer", "outlook.body-content-type=\"text\"");
//!
//! assert_eq!(
//!     request.to_string(),
//!     "GET /v1.0/users/adele@contoso.com/messages?$select=subject,from",
//! );
//! ```
//!
//! Sending it takes a [`TokenProvider`] and any Tokio runtime:
//!
//! ```
//! # #[cfg(feature = "client")]
//! # async fn send(
//! #     request: msgraph::Request<msgraph::Collection<serde_json::Value>>,
//! # ) -> Result<(), msgraph::Error> {
//! use msgraph::{Client, Error, StaticToken};
//!
//! let client = Client::new(StaticToken::new("a token"))?;
//! match client.send(request).await {
//!     Ok(page) => println!("{} messages", page.value.len()),
//!     Err(Error::Graph(error)) if error.status == 404 => println!("no such user"),
//!     Err(error) => return Err(error),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Properties have three states
//!
//! A property is absent, null or a value, when it is read and when it is written: [`Property`], an
//! `Option<`[`Nullable`]`<T>>`. Enum types keep unknown members, and structures keep unknown properties in
//! `additional`, so nothing is lost between reading and writing.
//!
//! Services also send values of another shape than documented. Such a property keeps its JSON in `additional`, the rest
//! of the structure is typed, and [`SchemaType::odd_properties`] names it.
//!
//! [`PropertyExt`] reads them without distinguishing absent from null.
//!
//! # Types of other crates
//!
//! The types of [`edm`] keep the text that the service sent. They convert from and to [`std::time`], and with the
//! features `jiff`, `chrono` and `time` from and to the types of these crates. [`Filter`] and functions take both
//! ([`Argument`]), and members of enum types:
//!
//! ```
//! use msgraph::{Filter, edm::DateTimeOffset};
//!
//! let since = Filter::ge("createdDateTime", DateTimeOffset::from("2024-05-01T00:00:00Z"));
//! assert_eq!(since.to_string(), "createdDateTime ge 2024-05-01T00:00:00Z");
//! ```
//!
//! [`as_json`] puts generated types into your own structures of serde.
//!
//! # Derived types
//!
//! A collection of a base type contains values of derived types. [`SchemaType::cast`] reads a value as
//! the type in its `@odata.type`, and fails for every other type; without `@odata.type`, a value has the declared type.
//! A body that is declared with the
//! base type accepts all derived types (see [`Is`](runtime::Is)) and names the type of the value.
//!
//! # Permissions are data
//!
//! [`Request::operation`] has the permissions that the documentation lists for the call, before it is sent;
//! an error with status 403 repeats them. A permission can be needed together with others ([`AllOf`]);
//! [`PermissionSet`] also distinguishes "none is needed" from "not supported" and "not documented".
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `client` | yes | `Client` over reqwest and rustls; needs a Tokio runtime |
//! | `transport` | with `client` | `Client` over a [`Transport`](runtime::Transport) of your own; no HTTP stack |
//! | `blocking` | no | `BlockingClient` over ureq: no runtime |
//! | `notifications` | no | receiving change notifications: handshake, checks, decryption, renewal |
//! | `azure` | no | the credentials of `azure_identity` as token providers |
//! | `serde` | no | `Serialize` and `Deserialize` for every generated type |
//! | `jiff`, `chrono`, `time` | no | conversions of dates and durations |
//! | `tracing` | no | spans and events for [`tracing`](https://docs.rs/tracing) |
//! | `v1` | yes | the API version `v1.0` |
//! | `beta` | no | the API version `beta` |
//! | one per area, such as `device-management` | no | the operations whose path starts there |
//! | `other-types` | no | the types that no operation reaches |
//! | `full` | no | `client`, both versions, all areas and `other-types` |
#![forbid(unsafe_code)]

pub mod runtime;

#[cfg(feature = "notifications")]
pub use runtime::notifications;
pub use runtime::{
    AccessToken, AccountType, Additional, AllOf, Argument, Body, Change, Cloud, Clouds, Collection, Error, Filter,
    GraphError, InvalidRequest, Json, Method, Nested, Nullable, Operation, PermissionOrder, PermissionSet, Permissions,
    Property, PropertyExt, QueryOptions, Reference, Request, RetryPolicy, SchemaType, Search, Single, StaticToken,
    TokenError, TokenProvider, Version, as_json, edm, least_privilege,
};
#[cfg(feature = "transport")]
pub use runtime::{Batch, Client, ClientBuilder};
#[cfg(feature = "names")]
pub use runtime::{Expand, Name};

// @generated modules
#[cfg(feature = "v1")]
#[rustfmt::skip]
pub mod v1;
#[cfg(feature = "v1")]
pub use self::v1::v1;

#[cfg(feature = "beta")]
#[rustfmt::skip]
pub mod beta;
#[cfg(feature = "beta")]
pub use self::beta::beta;
