//! Types that only examples show. A page may name one derived type where its examples send or return another one; if the
//! path leads to a base type of both, that is what the operation takes or returns.

use super::bases;
use super::exchanges::Evidence;
use super::findings::Findings;
use super::operations::{Draft, Linking};
use crate::diag::{codes, quoted};
use crate::model::api::{RequestBody, Response, TypeRef, ValueType};

pub(super) fn response(
    draft: &Draft<'_>,
    evidence: &Evidence<'_, '_>,
    response: Response,
    linking: &Linking<'_, '_>,
    findings: &mut Findings,
) -> Response {
    response.map_type(|ty| widened(ty, evidence.returned(), "returns", draft, linking, findings))
}

pub(super) fn request_body(
    draft: &Draft<'_>,
    evidence: &Evidence<'_, '_>,
    body: RequestBody,
    linking: &Linking<'_, '_>,
    findings: &mut Findings,
) -> RequestBody {
    match body {
        RequestBody::Entity(ty) => RequestBody::Entity(widened(ty, evidence.sent(), "takes", draft, linking, findings)),
        other => other,
    }
}

fn widened<'p>(
    stated: TypeRef,
    shown: impl Iterator<Item = &'p str>,
    verb: &str,
    draft: &Draft<'_>,
    linking: &Linking<'_, '_>,
    findings: &mut Findings,
) -> TypeRef {
    let ValueType::Named(name) = &stated.ty else { return stated };
    let Some(path) = linking.path_type(draft) else { return stated };
    let says_something = |base: &&str| path.is_declared() || !linking.policy.is_universal_base(base);
    let Some(base) = path.ty.ty.name().filter(|base| *base != name).filter(says_something) else { return stated };
    let bases_of = |name| bases::chain(linking.types, name);
    let index = linking.resolver.index();
    let mut known = shown.filter_map(|shown| index.by_name(shown, None));
    let other = known.find(|shown| {
        let chain = bases_of(shown);
        chain.contains(&base) && !chain.contains(&name.as_str())
    });
    let Some(other) = other.filter(|_| bases_of(name).contains(&base)) else { return stated };
    let message = format!(
        "{} {verb} {} according to its page, but {} in an example; {} is used: the path leads to it",
        draft.template(),
        quoted(name),
        quoted(other),
        quoted(base)
    );
    findings.report(&draft.page.path, draft.request.line, &codes::BASE_OF_EXAMPLES, message);
    TypeRef { ty: ValueType::Named(base.to_owned()), ..stated }
}
