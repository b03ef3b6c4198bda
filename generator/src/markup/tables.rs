//! Splits table rows as plain lines, for tables that Markdown alone would lose.

use std::ops::Range;

/// A row split at its pipes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub cells: Vec<Range<usize>>,
    /// If the row has more cells than columns: the last cell, which is the whole rest of the row.
    pub surplus: Option<Range<usize>>,
}

/// A paragraph that would be a table if its delimiter row had the right width.
#[derive(Debug)]
pub(super) struct Lost {
    /// Text lines above the header.
    pub before: Option<Range<usize>>,
    pub at: Range<usize>,
    pub columns: usize,
    /// The header first.
    pub rows: Vec<Vec<Range<usize>>>,
}

/// Counts the pipes that separate cells; outer ones are ignored.
#[must_use]
pub(super) fn count_pipes(row: &str) -> usize {
    let row = row.trim();
    let inner = row.strip_prefix('|').unwrap_or(row);
    let bytes = inner.as_bytes();
    let pipes = memchr::memchr_iter(b'|', bytes).filter(|&at| at == 0 || bytes[at - 1] != b'\\');
    let mut count = 0;
    let mut last = None;
    for at in pipes {
        count += 1;
        last = Some(at);
    }
    let closed = last.is_some_and(|last| last + 1 == bytes.len());
    // A row `|only one cell|` counts as having one pipe, although there is none inside.
    if closed && count > 1 { count - 1 } else { count.max(usize::from(inner.len() < row.len())) }
}

/// Splits a row into at most `columns` cells.
#[must_use]
pub(super) fn split_row(row: &str, columns: usize) -> Row {
    let end = row.trim_end().len();
    // A row may be blank: U+2028 alone is text in Markdown.
    let mut start = (row.len() - row.trim_start().len()).min(end);
    let bytes = row.as_bytes();
    if bytes.get(start) == Some(&b'|') {
        start += 1;
    }
    let mut end_of_cells = end;
    if end > start && bytes[end - 1] == b'|' && (end < 2 || bytes[end - 2] != b'\\') {
        end_of_cells = end - 1;
    }
    let mut cells = Vec::new();
    let mut cell = start;
    for at in memchr::memchr_iter(b'|', &bytes[start..end_of_cells]).map(|at| at + start) {
        if at > 0 && bytes[at - 1] == b'\\' {
            continue;
        }
        cells.push(cell..at);
        cell = at + 1;
    }
    cells.push(cell..end_of_cells.max(cell));
    let mut surplus = None;
    if cells.len() > columns && columns > 0 {
        let last = cells[columns - 1].start..end_of_cells;
        cells.truncate(columns - 1);
        // Empty cells at the end of a row are a slip, not text.
        let trailing = row[last.clone()].trim_end_matches(['|', ' ']);
        let last = last.start..last.start + trailing.len();
        cells.push(last.clone());
        surplus = Some(last);
    }
    Row { cells, surplus }
}

/// The cells, row by row, of several rows that translation joined in one line: `|a|b| |c|d|`.
#[must_use]
pub(super) fn split_joined_rows(row: &str, columns: usize) -> Option<Vec<Range<usize>>> {
    let cells = split_row(row, usize::MAX).cells;
    let is_joined = (cells.len() + 1).is_multiple_of(columns + 1) && cells.len() > columns;
    let (cells, borders): (Vec<_>, Vec<_>) =
        cells.into_iter().enumerate().partition(|(index, _)| !(index + 1).is_multiple_of(columns + 1));
    let is_joined = is_joined
        && borders.iter().all(|(_, border)| row[border.clone()].trim().is_empty())
        && cells.iter().step_by(columns).all(|(_, name)| !row[name.clone()].trim().is_empty());
    is_joined.then(|| cells.into_iter().map(|(_, cell)| cell).collect())
}

