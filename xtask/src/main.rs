//! The commands of this repository: `cargo xtask --help` lists them.
//!
//! All IO is here; the generator is a pure function. Nothing here depends on the generated crate,
//! so that `cargo xtask regen` works even if that crate does not compile.

mod audit;
mod bench;
mod choice;
mod ci;
mod cli;
mod conform;
mod docs;
mod examples;
mod explain;
mod extract;
mod facts;
mod files;
mod find;
mod fixture;
mod git;
mod glob;
mod includes;
mod journal;
mod kept;
mod made;
mod merged;
mod mine;
mod output;
mod packages;
mod progress;
mod provenance;
mod regen;
mod report;
mod seeds;
mod settings;
mod show;
mod sources;
mod temp;
mod tidy;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use cli::{Cli, Command};
use graphdocs::source::escaped_lines;
use journal::{OnChanged, Session};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut stdout = Visible {
        inner: BufWriter::new(io::stdout().lock()),
        colours: matches!(cli.command, Command::Show(_)) && io::stdout().is_terminal(),
    };
    let result = run(cli.command, &mut stdout).and_then(|()| Ok(stdout.flush()?));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // `cargo xtask report | head` ends when the reader has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // The output before the failure may explain it, so it comes first.
            let _ = stdout.flush();
            let message = format!("{error:#}");
            let _ = writeln!(io::stderr(), "error: {}", escaped_lines(&message));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command, out: &mut dyn Write) -> anyhow::Result<()> {
    // A run that was interrupted is finished before anything is read.
    if let Ok(root) = settings::root() {
        Session::settle(&root, OnChanged::Overwrite)?;
    }
    match command {
        Command::Regen(options) => regen::run(&options, out),
        Command::Extract(options) => extract::run(&options, out),
        Command::Show(options) => show::run(&options, out),
        Command::Report(options) => report::run(&options, out),
        Command::Conform(options) => conform::run(&options, out),
        Command::Examples(options) => examples::run(&options, out),
        Command::Audit(options) => audit::run(&options, out),
        Command::Find(options) => find::run(&options, out),
        Command::Mine(options) => mine::run(&options, out),
        Command::Explain { code } => explain::run(code.as_deref(), out),
        Command::Bench(cli::BenchCommand::Read(options)) => bench::read(&options, out),
        Command::Bench(cli::BenchCommand::Client(options)) => bench::client(&options, out),
        Command::Bench(cli::BenchCommand::Compile(options)) => bench::compile::run(&options, out),
        Command::Bench(cli::BenchCommand::Shapes(options)) => bench::shapes::run(&options, out),
        Command::Fixture(options) => fixture::run(&options, out),
        Command::Seeds => seeds::run(out),
        Command::Packages => packages::run(out),
        Command::Tidy => tidy::run(out),
        Command::Ci => ci::run(out),
    }
}

/// Escapes control characters for the terminal, because docs, file names and git output are
/// untrusted.
struct Visible<W> {
    inner: W,
    /// Snippets of pages have colours on a terminal; the text that they quote is already escaped.
    colours: bool,
}

impl<W: Write> Write for Visible<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match std::str::from_utf8(bytes) {
            Ok(text) if !self.colours => self.inner.write_all(escaped_lines(text).as_bytes())?,
            _ => self.inner.write_all(bytes)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io_error = |cause: &(dyn std::error::Error + 'static)| cause.downcast_ref::<io::Error>().map(io::Error::kind);
    error.chain().any(|cause| io_error(cause) == Some(io::ErrorKind::BrokenPipe))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_visible() {
        let mut out = Visible { inner: Vec::new(), colours: false };
        out.write_all("a\nb\u{202e}\u{1b}[31m".as_bytes()).expect("written");
        assert_eq!(String::from_utf8(out.inner).expect("text"), "a\nb\\u{202e}\\u{1b}[31m");
    }
}
