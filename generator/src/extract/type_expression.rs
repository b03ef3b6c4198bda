//! Type cells: `String`, `[user](../resources/user.md) collection`, `Collection(Edm.String)`.

use std::borrow::Cow;

use crate::markup::View;
use crate::model::facts::TypeExpression;
use crate::vocab::Words;

/// Reads a type cell. The name is as documented, without the words that make it a collection.
pub(super) fn parse(cell: View<'_>, words: Words<'_>) -> TypeExpression {
    let text = &*with_whole_names(cell);
    let target = cell.links().next().and_then(|link| page_stem(link.destination)).map(str::to_owned);
    let (mut name, collection) = parse_text(text, words);
    // The text of a link may be a phrase; then only its target names the type.
    if let (true, Some(target)) = (name.contains(' '), &target)
        && cell.links().any(|link| link.text.trim() == name)
    {
        name.clone_from(target);
    }
    TypeExpression { name, collection, target }
}

/// Translators put blanks behind the dots of a qualified name, or full stops of their own: `Microsoft. Graph. lamp`.
fn with_whole_names<'p>(cell: View<'p>) -> Cow<'p, str> {
    let text = cell.source().trim();
    if !text.contains(". ") && !text.contains('\u{3002}') {
        return Cow::Borrowed(text);
    }
    let mut whole = text.to_owned();
    let links = cell.links().map(|link| link.text.trim());
    for (name, is_link) in links.map(|text| (text, true)).chain([(text, false)]) {
        if let Some(joined) = joined(name, is_link) {
            whole = whole.replacen(name, &joined, 1);
        }
    }
    Cow::Owned(whole)
}

/// A name in a namespace whose parts are apart: each is one word, and it is a link, has a full stop of another language,
/// or starts as all qualified names do.
fn joined(name: &str, is_link: bool) -> Option<String> {
    let parts: Vec<&str> = name.split(['.', '\u{3002}']).map(str::trim).collect();
    let is_word =
        |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_qualified = matches!(parts[..], [first, second, _, ..]
        if first.eq_ignore_ascii_case("microsoft") && second.eq_ignore_ascii_case("graph"));
    let is_name = parts.len() > 1 && parts.iter().all(is_word);
    if !is_name || !(is_link || is_qualified || name.contains('\u{3002}')) {
        return None;
    }
    let rest = if is_qualified { &parts[2..] } else { &parts[..] };
    let start = if is_qualified { "microsoft.graph." } else { "" };
    Some(format!("{start}{}", rest.join(".")))
}

fn parse_text(text: &str, words: Words<'_>) -> (String, bool) {
    let (name, collection) = match words.source_type(text) {
        Some(source) => return (in_case_of(text, source), false),
        None => parse_words(&words.narrow(text), words),
    };
    let source = words.source_type(&name).map(|source| in_case_of(text, source));
    // `cadeia de caracteres (url)`
    let with_remark = || {
        let (start, remark) = name.split_once(" (")?;
        Some(format!("{} ({remark}", in_case_of(text, words.source_type(start)?)))
    };
    let name = source.or_else(with_remark).unwrap_or(name);
    (name, collection)
}

/// Translators keep a lowercase first letter: `cadeia de caracteres` is `string`, not `String`.
fn in_case_of(text: &str, source: &str) -> String {
    if text.starts_with(char::is_lowercase) { super::page_names::uncapitalized(source) } else { source.to_owned() }
}

fn parse_words(text: &str, words: Words<'_>) -> (String, bool) {
    let text = text.trim().trim_matches(['`', '*']).trim();
    if let Some((outer, inner)) = text.split_once('(') {
        if words.is_collection_word(outer) {
            let inner = inner.trim_end().trim_end_matches(')');
            return (clean(&strip_collections(inner, words).0), true);
        }
        let alternatives = outer.trim().is_empty().then(|| inner.split_once(')')).flatten();
        if let Some((alternatives, rest)) = alternatives
            && words.is_collection_word(rest)
        {
            return (clean(alternatives), true);
        }
    }
    let (name, collection) = strip_collections(text, words);
    let name = clean(&name);
    // `a boolean value`
    let name = words.strip_article(&name).map(str::to_owned).unwrap_or(name);
    (name, collection)
}

