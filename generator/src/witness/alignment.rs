//! Which rows of several locales are the same row.

use std::collections::BTreeMap;

/// Something that the lists of all locales have.
pub(super) trait Row {
    /// 0 if it has none.
    fn line(&self) -> u32;
    /// What distinguishes it from others of the list, as far as it is not translated.
    fn key(&self) -> &str;
}

/// One row, as each witness has it.
pub(super) type Group<'r, R> = Vec<Option<&'r R>>;

/// Aligns lists: rows in one line are the same row. Where lines differ, the place counts if the lists are equally long,
/// and otherwise the keys that both have, and the places between them.
pub(super) fn align<'r, R: Row>(lists: &[&'r [R]]) -> Vec<Group<'r, R>> {
    let Some(first) = (0..lists.len()).max_by_key(|&at| (lists[at].len(), lists.len() - at)) else { return Vec::new() };
    let mut groups: Vec<Group<'r, R>> = lists[first]
        .iter()
        .map(|row| {
            let mut group = vec![None; lists.len()];
            group[first] = Some(row);
            group
        })
        .collect();
    for (at, list) in lists.iter().enumerate().filter(|(at, _)| *at != first) {
        let places = pair(lists[first], list);
        let mut alone = Vec::new();
        for (row, place) in list.iter().zip(&places) {
            match place {
                Some(place) => groups[*place][at] = Some(row),
                None => alone.push(row),
            }
        }
        // A third list may have the same row in the same line.
        for row in alone {
            let same = groups[lists[first].len()..]
                .iter_mut()
                .find(|group| group[at].is_none() && group.iter().flatten().any(|other| is_same(*other, row)));
            match same {
                Some(group) => group[at] = Some(row),
                None => {
                    let mut group = vec![None; lists.len()];
                    group[at] = Some(row);
                    groups.push(group);
                }
            }
        }
    }
    if groups.len() > lists[first].len() {
        groups.sort_by_key(|group| group.iter().flatten().next().map(|row| row.line()));
    }
    groups
}

fn is_same<R: Row>(left: &R, right: &R) -> bool {
    if left.line() == 0 || right.line() == 0 { left.key() == right.key() } else { left.line() == right.line() }
}

/// For each row of the second list its place in the first one.
pub(super) fn pair<R: Row>(first: &[R], second: &[R]) -> Vec<Option<usize>> {
    let mut by_line: BTreeMap<(u32, usize), usize> = BTreeMap::new();
    let mut seen: BTreeMap<u32, usize> = BTreeMap::new();
    for (at, row) in first.iter().enumerate().filter(|(_, row)| row.line() > 0) {
        let nth = seen.entry(row.line()).or_default();
        by_line.insert((row.line(), *nth), at);
        *nth += 1;
    }
    seen.clear();
    let mut in_lines = Vec::with_capacity(second.len());
    for row in second {
        let nth = seen.entry(row.line()).or_default();
        in_lines.push(by_line.get(&(row.line(), *nth)).copied());
        *nth += 1;
    }
    let found = in_lines.iter().flatten().count();
    if found > 0 && found * 2 >= first.len().min(second.len()) {
        return in_lines;
    }
    if first.len() == second.len() {
        return (0..second.len()).map(Some).collect();
    }
    let keys = |list: &[R]| list.iter().map(|row| Some(row.key().to_owned())).collect::<Vec<_>>();
    by_keys(&keys(first), &keys(second))
}

/// Pairs rows with equal keys in order, and rows between two such pairs if there are equally many on both sides. `None`
/// is a key that is not known.
pub(super) fn by_keys(first: &[Option<String>], second: &[Option<String>]) -> Vec<Option<usize>> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, key) in first.iter().enumerate() {
        if let Some(key) = key {
            places.entry(key).or_insert(at);
        }
    }
    let mut found: Vec<Option<usize>> =
        second.iter().map(|key| key.as_deref().and_then(|key| places.get(key).copied())).collect();
    // Pairs that cross are out of order, and no evidence for what is between them.
    let (mut gap, mut last) = (0, None::<usize>);
    let mut gaps = Vec::new();
    for at in 0..=found.len() {
        let place = if at == found.len() { Some(first.len()) } else { found[at] };
        let Some(place) = place else { continue };
        let from = last.map_or(0, |last| last + 1);
        if place >= from && place - from == at - gap && at > gap {
            gaps.push((gap, from, at - gap));
        }
        (gap, last) = (at + 1, Some(place));
    }
    for (row, place, rows) in gaps {
        for step in 0..rows {
            found[row + step] = Some(place + step);
        }
    }
    let mut taken = vec![false; first.len()];
    for place in &mut found {
        match place {
            Some(at) if !std::mem::replace(&mut taken[*at], true) => {}
            _ => *place = None,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Lamp(u32, &'static str);

    impl Row for Lamp {
        fn line(&self) -> u32 {
            self.0
        }

        fn key(&self) -> &str {
            self.1
        }
    }

    fn keys(groups: &[Group<'_, Lamp>]) -> Vec<String> {
        let of_group = |group: &Group<'_, Lamp>| {
            group.iter().map(|row| row.map_or("-", |row| row.1)).collect::<Vec<_>>().join(" ")
        };
        groups.iter().map(of_group).collect()
    }

    #[test]
    fn rows_in_one_line_are_one_row() {
        let (one, two) = ([Lamp(3, "a"), Lamp(4, "b"), Lamp(6, "d")], [Lamp(3, "x"), Lamp(5, "c"), Lamp(6, "d")]);
        assert_eq!(keys(&align(&[&one[..], &two[..]])), ["a x", "b -", "- c", "d d"]);
        let three = [Lamp(5, "z"), Lamp(6, "y")];
        assert_eq!(keys(&align(&[&one[..], &two[..], &three[..]])), ["a x -", "b - -", "- c z", "d d y"]);
    }

    #[test]
    fn other_lines() {
        let (one, two) = ([Lamp(3, "a"), Lamp(4, "b")], [Lamp(13, "x"), Lamp(14, "b")]);
        assert_eq!(keys(&align(&[&one[..], &two[..]])), ["a x", "b b"]);
        let three = [Lamp(23, "a"), Lamp(24, "new"), Lamp(25, "b"), Lamp(26, "c")];
        assert_eq!(keys(&align(&[&one[..], &three[..]])), ["a a", "- new", "b b", "- c"]);
    }

    #[test]
    fn gaps_of_one_length_are_paired() {
        let list = |keys: &[&str]| keys.iter().map(|key| Some((*key).to_owned())).collect::<Vec<_>>();
        let mut said = list(&["a", "x", "c", "y", "z", "e"]);
        said[1] = None;
        assert_eq!(by_keys(&list(&["a", "b", "c", "d", "e"]), &said), [Some(0), Some(1), Some(2), None, None, Some(4)]);
        assert_eq!(by_keys(&list(&["a", "b"]), &list(&["b", "a", "c"])), [Some(1), Some(0), None]);
    }
}
