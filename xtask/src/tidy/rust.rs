//! Rust source for the checks: code without comments, literals and tests.
//!
//! It knows just enough of the lexical grammar to distinguish code from text. Code that does not
//! compile may be misread, but the compiler reports that anyway.

/// Macros that make tokens.
pub(super) const TOKEN_MACROS: &[&str] = &["quote", "quote_spanned", "format_ident", "parse_quote"];

/// A string literal outside tests.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Literal<'s> {
    pub(super) at: usize,
    /// The text between the quotes, with escapes as written.
    pub(super) text: &'s str,
}

/// A scanned file.
#[derive(Debug)]
pub(super) struct RustSource<'s> {
    /// As long as the file, with blanks for comments, literals and tests.
    pub(super) code: String,
    pub(super) literals: Vec<Literal<'s>>,
}

impl<'s> RustSource<'s> {
    pub(super) fn scan(text: &'s str) -> Self {
        let mut code = text.as_bytes().to_vec();
        let mut literals = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let (end, literal) = piece(text, at);
            if let Some(literal) = literal {
                literals.extend(literal);
                blank(&mut code, at, end);
            }
            at = end;
        }
        for (start, end) in tests(&code) {
            blank(&mut code, start, end);
            literals.retain(|literal: &Literal<'_>| literal.at < start || literal.at >= end);
        }
        // Blanks replace whole characters, so that this loses nothing.
        Self { code: String::from_utf8_lossy(&code).into_owned(), literals }
    }

    pub(super) fn line(&self, at: usize) -> usize {
        self.code.as_bytes()[..at].iter().filter(|&&byte| byte == b'\n').count() + 1
    }

    /// The offsets of a word in the code as a whole identifier.
    pub(super) fn words<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        let bytes = self.code.as_bytes();
        self.code.match_indices(word).map(|(at, _)| at).filter(move |&at| {
            let before = at.checked_sub(1).is_some_and(|before| is_identifier(bytes[before]));
            let after = bytes.get(at + word.len()).is_some_and(|&byte| is_identifier(byte));
            !before && !after
        })
    }

    /// The next parts of paths that start with `root::`, groups included: `root::{a::b, c}` gives `a`
    /// and `c`.
    pub(super) fn path_heads<'a>(&'a self, root: &'a str) -> impl Iterator<Item = (usize, &'a str)> + 'a {
        self.words(root).filter_map(|at| Some(at + root.len() + skip(&self.code[at + root.len()..], "::")?)).flat_map(
            |start| match self.code[start..].starts_with('{') {
                true => group_heads(&self.code, start),
                false => vec![(start, identifier(&self.code[start..]))],
            },
        )
    }

    /// The file without the bodies of macros that make tokens, which are about the generated crate.
    pub(super) fn without_tokens(&self) -> RustSource<'s> {
        let mut code = self.code.clone().into_bytes();
        for (start, end) in TOKEN_MACROS.iter().flat_map(|name| self.macro_bodies(name)) {
            blank(&mut code, start, end);
        }
        RustSource { code: String::from_utf8_lossy(&code).into_owned(), literals: Vec::new() }
    }

    /// Start and end of the brackets of each call of a macro, brackets included.
    pub(super) fn macro_bodies<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (usize, usize)> + 'a {
        self.words(name).filter(|at| self.code[at + name.len()..].starts_with('!')).filter_map(|at| {
            let open = at + self.code[at..].find(['(', '[', '{'])?;
            Some((open, self.closing(open)))
        })
    }

    /// The offset after the bracket that closes the one at `open`.
    fn closing(&self, open: usize) -> usize {
        closing(self.code.as_bytes(), open)
    }
}

/// The end of the piece at `at`. `Some(None)` is a piece without code, `Some(literal)` a string.
fn piece(text: &str, at: usize) -> (usize, Option<Option<Literal<'_>>>) {
    let rest = &text[at..];
    if rest.starts_with("//") {
        return (at + rest.find('\n').unwrap_or(rest.len()), Some(None));
    }
    if rest.starts_with("/*") {
        return (at + block_comment(rest), Some(None));
    }
    if let Some((start, end, len)) = string(rest) {
        return (at + len, Some(Some(Literal { at, text: &rest[start..end] })));
    }
    if let Some(after) = rest.strip_prefix('\'') {
        // Unlike a lifetime, it has a closing quote after one character or an escape.
        let mut chars = after.char_indices();
        let closing = match chars.next() {
            Some((_, '\\')) => chars.skip(1).find(|(_, c)| *c == '\'').map(|(at, _)| at + 1),
            Some(_) => chars.next().filter(|(_, c)| *c == '\'').map(|(at, _)| at + 1),
            None => None,
        };
        if let Some(closing) = closing {
            return (at + closing + 1, Some(None));
        }
    }
    // An identifier is one piece, so that the `r` of `for"` does not start a raw string.
    let identifier = rest.bytes().take_while(|&byte| is_identifier(byte)).count();
    let first = rest.chars().next().map_or(1, char::len_utf8);
    (at + identifier.max(first), None)
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// Start and end of the content, and the end of the literal.
fn string(rest: &str) -> Option<(usize, usize, usize)> {
    let prefix = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let raw = match &rest[..prefix] {
        "" | "b" | "c" => false,
        "r" | "br" | "cr" => true,
        _ => return None,
    };
    let hashes = if raw { rest[prefix..].bytes().take_while(|&byte| byte == b'#').count() } else { 0 };
    let start = prefix + hashes + 1;
    if rest.as_bytes().get(start - 1) != Some(&b'"') {
        return None;
    }
    if raw {
        let end = format!("\"{}", "#".repeat(hashes));
        let at = start + rest[start..].find(&end).unwrap_or(rest.len() - start);
        return Some((start, at, (at + end.len()).min(rest.len())));
    }
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(start) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some((start, at, at + 1)),
            _ => {}
        }
    }
    Some((start, rest.len(), rest.len()))
}

