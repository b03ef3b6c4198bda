//! The facts of the docs as files for review: `docs-input/facts/<version>/<area>.yaml`.
//!
//! The docs may not be committed, but their facts may. The files contain what [`crate::link`] reads: no
//! prose, no examples, no sample values, and no line numbers, which change with every edit of a page.
//! Linking facts from files yields the same model as linking extracted facts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

use crate::markup::yaml::{self, YamlError};
use crate::model::facts::{
    Accounting, ApiVersion, Cloud, Deprecation, EntraRole, Example, Header, ListedMethod, Method, PageFacts, PageKind,
    Parameter, PermissionRow, PermissionVariant, Permissions, QueryOptions, RequestBody, RequestTemplate, ResponseType,
    ShownBody, SourceProof, Title, TypeFacts,
};
use crate::source::PagePath;

const HEADER: &str =
    "# Facts of the Microsoft Graph reference, written by `cargo xtask regen --docs`. Review, do not edit.\n";
const LOCK_HEADER: &str =
    "# Where the facts come from, and the git ids of their files; written by `cargo xtask regen --docs`.\n";
/// A type cell with more words is a description, and prose is not written to files.
const MAX_WORDS: usize = 4;
/// The area if the first path segment cannot be a file name.
const OTHER: &str = "other";

/// The file that records where the facts come from.
pub const LOCK: &str = "lock.yaml";

/// Where the facts come from, and the ids of their files at the time of writing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    pub sources: Vec<LockedSource>,
    /// The includes that the pages name, with [`content_id`]: facts change when only an include does.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub includes: BTreeMap<String, String>,
    /// Path and [`content_id`].
    pub files: BTreeMap<String, String>,
}

/// Docs that facts come from.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedSource {
    /// Its name in the list of sources, if its pages were merged with those of others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub locale: String,
    /// Where others can have the docs, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// The commit of the docs, if known.
    pub revision: Option<String>,
    /// Whether its pages have no source side any more.
    #[serde(default, skip_serializing_if = "is_default")]
    pub plain: bool,
    /// How many pages with facts rest on this source; a merged page rests on several.
    pub pages: usize,
    /// Those of its pages that their facts do not tell. Without names, the first source lists none and has all that no
    /// other one lists; a source with a name has the pages whose facts name its locale.
    #[serde(rename = "of", default, skip_serializing_if = "Vec::is_empty")]
    pub listed: Vec<String>,
}

/// Writes a lock.
#[must_use]
pub fn write_lock(lock: &Lock) -> String {
    format!("{LOCK_HEADER}{}", yaml::write(lock))
}

/// Reads a lock.
///
/// # Errors
/// If the text is not a lock file.
pub fn read_lock(text: &str) -> Result<Lock, YamlError> {
    yaml::parse_large(text)
}

/// The id that git gives to a file with this content, so that `git hash-object` can check it.
#[must_use]
pub fn content_id(content: impl AsRef<[u8]>) -> String {
    let content = content.as_ref();
    let digest = Sha1::new().chain_update(format!("blob {}\0", content.len())).chain_update(content).finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: ApiVersion,
    pages: Vec<Page>,
}

/// A page in a file. Facts that a page does not state are left out.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Page {
    page: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<PageKind>,
    #[serde(skip_serializing_if = "is_default")]
    title: String,
    locale: String,
    #[serde(skip_serializing_if = "is_default")]
    witnesses: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    handed_back: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    day: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_documented: Option<String>,
    /// Their ids are in the lock.
    #[serde(skip_serializing_if = "is_default")]
    includes: Vec<String>,
    #[serde(skip_serializing_if = "is_default")]
    source_proof: SourceProof,
    /// `GET /users/{id}`
    #[serde(skip_serializing_if = "is_default")]
    requests: Vec<String>,
    /// The last days on which some of them were documented.
    #[serde(skip_serializing_if = "is_default")]
    requests_last_documented: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "is_default")]
    permissions: Permissions,
    #[serde(skip_serializing_if = "is_default")]
    permission_variants: Vec<PermissionVariant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clouds: Option<Vec<Cloud>>,
    #[serde(skip_serializing_if = "is_default")]
    roles: Vec<EntraRole>,
    #[serde(skip_serializing_if = "is_default")]
    deprecated: Option<Deprecation>,
    #[serde(skip_serializing_if = "is_default")]
    headers: Vec<Header>,
    #[serde(skip_serializing_if = "is_default")]
    parameters: Vec<Parameter>,
    #[serde(skip_serializing_if = "is_default")]
    query_options: QueryOptions,
    #[serde(skip_serializing_if = "is_default")]
    request_body: RequestBody,
    /// Media types.
    #[serde(skip_serializing_if = "is_default")]
    other_content: Vec<String>,
    #[serde(skip_serializing_if = "is_default")]
    statuses: Vec<u16>,
    #[serde(skip_serializing_if = "is_default")]
    response: Option<ResponseType>,
    /// The requests of the examples and the shape of their responses, without the examples.
    #[serde(skip_serializing_if = "is_default")]
    shown: Vec<Shown>,
    #[serde(skip_serializing_if = "is_default")]
    types: Vec<TypeFacts>,
    #[serde(skip_serializing_if = "is_default")]
    methods: Vec<ListedMethod>,
}

