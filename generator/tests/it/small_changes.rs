//! Small changes of the docs cause small changes of the client. The committed facts are changed in memory; the
//! differences between the two plans are printed and counted.

use std::collections::{BTreeMap, BTreeSet};

use graphdocs::emit::emit_features;
use graphdocs::extract::{PageInput, extract_page};
use graphdocs::generate::{plan_crate, print_file};
use graphdocs::model::facts::{Example, PageFacts};
use graphdocs::model::prose::Prose;
use graphdocs::plan::Plan;
use graphdocs::source::PagePath;

use crate::support::{committed_facts, policy, vocab};

/// The content for review, by path.
#[derive(Debug, Default)]
struct Difference {
    /// Changed, new and removed files with the number of lines that only one side has.
    files: BTreeMap<String, usize>,
    /// Of `API.txt`.
    removed: Vec<String>,
    added: Vec<String>,
}

fn plan(facts: &[PageFacts]) -> Plan {
    plan_crate(facts, &vocab(), &policy(), &Prose::default(), &[]).1
}

fn difference(before: &Plan, after: &Plan) -> Difference {
    // The tests of all calls are packed into files and move between them; nobody reviews them.
    let of = |plan: &Plan| -> BTreeMap<String, String> {
        let files = plan.files.iter().filter(|file| file.path.starts_with("src/"));
        files.map(|file| (file.path.clone(), format!("{file:?}"))).collect()
    };
    let (old, new) = (of(before), of(after));
    let mut found = Difference::default();
    let paths: BTreeSet<&String> =
        old.keys().chain(new.keys()).filter(|path| old.get(*path) != new.get(*path)).collect();
    let print = |plan: &Plan, path: &str| {
        let file = plan.files.iter().find(|file| file.path == path);
        file.map(|file| print_file(file).expect("Rust")).unwrap_or_default()
    };
    for path in paths {
        let lines = changed_lines(&print(before, path), &print(after, path));
        if lines > 0 {
            found.files.insert(path.clone(), lines);
        }
    }
    let lines = changed_lines(&emit_features(&before.features), &emit_features(&after.features));
    if lines > 0 {
        found.files.insert("Cargo.toml".to_owned(), lines);
    }
    let lines = |plan: &Plan| -> BTreeSet<String> { plan.surface.iter().map(ToString::to_string).collect() };
    let (old, new) = (lines(before), lines(after));
    found.removed = old.difference(&new).cloned().collect();
    found.added = new.difference(&old).cloned().collect();
    found
}

/// Lines that only one side has, counting repetitions.
fn changed_lines(before: &str, after: &str) -> usize {
    let mut counts: BTreeMap<&str, isize> = BTreeMap::new();
    before.lines().for_each(|line| *counts.entry(line).or_default() -= 1);
    after.lines().for_each(|line| *counts.entry(line).or_default() += 1);
    counts.values().map(|count| count.unsigned_abs()).sum()
}

#[test]
fn small_changes_of_pages_are_small_changes_of_the_client() {
    let facts = committed_facts();
    let before = plan(&facts);

    let mut other_answer = facts.clone();
    let page = other_answer.iter_mut().find(|page| page.path.as_str() == "api-reference/v1.0/api/subscribedsku-get.md");
    let page = page.expect("a page");
    let answer = page.response.as_mut().expect("a response");
    answer.name = "user".to_owned();
    answer.target = Some("user".to_owned());
    for example in &mut page.examples {
        if let Example::Response { ty: Some(ty), .. } = example {
            *ty = answer.clone();
        }
    }
    for row in [&mut page.permissions.delegated_work, &mut page.permissions.application] {
        row.scopes.pop();
        row.alternatives.pop();
    }
    let found = difference(&before, &plan(&other_answer));
    assert!(found.files.len() <= 3, "{:#?}", found.files);
    assert!(found.files.values().sum::<usize>() <= 40, "{:#?}", found.files);
    let call = |answer: &str| format!("v1 GET /subscribedSkus/{{id}} → get() -> types::{answer} [subscribed-skus]");
    assert_eq!((found.removed, found.added), (vec![call("SubscribedSku")], vec![call("User")]));

    let vocab = vocab();
    let read =
        |path: &str, text: &str| extract_page(PageInput::new(&PagePath::new(path), "en-US", text.as_bytes()), &vocab);
    let more = [
        read("api-reference/v1.0/api/subscribedsku-rating.md", NEW_CALL),
        read("api-reference/v1.0/resources/skurating.md", NEW_TYPE),
    ];
    let more = facts.into_iter().chain(more).collect::<Vec<_>>();
    let found = difference(&before, &plan(&more));
    assert!(found.added.iter().any(|line| line.contains("struct types::SkuRating")), "{:#?}", found.added);
    assert_eq!(found.removed, [""; 0]);
    // And API.txt, which always changes.
    assert!(found.files.len() <= 4, "{:#?}", found.files);
}

const NEW_CALL: &str = "# Get skuRating

Namespace: microsoft.graph

Gets it.

## Permissions

|Permission type|Permissions (from least to most privileged)|
|:--|:--|
|Delegated (work or school account)|Organization.Read.All|
|Delegated (personal Microsoft account)|Not supported.|
|Application|Organization.Read.All|

## HTTP request

```http
GET /subscribedSkus/{id}/rating
```

## Response

If successful, this method returns a `200 OK` response code and a [skuRating](../resources/skurating.md) object in the \
                        response body.
";

const NEW_TYPE: &str = "# skuRating resource type

Namespace: microsoft.graph

A rating.

## Properties

|Property|Type|Description|
|:--|:--|:--|
|stars|Int32|How many.|

## JSON representation

<!-- { \"blockType\": \"resource\", \"@odata.type\": \"microsoft.graph.skuRating\" } -->
```json
{ \"stars\": 5 }
```
";
