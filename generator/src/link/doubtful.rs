//! Facts that may be translations stay out of the model.

use crate::model::facts::{Member, PageFacts, Parameter, Property, TypeExpression, TypeFacts};

/// The page without its doubtful facts; `None` if it has none.
pub(super) fn without_doubtful(page: &PageFacts) -> Option<PageFacts> {
    if page.doubtful() == 0 {
        return None;
    }
    let mut page = page.clone();
    page.parameters.retain(|row| row.proof.is_usable());
    page.parameters.iter_mut().for_each(|Parameter { ty, type_proof, .. }| forget(ty, type_proof.is_usable()));
    page.response = page.response.filter(|response| response.proof.is_usable());
    for TypeFacts { properties, relationships, annotations, inner_properties, members, .. } in &mut page.types {
        for list in [properties, relationships, annotations, inner_properties] {
            list.retain(|property| property.proof.is_usable());
            list.iter_mut().for_each(|Property { ty, type_proof, .. }| forget(ty, type_proof.is_usable()));
        }
        members.retain(|Member { proof, .. }| proof.is_usable());
    }
    Some(page)
}

/// A row without a type is any JSON.
fn forget(ty: &mut TypeExpression, is_usable: bool) {
    if !is_usable {
        *ty = TypeExpression::default();
    }
}
