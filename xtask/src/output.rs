//! The output folder: its current content, the planned content, and the steps from one to the
//! other.
//!
//! Files are only written if their bytes differ, each through a temporary sibling. Inner files come
//! first, `Cargo.toml` last and removals at the very end, so that an interrupted run leaves a tree
//! that cargo can load and the next run completes. Nothing outside the folder is touched: planned
//! paths are checked before the first write, and symbolic links are never followed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use rayon::prelude::*;

use crate::files::write_atomically;
use crate::kept::{Key, key};
use crate::settings;

/// The planned content by path relative to the folder, with `/` separators.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Only a folder with this file, or an empty one, is written to.
pub(crate) const MARKER: &str = "REGEN.lock";
const MANIFEST: &str = "Cargo.toml";
const ROOT_MODULE: &str = "src/lib.rs";

/// The differences between a folder and a plan. Paths are sorted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Comparison {
    pub(crate) changed: Vec<String>,
    pub(crate) missing: Vec<String>,
    pub(crate) unplanned: Vec<String>,
    pub(crate) unchanged: usize,
}

impl Comparison {
    pub(crate) fn is_clean(&self) -> bool {
        self.changed.is_empty() && self.missing.is_empty() && self.unplanned.is_empty()
    }
}

/// One change on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Write(String),
    Remove(String),
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
        if let Some(other) = folded.insert(path.to_ascii_lowercase(), path) {
            bail!("planned paths `{other}` and `{path}` differ in case only; {REPAIR}");
        }
    }
    Ok(())
}

/// Rejects folders that contain anything other than our output.
pub(crate) fn check_folder(folder: &Path) -> Result<()> {
    if !folder.exists() || folder.join(MARKER).is_file() {
        return Ok(());
    }
    ensure!(folder.is_dir(), "{} is not a folder; name another with `cargo xtask regen --out DIR`", folder.display());
    let is_empty = fs_err::read_dir(folder)?.next().is_none();
    ensure!(
        is_empty,
        "{0} is neither empty nor an output folder (it has no {MARKER}), and regen removes what it did not plan; \
         name another with `cargo xtask regen --out DIR`, or, if nothing in it matters, `touch {0}/{MARKER}`",
        folder.display()
    );
    Ok(())
}

/// Compares the planned files with the folder. Without `whole`, `unplanned` remains empty.
pub(crate) fn compare(folder: &Path, files: &Files, whole: bool) -> Result<Comparison> {
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
    if whole && folder.exists() {
        comparison.unplanned = existing(folder)?.into_iter().filter(|path| !files.contains_key(path)).collect();
    }
    Ok(comparison)
}

/// Whether a folder has exactly the files of these hashes.
pub(crate) fn holds(folder: &Path, hashes: &BTreeMap<String, Key>) -> Result<bool> {
    if !existing(folder)?.iter().eq(hashes.keys()) {
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

/// All files and links in the folder, except build products of cargo.
fn existing(folder: &Path) -> Result<Vec<String>> {
    let is_ours = |entry: &walkdir::DirEntry| {
        entry.depth() != 1 || !(entry.file_name() == "target" || entry.file_name() == "Cargo.lock")
    };
    let mut paths = Vec::new();
    for entry in walkdir::WalkDir::new(folder).min_depth(1).follow_links(false).into_iter().filter_entry(is_ours) {
        let entry = entry.with_context(|| format!("cannot list {}; check its permissions", folder.display()))?;
        if !entry.file_type().is_dir() {
            paths.push(settings::relative(folder, entry.path())?);
        }
    }
    paths.sort();
    Ok(paths)
}

/// The changes, in an order that is safe to interrupt.
pub(crate) fn steps(folder: &Path, comparison: &Comparison) -> Vec<Step> {
    let mut writes: Vec<&String> = comparison.changed.iter().chain(&comparison.missing).collect();
    let has_marker = folder.join(MARKER).exists();
    writes.sort_by_key(|path| {
        // A new folder must be marked as ours from the first file on.
        let first = path.as_str() == MARKER && !has_marker;
        let last = [ROOT_MODULE, MANIFEST].iter().position(|last| path == last);
        // A module file is less deep than the files that it declares.
        let depth = path.matches('/').count();
        (!first, last, std::cmp::Reverse(depth), (*path).clone())
    });
    let writes = writes.into_iter().map(|path| Step::Write(path.clone()));
    writes.chain(comparison.unplanned.iter().map(|path| Step::Remove(path.clone()))).collect()
}

/// Makes the changes.
pub(crate) fn apply(folder: &Path, files: &Files, steps: &[Step]) -> Result<()> {
    check_links(folder, steps)?;
    for step in steps {
        match step {
            Step::Write(path) => write_atomically(&folder.join(path), &files[path])?,
            Step::Remove(path) => {
                let file = folder.join(path);
                fs_err::remove_file(&file)?;
                remove_emptied(folder, &file)?;
            }
        }
    }
    Ok(())
}

/// A link inside the folder could lead anywhere.
fn check_links(folder: &Path, steps: &[Step]) -> Result<()> {
    let mut seen = BTreeSet::new();
    for step in steps {
        let (Step::Write(path) | Step::Remove(path)) = step;
        for (at, _) in path.match_indices('/') {
            if !seen.insert(&path[..at]) {
                continue;
            }
            let parent = folder.join(&path[..at]);
            let is_link = parent.symlink_metadata().is_ok_and(|found| found.is_symlink());
            ensure!(!is_link, "{} is a symbolic link; remove it, then run `cargo xtask regen`", parent.display());
        }
    }
    Ok(())
}

fn remove_emptied(folder: &Path, file: &Path) -> Result<()> {
    for parent in file.ancestors().skip(1).take_while(|parent| *parent != folder) {
        if fs_err::read_dir(parent)?.next().is_some() {
            break;
        }
        fs_err::remove_dir(parent)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
