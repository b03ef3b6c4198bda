//! What follows the marker lines of the templates.

use std::fmt::Write as _;

use proc_macro2::TokenStream;
use quote::quote;

use super::ident;
use crate::names::RustIdent;

/// The generated end of `Cargo.toml`: one feature per area. Feature names are kebab case of ASCII
/// letters and digits, so that they need no escaping.
#[must_use]
pub fn emit_features(features: &[String]) -> String {
    let mut out = String::new();
    for feature in features {
        let _ = writeln!(out, "{feature} = []");
    }
    let _ = writeln!(out, "full = [");
    for feature in ["client", "v1", "beta"].into_iter().chain(features.iter().map(String::as_str)) {
        let _ = writeln!(out, "    \"{feature}\",");
    }
    let _ = writeln!(out, "]\n");
    // Tests see every area, whatever features they are started with.
    let _ = writeln!(out, "[dev-dependencies.msgraph]\npath = \".\"\nfeatures = [\"full\"]\n");
    let example = "name = \"intune\"\npath = \"examples/with_areas/intune.rs\"\nrequired-features = [\"transport\"]";
    let _ = writeln!(out, "[[example]]\n{example}\n");
    let _ = writeln!(out, "[[test]]\nname = \"end_to_end\"\npath = \"tests/with_areas/end_to_end.rs\"\n");
    let _ = writeln!(out, "[[test]]\nname = \"operations\"\npath = \"tests/operations/main.rs\"");
    out
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
