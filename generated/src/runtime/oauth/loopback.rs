//! Owns the redirect to a program on the machine of the user: a listener on the loopback interface.
//!
//! Source: RFC 8252, section 7.3; <https://learn.microsoft.com/entra/identity-platform/reply-url#localhost-exceptions>.

use super::super::auth::TokenError;
use super::authorization_code::Query;
use super::{AuthorizationRequest, OAuth, SignedIn};
use std::fmt;
use std::future::poll_fn;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How long [`OAuth::interactive`] waits for the user.
const DEADLINE: Duration = Duration::from_secs(300);
/// The maximum size of the head of a request: of a code with its state, and of the headers of browsers.
const MAX_HEAD: usize = 32 * 1024;
/// Browsers open connections in advance, on which they send nothing.
const MAX_CONNECTIONS: usize = 16;

impl OAuth {
    /// Signs in a user in a browser on this machine: `open` gets the address that the browser opens, for example with
    /// the crate `open`, or prints it. It waits at most 5 minutes for the user. The application needs the platform
    /// "mobile and desktop" with the redirect address `http://localhost`.
    ///
    /// [`OAuth::authorization_code`] and [`LoopbackListener`] are the same in two steps, with more options.
    ///
    /// Error: no port is free, the user declines or does not come, or the server refuses.
    ///
    /// Source: RFC 8252, section 7.3; <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow>.
    pub async fn interactive(self, scopes: &[&str], open: impl FnOnce(&str)) -> Result<SignedIn, TokenError> {
        let listener = LoopbackListener::bind().await?;
        let request = self.authorization_code(scopes, listener.redirect_uri())?;
        open(&request.url());
        listener.receive(request, DEADLINE).await
    }
}

/// A listener on 127.0.0.1, for the redirect of a browser on this machine. It only lives during the sign-in, and needs a
/// Tokio runtime with sockets and timers (`enable_all`, as in `#[tokio::main]`).
///
/// ```no_run
/// use msgraph::runtime::{LoopbackListener, OAuth, Prompt};
/// use std::time::Duration;
///
/// # async fn sign_in(oauth: OAuth) -> Result<(), msgraph::TokenError> {
/// let listener = LoopbackListener::bind().await?;
/// let request = oauth
///     .authorization_code(&["User.Read"], listener.redirect_uri())?
///     .prompt(Prompt::SelectAccount);
/// println!("open {}", request.url());
/// let user = listener.receive(request, Duration::from_secs(60)).await?;
/// # Ok(())
/// # }
/// ```
pub struct LoopbackListener {
    listener: TcpListener,
    redirect_uri: String,
}

impl LoopbackListener {
    /// Listens on a free port of 127.0.0.1.
    ///
    /// Error: there is none.
    pub async fn bind() -> Result<LoopbackListener, TokenError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(TokenError::new)?;
        let port = listener.local_addr().map_err(TokenError::new)?.port();
        Ok(LoopbackListener { listener, redirect_uri: format!("http://localhost:{port}") })
    }

    /// The redirect address: `http://localhost` with the port, because Entra ignores the port of this name only. Other
    /// programs on this machine that get the code cannot redeem it.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Waits for the redirect, and redeems its code. The user sees a page that says that the window can be closed.
    /// Everything else that is sent to the port, such as a request for an icon or with another state, is refused and
    /// changes nothing.
    ///
    /// Error: nobody came within `deadline`; and those of [`AuthorizationRequest::redeem`].
    pub async fn receive(self, request: AuthorizationRequest, deadline: Duration) -> Result<SignedIn, TokenError> {
        let redirect = self.redirect(request.state());
        let redirect = tokio::time::timeout(deadline, redirect).await;
        let redirect = redirect.map_err(|_| TokenError::new(format!("nobody signed in within {deadline:?}")))??;
        // The port is closed before the server is asked.
        drop(self);
        request.redeem(&redirect).await
    }

    /// The query of the first request with the state.
    async fn redirect(&self, state: &str) -> Result<String, TokenError> {
        let mut connections: Vec<Connection<'_>> = Vec::new();
        poll_fn(|cx| {
            // The loop ends, because each turn but the last accepts one connection.
            loop {
                match self.listener.poll_accept(cx) {
                    Poll::Ready(Ok((stream, _))) => {
                        if connections.len() == MAX_CONNECTIONS {
                            drop(connections.remove(0));
                        }
                        connections.push(Box::pin(answer(stream, state)));
                    }
                    // A connection that broke before it was accepted says nothing about the listener.
                    Poll::Ready(Err(error)) if is_of_connection(&error) => {}
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(TokenError::new(error))),
                    Poll::Pending => return poll_all(&mut connections, cx).map(Ok),
                }
            }
        })
        .await
    }
}

