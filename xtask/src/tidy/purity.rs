//! The generator is a pure function: no files, no clock, no environment, no output, no hash order.

use super::Finding;
use super::rust::RustSource;

const STD_MODULES: &[&str] = &["fs", "env", "process", "time", "net"];
const TYPES: &[&str] = &["HashMap", "HashSet", "RandomState"];
const MACROS: &[&str] = &["println", "print", "eprintln", "eprint", "dbg"];
const UNFINISHED: &[&str] = &["todo"];

pub(super) fn check(path: &str, source: &RustSource<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, name) in source.path_heads("std").filter(|(_, name)| STD_MODULES.contains(name)) {
        let message = format!("`std::{name}` in the generator; let xtask do it and pass the result");
        findings.push(Finding::new(path, source.line(at), message));
    }
    for at in source.words("File").filter(|&at| source.code[at..].starts_with("File::")) {
        findings.push(Finding::new(
            path,
            source.line(at),
            "`File::` in the generator; let xtask do it and pass the result",
        ));
    }
    for name in TYPES {
        for at in source.words(name) {
            let message = format!("`{name}` has no stable order; use a `BTreeMap`, a `BTreeSet` or a sorted vector");
            findings.push(Finding::new(path, source.line(at), message));
        }
    }
    for (name, at) in macros(source, MACROS) {
        let message = format!("`{name}!` in the generator; return the text, or report a diagnostic");
        findings.push(Finding::new(path, source.line(at), message));
    }
    findings
}

/// Applies to all hand-written Rust.
pub(super) fn check_unfinished(path: &str, source: &RustSource<'_>) -> Vec<Finding> {
    let found = macros(source, UNFINISHED);
    found
        .map(|(name, at)| Finding::new(path, source.line(at), format!("`{name}!` is not merged; finish the code")))
        .collect()
}

fn macros<'a>(source: &'a RustSource<'_>, names: &'a [&str]) -> impl Iterator<Item = (&'a str, usize)> + 'a {
    let found = names.iter().flat_map(|&name| source.words(name).map(move |at| (name, at)));
    found.filter(|(name, at)| source.code[at + name.len()..].starts_with('!'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_text(text: &str, expected: usize) {
        let found = check("generator/src/report.rs", &RustSource::scan(text));
        assert_eq!(found.len(), expected, "{found:?}");
    }

    #[test]
    fn io_and_hash_order_are_found() {
        check_text("use std::fs;", 1);
        check_text("use std::{env, fmt, time::Instant};", 2);
        check_text("fn f() { std::process::exit(1) }", 1);
        check_text("fn f() { File::open(x) }", 1);
        check_text("println!(\"\"); eprint!(\"\"); dbg!(x)", 3);
        check_text("use std::collections::{HashMap, HashSet};", 2);
    }

    #[test]
    fn what_is_pure_is_not() {
        check_text("use std::fmt;\nwriteln!(f, \"std::fs\")?; PageFile::new(); // std::env\nlet print = 1;", 0);
        check_text("#[cfg(test)]\nmod tests { fn f() { println!(\"{:?}\", std::env::args()) } }", 0);
    }

    #[test]
    fn unfinished_code_is_found() {
        assert_eq!(check_unfinished("a.rs", &RustSource::scan("fn f() { todo!() } // todo!()")).len(), 1);
    }
}
