//! Several listed sources: locales and days, with invented pages.

use super::{Checkout, check, page};

const HASH: &str = "0123456789abcdef0123456789abcdef01234567";

/// A snapshot of each locale of 2022, and one with both sides of 2021.
const SOURCES: &str = "trust: {source: en-US, locales: [zh-CN, pt-BR, ru-RU], own_letters: [zh-CN, ru-RU]}
sources:
  - {name: zh-both, locale: zh-CN, versions: [v1.0], git: some/docs.zh, revision: 1111111111111111111111111111111111111111, day: 2021-08-27}
  - {name: zh, locale: zh-CN, versions: [v1.0], git: some/docs.zh, revision: 2222222222222222222222222222222222222222, day: 2022-07-19}
  - {name: pt, locale: pt-BR, versions: [v1.0], git: some/docs.pt, revision: 3333333333333333333333333333333333333333, day: 2022-07-19}
  - {name: ru, locale: ru-RU, versions: [v1.0], git: some/docs.ru, revision: 4444444444444444444444444444444444444444, day: 2022-07-19}
  - {name: odd, locale: xx-XX, versions: [v1.0], git: some/docs.xx, revision: 5555555555555555555555555555555555555555, day: 2022-07-19}
";

fn front(locale: &str, day: &str, hash: &str) -> String {
    format!("---\nms.contentlocale: {locale}\nms.date: {day}\nms.openlocfilehash: {hash}\nms.lasthandoff: {day}\n---\n")
}

/// An API page without its source side.
fn plain_api(locale: &str, request: &str) -> String {
    format!(
        "{}# Lampe\n\n## <a name=\"http-request\"></a>HTTP\n\n```http\n{request}\n```\n",
        front(locale, "05/02/2022", HASH)
    )
}

/// A type page without its source side; `rows` are the names of its properties.
fn plain_type(locale: &str, rows: &[&str]) -> String {
    let (section, head) = match locale {
        "zh-CN" => ("属性", "|属性|类型|说明|"),
        "pt-BR" => ("Propriedades", "|Propriedade|Tipo|Descrição|"),
        _ => ("Свойства", "|Свойство|Тип|Описание|"),
    };
    let rows: String = rows.iter().map(|name| format!("|{name}|String|x|\n")).collect();
    format!(
        "{}# lamp\n\n## <a name=\"properties\"></a>{section}\n\n{head}\n|:--|:--|:--|\n{rows}\n## <a name=\"json-representation\"></a>JSON\n\n<!-- {{ \"blockType\": \"resource\", \
         \"@odata.type\": \"microsoft.graph.lamp\" }} -->\n```json\n{{}}\n```\n",
        front(locale, "05/02/2022", HASH)
    )
}

fn both(source: &str, localized: &str) -> String {
    format!(
        "<span data-ttu-id=\"a-1\">{localized}</span><span class=\"sxs-lookup\"><span \
         data-stu-id=\"a-1\">{source}</span></span>"
    )
}

/// A type page with both sides.
fn both_type(rows: &[&str]) -> String {
    let rows: String = rows.iter().map(|name| format!("|{name}|String|{}|\n", both("It.", "它。"))).collect();
    let head = [("Property", "属性"), ("Type", "类型"), ("Description", "说明")].map(|(source, own)| both(source, own));
    format!(
        "{}# <a name=\"lamp\"></a>{}\n\n## <a name=\"properties\"></a>{}\n\n|{}|\n|:--|:--|:--|\n{rows}\n## <a \
         name=\"json-representation\"></a>{}\n\n<!-- {{ \"blockType\": \"resource\", \"@odata.type\": \
         \"microsoft.graph.lamp\" }} -->\n```json\n{{}}\n```\n",
        front("zh-CN", "05/02/2021", "ffffffffffffffffffffffffffffffffffffffff"),
        both("lamp resource type", "lamp 资源类型"),
        both("Properties", "属性"),
        head.join("|"),
        both("JSON representation", "JSON 表示形式"),
    )
}

/// An API page with both sides.
fn both_api(requests: &str) -> String {
    format!(
        "{}# <a name=\"lamp\"></a>{}\n\n## <a name=\"http-request\"></a>{}\n\n```http\n{requests}\n```\n",
        front("zh-CN", "05/02/2021", "ffffffffffffffffffffffffffffffffffffffff"),
        both("Get lamp", "获取 lamp"),
        both("HTTP request", "HTTP 请求"),
    )
}

fn checkout(name: &str) -> Checkout {
    let checkout = Checkout::new(name);
    checkout.write("docs-input/sources.yaml", SOURCES);
    for (folder, locale, rows) in [
        ("zh", "zh-CN", ["id", "wick", "发光"]),
        ("pt", "pt-BR", ["id", "wick", "glow"]),
        ("ru", "ru-RU", ["id", "wick", "glow"]),
    ] {
        checkout.docs(folder, &[("lamp-get", &plain_api(locale, "GET /lamps/{lampId}"))]);
        checkout.write(&format!("{folder}/api-reference/v1.0/resources/lamp.md"), plain_type(locale, &rows));
    }
    checkout.docs(
        "zh-both",
        &[("lamp-get", &both_api("GET /lamps/{id}\nGET /me/lamp")), ("lamp-burn", &both_api("POST /lamps/{id}/burn"))],
    );
    let older = both_type(&["id", "oil", "wick", "glow"]);
    checkout.write("zh-both/api-reference/v1.0/resources/lamp.md", older);
    checkout
}

const ALL: [&str; 8] = ["--source", "zh-both=zh-both", "--source", "zh=zh", "--source", "pt=pt", "--source", "ru=ru"];

