//! Owns tokens for a user who called this service (the on-behalf-of flow).

use super::super::auth::{AccessToken, TokenError, TokenFuture, TokenProvider};
use super::OAuth;
use std::fmt;

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// A [`TokenProvider`] for one user who called this service with an access token: make a client for each user. Clients
/// with clones of one transport share its connections.
///
/// The token is exchanged when the client needs one; if the token of the user has expired by then, that fails, and so
/// does the call. If the user must sign in again, for example with a second factor, [`OAuthError`](super::OAuthError)
/// has the claims to pass on to the caller.
///
/// Source: RFC 7523, section 2.1;
/// <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow>.
#[derive(Clone)]
pub struct OnBehalfOf {
    oauth: OAuth,
    user_token: String,
}

impl OnBehalfOf {
    pub(super) fn new(oauth: OAuth, user_token: String) -> OnBehalfOf {
        OnBehalfOf { oauth, user_token }
    }

    async fn request(&self, scopes: &[&str], claims: Option<&str>) -> Result<AccessToken, TokenError> {
        let form = self.oauth.form(JWT_BEARER).await?;
        let form = form
            .pair("assertion", &self.user_token)
            .pair("scope", &scopes.join(" "))
            .pair("requested_token_use", "on_behalf_of")
            .claims(claims);
        Ok(self.oauth.token(form).await?.token)
    }
}

impl TokenProvider for OnBehalfOf {
    fn token<'a>(&'a self, scopes: &'a [&'a str]) -> TokenFuture<'a> {
        Box::pin(self.request(scopes, None))
    }

    fn token_for_claims<'a>(&'a self, scopes: &'a [&'a str], claims: &'a str) -> TokenFuture<'a> {
        Box::pin(self.request(scopes, Some(claims)))
    }
}

impl fmt::Debug for OnBehalfOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnBehalfOf").field("oauth", &self.oauth).finish_non_exhaustive()
    }
}
