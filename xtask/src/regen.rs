//! `cargo xtask regen`: writes the output folder from pages, templates and policy.

mod docs;
mod drift;
mod last;
mod only;
mod place;
mod printing;
mod summary;

use std::borrow::Cow;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Result, bail, ensure};
use graphdocs::generate::{Input, draft};

use crate::cli::RegenOptions;
use crate::journal::Change;
use crate::output::{self, Comparison, Files, MARKER};
use crate::progress::Progress;
use crate::{conform, facts, journal, settings, show};

use self::docs::Docs;
use self::last::LastRun;
use self::only::Only;
use self::place::Place;
use self::summary::{Scope, Summary};

pub(crate) fn run(options: &RegenOptions, out: &mut dyn Write) -> Result<()> {
    let start = Instant::now();
    let only = Only::of(options)?;
    check_options(options)?;
    let place = Place::of(options)?;
    let session = place.enter(options)?;
    let folder = place.folder.clone();
    let scope = scope(options, &only);
    let last = LastRun::of(options);
    let repeated = last.as_ref().filter(|_| place.known().has_manifest()).and_then(|last| last.repeated(&folder));
    if let Some((summary, comparison)) = repeated {
        summary.check_stale(scope, options.verbose, out)?;
        print_comparison(options, &folder, &comparison, out)?;
        return summary.print(start, out);
    }
    let vocab = settings::vocab()?;
    let docs = Docs::read(options, &only, &vocab)?;
    let (templates, policy) = (settings::templates()?, settings::policy()?);
    let (prose, sample) = (docs.prose(options)?, conform::read_sample()?);
    let phase = Progress::phase("generating", docs.pages.facts.len());
    let input = Input {
        facts: &docs.pages.facts,
        templates: &templates,
        vocab: &vocab,
        policy: &policy,
        prose: &prose,
        sample: &sample,
        selection: only.selection(),
    };
    let draft = draft(&input).map_err(show::generator_fault)?;
    ensure!(draft.unmatched().is_empty(), "{}", draft.unmatched().join("\n"));
    let (operations, types) = draft.size();
    let texts = printing::print(draft.planned(), &folder, options.no_cache)?;
    let generation = draft.finish(texts).map_err(show::generator_fault)?;
    drop(phase);
    let summary = Summary::of(&docs, &generation, scope);
    summary.check_stale(scope, options.verbose, out)?;
    let files = &generation.files;
    check_plan(files)?;

    let selected = select(files, &only, &folder, options.check)?;
    let is_whole = only.globs().is_none();
    let comparison = if options.check {
        let comparison = output::compare(&folder, &selected, is_whole, &place.known())?;
        drift::list(&folder, &selected, &comparison, out)?;
        comparison
    } else {
        let mut change = Change::default();
        docs.add_facts(&mut change);
        place.write(session, &selected, is_whole, change)?
    };
    docs.report_facts(options, out)?;
    print_comparison(options, &folder, &comparison, out)?;
    if options.out.is_some() {
        writeln!(out, "{operations} operations and {types} types")?;
    }
    let summary = match last {
        Some(last) => last.keep(files, summary),
        None => summary,
    };
    summary.print(start, out)?;

    ensure!(
        !options.check || comparison.is_clean(),
        "{} differs from what would be generated; run `{}` to repair",
        settings::display(&folder),
        repair(options)
    );
    Ok(())
}

/// Rejects options that would do nothing.
fn check_options(options: &RegenOptions) -> Result<()> {
    let RegenOptions { docs, git, source, out, prune, newest, with_facts, upstream, .. } = options;
    let has_docs = !docs.is_empty() || git.is_some() || !source.is_empty();
    let of_docs = [("--prune", *prune), ("--newest", *newest), ("--with-facts", *with_facts)];
    let mut of_docs = of_docs.into_iter().chain([("--upstream", upstream.is_some())]);
    if let Some((name, _)) = of_docs.find(|(_, is_given)| *is_given && !has_docs) {
        bail!(
            "`{name}` is about named docs; name them with `--docs DIR`, `--git DIR --revision COMMIT` or `--source NAME=DIR`"
        );
    }
    ensure!(
        out.is_none() || *with_facts || !(*prune || *newest),
        "`--prune` and `--newest` are about {}, which `--out` leaves out; add `--with-facts`",
        facts::FOLDER
    );
    Ok(())
}

fn scope(options: &RegenOptions, only: &Only) -> Scope {
    let is_own =
        options.docs.is_empty() && options.git.is_none() && options.source.is_empty() && options.locale.is_none();
    match only {
        Only::Operations(_) => Scope::Selected,
        _ if is_own => Scope::Own,
        _ => Scope::Foreign,
    }
}

/// Rejects plans that would break the workspace, the next run or another system.
fn check_plan(files: &Files) -> Result<()> {
    for needed in ["Cargo.toml", MARKER] {
        ensure!(
            files.contains_key(needed),
            "the generator planned no {needed}, and without it the output folder is not our crate; \
             correct `graphdocs::generate`, then run `cargo test -p graphdocs`"
        );
    }
    output::check_plan(files)
}

