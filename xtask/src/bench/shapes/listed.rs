//! The shapes that are always measured: those that once took too long, and their kin.

use super::{Kind, Part, Shape, grown, once};

const TITLE: &str = "# List lamps\n\n";
const REQUEST: &str = "# List lamps\n\n## HTTP request\n\n```http\nGET /lamps\n```\n\n";
const RESPONSE: &str = "# List lamps\n\n## HTTP request\n\n```http\nGET /lamps\n```\n\n## Response\n\n";
const PERMISSIONS: &str = "# List lamps\n\n## HTTP request\n\n```http\nGET /lamps\n```\n\n## Permissions\n\n";
const PERMISSION_TABLE: &str = "|Permission type|Permissions (from least to most privileged)|\n|:-|:-|\n";
const BODY: &str = "# Create lamp\n\n## HTTP request\n\n```http\nPOST /lamps\n```\n\n## Request body\n\n|Parameter|Type|Description|\n|:-|:-|:-|\n";
const EXAMPLE: &str = "## Examples\n\n### Request\n\n```http\nPOST https://graph.microsoft.com/v1.0/lamps\nContent-type: application/json\n\n{\n";
const LAMP: &str = "# lamp resource type\n\n";
const PROPERTIES: &str = "# lamp resource type\n\n## Properties\n\n|Property|Type|Description|\n|:-|:-|:-|\n";
const JSON: &str = "\n## JSON representation\n\n```json\n{\n";
const LOCALIZED: &str = "---\ntitle: 列出灯\nms.contentlocale: zh-CN\nms.translationtype: MT\n---\n# <a name=\"list-lamps\"></a>列出灯\n\n## <a name=\"http-request\"></a>HTTP 请求\n\n```http\nGET /lamps\n```\n\n";
const LOCALIZED_RESPONSE: &str = "---\ntitle: 列出灯\nms.contentlocale: zh-CN\nms.translationtype: MT\n---\n# <a name=\"list-lamps\"></a>列出灯\n\n## <a name=\"response\"></a>响应\n\n如果成功，此方法在响应正文中返回 ";
const LOCALIZED_PROPERTIES: &str = "---\ntitle: 灯\nms.contentlocale: zh-CN\nms.translationtype: MT\n---\n# <a name=\"lamp-resource-type\"></a>灯资源类型\n\n## <a name=\"properties\"></a>属性\n\n|属性|类型|说明|\n|:-|:-|:-|\n";
const LOCALIZED_JSON: &str = "\n## <a name=\"json-representation\"></a>JSON 表示形式\n\n```json\n{\n";
const SIDE_BY_SIDE: &str =
    "<span data-ttu-id=\"a1\">文</span><span class=\"sxs-lookup\"><span data-stu-id=\"a1\">Text {n}. </span></span>";

pub(super) fn shapes() -> Vec<Shape> {
    [markup(), requests(), permissions(), bodies(), responses(), types(), many_pages(), files()].concat()
}

fn shape(name: &str, kind: Kind, parts: impl Into<Vec<Part>>) -> Shape {
    Shape { name: name.to_owned(), kind, parts: parts.into() }
}

