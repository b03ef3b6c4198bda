//! Owns the part of the service: it encrypts resource data and signs tokens, with keys that are made for each run.

use aws_lc_rs::cipher::{AES_256, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rand::{SystemRandom, fill};
use aws_lc_rs::rsa::{KeyPair, KeySize, OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey, PrivateDecryptingKey};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use aws_lc_rs::{hmac, iv};
use msgraph::edm::Binary;
use serde_json::{Value, json};
use std::sync::OnceLock;

pub(crate) const TENANT: &str = "5d1f4e0a-0000-4000-8000-00000000c0de";
pub(crate) const APP: &str = "a99aa99a-0000-4000-8000-000000000001";
/// The end of the tokens, in seconds.
pub(crate) const END: u64 = 1_900_000_000;

pub(crate) fn base64(bytes: &[u8]) -> String {
    Binary::from(bytes).as_str().to_owned()
}

pub(crate) fn base64_url(bytes: &[u8]) -> String {
    base64(bytes).trim_end_matches('=').replace('+', "-").replace('/', "_")
}

/// A key pair of a certificate.
pub(crate) fn certificate_key() -> &'static PrivateDecryptingKey {
    static KEY: OnceLock<PrivateDecryptingKey> = OnceLock::new();
    KEY.get_or_init(|| PrivateDecryptingKey::generate(KeySize::Rsa2048).expect("a key"))
}

/// The private key in PEM, after something else.
pub(crate) fn pem() -> String {
    let der = certificate_key().as_der().expect("PKCS#8");
    let digits = base64(der.as_ref());
    let lines: Vec<&str> = digits.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
    format!(
        "Bag Attributes\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n\
         -----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        lines.join("\n")
    )
}

/// The parts of encrypted content, before base64.
pub(crate) struct Sealed {
    pub(crate) key: [u8; 32],
    pub(crate) data: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    pub(crate) wrapped: Vec<u8>,
}

pub(crate) fn seal(text: &[u8]) -> Sealed {
    let mut key = [0; 32];
    fill(&mut key).expect("randomness");
    let cipher = UnboundCipherKey::new(&AES_256, &key).expect("a key");
    let cipher = PaddedBlockEncryptingKey::cbc_pkcs7(cipher).expect("a cipher");
    let start: iv::FixedLength<16> = FixedLength::from(key.first_chunk::<16>().expect("16 bytes"));
    let mut data = text.to_vec();
    cipher.less_safe_encrypt(&mut data, EncryptionContext::Iv128(start)).expect("encrypted");
    let mut sealed = Sealed { key, data, signature: Vec::new(), wrapped: wrap(&key) };
    sealed.sign();
    sealed
}

pub(crate) fn wrap(key: &[u8]) -> Vec<u8> {
    let public = OaepPublicEncryptingKey::new(certificate_key().public_key()).expect("a key");
    let mut room = vec![0; public.ciphertext_size()];
    public.encrypt(&OAEP_SHA1_MGF1SHA1, key, &mut room, None).expect("encrypted").to_vec()
}

impl Sealed {
    pub(crate) fn sign(&mut self) {
        self.signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &self.key), &self.data).as_ref().to_vec();
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "data": base64(&self.data),
            "dataSignature": base64(&self.signature),
            "dataKey": base64(&self.wrapped),
            "encryptionCertificateId": "spring",
            "encryptionCertificateThumbprint": "00FF",
        })
    }
}

/// A key of the login authority.
pub(crate) fn authority_key() -> &'static KeyPair {
    static KEY: OnceLock<KeyPair> = OnceLock::new();
    KEY.get_or_init(|| KeyPair::generate(KeySize::Rsa2048).expect("a key"))
}

/// The public key, as in a key set.
pub(crate) fn public_key(id: &str) -> Value {
    // RFC 8017, appendix A.1.1: the modulus of 2,048 bits has a leading zero and follows nine bytes.
    let der = authority_key().public_key().as_ref();
    json!({"kty": "RSA", "use": "sig", "kid": id, "n": base64_url(&der[9..265]), "e": "AQAB", "x5t": "ignored"})
}

pub(crate) fn claims() -> Value {
    json!({
        "aud": APP,
        "iss": format!("https://sts.windows.net/{TENANT}/"),
        "nbf": END - 3600,
        "exp": END,
        "appid": "0bf30f3b-4a52-48df-9a82-234910c4a086",
        "tid": TENANT,
        "ver": "1.0",
    })
}

pub(crate) fn token(claims: &Value) -> String {
    token_with(&json!({"typ": "JWT", "alg": "RS256", "kid": "k1"}), claims)
}

pub(crate) fn token_with(header: &Value, claims: &Value) -> String {
    let signed = format!("{}.{}", base64_url(header.to_string().as_bytes()), base64_url(claims.to_string().as_bytes()));
    let mut signature = vec![0; authority_key().public_modulus_len()];
    let key = authority_key();
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).expect("signed");
    format!("{signed}.{}", base64_url(&signature))
}
