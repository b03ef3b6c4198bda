//! Several trees of docs read as one: the pages of one path are witnesses of each other.

use std::path::PathBuf;

use anyhow::Result;
use graphdocs::extract;
use graphdocs::model::facts::PageFacts;
use graphdocs::vocab::Vocab;
use graphdocs::witness::{self, Dictionary, Trust, Witnesses};
use rayon::prelude::*;

use crate::docs::{self, Tree};
use crate::includes::Includes;

/// A tree with the locale of those of its pages that name none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Docs {
    pub(crate) locale: Option<String>,
    pub(crate) folder: PathBuf,
}

impl Docs {
    /// `LOCALE=DIR` or `DIR`.
    pub(crate) fn parse(argument: &str) -> std::result::Result<Self, String> {
        let is_locale =
            |text: &str| text.len() < 12 && text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
        Ok(match argument.split_once('=').filter(|(locale, _)| is_locale(locale)) {
            Some((locale, folder)) => Self { locale: Some(locale.to_owned()), folder: folder.into() },
            None => Self { locale: None, folder: argument.into() },
        })
    }
}

/// Reads all trees and merges their pages, sorted by path. The pages with both sides make the dictionary.
pub(crate) fn read(all: &[Docs], otherwise: &str, vocab: &Vocab) -> Result<Vec<PageFacts>> {
    let mut pages = Vec::new();
    let mut dictionary = Dictionary::default();
    for Docs { locale, folder } in all {
        let locale = locale.as_deref().unwrap_or(otherwise);
        let tree = Tree::Folder(folder.clone());
        let includes = Includes::new(&tree, vocab);
        let files = tree.pages()?;
        let read = tree.each(&files, |page, raw| {
            let includes = &includes.of(page, raw)?;
            let input = extract::PageInput { includes, ..extract::PageInput::new(&page.path, locale, raw) };
            Ok((extract::extract_page(input, vocab), extract::extract_pairs(input, vocab)))
        })?;
        for (page, pairs) in read {
            dictionary.add(&page.locale, pairs);
            pages.push(page);
        }
    }
    let trust = Trust::default();
    let merge = |witnesses: Witnesses| witnesses.merge(&dictionary, &trust);
    Ok(witness::group(pages).into_par_iter().map(merge).collect())
}

/// One tree as it is, several ones merged.
pub(crate) fn read_or_merge(
    all: &[Docs],
    otherwise: &str,
    originals: Option<&std::path::Path>,
    vocab: &Vocab,
) -> Result<Vec<PageFacts>> {
    match all {
        [Docs { locale, folder }] => {
            let tree = Tree::Folder(folder.clone());
            let locale = locale.as_deref().unwrap_or(otherwise);
            docs::extract_pages(&tree, locale, originals, &Includes::new(&tree, vocab), vocab)
        }
        _ => read(all, otherwise, vocab),
    }
}
