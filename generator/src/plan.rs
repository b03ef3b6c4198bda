//! Plans the files, their items and all names: everything that `emit` needs, as data.
//!
//! `/deviceManagement/exchangeConnectors/{id}/sync` in v1.0 is a method of a type in
//! `v1::device_management`: the first segment is the area, a module and a cargo feature. A path node is
//! a builder type; keys are `id(…)`.

mod actions;
mod builders;
mod call_table;
mod checks;
mod deprecated;
mod docs;
mod examples;
mod layout;
mod secrets;
mod signatures;
mod structures;
mod surface;
mod tree;
mod type_groups;
mod types;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, codes};
use crate::model::api::{Api, Operation};
use crate::model::facts::ApiVersion;
use crate::model::prose::Prose;
use crate::model::sampled::SampledExample;
use crate::names::{self, Case, Claim, RustIdent, Scope};
use crate::policy::Policy;
use crate::source::PagePath;
use crate::threads;

/// The whole client crate, as data.
#[derive(Debug, Default)]
pub struct Plan {
    /// Sorted by path.
    pub files: Vec<FilePlan>,
    /// The cargo features of areas and of groups of types, with the features that they turn on.
    pub features: BTreeMap<String, BTreeSet<String>>,
    /// The public surface, sorted by its lines.
    pub surface: Vec<SurfaceItem>,
    pub diagnostics: Vec<(PagePath, Diagnostic)>,
}

/// One generated file. If its hash is unchanged, its text need not be printed again.
#[derive(Debug, Hash)]
pub struct FilePlan {
    /// Relative to the crate, with `/` separators.
    pub path: String,
    /// The public module of its items.
    pub module: Vec<RustIdent>,
    /// The origin of the file, for its first line.
    pub origin: String,
    /// The pages that it comes from.
    pub pages: BTreeSet<PagePath>,
    pub docs: Vec<String>,
    pub modules: Vec<ModulePlan>,
    pub items: Vec<ItemPlan>,
    /// It names something that is deprecated, and may do so.
    pub allows_deprecated: bool,
}

/// A submodule of a file.
#[derive(Clone, Debug, Hash)]
pub struct ModulePlan {
    pub ident: RustIdent,
    /// Any of these enables the module; an empty list means always.
    pub features: BTreeSet<String>,
    /// Whether the module also needs the feature of names, [`names::FEATURE`](crate::names::FEATURE).
    pub needs_names: bool,
    pub visibility: Visibility,
}

impl ModulePlan {
    /// A public module that is always enabled.
    fn public(ident: RustIdent) -> Self {
        Self { ident, features: BTreeSet::new(), needs_names: false, visibility: Visibility::Public }
    }

    /// A private module that is always enabled.
    fn private(ident: RustIdent) -> Self {
        Self { visibility: Visibility::Private, ..Self::public(ident) }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Visibility {
    Public,
    /// The module is private, and its items are re-exported.
    Flattened,
    /// The module is private, and its only item is re-exported.
    Holds(RustIdent),
    /// The module has no items of its own, only methods.
    Private,
}

#[derive(Debug, Hash)]
pub enum ItemPlan {
    /// `pub fn v1() -> V1`.
    Root {
        ident: RustIdent,
        ty: RustIdent,
        version: ApiVersion,
        docs: Vec<String>,
    },
    Builder(BuilderPlan),
    /// Methods of a builder.
    Methods {
        ident: RustIdent,
        methods: Vec<MethodPlan>,
    },
    Structure(Part, Arc<StructurePlan>),
    Enum(Part, Arc<EnumPlan>),
    /// Calls with the documented requests.
    Checks(Vec<CallCheck>),
    /// A test of the debug output of types.
    Secrets(Vec<SecretCheck>),
    /// The tests that make the calls of these modules.
    CheckRoot {
        parts: Vec<RustIdent>,
    },
    /// A test that makes the calls of documented examples.
    Examples(Vec<ExampleCheck>),
    /// The code that such tests share, including the code for bodies if a test needs it.
    ExampleRoot {
        has_bodies: bool,
    },
}

/// A property that must not be shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretCheck {
    pub ty: TypePath,
    pub wire: String,
    pub is_list: bool,
}

/// A function to call, and the request that it must make.
#[derive(Clone, Debug, Hash)]
pub struct CallCheck {
    /// `GET /users/{id}`
    pub operation: String,
    /// `v1`
    pub root: RustIdent,
    /// The methods with the types of their arguments; the last one makes the request.
    pub chain: Vec<(RustIdent, Vec<RustType>)>,
    /// `GET /v1.0/users/x`
    pub request: String,
    pub response: RustType,
    /// Whether the function is deprecated.
    pub deprecated: bool,
}

/// Which part of a type an item holds; a type too big for one file is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    Whole,
    Declaration,
    /// The names of properties or enum members in JSON.
    Names,
    /// How values are read and written.
    Json,
}

impl Part {
    /// Whether this part includes the other one.
    #[must_use]
    pub fn has(self, other: Self) -> bool {
        self == Self::Whole || self == other
    }
}

