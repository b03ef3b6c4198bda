//! Owns randomness that does not have to be secret: identifiers and jitter.

use std::hash::{BuildHasher, RandomState};

/// A random number from the keys of the hash maps of the standard library, which the operating
/// system seeds once per thread and which change with every use. It is different each time, which
/// is enough for correlation and jitter, but it must not be used as a secret.
pub(crate) fn random_number() -> u64 {
    RandomState::new().hash_one(0)
}
