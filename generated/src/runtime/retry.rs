//! Owns the decision whether and when a request is sent again.
//!
//! It sends nothing and does not wait. Single requests, pages, batch calls and their parts, pieces of uploads and polls
//! all have their attempts from here.

use super::operation::Method;
use std::time::Duration;
#[cfg(feature = "transport")]
use {super::random::random_number, super::transport::Fault, std::time::SystemTime};

/// The rules for sending a failed request again.
///
/// Requests are repeated after status 429, 503 and 504, and after faults of the connection. Requests that are
/// not idempotent (POST, PATCH) are only repeated if the service did not act on them: after 429, after 503
/// with a `Retry-After`, and if there was no connection. `Retry-After` is obeyed; otherwise the waits grow
/// exponentially, with jitter. If the next wait would exceed a limit, the failure is returned.
///
/// Source: <https://learn.microsoft.com/graph/throttling>; RFC 9110, sections 9.2.2 and 10.2.3.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// The maximum number of attempts, including the first; 4 by default.
    pub max_attempts: u32,
    /// The maximum duration of all attempts and waits together; 3 minutes by default. It does not
    /// end an attempt that has started: see `Request::timeout`.
    pub max_total: Duration,
    /// The first wait if the service names none; 1 second by default. It doubles each time.
    pub first_wait: Duration,
    /// The longest wait if the service names none; 30 seconds by default.
    pub max_wait: Duration,
    /// Whether a request that is not idempotent is repeated although the service may have acted on
    /// it; false by default. Only use it for operations that may be carried out twice.
    pub repeat_unsafe: bool,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicy {
            max_attempts: 4,
            max_total: Duration::from_secs(180),
            first_wait: Duration::from_secs(1),
            max_wait: Duration::from_secs(30),
            repeat_unsafe: false,
        }
    }
}

impl RetryPolicy {
    /// Every request is sent only once.
    pub fn never() -> RetryPolicy {
        RetryPolicy { max_attempts: 1, ..RetryPolicy::default() }
    }

    /// The stricter limits of both; whether a request may be repeated is for each request to say.
    #[cfg(feature = "transport")]
    pub(crate) fn stricter(self, other: &RetryPolicy) -> RetryPolicy {
        RetryPolicy {
            max_attempts: self.max_attempts.min(other.max_attempts),
            max_total: self.max_total.min(other.max_total),
            ..self
        }
    }

    /// Sets [`RetryPolicy::max_attempts`].
    pub fn with_max_attempts(mut self, attempts: u32) -> RetryPolicy {
        self.max_attempts = attempts;
        self
    }

    /// Sets [`RetryPolicy::max_total`].
    pub fn with_max_total(mut self, total: Duration) -> RetryPolicy {
        self.max_total = total;
        self
    }

    /// Sets [`RetryPolicy::repeat_unsafe`].
    pub fn with_repeat_unsafe(mut self, repeat: bool) -> RetryPolicy {
        self.repeat_unsafe = repeat;
        self
    }
}

impl Method {
    /// Whether sending the same request twice has the effect of sending it once (RFC 9110, section
    /// 9.2.2; RFC 5789 for PATCH).
    pub const fn is_idempotent(self) -> bool {
        matches!(self, Method::Get | Method::Put | Method::Delete)
    }
}

/// How an attempt failed.
#[cfg(feature = "transport")]
#[derive(Debug, Clone, Copy)]
pub(crate) enum Failure<'a> {
    /// The service answered, with this status and `Retry-After`.
    Status(u16, Option<&'a str>),
    /// The transport failed.
    Fault(Fault),
    /// The service answered with success, but the content ends too early.
    Truncated,
}

/// The attempts of one request under its policy.
#[cfg(feature = "transport")]
#[derive(Debug)]
pub(crate) struct Attempts<'a> {
    policy: &'a RetryPolicy,
    idempotent: bool,
    /// The number of times that the request was sent.
    pub(crate) sent: u32,
    pub(crate) started: SystemTime,
}

#[cfg(feature = "transport")]
impl<'a> Attempts<'a> {
    pub(crate) fn new(policy: &'a RetryPolicy, idempotent: bool, now: SystemTime) -> Attempts<'a> {
        Attempts { policy, idempotent: idempotent || policy.repeat_unsafe, sent: 0, started: now }
    }

    /// Counts on from other requests for the same thing.
    pub(crate) fn continue_from(&mut self, earlier: &Attempts<'_>) {
        (self.sent, self.started) = (earlier.sent, earlier.started);
    }

    /// For a part of the same call, with its own policy.
    pub(crate) fn of_part<'p>(&self, policy: &'p RetryPolicy, idempotent: bool) -> Attempts<'p> {
        Attempts { sent: self.sent, ..Attempts::new(policy, idempotent, self.started) }
    }

    /// How long to wait before the next attempt; `None` if there is no next attempt.
    pub(crate) fn wait_after(&self, failure: Failure<'_>, now: SystemTime) -> Option<Duration> {
        if self.sent >= self.policy.max_attempts {
            return None;
        }
        let retry_after = match failure {
            Failure::Status(_, Some(value)) => parse_retry_after(value, now),
            _ => None,
        };
        let refused = match failure {
            Failure::Status(429, _) | Failure::Fault(Fault::Connect) => true,
            Failure::Status(503, _) => retry_after.is_some() || self.idempotent,
            Failure::Status(504, _) | Failure::Fault(Fault::Timeout | Fault::Interrupted) => self.idempotent,
            Failure::Truncated => self.idempotent,
            Failure::Status(..) | Failure::Fault(Fault::Protocol | Fault::Busy) => false,
        };
        if !refused {
            return None;
        }
        let wait = retry_after.unwrap_or_else(|| self.backoff());
        self.allows(wait, now).then_some(wait)
    }

    /// Whether there is time for a wait.
    pub(crate) fn allows(&self, wait: Duration, now: SystemTime) -> bool {
        let passed = now.duration_since(self.started).unwrap_or_default();
        passed.checked_add(wait).is_some_and(|total| total <= self.policy.max_total)
    }

    /// Between half and all of an exponentially growing wait, so that clients that failed together
    /// do not come back together.
    fn backoff(&self) -> Duration {
        let doublings = self.sent.saturating_sub(1).min(20);
        let wait = self.policy.first_wait.saturating_mul(1 << doublings).min(self.policy.max_wait);
        let fraction = (random_number() >> 11) as f64 / (1_u64 << 53) as f64;
        wait.mul_f64(0.5 + 0.5 * fraction)
    }
}

