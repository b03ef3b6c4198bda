//! Owns the public keys with which the authority signs tokens.
//!
//! Source: RFC 7517 (JSON Web Key), RFC 7518, section 6.3.1 (RSA).

use crate::runtime::base64;
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::Value;
use std::collections::BTreeMap;

/// The authority has about ten.
const MAX_KEYS: usize = 200;
const MAX_SIZE: usize = 1024 * 1024;

/// The keys of an authority that are for signatures with RS256, by their id.
#[derive(Debug, Clone, Default)]
pub struct SigningKeys(BTreeMap<String, RsaPublicKeyComponents<Vec<u8>>>);

/// A document does not have keys for signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the document has no RSA keys for signatures in the form of RFC 7517, or is too large")]
pub struct SigningKeysError;

impl SigningKeys {
    /// Reads a key set (JWKS), such as <https://login.microsoftonline.com/common/discovery/v2.0/keys>. Keys for other
    /// purposes are skipped.
    ///
    /// Error: [`SigningKeysError`] if there is none, or if the document has more than 1 MiB or 200 keys.
    pub fn from_jwks(json: &[u8]) -> Result<SigningKeys, SigningKeysError> {
        if json.len() > MAX_SIZE {
            return Err(SigningKeysError);
        }
        let json: Value = serde_json::from_slice(json).map_err(|_| SigningKeysError)?;
        let keys = json["keys"].as_array().filter(|keys| keys.len() <= MAX_KEYS).ok_or(SigningKeysError)?;
        let keys: BTreeMap<_, _> = keys.iter().filter_map(key).collect();
        if keys.is_empty() { Err(SigningKeysError) } else { Ok(SigningKeys(keys)) }
    }

    /// Whether there is a key with this id.
    pub fn has(&self, key_id: &str) -> bool {
        self.0.contains_key(key_id)
    }

    /// Verifies a signature with RS256; `None` if the key is unknown.
    pub(super) fn verify(&self, key_id: &str, signed: &[u8], signature: &[u8]) -> Option<bool> {
        let key = self.0.get(key_id)?;
        Some(key.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature).is_ok())
    }
}

fn key(json: &Value) -> Option<(String, RsaPublicKeyComponents<Vec<u8>>)> {
    let is = |name: &str, wanted: &str| json.get(name).is_none_or(|found| found == wanted);
    if json["kty"] != "RSA" || !is("use", "sig") || !is("alg", "RS256") {
        return None;
    }
    // The crypto library refuses leading zeros, and the form of the RFC has none.
    let number = |name: &str| {
        let bytes = base64::decode(json[name].as_str()?)?;
        let start = bytes.iter().position(|byte| *byte != 0)?;
        Some(bytes[start..].to_vec())
    };
    Some((json["kid"].as_str()?.to_owned(), RsaPublicKeyComponents { n: number("n")?, e: number("e")? }))
}
