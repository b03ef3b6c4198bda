//! Owns what may stand in the query options that take names of properties: texts, and with the feature `names` also
//! names with types, which are in `names`.

use super::change::Change;
use super::error::InvalidRequest;
use super::json::SchemaType;
use super::response::{Collection, Json};
use serde_json::Value;

/// Stands for the type of a text, of which nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untyped {}

/// The system query options that take names of properties; they are the `O` of [`QueryItem`].
///
/// Source: OData 4.01, part 2, section 5.1.
pub mod option {
    /// `$select`
    #[derive(Debug)]
    pub enum Select {}
    /// `$expand`
    #[derive(Debug)]
    pub enum Expand {}
    /// `$filter`
    #[derive(Debug)]
    pub enum Filter {}
    /// `$orderby`
    #[derive(Debug)]
    pub enum OrderBy {}
}

/// What may stand in the system query option `O`: a text, and with the feature `names` also a `Name`, for `$expand` an
/// `Expand`, for `$orderby` an `Order`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand in this query option",
    note = "a name such as `User::DISPLAY_NAME` can (feature `names`), and a text"
)]
pub trait QueryItem<O> {
    /// The type that has the property; [`Untyped`] for a text.
    type Of;

    /// The item as it is written in the option, or a mistake in it, which is reported when the request is sent.
    fn text(&self) -> Result<&str, &InvalidRequest>;
}

impl<O> QueryItem<O> for &str {
    type Of = Untyped;

    fn text(&self) -> Result<&str, &InvalidRequest> {
        Ok(self)
    }
}

impl<O> QueryItem<O> for &&str {
    type Of = Untyped;

    fn text(&self) -> Result<&str, &InvalidRequest> {
        Ok(self)
    }
}

impl<O> QueryItem<O> for String {
    type Of = Untyped;

    fn text(&self) -> Result<&str, &InvalidRequest> {
        Ok(self)
    }
}

impl<O> QueryItem<O> for &String {
    type Of = Untyped;

    fn text(&self) -> Result<&str, &InvalidRequest> {
        Ok(self)
    }
}

/// The items of the system query option `O` in a request whose response is `T`: a single one, an array, a slice, a `Vec`,
/// or a tuple, whose items may have different types.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of properties",
    note = "names of different types are a tuple: `(Message::SUBJECT, Message::FROM)`"
)]
pub trait QueryItems<T, O> {
    /// Hands out the items in their order, or their mistakes.
    fn each(&self, take: &mut dyn FnMut(Result<&str, &InvalidRequest>));
}

/// A single item.
macro_rules! single {
    ($([$($param:ident),*] $item:ty, $option:ty;)*) => {
        $(impl<T, $($param),*> QueryItems<T, $option> for $item
        where
            T: Answers<<Self as QueryItem<$option>>::Of>,
        {
            fn each(&self, take: &mut dyn FnMut(Result<&str, &InvalidRequest>)) {
                take(QueryItem::<$option>::text(self));
            }
        })*
    };
}

single! {
    [O] &str, O;
    [O] String, O;
    [O] &String, O;
}

#[cfg(feature = "names")]
pub(super) use single;

macro_rules! lists {
    ($($list:ty),* ; $($sized:ty),*) => {
        $(impl<T, O, I: QueryItem<O>> QueryItems<T, O> for $list where T: Answers<I::Of> {
            fn each(&self, take: &mut dyn FnMut(Result<&str, &InvalidRequest>)) {
                self.iter().for_each(|item| take(item.text()));
            }
        })*
        $(impl<T, O, I: QueryItem<O>, const N: usize> QueryItems<T, O> for $sized where T: Answers<I::Of> {
            fn each(&self, take: &mut dyn FnMut(Result<&str, &InvalidRequest>)) {
                self.iter().for_each(|item| take(item.text()));
            }
        })*
    };
}

lists!(Vec<I>, &Vec<I>, &[I]; [I; N], &[I; N]);

/// A response whose values are of the type `E`, so that its request can name their properties.
#[diagnostic::on_unimplemented(
    message = "a request for `{Self}` cannot name a property of `{E}`",
    label = "a property of `{E}`, but the response is `{Self}`",
    note = "a property of a derived type can be named by its text: `User::DISPLAY_NAME.as_str()`"
)]
pub trait Answers<E> {}

impl<T> Answers<Untyped> for T {}
impl<E: SchemaType> Answers<E> for E {}
impl<E: SchemaType> Answers<E> for Option<E> {}
impl<E: SchemaType> Answers<E> for Collection<E> {}
impl<E: SchemaType> Answers<E> for Option<Collection<E>> {}
impl<E: SchemaType> Answers<E> for Collection<Change<E>> {}
impl<E: SchemaType> Answers<E> for Value {}
impl<E: SchemaType> Answers<E> for Collection<Value> {}
impl<E: SchemaType, T> Answers<E> for Json<T> {}

/// Two filters that can be combined: about the same type, or one of them in text.
#[diagnostic::on_unimplemented(message = "a filter of `{Self}` cannot be combined with a filter of `{F}`")]
pub trait SameType<F> {
    /// The type, if it is known.
    type Of;
}

impl SameType<Untyped> for Untyped {
    type Of = Untyped;
}

impl<E: SchemaType> SameType<E> for E {
    type Of = E;
}

impl<E: SchemaType> SameType<Untyped> for E {
    type Of = E;
}

impl<E: SchemaType> SameType<E> for Untyped {
    type Of = E;
}
