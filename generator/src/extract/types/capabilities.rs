//! Sentences of a description about what a property can do: query options, keys, whether it must be there.

use std::ops::Range;

use crate::extract::permissions::remove_repeated;
use crate::extract::sentences::{self, around, starting_in};
use crate::markup::{MarkKind, View};
use crate::model::facts::Property;
use crate::vocab::Words;

/// The functions and operators of `$filter` (OData 4.01, part 2, section 5.1.1) that pages name without code.
const OPERATORS: [&str; 14] =
    ["eq", "ne", "not", "gt", "ge", "lt", "le", "in", "has", "startswith", "endswith", "contains", "any", "all"];

pub(super) fn read(description: View<'_>, words: Words<'_>, property: &mut Property) {
    let source = description.source();
    let code: Vec<_> = description.ranges(MarkKind::Code).collect();
    let sentences = sentences::of(description);
    let is_whole = sentences.len() < 2;
    for range in sentences {
        let sentence = &source[range.clone()];
        // "Key." alone describes the key of a pair.
        if !is_whole && words.is_key_sentence(sentence) {
            property.is_key = true;
        } else if words.is_alternate_key_sentence(sentence) {
            property.is_alternate_key = true;
        } else if let Some(required) = words.requirement_sentence(sentence) {
            property.required = Some(required);
        } else if words.says_by_default(sentence) {
            property.returned_by_default = true;
        } else if sentence.contains('$')
            && let Some(at) = words.supports(sentence)
        {
            query_options(source, &code, range.start + at..range.end, property);
        }
    }
    remove_repeated(&mut property.filter_operators);
}

/// `` Supports `$filter` (`eq`, `ne`), `$search`, and `$orderby`. ``
fn query_options(source: &str, code: &[Range<usize>], range: Range<usize>, property: &mut Property) {
    let options: Vec<usize> = source[range.clone()].match_indices('$').map(|(at, _)| range.start + at).collect();
    let is_path = |at: usize| source[..at].ends_with('/');
    let mut options = options.into_iter().filter(|at| !is_path(*at)).peekable();
    while let Some(at) = options.next() {
        let name: String = source[at + 1..range.end]
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let end = options.peek().copied().unwrap_or(range.end);
        match name.as_str() {
            "filter" => {
                property.is_filterable = true;
                property.filter_operators.extend(operators(source, code, at + 1 + name.len()..end));
            }
            "search" => property.is_searchable = true,
            "orderby" => property.is_sortable = true,
            "expand" => property.is_expandable = true,
            _ => {}
        }
    }
}

/// What stands in the parentheses behind the option, with or without a word between; where there are none, the
/// operators in code that follow.
fn operators(source: &str, code: &[Range<usize>], range: Range<usize>) -> Vec<String> {
    let rest = &source[range.clone()];
    let open = rest.find(['(', '（']).filter(|&at| rest[..at].split_whitespace().count() < 2);
    let part = match open {
        Some(open) => {
            let close =
                rest[open..].match_indices([')', '）']).find(|(at, _)| around(code, range.start + open + at).is_none());
            range.start + open..range.start + close.map_or(rest.len(), |(at, _)| open + at)
        }
        None => range,
    };
    let in_code: Vec<&str> = starting_in(code, &part).iter().map(|code| source[code.clone()].trim()).collect();
    let is_operator = |text: &str| OPERATORS.iter().any(|known| known.eq_ignore_ascii_case(text));
    let is_count = |text: &str| text.starts_with("/$");
    let found: Vec<&str> = match open {
        Some(_) if in_code.is_empty() => {
            source[part].split(|c: char| !c.is_ascii_alphabetic()).filter(|word| is_operator(word)).collect()
        }
        _ => in_code.into_iter().filter(|text| is_operator(text) || is_count(text)).collect(),
    };
    found.into_iter().map(str::to_owned).collect()
}
