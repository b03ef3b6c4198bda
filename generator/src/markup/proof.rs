//! Proof that the reconstructed source text is the original.
//!
//! `ms.openlocfilehash` is the SHA-1 of the source-language file with CRLF line ends, front matter
//! included. The front matter of a localized page is translated, and its title and description have no
//! source side. If the original is available, it provides both; otherwise they are guessed: the title is
//! the heading, the description is the first paragraph without its links, and the values are quoted in
//! one of a few styles. If the hash matches, guess and body are right; without the original, a mismatch
//! proves nothing.

use sha1::{Digest, Sha1};

use super::split::PartStart;
use super::{FrontMatter, Page, front_matter};
use crate::source::{Span, offset};

/// Entries that the localization pipeline adds.
const ADDED: &[&str] = &[
    "ms.openlocfilehash",
    "ms.sourcegitcommit",
    "ms.translationtype",
    "ms.contentlocale",
    "ms.lasthandoff",
    "ms.locfileid",
];

/// The entries whose values are in double quotes.
type Style = &'static [&'static str];

const USUAL: Style = &["title", "description", "author", "ms.prod"];
const ALL: Style = &["title", "description", "author", "ms.prod", "doc_type"];

/// The tools that wrote the front matter differ in the order of its entries and in what they quote.
/// Translation keeps the order, so it reveals the style. If the author comes first, no blank line
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

/// The source-language file that a page was translated from, if it is available.
#[derive(Clone, Copy, Debug, Default)]
pub enum Original<'a> {
    /// No originals were given.
    #[default]
    NotGiven,
    /// The originals have no such page.
    Missing,
    Text(&'a str),
}

/// The result of comparing the source text of a page with the hash that the page names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The source text is the original, byte for byte.
    Exact,
    /// The original is available, and the source text differs from it.
    Differs(Difference),
    /// No candidate text has the hash, and none is known to be the original.
    Unproven,
}

/// The first place where the source text differs from the original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// In the file.
    pub at: Span,
    /// Whether the texts only differ in white space.
    pub in_blanks: bool,
}

/// Compares the source text of a page with the hash that the page names; `None` if it names none or
/// has no source side.
#[must_use]
pub fn prove(page: &Page<'_>, original: Original<'_>) -> Option<Verdict> {
    let front = page.front_matter.as_ref().filter(|front| !front.source_hash().is_empty() && page.unit_count() > 0)?;
    let Some(expected) = parse_hash(front.source_hash()) else { return Some(Verdict::Unproven) };
    let body = crlf_body(page);
    let original = match original {
        Original::Text(text) => Some(OriginalFile::read(text)),
        Original::NotGiven | Original::Missing => None,
    };
    if let Some(original) = &original
        && Sha1::digest(&original.text).as_slice() == expected
    {
        let (ours, theirs) = (body.trim_start(), original.body().trim_start());
        return Some(if ours == theirs { Verdict::Exact } else { Verdict::Differs(difference(page, ours, theirs)) });
    }
    let is_original = |head: &str| Sha1::new().chain_update(head).chain_update(&body).finalize().as_slice() == expected;
    Some(if is_any_head(page, front, original.as_ref(), is_original) { Verdict::Exact } else { Verdict::Unproven })
}

/// The hash by which translations name this English page.
#[must_use]
pub fn hash_of_source(text: &str) -> String {
    let mut crlf = String::with_capacity(text.len() + text.len() / 16);
    push_crlf(&mut crlf, text);
    Sha1::digest(&crlf).iter().fold(String::with_capacity(40), |mut hash, byte| {
        let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
        hash.extend([digit(byte >> 4), digit(byte & 15)]);
        hash
    })
}

/// Whether a file is the original with this hash, as it is or before an entry of its front matter was renamed.
#[must_use]
pub fn is_original(hash: &str, original: &str) -> bool {
    let Some(expected) = parse_hash(hash) else { return false };
    let original = OriginalFile::read(original);
    let has_hash = |text: &str| Sha1::digest(text).as_slice() == expected;
    has_hash(&original.text) || has_hash(&original.with_later_priority())
}

/// An original with CRLF line ends.
struct OriginalFile {
    text: String,
    body: usize,
}

impl OriginalFile {
    fn read(text: &str) -> Self {
        let mut crlf = String::with_capacity(text.len() + text.len() / 16);
        push_crlf(&mut crlf, text);
        let body = front_matter::cut(&crlf).body;
        Self { text: crlf, body }
    }

    fn body(&self) -> &str {
        &self.text[self.body..]
    }

