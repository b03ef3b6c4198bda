//! The example runs, and README shows its first part and that of the check of the feature `azure`.

#[path = "../../examples/sign_in.rs"]
mod sign_in;

#[test]
fn it_runs() {
    sign_in::main().expect("every way works");
}

#[track_caller]
fn check_readme(fence: &str, program: &str) {
    let shown = program.split_once("// README shows this part.\n").expect("a beginning").1;
    let shown = shown.split_once("// README ends.").expect("an end").0.trim_end();
    let readme = include_str!("../../README.md");
    assert!(readme.contains(&format!("{fence}\n{shown}\n```\n")), "README differs from:\n{shown}");
}

#[test]
fn readme_shows_it() {
    check_readme("```rust", include_str!("../../examples/sign_in.rs"));
    check_readme("```rust,ignore", include_str!("../../checks/azure/src/readme.rs"));
}
