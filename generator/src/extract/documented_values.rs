//! Values that a description lists: `` Possible values are: `a`, `b`. ``
//!
//! A list ends with its sentence. What the description says after that, about query options, single values or
//! the default, adds no member.

use std::collections::BTreeSet;
use std::ops::Range;

use super::sentences::{self, around};
use crate::markup::{MarkKind, View};
use crate::vocab::Words;

/// What a description says about the values of its row.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Documented {
    pub(super) values: Vec<String>,
    pub(super) default: Option<String>,
    /// Those of the values that only a request with a certain header gets.
    pub(super) only_with_prefer: Vec<String>,
    /// Some of the values are not in code.
    pub(super) is_plain: bool,
    known: BTreeSet<String>,
}

/// Not a member, even if a list names it beside others.
const NULL: &str = "null";
/// No description has as many lists.
const MAX_LISTS: usize = 8;

pub(super) fn read(cell: View<'_>, words: Words<'_>) -> Documented {
    let mut documented = Documented::default();
    let source = cell.source();
    let has_code = cell.code_spans().next().is_some();
    let mut text = None;
    let mut from = 0;
    // Some descriptions list values for two situations.
    for _ in 0..MAX_LISTS {
        let values = words.possible_values(&source[from..]);
        // After other words than "values", only code spans are values.
        let others = if has_code { words.one_of(&source[from..]) } else { None };
        let Some(start) = values.into_iter().chain(others).min() else { break };
        let is_of_values = values == Some(start);
        let text = text.get_or_insert_with(|| Text::of(cell));
        let list = from + start..text.end_of_list(from + start, words);
        text.read_list(&list, is_of_values, words, &mut documented);
        from = list.end;
    }
    let mut with_prefer = BTreeSet::new();
    for value in values_with_prefer(cell) {
        documented.add(&value);
        if with_prefer.insert(value.clone()) {
            documented.only_with_prefer.push(value);
        }
    }
    if let Some(default) = stated_default(cell, words) {
        documented.default = Some(default.to_owned());
    }
    documented
}

/// The preference that makes the service return members behind `unknownFutureValue`.
const PREFERENCE: &str = "include-unknown-enum-members";

/// Whether a text names the preference; some pages write blanks around its hyphens.
pub(super) fn names_preference(text: &str) -> bool {
    let mut at = 0;
    // Most texts have none of its words.
    while let Some(found) = text[at..].find("include") {
        at += found;
        let name = text[at..].chars().filter(|c| !c.is_whitespace()).take(PREFERENCE.len());
        if name.eq(PREFERENCE.chars()) {
            return true;
        }
        at += 1;
    }
    false
}

/// `` Use the `Prefer: include-unknown-enum-members` request header to get the following values: `a`. ``
///
/// They stand behind the header, or before it where nothing does.
pub(super) fn values_with_prefer(cell: View<'_>) -> Vec<String> {
    if !names_preference(cell.source()) {
        return Vec::new();
    }
    let source = cell.source();
    let code: Vec<_> = cell.ranges(MarkKind::Code).collect();
    let mut values = Vec::new();
    for sentence in sentences::of(cell) {
        if !names_preference(&source[sentence.clone()]) {
            continue;
        }
        let in_sentence = || sentences::starting_in(&code, &sentence).iter();
        let header = in_sentence().find(|code| names_preference(&source[(*code).clone()]));
        let header = header.map_or_else(
            || sentence.start + source[sentence.clone()].find("include").unwrap_or_default(),
            |header| header.start,
        );
        let listed = |is_wanted: &dyn Fn(usize) -> bool| -> Vec<String> {
            let listed = in_sentence().filter(|code| is_wanted(code.start)).map(|code| &source[code.clone()]);
            let listed = listed.flat_map(split_values).filter(|value| *value != NULL && is_name(value));
            listed.map(|value| value.replace('\\', "")).collect()
        };
        let behind = listed(&|at| at > header);
        values.extend(if behind.is_empty() { listed(&|at| at < header) } else { behind });
    }
    values
}

/// `` The default value is `a`. ``
fn stated_default<'t>(cell: View<'t>, words: Words<'_>) -> Option<&'t str> {
    let start = words.default_value(cell.source())?;
    // `(default value)` is a remark about the value before it.
    if cell.source()[start..].trim_start().starts_with([')', '）']) {
        return None;
    }
    let code = cell.ranges(MarkKind::Code).find(|range| range.start >= start && range.start < start + 12);
    match code {
        Some(range) => Some(&cell.source()[range]),
        None => plain_default(&cell.source()[start..]),
    }
}

