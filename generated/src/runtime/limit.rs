//! Owns the limits of a client on itself: how many requests run and wait, and how fast they follow one another.
//!
//! It is a decorator of a transport and needs no runtime: waiting requests leave a waker, and the transport is the clock.

use super::attempt::{Attempt, Step};
use super::exchange::text;
use super::retry::parse_retry_after;
use super::transport::{BoxFuture, ByteStream, Fault, Transport, TransportBody, TransportError, TransportResult};
use bytes::Bytes;
use futures_core::Stream;
use http::HeaderMap;
use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

/// The number of workloads whose pace is remembered; services name few.
const MAX_WORKLOADS: usize = 64;

/// The limits of a [`Limited`] transport.
///
/// By default, there is no limit to the number of requests, and a request waits at most 3 minutes because the service
/// asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The maximum number of requests that run at the same time, at least 1.
    pub concurrent: usize,
    /// The maximum number of requests that wait, for a place or because the service asked for it. One more is refused
    /// with [`Fault::Busy`].
    pub queue: usize,
    /// How long a request waits at most because the service asked for it, whatever the service says.
    pub max_pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits::new()
    }
}

impl Limits {
    /// No limit to the number of requests.
    pub const fn new() -> Limits {
        Limits { concurrent: usize::MAX, queue: usize::MAX, max_pause: Duration::from_secs(180) }
    }

    /// Sets [`Limits::concurrent`]; 0 is the same as 1.
    pub const fn concurrent(mut self, requests: usize) -> Limits {
        self.concurrent = if requests == 0 { 1 } else { requests };
        self
    }

    /// Sets [`Limits::queue`].
    pub const fn queue(mut self, requests: usize) -> Limits {
        self.queue = requests;
        self
    }

    /// Sets [`Limits::max_pause`].
    pub const fn max_pause(mut self, duration: Duration) -> Limits {
        self.max_pause = duration;
        self
    }
}

/// A transport that sends no more requests at a time than a limit says, and slows down when the service asks for it.
///
/// ```
/// use msgraph::runtime::{Limited, Limits};
/// # let service = msgraph::runtime::InProcess::new(|_| msgraph::runtime::InProcess::status(204));
/// # let builder = msgraph::Client::builder(msgraph::StaticToken::new("a token")).transport(service);
///
/// let limits = Limits::new().concurrent(4).queue(1_000);
/// let client = builder.layer(move |transport| Limited::new(transport, limits)).build()?;
/// # Ok::<(), msgraph::Error>(())
/// ```
///
/// - **Places.** A request has its place until its response has arrived completely; a download, which the program reads
///   in its own time, until the head of the response has arrived. Requests that wait get places in the order in which
///   they came; one that is dropped gives its place to the next. If too many wait, the next one fails at once with
///   [`Fault::Busy`] and is not repeated.
/// - **`Retry-After`.** After status 429 or 503 with that header, all requests to the same workload wait, not only the
///   refused one.
/// - **`RateLimit-Remaining` and `RateLimit-Reset`.** If a fifth of `RateLimit-Limit` or less is left (or if the limit is
///   not stated), the requests to the workload are spread over the time until the reset; if nothing is left, they wait
///   for it.
///
/// A workload is a host and the first two names in the path of the operation: `users/messages`, `drives/items`; only a
/// host, if the transport was not made by `layer` and thus does not know the operation. Values
/// that make no sense are ignored, and no request waits longer than [`Limits::max_pause`] for the service. These waits do
/// not count for `Request::timeout`, which limits a single attempt.
///
/// Source: <https://learn.microsoft.com/graph/throttling>,
/// <https://learn.microsoft.com/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online>
/// (`RateLimit` headers), draft-ietf-httpapi-ratelimit-headers-03.
pub struct Limited<T> {
    inner: T,
    gate: Arc<Gate>,
}

impl<T: Transport> Limited<T> {
    /// Limits a transport. All clients that share it share its limits.
    pub fn new(inner: T, limits: Limits) -> Limited<T> {
        let state = State { free: limits.concurrent.max(1), ..State::default() };
        Limited { inner, gate: Arc::new(Gate { limits, state: Mutex::new(state) }) }
    }

    /// Waits until the request may be sent. The future can be dropped at any time.
    async fn enter(&self, workload: &Workload<'_>) -> Result<Place, TransportError> {
        let mut ticket = self.gate.ticket();
        let mut left = self.gate.limits.max_pause;
        let mut has_turn = false;
        loop {
            // The service can ask for a break again while this waits.
            while let Some(pause) = self.gate.pause(workload, self.inner.now(), left) {
                ticket.wait()?;
                left = left.saturating_sub(pause);
                self.inner.sleep(pause).await;
            }
            if !has_turn {
                has_turn = true;
                if let Some(wait) = self.gate.turn(workload, self.inner.now(), left) {
                    ticket.wait()?;
                    left = left.saturating_sub(wait);
                    self.inner.sleep(wait).await;
                    continue;
                }
            }
            let place = ticket.place().await?;
            if self.gate.pause(workload, self.inner.now(), left).is_none() {
                return Ok(place);
            }
            // Others can use the place meanwhile.
        }
    }
}

