//! The metadata block at the top of a page.

use std::borrow::Cow;

use crate::markup::yaml;

/// The entries of the front matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrontMatter<'a> {
    /// Every scalar entry in file order.
    pub entries: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl FrontMatter<'_> {
    /// An entry; empty if it is missing.
    fn get(&self, key: &str) -> &str {
        self.entries.iter().find(|(known, _)| known == key).map_or("", |(_, value)| value)
    }

    /// Localized.
    #[must_use]
    pub fn title(&self) -> &str {
        self.get("title")
    }

    /// What the table of contents calls the page, where that is not its title.
    #[must_use]
    pub fn toc_title(&self) -> &str {
        self.get("toc.title")
    }

    /// Commit of the source-language page.
    #[must_use]
    pub fn source_commit(&self) -> &str {
        self.get("ms.sourcegitcommit")
    }

    /// SHA-1 of the source-language file with CRLF line ends.
    #[must_use]
    pub fn source_hash(&self) -> &str {
        self.get("ms.openlocfilehash")
    }

    /// Language of the localized side.
    #[must_use]
    pub fn locale(&self) -> &str {
        self.get("ms.contentlocale")
    }

    /// Day of the last change, as `MM/DD/YYYY`.
    #[must_use]
    pub fn day(&self) -> &str {
        self.get("ms.date")
    }

    /// Day of the hand-back, as `MM/DD/YYYY`.
    #[must_use]
    pub fn handed_back(&self) -> &str {
        self.get("ms.lasthandoff")
    }
}

/// The result of [`cut`].
#[derive(Debug, PartialEq, Eq)]
pub struct Cut<'a> {
    /// The YAML between the delimiters; `None` if the page has no front matter.
    pub yaml: Option<&'a str>,
    /// Where the page body starts.
    pub body: usize,
}

/// Cuts the front matter off. A byte order mark is skipped.
#[must_use]
pub fn cut(raw: &str) -> Cut<'_> {
    let start = if raw.starts_with('\u{FEFF}') { 3 } else { 0 };
    let none = Cut { yaml: None, body: start };
    let Some((first, _)) = raw[start..].split_once('\n').filter(|(first, _)| first.trim_end() == "---") else {
        return none;
    };
    let yaml_start = start + first.len() + 1;
    // Starts at the newline before the block, because the block may be empty.
    for newline in memchr::memmem::find_iter(&raw.as_bytes()[yaml_start - 1..], "\n---") {
        let line_start = yaml_start + newline;
        let line = raw[line_start..].split_inclusive('\n').next().unwrap_or_default();
        if line.trim_end() == "---" {
            return Cut { yaml: Some(&raw[yaml_start..line_start]), body: line_start + line.len() };
        }
    }
    none
}

/// Reads the entries.
///
/// # Errors
/// If the block is not a YAML mapping with distinct keys.
pub fn parse(yaml: &str) -> Result<FrontMatter<'_>, yaml::YamlError> {
    Ok(FrontMatter { entries: yaml::parse_scalars(yaml)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters() {
        assert_eq!(cut("---\ntitle: x\n---\n# y\n"), Cut { yaml: Some("title: x\n"), body: 17 });
        assert_eq!(cut("\u{FEFF}---\r\na: b\r\n---\r\nz"), Cut { yaml: Some("a: b\r\n"), body: 19 });
        assert_eq!(cut("--- \na: b\n---\n"), Cut { yaml: Some("a: b\n"), body: 14 });
        assert_eq!(cut("# y\n---\n"), Cut { yaml: None, body: 0 });
        assert_eq!(cut("---\ntitle: never closed\n"), Cut { yaml: None, body: 0 });
    }
}
