//! The sources of pages, `docs-input/sources.yaml` and the `--docs` folders, and the choice between
//! several copies of a page.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use graphdocs::facts_file::LockedSource;
use graphdocs::model::documented::DocumentedExample;
use graphdocs::model::facts::{ApiVersion, PageFacts};
use graphdocs::source::PagePath;
use graphdocs::vocab::Vocab;
use graphdocs::witness::Trust;
use serde::Deserialize;

use crate::choice::{self, Rule};
use crate::docs::Tree;
use crate::includes::Includes;
use crate::progress::Progress;
use crate::provenance::Upstream;
use crate::{docs, facts, settings};

/// The locale of pages if nothing names one.
pub(crate) const DEFAULT_LOCALE: &str = "en-US";
const SOURCES: &str = "docs-input/sources.yaml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourcesFile {
    #[serde(default)]
    trust: Option<TrustRow>,
    sources: Vec<Source>,
}

/// [`Trust`] as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TrustRow {
    source: String,
    locales: Vec<String>,
    own_letters: Vec<String>,
}

/// One entry of `sources.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    name: String,
    locale: String,
    versions: Vec<ApiVersion>,
    /// Relative to `docs-input/`.
    path: Option<String>,
    git: Option<String>,
    revision: Option<String>,
    /// That of a snapshot: `2021-08-27`.
    day: Option<String>,
    #[serde(default)]
    priority: i32,
}

/// A listed source in a repository that is not part of this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remote {
    pub(crate) name: String,
    pub(crate) locale: String,
    versions: Vec<ApiVersion>,
    pub(crate) upstream: Upstream,
    pub(crate) day: String,
}

/// A tree of pages.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) name: String,
    pub(crate) tree: Tree,
    /// The locale of pages whose front matter names none.
    pub(crate) locale: String,
    pub(crate) versions: Vec<ApiVersion>,
}

/// The folders of a run, in order of precedence.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    pub(crate) folders: Vec<Folder>,
    /// The folder with the source-language originals of all pages.
    pub(crate) originals: Option<PathBuf>,
    /// Sources that are not on this disk.
    pub(crate) remotes: Vec<Remote>,
    pub(crate) trust: Trust,
}

impl Inputs {
    /// Sources that neither this disk has nor the facts, and what to do about it.
    pub(crate) fn unreachable(&self, known: &[LockedSource]) -> Vec<String> {
        let is_known = |remote: &&Remote| {
            known.iter().any(|source| source.revision.is_some() && source.revision == remote.upstream.revision)
        };
        let hint = |remote: &Remote| {
            format!(
                "source `{0}` is a git repository, and docs-input/facts/ has nothing of it; say where it is with \
                 `--source {0}=DIR`",
                remote.name
            )
        };
        self.remotes.iter().filter(|remote| !is_known(remote)).map(hint).collect()
    }
}

/// The listed sources that the command line says the place of.
#[derive(Debug, Default)]
pub(crate) struct Snapshots {
    pub(crate) folders: Vec<Folder>,
    /// What the list says of each of them.
    pub(crate) about: Vec<Remote>,
    pub(crate) trust: Trust,
}

/// Finds listed sources: `NAME=DIR` or `NAME=REPOSITORY@REVISION`.
pub(crate) fn snapshots(arguments: &[String], vocab: &Vocab) -> Result<Snapshots> {
    if arguments.is_empty() {
        return Ok(Snapshots::default());
    }
    snapshots_of(arguments, listed(None)?, vocab)
}

