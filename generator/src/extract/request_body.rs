//! What the request body is.

use super::{Context, Output, type_expression};
use crate::model::facts::{Location, RequestBody, TypeExpression};
use crate::vocab::Role;

pub(super) fn extract_request_body(context: &Context<'_>, out: &mut Output<'_>) {
    let mut texts = context.sections(Role::RequestBody).flat_map(|(_, section)| context.texts(section)).peekable();
    if texts.peek().is_none() && out.facts.parameters.is_empty() {
        return;
    }
    if out.facts.parameters.iter().any(|parameter| parameter.location == Location::Body) {
        out.facts.request_body = RequestBody::Parameters;
        return;
    }
    let adds_reference = out.facts.requests.iter().any(|request| request.path.trim_end_matches('/').ends_with("/$ref"));
    for text in texts {
        let source = text.source();
        if adds_reference || text.code_spans().any(|code| code.contains("@odata.id")) {
            out.facts.request_body = RequestBody::Reference;
            if !context.words.says_no_body(source) {
                return;
            }
        }
        if context.words.says_no_body(source) {
            out.facts.request_body = RequestBody::None;
            return;
        }
        let media_type = text.code_spans().chain(source.split([' ', ',', '(', ')'])).find(|word| is_media_type(word));
        if let Some(media_type) = media_type.filter(|media_type| *media_type != "application/json") {
            out.facts.request_body = RequestBody::Raw(Some(media_type.to_owned()));
            return;
        }
        let entity = text
            .links()
            .find_map(|link| type_expression::page_stem(link.destination).map(|target| (link.text, target)));
        if let Some((name, target)) = entity.filter(|(name, _)| super::parameters::is_parameter_name(name)) {
            out.facts.request_body = RequestBody::Entity(TypeExpression {
                name: name.to_owned(),
                collection: false,
                target: Some(target.to_owned()),
            });
            return;
        }
    }
}

/// `type/subtype` (RFC 9110, section 8.3.1), with the types that request bodies have.
fn is_media_type(word: &str) -> bool {
    let Some((top, sub)) = word.split_once('/') else { return false };
    matches!(top, "application" | "text" | "image" | "multipart" | "audio" | "video" | "message")
        && sub.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-'))
        && !sub.is_empty()
}
