//! Slugs of headings, with a `*` for any text before or after.

use serde::{Deserialize, Deserializer};

#[derive(Debug)]
pub(super) enum SlugPattern {
    Whole(String),
    Start(String),
    End(String),
    Inside(String),
}

impl SlugPattern {
    pub(super) fn matches(&self, slug: &str) -> bool {
        match self {
            Self::Whole(pattern) => pattern == slug,
            Self::Start(start) => slug.starts_with(start.as_str()),
            Self::End(end) => slug.ends_with(end.as_str()),
            Self::Inside(part) => slug.contains(part.as_str()),
        }
    }
}

impl<'de> Deserialize<'de> for SlugPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pattern = String::deserialize(deserializer)?;
        let part = pattern.trim_matches('*').to_owned();
        Ok(match (pattern.starts_with('*'), pattern.ends_with('*')) {
            (true, true) => Self::Inside(part),
            (true, false) => Self::End(part),
            (false, true) => Self::Start(part),
            (false, false) => Self::Whole(part),
        })
    }
}
