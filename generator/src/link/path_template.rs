//! Parses request templates as paths (OData 4.01, part 2, section 4).

use crate::model::api::{Argument, ArgumentKind, PathTemplate, QueryItem, Segment};
use crate::model::facts::{ApiVersion, query_start};

const MAX_SEGMENTS: usize = 40;
const MAX_ARGUMENTS: usize = 40;

/// Parses a documented path. The error says why it is not a path.
pub(super) fn parse(documented: &str) -> Result<PathTemplate, String> {
    let (path, query) = split_query(strip_root(documented.trim()));
    let mut segments = Vec::new();
    let mut after_colon = false;
    for text in split_segments(path) {
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        let ends_in_colon = text.ends_with(':') && text.len() > 1;
        let bare = text.trim_end_matches(':');
        if let Some((name, key)) = key_predicate(bare) {
            segments.push(Segment::Name(name.to_owned()));
            segments.push(Segment::Key { label: label(key) });
        } else if segments.is_empty() && bare.contains('(') {
            // There is nothing before it that a function could be bound to, so these are keys.
            segments.extend(with_keys(parse_segment(bare)?));
        } else if after_colon {
            segments.push(Segment::ItemPath { label: label(bare) });
        } else {
            segments.push(parse_segment(bare)?);
        }
        // `root:/{path}` opens an item path, `{path}:/children` closes it.
        after_colon = ends_in_colon && !after_colon;
    }
    if segments.is_empty() {
        return Err("it has no segments".to_owned());
    }
    if segments.len() > MAX_SEGMENTS {
        return Err(format!("it has more than {MAX_SEGMENTS} segments"));
    }
    let is_reference = matches!(segments.last(), Some(Segment::System(name)) if name == "$ref");
    let query = if is_reference { reference_query(query) } else { parse_query(query) };
    Ok(PathTemplate { segments, query })
}

/// `users('{id}')`: a key in parentheses (OData 4.01, part 2, section 4.3.1). Collections are plural; a
/// function such as `range(<address>)` is not.
fn key_predicate(text: &str) -> Option<(&str, &str)> {
    let (name, key) = text.strip_suffix(')')?.split_once('(')?;
    let is_key = is_name(name) && name.ends_with('s') && is_placeholder(key.trim_matches('\''));
    is_key.then_some((name, key))
}

/// Turns a call with arguments into a name and its keys (OData 4.01, part 2, sections 4.3.1 and
/// 4.3.2).
pub(super) fn with_keys(segment: Segment) -> Vec<Segment> {
    match segment {
        Segment::Function { name, arguments } if !arguments.is_empty() && is_name(&name) => {
            vec![Segment::Name(name), Segment::KeyPredicate { keys: arguments }]
        }
        other => vec![other],
    }
}

/// Removes scheme, host and version. An address inside a query or an argument does not belong to the path.
fn strip_root(path: &str) -> &str {
    let path = path.trim_start_matches('~');
    let path = match path.split_once("://") {
        Some((scheme, rest)) if scheme.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            rest.find('/').map_or("", |slash| &rest[slash..])
        }
        _ => path,
    };
    let bare = path.trim_start_matches('/');
    match bare.split_once('/') {
        Some((version, rest)) if ApiVersion::from_segment(version).is_some() => rest,
        _ => bare,
    }
}

fn split_query(path: &str) -> (&str, &str) {
    query_start(path).map_or((path, ""), |at| (&path[..at], &path[at + 1..]))
}

/// Whether a documented path has a system query option (OData 4.01, part 2, section 5.1), so that it shows
/// a use of the path. The query item that names a reference is no such option.
pub(super) fn shows_use(documented: &str) -> bool {
    let (_, query) = split_query(strip_root(documented.trim()));
    let mut items = query.split('&').map(str::trim);
    items.any(|item| item.starts_with('$') && !item.split('=').next().is_some_and(is_reference_option))
}

/// The query option that names the reference to remove (OData 4.01, part 1, section 11.4.6.2).
fn is_reference_option(name: &str) -> bool {
    matches!(name, "$id" | "@odata.id" | "@id")
}

/// Whether a documented path requests a part of a collection (OData 4.01, part 1, section 11.2.6).
pub(super) fn filters(documented: &str) -> bool {
    let (_, query) = split_query(strip_root(documented.trim()));
    query.split('&').any(|item| ["$filter=", "$search=", "$top=", "$skip="].iter().any(|name| item.starts_with(name)))
}

