//! The docs of a run of `cargo xtask regen`: pages of the repository, docs named on the command
//! line, and facts from earlier runs.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::{Result, ensure};
use graphdocs::diag::Diagnostic;
use graphdocs::facts_file::LockedSource;
use graphdocs::history;
use graphdocs::model::facts::PageFacts;
use graphdocs::model::prose::{Languages, Prose};
use graphdocs::source::PagePath;
use graphdocs::vocab::Vocab;

use crate::choice::{self, Chosen, Named, Rule};
use crate::cli::{ProseLanguages, RegenOptions};
use crate::docs::Tree;
use crate::journal::Change;
use crate::output::{self, Comparison, Files};
use crate::progress::Progress;
use crate::provenance::{Known, Snapshot, Taken, Upstream};
use crate::sources::{self, Inputs, Pages, Remote};
use crate::{docs, facts, settings};

use super::only::Only;

pub(super) struct Docs {
    /// The facts that the client is generated from.
    pub(super) pages: Pages,
    /// The new content of docs-input/facts/, if the command line names docs and the run is not a trial.
    update: Option<Update>,
    named: Inputs,
    listed: Inputs,
    /// Of the pages that were taken from the named docs, the indices of the sources.
    origins: BTreeMap<PagePath, Vec<usize>>,
    unreachable: Vec<String>,
    pub(super) sources: usize,
    /// What became of the pages of the named docs, and of the other ones.
    pub(super) account: Vec<String>,
    /// What was found on pages of the named docs that cannot be read.
    pub(super) unreadable: Vec<(PagePath, Diagnostic)>,
}

struct Update {
    files: Files,
    comparison: Comparison,
}

impl Docs {
    pub(super) fn read(options: &RegenOptions, only: &Only, vocab: &Vocab) -> Result<Self> {
        let (trees, mut upstreams) = named(options)?;
        let mut named = sources::named(trees, options.locale.as_deref());
        let merged = sources::snapshots(&options.source, vocab)?;
        let (mut snapshots, mut days) = (Vec::new(), Vec::new());
        let fresh = if merged.folders.is_empty() {
            choice::read(&named, vocab)?
        } else {
            let (fresh, is_plain) = choice::read_merged(&merged, options.prune, vocab)?;
            for (about, is_plain) in merged.about.into_iter().zip(is_plain) {
                upstreams.push(about.upstream);
                snapshots.push(Snapshot { name: about.name, locale: about.locale, is_plain });
                days.push(about.day);
            }
            named.folders = merged.folders;
            fresh
        };
        let rule = Rule { newest: options.newest, prune: options.prune };
        if options.out.is_some() && !named.folders.is_empty() && !options.with_facts {
            return Ok(Self::alone(named, fresh));
        }
        // With named docs, the locale is that of their pages alone.
        let locale = options.locale.as_deref().filter(|_| named.folders.is_empty());
        let listed = sources::listed(locale)?;
        let phase = Progress::phase("reading docs-input/facts", usize::MAX);
        let (lock, known) = facts::read(&facts::folder()?)?;
        drop(phase);
        let from_facts = usize::from(!known.is_empty());
        let in_repository = sources::read(&listed, vocab)?;
        let includes = fresh.includes.clone();
        let Chosen { mut facts, origins, account, unreadable } = choice::over(fresh, known, rule);
        let mut account = account.lines();
        let mut listed = listed;
        let remotes = listed.remotes.clone();
        listed.remotes.retain(|remote| snapshots.iter().all(|snapshot| snapshot.name != remote.name));
        let unreachable = listed.unreachable(&lock.sources);
        if let Some(newest) = days.iter().max() {
            mark_known(&mut facts, &origins, &lock.sources, &remotes, newest);
        }
        let is_trial = options.out.is_some() || !only.is_everything();
        let mut update = None;
        if !named.folders.is_empty() && !is_trial {
            let taken = Taken { origins: &origins, upstreams: &upstreams, snapshots: &snapshots, includes: &includes };
            let (folder, known) = (facts::folder()?, output::Known::of_repository(lock.files.clone()));
            let files = facts::plan(&folder, &facts, lock, &taken, options.no_cache)?;
            let comparison = facts::compare(&folder, &files, &known)?;
            update = Some(Update { files, comparison });
        }
        // The facts files have every locale; the client is generated from the requested one.
        facts.retain(|page| locale.is_none_or(|wanted| wanted.eq_ignore_ascii_case(&page.locale)));
        account.extend(newer_in_repository(&in_repository.facts, &facts, &origins));
        // The order is the same as without the docs, so that both runs give the same result.
        let mut pages = sources::keep_newest(vec![in_repository.facts, facts]);
        pages.shadowed += in_repository.shadowed;
        let sources = listed.folders.len() + named.folders.len() + from_facts;
        Ok(Self { pages, update, named, listed, origins, unreachable, sources, account, unreadable })
    }

