//! Checks that a crate with an owner is only named there, so that it can be replaced in one place.

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use super::layering::Table;
use super::rust::{RustSource, TOKEN_MACROS};

/// For each crate, the modules that may name it.
pub(super) struct Owners<'t>(BTreeMap<&'t str, Vec<&'t str>>);

impl<'t> Owners<'t> {
    pub(super) fn of(table: &'t Table) -> Self {
        let mut owners: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for row in &table.layers {
            for name in &row.crates {
                owners.entry(name).or_default().push(&row.module);
            }
        }
        Self(owners)
    }
}

/// The crates that the code names.
pub(super) fn named<'c>(source: &RustSource<'_>, crates: &'c BTreeSet<String>) -> impl Iterator<Item = &'c str> {
    crates.iter().map(String::as_str).filter(|name| source.words(name).any(|at| is_crate(source, at, name)))
}

pub(super) fn check(path: &str, module: &str, source: &RustSource<'_>, owners: &Owners<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, owners) in owners.0.iter().filter(|(_, owners)| !owners.contains(&module)) {
        for at in source.words(name).filter(|&at| is_crate(source, at, name)) {
            let owners = owners.join("` and `");
            let message = format!("`{name}` belongs to `{owners}` alone; call a function there");
            findings.push(Finding::new(path, source.line(at), message));
        }
    }
    for name in TOKEN_MACROS.iter().filter(|_| module != "emit") {
        for at in source.words(name).filter(|&at| source.code[at + name.len()..].starts_with('!')) {
            let message = format!("`{name}!` outside `emit`; move the tokens there");
            findings.push(Finding::new(path, source.line(at), message));
        }
    }
    findings
}

/// Whether a word is a crate: at the start of a path, or alone in a `use`.
fn is_crate(source: &RustSource<'_>, at: usize, name: &str) -> bool {
    let before = source.code[..at].trim_end();
    let after = source.code[at + name.len()..].trim_start();
    let starts_path = after.starts_with("::") && (!before.ends_with("::") || is_root(before));
    let is_use = before.ends_with("use") && after.starts_with([';', ' ', 'a']) || before.ends_with("extern crate");
    starts_path || is_use
}

/// `::quote::x` starts at the root, `emit::quote::x` does not.
fn is_root(before: &str) -> bool {
    let before = before.trim_end_matches("::");
    !before.bytes().last().is_some_and(|byte| super::rust::is_identifier(byte) || byte == b'>')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_text(module: &str, text: &str, expected: usize) {
        let row = |module: &str, crates: &str| format!("| 0 | `{module}` | x | – | {crates} |\n");
        let rows = [
            row("markup", "pulldown-cmark, scraper, serde_yaml"),
            row("policy", "toml (with `vocab`)"),
            row("vocab", "toml (with `policy`)"),
            row("names", "heck"),
            row("emit", "quote, proc-macro2"),
            row("print", "syn, prettyplease"),
        ];
        let header = "| layer | module | owns | may use | only it may name |\n|---|---|---|---|---|\n";
        let (table, _) = Table::read(&format!("{header}{}", rows.concat()));
        let path = format!("generator/src/{module}.rs");
        let found = check(&path, module, &RustSource::scan(text), &Owners::of(&table));
        assert_eq!(found.len(), expected, "{found:?}");
    }

    #[test]
    fn owners_use_their_crates() {
        check_text("markup", "use pulldown_cmark::Parser;\nfn f() { serde_yaml::from_str(x) }", 0);
        check_text("emit", "use quote::quote;\nuse proc_macro2::TokenStream;\nfn f() { quote!(a) }", 0);
        check_text("policy", "toml::from_str(x)", 0);
        check_text("print", "fn f() { prettyplease::unparse(&syn::parse2(x)) }", 0);
    }

    #[test]
    fn others_do_not() {
        check_text("extract", "use pulldown_cmark::Parser;", 1);
        check_text("extract", "fn f() { ::scraper::Html::new() }", 1);
        check_text("plan", "use quote::quote;\nfn f() { quote!(a) }", 2);
        check_text("names", "use proc_macro2::Ident;", 1);
        check_text("emit", "use heck::ToSnakeCase as _;", 1);
        check_text("extract", "use toml;", 1);
        check_text("generate", "syn::parse_str(x)", 1);
    }

    #[test]
    fn names_that_only_look_alike_are_left_alone() {
        check_text("report", "let quote = 1; a.quote(); my_toml::x(); // syn::x\n\"heck::y\"; diag::quote::f();", 0);
    }
}
