//! Owns the identifier that the client gives to each request.

use super::random::random_number;

/// A random UUID (version 4: RFC 9562, section 5.4) for the `client-request-id` header. Repeated
/// attempts of a request have the same id.
///
/// Source: <https://learn.microsoft.com/graph/best-practices-concept> (reliability and support).
#[derive(Clone, Copy)]
pub(crate) struct ClientRequestId([u8; 36]);

impl ClientRequestId {
    pub(crate) fn new() -> ClientRequestId {
        let version = (random_number() & !0xF000) | 0x4000;
        let variant = (random_number() & !(0b11 << 62)) | (0b10 << 62);
        // By hand: formatting would cost more than sending the header.
        let mut text = [b'-'; 36];
        let mut bits = (u128::from(version) << 64) | u128::from(variant);
        for (index, digit) in text.iter_mut().enumerate().rev() {
            if !matches!(index, 8 | 13 | 18 | 23) {
                *digit = b"0123456789abcdef"[(bits & 0xF) as usize];
                bits >>= 4;
            }
        }
        ClientRequestId(text)
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn is_a_version_4_uuid_and_different_each_time() {
        let ids: BTreeSet<String> = (0..1000).map(|_| ClientRequestId::new().as_str().to_owned()).collect();
        assert_eq!(ids.len(), 1000);
        for id in ids {
            let lengths: Vec<usize> = id.split('-').map(str::len).collect();
            assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
            assert_eq!(&id[14..15], "4", "{id}");
            assert!("89ab".contains(&id[19..20]), "{id}");
        }
    }
}
