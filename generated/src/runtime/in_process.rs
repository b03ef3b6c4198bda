//! Owns the transport without a network: a function answers, and waits are skipped.

use super::transport::{BoxFuture, ByteStream, Transport, TransportBody, TransportError, TransportResult, once};
use bytes::Bytes;
use std::fmt;
use std::sync::Mutex;
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

/// The result of an [`InProcess`] handler.
pub type InProcessResult = Result<http::Response<Bytes>, TransportError>;

type Handler = dyn Fn(http::Request<Bytes>) -> Result<http::Response<ByteStream>, TransportError> + Send + Sync;

/// A [`Transport`] for tests: a function gets each request and returns the response. No socket, no
/// runtime and no waiting; the clock only advances by the waits of retries and monitors, which are
/// skipped.
///
/// ```
/// use msgraph::runtime::InProcess;
/// use msgraph::{Client, StaticToken};
///
/// let service = InProcess::new(|request| {
///     assert_eq!(request.uri().path(), "/v1.0/me");
///     InProcess::json(200, r#"{"displayName":"Adele"}"#)
/// });
/// let client = Client::builder(StaticToken::new("a token")).transport(service).build()?;
/// # Ok::<(), msgraph::Error>(())
/// ```
pub struct InProcess {
    handler: Box<Handler>,
    now: Mutex<SystemTime>,
}

impl InProcess {
    /// A transport with a function that answers.
    pub fn new(handler: impl Fn(http::Request<Bytes>) -> InProcessResult + Send + Sync + 'static) -> InProcess {
        InProcess::streaming(move |request| Ok(handler(request)?.map(once)))
    }

    /// A transport whose answers come piece by piece.
    pub fn streaming(
        handler: impl Fn(http::Request<Bytes>) -> Result<http::Response<ByteStream>, TransportError> + Send + Sync + 'static,
    ) -> InProcess {
        InProcess { handler: Box::new(handler), now: Mutex::new(SystemTime::now()) }
    }

    /// A JSON response.
    ///
    /// Error: none; a status below 100 or above 999 becomes 500.
    pub fn json(status: u16, body: impl Into<Bytes>) -> InProcessResult {
        let mut response = InProcess::status(status)?;
        *response.body_mut() = body.into();
        let json = http::HeaderValue::from_static("application/json");
        response.headers_mut().insert(http::header::CONTENT_TYPE, json);
        Ok(response)
    }

    /// A response without content.
    ///
    /// Error: none; a status below 100 or above 999 becomes 500.
    pub fn status(status: u16) -> InProcessResult {
        let mut response = http::Response::new(Bytes::new());
        *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
        Ok(response)
    }

    /// Lets time pass, so that tokens expire.
    pub fn advance(&self, duration: Duration) {
        *self.lock() += duration;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, SystemTime> {
        self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Transport for InProcess {
    fn send(&self, request: http::Request<TransportBody>) -> BoxFuture<'_, TransportResult> {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            (self.handler)(http::Request::from_parts(parts, body.collect().await?))
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.advance(duration);
        Box::pin(std::future::ready(()))
    }

    /// By the clock of this machine, because what is waited for is not skipped.
    fn timer(&self, duration: Duration) -> Option<BoxFuture<'_, ()>> {
        let end = Instant::now().checked_add(duration)?;
        Some(Box::pin(std::future::poll_fn(move |cx| match Instant::now() < end {
            true => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            false => Poll::Ready(()),
        })))
    }

    fn now(&self) -> SystemTime {
        *self.lock()
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcess").finish_non_exhaustive()
    }
}
