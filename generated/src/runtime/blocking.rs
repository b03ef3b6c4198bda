//! Owns use without a runtime (feature `blocking`): the calling thread waits.
//!
//! The client is the same; only its transport, over ureq, blocks. So no thread or runtime is
//! started, and calls inside a runtime do not panic.

use super::auth::TokenProvider;
use super::batch::{Batch, BatchAnswers};
use super::client::{Client, ClientBuilder, Response};
use super::download::Download;
use super::error::Error;
use super::json::ReadValue;
use super::request::Request;
use super::response::{Collection, FromResponse};
use super::transport::{
    BoxFuture, ByteStream, Fault, RequestTimeout, Transport, TransportBody, TransportError, TransportResult, next_chunk,
};
use bytes::Bytes;
use futures_core::Stream;
use std::cell::Cell;
use std::io::{self, Read};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};
use ureq::{Agent, SendBody, Timeout};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest silence of the service, not of the whole transfer.
const READ_TIMEOUT: Duration = Duration::from_secs(100);
const PIECE: usize = 64 * 1024;

/// A [`Client`] whose calls wait.
///
/// The token provider must not need a runtime. Those of `azure_identity` do, unless they have an
/// HTTP client that does not.
#[derive(Debug, Clone)]
pub struct BlockingClient {
    client: Client,
}

impl BlockingClient {
    /// A client for the global service.
    ///
    /// Error: [`Error::Configuration`].
    pub fn new(provider: impl TokenProvider + 'static) -> Result<BlockingClient, Error> {
        BlockingClient::with(Client::builder(provider))
    }

    /// A client with other settings; the transport is replaced, but not its layers ([`ClientBuilder::layer`]).
    ///
    /// Error: [`Error::Configuration`].
    pub fn with(builder: ClientBuilder) -> Result<BlockingClient, Error> {
        Ok(BlockingClient { client: builder.transport(UreqTransport::new()).build()? })
    }

    /// The client itself, for everything that has no method here; see [`BlockingClient::wait`].
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Waits for a future of this client, such as `Upload::send_all`.
    pub fn wait<F: Future>(&self, future: F) -> F::Output {
        block_on(future)
    }

    /// Like [`Client::send`].
    ///
    /// Error: the same.
    pub fn send<T: FromResponse>(&self, request: Request<T>) -> Result<T, Error> {
        block_on(self.client.send(request))
    }

    /// Like [`Client::fetch`].
    ///
    /// Error: the same.
    pub fn fetch<T>(&self, request: Request<T>) -> Result<Response, Error> {
        block_on(self.client.fetch(request))
    }

    /// Like [`Client::send_batch`].
    ///
    /// Error: the same.
    pub fn send_batch(&self, batch: Batch) -> Result<BatchAnswers, Error> {
        block_on(self.client.send_batch(batch))
    }

    /// Like [`Client::download`].
    ///
    /// Error: the same.
    pub fn download<T>(&self, request: Request<T>) -> Result<Download, Error> {
        block_on(self.client.download(request))
    }

    /// Like [`Client::pages`].
    pub fn pages<T: ReadValue + Send + 'static>(
        &self,
        request: Request<Collection<T>>,
    ) -> impl Iterator<Item = Result<Collection<T>, Error>> {
        let mut pages = self.client.pages(request);
        std::iter::from_fn(move || block_on(pages.next()))
    }

    /// Like [`Client::items`].
    pub fn items<T: ReadValue + Send + 'static>(
        &self,
        request: Request<Collection<T>>,
    ) -> impl Iterator<Item = Result<T, Error>> {
        let mut items = self.client.items(request);
        std::iter::from_fn(move || block_on(items.next()))
    }
}

/// A [`Transport`] over ureq, which blocks the calling thread.
#[derive(Debug, Clone)]
pub struct UreqTransport {
    agent: Agent,
}

impl Default for UreqTransport {
    fn default() -> Self {
        UreqTransport::new()
    }
}

impl UreqTransport {
    /// Connecting may take 30 seconds, and the service may be silent for 100; connections are kept.
    pub fn new() -> UreqTransport {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .timeout_per_read(Some(READ_TIMEOUT));
        UreqTransport { agent: config.build().into() }
    }

