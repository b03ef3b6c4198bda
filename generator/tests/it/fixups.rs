//! Tests the corrections of the policy: their effect, and that they never rot.

use graphdocs::diag::codes;
use graphdocs::extract::{PageInput, extract_page};
use graphdocs::generate::{Input, draft, generate, print_file};
use graphdocs::link::{Linked, link};
use graphdocs::model::facts::PageFacts;
use graphdocs::model::prose::Prose;
use graphdocs::policy::Policy;
use graphdocs::report;
use graphdocs::select::Selection;
use graphdocs::source::PagePath;

use crate::support;

const KETTLE: &str = "# kettle resource type\n\nNamespace: microsoft.graph\n\nA kettle.\n\n## Properties\n\n\
                      |Property|Type|Description|\n|:--|:--|:--|\n|state|[kettleState](kettle.md#states)|x|\n\
                      |litres|Int32 collection|x|\n\n## States\n\n### kettleState values\n\n|Member|\n|:--|\n|tea|\n|coffee|\n";
const CUP: &str = "# cup resource type\n\nNamespace: microsoft.graph\n\nA cup.\n\n## Properties\n\n\
                   |Property|Type|Description|\n|:--|:--|:--|\n|id|String|x|\n";
const LIST: &str = "# List kettles\n\n## HTTP request\n\n```http\nGET /kettles\nGET /house/kettles\n```\n\n## Response\n\n\
                    If successful, it returns `200 OK` and a collection of [cup](../resources/cup.md) objects in the \
                    response body.\n";

fn pages() -> Vec<PageFacts> {
    let vocab = support::vocab();
    let page = |path: &str, text: &str| {
        extract_page(
            PageInput::new(&PagePath::new(&format!("api-reference/v1.0/{path}")), "en-US", text.as_bytes()),
            &vocab,
        )
    };
    vec![page("api/kettle-list.md", LIST), page("resources/cup.md", CUP), page("resources/kettle.md", KETTLE)]
}

fn linked(fixups: &str) -> Linked {
    let policy = Policy::parse([("fixups.toml", fixups)]).unwrap_or_else(|error| panic!("{fixups}: {error}"));
    link(&pages(), support::vocab().words("en"), &policy)
}

/// The lines of the model that contain a text.
#[track_caller]
fn check(fixups: &str, part: &str, expected: &[&str]) {
    let linked = linked(fixups);
    let stale: Vec<_> = linked.diagnostics.iter().filter(|(_, found)| found.code == &codes::STALE_FIXUP).collect();
    assert!(stale.is_empty(), "{stale:?}");
    let text = report::model::text(&linked.api);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| line.contains(part)).collect();
    assert_eq!(lines, expected, "{text}");
}

#[track_caller]
fn check_stale(fixups: &str) {
    let linked = linked(fixups);
    let stale = linked.diagnostics.iter().filter(|(_, found)| found.code == &codes::STALE_FIXUP).count();
    assert_eq!(stale, 1, "{fixups}");
}

const PROPERTY: &str = "[[property]]\npage = \"api-reference/v1.0/resources/kettle.md\"\ntype = \"kettle\"\n\
                        name = \"litres\"\nexpect = \"Collection(Int32)\"\nset = \"Double\"\nreason = \"x\"\nevidence = \"y\"\n";
const MEMBERS: &str = "[[enum_members]]\nversion = \"v1.0\"\ntype = \"kettleState\"\nexpect = [\"tea\", \"coffee\"]\n\
                       set = [\"hot\", \"cold\"]\nreason = \"x\"\nevidence = \"y\"\n";
const RESPONSE: &str = "[[response]]\npage = \"api-reference/v1.0/api/kettle-list.md\"\nexpect = \"Collection(cup)\"\n\
                        set = \"Collection(kettle)\"\nreason = \"x\"\nevidence = \"y\"\n";

#[test]
fn without_corrections_the_model_is_what_the_pages_say() {
    check("", "litres", &["litres: Collection(Int32)"]);
    check("", "tea", &["tea"]);
    check("", "returns", &["returns Collection(cup)", "returns Collection(cup)"]);
}

#[test]
fn properties() {
    check(PROPERTY, "litres", &["litres: Double"]);
    check(&PROPERTY.replace("\"Double\"", "\"Collection(cup)\""), "litres", &["litres: Collection(cup)"]);
    check_stale(&PROPERTY.replace("Int32", "Int64"));
    check_stale(&PROPERTY.replace("name = \"litres\"", "name = \"gallons\""));
    check_stale(&PROPERTY.replace("type = \"kettle\"", "type = \"pot\""));
    // For a page that was not read.
    check(&PROPERTY.replace("kettle.md", "pot.md"), "litres", &["litres: Collection(Int32)"]);
}

#[test]
fn members_of_enumerations() {
    check(MEMBERS, "hot", &["hot"]);
    check(MEMBERS, "tea", &[]);
    check_stale(&MEMBERS.replace("\"coffee\"", "\"milk\""));
    check(&MEMBERS.replace("v1.0", "beta"), "tea", &["tea"]);
    check(&MEMBERS.replace("kettleState", "potState"), "tea", &["tea"]);
}

