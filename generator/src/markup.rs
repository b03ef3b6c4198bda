//! Parses a page into a tree: front matter, sections by anchor, tables, fences, annotations and
//! bilingual text.
//!
//! Three dialects yield the same tree: side-by-side pages (translation spans), plain localized pages
//! (no spans; heading anchors are the English slugs) and source-language pages. The dialect is chosen
//! per page. Layers above never see a tag, a Markdown event or YAML; this module knows nothing about
//! permissions or parameters.

mod blocks;
mod fences;
pub mod front_matter;
mod html;
mod html_table;
mod includes;
pub mod proof;
mod split;
mod tables;
mod text;
pub mod yaml;
mod yaml_nesting;

use std::borrow::Cow;
use std::ops::Range;

pub use blocks::{Block, BlockKind, Container};
pub use front_matter::FrontMatter;
pub use includes::{Directive, scan as scan_directives};
pub use split::Comment;
pub use text::{Link, MarkKind, Text};

use crate::diag::{Sink, codes, quoted};
use crate::source::Span;

/// Longer pages are rejected; the longest real one has 423 KB.
pub const MAX_PAGE_BYTES: usize = 4 << 20;

/// How a page carries its source language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Localized and source text, side by side in spans.
    SideBySide,
    /// Localized text only.
    Localized,
    /// The source language itself.
    Source,
}

/// A heading and what follows it, up to the next heading.
#[derive(Debug)]
pub struct Section<'a> {
    /// `None` for the part before the first heading.
    pub heading: Option<Text>,
    /// 1 to 6; 0 for the part before the first heading.
    pub level: u8,
    /// The slug of the English heading, in every language.
    pub slug: Cow<'a, str>,
    /// Index of the enclosing section.
    pub parent: Option<usize>,
    /// Range of [`Page::blocks`], the heading itself excluded.
    pub blocks: Range<usize>,
    pub span: Span,
}

/// A parsed page. Texts are handles; [`Page::view`] reads them.
#[derive(Debug)]
pub struct Page<'a> {
    pub raw: &'a str,
    pub dialect: Dialect,
    pub front_matter: Option<FrontMatter<'a>>,
    pub sections: Vec<Section<'a>>,
    split: split::Split,
    parsed: blocks::Blocks,
}

impl<'a> Page<'a> {
    /// Parses a page. Anything that cannot be read is reported and left out.
    #[must_use]
    pub fn parse(raw: &'a str, locale: &str, sink: &mut Sink<'_>) -> Self {
        let cut = front_matter::cut(raw);
        let front_matter = cut.yaml.and_then(|yaml| read_front_matter(raw, yaml, sink));
        let mut split = split::split(raw, cut.body);
        for span in &split.malformed {
            sink.report(&codes::MALFORMED_SPAN, *span, "a translation span starts here but has no source side");
        }
        let mut parsed = blocks::parse(&split.text);
        if let Some(repaired) = fences::repair(&parsed, &mut split) {
            for at in repaired {
                let span = split.span(at..at);
                sink.report(&codes::UNCLOSED_FENCE, span, "a code block is not closed before this line");
            }
            parsed = blocks::parse(&split.text);
        }
        let locale =
            front_matter.as_ref().map(FrontMatter::locale).filter(|locale| !locale.is_empty()).unwrap_or(locale);
        let dialect = if split.units > 0 {
            Dialect::SideBySide
        } else if split.anchors.is_empty() || is_english(locale) {
            Dialect::Source
        } else {
            Dialect::Localized
        };
        let mut page = Self { raw, dialect, front_matter, sections: Vec::new(), split, parsed };
        page.sections = page.find_sections();
        page.report_repairs(sink);
        page
    }

    fn report_repairs(&self, sink: &mut Sink<'_>) {
        for comment in self.split.comments.iter().filter(|comment| !comment.closed) {
            sink.report(
                &codes::UNCLOSED_COMMENT,
                comment.span,
                "an HTML comment is never closed; the rest of the page is inside it",
            );
        }
        for table in self.parsed.tables.iter().filter(|table| table.repaired) {
            sink.report(
                &codes::REPAIRED_TABLE,
                self.span(table.at.clone()),
                "the cells of this table do not fit its header",
            );
        }
        if self.parsed.truncated {
            let end = self.raw.len();
            sink.report(
                &codes::PAGE_TOO_LARGE,
                Span::new(end, end),
                "the page has too many parts; the rest is not read",
            );
        }
    }

