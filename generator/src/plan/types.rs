//! The types of one API version with their Rust names and content. Each is compiled with the feature of its
//! group; see [`TypeGroups`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::layout::{self, Namespace, TypeItem};
use super::type_groups::TypeGroups;
use super::{EnumPlan, ItemPlan, MemberPlan, Named, Part, Plan, TypePath, deprecated, docs, structures};
use crate::model::api::{EnumType, StructuredType, TypeDefinition, TypeShape, Version};
use crate::model::facts::ApiVersion;
use crate::model::prose::Prose;
use crate::names::{self, Case, RustIdent, Scope};
use crate::policy::Policy;

/// The variant for undocumented members; no documented member gets this name.
const UNDOCUMENTED: &str = "undocumented";

/// The types of one version with their names, and everything else that the plan needs.
pub(super) struct Types<'m> {
    pub(super) version: ApiVersion,
    pub(super) model: &'m Version,
    pub(super) policy: &'m Policy,
    /// The sentences of pages, if doc comments include them.
    pub(super) prose: &'m Prose,
    paths: BTreeMap<&'m str, TypePath>,
    /// The enum types of the types that the values of a base type may have, by the name of the base type.
    kinds: BTreeMap<&'m str, TypePath>,
}

impl<'m> Types<'m> {
    /// Gives every type its name. Namespaces become modules, except the common one:
    /// `callRecords.session` becomes `types::call_records::Session`.
    pub(super) fn claim(
        version: ApiVersion,
        model: &'m Version,
        prose: &'m Prose,
        policy: &'m Policy,
        plan: &mut Plan,
    ) -> Self {
        let mut modules: BTreeMap<Vec<RustIdent>, Scope> = BTreeMap::new();
        let mut paths = BTreeMap::new();
        for (name, definition) in &model.types {
            let (namespace, local) = name.rsplit_once('.').unwrap_or(("", name));
            let module = [super::version_module(version), super::expect_ident("types", Case::Module)].into_iter();
            let module: Vec<_> = module.chain(namespace_path(namespace)).collect();
            let item = format!("{} type {name}", version.segment());
            let named = Named { item: &item, page: &definition.page, line: definition.line };
            let scope = modules.entry(module.clone()).or_default();
            if let Some(ident) = plan.claim(scope, local, Case::Type, &named, policy) {
                let path = module.into_iter().chain([ident]).collect();
                paths.insert(name.as_str(), TypePath(path));
            }
        }
        let mut types = Self { version, model, policy, prose, paths, kinds: BTreeMap::new() };
        // They come last, so that no documented type gets another name because of them.
        for (name, definition) in &model.types {
            let Some((base, module)) = types.path(name).and_then(|path| path.0.split_last()) else { continue };
            if types.kinds_of(name).is_empty() {
                continue;
            }
            let item = format!("{} kind {name}", version.segment());
            let named = Named { item: &item, page: &definition.page, line: definition.line };
            let scope = modules.entry(module.to_vec()).or_default();
            if let Some(ident) = plan.claim(scope, &format!("{} kind", base.text()), Case::Type, &named, policy) {
                types.kinds.insert(name, TypePath(module.iter().cloned().chain([ident]).collect()));
            }
        }
        types
    }

    pub(super) fn path(&self, name: &str) -> Option<&TypePath> {
        self.paths.get(name)
    }

    /// The enum type of the types that the values of a base type may have.
    pub(super) fn kind(&self, name: &str) -> Option<&TypePath> {
        self.kinds.get(name)
    }

    /// The name of a type without its namespace, for a name in any case.
    pub(super) fn local_name(&self, name: &str) -> Option<&'m str> {
        let mut names = self.model.types.keys().map(|known| known.rsplit('.').next().unwrap_or(known));
        names.find(|known| known.eq_ignore_ascii_case(name))
    }

    pub(super) fn shape(&self, name: &str) -> Option<&'m TypeShape> {
        self.model.types.get(name).map(|definition| &definition.shape)
    }

    pub(super) fn structured(&self, name: &str) -> Option<&'m StructuredType> {
        match self.shape(name)? {
            TypeShape::Structured(shape) => Some(shape),
            TypeShape::Enum(_) => None,
        }
    }

    pub(super) fn is_enum(&self, name: &str) -> bool {
        matches!(self.shape(name), Some(TypeShape::Enum(_)))
    }

    /// The names of the base types, nearest first.
    pub(super) fn bases(&self, shape: &'m StructuredType) -> impl Iterator<Item = &'m str> {
        std::iter::successors(shape.base.as_deref(), |base| self.structured(base)?.base.as_deref())
    }

    /// The names of all derived types; none for the base type of nearly everything.
    pub(super) fn all_derived(&self, name: &str) -> BTreeSet<&'m str> {
        if self.policy.is_universal_base(name) { BTreeSet::new() } else { self.derived_from(name) }
    }

    /// The names of the derived types that callers can match.
    pub(super) fn kinds_of(&self, name: &str) -> BTreeSet<&'m str> {
        if self.policy.has_kind(name) { self.derived_from(name) } else { BTreeSet::new() }
    }

    fn derived_from(&self, name: &str) -> BTreeSet<&'m str> {
        let mut found = BTreeSet::new();
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
    let of_part = |part: &str| {
        // The folders of types have names of one letter.
        let is_letter = part.len() == 1;
        names::ident(&if is_letter { format!("{part} namespace") } else { part.to_owned() }, Case::Module)
    };
    namespace.split('.').filter_map(of_part)
}

