//! Which text stands where a known text does.

use crate::markup::{BlockKind, Page, Section, Table, View};
use crate::vocab::{Role, Words};

/// Where a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'k> {
    Header {
        role: Option<Role>,
    },
    /// `header` is that of the known table.
    Cell {
        role: Option<Role>,
        column: usize,
        header: &'k str,
    },
    Paragraph {
        role: Option<Role>,
    },
}

/// Two texts that say the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aligned<'k> {
    pub place: Place<'k>,
    pub known: &'k str,
    pub text: String,
}

/// The two sides of a page with spans.
#[must_use]
pub fn align_sides<'k>(page: &'k Page<'k>, words: Words<'_>) -> Vec<Aligned<'k>> {
    let mut found = Vec::new();
    for (section, role) in with_roles(page, words) {
        align(parts(page, section), parts(page, section), role, |view| view.localized_text(), &mut found);
    }
    found
}

/// A page and one that says the same in a known language; nothing if their sections differ.
#[must_use]
pub fn align_pages<'k>(known: &'k Page<'k>, page: &Page<'_>, words: Words<'_>) -> Vec<Aligned<'k>> {
    let mut found = Vec::new();
    let slugs = |page: &Page<'_>| page.sections.iter().map(|section| section.slug.to_string()).collect::<Vec<_>>();
    if slugs(known) != slugs(page) {
        return found;
    }
    for ((section, role), other) in with_roles(known, words).zip(&page.sections) {
        align(parts(known, section), parts(page, other), role, |view| view.source().to_owned(), &mut found);
    }
    found
}

/// The sections with their roles, or those of the sections around them.
fn with_roles<'k>(
    page: &'k Page<'k>,
    words: Words<'_>,
) -> impl Iterator<Item = (&'k Section<'k>, Option<Role>)> + use<'k> {
    let mut roles: Vec<Option<Role>> = Vec::new();
    for section in &page.sections {
        let own = (section.level > 1).then(|| words.section_role(&section.slug)).flatten();
        roles.push(own.or_else(|| section.parent.and_then(|parent| roles[parent])));
    }
    page.sections.iter().zip(roles)
}

/// What a section holds.
struct Parts<'p> {
    paragraphs: Vec<View<'p>>,
    tables: Vec<Table<'p>>,
}

fn parts<'p>(page: &'p Page<'p>, section: &Section<'_>) -> Parts<'p> {
    let mut parts = Parts { paragraphs: Vec::new(), tables: Vec::new() };
    for block in &page.blocks()[section.blocks.clone()] {
        match block.kind {
            BlockKind::Paragraph { text, .. } => parts.paragraphs.push(page.view(text)),
            BlockKind::Table(index) => parts.tables.push(page.table(index)),
            _ => {}
        }
    }
    parts
}

fn align<'k, 'p>(
    known: Parts<'k>,
    other: Parts<'p>,
    role: Option<Role>,
    text: impl Fn(View<'p>) -> String,
    found: &mut Vec<Aligned<'k>>,
) {
    let mut add = |place, known: View<'k>, other: View<'p>| {
        found.push(Aligned { place, known: known.source(), text: text(other) });
    };
    if known.paragraphs.len() == other.paragraphs.len() {
        known.paragraphs.into_iter().zip(other.paragraphs).for_each(|(k, o)| add(Place::Paragraph { role }, k, o));
    }
    if known.tables.len() != other.tables.len() {
        return;
    }
    for (known, other) in known.tables.into_iter().zip(other.tables) {
        if known.columns() != other.columns() || known.rows().count() != other.rows().count() {
            continue;
        }
        known.header().zip(other.header()).for_each(|(k, o)| add(Place::Header { role }, k, o));
        let headers: Vec<&str> = known.header().map(View::source).collect();
        for (known, other) in known.rows().zip(other.rows()) {
            for (column, (k, o)) in known.cells().zip(other.cells()).enumerate() {
                let header = headers.get(column).copied().unwrap_or_default();
                add(Place::Cell { role, column, header }, k, o);
            }
        }
    }
}

/// The sentences of two texts in pairs; the whole texts if they do not have equally many.
pub(super) fn sentences<'t>(known: &'t str, text: &'t str) -> Vec<(&'t str, &'t str)> {
    let (ours, theirs) = (split(known), split(text));
    if ours.len() == theirs.len() { ours.into_iter().zip(theirs).collect() } else { vec![(known, text)] }
}

fn split(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, mark) in text.match_indices(['.', '。', '!', '?']) {
        let end = at + mark.len();
        let ends = mark == "。" || text[end..].chars().next().is_none_or(char::is_whitespace);
        if ends {
            found.push(text[start..end].trim());
            start = end;
        }
    }
    found.push(text[start..].trim());
    found.retain(|sentence| !sentence.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::sentences;

    #[test]
    fn sentences_in_pairs() {
        assert_eq!(sentences("The hue. Required.", "色。必需。"), [("The hue.", "色。"), ("Required.", "必需。")]);
        assert_eq!(sentences("See v1.0. Required.", "必需。"), [("See v1.0. Required.", "必需。")]);
    }
}
