//! Owns the description of an operation: constant data taken from its documentation page.
//!
//! It does not know how requests are built or sent. Everything here can be written in a `const`.

use std::fmt;

/// What the documentation says about one operation.
///
/// The data is *documented* data. Where a page says nothing, the value says "unknown"
/// ([`PermissionSet::UNSPECIFIED`], an empty `statuses`) and never guesses; where a page is wrong,
/// the value is wrong too. The service decides, the documentation advises.
///
/// Source: the operation pages of <https://learn.microsoft.com/graph/api/overview>.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The HTTP method.
    pub method: Method,
    /// The API version that serves the operation.
    pub version: Version,
    /// The path template without the version, such as `/users/{id}/sendMail`.
    pub path: &'static str,
    /// The name of the documentation page, such as `user-sendmail`; empty if there is none.
    pub page: &'static str,
    /// The documented permissions.
    pub permissions: Permissions,
    /// The documented success statuses; empty if the page states none. Every 2xx status counts as
    /// success, also one that is not listed here.
    pub statuses: &'static [u16],
}

impl Operation {
    /// Describes an operation about which no documentation is known, for calls that this crate
    /// does not cover.
    pub const fn new(method: Method, version: Version, path: &'static str) -> Self {
        Self { method, version, path, page: "", permissions: Permissions::UNSPECIFIED, statuses: &[] }
    }

    /// The address of the public documentation page, in the reader's language; the overview of the
    /// reference if the operation names no page.
    pub fn docs_url(&self) -> String {
        let page = match self.page {
            "" => "overview",
            page => page,
        };
        let view = match self.version {
            Version::V1_0 => "graph-rest-1.0",
            Version::Beta => "graph-rest-beta",
        };
        format!("https://learn.microsoft.com/graph/api/{page}?view={view}")
    }
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
    /// Changes the properties that are sent.
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

/// The documented permissions for one kind of caller. Each of them suffices, as far as the page
/// says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PermissionSet {
    /// The permission names in documented order.
    pub scopes: &'static [&'static str],
    /// What the page says about that order.
    pub order: PermissionOrder,
    /// Whether this kind of caller may call the operation; `None` if the page does not say.
    pub supported: Option<bool>,
}

impl PermissionSet {
    /// The page says nothing.
    pub const UNSPECIFIED: Self = Self::new(&[], PermissionOrder::Unstated, None);

    /// The page says that this kind of caller is not supported.
    pub const NOT_SUPPORTED: Self = Self::new(&[], PermissionOrder::Unstated, Some(false));

    /// A set as documented.
    pub const fn new(scopes: &'static [&'static str], order: PermissionOrder, supported: Option<bool>) -> Self {
        Self { scopes, order, supported }
    }

    /// The least privileged permission: the only one, or the one at the end that the documented
    /// order names. `None` if there is none or if the page does not allow to tell.
    pub const fn least(&self) -> Option<&'static str> {
        match (self.scopes, self.order) {
            ([only], _) => Some(*only),
            ([first, ..], PermissionOrder::LeastToMost) => Some(*first),
            ([.., last], PermissionOrder::MostToLeast) => Some(*last),
            _ => None,
        }
    }
}

/// In which order a page lists permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PermissionOrder {
    /// The table header says: from least to most privileged.
    LeastToMost,
    /// The table header says: from most to least privileged.
    MostToLeast,
    /// The page does not say.
    Unstated,
    /// The header says one thing, the order of a `Read` and its `ReadWrite` permission another.
    Contradictory,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn least_needs_a_stated_order_or_a_single_permission() {
        const READ_WRITE: &[&str] = &["A.Read", "A.ReadWrite"];
        let least = |scopes, order| PermissionSet::new(scopes, order, Some(true)).least();
        assert_eq!(least(READ_WRITE, PermissionOrder::LeastToMost), Some("A.Read"));
        assert_eq!(least(READ_WRITE, PermissionOrder::MostToLeast), Some("A.ReadWrite"));
        assert_eq!(least(READ_WRITE, PermissionOrder::Unstated), None);
        assert_eq!(least(READ_WRITE, PermissionOrder::Contradictory), None);
        assert_eq!(least(&["A.Read"], PermissionOrder::Contradictory), Some("A.Read"));
        assert_eq!(PermissionSet::UNSPECIFIED.least(), None);
        assert_eq!(PermissionSet::NOT_SUPPORTED.least(), None);
    }

    #[test]
    fn docs_url_names_the_view() {
        let mut operation = Operation::new(Method::Get, Version::Beta, "/me");
        assert_eq!(operation.docs_url(), "https://learn.microsoft.com/graph/api/overview?view=graph-rest-beta");
        operation.page = "user-get";
        operation.version = Version::V1_0;
        assert_eq!(operation.docs_url(), "https://learn.microsoft.com/graph/api/user-get?view=graph-rest-1.0");
    }
}
