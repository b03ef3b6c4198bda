//! Which templates a client has: examples and tests in `with_areas/` need operations, which a small client may lack.
//!
//! A line `// Needs: GET /v1.0/users, POST /beta/teams` in a template names them.

use std::collections::{BTreeMap, BTreeSet};

use super::TemplateFile;
use crate::emit;
use crate::model::api::Api;
use crate::select::Selection;

const EXAMPLES: &str = "examples/with_areas/";
const TESTS: &str = "tests/with_areas/";
const NEEDS: &str = "// Needs: ";

/// The templates of a client of this API.
pub(super) fn of_api<'t>(templates: &'t [TemplateFile], api: &Api) -> Vec<&'t TemplateFile> {
    let stems: BTreeMap<&str, &TemplateFile> =
        templates.iter().filter_map(|template| Some((stem(template)?, template))).collect();
    let mut kept: BTreeSet<&str> = BTreeSet::new();
    for root in [EXAMPLES, TESTS].iter().flat_map(|folder| roots(templates.iter(), folder)) {
        let files = with_modules(root, templates, &stems);
        if files.iter().all(|file| has_needs(file, api)) {
            kept.extend(files.iter().map(|file| file.path.as_str()));
        }
    }
    templates.iter().filter(|file| stem(file).is_none() || kept.contains(file.path.as_str())).collect()
}

/// The part of the manifest for examples and tests that need areas.
pub(super) fn targets<'t>(templates: impl Iterator<Item = &'t TemplateFile> + Clone, generated: &[&'t str]) -> String {
    let mut tests = roots(templates.clone(), TESTS);
    tests.extend(generated);
    emit::emit_targets(&roots(templates, EXAMPLES), &tests)
}

/// The templates of a folder that are not modules of another one there, sorted.
fn roots<'t>(templates: impl Iterator<Item = &'t TemplateFile>, folder: &str) -> Vec<&'t str> {
    let in_folder = templates.filter_map(|template| {
        let stem = template.path.strip_prefix(folder)?.strip_suffix(".rs")?;
        (!stem.contains('/')).then_some((stem, template))
    });
    let in_folder: Vec<_> = in_folder.collect();
    let roots = in_folder.iter().filter(|(stem, _)| !in_folder.iter().any(|(_, template)| declares(template, stem)));
    let mut roots: Vec<_> = roots.map(|(_, template)| template.path.as_str()).collect();
    roots.sort_unstable();
    roots
}

/// The module name of a template that needs areas.
fn stem(template: &TemplateFile) -> Option<&str> {
    let inner = [EXAMPLES, TESTS].iter().find_map(|folder| template.path.strip_prefix(folder));
    inner.map(|inner| inner.strip_suffix(".rs").unwrap_or(inner))
}

fn declares(template: &TemplateFile, stem: &str) -> bool {
    let declaration = format!("mod {stem};");
    String::from_utf8_lossy(&template.content).lines().any(|line| line.trim() == declaration)
}

/// A template with those of its modules, at any depth, that need areas.
fn with_modules<'t>(
    root: &str,
    templates: &'t [TemplateFile],
    stems: &BTreeMap<&str, &'t TemplateFile>,
) -> Vec<&'t TemplateFile> {
    let mut found: Vec<&TemplateFile> = templates.iter().filter(|template| template.path == root).collect();
    let mut next = 0;
    while let Some(file) = found.get(next).copied() {
        next += 1;
        let modules = stems.iter().filter(|(stem, _)| declares(file, stem)).map(|(_, module)| *module);
        let new: Vec<_> = modules.filter(|module| !found.iter().any(|known| known.path == module.path)).collect();
        found.extend(new);
    }
    found
}

fn has_needs(template: &TemplateFile, api: &Api) -> bool {
    let text = String::from_utf8_lossy(&template.content);
    let needs = text.lines().filter_map(|line| line.strip_prefix(NEEDS)).flat_map(|line| line.split(", "));
    Selection::parse(needs).is_some_and(|needs| needs.unmatched(api).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn templates(files: &[(&str, &str)]) -> Vec<TemplateFile> {
        let template =
            |(path, text): &(&str, &str)| TemplateFile { path: (*path).to_owned(), content: text.as_bytes().to_vec() };
        files.iter().map(template).collect()
    }

    #[test]
    fn targets_are_found_by_their_place() {
        let templates = templates(&[
            ("tests/with_areas/walk.rs", "mod support;\n    mod steps;\nmod far;\n"),
            ("tests/with_areas/steps.rs", "fn mod_walk() {}\n"),
            ("tests/with_areas/far/away.rs", ""),
            ("tests/with_areas/a_walk.rs", ""),
            ("tests/wire.rs", ""),
            ("examples/with_areas/lamps.rs", ""),
        ]);
        let found = roots(templates.iter(), TESTS);
        assert_eq!(found, ["tests/with_areas/a_walk.rs", "tests/with_areas/walk.rs"]);
        let targets = targets(templates.iter(), &["tests/operations/main.rs"]);
        let expected = "\n[dev-dependencies.msgraph]\npath = \".\"\nfeatures = [\"full\", \"names\", \"notifications\", \"sign-in\"]\n\n\
                        [[example]]\nname = \"lamps\"\npath = \"examples/with_areas/lamps.rs\"\n\
                        required-features = [\"transport\"]\n\n[[test]]\nname = \"a_walk\"";
        assert!(targets.starts_with(expected), "{targets}");
        assert!(targets.ends_with("name = \"operations\"\npath = \"tests/operations/main.rs\"\n"));
    }

    #[test]
    fn templates_without_what_they_need_are_left_out_with_their_modules() {
        let templates = templates(&[
            ("tests/with_areas/walk.rs", "mod steps;\nmod lamps;\n"),
            ("tests/with_areas/steps.rs", "// Needs: GET /v1.0/steps\n"),
            ("tests/with_areas/alone.rs", "fn main() {}\n"),
            ("tests/wire.rs", "// Needs: GET /v1.0/steps\n"),
            ("examples/with_areas/lamps.rs", "mod bulbs;\n"),
            ("examples/with_areas/bulbs.rs", ""),
        ]);
        let paths: Vec<_> = of_api(&templates, &Api::default()).into_iter().map(|file| file.path.as_str()).collect();
        let kept = [
            "tests/with_areas/alone.rs",
            "tests/wire.rs",
            "examples/with_areas/lamps.rs",
            "examples/with_areas/bulbs.rs",
        ];
        assert_eq!(paths, kept);
    }
}
