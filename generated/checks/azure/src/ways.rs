//! The ways that ask a token server: what is sent, that the token arrives at Graph, renewal, errors.

use crate::certificate::{archive, certificate, claims};
use crate::server::{TokenServer, granted};
use azure_core::credentials::{Secret, SecretBytes, TokenCredential};
use azure_core::http::ClientMethodOptions;
use azure_identity::{
    ClientAssertion, ClientAssertionCredential, ClientAssertionCredentialOptions, ClientCertificateCredential,
    ClientCertificateCredentialOptions, ClientSecretCredential, ClientSecretCredentialOptions,
    ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId, WorkloadIdentityCredential,
    WorkloadIdentityCredentialOptions,
};
use msgraph::runtime::{AzureCredential, InProcess, Path};
use msgraph::{Client, Cloud, Error, Operation, Version};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const SECRET: &str = "s3cret";
const TOKEN_ENDPOINT: &str = "POST https://login.chinacloudapi.cn/contoso/oauth2/v2.0/token HTTP/1.1";
const SCOPE: &str = "https%3A%2F%2Fmicrosoftgraph.chinacloudapi.cn%2F.default";

fn me() -> msgraph::Request<()> {
    const ME: Operation = Operation::new("GET /v1.0/me");
    msgraph::Request::new(ME, Path::root(Version::V1_0).segment("me"))
}

/// The tokens of the calls to Graph.
type Calls = Arc<Mutex<Vec<String>>>;

fn graph(credential: Arc<dyn TokenCredential>, timeout: Duration) -> (Client, Calls) {
    let calls = Calls::default();
    let seen = calls.clone();
    let service = InProcess::new(move |request| {
        let bearer = request.headers()["authorization"].to_str().expect("text");
        seen.lock().expect("not poisoned").push(bearer.strip_prefix("Bearer ").expect("a token").to_owned());
        InProcess::status(204)
    });
    let client = Client::builder(AzureCredential::new(credential)).cloud(Cloud::China).transport(service);
    (client.timeout(timeout).build().expect("is allowed"), calls)
}

/// Calls Graph three times, and returns the tokens.
pub(crate) async fn call_graph(credential: Arc<dyn TokenCredential>) -> Vec<String> {
    let (client, calls) = graph(credential, Duration::from_secs(60));
    for _ in 0..3 {
        client.send(me()).await.expect("a success");
    }
    let calls = calls.lock().expect("not poisoned");
    calls.clone()
}

/// The error of a call; nothing in it is secret.
pub(crate) async fn refusal(credential: Arc<dyn TokenCredential>) -> Error {
    let (client, calls) = graph(credential.clone(), Duration::from_secs(60));
    let error = client.send(me()).await.expect_err("no token");
    let printed = format!("{error} {error:?} {error:#?} {credential:?} {client:?}");
    assert!(!printed.contains(SECRET), "{printed}");
    assert!(calls.lock().expect("not poisoned").is_empty(), "nothing is sent without a token");
    error
}

fn client_secret(server: &TokenServer) -> Arc<dyn TokenCredential> {
    let options = ClientSecretCredentialOptions { client_options: server.options() };
    ClientSecretCredential::new("contoso", String::from("app"), Secret::new(SECRET), Some(options))
        .expect("a credential")
}

#[tokio::test]
async fn a_client_secret() {
    let server = TokenServer::friendly();
    assert_eq!(call_graph(client_secret(&server)).await, ["t-1"; 3]);
    let sent = server.received();
    assert_eq!(sent.len(), 1, "the token is kept");
    assert_eq!(sent[0].first, TOKEN_ENDPOINT);
    let expected =
        [("grant_type", "client_credentials"), ("client_id", "app"), ("client_secret", SECRET), ("scope", SCOPE)];
    for (name, value) in expected {
        assert_eq!(sent[0].value(name), Some(value));
    }
}

