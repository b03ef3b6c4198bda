//! Runs over the real docs, if they are available.
//!
//! The docs may not be committed. They are searched for in `GRAPHDOCS_CORPUS` (a folder with one
//! sub-folder per branch: `zh-CN`, `pt-BR`, …) and in `../shared/corpus/docs.bundle` beside the checkout,
//! which is unpacked below the target folder. If both are missing, these tests print that they were
//! skipped.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use graphdocs::extract::{IncludeTexts, PageInput, extract_page};
use graphdocs::generate::plan_crate;
use graphdocs::markup::proof::Original;
use graphdocs::model::facts::{AccountType, PageFacts, PageKind, Parameter, Property, QueryOptions, SourceProof};
use graphdocs::model::prose::Prose;
use graphdocs::report;
use graphdocs::source::PagePath;
use rayon::prelude::*;
use sha1::{Digest, Sha1};

use crate::mutants::Base;
use crate::support::{includes_below, policy, root, vocab};

/// Only one test at a time unpacks.
static UNPACKING: Mutex<()> = Mutex::new(());

pub(crate) fn corpus(branch: &str) -> Option<PathBuf> {
    let named = std::env::var_os("GRAPHDOCS_CORPUS").map(|root| Path::new(&root).join(branch));
    if let Some(folder) = named.filter(|folder| folder.is_dir()) {
        return Some(folder);
    }
    let bundle = root().join("../../shared/corpus/docs.bundle");
    if !bundle.is_file() {
        eprintln!(
            "SKIPPED: no corpus; set GRAPHDOCS_CORPUS to a folder that holds `{branch}/api-reference`, or put \
             docs.bundle into ../shared/corpus"
        );
        return None;
    }
    Some(unpack(&bundle, branch))
}

/// The folder with pages of today: `today` beside the branches, or in `../shared/corpus`.
pub(crate) fn today() -> Option<PathBuf> {
    let named = std::env::var_os("GRAPHDOCS_CORPUS").map(|root| Path::new(&root).join("today"));
    let shared = root().join("../../shared/corpus/today");
    let found = named.into_iter().chain([shared]).find(|folder| folder.join("api-reference").is_dir());
    if found.is_none() {
        eprintln!("SKIPPED: no pages of today in GRAPHDOCS_CORPUS or in ../shared/corpus");
    }
    found
}

fn unpack(bundle: &Path, branch: &str) -> PathBuf {
    let _guard = UNPACKING.lock().unwrap_or_else(PoisonError::into_inner);
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus");
    let (repository, folder) = (cache.join("docs.git"), cache.join(branch));
    let complete = folder.join(".complete");
    if complete.is_file() {
        return folder;
    }
    std::fs::create_dir_all(&folder).expect("a folder for the corpus");
    if !repository.is_dir() {
        run(Command::new("git").args(["clone", "--bare", "--quiet"]).arg(bundle).arg(&repository));
    }
    let archive = cache.join(format!("{branch}.tar"));
    run(Command::new("git")
        .arg("-C")
        .arg(&repository)
        .args(["archive", "--output"])
        .arg(&archive)
        .arg(branch)
        .arg("api-reference"));
    run(Command::new("tar").arg("-xf").arg(&archive).arg("-C").arg(&folder));
    std::fs::remove_file(&archive).expect("the archive");
    std::fs::write(complete, "").expect("a marker");
    folder
}

fn run(command: &mut Command) {
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}

/// Every page of a branch, extracted.
pub(crate) fn read(folder: &Path, locale: &str) -> BTreeMap<String, PageFacts> {
    read_beside(folder, locale, None)
}

/// Every page of a branch, extracted with its original.
fn read_beside(folder: &Path, locale: &str, originals: Option<&Path>) -> BTreeMap<String, PageFacts> {
    let files = find_all(folder, &["api", "resources"]);
    let vocab = vocab();
    let includes = includes_of(folder);
    files
        .par_iter()
        .map(|file| {
            let path = PagePath::new(&file.to_string_lossy());
            let original = originals.map(|originals| std::fs::read_to_string(originals.join(path.as_str())));
            let original = match &original {
                None => Original::NotGiven,
                Some(Ok(text)) => Original::Text(text),
                Some(Err(_)) => Original::Missing,
            };
            let raw = std::fs::read(file).expect("a page");
            let input = PageInput { original, includes: &includes, ..PageInput::new(&path, locale, &raw) };
            (path.to_string(), extract_page(input, &vocab))
        })
        .collect()
}

