//! Which permissions imply others, according to their names.
//!
//! Source of the naming pattern, `Resource.Operation.Constraint`:
//! <https://learn.microsoft.com/graph/permissions-overview#permissions-naming-pattern>.

use std::cmp::Ordering;

use crate::model::api::AllOf;

/// Each operation of a resource includes those before it.
const OPERATIONS: [&str; 4] = ["ReadBasic", "Read", "ReadWrite", "FullControl"];
/// The constraint that includes those in [`PARTS`], and no constraint.
const ALL: &str = "All";
/// Constraints to some of the resources: owned, selected or shared ones, those of one team or chat.
const PARTS: [&str; 5] = ["OwnedBy", "Selected", "Shared", "Group", "Chat"];
/// Longer lists are not compared, because comparing all pairs is quadratic.
const MAX_NAMES: usize = 64;

/// A parsed permission name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Name<'n> {
    resource: &'n str,
    /// An index into [`OPERATIONS`]; `None` for a name such as `Sites.Selected`, whose operations are
    /// granted elsewhere.
    operation: Option<usize>,
    constraint: Option<&'n str>,
}

impl<'n> Name<'n> {
    fn parse(name: &'n str) -> Option<Self> {
        let place = |operation: &str| OPERATIONS.iter().position(|known| *known == operation);
        let (resource, rest) = name.split_once('.')?;
        let (operation, constraint) = match rest.split_once('.') {
            Some((operation, constraint)) => (Some(place(operation)?), Some(constraint)),
            None if PARTS.contains(&rest) => (None, Some(rest)),
            None => (Some(place(rest)?), None),
        };
        Some(Self { resource, operation, constraint })
    }

    fn implies(self, other: Self) -> bool {
        let covers = self.constraint == other.constraint
            || self.constraint == Some(ALL) && other.constraint.is_none_or(|part| PARTS.contains(&part));
        self.resource == other.resource && self.operation >= other.operation && covers
    }
}

/// Whether a permission allows no changes: `Group.Read.All`, `User.ReadBasic.All`.
pub(super) fn reads_only(name: &str) -> bool {
    name.split('.').any(|part| part == OPERATIONS[0] || part == OPERATIONS[1])
}

fn implies(name: &str, other: &str) -> bool {
    name == other || Name::parse(name).zip(Name::parse(other)).is_some_and(|(name, other)| name.implies(other))
}

/// Whether one set of permissions includes another.
pub(crate) fn includes(set: &AllOf, other: &AllOf) -> bool {
    other.0.iter().all(|needed| set.0.iter().any(|own| implies(own, needed)))
}

/// Compares the privileges of two sets, if their names are comparable.
fn compare(left: &AllOf, right: &AllOf) -> Option<Ordering> {
    match (includes(left, right), includes(right, left)) {
        (true, true) => Some(Ordering::Equal),
        (true, false) => Some(Ordering::Greater),
        (false, true) => Some(Ordering::Less),
        (false, false) => None,
    }
}

fn is_too_long(sets: &[AllOf]) -> bool {
    sets.iter().map(|set| set.0.len()).sum::<usize>() > MAX_NAMES
}

/// Whether one of the sets is less privileged than one before it.
pub(super) fn descend(sets: &[AllOf]) -> bool {
    !is_too_long(sets)
        && sets
            .iter()
            .enumerate()
            .any(|(at, set)| sets[..at].iter().any(|earlier| compare(set, earlier) == Some(Ordering::Less)))
}

/// What names reveal about the order of sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// The sets were sorted from least to most privileged.
    Sorted,
    /// The least privileged one was moved to the front.
    Least,
    Nothing,
}

