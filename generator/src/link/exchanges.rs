//! The examples of a page as requests with their responses, and the assignment of these to
//! templates.

use super::operations::Draft;
use super::path_template;
use super::type_index::last_name;
use crate::model::api::{PathTemplate, Segment};
use crate::model::facts::{Example, Method, PageFacts, ResponseType, ShownBody};

/// A request of an example and the responses that follow it.
#[derive(Debug)]
pub(super) struct Exchange<'p> {
    /// `None` if there is only a response.
    request: Option<(Method, PathTemplate)>,
    line: u32,
    /// The types that the sent entities name.
    sent: &'p [String],
    responses: Vec<Shown<'p>>,
}

impl Exchange<'_> {
    /// The requested path, if it is a valid one.
    pub(super) fn path(&self) -> Option<&PathTemplate> {
        self.request.as_ref().map(|(_, path)| path)
    }

    pub(super) fn path_mut(&mut self) -> Option<&mut PathTemplate> {
        self.request.as_mut().map(|(_, path)| path)
    }

    /// The request, if its path is valid.
    pub(super) fn request(&self) -> Option<Request<'_>> {
        self.request.as_ref().map(|(method, path)| Request { method: *method, path, line: self.line })
    }

    pub(super) fn asks_for(&self, draft: &Draft<'_>) -> bool {
        let request = self.request.as_ref();
        request.is_some_and(|(method, shown)| *method == draft.request.method && is_example_of(shown, &draft.path))
    }
}

/// A request of an example.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request<'e> {
    pub(super) method: Method,
    pub(super) path: &'e PathTemplate,
    pub(super) line: u32,
}

/// A response of an example.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown<'p> {
    pub(super) status: Option<u16>,
    pub(super) ty: Option<&'p ResponseType>,
    pub(super) body: ShownBody,
    /// The types that the returned entities name.
    pub(super) entity_types: &'p [String],
}

impl Shown<'_> {
    /// Success with or without a body; a missing status counts as success.
    fn is_success(&self) -> bool {
        self.status.is_none_or(|status| (200..300).contains(&status))
    }
}

/// The exchanges of a page.
pub(super) fn of_page(page: &PageFacts) -> Vec<Exchange<'_>> {
    let mut exchanges: Vec<Exchange<'_>> = Vec::new();
    let mut is_elsewhere = false;
    for example in &page.examples {
        match example {
            Example::Request { method, path, entity_types, line, .. } => {
                is_elsewhere = false;
                // A URL that is not a valid path is ignored, but the responses after it still
                // belong to it.
                let request = path_template::parse(path).ok().map(|path| (*method, path));
                exchanges.push(Exchange { request, line: *line, sent: entity_types, responses: Vec::new() });
            }
            Example::OtherHost { .. } => is_elsewhere = true,
            Example::Response { .. } if is_elsewhere => {}
            Example::Response { status, ty, body, entity_types, line, .. } => {
                let shown = Shown { status: *status, ty: ty.as_ref(), body: *body, entity_types };
                match exchanges.last_mut() {
                    Some(exchange) => exchange.responses.push(shown),
                    None => exchanges.push(Exchange { request: None, line: *line, sent: &[], responses: vec![shown] }),
                }
            }
        }
    }
    exchanges
}

/// The exchanges of a page that say something about a template.
#[derive(Debug)]
pub(super) struct Evidence<'e, 'p> {
    exchanges: Vec<&'e Exchange<'p>>,
    /// Whether they request exactly this template.
    pub(super) is_own: bool,
    /// Whether all examples of the page are about other templates, of another kind.
    pub(super) is_of_others: bool,
}

impl<'p> Evidence<'_, 'p> {
    pub(super) fn successes(&self) -> impl Iterator<Item = Shown<'p>> + '_ {
        let responses = self.exchanges.iter().flat_map(|exchange| exchange.responses.iter().copied());
        responses.filter(Shown::is_success)
    }

    /// The types that entities in requests name, without those that the page names.
    pub(super) fn sent(&self) -> impl Iterator<Item = &'p str> + '_ {
        self.exchanges.iter().flat_map(|exchange| exchange.sent).map(String::as_str)
    }

    /// The types that entities in successful responses name, without those that the page names.
    pub(super) fn returned(&self) -> impl Iterator<Item = &'p str> + '_ {
        self.successes().flat_map(|shown| shown.entity_types).map(String::as_str)
    }
}

