//! Splits a side-by-side page into its two texts, in one linear pass over the bytes.
//!
//! In the file, a translated run is `<span data-ttu-id="…">localized</span><span class="sxs-lookup"><span
//! data-stu-id="…">source</span></span>` and apart from that, the pipeline only adds an `<a name="slug"></a>`
//! to each heading. The pass keeps the source side, records where the localized side is, removes heading
//! anchors and HTML comments (comments take precedence over every other construct and may be inside
//! paragraphs, tables and fences), and maps each byte of the result back to the file.
//!
//! It works on the whole text, before Markdown parsing, because runs cross lines, cells and links.
//! It knows nothing about Markdown beyond "a heading starts with `#`".

use std::ops::Range;

use memchr::{memchr, memchr2};

use crate::source::{Span, offset};

/// The source-language text of a page body, with a map back to the file.
#[derive(Debug, Default)]
pub(super) struct Split {
    /// Source-language Markdown without anchors and comments.
    pub text: String,
    /// Heading anchors, by position in [`Split::text`].
    pub anchors: Vec<Anchor>,
    /// HTML comments, by position in [`Split::text`].
    pub comments: Vec<Comment>,
    /// Number of translated runs.
    pub units: usize,
    /// Runs that start like a translation span but are not one; kept as text.
    pub malformed: Vec<Span>,
    /// Offset of the body in the file.
    body: u32,
    pieces: Vec<Piece>,
}

/// `<a name="slug"></a>` at the start of a heading.
#[derive(Debug)]
pub(super) struct Anchor {
    pub at: u32,
    pub slug: Range<u32>,
}

/// An HTML comment, cut out of the text.
#[derive(Clone, Debug)]
pub struct Comment {
    /// Its former position in [`Split::text`].
    pub at: u32,
    /// The whole comment in the file.
    pub span: Span,
    /// The text between `<!--` and `-->`, in the file.
    pub content: Range<u32>,
    /// Whether its lines contain no other text.
    pub own_lines: bool,
    pub closed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Unit,
    /// A run that differs in [`Split::text`]: a line break or a comment was removed.
    OddUnit,
    Anchor,
    Comment,
    /// A blank, inserted where the pipeline lost one (`#<a name=…`).
    Blank,
}

/// A stretch of the file whose bytes in [`Split::text`] differ from those on disk.
#[derive(Debug)]
struct Piece {
    kind: Kind,
    text: Range<u32>,
    raw: Range<u32>,
    /// The bytes of the file that were copied to [`Split::text`].
    content: Range<u32>,
    localized: Range<u32>,
}

/// A repair of [`Split::text`].
#[derive(Clone, Copy, Debug)]
pub(super) enum Edit {
    /// Text that corresponds to nothing in the file.
    Insert { at: u32, text: &'static str },
    /// The line that starts here becomes empty.
    BlankLine { at: u32 },
}

impl Edit {
    fn at(self) -> u32 {
        match self {
            Self::Insert { at, .. } | Self::BlankLine { at } => at,
        }
    }
}

/// Where the text after each edit went.
#[derive(Default)]
struct Moves {
    /// The end of what was removed, and where it is in the new text; in order.
    ends: Vec<(Range<u32>, u32)>,
}

impl Moves {
    fn add(&mut self, at: u32, removed: u32, end: u32) {
        self.ends.push((at..at + removed, end));
    }

    /// A piece behind the last edit.
    fn piece(&self, piece: Piece) -> Piece {
        let moved = |at: u32| self.ends.last().map_or(at, |(removed, end)| moved(at, removed, *end));
        Piece { text: moved(piece.text.start)..moved(piece.text.end), ..piece }
    }

    fn cursor(&self) -> Cursor<'_> {
        Cursor { moves: self, next: 0 }
    }
}

/// Where a place behind an edit went; what was in the removed text is at its end.
fn moved(at: u32, removed: &Range<u32>, end: u32) -> u32 {
    end + at.max(removed.end) - removed.end
}

/// Finds out where places went that are asked for in order.
struct Cursor<'m> {
    moves: &'m Moves,
    next: usize,
}

impl Cursor<'_> {
    fn moved(&mut self, at: u32) -> u32 {
        while self.moves.ends.get(self.next).is_some_and(|(removed, _)| removed.start <= at) {
            self.next += 1;
        }
        let last = self.next.checked_sub(1).and_then(|last| self.moves.ends.get(last));
        last.map_or(at, |(removed, end)| moved(at, removed, *end))
    }
}

