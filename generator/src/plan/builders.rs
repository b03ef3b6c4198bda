//! Path builders: one type per path node, one method per step and per operation.

use std::collections::BTreeSet;

use super::tree::Node;
use super::types::{self, Types};
use super::{
    ArgumentPlan, BuilderPlan, CallPlan, FilePlan, FunctionArgument, ItemPlan, Literal, MethodKind, MethodPlan,
    ModulePlan, Named, OperationPlan, Plan, RustType, Step, StructurePlan, TypePath, docs, structures, tree,
};
use crate::diag::{Diagnostic, codes};
use crate::model::api::{
    Argument, ArgumentKind, Operation, OperationKind, Parameter, Primitive, RequestBody, Response, Segment, TypeRef,
    ValueType,
};
use crate::model::facts::{ApiVersion, Method};
use crate::names::{self, Case, Claim, RustIdent, Scope};
use crate::policy::Policy;
use crate::source::{PagePath, Position, Span};

pub(super) fn plan_version(
    version: ApiVersion,
    operations: &[Operation],
    types: &Types<'_>,
    policy: &Policy,
    plan: &mut Plan,
    features: &mut BTreeSet<String>,
) {
    let root = tree::build(operations);
    let module = super::version_module(version);
    let mut builder = VersionBuilder {
        version,
        module: module.clone(),
        types,
        policy,
        plan,
        actions: Scope::default(),
        structures: Vec::new(),
    };
    builder.plan_root(&root, features);
    let structures = std::mem::take(&mut builder.structures);
    builder.plan_actions(structures);
}

struct VersionBuilder<'a> {
    version: ApiVersion,
    module: RustIdent,
    types: &'a Types<'a>,
    policy: &'a Policy,
    plan: &'a mut Plan,
    actions: Scope,
    /// Structures with the area that they belong to and their page.
    structures: Vec<(RustIdent, String, PagePath, StructurePlan)>,
}

/// Where the items of an area's nodes go.
struct Area<'a> {
    ident: RustIdent,
    feature: String,
    types: &'a mut Scope,
}

