//! The type of a property or parameter.

use super::case::{Case, because};
use crate::diag::{codes, quoted};
use crate::model::facts::TypeExpression;
use crate::model::proof::Proof;

/// A type as one witness has it.
pub(super) struct Said<'r> {
    pub(super) line: u32,
    pub(super) ty: &'r TypeExpression,
    pub(super) is_usable: bool,
}

/// Whole types are compared first, then their parts: translation may take the link of a type, or the word that makes it
/// a collection.
pub(super) fn decide(
    said: &[Option<Said<'_>>],
    older: Option<&TypeExpression>,
    row: &str,
    case: &mut Case<'_>,
) -> (TypeExpression, Proof) {
    let usable: Vec<&TypeExpression> =
        said.iter().flatten().filter(|said| said.is_usable).map(|said| said.ty).collect();
    let all: Vec<&TypeExpression> = said.iter().flatten().map(|said| said.ty).collect();
    let chosen = choose(&usable, older, case.pages.len()).map(|(ty, proof)| (qualified(ty, &usable), proof));
    // What readers found by their vocabularies, two of them the same.
    let translated = || most(&all).filter(|(_, votes)| *votes > 1).map(|(ty, _)| (ty.clone(), Proof::Dictionary));
    let chosen = chosen.or_else(|| linked(&all, case.pages.len())).or_else(translated);
    let (ty, proof) = chosen.unwrap_or_else(|| {
        let any = said.iter().flatten().next().map(|said| said.ty.clone()).unwrap_or_default();
        (any, Proof::Doubtful)
    });
    let is_equal = said.iter().all(|said| said.as_ref().is_some_and(|said| *said.ty == ty));
    if !is_equal || !proof.is_usable() {
        let texts: Vec<_> = said.iter().map(|said| said.as_ref().map(|said| (said.line, shown(said.ty)))).collect();
        match proof {
            Proof::Doubtful => {
                let outcome = format!("the type of {}: {}", quoted(row), because(proof));
                case.report(&codes::TYPE_DOUBTED, &texts, &outcome);
            }
            _ => {
                let outcome = format!("{} is the type of {}: {}", quoted(&shown(&ty)), quoted(row), because(proof));
                case.report(&codes::TYPE_DIFFERS, &texts, &outcome);
            }
        }
    }
    (ty, proof)
}

/// The type of the page that all locales link to, whatever they call it.
fn linked(said: &[&TypeExpression], pages: usize) -> Option<(TypeExpression, Proof)> {
    let target = said.first()?.target.as_ref()?;
    let (collection, votes) = most(&said.iter().map(|ty| &ty.collection).collect::<Vec<_>>())?;
    let all = pages > 1 && said.len() == pages && said.iter().all(|ty| ty.target.as_ref() == Some(target));
    let ty =
        || TypeExpression { name: last_word(target).to_owned(), collection: *collection, target: Some(target.clone()) };
    (all && votes * 2 > pages).then(|| (ty(), Proof::TwoLocales))
}

/// A reader that mends names may lose the namespace: where one has it, the name is that in the namespace.
fn qualified(mut ty: TypeExpression, said: &[&TypeExpression]) -> TypeExpression {
    let is_longer = |name: &str| name.strip_suffix(ty.name.as_str()).is_some_and(|start| start.ends_with('.'));
    let longer = said.iter().map(|said| &said.name).filter(|name| is_identifier(name) && is_longer(name));
    let longer = longer.max_by_key(|name| name.len());
    if let Some(longer) = longer.cloned() {
        ty.name = longer;
    }
    ty
}

fn is_identifier(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
}

pub(super) fn choose(
    said: &[&TypeExpression],
    older: Option<&TypeExpression>,
    pages: usize,
) -> Option<(TypeExpression, Proof)> {
    let first = *said.first()?;
    if let Some((whole, votes)) = most(said)
        && votes > 1
    {
        return Some((whole.clone(), if votes == pages { Proof::Whole } else { Proof::TwoLocales }));
    }
    if let Some(older) = older {
        return Some((older.clone(), Proof::SpanPage));
    }
    if pages == 1 {
        return Some((first.clone(), Proof::OneLocale));
    }
    let (name, votes) = most(&said.iter().map(|ty| &ty.name).collect::<Vec<_>>())?;
    if votes < 2 {
        // A link leads to the page of the type, whatever its text has become.
        let (target, votes) = most(&said.iter().filter_map(|ty| ty.target.as_ref()).collect::<Vec<_>>())?;
        let linked = said.iter().find(|ty| ty.name.eq_ignore_ascii_case(last_word(target)))?;
        return (votes > 1).then(|| ((*linked).clone(), Proof::TwoLocales));
    }
    let (collection, _) = most(&said.iter().map(|ty| &ty.collection).collect::<Vec<_>>())?;
    let (target, _) = most(&said.iter().map(|ty| &ty.target).collect::<Vec<_>>())?;
    Some((TypeExpression { name: name.clone(), collection: *collection, target: target.clone() }, Proof::TwoLocales))
}

/// The value that most have, and how many; of equal counts the first.
fn most<'v, T: PartialEq>(said: &[&'v T]) -> Option<(&'v T, usize)> {
    let count = |value: &T| said.iter().filter(|other| **other == value).count();
    said.iter().rev().map(|value| (*value, count(value))).max_by_key(|(_, votes)| *votes)
}

