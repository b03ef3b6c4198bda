//! Threads for work that takes long and is independent, such as that on each API version.

use std::panic::resume_unwind;
use std::thread;

/// Works on each item in a thread of its own. The results are in the order of the items.
pub(crate) fn each<I: Send, R: Send>(items: impl IntoIterator<Item = I>, work: impl Fn(I) -> R + Sync) -> Vec<R> {
    let work = &work;
    thread::scope(|scope| {
        let running: Vec<_> = items.into_iter().map(|item| scope.spawn(move || work(item))).collect();
        running.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

/// Does both at the same time.
pub(crate) fn both<A, B: Send>(one: impl FnOnce() -> A, other: impl FnOnce() -> B + Send) -> (A, B) {
    thread::scope(|scope| {
        let running = scope.spawn(other);
        let done = one();
        (done, running.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}
