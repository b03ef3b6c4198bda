//! `cargo xtask mine`: a vocabulary for a locale, from its pages and what is known of them.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use graphdocs::diag::Sink;
use graphdocs::markup::proof::is_original;
use graphdocs::markup::{Dialect, FrontMatter, Page};
use graphdocs::mine::{Mined, align_pages, align_sides};
use graphdocs::source::PagePath;
use graphdocs::vocab::Vocab;

use crate::cli::MineOptions;
use crate::docs::{PageFile, Tree};
use crate::progress::Progress;
use crate::settings;

/// What the words of a page were learnt from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sources {
    sides: usize,
    originals: usize,
    other_locales: usize,
    none: usize,
}

/// The pages of another locale that has a vocabulary.
struct Beside {
    folder: PathBuf,
    files: BTreeMap<PagePath, PathBuf>,
}

pub(crate) fn run(options: &MineOptions, out: &mut dyn Write) -> Result<()> {
    let vocab = settings::vocab()?;
    let (mined, sources) = mine(options, &vocab)?;
    write!(out, "{}", mined.proposal(&options.locale))?;
    let Sources { sides, originals, other_locales, none } = sources;
    let _ = writeln!(
        std::io::stderr(),
        "learnt from {sides} pages with spans, {originals} with a proven original and {other_locales} with the same \
         original as a page of another locale; {none} pages have none of these",
    );
    ensure!(
        sides + originals + other_locales > 0,
        "nothing says the same as a page of {}: name English pages of about the same time with `--originals`, or pages \
         of the same time in a locale that has a vocabulary with `--beside`",
        options.docs.display()
    );
    Ok(())
}

fn mine(options: &MineOptions, vocab: &Vocab) -> Result<(Mined, Sources)> {
    let pages = Tree::Folder(options.docs.clone()).pages()?;
    let beside = options.beside.iter().map(|folder| Beside::of(folder)).collect::<Result<Vec<_>>>()?;
    let progress = Progress::new("pages", pages.len());
    let (mut mined, mut sources) = (Mined::default(), Sources::default());
    for page in &pages {
        learn(page, options, &beside, vocab, &mut mined, &mut sources)?;
        progress.step();
    }
    Ok((mined, sources))
}

impl Beside {
    fn of(folder: &Path) -> Result<Self> {
        let pages = Tree::Folder(folder.to_path_buf()).pages()?;
        let files = pages.into_iter().map(|page| (page.path, page.file)).collect();
        Ok(Self { folder: folder.to_path_buf(), files })
    }
}

/// Learns from the best text that says the same as a page: its own other side, its original, or a page of another
/// locale.
fn learn(
    page: &PageFile,
    options: &MineOptions,
    beside: &[Beside],
    vocab: &Vocab,
    mined: &mut Mined,
    sources: &mut Sources,
) -> Result<()> {
    let Some(raw) = text_of(&page.file)? else { return Ok(()) };
    let parsed = parse(&raw, &options.locale);
    let english = vocab.words("en");
    if parsed.dialect == Dialect::SideBySide {
        align_sides(&parsed, english).iter().for_each(|aligned| mined.learn(aligned, english));
        sources.sides += 1;
        return Ok(());
    }
    let hash = parsed.front_matter.as_ref().map_or("", FrontMatter::source_hash);
    if let Some(originals) = &options.originals
        && let Some(original) = text_of(&originals.join(page.path.as_str()))?
        && is_original(hash, &original)
    {
        let original = parse(&original, "en-US");
        align_pages(&original, &parsed, english).iter().for_each(|aligned| mined.learn(aligned, english));
        sources.originals += 1;
        return Ok(());
    }
    let mut is_beside = false;
    for other in beside {
        let Some(file) = other.files.get(&page.path) else { continue };
        let Some(raw) = text_of(file)? else { continue };
        let known = parse(&raw, "en-US");
        let Some(front) = known.front_matter.as_ref().filter(|front| !hash.is_empty() && front.source_hash() == hash)
        else {
            continue;
        };
        ensure!(
            vocab.knows(front.locale()),
            "the pages of {} have the locale `{}`, which has no vocabulary; name those of a locale that has one",
            other.folder.display(),
            front.locale()
        );
        let words = vocab.words(front.locale());
        align_pages(&known, &parsed, words).iter().for_each(|aligned| mined.learn(aligned, words));
        is_beside = true;
    }
    if is_beside {
        sources.other_locales += 1
    } else {
        sources.none += 1
    }
    Ok(())
}

