//! Owns the client: its settings, and the steps from a request value to the decoded response.
//!
//! The exchange itself is in `exchange`.

use super::auth::TokenProvider;
use super::cloud::Cloud;
use super::error::{Error, ErrorBody};
use super::exchange::{Redirects, Run, Shared, WholeReply};
use super::request::{Parts, Request};
use super::response::{DecodeError, FromResponse};
use super::retry::{Failure, RetryPolicy};
use super::service::Service;
use super::token_cache::TokenCache;
use super::transport::Transport;
use http::HeaderValue;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const USER_AGENT: &str = concat!("msgraph-rust/", env!("CARGO_PKG_VERSION"));

/// Larger responses are read piece by piece.
const MAX_BODY: usize = 128 * 1024 * 1024;

/// Sends requests. Cheap to clone; clones share connections and the token.
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
}

impl Client {
    /// A client for the global service, <https://graph.microsoft.com>.
    ///
    /// Error: [`Error::Transport`] if TLS cannot be set up on this machine.
    #[cfg(feature = "client")]
    pub fn new(provider: impl TokenProvider + 'static) -> Result<Client, Error> {
        Client::builder(provider).build()
    }

    /// A client with other settings.
    pub fn builder(provider: impl TokenProvider + 'static) -> ClientBuilder {
        ClientBuilder {
            base_url: Cloud::Global.base_url().to_owned(),
            scope: None,
            allowed_hosts: Vec::new(),
            transport: None,
            layers: Vec::new(),
            retry: RetryPolicy::default(),
            timeout: None,
            max_body: MAX_BODY,
            user_agent: USER_AGENT.to_owned(),
            provider: Box::new(provider),
        }
    }

    /// Sends the request and decodes the response.
    ///
    /// The client adds `Authorization`, `Accept: application/json`, `User-Agent` and a random
    /// `client-request-id` unless the request has them, and the headers of the body. It repeats
    /// failed requests according to its [`RetryPolicy`], asks once for another token after a 401,
    /// and follows redirects of GET to hosts that may have the token.
    ///
    /// Error: see [`Error`]. Only [`Error::Graph`] means for certain that the service refused;
    /// after [`Error::Transport`], the operation may have been carried out, and after [`Error::Decode`]
    /// and [`Error::TooLarge`], it was. A write that is answered without the documented body is a success, with a
    /// structure without properties.
    pub async fn send<T: FromResponse>(&self, request: Request<T>) -> Result<T, Error> {
        self.send_parts(request.parts()).await
    }

    pub(crate) async fn send_parts<T: FromResponse>(&self, parts: &Parts) -> Result<T, Error> {
        decoded_reply(&mut Run::new(&self.shared, parts, Redirects::Trusted)?).await
    }

    /// Sends the request and returns the response as it is: its status, its headers and its body.
    ///
    /// Error: as for [`Client::send`], except [`Error::Decode`].
    pub async fn fetch<T>(&self, request: Request<T>) -> Result<Response, Error> {
        let reply = Run::new(&self.shared, request.parts(), Redirects::Trusted)?.whole_reply().await?;
        Ok(Response::new(reply))
    }
}

/// The decoded response. One that ends too early is a failed attempt.
pub(crate) async fn decoded_reply<T: FromResponse>(run: &mut Run<'_>) -> Result<T, Error> {
    loop {
        let reply = run.whole_reply().await?;
        match reply.decode() {
            Ok(value) => return Ok(value),
            // A proxy that loses the end of a response can still give it a correct length.
            Err(error) if error.is_truncated() => {
                run.try_again(Failure::Truncated, decode_error(reply, &error)).await?;
            }
            Err(error) => return Err(decode_error(reply, &error)),
        }
    }
}

fn decode_error(reply: WholeReply, error: &DecodeError) -> Error {
    Error::Decode { status: reply.status, message: error.to_string(), body: ErrorBody::new(reply.body) }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.shared.service.base_url()).finish_non_exhaustive()
    }
}

/// A success response, unchanged. Debug output only shows the status and the size.
pub struct Response {
    reply: WholeReply,
}

impl Response {
    pub(crate) fn new(reply: WholeReply) -> Response {
        Response { reply }
    }

