//! Malicious pages: no panic, no hang, no file outside the output, no code injection.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use graphdocs::conform::conform;
use graphdocs::extract::{IncludeTexts, PageInput, extract_documented, extract_page};
use graphdocs::facts_file::{self, Lock, LockedSource};
use graphdocs::generate::generate;
use graphdocs::link::link;
use graphdocs::model::facts::{PageFacts, TypeFacts};
use graphdocs::model::prose::Prose;
use graphdocs::policy::Policy;
use graphdocs::source::{PagePath, is_hidden};

use crate::support::{cases, templates, vocab};

fn extract(raw: &[u8]) -> PageFacts {
    let started = Instant::now();
    let facts =
        extract_page(PageInput::new(&PagePath::new("api-reference/v1.0/api/hostile.md"), "zh-CN", raw), &vocab());
    assert!(started.elapsed() < Duration::from_secs(20), "took {:?}", started.elapsed());
    facts
}

fn extract_resource(raw: &[u8]) -> PageFacts {
    let started = Instant::now();
    let facts =
        extract_page(PageInput::new(&PagePath::new("api-reference/v1.0/resources/hostile.md"), "zh-CN", raw), &vocab());
    assert!(started.elapsed() < Duration::from_secs(20), "took {:?}", started.elapsed());
    facts
}

#[track_caller]
fn check_code(facts: &PageFacts, code: &str) {
    assert!(
        facts.diagnostics.iter().any(|found| found.code.id == code),
        "expected {code}, found {:#?}",
        facts.diagnostics
    );
}

#[test]
fn a_50_mb_page() {
    check_code(&extract(&vec![b'x'; 50 << 20]), "GX0001");
}

#[test]
fn random_bytes() {
    // A linear congruential generator (Numerical Recipes); the seed makes it repeatable.
    let mut state = 1_u32;
    let bytes: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(100_000)
    .collect();
    check_code(&extract(&bytes), "GX0002");
    // The same as text, with a character for each byte.
    let text: String = bytes.iter().filter(|&&byte| byte != 0).map(|&byte| char::from(byte)).collect();
    check_code(&extract(text.as_bytes()), "GX0201");
}

#[test]
fn an_empty_page() {
    check_code(&extract(b""), "GX0003");
}

#[test]
fn an_alias_bomb() {
    let mut yaml = String::from("l0: &l0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let alias = format!("*l{}", level - 1);
        yaml += &format!("l{level}: &l{level} [{}]\n", [alias.as_str(); 9].join(", "));
    }
    let page = format!("---\n{yaml}title: {{a: {}}}\n---\n# Ping\n", "{a: ".repeat(500));
    check_code(&extract(page.as_bytes()), "GX0101");
}

#[test]
fn too_many_cells() {
    let page = format!(
        "# x\n|{}|\n|{}|\n{}",
        "a|".repeat(299),
        "-|".repeat(299),
        format!("|{}|\n", "x|".repeat(299)).repeat(1_000)
    );
    check_code(&extract(page.as_bytes()), "GX0001");
}

#[test]
fn deep_nesting_and_long_lines() {
    for unit in [">", "- ", "[", "*", "<b>", "![", "`", "<!--", "|", "<span data-ttu-id=\"a-1\">", "# <a name=\""] {
        let _ = extract(format!("# x\n{}\n", unit.repeat(50_000)).as_bytes());
    }
}

#[test]
fn long_descriptions() {
    let before = "# x resource type\n\n## Properties\n\n|Property|Type|Description|\n|:-|:-|:-|\n|a|String|Possible values are: ";
    for unit in
        ["possible values: `a`. ", "`a` - b. ", "`a` (", "(`a` ", "a, ", "`a`<br>", "e.g. ", "`a` (default ", "`"]
    {
        let _ = extract_resource(format!("{before}{}|\n", unit.repeat(20_000)).as_bytes());
    }
}

/// A page whose includes are these files of `v1.0/includes`.
fn extract_with(page: &str, files: &[(&str, &[u8])]) -> PageFacts {
    let started = Instant::now();
    let path = PagePath::new("api-reference/v1.0/api/hostile.md");
    let includes: IncludeTexts = files
        .iter()
        .map(|(name, raw)| (PagePath::new(&format!("api-reference/v1.0/includes/{name}")), raw.to_vec()))
        .collect();
    let input = PageInput { includes: &includes, ..PageInput::new(&path, "en-US", page.as_bytes()) };
    let facts = extract_page(input, &vocab());
    assert!(started.elapsed() < Duration::from_secs(20), "took {:?}", started.elapsed());
    facts
}

