//! The kind of a POST if neither its title nor its name reveals it.

use graphdocs::extract::{PageInput, extract_page};
use graphdocs::link::link;
use graphdocs::policy::Policy;
use graphdocs::report;
use graphdocs::source::PagePath;

use crate::support;

const LAMP: &str = "# lamp resource type\n\nNamespace: microsoft.graph\n\nA lamp.\n\n## Properties\n\n\
                    |Property|Type|Description|\n|:--|:--|:--|\n|id|String|x|\n";

#[track_caller]
fn check(status: &str, body: &str, expected: &str) {
    let vocab = support::vocab();
    let page = |path: &str, text: &str| {
        extract_page(
            PageInput::new(&PagePath::new(&format!("api-reference/v1.0/{path}.md")), "en-US", text.as_bytes()),
            &vocab,
        )
    };
    let text = format!(
        "# Lamps of a house\n\n## HTTP request\n\n```http\nPOST /houses/{{id}}/lamps\n```\n\n## Request body\n\n{body}\n\n\
         ## Response\n\nIf successful, it returns `{status}` and a [lamp](../resources/lamp.md) object.\n"
    );
    let pages = [page("api/house-lamps", &text), page("resources/lamp", LAMP)];
    let model = report::model::text(&link(&pages, vocab.words("en"), &Policy::default()).api);
    assert!(model.contains(&format!("POST /houses/{{id}}/lamps  {expected}  ")), "{model}");
}

#[test]
fn what_answers_created_and_takes_an_entity_creates_it() {
    let entity = "Supply a JSON representation of a [lamp](../resources/lamp.md) object.";
    check("201 Created", entity, "Create");
    check("200 OK", entity, "Action");
    check("201 Created", "Do not supply a request body.", "Action");
}