impl VersionBuilder<'_> {
    fn plan_root(&mut self, root: &Node<'_>, features: &mut BTreeSet<String>) {
        let path = format!("/{}", self.version.segment());
        let mut methods = Vec::new();
        let mut modules = Vec::new();
        let mut scope = Scope::default();
        for operation in &root.calls {
            self.skip(operation, "it is bound to nothing");
        }
        for node in root.children.values() {
            let Some(Segment::Name(name)) = &node.segment else {
                self.skip_node(node, "a path that does not start with a name");
                continue;
            };
            let item = format!("{} area {name}", self.version.segment());
            let (Some(feature), Some(ident)) =
                (names::feature(name), self.claim(&mut scope, name, Case::Snake, &item, node))
            else {
                continue;
            };
            features.insert(feature.clone());
            let target = self.plan_area(node, name, &ident, &feature);
            modules.push(ModulePlan {
                ident: ident.clone(),
                features: BTreeSet::from([feature.clone()]),
                flattened: false,
            });
            methods.push(MethodPlan {
                docs: vec![docs::code(&format!("{path}/{name}"))],
                ident,
                feature: Some(feature),
                arguments: Vec::new(),
                step: Some(Step::Segment(name.clone())),
                kind: MethodKind::Navigate(target),
            });
        }
        let ty = super::expect_ident(self.module.text(), Case::Type);
        let function = ItemPlan::Root {
            ident: self.module.clone(),
            ty: ty.clone(),
            version: self.version,
            docs: vec![format!("The root of all paths of {}.", docs::code(self.version.segment()))],
        };
        let builder = ItemPlan::Builder(BuilderPlan { ident: ty, docs: vec![docs::code(&path)], methods });
        modules.extend(["actions", "types"].map(|module| ModulePlan {
            ident: super::expect_ident(module, Case::Snake),
            features: BTreeSet::new(),
            flattened: false,
        }));
        self.plan.files.push(FilePlan {
            path: format!("src/{}.rs", self.module.text()),
            origin: format!("the paths of {}", self.version.segment()),
            pages: BTreeSet::new(),
            docs: vec![format!(
                "Microsoft Graph {}: its paths, operations and types.",
                docs::code(self.version.segment())
            )],
            modules,
            items: vec![function, builder],
        });
    }

    /// An area: one file for its root, and one for each node below it.
    fn plan_area(&mut self, node: &Node<'_>, name: &str, ident: &RustIdent, feature: &str) -> TypePath {
        let path = format!("/{name}");
        let mut types = Scope::default();
        let mut area = Area { ident: ident.clone(), feature: feature.to_owned(), types: &mut types };
        let root_ty = self
            .claim(area.types, name, Case::Type, &format!("{} builder {path}", self.version.segment()), node)
            .unwrap_or_else(|| super::expect_ident("Area", Case::Type));
        let target = self.type_path(&[ident], &root_ty);
        let mut files: Vec<FilePlan> = Vec::new();
        let mut pages = BTreeSet::new();
        let mut builders = Vec::new();
        let mut file_scope = Scope::default();
        let mut modules = Vec::new();
        let mut steps = Vec::new();
        let mut methods = Scope::default();
        for child in node.children.values() {
            let Some(segment) = &child.segment else { continue };
            let child_path = format!("{path}{segment}");
            let wire = file_name(segment);
            let item = format!("{} file {path}{}", self.version.segment(), segment.key());
            let Some(file) = self.claim(&mut file_scope, &wire, Case::Snake, &item, child) else { continue };
            let mut items = Vec::new();
            let mut child_pages = BTreeSet::new();
            let module = [ident, &file];
            let relative = relative_name(name, std::slice::from_ref(segment));
            let Some(ty) =
                self.plan_node(child, &child_path, &relative, &module, &mut area, &mut items, &mut child_pages)
            else {
                continue;
            };
            steps.extend(self.navigate(child, &child_path, ty, node, &mut methods));
            modules.push(ModulePlan { ident: file.clone(), features: BTreeSet::new(), flattened: false });
            files.push(FilePlan {
                path: format!("src/{}/{}/{}.rs", self.module.text(), ident.text(), file.text()),
                origin: origin(&child_pages, &child_path),
                pages: child_pages,
                docs: vec![format!("{} and the paths below it.", docs::code(&child_path))],
                modules: Vec::new(),
                items,
            });
        }
        let calls = self.calls(node, &mut methods, &mut pages, &area);
        steps.extend(calls);
        builders.push(ItemPlan::Builder(BuilderPlan { ident: root_ty, docs: vec![docs::code(&path)], methods: steps }));
        self.plan.files.extend(files);
        self.plan.files.push(FilePlan {
            path: format!("src/{}/{}.rs", self.module.text(), ident.text()),
            origin: origin(&pages, &path),
            pages,
            docs: vec![format!("{} and the paths below it.", docs::code(&path))],
            modules,
            items: builders,
        });
        target
    }

    /// A node and everything below it, into one file. Returns the type of the node.
    #[expect(clippy::too_many_arguments, reason = "one recursive walk; a struct would only rename the arguments")]
    fn plan_node(
        &mut self,
        node: &Node<'_>,
        path: &str,
        relative: &str,
        module: &[&RustIdent],
        area: &mut Area<'_>,
        items: &mut Vec<ItemPlan>,
        pages: &mut BTreeSet<PagePath>,
    ) -> Option<TypePath> {
        let item = format!("{} builder {path}", self.version.segment());
        let ident = self.claim(area.types, relative, Case::Type, &item, node)?;
        let at = items.len();
        let mut scope = Scope::default();
        let mut methods = Vec::new();
        for child in node.children.values() {
            let Some(segment) = &child.segment else { continue };
            let child_path = format!(
                "{path}{}{segment}",
                if matches!(node.segment, Some(Segment::ItemPath { .. })) { ":" } else { "" }
            );
            let child_relative = format!("{relative} {}", step_name(segment));
            if let Some(target) = self.plan_node(child, &child_path, &child_relative, module, area, items, pages) {
                methods.extend(self.navigate(child, &child_path, target, node, &mut scope));
            }
        }
        methods.extend(self.calls(node, &mut scope, pages, area));
        items
            .insert(at, ItemPlan::Builder(BuilderPlan { ident: ident.clone(), docs: vec![docs::code(path)], methods }));
        Some(self.type_path(module, &ident))
    }

    fn type_path(&self, module: &[&RustIdent], ident: &RustIdent) -> TypePath {
        let mut path = vec![self.module.clone()];
        path.extend(module.iter().map(|part| (*part).clone()));
        path.push(ident.clone());
        TypePath(path)
    }

    /// The method that leads from a node to its child.
    fn navigate(
        &mut self,
        child: &Node<'_>,
        path: &str,
        target: TypePath,
        parent: &Node<'_>,
        scope: &mut Scope,
    ) -> Option<MethodPlan> {
        let segment = child.segment.as_ref()?;
        let is_called = parent.calls.iter().any(|operation| {
            matches!(operation.kind, OperationKind::Action | OperationKind::Function)
                && operation.path.segments.last().is_some_and(|last| last.key() == segment.key())
        });
        let is_function = matches!(segment, Segment::Function { .. });
        // What a function or action returns has paths of its own; the call keeps the plain name, whichever
        // of the two is documented first.
        let suffix = if is_called || is_function { " result" } else { "" };
        let wire = format!("{}{suffix}", method_name(segment));
        let ident = self.claim(scope, &wire, Case::Snake, &format!("{} path {path}", self.version.segment()), child)?;
        let (arguments, step) = step(segment, &[]);
        self.surface(parent_type(&target), &format!("{path} → {ident}"));
        Some(MethodPlan {
            ident,
            docs: vec![docs::code(path)],
            feature: None,
            arguments,
            step: Some(step),
            kind: MethodKind::Navigate(target),
        })
    }

    fn calls(
        &mut self,
        node: &Node<'_>,
        scope: &mut Scope,
        pages: &mut BTreeSet<PagePath>,
        area: &Area<'_>,
    ) -> Vec<MethodPlan> {
        let mut methods = Vec::new();
        for operation in &node.calls {
            let item = super::item_name(operation, self.version);
            let wire = call_name(operation);
            let wire = if scope.has(&wire, Case::Snake) { overload_name(operation).unwrap_or(wire) } else { wire };
            let Some(ident) = self.claim_call(scope, &wire, &item, operation) else { continue };
            pages.insert(operation.page.clone());
            methods.push(self.call(operation, ident, area));
        }
        methods
    }

    fn call(&mut self, operation: &Operation, ident: RustIdent, area: &Area<'_>) -> MethodPlan {
        let bound = matches!(operation.kind, OperationKind::Action | OperationKind::Function);
        let last = operation.path.segments.last().filter(|_| bound);
        let (mut arguments, step) = match last {
            Some(segment) => {
                let (arguments, step) = step(segment, &operation.function_parameters);
                (arguments, Some(step))
            }
            None => (Vec::new(), None),
        };
        let mut names = Scope::default();
        for argument in &arguments {
            let _ = names.claim(argument.ident.text(), Case::Snake, "argument", &Policy::default());
        }
        let mut query = Vec::new();
        for item in &operation.path.query {
            if let Claim::Free(argument) | Claim::Collision { given: argument, .. } =
                names.claim(&item.name, Case::Snake, &item.name, &Policy::default())
            {
                query.push((item.name.clone(), argument.clone()));
                arguments.push(ArgumentPlan { ident: argument, ty: RustType::Str });
            }
        }
        let body = self.body_type(operation, area).map(|ty| {
            let ident = super::expect_ident("body", Case::Snake);
            arguments.push(ArgumentPlan { ident: ident.clone(), ty });
            ident
        });
        let constant = super::expect_ident(&format!("{} operation", ident.text()), Case::Const);
        let constant = names::ident(ident.text(), Case::Const).unwrap_or(constant);
        let plan = OperationPlan {
            method: operation.method,
            version: self.version,
            path: operation.path.to_string(),
            page: operation.page.stem().to_owned(),
            permissions: operation.permissions.clone(),
            statuses: operation.statuses.clone(),
        };
        self.plan.surface.push(format!(
            "{} {} {} = {ident}({})",
            self.module,
            operation.method.as_str(),
            operation.path,
            arguments.iter().map(|argument| argument.ident.to_string()).collect::<Vec<_>>().join(", ")
        ));
        let kind = MethodKind::Call(Box::new(CallPlan {
            constant,
            operation: plan,
            query,
            body,
            response: response_type(&operation.response, self.types),
        }));
        MethodPlan { ident, docs: docs::operation(operation, self.version), feature: None, arguments, step, kind }
    }

    /// The type of the body argument; `None` when the operation takes none.
    fn body_type(&mut self, operation: &Operation, area: &Area<'_>) -> Option<RustType> {
        if matches!(operation.method, Method::Get | Method::Delete) {
            return None;
        }
        match (&operation.request_body, operation.kind) {
            (RequestBody::Parameters, OperationKind::Action) => {
                let name = structures::action_name(operation);
                let item = format!("{} action {}", self.version.segment(), operation.path.key());
                let named = Named { item: &item, page: &operation.page, line: operation.line };
                let ident = self.plan.claim(&mut self.actions, &name, Case::Type, &named, self.policy);
                let Some(ident) = ident else { return Some(RustType::Json) };
                let structure = structures::plan_parameters(
                    ident.clone(),
                    operation,
                    self.version,
                    self.types,
                    self.policy,
                    self.plan,
                );
                self.structures.push((area.ident.clone(), area.feature.clone(), operation.page.clone(), structure));
                Some(RustType::Named(TypePath(vec![
                    self.module.clone(),
                    super::expect_ident("actions", Case::Snake),
                    ident,
                ])))
            }
            (RequestBody::Entity(ty), _) => Some(body_type(ty, self.types)),
            (RequestBody::None, _) => None,
            (RequestBody::Unstated, OperationKind::Action) => None,
            (RequestBody::Raw(_), _) => Some(RustType::Body),
            _ if is_media(operation) => Some(RustType::Body),
            _ => Some(RustType::Json),
        }
    }

    /// The structures of actions, one file per area, re-exported from `actions`.
    fn plan_actions(&mut self, structures: Vec<(RustIdent, String, PagePath, StructurePlan)>) {
        let mut files: std::collections::BTreeMap<RustIdent, (String, BTreeSet<PagePath>, Vec<ItemPlan>)> =
            std::collections::BTreeMap::new();
        for (area, feature, page, structure) in structures {
            self.plan.surface.extend(types::structure_surface(&self.module, "actions", &structure));
            let file = files.entry(area).or_insert_with(|| (feature, BTreeSet::new(), Vec::new()));
            file.1.insert(page);
            file.2.push(ItemPlan::Structure(structure));
        }
        let mut modules = Vec::new();
        for (area, (feature, pages, items)) in files {
            modules.push(ModulePlan { ident: area.clone(), features: BTreeSet::from([feature]), flattened: true });
            self.plan.files.push(FilePlan {
                path: format!("src/{}/actions/{}.rs", self.module.text(), area.text()),
                origin: origin(&pages, "its actions"),
                pages,
                docs: vec!["Parameters of the actions of one area.".to_owned()],
                modules: Vec::new(),
                items,
            });
        }
        self.plan.files.push(FilePlan {
            path: format!("src/{}/actions.rs", self.module.text()),
            origin: format!("the actions of {}", self.version.segment()),
            pages: BTreeSet::new(),
            docs: vec!["Parameters of actions: the bodies of their requests.".to_owned()],
            modules,
            items: Vec::new(),
        });
    }

    fn surface(&mut self, ty: String, what: &str) {
        self.plan.surface.push(format!("{} path {what} ({ty})", self.module));
    }

    fn claim(&mut self, scope: &mut Scope, wire: &str, case: Case, item: &str, node: &Node<'_>) -> Option<RustIdent> {
        let place = first_operation(node).map(|operation| (operation.page.clone(), operation.line));
        match (scope.claim(wire, case, item, self.policy), place) {
            (Claim::Free(ident), _) => Some(ident),
            (Claim::Collision { given, other }, Some((page, line))) => {
                self.report_collision(&page, line, item, &given, &other);
                Some(given)
            }
            (Claim::Collision { given, .. }, None) => Some(given),
            (Claim::Unusable, _) => {
                self.skip_node(node, &format!("`{item}` has no characters that a Rust name may have"));
                None
            }
        }
    }

    fn claim_call(&mut self, scope: &mut Scope, wire: &str, item: &str, operation: &Operation) -> Option<RustIdent> {
        match scope.claim(wire, Case::Snake, item, self.policy) {
            Claim::Free(ident) => Some(ident),
            Claim::Collision { given, other } => {
                self.report_collision(&operation.page, operation.line, item, &given, &other);
                Some(given)
            }
            Claim::Unusable => {
                self.skip(operation, &format!("`{item}` has no characters that a Rust name may have"));
                None
            }
        }
    }

    fn report_collision(&mut self, page: &PagePath, line: u32, item: &str, given: &RustIdent, other: &str) {
        let message = format!("`{item}` wants the Rust name of `{other}` and got `{given}`");
        self.push(page.clone(), line, &codes::NAME_COLLISION, message);
    }

    fn skip_node(&mut self, node: &Node<'_>, why: &str) {
        for operation in &node.calls {
            self.skip(operation, why);
        }
        for child in node.children.values() {
            self.skip_node(child, why);
        }
    }

    fn skip(&mut self, operation: &Operation, why: &str) {
        let message = format!("{} {} is left out: {why}", operation.method.as_str(), operation.path);
        self.push(operation.page.clone(), operation.line, &codes::UNUSABLE_NAME, message);
    }

    fn push(&mut self, page: PagePath, line: u32, code: &'static crate::diag::Code, message: String) {
        let position = Position { line, column: 1 };
        self.plan.diagnostics.push((page, Diagnostic { position, span: Span::default(), code, message }));
    }
}