pub(super) fn last_word(stem: &str) -> &str {
    stem.rsplit('-').next().unwrap_or(stem)
}

fn shown(ty: &TypeExpression) -> String {
    let link = ty.target.as_ref().map(|target| format!(" → {target}")).unwrap_or_default();
    if ty.collection { format!("Collection({}){link}", ty.name) } else { format!("{}{link}", ty.name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ty(name: &str, collection: bool, target: Option<&str>) -> TypeExpression {
        TypeExpression { name: name.to_owned(), collection, target: target.map(str::to_owned) }
    }

    #[test]
    fn whole_types_then_the_source_text_then_parts() {
        let (plain, list, linked) = (ty("lamp", false, None), ty("lamp", true, None), ty("lamp", true, Some("lamp")));
        let two = Some((plain.clone(), Proof::TwoLocales));
        assert_eq!(choose(&[&plain, &list, &plain], Some(&list), 3), two);
        assert_eq!(choose(&[&plain, &plain], None, 2), Some((plain.clone(), Proof::Whole)));
        assert_eq!(choose(&[&plain, &list, &linked], Some(&list), 3), Some((list.clone(), Proof::SpanPage)));
        // The name is equal in all, two say that it is a collection, and two that it is no link.
        assert_eq!(choose(&[&plain, &list, &linked], None, 3), Some((list.clone(), Proof::TwoLocales)));
        assert_eq!(choose(&[&plain], None, 1), Some((plain, Proof::OneLocale)));
    }

    #[test]
    fn namespaces_stay() {
        let (short, full) = (ty("lamp", false, None), ty("microsoft.graph.lights.lamp", false, None));
        assert_eq!(qualified(short.clone(), &[&short, &full]), full);
        let nearly = ty("lights.lamp", false, None);
        assert_eq!(qualified(short.clone(), &[&short, &nearly, &full]), full);
        assert_eq!(qualified(full.clone(), &[&short, &full]), full);
        assert_eq!(qualified(short.clone(), &[&short, &ty("clamp", false, None)]), short);
    }

    #[test]
    fn links_lead_to_the_type() {
        let (one, other) = (ty("Lamp", false, Some("light-lamp")), ty("candeeiro", false, Some("light-lamp")));
        assert_eq!(choose(&[&other, &one], None, 2), Some((one.clone(), Proof::TwoLocales)));
        assert_eq!(choose(&[&ty("luz", false, None), &ty("光", false, None)], None, 2), None);
    }
}
