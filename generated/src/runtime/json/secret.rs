//! Owns what debug output does not show: values whose names say that they are secret.

use serde_json::Value;
use std::fmt;

/// Shown instead of a secret.
pub(super) const HIDDEN: Hidden = Hidden;

pub(super) struct Hidden;

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// The last words of names of secrets.
const SECRETS: [&str; 8] = ["password", "passphrase", "passcode", "passwd", "pwd", "secret", "token", "key"];
/// The last words of addresses that are a permission themselves.
const ADDRESSES: [&str; 4] = ["uploadurl", "downloadurl", "sasuri", "azurestorageuri"];
/// Words after which a secret is still one.
const CONTENTS: [&str; 9] = ["value", "text", "hash", "data", "blob", "bytes", "material", "content", "hint"];

/// Whether a name says that its value is secret: `password`, `secretText`, `clientSecret`, `refreshToken`, `privateKey`,
/// but not `passwordPolicies`, `tokenType` or `keyId`.
pub(super) fn is_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let singular = lower.strip_suffix('s').unwrap_or(&lower);
    let ends_with_secret = |name: &str| SECRETS.iter().any(|word| name.ends_with(word));
    let without_content = CONTENTS.iter().find_map(|content| singular.strip_suffix(content));
    ends_with_secret(singular)
        || lower.contains("secret")
        || lower == "pin"
        || name.ends_with("Pin")
        || ADDRESSES.iter().any(|address| lower.ends_with(address))
        || without_content.is_some_and(ends_with_secret)
}

/// JSON as its own debug output, without secrets.
pub(super) struct Shown<'a>(pub(super) &'a Value);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Array(items) => {
                f.write_str("Array ")?;
                f.debug_list().entries(items.iter().map(Shown)).finish()
            }
            Value::Object(members) => {
                f.write_str("Object ")?;
                f.debug_map().entries(members.iter().map(|(name, value)| (name, ShownAs(name, value)))).finish()
            }
            other => other.fmt(f),
        }
    }
}

/// JSON under a name.
pub(super) struct ShownAs<'a>(pub(super) &'a str, pub(super) &'a Value);

impl fmt::Debug for ShownAs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ShownAs(name, value) = self;
        match value {
            Value::Null | Value::Bool(_) => value.fmt(f),
            _ if is_secret(name) => HIDDEN.fmt(f),
            _ => Shown(value).fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_is_secret() {
        for name in [
            "password",
            "newPassword",
            "passwords",
            "secretText",
            "clientSecret",
            "secrets",
            "token",
            "tokens",
            "refreshToken",
            "tokenValue",
            "key",
            "keys",
            "privateKey",
            "preSharedKey",
            "keyValue",
            "passwordHash",
            "accesstoken",
            "PASSWORD",
            "pin",
            "devicePin",
            "uploadUrl",
            "@microsoft.graph.downloadUrl",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "displayName",
            "passwordPolicies",
            "lastPasswordChangeDateTime",
            "passwordProfile",
            "tokenType",
            "keyId",
            "keyCredentials",
            "webUrl",
            "opinion",
            "value",
            "text",
            "",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn json_is_shown_without_secrets() {
        let json = serde_json::json!({"a": [{"token": "t", "key": true}, 7], "b": {"password": {"x": "s"}}});
        let shown = format!("{:?}", Shown(&json));
        let expected =
            r#"Object {"a": Array [Object {"key": Bool(true), "token": …}, Number(7)], "b": Object {"password": …}}"#;
        assert_eq!(shown, expected);
    }
}
