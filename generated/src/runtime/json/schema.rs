//! Owns the trait of generated types, which lists their properties or members.
//!
//! The cost of a generated type depends on the number of its function bodies, not of its
//! properties. So a type has only two, and everything else (JSON in both directions, `Clone`,
//! `Debug`, `PartialEq`, `Default`) is implemented here with the list that they give, behind trait
//! objects.

use super::property::AnyProperty;
use super::read::{ReadError, ReadValue, unexpected};
use super::secret::{HIDDEN, Shown, ShownAs, is_secret};
use super::write::WriteValue;
use super::{Additional, Nullable, Property};
use crate::runtime::Body;
use serde_json::{Map, Value};
use std::fmt;

/// A type of the schema: an entity type, a complex type, an enum type, or the parameters of an
/// action (OData CSDL 4.01, sections 6 to 10).
///
/// An implementation only lists each property twice, with its name in JSON. It provides
/// [`WriteValue`], [`ReadValue`], [`FromResponse`](crate::runtime::FromResponse) and the conversion
/// to [`Body`](crate::runtime::Body).
///
/// ```
/// use msgraph::runtime::{Additional, Property, SchemaType, TypeReader, TypeWriter, from_value};
///
/// #[derive(Clone, Debug, PartialEq)]
/// struct Contact {
///     display_name: Property<String>,
///     additional: Additional,
/// }
///
/// impl SchemaType for Contact {
///     fn read(from: &mut TypeReader<'_>) -> Self {
///         Contact { display_name: from.property("displayName"), additional: from.additional() }
///     }
///
///     fn write<'a>(&'a self, to: &mut TypeWriter<'a>) {
///         to.properties(&[("displayName", &self.display_name)]);
///         to.additional(&self.additional);
///     }
/// }
///
/// let contact: Contact = from_value(serde_json::json!({"displayName": "Adele"}))?;
/// assert_eq!(contact.display_name, Some("Adele".into()));
/// # Ok::<(), msgraph::runtime::ReadError>(())
/// ```
pub trait SchemaType: Clone + fmt::Debug + PartialEq + 'static {
    /// Asks for every property and the additional ones, or for the member.
    fn read(from: &mut TypeReader<'_>) -> Self;

    /// Shows every property and the additional ones, or the member.
    fn write<'a>(&'a self, to: &mut TypeWriter<'a>);

    /// The same value as another type: an item of a collection of a base type as the derived type
    /// that its `@odata.type` names. Properties that the other type does not declare are kept in
    /// its `additional`.
    ///
    /// The service leaves `@odata.type` out if the value has the declared type, so a value without it can only be cast
    /// to its own type and the bases of that.
    ///
    /// Error: [`ReadError`] if the `@odata.type` names neither that type nor a documented derived
    /// type.
    ///
    /// Source: OData JSON 4.01, section 4.6.3.
    fn cast<T: SchemaType>(&self) -> Result<T, ReadError> {
        let value = TypeWriter::of(self);
        let named = value.additional.and_then(Additional::odata_type);
        let wanted = empty::<T>();
        if TypeWriter::of(&wanted).includes(named.unwrap_or(value.ty)) {
            return read_json(value.to_json());
        }
        Err(if named.is_some() { ReadError::OTHER_TYPE } else { ReadError::DECLARED_TYPE })
    }

    /// The names in JSON of the properties whose value is null in a list, or has another shape than documented.
    ///
    /// Nothing of such a property is lost: its JSON is in `additional` under the same name, and is written back
    /// unchanged unless the property is set. The property itself is `None`, or the list without its null items (a
    /// structure without properties takes the place of a null one). Structures inside this one answer for themselves.
    fn odd_properties(&self) -> Vec<&'static str> {
        let mut declared = TypeWriter { names: Some(Vec::new()), ..TypeWriter::default() };
        self.write(&mut declared);
        let TypeWriter { names: Some(mut names), additional: Some(additional), .. } = declared else {
            return Vec::new();
        };
        names.retain(|name| additional.get(name).is_some());
        names
    }

    /// The same value as its base type, with the `@odata.type` of its own type: for a property that
    /// is declared with the base type. Bodies accept the derived type itself.
    ///
    /// Error: none; a property that has another shape there is an odd one.
    fn upcast<B: SchemaType>(&self) -> Result<B, ReadError>
    where
        Self: Is<B>,
    {
        read_json(TypeWriter::of(self).to_typed_json())
    }
}