fn snapshots_of(arguments: &[String], listed: Inputs, vocab: &Vocab) -> Result<Snapshots> {
    let mut snapshots = Snapshots { trust: listed.trust, ..Snapshots::default() };
    for argument in arguments {
        let (name, place) = argument
            .split_once('=')
            .filter(|(name, place)| !name.is_empty() && !place.is_empty())
            .with_context(|| format!("`--source {argument}` is neither NAME=DIR nor NAME=REPOSITORY@REVISION"))?;
        ensure!(
            !listed.folders.iter().any(|folder| folder.name == name),
            "source `{name}` is in this repository and is read anyway"
        );
        let names = || listed.remotes.iter().map(|remote| remote.name.as_str()).collect::<Vec<_>>().join(", ");
        let remote = listed.remotes.iter().find(|remote| remote.name == name);
        let remote = remote.with_context(|| format!("{SOURCES} has no source `{name}`, only: {}", names()))?;
        ensure!(!snapshots.about.contains(remote), "`--source {name}` is given twice");
        ensure!(
            vocab.knows(&remote.locale) || remote.locale == snapshots.trust.source,
            "source `{name}`: there is no vocabulary for {0}, so hardly anything of its pages could be read; add \
             generator/vocab/{0}.toml (`cargo xtask help mine`)",
            remote.locale
        );
        let tree = place_of(name, place)?;
        let (locale, versions) = (remote.locale.clone(), remote.versions.clone());
        snapshots.folders.push(Folder { name: name.to_owned(), tree, locale, versions });
        snapshots.about.push(remote.clone());
    }
    Ok(snapshots)
}

/// A folder, or a revision of a repository; the name of a folder may contain `@`.
fn place_of(name: &str, place: &str) -> Result<Tree> {
    if Path::new(place).is_dir() {
        return Ok(Tree::Folder(place.into()));
    }
    let (repository, revision) = place
        .rsplit_once('@')
        .filter(|(repository, _)| Path::new(repository).is_dir())
        .with_context(|| format!("source `{name}`: there is no folder {place}"))?;
    let revision = docs::revision(Some(Path::new(repository)), Some(revision));
    revision.with_context(|| format!("source `{name}`"))?.with_context(|| format!("source `{name}` has no revision"))
}

/// The pages of a run.
#[derive(Debug)]
pub(crate) struct Pages {
    /// Sorted by path.
    pub(crate) facts: Vec<PageFacts>,
    /// The number of pages left out because another source has a newer version.
    pub(crate) shadowed: usize,
}

/// The docs that the command line names.
pub(crate) fn named(trees: Vec<Tree>, locale: Option<&str>) -> Inputs {
    let folders = trees.into_iter().map(|tree| Folder {
        name: tree.name(),
        tree,
        locale: locale.unwrap_or(DEFAULT_LOCALE).to_owned(),
        versions: vec![ApiVersion::V1_0, ApiVersion::Beta],
    });
    Inputs { folders: folders.collect(), ..Inputs::default() }
}

/// The sources of this repository, or those of one locale.
pub(crate) fn listed(locale: Option<&str>) -> Result<Inputs> {
    listed_in(&settings::root()?, locale)
}

fn listed_in(root: &Path, locale: Option<&str>) -> Result<Inputs> {
    let text = fs_err::read_to_string(root.join(SOURCES))?;
    parse(&text, &root.join("docs-input"), locale)
        .with_context(|| format!("{SOURCES} cannot be used; correct it, then repeat"))
}

/// The named docs if there are any, otherwise the sources of this repository.
pub(crate) fn named_or_listed(docs: Vec<Tree>, locale: Option<&str>) -> Result<Inputs> {
    if docs.is_empty() { listed(locale) } else { Ok(named(docs, locale)) }
}

fn parse(text: &str, docs_input: &Path, locale: Option<&str>) -> Result<Inputs> {
    let SourcesFile { trust, mut sources } = graphdocs::markup::yaml::parse::<SourcesFile>(text)?;
    // The sort is stable: sources of the same priority keep the order of the file.
    sources.sort_by_key(|source| source.priority);
    let mut inputs = Inputs::default();
    if let Some(TrustRow { source, locales, own_letters }) = trust {
        inputs.trust = Trust { source, locales, own_letters };
    }
    let mut names = Vec::new();
    for source in sources {
        ensure!(!names.contains(&source.name), "two sources have the name `{}`", source.name);
        names.push(source.name.clone());
        let path = check(&source)?.map(|path| docs_input.join(path));
        if locale.is_some_and(|wanted| !wanted.eq_ignore_ascii_case(&source.locale)) {
            continue;
        }
        let Source { name, locale, versions, git: repository, revision, day, .. } = source;
        match path {
            Some(path) => inputs.folders.push(Folder { name, tree: Tree::Folder(path), locale, versions }),
            None => {
                let (upstream, day) = (Upstream { repository, revision }, day.unwrap_or_default());
                inputs.remotes.push(Remote { name, locale, versions, upstream, day });
            }
        }
    }
    if let Some(locale) = locale
        && inputs.folders.is_empty()
        && inputs.remotes.is_empty()
    {
        bail!("no source has the locale `{locale}`");
    }
    Ok(inputs)
}