/// All facts of a page, for people and snapshots: those in files, and those that only `extract` and the export use.
#[derive(Serialize)]
struct Whole<'p> {
    #[serde(flatten)]
    page: Page,
    #[serde(skip_serializing_if = "is_default")]
    localized_title: &'p str,
    #[serde(skip_serializing_if = "is_empty")]
    examples: &'p [Example],
    accounting: Accounting,
}

/// A request of an example with its first response, or a further response to the same request.
#[derive(Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Shown {
    /// `GET /users/{}/messages?$select`, or [`OTHER_HOST`].
    #[serde(skip_serializing_if = "is_default")]
    request: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    status: Option<u16>,
    #[serde(rename = "type", skip_serializing_if = "is_default")]
    ty: Option<ResponseType>,
    /// Absent if the request has no response.
    #[serde(skip_serializing_if = "is_default")]
    body: Option<ShownBody>,
    /// The names in `@odata.type` of what is sent that the text does not have.
    #[serde(skip_serializing_if = "is_default")]
    sent: Vec<String>,
    /// The same of what is returned.
    #[serde(skip_serializing_if = "is_default")]
    returned: Vec<String>,
}

/// A request to a service other than Graph.
const OTHER_HOST: &str = "other host";

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn is_empty<T>(list: &[T]) -> bool {
    list.is_empty()
}

/// The files of a set of facts as text, by path below `docs-input/facts/`.
#[must_use]
pub fn write(facts: &[PageFacts]) -> BTreeMap<String, String> {
    files(facts).into_iter().map(|(path, file)| (path, file.to_yaml())).collect()
}

/// The same before they are text.
#[must_use]
pub fn files(facts: &[PageFacts]) -> BTreeMap<String, FactsFile> {
    let mut files: BTreeMap<String, File> = BTreeMap::new();
    let mut pages: Vec<_> = facts.iter().filter(|page| page.is_of_use()).collect();
    pages.sort_by(|left, right| left.path.cmp(&right.path));
    for page in pages {
        let path = format!("{}/{}.yaml", page.api_version.segment(), area(page));
        let file = files.entry(path).or_insert_with(|| File { version: page.api_version, pages: Vec::new() });
        file.pages.push(Page::linked(page));
    }
    files.into_iter().map(|(path, file)| (path, FactsFile(file))).collect()
}

/// Every fact of one page, in the form of the files; without lines and diagnostics.
#[must_use]
pub fn whole(facts: &PageFacts) -> String {
    let page = Page { shown: Vec::new(), ..Page::of(facts) };
    let whole = Whole {
        page,
        localized_title: &facts.title.localized,
        examples: &facts.examples,
        accounting: facts.accounting,
    };
    yaml::write(&whole)
}

/// Reads one file.
///
/// # Errors
/// If the text is not a facts file, or a request in it cannot be parsed.
pub fn read(text: &str) -> Result<Vec<PageFacts>, YamlError> {
    FactsFile::from_yaml(text)?.pages()
}

/// A parsed file. Reading it again as JSON takes a tenth of the time.
pub struct FactsFile(File);

impl FactsFile {
    /// # Errors
    /// If the text is not a facts file.
    pub fn from_yaml(text: &str) -> Result<Self, YamlError> {
        Ok(Self(yaml::parse_large(text)?))
    }

    /// # Errors
    /// If the text does not come from [`FactsFile::to_json`].
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        Ok(Self(serde_json::from_str(text)?))
    }

    #[must_use]
    pub fn to_yaml(&self) -> String {
        format!("{HEADER}{}", yaml::write(&self.0))
    }

    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_else(|error| unreachable!("plain data can be written: {error}"))
    }

    /// # Errors
    /// If a request cannot be parsed.
    pub fn pages(self) -> Result<Vec<PageFacts>, YamlError> {
        let Self(file) = self;
        file.pages.into_iter().map(|page| from_file(page, file.version)).collect()
    }
}

