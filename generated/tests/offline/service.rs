//! Owns a service in this process that answers from a list and records the requests.

use bytes::Bytes;
use msgraph::runtime::{Fault, InProcess, InProcessResult, TransportError};
use msgraph::{Client, RetryPolicy, StaticToken};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// The recorded requests.
pub(crate) type Sent = Arc<Mutex<Vec<http::Request<Bytes>>>>;

/// The base URL of the clients here.
pub(crate) const BASE: &str = "https://graph.microsoft.com";

/// A client whose service sends these responses, one after the other.
pub(crate) fn client(answers: Vec<InProcessResult>) -> (Client, Sent) {
    let answers = Mutex::new(VecDeque::from(answers));
    client_with(move |_| answers.lock().expect("not poisoned").pop_front().expect("another answer"))
}

/// A client whose service is a function.
pub(crate) fn client_with(
    answer: impl Fn(&http::Request<Bytes>) -> InProcessResult + Send + Sync + 'static,
) -> (Client, Sent) {
    let sent = Sent::default();
    let seen = sent.clone();
    let service = InProcess::new(move |request| {
        let result = answer(&request);
        seen.lock().expect("not poisoned").push(request);
        result
    });
    let client = Client::builder(StaticToken::new("s3cret")).transport(service).retry(RetryPolicy::default());
    (client.build().expect("is allowed"), sent)
}

/// A response with headers.
pub(crate) fn response(status: u16, headers: &[(&str, &str)], body: impl Into<Bytes>) -> InProcessResult {
    let mut response = http::Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    Ok(response.body(body.into()).expect("valid headers"))
}

/// A fault instead of a response.
pub(crate) fn fault(fault: Fault) -> InProcessResult {
    Err(TransportError::new(fault, "injected"))
}

/// Runs a future that never really waits.
pub(crate) fn run<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..1_000_000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
    }
    panic!("the future waits for something");
}

/// `METHOD path?query` of each request.
pub(crate) fn lines(sent: &Sent) -> Vec<String> {
    let sent = sent.lock().expect("not poisoned");
    sent.iter().map(|request| format!("{} {}", request.method(), request.uri())).collect()
}

/// A header of a request.
pub(crate) fn header(sent: &Sent, index: usize, name: &str) -> Option<String> {
    let sent = sent.lock().expect("not poisoned");
    sent[index].headers().get(name).map(|value| value.to_str().expect("text").to_owned())
}