/// A truth value or a number: other words are not certain to be the value.
fn plain_default(text: &str) -> Option<&str> {
    let word = text.trim_start_matches([' ', ':']).split_whitespace().next()?;
    let word = word.trim_end_matches(['.', ',', ';', ')']);
    let is_value = matches!(word, "true" | "false" | NULL) || word.parse::<i64>().is_ok();
    is_value.then_some(word)
}

struct Text<'t> {
    source: &'t str,
    code: Vec<Range<usize>>,
    breaks: Vec<usize>,
    /// The parts in parentheses, including the parentheses. Nested parts are not listed.
    remarks: Vec<Range<usize>>,
}

impl<'t> Text<'t> {
    fn of(cell: View<'t>) -> Self {
        let code: Vec<_> = cell.ranges(MarkKind::Code).collect();
        let breaks = cell.ranges(MarkKind::Break).map(|range| range.start).collect();
        let remarks = remarks(cell.source(), &code);
        Self { source: cell.source(), code, breaks, remarks }
    }

    /// The code spans that start in a range.
    fn code_in(&self, range: &Range<usize>) -> &[Range<usize>] {
        let first = self.code.partition_point(|code| code.start < range.start);
        let last = self.code.partition_point(|code| code.start < range.end);
        &self.code[first..last.max(first)]
    }

    fn code_around(&self, at: usize) -> Option<&Range<usize>> {
        around(&self.code, at)
    }

    /// Where the list that starts at `start` ends: with its sentence or its line, unless a further item follows.
    fn end_of_list(&self, start: usize, words: Words<'_>) -> usize {
        // The whole list may be a remark.
        let limit = around(&self.remarks, start).map_or(self.source.len(), |remark| remark.end);
        let mut from = start;
        loop {
            let end = self.end_of_sentence(from, limit);
            let rest = &self.source[end..limit];
            let next = end + rest.len() - rest.trim_start_matches(is_edge).len();
            let says_nothing = !self.source[from..end].contains(char::is_alphanumeric);
            if next >= limit || !(says_nothing || self.is_item(next, words)) {
                return end;
            }
            from = next;
        }
    }

    /// The end of the sentence or line that contains `from`. A sentence does not end inside code or a
    /// remark.
    fn end_of_sentence(&self, from: usize, limit: usize) -> usize {
        let line = self.breaks.partition_point(|&found| found < from);
        let limit = self.breaks.get(line).map_or(limit, |&found| found.min(limit));
        let mut at = from;
        while let Some(offset) = self.source[at..limit].find(['.', '!', '?', '。', '！', '？', '(', '（', '`']) {
            at += offset;
            let c = self.source[at..].chars().next().unwrap_or_default();
            let after = at + c.len_utf8();
            let skipped =
                self.code_around(at).or_else(|| around(&self.remarks, at).filter(|remark| remark.start >= from));
            if let Some(skipped) = skipped {
                at = skipped.end.clamp(after, limit.max(after));
                if at >= limit {
                    break;
                }
                continue;
            }
            let next = self.source[after..].chars().next();
            let is_end = match c {
                '。' | '！' | '？' => true,
                '.' | '!' | '?' => {
                    next.is_none_or(|next| next.is_whitespace() || next == ')' || !next.is_ascii())
                        && !is_abbreviation(&self.source[from..at])
                }
                _ => false,
            };
            if is_end {
                return at;
            }
            at = after;
        }
        limit
    }

    /// Whether there is a value here that is described or followed by others: `` `b` - The second.
    /// ``
    fn is_item(&self, at: usize, words: Words<'_>) -> bool {
        let Some(code) = self.code_around(at).filter(|code| code.start == at) else { return false };
        let rest = self.source[code.end..].trim_start();
        let next = self.source.len() - rest.len();
        let word = rest.split_whitespace().next().unwrap_or_default();
        let line = self.breaks.partition_point(|&at| at < code.end);
        let ends_line = self.breaks.get(line).is_some_and(|&at| at < next);
        is_value(&self.source[code.clone()])
            && (rest.is_empty()
                || ends_line
                || self.code_around(next).is_some()
                || rest.starts_with(DESCRIBES)
                || rest.starts_with([',', '，', '、', ';', '(', '（'])
                || words.is_or(word)
                || words.is_and(word))
    }