/// The type of a path node.
#[derive(Debug, Hash)]
pub struct BuilderPlan {
    pub ident: RustIdent,
    pub docs: Vec<String>,
}

#[derive(Debug, Hash)]
pub struct MethodPlan {
    pub ident: RustIdent,
    pub docs: Vec<String>,
    pub feature: Option<String>,
    pub arguments: Vec<ArgumentPlan>,
    /// The part that the call appends to the path.
    pub step: Option<Step>,
    pub kind: MethodKind,
}

#[derive(Debug, Hash)]
pub enum MethodKind {
    /// Leads to the builder of another node with this documented path.
    Navigate {
        path: String,
        target: TypePath,
    },
    Call(Box<CallPlan>),
}

/// A function that makes a request.
#[derive(Debug, Hash)]
pub struct CallPlan {
    pub constant: RustIdent,
    pub operation: OperationPlan,
    /// Query items: wire name and argument.
    pub query: Vec<(String, ArgumentPlan)>,
    pub body: Option<RustIdent>,
    pub response: RustType,
    /// The note for callers.
    pub deprecated: Option<String>,
    /// The last day on which the docs had it, if they no longer do.
    pub last_documented: Option<String>,
}

/// The constant data of an operation.
#[derive(Debug, Hash)]
pub struct OperationPlan {
    pub method: crate::model::facts::Method,
    pub version: ApiVersion,
    pub path: String,
    pub page: String,
    pub permissions: crate::model::api::Permissions,
    pub statuses: Vec<u16>,
    pub query_options: crate::model::facts::QueryOptions,
    pub clouds: Option<Vec<crate::model::facts::Cloud>>,
    pub origin: crate::model::api::Origin,
}

/// An argument of a generated function.
#[derive(Clone, Debug, Hash)]
pub struct ArgumentPlan {
    pub ident: RustIdent,
    pub ty: RustType,
}

/// A part that is appended to a path.
#[derive(Debug, Hash)]
pub enum Step {
    Segment(String),
    Key(RustIdent),
    KeyEquals(String, RustIdent),
    /// Keys by name, in parentheses after the last segment.
    KeyNamed(Vec<FunctionArgument>),
    ItemPath(RustIdent),
    Function(String, Vec<FunctionArgument>),
}

/// An argument of a function in the path: wire name, value and OData literal form.
#[derive(Debug, Hash)]
pub struct FunctionArgument {
    pub name: String,
    pub ident: RustIdent,
    pub literal: Literal,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Literal {
    String,
    /// Converted from a Rust number or boolean.
    Value,
    Raw,
    /// A string after the qualified name of an enumeration type.
    Enum(String),
    /// A value of a generated enumeration type, with its qualified name.
    Member(String),
}

/// A type with named properties.
#[derive(Debug, Hash)]
pub struct StructurePlan {
    pub ident: RustIdent,
    pub docs: Vec<String>,
    /// `microsoft.graph.user`; none for parameters of actions.
    pub qualified_name: Option<String>,
    /// The base types, nearest first, without those of nearly everything.
    pub bases: Vec<TypePath>,
    /// The qualified names of all derived types, unless it is a base of nearly everything.
    pub derived: Vec<String>,
    /// The enum type of the types that its values may have.
    pub kind: Option<TypePath>,
    /// What callers are told if it is deprecated.
    pub deprecated: Option<String>,
    /// The last day on which the docs had it, if they no longer do.
    pub last_documented: Option<String>,
    pub properties: Vec<PropertyPlan>,
}

impl StructurePlan {
    /// Whether the names of its properties are constants, for `$select` and the like.
    #[must_use]
    pub fn has_names(&self) -> bool {
        self.qualified_name.is_some() && !self.properties.is_empty()
    }
}

#[derive(Debug, Hash)]
pub struct PropertyPlan {
    pub wire: String,
    pub ident: RustIdent,
    pub docs: Vec<String>,
    pub ty: RustType,
    /// The structure that it has, or each of its items.
    pub structure: Option<TypePath>,
    pub deprecated: Option<String>,
    /// The last day on which the docs had it, if they no longer do.
    pub last_documented: Option<String>,
}

/// An enum type.
#[derive(Debug, Hash)]
pub struct EnumPlan {
    pub ident: RustIdent,
    /// Its name in the docs, without `microsoft.graph.`; none for the types of the values of a base type.
    pub documented: Option<String>,
    pub docs: Vec<String>,
    pub deprecated: Option<String>,
    /// The last day on which the docs had it, if they no longer do.
    pub last_documented: Option<String>,
    /// The variant for members that are not documented.
    pub unknown: RustIdent,
    pub members: Vec<MemberPlan>,
}

#[derive(Debug, Hash)]
pub struct MemberPlan {
    pub wire: String,
    pub ident: RustIdent,
    pub docs: Vec<String>,
    pub deprecated: Option<String>,
    /// The last day on which the docs had it, if they no longer do.
    pub last_documented: Option<String>,
}

/// A path to a generated type, from the crate root.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypePath(pub Vec<RustIdent>);

/// A type as it is written in generated code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
    /// A primitive type that JSON has only as a string.
    Edm(RustIdent),
    Vec(Box<RustType>),
    Box(Box<RustType>),
    /// JSON until it is accessed.
    Nested(Box<RustType>),
    /// A page of a collection.
    Collection(Box<RustType>),
    /// An item of a delta function.
    Change(Box<RustType>),
    /// A single value that is not a structure.
    Single(Box<RustType>),
    /// A response that may have no body.
    Option(Box<RustType>),
    Named(TypePath),
    /// A literal without quotes, as an argument in a path: a text, or a type of `edm`.
    Literal,
    /// An enumeration type, as an argument in a path.
    Enum(TypePath),
    /// A value of a type or of a derived one.
    Is(TypePath),
    /// The address of an entity, or anything that can be converted to one.
    Reference,
}

