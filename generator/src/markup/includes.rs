//! `[!INCLUDE [label](path)]`: the text of another file in place of a directive.

use std::ops::Range;

use memchr::memmem;

use super::Page;
use crate::source::Span;

/// A directive of a page or of an include.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive<'a> {
    /// Range of the file.
    pub at: Range<usize>,
    /// As written: `../includes/lamp.md`.
    pub destination: &'a str,
    /// Nothing else is on its line.
    pub own_line: bool,
}

const OPEN: &[u8] = b"[!";
const WORD: &str = "INCLUDE";
/// Longer labels and paths are not those of directives.
const MAX_LEN: usize = 2 << 10;
/// Marks of lists and quotations before a directive, and their blanks.
const MAX_INDENT: usize = 64;

/// Everything in a text that looks like a directive, also in comments and code.
pub fn scan(text: &str) -> impl Iterator<Item = Directive<'_>> {
    memmem::find_iter(text.as_bytes(), OPEN).filter_map(|at| parse(text, at))
}

impl Page<'_> {
    /// The directives of the page. In comments, code and the front matter there are none.
    #[must_use]
    pub fn directives(&self) -> Vec<Directive<'_>> {
        let body = self.body();
        let comments = self.split.comments.iter().map(|comment| comment.span);
        let fences = self.parsed.fences.iter().map(|fence| self.span(fence.at.clone()));
        let mut covered: Vec<Span> = comments.chain(fences).collect();
        covered.sort_unstable();
        let mut covered = covered.into_iter().peekable();
        let mut end_of_covered = 0;
        let is_text = |directive: &Directive<'_>| {
            while let Some(span) = covered.next_if(|span| span.start as usize <= directive.at.start) {
                end_of_covered = end_of_covered.max(span.end as usize);
            }
            directive.at.start >= body.max(end_of_covered)
        };
        scan(self.raw).filter(is_text).collect()
    }
}

/// The nearest place at or before an offset where a character starts.
fn floor(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

fn parse(text: &str, at: usize) -> Option<Directive<'_>> {
    // `\[!INCLUDE` and `` `[!INCLUDE `` show how it is written.
    if text[..at].ends_with(['\\', '`']) {
        return None;
    }
    let window = &text[at..floor(text, at + MAX_LEN)];
    let line = window.split('\n').next().unwrap_or_default();
    let rest = line.get(OPEN.len()..)?;
    let word = rest.get(..WORD.len()).filter(|word| word.eq_ignore_ascii_case(WORD))?;
    let label = rest[word.len()..].trim_start().strip_prefix('[')?;
    let (_, target) = label.split_once("](")?;
    let (destination, after) = target.split_once(')')?;
    let after = after.trim_start().strip_prefix(']').unwrap_or(after);
    let len = line.len() - after.len();
    // A directive that is not finished does not reach over the next one.
    if line[OPEN.len()..len].contains("[!") {
        return None;
    }
    let before = &text[floor(text, at.saturating_sub(MAX_INDENT))..at];
    let before = before.rsplit('\n').next().unwrap_or_default();
    let own_line = before.trim_matches([' ', '\t', '>', '-', '*']).is_empty() && after.trim().is_empty();
    Some(Directive { at: at..at + len, destination: destination.trim(), own_line })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;

    #[track_caller]
    fn check(raw: &str, expected: &[(&str, bool)]) {
        let page = Page::parse(raw, "en-US", &mut Sink::new(raw));
        let found = page.directives();
        let found: Vec<_> = found.iter().map(|directive| (directive.destination, directive.own_line)).collect();
        assert_eq!(found, expected, "{raw}");
    }

    #[test]
    fn directives_are_found_in_text_only() {
        check("# T\n[!INCLUDE [a](../a.md)]\n> [!include[b]( b.md )]\n", &[("../a.md", true), ("b.md", true)]);
        check("|a|\n|-|\n|x [!INCLUDE [a](a.md)] y|\n", &[("a.md", false)]);
        check("<!-- [!INCLUDE [a](a.md)] -->\n[!INCLUDE [b](b.md)]\n", &[("b.md", true)]);
        check("```\n[!INCLUDE [a](a.md)]\n```\n- [!INCLUDE [b](b.md)]\n", &[("b.md", true)]);
        check(
            "---\ntitle: \"[!INCLUDE [a](a.md)]\"\n---\nWrite `[!INCLUDE [b](b.md)]` or \\[!INCLUDE [c](c.md)].\n",
            &[],
        );
        check(
            "[!INCLUDE [a [!INCLUDE [b](b.md)]\n[!INCLUDE [c](c [!INCLUDE [d](d.md)]\n",
            &[("b.md", false), ("d.md", false)],
        );
        check("[!NOTE]\n[!INCLUDE]\n[!INCLUDE [a]]\n[!INCLUDED [a](a.md)]\n", &[]);
    }

    #[test]
    fn the_label_may_be_translated() {
        let label =
            "<span data-ttu-id=\"a\">x</span><span class=\"sxs-lookup\"><span data-stu-id=\"a\">y</span></span>";
        check(&format!("[!INCLUDE [{label}](../a.md)]\n"), &[("../a.md", true)]);
    }
}
