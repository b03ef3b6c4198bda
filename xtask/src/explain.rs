//! `cargo xtask explain`: explains diagnostic codes.

use std::io::Write;

use anyhow::{Result, anyhow};
use graphdocs::diag::{Code, codes};

pub(crate) fn run(code: Option<&str>, out: &mut dyn Write) -> Result<()> {
    let Some(id) = code else {
        for code in codes::ALL {
            writeln!(out, "{}  {:<7}  {}", code.id, code.severity.to_string(), code.title)?;
        }
        return Ok(());
    };
    let code = find(id)?;
    writeln!(out, "{}: {}\n  severity: {}\n  next: {}", code.id, code.title, code.severity, code.help)?;
    writeln!(out, "  occurrences: cargo xtask report --code {}", code.id)?;
    Ok(())
}

/// Finds a diagnostic code, ignoring case.
pub(crate) fn find(id: &str) -> Result<&'static Code> {
    let row = codes::ALL.iter().find(|code| code.id.eq_ignore_ascii_case(id.trim()));
    row.copied().ok_or_else(|| anyhow!("no diagnostic has the code `{id}`; list the codes with `cargo xtask explain`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_in_any_case() {
        assert_eq!(find("gx0303").expect("a code").id, "GX0303");
        assert!(find("GX9999").expect_err("none").to_string().contains("cargo xtask explain"));
    }
}
