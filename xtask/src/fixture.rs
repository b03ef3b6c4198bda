//! `cargo xtask fixture`: makes a new test case from a page.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};
use graphdocs::source::PagePath;

use crate::cli::FixtureOptions;
use crate::{files, settings, show};

/// The kinds of fixtures, and the folders that the tests assume for their pages.
const KINDS: &[(&str, &str)] = &[
    ("hostile", "v1.0/api"),
    ("operation", "v1.0/api"),
    ("operation-beta", "beta/api"),
    ("resource", "v1.0/resources"),
];

/// The locale of fixtures whose front matter names none.
pub(crate) const LOCALE: &str = "zh-CN";

pub(crate) fn run(options: &FixtureOptions, out: &mut dyn Write) -> Result<()> {
    let found = show::find(&options.page, &options.docs, options.locale.as_deref())?;
    let file = new_case(&settings::root()?.join("generator/tests/fixtures"), &options.kind, &options.name)?;
    files::write_atomically(&file, &fs_err::read(&found.page.file)?)?;
    let file = settings::display_written(&file);
    writeln!(
        out,
        "copied {} to {file}

Before you commit:
  1. Licence: pages of the docs repositories may not be committed. Rewrite the page in your own
     words, with invented names; keep only the shape that the case is about.
  2. Cut it to the smallest page that still shows the behaviour:
       cargo xtask show {file} --layer page
  3. Accept the snapshots, and read them:
       INSTA_UPDATE=always cargo test -p graphdocs",
        found.page.file.display()
    )?;
    Ok(())
}

/// The page path that the tests assume for a fixture: `fixtures/operation/a/page.md` is the page
/// `a` of the operations of v1.0. `None` for other files.
pub(crate) fn page_path(file: &Path) -> Option<PagePath> {
    let mut names = file.components().rev().map(|part| part.as_os_str().to_string_lossy());
    let (page, case, kind, fixtures) = (names.next()?, names.next()?, names.next()?, names.next()?);
    let (_, place) = KINDS.iter().find(|(known, _)| *known == kind)?;
    (page == "page.md" && fixtures == "fixtures").then(|| PagePath::new(&format!("api-reference/{place}/{case}.md")))
}

/// The page file of a case that does not exist yet.
fn new_case(fixtures: &Path, kind: &str, name: &str) -> Result<PathBuf> {
    let kinds: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
    ensure!(
        kinds.contains(&kind),
        "there is no kind `{kind}` of fixtures; use `--kind` with one of {}",
        kinds.join(", ")
    );
    let is_plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    ensure!(
        is_plain && !name.is_empty(),
        "`{name}` is not a case name; use `--name` with lower-case letters, digits and hyphens"
    );
    let case = fixtures.join(kind).join(name);
    if case.exists() {
        bail!("{} exists and is not overwritten; choose another `--name`", settings::display(&case));
    }
    Ok(case.join("page.md"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::temp::TempDir;

    #[test]
    fn fixtures_are_pages_of_their_kind() {
        let path = |file: &str| page_path(Path::new(file)).map(|path| path.as_str().to_owned());
        let expected = Some("api-reference/beta/api/widget.md".to_owned());
        assert_eq!(path("generator/tests/fixtures/operation-beta/widget/page.md"), expected);
        assert_eq!(path("generator/tests/fixtures/other/widget/page.md"), None);
        assert_eq!(path("docs/page.md"), None);
    }

    #[test]
    fn cases_are_new_and_of_a_known_kind() {
        let fixtures = TempDir::new();
        fixtures.write("operation/old/page.md", "# T\n");
        let case = |kind: &str, name: &str| new_case(fixtures.path(), kind, name).map_err(|error| error.to_string());
        assert_eq!(case("operation", "new-1"), Ok(fixtures.path().join("operation/new-1/page.md")));
        assert!(case("operation", "old").is_err_and(|error| error.contains("not overwritten")));
        assert!(case("operations", "new").is_err_and(|error| error.contains("operation-beta")));
        for name in ["", "..", "a/b", "Upper", "色"] {
            assert!(case("operation", name).is_err(), "{name}");
        }
    }
}
