//! Ctrl-C in the middle of a change ends the program when the change is complete, which takes less than a second.

use std::process::exit;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

static CHANGING: Mutex<()> = Mutex::new(());
/// The code of programs that Ctrl-C ended, by convention of shells.
const INTERRUPTED: i32 = 130;

/// Until this is dropped, the program does not end by Ctrl-C, or because it is asked to terminate.
pub(super) fn hold() -> MutexGuard<'static, ()> {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // Without it, the next run completes what an interruption left.
        let _ = ctrlc::set_handler(|| {
            let _change = CHANGING.lock().unwrap_or_else(PoisonError::into_inner);
            eprintln!("error: interrupted; the files are complete, and the same command does the rest");
            exit(INTERRUPTED);
        });
    });
    CHANGING.lock().unwrap_or_else(PoisonError::into_inner)
}
