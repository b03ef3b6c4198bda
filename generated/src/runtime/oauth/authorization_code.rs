//! Owns signing in a user in a browser: the authorization code with PKCE.
//!
//! It does not know how the redirect arrives: over `loopback`, or at a web application.

use super::super::auth::TokenError;
use super::super::base64;
use super::endpoint::Form;
use super::error::OAuthError;
use super::{OAuth, SignedIn, user_scope};
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};
use std::fmt;

impl OAuth {
    /// Starts signing in a user in a browser, which then is redirected to `redirect_uri` with a code: an address of a
    /// web application, or one that opens an app. `LoopbackListener` has one for a program on the machine of the user.
    /// `scopes` are permissions such as `User.Read`; `offline_access` is added.
    ///
    /// A web application sends the browser to [`AuthorizationRequest::url`], keeps the request in the session of the
    /// browser, and gives the redirect to [`AuthorizationRequest::redeem`].
    ///
    /// Error: the redirect address has a fragment, the authority is not `https`, or the system has no randomness.
    ///
    /// Source: RFC 6749, section 4.1; RFC 7636;
    /// <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow>.
    pub fn authorization_code(self, scopes: &[&str], redirect_uri: &str) -> Result<AuthorizationRequest, TokenError> {
        self.check_authority()?;
        if redirect_uri.contains('#') {
            return Err(TokenError::new("the redirect address must not have a fragment"));
        }
        Ok(AuthorizationRequest {
            scope: user_scope(scopes),
            redirect_uri: redirect_uri.to_owned(),
            state: random_text()?,
            verifier: random_text()?,
            prompt: None,
            login_hint: None,
            claims: None,
            oauth: self,
        })
    }
}

/// What the user is asked although there is a session.
///
/// Source: OpenID Connect Core 1.0, section 3.1.2.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Prompt {
    /// The password (or what replaces it).
    Login,
    /// Which account.
    SelectAccount,
    /// Whether the application may have the permissions.
    Consent,
    /// Nothing: if the user must be asked, signing in fails.
    None,
}

impl Prompt {
    fn as_str(self) -> &'static str {
        match self {
            Prompt::Login => "login",
            Prompt::SelectAccount => "select_account",
            Prompt::Consent => "consent",
            Prompt::None => "none",
        }
    }
}

/// A sign-in that was started and waits for the redirect of the browser.
pub struct AuthorizationRequest {
    oauth: OAuth,
    scope: String,
    redirect_uri: String,
    state: String,
    verifier: String,
    prompt: Option<Prompt>,
    login_hint: Option<String>,
    claims: Option<String>,
}

impl AuthorizationRequest {
    /// Sets what the user is asked although there is a session.
    pub fn prompt(mut self, prompt: Prompt) -> AuthorizationRequest {
        self.prompt = Some(prompt);
        self
    }

    /// Sets the user (a user principal name), so that nobody has to type it.
    pub fn login_hint(mut self, user: impl Into<String>) -> AuthorizationRequest {
        self.login_hint = Some(user.into());
        self
    }

    /// Sets what the sign-in must satisfy: the claims of a challenge, as JSON.
    pub fn claims(mut self, claims: impl Into<String>) -> AuthorizationRequest {
        self.claims = Some(claims.into());
        self
    }

    /// Continues a sign-in that another process started: with its [`state`](AuthorizationRequest::state) and
    /// [`verifier`](AuthorizationRequest::verifier).
    pub fn resume(mut self, state: impl Into<String>, verifier: impl Into<String>) -> AuthorizationRequest {
        (self.state, self.verifier) = (state.into(), verifier.into());
        self
    }

    /// The random value that comes back with the redirect, to find the session.
    pub fn state(&self) -> &str {
        &self.state
    }

    /// The secret that proves to the server that who redeems the code has requested it. The browser must not get it.
    pub fn verifier(&self) -> &str {
        &self.verifier
    }

    /// The address that the browser of the user opens.
    pub fn url(&self) -> String {
        let mut query = Form::new()
            .pair("client_id", &self.oauth.client_id)
            .pair("response_type", "code")
            .pair("response_mode", "query")
            .pair("redirect_uri", &self.redirect_uri)
            .pair("scope", &self.scope)
            .pair("state", &self.state)
            .pair("code_challenge", &challenge(&self.verifier))
            .pair("code_challenge_method", "S256");
        if let Some(prompt) = self.prompt {
            query = query.pair("prompt", prompt.as_str());
        }
        if let Some(user) = &self.login_hint {
            query = query.pair("login_hint", user);
        }
        format!("{}?{}", self.oauth.url("authorize"), query.claims(self.claims.as_deref()).into_query())
    }

