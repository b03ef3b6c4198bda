//! Owns the construction and encoding of a request path.
//!
//! It does not know query options, hosts or which paths exist. A wrong value neither panics nor
//! returns an error: the first error is kept in the path and reported when the request is sent or
//! converted, so that builder calls can be chained.

use super::error::InvalidRequest;
use super::json::{SchemaType, edm, member_of};
use super::operation::{Operation, Version};
use super::request::Request;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// Everything except the unreserved characters of RFC 3986, section 2.3, is encoded. Inside
/// literals, even `,` and `)` must not look like syntax.
const LITERAL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Like [`LITERAL`], but keeps characters that are common in keys and have no meaning there: user
/// principal names (`@`), drive ids (`!`) and site ids (`,`).
const KEY: &AsciiSet = &LITERAL.remove(b'@').remove(b'!').remove(b',');

/// Like [`KEY`], for a key in quotes.
const QUOTED_KEY: &AsciiSet = &KEY.remove(b'$');

/// A path under construction, with its first error. Appending returns a longer path and leaves this
/// one unchanged, so that a path can be the start of many.
///
/// Source: OData 4.01, part 2 "URL Conventions", section 4; RFC 3986, section 3.3.
#[derive(Debug, Clone)]
pub struct Path {
    // The root is constant, so that it costs nothing.
    text: Cow<'static, str>,
    // Drive item paths are closed by a colon, but only if something follows them.
    in_item_path: bool,
    error: Option<InvalidRequest>,
}

impl Path {
    /// The root of an API version: `/v1.0` or `/beta`.
    pub fn root(version: Version) -> Path {
        let text = match version {
            Version::V1_0 => "/v1.0",
            Version::Beta => "/beta",
        };
        Path { text: Cow::Borrowed(text), in_item_path: false, error: None }
    }

    /// A request for the operation at this path, without query options, headers and body.
    pub fn request<T>(&self, operation: Operation) -> Request<T> {
        Request::new(operation, self.clone())
    }

    /// Appends a segment verbatim: a property, an action, a cast, `$count`, `$ref`, `$value`.
    pub fn segment(&self, name: &'static str) -> Path {
        let mut path = self.with_room(name.len());
        if path.begin_segment() {
            path.text.to_mut().push_str(name);
        }
        path
    }

    /// Appends a key as a separate segment, percent-encoded. A key that starts with `$` would look like a
    /// system segment such as `$count`, so it is put in parentheses: `users('$a@contoso.com')`.
    ///
    /// Source: OData 4.01, part 2, section 4.3.1; <https://learn.microsoft.com/graph/api/user-get>
    /// about such user principal names. Error: a key that is empty, or that is or decodes to `.` or
    /// `..`. URL parsers remove such segments, encoded or not, so that the request would go to
    /// another path.
    pub fn key(&self, value: &str) -> Path {
        let mut path = self.with_room(value.len());
        if let Some(error) = path.check_segment(value) {
            return path.fail(error);
        }
        if value.starts_with('$') && !path.in_item_path && path.error.is_none() {
            path.text.to_mut().push_str("('");
            path.push_encoded(&value.replace('\'', "''"), QUOTED_KEY);
            path.text.to_mut().push_str("')");
        } else if path.begin_segment() {
            path.push_encoded(value, KEY);
        }
        path
    }

    /// Appends an alternate key in its segment form, `/roleTemplateId=…`.
    ///
    /// Error: an empty value.
    pub fn key_equals(&self, name: &'static str, value: &str) -> Path {
        let mut path = self.with_room(name.len() + value.len());
        if value.is_empty() {
            let error = InvalidRequest::EmptyKey { after: self.text.to_string() };
            return path.fail(error);
        }
        if path.begin_segment() {
            path.text.to_mut().push_str(name);
            path.text.to_mut().push('=');
            path.push_encoded(value, KEY);
        }
        path
    }

