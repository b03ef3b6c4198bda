//! Owns the decryption of resource data.
//!
//! The service encrypts each resource with a key of its own, and that key with the certificate of the subscription.
//! The signature is verified before anything is decrypted.
//!
//! Source: <https://learn.microsoft.com/graph/change-notifications-with-resource-data#decrypting-resource-data>.

use super::notification::text;
use super::pem::{self, Block};
use crate::runtime::{Additional, ReadError, ReadValue, base64, from_value};
use aws_lc_rs::cipher::{AES_256, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey};
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// Of AES-256.
const KEY_LENGTH: usize = 32;
const BLOCK_LENGTH: usize = 16;

/// A resource that the service encrypted for one certificate.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/changenotificationencryptedcontent>.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct EncryptedContent {
    /// The encrypted resource, in base64.
    pub data: Option<String>,
    /// The signature of `data`, in base64.
    pub data_signature: Option<String>,
    /// The encrypted key of `data`, in base64.
    pub data_key: Option<String>,
    /// The name of the certificate in the subscription.
    pub certificate_id: Option<String>,
    /// The fingerprint of the certificate.
    pub certificate_thumbprint: Option<String>,
    /// What is not documented, and properties of another shape than documented.
    pub additional: Additional,
}

impl EncryptedContent {
    pub(super) fn of(mut object: Map<String, Value>) -> EncryptedContent {
        let object = &mut object;
        EncryptedContent {
            data: text(object, "data"),
            data_signature: text(object, "dataSignature"),
            data_key: text(object, "dataKey"),
            certificate_id: text(object, "encryptionCertificateId"),
            certificate_thumbprint: text(object, "encryptionCertificateThumbprint"),
            additional: std::mem::take(object).into(),
        }
    }
}

/// Only the certificate.
impl fmt::Debug for EncryptedContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptedContent")
            .field("certificate_id", &self.certificate_id)
            .field("certificate_thumbprint", &self.certificate_thumbprint)
            .finish_non_exhaustive()
    }
}

/// The private keys of the certificates that subscriptions use, by the `encryptionCertificateId` of the subscription.
///
/// To change a certificate, add the new key, renew the subscriptions with the new certificate, and remove the old key
/// when no notification names it any more.
#[derive(Default)]
pub struct DecryptionKeys(BTreeMap<String, OaepPrivateDecryptingKey>);

impl DecryptionKeys {
    /// No keys.
    pub fn new() -> DecryptionKeys {
        DecryptionKeys::default()
    }

    /// Adds an RSA key in PKCS#8 (DER), or replaces the one of the same certificate.
    ///
    /// Error: [`KeyError::Rsa`] if it is not such a key of 2,048 to 8,192 bits. The service accepts up to 4,096.
    pub fn add_pkcs8(&mut self, certificate_id: impl Into<String>, der: &[u8]) -> Result<(), KeyError> {
        let key = PrivateDecryptingKey::from_pkcs8(der).map_err(|_| KeyError::Rsa)?;
        let key = OaepPrivateDecryptingKey::new(key).map_err(|_| KeyError::Rsa)?;
        self.0.insert(certificate_id.into(), key);
        Ok(())
    }

    /// Adds an RSA key in PEM: the first block `PRIVATE KEY` of a text, which may have certificates as well.
    ///
    /// Error: [`KeyError`].
    pub fn add_pem(&mut self, certificate_id: impl Into<String>, pem: &str) -> Result<(), KeyError> {
        match pem::block(pem, "PRIVATE KEY") {
            Block::Found(der) => self.add_pkcs8(certificate_id, &der),
            Block::Other => Err(KeyError::Format),
            Block::None => Err(KeyError::Pem),
        }
    }

    /// Removes the key of a certificate; false if there is none.
    pub fn remove(&mut self, certificate_id: &str) -> bool {
        self.0.remove(certificate_id).is_some()
    }

    /// The resource in encrypted content: a generated type, or a `serde_json::Value`.
    ///
    /// Error: [`DecryptError`]. Treat [`DecryptError::NotAuthentic`] as an attack.
    pub fn decrypt<T: ReadValue>(&self, content: &EncryptedContent) -> Result<T, DecryptError> {
        let json = self.decrypt_json(content)?;
        let json: Value = serde_json::from_slice(&json).map_err(|_| DecryptError::Json)?;
        Ok(from_value(json)?)
    }

