//! Which module of the generator may use which other.

use super::Finding;
use super::rust::RustSource;

/// The modules in the order of the data flow, each with what it may use besides itself.
const MODULES: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("diag", &["source"]),
    ("markup", &["source", "diag"]),
    ("model", &["source", "diag"]),
    ("policy", &["model", "diag"]),
    ("vocab", &["model"]),
    ("extract", &["markup", "vocab", "model", "diag", "source"]),
    ("link", &["model", "vocab", "policy", "diag", "source"]),
    ("conform", &["markup", "model", "source"]),
    ("names", &["model", "policy", "diag", "source"]),
    ("plan", &["model", "names", "policy", "diag", "source"]),
    ("emit", &["model", "names", "plan"]),
    ("print", &["emit", "diag"]),
    ("facts_file", &["markup", "model", "source"]),
    ("report", &["model", "diag", "source", "names", "plan"]),
    ("changes", &["model", "plan", "link", "facts_file", "report"]),
    ("audit", &["model", "vocab", "policy", "source"]),
    (
        "generate",
        &[
            "source",
            "diag",
            "markup",
            "model",
            "policy",
            "vocab",
            "extract",
            "link",
            "names",
            "plan",
            "emit",
            "print",
            "facts_file",
            "report",
        ],
    ),
];

const TABLE: &str = "the table in xtask/src/tidy/layering.rs";

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

pub(super) fn check(path: &str, module: &Module<'_>, source: &RustSource<'_>) -> Vec<Finding> {
    let name = module.name;
    let Some((_, allowed)) = MODULES.iter().find(|(known, _)| *known == name) else {
        return vec![Finding::new(
            path,
            1,
            format!("`{name}` is no module of the design; put the code into one that is, or add a row to {TABLE}"),
        )];
    };
    let source = source.without_tokens();
    let mut findings = Vec::new();
    for (at, used) in source.path_heads("crate") {
        if used == name || allowed.contains(&used) {
            continue;
        }
        let message = if MODULES.iter().any(|(known, _)| *known == used) {
            format!(
                "`{name}` must not use `{used}`; move the code to a later module, or pass what it needs; see {TABLE}"
            )
        } else {
            format!("`crate::{used}` is no module; name the module that owns it: `crate::<module>::{used}`")
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

    #[track_caller]
    fn check_text(path: &str, text: &str, expected: &[&str]) {
        let source = RustSource::scan(text);
        let found = check(path, &module_of(path).expect("a module"), &source);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(format!("{}: {}", found.line, found.message).contains(expected), "{found:?}");
        }
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
        check_text("generator/src/helpers.rs", "", &["1: `helpers` is no module of the design"]);
        check_text("generator/src/diag.rs", "use crate::helper;", &["`crate::helper` is no module"]);
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

    #[test]
    fn rows_name_modules_that_have_rows() {
        for used in MODULES.iter().flat_map(|(_, allowed)| *allowed) {
            assert!(MODULES.iter().any(|(known, _)| known == used), "{used}");
        }
    }
}
