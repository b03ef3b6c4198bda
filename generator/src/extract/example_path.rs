//! The path of an example's URL without sample values, which makes it a fact: `/me/messages/{}?$select`.

use crate::model::facts::ApiVersion;

/// Longer names are sample values.
const MAX_NAME: usize = 64;
/// From this length on, a name with many digits is a sample value; `windows10GeneralConfiguration` is not.
const LONG: usize = 20;
const MANY_DIGITS: usize = 4;

/// `/users('x')/events?$top=1` as `/users/{}/events?$top`: without host, version and values.
///
/// The kind of a segment can only be guessed here; a word that is kept may still be a sample value.
pub(super) fn abstract_path(url: &str) -> String {
    let (path, query) = split_query(without_root(url));
    let mut out = String::new();
    let mut in_item_path = false;
    for segment in split_segments(path) {
        let segment = segment.trim();
        if segment.is_empty() {
            continue;
        }
        let closes = segment.ends_with(':') && segment.len() > 1;
        match (in_item_path, closes) {
            (true, true) => {
                out.push_str("/{}:");
                in_item_path = false;
            }
            (true, false) => {}
            (false, true) => {
                push_segment(&segment[..segment.len() - 1], &mut out);
                out.push(':');
                in_item_path = true;
            }
            (false, false) => push_segment(segment, &mut out),
        }
    }
    // `root:/{path}` at the end of a URL.
    if in_item_path {
        out.push_str("/{}");
    }
    push_query(query, &mut out);
    out
}

fn push_query(query: &str, out: &mut String) {
    let items = query.split('&').map(|item| item.split('=').next().unwrap_or(item).trim());
    let names = items.filter(|name| is_name(name.trim_start_matches('$')));
    for (at, name) in names.enumerate() {
        out.push(if at == 0 { '?' } else { '&' });
        out.push_str(name);
    }
}

/// The path after scheme, host and version.
fn without_root(url: &str) -> &str {
    let url = url.trim().trim_matches(['"', '`']).trim_start_matches('~');
    let path = match url.find("://").filter(|at| *at < 8) {
        Some(at) => {
            let rest = &url[at + 3..];
            rest.find('/').map_or("", |slash| &rest[slash..])
        }
        None => url,
    };
    let bare = path.trim_start_matches('/');
    let (first, rest) = bare.split_once('/').unwrap_or((bare, ""));
    let first_name = first.split(['?', '(']).next().unwrap_or(first);
    if ApiVersion::is_meant_by(first_name) { rest } else { bare }
}

/// The query starts at the first question mark outside braces, quotes and parentheses.
fn split_query(path: &str) -> (&str, &str) {
    let (mut depth, mut quoted) = (0_i32, false);
    for (at, c) in path.char_indices() {
        match c {
            '\'' if depth > 0 => quoted = !quoted,
            _ if quoted => {}
            '{' | '<' | '(' => depth += 1,
            '}' | '>' | ')' => depth -= 1,
            '?' if depth <= 0 => return (&path[..at], &path[at + 1..]),
            _ => {}
        }
    }
    (path, "")
}

