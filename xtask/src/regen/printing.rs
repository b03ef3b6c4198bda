//! Prints planned files on all cores, and only those whose plan changed since the last run.

use std::path::Path;

use anyhow::Result;
use graphdocs::generate::print_file;
use graphdocs::plan::FilePlan;
use rayon::prelude::*;

use crate::kept::{Kept, Program, key};
use crate::{settings, show};

const FILE: &str = "regen/texts";

/// The texts of the files, in order.
pub(super) fn print(planned: &[FilePlan], no_cache: bool) -> Result<Vec<String>> {
    match settings::target().map(|target| target.join(FILE)) {
        Ok(file) if !no_cache => print_beside(planned, &file),
        _ => planned.par_iter().map(|file| print_file(file).map_err(show::generator_fault)).collect(),
    }
}

fn print_beside(planned: &[FilePlan], file: &Path) -> Result<Vec<String>> {
    let program = Program::this();
    let kept = Kept::read(file);
    let one = |planned: &FilePlan| {
        let key = key(&(&program, planned));
        let text = match kept.get(&key) {
            Some(text) => text.to_owned(),
            None => print_file(planned).map_err(show::generator_fault)?,
        };
        Ok((key, text))
    };
    let printed: Vec<_> = planned.par_iter().map(one).collect::<Result<_>>()?;
    kept.write(file, printed.iter().map(|(key, text)| (*key, text.as_str())));
    Ok(printed.into_iter().map(|(_, text)| text).collect())
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
    fn kept_texts_are_those_that_would_be_printed() {
        let folder = TempDir::new();
        let file = folder.path().join(FILE);
        let (lamps, doors) = (planned("lamps"), planned("doors"));
        for planned in [&lamps, &lamps, &doors, &lamps] {
            assert_eq!(print_beside(planned, &file).expect("printed"), fresh(planned));
        }
    }

    #[test]
    fn texts_are_really_taken_from_the_file() {
        let folder = TempDir::new();
        let file = folder.path().join(FILE);
        let lamps = planned("lamps");
        let keys = lamps.iter().map(|file| key(&(Program::this(), file)));
        Kept::default().write(&file, keys.map(|key| (key, "kept")));
        assert!(print_beside(&lamps, &file).expect("printed").iter().all(|text| text == "kept"));
    }
}
