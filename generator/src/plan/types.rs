//! The types of one API version: their Rust names, and which file holds which.
//!
//! A type is compiled with the areas whose operations reach it. The types of one set of areas share a
//! private module, so that there is one `cfg` per module and not per type; all are re-exported from
//! `types`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::layout::{self, TypeItem};
use super::{
    EnumPlan, FilePlan, ItemPlan, MemberPlan, ModulePlan, Named, Part, Plan, TypePath, Visibility, docs, reach,
    structures,
};
use crate::model::api::{EnumType, StructuredType, TypeDefinition, TypeShape, Version};
use crate::model::facts::ApiVersion;
use crate::model::prose::Prose;
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
    /// What pages say about them.
    pub(super) prose: &'m Prose,
}

impl<'m> Types<'m> {
    /// Gives every type its name. Namespaces become modules, other than the common one:
    /// `callRecords.session` is `types::call_records::Session`.
    pub(super) fn claim(
        version: ApiVersion,
        model: &'m Version,
        prose: &'m Prose,
        policy: &Policy,
        plan: &mut Plan,
    ) -> Self {
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
        Self { definitions: &model.types, paths, prose }
    }

    pub(super) fn path(&self, name: &str) -> Option<&TypePath> {
        self.paths.get(name)
    }

    /// The name of a type without its namespace, given in any case.
    pub(super) fn local_name(&self, name: &str) -> Option<&'m str> {
        let mut names = self.definitions.keys().map(|known| known.rsplit('.').next().unwrap_or(known));
        names.find(|known| known.eq_ignore_ascii_case(name))
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

    /// The names of the types that a type is based on, nearest first.
    pub(super) fn bases(&self, shape: &'m StructuredType) -> impl Iterator<Item = &'m str> {
        std::iter::successors(shape.base.as_deref(), |base| self.structured(base)?.base.as_deref())
    }

    /// The names of the types that are based on a type, directly or not, sorted; none for the base of nearly
    /// everything.
    pub(super) fn all_derived(&self, name: &str, policy: &Policy) -> BTreeSet<&'m str> {
        let mut found = BTreeSet::new();
        if policy.is_universal_base(name) {
            return found;
        }
        let derived_of = |name: &str| self.structured(name).into_iter().flat_map(|shape| &shape.derived);
        let mut open: Vec<&str> = derived_of(name).map(String::as_str).collect();
        while let Some(derived) = open.pop() {
            if found.insert(derived) {
                open.extend(derived_of(derived).map(String::as_str));
            }
        }
        found
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
                ItemPlan::Structure(Part::Whole, Arc::new(structure))
            }
            TypeShape::Enum(shape) => {
                let enumeration = plan_enum(ident.clone(), definition, shape, version, types.prose, policy, plan);
                ItemPlan::Enum(Part::Whole, Arc::new(enumeration))
            }
        };
        let features = reached.get(name).cloned().unwrap_or_default();
        let group = namespaces.entry(module.to_vec()).or_default().entry(features).or_default();
        group.push(TypeItem { name: definition.name.clone(), page: definition.page.clone(), item });
    }
    let root = vec![super::version_module(version), super::expect_ident("types", Case::Snake)];
    namespaces.entry(root).or_default();
    let modules: Vec<_> = namespaces.keys().cloned().collect();
    for (module, groups) in namespaces {
        let namespace = Namespace {
            module: &module,
            origin: "the resource and enum pages",
            docs: "Entity, complex and enum types.",
            of_group: "Types of",
        };
        plan_namespace(&namespace, groups, &modules, plan);
    }
}

/// A module with nothing but types.
pub(super) struct Namespace<'a> {
    pub(super) module: &'a [RustIdent],
    /// What its files were made from.
    pub(super) origin: &'a str,
    pub(super) docs: &'a str,
    /// The docs of a group, before the areas that need it.
    pub(super) of_group: &'a str,
}

