//! Checks which other modules each module of the generator may use, and which crates only it may
//! name.
//!
//! The table is in ARCHITECTURE.md, where people read it. It is checked both ways: a use that it does not allow is a
//! finding, and so is an allowed use that never occurs.

use std::collections::BTreeSet;

use super::rust::RustSource;
use super::{Finding, owners};

const FILE: &str = "ARCHITECTURE.md";
const TABLE: &str = "the table of layers in ARCHITECTURE.md";
/// The columns after the number of the layer.
const COLUMNS: [&str; 4] = ["module", "owns", "may use", "only it may name"];

/// The table, in the order of the data flow.
pub(super) struct Table {
    pub(super) layers: Vec<Layer>,
}

/// A row of the table.
pub(super) struct Layer {
    pub(super) module: String,
    /// The modules that it may use besides itself.
    uses: BTreeSet<String>,
    /// Crates that only it and modules with the same entry may name.
    pub(super) crates: BTreeSet<String>,
    line: usize,
}

impl Table {
    /// Reads the table of ARCHITECTURE.md and reports its mistakes.
    pub(super) fn read(text: &str) -> (Self, Vec<Finding>) {
        let mut table = Self { layers: Vec::new() };
        let mut findings = Vec::new();
        let mut lines = (1..).zip(text.lines()).map(|(number, line)| (number, cells(line)));
        let is_header = |cells: &[&str]| cells.len() == COLUMNS.len() + 1 && cells[1..] == COLUMNS;
        if !lines.any(|(_, cells)| is_header(&cells)) {
            let message = format!("there is no table with the columns {COLUMNS:?}; `cargo xtask tidy` reads it");
            return (table, vec![Finding::new(FILE, 1, message)]);
        }
        for (line, cells) in lines.skip(1).take_while(|(_, cells)| !cells.is_empty()) {
            let [_, module, _, uses, crates] = cells.as_slice() else {
                findings.push(Finding::new(FILE, line, "the row does not have as many cells as the header"));
                continue;
            };
            let layer =
                Layer { module: module.trim_matches('`').to_owned(), uses: names(uses), crates: names(crates), line };
            for used in &layer.uses {
                if table.layer(used).is_none() {
                    let message = format!("`{}` may use `{used}`, which is not a module of a row above", layer.module);
                    findings.push(Finding::new(FILE, line, message));
                }
            }
            table.layers.push(layer);
        }
        (table, findings)
    }

    pub(super) fn layer(&self, module: &str) -> Option<&Layer> {
        self.layers.iter().find(|layer| layer.module == module)
    }

    /// Uses that the table allows, but that do not occur in the code.
    pub(super) fn unused(&self, made: &BTreeSet<(String, String)>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for layer in &self.layers {
            let is_made = |used: &&String| made.contains(&(layer.module.clone(), (*used).clone()));
            let unused = layer.uses.iter().chain(&layer.crates).filter(|used| !is_made(used));
            findings.extend(unused.map(|used| {
                let message = format!("`{}` does not use `{used}`; remove it from the row", layer.module);
                Finding::new(FILE, layer.line, message)
            }));
        }
        findings
    }
}

/// The cells of a row of a table; none for other lines.
fn cells(line: &str) -> Vec<&str> {
    match line.trim().strip_prefix('|').and_then(|line| line.strip_suffix('|')) {
        Some(row) => row.split('|').map(str::trim).collect(),
        None => Vec::new(),
    }
}

/// The names in a list, without remarks in parentheses; none for `–`. Crates are spelled as in code.
fn names(cell: &str) -> BTreeSet<String> {
    let without_notes: String =
        cell.split('(').map(|part| part.split_once(')').map_or(part, |(_, rest)| rest)).collect();
    let names = without_notes.split(',').map(|name| name.trim().trim_matches('`').replace('-', "_"));
    names.filter(|name| !name.is_empty() && name != "–").collect()
}

/// The module that a file belongs to.
pub(super) struct Module<'p> {
    pub(super) name: &'p str,
    /// The number of `super` that leads to the crate root.
    depth: usize,
}

/// `None` for files outside the generator, its root and its out-of-line tests.
pub(super) fn module_of(path: &str) -> Option<Module<'_>> {
    let inner = path.strip_prefix("generator/src/")?.strip_suffix(".rs")?;
    let mut parts: Vec<&str> = inner.split('/').collect();
    if parts.last() == Some(&"mod") {
        parts.pop();
    }
    if inner == "lib" || parts.contains(&"tests") {
        return None;
    }
    Some(Module { name: parts[0], depth: parts.len() })
}

