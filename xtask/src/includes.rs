//! The files that pages include, read when a page asks for them and kept for the next one.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use graphdocs::extract::{IncludeTexts, needed_includes};
use graphdocs::facts_file;
use graphdocs::markup::MAX_PAGE_BYTES;
use graphdocs::source::PagePath;
use graphdocs::vocab::Vocab;

use crate::docs::PageFile;

/// The includes of one or more trees of docs.
pub(crate) struct Includes<'v> {
    vocab: &'v Vocab,
    /// By docs root and path; `None` where there is no such file.
    known: Mutex<HashMap<(PathBuf, PagePath), Option<Arc<Vec<u8>>>>>,
}

impl<'v> Includes<'v> {
    pub(crate) fn new(vocab: &'v Vocab) -> Self {
        Self { vocab, known: Mutex::default() }
    }

    /// What a page needs, and what its includes need in turn.
    pub(crate) fn of(&self, page: &PageFile, raw: &[u8]) -> IncludeTexts {
        let mut texts = IncludeTexts::new();
        let mut needed = needed_includes(&page.path, raw, self.vocab);
        if needed.is_empty() {
            return texts;
        }
        let Some(root) = root_of(page) else { return texts };
        while let Some(path) = needed.pop() {
            if texts.contains_key(&path) || path == page.path {
                continue;
            }
            if let Some(text) = self.read(&root, &path) {
                needed.extend(needed_includes(&path, &text, self.vocab));
                texts.insert(path, text.to_vec());
            }
        }
        texts
    }

    fn read(&self, root: &Path, path: &PagePath) -> Option<Arc<Vec<u8>>> {
        let key = (root.to_owned(), path.clone());
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return known.clone();
        }
        // Two threads may read one file; both find the same.
        let text = read_below(root, path.as_str()).map(Arc::new);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(key, text.clone());
        text
    }

    /// The git id of each file that was read. Of several trees the first by its root counts.
    pub(crate) fn ids(self) -> BTreeMap<PagePath, String> {
        let known = self.known.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut known: Vec<_> = known.into_iter().filter_map(|(key, text)| Some((key, text?))).collect();
        known.sort_unstable_by(|(left, _), (right, _)| right.cmp(left));
        known.into_iter().map(|((_, path), text)| (path, facts_file::content_id(text.as_slice()))).collect()
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
        let pages = crate::docs::find_pages(&folder.path().join("x")).expect("pages");
        let vocab = settings::vocab().expect("the vocabulary");
        let includes = Includes::new(&vocab);
        let texts = includes.of(&pages[0], raw.as_bytes());
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
