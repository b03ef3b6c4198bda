//! The paths in the checkout, and the settings that the generator takes as text.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use graphdocs::generate::TemplateFile;
use graphdocs::policy::Policy;
use graphdocs::vocab::Vocab;

/// Only the root of a checkout has all of these.
const MANIFEST: &str = "Cargo.toml";
const FOLDERS: [&str; 2] = ["generator", "docs-input"];

/// The root of the checkout that the command was started in.
///
/// It is determined at run time: a program that was built in one checkout must not write into it if it is
/// called in another.
pub(crate) fn root() -> Result<PathBuf> {
    root_above(&std::env::current_dir().context("the working directory is gone; change into a checkout")?)
}

fn root_above(start: &Path) -> Result<PathBuf> {
    let is_root =
        |folder: &&Path| folder.join(MANIFEST).is_file() && FOLDERS.iter().all(|needed| folder.join(needed).is_dir());
    let Some(root) = start.ancestors().find(is_root) else {
        bail!(
            "neither {} nor any folder above it is the root of a checkout, with a {MANIFEST} beside the folders {}; \
             change into a checkout of the repository, then repeat",
            start.display(),
            FOLDERS.map(|folder| format!("{folder}/")).join(" and ")
        );
    };
    Ok(root.to_path_buf())
}

/// The folder of build products.
pub(crate) fn target() -> Result<PathBuf> {
    let named = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    Ok(root()?.join(named.unwrap_or_else(|| "target".into())))
}

/// The cargo that runs us, or the one in the search path.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// A path for messages: relative to the root of the checkout if it is inside.
pub(crate) fn display(path: &Path) -> String {
    let root = root().ok();
    let relative = root.as_deref().and_then(|root| path.strip_prefix(root).ok());
    relative.unwrap_or(path).display().to_string()
}

/// The full path of a written file, which shows the checkout if there are several.
pub(crate) fn display_written(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()).display().to_string()
}

pub(crate) fn vocab() -> Result<Vocab> {
    let files = text_files(&root()?.join("generator/vocab"), "toml")?;
    Vocab::parse(borrowed(&files)).context("generator/vocab cannot be used; correct the file, then repeat")
}

pub(crate) fn policy() -> Result<Policy> {
    let files = text_files(&root()?.join("generator/policy"), "toml")?;
    Policy::parse(borrowed(&files)).context("generator/policy cannot be used; correct the file, then repeat")
}

fn borrowed(files: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    files.iter().map(|(name, text)| (name.as_str(), text.as_str()))
}

/// The hand-written part of the client, without fuzzing, build products and hidden files.
pub(crate) fn templates() -> Result<Vec<TemplateFile>> {
    template_files(&root()?.join("templates"))
}

/// The same of a folder that is given.
pub(crate) fn template_files(folder: &Path) -> Result<Vec<TemplateFile>> {
    let is_content = |entry: &walkdir::DirEntry| {
        let name = entry.file_name().to_string_lossy();
        // Build products of the client and of the packages in `checks`.
        let is_build_product =
            (name == "target" || name == "Cargo.lock") && entry.path().with_file_name("Cargo.toml").exists();
        // The fuzzing harnesses, which are no part of the client.
        let is_fuzzing = entry.depth() == 1 && name == "fuzz";
        entry.depth() == 0 || !(name.starts_with('.') || is_build_product || is_fuzzing)
    };
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(is_content) {
        let entry = entry.with_context(|| format!("cannot list {}", folder.display()))?;
        if entry.file_type().is_file() {
            let path = relative(folder, entry.path())?;
            files.push(TemplateFile { path, content: fs_err::read(entry.path())? });
        }
    }
    Ok(files)
}

/// The path below a folder, with `/` separators.
pub(crate) fn relative(folder: &Path, path: &Path) -> Result<String> {
    let parts = path.strip_prefix(folder).unwrap_or(path).components().map(|part| part.as_os_str().to_str());
    let parts: Option<Vec<&str>> = parts.collect();
    let parts = parts.with_context(|| format!("{} has a name that is not UTF-8; rename it", path.display()))?;
    Ok(parts.join("/"))
}

/// The files of a folder with an extension, sorted by name.
pub(crate) fn text_files(folder: &Path, extension: &str) -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            files.push((name, fs_err::read_to_string(&path)?));
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::temp::TempDir;

    #[test]
    fn the_root_is_the_nearest_folder_with_all_of_a_checkout() {
        let folder = TempDir::new();
        for path in ["a/Cargo.toml", "a/generator/Cargo.toml", "a/docs-input/sources.yaml", "a/xtask/src/main.rs"] {
            folder.write(path, "");
        }
        let root = folder.path().join("a");
        assert_eq!(root_above(&root).expect("the root"), root);
        assert_eq!(root_above(&root.join("xtask/src")).expect("the root"), root);
        let error = root_above(folder.path()).expect_err("no checkout").to_string();
        let place = folder.path().display().to_string();
        for part in [place.as_str(), "Cargo.toml", "generator/ and docs-input/", "change into a checkout"] {
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn what_was_written_is_named_in_full() {
        assert!(Path::new(&display_written(Path::new("generated"))).is_absolute());
    }

    #[test]
    fn templates_are_all_files_but_build_products_and_hidden_ones() {
        let folder = TempDir::new();
        for path in [
            "Cargo.toml",
            "Cargo.lock",
            "target/x",
            ".hidden",
            "src/.tmp",
            "src/lib.rs",
            "src/target/y.rs",
            "checks/a/Cargo.toml",
            "checks/a/Cargo.lock",
            "checks/a/target/x",
            "fuzz/Cargo.toml",
            "fuzz/fuzz_targets/json.rs",
            "src/fuzz/x.rs",
        ] {
            folder.write(path, "");
        }
        let files = template_files(folder.path()).expect("readable");
        let paths: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["Cargo.toml", "checks/a/Cargo.toml", "src/fuzz/x.rs", "src/lib.rs", "src/target/y.rs"]);
    }

    #[test]
    fn the_client_has_the_licences_and_no_fuzzing() {
        let files = templates().expect("readable");
        for name in ["LICENSE-APACHE", "LICENSE-MIT", "NOTICE"] {
            let copy = files.iter().find(|file| file.path == name).map(|file| file.content.as_slice());
            let original = fs_err::read(root().expect("a checkout").join(name)).expect("a licence");
            assert_eq!(copy, Some(original.as_slice()), "copy {name} to templates/{name}");
        }
        let fuzzing = files.iter().find(|file| file.path.contains("fuzz"));
        assert!(fuzzing.is_none(), "{:?}", fuzzing.map(|file| &file.path));
    }
}
