//! The docs of a run of `cargo xtask regen`: pages of the repository, pages named on the command
//! line, and facts from earlier runs.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use graphdocs::facts_file::LockedSource;
use graphdocs::model::facts::PageFacts;
use graphdocs::model::prose::{Languages, Prose};
use graphdocs::vocab::Vocab;

use crate::cli::{ProseLanguages, RegenOptions};
use crate::git::CheckOut;
use crate::output::Files;
use crate::progress::Progress;
use crate::sources::{self, Folder, Inputs, Pages};
use crate::{facts, output, settings};

pub(super) struct Docs {
    /// The facts that the client is generated from.
    pub(super) pages: Pages,
    /// The new content of docs-input/facts/, if the command line names docs and the run is not a trial.
    update: Option<Update>,
    /// The folders that were read, in order of precedence.
    folders: Vec<Folder>,
    pub(super) sources: usize,
    pub(super) unreachable: Vec<String>,
}

struct Update {
    files: Files,
    /// The number of known pages that the docs do not have.
    missing: usize,
}

impl Docs {
    pub(super) fn read(options: &RegenOptions, checked_out: Option<&CheckOut>, vocab: &Vocab) -> Result<Self> {
        let locale = options.locale.as_deref();
        let mut named: Vec<PathBuf> = options.docs.clone();
        named.extend(checked_out.map(CheckOut::path));
        let listed = match sources::listed(locale) {
            Ok(listed) => listed,
            // The locale may be only that of the named folders.
            Err(_) if locale.is_some() && !named.is_empty() => Inputs::default(),
            Err(error) => return Err(error),
        };
        let phase = Progress::phase("reading docs-input/facts", usize::MAX);
        let (known, mut facts) = facts::read(&facts::folder()?)?;
        drop(phase);
        let from_facts = usize::from(!facts.is_empty());
        let in_repository = sources::read(&listed, vocab)?;
        let mut update = None;
        let named = sources::named(&named, locale);
        if !named.folders.is_empty() {
            let Pages { facts: fresh, includes, .. } = sources::read(&named, vocab)?;
            let revision = checked_out.map(|files| files.commit.clone()).or_else(|| options.revision.clone());
            let source = LockedSource { locale: main_locale(&fresh), revision, pages: fresh.len() };
            let missing;
            (facts, missing) = merge(fresh, facts, options.prune);
            let is_trial = options.out.is_some() || options.only.is_some();
            if !is_trial {
                let files = facts::plan(&facts::folder()?, &facts, known, source, &includes, options.no_cache)?;
                update = Some(Update { files, missing });
            }
        }
        // The facts files have every locale; the client is generated from the requested one.
        facts.retain(|page| locale.is_none_or(|wanted| wanted.eq_ignore_ascii_case(&page.locale)));
        // The order is the same as without the docs, so that both runs give the same result.
        let mut pages = sources::keep_newest(vec![in_repository.facts, facts]);
        pages.shadowed += in_repository.shadowed;
        let folders: Vec<_> = listed.folders.into_iter().chain(named.folders).collect();
        let sources = folders.len() + from_facts;
        Ok(Self { pages, update, folders, sources, unreachable: listed.unreachable })
    }

    /// The sentences of the pages, if requested.
    pub(super) fn prose(&self, options: &RegenOptions) -> Result<Prose> {
        let languages = match options.prose {
            None => return Ok(Prose::default()),
            Some(ProseLanguages::Source) => Languages::Source,
            Some(ProseLanguages::Localized) => Languages::Localized,
            Some(ProseLanguages::Both) => Languages::Both,
        };
        let mut pages = BTreeMap::new();
        // The first folder wins, as for facts of the same day.
        for folder in self.folders.iter().rev() {
            let files = crate::docs::find_pages(&folder.path)?;
            pages.extend(crate::docs::extract_prose(&files, &folder.locale)?);
        }
        Ok(Prose { languages, pages })
    }

