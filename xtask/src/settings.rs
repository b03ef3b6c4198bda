//! Where things are in the checkout, and the settings that the generator takes as text.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use graphdocs::vocab::Vocab;

/// The root of the checkout, wherever the command was started.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

pub(crate) fn vocab() -> Result<Vocab> {
    let files = text_files(&root().join("generator/vocab"), "toml")?;
    Ok(Vocab::parse(files.iter().map(|(name, text)| (name.as_str(), text.as_str())))?)
}

/// The files of a folder with one extension, by name.
pub(crate) fn text_files(folder: &Path, extension: &str) -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            files.push((name, fs_err::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?));
        }
    }
    files.sort();
    Ok(files)
}
