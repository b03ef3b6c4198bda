//! Tests the whole layer with structures like those of generated code.

use super::*;
use serde_json::{Value, json};

enum SyncType {
    FullSync,
    DeltaSync,
    Unknown(String),
}

impl SyncType {
    fn as_str(&self) -> &str {
        match self {
            Self::FullSync => "fullSync",
            Self::DeltaSync => "deltaSync",
            Self::Unknown(member) => member,
        }
    }
}

impl SchemaType for SyncType {
    fn read(from: &mut TypeReader<'_>) -> Self {
        from.one_of([Self::FullSync, Self::DeltaSync], Self::as_str, Self::Unknown)
    }

    fn write<'a>(&'a self, to: &mut TypeWriter<'a>) {
        to.member(self.as_str());
    }
}

enumeration!(SyncType);

struct Connector {
    id: Property<String>,
    enabled: Property<bool>,
    count: Property<i32>,
    size: Property<i64>,
    ratio: Property<f64>,
    since: Property<edm::DateTimeOffset>,
    sync_types: Property<Vec<SyncType>>,
    parent: Property<Box<Connector>>,
    children: Property<Vec<Connector>>,
    owners: Property<Nested<Vec<Connector>>>,
    extra: Property<Value>,
    additional: Additional,
}

impl SchemaType for Connector {
    fn read(from: &mut TypeReader<'_>) -> Self {
        Connector {
            id: from.property("id"),
            enabled: from.property("enabled"),
            count: from.property("count"),
            size: from.property("size"),
            ratio: from.property("ratio"),
            since: from.property("since"),
            sync_types: from.property("syncTypes"),
            parent: from.property("parent"),
            children: from.property("children"),
            owners: from.property("owners"),
            extra: from.property("extra"),
            additional: from.additional(),
        }
    }

    fn write<'a>(&'a self, to: &mut TypeWriter<'a>) {
        to.ty("microsoft.graph.connector");
        to.properties(&[
            ("id", &self.id),
            ("enabled", &self.enabled),
            ("count", &self.count),
            ("size", &self.size),
            ("ratio", &self.ratio),
            ("since", &self.since),
            ("syncTypes", &self.sync_types),
            ("parent", &self.parent),
            ("children", &self.children),
            ("owners", &self.owners),
            ("extra", &self.extra),
        ]);
        to.additional(&self.additional);
    }
}

structure!(Connector);

/// Derived from `Connector`, with one additional property.
struct CloudConnector {
    id: Property<String>,
    region: Property<String>,
    additional: Additional,
}

impl SchemaType for CloudConnector {
    fn read(from: &mut TypeReader<'_>) -> Self {
        CloudConnector { id: from.property("id"), region: from.property("region"), additional: from.additional() }
    }

    fn write<'a>(&'a self, to: &mut TypeWriter<'a>) {
        to.ty("microsoft.graph.cloudConnector");
        to.derived(&["microsoft.graph.euConnector"]);
        to.properties(&[("id", &self.id), ("region", &self.region)]);
        to.additional(&self.additional);
    }
}

structure!(CloudConnector);
impl Is<Connector> for CloudConnector {}

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
        "since": "9999-12-31T23:59:59.9999999Z",
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
    assert_eq!(failure(json!("secret")), "the body: expected an object, found a string");
    let items = |json| from_value::<Vec<i32>>(json).expect_err("is odd").to_string();
    assert_eq!(items(json!([1, "secret"])), "[1]: expected a 32-bit integer, found a string");
    let nested = from_value::<Vec<Vec<bool>>>(json!([[], [true, "secret"]])).expect_err("is odd").to_string();
    assert_eq!(nested, "[1][1]: expected a boolean, found a string");
}

#[test]
fn integral_numbers_are_integers() {
    for (json, expected) in [
        (json!(15.0), Some(15)),
        (json!(1.09951162777E+12), Some(1_099_511_627_770)),
        (json!("15.0"), Some(15)),
        (json!(-0.0), Some(0)),
        (json!(i64::MIN), Some(i64::MIN)),
        (json!(-9_223_372_036_854_775_808.0), Some(i64::MIN)),
        (json!(9_223_372_036_854_775_808.0), None),
        (json!(1.5), None),
        (json!(1e300), None),
        (json!("NaN"), None),
        (json!(true), None),
    ] {
        assert_eq!(from_value::<i64>(json.clone()).ok(), expected, "{json}");
    }
    assert_eq!(from_value::<i32>(json!(7.0)), Ok(7));
    assert!(from_value::<i32>(json!(3e9)).is_err());
}

