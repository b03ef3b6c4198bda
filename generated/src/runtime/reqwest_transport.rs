//! Owns the transport over reqwest: connections, TLS, proxies, decompression.

use super::transport::{
    BoxFuture, ByteStream, Fault, RequestTimeout, Transport, TransportBody, TransportError, TransportResult,
};
use bytes::Bytes;
use futures_core::Stream;
use http_body::Body as _;
use std::fmt::Write as _;
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
        let (head, body) = request.into_parts();
        let mut request = reqwest::Request::new(head.method, url(&head.uri)?);
        *request.headers_mut() = head.headers;
        *request.timeout_mut() = head.extensions.get::<RequestTimeout>().map(|timeout| timeout.0);
        match body {
            TransportBody::Bytes(bytes) if bytes.is_empty() => {}
            TransportBody::Bytes(bytes) => *request.body_mut() = Some(bytes.into()),
            TransportBody::Stream { stream, length } => {
                *request.body_mut() = Some(reqwest::Body::wrap_stream(stream));
                if let Some(length) = length {
                    request.headers_mut().insert(http::header::CONTENT_LENGTH, length.into());
                }
            }
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

/// Printing a `Uri` without knowing its length would allocate several times.
fn url(uri: &http::Uri) -> Result<reqwest::Url, TransportError> {
    let length = uri.authority().map_or(0, |authority| authority.as_str().len());
    let length = length + uri.path_and_query().map_or(0, |path| path.as_str().len());
    let mut text = String::with_capacity(length + "https://".len());
    // Writing to a String does not fail.
    let _ = write!(text, "{uri}");
    reqwest::Url::parse(&text).map_err(|error| TransportError::new(Fault::Protocol, error))
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
