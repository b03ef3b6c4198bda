//! What a run of `cargo xtask regen` knows of the docs: pages of the repository, pages that the command line
//! names, and the facts that earlier runs wrote down.

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Result, ensure};
use graphdocs::facts_file::{Lock, LockedSource};
use graphdocs::model::facts::PageFacts;
use graphdocs::vocab::Vocab;

use crate::cli::RegenOptions;
use crate::git::CheckOut;
use crate::progress::Progress;
use crate::sources::{self, Inputs, Pages};
use crate::{facts, settings};

pub(super) struct Docs {
    /// What is generated from.
    pub(super) pages: Pages,
    /// The facts to write down, when the command line names docs.
    fresh: Option<Fresh>,
    sources: usize,
    unreachable: Vec<String>,
}

struct Fresh {
    facts: Vec<PageFacts>,
    known: Lock,
    source: LockedSource,
    /// Pages that are known, but not in the docs.
    missing: usize,
}

impl Docs {
    pub(super) fn read(options: &RegenOptions, checked_out: Option<&CheckOut>, vocab: &Vocab) -> Result<Self> {
        let locale = options.locale.as_deref();
        let mut named: Vec<PathBuf> = options.docs.clone();
        named.extend(checked_out.map(CheckOut::path));
        let listed = match sources::listed(locale) {
            Ok(listed) => listed,
            // A locale may be that of the named folders only.
            Err(_) if locale.is_some() && !named.is_empty() => Inputs::default(),
            Err(error) => return Err(error),
        };
        let phase = Progress::phase("reading docs-input/facts", usize::MAX);
        let (known, mut written) = facts::read(&facts::folder())?;
        drop(phase);
        written.retain(|page| locale.is_none_or(|wanted| wanted.eq_ignore_ascii_case(&page.locale)));
        let from_facts = usize::from(!written.is_empty());
        let in_repository = sources::read(&listed, vocab)?;
        let fresh = match named.is_empty() {
            true => None,
            false => {
                let pages = sources::read(&sources::named(&named, locale), vocab)?;
                let revision = checked_out.map(|files| files.commit.clone()).or_else(|| options.revision.clone());
                Some(Fresh::merge(pages.facts, written.clone(), known, revision, options.prune)?)
            }
        };
        // The order is that of a run without the docs, so that both give the same.
        let last = fresh.as_ref().map_or(written, |fresh| fresh.facts.clone());
        let mut pages = sources::keep_newest(vec![in_repository.facts, last]);
        pages.shadowed += in_repository.shadowed;
        let sources = listed.folders.len() + named.len() + from_facts;
        Ok(Self { pages, fresh, sources, unreachable: listed.unreachable })
    }

    /// Writes down the facts of the docs that the command line names.
    pub(super) fn write_facts(self: &Docs, options: &RegenOptions, out: &mut dyn Write) -> Result<()> {
        let Some(fresh) = &self.fresh else { return Ok(()) };
        let is_trial = options.out.is_some() || options.only.is_some();
        if is_trial {
            return Ok(());
        }
        let files = facts::plan(&fresh.facts, fresh.known.clone(), fresh.source.clone());
        let folder = facts::folder();
        let name = settings::display(&folder);
        if options.check {
            let comparison = crate::output::compare(&folder, &files, true)?;
            ensure!(comparison.is_clean(), "{name} is not what the docs say; run the command without `--check`");
            return Ok(());
        }
        let comparison = facts::write(&folder, &files)?;
        let (written, removed) = (comparison.changed.len() + comparison.missing.len(), comparison.unplanned.len());
        writeln!(out, "{name}: {written} written, {} unchanged, {removed} removed", comparison.unchanged)?;
        if fresh.missing > 0 && !options.prune {
            writeln!(out, "{} pages are in {name}, but not in the docs; `--prune` removes them", fresh.missing)?;
        }
        Ok(())
    }

    pub(super) fn print(&self, start: Instant, out: &mut dyn Write) -> Result<()> {
        let (count, sources) = (self.pages.facts.len(), self.sources);
        let plural = if sources == 1 { "" } else { "s" };
        write!(out, "{count} pages of {sources} source{plural} in {:.1} s", start.elapsed().as_secs_f32())?;
        if self.pages.shadowed > 0 {
            write!(out, "; {} left out, another source has a newer one", self.pages.shadowed)?;
        }
        writeln!(out)?;
        for hint in &self.unreachable {
            writeln!(out, "not read: {hint}")?;
        }
        Ok(())
    }
}

impl Fresh {
    fn merge(
        pages: Vec<PageFacts>,
        written: Vec<PageFacts>,
        known: Lock,
        revision: Option<String>,
        prune: bool,
    ) -> Result<Self> {
        let count = pages.len();
        // Most pages say in which language they are; the rest is of the folder's.
        let mut locales: Vec<&str> = pages.iter().map(|page| page.locale.as_str()).collect();
        locales.sort_unstable();
        let locale = locales.chunk_by(|left, right| left == right).max_by_key(|same| same.len());
        let locale = locale.and_then(|same| same.first()).map_or_else(String::new, |locale| (*locale).to_owned());
        let is_fresh = |page: &PageFacts| pages.binary_search_by(|fresh| fresh.path.cmp(&page.path)).is_ok();
        let missing = written.iter().filter(|page| !is_fresh(page)).count();
        let mut known_pages = written;
        if prune {
            known_pages.retain(is_fresh);
        }
        let source = LockedSource { locale, revision, pages: count };
        let facts = sources::keep_newest(vec![pages, known_pages]).facts;
        Ok(Self { facts, known, source, missing })
    }
}