    fn read_list(&self, list: &Range<usize>, is_of_values: bool, words: Words<'_>, documented: &mut Documented) {
        let code = self.code_in(list);
        if code.is_empty() {
            if is_of_values {
                let values = plain_values(&self.source[list.clone()], words);
                documented.is_plain |= !values.is_empty();
                values.into_iter().for_each(|value| documented.add(value));
            }
            return;
        }
        let in_remark = |at: usize| around(&self.remarks, at).is_some_and(|remark| remark.start >= list.start);
        // The default begins another statement.
        let default = words.default_value(&self.source[list.clone()]).map(|at| list.start + at);
        let default = default.filter(|&at| at > code[0].start && !in_remark(at - 1));
        let mut end_of_last: Option<usize> = None;
        for range in code {
            let text = &self.source[range.clone()];
            // So does a query option.
            if text.starts_with('$') || default.is_some_and(|default| range.start >= default) {
                break;
            }
            if let Some(last) = end_of_last
                && (in_remark(range.start) || !self.is_next_item(last..range.start, words))
            {
                continue;
            }
            end_of_last = Some(range.end);
            for value in split_values(text) {
                if self.is_marked_default(range.end, words) {
                    documented.default = Some(value.replace('\\', ""));
                }
                documented.add(value);
            }
        }
    }

    /// Whether only a separator, or a complete description, is between a value and the next code: not in ``
    /// `blue` - Like `sea` `` or in `` `blue` for `sea` ``.
    fn is_next_item(&self, between: Range<usize>, words: Words<'_>) -> bool {
        let text = self.source[between.clone()].trim_end();
        let last_word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
        let line = self.breaks.partition_point(|&at| at < between.start + text.len());
        let is_new_line = self.breaks.get(line).is_some_and(|&at| at < between.end);
        is_new_line
            || text.trim_start().is_empty()
            || text.ends_with(SEPARATES)
            || words.is_range(last_word)
            || words.is_or(last_word)
            || words.is_and(last_word)
    }

    /// `` `a` (default) ``
    fn is_marked_default(&self, from: usize, words: Words<'_>) -> bool {
        let rest = self.source[from..].trim_start();
        let Some(remark) = rest.strip_prefix(['(', '（']) else { return false };
        let remark: String = remark.chars().take(40).take_while(|c| !matches!(c, ')' | '）' | ',' | ';')).collect();
        words.is_default_mark(&remark)
    }
}

/// Between two values.
const SEPARATES: [char; 13] = [',', '，', '、', ';', '；', '|', '/', '.', '。', ':', '：', ')', '）'];
/// Between a value and its description.
const DESCRIBES: [char; 6] = ['-', '–', '—', ':', '：', '='];

/// Pairs of parentheses outside any other pair and outside code.
fn remarks(source: &str, code: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut open = Vec::new();
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, mark) in source.match_indices(['(', '（', ')', '）']) {
        if around(code, at).is_some() {
            continue;
        }
        if matches!(mark, "(" | "（") {
            open.push(at);
        } else if let Some(start) = open.pop() {
            while found.last().is_some_and(|inner| inner.start > start) {
                found.pop();
            }
            found.push(start..at + mark.len());
        }
    }
    found
}

impl Documented {
    /// Where translation lost what separates two code spans, Markdown sees one: `` `red``blue` ``.
    pub(super) fn split_joined(&mut self) {
        if self.values.iter().any(|value| value.contains("``")) {
            self.known.clear();
            for value in std::mem::take(&mut self.values) {
                value.split("``").filter(|value| !value.is_empty()).for_each(|value| self.add(value));
            }
        }
    }

    fn add(&mut self, value: &str) {
        // `allo\w`: the pipeline escapes letters inside code.
        let value = value.replace('\\', "");
        if value != NULL && self.known.insert(value.clone()) {
            self.values.push(value);
        }
    }
}

fn is_edge(c: char) -> bool {
    c.is_whitespace() || matches!(c, '.' | '。' | '-' | '*' | '•' | '!' | '?' | '！' | '？')
}

/// `e.g.`, `i.e.` and the like.
fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit([' ', '(']).next().unwrap_or(before);
    word.len() < 5
        && (word.contains('.') || word.len() == 1)
        && word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'.')
}

/// One code span may hold the whole list: `` `a, b` ``, `` `a | b` ``.
fn split_values(text: &str) -> Vec<&str> {
    if is_value(text) {
        return vec![text];
    }
    let parts: Vec<_> = text.split([',', '|']).map(str::trim).collect();
    if parts.len() > 1 && parts.iter().all(|part| is_value(part)) { parts } else { Vec::new() }
}

fn is_value(value: &str) -> bool {
    !value.is_empty() && value.len() <= 100 && !value.contains(char::is_whitespace)
}

