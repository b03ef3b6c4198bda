//! Reads files from a git repository without touching its work tree.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail, ensure};
use graphdocs::markup::MAX_PAGE_BYTES;

use crate::progress::Progress;
use crate::temp::TempDir;

/// The only folder that is read. The images of the other ones need not be there.
const REFERENCE: &str = "api-reference";
/// Includes that no page needs, and there are many of them.
const SNIPPETS: &str = "/includes/snippets/";

/// The files of one revision, written to a temporary folder. Dropping it removes them.
pub(crate) struct CheckOut {
    folder: TempDir,
    /// The full commit id.
    pub(crate) commit: String,
}

impl CheckOut {
    /// Writes one folder of the repository to the same path.
    pub(crate) fn of_folder(repository: &Path, revision: &str, folder: &str) -> Result<Self> {
        let git_dir = git_dir(repository)?;
        let commit = commit(repository, revision)?;
        let target = TempDir::make()?;
        let place = (Path::new(&git_dir), target.path());
        git(repository, &["read-tree", &format!("--prefix={folder}/"), &format!("{commit}:{folder}")], Some(place))?;
        git(repository, &["checkout-index", "--all", "--force"], Some(place))?;
        Ok(Self { folder: target, commit })
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("files")
    }
}

/// The Markdown files below `api-reference/` of one revision. They are read from the repository one by one; nothing
/// is checked out, and nothing else needs to be there.
#[derive(Debug)]
pub(crate) struct Revision {
    repository: PathBuf,
    /// The full commit id.
    pub(crate) commit: String,
    /// The ids of contents, by path.
    blobs: BTreeMap<String, String>,
    /// For single files.
    batch: Mutex<Option<Batch>>,
}

impl Revision {
    pub(crate) fn open(repository: &Path, revision: &str) -> Result<Self> {
        git_dir(repository)?;
        let commit = commit(repository, revision)?;
        let listed = output(repository, &["ls-tree", "-r", "-z", &commit, "--", &format!("{REFERENCE}/")], None)?;
        let blobs: BTreeMap<_, _> = listed.split(|&byte| byte == 0).filter_map(entry).collect();
        ensure!(
            !blobs.is_empty(),
            "{} has no Markdown files below `{REFERENCE}/` at {commit}; name the repository of the docs, or the folder \
             of it that contains `{REFERENCE}/`",
            repository.display()
        );
        let revision = Self { repository: repository.to_path_buf(), commit, blobs, batch: Mutex::default() };
        // If this fails, git fetches the contents one by one, or the first missing one is an error.
        let _ = revision.fetch();
        Ok(revision)
    }

    /// A partial clone fetches what it lacks when it is asked for it, each content by itself: this fetches all at once.
    fn fetch(&self) -> Result<()> {
        let remotes = ["config", "--get-regexp", r"^remote\..*\.promisor$", "true"];
        let Ok(remotes) = git(&self.repository, &remotes, None) else { return Ok(()) };
        let remote = remotes.lines().next().and_then(|line| line.strip_prefix("remote.")?.split_once(".promisor"));
        let Some((remote, _)) = remote else { return Ok(()) };
        let list = ["rev-list", "--objects", "--missing=print", "--no-walk", &self.commit, "--", REFERENCE];
        let listed = git(&self.repository, &list, None)?;
        let missing: BTreeSet<&str> = listed.lines().filter_map(|line| line.strip_prefix('?')).collect();
        let wanted = self.blobs.iter().filter(|(path, id)| !path.contains(SNIPPETS) && missing.contains(id.as_str()));
        let ids: String = wanted.map(|(_, id)| format!("{id}\n")).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let _phase = Progress::phase("fetching what the partial clone lacks", usize::MAX);
        let options =
            ["--no-tags", "--no-write-fetch-head", "--recurse-submodules=no", "--filter=blob:none", "--stdin"];
        let mut command = Command::new("git");
        command.current_dir(&self.repository).args([
            "-c",
            "fetch.negotiationAlgorithm=noop",
            "fetch",
            "--quiet",
            remote,
        ]);
        let mut process = command.args(options).stdin(Stdio::piped()).stderr(Stdio::null()).spawn().context(NO_GIT)?;
        let asked = process.stdin.take().map(|mut input| input.write_all(ids.as_bytes()));
        process.wait()?;
        asked.transpose()?;
        Ok(())
    }

