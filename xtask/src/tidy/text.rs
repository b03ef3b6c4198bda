//! Rules for every file: size, line ends, no path or name of one machine.

use super::{Finding, RepoFile};

const MAX_BYTES: usize = 512 * 1024;

/// Folders of machines. They are split so that this file does not find itself.
const MACHINE_FOLDERS: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];

/// The one registry that a lock file may name.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(super) fn check(file: &RepoFile) -> Vec<Finding> {
    let path = file.path.as_str();
    let is_input = path.starts_with("docs-input/");
    let mut findings = Vec::new();
    if file.content.len() > MAX_BYTES && !is_input && !path.starts_with("generated/") {
        let message =
            format!("{} bytes, at most {MAX_BYTES} are allowed; split the file or leave it out", file.content.len());
        findings.push(Finding::new(path, 1, message));
    }
    // Pages are unchanged, and some of them are bad on purpose.
    if is_input && path != "docs-input/sources.yaml" || path.ends_with("/page.md") {
        return findings;
    }
    let Ok(text) = std::str::from_utf8(&file.content) else { return findings };
    if text.contains('\0') {
        return findings;
    }
    findings.extend(check_lines(path, text));
    findings.extend(check_machine(path, text));
    findings
}

fn check_lines(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lines = text.bytes().filter(|&byte| byte == b'\n').count();
    if let Some(at) = text.find('\r') {
        let line = text[..at].matches('\n').count() + 1;
        findings.push(Finding::new(path, line, "a carriage return; save the file with LF line ends"));
    }
    if !text.is_empty() && !text.ends_with('\n') {
        findings.push(Finding::new(path, lines + 1, "no line end at the end of the file; add one"));
    }
    // A snapshot of an empty text ends like this.
    if text.ends_with("\n\n") && !path.ends_with(".snap") {
        findings.push(Finding::new(path, lines, "blank lines at the end of the file; remove them"));
    }
    findings
}

fn check_machine(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Paths of the API may look like those of a machine.
    let holds_api_paths = path.starts_with("generated/") || path.ends_with(".snap");
    for (number, line) in text.lines().enumerate() {
        if !holds_api_paths && let Some(folder) = MACHINE_FOLDERS.iter().find(|folder| has_absolute(line, folder)) {
            let message = format!("`{folder}` is a folder of one machine; make the path relative to the repository");
            findings.push(Finding::new(path, number + 1, message));
        }
        if names_registry(path, line) {
            let message = "a registry of one machine; restore the line, and keep such settings in your own cargo home";
            findings.push(Finding::new(path, number + 1, message));
        }
    }
    findings
}

/// Whether the folder is at the start of a path.
fn has_absolute(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '=' | '(' | ':' | '<' | '['))
    })
}

fn names_registry(path: &str, line: &str) -> bool {
    let line = line.trim();
    if path.ends_with("Cargo.lock") {
        return line.strip_prefix("source = ").is_some_and(|source| source.trim_matches('"') != REGISTRY);
    }
    let is_settings = path.contains(".cargo/config") || path.ends_with("Cargo.toml");
    is_settings && ["[source", "[registries", "[registry", "registry"].iter().any(|key| line.starts_with(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_text(path: &str, text: &str, expected: &[(usize, &str)]) {
        let found = check(&RepoFile { path: path.to_owned(), content: text.as_bytes().to_vec() });
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, (line, message)) in found.iter().zip(expected) {
            assert!(found.line == *line && found.message.contains(message), "{found:?}");
        }
    }

    #[test]
    fn line_ends() {
        check_text("a.md", "a\nb\n", &[]);
        check_text("a.md", "", &[]);
        check_text("a.md", "a\nb", &[(2, "no line end")]);
        check_text("a.md", "a\nb\r\nc\n", &[(2, "carriage return")]);
        check_text("a.md", "a\n\n", &[(2, "blank lines")]);
        check_text("a.snap", "a\n\n", &[]);
        check_text("generator/tests/fixtures/hostile/a/page.md", "a\r\nb", &[]);
        check_text("docs-input/pages/a.md", "a\r\nb", &[]);
        check_text("docs-input/sources.yaml", "a", &[(1, "no line end")]);
    }

    #[test]
    fn sizes() {
        let long = format!("{}\n", "a".repeat(MAX_BYTES));
        check_text("a.txt", &long, &[(1, "at most")]);
        check_text("generated/API.txt", &long, &[]);
    }

    #[test]
    fn machines() {
        for folder in MACHINE_FOLDERS {
            check_text("a.md", &format!("a\nsee {folder}x\n"), &[(2, "one machine")]);
            check_text("a.rs", &format!("\"{folder}x\"\n"), &[(1, "one machine")]);
            check_text("a.rs", &format!("\"/drive{folder}x\"\n"), &[]);
        }
        check_text("Cargo.lock", &format!("source = \"{REGISTRY}\"\n"), &[]);
        check_text("Cargo.lock", "source = \"registry+https://mirror.example/index\"\n", &[(1, "registry")]);
        check_text(".cargo/config.toml", "[source.crates-io]\n", &[(1, "registry")]);
        check_text(".cargo/config.toml", "[alias]\n", &[]);
    }
}
