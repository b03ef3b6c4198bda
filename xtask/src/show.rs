//! `cargo xtask show`: prints one stage for one page.

mod lookup;
mod page;
mod snippet;

use std::io::Write;

use anyhow::{Result, anyhow};
use graphdocs::extract::{PageInput, extract_page};
use graphdocs::facts_file;
use graphdocs::generate::{GenerateError, plan_crate, print_file};
use graphdocs::model::facts::PageFacts;
use graphdocs::model::prose::Prose;
use graphdocs::report;
use graphdocs::vocab::Vocab;

use crate::cli::{Layer, ShowOptions};
use crate::docs::Tree;
use crate::includes::Includes;
use crate::settings;

pub(crate) use lookup::find;

pub(crate) fn run(options: &ShowOptions, out: &mut dyn Write) -> Result<()> {
    let found = find(&options.page, &options.docs, options.locale.as_deref())?;
    let raw = fs_err::read(&found.page.file)?;
    let vocab = settings::vocab()?;
    let tree = Tree::Folder(found.page.file.clone());
    let includes = Includes::new(&tree, &vocab).of(&found.page, &raw)?;
    let input = PageInput { includes: &includes, ..PageInput::new(&found.page.path, &found.locale, &raw) };
    let facts = || extract_page(input, &vocab);
    match options.layer {
        Layer::Page => {
            let text = String::from_utf8_lossy(&raw);
            page::print(found.page.path.as_str(), &text, &found.locale, &vocab, out)
        }
        Layer::Facts => {
            let facts = facts();
            writeln!(out, "{}", facts_file::whole(&facts))?;
            snippet::print(&facts, &String::from_utf8_lossy(&raw), out)
        }
        layer @ (Layer::Model | Layer::Names | Layer::Plan | Layer::Code) => {
            write!(out, "{}", show_generated(&facts(), &vocab, layer)?)?;
            Ok(())
        }
    }
}

/// The stages after the facts as text, for one page alone.
///
/// Only this function knows how the generator prints them.
fn show_generated(facts: &PageFacts, vocab: &Vocab, layer: Layer) -> Result<String> {
    let (linked, plan) = plan_crate(std::slice::from_ref(facts), vocab, &settings::policy()?, &Prose::default(), &[]);
    let files = plan.files.iter().filter(|file| file.pages.contains(&facts.path));
    let mut text = match layer {
        Layer::Model => report::model::text(&linked.api),
        Layer::Names => plan.surface.iter().map(|line| format!("{line}\n")).collect(),
        Layer::Plan => files.map(|file| format!("==> generated/{}\n{file:#?}\n", file.path)).collect(),
        Layer::Page | Layer::Facts | Layer::Code => {
            let print = |file| print_file(file).map_err(generator_fault);
            let printed = files.map(|file| Ok(format!("==> generated/{}\n{}\n", file.path, print(file)?)));
            printed.collect::<Result<String>>()?
        }
    };
    if text.is_empty() {
        let page = &facts.path;
        text =
            format!("{page} has no {layer:?}; `cargo xtask show {page} --layer facts` shows what was read from it\n");
    }
    for (path, found) in linked.diagnostics.iter().chain(&plan.diagnostics) {
        text.push_str(&found.render(path));
        text.push('\n');
    }
    Ok(text)
}

/// If generation fails, it is never because of a page.
#[expect(clippy::needless_pass_by_value, reason = "it is given to `map_err`")]
pub(crate) fn generator_fault(error: GenerateError) -> anyhow::Error {
    anyhow!("{error}; this is a bug in the generator or the templates: correct it, then run `cargo test -p graphdocs`")
}
