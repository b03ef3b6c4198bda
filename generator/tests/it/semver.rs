//! Checks the classes of changes against `cargo semver-checks`, if this tool is installed: it compares the public items
//! of two small clients. It does not compare the types of results and properties, so the "type change" that both see is
//! an additional argument.

use std::path::{Path, PathBuf};
use std::process::Command;

use graphdocs::changes::{Semver, Snapshot, compare};
use graphdocs::extract::{PageInput, extract_page};
use graphdocs::generate::{generate, plan_crate};
use graphdocs::model::facts::PageFacts;
use graphdocs::model::prose::Prose;
use graphdocs::policy::Policy;
use graphdocs::source::PagePath;

use crate::compile::templates;
use crate::support::{root, vocab};

const LIST: &str = "GET /kettles/search(text='{text}')";
const MORE: &str = "GET /kettles/search(text='{text}',limit='{limit}')";

fn facts(requests: &[&str]) -> Vec<PageFacts> {
    let vocab = vocab();
    let page = |(number, request): (usize, &&str)| {
        let path = PagePath::new(&format!("api-reference/v1.0/api/kettle-call{number}.md"));
        let text = format!(
            "# kettle: call{number}\n\n## HTTP request\n\n```http\n{request}\n```\n\n## Response\n\nIf successful, it \
             returns `204 No Content`.\n"
        );
        extract_page(PageInput::new(&path, "en-US", text.as_bytes()), &vocab)
    };
    requests.iter().enumerate().map(page).collect()
}

fn class(old: &[PageFacts], new: &[PageFacts]) -> Semver {
    let snapshot = |facts: &[PageFacts]| {
        let (linked, plan) = plan_crate(facts, &vocab(), &Policy::default(), &Prose::default(), &[]);
        Snapshot::of(facts, &linked.api, &plan)
    };
    let changes = compare(&snapshot(old), &snapshot(new));
    changes.items.iter().map(|change| change.semver).max().expect("a change")
}

/// Writes a client with its own workspace.
fn write(facts: &[PageFacts], name: &str) -> PathBuf {
    let templates = templates(&root().join("../templates"));
    let generation =
        generate(facts, &templates, &vocab(), &Policy::default(), &Prose::default(), &[]).expect("a client");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("semver").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("a folder to remove");
    }
    for (path, content) in &generation.files {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(&file, content).expect("a file");
    }
    let manifest = String::from_utf8_lossy(&generation.files["Cargo.toml"]);
    std::fs::write(folder.join("Cargo.toml"), format!("{manifest}\n[workspace]\n")).expect("a manifest");
    std::fs::copy(root().join("../Cargo.lock"), folder.join("Cargo.lock")).expect("a lock");
    folder
}

/// Whether the tool considers the new client compatible with the old one.
fn is_compatible(old: &Path, new: &Path) -> bool {
    let mut command = Command::new(env!("CARGO"));
    command.args(["semver-checks", "--release-type", "patch", "--only-explicit-features", "--features", "v1,kettles"]);
    command.arg("--manifest-path").arg(new.join("Cargo.toml")).arg("--baseline-root").arg(old);
    let output = command.output().expect("cargo");
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("Checked"), "nothing was compared: {text}");
    output.status.success()
}

#[test]
fn classes_are_those_of_cargo_semver_checks() {
    let is_there = Command::new(env!("CARGO")).args(["semver-checks", "--version"]).output();
    let is_there = is_there.is_ok_and(|output| output.status.success());
    let get = "GET /kettles/{id}";
    let cases = [
        ("removal", vec![get, LIST], vec![get], Semver::Breaking),
        ("addition", vec![get], vec![get, LIST], Semver::Addition),
        ("argument", vec![LIST], vec![MORE], Semver::Breaking),
    ];
    for (name, old, new, expected) in cases {
        let (old, new) = (facts(&old), facts(&new));
        assert_eq!(class(&old, &new), expected, "{name}");
        if is_there {
            let (old, new) = (write(&old, &format!("{name}-old")), write(&new, &format!("{name}-new")));
            assert_eq!(is_compatible(&old, &new), expected != Semver::Breaking, "{name}");
        }
    }
    if !is_there {
        eprintln!("cargo-semver-checks is not installed: only the classes of the report were checked");
    }
}
