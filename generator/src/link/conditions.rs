//! Chooses the permission list for an operation if its page has several.
//!
//! A page about operations on several resources has a list for each: for events, for messages, for posts.
//! Each list states its condition in a few words, which also occur in the path of the operation.

use std::collections::BTreeSet;

use super::path_template;
use crate::model::api::{PathTemplate, Segment};
use crate::model::facts::{AccountType, Method, PageFacts, PermissionVariant};
use crate::vocab::{Person, Words};

/// Segments that nearly all paths start with. They say nothing about the target of the path.
const OWNERS: [&str; 2] = ["user", "group"];
/// Names of areas. Intune uses the same names for its workloads.
const AREAS: [&str; 2] = ["devicemanagement", "deviceappmanagement"];

/// The maximum number of words in one name: `cloudPC`, `roleManagementPolicies`.
const MAX_WORDS: usize = 4;
/// No path with more segments and no longer condition can fit.
const MAX_NAMES: usize = 32;

/// How well a condition fits a path: the number of path names in it, and the position of the last one. More
/// names are better, then a later position.
type Fit = (usize, usize);

/// The lists that are about whole operations of an account type.
pub(super) fn variants(page: &PageFacts, account: AccountType) -> impl Iterator<Item = &PermissionVariant> {
    page.permission_variants.iter().filter(move |variant| variant.account == account && variant.properties.is_empty())
}

/// What a page that names requests for its lists says about one request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Named<'p> {
    /// The lists under this condition are about it.
    Condition(&'p str),
    /// All lists are about other requests.
    Others,
    /// The page names no requests, or not just one condition for this one.
    Nothing,
}

/// The condition whose lists name a request.
pub(super) fn named<'p>(page: &'p PageFacts, account: AccountType, method: Method, path: &PathTemplate) -> Named<'p> {
    let of_account = || variants(page, account);
    if of_account().all(|variant| variant.requests.is_empty()) {
        return Named::Nothing;
    }
    let key = path.key();
    let is_meant = |request: &String| {
        let (of_request, path) = Method::split(request)?;
        (of_request == method && path_template::parse(path).ok()?.key() == key).then_some(())
    };
    let meant = of_account().filter(|variant| variant.requests.iter().any(|request| is_meant(request).is_some()));
    let conditions: BTreeSet<&str> = meant.map(|variant| variant.context.as_str()).collect();
    match (conditions.len(), conditions.first()) {
        (1, Some(condition)) => Named::Condition(condition),
        (0, _) if of_account().all(|variant| !variant.requests.is_empty()) => Named::Others,
        _ => Named::Nothing,
    }
}

/// Of the lists for an account type, the condition that fits a path better than all others.
pub(super) fn fitting<'p>(
    page: &'p PageFacts,
    account: AccountType,
    path: &PathTemplate,
    words: Words<'_>,
) -> Option<&'p str> {
    if path.segments.len() > MAX_NAMES {
        return None;
    }
    let of_account = variants(page, account);
    let conditions: BTreeSet<&str> = of_account.map(|variant| variant.context.as_str()).collect();
    let names = Names::of(path);
    let fits = conditions.into_iter().filter_map(|condition| Some((names.fit(condition, words)?, condition)));
    let mut fits: Vec<(Fit, &str)> = fits.collect();
    fits.sort_unstable();
    match fits.as_slice() {
        [.., (second, _), (first, _)] if second == first => None,
        [.., (_, condition)] => Some(condition),
        [] => None,
    }
}

/// The names in a path, in lower case and singular.
struct Names {
    names: Vec<String>,
    person: Option<Person>,
}

impl Names {
    fn of(path: &PathTemplate) -> Self {
        let person = match path.segments.as_slice() {
            [Segment::Name(me), ..] if me == "me" => Some(Person::SignedIn),
            [Segment::Name(users), Segment::Key { .. }, ..] if users == "users" => Some(Person::Other),
            _ => None,
        };
        let names = path.segments.iter().filter_map(|segment| match segment {
            Segment::Name(name) if name == "me" => Some(OWNERS[0].to_owned()),
            Segment::Name(name) | Segment::Function { name, .. } => Some(singular(name)),
            Segment::Cast(name) => Some(singular(name.rsplit('.').next().unwrap_or(name))),
            _ => None,
        });
        Self { names: names.collect(), person }
    }

    fn fit(&self, condition: &str, words: Words<'_>) -> Option<Fit> {
        if let Some(person) = words.person(condition) {
            return (self.person == Some(person)).then_some((1, 0));
        }
        words.subjects(condition).iter().filter_map(|subject| self.fit_subject(subject)).max()
    }

    /// The last position of a name, alone or as two names, `outlookTask` as `outlook/tasks`, with the
    /// number of names.
    fn find(&self, name: &str) -> Option<Fit> {
        let is_pair = |pair: &[String]| name.strip_prefix(pair[0].as_str()) == Some(pair[1].as_str());
        let alone = self.names.iter().rposition(|known| known == name).map(|place| (1, place));
        alone.or_else(|| Some((2, self.names.windows(2).rposition(is_pair)? + 1)))
    }

