//! Owns randomness that need not be secret: identifiers and jitter.

use std::hash::{BuildHasher, RandomState};

/// A random number from the keys of the standard library's hash maps, which the operating system
/// seeds once per thread and which change with every use. Different each time, which is all that
/// correlation and jitter need; it must not be used as a secret.
pub(crate) fn random_number() -> u64 {
    RandomState::new().hash_one(0)
}