    /// Sorted.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.blobs.keys().map(String::as_str)
    }

    /// One file; `None` if the revision has none of this path.
    pub(crate) fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let Some(id) = self.blobs.get(path) else { return Ok(None) };
        let mut batch = self.batch.lock().unwrap_or_else(PoisonError::into_inner);
        let batch = match &mut *batch {
            Some(batch) => batch,
            none => none.insert(Batch::start(&self.repository, &[])?),
        };
        batch.ask(id)?;
        batch.answer().with_context(|| self.missing(path)).map(Some)
    }

    /// Many files, in order, as they arrive; ends early if `take` returns false.
    pub(crate) fn stream(&self, paths: &[&str], mut take: impl FnMut(usize, Vec<u8>) -> bool) -> Result<()> {
        let mut batch = Batch::start(&self.repository, &["--buffer"])?;
        let mut questions = BufWriter::new(batch.questions.take().context("git has no input")?);
        let ids: Vec<&String> = paths.iter().filter_map(|path| self.blobs.get(*path)).collect();
        debug_assert_eq!(ids.len(), paths.len(), "paths come from `paths`");
        std::thread::scope(|scope| {
            // Git answers while it is asked: with one thread, both could wait for each other.
            scope.spawn(move || {
                // If git ends early, the missing answer says so.
                let _ = ids.iter().try_for_each(|id| writeln!(questions, "{id}")).and_then(|()| questions.flush());
            });
            let mut all = || -> Result<()> {
                for (index, path) in paths.iter().enumerate() {
                    let content = batch.answer().with_context(|| self.missing(path))?;
                    if !take(index, content) {
                        break;
                    }
                }
                Ok(())
            };
            let read = all();
            // This also ends the other thread.
            batch.end();
            read
        })
    }

    fn missing(&self, path: &str) -> String {
        format!(
            "{}: cannot read {path} of {}; if the clone is partial, fetch the contents of `{REFERENCE}/`",
            self.repository.display(),
            self.commit
        )
    }
}

/// Path and id of a regular Markdown file in the output of `git ls-tree`.
fn entry(line: &[u8]) -> Option<(String, String)> {
    let line = String::from_utf8_lossy(line);
    let (about, path) = line.split_once('\t')?;
    let mut about = about.split(' ');
    let (mode, kind, id) = (about.next()?, about.next()?, about.next()?);
    let is_text = [".md", ".txt"].iter().any(|extension| path.ends_with(extension));
    (kind == "blob" && mode.starts_with("100") && is_text).then(|| (path.to_owned(), id.to_owned()))
}