/// A type that is allowed where `B` is declared: `B` itself, or a derived type.
///
/// The body of a derived type gets the `@odata.type` that identifies the type to the service.
///
/// Source: OData CSDL XML 4.01, section 6.2 (derived entity type); OData JSON 4.01, section 4.6.3
/// (`type` is required where the type is not the declared one).
pub trait Is<B: SchemaType>: SchemaType {
    /// The value as a request body of the declared type `B`.
    fn into_body(self) -> Body {
        Body::Json(TypeWriter::of(&self).to_typed_json())
    }
}

impl<T: SchemaType> Is<T> for T {
    #[inline]
    fn into_body(self) -> Body {
        self.into()
    }
}

/// Other crates may implement foreign traits for `Box` of their types, so `WriteValue` and
/// `ReadValue` cannot be implemented for `Box` directly; it gets them as a type of the schema.
impl<T: SchemaType> SchemaType for Box<T> {
    #[inline]
    fn read(from: &mut TypeReader<'_>) -> Self {
        Box::new(T::read(from))
    }

    #[inline]
    fn write<'a>(&'a self, to: &mut TypeWriter<'a>) {
        (**self).write(to);
    }
}

impl<T: SchemaType> ReadValue for T {
    #[inline]
    fn read_value(input: super::Reader) -> Result<Self, ReadError> {
        read_json(input.any())
    }

    #[inline]
    fn read_or_keep(json: Value, odd: &mut Option<Value>) -> Option<Self> {
        let mut from = TypeReader::new(Source::Json(json));
        let value = T::read(&mut from);
        match from.refused {
            Some((_, json)) => super::read::keep(None, json, odd),
            None => Some(value),
        }
    }

    #[inline]
    fn in_place_of_null() -> Option<Self> {
        let value = empty::<T>();
        // An enum type has no member for it.
        let is_structure = TypeWriter::of(&value).member.is_none();
        is_structure.then_some(value)
    }

    /// A structure is any object, and a member is any string.
    #[inline]
    fn is_like_its_kind(_: &Value) -> bool {
        true
    }
}

impl<T: SchemaType> WriteValue for T {
    #[inline]
    fn write_value(&self, out: &mut super::Writer) {
        out.any(TypeWriter::of(self).to_json());
    }
}

#[inline]
fn read_json<T: SchemaType>(json: Value) -> Result<T, ReadError> {
    let mut from = TypeReader::new(Source::Json(json));
    let value = T::read(&mut from);
    match from.refused {
        Some((expected, json)) => Err(unexpected(expected, &json)),
        None => Ok(value),
    }
}

/// A value without any property.
#[inline]
pub(crate) fn empty<T: SchemaType>() -> T {
    T::read(&mut TypeReader::new(Source::Nothing))
}

/// `Clone::clone` of generated types.
#[inline]
pub(crate) fn copy<T: SchemaType>(value: &T) -> T {
    T::read(&mut TypeReader::new(Source::Copy { of: TypeWriter::of(value), next: 0 }))
}

/// `PartialEq::eq` of generated types.
#[inline]
pub(crate) fn equal<T: SchemaType>(left: &T, right: &T) -> bool {
    TypeWriter::of(left) == TypeWriter::of(right)
}

/// `Debug::fmt` of generated types.
#[inline]
pub(crate) fn debug<T: SchemaType>(value: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let name = std::any::type_name::<T>();
    TypeWriter::of(value).show(name.rsplit(':').next().unwrap_or(name), f)
}

/// The type of a value, as a member of the enum type of all types that may stand where `B` is declared. Without
/// `@odata.type`, it is `B`.
#[inline]
pub(crate) fn kind<B: SchemaType, K: SchemaType>(value: &B) -> K {
    member(TypeWriter::of(value).type_name())
}

/// `From<&str>` and `FromStr` of generated enum types.
#[inline]
pub(crate) fn member<T: SchemaType>(text: &str) -> T {
    T::read(&mut TypeReader::new(Source::Text(text)))
}

