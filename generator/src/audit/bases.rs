//! Compares base types. The schema has base types that no page describes, and everything is an `entity`; the
//! nearest base type in the model is compared.

use super::csdl::Csdl;
use super::witnesses::Says;
use super::{Case, Item, Kind, Results, Verdict};
use crate::model::api::{StructuredType, TypeDefinition, TypeShape};
use crate::model::facts::TypeFacts;
use crate::source::PagePath;

/// The base type without significance.
const ENTITY: &str = "entity";
const NONE: &str = "none";

pub(super) fn compare(case: &Case<'_>, results: &mut Results<'_>) {
    for definition in case.model.types.values() {
        let TypeShape::Structured(structure) = &definition.shape else { continue };
        let ours = ours(structure);
        let item = Item {
            kind: Kind::Base,
            name: definition.name.clone(),
            page: &definition.page,
            line: definition.line,
            ours: ours.to_owned(),
        };
        let verdict = |csdl: &Csdl| {
            let Some(theirs) = theirs(case, csdl, &definition.name) else { return Verdict::Silent };
            let is_same = if ours == NONE {
                theirs == NONE
            } else {
                csdl.relation_of_names(ours, &theirs) == super::csdl::Relation::Equal
            };
            Verdict::of(is_same, || theirs)
        };
        case.judge(item, verdict, || says(case, definition, structure), results);
    }
}

fn ours(structure: &StructuredType) -> &str {
    structure.base.as_deref().filter(|base| !base.eq_ignore_ascii_case(ENTITY)).unwrap_or(NONE)
}

fn theirs(case: &Case<'_>, csdl: &Csdl, name: &str) -> Option<String> {
    csdl.structure(name)?;
    let documented = csdl
        .lineage(name)
        .into_iter()
        .skip(1)
        .find(|structure| structure.name != ENTITY && case.has_type(&structure.name));
    Some(documented.map_or(NONE.to_owned(), |structure| structure.name.clone()))
}

fn says(case: &Case<'_>, definition: &TypeDefinition, structure: &StructuredType) -> Says {
    let ours = ours(structure);
    let csdl = &case.referee.csdl;
    let theirs = theirs(case, csdl, &definition.name).unwrap_or_default();
    // No statement is a statement as well.
    let stated = |facts: &TypeFacts| {
        let base = facts.base.as_ref().map(|base| base.name.clone());
        base.filter(|base| !base.eq_ignore_ascii_case(ENTITY)).unwrap_or(NONE.to_owned())
    };
    let is_called = |stated: &str, name: &str| {
        let last = super::csdl::last_name;
        last(stated).eq_ignore_ascii_case(last(name))
    };
    let says = |(_, facts): &(&PagePath, &TypeFacts)| is_called(&stated(facts), ours);
    let agrees = |(_, facts): &(&PagePath, &TypeFacts)| theirs != NONE && is_called(&stated(facts), &theirs);
    Says::of(case.witnesses.descriptions(definition), says, agrees, |(page, _)| page.to_string())
}
