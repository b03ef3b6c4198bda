//! The report for the description of a pull request.

use std::io::Write;

use anyhow::Result;
use graphdocs::changes::{FeatureChange, ItemChange, PageChange, Semver};

use super::{LineChanges, Report, cut};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> Result<()> {
    let changes = &report.changes;
    let commit = report.commit.get(..12).unwrap_or_default();
    writeln!(out, "# Changes since {} ({commit})\n", code(&report.revision))?;
    writeln!(out, "**Version step due: {}.** Broken items: {}.", report.step(), changes.broken().count())?;
    let permissions = report.permissions();
    if !permissions.is_empty() {
        writeln!(out, "Permissions: {permissions}.")?;
    }
    if changes.broken().next().is_some() {
        writeln!(out, "\n## Broken items\n\n| item | was | is | why |\n|---|---|---|---|")?;
        cut(changes.broken(), out, write_item)?;
    }
    if !changes.pages.is_empty() {
        writeln!(out, "\n## Pages")?;
        cut(&changes.pages, out, write_page)?;
    }
    let others: Vec<_> = changes.items.iter().filter(|item| item.semver != Semver::Breaking).collect();
    if !others.is_empty() {
        writeln!(out, "\n## Other items\n\n| item | was | is | why |\n|---|---|---|---|")?;
        cut(others, out, write_item)?;
    }
    if !changes.features.is_empty() {
        writeln!(out, "\n## Features\n\n| items | also with | no longer with | class |\n|---|---|---|---|")?;
        cut(&changes.features, out, write_features)?;
    }
    write_generator(&report.generator, out)?;
    let [added, removed, changed] = report.files;
    writeln!(out, "\n## Files of `generated/`\n\n{added} added, {removed} removed, {changed} changed.")?;
    if !report.is_current {
        writeln!(out, "`API.txt` is out of date; run `cargo xtask regen`.")?;
    }
    Ok(())
}

fn write_item(ItemChange { item, before, after, why, .. }: &ItemChange, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "| {} | {} | {} | {why} |", code(item), maybe(before.as_deref()), maybe(after.as_deref()))?;
    Ok(())
}

fn write_page(page: &PageChange, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "\n{}: {}", code(&page.page), page.what.as_str())?;
    if !page.without_effect.is_empty() {
        let names: Vec<_> = page.without_effect.iter().map(|name| code(name)).collect();
        writeln!(out, "(changed on the page without effect on the client: {})", names.join(", "))?;
    }
    if page.facts.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n| of | fact | was | is | class |\n|---|---|---|---|---|")?;
    for fact in &page.facts {
        let (before, after) = (maybe(fact.before.as_deref()), maybe(fact.after.as_deref()));
        let permissions: String = fact.permissions.iter().map(|change| format!(", {}", change.as_str())).collect();
        let class = fact.semver.as_str();
        writeln!(out, "| {} | {} | {before} | {after} | {class}{permissions} |", code(&fact.of), code(&fact.fact))?;
    }
    Ok(())
}

fn write_features(FeatureChange { gained, lost, items, semver }: &FeatureChange, out: &mut dyn Write) -> Result<()> {
    let (first, others) = (items.first().map_or("", String::as_str), items.len().saturating_sub(1));
    let others = if others > 0 { format!(" and {others} more") } else { String::new() };
    let list = |features: &std::collections::BTreeSet<String>| {
        features.iter().map(|feature| code(feature)).collect::<Vec<_>>().join(", ")
    };
    writeln!(out, "| {}{others} | {} | {} | {} |", code(first), list(gained), list(lost), semver.as_str())?;
    Ok(())
}

fn write_generator(lines: &LineChanges, out: &mut dyn Write) -> Result<()> {
    if lines.semver().is_none() {
        return Ok(());
    }
    writeln!(out, "\n## By the generator or the policy, not by the docs\n")?;
    // Removed lines come first, because they break callers.
    for (mark, list) in [('-', &lines.removed), ('+', &lines.added)] {
        if !list.is_empty() {
            writeln!(out, "{} lines\n\n```diff", list.len())?;
            cut(list, out, |line, out| Ok(writeln!(out, "{mark} {line}")?))?;
            writeln!(out, "```\n")?;
        }
    }
    Ok(())
}

fn maybe(text: Option<&str>) -> String {
    text.map_or_else(|| "–".to_owned(), code)
}

/// A code span that is safe in a table.
fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let text = text.replace('|', "\\|");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}
