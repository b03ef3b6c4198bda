//! Success statuses and the type of the response body.

use std::cell::Cell;

use super::{Context, Output, cross_check, intact, page_names, type_expression};
use crate::diag::{codes, quoted};
use crate::markup::{Link, MarkKind, View};
use crate::model::facts::{Example, ResponseType, TypeExpression};
use crate::model::proof::Proof;
use crate::source::Span;
use crate::vocab::{Role, Words};

pub(super) fn extract_response(context: &Context<'_>, out: &mut Output<'_>) {
    let texts = texts(context);
    out.facts.success_statuses = statuses_in_prose(&texts);
    if out.facts.success_statuses.is_empty() {
        out.facts.success_statuses = statuses_of_examples(&out.facts.examples);
    } else {
        add_contradicting_statuses(context, out);
    }
    if out.facts.success_statuses.is_empty() {
        let span = context.sections(Role::Response).next().map_or(Span::new(0, 0), |(_, section)| section.span);
        out.sink.report(&codes::NO_STATUS, span, "neither the response section nor an example names a success status");
    }
    let mut response = response_type(context, &texts, out);
    if let Some(ty) = &mut response {
        let named = TypeExpression { name: ty.name.clone(), collection: ty.collection, target: ty.target.clone() };
        ty.proof = intact::proof_of_type(&named, context);
        if !ty.proof.is_usable() {
            let span = context.sections(Role::Response).next().map_or(Span::new(0, 0), |(_, section)| section.span);
            intact::report(&ty.name, "response type", span, out);
        }
    }
    out.facts.response = response;
}

/// The paragraphs about the response.
pub(super) fn texts<'p>(context: &Context<'p>) -> Vec<View<'p>> {
    context.sections(Role::Response).flat_map(|(_, section)| context.texts(section)).collect()
}

/// Statuses in code spans, and numbers before a reason phrase (`202 Accepted`); if there are none,
/// any three-digit number in the text.
pub(super) fn statuses_in_prose(texts: &[View<'_>]) -> Vec<u16> {
    let marked = collect(texts.iter().flat_map(|text| {
        let codes: Vec<_> = text.ranges(MarkKind::Code).collect();
        let source = text.source();
        // Code spans follow each other.
        let is_code = move |at: usize| {
            codes.get(codes.partition_point(|code| code.end <= at)).is_some_and(|code| code.contains(&at))
        };
        numbers(source).filter(move |(at, _)| is_code(*at) || has_reason(&source[at + 3..])).map(|(_, status)| status)
    }));
    if marked.is_empty() {
        collect(texts.iter().flat_map(|text| numbers(text.source())).map(|(_, status)| status))
    } else {
        marked
    }
}

/// ` Created`, ` No Content`: the reason phrases of RFC 9110 start with a capital.
fn has_reason(rest: &str) -> bool {
    rest.strip_prefix(' ').is_some_and(|reason| reason.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// Adds statuses that only examples have: the service may send either.
fn add_contradicting_statuses(context: &Context<'_>, out: &mut Output<'_>) {
    let span = context.sections(Role::Response).next().map_or(Span::new(0, 0), |(_, section)| section.span);
    let mut is_of_graph = true;
    let mut found = Vec::new();
    for example in &out.facts.examples {
        match example {
            Example::Request { .. } => is_of_graph = true,
            Example::OtherHost { .. } => is_of_graph = false,
            Example::Response { status: Some(status), line, .. } if is_of_graph => found.push((*status, *line)),
            Example::Response { .. } => {}
        }
    }
    let named = out.facts.success_statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
    for (status, line) in found {
        let is_success = matches!(status, 200..=226 | 300..=308);
        if is_success && !out.facts.success_statuses.contains(&status) {
            let message = format!("the example in line {line} has the status {status}, but the text names {named}");
            out.sink.report(&codes::STATUS_CONFLICT, span, message);
            out.facts.success_statuses.push(status);
        }
    }
}

fn statuses_of_examples(examples: &[Example]) -> Vec<u16> {
    collect(examples.iter().filter_map(|example| match example {
        Example::Response { status, .. } => *status,
        Example::Request { .. } | Example::OtherHost { .. } => None,
    }))
}

fn collect(statuses: impl Iterator<Item = u16>) -> Vec<u16> {
    let mut found = Vec::new();
    for status in statuses.filter(|status| matches!(status, 200..=226 | 300..=308)) {
        if !found.contains(&status) {
            found.push(status);
        }
    }
    found
}

/// Words that are numbers of three digits, each with its offset.
fn numbers(text: &str) -> impl Iterator<Item = (usize, u16)> {
    let words =
        text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))).filter(|word| word.len() == 3);
    words.filter_map(|word| Some((word.as_ptr() as usize - text.as_ptr() as usize, word.parse().ok()?)))
}