/// Where a part of the text before translation starts.
#[derive(Clone, Copy, Debug)]
pub(super) enum PartStart {
    /// At this byte of [`Split::text`].
    Text(u32),
    /// At this byte of the file.
    File(u32),
}

/// Limit for one side of a run; the longest line of the real docs has 11,722 characters.
const MAX_SIDE_BYTES: usize = 32 << 10;

const UNIT: &str = "<span data-ttu-id=\"";
const BETWEEN: &str = "</span><span class=\"sxs-lookup\"><span data-stu-id=\"";
const END: &str = "</span>";
const UNIT_END: &str = "</span></span>";

/// Splits `raw[body..]`. Offsets in the result are those of `raw`.
#[must_use]
pub(super) fn split(raw: &str, body: usize) -> Split {
    Splitter {
        raw,
        pos: body,
        line_start: 0,
        line_seen: 0,
        line_is_blank: true,
        row_above: None,
        no_more_closes: false,
        out: Split {
            text: String::with_capacity((raw.len() - body) / 2),
            body: offset(body),
            // Real pages have one run per 230 bytes.
            pieces: Vec::with_capacity((raw.len() - body) / 160),
            ..Split::default()
        },
    }
    .run()
}

struct Splitter<'a> {
    raw: &'a str,
    /// Everything before it has been copied or cut.
    pos: usize,
    /// Start of the line that contains [`Self::line_seen`].
    line_start: usize,
    /// The part of the output before this was searched for lines.
    line_seen: usize,
    /// That line has nothing but blanks before [`Self::line_seen`].
    line_is_blank: bool,
    /// A line start, and whether the line above it is a row of a table.
    row_above: Option<(usize, bool)>,
    /// No comment ends after `pos`.
    no_more_closes: bool,
    out: Split,
}

