//! Turns wire names into Rust identifiers, file names and features. The only module that knows which names are taken: the
//! keywords of Rust, the device names of Windows, and what the hand-written part of the client has.
//!
//! Names depend only on the documented name and the policy, so that a new page never renames an old
//! item. If two items need the same name, this is reported; a rename in the policy resolves it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::LazyLock;

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
    /// The same for modules, which also name files.
    Module,
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
        Case::Snake | Case::Module => kept.to_snake_case(),
        Case::Type => kept.to_upper_camel_case(),
        Case::Const => kept.to_shouty_snake_case(),
    };
    let first = text.chars().next()?;
    if first.is_ascii_digit() {
        text.insert(0, if case == Case::Type { 'N' } else { '_' });
    }
    if case == Case::Module && is_taken_file(&text) {
        return Some(RustIdent { text: format!("{text}_"), raw: false });
    }
    Some(reserved(text))
}

/// Whether no file may have this name: `mod.rs` is another name for the file of the folder, and Windows takes some names
/// for devices, with any extension.
///
/// Source: "Naming Files, Paths, and Namespaces" (Win32 docs).
#[must_use]
pub fn is_taken_file(stem: &str) -> bool {
    let is_port = |stem: &str| {
        let number = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
        number.is_some_and(|number| matches!(number.as_bytes(), [b'0'..=b'9']))
    };
    matches!(stem, "mod" | "con" | "conin" | "conout" | "prn" | "aux" | "nul" | "clock") || is_port(stem)
}

/// Keywords become raw identifiers. The four that cannot be raw, and names that generated code uses
/// without a path, get an underscore.
fn reserved(text: String) -> RustIdent {
    const NEVER_RAW: &[&str] = &[
        "self", "Self", "super", "crate", "rt", "bool", "f64", "i32", "i64", "str", "u16", "Box", "Option", "String",
        "Vec",
    ];
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

/// The cargo feature of an area: its path segment in kebab case, with a suffix if the crate has another feature of that
/// name.
#[must_use]
pub fn feature(area: &str) -> Option<String> {
    let mut feature = kebab(area)?;
    while is_taken_feature(&feature) {
        feature.push_str("-area");
    }
    Some(feature)
}

/// Features that the generator adds to the manifest, beside those of areas.
pub const ALL_FEATURES: &str = "full";
/// The feature of types that no operation reaches and that belong to no area.
pub const OTHER_TYPES: &str = "other-types";

/// Whether no area may have this feature: the templates have it, the generator adds it, or it is the implicit feature of a
/// dependency.
#[must_use]
pub fn is_taken_feature(feature: &str) -> bool {
    static TAKEN: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
        let own = ["default", ALL_FEATURES, OTHER_TYPES];
        taken_in(include_str!("../../templates/Cargo.toml")).chain(own).collect()
    });
    TAKEN.contains(feature)
}

/// The features and dependencies of a manifest.
fn taken_in(manifest: &str) -> impl Iterator<Item = &str> {
    let mut section = "";
    manifest.lines().filter_map(move |line| {
        if let Some(name) = line.trim().strip_prefix('[').and_then(|line| line.split(']').next()) {
            section = name.trim_matches(['[', ' ']);
            return section.strip_prefix("dependencies.");
        }
        let is_list = matches!(section, "features" | "dependencies");
        let key = line.split_once('=').filter(|_| is_list && line.starts_with(|c: char| c.is_ascii_alphanumeric()));
        key.map(|(key, _)| key.split('.').next().unwrap_or(key).trim())
    })
}

/// A name in kebab case.
#[must_use]
pub fn kebab(area: &str) -> Option<String> {
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
            // `crate_2`, not `crate__2`
            RustIdent { text: format!("{}{separator}{number}", wanted.text.trim_end_matches('_')), raw: false }
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
        check("option", "option", "Option_");
    }

    #[test]
    fn names_of_files() {
        for (wire, expected) in [
            ("mod", "mod_"),
            ("CON", "con_"),
            ("con.x", "con_x"),
            ("com1", "com1_"),
            ("LPT9", "lpt9_"),
            ("com10", "com10"),
            ("nul", "nul_"),
            ("conin$", "conin_"),
            ("clock$", "clock_"),
            ("crate", "crate_"),
            ("type", "r#type"),
            ("lamps", "lamps"),
        ] {
            assert_eq!(ident(wire, Case::Module).map(|ident| ident.to_string()).as_deref(), Some(expected), "{wire}");
        }
        // Fields and methods name no files.
        assert_eq!(ident("con", Case::Snake).map(|ident| ident.to_string()).as_deref(), Some("con"));
    }

    #[test]
    fn features_that_are_taken() {
        for taken in [
            "default",
            "full",
            "client",
            "transport",
            "blocking",
            "azure",
            "tracing",
            "v1",
            "beta",
            "names",
            "sign-in",
            "notifications",
            "other-types",
            "serde",
            "reqwest",
            "azure-core",
            "tokio",
        ] {
            let kebab = if taken == "azure-core" { "azure_core" } else { taken };
            assert!(is_taken_feature(kebab), "{taken}");
        }
        assert_eq!(feature("signIn").as_deref(), Some("sign-in-area"));
        assert_eq!(feature("Tracing").as_deref(), Some("tracing-area"));
        assert_eq!(feature("users").as_deref(), Some("users"));
        let manifest = "[package]\nname = \"x\"\n[dependencies]\n# y = 1\na = { version = \"1\" }\nb.version = \"1\"\n\
                        [dependencies.c]\nd = 1\n[features]\ne = []\nf = [\n    \"e\",\n]\n[[test]]\nname = \"g\"\n";
        assert_eq!(taken_in(manifest).collect::<Vec<_>>(), ["a", "b", "c", "e", "f"]);
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
        for (wire, expected) in [("crate", "crate_"), ("crate_", "crate_2"), ("crate_2", "crate_2_2")] {
            let (Claim::Free(given) | Claim::Collision { given, .. }) = scope.claim(wire, Case::Snake, wire, &policy)
            else {
                panic!("{wire} has a name");
            };
            assert_eq!(given.to_string(), expected);
        }
    }
}
