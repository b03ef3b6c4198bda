//! What an operation takes: an entity, the parameters of an action, or something else.

use super::findings::Findings;
use super::operations::Linking;
use super::types::lineage;
use crate::diag::{codes, quoted};
use crate::model::api::{OperationKind, Parameter, RequestBody, Response, TypeRef, ValueType};
use crate::model::facts::{self, PageFacts, RequestTemplate};

pub(super) fn request_body(
    page: &PageFacts,
    request: &RequestTemplate,
    kind: OperationKind,
    parameters: &[Parameter],
    response: &Response,
    linking: &Linking<'_, '_>,
    findings: &mut Findings,
) -> RequestBody {
    match &page.request_body {
        facts::RequestBody::Unstated => RequestBody::Unstated,
        facts::RequestBody::None => RequestBody::None,
        facts::RequestBody::Parameters => {
            let entity = entity_of_table(page, kind, parameters, response, linking);
            entity.map_or(RequestBody::Parameters, RequestBody::Entity)
        }
        facts::RequestBody::Entity(stated) => {
            let scope = linking.scope;
            let found = scope.index().resolve(stated, None, scope.words);
            if let ValueType::Unknown(text) = &found.ty {
                let elsewhere = scope.elsewhere(stated);
                let message = format!("the request body is {}, which is no known type{elsewhere}", quoted(text));
                findings.report(&page.path, request.line, &codes::UNKNOWN_REFERENCE, message);
            }
            RequestBody::Entity(found)
        }
        facts::RequestBody::Reference => RequestBody::Reference,
        facts::RequestBody::Raw(media_type) => RequestBody::Raw(media_type.clone()),
    }
}

/// The table of a create or update page lists properties of the entity that the response is, or whose
/// page lists the operation.
fn entity_of_table(
    page: &PageFacts,
    kind: OperationKind,
    parameters: &[Parameter],
    response: &Response,
    linking: &Linking<'_, '_>,
) -> Option<TypeRef> {
    let is_write = matches!(kind, OperationKind::Create | OperationKind::Update | OperationKind::Replace);
    let returned = match response {
        Response::Typed(TypeRef { ty: ValueType::Named(name), collection: false }) => Some(name.clone()),
        _ => None,
    };
    let listed = linking.carriers.of(page).iter().filter(|_| kind != OperationKind::Create).filter_map(|carrier| {
        let ty = carrier.resource.types.first()?;
        linking.scope.index().by_page(carrier.resource.path.stem(), &ty.name).map(str::to_owned)
    });
    let mut candidates = returned.into_iter().chain(listed).filter(|_| is_write);
    let name = candidates.find(|name| lists_properties(parameters, name, linking))?;
    Some(TypeRef { ty: ValueType::Named(name), collection: false })
}

/// Whether most rows of a table are properties of a type, its own or inherited ones.
fn lists_properties(parameters: &[Parameter], name: &str, linking: &Linking<'_, '_>) -> bool {
    let chain = lineage(linking.types, name);
    let is_property = |parameter: &&Parameter| {
        chain.iter().flat_map(|ty| &ty.properties).any(|known| known.name.eq_ignore_ascii_case(&parameter.name))
    };
    let known = parameters.iter().filter(is_property).count();
    !chain.is_empty() && known * 2 > parameters.len()
}
