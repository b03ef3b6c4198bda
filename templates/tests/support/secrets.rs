//! Owns what is done with each property whose name says that it is secret.

use msgraph::runtime::{SchemaType, from_value};
use serde_json::{Value, json};

const SECRET: &str = "czNjcmV0";

/// Reads a value with the secret, and prints it alone and inside others.
pub(crate) fn check<T: SchemaType>(property: &str, is_list: bool) {
    let secret = if is_list { json!([SECRET]) } else { Value::from(SECRET) };
    let value: T = match from_value(json!({ property: secret })) {
        Ok(value) => value,
        Err(error) => panic!("{property} of {}: {error}", std::any::type_name::<T>()),
    };
    let printed = format!("{value:?} {value:#?} {:?}", vec![Some(value.clone())]);
    assert!(!printed.contains(SECRET), "{property} of {}: {printed}", std::any::type_name::<T>());
    assert!(printed.contains(property), "{property} of {}: it is there", std::any::type_name::<T>());
}
