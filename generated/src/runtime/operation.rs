//! Owns the description of an operation: constant data taken from its documentation page.
//!
//! It does not know how requests are built or sent. Everything here can be written in a `const`.

use super::cloud::Clouds;
use std::fmt;

/// What the documentation says about one operation: its request line without the host, the page that
/// describes it, the permissions it needs, its success statuses, and the query options it supports.
///
/// The data is *documented* data. If a page says nothing, the value is "unknown"
/// ([`PermissionSet::UNSPECIFIED`], no statuses) and never a guess; if a page is wrong, so is the
/// value. The service decides, the documentation advises.
///
/// Everything is text that is read on demand, because thousands of operations would otherwise cost
/// every user compile time.
///
/// Source: the operation pages of <https://learn.microsoft.com/graph/api/overview>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation(
    /// `GET /v1.0/users/{id}`
    pub(crate) &'static str,
    /// `user-get`
    pub(crate) &'static str,
    /// `User.Read < User.Read.All | User.Read | User.Read.All`; see [`PermissionSet`]
    pub(crate) &'static str,
    /// `200 204 $select $top`; in front, `@g4` stands for clouds
    pub(crate) &'static str,
);

impl Operation {
    /// Describes an operation without documentation, for calls that this crate does not cover:
    /// `Operation::new("GET /v1.0/users/{id}")`.
    ///
    /// # Panics
    /// If the text is not a method of [`Method`] and a path template that starts with `/v1.0/` or
    /// `/beta/`. In a `const` or a `static`, that is a compile error.
    pub const fn new(request: &'static str) -> Self {
        Self::documented(request, "", "", "")
    }

    /// An operation with its documentation: the name of the page, the permissions in the notation of
    /// [`Permissions::new`], and its terms: the clouds (`@` with `g`, `4`, `5` and `c` for the global service,
    /// US Government L4 and L5, and China), the success statuses, then the query options in the
    /// notation of [`QueryOptions`], all separated by blanks.
    ///
    /// # Panics
    /// Like [`Operation::new`].
    pub const fn documented(
        request: &'static str,
        page: &'static str,
        permissions: &'static str,
        terms: &'static str,
    ) -> Self {
        assert!(is_request(request.as_bytes()), "a request is a method and a path, such as `GET /v1.0/me`");
        Self(request, page, permissions, terms)
    }

    /// The HTTP method.
    pub fn method(&self) -> Method {
        let method = METHODS.iter().find(|method| self.0.starts_with(method.as_str()));
        method.copied().unwrap_or(Method::Get)
    }

    /// The API version that serves the operation.
    pub fn version(&self) -> Version {
        if self.versioned_path().starts_with("/beta") { Version::Beta } else { Version::V1_0 }
    }

    /// The path template without the version, such as `/users/{id}/sendMail`.
    pub fn path(&self) -> &'static str {
        self.versioned_path().get(5..).unwrap_or_default()
    }

    /// Both versions have the same length.
    fn versioned_path(&self) -> &'static str {
        self.0.split_once(' ').map_or("", |(_, path)| path)
    }

    /// The name of the documentation page, such as `user-sendmail`; empty if there is no page.
    pub fn page(&self) -> &'static str {
        self.1
    }

    /// The documented permissions.
    pub fn permissions(&self) -> Permissions {
        Permissions::new(self.2)
    }

    /// The documented success statuses; none if the page states none. Every 2xx status is a
    /// success, even if it is not listed here.
    pub fn statuses(&self) -> impl Iterator<Item = u16> + Clone {
        self.3.split(' ').filter_map(|status| status.parse().ok())
    }

    /// The national clouds in which the operation is available; `None` if the page does not say.
    pub fn clouds(&self) -> Option<Clouds> {
        let term = self.3.split(' ').next()?;
        term.strip_prefix('@').map(Clouds)
    }

    /// The documented query options.
    pub fn query_options(&self) -> QueryOptions {
        QueryOptions(self.3)
    }

    /// The address of the public documentation page, in the reader's language; the overview of the
    /// reference if the operation names no page.
    pub fn docs_url(&self) -> String {
        let page = match self.page() {
            "" => "overview",
            page => page,
        };
        let view = match self.version() {
            Version::V1_0 => "graph-rest-1.0",
            Version::Beta => "graph-rest-beta",
        };
        format!("https://learn.microsoft.com/graph/api/{page}?view={view}")
    }
}

