//! Tests the feature `azure` with a client secret, a certificate and a managed identity of
//! `azure_identity`, against a token server on this machine.
//!
//! The credentials require `https`, or the address of the Azure metadata service. The HTTP client
//! here sends every request to the local server instead, over a real socket, with the requested
//! address in the request line.
#![cfg(test)]

use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::{Secret, SecretBytes, TokenCredential};
use azure_core::http::headers::Headers;
use azure_core::http::{AsyncRawResponse, Body, ClientOptions, HttpClient, Request, Transport};
use azure_identity::{
    ClientCertificateCredential, ClientCertificateCredentialOptions, ClientSecretCredential,
    ClientSecretCredentialOptions, ManagedIdentityCredential, ManagedIdentityCredentialOptions,
};
use msgraph::runtime::{AzureCredential, InProcess, Path};
use msgraph::{Client, Cloud, Operation, Version};
use openssl::asn1::Asn1Time;
use openssl::base64;
use openssl::hash::MessageDigest;
use openssl::pkcs12::Pkcs12;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Verifier;
use openssl::x509::{X509, X509NameBuilder};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

/// Sends every request to one address.
#[derive(Debug)]
struct ToServer(SocketAddr);

#[async_trait::async_trait]
impl HttpClient for ToServer {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let Body::Bytes(body) = request.body() else { panic!("a form") };
        let mut stream = TcpStream::connect(self.0)?;
        let mut head = format!("{} {} HTTP/1.1\r\n", request.method(), request.url());
        for (name, value) in request.headers().iter() {
            head.push_str(&format!("{}: {}\r\n", name.as_str(), value.as_str()));
        }
        stream.write_all(format!("{head}content-length: {}\r\n\r\n", body.len()).as_bytes())?;
        stream.write_all(body)?;
        let received = read(&stream);
        let status: u16 = received.first.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Ok(AsyncRawResponse::from_bytes(status.into(), Headers::new(), received.body))
    }
}

struct Received {
    first: String,
    headers: String,
    body: String,
}

fn read(stream: &TcpStream) -> Received {
    let mut reader = BufReader::new(stream);
    let (mut first, mut headers) = (String::new(), String::new());
    reader.read_line(&mut first).expect("a first line");
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a header");
        if line.trim().is_empty() {
            break;
        }
        headers.push_str(&line.to_ascii_lowercase());
    }
    let length = headers.lines().find_map(|line| line.strip_prefix("content-length:"));
    let mut body = vec![0; length.map_or(0, |length| length.trim().parse().expect("a number"))];
    reader.read_exact(&mut body).expect("a body");
    Received { first: first.trim().to_owned(), headers, body: String::from_utf8(body).expect("text") }
}

/// A token server that answers each request with a token, and passes on what it received.
fn token_server() -> (Transport, Receiver<Received>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let received = read(&stream);
            // A managed identity writes numbers as strings.
            let body = r#"{"token_type":"Bearer","expires_in":"3599","ext_expires_in":3599,"expires_on":"4102444800",
                "resource":"r","access_token":"from-the-server"}"#;
            let body = match received.first.starts_with("GET") {
                true => body.to_owned(),
                false => body.replace("\"3599\"", "3599"),
            };
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            stream.write_all(answer.as_bytes()).expect("sent");
            if sender.send(received).is_err() {
                return;
            }
        }
    });
    (Transport::new(Arc::new(ToServer(address))), receiver)
}

fn options(transport: Transport) -> ClientOptions {
    let mut cloud = CustomConfiguration::default();
    cloud.authority_host = Cloud::China.authority().to_owned();
    ClientOptions {
        transport: Some(transport),
        cloud: Some(Arc::new(CloudConfiguration::from(cloud))),
        ..ClientOptions::default()
    }
}

/// Sends three requests to Graph with the credential; the token must come from the server.
async fn call_graph(credential: Arc<dyn TokenCredential>) {
    static ME: Operation = Operation::new("GET /v1.0/me");
    let service = InProcess::new(|request| {
        assert_eq!(request.headers()["authorization"], "Bearer from-the-server");
        InProcess::status(204)
    });
    let provider = AzureCredential::new(credential);
    let client = Client::builder(provider).cloud(Cloud::China).transport(service).build().expect("is allowed");
    for _ in 0..3 {
        let request = msgraph::Request::<()>::new(&ME, Path::root(Version::V1_0).segment("me"));
        client.send(request).await.expect("a success");
    }
}

