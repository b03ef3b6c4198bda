//! Owns the query options and headers that OData and Graph define for every operation.
//!
//! Three out of four pages do not say which query options their operation supports, so every request has
//! all of them. If the page says that an operation does not support one, using it is a mistake in the
//! request. The encoding of a URL is in `request`, that of literals in `path`.

use super::error::InvalidRequest;
use super::path::Argument;
use super::request::Request;
use std::fmt;

impl<T> Request<T> {
    /// The service often ignores an option that the page denies, so that the result would be wrong.
    fn taking(self, option: &'static str) -> Request<T> {
        match self.operation().query_options().takes(option) {
            Some(false) => {
                let page = self.operation().page();
                self.fail(InvalidRequest::QueryOption { option, page })
            }
            _ => self,
        }
    }

    /// `$select`: only these properties.
    ///
    /// Source: OData 4.01, part 2, section 5.1.4.
    pub fn select<'a>(self, properties: impl IntoIterator<Item = &'a str>) -> Request<T> {
        self.taking("$select").query_list("$select", properties)
    }

    /// `$expand`: also returns related items, such as `manager` or `members($select=id;$top=5)`.
    ///
    /// Source: OData 4.01, part 2, section 5.1.3.
    pub fn expand<'a>(self, properties: impl IntoIterator<Item = &'a str>) -> Request<T> {
        self.taking("$expand").query_list("$expand", properties)
    }

    /// `$filter`: only the items for which the filter is true.
    ///
    /// Source: OData 4.01, part 2, section 5.1.1; <https://learn.microsoft.com/graph/filter-query-parameter>.
    /// Error: a part that is not allowed in a filter.
    pub fn filter(self, filter: Filter) -> Request<T> {
        match filter.error {
            Some(error) => self.fail(error),
            None => self.taking("$filter").query("$filter", filter.text),
        }
    }

    /// `$orderby`, such as `["displayName", "createdDateTime desc"]`.
    ///
    /// Source: OData 4.01, part 2, section 5.1.5.
    pub fn order_by<'a>(self, properties: impl IntoIterator<Item = &'a str>) -> Request<T> {
        self.taking("$orderby").query_list("$orderby", properties)
    }

    /// `$search`: one phrase, such as `displayName:wa` for directory objects or `pizza` for
    /// messages, or a combination of them ([`Search`]). A phrase is put in quotes; quotes and backslashes in it are
    /// escaped. Directory objects also need [`Request::advanced`].
    ///
    /// Source: <https://learn.microsoft.com/graph/search-query-parameter>.
    /// Error: a text that is a combination of phrases already, such as `"a" OR "b"`.
    pub fn search(self, search: impl Into<Search>) -> Request<T> {
        let search = search.into();
        match search.error {
            Some(error) => self.fail(error),
            None => self.taking("$search").query("$search", search.text),
        }
    }

    /// `$top`: the number of items per page; the service has its own limits.
    ///
    /// Source: OData 4.01, part 2, section 5.1.6.
    pub fn top(self, items: u32) -> Request<T> {
        self.taking("$top").query("$top", items)
    }

    /// `$skip`: skips the first items. Not every collection supports it; paging uses next links.
    ///
    /// Source: OData 4.01, part 2, section 5.1.6.
    pub fn skip(self, items: u32) -> Request<T> {
        self.taking("$skip").query("$skip", items)
    }

    /// `$count=true`: the number of all items is in [`Collection::count`](super::Collection) of the
    /// first page.
    ///
    /// Source: OData 4.01, part 2, section 5.1.7.
    pub fn count(self) -> Request<T> {
        self.taking("$count").query("$count", true)
    }

    /// Sets what advanced queries on directory objects need: `ConsistencyLevel: eventual` and
    /// `$count=true`. Without them `$search`, `ne`, `not`, `endsWith` and `$filter` with `$orderby`
    /// fail with 400.
    ///
    /// Source: <https://learn.microsoft.com/graph/aad-advanced-queries>.
    pub fn advanced(self) -> Request<T> {
        self.consistency_eventual().count()
    }

    /// `ConsistencyLevel: eventual`.
    ///
    /// Source: <https://learn.microsoft.com/graph/aad-advanced-queries>.
    pub fn consistency_eventual(self) -> Request<T> {
        self.header("ConsistencyLevel", "eventual")
    }

    /// Adds a preference to the `Prefer` header, such as `outlook.timezone="UTC"`,
    /// `odata.maxpagesize=50` or `return=minimal`.
    ///
    /// Source: RFC 7240, section 2; OData 4.01, part 1, section 8.2.8.
    pub fn prefer(self, preference: &str) -> Request<T> {
        let value = match self.header_value("prefer") {
            Some(present) => format!("{present}, {preference}"),
            None => preference.to_owned(),
        };
        self.header("Prefer", &value)
    }

    /// `If-Match`: only if the item still has this ETag (the annotation `@odata.etag`, or `*`);
    /// otherwise the service answers with status 412.
    ///
    /// Source: RFC 9110, section 13.1.1.
    pub fn if_match(self, etag: &str) -> Request<T> {
        self.header("If-Match", etag)
    }

    /// `If-None-Match`: only if the item no longer has this ETag; otherwise the service answers
    /// with status 304, or 412 for a change.
    ///
    /// Source: RFC 9110, section 13.1.2.
    pub fn if_none_match(self, etag: &str) -> Request<T> {
        self.header("If-None-Match", etag)
    }
}

