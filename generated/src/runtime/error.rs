//! Owns the error of a call, and the rules for printing it.
//!
//! Rule for everything in here: `Display` is one line, and neither `Display` nor `Debug` shows a
//! token, a header value or the content of a body.

use super::auth::TokenError;
use super::graph_error::GraphError;
#[cfg(feature = "transport")]
use super::transport::TransportError;
use bytes::Bytes;
use std::borrow::Cow;
use std::fmt;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The request has a mistake; nothing was sent.
    #[error("invalid request, not sent: {0}")]
    InvalidRequest(#[from] InvalidRequest),

    /// The client was set up wrongly; nothing was sent.
    #[error("invalid client configuration: {message}")]
    Configuration {
        /// The mistake, and its correction.
        message: String,
    },

    /// There was no access token; nothing was sent.
    #[error(transparent)]
    Token(#[from] TokenError),

    /// The service was not reached, or the connection broke; [`TransportError::fault`] says whether
    /// the service can have acted on the request.
    #[cfg(feature = "transport")]
    #[error("transport failed: {0}")]
    Transport(#[from] TransportError),

    /// The service sent an address (a next link, a redirect, a monitor, an upload session) that is
    /// not followed.
    #[error("a link of the response is not followed: {0}")]
    Link(#[from] LinkFault),

    /// The service answered with an error status.
    #[error(transparent)]
    Graph(Box<GraphError>),

    /// The service answered with a redirect that is not followed: the token must not go to another
    /// host, and only reads may be repeated elsewhere. Downloads are answered this way, with an
    /// address that needs no token: `Client::download` follows it.
    #[error(
        "status {status}: a redirect, which is not followed; if it leads to the content of a file or report, \
         `Client::download` reads it, without the token"
    )]
    Redirect {
        /// The status: 301, 302, 303, 307 or 308.
        status: u16,
        /// The `Location` header.
        location: Option<RedirectTarget>,
    },

    /// The service answered with a success status, but the body does not have the documented shape.
    /// The operation itself was carried out.
    #[error("the service accepted the request (status {status}), but the response was not understood: {message}")]
    Decode {
        /// The status.
        status: u16,
        /// The expected content, and its place.
        message: String,
        /// The body.
        body: ErrorBody,
    },

    /// The service answered with a success status, but the body is larger than is kept in memory. The operation itself
    /// was carried out.
    #[error(
        "the service accepted the request (status {status}), but the body of the response has more than {limit} bytes; \
         `Client::download` reads it piece by piece, and `Request::max_body` sets another limit"
    )]
    TooLarge {
        /// The status.
        status: u16,
        /// The limit in bytes, after decompression.
        limit: usize,
    },
}

impl Error {
    /// The status with which the service accepted the request, although there is no value: [`Error::Decode`] and
    /// [`Error::TooLarge`]. A write must not be repeated then, because it was carried out.
    pub fn accepted(&self) -> Option<u16> {
        match self {
            Error::Decode { status, .. } | Error::TooLarge { status, .. } => Some(*status),
            _ => None,
        }
    }
}

/// Why an address that the service sent is not followed. Addresses can be secrets, so only the host
/// is shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinkFault {
    /// It is not an absolute URL in normal form.
    #[error("it is not an absolute https URL in normal form")]
    NotAUrl,
    /// Others in between could read requests to it.
    #[error("the address at `{host}` is not https")]
    NotConfidential {
        /// The host.
        host: String,
    },
    /// The token would go to a host that is not on the allow-list.
    #[error("the host `{host}` is neither the service nor on the list of allowed hosts, so it must not get the token")]
    ForeignHost {
        /// The host.
        host: String,
    },
    /// The links lead back to an earlier one, or never end.
    #[error("the links lead in a circle")]
    Circle,
    /// The response lacks a link that it should have; the service accepted the request.
    #[error("the service accepted the request, but the response lacks a link that the documentation promises")]
    Missing,
    /// The service sends pages without items, one after the other.
    #[error("{pages} pages in a row have no items; `Request::max_empty_pages` allows more")]
    EmptyPages {
        /// The number of pages.
        pages: u32,
    },
}

