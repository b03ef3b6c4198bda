//! What a run says at its end, besides how the output folder changed.

use std::io::Write;
use std::time::Instant;

use anyhow::{Result, ensure};
use graphdocs::diag::{Diagnostic, Severity, codes};
use graphdocs::generate::Generation;
use graphdocs::source::PagePath;
use serde::{Deserialize, Serialize};

use super::docs::Docs;

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Summary {
    /// Entries of the policy that do not apply any more.
    stale: Vec<String>,
    pages: usize,
    sources: usize,
    /// Pages that were left out because another source has a newer one.
    shadowed: usize,
    /// What became of the pages of the named docs.
    account: Vec<String>,
    /// Sources that were not read, and what to do about it.
    unreachable: Vec<String>,
    diagnostics: Vec<String>,
    /// Sampled examples of this repository that are not about these docs.
    foreign_examples: usize,
}

/// Whose policy and examples a run is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// The docs of the repository: there, an entry that does not apply any more has to go.
    Own,
    /// Docs that the command line names may be of another day, and a locale is a part of the docs.
    Foreign,
    /// A few operations: most entries are about others.
    Selected,
}

impl Summary {
    pub(super) fn of(docs: &Docs, generation: &Generation, scope: Scope) -> Self {
        // Otherwise these are notes.
        let is_own_fault = |found: &Diagnostic| scope != Scope::Own && found.code == &codes::STALE_FIXUP;
        let is_own_example = |found: &Diagnostic| scope != Scope::Own && found.code == &codes::STALE_SAMPLE;
        let all = generation.diagnostics.iter().chain(&docs.unreadable);
        let (examples, found): (Vec<_>, Vec<_>) =
            all.filter(|(_, found)| !is_own_fault(found)).partition(|(_, found)| is_own_example(found));
        Self {
            stale: if scope == Scope::Selected { Vec::new() } else { generation.stale.clone() },
            pages: docs.pages.facts.len(),
            sources: docs.sources,
            shadowed: docs.pages.shadowed,
            account: [docs.account.clone(), docs.merged_lines()].concat(),
            unreachable: docs.unreachable().to_vec(),
            diagnostics: diagnostics(&found, &docs.report_command()),
            foreign_examples: if scope == Scope::Foreign { examples.len() } else { 0 },
        }
    }

    /// Stale policy is an error for the docs of the repository, and a note for others.
    pub(super) fn check_stale(&self, scope: Scope, verbose: bool, out: &mut dyn Write) -> Result<()> {
        ensure!(self.stale.is_empty() || scope != Scope::Own, "{}", self.stale.join("\n"));
        let shown = if verbose { self.stale.len() } else { MAX_NOTES };
        for entry in self.stale.iter().take(shown) {
            writeln!(out, "note: {entry}, if these docs are right")?;
        }
        if let Some(more @ 1..) = self.stale.len().checked_sub(shown) {
            writeln!(
                out,
                "note: {more} more entries of generator/policy/ do not apply to these docs; `--verbose` lists them"
            )?;
        }
        Ok(())
    }

    pub(super) fn print(&self, start: Instant, out: &mut dyn Write) -> Result<()> {
        let Self { pages, sources, shadowed, foreign_examples, .. } = self;
        let plural = if *sources == 1 { "" } else { "s" };
        write!(out, "{pages} pages of {sources} source{plural} in {:.1} s", start.elapsed().as_secs_f32())?;
        if *shadowed > 0 {
            write!(out, "; {shadowed} left out, another source has a newer one")?;
        }
        writeln!(out)?;
        for line in &self.account {
            writeln!(out, "{line}")?;
        }
        for hint in &self.unreachable {
            writeln!(out, "not read: {hint}")?;
        }
        if *foreign_examples > 0 {
            writeln!(
                out,
                "note: {foreign_examples} examples of docs-input/conform/sample.yaml do not fit these docs; no test is made of them"
            )?;
        }
        for line in &self.diagnostics {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }
}

/// More notes are counted only.
const MAX_NOTES: usize = 5;
/// More errors are counted only.
const MAX_ERRORS: usize = 20;

/// Pages without output are named, the others are counted.
fn diagnostics(all: &[&(PagePath, Diagnostic)], report: &str) -> Vec<String> {
    let of = |severity| all.iter().filter(move |(_, found)| found.code.severity == severity);
    let count = |severity| of(severity).count();
    let mut lines: Vec<_> = of(Severity::Error).take(MAX_ERRORS).map(|(page, found)| found.render(page)).collect();
    if let Some(more @ 1..) = count(Severity::Error).checked_sub(MAX_ERRORS) {
        lines.push(format!("… and {more} more errors"));
    }
    let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
    lines.push(format!("diagnostics: {errors} errors, {warnings} warnings, {notes} notes; see `{report}`"));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use graphdocs::source::{Position, Span};

    #[test]
    fn errors_of_pages_are_named() {
        let found = |code, message: &str| Diagnostic {
            file: None,
            position: Position { line: 7, column: 1 },
            span: Span::default(),
            code,
            message: message.to_owned(),
        };
        let page = PagePath::new("api-reference/v1.0/api/lamp-get.md");
        let mut found_on_page = vec![(page.clone(), found(&codes::UNKNOWN_BASE, "of a base"))];
        found_on_page
            .extend((0..22).map(|number| (page.clone(), found(&codes::STALE_FIXUP, &format!("error {number}")))));
        let lines = diagnostics(&found_on_page.iter().collect::<Vec<_>>(), "cargo xtask report");
        assert!(lines[0].starts_with("api-reference/v1.0/api/lamp-get.md:7:1: error[GX0702]: error 0\n"), "{lines:?}");
        assert_eq!(
            lines[20..],
            ["… and 2 more errors", "diagnostics: 22 errors, 1 warnings, 0 notes; see `cargo xtask report`"]
        );
        assert!(!lines.iter().any(|line| line.contains("of a base")), "{lines:?}");
    }

    #[test]
    fn stale_policy_is_an_error_for_own_docs_and_a_note_for_others() {
        let stale = vec!["policy/types.toml: there is no type `lamp` any more; delete the entry".to_owned()];
        let summary = Summary { stale, ..Summary::default() };
        let mut out = Vec::new();
        assert!(summary.check_stale(Scope::Own, false, &mut out).expect_err("stale").to_string().contains("`lamp`"));
        assert!(out.is_empty());
        summary.check_stale(Scope::Foreign, false, &mut out).expect("a note");
        assert!(String::from_utf8(out).expect("text").starts_with("note: policy/types.toml"), "a note");
    }

    #[test]
    fn many_notes_are_counted() {
        let summary =
            Summary { stale: (0..30).map(|number| format!("entry {number}")).collect(), ..Summary::default() };
        let lines = |verbose| {
            let mut out = Vec::new();
            summary.check_stale(Scope::Foreign, verbose, &mut out).expect("notes");
            String::from_utf8(out).expect("text").lines().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!((lines(false).len(), lines(true).len()), (6, 30));
        assert!(lines(false)[5].starts_with("note: 25 more entries"), "{:?}", lines(false));
    }
}
