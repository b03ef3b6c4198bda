//! Owns the request value: a request before it is sent.
//!
//! It does not know hosts, tokens or transports.

use super::body::Body;
use super::error::InvalidRequest;
use super::operation::{Method, Operation};
use super::path::Path;
use super::query_items::QueryItems;
use super::retry::RetryPolicy;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::fmt::{self, Write as _};
use std::marker::PhantomData;
use std::time::Duration;

/// Characters that stay readable in a query: unreserved characters and those that OData uses as syntax
/// (`$select=id,name&$expand=members($select=id)`). `&`, `+`, `#`, `%` and quotes are encoded.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'$')
    .remove(b'@')
    .remove(b',')
    .remove(b':')
    .remove(b'/')
    .remove(b'(')
    .remove(b')')
    .remove(b'*');

/// Only for values; in a name, `=` would end the name.
const QUERY_VALUE: &AsciiSet = &QUERY.remove(b'=');

/// The transport computes these from the connection and the body (RFC 9110, section 7.6.1 and 8.6).
const TRANSPORT_HEADERS: [&str; 4] = ["connection", "content-length", "host", "transfer-encoding"];

/// A request for one operation; `T` is the type of a success response.
///
/// A request is a value: building it does no IO and needs no client. It prints as
/// `POST /v1.0/me/sendMail`, and can be compared, changed and cloned before it is sent. `Debug`
/// shows the names of headers and the size of the body, never their content.
///
/// Mistakes in arguments do not panic; they are reported by [`Request::path_and_query`] and when
/// the request is sent.
pub struct Request<T> {
    parts: Parts,
    // `fn() -> T`: a request contains no `T`, and is Send and Sync for any `T`.
    response: PhantomData<fn() -> T>,
}

/// A request without the type of its response.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) operation: Operation,
    path: Path,
    query: String,
    /// An absolute address that the service sent, instead of path and query.
    pub(crate) link: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Body>,
    pub(crate) options: Options,
    error: Option<InvalidRequest>,
}

/// The options of a request that override those of the client.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) timeout: Option<Duration>,
    /// Whether the address itself is the permission, so that no token is sent.
    #[cfg(feature = "transport")]
    pub(crate) anonymous: bool,
    /// Whether the request can be repeated although its method is not idempotent: a batch of
    /// idempotent requests.
    #[cfg(feature = "transport")]
    pub(crate) idempotent: bool,
    /// The maximum size of the body of a success response.
    #[cfg(feature = "transport")]
    pub(crate) max_body: Option<usize>,
    #[cfg(feature = "transport")]
    pub(crate) max_empty_pages: Option<u32>,
    /// What the request is sent for.
    #[cfg(feature = "transport")]
    pub(crate) step: super::attempt::Step,
    /// The operations of the parts of a batch call.
    #[cfg(feature = "transport")]
    pub(crate) covered: Vec<Operation>,
}

impl<T> Request<T> {
    /// A request for the operation at the path, without query options, headers and body.
    pub fn new(operation: Operation, path: Path) -> Request<T> {
        Request { parts: Parts::new(operation, path), response: PhantomData }
    }

    /// Sets the body: a generated structure, JSON, or a [`Body`] of another media type.
    pub fn body(mut self, body: impl Into<Body>) -> Request<T> {
        self.parts.body = Some(body.into());
        self
    }

    /// Sets a header; a header of the same name, in any case, is replaced.
    ///
    /// An `Authorization` header set here is sent instead of a token of the provider.
    ///
    /// Error: a name that is not a token (RFC 9110, section 5.1), a value with characters other
    /// than visible ASCII, blank and tab, and the headers that belong to the transport, such as
    /// `Host` and `Content-Length`.
    pub fn header(mut self, name: &str, value: &str) -> Request<T> {
        self.parts.set_header(name, value);
        self
    }

    /// Adds a query option. The name is sent as it is (`$select`), the value is percent-encoded. An
    /// option of OData, which starts with `$`, replaces one of the same name, because it may only occur
    /// once.
    ///
    /// Source: OData 4.01, part 2, section 5;
    /// <https://learn.microsoft.com/graph/query-parameters>.
    pub fn query(mut self, name: &str, value: impl fmt::Display) -> Request<T> {
        // Writing to a String does not fail.
        let _ = write!(EncodedValue(&mut self.parts.with_query(name).query), "{value}");
        self
    }