/// The part of a page that files contain, whether it comes from a file or from the page; without the commit and the
/// day, which say nothing about the API.
pub(crate) fn page_value(page: &PageFacts) -> serde_json::Value {
    let page = Page {
        commit: None,
        handed_back: None,
        day: None,
        includes: Vec::new(),
        source_proof: SourceProof::default(),
        ..Page::linked(page)
    };
    serde_json::to_value(page).unwrap_or_default()
}

/// Operations by the first segment of their path; types by the workload in the name of their page, or by
/// its first letter.
fn area(page: &PageFacts) -> String {
    let area = match page.requests.first() {
        Some(request) => {
            request.path.trim_start_matches('/').split(['/', '(', '?']).next().unwrap_or_default().to_owned()
        }
        None => {
            let stem = page.path.stem();
            let mut words = stem.split('-');
            match (words.next(), words.next(), words.next()) {
                (Some(family), Some(workload), Some(_)) => format!("types-{family}-{workload}"),
                _ => format!("types-{}", stem.get(..1).unwrap_or_default()),
            }
        }
    };
    let area = area.to_ascii_lowercase();
    let is_file_name = !area.is_empty() && area.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_file_name { area } else { OTHER.to_owned() }
}

impl Page {
    /// Destructures without `..`, so that every fact is handled here.
    fn of(facts: &PageFacts) -> Self {
        let PageFacts {
            path,
            locale,
            witnesses,
            // Part of the path.
            api_version: _,
            kind,
            source_commit,
            // In memory only.
            source_hash: _,
            source_proof,
            handed_back,
            day,
            last_documented,
            includes,
            title,
            requests,
            permissions,
            permission_variants,
            clouds,
            roles,
            deprecated,
            parameters,
            headers,
            query_options,
            request_body,
            other_content,
            success_statuses,
            response,
            examples,
            types,
            methods,
            // About the extraction, not about the page.
            diagnostics: _,
            accounting: _,
        } = facts;
        let mut permissions = permissions.clone();
        let mut permission_variants = permission_variants.clone();
        rows(&mut permissions, &mut permission_variants)
            .filter(|row| row.alternatives == one_each(row))
            .for_each(|row| row.alternatives.clear());
        Self {
            page: path.as_str().to_owned(),
            kind: (*kind != PageKind::Api).then_some(*kind),
            title: title.source.clone(),
            locale: locale.clone(),
            witnesses: witnesses.clone(),
            commit: source_commit.clone(),
            handed_back: handed_back.clone(),
            day: day.clone(),
            last_documented: last_documented.clone(),
            includes: includes.iter().map(|path| path.as_str().to_owned()).collect(),
            source_proof: *source_proof,
            requests: requests.iter().map(request_text).collect(),
            requests_last_documented: requests
                .iter()
                .filter_map(|request| Some((request_text(request), request.last_documented.clone()?)))
                .collect(),
            permissions,
            permission_variants,
            clouds: clouds.clone(),
            roles: roles.clone(),
            deprecated: deprecated.clone(),
            headers: headers.clone(),
            parameters: parameters.clone(),
            query_options: query_options.clone(),
            request_body: request_body.clone(),
            other_content: other_content.clone(),
            statuses: success_statuses.clone(),
            response: response.clone(),
            shown: shown(examples),
            types: types.clone(),
            methods: methods.clone(),
        }
    }

    /// Only what is needed after extraction.
    fn linked(facts: &PageFacts) -> Self {
        let mut page = Self::of(facts);
        // `link` needs titles only to learn what operations do.
        if page.requests.is_empty() {
            page.title.clear();
        }
        // The day of the hand-back is the later one.
        page.day = page.day.take().filter(|_| page.handed_back.is_none());
        page.headers.retain(Header::is_of_caller);
        for method in &mut page.methods {
            method.returns = method.returns.take().filter(|ty| ty.name.split_whitespace().count() <= MAX_WORDS);
        }
        for ty in &mut page.types {
            // They only keep rows out of the properties.
            ty.annotations.clear();
            ty.inner_properties.clear();
            // They were only needed to find the base type.
            ty.properties.iter_mut().chain(&mut ty.relationships).for_each(|property| property.inherited_from = None);
        }
        page
    }
}

