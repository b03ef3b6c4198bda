//! Tests the decryption of resource data: what is changed on the way is never decrypted.

use crate::sender::{Sealed, certificate_key, pem, seal, wrap};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeySize, PrivateDecryptingKey};
use msgraph::notifications::{DecryptError, DecryptionKeys, KeyError, Notification};
use msgraph::runtime::{TypeReader, TypeWriter};
use msgraph::{Additional, Property, SchemaType};
use serde_json::{Map, Value, json};

#[derive(Clone, Debug, PartialEq)]
struct Lamp {
    colour: Property<String>,
    additional: Additional,
}

impl SchemaType for Lamp {
    fn read(from: &mut TypeReader<'_>) -> Self {
        Lamp { colour: from.property("colour"), additional: from.additional() }
    }

    fn write<'a>(&'a self, to: &mut TypeWriter<'a>) {
        to.properties(&[("colour", &self.colour)]);
        to.additional(&self.additional);
    }
}

fn keys() -> DecryptionKeys {
    let mut keys = DecryptionKeys::new();
    keys.add_pem("spring", &pem()).expect("a key");
    keys
}

fn notification(content: Value) -> Notification {
    Notification::from(Map::from_iter([("encryptedContent".to_owned(), content)]))
}

#[track_caller]
fn check(content: Value, expected: Result<&str, DecryptError>) {
    let lamp = notification(content).decrypt::<Lamp>(&keys());
    assert_eq!(lamp.map(|lamp| lamp.colour), expected.map(|colour| Some(colour.into())));
}

fn sealed() -> Sealed {
    seal(br##"{"@odata.type":"#microsoft.graph.lamp","colour":"red"}"##)
}

#[test]
fn the_resource_is_decrypted() {
    check(sealed().to_json(), Ok("red"));
    // All lengths of the padding.
    for length in 0..33 {
        let text = format!("{{\"colour\":\"{}\"}}", "r".repeat(length));
        check(seal(text.as_bytes()).to_json(), Ok(&"r".repeat(length)));
    }
    let odd: Lamp = notification(seal(br#"{"colour":7}"#).to_json()).decrypt(&keys()).expect("decrypted");
    assert_eq!(odd.odd_properties(), ["colour"]);
    let json: Value = notification(seal(b"[1]").to_json()).decrypt(&keys()).expect("decrypted");
    assert_eq!(json, json!([1]));
}

#[test]
fn what_was_changed_is_not_decrypted() {
    for position in [0, 15, 16, sealed().data.len() - 1] {
        let mut changed = sealed();
        changed.data[position] ^= 1;
        check(changed.to_json(), Err(DecryptError::NotAuthentic));
    }
    let mut changed = sealed();
    changed.signature[31] ^= 1;
    check(changed.to_json(), Err(DecryptError::NotAuthentic));
    let mut shorter = sealed();
    shorter.signature.truncate(16);
    check(shorter.to_json(), Err(DecryptError::NotAuthentic));
    let mut key = sealed();
    key.wrapped[9] ^= 1;
    check(key.to_json(), Err(DecryptError::NotAuthentic));
    // The key of another message, of another length, and none.
    for wrapped in [sealed().wrapped, wrap(&[7; 16]), wrap(&[]), vec![0; 256], vec![255; 256], vec![1], vec![1; 999]] {
        let mut other = sealed();
        other.wrapped = wrapped;
        check(other.to_json(), Err(DecryptError::NotAuthentic));
    }
}

#[test]
fn a_signed_text_can_be_wrong() {
    let mut cut = sealed();
    cut.data.truncate(cut.data.len() - 16);
    cut.sign();
    check(cut.to_json(), Err(DecryptError::Padding));
    let mut odd = sealed();
    odd.data.pop();
    odd.sign();
    check(odd.to_json(), Err(DecryptError::Padding));
    check(seal(b"<html>").to_json(), Err(DecryptError::Json));
    let deep = "[".repeat(100_000);
    check(seal(deep.as_bytes()).to_json(), Err(DecryptError::Json));
    assert!(matches!(notification(seal(b"[]").to_json()).decrypt::<Lamp>(&keys()), Err(DecryptError::Read(_))));
}

#[test]
fn properties_can_be_missing() {
    for property in ["data", "dataSignature", "dataKey", "encryptionCertificateId"] {
        for odd in [Value::Null, json!(7), json!("")] {
            let mut content = sealed().to_json();
            content[property] = odd.clone();
            let error = notification(content).decrypt::<Value>(&keys()).expect_err("refused");
            let is_named = error == DecryptError::Incomplete { property }
                || error == DecryptError::UnknownKey { certificate_id: String::new() };
            assert!(is_named, "{property} {odd}: {error}");
        }
    }
    let mut content = sealed().to_json();
    content["data"] = json!("not base64!");
    check(content, Err(DecryptError::Incomplete { property: "data" }));
    assert_eq!(Notification::default().decrypt::<Value>(&keys()), Err(DecryptError::NotEncrypted));
}

#[test]
fn keys_are_changed() {
    let mut keys = keys();
    let newer = PrivateDecryptingKey::generate(KeySize::Rsa2048).expect("a key");
    keys.add_pkcs8("summer", newer.as_der().expect("PKCS#8").as_ref()).expect("a key");
    let read = |keys: &DecryptionKeys, id: &str| {
        let mut content = sealed().to_json();
        content["encryptionCertificateId"] = json!(id);
        notification(content).decrypt::<Value>(keys).map(|json| json["colour"].clone())
    };
    assert_eq!(read(&keys, "spring"), Ok(json!("red")));
    assert_eq!(read(&keys, "summer"), Err(DecryptError::NotAuthentic));
    assert!(keys.remove("spring") && !keys.remove("spring"));
    assert_eq!(read(&keys, "spring"), Err(DecryptError::UnknownKey { certificate_id: "spring".into() }));
    assert_eq!(format!("{keys:?}"), r#"{"summer"}"#);
}

#[test]
fn only_rsa_keys_are_keys() {
    let mut keys = DecryptionKeys::new();
    let der = certificate_key().as_der().expect("PKCS#8");
    let der = der.as_ref();
    assert_eq!(keys.add_pkcs8("a", der), Ok(()));
    for wrong in [&b""[..], b"x", &der[1..], &der[..der.len() - 1]] {
        assert_eq!(keys.add_pkcs8("a", wrong), Err(KeyError::Rsa));
    }
    assert_eq!(keys.add_pem("a", "nothing"), Err(KeyError::Pem));
    assert_eq!(keys.add_pem("a", &pem().replace("PRIVATE", "RSA PRIVATE")), Err(KeyError::Format));
    assert_eq!(keys.add_pem("a", &pem().replace("PRIVATE", "ENCRYPTED PRIVATE")), Err(KeyError::Format));
}