    /// The file with the entry `ms.localizationpriority`, which replaced `localization_priority` in 2021.
    fn with_later_priority(&self) -> String {
        const VALUES: [(&str, &str); 2] = [("normal", "medium"), ("priority", "high")];
        let mut text = String::with_capacity(self.text.len() + 16);
        for line in self.text[..self.body].split_inclusive('\n') {
            let Some(value) = line.strip_prefix("localization_priority:") else {
                text.push_str(line);
                continue;
            };
            let old = unquoted(value);
            let new = VALUES.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(old)).map_or(old, |(_, new)| new);
            text.push_str("ms.localizationpriority: ");
            text.push_str(new);
            text.push_str(&value[value.trim_end().len()..]);
        }
        text.push_str(self.body());
        text
    }

    /// The value of an entry as written, with quotes and blanks.
    fn value(&self, key: &str) -> Option<&str> {
        let entries = self.text[..self.body].lines().filter_map(|line| line.split_once(": "));
        entries.filter(|(known, _)| *known == key).map(|(_, value)| value).next()
    }
}

/// Whether any front matter that the original may have matches the hash; the most probable one comes first. Each costs
/// a hash of the whole page.
fn is_any_head(
    page: &Page<'_>,
    front: &FrontMatter<'_>,
    original: Option<&OriginalFile>,
    is_original: impl Fn(&str) -> bool,
) -> bool {
    let entries: Vec<_> = front.entries.iter().filter(|(key, _)| !ADDED.contains(&key.as_ref())).collect();
    let keys: Vec<_> = entries.iter().map(|(key, _)| key.as_ref()).collect();
    let styles = styles(&keys);
    let end = if keys.first() == Some(&"author") { "---\r\n" } else { "---\r\n\r\n" };
    let heading = page.sections.iter().find(|section| section.level == 1).and_then(|section| section.heading);
    let heading = heading.map(|text| page.view(text).source().trim()).unwrap_or_default();
    let paragraph = first_paragraph(page).unwrap_or_default();
    let sentence = paragraph.find(". ").map_or(paragraph.as_str(), |end| &paragraph[..=end]);
    let of_original = |key: &str| original.and_then(|original| original.value(key));
    let mut head = String::with_capacity(1024);
    let mut fits = |title: &str, description: &str, style: Style| {
        head.clear();
        head.push_str("---\r\n");
        for (key, value) in &entries {
            let value = match key.as_ref() {
                "title" => title,
                "description" => description,
                _ => value.as_ref(),
            };
            let parts = match of_original(key) {
                Some(known) if unquoted(known) == value => [key, ": ", known, "\r\n"],
                Some(known) if known.starts_with('"') => [key, ": \"", value, "\"\r\n"],
                None if style.contains(&key.as_ref()) => [key, ": \"", value, "\"\r\n"],
                _ => [key, ": ", value, "\r\n"],
            };
            head.extend(parts);
        }
        head.push_str(end);
        is_original(&head)
    };
    // The original of another revision may have the same title, description, or both.
    if let (Some(title), Some(description)) = (of_original("title"), of_original("description")) {
        let (title, description) = (unquoted(title), unquoted(description));
        let guesses = [(title, description), (heading, description), (title, &paragraph), (title, sentence)];
        if guesses.into_iter().any(|(title, description)| fits(title, description, styles[0])) {
            return true;
        }
    }
    styles.iter().any(|style| fits(heading, &paragraph, style))
        || sentence != paragraph && fits(heading, sentence, styles[0])
}

fn unquoted(value: &str) -> &str {
    value.trim().trim_matches(['"', '\''])
}

