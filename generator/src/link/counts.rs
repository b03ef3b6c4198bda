//! `…/$count` of every collection of directory objects: Azure AD counts them all, but only some pages show it.
//!
//! Source: <https://learn.microsoft.com/graph/aad-advanced-queries>.

use std::collections::BTreeSet;

use super::bases;
use super::operations::Linking;
use crate::model::api::{Operation, OperationKind, Origin, PathTemplate, RequestBody, Response, Segment};
use crate::model::facts::{Method, QueryOptions};

/// The base type of directory objects.
const DIRECTORY_OBJECT: &str = "directoryObject";

/// The counts that no page documents.
pub(super) fn missing(operations: &[Operation], linking: &Linking<'_, '_>) -> Vec<Operation> {
    let known: BTreeSet<String> = operations.iter().map(|operation| operation.path.key()).collect();
    let lists = operations.iter().filter(|operation| operation.kind == OperationKind::List);
    let of_directory = lists.filter(|operation| lists_directory_objects(operation, linking));
    of_directory.map(count_of).filter(|count| !known.contains(&count.path.key())).collect()
}

fn lists_directory_objects(operation: &Operation, linking: &Linking<'_, '_>) -> bool {
    let listed = operation.response.ty().filter(|ty| ty.collection).and_then(|ty| ty.ty.name());
    listed.is_some_and(|name| bases::chain(linking.types, name).contains(&DIRECTORY_OBJECT))
}

fn count_of(list: &Operation) -> Operation {
    let segments = list.path.segments.iter().cloned().chain([Segment::System("$count".to_owned())]);
    Operation {
        method: Method::Get,
        path: PathTemplate { segments: segments.collect(), query: list.path.query.clone() },
        kind: OperationKind::Get,
        origin: Origin::Convention,
        also_on: Vec::new(),
        statuses: vec![200],
        query_options: QueryOptions::default(),
        headers: Vec::new(),
        body_parameters: Vec::new(),
        function_parameters: Vec::new(),
        request_body: RequestBody::None,
        other_content: Vec::new(),
        response: Response::Count,
        ..list.clone()
    }
}
