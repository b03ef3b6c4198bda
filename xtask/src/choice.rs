//! The choice between several copies of a page: those of the docs that the command line names, and what is known
//! already. Every page that was read is accounted for.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use anyhow::Result;
use graphdocs::diag::{Diagnostic, codes};
use graphdocs::model::facts::PageFacts;
use graphdocs::source::PagePath;
use graphdocs::vocab::Vocab;
use serde::{Deserialize, Serialize};

use crate::merged::{self, Merged};
use crate::sources::{self, Inputs, Snapshots};

/// The day that decides between copies: that of the hand-back, or else the one that the page states.
pub(crate) fn day(page: &PageFacts) -> Option<&str> {
    page.handed_back.as_deref().or(page.day.as_deref())
}

/// What becomes of what is known.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rule {
    /// A known page stays if it is newer than the named one.
    pub(crate) newest: bool,
    /// Known pages that the docs lack are removed.
    pub(crate) prune: bool,
}

/// One copy of each page of the named docs.
#[derive(Debug, Default)]
pub(crate) struct Named {
    /// With the indices of the sources: a merged page has several.
    pages: BTreeMap<PagePath, (Vec<usize>, PageFacts)>,
    /// The git id of each include that was read.
    pub(crate) includes: BTreeMap<PagePath, String>,
    /// All that were read.
    read: usize,
    older: usize,
    /// Other copies of pages that were merged.
    merged: usize,
    /// Pages that only older sources have, and that were left out.
    removed: usize,
}

/// The named docs over what is known.
#[derive(Debug, Default)]
pub(crate) struct Chosen {
    /// Sorted by path.
    pub(crate) facts: Vec<PageFacts>,
    /// The indices of the sources of each page that was taken from the named docs.
    pub(crate) origins: BTreeMap<PagePath, Vec<usize>>,
    pub(crate) account: Account,
    /// What was found on pages that cannot be read.
    pub(crate) unreadable: Vec<(PagePath, Diagnostic)>,
}

/// What became of every page of the named docs, and of the known pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Account {
    read: usize,
    taken: usize,
    /// Of those that were taken.
    silent: usize,
    /// Another copy in the named docs is newer.
    older: usize,
    merged: usize,
    removed: usize,
    older_than_known: usize,
    /// Unreadable pages of which the known facts stay.
    unreadable_known: usize,
    unreadable: usize,
    /// Known pages that the docs do not have.
    pub(crate) missing: usize,
    is_pruned: bool,
}

/// Reads the named docs. Of several copies of a page, one that can be read wins, then the newest, then the first.
pub(crate) fn read(inputs: &Inputs, vocab: &Vocab) -> Result<Named> {
    let mut named = Named::default();
    for (index, folder) in inputs.folders.iter().enumerate() {
        let (facts, includes) = sources::read_folder(folder, inputs.originals.as_deref(), vocab)?;
        named.add(index, facts);
        for (path, id) in includes {
            named.includes.entry(path).or_insert(id);
        }
    }
    Ok(named)
}

/// Reads listed sources, and merges the pages of one path.
pub(crate) fn read_merged(snapshots: &Snapshots, prune: bool, vocab: &Vocab) -> Result<(Named, Vec<bool>)> {
    let Merged { pages, includes, read, removed, is_plain } = merged::read_snapshots(snapshots, prune, vocab)?;
    let merged = read - pages.len() - removed;
    Ok((Named { pages, includes, read, older: 0, merged, removed }, is_plain))
}

impl Named {
    fn add(&mut self, index: usize, facts: Vec<PageFacts>) {
        for page in facts {
            self.read += 1;
            match self.pages.entry(page.path.clone()) {
                Entry::Vacant(place) => drop(place.insert((vec![index], page))),
                Entry::Occupied(mut place) => {
                    self.older += 1;
                    if rank(&page) > rank(&place.get().1) {
                        place.insert((vec![index], page));
                    }
                }
            }
        }
    }
}

