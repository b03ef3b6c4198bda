//! Owns reading and showing the error response of Microsoft Graph.
//!
//! It decides neither which answers are errors nor whether to try again.

use super::auth::AccessToken;
use super::cloud::Cloud;
use super::error::{ErrorBody, RedirectTarget};
use super::granted::{Comparison, Granted};
use super::operation::{AllOf, Operation, PermissionSet};
use super::response::without_mark;
use serde_json::{Map, Value};
use std::fmt;

/// The part of the message of the service that `Display` shows.
const SHOWN_MESSAGE: usize = 300;

/// An error that the service reported.
///
/// Everything except the status can be missing: gateways answer with HTML or without a body. Base
/// decisions on `status`, `code` and `inner_code`, never on `message`, which may change or be
/// translated. Quote `request_id` and `date` to Microsoft support.
///
/// Source: <https://learn.microsoft.com/graph/errors>; OData JSON 4.01, section 21.1.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct GraphError {
    /// The HTTP status.
    pub status: u16,
    /// `error.code`, such as `Authorization_RequestDenied`; `None` if absent or empty.
    pub code: Option<String>,
    /// The most specific code of the nested inner errors.
    pub inner_code: Option<String>,
    /// `error.message`, for developers.
    pub message: Option<String>,
    /// The id of the request given by the service, from the body or the `request-id` header.
    pub request_id: Option<String>,
    /// The id of the request given by the client, from the body or the `client-request-id` header.
    pub client_request_id: Option<String>,
    /// When the service answered, from the body or the `Date` header, in the form found there.
    pub date: Option<String>,
    /// The `Retry-After` header as sent: seconds, possibly with a fraction, or an HTTP date.
    pub retry_after: Option<String>,
    /// The `Location` header: with status 410, where a delta query starts again.
    ///
    /// Source: <https://learn.microsoft.com/graph/api/driveitem-delta>.
    pub location: Option<RedirectTarget>,
    /// The body. Debug output only shows its size.
    pub body: ErrorBody,
    /// The operation that was called.
    pub operation: Operation,
    /// With status 403: the permissions in the token, if it can be read.
    pub granted: Option<Granted>,
    /// The cloud of the client, if it is a known one.
    pub cloud: Option<Cloud>,
}

impl GraphError {
    /// Reads an error response; `header` looks up a response header by its lower-case name.
    pub fn from_response(
        operation: Operation,
        status: u16,
        header: &dyn Fn(&str) -> Option<String>,
        body: ErrorBody,
    ) -> GraphError {
        let parsed: Value = serde_json::from_slice(without_mark(body.as_bytes())).unwrap_or_default();
        let error = &parsed["error"];
        let inner = error.as_object().and_then(inner_error);
        GraphError {
            status,
            // OAuth endpoints answer `{"error": "…", "error_description": "…"}` (RFC 6749, 5.2).
            code: text(&error["code"]).or_else(|| text(error)),
            inner_code: inner.and_then(innermost_code),
            message: message(error).or_else(|| text(&parsed["error_description"])),
            request_id: inner_text(inner, "request-id").or_else(|| header("request-id")),
            client_request_id: inner_text(inner, "client-request-id").or_else(|| header("client-request-id")),
            date: inner_text(inner, "date").or_else(|| header("date")),
            retry_after: header("retry-after"),
            location: header("location").map(RedirectTarget::new),
            body,
            operation,
            granted: None,
            cloud: None,
        }
    }

    /// Reads the permissions in the token.
    pub fn with_token(mut self, token: &AccessToken) -> GraphError {
        self.granted = Granted::read(token);
        self
    }

    /// How long the service asks to wait, relative to `now` if it names a date. `None` without a
    /// readable `Retry-After` header.
    #[cfg(feature = "transport")]
    pub fn wait(&self, now: std::time::SystemTime) -> Option<std::time::Duration> {
        super::retry::parse_retry_after(self.retry_after.as_deref()?, now)
    }

    /// With status 403: compares the permissions in the token with the documented ones. `None` for
    /// every other status, and if the token cannot be read.
    pub fn permissions(&self) -> Option<Comparison> {
        self.granted.as_ref().map(|granted| granted.compare(&self.operation.permissions()))
    }

    /// What the documentation suggests. In a cloud in which the operation is not available: that. For 403: the documented permissions of the operation, or only
    /// the least privileged one if it is known, and whether the token has it. For 404 and 405: the
    /// page to compare the path with. For 400: the query options that the page names. `None` for
    /// every other status, and if nothing is documented.
    pub fn advice(&self) -> Option<String> {
        self.cloud_advice().or_else(|| self.advice_for_status())
    }

    /// Where the operation is available, if not in the cloud of the client.
    fn cloud_advice(&self) -> Option<String> {
        let (cloud, clouds) = (self.cloud?, self.operation.clouds()?);
        let is_refused = (400..500).contains(&self.status) && !clouds.has(cloud);
        is_refused.then(|| format!("documented as not available in {cloud}, only in {clouds}"))
    }

