//! The command line: commands, options and the help that teaches them.

use std::path::PathBuf;

use crate::merged::Docs;
use clap::{Args, Parser, Subcommand, ValueEnum};
use graphdocs::audit::Class;

#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Turns Microsoft Graph documentation pages into the `msgraph` crate, and keeps it that way.",
    after_help = "\
A client of the docs of today:
  git clone --depth 1 https://github.com/microsoftgraph/microsoft-graph-docs-contrib
  cargo xtask regen --docs microsoft-graph-docs-contrib --out my-client

Everyday loop:
  cargo xtask report                      coverage and the most frequent diagnostics
  cargo xtask show PAGE --layer page      what a rule sees of one page
  cargo xtask fixture PAGE --kind operation --name CASE
                                          make a test case from a page; reduce it, then change the rule
  INSTA_UPDATE=always cargo test -p graphdocs
                                          accept the new snapshots; read them before you commit
  cargo xtask regen                       write generated/
  cargo xtask conform --docs DIR --check  compare the documented examples with the model; fail if a figure is worse
  cargo xtask examples --docs DIR         the documented examples as a file for tests without a tenant
  cargo xtask ci                          everything that CI runs, before you push

`cargo xtask help COMMAND` explains a command with an example.",
    disable_help_subcommand = false
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Find the Rust call for a request or a docs page
///
/// Prints the call, its signature, the cargo feature that enables it, the documented permissions and the page. Writes
/// nothing.
///
/// Example: `cargo xtask find 'GET /users/{id}/memberOf'`, or a page: `cargo xtask find user-list-memberof`
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct FindOptions {
    /// A request (`GET /users/{id}`; the method may be left out, `*` stands for any text), the name of a docs page, or
    /// words of either
    pub(crate) request: String,
    /// Also read the pages in this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) docs: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Regen(RegenOptions),
    Extract(ExtractOptions),
    Show(ShowOptions),
    Report(ReportOptions),
    Conform(ConformOptions),
    Examples(ExamplesOptions),
    Audit(AuditOptions),
    Find(FindOptions),
    Mine(MineOptions),
    /// Explain what a diagnostic code means and what to do
    ///
    /// Without a code, all codes are listed. Writes nothing.
    ///
    /// Example: `cargo xtask explain GX0303`
    #[command(verbatim_doc_comment)]
    Explain {
        /// A diagnostic code such as GX0303
        code: Option<String>,
    },
    Fixture(FixtureOptions),
    /// Measure the generator or the client next to a yardstick
    ///
    /// Figures of one run can be compared with each other, but not with those of another machine or
    /// time. Measure with `cargo run --release --package xtask -- bench read --docs DIR`.
    #[command(subcommand)]
    Bench(BenchCommand),
    /// Write the first inputs of the fuzzing harnesses of the generator, from its fixtures
    ///
    /// They are in generator/fuzz/corpus, which is not part of the repository.
    ///
    /// Example: `cargo xtask seeds`
    #[command(verbatim_doc_comment)]
    Seeds,
    /// Check where the packages of others come from, and their licences
    ///
    /// Only crates.io, only known licences, no banned packages, bounds for build scripts and for packages in
    /// several versions. Skipped without a network if packages are missing. Writes nothing.
    ///
    /// Example: `cargo xtask packages`
    #[command(verbatim_doc_comment)]
    Packages,
    /// Check the rules of the repository that the compiler does not check
    ///
    /// Checks the layering of the generator and the owners of crates against the table in ARCHITECTURE.md,
    /// the absence of IO and of natural-language words, the length of quote! blocks, the shape
    /// of fixtures, headers of generated files, file sizes, line ends and machine paths. Each
    /// finding says where it is and what to do. Writes nothing.
    ///
    /// Example: `cargo xtask tidy`
    #[command(verbatim_doc_comment)]
    Tidy,
    /// Run what CI runs, in the same order, up to the first failure
    ///
    /// Prints each command and its time; a failure ends with the command that repairs it. Only writes
    /// build products.
    ///
    /// Example: `cargo xtask ci`
    #[command(verbatim_doc_comment)]
    Ci,
}

