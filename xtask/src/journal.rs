//! Changes of many files that happen completely or not at all.
//!
//! A change is planned in `.regen/plan`, and its new content waits beside the files that it replaces. Then the plan
//! becomes `.regen/journal`, which is the moment of the change: what remains is to remove and rename. A run that ended
//! before is undone by the next one, and a run that ended after it is finished; both may be repeated. `.regen/lock`
//! keeps two runs apart.
//!
//! This holds whenever the program ends. If the machine does, the order of plan and journal is still right, because both
//! are synchronised, but the system may have lost new content: such a file stays as it was, and this is reported. New
//! content is not synchronised file by file, since there may be 6,000.

mod disk;
mod interrupt;
mod plan;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use graphdocs::facts_file::content_id;

use self::disk::Disk;
use self::plan::{Plan, Removal, Write, folders_above, native, waiting};

pub(crate) use self::plan::stays_inside;

/// What a run keeps in the folder that it changes.
pub(crate) const FOLDER: &str = ".regen";
const LOCK: &str = ".regen/lock";
const PLAN: &str = ".regen/plan";
const JOURNAL: &str = ".regen/journal";
/// How names of files end that only exist during a run.
pub(crate) const LEFTOVER: &str = ".xtask-tmp";
/// More files are counted only.
const MAX_NAMES: usize = 20;

/// What to do with files that somebody else changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnChanged {
    /// An error names them.
    Ask,
    Overwrite,
}

/// What a run wants to write and to remove. Paths are relative to the folder, with `/` separators.
#[derive(Default)]
pub(crate) struct Change {
    writes: BTreeMap<String, Vec<u8>>,
    removals: BTreeSet<String>,
}

impl Change {
    pub(crate) fn write(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.writes.insert(path.into(), bytes.into());
    }

    pub(crate) fn remove(&mut self, path: impl Into<String>) {
        self.removals.insert(path.into());
    }
}

/// A folder that no other run changes at the same time.
pub(crate) struct Session {
    folder: PathBuf,
    disk: Disk,
    /// Locked until it is closed, which the system does for a program that ends.
    _lock: Option<File>,
}

impl Session {
    /// Waits for other runs, then finishes or undoes what an interrupted one left.
    pub(crate) fn open(folder: &Path, on_changed: OnChanged) -> Result<Self> {
        Self::open_on(Disk::default(), folder, on_changed)
    }

    fn open_on(disk: Disk, folder: &Path, on_changed: OnChanged) -> Result<Self> {
        let own = folder.join(FOLDER);
        let is_link = own.symlink_metadata().is_ok_and(|found| found.is_symlink());
        ensure!(!is_link, "{} is a symbolic link; remove it, then repeat", own.display());
        fs_err::create_dir_all(&own).context("check the permissions of the folder and the free space, then repeat")?;
        let lock = lock(&folder.join(LOCK))?;
        let session = Self { folder: folder.to_path_buf(), disk, _lock: lock };
        session.recover(on_changed)?;
        Ok(session)
    }

    /// Finishes or undoes what an interrupted run left. Where there is none, nothing is written.
    pub(crate) fn settle(folder: &Path, on_changed: OnChanged) -> Result<()> {
        let is_pending = [PLAN, JOURNAL].iter().any(|file| folder.join(file).exists());
        if is_pending {
            Self::open(folder, on_changed)?;
        }
        Ok(())
    }

    /// Makes the change. After an error, the files are as they were before.
    pub(crate) fn commit(&self, change: &Change) -> Result<()> {
        if change.writes.is_empty() && change.removals.is_empty() {
            return Ok(());
        }
        let plan = self.plan(change)?;
        let _held = interrupt::hold();
        if let Err(error) = self.stage(&plan, change) {
            // The first error is the one to report; what cannot be undone now is undone by the next run.
            let _ = self.undo(&plan);
            return Err(error.context("nothing was changed"));
        }
        self.finish(&plan).with_context(|| self.unfinished())
    }

