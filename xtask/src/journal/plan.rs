//! The text of a planned change, from which another run can undo or finish it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

const HEADER: &str = "a change by cargo xtask, version 1";
const END: &str = "end";
const ABSENT: &str = "-";
const PROBE: &str = ".probe.xtask-tmp";

/// All paths are relative to the folder of the change, with `/` separators.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// New folders, outer ones first.
    pub(super) folders: Vec<String>,
    pub(super) removals: Vec<Removal>,
    pub(super) writes: Vec<Write>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Removal {
    pub(super) path: String,
    /// The content id.
    pub(super) old: String,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Write {
    pub(super) path: String,
    /// The content id, if there is such a file.
    pub(super) old: Option<String>,
    pub(super) new: String,
}

impl Plan {
    pub(super) fn text(&self) -> String {
        let mut text = format!("{HEADER}\n");
        for folder in &self.folders {
            text.push_str(&format!("folder {folder}\n"));
        }
        for Removal { path, old } in &self.removals {
            text.push_str(&format!("remove {old} {path}\n"));
        }
        for Write { path, old, new } in &self.writes {
            text.push_str(&format!("write {} {new} {path}\n", old.as_deref().unwrap_or(ABSENT)));
        }
        text + END + "\n"
    }

    /// Files to try whether others can be removed, where nothing is written.
    pub(super) fn probes(&self) -> impl Iterator<Item = String> {
        let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let written: BTreeSet<_> = self.writes.iter().map(|write| folder(&write.path)).collect();
        let others: BTreeSet<_> = self.removals.iter().map(|removal| folder(&removal.path)).collect();
        others.into_iter().filter(move |folder| !written.contains(folder)).map(|folder| folder + PROBE)
    }

    /// The folder may come from anywhere, so nothing in its files may lead out of it.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let lines = text.strip_prefix(HEADER).and_then(|rest| rest.strip_prefix('\n'));
        let lines = lines.and_then(|rest| rest.strip_suffix('\n')?.strip_suffix(END)).context("it is not complete")?;
        let mut plan = Self::default();
        for line in lines.lines() {
            let unknown = || format!("it has a line that is none: {line}");
            let (kind, rest) = line.split_once(' ').with_context(unknown)?;
            let path = match kind {
                "folder" => {
                    plan.folders.push(rest.to_owned());
                    rest
                }
                "remove" => {
                    let (old, path) = rest.split_once(' ').with_context(unknown)?;
                    plan.removals.push(Removal { path: path.to_owned(), old: old.to_owned() });
                    path
                }
                "write" => {
                    let (old, rest) = rest.split_once(' ').with_context(unknown)?;
                    let (new, path) = rest.split_once(' ').with_context(unknown)?;
                    let old = (old != ABSENT).then(|| old.to_owned());
                    plan.writes.push(Write { path: path.to_owned(), old, new: new.to_owned() });
                    path
                }
                _ => return Err(anyhow::anyhow!(unknown())),
            };
            ensure!(stays_inside(path), "it names `{path}`, which is outside of the folder");
        }
        Ok(plan)
    }
}

/// Whether a path is one of a file in a folder, on every system.
pub(crate) fn stays_inside(path: &str) -> bool {
    let is_name = |part: &str| !matches!(part, "" | "." | "..") && !part.contains([':', '\\']);
    path.split('/').all(is_name) && !path.contains(char::is_control)
}

/// Where the new content of a file waits: beside it, so that the folder is known to be writable and to have space for
/// the name.
pub(super) fn waiting(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let separator = if folder.is_empty() { "" } else { "/" };
    format!("{folder}{separator}.{name}{}", super::LEFTOVER)
}

/// The folders above a path, outer ones first.
pub(super) fn folders_above(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// A path as the system has it.
pub(super) fn native(path: &str) -> PathBuf {
    path.split('/').collect()
}
