//! A lock is refused or read, and what was read is the same after it was written.
#![no_main]

use graphdocs::facts_file::{read_lock, write_lock};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(lock) = read_lock(text) else { return };
    let written = write_lock(&lock);
    let again = read_lock(&written).expect("a lock that was written can be read");
    assert_eq!(write_lock(&again), written);
});
