//! The subject of a condition: which resource, and whose, a permission list is about.

use super::folding::fold;
use super::word_search::{contains_word, strip_prefix_word, strip_suffix_word};
use super::{Table, Words};

/// Whose resource a condition is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person {
    SignedIn,
    Other,
}

impl<'v> Words<'v> {
    /// Removes the framing words from a condition: `For **user** resource:`.
    #[must_use]
    pub fn condition(self, text: &str) -> String {
        let mut text = text.trim().trim_end_matches([':', '：']).trim();
        for word in self.lists(|table| &table.permissions.condition) {
            text = strip_prefix_word(text, word);
        }
        for word in self.lists(|table| &table.permissions.condition_end) {
            text = strip_suffix_word(text, word);
        }
        text.trim().to_owned()
    }

    /// Whether a text begins like a condition: `for Global collection`.
    #[must_use]
    pub fn starts_with_condition(self, text: &str) -> bool {
        let text = text.trim();
        self.lists(|table| &table.permissions.condition).any(|word| strip_prefix_word(text, word).len() < text.len())
    }

    /// Whose resource a condition is about, if it says so.
    #[must_use]
    pub fn person(self, condition: &str) -> Option<Person> {
        let condition = fold(condition);
        let says = |list: fn(&'v Table) -> &'v [String]| self.lists(list).any(|word| contains_word(&condition, word));
        if says(|table| &table.permissions.other_users) {
            Some(Person::Other)
        } else {
            says(|table| &table.permissions.signed_in_user).then_some(Person::SignedIn)
        }
    }

    /// The words of a condition that may name a resource, in lower case, with one entry for each resource joined by
    /// "or", and one for what follows the last "of" or "for": "to read the photo of a user". Remarks in parentheses are
    /// left out.
    #[must_use]
    pub fn subjects(self, condition: &str) -> Vec<Vec<String>> {
        let condition = fold(condition);
        let outside = condition.split('(').enumerate().map(|(index, part)| match part.split_once(')') {
            Some((_, after)) if index > 0 => after,
            None if index > 0 => "",
            _ => part,
        });
        let words = outside.flat_map(|part| part.split(|c: char| !c.is_alphanumeric())).filter(|word| !word.is_empty());
        let mut subjects = vec![Vec::new()];
        // Where the words after the last "of" start, in the last subject.
        let mut object = 0;
        let mut objects = Vec::new();
        for word in words {
            let is_joint =
                self.is(word, |table| &table.permissions.or) || self.is(word, |table| &table.permissions.and);
            if is_joint {
                objects.extend(subjects.last().and_then(|subject| object_of(subject, object)));
                subjects.push(Vec::new());
                object = 0;
            } else if let Some(subject) = subjects.last_mut() {
                if self.is(word, |table| &table.permissions.condition_object) {
                    object = subject.len();
                }
                if !self.is(word, |table| &table.permissions.condition_filler) {
                    subject.push(word.to_owned());
                }
            }
        }
        objects.extend(subjects.last().and_then(|subject| object_of(subject, object)));
        subjects.extend(objects);
        subjects
    }
}

fn object_of(subject: &[String], start: usize) -> Option<Vec<String>> {
    subject.get(start..).filter(|object| start > 0 && !object.is_empty()).map(<[String]>::to_vec)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::tests::english;

    #[test]
    fn conditions() {
        let vocab = english();
        let words = vocab.words("en");
        assert_eq!(words.condition("For user or chat resource:"), "user or chat");
        for (condition, person, subjects) in [
            ("Permissions acting on self", Some(Person::SignedIn), "self"),
            ("Permissions acting on other users", Some(Person::Other), "other users"),
            ("For **user** or **chat** resource", None, "user|chat"),
            ("For Directory (Azure AD) provider", None, "directory"),
            ("a channel message (all) (of a team)", None, "channel message"),
            ("personal contact", None, "contact"),
            ("(only a remark", None, ""),
            ("brothers", None, "brothers"),
            ("To retrieve the photo of a contact", None, "retrieve photo contact|contact"),
            ("For applications and service principals", None, "applications|service principals"),
            ("Group memberships for an organizational contact", None, "group memberships contact|contact"),
        ] {
            assert_eq!(words.person(condition), person, "{condition}");
            let found: Vec<_> = words.subjects(condition).iter().map(|subject| subject.join(" ")).collect();
            assert_eq!(found.join("|"), subjects, "{condition}");
        }
    }
}