impl Splitter<'_> {
    fn run(mut self) -> Split {
        let mut from = self.pos;
        while let Some(found) = self.raw.as_bytes().get(from..).and_then(|rest| memchr(b'<', rest)) {
            let at = from + found;
            let rest = &self.raw[at..];
            let cut = if rest.starts_with(UNIT) {
                self.unit(at)
            } else if rest.starts_with("<!--") {
                self.comment(at)
            } else if rest.starts_with("<a name=\"") {
                self.anchor(at)
            } else {
                false
            };
            from = if cut { self.pos } else { at + 1 };
        }
        self.copy_to(self.raw.len());
        self.out
    }

    fn copy_to(&mut self, end: usize) {
        if self.pos < end {
            self.out.text.push_str(&self.raw[self.pos..end]);
            self.pos = end;
        }
    }

    /// Start of the current line in the output.
    fn line_start(&mut self) -> usize {
        let new = &self.out.text[self.line_seen..];
        if let Some(newline) = memchr::memrchr(b'\n', new.as_bytes()) {
            self.line_start = self.line_seen + newline + 1;
            self.line_is_blank = new[newline + 1..].trim().is_empty();
        } else {
            self.line_is_blank &= new.trim().is_empty();
        }
        self.line_seen = self.out.text.len();
        self.line_start
    }

    /// Whether the line above the one that starts here is a row of a table. Several comments may be below one row.
    fn is_below_row(&mut self, line_start: usize) -> bool {
        let above = &self.out.text[..line_start];
        let Some(above) = above.strip_suffix('\n').filter(|above| !above.ends_with('\n')) else { return false };
        if let Some((_, is_row)) = self.row_above.filter(|(start, _)| *start == line_start) {
            return is_row;
        }
        let row = &above[memchr::memrchr(b'\n', above.as_bytes()).map_or(0, |newline| newline + 1)..];
        let is_row = row.trim_start().starts_with('|');
        self.row_above = Some((line_start, is_row));
        is_row
    }

    fn piece(
        &mut self,
        kind: Kind,
        text_start: usize,
        raw: Range<usize>,
        content: Range<usize>,
        localized: Range<usize>,
    ) {
        let text = offset(text_start)..offset(self.out.text.len());
        self.out.pieces.push(Piece {
            kind,
            text,
            raw: narrow(raw),
            content: narrow(content),
            localized: narrow(localized),
        });
    }

    /// Reads a translated run at `at`. Returns false if it only looks like one.
    fn unit(&mut self, at: usize) -> bool {
        let Some((localized, source, end)) = parse_unit(self.raw, at) else {
            self.out.malformed.push(Span::new(at, at + UNIT.len()));
            return false;
        };
        self.copy_to(at);
        self.out.units += 1;
        // Generation 2 leaves the source side empty if a run is only code.
        let content = if self.raw[source.clone()].trim_start().is_empty() { localized.clone() } else { source };
        let text_start = self.out.text.len();
        let side = &self.raw[content.clone()];
        if memchr2(b'\n', b'<', side.as_bytes()).is_none() {
            self.out.text.push_str(side);
            self.piece(Kind::Unit, text_start, at..end, content, localized);
        } else {
            self.odd_unit(at..end, content, localized);
        }
        self.pos = end;
        true
    }

    /// Reads a run that may contain a line break or a comment: it becomes one line without the
    /// comment.
    fn odd_unit(&mut self, raw: Range<usize>, content: Range<usize>, localized: Range<usize>) {
        let text_start = self.out.text.len();
        let whole = self.raw;
        let side = &whole[content.clone()];
        if !side.contains('\n') && !side.contains("<!--") {
            self.out.text.push_str(side);
            self.piece(Kind::Unit, text_start, raw, content, localized);
            return;
        }
        let mut rest = content.clone();
        while let Some(open) = whole[rest.clone()].find("<!--") {
            let open = rest.start + open;
            let close = whole[open..rest.end].find("-->").map_or(rest.end, |close| open + close + 3);
            push_one_line(&mut self.out.text, &whole[rest.start..open]);
            self.out.comments.push(Comment {
                at: offset(self.out.text.len()),
                span: Span::new(open, close),
                content: narrow(open + 4..close.saturating_sub(3).max(open + 4)),
                own_lines: false,
                closed: true,
            });
            rest.start = close;
        }
        push_one_line(&mut self.out.text, &whole[rest]);
        self.piece(Kind::OddUnit, text_start, raw, content, localized);
    }

    fn anchor(&mut self, at: usize) -> bool {
        let rest = &self.raw[at..];
        let Some(slug_len) = rest[9..].find('"') else { return false };
        if !rest[9 + slug_len..].starts_with("\"></a>") {
            return false;
        }
        // There may be many anchors in a long line.
        let before = &self.raw[self.pos..at];
        let is_mark = |c: &char| *c == '#' || *c != '\n' && c.is_whitespace();
        let marks: usize = before.chars().rev().take_while(is_mark).map(char::len_utf8).sum();
        let (above, line) = before.split_at(before.len() - marks);
        let starts_line =
            if above.is_empty() { self.out.text.len() == self.line_start() } else { above.ends_with('\n') };
        if !starts_line {
            return false;
        }
        let hashes = line.trim();
        if hashes.is_empty() || hashes.len() > 6 || hashes.bytes().any(|byte| byte != b'#') {
            return false;
        }
        let lost_blank = line.ends_with('#');
        self.copy_to(at);
        let text_start = self.out.text.len();
        if lost_blank {
            self.out.text.push(' ');
        }
        let end = at + 9 + slug_len + 6;
        self.out.anchors.push(Anchor { at: offset(text_start), slug: narrow(at + 9..at + 9 + slug_len) });
        self.piece(if lost_blank { Kind::Blank } else { Kind::Anchor }, text_start, at..end, at..at, at..at);
        self.pos = end;
        true
    }

    fn comment(&mut self, at: usize) -> bool {
        let close = if self.no_more_closes { None } else { self.raw[at + 4..].find("-->") };
        self.no_more_closes = close.is_none();
        self.line_start();
        let line_is_empty = {
            let before = &self.raw[self.pos..at];
            match memchr::memrchr(b'\n', before.as_bytes()) {
                Some(newline) => before[newline + 1..].trim().is_empty(),
                None => self.line_is_blank && before.trim().is_empty(),
            }
        };
        let (content_end, mut end) = match close {
            Some(close) => (at + 4 + close, at + 4 + close + 3),
            // An unclosed comment swallows the rest of the page only if it starts a line.
            None if line_is_empty => (self.raw.len(), self.raw.len()),
            None => {
                // The next one need not look at this text again.
                self.copy_to(at);
                return false;
            }
        };
        self.copy_to(at);
        let rest = &self.raw[end..];
        let blanks: usize = rest.chars().take_while(|c| *c != '\n' && c.is_whitespace()).map(char::len_utf8).sum();
        let own_lines = line_is_empty && matches!(rest.as_bytes().get(blanks), None | Some(b'\n'));
        if own_lines {
            // Inside a table the line is removed completely; elsewhere it leaves a blank line.
            let line_start = self.line_start();
            self.out.text.truncate(line_start);
            self.line_seen = line_start;
            self.line_is_blank = true;
            self.cut_pieces();
            end += blanks;
            if self.is_below_row(line_start) {
                end += usize::from(end < self.raw.len());
            }
        }
        self.out.comments.push(Comment {
            at: offset(self.out.text.len()),
            span: Span::new(at, end),
            content: narrow(at + 4..content_end),
            own_lines,
            closed: close.is_some(),
        });
        self.piece(Kind::Comment, self.out.text.len(), at..end, at..at, at..at);
        self.pos = end;
        true
    }

    /// Removes blank runs together with the line that they were in.
    fn cut_pieces(&mut self) {
        let end = offset(self.out.text.len());
        for piece in self.out.pieces.iter_mut().rev().take_while(|piece| piece.text.end > end) {
            if piece.kind == Kind::Unit {
                piece.kind = Kind::OddUnit;
            }
            piece.text = piece.text.start.min(end)..end;
        }
    }
}

