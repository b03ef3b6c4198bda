//! Owns the query options and headers that OData and Graph define for every operation.
//!
//! Three out of four pages do not say which query options their operation supports, so every request has
//! all of them. If the page says that an operation does not support one, using it is a mistake in the
//! request. The encoding of a URL is in `request`, that of literals in `path`.

use super::error::InvalidRequest;
use super::filter::Filter;
use super::query_items::{Answers, QueryItems, option};
use super::request::Request;
use super::search::Search;

impl<T> Request<T> {
    /// The service often ignores an option that the page denies, so that the result would be wrong.
    fn taking(self, option: &'static str) -> Request<T> {
        match self.operation().query_options().takes(option) {
            Some(false) => {
                let page = self.operation().page();
                self.fail(InvalidRequest::QueryOption { option, page })
            }
            _ => self,
        }
    }

    /// `$select`: only these properties, such as `["id", "displayName"]`, or, checked by the compiler with the feature
    /// `names`, `(User::ID, User::DISPLAY_NAME)`.
    ///
    /// Source: OData 4.01, part 2, section 5.1.4.
    pub fn select(self, properties: impl QueryItems<T, option::Select>) -> Request<T> {
        self.taking("$select").query_list("$select", &properties)
    }

    /// `$expand`: also returns related items, such as `["manager"]` or `["members($select=id;$top=5)"]`, or, checked by
    /// the compiler with the feature `names`, `User::MANAGER` or `Group::MEMBERS.select(DirectoryObject::ID).top(5)`.
    ///
    /// Source: OData 4.01, part 2, section 5.1.3.
    pub fn expand(self, properties: impl QueryItems<T, option::Expand>) -> Request<T> {
        self.taking("$expand").query_list("$expand", &properties)
    }

    /// `$filter`: only the items for which the filter is true.
    ///
    /// Source: OData 4.01, part 2, section 5.1.1; <https://learn.microsoft.com/graph/filter-query-parameter>.
    /// Error: a part that is not allowed in a filter.
    pub fn filter<E>(self, filter: Filter<E>) -> Request<T>
    where
        T: Answers<E>,
    {
        match filter.into_text() {
            Ok(text) => self.taking("$filter").query("$filter", text),
            Err(error) => self.fail(error),
        }
    }

    /// `$orderby`, such as `["displayName", "createdDateTime desc"]`, or, checked by the compiler with the feature
    /// `names`, `(User::DISPLAY_NAME, User::CREATED_DATE_TIME.desc())`.
    ///
    /// Source: OData 4.01, part 2, section 5.1.5.
    pub fn order_by(self, properties: impl QueryItems<T, option::OrderBy>) -> Request<T> {
        self.taking("$orderby").query_list("$orderby", &properties)
    }

    /// `$search`: one phrase, such as `displayName:wa` for directory objects or `pizza` for
    /// messages, or a combination of them ([`Search`]). A phrase is put in quotes; quotes and backslashes in it are
    /// escaped. Directory objects also need [`Request::advanced`].
    ///
    /// Source: <https://learn.microsoft.com/graph/search-query-parameter>.
    /// Error: a text that is a combination of phrases already, such as `"a" OR "b"`.
    pub fn search(self, search: impl Into<Search>) -> Request<T> {
        let search = search.into();
        match search.into_text() {
            Ok(text) => self.taking("$search").query("$search", text),
            Err(error) => self.fail(error),
        }
    }

    /// `$top`: the number of items per page; the service has its own limits.
    ///
    /// Source: OData 4.01, part 2, section 5.1.6.
    pub fn top(self, items: u32) -> Request<T> {
        self.taking("$top").query("$top", items)
    }

    /// `$skip`: skips the first items. Not every collection supports it; paging uses next links.
    ///
    /// Source: OData 4.01, part 2, section 5.1.6.
    pub fn skip(self, items: u32) -> Request<T> {
        self.taking("$skip").query("$skip", items)
    }

    /// `$count=true`: the number of all items is in [`Collection::count`](super::Collection) of the
    /// first page.
    ///
    /// Source: OData 4.01, part 2, section 5.1.7.
    pub fn count(self) -> Request<T> {
        self.taking("$count").query("$count", true)
    }

