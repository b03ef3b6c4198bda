//! The facts of one page.

use serde::{Deserialize, Serialize};

use super::proof::Proof;
use crate::diag::Diagnostic;
use crate::source::PagePath;

/// Facts that a page does not state are left out of files.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A version of the Graph API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ApiVersion {
    #[serde(rename = "v1.0")]
    V1_0,
    #[serde(rename = "beta")]
    Beta,
}

impl ApiVersion {
    /// The first segment of every URL of this version.
    #[must_use]
    pub fn segment(self) -> &'static str {
        match self {
            Self::V1_0 => "v1.0",
            Self::Beta => "beta",
        }
    }

    /// The version that a path segment names.
    #[must_use]
    pub fn from_segment(segment: &str) -> Option<Self> {
        match segment {
            _ if segment.eq_ignore_ascii_case("v1.0") => Some(Self::V1_0),
            _ if segment.eq_ignore_ascii_case("beta") => Some(Self::Beta),
            _ => None,
        }
    }

    /// Whether the first segment of a URL in an example stands for a version: `v1` is written by mistake, and `{version}`
    /// for any of them.
    #[must_use]
    pub fn is_meant_by(segment: &str) -> bool {
        Self::from_segment(segment).is_some() || segment.eq_ignore_ascii_case("v1") || segment == "{version}"
    }
}

/// The kind of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PageKind {
    Api,
    Resource,
    Enum,
    Concept,
}

/// An HTTP method (RFC 9110, section 9; PATCH is RFC 5789).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub const ALL: [Self; 5] = [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete];

    /// The method and the rest of a line such as `GET /users/{id}`.
    #[must_use]
    pub fn split(request: &str) -> Option<(Self, &str)> {
        let (method, path) = request.split_once(' ')?;
        Some((Self::ALL.into_iter().find(|known| known.as_str() == method)?, path))
    }

    /// Whether its requests usually have a body (RFC 9110, section 9.3).
    #[must_use]
    pub fn writes(self) -> bool {
        matches!(self, Self::Post | Self::Put | Self::Patch)
    }

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// A title in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Title {
    pub source: String,
    #[serde(skip_serializing_if = "is_default")]
    pub localized: String,
}

/// A request template: a line such as `GET /users/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequestTemplate {
    pub method: Method,
    /// As documented, query string included.
    pub path: String,
    /// The last day on which it was documented, if newer docs no longer have it.
    #[serde(skip_serializing_if = "is_default")]
    pub last_documented: Option<String>,
    #[serde(skip)]
    pub line: u32,
}

impl RequestTemplate {
    /// The path without its query, whatever capitals it has, its placeholders are called, and it starts with.
    #[must_use]
    pub fn key(&self) -> String {
        let path = self.path.get(..query_start(&self.path).unwrap_or(self.path.len())).unwrap_or(&self.path);
        let (mut key, mut depth) = (String::new(), 0_u32);
        for c in without_root(path.trim()).trim_matches('/').chars() {
            match c {
                '{' => {
                    if depth == 0 {
                        key.push_str("{}");
                    }
                    depth += 1;
                }
                '}' => depth = depth.saturating_sub(1),
                _ if depth == 0 => key.push(c.to_ascii_lowercase()),
                _ => {}
            }
        }
        key
    }
}

/// A path without the root of the service and its version, where it has them.
fn without_root(path: &str) -> &str {
    let Some(rest) = path.strip_prefix("https://graph.microsoft.com/") else { return path };
    let is_version = |first: &str| first.eq_ignore_ascii_case("v1.0") || first.eq_ignore_ascii_case("beta");
    rest.split_once('/').filter(|(first, _)| is_version(first)).map_or(rest, |(_, path)| path)
}

/// Where the query of a documented path starts: the first `?` outside braces and the quotes of arguments.
#[must_use]
pub fn query_start(path: &str) -> Option<usize> {
    let (mut depth, mut parentheses, mut quoted) = (0_i32, 0_i32, false);
    path.char_indices().find_map(|(at, c)| {
        match c {
            '\'' if parentheses > 0 => quoted = !quoted,
            _ if quoted => {}
            '{' | '<' => depth += 1,
            '}' | '>' => depth -= 1,
            '(' => parentheses += 1,
            ')' => parentheses -= 1,
            '?' if depth <= 0 => return Some(at),
            _ => {}
        }
        None
    })
}