    /// Adds a query option whose value is a comma-separated list.
    pub(crate) fn query_list<O>(mut self, name: &str, items: &impl QueryItems<T, O>) -> Request<T> {
        let Parts { query, error, .. } = self.parts.with_query(name);
        let mut is_first = true;
        items.each(&mut |item| match item {
            Ok(item) => {
                query.push_str(if std::mem::take(&mut is_first) { "" } else { "," });
                query.extend(utf8_percent_encode(item, QUERY_VALUE));
            }
            Err(mistake) => {
                error.get_or_insert_with(|| mistake.clone());
            }
        });
        self
    }

    /// Uses an address that the service sent (`@odata.nextLink`, `@odata.deltaLink`) instead of path
    /// and query; headers, body and options are kept. It is opaque: query options that are set later
    /// are not added.
    ///
    /// Error: when it is sent, if its host is neither the service nor on the list of allowed hosts.
    pub fn at_link(mut self, link: impl Into<String>) -> Request<T> {
        self.parts.link = Some(link.into());
        self
    }

    /// Sets the retry policy of this request, instead of that of the client.
    pub fn retry(mut self, policy: RetryPolicy) -> Request<T> {
        self.parts.options.retry = Some(policy);
        self
    }

    /// Ends each attempt after this time, from connecting to the end of the response.
    pub fn timeout(mut self, timeout: Duration) -> Request<T> {
        self.parts.options.timeout = Some(timeout);
        self
    }

    /// Sends no token: for an address that is a permission itself, such as the one for the content of an app.
    /// With [`Request::at_link`], it may lead to any host over https.
    #[cfg(feature = "transport")]
    pub fn anonymous(mut self) -> Request<T> {
        self.parts.options.anonymous = true;
        self
    }

    /// Sets the maximum size of the body of the response in memory, after decompression, instead of that of the client;
    /// `usize::MAX` lifts it. `Client::download` has no limit.
    #[cfg(feature = "transport")]
    pub fn max_body(mut self, bytes: usize) -> Request<T> {
        self.parts.options.max_body = Some(bytes);
        self
    }

    /// Sets how many pages without items may follow one another before `Items::next` returns an error, 1,000 by
    /// default; `u32::MAX` lifts it.
    #[cfg(feature = "transport")]
    pub fn max_empty_pages(mut self, pages: u32) -> Request<T> {
        self.parts.options.max_empty_pages = Some(pages);
        self
    }

    /// The same request with another type for the response.
    pub fn response<U>(self) -> Request<U> {
        Request { parts: self.parts, response: PhantomData }
    }

    /// The documented facts about the operation.
    pub fn operation(&self) -> Operation {
        self.parts.operation
    }

    /// The encoded path, starting with the API version, and the query.
    ///
    /// Error: [`InvalidRequest`], the first mistake in building the request.
    pub fn path_and_query(&self) -> Result<String, InvalidRequest> {
        self.parts.path_and_query()
    }

    /// The headers, in the order in which they were set.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let headers = self.parts.headers.iter();
        headers.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The body, if there is one.
    pub fn body_ref(&self) -> Option<&Body> {
        self.parts.body.as_ref()
    }

