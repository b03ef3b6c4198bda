//! The shape of the test cases: a page and its snapshots.

use std::collections::BTreeMap;

use super::Finding;

const FIXTURES: &str = "generator/tests/fixtures/";
const SEEDS: &str = "generator/tests/seeds/";
const PAGE: &str = "page.md";
/// Every case has these.
const REQUIRED: &[&str] = &["diagnostics.snap", "facts.snap"];
/// Cases of operation pages also have these.
const OPTIONAL: &[&str] = &["code.snap"];
/// What the page of a case includes is in this folder.
const INCLUDES: &str = "includes";
/// Cases of this kind have several pages, each named after its path with `_` for `/`, and their model.
const SEVERAL: &str = "model/";
const REQUIRED_OF_SEVERAL: &[&str] = &["code.snap", "diagnostics.snap", "model.snap"];
const ACCEPT: &str = "INSTA_UPDATE=always cargo test -p graphdocs";

pub(super) fn check(paths: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut cases: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in paths {
        if path.ends_with(".snap.new") || path.ends_with(".pending-snap") {
            findings.push(Finding::new(path, 1, format!("a pending snapshot; delete it, then run `{ACCEPT}`")));
        } else if path.starts_with(FIXTURES) && is_include(path) {
            if path.ends_with(".snap") {
                findings.push(Finding::new(path, 1, "a folder of includes has no snapshots; move the file"));
            }
        } else if path.starts_with(FIXTURES)
            && let Some((case, file)) = path.rsplit_once('/')
        {
            cases.entry(case).or_default().push(file);
        } else if let Some(seed) = path.strip_prefix(SEEDS)
            && !has_page(paths, seed)
        {
            findings.push(Finding::new(path, 1, "no page below docs-input/pages/ has this name; delete the snapshot"));
        }
    }
    for (case, files) in cases {
        let finding = |file: &str, message: String| Finding::new(&format!("{case}/{file}"), 1, message);
        if case[FIXTURES.len()..].split('/').count() != 2 {
            findings.push(finding(files[0], "a case is a folder KIND/CASE; move the file".to_owned()));
            continue;
        }
        let holds_several = case[FIXTURES.len()..].starts_with(SEVERAL);
        let is_page =
            |file: &&&str| if holds_several { file.contains('_') && file.ends_with(".md") } else { **file == PAGE };
        let has_page = files.iter().any(|file| is_page(&file));
        if !has_page {
            findings.push(finding(PAGE, "the case has no page; add it, or delete the folder".to_owned()));
        }
        let required = if holds_several { REQUIRED_OF_SEVERAL } else { REQUIRED };
        for snapshot in required.iter().filter(|snapshot| has_page && !files.contains(snapshot)) {
            findings.push(finding(PAGE, format!("the case has no {snapshot}; run `{ACCEPT}` and read it")));
        }
        let is_known = |file: &str| required.contains(&file) || !holds_several && OPTIONAL.contains(&file);
        for file in files.iter().filter(|file| file.ends_with(".snap") && !is_known(file)) {
            findings.push(finding(file, "no test writes this snapshot; delete it".to_owned()));
        }
    }
    findings
}

/// Whether a file belongs to the includes of a case: `<kind>/<case>/includes/...`.
fn is_include(path: &str) -> bool {
    path[FIXTURES.len()..].split('/').nth(2) == Some(INCLUDES)
}

/// Whether the seed page of a snapshot `<page name>/<snapshot>` exists.
fn has_page(paths: &[&str], seed: &str) -> bool {
    let Some((name, _)) = seed.split_once('/') else { return false };
    paths.iter().any(|path| path.starts_with("docs-input/pages/") && path.ends_with(&format!("/{name}.md")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_case(files: &[&str], expected: &[&str]) {
        check_kind("operation", files, expected);
    }

    #[track_caller]
    fn check_kind(kind: &str, files: &[&str], expected: &[&str]) {
        let paths: Vec<String> = files.iter().map(|file| format!("{FIXTURES}{kind}/{file}")).collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let found = check(&paths);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.message.contains(expected), "{found:?}");
        }
    }

    #[test]
    fn whole_cases_are_fine() {
        check_case(&["a/page.md", "a/facts.snap", "a/diagnostics.snap", "a/expect.md"], &[]);
        check_case(&["a/page.md", "a/facts.snap", "a/diagnostics.snap", "a/code.snap"], &[]);
    }

    #[test]
    fn incomplete_cases_are_found() {
        check_case(&["a/page.md", "a/diagnostics.snap"], &["no facts.snap"]);
        check_case(&["a/page.md"], &["no diagnostics.snap", "no facts.snap"]);
        check_case(&["a/facts.snap"], &["no page"]);
        check_case(&["a/page.md", "a/facts.snap", "a/diagnostics.snap", "a/old.snap"], &["no test writes"]);
        check_case(&["a/page.md", "a/facts.snap", "a/diagnostics.snap", "a/facts.snap.new"], &["pending"]);
        check_case(&["page.md"], &["KIND/CASE"]);
    }

    #[test]
    fn includes_are_part_of_a_case() {
        let case = ["a/page.md", "a/facts.snap", "a/diagnostics.snap"];
        let with = |file| case.into_iter().chain([file]).collect::<Vec<_>>();
        check_case(&with("a/includes/permissions/b.md"), &[]);
        check_case(&with("a/includes/facts.snap"), &["no snapshots"]);
        check_case(&with("a/other/b.md"), &["KIND/CASE"]);
    }

    #[test]
    fn cases_of_several_pages() {
        check_kind(
            "model",
            &["a/v1.0_api_b.md", "a/expect.md", "a/model.snap", "a/code.snap", "a/diagnostics.snap"],
            &[],
        );
        check_kind("model", &["a/expect.md", "a/model.snap", "a/code.snap", "a/diagnostics.snap"], &["no page"]);
        let missing = ["no code.snap", "no diagnostics.snap", "no model.snap", "no test"];
        check_kind("model", &["a/v1.0_api_b.md", "a/facts.snap"], &missing);
    }

    #[test]
    fn snapshots_of_seeds_need_their_page() {
        let snapshots = ["generator/tests/seeds/a-sync/facts.snap", "generator/tests/seeds/b-sync/facts.snap"];
        let mut paths = vec!["docs-input/pages/zh-CN/api-reference/v1.0/api/a-sync.md"];
        paths.extend(snapshots);
        let found = check(&paths);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].file, snapshots[1]);
    }
}
