use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use super::disk::Task;
use super::*;
use crate::temp::TempDir;

/// A disk that fails after some tasks.
pub(super) struct Fault {
    left: AtomicUsize,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nothing is done any more, as if the program was killed.
    Killed,
    /// Nothing is made any more, but files can be removed and renamed.
    Full,
}

impl Fault {
    pub(super) fn ask(&self, task: Task) -> io::Result<()> {
        if self.kind == Kind::Full && task != Task::Make {
            return Ok(());
        }
        let take = |left: usize| left.checked_sub(1);
        let taken = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        taken.map(|_| ()).map_err(|_| io::Error::from(ErrorKind::StorageFull))
    }
}

fn failing(kind: Kind, after: usize) -> Disk {
    Disk { fault: Some(Fault { left: AtomicUsize::new(after), kind }) }
}

const OLD: [(&str, &str); 5] = [
    ("Cargo.toml", "old"),
    ("src/lib.rs", "old"),
    ("src/v1/a.rs", "same"),
    ("src/old/deep/gone.rs", "old"),
    ("z", "old"),
];
const NEW: [(&str, &str); 5] =
    [("Cargo.toml", "new"), ("src/lib.rs", "new"), ("src/v1/a.rs", "same"), ("src/v1/b/c.rs", "new"), ("y/x", "new")];

fn old_folder() -> TempDir {
    let folder = TempDir::new();
    OLD.iter().for_each(|(path, text)| folder.write(path, text));
    std::fs::create_dir(folder.path().join("empty")).expect("a folder of somebody else");
    folder
}

fn change() -> Change {
    let mut change = Change::default();
    NEW.iter().filter(|new| !OLD.contains(new)).for_each(|(path, text)| change.write(*path, *text));
    change.remove("src/old/deep/gone.rs");
    change.remove("z");
    change
}

/// Every file and folder, hidden ones too, but not the lock.
fn tree(folder: &Path) -> Vec<String> {
    let entries = walkdir::WalkDir::new(folder).min_depth(1).sort_by_file_name().into_iter();
    let line = |entry: walkdir::DirEntry| {
        let path = entry.path().strip_prefix(folder).expect("inside").display().to_string();
        let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
        format!("{path}: {text}")
    };
    let lines = entries.map(|entry| line(entry.expect("listed")));
    lines.filter(|line| ![".regen: ", ".regen/lock: "].contains(&line.as_str())).collect()
}

/// The trees before and after.
fn trees() -> (Vec<String>, Vec<String>) {
    let folder = old_folder();
    let old = tree(folder.path());
    open(folder.path()).commit(&change()).expect("changed");
    (old, tree(folder.path()))
}

fn open(folder: &Path) -> Session {
    Session::open(folder, OnChanged::Ask).expect("opened")
}

/// A change that is killed after some tasks; whether it was.
fn kill(folder: &Path, after: usize) -> bool {
    let session = Session::open_on(failing(Kind::Killed, after), folder, OnChanged::Ask);
    session.is_ok_and(|session| session.commit(&change()).is_err())
}

/// A folder in which the change is made, but nothing more was done.
fn interrupted() -> TempDir {
    (0..)
        .map(|after| (old_folder(), after))
        .find(|(folder, after)| {
            kill(folder.path(), *after);
            folder.path().join(JOURNAL).exists()
        })
        .expect("a journal")
        .0
}

#[test]
fn a_change_is_complete_or_none_wherever_it_is_killed() {
    let (old, new) = trees();
    assert_ne!(old, new);
    let mut results = [0, 0];
    for after in 0.. {
        let folder = old_folder();
        let was_killed = kill(folder.path(), after);
        drop(open(folder.path()));
        let found = tree(folder.path());
        assert!(found == old || found == new, "killed after {after}: {found:#?}");
        results[usize::from(found == new)] += 1;
        if !was_killed {
            break;
        }
    }
    assert!(results[0] > 10 && results[1] > 10, "{results:?}");
}

#[test]
fn so_is_a_recovery_that_is_killed() {
    let (old, new) = trees();
    for after in 0..60 {
        let mut last = None;
        for again in 0.. {
            let folder = old_folder();
            kill(folder.path(), after);
            let is_recovered = Session::open_on(failing(Kind::Killed, again), folder.path(), OnChanged::Ask).is_ok();
            drop(open(folder.path()));
            let found = tree(folder.path());
            assert!(found == old || found == new, "killed after {after}, then {again}: {found:#?}");
            assert!(last.as_ref().is_none_or(|last| *last == found), "the second kill decides nothing");
            last = Some(found);
            if is_recovered {
                break;
            }
        }
    }
}

#[test]
fn a_full_disk_leaves_the_old_files() {
    let (old, new) = trees();
    for after in 0.. {
        let folder = old_folder();
        let session = Session::open_on(failing(Kind::Full, after), folder.path(), OnChanged::Ask).expect("opened");
        let Err(error) = session.commit(&change()) else {
            assert_eq!(tree(folder.path()), new);
            assert!(after > 8, "{after}");
            break;
        };
        assert_eq!(tree(folder.path()), old, "full after {after}");
        let error = format!("{error:#}");
        assert!(error.starts_with("nothing was changed: cannot "), "{error}");
    }
}

