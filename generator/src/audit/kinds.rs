//! Compares the existence and kinds of types.

use super::csdl::Csdl;
use super::witnesses::Says;
use super::{Case, Item, Kind, Results, Verdict};
use crate::model::api::{StructuredKind, TypeDefinition, TypeShape};
use crate::model::facts::{TypeFacts, TypeKind};
use crate::source::PagePath;

pub(super) fn compare(case: &Case<'_>, results: &mut Results<'_>) {
    for definition in case.model.types.values() {
        let ours = ours(definition);
        let item = |kind| Item {
            kind,
            name: definition.name.clone(),
            page: &definition.page,
            line: definition.line,
            ours: ours.to_owned(),
        };
        let is_there = |csdl: &Csdl| Verdict::of(csdl.has(&definition.name), || "no such type".to_owned());
        case.judge(item(Kind::Type), is_there, || says(case, definition, None), results);
        let kind = |csdl: &Csdl| match theirs(csdl, &definition.name) {
            Some(theirs) => Verdict::of(theirs == ours, || theirs.to_owned()),
            None => Verdict::Silent,
        };
        let says = || says(case, definition, theirs(&case.referee.csdl, &definition.name));
        case.judge(item(Kind::TypeKind), kind, says, results);
    }
}

const ENTITY: &str = "entity";
const COMPLEX: &str = "complex";
const ENUM: &str = "enum";

fn ours(definition: &TypeDefinition) -> &'static str {
    match &definition.shape {
        TypeShape::Structured(structure) => kind(structure.kind),
        TypeShape::Enum(_) => ENUM,
    }
}

fn theirs(csdl: &Csdl, name: &str) -> Option<&'static str> {
    let structure = csdl.structure(name).map(|structure| kind(structure.kind));
    structure.or_else(|| csdl.enumeration(name).map(|_| ENUM))
}

fn kind(kind: StructuredKind) -> &'static str {
    match kind {
        StructuredKind::Entity => ENTITY,
        StructuredKind::Complex => COMPLEX,
    }
}

fn says(case: &Case<'_>, definition: &TypeDefinition, theirs: Option<&str>) -> Says {
    let stated = |facts: &TypeFacts| match facts.kind {
        TypeKind::Entity => ENTITY,
        TypeKind::Complex => COMPLEX,
        TypeKind::Enum => ENUM,
    };
    let ours = ours(definition);
    // Only entities have relationships.
    let agrees = |(_, facts): &(&PagePath, &TypeFacts)| {
        theirs == Some(stated(facts))
            || theirs == Some(ENTITY) && (facts.key.is_some() || !facts.relationships.is_empty())
    };
    let says = |(_, facts): &(&PagePath, &TypeFacts)| stated(facts) == ours;
    Says::of(case.witnesses.descriptions(definition), says, agrees, |(page, _)| page.to_string())
}
