//! Owns the conversion from JSON to Rust values, and its error.

use super::Nullable;
use serde_json::Value;

/// Reads a value from JSON.
///
/// Error: [`ReadError`] if the JSON does not have the shape of `T`.
pub fn from_value<T: ReadValue>(value: Value) -> Result<T, ReadError> {
    T::read_value(Reader { value })
}

/// A type that can be read from JSON.
pub trait ReadValue: Sized {
    /// Reads the value.
    ///
    /// Error: [`ReadError`] if the JSON does not have the shape of the type.
    fn read_value(input: Reader) -> Result<Self, ReadError>;
}

/// JSON does not have the shape of a type. The error has the place and the kind of JSON found; it
/// never contains the value, because values can be secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: expected {expected}, found {found}", display_path(.path))]
pub struct ReadError {
    path: String,
    expected: &'static str,
    found: &'static str,
}

impl ReadError {
    pub(super) const OTHER_TYPE: ReadError =
        ReadError { path: String::new(), expected: "that type or a derived type", found: "another `@odata.type`" };

    /// The place of the error, such as `value[3].owner.displayName`; empty for the outermost value.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The same error from the perspective of the structure with the property `name`.
    pub(in crate::runtime) fn in_property(mut self, name: &str) -> Self {
        if !self.path.is_empty() && !self.path.starts_with('[') {
            self.path.insert(0, '.');
        }
        self.path.insert_str(0, name);
        self
    }

    fn in_item(mut self, index: usize) -> Self {
        if !self.path.is_empty() && !self.path.starts_with('[') {
            self.path.insert(0, '.');
        }
        self.path.insert_str(0, &format!("[{index}]"));
        self
    }
}

fn display_path(path: &str) -> &str {
    if path.is_empty() { "the body" } else { path }
}

/// One JSON value to read.
#[derive(Debug)]
pub struct Reader {
    value: Value,
}

impl Reader {
    /// Reads a string.
    ///
    /// Error: anything else, null included.
    pub fn string(self) -> Result<String, ReadError> {
        match self.value {
            Value::String(value) => Ok(value),
            other => Err(unexpected("a string", &other)),
        }
    }

    /// Reads any JSON.
    pub fn any(self) -> Value {
        self.value
    }
}

pub(super) fn unexpected(expected: &'static str, found: &Value) -> ReadError {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    };
    ReadError { path: String::new(), expected, found }
}

impl ReadValue for bool {
    fn read_value(input: Reader) -> Result<Self, ReadError> {
        let read = input.value.as_bool();
        read.ok_or_else(|| unexpected("a boolean", &input.value))
    }
}

impl ReadValue for i32 {
    fn read_value(input: Reader) -> Result<Self, ReadError> {
        let read = integer(&input.value).and_then(|value| value.try_into().ok());
        read.ok_or_else(|| unexpected("a 32-bit integer", &input.value))
    }
}

impl ReadValue for i64 {
    fn read_value(input: Reader) -> Result<Self, ReadError> {
        integer(&input.value).ok_or_else(|| unexpected("a 64-bit integer", &input.value))
    }
}

/// Numbers may come as strings (`IEEE754Compatible=true`: OData JSON 4.01, section 3.2).
fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_i64(),
    }
}

impl ReadValue for f64 {
    fn read_value(input: Reader) -> Result<Self, ReadError> {
        let read = match &input.value {
            Value::String(text) => match text.as_str() {
                "INF" => Some(f64::INFINITY),
                "-INF" => Some(f64::NEG_INFINITY),
                text => text.parse().ok(),
            },
            other => other.as_f64(),
        };
        read.ok_or_else(|| unexpected("a number", &input.value))
    }
}

impl ReadValue for String {
    fn read_value(input: Reader) -> Result<Self, ReadError> {
        input.string()
    }
}

impl ReadValue for Value {
    fn read_value(input: Reader) -> Result<Self, ReadError> {
        Ok(input.value)
    }
}

impl<T: ReadValue> ReadValue for Vec<T> {
    #[inline]
    fn read_value(input: Reader) -> Result<Self, ReadError> {
        let Value::Array(values) = input.value else {
            return Err(unexpected("an array", &input.value));
        };
        let mut items = Vec::with_capacity(values.len());
        for (index, value) in values.into_iter().enumerate() {
            items.push(from_value(value).map_err(|error| error.in_item(index))?);
        }
        Ok(items)
    }
}

impl<T: ReadValue> ReadValue for Nullable<T> {
    #[inline]
    fn read_value(input: Reader) -> Result<Self, ReadError> {
        if input.value.is_null() {
            return Ok(Nullable::Null);
        }
        T::read_value(input).map(Nullable::Value)
    }
}

impl<T: ReadValue> ReadValue for Option<T> {
    /// A property that is present is `Some`, even if it is null.
    #[inline]
    fn read_value(input: Reader) -> Result<Self, ReadError> {
        T::read_value(input).map(Some)
    }
}
