//! The API that all pages together describe.

use std::collections::BTreeMap;
use std::fmt;

use super::facts::{AccountType, ApiVersion, Cloud, EntraRole, Method, QueryOptions};
pub use super::facts::{Deprecation, Header, Member};
pub use super::proof::Proof;
use crate::source::PagePath;

/// The whole documented API, by version.
#[derive(Clone, Debug, Default)]
pub struct Api {
    pub versions: BTreeMap<ApiVersion, Version>,
}

/// One version of the API. Types and operations refer only to types of the same version.
#[derive(Clone, Debug, Default)]
pub struct Version {
    /// Sorted by path and method.
    pub operations: Vec<Operation>,
    /// By qualified name without `microsoft.graph.`: `user`, `callRecords.callRecord`.
    pub types: BTreeMap<String, TypeDefinition>,
}

/// A type of the schema (OData CSDL 4.01, sections 6 to 10).
#[derive(Clone, Debug)]
pub struct TypeDefinition {
    /// The key of [`Version::types`].
    pub name: String,
    /// The page that the facts come from.
    pub page: PagePath,
    pub line: u32,
    /// Other pages that describe the same type.
    pub also_on: Vec<PagePath>,
    pub deprecated: Option<Deprecation>,
    /// The last day on which it was documented, if newer docs no longer have it.
    pub last_documented: Option<String>,
    pub shape: TypeShape,
}

#[derive(Clone, Debug)]
pub enum TypeShape {
    Structured(StructuredType),
    Enum(EnumType),
}

/// An entity type or a complex type.
#[derive(Clone, Debug)]
pub struct StructuredType {
    pub kind: StructuredKind,
    /// A key of [`Version::types`]; the chain of base types has no cycles.
    pub base: Option<String>,
    pub key: Option<String>,
    /// Whether objects may have properties that are not documented.
    pub is_open: bool,
    pub is_abstract: bool,
    pub is_media: bool,
    /// Without those of the base type, in documented order, structural before navigation
    /// properties.
    pub properties: Vec<Property>,
    /// The types whose base this one is, sorted.
    pub derived: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StructuredKind {
    /// Has a key, its own or an inherited one.
    Entity,
    Complex,
}

/// An enumeration type.
#[derive(Clone, Debug)]
pub struct EnumType {
    pub members: Vec<Member>,
}

/// A structural or navigation property.
#[derive(Clone, Debug)]
pub struct Property {
    pub name: String,
    pub ty: TypeRef,
    pub is_navigation: bool,
    pub nullable: Option<bool>,
    pub is_read_only: bool,
    /// Documented values, if their enumeration has no name.
    pub values: Vec<String>,
    pub default: Option<String>,
    /// Returned only when `$select` asks for it.
    pub only_on_select: bool,
    /// Returned without being asked for.
    pub returned_by_default: bool,
    pub is_filterable: bool,
    /// The operators and functions that `$filter` takes with it, where the page lists them.
    pub filter_operators: Vec<String>,
    pub is_searchable: bool,
    pub is_sortable: bool,
    pub is_expandable: bool,
    pub required: Option<bool>,
    pub is_key: bool,
    pub is_alternate_key: bool,
    /// The values or members that only a request with `Prefer: include-unknown-enum-members` gets.
    pub only_with_prefer: Vec<String>,
    pub deprecated: Option<Deprecation>,
    /// The last day on which it was documented, if newer docs no longer have it.
    pub last_documented: Option<String>,
    /// What the name rests on.
    pub proof: Proof,
    pub page: PagePath,
    pub line: u32,
}

/// The type of a value, resolved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TypeRef {
    pub ty: ValueType,
    pub collection: bool,
}

/// The type of one value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueType {
    Primitive(Primitive),
    /// Always a key of [`Version::types`].
    Named(String),
    /// A documented mixture of types, or an open or untyped value.
    Json,
    /// The documented text, if it names no known type.
    Unknown(String),
}

impl ValueType {
    /// A key of [`Version::types`].
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            _ => None,
        }
    }
}

