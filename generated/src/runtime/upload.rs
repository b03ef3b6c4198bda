//! Owns large uploads: sessions, pieces, and resuming after an interruption.
//!
//! Source: <https://learn.microsoft.com/graph/api/driveitem-createuploadsession>,
//! <https://learn.microsoft.com/graph/outlook-large-attachments>.

use super::attempt::Step;
use super::body::Body;
use super::client::{Client, Response};
use super::error::{Error, ErrorBody, InvalidRequest};
use super::exchange::{Redirects, Run};
use super::json::{SchemaType, to_value};
use super::operation::{Operation, Version};
use super::path::Path;
use super::request::{Parts, Request};
use super::response::{DecodeError, FromResponse, without_mark};
use super::retry::{Attempts, Failure, RetryPolicy};
use super::trace::Trace;
use super::transport::{BoxFuture, Fault};
use bytes::Bytes;
use serde_json::{Value, json};
use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::marker::PhantomData;
use std::sync::{Mutex, PoisonError};

/// Every piece but the last one is a multiple of this.
const UNIT: u64 = 320 * 1024;
/// 12 units, 3.75 MiB: Outlook takes less than 4 MB at once.
const DEFAULT_PIECE: u64 = 12 * UNIT;
/// The service accepts less than 60 MiB at once.
const MAX_PIECE: u64 = 60 * 1024 * 1024;

/// How often the service may go back to an earlier byte during an upload.
const MAX_REWINDS: u32 = 16;

const PUT_PIECE: Operation = Operation::new("PUT /v1.0/(upload session)");
const GET_STATUS: Operation = Operation::new("GET /v1.0/(upload session)");
const CANCEL: Operation = Operation::new("DELETE /v1.0/(upload session)");

/// An upload session that the service opened: the response of `createUploadSession`. Its address is
/// pre-authenticated and thus a secret, so debug output does not show it.
///
/// The generated type of that response (`microsoft.graph.uploadSession`) becomes one where it is needed:
/// [`Client::upload`] takes both.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadSession {
    /// The address for the pieces, which needs no token.
    pub upload_url: String,
    /// The end of the session, in the form of the service; each piece extends it.
    pub expires: Option<String>,
    /// The first missing byte.
    pub next_byte: u64,
    /// The last byte of the first missing range; `None` for the end of the content.
    last_byte: Option<u64>,
    /// Whether other ranges are missing, too.
    has_more: bool,
}

/// What the service says about missing bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// Nothing that can be understood.
    NotStated,
    /// Everything is there.
    Nothing,
    /// The first missing range, and whether there are others.
    Range { start: u64, end: Option<u64>, has_more: bool },
}

impl UploadSession {
    /// The session as JSON, to resume after a restart of the program. It contains the secret
    /// address.
    pub fn to_json(&self) -> String {
        json!({
            "uploadUrl": self.upload_url,
            "expirationDateTime": self.expires,
            "nextExpectedRanges": self.ranges(),
        })
        .to_string()
    }

    /// Ranges after the first one are asked for again.
    fn ranges(&self) -> Vec<String> {
        let end = self.last_byte.map(|last| last.to_string()).unwrap_or_default();
        let mut ranges = vec![format!("{}-{end}", self.next_byte)];
        ranges.extend(self.last_byte.filter(|_| self.has_more).map(|last| format!("{}-", last.saturating_add(1))));
        ranges
    }

    /// Reads what [`UploadSession::to_json`] or the service wrote.
    ///
    /// Error: [`DecodeError`] if it is not a session.
    pub fn from_json(text: &str) -> Result<UploadSession, DecodeError> {
        let value: Value =
            serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|_| DecodeError::new("expected JSON"))?;
        UploadSession::from_value(&value)
    }

    fn from_value(value: &Value) -> Result<UploadSession, DecodeError> {
        let Some(upload_url) = property(value, "uploadUrl").and_then(Value::as_str) else {
            return Err(DecodeError::new("the upload session has no `uploadUrl`"));
        };
        let expires = property(value, "expirationDateTime").and_then(Value::as_str);
        let (next_byte, last_byte, has_more) = match missing(value) {
            Missing::Range { start, end, has_more } => (start, end, has_more),
            Missing::Nothing | Missing::NotStated => (0, None, false),
        };
        Ok(UploadSession {
            upload_url: upload_url.to_owned(),
            expires: expires.map(str::to_owned),
            next_byte,
            last_byte,
            has_more,
        })
    }
}

