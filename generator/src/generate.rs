//! From facts to the files of the client crate.

use std::collections::BTreeMap;

use crate::diag::Diagnostic;
use crate::model::facts::PageFacts;
use crate::policy::Policy;
use crate::source::PagePath;

/// A file of the hand-written part of the client.
#[derive(Clone, Debug)]
pub struct TemplateFile {
    /// Relative to `templates/`, with `/` separators.
    pub path: String,
    pub content: Vec<u8>,
}

/// The planned content of the client crate.
#[derive(Debug, Default)]
pub struct Generation {
    /// By path relative to the output folder, with `/` separators.
    pub files: BTreeMap<String, Vec<u8>>,
    pub diagnostics: Vec<(PagePath, Diagnostic)>,
}

/// Generates the whole crate.
///
/// # Errors
/// When the templates lack a marker line or emitted tokens are not Rust; both are faults of this
/// repository, not of the docs.
pub fn generate(_facts: &[PageFacts], _templates: &[TemplateFile], _policy: &Policy) -> Result<Generation, String> {
    Ok(Generation::default())
}
