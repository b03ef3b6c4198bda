//! The last whole run. Where nothing that it read is another now, and the output folder has what it planned, there is
//! nothing to do but to say the same again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::summary::Summary;
use crate::cli::RegenOptions;
use crate::kept::{Kept, Key, Program, key};
use crate::output::{self, Comparison, Files};
use crate::settings;

const FILE: &str = "regen/last";
/// What a run reads besides templates and docs that the command line names, or more.
const FOLDERS: [&str; 3] = ["docs-input", "generator/policy", "generator/vocab"];

/// Where a run is kept, and under which key.
pub(super) struct LastRun {
    file: PathBuf,
    root: PathBuf,
    locale: Option<String>,
    inputs: Key,
}

#[derive(Serialize, Deserialize)]
struct Record {
    /// The hash of every planned file.
    files: BTreeMap<String, Key>,
    summary: Summary,
}

impl LastRun {
    /// `None` for runs that read more, or that are not about all files.
    pub(super) fn of(options: &RegenOptions) -> Option<Self> {
        let RegenOptions { docs, git, source, prose, only, no_cache, locale, .. } = options;
        let is_named = !docs.is_empty() || git.is_some() || !source.is_empty();
        let is_whole = !is_named && prose.is_none() && only.is_empty() && !no_cache;
        let file = settings::target().ok().filter(|_| is_whole)?.join(FILE);
        Self::at(file, settings::root().ok()?, locale.clone())
    }

    /// `None` if something cannot be read: then the run says what.
    fn at(file: PathBuf, root: PathBuf, locale: Option<String>) -> Option<Self> {
        let inputs = inputs(&root, locale.as_deref()).ok()?;
        Some(Self { file, root, locale, inputs })
    }

    /// What that run said, and how the folder is, if there is nothing to do.
    pub(super) fn repeated(&self, folder: &Path) -> Option<(Summary, Comparison)> {
        let kept = Kept::read(&self.file);
        let Record { files, summary } = serde_json::from_str(kept.get(&self.inputs)?).ok()?;
        let unchanged = files.len();
        // What cannot be read is for the run to say.
        output::holds(folder, &files).ok()?.then(|| (summary, Comparison { unchanged, ..Comparison::default() }))
    }

    /// Keeps this run.
    pub(super) fn keep(self, files: &Files, summary: Summary) -> Summary {
        let hashes: Vec<_> = files.par_iter().map(|(path, bytes)| (path.clone(), key(bytes))).collect();
        let record = Record { files: hashes.into_iter().collect(), summary };
        // Somebody may have changed a file in the middle of the run.
        let is_same = inputs(&self.root, self.locale.as_deref()).is_ok_and(|inputs| inputs == self.inputs);
        if let (true, Ok(json)) = (is_same, serde_json::to_string(&record)) {
            Kept::read(&self.file).write(&self.file, [(self.inputs, json.as_str())].into_iter());
        }
        record.summary
    }
}

/// A hash of everything that the files are made from.
fn inputs(root: &Path, locale: Option<&str>) -> Result<Key> {
    let mut paths = Vec::new();
    for folder in FOLDERS {
        for entry in walkdir::WalkDir::new(root.join(folder)).follow_links(true).sort_by_file_name() {
            let entry = entry?;
            if entry.file_type().is_file() {
                paths.push(entry.into_path());
            }
        }
    }
    let one = |path: &PathBuf| Ok((settings::relative(root, path)?, key(&fs_err::read(path)?)));
    let files: Vec<(String, Key)> = paths.par_iter().map(one).collect::<Result<_>>()?;
    let templates = settings::template_files(&root.join("templates"))?;
    let templates: Vec<_> = templates.iter().map(|template| (&template.path, &template.content)).collect();
    Ok(key(&(Program::this(), locale, files, templates)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::temp::TempDir;

    const INPUTS: [&str; 4] = [
        "docs-input/facts/lock.yaml",
        "generator/policy/types.toml",
        "generator/vocab/en.toml",
        "templates/Cargo.toml",
    ];

    struct Checkout(TempDir);

    impl Checkout {
        /// One in which a run has just ended.
        fn new() -> Self {
            let checkout = Self(TempDir::new());
            for path in INPUTS {
                checkout.0.write(path, "as it was");
            }
            checkout.0.write("out/src/lib.rs", "mod a;\n");
            let files = Files::from([("src/lib.rs".to_owned(), b"mod a;\n".to_vec())]);
            checkout.last(None).keep(&files, Summary::default());
            checkout
        }

        fn last(&self, locale: Option<&str>) -> LastRun {
            let root = self.0.path().to_path_buf();
            LastRun::at(root.join("target").join(FILE), root, locale.map(str::to_owned)).expect("readable")
        }

        fn is_repeated(&self) -> bool {
            self.last(None).repeated(&self.0.path().join("out")).is_some()
        }
    }

    #[test]
    fn nothing_is_done_until_something_that_a_run_reads_changes() {
        let checkout = Checkout::new();
        assert!(checkout.is_repeated());
        assert!(checkout.last(Some("pt-BR")).repeated(&checkout.0.path().join("out")).is_none());
        for path in INPUTS {
            checkout.0.write(path, "another");
            assert!(!checkout.is_repeated(), "{path}");
            checkout.0.write(path, "as it was");
            assert!(checkout.is_repeated(), "{path}");
        }
        checkout.0.write("docs-input/pages/a.md", "# new\n");
        assert!(!checkout.is_repeated());
    }

    #[test]
    fn another_output_folder_is_noticed() {
        for (path, text) in [("out/src/lib.rs", "mod b;\n"), ("out/src/lib.rs", ""), ("out/notes.txt", "mine\n")] {
            let checkout = Checkout::new();
            checkout.0.write(path, text);
            assert!(!checkout.is_repeated(), "{path}");
        }
        let checkout = Checkout::new();
        std::fs::remove_file(checkout.0.path().join("out/src/lib.rs")).expect("removed");
        assert!(!checkout.is_repeated());
        checkout.0.write("out/src/lib.rs", "mod a;\n");
        checkout.0.write("out/target/debug/x", "");
        assert!(checkout.is_repeated(), "build products are nobody's");
    }

    #[test]
    fn a_damaged_record_is_none() {
        let checkout = Checkout::new();
        let file = checkout.0.path().join("target").join(FILE);
        let whole = std::fs::read_to_string(&file).expect("kept");
        for damaged in [whole.replace("lib.rs", "lib.r"), whole[..whole.len() - 1].to_owned(), String::new()] {
            std::fs::write(&file, damaged).expect("written");
            assert!(!checkout.is_repeated());
        }
        std::fs::write(&file, whole).expect("written");
        assert!(checkout.is_repeated());
    }

    #[test]
    fn a_run_is_not_kept_if_its_input_changed_in_the_middle() {
        let checkout = Checkout::new();
        checkout.0.write(INPUTS[0], "changed");
        let last = checkout.last(None);
        checkout.0.write(INPUTS[0], "changed again");
        last.keep(&Files::new(), Summary::default());
        checkout.0.write(INPUTS[0], "changed");
        assert!(!checkout.is_repeated());
    }
}
