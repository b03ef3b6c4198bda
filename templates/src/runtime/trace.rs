//! Owns what is told to `tracing` (feature `tracing`); without the feature nothing is.
//!
//! A span `graph.request` for a request with all its attempts, and an event for each attempt. They
//! carry the method, the path template, statuses and identifiers; never a URL, a token, a header or
//! content.

use super::operation::Operation;
use std::time::Duration;

/// The span of one request.
pub(crate) struct Trace {
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Outcome<'a> {
    Status { status: u16, request_id: Option<&'a str> },
    Fault(super::transport::Fault),
}

#[cfg(feature = "tracing")]
impl Trace {
    pub(crate) fn new(operation: &'static Operation, client_request_id: &str) -> Trace {
        let span = tracing::debug_span!(
            "graph.request",
            method = operation.method.as_str(),
            path_template = operation.path,
            version = operation.version.as_str(),
            client_request_id,
        );
        Trace { span }
    }

    pub(crate) fn attempt(&self, number: u32, outcome: Outcome<'_>) {
        match outcome {
            Outcome::Status { status, request_id } => {
                tracing::debug!(parent: &self.span, attempt = number, status, request_id, "answered");
            }
            Outcome::Fault(fault) => tracing::debug!(parent: &self.span, attempt = number, ?fault, "no answer"),
        }
    }

    pub(crate) fn wait(&self, wait: Duration) {
        let milliseconds = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(parent: &self.span, milliseconds, "waiting before the next attempt");
    }
}

#[cfg(not(feature = "tracing"))]
impl Trace {
    pub(crate) fn new(_: &'static Operation, _: &str) -> Trace {
        Trace {}
    }

    pub(crate) fn attempt(&self, _: u32, outcome: Outcome<'_>) {
        match outcome {
            Outcome::Status { status: _, request_id: _ } | Outcome::Fault(_) => {}
        }
    }

    pub(crate) fn wait(&self, _: Duration) {}
}
