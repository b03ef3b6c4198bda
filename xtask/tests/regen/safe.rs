//! What `regen --out` does to the files of others, to a folder that a killed run left, and beside another run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{Checkout, check, page};

const LEFTOVER: &str = ".Cargo.toml.xtask-tmp";

impl Checkout {
    fn begin(&self, arguments: &[&str]) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.current_dir(&self.0).env("CARGO_TARGET_DIR", self.0.join("target")).args(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts")
    }

    /// Docs with a page for each area.
    fn areas(&self, folder: &str, areas: impl Iterator<Item = usize>, permission: &str) {
        for area in areas {
            let text = page(&format!("GET /area{area}/{{id}}"), permission, "01/02/2026");
            self.docs(folder, &[(&format!("area{area}-get"), &text)]);
        }
    }

    /// A client of `one`, which has pages that `two` lacks, and the other way round.
    fn with_client(name: &str, areas: usize) -> Self {
        let checkout = Self::new(name);
        checkout.areas("one", 0..areas, "Area.Read");
        checkout.areas("two", areas / 2..areas + areas / 2, "Area.ReadBasic");
        checkout.regen(&["--docs", "one", "--out", "client"]);
        checkout
    }

    /// The files that are not hidden.
    fn tree(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let is_shown = |entry: &walkdir::DirEntry| !entry.file_name().to_string_lossy().starts_with('.');
        let entries = walkdir::WalkDir::new(self.0.join(folder)).into_iter().filter_entry(is_shown);
        let files = entries.map(|entry| entry.expect("listed")).filter(|entry| entry.file_type().is_file());
        let root = self.0.join(folder);
        let name = |path: &Path| path.strip_prefix(&root).expect("inside").display().to_string();
        files.map(|file| (name(file.path()), fs::read(file.path()).expect("read"))).collect()
    }

    fn has(&self, path: &str) -> bool {
        self.0.join(path).symlink_metadata().is_ok()
    }
}

#[test]
fn files_of_others_survive() {
    let checkout = Checkout::with_client("others", 2);
    let others =
        [".git/HEAD", ".env", "notes.md", "src/v1/notes.md", "src/v1/area0/mine.rs", "src/.idea/x", "target/debug/x"];
    others.iter().for_each(|path| checkout.write(&format!("client/{path}"), "mine"));
    let text = checkout.regen(&["--docs", "two", "--out", "client"]);
    check(&text, &["left alone: 3 files that no run wrote"]);
    others.iter().for_each(|path| assert_eq!(checkout.read(&format!("client/{path}")), "mine", "{path}"));
    assert!(!checkout.read("client/API.txt").contains("/area0/"), "what the run wrote is another");
    assert!(!checkout.has("client/src/v1/area0.rs"));

    // The folder may move.
    fs::rename(checkout.0.join("client"), checkout.0.join("moved")).expect("moved");
    checkout.regen(&["--docs", "one", "--out", "moved"]);
    others.iter().for_each(|path| assert_eq!(checkout.read(&format!("moved/{path}")), "mine", "{path}"));
    check(&checkout.regen(&["--docs", "one", "--out", "moved", "--check"]), &["0 differ, 0 missing, 0 unplanned"]);
}

#[test]
fn a_changed_file_is_a_question() {
    let checkout = Checkout::with_client("changed", 2);
    checkout.write("client/API.txt", "by hand");
    checkout.write("client/src/v1/area0.rs", "by hand");
    let before = checkout.tree("client");
    let error = checkout.refused(&["--docs", "two", "--out", "client"]);
    check(
        &error,
        &["2 files of client would be overwritten or removed", "  API.txt\n", "  src/v1/area0.rs\n", "`--overwrite`"],
    );
    assert_eq!(checkout.tree("client"), before);
    checkout.regen(&["--docs", "two", "--out", "client", "--overwrite"]);
    check(&checkout.regen(&["--docs", "two", "--out", "client", "--check"]), &["0 differ, 0 missing, 0 unplanned"]);

    checkout.write("thesis/src/lib.rs", "three years of work");
    check(&checkout.refused(&["--docs", "two", "--out", "thesis"]), &["is not empty", "  src/lib.rs\n"]);
    assert_eq!(checkout.tree("thesis").len(), 1);
    checkout.write("new/.git/HEAD", "");
    checkout.regen(&["--docs", "two", "--out", "new"]);
    assert!(checkout.has("new/.git/HEAD") && checkout.tree("new") == checkout.tree("client"));
}

#[test]
fn leftovers_are_no_error() {
    let checkout = Checkout::with_client("leftovers", 2);
    for (docs, path) in [
        ("one", format!("client/{LEFTOVER}")),
        ("two", format!("client/src/{LEFTOVER}")),
        ("one", "generated/.a.xtask-tmp".to_owned()),
    ] {
        checkout.write(&path, "");
        checkout.regen(&["--docs", docs, "--out", "client"]);
        checkout.regen(&[]);
        assert!(!checkout.has(&path), "{path}");
    }
    // The name under which a new file waits is taken, and a plan was cut off.
    checkout.write("client/.API.txt.xtask-tmp", "");
    checkout.write("client/.regen/plan", "not a plan");
    checkout.write("fresh/.Cargo.toml.xtask-tmp", "");
    checkout.regen(&["--docs", "two", "--out", "fresh"]);
    assert!(!checkout.has("fresh/.Cargo.toml.xtask-tmp"));
    checkout.regen(&["--docs", "two", "--out", "client"]);
    assert!(!checkout.has("client/.API.txt.xtask-tmp") && !checkout.has("client/.regen/plan"));
}

