//! Texts of many files: made on all cores, and only those that a folder does not have already.

use std::path::{Path, PathBuf};

use anyhow::Result;
use rayon::prelude::*;

use crate::kept::{Kept, Key, Program, key};
use crate::settings;

/// Where a text may be, and a hash of all that it is made from besides the program.
pub(crate) struct Wanted {
    pub(crate) file: PathBuf,
    pub(crate) source: Key,
}

/// Where a record of this name is kept, if one is wanted.
pub(crate) fn record(name: &str, no_cache: bool) -> Option<PathBuf> {
    settings::target().ok().filter(|_| !no_cache).map(|target| target.join(name))
}

/// The texts of some things, in their order. `record` keeps, by what a text is made from, the hash of the text: a file
/// that has this hash need not be made again.
pub(crate) fn texts<T: Sync>(
    things: &[T],
    record: Option<&Path>,
    wanted: impl Fn(&T) -> Wanted + Sync,
    make: impl Fn(&T) -> Result<String> + Sync,
) -> Result<Vec<String>> {
    let Some(record) = record else { return things.par_iter().map(&make).collect() };
    let program = Program::this();
    let kept = Kept::read(record);
    let one = |thing: &T| {
        let Wanted { file, source } = wanted(thing);
        let source = key(&(&program, source));
        let found = kept.get(&source).and_then(|made| {
            let text = std::fs::read_to_string(file).ok()?;
            (hash(&text) == made).then_some(text)
        });
        let text = found.map_or_else(|| make(thing), Ok)?;
        Ok(((source, hash(&text)), text))
    };
    let made: Vec<_> = things.par_iter().map(one).collect::<Result<_>>()?;
    let (hashes, texts): (Vec<_>, Vec<_>) = made.into_iter().unzip();
    kept.write(record, hashes.iter().map(|(source, hash)| (*source, hash.as_str())));
    Ok(texts)
}

fn hash(text: &str) -> String {
    let [first, second] = key(&text);
    format!("{first:x} {second:x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::temp::TempDir;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// The texts, and how many were made.
    fn texts_of(things: &[&str], folder: &TempDir) -> (Vec<String>, usize) {
        let made = AtomicUsize::new(0);
        let wanted = |thing: &&str| Wanted { file: folder.path().join(&thing[..1]), source: key(thing) };
        let make = |thing: &&str| {
            made.fetch_add(1, Ordering::Relaxed);
            Ok(format!("text of {thing}"))
        };
        let texts = texts(things, Some(&folder.path().join("record")), wanted, make).expect("made");
        (texts, made.into_inner())
    }

    #[test]
    fn a_text_is_made_unless_the_folder_has_it() {
        let folder = TempDir::new();
        let check = |things: &[&str], made: usize| {
            let expected: Vec<_> = things.iter().map(|thing| format!("text of {thing}")).collect();
            assert_eq!(texts_of(things, &folder), (expected, made), "{things:?}");
        };
        check(&["a1", "b1"], 2);
        check(&["a1", "b1"], 2);
        folder.write("a", "text of a1");
        folder.write("b", "text of b1");
        check(&["a1", "b1"], 0);
        check(&["a1", "b2"], 1);
        folder.write("a", "by hand");
        check(&["a1", "b1"], 2);
        folder.write("a", "text of a1");
        check(&["a1", "b1"], 0);
        folder.write("record", "damaged");
        check(&["a1", "b1"], 2);
    }
}
