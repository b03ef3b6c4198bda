//! Several trees of docs read as one: the pages of one path are witnesses of each other.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};
use graphdocs::extract::{self, PageInput};
use graphdocs::history;
use graphdocs::model::facts::{ApiVersion, PageFacts, SourceProof};
use graphdocs::source::PagePath;
use graphdocs::vocab::Vocab;
use graphdocs::witness::{self, Dictionary, Trust, Witnesses};
use rayon::prelude::*;

use crate::docs::{self, Tree};
use crate::includes::Includes;
use crate::progress::Progress;
use crate::sources::Snapshots;
use crate::{choice, provenance};

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
        for (page, pairs) in read_with_pairs(&tree, locale, vocab)?.0 {
            dictionary.add(&page.locale, pairs);
            dictionary.add_page(&page);
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

/// The pages of several snapshots, one for each path.
#[derive(Debug, Default)]
pub(crate) struct Merged {
    /// With the indices of the snapshots that each rests on.
    pub(crate) pages: BTreeMap<PagePath, (Vec<usize>, PageFacts)>,
    /// The git id of each include that was read.
    pub(crate) includes: BTreeMap<PagePath, String>,
    /// All that were read.
    pub(crate) read: usize,
    /// Pages that only older snapshots have, and that were left out.
    pub(crate) removed: usize,
    /// Whether most pages of a snapshot have no source side.
    pub(crate) is_plain: Vec<bool>,
}

/// A page with the index of its snapshot.
type Copy = (usize, PageFacts);

/// Reads all snapshots, merges pages of one path, and keeps what newer snapshots no longer have, unless it is to be
/// removed.
pub(crate) fn read_snapshots(snapshots: &Snapshots, prune: bool, vocab: &Vocab) -> Result<Merged> {
    let mut merged = Merged::default();
    let mut dictionary = Dictionary::default();
    let mut groups: BTreeMap<PagePath, Vec<Copy>> = BTreeMap::new();
    for (index, folder) in snapshots.folders.iter().enumerate() {
        let read = read_with_pairs(&folder.tree, &folder.locale, vocab);
        let (mut pages, includes) = read.with_context(|| format!("source `{}`", folder.name))?;
        pages.retain(|(page, _)| folder.versions.contains(&page.api_version));
        let plain = pages.iter().filter(|(page, _)| page.source_proof == SourceProof::Absent).count();
        merged.is_plain.push(plain * 2 > pages.len() && folder.locale != snapshots.trust.source);
        merged.read += pages.len();
        for (page, pairs) in pages {
            dictionary.add(&page.locale, pairs);
            dictionary.add_page(&page);
            groups.entry(page.path.clone()).or_default().push((index, page));
        }
        for (path, id) in includes {
            merged.includes.entry(path).or_insert(id);
        }
    }
    let _phase = Progress::phase("merging pages", groups.len());
    let merging = Merging { snapshots, dictionary: &dictionary, prune };
    let pages: Vec<_> = groups.into_par_iter().map(|(path, copies)| (path, merging.merge(copies))).collect();
    for (path, page) in pages {
        match page {
            Some(page) => drop(merged.pages.insert(path, page)),
            None => merged.removed += 1,
        }
    }
    Ok(merged)
}

/// Only pages with both sides have pairs.
type PageWithPairs = (PageFacts, Vec<graphdocs::model::pairs::Pair>);

/// All pages of a tree, and the git ids of their includes.
fn read_with_pairs(
    tree: &Tree,
    locale: &str,
    vocab: &Vocab,
) -> Result<(Vec<PageWithPairs>, BTreeMap<PagePath, String>)> {
    let includes = Includes::new(tree, vocab);
    let files = tree.pages()?;
    let progress = Progress::new("pages", files.len());
    let pages = tree.each(&files, |page, raw| {
        let included = &includes.of(page, raw)?;
        let input = PageInput { includes: included, ..PageInput::new(&page.path, locale, raw) };
        progress.step();
        Ok(extract::extract_page_with_pairs(input, vocab))
    })?;
    Ok((pages, includes.ids()))
}

struct Merging<'m> {
    snapshots: &'m Snapshots,
    dictionary: &'m Dictionary,
    prune: bool,
}

