//! Temporary folders with unique names, which are removed at the end.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Result;

pub(crate) struct TempDir(PathBuf);

impl TempDir {
    pub(crate) fn make() -> Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("xtask-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs_err::create_dir_all(&path)?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// For tests, in which IO errors are failures.
#[cfg(test)]
impl TempDir {
    pub(crate) fn new() -> Self {
        Self::make().expect("the temporary folder is writable")
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let file = self.0.join(path);
        std::fs::create_dir_all(file.parent().expect("a file has a folder")).expect("the temporary folder is writable");
        std::fs::write(file, text).expect("the temporary folder is writable");
    }

    pub(crate) fn read(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.0.join(path)).ok()
    }
}
