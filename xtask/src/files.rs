//! Writes a file so that readers see either the old or the new bytes, never a part.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Writes a temporary sibling, then renames it. Missing folders are created.
pub(crate) fn write_atomically(file: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs_err::create_dir_all(folder)?;
    }
    let temporary = temporary_sibling(file);
    let written = fs_err::write(&temporary, bytes).and_then(|()| fs_err::rename(&temporary, file));
    if written.is_err() {
        // The first error is the one to report.
        let _ = std::fs::remove_file(&temporary);
    }
    written
        .with_context(|| format!("cannot write {}; check the folder and the free space, then repeat", file.display()))
}

fn temporary_sibling(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!(".{name}.xtask-tmp"))
}