#[test]
fn responses() {
    check(RESPONSE, "returns", &["returns Collection(kettle)", "returns Collection(kettle)"]);
    let one = RESPONSE.replace("expect", "request = \"GET /house/kettles\"\nexpect");
    check(&one, "returns", &["returns Collection(kettle)", "returns Collection(cup)"]);
    let nothing = one.replace("set = \"Collection(kettle)\"", "set = \"nothing\"");
    check(&nothing, "returns", &["returns Empty", "returns Collection(cup)"]);
    check_stale(&one.replace("house", "garden"));
    check_stale(&one.replace("expect = \"Collection(cup)\"", "expect = \"cup\""));
    check_stale(&one.replace("Collection(kettle)", "Collection(pot)"));
}

/// The messages for entries about missing pages and types.
#[track_caller]
fn check_unused(file: &str, text: &str, expected: &[&str]) {
    let policy = Policy::parse([(file, text)]).unwrap_or_else(|error| panic!("{text}: {error}"));
    let generation = generate(&pages(), &support::templates(), &support::vocab(), &policy, &Prose::default(), &[]);
    let stale = generation.expect("generated").stale;
    assert_eq!(stale.len(), expected.len(), "{stale:?}");
    for (found, expected) in stale.iter().zip(expected) {
        assert!(found.contains(expected), "{found}");
    }
}

#[test]
fn entries_about_what_is_not_there_are_named() {
    let request = "[[request]]\npage = \"api-reference/v1.0/api/kettle-list.md\"\nexpect = \"GET /kettles\"\n\
                   set = \"GET /pots\"\nreason = \"x\"\n";
    for text in [PROPERTY, MEMBERS, RESPONSE, request] {
        check_unused("fixups.toml", text, &[]);
    }
    for text in [PROPERTY, RESPONSE, request] {
        check_unused("fixups.toml", &text.replace("kettle.md", "pot.md").replace("kettle-list", "pot-list"), &["pot"]);
    }
    check_unused(
        "fixups.toml",
        &MEMBERS.replace("kettleState", "potState"),
        &["no page of v1.0 has an enumeration `potState`"],
    );
    check_unused(
        "fixups.toml",
        &MEMBERS.replace("v1.0", "beta"),
        &["no page of beta has an enumeration `kettleState`"],
    );
    let base = |name: &str| format!("[[universal_base]]\nname = \"{name}\"\nreason = \"x\"\n");
    check_unused("types.toml", &base("cup"), &[]);
    check_unused("types.toml", &base("pot"), &["there is no type `pot`"]);
    check_unused("types.toml", &of_area("kettle", "kettles"), &[]);
    check_unused("types.toml", &of_area("pot", "kettles"), &["there is no type `pot` next to an area `kettles`"]);
    check_unused("types.toml", &of_area("kettle", "pots"), &["there is no type `kettle` next to an area `pots`"]);
}

fn of_area(name: &str, area: &str) -> String {
    format!("[[of_area]]\nname = \"{name}\"\narea = \"{area}\"\nreason = \"x\"\nevidence = \"y\"\n")
}

/// The features that turn on types, and their groups.
fn features(types: &str, selection: Option<&Selection>) -> Vec<String> {
    let policy = Policy::parse([("types.toml", types)]).unwrap_or_else(|error| panic!("{types}: {error}"));
    let input = Input {
        facts: &pages(),
        templates: &support::templates(),
        vocab: &support::vocab(),
        policy: &policy,
        prose: &Prose::default(),
        sample: &[],
        selection,
    };
    let draft = draft(&input).expect("a draft");
    let texts = draft.planned().iter().map(|file| print_file(file).expect("Rust")).collect();
    let files = draft.finish(texts).expect("files").files;
    let manifest = String::from_utf8_lossy(&files["Cargo.toml"]).into_owned();
    manifest.lines().filter(|line| line.contains("types") && line.contains(" = ")).map(str::to_owned).collect()
}

#[test]
fn types_that_no_operation_names_belong_to_an_area() {
    let policy = of_area("kettle", "kettles");
    let check = |types: &str, pattern: Option<&str>, expected: &[&str]| {
        let selection = pattern.map(|pattern| Selection::parse([pattern]).expect("a pattern"));
        assert_eq!(features(types, selection.as_ref()), expected, "{types} {pattern:?}");
    };
    let kettles = "kettles = [\"_types-cup\", \"_types-kettle-state\"]";
    let (house, cup) = ("house = [\"_types-cup\"]", "_types-cup = []");
    let state = "_types-kettle-state = []";
    let others = "other-types = [\"_types-kettle-state\"]";
    check("", None, &[house, "kettles = [\"_types-cup\"]", others, cup, state]);
    check(&policy, None, &[house, kettles, "other-types = []", cup, state]);
    // A small client has them with an operation of the area, and only then.
    check(
        &policy,
        Some("GET /kettles"),
        &["kettles = [\"_types-kettle-state\"]", "other-types = []", "_types-kettle-state = []"],
    );
    check(&policy, Some("GET /house*"), &[house, "other-types = []", cup]);
}

#[test]
fn every_correction_says_why() {
    for text in [PROPERTY, MEMBERS, RESPONSE] {
        for needed in ["reason = \"x\"\n", "evidence = \"y\"\n"] {
            assert!(Policy::parse([("fixups.toml", text.replace(needed, "").as_str())]).is_err(), "{text}");
        }
    }
}