fn shown(examples: &[Example]) -> Vec<Shown> {
    let mut shown: Vec<Shown> = Vec::new();
    for example in examples {
        match example {
            Example::Request { method, path, entity_types, .. } => {
                let request = Some(format!("{} {path}", method.as_str()));
                shown.push(Shown { request, sent: entity_types.clone(), ..Shown::default() });
            }
            Example::OtherHost { .. } => {
                shown.push(Shown { request: Some(OTHER_HOST.to_owned()), ..Shown::default() });
            }
            Example::Response { status, ty, body, entity_types, .. } => {
                let (body, returned) = (Some(*body), entity_types.clone());
                let response = Shown { status: *status, ty: ty.clone(), body, returned, ..Shown::default() };
                match shown.last_mut().filter(|last| last.body.is_none()) {
                    Some(last) => {
                        let Shown { request, sent, .. } = std::mem::take(last);
                        *last = Shown { request, sent, ..response };
                    }
                    None => shown.push(response),
                }
            }
        }
    }
    shown
}

fn from_shown(shown: Vec<Shown>, page: &str) -> Result<Vec<Example>, YamlError> {
    let mut examples = Vec::new();
    for Shown { request, status, ty, body, sent, returned } in shown {
        match request {
            Some(request) if request == OTHER_HOST => examples.push(Example::OtherHost { line: 0 }),
            Some(request) => {
                let RequestTemplate { method, path, line, .. } = read_request(&request, page)?;
                let (url, headers) = (String::new(), Vec::new());
                let (has_body, entity_types) = (false, sent);
                examples.push(Example::Request { method, url, path, headers, has_body, entity_types, line });
            }
            None => {}
        }
        if let Some(body) = body {
            examples.push(Example::Response { status, media_type: None, ty, body, entity_types: returned, line: 0 });
        }
    }
    Ok(examples)
}

/// `GET /users/{id}`
fn request_text(request: &RequestTemplate) -> String {
    format!("{} {}", request.method.as_str(), request.path)
}

fn read_request(text: &str, page: &str) -> Result<RequestTemplate, YamlError> {
    match Method::split(text) {
        Some((method, path)) => Ok(RequestTemplate { method, path: path.to_owned(), last_documented: None, line: 0 }),
        None => Err(YamlError::new(format!("`{text}` of {page} is not a request"))),
    }
}

fn rows<'p>(
    permissions: &'p mut Permissions,
    variants: &'p mut [PermissionVariant],
) -> impl Iterator<Item = &'p mut PermissionRow> {
    let Permissions { delegated_work, delegated_personal, application, .. } = permissions;
    [delegated_work, delegated_personal, application]
        .into_iter()
        .chain(variants.iter_mut().map(|variant| &mut variant.row))
}

/// The default, which is not written: each permission suffices alone.
fn one_each(row: &PermissionRow) -> Vec<Vec<String>> {
    row.scopes.iter().map(|scope| vec![scope.clone()]).collect()
}

fn from_file(mut page: Page, api_version: ApiVersion) -> Result<PageFacts, YamlError> {
    rows(&mut page.permissions, &mut page.permission_variants)
        .filter(|row| row.alternatives.is_empty())
        .for_each(|row| row.alternatives = one_each(row));
    let request = |text: &String| {
        let last_documented = page.requests_last_documented.get(text).cloned();
        Ok(RequestTemplate { last_documented, ..read_request(text, &page.page)? })
    };
    Ok(PageFacts {
        path: PagePath::new(&page.page),
        locale: page.locale,
        witnesses: page.witnesses,
        api_version,
        kind: page.kind.unwrap_or(PageKind::Api),
        source_commit: page.commit,
        source_hash: None,
        source_proof: page.source_proof,
        handed_back: page.handed_back,
        day: page.day,
        last_documented: page.last_documented,
        includes: page.includes.iter().map(|path| PagePath::new(path)).collect(),
        title: Title { source: page.title, localized: String::new() },
        requests: page.requests.iter().map(request).collect::<Result<_, _>>()?,
        permissions: page.permissions,
        permission_variants: page.permission_variants,
        clouds: page.clouds,
        roles: page.roles,
        deprecated: page.deprecated,
        parameters: page.parameters,
        headers: page.headers,
        query_options: page.query_options,
        request_body: page.request_body,
        other_content: page.other_content,
        success_statuses: page.statuses,
        response: page.response,
        examples: from_shown(page.shown, &page.page)?,
        types: page.types,
        methods: page.methods,
        diagnostics: Vec::new(),
        accounting: Accounting::default(),
    })
}