#[test]
fn includes_that_never_end() {
    let page = "# x\n\n[!INCLUDE [a](../includes/a.md)]\n";
    let itself: &[u8] = b"[!INCLUDE [a](a.md)]\n[!INCLUDE [a](a.md)]\n";
    check_code(&extract_with(page, &[("a.md", itself)]), "GX0113");
    let (to_b, to_a): (&[u8], &[u8]) = (b"[!INCLUDE [b](b.md)]\n", b"[!INCLUDE [a](a.md)]\n");
    check_code(&extract_with(page, &[("a.md", to_b), ("b.md", to_a)]), "GX0113");
    check_code(&extract_with(page, &[("a.md", b"[!INCLUDE [x](../api/hostile.md)]\n")]), "GX0113");
    // Each of them includes the next one many times.
    let files: Vec<_> = (0..8)
        .map(|level| (format!("{level}.md"), format!("[!INCLUDE [x]({}.md)]\n", level + 1).repeat(200).into_bytes()))
        .collect();
    let files: Vec<_> = files.iter().map(|(name, raw)| (name.as_str(), raw.as_slice())).collect();
    check_code(&extract_with("# x\n\n[!INCLUDE [a](../includes/0.md)]\n", &files), "GX0113");
}

#[test]
fn includes_of_other_places() {
    for target in ["../../../../../etc/passwd", "/../../x.md", "..\\..\\..\\..\\x.md", "~/../x.md", "../../../../x.md"]
    {
        check_code(&extract_with(&format!("# x\n\n[!INCLUDE [a]({target})]\n"), &[]), "GX0113");
    }
    for target in [
        "file:///x.md",
        "https://example.com/x.md",
        "",
        "../includes",
        "a\u{0}.md",
        "%2e%2e/%2e%2e/x.md",
        "../../../x.md",
    ] {
        let facts = extract_with(&format!("# x\n\n[!INCLUDE [a]({target})]\n"), &[]);
        assert!(facts.diagnostics.iter().any(|found| !found.code.id.is_empty()), "{target}");
    }
}

#[test]
fn includes_with_bad_bytes() {
    let page = "# x\n\n## HTTP request\n\n[!INCLUDE [a](../includes/a.md)]\n\n```http\nGET /b\n```\n";
    let huge = vec![b'x'; 50 << 20];
    let bad: [&[u8]; 3] = [b"a\0b", b"\xff\xfe\x00", &huge];
    for raw in bad {
        check_code(&extract_with(page, &[("a.md", raw)]), "GX0113");
    }
    // What is open at the end of an include does not swallow the page.
    let open: [&[u8]; 7] = [b"<!-- x", b"<!-- x <!-- y -->", b"---\ntitle: x", b"> ", b"- a\n  - b", b"|a|\n|-|", b""];
    for raw in open {
        let facts = extract_with(page, &[("a.md", raw)]);
        assert_eq!(facts.requests.len(), 1, "{}", String::from_utf8_lossy(raw));
    }
    for raw in [b"```\nx".as_slice(), b"~~~", b"<table><tr><td>", b"<span data-ttu-id=\"a\">", b"<div>"] {
        let _ = extract_with(page, &[("a.md", raw)]);
    }
}

#[test]
fn many_includes() {
    let line = "[!INCLUDE [a](../includes/a.md)]\n";
    for (page, text) in [
        (line.repeat(100_000), "x"),
        (format!("|a|\n|-|\n{}", format!("|{} y|\n", line.trim_end()).repeat(10_000)), "x"),
        (line.repeat(10_000), "|a|\n|-|\n|b|\n"),
        (format!("<!--\n{}-->\n", line.repeat(50_000)), "x"),
        (format!("```\n{}```\n", line.repeat(50_000)), "x"),
        ("[!INCLUDE [".repeat(50_000), "x"),
        ("[!INCLUDE [a](".repeat(50_000), "x"),
    ] {
        let _ = extract_with(&format!("# x\n\n{page}"), &[("a.md", text.as_bytes())]);
    }
    let front = format!("---\ntitle: \"{}\"\n---\n# x\n", line.trim_end());
    let covered =
        [front.as_str(), "# x\n<!-- [!INCLUDE [a](../includes/a.md)] -->\n", "# x\n```\n[!INCLUDE [a](a.md)]\n```\n"];
    for page in covered {
        assert_eq!(extract_with(page, &[]).accounting.includes, 0, "{page}");
    }
}

