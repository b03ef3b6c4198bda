//! Owns content that is read piece by piece.

use super::attempt::Step;
use super::client::Client;
use super::error::Error;
use super::exchange::{Redirects, Reply, Run, text};
use super::request::Request;
use super::transport::{ByteStream, collect, next_chunk};
use bytes::Bytes;
use futures_core::Stream;
use http::HeaderMap;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

impl Client {
    /// Sends the request and returns its content piece by piece.
    ///
    /// Redirects of GET are followed to any host over https, without the token, because the response
    /// to a download is a pre-authenticated address. Until the first piece arrives, failed attempts
    /// are repeated as for [`Client::send`]; after that, an error ends the stream. The header `Range`
    /// (`bytes=1000-`) requests a part.
    ///
    /// Source: <https://learn.microsoft.com/graph/api/driveitem-get-content>. Error: as for
    /// [`Client::send`], except [`Error::Decode`].
    pub async fn download<T>(&self, request: Request<T>) -> Result<Download, Error> {
        let mut parts = request.into_parts();
        parts.options.step = Step::Download;
        let Reply { status, headers, body } = Run::new(&self.shared, &parts, Redirects::Anywhere)?.reply().await?;
        let length = text(&headers, "content-length").and_then(|length| length.parse().ok());
        Ok(Download { status, headers, length, body })
    }
}

/// Content that comes piece by piece: a [`Stream`] of [`Bytes`], and [`Download::chunk`] without
/// other crates.
pub struct Download {
    status: u16,
    headers: HeaderMap,
    length: Option<u64>,
    body: ByteStream,
}

impl Download {
    /// The status: 200, or 206 if a part was requested.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The total number of bytes, if the service says so.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// The value of a header; `None` also if it is not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        text(&self.headers, name)
    }

    /// The next piece; `None` at the end.
    ///
    /// Error: [`Error::Transport`] if the connection broke.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        Ok(next_chunk(&mut self.body).await.transpose()?)
    }

    /// The rest in one piece, whatever its size.
    ///
    /// Error: [`Error::Transport`] if the connection broke.
    pub async fn bytes(self) -> Result<Bytes, Error> {
        Ok(collect(self.body).await?)
    }
}

impl Stream for Download {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.body.as_mut().poll_next(cx).map(|piece| piece.map(|piece| piece.map_err(Error::from)))
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("status", &self.status).field("length", &self.length).finish_non_exhaustive()
    }
}
