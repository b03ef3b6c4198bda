//! Owns the conversion of a success response to a Rust value.
//!
//! It does not know transports, only a status, a media type and a body.

use super::json::{Additional, ReadError, ReadValue, SchemaType, from_value};
#[cfg(any(test, feature = "transport"))]
use super::operation::Method;
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt;

/// A type that a success response can be decoded as.
pub trait FromResponse: Sized {
    /// Decodes the response; `content_type` is the header as it was sent.
    ///
    /// Error: [`DecodeError`] if the body is not what the type expects.
    fn from_response(status: u16, content_type: Option<&str>, body: Bytes) -> Result<Self, DecodeError>;

    /// The value if a write succeeded and the response has no body, although the documentation promises one.
    /// `None`, the default, if that cannot be said with this type.
    ///
    /// A structure then has no properties: the service did not say anything about them.
    fn without_body(_status: u16) -> Option<Self> {
        None
    }
}

/// Decodes a success response. A write must not look like a failure because the service sends no body, or the
/// caller would repeat it.
#[cfg(any(test, feature = "transport"))]
pub(crate) fn decode<T: FromResponse>(
    method: Method,
    status: u16,
    content_type: Option<&str>,
    body: Bytes,
) -> Result<T, DecodeError> {
    if body.is_empty()
        && method != Method::Get
        && let Some(value) = T::without_body(status)
    {
        return Ok(value);
    }
    T::from_response(status, content_type, body)
}

/// Whether the status itself says that there is nothing to read: 202, 204 and 205 (RFC 9110, section 15.3).
fn has_no_content(status: u16) -> bool {
    matches!(status, 202 | 204 | 205)
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
        match std::str::from_utf8(without_mark(&body)) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(DecodeError::new("expected text in UTF-8")),
        }
    }
}

/// Any JSON; null if the body is empty.
impl FromResponse for Value {
    fn from_response(status: u16, content_type: Option<&str>, body: Bytes) -> Result<Self, DecodeError> {
        if body.is_empty() {
            return Ok(Value::Null);
        }
        expect_json(status, content_type, &body)
    }
}

/// `None` if the body is empty: the documentation contradicts itself about the body, and services may send
/// one or not.
impl<T: FromResponse> FromResponse for Option<T> {
    fn from_response(status: u16, content_type: Option<&str>, body: Bytes) -> Result<Self, DecodeError> {
        if body.is_empty() { Ok(None) } else { T::from_response(status, content_type, body).map(Some) }
    }

    fn without_body(_: u16) -> Option<Self> {
        Some(None)
    }
}

impl<T: SchemaType> FromResponse for T {
    #[inline]
    fn from_response(status: u16, content_type: Option<&str>, body: Bytes) -> Result<Self, DecodeError> {
        Ok(from_value(expect_json(status, content_type, &body)?)?)
    }

    #[inline]
    fn without_body(_: u16) -> Option<Self> {
        T::in_place_of_null()
    }
}

/// The caller's own type, through its `Deserialize` implementation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Json<T>(
    /// The decoded body.
    pub T,
);

impl<T: DeserializeOwned> FromResponse for Json<T> {
    fn from_response(status: u16, content_type: Option<&str>, body: Bytes) -> Result<Self, DecodeError> {
        match serde_json::from_slice(json_text(status, content_type, &body)?) {
            Ok(value) => Ok(Json(value)),
            Err(error) if error.is_data() => {
                Err(DecodeError::new(format!("the JSON is not a `{}`", std::any::type_name::<T>())))
            }
            Err(error) => Err(DecodeError::from_json(&error)),
        }
    }

    /// What the type makes of null: `None` for an `Option`.
    fn without_body(_: u16) -> Option<Self> {
        T::deserialize(Value::Null).ok().map(Json)
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
    /// The items that are null or have another shape than `T`; empty on nearly every page.
    pub odd_items: Vec<OddItem>,
    /// The other properties of the page, such as `@odata.context` and the annotations of the service.
    pub additional: Additional,
}

/// An item of a page that is null or has another shape than documented. The rest of the page is not affected.
///
/// In [`Collection::value`], a structure without properties takes its place; a number or a text has no such value, so
/// nothing does.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct OddItem {
    /// Its position on the page as the service sent it, from 0.
    pub position: usize,
    /// Its JSON. Debug output does not show it.
    pub json: Value,
}

impl fmt::Debug for OddItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OddItem").field("position", &self.position).finish_non_exhaustive()
    }
}

/// Reads the items one by one, so that an odd one does not lose the others.
fn read_items<T: ReadValue>(values: Vec<Value>) -> (Vec<T>, Vec<OddItem>) {
    let mut items = Vec::with_capacity(values.len());
    let mut odd_items = Vec::new();
    for (position, value) in values.into_iter().enumerate() {
        let mut odd = None;
        let item = T::read_or_keep(value, &mut odd);
        let item = if odd.is_some() { item.or_else(T::in_place_of_null) } else { item };
        items.extend(item);
        odd_items.extend(odd.map(|json| OddItem { position, json }));
    }
    (items, odd_items)
}

impl<T: ReadValue> FromResponse for Collection<T> {
    fn from_response(status: u16, content_type: Option<&str>, body: Bytes) -> Result<Self, DecodeError> {
        let Value::Object(mut page) = expect_json(status, content_type, &body)? else {
            return Err(DecodeError::new("expected an object with `value`"));
        };
        let values = match page.remove("value") {
            Some(Value::Array(values)) => values,
            Some(_) => return Err(DecodeError::new("`value` of the collection is not an array")),
            None => return Err(DecodeError::new("the collection has no `value`")),
        };
        let (value, odd_items) = read_items(values);
        Ok(Collection {
            value,
            // Without them, the end would come too early.
            next_link: optional(page.remove("@odata.nextLink"), "@odata.nextLink")?,
            delta_link: optional(page.remove("@odata.deltaLink"), "@odata.deltaLink")?,
            count: page.remove("@odata.count").and_then(|count| from_value(count).ok()),
            odd_items,
            // Last, because the others are taken out.
            additional: page.into(),
        })
    }