/// The planned files that the run is about.
fn select<'f>(files: &'f Files, only: &Only, folder: &Path, check: bool) -> Result<Cow<'f, Files>> {
    let Some(globs) = only.globs() else { return Ok(Cow::Borrowed(files)) };
    let needs_marker = !check && !folder.join(MARKER).exists();
    let mut selected = Files::new();
    for glob in globs {
        let is_wanted =
            |path: &str, bytes: &[u8]| glob.matches(path) || pages_of(bytes).iter().any(|page| glob.matches(page));
        let found = files.iter().filter(|(path, bytes)| is_wanted(path, bytes));
        let found: Vec<_> = found.map(|(path, bytes)| (path.clone(), bytes.clone())).collect();
        ensure!(
            !found.is_empty(),
            "no planned file matches `{glob}`, nor does the page of one; see `cargo xtask help regen`"
        );
        selected.extend(found);
    }
    if needs_marker && let Some(marker) = files.get(MARKER) {
        selected.insert(MARKER.to_owned(), marker.clone());
    }
    Ok(Cow::Owned(selected))
}

/// The pages in the header of a generated file.
fn pages_of(bytes: &[u8]) -> Vec<&str> {
    let mut lines = bytes.split(|&byte| byte == b'\n').map_while(|line| std::str::from_utf8(line).ok());
    let head = lines.next().unwrap_or_default();
    let Some(origin) = head.strip_prefix("// @generated by cargo xtask regen from ") else { return Vec::new() };
    let more = lines.map_while(|line| line.strip_prefix("// * "));
    origin.strip_suffix(". Do not edit.").into_iter().chain(more).collect()
}

fn print_comparison(options: &RegenOptions, folder: &Path, comparison: &Comparison, out: &mut dyn Write) -> Result<()> {
    let (changed, missing, unplanned) =
        (comparison.changed.len(), comparison.missing.len(), comparison.unplanned.len());
    let unchanged = comparison.unchanged;
    if options.check {
        let folder = settings::display(folder);
        writeln!(out, "{folder}: {changed} differ, {missing} missing, {unplanned} unplanned, {unchanged} unchanged")?;
    } else {
        let folder = settings::display_written(folder);
        writeln!(out, "{folder}: {} written, {unchanged} unchanged, {unplanned} removed", changed + missing)?;
    }
    if !comparison.foreign.is_empty() {
        writeln!(out, "left alone: {} that no run wrote", journal::files(comparison.foreign.len()))?;
    }
    Ok(())
}

/// The command that repairs the checked folder.
fn repair(options: &RegenOptions) -> String {
    let mut command = "cargo xtask regen".to_owned();
    let mut option = |name: &str, value: &str| {
        command.push_str(&if value.contains([' ', '*', '?']) {
            format!(" {name} '{value}'")
        } else {
            format!(" {name} {value}")
        });
    };
    let path = |path: &PathBuf| path.display().to_string();
    options.docs.iter().for_each(|folder| option("--docs", &path(folder)));
    options.git.iter().for_each(|folder| option("--git", &path(folder)));
    options.revision.iter().for_each(|revision| option("--revision", revision));
    options.source.iter().for_each(|source| option("--source", source));
    options.out.iter().for_each(|folder| option("--out", &path(folder)));
    options.upstream.iter().for_each(|upstream| option("--upstream", upstream));
    options.only.iter().for_each(|pattern| option("--only", pattern));
    options.locale.iter().for_each(|locale| option("--locale", locale));
    let flags = [("prune", options.prune), ("newest", options.newest), ("with-facts", options.with_facts)];
    for (flag, _) in flags.iter().filter(|(_, is_given)| *is_given) {
        command.push_str(&format!(" --{flag}"));
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::temp::TempDir;

    const PAGE_HEADER: &str =
        "// @generated by cargo xtask regen from api-reference/v1.0/api/user-list.md. Do not edit.\n";

    fn files() -> Files {
        let text = |text: &str| text.as_bytes().to_vec();
        [
            ("Cargo.toml", text("[package]\n")),
            (MARKER, text("lock\n")),
            ("src/lib.rs", text("//! Hand-written.\n")),
            ("src/v1/users.rs", text(PAGE_HEADER)),
        ]
        .map(|(path, bytes)| (path.to_owned(), bytes))
        .into()
    }

    #[test]
    fn only_matches_output_paths_and_pages() {
        let folder = TempDir::new();
        let selected = |glob: &str, check| {
            let all = files();
            let only = Only::Files(vec![crate::glob::Glob::new(glob)]);
            let files = select(&all, &only, folder.path(), check);
            files.map(|files| files.keys().cloned().collect::<Vec<_>>().join(" ")).unwrap_or_default()
        };
        assert_eq!(selected("src/**", true), "src/lib.rs src/v1/users.rs");
        assert_eq!(selected("user-list.md", true), "src/v1/users.rs");
        assert_eq!(selected("user-list.md", false), "REGEN.lock src/v1/users.rs", "a new folder must be known as ours");
        assert_eq!(selected("nothing", true), "");
    }

    #[test]
    fn a_plan_without_manifest_or_marker_is_refused() {
        assert!(check_plan(&files()).is_ok());
        for needed in ["Cargo.toml", MARKER] {
            let mut files = files();
            files.remove(needed);
            assert!(check_plan(&files).expect_err("refused").to_string().contains(needed));
        }
    }

    #[test]
    fn the_repairing_command_has_the_options_of_the_check() {
        let options = RegenOptions {
            check: true,
            docs: vec!["a".into(), "b c".into()],
            only: vec!["src/**".to_owned()],
            prune: true,
            ..RegenOptions::default()
        };
        assert_eq!(repair(&options), "cargo xtask regen --docs a --docs 'b c' --only 'src/**' --prune");
    }
}
