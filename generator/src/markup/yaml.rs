//! The one place that parses YAML.
//!
//! serde_yaml is archived; thanks to this façade, it can be replaced in one file. The size of the
//! input is limited before parsing, nesting is bounded (deep flow maps take quadratic time), and
//! duplicate keys are errors instead of "the last one wins".

use std::borrow::Cow;
use std::fmt;

use super::yaml_nesting;
use crate::source::is_hidden;
use serde::Serialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_yaml::Value;

/// Longer documents are rejected.
pub const LIMIT: usize = 64 * 1024;
const MAX_BRACKETS: usize = 64;
/// Real files have one: `[]`.
const MAX_DEPTH: usize = 64;

/// Why a document was rejected.
#[derive(Debug)]
pub struct YamlError(String);

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for YamlError {}

impl YamlError {
    pub(crate) fn new(message: String) -> Self {
        Self(message)
    }
}

/// Parses a whole document into `T`.
///
/// # Errors
/// If the document is too long, nested too deeply, not YAML, or not a `T`.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, YamlError> {
    guard(text)?;
    serde_yaml::from_str(text).map_err(|error| YamlError(error.to_string()))
}

/// The limit for files that this project writes.
const LARGE_LIMIT: usize = 32 * 1024 * 1024;

/// Parses a document that [`write`] wrote.
///
/// # Errors
/// If the document is too long, nested too deeply, not YAML, or not a `T`.
pub fn parse_large<T: DeserializeOwned>(text: &str) -> Result<T, YamlError> {
    if text.len() > LARGE_LIMIT {
        return Err(YamlError::new(format!("the document has {} bytes; at most {LARGE_LIMIT} are read", text.len())));
    }
    if yaml_nesting::is_deeper_than(text, MAX_DEPTH) {
        return Err(YamlError::new(format!("more than {MAX_DEPTH} brackets in each other")));
    }
    serde_yaml::from_str(text).map_err(|error| YamlError(error.to_string()))
}

/// Writes a value as a document in block style.
#[must_use]
pub fn write<T: Serialize>(value: &T) -> String {
    let text = plain(serde_yaml::to_string(value));
    if !has_hidden(&text) {
        return text;
    }
    // The writer leaves some characters raw. They are marked with a control character, which the writer does escape:
    // `\x01202e\x01`.
    let mut value = plain(serde_yaml::to_value(value));
    mark(&mut value);
    unmark(&plain(serde_yaml::to_string(&value)))
}

/// Plain data can always be written.
fn plain<T>(written: Result<T, serde_yaml::Error>) -> T {
    written.unwrap_or_else(|error| unreachable!("plain data can be written: {error}"))
}

/// Whether a scalar has invisible characters or several lines; several lines come after `|` or `>`.
fn has_hidden(text: &str) -> bool {
    text.contains(|c| c != '\n' && is_hidden(c))
        || text.lines().any(|line| {
            let line = line.trim_end_matches(['-', '+']).trim_end_matches(|c: char| c.is_ascii_digit());
            line.ends_with(" |") || line.ends_with(" >")
        })
}

const MARK: char = '\u{1}';

fn mark(value: &mut Value) {
    match value {
        Value::String(text) => mark_text(text),
        Value::Sequence(items) => items.iter_mut().for_each(mark),
        Value::Mapping(entries) => {
            let marked = std::mem::take(entries).into_iter().map(|(mut key, mut value)| {
                mark(&mut key);
                mark(&mut value);
                (key, value)
            });
            *entries = marked.collect();
        }
        Value::Tagged(tagged) => mark(&mut tagged.value),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn mark_text(text: &mut String) {
    if text.contains(is_hidden) {
        let one = |c: char| if is_hidden(c) { format!("{MARK}{:x}{MARK}", u32::from(c)) } else { c.to_string() };
        *text = text.chars().map(one).collect();
    }
}

/// Turns the marks into escapes (YAML 1.2, section 5.7).
fn unmark(text: &str) -> String {
    let mut parts = text.split("\\x01");
    let mut out = parts.next().unwrap_or_default().to_owned();
    while let (Some(code), Some(rest)) = (parts.next(), parts.next()) {
        out.push_str(&format!("\\U{code:0>8}{rest}"));
    }
    out
}

/// A key and its value.
type Entry<'t> = (Cow<'t, str>, Cow<'t, str>);

/// The entries of a mapping of scalars, in order.
///
/// # Errors
/// Like [`parse`]; also if a key occurs twice, a value is nested, or the document is not a mapping.
pub fn parse_scalars(text: &str) -> Result<Vec<Entry<'_>>, YamlError> {
    guard(text)?;
    if let Some(entries) = parse_plain_lines(text) {
        return Ok(entries);
    }
    serde_yaml::Deserializer::from_str(text).deserialize_map(Entries).map_err(|error| YamlError(error.to_string()))
}

/// Parses the subset that covers nearly all front matter: one `key: value` per line, with values that
/// need no YAML rules. A general parser takes as long as the whole Markdown of the page.
fn parse_plain_lines(text: &str) -> Option<Vec<Entry<'_>>> {
    let mut entries: Vec<Entry<'_>> = Vec::with_capacity(16);
    for line in text.lines() {
        let (key, value) = line.split_at(memchr::memchr(b':', line.as_bytes())?);
        let value = &value[1..];
        let is_key = key.starts_with(|c: char| c.is_ascii_alphabetic())
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
        let value = plain_value(value)?;
        if !is_key || entries.iter().any(|(known, _)| known == key) {
            return None;
        }
        entries.push((Cow::Borrowed(key), Cow::Borrowed(value)));
    }
    Some(entries)
}

