//! A referee of the merge of locales: English pages that plain localized ones were made from, judging by their hash.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use graphdocs::extract::{PageInput, extract_page_with_pairs};
use graphdocs::markup::proof::is_original;
use graphdocs::model::facts::PageFacts;
use graphdocs::model::proof::Proof;
use graphdocs::source::PagePath;
use graphdocs::witness::{Dictionary, Trust, merge};
use rayon::prelude::*;
use serde_json::Value;

use crate::corpus::{corpus, find_all, neutral, read};
use crate::support::vocab;

pub(crate) const PLAIN: [(&str, &str); 3] =
    [("zh-CN-plain", "zh-CN"), ("pt-BR-plain", "pt-BR"), ("ru-RU-plain", "ru-RU")];
const SPANS: [&str; 2] = ["zh-CN", "pt-BR"];

/// How names are translated on the pages of all locales that have both sides, without some pages.
pub(crate) fn dictionary(without: &BTreeSet<String>) -> Dictionary {
    let vocab = vocab();
    let mut dictionary = Dictionary::default();
    for locale in SPANS {
        let Some(folder) = corpus(locale) else { continue };
        let pairs = |file: &std::path::PathBuf| {
            let path = PagePath::new(&file.to_string_lossy());
            if without.contains(path.as_str()) {
                return Vec::new();
            }
            let raw = std::fs::read(file).expect("a page");
            extract_page_with_pairs(PageInput::new(&path, locale, &raw), &vocab).1
        };
        let found: Vec<_> = find_all(&folder, &["api", "resources"]).par_iter().flat_map_iter(pairs).collect();
        dictionary.add(locale, found);
    }
    dictionary
}

/// Takes what is doubtful out, as `link` does, and counts it.
fn without_doubtful(page: &mut PageFacts) -> usize {
    let mut count = 0;
    let mut keep = |proof: Proof| {
        count += usize::from(!proof.is_usable());
        proof.is_usable()
    };
    page.parameters.retain(|row| keep(row.proof));
    page.response = page.response.take().filter(|ty| keep(ty.proof));
    for ty in &mut page.types {
        for list in [&mut ty.properties, &mut ty.relationships, &mut ty.annotations, &mut ty.inner_properties] {
            list.retain(|row| keep(row.proof));
        }
        ty.members.retain(|row| keep(row.proof));
    }
    count
}

/// Facts of sentences, for which a vocabulary has to know the words.
fn is_remark(place: &str) -> bool {
    let last = place.rsplit('.').next().unwrap_or(place);
    let remarks = [
        "read_only",
        "nullable",
        "returned_by_default",
        "only_on_select",
        "filter",
        "search",
        "order_by",
        "expand",
        "key",
        "default",
        "deprecated",
        "date",
        "successor",
        "values",
        "required",
        "alternate_key",
        "base",
        "kind",
    ];
    remarks.contains(&last)
}

/// Everything that the client is made of, without what it rests on.
fn comparable(page: &PageFacts) -> BTreeMap<String, Value> {
    let mut value = neutral(page);
    strip(&mut value);
    let Value::Object(entries) = value else { return BTreeMap::new() };
    let skipped = ["title", "witnesses", "day", "includes"];
    entries.into_iter().filter(|(key, _)| !skipped.contains(&key.as_str())).collect()
}

/// A type as the client understands it: whatever its capitals are, and with or without the namespace that all types have.
fn understood(ty: &str) -> String {
    static VOCAB: std::sync::LazyLock<graphdocs::vocab::Vocab> = std::sync::LazyLock::new(vocab);
    let words = VOCAB.words("en-US");
    let named = || ty.strip_prefix("microsoft.graph.").unwrap_or(ty).to_ascii_lowercase();
    words.primitive(ty).map_or_else(named, str::to_owned)
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            for key in ["proof", "type_proof", "member_proofs"] {
                entries.remove(key);
            }
            if let Some(Value::String(ty)) = entries.get_mut("type") {
                *ty = understood(ty);
            }
            entries.values_mut().for_each(strip);
        }
        Value::Array(values) => values.iter_mut().for_each(strip),
        _ => {}
    }
}

