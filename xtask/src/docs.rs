//! Reading documentation pages from disk.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use graphdocs::model::facts::PageFacts;
use graphdocs::source::PagePath;
use graphdocs::vocab::Vocab;
use rayon::prelude::*;

use crate::progress::Progress;

/// A page on disk.
#[derive(Debug)]
pub(crate) struct PageFile {
    pub(crate) path: PagePath,
    pub(crate) file: PathBuf,
}

/// Every page below a directory, sorted by page path. Includes are parts of pages, not pages.
pub(crate) fn find_pages(docs: &Path) -> Result<Vec<PageFile>> {
    if !docs.is_dir() {
        bail!("{} is not a directory; name the folder that holds `api-reference/`", docs.display());
    }
    let root = docs.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut pages = Vec::new();
    for entry in walkdir::WalkDir::new(docs).sort_by_file_name() {
        let entry = entry.with_context(|| format!("cannot read {}", docs.display()))?;
        let is_page = entry.path().extension().is_some_and(|extension| extension == "md" || extension == "txt");
        if !entry.file_type().is_file() || !is_page {
            continue;
        }
        let relative = entry.path().strip_prefix(docs).unwrap_or(entry.path()).to_string_lossy().into_owned();
        // Below an `api-reference/` the path is the page's own; elsewhere the folder names the set.
        let path = PagePath::new(&entry.path().to_string_lossy());
        let path = if path.as_str().starts_with("api-reference/") { path } else { PagePath::new(&format!("{root}/{relative}")) };
        let in_reference = path.as_str().starts_with("api-reference/");
        if path.folders().any(|folder| folder == "includes") || in_reference && path.folders().count() < 3 || path.stem().eq_ignore_ascii_case("LICENSE") {
            continue;
        }
        pages.push(PageFile { path, file: entry.into_path() });
    }
    if pages.is_empty() {
        bail!("there is no page (*.md) below {}", docs.display());
    }
    pages.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(pages)
}

/// Reads and extracts pages on all cores; the result keeps their order.
pub(crate) fn extract_pages(pages: &[PageFile], locale: &str, vocab: &Vocab) -> Result<Vec<PageFacts>> {
    let progress = Progress::new("pages", pages.len());
    pages
        .par_iter()
        .map(|page| {
            let raw = fs_err::read(&page.file)?;
            let facts = graphdocs::extract::extract_page(&page.path, locale, &raw, vocab);
            progress.step();
            Ok(facts)
        })
        .collect()
}