    /// Sets what advanced queries on directory objects need: `ConsistencyLevel: eventual` and
    /// `$count=true`. Without them `$search`, `ne`, `not`, `endsWith` and `$filter` with `$orderby`
    /// fail with 400.
    ///
    /// Source: <https://learn.microsoft.com/graph/aad-advanced-queries>.
    pub fn advanced(self) -> Request<T> {
        self.consistency_eventual().count()
    }

    /// `ConsistencyLevel: eventual`.
    ///
    /// Source: <https://learn.microsoft.com/graph/aad-advanced-queries>.
    pub fn consistency_eventual(self) -> Request<T> {
        self.header("ConsistencyLevel", "eventual")
    }

    /// Adds a preference to the `Prefer` header, such as `outlook.timezone="UTC"`,
    /// `odata.maxpagesize=50` or `return=minimal`.
    ///
    /// Source: RFC 7240, section 2; OData 4.01, part 1, section 8.2.8.
    pub fn prefer(self, preference: &str) -> Request<T> {
        let value = match self.header_value("prefer") {
            Some(present) => format!("{present}, {preference}"),
            None => preference.to_owned(),
        };
        self.header("Prefer", &value)
    }

    /// `If-Match`: only if the item still has this ETag (the annotation `@odata.etag`, or `*`);
    /// otherwise the service answers with status 412.
    ///
    /// Source: RFC 9110, section 13.1.1.
    pub fn if_match(self, etag: &str) -> Request<T> {
        self.header("If-Match", etag)
    }

    /// `If-None-Match`: only if the item no longer has this ETag; otherwise the service answers
    /// with status 304, or 412 for a change.
    ///
    /// Source: RFC 9110, section 13.1.2.
    pub fn if_none_match(self, etag: &str) -> Request<T> {
        self.header("If-None-Match", etag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::{Operation, Path, Version};

    const LIST: Operation = Operation::new("GET /v1.0/users");

    fn list() -> Request<()> {
        Request::new(LIST, Path::root(Version::V1_0).segment("users"))
    }

    #[test]
    fn what_the_page_denies_is_a_mistake() {
        const FEW: Operation = Operation::documented("GET /v1.0/users", "user-list", "", "200 - $top");
        let few = || Request::<()>::new(FEW, Path::root(Version::V1_0).segment("users"));
        assert_eq!(few().top(5).path_and_query().as_deref(), Ok("/v1.0/users?$top=5"));
        let refused = Err(InvalidRequest::QueryOption { option: "$select", page: "user-list" });
        assert_eq!(few().select(["id"]).path_and_query(), refused);
        assert_eq!(few().query("$select", "id").path_and_query().as_deref(), Ok("/v1.0/users?$select=id"));
        for request in [few().expand(["a"]), few().filter(Filter::eq("a", 1)), few().order_by(["a"])] {
            assert!(request.path_and_query().is_err(), "{request}");
        }
        for request in [few().search("a"), few().skip(1), few().count(), few().advanced()] {
            assert!(request.path_and_query().is_err(), "{request}");
        }
    }

    #[test]
    fn options_and_headers() {
        let request = list()
            .select(["id", "displayName"])
            .expand(["manager($select=id)"])
            .filter(Filter::eq("surname", "O'Neil & co"))
            .order_by(["displayName desc"])
            .search("displayName:a \"b\"")
            .top(5)
            .skip(10)
            .advanced()
            .prefer("outlook.timezone=\"UTC\"")
            .prefer("return=minimal")
            .if_match("W/\"abc\"")
            .if_none_match("*");
        assert_eq!(
            request.path_and_query().as_deref(),
            Ok("/v1.0/users?$select=id,displayName&$expand=manager($select=id)\
                &$filter=surname%20eq%20%27O%27%27Neil%20%26%20co%27&$orderby=displayName%20desc\
                &$search=%22displayName:a%20%5C%22b%5C%22%22&$top=5&$skip=10&$count=true")
        );
        let headers: Vec<_> = request.headers().collect();
        assert_eq!(
            headers,
            [
                ("ConsistencyLevel", "eventual"),
                ("Prefer", "outlook.timezone=\"UTC\", return=minimal"),
                ("If-Match", "W/\"abc\""),
                ("If-None-Match", "*"),
            ]
        );
    }
}
