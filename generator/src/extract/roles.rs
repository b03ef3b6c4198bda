//! The Microsoft Entra roles that the signed-in user needs, beside the permissions of the app.
//!
//! A sentence announces a list, or names one role itself.

use std::ops::Range;

use super::{Context, Output, sentences};
use crate::markup::{BlockKind, Container, MarkKind, View};
use crate::model::facts::EntraRole;
use crate::vocab::{Role, Words};

/// Longer texts are not names of roles.
const MAX_WORDS: usize = 7;
/// Longer conditions are cut.
const MAX_CONDITION_CHARS: usize = 300;
/// No page lists more.
const MAX_ROLES: usize = 256;

pub(super) fn extract_roles(context: &Context<'_>, out: &mut Output<'_>) {
    let mut roles = Vec::new();
    for (_, section) in context.sections(Role::Permissions) {
        let mut is_list = false;
        // `To read the **x** property:` above an item about a role.
        let mut condition = None;
        for block in &context.page.blocks()[section.blocks.clone()] {
            let BlockKind::Paragraph { text, container } = block.kind else {
                is_list = false;
                continue;
            };
            let view = context.page.view(text);
            if container == Container::None {
                condition = None;
            }
            if context.words.announces_roles(view.source()) {
                roles_in_sentences(view, condition.as_deref(), context.words, &mut roles);
                is_list = true;
            } else if container == Container::None {
                is_list = false;
            } else if !(is_list && roles_of_item(view, context.words, &mut roles)) {
                let text = view.source().trim_end();
                condition = text.strip_suffix(':').map(str::to_owned);
            }
        }
    }
    for role in roles.into_iter().take(MAX_ROLES) {
        if !out.facts.roles.contains(&role) {
            out.facts.roles.push(role);
        }
    }
}

/// The roles in a text that announces a list: names in italics or bold, permissions of custom roles in code.
fn roles_in_sentences(text: View<'_>, outer: Option<&str>, words: Words<'_>, roles: &mut Vec<EntraRole>) {
    let source = text.source();
    let mut marked: Vec<Range<usize>> = text.ranges(MarkKind::Emphasis).chain(text.ranges(MarkKind::Strong)).collect();
    marked.sort_unstable_by_key(|range| range.start);
    let code: Vec<_> = text.ranges(MarkKind::Code).collect();
    // A purpose holds to the end of the paragraph.
    let mut purpose = outer;
    for sentence in sentences::of(text) {
        let words_of_sentence = &source[sentence.clone()];
        let inner = words_of_sentence.split_once(',').map(|(clause, _)| clause);
        purpose = inner.filter(|clause| words.is_purpose(clause)).or(purpose);
        if !words.announces_roles(words_of_sentence) {
            continue;
        }
        let condition = purpose.map(shortened);
        let inside = |range: &&Range<usize>| sentence.contains(&range.start) && range.end <= sentence.end;
        for range in code.iter().filter(inside) {
            let name = &source[range.clone()];
            if is_role_permission(name) {
                let condition = condition.clone();
                roles.push(EntraRole { name: name.to_owned(), condition, is_permission: true });
            }
        }
        for range in marked.iter().filter(inside) {
            let name = source[range.clone()].trim();
            if is_title(name) {
                roles.push(EntraRole { name: name.to_owned(), condition: condition.clone(), is_permission: false });
            }
        }
    }
}

/// The roles of an item of a list; false if it is not about roles.
fn roles_of_item(item: View<'_>, words: Words<'_>, roles: &mut Vec<EntraRole>) -> bool {
    let permission = item.code_spans().find(|code| is_role_permission(code));
    if let Some(name) = permission {
        roles.push(EntraRole { name: name.to_owned(), condition: None, is_permission: true });
        return true;
    }
    let text = item.source().trim().trim_end_matches('.');
    // `To read x: A or B`
    if let Some((condition, list)) = text.split_once(": ").filter(|(before, _)| words.is_purpose(before)) {
        let Some(names) = names(list, words) else { return false };
        roles.extend(names.into_iter().map(|name| role(name, Some(condition))));
        return true;
    }
    let (list, condition) = split_condition(text);
    let condition = condition.filter(|condition| !words.is_role_remark(condition));
    let Some(names) = names(list, words) else { return false };
    roles.extend(names.into_iter().map(|name| role(name, condition)));
    true
}