    /// Appends keys in parentheses to the last segment: `(appId='…')`.
    ///
    /// Source: OData 4.01, part 2, section 4.3.1 and 4.3.2 (alternate keys).
    /// Error: as for [`Path::function`].
    pub fn key_named(&self, keys: &[(&'static str, Argument<'_>)]) -> Path {
        let mut path = self.clone();
        path.push_arguments(keys);
        path
    }

    /// Appends a bound function with its parameters in line: `/range(address='A1:B2')`.
    ///
    /// Source: OData 4.01, part 2, section 4.5.3 (bound functions) and 5.1.1.14 (literals).
    /// Error: an [`Argument::Raw`] or an enum value that is not a literal.
    pub fn function(&self, name: &'static str, arguments: &[(&'static str, Argument<'_>)]) -> Path {
        let mut path = self.with_room(name.len());
        if path.begin_segment() {
            path.text.to_mut().push_str(name);
            path.push_arguments(arguments);
        }
        path
    }

    /// Appends the path of a drive item relative to the last segment: `root` becomes
    /// `root:/a/b%20c`, and `root:/a/b%20c:/children` when a segment follows. One `/` at the
    /// start and one at the end are dropped.
    ///
    /// Source: <https://learn.microsoft.com/graph/onedrive-addressing-driveitems>.
    /// Error: an empty or a dot segment, as for [`Path::key`].
    pub fn item_path(&self, path: &str) -> Path {
        let names = path.strip_prefix('/').unwrap_or(path);
        let names = names.strip_suffix('/').unwrap_or(names);
        let mut path = self.with_room(names.len());
        for (index, name) in names.split('/').enumerate() {
            if let Some(error) = path.check_segment(name) {
                return path.fail(error);
            }
            if path.error.is_none() {
                path.text.to_mut().push_str(if index == 0 { ":/" } else { "/" });
                path.push_encoded(name, KEY);
            }
        }
        path.in_item_path = true;
        path
    }

    /// The path built so far.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The first error.
    pub(crate) fn error(&self) -> Option<&InvalidRequest> {
        self.error.as_ref()
    }

    /// A copy with room for more bytes, and a few for separators and encoding, without another
    /// allocation.
    fn with_room(&self, more: usize) -> Path {
        let mut text = String::with_capacity(self.text.len() + more + 16);
        text.push_str(&self.text);
        Path { text: Cow::Owned(text), in_item_path: self.in_item_path, error: self.error.clone() }
    }

    /// False after an error: then the text ends at the error.
    fn begin_segment(&mut self) -> bool {
        if self.error.is_some() {
            return false;
        }
        if std::mem::take(&mut self.in_item_path) {
            self.text.to_mut().push(':');
        }
        self.text.to_mut().push('/');
        true
    }

    fn check_segment(&self, value: &str) -> Option<InvalidRequest> {
        let after = || self.text.to_string();
        // Some gateways decode twice, so `%2e%2e` as a value is as bad as `..`.
        let decoded = match value.contains('%') {
            true => Cow::from(percent_decode_str(value)),
            false => Cow::Borrowed(value.as_bytes()),
        };
        match &*decoded {
            b"" => Some(InvalidRequest::EmptyKey { after: after() }),
            b"." | b".." => Some(InvalidRequest::DotSegment { after: after() }),
            _ => None,
        }
    }

    fn push_encoded(&mut self, value: &str, set: &'static AsciiSet) {
        self.text.to_mut().extend(utf8_percent_encode(value, set));
    }

    fn push_arguments(&mut self, arguments: &[(&'static str, Argument<'_>)]) {
        if self.error.is_some() {
            return;
        }
        let mut text = String::from("(");
        for (index, (name, argument)) in arguments.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            text.push_str(name);
            text.push('=');
            if !argument.push_to(&mut text) {
                self.error = Some(InvalidRequest::Literal { name });
                return;
            }
        }
        text.push(')');
        self.text.to_mut().push_str(&text);
    }

    fn fail(mut self, error: InvalidRequest) -> Path {
        self.error.get_or_insert(error);
        self
    }
}

