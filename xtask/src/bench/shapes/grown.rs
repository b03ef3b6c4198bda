//! Further shapes: what pages are made of, repeated inside every kind of section, in an order that a seed decides.

use super::{Kind, Part, Shape, grown, once};

/// What a page contains, in small pieces.
const ATOMS: &[&str] = &[
    "word ",
    "A.Read.All ",
    "lamp{n} ",
    "`a{n}` ",
    "`",
    "**bold{n}** ",
    "**",
    "*",
    "_a_ ",
    "[lamp{n}](../resources/lamp{n}.md) ",
    "[",
    "](",
    "![a](b) ",
    "<br>",
    "<b>",
    "</b>",
    "<a name=\"b\"></a>",
    "<!-- a -->",
    "<!--",
    "-->",
    "\n",
    "\n\n",
    "\n## Name {n}\n\n",
    "\n### a\n\n",
    "\n> a\n",
    "\n- a{n}\n",
    "\n1. a\n",
    "|",
    "|a{n}|String|A lamp.|\n",
    "\n|a|b|\n|:-|:-|\n|c{n}|d|\n",
    "\n```\na\n```\n",
    "\n```http\nGET /lamps/{n}\n```\n",
    "\n```json\n{\"a{n}\": 1}\n```\n",
    "\n```http\nHTTP/1.1 200 OK\n\n{\"a{n}\": 1}\n```\n",
    "[!INCLUDE [a](../includes/b{n}.md)]\n",
    "`200 OK` ",
    "200 ",
    "String ",
    "collection ",
    "Possible values are: `a{n}`. ",
    "Deprecated. Use **b{n}** instead. ",
    "Supports `$filter` (`eq`). ",
    "Read-only. ",
    "The default is `a`. ",
    ". ",
    ", ",
    "(",
    ")",
    "{a{n}}",
    "/a{n}",
    "\"a{n}\": \"b\", ",
    "{",
    "[{",
    "\\",
    "灯",
    "&amp;",
    "<span data-ttu-id=\"a1\">",
    "</span>",
    "<span data-ttu-id=\"a1\">文</span><span class=\"sxs-lookup\"><span data-stu-id=\"a1\">text{n}</span></span> ",
    "\n<!-- {\"blockType\": \"request\", \"name\": \"a{n}\"} -->\n",
    "The user must be assigned the *Lamp{n} Reader* role. ",
    "or ",
    "and ",
    "for a: ",
    "Inherits from [a{n}](a{n}.md). ",
    "in the response body ",
    " - ",
    ": ",
    "\r\n",
    "\t",
    "~~~\n",
    "---\n",
    "===\n",
    "https://a.example/b ",
];

