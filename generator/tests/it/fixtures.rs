//! One case per page: facts, generated code and diagnostics, as snapshots beside the page.

use std::panic::{AssertUnwindSafe, catch_unwind};

use graphdocs::extract::{PageInput, extract_page};
use graphdocs::facts_file;
use graphdocs::link::link;
use graphdocs::model::facts::PageKind;
use graphdocs::policy::Policy;
use graphdocs::report::export;
use graphdocs::report::model::text;

use crate::support::{self, Case, assert_snapshot, cases, code, vocab};

#[test]
fn pages() {
    let vocab = vocab();
    check_all(cases(), &vocab);
}

#[test]
fn models() {
    let vocab = vocab();
    for (folder, facts) in support::model_cases(&vocab) {
        assert!(!facts.is_empty(), "{} has no pages", folder.display());
        let linked = link(&facts, vocab.words("en"), &Policy::default());
        let of_pages = facts.iter().flat_map(|page| page.diagnostics.iter().map(|found| found.render(&page.path)));
        let mut diagnostics: Vec<_> =
            of_pages.chain(linked.diagnostics.iter().map(|(path, found)| found.render(path))).collect();
        diagnostics.sort();
        assert_snapshot(&folder, "model", &text(&linked.api));
        assert_snapshot(&folder, "code", &code(&facts, &vocab).0);
        assert_snapshot(&folder, "diagnostics", &diagnostics.join("\n"));
        // The order of the pages does not matter.
        let reversed: Vec<_> = facts.into_iter().rev().collect();
        assert_eq!(text(&link(&reversed, vocab.words("en"), &Policy::default()).api), text(&linked.api));
    }
}

#[test]
fn seeds() {
    let vocab = vocab();
    let pages = support::root().join("../docs-input/pages/zh-CN/api-reference");
    for (place, name) in [
        ("v1.0/api", "intune-onboarding-devicemanagementexchangeconnector-sync"),
        ("beta/api", "intune-enrollment-windowsautopilotsettings-sync"),
    ] {
        let path = graphdocs::source::PagePath::new(&format!("api-reference/{place}/{name}.md"));
        let raw = std::fs::read(pages.join(place).join(format!("{name}.md"))).expect("a seed page");
        let facts = extract_page(PageInput::new(&path, "zh-CN", &raw), &vocab);
        let folder = support::root().join("tests/seeds").join(name);
        let (code, diagnostics) = code(std::slice::from_ref(&facts), &vocab);
        assert_snapshot(&folder, "facts", &facts_file::whole(&facts));
        assert_snapshot(&folder, "export", &export::json_pretty(&facts));
        assert_snapshot(&folder, "code", &code);
        assert_snapshot(&folder, "diagnostics", &diagnostics);
    }
}

/// Runs every case before it fails, so that one run shows all differences.
fn check_all(cases: Vec<Case>, vocab: &graphdocs::vocab::Vocab) {
    let failed: Vec<_> = cases
        .iter()
        .filter(|case| catch_unwind(AssertUnwindSafe(|| check(case, vocab))).is_err())
        .map(|case| case.path.to_string())
        .collect();
    assert!(failed.is_empty(), "{} of {} cases differ: {failed:#?}", failed.len(), cases.len());
}

fn check(case: &Case, vocab: &graphdocs::vocab::Vocab) {
    let facts = case.facts(vocab);
    assert_snapshot(&case.folder, "facts", &facts_file::whole(&facts));
    let (code, diagnostics) = code(std::slice::from_ref(&facts), vocab);
    if facts.kind == PageKind::Api {
        assert_snapshot(&case.folder, "code", &code);
    }
    assert_snapshot(&case.folder, "diagnostics", &diagnostics);
}