/// The type that the prose names, or else the one of the first successful example.
fn response_type(context: &Context<'_>, texts: &[View<'_>], out: &mut Output<'_>) -> Option<ResponseType> {
    let statuses = &out.facts.success_statuses;
    // Neither an empty response nor a redirect carries a body.
    if !statuses.is_empty() && statuses.iter().all(|status| *status == 204 || *status >= 300) {
        return None;
    }
    let example = out.facts.examples.iter().find_map(|example| match example {
        Example::Response { status, ty, body, .. } if status.is_none_or(|status| (200..300).contains(&status)) => {
            Some((ty.clone(), !body.is_empty()))
        }
        _ => None,
    });
    let shown_as_collection = example.as_ref().and_then(|(ty, _)| ty.as_ref()).is_some_and(|ty| ty.collection);
    let named = first_named_type(context, texts);
    let named =
        named.filter(|named| !is_behind_link(context, texts, named, out) && !is_elsewhere(context, texts, named, out));
    let named = named.map(|named| cross_check::checked_response(context, named, out));
    match (named, example) {
        (Some(named), _) => Some(ResponseType { collection: named.collection || shown_as_collection, ..named }),
        (None, _) if texts.iter().any(|text| context.words.says_empty_response(text.source())) => None,
        (None, Some((ty, true))) => match ty {
            // The prose has many words for a stream.
            Some(ty) if matches!(context.words.primitive(&ty.name), None | Some("Edm.Stream")) => Some(ty),
            ty => texts.iter().find_map(|text| translated_type(context, *text)).or(ty),
        },
        _ => None,
    }
}

/// The first type that a paragraph names, unless one above it says that there is no body.
fn first_named_type(context: &Context<'_>, texts: &[View<'_>]) -> Option<NamedType> {
    for text in texts.iter().filter(|text| may_name_body(**text)) {
        let named = named_type(context, *text);
        if named.is_some() || context.words.says_empty_response(text.source()) {
            return named;
        }
    }
    None
}

/// A response of 202 or 204 whose examples have no body: the named type is that of what is asked for later, behind the
/// `Location` header, or of the thing that is worked on.
fn is_elsewhere(context: &Context<'_>, texts: &[View<'_>], named: &NamedType, out: &mut Output<'_>) -> bool {
    let mut bodies = out.facts.examples.iter().filter_map(|example| match example {
        Example::Response { body, .. } => Some(body),
        Example::Request { .. } | Example::OtherHost { .. } => None,
    });
    let shows_nothing = bodies.next().is_some_and(|body| body.is_empty()) && bodies.all(|body| body.is_empty());
    let may_be_empty = out.facts.success_statuses.iter().all(|status| matches!(status, 202 | 204));
    if !(shows_nothing && may_be_empty) {
        return false;
    }
    let says_link = texts.iter().any(|text| context.words.says_link(text.source()));
    let says_body = texts.iter().any(|text| context.words.says_in_body(text.source()));
    let is_elsewhere = says_link || !says_body;
    if is_elsewhere {
        let message = format!("no response contains {}: the examples have no body", quoted(&named.ty.name));
        out.sink.report(&codes::LINK_TO_RESULT, named.span, message);
    }
    is_elsewhere
}

/// "202 with a link to the operation": the named type is not in the response, unless an example shows a body.
fn is_behind_link(context: &Context<'_>, texts: &[View<'_>], named: &NamedType, out: &mut Output<'_>) -> bool {
    let is_accepted = out.facts.success_statuses == [202];
    let shows = out.facts.examples.iter().any(|example| matches!(example, Example::Response { .. }));
    if !is_accepted || shows {
        return false;
    }
    let at = |text: &&View<'_>| text.span().start <= named.span.start && named.span.end <= text.span().end;
    let Some(text) = texts.iter().find(at) else { return false };
    let source = text.source();
    let start = source.find(&named.ty.name).unwrap_or(0);
    let sentence = sentence_around(source, start);
    let is_link = context.words.says_link(sentence) && !context.words.says_in_body(sentence);
    if is_link {
        let message = format!("the response links to {}, but does not contain it", quoted(&named.ty.name));
        out.sink.report(&codes::LINK_TO_RESULT, named.span, message);
    }
    is_link
}

