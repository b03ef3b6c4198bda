//! Owns applications that can prove who they are, and tokens for the application itself.

use super::super::auth::{AccessToken, TokenError, TokenFuture, TokenProvider};
use super::super::transport::BoxFuture;
use super::endpoint::Form;
use super::on_behalf_of::OnBehalfOf;
use super::{OAuth, SignedIn};
use std::fmt;
use std::sync::Arc;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How the application proves who it is.
#[derive(Clone)]
pub(super) enum Proof {
    /// Not at all.
    Public,
    Secret(Arc<str>),
    Assertion(Arc<dyn ClientAssertion>),
}

impl Proof {
    pub(super) async fn add_to(&self, form: Form, audience: &str) -> Result<Form, TokenError> {
        Ok(match self {
            Proof::Public => form,
            Proof::Secret(secret) => form.pair("client_secret", secret),
            Proof::Assertion(assertions) => {
                let assertion = assertions.assertion(audience).await?;
                // A file usually ends with a line break, which no JWT has.
                form.pair("client_assertion_type", ASSERTION_TYPE).pair("client_assertion", assertion.trim())
            }
        })
    }
}

/// A source of assertions: JWTs with which an application proves who it is.
///
/// Functions that return an assertion at once, for example from a file, are sources.
pub trait ClientAssertion: Send + Sync {
    /// Returns an assertion for the `audience` (the address of the token endpoint), which is what Entra requires as
    /// `aud` of an assertion that is signed with a certificate. It is called for each token, so it should keep
    /// assertions that are expensive.
    ///
    /// Error: [`TokenError`] with the reason; nothing is sent then.
    fn assertion<'a>(&'a self, audience: &'a str) -> BoxFuture<'a, Result<String, TokenError>>;
}

impl<F: Fn(&str) -> Result<String, TokenError> + Send + Sync> ClientAssertion for F {
    fn assertion<'a>(&'a self, audience: &'a str) -> BoxFuture<'a, Result<String, TokenError>> {
        Box::pin(std::future::ready(self(audience)))
    }
}

/// An application that can prove who it is, and a [`TokenProvider`] for the application itself (application
/// permissions).
///
/// Source: RFC 6749, section 4.4;
/// <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>.
#[derive(Clone)]
pub struct ConfidentialClient {
    oauth: OAuth,
}

impl ConfidentialClient {
    pub(super) fn new(oauth: OAuth) -> ConfidentialClient {
        ConfidentialClient { oauth }
    }

    /// Tokens for a user who called this service with `user_token`, an access token for this service without `Bearer`.
    /// The service must have validated it.
    pub fn on_behalf_of(&self, user_token: impl Into<String>) -> OnBehalfOf {
        OnBehalfOf::new(self.oauth.clone(), user_token.into())
    }

    /// Signs in a user of a web application, as [`OAuth::authorization_code`].
    ///
    /// Error: as there.
    #[cfg(feature = "sign-in")]
    pub fn authorization_code(
        &self,
        scopes: &[&str],
        redirect_uri: &str,
    ) -> Result<super::AuthorizationRequest, TokenError> {
        self.oauth.clone().authorization_code(scopes, redirect_uri)
    }

    /// A user who signed in earlier, as [`OAuth::refresh_token`].
    pub fn refresh_token(&self, refresh_token: impl Into<String>, scopes: &[&str]) -> SignedIn {
        self.oauth.clone().refresh_token(refresh_token, scopes)
    }

    async fn request(&self, scopes: &[&str], claims: Option<&str>) -> Result<AccessToken, TokenError> {
        let form = self.oauth.form("client_credentials").await?;
        let form = form.pair("scope", &scopes.join(" ")).claims(claims);
        Ok(self.oauth.token(form).await?.token)
    }
}

impl TokenProvider for ConfidentialClient {
    fn token<'a>(&'a self, scopes: &'a [&'a str]) -> TokenFuture<'a> {
        Box::pin(self.request(scopes, None))
    }

    fn token_for_claims<'a>(&'a self, scopes: &'a [&'a str], claims: &'a str) -> TokenFuture<'a> {
        Box::pin(self.request(scopes, Some(claims)))
    }
}

impl fmt::Debug for ConfidentialClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfidentialClient").field("oauth", &self.oauth).finish_non_exhaustive()
    }
}