    fn find_sections(&self) -> Vec<Section<'a>> {
        let mut sections = vec![Section {
            heading: None,
            level: 0,
            slug: Cow::Borrowed(""),
            parent: None,
            blocks: 0..0,
            span: self.span(0..0),
        }];
        let mut open: Vec<usize> = Vec::new();
        let mut anchors = self.split.anchors.iter().peekable();
        for (index, block) in self.parsed.blocks.iter().enumerate() {
            let BlockKind::Heading { level, text } = block.kind else { continue };
            while anchors.next_if(|anchor| anchor.at < block.at.start).is_some() {}
            let slug = anchors
                .next_if(|anchor| anchor.at <= block.at.end)
                .map(|anchor| &self.raw[anchor.slug.start as usize..anchor.slug.end as usize]);
            let slug = match slug {
                Some(slug) if !slug.is_empty() => Cow::Borrowed(slug),
                _ => Cow::Owned(slugify(self.view(text).source())),
            };
            while open.last().is_some_and(|&outer| sections[outer].level >= level) {
                open.pop();
            }
            if let Some(last) = sections.last_mut() {
                last.blocks.end = index;
            }
            let parent = open.last().copied();
            open.push(sections.len());
            sections.push(Section {
                heading: Some(text),
                level,
                slug,
                parent,
                blocks: index + 1..index + 1,
                span: self.span(block.at.clone()),
            });
        }
        if let Some(last) = sections.last_mut() {
            last.blocks.end = self.parsed.blocks.len();
        }
        sections
    }

    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.parsed.blocks
    }

    #[must_use]
    pub fn comments(&self) -> &[Comment] {
        &self.split.comments
    }

    /// The content of a comment, as in the file.
    #[must_use]
    pub fn comment_text(&self, comment: &Comment) -> &'a str {
        &self.raw[comment.content.start as usize..comment.content.end as usize]
    }

    /// Where the text after the front matter starts.
    #[must_use]
    pub fn body(&self) -> usize {
        self.split.body() as usize
    }

    #[must_use]
    pub fn table_count(&self) -> usize {
        self.parsed.tables.len()
    }

    #[must_use]
    pub fn fence_count(&self) -> usize {
        self.parsed.fences.len()
    }

    #[must_use]
    pub fn table(&self, index: u32) -> Table<'_> {
        Table { page: self, table: &self.parsed.tables[index as usize], index }
    }

    #[must_use]
    pub fn fence(&self, index: u32) -> Fence<'_> {
        let fence = &self.parsed.fences[index as usize];
        Fence {
            info: self.parsed.arena.str(fence.info),
            body: self.parsed.arena.str(fence.body),
            span: self.span(fence.at.clone()),
            at: fence.at.clone(),
            index,
        }
    }

    #[must_use]
    pub fn view(&self, text: Text) -> View<'_> {
        View { page: self, text }
    }

    /// The range of the file that a range of the source text came from.
    #[must_use]
    pub fn span(&self, at: Range<u32>) -> Span {
        self.split.span(at)
    }

    /// The first paragraph under the title that is neither a label (`Namespace: x.y`) nor an include.
    #[must_use]
    pub fn first_paragraph(&self) -> Option<Text> {
        let section = self.sections.iter().find(|section| section.level == 1)?;
        let mut paragraphs = self.blocks()[section.blocks.clone()].iter().filter_map(|block| match block.kind {
            BlockKind::Paragraph { text, container: Container::None } => Some(text),
            _ => None,
        });
        paragraphs.find(|text| {
            let markdown = self.source_markdown(*text).trim();
            let label = markdown.split_once(": ").or_else(|| markdown.split_once('：'));
            label.is_none_or(|(_, value)| value.contains(' ')) && !markdown.starts_with("[!")
        })
    }

    /// The source-language Markdown of a text.
    fn source_markdown(&self, text: Text) -> &str {
        &self.source_text()[text.at().start as usize..text.at().end as usize]
    }

    /// The source-language Markdown of the body, without anchors and comments.
    #[must_use]
    pub fn source_text(&self) -> &str {
        &self.split.text
    }

    /// Number of translated runs.
    #[must_use]
    pub fn unit_count(&self) -> usize {
        self.split.units
    }
}

/// The source-language Markdown of a whole page, without front matter, anchors and comments.
#[must_use]
pub fn source_text(raw: &str) -> String {
    split::split(raw, front_matter::cut(raw).body).text
}

