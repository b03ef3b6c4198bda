//! Wraps doc comments.

/// A line of docs with its indent and `///` is at most 120 columns wide.
const WIDTH: usize = 110;

/// Breaks a line at blanks. Code spans, links and rows of tables stay whole; continuation lines of a list item
/// are indented like its text.
pub(super) fn wrap(line: &str) -> Vec<String> {
    if line.chars().count() <= WIDTH || line.starts_with('|') {
        return vec![line.to_owned()];
    }
    let indent = if line.starts_with("* ") { "  " } else { "" };
    let mut lines: Vec<String> = Vec::new();
    let mut current = String::new();
    let mut width = 0;
    for word in words(line) {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > WIDTH && !is_markup(word) {
            lines.push(std::mem::replace(&mut current, indent.to_owned()));
            width = indent.len();
            current.push_str(word);
        } else {
            if width > 0 {
                current.push(' ');
                width += 1;
            }
            current.push_str(word);
        }
        width += length;
    }
    lines.push(current);
    lines
}

/// The parts of a line between blanks that are not inside a code span, a link or its text.
fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut in_code, mut depth) = (0, false, 0_u32);
    for (at, c) in line.char_indices() {
        match c {
            '`' => in_code = !in_code,
            _ if in_code => {}
            '[' | '<' => depth += 1,
            ']' | '>' => depth = depth.saturating_sub(1),
            ' ' if depth == 0 => {
                words.push(&line[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    words.push(&line[start..]);
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a word would be markup at the start of a line (CommonMark, sections 4 and 5).
fn is_markup(word: &str) -> bool {
    let is_number = || {
        let digits = word.trim_end_matches(['.', ')']);
        digits.len() < word.len() && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    matches!(word, "*" | "-" | "+") || word.starts_with(['#', '>', '=', '|', '~']) || is_number()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lines_and_rows_stay() {
        let row = format!("| {} |", "a ".repeat(100));
        for line in ["", "a b", row.as_str()] {
            assert_eq!(wrap(line), [line]);
        }
    }

    #[test]
    fn items_of_lists_go_on_indented() {
        let line = format!("* Application: {}`Last.Read.All`", "`Some.Read.All`, ".repeat(12));
        let lines = wrap(&line);
        assert!(lines.len() > 1 && lines.iter().all(|line| line.len() <= WIDTH), "{lines:?}");
        assert!(lines[1].starts_with("  `Some.Read.All`,"), "{lines:?}");
        assert_eq!(lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" "), line);
    }

    #[test]
    fn code_links_and_markup_stay_whole() {
        let code = format!("`GET /{}{{id | name}}/x`", "a/".repeat(50));
        let line = format!("{} {code} - 7. # [a b](c) end", "word ".repeat(5).trim_end());
        let lines = wrap(&line);
        assert!(lines.contains(&code) || lines.iter().any(|found| found.starts_with(&code)), "{lines:?}");
        assert!(lines.iter().skip(1).all(|line| !line.starts_with(['-', '#', '7'])), "{lines:?}");
        assert_eq!(lines.join(" "), line);
        let long = "x".repeat(300);
        assert_eq!(wrap(&long), [long]);
    }
}
