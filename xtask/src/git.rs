//! Reads pages from a git repository without touching its work tree.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::cli::DocsOptions;
use crate::temp::TempDir;

/// The files of one revision.
pub(crate) struct CheckOut {
    folder: TempDir,
    /// The full commit id.
    pub(crate) commit: String,
}

/// The folders with docs that the command line names. Dropping it removes the checkout.
pub(crate) struct NamedDocs {
    docs: Vec<PathBuf>,
    checked_out: Option<CheckOut>,
}

impl NamedDocs {
    pub(crate) fn of(options: &DocsOptions) -> Result<Self> {
        let checked_out = CheckOut::of(options.git.as_deref(), options.revision.as_deref())?;
        Ok(Self { docs: options.docs.clone(), checked_out })
    }

    pub(crate) fn folders(&self) -> Vec<PathBuf> {
        self.docs.iter().cloned().chain(self.checked_out.as_ref().map(CheckOut::path)).collect()
    }
}

impl CheckOut {
    /// The revision of the command line, if it names a repository.
    pub(crate) fn of(repository: Option<&Path>, revision: Option<&str>) -> Result<Option<Self>> {
        match (repository, revision) {
            (Some(repository), Some(revision)) => Ok(Some(Self::new(repository, revision)?)),
            _ => Ok(None),
        }
    }

    /// Writes the files of a revision to a temporary folder.
    pub(crate) fn new(repository: &Path, revision: &str) -> Result<Self> {
        Self::with(repository, revision, |commit| vec!["read-tree".to_owned(), commit.to_owned()])
    }

    /// The same for one folder of the repository, at the same path.
    pub(crate) fn of_folder(repository: &Path, revision: &str, folder: &str) -> Result<Self> {
        Self::with(repository, revision, |commit| {
            ["read-tree", &format!("--prefix={folder}/"), &format!("{commit}:{folder}")].map(str::to_owned).to_vec()
        })
    }

    fn with(repository: &Path, revision: &str, read_tree: impl Fn(&str) -> Vec<String>) -> Result<Self> {
        let git_dir = git(repository, &["rev-parse", "--absolute-git-dir"], None)
            .with_context(|| format!("{} is not a git repository", repository.display()))?;
        // A revision is never read as an option or a path.
        let commit =
            git(repository, &["rev-parse", "--verify", "--end-of-options", &format!("{revision}^{{commit}}")], None)
                .with_context(|| format!("{} has no revision `{revision}`", repository.display()))?;
        let folder = TempDir::make()?;
        let place = (Path::new(&git_dir), folder.path());
        let read_tree = read_tree(&commit);
        git(repository, &read_tree.iter().map(String::as_str).collect::<Vec<_>>(), Some(place))?;
        git(repository, &["checkout-index", "--all", "--force"], Some(place))?;
        Ok(Self { folder, commit })
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("files")
    }
}

/// The text of a file in a commit; `None` if there is no such file.
pub(crate) fn file(repository: &Path, commit: &str, path: &str) -> Option<String> {
    git(repository, &["show", &format!("{commit}:{path}")], None).ok()
}

/// The numbers of files below a folder that were added, removed and changed.
pub(crate) fn changed_files(repository: &Path, commit: &str, folder: &str) -> Result<[usize; 3]> {
    let changed = git(repository, &["diff", "--no-renames", "--name-status", commit, "--", folder], None)?;
    let new = git(repository, &["ls-files", "--others", "--exclude-standard", "--", folder], None)?;
    let count = |status: char| changed.lines().filter(|line| line.starts_with(status)).count();
    let (added, removed) = (count('A') + new.lines().count(), count('D'));
    Ok([added, removed, changed.lines().count() - count('A') - removed])
}

/// The output of git. With a place, its index and files are written there and not to the
/// repository.
pub(crate) fn git(repository: &Path, arguments: &[&str], place: Option<(&Path, &Path)>) -> Result<String> {
    let mut command = Command::new("git");
    match place {
        None => command.current_dir(repository),
        Some((git_dir, folder)) => {
            let files = folder.join("files");
            fs_err::create_dir_all(&files)?;
            command.env("GIT_INDEX_FILE", folder.join("index"));
            command.arg("--git-dir").arg(git_dir).arg("--work-tree").arg(&files).current_dir(files)
        }
    };
    let output =
        command.args(arguments).output().context("cannot start git; install it, or name a folder with --docs")?;
    ensure!(output.status.success(), "git {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_is_written_and_the_repository_left_alone() {
        let repository = TempDir::new();
        let run = |arguments: &[&str]| git(repository.path(), arguments, None).expect("git works");
        run(&["init", "--quiet"]);
        repository.write("api-reference/v1.0/api/a.md", "one\n");
        run(&["add", "."]);
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        run(&[&identity[..], &["commit", "--quiet", "-m", "one"]].concat());
        repository.write("api-reference/v1.0/api/a.md", "two\n");

        let files = CheckOut::new(repository.path(), "HEAD").expect("checked out");
        assert_eq!(files.commit.len(), 40);
        let text = std::fs::read_to_string(files.path().join("api-reference/v1.0/api/a.md")).expect("the page");
        assert_eq!(text, "one\n");
        assert_eq!(repository.read("api-reference/v1.0/api/a.md").as_deref(), Some("two\n"));
        let part = CheckOut::of_folder(repository.path(), "HEAD", "api-reference/v1.0").expect("checked out");
        assert!(part.path().join("api-reference/v1.0/api/a.md").exists());
        assert!(CheckOut::of_folder(repository.path(), "HEAD", "none").is_err());
        assert_eq!(file(repository.path(), "HEAD", "api-reference/v1.0/api/a.md").as_deref(), Some("one"));
        assert_eq!(file(repository.path(), "HEAD", "api-reference/v1.0/api/b.md"), None);
        repository.write("api-reference/v1.0/api/b.md", "new\n");
        assert_eq!(changed_files(repository.path(), "HEAD", "api-reference").expect("compared"), [1, 0, 1]);
        let error = CheckOut::new(repository.path(), "no-such").err().expect("refused");
        assert!(error.to_string().contains("no-such"), "{error}");
    }
}