const METHODS: [Method; 5] = [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete];

const fn is_request(text: &[u8]) -> bool {
    let mut at = 0;
    while at < METHODS.len() {
        let method = METHODS[at].as_str().as_bytes();
        if starts_with(text, 0, method) {
            let path = method.len();
            return starts_with(text, path, b" /v1.0/") || starts_with(text, path, b" /beta/");
        }
        at += 1;
    }
    false
}

const fn starts_with(text: &[u8], from: usize, start: &[u8]) -> bool {
    let mut at = 0;
    while at < start.len() {
        if from + at >= text.len() || text[from + at] != start[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// The HTTP methods that Microsoft Graph uses (RFC 9110, section 9; RFC 5789 for PATCH).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates, or calls an action.
    Post,
    /// Replaces.
    Put,
    /// Changes only the properties that are sent.
    Patch,
    /// Deletes.
    Delete,
}

impl Method {
    /// The method as it is sent, such as `GET`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The query options (OData 4.01, part 2, section 5.1) that an operation supports according to its
/// page.
///
/// It is one text with their names, after `*` if the page says that the operation supports those of
/// OData, or after `-` if it says that there are no others. Three out of four pages say nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryOptions(&'static str);

impl QueryOptions {
    /// The options that the page names, such as `$select`, in documented order.
    pub fn named(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.0.split(' ').filter(|term| term.starts_with('$'))
    }

    /// Whether the operation supports an option, such as `$select`; `None` if the page does not
    /// say.
    pub fn takes(&self, option: &str) -> Option<bool> {
        // This is called for every request, and most pages do not say: then the text ends with a
        // status.
        if self.0.as_bytes().last().is_none_or(u8::is_ascii_digit) {
            return None;
        }
        if self.named().any(|named| named == option) { Some(true) } else { self.in_general() }
    }

    /// Whether the operation supports those of OData, named or not; `None` if the page does not
    /// say.
    pub fn in_general(&self) -> Option<bool> {
        self.0.split(' ').find_map(|term| match term {
            "*" => Some(true),
            "-" => Some(false),
            _ => None,
        })
    }
}

/// An API version: the first path segment of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// `v1.0`, generally available.
    V1_0,
    /// `beta`, which may change at any time.
    Beta,
}

impl Version {
    /// The path segment, `v1.0` or `beta`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Version::V1_0 => "v1.0",
            Version::Beta => "beta",
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The documented permissions of an operation, one set per kind of caller.
///
/// Source: the Permissions table of the operation page; the terms are explained in
/// <https://learn.microsoft.com/graph/permissions-overview>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Permissions {
    /// Delegated, for a work or school account.
    pub delegated_work: PermissionSet,
    /// Delegated, for a personal Microsoft account.
    pub delegated_personal: PermissionSet,
    /// Application, without a signed-in user.
    pub application: PermissionSet,
}

impl Permissions {
    /// No permission is documented for any kind of caller.
    pub const UNSPECIFIED: Self = Self {
        delegated_work: PermissionSet::UNSPECIFIED,
        delegated_personal: PermissionSet::UNSPECIFIED,
        application: PermissionSet::UNSPECIFIED,
    };

    /// Reads the three sets, each in the notation of [`PermissionSet::new`], separated by ` | `.
    /// Missing sets are unspecified.
    pub fn new(text: &'static str) -> Self {
        let mut sets = text.split('|').map(|set| PermissionSet::new(set.trim()));
        let mut next = || sets.next().unwrap_or(PermissionSet::UNSPECIFIED);
        Self { delegated_work: next(), delegated_personal: next(), application: next() }
    }

    /// The set for a kind of caller.
    pub const fn of(&self, account: AccountType) -> PermissionSet {
        match account {
            AccountType::DelegatedWork => self.delegated_work,
            AccountType::DelegatedPersonal => self.delegated_personal,
            AccountType::Application => self.application,
        }
    }
}

/// A kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountType {
    /// Delegated, for a work or school account.
    DelegatedWork,
    /// Delegated, for a personal Microsoft account.
    DelegatedPersonal,
    /// Application, without a signed-in user.
    Application,
}

/// The documented permissions for one kind of caller: sets of names, each of which suffices according
/// to the page. Most sets have one name; if there are more, all are needed together.
///
/// It is one text, because thousands of lists would cost every user compile time.
///
/// | text | meaning |
/// |---|---|
/// | `A.Read < A.ReadWrite` | each suffices; from least to most privileged |
/// | `A.Read < A.Write, B` | `A.Read` is the least privileged; the order of the others is unknown |
/// | `A.Read, B` | in no known order |
/// | `A.ReadWrite ? B.Read` | the page contradicts itself about the order |
/// | `A + B, C` | `A` and `B` together, or `C` |
/// | `()` | no permission is needed |
/// | `-` | this kind of caller is not supported |
/// | nothing | the page does not say |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PermissionSet(&'static str);

impl PermissionSet {
    /// The page says nothing.
    pub const UNSPECIFIED: Self = Self("");

    /// The page says that this kind of caller is not supported.
    pub const NOT_SUPPORTED: Self = Self("-");

    /// The page says that this kind of caller needs no permission.
    pub const NONE_NEEDED: Self = Self("()");

    /// A set in the notation above.
    pub const fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// The sets that suffice: all names of any one of these. The first one is the least privileged if the order is
    /// known; otherwise they are in documented order.
    pub fn alternatives(self) -> impl Iterator<Item = AllOf> + Clone {
        let listed = if matches!(self.0, "-" | "()") { "" } else { self.0 };
        let sets = listed.split([',', '<', '?']).map(|set| set.trim_matches(' '));
        sets.filter(|set| !set.is_empty()).map(AllOf)
    }

    /// All listed names, alone or together with others, in the order of
    /// [`alternatives`](Self::alternatives).
    pub fn scopes(self) -> impl Iterator<Item = &'static str> + Clone {
        self.alternatives().flat_map(AllOf::names)
    }

    /// What is known about the order of [`alternatives`](Self::alternatives).
    pub fn order(self) -> PermissionOrder {
        let mut separators = self.0.bytes().filter(|byte| b",<?".contains(byte));
        match separators.next() {
            Some(b'<') if separators.all(|byte| byte == b'<') => PermissionOrder::LeastToMost,
            Some(b'<') => PermissionOrder::LeastFirst,
            Some(b'?') => PermissionOrder::Contradictory,
            _ => PermissionOrder::Unstated,
        }
    }

    /// Whether this kind of caller may call the operation; `None` if the page does not say.
    pub fn is_supported(self) -> Option<bool> {
        match self.0 {
            "" => None,
            text => Some(text != "-"),
        }
    }

    /// Whether the page says that no permission is needed.
    pub fn needs_none(self) -> bool {
        self == Self::NONE_NEEDED
    }

    /// The least privileged alternative: the only one, or the first one if the order is known.
    /// `None` if there is none or it is unknown.
    pub fn least(self) -> Option<AllOf> {
        let mut alternatives = self.alternatives();
        let (first, more) = (alternatives.next()?, alternatives.next().is_some());
        let is_known = matches!(self.order(), PermissionOrder::LeastToMost | PermissionOrder::LeastFirst);
        (is_known || !more).then_some(first)
    }

    /// The first alternative whose names are all held.
    pub(super) fn satisfied_by(self, holds: impl Fn(&str) -> bool) -> Option<AllOf> {
        self.alternatives().find(|set| set.names().all(&holds))
    }

    /// The alternatives that are less privileged than the first one with `scope`, the least one first; none
    /// if this is unknown.
    pub(super) fn weaker_than(self, scope: &str) -> Vec<AllOf> {
        let mut weaker = Vec::new();
        // The order of names between two `<` is unknown.
        for level in self.0.split('<') {
            let level: Vec<AllOf> = PermissionSet(level).alternatives().collect();
            if level.iter().any(|set| set.names().any(|name| name == scope)) {
                return weaker;
            }
            weaker.extend(level);
        }
        Vec::new()
    }
}