    fn exchange(&self, request: http::Request<TransportBody>) -> TransportResult {
        let timeout = request.extensions().get::<RequestTimeout>().map(|timeout| timeout.0);
        let (mut head, body) = request.into_parts();
        if let TransportBody::Stream { length: Some(length), .. } = &body {
            head.headers.insert(http::header::CONTENT_LENGTH, (*length).into());
        }
        let response = match body {
            // An empty body would add a length, which GET must not have.
            TransportBody::Bytes(bytes) if bytes.is_empty() => {
                let request = http::Request::from_parts(head, ());
                self.agent.run(self.agent.configure_request(request).timeout_global(timeout).build())
            }
            TransportBody::Bytes(bytes) => {
                let request = http::Request::from_parts(head, bytes.to_vec());
                self.agent.run(self.agent.configure_request(request).timeout_global(timeout).build())
            }
            TransportBody::Stream { stream, .. } => {
                let reader = SendBody::from_owned_reader(StreamReader { stream, piece: Bytes::new() });
                let request = http::Request::from_parts(head, reader);
                self.agent.run(self.agent.configure_request(request).timeout_global(timeout).build())
            }
        };
        let response = response.map_err(transport_error)?;
        Ok(response.map(|body| -> ByteStream { Box::pin(ReaderStream { reader: body.into_reader(), ended: false }) }))
    }
}

impl Transport for UreqTransport {
    fn send(&self, request: http::Request<TransportBody>) -> BoxFuture<'_, TransportResult> {
        Box::pin(std::future::ready(self.exchange(request)))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        thread::sleep(duration);
        Box::pin(std::future::ready(()))
    }

    /// Only ends while the calls of a [`BlockingClient`] wait.
    fn timer(&self, duration: Duration) -> Option<BoxFuture<'_, ()>> {
        let end = Instant::now().checked_add(duration)?;
        Some(Box::pin(std::future::poll_fn(move |_| match Instant::now() < end {
            true => {
                WAKE_AT.set(Some(WAKE_AT.get().map_or(end, |other| other.min(end))));
                Poll::Pending
            }
            false => Poll::Ready(()),
        })))
    }
}

struct StreamReader {
    stream: ByteStream,
    piece: Bytes,
}

impl Read for StreamReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match block_on(next_chunk(&mut self.stream)) {
                Some(piece) => self.piece = piece.map_err(io::Error::other)?,
                None => return Ok(0),
            }
        }
        let length = self.piece.len().min(buffer.len());
        buffer[..length].copy_from_slice(&self.piece.split_to(length));
        Ok(length)
    }
}

struct ReaderStream<R> {
    reader: R,
    ended: bool,
}

impl<R: Read + Unpin> Stream for ReaderStream<R> {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let mut piece = vec![0; PIECE];
        Poll::Ready(match self.reader.read(&mut piece) {
            Ok(0) => {
                self.ended = true;
                None
            }
            Ok(length) => {
                piece.truncate(length);
                Some(Ok(piece.into()))
            }
            Err(error) => {
                self.ended = true;
                Some(Err(transport_error(error.into())))
            }
        })
    }
}

fn transport_error(error: ureq::Error) -> TransportError {
    let fault = match &error {
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed | ureq::Error::Tls(_) => Fault::Connect,
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => Fault::Connect,
        ureq::Error::Timeout(_) => Fault::Timeout,
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => Fault::Connect,
        ureq::Error::Http(_) | ureq::Error::BadUri(_) | ureq::Error::InvalidProxyUrl => Fault::Protocol,
        _ => Fault::Interrupted,
    };
    match error {
        // It repeats the URL, which can contain personal data.
        ureq::Error::BadUri(_) => TransportError::new(fault, "the URL is not accepted"),
        error => TransportError::new(fault, error),
    }
}

thread_local! {
    /// When a timer that this thread waits for ends.
    static WAKE_AT: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Waits on this thread.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut cx = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(output) => return output,
            Poll::Pending => match WAKE_AT.take() {
                Some(end) => thread::park_timeout(end.saturating_duration_since(Instant::now())),
                None => thread::park(),
            },
        }
    }
}
