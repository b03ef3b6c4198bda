//! Natural-language words, per locale: section names, column headers, permission labels, type words.
//!
//! Rules ask this module what a piece of text means; they contain no words themselves. A table is one
//! TOML file; a further locale is one more file. Side-by-side pages need the English table only.

mod conditions;
mod phrases;
mod slug_pattern;
mod type_pages;

pub use conditions::Person;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

use phrases::Phrases;
use slug_pattern::SlugPattern;

use crate::model::facts::{AccountType, PermissionOrder};

/// What a section of a page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Permissions,
    HttpRequest,
    RequestHeaders,
    QueryParameters,
    FunctionParameters,
    PathParameters,
    RequestBody,
    RequestParameters,
    Response,
    Request,
    Example,
    Errors,
    SeeAlso,
    Remarks,
    Properties,
    Relationships,
    Methods,
    Members,
    JsonRepresentation,
}

/// What a column of a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Column {
    Name,
    Type,
    Value,
    Description,
    Required,
    Relationship,
    Member,
    Method,
    Returns,
}

/// What the title of an API page says that its operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TitleKind {
    List,
    Get,
    Create,
    Update,
    Delete,
    Action,
    Function,
    /// `user: sendMail`: a bound action or function.
    Bound,
}

/// The words of the source language and of one more locale.
#[derive(Debug, Default)]
pub struct Vocab {
    tables: BTreeMap<String, Table>,
}

/// The words that apply to one page.
#[derive(Clone, Copy, Debug)]
pub struct Words<'v> {
    english: &'v Table,
    localized: Option<&'v Table>,
}

/// A vocabulary file that cannot be used.
#[derive(Debug)]
pub struct VocabError(pub String);

impl std::fmt::Display for VocabError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for VocabError {}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Table {
    locale: String,
    section: Vec<SectionRow>,
    columns: BTreeMap<Column, Vec<String>>,
    permissions: PermissionWords,
    types: TypeWords,
    markers: Markers,
    query_options: QueryOptionWords,
    body: BodyWords,
    response: ResponseWords,
    title: Vec<TitleRow>,
    type_pages: type_pages::TypePageWords,
    /// Header names, and how translators spell them.
    headers: Spellings,
    /// Names of properties and parameters, and how translators spell them.
    names: Spellings,
}