    fn advice_for_status(&self) -> Option<String> {
        match self.status {
            400 => self.query_option_advice(),
            403 => self.permission_advice(),
            404 | 405 if !self.operation.page().is_empty() => {
                Some(format!("documented on {}", self.operation.docs_url()))
            }
            _ => None,
        }
    }

    fn query_option_advice(&self) -> Option<String> {
        let named: Vec<_> = self.operation.query_options().named().collect();
        (!named.is_empty()).then(|| format!("documented query options: {}", named.join(", ")))
    }

    fn permission_advice(&self) -> Option<String> {
        let documented = self.documented_permissions()?;
        let elsewhere = "so look at the rights of the user, licences and policies";
        let compared = match self.permissions() {
            Some(Comparison::Has(permissions)) => format!("; the token has {permissions}, {elsewhere}"),
            Some(Comparison::NoneNeeded) => format!("; the token needs none, {elsewhere}"),
            Some(Comparison::Lacks(sets)) => match (&sets[..], &self.granted) {
                ([only], Some(granted)) => {
                    format!("; the token lacks {}", granted.missing(*only).collect::<Vec<_>>().join(" and "))
                }
                (several, _) => format!("; the token has none of {}", joined(several)),
            },
            Some(Comparison::NotSupported) => String::from("; the token is of a kind that is not supported"),
            Some(Comparison::Unknown) | None => String::new(),
        };
        Some(format!("documented permissions: {documented}{compared}"))
    }

    fn documented_permissions(&self) -> Option<String> {
        let permissions = self.operation.permissions();
        let documented = [
            ("delegated (work or school)", permissions.delegated_work),
            ("delegated (personal)", permissions.delegated_personal),
            ("application", permissions.application),
        ];
        let documented: Vec<String> =
            documented.into_iter().filter_map(|(caller, set)| Some(format!("{caller} {}", describe(set)?))).collect();
        (!documented.is_empty()).then(|| documented.join("; "))
    }
}

impl std::error::Error for GraphError {}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (method, path) = (self.operation.method(), self.operation.path());
        write!(f, "{method} {path} failed with status {}", self.status)?;
        if let Some(code) = self.inner_code.as_ref().or(self.code.as_ref()) {
            write!(f, ", code {}", one_line(code))?;
        }
        if let Some(message) = &self.message {
            write!(f, ": {}", one_line(message))?;
        }
        if let Some(advice) = self.advice() {
            write!(f, " ({advice})")?;
        }
        if let Some(request_id) = &self.request_id {
            write!(f, " [request-id {}]", one_line(request_id))?;
        }
        Ok(())
    }
}

fn describe(set: PermissionSet) -> Option<String> {
    let alternatives: Vec<_> = set.alternatives().collect();
    match (set.least(), alternatives.as_slice(), set.is_supported()) {
        (Some(least), [_], _) => Some(least.to_string()),
        (Some(least), _, _) => Some(format!("{least} (least privileged)")),
        (None, [_, ..], _) => Some(format!("one of {}", joined(&alternatives))),
        (None, [], Some(true)) => Some(String::from("none needed")),
        (None, [], Some(false)) => Some(String::from("not supported")),
        (None, [], None) => None,
    }
}

fn joined(sets: &[AllOf]) -> String {
    sets.iter().map(AllOf::to_string).collect::<Vec<_>>().join(", ")
}

/// Services spell the name in two ways.
fn inner_error(error: &Map<String, Value>) -> Option<&Map<String, Value>> {
    let inner = error.get("innerError").or_else(|| error.get("innererror"));
    inner?.as_object()
}

/// Each inner error is more specific than the one around it.
fn innermost_code(first: &Map<String, Value>) -> Option<String> {
    std::iter::successors(Some(first), |inner| inner_error(inner)).filter_map(|inner| text(inner.get("code")?)).last()
}

fn inner_text(inner: Option<&Map<String, Value>>, name: &str) -> Option<String> {
    text(inner?.get(name)?)
}

/// Old services wrap the message: `{"lang": "en-US", "value": "…"}` (OData JSON 3.0).
fn message(error: &Value) -> Option<String> {
    text(&error["message"]).or_else(|| text(&error["message"]["value"]))
}

