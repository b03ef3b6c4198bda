//! `cargo xtask conform`: compares the documented examples with the model.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use graphdocs::conform::{self, Cause, Record, Totals, Verdict, Weight};
use graphdocs::link::link;
use graphdocs::model::facts::ApiVersion;
use graphdocs::model::sampled::SampledExample;
use graphdocs::source::escaped;

use crate::cli::ConformOptions;
use crate::journal::{Change, OnChanged, Session};
use crate::progress::Progress;
use crate::{docs, facts, files, settings, sources};

/// Relative to the root of a checkout.
const FOLDER: &str = "docs-input/conform";

pub(crate) fn run(options: &ConformOptions, out: &mut dyn Write) -> Result<()> {
    let start = Instant::now();
    let cause = options.cause.as_deref().map(find_cause).transpose()?;
    let docs = docs::named(&options.docs)?;
    ensure!(
        !(docs.is_empty() && (options.write || options.check)),
        "the record is about whole docs; name them with `--docs DIR`, or with `--git DIR --revision COMMIT`"
    );
    let inputs = sources::named_or_listed(docs, options.docs.locale.as_deref())?;
    let vocab = settings::vocab()?;
    let (mut pages, examples) = sources::read_with_examples(&inputs, &vocab)?;
    if options.facts {
        pages = sources::of_checkout(&settings::root()?, &sources::Inputs::default(), None, &vocab)?;
    }
    let phase = Progress::phase("comparing examples", examples.len());
    let linked = link(&pages.facts, vocab.words("en"), &settings::policy()?);
    let verdicts = conform::conform(&linked.api, &examples);
    drop(phase);

    if let Some(file) = &options.json {
        files::write_atomically(file, format!("{:#}\n", json(&verdicts)).as_bytes())?;
    }
    match cause {
        Some(cause) => print_cause(cause, &verdicts, out)?,
        None => {
            for hint in inputs.unreachable(&facts::lock()?.sources) {
                writeln!(out, "{hint}")?;
            }
            print_totals(&conform::totals(&verdicts), out)?;
            let (pages, seconds) = (pages.facts.len(), start.elapsed().as_secs_f32());
            writeln!(out, "{} examples on {pages} pages in {seconds:.1} s", verdicts.len())?;
            writeln!(out, "Occurrences: `cargo xtask conform --cause NAME`, with the same sources")?;
        }
    }
    let records = Record::of(&verdicts);
    if options.write {
        write(&records, &conform::sample(&linked.api, &examples, &verdicts), out)?;
    }
    if options.check {
        check(&records, out)?;
    }
    Ok(())
}

fn find_cause(name: &str) -> Result<Cause> {
    let names: Vec<_> = Cause::ALL.iter().map(|cause| cause.as_str()).collect();
    Cause::from_name(name).with_context(|| format!("there is no cause `{name}`, only {}", names.join(", ")))
}

/// `page:line cause detail`
fn print_cause(cause: Cause, verdicts: &[Verdict], out: &mut dyn Write) -> Result<()> {
    for verdict in verdicts {
        for miss in verdict.misses.iter().filter(|miss| miss.cause == cause) {
            writeln!(out, "{}:{} {} {}", verdict.page, miss.line, cause.as_str(), escaped(&miss.detail))?;
        }
    }
    Ok(())
}

fn print_totals(totals: &BTreeMap<ApiVersion, Totals>, out: &mut dyn Write) -> Result<()> {
    for (version, totals) in totals {
        let sound = totals.examples - totals.broken;
        writeln!(out, "{}: {} examples", version.segment(), totals.examples)?;
        let rows = [
            ("URL reached", totals.reached, totals.examples),
            ("  by an operation without template", totals.by_no_template, totals.reached),
            ("  by an operation of another page", totals.of_other_page, totals.reached),
            ("body not JSON", totals.broken, totals.examples),
            ("whole", totals.whole, sound),
            ("cannot be read", totals.unreadable, sound),
            ("wrapped in one more object", totals.wrapped, sound),
            ("properties with a type", totals.typed, totals.typed + totals.untyped),
        ];
        for (name, count, of) in rows {
            writeln!(out, "  {name:<34} {count:>6} of {of:>6}  {:>5.1} %", percent(count, of))?;
        }
        writeln!(out, "  {:<34} {:>8} {:>8} {:>8}", "area", "examples", "reached", "whole")?;
        for (name, area) in &totals.areas {
            let share = percent(area.whole, area.examples - area.broken);
            writeln!(out, "  {name:<34} {:>8} {:>8} {:>8}  {share:>5.1} %", area.examples, area.reached, area.whole)?;
        }
    }
    writeln!(out, "{:>8} {:>8}  cause", ApiVersion::V1_0.segment(), ApiVersion::Beta.segment())?;
    for cause in Cause::ALL {
        let count = |version| totals.get(&version).and_then(|totals| totals.causes.get(cause)).copied().unwrap_or(0);
        let (v1, beta) = (count(ApiVersion::V1_0), count(ApiVersion::Beta));
        if v1 + beta > 0 {
            let mark = match cause.weight() {
                Weight::Miss => "",
                Weight::Unreadable => "; cannot be read",
                Weight::Note => "; still whole",
                Weight::Broken => "; counted separately",
            };
            writeln!(out, "{v1:>8} {beta:>8}  {:<22} {}{mark}", cause.as_str(), cause.title())?;
        }
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "figures of pages are small")]
fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { part as f64 * 100.0 / whole as f64 }
}

