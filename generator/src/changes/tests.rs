//! Invented pages before and after a change.

use super::*;
use crate::extract::{PageInput, extract_page};
use crate::generate::plan_crate;
use crate::model::prose::Prose;
use crate::policy::Policy;
use crate::source::PagePath;
use crate::vocab::Vocab;

fn snapshot(pages: &[(&str, &str)]) -> Snapshot {
    let vocab = Vocab::parse([("en.toml", include_str!("../../vocab/en.toml"))]).expect("the vocabulary");
    let page = |(path, text): &(&str, &str)| {
        extract_page(
            PageInput::new(&PagePath::new(&format!("api-reference/v1.0/{path}.md")), "en-US", text.as_bytes()),
            &vocab,
        )
    };
    let facts: Vec<_> = pages.iter().map(page).collect();
    let (linked, plan) = plan_crate(&facts, &vocab, &Policy::default(), &Prose::default(), &[]);
    Snapshot::of(&facts, &linked.api, &plan)
}

const KETTLE: &str = "# kettle resource type\n\nNamespace: microsoft.graph\n\nA kettle.\n\n## Properties\n\n\
                      |Property|Type|Description|\n|:--|:--|:--|\n|id|String|Its id.|\n|litres|Int32|Its size.|\n\
                      |state|kettleState|What it does. Possible values are: `cold`, `hot`.|\n";
const CUP: &str = "# cup resource type\n\nNamespace: microsoft.graph\n\nA cup.\n\n## Properties\n\n\
                   |Property|Type|Description|\n|:--|:--|:--|\n|id|String|Its id.|\n|colour|String|Its colour.|\n";
const GET: &str = "# Get kettle\n\n## Permissions\n\n|Permission type|Permissions (from least to most privileged)|\n\
                   |:--|:--|\n|Delegated (work or school account)|Kettle.ReadWrite.All, Directory.ReadWrite.All|\n\
                   |Application|Kettle.Read.All|\n\n## HTTP request\n\n```http\nGET /kettles/{id}\n```\n\n## Response\n\n\
                   If successful, it returns `200 OK` and a [kettle](../resources/kettle.md) object in the response body.\n";
const BOIL: &str = "# kettle: boil\n\n## HTTP request\n\n```http\nPOST /kettles/{id}/boil\n```\n\n## Request body\n\n\
                    Provide a JSON object with these parameters.\n\n|Parameter|Type|Description|\n|:--|:--|:--|\n\
                    |degrees|Int32|How hot.|\n\n## Response\n\nIf successful, it returns `204 No Content`.\n";

const PAGES: [(&str, &str); 4] =
    [("api/kettle-boil", BOIL), ("api/kettle-get", GET), ("resources/cup", CUP), ("resources/kettle", KETTLE)];

/// The differences after the text of one page changed.
fn changes(page: &str, old: &str, new: &str) -> Changes {
    let mut edited = Vec::new();
    for (path, text) in PAGES {
        let text = if path == page { text.replace(old, new) } else { text.to_owned() };
        edited.push((path, text));
    }
    let edited: Vec<_> = edited.iter().map(|(path, text)| (*path, text.as_str())).collect();
    compare(&snapshot(&PAGES), &snapshot(&edited))
}

fn lines(changes: &Changes) -> Vec<String> {
    let mut lines = Vec::new();
    let both = |before: &Option<String>, after: &Option<String>| {
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
        format!("{} → {}", text(before), text(after))
    };
    for page in &changes.pages {
        for fact in &page.facts {
            let permissions: String = fact.permissions.iter().map(|change| format!(", {}", change.as_str())).collect();
            let both = both(&fact.before, &fact.after);
            lines.push(format!("{}: {}: {both} ({}{permissions})", fact.of, fact.fact, fact.semver.as_str()));
        }
        lines.extend(page.without_effect.iter().map(|name| format!("{}: {name} without effect", page.page)));
    }
    for item in &changes.items {
        lines.push(format!(
            "{}: {} ({}: {})",
            item.item,
            both(&item.before, &item.after),
            item.semver.as_str(),
            item.why
        ));
    }
    for change in &changes.features {
        lines.push(format!(
            "{}: gained {:?}, lost {:?} ({})",
            change.items.join(" "),
            change.gained,
            change.lost,
            change.semver.as_str()
        ));
    }
    lines
}

#[track_caller]
fn check(page: &str, old: &str, new: &str, expected: &[&str]) {
    let found = lines(&changes(page, old, new));
    assert_eq!(found, expected, "\n{}", found.join("\n"));
}

#[test]
fn nothing_changed() {
    assert!(changes("api/kettle-get", "Get kettle", "Get kettle").is_empty());
    assert_eq!(changes("api/kettle-get", "x", "x").semver(), None);
}

#[test]
fn an_operation_that_answers_another_type_breaks() {
    check(
        "api/kettle-get",
        "[kettle](../resources/kettle.md)",
        "[cup](../resources/cup.md)",
        &[
            "v1.0 GET /kettles/{id}: response: kettle → cup (breaking)",
            "v1.0 type cup: kind: complex → entity (documentation)",
            "v1.0 type kettle: kind: entity → complex (documentation)",
            "v1::kettles::KettlesItem::get: GET /kettles/{id} → get() -> types::Kettle → GET /kettles/{id} → get() -> types::Cup (breaking: returns another type)",
            "v1::types::Cup: gained {\"kettles\"}, lost {\"other-types\"} (breaking)",
            "v1::types::Kettle v1::types::KettleState: gained {\"other-types\"}, lost {\"kettles\"} (breaking)",
        ],
    );
}

