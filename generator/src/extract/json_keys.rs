//! The property names of example JSON, read without a parser because many examples are not valid
//! JSON. Comments, missing commas, lost braces and raw line breaks do no harm.

use crate::model::facts::ShownBody;

/// The control information that names the type of a value (OData JSON 4.01, section 4.6.3).
pub(super) const ODATA_TYPE: &str = "@odata.type";

/// The kind of a property's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    String,
    Number,
    Boolean,
    Array,
    Object,
    Null,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key<'t> {
    pub(super) name: &'t str,
    /// The number of objects and arrays around it.
    pub(super) depth: u32,
    /// The line of the text, from 0.
    pub(super) line: u32,
    /// The text starting at its value.
    rest: &'t str,
}

impl<'t> Key<'t> {
    pub(super) fn value(&self) -> Value {
        value(self.rest)
    }

    /// The first item of its value, if that is an array.
    pub(super) fn item(&self) -> Option<Value> {
        Some(value(self.rest.strip_prefix('[')?.trim_start()))
    }

    /// Whether its value, or the first item of its array, is a number without a fraction.
    pub(super) fn is_integer(&self) -> bool {
        let number = self.rest.trim_start_matches(|c: char| c == '[' || c.is_whitespace());
        let digits = number.trim_start_matches('-').trim_start_matches(|c: char| c.is_ascii_digit());
        !digits.starts_with(['.', 'e', 'E'])
    }

    /// Its value, if that is a string.
    pub(super) fn string(&self) -> Option<&'t str> {
        (self.value() == Value::String).then(|| string(self.rest, 0).0)
    }
}

fn value(text: &str) -> Value {
    match text.bytes().next() {
        Some(b'"') => Value::String,
        Some(b'[') => Value::Array,
        Some(b'{') => Value::Object,
        Some(b't' | b'f') => Value::Boolean,
        Some(b'0'..=b'9' | b'-' | b'.') => Value::Number,
        _ => Value::Null,
    }
}

/// The property names of a JSON text, in order.
pub(super) fn json_keys(text: &str) -> impl Iterator<Item = Key<'_>> {
    tokens(text).filter_map(|token| match token {
        Token::Key(key) => Some(key),
        Token::End { .. } => None,
    })
}

/// The property names of its first object, and of what that object contains.
pub(super) fn keys_of_first_object(text: &str) -> impl Iterator<Item = Key<'_>> {
    let mut outermost = None;
    let of_first = tokens(text).map_while(move |token| match token {
        Token::Key(key) => {
            outermost = outermost.or(Some(key.depth));
            Some(Some(key))
        }
        Token::End { depth } => (outermost != Some(depth)).then_some(None),
    });
    of_first.flatten()
}

/// The outermost level of a body.
pub(super) fn shown_body(body: &str) -> ShownBody {
    let body = body.trim();
    match body.bytes().next() {
        None => return ShownBody::Empty,
        Some(b'{') => {}
        Some(b'[') => return ShownBody::Array,
        Some(_) if matches!(body, "true" | "false") => return ShownBody::Boolean,
        Some(_) if serde_json::from_str::<serde_json::Value>(body).is_ok() => return ShownBody::Value,
        Some(_) => return ShownBody::Other,
    }
    let outermost = || json_keys(body).filter(|key| key.depth == 1);
    let Some(value) = outermost().find(|key| key.name == "value").map(|key| key.value()) else {
        return ShownBody::Object;
    };
    // Beside other properties, `value` is an ordinary property: of a named value, for instance.
    let is_envelope = outermost().all(|key| key.name == "value" || key.name.contains('@'));
    match value {
        Value::Array if is_envelope || !outermost().any(|key| key.name == "id") => ShownBody::Collection,
        Value::Object if is_envelope => ShownBody::Wrapped,
        Value::Boolean if is_envelope => ShownBody::Boolean,
        _ if is_envelope => ShownBody::Value,
        _ => ShownBody::Object,
    }
}

/// The names in `@odata.type` of the outermost object, or of the entities in its `value` (OData JSON 4.01, section 4.6.3).
pub(super) fn entity_types(body: &str) -> impl Iterator<Item = &str> {
    let mut depth_in_value = 1;
    json_keys(body).filter_map(move |key| {
        if key.depth == 1 {
            depth_in_value = match (key.name, key.value()) {
                ("value", Value::Array) => 3,
                ("value", Value::Object) => 2,
                _ => 1,
            };
        }
        let is_of_entity = key.depth == 1 || key.depth == depth_in_value;
        let name = key.string().filter(|_| is_of_entity && key.name == ODATA_TYPE)?;
        Some(name.trim_start_matches('#'))
    })
}

enum Token<'t> {
    Key(Key<'t>),
    /// The end of an object or array whose keys have this depth.
    End {
        depth: u32,
    },
}

fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let bytes = text.as_bytes();
    let (mut at, mut depth, mut line) = (0, 0_u32, 0_u32);
    // Text that is never closed is not a comment: `Accept: */*`.
    let mut may_close = true;
    std::iter::from_fn(move || {
        while let Some(&byte) = bytes.get(at) {
            let start = at;
            at += 1;
            match byte {
                b'\n' => line += 1,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    let ended = Token::End { depth };
                    depth = depth.saturating_sub(1);
                    return Some(ended);
                }
                b'/' if bytes.get(at) == Some(&b'/') => {
                    at = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
                }
                b'/' if bytes.get(at) == Some(&b'*') && may_close => match text[at + 1..].find("*/") {
                    Some(end) => {
                        at += 1 + end + 2;
                        line += count_lines(&bytes[start..at]);
                    }
                    None => may_close = false,
                },
                b'"' => {
                    let (name, end) = string(text, start);
                    at = end;
                    if let Some(rest) = text[at..].trim_start().strip_prefix(':') {
                        return Some(Token::Key(Key { name, depth, line, rest: rest.trim_start() }));
                    }
                }
                _ => {}
            }
        }
        None
    })
}

