//! The bodies of actions as structures: one for each page and action, for all paths that lead to it; also other
//! bodies whose parameters belong to no known type.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::layout::{self, Namespace, TypeItem};
use super::types::Types;
use super::{ItemPlan, Named, Part, Plan, RustType, StructurePlan, TypePath, structures};
use crate::model::api::{Operation, OperationKind, Parameter, Segment};
use crate::model::facts::ApiVersion;
use crate::names::{self, Case, RustIdent, Scope};
use crate::source::PagePath;

/// The structures of one version.
pub(super) struct Actions<'m> {
    version: ApiVersion,
    module: Vec<RustIdent>,
    scope: Scope,
    /// By page and action; the action is empty for structures that are named after the page.
    known: BTreeMap<(&'m PagePath, String), Vec<Known<'m>>>,
}

struct Known<'m> {
    parameters: &'m [Parameter],
    structure: StructurePlan,
    /// The features of the areas whose paths lead to the action.
    features: BTreeSet<String>,
}

impl<'m> Actions<'m> {
    pub(super) fn new(version: ApiVersion) -> Self {
        let module = vec![super::version_module(version), super::expect_ident("actions", Case::Module)];
        Self { version, module, scope: Scope::default(), known: BTreeMap::new() }
    }

    /// The body type of an action; any JSON if it cannot get a name.
    pub(super) fn body(
        &mut self,
        operation: &'m Operation,
        feature: &str,
        types: &Types<'_>,
        plan: &mut Plan,
    ) -> RustType {
        let Names { bound_to, action, is_told } = names_of(operation, types);
        // A create or update has no name of its own, except for `driveitem-createuploadsession`.
        let is_short = || is_told && operation.page.stem().split('-').count() == 2;
        let is_named = operation.kind == OperationKind::Action || is_short();
        let (key, name) = match is_named {
            true => (action, format!("{bound_to} {action}")),
            false => ("", name_of_page(operation, types)),
        };
        let of_page = self.known.entry((&operation.page, key.to_owned())).or_default();
        let parameters = operation.body_parameters.as_slice();
        let at = match of_page.iter().position(|known| known.parameters == parameters) {
            Some(at) => at,
            None => {
                let item = format!("{} action {} {action}", self.version.segment(), operation.page.stem());
                let named = Named { item: &item, page: &operation.page, line: operation.line };
                let Some(ident) = plan.claim(&mut self.scope, &name, Case::Type, &named, types.policy) else {
                    return RustType::Json;
                };
                let structure = structures::plan_parameters(ident, action, operation, types, plan);
                of_page.push(Known { parameters, structure, features: BTreeSet::new() });
                of_page.len() - 1
            }
        };
        let known = &mut of_page[at];
        known.features.insert(feature.to_owned());
        let ident = known.structure.ident.clone();
        RustType::Named(TypePath(self.module.iter().cloned().chain([ident]).collect()))
    }

    /// Plans the files.
    pub(super) fn plan(self, plan: &mut Plan) {
        let mut items = Vec::new();
        for ((page, _), known) in self.known {
            items.extend(known.into_iter().map(|Known { structure, features, .. }| TypeItem {
                ident: structure.ident.clone(),
                page: page.clone(),
                pages: BTreeSet::from([page.clone()]),
                features,
                item: ItemPlan::Structure(Part::Whole, Arc::new(structure)),
            }));
        }
        let namespace = Namespace {
            module: &self.module,
            origin: "the pages of actions",
            docs: "Parameters of actions: the bodies of their requests.",
        };
        layout::namespace_files(&namespace, items, &[], plan);
    }
}

struct Names<'o> {
    bound_to: String,
    action: &'o str,
    /// Whether the name of the page determines both.
    is_told: bool,
}

/// `plannerroster-post-members` → `plannerRoster post members`
fn name_of_page(operation: &Operation, types: &Types<'_>) -> String {
    let words = operation.page.stem().split('-').map(|word| types.local_name(word).unwrap_or(word));
    words.collect::<Vec<_>>().join(" ")
}

/// The type that the action is bound to, and its name: `driveItem` and `checkin`. The page `driveitem-checkin`
/// gives both, and is stable when paths to the action are added or removed. Otherwise they come from the path.
fn names_of<'o>(operation: &'o Operation, types: &Types<'o>) -> Names<'o> {
    let mut steps = operation.path.segments.iter().rev().filter_map(|segment| match segment {
        Segment::Name(name) | Segment::Function { name, .. } | Segment::KeyEquals { name, .. } => Some(name.as_str()),
        Segment::KeyPredicate { keys } => keys.first().map(|key| key.name.as_str()),
        Segment::Cast(name) => name.rsplit('.').next(),
        _ => None,
    });
    let action = steps.next().unwrap_or("call");
    let action = action.rsplit('.').next().unwrap_or(action);
    let mut words = operation.page.stem().rsplit('-');
    let is_told = words.next().is_some_and(|word| word.eq_ignore_ascii_case(action));
    let of_page = words.next().filter(|_| is_told).and_then(|word| types.local_name(word));
    let bound_to = of_page.map(str::to_owned).or_else(|| steps.next().map(names::singular));
    Names { bound_to: bound_to.unwrap_or_default(), action, is_told }
}
