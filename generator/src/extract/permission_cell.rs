//! One cell of a permission table: permissions joined by commas, "and", "or" and "plus".

use std::collections::BTreeSet;

use crate::model::facts::{PermissionOrder, PermissionRow};
use crate::vocab::Words;

/// The content of a cell, or of one conditional part of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) row: PermissionRow,
    /// The condition in front of the list: `For **user** resource:`.
    pub(super) condition: Option<String>,
    /// Text that is neither a permission nor a joining word.
    pub(super) leftover: String,
    /// Lists joined by "plus" have too many combinations, so which permissions suffice is not known.
    pub(super) has_too_many: bool,
}

/// Lists joined by "plus" are multiplied. The client of the docs is the same without this limit.
const MAX_COMBINED_NAMES: usize = 1024;

#[derive(Debug, PartialEq, Eq)]
enum Token<'t> {
    Permission(&'t str),
    Separator,
    And,
    Or,
    Plus,
    /// A parenthesis.
    Open,
    Close,
    Word(&'t str),
}

/// Reads one line of a cell.
pub(super) fn parse(line: &str, words: Words<'_>, order: PermissionOrder) -> Cell {
    if let Some((before, refused)) = split_refused(line, words) {
        let mut cell = parse(before, words, order);
        cell.row.refused = scopes(refused).into_iter().map(str::to_owned).collect();
        return cell;
    }
    let (condition, list) = split_condition(line, words);
    let mut cell = Cell { condition, ..Cell::default() };
    cell.row.order = order;
    if words.is_not_supported(list) {
        cell.row.supported = Some(false);
        return cell;
    }
    if words.needs_no_permission(list) {
        cell.row.supported = Some(true);
        return cell;
    }
    let tokens = tokenize(list, words);
    let mut known = BTreeSet::new();
    for token in &tokens {
        match token {
            Token::Permission(name) if known.insert(*name) => cell.row.scopes.push((*name).to_owned()),
            Token::Word(word) => {
                if !cell.leftover.is_empty() {
                    cell.leftover.push(' ');
                }
                cell.leftover.push_str(word);
            }
            _ => {}
        }
    }
    match alternatives(&tokens) {
        Some(alternatives) => cell.row.alternatives = alternatives,
        None => cell.has_too_many = true,
    }
    cell.row.ends_with_and = ends_with_and(&tokens);
    cell.row.supported = (!cell.row.scopes.is_empty()).then_some(true);
    cell
}

/// The parts of a line that lists permissions for several cases: `A; for Global collection: B; for …: C`.
pub(super) fn conditional_parts<'t>(line: &'t str, words: Words<'_>) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in line.match_indices([';', '；']) {
        let rest = line[at..].trim_start_matches([';', '；']);
        // Up to the next part, so that long lists are read once.
        let before = rest.find([';', '；', ':', '：']).map(|end| rest.split_at(end));
        let has_condition = before.is_some_and(|(before, end)| {
            end.starts_with([':', '：']) && scope_end(before).is_none() && words.starts_with_condition(before)
        });
        if has_condition {
            parts.push(&line[start..at]);
            start = line.len() - rest.len();
        }
    }
    parts.push(&line[start..]);
    parts
}

/// The sentence of a line that names permissions which do not work, and what stands before it.
fn split_refused<'t>(line: &'t str, words: Words<'_>) -> Option<(&'t str, &'t str)> {
    if !words.is_refused(line) {
        return None;
    }
    let starts = line.match_indices(". ").map(|(at, dot)| at + dot.len());
    let start = starts.filter(|&at| words.is_refused(&line[at..])).last().unwrap_or(0);
    Some((&line[..start], &line[start..]))
}

/// `For **user** resource: A, B` → the condition and the list. `A for a chat message.` → likewise.
fn split_condition<'t>(line: &'t str, words: Words<'_>) -> (Option<String>, &'t str) {
    if let Some((before, after)) = line.split_once([':', '：']) {
        let is_whole = words.is_not_supported(after) || words.needs_no_permission(after);
        let lists = after.trim().is_empty() || scope_end(after).is_some() || is_whole;
        if lists && !before.contains('.') && !before.trim().is_empty() {
            return (Some(words.condition(before)), after.trim());
        }
    }
    if let Some(end) = scope_end(line) {
        let rest = line[end..].trim();
        if rest.is_empty() {
            return (None, line.trim());
        }
        let condition = words.condition(rest.trim_end_matches('.'));
        let framed = !condition.is_empty() && condition.len() < rest.trim_end_matches('.').trim().len();
        if framed && scope_end(rest).is_none() {
            return (Some(condition), line[..end].trim());
        }
    }
    (None, line.trim())
}

