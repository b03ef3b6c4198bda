//! The Microsoft Entra roles that the signed-in user needs, beside the permissions of the app.
//!
//! A sentence announces a list or a table, or names one role itself.

use std::ops::Range;

use super::{Context, Output, sentences};
use crate::markup::{BlockKind, Container, MarkKind, Table, View};
use crate::model::facts::EntraRole;
use crate::vocab::{Role, Words};

/// Longer texts are not names of roles.
const MAX_WORDS: usize = 7;
/// No list before the word "role" is longer.
const MAX_LIST_WORDS: usize = 64;
/// Longer conditions are cut.
const MAX_CONDITION_CHARS: usize = 300;
/// No page lists more.
const MAX_ROLES: usize = 256;
/// The length of a word before a purpose: `However, `.
const MAX_ADVERB: usize = 16;

pub(super) fn extract_roles(context: &Context<'_>, out: &mut Output<'_>) {
    let mut reader = Reader { words: context.words, roles: Vec::new() };
    let mut tables = Vec::new();
    for (_, section) in context.sections(Role::Permissions) {
        let mut is_list = false;
        // `To read the **x** property:` above an item about a role, or what the sentence above the list says.
        let mut condition: Option<String> = None;
        for block in &context.page.blocks()[section.blocks.clone()] {
            let (text, container) = match block.kind {
                BlockKind::Paragraph { text, container } => (context.page.view(text), container),
                BlockKind::Table(index) if is_list => {
                    is_list = false;
                    let table = context.page.table(index);
                    if reader.read_table(table) {
                        tables.push(table);
                    }
                    continue;
                }
                _ => {
                    is_list = false;
                    continue;
                }
            };
            // Items of lists in callouts are quotes.
            let is_item = container != Container::None;
            if is_list && is_item && reader.read_item(text, condition.as_deref()) {
                continue;
            }
            if container == Container::None {
                condition = None;
            }
            if context.words.announces_roles(text.source()) {
                let before = reader.roles.len();
                condition = reader.read_sentences(text, condition.as_deref()).map(shortened);
                is_list = reader.roles.len() == before || text.source().trim_end().ends_with(':');
            } else if container == Container::None {
                is_list = false;
            } else {
                let before = text.source().trim_end().strip_suffix(':');
                condition = before.filter(|before| context.words.is_purpose(before)).map(str::to_owned);
            }
        }
    }
    for table in tables {
        out.consume_table(table);
    }
    for role in reader.roles.into_iter().take(MAX_ROLES) {
        if !out.facts.roles.contains(&role) {
            out.facts.roles.push(role);
        }
    }
}

struct Reader<'w> {
    words: Words<'w>,
    roles: Vec<EntraRole>,
}