fn rank(page: &PageFacts) -> (bool, Option<&str>) {
    (unreadable(page).is_none(), day(page))
}

/// Why nothing of a page could be read.
pub(crate) fn unreadable(page: &PageFacts) -> Option<&Diagnostic> {
    let all = [&codes::PAGE_TOO_LARGE, &codes::NOT_TEXT, &codes::EMPTY_PAGE];
    page.diagnostics.iter().find(|found| all.contains(&found.code))
}

/// Named docs win over what is known, whatever the dates, unless the rule says otherwise.
pub(crate) fn over(named: Named, known: Vec<PageFacts>, rule: Rule) -> Chosen {
    let Named { pages: mut fresh, read, older, merged, removed, includes: _ } = named;
    let mut account = Account { read, older, merged, removed, is_pruned: rule.prune, ..Account::default() };
    let mut facts: BTreeMap<PagePath, PageFacts> = BTreeMap::new();
    let mut unreadable_pages = Vec::new();
    for page in known {
        let path = page.path.clone();
        let Some((_, found)) = fresh.get(&path) else {
            account.missing += 1;
            if !rule.prune {
                facts.insert(path, page);
            }
            continue;
        };
        if let Some(found) = unreadable(found) {
            account.unreadable_known += 1;
            unreadable_pages.push((path.clone(), found.clone()));
        } else if rule.newest && day(&page) > day(found) {
            account.older_than_known += 1;
        } else {
            continue;
        }
        fresh.remove(&path);
        facts.insert(path, page);
    }
    let mut origins = BTreeMap::new();
    for (path, (index, page)) in fresh {
        if let Some(found) = unreadable(&page) {
            account.unreadable += 1;
            unreadable_pages.push((path, found.clone()));
            continue;
        }
        account.taken += 1;
        account.silent += usize::from(!page.is_of_use());
        origins.insert(path.clone(), index);
        facts.insert(path, page);
    }
    unreadable_pages.sort();
    Chosen { facts: facts.into_values().collect(), origins, account, unreadable: unreadable_pages }
}

impl Account {
    /// One line for the named docs, and one for what is known of other pages.
    pub(crate) fn lines(&self) -> Vec<String> {
        let Self { read, taken, silent, older, merged, removed, .. } = self;
        let Self { older_than_known, unreadable_known, unreadable, missing, is_pruned, .. } = self;
        if *read == 0 {
            return Vec::new();
        }
        let mut parts = vec![format!("{taken} taken")];
        let mut part = |count: usize, what: &str| {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        };
        part(*merged, "merged with another copy");
        part(*removed, "that newer sources no longer have, removed");
        part(*older, "older than another copy in these docs");
        part(*older_than_known, "older than what is known, which stays");
        part(*unreadable_known, "unreadable, what is known stays");
        part(*unreadable, "unreadable");
        let mut line = format!("named docs: {}: {}", pages(*read), parts.join("; "));
        if *silent > 0 {
            line.push_str(&format!("; of those taken, {silent} state no facts (overviews and the like)"));
        }
        let mut lines = vec![line];
        if *missing > 0 {
            let known = format!("{} known before, but not in these docs", pages(*missing));
            lines.push(match is_pruned {
                true => format!("{known}: removed"),
                false => format!("{known}: kept; `--prune` removes them"),
            });
        }
        lines
    }
}

