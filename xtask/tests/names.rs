//! Docs whose names are taken: by features, modules, files, keywords, Windows, the prelude, or each other. The client has
//! all of them under other names, says so, and compiles.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use graphdocs::extract::{PageInput, extract_page};
use graphdocs::generate::{FEATURES_MARKER, Generation, TemplateFile, generate};
use graphdocs::policy::Policy;
use graphdocs::source::PagePath;
use graphdocs::vocab::Vocab;

const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "Self", "static", "struct", "super", "trait",
    "true", "try", "type", "typeof", "union", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];
const DEVICES: &[&str] = &[
    "con", "aux", "prn", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1",
    "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "conin$", "conout$", "clock$", "con.rs", "aux.txt",
];
const OF_THE_CRATE: &[&str] = &[
    "default",
    "full",
    "client",
    "transport",
    "blocking",
    "azure",
    "tracing",
    "sign-in",
    "signIn",
    "notifications",
    "names",
    "v1",
    "beta",
    "v1.0",
    "other-types",
    "otherTypes",
    "actions",
    "types",
    "runtime",
    "lib",
    "main",
    "std",
    "core",
    "alloc",
    "serde",
    "serde_json",
    "bytes",
    "reqwest",
    "ureq",
    "tokio",
    "http",
    "jiff",
    "chrono",
    "time",
    "msgraph",
    "rt",
    "json",
    "build",
    "test",
    "tests",
    "examples",
    "operations",
    "src",
    "target",
];
const OF_THE_PRELUDE: &[&str] = &[
    "Box", "String", "Vec", "Option", "Result", "Some", "None", "Ok", "Err", "Default", "Clone", "Copy", "Debug",
    "Send", "Sync", "Into", "From", "Iterator", "Drop", "ToString", "bool", "str", "u16", "i32", "i64", "f64", "char",
    "usize", "println",
];
const OF_TYPES: &[&str] = &[
    "kind",
    "Kind",
    "additional",
    "undocumented",
    "lampKind",
    "read",
    "write",
    "new",
    "clone",
    "from",
    "id",
    "body",
    "path",
    "query",
    "cast",
    "empty",
    "NAME",
    "operation",
    "a",
    "b",
    "A",
];
/// Only capitals or punctuation differ.
const ALIKE: &[&str] = &[
    "crate_", "Crate", "CRATE", "type_", "Type", "fooBar", "foobar", "FooBar", "foo_bar", "foo-bar", "FOOBAR", "self_",
    "_", "__", "1st", "_1st",
];

fn all() -> Vec<&'static str> {
    [KEYWORDS, DEVICES, OF_THE_CRATE, OF_THE_PRELUDE, OF_TYPES, ALIKE].concat()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The hand-written part of the client.
fn templates() -> Vec<TemplateFile> {
    let folder = root().join("templates");
    let mut templates = Vec::new();
    let is_own = |entry: &walkdir::DirEntry| !matches!(entry.file_name().to_str(), Some("checks" | "target" | "fuzz"));
    for entry in walkdir::WalkDir::new(&folder).sort_by_file_name().into_iter().filter_entry(is_own) {
        let entry = entry.expect("a readable folder");
        if entry.file_type().is_file() {
            let path =
                entry.path().strip_prefix(&folder).expect("below the folder").to_string_lossy().replace('\\', "/");
            templates.push(TemplateFile { path, content: fs::read(entry.path()).expect("a template") });
        }
    }
    templates
}

fn vocab() -> Vocab {
    let text = fs::read_to_string(root().join("generator/vocab/en.toml")).expect("the vocabulary");
    Vocab::parse([("en.toml", text.as_str())]).expect("the vocabulary")
}

