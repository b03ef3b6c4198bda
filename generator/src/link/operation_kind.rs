//! Determines the kind of an operation from the method, the end of the path and the title of the
//! page.

use crate::model::api::{ArgumentKind, OperationKind, PathTemplate, Segment};
use crate::model::facts::{Method, PageFacts, RequestBody};
use crate::vocab::{TitleKind, Words};

pub(super) fn classify(page: &PageFacts, method: Method, path: &PathTemplate, words: Words<'_>) -> OperationKind {
    match method {
        Method::Patch => OperationKind::Update,
        Method::Put => OperationKind::Replace,
        Method::Delete => OperationKind::Delete,
        Method::Get => classify_get(page, path, words),
        Method::Post => classify_post(page, path, words),
    }
}

fn classify_get(page: &PageFacts, path: &PathTemplate, words: Words<'_>) -> OperationKind {
    let title = words.title_kind(&page.title.source);
    let names_last = last_name(path).is_some_and(|name| names(page, name));
    match (path.segments.last(), title) {
        (Some(Segment::Function { .. }), _) => OperationKind::Function,
        (Some(Segment::Name(_)), Some(TitleKind::Bound | TitleKind::Function | TitleKind::Action)) if names_last => {
            OperationKind::Function
        }
        (
            Some(
                Segment::Key { .. }
                | Segment::KeyEquals { .. }
                | Segment::KeyPredicate { .. }
                | Segment::ItemPath { .. }
                | Segment::System(_),
            ),
            _,
        ) => OperationKind::Get,
        (_, Some(TitleKind::List)) => OperationKind::List,
        _ if page.response.as_ref().is_some_and(|response| response.collection) => OperationKind::List,
        _ => OperationKind::Get,
    }
}

fn classify_post(page: &PageFacts, path: &PathTemplate, words: Words<'_>) -> OperationKind {
    // A call at the root would not be bound to anything.
    let Some(name) = last_name(path).filter(|_| path.segments.len() > 1) else { return OperationKind::Create };
    match words.title_kind(&page.title.source) {
        Some(TitleKind::Action | TitleKind::Bound | TitleKind::Function) if names(page, name) => OperationKind::Action,
        // "Create a link" with `createLink`, "Add a lock" with `add`.
        Some(TitleKind::Create) if starts_with_verb(name, &page.title.source) => OperationKind::Action,
        Some(TitleKind::Create | TitleKind::List) => OperationKind::Create,
        // Pages that add to a collection have such names: `userteamwork-post-installedapps`.
        None if page.path.stem().contains("-post-") => OperationKind::Create,
        // The title names the action without calling it one, or the page is named after it.
        _ if names(page, name) && page.success_statuses != [201] => OperationKind::Action,
        _ if matches!(page.request_body, RequestBody::Entity(_) | RequestBody::OneOf(_)) => OperationKind::Create,
        _ => OperationKind::Action,
    }
}

fn last_name(path: &PathTemplate) -> Option<&str> {
    match path.segments.last()? {
        Segment::Name(name) => Some(name),
        Segment::Function { name, .. } => Some(name),
        _ => None,
    }
}

/// Whether a name is, or starts with, the first word of a title.
fn starts_with_verb(name: &str, title: &str) -> bool {
    let verb = title.split(' ').next().unwrap_or_default().to_ascii_lowercase();
    let rest = name.strip_prefix(&verb);
    !verb.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// Whether the title or the file name of a page ends with a name.
fn names(page: &PageFacts, name: &str) -> bool {
    let name = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    let in_title =
        page.title.source.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word.eq_ignore_ascii_case(&name));
    in_title || page.path.stem().to_ascii_lowercase().ends_with(&name)
}

/// How an argument of a documented type is written in a path.
pub(super) fn argument_kind(ty: &str) -> ArgumentKind {
    let bare = ["int", "bool", "double", "single", "decimal", "date", "time", "duration", "guid", "byte"];
    let ty = ty.strip_prefix("Edm.").unwrap_or(ty).to_ascii_lowercase();
    if bare.iter().any(|start| ty.starts_with(start)) { ArgumentKind::Bare } else { ArgumentKind::Quoted }
}