/// A `$filter`. Values are written as OData literals, so that a quote in them does no harm.
///
/// ```
/// use msgraph::Filter;
///
/// let filter = Filter::eq("surname", "O'Neil") & !Filter::starts_with("mail", "test");
/// assert_eq!(filter.to_string(), "surname eq 'O''Neil' and not (startswith(mail,'test'))");
///
/// let licensed = Filter::any("assignedPlans", "p", Filter::eq("p/service", "exchange"));
/// assert_eq!(licensed.to_string(), "assignedPlans/any(p:p/service eq 'exchange')");
/// ```
///
/// Source: OData 4.01, part 2, section 5.1.1; OData ABNF.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Filter {
    text: String,
    binding: Binding,
    error: Option<InvalidRequest>,
}

/// How strongly the outermost operator binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Or,
    And,
    Primary,
}

impl Filter {
    /// `property eq value`
    pub fn eq<'a>(property: &str, value: impl Into<Argument<'a>>) -> Filter {
        Filter::compare(property, "eq", &value.into())
    }

    /// `property ne value`; an advanced query for directory objects.
    pub fn ne<'a>(property: &str, value: impl Into<Argument<'a>>) -> Filter {
        Filter::compare(property, "ne", &value.into())
    }

    /// `property gt value`
    pub fn gt<'a>(property: &str, value: impl Into<Argument<'a>>) -> Filter {
        Filter::compare(property, "gt", &value.into())
    }

    /// `property ge value`
    pub fn ge<'a>(property: &str, value: impl Into<Argument<'a>>) -> Filter {
        Filter::compare(property, "ge", &value.into())
    }

    /// `property lt value`
    pub fn lt<'a>(property: &str, value: impl Into<Argument<'a>>) -> Filter {
        Filter::compare(property, "lt", &value.into())
    }

    /// `property le value`
    pub fn le<'a>(property: &str, value: impl Into<Argument<'a>>) -> Filter {
        Filter::compare(property, "le", &value.into())
    }

    /// `property eq null`
    pub fn is_null(property: &str) -> Filter {
        Filter::compare(property, "eq", &Argument::Raw("null"))
    }

    /// `property in (value,…)`
    pub fn is_in<'a, A: Into<Argument<'a>>>(property: &str, values: impl IntoIterator<Item = A>) -> Filter {
        let mut filter = Filter::property(property);
        let literals: Vec<String> = values.into_iter().map(|value| filter.literal(&value.into())).collect();
        if literals.is_empty() {
            filter.reject("()");
        }
        filter.text = format!("{property} in ({})", literals.join(","));
        filter
    }

    /// `startswith(property,'value')`
    pub fn starts_with(property: &str, value: &str) -> Filter {
        Filter::call("startswith", property, value)
    }

    /// `endswith(property,'value')`; an advanced query for directory objects.
    pub fn ends_with(property: &str, value: &str) -> Filter {
        Filter::call("endswith", property, value)
    }

    /// `contains(property,'value')`
    pub fn contains(property: &str, value: &str) -> Filter {
        Filter::call("contains", property, value)
    }

    /// `collection/any(variable:filter)`: true for at least one item.
    pub fn any(collection: &str, variable: &str, filter: Filter) -> Filter {
        Filter::lambda(collection, "any", variable, filter)
    }

    /// `collection/all(variable:filter)`: true for every item.
    pub fn all(collection: &str, variable: &str, filter: Filter) -> Filter {
        Filter::lambda(collection, "all", variable, filter)
    }

    /// A filter in the words of the caller, including literals. It must not contain user input.
    pub fn raw(text: impl Into<String>) -> Filter {
        // Its precedence is not known.
        Filter { text: text.into(), binding: Binding::Or, error: None }
    }

    /// Both are true; the same as `&`.
    pub fn and(self, other: Filter) -> Filter {
        self.join("and", Binding::And, other)
    }

    /// At least one is true; the same as `|`.
    pub fn or(self, other: Filter) -> Filter {
        self.join("or", Binding::Or, other)
    }

    fn property(property: &str) -> Filter {
        let mut filter = Filter { text: String::new(), binding: Binding::Primary, error: None };
        let is_path = |c: char| c.is_ascii_alphanumeric() || "_/.$@".contains(c);
        if property.is_empty() || !property.chars().all(is_path) {
            filter.reject(property);
        }
        filter
    }

    fn compare(property: &str, operator: &str, value: &Argument<'_>) -> Filter {
        let mut filter = Filter::property(property);
        let literal = filter.literal(value);
        filter.text = format!("{property} {operator} {literal}");
        filter
    }

    fn call(function: &str, property: &str, value: &str) -> Filter {
        let mut filter = Filter::property(property);
        let literal = filter.literal(&Argument::String(value));
        filter.text = format!("{function}({property},{literal})");
        filter
    }

    fn lambda(collection: &str, operator: &str, variable: &str, inner: Filter) -> Filter {
        let mut filter = Filter::property(collection);
        if variable.is_empty() || !variable.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            filter.reject(variable);
        }
        filter.error = filter.error.or(inner.error);
        filter.text = format!("{collection}/{operator}({variable}:{})", inner.text);
        filter
    }

    fn join(self, operator: &str, binding: Binding, other: Filter) -> Filter {
        let text = format!("{} {operator} {}", self.within(binding), other.within(binding));
        Filter { text, binding, error: self.error.or(other.error) }
    }

    /// The text as an operand of an operator that binds this strongly.
    fn within(&self, binding: Binding) -> String {
        if self.binding < binding { format!("({})", self.text) } else { self.text.clone() }
    }

    fn literal(&mut self, value: &Argument<'_>) -> String {
        value.literal().unwrap_or_else(|| {
            self.reject(&format!("{value:?}"));
            String::new()
        })
    }

    fn reject(&mut self, part: &str) {
        self.error.get_or_insert_with(|| InvalidRequest::Filter { part: part.escape_debug().to_string() });
    }
}

