//! `cargo xtask tidy`: checks the rules of the repository that the compiler does not check.
//!
//! A check is a function from text to findings; only this file lists and reads files.

mod fixtures;
mod generated;
mod layering;
mod owners;
mod purity;
mod quotes;
mod rust;
mod text;
mod words;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::settings;
use rust::RustSource;

/// A violation: its place, and what to do.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    file: String,
    line: usize,
    message: String,
}

impl Finding {
    fn new(file: &str, line: usize, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, message: message.into() }
    }
}

/// A file of the repository.
struct RepoFile {
    /// Relative to the root, with `/` separators.
    path: String,
    content: Vec<u8>,
}

pub(crate) fn run(out: &mut dyn Write) -> Result<()> {
    let files = read_files(&settings::root()?)?;
    let mut findings = check(&files);
    findings.sort();
    findings.dedup();
    for Finding { file, line, message } in &findings {
        writeln!(out, "{file}:{line}: {message}")?;
    }
    if !findings.is_empty() {
        bail!("{} findings; correct them, then run `cargo xtask tidy`", findings.len());
    }
    writeln!(out, "{} files are tidy", files.len())?;
    Ok(())
}

/// Runs every check on the files that it applies to.
fn check(files: &[RepoFile]) -> Vec<Finding> {
    let architecture = files.iter().find(|file| file.path == "ARCHITECTURE.md");
    let architecture = architecture.map(|file| String::from_utf8_lossy(&file.content)).unwrap_or_default();
    let (table, mut findings) = layering::Table::read(&architecture);
    let owners = owners::Owners::of(&table);
    let mut made = BTreeSet::new();
    for file in files {
        findings.extend(text::check(file));
        let Some(text) = std::str::from_utf8(&file.content).ok().filter(|_| file.path.ends_with(".rs")) else {
            continue;
        };
        // Files that are generated from documentation may name anything.
        if file.path.starts_with("generated/") {
            continue;
        }
        let source = RustSource::scan(text);
        findings.extend(purity::check_unfinished(&file.path, &source));
        let Some(module) = layering::module_of(&file.path) else { continue };
        findings.extend(layering::check(&file.path, &module, &source, &table, &mut made));
        findings.extend(owners::check(&file.path, module.name, &source, &owners));
        findings.extend(purity::check(&file.path, &source));
        match module.name {
            "emit" => findings.extend(quotes::check(&file.path, &source)),
            "extract" => findings.extend(words::check(&file.path, &source)),
            _ => {}
        }
    }
    findings.extend(table.unused(&made));
    findings.extend(generated::check(files));
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    findings.extend(fixtures::check(&paths));
    findings
}

/// The files that are in the repository or would be added to it, except ignored ones.
fn read_files(root: &Path) -> Result<Vec<RepoFile>> {
    let list = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
    let output = Command::new("git").args(list).current_dir(root).output();
    let output = output.context("cannot start git; install it, then run `cargo xtask tidy`")?;
    let message = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "git ls-files failed: {}; run `cargo xtask tidy` in a checkout", message.trim());
    let names = String::from_utf8(output.stdout).context("a file name is not UTF-8; rename the file")?;
    let mut files = Vec::new();
    for path in names.split_terminator('\0') {
        let file = root.join(path);
        // A file that was deleted, but not from the index, is still listed.
        if file.is_file() {
            files.push(RepoFile { path: path.to_owned(), content: fs_err::read(&file)? });
        }
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files.dedup_by(|left, right| left.path == right.path);
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A check that is never called checks nothing.
    #[test]
    fn every_check_runs() {
        let files = [
            (
                "generator/src/extract/a.rs",
                "use crate::emit::x;\nuse heck::A;\nfn f() { std::fs::read(\"数\"); todo!() }\n",
            ),
            ("generator/src/plan.rs", "fn f() { quote!(a) }\n"),
            ("generator/tests/fixtures/operation/a/page.md", "# T\n"),
            ("generated/src/v1.rs", "mod a;\n"),
            ("docs/a.md", "no final newline"),
            (
                "ARCHITECTURE.md",
                "| layer | module | owns | may use | only it may name |\n|---|---|---|---|---|\n\
                 | 0 | `names` | x | – | heck |\n| 1 | `plan` | x | – | – |\n| 1 | `emit` | x | plan | – |\n\
                 | 2 | `extract` | x | – | – |\n",
            ),
        ];
        let long = format!("fn f() {{ quote! {{\n{}}} }}\n", "a\n".repeat(50));
        let mut files: Vec<_> = files.map(|(path, text)| (path, text.to_owned())).into();
        files.push(("generator/src/emit.rs", long));
        let files =
            files.into_iter().map(|(path, text)| RepoFile { path: path.to_owned(), content: text.into_bytes() });
        let findings = check(&files.collect::<Vec<_>>());
        let all = findings
            .iter()
            .map(|found| format!("{}:{}: {}\n", found.file, found.line, found.message))
            .collect::<String>();
        for expected in [
            "extract/a.rs:1: `extract` must not use `emit`",
            "extract/a.rs:2: `heck`",
            "extract/a.rs:3: `std::fs`",
            "extract/a.rs:3: the text \"数\"",
            "extract/a.rs:3: `todo!`",
            "plan.rs:1: `quote!`",
            "operation/a/page.md:1: ",
            "generated/src/v1.rs:1: ",
            "docs/a.md:1: ",
            "emit.rs:1: ",
            "ARCHITECTURE.md:5: `emit` does not use `plan`",
        ] {
            assert!(all.contains(expected), "{expected}\nin\n{all}");
        }
    }
}
