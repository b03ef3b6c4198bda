//! There are no natural-language words in the rules, because words belong in the vocabulary.
//!
//! Messages of diagnostics and of impossible cases are exempt.

use super::Finding;
use super::rust::{RustSource, is_identifier};

/// Calls whose texts are messages.
const MESSAGE_CALLS: &[&str] = &[
    "report",
    "format!",
    "expect",
    "panic!",
    "unreachable!",
    "assert!",
    "assert_eq!",
    "assert_ne!",
    "debug_assert!",
    "debug_assert_eq!",
    "write!",
    "writeln!",
];

pub(super) fn check(path: &str, source: &RustSource<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for literal in &source.literals {
        if !is_language(literal.text) || is_message(source, literal.at) {
            continue;
        }
        let message = format!(
            "the text {:?} is natural language; make it a row of generator/vocab/ and ask `vocab`",
            literal.text
        );
        findings.push(Finding::new(path, source.line(literal.at), message));
    }
    findings
}

/// Whether a text has several words, or a letter that no identifier of the API has.
fn is_language(text: &str) -> bool {
    let foreign = text.chars().any(|c| c.is_alphabetic() && !c.is_ascii());
    let is_word = |word: &str| word.len() > 1 && word.chars().all(char::is_alphabetic);
    let words = text.split([' ', '\t']).map(|word| word.trim_matches(['.', ',', ':', ';', '!', '?']));
    foreign || words.filter(|word| is_word(word)).count() >= 2
}

/// Whether one of the enclosing brackets belongs to a message call, or contains a diagnostic code.
fn is_message(source: &RustSource<'_>, at: usize) -> bool {
    let code = source.code.as_bytes();
    let mut depth = 0_usize;
    for open in (0..at).rev() {
        match code[open] {
            b')' | b']' | b'}' => depth += 1,
            b'(' | b'[' | b'{' if depth > 0 => depth -= 1,
            b'(' | b'[' | b'{' => {
                let before = source.code[..open].trim_end();
                let is_call = MESSAGE_CALLS.iter().any(|call| {
                    before.strip_suffix(call).is_some_and(|front| !front.bytes().last().is_some_and(is_identifier))
                });
                if is_call || code[open] == b'(' && source.code[open..at].contains("codes::") {
                    return true;
                }
                // A block ends the expression.
                if code[open] == b'{' {
                    return false;
                }
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_text(text: &str, expected: usize) {
        let found = check("generator/src/extract/a.rs", &RustSource::scan(text));
        assert_eq!(found.len(), expected, "{found:?}");
    }

    #[test]
    fn words_of_pages_are_found() {
        check_text("if cell == \"Not supported.\" || x {}", 1);
        check_text("if cell == \"not supported here\" {}", 1);
        check_text("if cell == \"不支持\" {}", 1);
        check_text("const ROWS: &[&str] = &[\"Délégué\"];", 1);
        check_text("f(\"least to most\");\nmatch x { _ => \"do not supply\" }", 2);
    }

    #[test]
    fn identifiers_and_punctuation_are_not() {
        check_text(
            "[\"HTTP/1.1\", \"@odata.type\", \"Content-Type\", \": \", \"：\", \"|a|b|\", \"$select $top\"];",
            0,
        );
    }

    #[test]
    fn messages_are_not() {
        check_text("out.sink.report(&codes::X, span, format!(\"the row {} is odd\", x));", 0);
        check_text("out.sink.report(code, span, \"a row that is odd\");", 0);
        check_text("return Err((&codes::EMPTY_PAGE, 0, \"the page is empty\".to_owned()));", 0);
        check_text("x.unwrap_or_else(|| unreachable!(\"a page has a path\"))", 0);
        check_text("#[expect(dead_code, reason = \"for the tests only\")]", 0);
        check_text("report(&codes::X, span, x); f(\"do not supply\")", 1);
        check_text("my_report(\"do not supply\")", 1);
        check_text("report(x, || { f(\"do not supply\") })", 1);
    }
}
