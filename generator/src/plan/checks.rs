//! The test that calls the function of every operation, compares the request with the documented one, and sends it if
//! there is a file of documented examples. `tests/support/calls.rs` of the templates is the code for one call.

use std::collections::BTreeSet;

use super::layout::{self, NodePlan};
use super::secrets;
use super::{CallCheck, FilePlan, ItemPlan, Literal, MethodKind, MethodPlan, ModulePlan, Plan, RustType, Step};
use crate::model::facts::ApiVersion;
use crate::names::{self, Case, RustIdent, Scope};

/// The folder of the tests; [`TEST_OF_ALL_CALLS`] is their root.
const FOLDER: &str = "tests/operations";

/// The root of the test that calls every function.
pub(crate) const TEST_OF_ALL_CALLS: &str = "tests/operations/main.rs";

/// The sample for an argument, which is the same text in the request and in code.
pub(crate) fn sample(ty: &RustType) -> &'static str {
    match ty {
        RustType::Bool => "true",
        RustType::I32 | RustType::I64 => "1",
        RustType::F64 => "1.5",
        _ => "x",
    }
}

/// The address that `runtime::Reference` makes from the sample, as in a query.
const SAMPLE_REFERENCE: &str = "https://graph.microsoft.com/v1.0/directoryObjects/x";

/// The checks of a node and everything below it: every function, with the calls that lead there from the
/// node of the area.
pub(super) fn node_checks(
    area: &RustIdent,
    node: &NodePlan,
    way: &[&MethodPlan],
    version: ApiVersion,
    checks: &mut Vec<CallCheck>,
) {
    for method in &node.methods {
        let way: Vec<_> = way.iter().copied().chain([method]).collect();
        match &method.kind {
            MethodKind::Navigate { target, .. } => {
                node.child(target).into_iter().for_each(|child| node_checks(area, child, &way, version, checks));
            }
            MethodKind::Call(call) => {
                let operation = &call.operation;
                let path = expected(&operation.path, &way);
                let query = call.query.iter().map(|(name, argument)| match &argument.ty {
                    RustType::Reference => format!("{name}={SAMPLE_REFERENCE}"),
                    ty => format!("{name}={}", sample(ty)),
                });
                let query = query.collect::<Vec<_>>().join("&");
                let mark = if query.is_empty() { "" } else { "?" };
                let steps = way.iter().map(|method| {
                    (method.ident.clone(), method.arguments.iter().map(|argument| argument.ty.clone()).collect())
                });
                checks.push(CallCheck {
                    operation: format!("{} {}", operation.method.as_str(), operation.path),
                    response: call.response.clone(),
                    deprecated: call.deprecated.is_some(),
                    root: super::version_module(version),
                    chain: std::iter::once((area.clone(), Vec::new())).chain(steps).collect(),
                    request: format!("{} /{}{path}{mark}{query}", operation.method.as_str(), version.segment()),
                });
            }
        }
    }
}

/// The documented path with samples instead of placeholders. The docs do not quote all strings that
/// OData requires in quotes.
fn expected(template: &str, way: &[&MethodPlan]) -> String {
    let mut samples = way.iter().flat_map(|method| {
        let literals = match &method.step {
            Some(Step::Function(_, arguments) | Step::KeyNamed(arguments)) => arguments.as_slice(),
            _ => &[],
        };
        let is_string = |at: usize| literals.get(at).is_some_and(|argument| argument.literal == Literal::String);
        method.arguments.iter().enumerate().map(move |(at, argument)| (sample(&argument.ty), is_string(at)))
    });
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((_, behind)) = after.split_once('}') else { break };
        text.push_str(before);
        match samples.next() {
            Some((sample, true)) if !text.ends_with('\'') => text.push_str(&format!("'{sample}'")),
            Some((sample, _)) => text.push_str(sample),
            None => text.push_str("(one argument too few)"),
        }
        rest = behind;
    }
    text + rest
}

/// A test of the client in several files, made from checks `T`.
pub(super) struct Test<'t, T> {
    /// Its folder; `main.rs` is the root.
    pub(super) folder: &'t str,
    pub(super) origin: &'t str,
    pub(super) docs: &'t str,
    pub(super) of_part: &'t str,
    /// The item of the root, by the modules of the parts.
    pub(super) root: &'t dyn Fn(Vec<RustIdent>) -> ItemPlan,
    /// The call of a check, its number of lines, and the item for several checks.
    pub(super) call: fn(&T) -> &CallCheck,
    pub(super) lines: fn(&T) -> usize,
    pub(super) item: fn(Vec<T>) -> ItemPlan,
}

/// The files of the test of all calls.
pub(super) fn plan_checks(checks: Vec<CallCheck>, plan: &mut Plan) {
    let test = Test {
        folder: FOLDER,
        origin: "all operations",
        docs: "Calls every function that makes a request, with samples: compares the request with the documented one, and sends it to a service that answers with the documented example.",
        of_part: "Calls with the documented requests.",
        root: &|parts| ItemPlan::CheckRoot { parts },
        call: |check| check,
        lines: check_lines,
        item: ItemPlan::Checks,
    };
    let more = secrets::plan_secrets(FOLDER, plan);
    plan_test(test, checks, more, plan);
}

/// The files of a test; each is named after its first call. `more` is another module of the root.
pub(super) fn plan_test<T>(test: Test<'_, T>, checks: Vec<T>, more: Option<ModulePlan>, plan: &mut Plan) {
    let Test { folder, origin, docs, of_part, root, call, lines, item } = test;
    let file = |path: String, docs: &str, modules, item| FilePlan {
        path,
        module: Vec::new(),
        origin: origin.to_owned(),
        pages: BTreeSet::new(),
        docs: vec![docs.to_owned()],
        modules,
        items: vec![item],
        allows_deprecated: false,
    };
    let mut scope = Scope::default();
    let mut modules = Vec::new();
    for checks in layout::pack(checks, lines) {
        let Some(first) = checks.first().map(call) else { continue };
        let chain = first.chain.iter().map(|(step, _)| step.text()).collect::<Vec<_>>().join(" ");
        let name = format!("{} from {chain}", first.root);
        let Some(ident) = names::claim_own(&mut scope, &name, Case::Module) else { continue };
        plan.files.push(file(format!("{folder}/{}.rs", ident.text()), of_part, Vec::new(), item(checks)));
        modules.push(ModulePlan::private(ident));
    }
    let root = root(modules.iter().map(|module: &ModulePlan| module.ident.clone()).collect());
    modules.extend(more);
    plan.files.push(file(format!("{folder}/main.rs"), docs, modules, root));
}

/// An upper bound for the number of printed lines.
fn check_lines(check: &CallCheck) -> usize {
    let call: usize = check.chain.iter().map(|(step, arguments)| step.text().len() + 4 + 5 * arguments.len()).sum();
    match call {
        0..20 => 4,
        20..70 => 5,
        _ => 7 + check.chain.len(),
    }
}
