//! Enumerations without a page: rows name them and list their values.

use std::collections::BTreeMap;

use super::findings::Findings;
use super::type_descriptions::{Descriptions, page_namespace};
use super::type_index::{is_type_name, unqualified};
use crate::diag::{codes, quoted};
use crate::model::api::{EnumType, Member, TypeDefinition, TypeShape, ValueType};
use crate::model::facts::PageFacts;
use crate::vocab::Words;

/// Adds enumerations that have no page, but that rows name together with their values.
pub(super) fn enums_by_values(
    pages: &[&PageFacts],
    descriptions: &mut Descriptions<'_>,
    words: Words<'_>,
    findings: &mut Findings,
) -> BTreeMap<String, TypeDefinition> {
    let mut found: BTreeMap<String, TypeDefinition> = BTreeMap::new();
    for page in pages {
        let of_types = page.types.iter().flat_map(|ty| ty.properties.iter().chain(&ty.relationships));
        let of_types = of_types
            .map(|row| (row.name.as_str(), &row.ty, row.values.as_slice(), row.only_with_prefer.as_slice(), row.line));
        let parameters = page.parameters.iter();
        let parameters =
            parameters.map(|row| (row.name.as_str(), &row.ty, row.values.as_slice(), [].as_slice(), row.line));
        for (name, ty, values, with_prefer, line) in of_types.chain(parameters) {
            let listed = descriptions.values.get(&(page.path.as_str(), name.to_ascii_lowercase()));
            let listed = listed.copied().unwrap_or_default();
            if values.is_empty() && listed.is_empty() {
                continue;
            }
            let ValueType::Unknown(text) = descriptions.index.resolve(ty, page_namespace(page), words).ty else {
                continue;
            };
            let name = unqualified(&text);
            if !is_type_name(name) {
                continue;
            }
            let definition = found.entry(name.to_ascii_lowercase()).or_insert_with(|| TypeDefinition {
                name: name.to_owned(),
                page: page.path.clone(),
                line,
                also_on: Vec::new(),
                deprecated: None,
                last_documented: None,
                shape: TypeShape::Enum(EnumType { members: Vec::new() }),
            });
            if definition.page != page.path && !definition.also_on.contains(&page.path) {
                definition.also_on.push(page.path.clone());
            }
            let TypeShape::Enum(shape) = &mut definition.shape else { continue };
            let members = values.iter().map(|value| {
                let only_with_prefer = with_prefer.contains(value);
                Member { name: value.clone(), only_with_prefer, line, ..Member::default() }
            });
            for member in members.chain(listed.iter().cloned()) {
                match shape.members.iter_mut().find(|known| known.name == member.name) {
                    Some(known) => known.only_with_prefer |= member.only_with_prefer,
                    None => shape.members.push(member),
                }
            }
        }
    }
    let mut types = BTreeMap::new();
    for definition in found.into_values() {
        descriptions.index.insert_name(&definition.name);
        let message = format!("{} has no page; its values come from properties", quoted(&definition.name));
        findings.report(&definition.page, definition.line, &codes::ENUM_BY_VALUES, message);
        types.insert(definition.name.clone(), definition);
    }
    types
}
