//! Owns the tokens of a signed-in user, however the user signed in.

use super::super::auth::{AccessToken, TokenError, TokenFuture, TokenProvider};
use super::super::transport::Transport;
use super::endpoint::Granted;
use super::{OAuth, user_scope};
use std::fmt;
use std::sync::{Mutex, PoisonError};

impl OAuth {
    /// A user who signed in earlier, perhaps before this program was started: with [`SignedIn::refresh_token`] and the
    /// scopes of then.
    pub fn refresh_token(self, refresh_token: impl Into<String>, scopes: &[&str]) -> SignedIn {
        let granted = Granted { token: AccessToken::new(""), refresh: Some(refresh_token.into()) };
        SignedIn::new(self, user_scope(scopes), granted)
    }
}

/// A [`TokenProvider`] for a signed-in user, which renews the token as long as the server allows.
/// It has the permissions that were requested at sign-in, whatever scopes a client requests.
///
/// If the service or the server demands more, for example a second factor, renewing fails with an
/// [`OAuthError`](super::OAuthError), and the user has to sign in again.
pub struct SignedIn {
    oauth: OAuth,
    scope: String,
    kept: Mutex<Granted>,
}

impl SignedIn {
    pub(super) fn new(oauth: OAuth, scope: String, granted: Granted) -> SignedIn {
        SignedIn { oauth, scope, kept: Mutex::new(granted) }
    }

    /// The current refresh token, to be kept in a safe place until the program is started again: whoever has it can act
    /// as the user. The server can replace it whenever it gives a token. `None` if it gave none.
    ///
    /// Source: RFC 6749, section 6; <https://learn.microsoft.com/entra/identity-platform/refresh-tokens>.
    pub fn refresh_token(&self) -> Option<String> {
        self.lock().refresh.clone()
    }

    async fn request(&self, claims: Option<&str>) -> Result<AccessToken, TokenError> {
        let refresh = {
            let mut kept = self.lock();
            // Each token is only given out once: if it is requested again, it expired or was refused.
            let token = std::mem::replace(&mut kept.token, AccessToken::new(""));
            if claims.is_none() && is_valid(&token, &*self.oauth.transport) {
                return Ok(token);
            }
            kept.refresh.clone()
        };
        let refresh = refresh.ok_or_else(|| TokenError::new("the token expired; sign in again"))?;
        let form = self.oauth.form("refresh_token").await?;
        let form = form.pair("refresh_token", &refresh).pair("scope", &self.scope).claims(claims);
        let granted = self.oauth.token(form).await?;
        if let Some(refresh) = granted.refresh {
            self.lock().refresh = Some(refresh);
        }
        Ok(granted.token)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Granted> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TokenProvider for SignedIn {
    fn token<'a>(&'a self, _scopes: &'a [&'a str]) -> TokenFuture<'a> {
        Box::pin(self.request(None))
    }

    fn token_for_claims<'a>(&'a self, _scopes: &'a [&'a str], claims: &'a str) -> TokenFuture<'a> {
        Box::pin(self.request(Some(claims)))
    }
}

fn is_valid(token: &AccessToken, transport: &dyn Transport) -> bool {
    !token.secret().is_empty() && token.expires_on().is_none_or(|expires_on| transport.now() < expires_on)
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn").field("oauth", &self.oauth).finish_non_exhaustive()
    }
}
