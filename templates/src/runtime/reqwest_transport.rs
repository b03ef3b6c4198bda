//! Owns the transport over reqwest: connections, TLS, proxies, decompression.

use super::transport::{
    BoxFuture, ByteStream, Fault, RequestTimeout, Transport, TransportBody, TransportError, TransportResult,
};
use bytes::Bytes;
use futures_core::Stream;
use http_body::Body as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest silence of the service, not of the whole transfer: downloads can take long.
const READ_TIMEOUT: Duration = Duration::from_secs(100);

/// A [`Transport`] over [`reqwest::Client`]; it needs a Tokio runtime. What a
/// [`Client`](super::Client) uses by default.
#[derive(Debug, Clone)]
pub struct ReqwestTransport {
    http: reqwest::Client,
}

impl ReqwestTransport {
    /// Wraps a client, which must not follow redirects.
    pub fn new(http: reqwest::Client) -> ReqwestTransport {
        ReqwestTransport { http }
    }

    /// Connecting may take 30 seconds, and the service may be silent for 100; connections are kept.
    ///
    /// Error: TLS cannot be set up on this machine.
    pub(crate) fn with_defaults(proxies: bool) -> Result<ReqwestTransport, TransportError> {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT);
        if !proxies {
            builder = builder.no_proxy();
        }
        Ok(ReqwestTransport { http: builder.build().map_err(transport_error)? })
    }

    async fn exchange(&self, request: http::Request<TransportBody>) -> TransportResult {
        let timeout = request.extensions().get::<RequestTimeout>().copied();
        let mut length = None;
        let request = request.map(|body| match body {
            TransportBody::Bytes(bytes) if bytes.is_empty() => None,
            TransportBody::Bytes(bytes) => Some(reqwest::Body::from(bytes)),
            TransportBody::Stream { stream, length: known } => {
                length = known;
                Some(reqwest::Body::wrap_stream(stream))
            }
        });
        let (head, body) = request.into_parts();
        let request = http::Request::from_parts(head, body.unwrap_or_default());
        let has_body = request.body().as_bytes() != Some(b"");
        let mut request = reqwest::Request::try_from(request).map_err(transport_error)?;
        if !has_body {
            *request.body_mut() = None;
        }
        if let Some(length) = length {
            request.headers_mut().insert(http::header::CONTENT_LENGTH, length.into());
        }
        if let Some(RequestTimeout(timeout)) = timeout {
            *request.timeout_mut() = Some(timeout);
        }
        let response = self.http.execute(request).await.map_err(transport_error)?;
        let response: http::Response<reqwest::Body> = response.into();
        Ok(response.map(|body| -> ByteStream { Box::pin(Pieces(body)) }))
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: http::Request<TransportBody>) -> BoxFuture<'_, TransportResult> {
        Box::pin(self.exchange(request))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

struct Pieces(reqwest::Body);

impl Stream for Pieces {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let frame = match ready!(Pin::new(&mut self.0).poll_frame(cx)) {
                Some(Ok(frame)) => frame,
                Some(Err(error)) => return Poll::Ready(Some(Err(transport_error(error)))),
                None => return Poll::Ready(None),
            };
            // Trailers are no content.
            if let Ok(data) = frame.into_data() {
                return Poll::Ready(Some(Ok(data)));
            }
        }
    }
}

/// Without the URL: queries can contain personal data, and errors are logged.
fn transport_error(error: reqwest::Error) -> TransportError {
    let fault = if error.is_connect() {
        Fault::Connect
    } else if error.is_timeout() {
        Fault::Timeout
    } else if error.is_builder() || error.is_redirect() {
        Fault::Protocol
    } else {
        Fault::Interrupted
    };
    TransportError::new(fault, error.without_url())
}
