//! The table of diagnostic codes.

use super::{Code, Severity};

macro_rules! codes {
    ($($name:ident = $id:literal $severity:ident, $title:literal, $help:literal;)*) => {
        $(#[doc = $title] pub static $name: Code = Code { id: $id, severity: Severity::$severity, title: $title, help: $help };)*

        /// Every code, in the order of its id.
        pub static ALL: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    // 00: the file
    PAGE_TOO_LARGE = "GX0001" Error, "a page is too large", "check that the file is a docs page; the limits are in `markup`";
    NOT_TEXT = "GX0002" Error, "a page is not UTF-8 text", "check that the file is a docs page and was not converted";
    EMPTY_PAGE = "GX0003" Error, "a page is empty", "nothing to do unless the page should have content";
    UNKNOWN_VERSION = "GX0004" Warning, "a page is about an unknown API version", "the page is left out; check the name of its folder, or teach `ApiVersion` the version";
    NO_VOCABULARY = "GX0005" Error, "a page without a source side is in a locale without a vocabulary", "make one with `cargo xtask mine`; CONTRIBUTING.md says how";
    // 01: markup
    FRONT_MATTER = "GX0101" Warning, "the front matter cannot be used", "the page is read without metadata; correct the front matter";
    MALFORMED_SPAN = "GX0102" Warning, "a translation span is not a pair", "the text is kept unchanged; check the page for a damaged span";
    UNCLOSED_COMMENT = "GX0103" Warning, "an HTML comment is never closed", "close the comment with `-->`";
    UNCLOSED_FENCE = "GX0104" Warning, "a code block is not closed", "close the block with three backticks";
    NO_TITLE = "GX0105" Warning, "a page has no title", "check that the page is complete";
    BROKEN_ANNOTATION = "GX0106" Note, "an annotation is not JSON", "the block is read without its annotation; correct the JSON";
    REPAIRED_TABLE = "GX0107" Note, "a table was repaired", "compare the facts with the page; escape pipes in cells as `\\|`";
    SOURCE_DIFFERS = "GX0108" Note, "the source text of a page is not the original", "compare this place with the original; the facts of the page are cross-checked";
    SOURCE_BLANKS_DIFFER = "GX0109" Note, "the source text of a page differs from the original in white space", "nothing to do: no fact depends on it";
    NO_ORIGINAL = "GX0110" Note, "a page has no original, and its hash does not prove the source text", "use a revision of the originals that has the page";
    ORIGINAL_OF_OTHER_REVISION = "GX0111" Note, "the original of a page is from another revision, and its hash does not prove the source text", "use the revision in `ms.sourcegitcommit`";
    MISSING_INCLUDE = "GX0112" Warning, "an include is not among the docs", "take the whole docs, with the folders `includes`; what the include says is missing from the facts";
    REFUSED_INCLUDE = "GX0113" Warning, "an include is not read", "correct the directive; what the include says is missing from the facts";
    // 02: requests
    NO_REQUEST = "GX0201" Error, "an API page has no request template", "look at the page with `cargo xtask show PAGE --layer page`; add a fixup if the page is wrong";
    TEMPLATE_NOISE = "GX0202" Note, "a line among request templates is not a template", "nothing to do if the line is a remark or a header";
    BAD_TEMPLATE = "GX0203" Warning, "a request template cannot be turned into a path", "add a fixup that sets the path";
    TEMPLATE_WITHOUT_PATH = "GX0204" Warning, "a request template has no path", "add a fixup that sets the path, or leave the operation out";
    TEMPLATE_ELLIPSIS = "GX0205" Note, "a request template leaves segments out", "nothing to do: the alternative is not generated";
    TEMPLATE_MENDED = "GX0206" Note, "a request template was repaired", "compare the path with the page";
    // 03: permissions
    NO_PERMISSIONS = "GX0301" Warning, "an API page has no permissions section", "permissions stay unspecified; add a fixup if they are known";
    UNSTRUCTURED_PERMISSIONS = "GX0302" Warning, "permissions are stated in prose only", "permissions stay unspecified; add a fixup if they are known";
    UNKNOWN_PERMISSION_ROW = "GX0303" Warning, "the label of a permission row is unknown", "add the label to the vocabulary if it names an account type";
    ODD_PERMISSION_CELL = "GX0304" Note, "a permission cell contains more than permissions", "compare the facts with the page";
    CONTRADICTORY_ORDER = "GX0305" Note, "the order of a permission list contradicts the names, or puts a read permission first for a write operation", "nothing to do: the order is not used; the least privileged permission may still be known from the names";
    EMPTY_PERMISSION_ROW = "GX0306" Note, "a permission row is empty", "nothing to do: the permissions stay unspecified";
    UNKNOWN_PERMISSION_TABLE = "GX0307" Warning, "a table in the permissions section has an unknown form", "add the form to `extract/permissions.rs`";
    MISSING_PERMISSION_ROW = "GX0308" Note, "a permission table has no row for an account type", "nothing to do: the permissions stay unspecified";
    SIDES_DISAGREE = "GX0309" Note, "the two sides of a permission cell list different permissions", "compare the cell with the English page of that time";
    // 04: parameters, headers, bodies
    UNNAMED_PARAMETER = "GX0401" Warning, "a parameter row has no usable name", "compare the facts with the page";
    UNKNOWN_TYPE = "GX0402" Note, "the type of a parameter is not understood", "add the word to the vocabulary if it names a type";
    UNKNOWN_HEADER = "GX0403" Note, "a header row does not name an HTTP header", "nothing to do if the row names a value of a header";
    DOUBTFUL_NAME = "GX0404" Warning, "on a page that is not proven exact, two carriers disagree about a name", "compare both with the English page; add a fixup if the wrong one is used";
    ODD_PARAMETER = "GX0405" Note, "a parameter row does not name a parameter", "nothing to do if the row labels a group or continues the row above";
    WRAPPED_BODY = "GX0406" Note, "in the example, the listed parameters are inside a property that no table lists", "nothing to do: the property becomes the parameter of the action";
    OTHER_CONTENT = "GX0407" Note, "a request may have content of another type than its documented body", "nothing to do: `Request::body` takes any content";
    // types
    TYPE_WITHOUT_ANNOTATION = "GX0410" Note, "a type is named only by the title of its page", "nothing to do if the title is the name of the type";
    BASE_CONFLICT = "GX0411" Warning, "the text and the annotation of a type name different base types", "compare them with the page; the text is used";
    JSON_TYPE_CONFLICT = "GX0412" Note, "a JSON representation has another type than its annotation", "nothing to do: the annotation is used";
    BAD_JSON = "GX0413" Note, "a JSON representation is not JSON", "nothing to do: its property names are still read";
    ODD_PROPERTY = "GX0414" Note, "a property row does not name one property", "nothing to do if the row names a path or a group";
    PROPERTY_TYPE = "GX0415" Note, "the type of a property is not understood", "add the word to the vocabulary if it names a type";
    DUPLICATE_PROPERTY = "GX0416" Note, "a type documents a property twice", "nothing to do: the first row is used";
    PROPERTY_ONLY_IN_JSON = "GX0417" Note, "a JSON representation shows a property that no table documents", "nothing to do: the property is not generated";
    PROPERTY_ONLY_IN_TABLE = "GX0418" Note, "a documented property is not in the JSON representation", "nothing to do: the table is used";
    PROPERTY_SPELLING = "GX0419" Warning, "a table and the JSON representation spell a property differently", "compare both with the service; add a fixup";
    NO_PROPERTY_TABLE = "GX0420" Warning, "a type has no table of properties", "the type is read without properties; add a fixup if they are known";
    ODD_MEMBER = "GX0421" Note, "a member row does not name a member", "compare the facts with the page";
    DUPLICATE_TYPE = "GX0422" Note, "a page defines an enumeration twice", "nothing to do: the first table is used";
    NAME_MENDED = "GX0423" Note, "a name cell contains more than a name, or something else", "nothing to do: the name in the message is used";
    MAYBE_TRANSLATED = "GX0424" Warning, "a name or type of a plain localized page may be a translation", "nothing to do: it stays out of the client; pages of other locales may confirm it";
    // 05: responses and examples
    NO_STATUS = "GX0501" Note, "the page names no success status", "nothing to do: any 2xx status is a success";
    ODD_EXAMPLE = "GX0502" Note, "an example block cannot be read", "compare the block with the message format of RFC 9112";
    METHOD_CONFLICT = "GX0503" Note, "templates and examples use different methods", "the templates are used; add a fixup if they are wrong";
    STATUS_CONFLICT = "GX0504" Note, "an example has a status that the response section does not name", "compare both with the service; both are a success";
    LINK_TO_RESULT = "GX0505" Note, "a link in the response leads to the type that the page names for it", "nothing to do: the response has no body";
    // 06: accounting
    UNREAD_TABLE = "GX0601" Note, "no rule reads a table", "write a rule if the table contains facts";
    UNREAD_FENCE = "GX0602" Note, "no rule reads a code block", "write a rule if the block contains facts";
    UNREAD_SECTION = "GX0603" Note, "no rule covers a section", "add its slug to `vocab/en.toml` if it has a role";
    // 07: linking
    DUPLICATE_PAGE = "GX0701" Note, "the same page comes from two sources", "nothing to do: the newest hand-back wins";
    STALE_FIXUP = "GX0702" Error, "a fixup does not apply", "delete the entry in `policy/fixups.toml`, or correct its `expect`";
    UNKNOWN_REFERENCE = "GX0703" Warning, "no page of this API version defines a type that is named", "the value is generated as any JSON; add the page, or a word to the vocabulary";
    REFERENCE_CONFLICT = "GX0704" Note, "the text of a link names another type than the one that its page defines", "nothing to do: the page is used";
    BASE_CYCLE = "GX0705" Warning, "a type inherits from itself", "the base type is left out; correct one of the pages";
    UNKNOWN_BASE = "GX0706" Warning, "a type inherits from a type that no page of this API version defines", "the type is read without its base type";
    MERGE_CONFLICT = "GX0707" Warning, "two pages describe one type differently", "the page of the type is used, or else the first by path; correct the other one";
    REDEFINED_PROPERTY = "GX0708" Note, "a type repeats an inherited property with another type", "nothing to do: both are kept";
    BAD_TYPE_NAME = "GX0709" Warning, "the name of a type is not an OData name", "the type is left out; correct its annotation or its heading";
    RESPONSE_UNNAMED = "GX0710" Warning, "nothing on the page names the type of the response body", "the response is generated as any JSON";
    RESPONSE_UNKNOWN_TYPE = "GX0711" Warning, "the response has a type that no page of this API version defines", "the response is generated as any JSON";
    RESPONSE_UNSTATED = "GX0712" Note, "the page does not say whether there is a response body", "the response is generated as any JSON";
    ENUM_BY_VALUES = "GX0713" Note, "an enumeration is known only from the values that properties list", "nothing to do; a page about it would take precedence";
    ANY_JSON = "GX0714" Note, "the type of a row is any JSON: several types, or an untyped value", "nothing to do if the page says so: the value is generated as any JSON";
    TYPE_UNSTATED = "GX0715" Note, "a row has no type", "nothing to do if its table has no types: the value is generated as any JSON";
    BODY_UNTYPED = "GX0716" Note, "the body of an operation that creates or updates has no known type", "nothing to do if the page says no more: the body is generated as a structure of its own, as any JSON, or as bytes";
    SHARED_OPERATION = "GX0717" Note, "several pages document one operation", "nothing to do if the owner is right; otherwise correct the page, or add a fixup that leaves its template out";
    ALPHABET_DECIDES = "GX0718" Warning, "several pages document one operation, and nothing decides which of them owns it", "the first page by path owns it; add a fixup that leaves the template of the other one out";
    RESPONSE_CONFLICT = "GX0719" Note, "a page contradicts itself about what an operation returns", "compare the response section with the example; the message says which one is used";
    BODY_BY_EXAMPLE = "GX0720" Note, "the parameters of a request body are known only from example JSON", "nothing to do if their types fit; the page should list them";
    WRAPPER_UNTYPED = "GX0721" Note, "the listed parameters are inside a property of the request body, and no known type has them", "nothing to do if no page describes the type: the property is generated as any JSON";
    CHOICE_UNTYPED = "GX0722" Warning, "the types that a page offers for a request body have no common base type", "the first one is used; add a fixup if another one is right";
    FROM_EXAMPLE = "GX0725" Note, "only an example documents an operation", "nothing to do: the docs of its function say so";
    EXAMPLE_DOUBTED = "GX0726" Warning, "an example shows an operation that nothing else confirms", "correct the URL of the example, or add a fixup that adds the template";
    OWNER_BY_PATH = "GX0731" Note, "several pages fit a type equally well", "nothing to do: the first by path owns the type, the others add what it lacks";
    TYPE_ADDED_TO = "GX0732" Note, "a page adds to a type that another page owns", "nothing to do: the owner wins if both say something";
    TITLE_COUNTS = "GX0733" Note, "a page is annotated with a type that has a page of its own", "nothing to do if the page describes the type of its title; correct the annotation";
    TOO_MANY_BASES = "GX0734" Warning, "a type has too many base types, one above the other", "the type is read without its base type; the limit is in `link/bases.rs`";
    BASE_OF_EXAMPLES = "GX0735" Note, "the examples of an operation show another derived type than its page names", "nothing to do: the type that the path leads to is a base of both, and is used";
    // 08: names
    NAME_COLLISION = "GX0801" Warning, "two items want the same Rust name", "add a rename to `policy/renames.toml`";
    UNUSABLE_NAME = "GX0802" Warning, "a documented name cannot become a Rust identifier", "add a rename to `policy/renames.toml`";
    REPEATED_NAME = "GX0803" Note, "a property or a member is documented twice, or with different capitals", "nothing to do: the first one is used";
    STALE_SAMPLE = "GX0804" Warning, "an example that tests are made from no longer fits the model", "run `cargo xtask conform --write` with the docs, or delete the entry in `docs-input/conform/sample.yaml`";
    // 09: witnesses
    NAME_DIFFERS = "GX0901" Note, "the locales of a page have different names in one row, and there is proof of one of them", "nothing to do: the message says which name is used, and why";
    NAME_DOUBTED = "GX0902" Warning, "the locales of a page have different names in one row, and nothing tells which of them is right", "the row is not used; a page with its source side, or one more locale, would decide";
    TYPE_DIFFERS = "GX0903" Note, "the locales of a page have different types in one row, and there is proof of one of them", "nothing to do: the message says which type is used, and why";
    TYPE_DOUBTED = "GX0904" Warning, "the locales of a page have different types in one row, and nothing tells which of them is right", "the type is not used; a page with its source side, or one more locale, would decide";
    REMARK_DIFFERS = "GX0905" Note, "the locales of a page differ in what a row says beside name and type", "nothing to do: what the source side or most locales say is used; a word may be missing in the vocabulary of the others";
    ROW_DROPPED = "GX0906" Note, "only a minority of the locales of a page has a row or a name in a list", "nothing to do: it is left out; compare the pages if the message surprises";
    PERMISSIONS_DIFFER = "GX0907" Warning, "the locales of a page list different permissions", "nothing to do if the message names the right ones; otherwise add a fixup";
    RESPONSE_DOUBTED = "GX0908" Warning, "the locales of a page have different types of the response", "the page names no response; a page with its source side would decide";
    RESPONSE_DIFFERS = "GX0909" Note, "the locales of a page have different types of the response, and its source side of an older day decides", "nothing to do: the message says which one is used";
    VALUES_DOUBTED = "GX0910" Note, "the locales of a page list different values, and nothing tells which of them are right", "the list is left out";
    FACT_DIFFERS = "GX0911" Note, "the locales of a page differ about a fact of the whole page", "nothing to do: what the source side or most locales say is used";
    OTHER_REVISION = "GX0912" Note, "a locale has a page of another revision", "nothing to do: the newest revision is used";
    NO_LONGER_DOCUMENTED = "GX0913" Note, "newer docs no longer have what an older page documented", "nothing to do: it stays, marked with the last day on which it was documented";
    PERHAPS_RENAMED = "GX0914" Note, "an older page had a row that the newer one lacks, and the newer one has a new row in its place", "nothing to do: the new one counts; if it is not the same under another name, add the old one with a fixup";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_sorted_and_distinct() {
        assert!(ALL.windows(2).all(|pair| pair[0].id < pair[1].id));
    }
}