#[test]
fn what_is_in_the_way_is_an_error_before_anything_is_written() {
    for (path, what) in [("src/lib.rs/x", "is a folder"), ("y", "is a file")] {
        let folder = old_folder();
        let _ = std::fs::remove_file(folder.path().join("src/lib.rs"));
        folder.write(path, "of somebody else");
        let before = tree(folder.path());
        let error = open(folder.path()).commit(&change()).expect_err("refused").to_string();
        assert!(error.contains(what) && error.contains("move it away"), "{error}");
        assert_eq!(tree(folder.path()), before);
    }
}

#[test]
fn the_second_run_waits() {
    let folder = TempDir::new();
    let first = open(folder.path());
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(|| sender.send(open(folder.path())).map(drop));
        assert!(receiver.recv_timeout(Duration::from_millis(100)).is_err());
        drop(first);
        receiver.recv_timeout(Duration::from_secs(20)).expect("it is its turn");
    });
}

#[test]
fn files_that_changed_after_an_interruption_are_a_question() {
    let folder = interrupted();
    folder.write("src/lib.rs", "by hand");
    folder.write("z", "by hand");
    let before = tree(folder.path());
    let error = Session::open(folder.path(), OnChanged::Ask).err().expect("a question").to_string();
    assert!(error.starts_with("1 file changed") && error.contains("\n  src/lib.rs\n"), "{error}");
    assert_eq!(tree(folder.path()), before);
    drop(Session::open(folder.path(), OnChanged::Overwrite).expect("finished"));
    assert_eq!(folder.read("src/lib.rs").as_deref(), Some("new"));
    assert_eq!(folder.read("z").as_deref(), Some("by hand"), "it is not removed");
}

#[test]
fn content_that_was_lost_with_the_power_is_not_used() {
    let folder = interrupted();
    folder.write("src/.lib.rs.xtask-tmp", "");
    drop(open(folder.path()));
    assert_eq!(folder.read("src/lib.rs").as_deref(), Some("old"));
    assert_eq!(folder.read("Cargo.toml").as_deref(), Some("new"));
    assert_eq!(folder.read("src/.lib.rs.xtask-tmp"), None);
}

#[test]
fn a_plan_is_read_as_it_was_written_or_not_at_all() {
    let folder = old_folder();
    let plan = open(folder.path()).plan(&change()).expect("planned");
    let text = plan.text();
    assert_eq!(Plan::parse(&text).expect("read"), plan);
    for end in (0..text.len()).filter(|end| *end < text.len() - 1) {
        assert!(Plan::parse(&text[..end]).is_err(), "{}", &text[..end]);
    }
    for path in ["../x", "/x", "a//b", "C:x", "a\\b", "a/./b", ""] {
        assert!(Plan::parse(&text.replace("src/lib.rs", path)).is_err(), "{path}");
    }
}

#[test]
fn a_journal_from_elsewhere_leads_nowhere() {
    let folder = interrupted();
    let journal = folder.read(JOURNAL).expect("a journal");
    folder.write(JOURNAL, &journal.replace("src/lib.rs", "../lib.rs"));
    let error = Session::open(folder.path(), OnChanged::Overwrite).err().expect("refused");
    assert!(format!("{error:#}").contains("`../lib.rs`, which is outside"), "{error:#}");
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let outside = TempDir::new();
    outside.write("kept", "outside");
    // A folder of the change is a link, at the start or after an interruption.
    let (before, after) = (old_folder(), interrupted());
    for folder in [&before, &after] {
        std::fs::rename(folder.path().join("src"), folder.path().join("moved")).expect("moved");
        symlink(outside.path(), folder.path().join("src")).expect("a link");
    }
    let error = open(before.path()).commit(&change()).expect_err("refused").to_string();
    assert!(error.contains("symbolic link"), "{error}");
    assert!(Session::open(after.path(), OnChanged::Overwrite).is_err());
    // So is the folder of our own, or a name that a file waits under.
    let folder = old_folder();
    symlink(outside.path(), folder.path().join(FOLDER)).expect("a link");
    assert!(Session::open(folder.path(), OnChanged::Overwrite).is_err());
    let folder = old_folder();
    symlink(outside.path().join("kept"), folder.path().join("src/.lib.rs.xtask-tmp")).expect("a link");
    open(folder.path()).commit(&change()).expect("changed");
    assert_eq!(folder.read("src/lib.rs").as_deref(), Some("new"));
    assert_eq!(tree(outside.path()), ["kept: outside"]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_to_leaves_the_old_files() {
    use std::os::unix::fs::PermissionsExt;
    for read_only in ["src", "src/old/deep", "."] {
        let folder = old_folder();
        drop(open(folder.path()));
        let place = folder.path().join(read_only);
        let set = |mode| std::fs::set_permissions(&place, std::fs::Permissions::from_mode(mode)).expect("set");
        set(0o555);
        let is_root = std::fs::write(place.join("probe"), "").is_ok();
        if !is_root {
            let before = tree(folder.path());
            let error = open(folder.path()).commit(&change()).expect_err("refused");
            assert!(format!("{error:#}").starts_with("nothing was changed: cannot "), "{error:#}");
            assert_eq!(tree(folder.path()), before);
        }
        set(0o755);
    }
}