#[test]
fn pages_of_several_sources_are_merged_and_what_is_no_longer_documented_stays() {
    let checkout = checkout("merged");
    let text = checkout.regen(&ALL);
    check(
        &text,
        &["named docs: 9 pages: 3 taken; 6 merged with another copy", "merging: GX0901 1, GX0908 1, GX0913 2"],
    );
    let surface = checkout.read("generated/API.txt");
    let marked: Vec<&str> = surface.lines().filter(|line| line.contains("last documented on 2021-08-27")).collect();
    let marked = marked.join("\n");
    check(&marked, &["v1 POST /lamps/{id}/burn → ", "v1 GET /me/lamp → ", "v1 property types::Lamp::oil: "]);
    assert_eq!(marked.lines().count(), 3, "{marked}");
    check(&surface, &["v1 GET /lamps/{id} → ", "types::Lamp::glow: ", "v1 DELETE /lamps/{id} → "]);
    let lamp = checkout.read("generated/src/v1/types/l/lamp.rs");
    check(&lamp, &["Last documented on 2021-08-27; newer docs do not have it."]);
    check(
        &checkout.facts(),
        &["last_documented: 2021-08-27", "GET /me/lamp: 2021-08-27", "witnesses:", "GET /lamps/{lampId}"],
    );

    // What was known before is still there, with its source.
    let sources = checkout.sources();
    check(
        &sources.join("\n"),
        &["zh-CN repository: some/docs.zh revision: '2222222222222222222222222222222222222222'"],
    );
    let of = |name: &str| sources.iter().position(|source| source.contains(name)).map(|at| sources[at].clone());
    let pages = |revision: &str| of(revision).map(|text| text.split("pages: ").nth(1).map(str::to_owned));
    for revision in ["2222", "3333", "4444"] {
        assert!(pages(revision).flatten().is_some_and(|rest| rest.starts_with('2')), "{sources:?}");
    }
    assert!(pages("1111").flatten().is_some_and(|rest| rest.starts_with('3')), "{sources:?}");
    assert!(pages("r1").flatten().is_some_and(|rest| rest.starts_with('3')), "{sources:?}");

    // From the facts alone, the client is the same, and a second run changes nothing.
    check(&checkout.regen(&["--check"]), &["generated: 0 differ, 0 missing"]);
    checkout.regen(&[&["--check"], &ALL[..]].concat());
}

#[test]
fn a_partial_run_stays_true() {
    let checkout = checkout("partial");
    checkout.regen(&ALL);
    let before = checkout.sources();
    // One page of one locale alone.
    checkout.docs("part", &[("lamp-get", &page("GET /lamps/{id}", "Lamp.Read", "01/02/2026"))]);
    checkout.regen(&["--docs", "part", "--revision", "r9"]);
    let after = checkout.sources();
    assert_eq!(after.len(), before.len() + 1, "{after:?}");
    let count = |sources: &[String], revision: &str| {
        let source = sources.iter().find(|source| source.contains(revision));
        let source = source.unwrap_or_else(|| panic!("{revision}: {sources:?}"));
        let rest = source.split("pages: ").nth(1).expect("a count");
        rest.split(' ').next().and_then(|count| count.parse::<usize>().ok()).expect("a number")
    };
    for revision in ["1111", "2222", "3333", "4444"] {
        assert_eq!(count(&after, revision) + 1, count(&before, revision), "{after:?}");
    }
    assert_eq!((count(&after, "r9"), count(&after, "r1")), (1, 3));
    // And back.
    checkout.regen(&ALL);
    assert_eq!(checkout.sources(), before);
}

#[test]
fn pruning_removes_what_is_no_longer_documented() {
    let checkout = checkout("pruned");
    let text = checkout.regen(&[&ALL[..], &["--prune"]].concat());
    check(
        &text,
        &["1 that newer sources no longer have, removed", "3 pages known before, but not in these docs: removed"],
    );
    let surface = checkout.read("generated/API.txt");
    assert!(!surface.contains("last documented") && !surface.contains("burn"), "{surface}");
    check(&surface, &["v1 GET /lamps/{lampId} → "]);
}

#[test]
fn a_revision_of_a_repository_is_a_source() {
    let checkout = checkout("repository");
    checkout.git("zh", &["init", "--quiet"]);
    checkout.git("zh", &["add", "."]);
    checkout.git("zh", &["commit", "--quiet", "-m", "one"]);
    let text = checkout.regen(&["--source", "zh=zh@HEAD", "--source", "pt=pt", "--out", "client"]);
    check(&text, &["2 pages of 2 sources", "named docs: 4 pages: 2 taken; 2 merged with another copy"]);
    check(&checkout.read("client/API.txt"), &["v1 GET /lamps/{lampId} → "]);
}

#[test]
fn wrong_sources_are_refused() {
    let checkout = checkout("refused");
    let refused = |argument: &str| checkout.refused(&["--source", argument]);
    check(&refused("zh"), &["neither NAME=DIR nor NAME=REPOSITORY@REVISION"]);
    check(&refused("none=zh"), &["has no source `none`, only: zh-both, zh, pt, ru, odd"]);
    check(&refused("odd=zh"), &["there is no vocabulary for xx-XX", "generator/vocab/xx-XX.toml"]);
    check(&refused("zh=nowhere"), &["source `zh`: there is no folder nowhere"]);
    check(&checkout.refused(&["--source", "zh=zh", "--source", "zh=zh"]), &["`--source zh` is given twice"]);
    check(&checkout.refused(&["--source", "zh=zh", "--docs", "pt"]), &["cannot be used with"]);
}