/// The member of an enum type; `None` for a structure.
#[inline]
pub(crate) fn member_of<T: SchemaType>(value: &T) -> Option<&str> {
    TypeWriter::of(value).member
}

/// The other traits of a generated structure.
macro_rules! structure {
    ($ty:ident) => {
        impl ::core::default::Default for $ty {
            #[inline]
            fn default() -> Self {
                $crate::runtime::empty()
            }
        }
        $crate::runtime::value!($ty);
    };
}

/// The other traits of a generated enum type. Each is one call, because the compile time depends on the number of
/// function bodies and on what has to be resolved in them.
macro_rules! enumeration {
    ($ty:ident) => {
        $crate::runtime::value!($ty);
        impl ::core::cmp::Eq for $ty {}
        impl ::core::hash::Hash for $ty {
            #[inline]
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(self.as_str(), state)
            }
        }
        impl ::core::cmp::PartialOrd for $ty {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                ::core::option::Option::Some(::core::cmp::Ord::cmp(self.as_str(), other.as_str()))
            }
        }
        impl ::core::cmp::Ord for $ty {
            #[inline]
            fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                ::core::cmp::Ord::cmp(self.as_str(), other.as_str())
            }
        }
        impl ::core::fmt::Display for $ty {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Formatter::pad(f, self.as_str())
            }
        }
        impl ::core::convert::From<&str> for $ty {
            #[inline]
            fn from(text: &str) -> Self {
                $crate::runtime::member(text)
            }
        }
        impl ::core::str::FromStr for $ty {
            type Err = ::core::convert::Infallible;

            #[inline]
            // Not `Self::Err`, which may also be a member.
            fn from_str(text: &str) -> ::core::result::Result<Self, ::core::convert::Infallible> {
                ::core::result::Result::Ok($crate::runtime::member(text))
            }
        }
    };
}

/// The names of the properties of a generated structure, as constants of it.
#[cfg(feature = "names")]
macro_rules! names {
    ($ty:ty; $($(#[$meta:meta])* $name:ident $(: $structure:ty)? = $wire:literal;)*) => {
        impl $ty {
            $($(#[$meta])* pub const $name: $crate::runtime::Name<Self $(, $structure)?> = $crate::runtime::Name::new($wire);)*
        }
    };
}

#[cfg(not(feature = "names"))]
macro_rules! names {
    ($($any:tt)*) => {};
}

/// The other traits of every generated type.
macro_rules! value {
    ($ty:ident) => {
        #[cfg(feature = "serde")]
        impl ::serde::Serialize for $ty {
            #[inline]
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::runtime::as_json::serialize(self, to)
            }
        }
        #[cfg(feature = "serde")]
        impl<'de> ::serde::Deserialize<'de> for $ty {
            #[inline]
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> ::core::result::Result<Self, D::Error> {
                $crate::runtime::as_json::deserialize(from)
            }
        }
        impl ::core::clone::Clone for $ty {
            #[inline]
            fn clone(&self) -> Self {
                $crate::runtime::copy(self)
            }
        }
        impl ::core::fmt::Debug for $ty {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::runtime::debug(self, f)
            }
        }
        impl ::core::cmp::PartialEq for $ty {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::runtime::equal(self, other)
            }
        }
    };
}

pub(crate) use {enumeration, names, structure, value};

/// A property of any type. The compiler needs no region for `'static`, and there are many thousand of them.
type AnyDeclared = dyn AnyProperty + 'static;

/// Collects the content of a value: the properties that are present, or the member of an enum type.
#[derive(Default)]
pub struct TypeWriter<'a> {
    ty: &'static str,
    derived: &'static [&'static str],
    member: Option<&'a str>,
    properties: Vec<(&'static str, &'a AnyDeclared)>,
    additional: Option<&'a Additional>,
    /// The names of all declared properties, if they were asked for.
    names: Option<Vec<&'static str>>,
}

impl<'a> TypeWriter<'a> {
    #[inline]
    fn of<T: SchemaType>(value: &'a T) -> Self {
        let mut writer = TypeWriter::default();
        value.write(&mut writer);
        writer
    }

    /// The qualified name of the type, such as `microsoft.graph.user`.
    pub fn ty(&mut self, name: &'static str) {
        self.ty = name;
    }

