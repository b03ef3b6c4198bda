//! The types of one API version: their Rust names, and which file holds which.
//!
//! A type is compiled with the areas whose operations reach it. The types of one set of areas share a
//! private module, so that there is one `cfg` per module and not per type; all are re-exported from
//! `types`.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::layout::{self, TypeItem};
use super::{
    EnumPlan, FilePlan, ItemPlan, MemberPlan, ModulePlan, Named, Part, Plan, TypePath, Visibility, docs, reach,
    structures,
};
use crate::model::api::{EnumType, StructuredType, TypeDefinition, TypeShape, Version};
use crate::model::facts::ApiVersion;
use crate::names::{self, Case, RustIdent, Scope};
use crate::policy::Policy;

/// The feature of the types that no operation reaches: of notifications, for example.
pub(super) const OTHER_TYPES: &str = "other-types";
/// The member that stands for all that are not documented; no documented member gets this name.
const UNDOCUMENTED: &str = "undocumented";

/// The types of one version with their names.
pub(super) struct Types<'m> {
    definitions: &'m BTreeMap<String, TypeDefinition>,
    paths: BTreeMap<&'m str, TypePath>,
}

impl<'m> Types<'m> {
    /// Gives every type its name. Namespaces become modules, other than the common one:
    /// `callRecords.session` is `types::call_records::Session`.
    pub(super) fn claim(version: ApiVersion, model: &'m Version, policy: &Policy, plan: &mut Plan) -> Self {
        let mut modules: BTreeMap<Vec<RustIdent>, Scope> = BTreeMap::new();
        let mut paths = BTreeMap::new();
        for (name, definition) in &model.types {
            let (namespace, local) = name.rsplit_once('.').unwrap_or(("", name));
            let module = [super::version_module(version), super::expect_ident("types", Case::Snake)].into_iter();
            let module: Vec<_> = module.chain(namespace_path(namespace)).collect();
            let item = format!("{} type {name}", version.segment());
            let named = Named { item: &item, page: &definition.page, line: definition.line };
            let scope = modules.entry(module.clone()).or_default();
            if let Some(ident) = plan.claim(scope, local, Case::Type, &named, policy) {
                let path = module.into_iter().chain([ident]).collect();
                paths.insert(name.as_str(), TypePath(path));
            }
        }
        Self { definitions: &model.types, paths }
    }

    pub(super) fn path(&self, name: &str) -> Option<&TypePath> {
        self.paths.get(name)
    }

    pub(super) fn shape(&self, name: &str) -> Option<&'m TypeShape> {
        self.definitions.get(name).map(|definition| &definition.shape)
    }

    pub(super) fn structured(&self, name: &str) -> Option<&'m StructuredType> {
        match self.shape(name)? {
            TypeShape::Structured(shape) => Some(shape),
            TypeShape::Enum(_) => None,
        }
    }
}

fn namespace_path(namespace: &str) -> impl Iterator<Item = RustIdent> + '_ {
    namespace.split('.').filter_map(|part| names::ident(part, Case::Snake))
}

/// Types of one namespace that are compiled with the same features.
type Group = Vec<TypeItem>;

/// Plans the files of all types.
pub(super) fn plan_types(version: ApiVersion, model: &Version, types: &Types<'_>, policy: &Policy, plan: &mut Plan) {
    let reached = reach::features_by_type(model, policy);
    let mut namespaces: BTreeMap<Vec<RustIdent>, BTreeMap<BTreeSet<String>, Group>> = BTreeMap::new();
    for (name, path) in &types.paths {
        let (Some((ident, module)), Some(definition)) = (path.0.split_last(), model.types.get(*name)) else { continue };
        let item = match &definition.shape {
            TypeShape::Structured(shape) => {
                let ident = ident.clone();
                let structure = structures::plan_structured(ident, definition, shape, version, types, policy, plan);
                ItemPlan::Structure(Part::Whole, Rc::new(structure))
            }
            TypeShape::Enum(shape) => {
                let enumeration = plan_enum(ident.clone(), definition, shape, version, policy, plan);
                ItemPlan::Enum(Part::Whole, Rc::new(enumeration))
            }
        };
        surface(&module[1..], &item, version, plan);
        let features = reached.get(name).cloned().unwrap_or_default();
        let group = namespaces.entry(module.to_vec()).or_default().entry(features).or_default();
        group.push(TypeItem { name: definition.name.clone(), page: definition.page.clone(), item });
    }
    let root = vec![super::version_module(version), super::expect_ident("types", Case::Snake)];
    namespaces.entry(root).or_default();
    let modules: Vec<_> = namespaces.keys().cloned().collect();
    for (module, groups) in namespaces {
        plan_namespace(&module, groups, &modules, plan);
    }
}