#[tokio::test]
async fn a_certificate() {
    let server = TokenServer::friendly();
    let (key, certificate) = certificate();
    let options = ClientCertificateCredentialOptions { client_options: server.options(), ..Default::default() };
    let archive = SecretBytes::new(archive(&key, &certificate));
    let credential =
        ClientCertificateCredential::new(String::from("contoso"), String::from("app"), archive, Some(options));
    assert_eq!(call_graph(credential.expect("a credential")).await, ["t-1"; 3]);
    let sent = server.received();
    assert_eq!((sent.len(), sent[0].first.as_str()), (1, TOKEN_ENDPOINT));
    assert_eq!(sent[0].value("grant_type"), Some("client_credentials"));
    assert_eq!(sent[0].value("scope"), Some(SCOPE));
    let claims = claims(&certificate, sent[0].value("client_assertion").expect("an assertion"));
    assert_eq!(claims["aud"], "https://login.chinacloudapi.cn/contoso/oauth2/v2.0/token");
    assert_eq!(claims["iss"], "app");
}

#[derive(Debug)]
struct Federated;

#[async_trait::async_trait]
impl ClientAssertion for Federated {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        Ok(String::from("an.assertion.s3cret"))
    }
}

#[tokio::test]
async fn a_client_assertion() {
    let server = TokenServer::friendly();
    let options = ClientAssertionCredentialOptions { client_options: server.options() };
    let credential =
        ClientAssertionCredential::new(String::from("contoso"), String::from("app"), Federated, Some(options));
    assert_eq!(call_graph(credential.expect("a credential")).await, ["t-1"; 3]);
    let sent = server.received();
    assert_eq!((sent.len(), sent[0].first.as_str()), (1, TOKEN_ENDPOINT));
    assert_eq!(sent[0].value("client_assertion"), Some("an.assertion.s3cret"));
    assert_eq!(sent[0].value("scope"), Some(SCOPE));
}

#[tokio::test]
async fn a_workload_identity() {
    let server = TokenServer::friendly();
    let file = std::env::temp_dir().join(format!("msgraph-check-{}", std::process::id()));
    std::fs::write(&file, "token.of.kubernetes").expect("written");
    let options = WorkloadIdentityCredentialOptions {
        credential_options: ClientAssertionCredentialOptions { client_options: server.options() },
        client_id: Some(String::from("app")),
        tenant_id: Some(String::from("contoso")),
        token_file_path: Some(file.clone()),
    };
    let credential = WorkloadIdentityCredential::new(Some(options)).expect("a credential");
    assert_eq!(call_graph(credential).await, ["t-1"; 3]);
    std::fs::remove_file(file).expect("removed");
    let sent = server.received();
    assert_eq!((sent.len(), sent[0].first.as_str()), (1, TOKEN_ENDPOINT));
    assert_eq!(sent[0].value("client_assertion"), Some("token.of.kubernetes"));
}

fn managed_identity(server: &TokenServer, id: Option<UserAssignedId>) -> Arc<dyn TokenCredential> {
    let options = ManagedIdentityCredentialOptions { user_assigned_id: id, client_options: server.options() };
    ManagedIdentityCredential::new(Some(options)).expect("a credential")
}

#[tokio::test]
async fn a_managed_identity_of_a_virtual_machine() {
    let server = TokenServer::friendly();
    let id = UserAssignedId::ClientId(String::from("identity-1"));
    assert_eq!(call_graph(managed_identity(&server, Some(id))).await, ["t-1"; 3]);
    let sent = server.received();
    assert_eq!(sent.len(), 1, "the token is kept");
    let first = &sent[0].first;
    assert!(first.starts_with("GET http://169.254.169.254/metadata/identity/oauth2/token?"), "{first}");
    assert!(first.contains("resource=https%3A%2F%2Fmicrosoftgraph.chinacloudapi.cn&client_id=identity-1"), "{first}");
    assert!(sent[0].headers.contains("metadata: true"), "{}", sent[0].headers);
}

