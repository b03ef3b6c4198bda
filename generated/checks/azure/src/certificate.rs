//! Owns a certificate that is made for each test, and the check of what was signed with it.

use openssl::asn1::Asn1Time;
use openssl::base64;
use openssl::hash::MessageDigest;
use openssl::pkcs12::Pkcs12;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Verifier;
use openssl::x509::{X509, X509NameBuilder};

pub(crate) fn certificate() -> (PKey<Private>, X509) {
    let key = PKey::from_rsa(Rsa::generate(2048).expect("a key")).expect("a key");
    let mut name = X509NameBuilder::new().expect("a name");
    name.append_entry_by_text("CN", "test").expect("a name");
    let name = name.build();
    let mut builder = X509::builder().expect("a builder");
    builder.set_version(2).expect("set");
    builder.set_subject_name(&name).expect("set");
    builder.set_issuer_name(&name).expect("set");
    builder.set_pubkey(&key).expect("set");
    builder.set_not_before(&Asn1Time::days_from_now(0).expect("a time")).expect("set");
    builder.set_not_after(&Asn1Time::days_from_now(1).expect("a time")).expect("set");
    builder.sign(&key, MessageDigest::sha256()).expect("signed");
    let certificate = builder.build();
    (key, certificate)
}

/// As a PKCS #12 file.
pub(crate) fn archive(key: &PKey<Private>, certificate: &X509) -> Vec<u8> {
    let mut archive = Pkcs12::builder();
    archive.pkey(key).cert(certificate);
    archive.build2("").expect("an archive").to_der().expect("DER")
}

/// The claims of a JWT, which must be signed with the key of the certificate.
pub(crate) fn claims(certificate: &X509, assertion: &str) -> serde_json::Value {
    let (signed, signature) = assertion.rsplit_once('.').expect("a JWT");
    let public = certificate.public_key().expect("a key");
    let mut verifier = Verifier::new(MessageDigest::sha256(), &public).expect("a verifier");
    verifier.update(signed.as_bytes()).expect("hashed");
    assert!(verifier.verify(&decode(signature)).expect("checked"), "signed with the key of the certificate");
    serde_json::from_slice(&decode(signed.split('.').nth(1).expect("claims"))).expect("JSON")
}

fn decode(text: &str) -> Vec<u8> {
    let mut text = text.replace('-', "+").replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    base64::decode_block(&text).expect("base64")
}
