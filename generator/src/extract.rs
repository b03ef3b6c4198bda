//! Extracts the facts of a page: one file per rule, one list of rules.
//!
//! A rule reads the sections it covers, never another rule's output beyond the accounting, contains
//! no natural-language words (they are rows of [`crate::vocab`]) and never fails: it adds facts and
//! diagnostics. If a fact has several carriers, the order of trust is: annotation JSON, fenced
//! code, link targets, heading anchors, source-language text, localized text with its vocabulary.

mod annotation;
mod choice;
mod clouds;
mod cross_check;
mod deprecation;
mod documented;
mod documented_values;
mod example_path;
mod examples;
mod headers;
mod http_message;
mod http_request;
mod includes;
mod intact;
mod json_keys;
mod name_cell;
mod page_input;
mod page_kind;
mod page_names;
mod pairs;
mod parameters;
mod permission_cell;
mod permissions;
mod prose;
mod query_options;
mod request_body;
mod request_example;
mod response;
mod roles;
mod scenarios;
mod sections;
mod sentences;
mod type_expression;
mod types;

use crate::diag::{Sink, codes, quoted};
use crate::markup::proof::{self, Difference, Original, Verdict};
use crate::markup::{BlockKind, Dialect, Fence, FrontMatter, MarkKind, Page, Section, Table, View};
use crate::model::facts::{
    Accounting, ApiVersion, PageFacts, PageKind, Permissions, QueryOptions, RequestBody, SourceProof, Title,
};
use crate::model::pairs::Pair;
use crate::source::{PagePath, Span};
use crate::vocab::{Column, Role, Vocab, Words};
use annotation::Annotation;
use includes::Includes;
use sections::SectionRole;

pub use documented::extract_documented;
pub use includes::needed_includes;
pub use page_input::{IncludeTexts, PageInput};
pub use prose::extract_prose;

/// A rule adds facts. The rules run in the order of the list below.
type Rule = fn(&Context<'_>, &mut Output<'_>);

const API_RULES: &[Rule] = &[
    http_request::extract_templates,
    permissions::extract_permissions,
    clouds::extract_clouds,
    roles::extract_roles,
    scenarios::extract_scenarios,
    extract_deprecation,
    headers::extract_headers,
    parameters::extract_parameters,
    query_options::extract_query_options,
    request_body::extract_request_body,
    request_example::extract_request_example,
    examples::extract_examples,
    cross_check::check_requests,
    response::extract_response,
    examples::keep_other_types,
];

fn extract_deprecation(context: &Context<'_>, out: &mut Output<'_>) {
    out.facts.deprecated = deprecation::of_page(context);
}

/// The input of the rules.
struct Context<'p> {
    page: &'p Page<'p>,
    words: Words<'p>,
    /// One per section of the page.
    roles: Vec<SectionRole>,
    /// The annotation of each fence.
    annotations: Vec<Option<Annotation>>,
    /// The untranslated names of a page without a source side.
    names: Option<page_names::PageNames<'p>>,
    /// Directives whose text is not part of the page.
    unread_includes: &'p [Span],
}

/// The locale of a page; `otherwise` if the page names none.
fn locale_of(page: &Page<'_>, otherwise: &str) -> String {
    let of_page = page.front_matter.as_ref().map(FrontMatter::locale).filter(|locale| !locale.is_empty());
    let is_source = page.dialect == Dialect::Source && page.unit_count() == 0;
    of_page.unwrap_or(if is_source { "en-US" } else { otherwise }).to_owned()
}

/// The locale of a page that cannot be read because its locale has no vocabulary.
#[must_use]
pub fn unknown_locale(input: PageInput<'_>, vocab: &Vocab) -> Option<String> {
    let text = check_size_and_encoding(input.raw).ok()?;
    let page = Page::parse(text, input.locale, &mut Sink::new(text));
    let locale = locale_of(&page, input.locale);
    (page.dialect == Dialect::Localized && !vocab.knows(&locale)).then_some(locale)
}

impl<'p> Context<'p> {
    fn of(
        page: &'p Page<'p>,
        locale: &str,
        vocab: &'p Vocab,
        unread_includes: &'p [Span],
        sink: &mut Sink<'_>,
    ) -> Self {
        let words = vocab.words(if page.dialect == Dialect::Localized { locale } else { "en" });
        let roles = sections::classify(page, words);
        let annotations = annotation::bind(page, sink);
        let names = page_names::PageNames::of(page, &annotations);
        Self { page, words, roles, annotations, names, unread_includes }
    }

