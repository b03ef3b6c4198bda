//! Owns the sending: one request, one response.
//!
//! It does not retry, does not follow redirects or links, and keeps no token.

use super::auth::{AccessToken, TokenError, TokenProvider};
use super::error::{Error, ErrorBody, InvalidRequest, RedirectTarget};
use super::graph_error::GraphError;
use super::operation::Method;
use super::request::{Parts, Request};
use super::request_id::new_client_request_id;
use super::response::FromResponse;
use bytes::{Bytes, BytesMut};
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Response, Url};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// The global service. National clouds have other roots:
/// <https://learn.microsoft.com/graph/deployments>.
const GLOBAL_SERVICE: &str = "https://graph.microsoft.com";
const USER_AGENT: &str = concat!("msgraph-rust/", env!("CARGO_PKG_VERSION"));
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest silence of the service, not of the whole transfer: downloads can take long.
const READ_TIMEOUT: Duration = Duration::from_secs(100);

const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");

/// Sends requests. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    http: reqwest::Client,
    base_url: String,
    scope: String,
    provider: Box<dyn TokenProvider>,
}

/// A success response without the type that it decodes to.
struct Success {
    status: u16,
    content_type: Option<String>,
    body: Bytes,
}

impl Client {
    /// A client for the global service, <https://graph.microsoft.com>.
    ///
    /// Error: [`Error::Transport`] if TLS cannot be set up on this machine.
    pub fn new(provider: impl TokenProvider + 'static) -> Result<Client, Error> {
        Client::builder(provider).build()
    }

    /// A client with other settings.
    pub fn builder(provider: impl TokenProvider + 'static) -> ClientBuilder {
        ClientBuilder { base_url: GLOBAL_SERVICE.to_owned(), http: None, provider: Box::new(provider) }
    }

    /// Sends the request and decodes the response.
    ///
    /// The client adds `Authorization`, `Accept: application/json`, `User-Agent` and a random
    /// `client-request-id` unless the request has them, and what belongs to the body. Redirects are
    /// not followed.
    ///
    /// Error: see [`Error`]. Only with [`Error::Graph`] is it sure that the service refused; after
    /// [`Error::Transport`] and [`Error::Decode`] the operation may have been carried out.
    pub async fn send<T: FromResponse>(&self, request: Request<T>) -> Result<T, Error> {
        let success = self.send_parts(request.into_parts()).await?;
        let Success { status, content_type, body } = success;
        match T::from_response(status, content_type.as_deref(), body.clone()) {
            Ok(value) => Ok(value),
            Err(error) => Err(Error::Decode { status, message: error.to_string(), body: ErrorBody::new(body) }),
        }
    }

    /// Not generic, so that it is compiled once and not for every response type.
    async fn send_parts(&self, parts: Parts) -> Result<Success, Error> {
        let mut request = self.http_request(&parts)?;
        if !request.headers().contains_key(header::AUTHORIZATION) {
            let token = self.shared.provider.token(&[&self.shared.scope]).await?;
            let value = authorization(&token)?;
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        let sent_id = request.headers().get(CLIENT_REQUEST_ID).cloned();
        let mut response = self.shared.http.execute(request).await.map_err(transport)?;

        let status = response.status();
        if status.is_success() {
            return Ok(Success {
                status: status.as_u16(),
                content_type: text(response.headers(), header::CONTENT_TYPE.as_str()),
                body: response.bytes().await.map_err(transport)?,
            });
        }
        if matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
            let location = text(response.headers(), header::LOCATION.as_str());
            return Err(Error::Redirect { status: status.as_u16(), location: location.map(RedirectTarget::new) });
        }
        let body = read_error_body(&mut response).await;
        let mut headers = std::mem::take(response.headers_mut());
        if let Some(sent_id) = sent_id {
            headers.entry(CLIENT_REQUEST_ID).or_insert(sent_id);
        }
        let find = |name: &str| text(&headers, name);
        let error = GraphError::from_response(parts.operation, status.as_u16(), &find, body);
        Err(Error::Graph(Box::new(error)))
    }