impl Merging<'_> {
    /// One page of all copies with the snapshots that it rests on; `None` if newer snapshots no longer have it.
    fn merge(&self, mut copies: Vec<Copy>) -> Option<(Vec<usize>, PageFacts)> {
        let day = |index: usize| self.snapshots.about[index].day.as_str();
        let newest = copies.iter().map(|(index, _)| day(*index)).max()?.to_owned();
        let is_dropped = self.newest_day(copies[0].1.api_version) > newest.as_str();
        if is_dropped && self.prune {
            return None;
        }
        // What cannot be read says nothing, unless no copy can.
        if copies.iter().any(|(_, page)| choice::unreadable(page).is_none()) {
            copies.retain(|(_, page)| choice::unreadable(page).is_none());
        }
        // The newest first; of one day, the first of them.
        let mut older: Vec<(&str, PageFacts)> = Vec::new();
        if !self.prune {
            let mut before: Vec<&Copy> =
                copies.iter().filter(|(index, page)| day(*index) < newest.as_str() && self.has_source(page)).collect();
            before.sort_by(|(left, _), (right, _)| day(*right).cmp(day(*left)));
            before.dedup_by_key(|(index, _)| day(*index));
            older.extend(before.into_iter().map(|(index, page)| (day(*index), page.clone())));
        }
        let about: Vec<_> = copies.iter().map(|(index, page)| (*index, self.about(page))).collect();
        let pages = copies.into_iter().map(|(_, page)| page);
        let mut page = witness::group(pages).into_iter().next()?.merge(self.dictionary, &self.snapshots.trust);
        for (day, older) in &older {
            history::keep_dropped(&mut page, older, day);
        }
        let origins = self.origins(&page, &about);
        if is_dropped {
            history::mark_page(&mut page, &newest);
        }
        Some((origins, page))
    }

    /// That of the newest snapshot of a version.
    fn newest_day(&self, version: ApiVersion) -> &str {
        let Snapshots { folders, about, .. } = self.snapshots;
        let of_version = folders.iter().zip(about).filter(|(folder, _)| folder.versions.contains(&version));
        of_version.map(|(_, about)| about.day.as_str()).max().unwrap_or_default()
    }

    fn about(&self, page: &PageFacts) -> About {
        About {
            locale: page.locale.clone(),
            is_plain: !self.has_source(page),
            day: page.day.clone(),
            handed_back: page.handed_back.clone(),
        }
    }

    fn has_source(&self, page: &PageFacts) -> bool {
        page.source_proof != SourceProof::Absent || page.locale == self.snapshots.trust.source
    }

    /// The snapshots that a merged page rests on: those of its witnesses, and the one whose source side decides what
    /// these leave open; or the one that it is of.
    fn origins(&self, page: &PageFacts, about: &[(usize, About)]) -> Vec<usize> {
        let newest = |wanted: &dyn Fn(&About) -> bool| {
            let found = about.iter().filter(|(_, about)| wanted(about));
            // Of equal ones, the first.
            found.rev().max_by(|(_, left), (_, right)| left.age().cmp(&right.age())).map(|(index, _)| *index)
        };
        if page.witnesses.is_empty() {
            let of_page = self.about(page);
            return newest(&|about| *about == of_page).into_iter().collect();
        }
        let of_locale = |locale: &String| newest(&|about| about.is_plain && about.locale == *locale);
        let mut origins: Vec<usize> = page.witnesses.iter().filter_map(of_locale).collect();
        if provenance::rests_on_older(page) {
            origins.extend(newest(&|about| !about.is_plain));
        }
        origins.sort_unstable();
        origins
    }
}

/// What tells a copy of a page from the others.
#[derive(PartialEq, Eq)]
struct About {
    locale: String,
    is_plain: bool,
    day: Option<String>,
    handed_back: Option<String>,
}

impl About {
    fn age(&self) -> (Option<&str>, Option<&str>) {
        (self.day.as_deref(), self.handed_back.as_deref())
    }
}