/// A word of the source language, and what translations make of it.
type Spellings = BTreeMap<String, Vec<String>>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionRow {
    role: Role,
    slugs: Vec<SlugPattern>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TitleRow {
    kind: TitleKind,
    #[serde(default)]
    starts: Vec<String>,
    #[serde(default)]
    ends: Vec<String>,
    #[serde(default)]
    contains: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct PermissionWords {
    label_column: Vec<String>,
    delegated_work: Vec<String>,
    delegated_personal: Vec<String>,
    application: Vec<String>,
    least_to_most: Phrases,
    most_to_least: Phrases,
    not_supported: Vec<String>,
    no_permission: Vec<String>,
    and: Vec<String>,
    or: Vec<String>,
    plus: Vec<String>,
    condition: Vec<String>,
    condition_end: Vec<String>,
    /// Words of conditions that name no resource.
    condition_filler: Vec<String>,
    signed_in_user: Vec<String>,
    other_users: Vec<String>,
    /// Parts of permission names, and how translators spell them.
    parts: Spellings,
    /// Cells that list permissions, and what translators made of them as a whole.
    lists: Spellings,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct TypeWords {
    words: Vec<(String, String)>,
    collection: Vec<String>,
    collection_of: Vec<String>,
    /// Endings that grow together with the type: `Zeichenfolgenauflistung`.
    collection_ending: Vec<String>,
    /// Whether nouns have a capital, so that translators give one to names of types, too.
    capitalized: bool,
    /// Whether the language has letters of its own, so that a word of ASCII letters was not translated.
    own_letters: bool,
    optional: Vec<String>,
    /// Words before the name of a type, and behind it.
    articles: Vec<String>,
    nouns: Vec<String>,
    /// Types as the source documents spell them, and how translators spell them.
    source: Spellings,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Markers {
    required: Phrases,
    optional: Phrases,
    yes: Vec<String>,
    no: Vec<String>,
    /// Before a list of values, and before one of anything.
    possible_values: Phrases,
    one_of: Phrases,
    default: Phrases,
    /// Behind a value.
    default_mark: Vec<String>,
    /// Between the first and the last of some values.
    range: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct QueryOptionWords {
    granted: Phrases,
    denied: Phrases,
    exception: Phrases,
    /// Of anything.
    negation: Phrases,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct BodyWords {
    none: Phrases,
    in_url: Phrases,
    or: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct ResponseWords {
    collection: Phrases,
    empty: Phrases,
    object: Phrases,
    in_body: Phrases,
    link: Phrases,
}

impl Vocab {
    /// Reads vocabulary files; each is given as its name and its text.
    ///
    /// # Errors
    /// When a file is not a vocabulary, a locale has two files, or the English one is missing.
    pub fn parse<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, VocabError> {
        let mut tables = BTreeMap::new();
        for (name, text) in files {
            let table: Table = toml::from_str(text).map_err(|error| VocabError(format!("{name}: {error}")))?;
            let locale = table.locale.to_ascii_lowercase();
            if tables.insert(locale, table).is_some() {
                return Err(VocabError(format!("{name}: this locale has a vocabulary already")));
            }
        }
        if !tables.contains_key("en") {
            return Err(VocabError(
                "no vocabulary has `locale = \"en\"`; it is the source language and always needed".to_owned(),
            ));
        }
        Ok(Self { tables })
    }

    /// The words for a page: those of the source language, and those of `locale` where it has a file.
    #[must_use]
    pub fn words(&self, locale: &str) -> Words<'_> {
        let locale = locale.to_ascii_lowercase();
        Words { english: &self.tables["en"], localized: self.tables.get(&locale).filter(|_| !locale.starts_with("en")) }
    }

    /// Whether a locale has a file of its own.
    #[must_use]
    pub fn knows(&self, locale: &str) -> bool {
        self.tables.contains_key(&locale.to_ascii_lowercase())
    }
}

impl<'v> Words<'v> {
    fn lists(self, list: impl Fn(&'v Table) -> &'v [String]) -> impl Iterator<Item = &'v str> {
        let localized = self.localized.map(&list).unwrap_or_default();
        list(self.english).iter().chain(localized).map(String::as_str)
    }

    fn is(self, text: &str, list: impl Fn(&'v Table) -> &'v [String]) -> bool {
        list(self.english).iter().any(|word| word == text) || self.localized(&list).any(|word| word == narrow(text))
    }

    /// Whether a text holds one of the phrases. Those of the source language are looked for in the text as
    /// it is, those of a locale in its folded form.
    fn says(self, text: &str, phrases: impl Fn(&'v Table) -> &'v Phrases) -> bool {
        let localized = self.localized.map(&phrases).filter(|phrases| !phrases.is_empty());
        phrases(self.english).occur_in(text)
            || localized.is_some_and(|phrases| {
                let text = narrow(&fold(text));
                phrases.iter().any(|phrase| text.contains(phrase.as_str()))
            })
    }

    fn contains(self, text: &str, list: impl Fn(&'v Table) -> &'v [String]) -> bool {
        list(self.english).iter().any(|word| text.contains(word.as_str()))
            || self.localized(&list).any(|word| narrow(text).contains(word))
    }

    /// Whether a phrase of either language stands in the text as it is.
    fn occurs(self, text: &str, phrases: impl Fn(&'v Table) -> &'v Phrases) -> bool {
        phrases(self.english).occur_in(text) || self.localized.is_some_and(|table| phrases(table).occur_in(text))
    }

    fn localized(self, list: impl Fn(&'v Table) -> &'v [String]) -> impl Iterator<Item = &'v str> {
        self.localized.map(list).unwrap_or_default().iter().map(String::as_str)
    }

    /// The words of the source language that translators spell like this.
    fn spelt(self, text: &str, table: impl Fn(&'v Table) -> &'v Spellings) -> Vec<&'v str> {
        let Some(rows) = self.localized.map(table) else { return Vec::new() };
        let text = narrow(&fold(text));
        rows.iter().filter(|(_, spellings)| spellings.contains(&text)).map(|(source, _)| source.as_str()).collect()
    }

    /// A text with the punctuation of the source language; on its own pages the text as it is.
    #[must_use]
    pub fn narrow(self, text: &str) -> Cow<'_, str> {
        if self.localized.is_some() { text.chars().map(half_width).collect::<String>().into() } else { text.into() }
    }

    /// The HTTP header that a translated name stands for.
    #[must_use]
    pub fn header_name(self, name: &str) -> Option<&'v str> {
        self.spelt(name, |table| &table.headers).into_iter().next()
    }

    /// The part of a permission's name that a translated word stands for.
    #[must_use]
    pub fn permission_part(self, word: &str) -> Option<&'v str> {
        self.spelt(word, |table| &table.permissions.parts).into_iter().next()
    }

    /// The list of permissions that a translated cell stands for.
    #[must_use]
    pub fn permission_list(self, cell: &str) -> Option<&'v str> {
        self.spelt(cell, |table| &table.permissions.lists).into_iter().next()
    }

    /// The type, as the source documents spell it, that a translated word stands for.
    #[must_use]
    pub fn source_type(self, word: &str) -> Option<&'v str> {
        self.spelt(word, |table| &table.types.source).into_iter().next()
    }

    /// Whether a capital at the start of a type may be the translator's.
    #[must_use]
    pub fn capitalizes_types(self) -> bool {
        self.localized.is_some_and(|table| table.types.capitalized)
    }

    /// Whether a word of ASCII letters can only be one of the source language.
    #[must_use]
    pub fn has_own_letters(self) -> bool {
        self.localized.is_some_and(|table| table.types.own_letters)
    }

    /// The type that a sentence names by its longest translated word; true where the word for a collection
    /// has grown together with it.
    #[must_use]
    pub fn source_type_in(self, sentence: &str) -> Option<(&'v str, bool)> {
        let sentence = narrow(&fold(sentence));
        let rows = self.localized.into_iter().flat_map(|table| &table.types.source);
        let words = rows.flat_map(|(source, spellings)| spellings.iter().map(move |word| (word, source)));
        let found = words.filter(|(word, _)| contains_word(&sentence, word));
        let longest = found.max_by_key(|(word, _)| word.len()).map(|(_, source)| (source.as_str(), false));
        // `Zeichenfolgensammlung`
        longest.or_else(|| {
            sentence
                .split(' ')
                .map(|word| self.strip_collection(word))
                .find_map(|(word, grown)| self.source_type(&word).filter(|_| grown).map(|source| (source, grown)))
        })
    }

    /// The properties and parameters whose names are translated like this.
    #[must_use]
    pub fn source_names(self, name: &str) -> Vec<&'v str> {
        self.spelt(name, |table| &table.names)
    }

    /// The role of a section, by the English slug of its heading.
    #[must_use]
    pub fn section_role(self, slug: &str) -> Option<Role> {
        self.english
            .section
            .iter()
            .find(|row| row.slugs.iter().any(|pattern| pattern.matches(slug)))
            .map(|row| row.role)
    }

    /// What a column holds, by its header.
    #[must_use]
    pub fn column(self, header: &str) -> Option<Column> {
        // Without a remark: `Type (optional)`.
        self.column_called(header).or_else(|| self.column_called(header.split_once(['(', '（'])?.0))
    }

    fn column_called(self, header: &str) -> Option<Column> {
        let header = fold(header);
        let find = |table: &'v Table, header: &String| {
            table.columns.iter().find(|(_, words)| words.contains(header)).map(|(column, _)| *column)
        };
        find(self.english, &header).or_else(|| find(self.localized?, &narrow(&header)))
    }

    /// The account type that a row label or column header of a permission table names.
    #[must_use]
    pub fn account_type(self, label: &str) -> Option<AccountType> {
        let label = fold(label);
        if self.is(&label, |table| &table.permissions.delegated_work) {
            Some(AccountType::DelegatedWork)
        } else if self.is(&label, |table| &table.permissions.delegated_personal) {
            Some(AccountType::DelegatedPersonal)
        } else if self.is(&label, |table| &table.permissions.application) {
            Some(AccountType::Application)
        } else {
            None
        }
    }

    /// Whether a header names the column of permission types.
    #[must_use]
    pub fn is_permission_label_column(self, header: &str) -> bool {
        self.is(&fold(header), |table| &table.permissions.label_column)
    }

    /// The order that the header of a permission column states.
    #[must_use]
    pub fn permission_order(self, header: &str) -> PermissionOrder {
        let header = fold(header);
        if self.contains(&header, |table| &table.permissions.least_to_most) {
            PermissionOrder::LeastToMost
        } else if self.contains(&header, |table| &table.permissions.most_to_least) {
            PermissionOrder::MostToLeast
        } else {
            PermissionOrder::Unstated
        }
    }

    /// Whether a whole cell says that an operation is not supported for an account type.
    #[must_use]
    pub fn is_not_supported(self, cell: &str) -> bool {
        self.is(&fold(cell), |table| &table.permissions.not_supported)
    }

    /// Whether a whole cell says that an operation needs no permission.
    #[must_use]
    pub fn needs_no_permission(self, cell: &str) -> bool {
        self.is(&fold(cell), |table| &table.permissions.no_permission)
    }

    #[must_use]
    pub fn is_and(self, word: &str) -> bool {
        self.is(&fold(word), |table| &table.permissions.and)
    }

    #[must_use]
    pub fn is_or(self, word: &str) -> bool {
        // Phrases such as "one from" are met word by word.
        let word = fold(word);
        self.lists(|table| &table.permissions.or).any(|phrase| phrase.split(' ').any(|part| part == word))
    }

    /// Whether a word joins two lists, of each of which one permission is needed.
    #[must_use]
    pub fn is_plus(self, word: &str) -> bool {
        self.is(&fold(word), |table| &table.permissions.plus)
    }

    /// Frees the condition of a permission group from its framing words: `For **user** resource:`.
    #[must_use]
    pub fn condition(self, text: &str) -> String {
        let mut text = text.trim().trim_end_matches([':', '：']).trim();
        for word in self.lists(|table| &table.permissions.condition) {
            text = strip_prefix_word(text, word);
        }
        for word in self.lists(|table| &table.permissions.condition_end) {
            text = strip_suffix_word(text, word);
        }
        text.trim().to_owned()
    }

    /// The Edm primitive that a word stands for.
    #[must_use]
    pub fn primitive(self, word: &str) -> Option<&'v str> {
        let word = fold(word);
        let bare = word.strip_prefix("edm.").unwrap_or(&word);
        let tables = std::iter::once(self.english).chain(self.localized);
        tables
            .flat_map(|table| &table.types.words)
            .find(|(known, _)| known == bare)
            .map(|(_, primitive)| primitive.as_str())
    }

    /// Removes the words that make a type a collection. True when there were any.
    #[must_use]
    pub fn strip_collection(self, text: &str) -> (String, bool) {
        let text = text.trim();
        // The localized words first: `Collection von Objekten des Typs X` starts with a source word.
        for table in self.localized.into_iter().chain([self.english]) {
            let words = &table.types;
            let ends = words.collection.iter().map(|word| strip_suffix_word(text, word));
            let starts = words.collection_of.iter().map(|word| strip_prefix_word(text, word));
            let grown = words.collection_ending.iter().map(|ending| strip_ending(text, ending));
            if let Some(stripped) = ends.chain(starts).chain(grown).find(|stripped| stripped.len() < text.len()) {
                return (stripped.trim().to_owned(), true);
            }
        }
        (text.to_owned(), false)
    }

    /// The one word between an article and a noun that says nothing: `boolean` in `a boolean value`.
    #[must_use]
    pub fn strip_article(self, text: &str) -> Option<&str> {
        let mut words = text.split_ascii_whitespace();
        let article = words.next()?;
        let is_article = self.lists(|table| &table.types.articles).any(|known| known.eq_ignore_ascii_case(article));
        let name = words.next().filter(|_| is_article)?;
        (words.all(|noun| self.is_type_noun(noun))).then_some(name)
    }

    /// Whether a word behind the name of a type only says that it is one: `widgetMode enum`.
    #[must_use]
    pub fn is_type_noun(self, word: &str) -> bool {
        self.lists(|table| &table.types.nouns).any(|known| known.eq_ignore_ascii_case(word))
    }

    /// Whether a text is the name of one type and such a word.
    #[must_use]
    pub fn names_one_type(self, text: &str) -> bool {
        text.split_once(' ').is_some_and(|(_, noun)| self.is_type_noun(noun))
    }

    #[must_use]
    pub fn is_collection_word(self, word: &str) -> bool {
        self.is(&fold(word), |table| &table.types.collection)
    }

    /// Whether a description or a cell of a "Required" column makes a parameter required or optional.
    #[must_use]
    pub fn requirement(self, description: &str) -> Option<bool> {
        if !self.says(description, |table| &table.markers.required)
            && !self.says(description, |table| &table.markers.optional)
        {
            return None;
        }
        let text = fold(description);
        let first =
            |words: &'v [String]| words.iter().any(|word| starts_with_word(&text, word) && !runs_on(&text, word));
        let sentence = |words: &'v [String]| words.iter().any(|word| has_sentence(&text, word));
        let tables = || std::iter::once(self.english).chain(self.localized);
        let required = |test: &dyn Fn(&'v [String]) -> bool| tables().any(|table| test(&table.markers.required));
        let optional = |test: &dyn Fn(&'v [String]) -> bool| tables().any(|table| test(&table.markers.optional));
        if required(&first) {
            Some(true)
        } else if optional(&first) {
            Some(false)
        } else if required(&sentence) {
            Some(true)
        } else if optional(&sentence) {
            Some(false)
        } else {
            None
        }
    }

    #[must_use]
    pub fn yes_or_no(self, cell: &str) -> Option<bool> {
        let cell = fold(cell);
        if self.is(&cell, |table| &table.markers.yes) {
            Some(true)
        } else if self.is(&cell, |table| &table.markers.no) {
            Some(false)
        } else {
            None
        }
    }

    /// Where a list of documented values starts: byte offset behind the phrase.
    #[must_use]
    pub fn possible_values(self, description: &str) -> Option<usize> {
        self.first_end(description, |table| &table.markers.possible_values)
    }

    /// Where a list of whatever starts.
    #[must_use]
    pub fn one_of(self, description: &str) -> Option<usize> {
        self.first_end(description, |table| &table.markers.one_of)
    }

    fn first_end(self, text: &str, phrases: impl Fn(&'v Table) -> &'v Phrases) -> Option<usize> {
        let tables = std::iter::once(self.english).chain(self.localized);
        tables.filter_map(|table| phrases(table).first_end_in(text)).min()
    }

    /// Whether a word stands between the first and the last of some values.
    #[must_use]
    pub fn is_range(self, word: &str) -> bool {
        self.is(&fold(word), |table| &table.markers.range)
    }

    /// Whether a remark behind a value says that it is the default.
    #[must_use]
    pub fn is_default_mark(self, remark: &str) -> bool {
        self.is(&fold(remark), |table| &table.markers.default_mark)
    }

    /// Where a documented default starts: byte offset behind the phrase.
    #[must_use]
    pub fn default_value(self, description: &str) -> Option<usize> {
        if !self.occurs(description, |table| &table.markers.default) {
            return None;
        }
        let lower = description.to_ascii_lowercase();
        self.lists(|table| &table.markers.default)
            .filter_map(|phrase| lower.find(phrase).map(|at| at + phrase.len()))
            .max()
    }

    #[must_use]
    pub fn is_optional_mark(self, word: &str) -> bool {
        self.is(&fold(word), |table| &table.types.optional)
    }

    /// Whether a sentence says that an operation takes the query options of OData.
    #[must_use]
    pub fn grants_query_options(self, sentence: &str) -> bool {
        self.says(sentence, |table| &table.query_options.granted)
    }

    /// Whether a sentence says that an operation takes no query options, or no others.
    #[must_use]
    pub fn denies_query_options(self, sentence: &str) -> bool {
        self.says(sentence, |table| &table.query_options.denied)
    }

    /// Whether a denial leaves something out.
    #[must_use]
    pub fn makes_exception(self, sentence: &str) -> bool {
        self.says(sentence, |table| &table.query_options.exception)
    }

    /// Whether a sentence says of anything that it is not supported.
    #[must_use]
    pub fn denies(self, sentence: &str) -> bool {
        self.says(sentence, |table| &table.query_options.negation)
    }

    #[must_use]
    pub fn says_no_body(self, text: &str) -> bool {
        self.says(text, |table| &table.body.none)
    }

    #[must_use]
    pub fn says_in_url(self, text: &str) -> bool {
        self.says(text, |table| &table.body.in_url)
    }

    /// Whether a word between two types gives the choice of them.
    #[must_use]
    pub fn is_alternative(self, word: &str) -> bool {
        self.is(&fold(word), |table| &table.body.or)
    }

    #[must_use]
    pub fn says_collection(self, text: &str) -> bool {
        if !self.says(text, |table| &table.response.collection) {
            return false;
        }
        let text = fold(text);
        self.lists(|table| &table.response.collection).any(|word| contains_word(&text, word))
    }

    #[must_use]
    pub fn says_empty_response(self, text: &str) -> bool {
        self.says(text, |table| &table.response.empty)
    }

    #[must_use]
    pub fn says_object(self, text: &str) -> bool {
        self.says(text, |table| &table.response.object)
    }

    #[must_use]
    pub fn says_in_body(self, text: &str) -> bool {
        self.says(text, |table| &table.response.in_body)
    }

    /// Whether a sentence speaks of the address of something.
    #[must_use]
    pub fn says_link(self, text: &str) -> bool {
        self.says(text, |table| &table.response.link)
    }

    /// What a title says that the operation does. Titles are English: the H1 or its slug.
    #[must_use]
    pub fn title_kind(self, title: &str) -> Option<TitleKind> {
        let title = title.trim().to_ascii_lowercase();
        let rows = &self.english.title;
        let bound = rows
            .iter()
            .filter(|row| !row.ends.is_empty() || !row.contains.is_empty())
            .chain(rows.iter().filter(|row| !row.starts.is_empty()));
        bound
            .into_iter()
            .find(|row| {
                row.ends.iter().any(|word| title.ends_with(word.as_str()))
                    || row.contains.iter().any(|word| title.contains(word.as_str()))
                    || row.starts.iter().any(|word| title.starts_with(word.as_str()))
            })
            .map(|row| row.kind)
    }
}

/// Lower case, without marks and edge punctuation, blanks collapsed.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        for word in text.split_ascii_whitespace() {
            if !folded.is_empty() {
                folded.push(' ');
            }
            let kept = word.bytes().filter(|byte| !matches!(byte, b'*' | b'`' | b'\\'));
            folded.extend(kept.map(|byte| char::from(byte.to_ascii_lowercase())));
        }
        return trimmed(folded, &['.', ',', ';', ':', ' ', '_']);
    }
    for word in text.split(|c: char| c.is_whitespace() || c == '\u{a0}' || c == '\u{200b}') {
        if word.is_empty() {
            continue;
        }
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().filter(|c| !matches!(c, '*' | '`' | '\\')).flat_map(char::to_lowercase));
    }
    trimmed(folded, &['.', ',', ';', ':', '。', '，', '；', '：', ' ', '_'])
}

/// A text without some characters at its edges.
fn trimmed(mut text: String, edges: &[char]) -> String {
    text.truncate(text.trim_end_matches(edges).len());
    text.drain(..text.len() - text.trim_start_matches(edges).len());
    text
}

/// Full-width punctuation as ASCII, without quotation marks and without blanks around parentheses.
/// Translations of one word differ in these; the words of localized tables are written this way.
fn narrow(folded: &str) -> String {
    let mut narrow = String::with_capacity(folded.len());
    for c in folded.chars() {
        let c = match half_width(c) {
            '“' | '”' | '„' | '"' | '「' | '」' | '«' | '»' => continue,
            c => c,
        };
        if matches!(c, '(' | ')' | ',') && narrow.ends_with(' ') {
            narrow.pop();
        }
        if c != ' ' || !narrow.ends_with(['(', ')', ',', ' ']) {
            narrow.push(c);
        }
    }
    narrow.trim().to_owned()
}

fn half_width(c: char) -> char {
    match c {
        '（' => '(',
        '）' => ')',
        '，' | '、' => ',',
        '：' => ':',
        '；' => ';',
        '？' => '?',
        c => c,
    }
}

/// A word ends at anything but a letter or digit; scripts without blanks have no word ends.
fn is_word_end(rest: &str) -> bool {
    rest.chars().next().is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_' && c != '-')
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(is_word_end)
}

/// A word of a script without blanks that goes on: the mark `必需` in `必需的`.
fn runs_on(text: &str, word: &str) -> bool {
    !word.is_ascii() && text[word.len()..].starts_with(char::is_alphanumeric)
}

fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        is_word_end(&text[at + word.len()..])
            && text[..at].chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric())
    })
}

