//! Tests what is answered to the service, and the check of `clientState`.

use bytes::Bytes;
use msgraph::notifications::{
    Answer, ChangeType, ClientStates, LifecycleEvent, Limits, NotificationCollection, Refused, Rejection,
    random_client_state, receive, receive_request, receive_within,
};
use serde_json::{Value, json};

const SECRET: &str = "blue-lighthouse-0815";

#[track_caller]
fn received(body: &Value) -> NotificationCollection {
    match receive(Some("tenant=7"), body.to_string().as_bytes()) {
        Ok(Answer::Notifications(received)) => received,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_handshake() {
    let answer = receive(Some("validationToken=Reach%3a+one%2Btwo"), b"").expect("understood");
    assert_eq!((answer.status(), answer.body()), (200, "Reach: one+two"));
    let refused = receive(Some("validationToken=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"), b"").expect_err("refused");
    assert_eq!(refused.status(), 400);
    assert!(!refused.to_string().contains("img"), "{refused}");
}

#[test]
fn whole_requests() {
    let request = |method: &str, uri: &str, body: &'static str| {
        let request = http::Request::builder().method(method).uri(uri).body(Bytes::from_static(body.as_bytes()));
        receive_request(&request.expect("a request")).map(|answer| answer.status()).map_err(|error| error.status())
    };
    assert_eq!(request("POST", "/hook?validationToken=x", ""), Ok(200));
    assert_eq!(request("POST", "/hook", r#"{"value":[]}"#), Ok(202));
    assert_eq!(request("POST", "https://me.example/hook", "x"), Err(400));
    assert_eq!(request("GET", "/hook?validationToken=x", ""), Err(405));
}

#[test]
fn notifications_are_read() {
    let received = received(&json!({"value": [{
        "id": "n1",
        "subscriptionId": "s1",
        "subscriptionExpirationDateTime": "2030-01-02T03:04:05.678Z",
        "changeType": "Updated",
        "resource": "lamps/7",
        "tenantId": "t1",
        "clientState": SECRET,
        "resourceData": {"@odata.type": "#Microsoft.Graph.Lamp", "@odata.id": "lamps/7", "@odata.etag": "W/\"1\"",
                         "id": "7", "colour": "red"},
        "sequence": 3,
    }], "validationTokens": ["a.b.c"], "@odata.context": "x"}));
    let notification = &received.value[0];
    assert_eq!(notification.id.as_deref(), Some("n1"));
    assert_eq!(notification.subscription_id.as_deref(), Some("s1"));
    assert_eq!(notification.subscription_expiration.as_ref().map(|time| time.as_str().len()), Some(24));
    assert_eq!(notification.change_type, Some(ChangeType::Updated));
    assert_eq!(notification.tenant_id.as_deref(), Some("t1"));
    assert_eq!(notification.lifecycle_event, None);
    let data = notification.resource_data.as_ref().expect("data");
    assert_eq!((data.odata_type(), data.id(), data.etag()), (Some("Microsoft.Graph.Lamp"), Some("7"), Some("W/\"1\"")));
    assert_eq!((data.odata_id(), data.get("colour")), (Some("lamps/7"), Some(&json!("red"))));
    assert_eq!(data.read::<Value>().expect("JSON")["colour"], "red");
    assert_eq!(notification.additional.get("sequence"), Some(&json!(3)));
    assert_eq!(received.validation_tokens, ["a.b.c"]);
    assert_eq!(received.additional.get("@odata.context"), Some(&json!("x")));
}

#[test]
fn lifecycle_events_are_read() {
    let names = ["reauthorizationRequired", "subscriptionRemoved", "Missed", "subscriptionPaused"];
    let items: Vec<Value> = names.iter().map(|name| json!({"subscriptionId": "s1", "lifecycleEvent": name})).collect();
    let events: Vec<_> =
        received(&json!({"value": items})).value.into_iter().map(|item| item.lifecycle_event).collect();
    let expected = [
        LifecycleEvent::ReauthorizationRequired,
        LifecycleEvent::SubscriptionRemoved,
        LifecycleEvent::Missed,
        LifecycleEvent::Other("subscriptionPaused".into()),
    ];
    assert_eq!(events, expected.map(Some));
}

#[test]
fn odd_values_lose_nothing() {
    let received = received(&json!({
        "value": [null, 7, {}, {"id": 7, "changeType": ["created"], "resourceData": "x", "encryptedContent": [],
                  "clientState": {"a": 1}, "subscriptionId": null, "lifecycleEvent": 1}, [[]], {"id": "good"}],
        "validationTokens": ["a", 7],
    }));
    assert_eq!(received.odd_items, [0, 1, 4]);
    assert_eq!(received.value.len(), 3);
    let odd = &received.value[1];
    assert_eq!((odd.additional.get("id"), odd.additional.len()), (Some(&json!(7)), 7));
    assert_eq!(received.value[2].id.as_deref(), Some("good"));
    assert_eq!((received.validation_tokens.len(), received.additional.len()), (0, 1));
}

#[test]
fn hostile_bodies_are_refused() {
    let deep = ["{\"value\":", &"[".repeat(200_000)].concat();
    let bodies = ["", "null", "[]", "7", "<html>", "{\"value\":7}", "{}", "{\"value\":[", "\u{0}", &deep];
    for body in bodies {
        assert_eq!(receive(None, body.as_bytes()).expect_err("refused").status(), 400, "{body:.40}");
    }
    assert_eq!(receive(None, b"\xff\xfe").expect_err("refused").status(), 400);
    let huge = vec![b' '; Limits::default().body + 1];
    assert_eq!(receive(None, &huge), Err(Refused::TooLarge { bytes: huge.len() }));
    let many = json!({"value": vec![json!({}); 3]}).to_string();
    let limits = Limits::default().with_items(2);
    assert_eq!(receive_within(limits, None, many.as_bytes()), Err(Refused::TooMany { items: 3 }));
    assert_eq!(receive_within(limits, None, many.as_bytes()).expect_err("refused").status(), 413);
    assert!(receive_within(Limits::default().with_body(5), None, many.as_bytes()).is_err());
    // A byte order mark is not hostile.
    assert!(receive(None, b"\xEF\xBB\xBF{\"value\":[]}").is_ok());
}

#[test]
fn only_notifications_of_own_subscriptions_are_accepted() {
    let item = |subscription: &str, state: Value| json!({"subscriptionId": subscription, "clientState": state});
    let received = received(&json!({"value": [
        item("s1", json!(SECRET)),
        item("s1", json!("blue-lighthouse-0816")),
        item("s1", json!("")),
        item("s1", json!(7)),
        item("s2", json!(SECRET)),
        item("s3", json!("")),
        {"clientState": SECRET},
        {"subscriptionId": "s1"},
    ]}));
    let states = ClientStates::new().with("s1", SECRET).with("s3", "");
    let checked = received.check(|id| states.get(id));
    assert_eq!(checked.accepted, received.value[..1]);
    let reasons: Vec<Rejection> = checked.rejected.iter().map(|rejected| rejected.reason).collect();
    let (state, unknown) = (Rejection::ClientState, Rejection::UnknownSubscription);
    assert_eq!(reasons, [state, state, state, unknown, state, unknown, state]);

    let mut any = ClientStates::new().with("s1", "other").with_any(SECRET);
    assert_eq!(received.check(|id| any.get(id)).accepted, received.value[4..5]);
    any.remove("s1");
    assert_eq!(received.check(|id| any.get(id)).accepted.len(), 2);
}

#[test]
fn secrets_are_not_shown() {
    let received = received(&json!({"value": [{"subscriptionId": "s1", "clientState": SECRET,
        "resourceData": {"id": "7", "text": "a private word"},
        "encryptedContent": {"data": "c2VjcmV0", "dataKey": "a2V5", "dataSignature": "c2ln",
                             "encryptionCertificateId": "c"},
        "other": "a private word"}], "validationTokens": ["a.private.token"]}));
    let states = ClientStates::new().with("s1", SECRET);
    let checked = received.check(|id| states.get(id));
    let rejected = received.check(|_| None::<&str>);
    let shown = format!("{received:?} {states:?} {checked:?} {rejected:?} {received:#?}");
    for secret in [SECRET, "private", "c2VjcmV0", "a2V5", "c2ln"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
    assert!(shown.contains("s1"));
}

#[test]
fn random_secrets_differ() {
    let (one, other) = (random_client_state().expect("randomness"), random_client_state().expect("randomness"));
    assert!(one != other && one.len() == 44, "{}", one.len());
}
