//! The files that pages include, read when a page asks for them and kept for the next one.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use graphdocs::extract::{IncludeTexts, needed_includes};
use graphdocs::facts_file;
use graphdocs::markup::MAX_PAGE_BYTES;
use graphdocs::source::PagePath;
use graphdocs::vocab::Vocab;

use crate::docs::{PageFile, Tree};

/// The includes of a tree of docs.
pub(crate) struct Includes<'v> {
    tree: &'v Tree,
    vocab: &'v Vocab,
    known: Mutex<Known>,
}

/// By docs root and path; `None` where there is no such file.
type Known = HashMap<PathBuf, HashMap<PagePath, Option<Arc<Include>>>>;

struct Include {
    raw: Vec<u8>,
    /// What it includes itself.
    needed: Vec<PagePath>,
}

impl<'v> Includes<'v> {
    pub(crate) fn new(tree: &'v Tree, vocab: &'v Vocab) -> Self {
        Self { tree, vocab, known: Mutex::default() }
    }

    /// What a page needs, and what its includes need in turn.
    pub(crate) fn of(&self, page: &PageFile, raw: &[u8]) -> Result<IncludeTexts> {
        let mut texts = IncludeTexts::new();
        let mut needed = needed_includes(&page.path, raw, self.vocab);
        if needed.is_empty() {
            return Ok(texts);
        }
        let root = match self.tree {
            Tree::Folder(_) => root_of(page),
            Tree::Revision(_) => Some(PathBuf::new()),
        };
        let Some(root) = root else { return Ok(texts) };
        while let Some(path) = needed.pop() {
            if texts.contains_key(&path) || path == page.path {
                continue;
            }
            if let Some(include) = self.read(&root, &path)? {
                needed.extend(include.needed.iter().cloned());
                texts.insert(path, include.raw.clone());
            }
        }
        Ok(texts)
    }

    fn read(&self, root: &Path, path: &PagePath) -> Result<Option<Arc<Include>>> {
        if let Some(known) = self.lock().get(root).and_then(|known| known.get(path)) {
            return Ok(known.clone());
        }
        // Two threads may read one file; both find the same.
        let raw = match self.tree {
            Tree::Folder(_) => read_below(root, path.as_str()),
            Tree::Revision(revision) => revision.read(path.as_str())?.filter(|raw| raw.len() <= MAX_PAGE_BYTES),
        };
        let include = raw.map(|raw| Arc::new(Include { needed: needed_includes(path, &raw, self.vocab), raw }));
        self.lock().entry(root.to_owned()).or_default().insert(path.clone(), include.clone());
        Ok(include)
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The git id of each file that was read. Of several roots the first counts.
    pub(crate) fn ids(self) -> BTreeMap<PagePath, String> {
        let known = self.known.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut roots: Vec<_> = known.into_iter().collect();
        roots.sort_unstable_by(|(left, _), (right, _)| right.cmp(left));
        let read = roots.into_iter().flat_map(|(_, known)| known);
        let ids = read.filter_map(|(path, include)| Some((path, facts_file::content_id(&include?.raw))));
        ids.collect()
    }
}

/// The docs root of a page: the folder that its path starts from.
fn root_of(page: &PageFile) -> Option<PathBuf> {
    let parts = page.path.as_str().split('/').count();
    let root = page.file.ancestors().nth(parts)?;
    // The names of files may differ from the paths of pages in hidden characters.
    (page.file == root.join(page.path.as_str())).then(|| root.to_owned())
}

/// A file below a folder. Symbolic links must not lead out of it.
fn read_below(root: &Path, path: &str) -> Option<Vec<u8>> {
    let file = root.join(path).canonicalize().ok()?;
    let is_below = file.starts_with(root.canonicalize().ok()?);
    let size = file.metadata().ok().filter(|data| data.is_file())?.len();
    let fits = usize::try_from(size).is_ok_and(|size| size <= MAX_PAGE_BYTES);
    (is_below && fits).then(|| fs_err::read(file).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings;
    use crate::temp::TempDir;

    #[test]
    fn includes_are_read_with_their_own() {
        let folder = TempDir::new();
        folder.write("x/api-reference/v1.0/includes/a.md", "[!INCLUDE [b](../../includes/b.md)]\n");
        folder.write("x/api-reference/includes/b.md", "text\n");
        folder.write("secret.md", "secret\n");
        let raw = "[!INCLUDE [a](../includes/a.md)]\n[!INCLUDE [s](../../../../secret.md)]\n[!INCLUDE [n](none.md)]\n";
        folder.write("x/api-reference/v1.0/api/lamp-get.md", raw);
        let tree = Tree::Folder(folder.path().join("x"));
        let pages = tree.pages().expect("pages");
        let vocab = settings::vocab().expect("the vocabulary");
        let includes = Includes::new(&tree, &vocab);
        let texts = includes.of(&pages[0], raw.as_bytes()).expect("read");
        let paths: Vec<_> = texts.keys().map(PagePath::as_str).collect();
        assert_eq!(paths, ["api-reference/includes/b.md", "api-reference/v1.0/includes/a.md"]);
        let ids = includes.ids();
        assert_eq!(ids.len(), 2);
        assert_eq!(ids[&PagePath::new("api-reference/includes/b.md")], "8e27be7d6154a1f68ea9160ef0e18691d20560dc");
    }

    #[cfg(unix)]
    #[test]
    fn symbolic_links_stay_inside() {
        let folder = TempDir::new();
        folder.write("x/api-reference/includes/b.md", "text\n");
        folder.write("secret.md", "secret\n");
        let link = folder.path().join("x/api-reference/includes/link.md");
        std::os::unix::fs::symlink(folder.path().join("secret.md"), link).expect("a link");
        let root = folder.path().join("x");
        assert!(read_below(&root, "api-reference/includes/b.md").is_some());
        assert!(read_below(&root, "api-reference/includes/link.md").is_none());
        assert!(read_below(&root, "api-reference/includes").is_none());
    }
}