pub(crate) use checks::{TEST_OF_ALL_CALLS, sample};
pub use examples::ExampleCheck;
pub use surface::{Signature, SurfaceItem, SurfaceKind};
pub use type_groups::is_private;

/// Plans the crate, both versions at the same time. `sample` has the documented examples for its tests.
#[must_use]
pub fn plan(api: &Api, policy: &Policy, prose: &Prose, sample: &[SampledExample]) -> Plan {
    let groups = type_groups::TypeGroups::of(api, policy);
    let versions = threads::each(&api.versions, |(version, model)| {
        let mut plan = Plan::default();
        let (mut areas, mut calls) = (BTreeSet::new(), Vec::new());
        let types = types::Types::claim(*version, model, prose, policy, &mut plan);
        let planned_types = || {
            let mut plan = Plan::default();
            types::plan_types(&types, &groups, &mut plan);
            plan
        };
        let ((), of_types) =
            threads::both(|| builders::plan_version(&types, &mut plan, &mut areas, &mut calls), planned_types);
        plan.extend(of_types);
        let examples = examples::example_checks(&types, sample, &calls, &mut plan);
        plan.surface = surface::items(&plan.files, &groups);
        (plan, areas, calls, examples)
    });
    let mut plan = Plan::default();
    let (mut areas, mut calls, mut examples) = (BTreeSet::new(), Vec::new(), Vec::new());
    for (of_version, its_areas, its_calls, its_examples) in versions {
        plan.extend(of_version);
        areas.extend(its_areas);
        calls.extend(its_calls);
        examples.extend(its_examples);
    }
    checks::plan_checks(calls, &mut plan);
    examples::plan_examples(examples, &mut plan);
    deprecated::allow_uses(&mut plan.files);
    plan.files.sort_by(|left, right| left.path.cmp(&right.path));
    plan.features = groups.features(areas);
    // Each line begins with its version.
    plan.surface.sort_by(|left, right| left.version.cmp(&right.version));
    plan
}

/// Something that needs a name: its identity in the policy and in messages, and its place in the
/// docs.
struct Named<'a> {
    item: &'a str,
    page: &'a PagePath,
    line: u32,
}

impl Plan {
    /// Adds another part of the crate.
    fn extend(&mut self, part: Self) {
        let Self { files, features, surface, diagnostics } = part;
        self.files.extend(files);
        self.features.extend(features);
        self.surface.extend(surface);
        self.diagnostics.extend(diagnostics);
    }

    /// Gives an item a name. A collision is reported and gets a number; an item without a usable name is
    /// reported and left out.
    fn claim(
        &mut self,
        scope: &mut Scope,
        wire: &str,
        case: Case,
        named: &Named<'_>,
        policy: &Policy,
    ) -> Option<RustIdent> {
        match scope.claim(wire, case, named.item, policy) {
            Claim::Free(ident) => Some(ident),
            Claim::Collision { given, other } => {
                let message = format!("`{}` has the Rust name of `{other}` and became `{given}`", named.item);
                self.report(named.page, named.line, &codes::NAME_COLLISION, message);
                Some(given)
            }
            Claim::Unusable => {
                let message = format!("`{}` has no characters that a Rust name may have", named.item);
                self.report(named.page, named.line, &codes::UNUSABLE_NAME, message);
                None
            }
        }
    }

    fn report_repetition(&mut self, named: &Named<'_>) {
        let message = format!("`{}` is documented twice; the first one is used", named.item);
        self.report(named.page, named.line, &codes::REPEATED_NAME, message);
    }

    fn report(&mut self, page: &PagePath, line: u32, code: &'static Code, message: String) {
        self.diagnostics.push((page.clone(), Diagnostic::of_line(line, code, message)));
    }
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

/// Turns a name that does not come from the docs into an identifier.
fn expect_ident(name: &str, case: Case) -> RustIdent {
    names::ident(name, case).unwrap_or_else(|| unreachable!("`{name}` is an identifier"))
}

/// The identity of an operation in messages and policy entries.
fn item_name(operation: &Operation, version: ApiVersion) -> String {
    format!("{} {} {}", version.segment(), operation.method.as_str(), operation.path.key())
}