/// Write the client from the docs
///
/// A client of the docs of today, in a folder of its own:
///   git clone --depth 1 https://github.com/microsoftgraph/microsoft-graph-docs-contrib
///   cargo xtask regen --docs microsoft-graph-docs-contrib --out my-client
///   cargo xtask regen --docs microsoft-graph-docs-contrib --out my-client --only 'GET /users*' --only /me/messages
///                                           … of some operations, and of the types that they reach
///
/// With --out, the client is made of the named docs alone; --with-facts adds what docs-input/facts/ knows of
/// other pages. Without --out, the facts of the named docs go to docs-input/facts/, whatever the dates, and
/// generated/ is written. The summary accounts for every page. Errors of pages are `page:line:column`, with what
/// to do; what can be read is used.
///
/// Without named docs, the sources of docs-input/sources.yaml and the facts of docs-input/facts/ are read. Only writes
/// files whose bytes differ, and only removes files that an earlier run wrote and that are unchanged since; hidden
/// files and those of others are left alone. All of this happens or nothing: the next command finishes or undoes a
/// run that was killed, and a second run waits.
///
/// Examples:
///   cargo xtask regen                       after any change of this repository
///   cargo xtask regen --check               what CI runs: writes nothing, fails on a difference
///   cargo xtask regen --docs ../graph-docs  the committed client with these docs
///   cargo xtask regen --git ../docs.git --revision COMMIT --prune
///                                           … as they were then, and with nothing else
///   cargo xtask regen --source zh-CN-2022-07=../docs.zh-CN --source pt-BR-2022-07=../docs.git@pt-BR
///                                           … with several listed sources, merged
///   cargo xtask regen --docs ../graph-docs --out ../client --prose both
///   cargo xtask regen --check --only '**/user-list.md'
#[derive(Debug, Default, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct RegenOptions {
    /// Write nothing; list what differs and fail if anything does
    ///
    /// With --docs or --git, this includes docs-input/facts/. Only a run that was interrupted is finished first.
    #[arg(long)]
    pub(crate) check: bool,
    /// A folder with docs, which contains `api-reference/`; may be repeated
    ///
    /// Of a page that several of them have, the newest copy is taken: by the day of the hand-back
    /// (`ms.lasthandoff`), or else `ms.date`; the first one if there is none. Without --out and --only, their facts
    /// are written to docs-input/facts/.
    #[arg(long, value_name = "DIR")]
    pub(crate) docs: Vec<PathBuf>,
    /// A git repository with docs, read at --revision
    ///
    /// Only the Markdown files below `api-reference/` are read, without a checkout; the clone may lack everything else.
    #[arg(long, value_name = "DIR", requires = "revision")]
    pub(crate) git: Option<PathBuf>,
    /// The revision of the docs, to read from --git and to record in docs-input/facts/lock.yaml
    #[arg(long, value_name = "COMMIT")]
    pub(crate) revision: Option<String>,
    /// A source of docs-input/sources.yaml, and where it is; may be repeated
    ///
    /// A folder with its docs, or a git repository and the revision in it that has them: a copy may have other commit ids
    /// than the source. Pages of one path are merged: the locales are witnesses of each other. What newer sources no
    /// longer document stays, marked with its last day, unless --prune removes it.
    #[arg(
        long,
        value_name = "NAME=DIR|NAME=REPOSITORY@REVISION",
        conflicts_with_all = ["docs", "git", "revision", "upstream", "locale", "newest"]
    )]
    pub(crate) source: Vec<String>,
    /// Record this as the revision of the docs, if the repository is only a copy
    #[arg(long, value_name = "[REPOSITORY@]COMMIT")]
    pub(crate) upstream: Option<String>,
    /// Keep what is known of pages that are newer than those of the docs
    ///
    /// Without it the docs that you name win, whatever the dates.
    #[arg(long)]
    pub(crate) newest: bool,
    /// Remove the facts of pages that the docs no longer have
    ///
    /// Without it they are kept, because these docs may be only a part of those that the facts came
    /// from.
    #[arg(long)]
    pub(crate) prune: bool,
    /// With --out, add the facts of docs-input/facts/ of pages that the docs do not have
    #[arg(long, requires = "out")]
    pub(crate) with_facts: bool,
    /// Add the sentences of pages to the doc comments, in these languages
    ///
    /// Only for private use, hence only with --out: the licences of the docs do not allow publishing
    /// them. The facts of docs-input/facts/ have no sentences, so name the docs with --docs or --git.
    #[arg(long, value_enum, value_name = "LANGUAGES", requires = "out", conflicts_with = "check")]
    pub(crate) prose: Option<ProseLanguages>,
    /// Generate and print everything again, even if target/ says that nothing changed
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// The output folder, instead of generated/
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Overwrite and remove files that somebody changed since an earlier run wrote them
    ///
    /// Without it they are listed, and nothing is written. In a folder that no earlier run made, files of the same name
    /// are overwritten, and the others stay.
    #[arg(long, requires = "out", conflicts_with = "check")]
    pub(crate) overwrite: bool,
    /// Only these operations, or only these files; may be repeated
    ///
    /// What starts with a method or a slash selects operations, and needs --out: `GET /users*`, `/me/messages`,
    /// `/beta/teams/*`. The client has these operations, and the types that they reach. `*` stands for any text, `{id}`
    /// for any key.
    /// Anything else is a glob of output files, by their paths or those of their pages: `src/v1/**`, `user-list.md`.
    /// Only these files are written, and none is removed. `*` and `?` do not match `/`, but `**` does; a glob
    /// without `/` is matched against file names.
    #[arg(long, value_name = "PATTERN", verbatim_doc_comment)]
    pub(crate) only: Vec<String>,
    /// Only sources of this locale; with --docs or --git, the locale of their pages that name none
    #[arg(long, value_name = "LOCALE")]
    pub(crate) locale: Option<String>,
    /// List every entry of the policy that does not apply to the docs
    #[arg(long)]
    pub(crate) verbose: bool,
}

