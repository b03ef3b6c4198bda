//! Turns pulldown-cmark's events into the blocks of a page.
//!
//! Repairs what Markdown loses silently: surplus cells of a row, tables whose delimiter row does
//! not match the header, and text lines that a table swallows up.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::html;
use super::html_table::{self, Part};
use super::tables;
use super::text::{Arena, MarkKind, Text};
use crate::source::offset;

/// A top-level piece of a page, in document order.
#[derive(Clone, Debug)]
pub struct Block {
    pub kind: BlockKind,
    /// Its range in the source text.
    pub at: Range<u32>,
}

#[derive(Clone, Debug)]
pub enum BlockKind {
    Heading {
        level: u8,
        text: Text,
    },
    /// `# [HTTP](#tab/http)`: a code tab, not a section.
    Tab(Text),
    /// A paragraph, list item or quoted paragraph.
    Paragraph {
        text: Text,
        container: Container,
    },
    /// Index into [`Blocks::tables`].
    Table(u32),
    /// Index into [`Blocks::fences`].
    Fence(u32),
    Html(Text),
    Rule,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    None,
    Item,
    Quote,
}

/// A table as cells in row-major order; the first row is the header.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub at: Range<u32>,
    pub columns: u32,
    /// Range of [`Blocks::cells`].
    pub cells: Range<u32>,
    /// Whether Markdown alone would have lost some or all of it.
    pub repaired: bool,
}

/// A code block.
#[derive(Clone, Debug)]
pub(super) struct Fence {
    pub at: Range<u32>,
    pub info: Text,
    pub body: Text,
    /// Offset of the first byte of the body in the source text.
    pub body_at: u32,
}

/// The result of a parse.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    pub arena: Arena,
    pub blocks: Vec<Block>,
    pub tables: Vec<Table>,
    pub cells: Vec<Text>,
    pub fences: Vec<Fence>,
    /// Whether the page has too many events, so that the rest was not read.
    pub truncated: bool,
}

impl Blocks {
    /// Reserves capacity for a text of this size.
    fn for_text(text: &str) -> Self {
        Self {
            arena: Arena::with_capacity(text.len()),
            blocks: Vec::with_capacity(text.len() / 64),
            cells: Vec::with_capacity(text.len() / 48),
            ..Self::default()
        }
    }
}

/// A 150 KB page can be made to produce 600,000 events; real ones produce a few thousand at most.
const MAX_EVENTS: usize = 1_000_000;
const MAX_CELLS: usize = 200_000;

pub(super) fn count_events(text: &str) -> usize {
    Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter().count()
}

/// A piece of Markdown as a reader sees it.
pub(super) fn plain_text(markdown: &str) -> String {
    let mut text = String::new();
    for event in Parser::new(markdown) {
        match event {
            Event::Text(piece) | Event::Code(piece) => text.push_str(&piece),
            Event::SoftBreak | Event::HardBreak | Event::InlineHtml(_) | Event::End(TagEnd::Paragraph) => {
                text.push(' ');
            }
            _ => {}
        }
    }
    text
}

#[must_use]
pub(super) fn parse(text: &str) -> Blocks {
    let mut builder = Builder {
        text,
        out: Blocks::for_text(text),
        capture: None,
        implicit: false,
        open: Vec::new(),
        raised: None,
        quotes: 0,
        items: 0,
        table: None,
        fence: None,
        html: None,
        html_table_end: 0,
        table_end: None,
    };
    for (number, (event, range)) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter().enumerate() {
        if number > MAX_EVENTS || builder.out.cells.len() > MAX_CELLS {
            builder.out.truncated = true;
            break;
        }
        builder.event(event, range);
    }
    builder.flush_implicit();
    builder.out
}

struct Builder<'t> {
    text: &'t str,
    out: Blocks,
    capture: Option<Capture>,
    /// Whether the open capture is the text of a tight list item, which has no paragraph of its
    /// own.
    implicit: bool,
    /// Open links and emphases: their kind and where they start.
    open: Vec<(MarkKind, u32)>,
    /// Where the open superscript starts.
    raised: Option<u32>,
    quotes: u32,
    items: u32,
    table: Option<TableState>,
    fence: Option<FenceState>,
    html: Option<u32>,
    /// The end of an HTML table; Markdown events before it are ignored.
    html_table_end: u32,
    /// The end of the next HTML table, once it was searched for; the inner value is `None` after the last
    /// one.
    table_end: Option<Option<usize>>,
}

