//! Owns the names of properties as values with types, so that a misspelt name, or one of another type, does not compile.
//!
//! A text is a name, too, for what the documentation lacks. What becomes of names is in `odata`, `filter` and `expand`.

use super::error::InvalidRequest;
use super::expand::Expand;
use super::filter::Filter;
use super::query_items::{Answers, QueryItem, QueryItems, option, single};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// The name of a property of the type `E`, or the path to a property of its properties, such as
/// `from/emailAddress/address`. `V` is the structure that it has, or each of its items; `()` if it is none.
///
/// With the feature `names`, every generated type has one for each property: `User::DISPLAY_NAME`.
///
/// ```
/// use msgraph::{Filter, Name};
/// # use msgraph::runtime::{Additional, Property, SchemaType, TypeReader, TypeWriter};
/// # macro_rules! no_properties { ($($ty:ident)*) => { $(
/// #     #[derive(Clone, Debug, PartialEq)]
/// #     struct $ty;
/// #     impl SchemaType for $ty {
/// #         fn read(_: &mut TypeReader<'_>) -> Self { $ty }
/// #         fn write<'a>(&'a self, _: &mut TypeWriter<'a>) {}
/// #     }
/// # )* } }
/// # no_properties!(Message Recipient EmailAddress);
///
/// impl Message {
///     const FROM: Name<Self, Recipient> = Name::new("from");
///     const TO_RECIPIENTS: Name<Self, Recipient> = Name::new("toRecipients");
/// }
///
/// impl Recipient {
///     const EMAIL_ADDRESS: Name<Self, EmailAddress> = Name::new("emailAddress");
/// }
///
/// impl EmailAddress {
///     const ADDRESS: Name<Self> = Name::new("address");
/// }
///
/// let address = Message::FROM.then(Recipient::EMAIL_ADDRESS).then(EmailAddress::ADDRESS);
/// assert_eq!(Filter::eq(address, "a@contoso.com").to_string(), "from/emailAddress/address eq 'a@contoso.com'");
///
/// let to_adele = Message::TO_RECIPIENTS.any(|recipient| {
///     Filter::eq(recipient.then(Recipient::EMAIL_ADDRESS).then(EmailAddress::ADDRESS), "a@contoso.com")
/// });
/// assert_eq!(to_adele.to_string(), "toRecipients/any(x:x/emailAddress/address eq 'a@contoso.com')");
/// ```
///
/// Source: OData 4.01, part 2, section 4.6 (paths to properties), 5.1.1.13 (lambda operators).
pub struct Name<E, V = ()> {
    text: Cow<'static, str>,
    types: PhantomData<fn() -> (E, V)>,
}

impl<E, V> Name<E, V> {
    /// A name in JSON.
    pub const fn new(name: &'static str) -> Name<E, V> {
        Name { text: Cow::Borrowed(name), types: PhantomData }
    }

    /// The name in JSON, which is also a name without a type: for a property of a derived type, where the docs declare
    /// the base type.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// A property of this property.
    pub fn then<W>(self, inner: Name<V, W>) -> Name<E, W> {
        self.followed_by(&inner.text)
    }

    /// The number of items, for a filter: `members/$count`.
    pub fn count(self) -> Name<E> {
        self.followed_by("$count")
    }

    /// True for at least one item: `toRecipients/any(x:…)`. The function gets the item.
    pub fn any(self, filter: impl FnOnce(Name<E, V>) -> Filter<E>) -> Filter<E> {
        self.lambda("any", filter)
    }

    /// True for every item: `toRecipients/all(x:…)`. The function gets the item.
    pub fn all(self, filter: impl FnOnce(Name<E, V>) -> Filter<E>) -> Filter<E> {
        self.lambda("all", filter)
    }

    /// For [`Request::order_by`](super::Request::order_by): greatest values first.
    pub fn desc(self) -> Order<E> {
        Order { text: format!("{} desc", self.text), entity: PhantomData }
    }

    fn lambda(self, operator: &str, filter: impl FnOnce(Name<E, V>) -> Filter<E>) -> Filter<E> {
        let variable = self.variable();
        Filter::lambda(&self, operator, variable, filter(Name::new(variable)))
    }

    fn followed_by<W>(self, inner: &str) -> Name<E, W> {
        Name { text: Cow::Owned(format!("{}/{inner}", self.text)), types: PhantomData }
    }