/// The file of a namespace, and the private ones with its types.
fn plan_namespace(
    module: &[RustIdent],
    groups: BTreeMap<BTreeSet<String>, Group>,
    namespaces: &[Vec<RustIdent>],
    plan: &mut Plan,
) {
    let folder = format!("src/{}", module.iter().map(RustIdent::text).collect::<Vec<_>>().join("/"));
    let inner = namespaces.iter().filter(|other| other.len() == module.len() + 1 && other.starts_with(module));
    let mut modules: Vec<_> = inner.map(|inner| public_module(&inner[module.len()])).collect();
    let mut scope = Scope::default();
    for namespace in namespaces.iter().filter(|other| other.len() > module.len() && other.starts_with(module)) {
        let _ = scope.claim(namespace[module.len()].text(), Case::Snake, "namespace", &Policy::default());
    }
    for (features, group) in groups {
        let Some(ident) = names::claim_own(&mut scope, &group_name(&features), Case::Snake) else { continue };
        let docs = [format!("Types of {}.", list(&features))];
        let stem = format!("{folder}/{}", ident.text());
        layout::type_files(&stem, module, "the resource and enum pages", &docs, group, &mut plan.files);
        modules.push(ModulePlan { ident, features, visibility: Visibility::Flattened });
    }
    plan.files.push(FilePlan {
        path: format!("{folder}.rs"),
        module: module.to_vec(),
        origin: "the resource and enum pages".to_owned(),
        pages: BTreeSet::new(),
        docs: vec!["Entity, complex and enum types.".to_owned()],
        modules,
        items: Vec::new(),
    });
}

fn public_module(ident: &RustIdent) -> ModulePlan {
    ModulePlan { ident: ident.clone(), features: BTreeSet::new(), visibility: Visibility::Public }
}

/// Private, so that it may change with the docs: `of_planner`, `of_me_and_users`, `of_groups_and_4_more`.
fn group_name(features: &BTreeSet<String>) -> String {
    let mut names = features.iter();
    match (names.next(), names.next(), names.len()) {
        (Some(first), None, _) => format!("of {first}"),
        (Some(first), Some(second), 0) => format!("of {first} and {second}"),
        (Some(first), Some(_), more) => format!("of {first} and {} more", more + 1),
        (None, ..) => "of all".to_owned(),
    }
}

fn list(features: &BTreeSet<String>) -> String {
    let names: Vec<_> = features.iter().map(|feature| docs::code(feature)).collect();
    match names.as_slice() {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        names => names.concat(),
    }
}

fn plan_enum(
    ident: RustIdent,
    definition: &TypeDefinition,
    shape: &EnumType,
    version: ApiVersion,
    policy: &Policy,
    plan: &mut Plan,
) -> EnumPlan {
    let mut scope = Scope::default();
    let _ = scope.claim(UNDOCUMENTED, Case::Type, "undocumented members", &Policy::default());
    let mut members: Vec<MemberPlan> = Vec::new();
    for member in &shape.members {
        let item = format!("{} member {} {}", version.segment(), definition.name, member.name);
        let named = Named { item: &item, page: &definition.page, line: member.line };
        if members.iter().any(|known| known.wire == member.name) {
            plan.report_repetition(&named);
            continue;
        }
        let Some(ident) = plan.claim(&mut scope, &member.name, Case::Type, &named, policy) else { continue };
        members.push(MemberPlan { wire: member.name.clone(), ident, docs: docs::member(member) });
    }
    let unknown = super::expect_ident(UNDOCUMENTED, Case::Type);
    EnumPlan { ident, docs: docs::enumeration(definition, shape, version), unknown, members }
}

/// One line per type and per property or member.
fn surface(module: &[RustIdent], item: &ItemPlan, version: ApiVersion, plan: &mut Plan) {
    let version = super::version_module(version);
    let module = module.iter().map(RustIdent::to_string).collect::<Vec<_>>().join("::");
    match item {
        ItemPlan::Structure(_, structure) => plan.surface.extend(structure_surface(&version, &module, structure)),
        ItemPlan::Enum(_, enumeration) => {
            let ty = format!("{module}::{}", enumeration.ident);
            plan.surface.push(format!("{version} enum {ty}"));
            let members = enumeration.members.iter();
            plan.surface
                .extend(members.map(|member| format!("{version} member {ty}::{} = {}", member.ident, member.wire)));
        }
        _ => {}
    }
}

/// `v1 struct types::User` and `v1 property types::User::id: String`.
pub(super) fn structure_surface<'s>(
    version: &'s RustIdent,
    module: &str,
    structure: &'s super::StructurePlan,
) -> impl Iterator<Item = String> + 's {
    let ty = format!("{module}::{}", structure.ident);
    let head = format!("{version} struct {ty}");
    let properties = structure.properties.iter();
    let properties =
        properties.map(move |property| format!("{version} property {ty}::{}: {}", property.ident, property.ty));
    std::iter::once(head).chain(properties)
}
