//! Prints the differences that `cargo xtask regen --check` finds.

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use similar::TextDiff;

use crate::output::{Comparison, Files};
use crate::settings;

const MAX_NAMES: usize = 30;
const MAX_DIFFS: usize = 3;
const MAX_DIFF_LINES: usize = 40;

/// Lists the files that differ, with diffs of the first few.
pub(super) fn list(folder: &Path, planned: &Files, comparison: &Comparison, out: &mut dyn Write) -> Result<()> {
    let groups =
        [("differs", &comparison.changed), ("missing", &comparison.missing), ("unplanned", &comparison.unplanned)];
    for (what, paths) in groups {
        for path in paths.iter().take(MAX_NAMES) {
            writeln!(out, "{what:<9}  {path}")?;
        }
        if paths.len() > MAX_NAMES {
            writeln!(out, "{what:<9}  and {} more", paths.len() - MAX_NAMES)?;
        }
    }
    for path in comparison.changed.iter().take(MAX_DIFFS) {
        let file = folder.join(path);
        let found = fs_err::read(&file).unwrap_or_default();
        write!(out, "{}", unified(&settings::display(&file), &found, &planned[path]))?;
    }
    Ok(())
}

fn unified(name: &str, found: &[u8], planned: &[u8]) -> String {
    let (Ok(found), Ok(planned)) = (std::str::from_utf8(found), std::str::from_utf8(planned)) else {
        return format!("{name}: not text; {} bytes found, {} planned\n", found.len(), planned.len());
    };
    let diff = TextDiff::from_lines(found, planned);
    let diff = diff.unified_diff().header(name, "as it would be generated").to_string();
    let lines = diff.lines().count();
    if lines <= MAX_DIFF_LINES {
        return diff;
    }
    let shown: String = diff.split_inclusive('\n').take(MAX_DIFF_LINES).collect();
    format!("{shown}… {} more lines\n", lines - MAX_DIFF_LINES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output;
    use crate::output::Known;
    use crate::temp::TempDir;

    #[test]
    fn differences_are_listed_and_shown() {
        let folder = TempDir::new();
        folder.write("a.rs", "one\ntwo\n");
        folder.write("extra.rs", "// @generated");
        let planned = Files::from([("a.rs".to_owned(), b"one\n2\n".to_vec()), ("b.rs".to_owned(), Vec::new())]);
        let comparison = output::compare(folder.path(), &planned, true, &Known::default()).expect("compared");
        let mut out = Vec::new();
        list(folder.path(), &planned, &comparison, &mut out).expect("written");
        let text = String::from_utf8(out).expect("text");
        for expected in ["differs    a.rs", "missing    b.rs", "unplanned  extra.rs", "-two\n+2\n"] {
            assert!(text.contains(expected), "{text}");
        }
    }

    #[test]
    fn long_differences_are_cut() {
        let planned = "x\n".repeat(500);
        let text = unified("a.rs", b"", planned.as_bytes());
        assert_eq!(text.lines().count(), MAX_DIFF_LINES + 1);
        assert!(unified("a.bin", b"\xFF", b"").contains("not text"));
    }
}
