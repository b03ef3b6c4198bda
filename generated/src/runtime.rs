//! Owns everything that the generated operations share: how a request is described, built, sent
//! and decoded.
//!
//! It knows OData, HTTP and JSON. It knows no operation, no entity type and no area: those are
//! constant data in the generated modules, which use only the names exported here.
#![warn(missing_docs)]

mod auth;
mod body;
#[cfg(feature = "client")]
mod client;
mod error;
mod graph_error;
mod json;
mod operation;
mod path;
mod request;
#[cfg(feature = "client")]
mod request_id;
mod response;

pub use auth::{AccessToken, StaticToken, TokenError, TokenFuture, TokenProvider};
pub use body::Body;
#[cfg(feature = "client")]
pub use client::{Client, ClientBuilder};
pub use error::{Error, ErrorBody, InvalidRequest, RedirectTarget};
pub use graph_error::GraphError;
pub use json::{
    Additional, Nested, Nullable, OpenEnum, PropertyReader, PropertyWriter, ReadError, ReadProperty, ReadValue, Reader,
    Structure, WriteValue, Writer, from_value, to_value,
};
pub use operation::{Method, Operation, PermissionOrder, PermissionSet, Permissions, Version};
pub use path::{Argument, Path};
pub use request::Request;
pub use response::{Collection, DecodeError, FromResponse, Json};