/// Some pages of every branch as they are, each with what it includes, evenly distributed.
pub(crate) fn sample(pages_of_branch: usize) -> Vec<Base> {
    let vocab = vocab();
    let of_branch = |branch: &str| {
        let folder = corpus(branch)?;
        let locale = branch.trim_end_matches("-plain").to_owned();
        let (mut files, includes) = (find_all(&folder, &["api", "resources"]), includes_of(&folder));
        files.sort();
        let step = files.len().div_ceil(pages_of_branch).max(1);
        let base = |file: &PathBuf| {
            let (path, locale) = (PagePath::new(&file.to_string_lossy()), locale.clone());
            let raw = std::fs::read(file).expect("a page");
            let facts = extract_page(PageInput { includes: &includes, ..PageInput::new(&path, &locale, &raw) }, &vocab);
            let includes = facts.includes.iter().map(|path| (path.clone(), includes[path].clone())).collect();
            Base { path, locale, raw, includes }
        };
        Some(files.iter().step_by(step).map(base).collect::<Vec<_>>())
    };
    let branches = ["zh-CN", "pt-BR", "en-US", "de-DE", "zh-CN-plain", "pt-BR-plain", "ru-RU-plain"];
    branches.into_iter().filter_map(of_branch).flatten().collect()
}

/// The includes of a branch, which are in the folders that are called so.
fn includes_of(folder: &Path) -> IncludeTexts {
    let places = ["includes", "v1.0/includes", "beta/includes"].map(|place| format!("api-reference/{place}"));
    places.iter().flat_map(|place| includes_below(&folder.join(place), place)).collect()
}

pub(crate) fn find_all(folder: &Path, kinds: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for version in ["v1.0", "beta"] {
        for kind in kinds {
            find(&folder.join("api-reference").join(version).join(kind), &mut files);
        }
    }
    files
}

fn find(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "md") {
            into.push(path);
        }
    }
}

/// The facts that two readings of a page have to agree on: everything except the language.
pub(crate) fn neutral(facts: &PageFacts) -> serde_json::Value {
    let mut object: serde_json::Value = serde_json::from_str(&report::export::json_line(facts)).expect("an export");
    let entries = object.as_object_mut().expect("an object");
    for key in ["locale", "source_proof", "source_commit", "diagnostics", "accounting"] {
        entries.remove(key);
    }
    entries["title"].as_object_mut().expect("a title").remove("localized");
    // They are not in the export.
    let QueryOptions { in_general, named } = &facts.query_options;
    entries.insert("query_options".to_owned(), serde_json::json!([in_general, named]));
    object
}

#[test]
fn zh_cn_is_read_completely() {
    let Some(folder) = corpus("zh-CN") else { return };
    let pages = read(&folder, "zh-CN");
    assert!(pages.len() > 11_000, "{} pages", pages.len());
    let api: Vec<_> = pages.values().filter(|page| page.kind == PageKind::Api).collect();
    for page in &api {
        let has_reason = page.diagnostics.iter().any(|found| found.code.id == "GX0201");
        assert!(!page.requests.is_empty() || has_reason, "{}", page.path);
    }
    let without = api.iter().filter(|page| page.requests.is_empty()).count();
    assert!(without <= 15, "{without} pages without a request");
    let tables: usize = api.iter().map(|page| page.accounting.tables).sum();
    let read: usize = api.iter().map(|page| page.accounting.tables_consumed).sum();
    assert!(read * 1000 >= tables * 995, "{read} of {tables} tables");
    for page in pages.values() {
        let listed = |code: &str| page.diagnostics.iter().filter(|found| found.code.id == code).count();
        let counts = page.accounting;
        assert_eq!(counts.tables - counts.tables_consumed, listed("GX0601"), "tables of {}", page.path);
        assert_eq!(counts.fences - counts.fences_consumed, listed("GX0602"), "code blocks of {}", page.path);
        assert_eq!(counts.sections - counts.sections_consumed, listed("GX0603"), "sections of {}", page.path);
    }

    let facts: Vec<_> = pages.into_values().collect();
    let policy = policy();
    let (linked, plan) = plan_crate(&facts, &vocab(), &policy, &Prose::default(), &[]);
    let of_all = linked.diagnostics.iter().chain(&plan.diagnostics).map(|(_, found)| found);
    let counts = report::diagnostics_by_code(facts.iter().flat_map(|page| &page.diagnostics).chain(of_all));
    // The corrections are those of the committed facts, which are newer.
    let of_docs = counts.iter().filter(|(code, _)| code.id != "GX0702");
    let checked = policy.check_baseline("zh-CN 2021-08", of_docs.map(|(code, count)| (code.id, code.severity, *count)));
    assert_eq!(checked, Ok(()));
}