/// Where they are put: a name, the kind of page, and what is before and after.
const PLACES: &[(&str, Kind, &str, &str)] = &[
    ("title", Kind::Api, "# ", "\n"),
    ("introduction", Kind::Api, "# x\n\n", "\n"),
    ("permissions", Kind::Api, "# x\n\n```http\nGET /a\n```\n\n## Permissions\n\n", "\n"),
    (
        "permission cell",
        Kind::Api,
        "# x\n\n## Permissions\n\n|Permission type|Permissions (from least to most privileged)|\n|:-|:-|\n|Application|",
        "|\n",
    ),
    (
        "permission columns",
        Kind::Api,
        "# x\n\n## Permissions\n\n|Permission type|Least privileged permissions|Higher privileged permissions|\n|:-|:-|:-|\n|Application|",
        "|A.Read|\n",
    ),
    ("request", Kind::Api, "# x\n\n## HTTP request\n\n", "\n"),
    ("template", Kind::Api, "# x\n\n## HTTP request\n\n```http\nGET /a", "\n```\n"),
    (
        "headers",
        Kind::Api,
        "# x\n\n```http\nGET /a\n```\n\n## Request headers\n\n|Name|Description|\n|:-|:-|\n|A|",
        "|\n",
    ),
    ("query parameters", Kind::Api, "# x\n\n```http\nGET /a\n```\n\n## Query parameters\n\n", "\n"),
    ("request body", Kind::Api, "# x\n\n```http\nPOST /a\n```\n\n## Request body\n\n", "\n"),
    (
        "parameter",
        Kind::Api,
        "# x\n\n```http\nPOST /a\n```\n\n## Request body\n\n|Parameter|Type|Description|\n|:-|:-|:-|\n|a|String|",
        "|\n",
    ),
    (
        "parameter rows",
        Kind::Api,
        "# x\n\n```http\nPOST /a\n```\n\n## Request body\n\n|Parameter|Type|Description|\n|:-|:-|:-|\n",
        "\n## Example\n\n```http\nPOST https://graph.microsoft.com/v1.0/a\n\n{\"a\": 1, \"b\": 2, \"c\": 3}\n```\n",
    ),
    ("response", Kind::Api, "# x\n\n```http\nGET /a\n```\n\n## Response\n\n", "\n"),
    (
        "response after a status",
        Kind::Api,
        "# x\n\n```http\nGET /a\n```\n\n## Response\n\nIf successful, this method returns a `200 OK` response code and ",
        "\n",
    ),
    (
        "localized response",
        Kind::Localized,
        "---\nms.translationtype: MT\nms.contentlocale: zh-CN\n---\n# <a name=\"x\"></a>列\n\n## <a name=\"response\"></a>响应\n\n",
        "\n",
    ),
    (
        "localized permissions",
        Kind::Localized,
        "---\nms.translationtype: MT\nms.contentlocale: zh-CN\n---\n# <a name=\"x\"></a>列\n\n## <a name=\"permissions\"></a>权限\n\n",
        "\n",
    ),
    (
        "localized request body",
        Kind::Localized,
        "---\nms.translationtype: MT\nms.contentlocale: zh-CN\n---\n# <a name=\"x\"></a>列\n\n## <a name=\"request-body\"></a>请求正文\n\n|参数|类型|说明|\n|:-|:-|:-|\n",
        "\n",
    ),
    ("example", Kind::Api, "# x\n\n```http\nGET /a\n```\n\n## Example\n\n### Request\n\n", "\n"),
    (
        "example text",
        Kind::Api,
        "# x\n\n```http\nGET /a\n```\n\n## Example\n\n```http\nPOST https://graph.microsoft.com/v1.0/a\n\n{",
        "}\n```\n",
    ),
    (
        "example address",
        Kind::Api,
        "# x\n\n```http\nGET /a\n```\n\n## Example\n\n```http\nGET https://graph.microsoft.com/v1.0/a",
        "\n```\n",
    ),
    ("annotation", Kind::Api, "# x\n\n<!-- {\"blockType\": \"request\", ", "} -->\n```http\nGET /a\n```\n"),
    ("front matter", Kind::Api, "---\ntitle: ", "\n---\n# x\n"),
    ("include", Kind::Include, "", "\n"),
    ("type title", Kind::Resource, "# lamp", " resource type\n"),
    ("type introduction", Kind::Resource, "# lamp resource type\n\n", "\n"),
    (
        "property",
        Kind::Resource,
        "# lamp resource type\n\n## Properties\n\n|Property|Type|Description|\n|:-|:-|:-|\n|a|String|",
        "|\n",
    ),
    (
        "property type",
        Kind::Resource,
        "# lamp resource type\n\n## Properties\n\n|Property|Type|Description|\n|:-|:-|:-|\n|a|",
        "|x|\n",
    ),
    (
        "property name",
        Kind::Resource,
        "# lamp resource type\n\n## Properties\n\n|Property|Type|Description|\n|:-|:-|:-|\n|",
        "|String|x|\n",
    ),
    (
        "property rows",
        Kind::Resource,
        "# lamp resource type\n\n## Properties\n\n|Property|Type|Description|\n|:-|:-|:-|\n",
        "\n## JSON representation\n\n```json\n{\"a\": \"String\"}\n```\n",
    ),
    (
        "relationship rows",
        Kind::Resource,
        "# lamp resource type\n\n## Relationships\n\n|Relationship|Type|Description|\n|:-|:-|:-|\n",
        "\n",
    ),
    (
        "methods",
        Kind::Resource,
        "# lamp resource type\n\n## Methods\n\n|Method|Return type|Description|\n|:-|:-|:-|\n|",
        "|None|x|\n",
    ),
    ("members", Kind::Resource, "# lampKind enum type\n\n## Members\n\n|Member|Description|\n|:-|:-|\n|", "|x|\n"),
    (
        "json",
        Kind::Resource,
        "# lamp resource type\n\n## JSON representation\n\n<!-- {\"blockType\": \"resource\", \"@odata.type\": \"microsoft.graph.lamp\"} -->\n```json\n{",
        "}\n```\n",
    ),
    (
        "localized properties",
        Kind::LocalizedResource,
        "---\nms.translationtype: MT\nms.contentlocale: zh-CN\n---\n# <a name=\"lamp-resource-type\"></a>灯\n\n## <a name=\"properties\"></a>属性\n\n|属性|类型|说明|\n|:-|:-|:-|\n",
        "\n",
    ),
    (
        "localized property",
        Kind::LocalizedResource,
        "---\nms.translationtype: MT\nms.contentlocale: zh-CN\n---\n# <a name=\"lamp-resource-type\"></a>灯\n\n## <a name=\"properties\"></a>属性\n\n|属性|类型|说明|\n|:-|:-|:-|\n|a|字符串|",
        "|\n",
    ),
    ("facts", Kind::Facts, "version: v1.0\npages: ", "\n"),
];

/// As many shapes as wanted; the same ones for the same seed.
pub(super) fn shapes(seed: u64, count: usize) -> Vec<Shape> {
    let mut numbers = Numbers(seed);
    (0..count)
        .map(|number| {
            // Every place comes in turn, and some have a second one behind them.
            let (name, kind, before, after) = PLACES[number % PLACES.len()];
            let unit = unit(&mut numbers);
            let mut parts: Vec<Part> = vec![once(before), grown(&unit), once(after)];
            let mut name = format!("{name}: {unit:?}");
            let (other, other_kind, before, after) = PLACES[numbers.below(PLACES.len())];
            if numbers.below(3) == 0 && other_kind == kind && kind != Kind::Facts {
                let unit = self::unit(&mut numbers);
                // A page has one title and one front matter.
                let before = before
                    .rsplit_once("\n\n## ")
                    .map_or_else(|| "\n\n".to_owned(), |(_, rest)| format!("\n\n## {rest}"));
                parts.extend([once(&before), grown(&unit), once(after)]);
                name += &format!(" and {other}: {unit:?}");
            }
            Shape { name, kind, parts }
        })
        .collect()
}

/// One to three atoms.
fn unit(numbers: &mut Numbers) -> String {
    let length = 1 + numbers.below(3);
    (0..length).map(|_| ATOMS[numbers.below(ATOMS.len())]).collect()
}

/// A generator of numbers that repeat for the same seed (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap_or_default()
    }
}
