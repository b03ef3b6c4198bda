//! `cargo xtask report`: what was read of the pages, and what was not.

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use graphdocs::model::facts::PageFacts;
use graphdocs::report;

use crate::cli::ReportOptions;
use crate::{explain, files, settings, sources};

pub(crate) fn run(options: &ReportOptions, out: &mut dyn Write) -> Result<()> {
    let code = options.code.as_deref().map(explain::find).transpose()?;
    let mut inputs = sources::named_or_listed(&options.docs, options.locale.as_deref())?;
    inputs.originals.clone_from(&options.originals);
    let pages = sources::read(&inputs, &settings::vocab()?)?;
    if let Some(file) = &options.json {
        write_json(file, &pages)?;
    }
    if let Some(code) = code {
        return list_occurrences(code.id, &pages.facts, out);
    }
    for hint in &inputs.unreachable {
        writeln!(out, "{hint}")?;
    }
    if pages.shadowed > 0 {
        writeln!(out, "{} pages left out: another source has a newer one", pages.shadowed)?;
    }
    write!(out, "{}", report::coverage(&pages.facts))?;
    writeln!(out, "Diagnostics")?;
    for (code, count) in report::diagnostics_by_code(&pages.facts) {
        writeln!(out, "  {count:>6}  {}  {:<7}  {}", code.id, code.severity.to_string(), code.title)?;
    }
    if let Some(docs) = &options.baseline {
        check_baseline(docs, &pages.facts)?;
        writeln!(out, "Warnings and errors are those that the baseline `{docs}` accepts")?;
    }
    writeln!(out, "Occurrences: `cargo xtask report --code CODE`; meaning: `cargo xtask explain CODE`")?;
    Ok(())
}

fn check_baseline(docs: &str, pages: &[PageFacts]) -> Result<()> {
    let counts = report::diagnostics_by_code(pages);
    let counts = counts.iter().map(|(code, count)| (code.id, code.severity, *count));
    settings::policy()?.check_baseline(docs, counts).map_err(|lines| anyhow::anyhow!(lines.join("\n")))
}

fn list_occurrences(id: &str, pages: &[PageFacts], out: &mut dyn Write) -> Result<()> {
    for page in pages {
        for found in page.diagnostics.iter().filter(|found| found.code.id == id) {
            writeln!(out, "{}:{}:{} {}", page.path, found.position.line, found.position.column, found.message)?;
        }
    }
    Ok(())
}

fn write_json(file: &Path, pages: &sources::Pages) -> Result<()> {
    let rows = report::diagnostics_by_code(&pages.facts).into_iter().map(|(code, count)| {
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
