//! Signs in an application and users in every way that needs no other crate, and calls Graph with the token.
//!
//! The token server, Graph and the browser are functions in this program; the redirect of the browser comes over a
//! real socket of this machine. With `OAuth::with_reqwest` and without `transport` it is the real thing.

use msgraph::runtime::{InProcess, InProcessResult, Path};
use msgraph::{Operation, Request, TokenProvider, Version};
use serde_json::{Value, json};
use std::sync::Arc;

// README shows this part.
use msgraph::runtime::{AuthorizationRequest, ConfidentialClient, OAuth, OnBehalfOf, SignedIn};
use msgraph::{Client, Cloud, Error, TokenError};

/// A service with a secret: its own (application) permissions.
fn client_secret(oauth: OAuth, secret: String) -> ConfidentialClient {
    oauth.client_secret(secret)
}

/// A service with the token of another identity provider, such as Kubernetes or GitHub, instead of a secret.
fn client_assertion(oauth: OAuth, file: &'static str) -> ConfidentialClient {
    oauth.client_assertion(move |_: &str| std::fs::read_to_string(file).map_err(TokenError::new))
}

/// An API that calls Graph for the user who called it: one provider for each user.
fn on_behalf_of(app: &ConfidentialClient, token_of_user: &str) -> OnBehalfOf {
    app.on_behalf_of(token_of_user)
}

/// A program without a browser: the user signs in on another device.
async fn device_code(oauth: OAuth) -> Result<SignedIn, TokenError> {
    let code = oauth.device_code(&["User.Read"]).await?;
    println!("{}", code.message);
    code.wait().await
}

/// A program on the machine of the user: `open` prints the address or starts a browser.
async fn interactive(oauth: OAuth, open: impl FnOnce(&str)) -> Result<SignedIn, TokenError> {
    oauth.interactive(&["User.Read"], open).await
}

/// A web application sends the browser to `request.url()`, and keeps the request in the session …
fn web_application(app: &ConfidentialClient) -> Result<AuthorizationRequest, TokenError> {
    app.authorization_code(&["User.Read"], "https://app.example/signed-in")
}

/// … until the browser comes back to the redirect address.
async fn web_redirect(request: AuthorizationRequest, address: &str) -> Result<SignedIn, TokenError> {
    request.redeem(address).await
}

/// A user who signed in before this program was started: keep `SignedIn::refresh_token` in a safe place.
fn signed_in_earlier(oauth: OAuth, refresh_token: String) -> SignedIn {
    oauth.refresh_token(refresh_token, &["User.Read"])
}

/// Every way starts with the application …
fn application() -> Result<OAuth, TokenError> {
    OAuth::with_reqwest(Cloud::Global, "contoso.com", "00000000-0000-0000-0000-000000000001")
}

/// … and ends with a client.
fn client(user: SignedIn) -> Result<Client, Error> {
    Client::new(user)
}
// README ends.

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Nothing is sent yet.
    client(signed_in_earlier(application()?, String::from("a refresh token")))?;

    let server = Arc::new(InProcess::new(|request| answer(&request)));
    let oauth = || OAuth::new(server.clone(), Cloud::Global, "contoso.com", "00000000-0000-0000-0000-000000000001");
    let app = client_secret(oauth(), String::from("a secret"));
    call(&server, "client secret", app.clone()).await?;
    // The token server here takes the text of any file.
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    call(&server, "client assertion", client_assertion(oauth(), file)).await?;
    call(&server, "on behalf of a user", on_behalf_of(&app, "the token of the user")).await?;
    call(&server, "device code", device_code(oauth()).await?).await?;
    call(&server, "browser on this machine", interactive(oauth(), browse).await?).await?;

    let request = web_application(&app)?;
    let address = format!("https://app.example/signed-in?code=a-code&state={}", request.state());
    let user = web_redirect(request, &address).await?;
    let kept = user.refresh_token().ok_or("offline_access was requested")?;
    call(&server, "web application", user).await?;
    call(&server, "signed in earlier", signed_in_earlier(oauth(), kept)).await
}

/// Calls Graph with the token that the provider gets.
async fn call(
    server: &Arc<InProcess>,
    way: &str,
    provider: impl TokenProvider + 'static,
) -> Result<(), Box<dyn std::error::Error>> {
    const ME: Operation = Operation::new("GET /v1.0/me");
    let client = Client::builder(provider).transport(server.clone()).build()?;
    let me: Value = client.send(Request::new(ME, Path::root(Version::V1_0).segment("me"))).await?;
    println!("{way}: the token came from the grant {}", me["grant"]);
    Ok(())
}

/// The browser: the user signs in at once, and the server redirects to the address in the query.
fn browse(url: &str) {
    let value = |name: &str| {
        let query = url.split_once('?').map(|(_, query)| query)?;
        query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned)
    };
    let (redirect, state) = (value("redirect_uri").unwrap_or_default(), value("state").unwrap_or_default());
    let port = redirect.rsplit("%3A").next().unwrap_or_default().to_owned();
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut stream = tokio::net::TcpStream::connect(format!("127.0.0.1:{port}")).await?;
        let request = format!("GET /?code=a-code&state={state} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        stream.read_to_string(&mut String::new()).await
    });
}

/// The token server and Graph. Each token is the name of its grant.
fn answer(request: &http::Request<bytes::Bytes>) -> InProcessResult {
    if request.uri().host() == Some("graph.microsoft.com") {
        let token = request.headers()["authorization"].to_str().unwrap_or_default();
        return InProcess::json(200, json!({"grant": token.trim_start_matches("Bearer ")}).to_string());
    }
    assert!(request.uri().path().starts_with("/contoso.com/oauth2/v2.0/"));
    let form = std::str::from_utf8(request.body()).unwrap_or_default();
    let answer = match form.split('&').find_map(|pair| pair.strip_prefix("grant_type=")) {
        Some(grant) => json!({"access_token": grant, "expires_in": 3600, "refresh_token": "another"}),
        None => json!({
            "device_code": "a code", "user_code": "A1B2C3", "verification_uri": "https://login.example/device",
            "message": "Open https://login.example/device and enter A1B2C3.", "expires_in": 900, "interval": 5,
        }),
    };
    InProcess::json(200, answer.to_string())
}
