//! Annotations: JSON in the HTML comment before a code block.

use serde_json::{Map, Value};

use crate::diag::{Sink, codes, quoted};
use crate::markup::{BlockKind, Page};

/// The kinds of blocks that the tools of the docs distinguish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlockType {
    Request,
    Response,
    Resource,
    Ignored,
    /// `example`, `samples` and anything else.
    Other,
}

#[derive(Clone, Debug)]
pub(super) struct Annotation {
    pub(super) block_type: BlockType,
    entries: Map<String, Value>,
}

impl Annotation {
    pub(super) fn str(&self, key: &str) -> Option<&str> {
        self.entries.get(key).and_then(Value::as_str)
    }

    /// A boolean, even if it is written as a string.
    pub(super) fn bool(&self, key: &str) -> Option<bool> {
        match self.entries.get(key)? {
            Value::Bool(value) => Some(*value),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// `@odata.type`, which some pages spell `@type`.
    pub(super) fn odata_type(&self) -> Option<&str> {
        self.str("@odata.type").or_else(|| self.str("@type"))
    }
}

/// Binds each annotation to the next code block, unless a heading comes first.
pub(super) fn bind(page: &Page<'_>, sink: &mut Sink<'_>) -> Vec<Option<Annotation>> {
    let mut bound = vec![None; page.fence_count()];
    let mut comments = page.comments().iter().peekable();
    let mut pending = None;
    for block in page.blocks() {
        while let Some(comment) = comments.next_if(|comment| comment.at <= block.at.start) {
            let text = page.comment_text(comment);
            match parse(text) {
                Parsed::Annotation(annotation) => pending = Some(annotation),
                Parsed::Broken => sink.report(
                    &codes::BROKEN_ANNOTATION,
                    comment.span,
                    format!("this annotation is not JSON: {}", quoted(text.trim())),
                ),
                Parsed::Comment => {}
            }
        }
        match block.kind {
            BlockKind::Fence(index) => bound[index as usize] = pending.take(),
            BlockKind::Heading { .. } => pending = None,
            _ => {}
        }
    }
    bound
}

/// No table is about more requests.
pub(super) const MAX_REQUESTS: usize = 64;

/// The requests that an annotation before a permission table names: `GET /users/{id}`.
pub(super) fn request_urls(comment: &str) -> Vec<String> {
    let Parsed::Annotation(annotation) = parse(comment) else { return Vec::new() };
    let urls = annotation.entries.get("requestUrls").and_then(Value::as_array);
    urls.into_iter().flatten().filter_map(Value::as_str).take(MAX_REQUESTS).map(str::to_owned).collect()
}

enum Parsed {
    Annotation(Annotation),
    Broken,
    /// An ordinary comment, or an annotation of the whole page.
    Comment,
}

fn parse(text: &str) -> Parsed {
    let text = text.trim();
    if !text.starts_with('{') || !text.contains("blockType") {
        return Parsed::Comment;
    }
    let Some(entries) = parse_object(text) else { return Parsed::Broken };
    let block_type = match entries.get("blockType").and_then(Value::as_str) {
        Some("request") => BlockType::Request,
        Some("response" | "simulatedResponse") => BlockType::Response,
        Some("resource") => BlockType::Resource,
        Some("ignored" | "ignore") => BlockType::Ignored,
        _ => BlockType::Other,
    };
    Parsed::Annotation(Annotation { block_type, entries })
}

/// Tries strict JSON first, then repairs the slips that the docs contain.
fn parse_object(text: &str) -> Option<Map<String, Value>> {
    let strict = |text: &str| match serde_json::from_str(text) {
        Ok(Value::Object(entries)) => Some(entries),
        _ => None,
    };
    strict(text).or_else(|| {
        let text = text.replace("&quot;", "\"");
        strict(&text).or_else(|| strict(&mend(&text)))
    })
}

/// Drops trailing commas and anything after the object; quotes bare keys; replaces line breaks in
/// strings.
fn mend(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut chars = text.char_indices().peekable();
    let mut depth = 0_u32;
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                out.push('"');
                while let Some((_, c)) = chars.next() {
                    match c {
                        '\n' | '\r' => out.push(' '),
                        '\\' => {
                            out.push('\\');
                            out.extend(chars.next().map(|(_, c)| c));
                        }
                        c => out.push(c),
                    }
                    if c == '"' {
                        break;
                    }
                }
            }
            ',' => {
                let next = text[at + 1..].trim_start();
                if !next.starts_with(['}', ']', ',']) {
                    out.push(',');
                }
            }
            '{' | '[' => {
                depth += 1;
                out.push(c);
            }
            '}' | ']' => {
                out.push(c);
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            }
            c if c.is_ascii_alphabetic() || c == '@' => {
                let rest = &text[at..];
                let len = rest
                    .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '_')))
                    .unwrap_or(rest.len());
                let word = &rest[..len];
                let is_key = rest[len..].trim_start().starts_with(':');
                out.push_str(&if is_key { format!("\"{word}\"") } else { word.to_owned() });
                while chars.next_if(|(next, _)| *next < at + len).is_some() {}
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, odata_type: &str) {
        match parse(text) {
            Parsed::Annotation(annotation) => assert_eq!(annotation.odata_type(), Some(odata_type)),
            _ => panic!("not an annotation: {text}"),
        }
    }

    #[test]
    fn annotations_with_slips() {
        check(r#"{"blockType": "response", "@odata.type": "microsoft.graph.widget"}"#, "microsoft.graph.widget");
        check(r#"{"blockType": "response", "@type": "String",}"#, "String");
        check("{\"blockType\": \"response\", isCollection: true, \"@odata.type&quot;: &quot;x\"}", "x");
        check("{\"blockType\": \"response\", \"suppressions\": [\"a\nb\",], \"@odata.type\": \"x\"} trailing", "x");
    }

    #[test]
    fn other_comments() {
        assert!(matches!(parse("uuid: 1"), Parsed::Comment));
        assert!(matches!(parse("{ \"type\": \"#page.annotation\" }"), Parsed::Comment));
        assert!(matches!(parse("{\"blockType\": \"request\" \"name\"}"), Parsed::Broken));
    }
}