#[test]
fn many_roles() {
    let before = "# x\n\n## Permissions\n\n";
    let needed = "The user must be assigned one of the following Microsoft Entra roles:";
    for (unit, count) in [
        ("- *Lamp Reader* To read x: *A B*, y. However, to z, *C D*.\n", 10_000),
        ("A B role, C D or E F role ", 50_000),
        ("must be assigned a Lamp Reader role. ", 20_000),
        ("A ", 100_000),
        (" role", 100_000),
        ("*A B*. ", 50_000),
    ] {
        let _ = extract_with(&format!("{before}{needed} {}\n", unit.repeat(count)), &[]);
        let _ = extract_with(&format!("{before}{needed}\n\n{}\n", unit.repeat(count)), &[]);
    }
}

#[test]
fn sentences_of_today_that_repeat_themselves() {
    const BYTES: usize = 400_000;
    let fill = |text: &str| text.repeat(BYTES / text.len());
    let role =
        format!("# T\n\n## Permissions\n\nThe user must be assigned one of the following roles {}\n", fill("Role "));
    assert!(extract(role.as_bytes()).roles.len() < 10, "no list of names is so long");
    let head = "# lamp resource type\n\n## Properties\n|Property|Type|Description|\n|:-|:-|:-|\n|a|String|";
    let property = |description: &str| {
        let mut facts = extract_resource(format!("{head}{description}|\n").as_bytes());
        facts.types.remove(0).properties.remove(0)
    };
    let filter = property(&format!("Text. Supports {}", fill("`$filter` (`eq`), ")));
    assert_eq!(filter.filter_operators, ["eq"]);
    let end = property(&format!("Deprecated. {}", fill("Use instead [9](x). Deprecated use **9 9**. ")));
    assert_eq!(end.deprecated.and_then(|end| end.successor), None);
    let values = property(&fill("Use `Prefer: include-unknown-enum-members` to get: `a`. "));
    assert_eq!(values.only_with_prefer, ["a"]);
    let cases: String = (0..BYTES / 24).map(|case| format!("A.Read; for c{case}: B.Read; ")).collect();
    let table = format!(
        "# T\n\n## Permissions\n\n|Permission type|Least privileged permissions|Higher privileged permissions|\n\
         |:-|:-|:-|\n|Application|{cases}|{cases}|\n"
    );
    assert_eq!(extract(table.as_bytes()).permissions.application.least, [["A.Read"], ["B.Read"]]);
}

fn found_codes(facts: &PageFacts) -> Vec<&str> {
    facts.diagnostics.iter().map(|found| found.code.id).collect()
}

#[test]
fn many_combinations_of_permissions() {
    let table = |lists: usize| {
        let cell = vec!["A.Read, B.Read"; lists].join(" plus ");
        let header = "|Permission type|Permissions (from least to most privileged)|\n|:-|:-|\n";
        extract(format!("# T\n\n## Permissions\n\n{header}|Application|{cell}|\n").as_bytes())
    };
    let most = table(7);
    assert_eq!(most.permissions.application.alternatives.len(), 128);
    assert!(!found_codes(&most).contains(&"GX0304"), "{:#?}", most.diagnostics);
    for lists in [8, 20_000] {
        let facts = table(lists);
        let row = &facts.permissions.application;
        assert_eq!((row.supported, row.scopes.len(), row.alternatives.len()), (Some(true), 2, 0));
        check_code(&facts, "GX0304");
    }
}

#[test]
fn many_examples() {
    let page = |count: usize| {
        let example = "```http\nGET https://graph.microsoft.com/v1.0/lamps\n```\n\n";
        extract(format!("# T\n\n## Example\n\n{}", example.repeat(count)).as_bytes())
    };
    for (count, is_cut) in [(511, false), (512, false), (513, true), (5_000, true)] {
        let facts = page(count);
        assert_eq!(facts.examples.len(), count.min(512));
        assert_eq!(found_codes(&facts).contains(&"GX0001"), is_cut, "{count}");
    }
}

