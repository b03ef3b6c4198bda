//! Owns a server that answers one request on this machine and records it.

use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A server that answers one request.
pub(crate) struct Server {
    /// Its address, without a path.
    pub(crate) base_url: String,
    received: JoinHandle<io::Result<Received>>,
}

/// A request as it was on the wire.
#[derive(Debug)]
pub(crate) struct Received {
    /// The first line.
    pub(crate) request_line: String,
    /// The names in lower case.
    headers: Vec<(String, String)>,
    /// The content.
    pub(crate) body: String,
}

impl Server {
    /// Starts a server that answers with the status line, the header lines and the body.
    pub(crate) async fn answering(status: &str, headers: &[&str], body: &str) -> Server {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await;
        let listener = listener.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let mut response = format!("HTTP/1.1 {status}\r\nconnection: close\r\n");
        for header in headers {
            response.push_str(&format!("{header}\r\n"));
        }
        // A 204 has no length (RFC 9110, section 8.6).
        if !status.starts_with("204") {
            response.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        response.push_str(&format!("\r\n{body}"));
        let received = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await?;
            let received = read_request(&mut stream).await?;
            stream.write_all(response.as_bytes()).await?;
            stream.shutdown().await?;
            Ok(received)
        });
        Server { base_url: format!("http://{address}"), received }
    }

    /// The request that it received.
    pub(crate) async fn received(self) -> Received {
        let received = self.received.await.expect("the server runs to its end");
        received.expect("a whole request")
    }
}

impl Received {
    /// The value of a header; fails if it was sent twice.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(sent, _)| sent == name);
        let value = found.next().map(|(_, value)| value.as_str());
        assert_eq!(found.next(), None, "`{name}` was sent twice");
        value
    }
}

async fn read_request(stream: &mut TcpStream) -> io::Result<Received> {
    let mut bytes = Vec::new();
    let end_of_head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end_of_head]).into_owned();
    let mut lines = head.split("\r\n");
    let request_line = lines.next().unwrap_or_default().to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.and_then(|(_, n)| n.parse().ok()).unwrap_or(0);
    let mut body = bytes.split_off(end_of_head + 4);
    while body.len() < length {
        if stream.read_buf(&mut body).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(Received { request_line, headers, body: String::from_utf8_lossy(&body).into_owned() })
}