fn pages(count: usize) -> String {
    format!("{count} page{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use graphdocs::extract::{PageInput, extract_page};

    fn page((path, locale, day): (&str, &str, &str)) -> PageFacts {
        let vocab = Vocab::parse([("en.toml", "locale = \"en\"")]).expect("a vocabulary");
        // `!` stands for a page that is not text, a year first for the date of an English page.
        let raw = match day {
            "!" => vec![0xFF, 0xFE],
            day if day.starts_with('d') => {
                format!("---\nms.date: {}\n---\n# <a name=\"t\"></a>T\n", &day[1..]).into_bytes()
            }
            day => format!("---\nms.lasthandoff: {day}\n---\n# <a name=\"t\"></a>T\n").into_bytes(),
        };
        extract_page(PageInput::new(&PagePath::new(path), locale, &raw), &vocab)
    }

    #[track_caller]
    fn check(named: &[&[(&str, &str, &str)]], rule: Rule, expected: &str, lines: &[&str]) -> Chosen {
        let known = [("a.md", "zh-CN", "01/02/2021"), ("b.md", "pt-BR", "01/02/2021")].map(page).to_vec();
        let mut all = Named::default();
        for (index, pages) in named.iter().enumerate() {
            all.add(index, pages.iter().copied().map(page).collect());
        }
        let chosen = over(all, known, rule);
        let names: Vec<_> = chosen.facts.iter().map(|page| format!("{} {}", page.path, page.locale)).collect();
        assert_eq!(names.join(", "), expected);
        assert_eq!(chosen.account.lines(), lines);
        chosen
    }

    #[test]
    fn named_docs_win_whatever_the_dates() {
        let older = &[("a.md", "en-US", "d01/01/2020")][..];
        let kept = "1 page known before, but not in these docs: kept; `--prune` removes them";
        let took = "named docs: 1 page: 1 taken; of those taken, 1 state no facts (overviews and the like)";
        let chosen = check(&[older], Rule::default(), "a.md en-US, b.md pt-BR", &[took, kept]);
        assert_eq!(chosen.origins, BTreeMap::from([(PagePath::new("a.md"), vec![0])]));
        let removed = "1 page known before, but not in these docs: removed";
        check(&[older], Rule { prune: true, newest: false }, "a.md en-US", &[took, removed]);
        let newest = Rule { newest: true, prune: false };
        let stays = "named docs: 1 page: 0 taken; 1 older than what is known, which stays";
        let chosen = check(&[older], newest, "a.md zh-CN, b.md pt-BR", &[stays, kept]);
        assert!(chosen.origins.is_empty());
        check(&[&[("a.md", "en-US", "d01/03/2021")]], newest, "a.md en-US, b.md pt-BR", &[took, kept]);
        check(&[&[("a.md", "en-US", "d01/02/2021")]], newest, "a.md en-US, b.md pt-BR", &[took, kept]);
    }

    #[test]
    fn between_named_docs_the_date_decides_and_then_the_order() {
        let all = |first, second| {
            let named: [&[_]; 2] = [&[("c.md", "en-US", first)], &[("c.md", "de-DE", second)]];
            let mut all = Named::default();
            for (index, pages) in named.iter().enumerate() {
                all.add(index, pages.iter().copied().map(page).collect());
            }
            let chosen = over(all, Vec::new(), Rule::default());
            assert!(chosen.account.lines()[0].contains("2 pages: 1 taken; 1 older than another copy"));
            chosen.facts[0].locale.clone()
        };
        assert_eq!(all("d01/02/2021", "01/03/2021"), "de-DE");
        assert_eq!(all("d01/03/2021", "01/02/2021"), "en-US");
        assert_eq!(all("01/02/2021", "01/02/2021"), "en-US");
        assert_eq!(all("", "d01/02/2021"), "de-DE");
        assert_eq!(all("!", ""), "de-DE");
    }

    #[test]
    fn an_unreadable_page_keeps_its_error_and_what_is_known() {
        let named = [("a.md", "en-US", "!"), ("b.md", "en-US", ""), ("c.md", "en-US", "!")];
        let rule = Rule { prune: true, newest: false };
        let line = "named docs: 3 pages: 1 taken; 1 unreadable, what is known stays; 1 unreadable; of those taken, 1 \
                    state no facts (overviews and the like)";
        let chosen = check(&[&named], rule, "a.md zh-CN, b.md en-US", &[line]);
        let errors: Vec<_> = chosen.unreadable.iter().map(|(page, found)| found.render(page)).collect();
        assert!(errors[0].starts_with("a.md:1:1: error[GX0002]") && errors[1].starts_with("c.md:"), "{errors:?}");
    }
}
