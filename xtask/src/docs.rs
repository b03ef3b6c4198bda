//! Reading documentation pages from disk, or from a git repository.

use std::path::{Path, PathBuf};
use std::sync::mpsc;

use anyhow::{Context, Result, anyhow, bail, ensure};
use graphdocs::extract::{self, PageInput};
use graphdocs::markup::proof::Original;
use graphdocs::model::documented::DocumentedExample;
use graphdocs::model::facts::PageFacts;
use graphdocs::model::prose::PageProse;
use graphdocs::source::PagePath;
use graphdocs::vocab::Vocab;
use rayon::prelude::*;

use crate::cli::DocsOptions;
use crate::git::Revision;
use crate::includes::Includes;
use crate::progress::Progress;
use crate::settings;

/// Where pages and their includes are.
#[derive(Debug)]
pub(crate) enum Tree {
    Folder(PathBuf),
    /// Of a git repository.
    Revision(Revision),
}

/// A page of a tree.
#[derive(Clone, Debug)]
pub(crate) struct PageFile {
    pub(crate) path: PagePath,
    /// On disk, or in the repository.
    pub(crate) file: PathBuf,
}

/// The folders that the command line names.
pub(crate) fn folders(folders: &[PathBuf]) -> Vec<Tree> {
    folders.iter().cloned().map(Tree::Folder).collect()
}

/// All docs that the command line names.
pub(crate) fn named(options: &DocsOptions) -> Result<Vec<Tree>> {
    let mut trees = folders(&options.docs);
    trees.extend(revision(options.git.as_deref(), options.revision.as_deref())?);
    Ok(trees)
}

/// The revision of the command line, if it names a repository.
pub(crate) fn revision(repository: Option<&Path>, revision: Option<&str>) -> Result<Option<Tree>> {
    match (repository, revision) {
        (Some(repository), Some(revision)) => Ok(Some(Tree::Revision(Revision::open(repository, revision)?))),
        _ => Ok(None),
    }
}

/// Contents that may wait for a core.
const WAITING: usize = 64;

impl Tree {
    /// All pages, sorted by path. Includes are parts of pages, not pages.
    pub(crate) fn pages(&self) -> Result<Vec<PageFile>> {
        match self {
            Self::Folder(folder) => find_pages(folder),
            Self::Revision(revision) => {
                let pages = revision.paths().map(|path| PageFile { path: PagePath::new(path), file: path.into() });
                let pages: Vec<_> = pages.filter(|page| is_page(&page.path)).collect();
                ensure!(!pages.is_empty(), "revision {} has includes, but no pages", revision.commit);
                Ok(sorted(pages))
            }
        }
    }

    /// For messages.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Folder(folder) => settings::display(folder),
            Self::Revision(revision) => format!("revision {}", revision.commit),
        }
    }

    /// Works on the contents of pages on all cores; the result keeps their order.
    pub(crate) fn each<T: Send>(
        &self,
        pages: &[PageFile],
        work: impl Fn(&PageFile, &[u8]) -> Result<T> + Sync,
    ) -> Result<Vec<T>> {
        match self {
            Self::Folder(_) => pages.par_iter().map(|page| work(page, &fs_err::read(&page.file)?)).collect(),
            Self::Revision(revision) => each_of_revision(revision, pages, work),
        }
    }
}

fn each_of_revision<T: Send>(
    revision: &Revision,
    pages: &[PageFile],
    work: impl Fn(&PageFile, &[u8]) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let paths: Option<Vec<&str>> = pages.iter().map(|page| page.file.to_str()).collect();
    let paths = paths.context("paths of a revision are text")?;
    let (send, receive) = mpsc::sync_channel(WAITING);
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let reader = scope.spawn(move || revision.stream(&paths, |index, raw| send.send((index, raw)).is_ok()));
        let one = |(index, raw): (usize, Vec<u8>)| Ok((index, work(&pages[index], &raw)?));
        let done: Result<Vec<_>> = receive.into_iter().par_bridge().map(one).collect();
        let read = reader.join().map_err(|_| anyhow!("reading the repository failed; repeat the command"))?;
        // Where work fails, reading ends early.
        done.and_then(|done| read.map(|()| done))
    })?;
    done.sort_unstable_by_key(|(index, _)| *index);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}