    fn plan(&self, change: &Change) -> Result<Plan> {
        let mut plan = Plan::default();
        let mut seen = BTreeSet::new();
        for path in change.writes.keys().chain(&change.removals) {
            ensure!(stays_inside(path), "`{path}` leads out of {}", self.folder.display());
            for above in folders_above(path) {
                if seen.insert(above) && !self.is_folder(above)? {
                    plan.folders.push(above.to_owned());
                }
            }
        }
        for (path, bytes) in &change.writes {
            let file = self.file(path);
            let is_folder = file.symlink_metadata().is_ok_and(|found| found.is_dir());
            ensure!(
                !is_folder,
                "{} is a folder, and a file has to be there; move it away, then repeat",
                file.display()
            );
            plan.writes.push(Write { path: path.clone(), old: self.id(path)?, new: content_id(bytes) });
        }
        for path in &change.removals {
            // Somebody else may have removed it.
            if let Some(old) = self.id(path)? {
                plan.removals.push(Removal { path: path.clone(), old });
            }
        }
        Ok(plan)
    }

    /// Everything that may fail because of space or permissions. The last step is the change.
    fn stage(&self, plan: &Plan, change: &Change) -> Result<()> {
        let failed = |path: &str| {
            let path = self.file(path);
            move || format!("cannot write {}; check the permissions of the folder and the free space", path.display())
        };
        self.disk.write(&self.file(PLAN), plan.text().as_bytes(), true).with_context(failed(PLAN))?;
        for folder in &plan.folders {
            self.disk.make_folder(&self.file(folder)).with_context(failed(folder))?;
        }
        for Write { path, .. } in &plan.writes {
            self.disk.write(&self.file(&waiting(path)), &change.writes[path], false).with_context(failed(path))?;
        }
        self.probe(plan)?;
        self.disk.rename(&self.file(PLAN), &self.file(JOURNAL)).with_context(failed(JOURNAL))?;
        // The change is made, whether or not the system can promise that it survives a power cut.
        let _ = self.disk.sync_folder(&self.file(FOLDER));
        Ok(())
    }

    /// Files can be removed where others can be made.
    fn probe(&self, plan: &Plan) -> Result<()> {
        for probe in plan.probes() {
            let probe = self.file(&probe);
            let probed = self.disk.write(&probe, b"", false).and_then(|()| self.disk.remove(&probe));
            probed.with_context(|| format!("cannot write {}; check the permissions of the folder", probe.display()))?;
        }
        Ok(())
    }

    fn undo(&self, plan: &Plan) -> Result<()> {
        let waiting = plan.writes.iter().map(|write| waiting(&write.path));
        for path in waiting.chain(plan.probes()) {
            self.disk.remove(&self.file(&path))?;
        }
        for folder in plan.folders.iter().rev() {
            self.disk.remove_empty(&self.file(folder))?;
        }
        self.disk.remove(&self.file(PLAN))?;
        Ok(())
    }

    /// What is left to do after the change. May be repeated.
    fn finish(&self, plan: &Plan) -> Result<()> {
        for Removal { path, old } in &plan.removals {
            // A file that is another by now is not ours.
            if self.id(path)?.is_none_or(|found| found == *old) {
                self.disk.remove(&self.file(path))?;
                self.remove_emptied(path)?;
            }
        }
        for Write { path, .. } in &plan.writes {
            match self.disk.rename(&self.file(&waiting(path)), &self.file(path)) {
                // It was renamed by the run that was interrupted.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                renamed => renamed.with_context(|| self.file(path).display().to_string())?,
            }
        }
        self.disk.remove(&self.file(JOURNAL))?;
        Ok(())
    }

    fn remove_emptied(&self, path: &str) -> Result<()> {
        for folder in folders_above(path).rev() {
            if !self.disk.remove_empty(&self.file(folder))? {
                break;
            }
        }
        Ok(())
    }

    fn recover(&self, on_changed: OnChanged) -> Result<()> {
        if let Some(text) = self.read(JOURNAL)? {
            let mut plan = self.known(JOURNAL, &text)?;
            let lost = self.check_pending(&plan, on_changed)?;
            // What is known of the files is that they are as before.
            let is_known = |path: &str| lost.is_empty() || !path.starts_with(FOLDER);
            plan.writes.retain(|write| is_known(&write.path) && !lost.contains(&write.path));
            let _held = interrupt::hold();
            for path in &lost {
                self.disk.remove(&self.file(&waiting(path)))?;
            }
            self.finish(&plan).with_context(|| self.unfinished())?;
            eprintln!("finished a run that was interrupted while it changed {}", self.folder.display());
            if !lost.is_empty() {
                eprintln!("{} of its files were lost with the power; `cargo xtask regen` writes them", lost.len());
            }
        }
        if let Some(text) = self.read(PLAN)? {
            // Of a plan that is not complete, nothing was done.
            let plan = if Plan::parse(&text).is_ok() { self.known(PLAN, &text)? } else { Plan::default() };
            self.undo(&plan).context("cannot undo what an interrupted run began; check the permissions")?;
        }
        Ok(())
    }