/// A running `git cat-file --batch`. Dropping it ends the process; if we are killed, the end of its input does.
#[derive(Debug)]
struct Batch {
    process: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Batch {
    fn start(repository: &Path, options: &[&str]) -> Result<Self> {
        let mut command = Command::new("git");
        command.current_dir(repository).args(["cat-file", "--batch"]).args(options);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context(NO_GIT)?;
        let (questions, answers) = (process.stdin.take(), process.stdout.take().context("git has no output")?);
        Ok(Self { process, questions, answers: BufReader::with_capacity(1 << 16, answers) })
    }

    fn ask(&mut self, id: &str) -> Result<()> {
        let questions = self.questions.as_mut().context("git has no input")?;
        writeln!(questions, "{id}").and_then(|()| questions.flush()).context("git ended")
    }

    /// The next content; of one that is too large for a page, just enough to see that.
    fn answer(&mut self) -> Result<Vec<u8>> {
        let mut head = String::new();
        self.answers.read_line(&mut head)?;
        let mut words = head.trim_end().rsplit(' ');
        let (last, kind) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let size: u64 = match (kind, last.parse()) {
            ("blob", Ok(size)) => size,
            _ if last == "missing" => bail!("the repository does not have its content"),
            _ => bail!("git answers `{}`", head.trim_end()),
        };
        let wanted = size.min(MAX_PAGE_BYTES as u64 + 1);
        let mut content = Vec::new();
        let found = (&mut self.answers).take(wanted).read_to_end(&mut content)?;
        let rest = size - wanted + 1;
        let skipped = std::io::copy(&mut (&mut self.answers).take(rest), &mut std::io::sink())?;
        ensure!(found as u64 == wanted && skipped == rest, "git ended in the middle of a file");
        Ok(content)
    }

    fn end(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        self.end();
    }
}

const NO_GIT: &str = "cannot start git; install it, or name a folder with --docs";

fn git_dir(repository: &Path) -> Result<String> {
    git(repository, &["rev-parse", "--absolute-git-dir"], None)
        .with_context(|| format!("{} is not a git repository; name a clone of the docs", repository.display()))
}

/// A revision is never read as an option or a path.
fn commit(repository: &Path, revision: &str) -> Result<String> {
    git(repository, &["rev-parse", "--verify", "--end-of-options", &format!("{revision}^{{commit}}")], None)
        .with_context(|| {
            format!("{} has no revision `{revision}`; fetch it, or name one of `git log`", repository.display())
        })
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

/// The output of git as text.
pub(crate) fn git(repository: &Path, arguments: &[&str], place: Option<(&Path, &Path)>) -> Result<String> {
    let output = output(repository, arguments, place)?;
    Ok(String::from_utf8_lossy(&output).trim().to_owned())
}

/// The content ids of the files of a folder in the last commit, by path relative to the folder. There are none without
/// git, or outside of a repository.
pub(crate) fn committed(folder: &Path) -> BTreeMap<String, String> {
    let listed = output(folder, &["ls-tree", "-r", "-z", "HEAD", "."], None).unwrap_or_default();
    let entry = |entry: &[u8]| {
        let (head, path) = std::str::from_utf8(entry).ok()?.split_once('\t')?;
        Some((path.to_owned(), head.rsplit_once(' ')?.1.to_owned()))
    };
    listed.split(|&byte| byte == 0).filter_map(entry).collect()
}

/// The output of git. With a place, its index and files are written there and not to the repository.
fn output(repository: &Path, arguments: &[&str], place: Option<(&Path, &Path)>) -> Result<Vec<u8>> {
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
    let output = command.args(arguments).output().context(NO_GIT)?;
    ensure!(output.status.success(), "git {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    Ok(output.stdout)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A repository with one commit of these files.
    pub(crate) fn repository(files: &[(&str, &str)]) -> TempDir {
        let repository = TempDir::new();
        run(&repository, &["init", "--quiet"]);
        commit_files(&repository, files);
        repository
    }

    pub(crate) fn commit_files(repository: &TempDir, files: &[(&str, &str)]) -> String {
        files.iter().for_each(|(path, text)| repository.write(path, text));
        run(repository, &["add", "."]);
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        run(repository, &[&identity[..], &["commit", "--quiet", "-m", "one"]].concat());
        run(repository, &["rev-parse", "HEAD"])
    }

    fn run(repository: &TempDir, arguments: &[&str]) -> String {
        git(repository.path(), arguments, None).expect("git works")
    }

    /// Removes a content from the repository, as in a clone that lacks it.
    fn lose(repository: &TempDir, path: &str) {
        let id = run(repository, &["rev-parse", &format!("HEAD:{path}")]);
        let object = repository.path().join(".git/objects").join(&id[..2]).join(&id[2..]);
        std::fs::remove_file(object).expect("a loose object");
    }

    const A: &str = "api-reference/v1.0/api/a.md";
    const B: &str = "api-reference/v1.0/api/b.md";

    #[test]
    fn the_pages_of_a_revision_are_read_and_the_repository_left_alone() {
        let repository = repository(&[(A, "one\n"), (B, ""), ("concepts/x.png", "p"), ("api-reference/y.png", "q")]);
        repository.write(A, "two\n");
        lose(&repository, "concepts/x.png");
        lose(&repository, "api-reference/y.png");

        let revision = Revision::open(repository.path(), "HEAD").expect("opened");
        assert_eq!(revision.commit.len(), 40);
        assert_eq!(revision.paths().collect::<Vec<_>>(), [A, B]);
        for _ in 0..2 {
            assert_eq!(revision.read(A).expect("read").as_deref(), Some(&b"one\n"[..]));
            assert_eq!(revision.read("concepts/x.png").expect("not read"), None);
        }
        let mut found = Vec::new();
        let mut take = |index, content| {
            found.push((index, content));
            true
        };
        revision.stream(&[A, B], &mut take).expect("read");
        assert_eq!(found, [(0, b"one\n".to_vec()), (1, Vec::new())]);
        assert_eq!(repository.read(A).as_deref(), Some("two\n"));

        lose(&repository, A);
        let revision = Revision::open(repository.path(), "HEAD").expect("opened");
        let error = format!("{:#}", revision.stream(&[A, B], |_, _| true).expect_err("lost"));
        assert!(error.contains(A) && error.contains("does not have its content"), "{error}");
        assert!(revision.read(A).is_err() && revision.read(B).is_ok());
    }

    #[test]
    fn a_partial_clone_fetches_what_it_lacks_at_once() {
        let repository = repository(&[(A, "one\n"), (B, "two\n"), ("concepts/x.png", "p")]);
        run(&repository, &["config", "uploadpack.allowFilter", "true"]);
        run(&repository, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
        let clones = TempDir::new();
        let url = format!("file://{}", repository.path().display());
        run(&clones, &["clone", "--quiet", "--filter=blob:none", "--no-checkout", &url, "clone"]);
        let clone = clones.path().join("clone");
        let missing = || {
            let list = ["rev-list", "--objects", "--missing=print", "--no-walk", "HEAD"];
            git(&clone, &list, None).expect("listed").lines().filter(|line| line.starts_with('?')).count()
        };
        assert_eq!(missing(), 3);
        let revision = Revision::open(&clone, "HEAD").expect("opened");
        assert_eq!(missing(), 1, "the picture");
        assert_eq!(revision.read(A).expect("read").as_deref(), Some(&b"one\n"[..]));
    }

    #[test]
    fn many_files_do_not_block() {
        let long = "x".repeat(100_000);
        let paths: Vec<String> = (0..60).map(|number| format!("api-reference/v1.0/api/{number}.md")).collect();
        let files: Vec<_> = paths.iter().map(|path| (path.as_str(), long.as_str())).collect();
        let repository = repository(&files);
        let revision = Revision::open(repository.path(), "HEAD").expect("opened");
        let paths: Vec<&str> = revision.paths().collect();
        let mut count = 0;
        revision
            .stream(&paths, |_, content| {
                count += usize::from(content.len() == long.len());
                true
            })
            .expect("read");
        assert_eq!(count, 60);
        revision.stream(&paths, |index, _| index < 3).expect("ended early");
    }

    #[test]
    fn what_cannot_be_opened_says_what_to_do() {
        let repository = repository(&[("docs/api-reference/v1.0/api/a.md", "one\n")]);
        let error = |folder: &Path, revision: &str| match Revision::open(folder, revision) {
            Ok(_) => String::new(),
            Err(error) => format!("{error:#}"),
        };
        assert!(error(repository.path(), "no-such").contains("has no revision `no-such`; fetch it"));
        assert!(error(repository.path(), "HEAD").contains("no Markdown files below `api-reference/`"));
        assert_eq!(error(&repository.path().join("docs"), "HEAD"), "");
        let folder = TempDir::new();
        assert!(error(folder.path(), "HEAD").contains("is not a git repository"));
    }

    #[test]
    fn a_folder_is_written() {
        let repository = repository(&[(A, "one\n")]);
        repository.write(A, "two\n");
        let part = CheckOut::of_folder(repository.path(), "HEAD", "api-reference/v1.0").expect("checked out");
        let text = std::fs::read_to_string(part.path().join(A)).expect("the page");
        assert_eq!(text, "one\n");
        assert!(CheckOut::of_folder(repository.path(), "HEAD", "none").is_err());
        assert_eq!(file(repository.path(), "HEAD", A).as_deref(), Some("one"));
        assert_eq!(file(repository.path(), "HEAD", B), None);
        repository.write(B, "new\n");
        assert_eq!(changed_files(repository.path(), "HEAD", "api-reference").expect("compared"), [1, 0, 1]);
        let error = CheckOut::of_folder(repository.path(), "no-such", "x").err().expect("refused");
        assert!(error.to_string().contains("no-such"), "{error}");
    }
}