/// A paragraph that is only about a redirect or an empty response names no body.
fn may_name_body(text: View<'_>) -> bool {
    let statuses = statuses_in_prose(&[text]);
    statuses.is_empty() || statuses.iter().any(|status| *status != 204 && *status < 300)
}

/// A type that the prose names.
pub(super) struct NamedType {
    pub(super) ty: ResponseType,
    pub(super) span: Span,
}

/// The first link to a type, bold name or primitive in a paragraph.
fn named_type(context: &Context<'_>, text: View<'_>) -> Option<NamedType> {
    let source = text.source();
    let link = |accepts: &dyn Fn(Link<'_>) -> bool| {
        text.links().filter(|link| leads_to_type(context, *link) && accepts(*link)).find_map(|link| {
            let target = type_expression::page_stem(link.destination)?;
            let name = if is_type_name(link.text) { link.text.trim() } else { target };
            let name = match &context.names {
                Some(names) => name_beside(context, source, link)
                    .or_else(|| names.type_of_link(link, context.words))
                    .unwrap_or_else(|| name.to_owned()),
                None => name.to_owned(),
            };
            Some((name, link.start, link.start + link.text.len()))
        })
    };
    // A link whose text is a phrase leads to an explanation, unless the sentence is about the body.
    let clear_link = || {
        let in_body = Sentences::new(source, |sentence| context.words.says_in_body(sentence));
        link(&|link| is_type_name(link.text) || in_body.around(link.start))
    };
    let any_link = || {
        let is_body = context.names.is_some() || context.words.says_in_body(source);
        if is_body { link(&|_| true) } else { None }
    };
    let bold = || {
        let about_body = Sentences::new(source, |sentence| says_body(context.words, sentence));
        text.ranges(MarkKind::Strong).find_map(|range| {
            let name = source[range.clone()].trim();
            let is_name = is_type_name(name) && name.starts_with(|c: char| c.is_ascii_lowercase());
            let is_word = || context.names.as_ref().is_some_and(|names| !names.is_type(name));
            (is_name && !is_word() && about_body.around(range.start)).then(|| (name.to_owned(), range.start, range.end))
        })
    };
    // In translations, another word may be inside the marks: `**objeto gadget**`.
    let word_in_bold = || {
        let names = context.names.as_ref()?;
        if !context.words.says_in_body(source) {
            return None;
        }
        text.ranges(MarkKind::Strong).find_map(|range| {
            let words = source[range.clone()].split(' ');
            let word = words.rev().find(|word| is_type_name(word) && names.is_type(word) && word.is_ascii())?;
            let start = word.as_ptr() as usize - source.as_ptr() as usize;
            word.starts_with(|c: char| c.is_ascii_lowercase()).then(|| (word.to_owned(), start, start + word.len()))
        })
    };
    let primitive = || {
        // In other languages it may come first.
        let is_whole = context.names.is_some();
        let mut may_say = !is_whole || context.words.says_in_body(source);
        let capitals = source.match_indices(|c: char| c.is_ascii_uppercase());
        let starts = |at: usize| source[..at].chars().next_back().is_none_or(|c| matches!(c, ' ' | '(' | '„' | '“'));
        capitals.filter(|(at, _)| starts(*at)).find_map(|(at, _)| {
            let word =
                source[at..].split(|c: char| !c.is_ascii_alphanumeric() && c != '.').next()?.trim_end_matches('.');
            if word.len() <= 2 || context.words.primitive(word).is_none() {
                return None;
            }
            let rest = &source[at + word.len()..];
            // What the rest does not say, the rest of the rest does not either.
            may_say = may_say && (is_whole || context.words.says_in_body(rest));
            let is_body =
                may_say || rest.split_whitespace().next().is_some_and(|next| context.words.is_collection_word(next));
            is_body.then(|| (word.to_owned(), at, at + word.len()))
        })
    };
    let (name, start, end) = clear_link()
        .or_else(|| unresolved_reference(source))
        .or_else(bold)
        .or_else(any_link)
        .or_else(word_in_bold)
        .or_else(primitive)?;
    let target =
        text.links().find(|link| link.start == start).and_then(|link| type_expression::page_stem(link.destination));
    let name = name.strip_prefix("microsoft.graph.").unwrap_or(&name).to_owned();
    // The word "collection" is directly before or after the name. In a translated sentence, the
    // status may be between them.
    let stops: &[char] = if context.names.is_some() { &['.'] } else { &['.', '`', ','] };
    let before = &source[source[..start].rfind(stops).map_or(0, |at| at + 1)..start];
    let after = source[end..].split(['.', ',', '`', '。', '，']).next().unwrap_or_default();
    let after: String = after.chars().take(24).collect();
    let inside = if context.names.is_some() { &source[start..end] } else { "" };
    let collection = [before, inside, &after].iter().any(|text| context.words.says_collection(text));
    Some(NamedType {
        ty: ResponseType { name, collection, target: target.map(str::to_owned), proof: Proof::default() },
        span: text.span(),
    })
}

