//! Owns `$search`: phrases and their combination.

use super::error::InvalidRequest;
use super::filter::{Binding, is_property_path};
use std::fmt;

/// A `$search`: phrases, combined with `&` and `|`.
///
/// ```
/// use msgraph::runtime::Search;
///
/// let search = Search::property("displayName", "wa") | Search::property("mail", "wa");
/// assert_eq!(search.to_string(), r#""displayName:wa" OR "mail:wa""#);
/// ```
///
/// Source: <https://learn.microsoft.com/graph/search-query-parameter>; OData 4.01, part 2, section 5.1.8.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Search {
    text: String,
    binding: Binding,
    error: Option<InvalidRequest>,
}

impl Search {
    /// Any text as one phrase, with its quotes.
    pub fn phrase(text: &str) -> Search {
        let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
        Search { text: format!("\"{escaped}\""), binding: Binding::Primary, error: None }
    }

    /// A text in one property: `"displayName:text"`.
    pub fn property(name: impl AsRef<str>, text: &str) -> Search {
        let name = name.as_ref();
        let error = (!is_property_path(name)).then(|| InvalidRequest::Filter { part: name.escape_debug().to_string() });
        Search { error, ..Search::phrase(&format!("{name}:{text}")) }
    }

    /// A search in the words of the caller, including quotes and operators. It must not contain user input.
    pub fn raw(text: impl Into<String>) -> Search {
        // Its precedence is not known.
        Search { text: text.into(), binding: Binding::Or, error: None }
    }

    /// Both are found; the same as `&`.
    pub fn and(self, other: Search) -> Search {
        self.join("AND", Binding::And, other)
    }

    /// At least one is found; the same as `|`.
    pub fn or(self, other: Search) -> Search {
        self.join("OR", Binding::Or, other)
    }

    /// The text.
    ///
    /// Error: the first mistake.
    pub(crate) fn into_text(self) -> Result<String, InvalidRequest> {
        self.error.map_or(Ok(self.text), Err)
    }

    fn join(self, operator: &str, binding: Binding, other: Search) -> Search {
        let text = format!("{} {operator} {}", self.within(binding), other.within(binding));
        Search { text, binding, error: self.error.or(other.error) }
    }

    fn within(&self, binding: Binding) -> String {
        if self.binding < binding { format!("({})", self.text) } else { self.text.clone() }
    }
}

/// One phrase. It is a mistake if the text has quotes around it, or between operators.
impl From<&str> for Search {
    fn from(text: &str) -> Search {
        let trimmed = text.trim();
        let is_quoted = trimmed.len() > 1 && trimmed.starts_with('"') && trimmed.ends_with('"');
        let operators = ["\" AND \"", "\" OR \"", "NOT \"", "\") AND ", "\") OR ", "\" AND (", "\" OR ("];
        let has_operators = operators.iter().any(|operator| trimmed.contains(operator));
        Search { error: (is_quoted || has_operators).then_some(InvalidRequest::Search), ..Search::phrase(text) }
    }
}

/// Like the `&str`.
impl From<&String> for Search {
    fn from(text: &String) -> Search {
        text.as_str().into()
    }
}

impl std::ops::BitAnd for Search {
    type Output = Search;

    fn bitand(self, other: Search) -> Search {
        self.and(other)
    }
}

impl std::ops::BitOr for Search {
    type Output = Search;

    fn bitor(self, other: Search) -> Search {
        self.or(other)
    }
}

impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::{Operation, Path, Request, Version};

    const LIST: Operation = Operation::new("GET /v1.0/users");

    fn list() -> Request<()> {
        Request::new(LIST, Path::root(Version::V1_0).segment("users"))
    }

    #[test]
    fn searches_are_combined_or_refused() {
        let (a, b, c) = (|| Search::property("displayName", "a"), || Search::phrase("b \"c\""), || Search::from("c"));
        for (search, expected) in [
            (a() | b(), r#""displayName:a" OR "b \"c\"""#),
            ((a() | b()) & c(), r#"("displayName:a" OR "b \"c\"") AND "c""#),
            (a() & c() | b(), r#""displayName:a" AND "c" OR "b \"c\"""#),
            (Search::raw("\"a\" OR \"b\"") & c(), r#"("a" OR "b") AND "c""#),
            (Search::from("a \"b\" c"), r#""a \"b\" c""#),
        ] {
            assert_eq!((search.to_string().as_str(), &search.error), (expected, &None));
        }
        let sent = list().search(a() | c()).path_and_query();
        assert_eq!(sent.as_deref(), Ok("/v1.0/users?$search=%22displayName:a%22%20OR%20%22c%22"));
        for text in
            ["\"displayName:a\" OR \"displayName:b\"", "\"displayName:a\"", "(\"a\" AND \"b\") OR \"c\"", "NOT \"a\""]
        {
            assert_eq!(list().search(text).path_and_query(), Err(InvalidRequest::Search), "{text}");
        }
        assert!(list().search(Search::property("a b", "c")).path_and_query().is_err());
    }
}
