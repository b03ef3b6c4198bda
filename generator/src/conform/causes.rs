//! Why an example does not fit the model.

/// The effect of a cause on the example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Something in the example has no type.
    Miss,
    /// The generated client returns an error for the example.
    Unreadable,
    /// Worth a look: the page contradicts itself, or an enum type may lack a member. Everything has a type.
    Note,
    /// The example is not JSON, so its body was not checked.
    Broken,
}

macro_rules! causes {
    ($($variant:ident $name:literal $weight:ident $title:literal,)*) => {
        /// The cause of a miss.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Cause {
            $(#[doc = $title] $variant,)*
        }

        impl Cause {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name in reports and records.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// Its meaning, in a sentence.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)*
                }
            }

            #[must_use]
            pub fn weight(self) -> Weight {
                match self {
                    $(Self::$variant => Weight::$weight,)*
                }
            }
        }
    };
}

causes! {
    UrlUnknown "url-unknown" Miss "no operation has the path of the URL",
    UrlMethod "url-method" Miss "operations have the path of the URL, but none with this method",
    RequestBroken "request-broken" Broken "the request body is not JSON",
    RequestUntyped "request-untyped" Miss "the operation takes any JSON",
    RequestNotTaken "request-not-taken" Miss "a request body is shown, but the operation takes none",
    RequestMediaType "request-media-type" Miss "the media type of the request body is not JSON",
    RequestShape "request-shape" Miss "the request body, or one of its properties, has another kind of JSON than its type",
    RequestMember "request-member" Miss "the type of the request body has no such property",
    RequestSpelling "request-spelling" Miss "the type of the request body has the property with different capitals",
    RequestType "request-type" Miss "the request names a type that is unknown, or not derived from the declared one",
    RequestUnknownType "request-unknown-type" Miss "a property of the request body has a type that nothing describes",
    ResponseBroken "response-broken" Broken "the response body is not JSON",
    ResponseUntyped "response-untyped" Miss "the operation returns any JSON",
    ResponseIgnored "response-ignored" Miss "a response body is shown, but the operation returns none",
    ResponseBytes "response-bytes" Miss "JSON is shown, but the operation returns bytes",
    ResponseMissing "response-missing" Miss "no response body is shown, but the operation returns one: the client fails",
    ResponseMediaType "response-media-type" Unreadable "the media type of the response is not JSON",
    ListExpected "list-expected" Unreadable "the operation returns a list, but the example is not a list",
    SingleExpected "single-expected" Miss "the operation returns one value, but the example is a list, which reads as an empty object",
    ResponseShape "response-shape" Unreadable "the response body, or one of its properties, has another kind of JSON than its type",
    ResponseNested "response-nested" Miss "an entity inside the response has another kind of JSON than its type",
    ResponseMember "response-member" Miss "the type of the response has no such property",
    ResponseSpelling "response-spelling" Miss "the type of the response has the property with different capitals",
    ResponseType "response-type" Miss "the response names a type that nothing describes, and has properties of that type",
    ResponseUnknownType "response-unknown-type" Miss "a property of the response has a type that nothing describes",
    EnumMember "enum-member" Note "the enum type of a property has no such member; the client keeps the text unchanged",
    EnumSpelling "enum-spelling" Note "the enum type of a property has the member with different capitals; the client keeps the text unchanged",
    Status "status" Note "the text of the page does not name the status of its example",
    QueryOption "query-option" Note "the page says that the operation does not support a query option of its example",
}

impl Cause {
    /// The cause with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|cause| cause.as_str() == name)
    }
}
