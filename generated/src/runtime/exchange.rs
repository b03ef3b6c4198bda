//! Owns the steps from one request to its response: address, headers, token, attempts, redirects.
//!
//! It is not generic, so that it is only compiled once. It does not decode.

use super::attempt::Attempt;
use super::auth::TokenError;
use super::body::Body;
use super::error::{Error, ErrorBody, InvalidRequest, LinkFault, RedirectTarget};
use super::graph_error::GraphError;
use super::operation::{Method, Operation};
use super::request::Parts;
use super::request_id::ClientRequestId;
use super::response::{DecodeError, FromResponse, decode};
use super::retry::{Attempts, Failure, RetryPolicy};
use super::service::{Service, has_dot_segment};
use super::token_cache::{Kept, TokenCache};
use super::trace::{self, Trace};
use super::transport::{
    ByteStream, Fault, RequestTimeout, Transport, TransportBody, collect_some, collect_within, within,
};
use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Request, Uri};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
const RETRY_ATTEMPT: HeaderName = HeaderName::from_static("retry-attempt");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const MAX_REDIRECTS: u32 = 10;
/// How long a token provider may take if the request has no timeout: a user may have to sign in.
const TOKEN_TIMEOUT: Duration = Duration::from_secs(300);

/// State that a client and all its clones share.
pub(crate) struct Shared {
    pub(crate) transport: Box<dyn Transport>,
    /// Whether the transport has decorators, which want to know about attempts.
    pub(crate) has_layers: bool,
    pub(crate) service: Service,
    pub(crate) tokens: TokenCache,
    pub(crate) retry: RetryPolicy,
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_body: usize,
    pub(crate) user_agent: HeaderValue,
    /// Operations that were reported as not available in the cloud of the client.
    pub(crate) warned: Mutex<Vec<Operation>>,
}

impl Shared {
    /// Waits before another attempt.
    pub(crate) async fn rest(&self, trace: &Trace, wait: Duration) {
        trace.wait(wait);
        self.transport.sleep(wait).await;
    }

    /// Warns once about an operation that is not available in the cloud of the client.
    pub(crate) fn warn_of_cloud(&self, operation: Operation) {
        let Some(clouds) = operation.clouds() else { return };
        let Some(cloud) = self.service.cloud().filter(|cloud| !clouds.has(*cloud)) else { return };
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if !warned.contains(&operation) {
            warned.push(operation);
            trace::not_available(operation, cloud, clouds);
        }
    }
}

/// A success response.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: ByteStream,
}

/// A success response that was read completely.
pub(crate) struct WholeReply {
    pub(crate) method: Method,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl WholeReply {
    pub(crate) fn content_type(&self) -> Option<&str> {
        self.headers.get(header::CONTENT_TYPE)?.to_str().ok()
    }

    /// The body as a value.
    pub(crate) fn decode<T: FromResponse>(&self) -> Result<T, DecodeError> {
        decode(self.method, self.status, self.content_type(), self.body.clone())
    }
}

/// The permitted targets of redirects of a read request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Redirects {
    /// To hosts that may get the token.
    Trusted,
    /// Any host over https, but without the token.
    Anywhere,
}

/// One request in progress, with its used attempts and redirects.
pub(crate) struct Run<'a> {
    shared: &'a Shared,
    parts: &'a Parts,
    attempts: Attempts<'a>,
    redirects: Redirects,
    id: ClientRequestId,
    /// The address of the first attempt, which takes it, because a copy costs an allocation.
    first_uri: Option<Uri>,
    /// Where the last redirect led.
    redirected_to: Option<Uri>,
    /// Whether the current address may get the token and the headers of the caller.
    trusted: bool,
    redirected: u32,
    reauthorized: bool,
    token: Option<Arc<Kept>>,
    /// The token for the next attempt, after the service refused the last one.
    replacement: Option<Arc<Kept>>,
    trace: Trace,
}

