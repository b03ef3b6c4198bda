//! The sources of pages, `docs-input/sources.yaml` and the `--docs` folders, and the choice between
//! several copies of a page.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use graphdocs::model::documented::DocumentedExample;
use graphdocs::model::facts::{ApiVersion, PageFacts};
use graphdocs::source::PagePath;
use graphdocs::vocab::Vocab;
use serde::Deserialize;

use crate::choice::{self, Rule};
use crate::docs::Tree;
use crate::includes::Includes;
use crate::progress::Progress;
use crate::{docs, facts, settings};

/// The locale of pages if nothing names one.
pub(crate) const DEFAULT_LOCALE: &str = "en-US";
const SOURCES: &str = "docs-input/sources.yaml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourcesFile {
    sources: Vec<Source>,
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
    #[serde(default)]
    priority: i32,
}

/// A tree of pages.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) name: String,
    pub(crate) tree: Tree,
    /// The locale of pages whose front matter names none.
    pub(crate) locale: String,
    versions: Vec<ApiVersion>,
}

/// The folders of a run, in order of precedence.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    pub(crate) folders: Vec<Folder>,
    /// The folder with the source-language originals of all pages.
    pub(crate) originals: Option<PathBuf>,
    /// Sources that are not on this disk, with what to do about it.
    pub(crate) unreachable: Vec<String>,
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
    let mut sources = graphdocs::markup::yaml::parse::<SourcesFile>(text)?.sources;
    // The sort is stable: sources of the same priority keep the order of the file.
    sources.sort_by_key(|source| source.priority);
    let mut inputs = Inputs::default();
    let mut names = Vec::new();
    for source in sources {
        ensure!(!names.contains(&source.name), "two sources have the name `{}`", source.name);
        names.push(source.name.clone());
        let path = check(&source)?.map(|path| docs_input.join(path));
        if locale.is_some_and(|wanted| !wanted.eq_ignore_ascii_case(&source.locale)) {
            continue;
        }
        let Source { name, locale, versions, .. } = source;
        match path {
            Some(path) => inputs.folders.push(Folder { name, tree: Tree::Folder(path), locale, versions }),
            None => inputs
                .unreachable
                .push(format!("source `{name}` is a git repository; name a checkout of it with `--docs DIR`")),
        }
    }
    if let Some(locale) = locale
        && inputs.folders.is_empty()
        && inputs.unreachable.is_empty()
    {
        bail!("no source has the locale `{locale}`");
    }
    Ok(inputs)
}

/// The folder of a source; `None` for a git source.
fn check(source: &Source) -> Result<Option<&str>> {
    let Source { name, locale, versions, path, git, revision, .. } = source;
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
            Ok(None)
        }
        (None, Some(_), None) => bail!("source `{name}` has a git repository, but no `revision`"),
        _ => bail!("source `{name}` needs either a `path` or a `git` repository with a `revision`"),
    }
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
  - {name: far, locale: en-US, versions: [v1.0], git: 'https://example.com/x', revision: 0123456789012345678901234567890123456789}
";

    #[test]
    fn sources_are_sorted_by_priority_and_chosen_by_locale() {
        let names = |inputs: &Inputs| inputs.folders.iter().map(|folder| folder.name.clone()).collect::<Vec<_>>();
        let inputs = parse(TWO, Path::new("docs-input"), None).expect("sources");
        assert_eq!(names(&inputs), ["early", "late"]);
        assert!(matches!(&inputs.folders[0].tree, Tree::Folder(path) if path == Path::new("docs-input/pages/zh-CN")));
        assert!(inputs.unreachable[0].contains("--docs"));
        let inputs = parse(TWO, Path::new("docs-input"), Some("de-de")).expect("sources");
        assert_eq!(names(&inputs), ["late"]);
        assert!(parse(TWO, Path::new(""), Some("xx-XX")).expect_err("unknown").to_string().contains("xx-XX"));
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
        check_refused("path: a, colour: red", "unknown field");
        check_refused("priority: 1", "either");
    }
}
