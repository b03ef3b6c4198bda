//! Owns the interface between this crate and an HTTP stack: one request out, one response in.
//!
//! It does not know Graph, tokens or retries. Everything above it works the same with every
//! implementation, so that tests need no socket.

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

/// A boxed future.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Content that comes piece by piece; the last item is the first error.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, TransportError>> + Send>>;

/// An HTTP stack: sends one request unchanged, and waits.
///
/// It must not follow redirects, repeat requests, or add an `Authorization` header; it may add
/// `Host`, `Content-Length` and `Accept-Encoding` and undo the content coding. A request that has
/// a [`RequestTimeout`] in its extensions ends after that time with [`Fault::Timeout`].
///
/// The [`InProcess`](super::InProcess) transport is a complete example. A decorator around another transport is a hook
/// around each attempt, and is told about it by an [`Attempt`](super::Attempt): see
/// [`ClientBuilder::layer`](super::ClientBuilder::layer).
pub trait Transport: Send + Sync {
    /// Sends the request; the future is ready when the head of the response has arrived.
    ///
    /// Error: [`TransportError`], with [`Fault::Connect`] only if no part of the request can have
    /// reached the service.
    fn send(&self, request: http::Request<TransportBody>) -> BoxFuture<'_, TransportResult>;

    /// Waits between two attempts.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;

    /// Ends after this time while something else is waited for: it limits how long a token provider may take. `None`,
    /// the default, if the transport cannot do that, for example because [`Transport::sleep`] blocks or skips waits.
    fn timer(&self, _duration: Duration) -> Option<BoxFuture<'_, ()>> {
        None
    }

    /// The time of day, for dates in headers and the expiry of tokens.
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// The result of [`Transport::send`].
pub type TransportResult = Result<http::Response<ByteStream>, TransportError>;

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: http::Request<TransportBody>) -> BoxFuture<'_, TransportResult> {
        (**self).send(request)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        (**self).sleep(duration)
    }

    fn timer(&self, duration: Duration) -> Option<BoxFuture<'_, ()>> {
        (**self).timer(duration)
    }

    fn now(&self) -> SystemTime {
        (**self).now()
    }
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn send(&self, request: http::Request<TransportBody>) -> BoxFuture<'_, TransportResult> {
        (**self).send(request)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        (**self).sleep(duration)
    }

    fn timer(&self, duration: Duration) -> Option<BoxFuture<'_, ()>> {
        (**self).timer(duration)
    }

    fn now(&self) -> SystemTime {
        (**self).now()
    }
}

/// The result of a future; `None` if it takes longer than `limit`.
pub(crate) async fn within<T>(
    transport: &dyn Transport,
    limit: Duration,
    future: impl Future<Output = T>,
) -> Option<T> {
    let mut future = std::pin::pin!(future);
    // Started only if the future has to wait.
    let mut timer = None;
    poll_fn(|cx| {
        if let Poll::Ready(result) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(result));
        }
        match timer.get_or_insert_with(|| transport.timer(limit)) {
            Some(timer) => timer.as_mut().poll(cx).map(|()| None),
            None => Poll::Pending,
        }
    })
    .await
}

/// The maximum duration of a request, from connecting to the end of the body, as an extension of
/// the `http::Request`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestTimeout(
    /// The time.
    pub Duration,
);

/// The content of a request for the transport.
#[non_exhaustive]
pub enum TransportBody {
    /// Content in memory; empty if the request has none.
    Bytes(Bytes),
    /// Content that comes piece by piece.
    Stream {
        /// The pieces.
        stream: ByteStream,
        /// The number of bytes, if it is known.
        length: Option<u64>,
    },
}

impl TransportBody {
    /// The whole content.
    ///
    /// Error: the first one of the stream.
    pub async fn collect(self) -> Result<Bytes, TransportError> {
        match self {
            TransportBody::Bytes(bytes) => Ok(bytes),
            TransportBody::Stream { stream, .. } => collect(stream).await,
        }
    }
}