/// Plans the files of all types.
pub(super) fn plan_types(types: &Types<'_>, groups: &TypeGroups, plan: &mut Plan) {
    let root = vec![super::version_module(types.version), super::expect_ident("types", Case::Module)];
    let mut namespaces: BTreeMap<Vec<RustIdent>, Vec<TypeItem>> = BTreeMap::from([(root, Vec::new())]);
    for (name, path) in &types.paths {
        let (Some((ident, module)), Some(definition)) = (path.0.split_last(), types.model.types.get(*name)) else {
            continue;
        };
        let file = |ident: &RustIdent, item: ItemPlan| TypeItem {
            ident: ident.clone(),
            pages: [&definition.page].into_iter().chain(&definition.also_on).cloned().collect(),
            page: definition.page.clone(),
            features: groups.feature(name).into_iter().map(str::to_owned).collect(),
            item,
        };
        let in_module = namespaces.entry(module.to_vec()).or_default();
        let item = match &definition.shape {
            TypeShape::Structured(shape) => {
                let ident = ident.clone();
                let structure = structures::plan_structured(ident, definition, shape, types, plan);
                ItemPlan::Structure(Part::Whole, Arc::new(structure))
            }
            TypeShape::Enum(shape) => {
                let enumeration = plan_enum(ident.clone(), definition, shape, types, plan);
                ItemPlan::Enum(Part::Whole, Arc::new(enumeration))
            }
        };
        in_module.push(file(ident, item));
        if let Some(kind) = types.kind(name).and_then(|path| path.0.last()) {
            let enumeration = plan_kind(kind.clone(), definition, types);
            in_module.push(file(kind, ItemPlan::Enum(Part::Whole, Arc::new(enumeration))));
        }
    }
    // A namespace may have nothing but other namespaces.
    let outer: Vec<Vec<RustIdent>> =
        namespaces.keys().flat_map(|module| (3..module.len()).map(|len| module[..len].to_vec())).collect();
    for module in outer {
        namespaces.entry(module).or_default();
    }
    let modules: Vec<_> = namespaces.keys().cloned().collect();
    for (module, items) in namespaces {
        let namespace = Namespace {
            module: &module,
            origin: "the resource and enum pages",
            docs: "Entity, complex and enum types.",
        };
        layout::namespace_files(&namespace, items, &modules, plan);
    }
}

/// The types that the values of a base type may have: itself and all derived types, also those whose areas are disabled.
fn plan_kind(ident: RustIdent, base: &TypeDefinition, types: &Types<'_>) -> EnumPlan {
    let mut scope = Scope::default();
    scope.reserve(UNDOCUMENTED, Case::Type, "undocumented types");
    let derived = types.kinds_of(&base.name);
    let members = [base.name.as_str()].into_iter().chain(derived).filter_map(|name| {
        let ident = names::claim_own(&mut scope, types.path(name)?.0.last()?.text(), Case::Type)?;
        Some(MemberPlan {
            wire: structures::qualified_name(name),
            ident,
            docs: docs::kind_member(name),
            deprecated: None,
            last_documented: None,
        })
    });
    EnumPlan {
        ident,
        documented: None,
        members: members.collect(),
        docs: docs::kind(&base.name),
        deprecated: None,
        last_documented: None,
        unknown: super::expect_ident(UNDOCUMENTED, Case::Type),
    }
}

fn plan_enum(
    ident: RustIdent,
    definition: &TypeDefinition,
    shape: &EnumType,
    types: &Types<'_>,
    plan: &mut Plan,
) -> EnumPlan {
    let Types { version, prose, policy, .. } = *types;
    let mut scope = Scope::default();
    scope.reserve(UNDOCUMENTED, Case::Type, "undocumented members");
    let mut members: Vec<MemberPlan> = Vec::new();
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for member in &shape.members {
        let item = format!("{} member {} {}", version.segment(), definition.name, member.name);
        let named = Named { item: &item, page: &definition.page, line: member.line };
        if known.contains(member.name.as_str()) {
            plan.report_repetition(&named);
            continue;
        }
        let Some(ident) = plan.claim(&mut scope, &member.name, Case::Type, &named, policy) else { continue };
        known.insert(&member.name);
        members.push(MemberPlan {
            wire: member.name.clone(),
            ident,
            docs: docs::member(member, &definition.page, prose),
            deprecated: member.deprecated.as_ref().map(deprecated::note),
            last_documented: member.last_documented.clone(),
        });
    }
    let unknown = super::expect_ident(UNDOCUMENTED, Case::Type);
    EnumPlan {
        ident,
        documented: Some(definition.name.clone()),
        docs: docs::enumeration(definition, version, prose),
        deprecated: definition.deprecated.as_ref().map(deprecated::note),
        last_documented: definition.last_documented.clone(),
        unknown,
        members,
    }
}
