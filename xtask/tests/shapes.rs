//! Hostile pages and files take time in proportion to their size: `cargo xtask bench shapes` at small sizes.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// The slow shapes of a run, with the text of their lines.
fn slow_shapes() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    // A process of its own, because it is the time of the process that counts.
    let bench = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["bench", "shapes", "--quick", "--kib", "48", "--more", "30"])
        .current_dir(root)
        .output()
        .expect("xtask");
    let text = String::from_utf8_lossy(&bench.stdout).into_owned();
    let slow: BTreeSet<String> = text
        .lines()
        .filter_map(|line| Some(line.split_once("  SLOW:")?.0.rsplit("   ").next()?.trim().to_owned()))
        .collect();
    // A run without times, or one that fails for another reason, shows nothing.
    assert!(text.lines().count() > 300, "{text}{}", String::from_utf8_lossy(&bench.stderr));
    assert_eq!(bench.status.success(), slow.is_empty(), "{text}{}", String::from_utf8_lossy(&bench.stderr));
    slow
}

#[test]
fn the_time_grows_no_faster_than_the_input() {
    let mut slow = slow_shapes();
    if !slow.is_empty() {
        // What other programs on the machine delayed is not slow again.
        let again = slow_shapes();
        slow.retain(|shape| again.contains(shape));
    }
    assert!(slow.is_empty(), "slow twice: {slow:?}; see `cargo xtask bench shapes`");
}
