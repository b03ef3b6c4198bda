//! The command line: commands, options and the help that teaches them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use graphdocs::audit::Class;

#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Turns Microsoft Graph documentation pages into the `msgraph` crate, and keeps it that way.",
    after_help = "\
Everyday loop:
  cargo xtask report                      what is read, and which diagnostic is the most frequent
  cargo xtask show PAGE --layer page      what a rule sees of one page
  cargo xtask fixture PAGE --kind operation --name CASE
                                          a test case from a page; cut it down, then change the rule
  INSTA_UPDATE=always cargo test -p graphdocs
                                          accept the new snapshots; read them before you commit
  cargo xtask regen                       write generated/
  cargo xtask conform --docs DIR --check  the documented examples against the model: is any figure worse?
  cargo xtask ci                          everything that CI runs, before you push

`cargo xtask help COMMAND` explains a command with an example.",
    disable_help_subcommand = false
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Regen(RegenOptions),
    Extract(ExtractOptions),
    Show(ShowOptions),
    Report(ReportOptions),
    Conform(ConformOptions),
    Audit(AuditOptions),
    /// Say what a diagnostic code means and what to do
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
    /// Measure the generator against a yardstick that runs beside it
    ///
    /// Figures of one run can be compared with each other, not with those of another machine or hour.
    /// Measure with `cargo run --release --package xtask -- bench read --docs DIR`.
    #[command(subcommand)]
    Bench(BenchCommand),
    /// Check the rules of the repository that no compiler checks
    ///
    /// Layering of the generator and owners of crates as the table of ARCHITECTURE.md has them, absence of IO and of natural-language words,
    /// length of quote! blocks, shape of fixtures, headers of generated files, file sizes, line ends
    /// and machine paths. Each finding says where it is and what to do. Writes nothing.
    ///
    /// Example: `cargo xtask tidy`
    #[command(verbatim_doc_comment)]
    Tidy,
    /// Run what CI runs, in the same order, up to the first failure
    ///
    /// Prints each command and its time; a failure ends with the command that repairs it. Writes
    /// build products only.
    ///
    /// Example: `cargo xtask ci`
    #[command(verbatim_doc_comment)]
    Ci,
}

/// Write generated/ from the pages, the templates and the policy
///
/// Reads the sources of docs-input/sources.yaml, the facts of docs-input/facts/, every --docs folder,
/// templates/, generator/policy/ and the sample of docs-input/conform/. Where several hold the same page, the newest hand-back wins.
/// Writes only files whose bytes differ, Cargo.toml last, then removes what is no longer planned.
///
/// Examples:
///   cargo xtask regen                       after a change of anything
///   cargo xtask regen --check               what CI runs: writes nothing, fails on a difference
///   cargo xtask regen --docs ../graph-docs --out ../client
///   cargo xtask regen --docs ../graph-docs --out ../client --prose both
///   cargo xtask regen --check --only '**/user-list.md'
#[derive(Debug, Default, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct RegenOptions {
    /// Write nothing; list what differs and fail if anything does
    ///
    /// With --docs or --git this is about docs-input/facts/, too.
    #[arg(long)]
    pub(crate) check: bool,
    /// A folder with further pages; may be repeated
    ///
    /// Their facts go to docs-input/facts/, unless --only or --out says that this is a trial.
    #[arg(long, value_name = "DIR")]
    pub(crate) docs: Vec<PathBuf>,
    /// A git repository with further pages, read at --revision
    #[arg(long, value_name = "DIR", requires = "revision")]
    pub(crate) git: Option<PathBuf>,
    /// The revision of the docs: what to read of --git, and what docs-input/facts/lock.yaml says
    #[arg(long, value_name = "COMMIT")]
    pub(crate) revision: Option<String>,
    /// Remove the facts of pages that the docs no longer have
    ///
    /// Without it they stay, because the docs may be a part of what the facts were taken from.
    #[arg(long)]
    pub(crate) prune: bool,
    /// Add the pages' own sentences to the doc comments, in these languages
    ///
    /// For your own use, hence only with --out: the licences of the docs do not allow to publish them.
    /// The facts of docs-input/facts/ have no sentences, so name the docs with --docs or --git.
    #[arg(long, value_enum, value_name = "LANGUAGES", requires = "out", conflicts_with = "check")]
    pub(crate) prose: Option<ProseLanguages>,
    /// Generate and print everything, also where target/ tells that nothing changed
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// The output folder, instead of generated/
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Only output files, or output of pages, whose path matches; nothing is removed
    ///
    /// `*` and `?` stay inside a folder, `**` does not. A glob without `/` is matched against file
    /// names.
    #[arg(long, value_name = "GLOB")]
    pub(crate) only: Option<String>,
    /// Only sources of this locale; for --docs, the locale of pages that name none
    #[arg(long, value_name = "LOCALE")]
    pub(crate) locale: Option<String>,
}

/// The languages of the sentences in doc comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProseLanguages {
    /// That of the original pages
    Source,
    /// That of the translation
    Localized,
    /// Both, the original first
    Both,
}