/// `PUT …/$value` and `PUT …/content` carry the bytes themselves.
fn is_media(operation: &Operation) -> bool {
    let last = operation.path.segments.last();
    matches!(operation.method, Method::Put | Method::Patch)
        && matches!(last, Some(Segment::System(name)) if name == "$value")
        || matches!(last, Some(Segment::Name(name)) if name == "content" && operation.method == Method::Put)
}

fn parent_type(target: &TypePath) -> String {
    target.0.iter().map(RustIdent::to_string).collect::<Vec<_>>().join("::")
}

fn first_operation<'n>(node: &'n Node<'_>) -> Option<&'n Operation> {
    node.calls.first().copied().or_else(|| node.children.values().find_map(first_operation))
}

/// What the first line of a file says it was made from.
fn origin(pages: &BTreeSet<PagePath>, path: &str) -> String {
    match pages.iter().next() {
        Some(page) if pages.len() == 1 => page.to_string(),
        Some(_) => format!("the {} pages on {path}", pages.len()),
        None => format!("the pages on {path}"),
    }
}

/// The name of a node's type, relative to its area: `exchangeConnectors item`.
fn relative_name(area: &str, segments: &[Segment]) -> String {
    let steps: Vec<_> = segments.iter().map(step_name).collect();
    // A type called `Item` alone would say nothing.
    let starts_with_name = matches!(segments.first(), Some(Segment::Name(_) | Segment::Function { .. }));
    if starts_with_name { steps.join(" ") } else { format!("{area} {}", steps.join(" ")) }
}

