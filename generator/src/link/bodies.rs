//! What an operation takes: an entity, the parameters of an action, or something else.

use super::findings::Findings;
use super::operations::{Draft, Linking};
use super::types::lineage;
use crate::diag::{codes, quoted};
use crate::model::api::{
    Operation, OperationKind, Parameter, Primitive, RequestBody, Response, Segment, TypeRef, TypeShape, ValueType,
};
use crate::model::facts::{self, Method};
use crate::policy::Policy;
use crate::source::PagePath;

pub(super) fn request_body(
    draft: &Draft<'_>,
    kind: OperationKind,
    parameters: &[Parameter],
    response: &Response,
    linking: &Linking<'_, '_>,
    policy: &Policy,
    findings: &mut Findings,
) -> RequestBody {
    let page = draft.page;
    if adds_reference(draft) && page.request_body != facts::RequestBody::None {
        return RequestBody::Reference;
    }
    let of_path = path_type(draft, kind, linking, policy);
    match &page.request_body {
        facts::RequestBody::None => RequestBody::None,
        // A create takes what it returns, an update what its path leads to.
        facts::RequestBody::Unstated => match of_path {
            Some(ValueType::Primitive(Primitive::Stream)) => RequestBody::Raw(None),
            Some(ty @ ValueType::Named(_)) => RequestBody::Entity(TypeRef { ty, collection: false }),
            _ => RequestBody::Unstated,
        },
        facts::RequestBody::Parameters => {
            let entity = entity_of_table(&page.path, kind, parameters, response, of_path.as_ref(), linking);
            entity.map_or(RequestBody::Parameters, RequestBody::Entity)
        }
        facts::RequestBody::Entity(stated) => {
            let scope = linking.scope;
            let mut found = scope.index().resolve(stated, None, scope.words);
            if let ValueType::Unknown(text) = &found.ty {
                let elsewhere = scope.elsewhere(stated);
                let message = format!("the request body is {}, which is no known type{elsewhere}", quoted(text));
                findings.report(&page.path, draft.request.line, &codes::UNKNOWN_REFERENCE, message);
                if let Some(ty @ ValueType::Named(_)) = of_path {
                    found = TypeRef { ty, collection: false };
                }
            }
            RequestBody::Entity(found)
        }
        facts::RequestBody::Reference => RequestBody::Reference,
        facts::RequestBody::Raw(media_type) => RequestBody::Raw(media_type.clone()),
    }
}

/// `POST …/members/$ref`: what is written is the address of another entity (OData 4.01, part 1, section 11.4.6).
fn adds_reference(draft: &Draft<'_>) -> bool {
    let is_write = matches!(draft.request.method, Method::Post | Method::Put | Method::Patch);
    is_write && matches!(draft.path.segments.last(), Some(Segment::System(name)) if name == "$ref")
}

/// What the path leads to, where an operation creates or updates it. The base of nearly everything says nothing.
fn path_type(draft: &Draft<'_>, kind: OperationKind, linking: &Linking<'_, '_>, policy: &Policy) -> Option<ValueType> {
    let path = linking.paths.of(&draft.path.segments).filter(|_| kind.is_write())?;
    let says_something = match &path.ty.ty {
        ValueType::Named(name) => {
            let is_structure = linking.types.get(name).is_some_and(|ty| matches!(ty.shape, TypeShape::Structured(_)));
            is_structure && !policy.is_universal_base(name)
        }
        ValueType::Primitive(Primitive::Stream) => kind != OperationKind::Create,
        _ => false,
    };
    says_something.then_some(path.ty.ty)
}

/// Says why the body of an operation that creates or updates has no known type.
pub(super) fn check_written(operation: &Operation, linking: &Linking<'_, '_>, findings: &mut Findings) {
    let Operation { method, path, kind, page, response, .. } = operation;
    let reason = match &operation.request_body {
        _ if !kind.is_write() => return,
        RequestBody::None | RequestBody::Reference => return,
        RequestBody::Entity(TypeRef { ty: ValueType::Named(_), .. }) => return,
        RequestBody::Entity(found) => format!("{} is no known type", quoted(&found.to_string())),
        RequestBody::Raw(Some(media_type)) => format!("it is content of the type {}", quoted(media_type)),
        RequestBody::Raw(None) => "it is content of no stated type".to_owned(),
        RequestBody::Unstated => "no table and no link describes it".to_owned(),
        RequestBody::Parameters => {
            let listed = &operation.body_parameters;
            match candidates(page, *kind, response, linking).first() {
                Some(name) => {
                    let known = known_properties(listed, name, linking);
                    format!("{} has {known} of its {} listed properties", quoted(name), listed.len())
                }
                None => "no known type is named for its listed properties".to_owned(),
            }
        }
    };
    let template = quoted(&format!("{} {path}", method.as_str()));
    let message = format!("the body of {template} has no known type: {reason}");
    findings.report(page, operation.line, &codes::BODY_UNTYPED, message);
}

/// The table of a create or update page lists properties of the entity that the response is, or whose
/// page lists the operation.
fn entity_of_table(
    page: &PagePath,
    kind: OperationKind,
    parameters: &[Parameter],
    response: &Response,
    of_path: Option<&ValueType>,
    linking: &Linking<'_, '_>,
) -> Option<TypeRef> {
    let of_path = of_path.and_then(ValueType::name).map(str::to_owned);
    let mut candidates = candidates(page, kind, response, linking).into_iter().chain(of_path);
    let name = candidates.find(|name| known_properties(parameters, name, linking) * 2 > parameters.len())?;
    Some(TypeRef { ty: ValueType::Named(name), collection: false })
}

/// The types that an operation may create or update, the most trusted first.
fn candidates(page: &PagePath, kind: OperationKind, response: &Response, linking: &Linking<'_, '_>) -> Vec<String> {
    let returned = match response {
        Response::Typed(TypeRef { ty: ValueType::Named(name), collection: false })
        | Response::Optional(TypeRef { ty: ValueType::Named(name), collection: false }) => Some(name.clone()),
        _ => None,
    };
    let listed = linking.methods.of(page).iter().filter(|_| kind != OperationKind::Create).filter_map(|row| {
        let ty = row.resource.types.first()?;
        linking.scope.index().by_page(row.resource.path.stem(), &ty.name).map(str::to_owned)
    });
    returned.into_iter().chain(listed).filter(|_| kind.is_write()).collect()
}

/// How many rows of a table are properties of a type, its own or inherited ones.
fn known_properties(parameters: &[Parameter], name: &str, linking: &Linking<'_, '_>) -> usize {
    let chain = lineage(linking.types, name);
    let is_property = |parameter: &&Parameter| {
        chain.iter().flat_map(|ty| &ty.properties).any(|known| known.name.eq_ignore_ascii_case(&parameter.name))
    };
    parameters.iter().filter(is_property).count()
}
