//! The end of what is documented: that it is deprecated, when it stops to work, and what to use instead.
//!
//! A name says it with a remark, a description or callout with a sentence. The word alone is not enough: many
//! properties say whether something else is deprecated.

use std::ops::Range;

use super::type_expression::page_stem;
use super::{Context, sentences};
use crate::markup::{BlockKind, Container, FrontMatter, MarkKind, View};
use crate::model::facts::Deprecation;
use crate::vocab::Words;

/// What a page says about its own subject: by a remark in its title, or a callout above its first section.
pub(super) fn of_page(context: &Context<'_>) -> Option<Deprecation> {
    let (page, words) = (context.page, context.words);
    let title = page.sections.iter().find(|section| section.level == 1);
    let front = page.front_matter.as_ref();
    let is_marked = title.is_some_and(|title| words.is_deprecated_slug(&title.slug))
        || front.is_some_and(|front| {
            [FrontMatter::title(front), front.toc_title()].iter().any(|title| words.is_marked_deprecated(title))
        });
    let above = page.sections.iter().take_while(|section| section.level < 2);
    let callouts =
        above.flat_map(|section| &page.blocks()[section.blocks.clone()]).filter_map(|block| match block.kind {
            BlockKind::Paragraph { text, container: Container::Quote } => Some(page.view(text)),
            _ => None,
        });
    let callouts = callouts.filter(|text| words.mentions_deprecation(text.source())).collect::<Vec<_>>();
    let states = |text: &View<'_>| {
        sentences::of(*text).iter().any(|sentence| {
            let sentence = &text.source()[sentence.clone()];
            let before = words.deprecates(sentence).map(|found| &sentence[..found.start]);
            before.is_some_and(|before| words.is_page_subject(before))
        })
    };
    let stated = callouts.iter().find(|text| states(text)).or_else(|| callouts.first().filter(|_| is_marked));
    match stated {
        Some(text) => Some(details(*text, None, words)),
        None => is_marked.then(Deprecation::default),
    }
}

/// What a row says about the property, parameter or member that it names.
pub(super) fn of_row(
    cell: View<'_>,
    name: &str,
    description: Option<View<'_>>,
    words: Words<'_>,
) -> Option<Deprecation> {
    let is_marked = words.is_marked_deprecated(cell.source());
    let Some(description) = description else { return is_marked.then(Deprecation::default) };
    let is_stated = || {
        words.mentions_deprecation(description.source())
            // A state that is called so.
            && !words.starts_deprecated(name)
            && sentences::of(description)
                .into_iter()
                .any(|sentence| states_of_row(&description.source()[sentence], name, words))
    };
    (is_marked || is_stated()).then(|| details(description, Some(name), words))
}

/// "Deprecated.", "This property is deprecated", "Will be deprecated".
fn states_of_row(sentence: &str, name: &str, words: Words<'_>) -> bool {
    let sentence = sentence.trim_start_matches(|c: char| !c.is_alphanumeric());
    if words.starts_deprecated(sentence) {
        return true;
    }
    let Some(found) = words.deprecates(sentence) else { return false };
    let before = &sentence[..found.start];
    // `to be deprecated`
    before.split_whitespace().count() < 2
        || words.is_row_subject(before)
        || before.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
}

/// The day and the successor that a text names.
fn details(text: View<'_>, name: Option<&str>, words: Words<'_>) -> Deprecation {
    let mut found = Deprecation::default();
    let mut other_date = None;
    let mut was_about_end = false;
    let mut candidates = None;
    for range in sentences::of(text) {
        let sentence = &text.source()[range.clone()];
        let is_about_end = words.mentions_deprecation(sentence);
        let stops = words.stops(sentence);
        if found.date.is_none()
            && let Some(at) = stops
        {
            found.date = date(&sentence[at..], words);
        }
        if other_date.is_none() && (is_about_end || stops.is_some()) {
            other_date = date(sentence, words);
        }
        if found.successor.is_none()
            && let Some(at) = words.successor(sentence, is_about_end || was_about_end)
        {
            let candidates = candidates.get_or_insert_with(|| successors(text));
            let found_name = successor(text.source(), candidates, range.start + at..range.end, words);
            found.successor = found_name.filter(|new| name != Some(new));
        }
        was_about_end = is_about_end;
    }
    found.date = found.date.or(other_date);
    found
}

/// The first day of a text: `2026-10-01`, `August 31st, 2024`, `31 August 2024`, `8/31/2024`.
fn date(text: &str, words: Words<'_>) -> Option<String> {
    let mut parts = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let mut window = [parts.next()?, parts.next()?, parts.next()?];
    loop {
        if let Some(date) = date_of(window, words) {
            return Some(date);
        }
        window = [window[1], window[2], parts.next()?];
    }
}