    /// A client of the named docs, without those of this repository.
    fn alone(named: Inputs, fresh: Named) -> Self {
        let Chosen { facts, origins, account, unreadable } = choice::over(fresh, Vec::new(), Rule::default());
        Self {
            pages: Pages { facts, shadowed: 0 },
            update: None,
            sources: named.folders.len(),
            named,
            listed: Inputs::default(),
            origins,
            unreachable: Vec::new(),
            account: account.lines(),
            unreadable,
        }
    }

    /// What the merge found, and what is not in the client because it may be a translation.
    pub(super) fn merged_lines(&self) -> Vec<String> {
        let of_named = self.pages.facts.iter().filter(|page| self.origins.contains_key(&page.path));
        let mut doubtful: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
        for page in of_named {
            let locales = if page.witnesses.is_empty() { page.locale.clone() } else { page.witnesses.join(", ") };
            let count = page.doubtful();
            if count > 0 {
                let (names, pages) = doubtful.entry(locales).or_default();
                (*names, *pages) = (*names + count, *pages + 1);
            }
            let of_merge = page.diagnostics.iter().map(|found| found.code.id).filter(|id| id.starts_with("GX09"));
            of_merge.for_each(|id| *codes.entry(id).or_default() += 1);
        }
        let mut lines: Vec<_> = doubtful
            .iter()
            .map(|(locales, (names, pages))| {
                format!("doubtful, and not in the client: {names} names and types on {pages} pages of {locales}")
            })
            .collect();
        if !codes.is_empty() {
            let counts: Vec<_> = codes.iter().map(|(id, count)| format!("{id} {count}")).collect();
            lines.push(format!("merging: {}; see `cargo xtask explain CODE`", counts.join(", ")));
        }
        lines
    }

    /// Sources that were not read, and what to do about it.
    pub(super) fn unreachable(&self) -> &[String] {
        &self.unreachable
    }

    /// The command that lists the diagnostics of these docs.
    pub(super) fn report_command(&self) -> String {
        let mut command = "cargo xtask report".to_owned();
        for folder in &self.named.folders {
            if let Tree::Folder(path) = &folder.tree {
                command.push_str(&format!(" --docs {}", path.display()));
            }
        }
        command
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
        // The first source wins, as for facts of the same day.
        for folder in self.listed.folders.iter().rev() {
            pages.extend(docs::extract_prose(&folder.tree, &folder.locale)?);
        }
        for (index, folder) in self.named.folders.iter().enumerate() {
            let of_tree = docs::extract_prose(&folder.tree, &folder.locale)?;
            pages.extend(
                of_tree
                    .into_iter()
                    .filter(|(path, _)| self.origins.get(path).is_some_and(|origins| origins.first() == Some(&index))),
            );
        }
        Ok(Prose { languages, pages })
    }

    /// Adds the facts of the docs named on the command line to what is written.
    pub(super) fn add_facts(&self, change: &mut Change) {
        if let Some(Update { files, comparison }) = &self.update {
            output::add(change, &format!("{}/", facts::FOLDER), files, comparison);
        }
    }

    /// Says what became of these facts; with `--check`, they must be there already.
    pub(super) fn report_facts(&self, options: &RegenOptions, out: &mut dyn Write) -> Result<()> {
        let Some(Update { comparison, .. }) = &self.update else { return Ok(()) };
        let folder = facts::folder()?;
        if options.check {
            ensure!(
                comparison.is_clean(),
                "{} differs from the docs; run the command without `--check`",
                settings::display(&folder)
            );
            return Ok(());
        }
        let name = settings::display_written(&folder);
        let (written, removed) = (comparison.changed.len() + comparison.missing.len(), comparison.unplanned.len());
        writeln!(out, "{name}: {written} written, {} unchanged, {removed} removed", comparison.unchanged)?;
        Ok(())
    }
}