fn step_name(segment: &Segment) -> String {
    match segment {
        Segment::Key { .. } => "item".to_owned(),
        Segment::ItemPath { .. } => "item at path".to_owned(),
        Segment::KeyEquals { name, .. } => format!("by {name}"),
        other => method_name(other),
    }
}

fn file_name(segment: &Segment) -> String {
    match segment {
        Segment::Key { .. } => "item".to_owned(),
        Segment::ItemPath { .. } => "item at path".to_owned(),
        other => method_name(other),
    }
}

/// The documented name of a step.
fn method_name(segment: &Segment) -> String {
    match segment {
        Segment::Name(name) => name.clone(),
        Segment::System(name) => match name.as_str() {
            "$ref" => "reference".to_owned(),
            other => other.trim_start_matches('$').to_owned(),
        },
        Segment::Cast(name) => format!("as {}", name.rsplit('.').next().unwrap_or(name)),
        Segment::Key { .. } => "id".to_owned(),
        Segment::KeyEquals { name, .. } => name.clone(),
        Segment::Function { name, .. } => name.rsplit('.').next().unwrap_or(name).to_owned(),
        Segment::ItemPath { .. } => "item path".to_owned(),
    }
}

fn call_name(operation: &Operation) -> String {
    match operation.kind {
        OperationKind::List => "list".to_owned(),
        OperationKind::Get => "get".to_owned(),
        OperationKind::Create => "create".to_owned(),
        OperationKind::Update => "update".to_owned(),
        OperationKind::Replace => "replace".to_owned(),
        OperationKind::Delete => "delete".to_owned(),
        OperationKind::Action | OperationKind::Function => {
            operation.path.segments.last().map(method_name).unwrap_or_default()
        }
    }
}

