//! Owns the use of Azure SDK credentials for tokens for Graph (feature `azure`).

use super::auth::{AccessToken, TokenError, TokenFuture, TokenProvider};
use azure_core::credentials::TokenCredential;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

/// Any credential of `azure_identity`: client secret, certificate, assertion, managed identity,
/// workload identity, Azure CLI and others.
///
/// The authority of the credential must be that of the cloud of the client. `azure_core` has no claims challenges: if
/// Graph refuses a token before it expires, the credential may give the same again, and the call ends with status 401.
#[derive(Clone)]
pub struct AzureCredential {
    credential: Arc<dyn TokenCredential>,
}

impl AzureCredential {
    /// Wraps a credential, as returned by the constructors of `azure_identity`.
    pub fn new(credential: Arc<dyn TokenCredential>) -> AzureCredential {
        AzureCredential { credential }
    }
}

impl TokenProvider for AzureCredential {
    fn token<'a>(&'a self, scopes: &'a [&'a str]) -> TokenFuture<'a> {
        Box::pin(async move {
            let token = self.credential.get_token(scopes, None).await.map_err(TokenError::new)?;
            Ok(AccessToken::new(token.token.secret()).with_expiry(SystemTime::from(token.expires_on)))
        })
    }
}

impl fmt::Debug for AzureCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AzureCredential").finish_non_exhaustive()
    }
}