/// Write the facts of a docs tree as JSON lines
///
/// One object per page, sorted by path: the neutral form in which facts are compared. Goes to
/// standard output, or to FILE in one step, so that FILE is never half written.
///
/// Example: `cargo xtask extract --docs ../graph-docs/zh-CN --out facts.jsonl`
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct ExtractOptions {
    /// The folder that holds `api-reference/`
    #[arg(long, value_name = "DIR")]
    pub(crate) docs: PathBuf,
    /// The locale of pages whose front matter names none
    #[arg(long, value_name = "LOCALE", default_value = "en-US")]
    pub(crate) locale: String,
    /// The folder with the English pages that the others were translated from
    ///
    /// They prove the reconstructed source text, or show where it differs; no fact comes from them.
    #[arg(long, value_name = "DIR")]
    pub(crate) originals: Option<PathBuf>,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Number of threads; one per core unless given
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
}

/// Print one stage for one page
///
/// PAGE is a file, the path of a page (`api-reference/v1.0/api/user-list.md`) or its name
/// (`user-list`). Pages are looked up in the sources of docs-input/sources.yaml, or in --docs.
/// Writes nothing.
///
/// Examples:
///   cargo xtask show user-list --layer page      sections, tables and code blocks as rules see them
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
    /// Look pages up in this folder; may be repeated
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
    /// What the rules read, and the diagnostics
    Facts,
    /// The linked model
    Model,
    /// The Rust names
    Names,
    /// Which file holds what
    Plan,
    /// The generated files
    Code,
}

/// Print coverage and the most frequent diagnostics
///
/// Reads the sources of docs-input/sources.yaml and the facts of docs-input/facts/, or only the --docs folders when
/// there are any. Facts have neither lines nor diagnostics of their pages; what linking them finds is there.
///
/// Examples:
///   cargo xtask report
///   cargo xtask report --docs ../graph-docs/zh-CN
///   cargo xtask report --code GX0303             every occurrence, as path:line:column message
///   cargo xtask report --since HEAD              what the change at hand does
///   cargo xtask report --since main --format markdown
///                                                the same for a pull request
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct ReportOptions {
    /// Read this folder instead of the sources, with --since on top of them; may be repeated
    #[arg(long, value_name = "DIR")]
    pub(crate) docs: Vec<PathBuf>,
    /// Only sources of this locale; for --docs, and with --since for these alone, the locale of pages that name none
    #[arg(long, value_name = "LOCALE")]
    pub(crate) locale: Option<String>,
    /// The folder with the English pages that the others were translated from
    ///
    /// They prove the reconstructed source text, or show where it differs; no fact comes from them.
    #[arg(long, value_name = "DIR")]
    pub(crate) originals: Option<PathBuf>,
    /// Say what changed since a revision of this repository: facts, client, permissions, and the version that is due
    ///
    /// The facts and pages of docs-input/ as they were are compared with those of now, and with --docs on top of these.
    /// Both are linked and planned by this program, with the vocabulary and the policy of the working tree, so that
    /// what differs comes from the docs. What comes from the generator or the policy is told apart: generated/API.txt
    /// of the revision beside what is generated from its docs now. Classes are those of Semantic Versioning and
    /// cargo; what compiles as before, but with other data or doc comments, is `documentation`.
    #[arg(long, value_name = "REVISION", conflicts_with_all = ["originals", "code", "json", "baseline"])]
    pub(crate) since: Option<String>,
    /// How --since prints: for a terminal, for a pull request, or for a program
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t, requires = "since")]
    pub(crate) format: ReportFormat,
    /// List every occurrence of one diagnostic code
    #[arg(long, value_name = "CODE")]
    pub(crate) code: Option<String>,
    /// Also write the numbers to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Fail unless warnings and errors are those that policy/baseline.toml accepts under this name
    #[arg(long, value_name = "NAME")]
    pub(crate) baseline: Option<String>,
}

/// How a comparison is printed.
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
/// An example is a request to Graph on an API page, with the response behind it. Its URL must lead to an
/// operation, and everything that it sends and gets must have a type there; then it is whole. What is not
/// has a cause. Nothing is compiled: the model is asked what the generated client would do.
/// Reads the sources of docs-input/sources.yaml, or only what --docs and --git name.
///
/// Examples:
///   cargo xtask conform --docs ../graph-docs/zh-CN
///   cargo xtask conform --docs ../graph-docs/zh-CN --cause url-unknown
///                                           every occurrence, as page:line cause detail
///   cargo xtask conform --docs ../graph-docs/zh-CN --check
///                                           fails if a figure is worse than docs-input/conform/ says
///   cargo xtask conform --docs ../graph-docs/zh-CN --write
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct ConformOptions {
    #[command(flatten)]
    pub(crate) docs: DocsOptions,
    /// List every occurrence of one cause
    #[arg(long, value_name = "NAME")]
    pub(crate) cause: Option<String>,
    /// Also write the verdict of every example to this file: names and places, no content
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Write the figures, the list of misses and a sample for the tests of the client to docs-input/conform/
    #[arg(long)]
    pub(crate) write: bool,
    /// Fail if a figure is worse than docs-input/conform/ says
    #[arg(long, conflicts_with = "write")]
    pub(crate) check: bool,
}