/// The folder of a source; `None` for a git source.
fn check(source: &Source) -> Result<Option<&str>> {
    let Source { name, locale, versions, path, git, revision, day, priority: _ } = source;
    ensure!(!name.contains('='), "the name of the source `{name}` has a `=`");
    ensure!(!locale.is_empty(), "source `{name}` has an empty locale");
    ensure!(!versions.is_empty(), "source `{name}` has no versions; add `versions: [v1.0, beta]`");
    match (path, git, revision) {
        (Some(path), None, None) => {
            let stays_inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
            ensure!(stays_inside, "source `{name}`: the path `{path}` must be below docs-input/");
            Ok(Some(path))
        }
        (None, Some(_), Some(revision)) => {
            let is_commit = revision.len() == 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
            ensure!(is_commit, "source `{name}`: the revision `{revision}` must be a full commit id, not a branch");
            let is_day = day.as_deref().is_some_and(is_day);
            ensure!(is_day, "source `{name}` needs the `day` of the snapshot, as in `day: 2021-08-27`");
            Ok(None)
        }
        (None, Some(_), None) => bail!("source `{name}` has a git repository, but no `revision`"),
        _ => bail!("source `{name}` needs either a `path` or a `git` repository with a `revision`"),
    }
}

/// `2021-08-27`
fn is_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_right = |(at, byte): (usize, &u8)| if at == 4 || at == 7 { *byte == b'-' } else { byte.is_ascii_digit() };
    bytes.len() == 10 && bytes.iter().enumerate().all(is_right)
}

/// The sources of a checkout: its pages and its facts of other pages, both of the given locale if any, and over the
/// facts the pages of named docs.
pub(crate) fn of_checkout(root: &Path, named: &Inputs, locale: Option<&str>, vocab: &Vocab) -> Result<Pages> {
    let in_repository = read(&listed_in(root, locale)?, vocab)?;
    // The same order as in `regen`.
    let known = choice::over(choice::read(named, vocab)?, known(root, locale)?, Rule::default());
    Ok(beside(in_repository, known.facts))
}

/// The pages of a checkout with its facts of other pages.
pub(crate) fn with_known(root: &Path, in_repository: Pages, locale: Option<&str>) -> Result<Pages> {
    Ok(beside(in_repository, known(root, locale)?))
}

fn known(root: &Path, locale: Option<&str>) -> Result<Vec<PageFacts>> {
    let _phase = Progress::phase("reading docs-input/facts", usize::MAX);
    let (_, mut known) = facts::read(&root.join(facts::FOLDER))?;
    known.retain(|page| locale.is_none_or(|wanted| wanted.eq_ignore_ascii_case(&page.locale)));
    Ok(known)
}

fn beside(in_repository: Pages, known: Vec<PageFacts>) -> Pages {
    let mut pages = keep_newest(vec![in_repository.facts, known]);
    pages.shadowed += in_repository.shadowed;
    pages
}

/// Reads and extracts all pages; one of several copies of a page is kept.
pub(crate) fn read(inputs: &Inputs, vocab: &Vocab) -> Result<Pages> {
    let mut sets = Vec::new();
    for folder in &inputs.folders {
        sets.push(read_folder(folder, inputs.originals.as_deref(), vocab)?.0);
    }
    Ok(keep_newest(sets))
}