/// App Service and Functions set environment variables. Those of this process cannot be changed safely while other
/// tests run, so that a child with them runs the test below.
#[test]
fn a_managed_identity_of_app_service() {
    let child = std::process::Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "ways::in_app_service", "--ignored"])
        .env("IDENTITY_ENDPOINT", "http://127.0.0.1:41230/msi/token")
        .env("IDENTITY_HEADER", SECRET)
        .output()
        .expect("started");
    let printed = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && printed.contains("1 passed"), "{printed}");
}

#[tokio::test]
#[ignore = "needs the environment of App Service: the test above runs it"]
async fn in_app_service() {
    let server = TokenServer::friendly();
    assert_eq!(call_graph(managed_identity(&server, None)).await, ["t-1"; 3]);
    let sent = server.received();
    assert_eq!(sent.len(), 1, "the token is kept");
    let first = &sent[0].first;
    assert!(first.starts_with("GET http://127.0.0.1:41230/msi/token?api-version="), "{first}");
    assert!(first.contains("resource=https%3A%2F%2Fmicrosoftgraph.chinacloudapi.cn"), "{first}");
    assert!(sent[0].headers.contains("x-identity-header: s3cret"), "{}", sent[0].headers);
    let refusing = TokenServer::start(|_, _| (400, String::from(r#"{"message":"no identity"}"#)));
    let error = refusal(managed_identity(&refusing, None)).await.to_string();
    assert!(error.contains("has not been assigned"), "{error}");
}

#[tokio::test]
async fn a_token_that_expires_is_renewed() {
    // Less than five minutes.
    let server = TokenServer::start(|_, number| granted(number, 200));
    assert_eq!(call_graph(client_secret(&server)).await, ["t-1", "t-2", "t-3"]);
}

#[tokio::test]
async fn a_hundred_calls_with_an_expired_token() {
    let server = TokenServer::start(|_, number| granted(number, if number == 1 { 0 } else { 3600 }));
    let (client, calls) = graph(client_secret(&server), Duration::from_secs(60));
    client.send(me()).await.expect("a success");
    let sending: Vec<_> = (0..100)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.send(me()).await })
        })
        .collect();
    for call in sending {
        call.await.expect("no panic").expect("a success");
    }
    assert_eq!(server.received().len(), 2);
    assert!(calls.lock().expect("not poisoned")[1..].iter().all(|token| token == "t-2"));
}

/// `azure_core` has no claims challenges, and the credential keeps its token.
#[tokio::test]
async fn a_challenge_ends_in_the_error() {
    let server = TokenServer::friendly();
    let service = InProcess::new(|_| {
        let mut response = InProcess::status(401)?;
        let challenge = "Bearer error=\"insufficient_claims\", claims=\"eyJhIjoxfQ==\"";
        response.headers_mut().insert("www-authenticate", challenge.parse().expect("a value"));
        Ok(response)
    });
    let provider = AzureCredential::new(client_secret(&server));
    let client = Client::builder(provider).cloud(Cloud::China).transport(service).build().expect("is allowed");
    let error = client.send(me()).await.expect_err("refused");
    assert!(matches!(&error, Error::Graph(error) if error.status == 401), "{error}");
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_refusal_shows_the_code() {
    let server = TokenServer::start(|_, _| {
        let body = r#"{"error":"invalid_client","error_codes":[7000215],
            "error_description":"AADSTS7000215: Invalid client secret.","access_token":"s3cret"}"#;
        (401, body.to_owned())
    });
    let error = refusal(client_secret(&server)).await.to_string();
    assert!(error.contains("AADSTS7000215: Invalid client secret."), "{error}");
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up() {
    let server = TokenServer::hanging();
    let (client, _) = graph(client_secret(&server), Duration::from_millis(50));
    let started = Instant::now();
    let error = client.send(me()).await.expect_err("no token").to_string();
    assert_eq!(error, "no access token: the token provider did not answer within 50ms");
    assert!(started.elapsed() < Duration::from_secs(1));
}