#[tokio::test]
async fn a_client_secret() {
    let (transport, received) = token_server();
    let options = ClientSecretCredentialOptions { client_options: options(transport) };
    let secret = Secret::new("s3cret");
    let credential = ClientSecretCredential::new("contoso", String::from("app"), secret, Some(options));
    call_graph(credential.expect("a credential")).await;
    let sent = received.try_recv().expect("one request");
    assert_eq!(sent.first, "POST https://login.chinacloudapi.cn/contoso/oauth2/v2.0/token HTTP/1.1");
    assert!(sent.body.contains("client_secret=s3cret"), "{}", sent.body);
    assert!(sent.body.contains("scope=https%3A%2F%2Fmicrosoftgraph.chinacloudapi.cn%2F.default"), "{}", sent.body);
    assert!(received.try_recv().is_err(), "the token is kept");
}

#[tokio::test]
async fn a_certificate() {
    let (transport, received) = token_server();
    let (key, certificate) = certificate();
    let options = ClientCertificateCredentialOptions { client_options: options(transport), ..Default::default() };
    let mut archive = Pkcs12::builder();
    archive.pkey(&key).cert(&certificate);
    let archive = archive.build2("").expect("an archive").to_der().expect("DER");
    let credential = ClientCertificateCredential::new(
        String::from("contoso"),
        String::from("app"),
        SecretBytes::new(archive),
        Some(options),
    );
    call_graph(credential.expect("a credential")).await;
    let sent = received.try_recv().expect("one request");
    let assertion = sent.body.split('&').find_map(|pair| pair.strip_prefix("client_assertion=")).expect("an assertion");
    let (signed, signature) = assertion.rsplit_once('.').expect("a JWT");
    let public = certificate.public_key().expect("a key");
    let mut verifier = Verifier::new(MessageDigest::sha256(), &public).expect("a verifier");
    verifier.update(signed.as_bytes()).expect("hashed");
    assert!(verifier.verify(&decode(signature)).expect("checked"), "signed with the key of the certificate");
    let claims: serde_json::Value =
        serde_json::from_slice(&decode(signed.split('.').nth(1).expect("claims"))).expect("JSON");
    assert_eq!(claims["aud"], "https://login.chinacloudapi.cn/contoso/oauth2/v2.0/token");
    assert_eq!(claims["iss"], "app");
}

#[tokio::test]
async fn a_managed_identity() {
    let (transport, received) = token_server();
    let options = ManagedIdentityCredentialOptions { client_options: options(transport), ..Default::default() };
    call_graph(ManagedIdentityCredential::new(Some(options)).expect("a credential")).await;
    let sent = received.try_recv().expect("one request");
    assert!(sent.first.starts_with("GET http://169.254.169.254/metadata/identity/oauth2/token?"), "{}", sent.first);
    assert!(sent.first.contains("resource=https%3A%2F%2Fmicrosoftgraph.chinacloudapi.cn"), "{}", sent.first);
    assert!(sent.headers.contains("metadata: true"), "{}", sent.headers);
}

fn certificate() -> (PKey<Private>, X509) {
    let key = PKey::from_rsa(Rsa::generate(2048).expect("a key")).expect("a key");
    let mut name = X509NameBuilder::new().expect("a name");
    name.append_entry_by_text("CN", "test").expect("a name");
    let name = name.build();
    let mut builder = X509::builder().expect("a builder");
    builder.set_version(2).expect("set");
    builder.set_subject_name(&name).expect("set");
    builder.set_issuer_name(&name).expect("set");
    builder.set_pubkey(&key).expect("set");
    builder.set_not_before(&Asn1Time::days_from_now(0).expect("a time")).expect("set");
    builder.set_not_after(&Asn1Time::days_from_now(1).expect("a time")).expect("set");
    builder.sign(&key, MessageDigest::sha256()).expect("signed");
    let certificate = builder.build();
    (key, certificate)
}

fn decode(text: &str) -> Vec<u8> {
    let mut text = text.replace('-', "+").replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    base64::decode_block(&text).expect("base64")
}
