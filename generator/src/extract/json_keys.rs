//! The property names of example JSON, read without a parser: the examples of the docs are often not
//! valid JSON.

/// What kind of value a property has.
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
    pub(super) value: Value,
    /// How many objects and arrays enclose it.
    pub(super) depth: u32,
}

/// The property names of a JSON text, in their order. Works on invalid JSON, too.
pub(super) fn json_keys(text: &str) -> impl Iterator<Item = Key<'_>> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 0_u32);
    std::iter::from_fn(move || {
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                b'"' => {
                    let start = at + 1;
                    at = start;
                    while bytes.get(at).is_some_and(|byte| !matches!(byte, b'"' | b'\n')) {
                        at += if bytes[at] == b'\\' { 2 } else { 1 };
                    }
                    let rest = text.get(at + 1..).unwrap_or_default().trim_start();
                    if let (Some(name), Some(value)) = (text.get(start..at), rest.strip_prefix(':')) {
                        at += 1;
                        return Some(Key { name, value: value_kind(value.trim_start()), depth });
                    }
                }
                _ => {}
            }
            at += 1;
        }
        None
    })
}

/// Whether the outermost object has a property `value` that is an array: a collection.
pub(super) fn has_value_array(body: &str) -> bool {
    json_keys(body).find(|key| key.depth == 1 && key.name == "value").is_some_and(|key| key.value == Value::Array)
}

fn value_kind(value: &str) -> Value {
    match value.bytes().next() {
        Some(b'"') => Value::String,
        Some(b'[') => Value::Array,
        Some(b'{') => Value::Object,
        Some(b't' | b'f') => Value::Boolean,
        Some(b'0'..=b'9' | b'-' | b'.') => Value::Number,
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_damaged_json() {
        let keys = json_keys("{\n \"a\": \"x: \\\"y\\\": \",\n \"b\": [ { \"c\": -1, } ]\n \"d\" : true");
        let keys: Vec<_> = keys.map(|key| (key.name, key.value, key.depth)).collect();
        assert_eq!(
            keys,
            [("a", Value::String, 1), ("b", Value::Array, 1), ("c", Value::Number, 3), ("d", Value::Boolean, 1)]
        );
    }

    #[test]
    fn collections_by_body() {
        assert!(has_value_array("{\"@odata.context\": \"x\", \"value\": [ {} ]}"));
        assert!(has_value_array("{\n  \"a\": {\"value\": 1},\n  \"value\":[\n"));
        assert!(!has_value_array("{\"value\": {\"value\": []}}"));
        assert!(!has_value_array("{\"a\": {\"value\": []}}"));
        assert!(!has_value_array("\"value\": []"));
    }
}