/// The kinds of accounts that permissions are documented for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountType {
    DelegatedWork,
    DelegatedPersonal,
    Application,
}

impl AccountType {
    pub const ALL: [Self; 3] = [Self::DelegatedWork, Self::DelegatedPersonal, Self::Application];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DelegatedWork => "delegated_work",
            Self::DelegatedPersonal => "delegated_personal",
            Self::Application => "application",
        }
    }
}

/// The order of permissions that a table states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PermissionOrder {
    LeastToMost,
    MostToLeast,
    #[default]
    Unstated,
}

/// The permissions documented for one account type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionRow {
    /// All names, in order of first occurrence.
    #[serde(default, skip_serializing_if = "is_default")]
    pub scopes: Vec<String>,
    /// Any one of these sets suffices; within a set, all are needed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub alternatives: Vec<Vec<String>>,
    /// The list is `A, B and C`, which may mean that each suffices or that all are needed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ends_with_and: bool,
    /// Those of `alternatives` that the page calls least privileged, in a column of their own.
    #[serde(default, skip_serializing_if = "is_default")]
    pub least: Vec<Vec<String>>,
    /// Permissions that the page says do not work.
    #[serde(default, skip_serializing_if = "is_default")]
    pub refused: Vec<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub order: PermissionOrder,
    /// `None` if the page lists no permissions and does not say that there are none; `Some(true)`
    /// without scopes if no permission is needed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub supported: Option<bool>,
    /// Whether the permissions depend on a condition that the page states.
    #[serde(default, skip_serializing_if = "is_default")]
    pub conditional: bool,
    /// The line of the scopes.
    #[serde(skip)]
    pub line: u32,
}

/// The permissions of a page, by account type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permissions {
    #[serde(default, skip_serializing_if = "is_default")]
    pub delegated_work: PermissionRow,
    #[serde(default, skip_serializing_if = "is_default")]
    pub delegated_personal: PermissionRow,
    #[serde(default, skip_serializing_if = "is_default")]
    pub application: PermissionRow,
    /// The page has a permissions section, but no table or list that can be read.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unstructured: bool,
}

impl Permissions {
    #[must_use]
    pub fn row(&self, account: AccountType) -> &PermissionRow {
        match account {
            AccountType::DelegatedWork => &self.delegated_work,
            AccountType::DelegatedPersonal => &self.delegated_personal,
            AccountType::Application => &self.application,
        }
    }

    pub fn row_mut(&mut self, account: AccountType) -> &mut PermissionRow {
        match account {
            AccountType::DelegatedWork => &mut self.delegated_work,
            AccountType::DelegatedPersonal => &mut self.delegated_personal,
            AccountType::Application => &mut self.application,
        }
    }
}

/// Permissions that apply under a condition: for a resource, provider, calendar or workload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionVariant {
    pub context: String,
    /// The properties that need it; what is for single properties says nothing about the operation as a whole.
    #[serde(default, skip_serializing_if = "is_default")]
    pub properties: Vec<String>,
    /// `GET /users/{id}`: the requests that it is about, where the page names them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub requests: Vec<String>,
    pub account: AccountType,
    pub row: PermissionRow,
    #[serde(skip)]
    pub line: u32,
}

/// A deployment of Microsoft Graph: the columns of the table of national clouds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cloud {
    Global,
    UsGovernmentL4,
    UsGovernmentL5,
    China,
}

impl Cloud {
    /// In the order of the table.
    pub const ALL: [Self; 4] = [Self::Global, Self::UsGovernmentL4, Self::UsGovernmentL5, Self::China];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::UsGovernmentL4 => "us_government_l4",
            Self::UsGovernmentL5 => "us_government_l5",
            Self::China => "china",
        }
    }
}

/// A Microsoft Entra role that is enough for the signed-in user, beside the permission of the app.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EntraRole {
    pub name: String,
    /// What the role is enough for, where it is not enough for everything.
    #[serde(default, skip_serializing_if = "is_default")]
    pub condition: Option<String>,
    /// The name is that of a permission of a custom role, `microsoft.directory/…`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_permission: bool,
}

/// What the docs say about the end of an operation, type, property, parameter or member.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Deprecation {
    /// The day on which it stops to work, as `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub date: Option<String>,
    /// What to use instead: a name, or the stem of a page.
    #[serde(default, skip_serializing_if = "is_default")]
    pub successor: Option<String>,
}