/// Marks of Markdown, HTML and the pipeline, below a title.
fn markup() -> Vec<Shape> {
    const UNITS: &[(&str, &str)] = &[
        ("quotations", ">"),
        ("quotations with blanks", "> "),
        ("lists in lists", "- "),
        ("numbered lists in lists", "1. "),
        ("quotations of lists", "> - "),
        ("list items", "- a\n"),
        ("list items of growing depth", "- a\n  - b\n    - c\n"),
        ("opening brackets", "["),
        ("brackets", "[a]"),
        ("links that do not end", "[a]("),
        ("links in links", "[a](b) ["),
        ("images that do not end", "!["),
        ("references", "[a][b] "),
        ("definitions of references", "[a{n}]: b\n"),
        ("stars", "*"),
        ("stars around letters", "*a **b "),
        ("pairs of stars", "** a **"),
        ("underscores", "_a_"),
        ("tildes", "~~a ~"),
        ("backticks", "`"),
        ("backticks of growing length", "`a``b```c````d`````"),
        ("a run of backticks and text", "` a "),
        ("backslashes", "\\"),
        ("entities", "&amp;&#x41;&"),
        ("angle brackets", "<"),
        ("tags that do not end", "<a "),
        ("anchors that do not end", "<a name=\""),
        ("headings with anchors that do not end", "# <a name=\"\n"),
        ("bold tags", "<b>"),
        ("blocks of html", "<div>\n\n"),
        ("tables of html", "<table><tr><td>\n\n"),
        ("declarations", "<!"),
        ("instructions", "<?"),
        ("cdata", "<![CDATA["),
        ("comments", "<!-- x -->"),
        ("comments on lines", "<!-- x -->\n"),
        ("comments after blank lines", "\n\n<!-- x -->"),
        ("comments in a line of text", "a <!-- x --> b "),
        ("comments below a table", "|a|\n|-|\n<!-- x -->\n"),
        ("comments in rows", "|a|<!-- x -->|\n"),
        (
            "comments with annotations",
            "<!-- {\"blockType\": \"request\", \"name\": \"a{n}\"} -->\n```http\nGET /a\n```\n",
        ),
        ("comments that do not end", "<!-- "),
        ("blank lines after comments", "<!-- x -->\n\n\n\n"),
        ("runs", SIDE_BY_SIDE),
        (
            "runs with comments",
            "<span data-ttu-id=\"a1\">x</span><span class=\"sxs-lookup\"><span data-stu-id=\"a1\">a <!-- b --> c</span></span>\n",
        ),
        (
            "runs on lines with comments",
            "<span data-ttu-id=\"a1\">x</span><span class=\"sxs-lookup\"><span data-stu-id=\"a1\">a</span></span> <!-- b -->\n<!-- c -->\n",
        ),
        ("runs that do not end", "<span data-ttu-id=\"a1\">"),
        ("runs without a source side", "<span data-ttu-id=\"a1\">x</span>"),
        ("a long line", "word "),
        ("a long word", "x"),
        ("letters of several bytes", "灯"),
        ("blanks", " "),
        ("tabs", "\ta"),
        ("lines with line feeds", "a\r\n"),
        ("carriage returns", "a\r"),
        ("paragraphs", "A lamp. \n\n"),
        ("rules", "---\n"),
        ("rules of other kinds", "***\n\n"),
        ("underlined headings", "a\n=\n"),
        ("headings", "## a\n"),
        ("headings with names", "## Name {n}\n"),
        ("headings of all levels", "# a\n## b\n### c\n#### d\n##### e\n###### f\n"),
        ("headings of requests", "## HTTP request\n"),
        ("headings of examples", "## Example {n}\n### Request\n### Response\n"),
        ("headings of sections", "## Request body\n\n## Response\n\n"),
        ("pipes", "|"),
        ("a table with many columns", "a|"),
        ("tables", "|a|b|\n|-|-|\nc|d\n\n"),
        ("tables without an end", "|a|b|\n|-|-|\n"),
        ("rows of a table", "|a|b|\n"),
        ("delimiter rows", "|-|-|\n"),
        ("fences", "```\na\n```\n"),
        ("fences that do not end", "```\n"),
        ("fences in fences", "````\n```\n"),
        ("fences in lists", "- ```\n"),
        ("tildes as fences", "~~~\na\n"),
        ("directives", "[!INCLUDE [a](../includes/b.md)]\n"),
        ("directives in one line", "[!INCLUDE [a](../includes/b.md)] "),
        ("directives that do not end", "[!INCLUDE ["),
        ("directives without a path", "[!INCLUDE [a]("),
        ("alerts", "> [!NOTE]\n> a\n\n"),
        ("tabs of a page", "# [HTTP](#tab/http)\n"),
        ("footnotes", "[^{n}]: a\n\n[^{n}]"),
    ];
    let mut shapes: Vec<Shape> =
        UNITS.iter().map(|(name, unit)| shape(name, Kind::Api, [once(TITLE), grown(unit)])).collect();
    shapes.extend([
        shape(
            "a wide table",
            Kind::Api,
            [once("# x\n\n|"), grown("a|"), once("\n|"), grown("-|"), once("\n|"), grown("b|"), once("\n")],
        ),
        shape("an included wide table", Kind::Include, [once("|"), grown("a|"), once("\n|"), grown("-|"), once("\n")]),
        shape("an include of comments", Kind::Include, [grown("<!-- x -->\n")]),
        shape("an include of directives", Kind::Include, [grown("[!INCLUDE [a](b{n}.md)]\n")]),
        shape("an include of itself", Kind::Include, [grown("[!INCLUDE [a](a.md)]\n")]),
        shape("an include of runs", Kind::Include, [grown(SIDE_BY_SIDE)]),
        shape("an include of headings", Kind::Include, [grown("## a {n}\n")]),
        shape("an include of fences", Kind::Include, [grown("```http\nGET /a{n}\n```\n")]),
        shape("front matter", Kind::Api, [once("---\n"), grown("a{n}: b\n"), once("---\n# x\n")]),
        shape("front matter that does not end", Kind::Api, [once("---\n"), grown("a{n}: b\n")]),
        shape("front matter of brackets", Kind::Api, [once("---\na: "), grown("["), once("\n---\n# x\n")]),
        shape("front matter of aliases", Kind::Api, [once("---\na: &a x\n"), grown("b{n}: *a\n"), once("---\n# x\n")]),
        shape(
            "front matter of runs",
            Kind::Localized,
            [once("---\ntitle: "), grown(SIDE_BY_SIDE), once("\n---\n# x\n")],
        ),
    ]);
    shapes
}

