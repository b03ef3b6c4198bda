//! Owns how structures become JSON and come from JSON, without derives.
//!
//! Generated code names the properties; the work is done here, behind trait objects, because
//! thousands of derived implementations would cost minutes of compile time. [`Writer`] and
//! [`Reader`] are opaque: today they hold a [`serde_json::Value`], and can become streaming without
//! a change to generated code.

mod additional;
mod nested;
mod nullable;
mod read;
mod structure;
mod write;

pub use additional::Additional;
pub use nested::Nested;
pub use nullable::Nullable;
pub use read::{ReadError, ReadProperty, ReadValue, Reader, from_value};
pub use structure::{OpenEnum, PropertyReader, PropertyWriter, Structure};
pub use write::{WriteValue, Writer, to_value};

#[cfg(test)]
mod tests;
