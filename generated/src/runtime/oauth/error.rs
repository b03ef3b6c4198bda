//! Owns the refusal of a token server.

use super::super::auth::TokenError;
use serde_json::Value;
use std::error::Error as StdError;

/// The answer of a token server that gives no token. It is the [source](StdError::source) of a [`TokenError`] and of
/// [`Error::Token`](super::super::Error::Token); [`OAuthError::of`] finds it.
///
/// Source: RFC 6749, sections 4.1.2.1 and 5.2;
/// <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("status {status}{}{error}: {description}", if error.is_empty() { "" } else { " " })]
#[non_exhaustive]
pub struct OAuthError {
    /// The HTTP status; 302 if the error came with the redirect after signing in.
    pub status: u16,
    /// The error of OAuth, such as `invalid_grant` or `interaction_required`; empty if the answer has none.
    pub error: String,
    /// The first line of the description, which begins with the code of Entra (`AADSTS…`), at most 300 characters.
    pub description: String,
    /// What a new sign-in must satisfy, as JSON: for `interaction_required`. A service that acts on behalf of a user
    /// passes it on to its caller, which signs in the user again with `AuthorizationRequest::claims`.
    pub claims: Option<String>,
}

impl OAuthError {
    /// The refusal in the chain of sources of an error, for example a [`TokenError`].
    pub fn of<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e OAuthError> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(refusal) = error.downcast_ref() {
                return Some(refusal);
            }
            next = error.source();
        }
        None
    }

    /// Reads the answer; `otherwise` describes it if the server does not.
    pub(super) fn read(status: u16, body: &Value, otherwise: &str) -> OAuthError {
        let text = |name: &str| body[name].as_str();
        OAuthError {
            status,
            error: short(text("error").unwrap_or_default()),
            description: short(text("error_description").unwrap_or(otherwise)),
            claims: text("claims").map(str::to_owned),
        }
    }

    /// An error that came with the redirect after signing in.
    #[cfg(feature = "sign-in")]
    pub(super) fn redirected(error: &str, description: &str) -> OAuthError {
        OAuthError { status: 302, error: short(error), description: short(description), claims: None }
    }
}

impl From<OAuthError> for TokenError {
    fn from(error: OAuthError) -> TokenError {
        TokenError::new(error)
    }
}

/// Descriptions name the application and the tenant, not secrets; they are cut anyway.
fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.chars().filter(|c| !c.is_control()).take(300).collect()
}