/// Templates, paths and parameters.
fn requests() -> Vec<Shape> {
    let api = |name: &str, parts: Vec<Part>| shape(name, Kind::Api, parts);
    let in_fence = |name: &str, parts: Vec<Part>| {
        let ends = [once("# x\n\n## HTTP request\n\n```http\n"), once("\n```\n")];
        let [start, end] = ends;
        shape(name, Kind::Api, [vec![start], parts, vec![end]].concat())
    };
    vec![
        in_fence("templates", vec![grown("GET /lamps/{n}\n")]),
        in_fence("the same template", vec![grown("GET /lamps\n")]),
        in_fence("templates with noise", vec![once("GET /lamps\n"), grown("Accept: x\n")]),
        in_fence("templates of many areas", vec![grown("GET /a{n}/b\n")]),
        in_fence("templates of one parent", vec![grown("POST /lamps/{id}/a{n}\n")]),
        in_fence("templates with the same names", vec![grown("POST /lamps/{a{n}}/b\n")]),
        in_fence("templates with names that differ in case", vec![grown("POST /lamps/aB{n}\nPOST /lamps/a_b{n}\n")]),
        in_fence("a path with many segments", vec![once("GET "), grown("/a{n}")]),
        in_fence("a path with many placeholders", vec![once("GET "), grown("/{a{n}}")]),
        in_fence("a path of braces", vec![once("GET /a"), grown("{")]),
        in_fence("a path of parentheses", vec![once("GET /a"), grown("(")]),
        in_fence("a path of arguments", vec![once("GET /a("), grown("b{n}='{c{n}}',"), once(")")]),
        in_fence("a path of brackets", vec![once("GET /a"), grown("<b>")]),
        in_fence("a path of alternatives", vec![once("GET /a/{id}"), grown(" | b")]),
        in_fence("a path of quotes", vec![once("GET /a('"), grown("''")]),
        in_fence("a path of blanks", vec![once("GET /a"), grown(" b")]),
        in_fence("a query of items", vec![once("GET /a?"), grown("b{n}={c}&")]),
        in_fence("a query of question marks", vec![once("GET /a"), grown("?")]),
        in_fence("a path of colons", vec![once("GET /a"), grown(":/{b}")]),
        in_fence("a path of dots", vec![once("GET /a"), grown(".b")]),
        in_fence("a path of hidden characters", vec![once("GET /a"), grown("\u{202e}")]),
        api("fences of templates", vec![once("# x\n\n## HTTP request\n\n"), grown("```http\nGET /lamps/{n}\n```\n")]),
        api(
            "sections of templates",
            vec![once("# x\n\n"), grown("## HTTP request\n\n```http\nGET /lamps/{n}\n```\n\n")],
        ),
        api("escaped fences", vec![once("# x\n\n## HTTP request\n\n"), grown("\\`\\`\\`http GET /a{n}\n\n")]),
        api(
            "query parameters",
            vec![
                once(REQUEST),
                once("## Query parameters\n\n|Name|Type|Description|\n|:-|:-|:-|\n"),
                grown("|a{n}|String|Required.|\n"),
            ],
        ),
        api(
            "query options",
            vec![once(REQUEST), once("## Optional query parameters\n\nThis method supports "), grown("`$select`, ")],
        ),
        api(
            "function parameters",
            vec![
                once(
                    "# x\n\n## HTTP request\n\n```http\nGET /lamps/on(a1={a1})\n```\n\n## Function parameters\n\n|Parameter|Type|Description|\n|:-|:-|:-|\n",
                ),
                grown("|a{n}|String|A lamp.|\n"),
            ],
        ),
        api(
            "function parameters against arguments",
            vec![
                once("# x\n\n## HTTP request\n\n```http\nGET /lamps/on("),
                grown("a{n}={a{n}},"),
                once(")\n```\n\n## Function parameters\n\n|Parameter|Type|Description|\n|:-|:-|:-|\n"),
                grown("|a{n}|String|A lamp.|\n"),
            ],
        ),
        api(
            "headers",
            vec![
                once(REQUEST),
                once("## Request headers\n\n|Name|Description|\n|:-|:-|\n"),
                grown("|A-{n}|Bearer. Required.|\n"),
            ],
        ),
        api(
            "clouds",
            vec![
                once(
                    "# x\n\n|Global service|US Government L4|US Government L5 (DOD)|China operated by 21Vianet|\n|:-|:-|:-|:-|\n",
                ),
                grown("|✅|✅|✅|❌|\n"),
            ],
        ),
        api(
            "deprecations",
            vec![
                once("# x\n\n> [!CAUTION]\n> "),
                grown(
                    "The lamp API is deprecated and will stop returning data on May 1, 2030. Use [b](c.md) instead. ",
                ),
            ],
        ),
    ]
}

