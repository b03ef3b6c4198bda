//! Which source the facts of each page are of, for the lock: it stays true if only a part of the docs is read again.

use std::collections::{BTreeMap, BTreeSet};

use graphdocs::facts_file::LockedSource;
use graphdocs::model::facts::{PageFacts, TypeFacts};
use graphdocs::model::proof::Proof;
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

/// A listed source whose pages were merged with those of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Snapshot {
    pub(crate) name: String,
    pub(crate) locale: String,
    /// Whether its pages have no source side.
    pub(crate) is_plain: bool,
}

/// What was taken from the docs that the command line names.
#[derive(Clone, Copy)]
pub(crate) struct Taken<'t> {
    /// The indices of the sources of each page.
    pub(crate) origins: &'t BTreeMap<PagePath, Vec<usize>>,
    pub(crate) upstreams: &'t [Upstream],
    /// One for each of the upstreams, or none if the docs are no listed sources.
    pub(crate) snapshots: &'t [Snapshot],
    /// The git ids of includes.
    pub(crate) includes: &'t BTreeMap<PagePath, String>,
}

type Identity = (String, Upstream);

/// Whether an older page with its source side decides something of a merged page.
pub(crate) fn rests_on_older(page: &PageFacts) -> bool {
    let is_older = |proof: Proof| proof == Proof::SpanPage;
    let of_types = page.types.iter().any(|ty| {
        let TypeFacts { properties, relationships, members, last_documented, .. } = ty;
        let mut rows = properties.iter().chain(relationships);
        last_documented.is_some()
            || rows.any(|row| is_older(row.proof) || is_older(row.type_proof) || row.last_documented.is_some())
            || members.iter().any(|row| is_older(row.proof) || row.last_documented.is_some())
    });
    of_types
        || page.parameters.iter().any(|row| is_older(row.proof) || is_older(row.type_proof))
        || page.response.as_ref().is_some_and(|response| is_older(response.proof))
        || page.requests.iter().any(|request| request.last_documented.is_some())
}

/// The sources of a lock, by page.
pub(crate) struct Known<'k> {
    sources: &'k [LockedSource],
    listed: BTreeMap<&'k str, Vec<usize>>,
}

impl<'k> Known<'k> {
    pub(crate) fn of(sources: &'k [LockedSource]) -> Self {
        let mut listed: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, source) in sources.iter().enumerate() {
            source.listed.iter().for_each(|page| listed.entry(page.as_str()).or_default().push(index));
        }
        Self { sources, listed }
    }

    /// Those that list the page, or else those that its facts tell, or else the one that lists no pages.
    pub(crate) fn sources_of(&self, page: &PageFacts) -> Vec<&'k LockedSource> {
        let told = || Some(told(self.sources, page)).filter(|told| !told.is_empty());
        let indices = self.listed.get(page.path.as_str()).cloned().or_else(told);
        match indices {
            Some(indices) => indices.into_iter().map(|index| &self.sources[index]).collect(),
            None => unlisted(self.sources, page).into_iter().collect(),
        }
    }
}

/// The named sources that the facts of a page tell: the plain ones of its witnesses, and if it rests on an older page,
/// the one with most pages among those that have a source side; for a page that was not merged, the one of its locale.
fn told(sources: &[LockedSource], page: &PageFacts) -> Vec<usize> {
    let named = || sources.iter().enumerate().filter(|(_, source)| source.name.is_some());
    let with_source = || named().filter(|(_, source)| !source.plain);
    if page.witnesses.is_empty() {
        let mut of_locale = with_source().filter(|(_, source)| source.locale == page.locale);
        return of_locale.next().map(|(index, _)| index).into_iter().collect();
    }
    let mut told = Vec::new();
    for locale in &page.witnesses {
        match named().find(|(_, source)| source.plain && source.locale == *locale) {
            Some((index, _)) => told.push(index),
            None => return Vec::new(),
        }
    }
    if rests_on_older(page) {
        told.extend(with_source().max_by_key(|(_, source)| source.pages).map(|(index, _)| index));
    }
    told.sort_unstable();
    told
}

/// The source without a name that lists no pages has all that no other one lists; of several such, that of the locale.
fn unlisted<'k>(known: &'k [LockedSource], page: &PageFacts) -> Option<&'k LockedSource> {
    let mut unlisted = known.iter().filter(|source| source.name.is_none() && source.listed.is_empty());
    let first = unlisted.clone().next();
    unlisted.find(|source| source.locale == page.locale).or(first)
}

