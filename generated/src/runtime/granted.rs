//! Owns what an access token says about the permissions in it.

use super::auth::AccessToken;
use super::base64;
use super::operation::{AccountType, Permissions};
use serde_json::Value;

/// Personal Microsoft accounts are in this tenant.
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// The permissions in a token, as far as it can be read. The signature is not checked: this is for
/// messages, not for decisions about security.
///
/// Source: <https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference>
/// (`scp`, `roles`, `tid`).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Granted {
    /// For whom the token was issued.
    pub account: AccountType,
    /// The permissions, as they stand in the token.
    pub permissions: Vec<String>,
}

impl Granted {
    /// Reads a token; `None` if it is no JSON Web Token with permissions. Microsoft does not promise
    /// that tokens can be read.
    pub fn read(token: &AccessToken) -> Option<Granted> {
        let claims = token.secret().split('.').nth(1)?;
        let claims: Value = serde_json::from_slice(&base64::decode(claims)?).ok()?;
        if let Some(scopes) = claims["scp"].as_str() {
            let account = match claims["tid"].as_str() {
                Some(CONSUMERS) => AccountType::DelegatedPersonal,
                _ => AccountType::DelegatedWork,
            };
            return Some(Granted { account, permissions: scopes.split_whitespace().map(str::to_owned).collect() });
        }
        // A token of an application without any permission has no `roles`.
        let is_application = claims["idtyp"] == "app" || claims["roles"].is_array();
        let roles = claims["roles"].as_array().map(Vec::as_slice).unwrap_or_default();
        let permissions = roles.iter().filter_map(|role| role.as_str().map(str::to_owned)).collect();
        is_application.then_some(Granted { account: AccountType::Application, permissions })
    }

    /// What the documentation says about a call with this token.
    pub fn compare(&self, permissions: &Permissions) -> Comparison {
        let set = permissions.of(self.account);
        let is_granted = |documented: &&str| self.permissions.iter().any(|own| own.eq_ignore_ascii_case(documented));
        if let Some(permission) = set.scopes().find(is_granted) {
            return Comparison::Has(permission);
        }
        match (set.least(), set.scopes().next(), set.is_supported()) {
            (Some(least), ..) => Comparison::Lacks(vec![least]),
            (None, Some(_), _) => Comparison::Lacks(set.scopes().collect()),
            (None, None, Some(false)) => Comparison::NotSupported,
            (None, None, _) => Comparison::Unknown,
        }
    }
}

/// How the permissions of a token compare with the documented ones.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Comparison {
    /// The token has this permission, which suffices as far as the documentation says: the reason is
    /// another one, such as the user's own rights, a licence or a policy.
    Has(&'static str),
    /// The token has none that suffices; one of these is needed. The least privileged one alone, if
    /// the documentation says which that is.
    Lacks(Vec<&'static str>),
    /// The operation is documented as not available to this kind of caller.
    NotSupported,
    /// The documentation does not say.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> AccessToken {
        AccessToken::new(format!("eyJh.{}.sig", base64::encode(claims.as_bytes()).trim_end_matches('=')))
    }

    fn read(claims: &str) -> Option<(AccountType, Vec<String>)> {
        Granted::read(&token(claims)).map(|granted| (granted.account, granted.permissions))
    }

    #[test]
    fn tokens_say_who_may_what() {
        let both = vec![String::from("A.Read"), String::from("B")];
        assert_eq!(read(r#"{"scp":"A.Read B"}"#), Some((AccountType::DelegatedWork, both.clone())));
        assert_eq!(read(r#"{"roles":["A.Read","B"]}"#), Some((AccountType::Application, both)));
        assert_eq!(read(r#"{"idtyp":"app"}"#), Some((AccountType::Application, vec![])));
        let personal = format!(r#"{{"scp":"","tid":"{CONSUMERS}"}}"#);
        assert_eq!(read(&personal), Some((AccountType::DelegatedPersonal, vec![])));
        assert_eq!(read(r#"{"aud":"x"}"#), None);
        for opaque in ["", "opaque", "a.b.c", "EwB4A8l6BAAU"] {
            assert_eq!(Granted::read(&AccessToken::new(opaque)), None, "{opaque}");
        }
    }

    #[test]
    fn a_token_is_compared_with_the_documentation() {
        let documented = Permissions::new("A.Read < A.Write | C, D | -");
        let compare = |account, permission: &str| {
            Granted { account, permissions: vec![permission.to_owned()] }.compare(&documented)
        };
        assert_eq!(compare(AccountType::DelegatedWork, "A.Write"), Comparison::Has("A.Write"));
        assert_eq!(compare(AccountType::DelegatedWork, "a.read"), Comparison::Has("A.Read"));
        assert_eq!(compare(AccountType::DelegatedWork, "B"), Comparison::Lacks(vec!["A.Read"]));
        assert_eq!(compare(AccountType::DelegatedPersonal, "B"), Comparison::Lacks(vec!["C", "D"]));
        assert_eq!(compare(AccountType::Application, "B"), Comparison::NotSupported);
        let unknown = Granted { account: AccountType::Application, permissions: vec![] };
        assert_eq!(unknown.compare(&Permissions::UNSPECIFIED), Comparison::Unknown);
    }
}
