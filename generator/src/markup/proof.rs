//! Proof that the reconstructed source text is the original.
//!
//! `ms.openlocfilehash` is the SHA-1 of the source-language file with CRLF line ends, front matter
//! included. The front matter of a localized page holds a translated title and description, so the
//! original one has to be guessed from the page; see [`prove`].

use sha1::{Digest, Sha1};

use super::Page;

/// SHA-1 of a text with its line ends turned into CRLF.
#[must_use]
pub fn crlf_sha1(parts: &[&str]) -> [u8; 20] {
    let mut hasher = Sha1::new();
    for part in parts {
        update_crlf(&mut hasher, part);
    }
    hasher.finalize().into()
}

fn update_crlf(hasher: &mut Sha1, text: &str) {
    for line in text.split_inclusive('\n') {
        match line.strip_suffix('\n') {
            Some(line) => {
                hasher.update(line.strip_suffix('\r').unwrap_or(line));
                hasher.update("\r\n");
            }
            None => hasher.update(line),
        }
    }
}

/// Whether the source text of a page is the original, byte for byte; `None` when the page names no
/// hash or has no source side.
#[must_use]
pub fn prove(page: &Page<'_>) -> Option<bool> {
    let front = page.front_matter.as_ref().filter(|front| !front.source_hash.is_empty() && page.unit_count() > 0)?;
    let mut parts = Vec::new();
    page.for_each_source_part(|part| parts.push(part));
    let found: String = crlf_sha1(&parts).iter().map(|byte| format!("{byte:02x}")).collect();
    Some(found == front.source_hash)
}
