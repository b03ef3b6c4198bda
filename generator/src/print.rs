//! From tokens to text: parse, pretty-print, join with blank lines.
//!
//! If tokens do not parse, the run stops: unformatted text is never written.

use crate::emit::TokenStream;

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

/// Prints items one by one, separated by blank lines. Small files cost less to format than big ones.
///
/// # Errors
/// When the tokens of an item are not Rust.
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
        out.push_str(&prettyplease::unparse(&file));
    }
    Ok(out)
}