/// All pages below a directory.
fn find_pages(docs: &Path) -> Result<Vec<PageFile>> {
    if !docs.is_dir() {
        bail!("{} is not a directory; name the folder that contains `api-reference/`", docs.display());
    }
    let root = docs.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut pages = Vec::new();
    for entry in walkdir::WalkDir::new(docs).sort_by_file_name() {
        let entry = entry.with_context(|| format!("cannot list {}; check its permissions", docs.display()))?;
        let is_text = entry.path().extension().is_some_and(|extension| extension == "md" || extension == "txt");
        if !entry.file_type().is_file() || !is_text {
            continue;
        }
        let path = page_path(docs, &root, entry.path());
        if is_page(&path) {
            pages.push(PageFile { path, file: entry.into_path() });
        }
    }
    if pages.is_empty() {
        bail!("there are no pages (*.md) below {}; name the folder that contains `api-reference/`", docs.display());
    }
    Ok(sorted(pages))
}

fn sorted(mut pages: Vec<PageFile>) -> Vec<PageFile> {
    pages.sort_by(|left, right| left.path.cmp(&right.path));
    pages
}

fn is_page(path: &PagePath) -> bool {
    let in_reference = path.as_str().starts_with("api-reference/");
    let is_part = path.folders().any(|folder| folder == "includes");
    let is_readme = in_reference && path.folders().count() < 3;
    !(is_part || is_readme || path.stem().eq_ignore_ascii_case("LICENSE"))
}

/// Below `api-reference/`, the path of the page; elsewhere, a path that starts with the name of the
/// folder.
fn page_path(docs: &Path, root: &str, file: &Path) -> PagePath {
    let path = PagePath::new(&file.to_string_lossy());
    if path.as_str().starts_with("api-reference/") {
        return path;
    }
    let relative = file.strip_prefix(docs).unwrap_or(file).to_string_lossy();
    PagePath::new(&format!("{root}/{relative}"))
}

/// So many pages show whether the locale of all has a vocabulary.
const LOOKED_AT: usize = 64;

/// Fails before any work if the pages cannot be read because their locale has no vocabulary.
fn check_locale(tree: &Tree, pages: &[PageFile], locale: &str, vocab: &Vocab) -> Result<()> {
    let some: Vec<_> = pages.iter().step_by(pages.len().div_ceil(LOOKED_AT).max(1)).cloned().collect();
    let unknown =
        tree.each(&some, |page, raw| Ok(extract::unknown_locale(PageInput::new(&page.path, locale, raw), vocab)))?;
    let Some(unknown) = unknown.into_iter().flatten().next() else { return Ok(()) };
    bail!(
        "pages of {} are in {unknown}, without translation spans, and there is no vocabulary for it; there are those of \
         {}. Make one: `cargo xtask mine --docs DIR --locale {unknown} > generator/vocab/{unknown}.toml`, see \
         `cargo xtask help mine`",
        tree.name(),
        vocab.locales().collect::<Vec<_>>().join(", ")
    )
}

/// Reads and extracts pages on all cores; the result keeps their order. `originals` is the folder with the
/// pages that they were translated from.
pub(crate) fn extract_pages(
    tree: &Tree,
    locale: &str,
    originals: Option<&Path>,
    includes: &Includes<'_>,
    vocab: &Vocab,
) -> Result<Vec<PageFacts>> {
    if let Some(originals) = originals.filter(|originals| !originals.is_dir()) {
        bail!(
            "{} is not a directory; name the folder of the originals that contains `api-reference/`",
            originals.display()
        );
    }
    let pages = tree.pages()?;
    check_locale(tree, &pages, locale, vocab)?;
    let progress = Progress::new("pages", pages.len());
    tree.each(&pages, |page, raw| {
        let original = originals.map(|originals| fs_err::read_to_string(originals.join(page.path.as_str())));
        let original = match &original {
            None => Original::NotGiven,
            Some(Ok(text)) => Original::Text(text),
            Some(Err(_)) => Original::Missing,
        };
        let includes = &includes.of(page, raw)?;
        let facts = extract::extract_page(PageInput { path: &page.path, locale, raw, original, includes }, vocab);
        progress.step();
        Ok(facts)
    })
}

