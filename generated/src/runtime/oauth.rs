//! Owns an application at a token server of Microsoft Entra, from which every way to sign in starts that needs no other
//! crate. The ways themselves are below; managed identities, certificates and developer tools are behind the feature
//! `azure`.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-protocols>; RFC 6749.

#[cfg(feature = "sign-in")]
mod authorization_code;
mod confidential;
mod device_code;
mod endpoint;
mod error;
#[cfg(all(feature = "sign-in", feature = "client"))]
mod loopback;
mod on_behalf_of;
mod signed_in;

#[cfg(feature = "sign-in")]
pub use authorization_code::{AuthorizationRequest, Prompt};
pub use confidential::{ClientAssertion, ConfidentialClient};
pub use device_code::DeviceCode;
pub use error::OAuthError;
#[cfg(all(feature = "sign-in", feature = "client"))]
pub use loopback::LoopbackListener;
pub use on_behalf_of::OnBehalfOf;
pub use signed_in::SignedIn;

use super::cloud::Cloud;
use super::transport::Transport;
use confidential::Proof;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The maximum duration of a request to the token server.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The unreserved characters of RFC 3986.
const SEGMENT: &percent_encoding::AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An application at a token server.
///
/// As it is, it is a public client (RFC 6749, section 2.1), such as a program on the machine of its user, which cannot
/// keep a secret: it signs in users with [`OAuth::device_code`], `OAuth::interactive` or `OAuth::authorization_code`
/// (feature `sign-in`). With [`OAuth::client_secret`] or [`OAuth::client_assertion`] it is a confidential client.
#[derive(Clone)]
pub struct OAuth {
    transport: Arc<dyn Transport>,
    authority: String,
    tenant: String,
    client_id: String,
    proof: Proof,
    timeout: Duration,
}

impl OAuth {
    /// An application (`client_id`) of a tenant (its id, a domain, `common`, `organizations` or
    /// `consumers`), at the authority of a cloud.
    pub fn new(transport: impl Transport + 'static, cloud: Cloud, tenant: &str, client_id: &str) -> OAuth {
        OAuth {
            transport: Arc::new(transport),
            authority: cloud.authority().to_owned(),
            tenant: utf8_percent_encode(tenant, SEGMENT).to_string(),
            client_id: client_id.to_owned(),
            proof: Proof::Public,
            timeout: TIMEOUT,
        }
    }

    /// The same over a new [`ReqwestTransport`](super::ReqwestTransport).
    ///
    /// Error: TLS cannot be set up on this machine.
    #[cfg(feature = "client")]
    pub fn with_reqwest(cloud: Cloud, tenant: &str, client_id: &str) -> Result<OAuth, super::TokenError> {
        let transport = super::ReqwestTransport::with_defaults(true).map_err(super::TokenError::new)?;
        Ok(OAuth::new(transport, cloud, tenant, client_id))
    }

    /// Sets another authority: `https`, or a server on this machine.
    pub fn authority(mut self, url: &str) -> OAuth {
        self.authority = url.trim_end_matches('/').to_owned();
        self
    }

    /// Sets how long each request to the token server may take, by default 30 seconds. A server that cannot be reached,
    /// is busy or does not answer in time is asked up to three times.
    pub fn timeout(mut self, timeout: Duration) -> OAuth {
        self.timeout = timeout;
        self
    }

    /// The application with a secret, which is sent to the token server.
    ///
    /// Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>.
    pub fn client_secret(self, secret: impl Into<String>) -> ConfidentialClient {
        self.confidential(Proof::Secret(secret.into().into()))
    }

    /// The application with assertions instead of a secret: tokens of a federated identity provider (workload identity
    /// federation), or JWTs that are signed with the key of a certificate.
    ///
    /// ```no_run
    /// use msgraph::{Cloud, TokenError, runtime::OAuth};
    /// # fn app(oauth: OAuth) {
    /// // Kubernetes renews the file.
    /// let app = oauth.client_assertion(|_: &str| {
    ///     std::fs::read_to_string("/var/run/secrets/azure/tokens/azure-identity-token").map_err(TokenError::new)
    /// });
    /// # }
    /// ```
    ///
    /// Source: RFC 7523, section 2.2;
    /// <https://learn.microsoft.com/entra/workload-id/workload-identity-federation>.
    pub fn client_assertion(self, assertions: impl ClientAssertion + 'static) -> ConfidentialClient {
        self.confidential(Proof::Assertion(Arc::new(assertions)))
    }

    fn confidential(mut self, proof: Proof) -> ConfidentialClient {
        self.proof = proof;
        ConfidentialClient::new(self)
    }
}

impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth")
            .field("authority", &self.authority)
            .field("tenant", &self.tenant)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// The scopes of a signed-in user, with `offline_access`, so that the user does not have to sign in every hour.
fn user_scope(scopes: &[&str]) -> String {
    let mut scope = scopes.join(" ");
    if !scopes.contains(&"offline_access") {
        scope.push_str(if scope.is_empty() { "offline_access" } else { " offline_access" });
    }
    scope
}
