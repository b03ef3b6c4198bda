//! Owns the content of a request.

use super::json::{SchemaType, WriteValue, to_value};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;
#[cfg(feature = "transport")]
use {
    super::transport::{ByteStream, TransportBody, TransportError},
    futures_core::Stream,
    std::sync::{Arc, Mutex, PoisonError},
};

/// The content of a request. Debug output shows its kind and size only.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Body {
    /// JSON, sent as `application/json`.
    Json(Value),
    /// Anything else: a photo, a file, MIME.
    Bytes {
        /// The bytes that are sent.
        content: Bytes,
        /// Its media type.
        media_type: Cow<'static, str>,
    },
    /// Content that comes piece by piece and is never in memory as a whole.
    #[cfg(feature = "transport")]
    Stream(StreamBody),
}

/// Content that comes piece by piece. It can be sent only once: a request with it is not repeated
/// after its content was requested, and clones share it.
#[cfg(feature = "transport")]
#[derive(Clone)]
pub struct StreamBody {
    stream: Arc<Mutex<Option<ByteStream>>>,
    length: Option<u64>,
    media_type: Cow<'static, str>,
}

#[cfg(feature = "transport")]
impl StreamBody {
    pub(crate) fn take(&self) -> Option<TransportBody> {
        let stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        Some(TransportBody::Stream { stream, length: self.length })
    }
}

/// The same stream.
#[cfg(feature = "transport")]
impl PartialEq for StreamBody {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.stream, &other.stream)
    }
}

impl Body {
    /// The JSON of a structure.
    pub fn structure(structure: &dyn WriteValue) -> Body {
        Body::Json(to_value(structure))
    }

    /// The JSON of the caller's own type.
    ///
    /// Error: the error of the `Serialize` implementation of the type.
    pub fn serialize<T: Serialize + ?Sized>(value: &T) -> Result<Body, serde_json::Error> {
        serde_json::to_value(value).map(Body::Json)
    }

    /// Content that is not JSON.
    pub fn bytes(content: impl Into<Bytes>, media_type: impl Into<Cow<'static, str>>) -> Body {
        Body::Bytes { content: content.into(), media_type: media_type.into() }
    }

    /// Content that comes piece by piece; `length` is the number of bytes, if that is known.
    #[cfg(feature = "transport")]
    pub fn stream(
        stream: impl Stream<Item = Result<Bytes, TransportError>> + Send + 'static,
        length: Option<u64>,
        media_type: impl Into<Cow<'static, str>>,
    ) -> Body {
        let stream: ByteStream = Box::pin(stream);
        Body::Stream(StreamBody { stream: Arc::new(Mutex::new(Some(stream))), length, media_type: media_type.into() })
    }

    /// The value of the `Content-Type` header.
    pub fn media_type(&self) -> &str {
        match self {
            Body::Json(_) => "application/json",
            Body::Bytes { media_type, .. } => media_type,
            #[cfg(feature = "transport")]
            Body::Stream(body) => &body.media_type,
        }
    }

    /// The bytes that are sent; `None` for a stream.
    pub fn to_bytes(&self) -> Option<Bytes> {
        match self {
            // Printing a `Value` never fails, so no error is hidden.
            Body::Json(value) => Some(Bytes::from(value.to_string())),
            Body::Bytes { content, .. } => Some(content.clone()),
            #[cfg(feature = "transport")]
            Body::Stream(_) => None,
        }
    }
}

impl<T: SchemaType> From<T> for Body {
    #[inline]
    fn from(structure: T) -> Self {
        Body::structure(&structure)
    }
}

impl From<Value> for Body {
    fn from(value: Value) -> Self {
        Body::Json(value)
    }
}

/// The address of an entity that another one will refer to, for `…/$ref`.
///
/// A text that is not an address is the id of a directory object: a user, group, device, application or service
/// principal.
///
/// Source: OData JSON 4.01, section 14 (entity reference).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference(String);

impl Reference {
    /// An address such as `https://graph.microsoft.com/v1.0/users/{id}`. In a national cloud it starts with the
    /// host of that cloud.
    pub fn url(address: impl Into<String>) -> Reference {
        Reference(address.into())
    }

    /// A directory object of the global service.
    pub fn directory_object(id: &str) -> Reference {
        const SEGMENT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC.remove(b'-');
        let id = percent_encoding::utf8_percent_encode(id, SEGMENT);
        Reference(format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}"))
    }

    /// The body that generated functions send: `{"@odata.id": …}`.
    pub fn into_body(reference: impl Into<Reference>) -> Body {
        Body::Json(serde_json::json!({ "@odata.id": Reference::into_address(reference) }))
    }

    /// The value that generated functions write into `$ref?$id=…`.
    pub fn into_address(reference: impl Into<Reference>) -> String {
        reference.into().0
    }
}

impl From<&str> for Reference {
    fn from(text: &str) -> Self {
        if text.contains("://") { Reference::url(text) } else { Reference::directory_object(text) }
    }
}

impl From<String> for Reference {
    fn from(text: String) -> Self {
        Reference::from(text.as_str())
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let media_type = self.media_type();
        match self.to_bytes() {
            Some(bytes) => write!(f, "Body({media_type}, {} bytes)", bytes.len()),
            None => write!(f, "Body({media_type}, stream)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(reference: impl Into<Reference>, address: &str) {
        let body = Reference::into_body(reference);
        assert_eq!(body, Body::Json(serde_json::json!({ "@odata.id": address })));
    }

    #[test]
    fn references_are_addresses_or_ids_of_directory_objects() {
        check(
            "https://graph.microsoft.com/v1.0/education/users/7",
            "https://graph.microsoft.com/v1.0/education/users/7",
        );
        check("7c9b-11", "https://graph.microsoft.com/v1.0/directoryObjects/7c9b-11");
        check(String::from("a/b"), "https://graph.microsoft.com/v1.0/directoryObjects/a%2Fb");
        check(Reference::url("x"), "x");
    }
}
