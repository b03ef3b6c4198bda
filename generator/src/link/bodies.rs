//! The body of a request: an entity, the parameters of an action, or something else.

use std::collections::{BTreeMap, BTreeSet};

use super::bases;
use super::bases::lineage;
use super::findings::Findings;
use super::operations::{Draft, Linking};
use crate::diag::{codes, quoted};
use crate::model::api::{
    Operation, OperationKind, Parameter, Primitive, Proof, RequestBody, Response, Segment, StructuredType,
    TypeDefinition, TypeRef, TypeShape, ValueType,
};
use crate::model::facts::{self, Method, ShownProperty, TypeExpression, Wrapper};
use crate::source::PagePath;

/// The input of all steps that determine the body of a request.
pub(super) struct BodySearch<'s, 'p> {
    draft: &'s Draft<'p>,
    kind: OperationKind,
    response: &'s Response,
    linking: &'s Linking<'s, 'p>,
    /// The type that the path leads to, if the operation creates or updates it.
    of_path: Option<ValueType>,
}

impl<'s, 'p> BodySearch<'s, 'p> {
    pub(super) fn of(
        draft: &'s Draft<'p>,
        kind: OperationKind,
        response: &'s Response,
        linking: &'s Linking<'s, 'p>,
    ) -> Self {
        Self { draft, kind, response, linking, of_path: path_type(draft, kind, linking) }
    }

    /// The body and its parameters: those that the page lists, or the one around them, or those of the example.
    pub(super) fn request_body(
        &self,
        listed: Vec<Parameter>,
        findings: &mut Findings,
    ) -> (RequestBody, Vec<Parameter>) {
        let Self { draft, kind, linking, ref of_path, .. } = *self;
        let page = draft.page;
        if adds_reference(draft) && page.request_body != facts::RequestBody::None {
            return (RequestBody::Reference, listed);
        }
        let entity = |parameters: &[Parameter]| {
            self.entity_of_table(parameters).map_or(RequestBody::Parameters, RequestBody::Entity)
        };
        let taken = match &page.request_body {
            facts::RequestBody::None => RequestBody::None,
            // A create takes what it returns; an update takes what its path leads to.
            facts::RequestBody::Unstated => of_path.clone().map_or(RequestBody::Unstated, of_type),
            facts::RequestBody::Parameters => entity(&listed),
            // A create or update takes the entity itself, even if the example has something around
            // it.
            facts::RequestBody::Wrapped(_) if kind.is_write() => entity(&listed),
            facts::RequestBody::Wrapped(wrapper) => {
                let parameter = self.around(&listed, wrapper, findings);
                return (RequestBody::Parameters, vec![parameter]);
            }
            facts::RequestBody::Shown(properties) => {
                let shown: Vec<_> = properties.iter().map(|shown| shown_parameter(shown, draft, linking)).collect();
                let taken = match entity(&shown) {
                    RequestBody::Parameters => of_path.clone().map_or(RequestBody::Parameters, of_type),
                    taken => taken,
                };
                if taken != RequestBody::Parameters {
                    return (taken, listed);
                }
                let names: Vec<_> = shown.iter().map(|parameter| quoted(&parameter.name)).collect();
                let message = format!("only example JSON shows that {} takes {}", draft.template(), names.join(", "));
                findings.report(&page.path, draft.request.line, &codes::BODY_BY_EXAMPLE, message);
                return (taken, shown);
            }
            facts::RequestBody::Entity(stated) => RequestBody::Entity(self.stated_type(stated, findings)),
            facts::RequestBody::OneOf(choice) => RequestBody::Entity(self.chosen_type(choice, findings)),
            facts::RequestBody::Reference => RequestBody::Reference,
            facts::RequestBody::Raw(media_type) => RequestBody::Raw(media_type.clone()),
        };
        (taken, listed)
    }

    /// The type that a sentence names, or the type of the path if it is unknown.
    fn stated_type(&self, stated: &TypeExpression, findings: &mut Findings) -> TypeRef {
        let Self { draft, of_path, .. } = self;
        let resolver = self.linking.resolver;
        let found = resolver.index().resolve(stated, None, resolver.words);
        let ValueType::Unknown(text) = &found.ty else { return found };
        let elsewhere = resolver.elsewhere(stated);
        let message = format!("the request body is {}, which is not a known type{elsewhere}", quoted(text));
        findings.report(&draft.page.path, draft.request.line, &codes::UNKNOWN_REFERENCE, message);
        match of_path {
            Some(ty @ ValueType::Named(_)) => TypeRef { ty: ty.clone(), collection: false },
            _ => found,
        }
    }

