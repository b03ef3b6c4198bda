//! Owns the addresses of the service and decides which of them may get the token.

use super::cloud::Cloud;
use super::error::{Error, LinkFault};
use super::operation::Version;
use bytes::Bytes;
use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use std::net::IpAddr;

/// The service root and other origins that may get the token.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    /// Without a trailing slash.
    base_url: String,
    scheme: Scheme,
    authority: Authority,
    /// The path before the API version: empty except behind a proxy.
    root_path: String,
    /// `scheme://authority` in lower case; the first is that of the service root.
    origins: Vec<String>,
}

impl Service {
    /// Checks a service root.
    ///
    /// Error: [`Error::Configuration`]. The messages do not repeat the address, because it can
    /// contain a password.
    pub(crate) fn new(base_url: &str) -> Result<Service, Error> {
        let wrong = |message: &str| Error::Configuration { message: format!("the base URL {message}") };
        if base_url.trim_end_matches('/') == Cloud::Germany.base_url() {
            return Err(wrong("is that of the German cloud, which was closed on 29 October 2021"));
        }
        let uri: Uri = base_url.parse().map_err(|error| wrong(&format!("is not a URL: {error}")))?;
        let origin = origin(&uri).ok_or_else(|| wrong("must start with https:// and a host"))?;
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(wrong("must not contain a user name or password"));
        }
        if !is_confidential(&uri) {
            return Err(wrong("must start with https://, because requests carry a token; http:// is for localhost"));
        }
        if uri.query().is_some() || base_url.contains('#') {
            return Err(wrong("must not have a query or fragment"));
        }
        let root_path = uri.path().trim_end_matches('/').to_owned();
        if root_path.ends_with("/v1.0") || root_path.ends_with("/beta") {
            return Err(wrong("must not end with the API version, because the path of each request has it"));
        }
        let base_url = format!("{origin}{root_path}");
        let http::uri::Parts { scheme: Some(scheme), authority: Some(authority), .. } = uri.into_parts() else {
            return Err(wrong("must start with https:// and a host"));
        };
        Ok(Service { base_url, scheme, authority, root_path, origins: vec![origin] })
    }

    /// Adds a host that may get the token, over https.
    pub(crate) fn allow_host(&mut self, host: &str) -> Result<(), Error> {
        let uri = format!("https://{host}/").parse::<Uri>().ok();
        let alone = |uri: &Uri| uri.path() == "/" && uri.query().is_none() && !host.contains(['@', '#', '/', '?']);
        match uri.filter(alone).as_ref().and_then(origin) {
            Some(origin) => self.origins.push(origin),
            None => return Err(Error::Configuration { message: String::from("an allowed host is not a host name") }),
        }
        Ok(())
    }

    /// The cloud that the service root is in; `None` behind a proxy, for instance.
    pub(crate) fn cloud(&self) -> Option<Cloud> {
        let clouds = [Cloud::Global, Cloud::UsGovernmentL4, Cloud::UsGovernmentL5, Cloud::China];
        clouds.into_iter().find(|cloud| cloud.base_url() == self.base_url)
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The path before the API version.
    pub(crate) fn root_path(&self) -> &str {
        &self.root_path
    }

    /// The address of a path, with [`Service::root_path`], and a query; `None` if it is not an address.
    pub(crate) fn uri(&self, path_and_query: String) -> Option<Uri> {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(PathAndQuery::from_maybe_shared(Bytes::from(path_and_query)).ok()?);
        Uri::from_parts(parts).ok()
    }

    /// The audience of tokens, as a scope.
    pub(crate) fn scope(&self) -> String {
        format!("{}/.default", self.origins[0])
    }

    pub(crate) fn is_loopback(&self) -> bool {
        self.base_url.parse::<Uri>().is_ok_and(|uri| is_loopback(&uri))
    }

    /// Whether an address may get the token: https (or the same loopback server), and an origin on
    /// the list.
    pub(crate) fn trusts(&self, uri: &Uri) -> bool {
        is_confidential(uri)
            && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
            && origin(uri).is_some_and(|origin| self.origins.contains(&origin))
    }

    /// Checks an address that the service sent. With `with_token`, it must be on the list;
    /// otherwise it must at least be confidential: https, or this machine if the service is on it.
    pub(crate) fn check_link(&self, link: &str, with_token: bool) -> Result<Uri, LinkFault> {
        // In a link of the service, it belongs to a value that the service forgot to encode.
        let after_host = link.split_once("://").map_or(link, |(_, rest)| rest);
        if after_host.split_once('#').is_some_and(|(before, _)| !before.contains(['/', '?'])) {
            return Err(LinkFault::NotAUrl);
        }
        let uri: Uri = escape_query(link).parse().map_err(|_| LinkFault::NotAUrl)?;
        let host = || uri.host().unwrap_or_default().to_owned();
        if origin(&uri).is_none() {
            return Err(LinkFault::NotAUrl);
        }
        if has_dot_segment(uri.path()) {
            return Err(LinkFault::NotAUrl);
        }
        let same_machine = is_loopback(&uri) && self.is_loopback();
        if uri.scheme() != Some(&Scheme::HTTPS) && !same_machine {
            return Err(LinkFault::NotConfidential { host: host() });
        }
        if with_token && !self.trusts(&uri) {
            return Err(LinkFault::ForeignHost { host: host() });
        }
        Ok(uri)
    }

    /// The target of a redirect from `from`.
    pub(crate) fn resolve(&self, from: &Uri, location: &str) -> String {
        let scheme = from.scheme_str().unwrap_or("https");
        let authority = from.authority().map_or("", |authority| authority.as_str());
        if location.starts_with("//") {
            return format!("{scheme}:{location}");
        }
        if location.starts_with('/') {
            return format!("{scheme}://{authority}{location}");
        }
        if has_scheme(location) {
            return location.to_owned();
        }
        let directory = from.path().rsplit_once('/').map_or("", |(directory, _)| directory);
        format!("{scheme}://{authority}{directory}/{location}")
    }

    /// The address of a monitor that the service named when it accepted a request. Graph leaves the version out: then
    /// it is that of the operation.
    pub(crate) fn monitor(&self, version: Version, location: &str) -> String {
        if location.starts_with("//") {
            return format!("{}:{location}", self.scheme);
        }
        if has_scheme(location) {
            return location.to_owned();
        }
        let path = location.trim_start_matches('/');
        let first = path.split(['/', '?']).next().unwrap_or_default();
        if is_version(first) && location.starts_with('/') {
            return format!("{}{location}", self.origins[0]);
        }
        if !self.root_path.is_empty() && location.starts_with(&format!("{}/", self.root_path)) {
            return format!("{}{location}", self.origins[0]);
        }
        match is_version(first) {
            true => format!("{}/{path}", self.base_url),
            false => format!("{}/{}/{path}", self.base_url, version.as_str()),
        }
    }
}