/// The generated type of a session, of any version.
///
/// A value without `uploadUrl` becomes a session without address, which [`Upload`] refuses before anything is sent.
impl<T: SchemaType> From<T> for UploadSession {
    fn from(session: T) -> UploadSession {
        let none =
            UploadSession { upload_url: String::new(), expires: None, next_byte: 0, last_byte: None, has_more: false };
        UploadSession::from_value(&to_value(&session)).unwrap_or(none)
    }
}

impl FromResponse for UploadSession {
    fn from_response(status: u16, content_type: Option<&str>, body: Bytes) -> Result<Self, DecodeError> {
        UploadSession::from_value(&Value::from_response(status, content_type, body)?)
    }
}

impl fmt::Debug for UploadSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadSession")
            .field("expires", &self.expires)
            .field("next_byte", &self.next_byte)
            .finish_non_exhaustive()
    }
}

/// Outlook writes `ExpirationDateTime`.
fn property<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let mut found = value.as_object()?.iter().filter(|(found, _)| found.eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value)
}

/// Reads the missing ranges (`["26-", "90-99"]`), in any order.
fn missing(value: &Value) -> Missing {
    let Some(Value::Array(stated)) = property(value, "nextExpectedRanges") else { return Missing::NotStated };
    if stated.is_empty() {
        return Missing::Nothing;
    }
    let mut ranges: Vec<_> = stated.iter().filter_map(|range| read_range(range.as_str()?)).collect();
    ranges.sort_unstable();
    match ranges.first() {
        Some(&(start, end)) => Missing::Range { start, end, has_more: ranges.len() > 1 },
        None => Missing::NotStated,
    }
}

/// `26-99`, `26-` or `26`.
fn read_range(range: &str) -> Option<(u64, Option<u64>)> {
    let (start, end) = range.split_once('-').unwrap_or((range, ""));
    let start = start.trim().parse().ok()?;
    let end = end.trim().parse().ok().filter(|end| *end >= start);
    Some((start, end))
}

/// Content that can be read at any position, so that an upload can resume anywhere.
pub trait UploadSource: Send + Sync {
    /// The number of bytes. It must not change.
    fn size(&self) -> u64;

    /// Reads `length` bytes starting at `offset`; all of them are inside the content.
    ///
    /// Error: an IO error; it ends the upload, which can be resumed.
    fn read(&self, offset: u64, length: usize) -> BoxFuture<'_, io::Result<Bytes>>;
}

impl UploadSource for Bytes {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read(&self, offset: u64, length: usize) -> BoxFuture<'_, io::Result<Bytes>> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.len());
        let end = start.saturating_add(length).min(self.len());
        Box::pin(std::future::ready(Ok(self.slice(start..end))))
    }
}

/// A file, or anything else with `Read` and `Seek`. Reading blocks the thread for the duration of
/// one piece.
pub struct ReadSource<R> {
    size: u64,
    reader: Mutex<R>,
}

impl<R: Read + Seek + Send> ReadSource<R> {
    /// Determines the size.
    ///
    /// Error: seeking failed.
    pub fn new(mut reader: R) -> io::Result<ReadSource<R>> {
        let size = reader.seek(SeekFrom::End(0))?;
        Ok(ReadSource { size, reader: Mutex::new(reader) })
    }

    fn read_at(&self, offset: u64, length: usize) -> io::Result<Bytes> {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        reader.seek(SeekFrom::Start(offset))?;
        let mut piece = vec![0; length];
        reader.read_exact(&mut piece)?;
        Ok(piece.into())
    }
}

impl<R: Read + Seek + Send> UploadSource for ReadSource<R> {
    fn size(&self) -> u64 {
        self.size
    }

    fn read(&self, offset: u64, length: usize) -> BoxFuture<'_, io::Result<Bytes>> {
        Box::pin(std::future::ready(self.read_at(offset, length)))
    }
}

