//! Owns the conversion of a success response to a Rust value.
//!
//! It does not know transports, only a status, a media type and a body.

use super::json::{ReadError, ReadValue, SchemaType, from_value};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A type that a success response can be decoded as.
pub trait FromResponse: Sized {
    /// Decodes the response; `content_type` is the header as it was sent.
    ///
    /// Error: [`DecodeError`] if the body is not what the type expects.
    fn from_response(status: u16, content_type: Option<&str>, body: Bytes) -> Result<Self, DecodeError>;
}

/// The body of a success response is not what its type expects.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DecodeError {
    message: String,
    truncated: bool,
}

impl DecodeError {
    /// Wraps the reason. It must not contain content of the body.
    pub fn new(message: impl Into<String>) -> Self {
        DecodeError { message: message.into(), truncated: false }
    }

    /// Whether the body is the beginning of what was expected: the connection broke unnoticed.
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// The message of serde_json for a syntax error has only a kind and a position; the one for
    /// wrong data can quote values.
    fn from_json(error: &serde_json::Error) -> DecodeError {
        DecodeError { message: format!("expected JSON: {error}"), truncated: error.is_eof() }
    }
}

impl From<ReadError> for DecodeError {
    fn from(error: ReadError) -> Self {
        DecodeError::new(error.to_string())
    }
}

/// Nothing is expected; a body is ignored.
impl FromResponse for () {
    fn from_response(_: u16, _: Option<&str>, _: Bytes) -> Result<Self, DecodeError> {
        Ok(())
    }
}

/// The body as it is.
impl FromResponse for Bytes {
    fn from_response(_: u16, _: Option<&str>, body: Bytes) -> Result<Self, DecodeError> {
        Ok(body)
    }
}

/// The answer to `/$count`: a number as text.
///
/// Source: OData 4.01, part 1, section 11.2.10.
impl FromResponse for i64 {
    fn from_response(status: u16, content_type: Option<&str>, body: Bytes) -> Result<Self, DecodeError> {
        let text = String::from_response(status, content_type, body)?;
        text.trim().parse().map_err(|_| DecodeError::new("expected a number"))
    }
}

/// Text in UTF-8; a byte order mark is removed.
impl FromResponse for String {
    fn from_response(_: u16, _: Option<&str>, body: Bytes) -> Result<Self, DecodeError> {
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&body);
        match std::str::from_utf8(body) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(DecodeError::new("expected text in UTF-8")),
        }
    }
}

/// Any JSON; null if the body is empty.
impl FromResponse for Value {
    fn from_response(_: u16, content_type: Option<&str>, body: Bytes) -> Result<Self, DecodeError> {
        if body.is_empty() {
            return Ok(Value::Null);
        }
        parse_json(content_type, &body)
    }
}

/// `None` if the body is empty: the documentation contradicts itself about the body, and services may send
/// one or not.
impl<T: FromResponse> FromResponse for Option<T> {
    fn from_response(status: u16, content_type: Option<&str>, body: Bytes) -> Result<Self, DecodeError> {
        if body.is_empty() { Ok(None) } else { T::from_response(status, content_type, body).map(Some) }
    }
}

impl<T: SchemaType> FromResponse for T {
    #[inline]
    fn from_response(_: u16, content_type: Option<&str>, body: Bytes) -> Result<Self, DecodeError> {
        Ok(from_value(parse_json(content_type, &body)?)?)
    }
}

/// The caller's own type, through its `Deserialize` implementation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Json<T>(
    /// The decoded body.
    pub T,
);

impl<T: DeserializeOwned> FromResponse for Json<T> {
    fn from_response(_: u16, content_type: Option<&str>, body: Bytes) -> Result<Self, DecodeError> {
        check_json(content_type, &body)?;
        match serde_json::from_slice(&body) {
            Ok(value) => Ok(Json(value)),
            Err(error) if error.is_data() => {
                Err(DecodeError::new(format!("the JSON is not a `{}`", std::any::type_name::<T>())))
            }
            Err(error) => Err(DecodeError::from_json(&error)),
        }
    }
}

/// One page of a collection.
///
/// A page can be empty and still have a `next_link`.
///
/// Source: OData JSON 4.01, section 13; <https://learn.microsoft.com/graph/paging>.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Collection<T> {
    /// The items of this page.
    pub value: Vec<T>,
    /// The opaque address of the next page; `None` on the last one.
    pub next_link: Option<String>,
    /// The address of changes since this page; only on the last page of a delta function.
    pub delta_link: Option<String>,
    /// The number of items on all pages, if `$count=true` was requested; only on the first page.
    pub count: Option<i64>,
}

impl<T: ReadValue> FromResponse for Collection<T> {
    fn from_response(_: u16, content_type: Option<&str>, body: Bytes) -> Result<Self, DecodeError> {
        let Value::Object(mut page) = parse_json(content_type, &body)? else {
            return Err(DecodeError::new("expected an object with `value`"));
        };
        let Some(value) = page.remove("value") else {
            return Err(DecodeError::new("the collection has no `value`"));
        };
        Ok(Collection {
            value: from_value(value).map_err(|error| error.in_property("value"))?,
            next_link: optional(page.remove("@odata.nextLink"), "@odata.nextLink")?,
            delta_link: optional(page.remove("@odata.deltaLink"), "@odata.deltaLink")?,
            count: optional(page.remove("@odata.count"), "@odata.count")?,
        })
    }
}

