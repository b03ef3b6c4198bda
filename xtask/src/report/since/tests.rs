//! End to end: a new repository, a revision, an edit, a report.

use std::process::Command;

use super::*;
use crate::temp::TempDir;

const COUNTRY: &str = "# country resource type\n\nNamespace: microsoft.graph\n\nA country.\n\n## Properties\n\n\
                       |Property|Type|Description|\n|:--|:--|:--|\n|id|String|Its id.|\n|name|String|Its name.|\n";
const LICENCE: &str = "# licence resource type\n\nNamespace: microsoft.graph\n\nA licence.\n\n## Properties\n\n\
                       |Property|Type|Description|\n|:--|:--|:--|\n|id|String|Its id.|\n|seats|Int32|How many.|\n";
const GET: &str = "# Get licence\n\n## Permissions\n\n|Permission type|Permissions (from least to most privileged)|\n\
                   |:--|:--|\n|Delegated (work or school account)|Licence.Read.All and Seat.Read.All|\n\n\
                   ## HTTP request\n\n```http\nGET /licences/{id}\n```\n\n## Response\n\n\
                   If successful, it returns `200 OK` and a [licence](../resources/licence.md) object in the response body.\n";
const SOURCES: &str = "sources:\n  - {name: own, locale: en-US, versions: [v1.0, beta], path: pages/en-US}\n";
const PAGES: &str = "docs-input/pages/en-US/api-reference/v1.0";

/// A checkout with three pages and its client, all committed. Without git, prints a message and returns
/// `None`.
fn repository() -> Option<TempDir> {
    if Command::new("git").arg("--version").output().is_err() {
        eprintln!("skipped: there is no git on this machine");
        return None;
    }
    let folder = TempDir::new();
    folder.write("docs-input/sources.yaml", SOURCES);
    folder.write("templates/Cargo.toml", "[package]\nname = \"client\"\nversion = \"0.4.2\"\n");
    for (page, text) in [("api/licence-get", GET), ("resources/licence", LICENCE), ("resources/country", COUNTRY)] {
        folder.write(&format!("{PAGES}/{page}.md"), text);
    }
    regenerate(&folder);
    let git = |arguments: &[&str]| git::git(folder.path(), arguments, None).expect("git works");
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "one"]);
    Some(folder)
}

/// Writes the surface, as `regen` does.
fn regenerate(folder: &TempDir) {
    let vocab = settings::vocab().expect("the vocabulary");
    let pages = sources::of_checkout(folder.path(), &Inputs::default(), None, &vocab).expect("pages").facts;
    let (_, plan) = plan_crate(&pages, &vocab, &Policy::default(), &Prose::default(), &[]);
    let lines: String = plan.surface.iter().map(|item| format!("{item}\n")).collect();
    folder.write(SURFACE, &lines);
}

fn edit(folder: &TempDir, page: &str, old: &str, new: &str) {
    let file = format!("{PAGES}/{page}.md");
    let text = folder.read(&file).expect("a page");
    assert!(text.contains(old), "{text}");
    folder.write(&file, &text.replace(old, new));
}

fn report(folder: &TempDir, named: &Inputs) -> Report {
    let vocab = settings::vocab().expect("the vocabulary");
    compare(folder.path(), "HEAD", named, &vocab, &|| Ok(Policy::default())).expect("compared")
}

fn text(report: &Report, format: ReportFormat) -> String {
    let mut out = Vec::new();
    report.write(format, &mut out).expect("written");
    String::from_utf8(out).expect("text")
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    for expected in expected {
        assert!(text.contains(expected), "{expected}\nin\n{text}");
    }
}

#[test]
fn nothing_changed() {
    let Some(folder) = repository() else { return };
    let found = report(&folder, &Inputs::default());
    assert!(found.changes.is_empty() && found.is_current);
    check(&text(&found, ReportFormat::Text), &["version step due: none", "0 added, 0 removed, 0 changed"]);
}

