//! Any body becomes a value of a type or an error, and what was read is the same after it was written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use msgraph::runtime::{FromResponse, edm, from_value, to_value};
use msgraph::{Additional, Collection, Nested, Property, SchemaType};
use serde_json::Value;

use msgraph::runtime::{TypeReader, TypeWriter};

#[derive(Clone, Debug, PartialEq)]
struct Lamp {
    id: Property<String>,
    is_on: Property<bool>,
    watts: Property<i32>,
    lumens: Property<i64>,
    ratio: Property<f64>,
    since: Property<edm::DateTimeOffset>,
    colours: Property<Vec<Colour>>,
    parts: Property<Vec<Lamp>>,
    owners: Property<Nested<Vec<Lamp>>>,
    extra: Property<Value>,
    additional: Additional,
}

impl SchemaType for Lamp {
    fn read(from: &mut TypeReader<'_>) -> Self {
        Lamp {
            id: from.property("id"),
            is_on: from.property("isOn"),
            watts: from.property("watts"),
            lumens: from.property("lumens"),
            ratio: from.property("ratio"),
            since: from.property("since"),
            colours: from.property("colours"),
            parts: from.property("parts"),
            owners: from.property("owners"),
            extra: from.property("extra"),
            additional: from.additional(),
        }
    }

    fn write<'a>(&'a self, to: &mut TypeWriter<'a>) {
        to.ty("microsoft.graph.lamp");
        to.properties(&[
            ("id", &self.id),
            ("isOn", &self.is_on),
            ("watts", &self.watts),
            ("lumens", &self.lumens),
            ("ratio", &self.ratio),
            ("since", &self.since),
            ("colours", &self.colours),
            ("parts", &self.parts),
            ("owners", &self.owners),
            ("extra", &self.extra),
        ]);
        to.additional(&self.additional);
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Colour(String);

impl SchemaType for Colour {
    fn read(from: &mut TypeReader<'_>) -> Self {
        Colour(from.member())
    }

    fn write<'a>(&'a self, to: &mut TypeWriter<'a>) {
        to.member(&self.0);
    }
}

fuzz_target!(|body: &[u8]| {
    let json = Some("application/json");
    let body = || body.to_vec().into();
    let _ = Collection::<Value>::from_response(200, json, body());
    let _ = String::from_response(200, Some("text/plain"), body());
    if let Ok(page) = Collection::<Lamp>::from_response(200, json, body()) {
        let _ = format!("{page:?}");
    }
    if let Ok(lamp) = Lamp::from_response(200, json, body()) {
        let _ = format!("{lamp:?} {:?}", lamp.odd_properties());
        let written = to_value(&lamp);
        let again: Lamp = from_value(written.clone()).expect("an object");
        assert_eq!(to_value(&again), written);
    }
});
