//! Owns the references of entities to other entities.

use super::read::{ReadError, ReadValue, Reader, from_value};
use super::secret::Shown;
use super::write::{WriteValue, Writer, to_value};
use serde_json::Value;
use std::fmt;
use std::marker::PhantomData;

/// An entity, or a collection of entities, inside another one: an expanded navigation property. It
/// remains JSON until it is accessed.
///
/// The entity types of Microsoft Graph refer to each other in long cycles: a user has a drive, a
/// drive has items, an item has a list. With `Box` and `Vec`, the code and the thread safety of one
/// type would depend on those of hundreds of others; the compiler gives up on that after 128 steps
/// (`recursion_limit`), even in crates that use this one. Here, each type is independent, and JSON
/// that is not accessed costs nothing.
///
/// Source: OData JSON 4.01, section 8.3 (expanded navigation property).
///
/// ```
/// use msgraph::{Nested, Nullable};
///
/// let tags: Option<Nullable<Nested<Vec<String>>>> = Some(vec![String::from("a")].into());
/// if let Some(Nullable::Value(tags)) = &tags {
///     assert_eq!(tags.get()?, ["a"]);
/// }
/// # Ok::<(), msgraph::runtime::ReadError>(())
/// ```
pub struct Nested<T> {
    json: Value,
    ty: PhantomData<fn() -> T>,
}

impl<T> Nested<T> {
    /// Wraps JSON that should be a `T`; [`Nested::get`] checks it.
    pub fn from_json(json: Value) -> Self {
        Nested { json, ty: PhantomData }
    }

    /// The unchanged JSON.
    pub fn json(&self) -> &Value {
        &self.json
    }
}

impl<T: ReadValue> Nested<T> {
    /// Reads the value. To change it, change the result and put it back with `into()`.
    ///
    /// Error: [`ReadError`] if the JSON does not have the shape of `T`; its path starts here.
    pub fn get(&self) -> Result<T, ReadError> {
        from_value(self.json.clone())
    }

    /// Reads the value without copying the JSON.
    ///
    /// Error: as for [`Nested::get`].
    pub fn into_inner(self) -> Result<T, ReadError> {
        from_value(self.json)
    }
}

impl<T: WriteValue> From<T> for Nested<T> {
    #[inline]
    fn from(value: T) -> Self {
        Nested::from_json(to_value(&value))
    }
}

// Derives would require the same of `T`, which is not stored here.
impl<T> Clone for Nested<T> {
    fn clone(&self) -> Self {
        Nested::from_json(self.json.clone())
    }
}

impl<T> PartialEq for Nested<T> {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json
    }
}

impl<T> fmt::Debug for Nested<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Nested").field(&Shown(&self.json)).finish()
    }
}

impl<T> WriteValue for Nested<T> {
    fn write_value(&self, out: &mut Writer) {
        out.any(self.json.clone());
    }
}

impl<T> ReadValue for Nested<T> {
    fn read_value(input: Reader) -> Result<Self, ReadError> {
        Ok(Nested::from_json(input.any()))
    }

    fn read_or_keep(json: Value, _: &mut Option<Value>) -> Option<Self> {
        Some(Nested::from_json(json))
    }
}
