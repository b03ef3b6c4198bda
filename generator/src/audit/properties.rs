//! Compares properties: their existence, their types, and whether they are lists.

use super::csdl::{Csdl, Relation};
use super::witnesses::{self, Says};
use super::{Case, Item, Kind, Results, Verdict};
use crate::model::api::{Property, TypeDefinition, TypeShape};
use crate::model::facts;
use crate::source::PagePath;

pub(super) fn compare(case: &Case<'_>, results: &mut Results<'_>) {
    for definition in case.model.types.values() {
        let TypeShape::Structured(structure) = &definition.shape else { continue };
        // Instance annotations are not properties.
        for property in structure.properties.iter().filter(|property| !property.name.contains('@')) {
            let item = |kind| Item {
                kind,
                name: format!("{}.{}", definition.name, property.name),
                page: &property.page,
                line: property.line,
                ours: property.ty.to_string(),
            };
            case.judge(
                item(Kind::Property),
                |csdl| is_there(csdl, &definition.name, &property.name),
                || says(case, definition, property, &|_| false),
                results,
            );
            let csdl = &case.referee.csdl;
            let theirs = csdl.property(&definition.name, &property.name);
            let compared = |csdl: &Csdl, agrees: &dyn Fn(&super::csdl::Type) -> bool| {
                let known = csdl.property(&definition.name, &property.name);
                known.map_or(Verdict::Silent, |known| Verdict::of(agrees(&known.ty), || known.ty.to_string()))
            };
            case.judge(
                item(Kind::PropertyType),
                |csdl| compared(csdl, &|ty| csdl.relation(&property.ty.ty, ty) == Relation::Equal),
                || {
                    let agrees = |row: &facts::Property| {
                        theirs.is_some_and(|theirs| {
                            let ty = super::csdl::Type { collection: row.ty.collection, ..theirs.ty.clone() };
                            witnesses::has_schema_type(&row.ty, &ty, csdl, case.words)
                        })
                    };
                    says(case, definition, property, &agrees)
                },
                results,
            );
            case.judge(
                item(Kind::PropertyShape),
                |csdl| compared(csdl, &|ty| property.ty.collection == ty.collection),
                || says(case, definition, property, &|row| row.ty.collection != property.ty.collection),
                results,
            );
        }
    }
}

fn is_there(csdl: &Csdl, ty: &str, name: &str) -> Verdict {
    let Some(structure) = csdl.structure(ty) else { return Verdict::Silent };
    Verdict::of(csdl.property(ty, name).is_some(), || {
        let below = csdl.descendants(ty).into_iter().find(|below| below.own_property(name).is_some());
        match below {
            Some(below) => format!("only of {}, which is based on it", below.name),
            None if structure.is_open => "none; the type is open".to_owned(),
            None => "none".to_owned(),
        }
    })
}

fn says(
    case: &Case<'_>,
    definition: &TypeDefinition,
    property: &Property,
    agrees: &dyn Fn(&facts::Property) -> bool,
) -> Says {
    let rows = case.witnesses.descriptions(definition).flat_map(|(page, facts)| {
        let rows = facts.properties.iter().chain(&facts.relationships);
        rows.filter(|row| row.name == property.name).map(move |row| (page, row))
    });
    Says::of(
        rows,
        |(_, row)| witnesses::has_type(&row.ty, &property.ty, case.words),
        |(_, row)| agrees(row),
        |(page, _): &(&PagePath, &facts::Property)| format!("a row of {page}"),
    )
}