#[test]
fn long_chains_of_base_types() {
    let vocab = vocab();
    let codes_of = |count: usize| {
        let page = |number: usize| {
            let base = if number == 0 { String::new() } else { format!("Inherits from [t{0}](t{0}.md).", number - 1) };
            let path = PagePath::new(&format!("api-reference/v1.0/resources/t{number}.md"));
            let text = format!(
                "# t{number} resource type\n\nNamespace: microsoft.graph\n\n{base}\n\n## Properties\n\n\
                 |Property|Type|Description|\n|:-|:-|:-|\n|p{number}|String|x|\n"
            );
            extract_page(PageInput::new(&path, "en-US", text.as_bytes()), &vocab)
        };
        let pages: Vec<_> = (0..count).map(page).collect();
        let linked = link(&pages, vocab.words("en"), &Policy::default());
        linked.diagnostics.iter().map(|(_, found)| found.code.id).filter(|id| ["GX0705", "GX0734"].contains(id)).count()
    };
    for (count, expected) in [(32, 0), (33, 1), (64, 1), (65, 2), (320, 9)] {
        assert_eq!(codes_of(count), expected, "{count}");
    }
}

#[test]
fn many_rows_and_links() {
    let before = "# x resource type\n\n## Properties\n\n|Property|Type|Description|\n|:-|:-|:-|\n";
    let after = "\n## JSON representation\n\n<!-- { \"blockType\": \"resource\", \"@odata.type\": \"microsoft.graph.x\" } -->\n```json\n{}\n```\n";
    for row in ["|A sentence.|[String](#y-values)|x|\n", "|公开|String|x|\n", "|[a](#b)|[c](#d)|[e](#f)|\n"] {
        let sections = "\n### y values\n|Value|\n|:-|\n|a|\n".repeat(2_000);
        let _ = extract_resource(format!("{before}{}{sections}{after}", row.repeat(10_000)).as_bytes());
    }
}

#[test]
fn an_unknown_version_is_left_out() {
    let page = "# List lamps\n\n## HTTP request\n\n```http\nGET /lamps\n```\n\n## Response\n\n`200 OK`\n";
    let read = |path: &str| extract_page(PageInput::new(&PagePath::new(path), "en-US", page.as_bytes()), &vocab());
    for version in ["v9.9", "v2.0", "v1.0-preview", "alpha", "x"] {
        let facts = read(&format!("api-reference/{version}/api/lamp-list.md"));
        check_code(&facts, "GX0004");
        assert!(facts.requests.is_empty() && !facts.is_of_use(), "{version}");
    }
    for path in [
        "api-reference/v1.0/api/lamp-list.md",
        "api-reference/BETA/api/lamp-list.md",
        "api-reference/api/lamp-list.md",
        "lamp-list.md",
    ] {
        assert_eq!(read(path).requests.len(), 1, "{path}");
    }
}

#[test]
fn a_byte_order_mark_is_no_text() {
    let page = "---\ntitle: List lamps\n---\n# List lamps\n\n## HTTP request\n\n[!INCLUDE [a](../includes/a.md)]\n";
    let include = "---\ntitle: a\n---\n```http\nGET /lamps\n```\n";
    let plain = extract_with(page, &[("a.md", include.as_bytes())]);
    let marked = extract_with(&format!("\u{feff}{page}"), &[("a.md", format!("\u{feff}{include}").as_bytes())]);
    assert_eq!(plain.requests.len(), 1);
    assert_eq!(facts_file::whole(&plain), facts_file::whole(&marked));
    for text in facts_file::write(&[plain]).values() {
        let marked = facts_file::read(&format!("\u{feff}{text}")).expect("facts");
        assert_eq!(marked[0].requests[0].path, "/lamps");
    }
}