/// The languages of the sentences in doc comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProseLanguages {
    /// The language of the original pages
    Source,
    /// The language of the translation
    Localized,
    /// Both, the original first
    Both,
}

/// Write the facts of a docs tree as JSON lines
///
/// One object per page, sorted by path: a neutral form for comparing facts. Writes to standard output,
/// or to FILE in one step, so that FILE is never half written.
///
/// Example: `cargo xtask extract --docs ../graph-docs/zh-CN --out facts.jsonl`
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct ExtractOptions {
    /// The folder that contains `api-reference/`; repeated, pages of one path are merged
    ///
    /// Plain localized pages are witnesses of each other, and pages with both sides are witnesses of an older day.
    #[arg(long, value_name = "[LOCALE=]DIR", required = true, value_parser = Docs::parse)]
    pub(crate) docs: Vec<Docs>,
    /// The locale of pages whose front matter names none
    #[arg(long, value_name = "LOCALE", default_value = "en-US")]
    pub(crate) locale: String,
    /// The folder with the English pages that the others were translated from
    ///
    /// They prove the reconstructed source text or show where it differs; no fact comes from them.
    #[arg(long, value_name = "DIR")]
    pub(crate) originals: Option<PathBuf>,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Number of threads; one per core by default
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
}

/// Propose a vocabulary for a locale, so that its pages without translation spans can be read
///
/// Compares the pages with what says the same: their own other side where they have spans, their English originals
/// (those whose SHA-1 a page names), or pages of other locales, which have a vocabulary, with the same original. Prints
/// a file for generator/vocab/ with the number of places of each word, the most frequent first. Writes nothing.
///
/// A page without spans loses its English side; without words for its locale it yields no parameter and no
/// property. To add a locale, print the proposal, remove what is no word for its row, and read the pages again:
///   cargo xtask mine --docs ../docs.xx-XX --locale xx-XX --originals ../docs --beside ../docs.zh-CN > new.toml
///   cargo xtask report --docs ../docs.xx-XX   what the rules still do not read
/// CONTRIBUTING.md says more.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct MineOptions {
    /// The pages of the locale: a folder that contains `api-reference/`
    #[arg(long, value_name = "DIR")]
    pub(crate) docs: PathBuf,
    /// The locale, as the pages name it (`ms.contentlocale`)
    #[arg(long, value_name = "LOCALE")]
    pub(crate) locale: String,
    /// English pages; only those are used that are the originals of pages in --docs
    #[arg(long, value_name = "DIR")]
    pub(crate) originals: Option<PathBuf>,
    /// Pages of a locale that has a vocabulary; may be repeated
    ///
    /// Only those are used that have the same original as a page in --docs.
    #[arg(long, value_name = "DIR")]
    pub(crate) beside: Vec<PathBuf>,
}

