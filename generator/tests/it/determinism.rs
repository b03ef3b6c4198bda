//! The same input in any order yields the same bytes.

use graphdocs::generate::generate;
use graphdocs::model::prose::Prose;
use graphdocs::policy::Policy;
use graphdocs::report::export;

use crate::corpus::{corpus, read};
use crate::support::{cases, policy, templates, vocab};

#[test]
fn order_and_repetition_do_not_matter() {
    let vocab = vocab();
    let mut facts: Vec<_> = cases().iter().map(|case| case.facts(&vocab)).collect();
    let run = |facts: &[_]| {
        generate(facts, &templates(), &vocab, &Policy::default(), &Prose::default(), &[]).expect("generated").files
    };
    let first = run(&facts);
    assert!(first.len() > 20, "the fixtures give {} files", first.len());
    assert_eq!(run(&facts), first, "same input twice");
    facts.reverse();
    assert_eq!(run(&facts), first, "reversed");
    facts.sort_by_key(|page| page.path.as_str().bytes().rev().collect::<Vec<_>>());
    assert_eq!(run(&facts), first, "shuffled");
}

#[test]
fn the_client_of_zh_cn_does_not_depend_on_order() {
    let Some(folder) = corpus("zh-CN") else { return };
    let (vocab, templates) = (vocab(), templates());
    let mut facts: Vec<_> = read(&folder, "zh-CN").into_values().collect();
    // A policy records which entries were used, so each run needs its own.
    let run =
        |facts: &[_]| generate(facts, &templates, &vocab, &policy(), &Prose::default(), &[]).expect("generated").files;
    let first = run(&facts);
    assert!(first.len() > 1_000, "{} files", first.len());
    facts.sort_by_key(|page| page.path.as_str().bytes().rev().collect::<Vec<_>>());
    let shuffled = run(&facts);
    let differs = first.keys().chain(shuffled.keys()).find(|path| first.get(*path) != shuffled.get(*path));
    assert_eq!(differs, None);
}

#[test]
fn facts_are_the_same_twice() {
    let vocab = vocab();
    for case in cases() {
        assert_eq!(export::json_line(&case.facts(&vocab)), export::json_line(&case.facts(&vocab)), "{}", case.path);
    }
}
