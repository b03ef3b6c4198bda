//! `cargo xtask ci`: runs the steps of CI, in order, up to the first failure.

use std::io::Write;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::settings;

/// A step: the command as typed by hand, and the command that repairs a failure.
struct Step {
    command: &'static str,
    env: &'static [(&'static str, &'static str)],
    repair: &'static str,
}

const TEMPLATES: &str = "correct templates/, then repeat the command above";
const CLIENT: &str = "correct templates/ or the generator, run `cargo xtask regen`, then repeat the command above";

const STEPS: &[Step] = &[
    step("cargo fmt --package graphdocs --package xtask --check", "cargo fmt --package graphdocs --package xtask"),
    step("cargo fmt --manifest-path templates/Cargo.toml --check", "cargo fmt --manifest-path templates/Cargo.toml"),
    step(
        "cargo clippy --package graphdocs --package xtask --all-targets -- -D warnings",
        "cargo clippy --fix --package graphdocs --package xtask --all-targets",
    ),
    step(
        "cargo clippy --manifest-path templates/Cargo.toml --all-targets --all-features -- -D warnings",
        "cargo clippy --fix --manifest-path templates/Cargo.toml --all-targets --all-features",
    ),
    step("cargo xtask tidy", "correct the findings, then run `cargo xtask tidy`"),
    step("cargo xtask packages", "correct the dependencies, or what xtask/src/packages.rs knows of them"),
    step("cargo test --workspace", "INSTA_UPDATE=always cargo test -p graphdocs, if the new snapshots are right"),
    step("cargo xtask regen --check", "cargo xtask regen"),
    step("cargo check --package msgraph --no-default-features", CLIENT),
    step("cargo check --package msgraph", CLIENT),
    step("cargo check --package msgraph --features full", CLIENT),
    Step {
        command: "cargo doc --package msgraph --all-features --no-deps",
        env: &[("RUSTDOCFLAGS", "-D warnings")],
        repair: CLIENT,
    },
    step("cargo check --manifest-path templates/Cargo.toml", TEMPLATES),
    step("cargo check --manifest-path templates/Cargo.toml --no-default-features", TEMPLATES),
    step("cargo test --manifest-path templates/Cargo.toml --features blocking,notifications,tracing", TEMPLATES),
];

const fn step(command: &'static str, repair: &'static str) -> Step {
    Step { command, env: &[], repair }
}

pub(crate) fn run(out: &mut dyn Write) -> Result<()> {
    let start = Instant::now();
    let before = git_status()?;
    for (number, step) in STEPS.iter().enumerate() {
        let env: String = step.env.iter().map(|(name, value)| format!("{name}='{value}' ")).collect();
        writeln!(out, "[{}/{}] {env}{}", number + 1, STEPS.len() + 1, step.command)?;
        // The command writes to the same output.
        out.flush()?;
        let started = Instant::now();
        let status =
            process(step)?.status().with_context(|| format!("cannot start `{}`; run it by hand", step.command))?;
        ensure!(status.success(), "`{env}{}` failed; repair: {}", step.command, step.repair);
        writeln!(out, "      {:.1} s", started.elapsed().as_secs_f32())?;
    }
    writeln!(out, "[{0}/{0}] git status --porcelain, as before the run", STEPS.len() + 1)?;
    compare_status(&before, &git_status()?)?;
    writeln!(out, "all steps passed in {:.1} s", start.elapsed().as_secs_f32())?;
    Ok(())
}

fn process(step: &Step) -> Result<Command> {
    let mut words = step.command.split(' ').skip(1).peekable();
    // This program is `cargo xtask`; starting it directly avoids a build that would wait for ours.
    let mut process = match words.next_if_eq(&"xtask").map(|_| std::env::current_exe()) {
        Some(Ok(program)) => Command::new(program),
        _ => settings::cargo(),
    };
    process.args(words).envs(step.env.iter().copied()).current_dir(settings::root()?);
    Ok(process)
}

fn git_status() -> Result<String> {
    let output = Command::new("git").args(["status", "--porcelain"]).current_dir(settings::root()?).output();
    let output = output.context("cannot start git; install it, then run `cargo xtask ci`")?;
    ensure!(
        output.status.success(),
        "git status failed: {}; run it by hand",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn compare_status(before: &str, after: &str) -> Result<()> {
    let new: Vec<&str> = after.lines().filter(|line| !before.lines().any(|known| known == *line)).collect();
    let gone: Vec<&str> = before.lines().filter(|line| !after.lines().any(|known| known == *line)).collect();
    if new.is_empty() && gone.is_empty() {
        return Ok(());
    }
    let list = new.into_iter().chain(gone).collect::<Vec<_>>().join("\n");
    bail!("the run changed files of the repository:\n{list}\nsee `git diff`; commit, ignore or restore them");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_changes_files_fails() {
        assert!(compare_status(" M a\n", " M a\n").is_ok());
        assert!(compare_status("", "?? new.snap\n").expect_err("changed").to_string().contains("new.snap"));
        assert!(compare_status(" M a\n", "").is_err());
    }

    #[test]
    fn every_step_is_a_cargo_command_with_a_repair() {
        for step in STEPS {
            assert!(step.command.starts_with("cargo ") && !step.repair.is_empty(), "{}", step.command);
        }
    }
}