impl<R> fmt::Debug for ReadSource<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadSource").field("size", &self.size).finish_non_exhaustive()
    }
}

impl Client {
    /// Uploads content through a session, as `createUploadSession` answered it; `T` is the item that the service
    /// creates from it.
    ///
    /// ```
    /// # use msgraph::runtime::UploadSession;
    /// # use msgraph::{Client, Error, Request};
    /// # async fn run(client: Client, create: Request<UploadSession>, file: std::fs::File)
    /// #     -> Result<(), Box<dyn std::error::Error>> {
    /// use msgraph::runtime::ReadSource;
    ///
    /// let session = client.send(create).await?;
    /// let mut upload = client.upload::<serde_json::Value>(session, ReadSource::new(file)?);
    /// while upload.send_piece().await? {
    ///     // Keep `upload.session().to_json()` to resume after a restart.
    /// }
    /// let item = upload.into_item();
    /// # Ok(())
    /// # }
    /// ```
    pub fn upload<T: FromResponse>(
        &self,
        session: impl Into<UploadSession>,
        source: impl UploadSource + 'static,
    ) -> Upload<T> {
        Upload {
            client: self.clone(),
            session: session.into(),
            source: Box::new(source),
            piece: DEFAULT_PIECE,
            retry: self.shared.retry.clone(),
            in_doubt: false,
            sent_all: false,
            rewinds: 0,
            done: None,
            item: PhantomData,
        }
    }

    /// Resumes an upload of an earlier run of the program: asks the service what it has.
    ///
    /// Error: as for [`Client::send`]; [`Error::Graph`] with status 404 if the session has ended.
    pub async fn resume_upload<T: FromResponse>(
        &self,
        session: impl Into<UploadSession>,
        source: impl UploadSource + 'static,
    ) -> Result<Upload<T>, Error> {
        let mut upload = self.upload(session, source);
        upload.check_session()?;
        // An earlier run may have sent everything.
        upload.sent_all = true;
        let reply = Run::new(&self.shared, &upload.parts(GET_STATUS), Redirects::Trusted)?.whole_reply().await?;
        upload.note(Response::new(reply), false)?;
        upload.sent_all = upload.done.is_some();
        Ok(upload)
    }
}

/// An upload in progress. Pieces are sent one after the other, without the token.
#[must_use]
pub struct Upload<T> {
    client: Client,
    session: UploadSession,
    source: Box<dyn UploadSource>,
    piece: u64,
    retry: RetryPolicy,
    /// Whether it is unknown how much the service has.
    in_doubt: bool,
    /// Whether the last missing bytes were sent, so that the service can be done.
    sent_all: bool,
    /// How often the service went back to an earlier byte.
    rewinds: u32,
    done: Option<Response>,
    item: PhantomData<fn() -> T>,
}

impl<T: FromResponse> Upload<T> {
    /// Sets the size of a piece in bytes: a multiple of 320 KiB below 60 MiB, 3.75 MiB by default,
    /// because Outlook takes less than 4 MB at once; for files, 5 to 10 MiB are faster. A piece is in memory while it
    /// is sent.
    pub fn piece_size(mut self, bytes: u64) -> Upload<T> {
        self.piece = bytes;
        self
    }

    /// The state to keep in order to resume after a restart.
    pub fn session(&self) -> &UploadSession {
        &self.session
    }

    /// The total number of bytes.
    pub fn size(&self) -> u64 {
        self.source.size()
    }

