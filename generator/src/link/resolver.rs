//! Resolves documented types to types of the model, within one version.

use super::findings::Findings;
use super::type_descriptions::{Descriptions, page_namespace};
use super::type_index::TypeIndex;
use crate::diag::{codes, quoted};
use crate::model::api::{TypeRef, ValueType};
use crate::model::facts::{ApiVersion, PageFacts, TypeExpression};
use crate::model::figures::RowKind;
use crate::vocab::Words;

/// Finds the types of one version that rows and sentences name.
pub(super) struct Resolver<'a, 'p> {
    pub(super) version: ApiVersion,
    pub(super) words: Words<'a>,
    pub(super) descriptions: &'a Descriptions<'p>,
    /// The types of the other version.
    pub(super) other: Option<&'a TypeIndex>,
}

/// A row that gives a property or a parameter its type.
pub(super) struct TypedRow<'r> {
    pub(super) page: &'r PageFacts,
    pub(super) line: u32,
    pub(super) name: &'r str,
    pub(super) ty: &'r TypeExpression,
    pub(super) kind: RowKind,
}

impl Resolver<'_, '_> {
    pub(super) fn index(&self) -> &TypeIndex {
        &self.descriptions.index
    }

    /// Resolves the type of a row, counts it, and reports unknown types.
    pub(super) fn resolve_row(&self, row: &TypedRow<'_>, findings: &mut Findings) -> TypeRef {
        let TypedRow { page, line, name, ty, kind } = *row;
        let namespace = page_namespace(page);
        let found = self.index().resolve(ty, namespace, self.words);
        findings.figures.count_row(kind, self.version, &found.ty);
        match &found.ty {
            ValueType::Json => {
                let message = format!("{} of {} is any JSON", quoted(&ty.name), quoted(name));
                findings.report(&page.path, line, &codes::ANY_JSON, message);
            }
            ValueType::Unknown(text) if text.is_empty() => {
                let message = format!("the table has no type for {}", quoted(name));
                findings.report(&page.path, line, &codes::TYPE_UNSTATED, message);
            }
            ValueType::Unknown(text) => {
                let elsewhere = self.elsewhere(ty);
                let message = format!("{} of {} is not a known type{elsewhere}", quoted(text), quoted(name));
                findings.report(&page.path, line, &codes::UNKNOWN_REFERENCE, message);
            }
            ValueType::Named(key) if ty.target.is_some() => {
                let called = self.index().by_name(&ty.name, namespace).filter(|called| called != key);
                if let Some(called) = called {
                    let message = format!(
                        "the link of {} says {}, but its page defines {}",
                        quoted(name),
                        quoted(called),
                        quoted(key)
                    );
                    findings.report(&page.path, line, &codes::REFERENCE_CONFLICT, message);
                }
            }
            _ => {}
        }
        found
    }

    /// The end of a message if the other version has the type.
    pub(super) fn elsewhere(&self, ty: &TypeExpression) -> &'static str {
        let known = self.other.is_some_and(|other| {
            ty.target.as_deref().is_some_and(|stem| other.by_page(stem, &ty.name).is_some())
                || other.by_name(&ty.name, None).is_some()
        });
        if known { "; the other version defines it" } else { "" }
    }
}
