//! Prints planned files, but only those whose plan changed since the last run.

use std::path::Path;

use anyhow::Result;
use graphdocs::generate::print_file;
use graphdocs::plan::FilePlan;

use crate::kept::key;
use crate::made::{self, Wanted};
use crate::show;

const RECORD: &str = "regen/printed";

/// The texts of the files, in order.
pub(super) fn print(planned: &[FilePlan], folder: &Path, no_cache: bool) -> Result<Vec<String>> {
    print_beside(planned, folder, made::record(RECORD, no_cache).as_deref())
}

fn print_beside(planned: &[FilePlan], folder: &Path, record: Option<&Path>) -> Result<Vec<String>> {
    let wanted = |planned: &FilePlan| Wanted { file: folder.join(&planned.path), source: key(planned) };
    made::texts(planned, record, wanted, |planned| print_file(planned).map_err(show::generator_fault))
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
        let (record, out) = (folder.path().join(RECORD), folder.path().join("out"));
        let (lamps, doors) = (planned("lamps"), planned("doors"));
        for planned in [&lamps, &lamps, &doors, &lamps] {
            let print = || print_beside(planned, &out, Some(&record)).expect("printed");
            let texts = print();
            assert_eq!(texts, fresh(planned));
            for (file, text) in planned.iter().zip(texts) {
                folder.write(&format!("out/{}", file.path), &text);
            }
            assert_eq!(print(), fresh(planned));
            folder.write(&format!("out/{}", planned[0].path), "by hand");
            assert_eq!(print(), fresh(planned));
        }
    }
}
