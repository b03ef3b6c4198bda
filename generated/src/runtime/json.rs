//! Owns the conversion between structures and JSON, without derives.
//!
//! Generated code only names the properties; the work is done here, behind trait objects, because
//! thousands of derived implementations would cost minutes of compile time. [`Writer`] and
//! [`Reader`] are opaque: they contain a [`serde_json::Value`] today, but could stream without a
//! change to generated code.

mod additional;
pub mod as_json;
pub mod edm;
mod nested;
mod nullable;
mod property;
mod read;
mod schema;
mod secret;
mod write;

pub use additional::Additional;
pub use nested::Nested;
pub use nullable::{Nullable, Property, PropertyExt};
pub use property::AnyProperty;
pub use read::{ReadError, ReadValue, Reader, from_value};
pub use schema::{Is, SchemaType, TypeReader, TypeWriter};
pub(crate) use schema::{copy, debug, empty, enumeration, equal, kind, member, member_of, names, structure, value};
pub use write::{WriteValue, Writer, to_value};

#[cfg(test)]
mod tests;