/// All pages of one source, and the git ids of their includes.
pub(crate) fn read_folder(
    folder: &Folder,
    originals: Option<&Path>,
    vocab: &Vocab,
) -> Result<(Vec<PageFacts>, BTreeMap<PagePath, String>)> {
    let includes = Includes::new(&folder.tree, vocab);
    let facts = docs::extract_pages(&folder.tree, &folder.locale, originals, &includes, vocab);
    let mut facts = facts.with_context(|| format!("source `{}`", folder.name))?;
    facts.retain(|page| folder.versions.contains(&page.api_version));
    Ok((facts, includes.ids()))
}

/// The same with the examples of the kept pages, in order.
pub(crate) fn read_with_examples(inputs: &Inputs, vocab: &Vocab) -> Result<(Pages, Vec<DocumentedExample>)> {
    let mut sets = Vec::new();
    for folder in &inputs.folders {
        let includes = Includes::new(&folder.tree, vocab);
        let pages = docs::extract_pages_with_examples(&folder.tree, &folder.locale, &includes, vocab);
        let mut pages = pages.with_context(|| format!("source `{}`", folder.name))?;
        pages.retain(|(page, _)| folder.versions.contains(&page.api_version));
        sets.push(pages);
    }
    let (kept, shadowed) = newest(sets, |(page, _)| page);
    let (facts, examples): (Vec<_>, Vec<_>) = kept.into_iter().unzip();
    Ok((Pages { facts, shadowed }, examples.into_iter().flatten().collect()))
}

/// Keeps the newest copy of each page; a page without a date is the oldest. Among equals, the earlier set wins.
pub(crate) fn keep_newest(sets: Vec<Vec<PageFacts>>) -> Pages {
    let (facts, shadowed) = newest(sets, |page| page);
    Pages { facts, shadowed }
}

