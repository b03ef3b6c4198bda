//! What operations return: a list or a single object, of which type, or nothing at all.

use super::csdl::{Csdl, Relation, Type};
use super::resolve::{Answer, resolve};
use super::witnesses::Says;
use super::{Case, Item, Kind, Results, Verdict, paths};
use crate::model::api::{Operation, Primitive, Response, TypeRef, ValueType};
use crate::model::facts::{Example, Method};

pub(super) fn compare(case: &Case<'_>, results: &mut Results<'_>) {
    for operation in &case.model.operations {
        let item = |kind| Item {
            kind,
            name: paths::name(operation),
            page: &operation.page,
            line: operation.line,
            ours: text(&operation.response),
        };
        if let Some(ours) = operation.response.ty() {
            let typed = |csdl: &Csdl, agrees: &dyn Fn(&Type) -> bool| {
                Verdict::on(csdl, operation, |target| match target.answer(operation.method) {
                    Answer::Typed(theirs) if !theirs.is_stream() => Verdict::of(agrees(&theirs), || theirs.to_string()),
                    _ => Verdict::Silent,
                })
            };
            case.judge(
                item(Kind::Shape),
                |csdl| typed(csdl, &|theirs| ours.collection == theirs.collection),
                || says_shape(case, operation, ours),
                results,
            );
            case.judge(
                item(Kind::Family),
                |csdl| typed(csdl, &|theirs| csdl.relation(&ours.ty, theirs) != Relation::Other),
                || says_family(case, operation, ours),
                results,
            );
        }
        case.judge(
            item(Kind::Answer),
            |csdl| Verdict::on(csdl, operation, |target| nature(operation, &target.answer(operation.method))),
            || says_nature(case, operation),
            results,
        );
    }
}

fn text(response: &Response) -> String {
    match response {
        Response::Typed(ty) => ty.to_string(),
        Response::Optional(ty) => format!("{ty} or nothing"),
        Response::Empty => "nothing".to_owned(),
        Response::Stream => "bytes".to_owned(),
        Response::Text => "text".to_owned(),
        Response::Unknown => "not known".to_owned(),
    }
}

/// Whether both sides return something, and both or neither bytes. A write that is answered with nothing is no
/// difference: OData lets the service decide (OData 4.01, part 1, section 11.4).
fn nature(operation: &Operation, answer: &Answer) -> Verdict {
    let ours = &operation.response;
    let is_value_write = operation.kind.is_write();
    let agrees = match answer {
        Answer::Unknown => return Verdict::Silent,
        Answer::Typed(_) if is_value_write => return Verdict::Silent,
        Answer::Typed(ty) if ty.is_stream() => matches!(ours, Response::Stream),
        Answer::Typed(ty) => match ours {
            Response::Typed(_) | Response::Optional(_) => true,
            Response::Text => ty.is_primitive(),
            _ => false,
        },
        Answer::Bytes => matches!(ours, Response::Stream),
        Answer::Count => match ours {
            Response::Text => true,
            Response::Typed(ty) => matches!(ty.ty, ValueType::Primitive(Primitive::Int32 | Primitive::Int64)),
            _ => false,
        },
        Answer::Nothing => matches!(ours, Response::Empty | Response::Optional(_)),
    };
    let theirs = || match answer {
        Answer::Typed(ty) if ty.is_stream() => "bytes".to_owned(),
        Answer::Typed(ty) => ty.to_string(),
        Answer::Bytes => "bytes".to_owned(),
        Answer::Count => "a number".to_owned(),
        Answer::Nothing | Answer::Unknown => "nothing".to_owned(),
    };
    Verdict::of(agrees, theirs)
}

fn says_shape(case: &Case<'_>, operation: &Operation, ours: &TypeRef) -> Says {
    let statements = case.witnesses.responses(operation);
    Says::of(
        statements.iter(),
        |statement| statement.collection == ours.collection,
        |statement| statement.collection != ours.collection,
        |statement| statement.place(),
    )
}

fn says_family(case: &Case<'_>, operation: &Operation, ours: &TypeRef) -> Says {
    let statements = case.witnesses.responses(operation);
    let theirs = theirs(case, operation);
    let csdl = &case.referee.csdl;
    Says::of(
        statements.iter(),
        |statement| statement.names(&ours.ty, case.words),
        |statement| theirs.as_ref().is_some_and(|ty| statement.is_related(ty, csdl, case.words)),
        |statement| statement.place(),
    )
}

fn theirs(case: &Case<'_>, operation: &Operation) -> Option<Type> {
    let targets = resolve(&case.referee.csdl, &operation.path, operation.method);
    targets.iter().find_map(|target| match target.answer(operation.method) {
        Answer::Typed(ty) => Some(ty),
        _ => None,
    })
}

fn says_nature(case: &Case<'_>, operation: &Operation) -> Says {
    let pages = case.witnesses.pages_of(operation);
    let statements = case.witnesses.responses(operation);
    let stated = statements.first().map(|statement| statement.place());
    let shown = pages.clone().find(|page| {
        page.examples.iter().any(|example| {
            matches!(example, Example::Response { status, body, .. }
                if !body.is_empty() && status.is_none_or(|status| status < 300))
        })
    });
    let bodiless = pages.clone().find(|page| {
        page.success_statuses.iter().any(|status| matches!(status, 202 | 204))
            || page
                .examples
                .iter()
                .any(|example| matches!(example, Example::Response { status: Some(200..300), body, .. } if body.is_empty()))
    });
    let something = stated.or_else(|| shown.map(|page| format!("an example of {}", page.path)));
    let nothing = bodiless.map(|page| format!("a status or an example of {}", page.path));
    let redirected = pages.clone().find(|page| page.success_statuses.contains(&302));
    let theirs_is_typed = matches!(theirs(case, operation), Some(ty) if !ty.is_stream());
    match &operation.response {
        Response::Typed(_) | Response::Optional(_) if operation.method != Method::Get || !theirs_is_typed => {
            Says { ours: something, theirs: nothing }
        }
        Response::Typed(_) | Response::Optional(_) => Says { ours: something, theirs: None },
        Response::Empty => {
            let silent = pages.clone().next().map(|page| format!("the silence of {}", page.path));
            Says { ours: nothing.or(silent), theirs: something }
        }
        Response::Stream => {
            let is_stream = |ty: &str| case.words.primitive(ty) == Some("Edm.Stream");
            let named = pages.clone().find(|page| page.response.as_ref().is_some_and(|ty| is_stream(&ty.name)));
            let bytes = named.or(redirected).map(|page| format!("the response section of {}", page.path));
            Says { ours: bytes, theirs: something.filter(|_| theirs_is_typed && named.is_none()) }
        }
        Response::Text | Response::Unknown => Says { ours: None, theirs: something },
    }
}
