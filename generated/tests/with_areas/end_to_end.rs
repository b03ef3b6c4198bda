//! The two seed operations from the builder to the wire and back, through generated modules.
// Needs: POST /v1.0/deviceManagement/exchangeConnectors/{id}/sync
// Needs: POST /beta/deviceManagement/windowsAutopilotSettings/sync
#![cfg(feature = "client")]

#[path = "popular_calls.rs"]
mod popular_calls;
#[path = "situations.rs"]
mod situations;
#[path = "../support/mod.rs"]
mod support;

use msgraph::v1::types::DeviceManagementExchangeConnectorSyncType as SyncType;
use msgraph::{Client, Error, Request, StaticToken, beta, v1};
use support::Server;

const CONNECTOR: &str = "7c9b0f1e-3d52-4b8e-9a60-5f2d1c8e7a34";

fn sync_connector() -> Request<()> {
    v1().device_management().exchange_connectors().id(CONNECTOR).sync(
        v1::actions::DeviceManagementExchangeConnectorSync {
            sync_type: Some(SyncType::DeltaSync.into()),
            ..Default::default()
        },
    )
}

fn sync_autopilot() -> Request<()> {
    beta().device_management().windows_autopilot_settings().sync()
}

fn client(server: &Server) -> Client {
    Client::builder(StaticToken::new("s3cret")).base_url(&server.base_url).build().expect("loopback is allowed")
}

#[test]
fn a_request_prints_and_knows_its_permissions() {
    let request = sync_connector();
    assert_eq!(request.to_string(), format!("POST /v1.0/deviceManagement/exchangeConnectors/{CONNECTOR}/sync"));
    assert_eq!(
        request.operation().permissions().delegated_work.least().map(msgraph::AllOf::as_str),
        Some("DeviceManagementServiceConfig.ReadWrite.All")
    );
    assert_eq!(sync_autopilot().to_string(), "POST /beta/deviceManagement/windowsAutopilotSettings/sync");
}

#[tokio::test]
async fn an_action_with_parameters() {
    let server = Server::answering("204 No Content", &[], "").await;
    let sent: Result<(), Error> = client(&server).send(sync_connector()).await;
    sent.expect("204 is a success");

    let received = server.received().await;
    assert_eq!(
        received.request_line,
        format!("POST /v1.0/deviceManagement/exchangeConnectors/{CONNECTOR}/sync HTTP/1.1")
    );
    assert_eq!(received.header("authorization"), Some("Bearer s3cret"));
    assert_eq!(received.header("accept"), Some("application/json"));
    assert_eq!(received.header("content-type"), Some("application/json"));
    assert_eq!(received.body, r#"{"syncType":"deltaSync"}"#);
}

#[tokio::test]
async fn an_action_without_parameters() {
    let server = Server::answering("204 No Content", &[], "").await;
    let sent: Result<(), Error> = client(&server).send(sync_autopilot()).await;
    sent.expect("204 is a success");

    let received = server.received().await;
    assert_eq!(received.request_line, "POST /beta/deviceManagement/windowsAutopilotSettings/sync HTTP/1.1");
    assert_eq!(received.header("authorization"), Some("Bearer s3cret"));
    assert_eq!(received.header("content-type"), None);
    assert_eq!(received.header("content-length"), Some("0"));
    assert_eq!(received.body, "");
}

#[tokio::test]
async fn a_403_names_the_documented_permission() {
    let json = r#"{"error":{"code":"Forbidden","message":"Not allowed.",
        "innerError":{"date":"2024-05-01T08:00:00","request-id":"r-1"}}}"#;
    let headers = ["content-type: application/json"];
    let server = Server::answering("403 Forbidden", &headers, json).await;
    let error = client(&server).send(sync_connector()).await;
    let Err(Error::Graph(error)) = error else {
        panic!("{error:?}");
    };
    assert_eq!(error.status, 403);
    assert_eq!(error.code.as_deref(), Some("Forbidden"));
    assert_eq!(error.message.as_deref(), Some("Not allowed."));
    assert_eq!(error.request_id.as_deref(), Some("r-1"));
    let advice = error.advice().unwrap_or_default();
    assert!(advice.contains("DeviceManagementServiceConfig.ReadWrite.All"), "{advice}");
}

/// Both seeds in a batch, against a service in this process. They belong to two API versions, so
/// there are two calls.
#[tokio::test]
async fn an_intune_sync_of_both_seeds() {
    use msgraph::Batch;
    use msgraph::runtime::InProcess;

    let service = InProcess::new(|request| {
        let body: serde_json::Value = serde_json::from_slice(request.body()).expect("JSON");
        let part = &body["requests"][0];
        match request.uri().path() {
            "/v1.0/$batch" => assert_eq!(part["url"], format!("/deviceManagement/exchangeConnectors/{CONNECTOR}/sync")),
            "/beta/$batch" => assert_eq!(part["url"], "/deviceManagement/windowsAutopilotSettings/sync"),
            other => panic!("{other}"),
        }
        let answer = serde_json::json!({"responses": [{"id": part["id"], "status": 204}]});
        InProcess::json(200, answer.to_string())
    });
    let client = Client::builder(StaticToken::new("s3cret")).transport(service).build().expect("is allowed");
    client.send_batch(Batch::new()).await.expect("nothing to do");
    let mut batch = Batch::new();
    let (connector, autopilot) = (batch.add(sync_connector()), batch.add(sync_autopilot()));
    let mut answers = client.send_batch(batch).await.expect("answered");
    answers.take(connector).expect("204");
    answers.take(autopilot).expect("204");
}
