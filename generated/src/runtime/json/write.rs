//! Owns the conversion from Rust values to JSON.

use super::Nullable;
use serde_json::Value;

/// Turns a value into JSON; null if it writes nothing.
pub fn to_value(value: &dyn WriteValue) -> Value {
    let mut out = Writer { written: Value::Null };
    value.write_value(&mut out);
    out.written
}

/// A type that can be written as JSON. Writing does not fail.
pub trait WriteValue {
    /// Writes the value, or nothing if it is absent.
    fn write_value(&self, out: &mut Writer);
}

/// The destination of one value.
#[derive(Debug)]
pub struct Writer {
    written: Value,
}

impl Writer {
    /// Writes a string.
    pub fn string(&mut self, value: &str) {
        self.any(value.into());
    }

    /// Writes any JSON.
    pub fn any(&mut self, value: Value) {
        self.written = value;
    }
}

impl WriteValue for bool {
    fn write_value(&self, out: &mut Writer) {
        out.any((*self).into());
    }
}

impl WriteValue for i32 {
    fn write_value(&self, out: &mut Writer) {
        out.any((*self).into());
    }
}

impl WriteValue for i64 {
    /// A number, as Graph does (`IEEE754Compatible=false`).
    fn write_value(&self, out: &mut Writer) {
        out.any((*self).into());
    }
}

impl WriteValue for f64 {
    /// JSON has no number for these three: OData JSON 4.01, section 7.1.
    fn write_value(&self, out: &mut Writer) {
        match *self {
            value if value.is_nan() => out.string("NaN"),
            f64::INFINITY => out.string("INF"),
            f64::NEG_INFINITY => out.string("-INF"),
            value => out.any(value.into()),
        }
    }
}

impl WriteValue for String {
    fn write_value(&self, out: &mut Writer) {
        out.string(self);
    }
}

impl WriteValue for Value {
    fn write_value(&self, out: &mut Writer) {
        out.any(self.clone());
    }
}

impl<T: WriteValue> WriteValue for Vec<T> {
    #[inline]
    fn write_value(&self, out: &mut Writer) {
        let mut items = Vec::with_capacity(self.len());
        for item in self {
            items.push(to_value(item));
        }
        out.any(Value::Array(items));
    }
}

impl<T: WriteValue> WriteValue for Nullable<T> {
    #[inline]
    fn write_value(&self, out: &mut Writer) {
        match self {
            Nullable::Null => out.any(Value::Null),
            Nullable::Value(value) => value.write_value(out),
        }
    }
}

impl<T: WriteValue> WriteValue for Option<T> {
    #[inline]
    fn write_value(&self, out: &mut Writer) {
        if let Some(value) = self {
            value.write_value(out);
        }
    }
}