/// Checks the uses in a file and adds them to those of all files.
pub(super) fn check(
    path: &str,
    module: &Module<'_>,
    source: &RustSource<'_>,
    table: &Table,
    made: &mut BTreeSet<(String, String)>,
) -> Vec<Finding> {
    let name = module.name;
    let Some(layer) = table.layer(name) else {
        return vec![Finding::new(
            path,
            1,
            format!("`{name}` is not a module of the design; move the code to one that is, or add a row to {TABLE}"),
        )];
    };
    made.extend(owners::named(source, &layer.crates).map(|used| (name.to_owned(), used.to_owned())));
    let source = source.without_tokens();
    let mut findings = Vec::new();
    for (at, used) in source.path_heads("crate") {
        made.insert((name.to_owned(), used.to_owned()));
        if used == name || layer.uses.contains(used) {
            continue;
        }
        let message = if table.layer(used).is_some() {
            format!(
                "`{name}` must not use `{used}`; move the code to a later module, or pass what it needs; see {TABLE}"
            )
        } else {
            format!("`crate::{used}` is not a module; name the module that owns it: `crate::<module>::{used}`")
        };
        findings.push(Finding::new(path, source.line(at), message));
    }
    let climb = vec!["super"; module.depth].join("::");
    for at in source.words(&climb).filter(|&at| source.code[at..].starts_with(&format!("{climb}::"))) {
        let message = format!("`{climb}::` leads out of `{name}` past the layering; write `crate::`");
        findings.push(Finding::new(path, source.line(at), message));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# A\n\n| layer | module | owns | may use | only it may name |\n|---|---|---|---|---|\n\
                        | 0 | `source` | x | – | – |\n| 0 | `diag` | x | source | – |\n\
                        | 1 | `markup` | x | source, diag | pulldown-cmark, toml (with `emit`) |\n\
                        | 2 | `extract` | x | markup | – |\n| 3 | `emit` | x | – | toml (with `markup`) |\n\nEnd.\n";

    #[track_caller]
    fn check_text(path: &str, text: &str, expected: &[&str]) {
        let (table, wrong) = Table::read(TEXT);
        assert!(wrong.is_empty(), "{wrong:?}");
        let source = RustSource::scan(text);
        let found = check(path, &module_of(path).expect("a module"), &source, &table, &mut BTreeSet::new());
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(format!("{}: {}", found.line, found.message).contains(expected), "{found:?}");
        }
    }

    #[test]
    fn the_table_is_held_both_ways() {
        let (table, _) = Table::read(TEXT);
        let mut made = BTreeSet::new();
        for (path, text) in [
            ("generator/src/diag.rs", "use crate::source::Span;"),
            ("generator/src/markup.rs", "use crate::source::Span;\nuse pulldown_cmark::Parser;\nfn f() { toml::x() }"),
            ("generator/src/extract/a.rs", "use crate::{markup::x, extract::y};"),
        ] {
            let module = module_of(path).expect("a module");
            assert!(check(path, &module, &RustSource::scan(text), &table, &mut made).is_empty(), "{path}");
        }
        let unused: Vec<_> =
            table.unused(&made).into_iter().map(|found| format!("{}: {}", found.line, found.message)).collect();
        assert_eq!(
            unused,
            [
                "7: `markup` does not use `diag`; remove it from the row",
                "9: `emit` does not use `toml`; remove it from the row"
            ]
        );
    }

    #[test]
    fn a_table_that_cannot_be_used_is_a_finding() {
        let wrong = |old: &str, new: &str| {
            let (_, findings) = Table::read(&TEXT.replace(old, new));
            findings.into_iter().map(|found| found.message).collect::<String>()
        };
        assert!(wrong("may use", "uses").contains("there is no table"));
        assert!(
            wrong("| markup | – |", "| emit | – |")
                .contains("`extract` may use `emit`, which is not a module of a row above")
        );
        assert!(wrong("| x | source | – |", "| x | source |").contains("as many cells as the header"));
    }

    #[test]
    fn modules_use_only_earlier_ones() {
        check_text("generator/src/extract/a.rs", "use crate::markup::Page;\nuse crate::extract::b;\n", &[]);
        check_text(
            "generator/src/extract/a.rs",
            "\nuse crate::{markup, emit::x};",
            &["2: `extract` must not use `emit`"],
        );
        check_text("generator/src/source.rs", "fn f() { crate::diag::g() }", &["1: `source` must not use `diag`"]);
        check_text("generator/src/emit/a.rs", "use crate::diag::Code;", &["must not use `diag`"]);
        check_text("generator/src/emit/a.rs", "fn f() { quote!(crate::runtime::Path) }", &[]);
        check_text("generator/src/extract/a.rs", "#[cfg(test)]\nmod tests { use crate::emit::x; }", &[]);
    }

    #[test]
    fn unknown_modules_and_detours_are_found() {
        check_text("generator/src/helpers.rs", "", &["1: `helpers` is not a module of the design"]);
        check_text("generator/src/diag.rs", "use crate::helper;", &["`crate::helper` is not a module"]);
        check_text("generator/src/source.rs", "use super::emit;", &["leads out of `source`"]);
        check_text("generator/src/extract/a.rs", "use super::super::emit;", &["leads out of `extract`"]);
        check_text("generator/src/extract/a.rs", "use super::Context;", &[]);
    }

    #[test]
    fn the_root_and_out_of_line_tests_are_exempt() {
        assert!(module_of("generator/src/lib.rs").is_none());
        assert!(module_of("generator/src/extract/tests.rs").is_none());
        assert!(module_of("xtask/src/main.rs").is_none());
    }
}