/// Where a parameter is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Location {
    Body,
    Path,
    Query,
    Function,
    Header,
}

/// A documented type, as written: `String`, `identitySet`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeExpression {
    /// Without the word that makes it a collection.
    #[serde(rename = "type")]
    pub name: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub collection: bool,
    /// Page stem of the link target, if the type is a link.
    #[serde(default, skip_serializing_if = "is_default")]
    pub target: Option<String>,
}

/// A parameter or body property of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    pub name: String,
    #[serde(flatten)]
    pub ty: TypeExpression,
    pub location: Location,
    #[serde(default, skip_serializing_if = "is_default")]
    pub required: Option<bool>,
    /// Documented values of the parameter, if the row lists them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub values: Vec<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub default: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub deprecated: Option<Deprecation>,
    /// What the name rests on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub proof: Proof,
    /// What the type rests on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub type_proof: Proof,
    #[serde(skip)]
    pub line: u32,
}

/// A documented request header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub name: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub required: Option<bool>,
    #[serde(skip)]
    pub line: u32,
}

impl Header {
    /// Whether the caller may have to set it. The client sends the others itself, with the token and the
    /// body.
    #[must_use]
    pub fn is_of_caller(&self) -> bool {
        const OF_CLIENT: [&str; 4] = ["Authorization", "Accept", "Content-Type", "Content-Length"];
        let name = self.name.split(':').next().unwrap_or(&self.name).trim_end();
        !OF_CLIENT.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// The query options (OData 4.01, part 2, section 5.1) that the operation takes, as far as documented.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QueryOptions {
    /// Whether it takes those of OData in general; if not, it only takes the named ones.
    #[serde(skip_serializing_if = "is_default")]
    pub in_general: Option<bool>,
    /// `$select`, in documented order.
    #[serde(skip_serializing_if = "is_default")]
    pub named: Vec<String>,
}

/// What the "Request body" section says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestBody {
    /// Nothing, or no section.
    #[default]
    Unstated,
    /// "Do not supply a request body."
    None,
    /// A table of parameters or properties.
    Parameters,
    /// A JSON representation of an entity or complex type.
    Entity(TypeExpression),
    /// One of these types: "an `ipNamedLocation` or `countryNamedLocation` object".
    OneOf(Vec<TypeExpression>),
    /// The body has a single property; the table lists the properties inside it.
    Wrapped(Wrapper),
    /// Only known from JSON.
    Shown(Vec<ShownProperty>),
    /// `{"@odata.id": …}`, the address of another entity.
    Reference,
    /// Something else, with the media type if the page names one.
    Raw(Option<String>),
}

/// The single property of a request body, and whether it holds a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrapper {
    pub name: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub collection: bool,
}

/// A property in example JSON with the type of its value, which is empty if the value is null or its type
/// varies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownProperty {
    pub name: String,
    #[serde(flatten)]
    pub ty: TypeExpression,
}

/// The type of the response body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseType {
    pub name: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub collection: bool,
    /// Page stem of the link target, if the type is a link.
    #[serde(default, skip_serializing_if = "is_default")]
    pub target: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub proof: Proof,
}

/// A request or response block of an example. Responses belong to the request before them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Example {
    Request {
        method: Method,
        /// As shown.
        url: String,
        /// Without sample values: `/users/{}/messages?$select`.
        path: String,
        #[serde(skip_serializing_if = "is_default")]
        headers: Vec<String>,
        #[serde(skip_serializing_if = "is_default")]
        has_body: bool,
        /// What `@odata.type` of the entity says, if neither the page's request body nor its response is named so.
        #[serde(skip_serializing_if = "is_default")]
        entity_types: Vec<String>,
        #[serde(skip)]
        line: u32,
    },
    /// A request to another host, such as that of an upload session. The responses after it do not come
    /// from Graph.
    OtherHost {
        #[serde(skip)]
        line: u32,
    },
    Response {
        #[serde(skip_serializing_if = "is_default")]
        status: Option<u16>,
        #[serde(skip_serializing_if = "is_default")]
        media_type: Option<String>,
        #[serde(rename = "type", skip_serializing_if = "is_default")]
        ty: Option<ResponseType>,
        body: ShownBody,
        /// What `@odata.type` of the entities says, without the names that the page's request body and response have.
        #[serde(skip_serializing_if = "is_default")]
        entity_types: Vec<String>,
        #[serde(skip)]
        line: u32,
    },
}

