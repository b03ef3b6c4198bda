//! `cargo xtask report --since REVISION`: what a change does to the facts and to the client, as Markdown for
//! those who review it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use graphdocs::model::facts::PageFacts;
use graphdocs::report::export;
use serde_json::Value;

use crate::git::CheckOut;
use crate::{facts, output, settings};

/// Longer lists are cut; `git diff` has the rest.
const MAX_LINES: usize = 100;
const CLIENT: &str = "generated";
const SURFACE: &str = "API.txt";

pub(super) fn run(revision: &str, out: &mut dyn Write) -> Result<()> {
    let root = settings::root()?;
    let before = CheckOut::new(&root, revision)?;
    writeln!(out, "# Changes since `{revision}` ({})\n", before.commit.get(..12).unwrap_or_default())?;
    let old = read_facts(&before.path()).with_context(|| format!("the facts of {revision} cannot be compared"))?;
    write_pages(&old, &read_facts(&root)?, out)?;
    write_surface(&surface(&before.path())?, &surface(&root)?, out)?;
    write_files(&before.path().join(CLIENT), &root.join(CLIENT), out)
}

fn read_facts(root: &Path) -> Result<Vec<PageFacts>> {
    Ok(facts::read(&root.join(facts::FOLDER))?.1)
}

/// The facts of each page, by name.
fn by_page(facts: &[PageFacts]) -> Result<BTreeMap<&str, Value>> {
    facts.iter().map(|page| Ok((page.path.as_str(), serde_json::from_str(&export::json_line(page))?))).collect()
}

fn write_pages(old: &[PageFacts], new: &[PageFacts], out: &mut dyn Write) -> Result<()> {
    let (old, new) = (by_page(old)?, by_page(new)?);
    let pages: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let (mut rows, mut added, mut removed) = (Vec::new(), 0, 0);
    for page in pages {
        let what = match (old.get(page), new.get(page)) {
            (Some(old), Some(new)) if old == new => continue,
            (Some(old), Some(new)) => changed_facts(old, new).join(", "),
            (Some(_), None) => {
                removed += 1;
                "removed".to_owned()
            }
            (None, _) => {
                added += 1;
                "added".to_owned()
            }
        };
        rows.push(format!("| `{page}` | {what} |"));
    }
    let changed = rows.len() - added - removed;
    writeln!(out, "## Facts\n\nPages: {added} added, {removed} removed, {changed} changed.\n")?;
    if !rows.is_empty() {
        writeln!(out, "| page | what changed |\n|---|---|")?;
        write_list(&rows, out)?;
    }
    Ok(())
}

/// The names of the facts that differ.
fn changed_facts(old: &Value, new: &Value) -> Vec<String> {
    let none = serde_json::Map::new();
    let (old, new) = (old.as_object().unwrap_or(&none), new.as_object().unwrap_or(&none));
    let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    names.into_iter().filter(|name| old.get(*name) != new.get(*name)).cloned().collect()
}

/// The lines of the public surface.
fn surface(root: &Path) -> Result<BTreeSet<String>> {
    let file = root.join(CLIENT).join(SURFACE);
    let text = if file.exists() { fs_err::read_to_string(file)? } else { String::new() };
    Ok(text.lines().map(str::to_owned).collect())
}

fn write_surface(old: &BTreeSet<String>, new: &BTreeSet<String>, out: &mut dyn Write) -> Result<()> {
    let lines = |left: &BTreeSet<String>, right: &BTreeSet<String>, mark: char| -> Vec<String> {
        left.difference(right).map(|line| format!("{mark} {line}")).collect()
    };
    let (removed, added) = (lines(old, new, '-'), lines(new, old, '+'));
    writeln!(out, "## Public surface\n\nItems: {} added, {} removed.\n", added.len(), removed.len())?;
    // What breaks callers comes first.
    for list in [removed, added].iter().filter(|list| !list.is_empty()) {
        writeln!(out, "```diff")?;
        write_list(list, out)?;
        writeln!(out, "```\n")?;
    }
    Ok(())
}

fn write_files(old: &Path, new: &Path, out: &mut dyn Write) -> Result<()> {
    let old = if old.exists() { output::read(old)? } else { output::Files::new() };
    let found = output::compare(new, &old, true)?;
    let (added, removed, changed) = (found.unplanned.len(), found.missing.len(), found.changed.len());
    writeln!(out, "## Files of `{CLIENT}/`\n\n{added} added, {removed} removed, {changed} changed.")?;
    Ok(())
}

fn write_list(lines: &[String], out: &mut dyn Write) -> Result<()> {
    for line in lines.iter().take(MAX_LINES) {
        writeln!(out, "{line}")?;
    }
    if let Some(more) = lines.len().checked_sub(MAX_LINES).filter(|more| *more > 0) {
        writeln!(out, "… and {more} more; see `git diff`")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use graphdocs::source::PagePath;
    use graphdocs::vocab::Vocab;

    fn page(name: &str, scope: &str) -> PageFacts {
        let vocab = Vocab::parse([("en.toml", "locale = \"en\"")]).expect("a vocabulary");
        let path = PagePath::new(&format!("api-reference/v1.0/api/{name}.md"));
        let raw = format!("# T\n\n```http\nGET /{scope}/{{id}}\n```\n");
        graphdocs::extract::extract_page(&path, "en-US", raw.as_bytes(), &vocab)
    }

    fn text(write: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).expect("written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn pages_say_which_facts_changed() {
        let (old, new) = ([page("a", "users"), page("b", "users"), page("c", "users")], [page("b", "groups")]);
        let text = text(|out| write_pages(&old, &[new, [page("c", "users")], [page("d", "users")]].concat(), out));
        assert!(text.contains("Pages: 1 added, 1 removed, 1 changed."), "{text}");
        assert!(text.contains("| `api-reference/v1.0/api/b.md` | requests |"), "{text}");
        assert!(text.contains("a.md` | removed |") && text.contains("d.md` | added |") && !text.contains("c.md"));
    }

    #[test]
    fn removed_items_come_first_and_long_lists_are_cut() {
        let lines = |range: std::ops::Range<u32>| range.map(|number| format!("v1 item {number:04}")).collect();
        let text = text(|out| write_surface(&lines(0..250), &lines(249..251), out));
        assert!(text.contains("Items: 1 added, 249 removed."), "{text}");
        assert!(text.contains("… and 149 more"), "{text}");
        assert!(text.find("- v1 item 0000").expect("removed") < text.find("+ v1 item 0250").expect("added"));
    }
}
