//! Puts the text of includes in the place of their directives, before the rules read a page.

use std::collections::BTreeSet;

use super::PageInput;
use crate::diag::{Code, Sink, codes, quoted};
use crate::markup::{self, Directive, MAX_PAGE_BYTES, Page};
use crate::source::{Composition, PagePath, Place, Span};
use crate::vocab::{Vocab, Words};

/// Includes of includes of includes; the docs have none that is deeper than one.
const MAX_DEPTH: usize = 4;
/// What reading an include costs at least, in bytes of the budget.
const MIN_COST: usize = 256;

/// The includes that a page or an include may need, so that the caller can read them: those of its directives, except
/// for those that are skipped knowingly. It does not matter to ask for more.
#[must_use]
pub fn needed_includes(path: &PagePath, raw: &[u8], vocab: &Vocab) -> Vec<PagePath> {
    let Ok(text) = std::str::from_utf8(raw) else { return Vec::new() };
    let words = vocab.words("en");
    let paths = markup::scan_directives(text).filter_map(|directive| path.join(directive.destination));
    let needed: BTreeSet<_> = paths.filter(|path| !words.is_skipped_include(path.as_str())).collect();
    needed.into_iter().collect()
}

/// A page with its includes.
#[derive(Debug, Default)]
pub(super) struct Includes {
    pub(super) composition: Composition,
    /// How many directives there are, and how many of them were followed or skipped knowingly.
    pub(super) count: usize,
    pub(super) consumed: usize,
    /// The others, by their place in the composed text.
    pub(super) unread: Vec<Span>,
    findings: Vec<(&'static Code, Span, String)>,
}

impl Includes {
    /// Follows the directives of a page.
    pub(super) fn of(input: &PageInput<'_>, page: &Page<'_>, words: Words<'_>) -> Self {
        let found = Self::default();
        let mut composer = Composer { input, words, found, open: vec![input.path.clone()], budget: MAX_PAGE_BYTES };
        composer.add(page, 0, Place::Page);
        composer.found
    }

    /// Whether the composed text is another one than that of the page.
    pub(super) fn is_composed(&self) -> bool {
        self.composition.included().next().is_some()
    }

    pub(super) fn report(&mut self, sink: &mut Sink<'_>) {
        for (code, span, message) in self.findings.drain(..) {
            sink.report(code, span, message);
        }
    }
}

/// The paths of the includes that were read, sorted.
pub(super) fn paths(composition: &Composition) -> Vec<PagePath> {
    let paths: BTreeSet<_> = composition.included().cloned().collect();
    paths.into_iter().collect()
}

struct Composer<'p> {
    input: &'p PageInput<'p>,
    words: Words<'p>,
    found: Includes,
    /// The page, and the includes that are being read.
    open: Vec<PagePath>,
    /// How many more bytes of includes the page may take.
    budget: usize,
}

/// An include that can be read.
struct Readable<'p> {
    path: PagePath,
    text: &'p str,
}

