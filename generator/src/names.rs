//! Turns wire names into Rust identifiers. The only module that knows the keywords of Rust.
//!
//! Names depend only on the documented name and the policy, so that a new page never renames an old
//! item. If two items need the same name, this is reported; a rename in the policy resolves it.

use std::collections::BTreeMap;
use std::fmt;

use heck::{ToKebabCase, ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

use crate::policy::Policy;

/// A valid Rust identifier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RustIdent {
    text: String,
    raw: bool,
}

impl RustIdent {
    /// The identifier without `r#`.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it has to be written with `r#`.
    #[must_use]
    pub fn is_raw(&self) -> bool {
        self.raw
    }
}

impl fmt::Display for RustIdent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.raw { "r#" } else { "" })?;
        f.write_str(&self.text)
    }
}

/// How an identifier is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// `snake_case`: methods, fields, modules, arguments.
    Snake,
    /// `UpperCamelCase`: types.
    Type,
    /// `SHOUTY_SNAKE_CASE`: constants.
    Const,
}

/// Longer names are cut, because identifiers become file names, features, and lines for people.
const MAX_LEN: usize = 120;
/// Types of paths have longer names, but no file is named after them.
const MAX_TYPE_LEN: usize = 400;

/// The identifier for a wire name; `None` if nothing of it can be kept.
#[must_use]
pub fn ident(wire: &str, case: Case) -> Option<RustIdent> {
    let max = if case == Case::Type { MAX_TYPE_LEN } else { MAX_LEN };
    let kept: String = wire.chars().take(max).map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let mut text = match case {
        Case::Snake => kept.to_snake_case(),
        Case::Type => kept.to_upper_camel_case(),
        Case::Const => kept.to_shouty_snake_case(),
    };
    let first = text.chars().next()?;
    if first.is_ascii_digit() {
        text.insert(0, if case == Case::Type { 'N' } else { '_' });
    }
    Some(reserved(text))
}

/// Keywords become raw identifiers. The four that cannot be raw, and names that generated code uses
/// without a path, get an underscore.
fn reserved(text: String) -> RustIdent {
    const NEVER_RAW: &[&str] =
        &["self", "Self", "super", "crate", "rt", "bool", "f64", "i32", "i64", "str", "u16", "Box", "String", "Vec"];
    const KEYWORDS: &[&str] = &[
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
        "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
        "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type",
        "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
    ];
    if NEVER_RAW.contains(&text.as_str()) {
        return RustIdent { text: format!("{text}_"), raw: false };
    }
    let raw = KEYWORDS.contains(&text.as_str());
    RustIdent { text, raw }
}

/// The cargo feature of the names of properties, and of the types that a value may have.
pub const FEATURE: &str = "names";

/// The constant for a field: `display_name` → `DISPLAY_NAME`. No constant is a keyword, and different fields have
/// different constants.
#[must_use]
pub fn constant(field: &RustIdent) -> RustIdent {
    RustIdent { text: field.text.to_ascii_uppercase(), raw: false }
}

/// The cargo feature of an area: its path segment in kebab case.
#[must_use]
pub fn feature(area: &str) -> Option<String> {
    let kept: String = area.chars().take(MAX_LEN).map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let feature = kept.to_kebab_case();
    (!feature.is_empty()).then_some(feature)
}

/// The singular of a documented collection name: `exchangeConnectors` → `exchangeConnector`.
#[must_use]
pub fn singular(name: &str) -> String {
    const ENDINGS: &[(&str, &str)] = &[("sses", "ss"), ("xes", "x"), ("shes", "sh"), ("ches", "ch"), ("ies", "y")];
    const UNCHANGED: &[&str] = &["ss", "us", "is", "ews", "settings", "series", "statistics", "details", "os"];
    let lower = name.to_ascii_lowercase();
    if !name.is_ascii() || UNCHANGED.iter().any(|ending| lower.ends_with(ending)) {
        return name.to_owned();
    }
    for (plural, singular) in ENDINGS {
        if lower.ends_with(plural) && lower.len() > plural.len() + 1 {
            return format!("{}{singular}", &name[..name.len() - plural.len()]);
        }
    }
    name.strip_suffix('s').filter(|stem| stem.len() > 1).unwrap_or(name).to_owned()
}

