//! Deterministic damage to pages: the same seed gives the same mutants on every machine.

/// SplitMix64: enough for tests, and the whole state is one number.
pub(super) struct Random(u64);

impl Random {
    /// The random numbers of one mutant, which do not depend on other mutants.
    pub(super) fn of(seed: u64, mutant: u64) -> Self {
        let mut random = Self(seed);
        let start = random.next();
        Self(start ^ mutant.wrapping_mul(0xd134_2543_de82_ef95))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, or 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).expect("a size")).expect("a smaller size")
    }

    pub(super) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<'t, T: ?Sized>(&mut self, of: &[&'t T]) -> &'t T {
        of[self.below(of.len())]
    }
}

/// Longer texts are cut, so that a run takes a known time.
const MAX_BYTES: usize = 256 << 10;

type Mutation = fn(&mut Vec<u8>, &[u8], &mut Random);

/// What happens to a page; those that keep most of it come more than once.
const MUTATIONS: &[Mutation] = &[
    flip_bytes,
    cut_end,
    cut_start,
    delete_range,
    repeat_line,
    repeat_line,
    repeat_section,
    repeat_cells,
    repeat_cells,
    drop_cell,
    drop_cell,
    swap_lines,
    swap_sections,
    swap_words,
    swap_words,
    splice,
    take_line,
    take_line,
    take_section,
    damage_unit,
    damage_unit,
    damage_unit,
    insert_character,
    insert_character,
    mix_line_endings,
    nest,
    insert_piece,
    insert_piece,
    insert_piece,
    replace_word,
    replace_word,
    change_case,
    join_lines,
];

/// Damages a page a few times; `other` is another page.
pub(super) fn mutate(text: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    for _ in 0..=random.below(4) {
        MUTATIONS[random.below(MUTATIONS.len())](text, other, random);
        text.truncate(MAX_BYTES);
    }
    // Few mutants grow, because they take the time of hundreds of others.
    if random.one_in(500) {
        grow(text, random);
    }
}

/// What rules look for, and what is between: Markdown, annotations, HTTP, OData, YAML, span markup.
const PIECES: &[&str] = &[
    "# ",
    "\n## ",
    "\n### Example ",
    "\n## HTTP request\n",
    "\n## Permissions\n",
    "\n## Properties\n",
    "\n## Request body\n",
    "\n## Response\n",
    "\n## Relationships\n",
    "\n```http\n",
    "\n```json\n",
    "\n```\n",
    "~~~\n",
    "GET /",
    "POST https://graph.microsoft.com/v1.0/",
    "PATCH /a/{id}/b(c='{d}')",
    "DELETE ",
    " HTTP/1.1 204 No Content\n",
    "Content-Type: application/json\n",
    "Prefer: outlook.timezone\n",
    "<!-- {",
    "<!-- { \"blockType\": \"request\", \"name\": \"x\" } -->",
    "<!-- { \"blockType\": \"resource\", \"@odata.type\": \"microsoft.graph.x\" } -->",
    "-->",
    "<!--",
    "[!INCLUDE [a](../includes/a.md)]",
    "[!INCLUDE [",
    "> [!NOTE]\n> ",
    "|",
    "\n|:-|:-|\n",
    "|---",
    "\\|",
    "`",
    "``",
    "*",
    "**",
    "_",
    "[",
    "](",
    "](../resources/user.md)",
    ")",
    "![",
    "<br>",
    "<table><tr><td>",
    "</td></tr></table>",
    "<a name=\"x\"></a>",
    "<span data-ttu-id=\"a-101\">",
    "<span class=\"sxs-lookup\">",
    "<span data-stu-id=\"a-101\">",
    "</span>",
    "---\n",
    "---\ntitle: x\n---\n",
    "? ",
    "&a [*a]",
    "{{{{",
    "[[[[",
    "\"",
    "'",
    "{",
    "}",
    "(",
    ", ",
    ": ",
    "; ",
    "/",
    "$filter=a eq 'b'",
    "?$expand=c($select=d)",
    "Collection(",
    "String collection",
    "microsoft.graph.",
    "@odata.type",
    "#microsoft.graph.x",
    "Possible values are: `a`, `b`.",
    "Supports `$filter` (`eq`, `ne`).",
    "Deprecated. Use instead [a](b.md).",
    "Read-only. Nullable. Key.",
    "A.Read.All, B.ReadWrite and C.Read",
    "Not supported.",
    "`204 No Content`",
    "200 OK",
    "must be assigned the Lamp Reader role",
    "\t",
    "    ",
    "\n\n",
    "\n",
    "\u{0}",
];

/// Characters that do not look like what they are, or that take more than one place.
const CHARACTERS: &[&str] = &[
    "\u{202e}",
    "\u{202a}",
    "\u{2066}",
    "\u{2069}",
    "\u{200b}",
    "\u{200d}",
    "\u{200f}",
    "\u{feff}",
    "\u{0}",
    "\u{1}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{ad}",
    "\u{2028}",
    "\u{2029}",
    "\u{3000}",
    "\u{d7ff}",
    "\u{e000}",
    "\u{fffd}",
    "\u{ffff}",
    "\u{10ffff}",
    "\u{e0041}",
    "e\u{301}",
    "\u{130}",
    "\u{df}",
    "\u{fb01}",
    "\u{ff5c}",
    "\u{ff03}",
    "\u{2018}",
    "\u{201c}",
    "\u{1f600}",
    "\u{5d0}",
    "\\ud800",
    "&#xd800;",
    "&#0;",
    "&nbsp;",
];

