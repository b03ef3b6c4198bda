//! Generates the files of the client crate from facts.

mod templates;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::diag::{Diagnostic, codes};
use crate::link::{self, Linked};
use crate::model::api::{Api, Version};
use crate::model::facts::PageFacts;
use crate::model::prose::Prose;
use crate::model::sampled::SampledExample;
use crate::plan::{self, FilePlan, Plan};
use crate::policy::Policy;
use crate::select::Selection;
use crate::source::{PagePath, escaped};
use crate::threads;
use crate::vocab::Vocab;
use crate::{emit, print};

/// A file of the hand-written part of the client.
#[derive(Clone, Debug)]
pub struct TemplateFile {
    /// Relative to `templates/`, with `/` separators.
    pub path: String,
    pub content: Vec<u8>,
}

/// The planned content of the client crate.
#[derive(Debug, Default)]
pub struct Generation {
    /// By path relative to the output folder, with `/` separators.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Policy entries that no longer apply. For the docs of this repository there must be none; other docs may be
    /// newer or older than the policy.
    pub stale: Vec<String>,
    pub diagnostics: Vec<(PagePath, Diagnostic)>,
}

/// Why nothing was generated. This is always a bug in this repository, never in the docs.
#[derive(Debug)]
pub struct GenerateError(pub String);

impl std::fmt::Display for GenerateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for GenerateError {}

/// The line of the manifest after which the features of the areas are inserted.
pub const FEATURES_MARKER: &str = "# @generated features\n";

/// The lines of the templates after which generated text is inserted.
const MARKERS: &[(&str, &str)] = &[("Cargo.toml", FEATURES_MARKER), ("src/lib.rs", "// @generated modules\n")];

/// Links and plans, without emitting anything.
#[must_use]
pub fn plan_crate(
    facts: &[PageFacts],
    vocab: &Vocab,
    policy: &Policy,
    prose: &Prose,
    sample: &[SampledExample],
) -> (Linked, Plan) {
    let linked = link::link(facts, vocab.words("en"), policy);
    let plan = plan::plan(&linked.api, policy, prose, sample);
    (linked, plan)
}

/// What the files of a crate are made from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'i> {
    pub facts: &'i [PageFacts],
    pub templates: &'i [TemplateFile],
    pub vocab: &'i Vocab,
    pub policy: &'i Policy,
    /// The sentences of the pages for the doc comments.
    pub prose: &'i Prose,
    /// The documented examples that a test is made of.
    pub sample: &'i [SampledExample],
    /// The wanted operations; all of them if there is none.
    pub selection: Option<&'i Selection>,
}

/// A crate without the text of the planned files, which can be printed one by one, in any order and in parallel.
#[derive(Debug)]
pub struct Draft {
    /// Templates and lists.
    files: BTreeMap<String, Vec<u8>>,
    planned: Vec<FilePlan>,
    stale: Vec<String>,
    diagnostics: Vec<(PagePath, Diagnostic)>,
    unmatched: Vec<String>,
    /// How many operations and types the crate has.
    size: (usize, usize),
}

/// Generates the whole crate. With prose, doc comments include the sentences of the pages; with a sample of
/// documented examples, a test for them is generated.
///
/// # Errors
/// If a template lacks its marker line, two files have the same path, or emitted tokens are not Rust.
pub fn generate(
    facts: &[PageFacts],
    templates: &[TemplateFile],
    vocab: &Vocab,
    policy: &Policy,
    prose: &Prose,
    sample: &[SampledExample],
) -> Result<Generation, GenerateError> {
    let draft = draft(&Input { facts, templates, vocab, policy, prose, sample, selection: None })?;
    let texts = draft.planned().iter().map(print_file).collect::<Result<_, _>>()?;
    draft.finish(texts)
}

/// The first part of [`generate`].
///
/// # Errors
/// If a template lacks its marker line.
pub fn draft(input: &Input<'_>) -> Result<Draft, GenerateError> {
    let Input { facts, templates, vocab, policy, prose, sample, selection } = *input;
    let mut linked = link::link(facts, vocab.words("en"), policy);
    let unmatched = selection.map(|selection| selection.unmatched(&linked.api)).unwrap_or_default();
    if let Some(selection) = selection {
        selection.apply(&mut linked.api, policy);
    }
    let plan = plan::plan(&linked.api, policy, prose, sample);
    let stale = linked.diagnostics.iter().filter(|(_, found)| found.code == &codes::STALE_FIXUP);
    let stale = policy.unused().into_iter().chain(stale.map(|(page, found)| found.render(page))).collect();
    let templates = templates::of_api(templates, &linked.api);
    let mut files: BTreeMap<String, Vec<u8>> =
        templates.iter().map(|template| (template.path.clone(), template.content.clone())).collect();
    let versions: Vec<_> = linked.api.versions.keys().map(|version| plan::version_module(*version)).collect();
    let modules = print_tokens(&emit::emit_lib_modules(&versions), "src/lib.rs")?;
    let test = plan::TEST_OF_ALL_CALLS;
    let has_calls = plan.files.iter().any(|file| file.path == test);
    let generated = if has_calls { vec![test] } else { Vec::new() };
    let manifest = emit::emit_features(&plan.features) + &templates::targets(templates.iter().copied(), &generated);
    for ((path, marker), tail) in MARKERS.iter().zip([manifest, modules]) {
        append(&mut files, path, marker, &tail)?;
    }
    let models = || linked.api.versions.values();
    let size = (models().map(|model| model.operations.len()).sum(), models().map(|model| model.types.len()).sum());
    let used = selection.map(|_| pages_of(&linked.api));
    let of_pages = || {
        let extracted = facts.iter().flat_map(|page| page.diagnostics.iter().map(|found| (&page.path, found)));
        let mut diagnostics: Vec<_> = extracted.map(|(page, found)| (page.clone(), found.clone())).collect();
        diagnostics.extend(linked.diagnostics);
        diagnostics.extend(plan.diagnostics);
        diagnostics.sort();
        (lock(facts, used.as_ref()), diagnostics)
    };
    let (api, (lock, diagnostics)) = threads::both(|| lines(&plan.surface), of_pages);
    files.insert("API.txt".to_owned(), api);
    files.insert("REGEN.lock".to_owned(), lock);
    Ok(Draft { files, planned: plan.files, stale, diagnostics, unmatched, size })
}

