//! Parses the JSON of the docs. It accepts harmless deviations: comments, trailing commas, an ellipsis for
//! omissions, line breaks in strings. Any other error is reported with a reason.

use serde_json::{Map, Value};

/// Deeper nesting is rejected, as in serde_json.
const MAX_DEPTH: usize = 128;

/// Why a body is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Broken {
    /// It does not start like JSON at all.
    NoJson,
    MissingComma,
    MissingColon,
    /// A name without quotation marks.
    BareName,
    /// Something in place of a value: a placeholder, a type, a lone comma.
    NoValue,
    /// A backslash before a character that cannot be escaped.
    BadEscape,
    /// It ends before its brackets are closed.
    Unclosed,
    /// A closing bracket of another kind than the opening one.
    WrongBracket,
    /// There is text after the value.
    TextBehind,
    TooDeep,
}

impl Broken {
    #[must_use]
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::NoJson => "no JSON",
            Self::MissingComma => "missing comma",
            Self::MissingColon => "missing colon",
            Self::BareName => "name without quotation marks",
            Self::NoValue => "no value",
            Self::BadEscape => "bad escape",
            Self::Unclosed => "unclosed",
            Self::WrongBracket => "wrong bracket",
            Self::TextBehind => "text behind the value",
            Self::TooDeep => "too deep",
        }
    }
}

/// Parses the body of an example.
pub(super) fn parse(text: &str) -> Result<Value, Broken> {
    if let Ok(value) = serde_json::from_str(text) {
        return Ok(value);
    }
    let mut parser = Parser { text, at: 0, depth: 0 };
    parser.skip();
    let starts = parser.peek().is_some_and(|byte| matches!(byte, b'{' | b'[' | b'"' | b'-' | b'0'..=b'9'));
    if !starts && !matches!(parser.rest().trim_end(), "true" | "false" | "null") {
        return Err(Broken::NoJson);
    }
    let value = parser.value()?;
    parser.skip_left_out();
    if parser.rest().is_empty() { Ok(value) } else { Err(Broken::TextBehind) }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Skips blanks and comments.
    fn skip(&mut self) {
        loop {
            let blank = |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}');
            self.at = self.text.len() - self.rest().trim_start_matches(blank).len();
            let comment = if self.rest().starts_with("//") {
                self.rest().find('\n')
            } else if self.rest().starts_with("/*") {
                self.rest().find("*/").map(|end| end + 2)
            } else {
                return;
            };
            self.at = comment.map_or(self.text.len(), |end| self.at + end);
        }
    }

    /// Also skips an ellipsis.
    fn skip_left_out(&mut self) {
        self.skip();
        while self.take("...") || self.take("…") {
            while self.take(".") {}
            self.skip();
            let _ = self.take(",");
            self.skip();
        }
    }

    fn value(&mut self) -> Result<Value, Broken> {
        match self.peek() {
            Some(b'{') => self.inside(Self::object),
            Some(b'[') => self.inside(Self::array),
            Some(b'"') => self.string().map(Value::String),
            Some(_) => self.word(),
            None => Err(Broken::Unclosed),
        }
    }

    fn inside(&mut self, read: fn(&mut Self) -> Result<Value, Broken>) -> Result<Value, Broken> {
        if self.depth == MAX_DEPTH {
            return Err(Broken::TooDeep);
        }
        self.depth += 1;
        self.at += 1;
        self.skip_left_out();
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn object(&mut self) -> Result<Value, Broken> {
        let mut object = Map::new();
        while !self.take("}") {
            match self.peek() {
                None => return Err(Broken::Unclosed),
                Some(b']') => return Err(Broken::WrongBracket),
                Some(b'"') => {}
                Some(b'{' | b'[' | b',') => return Err(Broken::NoValue),
                Some(_) => return Err(Broken::BareName),
            }
            let name = self.string()?;
            self.skip();
            if !self.take(":") {
                return Err(if self.peek().is_none() { Broken::Unclosed } else { Broken::MissingColon });
            }
            self.skip();
            // The value is left out.
            let value = if self.rest().starts_with("...") { Value::Null } else { self.value()? };
            object.insert(name, value);
            self.separator(b'}')?;
        }
        Ok(Value::Object(object))
    }

    fn array(&mut self) -> Result<Value, Broken> {
        let mut array = Vec::new();
        while !self.take("]") {
            match self.peek() {
                None => return Err(Broken::Unclosed),
                Some(b'}') => return Err(Broken::WrongBracket),
                _ => array.push(self.value()?),
            }
            self.separator(b']')?;
        }
        Ok(Value::Array(array))
    }

    /// A comma, which is also allowed before the end.
    fn separator(&mut self, end: u8) -> Result<(), Broken> {
        self.skip();
        let left_out = self.rest().starts_with("...") || self.rest().starts_with('…');
        let comma = self.take(",");
        self.skip_left_out();
        match self.peek() {
            None => Err(Broken::Unclosed),
            Some(byte) if byte == end || comma || left_out => Ok(()),
            Some(b'}' | b']') => Err(Broken::WrongBracket),
            Some(_) => Err(Broken::MissingComma),
        }
    }

    fn string(&mut self) -> Result<String, Broken> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut end = start + 1;
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        if end >= bytes.len() {
            return Err(Broken::Unclosed);
        }
        self.at = end + 1;
        let text = &self.text[start..=end];
        let blanks = |c: char| if c.is_ascii_control() { ' ' } else { c };
        serde_json::from_str(&text.chars().map(blanks).collect::<String>()).map_err(|_| Broken::BadEscape)
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> Result<Value, Broken> {
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')));
        let word = &rest[..end.unwrap_or(rest.len())];
        let value = serde_json::from_str(word).map_err(|_| Broken::NoValue)?;
        self.at += word.len();
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = parse(text).map_or_else(|broken| broken.as_str().to_owned(), |value| value.to_string());
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn what_is_clearly_meant() {
        check("{\"a\": [1, 2, ], \"b\": {},}", r#"{"a":[1,2],"b":{}}"#);
        check("{ // first\n \"a\": 1 /* one */, ... }", r#"{"a":1}"#);
        check("{\"value\": [ {\"a\": 1}, … ]\n ...\n}", r#"{"value":[{"a":1}]}"#);
        check("{\"value\": [ ... ], \"b\": 2}", r#"{"b":2,"value":[]}"#);
        check("{\"a\": 1 ... \"b\": ...}", r#"{"a":1,"b":null}"#);
        check("\u{feff}{\"a\": \"one\ntwo\"}", r#"{"a":"one two"}"#);
        check("{\"a\": -1.5e3}\n....", r#"{"a":-1500.0}"#);
        check("true", "true");
    }

    #[test]
    fn reasons() {
        check("<a/>", "no JSON");
        check("", "no JSON");
        check("{\"a\": 1 \"b\": 2}", "missing comma");
        check("[1 2]", "missing comma");
        check("{\"a\" 1}", "missing colon");
        check("{a: 1}", "name without quotation marks");
        check("{\"a\": <id>}", "no value");
        check("{\"a\": String}", "no value");
        check("{\"a\": 1,, \"b\": 2}", "no value");
        check("{\"a\": \"C:\\Data\"}", "bad escape");
        check("{\"a\": [1, 2", "unclosed");
        check("{\"a", "unclosed");
        check("{\"a\": \"\\", "unclosed");
        check("{\"a\": [1}}", "wrong bracket");
        check("{\"a\": 1]", "wrong bracket");
        check("{\"a\": 1}\n{\"b\": 2}", "text behind the value");
        check(&"[".repeat(1_000), "too deep");
    }
}