type Refusal = (&'static Code, String);

impl<'p> Composer<'p> {
    /// Adds a file from this offset on, and the includes in it.
    fn add(&mut self, page: &Page<'_>, from: usize, place: Place) {
        let mut done = from;
        for directive in page.directives() {
            let Directive { at, destination, .. } = directive.clone();
            self.found.count += 1;
            let target = self.open.last().and_then(|path| path.join(destination));
            if target.as_ref().is_some_and(|path| self.words.is_skipped_include(path.as_str())) {
                self.found.consumed += 1;
                continue;
            }
            self.found.composition.push(&page.raw[done..at.start], place, done);
            done = at.start;
            let of_page = match place {
                Place::Page => at.start,
                Place::Include { directive, .. } => directive,
            };
            let included = self.find(target, &directive).and_then(|file| self.include(file, &directive, of_page));
            match included {
                Ok(()) => {
                    self.found.consumed += 1;
                    done = at.end;
                }
                Err((code, message)) => {
                    let start = self.found.composition.text().len();
                    let span = Span::new(start, start + at.len());
                    self.found.unread.push(span);
                    self.found.findings.push((code, span, message));
                }
            }
        }
        self.found.composition.push(&page.raw[done..], place, done);
    }

    fn find(&mut self, target: Option<PagePath>, directive: &Directive<'_>) -> Result<Readable<'p>, Refusal> {
        let shown = quoted(directive.destination);
        let refused = |message: String| (&codes::REFUSED_INCLUDE, message);
        let path = target.ok_or_else(|| refused(format!("{shown} leads out of the docs")))?;
        if self.open.contains(&path) {
            return Err(refused(format!("{shown} includes itself")));
        }
        if self.open.len() > MAX_DEPTH {
            return Err(refused(format!(
                "{shown} is included by an include of an include; at most four levels are read"
            )));
        }
        let raw = self.input.includes.get(&path);
        let raw =
            raw.ok_or_else(|| (&codes::MISSING_INCLUDE, format!("there is no file {}", quoted(path.as_str()))))?;
        let cost = raw.len().max(MIN_COST);
        self.budget = self.budget.checked_sub(cost).ok_or_else(|| {
            refused(format!("{shown} is left out: the includes of the page are larger than any page may be"))
        })?;
        let text = std::str::from_utf8(raw).ok().filter(|text| !text.contains('\0'));
        Ok(Readable { path, text: text.ok_or_else(|| refused(format!("{shown} is not UTF-8 text")))? })
    }

    /// Adds the text of an include, without its front matter.
    fn include(&mut self, file: Readable<'_>, directive: &Directive<'_>, of_page: usize) -> Result<(), Refusal> {
        let Readable { path, text } = file;
        // A comment that is not closed would swallow the rest of the page.
        let page = Page::parse(text, self.input.locale, &mut Sink::new(text));
        let unclosed =
            page.comments().iter().find(|comment| !comment.closed).map(|comment| comment.span.start as usize);
        let text = &text[..unclosed.unwrap_or(text.len()).max(page.body())];
        let page = if unclosed.is_some() { Page::parse(text, self.input.locale, &mut Sink::new(text)) } else { page };
        if !directive.own_line {
            return self.include_in_line(path, &page, directive, of_page);
        }
        let index = self.found.composition.include(path.clone(), text);
        let place = Place::Include { index, directive: of_page };
        self.found.composition.push("\n", place, page.body());
        self.open.push(path);
        self.add(&page, page.body(), place);
        self.open.pop();
        self.found.composition.push("\n", place, text.len());
        Ok(())
    }

    /// Inside a line, in a table for instance, there is room for one line.
    fn include_in_line(
        &mut self,
        path: PagePath,
        page: &Page<'_>,
        directive: &Directive<'_>,
        of_page: usize,
    ) -> Result<(), Refusal> {
        // Without spans, which would end those of the line.
        let line = page.source_text().split_whitespace().collect::<Vec<_>>().join(" ");
        if line.contains('|') || page.blocks().len() > 1 {
            let message = format!("{} has more text than fits into a line", quoted(directive.destination));
            return Err((&codes::REFUSED_INCLUDE, message));
        }
        let index = self.found.composition.include(path, page.raw);
        self.found.composition.push(&line, Place::Include { index, directive: of_page }, page.body());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::extract::{IncludeTexts, extract_page};

    fn vocab() -> Vocab {
        Vocab::parse([("en.toml", include_str!("../../vocab/en.toml"))]).expect("the English vocabulary")
    }

    fn read(page: &str, files: &[(&str, &str)]) -> crate::model::facts::PageFacts {
        let includes: IncludeTexts = files
            .iter()
            .map(|(path, text)| (PagePath::new(&format!("api-reference/{path}")), text.as_bytes().to_vec()))
            .collect::<BTreeMap<_, _>>();
        let path = PagePath::new("api-reference/v1.0/api/lamp-get.md");
        let input = PageInput { includes: &includes, ..PageInput::new(&path, "en-US", page.as_bytes()) };
        extract_page(input, &vocab())
    }

    #[track_caller]
    fn check(page: &str, files: &[(&str, &str)], expected: &str) {
        let facts = read(page, files);
        let requests = facts.requests.iter().map(|request| format!("{}:{}", request.path, request.line));
        let found = facts.diagnostics.iter().filter(|found| found.code.id.starts_with("GX01"));
        let found = found.map(|found| {
            let file = found.file.as_ref().map_or("", PagePath::stem);
            format!("{} {file}:{}", found.code.id, found.position.line)
        });
        let all: Vec<_> = requests.chain(found).collect();
        assert_eq!(all.join(" "), expected, "{page}");
    }

    const BLOCK: &str = "---\nms.topic: include\n---\n<!-- x -->\n```http\nGET /a\n```\n";

    #[test]
    fn includes_stand_for_their_text() {
        let page = "# T\n## HTTP request\n[!INCLUDE [a](../includes/a.md)]\n```http\nGET /b\n```\n";
        check(page, &[("v1.0/includes/a.md", BLOCK)], "/a:3 /b:5");
        let nested = [("v1.0/includes/a.md", "[!INCLUDE [b](b.md)]"), ("v1.0/includes/b.md", BLOCK)];
        check(page, &nested, "/a:3 /b:5");
        // Comments of an include that are not closed end with it.
        check(page, &[("v1.0/includes/a.md", "```http\nGET /a\n```\n\n<!-- x\n")], "/a:3 /b:5");
        let accounting = read(page, &nested).accounting;
        assert_eq!((accounting.includes, accounting.includes_consumed), (2, 2));
    }

    #[test]
    fn what_is_not_read_is_reported() {
        let page = "# T\n## HTTP request\n[!INCLUDE [a](../includes/a.md)]\n```http\nGET /b\n```\n";
        check(page, &[], "/b:5 GX0112 :3");
        check(page, &[("v1.0/includes/a.md", "x\n[!INCLUDE [b](b.md)]\n")], "/b:5 GX0112 a:2");
        check(page, &[("v1.0/includes/a.md", "[!INCLUDE [b](../api/lamp-get.md)]\n")], "/b:5 GX0113 a:1");
        check(page, &[("v1.0/includes/a.md", "[!INCLUDE [b](a.md)]\n")], "/b:5 GX0113 a:1");
        let outside = page.replace("../includes/a.md", "../../../../includes/a.md");
        check(&outside, &[], "/b:5 GX0113 :3");
        assert_eq!(read(page, &[]).accounting.includes_consumed, 0);
    }

    #[test]
    fn examples_in_other_languages_are_skipped() {
        let page = "# T\n## HTTP request\n```http\nGET /b\n```\n\n\
                    [!INCLUDE [a](../includes/snippets/rust/lamp.md)]\n[!INCLUDE [b](../../includes/beta-disclaimer.md)]\n";
        check(page, &[], "/b:4");
        let accounting = read(page, &[]).accounting;
        assert_eq!((accounting.includes, accounting.includes_consumed), (2, 2));
        let path = PagePath::new("api-reference/v1.0/api/lamp-get.md");
        assert!(needed_includes(&path, page.as_bytes(), &vocab()).is_empty());
    }

    #[test]
    fn the_number_of_includes_is_bounded() {
        let page = "# T\n## HTTP request\n".to_owned() + &"[!INCLUDE [a](../includes/a.md)]\n".repeat(60_000);
        let start = std::time::Instant::now();
        let facts = read(&page, &[("v1.0/includes/a.md", "x")]);
        let refused = facts.diagnostics.iter().filter(|found| found.code.id == "GX0113").count();
        assert_eq!(refused, 1000, "no more are listed");
        assert_eq!(facts.accounting.includes_consumed, MAX_PAGE_BYTES / MIN_COST);
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }
}
