//! Tests the limits of a client on itself: places, the queue, and the pace that the service asks for.

use crate::service::{response, run};
use bytes::Bytes;
use msgraph::runtime::{
    BoxFuture, Fault, InProcess, InProcessResult, Limited, Limits, Path, Transport, TransportBody, TransportResult,
};
use msgraph::{Client, Error, Operation, Request, RetryPolicy, StaticToken, Version};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

const USER: Operation = Operation::new("GET /v1.0/users/{id}");
const MAIL: Operation = Operation::new("GET /v1.0/users/{id}/messages");
const CONTENT: Operation = Operation::new("GET /v1.0/users/{id}/photo/$value");

fn users() -> Path {
    Path::root(Version::V1_0).segment("users")
}

fn user(id: &str) -> Request<Value> {
    Request::new(USER, users().key(id))
}

fn mail(id: &str) -> Request<Value> {
    Request::new(MAIL, users().key(id).segment("messages"))
}

/// A service whose answers are given one by one, in any order.
#[derive(Clone, Default)]
struct Held {
    state: Arc<Mutex<HeldState>>,
}

#[derive(Default)]
struct HeldState {
    /// The requests in the order in which they came, by their last path segment.
    came: Vec<String>,
    answered: BTreeMap<String, u16>,
    wakers: Vec<Waker>,
    running: usize,
    most: usize,
}

impl Held {
    fn answer(&self, id: &str, status: u16) {
        let mut state = self.state.lock().expect("not poisoned");
        state.answered.insert(id.to_owned(), status);
        state.wakers.drain(..).for_each(Waker::wake);
    }

    fn came(&self) -> Vec<String> {
        self.state.lock().expect("not poisoned").came.clone()
    }
}

