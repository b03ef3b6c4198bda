use super::*;
use crate::temp::TempDir;

fn plan(files: &[(&str, &str)]) -> Files {
    files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
}

fn crate_plan() -> Files {
    plan(&[
        (MARKER, "lock\n"),
        (MANIFEST, "[package]\n"),
        ("src/lib.rs", "mod v1;\n"),
        ("src/v1.rs", "mod users;\n"),
        ("src/v1/users.rs", "\n"),
    ])
}

/// The steps of `regen`, without the generator.
fn write(folder: &Path, files: &Files) -> Result<Comparison> {
    check_plan(files)?;
    check_folder(folder)?;
    let comparison = compare(folder, files, true)?;
    apply(folder, files, &steps(folder, &comparison))?;
    Ok(comparison)
}

#[test]
fn only_changed_files_are_written() {
    let folder = TempDir::new();
    assert_eq!(write(folder.path(), &crate_plan()).expect("written").missing.len(), 5);
    let modified = |path: &str| folder.path().join(path).metadata().and_then(|found| found.modified()).expect("a file");
    let before = (modified("src/v1.rs"), modified("src/lib.rs"));
    std::thread::sleep(std::time::Duration::from_millis(20));

    let mut files = crate_plan();
    files.insert("src/lib.rs".to_owned(), b"mod v2;\n".to_vec());
    let comparison = write(folder.path(), &files).expect("written");
    assert_eq!((comparison.changed, comparison.unchanged), (vec!["src/lib.rs".to_owned()], 4));
    assert_eq!(modified("src/v1.rs"), before.0);
    assert_ne!(modified("src/lib.rs"), before.1);
    assert_eq!(folder.read("src/lib.rs").as_deref(), Some("mod v2;\n"));
    assert!(compare(folder.path(), &files, true).expect("compared").is_clean());
}

#[test]
fn unplanned_files_and_their_folders_are_removed() {
    let folder = TempDir::new();
    write(folder.path(), &crate_plan()).expect("written");
    folder.write("src/old/deep/gone.rs", "");
    folder.write("src/.lib.rs.xtask-tmp", "left over");
    folder.write("target/debug/x", "kept");
    folder.write("Cargo.lock", "kept");
    let comparison = write(folder.path(), &crate_plan()).expect("written");
    assert_eq!(comparison.unplanned, ["src/.lib.rs.xtask-tmp", "src/old/deep/gone.rs"]);
    assert!(!folder.path().join("src/old").exists());
    assert!(folder.path().join("src/v1").exists());
    assert!(folder.read("target/debug/x").is_some() && folder.read("Cargo.lock").is_some());
}

#[test]
fn a_part_of_the_plan_removes_nothing() {
    let folder = TempDir::new();
    write(folder.path(), &crate_plan()).expect("written");
    let part = plan(&[("src/v1.rs", "new\n")]);
    let comparison = compare(folder.path(), &part, false).expect("compared");
    assert_eq!(steps(folder.path(), &comparison), [Step::Write("src/v1.rs".to_owned())]);
}

#[test]
fn a_comparison_names_changed_missing_and_unplanned_files() {
    let folder = TempDir::new();
    write(folder.path(), &crate_plan()).expect("written");
    folder.write("src/lib.rs", "edited by hand\n");
    folder.write("src/extra.rs", "\n");
    std::fs::remove_file(folder.path().join("src/v1.rs")).expect("a file");
    let comparison = compare(folder.path(), &crate_plan(), true).expect("compared");
    assert_eq!(comparison.changed, ["src/lib.rs"]);
    assert_eq!(comparison.missing, ["src/v1.rs"]);
    assert_eq!(comparison.unplanned, ["src/extra.rs"]);
    assert_eq!(comparison.unchanged, 3);
    assert!(!comparison.is_clean());
}

