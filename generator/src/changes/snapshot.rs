//! One side of a comparison: facts, model and surface as plain data.

use std::collections::BTreeMap;

use super::permissions;
use crate::facts_file;
use crate::model::api::{
    AccountPermissions, Api, Operation, RequestBody, Response, StructuredType, TypeDefinition, TypeShape,
};
use crate::model::facts::{AccountType, ApiVersion, Method, PageFacts, QueryOptions};
use crate::plan::{Plan, SurfaceItem, SurfaceKind, version_module};
use crate::report::model;

/// The part of a set of docs that is compared with another.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// Each page as in the facts file.
    pub(super) pages: BTreeMap<String, serde_json::Value>,
    pub(super) subjects: BTreeMap<Subject, Described>,
    /// By kind and by name with the version.
    pub(super) items: BTreeMap<(ItemKind, String), SurfaceItem>,
    /// The functions of operations, by version, method and path as documented.
    calls: BTreeMap<(String, Method, String), String>,
    /// The documented types, by version and name.
    types: BTreeMap<(String, String), String>,
    /// Properties and members, by the type and by the name in JSON.
    parts: BTreeMap<(String, String), String>,
}

/// The subject of facts. Labels of placeholders are ignored.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    Type(ApiVersion, String),
    Operation(ApiVersion, String, Method),
}

/// A subject with its facts.
#[derive(Debug)]
pub(super) struct Described {
    /// `v1.0 GET /users/{id}`
    pub(super) name: String,
    pub(super) page: String,
    pub(super) facts: BTreeMap<Fact, Value>,
}

/// The name of a fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fact {
    Page,
    Path,
    Kind,
    Response,
    RequestBody,
    Argument(String),
    BodyParameter(String),
    Property(String),
    Member(String),
    Statuses,
    QueryOptions,
    Headers,
    Permissions(AccountType),
    Roles,
    Clouds,
    Deprecated,
    LastDocumented,
}

impl std::fmt::Display for Fact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Page => f.write_str("page"),
            Self::Path => f.write_str("path"),
            Self::Kind => f.write_str("kind"),
            Self::Response => f.write_str("response"),
            Self::RequestBody => f.write_str("request body"),
            Self::Argument(name) => write!(f, "argument {name}"),
            Self::BodyParameter(name) => write!(f, "body parameter {name}"),
            Self::Property(name) => write!(f, "property {name}"),
            Self::Member(name) => write!(f, "member {name}"),
            Self::Statuses => f.write_str("statuses"),
            Self::QueryOptions => f.write_str("query options"),
            Self::Headers => f.write_str("headers"),
            Self::Roles => f.write_str("roles"),
            Self::Clouds => f.write_str("clouds"),
            Self::Deprecated => f.write_str("deprecated"),
            Self::LastDocumented => f.write_str("last documented"),
            Self::Permissions(account) => write!(f, "permissions, {}", account.as_str().replace('_', " ")),
        }
    }
}

/// The text of a fact, and the permissions for comparison.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) text: String,
    pub(super) permissions: Option<AccountPermissions>,
}

/// The namespaces of items: names are unique within a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ItemKind {
    Type,
    Method,
    Part,
}

impl Snapshot {
    #[must_use]
    pub fn of(pages: &[PageFacts], api: &Api, plan: &Plan) -> Self {
        let mut snapshot = Self::default();
        for page in pages.iter().filter(|page| page.is_of_use()) {
            snapshot.pages.insert(page.path.to_string(), facts_file::page_value(page));
        }
        for (version, model) in &api.versions {
            for (name, definition) in &model.types {
                let described = Described {
                    name: format!("{} type {name}", version.segment()),
                    page: definition.page.to_string(),
                    facts: type_facts(definition),
                };
                snapshot.subjects.insert(Subject::Type(*version, name.clone()), described);
            }
            for operation in &model.operations {
                let described = Described {
                    name: format!("{} {} {}", version.segment(), operation.method.as_str(), operation.path),
                    page: operation.page.to_string(),
                    facts: operation_facts(operation),
                };
                snapshot.subjects.insert(operation_subject(*version, operation), described);
            }
        }
        for item in &plan.surface {
            snapshot.add_item(item);
        }
        snapshot
    }

    fn add_item(&mut self, item: &SurfaceItem) {
        let name = format!("{}::{}", item.version, item.name);
        let version = item.version.clone();
        let kind = match &item.kind {
            SurfaceKind::Structure { documented } | SurfaceKind::Enum { documented } => {
                if let Some(documented) = documented {
                    self.types.insert((version, documented.clone()), name.clone());
                }
                ItemKind::Type
            }
            SurfaceKind::Path { .. } => ItemKind::Method,
            SurfaceKind::Call { method, path, .. } => {
                self.calls.insert((version, *method, path.clone()), name.clone());
                ItemKind::Method
            }
            SurfaceKind::Property { wire, .. } | SurfaceKind::Member { wire } => {
                if let Some((ty, _)) = name.rsplit_once("::") {
                    self.parts.insert((ty.to_owned(), wire.clone()), name.clone());
                }
                ItemKind::Part
            }
        };
        self.items.insert((kind, name), item.clone());
    }

    /// The function of an operation.
    pub(super) fn call(&self, version: ApiVersion, method: Method, path: &str) -> Option<(ItemKind, String)> {
        let version = version_module(version).to_string();
        self.calls.get(&(version, method, path.to_owned())).map(|name| (ItemKind::Method, name.clone()))
    }

    /// The new name of the function for the same operation.
    pub(super) fn renamed(&self, item: &SurfaceItem) -> Option<&str> {
        let SurfaceKind::Call { method, path, .. } = &item.kind else { return None };
        self.calls.get(&(item.version.clone(), *method, path.clone())).map(String::as_str)
    }

