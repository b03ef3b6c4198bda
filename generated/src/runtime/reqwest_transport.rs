//! Owns the transport over reqwest: connections, TLS, proxies, decompression.

use super::transport::{
    BoxFuture, ByteStream, Fault, RequestTimeout, Transport, TransportBody, TransportError, TransportResult,
};
use bytes::Bytes;
use futures_core::Stream;
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

    /// The request is converted before there is a future, which stays small by it.
    fn request(request: http::Request<TransportBody>) -> Result<reqwest::Request, TransportError> {
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
        Ok(request)
    }
}

/// The response, as its content comes.
fn answer(mut response: reqwest::Response) -> http::Response<ByteStream> {
    let mut answer = http::Response::new(());
    *answer.status_mut() = response.status();
    *answer.headers_mut() = std::mem::take(response.headers_mut());
    answer.map(|()| -> ByteStream { Box::pin(Pieces(response.bytes_stream())) })
}

impl Transport for ReqwestTransport {
    fn send(&self, request: http::Request<TransportBody>) -> BoxFuture<'_, TransportResult> {
        match ReqwestTransport::request(request) {
            Ok(request) => {
                let pending = self.http.execute(request);
                Box::pin(async move { pending.await.map(answer).map_err(transport_error) })
            }
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Put together here, because printing a `Uri` costs as much as parsing it.
fn url(uri: &http::Uri) -> Result<reqwest::Url, TransportError> {
    let scheme = uri.scheme_str().unwrap_or_default();
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let text = [scheme, "://", authority, path].concat();
    reqwest::Url::parse(&text).map_err(|error| TransportError::new(Fault::Protocol, error))
}

struct Pieces<S>(S);

impl<S: Stream<Item = reqwest::Result<Bytes>> + Unpin> Stream for Pieces<S> {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = ready!(Pin::new(&mut self.0).poll_next(cx));
        Poll::Ready(piece.map(|piece| piece.map_err(transport_error)))
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
