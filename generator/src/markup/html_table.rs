//! Reads the rows and cells of HTML tables in one linear pass.
//!
//! An HTML parser does not help: it has no positions, and a page can make its time quadratic in the length of
//! a tag.

use std::borrow::Cow;

/// The parts of a table, in document order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part<'h> {
    /// The start of a row, at this byte.
    Row(usize),
    Cell,
    Text(Cow<'h, str>),
    Break,
    /// The start of a link, with its destination.
    Link(&'h str),
    Code,
    Strong,
    /// The end of the innermost link, code or strong text.
    End,
}

/// Reads a text that starts with a table, up to its end; a table inside a cell is text of the cell.
#[must_use]
pub(super) fn parts(html: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut tables = 0_usize;
    let (mut has_row, mut is_in_cell) = (false, false);
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'<', &html.as_bytes()[at..]) {
        let open = at + found;
        if is_in_cell && open > at {
            parts.push(Part::Text(decode(&html[at..open])));
        }
        let Some(tag) = Tag::at(html, open) else {
            if is_in_cell {
                parts.push(Part::Text("<".into()));
            }
            at = open + 1;
            continue;
        };
        at = tag.end;
        match (tag.is_closing, tag.name.to_ascii_lowercase().as_str()) {
            (false, "table") => tables += 1,
            (true, "table") => {
                tables = tables.saturating_sub(1);
                if tables == 0 {
                    break;
                }
            }
            (false, "tr") if tables == 1 => {
                (has_row, is_in_cell) = (true, false);
                parts.push(Part::Row(open));
            }
            (false, "td" | "th") if tables == 1 => {
                if !has_row {
                    has_row = true;
                    parts.push(Part::Row(open));
                }
                is_in_cell = true;
                parts.push(Part::Cell);
            }
            (true, "td" | "th" | "tr" | "thead" | "tbody") if tables == 1 => is_in_cell = false,
            _ if !is_in_cell => {}
            (false, "a") => parts.push(Part::Link(tag.attribute("href").unwrap_or_default())),
            (false, "code") => parts.push(Part::Code),
            (false, "b" | "strong") => parts.push(Part::Strong),
            (true, "a" | "code" | "b" | "strong") => parts.push(Part::End),
            (_, "br") | (false, "p" | "li" | "div" | "ul" | "ol" | "tr") => parts.push(Part::Break),
            _ => {}
        }
    }
    parts
}

struct Tag<'h> {
    name: &'h str,
    attributes: &'h str,
    is_closing: bool,
    /// After its `>`.
    end: usize,
}

impl<'h> Tag<'h> {
    /// The tag that starts at a `<`, unless that is only a character.
    fn at(html: &'h str, open: usize) -> Option<Self> {
        let is_closing = html[open + 1..].starts_with('/');
        let start = open + 1 + usize::from(is_closing);
        let name_end = start + html[start..].find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(0);
        let mut quote = None;
        // Longer tags do not belong to a table and become text.
        let window = html.as_bytes()[name_end..].iter().take(MAX_TAG).enumerate();
        let mut end = None;
        for (offset, &byte) in window {
            match quote {
                Some(open) if byte == open => quote = None,
                None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
                None if byte == b'>' => {
                    end = Some(name_end + offset);
                    break;
                }
                _ => {}
            }
        }
        let end = end.filter(|_| name_end > start)?;
        Some(Self { name: &html[start..name_end], attributes: &html[name_end..end], is_closing, end: end + 1 })
    }

    /// The quoted value of an attribute.
    fn attribute(&self, name: &str) -> Option<&'h str> {
        let (_, rest) = self.attributes.split_once(name)?;
        let rest = rest.trim_start().strip_prefix('=')?.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest[1..].split(quote).next()
    }
}

const MAX_TAG: usize = 1024;

/// Decodes the entities of the characters that HTML reserves, and of blanks.
fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    let mut decoded = text.to_owned();
    for (entity, character) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("&#124;", "|"),
        ("&amp;", "&"),
    ] {
        decoded = decoded.replace(entity, character);
    }
    decoded.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Part<'_> {
        Part::Text(text.into())
    }

    #[test]
    fn rows_and_cells() {
        assert_eq!(
            parts(
                "<TABLE><tr><td>a<td class='>'><a id=\"b\" href=\"x.md\">b</a> &lt;<br/></td></tr>\n<tr><td>1 < 2</table> <td>"
            ),
            [
                Part::Row(7),
                Part::Cell,
                text("a"),
                Part::Cell,
                Part::Link("x.md"),
                text("b"),
                Part::End,
                text(" <"),
                Part::Break,
                Part::Row(78),
                Part::Cell,
                text("1 "),
                text("<"),
                text(" 2"),
            ]
        );
    }

    #[test]
    fn odd_tables() {
        assert_eq!(parts("<table><td>a</td></table>"), [Part::Row(7), Part::Cell, text("a")]);
        assert_eq!(
            parts("<table><tr><td><table><tr><td>b</td></tr></table>c</td></tr></table>"),
            [Part::Row(7), Part::Cell, Part::Break, text("b"), text("c")]
        );
        assert_eq!(parts("<table <tr"), []);
        assert_eq!(parts("<table><tr><td><"), [Part::Row(7), Part::Cell, text("<")]);
    }
}