fn json(verdicts: &[Verdict]) -> serde_json::Value {
    let rows = verdicts.iter().map(|verdict| {
        let misses = verdict
            .misses
            .iter()
            .map(|miss| serde_json::json!({ "line": miss.line, "cause": miss.cause.as_str(), "detail": miss.detail }));
        serde_json::json!({
            "page": verdict.page.as_str(),
            "line": verdict.line,
            "area": verdict.area,
            "answered_by": format!("{:?}", verdict.answered_by),
            "whole": verdict.is_whole(),
            "typed": verdict.typed,
            "untyped": verdict.untyped,
            "wrapped": verdict.is_wrapped,
            "misses": misses.collect::<Vec<_>>(),
        })
    });
    rows.collect()
}

fn folder() -> Result<PathBuf> {
    Ok(settings::root()?.join(FOLDER))
}

fn write(records: &[Record], sample: &[SampledExample], out: &mut dyn Write) -> Result<()> {
    let records = records.iter().map(|record| (Record::file(record.version), record.write()));
    let files: Vec<_> = records.chain([(conform::SAMPLE.to_owned(), conform::write_sample(sample))]).collect();
    let mut change = Change::default();
    for (name, text) in &files {
        change.write(format!("{FOLDER}/{name}"), text.as_bytes());
    }
    Session::open(&settings::root()?, OnChanged::Overwrite)?.commit(&change)?;
    for (name, _) in &files {
        writeln!(out, "{} written", settings::display_written(&folder()?.join(name)))?;
    }
    writeln!(out, "{} examples are for the tests of the client; `cargo xtask regen` writes these", sample.len())?;
    Ok(())
}

/// The examples that the tests of the client are made from; none if none were written.
pub(crate) fn read_sample() -> Result<Vec<SampledExample>> {
    let file = folder()?.join(conform::SAMPLE);
    if !file.exists() {
        return Ok(Vec::new());
    }
    let text = fs_err::read_to_string(&file)?;
    conform::read_sample(&text)
        .with_context(|| format!("{} cannot be used; restore it from version control", settings::display(&file)))
}

fn check(records: &[Record], out: &mut dyn Write) -> Result<()> {
    let (mut better, mut worse) = (Vec::new(), Vec::new());
    for record in records {
        let file = folder()?.join(Record::file(record.version));
        let known = read(&file)?;
        ensure!(
            known.is_of_same_examples(record),
            "{} is about other docs ({} examples, now {}); replace it with `--write`",
            settings::display(&file),
            known.totals.examples,
            record.totals.examples
        );
        for change in known.changes(record) {
            if change.is_better { &mut better } else { &mut worse }.push(change.to_string());
        }
    }
    if !worse.is_empty() {
        bail!(
            "worse than {FOLDER}:\n  {}\nfix this, or, if it is the price of an improvement, record it \
             with `cargo xtask conform --write` and say why in the commit",
            worse.join("\n  ")
        );
    }
    if better.is_empty() {
        writeln!(out, "{FOLDER}: as recorded")?;
    } else {
        writeln!(out, "better than {FOLDER}:\n  {}", better.join("\n  "))?;
        writeln!(out, "record it: `cargo xtask conform --write`, with the same sources")?;
    }
    Ok(())
}

fn read(file: &Path) -> Result<Record> {
    let name = settings::display(file);
    let text = fs_err::read_to_string(file).with_context(|| format!("{name} is missing; write it with `--write`"))?;
    Record::read(&text).with_context(|| format!("{name} cannot be used; restore it from version control"))
}
