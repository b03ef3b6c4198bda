//! Example blocks as HTTP messages, lenient where the docs are lenient (RFC 9112 is the strict form).

use super::http_request::split_method;
use crate::model::facts::Method;

/// One message of an example block.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message<'t> {
    pub(super) start: Start<'t>,
    /// Names and values.
    pub(super) headers: Vec<(&'t str, &'t str)>,
    pub(super) body: &'t str,
    /// Line of the start line inside the block, from 0.
    pub(super) line: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Start<'t> {
    Request { method: Method, url: &'t str },
    Response { status: u16 },
}

/// Splits a block into messages. A block that starts with neither form yields none.
pub(super) fn parse(block: &str) -> Vec<Message<'_>> {
    let mut messages = Vec::new();
    let mut at = 0;
    let mut line_number = 0;
    while at < block.len() {
        let line = next_line(block, at);
        let Some(start) = parse_start(line.trim()) else {
            if line.trim().is_empty() && messages.is_empty() {
                at += line.len();
                line_number += 1;
                continue;
            }
            return messages;
        };
        let (message, end) = parse_message(block, start, at, line_number);
        line_number += memchr::memchr_iter(b'\n', &block.as_bytes()[at..end]).count();
        at = end;
        messages.push(message);
    }
    messages
}

fn next_line(block: &str, at: usize) -> &str {
    let rest = &block[at..];
    &rest[..memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |newline| newline + 1)]
}

fn parse_start(line: &str) -> Option<Start<'_>> {
    if let Some((method, url)) = split_method(line) {
        let url = url.strip_suffix("HTTP/1.1").unwrap_or(url).trim();
        let is_url = url.starts_with(['/', '{', '<', '~'])
            || url.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("http"))
            || (!url.contains(' ') && url.contains('/'));
        return is_url.then_some(Start::Request { method, url });
    }
    let rest = line
        .strip_prefix("HTTP/")
        .map_or(line, |version| version.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.'));
    let rest = rest.strip_prefix("HTTP").unwrap_or(rest).trim_start();
    let status = rest.get(..3).filter(|status| status.bytes().all(|byte| byte.is_ascii_digit()))?;
    let reason = &rest[3..];
    let is_status = reason.is_empty()
        || reason.starts_with(' ')
            && reason.trim().chars().all(|c| c.is_alphabetic() || c.is_whitespace() || matches!(c, '-' | '\'' | '.'));
    status
        .parse()
        .ok()
        .filter(|status| is_status && (100..600).contains(status))
        .map(|status| Start::Response { status })
}

fn parse_message<'t>(block: &'t str, start: Start<'t>, at: usize, line: usize) -> (Message<'t>, usize) {
    let is_request = matches!(start, Start::Request { .. });
    let mut pos = at + next_line(block, at).len();
    // The docs put a blank line between the request line and the headers of many actions.
    if is_request && next_line(block, pos).trim().is_empty() {
        let blank = next_line(block, pos).len();
        if parse_header(next_line(block, pos + blank)).is_some_and(|(name, _)| is_common_header(name)) {
            pos += blank;
        }
    }
    let mut headers = Vec::new();
    while pos < block.len() {
        let line = next_line(block, pos);
        let Some(header) = parse_header(line) else { break };
        headers.push(header);
        pos += line.len();
    }
    let end = body_end(block, pos);
    (Message { start, headers, body: block[pos..end].trim(), line }, end)
}

/// The body ends with the block, or before another start line at the left margin.
fn body_end(block: &str, start: usize) -> usize {
    let mut pos = start;
    while pos < block.len() {
        let line = next_line(block, pos);
        if pos > start && may_start(line) && follows_json(&block[start..pos]) {
            let is_start = match parse_start(line.trim()) {
                Some(Start::Request { .. }) => true,
                Some(Start::Response { .. }) => line.starts_with("HTTP/"),
                None => false,
            };
            if is_start {
                return pos;
            }
        }
        pos += line.len();
    }
    block.len()
}

/// A cheap test: methods and `HTTP/` start with one of four letters; most lines of a body do not.
fn may_start(line: &str) -> bool {
    matches!(line.as_bytes().first(), Some(b'D' | b'G' | b'H' | b'P'))
}

fn follows_json(body: &str) -> bool {
    let body = body.trim_end();
    body.is_empty() || body.ends_with(['}', ']'])
}

fn parse_header(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let is_name = !name.is_empty()
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    is_name.then(|| (name, value.trim()))
}

fn is_common_header(name: &str) -> bool {
    name.contains('-')
        || ["accept", "authorization", "host", "prefer", "consistencylevel"]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_line_before_the_headers() {
        let messages = parse(
            "POST https://graph.microsoft.com/v1.0/x\n\nContent-type: application/json\nContent-length: 2\n\n{}\n",
        );
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0].headers, [("Content-type", "application/json"), ("Content-length", "2")]);
        assert_eq!(messages[0].body, "{}");
    }

    #[test]
    fn two_requests_in_one_block() {
        let messages =
            parse("PATCH https://h/a\nContent-type: application/json\n\n{\n  \"a\": 1\n}\nPATCH https://h/b\n\n{}\n");
        assert_eq!(messages.iter().map(|message| message.line).collect::<Vec<_>>(), [0, 6]);
        assert_eq!(messages[1].body, "{}");
    }

    #[test]
    fn responses() {
        for (line, status) in [
            ("HTTP/1.1 204 No Content", 204),
            ("HTTP 201 Created", 201),
            ("400 Bad Request", 400),
            ("HTTP/1.1 200", 200),
            ("422", 422),
        ] {
            assert_eq!(parse(line)[0].start, Start::Response { status }, "{line}");
        }
        assert!(parse("200 items were found: 3").is_empty());
        assert!(parse("{\n}").is_empty());
    }

    #[test]
    fn bodies_that_look_like_headers() {
        let messages = parse("HTTP/1.1 200 OK\nContent-type: text/plain\n\nBEGIN:VCARD\nVERSION:3.0\n");
        assert_eq!(messages[0].headers.len(), 1);
        assert_eq!(messages[0].body, "BEGIN:VCARD\nVERSION:3.0");
    }
}
