//! Texts that are kept below `target/` between runs, each under the hash of its input.
//!
//! The program that made a text is part of its key, so that another generator starts afresh. Damaged texts and
//! unreadable files are treated as missing: then it only takes longer.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::files;

const HEADER: &str = "texts by hash";

/// Two hashes of 64 bits with different seeds.
pub(crate) type Key = [u64; 2];

/// The texts of a file.
#[derive(Default)]
pub(crate) struct Kept {
    bytes: Vec<u8>,
    /// With the hash of the text.
    places: BTreeMap<Key, (Key, Range<usize>)>,
}

/// The path, size and build time of the program.
#[derive(Hash)]
pub(crate) struct Program(Option<(PathBuf, u64, SystemTime)>);

impl Program {
    pub(crate) fn this() -> Self {
        let found = || {
            let program = std::env::current_exe().ok()?;
            let found = program.metadata().ok()?;
            Some((program, found.len(), found.modified().ok()?))
        };
        Self(found())
    }
}

pub(crate) fn key(value: &impl Hash) -> Key {
    [0_u64, 1].map(|start| {
        let mut hasher = DefaultHasher::new();
        start.hash(&mut hasher);
        value.hash(&mut hasher);
        hasher.finish()
    })
}

impl Kept {
    pub(crate) fn read(file: &Path) -> Self {
        let bytes = std::fs::read(file).unwrap_or_default();
        let places = parse(&bytes).unwrap_or_default();
        Self { bytes, places }
    }

    pub(crate) fn get(&self, wanted: &Key) -> Option<&str> {
        let (hash, place) = self.places.get(wanted)?;
        let text = std::str::from_utf8(self.bytes.get(place.clone())?).ok()?;
        (key(&text) == *hash).then_some(text)
    }

    /// Keeps exactly these texts. Does nothing if they are kept already.
    pub(crate) fn write<'t>(&self, file: &Path, texts: impl Iterator<Item = (Key, &'t str)> + Clone) {
        if texts.clone().count() == self.places.len() && texts.clone().all(|(key, _)| self.get(&key).is_some()) {
            return;
        }
        let mut out = format!("{HEADER}\n");
        for ([first, second], text) in texts.clone() {
            let [hash, other] = key(&text);
            out.push_str(&format!("{first:x} {second:x} {hash:x} {other:x} {}\n", text.len()));
        }
        out.push('\n');
        out.extend(texts.map(|(_, text)| text));
        // If this fails, the next run only takes longer.
        let _ = files::write_atomically(file, out.as_bytes());
    }
}

/// The format is a line for each text, an empty line, then all texts.
fn parse(bytes: &[u8]) -> Option<BTreeMap<Key, (Key, Range<usize>)>> {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n")?;
    let mut lines = std::str::from_utf8(&bytes[..end]).ok()?.lines();
    (lines.next()? == HEADER).then_some(())?;
    let mut places = BTreeMap::new();
    let mut start = end + 2;
    for line in lines {
        let mut numbers = line.split(' ');
        let mut hash = || u64::from_str_radix(numbers.next()?, 16).ok();
        let (key, text) = ([hash()?, hash()?], [hash()?, hash()?]);
        let length: usize = numbers.next()?.parse().ok()?;
        let place = start..start.checked_add(length)?;
        start = place.end;
        places.insert(key, (text, place));
    }
    (start == bytes.len()).then_some(places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::temp::TempDir;

    #[test]
    fn texts_come_back_until_they_are_damaged() {
        let folder = TempDir::new();
        let file = folder.path().join("regen/texts");
        let texts = [("a", "one\n\ntwo"), ("b", ""), ("c", "字")];
        Kept::read(&file).write(&file, texts.iter().map(|(name, text)| (key(name), *text)));
        let kept = Kept::read(&file);
        for (name, text) in texts {
            assert_eq!(kept.get(&key(&name)), Some(text), "{name}");
        }
        assert_eq!(kept.get(&key(&"d")), None);

        let whole = std::fs::read_to_string(&file).expect("kept");
        for (damaged, left) in
            [(whole.replace("one", "on3"), 2), (whole[..whole.len() - 3].to_owned(), 0), ("x\n\n".to_owned(), 0)]
        {
            std::fs::write(&file, damaged).expect("written");
            let kept = Kept::read(&file);
            assert_eq!(texts.iter().filter(|(name, _)| kept.get(&key(name)).is_some()).count(), left);
        }
    }

    #[test]
    fn only_the_texts_of_the_last_run_are_kept() {
        let folder = TempDir::new();
        let file = folder.path().join("texts");
        Kept::default().write(&file, [(key(&1), "one"), (key(&2), "two")].into_iter());
        let kept = Kept::read(&file);
        kept.write(&file, [(key(&2), "two")].into_iter());
        let kept = Kept::read(&file);
        assert_eq!((kept.get(&key(&1)), kept.get(&key(&2))), (None, Some("two")));
    }
}
