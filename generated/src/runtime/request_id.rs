//! Owns the identifier that the client gives to each request.

use std::hash::{BuildHasher, RandomState};

/// A new random UUID (version 4: RFC 9562, section 5.4) for the `client-request-id` header.
///
/// The random bits come from the keys of the standard library's hash maps, which the operating
/// system seeds once per thread and which change with every use. That makes the identifier unique,
/// which is all that correlation needs; it is no secret and must not be used as one.
///
/// Source: <https://learn.microsoft.com/graph/best-practices-concept> (reliability and support).
pub(crate) fn new_client_request_id() -> String {
    let high = RandomState::new().hash_one("high");
    let low = RandomState::new().hash_one("low");
    let version = (high & !0xF000) | 0x4000;
    let variant = (low & !(0b11 << 62)) | (0b10 << 62);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        version >> 32,
        (version >> 16) & 0xFFFF,
        version & 0xFFFF,
        variant >> 48,
        variant & 0xFFFF_FFFF_FFFF,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn is_a_version_4_uuid_and_different_each_time() {
        let ids: BTreeSet<String> = (0..1000).map(|_| new_client_request_id()).collect();
        assert_eq!(ids.len(), 1000);
        for id in ids {
            let lengths: Vec<usize> = id.split('-').map(str::len).collect();
            assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
            assert_eq!(&id[14..15], "4", "{id}");
            assert!("89ab".contains(&id[19..20]), "{id}");
        }
    }
}