    /// The sections of one role, outside examples.
    fn sections(&self, role: Role) -> impl Iterator<Item = (usize, &'p Section<'p>)> {
        let with_roles = self.page.sections.iter().enumerate().zip(&self.roles);
        with_roles.filter(move |(_, known)| known.role == Some(role) && !known.in_example).map(|(section, _)| section)
    }

    fn texts(&self, section: &Section<'_>) -> impl Iterator<Item = View<'p>> {
        let page = self.page;
        page.blocks()[section.blocks.clone()].iter().filter_map(move |block| match block.kind {
            BlockKind::Paragraph { text, .. } => Some(page.view(text)),
            _ => None,
        })
    }

    fn tables(&self, section: &Section<'_>) -> impl Iterator<Item = Table<'p>> {
        let page = self.page;
        page.blocks()[section.blocks.clone()].iter().filter_map(move |block| match block.kind {
            BlockKind::Table(index) => Some(page.table(index)),
            _ => None,
        })
    }

    /// The tables of a section, each with the paragraph in front of it.
    fn introduced_tables(&self, section: &Section<'_>) -> impl Iterator<Item = (Option<View<'p>>, Table<'p>)> {
        let page = self.page;
        let mut above = None;
        page.blocks()[section.blocks.clone()].iter().filter_map(move |block| match block.kind {
            BlockKind::Paragraph { text, .. } => {
                above = Some(page.view(text));
                None
            }
            BlockKind::Table(index) => Some((above.take(), page.table(index))),
            _ => None,
        })
    }

    fn fences(&self, section: &Section<'_>) -> impl Iterator<Item = Fence<'p>> {
        let page = self.page;
        page.blocks()[section.blocks.clone()].iter().filter_map(move |block| match block.kind {
            BlockKind::Fence(index) => Some(page.fence(index)),
            _ => None,
        })
    }

    /// What the columns of a table hold, by their headers. Code in a header is a remark: ``Type `a|b` ``.
    fn columns(&self, table: Table<'_>) -> Vec<Option<Column>> {
        let of_header = |header: View<'_>| {
            let text = header.source();
            let before_code = || header.ranges(MarkKind::Code).next().map(|code| &text[..code.start]);
            self.words.column(text).or_else(|| self.words.column(before_code()?))
        };
        table.header().map(of_header).collect()
    }

    fn annotation(&self, fence: &Fence<'_>) -> Option<&Annotation> {
        self.annotations[fence.index as usize].as_ref()
    }
}

/// The output of the rules.
struct Output<'p> {
    facts: PageFacts,
    sink: Sink<'p>,
    tables: Vec<bool>,
    fences: Vec<bool>,
    sections: Vec<bool>,
}

impl<'p> Output<'p> {
    fn new(facts: PageFacts, sink: Sink<'p>, page: &Page<'_>) -> Self {
        let (tables, fences, sections) = (page.table_count(), page.fence_count(), page.sections.len());
        Self { facts, sink, tables: vec![false; tables], fences: vec![false; fences], sections: vec![false; sections] }
    }

    fn line(&self, span: Span) -> u32 {
        self.sink.line(span.start)
    }

    fn consume_table(&mut self, table: Table<'_>) {
        self.tables[table.index as usize] = true;
    }

    fn consume_section(&mut self, section: usize) {
        self.sections[section] = true;
    }