/// Reads and extracts pages and their examples on all cores; the result keeps their order.
pub(crate) fn extract_pages_with_examples(
    tree: &Tree,
    locale: &str,
    includes: &Includes<'_>,
    vocab: &Vocab,
) -> Result<Vec<(PageFacts, Vec<DocumentedExample>)>> {
    let pages = tree.pages()?;
    check_locale(tree, &pages, locale, vocab)?;
    let progress = Progress::new("pages", pages.len());
    tree.each(&pages, |page, raw| {
        let includes = &includes.of(page, raw)?;
        let input = PageInput { includes, ..PageInput::new(&page.path, locale, raw) };
        let facts = extract::extract_page(input, vocab);
        let examples = extract::extract_documented(input, vocab);
        progress.step();
        Ok((facts, examples))
    })
}

/// Reads the sentences of pages on all cores.
pub(crate) fn extract_prose(tree: &Tree, locale: &str) -> Result<Vec<(PagePath, PageProse)>> {
    let pages = tree.pages()?;
    let progress = Progress::new("sentences of pages", pages.len());
    tree.each(&pages, |page, raw| {
        let prose = extract::extract_prose(PageInput::new(&page.path, locale, raw));
        progress.step();
        Ok((page.path.clone(), prose))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::temp::TempDir;

    #[test]
    fn pages_have_one_identity_wherever_they_lie() {
        let folder = TempDir::new();
        for path in ["x/api-reference/v1.0/api/b.md", "x/api-reference/beta/api/a.md", "x/api-reference/README.md"] {
            folder.write(path, "# T\n");
        }
        folder.write("x/api-reference/v1.0/includes/part.md", "p\n");
        folder.write("x/LICENSE.md", "l\n");
        folder.write("x/picture.png", "p\n");
        let pages = find_pages(folder.path()).expect("pages");
        let paths: Vec<_> = pages.iter().map(|page| page.path.as_str()).collect();
        assert_eq!(paths, ["api-reference/beta/api/a.md", "api-reference/v1.0/api/b.md"]);
    }

    #[test]
    fn a_folder_without_pages_is_an_error() {
        let folder = TempDir::new();
        assert!(find_pages(folder.path()).expect_err("no page").to_string().contains("api-reference/"));
        assert!(find_pages(&folder.path().join("none")).is_err());
    }

    #[test]
    fn a_revision_is_read_like_a_folder_with_it() {
        let page = "# Get lamp\n\n## HTTP request\n\n```http\nGET /lamps/{id}\n```\n\n## Permissions\n\n\
                    [!INCLUDE [p](../includes/lamp.md)]\n";
        let table = "|Permission type|Permissions|\n|:--|:--|\n|Application|Lamp.Read.All|\n";
        let repository = crate::git::tests::repository(&[
            ("api-reference/v1.0/api/lamp-get.md", page),
            ("api-reference/v1.0/api/lamp-list.md", &page.replace("/{id}", "")),
            ("api-reference/v1.0/includes/lamp.md", table),
            ("api-reference/README.md", "# T\n"),
            ("concepts/lamp.md", page),
        ]);
        let revision = Tree::Revision(Revision::open(repository.path(), "HEAD").expect("opened"));
        let folder = Tree::Folder(repository.path().join("api-reference"));
        let vocab = settings::vocab().expect("the vocabulary");
        let facts = |tree: &Tree| {
            let includes = Includes::new(tree, &vocab);
            let facts = extract_pages(tree, "en-US", None, &includes, &vocab).expect("read");
            (facts.iter().map(graphdocs::report::export::json_line).collect::<Vec<_>>(), includes.ids())
        };
        let (found, ids) = facts(&revision);
        assert_eq!((found.len(), ids.len()), (2, 1));
        assert!(found[0].contains("Lamp.Read.All"), "{}", found[0]);
        assert_eq!((found, ids), facts(&folder));
    }
}
