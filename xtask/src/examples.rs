//! `cargo xtask examples`: writes the documented examples for `InProcess::from_examples` of the client.
//!
//! The file has content of the docs, which may not be published; so it is refused where git would commit it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use graphdocs::conform::{self, Answer, Answered, Unusable};
use graphdocs::link::link;
use graphdocs::model::api::{Api, Operation};
use graphdocs::model::facts::ApiVersion;
use graphdocs::select::{self, Selection};
use serde_json::{Map, Value, json};

use crate::cli::ExamplesOptions;
use crate::progress::Progress;
use crate::{docs, facts, files, settings, sources};

/// `msgraph::runtime::Examples` reads this format.
const FORMAT: &str = "graph-examples/1";
const NOTICE: &str = "The examples belong to the documentation of Microsoft Graph. Do not commit or publish this file.";
/// In the root of the checkout; `.gitignore` has it.
const DEFAULT: &str = "graph-examples.jsonl";
/// Headers that describe the transfer of the shown text, not the answer.
const OF_TRANSFER: [&str; 5] = ["connection", "content-encoding", "content-length", "date", "transfer-encoding"];

pub(crate) fn run(options: &ExamplesOptions, out: &mut dyn Write) -> Result<()> {
    let start = Instant::now();
    let file = match &options.out {
        Some(file) => file.clone(),
        None => settings::root()?.join(DEFAULT),
    };
    refuse_to_publish(&file)?;
    let docs = docs::named(&options.docs)?;
    ensure!(
        !docs.is_empty(),
        "docs-input/ has no examples; name the docs with `--docs DIR`, or with `--git DIR --revision COMMIT`"
    );
    let source: Vec<_> = docs.iter().map(docs::Tree::name).collect();
    let inputs = sources::named(docs, options.docs.locale.as_deref());
    let vocab = settings::vocab()?;
    let (pages, examples) = sources::read_with_examples(&inputs, &vocab)?;
    let phase = Progress::phase("linking", pages.facts.len());
    let linked = link(&pages.facts, vocab.words("en"), &settings::policy()?);
    drop(phase);
    let wanted = wanted(&options.only, &linked.api)?;
    let answers = conform::examples_as_answers(&linked.api, &examples);

    let lines = Lines::of(&wanted, &answers);
    let head = json!({ "format": FORMAT, "notice": NOTICE, "source": source });
    let mut text = format!("{head}\n");
    lines.records.iter().for_each(|record| text.push_str(&format!("{record}\n")));
    files::write_atomically(&file, text.as_bytes())?;

    for hint in inputs.unreachable(&facts::lock()?.sources) {
        writeln!(out, "{hint}")?;
    }
    let without = wanted.len() - lines.with;
    writeln!(out, "{} operations with an example ({} examples), {without} without", lines.with, lines.examples)?;
    let unusable: usize = lines.unusable.values().sum();
    writeln!(out, "{unusable} examples cannot be used")?;
    for (reason, count) in &lines.unusable {
        writeln!(out, "{count:>8}  {}", reason.as_str())?;
    }
    let (size, seconds) = (text.len().div_ceil(1 << 10), start.elapsed().as_secs_f32());
    writeln!(out, "{} written, {size} KiB, in {seconds:.1} s", settings::display_written(&file))?;
    writeln!(out, "It has content of the docs: do not commit or publish it")?;
    Ok(())
}

/// The operations that the patterns select, all without patterns; v1.0 first.
fn wanted<'a>(patterns: &[String], api: &'a Api) -> Result<Vec<(ApiVersion, &'a Operation)>> {
    if patterns.is_empty() {
        return Ok(select::operations(api).collect());
    }
    let selection = Selection::parse(patterns.iter().map(String::as_str));
    let selection = selection.context("`--only` takes operations, such as `GET /users*` or `/me/messages`")?;
    let unmatched = selection.unmatched(api);
    ensure!(unmatched.is_empty(), "{}", unmatched.join("; "));
    Ok(selection.of(api))
}

/// The records of a file.
#[derive(Debug, Default)]
struct Lines {
    records: Vec<Value>,
    /// The number of operations with an example.
    with: usize,
    examples: usize,
    unusable: BTreeMap<Unusable, usize>,
}

