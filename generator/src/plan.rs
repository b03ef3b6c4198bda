//! Which file holds which items, and under which name: everything that emitting has to know, as data.
//!
//! `/deviceManagement/exchangeConnectors/{id}/sync` in v1.0 is planned as
//! `src/v1/device_management/exchange_connectors.rs`: the first segment is the area (a cargo feature),
//! the second one the file. A path node is a builder type; keys are `id(…)`.

mod builders;
mod docs;
mod structures;
mod tree;

use std::collections::BTreeSet;

use crate::diag::Diagnostic;
use crate::model::api::{Api, Operation};
use crate::model::facts::ApiVersion;
use crate::names::{self, Case, RustIdent};
use crate::policy::Policy;
use crate::source::PagePath;

/// The whole client crate, as data.
#[derive(Debug, Default)]
pub struct Plan {
    /// Sorted by path.
    pub files: Vec<FilePlan>,
    /// Areas, as cargo features, sorted.
    pub features: Vec<String>,
    /// The public surface, one sorted line per item.
    pub surface: Vec<String>,
    pub diagnostics: Vec<(PagePath, Diagnostic)>,
}

/// One generated file.
#[derive(Debug)]
pub struct FilePlan {
    /// Relative to the crate, with `/` separators.
    pub path: String,
    /// What the file was made from, for its first line.
    pub origin: String,
    /// The pages behind it.
    pub pages: BTreeSet<PagePath>,
    pub docs: Vec<String>,
    pub modules: Vec<ModulePlan>,
    pub items: Vec<ItemPlan>,
}

/// `pub mod name;`
#[derive(Clone, Debug)]
pub struct ModulePlan {
    pub ident: RustIdent,
    pub feature: Option<String>,
    /// The module is private and its items are re-exported.
    pub flattened: bool,
}

#[derive(Debug)]
pub enum ItemPlan {
    /// `pub fn v1() -> V1`.
    Root {
        ident: RustIdent,
        ty: RustIdent,
        version: ApiVersion,
        docs: Vec<String>,
    },
    Builder(BuilderPlan),
    Structure(StructurePlan),
}

/// The type of a path node.
#[derive(Debug)]
pub struct BuilderPlan {
    pub ident: RustIdent,
    pub docs: Vec<String>,
    pub methods: Vec<MethodPlan>,
}

#[derive(Debug)]
pub struct MethodPlan {
    pub ident: RustIdent,
    pub docs: Vec<String>,
    pub feature: Option<String>,
    pub arguments: Vec<ArgumentPlan>,
    /// What the call appends to the path.
    pub step: Option<Step>,
    pub kind: MethodKind,
}

#[derive(Debug)]
pub enum MethodKind {
    /// To the builder of another node.
    Navigate(TypePath),
    Call(Box<CallPlan>),
}

/// A function that makes a request.
#[derive(Debug)]
pub struct CallPlan {
    pub constant: RustIdent,
    pub operation: OperationPlan,
    /// Query items: wire name and argument.
    pub query: Vec<(String, RustIdent)>,
    pub body: Option<RustIdent>,
    pub response: RustType,
}

/// The constant data of an operation.
#[derive(Debug)]
pub struct OperationPlan {
    pub method: crate::model::facts::Method,
    pub version: ApiVersion,
    pub path: String,
    pub page: String,
    pub permissions: crate::model::facts::Permissions,
    pub statuses: Vec<u16>,
}

/// An argument of a generated function.
#[derive(Clone, Debug)]
pub struct ArgumentPlan {
    pub ident: RustIdent,
    pub ty: RustType,
}

/// What is appended to a path.
#[derive(Debug)]
pub enum Step {
    Segment(String),
    Key(RustIdent),
    KeyEquals(String, RustIdent),
    ItemPath(RustIdent),
    Function(String, Vec<FunctionArgument>),
}

/// An argument of a function in the path: wire name, value and OData literal form.
#[derive(Debug)]
pub struct FunctionArgument {
    pub name: String,
    pub ident: RustIdent,
    pub literal: Literal,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    String,
    /// Converted from a Rust number or boolean.
    Value,
    Raw,
    Enum(String),
}

/// A type with named properties.
#[derive(Debug)]
pub struct StructurePlan {
    pub ident: RustIdent,
    pub docs: Vec<String>,
    pub properties: Vec<PropertyPlan>,
}

#[derive(Debug)]
pub struct PropertyPlan {
    pub wire: String,
    pub ident: RustIdent,
    pub docs: Vec<String>,
    pub ty: RustType,
}

/// A path to a generated type, from the crate root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypePath(pub Vec<RustIdent>);

/// A type as it is written in generated code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RustType {
    Unit,
    Str,
    String,
    Bool,
    I32,
    I64,
    F64,
    /// Any JSON value.
    Json,
    Bytes,
    /// A request body of any media type.
    Body,
    Vec(Box<RustType>),
    /// A page of a collection.
    Collection(Box<RustType>),
    Named(TypePath),
}

/// Plans the crate.
#[must_use]
pub fn plan(api: &Api, policy: &Policy) -> Plan {
    let mut plan = Plan::default();
    let mut features = BTreeSet::new();
    for (version, model) in &api.versions {
        builders::plan_version(*version, &model.operations, policy, &mut plan, &mut features);
    }
    plan.files.sort_by(|left, right| left.path.cmp(&right.path));
    plan.features = features.into_iter().collect();
    plan.surface.sort();
    plan.surface.dedup();
    plan
}

/// The module of a version: `v1`, `beta`.
#[must_use]
pub fn version_module(version: ApiVersion) -> RustIdent {
    let name = match version {
        ApiVersion::V1_0 => "v1",
        ApiVersion::Beta => "beta",
    };
    expect_ident(name, Case::Snake)
}

/// For names that are ours.
fn expect_ident(name: &str, case: Case) -> RustIdent {
    names::ident(name, case).unwrap_or_else(|| unreachable!("`{name}` is an identifier"))
}

/// How messages and policy entries name an operation.
fn item_name(operation: &Operation, version: ApiVersion) -> String {
    format!("{} {} {}", version.segment(), operation.method.as_str(), operation.path.key())
}