/// Nothing is found outside the file, wherever repairs move the text.
#[test]
fn findings_are_inside_the_page() {
    let unclosed = "## A\n\n```http\nGET /lamps\n\n## <a name=\"b\"></a>B\n\n```json\n{}\n```json\n{}\n```\n";
    for raw in [
        format!("# x\n\n{}", unclosed.repeat(50)),
        "# x\n\n```http\nGET /a\n```http\n```http".to_owned(),
        format!("# x\n{}", "```http\n<!-- x -->\n## y\n".repeat(99)),
        format!("# x\n\n```http\n{}", "<a name=\"x\"></a>\n# <a name=\"y\"></a>灯".repeat(9)),
        "# x\r\n\r\n```http\r\nGET /a\r\n## b\r\n```json\r\n".repeat(20),
    ] {
        let facts = extract(raw.as_bytes());
        let lines = u32::try_from(raw.lines().count()).expect("a line");
        assert!(!facts.diagnostics.is_empty(), "{raw}");
        for found in &facts.diagnostics {
            assert!(found.position.line <= lines + 1 && found.span.end as usize <= raw.len(), "{found:?}");
        }
    }
    // Each finding names the line that the repair is in front of.
    let lines: Vec<u32> = extract(format!("# x\n\n{}", unclosed.repeat(3)).as_bytes())
        .diagnostics
        .iter()
        .filter(|found| found.code.id == "GX0104")
        .map(|found| found.position.line)
        .collect();
    assert_eq!(lines, [8, 20, 32]);
}

#[test]
fn deep_facts_files() {
    for text in ["[", "{a: ", "{\"a\": [", "[\n", "? [", "- ", "&a [", "!b {c: "] {
        for before in ["version: v1.0\npages: ", "", "--- ", "\u{feff}"] {
            let started = Instant::now();
            let deep = format!("{before}{}", text.repeat(100_000));
            assert!(facts_file::read(&deep).is_err() && facts_file::read_lock(&deep).is_err(), "{text}");
            assert!(started.elapsed() < Duration::from_secs(5), "{before}{text}… took {:?}", started.elapsed());
        }
    }
}

#[test]
fn tables_of_html() {
    for unit in [
        "<table><tr><td>",
        "<table\n\n",
        "<table><tr><td>x</table>\n\n",
        "<table><b><a><code>",
        "</table>\n\n<table>\n",
    ] {
        let _ = extract_resource(format!("# x resource type\n\n{}</table>\n", unit.repeat(20_000)).as_bytes());
    }
}

#[test]
fn every_truncation_of_every_fixture() {
    let vocab = vocab();
    for case in cases() {
        let raw = case.read();
        for end in (0..raw.len()).step_by(97) {
            let page = extract_page(PageInput::new(&case.path, "zh-CN", &raw[..end]), &vocab);
            let examples = extract_documented(PageInput::new(&case.path, "zh-CN", &raw[..end]), &vocab);
            let _ = conform(&link(&[page], vocab.words("en"), &Policy::default()).api, &examples);
        }
    }
}

#[test]
fn names_become_harmless() {
    let nasty =
        ["\"; fn main() {} //", "r#type", "self", "😀", "../../x", "*/", "#![allow(x)]", "a\\u{0}b", "`", "]()"];
    for name in nasty {
        let page = format!(
            "# {name}: {name}\n\n## Permissions\n\n|Permission type|Permissions ({name})|\n|:--|:--|\n|{name}|A.Read.All, {name}|\n\n## HTTP request\n\n```http\nPOST /area/{{{name}}}/things/{name}\nPOST /{name}/x\nPOST /area/x(y='{name}')\n```\n\n## Request body\n\n|Property|Type|Description|\n|:--|:--|:--|\n|{name}|{name}|Possible values are: `{name}`.|\n|ok|String|{name}|\n\n## Response\n\n`204 No Content`\n"
        );
        let facts = extract(page.as_bytes());
        let generation = generate(&[facts], &templates(), &vocab(), &Policy::default(), &Prose::default(), &[])
            .expect("tokens that parse");
        for (path, content) in &generation.files {
            let is_safe = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte))
                && !path.contains("..")
                && !path.starts_with('/');
            assert!(is_safe, "{path}");
            if path.ends_with(".rs") {
                let text = String::from_utf8(content.clone()).expect("UTF-8");
                let file = syn_items(&text);
                assert!(!file.iter().any(|item| item == "main"), "{name} injected code into {path}:\n{text}");
            }
        }
    }
}