    /// The nearest common base type of all types of a choice.
    fn chosen_type(&self, choice: &[TypeExpression], findings: &mut Findings) -> TypeRef {
        let Self { draft, linking, .. } = self;
        let found: Vec<TypeRef> = choice.iter().map(|stated| self.stated_type(stated, findings)).collect();
        let names: BTreeSet<&str> = found.iter().filter_map(|ty| ty.ty.name()).collect();
        let common = bases::common_base(linking.types, &names).filter(|base| !linking.policy.is_universal_base(base));
        if let Some(base) = common {
            return TypeRef { ty: ValueType::Named(base.to_owned()), collection: false };
        }
        let first = found.into_iter().next().unwrap_or(TypeRef { ty: ValueType::Json, collection: false });
        let names: Vec<_> = choice.iter().map(|stated| quoted(&stated.name)).collect();
        let message = format!("{} have no common base type; {first} is used", names.join(", "));
        findings.report(&draft.page.path, draft.request.line, &codes::CHOICE_UNTYPED, message);
        first
    }

    /// The parameter that contains the listed ones. Its type is the first one that has them all: the type of the
    /// same name, the returned type, or the type that the action is bound to.
    fn around(&self, listed: &[Parameter], wrapper: &Wrapper, findings: &mut Findings) -> Parameter {
        let Self { draft, response, linking, .. } = self;
        let index = linking.resolver.index();
        let called = index.by_name(&wrapper.name, None).map(str::to_owned);
        let returned = response.ty().and_then(|ty| ty.ty.name()).map(str::to_owned);
        let bound_to = draft.path.segments.split_last().and_then(|(_, path)| linking.paths.of(path));
        let bound_to = bound_to.and_then(|found| found.ty.ty.name().map(str::to_owned));
        let mut candidates = called.into_iter().chain(returned).chain(bound_to);
        let fitting = candidates.find(|name| {
            let Known { known, rows } = known_properties(listed, name, linking);
            rows > 0 && known == rows
        });
        if fitting.is_none() {
            let message = format!("no known type has the parameters inside {}", quoted(&wrapper.name));
            findings.report(&draft.page.path, draft.request.line, &codes::WRAPPER_UNTYPED, message);
        }
        let ty = TypeRef { ty: fitting.map_or(ValueType::Json, ValueType::Named), collection: wrapper.collection };
        parameter(&wrapper.name, ty, draft)
    }

    /// The table of a create or update page lists properties of the entity that is returned, or whose
    /// page lists the operation. If the path leads to that entity, one of its properties is enough.
    fn entity_of_table(&self, parameters: &[Parameter]) -> Option<TypeRef> {
        let Self { draft, kind, response, linking, of_path } = self;
        let of_path = of_path.as_ref().and_then(ValueType::name);
        let listed = candidates(&draft.page.path, *kind, response, linking);
        let mut candidates = listed.iter().map(String::as_str).chain(of_path);
        let most = candidates.find(|name| {
            let Known { known, rows } = known_properties(parameters, name, linking);
            known * 2 > rows
        });
        let some = || of_path.filter(|name| known_properties(parameters, name, linking).known > 0);
        let name = most.or_else(some)?;
        Some(TypeRef { ty: ValueType::Named(name.to_owned()), collection: false })
    }
}

/// A body of the type that the path leads to.
fn of_type(ty: ValueType) -> RequestBody {
    match ty {
        ValueType::Primitive(Primitive::Stream) => RequestBody::Raw(None),
        ty => RequestBody::Entity(TypeRef { ty, collection: false }),
    }
}

/// A create returns what it takes: if a page offers several types, their common base.
pub(super) fn response_of_choice(
    page: &facts::PageFacts,
    taken: &RequestBody,
    response: Response,
    linking: &Linking<'_, '_>,
) -> Response {
    let base =
        taken.ty().and_then(|ty| ty.ty.name()).filter(|_| matches!(page.request_body, facts::RequestBody::OneOf(_)));
    let of_base = |ty: TypeRef| match (base, ty.ty.name()) {
        (Some(base), Some(name)) if bases::are_related(linking.types, base, name) => {
            TypeRef { ty: ValueType::Named(base.to_owned()), ..ty }
        }
        _ => ty,
    };
    response.map_type(of_base)
}

/// An object in an example has the name of its type, if it has one.
fn shown_parameter(shown: &ShownProperty, draft: &Draft<'_>, linking: &Linking<'_, '_>) -> Parameter {
    let resolver = linking.resolver;
    let structure = |name: &&str| {
        linking.types.get(*name).is_some_and(|definition| matches!(definition.shape, TypeShape::Structured(_)))
    };
    let ty = match (shown.ty.name == shown.name, resolver.index().by_name(&shown.name, None).filter(structure)) {
        (true, Some(name)) => ValueType::Named(name.to_owned()),
        (true, None) => ValueType::Json,
        (false, _) => resolver.index().resolve(&shown.ty, None, resolver.words).ty,
    };
    let ty = if matches!(ty, ValueType::Unknown(_)) { ValueType::Json } else { ty };
    parameter(&shown.name, TypeRef { ty, collection: shown.ty.collection }, draft)
}