/// Looks for a delimiter row in a paragraph.
#[must_use]
pub(super) fn find_lost(paragraph: &str) -> Option<Lost> {
    memchr::memchr(b'|', paragraph.as_bytes())?;
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for line in paragraph.split_inclusive('\n') {
        lines.push(start..start + line.len());
        start += line.len();
    }
    let delimiter = (1..lines.len()).find(|&line| is_delimiter(&paragraph[lines[line].clone()]))?;
    let header = lines[delimiter - 1].clone();
    let mut names = split_row(&paragraph[header.clone()], usize::MAX).cells;
    if names.len() < 2 && !paragraph[header.clone()].contains('|') {
        return None;
    }
    // A pipe inside code does not separate cells, if the delimiter row says so.
    let width = split_row(&paragraph[lines[delimiter].clone()], usize::MAX).cells.len();
    if width < names.len() {
        let outside_code = join_code(&paragraph[header.clone()], &names);
        if outside_code.len() == width {
            names = outside_code;
        }
    }
    let columns = names.len();
    let in_paragraph = |cells: Vec<Range<usize>>, line: &Range<usize>| {
        cells.into_iter().map(|cell| cell.start + line.start..cell.end + line.start).collect()
    };
    let rows = lines[delimiter + 1..]
        .iter()
        .map(|line| in_paragraph(split_row(&paragraph[line.clone()], columns).cells, line));
    let rows = std::iter::once(in_paragraph(names, &header)).chain(rows).collect();
    let before = (delimiter > 1).then_some(0..header.start);
    Some(Lost { before, at: header.start..paragraph.len(), columns, rows })
}

/// Joins cells that were split at pipes inside a code span.
fn join_code(row: &str, cells: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    let mut is_open = false;
    for cell in cells {
        match joined.last_mut().filter(|_| is_open) {
            Some(last) => last.end = cell.end,
            None => joined.push(cell.clone()),
        }
        is_open ^= !row[cell.clone()].matches('`').count().is_multiple_of(2);
    }
    joined
}

fn is_delimiter(line: &str) -> bool {
    let line = line.trim();
    line.contains('|')
        && line.contains('-')
        && line.bytes().all(|byte| matches!(byte, b'|' | b':' | b'-' | b' ' | b'\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_row(row: &str, columns: usize, expected: &[&str]) {
        let cells: Vec<_> = split_row(row, columns).cells.into_iter().map(|cell| row[cell].trim()).collect();
        assert_eq!(cells, expected);
    }

    #[test]
    fn rows() {
        check_row("|a|b|c|", 3, &["a", "b", "c"]);
        check_row("a | b \\| c\n", 2, &["a", "b \\| c"]);
        check_row("|a|b|text (x | y)|", 3, &["a", "b", "text (x | y)"]);
        check_row("|a|b||||", 2, &["a", "b"]);
        check_row("|a|", 2, &["a"]);
        check_row("\u{2028}\n", 2, &[""]);
        check_row("|", 2, &[""]);
    }

    #[test]
    fn joined_rows() {
        let row = "|a|S|x.| |b|T|y.|";
        let cells: Vec<_> = split_joined_rows(row, 3).expect("two rows").into_iter().map(|cell| &row[cell]).collect();
        assert_eq!(cells, ["a", "S", "x.", "b", "T", "y."]);
        assert!(split_joined_rows("|a|S|x (y | z)|", 3).is_none());
    }

    #[test]
    fn pipes() {
        for (row, pipes) in [("|a|b|", 1), ("a|b", 1), ("no row", 0), ("|a|b|c", 2), ("|a \\| b|c|", 1), ("|one|", 1)] {
            assert_eq!(count_pipes(row), pipes, "{row}");
        }
    }

    #[test]
    fn a_wide_delimiter_row_is_no_reason_to_lose_a_table() {
        let text = "Text.\n|a|b|\n|:--|:--|:--|\n|1|2|\n";
        let lost = find_lost(text).expect("a table");
        assert_eq!(lost.columns, 2);
        assert_eq!(&text[lost.before.expect("text")], "Text.\n");
        assert_eq!(
            lost.rows.iter().map(|row| row.iter().map(|cell| &text[cell.clone()]).collect()).collect::<Vec<Vec<_>>>(),
            [["a", "b"], ["1", "2"]]
        );
        assert!(find_lost("a | b\n---\n").is_none());
        for text in ["|a|`x|y`|c|\n|--|--|--|\n|1|2|3|\n", "a|b `x|y|z`\n:--|--\n1|2\n"] {
            let lost = find_lost(text).expect("a table");
            let header: Vec<_> = lost.rows[0].iter().map(|cell| &text[cell.clone()]).collect();
            assert!(header.len() == lost.columns && header[1].ends_with('`'), "{header:?}");
        }
        assert_eq!(find_lost("|a|b|c|\n|--|--|\n|1|2|3|\n").expect("a table").columns, 3);
    }
}