/// A shorter wait between two polls that the service names (none, a past date) says nothing.
#[cfg(feature = "transport")]
pub(crate) const LEAST_POLL: Duration = Duration::from_millis(500);

/// The wait between two polls of long-running work: what the service names, or one that grows from 1 to 30 seconds.
#[cfg(feature = "transport")]
pub(crate) fn poll_wait(named: Option<Duration>, asked: u32) -> Duration {
    const FIRST: Duration = Duration::from_secs(1);
    const LONGEST: Duration = Duration::from_secs(30);
    named
        .filter(|named| *named >= LEAST_POLL)
        .unwrap_or_else(|| FIRST.saturating_mul(1 << asked.clamp(1, 6) >> 1).min(LONGEST))
}

/// Seconds, possibly with a fraction, or an HTTP date (RFC 9110, section 10.2.3; fractions are from
/// <https://learn.microsoft.com/graph/throttling>). `None` for anything else.
#[cfg(feature = "transport")]
pub(crate) fn parse_retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds.max(0.0)).ok();
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(all(test, feature = "transport"))]
mod tests {
    use super::*;

    fn now() -> SystemTime {
        // 1994-11-06 08:49:30
        SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_770)
    }

    #[test]
    fn retry_after_has_three_forms() {
        let table = [
            ("2", Some(2.0)),
            (" 2.128 ", Some(2.128)),
            ("0.249", Some(0.249)),
            ("0", Some(0.0)),
            ("-3", Some(0.0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(7.0)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(7.0)),
            ("Sun Nov  6 08:49:37 1994", Some(7.0)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0.0)),
            ("soon", None),
            ("NaN", Some(0.0)),
            ("inf", None),
            ("1e300", None),
            ("", None),
        ];
        for (value, expected) in table {
            let parsed = parse_retry_after(value, now());
            assert_eq!(parsed.map(|wait| wait.as_secs_f64()), expected, "{value}");
        }
    }

    /// Whether a second attempt follows a failure of the first.
    fn again(method: Method, failure: Failure<'_>) -> bool {
        let policy = RetryPolicy::default();
        let mut attempts = Attempts::new(&policy, method.is_idempotent(), now());
        attempts.sent = 1;
        attempts.wait_after(failure, now()).is_some()
    }

    #[test]
    fn what_may_have_been_applied_is_not_repeated() {
        let table = [
            (Failure::Status(429, None), true, true),
            (Failure::Status(503, Some("1")), true, true),
            (Failure::Status(503, None), true, false),
            (Failure::Status(504, Some("1")), true, false),
            (Failure::Status(500, None), false, false),
            (Failure::Status(502, None), false, false),
            (Failure::Status(400, Some("1")), false, false),
            (Failure::Fault(Fault::Connect), true, true),
            (Failure::Fault(Fault::Timeout), true, false),
            (Failure::Fault(Fault::Interrupted), true, false),
            (Failure::Fault(Fault::Protocol), false, false),
            (Failure::Truncated, true, false),
        ];
        for (failure, idempotent, other) in table {
            for method in [Method::Get, Method::Put, Method::Delete] {
                assert_eq!(again(method, failure), idempotent, "{method} {failure:?}");
            }
            for method in [Method::Post, Method::Patch] {
                assert_eq!(again(method, failure), other, "{method} {failure:?}");
            }
        }
    }

    #[test]
    fn attempts_and_time_are_bounded() {
        let policy = RetryPolicy::default();
        let mut attempts = Attempts::new(&policy, true, now());
        let wait = |attempts: &Attempts<'_>, value, passed| {
            attempts.wait_after(Failure::Status(429, value), now() + Duration::from_secs(passed))
        };
        for (sent, least, most) in [(1, 0.5, 1.0), (2, 1.0, 2.0), (3, 2.0, 4.0)] {
            attempts.sent = sent;
            let wait = wait(&attempts, None, 0).expect("another attempt").as_secs_f64();
            assert!((least..=most).contains(&wait), "{sent}: {wait}");
        }
        attempts.sent = 4;
        assert_eq!(wait(&attempts, None, 0), None);
        let patient = RetryPolicy::default().with_max_attempts(20);
        let mut many = Attempts::new(&patient, true, now());
        many.sent = 10;
        let longest = wait(&many, None, 0).expect("another attempt");
        assert!(longest <= patient.max_wait, "{longest:?}");
        attempts.sent = 1;
        assert_eq!(wait(&attempts, Some("180"), 0), Some(Duration::from_secs(180)));
        assert_eq!(wait(&attempts, Some("180"), 1), None);
        assert_eq!(wait(&attempts, Some("181"), 0), None);
        let never = RetryPolicy::never();
        let mut once = Attempts::new(&never, true, now());
        once.sent = 1;
        assert_eq!(wait(&once, Some("0"), 0), None);
    }
}
