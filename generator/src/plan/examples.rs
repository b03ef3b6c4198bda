//! The test that makes the calls of documented examples, with their types and with bodies that have their
//! properties.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::types::Types;
use super::{CallCheck, ItemPlan, Plan, RustType, checks, structures};
use crate::diag::codes;
use crate::model::api::{Operation, Primitive, RequestBody, TypeRef, TypeShape, ValueType};
use crate::model::sampled::{ResponseShape, SampledExample, operation_key};
use crate::source::PagePath;

/// The folder of the tests; `main.rs` is their root.
const FOLDER: &str = "tests/examples";

/// An example: a call, its body, and its response.
#[derive(Debug, Hash)]
pub struct ExampleCheck {
    pub call: CallCheck,
    /// JSON for the body of the call, if that is a structure.
    pub body: Option<String>,
    pub response: RustType,
    /// Whether the response, or each of its items, is a structure.
    pub is_structured: bool,
    pub status: u16,
    /// The content of the response.
    pub content: String,
}

/// The checks of the sampled examples of one version. Examples and properties that no longer exist are
/// reported, since the sample may be older than the model.
pub(super) fn example_checks(
    types: &Types<'_>,
    sample: &[SampledExample],
    calls: &[CallCheck],
    plan: &mut Plan,
) -> Vec<ExampleCheck> {
    let Types { version, model, .. } = *types;
    let of_version: Vec<_> = sample.iter().filter(|example| example.version == version).collect();
    if of_version.is_empty() {
        return Vec::new();
    }
    let key = |operation: &Operation| operation_key(&format!("{} {}", operation.method.as_str(), operation.path));
    let operations: BTreeMap<_, _> = model.operations.iter().map(|operation| (key(operation), operation)).collect();
    let calls = calls.iter().filter(|call| call.root == super::version_module(version));
    let calls: BTreeMap<_, _> = calls.map(|call| (operation_key(&call.operation), call)).collect();
    let mut checks = Vec::new();
    for example in of_version {
        let key = operation_key(&example.operation);
        let (Some(operation), Some(call)) = (operations.get(&key), calls.get(&key)) else {
            let page = PagePath::new(&format!("api-reference/{}/api/{}.md", version.segment(), example.page));
            let message =
                format!("the sample has {} of {}, which no longer exists", example.operation, version.segment());
            plan.report(&page, 1, &codes::STALE_SAMPLE, message);
            continue;
        };
        let mut sampling = Sampling { types, operation, plan };
        checks.push(ExampleCheck {
            call: (*call).clone(),
            body: sampling.body(call, example),
            response: call.response.clone(),
            is_structured: sampling.returned().is_some(),
            status: example.status,
            content: sampling.content(example),
        });
    }
    checks
}

struct Sampling<'s, 'm> {
    types: &'s Types<'m>,
    operation: &'m Operation,
    plan: &'s mut Plan,
}

impl<'m> Sampling<'_, 'm> {
    fn body(&mut self, call: &CallCheck, example: &SampledExample) -> Option<String> {
        let (_, arguments) = call.chain.last()?;
        if !matches!(arguments.last()?, RustType::Named(_) | RustType::Is(_)) {
            return None;
        }
        let properties = match &self.operation.request_body {
            RequestBody::Entity(TypeRef { ty: ValueType::Named(name), .. }) => self.properties(name),
            _ => self.operation.body_parameters.iter().map(|known| (known.name.as_str(), &known.ty)).collect(),
        };
        Some(self.object(&example.sends, &properties).to_string())
    }

    /// The structured type of the response.
    fn returned(&self) -> Option<&'m str> {
        let name = self.operation.response.ty()?.ty.name()?;
        self.types.structured(name).map(|_| name)
    }

    fn content(&mut self, example: &SampledExample) -> String {
        let object = match self.returned() {
            Some(name) => {
                let properties = self.properties(name);
                self.object(&example.receives, &properties)
            }
            None => match self.operation.response.ty() {
                Some(ty) => value(&ty.ty, self.types),
                None => Value::Object(Map::new()),
            },
        };
        let content = match example.shape {
            ResponseShape::Nothing => return String::new(),
            ResponseShape::Bytes => return "x".to_owned(),
            ResponseShape::Count => return "7".to_owned(),
            ResponseShape::List => serde_json::json!({ "value": [object] }),
            ResponseShape::Single => serde_json::json!({ "value": object }),
            ResponseShape::Structure | ResponseShape::Json => object,
        };
        content.to_string()
    }

    fn properties(&self, name: &str) -> Vec<(&'m str, &'m TypeRef)> {
        let shape = self.types.structured(name);
        let properties = shape.map(|shape| structures::all_properties(shape, self.types)).unwrap_or_default();
        properties.into_iter().map(|property| (property.name.as_str(), &property.ty)).collect()
    }

    /// An object with samples for the named properties.
    fn object(&mut self, names: &[String], properties: &[(&str, &TypeRef)]) -> Value {
        let mut object = Map::new();
        for name in names {
            match properties.iter().find(|(known, _)| known == name) {
                Some((_, ty)) if ty.collection => {
                    object.insert(name.clone(), Value::Array(vec![value(&ty.ty, self.types)]));
                }
                Some((_, ty)) => {
                    object.insert(name.clone(), value(&ty.ty, self.types));
                }
                // Every entity has a key.
                None if name == "id" => {
                    object.insert(name.clone(), "x".into());
                }
                None => {
                    let Operation { method, path, page, line, .. } = self.operation;
                    let message = format!(
                        "the sample of {} {path} has a property `{name}`, which no longer exists",
                        method.as_str()
                    );
                    self.plan.report(page, *line, &codes::STALE_SAMPLE, message);
                }
            }
        }
        Value::Object(object)
    }
}

/// A made-up value of a type.
fn value(ty: &ValueType, types: &Types<'_>) -> Value {
    match ty {
        ValueType::Primitive(primitive) => match primitive {
            Primitive::Boolean => true.into(),
            Primitive::Byte | Primitive::SByte | Primitive::Int16 | Primitive::Int32 | Primitive::Int64 => 1.into(),
            Primitive::Decimal | Primitive::Double | Primitive::Single => 1.5.into(),
            _ => "x".into(),
        },
        ValueType::Named(name) => match types.shape(name) {
            Some(TypeShape::Structured(_)) => Value::Object(Map::new()),
            _ => "x".into(),
        },
        ValueType::Json | ValueType::Unknown(_) => "x".into(),
    }
}

/// The files of the test; none without examples.
pub(super) fn plan_examples(checks: Vec<ExampleCheck>, plan: &mut Plan) {
    if checks.is_empty() {
        return;
    }
    let has_bodies = checks.iter().any(|check| check.body.is_some());
    let test = checks::Test {
        folder: FOLDER,
        origin: "a sample of the documented examples",
        docs: "Documented examples: checks the requests, and that everything in requests and responses has a type.",
        of_part: "Calls from documented examples, with their types.",
        root: &|_| ItemPlan::ExampleRoot { has_bodies },
        call: |check: &ExampleCheck| &check.call,
        lines: check_lines,
        item: ItemPlan::Examples,
    };
    checks::plan_test(test, checks, None, plan);
}

/// At least the number of lines that are printed.
fn check_lines(check: &ExampleCheck) -> usize {
    14 + check.call.chain.len() + if check.body.is_some() { 6 } else { 0 }
}