/// The word is a sentence of its own, or ends the text.
fn has_sentence(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].trim_end();
        let after = text[at + word.len()..].trim_start();
        let starts = before.ends_with(['.', '。', '(', '（', ';', '；', ')', '）']);
        let ends = after.is_empty() || after.starts_with(['.', '。', ')', '）', ',', '，', ';', '；']);
        starts && ends
    })
}

fn strip_prefix_word<'t>(text: &'t str, word: &str) -> &'t str {
    match text.get(..word.len()) {
        Some(start) if start.eq_ignore_ascii_case(word) && is_word_end(&text[word.len()..]) => {
            text[word.len()..].trim_start()
        }
        _ => text,
    }
}

fn strip_suffix_word<'t>(text: &'t str, word: &str) -> &'t str {
    let Some(split) = text.len().checked_sub(word.len()).filter(|&split| text.is_char_boundary(split)) else {
        return text;
    };
    let (start, end) = text.split_at(split);
    let glued = !word.is_ascii() || word.starts_with('-');
    let at_word = start.chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric() || glued);
    if end.eq_ignore_ascii_case(word) && at_word { start.trim_end() } else { text }
}

/// An ending that has no blank or hyphen before it.
fn strip_ending<'t>(text: &'t str, ending: &str) -> &'t str {
    match text.len().checked_sub(ending.len()).filter(|&at| at > 0 && text.is_char_boundary(at)) {
        Some(at) if text[at..].eq_ignore_ascii_case(ending) => &text[..at],
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocab() -> Vocab {
        Vocab::parse([("en.toml", include_str!("../vocab/en.toml"))]).expect("the English vocabulary")
    }

    #[test]
    fn sections() {
        let vocab = vocab();
        let words = vocab.words("en-US");
        for (slug, role) in [
            ("permissions", Some(Role::Permissions)),
            ("permissions-acting-on-self", Some(Role::Permissions)),
            ("http-requests", Some(Role::HttpRequest)),
            ("optional-query-parameters", Some(Role::QueryParameters)),
            ("response", Some(Role::Response)),
            ("request-headers", Some(Role::RequestHeaders)),
            ("request-body", Some(Role::RequestBody)),
            ("example-2-list-parts", Some(Role::Example)),
            ("for-users", None),
        ] {
            assert_eq!(words.section_role(slug), role, "{slug}");
        }
    }

    #[test]
    fn permission_words() {
        let vocab = vocab();
        let words = vocab.words("zh-CN");
        assert_eq!(words.account_type("Delegated (work or school account)"), Some(AccountType::DelegatedWork));
        assert_eq!(words.account_type("Application\\*"), Some(AccountType::Application));
        assert_eq!(words.permission_order("Permissions (from least to most privileged)"), PermissionOrder::LeastToMost);
        assert!(words.is_not_supported("Not Supported."));
        assert!(!words.is_not_supported("Not supported for groups: Group.Read.All"));
        assert!(words.needs_no_permission("None.") && !words.is_not_supported("None."));
        assert_eq!(words.condition("For user or chat resource:"), "user or chat");
    }

    #[test]
    fn type_words() {
        let vocab = vocab();
        let words = vocab.words("en");
        assert_eq!(words.primitive("Edm.DateTimeOffset"), Some("Edm.DateTimeOffset"));
        assert_eq!(words.strip_collection("String collection"), ("String".to_owned(), true));
        assert_eq!(words.strip_collection("Collection of user"), ("user".to_owned(), true));
        assert_eq!(words.strip_collection("printerCollection"), ("printerCollection".to_owned(), false));
    }

    #[test]
    fn requirement_markers() {
        let vocab = vocab();
        let words = vocab.words("en");
        for (text, required) in [
            ("Required. The name.", Some(true)),
            ("The name. Optional.", Some(false)),
            ("The required level.", None),
            ("Optional, the reason.", Some(false)),
            ("application/json. Required.", Some(true)),
            ("Bearer {token} (required)", Some(true)),
        ] {
            assert_eq!(words.requirement(text), required, "{text}");
        }
    }

    #[test]
    fn titles() {
        let vocab = vocab();
        let words = vocab.words("en");
        assert_eq!(words.title_kind("sync action"), Some(TitleKind::Action));
        assert_eq!(words.title_kind("user: sendMail"), Some(TitleKind::Bound));
        assert_eq!(words.title_kind("List users"), Some(TitleKind::List));
        assert_eq!(words.title_kind("listing"), None);
    }

    #[test]
    fn a_further_locale_is_one_more_table() {
        let text = r#"
            locale = "xx"
            [columns]
            name = ["名称"]
            [permissions]
            delegated-work = ["委派(工作帐户)"]
            not-supported = ["不支持"]
            no-permission = ["无"]
            [types]
            collection = ["集合", "-sammlung"]
            collection-of = ["sammlung von", "coleção de", "coleção"]
            collection-ending = ["auflistung"]
            [types.source]
            String = ["字符串", "zeichenfolge", "zeichenfolgen"]
            [markers]
            required = ["必需"]
            [headers]
            Accept = ["接受"]
        "#;
        let vocab =
            Vocab::parse([("en.toml", include_str!("../vocab/en.toml")), ("xx.toml", text)]).expect("two tables");
        let words = vocab.words("xx");
        assert_eq!(words.column("**名称**"), Some(Column::Name));
        assert_eq!(words.account_type("委派（工作帐户）"), Some(AccountType::DelegatedWork));
        assert_eq!(words.account_type("委派 (工作帐户)"), Some(AccountType::DelegatedWork));
        assert!(words.is_not_supported("不支持。"));
        assert!(words.needs_no_permission("无。") && !words.is_not_supported("无。"));
        assert_eq!(words.header_name("接受"), Some("Accept"));
        assert_eq!(words.source_type("“字符串”"), Some("String"));
        assert_eq!(words.source_type_in("返回字符串。"), Some(("String", false)));
        assert_eq!(words.source_type_in("eine Zeichenfolgenauflistung im Text"), Some(("String", true)));
        assert_eq!(words.requirement("必需。名称。"), Some(true));
        assert_eq!(words.requirement("必需的级别。"), None);
        for (text, bare) in [
            ("X集合", "X"),
            ("X-Sammlung", "X"),
            ("Sammlung von X", "X"),
            ("Coleção X", "X"),
            ("Zeichenfolgenauflistung", "Zeichenfolgen"),
        ] {
            assert_eq!(words.strip_collection(text), (bare.to_owned(), true), "{text}");
        }
        // The same words mean nothing to other pages.
        assert_eq!(vocab.words("en").source_type("字符串"), None);
        assert_eq!(vocab.words("en").column("名称"), None);
    }

    #[test]
    fn bad_files_are_named() {
        let error = Vocab::parse([("x.toml", "locale = 1")]).expect_err("refused");
        assert!(error.to_string().starts_with("x.toml"), "{error}");
        assert!(Vocab::parse([("x.toml", "locale = \"xx\"")]).is_err());
    }
}