/// The exchanges that show a template: those that request it; otherwise those that request another
/// template of the page with the same ending; otherwise those that request no template of the page.
pub(super) fn evidence<'e, 'p>(
    exchanges: &'e [Exchange<'p>],
    draft: &Draft<'_>,
    of_page: &[Draft<'_>],
) -> Evidence<'e, 'p> {
    let own: Vec<_> = exchanges.iter().filter(|exchange| exchange.asks_for(draft)).collect();
    if !own.is_empty() {
        return Evidence { exchanges: own, is_own: true, is_of_others: false };
    }
    let asked = tail(&draft.path);
    let ends_alike = |exchange: &&Exchange<'_>| {
        let request = exchange.request.as_ref();
        request.is_some_and(|(method, shown)| *method == draft.request.method && tail(shown) == asked)
    };
    // `/lamps/{}` does not show `/lamps`, even if it fits no template of the page.
    let is_above_or_below = |exchange: &Exchange<'_>| {
        exchange.path().map(tail).is_some_and(|shown| shown.0 == asked.0 && shown.1 != asked.1)
    };
    let is_of_template = |exchange: &Exchange<'_>| of_page.iter().any(|draft| exchange.asks_for(draft));
    let alike: Vec<_> = exchanges.iter().filter(ends_alike).collect();
    let (taken, free): (Vec<_>, Vec<_>) = exchanges.iter().partition(|exchange| is_of_template(exchange));
    let shared = match alike.is_empty() {
        true => free.into_iter().filter(|exchange| !is_above_or_below(exchange)).collect(),
        false => alike,
    };
    let is_of_others = shared.is_empty() && !taken.is_empty();
    Evidence { exchanges: shared, is_own: false, is_of_others }
}

/// Whether the path of an example fits a template. A sample key cannot always be distinguished from
/// a name.
fn is_example_of(shown: &PathTemplate, template: &PathTemplate) -> bool {
    shown.segments.len() == template.segments.len()
        && shown.segments.iter().zip(&template.segments).all(|(shown, segment)| is_value_of(shown, segment))
}

/// Whether a segment of an example fits one of a template.
pub(super) fn is_value_of(shown: &Segment, segment: &Segment) -> bool {
    match (shown, segment) {
        (Segment::Key { .. } | Segment::Name(_), Segment::Key { .. }) => true,
        (Segment::Name(shown) | Segment::Cast(shown), Segment::Name(name) | Segment::Cast(name)) => {
            last_name(shown).eq_ignore_ascii_case(last_name(name))
        }
        (Segment::Function { name: shown, arguments }, Segment::Name(name) | Segment::Cast(name))
        | (Segment::Name(shown) | Segment::Cast(shown), Segment::Function { name, arguments }) => {
            arguments.is_empty() && last_name(shown).eq_ignore_ascii_case(last_name(name))
        }
        (Segment::Function { name: shown, arguments: values }, Segment::Function { name, arguments }) => {
            last_name(shown).eq_ignore_ascii_case(last_name(name))
                && values.len() == arguments.len()
                && values
                    .iter()
                    .all(|value| arguments.iter().any(|argument| argument.name.eq_ignore_ascii_case(&value.name)))
        }
        (shown, segment) => shown.key() == segment.key(),
    }
}

/// The last name of a path, and the number of keys after it.
fn tail(path: &PathTemplate) -> (String, usize) {
    let is_value = |segment: &&Segment| matches!(segment, Segment::Key { .. } | Segment::ItemPath { .. });
    let values = path.segments.iter().rev().take_while(is_value).count();
    let name = path.segments.iter().rev().find(|segment| !is_value(segment)).map(|segment| match segment {
        Segment::Name(name) | Segment::Cast(name) | Segment::Function { name, .. } => {
            last_name(name).to_ascii_lowercase()
        }
        other => other.key(),
    });
    (name.unwrap_or_default(), values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(shown: &str, template: &str, expected: bool) {
        let parse = |text| path_template::parse(text).expect("a path");
        assert_eq!(is_example_of(&parse(shown), &parse(template)), expected, "{shown} of {template}");
    }

    #[test]
    fn examples_of_templates() {
        check("/lamps/{}/bulbs?$select", "/lamps/{id}/bulbs", true);
        check("/lamps/kitchen/bulbs", "/lamps/{id}/bulbs", true);
        check("/lamps/{}", "/lamps/{id}/bulbs", false);
        check("/lamps/{}/range(address={})", "/lamps/{id}/range(address='{address}')", true);
        check("/lamps/{}/range()", "/lamps/{id}/range(address='{address}')", false);
        check("/lamps/delta()", "/lamps/delta", true);
        check("/lamps/delta", "/lamps/microsoft.graph.delta", true);
        check("/lamps/{}/bulbs", "/lamps/all/bulbs", false);
    }
}
