//! What a run says at its end, besides how the output folder changed.

use std::io::Write;
use std::time::Instant;

use anyhow::{Result, ensure};
use graphdocs::diag::Severity;
use graphdocs::generate::Generation;
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
    /// Sources that were not read, and what to do about it.
    unreachable: Vec<String>,
    diagnostics: Vec<String>,
}

impl Summary {
    pub(super) fn of(docs: &Docs, generation: &Generation) -> Self {
        Self {
            stale: generation.stale.clone(),
            pages: docs.pages.facts.len(),
            sources: docs.sources,
            shadowed: docs.pages.shadowed,
            unreachable: docs.unreachable.clone(),
            diagnostics: diagnostics(generation),
        }
    }

    /// Policy is about the docs of the repository: there, an entry that does not apply any more has to go. Docs that
    /// the command line names may be of another day, and a locale is a part of the docs.
    pub(super) fn check_stale(&self, is_own: bool, out: &mut dyn Write) -> Result<()> {
        ensure!(self.stale.is_empty() || !is_own, "{}", self.stale.join("\n"));
        for entry in &self.stale {
            writeln!(out, "note: {entry}, if these docs are right")?;
        }
        Ok(())
    }

    pub(super) fn print(&self, start: Instant, out: &mut dyn Write) -> Result<()> {
        let Self { pages, sources, shadowed, .. } = self;
        let plural = if *sources == 1 { "" } else { "s" };
        write!(out, "{pages} pages of {sources} source{plural} in {:.1} s", start.elapsed().as_secs_f32())?;
        if *shadowed > 0 {
            write!(out, "; {shadowed} left out, another source has a newer one")?;
        }
        writeln!(out)?;
        for hint in &self.unreachable {
            writeln!(out, "not read: {hint}")?;
        }
        for line in &self.diagnostics {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }
}

/// More errors are counted only.
const MAX_ERRORS: usize = 20;

/// Pages without output are named, the others are counted.
fn diagnostics(generation: &Generation) -> Vec<String> {
    let of = |severity| generation.diagnostics.iter().filter(move |(_, found)| found.code.severity == severity);
    let count = |severity| of(severity).count();
    let mut lines: Vec<_> = of(Severity::Error).take(MAX_ERRORS).map(|(page, found)| found.render(page)).collect();
    if let Some(more @ 1..) = count(Severity::Error).checked_sub(MAX_ERRORS) {
        lines.push(format!("… and {more} more errors"));
    }
    let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
    lines.push(format!("diagnostics: {errors} errors, {warnings} warnings, {notes} notes; see `cargo xtask report`"));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use graphdocs::diag::{Diagnostic, codes};
    use graphdocs::source::{PagePath, Position, Span};

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
        let lines = diagnostics(&Generation { diagnostics: found_on_page, ..Generation::default() });
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
        assert!(summary.check_stale(true, &mut out).expect_err("stale").to_string().contains("`lamp`"));
        assert!(out.is_empty());
        summary.check_stale(false, &mut out).expect("a note");
        assert!(String::from_utf8(out).expect("text").starts_with("note: policy/types.toml"), "a note");
    }
}
