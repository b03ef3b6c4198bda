//! The changes of each page, and the resulting changes of the model.

use std::collections::{BTreeMap, BTreeSet};

use super::items::{Part, SurfaceChanges};
use super::snapshot::{Described, Fact, ItemKind, Snapshot, Subject, Value};
use super::{FactChange, PageChange, PageState, Semver, permissions};

/// The name of a fact about a whole type or operation.
const ADDED: &str = "added";
const REMOVED: &str = "removed";

pub(super) fn compare(old: &Snapshot, new: &Snapshot, surface: &SurfaceChanges<'_>) -> Vec<PageChange> {
    let mut pages = changed_pages(old, new);
    let subjects: BTreeSet<_> = old.subjects.keys().chain(new.subjects.keys()).collect();
    for subject in subjects {
        let (before, after) = (old.subjects.get(subject), new.subjects.get(subject));
        let Some(described) = after.or(before) else { continue };
        let facts = changed_facts(&Compared { old, new, surface, subject, before, after });
        if facts.is_empty() {
            continue;
        }
        let page = pages.entry(described.page.clone()).or_insert_with(|| PageChange {
            page: described.page.clone(),
            what: PageState::Unchanged,
            facts: Vec::new(),
            without_effect: Vec::new(),
        });
        page.facts.extend(facts);
    }
    let mut pages: Vec<_> = pages.into_values().collect();
    for page in &mut pages {
        let facts = &page.facts;
        page.without_effect.retain(|name| !facts.iter().any(|fact| tells(&fact.fact, name)));
        page.facts.sort_by(|left, right| right.semver.cmp(&left.semver).then_with(|| left.of.cmp(&right.of)));
    }
    let class = |page: &PageChange| page.facts.iter().map(|fact| fact.semver).max();
    pages.sort_by(|left, right| class(right).cmp(&class(left)).then_with(|| left.page.cmp(&right.page)));
    pages
}

fn changed_pages(old: &Snapshot, new: &Snapshot) -> BTreeMap<String, PageChange> {
    let names: BTreeSet<_> = old.pages.keys().chain(new.pages.keys()).collect();
    let mut pages = BTreeMap::new();
    for name in names {
        let (what, without_effect) = match (old.pages.get(name), new.pages.get(name)) {
            (Some(before), Some(after)) if before == after => continue,
            (Some(before), Some(after)) => (PageState::Changed, differing(before, after)),
            (Some(_), None) => (PageState::Removed, Vec::new()),
            (None, _) => (PageState::Added, Vec::new()),
        };
        pages.insert(name.clone(), PageChange { page: name.clone(), what, facts: Vec::new(), without_effect });
    }
    pages
}

/// The names of the facts that differ.
fn differing(old: &serde_json::Value, new: &serde_json::Value) -> Vec<String> {
    let none = serde_json::Map::new();
    let (old, new) = (old.as_object().unwrap_or(&none), new.as_object().unwrap_or(&none));
    let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    names.into_iter().filter(|name| old.get(*name) != new.get(*name)).cloned().collect()
}

/// Whether a fact of the model shows the effect of a fact of its page.
fn tells(fact: &str, on_page: &str) -> bool {
    let is = |start: &str| fact.starts_with(start);
    let is_whole = fact == ADDED || fact == REMOVED;
    is_whole
        || match on_page {
            "response" | "shown" => is("response"),
            "permissions" | "permission_variants" => is("permissions"),
            "requests" => is("path") || is("page"),
            "parameters" => is("argument") || is("body parameter"),
            "query_options" => is("query options"),
            "headers" => is("headers"),
            "request_body" => is("request body"),
            "statuses" => is("statuses"),
            "clouds" => is("clouds"),
            "roles" => is("roles"),
            "deprecated" => is("deprecated"),
            "last_documented" | "requests_last_documented" => is("last documented") || is("kind"),
            "types" => is("kind") || is("property") || is("member"),
            "kind" | "title" => is("kind"),
            _ => false,
        }
}

