//! What linking finds about lines of pages.

use crate::diag::{Code, Diagnostic};
use crate::source::{PagePath, Position, Span};

#[derive(Debug, Default)]
pub(super) struct Findings(Vec<(PagePath, Diagnostic)>);

impl Findings {
    pub(super) fn report(&mut self, page: &PagePath, line: u32, code: &'static Code, message: String) {
        let position = Position { line: line.max(1), column: 1 };
        self.0.push((page.clone(), Diagnostic { position, span: Span::default(), code, message }));
    }

    /// Sorted, without repetitions.
    pub(super) fn finish(mut self) -> Vec<(PagePath, Diagnostic)> {
        self.0.sort();
        self.0.dedup();
        self.0
    }
}
