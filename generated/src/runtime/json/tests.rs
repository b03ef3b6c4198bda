//! Structures as generated code writes them, through the whole layer.

use super::*;
use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq)]
enum SyncType {
    FullSync,
    DeltaSync,
    Unknown(String),
}

impl OpenEnum for SyncType {
    fn as_str(&self) -> &str {
        match self {
            Self::FullSync => "fullSync",
            Self::DeltaSync => "deltaSync",
            Self::Unknown(member) => member,
        }
    }

    fn from_wire(member: String) -> Self {
        match member.as_str() {
            "fullSync" => Self::FullSync,
            "deltaSync" => Self::DeltaSync,
            _ => Self::Unknown(member),
        }
    }
}

impl WriteValue for SyncType {
    fn write_value(&self, out: &mut Writer) {
        out.string(self.as_str());
    }
}

impl ReadValue for SyncType {
    fn read_value(input: Reader) -> Result<Self, ReadError> {
        input.open_enum()
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Connector {
    id: Option<Nullable<String>>,
    enabled: Option<Nullable<bool>>,
    count: Option<Nullable<i32>>,
    size: Option<Nullable<i64>>,
    ratio: Option<Nullable<f64>>,
    sync_types: Option<Nullable<Vec<SyncType>>>,
    parent: Option<Nullable<Box<Connector>>>,
    children: Option<Nullable<Vec<Connector>>>,
    owners: Option<Nullable<Nested<Vec<Connector>>>>,
    extra: Option<Nullable<Value>>,
    additional: Additional,
}

impl Structure for Connector {
    fn visit(&self, visitor: &mut PropertyWriter) {
        visitor.property("id", &self.id);
        visitor.property("enabled", &self.enabled);
        visitor.property("count", &self.count);
        visitor.property("size", &self.size);
        visitor.property("ratio", &self.ratio);
        visitor.property("syncTypes", &self.sync_types);
        visitor.property("parent", &self.parent);
        visitor.property("children", &self.children);
        visitor.property("owners", &self.owners);
        visitor.property("extra", &self.extra);
        visitor.additional(&self.additional);
    }

    fn visit_mut(&mut self, visitor: &mut PropertyReader) {
        visitor.property("id", &mut self.id);
        visitor.property("enabled", &mut self.enabled);
        visitor.property("count", &mut self.count);
        visitor.property("size", &mut self.size);
        visitor.property("ratio", &mut self.ratio);
        visitor.property("syncTypes", &mut self.sync_types);
        visitor.property("parent", &mut self.parent);
        visitor.property("children", &mut self.children);
        visitor.property("owners", &mut self.owners);
        visitor.property("extra", &mut self.extra);
        visitor.additional(&mut self.additional);
    }
}

fn read(json: Value) -> Result<Connector, ReadError> {
    from_value(json)
}

fn failure(json: Value) -> String {
    match read(json) {
        Ok(connector) => panic!("was read: {connector:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_three_states_survive_a_round_trip() {
    let json = json!({
        "id": null,
        "enabled": true,
        "count": 7,
        "size": 9_007_199_254_740_993_i64,
        "ratio": 0.5,
        "syncTypes": ["deltaSync", "nextSync", "fullSync"],
        "parent": {"id": "p", "children": []},
        "children": [{"id": "c", "parent": null}, {}],
        "owners": [{"id": "o", "isNew": 1}],
        "extra": {"free": [1, null]},
        "@odata.type": "#microsoft.graph.connector",
        "isNew": {"deep": [true]}
    });
    let connector = read(json.clone()).expect("is a connector");
    assert_eq!(connector.id, Some(Nullable::Null));
    assert_eq!(connector.enabled, Some(true.into()));
    assert_eq!(
        connector.sync_types,
        Some(Nullable::Value(vec![SyncType::DeltaSync, SyncType::Unknown("nextSync".into()), SyncType::FullSync,]))
    );
    let parent = connector.parent.as_ref().and_then(Nullable::value);
    assert_eq!(parent.and_then(|parent| parent.enabled), None, "absent");
    assert_eq!(connector.additional.len(), 2);
    assert_eq!(to_value(&connector), json);
}

#[test]
fn nothing_is_written_that_was_not_set() {
    assert_eq!(to_value(&Connector::default()), json!({}));
    let connector = Connector {
        id: Some("x".into()),
        enabled: Some(Nullable::Null),
        parent: Some(Connector::default().into()),
        ..Default::default()
    };
    let json = json!({"id": "x", "enabled": null, "parent": {}});
    assert_eq!(to_value(&connector), json);
}

#[test]
fn a_declared_property_wins_over_an_additional_one() {
    let mut connector = Connector { id: Some("declared".into()), ..Default::default() };
    connector.additional.insert("id", "additional");
    connector.additional.insert("count", 3);
    let json = json!({"id": "declared", "count": 3});
    assert_eq!(to_value(&connector), json);
}

#[test]
fn numbers_may_be_strings() {
    let connector = read(json!({"count": "7", "size": "9007199254740993", "ratio": "-INF"}));
    let connector = connector.expect("is a connector");
    assert_eq!(connector.count, Some(7.into()));
    assert_eq!(connector.size, Some(9_007_199_254_740_993.into()));
    assert_eq!(connector.ratio, Some(f64::NEG_INFINITY.into()));
    assert_eq!(to_value(&connector.ratio), json!("-INF"));
    assert_eq!(to_value(&f64::NAN), json!("NaN"));
}

#[test]
fn errors_name_the_property_and_not_the_value() {
    let table = [
        (json!("secret"), "the body: expected an object, found a string"),
        (json!({"id": 4711}), "id: expected a string, found a number"),
        (json!({"count": 3_000_000_000_i64}), "count: expected a 32-bit integer, found a number"),
        (
            json!({"children": [{}, {"parent": {"enabled": "secret"}}]}),
            "children[1].parent.enabled: expected a boolean, found a string",
        ),
        (json!({"syncTypes": ["deltaSync", null]}), "syncTypes[1]: expected a string, found null"),
        (json!({"children": {"secret": 1}}), "children: expected an array, found an object"),
    ];
    for (json, expected) in table {
        assert_eq!(failure(json), expected);
    }
}

#[test]
fn nested_structures_are_read_when_asked_for() {
    let json = json!({"owners": [{"id": "o"}, {"id": 4711}], "id": "x"});
    let mut connector = read(json.clone()).expect("the owners were not asked for");
    assert_eq!(to_value(&connector), json);
    let Some(Nullable::Value(owners)) = &connector.owners else {
        panic!("{connector:?}");
    };
    let error = owners.get().expect_err("4711 is no string").to_string();
    assert_eq!(error, "[1].id: expected a string, found a number");

    let owner = Connector { id: Some("p".into()), ..Default::default() };
    connector.owners = Some(vec![owner.clone()].into());
    assert_eq!(to_value(&connector), json!({"owners": [{"id": "p"}], "id": "x"}));
    let owners = connector.owners.and_then(Nullable::into_value);
    let owners = owners.map(Nested::into_inner);
    assert_eq!(owners, Some(Ok(vec![owner])));
}

#[test]
fn structures_can_move_between_threads() {
    fn is_send_and_sync<T: Send + Sync + Unpin>() {}
    is_send_and_sync::<Connector>();
}