    /// The value of a header that was set.
    pub(crate) fn header_value(&self, name: &str) -> Option<&str> {
        self.headers().find(|(set, _)| set.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Remembers a mistake; the first one is reported.
    pub(crate) fn fail(mut self, error: InvalidRequest) -> Request<T> {
        self.parts.error.get_or_insert(error);
        self
    }

    #[cfg(feature = "transport")]
    pub(crate) fn parts(&self) -> &Parts {
        &self.parts
    }

    #[cfg(feature = "transport")]
    pub(crate) fn into_parts(self) -> Parts {
        self.parts
    }

    #[cfg(feature = "transport")]
    pub(crate) fn from_parts(parts: Parts) -> Request<T> {
        Request { parts, response: PhantomData }
    }
}

impl Parts {
    fn new(operation: Operation, path: Path) -> Parts {
        Parts {
            operation,
            path,
            query: String::new(),
            link: None,
            headers: Vec::new(),
            body: None,
            options: Options::default(),
            error: None,
        }
    }

    /// Path and query as they are sent, after the path of the service root.
    ///
    /// Error: the first mistake of the request.
    #[cfg(feature = "transport")]
    pub(crate) fn url(&self, root_path: &str) -> Result<String, InvalidRequest> {
        if let Some(error) = self.error() {
            return Err(error.clone());
        }
        let mut url = String::with_capacity(root_path.len() + self.path.text().len() + self.query.len());
        url.push_str(root_path);
        url.push_str(self.path.text());
        url.push_str(&self.query);
        Ok(url)
    }

    /// The path without the query, as it was built.
    #[cfg(feature = "transport")]
    pub(crate) fn path_text(&self) -> &str {
        self.path.text()
    }

    pub(crate) fn path_and_query(&self) -> Result<String, InvalidRequest> {
        match self.error() {
            Some(error) => Err(error.clone()),
            None => Ok(format!("{}{}", self.path.text(), self.query)),
        }
    }

    /// Separate from `Display`, which is compiled once for each type of response.
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (method, path) = (self.operation.method(), self.path.text());
        match &self.link {
            // A link can be pre-authenticated, or contain search terms.
            Some(_) => write!(f, "{method} a link of {}", self.operation.path())?,
            None => write!(f, "{method} {path}{}", self.query)?,
        }
        match self.error() {
            Some(error) => write!(f, " (invalid: {error})"),
            None => Ok(()),
        }
    }

    fn error(&self) -> Option<&InvalidRequest> {
        self.path.error().or(self.error.as_ref())
    }

    /// Starts a query option; its value is to follow.
    fn with_query(&mut self, name: &str) -> &mut Parts {
        if name.starts_with('$') {
            self.drop_query(name);
        }
        // Most queries fit, so that building one allocates once.
        self.query.reserve(if self.query.is_empty() { 96 } else { 0 });
        self.query.push(if self.query.is_empty() { '?' } else { '&' });
        self.query.extend(utf8_percent_encode(name, QUERY));
        self.query.push('=');
        self
    }

    /// Removes a query option. Its name is not encoded, but `&` in values is.
    fn drop_query(&mut self, name: &str) {
        let query = self.query.as_bytes();
        let starts = |at: &usize| {
            matches!(query[*at], b'?' | b'&')
                && query[at + 1..].strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b"="))
        };
        let Some(separator) = (0..query.len()).find(starts) else { return };
        let option = separator + 1;
        match query[option..].iter().position(|byte| *byte == b'&') {
            Some(len) => self.query.replace_range(option..=option + len, ""),
            None => self.query.truncate(separator),
        }
    }

    fn set_header(&mut self, name: &str, value: &str) {
        if let Err(error) = check_header(name, value) {
            self.error.get_or_insert(error);
            return;
        }
        self.headers.retain(|(set, _)| !set.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
    }
}

/// Encodes text as it is written, without a copy in between.
struct EncodedValue<'a>(&'a mut String);

impl fmt::Write for EncodedValue<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend(utf8_percent_encode(text, QUERY_VALUE));
        Ok(())
    }
}

/// With a line break, a header value could add headers (RFC 9110, section 5.5), so this check is
/// not left to a transport.
fn check_header(name: &str, value: &str) -> Result<(), InvalidRequest> {
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    let is_value = |b: u8| b == b' ' || b == b'\t' || b.is_ascii_graphic();
    let shown = name.escape_debug().to_string();
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err(InvalidRequest::HeaderName { name: shown });
    }
    if TRANSPORT_HEADERS.iter().any(|own| own.eq_ignore_ascii_case(name)) {
        return Err(InvalidRequest::TransportHeader { name: shown });
    }
    if !value.bytes().all(is_value) {
        return Err(InvalidRequest::HeaderValue { name: shown });
    }
    Ok(())
}

impl<T> Clone for Request<T> {
    fn clone(&self) -> Self {
        Request { parts: self.parts.clone(), response: PhantomData }
    }
}

impl<T> fmt::Display for Request<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.show(f)
    }
}

impl<T> fmt::Debug for Request<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers().map(|(name, _)| name).collect();
        f.debug_struct("Request")
            .field("request", &format_args!("{self}"))
            .field("headers", &names)
            .field("body", &self.parts.body)
            .finish()
    }
}

