//! Owns access to a property of any type for code that does not know the type.

use super::{Nullable, ReadValue, WriteValue, to_value};
use serde_json::Value;
use std::any::Any;
use std::fmt;

/// A [`Property`](super::Property) of any type.
pub trait AnyProperty {
    /// Whether it is null or a value.
    fn is_present(&self) -> bool;

    /// The JSON of a property that is present.
    fn to_json(&self) -> Value;

    /// Whether another property has the same type and value.
    fn is_equal(&self, other: &dyn AnyProperty) -> bool;

    /// For downcasts.
    fn as_any(&self) -> &dyn Any;

    /// The value; `null` if there is no value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

impl<T> AnyProperty for Option<Nullable<T>>
where
    T: ReadValue + WriteValue + Clone + fmt::Debug + PartialEq + 'static,
{
    #[inline]
    fn is_present(&self) -> bool {
        self.is_some()
    }

    #[inline]
    fn to_json(&self) -> Value {
        to_value(self)
    }

    #[inline]
    fn is_equal(&self, other: &dyn AnyProperty) -> bool {
        other.as_any().downcast_ref::<Self>().is_some_and(|other| self == other)
    }

    #[inline]
    fn as_any(&self) -> &dyn Any {
        self
    }

    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Some(Nullable::Value(value)) => value.fmt(f),
            _ => f.write_str("null"),
        }
    }
}

impl fmt::Debug for dyn AnyProperty + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        AnyProperty::fmt(self, f)
    }
}