    /// The request as it is sent, but for the token.
    fn http_request(&self, parts: &Parts) -> Result<reqwest::Request, Error> {
        let url = self.url(&parts.path_and_query()?)?;
        let method = match parts.operation.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut request = reqwest::Request::new(method, url);
        *request.headers_mut() = headers(parts)?;
        *request.body_mut() = parts.body.as_ref().map(|body| body.to_bytes().into());
        Ok(request)
    }

    fn url(&self, path_and_query: &str) -> Result<Url, Error> {
        let address = format!("{}{path_and_query}", self.shared.base_url);
        // Keys are checked when they are added. This catches what a parser would change in the
        // rest, static segments included: then the request would not go where it says.
        let unchanged = |url: &Url| url.as_str() == address && url.fragment().is_none();
        match Url::parse(&address) {
            Ok(url) if unchanged(&url) => Ok(url),
            _ => Err(Error::from(InvalidRequest::Path { path: path_and_query.to_owned() })),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.shared.base_url).finish_non_exhaustive()
    }
}

/// The settings of a [`Client`].
pub struct ClientBuilder {
    base_url: String,
    http: Option<reqwest::Client>,
    provider: Box<dyn TokenProvider>,
}

impl ClientBuilder {
    /// Sets the service root, without the API version: another cloud or a test server.
    ///
    /// It must be `https`, because every request carries the token; `http` is accepted for this
    /// machine only (`localhost`, `127.0.0.1`, `[::1]`).
    pub fn base_url(mut self, base_url: impl Into<String>) -> ClientBuilder {
        self.base_url = base_url.into();
        self
    }

    /// Sets the HTTP client, with its own redirects, proxies and timeouts.
    ///
    /// By default redirects are not followed, the proxy of the system is used except for this
    /// machine, connecting may take 30 seconds, and the service may be silent for 100.
    pub fn http(mut self, http: reqwest::Client) -> ClientBuilder {
        self.http = Some(http);
        self
    }

    /// Checks the settings.
    ///
    /// Error: [`Error::Configuration`] for a service root that is not allowed,
    /// [`Error::Transport`] if TLS cannot be set up on this machine.
    pub fn build(self) -> Result<Client, Error> {
        let base_url = check_base_url(&self.base_url)?;
        let http = match self.http {
            Some(http) => http,
            None => default_http(&base_url)?,
        };
        Ok(Client {
            shared: Arc::new(Shared {
                http,
                base_url: base_url.as_str().trim_end_matches('/').to_owned(),
                scope: format!("{}/.default", base_url.origin().ascii_serialization()),
                provider: self.provider,
            }),
        })
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").finish_non_exhaustive()
    }
}

fn default_http(base_url: &Url) -> Result<reqwest::Client, Error> {
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT);
    if is_loopback(base_url) {
        // Plain http is allowed here because it stays on this machine; so must the token.
        builder = builder.no_proxy();
    }
    builder.build().map_err(transport)
}