impl Reader<'_> {
    /// The roles in a text that announces a list: names in italics or bold, permissions of custom roles in code. Returns
    /// the purpose that the list has.
    fn read_sentences<'t>(&mut self, text: View<'t>, outer: Option<&'t str>) -> Option<&'t str> {
        let source = text.source();
        let marked = marked(text);
        let code: Vec<_> = text.ranges(MarkKind::Code).collect();
        // A purpose holds to the end of the paragraph.
        let mut purpose = outer;
        let mut is_announced = false;
        for sentence in sentences::of(text) {
            let words_of_sentence = &source[sentence.clone()];
            let own = self.purpose(words_of_sentence);
            purpose = own.or(purpose);
            // `For lamps: *Lamp Reader*` in a line below.
            let is_item = is_announced && own.is_some_and(|own| words_of_sentence[own.len()..].starts_with(':'));
            if !is_item && !self.words.announces_roles(words_of_sentence) {
                continue;
            }
            is_announced = true;
            for range in inside(&code, &sentence) {
                let name = &source[range.clone()];
                if is_role_permission(name) {
                    self.roles.push(EntraRole { is_permission: true, ..role(name, purpose) });
                }
            }
            let names = inside(&marked, &sentence).map(|range| source[range.clone()].trim());
            let mut names: Vec<_> = names.filter(|name| is_title(name)).collect();
            if names.is_empty() {
                names = self.names_before_the_word(words_of_sentence);
            }
            self.roles.extend(names.into_iter().map(|name| role(name, purpose)));
        }
        purpose
    }

    /// `To read x, the user needs …`, `However, to read x, …`, `To read x: …`. That a user is signed in is no purpose.
    fn purpose<'t>(&self, sentence: &'t str) -> Option<&'t str> {
        let mut clauses = sentence.split([',', ':']).map(str::trim);
        let is_purpose = |clause: &&str| self.words.is_purpose(clause) && !self.words.scenario_accounts(clause).0;
        let first = clauses.next().filter(is_purpose);
        let (has_next, next) = (sentence.contains([',', ':']), clauses.next());
        first
            .or_else(|| next.filter(is_purpose).filter(|_| sentence.find(',').is_some_and(|at| at < MAX_ADVERB)))
            .filter(|_| has_next)
    }

    /// `a Lamp Reader or Lamp Administrator role`
    fn names_before_the_word<'t>(&self, sentence: &'t str) -> Vec<&'t str> {
        let mut found = Vec::new();
        for (at, _) in sentence.match_indices(' ') {
            if !self.words.is_role_word(word_at(&sentence[at + 1..])) {
                continue;
            }
            let mut start = at;
            let mut count = 0;
            while count < MAX_LIST_WORDS {
                let before = sentence[..start].trim_end();
                let Some(word) = before.rsplit(' ').next().filter(|word| !word.is_empty()) else { break };
                let bare = word.trim_end_matches(',');
                if !(bare.starts_with(char::is_uppercase) || self.words.is_or(bare) || self.words.is_and(bare)) {
                    break;
                }
                start = before.len() - word.len();
                count += 1;
            }
            if count == MAX_LIST_WORDS {
                continue;
            }
            let list = sentence[start..at].trim();
            let names = names(list, self.words).unwrap_or_default();
            let is_kind = |name: &str| self.words.is_kind_of_role(name);
            found.extend(names.into_iter().filter(|name| is_title(name) && !is_kind(name)));
        }
        found
    }

    /// The roles of an item of a list; false if it is not about roles.
    fn read_item(&mut self, item: View<'_>, outer: Option<&str>) -> bool {
        let permission = item.code_spans().find(|code| is_role_permission(code));
        if let Some(name) = permission {
            self.roles.push(EntraRole { is_permission: true, ..role(name, outer) });
            return true;
        }
        let text = item.source().trim().trim_end_matches('.');
        // `To read x: A or B`
        if let Some((condition, list)) = text.split_once(": ").filter(|(before, _)| self.words.is_purpose(before)) {
            return match names(list, self.words) {
                Some(names) => {
                    self.roles.extend(names.into_iter().map(|name| role(name, Some(condition))));
                    true
                }
                None => self.read_marked(item, outer),
            };
        }
        let (list, condition) = split_condition(text);
        // `Known issue: …` is a remark.
        let is_remark = text[list.len()..].starts_with(':') && !is_title(list);
        let Some(names) = names(list, self.words).filter(|_| !is_remark) else { return self.read_marked(item, outer) };
        let condition = condition.filter(|condition| !self.words.is_role_remark(condition)).or(outer);
        self.roles.extend(names.into_iter().map(|name| role(name, condition)));
        true
    }

    /// The names that stand out in an item which is a text: `To read x: *A*. However, to write x, the user needs *B*`.
    fn read_marked(&mut self, item: View<'_>, outer: Option<&str>) -> bool {
        let source = item.source();
        let marked = marked(item);
        let mut condition = outer;
        let before = self.roles.len();
        for sentence in sentences::of(item) {
            condition = self.purpose(&source[sentence.clone()]).or(condition);
            for name in inside(&marked, &sentence).map(|range| source[range.clone()].trim()) {
                if name.contains(' ') && is_name(name) && !self.words.has_role_remark(name) {
                    self.roles.push(role(name, condition));
                }
            }
        }
        self.roles.len() > before
    }

    /// A table with a column of roles for each purpose; false if it is another one.
    fn read_table(&mut self, table: Table<'_>) -> bool {
        let headers: Vec<_> = table.header().map(|header| header.source().trim()).collect();
        let mut found = Vec::new();
        for (cell, header) in table.rows().flat_map(|row| row.cells().zip(&headers)) {
            for line in cell.lines().map(str::trim).filter(|line| !line.is_empty()) {
                let Some(names) = names(line, self.words) else { return false };
                if !names.iter().all(|name| is_title(name)) {
                    return false;
                }
                found.extend(names.into_iter().map(|name| role(name, Some(header))));
            }
        }
        let is_read = !found.is_empty();
        self.roles.extend(found);
        is_read
    }
}

/// What stands out in a text, and links to a role: `[Lamp Reader](roles.md#lamp-reader)`.
fn marked(text: View<'_>) -> Vec<Range<usize>> {
    let is_role = |fragment: &str, name: &str| {
        let mut slug = name.bytes().map(|byte| if byte == b' ' { b'-' } else { byte.to_ascii_lowercase() });
        fragment.bytes().all(|byte| slug.next() == Some(byte)) && slug.next().is_none()
    };
    let links = text.links().filter(|link| {
        link.destination.split_once('#').is_some_and(|(_, fragment)| is_role(fragment, link.text.trim()))
    });
    let links = links.map(|link| link.start..link.start + link.text.len());
    let mut marked: Vec<Range<usize>> =
        text.ranges(MarkKind::Emphasis).chain(text.ranges(MarkKind::Strong)).chain(links).collect();
    marked.sort_unstable_by_key(|range| range.start);
    marked
}

/// The marks that lie in a sentence.
fn inside<'r>(marks: &'r [Range<usize>], sentence: &'r Range<usize>) -> impl Iterator<Item = &'r Range<usize>> {
    sentences::starting_in(marks, sentence).iter().filter(|range| range.end <= sentence.end)
}

fn word_at(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
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
    // `eLamp Manager`
    let is_high = |word: &str| word.contains(char::is_uppercase);
    text.split(' ').next().is_some_and(is_high) && text.split(' ').all(is_word) && text.split(' ').count() <= MAX_WORDS
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
