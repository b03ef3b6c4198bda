//! The body of a request, as described in sentences.

use super::{Context, Output, choice, headers};
use crate::markup::View;
use crate::model::facts::{Location, RequestBody};
use crate::vocab::{Role, Words};

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
        let is_json = headers::media_types(text).any(headers::is_json);
        if let Some(media_type) = headers::media_types(text).next().filter(|_| !is_json) {
            out.facts.request_body = RequestBody::Raw(Some(media_type.to_owned()));
            return;
        }
        if let Some(body) = entity(text, context.words) {
            out.facts.request_body = body;
            break;
        }
    }
    take_content_type(context, out);
}

/// If the headers name only types other than JSON, that is what is sent, whatever the sentences
/// call it.
fn take_content_type(context: &Context<'_>, out: &mut Output<'_>) {
    let writes = out.facts.requests.iter().any(|request| request.method.writes());
    let is_open = matches!(out.facts.request_body, RequestBody::Unstated | RequestBody::Entity(_));
    if !writes || !is_open {
        return;
    }
    let types = headers::content_types(context);
    if let Some((first, _)) =
        types.first().filter(|_| !types.iter().any(|(media_type, _)| headers::is_json(media_type)))
    {
        out.facts.request_body = RequestBody::Raw(Some((*first).to_owned()));
    }
}

/// The type that a sentence links to, or the types that it offers as alternatives.
fn entity(text: View<'_>, words: Words<'_>) -> Option<RequestBody> {
    let mut types = choice::linked_types(text, words);
    if types.len() > 1 { Some(RequestBody::OneOf(types)) } else { types.pop().map(RequestBody::Entity) }
}

#[cfg(test)]
mod tests {
    use crate::extract::{PageInput, extract_page};
    use crate::model::facts::RequestBody;
    use crate::source::PagePath;
    use crate::vocab::Vocab;

    fn body(locale: &str, headers: &str, sentence: &str) -> RequestBody {
        let vocab = Vocab::parse([
            ("en.toml", include_str!("../../vocab/en.toml")),
            ("de-DE.toml", include_str!("../../vocab/de-DE.toml")),
            ("pt-BR.toml", include_str!("../../vocab/pt-BR.toml")),
            ("zh-CN.toml", include_str!("../../vocab/zh-CN.toml")),
        ]);
        let page = format!(
            "---\ntitle: x\nms.contentlocale: {locale}\nms.translationtype: MT\n---\n# <a name=\"create-kite\"></a>Kite\n\n\
             ## <a name=\"http-request\"></a>x\n```http\nPOST /kites\n```\n\
             ## <a name=\"request-headers\"></a>x\n|Name|Value|\n|:--|:--|\n|Content-Type|{headers}|\n\
             ## <a name=\"request-body\"></a>x\n{sentence}\n"
        );
        let path = PagePath::new("api-reference/v1.0/api/kite-post.md");
        extract_page(PageInput::new(&path, locale, page.as_bytes()), &vocab.expect("four tables")).request_body
    }

    #[track_caller]
    fn check(locale: &str, sentence: &str, expected: &[&str]) {
        let found = match body(locale, "application/json", sentence) {
            RequestBody::Entity(ty) => vec![ty.name],
            RequestBody::OneOf(types) => types.into_iter().map(|ty| ty.name).collect(),
            _ => Vec::new(),
        };
        assert_eq!(found, expected, "{sentence}");
    }

    #[test]
    fn choices() {
        let (delta, box_kite) = ("[deltaKite](../resources/deltakite.md)", "[boxKite](../resources/boxkite.md)");
        let sled = "[sledKite](../resources/sledkite.md)";
        check("en-US", &format!("Supply a {delta} or {box_kite} object."), &["deltaKite", "boxKite"]);
        check("en-US", &format!("Supply a {delta}, {box_kite}, or a {sled}."), &["deltaKite", "boxKite", "sledKite"]);
        check("zh-CN", &format!("提供 {delta} 或 {box_kite} 对象。"), &["deltaKite", "boxKite"]);
        check("pt-BR", &format!("Forneça um objeto {delta} ou {box_kite}."), &["deltaKite", "boxKite"]);
        check("de-DE", &format!("Geben Sie ein {delta}- oder ein {box_kite}-Objekt an."), &["deltaKite", "boxKite"]);
        // Sentences without a choice.
        check("en-US", &format!("Supply a {delta} object with a {box_kite}."), &["deltaKite"]);
        check("en-US", &format!("Supply a {delta}. Or see {box_kite}."), &["deltaKite"]);
        check("en-US", &format!("Supply a {delta} object."), &["deltaKite"]);
    }

    #[test]
    fn content() {
        let raw = |media_type: &str| RequestBody::Raw(Some(media_type.to_owned()));
        assert_eq!(body("en-US", "application/zip. Required.", "Supply the plan."), raw("application/zip"));
        assert_eq!(body("en-US", "`text/html` or `application/xhtml+xml`", "Supply the page."), raw("text/html"));
        assert_eq!(body("en-US", "application/json", "Supply the plan as `image/x-plan`."), raw("image/x-plan"));
        assert_eq!(
            body("en-US", "application/json", "Supply the plan of the image/cloth pair."),
            RequestBody::Unstated
        );
        assert_eq!(body("en-US", "application/json", "Use `application/json` or `text/plain`."), RequestBody::Unstated);
    }
}
