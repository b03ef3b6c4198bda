//! Shows the progress of long work: a counter on a terminal, nothing in a pipe.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Less work is done before anyone can read a counter.
const WORTH_SHOWING: usize = 200;

pub(crate) struct Progress {
    what: &'static str,
    total: usize,
    done: AtomicUsize,
    visible: bool,
}

impl Progress {
    pub(crate) fn new(what: &'static str, total: usize) -> Self {
        Self {
            what,
            total,
            done: AtomicUsize::new(0),
            visible: total > WORTH_SHOWING && std::io::stderr().is_terminal(),
        }
    }

    /// Work without steps: shows its name until it is dropped.
    pub(crate) fn phase(what: &'static str, size: usize) -> Self {
        let progress = Self::new(what, size);
        if progress.visible {
            let _ = write!(std::io::stderr(), "\r{what}…");
        }
        progress
    }

    pub(crate) fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if self.visible && done.is_multiple_of(100) {
            let mut stderr = std::io::stderr().lock();
            // A closed terminal is no reason to stop.
            let _ = write!(stderr, "\r{done} of {} {}", self.total, self.what);
            let _ = stderr.flush();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.visible {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}