impl<'a> Run<'a> {
    /// Error: [`Error::InvalidRequest`] and [`Error::Link`]; nothing was sent.
    pub(crate) fn new(shared: &'a Shared, parts: &'a Parts, redirects: Redirects) -> Result<Run<'a>, Error> {
        let uri = address(shared, parts)?;
        shared.warn_of_cloud(parts.operation);
        let id = ClientRequestId::new();
        let policy = parts.options.retry.as_ref().unwrap_or(&shared.retry);
        let idempotent = parts.operation.method().is_idempotent() || parts.options.idempotent;
        Ok(Run {
            shared,
            parts,
            attempts: Attempts::new(policy, idempotent, shared.transport.now()),
            redirects,
            id,
            first_uri: Some(uri),
            redirected_to: None,
            trusted: !parts.options.anonymous,
            redirected: 0,
            reauthorized: false,
            token: None,
            replacement: None,
            trace: Trace::new(parts.operation, id.as_str()),
        })
    }

    /// Counts on from other requests for the same thing.
    pub(crate) fn after(mut self, earlier: &Attempts<'_>) -> Run<'a> {
        self.attempts.continue_from(earlier);
        self
    }

    /// The attempts so far.
    pub(crate) fn attempts(&self) -> &Attempts<'a> {
        &self.attempts
    }

    /// The response, read completely. An interruption while reading is a failed attempt.
    pub(crate) async fn whole_reply(&mut self) -> Result<WholeReply, Error> {
        loop {
            let Reply { status, headers, body } = self.reply().await?;
            let limit = self.parts.options.max_body.unwrap_or(self.shared.max_body);
            match collect_within(body, limit).await {
                Ok(Some(body)) => {
                    return Ok(WholeReply { method: self.parts.operation.method(), status, headers, body });
                }
                Ok(None) => return Err(Error::TooLarge { status, limit }),
                Err(error) => self.try_again(Failure::Fault(error.fault()), error.into()).await?,
            }
        }
    }

    /// The response, as soon as its head has arrived.
    pub(crate) async fn reply(&mut self) -> Result<Reply, Error> {
        loop {
            self.authorize().await?;
            let uri = self.uri()?;
            let request = self.request(uri)?;
            self.attempts.sent += 1;
            let response = match self.shared.transport.send(request).await {
                Ok(response) => response,
                Err(error) => {
                    let fault = error.fault();
                    self.try_again(Failure::Fault(fault), error.into()).await?;
                    continue;
                }
            };
            let status = response.status().as_u16();
            let (head, body) = response.into_parts();
            let headers = head.headers;
            self.trace.answered(self.attempts.sent, status, || text(&headers, "request-id"));
            if (200..300).contains(&status) {
                return Ok(Reply { status, headers, body });
            }
            if matches!(status, 301 | 302 | 303 | 307 | 308) {
                self.redirect(status, text(&headers, "location"))?;
                continue;
            }
            if status == 401 && self.reauthorize(&headers).await? {
                continue;
            }
            let body = collect_some(body, ErrorBody::LIMIT).await;
            let error = self.graph_error(status, &headers, body);
            self.try_again(Failure::Status(status, text(&headers, "retry-after")), error).await?;
        }
    }

    /// Waits for the next attempt.
    ///
    /// Returns `error` if there is no further attempt.
    pub(crate) async fn try_again(&mut self, failure: Failure<'_>, error: Error) -> Result<(), Error> {
        match failure {
            Failure::Fault(fault) => self.trace.failed(self.attempts.sent, fault),
            Failure::Truncated => self.trace.failed(self.attempts.sent, Fault::Interrupted),
            Failure::Status(..) => {}
        }
        let is_used = matches!(&self.parts.body, Some(Body::Stream(_)));
        let wait = self.attempts.wait_after(failure, self.shared.transport.now());
        let Some(wait) = wait.filter(|_| !is_used) else {
            return Err(error);
        };
        self.shared.rest(&self.trace, wait).await;
        Ok(())
    }

    /// The address of the next attempt.
    fn uri(&mut self) -> Result<Uri, Error> {
        match (&self.redirected_to, self.first_uri.take()) {
            (Some(uri), _) => Ok(uri.clone()),
            (None, Some(uri)) => Ok(uri),
            (None, None) => address(self.shared, self.parts),
        }
    }

    fn request(&self, uri: Uri) -> Result<Request<TransportBody>, Error> {
        let body = match &self.parts.body {
            None => TransportBody::Bytes(Bytes::new()),
            Some(Body::Stream(body)) => body.take().ok_or(InvalidRequest::StreamUsed)?,
            Some(body) => TransportBody::Bytes(body.to_bytes().unwrap_or_default()),
        };
        let mut request = Request::new(body);
        *request.method_mut() = self.method();
        *request.uri_mut() = uri;
        *request.headers_mut() = self.headers()?;
        if let Some(timeout) = self.parts.options.timeout.or(self.shared.timeout) {
            request.extensions_mut().insert(RequestTimeout(timeout));
        }
        if self.shared.has_layers {
            request.extensions_mut().insert(self.attempt());
        }
        Ok(request)
    }

    /// The next attempt, for decorators of the transport.
    fn attempt(&self) -> Attempt {
        Attempt {
            operation: self.parts.operation,
            step: self.parts.options.step,
            number: self.attempts.sent.saturating_add(1),
            redirects: self.redirected,
            client_request_id: self.client_request_id().to_owned(),
            parts: self.parts.options.covered.clone(),
        }
    }

    fn method(&self) -> http::Method {
        match self.parts.operation.method() {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
            Method::Put => http::Method::PUT,
            Method::Patch => http::Method::PATCH,
            Method::Delete => http::Method::DELETE,
        }
    }

    /// Our own headers come first, so that those of the caller replace them.
    fn headers(&self) -> Result<HeaderMap, Error> {
        let mut headers = HeaderMap::with_capacity(6 + self.parts.headers.len());
        headers.insert(header::USER_AGENT, self.shared.user_agent.clone());
        if self.trusted {
            headers.insert(header::ACCEPT, JSON);
            if let Ok(id) = HeaderValue::from_str(self.id.as_str()) {
                headers.insert(CLIENT_REQUEST_ID, id);
            }
            if let Some(token) = &self.token {
                headers.insert(header::AUTHORIZATION, token.header.clone());
            }
        }
        match (&self.parts.body, self.parts.operation.method()) {
            (Some(Body::Json(_)), _) => {
                headers.insert(header::CONTENT_TYPE, JSON);
            }
            (Some(body), _) => {
                headers.insert(header::CONTENT_TYPE, header_pair("content-type", body.media_type())?.1);
            }
            // Servers may refuse such a request without a length (RFC 9110, section 8.6).
            (None, Method::Post | Method::Put | Method::Patch) => {
                headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
            }
            _ => {}
        }
        for (name, value) in &self.parts.headers {
            let (name, value) = header_pair(name, value)?;
            // After a redirect to another host, no header of the caller is repeated except the
            // range.
            if self.trusted || self.redirected == 0 || name == header::RANGE {
                headers.insert(name, value);
            }
        }
        if self.trusted && self.attempts.sent > 0 {
            headers.insert(RETRY_ATTEMPT, self.attempts.sent.into());
        }
        Ok(headers)
    }

    /// Gets a token, unless the caller set one or none may be sent.
    async fn authorize(&mut self) -> Result<(), Error> {
        if !self.trusted || self.own_header(header::AUTHORIZATION.as_str()).is_some() {
            return Ok(());
        }
        if let Some(replacement) = self.replacement.take() {
            self.token = Some(replacement);
            return Ok(());
        }
        let now = match self.attempts.sent {
            0 => self.attempts.started,
            _ => self.shared.transport.now(),
        };
        self.token = match self.shared.tokens.fresh(now) {
            Some(kept) => Some(kept),
            None => Some(self.bounded(self.shared.tokens.get(now)).await?),
        };
        Ok(())
    }

    /// Gets another token, once; false if there is no other.
    async fn reauthorize(&mut self, headers: &HeaderMap) -> Result<bool, Error> {
        let is_used = matches!(&self.parts.body, Some(Body::Stream(_)));
        let Some(refused) = self.token.take().filter(|_| !self.reauthorized && !is_used) else {
            return Ok(false);
        };
        self.reauthorized = true;
        let claims = text(headers, "www-authenticate").and_then(claims_challenge);
        let now = self.shared.transport.now();
        let replaced = self.bounded(self.shared.tokens.replace(&refused, claims.as_deref(), now)).await?;
        let is_other = replaced.token.secret() != refused.token.secret();
        self.token = Some(refused);
        self.replacement = Some(replaced).filter(|_| is_other);
        Ok(is_other)
    }

    /// Waits for the token provider, which is as bounded as the service.
    async fn bounded(
        &self,
        token: impl Future<Output = Result<Arc<Kept>, TokenError>>,
    ) -> Result<Arc<Kept>, TokenError> {
        let limit = self.parts.options.timeout.or(self.shared.timeout).unwrap_or(TOKEN_TIMEOUT);
        let late = || Err(TokenError::new(format!("the token provider did not answer within {limit:?}")));
        within(&*self.shared.transport, limit, token).await.unwrap_or_else(late)
    }

    /// Follows a redirect, or returns the reason not to.
    fn redirect(&mut self, status: u16, location: Option<&str>) -> Result<(), Error> {
        let refused = || Error::Redirect { status, location: location.map(RedirectTarget::new) };
        let Some(location) = location.filter(|_| self.parts.operation.method() == Method::Get) else {
            return Err(refused());
        };
        self.redirected += 1;
        if self.redirected > MAX_REDIRECTS {
            return Err(LinkFault::Circle.into());
        }
        // The fragment is for the reader of a page.
        let location = location.split('#').next().unwrap_or_default();
        let target = self.shared.service.resolve(&self.uri()?, location);
        let with_token = self.redirects == Redirects::Trusted;
        match self.shared.service.check_link(&target, with_token) {
            Ok(uri) => {
                // Once it left the service, the request never gets the token again.
                self.trusted = self.trusted && self.shared.service.trusts(&uri);
                self.redirected_to = Some(uri);
                Ok(())
            }
            Err(LinkFault::ForeignHost { .. }) => Err(refused()),
            Err(fault) => Err(fault.into()),
        }
    }

    fn graph_error(&self, status: u16, headers: &HeaderMap, body: Bytes) -> Error {
        let find = |name: &str| match text(headers, name) {
            Some(value) => Some(value.to_owned()),
            None if name == CLIENT_REQUEST_ID.as_str() => Some(self.client_request_id().to_owned()),
            None => None,
        };
        let mut error = GraphError::from_response(self.parts.operation, status, &find, ErrorBody::new(body));
        if let Some(token) = self.token.as_ref().filter(|_| status == 403) {
            error = error.with_token(&token.token);
        }
        error.cloud = self.shared.service.cloud();
        Error::Graph(Box::new(error))
    }

    fn client_request_id(&self) -> &str {
        self.own_header(CLIENT_REQUEST_ID.as_str()).unwrap_or(self.id.as_str())
    }

    /// A header that the caller set.
    fn own_header(&self, name: &str) -> Option<&str> {
        let mut headers = self.parts.headers.iter();
        headers.find(|(set, _)| set.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// The address of the request.
fn address(shared: &Shared, parts: &Parts) -> Result<Uri, Error> {
    if let Some(link) = &parts.link {
        // This also reports mistakes in headers.
        parts.url("")?;
        return Ok(shared.service.check_link(link, !parts.options.anonymous)?);
    }
    let url = parts.url(shared.service.root_path())?;
    // Keys are checked when they are added. This checks the rest, including static segments: if a
    // URL parser changes a path, the request goes elsewhere.
    if !is_normal(parts.path_text()) {
        return Err(InvalidRequest::Path { path: parts.path_text().to_owned() }.into());
    }
    if url.len() > MAX_URL {
        return Err(InvalidRequest::TooLong.into());
    }
    let uri = shared.service.uri(url);
    Ok(uri.ok_or_else(|| InvalidRequest::Path { path: parts.path_text().to_owned() })?)
}

/// The maximum for `http::Uri`.
const MAX_URL: usize = 65_534;

/// Only the characters of a path (RFC 3986, section 3.3), and no dot segments.
fn is_normal(path: &str) -> bool {
    let is_path = |byte: u8| {
        // `!` to `;` except the quotation mark and the number sign, then letters.
        matches!(byte, b'!' | b'$'..=b';' | b'=' | b'@' | b'_' | b'~') || byte.is_ascii_alphabetic()
    };
    path.bytes().all(is_path) && !has_dot_segment(path)
}

/// The text of a header; `None` also if it is not text.
pub(crate) fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn header_pair(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), InvalidRequest> {
    let parsed_name = HeaderName::from_bytes(name.as_bytes());
    let parsed_name = parsed_name.map_err(|_| InvalidRequest::HeaderName { name: name.into() })?;
    let mut parsed_value =
        HeaderValue::from_str(value).map_err(|_| InvalidRequest::HeaderValue { name: name.into() })?;
    // The caller may set their own token.
    parsed_value.set_sensitive(parsed_name == header::AUTHORIZATION);
    Ok((parsed_name, parsed_value))
}

/// The claims of a challenge: `Bearer error="insufficient_claims", claims="<base64>"`.
///
/// Source: <https://learn.microsoft.com/entra/identity-platform/claims-challenge>.
fn claims_challenge(value: &str) -> Option<String> {
    let start = value.find("claims=\"")? + "claims=\"".len();
    let encoded = value[start..].split('"').next()?;
    String::from_utf8(super::base64::decode(encoded)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_paths() {
        for path in ["/v1.0/users", "/v1.0/users/a%2Fb", "/a(b='c')/...", "/v1.0/root:/a%20b:/children"] {
            assert!(is_normal(path), "{path}");
        }
        for path in ["/..", "/a/../b", "/%2e%2E", "/.%2e", "/.", "/a b", "/{id}", "/a\\b", "/a#b", "/a?b", "/é"] {
            assert!(!is_normal(path), "{path}");
        }
    }

    #[test]
    fn claims_are_found() {
        let challenge = r#"Bearer realm="", error="insufficient_claims", claims="eyJhIjoxfQ==""#;
        assert_eq!(claims_challenge(challenge).as_deref(), Some(r#"{"a":1}"#));
        assert_eq!(claims_challenge("Bearer error=\"invalid_token\""), None);
        assert_eq!(claims_challenge("Bearer claims=\"***\""), None);
    }
}
