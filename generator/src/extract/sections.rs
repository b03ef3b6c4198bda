//! What each section of a page is about.

use crate::markup::Page;
use crate::vocab::{Role, Words};

/// The role of a section, and whether it belongs to an example.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SectionRole {
    /// The role of the section itself or, if its heading has none, of the section around it.
    pub(super) role: Option<Role>,
    pub(super) in_example: bool,
}

/// Classifies by the slug of the heading, which is English in every locale. The title (H1) is never
/// a section, even if it starts with a section word.
pub(super) fn classify(page: &Page<'_>, words: Words<'_>) -> Vec<SectionRole> {
    let mut roles: Vec<SectionRole> = Vec::with_capacity(page.sections.len());
    let is_nested = is_documented_in_examples(page, words);
    for (index, section) in page.sections.iter().enumerate() {
        let own = (section.level > 1).then(|| words.section_role(&section.slug)).flatten();
        let outer = section.parent.map(|parent| roles[parent]).unwrap_or_default();
        // A response section after the request of an example belongs to the example. So does one after an
        // example without sections of its own, if it is as deep as those would be.
        let follows_example = index > 0 && matches!(own, Some(Role::Response)) && {
            let (role, level) = (roles[index - 1].role, page.sections[index - 1].level);
            level == section.level && (role == Some(Role::Request) || role == Some(Role::Example) && level > 2)
        };
        // On such a page the section is a frame, and what is in it documents the operation.
        let own = own.filter(|own| !(is_nested && *own == Role::Example));
        let in_example = outer.in_example || follows_example || matches!(own, Some(Role::Example | Role::Request));
        roles.push(SectionRole { role: own.or(outer.role), in_example });
    }
    roles
}

/// Whether the only sections about the request are inside the section of examples: some pages stand one level down.
fn is_documented_in_examples(page: &Page<'_>, words: Words<'_>) -> bool {
    let role = |index: usize| {
        let section = &page.sections[index];
        (section.level > 1).then(|| words.section_role(&section.slug)).flatten()
    };
    let mut requests = (0..page.sections.len()).filter(|&index| role(index) == Some(Role::HttpRequest)).peekable();
    requests.peek().is_some()
        && requests.all(|index| page.sections[index].parent.is_some_and(|parent| role(parent) == Some(Role::Example)))
}
