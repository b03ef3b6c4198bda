//! Owns everything that the generated operations share: how a request is described, built, sent
//! and decoded.
//!
//! It knows OData, HTTP and JSON. It does not know any operation, entity type or area: those are
//! constant data in the generated modules, which only use the names exported here.
#![warn(missing_docs)]
#![expect(clippy::allow_attributes, reason = "an expectation would fail as soon as something is generated")]

#[cfg(feature = "transport")]
mod attempt;
mod auth;
#[cfg(feature = "azure")]
mod azure;
mod base64;
#[cfg(feature = "transport")]
mod batch;
#[cfg(feature = "blocking")]
mod blocking;
mod body;
mod change;
#[cfg(feature = "transport")]
mod client;
mod cloud;
#[cfg(feature = "transport")]
mod download;
mod error;
#[cfg(feature = "transport")]
mod examples;
#[cfg(feature = "transport")]
mod exchange;
#[cfg(feature = "names")]
mod expand;
mod filter;
mod granted;
mod graph_error;
#[cfg(feature = "transport")]
mod in_process;
#[allow(dead_code, unused_macros, unused_imports, reason = "in the templates nothing is generated")]
mod json;
mod least_privilege;
#[cfg(feature = "transport")]
mod limit;
#[cfg(feature = "transport")]
mod monitor;
#[cfg(feature = "names")]
mod names;
#[cfg(feature = "notifications")]
pub mod notifications;
#[cfg(feature = "transport")]
mod oauth;
mod odata;
mod operation;
#[cfg(feature = "transport")]
mod paging;
mod path;
mod query_items;
#[cfg(feature = "transport")]
mod random;
mod request;
#[cfg(feature = "transport")]
mod request_id;
#[cfg(feature = "client")]
mod reqwest_transport;
mod response;
mod retry;
mod search;
#[cfg(feature = "transport")]
mod service;
#[cfg(feature = "transport")]
mod token_cache;
#[cfg(feature = "transport")]
mod trace;
#[cfg(feature = "transport")]
mod transport;
#[cfg(feature = "transport")]
mod upload;

pub use auth::{AccessToken, StaticToken, TokenError, TokenFuture, TokenProvider};
#[cfg(feature = "azure")]
pub use azure::AzureCredential;
#[cfg(feature = "blocking")]
pub use blocking::{BlockingClient, UreqTransport};
pub use body::{Body, Reference};
pub use change::{Change, Removed};
pub use cloud::{Cloud, Clouds};
pub use error::{Error, ErrorBody, InvalidRequest, LinkFault, RedirectTarget};
pub use filter::Filter;
pub use granted::{Comparison, Granted};
pub use graph_error::GraphError;
pub use json::{
    Additional, AnyProperty, Is, Nested, Nullable, Property, PropertyExt, ReadError, ReadValue, Reader, SchemaType,
    TypeReader, TypeWriter, WriteValue, Writer, as_json, edm, from_value, to_value,
};
// Used by generated types.
#[allow(unused_imports, reason = "in the templates nothing is generated")]
pub(crate) use json::{copy, debug, empty, enumeration, equal, kind, member, member_of, names, structure, value};
pub use least_privilege::{LeastPrivilege, least_privilege};
#[cfg(all(feature = "sign-in", feature = "client"))]
pub use oauth::LoopbackListener;
#[cfg(feature = "sign-in")]
pub use oauth::{AuthorizationRequest, Prompt};
pub use operation::{
    AccountType, AllOf, Method, Operation, PermissionOrder, PermissionSet, Permissions, QueryOptions, Version,
};
pub use path::{Argument, Path};
pub use query_items::{Answers, QueryItem, QueryItems, SameType, Untyped, option};
pub use request::Request;
#[cfg(feature = "client")]
pub use reqwest_transport::ReqwestTransport;
pub use response::{Collection, DecodeError, FromResponse, Json, OddItem, Single};
pub use retry::RetryPolicy;
pub use search::Search;
#[cfg(feature = "transport")]
pub use {
    attempt::{Attempt, Step},
    batch::{Batch, BatchAnswers, BatchKey},
    body::StreamBody,
    client::{Client, ClientBuilder, Response},
    download::Download,
    examples::Examples,
    in_process::{InProcess, InProcessResult},
    limit::{Limited, Limits},
    monitor::{Monitor, Progress},
    oauth::{ClientAssertion, ConfidentialClient, DeviceCode, OAuth, OAuthError, OnBehalfOf, SignedIn},
    paging::{Items, Pages},
    transport::{
        BoxFuture, ByteStream, Fault, RequestTimeout, Transport, TransportBody, TransportError, TransportResult,
    },
    upload::{ReadSource, Upload, UploadSession, UploadSource},
};
#[cfg(feature = "names")]
pub use {
    expand::Expand,
    names::{Name, Order},
};
