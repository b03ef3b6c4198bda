//! `cargo xtask bench`: measures the cost of the generator and the client, each next to a yardstick.

pub(crate) mod compile;
pub(crate) mod shapes;

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use graphdocs::extract::{IncludeTexts, PageInput, extract_page};
use graphdocs::markup;
use rayon::prelude::*;

use crate::cli::{BenchClientOptions, BenchReadOptions};
use crate::docs::{PageFile, Tree};
use crate::includes::Includes;
use crate::settings;

/// A page in memory: its file, its includes, its bytes, and its source text as the yardstick reads it.
/// A page in memory: its path, its bytes, and its source text for the yardstick.
struct Page {
    file: PageFile,
    includes: IncludeTexts,
    raw: Vec<u8>,
    source: String,
}

pub(crate) fn read(options: &BenchReadOptions, out: &mut dyn Write) -> Result<()> {
    ensure!(options.runs > 0, "there is nothing to time without a run; use `--runs 1` or more");
    let vocab = settings::vocab()?;
    let tree = Tree::Folder(options.docs.clone());
    let files = tree.pages()?;
    let includes = Includes::new(&tree, &vocab);
    let pages: Vec<Page> = files
        .into_iter()
        .map(|file| {
            let raw = fs_err::read(&file.file)?;
            let source = markup::source_text(&String::from_utf8_lossy(&raw));
            Ok(Page { includes: includes.of(&file, &raw)?, file, raw, source })
        })
        .collect::<Result<_>>()?;
    let bytes = |size: &dyn Fn(&Page) -> usize| pages.iter().map(size).sum::<usize>() as f64 / 1e6;
    writeln!(
        out,
        "{} pages, {:.1} MB raw, {:.1} MB source text",
        pages.len(),
        bytes(&|page| page.raw.len()),
        bytes(&|page| page.source.len())
    )?;

    let times = crate::extract::in_pool(options.threads, || {
        (0..options.runs)
            .map(|_| {
                let markdown = time(|| pages.par_iter().map(|page| markup::count_markdown_events(&page.source)).sum());
                let facts = time(|| {
                    pages
                        .par_iter()
                        .map(|page| {
                            let includes = &page.includes;
                            let path = &page.file.path;
                            let input = PageInput { includes, ..PageInput::new(path, &options.locale, &page.raw) };
                            extract_page(input, &vocab).requests.len()
                        })
                        .sum()
                });
                (markdown, facts)
            })
            .collect::<Vec<_>>()
    })?;
    let best = |pick: &dyn Fn(&(Duration, Duration)) -> Duration| times.iter().map(pick).min().unwrap_or_default();
    let (markdown, facts) = (best(&|run| run.0), best(&|run| run.1));
    let threads = options.threads.unwrap_or_else(rayon::current_num_threads);
    writeln!(out, "best of {} runs on {threads} threads, wall time:", options.runs)?;
    writeln!(out, "  pulldown-cmark alone, source text  {:>7.3} s", markdown.as_secs_f64())?;
    writeln!(out, "  full extraction, raw pages         {:>7.3} s", facts.as_secs_f64())?;
    writeln!(out, "  ratio                              {:>7.2}", facts.as_secs_f64() / markdown.as_secs_f64())?;
    Ok(())
}

/// The benchmark is a separate package, so that the client is built as its users build it.
pub(crate) fn client(options: &BenchClientOptions, out: &mut dyn Write) -> Result<()> {
    ensure!(options.requests > 0 && options.rounds > 0, "use at least `--requests 1 --rounds 1`");
    // The program writes to the same output.
    out.flush()?;
    let mut process = settings::cargo();
    process.args(["run", "--quiet", "--release", "--manifest-path", "templates/checks/bench/Cargo.toml"]);
    process.args(["--target-dir", "target/bench", "--"]);
    process.args([options.requests.to_string(), options.rounds.to_string()]).current_dir(settings::root()?);
    let status = process.status().context("cannot start cargo; run templates/checks/bench by hand")?;
    ensure!(status.success(), "the benchmark failed; correct templates/, then run `cargo xtask bench client`");
    Ok(())
}

fn time(work: impl FnOnce() -> usize) -> Duration {
    let start = Instant::now();
    std::hint::black_box(work());
    start.elapsed()
}