/// The file of a namespace, and the private ones with its types. Namespaces inside it are its modules.
pub(super) fn plan_namespace(
    Namespace { module, origin, docs, of_group }: &Namespace<'_>,
    groups: BTreeMap<BTreeSet<String>, Group>,
    namespaces: &[Vec<RustIdent>],
    plan: &mut Plan,
) {
    let folder = format!("src/{}", module.iter().map(RustIdent::text).collect::<Vec<_>>().join("/"));
    let inner = namespaces.iter().filter(|other| other.len() == module.len() + 1 && other.starts_with(module));
    let mut modules: Vec<_> = inner.map(|inner| ModulePlan::public(inner[module.len()].clone())).collect();
    let mut scope = Scope::default();
    for namespace in namespaces.iter().filter(|other| other.len() > module.len() && other.starts_with(module)) {
        scope.reserve(namespace[module.len()].text(), Case::Snake, "namespace");
    }
    let file = |stem: &str, docs: String, modules: Vec<ModulePlan>| FilePlan {
        path: format!("{stem}.rs"),
        module: module.to_vec(),
        origin: (*origin).to_owned(),
        pages: BTreeSet::new(),
        docs: vec![docs],
        modules,
        items: Vec::new(),
    };
    let parts = layout::pack(groups.into_iter().collect(), |(features, _)| module_lines(features));
    let is_cut = parts.len() > 1;
    for groups in parts {
        let of_part: BTreeSet<_> = groups.iter().flat_map(|(features, _)| features).cloned().collect();
        let first = groups.first().and_then(|(features, _)| features.first());
        let part = first.filter(|_| is_cut).and_then(|first| {
            let ident = names::claim_own(&mut scope, &format!("from {first}"), Case::Snake)?;
            Some((format!("{folder}/{}", ident.text()), ident))
        });
        let mut inner_scope = Scope::default();
        let (stem, scope) = match &part {
            Some((stem, _)) => (stem, &mut inner_scope),
            None => (&folder, &mut scope),
        };
        let mut of_groups = Vec::new();
        for (features, group) in groups {
            let Some(ident) = names::claim_own(scope, &group_name(&features), Case::Snake) else { continue };
            let docs = [format!("{of_group} {}.", list(&features))];
            layout::type_files(&format!("{stem}/{}", ident.text()), module, origin, &docs, group, &mut plan.files);
            of_groups.push(ModulePlan { ident, features, visibility: Visibility::Flattened });
        }
        match part {
            Some((stem, ident)) => {
                plan.files.push(file(&stem, format!("{of_group} {}.", list(&of_part)), of_groups));
                modules.push(ModulePlan { ident, features: of_part, visibility: Visibility::Flattened });
            }
            None => modules.append(&mut of_groups),
        }
    }
    plan.files.push(file(&folder, (*docs).to_owned(), modules));
}

/// Of a module with its re-export, each with the features.
fn module_lines(features: &BTreeSet<String>) -> usize {
    5 + 2 * if features.len() > 1 { features.len() + 4 } else { 0 }
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
        [first, second, third, rest @ ..] if rest.len() > 1 => {
            format!("{first}, {second}, {third} and {} more", rest.len())
        }
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        names => names.concat(),
    }
}

fn plan_enum(
    ident: RustIdent,
    definition: &TypeDefinition,
    shape: &EnumType,
    version: ApiVersion,
    prose: &Prose,
    policy: &Policy,
    plan: &mut Plan,
) -> EnumPlan {
    let mut scope = Scope::default();
    scope.reserve(UNDOCUMENTED, Case::Type, "undocumented members");
    let mut members: Vec<MemberPlan> = Vec::new();
    for member in &shape.members {
        let item = format!("{} member {} {}", version.segment(), definition.name, member.name);
        let named = Named { item: &item, page: &definition.page, line: member.line };
        if members.iter().any(|known| known.wire == member.name) {
            plan.report_repetition(&named);
            continue;
        }
        let Some(ident) = plan.claim(&mut scope, &member.name, Case::Type, &named, policy) else { continue };
        members.push(MemberPlan {
            wire: member.name.clone(),
            ident,
            docs: docs::member(member, &definition.page, prose),
        });
    }
    let unknown = super::expect_ident(UNDOCUMENTED, Case::Type);
    EnumPlan {
        ident,
        documented: definition.name.clone(),
        docs: docs::enumeration(definition, version, prose),
        unknown,
        members,
    }
}
