//! Compares the members of enumerations.

use super::csdl::Csdl;
use super::witnesses::Says;
use super::{Case, Item, Kind, Results, Verdict};
use crate::model::api::{EnumType, TypeDefinition, TypeShape};
use crate::source::PagePath;

/// The placeholder for members that a client does not know; the docs sometimes omit it.
const SENTINEL: &str = "unknownFutureValue";

pub(super) fn compare(case: &Case<'_>, results: &mut Results<'_>) {
    for definition in case.model.types.values() {
        let TypeShape::Enum(enumeration) = &definition.shape else { continue };
        let item = |kind, member: &str, line, ours: &str| Item {
            kind,
            name: format!("{}.{member}", definition.name),
            page: &definition.page,
            line,
            ours: ours.to_owned(),
        };
        for member in &enumeration.members {
            let verdict = |csdl: &Csdl| match csdl.enumeration(&definition.name) {
                Some(theirs) if theirs.members.contains(&member.name) => Verdict::Agrees,
                Some(theirs) => {
                    let same = theirs.members.iter().find(|known| known.eq_ignore_ascii_case(&member.name));
                    Verdict::Differs(same.map_or_else(|| "none".to_owned(), |same| format!("it is {same}")))
                }
                None => Verdict::Silent,
            };
            let item = item(Kind::Member, &member.name, member.line, "documented");
            case.judge(item, verdict, || says_member(case, definition, &member.name), results);
        }
        let theirs = case.referee.csdl.enumeration(&definition.name);
        let theirs = theirs.into_iter().flat_map(|theirs| &theirs.members);
        for member in theirs.filter(|member| *member != SENTINEL) {
            let verdict = |csdl: &Csdl| {
                let is_there = csdl.enumeration(&definition.name).is_some_and(|theirs| theirs.members.contains(member));
                if is_there { Verdict::of(has(enumeration, member), || member.clone()) } else { Verdict::Agrees }
            };
            let item = item(Kind::MemberMissing, member, definition.line, "none");
            case.judge(item, verdict, || says_no_member(case, definition, member), results);
        }
    }
}

fn has(enumeration: &EnumType, member: &str) -> bool {
    enumeration.members.iter().any(|known| known.name.eq_ignore_ascii_case(member))
}

/// The members that each page lists for an enumeration.
fn lists<'c>(case: &'c Case<'_>, definition: &'c TypeDefinition) -> Vec<(&'c PagePath, Vec<&'c str>)> {
    let mut lists = Vec::new();
    for (page, facts) in case.witnesses.descriptions(definition) {
        lists.push((page, facts.members.iter().map(|member| member.name.as_str()).collect()));
    }
    for (page, values) in case.witnesses.values(case.referee.version, &definition.name) {
        lists.push((page, values.iter().map(String::as_str).collect()));
    }
    lists
}

fn says_member(case: &Case<'_>, definition: &TypeDefinition, member: &str) -> Says {
    let lists = lists(case, definition);
    Says::of(lists.iter(), |(_, members)| members.contains(&member), |_| false, |(page, _)| format!("a list of {page}"))
}

fn says_no_member(case: &Case<'_>, definition: &TypeDefinition, member: &str) -> Says {
    let lists = lists(case, definition);
    let lists_it = |members: &Vec<&str>| members.iter().any(|known| known.eq_ignore_ascii_case(member));
    Says::of(
        lists.iter(),
        |(_, members)| !members.is_empty() && !lists_it(members),
        |(_, members)| lists_it(members),
        |(page, _)| format!("a list of {page}"),
    )
}
