//! Owns the source of access tokens, and makes sure that they are not printed.
//!
//! It does not know how a token is acquired (that is up to the [`TokenProvider`]) or kept
//! (`token_cache`).

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// The result of [`TokenProvider::token`].
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<AccessToken, TokenError>> + Send + 'a>>;

/// A source of access tokens.
///
/// The client keeps a token with an expiry ([`AccessToken::with_expiry`]) and asks for a new one
/// five minutes before that, only once for all waiting requests. A token without expiry is not
/// kept: the provider is asked before every request.
///
/// ```
/// use msgraph::{AccessToken, TokenError, TokenProvider, runtime::TokenFuture};
///
/// struct FromEnvironment;
///
/// impl TokenProvider for FromEnvironment {
///     fn token<'a>(&'a self, _scopes: &'a [&'a str]) -> TokenFuture<'a> {
///         Box::pin(async {
///             let token = std::env::var("GRAPH_TOKEN").map_err(TokenError::new)?;
///             Ok(AccessToken::new(token))
///         })
///     }
/// }
/// ```
pub trait TokenProvider: Send + Sync {
    /// Returns a token for the scopes; the client asks for the `.default` scope of its service
    /// root, such as `https://graph.microsoft.com/.default`.
    ///
    /// Error: [`TokenError`] with the reason; the request is then not sent.
    fn token<'a>(&'a self, scopes: &'a [&'a str]) -> TokenFuture<'a>;

    /// Returns a token that satisfies a claims challenge: the service rejected the last one with
    /// 401 and named what is missing (an unencoded JSON text), for example after a change of
    /// conditional access. By default, the claims are ignored and a new token is returned.
    ///
    /// Source: <https://learn.microsoft.com/entra/identity-platform/claims-challenge>.
    fn token_for_claims<'a>(&'a self, scopes: &'a [&'a str], _claims: &'a str) -> TokenFuture<'a> {
        self.token(scopes)
    }
}

impl<P: TokenProvider + ?Sized> TokenProvider for Arc<P> {
    fn token<'a>(&'a self, scopes: &'a [&'a str]) -> TokenFuture<'a> {
        (**self).token(scopes)
    }

    fn token_for_claims<'a>(&'a self, scopes: &'a [&'a str], claims: &'a str) -> TokenFuture<'a> {
        (**self).token_for_claims(scopes, claims)
    }
}

/// An access token. Debug output does not show it.
///
/// Source: RFC 6750, section 2.1 (bearer token in the `Authorization` header).
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken {
    secret: Arc<str>,
    expires_on: Option<SystemTime>,
}

impl AccessToken {
    /// Wraps the token as it was issued, without `Bearer`.
    pub fn new(secret: impl Into<String>) -> Self {
        AccessToken { secret: secret.into().into(), expires_on: None }
    }

    /// The same token with an expiry.
    pub fn with_expiry(mut self, expires_on: SystemTime) -> Self {
        self.expires_on = Some(expires_on);
        self
    }

    /// The token itself.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// When it expires, if that is known.
    pub fn expires_on(&self) -> Option<SystemTime> {
        self.expires_on
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(…)")
    }
}

/// Always the same token: for tests, and for tools that get a token from elsewhere.
#[derive(Debug, Clone)]
pub struct StaticToken(AccessToken);

impl StaticToken {
    /// Wraps the token as it was issued, without `Bearer`.
    pub fn new(secret: impl Into<String>) -> Self {
        // There is no other token, so asking again is useless: "expires in 2106".
        let never = SystemTime::UNIX_EPOCH + Duration::from_secs(u32::MAX.into());
        StaticToken(AccessToken::new(secret).with_expiry(never))
    }
}

impl TokenProvider for StaticToken {
    fn token<'a>(&'a self, _scopes: &'a [&'a str]) -> TokenFuture<'a> {
        Box::pin(std::future::ready(Ok(self.0.clone())))
    }
}

/// No token could be obtained. Requests that waited for the same token share the error.
#[derive(Debug, Clone)]
pub struct TokenError {
    source: Arc<dyn StdError + Send + Sync>,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no access token: {}", self.source)
    }
}

/// Written by hand, because a derived source would be the `Arc`, which nobody can downcast.
impl StdError for TokenError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}

impl TokenError {
    /// Wraps the reason: an error or a message. It must not contain a secret.
    pub fn new(reason: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        TokenError { source: Arc::from(reason.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_the_source() {
        let error = TokenError::new(std::io::Error::other("locked"));
        assert_eq!(error.to_string(), "no access token: locked");
        assert!(error.source().is_some_and(|source| source.is::<std::io::Error>()));
    }

    #[test]
    fn tokens_are_not_printed() {
        let printed = format!("{:?} {:?}", AccessToken::new("s3cret"), StaticToken::new("s3cret"));
        assert!(!printed.contains("s3cret"), "{printed}");
    }
}
