//! The type of the response: two of three locales are right too rarely, so it takes all of them or the source text.

use super::case::Case;
use super::remarks::choose;
use super::type_of_row::last_word;
use crate::diag::{codes, quoted};
use crate::model::facts::{Example, Method, ResponseType, ShownBody};
use crate::model::proof::Proof;

pub(super) fn merge(case: &mut Case<'_>) -> Option<ResponseType> {
    let said: Vec<Option<ResponseType>> = case.pages.iter().map(|page| page.response.clone()).collect();
    // No translation says the same in several languages.
    let usable = said.len() > 1 || said.iter().flatten().all(|ty| ty.proof.is_usable());
    let value = |ty: &Option<ResponseType>| ty.clone().map(|ty| ResponseType { proof: Proof::Whole, ..ty });
    let first = value(said.first()?);
    if usable && said.iter().all(|ty| value(ty) == first) {
        report_unnamed(first.is_none(), case);
        return first.map(|ty| ResponseType { proof: case.unanimous(), ..ty });
    }
    let is_same = |ty: &ResponseType, other: &ResponseType| {
        let is_linked_so = ty.target == other.target || ty.target.is_none() || other.target.is_none();
        ty.name.eq_ignore_ascii_case(&other.name) && ty.collection == other.collection && is_linked_so
    };
    if let (true, Some(first)) = (usable, &first)
        && said.iter().all(|ty| ty.as_ref().is_some_and(|ty| is_same(ty, first)))
    {
        // They differ in capitals, which translators change, or one lost its link.
        let values: Vec<_> = said.iter().map(value).collect();
        let (chosen, _) = choose(&values.iter().collect::<Vec<_>>(), None)?;
        return chosen.clone().map(|ty| ResponseType { proof: Proof::TwoLocales, ..ty });
    }
    let shown: Vec<_> = said.iter().map(|ty| ty.as_ref().map(|ty| (0, shown(ty)))).collect();
    let older = case.older.map(|page| value(&page.response));
    if let Some(older) = older.filter(|older| said.iter().any(|ty| value(ty) == *older)) {
        let text = older.as_ref().map_or_else(|| "no type".to_owned(), |ty| quoted(&self::shown(ty)));
        case.report(
            &codes::RESPONSE_DIFFERS,
            &shown,
            &format!("{text} is returned, as in the source text of an older day"),
        );
        return older.map(|ty| ResponseType { proof: Proof::SpanPage, ..ty });
    }
    let found = confirmed(&said, case).map(|ty| (ty, "the path names it too"));
    if let Some((ty, reason)) = found.or_else(|| Some((linked(&said)?, "all link to it"))) {
        let outcome = format!("{} is returned: {reason}", quoted(&self::shown(&ty)));
        case.report(&codes::RESPONSE_DIFFERS, &shown, &outcome);
        return Some(ty);
    }
    case.report(&codes::RESPONSE_DOUBTED, &shown, "the type of the response is doubtful");
    let any = said.into_iter().flatten().next();
    any.map(|ty| ResponseType { proof: Proof::Doubtful, ..ty })
}

/// The only name of the type that locales have, if the path has it too, as a value or a collection as most of them say.
fn confirmed(said: &[Option<ResponseType>], case: &Case<'_>) -> Option<ResponseType> {
    let named: Vec<&ResponseType> = said.iter().flatten().collect();
    let (first, more) = named.split_first()?;
    let is_alike = more.iter().all(|ty| ty.name.eq_ignore_ascii_case(&first.name));
    let collections = named.iter().filter(|ty| ty.collection).count();
    let is_decided = collections * 2 != named.len();
    let is_known = case.words.contains(first.name.as_str());
    let collection = collections * 2 > named.len();
    (is_alike && is_decided && is_known).then(|| ResponseType {
        collection,
        proof: Proof::OneLocale,
        ..(*first).clone()
    })
}

/// The type of the page that all locales link to, whatever they call it.
fn linked(said: &[Option<ResponseType>]) -> Option<ResponseType> {
    let first = said.first()?.as_ref()?;
    let target = first.target.as_deref()?;
    let is_same = |ty: &ResponseType| ty.target.as_deref() == Some(target) && ty.collection == first.collection;
    let all = said.len() > 1 && said.iter().all(|ty| ty.as_ref().is_some_and(is_same));
    all.then(|| ResponseType { name: last_word(target).to_owned(), proof: Proof::TwoLocales, ..first.clone() })
}

/// No locale names a type, and the page reads something or shows an answer that has one: the sentence may be translated
/// beyond recognition.
fn report_unnamed(is_unnamed: bool, case: &mut Case<'_>) {
    let shows_one = |example: &Example| {
        matches!(example, Example::Response { body: ShownBody::Object | ShownBody::Collection, .. })
    };
    let page = &case.pages[0];
    let reads = page.requests.iter().any(|request| request.method == Method::Get);
    if is_unnamed && (reads || page.examples.iter().any(shows_one)) {
        let said: Vec<_> = case.pages.iter().map(|_| None).collect();
        case.report(&codes::RESPONSE_DOUBTED, &said, "there is an answer with a body, but its type is not known");
    }
}

fn shown(ty: &ResponseType) -> String {
    if ty.collection { format!("Collection({})", ty.name) } else { ty.name.clone() }
}