    /// The JSON text of the resource in encrypted content.
    ///
    /// Error: [`DecryptError`].
    pub fn decrypt_json(&self, content: &EncryptedContent) -> Result<Vec<u8>, DecryptError> {
        let certificate = content.certificate_id.as_deref();
        let certificate = certificate.ok_or(DecryptError::Incomplete { property: "encryptionCertificateId" })?;
        let unknown = || DecryptError::UnknownKey { certificate_id: certificate.to_owned() };
        let key = self.0.get(certificate).ok_or_else(unknown)?;
        let mut data = bytes(&content.data, "data")?;
        let signature = bytes(&content.data_signature, "dataSignature")?;
        let key = unwrap(key, &bytes(&content.data_key, "dataKey")?).ok_or(DecryptError::NotAuthentic)?;
        // In constant time.
        let is_signed = hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &key), &data, &signature);
        is_signed.map_err(|_| DecryptError::NotAuthentic)?;
        let length = open(&key, &mut data).ok_or(DecryptError::Padding)?;
        data.truncate(length);
        Ok(data)
    }
}

/// Only the names.
impl fmt::Debug for DecryptionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

fn bytes(property: &Option<String>, name: &'static str) -> Result<Vec<u8>, DecryptError> {
    let decoded = property.as_deref().and_then(base64::decode);
    decoded.filter(|bytes| !bytes.is_empty()).ok_or(DecryptError::Incomplete { property: name })
}

/// The key of the data.
fn unwrap(key: &OaepPrivateDecryptingKey, wrapped: &[u8]) -> Option<[u8; KEY_LENGTH]> {
    let mut room = vec![0; key.min_output_size()];
    let unwrapped = key.decrypt(&OAEP_SHA1_MGF1SHA1, wrapped, &mut room, None).ok()?;
    <[u8; KEY_LENGTH]>::try_from(&*unwrapped).ok()
}

/// Decrypts the data where it is, and returns the length of the text.
fn open(key: &[u8; KEY_LENGTH], data: &mut [u8]) -> Option<usize> {
    let iv = key.first_chunk::<BLOCK_LENGTH>()?;
    let key = UnboundCipherKey::new(&AES_256, key).ok()?;
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(key).ok()?;
    let context = DecryptionContext::Iv128(FixedLength::from(iv));
    Some(key.decrypt(data, context).ok()?.len())
}

/// A private key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The text has no block `PRIVATE KEY`, or it is damaged.
    #[error("there is no private key in PEM")]
    Pem,
    /// The private key is encrypted or in PKCS#1.
    #[error("the private key is not in plain PKCS#8; `openssl pkcs8 -topk8 -nocrypt` converts it")]
    Format,
    /// It is not an RSA key in PKCS#8 of 2,048 to 8,192 bits.
    #[error("it is not an RSA key in PKCS#8 of 2,048 to 8,192 bits")]
    Rsa,
}

/// Resource data cannot be decrypted. The message has nothing of its content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecryptError {
    /// The notification has no encrypted content.
    #[error("the notification has no encrypted content")]
    NotEncrypted,
    /// A property is missing or is not base64.
    #[error("the encrypted content has no valid `{property}`")]
    Incomplete {
        /// The name of the property.
        property: &'static str,
    },
    /// There is no key for the certificate: it was removed, or the notification is not for this receiver.
    #[error("there is no key for the certificate `{}`", .certificate_id.escape_debug())]
    UnknownKey {
        /// The name of the certificate in the subscription.
        certificate_id: String,
    },
    /// The key of the data cannot be decrypted with the key of the certificate, or the signature of the data is wrong:
    /// somebody changed or made it. The data was not decrypted.
    #[error("the encrypted content was not made by the service, or for another certificate of the same name")]
    NotAuthentic,
    /// The data is signed, but does not decrypt.
    #[error("the data of the encrypted content has a wrong length or padding")]
    Padding,
    /// The decrypted data is not JSON.
    #[error("the decrypted data is not JSON")]
    Json,
    /// The decrypted resource does not have the shape of the type.
    #[error(transparent)]
    Read(#[from] ReadError),
}
