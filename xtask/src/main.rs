//! The commands of this repository: `cargo xtask --help` lists them.
//!
//! All reading and writing is here; the generator is a pure function. Nothing here depends on the
//! generated crate, so that `cargo xtask regen` works when that crate does not compile.

mod audit;
mod bench;
mod ci;
mod cli;
mod conform;
mod docs;
mod explain;
mod extract;
mod facts;
mod files;
mod fixture;
mod git;
mod glob;
mod output;
mod progress;
mod regen;
mod report;
mod settings;
mod show;
mod sources;
mod temp;
mod tidy;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::Parser;
use cli::{Cli, Command};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut stdout = BufWriter::new(io::stdout().lock());
    let result = run(cli.command, &mut stdout).and_then(|()| Ok(stdout.flush()?));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // `cargo xtask report | head` ends when the reader has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // What was printed before the failure explains it, so it comes first.
            let _ = stdout.flush();
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command, out: &mut dyn Write) -> anyhow::Result<()> {
    match command {
        Command::Regen(options) => regen::run(&options, out),
        Command::Extract(options) => extract::run(&options, out),
        Command::Show(options) => show::run(&options, out),
        Command::Report(options) => report::run(&options, out),
        Command::Conform(options) => conform::run(&options, out),
        Command::Audit(options) => audit::run(&options, out),
        Command::Explain { code } => explain::run(code.as_deref(), out),
        Command::Bench(cli::BenchCommand::Read(options)) => bench::read(&options, out),
        Command::Bench(cli::BenchCommand::Client(options)) => bench::client(&options, out),
        Command::Bench(cli::BenchCommand::Compile(options)) => bench::compile::run(&options, out),
        Command::Fixture(options) => fixture::run(&options, out),
        Command::Tidy => tidy::run(out),
        Command::Ci => ci::run(out),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io_error = |cause: &(dyn std::error::Error + 'static)| cause.downcast_ref::<io::Error>().map(io::Error::kind);
    error.chain().any(|cause| io_error(cause) == Some(io::ErrorKind::BrokenPipe))
}
