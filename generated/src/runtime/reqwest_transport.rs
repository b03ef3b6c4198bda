//! Owns the transport over reqwest: connections, TLS, proxies, decompression.

use super::transport::{
    BoxFuture, ByteStream, Fault, RequestTimeout, Transport, TransportBody, TransportError, TransportResult,
};
use bytes::Bytes;
use futures_core::Stream;
use http::Uri;
use http::uri::{Authority, Scheme};
use reqwest::Url;
use std::fmt;
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll, ready};
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest silence of the service, not of the whole transfer: downloads can take long.
const READ_TIMEOUT: Duration = Duration::from_secs(100);

/// A [`Transport`] over [`reqwest::Client`], which needs a Tokio runtime. The default of a
/// [`Client`](super::Client).
#[derive(Clone)]
pub struct ReqwestTransport {
    http: reqwest::Client,
    /// The origin of the first request, because most requests go there.
    origin: OnceLock<Origin>,
}

/// Scheme and host, parsed once.
#[derive(Clone)]
struct Origin {
    scheme: Scheme,
    authority: Authority,
    url: Url,
}

impl ReqwestTransport {
    /// Wraps a client, which must not follow redirects.
    pub fn new(http: reqwest::Client) -> ReqwestTransport {
        ReqwestTransport { http, origin: OnceLock::new() }
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
        Ok(ReqwestTransport::new(builder.build().map_err(transport_error)?))
    }

    /// The request is converted before the future is made, to keep the future small.
    fn request(&self, request: http::Request<TransportBody>) -> Result<reqwest::Request, TransportError> {
        let (head, body) = request.into_parts();
        let mut request = reqwest::Request::new(head.method, self.url(&head.uri)?);
        *request.headers_mut() = head.headers;
        // Even setting `None` would allocate.
        if let Some(RequestTimeout(timeout)) = head.extensions.get() {
            *request.timeout_mut() = Some(*timeout);
        }
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

    /// Returns the same as [`Url::parse`], without parsing the origin again, which is half of the
    /// work.
    fn url(&self, uri: &Uri) -> Result<Url, TransportError> {
        let wrong = |error| TransportError::new(Fault::Protocol, error);
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        if let Some(origin) = self.origin.get()
            // They are compared as texts: addresses that only differ in capitals are parsed again, which costs
            // less than a finer test.
            && uri.authority().map(Authority::as_str) == Some(origin.authority.as_str())
            && uri.scheme() == Some(&origin.scheme)
            && is_path(path)
        {
            return origin.url.join(path).map_err(wrong);
        }
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return Err(TransportError::new(Fault::Protocol, "the address is not absolute"));
        };
        let url = Url::parse(&[scheme.as_str(), "://", authority.as_str(), path].concat()).map_err(wrong)?;
        self.origin.get_or_init(|| Origin { scheme: scheme.clone(), authority: authority.clone(), url: url.clone() });
        Ok(url)
    }
}

/// Whether a path remains a path when joined to an origin: two slashes would start another host (RFC
/// 3986, section 4.2), and [`Url`] reads a backslash as a slash.
fn is_path(path: &str) -> bool {
    path.starts_with('/') && !path[1..].starts_with(['/', '\\'])
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransport").field("http", &self.http).finish_non_exhaustive()
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
        match self.request(request) {
            Ok(request) => Box::pin(Answering(self.http.execute(request))),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn timer(&self, duration: Duration) -> Option<BoxFuture<'_, ()>> {
        Some(self.sleep(duration))
    }
}

/// Written by hand, because an `async` block would contain the future twice: as a captured value and
/// as the awaited one.
struct Answering<F>(F);

impl<F: Future<Output = reqwest::Result<reqwest::Response>> + Unpin> Future for Answering<F> {
    type Output = TransportResult;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<TransportResult> {
        Pin::new(&mut self.0).poll(cx).map(|result| result.map(answer).map_err(transport_error))
    }
}

struct Pieces<S>(S);

impl<S: Stream<Item = reqwest::Result<Bytes>> + Unpin> Stream for Pieces<S> {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = ready!(Pin::new(&mut self.0).poll_next(cx));
        Poll::Ready(piece.map(|piece| piece.map_err(transport_error)))
    }
}

/// Removes the URL, because queries can contain personal data and errors are logged.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_those_of_the_parser() {
        let transport = ReqwestTransport::new(reqwest::Client::new());
        let first = "https://graph.microsoft.com/v1.0/me";
        for address in [
            first,
            "https://graph.microsoft.com/v1.0/users/a%2Fb?$select=id,mail&$filter=x%20eq%20%27y%27",
            "https://graph.microsoft.com/",
            "https://graph.microsoft.com",
            "https://graph.microsoft.com?x",
            "https://graph.microsoft.com//evil.example/x",
            "https://graph.microsoft.com/\\evil.example/x",
            "https://graph.microsoft.com/https://evil.example/x",
            "https://GRAPH.microsoft.com/a",
            "https://graph.microsoft.com:443/a",
            "https://graph.microsoft.com:444/a",
            "http://graph.microsoft.com/a",
            "https://elsewhere.example/v1.0/me",
            "https://user@graph.microsoft.com/a",
        ] {
            let Ok(uri) = address.parse::<Uri>() else { continue };
            let expected = Url::parse(address).expect("a URL");
            assert_eq!(transport.url(&uri).expect("a URL"), expected, "{address}");
        }
        assert!(transport.url(&Uri::from_static("/v1.0/me")).is_err());
    }
}