    /// A variable that differs from that of the filter around this one.
    fn variable(&self) -> &'static str {
        match self.text.split('/').next() {
            Some("x") => "y",
            Some("y") => "z",
            _ => "x",
        }
    }
}

impl<E, V> Clone for Name<E, V> {
    fn clone(&self) -> Self {
        Name { text: self.text.clone(), types: PhantomData }
    }
}

impl<E, V> fmt::Debug for Name<E, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Name").field(&self.text).finish()
    }
}

impl<E, V> fmt::Display for Name<E, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<E, V> AsRef<str> for Name<E, V> {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl<E, V> PartialEq for Name<E, V> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<E, V> Eq for Name<E, V> {}

/// A property of `E` with a direction; see [`Name::desc`].
#[derive(Debug, Clone, PartialEq)]
pub struct Order<E> {
    text: String,
    entity: PhantomData<fn() -> E>,
}

impl<E, V, O> QueryItem<O> for Name<E, V> {
    type Of = E;

    fn text(&self) -> Result<&str, &InvalidRequest> {
        Ok(&self.text)
    }
}

impl<E, V, O> QueryItem<O> for &Name<E, V> {
    type Of = E;

    fn text(&self) -> Result<&str, &InvalidRequest> {
        Ok(&self.text)
    }
}

impl<E> QueryItem<option::OrderBy> for Order<E> {
    type Of = E;

