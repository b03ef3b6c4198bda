//! What the pages themselves say about a difference.

use std::collections::BTreeMap;

use super::Class;
use super::csdl::{Csdl, Relation, Type, last_name};
use crate::model::api::{Operation, TypeDefinition, TypeRef, ValueType};
use crate::model::facts::{ApiVersion, Example, PageFacts, TypeExpression, TypeFacts};
use crate::source::PagePath;
use crate::vocab::Words;

/// The carriers that agree with the model, and those that agree with the schema.
#[derive(Debug, Default)]
pub(super) struct Says {
    pub(super) ours: Option<String>,
    pub(super) theirs: Option<String>,
}

impl Says {
    pub(super) fn class(self) -> (Class, String) {
        match self {
            Self { theirs: Some(place), .. } => (Class::Reading, format!("{place} agrees with the schema")),
            Self { ours: Some(place), .. } => (Class::Docs, format!("{place} says so")),
            Self { .. } => (Class::Reading, "no carrier of its pages says so".to_owned()),
        }
    }

    /// The first statement that supports the model, and the first that supports the schema.
    pub(super) fn of<'s, S: 's>(
        statements: impl Iterator<Item = S> + Clone,
        ours: impl Fn(&S) -> bool,
        theirs: impl Fn(&S) -> bool,
        place: impl Fn(&S) -> String,
    ) -> Self {
        let find = |test: &dyn Fn(&S) -> bool| statements.clone().find(|statement| test(statement)).map(|s| place(&s));
        Self { ours: find(&ours), theirs: find(&theirs) }
    }
}

/// A type that a page names for the response of its operations.
#[derive(Clone, Debug)]
pub(super) struct Statement<'p> {
    /// The carrier.
    what: &'static str,
    page: &'p PagePath,
    name: &'p str,
    target: Option<&'p str>,
    pub(super) collection: bool,
}

impl Statement<'_> {
    pub(super) fn place(&self) -> String {
        format!("{} of {}", self.what, self.page)
    }

    /// Whether it names this type, in its text or by its link.
    pub(super) fn names(&self, ty: &ValueType, words: Words<'_>) -> bool {
        names(self.name, self.target, ty, words)
    }

    /// Whether it names a related type.
    pub(super) fn is_related(&self, theirs: &Type, csdl: &Csdl, words: Words<'_>) -> bool {
        is_related(self.name, self.target, theirs, csdl, words)
    }
}

/// Whether a documented type is the given one.
pub(super) fn names(name: &str, target: Option<&str>, ty: &ValueType, words: Words<'_>) -> bool {
    let is_called = |known: &str| {
        let last = last_name(known);
        last_name(name).eq_ignore_ascii_case(last) || target.is_some_and(|stem| page_names(stem, last))
    };
    match ty {
        ValueType::Primitive(primitive) => {
            words.primitive(name).and_then(|name| name.strip_prefix("Edm.")) == Some(primitive.as_str())
        }
        ValueType::Named(known) => is_called(known),
        ValueType::Unknown(text) => text == name,
        ValueType::Json => words.primitive(name) == Some("Edm.Untyped"),
    }
}

/// Whether a documented type is equal to, a base of or derived from a type of the schema.
pub(super) fn is_related(name: &str, target: Option<&str>, theirs: &Type, csdl: &Csdl, words: Words<'_>) -> bool {
    if theirs.is_primitive() {
        return words.primitive(name) == Some(theirs.name.as_str());
    }
    let is_family = |name: &str| csdl.relation_of_names(name, &theirs.name) != Relation::Other;
    let of_page = target.and_then(|stem| stem.rsplit('-').next());
    is_family(name) || of_page.is_some_and(is_family)
}

/// `intune-devices-user` is the page of `user`.
fn page_names(stem: &str, last: &str) -> bool {
    stem.rsplit('-').next().is_some_and(|end| end.eq_ignore_ascii_case(last))
}

/// The pages of a model, indexed for statements.
#[derive(Debug)]
pub(super) struct Witnesses<'p> {
    pages: BTreeMap<&'p PagePath, &'p PageFacts>,
    /// The rows of methods tables, by version and stem of the API page in lower case.
    listed: BTreeMap<(ApiVersion, String), Vec<(&'p PagePath, &'p TypeExpression)>>,
    /// Rows of property and parameter tables that list values, by version and the last part of their type.
    values: BTreeMap<(ApiVersion, String), Vec<Values<'p>>>,
}

