//! The findings of linking: diagnostics about lines of pages, and counts of what could be resolved.

use crate::diag::{Code, Diagnostic};
use crate::model::figures::Figures;
use crate::source::PagePath;

#[derive(Debug, Default)]
pub(super) struct Findings {
    diagnostics: Vec<(PagePath, Diagnostic)>,
    pub(super) figures: Figures,
}

impl Findings {
    pub(super) fn report(&mut self, page: &PagePath, line: u32, code: &'static Code, message: String) {
        self.diagnostics.push((page.clone(), Diagnostic::of_line(line, code, message)));
    }

    /// Adds the findings of a version that has none yet.
    pub(super) fn extend(&mut self, of_version: Self) {
        let Figures { rows, responses, bodies } = of_version.figures;
        self.diagnostics.extend(of_version.diagnostics);
        self.figures.rows.extend(rows);
        self.figures.responses.extend(responses);
        self.figures.bodies.extend(bodies);
    }

    /// The figures, and the diagnostics sorted and without repetitions.
    pub(super) fn finish(mut self) -> (Figures, Vec<(PagePath, Diagnostic)>) {
        self.diagnostics.sort();
        self.diagnostics.dedup();
        (self.figures, self.diagnostics)
    }
}