    /// The status, from 200 to 299.
    pub fn status(&self) -> u16 {
        self.reply.status
    }

    /// The value of a header; `None` also if it is not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        super::exchange::text(&self.reply.headers, name)
    }

    /// All headers.
    pub fn headers(&self) -> &http::HeaderMap {
        &self.reply.headers
    }

    /// The body.
    pub fn body(&self) -> &bytes::Bytes {
        &self.reply.body
    }

    /// The body as a value.
    ///
    /// Error: [`Error::Decode`] if the body is not what the type expects.
    pub fn decode<T: FromResponse>(self) -> Result<T, Error> {
        self.reply.decode().map_err(|error| decode_error(self.reply, &error))
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({}, {} bytes)", self.reply.status, self.reply.body.len())
    }
}

/// Wraps a transport.
type Layer = Box<dyn FnOnce(Box<dyn Transport>) -> Box<dyn Transport> + Send + Sync>;

/// The settings of a [`Client`].
pub struct ClientBuilder {
    base_url: String,
    scope: Option<String>,
    allowed_hosts: Vec<String>,
    transport: Option<Box<dyn Transport>>,
    layers: Vec<Layer>,
    retry: RetryPolicy,
    timeout: Option<Duration>,
    max_body: usize,
    user_agent: String,
    provider: Box<dyn TokenProvider>,
}

impl ClientBuilder {
    /// Sets the cloud: its service root and the audience of its tokens. The token provider must use
    /// the authority of the same cloud, [`Cloud::authority`].
    pub fn cloud(self, cloud: Cloud) -> ClientBuilder {
        self.base_url(cloud.base_url())
    }

    /// Sets the service root, without the API version: a proxy or a test server.
    ///
    /// It must be `https`, because every request contains the token; `http` is only accepted for
    /// this machine (`localhost`, `127.0.0.1`, `[::1]`).
    pub fn base_url(mut self, base_url: impl Into<String>) -> ClientBuilder {
        self.base_url = base_url.into();
        self
    }

    /// Sets the scope for the token provider; by default `.default` of the service root. Needed
    /// behind a proxy: `Cloud::Global.scope()`.
    pub fn scope(mut self, scope: impl Into<String>) -> ClientBuilder {
        self.scope = Some(scope.into());
        self
    }

    /// Adds a host, with a port if it is not 443, that may get the token over https. By default,
    /// only the service root may get it: links and redirects to other hosts are refused.
    pub fn allow_host(mut self, host: impl Into<String>) -> ClientBuilder {
        self.allowed_hosts.push(host.into());
        self
    }

    /// Sets the HTTP stack.
    pub fn transport(mut self, transport: impl Transport + 'static) -> ClientBuilder {
        self.transport = Some(Box::new(transport));
        self
    }

