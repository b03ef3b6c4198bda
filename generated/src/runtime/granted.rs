//! Owns what an access token says about the permissions in it.

use super::auth::AccessToken;
use super::base64;
use super::operation::{AccountType, AllOf, Permissions};
use serde_json::Value;

/// Personal Microsoft accounts are in this tenant.
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// The permissions in a token, as far as it can be read. The signature is not checked: this is for
/// messages, not for security decisions.
///
/// Source: <https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference>
/// (`scp`, `roles`, `tid`).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Granted {
    /// The account type that the token was issued for.
    pub account: AccountType,
    /// The permissions as in the token.
    pub permissions: Vec<String>,
}

impl Granted {
    /// Reads a token; `None` if it is not a JSON Web Token with permissions. Microsoft does not
    /// guarantee that tokens can be read.
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

    /// Compares the token with the documented permissions of a call.
    pub fn compare(&self, permissions: &Permissions) -> Comparison {
        let set = permissions.of(self.account);
        if let Some(sufficient) = set.satisfied_by(|name| self.holds(name)) {
            return Comparison::Has(sufficient);
        }
        match (set.least(), set.alternatives().next(), set.is_supported()) {
            (Some(least), ..) => Comparison::Lacks(vec![least]),
            (None, Some(_), _) => Comparison::Lacks(set.alternatives().collect()),
            (None, None, Some(true)) => Comparison::NoneNeeded,
            (None, None, Some(false)) => Comparison::NotSupported,
            (None, None, None) => Comparison::Unknown,
        }
    }

    /// The permissions that are not in the token.
    pub fn missing(&self, permissions: AllOf) -> impl Iterator<Item = &'static str> {
        permissions.names().filter(|name| !self.holds(name))
    }

    fn holds(&self, name: &str) -> bool {
        self.permissions.iter().any(|own| own.eq_ignore_ascii_case(name))
    }
}

/// How the permissions of a token compare with the documented ones.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Comparison {
    /// The token has these permissions, which suffice according to the documentation. There is
    /// another reason, such as the rights of the user, a licence or a policy.
    Has(AllOf),
    /// The token has none that suffices; one of these is needed. Only the least privileged one, if
    /// it is known.
    Lacks(Vec<AllOf>),
    /// The documentation says that no permission is needed. There is another reason.
    NoneNeeded,
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
        let documented = Permissions::new("A.Read < A.Write | C + D, E | -");
        let compare = |account, permissions: &[&str]| {
            let permissions = permissions.iter().map(|name| (*name).to_owned()).collect();
            match (Granted { account, permissions }).compare(&documented) {
                Comparison::Has(set) => format!("has {set}"),
                Comparison::Lacks(sets) => {
                    format!("lacks {}", sets.iter().map(AllOf::to_string).collect::<Vec<_>>().join(", "))
                }
                other => format!("{other:?}"),
            }
        };
        assert_eq!(compare(AccountType::DelegatedWork, &["A.Write"]), "has A.Write");
        assert_eq!(compare(AccountType::DelegatedWork, &["a.read"]), "has A.Read");
        assert_eq!(compare(AccountType::DelegatedWork, &["B"]), "lacks A.Read");
        assert_eq!(compare(AccountType::DelegatedPersonal, &["B", "c"]), "lacks C with D, E");
        assert_eq!(compare(AccountType::DelegatedPersonal, &["D", "B", "C"]), "has C with D");
        assert_eq!(compare(AccountType::Application, &["B"]), "NotSupported");
        let application = |permissions: &[&str]| Granted {
            account: AccountType::Application,
            permissions: permissions.iter().map(|name| (*name).to_owned()).collect(),
        };
        assert_eq!(application(&[]).compare(&Permissions::UNSPECIFIED), Comparison::Unknown);
        assert_eq!(application(&["A"]).compare(&Permissions::new("| | ()")), Comparison::NoneNeeded);
        let needed = Permissions::new("| | A + B + C").application.least().expect("one set");
        assert_eq!(application(&["b"]).missing(needed).collect::<Vec<_>>(), ["A", "C"]);
    }
}
