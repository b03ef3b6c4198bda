//! Request templates: the `METHOD /path` lines between the title and the first section that says
//! something about the request.

use super::sections::SectionRole;
use super::{Context, Output};
use crate::diag::{codes, quoted};
use crate::markup::{Fence, View};
use crate::model::facts::{self, Method, RequestTemplate};
use crate::source::Span;
use crate::vocab::Role;

/// Rules compare templates with examples, of which no page has nearly as many.
pub(super) const MAX_TEMPLATES: usize = 512;

pub(super) fn extract_templates(context: &Context<'_>, out: &mut Output<'_>) {
    let mut place = None;
    // Code in the permissions section repeats requests, unless the page has no other section for them.
    let has_request_section = context.sections(Role::HttpRequest).next().is_some();
    let mut is_behind = false;
    for (index, section) in context.page.sections.iter().enumerate() {
        let known = context.roles[index];
        let is_request = known.role == Some(Role::HttpRequest) && !known.in_example;
        if is_request {
            place.get_or_insert(section.span);
        }
        // Some pages show a second variant of the request later.
        let is_elsewhere = ends_request_part(known)
            || known.role == Some(Role::QueryParameters)
            || known.role == Some(Role::Permissions) && has_request_section
            || is_behind;
        is_behind |= ends_request_part(known);
        if is_elsewhere && !is_request {
            continue;
        }
        for fence in context.fences(section) {
            if extract_fence(context, &fence, out) {
                out.consume_section(index);
            }
        }
        for text in context.texts(section) {
            extract_escaped_fence(text, out);
        }
    }
    if out.facts.requests.len() > MAX_TEMPLATES {
        let message = format!("the page has more than {MAX_TEMPLATES} request templates; the rest is not read");
        out.sink.report(&codes::PAGE_TOO_LARGE, place.unwrap_or_default(), message);
        out.facts.requests.truncate(MAX_TEMPLATES);
    }
    if out.facts.requests.is_empty() {
        let span =
            place.or_else(|| context.page.sections.get(1).map(|section| section.span)).unwrap_or(Span::new(0, 0));
        out.sink.report(&codes::NO_REQUEST, span, "the page has no request template");
    }
}

fn ends_request_part(known: SectionRole) -> bool {
    known.in_example
        || matches!(
            known.role,
            Some(
                Role::RequestHeaders
                    | Role::RequestBody
                    | Role::Response
                    | Role::Example
                    | Role::Request
                    | Role::SeeAlso
            )
        )
}

/// A code block whose opening fence was taken for text: `` \`\`\`http GET /x ``.
fn extract_escaped_fence(text: View<'_>, out: &mut Output<'_>) {
    let Some(rest) = text.source().trim().strip_prefix("```") else { return };
    let template = rest.trim_start_matches(|c: char| c.is_ascii_lowercase()).trim();
    if let Some(Ok((method, path))) = parse_template(template) {
        let line = out.line(text.span());
        out.sink.report(&codes::UNCLOSED_FENCE, text.span(), "a code block was taken for text");
        out.facts.requests.push(RequestTemplate { method, path, last_documented: None, line });
    }
}

/// Returns whether the block contains templates.
fn extract_fence(context: &Context<'_>, fence: &Fence<'_>, out: &mut Output<'_>) -> bool {
    let mut found = false;
    for (number, line) in fence.body.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let at = out.sink.line_below(fence.span.start, u32::try_from(number).unwrap_or(0) + 1);
        match parse_template(line) {
            Some(Ok((method, path))) => {
                found = true;
                if !line.starts_with(method.as_str()) || !line.ends_with(path.as_str()) {
                    out.sink.report(
                        &codes::TEMPLATE_MENDED,
                        fence.span,
                        format!("{} is read as {}", quoted(line), quoted(&format!("{} {path}", method.as_str()))),
                    );
                }
                out.facts.requests.push(RequestTemplate { method, path, last_documented: None, line: at });
            }
            Some(Err(code)) => {
                found = true;
                out.sink.report(
                    code,
                    fence.span,
                    format!("this request template has no usable path: {}", quoted(line)),
                );
            }
            None if context.words.is_or(line) => {}
            // A header of the request, for instance.
            None if found => out.sink.report(
                &codes::TEMPLATE_NOISE,
                fence.span,
                format!("this line is not a request template: {}", quoted(line)),
            ),
            None => break,
        }
    }
    if found {
        out.consume_fence(fence);
    }
    found
}

/// The template that a line is.
pub(super) fn template_of_line(line: &str) -> Option<(Method, String)> {
    parse_template(line.trim())?.ok()
}

/// The method at the start of a line, and the rest.
pub(super) fn split_method(line: &str) -> Option<(Method, &str)> {
    Method::ALL.into_iter().find_map(|method| {
        let rest = line.strip_prefix(method.as_str())?;
        rest.starts_with([' ', '\t', '/']).then(|| (method, rest.trim()))
    })
}

/// `get /lamps`: a lowercase method is only recognized before a path.
fn split_small_method(line: &str) -> Option<(Method, &str)> {
    Method::ALL.into_iter().find_map(|method| {
        let (word, rest) = line.split_at_checked(method.as_str().len())?;
        let is_path = rest.starts_with([' ', '\t']) && rest.trim_start().starts_with(['/', '~']);
        (word.eq_ignore_ascii_case(method.as_str()) && is_path).then(|| (method, rest.trim()))
    })
}