    /// Redeems the code of the redirect: its whole address, or the query alone.
    ///
    /// Error: the state is another one, so somebody else started this sign-in; the user declined, or the server refuses
    /// ([`OAuthError`]).
    pub async fn redeem(self, redirect: &str) -> Result<SignedIn, TokenError> {
        let query = Query::read(redirect).ok_or_else(|| TokenError::new("the redirect repeats a parameter"))?;
        if !query.has_state(&self.state) {
            return Err(TokenError::new("the redirect does not belong to this sign-in: its state differs"));
        }
        if let Some(error) = query.get("error") {
            let description = query.get("error_description").unwrap_or("the user did not sign in");
            return Err(OAuthError::redirected(error, description).into());
        }
        let code = query.get("code").ok_or_else(|| TokenError::new("the redirect has no code"))?;
        let form = self.oauth.form("authorization_code").await?;
        let form = form
            .pair("code", code)
            .pair("redirect_uri", &self.redirect_uri)
            .pair("scope", &self.scope)
            .pair("code_verifier", &self.verifier)
            // RFC 6749, section 4.1.2: a code that is used twice can end the whole sign-in.
            .once();
        let granted = self.oauth.token(form).await?;
        Ok(SignedIn::new(self.oauth, self.scope, granted))
    }
}

impl fmt::Debug for AuthorizationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationRequest")
            .field("oauth", &self.oauth)
            .field("scope", &self.scope)
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}

/// The parameters of a redirect.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// `None` if one occurs twice (RFC 6749, section 3.1).
    pub(super) fn read(redirect: &str) -> Option<Query> {
        let query = redirect.split_once('?').map_or(redirect, |(_, query)| query);
        let query = query.split_once('#').map_or(query, |(query, _)| query);
        let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        let mut pairs: Vec<(String, String)> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            pairs.push((decode(name), decode(value)));
        }
        pairs.sort();
        let is_repeated = pairs.windows(2).any(|pair| pair[0].0 == pair[1].0);
        (!is_repeated).then_some(Query(pairs))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Compares every byte, so that the time says nothing about the state.
    pub(super) fn has_state(&self, expected: &str) -> bool {
        let state = self.get("state").unwrap_or_default();
        let differences = state.bytes().zip(expected.bytes()).fold(0, |all, (one, other)| all | (one ^ other));
        !expected.is_empty() && state.len() == expected.len() && differences == 0
    }
}

/// 256 random bits from the operating system, which is what RFC 7636, section 7.1, recommends.
fn random_text() -> Result<String, TokenError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(TokenError::new)?;
    Ok(for_urls(&bytes))
}

/// RFC 7636, section 4.2.
fn challenge(verifier: &str) -> String {
    for_urls(&Sha256::digest(verifier))
}

/// Base64 in the alphabet for URLs and without padding (RFC 7636, appendix A).
fn for_urls(bytes: &[u8]) -> String {
    base64::encode(bytes).trim_end_matches('=').replace('+', "-").replace('/', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_7636() {
        let challenge = challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn verifiers_are_long_and_differ() {
        let (one, other) = (random_text().expect("random"), random_text().expect("random"));
        assert_ne!(one, other);
        assert_eq!(one.len(), 43, "RFC 7636, section 4.1: 43 to 128 characters");
        assert!(one.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)), "{one}");
    }

    #[test]
    fn queries() {
        let query = Query::read("http://localhost/?code=a%2Fb+c&state=s&empty#_").expect("no repetition");
        assert_eq!((query.get("code"), query.get("empty"), query.get("other")), (Some("a/b c"), Some(""), None));
        for (state, expected) in [("s", true), ("", false), ("ss", false), ("t", false)] {
            assert_eq!(query.has_state(state), expected, "{state}");
        }
        assert!(!Query::read("").expect("empty").has_state(""), "no state is not a state");
        assert!(Query::read("state=s&code=1&code=2").is_none());
    }
}
