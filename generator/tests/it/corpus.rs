//! Runs over the real docs, where they are at hand.
//!
//! `GRAPHDOCS_CORPUS` names a folder with one sub-folder per branch (`zh-CN`, `pt-BR`, …). The docs may
//! not be committed, so that these tests say that they were skipped when there is none.

use std::path::{Path, PathBuf};

use graphdocs::extract::extract_page;
use graphdocs::source::PagePath;

use crate::support::vocab;

fn corpus(branch: &str) -> Option<PathBuf> {
    let folder =
        std::env::var_os("GRAPHDOCS_CORPUS").map(|root| Path::new(&root).join(branch)).filter(|folder| folder.is_dir());
    if folder.is_none() {
        eprintln!("SKIPPED: no corpus; set GRAPHDOCS_CORPUS to a folder that holds `{branch}/api-reference`");
    }
    folder
}

fn pages(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            pages(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            into.push(path);
        }
    }
}

#[test]
fn every_api_page_has_a_request_or_a_reason() {
    let Some(folder) = corpus("zh-CN") else { return };
    let vocab = vocab();
    let mut files = Vec::new();
    for place in ["v1.0/api", "beta/api"] {
        pages(&folder.join("api-reference").join(place), &mut files);
    }
    assert!(files.len() > 7_000, "{} pages", files.len());
    let mut without = 0;
    for file in files {
        let path = PagePath::new(&file.to_string_lossy());
        let facts = extract_page(&path, "zh-CN", &std::fs::read(&file).expect("a page"), &vocab);
        if facts.requests.is_empty() {
            without += 1;
            assert!(facts.diagnostics.iter().any(|found| found.code.id == "GX0201"), "{path}");
        }
    }
    assert!(without <= 15, "{without} pages without a request");
}