    /// The plan of another run. The folder may come from anywhere, with links in it.
    fn known(&self, file: &str, text: &str) -> Result<Plan> {
        let plan = Plan::parse(text);
        let name = self.file(file);
        let plan = plan.with_context(|| format!("{} cannot be used; remove it, then repeat", name.display()))?;
        let writes = plan.writes.iter().map(|write| &write.path);
        let removals = plan.removals.iter().map(|removal| &removal.path);
        for path in writes.chain(removals).chain(&plan.folders) {
            for above in folders_above(path) {
                self.is_folder(above)?;
            }
        }
        Ok(plan)
    }

    /// Files whose new content is lost. Those that somebody changed after the interruption are an error, unless they
    /// are to be overwritten.
    fn check_pending(&self, plan: &Plan, on_changed: OnChanged) -> Result<Vec<String>> {
        let (mut lost, mut changed) = (Vec::new(), Vec::new());
        for Write { path, old, new } in &plan.writes {
            let (found, next) = (self.id(path)?, self.id(&waiting(path))?);
            if next.as_ref() != Some(new) {
                if next.is_some() || found.as_ref() != Some(new) {
                    lost.push(path.clone());
                }
            } else if found.is_some() && found != *old && found.as_ref() != Some(new) {
                changed.push(path.clone());
            }
        }
        if on_changed == OnChanged::Ask && !changed.is_empty() {
            bail!(
                "{} changed after a run that was interrupted, and it has to be finished first:\n{}\nmove them away, or \
                 repeat with `--overwrite`; nothing was written",
                files(changed.len()),
                list(&changed)
            );
        }
        Ok(lost)
    }

    /// Whether there is such a folder. A link could lead anywhere, and a file is not ours to replace.
    fn is_folder(&self, path: &str) -> Result<bool> {
        let folder = self.file(path);
        match folder.symlink_metadata() {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error).with_context(|| format!("{}; check its permissions", folder.display())),
            Ok(found) if found.is_dir() => Ok(true),
            Ok(found) => {
                let what = if found.is_symlink() { "symbolic link" } else { "file" };
                bail!("{} is a {what}, and a folder has to be there; move it away, then repeat", folder.display())
            }
        }
    }

    /// The content id of a file, or a word that is none for what is no file.
    fn id(&self, path: &str) -> Result<Option<String>> {
        let file = self.file(path);
        match file.symlink_metadata() {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error).with_context(|| format!("{}; check its permissions", file.display())),
            Ok(found) if found.is_file() => Ok(Some(content_id(fs_err::read(file)?))),
            Ok(_) => Ok(Some("no-file".to_owned())),
        }
    }

    fn read(&self, path: &str) -> Result<Option<String>> {
        match fs_err::read(self.file(path)) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            read => Ok(Some(String::from_utf8_lossy(&read?).into_owned())),
        }
    }

    fn file(&self, path: &str) -> PathBuf {
        self.folder.join(native(path))
    }

    fn unfinished(&self) -> String {
        format!("{} is changed in part; the next run finishes it, once this is repaired", self.folder.display())
    }
}

/// `None` where the system has no locks.
fn lock(file: &Path) -> Result<Option<File>> {
    const REPAIR: &str = "check the permissions of the folder and the free space, then repeat";
    let name = || format!("cannot lock {}; {REPAIR}", file.display());
    let lock = File::options().create(true).truncate(false).write(true).open(file).with_context(name)?;
    let locked = match lock.try_lock() {
        Err(TryLockError::WouldBlock) => {
            eprintln!("waiting for another run, which has locked {}", file.display());
            lock.lock()
        }
        Err(TryLockError::Error(error)) => Err(error),
        Ok(()) => Ok(()),
    };
    match locked {
        Err(error) if error.kind() == ErrorKind::Unsupported => Ok(None),
        locked => locked.map(|()| Some(lock)).with_context(name),
    }
}

pub(crate) fn files(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}

/// The first of some paths, in a line each.
pub(crate) fn list(paths: &[String]) -> String {
    let mut lines: Vec<_> = paths.iter().take(MAX_NAMES).map(|path| format!("  {path}")).collect();
    if let Some(more @ 1..) = paths.len().checked_sub(MAX_NAMES) {
        lines.push(format!("  and {more} more"));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests;
