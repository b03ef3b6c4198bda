//! Owns a token server on this machine, and an HTTP client that sends everything to it.
//!
//! The credentials require `https`, or the address of the Azure metadata service. The HTTP client here sends every
//! request to the local server instead, over a real socket, with the requested address in the request line.

use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::http::headers::Headers;
use azure_core::http::{AsyncRawResponse, Body, ClientOptions, HttpClient, Request, Transport};
use msgraph::Cloud;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Sends every request to one address.
#[derive(Debug)]
struct ToServer(SocketAddr);

#[async_trait::async_trait]
impl HttpClient for ToServer {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let Body::Bytes(body) = request.body() else { panic!("a form") };
        let mut message = format!("{} {} HTTP/1.1\r\n", request.method(), request.url()).into_bytes();
        for (name, value) in request.headers().iter() {
            message.extend_from_slice(format!("{}: {}\r\n", name.as_str(), value.as_str()).as_bytes());
        }
        message.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
        message.extend_from_slice(body);
        let address = self.0;
        let received = tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address)?;
            stream.write_all(&message)?;
            Ok::<_, std::io::Error>(read(&stream))
        });
        let received = received.await.expect("no panic")?;
        let status: u16 = received.first.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Ok(AsyncRawResponse::from_bytes(status.into(), Headers::new(), received.body))
    }
}

#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) first: String,
    /// In small letters.
    pub(crate) headers: String,
    pub(crate) body: String,
}

impl Received {
    /// A value of the form, as it was sent.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.body.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }
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

pub(crate) struct TokenServer {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

impl TokenServer {
    /// A token server that answers each request, by its number from 1, with a status and a body.
    pub(crate) fn start(answer: impl Fn(&Received, usize) -> (u16, String) + Send + 'static) -> TokenServer {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let received = Arc::<Mutex<Vec<Received>>>::default();
        let seen = received.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                let request = read(&stream);
                let mut seen = seen.lock().expect("not poisoned");
                seen.push(request.clone());
                let number = seen.len();
                drop(seen);
                let (status, body) = answer(&request, number);
                let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", body.len());
                // A client that was given up has closed the connection.
                let _ = stream.write_all(format!("{head}{body}").as_bytes());
            }
        });
        TokenServer { address, received }
    }

    /// A token server that gives `t-1`, `t-2`, … for an hour.
    pub(crate) fn friendly() -> TokenServer {
        TokenServer::start(|_, number| granted(number, 3600))
    }

    /// A token server that does not answer.
    pub(crate) fn hanging() -> TokenServer {
        TokenServer::start(|_, _| {
            thread::sleep(Duration::from_secs(2));
            (503, String::new())
        })
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().expect("not poisoned").clone()
    }

    pub(crate) fn options(&self) -> ClientOptions {
        let mut cloud = CustomConfiguration::default();
        cloud.authority_host = Cloud::China.authority().to_owned();
        ClientOptions {
            transport: Some(Transport::new(Arc::new(ToServer(self.address)))),
            cloud: Some(Arc::new(CloudConfiguration::from(cloud))),
            ..ClientOptions::default()
        }
    }
}

/// `t-N`, as a token server answers and as a managed identity does, which writes numbers as strings.
pub(crate) fn granted(number: usize, seconds: u64) -> (u16, String) {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs();
    let token = format!(
        r#"{{"token_type":"Bearer","expires_in":{seconds},"ext_expires_in":{seconds},"expires_on":"{}",
            "resource":"r","access_token":"t-{number}"}}"#,
        now + seconds
    );
    (200, token)
}