/// The shape of the body of an example response (OData JSON 4.01).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShownBody {
    #[default]
    Empty,
    /// `{"id": …}`
    Object,
    /// `{"value": […]}`
    Collection,
    /// `{"value": {…}}`: an object in an envelope.
    Wrapped,
    /// `{"value": true}`, or the bare value.
    Boolean,
    /// `{"value": …}` with another primitive value, or the bare value.
    Value,
    /// `[…]`
    Array,
    /// Not JSON.
    Other,
}

impl ShownBody {
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::Empty
    }

    #[must_use]
    pub fn is_json(self) -> bool {
        !matches!(self, Self::Empty | Self::Other)
    }
}

/// Whether the reconstructed source text is known to be the original.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceProof {
    Exact,
    Unproven,
    #[default]
    Absent,
}

/// How much of a page was understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Accounting {
    pub tables: usize,
    pub tables_consumed: usize,
    pub fences: usize,
    pub fences_consumed: usize,
    pub sections: usize,
    pub sections_consumed: usize,
    /// Directives, whatever became of them.
    #[serde(skip_serializing_if = "is_default")]
    pub includes: usize,
    /// Those whose text was read or that are skipped knowingly.
    #[serde(skip_serializing_if = "is_default")]
    pub includes_consumed: usize,
}

/// Everything one page says.
#[derive(Clone, Debug)]
pub struct PageFacts {
    pub path: PagePath,
    pub locale: String,
    /// The locales of a page that several plain localized pages were merged into; empty for any other page.
    pub witnesses: Vec<String>,
    pub api_version: ApiVersion,
    pub kind: PageKind,
    pub source_commit: Option<String>,
    /// SHA-1 of the English page with CRLF line ends: pages of one hash are translations of one page. In memory only.
    pub source_hash: Option<String>,
    pub source_proof: SourceProof,
    /// Day of the hand-back as `YYYY-MM-DD`; pages without it are the oldest.
    pub handed_back: Option<String>,
    /// Day of the last change, `ms.date` as `YYYY-MM-DD`.
    pub day: Option<String>,
    /// The last day on which the page was part of the docs, if newer docs no longer have it: that of the newest snapshot
    /// with the page, whatever day the page itself names, because until then it was published.
    pub last_documented: Option<String>,
    /// The includes whose text is part of the page, sorted.
    pub includes: Vec<PagePath>,
    pub title: Title,
    pub requests: Vec<RequestTemplate>,
    pub permissions: Permissions,
    pub permission_variants: Vec<PermissionVariant>,
    /// The national clouds that have the operation, where the page says so.
    pub clouds: Option<Vec<Cloud>>,
    /// The roles of which the signed-in user needs one.
    pub roles: Vec<EntraRole>,
    /// The end of the operations of an API page.
    pub deprecated: Option<Deprecation>,
    pub parameters: Vec<Parameter>,
    pub headers: Vec<Header>,
    pub query_options: QueryOptions,
    pub request_body: RequestBody,
    /// Media types of content that may be sent instead of `request_body`.
    pub other_content: Vec<String>,
    pub success_statuses: Vec<u16>,
    pub response: Option<ResponseType>,
    pub examples: Vec<Example>,
    /// The types that a resource or enum page defines.
    pub types: Vec<TypeFacts>,
    /// The operations that a resource page lists.
    pub methods: Vec<ListedMethod>,
    pub diagnostics: Vec<Diagnostic>,
    pub accounting: Accounting,
}

impl PageFacts {
    /// Whether the page counts for the model. An article does not if it has neither requests nor types: the operations that
    /// some list are those of other pages, which say more about them.
    #[must_use]
    pub fn is_of_use(&self) -> bool {
        self.kind != PageKind::Concept || !self.requests.is_empty() || !self.types.is_empty()
    }

    /// The number of names and types that may be translations and are not used.
    #[must_use]
    pub fn doubtful(&self) -> usize {
        let of_parameters = self.parameters.iter().flat_map(|row| [row.proof, row.type_proof]);
        let of_response = self.response.iter().map(|response| response.proof);
        let of_types = self.types.iter().flat_map(|ty| {
            let rows = [&ty.properties, &ty.relationships, &ty.annotations, &ty.inner_properties].into_iter().flatten();
            rows.flat_map(|row| [row.proof, row.type_proof]).chain(ty.members.iter().map(|member| member.proof))
        });
        of_parameters.chain(of_response).chain(of_types).filter(|proof| !proof.is_usable()).count()
    }
}

