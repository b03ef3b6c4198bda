//! Compares request bodies: an entity, or the parameters of an action.

use super::csdl::{self, Csdl, Relation, Type};
use super::resolve::{Body, resolve};
use super::witnesses::{self, Says};
use super::{Case, Item, Kind, Results, Verdict, paths};
use crate::model::api::{Operation, Parameter, RequestBody};
use crate::model::facts::{self, PageFacts};

pub(super) fn compare(case: &Case<'_>, results: &mut Results<'_>) {
    for operation in &case.model.operations {
        let body = |csdl: &Csdl, verdict: &dyn Fn(&Csdl, &Body<'_>) -> Verdict| {
            Verdict::on(csdl, operation, |target| verdict(csdl, &target.body(operation.method)))
        };
        let item = |kind, name, line, ours| Item { kind, name, page: &operation.page, line, ours };
        case.judge(
            item(Kind::Body, paths::name(operation), operation.line, text(operation)),
            |csdl| body(csdl, &|csdl, body| judge(csdl, operation, body)),
            || says_body(case, operation),
            results,
        );
        // Instance annotations are not properties.
        for parameter in operation.body_parameters.iter().filter(|parameter| !parameter.name.contains(['@', '/'])) {
            let name = || format!("{} {}", paths::name(operation), parameter.name);
            let ours = parameter.ty.to_string();
            let line = parameter.line;
            case.judge(
                item(Kind::Parameter, name(), line, ours.clone()),
                |csdl| body(csdl, &|csdl, body| parameter_is_known(csdl, parameter, body)),
                || says_parameter(case, operation, parameter),
                results,
            );
            case.judge(
                item(Kind::ParameterType, name(), line, ours),
                |csdl| body(csdl, &|csdl, body| parameter_is_of_type(csdl, parameter, body)),
                || says_parameter_type(case, operation, parameter),
                results,
            );
        }
    }
}

fn text(operation: &Operation) -> String {
    match &operation.request_body {
        RequestBody::Unstated => "not stated".to_owned(),
        RequestBody::None => "nothing".to_owned(),
        RequestBody::Parameters => "parameters".to_owned(),
        RequestBody::Entity(ty) => ty.to_string(),
        RequestBody::Reference => "a reference".to_owned(),
        RequestBody::Raw(Some(media_type)) => media_type.clone(),
        RequestBody::Raw(None) => "content".to_owned(),
    }
}

fn judge(csdl: &Csdl, operation: &Operation, theirs: &Body<'_>) -> Verdict {
    let ours = &operation.request_body;
    match theirs {
        Body::Unknown => Verdict::Silent,
        Body::Reference => Verdict::of(matches!(ours, RequestBody::Reference), || "a reference".to_owned()),
        Body::Value(ty) => {
            let is_media = csdl.lineage(&ty.name).into_iter().any(|structure| structure.is_media);
            let agrees = match ours {
                RequestBody::Entity(ours) => {
                    ours.collection == ty.collection && csdl.relation(&ours.ty, ty) != Relation::Other
                }
                RequestBody::Parameters => {
                    let rows = &operation.body_parameters;
                    let known = rows.iter().filter(|row| property(csdl, ty, &row.name).is_some()).count();
                    known * 2 > rows.len()
                }
                RequestBody::Raw(Some(_)) if is_media => true,
                _ => false,
            };
            Verdict::of(agrees, || ty.to_string())
        }
        Body::Parameters([]) => {
            let agrees = match ours {
                RequestBody::Unstated | RequestBody::None => true,
                RequestBody::Parameters => operation.body_parameters.is_empty(),
                _ => false,
            };
            Verdict::of(agrees, || "nothing".to_owned())
        }
        Body::Parameters(parameters) => Verdict::of(matches!(ours, RequestBody::Parameters), || {
            let names: Vec<_> = parameters.iter().map(|parameter| parameter.name.as_str()).collect();
            format!("parameters {}", names.join(", "))
        }),
    }
}

fn property<'c>(csdl: &'c Csdl, ty: &Type, name: &str) -> Option<&'c csdl::Property> {
    csdl.property(&ty.name, name).or_else(|| csdl.properties_below(&ty.name, name).into_iter().next())
}