#[test]
fn permissions_are_documentation_with_a_class_of_their_own() {
    check(
        "api/kettle-get",
        "Kettle.ReadWrite.All",
        "Kettle.Read.All",
        &[
            "v1.0 GET /kettles/{id}: permissions, delegated work: Kettle.ReadWrite.All < Directory.ReadWrite.All → Kettle.Read.All < Directory.ReadWrite.All (documentation, looser)",
        ],
    );
    check(
        "api/kettle-get",
        "|Kettle.Read.All|",
        "|Kettle.Read.All, Directory.Read.All|",
        &[
            "v1.0 GET /kettles/{id}: permissions, application: Kettle.Read.All → Kettle.Read.All < Directory.Read.All (documentation, looser)",
        ],
    );
}

#[test]
fn properties_and_members() {
    check(
        "resources/kettle",
        "|litres|Int32|",
        "|litres|Double|",
        &[
            "v1.0 type kettle: property litres: Int32 → Double (breaking)",
            "v1::types::Kettle::litres: i32 → f64 (breaking: has another type)",
        ],
    );
    check(
        "resources/kettle",
        "|litres|Int32|Its size.|\n",
        "",
        &[
            "v1.0 type kettle: property litres: Int32 → – (breaking)",
            "v1::types::Kettle::litres: i32 → – (breaking: removed)",
        ],
    );
    check(
        "resources/cup",
        "|colour|",
        "|handle|Boolean|Whether it has one.|\n|colour|",
        &[
            "v1.0 type cup: property handle: – → Boolean (breaking)",
            "v1::types::Cup::handle: – → bool (breaking: added; breaks literals and patterns of the structure that have no `..`)",
        ],
    );
    check(
        "resources/kettle",
        "`cold`, `hot`",
        "`cold`, `hot`, `leaking`",
        &[
            "v1.0 type kettleState: member leaking: – → a member (addition)",
            "v1::types::KettleState::Leaking: – → \"leaking\" (addition: added)",
        ],
    );
    check(
        "resources/kettle",
        "|Its size.|",
        "|Its size. Read-only.|",
        &["v1.0 type kettle: property litres: Int32 → Int32, read-only (documentation)"],
    );
}

#[test]
fn what_ends_and_how_to_filter_is_documentation() {
    check(
        "resources/kettle",
        "|litres|Int32|Its size.|",
        "|litres (deprecated)|Int32|Its size. Use **state** instead. Removed on 2031-02-03. Supports `$filter` (`eq`).|",
        &[
            "v1.0 type kettle: property litres: Int32 → Int32, filterable (eq), deprecated (stops on 2031-02-03; use state) \
           (documentation)",
        ],
    );
    check(
        "resources/kettle",
        "# kettle resource type",
        "# kettle resource type (deprecated)",
        &["v1.0 type kettle: kind: entity → entity, deprecated (documentation)"],
    );
}

#[test]
fn functions() {
    check(
        "api/kettle-boil",
        "|degrees|Int32|",
        "|degrees|Double|",
        &[
            "v1.0 POST /kettles/{id}/boil: body parameter degrees: Int32 → Double (breaking)",
            "v1::actions::KettleBoil::degrees: i32 → f64 (breaking: has another type)",
        ],
    );
    check(
        "api/kettle-boil",
        "/boil\n",
        "/heat\n",
        &[
            "v1.0 POST /kettles/{id}/boil: removed: nothing → – (breaking)",
            "v1.0 POST /kettles/{id}/heat: added: – → nothing (addition)",
            "v1::actions::KettleBoil: struct → – (breaking: removed)",
            "v1::actions::KettleBoil::degrees: i32 → – (breaking: removed)",
            "v1::kettles::KettlesItem::boil: POST /kettles/{id}/boil → boil(body: actions::KettleBoil) -> () → – (breaking: removed)",
            "v1::actions::KettleHeat: – → struct (addition: added)",
            "v1::kettles::KettlesItem::heat: – → POST /kettles/{id}/heat → heat(body: actions::KettleHeat) -> () (addition: added)",
        ],
    );
    check(
        "api/kettle-get",
        "/kettles/{id}",
        "/kettles/{kettle-id}",
        &["api-reference/v1.0/api/kettle-get.md: requests without effect"],
    );
    check(
        "api/kettle-get",
        "GET /kettles/{id}",
        "GET /kettles/{id}\nGET /house/kettles/{id}",
        &[
            "v1.0 GET /house/kettles/{id}: added: – → kettle (addition)",
            "v1::V1::house: – → house() -> house::House (addition: added)",
            "v1::house::House::kettles: – → kettles() -> house::Kettles (addition: added)",
            "v1::house::Kettles::id: – → id(id: &str) -> house::KettlesItem (addition: added)",
            "v1::house::KettlesItem::get: – → GET /house/kettles/{id} → get() -> types::Kettle (addition: added)",
            "v1::types::Kettle v1::types::KettleState: gained {\"house\"}, lost {} (addition)",
        ],
    );
}

#[test]
fn versions() {
    let next = |semver: Semver, version: &str| semver.next(version).unwrap_or_default();
    assert_eq!(next(Semver::Breaking, "1.2.3"), "2.0.0");
    assert_eq!(next(Semver::Addition, "1.2.3"), "1.3.0");
    assert_eq!(next(Semver::Documentation, "1.2.3"), "1.2.4");
    assert_eq!(next(Semver::Breaking, "0.2.3"), "0.3.0");
    assert_eq!(next(Semver::Addition, "0.2.3"), "0.2.4");
    assert_eq!(next(Semver::Breaking, "0.0.3"), "0.0.4");
    assert_eq!(next(Semver::Breaking, "next"), "");
}
