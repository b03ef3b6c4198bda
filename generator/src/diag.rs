//! Diagnostics: findings with their place and the next step.
//!
//! Extraction never fails; it returns what it could read and a list of diagnostics. All codes are
//! defined in [`codes`].

pub mod codes;

use std::borrow::Cow;
use std::fmt;

use crate::source::{Composition, PagePath, PlaceIndex, Position, Span, escaped};

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know; nothing is missing from the output.
    Note,
    /// A fact is missing or doubtful, or was repaired.
    Warning,
    /// The page or one of its items yields no output.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A diagnostic code.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code {
    /// `GX` and four digits; the first two digits name the layer.
    pub id: &'static str,
    pub severity: Severity,
    /// The meaning of the code, the same for every occurrence.
    pub title: &'static str,
    /// The next step.
    pub help: &'static str,
}

/// One finding about one page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The include that the position is about; the page itself if there is none.
    pub file: Option<PagePath>,
    pub position: Position,
    pub span: Span,
    pub code: &'static Code,
    /// Quotes the text that was found.
    pub message: String,
}

impl Diagnostic {
    /// A diagnostic about a line of a page, or about the first line if lines are unknown.
    #[must_use]
    pub fn of_line(line: u32, code: &'static Code, message: String) -> Self {
        let position = Position { line: line.max(1), column: 1 };
        Self { file: None, position, span: Span::default(), code, message }
    }

    /// The message as one line.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        escaped(&self.message)
    }

    /// Formats as `path:line:column: severity[code]: message`, followed by the next step.
    #[must_use]
    pub fn render(&self, page: &PagePath) -> String {
        let path = self.file.as_ref().unwrap_or(page);
        let Position { line, column } = self.position;
        let Code { id, severity, help, .. } = self.code;
        format!("{path}:{line}:{column}: {severity}[{id}]: {}\n  next: {help}", self.text())
    }
}

/// More findings on one page are dropped: no page of the docs has as many.
const MAX_PER_PAGE: usize = 1_000;

/// Collects the diagnostics of one page.
#[derive(Debug)]
pub struct Sink<'a> {
    places: PlaceIndex<'a>,
    found: Vec<Diagnostic>,
}

impl<'a> Sink<'a> {
    #[must_use]
    pub fn new(raw: &'a str) -> Self {
        Self { places: PlaceIndex::of_page(raw), found: Vec::new() }
    }

    /// For a page with includes: spans are those of the composed text, findings name the file.
    #[must_use]
    pub fn composed(page: &'a str, composition: &'a Composition) -> Self {
        Self { places: PlaceIndex::of(page, composition), found: Vec::new() }
    }

    pub fn report(&mut self, code: &'static Code, span: Span, message: impl Into<String>) {
        if self.found.len() == MAX_PER_PAGE {
            return;
        }
        let (file, position, span) = self.places.place(span);
        self.found.push(Diagnostic { file: file.cloned(), position, span, code, message: message.into() });
    }

    /// Adds what another reading of the page found.
    pub fn add(&mut self, other: Self) {
        self.found.extend(other.found);
    }

    /// The 1-based line of a byte offset in the page; in an include, that of its directive.
    #[must_use]
    pub fn line(&self, at: u32) -> u32 {
        self.places.line(at)
    }

    /// The line so many lines below that of a byte offset; in an include, that of its directive.
    #[must_use]
    pub fn line_below(&self, at: u32, lines: u32) -> u32 {
        self.places.line_below(at, lines)
    }

    /// The findings, sorted by position and code, without repetitions.
    #[must_use]
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.found.sort();
        self.found.dedup();
        self.found
    }
}

/// Shortens quoted source text, so that a message remains one readable line.
#[must_use]
pub fn quoted(text: &str) -> String {
    const LIMIT: usize = 80;
    let short: String = text.chars().take(LIMIT).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let mut short = escaped(&short).into_owned();
    if text.chars().nth(LIMIT).is_some() {
        short.push('…');
    }
    format!("`{short}`")
}
