//! The output folder: its current content, the planned content, and the change from one to the other.
//!
//! Only files whose bytes differ are written, and only files that an earlier run wrote are removed
//! (`output/known.rs`), all of them or none (`journal.rs`). Nothing outside the folder is touched: planned paths are
//! checked before the first write, and symbolic links are never followed.

mod known;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use rayon::prelude::*;

use crate::journal::{self, Change};
use crate::kept::{Key, key};
use crate::settings;

use self::known::Owner;

pub(crate) use self::known::{Known, MANIFEST};

/// The planned content by path relative to the folder, with `/` separators.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Every output folder has it, also one that an earlier version of this program wrote.
pub(crate) const MARKER: &str = "REGEN.lock";

/// The differences between a folder and a plan. Paths are sorted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Comparison {
    pub(crate) changed: Vec<String>,
    pub(crate) missing: Vec<String>,
    /// Files of an earlier run that are no longer planned.
    pub(crate) unplanned: Vec<String>,
    pub(crate) unchanged: usize,
    /// Those of `changed` and `unplanned` that are not as an earlier run wrote them.
    pub(crate) questions: Vec<String>,
    /// Files of somebody else, which are left alone.
    pub(crate) foreign: Vec<String>,
}

impl Comparison {
    pub(crate) fn is_clean(&self) -> bool {
        self.changed.is_empty() && self.missing.is_empty() && self.unplanned.is_empty()
    }
}

/// Rejects plans that would write outside the folder, or behave differently on other systems.
pub(crate) fn check_plan(files: &Files) -> Result<()> {
    const REPAIR: &str = "correct the generator, then run `cargo test -p graphdocs`";
    let mut folded = BTreeMap::new();
    for path in files.keys() {
        let allowed =
            path.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'-'));
        ensure!(allowed && !path.is_empty(), "planned path `{path}` has characters outside [A-Za-z0-9_./-]; {REPAIR}");
        let relative = path.split('/').all(|part| !matches!(part, "" | "." | ".."));
        ensure!(relative, "planned path `{path}` leaves the output folder; {REPAIR}");
        let is_hidden = path.split('/').any(|part| part.starts_with('.'));
        ensure!(!is_hidden, "planned path `{path}` is hidden, and hidden files are not ours; {REPAIR}");
        if let Some(other) = folded.insert(path.to_ascii_lowercase(), path) {
            bail!("planned paths `{other}` and `{path}` differ in case only; {REPAIR}");
        }
    }
    Ok(())
}

/// Rejects folders of somebody else. Hidden files, such as those of git, are in nobody's way.
pub(crate) fn check_folder(folder: &Path, known: &Known) -> Result<()> {
    if known.has_run() || !folder.exists() {
        return Ok(());
    }
    ensure!(folder.is_dir(), "{} is not a folder; name another with `cargo xtask regen --out DIR`", folder.display());
    let mut found = existing(folder);
    found.retain(|path| !path.ends_with(journal::LEFTOVER));
    ensure!(
        found.is_empty(),
        "{} is not empty, and no earlier run made it:\n{}\nname another folder with `cargo xtask regen --out DIR`; with \
         `--overwrite` the files of the client replace those of the same name, and the others stay",
        folder.display(),
        journal::list(&found)
    );
    Ok(())
}

/// Compares the planned files with the folder. Without `whole`, `unplanned` remains empty.
pub(crate) fn compare(folder: &Path, files: &Files, whole: bool, known: &Known) -> Result<Comparison> {
    let one = |(path, bytes): (&String, &Vec<u8>)| state(&folder.join(path), bytes);
    let states: Vec<State> = files.par_iter().map(one).collect::<Result<_>>()?;
    let mut comparison = Comparison::default();
    for (path, state) in files.keys().zip(states) {
        match state {
            State::Missing => comparison.missing.push(path.clone()),
            State::Unchanged => comparison.unchanged += 1,
            State::Changed => comparison.changed.push(path.clone()),
        }
    }
    let is_question = |path: &&String| !known.may_overwrite(folder, path);
    comparison.questions = comparison.changed.par_iter().filter(is_question).cloned().collect();
    if whole && folder.exists() {
        let others = existing(folder).into_iter().filter(|path| !files.contains_key(path)).collect();
        for (path, owner) in known.owners(folder, others) {
            match owner {
                Owner::Foreign => comparison.foreign.push(path),
                Owner::Run => comparison.unplanned.push(path),
                Owner::RunAndOthers => {
                    comparison.unplanned.push(path.clone());
                    comparison.questions.push(path);
                }
            }
        }
    }
    Ok(comparison)
}