/// A parameter of a function, or a key value in parentheses, as an OData literal.
///
/// Source: OData 4.01, part 2, section 5.1.1.14.1 (primitive literals); OData ABNF.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Argument<'a> {
    /// A string: quoted, `'` doubled.
    String(&'a str),
    /// A literal without quotes, written by the caller: a date, a time, a GUID, `null`. Only
    /// letters, digits and `+ - . : _` are accepted.
    Raw(&'a str),
    /// An integer.
    Integer(i64),
    /// A floating-point number; not-a-number and the infinities are `NaN`, `INF` and `-INF`.
    Number(f64),
    /// A boolean.
    Boolean(bool),
    /// A date, a point in time or a time of the day, without quotes.
    Time(Cow<'a, str>),
    /// A duration: `duration'PT1H'`.
    Duration(Cow<'a, str>),
    /// A property or parameter of the type `Edm.Guid`, without quotes. Most ids of Graph are strings although they look
    /// like it.
    Guid(&'a str),
    /// A literal with a type prefix: `microsoft.graph.timeZoneStandard'Iana'`, `duration'PT1H'`.
    Enum {
        /// The qualified type name.
        ty: &'static str,
        /// The member, or another value without a quote.
        value: &'a str,
    },
}

impl Argument<'_> {
    /// The literal as in a filter, not encoded; `None` if the value is not a literal.
    pub(super) fn literal(&self) -> Option<String> {
        let mut encoded = String::new();
        let is_literal = self.push_to(&mut encoded);
        is_literal.then(|| percent_decode_str(&encoded).decode_utf8_lossy().into_owned())
    }

    /// Appends the encoded literal; false if the value is not a literal.
    fn push_to(&self, text: &mut String) -> bool {
        let is_literal = |c: char| c.is_ascii_alphanumeric() || "+-.:_".contains(c);
        // Writing to a String does not fail, so the results are meaningless.
        match *self {
            Argument::String(value) => {
                let doubled = value.replace('\'', "''");
                let encoded = utf8_percent_encode(&doubled, LITERAL);
                write!(text, "'{encoded}'").is_ok()
            }
            Argument::Raw(value) => {
                text.extend(utf8_percent_encode(value, LITERAL));
                !value.is_empty() && value.chars().all(is_literal)
            }
            Argument::Time(ref value) => {
                text.extend(utf8_percent_encode(value, LITERAL));
                value.starts_with(|c: char| c.is_ascii_digit() || c == '-') && value.chars().all(is_literal)
            }
            Argument::Duration(ref value) => {
                let encoded = utf8_percent_encode(value, LITERAL);
                value.contains('P') && value.chars().all(is_literal) && write!(text, "duration'{encoded}'").is_ok()
            }
            Argument::Guid(value) => {
                text.push_str(value);
                is_guid(value)
            }
            Argument::Integer(value) => write!(text, "{value}").is_ok(),
            Argument::Number(value) => {
                text.push_str(&odata_number(value));
                true
            }
            Argument::Boolean(value) => write!(text, "{value}").is_ok(),
            Argument::Enum { ty, value } => {
                let encoded = utf8_percent_encode(value, LITERAL);
                !value.contains('\'') && write!(text, "{ty}'{encoded}'").is_ok()
            }
        }
    }
}

/// Source: OData ABNF, `guidValue`.
fn is_guid(text: &str) -> bool {
    let mut groups = text.split('-');
    let is_hex = |group: &str| group.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_group = |length| groups.next().is_some_and(|group| group.len() == length && is_hex(group));
    [8, 4, 4, 4, 12].into_iter().all(is_group) && text.len() == 36
}

/// OData names the values that are not numbers `NaN`, `INF` and `-INF`.
fn odata_number(value: f64) -> String {
    if value.is_infinite() {
        return String::from(if value > 0.0 { "INF" } else { "-INF" });
    }
    value.to_string()
}

impl<'a> From<&'a str> for Argument<'a> {
    fn from(value: &'a str) -> Self {
        Argument::String(value)
    }
}

impl<'a> From<&'a String> for Argument<'a> {
    fn from(value: &'a String) -> Self {
        Argument::String(value)
    }
}

/// A member of an enum type as a quoted string: the documented filters (`riskLevel eq 'medium'`) have it that way, with
/// few exceptions, for which there is [`Argument::Enum`].
///
/// A structure is no literal; with one, the request reports a mistake.
impl<'a, T: SchemaType + fmt::Display> From<&'a T> for Argument<'a> {
    fn from(value: &'a T) -> Self {
        member_of(value).map_or(Argument::Raw(""), Argument::String)
    }
}