/// Slashes inside braces, parentheses and quotes do not separate.
fn split_segments(path: &str) -> Vec<&str> {
    let mut segments = Vec::new();
    let mut depth = 0_i32;
    let mut start = 0;
    for (at, c) in path.char_indices() {
        match c {
            '{' | '<' | '(' => depth += 1,
            '}' | '>' | ')' => depth -= 1,
            '/' if depth <= 0 => {
                segments.push(&path[start..at]);
                start = at + 1;
                depth = 0;
            }
            _ => {}
        }
    }
    segments.push(&path[start..]);
    segments
}

fn parse_segment(text: &str) -> Result<Segment, String> {
    let unquoted = text.trim_matches('\'');
    if is_placeholder(unquoted) {
        return Ok(Segment::Key { label: label(unquoted) });
    }
    if let Some((name, arguments)) = text.split_once('(') {
        return parse_function(name, arguments.strip_suffix(')').unwrap_or(arguments));
    }
    if let Some((name, value)) = text.split_once('=') {
        let is_key = is_name(name) && is_placeholder(value.trim_matches('\''));
        return if is_key {
            Ok(Segment::KeyEquals { name: name.to_owned(), label: label(value.trim_matches('\'')) })
        } else {
            Err(format!("`{text}` is not a segment"))
        };
    }
    if let Some(system) = text.strip_prefix('$') {
        return if is_name(system) {
            Ok(Segment::System(text.to_owned()))
        } else {
            Err(format!("`{text}` is not a segment"))
        };
    }
    if is_literal_key(text) {
        return Ok(Segment::Key { label: "id".to_owned() });
    }
    let qualified = text.strip_prefix("microsoft.graph.").is_some_and(|name| name.split('.').all(is_name));
    if qualified {
        return Ok(Segment::Cast(text.to_owned()));
    }
    if is_name(text) { Ok(Segment::Name(text.to_owned())) } else { Err(format!("`{text}` is not a segment")) }
}

fn parse_function(name: &str, arguments: &str) -> Result<Segment, String> {
    let bare = name.rsplit('.').next().unwrap_or(name);
    if !is_name(bare) {
        return Err(format!("`{name}(…)` is not a function"));
    }
    let mut parsed = Vec::new();
    if split_arguments(arguments).nth(MAX_ARGUMENTS).is_some() {
        return Err(format!("a function has more than {MAX_ARGUMENTS} arguments"));
    }
    for argument in split_arguments(arguments) {
        let argument = argument.trim();
        if argument.is_empty() {
            continue;
        }
        let (argument_name, value) = match argument.split_once('=') {
            Some((argument_name, value)) => (argument_name.trim().to_owned(), value.trim()),
            // `range(<address>)`: the placeholder names the argument.
            None => (label(argument.trim_matches('\'')), argument),
        };
        if !is_name(&argument_name) {
            return Err(format!("`{argument}` is not an argument"));
        }
        let kind = match value.split_once('\'') {
            Some(("", _)) => ArgumentKind::Quoted,
            Some((ty, _)) if ty.split('.').all(is_name) => ArgumentKind::Enum(ty.to_owned()),
            Some(_) => return Err(format!("`{argument}` is not an argument")),
            None => ArgumentKind::Bare,
        };
        parsed.push(Argument { name: argument_name, kind });
    }
    Ok(Segment::Function { name: name.to_owned(), arguments: parsed })
}

fn split_arguments(arguments: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    arguments.split(move |c: char| {
        quoted ^= c == '\'';
        c == ',' && !quoted
    })
}

fn parse_query(query: &str) -> Vec<QueryItem> {
    let items = query.split('&').filter_map(|item| item.split_once('='));
    items
        .filter(|(name, value)| is_name(name.trim()) && value.contains(['{', '<']))
        .map(|(name, value)| QueryItem { name: name.trim().to_owned(), label: label(value.trim()) })
        .collect()
}

/// `$ref?$id=…`: the value is the address of an entity, either as a placeholder or as a whole URL.
fn reference_query(query: &str) -> Vec<QueryItem> {
    let items = query.split('&').filter_map(|item| item.split_once('='));
    let wanted = items.filter(|(name, value)| is_reference_option(name.trim()) && !value.trim().is_empty());
    wanted.map(|(name, _)| QueryItem { name: name.trim().to_owned(), label: "id".to_owned() }).collect()
}

fn is_placeholder(text: &str) -> bool {
    let inner = |open, close| text.strip_prefix(open).and_then(|text: &str| text.strip_suffix(close));
    inner('{', '}').or_else(|| inner('<', '>')).is_some_and(|inner| !inner.contains(['{', '}', '<', '>']))
}

