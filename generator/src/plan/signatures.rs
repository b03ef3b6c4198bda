//! The signature of an operation's function: its name, arguments, body and response.

use super::types::Types;
use super::{ArgumentPlan, FunctionArgument, Literal, RustType, Step, structures};
use crate::model::api::{
    Argument, ArgumentKind, Operation, OperationKind, Parameter, Primitive, Response, Segment, TypeRef, ValueType,
};
use crate::names::{self, Case, Scope};

/// The word for a path segment in the names of types and files.
pub(super) fn step_name(segment: &Segment) -> String {
    match segment {
        Segment::Key { .. } => "item".to_owned(),
        Segment::ItemPath { .. } => "item at path".to_owned(),
        Segment::KeyEquals { name, .. } => format!("by {name}"),
        Segment::KeyPredicate { keys } => format!("by {}", joined(keys)),
        // Functions of the same name differ in their arguments.
        Segment::Function { arguments, .. } if !arguments.is_empty() => {
            format!("{} with {}", method_name(segment), joined(arguments))
        }
        other => method_name(other),
    }
}

/// The documented name of a segment.
pub(super) fn method_name(segment: &Segment) -> String {
    match segment {
        Segment::Name(name) => name.clone(),
        Segment::System(name) => match name.as_str() {
            "$ref" => "reference".to_owned(),
            other => other.trim_start_matches('$').to_owned(),
        },
        Segment::Cast(name) => format!("as {}", name.rsplit('.').next().unwrap_or(name)),
        Segment::Key { .. } => "id".to_owned(),
        Segment::KeyEquals { name, .. } => name.clone(),
        Segment::KeyPredicate { keys } => joined(keys),
        Segment::Function { name, .. } => name.rsplit('.').next().unwrap_or(name).to_owned(),
        Segment::ItemPath { .. } => "item path".to_owned(),
    }
}

pub(super) fn call_name(operation: &Operation) -> String {
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

/// Functions of the same name differ in their arguments: `supportedTimeZones with
/// timeZoneStandard`.
pub(super) fn overload_name(operation: &Operation) -> Option<String> {
    match operation.path.segments.last()? {
        Segment::Function { arguments, .. } if !arguments.is_empty() => {
            Some(format!("{} with {}", call_name(operation), joined(arguments)))
        }
        _ => None,
    }
}

fn joined(arguments: &[Argument]) -> String {
    arguments.iter().map(|argument| argument.name.as_str()).collect::<Vec<_>>().join(" and ")
}

/// The arguments of a segment, and its step.
pub(super) fn step(segment: &Segment, documented: &[Parameter], types: &Types<'_>) -> (Vec<ArgumentPlan>, Step) {
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
        Segment::KeyPredicate { keys } => {
            let (plans, literals) = literals(keys, documented, types);
            (plans, Step::KeyNamed(literals))
        }
        Segment::Function { name, arguments } => {
            let (plans, literals) = literals(arguments, documented, types);
            (plans, Step::Function(name.clone(), literals))
        }
    }
}

/// The arguments in parentheses, and how each one is written.
fn literals(
    arguments: &[Argument],
    documented: &[Parameter],
    types: &Types<'_>,
) -> (Vec<ArgumentPlan>, Vec<FunctionArgument>) {
    let mut scope = Scope::default();
    let mut plans = Vec::new();
    let mut literals = Vec::new();
    for argument in arguments {
        let Some(ident) = names::claim_own(&mut scope, &argument.name, Case::Snake) else { continue };
        let (ty, literal) = argument_type(argument, documented, types);
        plans.push(ArgumentPlan { ident: ident.clone(), ty });
        literals.push(FunctionArgument { name: argument.name.clone(), ident, literal });
    }
    (plans, literals)
}

fn argument_type(argument: &Argument, documented: &[Parameter], types: &Types<'_>) -> (RustType, Literal) {
    match &argument.kind {
        ArgumentKind::Quoted => (RustType::Str, Literal::String),
        ArgumentKind::Enum(ty) => {
            let known = argument.kind.enum_name().filter(|name| types.is_enum(name)).and_then(|name| types.path(name));
            match known {
                Some(path) => (RustType::Enum(path.clone()), Literal::Member(ty.clone())),
                None => (RustType::Str, Literal::Enum(ty.clone())),
            }
        }
        ArgumentKind::Bare => {
            let documented = documented.iter().find(|known| known.name.eq_ignore_ascii_case(&argument.name));
            match documented.map(|parameter| &parameter.ty.ty) {
                Some(ValueType::Primitive(Primitive::Int16 | Primitive::Int32 | Primitive::Int64)) => {
                    (RustType::I64, Literal::Value)
                }
                Some(ValueType::Primitive(Primitive::Boolean)) => (RustType::Bool, Literal::Value),
                Some(ValueType::Primitive(Primitive::Double | Primitive::Single)) => (RustType::F64, Literal::Value),
                Some(ValueType::Primitive(Primitive::String)) => (RustType::Str, Literal::String),
                _ => (RustType::Literal, Literal::Raw),
            }
        }
    }
}

/// The type of a body argument: a structure, also of a derived type, or any JSON if the type is unknown.
pub(super) fn body_type(ty: &TypeRef, types: &Types<'_>) -> RustType {
    let ValueType::Named(name) = &ty.ty else { return RustType::Json };
    let has_derived = !types.all_derived(name).is_empty();
    match structures::value_type(&ty.ty, types) {
        RustType::Named(path) if !ty.collection && has_derived => RustType::Is(path),
        named @ RustType::Named(_) if !ty.collection => named,
        _ => RustType::Json,
    }
}

pub(super) fn response_type(operation: &Operation, types: &Types<'_>) -> RustType {
    let ty = declared_type(&operation.response, types);
    match ty {
        RustType::Collection(item) if is_delta(operation) && matches!(*item, RustType::Named(_)) => {
            RustType::Collection(Box::new(RustType::Change(item)))
        }
        ty => ty,
    }
}

/// Whether the service tells changes and removals: the function `delta` (Graph docs, delta-query-overview).
fn is_delta(operation: &Operation) -> bool {
    match operation.path.segments.last() {
        Some(Segment::Name(name) | Segment::Function { name, .. }) => name.eq_ignore_ascii_case("delta"),
        _ => false,
    }
}

fn declared_type(response: &Response, types: &Types<'_>) -> RustType {
    match response {
        Response::Empty => RustType::Unit,
        Response::Stream => RustType::Bytes,
        Response::Count => RustType::I64,
        Response::Unknown => RustType::Json,
        Response::Typed(ty) => value_in_response(ty, types),
        // Any JSON is null if there is no body.
        Response::Optional(ty) => match value_in_response(ty, types) {
            RustType::Json => RustType::Json,
            value => RustType::Option(Box::new(value)),
        },
    }
}

fn value_in_response(ty: &TypeRef, types: &Types<'_>) -> RustType {
    match (structures::value_type(&ty.ty, types), &ty.ty) {
        (value, _) if ty.collection => RustType::Collection(Box::new(value)),
        // Pages say "binary" for data in JSON, beside JSON or instead of JSON.
        (RustType::Json, _) | (_, ValueType::Primitive(Primitive::Binary)) => RustType::Json,
        (structure, ValueType::Named(name)) if types.structured(name).is_some() => structure,
        (value, _) => RustType::Single(Box::new(value)),
    }
}