    /// The type with this documented name.
    pub(super) fn ty(&self, version: ApiVersion, documented: &str) -> Option<(ItemKind, String)> {
        let version = version_module(version).to_string();
        self.types.get(&(version, documented.to_owned())).map(|name| (ItemKind::Type, name.clone()))
    }

    /// The property or member of a type.
    pub(super) fn part(&self, ty: &str, wire: &str) -> Option<(ItemKind, String)> {
        self.parts.get(&(ty.to_owned(), wire.to_owned())).map(|name| (ItemKind::Part, name.clone()))
    }

    /// The structure with the parameters of an action that a function takes.
    pub(super) fn parameters(&self, call: &(ItemKind, String)) -> Option<String> {
        let item = self.items.get(call)?;
        let SurfaceKind::Call { signature, .. } = &item.kind else { return None };
        let (_, ty) = signature.arguments.last()?;
        ty.starts_with("actions::").then(|| format!("{}::{ty}", item.version))
    }
}

fn operation_subject(version: ApiVersion, operation: &Operation) -> Subject {
    let query = operation.path.query.iter().map(|item| format!("?{}", item.name));
    Subject::Operation(version, operation.path.key() + &query.collect::<String>(), operation.method)
}

fn type_facts(definition: &TypeDefinition) -> BTreeMap<Fact, Value> {
    let mut facts = Facts::default();
    let end = model::deprecation(definition.deprecated.as_ref());
    let end = end + &model::last_documented(definition.last_documented.as_ref());
    match &definition.shape {
        TypeShape::Structured(ty) => {
            facts.add(Fact::Kind, structured_kind(ty) + &end);
            for property in &ty.properties {
                facts.add(Fact::Property(property.name.clone()), model::property_type(property));
            }
        }
        TypeShape::Enum(ty) => {
            facts.add(Fact::Kind, format!("enumeration{end}"));
            for member in &ty.members {
                let value = member.value.map_or_else(|| "a member".to_owned(), |value| value.to_string());
                facts.add(Fact::Member(member.name.clone()), value + &model::member_marks(member));
            }
        }
    }
    facts.0
}

fn structured_kind(ty: &StructuredType) -> String {
    format!("{}{}", model::kind(ty), model::marks(ty))
}

fn operation_facts(operation: &Operation) -> BTreeMap<Fact, Value> {
    let mut facts = Facts::default();
    facts.add(Fact::Page, operation.page.stem().to_owned());
    facts.add(Fact::Path, operation.path.to_string());
    facts.add(Fact::Kind, format!("{:?}", operation.kind).to_ascii_lowercase());
    facts.add(Fact::Response, response(&operation.response));
    if operation.request_body != RequestBody::Unstated {
        facts.add(Fact::RequestBody, request_body(&operation.request_body));
    }
    for parameter in &operation.function_parameters {
        facts.add(Fact::Argument(parameter.name.clone()), model::parameter_type(parameter));
    }
    for parameter in &operation.body_parameters {
        facts.add(Fact::BodyParameter(parameter.name.clone()), model::parameter_type(parameter));
    }
    if !operation.statuses.is_empty() {
        let statuses: Vec<_> = operation.statuses.iter().map(u16::to_string).collect();
        facts.add(Fact::Statuses, statuses.join(", "));
    }
    if operation.query_options != QueryOptions::default() {
        facts.add(Fact::QueryOptions, model::query_options(&operation.query_options));
    }
    if !operation.headers.is_empty() {
        facts.add(Fact::Headers, model::headers(&operation.headers));
    }
    if !operation.roles.is_empty() {
        let roles: Vec<_> = operation.roles.iter().map(model::role_text).collect();
        facts.add(Fact::Roles, roles.join(", "));
    }
    if let Some(clouds) = &operation.clouds {
        facts.add(Fact::Clouds, model::clouds_text(clouds));
    }
    if operation.deprecated.is_some() {
        let text = model::deprecation(operation.deprecated.as_ref());
        facts.add(Fact::Deprecated, text.trim_start_matches([',', ' ']).to_owned());
    }
    if let Some(day) = &operation.last_documented {
        facts.add(Fact::LastDocumented, day.clone());
    }
    for account in AccountType::ALL {
        let permissions = operation.permissions.of(account);
        if *permissions != AccountPermissions::default() {
            let text = permissions::text(permissions);
            facts.0.insert(Fact::Permissions(account), Value { text, permissions: Some(permissions.clone()) });
        }
    }
    facts.0
}

#[derive(Default)]
struct Facts(BTreeMap<Fact, Value>);

impl Facts {
    fn add(&mut self, fact: Fact, text: String) {
        self.0.insert(fact, Value { text, permissions: None });
    }
}

fn response(response: &Response) -> String {
    match response {
        Response::Empty => "nothing".to_owned(),
        Response::Typed(ty) => ty.to_string(),
        Response::Optional(ty) => format!("{ty} or nothing"),
        Response::Stream => "bytes".to_owned(),
        Response::Count => "a number".to_owned(),
        Response::Unknown => "not known".to_owned(),
    }
}

fn request_body(body: &RequestBody) -> String {
    match body {
        RequestBody::Unstated => "not known".to_owned(),
        RequestBody::None => "none".to_owned(),
        RequestBody::Parameters => "parameters".to_owned(),
        RequestBody::Entity(ty) => ty.to_string(),
        RequestBody::Reference => "the address of an entity".to_owned(),
        RequestBody::Raw(media_type) => media_type.clone().unwrap_or_else(|| "bytes".to_owned()),
    }
}
