//! Proof that the reconstructed source text is the original.
//!
//! `ms.openlocfilehash` is the SHA-1 of the source-language file with CRLF line ends, front matter
//! included. A localized page has the front matter in translation, and its title and description have no
//! source side. They are guessed from the page: the title is the heading, the description is the first
//! paragraph without its links, and the values are quoted in one of a few styles. A match of the hash
//! proves guess and body together; a mismatch proves nothing.

use std::fmt::Write as _;

use sha1::{Digest, Sha1};

use super::{BlockKind, Container, Page};

/// Entries that the localization pipeline adds.
const ADDED: &[&str] = &[
    "ms.openlocfilehash",
    "ms.sourcegitcommit",
    "ms.translationtype",
    "ms.contentlocale",
    "ms.lasthandoff",
    "ms.locfileid",
];

/// The values that are in double quotes.
type Style = &'static [&'static str];

const USUAL: Style = &["title", "description", "author", "ms.prod"];
const ALL: Style = &["title", "description", "author", "ms.prod", "doc_type"];

/// The tools that wrote the front matter differ in the order of its entries and in what they quote, so
/// that the order, which translation keeps, tells the style. Where the author comes first, no blank line
/// follows the front matter.
fn styles(keys: &[&str]) -> &'static [Style] {
    match keys {
        ["author", "title", ..] => &[&["ms.prod"]],
        ["author", ..] => &[&["description", "ms.prod"]],
        ["title", "description", "author", "doc_type", ..] => &[ALL, USUAL],
        ["title", "description", "localization_priority", "author", ..] => &[USUAL, ALL],
        _ => &[USUAL],
    }
}

/// Whether the source text of a page is the original, byte for byte; `None` when the page names no
/// hash or has no source side.
#[must_use]
pub fn prove(page: &Page<'_>) -> Option<bool> {
    let front = page.front_matter.as_ref().filter(|front| !front.source_hash.is_empty() && page.unit_count() > 0)?;
    let Some(expected) = parse_hash(&front.source_hash) else { return Some(false) };
    let body = crlf_body(page);
    let title = page.sections.iter().find(|section| section.level == 1).and_then(|section| section.heading);
    let title = title.map(|text| page.view(text).source().trim()).unwrap_or_default();
    let paragraph = first_paragraph(page).unwrap_or_default();
    let sentence = paragraph.split_inclusive(". ").next().unwrap_or_default().trim_end();
    let kept = || front.entries.iter().filter(|(key, _)| !ADDED.contains(&key.as_str()));
    let keys: Vec<_> = kept().map(|(key, _)| key.as_str()).collect();
    let has_blank_line = keys.first() != Some(&"author");
    // Each guess costs a hash of the whole page.
    let mut guesses: Vec<_> = styles(&keys).iter().map(|style| (paragraph.as_str(), *style)).collect();
    if sentence != paragraph {
        guesses.push((sentence, guesses[0].1));
    }
    Some(guesses.into_iter().any(|(description, style)| {
        let mut head = String::from("---\r\n");
        for (key, value) in kept() {
            let value = match key.as_str() {
                "title" => title,
                "description" => description,
                _ => value,
            };
            let quote = if style.contains(&key.as_str()) { "\"" } else { "" };
            let _ = write!(head, "{key}: {quote}{value}{quote}\r\n");
        }
        head.push_str(if has_blank_line { "---\r\n\r\n" } else { "---\r\n" });
        Sha1::new().chain_update(&head).chain_update(&body).finalize().as_slice() == expected
    }))
}

fn parse_hash(hex: &str) -> Option<[u8; 20]> {
    let mut hash = [0; 20];
    if hex.len() != 40 || !hex.is_ascii() {
        return None;
    }
    for (byte, digits) in hash.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(hash)
}

/// The body as it was before translation, with CRLF line ends.
fn crlf_body(page: &Page<'_>) -> Vec<u8> {
    let mut body = Vec::with_capacity(page.source_text().len() + page.source_text().len() / 16);
    page.for_each_source_part(|part| {
        let bytes = part.as_bytes();
        let mut start = 0;
        for newline in memchr::memchr_iter(b'\n', bytes) {
            body.extend_from_slice(bytes[start..newline].strip_suffix(b"\r").unwrap_or(&bytes[start..newline]));
            body.extend_from_slice(b"\r\n");
            start = newline + 1;
        }
        body.extend_from_slice(&bytes[start..]);
    });
    body
}

/// The Markdown of the first paragraph under the title that is neither a label (`Namespace: x.y`) nor
/// an include, with its links flattened.
fn first_paragraph(page: &Page<'_>) -> Option<String> {
    let section = page.sections.iter().find(|section| section.level == 1)?;
    let mut paragraphs = page.blocks()[section.blocks.clone()].iter().filter_map(|block| match block.kind {
        BlockKind::Paragraph { text, container: Container::None } => {
            Some(&page.source_text()[text.at().start as usize..text.at().end as usize])
        }
        _ => None,
    });
    let paragraph = paragraphs.find(|text| {
        let is_label = text.trim().split_once(": ").is_some_and(|(_, value)| !value.contains(' '));
        !is_label && !text.starts_with("[!")
    })?;
    Some(flatten_links(paragraph.trim()).replace('\n', " "))
}

/// `[text](target)` → `text`.
fn flatten_links(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some(open) = rest.find('[') {
        let link = rest[open + 1..].split_once("](").and_then(|(text, target)| Some((text, target.split_once(')')?.1)));
        match link.filter(|(text, _)| !text.contains(['[', ']'])) {
            Some((text, behind)) => {
                out.push_str(&rest[..open]);
                out.push_str(text);
                rest = behind;
            }
            None => {
                out.push_str(&rest[..=open]);
                rest = &rest[open + 1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;

    fn check(source: &str, localized: &str, expected: bool) {
        let hash: String = Sha1::digest(source.replace('\n', "\r\n")).iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let raw = localized.replace("HASH", &hash);
        let page = Page::parse(&raw, "zh-CN", &mut Sink::new(&raw));
        assert_eq!(prove(&page), Some(expected));
    }

    const LOCALIZED: &str = "---\ntitle: 小部件\ndescription: 描述\nauthor: someone\ndoc_type: apiPageType\nms.prod: tools\nms.openlocfilehash: HASH\nms.contentlocale: zh-CN\n---\n# <a name=\"ping\"></a><span data-ttu-id=\"00000-103\">列</span><span class=\"sxs-lookup\"><span data-stu-id=\"00000-103\">Ping</span></span>\n\n<span data-ttu-id=\"00000-104\">看 [x](y.md)。</span><span class=\"sxs-lookup\"><span data-stu-id=\"00000-104\">See [x](y.md).</span></span>\n";

    #[test]
    fn front_matter_is_guessed() {
        check(
            "---\ntitle: \"Ping\"\ndescription: \"See x.\"\nauthor: \"someone\"\ndoc_type: apiPageType\nms.prod: \"tools\"\n---\n\n# Ping\n\nSee [x](y.md).\n",
            LOCALIZED,
            true,
        );
        check(
            "---\ntitle: \"Ping\"\ndescription: \"Other words.\"\nauthor: \"someone\"\ndoc_type: apiPageType\nms.prod: \"tools\"\n---\n\n# Ping\n\nSee [x](y.md).\n",
            LOCALIZED,
            false,
        );
    }

    #[test]
    fn links_are_flattened() {
        assert_eq!(flatten_links("a [b](c.md) d [e] [f](g)"), "a b d [e] f");
    }
}