/// A list without code spans. Every item has to be a name; otherwise the sentence only mentions values.
fn plain_values<'t>(list: &'t str, words: Words<'_>) -> Vec<&'t str> {
    let list = match list.split_once([':', '：']) {
        Some((before, list)) if !before.contains(',') => list,
        _ => list,
    };
    let mut values = Vec::new();
    for item in list.split([',', ';', '|', '，', '、', '；']) {
        let mut next_is_item = true;
        for word in item.split_whitespace() {
            if words.is_or(word) || words.is_and(word) {
                next_is_item = true;
                continue;
            }
            let name = word.trim_matches(['\'', '"', '*', '_', '“', '”', '‘', '’']);
            if !next_is_item || !is_name(name) {
                return Vec::new();
            }
            values.push(name);
            next_is_item = false;
        }
    }
    let is_truth = |value: &&str| matches!(*value, "true" | "false" | "True" | "False");
    if values.len() > 1 && !values.iter().all(is_truth) { values } else { Vec::new() }
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.len() <= 100
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::markup::Page;
    use crate::vocab::Vocab;

    #[track_caller]
    fn check(description: &str, values: &[&str], default: Option<&str>) {
        let vocab = Vocab::parse([
            ("en.toml", include_str!("../../vocab/en.toml")),
            ("zh-CN.toml", include_str!("../../vocab/zh-CN.toml")),
        ]);
        let vocab = vocab.expect("the vocabulary");
        let raw = format!("# T\n\n|a|b|\n|:-|:-|\n|x|{description}|\n");
        let page = Page::parse(&raw, "en-US", &mut Sink::new(&raw));
        let cell = page.table(0).rows().next().and_then(|row| row.cell(1)).expect("a cell");
        let found = read(cell, vocab.words("zh-CN"));
        assert_eq!(
            (found.values.iter().map(String::as_str).collect::<Vec<_>>(), found.default.as_deref()),
            (values.to_vec(), default),
            "{description}"
        );
    }

    #[test]
    fn a_list_ends_with_its_sentence() {
        check("The hue. Possible values are: `red`, `blue`. Supports `$filter` (`eq`).", &["red", "blue"], None);
        check("Possible values: `red`, `blue`.<br><br>Returned only on `$select`.", &["red", "blue"], None);
        check("Can be one of `red` or `blue`, supports `$filter` (`eq`, `ne`).", &["red", "blue"], None);
        check("可能的值为 `red`、`blue`。支持 `$filter` (`eq`)。", &["red", "blue"], None);
        check("Possible values are: `v1.0`, `v1.1`. If `v1.0`, then `isOld` is `true`.", &["v1.0", "v1.1"], None);
        check(
            "Possible values are: `red` (e.g. fire), `blue` (as `sky`. Or sea). See `green`.",
            &["red", "blue"],
            None,
        );
        check("Possible values are: `red` (fire, `blue`. See `green`.", &["red", "blue"], None);
        check("Possible values are described below. Supports `$filter` (`eq`).", &[], None);
    }

    #[test]
    fn a_list_may_go_on_in_lines() {
        check(
            "Possible values are:<br>`red` - Like fire. <br>`blue` - Like `sea`. <br>`red` is `hot`.",
            &["red", "blue"],
            None,
        );
        check("Possible values are:<br> `red` <br> `blue` <br> `white`", &["red", "blue", "white"], None);
        check("Possible values: `red` = hot, `blue` = cold<br>`white` = neither.", &["red", "blue", "white"], None);
        check("Possible values: `red` for `fire`, or `blue` for `sea`.", &["red", "blue"], None);
        check("Possible values: `hue1` thru `hue9`, `grey1` to `grey3`.", &["hue1", "hue9", "grey1", "grey3"], None);
        check("The hue (possible values: `red`, `blue`). `green` is none.", &["red", "blue"], None);
        check("Possible values: `red`. In the north, possible values: `red`, `white`.", &["red", "white"], None);
    }

    #[test]
    fn defaults() {
        check("Possible values are: `red`, `blue`. The default value is `blue`.", &["red", "blue"], Some("blue"));
        check("Possible values are: `red` (default), `blue`.", &["red", "blue"], Some("red"));
        check(
            "Possible values are: `null` (default value), `red` and `blue` (why not).",
            &["red", "blue"],
            Some("null"),
        );
        check("Possible values are `red`, `blue`, default value is `red`.", &["red", "blue"], Some("red"));
    }

    #[test]
    fn lists_without_code() {
        check("Possible values are: red, blue, and darkGreen. Read-only.", &["red", "blue", "darkGreen"], None);
        check("Possible values are 'red', 'blue' or **white**.", &["red", "blue", "white"], None);
        check("Allowed values: 0 to 9. Valid values are as above.", &[], None);
        check("The possible values are listed in the table, or below.", &[], None);
        check("Possible values: true or false.", &[], None);
        check("Can be one of hammers, nails, or screws.", &[], None);
        check("Possible values are: `red, blue`.", &["red", "blue"], None);
    }
}
