//! Closes code blocks that a page leaves open.
//!
//! The symptom is an anchored heading inside a block, or a line that opens another block. The block
//! ends at the first heading or annotation in it; without such a line, the second opener is a slip and
//! becomes a blank line.

use super::blocks::{Blocks, Fence};
use super::split::{Edit, Split};
use crate::source::offset;

/// Repairs the text and returns the offsets of the repairs in the new text, or `None` if nothing is
/// wrong.
pub(super) fn repair(parsed: &Blocks, split: &mut Split) -> Option<Vec<u32>> {
    let mut edits = Vec::new();
    for fence in &parsed.fences {
        let body = parsed.arena.str(fence.body);
        let swallowed = swallowed_heading(fence, split);
        let opener = second_opener(body);
        if swallowed.is_none() && opener.is_none() {
            continue;
        }
        let opener = opener.unwrap_or(body.len());
        // Bodies of fences inside lists are not contiguous in the text.
        let start = fence.body_at as usize;
        if split.text.get(start..start + body.len()) != Some(body) {
            continue;
        }
        let heading = heading_line(&body[..opener]).map(|at| offset(start + at));
        let first = split.comments.partition_point(|comment| comment.at as usize <= start);
        let in_body = split.comments[first..].iter().take_while(|comment| (comment.at as usize) < start + opener);
        let annotation = in_body.into_iter().find(|comment| comment.own_lines).map(|comment| comment.at);
        match [swallowed, heading, annotation].into_iter().flatten().min() {
            Some(at) => edits.push(Edit::Insert { at, text: "```\n" }),
            None if opener == body.len() => {}
            None => edits.push(Edit::BlankLine { at: offset(start + opener) }),
        }
    }
    (!edits.is_empty()).then(|| split.edit(edits))
}

/// A heading with an anchor does not belong to the code: the block should have ended before its line.
fn swallowed_heading(fence: &Fence, split: &Split) -> Option<u32> {
    let inside = |at: u32| fence.body_at < at && at < fence.at.end;
    let next = split.anchors.partition_point(|anchor| anchor.at <= fence.body_at);
    let anchor = split.anchors.get(next).filter(|anchor| inside(anchor.at))?;
    let line = split.text[..anchor.at as usize].rfind('\n').map_or(0, |newline| newline + 1);
    Some(offset(line))
}

/// The offset of a line such as ```` ```http ```` inside a body.
fn second_opener(body: &str) -> Option<usize> {
    // Most bodies have none.
    memchr::memmem::find(body.as_bytes(), b"```")?;
    let mut start = 0;
    for line in body.split_inclusive('\n') {
        let info = line.trim_start().strip_prefix("```").map(|info| info.trim_start_matches(' '));
        if info.is_some_and(|info| info.starts_with(|c: char| c.is_ascii_alphabetic()) && !info.contains('`')) {
            return Some(start);
        }
        start += line.len();
    }
    None
}

fn heading_line(body: &str) -> Option<usize> {
    let mut start = 0;
    for line in body.split_inclusive('\n') {
        let text = line.trim_start_matches('#');
        let hashes = line.len() - text.len();
        if (1..=6).contains(&hashes) && text.starts_with(' ') {
            return Some(start);
        }
        start += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::{blocks, split};

    #[track_caller]
    fn check(raw: &str, expected: &str) {
        let mut split = split::split(raw, 0);
        let parsed = blocks::parse(&split.text);
        repair(&parsed, &mut split);
        assert_eq!(split.text, expected);
    }

    #[test]
    fn unclosed_fences_end_at_the_heading() {
        check(
            "```http\nGET /x\n\n### Response\n\n```http\nHTTP/1.1 200 OK\n```\n",
            "```http\nGET /x\n\n```\n### Response\n\n```http\nHTTP/1.1 200 OK\n```\n",
        );
    }

    #[test]
    fn a_second_opener_alone_is_a_blank_line() {
        check("```http\nPOST /x\n```http\n{}\n```\n", "```http\nPOST /x\n\n{}\n```\n");
    }

    #[test]
    fn good_fences_are_left_alone() {
        let good = "```http\n# not markdown\n```\n\n```json\n{}\n```\n";
        check(good, good);
    }
}
