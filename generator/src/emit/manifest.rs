//! The generated text after the marker lines of the templates.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proc_macro2::TokenStream;
use quote::quote;

use super::ident;
use crate::names::{self, RustIdent};
use crate::plan::is_private;

/// The generated end of `Cargo.toml`: one feature per area and per group of types, with those that it turns on.
/// Feature names are kebab case with ASCII letters and digits, so they need no escaping.
#[must_use]
pub fn emit_features(features: &BTreeMap<String, BTreeSet<String>>) -> String {
    let mut out = String::new();
    // Areas come first.
    let (groups, areas): (Vec<_>, Vec<_>) = features.iter().partition(|(feature, _)| is_private(feature));
    for (feature, turns_on) in areas.iter().chain(&groups) {
        let turns_on: Vec<_> = turns_on.iter().map(|feature| format!("\"{feature}\"")).collect();
        let _ = writeln!(out, "{feature} = [{}]", turns_on.join(", "));
    }
    let _ = writeln!(out, "{} = [", names::ALL_FEATURES);
    for feature in ["client", "v1", "beta"].into_iter().chain(areas.iter().map(|(feature, _)| feature.as_str())) {
        let _ = writeln!(out, "    \"{feature}\",");
    }
    let _ = writeln!(out, "]");
    out
}

/// The end of `Cargo.toml`, after the features: the examples and tests that need areas, by the paths of their roots.
#[must_use]
pub fn emit_targets(examples: &[&str], tests: &[&str]) -> String {
    // Tests see every area, and the features that none of them has, regardless of the features they are run with.
    let features = ["full", "names", "notifications", "sign-in"].map(|feature| format!("\"{feature}\"")).join(", ");
    let mut out = format!("\n[dev-dependencies.msgraph]\npath = \".\"\nfeatures = [{features}]\n");
    for path in examples {
        let name = target_name(path);
        let _ =
            writeln!(out, "\n[[example]]\nname = \"{name}\"\npath = \"{path}\"\nrequired-features = [\"transport\"]");
    }
    for path in tests {
        let _ = writeln!(out, "\n[[test]]\nname = \"{}\"\npath = \"{path}\"", target_name(path));
    }
    out
}

/// `end_to_end` for `tests/with_areas/end_to_end.rs`, `operations` for `tests/operations/main.rs`.
fn target_name(path: &str) -> &str {
    let path = path.strip_suffix("/main.rs").or_else(|| path.strip_suffix(".rs")).unwrap_or(path);
    path.rsplit('/').next().unwrap_or(path)
}

/// The generated end of `lib.rs`: the modules of the API versions.
#[must_use]
pub fn emit_lib_modules(versions: &[RustIdent]) -> Vec<TokenStream> {
    let one = |version: &RustIdent| {
        let (name_ident, feature) = (ident(version), version.text());
        quote! {
            #[cfg(feature = #feature)]
            #[rustfmt::skip]
            pub mod #name_ident;
            #[cfg(feature = #feature)]
            pub use self::#name_ident::#name_ident;
        }
    };
    versions.iter().map(one).collect()
}