/// Print one stage for one page
///
/// PAGE is a file, the path of a page (`api-reference/v1.0/api/user-list.md`) or its name
/// (`user-list`). Pages are looked up in the sources of docs-input/sources.yaml, or in --docs.
/// Writes nothing.
///
/// Examples:
///   cargo xtask show user-list --layer page      sections, tables and code blocks as the rules see them
///   cargo xtask show user-list --layer facts     facts and diagnostics
///   cargo xtask show user-list --layer code      the files generated from this page alone
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct ShowOptions {
    /// A file, a page path or a page name
    pub(crate) page: String,
    /// The stage to print
    #[arg(long, value_enum)]
    pub(crate) layer: Layer,
    /// Look up pages in this folder; may be repeated
    #[arg(long, value_name = "DIR")]
    pub(crate) docs: Vec<PathBuf>,
    /// Only sources of this locale; otherwise the locale of pages that name none
    #[arg(long, value_name = "LOCALE")]
    pub(crate) locale: Option<String>,
}

/// The stages between a page and its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Layer {
    /// The page as a tree of sections and blocks
    Page,
    /// The facts and diagnostics of the rules
    Facts,
    /// The linked model
    Model,
    /// The Rust names
    Names,
    /// The files and their items
    Plan,
    /// The generated files
    Code,
}

/// Print coverage and the most frequent diagnostics
///
/// Reads the sources of docs-input/sources.yaml and the facts of docs-input/facts/, or only the --docs
/// folders if there are any. Facts from files have no lines and no diagnostics of their pages, but
/// linking them yields diagnostics.
///
/// Examples:
///   cargo xtask report
///   cargo xtask report --docs ../graph-docs/zh-CN
///   cargo xtask report --code GX0303             every occurrence, as path:line:column message
///   cargo xtask report --since HEAD              the effects of the current change
///   cargo xtask report --since main --format markdown
///                                                the same for a pull request
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct ReportOptions {
    /// Read this folder instead of the sources, or with --since in addition to them; may be
    /// repeated
    #[arg(long, value_name = "DIR")]
    pub(crate) docs: Vec<PathBuf>,
    /// Only sources of this locale; for --docs (with --since, only for these), the locale of pages that name none
    #[arg(long, value_name = "LOCALE")]
    pub(crate) locale: Option<String>,
    /// The folder with the English pages that the others were translated from
    ///
    /// They prove the reconstructed source text or show where it differs; no fact comes from them.
    #[arg(long, value_name = "DIR")]
    pub(crate) originals: Option<PathBuf>,
    /// Report what changed since a revision of this repository: facts, client, permissions, and the version that is
    /// due
    ///
    /// Compares the facts and pages of docs-input/ at the revision with the current ones, including --docs. This
    /// program links and plans both, with the vocabulary and the policy of the working tree, so that differences come
    /// from the docs. Changes by the generator or the policy are listed separately, by comparing generated/API.txt of
    /// the revision with what is now generated from its docs. Classes are those of Semantic Versioning and Cargo;
    /// changes that only affect data or doc comments are `documentation`.
    #[arg(long, value_name = "REVISION", conflicts_with_all = ["originals", "code", "json", "baseline"])]
    pub(crate) since: Option<String>,
    /// The output format of --since: for a terminal, a pull request, or a program
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t, requires = "since")]
    pub(crate) format: ReportFormat,
    /// List every occurrence of one diagnostic code
    #[arg(long, value_name = "CODE")]
    pub(crate) code: Option<String>,
    /// Also write the numbers to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Fail unless policy/baseline.toml accepts exactly these warnings and errors under this name
    #[arg(long, value_name = "NAME")]
    pub(crate) baseline: Option<String>,
}