/// The type of a parameter in the schema; the outer `None` if the schema says nothing about parameters.
fn type_of<'c>(csdl: &'c Csdl, name: &str, body: &Body<'c>) -> Option<Option<&'c Type>> {
    match body {
        Body::Value(ty) if csdl.structure(&ty.name).is_some() => {
            Some(property(csdl, ty, name).map(|property| &property.ty))
        }
        Body::Parameters(parameters) => {
            Some(parameters.iter().find(|known| known.name.eq_ignore_ascii_case(name)).map(|known| &known.ty))
        }
        _ => None,
    }
}

fn parameter_is_known(csdl: &Csdl, parameter: &Parameter, body: &Body<'_>) -> Verdict {
    match (type_of(csdl, &parameter.name, body), body) {
        (None, _) => Verdict::Silent,
        (Some(Some(_)), _) => Verdict::Agrees,
        (Some(None), Body::Parameters(parameters)) => {
            let names: Vec<_> = parameters.iter().map(|parameter| parameter.name.as_str()).collect();
            Verdict::Differs(format!("only {}", if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }))
        }
        (Some(None), Body::Value(ty)) => Verdict::Differs(format!("no such property of {}", ty.name)),
        (Some(None), _) => Verdict::Silent,
    }
}

fn parameter_is_of_type(csdl: &Csdl, parameter: &Parameter, body: &Body<'_>) -> Verdict {
    match type_of(csdl, &parameter.name, body) {
        Some(Some(ty)) => Verdict::of(csdl.is_same(&parameter.ty, ty), || ty.to_string()),
        _ => Verdict::Silent,
    }
}

fn says_body(case: &Case<'_>, operation: &Operation) -> Says {
    let pages = case.witnesses.pages_of(operation);
    let targets = resolve(&case.referee.csdl, &operation.path, operation.method);
    let theirs = targets.first().map(|target| target.body(operation.method));
    let ours = |page: &&PageFacts| match (&page.request_body, &operation.request_body) {
        (facts::RequestBody::Unstated, RequestBody::Unstated)
        | (facts::RequestBody::None, RequestBody::None)
        | (
            facts::RequestBody::Parameters | facts::RequestBody::Wrapped(_) | facts::RequestBody::Shown(_),
            RequestBody::Parameters,
        )
        | (facts::RequestBody::Reference, RequestBody::Reference)
        | (facts::RequestBody::Raw(_), RequestBody::Raw(_)) => true,
        (facts::RequestBody::Entity(stated), RequestBody::Entity(ty)) => witnesses::has_type(stated, ty, case.words),
        (facts::RequestBody::OneOf(choice), RequestBody::Entity(ty)) => {
            choice.iter().any(|stated| witnesses::has_type(stated, ty, case.words))
        }
        _ => false,
    };
    let agrees = |page: &&PageFacts| match (&page.request_body, &theirs) {
        (facts::RequestBody::Entity(stated), Some(Body::Value(ty))) => {
            witnesses::is_related(&stated.name, stated.target.as_deref(), ty, &case.referee.csdl, case.words)
        }
        (facts::RequestBody::Reference, Some(Body::Reference)) => true,
        (facts::RequestBody::Parameters | facts::RequestBody::Wrapped(_), Some(Body::Parameters([_, ..]))) => true,
        (facts::RequestBody::None | facts::RequestBody::Unstated, Some(Body::Parameters([]))) => true,
        _ => false,
    };
    Says::of(pages, ours, agrees, |page| format!("the request body of {}", page.path))
}

fn says_parameter(case: &Case<'_>, operation: &Operation, parameter: &Parameter) -> Says {
    let has = |page: &&PageFacts| page.parameters.iter().any(|row| row.name == parameter.name);
    Says::of(case.witnesses.pages_of(operation), has, |_| false, |page| format!("a row of {}", page.path))
}

fn says_parameter_type(case: &Case<'_>, operation: &Operation, parameter: &Parameter) -> Says {
    let csdl = &case.referee.csdl;
    let targets = resolve(csdl, &operation.path, operation.method);
    let body = targets.first().map_or(Body::Unknown, |target| target.body(operation.method));
    let theirs = type_of(csdl, &parameter.name, &body).flatten();
    let rows = case
        .witnesses
        .pages_of(operation)
        .flat_map(|page| page.parameters.iter().filter(|row| row.name == parameter.name).map(move |row| (page, row)));
    Says::of(
        rows,
        |(_, row)| witnesses::has_type(&row.ty, &parameter.ty, case.words),
        |(_, row)| theirs.is_some_and(|ty| witnesses::has_schema_type(&row.ty, ty, csdl, case.words)),
        |(page, _)| format!("a row of {}", page.path),
    )
}