#[test]
fn two_locales_give_the_same_facts() {
    let (Some(chinese), Some(portuguese)) = (corpus("zh-CN"), corpus("pt-BR")) else { return };
    let (chinese, portuguese) = (read(&chinese, "zh-CN"), read(&portuguese, "pt-BR"));
    let mut compared = 0;
    for (path, page) in &chinese {
        let Some(other) = portuguese.get(path).filter(|other| other.source_commit == page.source_commit) else {
            continue;
        };
        assert_eq!(neutral(page), neutral(other), "{path}");
        compared += 1;
    }
    assert!(compared > 11_000, "{compared} pages compared");
}

/// Whether a localized page was made from a source page, judging by the hash that it names.
pub(crate) fn is_original(localized: &Path, source: &Path) -> bool {
    let (Ok(localized), Ok(source)) = (std::fs::read_to_string(localized), std::fs::read_to_string(source)) else {
        return false;
    };
    let hash = Sha1::digest(source.replace("\r\n", "\n").replace('\n', "\r\n"));
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    localized.contains(&format!("ms.openlocfilehash: {hash}"))
}

#[test]
fn the_originals_give_the_same_facts() {
    let (Some(chinese), Some(english)) = (corpus("zh-CN"), corpus("en-US")) else { return };
    let (pages, originals) = (read(&chinese, "zh-CN"), read(&english, "en-US"));
    let mut compared = 0;
    for (path, page) in &pages {
        let Some(original) = originals.get(path).filter(|_| is_original(&chinese.join(path), &english.join(path)))
        else {
            continue;
        };
        assert_eq!(neutral(page), neutral(original), "{path}");
        compared += 1;
    }
    assert!(compared > 11_000, "{compared} pages compared");
}

/// The corpus has no originals of 2019 for the German pages of that time, only those of 2021.
#[test]
fn the_originals_prove_the_source_text() {
    let (Some(chinese), Some(german), Some(english)) = (corpus("zh-CN"), corpus("de-DE"), corpus("en-US")) else {
        return;
    };
    for (folder, locale, expected) in [(chinese, "zh-CN", 9_300), (german, "de-DE", 5_265)] {
        let pages = read_beside(&folder, locale, Some(&english));
        let exact = pages.values().filter(|page| page.source_proof == SourceProof::Exact).count();
        assert!(exact >= expected, "{locale}: {exact} of {} pages are proven", pages.len());
        for page in pages.values().filter(|page| page.source_proof == SourceProof::Unproven) {
            let reasons = ["GX0108", "GX0109", "GX0110", "GX0111"];
            let has_reason = page.diagnostics.iter().any(|found| reasons.contains(&found.code.id));
            assert!(has_reason, "{locale}: {} is unproven without a reason", page.path);
        }
    }
}

/// A side-by-side page as a plain localized one, with each unit replaced by its localized text.
fn localized(page: &str) -> String {
    const UNIT: &str = "<span data-ttu-id=\"";
    const SOURCE: &str = "</span><span class=\"sxs-lookup\"><span data-stu-id=\"";
    let mut text = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((before, unit)) = rest.split_once(UNIT) {
        text.push_str(before);
        let sides = unit.split_once("\">").and_then(|(_, unit)| unit.split_once(SOURCE));
        let Some((ours, (_, after))) =
            sides.and_then(|(ours, theirs)| Some((ours, theirs.split_once("</span></span>")?)))
        else {
            rest = unit;
            continue;
        };
        let lines: Vec<_> = ours.lines().map(str::trim).collect();
        text.push_str(lines.join(" ").trim());
        rest = after;
    }
    text.push_str(rest);
    text
}

/// The number of facts of a kind that are the same on both pages, and their total.
#[derive(Debug, Default)]
struct Agreement {
    same: usize,
    all: usize,
}

impl Agreement {
    fn add(&mut self, is_same: bool) {
        self.all += 1;
        self.same += usize::from(is_same);
    }

    #[track_caller]
    fn at_least(&self, per_mille: usize) {
        assert!(self.same * 1000 >= self.all * per_mille, "{} of {}", self.same, self.all);
    }
}

