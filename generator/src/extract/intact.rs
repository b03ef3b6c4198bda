//! What a name on a plain localized page rests on.
//!
//! Translators leave most identifiers alone, but not all, and nothing marks the others. A name is used if no
//! translation looks like it, or if a place of the page that is not translated has it too. Any other name is
//! doubtful: it stays in the facts as it is, for comparison with pages of other locales.

use super::{Context, Output};
use crate::diag::{codes, quoted};
use crate::markup::View;
use crate::model::facts::TypeExpression;
use crate::model::proof::Proof;
use crate::source::Span;
use crate::vocab::Words;

/// Whether a name is as the source page has it: in this language nobody writes a word like it.
pub(super) fn is_intact(name: &str, words: Words<'_>) -> bool {
    if !name.is_ascii() || name.contains(' ') {
        return false;
    }
    let marks = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'@' | b'$' | b'{');
    let has_marks = name.trim_end_matches('.').bytes().any(marks) && !name.ends_with('.');
    // A word in these letters was not translated, but it may have got a capital.
    let is_foreign = || words.has_own_letters() && name.starts_with(|c: char| c.is_ascii_lowercase());
    has_marks || has_inner_capital(name) || is_foreign()
}

/// No translator writes a capital inside a word.
fn has_inner_capital(name: &str) -> bool {
    name.bytes().zip(name.bytes().skip(1)).any(|(before, c)| before.is_ascii_lowercase() && c.is_ascii_uppercase())
}

/// What the name of a row rests on if no rule mended it.
pub(super) fn proof_of_name(name: &str, cell: View<'_>, context: &Context<'_>) -> Proof {
    match &context.names {
        Some(names) if !names.confirms(name) && !(is_intact(name, context.words) && is_alone(name, cell)) => {
            Proof::Doubtful
        }
        _ => Proof::Whole,
    }
}

/// Whether a cell holds the name and no other word: the translator may have taken a name apart.
fn is_alone(name: &str, cell: View<'_>) -> bool {
    let text =
        cell.source().trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '`' | '\u{a0}' | '\u{200b}'));
    let rest = text.strip_prefix(name).unwrap_or(text).trim_start();
    rest.is_empty() || rest.starts_with(['(', '（', ':', ',', ';', '['])
}

/// A name with a capital among names without: the translator began a sentence.
pub(super) fn is_capital_of_translator(name: &str, others: &[&str]) -> bool {
    let small = others.iter().filter(|other| other.starts_with(|c: char| c.is_ascii_lowercase())).count();
    name.starts_with(|c: char| c.is_ascii_uppercase()) && small * 2 > others.len()
}

/// What a value or a member rests on. Some begin with a capital in the source language as well.
pub(super) fn proof_of_value(value: &str, context: &Context<'_>) -> Proof {
    let is_foreign = || context.words.has_own_letters() && value.is_ascii() && !value.contains(' ');
    match &context.names {
        Some(names) if !is_foreign() && !names.confirms_value(value) && !is_intact(value, context.words) => {
            Proof::Doubtful
        }
        _ => Proof::Whole,
    }
}

/// What a type rests on, when its name was mended as far as possible.
pub(super) fn proof_of_type(ty: &TypeExpression, context: &Context<'_>) -> Proof {
    let words = context.words;
    let Some(names) = &context.names else { return Proof::Whole };
    let first = ty.name.split(' ').next().unwrap_or_default();
    let is_known = ty.name.is_empty()
        || words.primitive(first).is_some()
        || ty.name.is_ascii() && ty.target.is_some() && !ty.name.contains(' ')
        || names.is_type(&ty.name) && ty.name.is_ascii();
    if is_known || is_intact(&ty.name, words) || words.names_one_type(&ty.name) {
        Proof::Whole
    } else {
        Proof::Doubtful
    }
}

/// Leaves a list of values out if translation may have changed one of them.
pub(super) fn check_values(
    values: &mut Vec<String>,
    default: &mut Option<String>,
    cell: View<'_>,
    context: &Context<'_>,
    out: &mut Output<'_>,
) {
    let is_doubtful = |value: &String| !proof_of_value(value, context).is_usable();
    if let Some(value) = values.iter().find(|value| is_doubtful(value)) {
        let message = format!("the values are left out, because {} may be a translation", quoted(value));
        out.sink.report(&codes::MAYBE_TRANSLATED, cell.span(), message);
        values.clear();
        *default = default.take().filter(|default| !is_doubtful(default));
    }
}

pub(super) fn report(name: &str, what: &str, span: Span, out: &mut Output<'_>) {
    let message = format!("the {what} {} may be a translation, and nothing on the page confirms it", quoted(name));
    out.sink.report(&codes::MAYBE_TRANSLATED, span, message);
}