/// A number or a non-empty string.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Text from the service must not break or forge log lines.
fn one_line(text: &str) -> String {
    let mut line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(SHOWN_MESSAGE).collect();
    if text.chars().nth(SHOWN_MESSAGE).is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    const OPERATION: Operation =
        Operation::documented("GET /v1.0/a/{id}", "", "A.Read < A.ReadWrite | - | B, C", "200 $top $skip");

    fn parse(status: u16, body: &str) -> GraphError {
        let header = |name: &str| match name {
            "request-id" => Some(String::from("from-header")),
            "date" => Some(String::from("header-date")),
            "retry-after" => Some(String::from("2.128")),
            _ => None,
        };
        let body = ErrorBody::new(Bytes::from(body.to_owned()));
        GraphError::from_response(OPERATION, status, &header, body)
    }

    #[test]
    fn the_cloud_is_named_first() {
        const GLOBAL: Operation = Operation::documented("GET /v1.0/a", "a-get", "A | - | A", "@g 200");
        let error = |status, cloud| {
            let body = ErrorBody::new(Bytes::new());
            GraphError { cloud, ..GraphError::from_response(GLOBAL, status, &|_| None, body) }
        };
        let advice = error(404, Some(Cloud::China)).advice().expect("advice");
        assert_eq!(advice, "documented as not available in China, only in the global service");
        assert!(error(404, Some(Cloud::Global)).advice().expect("advice").starts_with("documented on"));
        assert!(error(404, None).advice().expect("advice").starts_with("documented on"));
        assert_eq!(error(500, Some(Cloud::China)).advice(), None);
    }

    #[test]
    fn both_casings_and_nested_inner_errors() {
        let error = parse(
            404,
            r#"{"error":{"code":"a","message":"m","innerError":{"code":"b","request-id":"r",
               "client-request-id":"c","date":"d","innererror":{"code":"e"}}}}"#,
        );
        assert_eq!(error.code.as_deref(), Some("a"));
        assert_eq!(error.inner_code.as_deref(), Some("e"));
        assert_eq!(error.message.as_deref(), Some("m"));
        assert_eq!(error.request_id.as_deref(), Some("r"));
        assert_eq!(error.client_request_id.as_deref(), Some("c"));
        assert_eq!(error.date.as_deref(), Some("d"));
        assert_eq!(error.retry_after.as_deref(), Some("2.128"));
        #[cfg(feature = "transport")]
        assert_eq!(error.wait(std::time::SystemTime::now()), Some(std::time::Duration::from_millis(2128)));
        let error = parse(404, r#"{"error":{"innererror":{"request-id":"r"}}}"#);
        assert_eq!(error.request_id.as_deref(), Some("r"));
        assert_eq!(error.date.as_deref(), Some("header-date"));
    }

    #[test]
    fn odd_bodies() {
        let table = [
            ("", None, None),
            ("<html>Bad Gateway</html>", None, None),
            ("[]", None, None),
            ("7", None, None),
            (r#"{"error":null}"#, None, None),
            (r#"{"error":{"code":"","message":""}}"#, None, None),
            (r#"{"error":{"code":429}}"#, Some("429"), None),
            (r#"{"error":{"code":"a","message":{"lang":"en","value":"m"}}}"#, Some("a"), Some("m")),
            (r#"{"error":"invalid_grant","error_description":"m"}"#, Some("invalid_grant"), Some("m")),
        ];
        for (body, code, message) in table {
            let error = parse(502, body);
            assert_eq!(error.code.as_deref(), code, "{body}");
            assert_eq!(error.message.as_deref(), message, "{body}");
            assert_eq!(error.request_id.as_deref(), Some("from-header"), "{body}");
            assert_eq!(error.body.text(), body);
            assert_eq!(error.advice(), None);
        }
    }

    #[test]
    fn display_is_one_line_with_the_documented_permissions() {
        let body = r#"{"error":{"code":"Denied","message":"no\r\nway"},"secret":"s3cret"}"#;
        let error = parse(403, body);
        let expected = "GET /a/{id} failed with status 403, code Denied: no  way \
            (documented permissions: delegated (work or school) A.Read (least privileged); \
            delegated (personal) not supported; application one of B, C) \
            [request-id from-header]";
        assert_eq!(error.to_string(), expected);
        assert!(!format!("{error:?}").contains("s3cret"));
        let expected = "GET /a/{id} failed with status 400, code BadRequest \
            (documented query options: $top, $skip) [request-id from-header]";
        assert_eq!(parse(400, r#"{"error":{"code":"BadRequest"}}"#).to_string(), expected);
        const TOGETHER: Operation = Operation::documented("POST /v1.0/a", "", "() | | A + B, C", "");
        const LEAST: Operation = Operation::documented("POST /v1.0/a", "", "() | | A + B < C", "");
        let advice = |operation, token: &str| {
            let error = GraphError::from_response(operation, 403, &|_| None, ErrorBody::new(Bytes::new()));
            let claims = super::super::base64::encode(token.as_bytes());
            let token = AccessToken::new(format!("e30.{}.sig", claims.trim_end_matches('=')));
            error.with_token(&token).advice().unwrap_or_default()
        };
        let documented = "documented permissions: delegated (work or school) none needed; application";
        let expected = format!("{documented} one of A with B, C; the token has none of A with B, C");
        assert_eq!(advice(TOGETHER, r#"{"roles":["B"]}"#), expected);
        let expected = format!("{documented} A with B (least privileged); the token lacks A");
        assert_eq!(advice(LEAST, r#"{"roles":["B"]}"#), expected);
        assert!(advice(LEAST, r#"{"roles":["B","A"]}"#).contains("; the token has A with B, so look at"));
        assert!(advice(LEAST, r#"{"scp":"B"}"#).contains("; the token needs none, so look at"));
        let long = format!(r#"{{"error":{{"message":"{}"}}}}"#, "m".repeat(1000));
        assert!(parse(409, &long).to_string().len() < 400);
    }
}