/// The string that starts at a quotation mark, and where the text continues. A string ends at the
/// end of its line at the latest.
fn string(text: &str, at: usize) -> (&str, usize) {
    let bytes = text.as_bytes();
    let start = at + 1;
    let mut end = start;
    while end < bytes.len() && bytes[end] != b'"' && bytes[end] != b'\n' {
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    let end = end.min(bytes.len());
    let next = if bytes.get(end) == Some(&b'"') { end + 1 } else { end };
    (text.get(start..end).unwrap_or_default(), next)
}

fn count_lines(bytes: &[u8]) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', bytes).count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, Value, u32)]) {
        let found: Vec<_> = json_keys(text).map(|key| (key.name, key.value(), key.depth)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn keys_of_damaged_json() {
        check(
            "{\n \"a\": \"x: \\\"y\\\": \",\n \"b\": [ { \"c\": -1, } ]\n \"d\" : true",
            &[("a", Value::String, 1), ("b", Value::Array, 1), ("c", Value::Number, 3), ("d", Value::Boolean, 1)],
        );
    }

    #[test]
    fn types_of_entities() {
        let types = |body: &str| entity_types(body).map(str::to_owned).collect::<Vec<_>>();
        let lamp = r##"{"@odata.type": "#x.lamp", "bulb": {"@odata.type": "#x.bulb"}}"##;
        assert_eq!(types(lamp), ["x.lamp"]);
        assert_eq!(types(&format!(r#"{{"value": {lamp}, "next": {lamp}}}"#)), ["x.lamp"]);
        assert_eq!(
            types(&format!(r#"{{"a": [{lamp}], "value": [{lamp}, {{"@odata.type": 1}}, {lamp}]}}"#)),
            ["x.lamp"; 2]
        );
        let outer = format!(r#"{{"value": {{"id": 1, "inner": {lamp}}}}}"#);
        assert_eq!(types(&outer), [""; 0]);
        assert_eq!(types("{\"@odata.type\": "), [""; 0]);
    }

    #[test]
    fn comments() {
        check(
            "{ // \"a\": 1\n /* \"b\": 1\n */ \"c\": null /* \"d\": 1",
            &[("c", Value::Null, 1), ("d", Value::Number, 1)],
        );
        check("GET https://graph.example.com\nAccept: */*\n{\"a\": {}}", &[("a", Value::Object, 1)]);
    }

    #[test]
    fn items_and_integers() {
        let of = |text| json_keys(text).map(|key| (key.item(), key.is_integer())).collect::<Vec<_>>();
        assert_eq!(of("{\"a\": [ {}, 1 ]}"), [(Some(Value::Object), true)]);
        assert_eq!(of("{\"a\": [ -1.5 ]"), [(Some(Value::Number), false)]);
        assert_eq!(of("{\"a\": 12}"), [(None, true)]);
        assert_eq!(of("{\"a\": ["), [(Some(Value::Null), true)]);
    }

    #[test]
    fn keys_of_the_first_object_only() {
        #[track_caller]
        fn check(text: &str, expected: &[(&str, u32, u32, Option<&str>)]) {
            let found = keys_of_first_object(text).map(|key| (key.name, key.depth, key.line, key.string()));
            assert_eq!(found.collect::<Vec<_>>(), expected);
        }
        check(
            "{\n \"@odata.type\": \"#a.b\",\n \"c\": [{\"@odata.type\": 1}]\n}\n{\"d\": 1}",
            &[("@odata.type", 1, 1, Some("#a.b")), ("c", 1, 2, None), ("@odata.type", 3, 2, None)],
        );
        check("\"a\": 1,\n\"b\": {\"c\": 1}\n}\n\"d\": 1", &[("a", 0, 0, None), ("b", 0, 1, None), ("c", 1, 1, None)]);
        check("", &[]);
        check("{\"a\\", &[]);
    }

    #[test]
    fn collections_by_body() {
        for (body, expected) in [
            ("{\"@odata.context\": \"x\", \"value\": [ {} ]}", ShownBody::Collection),
            ("{\n  \"a\": {\"value\": 1},\n  \"value\":[\n", ShownBody::Collection),
            ("{\"value\": {\"value\": []}}", ShownBody::Wrapped),
            ("{\"a\": {\"value\": []}}", ShownBody::Object),
            ("{\"id\": \"x\", \"value\": [\"a\"]}", ShownBody::Object),
            ("{\"@odata.context\": \"x\", \"value\": true}", ShownBody::Boolean),
            ("{\"value\": 7}", ShownBody::Value),
            ("{\"id\": \"x\", \"value\": \"a\"}", ShownBody::Object),
            ("\"value\": []", ShownBody::Other),
            ("true", ShownBody::Boolean),
            ("[ 1 ]", ShownBody::Array),
            ("Report Refresh Date,User\n", ShownBody::Other),
            ("  \n", ShownBody::Empty),
        ] {
            assert_eq!(shown_body(body), expected, "{body}");
        }
    }
}