/// A row of a methods table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedMethod {
    /// Stem of the API page.
    pub page: String,
    /// What the operation returns, if the table has such a column.
    #[serde(default, skip_serializing_if = "is_default")]
    pub returns: Option<TypeExpression>,
    /// The row calls it deprecated.
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_deprecated: bool,
}

/// The kind of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TypeKind {
    /// A structure with a key.
    Entity,
    Complex,
    Enum,
}

/// A type that a page defines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeFacts {
    /// Without `microsoft.graph.`, with sub-namespaces: `user`, `callRecords.callRecord`.
    pub name: String,
    pub kind: TypeKind,
    /// The name of the type in the title and the page name, if it differs. It is used if the type called
    /// `name` has a page of its own.
    #[serde(default, skip_serializing_if = "is_default")]
    pub titled: Option<String>,
    /// The sub-namespace that the page states, for types whose name comes from a heading.
    #[serde(default, skip_serializing_if = "is_default")]
    pub namespace: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub key: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub base: Option<BaseType>,
    /// Whether objects may have properties that are not documented.
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_open: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_abstract: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_media: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    pub deprecated: Option<Deprecation>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub properties: Vec<Property>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub relationships: Vec<Property>,
    /// Instance annotations: `@microsoft.graph.downloadUrl`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub annotations: Vec<Property>,
    /// Properties inside the text value of a property, such as a policy definition.
    #[serde(default, skip_serializing_if = "is_default")]
    pub inner_properties: Vec<Property>,
    /// Types that inherit from this one, if the page lists them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub derived: Vec<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub members: Vec<Member>,
    /// The names in its JSON representation, which is not translated. Only the merge of locales reads them.
    #[serde(skip)]
    pub shown: Vec<String>,
    /// The last day on which it was documented, if newer docs no longer have it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub last_documented: Option<String>,
    #[serde(skip)]
    pub line: u32,
}

/// The type that another one inherits from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseType {
    pub name: String,
    /// Page stem of the link target, if the type is a link.
    #[serde(default, skip_serializing_if = "is_default")]
    pub target: Option<String>,
}

/// A property or relationship of a type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Property {
    pub name: String,
    #[serde(flatten)]
    pub ty: TypeExpression,
    #[serde(default, skip_serializing_if = "is_default")]
    pub nullable: Option<bool>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_read_only: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    pub default: Option<String>,
    /// Documented values, if the row or a table below it lists them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub values: Vec<String>,
    /// The type that it comes from, according to its row.
    #[serde(default, skip_serializing_if = "is_default")]
    pub inherited_from: Option<String>,
    /// Returned only when `$select` asks for it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub only_on_select: bool,
    /// Returned without being asked for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub returned_by_default: bool,
    /// `$filter` takes it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_filterable: bool,
    /// The operators and functions that `$filter` takes with it, where the row lists them: `eq`, `startsWith`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub filter_operators: Vec<String>,
    /// `$search` takes it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_searchable: bool,
    /// `$orderby` takes it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_sortable: bool,
    /// `$expand` takes it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_expandable: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    pub required: Option<bool>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_key: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_alternate_key: bool,
    /// Those of the values that only a request with `Prefer: include-unknown-enum-members` gets.
    #[serde(default, skip_serializing_if = "is_default")]
    pub only_with_prefer: Vec<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub deprecated: Option<Deprecation>,
    /// What the name rests on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub proof: Proof,
    /// What the type rests on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub type_proof: Proof,
    /// The last day on which it was documented, if newer docs no longer have it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub last_documented: Option<String>,
    #[serde(skip)]
    pub line: u32,
}

/// A member of an enumeration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub name: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub value: Option<i64>,
    /// Only a request with `Prefer: include-unknown-enum-members` gets it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub only_with_prefer: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    pub deprecated: Option<Deprecation>,
    /// What the name rests on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub proof: Proof,
    /// The last day on which it was documented, if newer docs no longer have it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub last_documented: Option<String>,
    #[serde(skip)]
    pub line: u32,
}
