//! Types of the schema inside a user's own structures of serde: `#[serde(with = "msgraph::as_json")]`.
//!
//! The module works for structures and enum types, lists of them (`Vec<T>`), [`Nullable`](crate::Nullable),
//! [`Nested`](crate::Nested) and the types of [`edm`](crate::edm); [`option`] for an `Option` of these, and [`property`]
//! for a [`Property`](crate::Property), which distinguishes absent from null. It costs no compile time per type, and
//! works with every format that describes itself, such as JSON, YAML or MessagePack. With the feature `serde`, each type
//! has `Serialize` and `Deserialize` as well.
//!
//! ```
//! use msgraph::edm::DateTimeOffset;
//! use msgraph::{Nullable, Property};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Visit {
//!     #[serde(with = "msgraph::as_json")]
//!     at: Vec<DateTimeOffset>,
//!     #[serde(with = "msgraph::as_json::option", default)]
//!     until: Option<DateTimeOffset>,
//!     #[serde(with = "msgraph::as_json::property", default, skip_serializing_if = "Option::is_none")]
//!     moved_to: Property<DateTimeOffset>,
//! }
//!
//! let visit: Visit = serde_json::from_str(r#"{"at": ["2024-05-01T08:00:00Z"], "moved_to": null}"#)?;
//! assert_eq!(visit.at, [DateTimeOffset::from("2024-05-01T08:00:00Z")]);
//! assert_eq!((&visit.until, &visit.moved_to), (&None, &Some(Nullable::Null)));
//! let json = serde_json::to_string(&visit)?;
//! assert_eq!(json, r#"{"at":["2024-05-01T08:00:00Z"],"until":null,"moved_to":null}"#);
//! # Ok::<(), serde_json::Error>(())
//! ```

use super::{ReadValue, WriteValue, from_value, to_value};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// Writes a value as its JSON.
///
/// Error: that of the format.
#[inline]
pub fn serialize<T: WriteValue, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    to_value(value).serialize(to)
}

/// Reads a value from its JSON.
///
/// Error: that of the format, or the text of a [`ReadError`](crate::runtime::ReadError).
#[inline]
pub fn deserialize<'de, T: ReadValue, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    from_value(Value::deserialize(from)?).map_err(D::Error::custom)
}

/// For an `Option` of such a value: `None` is null.
pub mod option {
    use super::*;

    /// Writes the value, or null.
    ///
    /// Error: that of the format.
    #[inline]
    pub fn serialize<T: WriteValue, S: Serializer>(value: &Option<T>, to: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => to.serialize_some(&to_value(value)),
            None => to.serialize_none(),
        }
    }

    /// Reads a value, or null as `None`.
    ///
    /// Error: as for [`deserialize`](super::deserialize).
    #[inline]
    pub fn deserialize<'de, T: ReadValue, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
        match Option::<Value>::deserialize(from)? {
            Some(json) => from_value(json).map(Some).map_err(D::Error::custom),
            None => Ok(None),
        }
    }
}

/// For a [`Property`](crate::Property): null is `Some(Nullable::Null)`. Absent is `None` with
/// `#[serde(default, skip_serializing_if = "Option::is_none")]`; without that, it is written as null.
pub mod property {
    use super::*;
    use crate::runtime::{Nullable, Property};

    /// Writes the value, or null.
    ///
    /// Error: that of the format.
    #[inline]
    pub fn serialize<T: WriteValue, S: Serializer>(value: &Property<T>, to: S) -> Result<S::Ok, S::Error> {
        option::serialize(&value.as_ref().and_then(Nullable::value).map(|value| to_value(value)), to)
    }

    /// Reads a value or null.
    ///
    /// Error: as for [`deserialize`](super::deserialize).
    #[inline]
    pub fn deserialize<'de, T: ReadValue, D: Deserializer<'de>>(from: D) -> Result<Property<T>, D::Error> {
        option::deserialize(from).map(|value| Some(value.map_or(Nullable::Null, Nullable::Value)))
    }
}
