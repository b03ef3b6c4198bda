//! What a row or page says beside names and types: words of sentences, which a vocabulary may miss.

use serde::Serialize;

use super::case::{Case, written};
use crate::diag::{codes, quoted};

/// The most probable of several statements, and whether they differ: what the source text of an older day says, if a
/// witness still says so; else what most say; else what the most trusted one says.
pub(super) fn choose<'v, T: PartialEq>(said: &[&'v T], older: Option<&T>) -> Option<(&'v T, bool)> {
    let first = *said.first()?;
    if said.iter().all(|other| *other == first) {
        return Some((first, false));
    }
    let of_older = older.and_then(|older| said.iter().find(|other| **other == older));
    let count = |value: &T| said.iter().filter(|other| **other == value).count();
    // Of equal counts, the first.
    let most = said.iter().rev().max_by_key(|value| count(value));
    Some((of_older.or(most).unwrap_or(&first), true))
}

/// The same for remarks: a vocabulary misses words more often than it finds some that are not there, so what one says
/// counts more than the silence of others.
fn choose_stated<'v, T: PartialEq + Default>(said: &[&'v T], older: Option<&T>) -> Option<(&'v T, bool)> {
    let (value, differs) = choose(said, older)?;
    let is_of_older = older.is_some_and(|older| older == value);
    if !differs || is_of_older {
        return Some((value, differs));
    }
    let silence = T::default();
    let stated: Vec<&T> = said.iter().copied().filter(|value| **value != silence).collect();
    choose(&stated, None).map(|(value, _)| (value, true))
}

/// The remarks of one row.
pub(super) struct Remarks<'r, R> {
    rows: Vec<Option<&'r R>>,
    older: Option<&'r R>,
    differing: Vec<Difference>,
}

/// What each witness says about one thing, and what is used.
struct Difference {
    what: &'static str,
    said: Vec<Option<String>>,
    used: String,
}

impl<'r, R> Remarks<'r, R> {
    pub(super) fn of(rows: &[Option<&'r R>], older: Option<&'r R>) -> Self {
        Self { rows: rows.to_vec(), older, differing: Vec::new() }
    }

    pub(super) fn pick<T: PartialEq + Clone + Default + Serialize + 'r>(
        &mut self,
        what: &'static str,
        get: impl Fn(&'r R) -> &'r T,
    ) -> T {
        let said: Vec<&T> = self.rows.iter().flatten().map(|row| get(row)).collect();
        let Some((value, differs)) = choose_stated(&said, self.older.map(&get)) else { return T::default() };
        if differs {
            let said = self.rows.iter().map(|row| row.map(|row| written(get(row)))).collect();
            self.differing.push(Difference { what, said, used: written(value) });
        }
        value.clone()
    }

    /// Reports where the witnesses differ.
    pub(super) fn report(self, row: &str, line: u32, case: &mut Case<'_>) {
        for Difference { what, said, used } in self.differing {
            let said: Vec<_> = said.into_iter().map(|said| said.map(|said| (line, said))).collect();
            let outcome = format!("{} is used as {what} of {}", quoted(&used), quoted(row));
            case.report(&codes::REMARK_DIFFERS, &said, &outcome);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{choose, choose_stated};

    #[test]
    fn silence_is_no_statement() {
        assert_eq!(choose_stated(&[&0, &0, &7], None), Some((&7, true)));
        assert_eq!(choose_stated(&[&0, &0, &7], Some(&0)), Some((&0, true)));
        assert_eq!(choose_stated(&[&0, &0, &0], Some(&7)), Some((&0, false)));
    }

    #[test]
    fn the_source_text_decides_then_the_majority() {
        assert_eq!(choose(&[&1, &1], None), Some((&1, false)));
        assert_eq!(choose(&[&1, &2, &2], None), Some((&2, true)));
        assert_eq!(choose(&[&1, &2, &3], None), Some((&1, true)));
        assert_eq!(choose(&[&1, &2, &2], Some(&1)), Some((&1, true)));
        assert_eq!(choose(&[&1, &2, &2], Some(&3)), Some((&2, true)));
        assert_eq!(choose::<u8>(&[], Some(&3)), None);
    }
}
