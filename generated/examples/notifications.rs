//! Receives change notifications: the handshake, a plain one, an encrypted one, lifecycle events; and keeps the
//! subscription alive.

use bytes::Bytes;
use msgraph::edm::Binary;
use msgraph::notifications::{
    Answer, ChangeType, ClientStates, DecryptionKeys, LifecycleEvent, NewSubscription, NotificationCollection,
    Subscriptions, random_client_state, receive_request,
};
use msgraph::runtime::InProcess;
use msgraph::{Client, StaticToken, Version};
use serde_json::{Value, json};
use std::sync::Mutex;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let certificate = sender::Certificate::new()?;
    let client = Client::builder(StaticToken::new("a token")).transport(service()).build()?;
    let subscriptions = Subscriptions::new(&client, Version::V1_0);

    // The receiver has to run already: the service calls it before it answers.
    let secret = random_client_state().ok_or("no randomness")?;
    let new = NewSubscription::new(
        "teams/getAllMessages",
        [ChangeType::Created, ChangeType::Updated],
        "https://receiver.example/hook",
        &secret,
        DAY,
    )
    .lifecycle_url("https://receiver.example/hook")
    .encrypted_for("spring", &certificate.der);
    let subscription = subscriptions.create(&new).await?;
    let states = ClientStates::new().with(&subscription.id, &secret);
    // In the real world from a file: `add_pem("spring", &std::fs::read_to_string(…)?)`.
    let mut keys = DecryptionKeys::new();
    keys.add_pkcs8("spring", &certificate.private_key)?;

    // What the service sends. Answer first, then check and process; with resource data, also verify the tokens:
    // `KeyDiscovery::new(&client).verify(&received, &TokenRules::new(["the client id"])).await?`.
    let about = |more: Value| sender::request(&subscription.id, &secret, more);
    let requests = [
        about(json!({"changeType": "updated", "resource": "teams('1')/channels('2')/messages('3')",
                     "resourceData": {"id": "3", "@odata.type": "#Microsoft.Graph.chatMessage"}}))?,
        about(json!({"changeType": "created", "resource": "teams('1')/channels('2')/messages('4')",
                     "encryptedContent": certificate.seal(br#"{"id":"4","subject":"Lighthouse"}"#)?}))?,
        about(json!({"lifecycleEvent": "reauthorizationRequired"}))?,
        sender::request(&subscription.id, "a guess", json!({"changeType": "deleted"}))?,
    ];
    let mut seen = Vec::new();
    for request in &requests {
        let answer = receive_request(request)?;
        assert_eq!(answer.status(), 202);
        if let Answer::Notifications(received) = answer {
            seen.extend(process(&received, &states, &keys, &subscriptions).await?);
        }
    }
    assert_eq!(seen, ["3 was updated", "4: Lighthouse", "reauthorized", "rejected"]);

    // In a task of its own. Here the service forgets the subscription after two renewals.
    subscriptions.renewal(&subscription.id, subscription.expiration.as_ref(), DAY).keep_alive().await?;
    println!("the subscription is gone: create it again, and read what changed");
    Ok(())
}

async fn process(
    received: &NotificationCollection,
    states: &ClientStates,
    keys: &DecryptionKeys,
    subscriptions: &Subscriptions,
) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let checked = received.check(|subscription| states.get(subscription));
    let mut seen = vec!["rejected".to_owned(); checked.rejected.len()];
    for notification in &checked.accepted {
        let subscription = notification.subscription_id.as_deref().unwrap_or_default();
        seen.push(match (&notification.lifecycle_event, &notification.resource_data) {
            (Some(LifecycleEvent::ReauthorizationRequired), _) => {
                subscriptions.reauthorize(subscription).await?;
                "reauthorized".to_owned()
            }
            (Some(event), _) => format!("{event}: read what changed in the meantime"),
            (None, Some(data)) => {
                let change = notification.change_type.as_ref().map_or("changed", ChangeType::as_str);
                format!("{} was {change}", data.id().unwrap_or_default())
            }
            (None, None) => {
                // A generated type in the real world: `decrypt::<v1::types::ChatMessage>(keys)`.
                let message: Value = notification.decrypt(keys)?;
                format!(
                    "{}: {}",
                    message["id"].as_str().unwrap_or_default(),
                    message["subject"].as_str().unwrap_or_default()
                )
            }
        });
    }
    println!("{seen:?}");
    Ok(seen)
}

fn service() -> InProcess {
    let renewals = Mutex::new(0);
    InProcess::new(move |request: http::Request<Bytes>| {
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let answer = json!({"id": "7f10", "expirationDateTime": body["expirationDateTime"]}).to_string();
        match (request.method().as_str(), request.uri().path()) {
            ("POST", "/v1.0/subscriptions") => {
                let url =
                    format!("{}?validationToken=Reach+me%3a+1", body["notificationUrl"].as_str().unwrap_or_default());
                let handshake = http::Request::post(url).body(Bytes::new()).expect("a request");
                let answered = receive_request(&handshake).expect("a handshake");
                assert_eq!((answered.status(), answered.body()), (200, "Reach me: 1"));
                InProcess::json(201, answer)
            }
            ("POST", "/v1.0/subscriptions/7f10/reauthorize") => InProcess::status(204),
            ("PATCH", "/v1.0/subscriptions/7f10") => {
                let mut renewals = renewals.lock().expect("not poisoned");
                *renewals += 1;
                if *renewals > 2 { InProcess::status(404) } else { InProcess::json(200, answer) }
            }
            other => panic!("{other:?}"),
        }
    })
}

/// The part of the service: nothing of it is needed in a receiver.
mod sender {
    use super::*;
    use aws_lc_rs::cipher::{AES_256, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey};
    use aws_lc_rs::encoding::AsDer;
    use aws_lc_rs::error::Unspecified;
    use aws_lc_rs::iv::FixedLength;
    use aws_lc_rs::rsa::{KeySize, OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey, PrivateDecryptingKey};
    use aws_lc_rs::{hmac, rand};

    pub(super) struct Certificate {
        public_key: OaepPublicEncryptingKey,
        pub(super) private_key: Vec<u8>,
        /// A whole certificate in the real world.
        pub(super) der: Vec<u8>,
    }

    impl Certificate {
        pub(super) fn new() -> Result<Certificate, Unspecified> {
            let key = PrivateDecryptingKey::generate(KeySize::Rsa2048)?;
            Ok(Certificate {
                der: key.public_key().as_der()?.as_ref().to_vec(),
                private_key: key.as_der()?.as_ref().to_vec(),
                public_key: OaepPublicEncryptingKey::new(key.public_key())?,
            })
        }

        pub(super) fn seal(&self, text: &[u8]) -> Result<Value, Unspecified> {
            let mut key = [0; 32];
            rand::fill(&mut key)?;
            let start: [u8; 16] = std::array::from_fn(|index| key[index]);
            let cipher = PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_256, &key)?)?;
            let mut data = text.to_vec();
            cipher.less_safe_encrypt(&mut data, EncryptionContext::Iv128(FixedLength::from(start)))?;
            let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), &data);
            let mut wrapped = vec![0; self.public_key.ciphertext_size()];
            let wrapped = self.public_key.encrypt(&OAEP_SHA1_MGF1SHA1, &key, &mut wrapped, None)?;
            let base64 = |bytes: &[u8]| Binary::from(bytes).as_str().to_owned();
            Ok(json!({
                "data": base64(&data),
                "dataSignature": base64(signature.as_ref()),
                "dataKey": base64(wrapped),
                "encryptionCertificateId": "spring",
            }))
        }
    }

    pub(super) fn request(id: &str, secret: &str, mut more: Value) -> Result<http::Request<Bytes>, http::Error> {
        more["subscriptionId"] = json!(id);
        more["clientState"] = json!(secret);
        let body = json!({"value": [more]}).to_string();
        http::Request::post("https://receiver.example/hook").body(Bytes::from(body))
    }
}
