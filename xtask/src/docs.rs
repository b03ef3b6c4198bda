//! Reading documentation pages from disk.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use graphdocs::extract::{self, PageInput};
use graphdocs::markup::proof::Original;
use graphdocs::model::documented::DocumentedExample;
use graphdocs::model::facts::PageFacts;
use graphdocs::model::prose::PageProse;
use graphdocs::source::PagePath;
use graphdocs::vocab::Vocab;
use rayon::prelude::*;

use crate::includes::Includes;
use crate::progress::Progress;

/// A page on disk.
#[derive(Clone, Debug)]
pub(crate) struct PageFile {
    pub(crate) path: PagePath,
    pub(crate) file: PathBuf,
}

/// All pages below a directory, sorted by page path. Includes are parts of pages, not pages.
pub(crate) fn find_pages(docs: &Path) -> Result<Vec<PageFile>> {
    if !docs.is_dir() {
        bail!("{} is not a directory; name the folder that contains `api-reference/`", docs.display());
    }
    let root = docs.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut pages = Vec::new();
    for entry in walkdir::WalkDir::new(docs).sort_by_file_name() {
        let entry = entry.with_context(|| format!("cannot list {}; check its permissions", docs.display()))?;
        let is_page = entry.path().extension().is_some_and(|extension| extension == "md" || extension == "txt");
        if !entry.file_type().is_file() || !is_page {
            continue;
        }
        let path = page_path(docs, &root, entry.path());
        let in_reference = path.as_str().starts_with("api-reference/");
        let is_part = path.folders().any(|folder| folder == "includes");
        let is_readme = in_reference && path.folders().count() < 3;
        if is_part || is_readme || path.stem().eq_ignore_ascii_case("LICENSE") {
            continue;
        }
        pages.push(PageFile { path, file: entry.into_path() });
    }
    if pages.is_empty() {
        bail!("there are no pages (*.md) below {}; name the folder that contains `api-reference/`", docs.display());
    }
    pages.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(pages)
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

/// Reads and extracts pages on all cores; the result keeps their order. `originals` is the folder with the
/// pages that they were translated from.
pub(crate) fn extract_pages(
    pages: &[PageFile],
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
    let progress = Progress::new("pages", pages.len());
    pages
        .par_iter()
        .map(|page| {
            let raw = fs_err::read(&page.file)?;
            let original = originals.map(|originals| fs_err::read_to_string(originals.join(page.path.as_str())));
            let original = match &original {
                None => Original::NotGiven,
                Some(Ok(text)) => Original::Text(text),
                Some(Err(_)) => Original::Missing,
            };
            let includes = &includes.of(page, &raw);
            let input = PageInput { path: &page.path, locale, raw: &raw, original, includes };
            let facts = extract::extract_page(input, vocab);
            progress.step();
            Ok(facts)
        })
        .collect()
}

/// Reads and extracts pages and their examples on all cores; the result keeps their order.
pub(crate) fn extract_pages_with_examples(
    pages: &[PageFile],
    locale: &str,
    includes: &Includes<'_>,
    vocab: &Vocab,
) -> Result<Vec<(PageFacts, Vec<DocumentedExample>)>> {
    let progress = Progress::new("pages", pages.len());
    let one = |page: &PageFile| {
        let raw = fs_err::read(&page.file)?;
        let includes = &includes.of(page, &raw);
        let input = PageInput { includes, ..PageInput::new(&page.path, locale, &raw) };
        let facts = extract::extract_page(input, vocab);
        let examples = extract::extract_documented(input, vocab);
        progress.step();
        Ok((facts, examples))
    };
    pages.par_iter().map(one).collect()
}

/// Reads the sentences of pages on all cores.
pub(crate) fn extract_prose(pages: &[PageFile], locale: &str) -> Result<Vec<(PagePath, PageProse)>> {
    let progress = Progress::new("sentences of pages", pages.len());
    let one = |page: &PageFile| {
        let raw = fs_err::read(&page.file)?;
        let prose = extract::extract_prose(PageInput::new(&page.path, locale, &raw));
        progress.step();
        Ok((page.path.clone(), prose))
    };
    pages.par_iter().map(one).collect()
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
}