    /// Wraps the transport, whichever it is, in a decorator: another [`Transport`] that can look at each request and
    /// answer it, change it, hold it back or pass it on. The last layer is the outermost.
    ///
    /// A decorator sees every attempt: of single requests, pages, batch calls, pieces of uploads, polls of monitors and
    /// redirects. Each request has an [`Attempt`](super::Attempt) in its extensions, which says what it is for. Requests
    /// of a token provider do not come by. [`Limited`](super::Limited) is a decorator; the example `chaos` has another.
    ///
    /// ```
    /// use msgraph::runtime::{BoxFuture, Attempt, Transport, TransportBody, TransportResult};
    /// use std::time::{Duration, SystemTime};
    ///
    /// struct Log<T>(T);
    ///
    /// impl<T: Transport> Transport for Log<T> {
    ///     fn send(&self, request: http::Request<TransportBody>) -> BoxFuture<'_, TransportResult> {
    ///         Box::pin(async move {
    ///             let attempt = request.extensions().get::<Attempt>().cloned();
    ///             let result = self.0.send(request).await;
    ///             if let (Some(attempt), Ok(response)) = (attempt, &result) {
    ///                 println!("{} {} {}", attempt.operation.path(), attempt.number, response.status());
    ///             }
    ///             result
    ///         })
    ///     }
    ///
    ///     fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
    ///         self.0.sleep(duration)
    ///     }
    ///
    ///     fn timer(&self, duration: Duration) -> Option<BoxFuture<'_, ()>> {
    ///         self.0.timer(duration)
    ///     }
    ///
    ///     fn now(&self) -> SystemTime {
    ///         self.0.now()
    ///     }
    /// }
    ///
    /// # let service = msgraph::runtime::InProcess::new(|_| msgraph::runtime::InProcess::status(204));
    /// let builder = msgraph::Client::builder(msgraph::StaticToken::new("a token"));
    /// # let builder = builder.transport(service);
    /// let client = builder.layer(Log).build()?;
    /// # Ok::<(), msgraph::Error>(())
    /// ```
    pub fn layer<T: Transport + 'static>(
        mut self,
        wrap: impl FnOnce(Box<dyn Transport>) -> T + Send + Sync + 'static,
    ) -> ClientBuilder {
        self.layers.push(Box::new(|inner| Box::new(wrap(inner))));
        self
    }

    /// Sets the HTTP client, with its own proxies and timeouts. It must not follow redirects
    /// (`reqwest::redirect::Policy::none()`): the token could go to another host.
    ///
    /// By default, the proxy of the system is used except for this machine, connecting may take 30
    /// seconds, and the service may be silent for 100 seconds.
    #[cfg(feature = "client")]
    pub fn http(self, http: reqwest::Client) -> ClientBuilder {
        self.transport(super::reqwest_transport::ReqwestTransport::new(http))
    }

    /// Sets the policy for repeating failed requests.
    pub fn retry(mut self, policy: RetryPolicy) -> ClientBuilder {
        self.retry = policy;
        self
    }

    /// Ends each attempt after this time, from connecting to the end of the response, and as well the wait for the
    /// token provider. By default, attempts have no such limit, because downloads can take long, and the provider
    /// has 5 minutes.
    pub fn timeout(mut self, timeout: Duration) -> ClientBuilder {
        self.timeout = Some(timeout);
        self
    }

    /// Sets the maximum size of the body of a success response in memory, after decompression: 128 MiB by default.
    /// [`Client::download`] has no limit; [`Request::max_body`] sets it for one request.
    pub fn max_body(mut self, bytes: usize) -> ClientBuilder {
        self.max_body = bytes;
        self
    }

    /// Puts the name of the program before that of this crate in `User-Agent`, such as
    /// `inventory/2.1`.
    pub fn user_agent(mut self, product: &str) -> ClientBuilder {
        self.user_agent = format!("{product} {USER_AGENT}");
        self
    }

    /// Checks the settings.
    ///
    /// Error: [`Error::Configuration`] for settings that are not allowed, [`Error::Transport`] if
    /// TLS cannot be set up on this machine.
    pub fn build(self) -> Result<Client, Error> {
        let mut service = Service::new(&self.base_url)?;
        for host in &self.allowed_hosts {
            service.allow_host(host)?;
        }
        let wrong = |_| Error::Configuration { message: String::from("the user agent is not visible ASCII") };
        let user_agent = HeaderValue::from_str(&self.user_agent).map_err(wrong)?;
        let transport = match self.transport {
            Some(transport) => transport,
            None => default_transport(&service)?,
        };
        let has_layers = !self.layers.is_empty();
        let transport = self.layers.into_iter().fold(transport, |inner, wrap| wrap(inner));
        let scope = self.scope.unwrap_or_else(|| service.scope());
        Ok(Client {
            shared: Arc::new(Shared {
                transport,
                has_layers,
                tokens: TokenCache::new(self.provider, scope),
                service,
                retry: self.retry,
                timeout: self.timeout,
                max_body: self.max_body,
                user_agent,
                warned: Mutex::default(),
            }),
        })
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").finish_non_exhaustive()
    }
}

#[cfg(feature = "client")]
fn default_transport(service: &Service) -> Result<Box<dyn Transport>, Error> {
    // Plain http is allowed for this machine because it stays there; so must the token.
    let proxies = !service.is_loopback();
    Ok(Box::new(super::reqwest_transport::ReqwestTransport::with_defaults(proxies)?))
}

#[cfg(not(feature = "client"))]
fn default_transport(_: &Service) -> Result<Box<dyn Transport>, Error> {
    let message = "without the feature `client`, a transport is required: `ClientBuilder::transport`";
    Err(Error::Configuration { message: String::from(message) })
}
