//! Limits the length of `quote!` blocks, because a block that needs scrolling hides its result.

use super::Finding;
use super::rust::RustSource;

const MAX_LINES: usize = 40;

pub(super) fn check(path: &str, source: &RustSource<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in ["quote", "quote_spanned"] {
        for (start, end) in source.macro_bodies(name) {
            let at = source.line(start);
            let lines = source.line(end - 1) - at + 1;
            if lines > MAX_LINES {
                let message = format!(
                    "this `{name}!` has {lines} lines, but at most {MAX_LINES} are readable; move a part of it to a variable"
                );
                findings.push(Finding::new(path, at, message));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_lines(lines: usize, expected: usize) {
        let text = format!("\nlet a = quote! {{ //{}\n }};\n", "\n x(\")\") { }".repeat(lines - 2));
        let found = check("generator/src/emit.rs", &RustSource::scan(&text));
        assert_eq!(found.len(), expected, "{found:?}");
        assert!(found.iter().all(|found| found.line == 2));
    }

    #[test]
    fn long_blocks_are_found() {
        check_lines(40, 0);
        check_lines(41, 1);
    }
}
