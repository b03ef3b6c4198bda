//! Path builders: one type per path node, one method per step and per operation.

use std::collections::BTreeSet;

use super::actions::Actions;
use super::deprecated;
use super::layout::{self, NodePlan};
use super::tree::Node;
use super::types::Types;
use super::{
    ArgumentPlan, BuilderPlan, CallCheck, CallPlan, FilePlan, ItemPlan, MethodKind, MethodPlan, ModulePlan, Named,
    OperationPlan, Plan, RustType, Step, TypePath, call_table, checks, docs, signatures, tree,
};
use crate::diag::codes;
use crate::model::api::{Operation, OperationKind, RequestBody, Segment};
use crate::model::facts::{ApiVersion, Method};
use crate::names::{self, Case, RustIdent, Scope};
use crate::source::PagePath;

/// Plans the paths of one version.
pub(super) fn plan_version<'a>(
    types: &'a Types<'a>,
    plan: &'a mut Plan,
    features: &mut BTreeSet<String>,
    checks: &'a mut Vec<CallCheck>,
) {
    let Types { version, model, .. } = *types;
    let root = tree::build(&model.operations);
    let module = super::version_module(version);
    let mut builder = VersionBuilder { version, module, types, plan, actions: Actions::new(version), checks };
    builder.plan_root(&root, features);
    builder.actions.plan(builder.plan);
}

struct VersionBuilder<'a> {
    version: ApiVersion,
    module: RustIdent,
    types: &'a Types<'a>,
    plan: &'a mut Plan,
    actions: Actions<'a>,
    checks: &'a mut Vec<CallCheck>,
}

/// The paths that start with one segment.
struct Area<'a> {
    ident: RustIdent,
    feature: String,
    types: &'a mut Scope,
}

impl<'a> VersionBuilder<'a> {
    fn plan_root(&mut self, root: &Node<'a>, features: &mut BTreeSet<String>) {
        let path = format!("/{}", self.version.segment());
        let mut methods = Vec::new();
        let mut modules = Vec::new();
        let mut scope = Scope::default();
        let modules_of_types = ["actions", "types"].map(|module| super::expect_ident(module, Case::Module));
        for module in &modules_of_types {
            scope.reserve(module.text(), Case::Module, "a module of types");
        }
        // The root of the crate has all items of a version.
        for version in [ApiVersion::V1_0, ApiVersion::Beta] {
            scope.reserve(super::version_module(version).text(), Case::Module, "the module of a version");
        }
        for operation in &root.calls {
            self.skip(operation, "it is not bound to anything");
        }
        for node in root.children.values() {
            let Some(Segment::Name(name)) = &node.segment else {
                self.skip_node(node, "a path that does not start with a name");
                continue;
            };
            let item = format!("{} area {name}", self.version.segment());
            let (Some(feature), Some(ident)) =
                (names::feature(name), self.claim(&mut scope, name, Case::Module, &item, node))
            else {
                continue;
            };
            self.report_other_names(name, &item, &feature, node);
            features.insert(feature.clone());
            let mut types = Scope::default();
            let mut area = Area { ident: ident.clone(), feature: feature.clone(), types: &mut types };
            let area_path = format!("/{name}");
            let Some(planned) = self.plan_node(node, &area_path, name, &mut area) else { continue };
            let target = self.type_path(&area, &planned.builder.ident);
            checks::node_checks(&ident, &planned, &[], self.version, self.checks);
            let stem = format!("src/{}/{}", self.module.text(), ident.text());
            let table = call_table::lines(&planned, &format!("{}()", ident.text()));
            layout::node_files(planned, table, &stem, &[self.module.clone(), ident.clone()], &mut self.plan.files);
            let features = BTreeSet::from([feature.clone()]);
            modules.push(ModulePlan { features, ..ModulePlan::public(ident.clone()) });
            methods.push(MethodPlan {
                docs: vec![docs::code(&format!("{path}/{name}"))],
                ident,
                feature: Some(feature),
                arguments: Vec::new(),
                step: Some(Step::Segment(name.clone())),
                kind: MethodKind::Navigate { path: area_path, target },
            });
        }
        let ty = super::expect_ident(self.module.text(), Case::Type);
        let function = ItemPlan::Root {
            ident: self.module.clone(),
            ty: ty.clone(),
            version: self.version,
            docs: vec![format!("The root of all paths of {}.", docs::code(self.version.segment()))],
        };
        let builder = ItemPlan::Builder(BuilderPlan { ident: ty.clone(), docs: vec![docs::code(&path)] });
        modules.extend(modules_of_types.map(ModulePlan::public));
        self.plan.files.push(FilePlan {
            path: format!("src/{}.rs", self.module.text()),
            module: vec![self.module.clone()],
            origin: format!("the paths of {}", self.version.segment()),
            pages: BTreeSet::new(),
            docs: vec![format!(
                "Microsoft Graph {}: its paths, operations and types.",
                docs::code(self.version.segment())
            )],
            modules,
            items: vec![function, builder, ItemPlan::Methods { ident: ty, methods }],
            allows_deprecated: false,
        });
    }

