//! Prints the page tree as the rules see it, with the lines of the file.

use std::io::Write;

use anyhow::Result;
use graphdocs::diag::Sink;
use graphdocs::markup::{BlockKind, Container, Dialect, Fence, FrontMatter, Page, Table, View};
use graphdocs::source::escaped;
use graphdocs::vocab::{Vocab, Words};

const MAX_FENCE_LINES: usize = 6;
const MAX_TEXT: usize = 100;

pub(super) fn print(name: &str, raw: &str, locale: &str, vocab: &Vocab, out: &mut dyn Write) -> Result<()> {
    let mut sink = Sink::new(raw);
    let page = Page::parse(raw, locale, &mut sink);
    let front = page.front_matter.as_ref();
    let locale = front.map(FrontMatter::locale).filter(|locale| !locale.is_empty()).unwrap_or(locale);
    writeln!(out, "page     {name}")?;
    writeln!(out, "locale   {locale}")?;
    writeln!(out, "dialect  {:?}, {} translated runs", page.dialect, page.unit_count())?;
    for (key, value) in front.iter().flat_map(|front| &front.entries) {
        writeln!(out, "  {key}: {}", shorten(value))?;
    }
    let words = vocab.words(if page.dialect == Dialect::Localized { locale } else { "en" });
    for (at, text) in pieces(&page, words) {
        let line = sink.line(at);
        let mut prefix = format!("{line:>5}");
        for text in text.lines() {
            writeln!(out, "{}", format!("{prefix}  {text}").trim_end())?;
            prefix = " ".repeat(prefix.len());
        }
    }
    Ok(())
}

/// All pieces with their places, in the order of the file.
fn pieces(page: &Page<'_>, words: Words<'_>) -> Vec<(u32, String)> {
    let mut pieces = Vec::new();
    for section in &page.sections {
        let indent = "  ".repeat(usize::from(section.level));
        if let Some(heading) = section.heading {
            let role = words.section_role(&section.slug).map(|role| format!(" = {role:?}")).unwrap_or_default();
            let hashes = "#".repeat(usize::from(section.level));
            let text = shorten(page.view(heading).source());
            pieces.push((section.span.start, format!("{}{hashes} {text} [{}]{role}", &indent[2..], section.slug)));
        }
        for block in &page.blocks()[section.blocks.clone()] {
            let text = block_text(page, &block.kind, words);
            pieces.push((page.span(block.at.clone()).start, indented(&indent, &text)));
        }
    }
    for comment in page.comments() {
        let text = comment_text(page.comment_text(comment), comment.closed);
        pieces.push((comment.span.start, text));
    }
    // The sort is stable: pieces that start at the same place stay in document order.
    pieces.sort_by_key(|(at, _)| *at);
    pieces
}

fn block_text(page: &Page<'_>, kind: &BlockKind, words: Words<'_>) -> String {
    match *kind {
        BlockKind::Heading { text, .. } => format!("heading: {}", shorten(page.view(text).source())),
        BlockKind::Tab(text) => format!("tab: {}", shorten(page.view(text).source())),
        BlockKind::Paragraph { text, container } => {
            let kind = match container {
                Container::None => "text",
                Container::Item => "item",
                Container::Quote => "quote",
            };
            format!("{kind}: {}", view_text(page.view(text)))
        }
        BlockKind::Table(index) => table_text(page.table(index), words),
        BlockKind::Fence(index) => fence_text(&page.fence(index)),
        BlockKind::Html(text) => format!("html: {}", shorten(page.view(text).source())),
        BlockKind::Rule => "rule".to_owned(),
    }
}

fn table_text(table: Table<'_>, words: Words<'_>) -> String {
    let columns = table.header().map(|cell| match words.column(cell.source()) {
        Some(column) => format!("{} = {column:?}", view_text(cell)),
        None => view_text(cell),
    });
    let mut text = format!("table {}: {}", table.index, columns.collect::<Vec<_>>().join(" | "));
    for row in table.rows() {
        text.push_str("\n  | ");
        text.push_str(&row.cells().map(view_text).collect::<Vec<_>>().join(" | "));
    }
    text
}

fn fence_text(fence: &Fence<'_>) -> String {
    let mut text = format!("fence {}: {}", fence.index, fence.info);
    for line in fence.body.lines().take(MAX_FENCE_LINES) {
        text.push_str("\n  > ");
        text.push_str(&shorten(line));
    }
    let lines = fence.body.lines().count();
    if lines > MAX_FENCE_LINES {
        text.push_str(&format!("\n  … {} more lines", lines - MAX_FENCE_LINES));
    }
    text
}

fn comment_text(content: &str, closed: bool) -> String {
    let one_line = content.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("<!-- {} {}", shorten(&one_line), if closed { "-->" } else { "(never closed)" })
}

fn view_text(view: View<'_>) -> String {
    let links: Vec<_> = view.links().map(|link| link.destination).collect();
    let text = view.lines().collect::<Vec<_>>().join(" ⏎ ");
    if links.is_empty() { shorten(&text) } else { format!("{} → {}", shorten(&text), links.join(", ")) }
}

fn indented(indent: &str, text: &str) -> String {
    text.lines().map(|line| format!("{indent}{line}")).collect::<Vec<_>>().join("\n")
}

fn shorten(text: &str) -> String {
    let short: String = text.chars().take(MAX_TEXT).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let mut short = escaped(&short).into_owned();
    if text.chars().nth(MAX_TEXT).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "---\nms.prod: x\n---\n# Sync\n## HTTP Request\n<!-- { \"blockType\": \"request\" } -->\n```http\nGET /a\n```\n\n|Name|Type|\n|:-|:-|\n|id|[String](s.md)|\n";

    #[test]
    fn the_tree_shows_lines_roles_cells_and_comments() {
        let vocab = "locale = \"en\"\n[[section]]\nrole = \"http-request\"\nslugs = [\"http-request\"]\n[columns]\ntype = [\"type\"]\n";
        let vocab = Vocab::parse([("en.toml", vocab)]).expect("a vocabulary");
        let mut out = Vec::new();
        print("a.md", PAGE, "en-US", &vocab, &mut out).expect("printed");
        let text = String::from_utf8(out).expect("text");
        for expected in [
            "    4  # Sync [sync]\n",
            "    5    ## HTTP Request [http-request] = HttpRequest\n",
            "    6  <!-- { \"blockType\": \"request\" } -->\n",
            "    7      fence 0: http\n             > GET /a\n",
            "   11      table 0: Name | Type = Type\n             | id | String → s.md\n",
        ] {
            assert!(text.contains(expected), "{expected:?} in\n{text}");
        }
    }
}
