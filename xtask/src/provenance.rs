//! Which source the facts of each page are of, for the lock: it stays true if only a part of the docs is read again.

use std::collections::BTreeMap;

use graphdocs::facts_file::{self, LockedSource};
use graphdocs::model::facts::PageFacts;
use graphdocs::source::PagePath;

/// What is known about a source besides its pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Upstream {
    /// Where others can have the docs.
    pub(crate) repository: Option<String>,
    pub(crate) revision: Option<String>,
}

impl Upstream {
    /// `COMMIT` or `REPOSITORY@COMMIT`.
    pub(crate) fn parse(text: &str) -> Self {
        let (repository, revision) = match text.rsplit_once('@') {
            Some((repository, revision)) => (Some(repository.to_owned()), revision),
            None => (None, text),
        };
        Self { repository, revision: Some(revision.to_owned()) }
    }
}

/// What was taken from the docs that the command line names.
#[derive(Clone, Copy)]
pub(crate) struct Taken<'t> {
    /// The index of the source of each page.
    pub(crate) origins: &'t BTreeMap<PagePath, usize>,
    pub(crate) upstreams: &'t [Upstream],
    /// The git ids of includes.
    pub(crate) includes: &'t BTreeMap<PagePath, String>,
}

type Identity = (String, Upstream);

/// The sources of the facts. The one with the most pages comes first and lists none of them; the others list theirs.
pub(crate) fn sources(known: &[LockedSource], facts: &[PageFacts], taken: &Taken<'_>) -> Vec<LockedSource> {
    let listed: BTreeMap<&str, usize> = known
        .iter()
        .enumerate()
        .flat_map(|(index, source)| source.listed.iter().map(move |page| (page.as_str(), index)))
        .collect();
    let locales = locales(facts, taken);
    let identity = |page: &PageFacts| -> Identity {
        if let Some(&index) = taken.origins.get(&page.path) {
            let locale = locales.get(&index).copied().unwrap_or(&page.locale);
            return (locale.to_owned(), taken.upstreams.get(index).cloned().unwrap_or_default());
        }
        match listed.get(page.path.as_str()).map(|index| &known[*index]).or_else(|| unlisted(known, page)) {
            Some(source) => {
                let (repository, revision) = (source.repository.clone(), source.revision.clone());
                (source.locale.clone(), Upstream { repository, revision })
            }
            None => (page.locale.clone(), Upstream::default()),
        }
    };
    let mut pages: BTreeMap<Identity, Vec<String>> = BTreeMap::new();
    for page in facts.iter().filter(|page| facts_file::is_of_use(page)) {
        pages.entry(identity(page)).or_default().push(page.path.as_str().to_owned());
    }
    let main = pages.iter().max_by_key(|(_, pages)| pages.len()).map(|(identity, _)| identity.clone());
    let mut sources: Vec<LockedSource> = Vec::new();
    for (identity, mut listed) in pages {
        let is_main = Some(&identity) == main.as_ref();
        let pages = listed.len();
        if is_main {
            listed.clear();
        }
        listed.sort();
        let (locale, Upstream { repository, revision }) = identity;
        let source = LockedSource { locale, repository, revision, pages, listed };
        sources.insert(if is_main { 0 } else { sources.len() }, source);
    }
    sources
}

/// The source that lists no pages has all that no other one lists; of several such, that of the locale.
fn unlisted<'k>(known: &'k [LockedSource], page: &PageFacts) -> Option<&'k LockedSource> {
    let mut unlisted = known.iter().filter(|source| source.listed.is_empty());
    let first = unlisted.clone().next();
    unlisted.find(|source| source.locale == page.locale).or(first)
}