    fn consume_fence(&mut self, fence: &Fence<'_>) {
        self.fences[fence.index as usize] = true;
    }
}

/// Reads one page.
#[must_use]
pub fn extract_page(input: PageInput<'_>, vocab: &Vocab) -> PageFacts {
    extract(input, vocab, None)
}

/// The same, with the names on a page that has both sides, and how they are translated.
#[must_use]
pub fn extract_page_with_pairs(input: PageInput<'_>, vocab: &Vocab) -> (PageFacts, Vec<Pair>) {
    let mut pairs = Vec::new();
    (extract(input, vocab, Some(&mut pairs)), pairs)
}

fn extract(input: PageInput<'_>, vocab: &Vocab, pairs: Option<&mut Vec<Pair>>) -> PageFacts {
    let PageInput { path, locale, raw, original, .. } = input;
    let text = match check_size_and_encoding(raw) {
        Ok(text) => text,
        Err((code, at, message)) => {
            let mut sink = Sink::new("");
            sink.report(code, Span::new(at, at), message);
            let mut facts = empty_facts(path, locale);
            facts.diagnostics = sink.finish();
            return facts;
        }
    };
    if let Some(version) = page_kind::unknown_version(path) {
        let mut sink = Sink::new(text);
        let message = format!("there is no API version {}, so the page is left out", quoted(version));
        sink.report(&codes::UNKNOWN_VERSION, Span::new(0, 0), message);
        return PageFacts { kind: PageKind::Concept, diagnostics: sink.finish(), ..empty_facts(path, locale) };
    }
    let mut sink = Sink::new(text);
    let page = Page::parse(text, locale, &mut sink);
    if let Some(pairs) = pairs {
        pairs.extend(pairs::of_page(&page, locale, vocab));
    }
    // The hash is that of the page itself.
    let mut of_proof = Sink::new(text);
    let source_proof = source_proof(&page, original, &mut of_proof);
    let mut includes = Includes::of(&input, &page, vocab.words("en"));
    if includes.is_composed() {
        let composition = std::mem::take(&mut includes.composition);
        let mut sink = Sink::composed(text, &composition);
        let page = Page::parse(composition.text(), locale, &mut sink);
        sink.add(of_proof);
        let mut facts = read_page(&page, &input, (source_proof, &mut includes), vocab, sink);
        facts.includes = includes::paths(&composition);
        facts
    } else {
        sink.add(of_proof);
        read_page(&page, &input, (source_proof, &mut includes), vocab, sink)
    }
}

/// Lets the rules read a page that has its includes.
fn read_page(
    page: &Page<'_>,
    input: &PageInput<'_>,
    (source_proof, includes): (SourceProof, &mut Includes),
    vocab: &Vocab,
    mut sink: Sink<'_>,
) -> PageFacts {
    includes.report(&mut sink);
    let locale = locale_of(page, input.locale);
    if page.dialect == Dialect::Localized && !vocab.knows(&locale) {
        let message = format!("{} has no vocabulary, so hardly anything of this page is read", quoted(&locale));
        sink.report(&codes::NO_VOCABULARY, Span::new(0, 0), message);
    }
    let context = Context::of(page, &locale, vocab, &includes.unread, &mut sink);
    let mut facts = PageFacts { source_proof, ..empty_facts(input.path, &locale) };
    if let Some(front) = &page.front_matter {
        facts.source_commit = Some(front.source_commit().to_owned()).filter(|commit| !commit.is_empty());
        facts.source_hash = source_hash(page, front, input.raw);
        facts.handed_back = iso_day(front.handed_back());
        facts.day = iso_day(front.day());
    }
    let mut out = Output::new(facts, sink, page);
    page_kind::extract_kind_and_title(&context, &mut out);
    if out.facts.kind == PageKind::Api {
        for rule in API_RULES {
            rule(&context, &mut out);
        }
    } else {
        clouds::extract_clouds(&context, &mut out);
        types::extract_types(&context, &mut out);
    }
    account(&context, &mut out);
    let accounting = &mut out.facts.accounting;
    accounting.tables = page.table_count();
    accounting.fences = page.fence_count();
    accounting.sections = page.sections.len() - 1;
    (accounting.includes, accounting.includes_consumed) = (includes.count, includes.consumed);
    out.facts.diagnostics = out.sink.finish();
    out.facts
}

/// The hash of the English page: a translation names it, and an English page has it.
fn source_hash(page: &Page<'_>, front: &FrontMatter<'_>, raw: &[u8]) -> Option<String> {
    let named = front.source_hash();
    match named.is_empty() {
        false => Some(named.to_owned()),
        true if page.dialect == Dialect::Source && page.unit_count() == 0 => {
            Some(proof::hash_of_source(std::str::from_utf8(raw).ok()?))
        }
        true => None,
    }
}

/// The source proof. If an original was looked for, also reports why the page is not proven.
fn source_proof(page: &Page<'_>, original: Original<'_>, sink: &mut Sink<'_>) -> SourceProof {
    let start = Span::new(0, 0);
    match (proof::prove(page, original), original) {
        (None, _) => return SourceProof::Absent,
        (Some(Verdict::Exact), _) => return SourceProof::Exact,
        (Some(Verdict::Differs(Difference { at, in_blanks: true })), _) => {
            sink.report(&codes::SOURCE_BLANKS_DIFFER, at, "the source text differs from the original in blanks here");
        }
        (Some(Verdict::Differs(Difference { at, in_blanks: false })), _) => {
            sink.report(&codes::SOURCE_DIFFERS, at, "the source text differs from the original from here on");
        }
        (Some(Verdict::Unproven), Original::NotGiven) => {}
        (Some(Verdict::Unproven), Original::Missing) => {
            sink.report(&codes::NO_ORIGINAL, start, "the originals have no page at this path");
        }
        (Some(Verdict::Unproven), Original::Text(_)) => {
            sink.report(
                &codes::ORIGINAL_OF_OTHER_REVISION,
                start,
                "the hash of the original is not the one that the page names",
            );
        }
    }
    SourceProof::Unproven
}

fn check_size_and_encoding(raw: &[u8]) -> Result<&str, (&'static crate::diag::Code, usize, String)> {
    if raw.len() > crate::markup::MAX_PAGE_BYTES {
        return Err((
            &codes::PAGE_TOO_LARGE,
            0,
            format!("the page has {} bytes; at most {} are read", raw.len(), crate::markup::MAX_PAGE_BYTES),
        ));
    }
    if raw.trim_ascii().is_empty() {
        return Err((&codes::EMPTY_PAGE, 0, "the page is empty".to_owned()));
    }
    match simdutf8::compat::from_utf8(raw) {
        Ok(text) if memchr::memchr(0, text.as_bytes()).is_some() => {
            Err((&codes::NOT_TEXT, 0, "the page contains a NUL byte".to_owned()))
        }
        Ok(text) => Ok(text),
        Err(error) => {
            Err((&codes::NOT_TEXT, error.valid_up_to(), format!("byte {} is not UTF-8", error.valid_up_to())))
        }
    }
}

fn empty_facts(path: &PagePath, locale: &str) -> PageFacts {
    PageFacts {
        path: path.clone(),
        locale: locale.to_owned(),
        witnesses: Vec::new(),
        api_version: path.folders().find_map(ApiVersion::from_segment).unwrap_or(ApiVersion::V1_0),
        kind: page_kind::kind_by_folder(path).unwrap_or(PageKind::Concept),
        source_commit: None,
        source_hash: None,
        source_proof: SourceProof::Absent,
        handed_back: None,
        day: None,
        last_documented: None,
        includes: Vec::new(),
        title: Title::default(),
        requests: Vec::new(),
        permissions: Permissions::default(),
        permission_variants: Vec::new(),
        clouds: None,
        roles: Vec::new(),
        deprecated: None,
        parameters: Vec::new(),
        headers: Vec::new(),
        query_options: QueryOptions::default(),
        request_body: RequestBody::Unstated,
        other_content: Vec::new(),
        success_statuses: Vec::new(),
        response: None,
        examples: Vec::new(),
        types: Vec::new(),
        methods: Vec::new(),
        diagnostics: Vec::new(),
        accounting: Accounting::default(),
    }
}

/// `MM/DD/YYYY` as `YYYY-MM-DD`; months and days may have one digit. Days that no month has are none.
fn iso_day(day: &str) -> Option<String> {
    let mut parts = day.trim().split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |text: &str, lens: std::ops::RangeInclusive<usize>| {
        let is_number = lens.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u16>().ok().filter(|_| is_number)
    };
    let (month, day, year) = (number(month, 1..=2)?, number(day, 1..=2)?, number(year, 4..=4)?);
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// Lists the parts of the page that no rule consumed.
fn account(context: &Context<'_>, out: &mut Output<'_>) {
    let page = context.page;
    for (index, section) in page.sections.iter().enumerate().skip(1) {
        let only_groups =
            section.blocks.is_empty() && page.sections.get(index + 1).is_some_and(|next| next.parent == Some(index));
        let consumed = only_groups || out.sections[index] || section.level == 1 || context.roles[index].role.is_some();
        out.sections[index] = consumed;
        if !consumed {
            out.sink.report(
                &codes::UNREAD_SECTION,
                section.span,
                format!("no rule covers the section {}", quoted(&section.slug)),
            );
        }
        for table in context.tables(section).filter(|table| !out.tables[table.index as usize]).collect::<Vec<_>>() {
            let header = table.header().map(View::source).collect::<Vec<_>>().join(" | ");
            out.sink.report(
                &codes::UNREAD_TABLE,
                table.span(),
                format!("no rule reads the table {} under {}", quoted(&header), quoted(&section.slug)),
            );
        }
        for fence in context.fences(section).filter(|fence| !out.fences[fence.index as usize]).collect::<Vec<_>>() {
            let first = fence.body.lines().next().unwrap_or_default();
            out.sink.report(
                &codes::UNREAD_FENCE,
                fence.span,
                format!(
                    "no rule reads the code block that starts with {} under {}",
                    quoted(first),
                    quoted(&section.slug)
                ),
            );
        }
    }
    let count = |consumed: &[bool]| consumed.iter().filter(|&&consumed| consumed).count();
    out.facts.accounting.tables_consumed = count(&out.tables);
    out.facts.accounting.fences_consumed = count(&out.fences);
    out.facts.accounting.sections_consumed = count(&out.sections[1..]);
}