#[test]
fn foreign_folders_are_refused() {
    let folder = TempDir::new();
    folder.write("thesis.txt", "three years of work");
    let error = write(folder.path(), &crate_plan()).expect_err("refused").to_string();
    assert!(error.contains("cargo xtask regen --out"), "{error}");
    assert_eq!(folder.read("thesis.txt").as_deref(), Some("three years of work"));
    assert!(folder.read(MANIFEST).is_none());
    assert!(check_folder(&folder.path().join("thesis.txt")).is_err());
    assert!(check_folder(&folder.path().join("not/there/yet")).is_ok());
}

#[track_caller]
fn check_path_refused(path: &str) {
    let folder = TempDir::new();
    let mut files = crate_plan();
    files.insert(path.to_owned(), Vec::new());
    assert!(write(folder.path(), &files).is_err(), "{path}");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "nothing is written before the check");
}

#[test]
fn paths_that_leave_the_folder_are_refused() {
    for path in [
        "../x.rs",
        "src/../../x.rs",
        "/etc/x.rs",
        "src//x.rs",
        "",
        "./x.rs",
        "src/",
        "src\\x.rs",
        "C:x.rs",
        "src/色.rs",
        "a b.rs",
    ] {
        check_path_refused(path);
    }
    check_path_refused("src/LIB.rs");
}

#[cfg(unix)]
#[test]
fn links_are_neither_followed_nor_written_through() {
    let outside = TempDir::new();
    outside.write("kept.rs", "outside\n");
    let folder = TempDir::new();
    write(folder.path(), &crate_plan()).expect("written");

    // An unplanned link is removed, not what it leads to.
    std::os::unix::fs::symlink(outside.path(), folder.path().join("src/link")).expect("a link");
    write(folder.path(), &crate_plan()).expect("written");
    assert!(folder.path().join("src/link").symlink_metadata().is_err());
    assert!(outside.read("kept.rs").is_some());

    // A planned file that is a link is replaced.
    let lib = folder.path().join("src/lib.rs");
    std::fs::remove_file(&lib).expect("a file");
    std::os::unix::fs::symlink(outside.path().join("kept.rs"), &lib).expect("a link");
    write(folder.path(), &crate_plan()).expect("written");
    assert!(lib.symlink_metadata().expect("a file").is_file());
    assert_eq!(outside.read("kept.rs").as_deref(), Some("outside\n"));

    // A folder that is a link is refused.
    std::fs::remove_dir_all(folder.path().join("src/v1")).expect("a folder");
    std::os::unix::fs::symlink(outside.path(), folder.path().join("src/v1")).expect("a link");
    assert!(write(folder.path(), &crate_plan()).expect_err("refused").to_string().contains("symbolic link"));
    assert!(outside.read("users.rs").is_none());
}

#[test]
fn steps_are_ordered_for_interruption() {
    let folder = TempDir::new();
    let comparison = compare(folder.path(), &crate_plan(), true).expect("compared");
    let expected = [MARKER, "src/v1/users.rs", "src/v1.rs", "src/lib.rs", MANIFEST];
    assert_eq!(steps(folder.path(), &comparison), expected.map(|path| Step::Write(path.to_owned())));

    folder.write(MARKER, "old\n");
    folder.write("a.rs", "");
    let comparison = compare(folder.path(), &crate_plan(), true).expect("compared");
    let steps = steps(folder.path(), &comparison);
    assert_eq!(steps[4..], [Step::Write(MANIFEST.to_owned()), Step::Remove("a.rs".to_owned())]);
}

#[test]
fn a_run_that_was_interrupted_anywhere_is_completed_by_the_next() {
    for done in 0..=5 {
        let folder = TempDir::new();
        let files = crate_plan();
        let comparison = compare(folder.path(), &files, true).expect("compared");
        let all = steps(folder.path(), &comparison);
        apply(folder.path(), &files, &all[..done]).expect("written");
        assert_eq!(folder.read(MANIFEST).is_some(), done == all.len(), "no manifest before the rest is there");
        write(folder.path(), &files).expect("the folder is known as ours");
        assert!(compare(folder.path(), &files, true).expect("compared").is_clean());
    }
}
