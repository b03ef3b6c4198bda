//! Compares responses: a list or a single object, its type, or nothing at all.

use super::csdl::{Csdl, Relation, Type};
use super::resolve::{Answer, resolve};
use super::witnesses::{Says, Statement};
use super::{Case, Item, Kind, Results, Verdict, paths};
use crate::model::api::{Operation, Primitive, Response, TypeRef, ValueType};
use crate::model::facts::{Example, PageFacts};

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
        Response::Count => "count".to_owned(),
        Response::Unknown => "not known".to_owned(),
    }
}

/// Whether both sides return something, and both or neither return bytes. An empty response to a write is no
/// difference: OData leaves that to the service (OData 4.01, part 1, section 11.4).
fn nature(operation: &Operation, answer: &Answer) -> Verdict {
    let ours = &operation.response;
    let is_value_write = operation.kind.is_write();
    let agrees = match answer {
        Answer::Unknown => return Verdict::Silent,
        Answer::Typed(_) if is_value_write => return Verdict::Silent,
        Answer::Typed(ty) if ty.is_stream() => matches!(ours, Response::Stream),
        Answer::Typed(ty) => match ours {
            Response::Typed(_) | Response::Optional(_) => true,
            Response::Count => ty.is_primitive(),
            _ => false,
        },
        Answer::Bytes => matches!(ours, Response::Stream),
        Answer::Count => match ours {
            Response::Count => true,
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
    let csdl = &case.referee.csdl;
    let theirs = theirs(case, operation);
    let named = |test: &dyn Fn(&Statement<'_>) -> bool| {
        statements.iter().find(|statement| test(statement)).map(|statement| statement.place())
    };
    let on_page = |what: &str, test: &dyn Fn(&PageFacts) -> bool| {
        pages.clone().find(|page| test(page)).map(|page| format!("{what} of {}", page.path))
    };
    let agreeing = named(&|statement| theirs.as_ref().is_some_and(|ty| statement.is_related(ty, csdl, case.words)));
    let shown = on_page("an example", &|page| shows(page, true));
    let bodiless = on_page("a status or an example", &|page| {
        page.success_statuses.iter().any(|status| matches!(status, 202 | 204)) || shows(page, false)
    });
    match &operation.response {
        Response::Typed(ours) | Response::Optional(ours) => {
            let ours = named(&|statement| statement.names(&ours.ty, case.words)).or(shown);
            let theirs = if theirs.is_some() { agreeing } else { bodiless };
            Says { ours, theirs }
        }
        Response::Empty => {
            let silent = on_page("the silence", &|page| page.response.is_none() && !shows(page, true));
            Says { ours: bodiless.or(silent), theirs: agreeing.or(shown) }
        }
        Response::Stream => {
            let bytes = named(&|statement| statement.names(&ValueType::Primitive(Primitive::Stream), case.words));
            let redirected = || on_page("a status", &|page| page.success_statuses.contains(&302));
            Says { ours: bytes.or_else(redirected), theirs: agreeing }
        }
        Response::Count | Response::Unknown => Says { ours: None, theirs: agreeing.or(shown) },
    }
}

/// Whether a page shows a success with a body, or without one.
fn shows(page: &PageFacts, body: bool) -> bool {
    page.examples.iter().any(|example| {
        matches!(example, Example::Response { status, body: shown, .. }
            if shown.is_empty() != body && status.is_none_or(|status| (200..300).contains(&status)))
    })
}
