//! Owns a browser that follows the authorization URL to the redirect, and behaves like browsers do.

use crate::entra::{Form, pairs};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What the browser was shown, in the order of its requests.
pub(crate) type Pages = Arc<Mutex<Vec<String>>>;

/// The query of an authorization URL.
pub(crate) fn query_of(url: &str) -> Form {
    pairs(url.split_once('?').expect("a query").1)
}

/// Opens a connection in advance, asks for an icon, is lured to redirects of others, and then comes with the `answer`
/// of the server.
pub(crate) fn open(url: &str, answer: &'static str) -> Pages {
    let query = query_of(url);
    let pages = Pages::default();
    let seen = pages.clone();
    let port = query["redirect_uri"].strip_prefix("http://localhost:").expect("loopback").to_owned();
    tokio::spawn(async move {
        let _idle = connect(&port).await;
        let mut endless = connect(&port).await;
        let _ = endless.write_all(&vec![b'x'; 100_000]).await;
        for target in [
            String::from("/favicon.ico"),
            String::from("/"),
            String::from("/?code=stolen&state=wrong"),
            format!("/?{answer}&state={}", query["state"]),
        ] {
            let page = get(&port, &target).await;
            seen.lock().expect("not poisoned").push(page);
        }
    });
    pages
}

async fn connect(port: &str) -> TcpStream {
    TcpStream::connect(format!("127.0.0.1:{port}")).await.expect("it listens")
}

async fn get(port: &str, target: &str) -> String {
    let mut stream = connect(port).await;
    let request = format!("GET {target} HTTP/1.1\r\nhost: localhost:{port}\r\naccept: text/html\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut page = String::new();
    stream.read_to_string(&mut page).await.expect("a page");
    page
}