    /// The qualified names of all derived types.
    pub fn derived(&mut self, names: &'static [&'static str]) {
        self.derived = names;
    }

    /// Whether a value of the type `name` is a value of this type. Docs and service differ in
    /// capitals. Types without a name, such as the parameters of an action, have no bases.
    fn includes(&self, name: &str) -> bool {
        self.ty.is_empty()
            || name.is_empty()
            || [self.ty].iter().chain(self.derived).any(|known| known.eq_ignore_ascii_case(name))
    }

    /// The name of the type of the value; spelt as documented, if it is.
    fn type_name(&self) -> &str {
        let named = self.additional.and_then(Additional::odata_type).unwrap_or(self.ty);
        [self.ty].iter().chain(self.derived).find(|known| known.eq_ignore_ascii_case(named)).copied().unwrap_or(named)
    }

    /// Shows the declared properties.
    pub fn properties(&mut self, properties: &[(&'static str, &'a AnyDeclared)]) {
        self.properties.extend(properties.iter().filter(|(_, value)| value.is_present()));
        if let Some(names) = &mut self.names {
            names.extend(properties.iter().map(|(name, _)| *name));
        }
    }

    /// Shows the properties that are not declared.
    pub fn additional(&mut self, additional: &'a Additional) {
        self.additional = Some(additional);
    }

    /// Shows the member of an enum type.
    pub fn member(&mut self, name: &'a str) {
        self.member = Some(name);
    }

    fn to_json(&self) -> Value {
        match self.member {
            Some(member) => Value::from(member),
            None => Value::Object(self.to_object()),
        }
    }

    /// A declared property takes precedence over an additional one of the same name.
    fn to_object(&self) -> Map<String, Value> {
        let mut object = Map::new();
        for (name, value) in self.additional.into_iter().flat_map(Additional::iter) {
            object.insert(name.to_owned(), value.clone());
        }
        for (name, property) in &self.properties {
            let json = property.to_json();
            // A list with null items that was not changed.
            if object.get(*name).is_none_or(|kept| !is_without_nulls(&json, kept)) {
                object.insert((*name).to_owned(), json);
            }
        }
        object
    }

    fn to_typed_json(&self) -> Value {
        let mut object = self.to_object();
        if !self.ty.is_empty() && !object.contains_key(super::additional::ODATA_TYPE) {
            object.insert(super::additional::ODATA_TYPE.to_owned(), format!("#{}", self.ty).into());
        }
        Value::Object(object)
    }
}

impl TypeWriter<'_> {
    /// Prints the properties that are present, with their names in JSON, or the member as in JSON.
    fn show(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(member) = self.member {
            return f.write_str(member);
        }
        let mut shown = f.debug_struct(name);
        for (name, property) in &self.properties {
            let any = property.as_any().downcast_ref::<Property<Value>>();
            match any.and_then(|any| any.as_ref()?.value()) {
                _ if hides(name, property) => shown.field(name, &HIDDEN),
                Some(any) => shown.field(name, &Shown(any)),
                None => shown.field(name, property),
            };
        }
        for (name, value) in self.additional.into_iter().flat_map(Additional::iter) {
            shown.field(name, &ShownAs(name, value));
        }
        shown.finish()
    }
}

impl PartialEq for TypeWriter<'_> {
    fn eq(&self, other: &Self) -> bool {
        let is_equal = |(left, right): (&(&str, &AnyDeclared), &(&str, &AnyDeclared))| {
            left.0 == right.0 && left.1.is_equal(right.1)
        };
        self.member == other.member
            && self.properties.len() == other.properties.len()
            && self.properties.iter().zip(&other.properties).all(is_equal)
            && self.additional == other.additional
    }
}

impl fmt::Debug for TypeWriter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show(self.ty, f)
    }
}

/// Whether a list is what was read of another one with null items.
fn is_without_nulls(list: &Value, with_nulls: &Value) -> bool {
    let (Value::Array(list), Value::Array(with_nulls)) = (list, with_nulls) else { return false };
    let mut rest = list.as_slice();
    for item in with_nulls {
        rest = match (item, rest) {
            (Value::Null, [Value::Object(placeholder), rest @ ..]) if placeholder.is_empty() => rest,
            (Value::Null, rest) => rest,
            (item, [first, rest @ ..]) if first == item || is_same_number(first, item) => rest,
            _ => return false,
        };
    }
    rest.is_empty()
}

