//! What a name on a plain localized page rests on.
//!
//! Translators leave most identifiers alone, but not all, and nothing marks the others. A name is used if no
//! translation looks like it, or if a place of the page that is not translated has it too. Any other name is
//! doubtful: it stays in the facts as it is, for comparison with pages of other locales.

use super::documented_values::Documented;
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
    // The translator ended a sentence.
    if name.ends_with('.') {
        return false;
    }
    let marks = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'@' | b'$' | b'{');
    let has_marks = name.bytes().any(marks);
    // A word in these letters was not translated, but it may have got a capital.
    let is_foreign = || words.has_own_letters() && name.starts_with(|c: char| c.is_ascii_lowercase());
    has_marks || has_inner_capital(name) || is_foreign()
}

/// No translator writes a capital inside a word.
pub(super) fn has_inner_capital(name: &str) -> bool {
    name.bytes().zip(name.bytes().skip(1)).any(|(before, c)| before.is_ascii_lowercase() && c.is_ascii_uppercase())
}

/// What the name of a row rests on if no rule mended it.
pub(super) fn proof_of_name(name: &str, cell: View<'_>, context: &Context<'_>) -> Proof {
    match &context.names {
        Some(names) if !names.confirms(name) => {
            // The translator may have begun a sentence, or the tables of the source differ from its examples.
            let has_odd_capital = || has_capital(name) && names.confirms_any_case(name);
            let is_whole = is_intact(name, context.words) && is_alone(name, cell) && !has_odd_capital();
            if is_whole { Proof::Whole } else { Proof::Doubtful }
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

/// Whether most names of a list begin with a small letter. The others have got their capitals from the translator,
/// who began a sentence with them.
pub(super) fn are_small<'n>(names: impl Iterator<Item = &'n str>) -> bool {
    let (mut all, mut small) = (0, 0);
    for name in names {
        all += 1;
        small += usize::from(name.starts_with(|c: char| c.is_ascii_lowercase()));
    }
    small * 2 > all
}

pub(super) fn has_capital(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
}

/// What a member in a table rests on. Some begin with a capital in the source language as well.
pub(super) fn proof_of_member(member: &str, context: &Context<'_>) -> Proof {
    let Some(names) = &context.names else { return Proof::Whole };
    let is_foreign = || context.words.has_own_letters() && member.is_ascii() && !member.contains(' ');
    let is_whole = || (is_foreign() || is_intact(member, context.words)) && !may_be_abbreviation(member);
    if names.confirms_value(member) || is_whole() { Proof::Whole } else { Proof::Doubtful }
}

/// Abbreviations have translations in the same letters.
fn may_be_abbreviation(member: &str) -> bool {
    member.len() <= 3 && member.bytes().all(|byte| byte.is_ascii_alphabetic())
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
pub(super) fn check_values(documented: &mut Documented, cell: View<'_>, context: &Context<'_>, out: &mut Output<'_>) {
    let Some(names) = &context.names else { return };
    documented.split_joined();
    let are_small = are_small(documented.values.iter().map(String::as_str));
    let is_doubtful = |value: &str| {
        if documented.is_plain {
            return !proof_of_member(value, context).is_usable();
        }
        // Translators leave code alone, but for its capitals.
        let is_changed = || !is_identifier(value) || are_small && has_capital(value);
        !names.confirms_value(value) && !is_intact(value, context.words) && is_changed()
    };
    let Some(value) = documented.values.iter().find(|value| is_doubtful(value)) else { return };
    let message = format!("the values are left out, because {} may be a translation", quoted(value));
    let is_default_doubtful = documented.default.as_deref().is_some_and(is_doubtful);
    out.sink.report(&codes::MAYBE_TRANSLATED, cell.span(), message);
    documented.values.clear();
    documented.default.take_if(|_| is_default_doubtful);
}

/// Many values are no identifiers: `v1.0`, `text/plain`, `-1`.
fn is_identifier(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'`')
}

pub(super) fn report(name: &str, what: &str, span: Span, out: &mut Output<'_>) {
    let message = format!("the {what} {} may be a translation, and nothing on the page confirms it", quoted(name));
    out.sink.report(&codes::MAYBE_TRANSLATED, span, message);
}
