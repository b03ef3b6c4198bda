//! Tests the referee for documented examples: its verdicts on small pages, and the figures of the real
//! docs.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use graphdocs::conform::{
    AnsweredBy, Cause, Record, Unusable, Verdict, conform, examples_as_answers, read_sample, request_address, sample,
    write_sample,
};
use graphdocs::extract::{PageInput, extract_documented, extract_page};
use graphdocs::generate::generate;
use graphdocs::link::link;
use graphdocs::model::documented::DocumentedExample;
use graphdocs::model::facts::{ApiVersion, PageFacts};
use graphdocs::model::prose::Prose;
use graphdocs::model::sampled::{ResponseShape, SampledExample};
use graphdocs::policy::Policy;
use graphdocs::source::PagePath;
use graphdocs::vocab::Vocab;

use crate::corpus::{corpus, find_all};
use crate::support::{committed_facts, policy, root, templates, vocab};

const LAMP: &str = "# lamp resource type

Namespace: microsoft.graph

## Properties

|Property|Type|Description|
|:--|:--|:--|
|brightness|Int32|How bright it is.|
|color|lampColor|Its color. Possible values are: `red`, `green`.|
|name|String|What it is called.|
|owner|[person](person.md)|Who has it.|
|tags|String collection|Words.|

## JSON representation

<!-- {\"blockType\": \"resource\", \"@odata.type\": \"microsoft.graph.lamp\", \"keyProperty\": \"id\"} -->
```json
{\"brightness\": 1, \"color\": \"String\", \"name\": \"String\", \"owner\": {}, \"tags\": [\"String\"]}
```
";

const PERSON: &str = "# person resource type

Namespace: microsoft.graph

## Properties

|Property|Type|Description|
|:--|:--|:--|
|mail|String|An address.|

## JSON representation

<!-- {\"blockType\": \"resource\", \"@odata.type\": \"microsoft.graph.person\"} -->
```json
{\"mail\": \"String\"}
```
";

/// A page with one operation and one example of it.
struct Api<'t> {
    name: &'t str,
    template: &'t str,
    body: &'t str,
    response: &'t str,
    request: &'t str,
    answer: &'t str,
}

/// An operation that returns one lamp.
const GET: Api<'_> = Api {
    name: "lamp-get",
    template: "GET /lamps/{id}",
    body: "Do not supply a request body for this method.",
    response: "If successful, this method returns a `200 OK` response code and a [lamp](../resources/lamp.md) object in the response body.",
    request: "GET https://graph.microsoft.com/v1.0/lamps/l-17",
    answer: "HTTP/1.1 200 OK\nContent-type: application/json\n\n{\"name\": \"desk\"}",
};

const LIST: Api<'_> = Api {
    name: "lamp-list",
    template: "GET /lamps",
    response: "If successful, this method returns a `200 OK` response code and a collection of [lamp](../resources/lamp.md) objects in the response body.",
    request: "GET https://graph.microsoft.com/v1.0/lamps",
    answer: "HTTP/1.1 200 OK\n\n{\"value\": [{\"name\": \"desk\"}]}",
    ..GET
};

const CREATE: Api<'_> = Api {
    name: "lamp-post",
    template: "POST /lamps",
    body: "In the request body, supply a JSON representation of a [lamp](../resources/lamp.md) object.",
    response: "If successful, this method returns a `201 Created` response code and a [lamp](../resources/lamp.md) object in the response body.",
    request: "POST https://graph.microsoft.com/v1.0/lamps\nContent-type: application/json\n\n{\"name\": \"desk\"}",
    answer: "HTTP/1.1 201 Created\n\n{\"name\": \"desk\"}",
};

const DELETE: Api<'_> = Api {
    name: "lamp-delete",
    template: "DELETE /lamps/{id}",
    response: "If successful, this method returns a `204 No Content` response code.",
    request: "DELETE https://graph.microsoft.com/v1.0/lamps/l-17",
    answer: "HTTP/1.1 204 No Content",
    ..GET
};

impl Api<'_> {
    fn raw(&self) -> String {
        let Self { template, body, response, request, answer, .. } = self;
        format!(
            "# Use a lamp\n\nNamespace: microsoft.graph\n\n## HTTP request\n\n```http\n{template}\n```\n\n\
             ## Request body\n\n{body}\n\n## Response\n\n{response}\n\n## Example\n\n### Request\n\n\
             ```http\n{request}\n```\n\n### Response\n\n```http\n{answer}\n```\n"
        )
    }
}