/// The names of one scope: a module, or the methods of a type.
#[derive(Debug, Default)]
pub struct Scope {
    taken: BTreeMap<RustIdent, String>,
}

/// The outcome of [`Scope::claim`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The name is as documented, or as the policy says.
    Free(RustIdent),
    /// Another item already has the name; this one got a number.
    Collision { given: RustIdent, other: String },
    /// No part of the documented name can be kept.
    Unusable,
}

impl Scope {
    /// Whether the name for a wire name is taken.
    #[must_use]
    pub fn has(&self, wire: &str, case: Case) -> bool {
        ident(wire, case).is_some_and(|ident| self.taken.contains_key(&ident))
    }

    /// Gives `item` a name in this scope. `item` identifies it in the policy and in messages.
    pub fn claim(&mut self, wire: &str, case: Case, item: &str, policy: &Policy) -> Claim {
        let wanted = policy.rename(item).unwrap_or(wire);
        self.give(wanted, case, item)
    }

    /// Reserves a name for the generator, so that no documented item gets it.
    pub fn reserve(&mut self, name: &str, case: Case, what: &str) {
        self.taken.extend(ident(name, case).map(|ident| (ident, what.to_owned())));
    }

    fn give(&mut self, wanted: &str, case: Case, item: &str) -> Claim {
        let Some(wanted) = ident(wanted, case) else { return Claim::Unusable };
        let Some(other) = self.taken.get(&wanted) else {
            self.taken.insert(wanted.clone(), item.to_owned());
            return Claim::Free(wanted);
        };
        let other = other.clone();
        let numbered = (2_u32..).map(|number| {
            let separator = if case == Case::Type { "" } else { "_" };
            RustIdent { text: format!("{}{separator}{number}", wanted.text), raw: false }
        });
        let Some(given) = numbered.take(10_000).find(|given| !self.taken.contains_key(given)) else {
            return Claim::Unusable;
        };
        self.taken.insert(given.clone(), item.to_owned());
        Claim::Collision { given, other }
    }
}

/// A name for something that the docs do not name, with a number if it is taken.
#[must_use]
pub fn claim_own(scope: &mut Scope, wire: &str, case: Case) -> Option<RustIdent> {
    match scope.give(wire, case, wire) {
        Claim::Free(ident) | Claim::Collision { given: ident, .. } => Some(ident),
        Claim::Unusable => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(wire: &str, snake: &str, ty: &str) {
        let show = |case| ident(wire, case).map_or_else(|| "none".to_owned(), |ident| ident.to_string());
        assert_eq!((show(Case::Snake), show(Case::Type)), (snake.to_owned(), ty.to_owned()), "{wire}");
    }

    #[test]
    fn identifiers() {
        check("onPremisesSyncStatus", "on_premises_sync_status", "OnPremisesSyncStatus");
        check("type", "r#type", "Type");
        check("self", "self_", "Self_");
        check("crate", "crate_", "Crate");
        check("string", "string", "String_");
        check("rt", "rt_", "Rt");
        check("r#type", "r_type", "RType");
        check("1st", "_1st", "N1st");
        check("_", "none", "none");
        check("😀", "none", "none");
        check("../../x", "x", "X");
        check("@odata.type", "odata_type", "OdataType");
        check("\"; fn main() {} //", "fn_main", "FnMain");
        check("gen", "r#gen", "Gen");
    }

    #[test]
    fn singulars() {
        for (plural, one) in [
            ("exchangeConnectors", "exchangeConnector"),
            ("policies", "policy"),
            ("mailboxes", "mailbox"),
            ("windowsAutopilotSettings", "windowsAutopilotSettings"),
            ("addresses", "address"),
            ("status", "status"),
            ("devices", "device"),
        ] {
            assert_eq!(singular(plural), one);
        }
    }

    #[test]
    fn collisions_are_told() {
        let (mut scope, policy) = (Scope::default(), Policy::default());
        assert!(matches!(scope.claim("fooBar", Case::Snake, "a", &policy), Claim::Free(_)));
        match scope.claim("foo_bar", Case::Snake, "b", &policy) {
            Claim::Collision { given, other } => {
                assert_eq!((given.to_string().as_str(), other.as_str()), ("foo_bar_2", "a"))
            }
            claim => panic!("{claim:?}"),
        }
    }
}
