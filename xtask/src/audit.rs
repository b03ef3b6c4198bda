//! `cargo xtask audit`: compares the linked model with the official schema.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use graphdocs::audit::csdl::Csdl;
use graphdocs::audit::{self, Audit, Class, Comparison, Difference, Input, Kind, Metadata, PermissionNames};
use graphdocs::diag::codes;
use graphdocs::link;
use graphdocs::model::facts::{ApiVersion, PageFacts};
use graphdocs::source::escaped;
use rayon::prelude::*;

use crate::cli::AuditOptions;
use crate::progress::Progress;
use crate::{docs, files, merged, settings, sources};

/// The number of differences per kind that are shown with the totals.
const SHOWN: usize = 2;

pub(crate) fn run(options: &AuditOptions, out: &mut dyn Write) -> Result<()> {
    let kinds = options.kind.iter().map(|name| find_kind(name)).collect::<Result<Vec<_>>>()?;
    let metadata: Vec<Metadata> = options.metadata.par_iter().map(|text| read_metadata(text)).collect::<Result<_>>()?;
    let permissions = options.permissions.as_deref().map(fs_err::read_to_string).transpose()?;
    let permissions = permissions.map(|text| PermissionNames::parse(&text));
    let (vocab, policy) = (settings::vocab()?, settings::policy()?);
    let pages = read_pages(options, &vocab)?;
    let phase = Progress::phase("linking", pages.len());
    let words = vocab.words("en");
    let linked = link::link(&pages, words, &policy);
    drop(phase);
    let api = &linked.api;
    let start = Instant::now();
    let input =
        Input { api, pages: &pages, metadata: &metadata, permissions: permissions.as_ref(), policy: &policy, words };
    let audit = audit::audit(&input);
    let seconds = start.elapsed().as_secs_f32();
    if let Some(file) = &options.json {
        files::write_atomically(file, format!("{:#}\n", json(&audit)).as_bytes())?;
    }
    if kinds.is_empty() {
        for comparison in &audit.comparisons {
            write_totals(comparison, out)?;
        }
        writeln!(out, "{} pages, compared in {seconds:.1} s; `--kind NAME` lists all of one kind", pages.len())?;
    } else {
        list(&audit, &kinds, options.class.map(Into::into), out)?;
    }
    for metadata in metadata.iter().filter(|metadata| !api.versions.contains_key(&metadata.version)) {
        writeln!(out, "{} was not used: there are no pages of {}", metadata.name, metadata.version.segment())?;
    }
    let fixups = linked.diagnostics.iter().filter(|(_, found)| found.code == &codes::STALE_FIXUP);
    let stale: Vec<_> = audit.stale.iter().cloned().chain(fixups.map(|(page, found)| found.render(page))).collect();
    ensure!(stale.is_empty(), "{}", stale.join("\n"));
    Ok(())
}

/// The named docs if there are any, otherwise those that `regen` reads.
fn read_pages(options: &AuditOptions, vocab: &graphdocs::vocab::Vocab) -> Result<Vec<PageFacts>> {
    let locale = options.docs.locale.as_deref();
    if options.merge {
        let folders = options.docs.docs.iter().map(|folder| merged::Docs { locale: None, folder: folder.clone() });
        return merged::read(&folders.collect::<Vec<_>>(), locale.unwrap_or("en-US"), vocab);
    }
    let named = docs::named(&options.docs)?;
    if !named.is_empty() {
        return Ok(sources::read(&sources::named(named, locale), vocab)?.facts);
    }
    Ok(sources::of_checkout(&settings::root()?, &sources::Inputs::default(), locale, vocab)?.facts)
}

/// `FILE`, or `VERSION=FILE` if the name of the file does not start with the version.
fn read_metadata(argument: &str) -> Result<Metadata> {
    let named = argument.split_once('=').and_then(|(version, file)| Some((ApiVersion::from_segment(version)?, file)));
    let file = Path::new(named.map_or(argument, |(_, file)| file));
    let name = file.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let version = named.map(|(version, _)| version).or_else(|| version_of(&name));
    let version = version.with_context(|| {
        format!(
            "`{name}` does not start with `v1.0` or `beta`, and the schema itself does not name its version; \
             say `--metadata v1.0={argument}` or `--metadata beta={argument}`"
        )
    })?;
    let text = fs_err::read_to_string(file)?;
    let csdl = Csdl::parse(&text).with_context(|| {
        format!("{} is not a schema; get one from a `$metadata` address, such as /v1.0/$metadata", file.display())
    })?;
    Ok(Metadata { name, version, csdl })
}

/// The version that a file name starts with: `beta.2021-07`.
fn version_of(name: &str) -> Option<ApiVersion> {
    [ApiVersion::V1_0, ApiVersion::Beta].into_iter().find(|version| {
        let rest = name.strip_prefix(version.segment());
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
    })
}

fn find_kind(name: &str) -> Result<Kind> {
    let names: Vec<_> = Kind::ALL.into_iter().map(Kind::as_str).collect();
    let kind = Kind::ALL.into_iter().find(|kind| kind.as_str() == name);
    kind.with_context(|| format!("there is no kind `{name}`, only {}", names.join(", ")))
}