/// Functions of one name differ by their arguments: `supportedTimeZones with timeZoneStandard`.
fn overload_name(operation: &Operation) -> Option<String> {
    match operation.path.segments.last()? {
        Segment::Function { arguments, .. } if !arguments.is_empty() => {
            let names: Vec<_> = arguments.iter().map(|argument| argument.name.as_str()).collect();
            Some(format!("{} with {}", call_name(operation), names.join(" and ")))
        }
        _ => None,
    }
}

/// The arguments of a step, and the step itself.
fn step(segment: &Segment, documented: &[Parameter]) -> (Vec<ArgumentPlan>, Step) {
    let text = |label: &str, otherwise: &str| {
        let ident = names::ident(label, Case::Snake).unwrap_or_else(|| super::expect_ident(otherwise, Case::Snake));
        (vec![ArgumentPlan { ident: ident.clone(), ty: RustType::Str }], ident)
    };
    match segment {
        Segment::Name(name) | Segment::System(name) | Segment::Cast(name) => (Vec::new(), Step::Segment(name.clone())),
        Segment::Key { label } => {
            let (arguments, ident) = text(label, "id");
            (arguments, Step::Key(ident))
        }
        Segment::KeyEquals { name, label } => {
            let (arguments, ident) = text(label, "value");
            (arguments, Step::KeyEquals(name.clone(), ident))
        }
        Segment::ItemPath { label } => {
            let (arguments, ident) = text(label, "path");
            (arguments, Step::ItemPath(ident))
        }
        Segment::Function { name, arguments } => {
            let mut scope = Scope::default();
            let mut plans = Vec::new();
            let mut literals = Vec::new();
            for argument in arguments {
                let claim = scope.claim(&argument.name, Case::Snake, &argument.name, &Policy::default());
                let (Claim::Free(ident) | Claim::Collision { given: ident, .. }) = claim else { continue };
                let (ty, literal) = argument_type(argument, documented);
                plans.push(ArgumentPlan { ident: ident.clone(), ty });
                literals.push(FunctionArgument { name: argument.name.clone(), ident, literal });
            }
            (plans, Step::Function(name.clone(), literals))
        }
    }
}