/// Marks known pages that none of the sources of a run has any more, if they come from a listed source of an older day.
fn mark_known(
    facts: &mut [PageFacts],
    origins: &BTreeMap<PagePath, Vec<usize>>,
    known: &[LockedSource],
    remotes: &[Remote],
    newest: &str,
) {
    let known = Known::of(known);
    for page in facts.iter_mut().filter(|page| !origins.contains_key(&page.path)) {
        let of_source = known.sources_of(page).into_iter().filter_map(|source| {
            let remote =
                remotes.iter().find(|remote| source.revision.is_some() && remote.upstream.revision == source.revision);
            remote.map(|remote| remote.day.as_str())
        });
        if let Some(day) = of_source.max().filter(|day| *day < newest) {
            history::mark_page(page, day);
        }
    }
}

/// The docs of the command line, and where each comes from.
fn named(options: &RegenOptions) -> Result<(Vec<Tree>, Vec<Upstream>)> {
    let mut trees = docs::folders(&options.docs);
    let repository = docs::revision(options.git.as_deref(), options.revision.as_deref())?;
    let stated = options.upstream.as_deref().map(Upstream::parse);
    // With a repository, the revision is not that of the folders.
    let of_folders = match &repository {
        Some(_) => None,
        None => stated.clone().or_else(|| options.revision.as_deref().map(Upstream::parse)),
    };
    let mut upstreams = vec![of_folders.unwrap_or_default(); trees.len()];
    if let Some(Tree::Revision(revision)) = &repository {
        upstreams.push(stated.unwrap_or_else(|| Upstream::parse(&revision.commit)));
    }
    trees.extend(repository);
    Ok((trees, upstreams))
}

/// Pages of the named docs that the client is not made of, because this repository has newer ones.
fn newer_in_repository(
    own: &[PageFacts],
    facts: &[PageFacts],
    origins: &BTreeMap<PagePath, Vec<usize>>,
) -> Option<String> {
    let own: BTreeMap<&PagePath, _> = own.iter().map(|page| (&page.path, choice::day(page))).collect();
    let taken = facts.iter().filter(|page| origins.contains_key(&page.path));
    let count = taken.filter(|page| own.get(&page.path).is_some_and(|day| *day >= choice::day(page))).count();
    (count > 0).then(|| {
        format!(
            "of the pages taken, {count} have a copy in docs-input/pages/ that is not older; the client is made of that"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use graphdocs::extract::{PageInput, extract_page};

    #[test]
    fn pages_of_the_repository_that_are_newer_are_counted() {
        let vocab = Vocab::parse([("en.toml", "locale = \"en\"")]).expect("a vocabulary");
        let page = |path: &str, day: &str| {
            let raw = format!("---\nms.date: {day}\n---\n# T\n");
            extract_page(PageInput::new(&PagePath::new(path), "en-US", raw.as_bytes()), &vocab)
        };
        let own = [page("a.md", "01/02/2021"), page("b.md", "01/02/2021"), page("c.md", "01/02/2021")];
        let facts = [page("a.md", "01/03/2021"), page("b.md", "01/01/2021"), page("c.md", "01/01/2021")];
        let origins = ["a.md", "b.md"].map(|path| (PagePath::new(path), vec![0])).into();
        let line = newer_in_repository(&own, &facts, &origins).expect("a line");
        assert!(line.starts_with("of the pages taken, 1 have"), "{line}");
        assert_eq!(newer_in_repository(&[], &facts, &origins), None);
    }

    #[test]
    fn every_source_has_its_own_revision() {
        let repository = crate::git::tests::repository(&[("api-reference/v1.0/api/a.md", "# T\n")]);
        let options = RegenOptions {
            docs: vec!["a".into()],
            git: Some(repository.path().to_path_buf()),
            revision: Some("HEAD".to_owned()),
            ..RegenOptions::default()
        };
        let revisions = |options: &RegenOptions| {
            let (_, upstreams) = named(options).expect("named");
            upstreams.into_iter().map(|upstream| upstream.revision.map(|id| id.len())).collect::<Vec<_>>()
        };
        assert_eq!(revisions(&options), [None, Some(40)]);
        let upstream = Some("someone/docs@r1".to_owned());
        assert_eq!(revisions(&RegenOptions { upstream, ..options }), [None, Some(2)]);
        let of_folder = RegenOptions { docs: vec!["a".into()], revision: Some("r2x".to_owned()), ..Default::default() };
        assert_eq!(revisions(&of_folder), [Some(3)]);
    }
}