/// The facts of some operations and of their types, and all examples.
fn read_pages(apis: &[&Api<'_>]) -> (Vec<PageFacts>, Vec<DocumentedExample>) {
    let vocab = vocab();
    let page = |path: &PagePath, raw: &str| extract_page(PageInput::new(path, "en-US", raw.as_bytes()), &vocab);
    let types = [("lamp", LAMP), ("person", PERSON)]
        .map(|(name, raw)| page(&PagePath::new(&format!("api-reference/v1.0/resources/{name}.md")), raw));
    let (mut pages, mut shown) = (types.to_vec(), Vec::new());
    for api in apis {
        let (path, raw) = (PagePath::new(&format!("api-reference/v1.0/api/{}.md", api.name)), api.raw());
        pages.push(page(&path, &raw));
        shown.extend(extract_documented(PageInput::new(&path, "en-US", raw.as_bytes()), &vocab));
    }
    (pages, shown)
}

fn verdict(api: &Api<'_>) -> Verdict {
    verdict_by(api, api)
}

/// The verdict on the example of one page with the model of another one, because the examples of a page are
/// evidence for its own model.
fn verdict_by(model: &Api<'_>, api: &Api<'_>) -> Verdict {
    let (pages, _) = read_pages(&[model]);
    let (_, shown) = read_pages(&[api]);
    assert_eq!(shown.len(), 1, "{}", api.raw());
    let model = link(&pages, vocab().words("en"), &Policy::default()).api;
    conform(&model, &shown).remove(0)
}

#[track_caller]
fn check(model: &Api<'_>, api: &Api<'_>, expected: &[(Cause, &str)]) {
    let verdict = verdict_by(model, api);
    let found: Vec<_> = verdict.misses.iter().map(|miss| (miss.cause, miss.detail.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn whole_examples() {
    for api in [GET, LIST, CREATE, DELETE] {
        let verdict = verdict(&api);
        assert!(verdict.is_whole(), "{}: {:?}", api.name, verdict.misses);
        assert_eq!(verdict.answered_by, AnsweredBy::OwnPage);
    }
    let verdict = verdict(&CREATE);
    assert_eq!((verdict.typed, verdict.untyped, verdict.area.as_str()), (2, 0, "lamps"));
}

#[test]
fn urls() {
    let elsewhere = Api { request: "GET https://graph.microsoft.com/v1.0/chairs", ..GET };
    check(&GET, &elsewhere, &[(Cause::UrlUnknown, "GET /chairs")]);
    let other_method = Api { request: "PATCH /lamps/l-17", ..GET };
    check(&GET, &other_method, &[(Cause::UrlMethod, "PATCH /lamps/{id}")]);
}

#[test]
fn request_bodies() {
    let of = |body: &'static str| format!("POST /lamps\n\n{body}");
    for (body, expected) in [
        (r#"{"name": null, "tags": []}"#, &[][..]),
        (r#"{"price": 3}"#, &[(Cause::RequestMember, "lamp.price")]),
        (r#"{"4f2a-11": 3}"#, &[(Cause::RequestMember, "lamp.{}")]),
        (r#"{"Name": "desk"}"#, &[(Cause::RequestSpelling, "lamp.Name")]),
        (r#"{"tags": "a"}"#, &[(Cause::RequestShape, "lamp.tags: expected list")]),
        (r#"{"owner": {"mail": 1}}"#, &[(Cause::RequestShape, "person.mail: expected string")]),
        (r#"{"color": "blue"}"#, &[(Cause::EnumMember, "lamp.color")]),
        (r#"{"color": "Red"}"#, &[(Cause::EnumSpelling, "lamp.color")]),
        (r##"{"@odata.type": "#microsoft.graph.chair"}"##, &[(Cause::RequestType, "microsoft.graph.chair as lamp")]),
        (r#"{"name": "desk" "tags": []}"#, &[(Cause::RequestBroken, "missing comma")]),
        (r#"[]"#, &[(Cause::RequestShape, "the body: expected lamp")]),
    ] {
        check(&CREATE, &Api { request: &of(body), ..CREATE }, expected);
    }
    check(
        &CREATE,
        &Api { request: "POST /lamps\nContent-type: text/html\n\n<p>", ..CREATE },
        &[(Cause::RequestMediaType, "")],
    );
    let shade = Api {
        name: "lamp-shade",
        template: "PATCH /lamps/{id}/shade",
        body: "",
        request: "PATCH /lamps/l-17/shade\n\n{\"pattern\": \"dots\"}",
        ..DELETE
    };
    // Nothing else documents its body.
    check(&shade, &shade, &[]);
    let unknown = Api { body: "Supply a [shade](../resources/shade.md) object.", ..shade };
    check(&unknown, &unknown, &[(Cause::RequestUntyped, "no known type")]);
    let content = Api { request: "PATCH /lamps/l-17/shade\nContent-type: image/png\n\nbytes", ..shade };
    check(&content, &content, &[]);
    check(
        &DELETE,
        &Api { request: "DELETE /lamps/l-17\n\n{\"name\": \"desk\"}", ..DELETE },
        &[(Cause::RequestNotTaken, "")],
    );
}

#[test]
fn responses_that_are_one() {
    for (answer, expected) in [
        (r#"{"brightness": "7", "owner": null}"#, &[][..]),
        (r#"{"brightness": "high"}"#, &[(Cause::ResponseShape, "lamp.brightness: expected 32-bit integer")]),
        (r#"{"name": ["desk"]}"#, &[(Cause::ResponseShape, "lamp.name: expected string")]),
        (r#"{"price": 3, "name@odata.type": "x"}"#, &[(Cause::ResponseMember, "lamp.price")]),
        (r#"{"value": [{"name": "desk"}]}"#, &[(Cause::SingleExpected, "lamp")]),
        (r#"{"value": {"name": "desk"}}"#, &[]),
        (r#"{"value": {"price": 3}}"#, &[(Cause::ResponseMember, "lamp.price")]),
        ("", &[(Cause::ResponseMissing, "")]),
        ("{", &[(Cause::ResponseBroken, "unclosed")]),
    ] {
        check(&GET, &Api { answer: &format!("HTTP/1.1 200 OK\n\n{answer}"), ..GET }, expected);
    }
    let text = "HTTP/1.1 200 OK\nContent-type: text/plain\n\n{\"name\": \"desk\"}";
    check(&GET, &Api { answer: text, ..GET }, &[(Cause::ResponseMediaType, "JSON")]);
    let redirect = "HTTP/1.1 302 Found\nLocation: https://h.example\n\nHTTP/1.1 200 OK\n\n{\"name\": \"desk\"}";
    check(&GET, &Api { answer: redirect, ..GET }, &[]);
    // Errors have their own type.
    check(&GET, &Api { answer: "HTTP/1.1 404 Not Found\n\n{\"error\": {}}", ..GET }, &[]);
}

#[test]
fn responses_that_are_lists_or_nothing() {
    for (answer, expected) in [
        (r#"{"value": [ ... ]}"#, &[][..]),
        (r#"{"name": "desk"}"#, &[(Cause::ListExpected, "no `value`")]),
        (r#"{"value": {"name": "desk"}}"#, &[(Cause::ListExpected, "`value` is not a list")]),
        (r#"[{"name": "desk"}]"#, &[(Cause::ListExpected, "a list without `value`")]),
        (r#"{"value": [{"name": 1}]}"#, &[(Cause::ResponseShape, "lamp.name: expected string")]),
        (r#"{"value": [], "total": 3}"#, &[(Cause::ResponseMember, "a property beside the list")]),
    ] {
        check(&LIST, &Api { answer: &format!("HTTP/1.1 200 OK\n\n{answer}"), ..LIST }, expected);
    }
    let answer = "HTTP/1.1 204 No Content\n\n{\"name\": \"desk\"}";
    check(&DELETE, &Api { answer, ..DELETE }, &[(Cause::ResponseIgnored, "")]);
}

/// Status, body, target of a redirect and causes of an answer.
type Given = (u16, String, Option<u16>, Vec<Cause>);

fn answer(model: &Api<'_>, api: &Api<'_>) -> Result<Given, Unusable> {
    let (pages, _) = read_pages(&[model]);
    let (_, shown) = read_pages(&[api]);
    let model = link(&pages, vocab().words("en"), &Policy::default()).api;
    let answered = examples_as_answers(&model, &shown).remove(0);
    let answer = answered.answer?;
    let then = answer.then.map(|then| then.status);
    Ok((answer.status, answer.body, then, answer.unreadable))
}

#[test]
fn examples_are_answers() {
    let none = Vec::new;
    for (shown, expected) in [
        ("HTTP/1.1 200 OK\n\n{\"name\":  \"desk\"}", Ok((200, "{\"name\":  \"desk\"}", None, none()))),
        // What stands for something left out is no JSON.
        ("HTTP/1.1 200 OK\n\n{\"name\": \"desk\", ...}", Ok((200, "{\"name\":\"desk\"}", None, none()))),
        ("HTTP/1.1 200 OK\n\n{\"name\": [1]}", Ok((200, "{\"name\": [1]}", None, vec![Cause::ResponseShape]))),
        ("HTTP/1.1 200 OK", Ok((200, "", None, vec![Cause::ResponseMissing]))),
        ("HTTP/1.1 404 Not Found\n\n{}\n\nHTTP/1.1 200 OK\n\n{}", Ok((200, "{}", None, none()))),
        ("HTTP/1.1 302 Found\nLocation: https://h.example\n\nHTTP/1.1 200 OK\n\n{}", Ok((302, "", Some(200), none()))),
        ("HTTP/1.1 200 OK\n\n{\"name\": ", Err(Unusable::Broken)),
    ] {
        let expected = expected.map(|(status, body, then, causes)| (status, body.to_owned(), then, causes));
        assert_eq!(answer(&GET, &Api { answer: shown, ..GET }), expected, "{shown}");
    }
    let elsewhere = Api { request: "GET /chairs", ..GET };
    assert_eq!(answer(&GET, &elsewhere), Err(Unusable::NoOperation));
}

#[test]
fn addresses_of_requests_have_a_version_and_no_host() {
    for (request, expected) in [
        ("GET https://graph.microsoft.com/beta/lamps/7?$top=1", "/beta/lamps/7?$top=1"),
        ("GET /lamps/", "/v1.0/lamps"),
        ("GET https://graph.microsoft.com/v1/lamps", "/v1.0/lamps"),
        ("GET lamps?a=b/c", "/v1.0/lamps?a=b/c"),
    ] {
        let (_, shown) = read_pages(&[&Api { request, ..GET }]);
        assert_eq!(request_address(&shown[0].request, ApiVersion::V1_0), expected);
    }
}

#[test]
fn notes_do_not_count_against_an_example() {
    let api = Api { answer: "HTTP/1.1 200 OK\n\n{\"name\": \"desk\"}", ..CREATE };
    check(&CREATE, &api, &[(Cause::Status, "200 is shown, but the text names 201")]);
    assert!(verdict(&api).is_whole());
}

#[test]
fn the_record_is_a_ratchet() {
    let good = verdict(&GET);
    let bad = verdict(&Api { request: "GET /chairs", ..GET });
    let was = Record::of(&[good.clone(), bad.clone()]).remove(0);
    assert_eq!(Record::read(&was.write()).expect("a record"), was);
    assert_eq!(was.misses, ["lamp-get:24 url-unknown"]);
    assert!(was.changes(&was).is_empty());
    let changes = |now: [&Verdict; 2]| {
        let now = Record::of(&now.map(Clone::clone)).remove(0);
        assert!(was.is_of_same_examples(&now));
        was.changes(&now).iter().map(|change| (change.to_string(), change.is_better)).collect::<Vec<_>>()
    };
    assert!(changes([&good, &good]).iter().all(|(_, is_better)| *is_better));
    let worse = changes([&bad, &bad]);
    assert!(worse.contains(&("v1.0 whole: 1 before, 0 now".to_owned(), false)), "{worse:?}");
    assert!(worse.contains(&("v1.0 url-unknown: 1 before, 2 now".to_owned(), false)), "{worse:?}");
}

#[test]
fn a_sample_becomes_a_test_of_the_client() {
    let (pages, shown) = read_pages(&[&GET, &LIST, &CREATE, &DELETE]);
    let vocab = vocab();
    let model = link(&pages, vocab.words("en"), &Policy::default()).api;
    let mut sampled = sample(&model, &shown, &conform(&model, &shown));
    assert_eq!(read_sample(&write_sample(&sampled)).expect("a sample"), sampled);
    // One of up to three in an area, two of up to 15.
    assert_eq!(sampled.len(), 2, "{sampled:?}");

    let of = |operation: &str, shape, sends: &[&str], receives: &[&str]| SampledExample {
        version: ApiVersion::V1_0,
        operation: operation.to_owned(),
        page: "lamp-all".to_owned(),
        status: 200,
        shape,
        sends: sends.iter().map(|name| (*name).to_owned()).collect(),
        receives: receives.iter().map(|name| (*name).to_owned()).collect(),
    };
    sampled = vec![
        of("POST /lamps", ResponseShape::Structure, &["owner"], &["brightness", "id"]),
        of("GET /lamps", ResponseShape::List, &[], &["color", "tags"]),
        of("DELETE /lamps/{lamp-id}", ResponseShape::Nothing, &[], &[]),
        of("GET /chairs", ResponseShape::List, &[], &[]),
        of("GET /lamps/{id}", ResponseShape::Structure, &[], &["price"]),
    ];
    let of_sample = |sampled: &[SampledExample]| {
        let generation = generate(&pages, &templates(), &vocab, &Policy::default(), &Prose::default(), sampled);
        let generation = generation.expect("generated");
        let tests = generation.files.iter().filter(|(path, _)| path.starts_with("tests/examples/"));
        let text: String = tests.map(|(_, content)| String::from_utf8_lossy(content)).collect();
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (words, generation.diagnostics.into_iter().filter(|(_, found)| found.code.id == "GX0804").count())
    };
    assert_eq!(of_sample(&[]), (String::new(), 0));
    let (text, stale) = of_sample(&sampled);
    assert_eq!(stale, 2, "a call and a property are gone");
    for part in [
        "let request: msgraph::Request<msgraph::v1::types::Lamp> = msgraph::v1()",
        r#""{\"owner\":{}}""#,
        r#"(200, "{\"brightness\":1,\"id\":\"x\"}")"#,
        "let request: msgraph::Request<msgraph::Collection<msgraph::v1::types::Lamp>>",
        r#""{\"value\":[{\"color\":\"x\",\"tags\":[\"x\"]}]}""#,
        "let request: msgraph::Request<()> = msgraph::v1().lamps().id(\"x\").delete();",
        r#""DELETE /v1.0/lamps/x", (200, ""), |_| 0"#,
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

/// The sources of the committed facts, in the order in which `conform` is given them.
const SOURCES: [(&str, &str); 5] = [
    ("zh-CN-plain", "zh-CN"),
    ("pt-BR-plain", "pt-BR"),
    ("ru-RU-plain", "ru-RU"),
    ("zh-CN", "zh-CN"),
    ("pt-BR", "pt-BR"),
];

/// The newest copy of each page about an operation of v1.0.
fn newest_pages(sources: &[(PathBuf, &'static str)]) -> Vec<(PathBuf, &'static str)> {
    let mut newest: BTreeMap<PagePath, (Option<String>, PathBuf, &'static str)> = BTreeMap::new();
    for (folder, locale) in sources {
        for file in find_all(folder, &["api"]) {
            let path = PagePath::new(&file.to_string_lossy());
            if !path.folders().any(|folder| folder == "v1.0") {
                continue;
            }
            let page =
                extract_page(PageInput::new(&path, locale, &std::fs::read(&file).expect("a page")), vocab_once());
            let day = page.handed_back.or(page.day);
            if newest.get(&path).is_none_or(|(known, _, _)| day > *known) {
                newest.insert(path, (day, file, locale));
            }
        }
    }
    newest.into_values().map(|(_, file, locale)| (file, locale)).collect()
}

fn vocab_once() -> &'static Vocab {
    static VOCAB: LazyLock<Vocab> = LazyLock::new(vocab);
    &VOCAB
}

/// Compares the recorded figures with those of the docs, for the client as it is.
#[test]
fn the_examples_of_all_sources_are_as_good_as_recorded() {
    let sources: Vec<_> = SOURCES.iter().filter_map(|(branch, locale)| Some((corpus(branch)?, *locale))).collect();
    if sources.len() < SOURCES.len() {
        eprintln!("SKIPPED: the record of the examples is about five trees, and not all are there");
        return;
    }
    let shown: Vec<DocumentedExample> = newest_pages(&sources)
        .into_iter()
        .flat_map(|(file, locale)| {
            let path = PagePath::new(&file.to_string_lossy());
            extract_documented(PageInput::new(&path, locale, &std::fs::read(file).expect("a page")), vocab_once())
        })
        .collect();
    assert!(shown.len() > 2_500, "{} examples", shown.len());
    let model = link(&committed_facts(), vocab_once().words("en"), &policy()).api;
    let version = ApiVersion::V1_0;
    let now = Record::of(&conform(&model, &shown)).into_iter().find(|record| record.version == version);
    let now = now.expect("figures of v1.0");
    let file = root().join("../docs-input/conform").join(Record::file(version));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let was = Record::read(&text).expect("a record");
    assert!(was.is_of_same_examples(&now), "{} examples, recorded {}", now.totals.examples, was.totals.examples);
    let worse: Vec<_> =
        was.changes(&now).into_iter().filter(|change| !change.is_better).map(|change| change.to_string()).collect();
    assert!(worse.is_empty(), "{}\n`cargo xtask conform --facts --docs DIR …` lists them", worse.join("\n"));
}