/// The kept pages, and the number of others.
fn newest<T>(sets: Vec<Vec<T>>, page: impl Fn(&T) -> &PageFacts) -> (Vec<T>, usize) {
    let mut kept: BTreeMap<PagePath, T> = BTreeMap::new();
    let mut shadowed = 0;
    for found in sets.into_iter().flatten() {
        let path = page(&found).path.clone();
        match kept.get(&path) {
            Some(known) => {
                shadowed += 1;
                if choice::day(page(&found)) > choice::day(page(known)) {
                    kept.insert(path, found);
                }
            }
            None => {
                kept.insert(path, found);
            }
        }
    }
    (kept.into_values().collect(), shadowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use graphdocs::extract::{PageInput, extract_page};

    fn page(path: &str, locale: &str, day: &str) -> PageFacts {
        let vocab = Vocab::parse([("en.toml", "locale = \"en\"")]).expect("a vocabulary");
        let front = if day.is_empty() { String::new() } else { format!("---\nms.lasthandoff: {day}\n---\n") };
        let raw = format!("{front}# <a name=\"t\"></a>T\n");
        extract_page(PageInput::new(&PagePath::new(path), locale, raw.as_bytes()), &vocab)
    }

    fn locales(pages: &Pages) -> Vec<&str> {
        pages.facts.iter().map(|page| page.locale.as_str()).collect()
    }

    #[test]
    fn the_newest_hand_back_wins() {
        let old = vec![page("a.md", "older", "01/31/2020"), page("b.md", "only", "")];
        let new = vec![page("a.md", "newer", "01/02/2021")];
        let undated = vec![page("a.md", "undated", "")];
        let pages = keep_newest(vec![undated, old, new]);
        assert_eq!(locales(&pages), ["newer", "only"]);
        assert_eq!(pages.shadowed, 2);
    }

    #[test]
    fn among_equals_the_first_source_wins() {
        let pages = keep_newest(vec![vec![page("a.md", "first", "")], vec![page("a.md", "second", "")]]);
        assert_eq!(locales(&pages), ["first"]);
    }

    const TWO: &str = "sources:
  - {name: late, locale: de-DE, versions: [beta], path: pages/de-DE, priority: 5}
  - {name: early, locale: zh-CN, versions: [v1.0], path: pages/zh-CN, priority: 1}
  - {name: far, locale: en-US, versions: [v1.0], git: 'https://example.com/x', revision: 0123456789012345678901234567890123456789, day: 2021-08-27}
";

    #[test]
    fn sources_are_sorted_by_priority_and_chosen_by_locale() {
        let names = |inputs: &Inputs| inputs.folders.iter().map(|folder| folder.name.clone()).collect::<Vec<_>>();
        let inputs = parse(TWO, Path::new("docs-input"), None).expect("sources");
        assert_eq!(names(&inputs), ["early", "late"]);
        assert!(matches!(&inputs.folders[0].tree, Tree::Folder(path) if path == Path::new("docs-input/pages/zh-CN")));
        assert!(inputs.unreachable(&[])[0].contains("--source far=DIR"));
        let known = LockedSource { revision: inputs.remotes[0].upstream.revision.clone(), ..LockedSource::default() };
        assert!(inputs.unreachable(&[known]).is_empty());
        let inputs = parse(TWO, Path::new("docs-input"), Some("de-de")).expect("sources");
        assert_eq!(names(&inputs), ["late"]);
        assert!(parse(TWO, Path::new(""), Some("xx-XX")).expect_err("unknown").to_string().contains("xx-XX"));
    }

    #[test]
    fn the_place_of_a_source_is_found() {
        let vocab = settings::vocab().expect("the vocabulary");
        let folder = crate::temp::TempDir::new();
        folder.write("at@home/api-reference/v1.0/api/a.md", "# T\n");
        let repository = crate::git::tests::repository(&[("api-reference/v1.0/api/a.md", "# T\n")]);
        let find = |arguments: &[String]| {
            let text = TWO.replace(
                "priority: 5}",
                "priority: 5}\n  - {name: odd, locale: xx-XX, versions: [beta], git: a/b, \
                 revision: 0123456789012345678901234567890123456780, day: 2022-07-19}",
            );
            snapshots_of(arguments, parse(&text, Path::new("docs-input"), None).expect("sources"), &vocab)
        };
        let one = |argument: String| find(&[argument]);
        let found = one(format!("far={}/at@home", folder.path().display())).expect("a folder");
        assert!(matches!(&found.folders[0].tree, Tree::Folder(path) if path.ends_with("at@home")));
        assert_eq!((found.folders[0].locale.as_str(), found.about[0].day.as_str()), ("en-US", "2021-08-27"));
        let found = one(format!("far={}@HEAD", repository.path().display())).expect("a repository");
        assert!(matches!(&found.folders[0].tree, Tree::Revision(_)));
        let refused = |argument: String| format!("{:#}", one(argument).expect_err("refused"));
        assert!(refused("far".to_owned()).contains("NAME=DIR"));
        assert!(refused("near=x".to_owned()).contains("no source `near`, only: odd, far"));
        assert!(refused("early=x".to_owned()).contains("is read anyway"));
        assert!(refused("odd=x".to_owned()).contains("no vocabulary for xx-XX"));
        assert!(refused("far=no/such/folder".to_owned()).contains("there is no folder no/such/folder"));
        assert!(refused(format!("far={}@none", repository.path().display())).contains("source `far`"));
        let twice = format!("far={}/at@home", folder.path().display());
        assert!(format!("{:#}", find(&[twice.clone(), twice]).expect_err("twice")).contains("given twice"));
    }

    #[track_caller]
    fn check_refused(entry: &str, reason: &str) {
        let text = format!("sources:\n  - {{name: a, locale: zh-CN, versions: [v1.0], {entry}}}\n");
        let error = parse(&text, Path::new("docs-input"), None).expect_err("refused");
        assert!(format!("{error:#}").contains(reason), "{error:#}");
    }

    #[test]
    fn unusable_sources_are_refused() {
        check_refused("path: ../elsewhere", "below docs-input/");
        check_refused("path: /tmp", "below docs-input/");
        check_refused("path: a, git: 'https://example.com'", "either");
        check_refused("git: 'https://example.com'", "no `revision`");
        check_refused("git: 'https://example.com', revision: main", "full commit id");
        check_refused("git: a/b, revision: 0123456789012345678901234567890123456789", "needs the `day`");
        check_refused("path: a, colour: red", "unknown field");
        check_refused("priority: 1", "either");
    }
}