/// Parses Markdown and does nothing with it: the baseline for the cost of reading a page.
#[must_use]
pub fn count_markdown_events(text: &str) -> usize {
    blocks::count_events(text)
}

fn read_front_matter<'a>(raw: &'a str, yaml: &'a str, sink: &mut Sink<'_>) -> Option<FrontMatter<'a>> {
    let start = yaml.as_ptr() as usize - raw.as_ptr() as usize;
    let span = Span::new(start, start + yaml.len().min(80));
    if yaml.contains("<span data-ttu-id") {
        sink.report(&codes::FRONT_MATTER, span, "the front matter was translated as text and contains no metadata");
        return None;
    }
    match front_matter::parse(yaml) {
        Ok(front) => Some(front),
        Err(error) => {
            sink.report(
                &codes::FRONT_MATTER,
                span,
                format!("the front matter cannot be read: {}", quoted(&error.to_string())),
            );
            None
        }
    }
}

fn is_english(locale: &str) -> bool {
    locale.get(..2).is_some_and(|language| language.eq_ignore_ascii_case("en"))
}

/// The anchor that the docs platform gives a heading: lower case, blanks to hyphens, other
/// punctuation dropped.
#[must_use]
pub fn slugify(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' '));
    kept.flat_map(|c| if c == ' ' { '-'.to_lowercase() } else { c.to_lowercase() }).collect()
}

/// A text of a page.
#[derive(Clone, Copy, Debug)]
pub struct View<'p> {
    page: &'p Page<'p>,
    text: Text,
}

impl<'p> View<'p> {
    /// The source-language text: for identifiers, numbers and words that rules look up.
    ///
    /// A plain localized page has no source side; there, this is the localized text.
    #[must_use]
    pub fn source(self) -> &'p str {
        self.page.parsed.arena.str(self.text)
    }

    /// The localized Markdown: for documentation, never for facts.
    #[must_use]
    pub fn localized(self) -> String {
        let at = self.text.at();
        self.page.split.localized(self.page.raw, at).trim().trim_start_matches('#').trim().to_owned()
    }

    /// The localized text without its Markdown.
    #[must_use]
    pub fn localized_text(self) -> String {
        blocks::plain_text(&self.localized())
    }

    pub fn links(self) -> impl Iterator<Item = Link<'p>> {
        self.page.parsed.arena.links(self.text)
    }

    pub fn code_spans(self) -> impl Iterator<Item = &'p str> {
        self.marked(MarkKind::Code)
    }

    pub fn marked(self, kind: MarkKind) -> impl Iterator<Item = &'p str> {
        self.ranges(kind).map(move |range| &self.source()[range])
    }

    /// Byte ranges inside [`View::source`] of the marks of one kind.
    pub fn ranges(self, kind: MarkKind) -> impl Iterator<Item = Range<usize>> {
        self.page.parsed.arena.ranges(self.text, kind)
    }

    /// The source text between line breaks.
    pub fn lines(self) -> impl Iterator<Item = &'p str> {
        let source = self.source();
        let mut start = 0;
        let mut breaks = self.ranges(MarkKind::Break);
        let mut done = false;
        std::iter::from_fn(move || {
            if done {
                return None;
            }
            let line = match breaks.next() {
                Some(end) => {
                    let line = &source[start.min(end.start)..end.start];
                    start = end.end;
                    line
                }
                None => {
                    done = true;
                    &source[start..]
                }
            };
            Some(line.trim())
        })
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.source().trim().is_empty()
    }

    #[must_use]
    pub fn span(self) -> Span {
        self.page.span(self.text.at())
    }
}

/// A table of a page.
#[derive(Clone, Copy, Debug)]
pub struct Table<'p> {
    page: &'p Page<'p>,
    table: &'p blocks::Table,
    pub index: u32,
}

impl<'p> Table<'p> {
    #[must_use]
    pub fn columns(self) -> usize {
        self.table.columns as usize
    }

    fn cells(self) -> &'p [Text] {
        &self.page.parsed.cells[self.table.cells.start as usize..self.table.cells.end as usize]
    }

    pub fn header(self) -> impl Iterator<Item = View<'p>> {
        self.cells().iter().take(self.columns()).map(move |&text| self.page.view(text))
    }

    pub fn rows(self) -> impl Iterator<Item = TableRow<'p>> {
        let page = self.page;
        self.cells().chunks(self.columns().max(1)).skip(1).map(move |cells| TableRow { page, cells })
    }

    #[must_use]
    pub fn span(self) -> Span {
        self.page.span(self.table.at.clone())
    }
}