/// The end of the last permission in a line.
fn scope_end(line: &str) -> Option<usize> {
    let mut end = None;
    let mut at = 0;
    while let Some(start) = line[at..].find(|c: char| c.is_ascii_alphabetic()).map(|start| at + start) {
        let len = word_len(&line[start..]);
        if is_scope(&line[start..start + len]) {
            end = Some(start + len);
        }
        at = start + len.max(1);
    }
    end
}

fn word_len(text: &str) -> usize {
    let len = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))).unwrap_or(text.len());
    text[..len].trim_end_matches(['.', '-']).len()
}

/// The permissions in a text, ignoring anything between them.
pub(super) fn scopes(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')));
    let words = words.map(|word| word.trim_matches(['.', '-']));
    words.filter(|word| is_scope(word) && !word.ends_with(".md")).map(without_number).collect()
}

/// `Resource.Operation.Constraint`: words joined by dots.
pub(super) fn is_scope(word: &str) -> bool {
    word.contains('.') && word.split('.').all(|part| part.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// A permission without the number of a footnote. Real names have no digits at the end.
fn without_number(scope: &str) -> &str {
    scope.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// The length of the footnote marks at the start of a text: `*`, `¹`, `[1]`, `(1)` and ` 1`, with blanks
/// before them. Numbers have at most three digits.
fn footnote_len(text: &str) -> usize {
    let mut len = 0;
    loop {
        let rest = text[len..].trim_start_matches([' ', '\u{a0}', '\\']);
        let Some(mark) = footnote_mark(rest) else { return len };
        len = text.len() - rest.len() + mark;
    }
}

fn footnote_mark(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    let inner = text.strip_prefix(['[', '(']).unwrap_or(text);
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    let after = &inner[digits..];
    match first {
        '*' => (!text.starts_with("**")).then_some(1),
        '\u{b9}' | '\u{b2}' | '\u{b3}' | '\u{2070}'..='\u{2079}' | '\u{2020}' | '\u{2021}' => Some(first.len_utf8()),
        _ if !(1..=3).contains(&digits) => None,
        '[' => after.starts_with(']').then_some(digits + 2),
        '(' => after.starts_with(')').then_some(digits + 2),
        _ => (!after.starts_with(|c: char| c.is_alphanumeric())).then_some(digits),
    }
}

/// Joins permissions that a translator took for sentences: `Group. Read. all` → `Group.Read.All`.
/// Lists that were translated as a whole are in the vocabulary.
pub(super) fn mend(line: &str, words: Words<'_>) -> String {
    if let Some(list) = words.permission_list(line) {
        return list.to_owned();
    }
    let mut mended = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if !c.is_alphabetic() {
            mended.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let parts = permission_parts(rest);
        let end = parts[parts.len() - 1];
        let (found, after) = rest.split_at(end.as_ptr() as usize + end.len() - rest.as_ptr() as usize);
        let is_intact = found.is_ascii() && !found.contains(' ');
        let names = parts.iter().map(|part| if part.is_ascii() { Some(*part) } else { words.permission_part(part) });
        match names.collect::<Option<Vec<_>>>().filter(|names| names.len() > 1 && !is_intact) {
            Some(names) => mended.push_str(&names.into_iter().map(capitalized).collect::<Vec<_>>().join(".")),
            None => mended.push_str(found),
        }
        rest = after;
    }
    mended
}

/// The words at the start of a text that are joined by dots, with or without blanks. `All` is always
/// the last.
fn permission_parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let len = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(rest.len());
        let part = &rest[..len];
        parts.push(part);
        let after = &rest[len..];
        let dot = after.trim_start_matches(' ').strip_prefix(['.', '。']).map(|after| after.trim_start_matches(' '));
        let goes_on = |next: &&str| next.starts_with(char::is_alphabetic) && !part.eq_ignore_ascii_case("all");
        match dot.filter(goes_on) {
            Some(next) => rest = next,
            None => return parts,
        }
    }
}

fn capitalized(part: &str) -> String {
    let mut chars = part.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

fn tokenize<'t>(list: &'t str, words: Words<'_>) -> Vec<Token<'t>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = list[at..].chars().next() {
        if c.is_ascii_alphabetic() {
            let len = word_len(&list[at..]).max(1);
            let word = &list[at..at + len];
            at += len;
            if is_scope(word) {
                at += footnote_len(&list[at..]);
                tokens.push(Token::Permission(without_number(word)));
            } else {
                tokens.push(word_token(word, words));
            }
            continue;
        }
        if matches!(c, ',' | ';' | '、' | '，' | '；' | '\n') {
            tokens.push(Token::Separator);
        } else if matches!(c, '&' | '+') {
            tokens.push(Token::And);
        } else if c == '(' {
            tokens.push(Token::Open);
        } else if c == ')' {
            tokens.push(Token::Close);
        } else if c.is_alphanumeric() {
            let len = list[at..]
                .find(|c: char| !c.is_alphanumeric() || c.is_ascii())
                .unwrap_or(list.len() - at)
                .max(c.len_utf8());
            let word = &list[at..at + len];
            tokens.push(word_token(word, words));
            at += len;
            continue;
        }
        at += c.len_utf8();
    }
    join_groups(tokens)
}

/// `A and (B, C)`: an "and" beside a group joins all of it. Other parentheses say nothing.
fn join_groups(tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    let mut joined: Vec<Token<'_>> = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().peekable();
    let mut after_group = false;
    while let Some(token) = tokens.next() {
        match token {
            Token::Open => {}
            Token::Close => {
                after_group = true;
                continue;
            }
            Token::And if after_group || tokens.peek() == Some(&Token::Open) => joined.push(Token::Plus),
            token => joined.push(token),
        }
        after_group = false;
    }
    joined
}

fn word_token<'t>(word: &'t str, words: Words<'_>) -> Token<'t> {
    if words.is_plus(word) {
        Token::Plus
    } else if words.is_and(word) {
        Token::And
    } else if words.is_or(word) {
        Token::Or
    } else {
        Token::Word(word)
    }
}

/// The list as an OR of ANDs.
///
/// `and` binds tighter than the comma: `A and B, C` is (A∧B)∨C. A single `and` before the last of
/// several (`A, B and C`) only separates. `plus` joins two lists: `A, B plus C or D` is
/// (A∨B)∧(C∨D). `None` if that are more combinations than are read.
fn alternatives(tokens: &[Token<'_>]) -> Option<Vec<Vec<String>>> {
    let groups: Vec<Vec<Vec<String>>> =
        tokens.split(|token| *token == Token::Plus).map(any_of).filter(|group| !group.is_empty()).collect();
    if groups.len() > 1 && combined_names(&groups) > MAX_COMBINED_NAMES {
        return None;
    }
    let mut groups = groups.into_iter();
    let first = groups.next().unwrap_or_default();
    Some(groups.fold(first, |left, right| {
        let combine = |one: &Vec<String>| {
            right.iter().map(|other| one.iter().chain(other).cloned().collect()).collect::<Vec<Vec<String>>>()
        };
        left.iter().flat_map(combine).collect()
    }))
}

/// How many names all combinations of these lists have.
fn combined_names(groups: &[Vec<Vec<String>>]) -> usize {
    let combinations = |group: &Vec<Vec<String>>| group.len();
    let count = groups.iter().map(combinations).fold(1, usize::saturating_mul);
    let per_set = |group: &Vec<Vec<String>>| {
        let names: usize = group.iter().map(Vec::len).sum();
        names.saturating_mul(count / group.len().max(1))
    };
    groups.iter().map(per_set).fold(0, usize::saturating_add)
}

/// Whether the only `and` comes before the last of several permissions, and there is no `or` or
/// `plus`.
fn ends_with_and(tokens: &[Token<'_>]) -> bool {
    let count = |kind: Token<'_>| tokens.iter().filter(|token| **token == kind).count();
    let is_list = count(Token::And) == 1 && count(Token::Separator) > 0;
    let last_join = tokens.iter().rev().find(|token| matches!(token, Token::And | Token::Separator));
    is_list && count(Token::Or) + count(Token::Plus) == 0 && last_join == Some(&Token::And)
}

fn any_of(tokens: &[Token<'_>]) -> Vec<Vec<String>> {
    let and_ends_a_list = ends_with_and(tokens);
    let mut sets: Vec<Vec<String>> = Vec::new();
    let mut joined = false;
    for token in tokens {
        match token {
            Token::Permission(name) => match sets.last_mut() {
                Some(set) if joined => set.push((*name).to_owned()),
                _ => sets.push(vec![(*name).to_owned()]),
            },
            Token::And => {
                joined = !and_ends_a_list;
                continue;
            }
            Token::Separator | Token::Or => {}
            Token::Word(_) | Token::Plus | Token::Open | Token::Close => continue,
        }
        joined = false;
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::Vocab;

    fn read(line: &str) -> Cell {
        let vocab = Vocab::parse([("en.toml", include_str!("../../vocab/en.toml"))]).expect("the English vocabulary");
        parse(line, vocab.words("en"), PermissionOrder::LeastToMost)
    }

    #[track_caller]
    fn check(line: &str, alternatives: &str) {
        let cell = read(line);
        let found: Vec<_> = cell.row.alternatives.iter().map(|set| set.join("&")).collect();
        assert_eq!(found.join("|"), alternatives, "{line}");
    }

    #[test]
    fn joins() {
        check("A.Read, B.Read.All", "A.Read|B.Read.All");
        check("A.R and B.R, C.R and D.R, E.R", "A.R&B.R|C.R&D.R|E.R");
        check("A.R, B.R and C.R", "A.R|B.R|C.R");
        check("A.R and B.R", "A.R&B.R");
        check("One from A.R, B.R, C.R plus either D.R or E.R", "A.R&D.R|A.R&E.R|B.R&D.R|B.R&E.R|C.R&D.R|C.R&E.R");
        check("A.R, B.R, or C.R", "A.R|B.R|C.R");
        check("A.R.All, , B.R.", "A.R.All|B.R");
        check("A.R, or B.R and C.R", "A.R|B.R&C.R");
        check("A.R, B.R, and C.R", "A.R|B.R|C.R");
        check("A.R AND B.R", "A.R&B.R");
        check("A.R & B.R, C.R + D.R", "A.R&B.R|C.R&D.R");
        check("A.R B.R", "A.R|B.R");
        check("A.R AND (B.R, C.R, OR D.R)", "A.R&B.R|A.R&C.R|A.R&D.R");
        check("A.R or B.R AND (C.R, OR D.R)", "A.R&C.R|A.R&D.R|B.R&C.R|B.R&D.R");
        check("(A.R or B.R) and C.R", "A.R&C.R|B.R&C.R");
        check("A.R (B.R and C.R)", "A.R|B.R&C.R");
        check("A.R, B.R plus C.R and D.R", "A.R&C.R&D.R|B.R&C.R&D.R");
        assert!(read("A.R, B.R and C.R").row.ends_with_and);
        for other in ["A.R and B.R", "A.R and B.R, C.R", "A.R, B.R or C.R", "A.R, or B.R and C.R", "A.R, B.R"] {
            assert!(!read(other).row.ends_with_and, "{other}");
        }
    }

    #[test]
    fn many_combinations_are_not_read() {
        let any_of = |letter: char, count: usize| {
            (0..count).map(|number| format!("{letter}{number}x.R")).collect::<Vec<_>>().join(", ")
        };
        // 16 · 32 combinations of two names are as many as are read.
        let most = read(&format!("{} plus {}", any_of('A', 16), any_of('B', 32)));
        assert_eq!((most.row.alternatives.len(), most.has_too_many), (512, false));
        for lists in [vec![16, 33], vec![2; 8], vec![1024, 1], vec![2; 1000]] {
            let lists: Vec<_> =
                lists.into_iter().zip(('A'..='Z').cycle()).map(|(count, letter)| any_of(letter, count)).collect();
            let cell = read(&lists.join(" plus "));
            assert_eq!((cell.row.alternatives.len(), cell.has_too_many), (0, true), "{} lists", lists.len());
            assert_eq!(cell.row.supported, Some(true));
        }
        // A list that is joined with no other is read at any length.
        let long = read(&any_of('A', 5_000));
        assert_eq!((long.row.alternatives.len(), long.has_too_many), (5_000, false));
    }

    #[test]
    fn footnote_marks_are_no_part_of_names() {
        for marked in [
            "A.Read.All1",
            "A.Read.All12",
            "A.Read.All*",
            "A.Read.All \\*",
            "A.Read.All[1]",
            "A.Read.All [1]",
            "A.Read.All (2)",
            "A.Read.All 3",
            "A.Read.All¹",
            "A.Read.All ²³",
            "A.Read.All†",
            "A.Read.All*1",
            "A.Read.All1*",
        ] {
            let cell = read(&format!("B2B.Read.X1X, {marked}, C.Read"));
            assert_eq!(cell.row.scopes, ["B2B.Read.X1X", "A.Read.All", "C.Read"], "{marked}");
            assert_eq!(cell.leftover, "", "{marked}");
        }
        assert_eq!(scopes("A.Read.All1、B.Read<sup>2</sup>"), ["A.Read.All", "B.Read"]);
        for unmarked in ["A.Read.All (2021)", "A.Read.All 1st", "A.Read.All [a]"] {
            assert_ne!(read(unmarked).leftover, "", "{unmarked}");
        }
    }

    #[test]
    fn none_is_no_permission_and_supported() {
        for (line, supported) in
            [("None.", Some(true)), ("None", Some(true)), ("Not supported", Some(false)), ("n/a", Some(false))]
        {
            let row = read(line).row;
            assert_eq!((row.supported, row.scopes.len(), row.alternatives.len()), (supported, 0, 0), "{line}");
        }
        let cell = read("For lamp resource: None.");
        assert_eq!((cell.condition.as_deref(), cell.row.supported), (Some("lamp"), Some(true)));
    }

    #[test]
    fn marks_and_conditions() {
        let cell = read("A.Read.Group *, B.Read.Group\\*, C.Read.All");
        assert_eq!(cell.row.scopes, ["A.Read.Group", "B.Read.Group", "C.Read.All"]);
        assert_eq!(cell.leftover, "");
        assert_eq!(read("For user or chat resource: Chat.Read").condition.as_deref(), Some("user or chat"));
        assert_eq!(read("Chat.Update.All for a chat message.").condition.as_deref(), Some("a chat message"));
        assert_eq!(read("Not supported.").row.supported, Some(false));
        assert_eq!(read("For group resource: Not supported.").row.supported, Some(false));
    }

    #[test]
    fn what_is_left_over_is_shown() {
        let cell = read("Role required to create subscription or Subscription.Read.All (see below).");
        assert_eq!(cell.row.scopes, ["Subscription.Read.All"]);
        assert_eq!(cell.leftover, "Role required to create subscription see below");
    }

    #[test]
    fn permissions_taken_for_sentences() {
        let text = "locale = \"xx\"\n[permissions.parts]\nRead = [\"读取\"]\nTask = [\"任务\"]\n\
            [permissions.lists]\n\"Task.Read, Task.Read.All\" = [\"读所有任务,全部\"]";
        let vocab =
            Vocab::parse([("en.toml", include_str!("../../vocab/en.toml")), ("xx.toml", text)]).expect("two tables");
        for (line, mended) in [
            ("Group. Read. all, files. ReadWrite", "Group.Read.All, Files.ReadWrite"),
            ("Group.Read.All、Call.Initiate。All", "Group.Read.All、Call.Initiate.All"),
            ("任务.读取，任务.ReadWrite", "Task.Read，Task.ReadWrite"),
            ("eThing.Read.All. Other.Read", "eThing.Read.All. Other.Read"),
            ("读取全部。", "读取全部。"),
            ("不支持。", "不支持。"),
            ("读所有任务、全部。", "Task.Read, Task.Read.All"),
        ] {
            assert_eq!(mend(line, vocab.words("xx")), mended, "{line}");
        }
    }
}