impl<T: Transport> Transport for Limited<T> {
    fn send(&self, request: http::Request<TransportBody>) -> BoxFuture<'_, TransportResult> {
        Box::pin(async move {
            let host = request.uri().authority().cloned();
            let host = host.as_ref().map_or("", |host| host.as_str());
            let attempt = request.extensions().get::<Attempt>();
            let workload =
                Workload { host, names: attempt.map_or(["", ""], |attempt| names(attempt.operation.path())) };
            let is_whole = attempt.is_some_and(|attempt| attempt.step != Step::Download);
            let place = self.enter(&workload).await?;
            let response = self.inner.send(request).await?;
            self.gate.note(&workload, response.status().as_u16(), response.headers(), self.inner.now());
            // Errors are short, and a client may ask for a token before it reads them.
            Ok(match is_whole && response.status().is_success() {
                true => response.map(|body| -> ByteStream { Box::pin(Held { body, place: Some(place) }) }),
                false => response,
            })
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.inner.sleep(duration)
    }

    fn timer(&self, duration: Duration) -> Option<BoxFuture<'_, ()>> {
        self.inner.timer(duration)
    }

    fn now(&self) -> SystemTime {
        self.inner.now()
    }
}

impl<T> fmt::Debug for Limited<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limited").field("limits", &self.gate.limits).finish_non_exhaustive()
    }
}

/// What the service counts together, as far as that is known.
struct Workload<'a> {
    host: &'a str,
    names: [&'static str; 2],
}

/// The first two names of a path template; keys are not names.
fn names(template: &'static str) -> [&'static str; 2] {
    let mut names = template.split('/').filter(|name| !name.is_empty() && !name.contains(['{', '(']));
    [names.next().unwrap_or_default(), names.next().unwrap_or_default()]
}

struct Gate {
    limits: Limits,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The number of places that nobody has.
    free: usize,
    /// The number of the next ticket.
    next: u64,
    /// The number of requests that wait for anything.
    waiting: usize,
    /// Those that wait for a place, by ticket: the first one is next.
    queue: BTreeMap<u64, Waker>,
    paces: Vec<Pace>,
}

/// What the service said about a workload.
struct Pace {
    host: String,
    names: [&'static str; 2],
    /// Nothing is sent before.
    paused_until: SystemTime,
    /// Until then, requests follow one another in this interval.
    spread_until: SystemTime,
    interval: Duration,
    /// When the next of them may be sent.
    next: SystemTime,
}

impl Pace {
    fn is_of(&self, workload: &Workload<'_>) -> bool {
        self.names == workload.names && self.host.eq_ignore_ascii_case(workload.host)
    }
}

/// The time from now until then; `None` if it has passed.
fn time_until(then: SystemTime, now: SystemTime) -> Option<Duration> {
    then.duration_since(now).ok().filter(|left| !left.is_zero())
}

impl Gate {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ticket(self: &Arc<Self>) -> Ticket {
        let mut state = self.lock();
        state.next += 1;
        Ticket { gate: self.clone(), number: state.next, waits: false }
    }

    /// How long the workload is paused, at most `left`.
    fn pause(&self, workload: &Workload<'_>, now: SystemTime, left: Duration) -> Option<Duration> {
        let state = self.lock();
        let pace = state.paces.iter().find(|pace| pace.is_of(workload))?;
        Some(time_until(pace.paused_until, now)?.min(left)).filter(|pause| !pause.is_zero())
    }

    /// Takes the next turn of a workload that slows down, and says how long to wait for it.
    fn turn(&self, workload: &Workload<'_>, now: SystemTime, left: Duration) -> Option<Duration> {
        let mut state = self.lock();
        let pace = state.paces.iter_mut().find(|pace| pace.is_of(workload))?;
        time_until(pace.spread_until, now)?;
        let turn = pace.next.max(now).min(pace.spread_until);
        // After the reset, there is no reason to be slow.
        pace.next = turn.checked_add(pace.interval).unwrap_or(pace.spread_until).min(pace.spread_until);
        Some(time_until(turn, now)?.min(left)).filter(|wait| !wait.is_zero())
    }

    /// Notes what the response says about the pace.
    fn note(&self, workload: &Workload<'_>, status: u16, headers: &HeaderMap, now: SystemTime) {
        let most = self.limits.max_pause;
        let pause = match status {
            429 | 503 => text(headers, "retry-after").and_then(|value| parse_retry_after(value, now)),
            _ => None,
        };
        let rate = Rate::read(headers);
        if pause.is_none() && rate.is_none() {
            return;
        }
        let mut state = self.lock();
        let pace = state.pace(workload, now);
        let after = |wait: Duration| now.checked_add(wait.min(most)).unwrap_or(now);
        if let Some(pause) = pause {
            pace.paused_until = pace.paused_until.max(after(pause));
        }
        match rate {
            Some(Rate { remaining, reset, .. }) if remaining < 1.0 => {
                pace.paused_until = pace.paused_until.max(after(reset));
            }
            Some(rate) if rate.is_low() => {
                pace.spread_until = after(rate.reset);
                pace.interval = rate.reset.min(most).div_f64(rate.remaining);
                // Turns that were given out stay as they are.
                pace.next = pace.next.max(after(pace.interval)).min(pace.spread_until);
            }
            Some(_) => pace.spread_until = now,
            None => {}
        }
    }