/// A page with values that it lists.
type Values<'p> = (&'p PagePath, &'p [String]);

impl<'p> Witnesses<'p> {
    pub(super) fn collect(pages: &'p [PageFacts]) -> Self {
        let mut found = Self { pages: BTreeMap::new(), listed: BTreeMap::new(), values: BTreeMap::new() };
        for page in pages {
            found.pages.insert(&page.path, page);
            for method in &page.methods {
                if let Some(returns) = &method.returns {
                    let key = (page.api_version, method.page.to_ascii_lowercase());
                    found.listed.entry(key).or_default().push((&page.path, returns));
                }
            }
            let of_types = page.types.iter().flat_map(|ty| ty.properties.iter().chain(&ty.relationships));
            let of_types = of_types.map(|row| (&row.ty, &row.values));
            let parameters = page.parameters.iter().map(|row| (&row.ty, &row.values));
            for (ty, values) in of_types.chain(parameters).filter(|(_, values)| !values.is_empty()) {
                let key = (page.api_version, last_name(&ty.name).to_ascii_lowercase());
                found.values.entry(key).or_default().push((&page.path, values));
            }
        }
        found
    }

    pub(super) fn pages_of<'s>(&'s self, operation: &'s Operation) -> impl Iterator<Item = &'p PageFacts> + Clone + 's {
        let paths = std::iter::once(&operation.page).chain(&operation.also_on);
        paths.filter_map(|path| self.pages.get(path).copied())
    }

    /// The response types that the pages of an operation name.
    pub(super) fn responses(&self, operation: &Operation) -> Vec<Statement<'p>> {
        let mut found = Vec::new();
        for page in self.pages_of(operation) {
            let path = &page.path;
            let statement = |what, ty: &'p crate::model::facts::ResponseType| Statement {
                what,
                page: path,
                name: &ty.name,
                target: ty.target.as_deref(),
                collection: ty.collection,
            };
            found.extend(page.response.as_ref().map(|ty| statement("the response section", ty)));
            found.extend(page.examples.iter().filter_map(|example| match example {
                Example::Response { status, ty: Some(ty), .. } if status.is_none_or(|status| status < 300) => {
                    Some(statement("an example", ty))
                }
                _ => None,
            }));
            let listed = self.listed.get(&(page.api_version, path.stem().to_ascii_lowercase()));
            found.extend(listed.into_iter().flatten().map(|(resource, ty)| Statement {
                what: "the methods table",
                page: resource,
                name: &ty.name,
                target: ty.target.as_deref(),
                collection: ty.collection,
            }));
        }
        found
    }

    /// The descriptions of a type on its pages.
    pub(super) fn descriptions<'s>(
        &'s self,
        definition: &'s TypeDefinition,
    ) -> impl Iterator<Item = (&'p PagePath, &'p TypeFacts)> + Clone + 's {
        let paths = std::iter::once(&definition.page).chain(&definition.also_on);
        let pages = paths.filter_map(|path| self.pages.get(path).copied());
        let last = last_name(&definition.name);
        pages.flat_map(move |page| {
            let described = page.types.iter().filter(move |facts| last_name(&facts.name).eq_ignore_ascii_case(last));
            described.map(move |facts| (&page.path, facts))
        })
    }

    /// Rows that list values of a type.
    pub(super) fn values(&self, version: ApiVersion, ty: &str) -> &[Values<'p>] {
        self.values.get(&(version, last_name(ty).to_ascii_lowercase())).map_or(&[], Vec::as_slice)
    }
}

/// Whether a row has exactly this type.
pub(super) fn has_type(row: &TypeExpression, ty: &TypeRef, words: Words<'_>) -> bool {
    row.collection == ty.collection && names(&row.name, row.target.as_deref(), &ty.ty, words)
}

/// Whether a row has exactly this type of the schema.
pub(super) fn has_schema_type(row: &TypeExpression, ty: &Type, csdl: &Csdl, words: Words<'_>) -> bool {
    if row.collection != ty.collection {
        return false;
    }
    if ty.is_primitive() {
        return words.primitive(&row.name) == Some(ty.name.as_str());
    }
    let of_page = row.target.as_deref().and_then(|stem| stem.rsplit('-').next());
    let is_equal = |name: &str| csdl.relation_of_names(name, &ty.name) == Relation::Equal;
    is_equal(&row.name) || of_page.is_some_and(is_equal)
}