fn is_same_number(left: &Value, right: &Value) -> bool {
    left.as_f64().is_some_and(|number| right.as_f64() == Some(number))
}

/// Whether a property must not be shown. Whether there is a secret at all is none.
fn hides(name: &str, property: &&AnyDeclared) -> bool {
    is_secret(name) && !matches!(property.to_json(), Value::Null | Value::Bool(_))
}

/// Hands out the properties of a value, or the member of an enum type.
#[derive(Debug)]
pub struct TypeReader<'a> {
    source: Source<'a>,
    /// JSON of another shape, and the expected one: reported after the whole value was read.
    refused: Option<(&'static str, Value)>,
}

#[derive(Debug)]
enum Source<'a> {
    Nothing,
    Json(Value),
    /// The member of an enum type.
    Text(&'a str),
    /// Another value of the same type; its properties are in the order in which they are requested.
    Copy {
        of: TypeWriter<'a>,
        next: usize,
    },
}

/// The JSON under the name of a property.
enum Found<'a> {
    Nothing,
    Json(Value),
    Copy(&'a AnyDeclared),
}

impl<'a> TypeReader<'a> {
    fn new(source: Source<'a>) -> Self {
        TypeReader { source, refused: None }
    }

    /// Reads a declared property.
    #[inline]
    pub fn property<T>(&mut self, name: &'static str) -> Property<T>
    where
        T: ReadValue + Clone + 'static,
    {
        match self.find(name) {
            Found::Nothing => None,
            Found::Json(json) => {
                let mut odd = None;
                let value = Nullable::read_or_keep(json, &mut odd);
                if let Some(odd) = odd {
                    self.keep(name, odd);
                }
                value
            }
            Found::Copy(property) => property.as_any().downcast_ref::<Property<T>>().cloned().flatten(),
        }
    }

    /// Keeps JSON of another shape in its place, as an additional property.
    #[cold]
    fn keep(&mut self, name: &'static str, json: Value) {
        if let Source::Json(Value::Object(object)) = &mut self.source {
            object.insert(name.to_owned(), json);
        }
    }

    fn find(&mut self, name: &'static str) -> Found<'a> {
        match &mut self.source {
            Source::Nothing | Source::Text(_) => Found::Nothing,
            Source::Json(Value::Object(object)) => object.remove(name).map_or(Found::Nothing, Found::Json),
            Source::Json(_) => {
                self.object();
                Found::Nothing
            }
            Source::Copy { of, next } => match of.properties.get(*next) {
                Some((found, property)) if *found == name => {
                    *next += 1;
                    Found::Copy(*property)
                }
                _ => Found::Nothing,
            },
        }
    }

    /// Takes the properties that were not requested. Call it last.
    pub fn additional(&mut self) -> Additional {
        match &self.source {
            Source::Copy { of, .. } => of.additional.cloned().unwrap_or_default(),
            _ => self.object().into(),
        }
    }

    fn object(&mut self) -> Map<String, Value> {
        match std::mem::replace(&mut self.source, Source::Nothing) {
            Source::Json(Value::Object(object)) => object,
            Source::Json(other) => {
                self.refused.get_or_insert(("an object", other));
                Map::new()
            }
            _ => Map::new(),
        }
    }

    /// Reads one of the documented members of an enum type, or another one.
    #[inline]
    pub fn one_of<T, const N: usize>(&mut self, documented: [T; N], name: fn(&T) -> &str, other: fn(String) -> T) -> T {
        let member = self.member();
        documented.into_iter().find(|known| name(known) == member).unwrap_or_else(|| other(member))
    }

    /// Reads the member of an enum type.
    pub fn member(&mut self) -> String {
        match std::mem::replace(&mut self.source, Source::Nothing) {
            Source::Json(Value::String(member)) => member,
            Source::Json(other) => {
                self.refused.get_or_insert(("a string", other));
                String::new()
            }
            Source::Copy { of, .. } => of.member.unwrap_or_default().to_owned(),
            Source::Text(member) => member.to_owned(),
            Source::Nothing => String::new(),
        }
    }
}