/// Slashes inside braces, parentheses and their quotes do not separate.
fn split_segments(path: &str) -> Vec<&str> {
    let (mut segments, mut start, mut depth, mut quoted) = (Vec::new(), 0, 0_i32, false);
    for (at, c) in path.char_indices() {
        match c {
            '\'' if depth > 0 => quoted = !quoted,
            _ if quoted => {}
            '{' | '<' | '(' => depth += 1,
            '}' | '>' | ')' => depth = (depth - 1).max(0),
            '/' if depth == 0 => {
                segments.push(&path[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    segments.push(&path[start..]);
    segments
}

fn push_segment(segment: &str, out: &mut String) {
    out.push('/');
    if let Some((name, arguments)) = segment.split_once('(').filter(|(name, _)| name.split('.').all(is_name)) {
        push_call(name, arguments.strip_suffix(')').unwrap_or(arguments), out);
    } else if let Some((name, _)) = segment.split_once('=').filter(|(name, value)| is_kept(name) && is_key(value)) {
        out.push_str(name);
        out.push_str("={}");
    } else if segment.strip_prefix('$').is_some_and(is_name) || is_kept(segment) {
        out.push_str(segment);
    } else {
        out.push_str("{}");
    }
}

/// The value of an alternate key, not the padding of base64.
fn is_key(value: &str) -> bool {
    !value.trim_matches('=').is_empty()
}

/// A function with the names of its arguments, or a key in parentheses (OData 4.01, part 2, section 4.3.1).
fn push_call(name: &str, arguments: &str, out: &mut String) {
    let arguments: Vec<&str> = split_arguments(arguments).map(str::trim).filter(|text| !text.is_empty()).collect();
    let names: Option<Vec<&str>> = arguments
        .iter()
        .map(|argument| argument.split_once('=').map(|(name, _)| name.trim()).filter(|name| is_name(name)))
        .collect();
    out.push_str(name);
    match names {
        Some(names) => {
            let list: Vec<String> = names.iter().map(|name| format!("{name}={{}}")).collect();
            out.push_str(&format!("({})", list.join(",")));
        }
        None => out.push_str("/{}"),
    }
}

fn split_arguments(arguments: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    arguments.split(move |c: char| {
        quoted ^= c == '\'';
        c == ',' && !quoted
    })
}

/// Whether a segment reads like the name of a set, a property or a function, and not like a value.
fn is_kept(segment: &str) -> bool {
    if let Some(qualified) = segment.strip_prefix("microsoft.graph.") {
        return qualified.split('.').all(is_name);
    }
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    let is_value = digits > 0 && segment.starts_with(|c: char| c.is_ascii_uppercase())
        || digits >= MANY_DIGITS && segment.len() >= LONG;
    is_name(segment) && !is_value
}

fn is_name(text: &str) -> bool {
    text.len() <= MAX_NAME
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: &str) {
        assert_eq!(abstract_path(url), expected, "{url}");
        assert_eq!(abstract_path(expected), expected, "it is in normal form");
    }

    #[test]
    fn values_are_left_out() {
        check("https://graph.microsoft.com/v1.0/me/messages/AAMkAGI2TG93AAA=/", "/me/messages/{}");
        check("GET".trim_start_matches("GET"), "");
        check("https://graph.microsoft.com/beta/users/ada@example.com/events", "/users/{}/events");
        check("/groups/b320ee12-b1cd-4cca-b648-a437be61c5cd/owners/$ref", "/groups/{}/owners/$ref");
        check("/users('ada@example.com')/events", "/users/{}/events");
        check("/users/{id}/events?$filter=start/dateTime ge 'x?y'&$top=2", "/users/{}/events?$filter&$top");
        check(
            "/me/calendarView?startDateTime=2020-01-01T08:00&endDateTime=x",
            "/me/calendarView?startDateTime&endDateTime",
        );
        check("/sites/contoso.sharepoint.com,2C71,2D22/lists", "/sites/{}/lists");
        check("/directoryRoles/roleTemplateId={id}", "/directoryRoles/roleTemplateId={}");
        check("/me/gadgets/gadget2021ReportSettings", "/me/gadgets/{}");
        check("/me/gadgets/windows10GeneralSettings", "/me/gadgets/windows10GeneralSettings");
    }

    #[test]
    fn functions_keep_the_names_of_their_arguments() {
        check("/reports/getLampUse(period='D7')", "/reports/getLampUse(period={})");
        check("/sites/{id}/getByPath(path='/a/b')/lists", "/sites/{}/getByPath(path={})/lists");
        check("/reports/getLamp365UserCounts(period='D7')", "/reports/getLamp365UserCounts(period={})");
        check("/me/lamps/delta()", "/me/lamps/delta()");
        check("/me/lamps/microsoft.graph.delta()", "/me/lamps/microsoft.graph.delta()");
        check("/x/range(address='A1:B2')/format", "/x/range(address={})/format");
    }

    #[test]
    fn item_paths_are_one_value() {
        check("/me/drive/root:/a folder/b.txt:/content", "/me/drive/root:/{}:/content");
        check("/me/drive/root:/a/b", "/me/drive/root:/{}");
        check("/drive/items/ABC123:/b.txt:/createLink", "/drive/items/{}:/{}:/createLink");
    }
}
