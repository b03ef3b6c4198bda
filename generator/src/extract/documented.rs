//! The whole examples of a page, to check the model against them.

use super::examples::{self, Shown, ShownStart};
use super::{Context, Output, PageInput, http_request, page_kind, response};
use crate::diag::Sink;
use crate::markup::Page;
use crate::model::documented::{DocumentedExample, ShownRequest, ShownResponse};
use crate::model::facts::PageKind;
use crate::vocab::Vocab;

/// Reads the requests to Graph that an API page shows, each with the responses that follow it. Other
/// pages yield none.
#[must_use]
pub fn extract_documented(input: PageInput<'_>, vocab: &Vocab) -> Vec<DocumentedExample> {
    let PageInput { path, locale, raw, .. } = input;
    let Ok(text) = super::check_size_and_encoding(raw) else { return Vec::new() };
    if page_kind::unknown_version(path).is_some() {
        return Vec::new();
    }
    let mut sink = Sink::new(text);
    // Includes show no examples but those in other languages.
    let page = Page::parse(text, locale, &mut sink);
    let locale = super::locale_of(&page, locale);
    let context = Context::of(&page, &locale, vocab, &[], &mut sink);
    let mut out = Output::new(super::empty_facts(path, &locale), sink, &page);
    page_kind::extract_kind_and_title(&context, &mut out);
    if out.facts.kind != PageKind::Api {
        return Vec::new();
    }
    // The blocks with templates are not examples.
    http_request::extract_templates(&context, &mut out);
    let version = out.facts.api_version;
    let stated = response::statuses_in_prose(&response::texts(&context));
    let mut examples: Vec<DocumentedExample> = Vec::new();
    // A response to another host belongs to none of them.
    let mut is_open = false;
    examples::each_shown(&context, &mut out, &mut |shown, _| match shown.start {
        ShownStart::Request { url, .. } if examples::is_other_host(url) => is_open = false,
        ShownStart::Request { .. } if examples.len() >= examples::MAX_EXAMPLES => is_open = false,
        ShownStart::Request { method, url } => {
            is_open = true;
            let Shown { line, body, .. } = shown;
            let (url, headers, body) = (url.to_owned(), owned(&shown.headers), body.to_owned());
            examples.push(DocumentedExample {
                page: path.clone(),
                version,
                request: ShownRequest { line, method, url, headers, body },
                responses: Vec::new(),
                stated: stated.clone(),
            });
        }
        ShownStart::Response { status } => {
            if let Some(example) = examples.last_mut().filter(|_| is_open) {
                example.responses.push(response_of(&shown, status));
            }
        }
    });
    examples
}

fn response_of(shown: &Shown<'_>, status: Option<u16>) -> ShownResponse {
    ShownResponse { line: shown.line, status, headers: owned(&shown.headers), body: shown.body.to_owned() }
}

fn owned(headers: &[(&str, &str)]) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