/// Permissions that are needed together; usually only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllOf(&'static str);

impl AllOf {
    /// The names, in documented order.
    pub fn names(self) -> impl Iterator<Item = &'static str> + Clone {
        self.0.split('+').map(|name| name.trim_matches(' '))
    }

    /// The only name, or the names separated by ` + `.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// The names separated by `with`.
impl fmt::Display for AllOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.names().enumerate() {
            let joint = if index > 0 { " with " } else { "" };
            write!(f, "{joint}{name}")?;
        }
        Ok(())
    }
}

/// What is known about the order of documented permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PermissionOrder {
    /// From least to most privileged: from the page or from the names, such as `Read` and `ReadWrite`.
    LeastToMost,
    /// The first one is the least privileged, according to the names; the order of the others is
    /// unknown.
    LeastFirst,
    /// Neither the page nor the names reveal the order.
    Unstated,
    /// The page contradicts the names, or a change is documented to need no more than a `Read`
    /// permission.
    Contradictory,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sets: impl IntoIterator<Item = AllOf>) -> Vec<&'static str> {
        sets.into_iter().map(AllOf::as_str).collect()
    }

    #[test]
    fn least_needs_a_known_order_or_a_single_alternative() {
        let least = |text| PermissionSet::new(text).least().map(AllOf::as_str);
        assert_eq!(least("A.Read < A.ReadWrite"), Some("A.Read"));
        assert_eq!(least("A.Read < A.ReadWrite, B"), Some("A.Read"));
        assert_eq!(least("A.Read, A.ReadWrite"), None);
        assert_eq!(least("A.ReadWrite ? B.Read"), None);
        assert_eq!(least("A.Read"), Some("A.Read"));
        assert_eq!(least("A + B"), Some("A + B"));
        assert_eq!(least("A + B < C"), Some("A + B"));
        assert_eq!(least("A + B, C"), None);
        for nothing in [PermissionSet::UNSPECIFIED, PermissionSet::NOT_SUPPORTED, PermissionSet::NONE_NEEDED] {
            assert_eq!(nothing.least(), None);
        }
    }

    #[test]
    fn weaker_alternatives_stand_before() {
        let weaker = |text, scope| texts(PermissionSet::new(text).weaker_than(scope));
        assert_eq!(weaker("A < B < C", "C"), ["A", "B"]);
        assert_eq!(weaker("A < B, C", "C"), ["A"]);
        assert_eq!(weaker("A + B < B + C < D", "C"), ["A + B"]);
        assert!(weaker("A + B < C", "B").is_empty());
        assert!(weaker("A < B", "D").is_empty() && weaker("A, B", "B").is_empty() && weaker("A ? B", "B").is_empty());
    }

    #[test]
    fn sets_are_read() {
        let read = |text| {
            let set = PermissionSet::new(text);
            (texts(set.alternatives()), set.order(), set.is_supported())
        };
        let (supported, unstated) = (Some(true), PermissionOrder::Unstated);
        assert_eq!(read("A.B < C-D < E"), (vec!["A.B", "C-D", "E"], PermissionOrder::LeastToMost, supported));
        assert_eq!(read("A < B, C"), (vec!["A", "B", "C"], PermissionOrder::LeastFirst, supported));
        assert_eq!(read("A, B, C"), (vec!["A", "B", "C"], unstated, supported));
        assert_eq!(read("A + B, C"), (vec!["A + B", "C"], unstated, supported));
        assert_eq!(read("A + B < A + C"), (vec!["A + B", "A + C"], PermissionOrder::LeastToMost, supported));
        assert_eq!(read("AB ? C"), (vec!["AB", "C"], PermissionOrder::Contradictory, supported));
        assert_eq!(read("A"), (vec!["A"], unstated, supported));
        assert_eq!(read("()"), (vec![], unstated, supported));
        assert_eq!(read("-"), (vec![], unstated, Some(false)));
        assert_eq!(read(""), (vec![], unstated, None));
        assert!(PermissionSet::new("()").needs_none() && !PermissionSet::new("A").needs_none());
        assert_eq!(PermissionSet::new("A + B, C").scopes().collect::<Vec<_>>(), ["A", "B", "C"]);
    }

    #[test]
    fn a_set_is_satisfied_by_all_of_its_names() {
        let set = PermissionSet::new("A + B < C");
        let satisfied = |held: &[&str]| set.satisfied_by(|name| held.contains(&name)).map(|set| set.to_string());
        assert_eq!(satisfied(&["A"]), None);
        assert_eq!(satisfied(&["B", "A"]), Some(String::from("A with B")));
        assert_eq!(satisfied(&["C", "B"]), Some(String::from("C")));
    }

    #[test]
    fn query_options_are_read() {
        let table = [
            ("200", None, None, None),
            ("200 *", Some(true), Some(true), Some(true)),
            ("200 204 -", Some(false), Some(false), Some(false)),
            ("200 - $top", Some(false), Some(true), Some(false)),
            ("* $top", Some(true), Some(true), Some(true)),
            ("$top", None, Some(true), None),
        ];
        for (terms, in_general, top, skip) in table {
            let options = QueryOptions(terms);
            let found = (options.in_general(), options.takes("$top"), options.takes("$skip"));
            assert_eq!(found, (in_general, top, skip), "{terms}");
        }
        assert_eq!(QueryOptions("200 - $top $skip").named().collect::<Vec<_>>(), ["$top", "$skip"]);
    }

    #[test]
    fn clouds_stand_in_front() {
        const GET: Operation = Operation::documented("GET /beta/lamps", "", "", "@gc 200 $top");
        assert_eq!(GET.clouds().map(|clouds| clouds.to_string()).as_deref(), Some("the global service, China"));
        assert_eq!((GET.statuses().collect::<Vec<_>>(), GET.query_options().takes("$top")), (vec![200], Some(true)));
        const NONE: Operation = Operation::documented("GET /beta/lamps", "", "", "@ 200");
        assert_eq!(NONE.clouds().map(|clouds| clouds.iter().count()), Some(0));
        assert_eq!(Operation::new("GET /beta/lamps").clouds(), None);
    }

    #[test]
    fn operations_are_read() {
        const GET: Operation = Operation::documented("GET /beta/users/{id}", "user-get", "A < B | - | ", "200 204");
        assert_eq!((GET.method(), GET.version(), GET.path()), (Method::Get, Version::Beta, "/users/{id}"));
        assert_eq!(GET.permissions().delegated_work.least().map(AllOf::as_str), Some("A"));
        assert_eq!(GET.permissions().delegated_personal, PermissionSet::NOT_SUPPORTED);
        assert_eq!(GET.permissions().application, PermissionSet::UNSPECIFIED);
        assert_eq!(GET.statuses().collect::<Vec<_>>(), [200, 204]);
        assert_eq!(GET.query_options().takes("$top"), None);
        for method in METHODS {
            let request: &'static str = Box::leak(format!("{method} /v1.0/me").into_boxed_str());
            let operation = Operation::new(request);
            assert_eq!((operation.method(), operation.version(), operation.path()), (method, Version::V1_0, "/me"));
            assert_eq!((operation.permissions(), operation.statuses().count()), (Permissions::UNSPECIFIED, 0));
        }
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for request in
            ["", "GET", "GET /users", "get /v1.0/users", "FETCH /v1.0/users", "GET  /v1.0/users", "GET /v1.0"]
        {
            assert!(!is_request(request.as_bytes()), "{request}");
        }
    }

    #[test]
    fn docs_url_names_the_view() {
        let url = |request, page| Operation::documented(request, page, "", "").docs_url();
        assert_eq!(url("GET /beta/me", ""), "https://learn.microsoft.com/graph/api/overview?view=graph-rest-beta");
        let expected = "https://learn.microsoft.com/graph/api/user-get?view=graph-rest-1.0";
        assert_eq!(url("GET /v1.0/me", "user-get"), expected);
    }
}
