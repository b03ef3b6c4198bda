//! Owns long-running work: `202 Accepted` with a `Location` to poll.
//!
//! Source: <https://learn.microsoft.com/graph/long-running-actions-overview>.

use super::attempt::Step;
use super::client::Client;
use super::error::{Error, LinkFault};
use super::exchange::{Redirects, Run, WholeReply, text};
use super::operation::Operation;
use super::path::Path;
use super::request::{Parts, Request};
use super::response::without_mark;
use super::retry::{LEAST_POLL, RetryPolicy, parse_retry_after, poll_wait};
use super::trace::Trace;
use serde_json::Value;
use std::fmt;
use std::time::Duration;

impl Client {
    /// Starts work that continues after the response.
    ///
    /// Error: as for [`Client::send`]; [`Error::Link`] if the service answered without a `Location`,
    /// or with one that is not https.
    pub async fn start<T>(&self, request: Request<T>) -> Result<Monitor, Error> {
        let operation = request.operation();
        let parts = request.into_parts();
        let reply = Run::new(&self.shared, &parts, Redirects::Trusted)?.whole_reply().await?;
        let location = text(&reply.headers, "location").or_else(|| text(&reply.headers, "operation-location"));
        let location = location.ok_or(LinkFault::Missing)?;
        let url = self.shared.service.monitor(operation.version(), location);
        let mut monitor = self.monitor(operation, &url)?;
        monitor.wait = self.named_wait(&reply);
        Ok(monitor)
    }

    /// Monitors work that was started earlier or elsewhere; `url` is [`Monitor::url`].
    ///
    /// Error: [`Error::Link`] if the address is not https.
    pub fn monitor(&self, operation: Operation, url: &str) -> Result<Monitor, Error> {
        let uri = self.shared.service.check_link(url, false)?;
        let ask: Request<()> = Request::new(ask_about(operation), Path::root(operation.version())).at_link(url);
        let mut parts = ask.into_parts();
        // Monitors of other hosts are pre-authenticated.
        parts.options.anonymous = !self.shared.service.trusts(&uri);
        parts.options.step = Step::Poll;
        Ok(Monitor { client: self.clone(), parts, wait: None, asked: 0 })
    }

    fn named_wait(&self, reply: &WholeReply) -> Option<Duration> {
        let wait = parse_retry_after(text(&reply.headers, "retry-after")?, self.shared.transport.now())?;
        Some(wait).filter(|wait| *wait >= LEAST_POLL)
    }
}

/// Errors while polling only name the version, because the operation itself was accepted.
fn ask_about(operation: Operation) -> Operation {
    const ASK_V1: Operation = Operation::new("GET /v1.0/(monitor)");
    const ASK_BETA: Operation = Operation::new("GET /beta/(monitor)");
    match operation.version() {
        super::Version::V1_0 => ASK_V1,
        super::Version::Beta => ASK_BETA,
    }
}

/// Polls the progress of work. The token is only sent if the address is that of the service.
#[must_use]
pub struct Monitor {
    client: Client,
    parts: Parts,
    wait: Option<Duration>,
    asked: u32,
}

/// The progress of work.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// The state in the words of the service, such as `notStarted`, `inProgress`, `completed`,
    /// `failed`; empty if it does not say.
    pub status: String,
    /// From 0 to 100, if the service says so.
    pub percentage: Option<f64>,
    /// The key of the created resource.
    pub resource_id: Option<String>,
    /// The address of the created resource.
    pub resource_location: Option<String>,
    /// The whole response of the service.
    pub body: Value,
    /// Whether the work has ended, successfully or not.
    pub is_done: bool,
    /// Whether it ended with a failure.
    pub is_failed: bool,
}

impl Monitor {
    /// The address to poll, to continue later or elsewhere ([`Client::monitor`]). It can be
    /// pre-authenticated and thus a secret.
    pub fn url(&self) -> &str {
        self.parts.link.as_deref().unwrap_or_default()
    }

    /// Polls once.
    ///
    /// Error: as for [`Client::send`].
    pub async fn poll(&mut self) -> Result<Progress, Error> {
        self.poll_with(None, None).await
    }