/// Removes everything that makes a type a collection, and a remark after it: `X collection (nullable)`,
/// `X[]`, `X collection collection`. OData has no collections of collections.
fn strip_collections(text: &str, words: Words<'_>) -> (String, bool) {
    let strip = |text: &str| match text.strip_suffix("[]") {
        Some(element) => Some(element.trim_end().to_owned()),
        None => Some(words.strip_collection(text)).filter(|(_, is_collection)| *is_collection).map(|(name, _)| name),
    };
    let without_remark = || strip(text.strip_suffix(')')?.rsplit_once('(')?.0.trim_end());
    let Some(mut name) = strip(text).or_else(without_remark) else { return (text.to_owned(), false) };
    while let Some(stripped) = strip(&name).filter(|stripped| !stripped.is_empty()) {
        name = stripped;
    }
    (name, true)
}

fn clean(name: &str) -> String {
    let name = name.trim().trim_matches(['[', ']']).trim();
    // `[x][ref]` whose definition is lost; `String, maximum size 20`.
    let name = name.split("][").next().unwrap_or(name);
    let name = name.split(", ").next().unwrap_or(name);
    // A description that slipped into the cell comes before the type.
    let name = name.rsplit(". ").next().unwrap_or(name).trim_start();
    name.trim_start_matches('#').trim_end_matches(['.', ',']).to_owned()
}

/// The page that a link leads to: `../resources/user.md#properties` → `user`.
pub(super) fn page_stem(destination: &str) -> Option<&str> {
    let path = destination.split(['#', '?']).next()?;
    let name = path.rsplit(['/', '\\']).next()?;
    name.strip_suffix(".md").filter(|stem| !stem.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::Vocab;

    #[test]
    fn shapes() {
        let vocab = Vocab::parse([("en.toml", include_str!("../../vocab/en.toml"))]).expect("the English vocabulary");
        for (text, name, collection) in [
            ("String", "String", false),
            ("String collection", "String", true),
            ("Collection(String)", "String", true),
            ("collection(microsoft.graph.x)", "microsoft.graph.x", true),
            ("[educationUser] collection", "educationUser", true),
            ("String (timestamp)", "String (timestamp)", false),
            ("(String or Int) collection", "String or Int", true),
            ("String collection (nullable)", "String", true),
            ("String (nullable) collection", "String (nullable)", true),
            ("inner[]", "inner", true),
            ("dial collection collection", "dial", true),
            ("Collection of dial collection", "dial", true),
            ("a boolean value", "boolean", false),
            ("an Int32", "Int32", false),
            ("the widest dial of all", "the widest dial of all", false),
            ("integer (Int64)", "integer (Int64)", false),
            ("collection", "", true),
        ] {
            assert_eq!(parse_text(text, vocab.words("en")), (name.to_owned(), collection), "{text}");
        }
        for (text, is_link, name) in [
            ("Microsoft. Graph. lights. lamp", false, Some("microsoft.graph.lights.lamp")),
            ("NAV. Lamp", true, Some("NAV.Lamp")),
            ("lights\u{3002} lamp", false, Some("lights.lamp")),
            ("Dark. Lamp", false, None),
            ("Read only. Lamp", true, None),
            ("\u{706f}\u{3002}lamp", true, None),
        ] {
            assert_eq!(joined(text, is_link).as_deref(), name, "{text}");
        }
        assert_eq!(page_stem("../resources/intune-x-y.md#z"), Some("intune-x-y"));
        assert_eq!(page_stem("https://example.com/x"), None);
    }
}
