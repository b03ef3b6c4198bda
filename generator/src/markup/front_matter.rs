//! The metadata block at the top of a page.

use crate::markup::yaml;

/// The front matter entries that the generator uses; empty text where an entry is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrontMatter {
    /// Localized.
    pub title: String,
    /// Commit of the source-language page, `ms.sourcegitcommit`.
    pub source_commit: String,
    /// SHA-1 of the source-language file with CRLF line ends, `ms.openlocfilehash`.
    pub source_hash: String,
    /// Language of the localized side, `ms.contentlocale`.
    pub locale: String,
    /// Day of the hand-back, `ms.lasthandoff`, as `MM/DD/YYYY`.
    pub handed_back: String,
    /// Every scalar entry in file order.
    pub entries: Vec<(String, String)>,
}

/// What [`cut`] found.
#[derive(Debug, PartialEq, Eq)]
pub struct Cut<'a> {
    /// The YAML between the delimiters; `None` when the page has no front matter.
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
    let mut line_start = yaml_start;
    while line_start < raw.len() {
        let line_end = raw[line_start..].find('\n').map_or(raw.len(), |newline| line_start + newline + 1);
        if raw[line_start..line_end].trim_end() == "---" {
            return Cut { yaml: Some(&raw[yaml_start..line_start]), body: line_end };
        }
        line_start = line_end;
    }
    none
}

/// Reads the entries.
///
/// # Errors
/// When the block is not a YAML mapping with distinct keys.
pub fn parse(yaml: &str) -> Result<FrontMatter, yaml::YamlError> {
    let entries = yaml::parse_scalars(yaml)?;
    let get =
        |key: &str| entries.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone()).unwrap_or_default();
    Ok(FrontMatter {
        title: get("title"),
        source_commit: get("ms.sourcegitcommit"),
        source_hash: get("ms.openlocfilehash"),
        locale: get("ms.contentlocale"),
        handed_back: get("ms.lasthandoff"),
        entries,
    })
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
