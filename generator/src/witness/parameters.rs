//! Parameters of requests.

use super::alignment::{Row, align};
use super::case::Case;
use super::names::{self, Named};
use super::remarks::{Remarks, choose};
use super::{type_of_row, values};
use crate::model::facts::{Location, Parameter, TypeExpression};
use crate::model::pairs::CellKind;
use crate::model::proof::Proof;

impl Row for Parameter {
    fn line(&self) -> u32 {
        self.line
    }

    fn key(&self) -> &str {
        &self.name
    }
}

impl Named for Parameter {
    fn name(&self) -> &str {
        &self.name
    }

    fn proof(&self) -> Proof {
        self.proof
    }

    fn ty(&self) -> Option<&TypeExpression> {
        Some(&self.ty)
    }
}

pub(super) fn merge(lists: &[&[Parameter]], older: &[Parameter], case: &mut Case<'_>) -> Vec<Parameter> {
    let groups = align(lists);
    let names = names::decide(&groups, older, CellKind::Name, &[], case);
    let mut merged = Vec::with_capacity(groups.len());
    for (group, decided) in groups.iter().zip(names) {
        let mut remarks = Remarks::of(group, decided.older);
        let said: Vec<_> = group
            .iter()
            .map(|row| {
                row.map(|row| type_of_row::Said { line: row.line, ty: &row.ty, is_usable: row.type_proof.is_usable() })
            })
            .collect();
        let (ty, type_proof) = type_of_row::decide(&said, decided.older.map(|row| &row.ty), &decided.name, case);
        let line = group.iter().flatten().next().map_or(0, |row| row.line);
        let lists: Vec<&[String]> = group.iter().flatten().map(|row| row.values.as_slice()).collect();
        let older_values = decided.older.map(|row| row.values.as_slice());
        let values = values::decide(&lists, older_values, &decided.name, line, case);
        let locations: Vec<&Location> = group.iter().flatten().map(|row| &row.location).collect();
        let Some((location, _)) = choose(&locations, decided.older.map(|row| &row.location)) else { continue };
        merged.push(Parameter {
            ty,
            location: *location,
            required: remarks.pick("required", |row| &row.required),
            values,
            default: remarks.pick("default", |row| &row.default),
            deprecated: remarks.pick("deprecated", |row| &row.deprecated),
            proof: decided.proof,
            type_proof,
            line,
            name: decided.name.clone(),
        });
        remarks.report(&decided.name, line, case);
    }
    merged
}
