//! Owns the type of a property that is present: null or a value.

use super::{Nested, WriteValue};

/// A property of a structure, with the three states that it has in JSON:
///
/// | Rust | JSON | in a response | in a PATCH request |
/// |---|---|---|---|
/// | `None` | absent | not selected | stays as it is |
/// | `Some(Nullable::Null)` | `null` | has no value | is cleared |
/// | `Some(Nullable::Value(v))` | a value | has the value | is set |
///
/// Source: OData JSON 4.01, section 4.5 and 6; OData 4.01, part 1, section 11.4.3 (PATCH).
///
/// ```
/// use msgraph::{Nullable, Property};
///
/// let name: Property<String> = Some("Adele".into());
/// assert_eq!(name.as_ref().and_then(Nullable::value).map(String::as_str), Some("Adele"));
/// ```
pub type Property<T> = Option<Nullable<T>>;

/// JSON null or a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nullable<T> {
    /// JSON null.
    Null,
    /// A value.
    Value(T),
}

impl<T> Nullable<T> {
    /// The value, if there is one.
    #[inline]
    pub fn value(&self) -> Option<&T> {
        match self {
            Nullable::Null => None,
            Nullable::Value(value) => Some(value),
        }
    }

    /// The value by move, if there is one.
    #[inline]
    pub fn into_value(self) -> Option<T> {
        match self {
            Nullable::Null => None,
            Nullable::Value(value) => Some(value),
        }
    }

    /// The same with a borrowed value.
    #[inline]
    pub fn as_ref(&self) -> Nullable<&T> {
        match self {
            Nullable::Null => Nullable::Null,
            Nullable::Value(value) => Nullable::Value(value),
        }
    }

    /// Whether this is JSON null.
    #[inline]
    pub fn is_null(&self) -> bool {
        matches!(self, Nullable::Null)
    }
}

/// Reads the value of a [`Property`] if absent and null mean the same to the reader.
///
/// ```
/// use msgraph::{Property, PropertyExt};
///
/// let name: Property<String> = Some("Adele".into());
/// assert_eq!(name.value().map(String::as_str), Some("Adele"));
/// assert_eq!(name.into_value().as_deref(), Some("Adele"));
/// ```
pub trait PropertyExt<T> {
    /// The value, if there is one.
    fn value(&self) -> Option<&T>;

    /// The value by move, if there is one.
    fn into_value(self) -> Option<T>;
}

impl<T> PropertyExt<T> for Property<T> {
    #[inline]
    fn value(&self) -> Option<&T> {
        self.as_ref().and_then(Nullable::value)
    }

    #[inline]
    fn into_value(self) -> Option<T> {
        self.and_then(Nullable::into_value)
    }
}

impl<T> From<T> for Nullable<T> {
    #[inline]
    fn from(value: T) -> Self {
        Nullable::Value(value)
    }
}

impl<T> From<T> for Nullable<Box<T>> {
    #[inline]
    fn from(value: T) -> Self {
        Nullable::Value(Box::new(value))
    }
}

impl<T: WriteValue> From<T> for Nullable<Nested<T>> {
    #[inline]
    fn from(value: T) -> Self {
        Nullable::Value(Nested::from(value))
    }
}

impl From<&str> for Nullable<String> {
    #[inline]
    fn from(value: &str) -> Self {
        Nullable::Value(value.to_owned())
    }
}