    /// No items, but only if the status says that there is no content.
    fn without_body(status: u16) -> Option<Self> {
        let none = Collection {
            value: Vec::new(),
            next_link: None,
            delta_link: None,
            count: None,
            odd_items: Vec::new(),
            additional: Additional::default(),
        };
        has_no_content(status).then_some(none)
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
    fn from_response(status: u16, content_type: Option<&str>, body: Bytes) -> Result<Self, DecodeError> {
        let value = match expect_json(status, content_type, &body)? {
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

fn expect_json(status: u16, content_type: Option<&str>, body: &[u8]) -> Result<Value, DecodeError> {
    let text = json_text(status, content_type, body)?;
    serde_json::from_slice(text).map_err(|error| DecodeError::from_json(&error))
}

/// The JSON in a body.
fn json_text<'b>(status: u16, content_type: Option<&str>, body: &'b [u8]) -> Result<&'b [u8], DecodeError> {
    let text = without_mark(body);
    if text.is_empty() && has_no_content(status) {
        let message = "there is no content; `Request::response::<Option<_>>()` accepts that";
        return Err(DecodeError::new(message));
    }
    if text.is_empty() {
        return Err(DecodeError::new("expected JSON, the body is empty"));
    }
    if let Some(content_type) = content_type.filter(|content_type| !is_json(content_type)) {
        let message = format!("expected JSON, the media type is `{content_type}`");
        return Err(DecodeError::new(message));
    }
    Ok(text)
}

/// Text in UTF-8 without a byte order mark, which some gateways add (RFC 8259, section 8.1).
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
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
    use crate::runtime::Nullable;

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
        let additional: Vec<_> = page.additional.iter().collect();
        assert_eq!(additional, [("@odata.context", &Value::from("c"))]);
        let page = decode::<Collection<String>>(r#"{"value":[],"@odata.tip":{"a":1},"@odata.count":"x"}"#);
        let additional = page.expect("is a page").additional;
        assert_eq!(additional.get("@odata.tip"), Some(&serde_json::json!({"a": 1})));
        assert_eq!(additional.len(), 1, "what is read is not repeated: {additional:?}");
        assert_eq!(decode::<Collection<String>>("{}"), Err("the collection has no `value`".into()));
        assert_eq!(
            decode::<Collection<String>>(r#"{"value":{"a":1}}"#),
            Err("`value` of the collection is not an array".into())
        );
        assert!(decode::<Collection<String>>(r#"{"value":[],"@odata.nextLink":7}"#).is_err(), "not the last page");
    }

    #[test]
    fn an_odd_item_does_not_lose_the_page() {
        let page = decode::<Collection<String>>(r#"{"value":["a",null,7,"b"],"@odata.count":4.0}"#).expect("is a page");
        assert_eq!((page.value, page.count), (vec![String::from("a"), String::from("b")], Some(4)));
        let odd = |position, json| OddItem { position, json };
        assert_eq!(page.odd_items, [odd(1, Value::Null), odd(2, 7.into())]);
        let page = decode::<Collection<i64>>(r#"{"value":[1.0,2],"@odata.count":"many"}"#).expect("is a page");
        assert_eq!((page.value, page.count, page.odd_items), (vec![1, 2], None, vec![]));
        let page = decode::<Collection<Nullable<i64>>>(r#"{"value":[null]}"#).expect("is a page");
        assert_eq!((page.value, page.odd_items), (vec![Nullable::Null], vec![]), "null was expected");
    }

    #[test]
    fn a_write_without_a_body_is_a_success_if_the_type_can_say_so() {
        fn answered<T: FromResponse>(method: Method, status: u16) -> Result<T, String> {
            super::decode(method, status, None, Bytes::new()).map_err(|error| error.to_string())
        }
        for method in [Method::Post, Method::Put, Method::Patch, Method::Delete] {
            assert_eq!(answered::<Option<Single<bool>>>(method, 204), Ok(None));
            assert_eq!(answered::<Json<Option<u8>>>(method, 204), Ok(Json(None)));
            assert_eq!(answered::<Value>(method, 204), Ok(Value::Null));
            assert_eq!(answered::<Collection<i32>>(method, 204).map(|page| page.value), Ok(vec![]));
            assert!(answered::<Collection<i32>>(method, 200).is_err(), "a list that was lost is not an empty one");
            assert!(answered::<Single<i32>>(method, 204).is_err());
            assert!(answered::<Json<u8>>(method, 204).is_err());
        }
        let error = answered::<Json<Option<u8>>>(Method::Get, 204).expect_err("nothing was read");
        assert_eq!(error, "there is no content; `Request::response::<Option<_>>()` accepts that");
        assert!(answered::<Collection<i32>>(Method::Get, 204).is_err());
    }

    #[test]
    fn a_byte_order_mark_is_no_content() {
        assert_eq!(decode::<Value>("\u{feff}[1]"), Ok(serde_json::json!([1])));
        assert_eq!(decode::<Json<Vec<u8>>>("\u{feff}[1]"), Ok(Json(vec![1])));
        assert_eq!(decode::<Collection<String>>("\u{feff}{\"value\":[]}").map(|page| page.value), Ok(vec![]));
        assert!(decode::<Json<u8>>("\u{feff}").is_err());
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
