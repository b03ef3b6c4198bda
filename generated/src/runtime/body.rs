//! Owns the content of a request.

use super::json::{Structure, WriteValue, to_value};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// The content of a request. Debug output shows its kind and size only.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Body {
    /// JSON, sent as `application/json`.
    Json(Value),
    /// Anything else: a photo, a file, MIME.
    Bytes {
        /// What is sent.
        content: Bytes,
        /// Its media type.
        media_type: Cow<'static, str>,
    },
}

impl Body {
    /// The JSON of a structure.
    pub fn structure(structure: &dyn WriteValue) -> Body {
        Body::Json(to_value(structure))
    }

    /// The JSON of the caller's own type.
    ///
    /// Error: what the type's `Serialize` implementation reports.
    pub fn serialize<T: Serialize + ?Sized>(value: &T) -> Result<Body, serde_json::Error> {
        serde_json::to_value(value).map(Body::Json)
    }

    /// Content that is not JSON.
    pub fn bytes(content: impl Into<Bytes>, media_type: impl Into<Cow<'static, str>>) -> Body {
        Body::Bytes { content: content.into(), media_type: media_type.into() }
    }

    /// The value of the `Content-Type` header.
    pub fn media_type(&self) -> &str {
        match self {
            Body::Json(_) => "application/json",
            Body::Bytes { media_type, .. } => media_type,
        }
    }

    /// What is sent.
    pub fn to_bytes(&self) -> Bytes {
        match self {
            // `Value` prints itself without fail, so there is no error to hide.
            Body::Json(value) => Bytes::from(value.to_string()),
            Body::Bytes { content, .. } => content.clone(),
        }
    }
}

impl<S: Structure> From<S> for Body {
    #[inline]
    fn from(structure: S) -> Self {
        Body::structure(&structure)
    }
}

impl From<Value> for Body {
    fn from(value: Value) -> Self {
        Body::Json(value)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (media_type, size) = (self.media_type(), self.to_bytes().len());
        write!(f, "Body({media_type}, {size} bytes)")
    }
}