struct Capture {
    start: Text,
    at: Range<u32>,
}

struct TableState {
    at: Range<u32>,
    columns: u32,
    cells: u32,
    row: u32,
    repaired: bool,
    /// Text lines that the table swallowed.
    swallowed: Vec<Range<u32>>,
}

struct FenceState {
    at: Range<u32>,
    info: Text,
    body: u32,
    body_at: Option<u32>,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        let at = offset(range.start)..offset(range.end);
        if at.start < self.html_table_end {
            return;
        }
        match event {
            Event::Start(Tag::HtmlBlock) if self.html_table(&at) => {}
            Event::Start(tag) => self.start(tag, at),
            Event::End(tag) => self.end(tag, at),
            Event::Text(text) => {
                if let Some(fence) = &mut self.fence {
                    fence.body_at.get_or_insert(at.start);
                    self.out.arena.push(&text);
                } else {
                    self.inline(at);
                    self.out.arena.push(&text);
                }
            }
            Event::Code(code) => {
                self.inline(at);
                let start = self.out.arena.len();
                self.out.arena.push(&code);
                self.out.arena.mark(MarkKind::Code, start);
            }
            Event::InlineHtml(tag) => {
                self.inline(at);
                match html::effect(&tag) {
                    html::Effect::Break => self.line_break(),
                    html::Effect::Raise => self.raised = Some(self.out.arena.len()),
                    html::Effect::Lower => {
                        if let Some(start) = self.raised.take() {
                            self.out.arena.mark(MarkKind::Superscript, start);
                        }
                    }
                    html::Effect::None => {}
                }
            }
            Event::SoftBreak => {
                self.inline(at);
                self.out.arena.push(" ");
            }
            Event::HardBreak => {
                self.inline(at);
                self.line_break();
            }
            Event::Html(line) if self.html.is_some() => {
                self.out.arena.push(&line);
            }
            Event::Rule => {
                self.flush_implicit();
                self.block(BlockKind::Rule, at);
            }
            _ => {}
        }
    }

    fn line_break(&mut self) {
        let start = self.out.arena.len();
        self.out.arena.push(" ");
        self.out.arena.mark(MarkKind::Break, start);
    }

    fn start(&mut self, tag: Tag<'_>, at: Range<u32>) {
        match tag {
            Tag::Link { dest_url, .. } => {
                self.inline(at);
                let dest = self.out.arena.destination(&dest_url);
                self.open.push((MarkKind::Link(dest), self.out.arena.len()));
            }
            Tag::Image { .. } => {
                self.inline(at);
                self.open.push((MarkKind::Image, self.out.arena.len()));
            }
            Tag::Strong => {
                self.inline(at);
                self.open.push((MarkKind::Strong, self.out.arena.len()));
            }
            Tag::Emphasis | Tag::Strikethrough => {
                self.inline(at);
                self.open.push((MarkKind::Emphasis, self.out.arena.len()));
            }
            Tag::Heading { .. } | Tag::Paragraph | Tag::TableCell => {
                self.flush_implicit();
                self.begin(at);
            }
            Tag::BlockQuote(_) => {
                self.flush_implicit();
                self.quotes += 1;
            }
            Tag::Item => {
                self.flush_implicit();
                self.items += 1;
            }
            Tag::Table(alignments) => {
                self.flush_implicit();
                let cells = offset(self.out.cells.len());
                self.table = Some(TableState {
                    at,
                    columns: offset(alignments.len()),
                    cells,
                    row: cells,
                    repaired: false,
                    swallowed: Vec::new(),
                });
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.row = offset(self.out.cells.len());
                }
            }
            Tag::CodeBlock(kind) => {
                self.flush_implicit();
                let info = match &kind {
                    CodeBlockKind::Fenced(info) => info.trim(),
                    CodeBlockKind::Indented => "",
                };
                let start = self.out.arena.here(at.start);
                self.out.arena.push(info);
                let info = self.out.arena.text(start, at.clone());
                self.fence = Some(FenceState { at, info, body: self.out.arena.len(), body_at: None });
            }
            Tag::HtmlBlock => {
                self.flush_implicit();
                self.html = Some(self.out.arena.len());
            }
            _ => self.flush_implicit(),
        }
    }

    fn end(&mut self, tag: TagEnd, at: Range<u32>) {
        match tag {
            TagEnd::Link | TagEnd::Image | TagEnd::Strong | TagEnd::Emphasis | TagEnd::Strikethrough => {
                if let Some((kind, start)) = self.open.pop() {
                    self.out.arena.mark(kind, start);
                }
            }
            TagEnd::Heading(level) => {
                if let Some(text) = self.finish() {
                    let is_tab = self.out.arena.links(text).any(|link| link.destination.starts_with("#tab/"));
                    let kind =
                        if is_tab { BlockKind::Tab(text) } else { BlockKind::Heading { level: level as u8, text } };
                    self.block(kind, at);
                }
            }
            TagEnd::Paragraph => self.end_paragraph(&at),
            TagEnd::TableCell => {
                if let Some(text) = self.finish() {
                    self.out.cells.push(text);
                }
            }
            TagEnd::TableHead | TagEnd::TableRow => self.end_row(tag == TagEnd::TableHead, &at),
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    self.finish_table(table);
                }
            }
            TagEnd::CodeBlock => {
                if let Some(fence) = self.fence.take() {
                    let start = self.out.arena.here_from(fence.body, fence.at.start);
                    let body = self.out.arena.text(start, fence.at.clone());
                    let body_at = fence.body_at.unwrap_or(fence.at.end);
                    self.out.fences.push(Fence { at: fence.at.clone(), info: fence.info, body, body_at });
                    self.block(BlockKind::Fence(offset(self.out.fences.len()) - 1), fence.at);
                }
            }
            TagEnd::HtmlBlock => {
                if let Some(start) = self.html.take() {
                    let start = self.out.arena.here_from(start, at.start);
                    let text = self.out.arena.text(start, at.clone());
                    self.block(BlockKind::Html(text), at);
                }
            }
            TagEnd::BlockQuote(_) => {
                self.flush_implicit();
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::Item => {
                self.flush_implicit();
                self.items = self.items.saturating_sub(1);
            }
            _ => self.flush_implicit(),
        }
    }

    fn block(&mut self, kind: BlockKind, at: Range<u32>) {
        self.out.blocks.push(Block { kind, at });
    }

    fn begin(&mut self, at: Range<u32>) {
        self.capture = Some(Capture { start: self.out.arena.here(at.start), at });
        self.open.clear();
        self.raised = None;
        self.implicit = false;
    }

    /// Inline content outside a paragraph belongs to a tight list item.
    fn inline(&mut self, at: Range<u32>) {
        if let Some(capture) = &mut self.capture {
            capture.at.end = capture.at.end.max(at.end);
        } else {
            self.begin(at);
            self.implicit = true;
        }
    }

    fn finish(&mut self) -> Option<Text> {
        self.implicit = false;
        let capture = self.capture.take()?;
        Some(self.out.arena.text(capture.start, capture.at))
    }

    fn flush_implicit(&mut self) {
        if !self.implicit {
            return;
        }
        if let Some(text) = self.finish() {
            self.paragraph(text);
        }
    }

    fn paragraph(&mut self, text: Text) {
        let container = match (self.quotes, self.items) {
            (0, 0) => Container::None,
            (0, _) => Container::Item,
            _ => Container::Quote,
        };
        self.block(BlockKind::Paragraph { text, container }, text.at());
    }

    fn end_paragraph(&mut self, at: &Range<u32>) {
        let Some(text) = self.finish() else { return };
        match tables::find_lost(&self.text[at.start as usize..at.end as usize]) {
            None => self.paragraph(text),
            Some(lost) => self.lost_table(&lost, at.start),
        }
    }

    /// Reads an HTML table, which may contain blank lines. Returns false if there is none.
    fn html_table(&mut self, at: &Range<u32>) -> bool {
        let rest = &self.text[at.start as usize..];
        let is_table = rest.trim_start().get(..6).is_some_and(|tag| tag.eq_ignore_ascii_case("<table"));
        // A quote or list may end before a table inside it does.
        if !is_table || self.quotes > 0 || self.items > 0 {
            return false;
        }
        let Some(end) = self.next_table_end(at.start as usize) else { return false };
        let html = &self.text[at.start as usize..end];
        self.flush_implicit();
        let first_cell = offset(self.out.cells.len());
        let mut rows: Vec<Vec<Text>> = Vec::new();
        let mut open: Option<Text> = None;
        let mut line = at.start;
        for part in html_table::parts(html) {
            match part {
                Part::Row(row) => {
                    self.finish_html_cell(open.take(), line, &mut rows);
                    line = at.start + offset(row);
                    rows.push(Vec::new());
                }
                Part::Cell => {
                    self.finish_html_cell(open.take(), line, &mut rows);
                    open = Some(self.out.arena.here(line));
                    self.open.clear();
                }
                Part::Text(text) => self.push_html_text(&text, open),
                Part::Break => self.line_break(),
                Part::Link(destination) => {
                    let destination = self.out.arena.destination(destination);
                    self.open.push((MarkKind::Link(destination), self.out.arena.len()));
                }
                Part::Code => self.open.push((MarkKind::Code, self.out.arena.len())),
                Part::Strong => self.open.push((MarkKind::Strong, self.out.arena.len())),
                Part::End => {
                    if let Some((kind, start)) = self.open.pop() {
                        self.out.arena.mark(kind, start);
                    }
                }
            }
        }
        self.finish_html_cell(open.take(), line, &mut rows);
        let at = at.start..offset(end);
        self.html_table_end = at.end;
        let columns = rows.first().map_or(0, Vec::len);
        if columns == 0 {
            return true;
        }
        for row in rows.iter().take(MAX_CELLS / columns) {
            for column in 0..columns {
                let empty = self.out.arena.here(at.start);
                self.out.cells.push(row.get(column).copied().unwrap_or(empty));
            }
        }
        let columns = offset(columns);
        self.finish_table(TableState {
            at,
            columns,
            cells: first_cell,
            row: first_cell,
            repaired: false,
            swallowed: Vec::new(),
        });
        true
    }

    /// The end of the next `</table>`. Each part of the text is searched once.
    fn next_table_end(&mut self, from: usize) -> Option<usize> {
        let is_known = self.table_end.is_some_and(|end| end.is_none_or(|end| end > from));
        if !is_known {
            const END: &str = "</table>";
            let end = find_ignoring_case(&self.text[from..], END).next().map(|at| from + at + END.len());
            self.table_end = Some(end);
        }
        self.table_end.flatten()
    }

    fn finish_html_cell(&self, open: Option<Text>, line: u32, rows: &mut [Vec<Text>]) {
        if let (Some(start), Some(row)) = (open, rows.last_mut()) {
            row.push(self.out.arena.text(start, line..line));
        }
    }

    /// Collapses blanks and line ends to one blank, and to none at the start of a cell.
    fn push_html_text(&mut self, text: &str, cell: Option<Text>) {
        let mut is_blank = cell.is_none_or(|cell| self.out.arena.str(self.out.arena.text(cell, 0..0)).is_empty());
        for c in text.chars() {
            let c = if c.is_ascii_whitespace() { ' ' } else { c };
            if c != ' ' || !is_blank {
                self.out.arena.push(c.encode_utf8(&mut [0; 4]));
            }
            is_blank = c == ' ';
        }
    }

    /// Rebuilds a table that Markdown took for a paragraph.
    fn lost_table(&mut self, lost: &tables::Lost, base: u32) {
        let shift = |range: &Range<usize>| offset(range.start) + base..offset(range.end) + base;
        if let Some(before) = &lost.before {
            let text = self.inline_text(shift(before));
            self.paragraph(text);
        }
        let cells = offset(self.out.cells.len());
        for row in &lost.rows {
            if self.out.cells.len() > MAX_CELLS {
                self.out.truncated = true;
                break;
            }
            for column in 0..lost.columns {
                let cell = row.get(column).map_or(base..base, &shift);
                let text = self.inline_text(cell);
                self.out.cells.push(text);
            }
        }
        let at = shift(&lost.at);
        self.finish_table(TableState {
            at,
            columns: offset(lost.columns),
            cells,
            row: cells,
            repaired: true,
            swallowed: Vec::new(),
        });
    }

    fn end_row(&mut self, head: bool, at: &Range<u32>) {
        let Some(mut table) = self.table.take() else { return };
        let row = &self.text[at.start as usize..at.end as usize];
        let pipes = tables::count_pipes(row);
        if pipes == 0 && !head && table.columns > 1 {
            self.out.cells.truncate(table.row as usize);
            table.swallowed.push(at.clone());
        } else {
            let missing = (table.row + table.columns).saturating_sub(offset(self.out.cells.len()));
            for _ in 0..missing {
                let empty = self.out.arena.here(at.end);
                self.out.cells.push(empty);
            }
            let columns = table.columns as usize;
            if let Some(rows) =
                (pipes > columns && columns > 1).then(|| tables::split_joined_rows(row, columns)).flatten()
            {
                self.out.cells.truncate(table.row as usize);
                for cell in rows {
                    let text = self.inline_text(offset(cell.start) + at.start..offset(cell.end) + at.start);
                    self.out.cells.push(text);
                }
                table.repaired = true;
                self.table = Some(table);
                return;
            }
            if pipes > columns - 1 && columns > 1 {
                let cells = tables::split_row(row, table.columns as usize);
                if let Some(last) = cells.surplus {
                    let text = self.inline_text(offset(last.start) + at.start..offset(last.end) + at.start);
                    if let Some(cell) = self.out.cells.get_mut((table.row + table.columns - 1) as usize) {
                        *cell = text;
                    }
                    table.repaired = true;
                }
            }
            self.out.cells.truncate((table.row + table.columns) as usize);
        }
        self.table = Some(table);
    }

    fn finish_table(&mut self, table: TableState) {
        let cells = table.cells..offset(self.out.cells.len());
        let at = table.at;
        self.out.tables.push(Table { at: at.clone(), columns: table.columns, cells, repaired: table.repaired });
        self.block(BlockKind::Table(offset(self.out.tables.len()) - 1), at);
        for line in table.swallowed {
            let text = self.inline_text(line);
            self.paragraph(text);
        }
    }

    /// Parses a part of the text separately, for repairs.
    fn inline_text(&mut self, at: Range<u32>) -> Text {
        let text = &self.text[at.start as usize..at.end as usize];
        let outer_open = std::mem::take(&mut self.open);
        self.raised = None;
        let start = self.out.arena.here(at.start);
        for (event, range) in Parser::new(text.trim_start()).into_offset_iter() {
            if self.out.arena.is_full() {
                break;
            }
            let inner = at.clone();
            match event {
                Event::Start(tag @ (Tag::Link { .. } | Tag::Image { .. } | Tag::Strong | Tag::Emphasis)) => {
                    self.capture.get_or_insert(Capture { start, at: inner });
                    let open = match tag {
                        Tag::Link { dest_url, .. } => MarkKind::Link(self.out.arena.destination(&dest_url)),
                        Tag::Image { .. } => MarkKind::Image,
                        Tag::Strong => MarkKind::Strong,
                        _ => MarkKind::Emphasis,
                    };
                    self.open.push((open, self.out.arena.len()));
                }
                Event::End(TagEnd::Link | TagEnd::Image | TagEnd::Strong | TagEnd::Emphasis) => {
                    if let Some((kind, start)) = self.open.pop() {
                        self.out.arena.mark(kind, start);
                    }
                }
                Event::Text(_) | Event::Code(_) | Event::InlineHtml(_) | Event::SoftBreak | Event::HardBreak => {
                    self.capture.get_or_insert(Capture { start, at: inner });
                    self.event(event, range.start + at.start as usize..range.end + at.start as usize);
                }
                Event::Html(html) => self.out.arena.push(&html::lines(&html).join(" ")),
                _ => {}
            }
        }
        self.capture = None;
        self.open = outer_open;
        self.out.arena.text(start, at)
    }
}

/// The offsets of a tag in a text, ignoring ASCII case.
fn find_ignoring_case<'t>(text: &'t str, wanted: &'t str) -> impl Iterator<Item = usize> + 't {
    let places = memchr::memchr_iter(b'<', text.as_bytes());
    places.filter(move |&at| {
        text.as_bytes().get(at..at + wanted.len()).is_some_and(|found| found.eq_ignore_ascii_case(wanted.as_bytes()))
    })
}