impl Transport for Held {
    fn send(&self, request: http::Request<TransportBody>) -> BoxFuture<'_, TransportResult> {
        struct Running(Arc<Mutex<HeldState>>);
        impl Drop for Running {
            fn drop(&mut self) {
                self.0.lock().expect("not poisoned").running -= 1;
            }
        }
        let id = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
        Box::pin(async move {
            let _running = {
                let mut state = self.state.lock().expect("not poisoned");
                state.came.push(id.clone());
                state.running += 1;
                state.most = state.most.max(state.running);
                Running(self.state.clone())
            };
            let status = std::future::poll_fn(|cx| {
                let mut state = self.state.lock().expect("not poisoned");
                match state.answered.get(&id) {
                    Some(status) => Poll::Ready(*status),
                    None => {
                        state.wakers.push(cx.waker().clone());
                        Poll::Pending
                    }
                }
            });
            let status = status.await;
            InProcess::new(move |_| InProcess::json(status, "{}")).send(request).await
        })
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

fn limited(inner: impl Transport + 'static, limits: Limits) -> Client {
    let builder = Client::builder(StaticToken::new("t")).transport(inner);
    builder.layer(move |inner| Limited::new(inner, limits)).build().expect("is allowed")
}

#[tokio::test]
async fn no_more_run_than_allowed_and_the_first_to_come_is_the_first_to_go() {
    let service = Held::default();
    let client = limited(service.clone(), Limits::new().concurrent(2));
    let calls: Vec<_> = (0..6)
        .map(|number| {
            let client = client.clone();
            tokio::spawn(async move { client.send(user(&format!("u{number}"))).await })
        })
        .collect();
    // Not in the order of the tasks, so that the queue decides.
    for (answered, came) in [("u1", 3), ("u0", 4), ("u3", 5), ("u2", 6)] {
        tokio::task::yield_now().await;
        service.answer(answered, 200);
        while service.came().len() < came {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(service.came(), ["u0", "u1", "u2", "u3", "u4", "u5"]);
    (4..6).for_each(|number| service.answer(&format!("u{number}"), 200));
    for call in calls {
        call.await.expect("no panic").expect("a success");
    }
    assert_eq!(service.state.lock().expect("not poisoned").most, 2);
}

#[test]
fn a_full_queue_refuses_at_once_and_the_error_is_not_repeated() {
    let service = Held::default();
    let client = limited(service.clone(), Limits::new().concurrent(1).queue(1));
    let mut cx = Context::from_waker(Waker::noop());
    let (mut first, mut second) = (Box::pin(client.send(user("a"))), Box::pin(client.send(user("b"))));
    assert!(first.as_mut().poll(&mut cx).is_pending() && second.as_mut().poll(&mut cx).is_pending());
    let repeat = RetryPolicy::default().with_repeat_unsafe(true);
    let error = run(client.send(user("c").retry(repeat))).expect_err("one runs and one waits");
    assert!(matches!(&error, Error::Transport(error) if error.fault() == Fault::Busy), "{error:?}");
    assert_eq!(
        error.to_string(),
        "transport failed: not sent, too many requests wait: 1 run and 1 wait in this client"
    );
    service.answer("a", 200);
    service.answer("b", 200);
    assert!(first.as_mut().poll(&mut cx).is_ready());
    run(second).expect("its turn");
    run(client.send(user("b"))).expect("there is a place again");
    assert_eq!(service.came(), ["a", "b", "b"]);
}

#[test]
fn a_call_that_is_given_up_frees_its_place() {
    let service = Held::default();
    let client = limited(service.clone(), Limits::new().concurrent(1).queue(2));
    let mut cx = Context::from_waker(Waker::noop());
    let mut running = Box::pin(client.send(user("a")));
    let mut given_up = Box::pin(client.send(user("b")));
    let mut last = Box::pin(client.send(user("c")));
    for future in [&mut running, &mut given_up, &mut last] {
        assert!(future.as_mut().poll(&mut cx).is_pending());
    }
    // One in the queue, then one that runs.
    drop(given_up);
    drop(running);
    assert!(last.as_mut().poll(&mut cx).is_pending());
    assert_eq!(service.came(), ["a", "c"]);
    service.answer("c", 200);
    run(last).expect("its turn");
    service.answer("d", 200);
    run(client.send(user("d"))).expect("nothing is left over");
}

#[test]
fn a_woken_call_that_is_given_up_passes_its_turn_on() {
    struct Flag(AtomicUsize);
    impl std::task::Wake for Flag {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let service = Held::default();
    let client = limited(service.clone(), Limits::new().concurrent(1));
    let woken = Arc::new(Flag(AtomicUsize::new(0)));
    let waker = Waker::from(woken.clone());
    let (mut first, mut second, mut third) =
        (Box::pin(client.send(user("a"))), Box::pin(client.send(user("b"))), Box::pin(client.send(user("c"))));
    let mut cx = Context::from_waker(Waker::noop());
    assert!(first.as_mut().poll(&mut cx).is_pending() && second.as_mut().poll(&mut cx).is_pending());
    assert!(third.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    service.answer("a", 200);
    assert!(first.as_mut().poll(&mut cx).is_ready());
    assert_eq!(woken.0.load(Ordering::SeqCst), 0, "the second is next");
    drop(second);
    assert_eq!(woken.0.load(Ordering::SeqCst), 1);
}

#[test]
fn a_download_only_has_its_place_until_its_head_has_come() {
    let client = limited(InProcess::new(|_| InProcess::json(200, "{}")), Limits::new().concurrent(1));
    let path = users().key("a").segment("photo").segment("$value");
    let download = run(client.download(Request::<Bytes>::new(CONTENT, path))).expect("a download");
    run(client.send(user("a"))).expect("is not kept waiting by a download that nobody reads");
    assert_eq!(run(download.bytes()).expect("whole"), "{}");
}

/// A client, the clock, and when each request came after the start, in milliseconds.
fn timed(
    limits: Limits,
    answer: impl Fn(usize, &http::Request<Bytes>) -> InProcessResult + Send + Sync + 'static,
) -> (Client, impl Fn() -> Vec<u128>) {
    type Clock = Arc<Mutex<Option<Arc<InProcess>>>>;
    let clock = Clock::default();
    let times: Arc<Mutex<Vec<SystemTime>>> = Arc::default();
    let (for_service, seen) = (clock.clone(), times.clone());
    let service = Arc::new(InProcess::new(move |request| {
        let clock = for_service.lock().expect("not poisoned").clone().expect("is set");
        let mut seen = seen.lock().expect("not poisoned");
        seen.push(clock.now());
        answer(seen.len(), &request)
    }));
    let start = service.now();
    *clock.lock().expect("not poisoned") = Some(service.clone());
    let since = move |time: &SystemTime| time.duration_since(start).expect("later").as_millis();
    let client = limited(service, limits);
    (client, move || times.lock().expect("not poisoned").iter().map(&since).collect())
}

#[test]
fn after_a_429_all_calls_to_the_workload_wait() {
    let (client, times) = timed(Limits::new(), |number, _| match number {
        1 => response(429, &[("retry-after", "7")], ""),
        _ => InProcess::json(200, "{}"),
    });
    let never = RetryPolicy::never();
    run(client.send(mail("a").retry(never.clone()))).expect_err("throttled");
    run(client.send(user("a").retry(never.clone()))).expect("another workload");
    run(client.send(mail("b").retry(never.clone()))).expect("later");
    run(client.send(mail("c").retry(never))).expect("at once");
    assert_eq!(times(), [0, 0, 7_000, 7_000]);
    // A request that is repeated does not wait twice.
    let (client, times) = timed(Limits::new(), |number, _| match number {
        1 => response(503, &[("retry-after", "7")], ""),
        _ => InProcess::json(200, "{}"),
    });
    run(client.send(mail("a"))).expect("later");
    assert_eq!(times(), [0, 7_000]);
}

#[test]
fn calls_slow_down_as_less_is_left() {
    let rates = |limit: &'static str, remaining: &'static str, reset: &'static str| {
        [("ratelimit-limit", limit), ("ratelimit-remaining", remaining), ("ratelimit-reset", reset)]
    };
    let table = [
        // Much is left.
        (rates("100", "50", "10"), 0),
        // Five in ten seconds.
        (rates("100", "5", "10"), 2_000),
        (rates("100, 100;w=60", "5", "10"), 2_000),
        // The limit is not known.
        (rates("", "20", "10"), 500),
        (rates("100", "0", "10"), 10_000),
        // Bounded.
        (rates("100", "0", "99999999999999999999999999"), 60_000),
        (rates("100", "0.5", "1e300"), 60_000),
        (rates("1e300", "1", "1e300"), 60_000),
        // No sense.
        (rates("100", "-1", "10"), 0),
        (rates("100", "0", "-10"), 0),
        (rates("100", "NaN", "10"), 0),
        (rates("100", "0", "NaN"), 0),
        (rates("100", "0", "inf"), 0),
        (rates("100", "0", "Sun, 06 Nov 1994 08:49:37 GMT"), 0),
        (rates("100", "", ""), 0),
        (rates("100", "1e-300", "10"), 10_000),
    ];
    for (headers, expected) in table {
        let limits = Limits::new().max_pause(Duration::from_secs(60));
        let (client, times) = timed(limits, move |number, _| match number {
            1 => response(200, &headers, "{}"),
            _ => InProcess::json(200, "{}"),
        });
        run(client.send(mail("a"))).expect("a success");
        run(client.send(mail("b"))).expect("a success");
        assert_eq!(times(), [0, expected], "{headers:?}");
    }
}

#[test]
fn turns_are_spread_and_end_with_the_reset() {
    let headers = [("ratelimit-limit", "100"), ("ratelimit-remaining", "4"), ("ratelimit-reset", "8")];
    let (client, times) = timed(Limits::new(), move |number, _| match number {
        1 => response(200, &headers, "{}"),
        _ => InProcess::json(200, "{}"),
    });
    for _ in 0..7 {
        run(client.send(mail("a"))).expect("a success");
    }
    assert_eq!(times(), [0, 2_000, 4_000, 6_000, 8_000, 8_000, 8_000]);
}

#[test]
fn a_hostile_retry_after_is_bounded() {
    for value in ["99999999", "1e18", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let (client, times) = timed(Limits::new(), move |number, _| match number {
            1 => response(429, &[("retry-after", value)], ""),
            _ => InProcess::json(200, "{}"),
        });
        run(client.send(mail("a"))).expect_err("a longer wait than the policy allows");
        run(client.send(mail("b"))).expect("a success");
        assert_eq!(times(), [0, 180_000], "{value}");
    }
}

#[test]
fn many_workloads_are_forgotten_again() {
    let (client, times) = timed(Limits::new(), |_, request| match request.uri().host() {
        Some("graph.microsoft.com") => InProcess::json(200, "{}"),
        _ => response(200, &[("ratelimit-remaining", "0"), ("ratelimit-reset", "100")], "{}"),
    });
    for number in 0..200 {
        let link = format!("https://host{number}.example/");
        run(client.send(user("a").at_link(link).anonymous())).expect("a success");
    }
    assert_eq!(times().last(), Some(&0));
}