/// The primitive types that Graph uses (OData CSDL 4.01, section 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Primitive {
    Binary,
    Boolean,
    Byte,
    Date,
    DateTimeOffset,
    Decimal,
    Double,
    Duration,
    Guid,
    Int16,
    Int32,
    Int64,
    SByte,
    Single,
    Stream,
    String,
    TimeOfDay,
}

impl Primitive {
    const ALL: [Self; 17] = [
        Self::Binary,
        Self::Boolean,
        Self::Byte,
        Self::Date,
        Self::DateTimeOffset,
        Self::Decimal,
        Self::Double,
        Self::Duration,
        Self::Guid,
        Self::Int16,
        Self::Int32,
        Self::Int64,
        Self::SByte,
        Self::Single,
        Self::Stream,
        Self::String,
        Self::TimeOfDay,
    ];

    #[must_use]
    pub fn is_number(self) -> bool {
        matches!(
            self,
            Self::Byte
                | Self::Decimal
                | Self::Double
                | Self::Int16
                | Self::Int32
                | Self::Int64
                | Self::SByte
                | Self::Single
        )
    }

    /// Its name in the namespace `Edm`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Binary => "Binary",
            Self::Boolean => "Boolean",
            Self::Byte => "Byte",
            Self::Date => "Date",
            Self::DateTimeOffset => "DateTimeOffset",
            Self::Decimal => "Decimal",
            Self::Double => "Double",
            Self::Duration => "Duration",
            Self::Guid => "Guid",
            Self::Int16 => "Int16",
            Self::Int32 => "Int32",
            Self::Int64 => "Int64",
            Self::SByte => "SByte",
            Self::Single => "Single",
            Self::Stream => "Stream",
            Self::String => "String",
            Self::TimeOfDay => "TimeOfDay",
        }
    }

    /// The primitive with a qualified name such as `Edm.String`.
    #[must_use]
    pub fn from_qualified(name: &str) -> Option<Self> {
        let name = name.strip_prefix("Edm.")?;
        Self::ALL.into_iter().find(|known| known.as_str() == name)
    }
}

/// `Collection(user)`, without namespaces.
impl fmt::Display for TypeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.collection { write!(f, "Collection({})", self.ty) } else { write!(f, "{}", self.ty) }
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Primitive(primitive) => primitive.as_str(),
            Self::Named(name) | Self::Unknown(name) => name,
            Self::Json => "Untyped",
        })
    }
}

/// One method on one path.
#[derive(Clone, Debug)]
pub struct Operation {
    pub method: Method,
    pub path: PathTemplate,
    pub kind: OperationKind,
    /// The page that the facts come from.
    pub page: PagePath,
    pub line: u32,
    pub origin: Origin,
    /// Other pages that document the same operation.
    pub also_on: Vec<PagePath>,
    pub permissions: Permissions,
    pub statuses: Vec<u16>,
    pub query_options: QueryOptions,
    /// Only the headers that the caller may have to set.
    pub headers: Vec<Header>,
    /// Parameters of the request body; if it is an entity, its documented properties.
    pub body_parameters: Vec<Parameter>,
    /// Parameters of the function in the path.
    pub function_parameters: Vec<Parameter>,
    pub request_body: RequestBody,
    /// Media types of content that may be sent instead of that body.
    pub other_content: Vec<String>,
    pub response: Response,
    /// The national clouds that have it; `None` if the page does not say.
    pub clouds: Option<Vec<Cloud>>,
    /// The roles of which the signed-in user needs one.
    pub roles: Vec<EntraRole>,
    pub property_permissions: Vec<PropertyPermission>,
    pub deprecated: Option<Deprecation>,
    /// The last day on which it was documented, if newer docs no longer have it.
    pub last_documented: Option<String>,
}

/// Permissions that are needed only for some properties.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PropertyPermission {
    pub properties: Vec<String>,
    pub account: AccountType,
    /// Any one of these suffices.
    pub any_of: Vec<AllOf>,
}

/// Where an operation is documented.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// In a request template.
    #[default]
    Template,
    /// Only in the request of an example.
    Example,
    /// On no page, but supported by every service of its kind.
    Convention,
}

