//! Types that a text offers as alternatives: `[deltaKite](…) or [boxKite](…)`.

use super::parameters::is_parameter_name;
use super::type_expression;
use crate::markup::{Link, View};
use crate::model::facts::TypeExpression;
use crate::vocab::Words;

/// The type that a text links to first, and its alternatives.
pub(super) fn linked_types(text: View<'_>, words: Words<'_>) -> Vec<TypeExpression> {
    let source = text.source();
    let mut links = text.links().filter(|link| type_expression::page_stem(link.destination).is_some());
    let Some(mut last) = links.next() else { return Vec::new() };
    let Some(first) = type_of(last) else { return Vec::new() };
    let mut types = vec![first];
    let mut is_choice = false;
    for link in links {
        let between = source.get(last.start + last.text.len()..link.start).unwrap_or_default();
        let (Some(ty), Some(says_or)) = (type_of(link), alternative(between, words)) else { break };
        is_choice |= says_or;
        types.push(ty);
        last = link;
    }
    if !is_choice {
        types.truncate(1);
    }
    types
}

fn type_of(link: Link<'_>) -> Option<TypeExpression> {
    let target = type_expression::page_stem(link.destination)?;
    let name = link.text.trim();
    is_parameter_name(name).then(|| TypeExpression {
        name: name.to_owned(),
        collection: false,
        target: Some(target.to_owned()),
    })
}

/// Whether the words between two types express a choice; `None` if they do more than list types.
fn alternative(between: &str, words: Words<'_>) -> Option<bool> {
    const MAX_WORDS: usize = 4;
    let parts = between.split(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、' | '*'));
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).take(MAX_WORDS + 1).collect();
    (parts.len() <= MAX_WORDS && !between.contains(['.', '。']))
        .then(|| parts.iter().any(|part| words.is_alternative(part)))
}