/// The facts of the API pages of a locale without source sides, compared with those of both sides:
/// requests, permission rows, names and types of parameters, statuses, response types, query options.
fn compare_localized(locale: &str) -> Option<[Agreement; 7]> {
    let folder = corpus(locale)?;
    let vocab = vocab();
    let pages = read(&folder, locale);
    let mut found: [Agreement; 7] = Default::default();
    let [requests, rows, names, types, statuses, responses, options] = &mut found;
    for page in pages.values().filter(|page| page.kind == PageKind::Api) {
        let raw = std::fs::read_to_string(folder.join(page.path.as_str())).expect("a page");
        let plain = extract_page(PageInput::new(&page.path, locale, localized(&raw).as_bytes()), &vocab);
        let templates = |page: &PageFacts| -> Vec<_> {
            page.requests.iter().map(|request| (request.method, request.path.clone())).collect()
        };
        requests.add(templates(page) == templates(&plain));
        for account in AccountType::ALL {
            rows.add(page.permissions.row(account).scopes == plain.permissions.row(account).scopes);
        }
        for (index, parameter) in page.parameters.iter().enumerate() {
            let other = plain.parameters.get(index);
            // What is doubtful claims nothing; `corpus_plain` counts it.
            if other.is_none_or(|other| other.proof.is_usable()) {
                names.add(other.is_some_and(|other| other.name == parameter.name));
            }
            let is_same = |other: &Parameter| {
                (&other.ty.name, other.ty.collection) == (&parameter.ty.name, parameter.ty.collection)
            };
            if other.is_none_or(|other| other.type_proof.is_usable()) {
                types.add(other.is_some_and(is_same));
            }
        }
        statuses.add(page.success_statuses == plain.success_statuses);
        let response = |page: &PageFacts| page.response.as_ref().map(|ty| (ty.name.clone(), ty.collection));
        responses.add(response(page) == response(&plain));
        if [&page.query_options, &plain.query_options].iter().any(|stated| **stated != QueryOptions::default()) {
            // Translators change the order of words.
            let stated = |page: &PageFacts| {
                let named: BTreeSet<_> = page.query_options.named.iter().cloned().collect();
                (page.query_options.in_general, named)
            };
            options.add(stated(page) == stated(&plain));
        }
    }
    assert!(requests.all > 4_000, "{} pages", requests.all);
    Some(found)
}

/// The same for the rows of properties and relationships of resource pages: names and types, as far as they are not
/// doubtful, and names that are not.
fn compare_localized_types(locale: &str) -> Option<[Agreement; 3]> {
    let folder = corpus(locale)?;
    let vocab = vocab();
    let pages = read(&folder, locale);
    let mut found: [Agreement; 3] = Default::default();
    let [names, types, usable] = &mut found;
    for page in pages.values().filter(|page| page.kind == PageKind::Resource) {
        let raw = std::fs::read_to_string(folder.join(page.path.as_str())).expect("a page");
        let plain = extract_page(PageInput::new(&page.path, locale, localized(&raw).as_bytes()), &vocab);
        for (index, ty) in page.types.iter().enumerate() {
            let other = plain.types.get(index);
            let rows =
                ty.properties.iter().enumerate().map(|(at, row)| (row, other.and_then(|ty| ty.properties.get(at))));
            let links = ty.relationships.iter().enumerate();
            let links = links.map(|(at, row)| (row, other.and_then(|ty| ty.relationships.get(at))));
            for (row, other) in rows.chain(links) {
                usable.add(other.is_some_and(|other| other.proof.is_usable()));
                if other.is_none_or(|other| other.proof.is_usable()) {
                    names.add(other.is_some_and(|other| other.name == row.name));
                }
                let ty = |row: &Property| (row.ty.name.clone(), row.ty.collection);
                if other.is_none_or(|other| other.type_proof.is_usable()) {
                    types.add(other.is_some_and(|other| ty(other) == ty(row)));
                }
            }
        }
    }
    assert!(names.all > 15_000, "{} rows", names.all);
    Some(found)
}

#[test]
fn properties_without_source_sides() {
    for (locale, expected) in [("zh-CN", [999, 991, 979]), ("pt-BR", [999, 992, 947]), ("de-DE", [999, 951, 943])] {
        for (found, per_mille) in compare_localized_types(locale).into_iter().flatten().zip(expected) {
            found.at_least(per_mille);
        }
    }
}

#[test]
fn zh_cn_without_source_sides() {
    let Some([requests, rows, names, types, statuses, responses, options]) = compare_localized("zh-CN") else { return };
    requests.at_least(1000);
    rows.at_least(997);
    names.at_least(995);
    types.at_least(994);
    statuses.at_least(998);
    responses.at_least(990);
    options.at_least(985);
}

#[test]
fn pt_br_without_source_sides() {
    let Some([requests, rows, names, types, statuses, responses, options]) = compare_localized("pt-BR") else { return };
    requests.at_least(1000);
    rows.at_least(999);
    names.at_least(995);
    types.at_least(998);
    statuses.at_least(998);
    responses.at_least(984);
    options.at_least(970);
}

#[test]
fn de_de_without_source_sides() {
    let Some([requests, rows, names, types, statuses, responses, options]) = compare_localized("de-DE") else { return };
    requests.at_least(999);
    rows.at_least(999);
    names.at_least(995);
    types.at_least(989);
    statuses.at_least(1000);
    responses.at_least(926);
    options.at_least(984);
}