#[test]
fn a_property_of_another_shape_keeps_its_json_and_its_place() {
    for odd in [
        json!({"id": 4711}),
        json!({"enabled": "true"}),
        json!({"count": 3_000_000_000_i64}),
        json!({"count": {}}),
        json!({"ratio": []}),
        json!({"since": 7}),
        json!({"syncTypes": "deltaSync"}),
        json!({"syncTypes": ["deltaSync", 7]}),
        json!({"syncTypes": [7, 8]}),
        json!({"children": {"id": "c"}}),
        json!({"children": [{"id": "c"}, "d"]}),
        json!({"parent": "p"}),
        json!({"parent": ["p"]}),
    ] {
        let (name, value) = odd.as_object().and_then(|odd| odd.iter().next()).expect("one property");
        let mut json = odd.clone();
        json["isNew"] = 1.into();
        if name != "ratio" {
            json["ratio"] = 0.5.into();
        }
        let connector = read(json.clone()).expect("is a connector");
        assert_eq!(connector.odd_properties(), [name.as_str()], "{odd}");
        assert_eq!(connector.additional.get(name), Some(value), "{odd}");
        assert_eq!(connector.additional.len(), 2, "{odd}");
        assert!(name == "ratio" || connector.ratio == Some(0.5.into()), "the rest is typed");
        assert_eq!(to_value(&connector), json, "{odd}");
        assert_eq!(connector.clone(), connector);
        assert_eq!(to_value(&connector.clone()), json, "{odd}");
    }
    let regular = read(json!({"id": null, "isNew": 1, "syncTypes": ["nextSync"], "owners": 7, "extra": [null]}));
    assert_eq!(regular.expect("is a connector").odd_properties(), <[&str; 0]>::default());

    let json = json!({"children": [{"parent": {"enabled": "yes", "id": "p"}}, {"id": "c"}]});
    let connector = read(json.clone()).expect("is a connector");
    assert!(connector.odd_properties().is_empty(), "its child answers for itself");
    let children = connector.children.value().expect("a list");
    let parent = children[0].parent.value().expect("a parent");
    assert_eq!((parent.odd_properties(), parent.id.as_ref()), (vec!["enabled"], Some(&"p".into())));
    assert_eq!(to_value(&connector), json);

    let mut corrected = read(json!({"id": 4711})).expect("is a connector");
    corrected.id = Some("4711".into());
    assert_eq!(to_value(&corrected), json!({"id": "4711"}), "what was set is written");
}

#[test]
fn null_items_of_a_list_survive() {
    let json = json!({
        "syncTypes": [null, "deltaSync", null, "fullSync"],
        "children": [{"id": "c"}, null, {"size": 15.0}],
        "extra": [1, null],
    });
    let mut connector = read(json.clone()).expect("is a connector");
    assert_eq!(connector.sync_types, Some(vec![SyncType::DeltaSync, SyncType::FullSync].into()));
    let children = connector.children.value().expect("a list");
    assert_eq!(children.len(), 3);
    assert_eq!((&children[1], children[2].size.as_ref()), (&Connector::default(), Some(&15.into())));
    assert_eq!(connector.odd_properties(), ["syncTypes", "children"]);
    let mut written = to_value(&connector.clone());
    assert_eq!(written["syncTypes"], json["syncTypes"]);
    connector.sync_types = Some(vec![SyncType::DeltaSync].into());
    written = to_value(&connector);
    assert_eq!(written["syncTypes"], json!(["deltaSync"]), "a changed list is written as it is");

    let nested = Nested::<Vec<Connector>>::from_json(json!([{"id": "a"}, null])).get().expect("a list");
    assert_eq!((nested.len(), &nested[1]), (2, &Connector::default()));
    assert_eq!(from_value::<Vec<String>>(json!(["a", null])), Ok(vec![String::from("a")]));
}