/// The first byte that differs, ignoring line ends and leading blanks.
fn difference(page: &Page<'_>, ours: &str, original: &str) -> Difference {
    let mut theirs = original.bytes().filter(|&byte| byte != b'\r');
    let mut found = None;
    let mut is_leading = true;
    page.split.for_each_source_part(page.raw, |part, start| {
        for (index, byte) in part.bytes().enumerate().filter(|&(_, byte)| byte != b'\r') {
            is_leading &= byte.is_ascii_whitespace();
            if found.is_none() && !is_leading && theirs.next() != Some(byte) {
                found = Some(match start {
                    PartStart::Text(at) => page.span(at + offset(index)..at + offset(index)).start,
                    PartStart::File(at) => at + offset(index),
                });
            }
        }
    });
    let at = found.unwrap_or(offset(page.raw.len()));
    let words = |text: &str| text.split_ascii_whitespace().collect::<String>();
    Difference { at: Span { start: at, end: at }, in_blanks: words(ours) == words(original) }
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
fn crlf_body(page: &Page<'_>) -> String {
    let mut body = String::with_capacity(page.source_text().len() + page.source_text().len() / 16);
    page.split.for_each_source_part(page.raw, |part, _| push_crlf(&mut body, part));
    body
}

fn push_crlf(out: &mut String, text: &str) {
    let mut start = 0;
    for newline in memchr::memchr_iter(b'\n', text.as_bytes()) {
        out.push_str(&text[start..newline]);
        if !out.ends_with('\r') {
            out.push('\r');
        }
        // The line feed is copied with the next line.
        start = newline;
    }
    out.push_str(&text[start..]);
}

/// The Markdown of the first paragraph, with its links flattened.
fn first_paragraph(page: &Page<'_>) -> Option<String> {
    let paragraph = page.source_markdown(page.first_paragraph()?);
    Some(flatten_links(paragraph.trim()).replace('\n', " "))
}

/// `[text](target)` → `text`.
fn flatten_links(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some(open) = rest.find('[') {
        let link = rest[open + 1..].split_once(']').filter(|(text, _)| !text.contains('['));
        let link = link.and_then(|(text, behind)| Some((text, behind.strip_prefix('(')?.split_once(')')?.1)));
        match link {
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
    use std::fmt::Write as _;

    use super::*;
    use crate::diag::Sink;

    #[track_caller]
    fn check(source: &str, localized: &str, original: Original<'_>, expected: &Verdict) {
        let hash: String = Sha1::digest(source.replace('\n', "\r\n")).iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let raw = localized.replace("HASH", &hash);
        let page = Page::parse(&raw, "zh-CN", &mut Sink::new(&raw));
        assert_eq!(prove(&page, original).as_ref(), Some(expected));
    }

    const LOCALIZED: &str = "---\ntitle: 小部件\ndescription: 描述\nauthor: someone\ndoc_type: apiPageType\nms.prod: tools\nms.openlocfilehash: HASH\nms.contentlocale: zh-CN\n---\n# <a name=\"ping\"></a><span data-ttu-id=\"00000-103\">列</span><span class=\"sxs-lookup\"><span data-stu-id=\"00000-103\">Ping</span></span>\n\n<span data-ttu-id=\"00000-104\">看 [x](y.md)。</span><span class=\"sxs-lookup\"><span data-stu-id=\"00000-104\">See [x](y.md).</span></span>\n";

    const ORIGINAL: &str = "---\ntitle: \"Ping\"\ndescription: \"See x.\"\nauthor: \"someone\"\ndoc_type: apiPageType\nms.prod: \"tools\"\n---\n\n# Ping\n\nSee [x](y.md).\n";

    #[test]
    fn front_matter_is_guessed() {
        check(ORIGINAL, LOCALIZED, Original::NotGiven, &Verdict::Exact);
        let unguessable = ORIGINAL.replace("See x.", "Other words.");
        check(&unguessable, LOCALIZED, Original::NotGiven, &Verdict::Unproven);
        check(&unguessable, LOCALIZED, Original::Missing, &Verdict::Unproven);
    }

    #[test]
    fn the_original_gives_the_front_matter() {
        let original = ORIGINAL.replace("See x.", "Other words.");
        check(&original, LOCALIZED, Original::Text(&original), &Verdict::Exact);
        // Another revision with the same description.
        let later = original.replace("See [x]", "Look at [x]");
        check(&original, LOCALIZED, Original::Text(&later), &Verdict::Exact);
        let unlike = later.replace("Other words.", "Yet others.");
        check(&original, LOCALIZED, Original::Text(&unlike), &Verdict::Unproven);
    }

    #[test]
    fn a_difference_has_a_place() {
        let place = |needle: &str| {
            let raw = LOCALIZED.replace("HASH", &"0".repeat(40));
            let at = raw.find(needle).expect("the place");
            Span::new(at, at)
        };
        let original = ORIGINAL.replace("See [x]", "Look at [x]");
        let differs = Verdict::Differs(Difference { at: place("See ["), in_blanks: false });
        check(&original, LOCALIZED, Original::Text(&original), &differs);
        let original = ORIGINAL.replace("See [x]", "See  [x]");
        let differs = Verdict::Differs(Difference { at: place("[x](y.md).</span></span>"), in_blanks: true });
        check(&original, LOCALIZED, Original::Text(&original), &differs);
    }

    #[test]
    fn links_are_flattened() {
        assert_eq!(flatten_links("a [b](c.md) d [e] [f](g)"), "a b d [e] f");
    }
}
