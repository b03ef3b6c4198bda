//! Owns the text form of keys and certificates.
//!
//! Source: RFC 7468, sections 2, 5 and 10.

use crate::runtime::base64;

const BEGIN: &str = "-----BEGIN ";

/// A block of a text.
#[derive(Debug, PartialEq)]
pub(super) enum Block {
    /// Its content.
    Found(Vec<u8>),
    /// There is only one whose label ends with the wanted one, such as `RSA PRIVATE KEY`.
    Other,
    /// There is none, or the text is damaged.
    None,
}

/// The first block with a label. Blocks with other labels are skipped.
pub(super) fn block(text: &str, wanted: &str) -> Block {
    let mut rest = text;
    let mut result = Block::None;
    while let Some((_, block)) = rest.split_once(BEGIN) {
        let Some((label, content)) = block.split_once("-----") else { break };
        let Some((content, after)) = content.split_once("-----END ") else { break };
        rest = after;
        if label == wanted {
            let digits: String = content.split_ascii_whitespace().collect();
            return base64::decode(&digits).map_or(Block::None, Block::Found);
        }
        if label.ends_with(wanted) {
            result = Block::Other;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found() {
        let text = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n\
                    -----BEGIN PRIVATE KEY-----\r\nZm9v\r\nYmE=\r\n-----END PRIVATE KEY-----\n";
        assert_eq!(block(text, "PRIVATE KEY"), Block::Found(b"fooba".to_vec()));
        assert_eq!(block(text, "CERTIFICATE"), Block::Found(vec![0; 3]));
        for label in ["RSA", "ENCRYPTED"] {
            let other = format!("-----BEGIN {label} PRIVATE KEY-----\nAAAA\n-----END {label} PRIVATE KEY-----");
            assert_eq!(block(&other, "PRIVATE KEY"), Block::Other);
        }
        let key = "-----BEGIN PRIVATE KEY-----";
        for damaged in ["", "Zm9v", BEGIN, key, &format!("{key}\nZm9v"), &format!("{key}\n!\n-----END ")] {
            assert_eq!(block(damaged, "PRIVATE KEY"), Block::None, "{damaged}");
        }
    }
}