/// What is nested as deep as it goes.
const NESTS: &[&str] = &[
    "> ",
    "- ",
    "1. ",
    "[",
    "![",
    "*",
    "`",
    "<b>",
    "<table><tr><td>",
    "<span data-ttu-id=\"a-1\">",
    "<span class=\"sxs-lookup\"><span data-stu-id=\"a-1\">",
    "<!--",
    "{\"a\":",
    "{\"a\":[",
    "[[",
    "(",
    "Collection(",
    "a: ",
    "  ",
    "|",
    "/a",
    "\n#",
    "\n- a\n  ",
];

#[expect(clippy::ptr_arg, reason = "one of the mutations, which have one type")]
fn flip_bytes(text: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    // Most bytes remain ASCII: a page that is not UTF-8 is refused as a whole.
    let any = random.one_in(10);
    for _ in 0..=random.below(8) {
        let bit = random.below(if any { 8 } else { 7 });
        let at = random.below(text.len());
        if let Some(byte) = text.get_mut(at).filter(|byte| any || byte.is_ascii()) {
            *byte ^= 1 << bit;
        }
    }
}

fn cut_end(text: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    let at = place(text, random);
    text.truncate(at);
}

fn cut_start(text: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    let at = place(text, random);
    text.drain(..at);
}

fn delete_range(text: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    let (from, to) = (place(text, random), place(text, random));
    // Short ranges keep the rest of the page of use.
    let to = if random.one_in(4) { to } else { boundary(text, from.saturating_add(random.below(64))) };
    text.drain(from.min(to)..from.max(to));
}

fn repeat_line(text: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    let (from, to) = line(text, random);
    let most = if random.one_in(8) { 40 } else { 3 };
    let times = 1 + random.below(most);
    let line = text[from..to].repeat(times);
    insert(text, from, &line);
}

fn repeat_section(text: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    let (from, to) = section(text, random);
    let section = text[from..to].to_vec();
    let at = if random.one_in(2) { to } else { section_start(text, random) };
    insert(text, at, &section);
}

fn repeat_cells(text: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    let Some((from, to)) = cell(text, random) else { return };
    let cells = text[from..to].repeat(1 + random.below(4));
    insert(text, from, &cells);
}

fn drop_cell(text: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    let Some((from, to)) = cell(text, random) else { return };
    // With or without the bar.
    text.drain(from + random.below(2)..to);
}

fn swap_lines(text: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    let (left, right) = (line(text, random), line(text, random));
    swap(text, left, right);
}

fn swap_sections(text: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    let (left, right) = (section(text, random), section(text, random));
    swap(text, left, right);
}

fn swap_words(text: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    for _ in 0..=random.below(4) {
        let (left, right) = (word(text, random), word(text, random));
        swap(text, left, right);
    }
}

/// The start of this page, and the end of another one.
fn splice(text: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let (at, of_other) = if random.one_in(2) {
        (section_start(text, random), section_start(other, random))
    } else {
        (place(text, random), place(other, random))
    };
    text.truncate(at);
    text.extend_from_slice(&other[of_other..]);
}

fn take_line(text: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let (from, to) = line(other, random);
    let (at, _) = line(text, random);
    insert(text, at, &other[from..to]);
}

fn take_section(text: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let (from, to) = section(other, random);
    let at = section_start(text, random);
    insert(text, at, &other[from..to]);
}

/// Opens, closes, doubles or breaks the markup that holds both texts of a page.
fn damage_unit(text: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    let tags: Vec<(usize, usize)> = [&b"<span"[..], b"</span>"]
        .iter()
        .flat_map(|tag| {
            let starts = memchr::memmem::find_iter(text, tag).collect::<Vec<_>>();
            starts.into_iter().map(|at| (at, memchr::memchr(b'>', &text[at..]).map_or(text.len(), |end| at + end + 1)))
        })
        .collect();
    if tags.is_empty() {
        return insert_piece(text, b"", random);
    }
    let (from, to) = tags[random.below(tags.len())];
    match random.below(6) {
        0 => drop(text.drain(from..to)),
        1 => {
            let tag = text[from..to].to_vec();
            insert(text, to, &tag);
        }
        2 => swap(text, (from, to), tags[random.below(tags.len())]),
        3 => insert(text, from, b"</span>"),
        4 => {
            let at = boundary(text, from + random.below(to - from));
            text.drain(at..to);
        }
        _ => {
            let tag = text[from..to].to_vec();
            let at = place(text, random);
            insert(text, at, &tag);
        }
    }
}

fn insert_character(text: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    for _ in 0..=random.below(6) {
        let at = place(text, random);
        // Most NUL bytes would end the test of a page before it starts.
        let character = random.pick(CHARACTERS);
        if character != "\u{0}" || random.one_in(4) {
            insert(text, at, character.as_bytes());
        }
    }
}

