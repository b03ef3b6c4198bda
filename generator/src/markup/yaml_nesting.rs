//! How deeply the flow collections of a YAML document are nested: `[[a]]` is 2.
//!
//! The parser looks at every open bracket for each token, so a document of brackets takes quadratic time. Block style
//! has no such cost, and the parser limits its depth.

/// Whether a document has more than `most` open brackets anywhere.
///
/// Where a document is unusual, such as in literal blocks, brackets in text may count too, but none is missed.
pub(super) fn is_deeper_than(text: &str, most: usize) -> bool {
    let mut rest = text;
    let mut depth = 0_usize;
    while let Some(first) = rest.chars().next() {
        let end = match first {
            // A byte order mark may stand first.
            c if c.is_whitespace() || c == '\u{feff}' => c.len_utf8(),
            '[' | '{' => {
                depth += 1;
                if depth > most {
                    return true;
                }
                1
            }
            ']' | '}' if depth > 0 => {
                depth -= 1;
                1
            }
            ',' if depth > 0 => 1,
            '"' | '\'' => quoted_end(rest, first),
            '#' => rest.find(is_break).unwrap_or(rest.len()),
            '-' | '?' | ':' if is_mark(rest, depth > 0) => 1,
            '&' | '*' | '!' => {
                rest.find(|c: char| c.is_whitespace() || ends_flow(c, depth)).unwrap_or(rest.len()).max(1)
            }
            _ if rest.starts_with("---") || rest.starts_with("...") => 3,
            _ => plain_end(rest, depth),
        };
        rest = &rest[end..];
    }
    false
}

/// The line breaks of YAML 1.1.
fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn ends_flow(c: char, depth: usize) -> bool {
    depth > 0 && matches!(c, '[' | ']' | '{' | '}' | ',')
}

/// Whether a character is a mark of an item, key or value, and not the first one of a text.
fn is_mark(rest: &str, in_flow: bool) -> bool {
    in_flow || rest[1..].chars().next().is_none_or(char::is_whitespace)
}

/// The end of a text in quotation marks, which may have several lines.
fn quoted_end(text: &str, quote: char) -> usize {
    let mut bytes = text.bytes().enumerate().skip(1);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            // A doubled mark starts the next text.
            _ if byte == quote as u8 => return at + 1,
            b'\\' if quote == '"' => drop(bytes.next()),
            _ => {}
        }
    }
    text.len()
}

/// The end of a text without quotation marks: before a value, a comment, the end of its line, or a bracket around it.
fn plain_end(text: &str, depth: usize) -> usize {
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let ends = is_break(c)
            || ends_flow(c, depth)
            || c == '#' && at > 0 && before.is_whitespace()
            || before == ':' && at > 1 && c.is_whitespace();
        if ends && at > 0 {
            return at;
        }
        before = c;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, depth: usize) {
        let found = (0..100).find(|most| !is_deeper_than(text, *most)).expect("a depth");
        assert_eq!(found, depth, "{text}");
    }

    #[test]
    fn depths() {
        check("", 0);
        check("a: b\n", 0);
        check("a: []\nb: {}\nc: [[1], {d: [2]}]\n", 3);
        check("a: [b]\nc: [d]\n", 1);
        check("- [\n- [\n", 2);
        check("--- [[\n", 2);
        check("- - ? [[[\n", 3);
        check("&a !b [[\n", 2);
        check("'a': [[\n", 2);
        check("\"a: \\\"[\": [['[[', \"[[\"]]\n", 2);
        check("{\"a\":[{b:[c]}]}", 4);
        check("a\u{2028}- [[\n", 2);
        check("\u{feff}[[\n", 2);
    }

    /// As in requests and types.
    #[test]
    fn brackets_in_text() {
        check("- GET /lamps/{id}/rooms({a}\n- POST /a [b [c\n- 'x [['\n- it's [[\n- a#[[ # [[[\n", 0);
        check("GET /a [b: [c\n", 1);
        check("[a {b}, it's, c]", 2);
    }
}
