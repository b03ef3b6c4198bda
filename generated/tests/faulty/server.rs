//! Owns a server on this machine that breaks connections and answers as instructed.

use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request as it was on the wire.
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) target: String,
    /// The names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(sent, _)| sent == name).map(|(_, value)| value.as_str())
    }
}

/// What the server does with a request.
pub(crate) enum Action {
    /// Answers with a status, header lines and a body.
    Answer(u16, Vec<String>, String),
    /// The same, after a delay.
    Slow(Duration, u16, Vec<String>, String),
    /// Closes the connection after these bytes.
    Cut(String),
}

/// Answers JSON.
pub(crate) fn json(status: u16, body: impl Into<String>) -> Action {
    Action::Answer(status, vec![String::from("content-type: application/json")], body.into())
}

/// Starts a server, which runs as long as the runtime, and returns its base URL. The handler gets
/// each request.
pub(crate) async fn serve(handler: impl Fn(Received) -> Action + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let base_url = format!("http://{}", listener.local_addr().expect("an address"));
    let handler = Arc::new(handler);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let handler = handler.clone();
            tokio::spawn(async move { connection(stream, &*handler).await });
        }
    });
    base_url
}

async fn connection(mut stream: TcpStream, handler: &(impl Fn(Received) -> Action + Send + Sync)) {
    let mut buffer = Vec::new();
    while let Some(request) = read_request(&mut stream, &mut buffer).await {
        let (status, headers, body) = match handler(request) {
            Action::Answer(status, headers, body) => (status, headers, body),
            Action::Slow(wait, status, headers, body) => {
                tokio::time::sleep(wait).await;
                (status, headers, body)
            }
            Action::Cut(bytes) => {
                let _ = stream.write_all(bytes.as_bytes()).await;
                return;
            }
        };
        let mut answer = format!("HTTP/1.1 {status} X\r\n");
        for header in &headers {
            answer.push_str(header);
            answer.push_str("\r\n");
        }
        if status != 204 {
            answer.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        answer.push_str("\r\n");
        answer.push_str(&body);
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// `None` if the connection ends.
async fn read_request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Received> {
    let end = loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let rest = buffer.split_off(end + 4);
    let head = String::from_utf8(std::mem::replace(buffer, rest)).ok()?;
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.and_then(|(_, length)| length.parse().ok()).unwrap_or(0);
    buffer.reserve(length);
    while buffer.len() < length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    let rest = buffer.split_off(length);
    let body = std::mem::replace(buffer, rest);
    Some(Received { method, target, headers, body })
}

/// Numbers that look random and are the same in every run (a linear congruential generator).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}