/// A type of dates or times as a literal without quotes.
macro_rules! times {
    ($($ty:ident: $literal:ident),*) => {$(
        impl<'a> From<&'a edm::$ty> for Argument<'a> {
            fn from(value: &'a edm::$ty) -> Self {
                Argument::$literal(Cow::Borrowed(value.as_str()))
            }
        }

        impl From<edm::$ty> for Argument<'_> {
            fn from(value: edm::$ty) -> Self {
                Argument::$literal(Cow::Owned(value.into()))
            }
        }
    )*};
}

times!(DateTimeOffset: Time, Date: Time, TimeOfDay: Time, Duration: Duration);

/// A type of another crate or of the standard library, by its conversion to a type of [`edm`].
macro_rules! converted {
    ($($(#[$feature:meta])* $ty:ty => $edm:ident;)*) => {$(
        $(#[$feature])*
        impl From<$ty> for Argument<'_> {
            fn from(value: $ty) -> Self {
                edm::$edm::from(value).into()
            }
        }
    )*};
}

converted! {
    std::time::SystemTime => DateTimeOffset;
    std::time::Duration => Duration;
    #[cfg(feature = "jiff")]
    jiff::Timestamp => DateTimeOffset;
    #[cfg(feature = "jiff")]
    jiff::civil::Date => Date;
    #[cfg(feature = "jiff")]
    jiff::civil::Time => TimeOfDay;
    #[cfg(feature = "jiff")]
    jiff::SignedDuration => Duration;
    #[cfg(feature = "chrono")]
    chrono::DateTime<chrono::Utc> => DateTimeOffset;
    #[cfg(feature = "chrono")]
    chrono::DateTime<chrono::FixedOffset> => DateTimeOffset;
    #[cfg(feature = "chrono")]
    chrono::NaiveDate => Date;
    #[cfg(feature = "chrono")]
    chrono::NaiveTime => TimeOfDay;
    #[cfg(feature = "chrono")]
    chrono::TimeDelta => Duration;
    #[cfg(feature = "time")]
    time::OffsetDateTime => DateTimeOffset;
    #[cfg(feature = "time")]
    time::Date => Date;
    #[cfg(feature = "time")]
    time::Time => TimeOfDay;
    #[cfg(feature = "time")]
    time::Duration => Duration;
}

impl From<i32> for Argument<'_> {
    fn from(value: i32) -> Self {
        Argument::Integer(value.into())
    }
}

impl From<i64> for Argument<'_> {
    fn from(value: i64) -> Self {
        Argument::Integer(value)
    }
}

impl From<f64> for Argument<'_> {
    fn from(value: f64) -> Self {
        Argument::Number(value)
    }
}