fn write_totals(comparison: &Comparison, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "{} with {}", comparison.version.segment(), comparison.metadata)?;
    let classes = Class::ALL.map(|class| format!("{:>10}", class.as_str())).concat();
    writeln!(out, "  {:<16}{:>9}{:>9}{:>8}{classes}", "kind", "compared", "differ", "agree")?;
    for (kind, tally) in &comparison.tallies {
        let counts = Class::ALL.map(|class| format!("{:>10}", tally.count(class))).concat();
        let (compared, differ) = (tally.compared, tally.differences.len());
        let agree = 100.0 * (compared - differ) as f64 / compared.max(1) as f64;
        writeln!(out, "  {:<16}{compared:>9}{differ:>9}{agree:>7.1}%{counts}  {}", kind.as_str(), kind.title())?;
    }
    for (kind, tally) in &comparison.tallies {
        let open = tally.differences.iter().filter(|found| matches!(found.class, Class::Docs | Class::Reading));
        for found in open.take(SHOWN) {
            writeln!(out, "{:<15} {}", kind.as_str(), line(found))?;
        }
    }
    writeln!(out)?;
    Ok(())
}

fn list(audit: &Audit, kinds: &[Kind], class: Option<Class>, out: &mut dyn Write) -> Result<()> {
    for comparison in &audit.comparisons {
        for kind in kinds {
            let found = comparison.tallies.get(kind).into_iter().flat_map(|tally| &tally.differences);
            for found in found.filter(|found| class.is_none_or(|class| class == found.class)) {
                writeln!(out, "{}", line(found))?;
            }
        }
    }
    Ok(())
}

fn line(found: &Difference) -> String {
    let Difference { page, line, item, ours, theirs, class, because } = found;
    // Facts from files have no lines.
    let place = if *line == 0 { page.to_string() } else { format!("{page}:{line}") };
    let line = format!("{place} {item}  ours: {ours}  theirs: {theirs}  {} ({because})", class.as_str());
    escaped(&line).into_owned()
}

fn json(audit: &Audit) -> serde_json::Value {
    let comparisons = audit.comparisons.iter().map(|comparison| {
        let kinds = comparison.tallies.iter().map(|(kind, tally)| {
            let differences = tally.differences.iter().map(|found| {
                serde_json::json!({
                    "page": found.page.as_str(),
                    "line": found.line,
                    "item": found.item,
                    "ours": found.ours,
                    "theirs": found.theirs,
                    "class": found.class.as_str(),
                    "because": found.because,
                })
            });
            let classes = Class::ALL.map(|class| (class.as_str().to_owned(), tally.count(class).into()));
            serde_json::json!({
                "kind": kind.as_str(),
                "compared": tally.compared,
                "differ": tally.differences.len(),
                "classes": serde_json::Map::from_iter(classes),
                "differences": differences.collect::<Vec<_>>(),
            })
        });
        serde_json::json!({
            "version": comparison.version.segment(),
            "metadata": comparison.metadata,
            "kinds": kinds.collect::<Vec<_>>(),
        })
    });
    serde_json::json!({ "comparisons": comparisons.collect::<Vec<_>>(), "stale": audit.stale })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::temp::TempDir;

    const XML: &str = "<Schema Namespace='microsoft.graph'><EntityType Name='lamp'/></Schema>";

    #[test]
    fn the_version_is_that_of_the_file_name_or_of_the_argument() {
        let folder = TempDir::new();
        for name in ["beta.2021-07.xml", "v1.0.xml", "metadata.xml", "betamax.xml"] {
            folder.write(name, XML);
        }
        let file = |name: &str| folder.path().join(name).display().to_string();
        let version = |argument: String| read_metadata(&argument).map(|found| (found.name, found.version));
        assert_eq!(version(file("beta.2021-07.xml")).expect("read"), ("beta.2021-07".to_owned(), ApiVersion::Beta));
        assert_eq!(version(file("v1.0.xml")).expect("read"), ("v1.0".to_owned(), ApiVersion::V1_0));
        let named = format!("v1.0={}", file("metadata.xml"));
        assert_eq!(version(named).expect("read"), ("metadata".to_owned(), ApiVersion::V1_0));
        for name in ["metadata.xml", "betamax.xml"] {
            let error = version(file(name)).expect_err("no version").to_string();
            assert!(error.contains("--metadata v1.0="), "{error}");
        }
    }

    #[test]
    fn what_is_no_schema_is_answered_with_where_to_get_one() {
        let folder = TempDir::new();
        folder.write("beta.xml", "<html/>");
        let error = read_metadata(&folder.path().join("beta.xml").display().to_string()).expect_err("no schema");
        assert!(error.to_string().contains("$metadata"), "{error}");
    }

    #[test]
    fn kinds_are_found_by_name() {
        assert_eq!(find_kind("property-type").expect("a kind"), Kind::PropertyType);
        assert!(find_kind("shapes").expect_err("none").to_string().contains("shape, family"));
    }
}
