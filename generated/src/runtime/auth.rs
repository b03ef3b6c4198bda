//! Owns where access tokens come from and that they are not printed.
//!
//! It does not know how a token is acquired or cached: that is up to the [`TokenProvider`].

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

/// What [`TokenProvider::token`] returns.
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<AccessToken, TokenError>> + Send + 'a>>;

/// A source of access tokens.
///
/// It is asked before every request, so it should cache the token and renew it some minutes before
/// it expires.
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
}

impl<P: TokenProvider + ?Sized> TokenProvider for Arc<P> {
    fn token<'a>(&'a self, scopes: &'a [&'a str]) -> TokenFuture<'a> {
        (**self).token(scopes)
    }
}

/// An access token. Debug output does not show it.
///
/// Source: RFC 6750, section 2.1 (bearer token in the `Authorization` header).
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken(String);

impl AccessToken {
    /// Wraps the token as it was issued, without `Bearer`.
    pub fn new(secret: impl Into<String>) -> Self {
        AccessToken(secret.into())
    }

    /// The token itself.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(…)")
    }
}

/// Always the same token: for tests, and for tools that are given one.
#[derive(Debug, Clone)]
pub struct StaticToken(AccessToken);

impl StaticToken {
    /// Wraps the token as it was issued, without `Bearer`.
    pub fn new(secret: impl Into<String>) -> Self {
        StaticToken(AccessToken::new(secret))
    }
}

impl TokenProvider for StaticToken {
    fn token<'a>(&'a self, _scopes: &'a [&'a str]) -> TokenFuture<'a> {
        Box::pin(std::future::ready(Ok(self.0.clone())))
    }
}

/// No token could be had.
#[derive(Debug, thiserror::Error)]
#[error("no access token: {source}")]
pub struct TokenError {
    source: Box<dyn StdError + Send + Sync>,
}

impl TokenError {
    /// Wraps the reason: an error or a message. It must not contain a secret.
    pub fn new(reason: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        TokenError { source: reason.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_not_printed() {
        let printed = format!("{:?} {:?}", AccessToken::new("s3cret"), StaticToken::new("s3cret"));
        assert!(!printed.contains("s3cret"), "{printed}");
    }
}