fn permissions() -> Vec<Shape> {
    let table = |name: &str, parts: Vec<Part>| {
        shape(name, Kind::Api, [vec![once(PERMISSIONS), once(PERMISSION_TABLE)], parts].concat())
    };
    let text = |name: &str, unit: &str| shape(name, Kind::Api, [once(PERMISSIONS), grown(unit), once("\n")]);
    vec![
        table("a cell of permissions", vec![once("|Application|"), grown("A{n}.Read.All, "), once("|\n")]),
        table("a cell of one permission", vec![once("|Application|"), grown("A.Read.All, "), once("|\n")]),
        table("a cell of permissions and", vec![once("|Application|"), grown("A{n}.Read.All and "), once("|\n")]),
        table("a cell of permissions or", vec![once("|Application|"), grown("A{n}.Read.All or "), once("|\n")]),
        table("a cell of permissions plus", vec![once("|Application|"), grown("A{n}.Read.All plus "), once("|\n")]),
        table(
            "a cell of conditions",
            vec![once("|Application|"), grown("For a{n} resource:<br/>A{n}.Read.All<br/>"), once("|\n")],
        ),
        table("a cell of parentheses", vec![once("|Application|"), grown("A.Read.All ("), once("|\n")]),
        table("a cell of words", vec![once("|Application|"), grown("Read "), once("|\n")]),
        table("a cell of dots", vec![once("|Application|"), grown("A."), once("|\n")]),
        table("a cell of letters", vec![once("|Application|"), grown("A"), once("|\n")]),
        table("a cell of stars", vec![once("|Application|"), grown("A.Read\\*, "), once("|\n")]),
        table("rows of permissions", vec![grown("|Application|A{n}.Read.All|\n")]),
        shape(
            "tables of permissions",
            Kind::Api,
            [
                once(PERMISSIONS),
                grown(
                    "### For a{n}\n\n|Permission type|Permissions (from least to most privileged)|\n|:-|:-|\n|Application|A{n}.Read.All|\n\n",
                ),
            ],
        ),
        shape(
            "columns of least and higher permissions",
            Kind::Api,
            [
                once(PERMISSIONS),
                once(
                    "|Permission type|Least privileged permissions|Higher privileged permissions|\n|:-|:-|:-|\n|Application|",
                ),
                grown("A{n}.Read; "),
                once("|"),
                grown("B{n}.Read; "),
                once("|\n"),
            ],
        ),
        shape(
            "a matrix of permissions",
            Kind::Api,
            [
                once(PERMISSIONS),
                once("|Permission|Delegated (work or school account)|Application|\n|:-|:-|:-|\n"),
                grown("|A{n}.Read|✅|❌|\n"),
            ],
        ),
        text("permissions as bullets", "- Application: A{n}.Read.All\n"),
        text(
            "sentences about roles",
            "The user must be assigned one of the following Microsoft Entra roles: *Lamp Reader*. ",
        ),
        text("names of roles", "A user must have the Lamp{n} Reader role or "),
        text("roles as bullets", "The user must be assigned a role:\n\n- *Lamp{n} Reader*. To read x: *A B*\n"),
        shape(
            "a list of roles",
            Kind::Api,
            [once(PERMISSIONS), once("The user must be assigned one of the following roles "), grown("Role ")],
        ),
        shape(
            "permissions of properties",
            Kind::Api,
            [
                once(PERMISSIONS),
                once("### Permissions for specific scenarios\n\n"),
                grown("- To update `a{n}`, *A{n}.Read.All* is needed.\n"),
            ],
        ),
        shape(
            "a localized cell of permissions",
            Kind::Localized,
            [
                once(LOCALIZED),
                once(
                    "## <a name=\"permissions\"></a>权限\n\n|权限类型|权限（从最低特权到最高特权）|\n|:-|:-|\n|应用程序|",
                ),
                grown("A{n}.Read.All、"),
                once("|\n"),
            ],
        ),
        shape(
            "localized sentences of permissions",
            Kind::Localized,
            [once(LOCALIZED), once("## <a name=\"permissions\"></a>权限\n\n"), grown("A.Read.All ")],
        ),
    ]
}

