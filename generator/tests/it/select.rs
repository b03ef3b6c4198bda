//! A small client has the selected operations and the types that they reach, and nothing else.

use std::collections::BTreeMap;

use graphdocs::extract::{PageInput, extract_page};
use graphdocs::generate::{Draft, Generation, Input, TemplateFile, draft, print_file};
use graphdocs::model::facts::PageFacts;
use graphdocs::model::prose::Prose;
use graphdocs::policy::Policy;
use graphdocs::select::Selection;
use graphdocs::source::PagePath;
use graphdocs::vocab::Vocab;

use crate::support::{templates, vocab};

/// An area of lamps with shades, and one of docks with piers; both have an owner.
fn pages(vocab: &Vocab) -> Vec<PageFacts> {
    let resource = |name: &str, base: &str, rows: &str| {
        let base = if base.is_empty() { String::new() } else { format!("Inherits from [{base}]({base}.md).\n\n") };
        let text = format!(
            "# {name} resource type\n\nNamespace: microsoft.graph\n\nA thing.\n\n{base}## Properties\n\n\
             |Property|Type|Description|\n|:--|:--|:--|\n{rows}"
        );
        (format!("resources/{name}"), text)
    };
    let operation = |name: &str, request: &str, ty: &str| {
        let text = format!(
            "# {name}\n\n## HTTP request\n\n```http\n{request}\n```\n\n## Response\n\nIf successful, it returns `200 OK` \
             and a [{ty}](../resources/{ty}.md) object in the response body.\n"
        );
        (format!("api/{name}"), text)
    };
    let pages = [
        resource("lamp", "", "|id|String|Its id.|\n|shade|[shade](shade.md)|Its shade.|\n"),
        resource("lantern", "lamp", "|wick|String|Its wick.|\n"),
        resource("shade", "", "|colour|String|Its colour.|\n"),
        resource("pier", "", "|id|String|Its id.|\n|post|[post](post.md)|Its post.|\n"),
        resource("post", "", "|height|Int32|Its height.|\n"),
        operation("lamp-get", "GET /lamps/{id}", "lamp"),
        operation("lamp-update", "PATCH /lamps/{id}", "lamp"),
        operation("pier-get", "GET /docks/{id}/piers/{id}", "pier"),
    ];
    let page = |(path, text): &(String, String)| {
        let path = PagePath::new(&format!("api-reference/v1.0/{path}.md"));
        extract_page(PageInput::new(&path, "en-US", text.as_bytes()), vocab)
    };
    pages.iter().map(page).collect()
}

fn small(patterns: &[&str]) -> Draft {
    let vocab = vocab();
    let mut templates = templates();
    let file = |path: &str, text: &str| TemplateFile { path: path.to_owned(), content: text.as_bytes().to_vec() };
    templates.push(file("examples/with_areas/light.rs", "// Needs: GET /v1.0/lamps/{id}\n"));
    templates
        .push(file("tests/with_areas/moor.rs", "// Needs: GET /v1.0/docks/{id}/piers/{id}, GET /v1.0/lamps/{id}\n"));
    let selection = Selection::parse(patterns.iter().copied()).expect("patterns");
    let input = Input {
        facts: &pages(&vocab),
        templates: &templates,
        vocab: &vocab,
        policy: &Policy::default(),
        prose: &Prose::default(),
        sample: &[],
        selection: (!patterns.is_empty()).then_some(&selection),
    };
    draft(&input).expect("a draft")
}

fn files(draft: Draft) -> BTreeMap<String, String> {
    let texts = draft.planned().iter().map(|file| print_file(file).expect("Rust")).collect();
    let Generation { files, .. } = draft.finish(texts).expect("files");
    files.into_iter().map(|(path, bytes)| (path, String::from_utf8(bytes).expect("text"))).collect()
}

/// The first words of the lines of a file, or of what stands before a mark.
fn lines<'t>(text: &'t str, start: &str) -> Vec<&'t str> {
    text.lines().filter_map(|line| line.strip_prefix(start)).filter_map(|line| line.split([' ', '\t']).next()).collect()
}

#[test]
fn a_small_client_has_what_was_selected_and_what_that_reaches() {
    let draft = small(&["GET /lamps*"]);
    assert_eq!((draft.size(), draft.unmatched().len()), ((1, 3), 0));
    let files = files(draft);
    let surface = &files["API.txt"];
    assert_eq!(lines(surface, "v1 GET "), ["/lamps/{id}"], "{surface}");
    assert!(lines(surface, "v1 PATCH ").is_empty(), "{surface}");
    assert_eq!(lines(surface, "v1 struct "), ["types::Lamp", "types::Lantern", "types::Shade"], "{surface}");
    let manifest = &files["Cargo.toml"];
    assert!(manifest.contains("\nlamps = [") && !manifest.contains("docks"), "{manifest}");
    assert!(manifest.contains("examples/with_areas/light.rs") && !manifest.contains("moor"), "{manifest}");
    assert!(files.contains_key("examples/with_areas/light.rs") && !files.contains_key("tests/with_areas/moor.rs"));
    assert!(!files.keys().any(|path| path.contains("dock") || path.contains("pier")), "{:?}", files.keys());
    let sources = lines(&files["REGEN.lock"], "api-reference/v1.0/");
    assert_eq!(sources, ["api/lamp-get.md", "resources/lamp.md", "resources/lantern.md", "resources/shade.md"]);
    let calls: String = files.iter().filter(|(path, _)| path.starts_with("tests/")).map(|(_, text)| &**text).collect();
    assert!(calls.contains("/v1.0/lamps/") && !calls.contains("PATCH") && !calls.contains("docks"), "{calls}");
}

#[test]
fn everything_selected_is_the_whole_client() {
    assert_eq!(files(small(&["/*"])), {
        // Types that no operation reaches are only in the whole client; here there are none.
        files(small(&[]))
    });
}

#[test]
fn patterns_without_operations_name_the_most_similar_ones() {
    let draft = small(&["GET /lamps/{id}", "POST /lamps/{id}", "/dock/{id}/pier/{id}", "/beta/lamps*"]);
    let [post, pier, beta] = draft.unmatched() else { panic!("{:?}", draft.unmatched()) };
    let near = "no operation matches `POST /lamps/{id}`; the most similar ones: `GET /v1.0/lamps/{id}`, `PATCH /v1.0/lamps/{id}`";
    assert_eq!(post, near);
    assert!(pier.contains("the most similar ones: `GET /v1.0/docks/{id}/piers/{id}`"), "{pier}");
    assert!(beta.contains("`/beta/lamps*`"), "{beta}");
}