    async fn poll_with(&mut self, timeout: Option<Duration>, retry: Option<RetryPolicy>) -> Result<Progress, Error> {
        // A copy, so that nothing is left of these options if the poll is given up.
        let mut parts = self.parts.clone();
        (parts.options.timeout, parts.options.retry) = (timeout, retry);
        let reply = Run::new(&self.client.shared, &parts, Redirects::Anywhere)?.whole_reply().await?;
        self.wait = self.client.named_wait(&reply);
        self.asked += 1;
        let body: Value = serde_json::from_slice(without_mark(&reply.body)).unwrap_or_default();
        Ok(progress(reply.status, text(&reply.headers, "location"), body))
    }

    /// Polls until the work has ended, successfully or not, or until the next poll would exceed
    /// `within`; then the last response is returned, with `is_done` false. Waits as long as the
    /// service says (`Retry-After`, if that is at least half a second), otherwise 1 to 30 seconds. The time that the
    /// service takes to answer counts.
    ///
    /// Error: as for [`Client::send`].
    pub async fn wait(&mut self, within: Duration) -> Result<Progress, Error> {
        let client = self.client.clone();
        let transport = &client.shared.transport;
        let trace = Trace::new(self.parts.operation, "");
        let started = transport.now();
        let mut waited = Duration::ZERO;
        // The clock can be set back while this waits.
        let left = |waited| {
            let passed = transport.now().duration_since(started).unwrap_or_default();
            within.saturating_sub(passed.max(waited))
        };
        // The response that accepted the work can say when to poll first.
        if let Some(wait) = self.wait.take_if(|wait| self.asked == 0 && *wait <= within) {
            waited += wait;
            client.shared.rest(&trace, wait).await;
        }
        let mut last = None;
        loop {
            let progress = match (self.poll_within(left(waited)).await, last) {
                (Ok(progress), _) => progress,
                // The time is up: what is known is the last response.
                (Err(_), Some(last)) if left(waited) < LEAST_POLL => return Ok(last),
                (Err(error), _) => return Err(error),
            };
            let wait = poll_wait(self.wait, self.asked);
            if progress.is_done || left(waited) < wait {
                return Ok(progress);
            }
            last = Some(progress);
            waited += wait;
            client.shared.rest(&trace, wait).await;
        }
    }

    /// Polls once; neither an answer nor its attempts take longer.
    async fn poll_within(&mut self, left: Duration) -> Result<Progress, Error> {
        let shared = &self.client.shared;
        let left = left.max(LEAST_POLL);
        let timeout = shared.timeout.map_or(left, |timeout| timeout.min(left));
        let retry = shared.retry.clone();
        let total = retry.max_total.min(left);
        self.poll_with(Some(timeout), Some(retry.with_max_total(total))).await
    }
}

impl fmt::Debug for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Monitor").field("asked", &self.asked).finish_non_exhaustive()
    }
}

fn progress(status: u16, location: Option<&str>, body: Value) -> Progress {
    let find = |names: &[&str]| {
        let mut found = names.iter().filter_map(|name| body[*name].as_str().filter(|text| !text.is_empty()));
        found.next().map(str::to_owned)
    };
    let state = find(&["status", "operationStatus"]).unwrap_or_default();
    let lower = state.to_ascii_lowercase();
    let is_failed = matches!(lower.as_str(), "failed" | "deletefailed" | "cancelled" | "canceled");
    let is_open = matches!(
        lower.as_str(),
        "notstarted" | "running" | "inprogress" | "waiting" | "updating" | "deletepending" | "unknownfuturevalue"
    );
    // A monitor without a state has ended when it stops answering 202.
    let is_done = if state.is_empty() { status != 202 } else { !is_open };
    Progress {
        percentage: body["percentageComplete"].as_f64(),
        resource_id: find(&["resourceId", "targetResourceId"]),
        resource_location: find(&["resourceLocation", "targetResourceLocation"]).or(location.map(str::to_owned)),
        status: state,
        body,
        is_done,
        is_failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn states() {
        let table = [
            (202, json!({"status": "notStarted"}), false, false),
            (200, json!({"status": "inProgress", "percentageComplete": 12.5}), false, false),
            (202, json!({"status": "completed", "resourceId": "1"}), true, false),
            (200, json!({"status": "failed"}), true, true),
            (202, json!(null), false, false),
            (200, json!({"id": "the result"}), true, false),
            (201, json!(null), true, false),
        ];
        for (status, body, is_done, is_failed) in table {
            let progress = progress(status, None, body);
            assert_eq!((progress.is_done, progress.is_failed), (is_done, is_failed), "{progress:?}");
        }
    }
}