/// The output format of a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    #[default]
    Text,
    Markdown,
    Json,
}

/// The docs that a referee reads.
#[derive(Debug, Args)]
pub(crate) struct DocsOptions {
    /// Read this folder instead of docs-input/; may be repeated
    #[arg(long, value_name = "DIR")]
    pub(crate) docs: Vec<PathBuf>,
    /// A git repository with pages, read at --revision
    #[arg(long, value_name = "DIR", requires = "revision")]
    pub(crate) git: Option<PathBuf>,
    /// The revision of the git repository
    #[arg(long, value_name = "COMMIT", requires = "git")]
    pub(crate) revision: Option<String>,
    /// Only sources of this locale; for --docs and --git, the locale of pages that name none
    #[arg(long, value_name = "LOCALE")]
    pub(crate) locale: Option<String>,
}

/// Check every documented example against the model
///
/// An example is a request to Graph on an API page, with the response that follows it. An example is whole
/// if its URL leads to an operation, and everything in request and response has a type there. Otherwise
/// there is a cause. Nothing is compiled: the model shows what the generated client would do.
/// Reads the sources of docs-input/sources.yaml, or only what --docs and --git name.
///
/// Examples:
///   cargo xtask conform --docs ../graph-docs/zh-CN
///   cargo xtask conform --docs ../graph-docs/zh-CN --cause url-unknown
///                                           every occurrence, as page:line cause detail
///   cargo xtask conform --docs ../graph-docs/zh-CN --check
///                                           fails if a figure is worse than in docs-input/conform/
///   cargo xtask conform --docs ../graph-docs/zh-CN --write
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct ConformOptions {
    #[command(flatten)]
    pub(crate) docs: DocsOptions,
    /// Compare the examples of the docs with the client as it is, which docs-input/facts/ states
    ///
    /// Its facts may be of several sources, of which each has its copy of an example.
    #[arg(long)]
    pub(crate) facts: bool,
    /// List every occurrence of one cause
    #[arg(long, value_name = "NAME")]
    pub(crate) cause: Option<String>,
    /// Also write the verdict on every example to this file: names and places, but no content
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Write the figures, the list of misses and a sample for the tests of the client to docs-input/conform/
    #[arg(long)]
    pub(crate) write: bool,
    /// Fail if a figure is worse than in docs-input/conform/
    #[arg(long, conflicts_with = "write")]
    pub(crate) check: bool,
}

/// Write the documented examples to a file that a test service answers from
///
/// The file has one JSON object per line: first the format and the source, then each operation with its documented
/// requests and responses; an operation without a usable example has only its name. A test of your own answers from
/// it, without a tenant:
///   let service = msgraph::runtime::InProcess::from_examples("graph-examples.jsonl")?;
///   let client = Client::builder(StaticToken::new("t")).transport(service).build()?;
///
/// Responses belong to the docs, whose licence does not cover your repository: the file must not be published. FILE is
/// refused in a git repository that does not ignore it.
///
/// Examples:
///   cargo xtask examples --docs ../graph-docs
///   cargo xtask examples --git ../graph-docs.git --revision main --out ../my-app/target/graph-examples.jsonl
///   cargo xtask examples --docs ../graph-docs --only 'GET /users*' --only /me/messages
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct ExamplesOptions {
    #[command(flatten)]
    pub(crate) docs: DocsOptions,
    /// The output file; without it, graph-examples.jsonl in the root of the checkout, which git ignores
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Only these operations, such as `GET /users*` or `/me/messages`; may be repeated
    #[arg(long, value_name = "PATTERN")]
    pub(crate) only: Vec<String>,
}