/// A mistake in a request that was found before it was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRequest {
    /// A key or a path segment is empty.
    #[error("the key after `{after}` is empty")]
    EmptyKey {
        /// The path before it.
        after: String,
    },
    /// A key or a path segment is `.` or `..`, or decodes to it.
    #[error("the key after `{after}` is a dot segment, which URL parsers remove")]
    DotSegment {
        /// The path before it.
        after: String,
    },
    /// The argument of a function or a named key is not an OData literal.
    #[error("the value of `{name}` is not an OData literal")]
    Literal {
        /// The name of the parameter or key property.
        name: &'static str,
    },
    /// The name of a header is not a token.
    #[error("`{name}` is not a header name")]
    HeaderName {
        /// The name, escaped.
        name: String,
    },
    /// The value of a header has characters that are not allowed.
    #[error("the value of the header `{name}` has characters other than visible ASCII")]
    HeaderValue {
        /// The name.
        name: String,
    },
    /// The header is set by the transport.
    #[error("the header `{name}` is set by the transport")]
    TransportHeader {
        /// The name.
        name: String,
    },
    /// A part of a filter is not a property path, variable or literal.
    #[error("`{part}` is not allowed in a filter")]
    Filter {
        /// The part, escaped.
        part: String,
    },
    /// The text of a search has operators, but would be sent as one phrase.
    #[error("the search is sent as one phrase in quotes; `Search` combines several, and `Search::phrase` sends quotes")]
    Search,
    /// The documentation says that the operation does not support the query option.
    #[error("`{page}` says that the operation does not support `{option}`; `Request::query` sends it anyway")]
    QueryOption {
        /// The name of the option, such as `$select`.
        option: &'static str,
        /// The name of the documentation page.
        page: &'static str,
    },
    /// The URL is longer than 65,534 bytes, which no service accepts.
    #[error("the URL is too long")]
    TooLong,
    /// The content is a stream that was already sent.
    #[error("the content was a stream, which can be sent only once")]
    StreamUsed,
    /// A part of a batch depends on one that is not before it, or cannot be sent in a batch: a
    /// stream, a link to another host.
    #[error("this cannot be part of a batch: {reason}")]
    Batch {
        /// The mistake.
        reason: &'static str,
    },
    /// The size of the pieces of an upload is not a multiple of 320 KiB below 60 MiB, or the content
    /// is empty.
    #[error("this upload is not possible: {reason}")]
    Upload {
        /// The mistake.
        reason: &'static str,
    },
    /// The URL parser would change the path, so the request would go elsewhere.
    #[error("the path `{path}` is not in normal form")]
    Path {
        /// The path.
        path: String,
    },
}

/// The body of a response that could not be used, up to [`ErrorBody::LIMIT`] bytes. Debug output
/// only shows its size.
#[derive(Clone, PartialEq, Eq)]
pub struct ErrorBody {
    bytes: Bytes,
    truncated: bool,
}

impl ErrorBody {
    /// The maximum number of bytes that are kept.
    pub const LIMIT: usize = 64 * 1024;

    /// Keeps the first [`ErrorBody::LIMIT`] bytes.
    pub fn new(body: Bytes) -> ErrorBody {
        if body.len() <= Self::LIMIT {
            return ErrorBody { bytes: body, truncated: false };
        }
        ErrorBody {
            // A slice would keep the whole body in memory.
            bytes: Bytes::copy_from_slice(&body[..Self::LIMIT]),
            truncated: true,
        }
    }

    /// The kept bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The kept bytes, as text.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }

    /// Whether the body was longer.
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }
}

impl fmt::Debug for ErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let more = if self.truncated { " and more" } else { "" };
        write!(f, "ErrorBody({} bytes{more})", self.bytes.len())
    }
}

/// The address of a redirect. It can be pre-authenticated and thus a secret, so debug output does
/// not show it. Follow it without the token.
///
/// Source: <https://learn.microsoft.com/graph/api/driveitem-get-content>.
#[derive(Clone, PartialEq, Eq)]
pub struct RedirectTarget(String);

impl RedirectTarget {
    /// Wraps the value of a `Location` header.
    pub fn new(location: impl Into<String>) -> Self {
        RedirectTarget(location.into())
    }

    /// The value of the `Location` header; relative to the request if it is not absolute.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RedirectTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedirectTarget(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_bounded_and_not_printed() {
        let body = ErrorBody::new(Bytes::from(vec![b's'; ErrorBody::LIMIT + 1]));
        assert_eq!(body.as_bytes().len(), ErrorBody::LIMIT);
        assert!(body.is_truncated());
        let error = Error::Decode { status: 200, message: "expected JSON".into(), body };
        let printed = format!("{error} {error:?}");
        assert!(printed.contains("65536 bytes and more"), "{printed}");
        assert!(printed.len() < 300, "{printed}");
        assert!(!ErrorBody::new(Bytes::from_static(b"x")).is_truncated());
    }

    #[test]
    fn redirect_targets_are_not_printed() {
        let error = Error::Redirect { status: 302, location: Some(RedirectTarget::new("https://host/?sig=s3cret")) };
        assert!(!format!("{error} {error:?}").contains("s3cret"));
    }
}