/// The pages of a service that uses these names for everything.
fn pages() -> Vec<(String, String)> {
    let mut pages = Vec::new();
    let mut page = |path: String, text: String| pages.push((format!("api-reference/{path}.md"), text));
    let ok = "## Response\n\nIf successful, this method returns a `200 OK` response code and a [lamp](../resources/lamp.md) object.\n";
    let rows = |ty: &str| {
        let rows = all().into_iter().map(|name| format!("|{name}|{ty}|A lamp.|\n"));
        rows.collect::<String>()
    };
    for (number, name) in all().into_iter().enumerate() {
        for version in ["v1.0", "beta"] {
            let templates = format!(
                "GET /{name}\nGET /{name}/{{id}}\nGET /{name}/{{id}}/{name}\nGET /lamps/{{id}}/{name}/{{{name}}}"
            );
            page(
                format!("{version}/api/lamp{number}-get"),
                format!("# Get {number}\n\n## HTTP request\n\n```http\n{templates}\n```\n\n{ok}"),
            );
        }
        let body = format!("## Request body\n\n|Parameter|Type|Description|\n|:-|:-|:-|\n{}", rows("String"));
        let templates = format!("POST /lamps/{{id}}/do/{name}");
        page(
            format!("v1.0/api/lamp-do{number}"),
            format!(
                "# Do {number}\n\n## HTTP request\n\n```http\n{templates}\n```\n\n{body}\n## Response\n\n`204 No Content`\n"
            ),
        );
        let function = format!("GET /lamps/on{number}({name}='{{{name}}}',body='{{body}}')");
        page(
            format!("v1.0/api/lamp-on{number}"),
            format!("# On {number}\n\n## HTTP request\n\n```http\n{function}\n```\n\n{ok}"),
        );
        let namespace = if number % 2 == 0 { "" } else { "a.b." };
        let ty = format!("microsoft.graph.{namespace}{name}");
        let block = format!(
            "<!-- {{\"blockType\": \"resource\", \"@odata.type\": \"{ty}\", \"baseType\": \"microsoft.graph.lamp\"}} -->\n```json\n{{}}\n```\n"
        );
        let values = all().into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let table = format!(
            "|Property|Type|Description|\n|:-|:-|:-|\n{}|mood{number}|lampMood|Possible values are: {values}.|\n",
            if number % 16 == 0 { rows("String") } else { String::new() }
        );
        page(
            format!("v1.0/resources/lamp{number}"),
            format!(
                "# {name} resource type\n\nInherits from [lamp](lamp.md).\n\n## Properties\n\n{table}\n## JSON representation\n\n{block}"
            ),
        );
    }
    let mut table = String::from("|Property|Type|Description|\n|:-|:-|:-|\n|id|String|The key.|\n");
    for (number, name) in all().into_iter().enumerate() {
        let _ = writeln!(table, "|of{number}|[{name}](lamp{number}.md)|A lamp.|");
    }
    let block = "<!-- {\"blockType\": \"resource\", \"keyProperty\": \"id\", \"@odata.type\": \"microsoft.graph.lamp\"} -->\n```json\n{}\n```\n";
    page(
        "v1.0/resources/lamp".to_owned(),
        format!("# lamp resource type\n\n## Properties\n\n{table}\n## JSON representation\n\n{block}"),
    );
    pages
}

fn generation() -> Generation {
    let vocab = vocab();
    let read = |(path, text): &(String, String)| {
        extract_page(PageInput::new(&PagePath::new(path), "en-US", text.as_bytes()), &vocab)
    };
    let facts: Vec<_> = pages().iter().map(read).collect();
    generate(&facts, &templates(), &vocab, &Policy::default(), &Default::default(), &[]).expect("files")
}

#[test]
fn names_that_are_taken() {
    let generation = generation();
    let mut seen = BTreeSet::new();
    for path in generation.files.keys() {
        let lower = path.to_ascii_lowercase();
        for part in lower.split('/') {
            let stem = part.split('.').next().unwrap_or(part);
            let is_port = stem.len() == 4
                && (stem.starts_with("com") || stem.starts_with("lpt"))
                && stem.ends_with(|c: char| c.is_ascii_digit());
            assert!(!is_port && !matches!(stem, "con" | "prn" | "aux" | "nul"), "{path} is a device on Windows");
        }
        assert!(!lower.starts_with("src/v1/") || !lower.ends_with("/mod.rs"), "{path} is also the file of its folder");
        assert!(seen.insert(lower), "{path} differs from another file in case alone");
    }
    let told = |text: &str| {
        generation
            .diagnostics
            .iter()
            .any(|(_, found)| found.code.id == "GX0801" && found.message.to_lowercase().contains(&text.to_lowercase()))
    };
    for area in [
        "tracing",
        "client",
        "default",
        "full",
        "azure",
        "blocking",
        "transport",
        "v1",
        "beta",
        "names",
        "notifications",
        "signIn",
    ] {
        assert!(told(&format!("`v1.0 area {area}` has the name of another feature")), "{area}");
    }
    for area in ["mod", "con", "aux", "prn", "nul", "com1", "lpt1"] {
        assert!(told(&format!("`v1.0 area {area}` cannot have a file")), "{area}");
    }
    for (area, other) in
        [("actions", "a module of types"), ("types", "a module of types"), ("v1", "the module of a version")]
    {
        assert!(told(&format!("`v1.0 area {area}` has the Rust name of `{other}`")), "{area}");
    }

    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("names");
    // A file of an earlier run would be compiled as well.
    if folder.join("src").is_dir() {
        fs::remove_dir_all(folder.join("src")).expect("our own folder");
    }
    for (path, content) in &generation.files {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        let content =
            if path == "Cargo.toml" { [content.as_slice(), b"\n[workspace]\n"].concat() } else { content.clone() };
        fs::write(file, content).expect("a file");
    }
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).expect("the versions of the workspace");
    let manifest = String::from_utf8(generation.files["Cargo.toml"].clone()).expect("text");
    let (_, generated) = manifest.split_once(FEATURES_MARKER).expect("the marker");
    let features: Vec<&str> = generated
        .lines()
        .map_while(|line| Some(line.split_once(" = ")?.0))
        .take_while(|name| *name != "full")
        .collect();
    // Without an HTTP stack, whose compilation takes minutes.
    let features = format!("v1,beta,names,{}", features.join(","));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut check = Command::new(cargo);
    check.args(["check", "--offline", "--quiet", "--lib", "--no-default-features", "--features", &features]);
    check.current_dir(&folder).env("CARGO_TARGET_DIR", folder.join("target")).env_remove("RUSTFLAGS");
    let output = check.output().expect("cargo");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}", text.lines().take(200).collect::<Vec<_>>().join("\n"));
}
