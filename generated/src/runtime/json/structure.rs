//! Owns what generated types implement: structures, which list their properties, and open enums.

use super::Additional;
use super::read::{ReadError, ReadProperty, Reader};
use super::write::{WriteValue, write};
use serde_json::{Map, Value};

/// An entity type, a complex type or the parameters of an action: a type with named properties.
///
/// An implementation lists each property twice and nothing else; the names are those of the JSON.
/// It gets [`WriteValue`], [`ReadProperty`], [`FromResponse`](crate::runtime::FromResponse) and the
/// conversion to [`Body`](crate::runtime::Body) from it.
///
/// ```
/// use msgraph::runtime::{Additional, Nullable, PropertyReader, PropertyWriter, Structure};
///
/// #[derive(Default)]
/// struct Contact {
///     display_name: Option<Nullable<String>>,
///     additional: Additional,
/// }
///
/// impl Structure for Contact {
///     fn visit(&self, visitor: &mut PropertyWriter) {
///         visitor.property("displayName", &self.display_name);
///         visitor.additional(&self.additional);
///     }
///
///     fn visit_mut(&mut self, visitor: &mut PropertyReader) {
///         visitor.property("displayName", &mut self.display_name);
///         visitor.additional(&mut self.additional);
///     }
/// }
/// ```
pub trait Structure: Default {
    /// Shows every property, and last the additional ones.
    fn visit(&self, visitor: &mut PropertyWriter);

    /// Offers every property to be read into, and last the additional ones.
    fn visit_mut(&mut self, visitor: &mut PropertyReader);
}

/// Others may implement foreign traits for `Box` of their types, so `WriteValue` and `ReadValue` cannot
/// name `Box` themselves; it gets them as a structure.
impl<S: Structure> Structure for Box<S> {
    #[inline]
    fn visit(&self, visitor: &mut PropertyWriter) {
        (**self).visit(visitor);
    }

    #[inline]
    fn visit_mut(&mut self, visitor: &mut PropertyReader) {
        (**self).visit_mut(visitor);
    }
}

/// Collects the properties of a structure that is written.
#[derive(Debug, Default)]
pub struct PropertyWriter {
    object: Map<String, Value>,
}

impl PropertyWriter {
    /// Writes a declared property unless it is absent.
    pub fn property(&mut self, name: &'static str, value: &dyn WriteValue) {
        if let Some(value) = write(value) {
            self.object.insert(name.to_owned(), value);
        }
    }

    /// Writes the properties that are not declared. Call it last.
    pub fn additional(&mut self, additional: &Additional) {
        for (name, value) in additional.iter() {
            if !self.object.contains_key(name) {
                self.object.insert(name.to_owned(), value.clone());
            }
        }
    }

    pub(super) fn finish(self) -> Value {
        Value::Object(self.object)
    }
}

/// Hands out the properties of a structure that is read.
#[derive(Debug)]
pub struct PropertyReader {
    object: Map<String, Value>,
    error: Option<ReadError>,
}

impl PropertyReader {
    pub(super) fn new(input: Reader) -> Result<Self, ReadError> {
        let object = input.object()?;
        Ok(PropertyReader { object, error: None })
    }

    /// Reads a declared property; leaves the value as it is if the property is absent. The first
    /// error is reported when the whole structure was visited.
    pub fn property(&mut self, name: &'static str, value: &mut dyn ReadProperty) {
        if self.error.is_some() {
            return;
        }
        if let Some(found) = self.object.remove(name)
            && let Err(error) = value.read_property(Reader::new(found))
        {
            self.error = Some(error.in_property(name));
        }
    }

    /// Takes the properties that were not declared. Call it last.
    pub fn additional(&mut self, additional: &mut Additional) {
        *additional = std::mem::take(&mut self.object).into();
    }

    pub(super) fn finish(self) -> Result<(), ReadError> {
        match self.error {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

/// An enum type that keeps members it does not know.
///
/// New members appear without notice, and the members of flags enums are joined by commas; neither
/// may fail to be read.
///
/// Source: <https://learn.microsoft.com/graph/best-practices-concept> (evolvable enumerations).
pub trait OpenEnum: Sized {
    /// The member as it stands in JSON.
    fn as_str(&self) -> &str;

    /// The member of that name, or one that keeps the name.
    fn from_wire(member: String) -> Self;
}
