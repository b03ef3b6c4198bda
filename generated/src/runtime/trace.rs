//! Owns the events for `tracing` (feature `tracing`); without the feature there are none.
//!
//! There is a span `graph.request` for a request with all its attempts, and an event for each
//! attempt; and a warning for the first call of an operation that is not available in the cloud of the client. They contain the method, the path template, statuses and identifiers, but never a URL,
//! a token, a header or content.

use super::cloud::{Cloud, Clouds};
use super::operation::Operation;
use super::transport::Fault;
use std::time::Duration;

/// The span of one request.
pub(crate) struct Trace {
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

#[cfg(feature = "tracing")]
impl Trace {
    pub(crate) fn new(operation: Operation, client_request_id: &str) -> Trace {
        let span = tracing::debug_span!(
            "graph.request",
            method = operation.method().as_str(),
            path_template = operation.path(),
            version = operation.version().as_str(),
            client_request_id,
        );
        Trace { span }
    }

    /// An attempt was answered. The `request-id` is looked up only if there is a subscriber.
    pub(crate) fn answered<'h>(&self, attempt: u32, status: u16, request_id: impl FnOnce() -> Option<&'h str>) {
        tracing::debug!(parent: &self.span, attempt, status, request_id = request_id(), "answered");
    }

    /// An attempt was not answered.
    pub(crate) fn failed(&self, attempt: u32, fault: Fault) {
        tracing::debug!(parent: &self.span, attempt, ?fault, "no answer");
    }

    pub(crate) fn wait(&self, wait: Duration) {
        let milliseconds = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(parent: &self.span, milliseconds, "waiting before the next attempt");
    }
}

#[cfg(not(feature = "tracing"))]
impl Trace {
    pub(crate) fn new(_: Operation, _: &str) -> Trace {
        Trace {}
    }

    pub(crate) fn answered<'h>(&self, _: u32, _: u16, _: impl FnOnce() -> Option<&'h str>) {}

    pub(crate) fn failed(&self, _: u32, _: Fault) {}

    pub(crate) fn wait(&self, _: Duration) {}
}

/// The documentation says that an operation is not available in the cloud of the client.
#[cfg(feature = "tracing")]
pub(crate) fn not_available(operation: Operation, cloud: Cloud, clouds: Clouds) {
    tracing::warn!(
        method = operation.method().as_str(),
        path_template = operation.path(),
        version = operation.version().as_str(),
        %cloud,
        %clouds,
        "documented as not available in this cloud"
    );
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn not_available(_: Operation, _: Cloud, _: Clouds) {}
