//! The few things that a change does to the disk. In tests it can fail at any of them.

use std::fs::{self, File};
use std::io::{ErrorKind, Result, Write};
use std::path::Path;

#[derive(Default)]
pub(super) struct Disk {
    #[cfg(test)]
    pub(super) fault: Option<super::tests::Fault>,
}

/// What the disk is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Task {
    /// Needs space.
    Make,
    /// Needs none.
    Other,
}

impl Disk {
    /// A new file. What is there already is replaced, never written through.
    pub(super) fn write(&self, file: &Path, bytes: &[u8], sync: bool) -> Result<()> {
        self.remove(file)?;
        self.ask(Task::Make)?;
        let mut made = File::options().write(true).create_new(true).open(file)?;
        // A second question: the disk may be full, or the power gone, when only a part is written.
        self.ask(Task::Make).and_then(|()| made.write_all(bytes))?;
        if sync && self.lasts() { made.sync_all() } else { Ok(()) }
    }

    pub(super) fn make_folder(&self, folder: &Path) -> Result<()> {
        self.ask(Task::Make)?;
        match fs::create_dir(folder) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
            made => made,
        }
    }

    pub(super) fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        self.ask(Task::Other)?;
        fs::rename(from, to)
    }

    /// Removes a file or link. That there is none is no error.
    pub(super) fn remove(&self, file: &Path) -> Result<()> {
        self.ask(Task::Other)?;
        absent_is_fine(fs::remove_file(file))
    }

    /// Removes a folder if it is empty, and says whether it is gone. One that may not be removed stays, which does no
    /// harm.
    pub(super) fn remove_empty(&self, folder: &Path) -> Result<bool> {
        self.ask(Task::Other)?;
        Ok(absent_is_fine(fs::remove_dir(folder)).is_ok())
    }

    /// Makes the names in a folder last, where the system can.
    pub(super) fn sync_folder(&self, folder: &Path) -> Result<()> {
        self.ask(Task::Other)?;
        if cfg!(unix) && self.lasts() { File::open(folder)?.sync_all() } else { Ok(()) }
    }

    /// Whether it is worth waiting for the disk; it is not where tests make hundreds of changes.
    #[cfg(test)]
    fn lasts(&self) -> bool {
        self.fault.is_none()
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "the disk of tests need not last")]
    fn lasts(&self) -> bool {
        true
    }

    #[cfg(test)]
    fn ask(&self, task: Task) -> Result<()> {
        self.fault.as_ref().map_or(Ok(()), |fault| fault.ask(task))
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "the disk of tests may say no")]
    fn ask(&self, _: Task) -> Result<()> {
        Ok(())
    }
}

fn absent_is_fine(result: Result<()>) -> Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