/// Sorts sets by their names.
pub(super) fn sort(sets: &mut [AllOf]) -> Told {
    if sets.len() < 2 || is_too_long(sets) {
        return Told::Nothing;
    }
    let is_total = sets.iter().all(|set| sets.iter().all(|other| compare(set, other).is_some()));
    if is_total {
        sets.sort_by(|left, right| compare(left, right).unwrap_or(Ordering::Equal));
        return Told::Sorted;
    }
    match sets.iter().position(|set| sets.iter().all(|other| includes(other, set))) {
        Some(least) => {
            sets[..=least].rotate_right(1);
            Told::Least
        }
        None => Told::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `A + B, C`
    fn sets(text: &str) -> Vec<AllOf> {
        let all_of = |set: &str| AllOf(set.split(" + ").map(str::to_owned).collect());
        text.split(", ").map(all_of).collect()
    }

    fn text(sets: &[AllOf]) -> String {
        sets.iter().map(|set| set.0.join(" + ")).collect::<Vec<_>>().join(", ")
    }

    #[track_caller]
    fn check(given: &str, descends: bool, told: Told, sorted: &str) {
        let mut sets = sets(given);
        assert_eq!(descend(&sets), descends, "{given}");
        assert_eq!(sort(&mut sets), told, "{given}");
        assert_eq!(text(&sets), sorted, "{given}");
    }

    #[test]
    fn each_operation_includes_those_before_it() {
        let sorted = "A.ReadBasic.All, A.Read.All, A.ReadWrite.All, A.FullControl.All";
        check(sorted, false, Told::Sorted, sorted);
        check("A.FullControl.All, A.Read.All, A.ReadWrite.All, A.ReadBasic.All", true, Told::Sorted, sorted);
        check("A.Read.All, A.ReadBasic.All", true, Told::Sorted, "A.ReadBasic.All, A.Read.All");
    }

    #[test]
    fn all_includes_every_part() {
        for part in ["A.Read", "A.Read.OwnedBy", "A.Read.Selected", "A.Read.Shared", "A.Read.Group", "A.Read.Chat"] {
            check(&format!("A.Read.All, {part}"), true, Told::Sorted, &format!("{part}, A.Read.All"));
            check(&format!("A.ReadWrite.All, {part}"), true, Told::Sorted, &format!("{part}, A.ReadWrite.All"));
            let unrelated = format!("A.ReadWrite{}, A.Read.All", &part[6..]);
            check(&unrelated, false, Told::Nothing, &unrelated);
        }
        check("A.Read.Shared, A.Read", false, Told::Nothing, "A.Read.Shared, A.Read");
        check("A.Read.All, A.Selected", true, Told::Sorted, "A.Selected, A.Read.All");
        check("A.Read, A.Selected", false, Told::Nothing, "A.Read, A.Selected");
    }

    #[test]
    fn other_resources_operations_and_constraints_are_not_compared() {
        for given in ["A.ReadWrite.All, B.Read.All", "A.Manage.All, A.Read.All", "A.Read.X, A.Read.All", "A, B.Read"] {
            check(given, false, Told::Nothing, given);
        }
    }

    #[test]
    fn one_below_all_others_is_the_least() {
        let given = "A.ReadWrite.Shared, A.ReadWrite, A.Read.All, A.Read";
        check(given, true, Told::Nothing, given);
        check("A.ReadWrite, A.Read.All, A.Read", true, Told::Least, "A.Read, A.ReadWrite, A.Read.All");
        check("A.Read.All, B.Read.All, A.Read", true, Told::Nothing, "A.Read.All, B.Read.All, A.Read");
    }

    #[test]
    fn sets_include_others_name_by_name() {
        check("A.ReadWrite + B.Read, A.Read", true, Told::Sorted, "A.Read, A.ReadWrite + B.Read");
        check("A.Read + B.Read.All, A.Read + B.Read", true, Told::Sorted, "A.Read + B.Read, A.Read + B.Read.All");
        check(
            "A.ReadWrite + B.Read, A.Read + B.ReadWrite",
            false,
            Told::Nothing,
            "A.ReadWrite + B.Read, A.Read + B.ReadWrite",
        );
    }

    #[test]
    fn long_lists_are_not_compared() {
        let mut given: Vec<_> = (0..MAX_NAMES).map(|number| format!("A{number}.ReadWrite")).collect();
        given.push("A0.Read".to_owned());
        check(&given.join(", "), false, Told::Nothing, &given.join(", "));
    }

    #[test]
    fn what_only_reads() {
        for (name, reads) in [("A.Read", true), ("A.ReadBasic.All", true), ("A.ReadWrite", false), ("A.Send", false)] {
            assert_eq!(reads_only(name), reads, "{name}");
        }
    }
}
