//! Owns what a decorator of the transport is told about each attempt.
//!
//! It is only made for clients with a decorator ([`ClientBuilder::layer`](super::ClientBuilder::layer)), because the
//! extensions of an `http::Request` allocate.

use super::operation::Operation;

/// What the client is doing with an attempt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// A request of its own: `Client::send`, `Client::fetch`, or the start of long-running work.
    #[default]
    Request,
    /// A page of a collection.
    Page,
    /// A call with the requests of a batch.
    Batch,
    /// Content that is read piece by piece.
    Download,
    /// A piece of an upload.
    UploadPiece,
    /// A question to an upload session, or its end.
    UploadSession,
    /// A question about long-running work.
    Poll,
}

/// One attempt to send a request: an extension of the `http::Request` that a transport gets, if the client was built
/// with [`ClientBuilder::layer`](super::ClientBuilder::layer).
///
/// ```
/// # use msgraph::runtime::{Attempt, TransportBody};
/// fn describe(request: &http::Request<TransportBody>) -> Option<String> {
///     let attempt = request.extensions().get::<Attempt>()?;
///     // The path template, because a URL can contain personal data.
///     Some(format!("{} {}, attempt {}", attempt.operation.method(), attempt.operation.path(), attempt.number))
/// }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Attempt {
    /// The operation. Batch calls, upload sessions and monitors have operations of their own.
    pub operation: Operation,
    /// What the attempt belongs to.
    pub step: Step,
    /// The number of the attempt, from 1. It counts all requests that were sent for one thing: after a failure, a
    /// redirect, or with another token. The parts of a batch that are sent again, and a piece of an upload after a
    /// question to its session, count on.
    pub number: u32,
    /// The number of redirects that led here.
    pub redirects: u32,
    /// The `client-request-id`, also of a request to another host, which does not get it.
    pub client_request_id: String,
    /// The operations of the requests in a batch call, in their order; otherwise empty.
    pub parts: Vec<Operation>,
}