/// `not (…)`
impl std::ops::Not for Filter {
    type Output = Filter;

    fn not(self) -> Filter {
        Filter { text: format!("not ({})", self.text), binding: Binding::Primary, error: self.error }
    }
}

impl std::ops::BitAnd for Filter {
    type Output = Filter;

    fn bitand(self, other: Filter) -> Filter {
        self.and(other)
    }
}

impl std::ops::BitOr for Filter {
    type Output = Filter;

    fn bitor(self, other: Filter) -> Filter {
        self.or(other)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

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
    pub fn property(name: &str, text: &str) -> Search {
        let error = Filter::property(name).error;
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
    use crate::runtime::{Operation, Path, Version};

    static LIST: Operation = Operation::new("GET /v1.0/users");

    fn list() -> Request<()> {
        Request::new(&LIST, Path::root(Version::V1_0).segment("users"))
    }

    #[test]
    fn literals() {
        let table = [
            (Filter::eq("a", "it's"), "a eq 'it''s'"),
            (Filter::ne("a/b", true), "a/b ne true"),
            (Filter::gt("a", 5), "a gt 5"),
            (Filter::le("a", 1.5), "a le 1.5"),
            (Filter::ge("a", Argument::Raw("2024-05-01T00:00:00Z")), "a ge 2024-05-01T00:00:00Z"),
            (Filter::lt("a", Argument::Enum { ty: "microsoft.graph.x", value: "one" }), "a lt microsoft.graph.x'one'"),
            (Filter::is_null("a"), "a eq null"),
            (Filter::is_in("a", ["b", "c'd"]), "a in ('b','c''d')"),
            (Filter::contains("a", "' or true or '"), "contains(a,''' or true or ''')"),
            (Filter::ends_with("a", "中"), "endswith(a,'中')"),
            (Filter::eq("members/$count", 0), "members/$count eq 0"),
        ];
        for (filter, expected) in table {
            assert_eq!((filter.to_string().as_str(), &filter.error), (expected, &None));
        }
    }

    #[test]
    fn operators_keep_their_meaning() {
        let (a, b, c) = (|| Filter::eq("a", 1), || Filter::eq("b", 2), || Filter::eq("c", 3));
        let table = [
            (a() & b() & c(), "a eq 1 and b eq 2 and c eq 3"),
            (a() | b() & c(), "a eq 1 or b eq 2 and c eq 3"),
            ((a() | b()) & c(), "(a eq 1 or b eq 2) and c eq 3"),
            (!(a() & b()) | c(), "not (a eq 1 and b eq 2) or c eq 3"),
            (Filter::raw("a eq 1 or b eq 2") & c(), "(a eq 1 or b eq 2) and c eq 3"),
            (Filter::all("x", "i", Filter::eq("i/a", 1) | Filter::eq("i/b", 2)), "x/all(i:i/a eq 1 or i/b eq 2)"),
        ];
        for (filter, expected) in table {
            assert_eq!(filter.to_string(), expected);
        }
    }

    #[test]
    fn what_cannot_stand_in_a_filter_is_a_mistake() {
        for filter in [
            Filter::eq("", 1),
            Filter::eq("a eq 1 or b", 1),
            Filter::eq("a", Argument::Raw("1 or true")),
            Filter::any("a", "x:true) or (", Filter::eq("x", 1)),
            Filter::any("a", "x", Filter::eq("x y", 1)),
            Filter::is_in::<&str>("a", []),
            !Filter::eq("a b", 1) & Filter::eq("c", 1),
        ] {
            let sent = list().filter(filter.clone()).path_and_query();
            assert!(matches!(sent, Err(InvalidRequest::Filter { .. })), "{filter}");
        }
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

    #[test]
    fn what_the_page_denies_is_a_mistake() {
        static FEW: Operation = Operation::documented("GET /v1.0/users", "user-list", "", "200 - $top");
        let few = || Request::<()>::new(&FEW, Path::root(Version::V1_0).segment("users"));
        assert_eq!(few().top(5).path_and_query().as_deref(), Ok("/v1.0/users?$top=5"));
        let refused = Err(InvalidRequest::QueryOption { option: "$select", page: "user-list" });
        assert_eq!(few().select(["id"]).path_and_query(), refused);
        assert_eq!(few().query("$select", "id").path_and_query().as_deref(), Ok("/v1.0/users?$select=id"));
        for request in [few().expand(["a"]), few().filter(Filter::eq("a", 1)), few().order_by(["a"])] {
            assert!(request.path_and_query().is_err(), "{request}");
        }
        for request in [few().search("a"), few().skip(1), few().count(), few().advanced()] {
            assert!(request.path_and_query().is_err(), "{request}");
        }
    }

    #[test]
    fn options_and_headers() {
        let request = list()
            .select(["id", "displayName"])
            .expand(["manager($select=id)"])
            .filter(Filter::eq("surname", "O'Neil & co"))
            .order_by(["displayName desc"])
            .search("displayName:a \"b\"")
            .top(5)
            .skip(10)
            .advanced()
            .prefer("outlook.timezone=\"UTC\"")
            .prefer("return=minimal")
            .if_match("W/\"abc\"")
            .if_none_match("*");
        assert_eq!(
            request.path_and_query().as_deref(),
            Ok("/v1.0/users?$select=id,displayName&$expand=manager($select=id)\
                &$filter=surname%20eq%20%27O%27%27Neil%20%26%20co%27&$orderby=displayName%20desc\
                &$search=%22displayName:a%20%5C%22b%5C%22%22&$top=5&$skip=10&$count=true")
        );
        let headers: Vec<_> = request.headers().collect();
        assert_eq!(
            headers,
            [
                ("ConsistencyLevel", "eventual"),
                ("Prefer", "outlook.timezone=\"UTC\", return=minimal"),
                ("If-Match", "W/\"abc\""),
                ("If-None-Match", "*"),
            ]
        );
    }
}
