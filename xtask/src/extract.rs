//! `cargo xtask extract`: the facts of a docs tree as JSON lines.

use std::io::Write;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use graphdocs::model::facts::PageFacts;
use graphdocs::report::{self, export};

use crate::cli::ExtractOptions;
use crate::{files, merged, settings};

pub(crate) fn run(options: &ExtractOptions, out: &mut dyn Write) -> Result<()> {
    let start = Instant::now();
    let vocab = settings::vocab()?;
    let originals = options.originals.as_deref();
    let facts = in_pool(options.threads, || merged::read_or_merge(&options.docs, &options.locale, originals, &vocab))??;
    let target = match &options.out {
        Some(file) => {
            files::write_atomically(file, lines(&facts).as_bytes())?;
            settings::display_written(file)
        }
        None => {
            for page in &facts {
                writeln!(out, "{}", export::json_line(page))?;
            }
            "standard output".to_owned()
        }
    };
    let diagnostics: usize = facts.iter().map(|page| page.diagnostics.len()).sum();
    let seconds = start.elapsed().as_secs_f32();
    // Standard output may have the facts, so the summary must not go there.
    let _ = writeln!(
        std::io::stderr(),
        "{} pages, {diagnostics} diagnostics in {seconds:.1} s, written to {target}; see `cargo xtask report --docs {}`",
        facts.len(),
        options.docs[0].folder.display()
    );
    let _ = write!(std::io::stderr(), "{}", report::doubtful(&facts));
    Ok(())
}

fn lines(facts: &[PageFacts]) -> String {
    let mut text = String::new();
    for page in facts {
        text.push_str(&export::json_line(page));
        text.push('\n');
    }
    text
}

/// Runs work on the given number of threads, or on the default ones.
pub(crate) fn in_pool<T: Send>(threads: Option<usize>, work: impl FnOnce() -> T + Send) -> Result<T> {
    let Some(threads) = threads else { return Ok(work()) };
    ensure!(threads > 0, "nothing works without a thread; use `--threads 1` or more");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    Ok(pool.context("cannot start the threads; repeat with a smaller `--threads`")?.install(work))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::{self, Tree};
    use crate::includes::Includes;

    #[test]
    fn the_number_of_threads_does_not_matter() {
        let vocab = settings::vocab().expect("the vocabulary");
        let tree = Tree::Folder(settings::root().expect("the root").join("generator/tests/fixtures"));
        let on = |threads| {
            let includes = Includes::new(&tree, &vocab);
            let facts = in_pool(Some(threads), || docs::extract_pages(&tree, "en-US", None, &includes, &vocab));
            lines(&facts.expect("a pool").expect("facts"))
        };
        let one = on(1);
        assert!(one.lines().count() > 100);
        assert!(one == on(2) && one == on(7));
        assert!(in_pool(Some(0), || ()).is_err());
    }
}