fn parse_template(line: &str) -> Option<Result<(Method, String), &'static crate::diag::Code>> {
    let (method, rest) = split_method(line).or_else(|| split_small_method(line))?;
    let is_path = rest.starts_with(['/', '~', '{', '<'])
        || rest.starts_with("https://")
        || rest.starts_with(|c: char| c.is_ascii_alphabetic());
    if !is_path {
        return Some(Err(&codes::TEMPLATE_WITHOUT_PATH));
    }
    let path = mend_path(rest);
    if path.contains("/.../") || path.contains("/…/") {
        return Some(Err(&codes::TEMPLATE_ELLIPSIS));
    }
    Some(Ok((method, path)))
}

/// Repairs slips that make a path unreadable: blanks outside braces, an unclosed parenthesis or brace,
/// placeholders in other brackets, a protocol version.
fn mend_path(rest: &str) -> String {
    let rest = rest.strip_suffix("HTTP/1.1").unwrap_or(rest).trim_end();
    let query = facts::query_start(rest).unwrap_or(rest.len());
    let (path, query) = rest.split_at(query);
    let mut mended = String::with_capacity(rest.len());
    let mut depth = 0_i32;
    let mut parentheses = 0_i32;
    let mut skip_alternative = false;
    let has_alternatives = path.contains(" |");
    for c in path.chars() {
        match c {
            '{' | '<' => depth += 1,
            '}' | '>' => depth -= 1,
            '(' if depth == 0 => parentheses += 1,
            ')' if depth == 0 => parentheses -= 1,
            '/' if depth == 0 => {
                // `range(address='x'/entireRow`
                let after_quote = mended.ends_with('\'');
                if parentheses > 0 && after_quote {
                    mended.push(')');
                    parentheses = 0;
                }
                skip_alternative = false;
            }
            _ => {}
        }
        // `{id} | name/messages`: an alternative that slipped out of its braces.
        if depth == 0 && parentheses == 0 && c.is_whitespace() {
            skip_alternative |= has_alternatives;
            continue;
        }
        if !skip_alternative {
            mended.push(c);
        }
    }
    let mut mended = mend_placeholders(&mended);
    // `content[?includeIDs=true]`: an optional part is kept.
    match query.strip_suffix(']').filter(|_| mended.ends_with('[')) {
        Some(query) => {
            mended.pop();
            mended.push_str(query.trim_end());
        }
        None => mended.push_str(query.trim_end()),
    }
    mended
}

/// Puts placeholders in braces: `(team-id)` becomes `{team-id}`, `:id` and `{id` become `{id}`.
fn mend_placeholders(path: &str) -> String {
    let is_unclosed = path.matches('{').count() > path.matches('}').count();
    let mend = |segment: &str| {
        let in_parentheses = segment.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
        let unclosed = segment.strip_prefix('{').filter(|_| is_unclosed);
        match in_parentheses.or_else(|| segment.strip_prefix(':')).or(unclosed).filter(|label| is_label(label)) {
            Some(label) => format!("{{{label}}}"),
            None => segment.to_owned(),
        }
    };
    path.split('/').map(mend).collect::<Vec<_>>().join("/")
}

fn is_label(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &str) {
        let found = match parse_template(line) {
            Some(Ok((method, path))) => format!("{} {path}", method.as_str()),
            Some(Err(code)) => code.id.to_owned(),
            None => "none".to_owned(),
        };
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn templates() {
        check("GET /users", "GET /users");
        check("GET /users/{id | userPrincipalName}/events", "GET /users/{id | userPrincipalName}/events");
        check("GET /users?$filter=id eq '{id}'", "GET /users?$filter=id eq '{id}'");
        check("DELETE/identity/x/{id}", "DELETE /identity/x/{id}");
        check("GET ~/onPremises/x", "GET ~/onPremises/x");
        check("GET policies/x", "GET policies/x");
        check("POST ** Collection URI for x not found", "GX0204");
        check("GET /users/{user-id} | user-principal-name/chats/{chat-id}", "GET /users/{user-id}/chats/{chat-id}");
        check("POST /range(address='<address>'/entireRow", "POST /range(address='<address>')/entireRow");
        check("DELETE /a/{id}/.../b/{id}", "GX0205");
        check("GET /drive/items/{tenant id}/x", "GET /drive/items/{tenant id}/x");
        check("workbook-session-id: {session-id}", "none");
        check("or", "none");
        check("GETTER /x", "none");
        check("get /lamps/{id}", "GET /lamps/{id}");
        check("Get the lamp", "none");
        check("PATCH /teams/(team-id)/tags/{id}", "PATCH /teams/{team-id}/tags/{id}");
        check("GET /lamps/:id/rooms", "GET /lamps/{id}/rooms");
        check("GET /lamps/{id/rooms", "GET /lamps/{id}/rooms");
        check("GET /shed/root:/{path}:/children", "GET /shed/root:/{path}:/children");
        check("GET /lamps/{id}/content[?includeIDs=true]", "GET /lamps/{id}/content?includeIDs=true");
        check("GET /open(url='https://example.com/a?b=c d')", "GET /open(url='https://example.com/a?b=c d')");
        check("DELETE /a/$ref?$id=https://example.com/b/{id}", "DELETE /a/$ref?$id=https://example.com/b/{id}");
    }
}