    fn text(&self) -> Result<&str, &InvalidRequest> {
        Ok(&self.text)
    }
}

single! {
    [E, V, O] Name<E, V>, O;
    [E, V, O] &Name<E, V>, O;
    [E, V] Expand<E, V>, option::Expand;
    [E] Order<E>, option::OrderBy;
}

macro_rules! tuples {
    ($($item:ident)*) => {
        impl<T, O, $($item),*> QueryItems<T, O> for ($($item,)*)
        where
            $($item: QueryItem<O>, T: Answers<$item::Of>),*
        {
            #[expect(non_snake_case, reason = "the names of the types are those of the items")]
            fn each(&self, take: &mut dyn FnMut(Result<&str, &InvalidRequest>)) {
                let ($($item,)*) = self;
                $(take($item.text());)*
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
tuples!(A B C D E F G H I);
tuples!(A B C D E F G H I J);
tuples!(A B C D E F G H I J K);
tuples!(A B C D E F G H I J K L);
tuples!(A B C D E F G H I J K L M);
tuples!(A B C D E F G H I J K L M N);
tuples!(A B C D E F G H I J K L M N P);
tuples!(A B C D E F G H I J K L M N P Q);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::{
        Change, Collection, Json, Operation, Path, Request, SchemaType, TypeReader, TypeWriter, Version,
    };
    use serde_json::Value;

    macro_rules! types {
        ($($ty:ident)*) => {
            $(
                #[derive(Clone, Debug, PartialEq)]
                struct $ty;
                impl SchemaType for $ty {
                    fn read(_: &mut TypeReader<'_>) -> Self {
                        $ty
                    }
                    fn write<'a>(&'a self, _: &mut TypeWriter<'a>) {}
                }
            )*
        };
    }

    types!(Lamp Bulb Maker);

    impl Lamp {
        const ID: Name<Self> = Name::new("id");
        const NAME: Name<Self> = Name::new("name");
        const MAKER: Name<Self, Maker> = Name::new("maker");
        const BULBS: Name<Self, Bulb> = Name::new("bulbs");
        const TAGS: Name<Self> = Name::new("tags");
    }

    impl Bulb {
        const WATTS: Name<Self> = Name::new("watts");
        const MAKERS: Name<Self, Maker> = Name::new("makers");
    }

    impl Maker {
        const NAME: Name<Self> = Name::new("name");
    }

    const LIST: Operation = Operation::new("GET /v1.0/lamps");

    fn of<T>() -> Request<T> {
        Request::new(LIST, Path::root(Version::V1_0).segment("lamps"))
    }

    #[track_caller]
    fn check<T>(request: &Request<T>, query: &str) {
        assert_eq!(request.path_and_query(), Ok(format!("/v1.0/lamps?{query}")));
    }

    #[test]
    fn lists_are_single_items_arrays_slices_and_tuples() {
        let list = of::<Collection<Lamp>>;
        check(&list().select(Lamp::ID), "$select=id");
        check(&list().select(&Lamp::ID), "$select=id");
        check(&list().select([Lamp::ID, Lamp::NAME]), "$select=id,name");
        check(&list().select(&[Lamp::ID, Lamp::NAME]), "$select=id,name");
        check(&list().select(&[Lamp::ID, Lamp::NAME][..]), "$select=id,name");
        check(&list().select(vec![Lamp::ID, Lamp::NAME]), "$select=id,name");
        check(&list().select((Lamp::ID, Lamp::MAKER, "shade")), "$select=id,maker,shade");
        check(&list().select("id"), "$select=id");
        check(&list().select(["id", "name"]), "$select=id,name");
        check(&list().select(vec![String::from("id")]), "$select=id");
        check(&list().select(&["a", "b"].map(String::from)[..]), "$select=a,b");
        check(&list().order_by((Lamp::NAME.desc(), Lamp::ID, "x desc")), "$orderby=name%20desc,id,x%20desc");
        check(&list().order_by(Lamp::MAKER.then(Maker::NAME)), "$orderby=maker/name");
        check(&list().expand((Lamp::MAKER, Lamp::BULBS.top(2))), "$expand=maker,bulbs($top=2)");
    }

    #[test]
    fn the_type_of_a_response_has_the_properties() {
        check(&of::<Lamp>().select(Lamp::ID), "$select=id");
        check(&of::<Option<Lamp>>().select(Lamp::ID), "$select=id");
        check(&of::<Option<Collection<Lamp>>>().select(Lamp::ID), "$select=id");
        check(&of::<Collection<Change<Lamp>>>().select(Lamp::ID), "$select=id");
        check(&of::<Value>().select((Lamp::ID, Maker::NAME)), "$select=id,name");
        check(&of::<Collection<Value>>().filter(Filter::eq(Lamp::ID, 1)), "$filter=id%20eq%201");
        check(&of::<Json<u8>>().select(Lamp::ID), "$select=id");
        // Texts are for every response.
        check(&of::<()>().select("id").filter(Filter::eq("id", 1)), "$select=id&$filter=id%20eq%201");
    }

    #[test]
    fn filters_of_one_type_and_texts_are_combined() {
        let table = [
            ((Filter::eq(Lamp::ID, 1) & Filter::eq("x", 2)).to_string(), "id eq 1 and x eq 2"),
            ((Filter::eq("x", 2) | Filter::eq(Lamp::ID, 1)).to_string(), "x eq 2 or id eq 1"),
            ((!Filter::eq(Lamp::ID, 1) & Filter::is_null(Lamp::NAME)).to_string(), "not (id eq 1) and name eq null"),
            (Filter::gt(Lamp::BULBS.count(), 2).to_string(), "bulbs/$count gt 2"),
            (Lamp::TAGS.any(|tag| Filter::starts_with(tag, "a")).to_string(), "tags/any(x:startswith(x,'a'))"),
            (
                Lamp::BULBS
                    .all(|bulb| {
                        bulb.clone().then(Bulb::MAKERS).any(|maker| Filter::eq(maker.then(Maker::NAME), "a"))
                            & Filter::ge(bulb.then(Bulb::WATTS), 5)
                    })
                    .to_string(),
                "bulbs/all(x:x/makers/any(y:y/name eq 'a') and x/watts ge 5)",
            ),
        ];
        for (filter, expected) in table {
            assert_eq!(filter, expected);
        }
        let typed: Filter<Lamp> = Filter::eq("x", 2) & Filter::eq(Lamp::ID, 1);
        check(&of::<Lamp>().filter(typed), "$filter=x%20eq%202%20and%20id%20eq%201");
    }

    #[test]
    fn expanded_items_have_options() {
        let bulbs = Lamp::BULBS
            .select((Bulb::WATTS, "id"))
            .expand(Bulb::MAKERS.select(Maker::NAME))
            .filter(Filter::gt(Bulb::WATTS, 1))
            .order_by(Bulb::WATTS.desc());
        let expected = "$expand=bulbs($select=watts,id%3B$expand=makers($select=name)%3B$filter=watts%20gt%201\
                        %3B$orderby=watts%20desc)";
        check(&of::<Lamp>().expand(bulbs), expected);
    }

    #[test]
    fn mistakes_in_options_of_expanded_items_are_reported() {
        let wrong = Lamp::BULBS.filter(Filter::eq("a b", 1));
        let deep = Bulb::MAKERS.filter(Filter::eq("a b", 1));
        for request in [of::<Lamp>().expand(wrong), of().expand(Lamp::BULBS.expand(deep))] {
            assert!(matches!(request.path_and_query(), Err(InvalidRequest::Filter { .. })), "{request}");
        }
    }
}
