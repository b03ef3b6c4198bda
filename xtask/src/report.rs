//! `cargo xtask report`: reports what was read from the pages, and what was not.

mod since;

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use graphdocs::diag::{Code, Diagnostic};
use graphdocs::generate::plan_crate;
use graphdocs::model::facts::PageFacts;
use graphdocs::model::prose::Prose;
use graphdocs::report;
use graphdocs::source::PagePath;

use crate::cli::ReportOptions;
use crate::{docs, explain, facts, files, settings, sources};

pub(crate) fn run(options: &ReportOptions, out: &mut dyn Write) -> Result<()> {
    if let Some(revision) = &options.since {
        return since::run(revision, options, out);
    }
    let code = options.code.as_deref().map(explain::find).transpose()?;
    let locale = options.locale.as_deref();
    let mut inputs = sources::named_or_listed(docs::folders(&options.docs), locale)?;
    inputs.originals.clone_from(&options.originals);
    let vocab = settings::vocab()?;
    let of_pages = sources::read(&inputs, &vocab)?;
    let is_of_checkout = options.docs.is_empty() && options.originals.is_none();
    let (read, pages) = match is_of_checkout {
        true => (of_pages.facts.len(), sources::with_known(&settings::root()?, of_pages, locale)?),
        false => (of_pages.facts.len(), of_pages),
    };
    let (linked, plan) = plan_crate(&pages.facts, &vocab, &settings::policy()?, &Prose::default(), &[]);
    let of_pages = pages.facts.iter().flat_map(|page| page.diagnostics.iter().map(move |found| (&page.path, found)));
    let of_all = linked.diagnostics.iter().chain(&plan.diagnostics).map(|(path, found)| (path, found));
    let found: Vec<(&PagePath, &Diagnostic)> = of_pages.chain(of_all).collect();
    let counts = report::diagnostics_by_code(found.iter().map(|(_, found)| *found));
    if let Some(file) = &options.json {
        write_json(file, &pages, &counts)?;
    }
    if let Some(code) = code {
        for (page, found) in found.iter().filter(|(_, found)| found.code.id == code.id) {
            writeln!(out, "{page}:{}:{} {}", found.position.line, found.position.column, found.text())?;
        }
        return Ok(());
    }
    for hint in &inputs.unreachable {
        writeln!(out, "{hint}")?;
    }
    if pages.facts.len() > read {
        writeln!(
            out,
            "{} pages are known by {} only. What they state is counted; how much of them was read, their own \
             diagnostics, and lines need the pages: `--docs DIR`",
            pages.facts.len() - read,
            facts::FOLDER
        )?;
    }
    if pages.shadowed > 0 {
        writeln!(out, "{} pages left out because another source has a newer version", pages.shadowed)?;
    }
    write!(out, "{}", report::coverage(&pages.facts))?;
    write!(out, "{}", report::doubtful(&pages.facts))?;
    write!(out, "{}", report::types(&linked.api, &linked.figures))?;
    writeln!(out, "Diagnostics")?;
    for (code, count) in &counts {
        writeln!(out, "  {count:>6}  {}  {:<7}  {}", code.id, code.severity.to_string(), code.title)?;
    }
    if let Some(docs) = &options.baseline {
        check_baseline(docs, &counts)?;
        writeln!(out, "The baseline `{docs}` accepts these warnings and errors")?;
    }
    writeln!(out, "Occurrences: `cargo xtask report --code CODE`; meaning: `cargo xtask explain CODE`")?;
    Ok(())
}

fn check_baseline(docs: &str, counts: &[(&Code, usize)]) -> Result<()> {
    let counts = counts.iter().map(|(code, count)| (code.id, code.severity, *count));
    settings::policy()?.check_baseline(docs, counts).map_err(|lines| anyhow::anyhow!(lines.join("\n")))
}

fn write_json(file: &Path, pages: &sources::Pages, counts: &[(&Code, usize)]) -> Result<()> {
    let rows = counts.iter().map(|(code, count)| {
        serde_json::json!({ "code": code.id, "severity": code.severity.to_string(), "title": code.title, "count": count })
    });
    let sum = |count: fn(&PageFacts) -> usize| pages.facts.iter().map(count).sum::<usize>();
    let numbers = serde_json::json!({
        "pages": pages.facts.len(),
        "shadowed": pages.shadowed,
        "accounting": {
            "tables": sum(|page| page.accounting.tables),
            "tables_consumed": sum(|page| page.accounting.tables_consumed),
            "fences": sum(|page| page.accounting.fences),
            "fences_consumed": sum(|page| page.accounting.fences_consumed),
            "sections": sum(|page| page.accounting.sections),
            "sections_consumed": sum(|page| page.accounting.sections_consumed),
        },
        "diagnostics": rows.collect::<Vec<_>>(),
    });
    files::write_atomically(file, format!("{numbers:#}\n").as_bytes())
}
