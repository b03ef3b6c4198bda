//! The OData query options that an operation takes according to its page.

use super::{Context, Output};
use crate::markup::View;
use crate::model::facts::QueryOptions;
use crate::vocab::{Role, Words};

/// The system query options that Graph has (OData 4.01, part 2, section 5.1). `$skiptoken` and
/// `$deltatoken` are not among them: they come in links, and callers do not set them.
const SYSTEM_QUERY_OPTIONS: [&str; 9] =
    ["$select", "$expand", "$filter", "$orderby", "$search", "$top", "$skip", "$count", "$format"];

pub(super) fn extract_query_options(context: &Context<'_>, out: &mut Output<'_>) {
    let options = &mut out.facts.query_options;
    for (_, section) in context.sections(Role::QueryParameters) {
        for text in context.texts(section) {
            read_text(text, context.words, options);
        }
        for row in context.tables(section).flat_map(|table| table.rows()) {
            if let Some(name) = row.cell(0) {
                add(named(name.source(), name), options);
            }
        }
    }
}

fn read_text(text: View<'_>, words: Words<'_>, options: &mut QueryOptions) {
    if words.is_not_supported(text.source()) {
        options.in_general = Some(false);
    }
    for sentence in sentences(text.source()) {
        let named = named(sentence, text);
        if words.denies_query_options(sentence) {
            options.in_general = Some(false);
            if words.makes_exception(sentence) {
                add(named, options);
            }
        } else if named.is_empty() && words.grants_query_options(sentence) {
            options.in_general.get_or_insert(true);
        } else if !words.denies(sentence) {
            add(named, options);
        }
    }
}

/// Adds names in documented order, each once.
fn add(named: Vec<&'static str>, options: &mut QueryOptions) {
    for name in named {
        if !options.named.iter().any(|known| known == name) {
            options.named.push(name.to_owned());
        }
    }
}

/// The query options that a part of a text names: `$select`, or `select` as code.
fn named(part: &str, text: View<'_>) -> Vec<&'static str> {
    let is_code = |word: &str| text.code_spans().any(|code| code.trim() == word);
    let words = part.split(|c: char| !c.is_ascii_alphanumeric() && c != '$').filter(|word| !word.is_empty());
    let names = words.filter_map(|word| {
        let bare = word.rsplit('$').next().unwrap_or(word);
        let known = SYSTEM_QUERY_OPTIONS.into_iter().find(|option| option[1..].eq_ignore_ascii_case(bare));
        known.filter(|_| word.contains('$') || is_code(word))
    });
    names.collect()
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive("。").flat_map(|part| part.split_inclusive(". "))
}

#[cfg(test)]
mod tests {
    use crate::extract::{PageInput, extract_page};
    use crate::model::facts::QueryOptions;
    use crate::source::PagePath;
    use crate::vocab::Vocab;

    fn options(page: &str) -> QueryOptions {
        let vocab = Vocab::parse([
            ("en.toml", include_str!("../../vocab/en.toml")),
            ("zh-CN.toml", include_str!("../../vocab/zh-CN.toml")),
        ]);
        let path = PagePath::new("api-reference/v1.0/api/kite-get.md");
        extract_page(PageInput::new(&path, "zh-CN", page.as_bytes()), &vocab.expect("two tables")).query_options
    }

    #[test]
    fn what_sentences_say() {
        let table = [
            ("", None, ""),
            ("See elsewhere.", None, ""),
            ("It supports `$select` and $Expand. Ask for `$select` often.", None, "$select $expand"),
            ("It supports the `orderby` OData query parameter to order by top.", None, "$orderby"),
            ("Ends with cost$top, $topmost and $skiptoken.", None, "$top"),
            ("It supports the [OData query parameters](x.md).", Some(true), ""),
            ("It supports the [OData query parameters](x.md), that is $top and `$skip`.", None, "$top $skip"),
            ("It supports the OData query parameters. Use $filter for most.", Some(true), "$filter"),
            ("It supports some of the OData query parameters.\n\n* $count\n* $top", None, "$count $top"),
            ("It does **not** support the OData query parameters. $top isn't supported.", Some(false), ""),
            ("Not supported.", Some(false), ""),
            ("Use $top. The other OData query parameters are not currently supported.", Some(false), "$top"),
            ("It does not support any OData query parameters other than `$top`.", Some(false), "$top"),
            ("Its height does not support `$select`.", None, ""),
            ("|Name|Description|\n|:-|:-|\n|$expand|Mentions $top.|\n|wind|Other.|", None, "$expand"),
        ];
        for (text, in_general, named) in table {
            let page = format!(
                "# Get kite\n\n## HTTP request\n```http\nGET /kites/{{id}}\n```\n\n## Optional query parameters\n{text}\n\n## Response\nNever `$search`.\n"
            );
            let named = named.split_whitespace().map(str::to_owned).collect();
            assert_eq!(options(&page), QueryOptions { in_general, named }, "{text}");
        }
    }

    #[test]
    fn what_translated_sentences_say() {
        let table = [
            ("此操作支持 `$select` 和`$top`。", None, "$select $top"),
            ("此操作支持 [OData 查询参数](x.md)。", Some(true), ""),
            ("此操作不支持使用 OData 查询参数。", Some(false), ""),
        ];
        for (text, in_general, named) in table {
            let page = format!(
                "---\nms.contentlocale: zh-CN\n---\n# 获取风筝\n\n## <a name=\"http-request\"></a>HTTP 请求\n```http\nGET /kites/{{id}}\n```\n\n## <a name=\"optional-query-parameters\"></a>可选的查询参数\n{text}\n"
            );
            let named = named.split_whitespace().map(str::to_owned).collect();
            assert_eq!(options(&page), QueryOptions { in_general, named }, "{text}");
        }
    }
}
