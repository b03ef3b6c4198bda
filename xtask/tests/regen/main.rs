//! `cargo xtask regen` with docs of other days and languages, end to end: a small checkout, small docs, the program.

mod safe;
mod snapshots;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A checkout with the facts of four pages, of the revision `r1`.
struct Checkout(PathBuf);

const POLICY: &str =
    "[[permission]]\ndocumented = \"Lamp.Raed\"\nreal = \"Lamp.Read\"\nreason = \"misspelt in the first docs\"\n";

impl Checkout {
    fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("regen").join(name);
        if root.exists() {
            fs::remove_dir_all(&root).expect("a folder to remove");
        }
        let checkout = Self(root);
        checkout.write("Cargo.toml", "[workspace]\n");
        checkout.write("docs-input/sources.yaml", "sources: []\n");
        checkout.write("generator/policy/permissions.toml", POLICY);
        checkout.write("templates/Cargo.toml", "[features]\n# @generated features\n");
        checkout.write("templates/src/lib.rs", "// @generated modules\n");
        let vocab = Path::new(env!("CARGO_MANIFEST_DIR")).join("../generator/vocab");
        for entry in fs::read_dir(vocab).expect("the vocabulary") {
            let file = entry.expect("a file").path();
            let text = fs::read_to_string(&file).expect("text");
            checkout.write(&format!("generator/vocab/{}", file.file_name().expect("a name").display()), &text);
        }
        let docs = [
            ("lamp-get", page("GET /lamps/{id}", "Lamp.Raed", "01/02/2021")),
            ("lamp-delete", page("DELETE /lamps/{id}", "Lamp.Raed", "01/02/2021")),
            ("dock-get", page("GET /docks/{id}", "Dock.Read", "01/02/2021")),
            ("pier-get", page("GET /piers/{id}", "Pier.Read", "01/02/2021")),
        ];
        let docs = docs.each_ref().map(|(name, text)| (*name, text.as_str()));
        checkout.docs("first", &docs);
        checkout.regen(&["--docs", "first", "--revision", "r1"]);
        checkout
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let file = self.0.join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, text).expect("a file");
    }

    fn docs(&self, folder: &str, pages: &[(&str, &str)]) {
        for (name, text) in pages {
            self.write(&format!("{folder}/api-reference/v1.0/api/{name}.md"), text);
        }
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn facts(&self) -> String {
        ["docks", "lamps", "piers"]
            .map(|area| {
                fs::read_to_string(self.0.join(format!("docs-input/facts/v1.0/{area}.yaml"))).unwrap_or_default()
            })
            .concat()
    }

    /// The sources of the lock, in a line each.
    fn sources(&self) -> Vec<String> {
        let lock = self.read("docs-input/facts/lock.yaml");
        let list = lock.lines().skip_while(|line| *line != "sources:").skip(1);
        let list = list.take_while(|line| line.starts_with(['-', ' '])).collect::<Vec<_>>().join("\n");
        let entries = list.trim_start_matches("- ").split("\n- ").filter(|entry| !entry.is_empty());
        let one_line = |entry: &str| entry.split_whitespace().collect::<Vec<_>>().join(" ");
        entries.map(|entry| one_line(entry.trim_start_matches("locale: "))).collect()
    }

    fn start(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.current_dir(&self.0).env("CARGO_TARGET_DIR", self.0.join("target"));
        command.args(arguments).output().expect("the program starts")
    }

    #[track_caller]
    fn regen(&self, arguments: &[&str]) -> String {
        self.run(&[&["regen"], arguments].concat())
    }

    #[track_caller]
    fn run(&self, arguments: &[&str]) -> String {
        let output = self.start(arguments);
        let text = String::from_utf8(output.stdout).expect("text");
        assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
        text
    }

    #[track_caller]
    fn refused(&self, arguments: &[&str]) -> String {
        let output = self.start(&[&["regen"], arguments].concat());
        assert!(!output.status.success());
        String::from_utf8(output.stderr).expect("text")
    }

    fn git(&self, folder: &str, arguments: &[&str]) -> String {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        let output = Command::new("git").current_dir(self.0.join(folder)).args(identity).args(arguments).output();
        let output = output.expect("git starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    }
}

fn page(request: &str, permission: &str, day: &str) -> String {
    format!(
        "---\nms.date: {day}\n---\n# Do it\n\n## Permissions\n\n|Permission type|Permissions|\n|:--|:--|\n\
         |Application|{permission}|\n\n## HTTP request\n\n```http\n{request}\n```\n\n## Response\n\n\
         If successful, it returns `204 No Content`.\n"
    )
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    for part in expected {
        assert!(text.contains(part), "{part}\nin\n{text}");
    }
}

#[test]
fn named_docs_win_and_the_lock_stays_true() {
    let checkout = Checkout::new("win");
    assert_eq!(checkout.sources(), ["en-US revision: r1 pages: 4"]);
    let older = page("GET /lamps/{id}", "Lamp.ReadBasic", "01/02/2019");
    checkout.docs("older", &[("lamp-get", &older)]);

    let kept = checkout.regen(&["--docs", "older", "--newest"]);
    check(&kept, &["named docs: 1 page: 0 taken; 1 older than what is known, which stays", "3 pages known before"]);
    assert_eq!(checkout.sources(), ["en-US revision: r1 pages: 4"]);

    let taken = checkout.regen(&["--docs", "older"]);
    check(&taken, &["named docs: 1 page: 1 taken\n", "3 pages known before, but not in these docs: kept; `--prune`"]);
    check(&checkout.facts(), &["Lamp.ReadBasic", "Dock.Read", "Pier.Read"]);
    let listed = "of: - api-reference/v1.0/api/lamp-get.md";
    assert_eq!(
        checkout.sources(),
        ["en-US revision: r1 pages: 3".to_owned(), format!("en-US revision: null pages: 1 {listed}")]
    );
    // The next run finds nothing to do, and knows the same.
    check(&checkout.regen(&["--check"]), &["generated: 0 differ, 0 missing"]);

    let pruned = checkout.regen(&["--docs", "older", "--revision", "r0", "--upstream", "some/docs@r0", "--prune"]);
    check(&pruned, &["3 pages known before, but not in these docs: removed"]);
    assert_eq!(checkout.sources(), ["en-US repository: some/docs revision: r0 pages: 1"]);
    assert!(!checkout.facts().contains("Dock.Read"));
}

#[test]
fn an_older_revision_is_what_the_next_report_shows() {
    let checkout = Checkout::new("since");
    checkout.git(".", &["init", "--quiet"]);
    checkout.git(".", &["add", "docs-input", "generated", "generator", "templates", "Cargo.toml"]);
    checkout.git(".", &["commit", "--quiet", "-m", "one"]);
    check(&checkout.run(&["report", "--since", "HEAD"]), &["version step due: none"]);
    let older = page("GET /lamps/{id}", "Lamp.ReadBasic", "01/02/2019");
    checkout.docs("older", &[("lamp-get", &older), ("dock-get", &page("GET /docks/{id}", "Dock.Read", "01/02/2019"))]);
    checkout.regen(&["--docs", "older", "--revision", "r0", "--prune"]);
    let report = checkout.run(&["report", "--since", "HEAD"]);
    check(&report, &["lamp-get", "pier-get", "Lamp.ReadBasic", "version step due: breaking"]);
}

#[test]
fn a_client_of_its_own_is_of_the_named_docs_alone() {
    let checkout = Checkout::new("alone");
    let facts = checkout.facts();
    checkout.docs("today", &[("lamp-get", &page("GET /lamps/{id}", "Lamp.Read", "01/02/2026"))]);
    checkout.docs("more", &[("lamp-get", &page("GET /bulbs/{id}", "Bulb.Read", "01/03/2026"))]);

    let text = checkout.regen(&["--docs", "today", "--locale", "xx-XX", "--out", "client"]);
    check(&text, &["note: policy/permissions.toml: no page has a permission `Lamp.Raed`", "1 operations and 0 types"]);
    check(&text, &["1 pages of 1 source", "named docs: 1 page: 1 taken\n"]);
    let is_call = |line: &&str| line.starts_with("v1 GET ") || line.starts_with("v1 DELETE ");
    let calls = |text: &str| text.lines().filter(is_call).count();
    assert_eq!(calls(&checkout.read("client/API.txt")), 1);

    let text = checkout.regen(&["--docs", "today", "--docs", "more", "--out", "client"]);
    check(&text, &["named docs: 2 pages: 1 taken; 1 older than another copy in these docs"]);
    check(&checkout.read("client/API.txt"), &["GET /bulbs/{id}"]);

    checkout.regen(&["--docs", "today", "--with-facts", "--out", "client"]);
    assert_eq!(calls(&checkout.read("client/API.txt")), 4);
    assert_eq!(checkout.facts(), facts, "a trial");
    check(&checkout.refused(&["--docs", "today", "--prune", "--out", "client"]), &["add `--with-facts`"]);
    check(&checkout.refused(&["--newest"]), &["name them with `--docs DIR`"]);
}

#[test]
fn an_unreadable_page_is_an_error_and_what_is_known_stays() {
    let checkout = Checkout::new("unreadable");
    checkout.write("today/api-reference/v1.0/api/lamp-get.md", [0xFF, 0xFE, 0x00]);
    checkout.write("today/api-reference/v1.0/api/new-get.md", [0xFF, 0xFE, 0x00]);
    let text = checkout.regen(&["--docs", "today", "--prune"]);
    check(
        &text,
        &[
            "named docs: 2 pages: 0 taken; 1 unreadable, what is known stays; 1 unreadable\n",
            "api-reference/v1.0/api/lamp-get.md:1:1: error[GX0002]",
            "api-reference/v1.0/api/new-get.md:1:1: error[GX0002]",
            "diagnostics: 2 errors",
        ],
    );
    check(&checkout.facts(), &["Lamp.Raed"]);
    assert_eq!(checkout.sources(), ["en-US revision: r1 pages: 1"]);
}

#[test]
fn a_repository_is_read_without_its_images() {
    let checkout = Checkout::new("git");
    let with_include = page("GET /lamps/{id}", "", "01/02/2026").replace(
        "|Permission type|Permissions|\n|:--|:--|\n|Application||\n",
        "[!INCLUDE [p](../includes/p/lamp.md)]\n",
    );
    checkout.docs("upstream", &[("lamp-get", &with_include)]);
    let table = "|Permission type|Permissions|\n|:--|:--|\n|Application|Lamp.Included|\n";
    checkout.write("upstream/api-reference/v1.0/includes/p/lamp.md", table);
    checkout.write("upstream/concepts/picture.png", "a picture");
    checkout.git("upstream", &["init", "--quiet"]);
    checkout.git("upstream", &["add", "."]);
    checkout.git("upstream", &["commit", "--quiet", "-m", "one"]);
    let picture = checkout.git("upstream", &["rev-parse", "HEAD:concepts/picture.png"]);
    let object = format!("upstream/.git/objects/{}/{}", &picture[..2], &picture[2..]);
    fs::remove_file(checkout.0.join(object)).expect("a loose object");
    fs::remove_dir_all(checkout.0.join("upstream/api-reference")).expect("a work tree without the docs");

    let commit = checkout.git("upstream", &["rev-parse", "HEAD"]);
    let text = checkout.regen(&["--git", "upstream", "--revision", "HEAD"]);
    check(&text, &["named docs: 1 page: 1 taken\n"]);
    check(&checkout.facts(), &["Lamp.Included"]);
    check(&checkout.read("docs-input/facts/lock.yaml"), &["api-reference/v1.0/includes/p/lamp.md: "]);
    check(&checkout.sources().join("\n"), &["r1 pages: 3", &commit]);
    check(&checkout.refused(&["--git", "upstream", "--revision", "none"]), &["has no revision `none`; fetch it"]);
}

#[test]
fn a_small_client_has_some_operations() {
    let checkout = Checkout::new("small");
    let text = checkout.regen(&["--only", "DELETE /lamps*", "--only", "/docks/{id}", "--out", "client"]);
    check(&text, &["2 operations and 0 types"]);
    let surface = checkout.read("client/API.txt");
    check(&surface, &["DELETE /lamps/{id}", "GET /docks/{id}"]);
    assert!(!surface.contains("GET /lamps/{id}") && !surface.contains("piers"), "{surface}");
    check(&checkout.read("client/Cargo.toml"), &["lamps = []", "docks = []"]);
    let error = checkout.refused(&["--only", "/lamp/{id}", "--out", "client"]);
    check(&error, &["no operation matches `/lamp/{id}`; the most similar ones: ", "/v1.0/lamps/{id}`"]);
    check(&checkout.refused(&["--only", "/lamps*"]), &["name its folder with `--out DIR`"]);
    check(&checkout.regen(&["--check", "--only", "dock-get.md"]), &["generated: 0 differ, 0 missing"]);
}
