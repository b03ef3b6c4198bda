//! Owns `$expand` with options for the related items.

use super::error::InvalidRequest;
use super::filter::Filter;
use super::json::SchemaType;
use super::names::Name;
use super::query_items::{Answers, QueryItem, QueryItems, option};
use std::fmt::Write as _;
use std::marker::PhantomData;

/// Related items with options of their own: `manager($select=id,displayName)`. `E` has the relationship, and `V` is the
/// type of the related items.
///
/// ```
/// use msgraph::{Collection, Filter, Name, Operation, Request};
/// use msgraph::runtime::{Path, Version};
/// # use msgraph::runtime::{Additional, Property, SchemaType, TypeReader, TypeWriter};
/// # macro_rules! no_properties { ($($ty:ident)*) => { $(
/// #     #[derive(Clone, Debug, PartialEq)]
/// #     struct $ty;
/// #     impl SchemaType for $ty {
/// #         fn read(_: &mut TypeReader<'_>) -> Self { $ty }
/// #         fn write<'a>(&'a self, _: &mut TypeWriter<'a>) {}
/// #     }
/// # )* } }
/// # no_properties!(Team Channel);
/// # impl Team { const CHANNELS: Name<Self, Channel> = Name::new("channels"); }
/// # impl Channel { const ID: Name<Self> = Name::new("id"); const NAME: Name<Self> = Name::new("name"); }
/// # const LIST: Operation = Operation::new("GET /v1.0/teams");
/// # let list: Request<Collection<Team>> = Request::new(LIST, Path::root(Version::V1_0).segment("teams"));
///
/// let channels = Team::CHANNELS.select((Channel::ID, Channel::NAME)).filter(Filter::eq(Channel::NAME, "General"));
/// let request = list.expand(channels);
/// assert_eq!(request.to_string(), "GET /v1.0/teams?$expand=channels($select=id,name%3B$filter=name%20eq%20%27General%27)");
/// ```
///
/// A property of another type does not compile:
///
/// ```compile_fail,E0277
/// # use msgraph::{Name, runtime::{SchemaType, TypeReader, TypeWriter}};
/// # macro_rules! no_properties { ($($ty:ident)*) => { $(
/// #     #[derive(Clone, Debug, PartialEq)]
/// #     struct $ty;
/// #     impl SchemaType for $ty {
/// #         fn read(_: &mut TypeReader<'_>) -> Self { $ty }
/// #         fn write<'a>(&'a self, _: &mut TypeWriter<'a>) {}
/// #     }
/// # )* } }
/// # no_properties!(Team Channel);
/// # impl Team { const CHANNELS: Name<Self, Channel> = Name::new("channels"); const MAIL: Name<Self> = Name::new("mail"); }
/// let channels = Team::CHANNELS.select(Team::MAIL);
/// ```
///
/// Source: OData 4.01, part 2, section 5.1.3.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Expand<E, V> {
    text: String,
    /// Whether the text ends with options in parentheses.
    has_options: bool,
    error: Option<InvalidRequest>,
    types: PhantomData<fn() -> (E, V)>,
}

impl<E, V: SchemaType> Name<E, V> {
    /// Related items with only these properties.
    pub fn select(self, properties: impl QueryItems<V, option::Select>) -> Expand<E, V> {
        self.expanded().select(properties)
    }

    /// Related items with items that are related to them.
    pub fn expand(self, properties: impl QueryItems<V, option::Expand>) -> Expand<E, V> {
        self.expanded().expand(properties)
    }

    /// Related items for which the filter is true.
    pub fn filter<F>(self, filter: Filter<F>) -> Expand<E, V>
    where
        V: Answers<F>,
    {
        self.expanded().filter(filter)
    }

    /// The first related items.
    pub fn top(self, items: u32) -> Expand<E, V> {
        self.expanded().top(items)
    }

    fn expanded(self) -> Expand<E, V> {
        Expand { text: self.as_str().to_owned(), has_options: false, error: None, types: PhantomData }
    }
}

impl<E, V: SchemaType> Expand<E, V> {
    /// `$select`
    pub fn select(self, properties: impl QueryItems<V, option::Select>) -> Self {
        self.list("$select", &properties)
    }

    /// `$expand`
    pub fn expand(self, properties: impl QueryItems<V, option::Expand>) -> Self {
        self.list("$expand", &properties)
    }

    /// `$filter`. A mistake in it is reported when the request is sent.
    pub fn filter<F>(mut self, filter: Filter<F>) -> Self
    where
        V: Answers<F>,
    {
        match filter.into_text() {
            Ok(text) => self.with("$filter", &text),
            Err(error) => {
                self.error.get_or_insert(error);
                self
            }
        }
    }

    /// `$orderby`
    pub fn order_by(self, properties: impl QueryItems<V, option::OrderBy>) -> Self {
        self.list("$orderby", &properties)
    }

    /// `$top`
    pub fn top(self, items: u32) -> Self {
        self.with("$top", &items.to_string())
    }

    fn list<O>(mut self, name: &str, items: &impl QueryItems<V, O>) -> Self {
        let mut text = String::new();
        items.each(&mut |item| match item {
            Ok(item) => {
                text.push_str(if text.is_empty() { "" } else { "," });
                text.push_str(item);
            }
            Err(error) => {
                self.error.get_or_insert_with(|| error.clone());
            }
        });
        self.with(name, &text)
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        let separator = if self.has_options { ';' } else { '(' };
        if self.has_options {
            self.text.pop();
        }
        self.has_options = true;
        // Writing to a String does not fail.
        let _ = write!(self.text, "{separator}{name}={value})");
        self
    }
}

impl<E, V> QueryItem<option::Expand> for Expand<E, V> {
    type Of = E;

    fn text(&self) -> Result<&str, &InvalidRequest> {
        self.error.as_ref().map_or(Ok(&self.text), Err)
    }
}
