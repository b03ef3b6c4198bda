//! `cargo xtask report --since REVISION`: shows reviewers the effects of a change on facts, client and permissions.

mod markdown;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use graphdocs::changes::{self, Changes, Semver, Snapshot};
use graphdocs::generate::plan_crate;
use graphdocs::model::prose::Prose;
use graphdocs::policy::Policy;
use graphdocs::vocab::Vocab;

use crate::cli::{ReportFormat, ReportOptions};
use crate::git::{self, CheckOut};
use crate::sources::{self, Inputs};
use crate::{docs, settings};

/// Longer lists are cut; `--format json` has the rest.
const MAX_LINES: usize = 100;
const INPUT: &str = "docs-input";
const CLIENT: &str = "generated";
const SURFACE: &str = "generated/API.txt";
const MANIFEST: &str = "templates/Cargo.toml";

/// The content of a report.
struct Report {
    revision: String,
    commit: String,
    /// The version of the crate at the revision.
    version: Option<String>,
    changes: Changes,
    /// Changes by the generator and the policy.
    generator: LineChanges,
    /// Whether `generated/` is up to date with the docs.
    is_current: bool,
    /// Files of `generated/`: added, removed, changed.
    files: [usize; 3],
}

/// Lines of `API.txt`.
#[derive(Default)]
struct LineChanges {
    removed: Vec<String>,
    added: Vec<String>,
}

pub(super) fn run(revision: &str, options: &ReportOptions, out: &mut dyn Write) -> Result<()> {
    let (root, vocab) = (settings::root()?, settings::vocab()?);
    let named = sources::named(docs::folders(&options.docs), options.locale.as_deref());
    let report = compare(&root, revision, &named, &vocab, &settings::policy)?;
    report.write(options.format, out)
}

/// Compares all locales, like the `regen` that wrote `generated/`.
///
/// A policy records which entries were used, so each side needs its own.
fn compare(
    root: &Path,
    revision: &str,
    named: &Inputs,
    vocab: &Vocab,
    policy: &(dyn Fn() -> Result<Policy> + Sync),
) -> Result<Report> {
    let before = CheckOut::of_folder(root, revision, INPUT)
        .with_context(|| format!("there is nothing of {revision} to compare with"))?;
    let side = |root: &Path, named: &Inputs| -> Result<(Snapshot, Vec<String>)> {
        let pages = sources::of_checkout(root, named, None, vocab)?.facts;
        let (linked, plan) = plan_crate(&pages, vocab, &policy()?, &Prose::default(), &[]);
        let lines = plan.surface.iter().map(ToString::to_string).collect();
        Ok((Snapshot::of(&pages, &linked.api, &plan), lines))
    };
    let (old, new) = rayon::join(|| side(&before.path(), &Inputs::default()), || side(root, named));
    let (old, old_lines) = old.with_context(|| format!("the docs of {revision} cannot be compared"))?;
    let (new, new_lines) = new?;
    let written = git::file(root, &before.commit, SURFACE);
    let current = std::fs::read_to_string(root.join(SURFACE)).unwrap_or_default();
    Ok(Report {
        revision: revision.to_owned(),
        version: git::file(root, &before.commit, MANIFEST).as_deref().and_then(version),
        changes: changes::compare(&old, &new),
        generator: written.map(|text| LineChanges::of(text.lines(), &old_lines)).unwrap_or_default(),
        is_current: current.lines().eq(new_lines.iter().map(String::as_str)),
        files: git::changed_files(root, &before.commit, CLIENT)?,
        commit: before.commit,
    })
}

/// The first version in a manifest is that of the package.
fn version(manifest: &str) -> Option<String> {
    let value = manifest.lines().find_map(|line| line.strip_prefix("version = \""))?;
    value.strip_suffix('"').map(str::to_owned)
}

impl LineChanges {
    fn of<'t>(old: impl Iterator<Item = &'t str>, new: &'t [String]) -> Self {
        let (old, new): (BTreeSet<&str>, BTreeSet<&str>) = (old.collect(), new.iter().map(String::as_str).collect());
        let lines = |left: &BTreeSet<&str>, right| left.difference(right).map(|line| (*line).to_owned()).collect();
        Self { removed: lines(&old, &new), added: lines(&new, &old) }
    }

    fn semver(&self) -> Option<Semver> {
        match (self.removed.is_empty(), self.added.is_empty()) {
            (false, _) => Some(Semver::Breaking),
            (true, false) => Some(Semver::Addition),
            (true, true) => None,
        }
    }
}

impl Report {
    fn write(&self, format: ReportFormat, out: &mut dyn Write) -> Result<()> {
        match format {
            ReportFormat::Text => text::write(self, out),
            ReportFormat::Markdown => markdown::write(self, out),
            ReportFormat::Json => Ok(writeln!(out, "{:#}", self.json())?),
        }
    }

    fn semver(&self) -> Option<Semver> {
        self.changes.semver().max(self.generator.semver())
    }

    /// `breaking, 0.1.0 → 0.2.0`
    fn step(&self) -> String {
        let Some(semver) = self.semver() else { return "none, nothing changed".to_owned() };
        let version = self.version.as_deref();
        let next = version.and_then(|version| Some((version, semver.next(version)?)));
        let step = next.map(|(version, next)| format!(", {version} → {next}")).unwrap_or_default();
        format!("{}{step}", semver.as_str())
    }

    /// `2 looser, 1 stricter`
    fn permissions(&self) -> String {
        let counts = self.changes.permissions();
        let counts = counts.iter().map(|(change, count)| format!("{count} {}", change.as_str()));
        counts.collect::<Vec<_>>().join(", ")
    }

    fn json(&self) -> serde_json::Value {
        let version = self.version.as_deref();
        serde_json::json!({
            "since": self.commit,
            "semver": self.semver(),
            "version": { "was": version, "due": version.zip(self.semver()).and_then(|(was, step)| step.next(was)) },
            "broken": self.changes.broken().map(|item| item.item.as_str()).collect::<Vec<_>>(),
            "changes": self.changes,
            "generator": { "removed": self.generator.removed, "added": self.generator.added },
            "generated_is_current": self.is_current,
            "files": { "added": self.files[0], "removed": self.files[1], "changed": self.files[2] },
        })
    }
}

/// Calls `write` for the first items of a list, and prints how many more there are.
fn cut<T>(
    list: impl IntoIterator<Item = T>,
    out: &mut dyn Write,
    mut write: impl FnMut(T, &mut dyn Write) -> Result<()>,
) -> Result<()> {
    let mut more = 0;
    for (index, one) in list.into_iter().enumerate() {
        if index < MAX_LINES { write(one, out)? } else { more += 1 }
    }
    if more > 0 {
        writeln!(out, "\n… and {more} more; `--format json` has them all")?;
    }
    Ok(())
}