#[test]
fn runs_at_the_same_time_take_turns() {
    let checkout = Checkout::with_client("turns", 20);
    checkout.regen(&["--docs", "two", "--out", "second"]);
    let (one, two) = (checkout.tree("client"), checkout.tree("second"));
    for folder in ["client", "new"] {
        let docs = ["one", "two", "one", "two"];
        let runs: Vec<_> =
            docs.iter().map(|docs| checkout.begin(&["regen", "--docs", docs, "--out", folder])).collect();
        for mut run in runs {
            assert!(run.wait().expect("ended").success());
        }
        let found = checkout.tree(folder);
        assert!(found == one || found == two);
    }
    let mut runs: Vec<_> = ["one", "two"].iter().map(|docs| checkout.begin(&["regen", "--docs", docs])).collect();
    assert!(runs.iter_mut().all(|run| run.wait().expect("ended").success()));
    check(&checkout.regen(&["--check"]), &["generated: 0 differ, 0 missing, 0 unplanned"]);
    check(&checkout.facts(), &["Dock.Read"]);
}

/// Where in a run it is killed.
#[derive(Clone, Copy)]
enum Moment {
    /// After a share of the time of a run, in percent.
    Share(u64),
    /// As soon as this file is there, and some microseconds later.
    After(&'static str, u64),
}

/// Moments, the same in every run of the test.
fn moments(count: usize) -> impl Iterator<Item = Moment> {
    let mut state = 0x2026_1128_u64;
    let mut random = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    (0..count).map(move |index| match index % 4 {
        0 => Moment::Share(random(110)),
        1 => Moment::After("plan", random(12_000)),
        2 => Moment::After("plan", random(3_000)),
        _ => Moment::After("journal", random(6_000)),
    })
}

fn kill(mut run: Child, moment: Moment, whole: Duration, notes: &Path) {
    let start = Instant::now();
    let is_over = |run: &mut Child| run.try_wait().expect("a child").is_some();
    match moment {
        Moment::Share(percent) => std::thread::sleep(whole * u32::try_from(percent).unwrap_or(0) / 100),
        Moment::After(file, micros) => {
            while !notes.join(file).exists() && !is_over(&mut run) && start.elapsed() < Duration::from_secs(20) {
                std::hint::spin_loop();
            }
            std::thread::sleep(Duration::from_micros(micros));
        }
    }
    // It may have ended by itself.
    let _ = run.kill();
    run.wait().expect("ended");
}

#[test]
fn fifty_killed_runs_leave_the_old_files_or_the_new_ones() {
    let checkout = Checkout::with_client("killed", 40);
    let start = Instant::now();
    checkout.regen(&["--docs", "two", "--out", "second"]);
    let (one, two) = (checkout.tree("client"), checkout.tree("second"));
    let whole = start.elapsed();
    let (mut before, mut after) = (("one", &one), ("two", &two));
    let (mut old, mut new, mut mixed) = (0, 0, 0);
    for (index, moment) in moments(50).enumerate() {
        let arguments = ["regen", "--docs", after.0, "--out", "client"];
        kill(checkout.begin(&arguments), moment, whole, &checkout.0.join("client/.regen"));
        let found = checkout.tree("client");
        mixed += usize::from(found != *before.1 && found != *after.1);
        // Without docs, a run ends when it has finished or undone what the killed run began.
        checkout.refused(&["--docs", "none", "--out", "client"]);
        let found = checkout.tree("client");
        assert!(found == *before.1 || found == *after.1, "kill {index}");
        old += usize::from(found == *before.1);
        new += usize::from(found == *after.1);
        let is_pending = ["plan", "journal"].iter().any(|file| checkout.has(&format!("client/.regen/{file}")));
        assert!(!is_pending, "kill {index}");
        checkout.regen(&arguments[1..]);
        assert!(checkout.tree("client") == *after.1, "kill {index}");
        std::mem::swap(&mut before, &mut after);
    }
    let leftovers = walkdir::WalkDir::new(checkout.0.join("client")).into_iter().flatten();
    assert_eq!(leftovers.filter(|entry| entry.file_name().to_string_lossy().ends_with("xtask-tmp")).count(), 0);
    println!("old {old}, new {new}, mixed before the next run {mixed}");
    assert!(old > 0 && new > 0, "old {old}, new {new}");
}

#[test]
fn killed_runs_in_the_repository_are_finished_or_undone_too() {
    let checkout = Checkout::with_client("killed-in-place", 20);
    checkout.write("generator/policy/permissions.toml", "");
    let start = Instant::now();
    checkout.regen(&["--docs", "one", "--prune"]);
    let whole = start.elapsed();
    let trees = |checkout: &Checkout| ["docs-input", "generated"].map(|folder| checkout.tree(folder));
    let one = trees(&checkout);
    checkout.regen(&["--docs", "two", "--prune"]);
    let two = trees(&checkout);
    for (index, moment) in moments(12).enumerate() {
        let [before, after] = if index % 2 == 0 { ["one", "two"] } else { ["two", "one"] };
        checkout.regen(&["--docs", before, "--prune"]);
        kill(checkout.begin(&["regen", "--docs", after, "--prune"]), moment, whole, &checkout.0.join(".regen"));
        // Any command finishes or undoes it, and then facts and client are of the same docs.
        checkout.run(&["report"]);
        let found = trees(&checkout);
        assert!(found == one || found == two, "kill {index}");
        check(&checkout.regen(&["--check"]), &["generated: 0 differ, 0 missing, 0 unplanned"]);
    }
}