/// A subject on both sides.
struct Compared<'c> {
    old: &'c Snapshot,
    new: &'c Snapshot,
    surface: &'c SurfaceChanges<'c>,
    subject: &'c Subject,
    before: Option<&'c Described>,
    after: Option<&'c Described>,
}

fn changed_facts(compared: &Compared<'_>) -> Vec<FactChange> {
    let (before, after) = match (compared.before, compared.after) {
        (Some(before), Some(after)) => (before, after),
        // One line is enough.
        (Some(gone), None) => return vec![whole(compared, gone, |text| (Some(text), None))],
        (None, Some(new)) => return vec![whole(compared, new, |text| (None, Some(text)))],
        (None, None) => return Vec::new(),
    };
    let facts: BTreeSet<_> = before.facts.keys().chain(after.facts.keys()).collect();
    let mut changes = Vec::new();
    for fact in facts {
        let (old, new) = (before.facts.get(fact), after.facts.get(fact));
        if old == new {
            continue;
        }
        let text = |value: Option<&Value>| value.map(|value| value.text.clone());
        changes.push(FactChange {
            of: after.name.clone(),
            fact: fact.to_string(),
            before: text(old),
            after: text(new),
            semver: compared.class(fact),
            permissions: compare_permissions(old, new),
        });
    }
    changes
}

fn compare_permissions(old: Option<&Value>, new: Option<&Value>) -> BTreeSet<super::PermissionChange> {
    let of = |value: Option<&Value>| value.and_then(|value| value.permissions.clone());
    match (of(old), of(new)) {
        (None, None) => BTreeSet::new(),
        (old, new) => permissions::compare(&old.unwrap_or_default(), &new.unwrap_or_default()),
    }
}

/// A subject that only one side has, as one fact.
fn whole(
    compared: &Compared<'_>,
    described: &Described,
    place: impl Fn(String) -> (Option<String>, Option<String>),
) -> FactChange {
    let fact = if matches!(compared.subject, Subject::Type(..)) { Fact::Kind } else { Fact::Response };
    let text = described.facts.get(&fact).map(|value| value.text.clone()).unwrap_or_default();
    let (before, after) = place(text);
    FactChange {
        of: described.name.clone(),
        fact: if before.is_some() { REMOVED } else { ADDED }.to_owned(),
        before,
        after,
        semver: compared.class(&fact),
        permissions: BTreeSet::new(),
    }
}

impl Compared<'_> {
    /// The class of a changed fact, from the items that are made from it; without such items, it is only
    /// documentation.
    fn class(&self, fact: &Fact) -> Semver {
        let sides = [(self.old, self.before), (self.new, self.after)];
        let of = |(snapshot, described): (&Snapshot, Option<&Described>)| {
            let (key, part) = item_of(snapshot, self.subject, described?, fact)?;
            self.surface.class(&key, part)
        };
        sides.into_iter().filter_map(of).max().unwrap_or(Semver::Documentation)
    }
}

/// The item, and the part of it, that a fact determines.
fn item_of(
    snapshot: &Snapshot,
    subject: &Subject,
    described: &Described,
    fact: &Fact,
) -> Option<((ItemKind, String), Part)> {
    match subject {
        Subject::Type(version, name) => {
            let ty = snapshot.ty(*version, name)?;
            match fact {
                Fact::Property(wire) | Fact::Member(wire) => Some((snapshot.part(&ty.1, wire)?, Part::Value)),
                _ => Some((ty, Part::Whole)),
            }
        }
        Subject::Operation(version, _, method) => {
            let path = &described.facts.get(&Fact::Path)?.text;
            let call = snapshot.call(*version, *method, path)?;
            match fact {
                Fact::Response => Some((call, Part::Result)),
                Fact::RequestBody | Fact::Argument(_) => Some((call, Part::Arguments)),
                Fact::BodyParameter(wire) => Some((snapshot.part(&snapshot.parameters(&call)?, wire)?, Part::Value)),
                Fact::Path => Some((call, Part::Value)),
                _ => Some((call, Part::Whole)),
            }
        }
    }
}
