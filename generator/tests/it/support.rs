//! Shared by the tests: settings from the checkout, and pages as cases.

use std::path::{Path, PathBuf};

use graphdocs::extract::{IncludeTexts, PageInput, extract_page};
use graphdocs::generate::{TemplateFile, generate};
use graphdocs::model::facts::PageFacts;
use graphdocs::model::prose::Prose;
use graphdocs::policy::Policy;
use graphdocs::source::PagePath;
use graphdocs::vocab::Vocab;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

pub(crate) fn vocab() -> Vocab {
    let files = text_files(&root().join("vocab"));
    Vocab::parse(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))).expect("the vocabulary")
}

/// The policy of the repository.
pub(crate) fn policy() -> Policy {
    let files = text_files(&root().join("policy"));
    Policy::parse(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))).expect("the policy")
}

fn text_files(folder: &Path) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<(String, String)> = entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("a text file"))
        })
        .collect();
    files.sort();
    files
}

/// Pages of the tests: `fixtures/<kind>/<case>/page.md`. What a page includes is in `fixtures/<kind>/<case>/includes/`,
/// which stands for the folder `includes` beside that of the page: `../includes/lamp.md` is `includes/lamp.md` there.
pub(crate) struct Case {
    pub(crate) folder: PathBuf,
    pub(crate) path: PagePath,
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for kind in list(&root().join("tests/fixtures")) {
        let place = match kind.file_name().and_then(|name| name.to_str()) {
            Some("operation" | "hostile") => "v1.0/api",
            Some("operation-beta") => "beta/api",
            Some("resource") => "v1.0/resources",
            // These have several pages each; see `model_cases`.
            Some("model") => continue,
            other => panic!("unknown kind of fixture: {other:?}"),
        };
        for folder in list(&kind) {
            let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
            cases.push(Case { path: PagePath::new(&format!("api-reference/{place}/{name}.md")), folder });
        }
    }
    cases
}

/// Cases of several pages, `fixtures/model/<case>/v1.0_resources_widget.md`: the page path with `_` for `/`.
pub(crate) fn model_cases(vocab: &Vocab) -> Vec<(PathBuf, Vec<PageFacts>)> {
    let read = |folder: PathBuf| {
        let mut pages = Vec::new();
        for entry in std::fs::read_dir(&folder).expect("a case") {
            let file = entry.expect("an entry").path();
            let name = file.file_name().expect("a name").to_string_lossy().into_owned();
            if !name.ends_with(".md") || name == "expect.md" {
                continue;
            }
            let path = PagePath::new(&format!("api-reference/{}", name.replace('_', "/")));
            pages.push(extract_page(PageInput::new(&path, "en-US", &std::fs::read(&file).expect("a page")), vocab));
        }
        (folder, pages)
    };
    list(&root().join("tests/fixtures/model")).into_iter().map(read).collect()
}

fn list(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir()).collect();
    paths.sort();
    paths
}

impl Case {
    pub(crate) fn read(&self) -> Vec<u8> {
        let file = self.folder.join("page.md");
        std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    }

    pub(crate) fn includes(&self) -> IncludeTexts {
        let folder = self.folder.join("includes");
        let beside = self.path.join("../includes").expect("a folder beside that of the page");
        includes_below(&folder, beside.as_str())
    }

    pub(crate) fn facts(&self, vocab: &Vocab) -> PageFacts {
        let (raw, includes) = (self.read(), self.includes());
        extract_page(PageInput { includes: &includes, ..PageInput::new(&self.path, "zh-CN", &raw) }, vocab)
    }
}

/// The files below a folder, if it exists, by their paths in the docs.
pub(crate) fn includes_below(folder: &Path, path: &str) -> IncludeTexts {
    let mut includes = IncludeTexts::new();
    let mut open = vec![(folder.to_owned(), path.to_owned())];
    while let Some((folder, path)) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten() {
            let file = entry.expect("an entry").path();
            let name = file.file_name().expect("a name").to_string_lossy();
            let path = format!("{path}/{name}");
            if file.is_dir() {
                open.push((file, path));
            } else {
                includes.insert(PagePath::new(&path), std::fs::read(&file).expect("an include"));
            }
        }
    }
    includes
}

/// Just enough templates to generate from.
pub(crate) fn templates() -> Vec<TemplateFile> {
    let file = |path: &str, content: &str| TemplateFile { path: path.to_owned(), content: content.as_bytes().to_vec() };
    vec![file("Cargo.toml", "[features]\n# @generated features\n"), file("src/lib.rs", "// @generated modules\n")]
}

/// The generated files of pages, without templates and files that are only lists.
pub(crate) fn code(facts: &[PageFacts], vocab: &Vocab) -> (String, String) {
    let generation =
        generate(facts, &templates(), vocab, &Policy::default(), &Prose::default(), &[]).expect("generated");
    let own = |path: &str| path.ends_with(".rs") && path != "src/lib.rs";
    let mut code = String::new();
    for (path, content) in generation.files.iter().filter(|(path, _)| own(path)) {
        code.push_str(&format!("==> {path}\n{}\n", String::from_utf8_lossy(content)));
    }
    // Types that a single page refers to are on other pages.
    let is_reference = |id: &str| matches!(id, "GX0703" | "GX0706" | "GX0711" | "GX0716");
    let found = generation.diagnostics.iter().filter(|(_, found)| facts.len() > 1 || !is_reference(found.code.id));
    let diagnostics: Vec<_> = found.map(|(path, found)| found.render(path)).collect();
    (code, diagnostics.join("\n"))
}

/// Snapshots are beside the page.
pub(crate) fn assert_snapshot(folder: &Path, name: &str, content: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, content));
}

/// The facts that the committed client is made of.
pub(crate) fn committed_facts() -> Vec<PageFacts> {
    let mut found = Vec::new();
    read_facts_below(&root().join("../docs-input/facts"), &mut found);
    assert!(found.len() > 10_000, "{} pages", found.len());
    found
}

fn read_facts_below(folder: &Path, found: &mut Vec<PageFacts>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read_facts_below(&path, found);
        } else if path.file_name().is_some_and(|name| name != "lock.yaml") {
            let text = std::fs::read_to_string(&path).expect("a file");
            found.extend(graphdocs::facts_file::read(&text).expect("facts"));
        }
    }
}