/// The name of the type, if translation moved the link to another word of the sentence.
fn name_beside(context: &Context<'_>, source: &str, link: Link<'_>) -> Option<String> {
    if is_type_name(link.text) || !context.words.has_own_letters() {
        return None;
    }
    let page = page_names::type_of_page(type_expression::page_stem(link.destination)?);
    let words = sentence_around(source, link.start).split(|c: char| !c.is_ascii_alphanumeric());
    words.into_iter().find(|word| word.eq_ignore_ascii_case(page)).map(str::to_owned)
}

/// Whether a link may lead to the page of a type: to a resource, not to an operation or an article.
fn leads_to_type(context: &Context<'_>, link: Link<'_>) -> bool {
    let destination = link.destination;
    let is_elsewhere = destination.contains("/api/")
        || destination.contains("/concepts/")
        || destination.starts_with("http")
        || destination.starts_with("/graph");
    // Operations are in the folder of the page. A translated name does not distinguish them from
    // types.
    let is_operation = context.names.is_some() && !destination.contains('/');
    !is_elsewhere && !is_operation
}

/// Whether a sentence is about the content of the body. In other sentences, bold words are
/// properties and values.
fn says_body(words: Words<'_>, sentence: &str) -> bool {
    words.says_in_body(sentence) || words.says_object(sentence) || words.says_collection(sentence)
}

/// A question about the sentences of a text, which is answered once for each sentence if places are asked in order.
struct Sentences<'t, A: Fn(&str) -> bool> {
    text: &'t str,
    ask: A,
    last: Cell<(usize, usize, bool)>,
}

impl<'t, A: Fn(&str) -> bool> Sentences<'t, A> {
    fn new(text: &'t str, ask: A) -> Self {
        Self { text, ask, last: Cell::new((0, 0, false)) }
    }

    /// The answer about the sentence that contains a place. Neither a link nor a name starts with a blank.
    fn around(&self, at: usize) -> bool {
        let (start, end, answer) = self.last.get();
        if (start..end).contains(&at) {
            return answer;
        }
        let sentence = sentence_around(self.text, at);
        let answer = (self.ask)(sentence);
        let end = sentence.as_ptr() as usize - self.text.as_ptr() as usize + sentence.len();
        self.last.set((at, end, answer));
        answer
    }
}

/// The sentence that contains a byte offset.
fn sentence_around(text: &str, at: usize) -> &str {
    let ends = |text: &str| [text.find(". "), text.find('。')].into_iter().flatten().min();
    let start = [text[..at].rfind(". "), text[..at].rfind('。')].into_iter().flatten().max().unwrap_or(0);
    &text[start..at + ends(&text[at..]).unwrap_or(text.len() - at)]
}

/// A primitive that only a translated word names: the body is a `Zeichenfolge`.
fn translated_type(context: &Context<'_>, text: View<'_>) -> Option<ResponseType> {
    let source = text.source();
    let (name, grown) = context.words.source_type_in(source).filter(|_| context.words.says_in_body(source))?;
    // The word for "any object" also means the response.
    if context.words.primitive(name) == Some("Edm.Untyped") {
        return None;
    }
    let collection = grown || context.words.says_collection(source);
    Some(ResponseType { name: name.to_owned(), collection, target: None, proof: Proof::default() })
}

/// `[bag][bag-resource]`: a reference whose definition is lost.
fn unresolved_reference(source: &str) -> Option<(String, usize, usize)> {
    source.match_indices('[').find_map(|(at, _)| {
        // Names have no brackets, so a long text without names is read once.
        let inner = &source[at + 1..];
        let (name, rest) = inner.split_at(inner.find(['[', ']'])?);
        let rest = rest.strip_prefix(']')?;
        let is_reference = rest.starts_with(['[', '(']) || rest.starts_with(" (");
        (is_reference && is_type_name(name)).then(|| (name.to_owned(), at + 1, at + 1 + name.len()))
    })
}

fn is_type_name(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty()
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
}