impl fmt::Debug for LoopbackListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoopbackListener").field("redirect_uri", &self.redirect_uri).finish_non_exhaustive()
    }
}

/// Ends with the query if the request is the redirect.
type Connection<'a> = Pin<Box<dyn Future<Output = Option<String>> + Send + 'a>>;

fn poll_all(connections: &mut Vec<Connection<'_>>, cx: &mut Context<'_>) -> Poll<String> {
    let mut redirect = None;
    connections.retain_mut(|connection| match connection.as_mut().poll(cx) {
        Poll::Ready(query) => {
            redirect = redirect.take().or(query);
            false
        }
        Poll::Pending => true,
    });
    redirect.map_or(Poll::Pending, Poll::Ready)
}

fn is_of_connection(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionReset | Interrupted)
}

/// Answers one request; a browser that breaks the connection does not see the page.
async fn answer(mut stream: TcpStream, state: &str) -> Option<String> {
    let head = read_head(&mut stream).await?;
    let query = redirect_query(&head, state).map(str::to_owned);
    let (status, text) = match query {
        Some(_) => ("200 OK", "You can close this window and return to the application."),
        None => ("404 Not Found", "There is nothing here."),
    };
    let page = format!("<!doctype html><meta charset=\"utf-8\"><title>Sign-in</title><p>{text}</p>");
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\
         cache-control: no-store\r\nreferrer-policy: no-referrer\r\nconnection: close\r\n\r\n{page}",
        page.len()
    );
    // If the page is not shown, the user has signed in nevertheless.
    if stream.write_all(answer.as_bytes()).await.is_ok() {
        let _ = stream.shutdown().await;
    }
    query
}

/// The head of a request; `None` if it does not end, is too long or is not text.
async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut piece = [0; 2048];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let length = stream.read(&mut piece).await.ok()?;
        if length == 0 || head.len() + length > MAX_HEAD {
            return None;
        }
        head.extend_from_slice(&piece[..length]);
    }
    String::from_utf8(head).ok()
}

/// The query of the redirect: `GET /?code=…&state=… HTTP/1.1`.
fn redirect_query<'h>(head: &'h str, state: &str) -> Option<&'h str> {
    let mut first = head.lines().next()?.split(' ');
    let target = first.next().filter(|method| *method == "GET").and(first.next())?;
    let query = target.strip_prefix("/?")?;
    Query::read(query).is_some_and(|query| query.has_state(state)).then_some(query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_redirect_counts() {
        let table = [
            ("GET /?code=1&state=s HTTP/1.1\r\n\r\n", Some("code=1&state=s")),
            ("GET /?error=access_denied&state=s HTTP/1.1\r\n\r\n", Some("error=access_denied&state=s")),
            ("GET /?code=1&state=t HTTP/1.1\r\n\r\n", None),
            ("GET /?code=1&state=t&state=s HTTP/1.1\r\n\r\n", None),
            ("GET /favicon.ico?state=s HTTP/1.1\r\n\r\n", None),
            ("POST /?code=1&state=s HTTP/1.1\r\n\r\n", None),
            ("GET / HTTP/1.1\r\n\r\n", None),
            ("\r\n\r\n", None),
        ];
        for (head, expected) in table {
            assert_eq!(redirect_query(head, "s"), expected, "{head}");
        }
    }
}
