//! Words of resource and enum pages.

use memchr::memmem::Finder;
use serde::{Deserialize, Deserializer};

use super::folding::fold;
use super::phrases::Phrases;
use super::slug_pattern::SlugPattern;
use super::word_search::starts_with_word;
use super::{Table, Words};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct TypePageWords {
    /// Slugs of titles and headings.
    resource_title: Vec<SlugPattern>,
    enum_title: Vec<SlugPattern>,
    enum_heading: Vec<SlugPattern>,
    /// The header of a column of members, with a `*` for the name of the enumeration.
    enum_header: Vec<SlugPattern>,
    inner_properties: Vec<SlugPattern>,
    derived: Vec<SlugPattern>,
    /// First words of headings that are not names.
    no_name: Vec<String>,
    inherits: Vec<Phrase>,
    inherited: Vec<Phrase>,
    read_only: Vec<Phrase>,
    /// After it, where it holds only sometimes.
    read_only_sometimes: Vec<String>,
    nullable: Vec<Phrase>,
    not_nullable: Vec<Phrase>,
    on_select: Vec<Phrase>,
    filter: Vec<Phrase>,
    /// Before query options, and before that verb.
    supports: Phrases,
    not_supports: Vec<String>,
    /// Whole sentences.
    key: Vec<String>,
    alternate_key: Vec<String>,
    /// Starts of sentences.
    by_default: Vec<String>,
}

/// A phrase that every description is searched for.
#[derive(Debug)]
struct Phrase(Finder<'static>);

impl<'de> Deserialize<'de> for Phrase {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let phrase = String::deserialize(deserializer)?;
        Ok(Self(Finder::new(&phrase).into_owned()))
    }
}

impl<'v> Words<'v> {
    fn has_slug(self, slug: &str, list: impl Fn(&'v TypePageWords) -> &'v [SlugPattern]) -> bool {
        list(&self.english.type_pages).iter().any(|pattern| pattern.matches(slug))
    }

    /// Whether a title, given by its slug, belongs to a page about a type.
    #[must_use]
    pub fn is_resource_title(self, slug: &str) -> bool {
        self.has_slug(slug, |words| &words.resource_title)
    }

    /// Whether a title, given by its slug, belongs to a page about one or more enumerations.
    #[must_use]
    pub fn is_enum_title(self, slug: &str) -> bool {
        self.has_slug(slug, |words| &words.enum_title)
    }

    /// Whether a heading, given by its slug, announces the members of an enumeration.
    #[must_use]
    pub fn is_enum_heading(self, slug: &str) -> bool {
        self.has_slug(slug, |words| &words.enum_heading)
    }

    /// The enumeration that a translated header of a column of members names.
    #[must_use]
    pub fn enum_in_header(self, header: &str) -> Option<&str> {
        let folded = fold(header);
        let pattern = self.localized?.type_pages.enum_header.iter().find(|pattern| pattern.matches(&folded))?;
        let mut words = header.split_whitespace();
        let name = if matches!(pattern, SlugPattern::Start(_)) { words.next_back() } else { words.next() };
        name.filter(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    }

    /// Whether a section, given by its slug, lists properties of something inside a property.
    #[must_use]
    pub fn is_about_inner_properties(self, slug: &str) -> bool {
        self.has_slug(slug, |words| &words.inner_properties)
    }

    /// Whether a section, given by its slug, lists the types that inherit from the type of the
    /// page.
    #[must_use]
    pub fn is_about_derived_types(self, slug: &str) -> bool {
        self.has_slug(slug, |words| &words.derived)
    }

    /// Whether the first word of a heading can be a name rather than part of a phrase.
    #[must_use]
    pub fn can_be_name(self, word: &str) -> bool {
        !self.english.type_pages.no_name.iter().any(|other| other.eq_ignore_ascii_case(word))
    }

    fn find_in(self, lower: &str, list: impl Fn(&'v Table) -> &'v [Phrase]) -> Option<usize> {
        let localized = self.localized.map(&list).unwrap_or_default();
        let phrases = list(self.english).iter().chain(localized).map(|Phrase(phrase)| phrase);
        let found = phrases.filter_map(|phrase| Some((phrase.find(lower.as_bytes())?, phrase.needle().len())));
        // The first one; of several that start at the same place, the longest.
        found.min_by_key(|&(at, len)| (at, std::cmp::Reverse(len))).map(|(at, len)| at + len)
    }

    /// Where a base type is named: the byte offset after the phrase. The text is in lower case.
    #[must_use]
    pub fn inherits(self, lower: &str) -> Option<usize> {
        self.find_in(lower, |table| &table.type_pages.inherits)
    }

    /// The same for the type that a property comes from.
    #[must_use]
    pub fn inherited(self, lower: &str) -> Option<usize> {
        self.find_in(lower, |table| &table.type_pages.inherited)
    }

    /// Whether a description, in lower case, calls a property read-only, and not only sometimes.
    #[must_use]
    pub fn says_read_only(self, lower: &str) -> bool {
        let localized = self.localized.map(|table| table.type_pages.read_only.as_slice()).unwrap_or_default();
        let phrases = self.english.type_pages.read_only.iter().chain(localized);
        let mut ends =
            phrases.flat_map(|Phrase(phrase)| phrase.find_iter(lower.as_bytes()).map(|at| at + phrase.needle().len()));
        ends.any(|end| {
            let after = lower[end..].trim_start();
            !self.lists(|table| &table.type_pages.read_only_sometimes).any(|word| starts_with_word(after, word))
        })
    }

    /// Whether a description, in lower case, says that a property may be null or may not.
    #[must_use]
    pub fn nullability(self, lower: &str) -> Option<bool> {
        if self.find_in(lower, |table| &table.type_pages.not_nullable).is_some() {
            return Some(false);
        }
        self.find_in(lower, |table| &table.type_pages.nullable).map(|_| true)
    }

    /// Whether a description, in lower case, says that a property must be selected to be returned.
    #[must_use]
    pub fn says_on_select(self, lower: &str) -> bool {
        self.find_in(lower, |table| &table.type_pages.on_select).is_some()
    }

    /// Whether a description, in lower case, says that the property can be filtered by.
    #[must_use]
    pub fn says_filter(self, lower: &str) -> bool {
        self.find_in(lower, |table| &table.type_pages.filter).is_some()
    }

    /// Where a sentence goes on with the query options that a property can be used with.
    #[must_use]
    pub fn supports(self, sentence: &str) -> Option<usize> {
        let tables = std::iter::once(self.english).chain(self.localized);
        let found = tables.filter_map(|table| table.type_pages.supports.first_words_in(sentence));
        let found = found.min_by_key(|found| found.start)?;
        let before = fold(&sentence[..found.start]);
        let last = before.rsplit(' ').next().unwrap_or_default();
        (!self.is(last, |table| &table.type_pages.not_supports)).then_some(found.end)
    }

    /// Whether a sentence calls a property the key.
    #[must_use]
    pub fn is_key_sentence(self, sentence: &str) -> bool {
        self.is(&fold(sentence), |table| &table.type_pages.key)
    }

    /// Whether a sentence calls a property an alternate key.
    #[must_use]
    pub fn is_alternate_key_sentence(self, sentence: &str) -> bool {
        self.is(&fold(sentence), |table| &table.type_pages.alternate_key)
    }

    /// Whether a sentence says that a property is returned without being asked for.
    #[must_use]
    pub fn says_by_default(self, sentence: &str) -> bool {
        let sentence = fold(sentence);
        self.lists(|table| &table.type_pages.by_default).any(|start| starts_with_word(&sentence, start))
    }
}