/// A parameter that no table lists. It is the same for all templates of the page.
fn parameter(name: &str, ty: TypeRef, draft: &Draft<'_>) -> Parameter {
    let line = draft.page.requests.first().map_or(draft.request.line, |request| request.line);
    Parameter {
        name: name.to_owned(),
        ty,
        required: None,
        values: Vec::new(),
        default: None,
        deprecated: None,
        proof: Proof::Whole,
        line,
    }
}

/// `POST …/members/$ref`: the body is the address of another entity (OData 4.01, part 1, section 11.4.6).
fn adds_reference(draft: &Draft<'_>) -> bool {
    let is_write = matches!(draft.request.method, Method::Post | Method::Put | Method::Patch);
    is_write && matches!(draft.path.segments.last(), Some(Segment::System(name)) if name == "$ref")
}

/// The type that the path leads to, if the operation creates or updates it. The base type of nearly everything is
/// ignored.
fn path_type(draft: &Draft<'_>, kind: OperationKind, linking: &Linking<'_, '_>) -> Option<ValueType> {
    let path = linking.paths.of(&draft.path.segments).filter(|_| kind.is_write())?;
    let says_something = match &path.ty.ty {
        ValueType::Named(name) => {
            let is_structure = linking.types.get(name).is_some_and(|ty| matches!(ty.shape, TypeShape::Structured(_)));
            is_structure && !linking.policy.is_universal_base(name)
        }
        ValueType::Primitive(Primitive::Stream) => kind != OperationKind::Create,
        _ => false,
    };
    says_something.then_some(path.ty.ty)
}

/// Reports why the body of an operation that creates or updates has no known type.
pub(super) fn check_written(operation: &Operation, linking: &Linking<'_, '_>, findings: &mut Findings) {
    let Operation { method, path, kind, page, response, .. } = operation;
    let reason = match &operation.request_body {
        _ if !kind.is_write() => return,
        RequestBody::None | RequestBody::Reference => return,
        RequestBody::Entity(TypeRef { ty: ValueType::Named(_), .. }) => return,
        RequestBody::Entity(found) => format!("{} is not a known type", quoted(&found.to_string())),
        RequestBody::Raw(Some(media_type)) => format!("it is content of the type {}", quoted(media_type)),
        RequestBody::Raw(None) => "it is content of an unstated type".to_owned(),
        RequestBody::Unstated => "no table and no link describes it".to_owned(),
        RequestBody::Parameters => {
            let listed = &operation.body_parameters;
            match candidates(page, *kind, response, linking).first() {
                Some(name) => {
                    let Known { known, rows } = known_properties(listed, name, linking);
                    format!("{} has {known} of its {rows} listed properties", quoted(name))
                }
                None => "nothing names a known type for its listed properties".to_owned(),
            }
        }
    };
    let template = quoted(&format!("{} {path}", method.as_str()));
    let message = format!("the body of {template} has no known type: {reason}");
    findings.report(page, operation.line, &codes::BODY_UNTYPED, message);
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
        linking.resolver.index().by_page(row.resource.path.stem(), &ty.name).map(str::to_owned)
    });
    returned.into_iter().chain(listed).filter(|_| kind.is_write()).collect()
}

/// The number of table rows that are properties of a type.
struct Known {
    known: usize,
    rows: usize,
}

/// Counts the properties of a type, inherited ones, and those of derived types. `user@odata.bind` means `user`;
/// annotations are ignored.
fn known_properties(parameters: &[Parameter], name: &str, linking: &Linking<'_, '_>) -> Known {
    let names = parameters.iter().map(|row| row.name.split('@').next().unwrap_or_default().to_ascii_lowercase());
    let names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
    let mut types = lineage(linking.types, name);
    if !linking.policy.is_universal_base(name) {
        types.extend(derived(linking.types, name));
    }
    // Rows are few and properties many, most of them of types further down: it is the rows that are looked up in.
    let mut unknown: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let mut lower = String::new();
    for property in types.iter().flat_map(|ty| &ty.properties) {
        if unknown.is_empty() {
            break;
        }
        lower.clear();
        lower.push_str(&property.name);
        lower.make_ascii_lowercase();
        unknown.remove(lower.as_str());
    }
    let known = names.iter().filter(|name| !unknown.contains(name.as_str())).count();
    Known { known, rows: names.len() }
}

/// All direct and indirect derived types.
fn derived<'t>(types: &'t BTreeMap<String, TypeDefinition>, name: &str) -> Vec<&'t StructuredType> {
    let structure = |name: &str| match types.get(name).map(|definition| &definition.shape) {
        Some(TypeShape::Structured(structure)) => Some(structure),
        _ => None,
    };
    let mut found: Vec<&StructuredType> = structure(name).into_iter().collect();
    let mut next = 0;
    // Base types have no cycles, so this terminates.
    while let Some(of) = found.get(next).copied() {
        found.extend(of.derived.iter().filter_map(|name| structure(name)));
        next += 1;
    }
    found.split_off(found.len().min(1))
}
