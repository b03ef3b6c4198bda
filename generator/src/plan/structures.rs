//! Types with named properties: for now the parameters of actions.

use super::{Plan, PropertyPlan, RustType, StructurePlan, docs};
use crate::diag::{Diagnostic, codes, quoted};
use crate::model::api::{Operation, Parameter, Primitive, Segment, ValueType};
use crate::model::facts::ApiVersion;
use crate::names::{self, Case, Claim, RustIdent, Scope};
use crate::policy::Policy;
use crate::source::{Position, Span};

/// `/deviceManagement/exchangeConnectors/{id}/sync` → `exchangeConnectorSync`.
pub(super) fn action_name(operation: &Operation) -> String {
    let mut names = operation.path.segments.iter().rev().filter_map(|segment| match segment {
        Segment::Name(name) | Segment::Function { name, .. } | Segment::KeyEquals { name, .. } => Some(name.as_str()),
        Segment::Cast(name) => name.rsplit('.').next(),
        _ => None,
    });
    let action = names.next().unwrap_or("call");
    let action = action.rsplit('.').next().unwrap_or(action);
    let bound_to = names.next().map(names::singular).unwrap_or_default();
    format!("{bound_to} {action}")
}

/// The parameters of an action's body as a structure.
pub(super) fn plan_parameters(
    ident: RustIdent,
    operation: &Operation,
    version: ApiVersion,
    policy: &Policy,
    plan: &mut Plan,
) -> StructurePlan {
    let mut scope = Scope::default();
    // Every structure has it; a documented property of that name gets another one.
    let _ = scope.claim("additional", Case::Snake, "additional properties", &Policy::default());
    let mut properties: Vec<PropertyPlan> = Vec::new();
    for parameter in &operation.body_parameters {
        // Annotations are not properties; they travel in `additional`.
        if parameter.name.contains('@') {
            continue;
        }
        if properties.iter().any(|known| known.wire == parameter.name) {
            report(&codes::NAME_COLLISION, operation, parameter, "is documented twice; the first row counts", plan);
            continue;
        }
        let item = format!("{} parameter {}", super::item_name(operation, version), parameter.name);
        let ident = match scope.claim(&parameter.name, Case::Snake, &item, policy) {
            Claim::Free(ident) => ident,
            Claim::Collision { given, other } => {
                report(
                    &codes::NAME_COLLISION,
                    operation,
                    parameter,
                    &format!("wants the Rust name of `{other}` and got `{given}`; item = \"{item}\""),
                    plan,
                );
                given
            }
            Claim::Unusable => {
                report(
                    &codes::UNUSABLE_NAME,
                    operation,
                    parameter,
                    &format!("has no characters that a Rust name may have; item = \"{item}\""),
                    plan,
                );
                continue;
            }
        };
        properties.push(PropertyPlan {
            wire: parameter.name.clone(),
            ident,
            docs: docs::property(parameter),
            ty: property_type(parameter),
        });
    }
    StructurePlan { ident, docs: docs::structure(operation, version), properties }
}

fn report(code: &'static crate::diag::Code, operation: &Operation, parameter: &Parameter, what: &str, plan: &mut Plan) {
    let position = Position { line: parameter.line, column: 1 };
    let message = format!("the parameter {} {what}", quoted(&parameter.name));
    plan.diagnostics.push((operation.page.clone(), Diagnostic { position, span: Span::default(), code, message }));
}

fn property_type(parameter: &Parameter) -> RustType {
    let item = value_type(&parameter.ty.ty);
    if parameter.ty.collection { RustType::Vec(Box::new(item)) } else { item }
}

/// The Rust type of an Edm primitive; any JSON for what is none.
pub(super) fn value_type(ty: &ValueType) -> RustType {
    let ValueType::Primitive(primitive) = ty else { return RustType::Json };
    match primitive {
        Primitive::String
        | Primitive::Guid
        | Primitive::DateTimeOffset
        | Primitive::Date
        | Primitive::TimeOfDay
        | Primitive::Duration
        | Primitive::Binary => RustType::String,
        Primitive::Boolean => RustType::Bool,
        Primitive::Int32 | Primitive::Int16 | Primitive::Byte | Primitive::SByte => RustType::I32,
        Primitive::Int64 => RustType::I64,
        Primitive::Double | Primitive::Single => RustType::F64,
        Primitive::Decimal | Primitive::Stream => RustType::Json,
    }
}
