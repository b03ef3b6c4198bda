//! How a name or type of a plain localized page is known. Its source text is gone, but pages of several locales
//! translate the same one: each is a witness of it.

use serde::{Deserialize, Serialize};

/// What a fact rests on, from the strongest to the weakest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The source text, or equal in all locales that the page was read in.
    #[default]
    Whole,
    /// Equal in two locales, while others differ.
    TwoLocales,
    /// What the page said when it still had its source side (a span page), and the locales differ.
    SpanPage,
    /// The translation is paired with this name on pages that have both sides.
    Dictionary,
    /// Only one locale has it.
    OneLocale,
    /// It may be a translation; no client should use it.
    Doubtful,
}

impl Proof {
    /// Whether the fact may be used.
    #[must_use]
    pub fn is_usable(self) -> bool {
        self != Self::Doubtful
    }
}
