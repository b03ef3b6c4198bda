//! The report for a terminal.

use std::io::Write;

use anyhow::Result;
use graphdocs::changes::{FactChange, FeatureChange, ItemChange, PageChange, Semver};

use super::{Report, cut};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> Result<()> {
    let changes = &report.changes;
    writeln!(out, "Since {} ({})", report.revision, report.commit.get(..12).unwrap_or_default())?;
    cut(changes.broken(), out, |item, out| write_item(item, out))?;
    cut(&changes.pages, out, write_page)?;
    let others = changes.items.iter().filter(|item| item.semver != Semver::Breaking);
    cut(others, out, |item, out| write_item(item, out))?;
    cut(&changes.features, out, write_features)?;
    let generator = &report.generator;
    if generator.semver().is_some() {
        writeln!(out, "\nby the generator or the policy, not by the docs:")?;
        cut(&generator.removed, out, |line, out| Ok(writeln!(out, "  - {line}")?))?;
        cut(&generator.added, out, |line, out| Ok(writeln!(out, "  + {line}")?))?;
    }
    let [added, removed, changed] = report.files;
    writeln!(out, "\nfiles of generated/: {added} added, {removed} removed, {changed} changed")?;
    if !report.is_current {
        writeln!(out, "generated/API.txt is out of date; run `cargo xtask regen`")?;
    }
    let permissions = report.permissions();
    if !permissions.is_empty() {
        writeln!(out, "permissions: {permissions}")?;
    }
    writeln!(out, "broken items: {}", changes.broken().count())?;
    writeln!(out, "version step due: {}", report.step())?;
    Ok(())
}

fn write_item(ItemChange { item, before, after, semver, why }: &ItemChange, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "\n{}: {item}: {why}", semver.as_str())?;
    write_both(before.as_deref(), after.as_deref(), out)
}

fn write_both(before: Option<&str>, after: Option<&str>, out: &mut dyn Write) -> Result<()> {
    for (mark, text) in [('-', before), ('+', after)] {
        if let Some(text) = text {
            writeln!(out, "  {mark} {text}")?;
        }
    }
    Ok(())
}

fn write_page(page: &PageChange, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "\n{}: {}", page.page, page.what.as_str())?;
    if !page.without_effect.is_empty() {
        writeln!(out, "  changed on the page without effect on the client: {}", page.without_effect.join(", "))?;
    }
    for FactChange { of, fact, before, after, semver, permissions } in &page.facts {
        let permissions: String = permissions.iter().map(|change| format!(", {}", change.as_str())).collect();
        writeln!(out, "  {of}: {fact} ({}{permissions})", semver.as_str())?;
        let indented = |text: &Option<String>| text.as_ref().map(|text| text.to_owned());
        let mut lines = Vec::new();
        write_both(indented(before).as_deref(), indented(after).as_deref(), &mut lines)?;
        for line in String::from_utf8_lossy(&lines).lines() {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(())
}

fn write_features(FeatureChange { gained, lost, items, semver }: &FeatureChange, out: &mut dyn Write) -> Result<()> {
    let list = |features: &std::collections::BTreeSet<String>| features.iter().cloned().collect::<Vec<_>>().join(", ");
    let (gained, lost) = (list(gained), list(lost));
    let gained = if gained.is_empty() { gained } else { format!(", also with {gained}") };
    let lost = if lost.is_empty() { lost } else { format!(", no longer with {lost}") };
    let (first, others) = (items.first().map_or("", String::as_str), items.len().saturating_sub(1));
    let others = if others > 0 { format!(" and {others} more") } else { String::new() };
    writeln!(out, "\n{}: {first}{others}{gained}{lost}", semver.as_str())?;
    Ok(())
}
