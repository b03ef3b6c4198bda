//! Turns tokens into text: parse, pretty-print, join with blank lines.
//!
//! If tokens do not parse, the run stops: unformatted text is never written.

use std::fmt::Write as _;

use crate::emit::{TokenStream, TokenTree};

/// Tokens that are not Rust.
#[derive(Debug)]
pub struct PrintError {
    pub message: String,
    /// The tokens, shortened.
    pub tokens: String,
}

impl std::fmt::Display for PrintError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "emitted tokens are not Rust: {}\n{}", self.message, self.tokens)
    }
}

impl std::error::Error for PrintError {}

/// Prints items one by one, separated by blank lines. Formatting many small pieces is faster than
/// one big one.
///
/// # Errors
/// If the tokens of an item are not Rust.
pub fn print_items(items: &[TokenStream]) -> Result<String, PrintError> {
    let mut out = String::new();
    for item in items {
        if item.is_empty() {
            continue;
        }
        let file = syn::parse2::<syn::File>(item.clone()).map_err(|error| PrintError {
            message: error.to_string(),
            tokens: item.to_string().chars().take(2_000).collect(),
        })?;
        if !out.is_empty() {
            out.push('\n');
        }
        match file.items.as_slice() {
            [syn::Item::Macro(item)] if matches!(item.mac.delimiter, syn::MacroDelimiter::Brace(_)) => {
                push_list(&item.mac, &mut out);
            }
            _ => push_spaced(&prettyplease::unparse(&file), &mut out),
        }
    }
    Ok(out)
}

/// Prints a macro whose braces hold entries that end with a semicolon, each on a line. The printer does not know their
/// grammar and would fill lines, so that one more entry would change all lines after it.
fn push_list(call: &syn::Macro, out: &mut String) {
    let segments: Vec<_> = call.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let _ = writeln!(out, "{}! {{", segments.join("::"));
    let mut line = String::new();
    for token in call.tokens.clone() {
        let is = |mark| matches!(&token, TokenTree::Punct(punct) if punct.as_char() == mark);
        let (is_colon, is_end) = (is(':'), is(';'));
        let is_attribute = matches!(&token, TokenTree::Group(_)) && line.ends_with('#');
        // `NAME: path::Type = "value";`
        let is_apart = !(line.is_empty() || is_colon || is_end || is_attribute || line.ends_with("::"));
        if is_apart {
            line.push(' ');
        }
        let _ = write!(line, "{token}");
        if is_end || is_attribute {
            let _ = writeln!(out, "    {line}");
            line.clear();
        }
    }
    out.push_str("}\n");
}

/// Adds a blank line between the functions and constants of an `impl` block, since the printer adds none.
fn push_spaced(text: &str, out: &mut String) {
    const INDENT: &str = "    ";
    let mut ended = false;
    for line in text.lines() {
        let item = line.strip_prefix(INDENT).filter(|rest| !rest.starts_with(' '));
        let starts = item.is_some_and(|item| ["///", "#[", "pub ", "fn "].iter().any(|start| item.starts_with(start)));
        if ended && starts {
            out.push('\n');
        }
        // The end of a body, or of a constant.
        ended = item
            .is_some_and(|item| item == "}" || item == ");" || item.starts_with("pub const") && item.ends_with(';'));
        out.push_str(line);
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn each_entry_of_a_list_has_a_line() {
        let list =
            quote!(crate::names! { Lamp; ID = "id"; #[deprecated(note = "dark")] MAKER: crate::Maker = "maker"; });
        let printed = print_items(&[list]).expect("Rust");
        let expected = "crate::names! {\n    Lamp;\n    ID = \"id\";\n    #[deprecated (note = \"dark\")]\n    \
                        MAKER: crate::Maker = \"maker\";\n}\n";
        assert_eq!(printed, expected);
    }

    #[test]
    fn items_of_blocks_are_apart_and_fields_are_not() {
        let block = quote! {
            impl X {
                /// One.
                #[inline]
                pub fn one(&self) { if true { two(); } }
                pub fn two(&self) {}
                pub const A: u8 = 1;
                /// B.
                pub const B: u8 = 2;
            }
        };
        let fields = quote! {
            struct X {
                /// One.
                pub one: u8,
                pub two: u8,
            }
        };
        let printed = print_items(&[block, fields]).expect("Rust");
        let expected = "impl X {\n    /// One.\n    #[inline]\n    pub fn one(&self) {\n        if true {\n            \
                        two();\n        }\n    }\n\n    pub fn two(&self) {}\n    pub const A: u8 = 1;\n\n    /// B.\n    \
                        pub const B: u8 = 2;\n}\n\nstruct X {\n    /// One.\n    pub one: u8,\n    pub two: u8,\n}\n";
        assert_eq!(printed, expected);
    }
}