/// `v1.0` or `beta`, and other versions that the service may have.
fn is_version(segment: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    segment == "beta" || segment.strip_prefix('v').is_some_and(is_number)
}

/// Whether a reference starts with a scheme (RFC 3986, section 3.1). A key can have a colon, too.
fn has_scheme(reference: &str) -> bool {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    };
    reference.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme))
}

/// `scheme://authority` without a user, in lower case and without the default port.
fn origin(uri: &Uri) -> Option<String> {
    let (scheme, host) = (uri.scheme_str()?, uri.host().filter(|host| !host.is_empty())?);
    let default_port = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    match uri.port_u16().filter(|port| *port != default_port) {
        Some(port) => Some(format!("{scheme}://{host}:{port}")),
        None => Some(format!("{scheme}://{host}")),
    }
}

/// Whether nobody in between can read requests to an address.
fn is_confidential(uri: &Uri) -> bool {
    uri.scheme() == Some(&Scheme::HTTPS) || (uri.scheme() == Some(&Scheme::HTTP) && is_loopback(uri))
}

fn is_loopback(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// Whether a URL parser would remove segments: `..` and `.`, encoded or not, and a backslash, which
/// some parsers read as a slash.
pub(crate) fn has_dot_segment(path: &str) -> bool {
    let is_dots = |segment: &str| {
        let plain = segment.replace("%2e", ".").replace("%2E", ".");
        plain == "." || plain == ".."
    };
    // This is called for every request, and almost no segment starts like this.
    let begins_like_dots = |at: usize| matches!(path.as_bytes().get(at), Some(b'.' | b'%'));
    let mut ends_of_segments = path.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'/' | b'\\'));
    (begins_like_dots(0) || ends_of_segments.any(|(at, byte)| byte == b'\\' || begins_like_dots(at + 1)))
        && (path.contains('\\') || path.split('/').any(is_dots))
}

