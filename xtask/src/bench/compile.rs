//! Measures the compile time of the client and of another client of the same service.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use graphdocs::generate::FEATURES_MARKER;
use graphdocs::plan::is_private;

use crate::cli::BenchCompileOptions;
use crate::progress::Progress;
use crate::{files, settings};

/// The yardstick: it has operations, but no types.
const PEER: (&str, &str) = ("graph-rs-sdk", "3.0.1");

const MIN_ROUNDS_WITHOUT_AREA: usize = 5;

/// One measured build of one crate; its dependencies are built before.
struct Case {
    name: &'static str,
    package: &'static str,
    features: String,
    command: &'static str,
}

pub(crate) fn run(options: &BenchCompileOptions, out: &mut dyn Write) -> Result<()> {
    ensure!(options.rounds > 0, "use at least `--rounds 1`");
    out.flush()?;
    let areas = areas()?;
    if options.areas {
        return each_area(&areas, options.rounds, out);
    }
    let case = |name, package, features: &str, command| Case { name, package, features: features.to_owned(), command };
    let complete = format!("v1,{}", areas.join(","));
    let cases = [
        case("graph-rs-sdk, check", PEER.0, "", "check"),
        case("v1 with all areas, check", "msgraph", &complete, "check"),
        case("v1 with one area (planner), check", "msgraph", "v1,planner", "check"),
        case("full (v1, beta, client), check", "msgraph", "full", "check"),
        case("v1 with all areas, build", "msgraph", &complete, "build"),
        case("v1 with names and serde, check", "msgraph", &format!("{complete},names,serde"), "check"),
    ];
    let best = measure(&cases, options.rounds)?;
    writeln!(out, "CPU seconds of the crate alone, including cargo; best of {} interleaved rounds", options.rounds)?;
    for (case, best_of_case) in cases.iter().zip(&best) {
        writeln!(out, "  {:<36} {best_of_case:>6.2} s  {:>5.2}", case.name, best_of_case / best[0])?;
    }
    writeln!(out, "build over check of v1: {:.2}", best[4] / best[1])?;
    Ok(())
}

/// The best time of each case over all rounds, in seconds.
fn measure(cases: &[Case], rounds: usize) -> Result<Vec<f64>> {
    let projects: Vec<_> =
        cases.iter().map(|case| project(case).map(|folder| (case, folder))).collect::<Result<_>>()?;
    for (case, folder) in &projects {
        cargo(folder, &[case.command]).with_context(|| format!("{} does not build", case.name))?;
    }
    let progress = Progress::new("builds", rounds * cases.len());
    // Rounds are interleaved, so that other load on the machine affects all cases.
    let mut best = vec![f64::INFINITY; cases.len()];
    for _ in 0..rounds {
        for ((case, folder), best) in projects.iter().zip(&mut best) {
            cargo(folder, &["clean", "--quiet", "--package", case.package])?;
            let before = children_seconds()?;
            cargo(folder, &[case.command])?;
            *best = best.min(children_seconds()? - before);
            progress.step();
        }
    }
    Ok(best)
}

/// Prints a table with the cost of the feature of each area, beyond the cost of the crate without
/// any.
fn each_area(areas: &[String], rounds: usize, out: &mut dyn Write) -> Result<()> {
    let case = |features: String| Case { name: "one-area", package: "msgraph", features, command: "check" };
    let seconds = |features: String, rounds: usize| -> Result<f64> { Ok(measure(&[case(features)], rounds)?[0]) };
    // Everything is compared with this one, and the first builds are slower.
    let none = seconds("v1,beta".to_owned(), rounds.max(MIN_ROUNDS_WITHOUT_AREA))?;
    writeln!(out, "CPU seconds of `cargo check` beyond {none:.1} without an area; best of {rounds}\n")?;
    writeln!(out, "| area | v1.0 | beta |\n|---|---|---|")?;
    for area in areas {
        let (v1, beta) = (seconds(format!("v1,{area}"), rounds)?, seconds(format!("beta,{area}"), rounds)?);
        writeln!(out, "| `{area}` | {:.1} | {:.1} |", (v1 - none).max(0.0), (beta - none).max(0.0))?;
        out.flush()?;
    }
    Ok(())
}

/// The areas in the manifest of the client.
fn areas() -> Result<Vec<String>> {
    let manifest = fs_err::read_to_string(settings::root()?.join("generated/Cargo.toml"))?;
    let generated = manifest.split_once(FEATURES_MARKER).map(|(_, features)| features);
    let lines = generated.context("generated/Cargo.toml has no marker line; run `cargo xtask regen`")?.lines();
    // `full` comes last.
    let names = lines.filter_map(|line| Some(line.split_once(" = ")?.0)).take_while(|name| *name != "full");
    Ok(names.filter(|name| !is_private(name)).map(str::to_owned).collect())
}

/// A package outside the workspace that depends on the measured crate, as its users do.
fn project(case: &Case) -> Result<PathBuf> {
    let folder = settings::root()?
        .join("target/bench-compile")
        .join(case.name.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
    let dependency = match case.package {
        "msgraph" => {
            let features: Vec<_> = case.features.split(',').map(|feature| format!("{feature:?}")).collect();
            let path = settings::root()?.join("generated");
            format!("msgraph = {{ path = {path:?}, default-features = false, features = [{}] }}", features.join(", "))
        }
        name => format!("{name} = \"{}\"", PEER.1),
    };
    let manifest = format!(
        "[package]\nname = \"user\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\n{dependency}\n\n[workspace]\n"
    );
    files::write_atomically(&folder.join("Cargo.toml"), manifest.as_bytes())?;
    files::write_atomically(&folder.join("src/main.rs"), b"fn main() {}\n")?;
    Ok(folder)
}

fn cargo(folder: &Path, arguments: &[&str]) -> Result<()> {
    let mut command = settings::cargo();
    // Users compile a dependency without incremental state.
    command.args(arguments).current_dir(folder).env("CARGO_INCREMENTAL", "0");
    command.env("CARGO_TARGET_DIR", settings::root()?.join("target/bench-compile/target"));
    let output = command.output().context("cannot start cargo")?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        let end: Vec<_> = text.lines().rev().take(20).collect();
        bail!("cargo {}: {}", arguments.join(" "), end.into_iter().rev().collect::<Vec<_>>().join("\n"));
    }
    Ok(())
}

/// User and system time of all ended child processes.
///
/// Source: proc(5), fields 16 and 17 of `/proc/self/stat`, in ticks of 1/100 s.
fn children_seconds() -> Result<f64> {
    let stat =
        fs_err::read_to_string("/proc/self/stat").context("the CPU time of compilers can only be read on Linux")?;
    let behind_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields: Vec<_> = behind_name.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok());
    match (ticks(13), ticks(14)) {
        (Some(user), Some(system)) => Ok((user + system) as f64 / 100.0),
        _ => bail!("/proc/self/stat does not have the form in proc(5)"),
    }
}