/// The sources of the facts. The one with the most pages comes first. If none has a name, it lists none of its pages, and
/// the others list theirs; otherwise each lists the pages that their facts do not tell.
pub(crate) fn sources(known: &[LockedSource], facts: &[PageFacts], taken: &Taken<'_>) -> Vec<LockedSource> {
    let before = Known::of(known);
    let locales = locales(facts, taken);
    let identity = |index: usize, page: &PageFacts| -> Identity {
        let listed = taken.snapshots.get(index).map(|snapshot| snapshot.locale.as_str());
        let locale = listed.or_else(|| locales.get(&index).copied()).unwrap_or(&page.locale);
        (locale.to_owned(), taken.upstreams.get(index).cloned().unwrap_or_default())
    };
    let identities = |page: &PageFacts| -> Vec<Identity> {
        let mut found: Vec<Identity> = match taken.origins.get(&page.path) {
            Some(indices) => indices.iter().map(|index| identity(*index, page)).collect(),
            None => before.sources_of(page).into_iter().map(identity_of).collect(),
        };
        if found.is_empty() {
            found.push((page.locale.clone(), Upstream::default()));
        }
        found.sort();
        found.dedup();
        found
    };
    let of_use: Vec<(&PageFacts, Vec<Identity>)> =
        facts.iter().filter(|page| page.is_of_use()).map(|page| (page, identities(page))).collect();
    let mut counts: BTreeMap<&Identity, usize> = BTreeMap::new();
    for identity in of_use.iter().flat_map(|(_, identities)| identities) {
        *counts.entry(identity).or_default() += 1;
    }
    // A source may only have helped to merge the pages of others, with its translations of names.
    let helpers = helpers(known, taken);
    for identity in &helpers {
        counts.entry(identity).or_default();
    }
    let main = counts.iter().max_by_key(|(_, count)| **count).map(|(identity, _)| *identity);
    let others = counts.keys().copied().filter(|identity| Some(*identity) != main);
    let order: Vec<&Identity> = main.into_iter().chain(others).collect();
    let about = about(known, taken);
    let mut sources: Vec<LockedSource> = order
        .iter()
        .map(|identity| {
            let (locale, Upstream { repository, revision }) = (*identity).clone();
            let (name, plain) =
                about.get(*identity).cloned().map_or((None, false), |(name, plain)| (Some(name), plain));
            LockedSource { name, locale, repository, revision, plain, pages: counts[*identity], listed: Vec::new() }
        })
        .collect();
    let has_names = sources.iter().any(|source| source.name.is_some());
    for (page, identities) in &of_use {
        let indices: Vec<usize> =
            order.iter().enumerate().filter(|(_, of)| identities.contains(of)).map(|(index, _)| index).collect();
        let is_told = if has_names { told(&sources, page) == indices } else { indices == [0] };
        if !is_told {
            indices.into_iter().for_each(|index| sources[index].listed.push(page.path.as_str().to_owned()));
        }
    }
    sources.iter_mut().for_each(|source| source.listed.sort());
    sources
}

/// The sources that were merged, those of this run and those of earlier ones that it does not replace.
fn helpers(known: &[LockedSource], taken: &Taken<'_>) -> Vec<Identity> {
    let of_run = taken.snapshots.iter().zip(taken.upstreams);
    let replaced: BTreeSet<&str> = taken.snapshots.iter().map(|snapshot| snapshot.name.as_str()).collect();
    let is_kept = |source: &&LockedSource| {
        source.pages == 0 && source.name.as_deref().is_some_and(|name| !replaced.contains(name))
    };
    let of_run = of_run.map(|(snapshot, upstream)| (snapshot.locale.clone(), upstream.clone()));
    of_run.chain(known.iter().filter(is_kept).map(identity_of)).collect()
}

fn identity_of(source: &LockedSource) -> Identity {
    let (repository, revision) = (source.repository.clone(), source.revision.clone());
    (source.locale.clone(), Upstream { repository, revision })
}

/// The names of sources, and whether they are plain.
fn about(known: &[LockedSource], taken: &Taken<'_>) -> BTreeMap<Identity, (String, bool)> {
    let of_lock = known.iter().filter_map(|source| Some((identity_of(source), (source.name.clone()?, source.plain))));
    let of_run = taken.snapshots.iter().zip(taken.upstreams).map(|(snapshot, upstream)| {
        ((snapshot.locale.clone(), upstream.clone()), (snapshot.name.clone(), snapshot.is_plain))
    });
    of_lock.chain(of_run).collect()
}

/// The locale of each source is that of most of its pages, since a few pages name another one.
fn locales<'f>(facts: &'f [PageFacts], taken: &Taken<'_>) -> BTreeMap<usize, &'f str> {
    let mut counts: BTreeMap<usize, BTreeMap<&str, usize>> = BTreeMap::new();
    for page in facts {
        for &index in taken.origins.get(&page.path).into_iter().flatten() {
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
        let path = |name: &&str| (PagePath::new(&format!("api-reference/v1.0/api/{name}.md")), vec![0]);
        let (origins, includes) = (taken.iter().map(path).collect(), BTreeMap::new());
        let taken =
            Taken { origins: &origins, upstreams: std::slice::from_ref(upstream), snapshots: &[], includes: &includes };
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
            name: None,
            locale: locale.to_owned(),
            repository: None,
            revision: Some(revision.to_owned()),
            plain: false,
            pages: 9,
            listed: Vec::new(),
        };
        let known = [source("pt-BR", "p"), source("zh-CN", "z")];
        let all = facts(&[("a", "zh-CN"), ("b", "zh-CN"), ("c", "pt-BR")]);
        assert_eq!(lines(&run(&known, &all, &[], &Upstream::default())), ["zh-CN z 2 []", "pt-BR p 1 [c]"]);
    }
}