impl Origin {
    /// The remark beside the operation; none for those from a template.
    #[must_use]
    pub fn mark(self) -> Option<&'static str> {
        match self {
            Self::Template => None,
            Self::Example => Some("from an example"),
            Self::Convention => Some("by convention"),
        }
    }
}

/// The permissions that each kind of caller needs for an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Permissions {
    pub delegated_work: AccountPermissions,
    pub delegated_personal: AccountPermissions,
    pub application: AccountPermissions,
}

impl Permissions {
    #[must_use]
    pub fn of(&self, account: AccountType) -> &AccountPermissions {
        match account {
            AccountType::DelegatedWork => &self.delegated_work,
            AccountType::DelegatedPersonal => &self.delegated_personal,
            AccountType::Application => &self.application,
        }
    }

    pub fn of_mut(&mut self, account: AccountType) -> &mut AccountPermissions {
        match account {
            AccountType::DelegatedWork => &mut self.delegated_work,
            AccountType::DelegatedPersonal => &mut self.delegated_personal,
            AccountType::Application => &mut self.application,
        }
    }

    /// All names, including repetitions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        AccountType::ALL.into_iter().flat_map(|account| self.of(account).names())
    }
}

/// The permissions that one kind of caller needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AccountPermissions {
    /// `None` if the page does not say.
    pub supported: Option<bool>,
    /// Any one of these suffices. Empty if callers are not supported or need no permission, or if
    /// the page does not mention them.
    pub any_of: Vec<AllOf>,
    pub order: PrivilegeOrder,
    /// Permissions that the page says do not work.
    pub refused: Vec<String>,
    /// Whether the permissions depend on a condition, such as the resource.
    pub is_conditional: bool,
}

impl AccountPermissions {
    /// The least privileged permissions that suffice, if they are known.
    #[must_use]
    pub fn least(&self) -> Option<&AllOf> {
        let is_known =
            self.any_of.len() == 1 || matches!(self.order, PrivilegeOrder::LeastToMost | PrivilegeOrder::LeastFirst(_));
        self.any_of.first().filter(|_| is_known)
    }

    /// Whether a caller needs no permission at all.
    #[must_use]
    pub fn needs_none(&self) -> bool {
        self.supported == Some(true) && self.any_of.is_empty()
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.any_of.iter().flat_map(|set| &set.0).map(String::as_str)
    }
}

/// In the notation of the client, `runtime::PermissionSet`: `A + B < C`.
impl fmt::Display for AccountPermissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.supported == Some(false) {
            return f.write_str("-");
        }
        if self.needs_none() {
            return f.write_str("()");
        }
        for (index, set) in self.any_of.iter().enumerate() {
            f.write_str(match self.order {
                _ if index == 0 => "",
                PrivilegeOrder::LeastToMost => " < ",
                PrivilegeOrder::LeastFirst(count) if index == count => " < ",
                PrivilegeOrder::LeastFirst(_) | PrivilegeOrder::Unstated => ", ",
                PrivilegeOrder::Contradictory => " ? ",
            })?;
            f.write_str(&set.0.join(" + "))?;
        }
        Ok(())
    }
}

/// Names of permissions that are needed together, in documented order; usually only one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AllOf(pub Vec<String>);

/// The order of [`AccountPermissions::any_of`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PrivilegeOrder {
    LeastToMost,
    /// So many in front are the least privileged ones, of which any suffices; the others are in no certain order.
    LeastFirst(usize),
    /// Neither the page nor the names reveal the order.
    #[default]
    Unstated,
    /// The page contradicts the names or the operation.
    Contradictory,
}

impl Operation {
    /// Whether its body parameters become a structure of their own: those of an action, or of no known type.
    #[must_use]
    pub fn takes_parameters(&self) -> bool {
        let may_be_bytes = self.kind != OperationKind::Action && self.is_media();
        self.request_body == RequestBody::Parameters && !self.body_parameters.is_empty() && !may_be_bytes
    }