    /// All words of a subject have to be names in the path, alone or joined.
    fn fit_subject(&self, subject: &[String]) -> Option<Fit> {
        if subject.len() > MAX_NAMES {
            return None;
        }
        let (mut count, mut last, mut at) = (0, 0, 0);
        while at < subject.len() {
            let lens = 1..=MAX_WORDS.min(subject.len() - at);
            let grown = |len| Some((self.find(&singular(&subject[at..at + len].concat()))?, len));
            let ((names, place), len) = lens.rev().find_map(grown)?;
            (count, last, at) = (count + names, last.max(place), at + len);
        }
        let root = self.names.first().map_or("", String::as_str);
        let is_vague = last == 0 && (AREAS.contains(&root) || OWNERS.contains(&root) && self.names.len() > 2);
        (count > 0 && !is_vague).then_some((count, last))
    }
}

fn singular(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    match name.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None if name.ends_with("ss") => name,
        None => name.strip_suffix('s').map_or_else(|| name.clone(), str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{PageInput, extract_page};
    use crate::link::path_template;
    use crate::model::facts::PermissionRow;
    use crate::vocab::Vocab;

    #[track_caller]
    fn check(path: &str, conditions: &[&str], expected: Option<&str>) {
        let vocab = Vocab::parse([("en.toml", include_str!("../../vocab/en.toml"))]).expect("the English vocabulary");
        let place = crate::source::PagePath::new("api-reference/v1.0/api/lamp-get.md");
        let mut page = extract_page(PageInput::new(&place, "en-US", b"# T\n"), &vocab);
        page.permission_variants = conditions
            .iter()
            .flat_map(|condition| AccountType::ALL.map(|account| (account, (*condition).to_owned())))
            .map(|(account, context)| PermissionVariant {
                context,
                properties: Vec::new(),
                requests: Vec::new(),
                account,
                row: PermissionRow::default(),
                line: 1,
            })
            .collect();
        let template = path_template::parse(path).expect("a path");
        assert_eq!(fitting(&page, AccountType::Application, &template, vocab.words("en")), expected, "{path}");
    }

    #[test]
    fn the_last_resource_counts() {
        let conditions = ["device", "event", "group", "group event", "personal contact", "user", "tasklist"];
        for (path, expected) in [
            ("/devices/{id}/extensions/{id}", Some("device")),
            ("/me/extensions", Some("user")),
            ("/users/{id}/extensions/{id}", Some("user")),
            ("/users/{id}/events/{id}/extensions/{id}", Some("event")),
            ("/groups/{id}/events/{id}/extensions/{id}", Some("group event")),
            ("/groups/{id}/extensions", Some("group")),
            ("/me/contactFolders/{id}/contacts/{id}/extensions", Some("personal contact")),
            // The owner in a condition says nothing about a list of tasks.
            ("/users/{id}/todo/lists/{id}/extensions/{id}", None),
            ("/sites/{id}/extensions", None),
        ] {
            check(path, &conditions, expected);
        }
    }

    #[test]
    fn names_of_several_words() {
        let conditions = ["For Cloud PC provider", "For Directory (Azure AD) provider", "mailFolder or contact"];
        check("/roleManagement/cloudPC/roleAssignments", &conditions, Some(conditions[0]));
        check("/roleManagement/directory/roleAssignments", &conditions, Some(conditions[1]));
        check("/me/mailFolders/{id}", &conditions, Some(conditions[2]));
        check("/roleManagement/entitlementManagement/roleAssignments", &conditions, None);
        check("/me/outlook/tasks/{id}/attachments", &["event", "outlookTask"], Some("outlookTask"));
        check("/directory/deletedItems/microsoft.graph.user", &["For applications", "For users"], Some("For users"));
        let photos = ["to retrieve the photo of a contact", "to retrieve the photo of a user"];
        check("/users/{id}/photo", &photos, Some(photos[1]));
        check("/users/{id}/contacts/{id}/photo", &photos, Some(photos[0]));
        check("/lamps/{id}/policies/{id}", &["the policy of a lamp", "a lamp"], Some("the policy of a lamp"));
    }

    #[test]
    fn oneself_and_others() {
        let conditions = ["Permissions acting on self", "Permissions acting on other users"];
        check("/me/keys", &conditions, Some(conditions[0]));
        check("/users/{id}/keys", &conditions, Some(conditions[1]));
        check("/groups/{id}/keys", &conditions, None);
        check("/me/photo", &["Photo of the signed-in user", "For group resource"], Some("Photo of the signed-in user"));
        check("/users/{id}/photo", &["Photo of the signed-in user", "For group resource"], None);
    }

    #[test]
    fn areas_and_ties_decide_nothing() {
        check("/deviceManagement/deviceCategories", &["Device management", "Onboarding"], None);
        check("/lamps/{id}/switches", &["lamps", "lamp"], None);
        check("/lamps", &["Permissions", ""], None);
    }
}