    /// Gives a place back. The first one in the queue takes it.
    fn leave(&self) {
        let first = {
            let mut state = self.lock();
            state.free += 1;
            state.first_waker()
        };
        first.into_iter().for_each(Waker::wake);
    }
}

impl State {
    /// The first one in the queue, if there is a place for it.
    fn first_waker(&self) -> Option<Waker> {
        let (_, waker) = self.queue.first_key_value().filter(|_| self.free > 0)?;
        Some(waker.clone())
    }

    fn pace(&mut self, workload: &Workload<'_>, now: SystemTime) -> &mut Pace {
        if let Some(known) = self.paces.iter().position(|pace| pace.is_of(workload)) {
            return &mut self.paces[known];
        }
        if self.paces.len() >= MAX_WORKLOADS {
            self.paces.retain(|pace| pace.paused_until > now || pace.spread_until > now);
        }
        if self.paces.len() >= MAX_WORKLOADS {
            self.paces.remove(0);
        }
        let last = self.paces.len();
        let (host, names) = (workload.host.to_owned(), workload.names);
        let interval = Duration::ZERO;
        self.paces.push(Pace { host, names, paused_until: now, spread_until: now, interval, next: now });
        &mut self.paces[last]
    }
}

/// What is left in the time window of the service.
struct Rate {
    limit: Option<f64>,
    remaining: f64,
    reset: Duration,
}

impl Rate {
    fn read(headers: &HeaderMap) -> Option<Rate> {
        let remaining = number(headers, "ratelimit-remaining")?;
        let reset = Duration::try_from_secs_f64(number(headers, "ratelimit-reset")?).unwrap_or(Duration::MAX);
        Some(Rate { limit: number(headers, "ratelimit-limit"), remaining, reset })
    }

    fn is_low(&self) -> bool {
        self.limit.is_none_or(|limit| self.remaining * 5.0 <= limit)
    }
}

/// The number in a header, before the parameters (`100, 100;w=10`); `None` if it makes no sense.
fn number(headers: &HeaderMap, name: &str) -> Option<f64> {
    let value = text(headers, name)?.split([',', ';']).next()?.trim().parse::<f64>().ok()?;
    Some(value).filter(|value| value.is_finite() && *value >= 0.0)
}

/// The number of a request. It leaves the queue when it is dropped.
struct Ticket {
    gate: Arc<Gate>,
    number: u64,
    /// Whether it counts as waiting.
    waits: bool,
}

impl Ticket {
    /// Counts the request as waiting.
    ///
    /// Error: too many wait already.
    fn wait(&mut self) -> Result<(), TransportError> {
        self.wait_in(&mut self.gate.clone().lock())
    }

    fn wait_in(&mut self, state: &mut State) -> Result<(), TransportError> {
        if self.waits {
            return Ok(());
        }
        if state.waiting >= self.gate.limits.queue {
            let (running, waiting) = (self.gate.limits.concurrent - state.free, state.waiting);
            return Err(TransportError::new(Fault::Busy, format!("{running} run and {waiting} wait in this client")));
        }
        state.waiting += 1;
        self.waits = true;
        Ok(())
    }

    /// A place, when all that came before have theirs.
    async fn place(&mut self) -> Result<Place, TransportError> {
        poll_fn(|cx| {
            let gate = self.gate.clone();
            let mut state = gate.lock();
            let is_first = state.queue.first_key_value().is_none_or(|(first, _)| self.number <= *first);
            if !is_first || state.free == 0 {
                if let Err(error) = self.wait_in(&mut state) {
                    return Poll::Ready(Err(error));
                }
                state.queue.insert(self.number, cx.waker().clone());
                return Poll::Pending;
            }
            state.queue.remove(&self.number);
            state.free -= 1;
            let next = state.first_waker();
            drop(state);
            next.into_iter().for_each(Waker::wake);
            Poll::Ready(Ok(Place { gate: gate.clone() }))
        })
        .await
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let next = {
            let mut state = self.gate.lock();
            state.queue.remove(&self.number);
            state.waiting -= usize::from(self.waits);
            state.first_waker()
        };
        next.into_iter().for_each(Waker::wake);
    }
}

/// The right to send a request. It ends when it is dropped.
struct Place {
    gate: Arc<Gate>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.gate.leave();
    }
}

/// A body whose request has its place until the end.
struct Held {
    body: ByteStream,
    place: Option<Place>,
}

impl Stream for Held {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = self.body.as_mut().poll_next(cx);
        if matches!(piece, Poll::Ready(None | Some(Err(_)))) {
            self.place = None;
        }
        piece
    }
}