/// Parameters in tables, and JSON in examples.
fn bodies() -> Vec<Shape> {
    let rows = "|a{n}|String|A lamp. Required.|\n";
    let keys = "  \"a{n}\": \"b\",\n";
    vec![
        shape("parameters", Kind::Api, [once(BODY), grown(rows)]),
        shape(
            "parameters against keys",
            Kind::Api,
            [once(BODY), grown(rows), once(EXAMPLE), grown(keys), once("}\n```\n")],
        ),
        shape(
            "parameters against other keys",
            Kind::Api,
            [once(BODY), grown(rows), once(EXAMPLE), grown("  \"b{n}\": 1,\n"), once("}\n```\n")],
        ),
        shape("the same parameter", Kind::Api, [once(BODY), grown("|a|String|A lamp.|\n")]),
        shape("odd parameters", Kind::Api, [once(BODY), grown("|a lamp {n}|a or b or c|A lamp.|\n")]),
        shape(
            "parameters in side by side rows",
            Kind::Api,
            [
                once("---\nms.openlocfilehash: a\nms.lasthandoff: 01/01/2019\n---\n"),
                once(BODY),
                grown(
                    "|<span data-ttu-id=\"a1\">文{n}</span><span class=\"sxs-lookup\"><span data-stu-id=\"a1\">a{n}</span></span>|String|A lamp.|\n",
                ),
                once(EXAMPLE),
                grown(keys),
                once("}\n```\n"),
            ],
        ),
        shape(
            "localized parameters against keys",
            Kind::Localized,
            [
                once(LOCALIZED),
                once("## <a name=\"request-body\"></a>请求正文\n\n|参数|类型|说明|\n|:-|:-|:-|\n"),
                grown("|灯{n}|字符串|灯。|\n"),
                once(
                    "\n## <a name=\"example\"></a>示例\n\n```http\nPOST https://graph.microsoft.com/v1.0/lamps\n\n{\n",
                ),
                grown(keys),
                once("}\n```\n"),
            ],
        ),
        shape("nested objects", Kind::Api, [once(BODY), once(EXAMPLE), grown("{\"a\": "), once("}\n```\n")]),
        shape("nested arrays", Kind::Api, [once(BODY), once(EXAMPLE), grown("["), once("}\n```\n")]),
        shape(
            "a long string",
            Kind::Api,
            [once(BODY), once(EXAMPLE), once("\"a\": \""), grown("x"), once("\"}\n```\n")],
        ),
        shape(
            "escapes in JSON",
            Kind::Api,
            [once(BODY), once(EXAMPLE), once("\"a\": \""), grown("\\\""), once("\"}\n```\n")],
        ),
        shape("comments in JSON", Kind::Api, [once(BODY), once(EXAMPLE), grown("/* a */ // b\n"), once("}\n```\n")]),
        shape("open comments in JSON", Kind::Api, [once(BODY), once(EXAMPLE), grown("/* "), once("}\n```\n")]),
        shape("strings before blanks", Kind::Api, [once(BODY), once(EXAMPLE), grown("\"a\"     "), once("}\n```\n")]),
        shape("quotation marks", Kind::Api, [once(BODY), once(EXAMPLE), grown("\""), once("}\n```\n")]),
        shape(
            "blanks after a string",
            Kind::Api,
            [once(BODY), once(EXAMPLE), grown("\"a\"\n\n\n\n\n\n"), once("}\n```\n")],
        ),
        shape(
            "examples",
            Kind::Api,
            [
                once(REQUEST),
                once("## Examples\n\n"),
                grown(
                    "### Request\n\n```http\nGET https://graph.microsoft.com/v1.0/lamps/{n}\n```\n\n### Response\n\n```http\nHTTP/1.1 200 OK\n\n{\"a{n}\": 1}\n```\n\n",
                ),
            ],
        ),
        shape(
            "examples with annotations",
            Kind::Api,
            [
                once(REQUEST),
                once("## Examples\n\n"),
                grown(
                    "<!-- {\"blockType\": \"request\", \"name\": \"a{n}\"} -->\n```http\nGET https://graph.microsoft.com/v1.0/lamps/{n}\n```\n\n<!-- {\"blockType\": \"response\", \"@odata.type\": \"microsoft.graph.lamp\"} -->\n```http\nHTTP/1.1 200 OK\n\n{\"a\": 1}\n```\n\n",
                ),
            ],
        ),
        shape(
            "requests in one block",
            Kind::Api,
            [
                once(REQUEST),
                once("## Examples\n\n```http\n"),
                grown("GET https://graph.microsoft.com/v1.0/lamps/{n}\n\n"),
                once("```\n"),
            ],
        ),
        shape(
            "responses in one block",
            Kind::Api,
            [once(REQUEST), once("## Examples\n\n```http\n"), grown("HTTP/1.1 200 OK\n\n{}\n"), once("```\n")],
        ),
        shape(
            "headers of an example",
            Kind::Api,
            [
                once(REQUEST),
                once("## Examples\n\n```http\nGET https://graph.microsoft.com/v1.0/lamps\n"),
                grown("A-{n}: b\n"),
                once("```\n"),
            ],
        ),
        shape(
            "a long address",
            Kind::Api,
            [
                once(REQUEST),
                once("## Examples\n\n```http\nGET https://graph.microsoft.com/v1.0"),
                grown("/lamps"),
                once("\n```\n"),
            ],
        ),
        shape(
            "an address with a filter",
            Kind::Api,
            [
                once(REQUEST),
                once("## Examples\n\n```http\nGET https://graph.microsoft.com/v1.0/lamps?$filter="),
                grown("a eq 'b' and ("),
                once("\n```\n"),
            ],
        ),
        shape(
            "an annotation with keys",
            Kind::Api,
            [
                once(REQUEST),
                once("<!-- {\"blockType\": \"request\""),
                grown(", \"a{n}\": 1"),
                once("} -->\n```http\nGET /a\n```\n"),
            ],
        ),
        shape(
            "an annotation with addresses",
            Kind::Api,
            [
                once(REQUEST),
                once("<!-- {\"blockType\": \"request\", \"requestUrls\": [\"a\""),
                grown(", \"GET /a{n}\""),
                once("]} -->\n```http\nGET /a\n```\n"),
            ],
        ),
        shape(
            "an annotation of brackets",
            Kind::Api,
            [
                once(REQUEST),
                once("<!-- {\"blockType\": \"request\", \"a\": "),
                grown("["),
                once(" -->\n```http\nGET /a\n```\n"),
            ],
        ),
        shape(
            "sentences of a body",
            Kind::Api,
            [
                once("# x\n\n## HTTP request\n\n```http\nPOST /lamps\n```\n\n## Request body\n\n"),
                grown(
                    "In the request body, supply a JSON representation of the [lamp](../resources/lamp{n}.md) object. ",
                ),
            ],
        ),
    ]
}

fn responses() -> Vec<Shape> {
    const UNITS: &[(&str, &str)] = &[
        ("capitals", "A.Read.All "),
        ("links", "[lamp](../resources/lamp.md) "),
        ("links with names", "[lamp{n}](../resources/lamp{n}.md) "),
        ("links with phrases", "[a lamp of {n}](../resources/lamp{n}.md) "),
        ("links to operations", "[lamp](../api/lamp-get.md) "),
        ("links in sentences", "Returns a [lamp of](lamp.md) object in the response body. "),
        ("bold names", "**lamp{n}** "),
        ("bold words", "**a lamp {n}** "),
        ("references", "[lamp][lamp{n}] "),
        ("open brackets", "[lamp "),
        ("statuses", "`200 OK` response code. "),
        ("numbers", "200 "),
        ("code", "`a` 200 "),
        ("primitives", "String "),
        ("collections", "collection "),
        ("sentences", "A lamp. "),
        ("paragraphs", "Returns a `200 OK` response code and a [lamp](../resources/lamp.md) object.\n\n"),
        ("paragraphs of primitives", "Returns a `200 OK` response code and a String object.\n\n"),
        ("dots", "A."),
        ("commas", "A, "),
    ];
    let mut shapes = Vec::new();
    for (name, unit) in UNITS {
        shapes.push(shape(&format!("response: {name}"), Kind::Api, [once(RESPONSE), grown(unit), once("\n")]));
        shapes.push(shape(
            &format!("response with a status: {name}"),
            Kind::Api,
            [
                once(RESPONSE),
                once("If successful, this method returns a `202 Accepted` response code and "),
                grown(unit),
                once("\n"),
            ],
        ));
        shapes.push(shape(
            &format!("localized response: {name}"),
            Kind::Localized,
            [once(LOCALIZED_RESPONSE), grown(unit), once("\n")],
        ));
    }
    shapes
}