fn parse<'a>(raw: &'a str, locale: &str) -> Page<'a> {
    Page::parse(raw, locale, &mut Sink::new(raw))
}

/// `None` for a file that is missing, or that no page can be.
fn text_of(file: &Path) -> Result<Option<String>> {
    if !file.is_file() {
        return Ok(None);
    }
    Ok(String::from_utf8(fs_err::read(file)?).ok().filter(|text| text.len() <= graphdocs::markup::MAX_PAGE_BYTES))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::temp::TempDir;

    const ENGLISH: &str = "---\ntitle: \"Tune\"\nlocalization_priority: Normal\n---\n\n# Tune lamp\n\n## Permissions\n\n\
        |Permission type|Permissions (from least to most privileged)|\n|:--|:--|\n|Application|Not supported.|\n\n\
        ## Request body\n\nDo not supply a request body for this method.\n\n\
        |Parameter|Type|Description|\n|:--|:--|:--|\n|owner|String|The owner. Required.|\n|hues|String collection|All hues.|\n\
        |dials|dialPlate collection|All dials.|\n";

    /// The SHA-1 of this page with CRLF line ends and the later name of the priority.
    const HASH: &str = "433a70be64adb9867c18528ed60c8ff2a54cfea2";

    const LOCALIZED: &str = "---\ntitle: Luma\nms.localizationpriority: medium\nms.openlocfilehash: HASH\nms.contentlocale: xx-XX\n---\n\
        # <a name=\"tune-lamp\"></a>Luma\n\n## <a name=\"permissions\"></a>Pera\n\n\
        |Pera tipa|Pera (lo mini ta maxi)|\n|:--|:--|\n|Appa|Ne sola.|\n\n\
        ## <a name=\"request-body\"></a>Corpa\n\nNe da corpa ta este moda.\n\n\
        |Para|Tipa|Descra|\n|:--|:--|:--|\n|proprieta|Stringa|La proprieta. Obliga.|\n|hues|Colla stringa|Tuta hues.|\n\
        |dials|Colla dialPlate|Tuta dials.|\n";

    #[test]
    fn words_are_learnt_from_originals_and_spans() {
        let folder = TempDir::new();
        for name in ["one", "two", "three"] {
            let path = format!("api-reference/v1.0/api/{name}.md");
            folder.write(&format!("en/{path}"), ENGLISH);
            folder.write(&format!("xx/{path}"), &LOCALIZED.replace("HASH", HASH));
        }
        folder.write("xx/api-reference/v1.0/api/other.md", LOCALIZED);
        let options = MineOptions {
            docs: folder.path().join("xx"),
            locale: "xx-XX".to_owned(),
            originals: Some(folder.path().join("en")),
            beside: Vec::new(),
        };
        let vocab = settings::vocab().expect("the vocabulary");
        let (mined, sources) = mine(&options, &vocab).expect("words");
        assert_eq!(sources, Sources { originals: 3, none: 1, ..Sources::default() });
        let proposal = mined.proposal("xx-XX");
        for row in [
            "locale = \"xx-XX\"",
            "name = [\"para\"] # 3",
            "type = [\"tipa\"] # 3",
            "label-column = [\"pera tipa\"] # 3",
            "application = [\"appa\"] # 3",
            "not-supported = [\"ne sola\"] # 3",
            "collection-of = [\"colla\"] # 3",
            "String = [\"stringa\"] # 6",
            "required = [\"obliga\"] # 3",
            "owner = [\"proprieta\"] # 3",
            "none = [\"ne da corpa ta este moda\"] # 3",
        ] {
            assert!(proposal.lines().any(|line| line == row), "no `{row}` in:\n{proposal}");
        }
        // What is printed is a vocabulary.
        let files = [("en.toml", "locale = \"en\""), ("xx.toml", proposal.as_str())];
        assert!(Vocab::parse(files).expect("a vocabulary").knows("xx-xx"));
    }
}
