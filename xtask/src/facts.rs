//! `docs-input/facts/`: the facts of the docs, so that a clone without the docs can regenerate.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use graphdocs::facts_file::{self, FactsFile, LOCK, Lock};
use graphdocs::model::facts::PageFacts;
use graphdocs::source::PagePath;
use rayon::prelude::*;

use crate::kept::{Kept, Key, Program, key};
use crate::made::{self, Wanted};
use crate::output::{Comparison, Files, Known};
use crate::provenance::{self, Taken};
use crate::{output, settings};

/// Relative to the root of a checkout.
pub(crate) const FOLDER: &str = "docs-input/facts";
/// The facts as JSON, relative to the folder of build products.
const KEPT: &str = "regen/facts";
const RECORD: &str = "regen/facts-written";

pub(crate) fn folder() -> Result<PathBuf> {
    Ok(settings::root()?.join(FOLDER))
}

/// The lock of this repository alone.
pub(crate) fn lock() -> Result<Lock> {
    let file = folder()?.join(LOCK);
    if !file.exists() {
        return Ok(Lock::default());
    }
    facts_file::read_lock(&fs_err::read_to_string(&file)?)
        .with_context(|| format!("{} cannot be used; take it from version control", settings::display(&file)))
}

/// Reads the folder; yields nothing if there is none.
///
/// A file that differs from the lock is an error. Facts come from pages; corrections belong in
/// `generator/policy/fixups.toml`, where the next run keeps them.
pub(crate) fn read(folder: &Path) -> Result<(Lock, Vec<PageFacts>)> {
    let lock_file = folder.join(LOCK);
    if !lock_file.exists() {
        return Ok(Default::default());
    }
    let lock = facts_file::read_lock(&fs_err::read_to_string(&lock_file)?)
        .with_context(|| format!("{} cannot be used; take it from version control", settings::display(&lock_file)))?;
    // Reading JSON is many times faster.
    let keep = settings::target().map(|target| target.join(KEPT));
    let kept = keep.as_ref().map(|keep| Kept::read(keep)).unwrap_or_default();
    let program = Program::this();
    let one = |(path, id): (&String, &String)| {
        let file = folder.join(path);
        let text = fs_err::read_to_string(&file)?;
        ensure!(
            facts_file::content_id(&text) == *id,
            "{} differs from {LOCK}; restore both from version control, or rewrite them with \
             `cargo xtask regen --docs DIR`; corrections of the docs go to generator/policy/fixups.toml",
            settings::display(&file)
        );
        let unusable = || format!("{} cannot be used; take it from version control", settings::display(&file));
        let key = key(&(&program, id));
        let parsed = match kept.get(&key).and_then(|json| FactsFile::from_json(json).ok().map(|parsed| (parsed, None)))
        {
            Some(known) => known,
            None => {
                let parsed = FactsFile::from_yaml(&text).with_context(unusable)?;
                let json = parsed.to_json();
                (parsed, Some(json))
            }
        };
        Ok((key, parsed.1, parsed.0.pages().with_context(unusable)?))
    };
    let files: Vec<(Key, Option<String>, Vec<PageFacts>)> = lock.files.par_iter().map(one).collect::<Result<_>>()?;
    // Facts of an old revision are only read once.
    if let (Ok(keep), true) = (keep, folder == self::folder()?) {
        let texts =
            files.iter().map(|(key, json, _)| (*key, json.as_deref().or_else(|| kept.get(key)).unwrap_or_default()));
        kept.write(&keep, texts);
    }
    Ok((lock, files.into_iter().flat_map(|(_, _, pages)| pages).collect()))
}

