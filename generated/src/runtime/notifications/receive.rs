//! Owns the answer to one request of the service.

use super::handshake::ValidationToken;
use super::notification::{NotificationCollection, read};
#[cfg(feature = "transport")]
use bytes::Bytes;

/// A request of the service was understood.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Answer 200 with this text as [`ValidationToken::CONTENT_TYPE`]: the service checks the address.
    Validate(ValidationToken),
    /// Answer 202 without a body at once, then check and process them. If they cannot be kept, answer 503: the service
    /// sends them again for up to 4 hours.
    Notifications(NotificationCollection),
}

impl Answer {
    /// The status to answer: 200 or 202.
    pub fn status(&self) -> u16 {
        match self {
            Answer::Validate(_) => 200,
            Answer::Notifications(_) => 202,
        }
    }

    /// The body to answer; empty for notifications.
    pub fn body(&self) -> &str {
        match self {
            Answer::Validate(token) => token.as_str(),
            Answer::Notifications(_) => "",
        }
    }
}

/// A request that does not look like one of the service. The message has nothing of its content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The token of the handshake cannot be sent back.
    #[error("the validation token is refused: {reason}")]
    ValidationToken {
        /// The reason.
        reason: &'static str,
    },
    /// The body is larger than [`Limits::body`].
    #[error("the body has {bytes} bytes")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// There are more notifications than [`Limits::items`].
    #[error("there are {items} notifications")]
    TooMany {
        /// The number of notifications.
        items: usize,
    },
    /// The body is not a collection of notifications in JSON.
    #[error("the body is not a collection of notifications: {reason}")]
    Body {
        /// The reason.
        reason: &'static str,
    },
    /// The method is not `POST`.
    #[error("the method is not POST")]
    Method,
}

impl Refused {
    /// The status to answer, from 400 to 499.
    pub fn status(&self) -> u16 {
        match self {
            Refused::ValidationToken { .. } | Refused::Body { .. } => 400,
            Refused::TooLarge { .. } | Refused::TooMany { .. } => 413,
            Refused::Method => 405,
        }
    }
}

/// How much one request may contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The maximum size of the body in bytes: 4 MiB by default. Also limit what the web framework reads.
    pub body: usize,
    /// The maximum number of notifications: 10,000 by default.
    pub items: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { body: 4 * 1024 * 1024, items: 10_000 }
    }
}

impl Limits {
    /// Sets the maximum size of the body in bytes.
    pub fn with_body(mut self, bytes: usize) -> Limits {
        self.body = bytes;
        self
    }

    /// Sets the maximum number of notifications.
    pub fn with_items(mut self, items: usize) -> Limits {
        self.items = items;
        self
    }
}

/// Reads a `POST` of the service: its query string without the `?`, and its body.
///
/// Odd notifications do not lose the others: see [`NotificationCollection`].
///
/// Error: [`Refused`], with the status to answer.
pub fn receive(query: Option<&str>, body: &[u8]) -> Result<Answer, Refused> {
    receive_within(Limits::default(), query, body)
}

/// Like [`receive`], with other limits.
///
/// Error: [`Refused`], with the status to answer.
pub fn receive_within(limits: Limits, query: Option<&str>, body: &[u8]) -> Result<Answer, Refused> {
    match ValidationToken::from_query(query.unwrap_or_default())? {
        Some(token) => Ok(Answer::Validate(token)),
        None => read(limits, body).map(Answer::Notifications),
    }
}

/// Like [`receive`], for a whole request.
///
/// Error: [`Refused`], with the status to answer; also for other methods than `POST`.
#[cfg(feature = "transport")]
pub fn receive_request(request: &http::Request<Bytes>) -> Result<Answer, Refused> {
    match *request.method() {
        http::Method::POST => receive(request.uri().query(), request.body()),
        _ => Err(Refused::Method),
    }
}