    /// Sends the next piece; false if the upload is complete.
    ///
    /// After an interruption, the service is asked what it has, and the upload continues from there;
    /// each piece has as many attempts as the retry policy of the client allows, questions included if they fail. After an error,
    /// this can be called again.
    ///
    /// Error: as for [`Client::send`]; [`Error::Graph`] with status 404 if the session has ended;
    /// [`Error::InvalidRequest`] for a piece size that is not allowed and for empty content, which
    /// needs no session; [`Error::Transport`] if the content cannot be read.
    pub async fn send_piece(&mut self) -> Result<bool, Error> {
        self.check()?;
        let retry = self.retry.clone();
        let mut attempts = Attempts::new(&retry, true, self.client.shared.transport.now());
        while self.done.is_none() {
            let before = self.session.next_byte;
            let asks = self.in_doubt;
            let result = if asks { self.ask(&attempts).await } else { self.put(&attempts).await };
            let error = match result {
                Ok(()) if self.done.is_some() || (!self.in_doubt && self.session.next_byte > before) => break,
                // Asking was not an attempt; what follows is one.
                Ok(()) if asks && self.session.next_byte < self.source.size() => continue,
                // The response did not say what is missing. That is no failure, but it must end.
                Ok(()) if self.in_doubt && !asks && attempts.sent < retry.max_attempts => {
                    attempts.sent += 1;
                    continue;
                }
                Ok(()) => no_progress(),
                Err(error) => error,
            };
            self.in_doubt = true;
            attempts.sent += 1;
            let now = self.client.shared.transport.now();
            let Some(wait) = attempts.wait_after(failure(&error), now) else {
                return Err(error);
            };
            self.client.shared.rest(&Trace::new(PUT_PIECE, ""), wait).await;
        }
        Ok(self.done.is_none())
    }

    /// Sends all pieces.
    ///
    /// Error: as for [`Upload::send_piece`]; nothing is lost, and it can be called again.
    pub async fn send_all(&mut self) -> Result<(), Error> {
        while self.send_piece().await? {}
        Ok(())
    }

    /// The item that the service created; `None` if the upload is not complete or the service sent
    /// none (attachments only have a `Location`).
    ///
    /// Error: [`Error::Decode`] if it is not what the type expects.
    pub fn into_item(self) -> Result<Option<T>, Error> {
        self.done.filter(|response| !response.body().is_empty()).map(Response::decode).transpose()
    }

    /// The response to the last piece; `None` if the upload is not complete.
    pub fn response(&self) -> Option<&Response> {
        self.done.as_ref()
    }

    /// Cancels the upload: the service deletes what it has.
    ///
    /// Error: as for [`Client::send`].
    pub async fn cancel(self) -> Result<(), Error> {
        self.client.send_parts(&self.parts(CANCEL)).await
    }

    fn check_session(&self) -> Result<(), InvalidRequest> {
        match self.session.upload_url.is_empty() {
            true => Err(InvalidRequest::Upload { reason: "the session has no `uploadUrl`" }),
            false => Ok(()),
        }
    }

    fn check(&self) -> Result<(), InvalidRequest> {
        self.check_session()?;
        let wrong = |reason| Err(InvalidRequest::Upload { reason });
        if self.piece == 0 || !self.piece.is_multiple_of(UNIT) || self.piece >= MAX_PIECE {
            return wrong("the size of a piece must be a multiple of 320 KiB below 60 MiB");
        }
        if self.source.size() == 0 {
            return wrong("the content is empty; PUT it directly");
        }
        if self.session.next_byte > self.source.size() {
            return wrong("the session has more than the content: they do not belong together");
        }
        Ok(())
    }

    /// Sends one piece, once.
    async fn put(&mut self, attempts: &Attempts<'_>) -> Result<(), Error> {
        let (start, size) = (self.session.next_byte, self.source.size());
        let end = self.session.last_byte.map_or(size, |last| last.saturating_add(1).min(size));
        let length = self.piece.min(end.saturating_sub(start));
        if length == 0 {
            // The service has everything, but did not say so; its status will show that.
            return self.ask(attempts).await;
        }
        let read = self.source.read(start, usize::try_from(length).unwrap_or(usize::MAX)).await;
        let unreadable = |error: io::Error| super::TransportError::new(Fault::Protocol, error);
        let content = read.map_err(unreadable)?;
        if content.len() as u64 != length {
            return Err(super::TransportError::new(Fault::Protocol, "the content is shorter than it was").into());
        }
        let mut parts = self.once(PUT_PIECE);
        let range = format!("bytes {start}-{}/{size}", start + length - 1);
        parts.headers.push((String::from("Content-Range"), range));
        parts.body = Some(Body::bytes(content, "application/octet-stream"));
        // Even if the response is lost.
        self.sent_all |= start + length == end && !self.session.has_more;
        let run = Run::new(&self.client.shared, &parts, Redirects::Trusted)?;
        let reply = run.after(attempts).whole_reply().await?;
        self.note(Response::new(reply), true)
    }