#[test]
fn nested_structures_are_read_when_asked_for() {
    let json = json!({"owners": [{"id": "o"}, {"id": 4711}], "id": "x"});
    let mut connector = read(json.clone()).expect("the owners were not asked for");
    assert_eq!(to_value(&connector), json);
    let Some(Nullable::Value(owners)) = &connector.owners else {
        panic!("{connector:?}");
    };
    let owners = owners.get().expect("a list");
    assert_eq!((owners[0].id.as_ref(), owners[1].odd_properties()), (Some(&"o".into()), vec!["id"]));

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

#[test]
fn copies_are_equal_and_changes_are_not() {
    let json = json!({
        "id": null,
        "ratio": "NaN",
        "since": "2021-08-01T09:30:00.0000000-08:00",
        "syncTypes": ["deltaSync", "nextSync"],
        "parent": {"id": "p", "isNew": 1},
        "owners": [{"id": "o"}],
        "isNew": {"deep": [true]}
    });
    let mut connector = read(json.clone()).expect("is a connector");
    assert_ne!(connector.clone(), connector, "NaN is not equal to itself");
    connector.ratio = None;
    let mut copy = connector.clone();
    assert_eq!(copy, connector);
    copy.id = None;
    assert_ne!(copy, connector, "null is not absent");
    copy.id = Some(Nullable::Null);
    assert_eq!(copy, connector);
    copy.additional.insert("isNew", 1);
    assert_ne!(copy, connector);
    let mut parent = connector.clone();
    parent.parent = Some(Connector { id: Some("q".into()), ..Default::default() }.into());
    assert_ne!(parent, connector);
}

#[test]
fn debug_shows_what_is_present() {
    let connector = read(json!({"id": null, "count": 2, "syncTypes": ["fullSync"], "isNew": "x"}));
    let connector = connector.expect("is a connector");
    let expected = r#"Connector { id: null, count: 2, syncTypes: [fullSync], isNew: String("x") }"#;
    assert_eq!(format!("{connector:?}"), expected);
}

#[test]
fn derived_types_keep_their_properties_and_their_name() {
    let json = json!({"@odata.type": "#microsoft.graph.cloudConnector", "id": "c", "region": "eu", "isNew": 1});
    let connector = read(json.clone()).expect("is a connector");
    assert_eq!(connector.additional.odata_type(), Some("microsoft.graph.cloudConnector"));
    let mut cloud: CloudConnector = connector.cast().expect("is a cloud connector");
    assert_eq!(cloud.region, Some("eu".into()));
    assert_eq!(to_value(&cloud), json);

    // A value of an undocumented type keeps the name of its type.
    cloud.additional.insert("@odata.type", "#microsoft.graph.newerConnector");
    let connector: Connector = cloud.upcast().expect("is a connector");
    assert_eq!(connector.additional.odata_type(), Some("microsoft.graph.newerConnector"));

    cloud.additional = Additional::default();
    let connector: Connector = cloud.upcast().expect("is a connector");
    let json = json!({"@odata.type": "#microsoft.graph.cloudConnector", "id": "c", "region": "eu"});
    assert_eq!(to_value(&connector), json);
    assert_eq!(body_of(cloud.clone()), json);
    assert_eq!(body_of(Connector { id: Some("c".into()), ..Default::default() }), json!({"id": "c"}));
    let json = json!({"@odata.type": "#microsoft.graph.cloudConnector", "id": "c", "region": 1});
    let odd =
        read(json.clone()).and_then(|connector| connector.cast::<CloudConnector>()).expect("is a cloud connector");
    assert_eq!((odd.odd_properties(), to_value(&odd)), (vec!["region"], json));
}

/// Like a function whose body is declared as a connector.
fn body_of(body: impl Is<Connector>) -> Value {
    serde_json::from_slice(&body.into_body().to_bytes().expect("is no stream")).expect("is JSON")
}

#[test]
fn a_value_is_cast_to_its_type_and_the_bases_of_that_only() {
    let of_type = |name: &str| read(json!({"@odata.type": name})).expect("is a connector");
    let is_cloud = |name| of_type(name).cast::<CloudConnector>().is_ok();
    for (name, expected) in [
        ("#microsoft.graph.cloudConnector", true),
        ("#microsoft.graph.CLOUDConnector", true),
        ("microsoft.graph.euConnector", true),
        ("#microsoft.graph.printConnector", false),
        ("#microsoft.graph.connector", false),
    ] {
        assert_eq!(is_cloud(name), expected, "{name}");
    }
    // Without a name, it has the declared type.
    let unnamed = read(json!({"id": "c"})).expect("is a connector");
    let error = unnamed.cast::<CloudConnector>().expect_err("the declared type").to_string();
    assert!(error.ends_with("found no `@odata.type`, so it has the declared type"), "{error}");
    assert_eq!(unnamed.cast::<Connector>().as_ref(), Ok(&unnamed));
    let cloud = CloudConnector { id: Some("c".into()), ..Default::default() };
    assert_eq!(cloud.cast::<CloudConnector>().as_ref(), Ok(&cloud));
    let error = of_type("#microsoft.graph.printConnector").cast::<CloudConnector>().expect_err("another type");
    assert_eq!(error.to_string(), "the body: expected that type or a derived type, found another `@odata.type`");
}

#[test]
fn a_member_is_a_string() {
    assert_eq!(from_value::<SyncType>("deltaSync".into()), Ok(SyncType::DeltaSync));
    let unknown: SyncType = from_value("a,b".into()).expect("is kept");
    assert_eq!(unknown, SyncType::Unknown("a,b".into()));
    assert_eq!(unknown.clone(), unknown);
    let error = from_value::<SyncType>(json!({})).expect_err("is an object").to_string();
    assert_eq!(error, "the body: expected a string, found an object");
}

#[test]
fn debug_shows_no_secret() {
    let json = json!({
        "id": "x",
        "owners": [{"token": "s3cret"}],
        "extra": {"password": "s3cret", "isNew": true},
        "clientSecret": "s3cret",
        "children": [{"passwordProfile": {"password": "s3cret"}}],
        "parent": 7,
    });
    let connector = read(json).expect("is a connector");
    let shown = format!("{connector:?} {connector:#?} {:?} {:?}", connector.additional, connector.owners);
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(shown.contains(r#""isNew": Bool(true)"#) && shown.contains("clientSecret: …"), "{shown}");

    let account = from_value::<Account>(json!({"secretText": "s3cret", "token": null, "keys": ["s3cret"]}));
    let account = account.expect("is an account");
    assert_eq!(format!("{account:?}"), "Account { secretText: …, token: null, keys: … }");
    let odd = from_value::<Account>(json!({"secretText": 47_11, "keys": [47_11]})).expect("is an account");
    assert_eq!(format!("{odd:?}"), "Account { keys: …, secretText: … }");
}

struct Account {
    secret_text: Property<String>,
    token: Property<String>,
    keys: Property<Vec<String>>,
    additional: Additional,
}

impl SchemaType for Account {
    fn read(from: &mut TypeReader<'_>) -> Self {
        Account {
            secret_text: from.property("secretText"),
            token: from.property("token"),
            keys: from.property("keys"),
            additional: from.additional(),
        }
    }

    fn write<'a>(&'a self, to: &mut TypeWriter<'a>) {
        to.properties(&[("secretText", &self.secret_text), ("token", &self.token), ("keys", &self.keys)]);
        to.additional(&self.additional);
    }
}

structure!(Account);

#[test]
fn members_are_texts() {
    let delta: SyncType = "deltaSync".parse().unwrap_or_else(|never: std::convert::Infallible| match never {});
    assert_eq!(delta, SyncType::DeltaSync);
    assert!(matches!(SyncType::from("x,y"), SyncType::Unknown(text) if text == "x,y"));
    assert_eq!(format!("{delta} {:>10}|{:?}", SyncType::FullSync, SyncType::from("")), "deltaSync   fullSync|");
    // Order and hash are those of the text, so that it does not matter whether a member is documented.
    let set: std::collections::BTreeSet<_> = ["fullSync", "e", "deltaSync", "e"].map(SyncType::from).into();
    assert_eq!(set.iter().map(SyncType::as_str).collect::<Vec<_>>(), ["deltaSync", "e", "fullSync"]);
    let set: std::collections::HashSet<_> = [SyncType::DeltaSync, SyncType::from("deltaSync")].into();
    assert_eq!(set.len(), 1);
    assert_eq!(SyncType::Unknown("fullSync".to_owned()), SyncType::FullSync);
}

#[test]
fn members_are_arguments() {
    use crate::runtime::{Argument, Filter};
    assert_eq!(Filter::eq("syncType", &SyncType::DeltaSync).to_string(), "syncType eq 'deltaSync'");
    assert_eq!(Argument::from(&SyncType::from("o'x")), Argument::String("o'x"));
}

#[test]
fn serde_reads_and_writes_like_the_client() {
    #[derive(serde::Serialize, serde::Deserialize)]
    struct Saved {
        #[serde(with = "as_json")]
        connector: Connector,
        #[serde(with = "as_json")]
        types: Vec<SyncType>,
        #[serde(with = "as_json::option", default)]
        none: Option<Connector>,
        #[serde(with = "as_json::property", default, skip_serializing_if = "Option::is_none")]
        absent: Property<SyncType>,
        #[serde(with = "as_json::property", default, skip_serializing_if = "Option::is_none")]
        null: Property<SyncType>,
    }
    let json = json!({
        "connector": {"id": "7", "enabled": null, "other": [1]},
        "types": ["deltaSync", "new"],
        "none": null,
        "null": null,
    });
    let saved: Saved = serde_json::from_value(json.clone()).expect("has the shape");
    assert_eq!(saved.types, [SyncType::DeltaSync, SyncType::from("new")]);
    assert_eq!((&saved.absent, &saved.null), (&None, &Some(Nullable::Null)));
    assert_eq!(serde_json::to_value(&saved).expect("is JSON"), json);
    let wrong = serde_json::from_value::<Saved>(json!({"connector": 7, "types": []}));
    assert_eq!(wrong.err().map(|error| error.to_string()), Some("the body: expected an object, found a number".into()));
}

#[cfg(feature = "serde")]
#[test]
fn types_are_serde_types() {
    let json = json!([{"id": "7", "syncTypes": ["deltaSync", "new"], "other": {}}]);
    let read: Vec<Connector> = serde_json::from_value(json.clone()).expect("has the shape");
    assert_eq!(serde_json::to_value(&read).expect("is JSON"), json);
    assert_eq!(serde_json::to_string(&SyncType::FullSync).ok().as_deref(), Some("\"fullSync\""));
}