    /// Reports an area whose feature or file cannot have its name.
    fn report_other_names(&mut self, name: &str, item: &str, feature: &str, node: &Node<'a>) {
        let Some(operation) = first_operation(node) else { return };
        let mut report = |message: String| {
            self.plan.report(&operation.page, operation.line, &codes::NAME_COLLISION, message);
        };
        if names::kebab(name).is_some_and(|wanted| wanted != feature) {
            report(format!("`{item}` has the name of another feature of the crate, so its feature is `{feature}`"));
        }
        if let Some(file) = names::ident(name, Case::Snake).filter(|ident| names::is_taken_file(ident.text())) {
            report(format!(
                "`{item}` cannot have a file with the name `{}.rs`, so its module has another name",
                file.text()
            ));
        }
    }

    /// Plans a node and everything below it. `relative` is the name for its type.
    fn plan_node(&mut self, node: &Node<'a>, path: &str, relative: &str, area: &mut Area<'_>) -> Option<NodePlan> {
        let item = format!("{} builder {path}", self.version.segment());
        let ident = self.claim(area.types, relative, Case::Type, &item, node)?;
        let is_area = node.segment.as_ref().is_some_and(|segment| path == format!("{segment}"));
        let mut scope = Scope::default();
        let (mut methods, mut children, mut pages) = (Vec::new(), Vec::new(), BTreeSet::new());
        let bound = node.calls.iter().filter(|operation| operation.kind.is_bound());
        let called: BTreeSet<String> =
            bound.filter_map(|operation| operation.path.segments.last()).map(Segment::key).collect();
        for child in node.children.values() {
            let Some(segment) = &child.segment else { continue };
            let colon = if matches!(node.segment, Some(Segment::ItemPath { .. })) { ":" } else { "" };
            let child_path = format!("{path}{colon}{segment}");
            // The module has the name of the area, so it is not repeated.
            let named = matches!(segment, Segment::Name(_) | Segment::Function { .. });
            let step = signatures::step_name(segment);
            let child_relative = if is_area && named { step } else { format!("{relative} {step}") };
            let Some(planned) = self.plan_node(child, &child_path, &child_relative, area) else { continue };
            let target = self.type_path(area, &planned.builder.ident);
            methods.extend(self.navigate(child, &child_path, target, &called, &mut scope));
            children.push(planned);
        }
        // Calls come first, because people look for them.
        let mut calls = self.calls(node, &mut scope, &mut pages, area);
        calls.append(&mut methods);
        let methods = calls;
        let file = node.segment.as_ref().map(signatures::step_name).unwrap_or_default();
        let builder = BuilderPlan { ident, docs: vec![docs::code(path)] };
        let places = NodePlan::places(&children);
        Some(NodePlan { file, path: path.to_owned(), pages, builder, methods, children, places })
    }

    fn type_path(&self, area: &Area<'_>, ident: &RustIdent) -> TypePath {
        TypePath(vec![self.module.clone(), area.ident.clone(), ident.clone()])
    }

    /// Plans the method that leads from a node to its child.
    fn navigate(
        &mut self,
        child: &Node<'a>,
        path: &str,
        target: TypePath,
        called: &BTreeSet<String>,
        scope: &mut Scope,
    ) -> Option<MethodPlan> {
        let segment = child.segment.as_ref()?;
        let is_called = called.contains(&segment.key());
        let is_function = matches!(segment, Segment::Function { .. });
        // If the result of a function or action has paths of its own, the call keeps the plain name,
        // regardless of the order of documentation.
        let suffix = if is_called || is_function { " result" } else { "" };
        let wire = format!("{}{suffix}", signatures::method_name(segment));
        // Of functions that differ only in their arguments, the one without arguments gets the
        // plain name.
        let wire = match segment {
            Segment::Function { .. } if scope.has(&wire, Case::Snake) => {
                format!("{}{suffix}", signatures::step_name(segment))
            }
            _ => wire,
        };
        let ident = self.claim(scope, &wire, Case::Snake, &format!("{} path {path}", self.version.segment()), child)?;
        let (arguments, step) = signatures::step(segment, &[], self.types);
        Some(MethodPlan {
            ident,
            docs: vec![docs::code(path)],
            feature: None,
            arguments,
            step: Some(step),
            kind: MethodKind::Navigate { path: path.to_owned(), target },
        })
    }

    fn calls(
        &mut self,
        node: &Node<'a>,
        scope: &mut Scope,
        pages: &mut BTreeSet<PagePath>,
        area: &Area<'_>,
    ) -> Vec<MethodPlan> {
        let mut methods = Vec::new();
        for operation in &node.calls {
            let item = super::item_name(operation, self.version);
            let wire = signatures::call_name(operation);
            let is_taken = scope.has(&wire, Case::Snake);
            let wire = if is_taken { signatures::overload_name(operation).unwrap_or(wire) } else { wire };
            let Some(ident) = self.claim_call(scope, &wire, &item, operation) else { continue };
            pages.insert(operation.page.clone());
            methods.push(self.call(operation, ident, area));
        }
        methods
    }

