//! `cargo xtask seeds`: the first inputs of the fuzzing harnesses of the generator, from its fixtures.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use graphdocs::extract::{IncludeTexts, PageInput, extract_page};
use graphdocs::facts_file;
use graphdocs::source::PagePath;

use crate::fixture::page_path;
use crate::settings;

/// Between a page and the files that it includes, as the harness `page` expects it.
const SEPARATOR: &[u8] = b"\n\x0c\n";

pub(crate) fn run(out: &mut dyn Write) -> Result<()> {
    let root = settings::root()?;
    let corpus = root.join("generator/fuzz/corpus");
    let (pages, facts) = (corpus.join("page"), corpus.join("facts"));
    fs_err::create_dir_all(&pages)?;
    fs_err::create_dir_all(&facts)?;
    let vocab = settings::vocab()?;
    let mut count = 0;
    for file in files(&root.join("generator/tests/fixtures"), "md")?.iter().filter(|file| !file.ends_with("expect.md"))
    {
        let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else { continue };
        // Pages of a case with several are called like their paths.
        let of_model = || format!("api-reference/{}", name.to_string_lossy().replace('_', "/"));
        let path = page_path(file).unwrap_or_else(|| PagePath::new(&of_model()));
        let is_part = folder.components().any(|part| part.as_os_str() == "includes");
        if is_part {
            continue;
        }
        let raw = fs_err::read(file)?;
        let mut seed = [&[choice(path.as_str())], raw.as_slice()].concat();
        let includes = folder.join("includes");
        for include in if includes.is_dir() { files(&includes, "md")? } else { Vec::new() } {
            seed.extend_from_slice(SEPARATOR);
            seed.extend_from_slice(&fs_err::read(include)?);
        }
        let case = folder.file_name().context("a case has a name")?.to_string_lossy();
        let name = format!("{case}-{}", path.stem());
        fs_err::write(pages.join(&name), seed)?;
        let input = PageInput { includes: &IncludeTexts::new(), ..PageInput::new(&path, "zh-CN", &raw) };
        for text in facts_file::write(&[extract_page(input, &vocab)]).values() {
            fs_err::write(facts.join(&name), text)?;
        }
        count += 1;
    }
    let written = settings::display_written(&corpus);
    writeln!(
        out,
        "{count} pages are seeds in {written}

Next, with cargo-fuzz and a nightly toolchain:
  cd generator && cargo +nightly fuzz run page
  cd templates && cargo +nightly fuzz run json fuzz/corpus/json fuzz/seeds/json"
    )?;
    Ok(())
}

/// The first byte of a seed: version and kind in its lowest bits, then the locale.
fn choice(path: &str) -> u8 {
    let chinese = 1 << 2;
    chinese | u8::from(path.contains("/resources/")) | (u8::from(path.contains("/beta/")) << 1)
}

fn files(folder: &Path, extension: &str) -> Result<Vec<std::path::PathBuf>> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let path = entry.with_context(|| format!("cannot list {}", folder.display()))?.into_path();
        if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_says_what_its_page_is() {
        assert_eq!(choice("api-reference/v1.0/api/a.md"), 4);
        assert_eq!(choice("api-reference/beta/resources/a.md"), 7);
    }
}
