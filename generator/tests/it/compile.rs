//! Compiles the client of all fixtures together, including hostile names, collisions and rare shapes.

use std::path::{Path, PathBuf};
use std::process::Command;

use graphdocs::generate::{FEATURES_MARKER, TemplateFile, generate};
use graphdocs::model::prose::Prose;
use graphdocs::policy::Policy;

use crate::support::{cases, model_cases, root, vocab};

#[test]
fn the_obstacle_course_compiles() {
    let vocab = vocab();
    let of_cases = model_cases(&vocab).into_iter().flat_map(|(_, facts)| facts);
    let facts: Vec<_> = cases().iter().map(|case| case.facts(&vocab)).chain(of_cases).collect();
    let templates = templates(&root().join("../templates"));
    let generation =
        generate(&facts, &templates, &vocab, &Policy::default(), &Prose::default(), &[]).expect("a client");

    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("obstacle-course");
    for old in ["src", "examples"].map(|old| folder.join(old)) {
        if old.exists() {
            std::fs::remove_dir_all(old).expect("a folder to remove");
        }
    }
    for (path, content) in &generation.files {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(&file, content).expect("a file");
    }
    let manifest = String::from_utf8_lossy(&generation.files["Cargo.toml"]).into_owned();
    let strict = manifest.replacen("[lints.rust]", "[lints.rust]\nwarnings = \"deny\"", 1);
    assert_ne!(strict, manifest, "warnings are errors");
    // A separate lock file, with the versions of this workspace.
    std::fs::write(folder.join("Cargo.toml"), format!("{strict}\n[workspace]\n")).expect("a manifest");
    std::fs::copy(root().join("../Cargo.lock"), folder.join("Cargo.lock")).expect("a lock");

    let (_, areas) = manifest.split_once(FEATURES_MARKER).expect("the features of the areas");
    let features = areas.lines().take_while(|line| !line.starts_with("full ="));
    let areas: Vec<_> = features.filter_map(|line| Some(line.split_once(" = ")?.0)).collect();
    assert!(areas.contains(&"crate"), "the obstacle course is an area: {areas:?}");
    // With the flags and the target folder of this build, information about rustc and build products are reused.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
    let output = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--quiet", "--lib", "--no-default-features"])
        .args(["--features", &format!("v1,beta,{}", areas.join(","))])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", target)
        .output()
        .expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The hand-written part of the client, without tests and build products.
pub(crate) fn templates(folder: &Path) -> Vec<TemplateFile> {
    let mut files = ["Cargo.toml", "README.md"].map(|name| folder.join(name)).to_vec();
    find(&folder.join("src"), &mut files);
    find(&folder.join("examples"), &mut files);
    let relative = |file: &Path| file.strip_prefix(folder).expect("below it").to_string_lossy().replace('\\', "/");
    let read =
        |file: PathBuf| TemplateFile { path: relative(&file), content: std::fs::read(&file).expect("a template") };
    files.into_iter().map(read).collect()
}

fn find(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { find(&path, into) } else { into.push(path) }
    }
}