impl fmt::Debug for TransportBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TransportBody::Bytes(bytes) => write!(f, "TransportBody({} bytes)", bytes.len()),
            TransportBody::Stream { length: Some(length), .. } => write!(f, "TransportBody(stream of {length} bytes)"),
            TransportBody::Stream { length: None, .. } => f.write_str("TransportBody(stream)"),
        }
    }
}

/// A fault between this machine and the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// No connection: nothing was sent.
    Connect,
    /// The service did not answer in time; it may have acted on the request.
    Timeout,
    /// The connection broke; the service may have acted on the request.
    Interrupted,
    /// The request cannot be sent this way, or the answer is not HTTP. Trying again does not help.
    Protocol,
    /// Too many requests wait in this client already (see [`Limits`](super::Limits)): nothing was sent. It is not
    /// tried again, because that would only make the queue longer.
    Busy,
}

/// The transport failed. The message must not repeat the URL, headers or content.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", describe(.fault))]
pub struct TransportError {
    fault: Fault,
    source: Box<dyn StdError + Send + Sync>,
}

fn describe(fault: &Fault) -> &'static str {
    match fault {
        Fault::Connect => "no connection",
        Fault::Timeout => "no answer in time",
        Fault::Interrupted => "the connection broke",
        Fault::Protocol => "not possible over HTTP",
        Fault::Busy => "not sent, too many requests wait",
    }
}

impl TransportError {
    /// An error with its cause: an error or a message.
    pub fn new(fault: Fault, source: impl Into<Box<dyn StdError + Send + Sync>>) -> TransportError {
        TransportError { fault, source: source.into() }
    }

    /// The cause of the fault.
    pub fn fault(&self) -> Fault {
        self.fault
    }
}

/// A stream of at most one piece.
pub(crate) fn once(bytes: Bytes) -> ByteStream {
    struct Once(Option<Bytes>);
    impl Stream for Once {
        type Item = Result<Bytes, TransportError>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            Poll::Ready(self.0.take().filter(|bytes| !bytes.is_empty()).map(Ok))
        }
    }
    Box::pin(Once(Some(bytes)))
}

/// The next piece.
pub(crate) async fn next_chunk(stream: &mut ByteStream) -> Option<Result<Bytes, TransportError>> {
    poll_fn(|cx| stream.as_mut().poll_next(cx)).await
}

/// The whole content; one piece is not copied.
pub(crate) async fn collect(stream: ByteStream) -> Result<Bytes, TransportError> {
    Ok(collect_within(stream, usize::MAX).await?.unwrap_or_default())
}

/// The whole content; `None` if it has more than `limit` bytes.
pub(crate) async fn collect_within(mut stream: ByteStream, limit: usize) -> Result<Option<Bytes>, TransportError> {
    let Some(first) = next_chunk(&mut stream).await.transpose()? else {
        return Ok(Some(Bytes::new()));
    };
    let Some(second) = next_chunk(&mut stream).await.transpose()? else {
        return Ok(Some(first).filter(|all| all.len() <= limit));
    };
    let length = first.len() + second.len();
    if length > limit {
        return Ok(None);
    }
    let mut all = BytesMut::with_capacity(2 * length);
    all.extend_from_slice(&first);
    all.extend_from_slice(&second);
    while let Some(chunk) = next_chunk(&mut stream).await {
        let chunk = chunk?;
        if all.len() + chunk.len() > limit {
            return Ok(None);
        }
        all.extend_from_slice(&chunk);
    }
    Ok(Some(all.freeze()))
}

/// The beginning of the content, at most one piece more than `limit` bytes. If the connection
/// breaks, the part so far is kept: this is for error responses, whose status a transport error
/// would hide.
pub(crate) async fn collect_some(mut stream: ByteStream, limit: usize) -> Bytes {
    let mut some = BytesMut::new();
    while some.len() <= limit
        && let Some(Ok(chunk)) = next_chunk(&mut stream).await
    {
        some.extend_from_slice(&chunk);
    }
    some.freeze()
}
