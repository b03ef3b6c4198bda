//! `cargo xtask examples`, end to end: the documented examples of the corpus, and the generated client, which sends the
//! request of every operation that has one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The newest docs of those that the client is made of.
const BRANCH: &str = "zh-CN-plain";

/// How many operations the merged docs of all locales may name otherwise than those of one: two functions whose parameters
/// one locale lost.
const FEW: usize = 2;

/// Where the docs are, if they are on this machine; see `generator/tests/it/corpus.rs`.
fn corpus(folder: &Path) -> Option<Vec<String>> {
    let named = std::env::var_os("GRAPHDOCS_CORPUS").map(|root| Path::new(&root).join(BRANCH));
    if let Some(docs) = named.filter(|docs| docs.is_dir()) {
        return Some(vec!["--docs".into(), docs.display().to_string()]);
    }
    let bundle = root().join("../shared/corpus/docs.bundle");
    if std::env::var_os("GRAPHDOCS_CORPUS").is_some() || !bundle.is_file() {
        eprintln!("SKIPPED: no corpus; set GRAPHDOCS_CORPUS, or put docs.bundle into ../shared/corpus");
        return None;
    }
    let repository = folder.join("docs.git");
    if !repository.is_dir() {
        let clone = Command::new("git").args(["clone", "--bare", "--quiet"]).arg(&bundle).arg(&repository).output();
        succeeded(&clone.expect("git"));
    }
    let repository = repository.display().to_string();
    Some(["--git", &repository, "--revision", BRANCH].map(str::to_owned).to_vec())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[track_caller]
fn succeeded(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

/// The number in front of these words.
#[track_caller]
fn number(text: &str, words: &str) -> usize {
    let before = text.split(words).next().filter(|before| *before != text);
    let number = before.and_then(|before| before.split_whitespace().next_back()).and_then(|word| word.parse().ok());
    number.unwrap_or_else(|| panic!("no number in front of `{words}` in:\n{text}"))
}

/// Whether the tests of the client are built, as by `cargo test --workspace`. To build them takes minutes, which a run
/// of the tests of xtask alone should not cost.
fn client_is_built(profile: &Path) -> bool {
    let mut files = fs::read_dir(profile.join("deps")).into_iter().flatten().flatten();
    files.any(|file| file.file_name().to_string_lossy().starts_with("operations-"))
}

/// The program of `tests/operations`. All tests of all packages are named, as in the run that this belongs to: for fewer of
/// them, cargo chooses other features for some packages, and builds the client again.
fn tests_of_client(target: &Path) -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["test", "--offline", "--workspace", "--no-run", "--message-format", "json"]);
    cargo.args(if cfg!(debug_assertions) { &[][..] } else { &["--release"] });
    let built = cargo.current_dir(root()).env("CARGO_TARGET_DIR", target).output();
    let messages = succeeded(&built.expect("cargo"));
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let mut of_operations = messages.filter(|message| message["target"]["name"] == "operations");
    let executable = of_operations.find_map(|message| message["executable"].as_str().map(PathBuf::from));
    executable.expect("cargo names the program of the test `operations`")
}

#[test]
fn every_operation_with_an_example_is_sent_and_decoded() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("examples");
    fs::create_dir_all(&folder).expect("a folder");
    let Some(docs) = corpus(&folder) else { return };
    let file = folder.join("graph-examples.jsonl");
    let written = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("examples")
        .args(docs)
        .arg("--out")
        .arg(&file)
        .current_dir(root())
        .output();
    let written = succeeded(&written.expect("xtask"));
    let with = number(&written, "operations with an example");
    assert!(with > 5_000, "{written}");

    let profile = Path::new(env!("CARGO_BIN_EXE_xtask")).parent().expect("the folder of the profile");
    if !client_is_built(profile) {
        eprintln!("SKIPPED: the tests of the client are not built; run `cargo test --workspace`");
        return;
    }
    let sent = Command::new(tests_of_client(profile.parent().expect("the target folder")))
        .args(["examples_are_decoded", "--nocapture"])
        .current_dir(root().join("generated"))
        .env("MSGRAPH_EXAMPLES", &file)
        .output();
    let sent = succeeded(&sent.expect("the tests of the client"));
    // What the corpus documents now, and the client has.
    assert_eq!(number(&sent, "operations with an example"), with, "{sent}");
    // The merged docs of all locales have a few paths that those of one have otherwise.
    let of_client = number(&sent, "sent:");
    assert!(of_client + FEW >= with, "{sent}");
    println!("{sent}");
}