    /// Asks what the service has.
    async fn ask(&mut self, attempts: &Attempts<'_>) -> Result<(), Error> {
        let parts = self.once(GET_STATUS);
        let run = Run::new(&self.client.shared, &parts, Redirects::Trusted)?;
        let reply = run.after(attempts).whole_reply().await?;
        self.in_doubt = false;
        self.note(Response::new(reply), false)
    }

    /// Notes what the service says it has, after a piece or after a question.
    fn note(&mut self, response: Response, after_piece: bool) -> Result<(), Error> {
        let body: Value = serde_json::from_slice(without_mark(response.body())).unwrap_or_default();
        if let Some(expires) = property(&body, "expirationDateTime").and_then(Value::as_str) {
            self.session.expires = Some(expires.to_owned());
        }
        let is_item = response.status() != 202 && property(&body, "nextExpectedRanges").is_none();
        match missing(&body) {
            Missing::Range { start, end, has_more } if start <= self.source.size() => {
                if start < self.session.next_byte {
                    self.rewinds += 1;
                }
                if self.rewinds > MAX_REWINDS {
                    return Err(not_understood(&response, "the upload session goes back again and again"));
                }
                (self.session.next_byte, self.session.last_byte, self.session.has_more) = (start, end, has_more);
                self.sent_all &= start >= self.source.size();
                return Ok(());
            }
            // Everything is there, but the response with the item was lost.
            Missing::Nothing if self.sent_all => {}
            // The response to the last piece, or the item itself instead of a status.
            Missing::NotStated if self.sent_all && is_item && (after_piece || body.get("id").is_some()) => {}
            // It may be done, or have lost something; its status says so.
            _ if after_piece => {
                self.in_doubt = true;
                return Ok(());
            }
            Missing::Nothing => {
                let message = "the upload session misses nothing, but not everything was sent";
                return Err(not_understood(&response, message));
            }
            _ => return Err(not_understood(&response, "the upload session does not say what is missing")),
        }
        self.session.next_byte = self.source.size();
        (self.session.last_byte, self.session.has_more) = (None, false);
        self.done = Some(response);
        Ok(())
    }

    fn parts(&self, operation: Operation) -> Parts {
        let request: Request<()> = Request::new(operation, Path::root(Version::V1_0));
        let mut parts = request.at_link(self.session.upload_url.as_str()).into_parts();
        parts.options.anonymous = true;
        parts.options.step = if operation == PUT_PIECE { Step::UploadPiece } else { Step::UploadSession };
        parts
    }

    /// A piece is not simply sent again, because the service is first asked what it has: the attempts are counted
    /// outside of the request.
    fn once(&self, operation: Operation) -> Parts {
        let mut parts = self.parts(operation);
        parts.options.retry = Some(RetryPolicy::never());
        parts
    }
}

fn not_understood(response: &Response, message: &str) -> Error {
    let body = ErrorBody::new(response.body().clone());
    Error::Decode { status: response.status(), message: message.to_owned(), body }
}

/// The service accepts pieces, but never has more than before.
fn no_progress() -> Error {
    Error::Transport(super::TransportError::new(Fault::Interrupted, "the upload session does not take the piece"))
}

/// A range that the service already has is a reason to ask, not to give up.
fn failure(error: &Error) -> Failure<'_> {
    match error {
        Error::Transport(error) => Failure::Fault(error.fault()),
        Error::Graph(error) => match error.status {
            416 | 500 | 502 => Failure::Status(503, None),
            status => Failure::Status(status, error.retry_after.as_deref()),
        },
        _ => Failure::Fault(Fault::Protocol),
    }
}

impl<T> fmt::Debug for Upload<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("session", &self.session)
            .field("size", &self.source.size())
            .field("is_done", &self.done.is_some())
            .finish_non_exhaustive()
    }
}
