//! Prints diagnostics with the line that they are about.

use std::io::{IsTerminal, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anyhow::Result;
use graphdocs::diag::{Diagnostic, Severity};
use graphdocs::model::facts::PageFacts;

pub(super) fn print(facts: &PageFacts, raw: &str, out: &mut dyn Write) -> Result<()> {
    let styled = std::io::stdout().is_terminal();
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    for found in &facts.diagnostics {
        writeln!(out, "\n{}", renderer.render(&[group(facts.path.as_str(), raw, found)]))?;
    }
    Ok(())
}

fn group<'a>(path: &'a str, raw: &'a str, found: &'a Diagnostic) -> Group<'a> {
    let level = match found.code.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let (line, marked) = line_of(raw, found);
    let snippet = Snippet::source(line).path(path).line_start(found.position.line as usize);
    let title = level.primary_title(found.text()).id(found.code.id);
    title
        .element(snippet.annotation(AnnotationKind::Primary.span(marked)))
        .element(Level::HELP.message(found.code.help))
}

/// The line of a diagnostic, and the part of it to highlight.
fn line_of<'a>(raw: &'a str, found: &Diagnostic) -> (&'a str, Range<usize>) {
    let floor = |mut at: usize| {
        at = at.min(raw.len());
        while !raw.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (from, to) = (floor(found.span.start as usize), floor(found.span.end as usize));
    let start = raw[..from].rfind('\n').map_or(0, |newline| newline + 1);
    let end = raw[from..].find('\n').map_or(raw.len(), |newline| from + newline);
    (&raw[start..end], from - start..to.clamp(from, end) - start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use graphdocs::diag::codes;
    use graphdocs::source::Span;

    #[track_caller]
    fn check(raw: &str, span: Span, line: &str, marked: Range<usize>) {
        let mut sink = graphdocs::diag::Sink::new(raw);
        sink.report(&codes::NO_REQUEST, span, "m");
        let found = sink.finish().remove(0);
        assert_eq!(line_of(raw, &found), (line, marked));
        let rendered = Renderer::plain().render(&[group("a.md", raw, &found)]);
        assert!(rendered.contains(codes::NO_REQUEST.id), "{rendered}");
    }

    #[test]
    fn marks_stay_on_their_line_and_on_characters() {
        check("ab\ncd\nef", Span::new(3, 5), "cd", 0..2);
        check("ab\ncd\nef", Span::new(4, 8), "cd", 1..2);
        check("色b", Span::new(1, 4), "色b", 0..4);
        check("", Span::new(0, 0), "", 0..0);
        check("ab", Span::new(90, 95), "ab", 2..2);
    }
}