fn types() -> Vec<Shape> {
    let rows = "|a{n}|String|A lamp.|\n";
    let keys = "  \"a{n}\": \"String\",\n";
    let end = "}\n```\n";
    let described = |name: &str, unit: &str| {
        shape(name, Kind::Resource, [once(PROPERTIES), once("|a|String|"), grown(unit), once("|\n")])
    };
    vec![
        shape("properties", Kind::Resource, [once(PROPERTIES), grown(rows)]),
        shape(
            "properties against keys",
            Kind::Resource,
            [once(PROPERTIES), grown(rows), once(JSON), grown(keys), once(end)],
        ),
        shape(
            "properties against other keys",
            Kind::Resource,
            [once(PROPERTIES), grown(rows), once(JSON), grown("  \"b{n}\": 1,\n"), once(end)],
        ),
        shape(
            "properties with slips against keys",
            Kind::Resource,
            [
                once(PROPERTIES),
                grown("|lampName{n} x|String|A lamp.|\n"),
                once(JSON),
                grown("  \"lampsName{n}\": 1,\n"),
                once(end),
            ],
        ),
        shape(
            "properties in lower case against keys",
            Kind::Resource,
            [
                once(PROPERTIES),
                grown("|lampname{n}|String|A lamp.|\n"),
                once(JSON),
                grown("  \"lampName{n}\": 1,\n"),
                once(end),
            ],
        ),
        shape(
            "lost names against keys",
            Kind::Resource,
            [once(PROPERTIES), grown("|灯{n}|String|A lamp.|\n"), once(JSON), grown(keys), once(end)],
        ),
        shape("the same property", Kind::Resource, [once(PROPERTIES), grown("|a|String|A lamp.|\n")]),
        shape(
            "the same property against keys",
            Kind::Resource,
            [once(PROPERTIES), grown("|a|String|A lamp.|\n"), once(JSON), grown("  \"a\": 1,\n"), once(end)],
        ),
        shape(
            "properties that differ in case",
            Kind::Resource,
            [once(PROPERTIES), grown("|aB{n}|String|x|\n|a_b{n}|String|x|\n|ab{n}|String|x|\n")],
        ),
        shape(
            "properties with the same identifier",
            Kind::Resource,
            [once(PROPERTIES), grown("|a-b|String|x|\n|a_b|String|x|\n")],
        ),
        shape("properties without types", Kind::Resource, [once(PROPERTIES), grown("|a{n}||x|\n")]),
        shape(
            "properties of many types",
            Kind::Resource,
            [once(PROPERTIES), grown("|a{n}|[lamp{n}](lamp{n}.md) collection|x|\n")],
        ),
        shape(
            "localized properties against keys",
            Kind::LocalizedResource,
            [once(LOCALIZED_PROPERTIES), grown("|灯{n}|字符串|灯。|\n"), once(LOCALIZED_JSON), grown(keys), once(end)],
        ),
        shape(
            "localized names against keys",
            Kind::LocalizedResource,
            [once(LOCALIZED_PROPERTIES), grown("|a{n}|字符串|灯。|\n"), once(LOCALIZED_JSON), grown(keys), once(end)],
        ),
        shape(
            "localized links against keys",
            Kind::LocalizedResource,
            [
                once(LOCALIZED_PROPERTIES),
                grown("|灯{n}|[灯](lamp{n}.md)|灯。|\n"),
                once(LOCALIZED_JSON),
                grown("  \"a{n}\": {\"@odata.type\": \"microsoft.graph.lamp{n}\"},\n"),
                once(end),
            ],
        ),
        shape(
            "relationships",
            Kind::Resource,
            [
                once("# lamp resource type\n\n## Relationships\n\n|Relationship|Type|Description|\n|:-|:-|:-|\n"),
                grown("|a{n}|[lamp](lamp.md) collection|A lamp.|\n"),
            ],
        ),
        shape(
            "methods",
            Kind::Resource,
            [
                once("# lamp resource type\n\n## Methods\n\n|Method|Return type|Description|\n|:-|:-|:-|\n"),
                grown("|[List {n}](../api/lamp-list{n}.md)|[lamp](lamp.md) collection|x|\n"),
            ],
        ),
        shape(
            "members",
            Kind::Resource,
            [
                once("# lampKind enum type\n\n## Members\n\n|Member|Value|Description|\n|:-|:-|:-|\n"),
                grown("|a{n}|{n}|A lamp.|\n"),
            ],
        ),
        shape(
            "the same member",
            Kind::Resource,
            [
                once("# lampKind enum type\n\n## Members\n\n|Member|Value|Description|\n|:-|:-|:-|\n"),
                grown("|a|1|A lamp.|\n"),
            ],
        ),
        shape(
            "tables of values",
            Kind::Resource,
            [
                once(PROPERTIES),
                once("|a|lampKind|x|\n\n"),
                grown("### lampKind{n} values\n\n|Member|Description|\n|:-|:-|\n|a|x|\n\n"),
            ],
        ),
        shape(
            "tables of values of properties",
            Kind::Resource,
            [
                once(PROPERTIES),
                grown("|a{n}|String|x|\n"),
                grown("\n### Lamp a{n} options\n\n|Member|Description|\n|:-|:-|\n|a|x|\n"),
            ],
        ),
        shape(
            "tables of values in one section",
            Kind::Resource,
            [
                once(PROPERTIES),
                once("|a|String|x|\n\n### Values\n\n"),
                grown("|lamp{n} values|\n|:-|\n|a|\n\n"),
                grown("Use `Prefer: include-unknown-enum-members` to get: `a{n}`.\n\n"),
            ],
        ),
        shape(
            "annotated types",
            Kind::Resource,
            [
                once(LAMP),
                grown(
                    "<!-- {\"blockType\": \"resource\", \"@odata.type\": \"microsoft.graph.a{n}\"} -->\n```json\n{}\n```\n\n",
                ),
            ],
        ),
        shape(
            "tables of properties",
            Kind::Resource,
            [once(LAMP), grown("## Properties\n\n|Property|Type|Description|\n|:-|:-|:-|\n|a{n}|String|x|\n\n")],
        ),
        shape(
            "links to sections",
            Kind::Resource,
            [
                once(PROPERTIES),
                grown("|a{n}|[b](#c{n}-values)|x|\n"),
                grown("\n### c{n} values\n\n|Value|\n|:-|\n|a|\n"),
            ],
        ),
        shape(
            "links to one section",
            Kind::Resource,
            [once(PROPERTIES), grown("|a{n}|[b](#c-values)|x|\n"), grown("\n### c values\n\n|Value|\n|:-|\n|a|\n")],
        ),
        shape(
            "blocks of JSON",
            Kind::Resource,
            [
                once(LAMP),
                once("## JSON representation\n\n"),
                grown(
                    "<!-- {\"blockType\": \"resource\", \"@odata.type\": \"microsoft.graph.lamp{n}\"} -->\n```json\n{\"a{n}\": 1}\n```\n",
                ),
            ],
        ),
        shape(
            "blocks of one type",
            Kind::Resource,
            [
                once(LAMP),
                once("## JSON representation\n\n"),
                grown(
                    "<!-- {\"blockType\": \"resource\", \"@odata.type\": \"microsoft.graph.lamp\"} -->\n```json\n{\"a{n}\": 1}\n```\n",
                ),
            ],
        ),
        shape("base types", Kind::Resource, [once(LAMP), grown("Inherits from [lamp{n}](lamp{n}.md). ")]),
        shape(
            "properties that are inherited",
            Kind::Resource,
            [once(PROPERTIES), grown("|a{n}|String|Inherited from [lamp{n}](lamp{n}.md).|\n")],
        ),
        described("values", "`a{n}`, "),
        described("possible values", "Possible values are: `a{n}`, `b`. "),
        described("values with meanings", "`a{n}` - a lamp, "),
        described("values in parentheses", "`a` ("),
        described("values by line", "`a{n}`<br>"),
        described("a list of values", "a{n}, "),
        described("a default", "The default is `a`. "),
        described("filters", "Supports `$filter` (`eq`, `ne`), "),
        described("successors", "Deprecated. Use instead [9](x). Deprecated use **9 9**. "),
        described("values on request", "Use `Prefer: include-unknown-enum-members` to get: `a`. "),
        described("days", "Deprecated and ends on May 1, 2030. "),
        described("read-only", "Read-only. Nullable. Returned only on $select. "),
        described("line breaks", "<br>"),
        described("links of a description", "[a](b.md) "),
        described("open links of a description", "[a](b "),
        described("examples in a description", "e.g. "),
        described("code in a description", "`"),
        described("stars of a description", "*a* **b** "),
    ]
}

