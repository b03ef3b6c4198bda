//! Hostile pages and files take time in proportion to their size: `cargo xtask bench shapes` at small sizes.

use std::process::Command;

#[test]
fn the_time_grows_no_faster_than_the_input() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    // A process of its own, because it is the time of the process that counts.
    let bench = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["bench", "shapes", "--quick", "--kib", "48", "--more", "30"])
        .current_dir(root)
        .output()
        .expect("xtask");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(bench.status.success(), "{}{}", text(&bench.stdout), text(&bench.stderr));
}
