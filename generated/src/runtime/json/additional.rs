//! Owns the properties that a structure does not declare.

use super::secret::ShownAs;
use serde_json::{Map, Value};
use std::fmt;

/// The annotation that names the type of a value: `#microsoft.graph.user`.
pub(super) const ODATA_TYPE: &str = "@odata.type";

/// The properties of a structure that its documentation does not list: dynamic properties of open
/// types, annotations such as `@odata.type`, and properties that the service added later. A declared property
/// whose JSON has another shape is here too ([`odd_properties`](super::SchemaType::odd_properties)).
///
/// They are kept when a structure is read and written again. A declared property takes precedence
/// over one of the same name in here.
///
/// Source: OData JSON 4.01, section 4.5 (control information) and 20 (annotations).
#[derive(Clone, Default, PartialEq)]
pub struct Additional(Map<String, Value>);

/// Without the values of properties whose names say that they are secret.
impl fmt::Debug for Additional {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(name, value)| (name, ShownAs(name, value)))).finish()
    }
}

impl Additional {
    /// The value of the property `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The qualified name of the type of the value, such as `microsoft.graph.user`. The service
    /// sends it if it differs from the declared type or was requested.
    pub fn odata_type(&self) -> Option<&str> {
        let name = self.get(ODATA_TYPE)?.as_str()?;
        Some(name.strip_prefix('#').unwrap_or(name))
    }

    /// The ETag, `@odata.etag`, for [`if_match`](crate::Request::if_match).
    pub fn etag(&self) -> Option<&str> {
        self.get("@odata.etag")?.as_str()
    }

    /// Sets the property `name` and returns its previous value.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.0.insert(name.into(), value.into())
    }

    /// Removes the property `name` and returns it.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// Whether there is no such property.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of properties.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The properties with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl From<Map<String, Value>> for Additional {
    fn from(properties: Map<String, Value>) -> Self {
        Additional(properties)
    }
}

impl From<Additional> for Map<String, Value> {
    fn from(additional: Additional) -> Self {
        additional.0
    }
}