/// The files for these facts; the folder may already have some of them. `taken` is what comes from the named docs:
/// the other facts keep their sources, and their includes the ids in the lock.
pub(crate) fn plan(
    folder: &Path,
    facts: &[PageFacts],
    known: Lock,
    taken: &Taken<'_>,
    no_cache: bool,
) -> Result<Files> {
    let sources = provenance::sources(&known.sources, facts, taken);
    let files: Vec<(String, FactsFile)> = facts_file::files(facts).into_iter().collect();
    let record = made::record(RECORD, no_cache);
    let wanted = |(path, file): &(String, FactsFile)| Wanted { file: folder.join(path), source: key(&file.to_json()) };
    let texts = made::texts(&files, record.as_deref(), wanted, |(_, file)| Ok(file.to_yaml()))?;
    let texts: BTreeMap<String, String> = files.into_iter().map(|(path, _)| path).zip(texts).collect();
    let files: BTreeMap<_, _> = texts.iter().map(|(path, text)| (path.clone(), facts_file::content_id(text))).collect();
    let used = facts.iter().flat_map(|page| &page.includes);
    let id = |path: &PagePath| taken.includes.get(path).or_else(|| known.includes.get(path.as_str())).cloned();
    let includes = used.filter_map(|path| Some((path.as_str().to_owned(), id(path)?))).collect();
    let lock = facts_file::write_lock(&Lock { sources, includes, files });
    let mut files: Files = texts.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    files.insert(LOCK.to_owned(), lock.into_bytes());
    Ok(files)
}

/// Compares the folder with what is planned. Only files of the lock were written by a run.
pub(crate) fn compare(folder: &Path, files: &Files, known: &Known) -> Result<Comparison> {
    output::check_plan(files)?;
    output::compare(folder, files, true, known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{Change, OnChanged, Session};
    use crate::provenance::Upstream;
    use crate::temp::TempDir;
    use graphdocs::extract::{PageInput, extract_page};
    use graphdocs::vocab::Vocab;

    fn page(name: &str) -> PageFacts {
        let vocab = Vocab::parse([("en.toml", "locale = \"en\"")]).expect("a vocabulary");
        let path = PagePath::new(&format!("api-reference/v1.0/api/{name}.md"));
        let raw = format!("# T\n\n```http\nGET /{name}/{{id}}\n```\n");
        extract_page(PageInput::new(&path, "zh-CN", raw.as_bytes()), &vocab)
    }

    #[test]
    fn facts_are_written_read_and_guarded() {
        let folder = TempDir::new();
        assert!(read(folder.path()).expect("an empty folder").1.is_empty());
        let facts = [page("users"), page("groups")];
        let of = |revision: &str| vec![Upstream { revision: Some(revision.to_owned()), ..Upstream::default() }];
        let origins = facts.iter().map(|page| (page.path.clone(), vec![0])).collect();
        let (a, b, includes) = (of("a"), of("b"), BTreeMap::new());
        let taken = Taken { origins: &origins, upstreams: &a, snapshots: &[], includes: &includes };
        let files = plan(folder.path(), &facts, Lock::default(), &taken, true).expect("planned");
        let write = |files: &Files, known: &BTreeMap<String, String>| {
            let comparison = compare(folder.path(), files, &Known::of_repository(known.clone())).expect("compared");
            let mut change = Change::default();
            output::add(&mut change, "", files, &comparison);
            let session = Session::open(folder.path(), OnChanged::Overwrite).expect("locked");
            session.commit(&change).expect("written");
            comparison
        };
        let written = write(&files, &BTreeMap::new());
        assert_eq!(written.missing, ["lock.yaml", "v1.0/groups.yaml", "v1.0/users.yaml"]);
        assert!(write(&files, &BTreeMap::new()).is_clean());
        folder.write("v1.0/notes.txt", "mine");
        let (lock, back) = read(folder.path()).expect("read");
        assert_eq!((back.len(), lock.sources.len()), (2, 1));

        let taken = Taken { upstreams: &b, ..taken };
        let known = lock.files.clone();
        let fewer = plan(folder.path(), &facts[..1], lock, &taken, true).expect("planned");
        let written = write(&fewer, &known);
        assert_eq!(written.foreign, ["v1.0/notes.txt"]);
        assert_eq!(
            (written.changed, written.unplanned),
            (vec!["lock.yaml".to_owned()], vec!["v1.0/groups.yaml".to_owned()])
        );
        let (lock, _) = read(folder.path()).expect("read");
        assert_eq!((lock.sources.len(), lock.sources[0].revision.as_deref()), (1, Some("b")));

        let text = folder.read("v1.0/users.yaml").expect("a file");
        folder.write("v1.0/users.yaml", &text.replace("GET", "PUT"));
        let error = read(folder.path()).expect_err("edited").to_string();
        assert!(error.contains("fixups.toml"), "{error}");
    }
}