/// Links can contain characters that are not allowed in a URL (a blank, a quote, a number sign, Chinese letters).
fn escape_query(link: &str) -> String {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const NOT_IN_URLS: &AsciiSet =
        &CONTROLS.add(b'#').add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'{').add(b'}').add(b'|').add(b'^');
    utf8_percent_encode(link.trim(), NOT_IN_URLS).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(base_url: &str) -> Service {
        Service::new(base_url).expect("is allowed")
    }

    #[test]
    fn the_cloud_is_that_of_the_service_root() {
        assert_eq!(service("https://microsoftgraph.chinacloudapi.cn/").cloud(), Some(Cloud::China));
        assert_eq!(service("https://proxy.example.com/graph").cloud(), None);
    }

    #[test]
    fn base_urls() {
        for base_url in [
            "https://graph.microsoft.us",
            "https://proxy.example/graph/",
            "http://localhost:8080",
            "http://127.0.0.1:1",
            "http://[::1]:1",
        ] {
            assert!(Service::new(base_url).is_ok(), "{base_url}");
        }
        for base_url in [
            "http://graph.microsoft.com",
            "http://localhost.example",
            "http://127.0.0.1.example",
            "ftp://localhost",
            "graph.microsoft.com",
            "https://user:s3cret@graph.microsoft.com",
            "https://graph.microsoft.com?x",
            "https://graph.microsoft.com#x",
            "https://graph.microsoft.com/v1.0",
            "https://proxy.example/graph/beta/",
            "https://graph.microsoft.de/",
            "",
        ] {
            let error = Service::new(base_url).expect_err(base_url).to_string();
            assert!(error.starts_with("invalid client configuration: the base URL "), "{error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn clouds_have_a_root_and_an_audience() {
        for cloud in [Cloud::Global, Cloud::UsGovernmentL4, Cloud::UsGovernmentL5, Cloud::China] {
            let service = service(cloud.base_url());
            assert_eq!(service.scope(), cloud.scope());
            assert_eq!(service.base_url(), cloud.base_url());
            assert!(cloud.authority().starts_with("https://login."), "{cloud:?}");
        }
        assert!(Service::new(Cloud::Germany.base_url()).is_err());
    }

    #[test]
    fn the_token_goes_to_the_list_only() {
        let mut service = service("https://graph.microsoft.com");
        service.allow_host("files.example").expect("a host");
        for host in ["", "a b", "user@host", "host/path", "host?x"] {
            assert!(service.allow_host(host).is_err(), "{host}");
        }
        for link in [
            "https://graph.microsoft.com/v1.0/users?$skiptoken=a b",
            "https://GRAPH.microsoft.com:443/v1.0/users",
            "https://graph.microsoft.com/v1.0/用户",
            "https://files.example/x",
        ] {
            assert!(service.check_link(link, true).is_ok(), "{link}");
        }
        for link in [
            "https://graph.microsoft.com.evil.example/",
            "https://evil.example/graph.microsoft.com",
            "https://graph.microsoft.com@evil.example/",
            "https://user@graph.microsoft.com/",
            "https://graph.microsoft.com:444/",
            "https://graph.microsoft.us/v1.0/users",
            "https://graph.microsoft.com\\@evil.example/",
        ] {
            assert!(service.check_link(link, true).is_err(), "{link}");
        }
        for link in ["http://graph.microsoft.com/", "http://127.0.0.1/", "file:///etc/passwd", "/v1.0/users", "", "x"] {
            assert!(service.check_link(link, false).is_err(), "{link}");
        }
        assert!(service.check_link("https://elsewhere.example/?sig=1", false).is_ok());
        assert!(service.check_link("https://graph.microsoft.com/v1.0/%2E%2e/x", true).is_err());
    }

    #[test]
    fn a_number_sign_in_a_link_is_encoded() {
        let service = service("https://graph.microsoft.com");
        let uri = service.check_link("https://graph.microsoft.com/v1.0/users?$skiptoken=a#b&$top=5", true);
        let expected = "https://graph.microsoft.com/v1.0/users?$skiptoken=a%23b&$top=5";
        assert_eq!(uri.map(|uri| uri.to_string()), Ok(expected.into()));
        for link in ["https://graph.microsoft.com#.evil.example/", "https://evil.example#@graph.microsoft.com/", "#"] {
            assert!(service.check_link(link, true).is_err() && service.check_link(link, false).is_err(), "{link}");
        }
    }

    #[test]
    fn monitors_are_relative_to_the_version() {
        let service = service("https://graph.microsoft.com");
        let proxy = self::service("https://proxy.example/graph");
        for (location, expected, behind_proxy) in [
            (
                "/teams('19:a')/operations('b')",
                "/v1.0/teams('19:a')/operations('b')",
                "/v1.0/teams('19:a')/operations('b')",
            ),
            (
                "teams('19:a')/operations('b')",
                "/v1.0/teams('19:a')/operations('b')",
                "/v1.0/teams('19:a')/operations('b')",
            ),
            ("v1.0/teams('a')", "/v1.0/teams('a')", "/v1.0/teams('a')"),
            ("beta/teams('a')", "/beta/teams('a')", "/beta/teams('a')"),
            ("verbs/1?x=a:b", "/v1.0/verbs/1?x=a:b", "/v1.0/verbs/1?x=a:b"),
        ] {
            let monitor = service.monitor(Version::V1_0, location);
            assert_eq!(monitor, format!("https://graph.microsoft.com{expected}"));
            let monitor = proxy.monitor(Version::V1_0, location);
            assert_eq!(monitor, format!("https://proxy.example/graph{behind_proxy}"));
        }
        assert_eq!(service.monitor(Version::Beta, "/a"), "https://graph.microsoft.com/beta/a");
        assert_eq!(service.monitor(Version::V1_0, "/beta/a"), "https://graph.microsoft.com/beta/a");
        assert_eq!(service.monitor(Version::V1_0, "https://m.example/a"), "https://m.example/a");
        assert_eq!(service.monitor(Version::V1_0, "//m.example/a"), "https://m.example/a");
        assert_eq!(proxy.monitor(Version::V1_0, "/graph/v1.0/a"), "https://proxy.example/graph/v1.0/a");
        assert_eq!(proxy.monitor(Version::V1_0, "/v1.0/a"), "https://proxy.example/v1.0/a");
    }

    #[test]
    fn loopback_links_are_for_loopback_services() {
        let service = service("http://127.0.0.1:1234");
        assert!(service.check_link("http://127.0.0.1:1234/v1.0/next", true).is_ok());
        assert!(service.check_link("http://127.0.0.1:1235/upload", false).is_ok());
        assert!(service.check_link("http://127.0.0.1:1235/next", true).is_err(), "another server");
    }

    #[test]
    fn redirects_are_relative_to_the_request() {
        let service = service("https://graph.microsoft.com");
        let from: Uri = "https://graph.microsoft.com/v1.0/a/b?c".parse().expect("a URL");
        let resolve = |location| service.resolve(&from, location);
        assert_eq!(resolve("https://x.example/y"), "https://x.example/y");
        assert_eq!(resolve("//x.example/y"), "https://x.example/y");
        assert_eq!(resolve("/y"), "https://graph.microsoft.com/y");
        assert_eq!(resolve("y?z"), "https://graph.microsoft.com/v1.0/a/y?z");
    }
}
