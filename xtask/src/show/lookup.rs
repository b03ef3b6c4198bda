//! Finds a page by a file, a page path or a page name.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use graphdocs::source::PagePath;

use crate::docs::{self, PageFile};
use crate::{fixture, sources};

const MAX_CANDIDATES: usize = 10;

/// A page, with the locale to use if its front matter names none.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) page: PageFile,
    pub(crate) locale: String,
}

/// Finds exactly one page.
pub(crate) fn find(name: &str, docs: &[PathBuf], locale: Option<&str>) -> Result<Found> {
    if Path::new(name).is_file() {
        let fixture = fixture::page_path(Path::new(name));
        // The tests use the same locale for their pages.
        let default = if fixture.is_some() { fixture::LOCALE } else { sources::DEFAULT_LOCALE };
        let page = PageFile { path: fixture.unwrap_or_else(|| PagePath::new(name)), file: PathBuf::from(name) };
        return Ok(Found { page, locale: locale.unwrap_or(default).to_owned() });
    }
    let inputs = sources::named_or_listed(docs::folders(docs), locale)?;
    let mut found = Vec::new();
    let mut similar = Vec::new();
    for folder in &inputs.folders {
        for page in folder.tree.pages()? {
            if is_called(&page.path, name) {
                found.push(Found { page, locale: folder.locale.clone() });
            } else if similar.len() < MAX_CANDIDATES && page.path.stem().contains(name) {
                similar.push(format!("\n  {}", page.path));
            }
        }
    }
    if found.len() == 1 {
        return Ok(found.remove(0));
    }
    let searched: Vec<_> = inputs.folders.iter().map(|folder| folder.tree.name()).collect();
    if found.is_empty() {
        let similar = if similar.is_empty() { String::new() } else { format!("; similar:{}", similar.concat()) };
        let searched = searched.join(", ");
        bail!("no page is called `{name}` in {searched}; name a file, or a docs folder with `--docs DIR`{similar}");
    }
    let files: Vec<_> =
        found.iter().take(MAX_CANDIDATES).map(|found| format!("  {}", found.page.file.display())).collect();
    bail!("{} pages are called `{name}`; name one of the files:\n{}", found.len(), files.join("\n"));
}

/// A name is a page path, the end of a page path, or a file name with or without its extension.
fn is_called(path: &PagePath, name: &str) -> bool {
    let name = name.replace('\\', "/");
    let is_end =
        path.as_str().strip_suffix(name.as_str()).is_some_and(|front| front.is_empty() || front.ends_with('/'));
    is_end || path.stem() == name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::temp::TempDir;

    fn docs() -> TempDir {
        let docs = TempDir::new();
        for path in ["v1.0/api/user-list.md", "beta/api/user-list.md", "v1.0/api/user-get.md"] {
            docs.write(&format!("api-reference/{path}"), "# T\n");
        }
        docs
    }

    #[test]
    fn pages_are_found_by_name_path_and_file() {
        let docs = docs();
        let folders = [docs.path().to_path_buf()];
        let path = |name: &str| find(name, &folders, None).expect("a page").page.path.as_str().to_owned();
        assert_eq!(path("user-get"), "api-reference/v1.0/api/user-get.md");
        assert_eq!(path("user-get.md"), "api-reference/v1.0/api/user-get.md");
        assert_eq!(path("beta/api/user-list.md"), "api-reference/beta/api/user-list.md");
        let file = docs.path().join("api-reference/beta/api/user-list.md");
        assert_eq!(path(&file.to_string_lossy()), "api-reference/beta/api/user-list.md");
    }

    #[test]
    fn doubtful_names_are_answered_with_the_candidates() {
        let docs = docs();
        let folders = [docs.path().to_path_buf()];
        let error = |name: &str| find(name, &folders, None).expect_err("no single page").to_string();
        assert!(error("user-list").contains("beta/api/user-list.md"));
        assert!(error("get").contains("v1.0/api/user-get.md"));
        assert!(error("group").contains("--docs DIR"));
    }
}