    /// Whether the caller passes content with its media type.
    #[must_use]
    pub fn takes_content(&self) -> bool {
        match self.request_body {
            RequestBody::Raw(_) => true,
            RequestBody::Unstated | RequestBody::Parameters => !self.takes_parameters() && self.is_media(),
            RequestBody::None | RequestBody::Entity(_) | RequestBody::Reference => false,
        }
    }

    /// `PUT …/$value` and `PUT …/content` carry the bytes themselves.
    #[must_use]
    pub fn is_media(&self) -> bool {
        match (self.path.segments.last(), self.method) {
            (Some(Segment::System(name)), Method::Put | Method::Patch) => name == "$value",
            (Some(Segment::Name(name)), Method::Put) => name == "content",
            _ => false,
        }
    }
}

/// What an operation does, in OData's words (OData 4.01, part 1, section 11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OperationKind {
    List,
    Get,
    Create,
    Update,
    Replace,
    Delete,
    /// Bound or unbound; the last path segment is its name.
    Action,
    /// A function whose last path segment has no parentheses.
    Function,
}

impl OperationKind {
    /// Whether its body is all or part of an entity or complex value.
    #[must_use]
    pub fn is_write(self) -> bool {
        matches!(self, Self::Create | Self::Update | Self::Replace)
    }

    /// Whether the last path segment names the action or function that is called, not a resource.
    #[must_use]
    pub fn is_bound(self) -> bool {
        matches!(self, Self::Action | Self::Function)
    }
}

/// A parameter of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    pub name: String,
    pub ty: TypeRef,
    pub required: Option<bool>,
    /// Documented values, if their enumeration has no name.
    pub values: Vec<String>,
    pub default: Option<String>,
    pub deprecated: Option<Deprecation>,
    /// What the name rests on.
    pub proof: Proof,
    pub line: u32,
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestBody {
    Unstated,
    /// No body.
    None,
    /// An object with the parameters of an action.
    Parameters,
    /// All or part of an entity or complex value; `body_parameters` are the properties that the page lists.
    Entity(TypeRef),
    /// `{"@odata.id": …}`, the address of another entity.
    Reference,
    /// Something else, with the media type if the page names one.
    Raw(Option<String>),
}

impl RequestBody {
    /// Its type, if it has one.
    #[must_use]
    pub fn ty(&self) -> Option<&TypeRef> {
        match self {
            Self::Entity(ty) => Some(ty),
            _ => None,
        }
    }
}

/// The content of a successful response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    Empty,
    Typed(TypeRef),
    /// A value or nothing: text and examples disagree, or the page names both.
    Optional(TypeRef),
    /// Bytes of some media type.
    Stream,
    /// The number of members of a collection, as text (OData 4.01, part 1, section 11.2.10).
    Count,
    /// The page does not say.
    Unknown,
}

impl Response {
    /// Its type, if it has one.
    #[must_use]
    pub fn ty(&self) -> Option<&TypeRef> {
        match self {
            Self::Typed(ty) | Self::Optional(ty) => Some(ty),
            _ => None,
        }
    }

    /// The same with another type, if it has one.
    #[must_use]
    pub fn map_type(self, change: impl FnOnce(TypeRef) -> TypeRef) -> Self {
        match self {
            Self::Typed(ty) => Self::Typed(change(ty)),
            Self::Optional(ty) => Self::Optional(change(ty)),
            other => other,
        }
    }
}

/// A path with named holes; see OData 4.01, part 2, section 4.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PathTemplate {
    pub segments: Vec<Segment>,
    /// Query items that the operation needs: those of the template, except OData system options.
    pub query: Vec<QueryItem>,
}

/// `name={label}` of a query string.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct QueryItem {
    pub name: String,
    pub label: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// Entity set, singleton, property, action, or a function without parentheses.
    Name(String),
    /// `$ref`, `$value`, `$count`.
    System(String),
    /// A type cast; the qualified name.
    Cast(String),
    /// `{label}`.
    Key { label: String },
    /// `name={label}`.
    KeyEquals { name: String, label: String },
    /// `(name='{name}')`: keys by name, for the segment before.
    KeyPredicate { keys: Vec<Argument> },
    /// `name(argument=…)`.
    Function { name: String, arguments: Vec<Argument> },
    /// `:/{label}:`, relative to the segment before.
    ItemPath { label: String },
}