/// Names and references of many pages.
fn many_pages() -> Vec<Shape> {
    let pages = |name: &str, unit: &str| shape(name, Kind::Pages, [once(unit)]);
    let types = |name: &str, unit: &str| shape(name, Kind::ResourcePages, [once(unit)]);
    vec![
        pages(
            "pages of one operation",
            "# x\n\n## HTTP request\n\n```http\nGET /lamps/{id}\n```\n\n## Response\n\n`200 OK` and a [lamp](../resources/lamp.md) object.\n",
        ),
        pages(
            "pages of many areas",
            "# x\n\n## HTTP request\n\n```http\nGET /a{n}/{id}\n```\n\n## Response\n\n`200 OK`.\n",
        ),
        pages(
            "pages of one area",
            "# x\n\n## HTTP request\n\n```http\nGET /lamps/{id}/a{n}\n```\n\n## Response\n\n`200 OK` and a [lamp](../resources/lamp{n}.md) object.\n",
        ),
        pages(
            "pages with names that collide",
            "# x\n\n## HTTP request\n\n```http\nPOST /lamps/a-b\nPOST /lamps/a_b\nPOST /lamps/{n}a\n```\n\n## Response\n\n`200 OK`.\n",
        ),
        pages(
            "paths that differ in punctuation",
            "# x\n\n## HTTP request\n\n```http\nPOST /lamps/a.{n}.b/c\nPOST /lamps/a_{n}_b/c\n```\n\n## Response\n\n`200 OK`.\n",
        ),
        pages(
            "actions with bodies",
            "# x\n\n## HTTP request\n\n```http\nPOST /lamps/{id}/a{n}\n```\n\n## Request body\n\n|Parameter|Type|Description|\n|:-|:-|:-|\n|b|String|x|\n\n## Response\n\n`204 No Content`.\n",
        ),
        pages(
            "functions with arguments",
            "# x\n\n## HTTP request\n\n```http\nGET /lamps/a(b{n}={b{n}})\n```\n\n## Response\n\n`200 OK` and a String in the response body.\n",
        ),
        pages(
            "calls of functions of one name",
            "# x\n\n## HTTP request\n\n```http\nGET /lamps/a(b{n}={b{n}})/c\n```\n\n## Example\n\n```http\nGET https://graph.microsoft.com/v1.0/lamps/a('x')/d\n```\n",
        ),
        pages(
            "keys of alternatives",
            "# x\n\n## HTTP request\n\n```http\nGET /lamps(b{n}='{b}')\n```\n\n## Response\n\n`200 OK`.\n",
        ),
        types(
            "types",
            "# lamp{n} resource type\n\n## Properties\n\n|Property|Type|Description|\n|:-|:-|:-|\n|id|String|x|\n|a{n}|[lamp](lamp.md)|x|\n",
        ),
        types(
            "a chain of base types",
            "# lamp{n}0 resource type\n\nInherits from [lamp{n}](lamp{n}.md).\n\n## Properties\n\n|Property|Type|Description|\n|:-|:-|:-|\n|a{n}|String|x|\n",
        ),
        types(
            "types of one base type",
            "# lamp{n} resource type\n\nInherits from [lampBase](lampbase.md).\n\n## Properties\n\n|Property|Type|Description|\n|:-|:-|:-|\n|a{n}|String|x|\n",
        ),
        types(
            "pages of one type",
            "# lamp resource type\n\n## Properties\n\n|Property|Type|Description|\n|:-|:-|:-|\n|a{n}|String|x|\n",
        ),
        types(
            "types with names that collide",
            "# lamp_{n} resource type\n\n<!-- {\"blockType\": \"resource\", \"@odata.type\": \"microsoft.graph.a.lamp{n}\"} -->\n```json\n{\"a\": \"String\"}\n```\n",
        ),
        types(
            "types of many namespaces",
            "# lamp resource type\n\n<!-- {\"blockType\": \"resource\", \"@odata.type\": \"microsoft.graph.a{n}.lamp\"} -->\n```json\n{\"a\": \"String\"}\n```\n",
        ),
        types(
            "enumerations",
            "# lamp{n} resource type\n\n## Properties\n\n|Property|Type|Description|\n|:-|:-|:-|\n|a|lampKind|Possible values are: `a{n}`, `b`.|\n",
        ),
        types(
            "references to unknown types",
            "# lamp{n} resource type\n\n## Properties\n\n|Property|Type|Description|\n|:-|:-|:-|\n|a|[b{n}](c{n}.md)|x|\n",
        ),
    ]
}