/// The names of all functions outside comments and strings.
fn syn_items(text: &str) -> Vec<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let outside_strings: Vec<&str> = code.split('"').step_by(2).collect();
    let words = outside_strings.join(" ");
    words
        .match_indices("fn ")
        .map(|(at, _)| words[at + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .collect()
}

/// Hidden characters from the docs do not break lines and are escaped, in every file for review.
#[test]
fn nothing_hides_in_reviewed_files() {
    let vocab = vocab();
    let front = "---\nms.sourcegitcommit: \"abc\\nINJECTED\"\nms.lasthandoff: 01/02/2021\n---\n";
    let list = "# List lamps\n\n## HTTP request\n\n```http\nGET /lamps\u{202e}x\nGET /lamps\n```\n\n## Response\n\n\
                If successful, it returns `200 OK` and a collection of [lamp](../resources/lamp.md) objects.\n";
    let lamp = "# lamp resource type\n\nNamespace: microsoft.graph\n\nA lamp.\n\n## Properties\n\n|Property|Type|Description|\n\
                |:--|:--|:--|\n|id|String|Its id.|\n|co\u{202e}lour|St\u{2066}ring|Its colour.|\n\
                |mood|String|Possible values are: `calm\u{200f}`, `wi\u{202e}ld`.|\n";
    let page =
        |path: &str, text: &str| extract_page(PageInput::new(&PagePath::new(path), "en-US", text.as_bytes()), &vocab);
    let facts = [
        page("api-reference/v1.0/api/lamp\nINJECTED-list.md", &format!("{front}{list}")),
        page("api-reference/v1.0/resources/lamp.md", &format!("{front}{lamp}")),
    ];
    let generation = generate(&facts, &templates(), &vocab, &Policy::default(), &Prose::default(), &[]).expect("files");
    let mut texts: Vec<(String, String)> = facts_file::write(&facts).into_iter().collect();
    let source = LockedSource {
        name: Some("a\nINJECTED".to_owned()),
        locale: "en\n\u{202e}-US".to_owned(),
        repository: Some("a\nINJECTED".to_owned()),
        revision: Some("a\nINJECTED".to_owned()),
        plain: true,
        pages: 2,
        listed: vec!["a\nINJECTED".to_owned()],
    };
    let lock = Lock {
        sources: vec![source],
        includes: BTreeMap::new(),
        files: BTreeMap::from([("v1.0/a\nINJECTED.yaml".to_owned(), "x".to_owned())]),
    };
    texts.push(("lock.yaml".to_owned(), facts_file::write_lock(&lock)));
    for (path, content) in &generation.files {
        texts.push((path.clone(), String::from_utf8(content.clone()).expect("text")));
    }
    for (path, found) in &generation.diagnostics {
        texts.push(("diagnostics".to_owned(), found.render(path).replacen('\n', " ", 1)));
    }
    for (path, text) in &texts {
        assert!(!text.contains(|c| c != '\n' && is_hidden(c)), "{path}: {text:?}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("INJECTED")), "{path}: {text}");
    }
    let of = |name: &str| &texts.iter().find(|(path, _)| path == name).expect("a file").1;
    let line = "api-reference/v1.0/api/lamp\\u{a}INJECTED-list.md en-US 2021-01-02 abc\\u{a}INJECTED\n";
    assert!(of("REGEN.lock").contains(line), "{}", of("REGEN.lock"));
    assert!(of("lock.yaml").contains("revision: \"a\\U0000000aINJECTED\"\n"), "{}", of("lock.yaml"));
    // The facts themselves are unchanged.
    assert_eq!(facts_file::read_lock(of("lock.yaml")).expect("a lock").sources[0].locale, "en\n\u{202e}-US");
    let back: Vec<_> = texts.iter().filter(|(path, _)| path.starts_with("v1.0/")).collect();
    let back =
        back.iter().flat_map(|(path, text)| facts_file::read(text).unwrap_or_else(|error| panic!("{path}: {error}")));
    let types: Vec<_> = back.flat_map(|page| page.types).collect();
    assert_eq!(types, facts[1].types.iter().cloned().map(without_lines).collect::<Vec<_>>());
}

/// As in files.
fn without_lines(mut ty: TypeFacts) -> TypeFacts {
    ty.line = 0;
    ty.properties.iter_mut().chain(&mut ty.relationships).for_each(|property| property.line = 0);
    ty.members.iter_mut().for_each(|member| member.line = 0);
    ty
}