/// A change that once went unnoticed: another type and fewer permissions.
#[test]
fn an_operation_that_answers_another_type() {
    let Some(folder) = repository() else { return };
    edit(&folder, "api/licence-get", "[licence](../resources/licence.md)", "[country](../resources/country.md)");
    edit(&folder, "api/licence-get", "Licence.Read.All and Seat.Read.All", "Licence.Read.All");
    let stale = report(&folder, &Inputs::default());
    check(&text(&stale, ReportFormat::Text), &["run `cargo xtask regen`"]);

    let before = folder.read(SURFACE).expect("the surface");
    regenerate(&folder);
    let after = folder.read(SURFACE).expect("the surface");
    assert!(before.contains("v1 GET /licences/{id} → get() -> types::Licence [licences]\n"), "{before}");
    assert!(after.contains("v1 GET /licences/{id} → get() -> types::Country [licences]\n"), "{after}");

    let found = report(&folder, &Inputs::default());
    assert_eq!(found.semver(), Some(Semver::Breaking));
    assert!(found.is_current && found.generator.semver().is_none());
    let broken: Vec<_> = found.changes.broken().map(|item| item.item.as_str()).collect();
    assert_eq!(broken, ["v1::licences::LicencesItem::get"]);
    check(
        &text(&found, ReportFormat::Text),
        &[
            "breaking: v1::licences::LicencesItem::get: returns another type",
            "- Licence.Read.All + Seat.Read.All\n",
            "+ Licence.Read.All\n",
            "permissions: 1 looser\n",
            "files of generated/: 0 added, 0 removed, 1 changed",
            "version step due: breaking, 0.4.2 → 0.5.0\n",
        ],
    );
    check(
        &text(&found, ReportFormat::Markdown),
        &[
            "**Version step due: breaking, 0.4.2 → 0.5.0.** Broken items: 1.",
            "| `v1::licences::LicencesItem::get` | `GET /licences/{id} → get() -> types::Licence` | ",
            "| `v1.0 GET /licences/{id}` | `response` | `licence` | `country` | breaking |",
            "| `Licence.Read.All + Seat.Read.All` | `Licence.Read.All` | documentation, looser |",
        ],
    );
    let json: serde_json::Value = serde_json::from_str(&text(&found, ReportFormat::Json)).expect("JSON");
    assert_eq!((&json["semver"], &json["version"]["due"]), (&"breaking".into(), &"0.5.0".into()));
    assert_eq!(json["broken"][0], "v1::licences::LicencesItem::get");
}

#[test]
fn pages_are_named_on_the_command_line() {
    let Some(folder) = repository() else { return };
    let docs = TempDir::new();
    docs.write("api-reference/v1.0/resources/country.md", &COUNTRY.replace("|name|String|", "|name|Int32|"));
    // It is newer than the one of the repository.
    docs.write(
        "api-reference/v1.0/resources/city.md",
        &format!("---\nms.lasthandoff: 01/02/2021\n---\n{}", COUNTRY.replace("country", "city")),
    );
    let named = sources::named(crate::docs::folders(&[docs.path().to_path_buf()]), None);
    let found = report(&folder, &named);
    let pages: Vec<_> = found.changes.pages.iter().map(|page| (page.page.as_str(), page.what.as_str())).collect();
    assert_eq!(pages, [("api-reference/v1.0/resources/city.md", "added")], "a page of the same day is ignored");
    assert_eq!(found.semver(), Some(Semver::Addition));
}

#[test]
fn what_the_generator_changed_is_told_apart() {
    let Some(folder) = repository() else { return };
    let vocab = settings::vocab().expect("the vocabulary");
    let rename = "[[rename]]\nitem = \"v1.0 type country\"\nto = \"Land\"\nreason = \"x\"\n";
    let policy = || Ok(Policy::parse([("renames.toml", rename)])?);
    let found = compare(folder.path(), "HEAD", &Inputs::default(), &vocab, &policy).expect("compared");
    assert!(found.changes.is_empty());
    assert_eq!(found.semver(), Some(Semver::Breaking));
    check(
        &text(&found, ReportFormat::Markdown),
        &[
            "## By the generator or the policy, not by the docs",
            "- v1 struct types::Country",
            "+ v1 struct types::Land",
        ],
    );
}

#[test]
fn a_revision_without_docs_is_an_error() {
    let Some(folder) = repository() else { return };
    let vocab = settings::vocab().expect("the vocabulary");
    let error = compare(folder.path(), "no-such", &Inputs::default(), &vocab, &|| Ok(Policy::default())).err();
    assert!(error.is_some_and(|error| format!("{error:#}").contains("no-such")));
}
