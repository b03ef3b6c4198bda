//! The sentences of a text.

use std::ops::Range;

use crate::markup::{MarkKind, View};

/// Where each sentence stands. Lines and parts behind a dash count as sentences; code holds no end of one.
pub(super) fn of(text: View<'_>) -> Vec<Range<usize>> {
    let source = text.source();
    let code: Vec<_> = text.ranges(MarkKind::Code).collect();
    let breaks: Vec<_> = text.ranges(MarkKind::Break).map(|range| range.start).collect();
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut add = |start: usize, end: usize| {
        let sentence = &source[start..end];
        let from = start + sentence.len() - sentence.trim_start().len();
        let to = from + sentence.trim().len();
        if from < to {
            sentences.push(from..to);
        }
    };
    let mut next_break = 0;
    for (at, c) in source.char_indices() {
        let is_break = breaks.get(next_break).is_some_and(|&found| found <= at);
        while breaks.get(next_break).is_some_and(|&found| found <= at) {
            next_break += 1;
        }
        if is_break && at > start {
            add(start, at);
            start = at;
        }
        let after = at + c.len_utf8();
        let is_end = match c {
            '。' | '！' | '？' => true,
            '.' | '!' | '?' => {
                source[after..].chars().next().is_none_or(|next| next.is_whitespace() || !next.is_ascii())
            }
            '-' | '–' | '—' => source[..at].ends_with([' ', '-']) && source[after..].starts_with([' ', '-']),
            _ => false,
        };
        if is_end && around(&code, at).is_none() {
            add(start, after);
            start = after;
        }
    }
    add(start, source.len());
    sentences
}

/// Those of a sorted list of ranges that start in a part of the text.
pub(super) fn starting_in<'r>(ranges: &'r [Range<usize>], part: &Range<usize>) -> &'r [Range<usize>] {
    let from = ranges.partition_point(|range| range.start < part.start);
    let count = ranges[from..].partition_point(|range| range.start < part.end);
    &ranges[from..from + count]
}

/// The range of a sorted list that a place lies in.
pub(super) fn around(ranges: &[Range<usize>], at: usize) -> Option<&Range<usize>> {
    let next = ranges.partition_point(|range| range.start <= at);
    ranges[..next].last().filter(|range| at < range.end)
}