    fn call(&mut self, operation: &'a Operation, ident: RustIdent, area: &Area<'_>) -> MethodPlan {
        let bound = operation.kind.is_bound();
        let last = operation.path.segments.last().filter(|_| bound);
        let (mut arguments, step) = match last {
            Some(segment) => {
                let (arguments, step) = signatures::step(segment, &operation.function_parameters, self.types);
                (arguments, Some(step))
            }
            None => (Vec::new(), None),
        };
        let mut names = Scope::default();
        for argument in &arguments {
            names.reserve(argument.ident.text(), Case::Snake, "argument");
        }
        let mut query = Vec::new();
        for item in &operation.path.query {
            // The argument of `$ref` identifies the reference.
            let is_reference = matches!(operation.path.segments.last(), Some(Segment::System(_)));
            let (name, ty) = match is_reference {
                true => (&item.label, RustType::Reference),
                false => (&item.name, RustType::Str),
            };
            if let Some(argument) = names::claim_own(&mut names, name, Case::Snake) {
                let argument = ArgumentPlan { ident: argument, ty };
                query.push((item.name.clone(), argument.clone()));
                arguments.push(argument);
            }
        }
        let body = self.body_type(operation, area).and_then(|ty| {
            let ident = names::claim_own(&mut names, "body", Case::Snake)?;
            arguments.push(ArgumentPlan { ident: ident.clone(), ty });
            Some(ident)
        });
        let constant = names::constant(&ident);
        let plan = OperationPlan {
            method: operation.method,
            version: self.version,
            path: operation.path.to_string(),
            page: operation.page.stem().to_owned(),
            permissions: operation.permissions.clone(),
            statuses: operation.statuses.clone(),
            query_options: operation.query_options.clone(),
            clouds: operation.clouds.clone(),
            origin: operation.origin,
        };
        let kind = MethodKind::Call(Box::new(CallPlan {
            constant,
            operation: plan,
            query,
            body,
            response: signatures::response_type(operation, self.types),
            deprecated: operation.deprecated.as_ref().map(deprecated::note),
            last_documented: operation.last_documented.clone(),
        }));
        MethodPlan {
            ident,
            docs: docs::operation(operation, self.version, self.types.prose),
            feature: None,
            arguments,
            step,
            kind,
        }
    }

    /// The type of the body argument; `None` if the operation takes none.
    fn body_type(&mut self, operation: &'a Operation, area: &Area<'_>) -> Option<RustType> {
        if matches!(operation.method, Method::Get | Method::Delete) {
            return None;
        }
        match (&operation.request_body, operation.kind) {
            (RequestBody::Parameters, _) if operation.takes_parameters() => {
                Some(self.actions.body(operation, &area.feature, self.types, self.plan))
            }
            (RequestBody::Entity(ty), _) => Some(signatures::body_type(ty, self.types)),
            (RequestBody::Reference, _) => Some(RustType::Reference),
            (RequestBody::None, _) => None,
            (RequestBody::Unstated, OperationKind::Action) => None,
            _ if operation.takes_content() => Some(RustType::Body),
            _ => Some(RustType::Json),
        }
    }

    /// A name for a node. Without it, everything below is left out.
    fn claim(&mut self, scope: &mut Scope, wire: &str, case: Case, item: &str, node: &Node<'a>) -> Option<RustIdent> {
        let operation = first_operation(node)?;
        let claimed = self.plan.claim(scope, wire, case, &named(item, operation), self.types.policy);
        if claimed.is_none() {
            self.skip_node(node, &format!("`{item}` has no name"));
        }
        claimed
    }

    fn claim_call(&mut self, scope: &mut Scope, wire: &str, item: &str, operation: &Operation) -> Option<RustIdent> {
        let claimed = self.plan.claim(scope, wire, Case::Snake, &named(item, operation), self.types.policy);
        if claimed.is_none() {
            self.skip(operation, "it has no name");
        }
        claimed
    }

    fn skip_node(&mut self, node: &Node<'a>, why: &str) {
        for operation in &node.calls {
            self.skip(operation, why);
        }
        for child in node.children.values() {
            self.skip_node(child, why);
        }
    }

    fn skip(&mut self, operation: &Operation, why: &str) {
        let message = format!("{} {} is left out: {why}", operation.method.as_str(), operation.path);
        self.plan.report(&operation.page, operation.line, &codes::UNUSABLE_NAME, message);
    }
}

fn named<'a>(item: &'a str, operation: &'a Operation) -> Named<'a> {
    Named { item, page: &operation.page, line: operation.line }
}

fn first_operation<'m>(node: &Node<'m>) -> Option<&'m Operation> {
    node.calls.first().copied().or_else(|| node.children.values().find_map(first_operation))
}
