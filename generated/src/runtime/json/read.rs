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

    /// Reads a property or an item whose JSON may have another shape: then `odd` is its JSON, and the result is the
    /// part that has the shape of the type, if there is one.
    fn read_or_keep(json: Value, odd: &mut Option<Value>) -> Option<Self> {
        // The types of this crate do without the copy.
        match from_value(json.clone()) {
            Ok(value) => Some(value),
            Err(_) => {
                *odd = Some(json);
                None
            }
        }
    }

    /// The value for null in a collection: a structure without properties. `None` for types that have no such value.
    fn in_place_of_null() -> Option<Self> {
        None
    }

    /// Whether the JSON can be read, if another value of the same kind (object, string, number, …) could.
    fn is_like_its_kind(_json: &Value) -> bool {
        false
    }
}

/// Gives the JSON back that another type was expected of.
pub(super) fn keep<T>(read: Option<T>, json: Value, odd: &mut Option<Value>) -> Option<T> {
    if read.is_none() {
        *odd = Some(json);
    }
    read
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
    pub(super) const DECLARED_TYPE: ReadError = ReadError {
        path: String::new(),
        expected: "that type or a derived type",
        found: "no `@odata.type`, so it has the declared type",
    };

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

/// Types that are read without taking the JSON apart.
macro_rules! read_by_reference {
    ($($ty:ty, $expected:literal, $read:expr, $is_like_its_kind:expr;)*) => {$(
        impl ReadValue for $ty {
            fn read_value(input: Reader) -> Result<Self, ReadError> {
                $read(&input.value).ok_or_else(|| unexpected($expected, &input.value))
            }

            fn read_or_keep(json: Value, odd: &mut Option<Value>) -> Option<Self> {
                keep($read(&json), json, odd)
            }

            fn is_like_its_kind(json: &Value) -> bool {
                $is_like_its_kind(json)
            }
        }
    )*};
}

read_by_reference! {
    bool, "a boolean", Value::as_bool, |_: &Value| true;
    i32, "a 32-bit integer", integer_32, |json| integer_32(json).is_some();
    i64, "a 64-bit integer", integer, |json| integer(json).is_some();
    f64, "a number", number, |json| number(json).is_some();
}

fn integer_32(value: &Value) -> Option<i32> {
    integer(value)?.try_into().ok()
}

/// Numbers may come as strings (`IEEE754Compatible=true`: OData JSON 4.01, section 3.2), and integers as `15.0` or
/// `1.5E+3`, which is the same number.
fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.parse().ok().or_else(|| integral(text.parse().ok()?)),
        other => other.as_i64().or_else(|| integral(other.as_f64()?)),
    }
}

fn integral(number: f64) -> Option<i64> {
    // Both are exact; at 2^63, `i64` ends.
    let is_in_range = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&number);
    (number.fract() == 0.0 && is_in_range).then_some(number as i64)
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => match text.as_str() {
            "INF" => Some(f64::INFINITY),
            "-INF" => Some(f64::NEG_INFINITY),
            text => text.parse().ok(),
        },
        other => other.as_f64(),
    }
}

impl ReadValue for String {
    fn read_value(input: Reader) -> Result<Self, ReadError> {
        input.string()
    }

    fn read_or_keep(json: Value, odd: &mut Option<Value>) -> Option<Self> {
        match json {
            Value::String(text) => Some(text),
            other => keep(None, other, odd),
        }
    }

    fn is_like_its_kind(_: &Value) -> bool {
        true
    }
}

impl ReadValue for Value {
    fn read_value(input: Reader) -> Result<Self, ReadError> {
        Ok(input.value)
    }

    fn read_or_keep(json: Value, _: &mut Option<Value>) -> Option<Self> {
        Some(json)
    }

    fn is_like_its_kind(_: &Value) -> bool {
        true
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
            let is_null = value.is_null();
            match from_value(value) {
                Ok(item) => items.push(item),
                Err(_) if is_null => items.extend(T::in_place_of_null()),
                Err(error) => return Err(error.in_item(index)),
            }
        }
        Ok(items)
    }

    /// Null items are odd, but the others are read. With an item of another shape, the whole list is odd.
    fn read_or_keep(json: Value, odd: &mut Option<Value>) -> Option<Self> {
        let Value::Array(values) = json else { return keep(None, json, odd) };
        let copy = (!is_uniform::<T>(&values)).then(|| values.clone());
        let mut items = Vec::with_capacity(values.len());
        let mut is_odd = false;
        let mut values = values.into_iter();
        while let Some(value) = values.next() {
            let is_null = value.is_null();
            let mut odd_item = None;
            match T::read_or_keep(value, &mut odd_item) {
                Some(item) if odd_item.is_none() => items.push(item),
                _ if is_null && copy.is_some() => {
                    is_odd = true;
                    items.extend(T::in_place_of_null());
                }
                _ => {
                    // In a uniform list, this is the first item.
                    let all = copy.unwrap_or_else(|| odd_item.into_iter().chain(values).collect());
                    return keep(None, Value::Array(all), odd);
                }
            }
        }
        *odd = copy.filter(|_| is_odd).map(Value::Array);
        Some(items)
    }
}

/// Whether all items can be read if the first one can. Then no copy is needed in order to keep the JSON.
fn is_uniform<T: ReadValue>(values: &[Value]) -> bool {
    let kind = |value: &Value| std::mem::discriminant(value);
    values.first().is_none_or(|first| {
        !first.is_null() && values.iter().all(|value| kind(value) == kind(first) && T::is_like_its_kind(value))
    })
}

impl<T: ReadValue> ReadValue for Nullable<T> {
    #[inline]
    fn read_value(input: Reader) -> Result<Self, ReadError> {
        if input.value.is_null() {
            return Ok(Nullable::Null);
        }
        T::read_value(input).map(Nullable::Value)
    }

    #[inline]
    fn read_or_keep(json: Value, odd: &mut Option<Value>) -> Option<Self> {
        if json.is_null() {
            return Some(Nullable::Null);
        }
        T::read_or_keep(json, odd).map(Nullable::Value)
    }

    fn is_like_its_kind(json: &Value) -> bool {
        T::is_like_its_kind(json)
    }
}

impl<T: ReadValue> ReadValue for Option<T> {
    /// A property that is present is `Some`, even if it is null.
    #[inline]
    fn read_value(input: Reader) -> Result<Self, ReadError> {
        T::read_value(input).map(Some)
    }

    #[inline]
    fn read_or_keep(json: Value, odd: &mut Option<Value>) -> Option<Self> {
        T::read_or_keep(json, odd).map(Some)
    }

    fn is_like_its_kind(json: &Value) -> bool {
        T::is_like_its_kind(json)
    }
}