/// Compare the linked model with the official schema, and decide which one is wrong
///
/// A schema is the response of /v1.0/$metadata or /beta/$metadata. The first --metadata of a version is the
/// referee; others, from other days, show which differences only depend on the day. The schema is only a
/// referee: no fact comes from it. Each difference has a class:
///   docs        a page agrees with the model: the page or the schema is wrong
///   reading     no page agrees with the model, or one agrees with the schema: the model is wrong
///   age         a schema of another day agrees with the model
///   explained   generator/policy/audit.toml gives the reason
/// Kinds: path, shape, family, answer, body, parameter, parameter-type, type, kind, base, property,
/// property-type, property-shape, member, member-missing, permission; the totals explain them.
///
/// Without --docs or --git, the facts of docs-input/ are linked, which have no lines. Only writes the FILE of --json.
/// Fails if an entry of generator/policy/audit.toml no longer matches a difference.
///
/// Examples:
///   cargo xtask audit --metadata v1.0.2021-08.xml --metadata v1.0.2022-07.xml --metadata beta.2021-07.xml
///   cargo xtask audit --metadata v1.0.2021-08.xml --kind shape --kind family --docs ../graph-docs/zh-CN
///   cargo xtask audit --metadata beta=metadata.xml --permissions names.txt --kind permission
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct AuditOptions {
    /// A schema; may be repeated. The file name starts with the version, unless VERSION is given
    #[arg(long, value_name = "[VERSION=]FILE", required = true)]
    pub(crate) metadata: Vec<String>,
    /// The names of all permissions, one per line; anything after a name is ignored
    #[arg(long, value_name = "FILE")]
    pub(crate) permissions: Option<PathBuf>,
    /// List all differences of this kind, as `page:line item  ours: …  theirs: …  class (reason)`; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) kind: Vec<String>,
    /// Only list differences of this class
    #[arg(long, value_enum, value_name = "CLASS", requires = "kind")]
    pub(crate) class: Option<AuditClass>,
    #[command(flatten)]
    pub(crate) docs: DocsOptions,
    /// Merge pages of one path instead of choosing one: `--docs` are witnesses of each other
    #[arg(long, requires = "docs")]
    pub(crate) merge: bool,
    /// Also write totals and differences to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
}

/// Why model and schema differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AuditClass {
    Docs,
    Reading,
    Age,
    Explained,
}

impl From<AuditClass> for Class {
    fn from(class: AuditClass) -> Self {
        match class {
            AuditClass::Docs => Self::Docs,
            AuditClass::Reading => Self::Reading,
            AuditClass::Age => Self::Age,
            AuditClass::Explained => Self::Explained,
        }
    }
}