fn role(name: &str, condition: Option<&str>) -> EntraRole {
    EntraRole { name: name.to_owned(), condition: condition.map(shortened), is_permission: false }
}

/// `A - for groups only`, `A (for groups only)`, `A. It reads groups only`, `A: reads groups`.
fn split_condition(text: &str) -> (&str, Option<&str>) {
    const MARKS: [&str; 6] = [" - ", " – ", " — ", " (", ". ", ": "];
    let first = MARKS.iter().filter_map(|mark| Some((text.find(mark)?, mark.len()))).min();
    match first {
        Some((at, len)) => {
            (text[..at].trim(), Some(text[at + len..].trim().trim_end_matches(')')).filter(|c| !c.is_empty()))
        }
        None => (text, None),
    }
}

/// The names that commas and "or" join.
fn names<'t>(list: &'t str, words: Words<'_>) -> Option<Vec<&'t str>> {
    let mut names = Vec::new();
    for part in list.split(',') {
        let mut start = 0;
        let mut at = 0;
        for word in part.split_inclusive(' ') {
            let bare = word.trim();
            if words.is_or(bare) || words.is_and(bare) {
                names.push(part[start..at].trim());
                start = at + word.len();
            }
            at += word.len();
        }
        names.push(part[start..].trim());
    }
    names.retain(|name| !name.is_empty());
    (!names.is_empty() && names.iter().all(|name| is_name(name))).then_some(names)
}

/// `Groups Administrator`, `Group owners`.
fn is_name(text: &str) -> bool {
    let is_word = |word: &str| word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '\'' | '’' | '&'));
    text.starts_with(char::is_uppercase) && text.split(' ').all(is_word) && text.split(' ').count() <= MAX_WORDS
}

/// A name whose words all start with a capital, which other words in italics do not.
fn is_title(text: &str) -> bool {
    let starts_high = |word: &str| word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    is_name(text) && text.contains(' ') && text.split(' ').all(starts_high)
}

/// `microsoft.directory/groups/members/update`
fn is_role_permission(text: &str) -> bool {
    let mut parts = text.split('/');
    let namespace = parts.next().unwrap_or_default();
    namespace.contains('.')
        && text.contains('/')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '-' | '_'))
}

fn shortened(text: &str) -> String {
    text.trim().chars().take(MAX_CONDITION_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::Vocab;

    #[test]
    fn items() {
        let vocab = Vocab::parse([("en.toml", include_str!("../../vocab/en.toml"))]).expect("the English vocabulary");
        let words = vocab.words("en");
        let read = |list: &'static str| names(list, words).map(|names| names.join("|"));
        assert_eq!(
            read("Lamp Administrator, Lamp Reader or Lamp owners").as_deref(),
            Some("Lamp Administrator|Lamp Reader|Lamp owners")
        );
        assert_eq!(read("the lamp must be on"), None);
        assert_eq!(split_condition("Lamp Reader - for lamps only"), ("Lamp Reader", Some("for lamps only")));
        assert_eq!(split_condition("Lamp Reader (for lamps)"), ("Lamp Reader", Some("for lamps")));
        assert_eq!(split_condition("Lamp Reader"), ("Lamp Reader", None));
        assert!(is_role_permission("microsoft.directory/lamps/update") && !is_role_permission("Lamp.Read.All"));
        assert!(is_title("Lamp Reader") && !is_title("Lamp.Read.All") && !is_title("only"));
    }
}