/// A single value that is not a structure: the result of a function that counts or compares.
///
/// Source: OData JSON 4.01, section 11 (individual property or operation response).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Single<T> {
    /// The value.
    pub value: T,
}

impl<T: ReadValue> FromResponse for Single<T> {
    fn from_response(_: u16, content_type: Option<&str>, body: Bytes) -> Result<Self, DecodeError> {
        let value = match parse_json(content_type, &body)? {
            Value::Object(mut object) => object.remove("value"),
            bare => Some(bare),
        };
        let value = value.ok_or_else(|| DecodeError::new("expected an object with `value`"))?;
        Ok(Single { value: from_value(value).map_err(|error| error.in_property("value"))? })
    }
}

/// Absent and null are both "none".
fn optional<T: ReadValue>(value: Option<Value>, name: &str) -> Result<Option<T>, ReadError> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match from_value(value) {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(error.in_property(name)),
        },
    }
}

fn parse_json(content_type: Option<&str>, body: &[u8]) -> Result<Value, DecodeError> {
    check_json(content_type, body)?;
    serde_json::from_slice(body).map_err(|error| DecodeError::from_json(&error))
}

fn check_json(content_type: Option<&str>, body: &[u8]) -> Result<(), DecodeError> {
    if body.is_empty() {
        return Err(DecodeError::new("expected JSON, the body is empty"));
    }
    if let Some(content_type) = content_type.filter(|content_type| !is_json(content_type)) {
        let message = format!("expected JSON, the media type is `{content_type}`");
        return Err(DecodeError::new(message));
    }
    Ok(())
}

/// `application/json` or a `+json` suffix (RFC 8259, section 11; RFC 6839, section 3.1).
fn is_json(content_type: &str) -> bool {
    // Nearly always the case, and cheaper than splitting it.
    if content_type == "application/json" || content_type.starts_with("application/json;") {
        return true;
    }
    let media_type = content_type.split(';').next().unwrap_or_default();
    let Some((_, suffix)) = media_type.trim_end().rsplit_once(['/', '+']) else { return false };
    suffix.eq_ignore_ascii_case("json")
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: Option<&str> = Some("application/json;odata.metadata=minimal");

    fn decode<T: FromResponse>(body: &'static str) -> Result<T, String> {
        let decoded = T::from_response(200, JSON, Bytes::from_static(body.as_bytes()));
        decoded.map_err(|error| error.to_string())
    }

    #[test]
    fn collections() {
        let page = decode::<Collection<String>>(
            r#"{"@odata.context":"c","@odata.count":3,"value":["a"],"@odata.nextLink":"n"}"#,
        );
        let page = page.expect("is a page");
        assert_eq!(page.value, ["a"]);
        assert_eq!(page.next_link.as_deref(), Some("n"));
        assert_eq!((page.delta_link, page.count), (None, Some(3)));
        assert_eq!(decode::<Collection<String>>("{}"), Err("the collection has no `value`".into()));
        assert_eq!(
            decode::<Collection<String>>(r#"{"value":["a",1]}"#),
            Err("value[1]: expected a string, found a number".into())
        );
    }

    #[test]
    fn single_values() {
        assert_eq!(decode::<Single<i32>>(r#"{"@odata.context":"c","value":7}"#), Ok(Single { value: 7 }));
        assert_eq!(decode::<Single<bool>>("true"), Ok(Single { value: true }));
        assert_eq!(decode::<Single<bool>>("{}"), Err("expected an object with `value`".into()));
        let error = decode::<Single<i32>>(r#"{"value":"secret"}"#);
        assert_eq!(error, Err("value: expected a 32-bit integer, found a string".into()));
    }

    #[test]
    fn other_types() {
        assert_eq!(decode::<()>("ignored"), Ok(()));
        assert_eq!(decode::<Bytes>("x"), Ok(Bytes::from_static(b"x")));
        assert_eq!(decode::<String>("\u{feff}12"), Ok("12".into()));
        assert_eq!(decode::<i64>("\u{feff}12\n"), Ok(12));
        assert_eq!(decode::<i64>("twelve"), Err("expected a number".into()));
        assert_eq!(decode::<Value>(""), Ok(Value::Null));
        assert_eq!(decode::<Option<Single<bool>>>(""), Ok(None));
        assert_eq!(decode::<Option<Single<bool>>>("true"), Ok(Some(Single { value: true })));
        assert!(decode::<Option<Single<bool>>>("{}").is_err());
        assert_eq!(decode::<Json<Vec<u8>>>("[1,2]"), Ok(Json(vec![1, 2])));
        let error = decode::<Json<Vec<u8>>>("[\"secret\"]").expect_err("is not u8");
        assert!(!error.contains("secret"), "{error}");
    }

    #[test]
    fn what_is_not_json_is_an_error() {
        let error = decode::<Json<u8>>("").expect_err("is empty");
        assert_eq!(error, "expected JSON, the body is empty");
        let html = Bytes::from_static(b"<html>");
        let error = Value::from_response(200, Some("text/html"), html);
        let error = error.expect_err("is HTML").to_string();
        assert_eq!(error, "expected JSON, the media type is `text/html`");
        assert!(is_json("Application/JSON; charset=utf-8"));
        assert!(is_json("application/problem+json"));
        assert!(!is_json("text/plain"));
    }
}
