//! Owns `$filter`: literals, operators and their precedence.

use super::error::InvalidRequest;
use super::path::Argument;
use super::query_items::{QueryItem, SameType, Untyped, option};
use std::fmt;
use std::marker::PhantomData;

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
/// A property is a [`Name`](super::Name), such as `User::SURNAME` (feature `names`), or a text. `E` is the type that has the
/// properties; a filter in text alone has none, and fits every request.
///
/// Source: OData 4.01, part 2, section 5.1.1; OData ABNF.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Filter<E = Untyped> {
    text: String,
    binding: Binding,
    error: Option<InvalidRequest>,
    entity: PhantomData<fn() -> E>,
}

/// How strongly the outermost operator binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Binding {
    Or,
    And,
    Primary,
}

impl<E> Filter<E> {
    /// `property eq value`
    pub fn eq<'a>(property: impl QueryItem<option::Filter, Of = E>, value: impl Into<Argument<'a>>) -> Filter<E> {
        Filter::compare(&property, "eq", &value.into())
    }

    /// `property ne value`; an advanced query for directory objects.
    pub fn ne<'a>(property: impl QueryItem<option::Filter, Of = E>, value: impl Into<Argument<'a>>) -> Filter<E> {
        Filter::compare(&property, "ne", &value.into())
    }

    /// `property gt value`
    pub fn gt<'a>(property: impl QueryItem<option::Filter, Of = E>, value: impl Into<Argument<'a>>) -> Filter<E> {
        Filter::compare(&property, "gt", &value.into())
    }

    /// `property ge value`
    pub fn ge<'a>(property: impl QueryItem<option::Filter, Of = E>, value: impl Into<Argument<'a>>) -> Filter<E> {
        Filter::compare(&property, "ge", &value.into())
    }

    /// `property lt value`
    pub fn lt<'a>(property: impl QueryItem<option::Filter, Of = E>, value: impl Into<Argument<'a>>) -> Filter<E> {
        Filter::compare(&property, "lt", &value.into())
    }

    /// `property le value`
    pub fn le<'a>(property: impl QueryItem<option::Filter, Of = E>, value: impl Into<Argument<'a>>) -> Filter<E> {
        Filter::compare(&property, "le", &value.into())
    }

    /// `property eq null`
    pub fn is_null(property: impl QueryItem<option::Filter, Of = E>) -> Filter<E> {
        Filter::compare(&property, "eq", &Argument::Raw("null"))
    }

    /// `property in (value,…)`
    pub fn is_in<'a, A: Into<Argument<'a>>>(
        property: impl QueryItem<option::Filter, Of = E>,
        values: impl IntoIterator<Item = A>,
    ) -> Filter<E> {
        let (mut filter, property) = Filter::about(&property);
        let literals: Vec<String> = values.into_iter().map(|value| filter.literal(&value.into())).collect();
        if literals.is_empty() {
            filter.reject("()");
        }
        filter.text = format!("{property} in ({})", literals.join(","));
        filter
    }

    /// `startswith(property,'value')`
    pub fn starts_with(property: impl QueryItem<option::Filter, Of = E>, value: &str) -> Filter<E> {
        Filter::call("startswith", &property, value)
    }

    /// `endswith(property,'value')`; an advanced query for directory objects.
    pub fn ends_with(property: impl QueryItem<option::Filter, Of = E>, value: &str) -> Filter<E> {
        Filter::call("endswith", &property, value)
    }

    /// `contains(property,'value')`
    pub fn contains(property: impl QueryItem<option::Filter, Of = E>, value: &str) -> Filter<E> {
        Filter::call("contains", &property, value)
    }

    /// `collection/any(variable:filter)`: true for at least one item. [`Name::any`](super::Name::any) needs no variable.
    pub fn any(
        collection: impl QueryItem<option::Filter, Of = E>,
        variable: &str,
        filter: Filter<impl Sized>,
    ) -> Filter<E> {
        Filter::lambda(&collection, "any", variable, filter)
    }

    /// `collection/all(variable:filter)`: true for every item. [`Name::all`](super::Name::all) needs no variable.
    pub fn all(
        collection: impl QueryItem<option::Filter, Of = E>,
        variable: &str,
        filter: Filter<impl Sized>,
    ) -> Filter<E> {
        Filter::lambda(&collection, "all", variable, filter)
    }

    /// Both are true; the same as `&`.
    pub fn and<F>(self, other: Filter<F>) -> Filter<E::Of>
    where
        E: SameType<F>,
    {
        self.join("and", Binding::And, &other)
    }

    /// At least one is true; the same as `|`.
    pub fn or<F>(self, other: Filter<F>) -> Filter<E::Of>
    where
        E: SameType<F>,
    {
        self.join("or", Binding::Or, &other)
    }

    /// The text.
    ///
    /// Error: the first mistake.
    pub(crate) fn into_text(self) -> Result<String, InvalidRequest> {
        self.error.map_or(Ok(self.text), Err)
    }

    /// A filter without text yet, and the property.
    fn about(item: &impl QueryItem<option::Filter>) -> (Filter<E>, &str) {
        let mut filter = Filter { text: String::new(), binding: Binding::Primary, error: None, entity: PhantomData };
        match item.text() {
            Ok(property) if is_property_path(property) => (filter, property),
            Ok(property) => {
                filter.reject(property);
                (filter, property)
            }
            Err(error) => {
                filter.error = Some(error.clone());
                (filter, "")
            }
        }
    }

    fn compare(property: &impl QueryItem<option::Filter>, operator: &str, value: &Argument<'_>) -> Filter<E> {
        let (mut filter, property) = Filter::about(property);
        let literal = filter.literal(value);
        filter.text = format!("{property} {operator} {literal}");
        filter
    }

    fn call(function: &str, property: &impl QueryItem<option::Filter>, value: &str) -> Filter<E> {
        let (mut filter, property) = Filter::about(property);
        let literal = filter.literal(&Argument::String(value));
        filter.text = format!("{function}({property},{literal})");
        filter
    }

    pub(super) fn lambda<F>(
        collection: &impl QueryItem<option::Filter>,
        operator: &str,
        variable: &str,
        inner: Filter<F>,
    ) -> Filter<E> {
        let (mut filter, collection) = Filter::about(collection);
        if variable.is_empty() || !variable.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            filter.reject(variable);
        }
        filter.error = filter.error.or(inner.error);
        filter.text = format!("{collection}/{operator}({variable}:{})", inner.text);
        filter
    }

    fn join<F, B>(self, operator: &str, binding: Binding, other: &Filter<F>) -> Filter<B> {
        let text = format!("{} {operator} {}", self.within(binding), other.within(binding));
        Filter { text, binding, error: self.error.or_else(|| other.error.clone()), entity: PhantomData }
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

impl Filter {
    /// A filter in the words of the caller, including literals. It must not contain user input.
    pub fn raw(text: impl Into<String>) -> Filter {
        // Its precedence is not known.
        Filter { text: text.into(), binding: Binding::Or, error: None, entity: PhantomData }
    }
}

/// Whether a text is the name of a property, or a path to one.
pub(super) fn is_property_path(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "_/.$@".contains(c))
}

/// `not (…)`
impl<E> std::ops::Not for Filter<E> {
    type Output = Filter<E>;

    fn not(self) -> Filter<E> {
        let text = format!("not ({})", self.text);
        Filter { text, binding: Binding::Primary, error: self.error, entity: PhantomData }
    }
}

impl<E: SameType<F>, F> std::ops::BitAnd<Filter<F>> for Filter<E> {
    type Output = Filter<E::Of>;

    fn bitand(self, other: Filter<F>) -> Filter<E::Of> {
        self.and(other)
    }
}

impl<E: SameType<F>, F> std::ops::BitOr<Filter<F>> for Filter<E> {
    type Output = Filter<E::Of>;

    fn bitor(self, other: Filter<F>) -> Filter<E::Of> {
        self.or(other)
    }
}

impl<E> fmt::Display for Filter<E> {
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
}