    /// Writes the facts of the docs named on the command line; with `--check`, compares them.
    pub(super) fn write_facts(&self, options: &RegenOptions, out: &mut dyn Write) -> Result<()> {
        let Some(Update { files, missing }) = &self.update else { return Ok(()) };
        let folder = facts::folder()?;
        if options.check {
            let comparison = output::compare(&folder, files, true)?;
            ensure!(
                comparison.is_clean(),
                "{} differs from the docs; run the command without `--check`",
                settings::display(&folder)
            );
            return Ok(());
        }
        let comparison = facts::write(&folder, files)?;
        let name = settings::display_written(&folder);
        let (written, removed) = (comparison.changed.len() + comparison.missing.len(), comparison.unplanned.len());
        writeln!(out, "{name}: {written} written, {} unchanged, {removed} removed", comparison.unchanged)?;
        if *missing > 0 && !options.prune {
            writeln!(out, "{missing} pages are in {name}, but not in the docs; `--prune` removes them")?;
        }
        Ok(())
    }
}

/// The locale of most pages, since a few pages name another one.
fn main_locale(pages: &[PageFacts]) -> String {
    let mut locales: Vec<&str> = pages.iter().map(|page| page.locale.as_str()).collect();
    locales.sort_unstable();
    let most = locales.chunk_by(|left, right| left == right).max_by_key(|same| same.len());
    most.and_then(|same| same.first()).map_or_else(String::new, |locale| (*locale).to_owned())
}

/// The facts of both, and the number of known pages that the docs lack. These are kept unless they are
/// pruned.
fn merge(fresh: Vec<PageFacts>, mut known: Vec<PageFacts>, prune: bool) -> (Vec<PageFacts>, usize) {
    let is_fresh = |page: &PageFacts| fresh.binary_search_by(|fresh| fresh.path.cmp(&page.path)).is_ok();
    let missing = known.iter().filter(|page| !is_fresh(page)).count();
    if prune {
        known.retain(is_fresh);
    }
    (sources::keep_newest(vec![fresh, known]).facts, missing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use graphdocs::extract::{PageInput, extract_page};
    use graphdocs::source::PagePath;

    fn pages(list: &[(&str, &str, &str)]) -> Vec<PageFacts> {
        let vocab = Vocab::parse([("en.toml", "locale = \"en\"")]).expect("a vocabulary");
        let page = |(path, locale, day): &(&str, &str, &str)| {
            let raw = format!("---\nms.lasthandoff: {day}\n---\n# <a name=\"t\"></a>T\n");
            extract_page(PageInput::new(&PagePath::new(path), locale, raw.as_bytes()), &vocab)
        };
        list.iter().map(page).collect()
    }

    fn kept(fresh: &[(&str, &str, &str)], prune: bool) -> (String, usize) {
        let known = pages(&[("a.md", "zh-CN", "01/02/2021"), ("b.md", "pt-BR", "01/02/2021")]);
        let (facts, missing) = merge(pages(fresh), known, prune);
        let names: Vec<_> = facts.iter().map(|page| format!("{} {}", page.path, page.locale)).collect();
        (names.join(", "), missing)
    }

    #[test]
    fn known_pages_stay_until_they_are_pruned() {
        let newer = ("a.md", "de-DE", "01/03/2021");
        assert_eq!(kept(&[newer], false), ("a.md de-DE, b.md pt-BR".to_owned(), 1));
        assert_eq!(kept(&[newer], true), ("a.md de-DE".to_owned(), 1));
        assert_eq!(kept(&[("a.md", "de-DE", "01/01/2021")], false), ("a.md zh-CN, b.md pt-BR".to_owned(), 1));
    }

    #[test]
    fn the_locale_of_a_source_is_that_of_most_pages() {
        let list = [("a.md", "en-US", ""), ("b.md", "pt-BR", ""), ("c.md", "en-US", "")];
        assert_eq!(main_locale(&pages(&list)), "en-US");
        assert_eq!(main_locale(&[]), "");
    }
}
