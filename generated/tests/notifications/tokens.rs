//! Tests the verification of validation tokens.

use crate::sender::{APP, END, TENANT, base64_url, claims, public_key, token, token_with};
use msgraph::Cloud;
use msgraph::notifications::{Answer, NotificationCollection, SigningKeys, TokenFault, TokenRules, receive};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime};

pub(crate) fn rules() -> TokenRules {
    TokenRules::new([APP])
}

fn keys() -> SigningKeys {
    let set =
        json!({"keys": [public_key("k1"), {"kty": "EC", "kid": "k2"}, {"kty": "RSA", "use": "enc", "kid": "k3"}, 7]});
    SigningKeys::from_jwks(set.to_string().as_bytes()).expect("keys")
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

#[track_caller]
fn check(token: &str, expected: Result<(), TokenFault>) {
    assert_eq!(rules().verify(token, &keys(), at(END - 60)).map(drop), expected);
}

#[track_caller]
fn check_claim(name: &'static str, value: Value) {
    let mut claims = claims();
    claims[name] = value;
    check(&token(&claims), Err(TokenFault::Claim { name }));
}

#[test]
fn tokens_of_the_service_are_accepted() {
    let verified = rules().verify(&token(&claims()), &keys(), at(END - 60)).expect("verified");
    assert_eq!((verified.tenant_id.as_str(), verified.app_id.as_str(), verified.expires), (TENANT, APP, at(END)));
    // Version 2.0.
    let mut second = claims();
    second["azp"] = second["appid"].take();
    second.as_object_mut().expect("an object").remove("appid");
    second["iss"] = json!(format!("https://login.microsoftonline.com/{TENANT}/v2.0"));
    check(&token(&second), Ok(()));
    let rules = rules().cloud(Cloud::China);
    assert!(rules.verify(&token(&second), &keys(), at(END - 60)).is_err());
    second["iss"] = json!(format!("https://login.partner.microsoftonline.cn/{TENANT}/v2.0"));
    assert!(rules.verify(&token(&second), &keys(), at(END - 60)).is_ok());
}

#[test]
fn wrong_claims_are_refused() {
    check_claim("aud", json!("a99aa99a-0000-4000-8000-000000000002"));
    check_claim("aud", json!([APP]));
    check_claim("aud", Value::Null);
    check_claim("appid", json!(APP));
    check_claim("appid", Value::Null);
    check_claim("tid", json!("a/../b"));
    check_claim("tid", Value::Null);
    check_claim("iss", json!("https://sts.windows.net/another/"));
    check_claim("iss", json!(format!("https://sts.windows.example/{TENANT}/")));
    check_claim("exp", Value::Null);
    check_claim("exp", json!("tomorrow"));
    check_claim("exp", json!(-1));
    check_claim("nbf", json!(END + 600));
    check_claim("nbf", json!("now"));
    let strict = rules().tenants(["another"]);
    let refused = strict.verify(&token(&claims()), &keys(), at(END - 60));
    assert_eq!(refused, Err(TokenFault::Claim { name: "tid" }));
    let known = rules().tenants([TENANT.to_uppercase()]);
    assert!(known.verify(&token(&claims()), &keys(), at(END - 60)).is_ok());
    let other = rules().publisher(APP);
    assert_eq!(other.verify(&token(&claims()), &keys(), at(END)), Err(TokenFault::Claim { name: "appid" }));
    check(&token(&json!({"exp": u64::MAX})), Err(TokenFault::Claim { name: "tid" }));
    let mut endless = claims();
    endless["exp"] = json!(u64::MAX);
    assert!(rules().verify(&token(&endless), &keys(), at(END)).is_err());
}

#[test]
fn tokens_expire() {
    let verify = |rules: TokenRules, seconds| rules.verify(&token(&claims()), &keys(), at(seconds)).map(drop);
    assert_eq!(verify(rules(), END + 299), Ok(()));
    assert_eq!(verify(rules(), END + 300), Err(TokenFault::Expired));
    assert_eq!(verify(rules().tolerance(Duration::ZERO), END - 1), Ok(()));
    assert_eq!(verify(rules().tolerance(Duration::ZERO), END), Err(TokenFault::Expired));
}

#[test]
fn only_rs256_is_accepted() {
    let with = |header: Value| token_with(&header, &claims());
    for alg in [json!("none"), json!("HS256"), json!("rs256"), json!("RS512"), json!(["RS256"]), Value::Null] {
        check(&with(json!({"alg": alg, "kid": "k1"})), Err(TokenFault::Algorithm));
    }
    check(&with(json!({"kid": "k1"})), Err(TokenFault::Algorithm));
    check(&with(json!({"alg": "RS256"})), Err(TokenFault::Form));
    check(&with(json!({"alg": "RS256", "kid": "k1", "crit": ["b64"]})), Err(TokenFault::Form));
    for id in ["k2", "k3", "k9"] {
        check(&with(json!({"alg": "RS256", "kid": id})), Err(TokenFault::UnknownKey { key_id: id.into() }));
    }
}

#[test]
fn changed_tokens_are_refused() {
    let token = token(&claims());
    let parts: Vec<&str> = token.split('.').collect();
    let mut other = claims();
    other["aud"] = json!("other");
    let claims = base64_url(other.to_string().as_bytes());
    check(&format!("{}.{claims}.{}", parts[0], parts[2]), Err(TokenFault::Signature));
    check(&format!("{}.{}.{}", parts[0], parts[1], base64_url(&[7; 256])), Err(TokenFault::Signature));
    check(&format!("{}.{}.", parts[0], parts[1]), Err(TokenFault::Signature));
    let padded = format!("{token}==");
    let long = format!("{token}{}", "A".repeat(20_000));
    let four = format!("{token}.x");
    for wrong in ["", ".", "..", "...", "a.b.c", "é.é.é", parts[0], &padded, &long, &four] {
        check(wrong, Err(TokenFault::Form));
    }
}

#[test]
fn key_sets_are_bounded() {
    let read = |json: Value| SigningKeys::from_jwks(json.to_string().as_bytes());
    assert!(read(json!({"keys": [public_key("k1")]})).expect("keys").has("k1"));
    assert!(read(json!({"keys": vec![public_key("k1"); 201]})).is_err());
    for wrong in
        [json!({}), json!([]), json!({"keys": []}), json!({"keys": [{"kty": "RSA", "kid": "a", "n": "", "e": ""}]})]
    {
        assert!(read(wrong).is_err());
    }
    assert!(SigningKeys::from_jwks(&vec![b' '; 2 * 1024 * 1024]).is_err());
    // A key of no use verifies nothing.
    let mut small = public_key("k1");
    small["n"] = json!("AQAB");
    let keys = read(json!({"keys": [small]})).expect("keys");
    assert_eq!(rules().verify(&token(&claims()), &keys, at(END)), Err(TokenFault::Signature));
}

pub(crate) fn received(tokens: &[String], tenants: &[&str]) -> NotificationCollection {
    let items: Vec<Value> =
        tenants.iter().map(|tenant| json!({"tenantId": tenant, "encryptedContent": {"data": "x"}})).collect();
    let body = json!({"value": items, "validationTokens": tokens}).to_string();
    match receive(None, body.as_bytes()) {
        Ok(Answer::Notifications(received)) => received,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_tenant_has_a_token_and_every_token_is_right() {
    let verify = |tokens: &[String], tenants: &[&str]| {
        received(tokens, tenants).verify_tokens(&rules(), &keys(), at(END)).map(|verified| verified.len())
    };
    let right = token(&claims());
    assert_eq!(verify(std::slice::from_ref(&right), &[TENANT, &TENANT.to_uppercase()]), Ok(1));
    assert_eq!(verify(&[], &[]), Ok(0));
    assert_eq!(verify(&[], &[TENANT]), Err(TokenFault::Missing));
    assert_eq!(verify(std::slice::from_ref(&right), &[TENANT, "another"]), Err(TokenFault::Missing));
    assert_eq!(verify(&[right.clone(), "x".into()], &[TENANT]), Err(TokenFault::Form));
    assert_eq!(verify(&vec![right; 1001], &[TENANT]), Err(TokenFault::TooMany));
}