/// Whether a folder has exactly the files of these hashes.
pub(crate) fn holds(folder: &Path, hashes: &BTreeMap<String, Key>) -> Result<bool> {
    if !existing(folder).iter().eq(hashes.keys()) {
        return Ok(false);
    }
    let one = |(path, hash): (&String, &Key)| {
        let file = folder.join(path);
        Ok(file.symlink_metadata()?.is_file() && key(&fs_err::read(file)?) == *hash)
    };
    let are_same: Vec<bool> = hashes.par_iter().map(one).collect::<Result<_>>()?;
    Ok(are_same.into_iter().all(|is_same| is_same))
}

enum State {
    Missing,
    Unchanged,
    Changed,
}

fn state(file: &Path, bytes: &[u8]) -> Result<State> {
    match file.symlink_metadata() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(State::Missing),
        Err(error) => Err(error).with_context(|| format!("cannot look at {}; check its permissions", file.display())),
        Ok(found) if found.is_file() && found.len() == bytes.len() as u64 && fs_err::read(file)? == bytes => {
            Ok(State::Unchanged)
        }
        Ok(_) => Ok(State::Changed),
    }
}

/// All files and links in the folder, except build products of cargo, repositories inside, and hidden files that no
/// interrupted run left. What cannot be listed or named is not ours.
fn existing(folder: &Path) -> Vec<String> {
    let may_be_ours = |entry: &walkdir::DirEntry| {
        let name = entry.file_name().to_string_lossy();
        if entry.depth() == 0 {
            return true;
        }
        let is_build_product = (name == "target" || name == "Cargo.lock")
            && (entry.depth() == 1 || entry.path().with_file_name("Cargo.toml").exists());
        if entry.file_type().is_dir() {
            return !is_build_product && !name.starts_with('.') && !entry.path().join(".git").exists();
        }
        let is_leftover = entry.file_type().is_file() && name.ends_with(journal::LEFTOVER);
        !is_build_product && (!name.starts_with('.') || is_leftover)
    };
    let entries = walkdir::WalkDir::new(folder).min_depth(1).follow_links(false);
    let entries = entries.into_iter().filter_entry(may_be_ours).flatten();
    let files = entries.filter(|entry| !entry.file_type().is_dir());
    let mut paths: Vec<_> = files.filter_map(|entry| settings::relative(folder, entry.path()).ok()).collect();
    paths.retain(|path| journal::stays_inside(path));
    paths.sort();
    paths
}

/// Adds what makes the folder as planned. Paths of the change start with `prefix`.
pub(crate) fn add(change: &mut Change, prefix: &str, files: &Files, comparison: &Comparison) {
    for path in comparison.changed.iter().chain(&comparison.missing) {
        change.write(format!("{prefix}{path}"), files[path].as_slice());
    }
    for path in &comparison.unplanned {
        change.remove(format!("{prefix}{path}"));
    }
}

/// Files that somebody changed are a question.
pub(crate) fn ask(folder: &Path, comparison: &Comparison) -> Result<()> {
    let questions = &comparison.questions;
    ensure!(
        questions.is_empty(),
        "{} of {} would be overwritten or removed, and no manifest says that an earlier run wrote this content:\n{}\n\
         move them away, or undo their changes, or repeat with `--overwrite`; nothing was written",
        journal::files(questions.len()),
        folder.display(),
        journal::list(questions)
    );
    Ok(())
}

#[cfg(test)]
mod tests;