impl From<bool> for Argument<'_> {
    fn from(value: bool) -> Self {
        Argument::Boolean(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> Path {
        Path::root(Version::V1_0)
    }

    fn text(path: &Path) -> &str {
        assert_eq!(path.error(), None);
        path.text()
    }

    #[test]
    fn keys_are_encoded() {
        let table = [
            ("7c9b", "7c9b"),
            ("AdeleV@contoso.com", "AdeleV@contoso.com"),
            ("b!-RIj_2~.x", "b!-RIj_2~.x"),
            ("contoso.sharepoint.com,1,2", "contoso.sharepoint.com,1,2"),
            ("a/b", "a%2Fb"),
            ("a\\b", "a%5Cb"),
            ("a#b?c", "a%23b%3Fc"),
            ("100%", "100%25"),
            ("a%2Fb", "a%252Fb"),
            ("a b+c", "a%20b%2Bc"),
            ("O'Neil(x)", "O%27Neil%28x%29"),
            ("19:meeting", "19%3Ameeting"),
            ("é漢", "%C3%A9%E6%BC%A2"),
            ("a\r\nb", "a%0D%0Ab"),
            ("...", "..."),
            (".a", ".a"),
        ];
        for (value, expected) in table {
            let path = root().segment("users").key(value);
            assert_eq!(text(&path), format!("/v1.0/users/{expected}"));
        }
    }

    #[test]
    fn empty_and_dot_segments_are_errors() {
        for value in [".", "..", "%2e", "%2E%2e", ".%2e", "%2e."] {
            let path = root().segment("users").key(value).segment("messages");
            let after = String::from("/v1.0/users");
            assert_eq!(path.error(), Some(&InvalidRequest::DotSegment { after }));
            assert_eq!(path.text(), "/v1.0/users", "stops at the error");
            let path = root().segment("root").item_path(&format!("a/{value}/b"));
            assert!(matches!(path.error(), Some(InvalidRequest::DotSegment { .. })));
        }
        let path = root().segment("users").key("").key("..");
        let after = String::from("/v1.0/users");
        assert_eq!(path.error(), Some(&InvalidRequest::EmptyKey { after }), "the first error wins");
        let path = root().segment("directoryRoles").key_equals("id", "");
        assert!(matches!(path.error(), Some(InvalidRequest::EmptyKey { .. })));
    }

    #[test]
    fn dates_durations_and_guids_have_no_quotes() {
        let may = edm::Date::new(2024, 5, 1);
        let half_past = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_800);
        let table: [(Argument<'_>, Option<&str>); 10] = [
            (edm::DateTimeOffset::from("2024-05-01T00:00:00+02:00").into(), Some("2024-05-01T00:00:00+02:00")),
            ((&may).into(), Some("2024-05-01")),
            (edm::TimeOfDay::from("08:00:00").into(), Some("08:00:00")),
            (edm::Duration::from("PT1.5S").into(), Some("duration'PT1.5S'")),
            (half_past.into(), Some("1970-01-01T00:30:00Z")),
            (std::time::Duration::from_secs(90).into(), Some("duration'PT90S'")),
            (Argument::Guid("0a1B2c3d-0000-4000-8000-00000000000f"), Some("0a1B2c3d-0000-4000-8000-00000000000f")),
            // What is not such a literal must not become a part of the filter.
            (Argument::Guid("0a1B2c3d-0000-4000-8000-00000000000'"), None),
            (edm::Date::from("2024-05-01 or 1 eq 1").into(), None),
            (edm::Duration::from("PT1S' or 'P").into(), None),
        ];
        for (argument, expected) in table {
            assert_eq!(argument.literal().as_deref(), expected, "{argument:?}");
        }
        let path = root().function("f", &[("at", edm::DateTimeOffset::from("2024-05-01T00:00:00+02:00").into())]);
        assert_eq!(text(&path), "/v1.0/f(at=2024-05-01T00%3A00%3A00%2B02%3A00)");
    }

    #[test]
    fn function_parameters_are_odata_literals() {
        let iana = Argument::Enum { ty: "microsoft.graph.timeZoneStandard", value: "Iana" };
        let table: [(Argument<'_>, &str); 15] = [
            ("x".into(), "'x'"),
            ("".into(), "''"),
            ("let's".into(), "'let%27%27s'"),
            ("a/b, c)".into(), "'a%2Fb%2C%20c%29'"),
            ("A1:B2".into(), "'A1%3AB2'"),
            ("..".into(), "'..'"),
            (7.into(), "7"),
            ((-5_i64).into(), "-5"),
            (true.into(), "true"),
            (1.5.into(), "1.5"),
            (f64::NEG_INFINITY.into(), "-INF"),
            (f64::NAN.into(), "NaN"),
            (iana, "microsoft.graph.timeZoneStandard'Iana'"),
            (Argument::Raw("2024-05-01"), "2024-05-01"),
            (Argument::Raw("2024-05-01T08:00:00+02:00"), "2024-05-01T08%3A00%3A00%2B02%3A00"),
        ];
        for (argument, expected) in table {
            let path = root().function("f", &[("a", argument)]);
            assert_eq!(text(&path), format!("/v1.0/f(a={expected})"));
        }
        let path = root().function("f", &[("a", "x".into()), ("b", 1.into())]);
        assert_eq!(text(&path), "/v1.0/f(a='x',b=1)");
        assert_eq!(text(&root().function("delta", &[])), "/v1.0/delta()");
    }

    #[test]
    fn what_is_not_a_literal_is_an_error() {
        let not_enum = Argument::Enum { ty: "duration", value: "PT1H',b='1" };
        for argument in
            [Argument::Raw(""), Argument::Raw("1),b=(2"), Argument::Raw("a b"), Argument::Raw("'x'"), not_enum]
        {
            let path = root().segment("x").function("f", &[("a", argument)]);
            assert_eq!(path.error(), Some(&InvalidRequest::Literal { name: "a" }));
        }
    }

    #[test]
    fn alternate_keys() {
        let path = root().segment("directoryRoles").key_equals("roleTemplateId", "a b");
        assert_eq!(text(&path), "/v1.0/directoryRoles/roleTemplateId=a%20b");
        let path = root().segment("applications").key_named(&[("appId", "x'y".into())]).segment("owners");
        assert_eq!(text(&path), "/v1.0/applications(appId='x%27%27y')/owners");
    }

    #[test]
    fn keys_that_begin_with_a_dollar_stand_in_parentheses() {
        let user = root().segment("users").key("$abc@def.com");
        assert_eq!(text(&user), "/v1.0/users('$abc@def.com')");
        assert_eq!(text(&user.segment("messages")), "/v1.0/users('$abc@def.com')/messages");
        assert_eq!(text(&root().segment("users").key("$o'x/(")), "/v1.0/users('$o%27%27x%2F%28')");
        assert_eq!(text(&root().segment("users").key("a$b")), "/v1.0/users/a%24b");
        // After the path of a drive item, they would be part of that path.
        assert_eq!(text(&root().segment("root").item_path("a").key("$b")), "/v1.0/root:/a:/%24b");
    }

    #[test]
    fn item_paths_are_closed_only_when_something_follows() {
        let item = root().segment("root").item_path("/Café/b c:1.txt");
        assert_eq!(text(&item), "/v1.0/root:/Caf%C3%A9/b%20c%3A1.txt");
        let content = item.segment("content");
        assert_eq!(text(&content), "/v1.0/root:/Caf%C3%A9/b%20c%3A1.txt:/content");
        for folder in ["Folder", "Folder/", "/Folder/"] {
            let children = root().segment("root").item_path(folder).segment("children");
            assert_eq!(text(&children), "/v1.0/root:/Folder:/children");
        }
        for path in ["", "/", "//", "a//b", "a//"] {
            let path = root().segment("root").item_path(path);
            assert!(matches!(path.error(), Some(InvalidRequest::EmptyKey { .. })));
        }
    }
}