/// The places where two values differ: `types.0.properties.3.name`.
fn differences(left: &Value, right: &Value, at: &str, found: &mut Vec<(String, String)>) {
    match (left, right) {
        (Value::Object(one), Value::Object(other)) => {
            let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for key in keys {
                let of = |map: &serde_json::Map<String, Value>| map.get(key).cloned().unwrap_or(Value::Null);
                differences(&of(one), &of(other), &format!("{at}.{key}"), found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() && one.iter().any(Value::is_object) => {
            for (one, other) in one.iter().zip(other) {
                differences(one, other, at, found);
            }
        }
        (Value::Array(one), Value::Array(other))
            if left != right && one.iter().chain(other).all(|row| row["name"].is_string()) =>
        {
            let names = |rows: &[Value]| rows.iter().map(|row| row["name"].clone()).collect::<Vec<_>>();
            let (one, other) = (names(one), names(other));
            let without = |all: &[Value], some: &[Value]| {
                Value::Array(all.iter().filter(|name| !some.contains(name)).cloned().collect())
            };
            let (more, missing) = (without(&one, &other), without(&other, &one));
            found.push((
                at.to_owned(),
                format!("{} rows instead of {}: too much {more}, missing {missing}", one.len(), other.len()),
            ));
        }
        (left, right) if left != right => {
            let short = |value: &Value| value.to_string().chars().take(160).collect::<String>();
            found.push((at.to_owned(), format!("{} instead of {}", short(left), short(right))));
        }
        _ => {}
    }
}

/// The English pages of a folder that plain pages were made from, by their paths.
fn originals(english: &Path, plain: &BTreeMap<String, PageFacts>) -> BTreeSet<String> {
    let of_page = |(path, page): (&String, &PageFacts)| {
        let text = std::fs::read_to_string(english.join(path)).ok()?;
        let named = page.source_hash.as_deref()?;
        is_original(named, &text).then(|| path.clone())
    };
    plain.par_iter().filter_map(of_page).collect()
}

#[test]
fn merged_locales_say_what_the_english_page_says() {
    let trees: Vec<_> = PLAIN.iter().filter_map(|(branch, locale)| Some((corpus(branch)?, locale))).collect();
    let (3, Some(english)) = (trees.len(), corpus("en-US")) else {
        eprintln!("SKIPPED: the merge of locales needs three plain trees and en-US");
        return;
    };
    let trees: Vec<_> = trees.iter().map(|(folder, locale)| read(folder, locale)).collect();
    let truths = originals(&english, &trees[0]);
    let english = read(&english, "en-US");
    let mut dictionary = dictionary(&truths);
    trees.iter().flat_map(BTreeMap::values).for_each(|page| dictionary.add_page(page));
    let pages = trees.into_iter().flat_map(BTreeMap::into_values).filter(|page| truths.contains(page.path.as_str()));
    let merged = merge(pages, &dictionary, &Trust::default());
    let mut by_place: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut reports = Vec::new();
    let (mut equal, mut equal_but_remarks, mut with_doubtful, mut silent) = (0, 0, 0, 0);
    for mut page in merged.iter().cloned() {
        let doubtful = without_doubtful(&mut page);
        with_doubtful += usize::from(doubtful > 0);
        let page = &page;
        let (ours, theirs) = (comparable(page), comparable(&english[page.path.as_str()]));
        let mut found = Vec::new();
        for (key, value) in &ours {
            differences(value, &theirs[key], key, &mut found);
        }
        if !found.is_empty() {
            let codes = page.diagnostics.iter().filter(|found| found.code.id.starts_with("GX09"));
            let codes: Vec<_> =
                codes.map(|found| format!("  {}:{} {}", found.code.id, found.position.line, found.message)).collect();
            reports.push(format!("{}\n{}", page.path, codes.join("\n")));
        }
        equal += usize::from(found.is_empty());
        let is_reported = page.diagnostics.iter().any(|found| found.code.id.starts_with("GX09"));
        let hard = found.iter().filter(|(place, _)| !is_remark(place)).count();
        equal_but_remarks += usize::from(hard == 0);
        silent += usize::from(hard > 0 && !is_reported);
        for (place, text) in found {
            let mark = if is_reported { "" } else { " SILENT" };
            let kind = if is_remark(&place) { "remark " } else { "" };
            by_place.entry(format!("{kind}{place}")).or_default().push(format!("{}: {text}{mark}", page.path));
        }
    }
    let all = merged.len();
    println!(
        "{equal} of {all} pages are equal; {equal_but_remarks} in all but remarks; {with_doubtful} have something doubtful"
    );
    println!("{silent} pages with a difference (other than in remarks) have no diagnostic of the merge");
    for (place, pages) in &by_place {
        println!("== {place}: {}", pages.len());
        pages.iter().take(60).for_each(|page| println!("   {page}"));
    }
    println!("== what the merge says about these pages");
    reports.iter().for_each(|report| println!("{report}"));
    assert!(all > 1_300, "{all} pages with an original");
    // What was reached, so that no change makes it worse unseen.
    assert!(equal_but_remarks * 1000 >= all * 978, "{equal_but_remarks} of {all} pages");
    assert!(silent == 0, "{silent} pages");
}