/// Compiles only if requests can move between threads regardless of the type of the response.
const _: fn() = || {
    fn is_send_and_sync<R: Send + Sync>() {}
    is_send_and_sync::<Request<*const Method>>();
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::Version;

    const SYNC: Operation = Operation::new("POST /v1.0/deviceManagement/exchangeConnectors/{id}/sync");

    fn request() -> Request<()> {
        let path = Path::root(Version::V1_0).segment("deviceManagement");
        let path = path.segment("exchangeConnectors").key("7c9b");
        Request::new(SYNC, path.segment("sync"))
    }

    #[test]
    fn display_is_method_and_path() {
        let request = request().header("Prefer", "x");
        let request = request.body(Body::Json("content".into()));
        let expected = "POST /v1.0/deviceManagement/exchangeConnectors/7c9b/sync";
        assert_eq!(request.to_string(), expected);
        assert_eq!(request.clone().query("$top", 5).to_string(), format!("{expected}?$top=5"));
    }

    #[test]
    fn an_option_of_odata_is_there_once() {
        let start = request().to_string().len() - "POST ".len();
        let query = |request: Request<()>| request.path_and_query().expect("no mistakes").split_off(start);
        let two = request().query("$select", "a?&").query("$top", 1);
        assert_eq!(query(two.clone()), "?$select=a%3F%26&$top=1");
        assert_eq!(query(two.clone().query("$select", "b")), "?$top=1&$select=b");
        assert_eq!(query(two.clone().query("$top", 2)), "?$select=a%3F%26&$top=2");
        assert_eq!(query(two.query("$to", 2)), "?$select=a%3F%26&$top=1&$to=2");
        assert_eq!(query(request().query("$top", 1).query("$top", 2)), "?$top=2");
        assert_eq!(query(request().query("id", 1).query("id", 2)), "?id=1&id=2");
    }

    #[test]
    fn debug_shows_no_content() {
        let request = request()
            .header("Authorization", "Bearer s3cret")
            .body(Body::Json(serde_json::json!({"password": "s3cret"})));
        let printed = format!("{request:?} {request:#?}");
        assert!(!printed.contains("s3cret"), "{printed}");
        assert!(printed.contains("Authorization"), "{printed}");
        assert!(printed.contains("21 bytes"), "{printed}");
    }

    #[test]
    fn query_options_keep_their_names_and_encode_their_values() {
        let table = [
            ("$select", "id,displayName", "$select=id,displayName"),
            ("$search", "\"displayName:a b\"", "$search=%22displayName:a%20b%22"),
            ("$filter", "name eq 'O''Neil & co'", "$filter=name%20eq%20%27O%27%27Neil%20%26%20co%27"),
            ("$expand", "members($select=id;$top=2)", "$expand=members($select=id%3B$top=2)"),
            ("$filter", "a+b#c%d?é", "$filter=a%2Bb%23c%25d%3F%C3%A9"),
            ("a&b=c", "1", "a%26b%3Dc=1"),
        ];
        let path = "/v1.0/deviceManagement/exchangeConnectors/7c9b/sync";
        for (name, value, expected) in table {
            let sent = request().query(name, value).path_and_query();
            assert_eq!(sent, Ok(format!("{path}?{expected}")));
        }
        let both = request().query("$top", 5).query("$count", true);
        assert_eq!(both.path_and_query(), Ok(format!("{path}?$top=5&$count=true")));
    }

    #[test]
    fn headers_are_replaced_and_checked() {
        let request = request().header("Prefer", "a").header("PREFER", "b");
        assert_eq!(request.headers().collect::<Vec<_>>(), [("PREFER", "b")]);
        for (name, value) in [
            ("", "x"),
            ("a b", "x"),
            ("Prefer", "a\r\nEvil: b"),
            ("Prefer", "é"),
            ("content-length", "3"),
            ("Host", "example.org"),
        ] {
            let wrong = request.clone().header(name, value);
            assert!(wrong.path_and_query().is_err(), "{name}: {value}");
        }
    }

    #[test]
    fn the_first_mistake_is_reported() {
        let path = Path::root(Version::V1_0).segment("users").key("..");
        let request: Request<()> = Request::new(SYNC, path).header("a b", "x");
        assert!(matches!(request.path_and_query(), Err(InvalidRequest::DotSegment { .. })));
        assert!(request.to_string().starts_with("POST /v1.0/users (invalid: "));
    }
}
