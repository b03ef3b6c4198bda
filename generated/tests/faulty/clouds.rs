//! An operation that is not available in the cloud of the client: one warning, and a hint in the error.

use crate::secrets::Log;
use msgraph::runtime::{Cloud, InProcess, Path};
use msgraph::{Batch, Client, Error, Operation, Request, StaticToken};
use serde_json::Value;

const GLOBAL: Operation = Operation::documented("GET /v1.0/lamps", "lamp-list", "", "@g 200");
const EVERYWHERE: Operation = Operation::documented("GET /v1.0/rooms", "room-list", "", "@g45c 200");

fn request(operation: Operation) -> Request<Value> {
    Request::new(operation, Path::root(operation.version()).segment("lamps"))
}

/// The errors of two calls and of a part of a batch, and the number of warnings.
fn try_in(cloud: Cloud, operation: Operation) -> (Vec<String>, usize) {
    let log = Log::default();
    let text = log.text.clone();
    let service = InProcess::new(|request| {
        let is_batch = request.uri().path().ends_with("$batch");
        let batch = r#"{"responses":[{"id":"0","status":404,"body":{}}]}"#;
        if is_batch { InProcess::json(200, batch) } else { InProcess::json(404, "{}") }
    });
    let client = Client::builder(StaticToken::new("a")).cloud(cloud).transport(service).build().expect("a client");
    let errors = tracing::subscriber::with_default(log, || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let mut batch = Batch::new();
            let key = batch.add(request(operation));
            let mut answers = client.send_batch(batch).await.expect("a batch");
            let first = client.send(request(operation)).await.expect_err("not found");
            let second = client.send(request(operation)).await.expect_err("not found");
            [first, second, answers.take(key).expect_err("not found")].map(|error| advice(&error)).to_vec()
        })
    });
    let text = text.lock().expect("not poisoned");
    (errors, text.matches("not available in this cloud").count())
}

fn advice(error: &Error) -> String {
    match error {
        Error::Graph(error) => error.advice().unwrap_or_default(),
        other => panic!("{other}"),
    }
}

#[test]
fn a_cloud_without_the_operation_is_named() {
    let (errors, warnings) = try_in(Cloud::China, GLOBAL);
    for error in errors {
        assert_eq!(error, "documented as not available in China, only in the global service");
    }
    assert_eq!(warnings, 1);
    for (cloud, operation) in [(Cloud::Global, GLOBAL), (Cloud::UsGovernmentL5, EVERYWHERE)] {
        let (errors, warnings) = try_in(cloud, operation);
        assert!(errors.iter().all(|error| error.starts_with("documented on")), "{errors:?}");
        assert_eq!(warnings, 0);
    }
}