fn plain_value(value: &str) -> Option<&str> {
    if value.is_empty() {
        return Some(value);
    }
    let value = value.strip_prefix(' ')?.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote) {
            let inner = inner.strip_suffix(quote)?;
            return memchr::memchr2(quote as u8, b'\\', inner.as_bytes()).is_none().then_some(inner);
        }
    }
    let first = value.chars().next()?;
    // A day such as 01/12/2019 and a hash start with a digit but are not numbers.
    let is_text = first.is_alphabetic() || first.is_ascii_digit() && (value.contains('/') || value.len() == 40);
    let is_word = || ["null", "true", "false"].iter().any(|word| value.eq_ignore_ascii_case(word));
    (is_text && !has_syntax(value) && !is_word()).then_some(value)
}

/// Whether a value contains `: `, ` #` or a control character, or ends with a colon.
fn has_syntax(value: &str) -> bool {
    let bytes = value.as_bytes();
    let is_syntax = |at: usize| match bytes[at] {
        b':' => bytes.get(at + 1).is_none_or(|&next| next == b' '),
        b'#' => at > 0 && bytes[at - 1] == b' ',
        // The lead byte of U+0080 to U+009F.
        _ => matches!(bytes.get(at + 1), Some(0x80..=0x9F)),
    };
    // Not `any`, which looks at one byte at a time.
    let controls = bytes.iter().filter(|byte| byte.is_ascii_control()).count();
    controls > 0 || memchr::memchr3_iter(b':', b'#', 0xC2, bytes).any(is_syntax)
}

fn guard(text: &str) -> Result<(), YamlError> {
    if text.len() > LIMIT {
        return Err(YamlError(format!("{} bytes of YAML; at most {LIMIT} are read", text.len())));
    }
    if text.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count() > MAX_BRACKETS {
        return Err(YamlError(format!("more than {MAX_BRACKETS} brackets")));
    }
    Ok(())
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Vec<Entry<'static>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries: Self::Value = Vec::with_capacity(16);
        while let Some(Scalar(key)) = map.next_key()? {
            if entries.iter().any(|(known, _)| *known == key) {
                return Err(serde::de::Error::custom(format_args!("duplicate key `{key}`")));
            }
            let Scalar(value) = map.next_value()?;
            entries.push((key.into(), value.into()));
        }
        Ok(entries)
    }
}

/// Any scalar as its text; null as the empty text.
struct Scalar(String);

impl<'de> serde::Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self(String::new()))
    }
}

impl<'de> Visitor<'de> for Scalar {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scalar")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self, E> {
        Ok(Self(text.to_owned()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self, E> {
        Ok(Self(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self, E> {
        Ok(Self(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self, E> {
        Ok(Self(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self, E> {
        Ok(Self(value.to_string()))
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(text: &str, reason: &str) {
        let error = parse_scalars(text).expect_err("refused");
        assert!(error.to_string().contains(reason), "{error}");
    }

    #[test]
    fn scalars_in_order() {
        let entries = parse_scalars("title: \"a: b\"\nms.prod: ''\nn: 7\nempty:\n").expect("a mapping");
        let entries: Vec<_> = entries.iter().map(|(key, value)| (key.as_ref(), value.as_ref())).collect();
        assert_eq!(entries, [("title", "a: b"), ("ms.prod", ""), ("n", "7"), ("empty", "")]);
    }

    #[test]
    fn plain_lines_are_read_as_yaml_reads_them() {
        for text in [
            "title: 列出用户\nms.prod: \"\"\nauthor: 'x'\nms.lasthandoff: 07/13/2021\nempty:\n",
            "title: a: b\n",
            "title: a # b\n",
            "n: 1.0\nt: true\n",
            "title: \"a\\tb\"\n",
            "title: |\n  x\n",
            "a: b\n  c\n",
        ] {
            let general = serde_yaml::Deserializer::from_str(text).deserialize_map(Entries).ok();
            if let Some(plain) = parse_plain_lines(text) {
                assert_eq!(Some(plain), general, "{text}");
            }
        }
        assert!(parse_plain_lines("title: 列出用户\nms.prod: \"\"\n").is_some());
    }

    #[test]
    fn hostile_documents_are_refused() {
        check_refused("a: 1\nb: 2\na: 3\n", "duplicate key `a`");
        check_refused(&"x".repeat(LIMIT + 1), "at most");
        check_refused(&"{a: ".repeat(10_000), "brackets");
        check_refused("- a\n", "invalid type");
    }

    #[test]
    fn an_alias_bomb_does_not_go_off() {
        let mut bomb = String::from("l0: &l0 [x, x, x, x, x, x, x, x, x]\n");
        for level in 1..30 {
            let alias = format!("*l{}", level - 1);
            bomb += &format!("l{level}: &l{level} [{}]\n", [alias.as_str(); 9].join(", "));
        }
        // Values are scalars, so aliases are never followed.
        check_refused(&bomb, "invalid type: sequence");
    }
}