impl Lines {
    /// In the order of the operations; the examples of an operation are in the order of the docs, those of its own page
    /// first.
    fn of(wanted: &[(ApiVersion, &Operation)], answers: &[Answered<'_>]) -> Self {
        let mut lines = Self::default();
        let names: BTreeSet<_> = wanted.iter().map(|(version, operation)| name(*version, operation)).collect();
        let mut by_name: BTreeMap<String, Vec<(&Answered<'_>, &Answer<'_>)>> = BTreeMap::new();
        for answered in answers {
            let reached = answered.operation.map(|operation| name(answered.version, operation));
            if reached.as_ref().is_some_and(|name| !names.contains(name)) {
                continue;
            }
            match (&answered.answer, reached) {
                (Ok(answer), Some(name)) => by_name.entry(name).or_default().push((answered, answer)),
                (Err(reason), _) => *lines.unusable.entry(*reason).or_default() += 1,
                (Ok(_), None) => {}
            }
        }
        for (version, operation) in wanted {
            let name = name(*version, operation);
            let Some(mut examples) = by_name.remove(&name) else {
                lines.records.push(json!({ "operation": name }));
                continue;
            };
            // Successes first, because the first example is the default answer.
            examples.sort_by_key(|(answered, answer)| (answer.status >= 400, answered.example.page != operation.page));
            lines.with += 1;
            lines.examples += examples.len();
            lines.records.extend(examples.into_iter().map(|(answered, answer)| record(&name, answered, answer)));
        }
        lines
    }
}

/// `GET /v1.0/users/{id}`
fn name(version: ApiVersion, operation: &Operation) -> String {
    format!("{} /{}{}", operation.method.as_str(), version.segment(), operation.path)
}

fn record(operation: &str, answered: &Answered<'_>, answer: &Answer<'_>) -> Value {
    let request = &answered.example.request;
    let mut shown = json!({ "url": conform::request_address(request, answered.version) });
    put(&mut shown, "headers", headers(&request.headers));
    put(&mut shown, "body", conform::request_body(request).into());
    let mut record = json!({
        "operation": operation,
        "page": answered.example.page.stem(),
        "line": request.line,
        "request": shown,
        "response": response(answer),
    });
    if let Some(then) = &answer.then {
        put(&mut record, "then", response(then));
    }
    let unreadable: Vec<_> = answer.unreadable.iter().map(|cause| cause.as_str()).collect();
    put(&mut record, "unreadable", unreadable.into());
    record
}

fn response(answer: &Answer<'_>) -> Value {
    let mut response = json!({ "line": answer.shown.line, "status": answer.status });
    put(&mut response, "headers", headers(&answer.shown.headers));
    put(&mut response, "body", answer.body.as_str().into());
    response
}

/// Without values that say nothing.
fn put(object: &mut Value, name: &str, value: Value) {
    let is_empty = match &value {
        Value::Object(object) => object.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    };
    if !is_empty {
        object[name] = value;
    }
}

/// Without those that only describe the transfer, and without tokens.
fn headers(shown: &[(String, String)]) -> Value {
    let is_kept = |name: &str| !OF_TRANSFER.contains(&name) && name != "authorization" && name != "host";
    let headers = shown.iter().map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim()));
    headers.filter(|(name, _)| is_kept(name)).map(|(name, value)| (name, value.into())).collect::<Map<_, _>>().into()
}

/// Fails if git would commit the file.
fn refuse_to_publish(file: &Path) -> Result<()> {
    let full = std::path::absolute(file).context("the working directory is gone")?;
    let mut folders = full.ancestors().skip(1);
    let folder: PathBuf = folders.find(|folder| folder.is_dir()).unwrap_or(Path::new("/")).to_path_buf();
    let mut check = Command::new("git");
    check.args(["check-ignore", "--quiet", "--"]).arg(&full).current_dir(folder);
    // 0: ignored; 1: not ignored; others: no repository. Without git, nothing is committed.
    let status = check.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if status.is_ok_and(|status| status.code() == Some(1)) {
        bail!(
            "{} is in a git repository that does not ignore it, but the examples may not be published; add it to \
             .gitignore, or choose another --out",
            settings::display(file)
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::tests::repository;
    use crate::temp::TempDir;

    #[test]
    fn a_file_that_git_would_commit_is_refused() {
        let folder = repository(&[("a.md", "x"), (".gitignore", "*.jsonl\n")]);
        assert!(refuse_to_publish(&folder.path().join("new/examples.jsonl")).is_ok());
        let error = refuse_to_publish(&folder.path().join("new/examples.txt")).expect_err("refused").to_string();
        assert!(error.contains("examples.txt") && error.contains(".gitignore"), "{error}");
        let elsewhere = TempDir::new();
        assert!(refuse_to_publish(&elsewhere.path().join("examples.txt")).is_ok());
    }

    #[test]
    fn headers_of_the_transfer_and_tokens_are_left_out() {
        let shown = [("Content-Length", "7"), ("ETag", " x "), ("Authorization", "Bearer t"), ("Host", "h")];
        let shown = shown.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(headers(&shown), json!({ "etag": "x" }));
    }
}
