//! What is known of the files in an output folder: which of them an earlier run wrote.
//!
//! A folder of the user has a manifest, with the content id of each file that the last run wrote. There, a file that is
//! another by now is a question. The folders of this repository are never edited, and git has their history, so that
//! files are overwritten, and removed if a run wrote them (the header says so, or a manifest) or if git has them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use graphdocs::facts_file::content_id;
use rayon::prelude::*;

use super::{Comparison, Files, MARKER};
use crate::git;
use crate::journal::{self, OnChanged, stays_inside};

/// The manifest of a folder of the user, in this folder, so that it stays with a copy or a clone.
pub(crate) const MANIFEST: &str = ".regen/manifest";
const NOTE: &str =
    "# What the last `cargo xtask regen` wrote here. It removes these files alone, unless they have changed.\n";
const HEADER: &[u8] = b"// @generated";

#[derive(Debug, Default)]
pub(crate) struct Known {
    /// The content ids of what the last run wrote, by path.
    written: BTreeMap<String, String>,
    place: Place,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// A folder of this repository.
    #[default]
    Repository,
    /// A folder of the user without a trace of an earlier run.
    Untouched,
    /// One of a version of this program that wrote no manifest.
    WithoutManifest,
    WithManifest,
}

/// Who is responsible for the content of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Run,
    RunAndOthers,
    Foreign,
}

impl Known {
    /// Of a folder of this repository.
    pub(crate) fn of_repository(written: BTreeMap<String, String>) -> Self {
        Self { written, place: Place::Repository }
    }

    /// Of `generated/`: its manifest is only a help, for files that git does not have yet.
    pub(crate) fn of_generated(manifest: &Path) -> Self {
        Self::of_repository(read(manifest).unwrap_or_default())
    }

    /// Of the folder of a user.
    pub(crate) fn of_folder(folder: &Path) -> Self {
        let (written, place) = match read(&folder.join(MANIFEST)) {
            Some(written) => (written, Place::WithManifest),
            None if folder.join(MARKER).is_file() => (BTreeMap::new(), Place::WithoutManifest),
            None => (BTreeMap::new(), Place::Untouched),
        };
        Self { written, place }
    }

    pub(crate) fn has_run(&self) -> bool {
        self.place != Place::Untouched
    }

    pub(crate) fn has_manifest(&self) -> bool {
        matches!(self.place, Place::Repository | Place::WithManifest)
    }

    /// Whether a planned file is as the last run wrote it, or may be another.
    pub(super) fn may_overwrite(&self, folder: &Path, path: &str) -> bool {
        self.place == Place::Repository || self.is_as_written(folder, path)
    }

    fn is_as_written(&self, folder: &Path, path: &str) -> bool {
        self.written.get(path).is_some_and(|known| id(&folder.join(path)).is_some_and(|found| found == *known))
    }

    /// The owners of files that are not planned.
    pub(super) fn owners(&self, folder: &Path, paths: Vec<String>) -> Vec<(String, Owner)> {
        let mut owners: Vec<_> = paths.into_par_iter().map(|path| (self.owner(folder, &path), path)).collect();
        let is_open = |owner: Owner| self.place == Place::Repository && owner == Owner::Foreign;
        if owners.iter().any(|(owner, _)| is_open(*owner)) {
            let committed = git::committed(folder);
            for (owner, path) in owners.iter_mut().filter(|(owner, _)| is_open(*owner)) {
                if committed.get(path).is_some_and(|known| id(&folder.join(path.as_str())).as_ref() == Some(known)) {
                    *owner = Owner::Run;
                }
            }
        }
        owners.into_iter().map(|(owner, path)| (path, owner)).collect()
    }

    fn owner(&self, folder: &Path, path: &str) -> Owner {
        let has_header = || {
            let file = folder.join(path);
            is_file(&file) && std::fs::read(file).is_ok_and(|bytes| bytes.starts_with(HEADER))
        };
        if path.ends_with(journal::LEFTOVER) || self.is_as_written(folder, path) {
            return Owner::Run;
        }
        match self.place {
            Place::Repository if has_header() => Owner::Run,
            Place::WithoutManifest if has_header() => Owner::RunAndOthers,
            Place::WithManifest if self.written.contains_key(path) => Owner::RunAndOthers,
            _ => Owner::Foreign,
        }
    }

    /// The manifest after a run. One of a repository only has what git does not have yet, at least.
    pub(crate) fn manifest(&self, files: &Files, comparison: &Comparison, whole: bool) -> String {
        let is_repository = self.place == Place::Repository;
        let new: BTreeSet<&String> = comparison.changed.iter().chain(&comparison.missing).collect();
        let ids = files.par_iter().filter(|(path, _)| !is_repository || new.contains(path));
        let ids: Vec<_> = ids.map(|(path, bytes)| (path.clone(), content_id(bytes))).collect();
        let mut written = self.written.clone();
        written.retain(|path, _| !whole || files.contains_key(path));
        written.extend(ids);
        let lines = written.iter().map(|(path, id)| format!("{id} {path}\n"));
        lines.fold(NOTE.to_owned(), |text, line| text + &line)
    }
}

impl From<bool> for OnChanged {
    fn from(overwrite: bool) -> Self {
        if overwrite { Self::Overwrite } else { Self::Ask }
    }
}

/// The folder may come from anywhere: lines that are none are left out.
fn read(manifest: &Path) -> Option<BTreeMap<String, String>> {
    let text = is_file(manifest).then(|| std::fs::read_to_string(manifest).ok()).flatten()?;
    let entry = |line: &str| {
        let (id, path) = line.split_once(' ')?;
        (!line.starts_with('#') && stays_inside(path)).then(|| (path.to_owned(), id.to_owned()))
    };
    Some(text.lines().filter_map(entry).collect())
}

/// Of files alone: a link is nothing that a run wrote.
fn id(file: &Path) -> Option<String> {
    is_file(file).then(|| std::fs::read(file).ok()).flatten().map(content_id)
}

fn is_file(file: &Path) -> bool {
    file.symlink_metadata().is_ok_and(|found| found.is_file())
}