fn files() -> Vec<Shape> {
    let facts = |name: &str, parts: Vec<Part>| shape(name, Kind::Facts, parts);
    let head = "version: v1.0\npages:\n- page: api-reference/v1.0/api/a.md\n  locale: en-US\n";
    vec![
        facts("facts of brackets", vec![once("version: v1.0\npages: "), grown("[")]),
        facts("facts of braces", vec![once("version: v1.0\npages: "), grown("{a: ")]),
        facts("facts of lists in lists", vec![once("version: v1.0\npages:\n"), grown("- ")]),
        facts("facts of keys in keys", vec![once("version: v1.0\npages:\n"), grown("? ")]),
        facts("facts of closed brackets", vec![once("version: v1.0\npages: ["), grown("[], "), once("]\n")]),
        facts("facts of aliases", vec![once("version: v1.0\na: &a x\npages: ["), grown("*a, "), once("]\n")]),
        facts("facts of anchors", vec![once("version: v1.0\npages: ["), grown("&a{n} x, "), once("]\n")]),
        facts("facts of tags", vec![once("version: v1.0\npages: "), grown("!a ")]),
        facts("facts of quotation marks", vec![once("version: v1.0\npages: "), grown("\"")]),
        facts("facts of long keys", vec![once("version: v1.0\n"), grown("a"), once(": b\n")]),
        facts("facts of keys", vec![once("version: v1.0\n"), grown("a{n}: b\n")]),
        facts("facts of documents", vec![grown("---\n")]),
        facts("facts of comments", vec![once("version: v1.0\npages: []\n"), grown("# a\n")]),
        facts(
            "facts of pages",
            vec![
                once("version: v1.0\npages:\n"),
                grown("- page: api-reference/v1.0/api/a{n}.md\n  locale: en-US\n  requests:\n  - GET /a{n}\n"),
            ],
        ),
        facts("facts of requests", vec![once(head), once("  requests:\n"), grown("  - GET /a{n}\n")]),
        facts("facts of growing depth", vec![once(head), once("  requests:\n"), grown("  - - a\n")]),
        facts("facts of hidden characters", vec![once("version: v1.0\npages: \""), grown("\\u202e"), once("\"\n")]),
        shape("a lock of brackets", Kind::Lock, [once("sources: "), grown("[")]),
        shape("a lock of files", Kind::Lock, [once("sources: []\nfiles:\n"), grown("  a{n}: b\n")]),
    ]
}