/// A body row of a table.
#[derive(Clone, Copy, Debug)]
pub struct TableRow<'p> {
    page: &'p Page<'p>,
    cells: &'p [Text],
}

impl<'p> TableRow<'p> {
    #[must_use]
    pub fn cell(self, column: usize) -> Option<View<'p>> {
        self.cells.get(column).map(|&text| self.page.view(text))
    }

    pub fn cells(self) -> impl Iterator<Item = View<'p>> {
        self.cells.iter().map(move |&text| self.page.view(text))
    }
}

/// A code block of a page.
#[derive(Clone, Debug)]
pub struct Fence<'p> {
    pub info: &'p str,
    pub body: &'p str,
    pub span: Span,
    /// Its range in the source text.
    pub at: Range<u32>,
    pub index: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn page(raw: &str) -> (Page<'_>, Vec<crate::diag::Diagnostic>) {
        let mut sink = Sink::new(raw);
        let page = Page::parse(raw, "zh-CN", &mut sink);
        (page, sink.finish())
    }

    fn cells(page: &Page<'_>, table: u32) -> Vec<Vec<String>> {
        page.table(table).rows().map(|row| row.cells().map(|cell| cell.source().to_owned()).collect()).collect()
    }

    #[test]
    fn sections_nest_and_tabs_do_not() {
        let (page, _) = page("# A\n## HTTP Request\n# [HTTP](#tab/http)\ntext\n### B c!\n## D\n");
        let sections: Vec<_> =
            page.sections.iter().map(|s| (s.level, s.slug.as_ref(), s.parent, s.blocks.len())).collect();
        assert_eq!(
            sections,
            [
                (0, "", None, 0),
                (1, "a", None, 0),
                (2, "http-request", Some(1), 2),
                (3, "b-c", Some(2), 0),
                (2, "d", Some(1), 0)
            ]
        );
    }

    #[test]
    fn surplus_cells_join_the_last_column() {
        let (page, diagnostics) = page("|a|b|\n|--|--|\n|1|x (\\*.y | z)|\n|2|\nnot a row\n");
        assert_eq!(cells(&page, 0), [["1", "x (*.y | z)"], ["2", ""]]);
        assert_eq!(diagnostics[0].code.id, "GX0107");
        assert!(matches!(page.blocks()[1].kind, BlockKind::Paragraph { .. }));
    }

    #[test]
    fn a_delimiter_of_the_wrong_width_is_repaired() {
        let (page, _) = page("|a|b|\n|--|--|--|\n|`1`|[x](y.md)|\n");
        assert_eq!(cells(&page, 0), [["1", "x"]]);
        let row = page.table(0).rows().next().expect("a row");
        assert_eq!(row.cell(1).expect("a cell").links().next().expect("a link").destination, "y.md");
    }

    #[test]
    fn breaks_and_code() {
        let (page, _) = page("|a|\n|--|\n|For **x**:<br/>`A.Read`, B<br>C|\n");
        let row = page.table(0).rows().next().expect("a row");
        let cell = row.cell(0).expect("a cell");
        assert_eq!(cell.lines().collect::<Vec<_>>(), ["For x:", "A.Read, B", "C"]);
        assert_eq!(cell.code_spans().collect::<Vec<_>>(), ["A.Read"]);
    }

    #[test]
    fn tight_list_items_are_paragraphs() {
        let (page, _) = page("- a `b`\n- c\n  ```http\n  GET /x\n  ```\n");
        let texts: Vec<_> = page
            .blocks()
            .iter()
            .filter_map(|block| match block.kind {
                BlockKind::Paragraph { text, container } => Some((page.view(text).source(), container)),
                _ => None,
            })
            .collect();
        assert_eq!(texts, [("a b", Container::Item), ("c", Container::Item)]);
        assert_eq!(page.fence(0).body, "GET /x\n");
    }

    #[test]
    fn slugs() {
        for (heading, slug) in [
            ("HTTP request", "http-request"),
            ("Example 1: Get a (small) list", "example-1-get-a-small-list"),
            ("C#", "c"),
        ] {
            assert_eq!(slugify(heading), slug);
        }
    }
}