/// The pages that operations and types are documented on.
fn pages_of(api: &Api) -> BTreeSet<PagePath> {
    let of_operations = |model: &Version| {
        let pages = model.operations.iter().flat_map(|operation| operation.also_on.iter().chain([&operation.page]));
        pages.cloned().collect::<Vec<_>>()
    };
    let of_types = |model: &Version| {
        let pages = model.types.values().flat_map(|definition| definition.also_on.iter().chain([&definition.page]));
        pages.cloned().collect::<Vec<_>>()
    };
    api.versions.values().flat_map(|model| of_operations(model).into_iter().chain(of_types(model))).collect()
}

impl Draft {
    /// What to say about patterns of the selection that match no operation.
    #[must_use]
    pub fn unmatched(&self) -> &[String] {
        &self.unmatched
    }

    /// How many operations and types the crate has.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        self.size
    }

    /// The files to print, each with [`print_file`].
    #[must_use]
    pub fn planned(&self) -> &[FilePlan] {
        &self.planned
    }

    /// Adds the texts of the planned files, in the order of [`Self::planned`].
    ///
    /// # Errors
    /// If two files have the same path.
    pub fn finish(self, texts: Vec<String>) -> Result<Generation, GenerateError> {
        let Self { mut files, planned, stale, diagnostics, .. } = self;
        for (file, text) in planned.into_iter().zip(texts) {
            if files.insert(file.path.clone(), text.into_bytes()).is_some() {
                return Err(GenerateError(format!(
                    "two files are planned as `{}`; add a rename to policy/renames.toml",
                    file.path
                )));
            }
        }
        Ok(Generation { files, stale, diagnostics })
    }
}

/// The text of one planned file.
///
/// # Errors
/// If its tokens are not Rust.
pub fn print_file(file: &FilePlan) -> Result<String, GenerateError> {
    let text = print_tokens(&emit::emit_file(file), &file.path)?;
    let mut head = format!("// @generated by cargo xtask regen from {}. Do not edit.\n", file.origin);
    if file.pages.len() > 1 {
        file.pages.iter().for_each(|page| head.push_str(&format!("// * {page}\n")));
    }
    Ok(head + &text)
}

fn print_tokens(items: &[emit::TokenStream], path: &str) -> Result<String, GenerateError> {
    print::print_items(items).map_err(|error| GenerateError(format!("{path}: {error}")))
}

fn append(files: &mut BTreeMap<String, Vec<u8>>, path: &str, marker: &str, tail: &str) -> Result<(), GenerateError> {
    let content = files.get_mut(path).ok_or_else(|| GenerateError(format!("templates/{path} is missing")))?;
    if !content.ends_with(marker.as_bytes()) {
        return Err(GenerateError(format!("templates/{path} does not end with the line `{}`", marker.trim_end())));
    }
    content.extend_from_slice(tail.as_bytes());
    Ok(())
}

/// One line each, with hidden characters escaped.
fn lines(lines: impl IntoIterator<Item = impl std::fmt::Display>) -> Vec<u8> {
    let mut text = String::new();
    for line in lines {
        let _ = writeln!(text, "{}", escaped(&line.to_string()));
    }
    text.into_bytes()
}

/// The sources of the crate: page, locale and commit of the source page.
fn lock(facts: &[PageFacts], used: Option<&BTreeSet<PagePath>>) -> Vec<u8> {
    let pages: BTreeSet<_> = facts
        .iter()
        .filter(|page| page.is_of_use() && used.is_none_or(|used| used.contains(&page.path)))
        .map(|page| {
            format!(
                "{} {} {} {}",
                page.path,
                page.locale,
                page.handed_back.as_deref().unwrap_or("-"),
                page.source_commit.as_deref().unwrap_or("-")
            )
        })
        .collect();
    let header =
        ["# The pages behind this crate: path, locale, day of the hand-back, commit of the source page.".to_owned()];
    lines(header.into_iter().chain(pages))
}