/// Compare the linked model with the official schema, and say who is wrong
///
/// A schema is a file that /v1.0/$metadata or /beta/$metadata answers. The first --metadata of a version is the
/// referee; further ones of other days tell what is only a matter of the day. It is a referee and no source: no fact
/// is taken from it. Each difference has a class:
///   docs        a page says what the model has: the page is wrong, or the schema
///   reading     no page says it, or another carrier says what the schema has: we read or chose wrong
///   age         a schema of another day agrees with the model
///   explained   generator/policy/audit.toml has the reason
/// Kinds: path, shape, family, answer, body, parameter, parameter-type, type, kind, base, property,
/// property-type, property-shape, member, member-missing, permission; the totals say what each means.
///
/// Without --docs or --git the facts of docs-input/ are linked, which have no lines. Writes nothing but FILE of --json.
/// Fails when an entry of generator/policy/audit.toml matches no difference any more.
///
/// Examples:
///   cargo xtask audit --metadata v1.0.2021-08.xml --metadata v1.0.2022-07.xml --metadata beta.2021-07.xml
///   cargo xtask audit --metadata v1.0.2021-08.xml --kind shape --kind family --docs ../graph-docs/zh-CN
///   cargo xtask audit --metadata beta=metadata.xml --permissions names.txt --kind permission
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct AuditOptions {
    /// A schema; may be repeated. The version is that which the file name starts with, unless VERSION says it
    #[arg(long, value_name = "[VERSION=]FILE", required = true)]
    pub(crate) metadata: Vec<String>,
    /// The names of all permissions, one a line; what follows a name is not read
    #[arg(long, value_name = "FILE")]
    pub(crate) permissions: Option<PathBuf>,
    /// List all differences of this kind, as `page:line item  ours: …  theirs: …  class (reason)`; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) kind: Vec<String>,
    /// Of the listed kinds, only differences of this class
    #[arg(long, value_enum, value_name = "CLASS", requires = "kind")]
    pub(crate) class: Option<AuditClass>,
    #[command(flatten)]
    pub(crate) docs: DocsOptions,
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
    /// The name of the case: what it shows, in lower case with hyphens
    #[arg(long, value_name = "CASE")]
    pub(crate) name: String,
    /// Look pages up in this folder; may be repeated
    #[arg(long, value_name = "DIR")]
    pub(crate) docs: Vec<PathBuf>,
    /// Only sources of this locale
    #[arg(long, value_name = "LOCALE")]
    pub(crate) locale: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BenchCommand {
    /// Time the extraction of all facts beside a bare Markdown parse of the same pages
    ///
    /// Pages are read into memory first. Each run parses the split source text of every page with
    /// pulldown-cmark alone, then extracts all facts from the raw pages, on the same threads. The
    /// best run of each counts. Writes nothing.
    ///
    /// Example: `cargo run --release --package xtask -- bench read --docs ../docs/zh-CN --threads 1`
    #[command(verbatim_doc_comment)]
    Read(BenchReadOptions),

    /// Measure what the client costs over plain reqwest: CPU time and allocations per request
    ///
    /// Builds and runs templates/checks/bench, a package of its own: xtask does not depend on the
    /// client. The server is a process of its own on this machine.
    ///
    /// Example: `cargo xtask bench client --rounds 30`
    #[command(verbatim_doc_comment)]
    Client(BenchClientOptions),

    /// Measure what compiling the client costs, beside the crate graph-rs-sdk: CPU seconds
    ///
    /// Each is a dependency of a small project in target/bench-compile/, outside the workspace, as its
    /// users have it; what they depend on is built before. Needs Linux, and the registry once.
    ///
    /// Example: `cargo xtask bench compile --rounds 5`
    #[command(verbatim_doc_comment)]
    Compile(BenchCompileOptions),
}

#[derive(Debug, Args)]
pub(crate) struct BenchClientOptions {
    /// Requests of each round, for either side
    #[arg(long, default_value_t = 2000)]
    pub(crate) requests: usize,
    /// How often both sides run in turn
    #[arg(long, default_value_t = 15)]
    pub(crate) rounds: usize,
}

/// Options of `bench compile`.
#[derive(Debug, Args)]
pub(crate) struct BenchCompileOptions {
    /// How often everything is compiled in turn; the best of each counts
    #[arg(long, default_value_t = 3)]
    pub(crate) rounds: usize,
    /// Instead, check each area alone, of v1.0 and of beta: what its feature costs
    #[arg(long)]
    pub(crate) areas: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BenchReadOptions {
    /// The folder that holds `api-reference/`
    #[arg(long, value_name = "DIR")]
    pub(crate) docs: PathBuf,
    /// The locale of pages that name none
    #[arg(long, default_value = "en-US")]
    pub(crate) locale: String,
    /// How often both passes run
    #[arg(long, default_value_t = 5)]
    pub(crate) runs: usize,
    /// Threads for both passes; one per core without it
    #[arg(long)]
    pub(crate) threads: Option<usize>,
}