fn date_of([first, second, third]: [&str; 3], words: Words<'_>) -> Option<String> {
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<usize>().ok())?;
    let day = |text: &str| number(text.trim_end_matches(|c: char| c.is_ascii_alphabetic()));
    let (year, month, day) = if let (4, Some(year)) = (first.len(), number(first)) {
        (year, number(second)?, day(third)?)
    } else {
        let year = number(third).filter(|_| third.len() == 4)?;
        match (words.month(first), words.month(second)) {
            (Some(month), _) => (year, month, day(second)?),
            (None, Some(month)) => (year, month, day(first)?),
            (None, None) => (year, number(first)?, number(second)?),
        }
    };
    let is_date = (1990..2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    is_date.then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// The links, and the names in code or bold, of a text, each with its place; sorted. A link whose text is bold stands at
/// the same place, and comes first.
fn successors(text: View<'_>) -> Vec<(usize, String)> {
    let source = text.source();
    let links = text.links().filter_map(|link| Some((link.start, name_of_link(link.text, link.destination)?)));
    let mut found: Vec<_> = links.collect();
    let marks = [MarkKind::Strong, MarkKind::Code].into_iter().flat_map(|kind| text.ranges(kind));
    let mut marked: Vec<_> =
        marks.filter_map(|mark| Some((mark.start, identifier(&source[mark])?.to_owned()))).collect();
    marked.sort_unstable();
    found.extend(marked);
    found.sort_by_key(|(start, _)| *start);
    found
}

/// The first candidate in a part of a text, or else a name in camel case.
fn successor(source: &str, candidates: &[(usize, String)], range: Range<usize>, words: Words<'_>) -> Option<String> {
    let next = candidates.partition_point(|(start, _)| *start < range.start);
    if let Some((_, name)) = candidates.get(next).filter(|(start, _)| range.contains(start)) {
        return Some(name.clone());
    }
    let mut plain = source[range].split_whitespace().skip_while(|word| words.is_before_successor(word));
    let name = identifier(plain.next()?.trim_end_matches(['.', ',', ';', ')']))?;
    name.bytes().skip(1).any(|byte| byte.is_ascii_uppercase()).then(|| name.to_owned())
}

/// The text of a link where it is the name of the page, or else the page.
fn name_of_link(text: &str, destination: &str) -> Option<String> {
    let path = destination.split(['#', '?']).next().unwrap_or_default();
    let is_reference = path.contains("graph/api/");
    let stem =
        page_stem(destination).or_else(|| path.rsplit('/').next().filter(|stem| is_reference && !stem.is_empty()));
    let text = identifier(text);
    let Some(stem) = stem else { return text.map(str::to_owned) };
    let page = stem.rsplit('-').next().unwrap_or(stem);
    let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    Some(text.filter(|text| last(text).eq_ignore_ascii_case(page)).unwrap_or(stem).to_owned())
}

pub(super) fn identifier(text: &str) -> Option<&str> {
    let text = text.trim().trim_matches(['*', '`', '"']);
    let is_identifier = text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '_' | '@'))
        && text.len() <= 200
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'-' | b'@'));
    is_identifier.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::markup::Page;
    use crate::vocab::Vocab;

    #[track_caller]
    fn check(name: &str, description: &str, expected: Option<(Option<&str>, Option<&str>)>) {
        let vocab = Vocab::parse([("en.toml", include_str!("../../vocab/en.toml"))]).expect("the vocabulary");
        let raw = format!("# T\n\n|a|b|\n|:-|:-|\n|{name}|{description}|\n");
        let page = Page::parse(&raw, "en-US", &mut Sink::new(&raw));
        let row = page.table(0).rows().next().expect("a row");
        let bare = name.split(' ').next().unwrap_or_default();
        let found = of_row(row.cell(0).expect("a name"), bare, row.cell(1), vocab.words("en"));
        let found = found.as_ref().map(|found| (found.date.as_deref(), found.successor.as_deref()));
        assert_eq!(found, expected, "{name}: {description}");
    }

    #[test]
    fn rows_that_end() {
        check("hue (deprecated)", "The hue.", Some((None, None)));
        check("hue", "The hue. **Deprecated.** Use **tint** instead.", Some((None, Some("tint"))));
        check(
            "hue (Deprecated)",
            "The hue. **Deprecated.** Use **tint** instead. It goes on 2020-01-01 and is removed on 2031-10-02.",
            Some((Some("2031-10-02"), Some("tint"))),
        );
        check("hue (deprecated)", "Renamed as **tint**. The hue.", Some((None, Some("tint"))));
        check("hue", "Deprecated -- use `tint` instead.", Some((None, Some("tint"))));
        check("hue", "The hue - to be deprecated", Some((None, None)));
        check("hue", "\\[Deprecated\\] The hue.", Some((None, None)));
        check(
            "hue",
            "The hue. This property is deprecated, effective August 31st, 2024. Please use darkTint instead.",
            Some((Some("2024-08-31"), Some("darkTint"))),
        );
        check("hue", "The **hue** property will be deprecated in May 2019.", Some((None, None)));
        check(
            "hue (deprecated)",
            "Don't use **tint**. Gone since 31 March 2022, see [Tint](tint.md). Removed on 4/1/2023.",
            Some((Some("2023-04-01"), None)),
        );
        check(
            "hue",
            "This parameter is being deprecated in favor of the [dye](../resources/paint-dye.md).",
            Some((None, Some("dye"))),
        );
        check(
            "hue",
            "This is deprecated. Use [the new dyes](/graph/api/resources/paint-dye).",
            Some((None, Some("paint-dye"))),
        );
    }

    #[test]
    fn rows_that_speak_of_other_things() {
        check("isDeprecated", "Indicates whether this template is deprecated.", None);
        check("state", "Possible values are: `draft`, `deprecated`.", None);
        check("state", "The template is deprecated or not.", None);
        check("deprecated", "Deprecated", None);
        check("hue", "Replaces **tint**, which is deprecated.", None);
        check("hue", "The hue. If this property is deprecated, nothing happens.", None);
    }
}