/// The ranges of items under `#[cfg(test)]`.
fn tests(code: &[u8]) -> Vec<(usize, usize)> {
    const ATTRIBUTE: &[u8] = b"#[cfg(test)]";
    let mut ranges = Vec::new();
    let mut at = 0;
    while let Some(found) = code[at..].windows(ATTRIBUTE.len()).position(|window| window == ATTRIBUTE) {
        let start = at + found;
        let body = code[start..].iter().position(|byte| matches!(byte, b'{' | b';')).map(|offset| start + offset);
        at = match body {
            Some(open) if code[open] == b'{' => closing(code, open),
            Some(semicolon) => semicolon + 1,
            None => code.len(),
        };
        ranges.push((start, at));
    }
    ranges
}

fn closing(code: &[u8], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in code.iter().enumerate().skip(open) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    code.len()
}

fn blank(code: &mut [u8], start: usize, end: usize) {
    for byte in &mut code[start..end] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

fn group_heads(code: &str, open: usize) -> Vec<(usize, &str)> {
    let end = closing(code.as_bytes(), open);
    let mut heads = Vec::new();
    let mut depth = 0;
    let mut expects = false;
    for (at, c) in code[open..end].char_indices() {
        match c {
            '{' => {
                depth += 1;
                expects = depth == 1;
            }
            '}' => depth -= 1,
            ',' => expects = depth == 1,
            c if expects && !c.is_whitespace() => {
                heads.push((open + at, identifier(&code[open + at..])));
                expects = false;
            }
            _ => {}
        }
    }
    heads
}

fn identifier(code: &str) -> &str {
    &code[..code.bytes().take_while(|&byte| is_identifier(byte)).count()]
}

fn skip(code: &str, prefix: &str) -> Option<usize> {
    code.starts_with(prefix).then_some(prefix.len())
}

pub(super) fn is_identifier(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, code: &str, literals: &[&str]) {
        let source = RustSource::scan(text);
        assert_eq!(source.code.len(), text.len());
        assert_eq!(source.code.split_whitespace().collect::<Vec<_>>().join(" "), code);
        assert_eq!(source.literals.iter().map(|literal| literal.text).collect::<Vec<_>>(), literals);
    }

    #[test]
    fn comments_and_literals_are_no_code() {
        check("a // b \"c\"\nd /* e /* f */ g */ h", "a d h", &[]);
        check(r#"a("b \" // c", d)"#, "a( , d)", &[r#"b \" // c"#]);
        check("a(r#\"b \" c\"#, br\"d\\\", b\"e\")", "a( , , )", &["b \" c", "d\\", "e"]);
        check("f::<'a>('b', '\\'', '\"', '色', \"x\") // y", "f::<'a>( , , , , )", &["x"]);
        check("for x in y {}", "for x in y {}", &[]);
    }

    #[test]
    fn tests_are_no_code() {
        check("a();\n#[cfg(test)]\nmod tests { fn b() { \"c}\" } }\nd();", "a(); d();", &[]);
        check("#[cfg(test)]\nmod tests;\nd(\"e\");", "d( );", &["e"]);
    }

    #[test]
    fn tokens_are_not_code_of_ours() {
        let source = RustSource::scan("a(quote! { b (c) }, quote!(#d), d);");
        assert_eq!(source.without_tokens().code.split_whitespace().collect::<String>(), "a(quote!,quote!,d);");
    }

    #[test]
    fn heads_of_paths_and_groups() {
        let source = RustSource::scan("use crate::{a::{b, c}, d};\nlet x = crate::e::f(); mycrate::g; crate_::h\n");
        let heads: Vec<_> = source.path_heads("crate").map(|(at, name)| (source.line(at), name)).collect();
        assert_eq!(heads, [(1, "a"), (1, "d"), (2, "e")]);
    }
}