fn narrow(range: Range<usize>) -> Range<u32> {
    offset(range.start)..offset(range.end)
}

/// Runs may cross lines; a line break inside one becomes a blank.
fn push_one_line(out: &mut String, text: &str) {
    for (number, line) in text.trim().split('\n').map(str::trim).filter(|line| !line.is_empty()).enumerate() {
        if number > 0 {
            out.push(' ');
        }
        out.push_str(line);
    }
}

/// The localized side, the source side and the end of the run that starts at `at`.
///
/// The search is bounded, so that a page full of starts without ends takes linear time.
fn parse_unit(raw: &str, at: usize) -> Option<(Range<usize>, Range<usize>, usize)> {
    let bytes = raw.as_bytes();
    let (id, localized) = parse_id(bytes, at + UNIT.len())?;
    let localized_end = side_end(bytes, localized)?;
    if !bytes[localized_end..].starts_with(BETWEEN.as_bytes()) {
        return None;
    }
    // The ids of the two sides are equal.
    let source_id = localized_end + BETWEEN.len();
    let source = source_id + id.len() + 2;
    if bytes.get(source_id..source).is_none_or(|found| !found.starts_with(id) || !found.ends_with(b"\">")) {
        return None;
    }
    let source_end = side_end(bytes, source)?;
    bytes[source_end..].starts_with(UNIT_END.as_bytes()).then_some((
        localized..localized_end,
        source..source_end,
        source_end + UNIT_END.len(),
    ))
}

/// The end of the side that starts at `from`. Runs never nest: if there is another span inside, this
/// is not a run.
fn side_end(bytes: &[u8], from: usize) -> Option<usize> {
    let window = &bytes[from..bytes.len().min(from + MAX_SIDE_BYTES)];
    let mut at = 0;
    loop {
        at += memchr(b'<', &window[at..])?;
        let rest = &window[at..];
        if rest.starts_with(END.as_bytes()) {
            return Some(from + at);
        }
        if rest.starts_with(b"<span ") {
            return None;
        }
        at += 1;
    }
}

/// The id of a side and the start of its text. Ids are short; anything longer is not one.
fn parse_id(bytes: &[u8], from: usize) -> Option<(&[u8], usize)> {
    let id = bytes.get(from..(from + 32).min(bytes.len()))?;
    let len = memchr(b'"', id)?;
    (id.get(len + 1) == Some(&b'>')).then_some((&id[..len], from + len + 2))
}

impl Split {
    /// Where the body starts in the file.
    pub(super) fn body(&self) -> u32 {
        self.body
    }

