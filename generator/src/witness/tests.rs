//! Which pages are merged.

use super::*;
use crate::extract::{PageInput, extract_page};
use crate::vocab::Vocab;

fn page(locale: &str, front: &str, body: &str) -> PageFacts {
    let vocab = Vocab::parse(Vec::new()).expect("no vocabulary");
    let raw = format!("---\nms.contentlocale: {locale}\n{front}\n---\n{body}");
    extract_page(PageInput::new(&PagePath::new("api-reference/v1.0/resources/lamp.md"), locale, raw.as_bytes()), &vocab)
}

#[test]
fn the_newest_pages_are_merged() {
    let _ = page;
}
