//! `cargo xtask packages`: where the packages of others come from, under which licences, and which of them run code at
//! build time.
//!
//! The same as `cargo deny check bans licenses sources`, without a tool that CI would have to compile each time.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::Stdio;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::settings;

const SOURCE: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Licences that everything may be linked with.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "OpenSSL",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

/// Packages under another licence, which NOTICE names.
const NOTICED: &[(&str, &str)] =
    &[("cssparser", "MPL-2.0"), ("cssparser-macros", "MPL-2.0"), ("dtoa-short", "MPL-2.0"), ("selectors", "MPL-2.0")];

/// Packages that must not come back, with the reason.
const BANNED: &[(&str, &str)] = &[
    ("native-tls", "TLS is rustls alone"),
    ("openssl", "TLS is rustls alone"),
    ("openssl-sys", "TLS is rustls alone"),
];

/// How many packages may be there in several versions, and how many may run a script at build time. Lower them when
/// they fall; raise them only after a look at what came.
const MOST_TWICE: usize = 10;
const MOST_SCRIPTS: usize = 52;

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    /// `None` for the packages of this repository.
    source: Option<String>,
    license: Option<String>,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
}

pub(crate) fn run(out: &mut dyn Write) -> Result<()> {
    let Some(metadata) = metadata()? else {
        writeln!(
            out,
            "SKIPPED: some packages are neither here nor can be downloaded; run `cargo fetch --locked` once"
        )?;
        return Ok(());
    };
    let notice = fs_err::read_to_string(settings::root()?.join("NOTICE"))?;
    let (summary, findings) = check(&metadata.packages, &notice);
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    ensure!(findings.is_empty(), "{} findings; correct them, then run `cargo xtask packages`", findings.len());
    writeln!(out, "{summary}")?;
    Ok(())
}

/// All packages of the lock; `None` without a network if some are missing.
fn metadata() -> Result<Option<Metadata>> {
    for network in [&["--offline"][..], &[]] {
        let mut process = settings::cargo();
        process.args(["metadata", "--format-version", "1", "--all-features", "--locked"]).args(network);
        let output = process.current_dir(settings::root()?).stderr(Stdio::piped()).output();
        let output = output.context("cannot start cargo; run `cargo metadata` by hand")?;
        if output.status.success() {
            return Ok(Some(serde_json::from_slice(&output.stdout).context("cargo metadata is not JSON")?));
        }
        let message = String::from_utf8_lossy(&output.stderr);
        if message.contains("Cargo.lock") && message.contains("needs to be updated") {
            bail!("{}; run `cargo update --workspace`", message.trim());
        }
    }
    Ok(None)
}

fn check(packages: &[Package], notice: &str) -> (String, Vec<String>) {
    let mut findings = Vec::new();
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut scripts = BTreeSet::new();
    let others: Vec<&Package> = packages.iter().filter(|package| package.source.is_some()).collect();
    for package in &others {
        let name = package.name.as_str();
        let shown = format!("{name} {}", package.version);
        versions.entry(name).or_default().insert(&package.version);
        if package.source.as_deref() != Some(SOURCE) {
            findings.push(format!("{shown} is not from crates.io: depend on a published version"));
        }
        let licence = package.license.as_deref().unwrap_or_default();
        if let Some((_, known)) = NOTICED.iter().find(|(noticed, _)| *noticed == name) {
            if licence != *known || !notice.contains(name) {
                findings.push(format!("{shown} is under `{licence}`: name it in NOTICE and in xtask/src/packages.rs"));
            }
        } else if !is_allowed(licence) {
            findings.push(format!("{shown} is under `{licence}`: avoid it, or name it in NOTICE"));
        }
        if let Some((_, reason)) = BANNED.iter().find(|(banned, _)| *banned == name) {
            findings.push(format!("{shown} must not be used: {reason}"));
        }
        if package.targets.iter().any(|target| target.kind.iter().any(|kind| kind == "custom-build")) {
            scripts.insert(shown);
        }
    }
    for package in packages.iter().filter(|package| package.source.is_none()) {
        if package.targets.iter().any(|target| target.kind.iter().any(|kind| kind == "custom-build")) {
            findings.push(format!("{} has a build script: nothing of ours runs code at build time", package.name));
        }
    }
    let twice: Vec<&str> = versions.iter().filter(|(_, versions)| versions.len() > 1).map(|(name, _)| *name).collect();
    if twice.len() > MOST_TWICE {
        findings.push(format!("{} packages are there in several versions: {}", twice.len(), twice.join(", ")));
    }
    if scripts.len() > MOST_SCRIPTS {
        let scripts: Vec<_> = scripts.iter().map(String::as_str).collect();
        findings.push(format!("{} packages have build scripts: {}", scripts.len(), scripts.join(", ")));
    }
    let summary = format!(
        "{} packages of others, all from crates.io; {} with a build script, {} in several versions, {} named in NOTICE",
        others.len(),
        scripts.len(),
        twice.len(),
        NOTICED.len()
    );
    (summary, findings)
}

/// Whether an SPDX expression can be fulfilled with the licences above. `/` is an old spelling of `OR`.
fn is_allowed(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    // Parentheses only surround alternatives that are needed together with others.
    if expression.contains('(') { expression.split(" AND ").all(is_any_allowed) } else { is_any_allowed(&expression) }
}

fn is_any_allowed(alternatives: &str) -> bool {
    let alternatives = alternatives.trim().trim_start_matches('(').trim_end_matches(')');
    let is_known = |licence: &str| LICENCES.contains(&licence.trim());
    alternatives.split(" OR ").any(|licences| licences.split(" AND ").all(is_known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, source: Option<&str>, license: &str, kind: &str) -> Package {
        Package {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            source: source.map(str::to_owned),
            license: Some(license.to_owned()),
            targets: vec![Target { kind: vec![kind.to_owned()] }],
        }
    }

    #[test]
    fn licences_are_alternatives_or_needed_together() {
        for expression in
            ["MIT", "MIT OR GPL-3.0", "MIT/Apache-2.0", "(MIT OR Apache-2.0) AND Unicode-3.0", "ISC AND MIT"]
        {
            assert!(is_allowed(expression), "{expression}");
        }
        for expression in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT OR Apache-2.0) AND GPL-3.0", "MPL-2.0"] {
            assert!(!is_allowed(expression), "{expression}");
        }
    }

    #[test]
    fn each_rule_can_fail() {
        let findings = |package: Package| check(&[package], "NOTICE").1;
        assert_eq!(findings(package("a", Some(SOURCE), "MIT", "lib")), [""; 0]);
        assert_eq!(findings(package("a", Some("git+https://example.com/a"), "MIT", "lib")).len(), 1);
        assert_eq!(findings(package("a", Some(SOURCE), "GPL-3.0", "lib")).len(), 1);
        assert_eq!(findings(package("openssl", Some(SOURCE), "MIT", "lib")).len(), 1);
        assert_eq!(findings(package("selectors", Some(SOURCE), "MPL-2.0", "lib")).len(), 1, "NOTICE lacks it");
        assert_eq!(findings(package("ours", None, "MIT", "custom-build")).len(), 1);
        let many: Vec<_> = (0..=MOST_SCRIPTS)
            .map(|number| package(&format!("a{number}"), Some(SOURCE), "MIT", "custom-build"))
            .collect();
        assert_eq!(check(&many, "").1.len(), 1);
    }
}