/// The messages do not repeat the address: it can contain a password.
fn check_base_url(base_url: &str) -> Result<Url, Error> {
    let wrong = |message: &str| Error::Configuration { message: format!("the base URL {message}") };
    let url = Url::parse(base_url).map_err(|error| wrong(&format!("is no URL: {error}")))?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(wrong("must start with https://"));
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err(wrong("must start with https://, because requests carry a token; http:// is for localhost"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("must not contain a user name or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("must not have a query or fragment"));
    }
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

fn headers(parts: &Parts) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    for (name, value) in &parts.headers {
        let (name, value) = header_pair(name, value)?;
        headers.insert(name, value);
    }
    let mut default = |name: HeaderName, value: &str| {
        let (name, value) = header_pair(name.as_str(), value)?;
        headers.entry(name).or_insert(value);
        Ok::<(), Error>(())
    };
    default(header::ACCEPT, "application/json")?;
    default(header::USER_AGENT, USER_AGENT)?;
    default(CLIENT_REQUEST_ID, &new_client_request_id())?;
    match (&parts.body, parts.operation.method) {
        (Some(body), _) => default(header::CONTENT_TYPE, body.media_type())?,
        // Servers may refuse such a request without a length (RFC 9110, section 8.6).
        (None, Method::Post | Method::Put | Method::Patch) => {
            default(header::CONTENT_LENGTH, "0")?;
        }
        (None, Method::Get | Method::Delete) => {}
    }
    Ok(headers)
}

fn header_pair(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), InvalidRequest> {
    let parsed_name = HeaderName::from_bytes(name.as_bytes());
    let parsed_name = parsed_name.map_err(|_| InvalidRequest::HeaderName { name: name.into() })?;
    let mut parsed_value =
        HeaderValue::from_str(value).map_err(|_| InvalidRequest::HeaderValue { name: name.into() })?;
    // A caller may bring a token of their own.
    parsed_value.set_sensitive(parsed_name == header::AUTHORIZATION);
    Ok((parsed_name, parsed_value))
}

fn authorization(token: &AccessToken) -> Result<HeaderValue, TokenError> {
    let value = HeaderValue::from_str(&format!("Bearer {}", token.secret()));
    let mut value = value.map_err(|_| TokenError::new("it has characters that no token has"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Stops at the limit: an error page can be of any size. What breaks off here is still an error
/// response, so the transport's complaint would only hide the status.
async fn read_error_body(response: &mut Response) -> ErrorBody {
    let mut body = BytesMut::new();
    while body.len() <= ErrorBody::LIMIT {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) | Err(_) => break,
        }
    }
    ErrorBody::new(body.freeze())
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.as_bytes();
    Some(String::from_utf8_lossy(value).into_owned())
}

/// Without the URL: queries can contain personal data, and errors are logged.
fn transport(error: reqwest::Error) -> Error {
    Error::Transport(Box::new(error.without_url()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::{Operation, Path, StaticToken, Version};

    fn build(base_url: &str) -> Result<Client, Error> {
        Client::builder(StaticToken::new("t")).base_url(base_url).build()
    }

    #[test]
    fn base_urls() {
        for base_url in [
            "https://graph.microsoft.us",
            "https://proxy.example/graph/",
            "http://localhost:8080",
            "http://127.0.0.1:1",
            "http://[::1]:1",
        ] {
            assert!(build(base_url).is_ok(), "{base_url}");
        }
        for base_url in [
            "http://graph.microsoft.com",
            "http://localhost.example",
            "http://127.0.0.1.example",
            "ftp://localhost",
            "graph.microsoft.com",
            "https://user:s3cret@graph.microsoft.com",
            "https://graph.microsoft.com?x",
        ] {
            let error = build(base_url).expect_err(base_url).to_string();
            assert!(error.starts_with("invalid client configuration: the base URL "));
            assert!(!error.contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn the_scope_is_that_of_the_service() {
        let client = build("https://graph.microsoft.us/").expect("is allowed");
        assert_eq!(client.shared.scope, "https://graph.microsoft.us/.default");
        assert_eq!(client.shared.base_url, "https://graph.microsoft.us");
    }

    #[test]
    fn paths_that_a_parser_would_change_are_not_sent() {
        static OPERATION: Operation = Operation::new(Method::Get, Version::V1_0, "/users");
        let client = build("https://proxy.example/graph").expect("is allowed");
        let send = |segment| {
            let path = Path::root(Version::V1_0).segment(segment);
            client.http_request(&Request::<()>::new(&OPERATION, path).into_parts())
        };
        let sent = send("users").expect("is a path");
        assert_eq!(sent.url().as_str(), "https://proxy.example/graph/v1.0/users");
        for segment in ["..", "../v1.0/users", "%2e%2e", "a b", "{id}", "a\\b", "a#b"] {
            let refused = send(segment);
            assert!(matches!(refused, Err(Error::InvalidRequest(InvalidRequest::Path { .. }))), "{segment}");
        }
    }

    #[test]
    fn futures_can_move_between_threads() {
        fn is_send<F: Send>(_: F) {}
        static OPERATION: Operation = Operation::new(Method::Get, Version::V1_0, "/users");
        let client = build("https://graph.microsoft.com").expect("is allowed");
        let request: Request<serde_json::Value> = Request::new(&OPERATION, Path::root(Version::V1_0));
        is_send(client.send(request));
    }

    #[test]
    fn the_client_does_not_print_its_token() {
        let client = Client::new(StaticToken::new("s3cret")).expect("TLS works");
        assert!(!format!("{client:?}").contains("s3cret"));
    }
}