fn argument_type(argument: &Argument, documented: &[Parameter]) -> (RustType, Literal) {
    match &argument.kind {
        ArgumentKind::Quoted => (RustType::Str, Literal::String),
        ArgumentKind::Enum(ty) => (RustType::Str, Literal::Enum(ty.clone())),
        ArgumentKind::Bare => {
            let documented = documented.iter().find(|known| known.name.eq_ignore_ascii_case(&argument.name));
            match documented.map(|parameter| &parameter.ty.ty) {
                Some(ValueType::Primitive(Primitive::Int16 | Primitive::Int32 | Primitive::Int64)) => {
                    (RustType::I64, Literal::Value)
                }
                Some(ValueType::Primitive(Primitive::Boolean)) => (RustType::Bool, Literal::Value),
                Some(ValueType::Primitive(Primitive::Double | Primitive::Single)) => (RustType::F64, Literal::Value),
                Some(ValueType::Primitive(Primitive::String)) => (RustType::Str, Literal::String),
                _ => (RustType::Str, Literal::Raw),
            }
        }
    }
}

/// What a caller hands over: a structure, or any JSON where the type is not known.
fn body_type(ty: &TypeRef, types: &Types<'_>) -> RustType {
    match structures::value_type(&ty.ty, types) {
        named @ RustType::Named(_) if !ty.collection => named,
        _ => RustType::Json,
    }
}

fn response_type(response: &Response, types: &Types<'_>) -> RustType {
    match response {
        Response::Empty => RustType::Unit,
        Response::Stream => RustType::Bytes,
        Response::Text => RustType::String,
        Response::Unknown => RustType::Json,
        Response::Typed(ty) if ty.collection => RustType::Collection(Box::new(structures::value_type(&ty.ty, types))),
        Response::Typed(ty) => match &ty.ty {
            ValueType::Named(name) if types.structured(name).is_some() => structures::value_type(&ty.ty, types),
            // A single primitive value comes as an object with `value`.
            _ => RustType::Json,
        },
    }
}