/// The locale of each source is that of most of its pages, since a few pages name another one.
fn locales<'f>(facts: &'f [PageFacts], taken: &Taken<'_>) -> BTreeMap<usize, &'f str> {
    let mut counts: BTreeMap<usize, BTreeMap<&str, usize>> = BTreeMap::new();
    for page in facts {
        if let Some(&index) = taken.origins.get(&page.path) {
            *counts.entry(index).or_default().entry(&page.locale).or_default() += 1;
        }
    }
    let most = |counts: BTreeMap<&'f str, usize>| counts.into_iter().max_by_key(|(_, count)| *count);
    counts.into_iter().filter_map(|(index, counts)| Some((index, most(counts)?.0))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use graphdocs::extract::{PageInput, extract_page};
    use graphdocs::vocab::Vocab;

    const RAW: &[u8] = b"# <a name=\"t\"></a>T\n\n```http\nGET /lamps\n```\n";

    fn facts(names: &[(&str, &str)]) -> Vec<PageFacts> {
        let vocab = Vocab::parse([("en.toml", "locale = \"en\"")]).expect("a vocabulary");
        let page = |(name, locale): &(&str, &str)| {
            let path = PagePath::new(&format!("api-reference/v1.0/api/{name}.md"));
            extract_page(PageInput::new(&path, locale, RAW), &vocab)
        };
        names.iter().map(page).collect()
    }

    /// A run that takes some pages; the result in a line for each source.
    fn run(known: &[LockedSource], facts: &[PageFacts], taken: &[&str], upstream: &Upstream) -> Vec<LockedSource> {
        let path = |name: &&str| (PagePath::new(&format!("api-reference/v1.0/api/{name}.md")), 0);
        let (origins, includes) = (taken.iter().map(path).collect(), BTreeMap::new());
        let taken = Taken { origins: &origins, upstreams: std::slice::from_ref(upstream), includes: &includes };
        sources(known, facts, &taken)
    }

    fn lines(sources: &[LockedSource]) -> Vec<String> {
        let names = |source: &LockedSource| {
            source.listed.iter().map(|page| PagePath::new(page).stem().to_owned()).collect::<Vec<_>>().join(" ")
        };
        let revision = |source: &LockedSource| source.revision.clone().unwrap_or_else(|| "-".to_owned());
        let line = |source: &LockedSource| {
            format!("{} {} {} [{}]", source.locale, revision(source), source.pages, names(source))
        };
        sources.iter().map(line).collect()
    }

    #[test]
    fn a_source_stays_true_after_partial_runs() {
        let all = facts(&[("a", "zh-CN"), ("b", "zh-CN"), ("c", "zh-CN"), ("d", "pt-BR")]);
        let old = run(&[], &all, &["a", "b", "c", "d"], &Upstream::parse("one/docs@r1"));
        assert_eq!(lines(&old), ["zh-CN r1 4 []"]);
        assert_eq!(old[0].repository.as_deref(), Some("one/docs"));

        let partly = facts(&[("a", "en-US"), ("b", "zh-CN"), ("c", "zh-CN"), ("d", "pt-BR")]);
        let mixed = run(&old, &partly, &["a"], &Upstream::default());
        assert_eq!(lines(&mixed), ["zh-CN r1 3 []", "en-US - 1 [a]"]);

        let more = facts(&[("a", "en-US"), ("b", "en-US"), ("c", "en-US"), ("d", "pt-BR")]);
        let mixed = run(&mixed, &more, &["b", "c"], &Upstream::parse("r2"));
        assert_eq!(lines(&mixed), ["en-US r2 2 []", "en-US - 1 [a]", "zh-CN r1 1 [d]"]);

        let mixed = run(&mixed, &more, &["a"], &Upstream::parse("r2"));
        assert_eq!(lines(&mixed), ["en-US r2 3 []", "zh-CN r1 1 [d]"]);

        let older = run(&mixed, &all[..3], &["a", "b", "c"], &Upstream::parse("r1"));
        assert_eq!(lines(&older), ["zh-CN r1 3 []"]);
    }

    #[test]
    fn locks_of_earlier_days_have_a_source_for_each_locale() {
        let source = |locale: &str, revision: &str| LockedSource {
            locale: locale.to_owned(),
            repository: None,
            revision: Some(revision.to_owned()),
            pages: 9,
            listed: Vec::new(),
        };
        let known = [source("pt-BR", "p"), source("zh-CN", "z")];
        let all = facts(&[("a", "zh-CN"), ("b", "zh-CN"), ("c", "pt-BR")]);
        assert_eq!(lines(&run(&known, &all, &[], &Upstream::default())), ["zh-CN z 2 []", "pt-BR p 1 [c]"]);
    }
}
