//! Where a run writes: to this repository, or to a folder of the user.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::cli::RegenOptions;
use crate::journal::{Change, OnChanged, Session};
use crate::output::{self, Comparison, Files, Known, MANIFEST};
use crate::settings;

const GENERATED: &str = "generated";
/// What a run wrote to `generated/`, in the root of the checkout, where git ignores it.
const MANIFEST_OF_GENERATED: &str = ".regen/generated";
/// Of the folder in which a run keeps its own files, only the manifest is worth keeping.
const IGNORE: (&str, &str) = (".regen/.gitignore", "*\n!/.gitignore\n!/manifest\n");

pub(super) struct Place {
    pub(super) folder: PathBuf,
    /// The root of the checkout, if the folder is `generated/`.
    root: Option<PathBuf>,
    on_changed: OnChanged,
}

impl Place {
    pub(super) fn of(options: &RegenOptions) -> Result<Self> {
        let root = settings::root()?;
        let generated = root.join(GENERATED);
        let is_generated = |folder: &Path| {
            folder.canonicalize().is_ok_and(|folder| generated.canonicalize().is_ok_and(|own| own == folder))
        };
        Ok(match &options.out {
            Some(folder) if !is_generated(folder) => {
                Self { folder: folder.clone(), root: None, on_changed: options.overwrite.into() }
            }
            _ => Self { folder: generated, root: Some(root), on_changed: OnChanged::Overwrite },
        })
    }

    /// Finishes what an interrupted run left. A run that changes this repository is alone from here on, because it also
    /// reads what it changes.
    pub(super) fn enter(&self, options: &RegenOptions) -> Result<Option<Session>> {
        match &self.root {
            Some(root) if !options.check => Session::open(root, self.on_changed).map(Some),
            Some(_) => Ok(None),
            None => {
                Session::settle(&self.folder, self.on_changed)?;
                if !options.check {
                    self.check(&self.known())?;
                }
                Ok(None)
            }
        }
    }

    pub(super) fn known(&self) -> Known {
        match &self.root {
            Some(root) => Known::of_generated(&root.join(MANIFEST_OF_GENERATED)),
            None => Known::of_folder(&self.folder),
        }
    }

    fn check(&self, known: &Known) -> Result<()> {
        if self.on_changed == OnChanged::Ask { output::check_folder(&self.folder, known) } else { Ok(()) }
    }

    /// Writes the files, together with another change.
    pub(super) fn write(
        &self,
        session: Option<Session>,
        files: &Files,
        is_whole: bool,
        mut change: Change,
    ) -> Result<Comparison> {
        let session = match session {
            Some(session) => session,
            None => Session::open(self.root.as_ref().unwrap_or(&self.folder), self.on_changed)?,
        };
        let known = self.known();
        self.check(&known)?;
        let comparison = output::compare(&self.folder, files, is_whole, &known)?;
        if self.on_changed == OnChanged::Ask {
            output::ask(&self.folder, &comparison)?;
        }
        let prefix = if self.root.is_some() { format!("{GENERATED}/") } else { String::new() };
        output::add(&mut change, &prefix, files, &comparison);
        let manifest = known.manifest(files, &comparison, is_whole);
        match &self.root {
            Some(root) => add_if_new(&mut change, root, MANIFEST_OF_GENERATED, &manifest),
            None => {
                add_if_new(&mut change, &self.folder, MANIFEST, &manifest);
                if !self.folder.join(IGNORE.0).exists() {
                    change.write(IGNORE.0, IGNORE.1);
                }
            }
        }
        session.commit(&change)?;
        Ok(comparison)
    }
}

fn add_if_new(change: &mut Change, folder: &Path, path: &str, text: &str) {
    if std::fs::read(folder.join(path)).ok().as_deref() != Some(text.as_bytes()) {
        change.write(path, text);
    }
}
