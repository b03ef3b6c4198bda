//! Facts that were written to files and read back yield the same as the pages.

use graphdocs::facts_file::{self, FactsFile};
use graphdocs::link::link;
use graphdocs::model::facts::PageFacts;
use graphdocs::policy::Policy;
use graphdocs::report::model;

use crate::corpus::{corpus, read};
use crate::support::{cases, code, model_cases, vocab};

fn through_files(facts: &[PageFacts]) -> Vec<PageFacts> {
    let files = facts_file::write(facts);
    let pages = files.iter().flat_map(|(path, text)| {
        let parsed = FactsFile::from_yaml(text).unwrap_or_else(|error| panic!("{path}: {error}\n{text}"));
        let again = FactsFile::from_json(&parsed.to_json()).expect("the same as JSON");
        assert_eq!(again.to_json(), parsed.to_json(), "{path}");
        again.pages().unwrap_or_else(|error| panic!("{path}: {error}"))
    });
    pages.collect()
}

/// The model as text without line numbers, which files do not keep.
fn model_text(facts: &[PageFacts]) -> String {
    let linked = link(facts, vocab().words("en"), &Policy::default());
    let mut text = String::new();
    for (index, part) in model::text(&linked.api).split(".md:").enumerate() {
        text.push_str(if index == 0 { "" } else { ".md" });
        text.push_str(if index == 0 { part } else { part.trim_start_matches(|c: char| c.is_ascii_digit()) });
    }
    text
}

#[test]
fn every_case_survives() {
    let vocab = vocab();
    let singles: Vec<_> = cases().into_iter().map(|case| case.facts(&vocab)).collect();
    for facts in model_cases(&vocab).into_iter().map(|(_, pages)| pages).chain([singles]) {
        let back = through_files(&facts);
        assert_eq!(model_text(&back), model_text(&facts), "{}", facts[0].path);
        assert_eq!(code(&back, &vocab).0, code(&facts, &vocab).0, "{}", facts[0].path);
        assert_eq!(facts_file::write(&back), facts_file::write(&facts), "{}", facts[0].path);
    }
}

#[test]
fn files_keep_what_is_read() {
    let vocab = vocab();
    let facts: Vec<_> = cases().iter().map(|case| case.facts(&vocab)).collect();
    let whole: String = facts.iter().map(facts_file::whole).collect();
    let files: String = facts_file::write(&facts).into_values().collect();
    for key in ["inherited_from:", "annotations:", "inner_properties:", "name: Authorization", "accounting:"] {
        assert!(whole.contains(key) && !files.contains(key), "{key}");
    }
    assert!(files.contains("name: If-Match"));
    // Older files can be read.
    let old = "version: v1.0\npages:\n- page: api-reference/v1.0/resources/a.md\n  kind: resource\n  locale: zh-CN\n  \
        headers: [{name: Accept}]\n  permissions: {application: {scopes: [A.Read], footnoted: [A.Read]}}\n  \
        types: [{name: a, kind: complex, annotations: [{name: '@b', type: String}], \
        properties: [{name: c, type: String, inherited_from: d}]}]\n";
    let old = facts_file::read(old).expect("facts");
    let new: String = facts_file::write(&old).into_values().collect();
    assert!(new.contains("name: c") && new.contains("A.Read"), "{new}");
    assert!(!["Accept", "footnoted", "@b", "inherited_from"].iter().any(|gone| new.contains(gone)), "{new}");
}

#[test]
fn files_are_by_version_and_area() {
    let vocab = vocab();
    let facts: Vec<_> = cases().iter().map(|case| case.facts(&vocab)).collect();
    let files = facts_file::write(&facts);
    assert!(files.contains_key("v1.0/users.yaml"), "{:?}", files.keys());
    assert!(files.keys().all(|path| path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/.-".contains(&b))));
    assert!(facts_file::read("version: v1.0\npages:\n- page: a.md\n  requests: [FETCH /a]\n").is_err());
    assert!(facts_file::read("version: v1.0\npages: []\nother: 1\n").is_err());
}

#[test]
fn the_facts_of_zh_cn_survive() {
    let Some(folder) = corpus("zh-CN") else { return };
    let facts: Vec<_> = read(&folder, "zh-CN").into_values().collect();
    let back = through_files(&facts);
    let (before, after) = (model_text(&facts), model_text(&back));
    let difference = before.lines().zip(after.lines()).find(|(left, right)| left != right);
    assert_eq!(difference, None);
    assert_eq!(before.len(), after.len());
}