fn mix_line_endings(text: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    let (every, ending) = (1 + random.below(5), random.pick(&["\r\n", "\r", "\n\r", "\u{2028}", "\u{b}"]));
    let mut mixed = Vec::with_capacity(text.len() + text.len() / 16);
    for (number, line) in text.split(|&byte| byte == b'\n').enumerate() {
        if number > 0 {
            mixed.extend_from_slice(if number % every == 0 { ending.as_bytes() } else { b"\n" });
        }
        mixed.extend_from_slice(line);
    }
    *text = mixed;
}

fn nest(text: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    let most = if random.one_in(8) { 2_000 } else { 40 };
    let depth = 1 + random.below(most);
    let nest = random.pick(NESTS).repeat(depth);
    let at = if random.one_in(2) { place(text, random) } else { line(text, random).0 };
    insert(text, at, nest.as_bytes());
}

fn insert_piece(text: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    for _ in 0..=random.below(4) {
        let at = if random.one_in(2) { place(text, random) } else { word(text, random).0 };
        let piece = random.pick(PIECES);
        if piece != "\u{0}" || random.one_in(8) {
            insert(text, at, piece.as_bytes());
        }
    }
}

fn replace_word(text: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let (from, to) = word(text, random);
    let new = if random.one_in(2) {
        let (from, to) = word(other, random);
        other[from..to].to_vec()
    } else {
        random.pick(PIECES).replace('\u{0}', "0").into_bytes()
    };
    text.splice(from..to, new);
}

#[expect(clippy::ptr_arg, reason = "one of the mutations, which have one type")]
fn change_case(text: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    let (from, to) = if random.one_in(2) { word(text, random) } else { line(text, random) };
    if random.one_in(2) {
        text[from..to].make_ascii_uppercase();
    } else {
        text[from..to].make_ascii_lowercase();
    }
}

fn join_lines(text: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    for _ in 0..=random.below(4) {
        let (_, end) = line(text, random);
        if end > 0 && text[end - 1] == b'\n' {
            text.splice(end - 1..end, *b" ");
        }
    }
}

/// Repeats something small until the page is large, which shows what is not linear.
fn grow(text: &mut Vec<u8>, random: &mut Random) {
    let (from, to) = match random.below(4) {
        0 => line(text, random),
        1 => section(text, random),
        2 => word(text, random),
        _ => cell(text, random).unwrap_or((0, 0)),
    };
    let unit = text[from..to].to_vec();
    let room = (16 << 10) << random.below(4);
    if !unit.is_empty() && text.len() < room {
        let grown = unit.repeat((room - text.len()) / unit.len());
        insert(text, from, &grown);
    }
}

/// The next place where a character starts.
fn boundary(text: &[u8], at: usize) -> usize {
    let is_inside = |&at: &usize| text.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
    let mut at = at.min(text.len());
    while is_inside(&at) {
        at += 1;
    }
    at
}

fn place(text: &[u8], random: &mut Random) -> usize {
    boundary(text, random.below(text.len() + 1))
}

/// A line with its end.
fn line(text: &[u8], random: &mut Random) -> (usize, usize) {
    let at = place(text, random);
    let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |before| before + 1);
    (start, memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |end| start + end + 1))
}

fn word(text: &[u8], random: &mut Random) -> (usize, usize) {
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"|()[]{}`'\",:;<>".contains(byte);
    let at = place(text, random);
    let start = text[..at].iter().rposition(is_end).map_or(0, |before| before + 1);
    (start, text[start..].iter().position(is_end).map_or(text.len(), |end| start + end))
}

/// A cell with the bar in front of it.
fn cell(text: &[u8], random: &mut Random) -> Option<(usize, usize)> {
    let at = place(text, random);
    let start = at + memchr::memchr(b'|', &text[at..])?;
    let end = memchr::memchr2(b'|', b'\n', &text[start + 1..]).map_or(text.len(), |end| start + 1 + end);
    Some((start, end))
}

fn section_start(text: &[u8], random: &mut Random) -> usize {
    let at = place(text, random);
    memchr::memmem::find(&text[at..], b"\n#").map_or(text.len(), |found| at + found + 1)
}

/// A heading with all up to the next one.
fn section(text: &[u8], random: &mut Random) -> (usize, usize) {
    let start = section_start(text, random);
    let end = memchr::memmem::find(&text[start..], b"\n#").map_or(text.len(), |found| start + found + 1);
    (start, end)
}

fn insert(text: &mut Vec<u8>, at: usize, new: &[u8]) {
    text.splice(at..at, new.iter().copied());
}

/// Exchanges two ranges, if they do not overlap.
fn swap(text: &mut Vec<u8>, left: (usize, usize), right: (usize, usize)) {
    let (first, last) = if left <= right { (left, right) } else { (right, left) };
    if first.1 > last.0 {
        return;
    }
    let moved = [&text[last.0..last.1], &text[first.1..last.0], &text[first.0..first.1]].concat();
    text.splice(first.0..last.1, moved);
}