/// Copy a page into the test fixtures as a new case
///
/// Writes generator/tests/fixtures/KIND/CASE/page.md and never overwrites one. Pages of the docs
/// repositories may not be committed: rewrite the case in your own words before you do.
///
/// Example: `cargo xtask fixture user-list --kind operation --name list-of-users`
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct FixtureOptions {
    /// A file, a page path or a page name
    pub(crate) page: String,
    /// A folder of generator/tests/fixtures, such as `operation`
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: String,
    /// The name of the case: what it demonstrates, in lower case with hyphens
    #[arg(long, value_name = "CASE")]
    pub(crate) name: String,
    /// Look up pages in this folder; may be repeated
    #[arg(long, value_name = "DIR")]
    pub(crate) docs: Vec<PathBuf>,
    /// Only sources of this locale
    #[arg(long, value_name = "LOCALE")]
    pub(crate) locale: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BenchCommand {
    /// Time the extraction of all facts against a bare Markdown parse of the same pages
    ///
    /// Pages are read into memory first. Each run parses the split source text of every page with
    /// pulldown-cmark alone, then extracts all facts from the raw pages, on the same threads. Prints the
    /// best run of each. Writes nothing.
    ///
    /// Example: `cargo run --release --package xtask -- bench read --docs ../docs/zh-CN --threads 1`
    #[command(verbatim_doc_comment)]
    Read(BenchReadOptions),

    /// Measure the cost of the client beyond plain reqwest: CPU time and allocations per request
    ///
    /// Builds and runs templates/checks/bench, a separate package, because xtask does not depend on the
    /// client. The server is a separate process on this machine.
    ///
    /// Example: `cargo xtask bench client --rounds 30`
    #[command(verbatim_doc_comment)]
    Client(BenchClientOptions),

    /// Measure the cost of compiling the client and the crate graph-rs-sdk, in CPU seconds
    ///
    /// Each is a dependency of a small project in target/bench-compile/, outside the workspace, as for its
    /// users; its own dependencies are built before. Needs Linux, and the registry once.
    ///
    /// Example: `cargo xtask bench compile --rounds 5`
    #[command(verbatim_doc_comment)]
    Compile(BenchCompileOptions),

    /// Measure whether the time for hostile pages and files grows with their size or faster
    ///
    /// Builds each shape at a size and at four times that size, and lets every step of the generator work on it.
    /// Prints the best times, and for the listed shapes the time at the greatest length of a page. Fails if a step
    /// takes more than six times as long for the larger input, or all of them two seconds for one page of that length.
    /// Writes nothing.
    ///
    /// Example: `cargo run --release --package xtask -- bench shapes --more 500 --seed 7`
    #[command(verbatim_doc_comment)]
    Shapes(BenchShapesOptions),
}

/// Options of `bench shapes`.
#[derive(Debug, Args)]
pub(crate) struct BenchShapesOptions {
    /// The smaller size
    #[arg(long, default_value_t = 256)]
    pub(crate) kib: usize,
    /// How many further shapes to make, by putting parts of pages into all kinds of sections
    #[arg(long, default_value_t = 200)]
    pub(crate) more: usize,
    /// The further shapes depend on this number only
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Leave out the pages of the greatest length
    #[arg(long)]
    pub(crate) quick: bool,
    /// Only the shapes whose names contain this text
    #[arg(long, value_name = "TEXT")]
    pub(crate) only: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct BenchClientOptions {
    /// Requests per round on each side
    #[arg(long, default_value_t = 2000)]
    pub(crate) requests: usize,
    /// The number of rounds, in which both sides run in turn
    #[arg(long, default_value_t = 15)]
    pub(crate) rounds: usize,
}

/// Options of `bench compile`.
#[derive(Debug, Args)]
pub(crate) struct BenchCompileOptions {
    /// The number of rounds, in which everything is compiled in turn; the best of each is printed
    #[arg(long, default_value_t = 3)]
    pub(crate) rounds: usize,
    /// Instead, measure the cost of the feature of each area alone, for v1.0 and beta
    #[arg(long)]
    pub(crate) areas: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BenchReadOptions {
    /// The folder that contains `api-reference/`
    #[arg(long, value_name = "DIR")]
    pub(crate) docs: PathBuf,
    /// The locale of pages that name none
    #[arg(long, default_value = "en-US")]
    pub(crate) locale: String,
    /// The number of runs of both passes
    #[arg(long, default_value_t = 5)]
    pub(crate) runs: usize,
    /// Threads for both passes; one per core by default
    #[arg(long)]
    pub(crate) threads: Option<usize>,
}
