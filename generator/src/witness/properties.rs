//! Properties and relationships.

use super::alignment::{Row, align};
use super::case::Case;
use super::names::{self, Named};
use super::remarks::Remarks;
use super::{type_of_row, values};
use crate::model::facts::{Property, TypeExpression};
use crate::model::pairs::CellKind;
use crate::model::proof::Proof;

impl Row for Property {
    fn line(&self) -> u32 {
        self.line
    }

    fn key(&self) -> &str {
        &self.name
    }
}

impl Named for Property {
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

/// `shown` are the names in the JSON representation of each witness.
pub(super) fn merge(
    lists: &[&[Property]],
    older: &[Property],
    shown: &[&[String]],
    case: &mut Case<'_>,
) -> Vec<Property> {
    let groups = align(lists);
    let names = names::decide(&groups, older, CellKind::Name, shown, case);
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
        let mut only_with_prefer = remarks.pick("only_with_prefer", |row| &row.only_with_prefer);
        only_with_prefer.retain(|value| values.contains(value));
        merged.push(Property {
            ty,
            nullable: remarks.pick("nullable", |row| &row.nullable),
            is_read_only: remarks.pick("is_read_only", |row| &row.is_read_only),
            default: remarks.pick("default", |row| &row.default),
            values,
            inherited_from: remarks.pick("inherited_from", |row| &row.inherited_from),
            only_on_select: remarks.pick("only_on_select", |row| &row.only_on_select),
            returned_by_default: remarks.pick("returned_by_default", |row| &row.returned_by_default),
            is_filterable: remarks.pick("is_filterable", |row| &row.is_filterable),
            filter_operators: remarks.pick("filter_operators", |row| &row.filter_operators),
            is_searchable: remarks.pick("is_searchable", |row| &row.is_searchable),
            is_sortable: remarks.pick("is_sortable", |row| &row.is_sortable),
            is_expandable: remarks.pick("is_expandable", |row| &row.is_expandable),
            required: remarks.pick("required", |row| &row.required),
            is_key: remarks.pick("is_key", |row| &row.is_key),
            is_alternate_key: remarks.pick("is_alternate_key", |row| &row.is_alternate_key),
            only_with_prefer,
            deprecated: remarks.pick("deprecated", |row| &row.deprecated),
            last_documented: None,
            proof: decided.proof,
            type_proof,
            line,
            name: decided.name.clone(),
        });
        remarks.report(&decided.name, line, case);
    }
    merged
}