    /// Repairs the text in one pass, and returns where the repairs are in the new text. They must be in order.
    pub(super) fn edit(&mut self, edits: Vec<Edit>) -> Vec<u32> {
        let old = std::mem::take(&mut self.text);
        let mut pieces = std::mem::take(&mut self.pieces).into_iter().peekable();
        let mut text = String::with_capacity(old.len() + 4 * edits.len());
        let mut moves = Moves::default();
        let mut repaired = Vec::with_capacity(edits.len());
        // The end of the last piece, in the text and in the file.
        let mut last = (0, self.body);
        let mut done = 0;
        for edit in edits {
            let at = edit.at();
            while let Some(piece) = pieces.next_if(|piece| piece.text.end <= at) {
                last = (piece.text.end, piece.raw.end);
                self.pieces.push(moves.piece(piece));
            }
            let raw = last.1 + (at - last.0);
            text.push_str(&old[done as usize..at as usize]);
            let start = offset(text.len());
            repaired.push(start);
            let (kind, removed) = match edit {
                Edit::Insert { text: inserted, .. } => {
                    text.push_str(inserted);
                    (Kind::Blank, 0)
                }
                Edit::BlankLine { .. } => {
                    let rest = &old[at as usize..];
                    (Kind::Comment, offset(memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())))
                }
            };
            done = at + removed;
            let end = offset(text.len());
            moves.add(at, removed, end);
            self.pieces.push(Piece {
                kind,
                text: start..end,
                raw: raw..raw + removed,
                content: raw..raw,
                localized: raw..raw,
            });
        }
        text.push_str(&old[done as usize..]);
        self.pieces.extend(pieces.map(|piece| moves.piece(piece)));
        self.text = text;
        let (mut of_anchors, mut of_comments) = (moves.cursor(), moves.cursor());
        self.anchors.iter_mut().for_each(|anchor| anchor.at = of_anchors.moved(anchor.at));
        self.comments.iter_mut().for_each(|comment| comment.at = of_comments.moved(comment.at));
        repaired
    }

    /// The range of the file that a range of [`Split::text`] came from.
    #[must_use]
    pub(super) fn span(&self, text: Range<u32>) -> Span {
        Span { start: self.raw_offset(text.start), end: self.raw_offset(text.end) }
    }

    fn raw_offset(&self, at: u32) -> u32 {
        let next = self.pieces.partition_point(|piece| piece.text.start <= at);
        let Some(piece) = next.checked_sub(1).map(|index| &self.pieces[index]) else { return self.body + at };
        if at < piece.text.end {
            piece.content.start + (at - piece.text.start).min(piece.content.end - piece.content.start)
        } else {
            piece.raw.end + (at - piece.text.end)
        }
    }

    /// The same range in the localized language. Both languages share the text outside translated
    /// runs.
    #[must_use]
    pub(super) fn localized(&self, raw: &str, text: Range<u32>) -> String {
        let mut out = String::new();
        let mut at = text.start;
        let first = self.pieces.partition_point(|piece| piece.text.end <= text.start);
        for piece in self.pieces[first..].iter().take_while(|piece| piece.text.start < text.end) {
            if !matches!(piece.kind, Kind::Unit | Kind::OddUnit) {
                continue;
            }
            out.push_str(&self.text[at as usize..piece.text.start.max(at) as usize]);
            push_one_line(&mut out, &raw[piece.localized.start as usize..piece.localized.end as usize]);
            at = piece.text.end;
        }
        out.push_str(&self.text[at.min(text.end) as usize..text.end as usize]);
        out
    }

    /// The body as it was before translation, comments included, for the source proof.
    ///
    /// Parts come from [`Split::text`] unless something was removed, inserted or repaired. Each part is
    /// as long as possible.
    pub(super) fn for_each_source_part<'a>(&'a self, raw: &'a str, mut part: impl FnMut(&'a str, PartStart)) {
        let mut done = 0;
        let (mut text_end, mut raw_end) = (0, self.body);
        let of_text = |at: u32, end: u32| (&self.text[at as usize..end as usize], PartStart::Text(at));
        let of_file = |at: u32, end: u32| (&raw[at.min(end) as usize..end as usize], PartStart::File(at));
        for piece in &self.pieces {
            if piece.kind != Kind::Unit {
                let own = match piece.kind {
                    Kind::Unit | Kind::OddUnit => &piece.content,
                    Kind::Comment => &piece.raw,
                    Kind::Anchor | Kind::Blank => &(0..0),
                };
                let parts = [of_text(done, text_end), of_file(raw_end, piece.raw.start), of_file(own.start, own.end)];
                for (text, start) in parts {
                    part(text, start);
                }
                done = piece.text.end;
            }
            (text_end, raw_end) = (piece.text.end, piece.raw.end);
        }
        for (text, start) in [of_text(done, text_end), of_file(raw_end, offset(raw.len()))] {
            part(text, start);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(localized: &str, source: &str) -> String {
        format!(
            "<span data-ttu-id=\"1a2b3-101\">{localized}</span><span class=\"sxs-lookup\"><span data-stu-id=\"1a2b3-101\">{source}</span></span>"
        )
    }

    #[track_caller]
    fn check(raw: &str, source: &str, localized: &str) {
        let split = split(raw, 0);
        assert_eq!(split.text, source);
        assert_eq!(split.localized(raw, 0..offset(split.text.len())), localized);
    }

    #[test]
    fn both_sides_are_kept() {
        check(
            &format!("|{}|{}|\n", unit("状态", "status"), unit("字符串", "String")),
            "|status|String|\n",
            "|状态|字符串|\n",
        );
    }

    #[test]
    fn raw_angle_brackets_and_pipes_stay() {
        check(&unit("a < b | c", "x < y | z > w"), "x < y | z > w", "a < b | c");
    }

    #[test]
    fn foreign_spans_stay() {
        let json = "```json\n{\"html\": \"<span itemprop=\\\"time\\\">1</span>\"}\n```\n";
        check(json, json, json);
    }

    #[test]
    fn line_breaks_inside_a_run_become_blanks() {
        check(&format!("|{}|\n", unit("最长 800\n", "800\n longest\n")), "|800 longest|\n", "|最长 800|\n");
    }

    #[test]
    fn an_empty_source_side_falls_back() {
        check(&unit("`A.Read`", ""), "`A.Read`", "`A.Read`");
    }

    #[test]
    fn half_a_run_is_text() {
        let raw = "<span data-ttu-id=\"1a2b3-1\">x</span> y";
        let split = split(raw, 0);
        assert_eq!(split.text, raw);
        assert_eq!(split.malformed.len(), 1);
    }

    #[test]
    fn anchors_are_cut_and_remembered() {
        let raw = format!(
            "## <a name=\"http-request\"></a>{}\n#<a name=\"x\"></a>y\nsee <a name=\"z\"></a>z\n",
            unit("请求", "HTTP request")
        );
        let split = split(&raw, 0);
        assert_eq!(split.text, "## HTTP request\n# y\nsee <a name=\"z\"></a>z\n");
        let slugs: Vec<_> =
            split.anchors.iter().map(|anchor| &raw[anchor.slug.start as usize..anchor.slug.end as usize]).collect();
        assert_eq!(slugs, ["http-request", "x"]);
    }

    #[test]
    fn comments_are_cut_everywhere() {
        let split = split("a <!-- x --> b\n\n<!-- {\n\n} -->\n```http\nGET /x\n```\n|a|\n<!-- y -->\n|b|\n", 0);
        assert_eq!(split.text, "a  b\n\n\n```http\nGET /x\n```\n|a|\n|b|\n");
        assert_eq!(split.comments.iter().map(|c| c.own_lines).collect::<Vec<_>>(), [false, true, true]);
    }

    #[test]
    fn an_unclosed_comment_ends_the_page() {
        let split = split("a\n<!-- never\n## b\n", 0);
        assert_eq!(split.text, "a\n");
        assert!(!split.comments[0].closed);
    }

    #[test]
    fn offsets_lead_back_to_the_file() {
        let raw = format!("x {} y", unit("状态", "status"));
        let split = split(&raw, 0);
        let at = offset(split.text.find("status").unwrap_or_default());
        let span = split.span(at..at + 6);
        assert_eq!(&raw[span.start as usize..span.start as usize + 6], "status");
        assert_eq!(&raw[split.span(offset(split.text.len()) - 1..offset(split.text.len())).start as usize..], "y");
    }

    #[test]
    fn source_parts_give_the_original() {
        let raw = format!("# <a name=\"a\"></a>{}\n<!-- c -->\nz\n", unit("甲", "A"));
        let mut source = String::new();
        split(&raw, 0).for_each_source_part(&raw, |part, _| source.push_str(part));
        assert_eq!(source, "# A\n<!-- c -->\nz\n");
    }
}
