//! Owns the handshake: the text that proves to the service that an address belongs to the caller.

use super::receive::Refused;
use percent_encoding::percent_decode_str;
use std::borrow::Cow;
use std::fmt;

const PARAMETER: &str = "validationToken";
/// Those of the service have about 200 characters.
const MAX_LENGTH: usize = 4096;

/// The text to answer with status 200 and the media type `text/plain`, within 10 seconds.
///
/// It has neither `<`, `>` nor control characters, which the service never sends: an answer with them could be a
/// script of somebody else. Send `X-Content-Type-Options: nosniff` with it if the framework allows that.
///
/// Source: <https://learn.microsoft.com/graph/change-notifications-delivery-webhooks#notificationurl-validation>.
#[derive(Clone, PartialEq, Eq)]
pub struct ValidationToken(String);

impl ValidationToken {
    /// The media type of the answer.
    pub const CONTENT_TYPE: &'static str = "text/plain; charset=utf-8";

    /// Reads the token from the query string of a request, without the `?`; `None` if it is not a handshake.
    ///
    /// Error: [`Refused::ValidationToken`] if it is empty, has more than 4,096 bytes, is not UTF-8 or has characters
    /// that the service never sends.
    pub fn from_query(query: &str) -> Result<Option<ValidationToken>, Refused> {
        let mut pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let Some((_, value)) = pairs.find(|(name, _)| *name == PARAMETER) else { return Ok(None) };
        // A percent-encoded byte takes three.
        if value.len() > 3 * MAX_LENGTH {
            return Err(Refused::ValidationToken { reason: "it is too long" });
        }
        // The service encodes a blank as a plus, as forms do.
        let value = value.replace('+', " ");
        let text = percent_decode_str(&value).decode_utf8();
        let text = text.map_err(|_| Refused::ValidationToken { reason: "it is not UTF-8" })?;
        check(&text).map_err(|reason| Refused::ValidationToken { reason })?;
        Ok(Some(ValidationToken(Cow::into_owned(text))))
    }

    /// The body of the answer, decoded.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<ValidationToken> for String {
    fn from(token: ValidationToken) -> Self {
        token.0
    }
}

/// It proves ownership of the address only to the service, but is not needed in logs.
impl fmt::Debug for ValidationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ValidationToken({} bytes)", self.0.len())
    }
}

fn check(text: &str) -> Result<(), &'static str> {
    match text {
        "" => Err("it is empty"),
        text if text.len() > MAX_LENGTH => Err("it is too long"),
        text if text.contains(|c: char| matches!(c, '<' | '>') || c.is_control()) => {
            Err("it has characters of HTML or control characters")
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn read(query: &str) -> Option<String> {
        ValidationToken::from_query(query).expect("not refused").map(String::from)
    }

    #[test]
    fn tokens_are_decoded() {
        assert_eq!(read("validationToken=Check%3a+reach+me%2B%C3%A4%22"), Some("Check: reach me+ä\"".into()));
        assert_eq!(read("app=7&validationToken=a=b&x=y"), Some("a=b".into()));
        assert_eq!(read("app=validationToken&ValidationToken=x"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn hostile_tokens_are_refused() {
        let (long, encoded) = ("a".repeat(4097), "%61".repeat(4097));
        let hostile =
            ["", "%3Cscript%3Ealert(1)%3C/script%3E", "a%00b", "a%0d%0aSet-Cookie:+x", "%ff", &long, &encoded];
        for value in hostile {
            let refused = ValidationToken::from_query(&format!("validationToken={value}"));
            assert_eq!(refused.expect_err("refused").status(), 400, "{value:.40}");
        }
        assert!(ValidationToken::from_query("validationToken").is_err());
        assert!(read(&format!("validationToken={}", "%61".repeat(4096))).is_some());
    }
}
