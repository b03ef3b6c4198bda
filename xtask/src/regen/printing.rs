//! Printing planned files: on all cores, and only those that the output folder does not have already.

use std::path::Path;

use anyhow::Result;
use graphdocs::generate::print_file;
use graphdocs::plan::FilePlan;
use rayon::prelude::*;

use crate::kept::{Kept, Program, key};
use crate::{settings, show};

/// By the hash of a plan, the hash of its text.
const FILE: &str = "regen/printed";

/// The texts of the files, in their order.
pub(super) fn print(planned: &[FilePlan], folder: &Path, no_cache: bool) -> Result<Vec<String>> {
    match settings::target().map(|target| target.join(FILE)) {
        Ok(file) if !no_cache => print_beside(planned, folder, &file),
        _ => planned.par_iter().map(|file| print_file(file).map_err(show::generator_fault)).collect(),
    }
}

fn print_beside(planned: &[FilePlan], folder: &Path, file: &Path) -> Result<Vec<String>> {
    let program = Program::this();
    let kept = Kept::read(file);
    let one = |planned: &FilePlan| {
        let plan = key(&(&program, planned));
        let there = kept.get(&plan).and_then(|printed| {
            let text = std::fs::read_to_string(folder.join(&planned.path)).ok()?;
            (hash(&text) == printed).then(|| (printed.to_owned(), text))
        });
        let (hash, text) = match there {
            Some(there) => there,
            None => {
                let text = print_file(planned).map_err(show::generator_fault)?;
                (hash(&text), text)
            }
        };
        Ok(((plan, hash), text))
    };
    let (hashes, texts): (Vec<_>, Vec<_>) =
        planned.par_iter().map(one).collect::<Result<Vec<_>>>()?.into_iter().unzip();
    kept.write(file, hashes.iter().map(|(plan, hash)| (*plan, hash.as_str())));
    Ok(texts)
}

fn hash(text: &str) -> String {
    let [first, second] = key(&text);
    format!("{first:x} {second:x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::temp::TempDir;
    use graphdocs::extract::{PageInput, extract_page};
    use graphdocs::generate::plan_crate;
    use graphdocs::model::prose::Prose;
    use graphdocs::policy::Policy;
    use graphdocs::source::PagePath;
    use graphdocs::vocab::Vocab;

    fn planned(ty: &str) -> Vec<FilePlan> {
        let vocab =
            Vocab::parse([("en.toml", include_str!("../../../generator/vocab/en.toml"))]).expect("a vocabulary");
        let raw = format!("# Get lamp\n\n## HTTP request\n\n```http\nGET /{ty}/{{id}}\n```\n");
        let path = PagePath::new("api-reference/v1.0/api/lamp-get.md");
        let facts = [extract_page(PageInput::new(&path, "en-US", raw.as_bytes()), &vocab)];
        plan_crate(&facts, &vocab, &Policy::default(), &Prose::default(), &[]).1.files
    }

    fn fresh(planned: &[FilePlan]) -> Vec<String> {
        planned.iter().map(|file| print_file(file).expect("Rust")).collect()
    }

    #[test]
    fn texts_are_those_that_would_be_printed_whatever_the_folder_has() {
        let folder = TempDir::new();
        let (kept, out) = (folder.path().join(FILE), folder.path().join("out"));
        let (lamps, doors) = (planned("lamps"), planned("doors"));
        for planned in [&lamps, &lamps, &doors, &lamps] {
            let texts = print_beside(planned, &out, &kept).expect("printed");
            assert_eq!(texts, fresh(planned));
            for (file, text) in planned.iter().zip(texts) {
                folder.write(&format!("out/{}", file.path), &text);
            }
            assert_eq!(print_beside(planned, &out, &kept).expect("printed"), fresh(planned));
            folder.write(&format!("out/{}", planned[0].path), "by hand");
            assert_eq!(print_beside(planned, &out, &kept).expect("printed"), fresh(planned));
        }
    }

    #[test]
    fn texts_are_really_taken_from_the_folder() {
        let folder = TempDir::new();
        let file = folder.path().join(FILE);
        let lamps = planned("lamps");
        let hash = hash("there");
        let keys = lamps.iter().map(|file| key(&(Program::this(), file)));
        Kept::default().write(&file, keys.map(|key| (key, hash.as_str())));
        lamps.iter().for_each(|file| folder.write(&file.path, "there"));
        assert!(print_beside(&lamps, folder.path(), &file).expect("printed").iter().all(|text| text == "there"));
    }
}
