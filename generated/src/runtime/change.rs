//! Owns the items of delta functions.

use super::json::{ReadError, ReadValue, Reader, from_value};
use serde_json::Value;

/// An item of a delta function: its current state, or its removal.
///
/// A changed item has the properties that changed, and those that the service always sends. The same
/// item can occur more than once; the last one is valid. If the service no longer has the state, it
/// answers with status 410: read everything again, from
/// [`GraphError::location`](super::GraphError::location) if it has one.
///
/// Source: <https://learn.microsoft.com/graph/delta-query-overview>.
#[derive(Debug, Clone, PartialEq)]
pub enum Change<T> {
    /// New or changed.
    Changed(T),
    /// Removed.
    Removed(Removed),
}

impl<T> Change<T> {
    /// The item, unless it was removed.
    pub fn changed(&self) -> Option<&T> {
        match self {
            Change::Changed(item) => Some(item),
            Change::Removed(_) => None,
        }
    }
}

/// A removed item.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Removed {
    /// Its key.
    pub id: String,
    /// `changed` if it can come back, `deleted` if not; empty if the service does not say.
    pub reason: String,
}

impl<T: ReadValue> ReadValue for Change<T> {
    fn read_value(input: Reader) -> Result<Self, ReadError> {
        let item = input.any();
        let Some(removed) = item.get("@removed").filter(|removed| !removed.is_null()) else {
            return from_value(item).map(Change::Changed);
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(Change::Removed(Removed { id: text(&item["id"]), reason: text(&removed["reason"]) }))
    }

    fn in_place_of_null() -> Option<Self> {
        T::in_place_of_null().map(Change::Changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removals_are_told_from_changes() {
        let read =
            |text: &str| from_value::<Change<Value>>(serde_json::from_str(text).expect("JSON")).expect("an item");
        let changed = read(r#"{"id":"a","@removed":null}"#);
        assert_eq!(changed.changed().map(|item| item["id"].clone()), Some(Value::from("a")));
        let removed = read(r#"{"id":"b","@removed":{"reason":"deleted"}}"#);
        assert_eq!(removed.changed(), None);
        assert!(matches!(removed, Change::Removed(Removed { id, reason }) if id == "b" && reason == "deleted"));
    }
}