/// An argument of a function in a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Argument {
    pub name: String,
    pub kind: ArgumentKind,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArgumentKind {
    /// In quotes: a string literal.
    Quoted,
    /// Without quotes: a number, boolean, date or GUID.
    Bare,
    /// With a type prefix, which is part of the literal.
    Enum(String),
}

/// The namespace of Graph's types, with its dot.
const NAMESPACE: &str = "microsoft.graph.";

impl ArgumentKind {
    /// A member of an enumeration type, which is a key of [`Version::types`].
    #[must_use]
    pub fn of_enum(name: &str) -> Self {
        Self::Enum(format!("{NAMESPACE}{name}"))
    }

    /// The name that would be a key of [`Version::types`].
    #[must_use]
    pub fn enum_name(&self) -> Option<&str> {
        match self {
            Self::Enum(name) => Some(name.strip_prefix(NAMESPACE).unwrap_or(name)),
            _ => None,
        }
    }
}

impl PathTemplate {
    /// The arguments of the function at the end.
    #[must_use]
    pub fn last_arguments(&self) -> &[Argument] {
        match self.segments.last() {
            Some(Segment::Function { arguments, .. }) => arguments,
            _ => &[],
        }
    }

    /// The identity of a path: names in lower case, placeholders without their labels.
    #[must_use]
    pub fn key(&self) -> String {
        self.segments.iter().map(|segment| segment.key()).collect()
    }
}

impl Segment {
    /// The identity of a segment, starting with its slash or colon.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Name(name) | Self::System(name) | Self::Cast(name) => format!("/{}", name.to_ascii_lowercase()),
            Self::Key { .. } => "/{}".to_owned(),
            Self::KeyEquals { name, .. } => format!("/{}={{}}", name.to_ascii_lowercase()),
            Self::KeyPredicate { keys } => argument_key(keys),
            Self::Function { name, arguments } => {
                format!("/{}{}", name.to_ascii_lowercase(), argument_key(arguments))
            }
            Self::ItemPath { .. } => ":/{}:".to_owned(),
        }
    }
}

/// The identity of arguments: their names in lower case.
fn argument_key(arguments: &[Argument]) -> String {
    let names: Vec<_> =
        arguments.iter().map(|argument| format!("{}={{}}", argument.name.to_ascii_lowercase())).collect();
    format!("({})", names.join(","))
}

/// As documented, in normal form: `/users/{id}/events`.
impl fmt::Display for PathTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut in_item_path = false;
        for segment in &self.segments {
            if in_item_path && !matches!(segment, Segment::ItemPath { .. }) {
                f.write_str(":")?;
            }
            in_item_path = matches!(segment, Segment::ItemPath { .. });
            write!(f, "{segment}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) | Self::System(name) | Self::Cast(name) => write!(f, "/{name}"),
            Self::Key { label } => write!(f, "/{{{label}}}"),
            Self::KeyEquals { name, label } => write!(f, "/{name}={{{label}}}"),
            Self::ItemPath { label } => write!(f, ":/{{{label}}}"),
            Self::KeyPredicate { keys } => fmt_arguments(keys, f),
            Self::Function { name, arguments } => {
                write!(f, "/{name}")?;
                fmt_arguments(arguments, f)
            }
        }
    }
}

fn fmt_arguments(arguments: &[Argument], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("(")?;
    for (index, argument) in arguments.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        match &argument.kind {
            ArgumentKind::Quoted => write!(f, "{comma}{0}='{{{0}}}'", argument.name)?,
            ArgumentKind::Bare => write!(f, "{comma}{0}={{{0}}}", argument.name)?,
            ArgumentKind::Enum(ty) => write!(f, "{comma}{0}={ty}'{{{0}}}'", argument.name)?,
        }
    }
    f.write_str(")")
}