/// The name inside the braces.
fn label(text: &str) -> String {
    text.trim_matches(['{', '}', '<', '>', '\'', ' ']).to_owned()
}

/// An OData identifier (CSDL 4.01, section 15.2).
pub(super) fn is_name(text: &str) -> bool {
    text.len() <= 128
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// A sample value where a placeholder should be: a GUID, a number, a domain name.
fn is_literal_key(text: &str) -> bool {
    let is_guid = text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let is_domain = text.contains('.')
        && !text.starts_with("microsoft.")
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    is_guid || is_number || is_domain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(documented: &str, normal: &str) {
        let found = parse(documented).map_or_else(|error| format!("error: {error}"), |path| path.to_string());
        assert_eq!(found, normal, "{documented}");
    }

    #[test]
    fn paths() {
        check("/users/{id | userPrincipalName}/events/", "/users/{id | userPrincipalName}/events");
        check("https://graph.microsoft.com/v1.0/sites/{site-id}", "/sites/{site-id}");
        check("/beta/teams/{id}", "/teams/{id}");
        check("~/x/y", "/x/y");
        check("/me/drive/root:/{item-path}:/workbook", "/me/drive/root:/{item-path}:/workbook");
        check("/me/drive/root:/{item-path}", "/me/drive/root:/{item-path}");
        check("/drive/items/{parent-id}:/{name}:/content", "/drive/items/{parent-id}:/{name}:/content");
        check("/groups/{id}/members/$ref", "/groups/{id}/members/$ref");
        check("/reports/getX(period='{period_value}')", "/reports/getX(period='{period}')");
        check("/x/range(<address>)/format", "/x/range(address={address})/format");
        check("/x/image(width=640,height=480)", "/x/image(width={width},height={height})");
        check("/x/zones(Z=microsoft.graph.zone'{z}')", "/x/zones(Z=microsoft.graph.zone'{Z}')");
        check("/directoryRoles/roleTemplateId={roleTemplateId}", "/directoryRoles/roleTemplateId={roleTemplateId}");
        check("/lampChecks('{checkId}')/steps", "/lampChecks/{checkId}/steps");
        check("/domains/contoso.com/x", "/domains/{id}/x");
        check("/a/microsoft.graph.b/c", "/a/microsoft.graph.b/c");
        check("/calendarView?startDateTime={s}&$top={n}", "/calendarView");
        check("/photo/$value?includeIDs=true", "/photo/$value");
        check("/lamps(serial='{serial}')/rooms", "/lamps(serial='{serial}')/rooms");
        check("/lamps(maker='{m}',serial={s})", "/lamps(maker='{maker}',serial={serial})");
        check("/reports/getLamps(period='{p}')", "/reports/getLamps(period='{period}')");
        check("/me/open(url='https://example.com/v1.0/a?b={c}')", "/me/open(url='{url}')");
        check("/groups/{id}/guests/$ref?$id=https://graph.microsoft.com/v1.0/users/{id}", "/groups/{id}/guests/$ref");
        check("/a/r#type", "error: `r#type` is not a segment");
        check("/a/\"; fn main() {} //", "error: `\"; fn main(…)` is not a function");
    }

    #[test]
    fn hostile_placeholders_are_labels() {
        check("/crate/{../../x}/fn/{😀}", "/crate/{../../x}/fn/{😀}");
    }

    #[test]
    fn query_items() {
        let path =
            parse("/me/calendarView?startDateTime={start_datetime}&endDateTime={end}&$select=x").expect("a path");
        let items: Vec<_> = path.query.iter().map(|item| (item.name.as_str(), item.label.as_str())).collect();
        assert_eq!(items, [("startDateTime", "start_datetime"), ("endDateTime", "end")]);
    }

    #[test]
    fn the_reference_to_remove_is_an_argument_and_no_use() {
        for id in ["{id}", "https://graph.microsoft.com/beta/users/{user-id}"] {
            for option in ["$id", "@odata.id"] {
                let documented = format!("/groups/{{id}}/guests/$ref?{option}={id}");
                let path = parse(&documented).expect("a path");
                assert_eq!(path.query, [QueryItem { name: option.to_owned(), label: "id".to_owned() }], "{documented}");
                assert!(!shows_use(&documented), "{documented}");
            }
        }
        assert!(shows_use("/groups?$filter=id eq '{id}'"));
    }
}
