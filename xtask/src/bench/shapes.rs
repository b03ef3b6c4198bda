//! Measures whether the time for hostile input grows with its size or faster.
//!
//! Each shape is built at two sizes. Each step of the generator may take six times as long for four times the size; the
//! rest is noise, allocation and caches.

mod grown;
mod listed;

use std::hint::black_box;
use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use graphdocs::conform::conform;
use graphdocs::extract::{IncludeTexts, PageInput, extract_documented, extract_page, extract_prose, needed_includes};
use graphdocs::facts_file;
use graphdocs::generate::plan_crate;
use graphdocs::markup::MAX_PAGE_BYTES;
use graphdocs::model::facts::PageFacts;
use graphdocs::model::prose::Prose;
use graphdocs::policy::Policy;
use graphdocs::source::PagePath;
use graphdocs::vocab::Vocab;

use crate::cli::BenchShapesOptions;
use crate::settings;

/// The larger input is this much larger…
const GROWTH: usize = 4;
/// …and may take this much longer.
const MOST: u32 = 6;
/// Shorter steps are too short to compare.
const FLOOR: Duration = Duration::from_millis(50);
/// What a listed page or file may take that is as long as a page may be. Sets of tens of thousands of pages are measured
/// at this size, too, but only their growth counts.
const LONGEST: Duration = Duration::from_secs(2);
/// A slow step is measured again, because others may have used the machine.
const TRIES: usize = 4;
/// No noise makes as much of a difference.
const CERTAIN: f64 = 20.0;
/// The last repetitions are left out, so that the largest input is not longer than a page may be.
const MARGIN: usize = 64 << 10;

/// A text that grows: these parts one after the other, of which some are repeated.
#[derive(Clone)]
pub(super) struct Shape {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) parts: Vec<Part>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A page about an operation.
    Api,
    /// The same without a source side.
    Localized,
    /// A page about a type.
    Resource,
    LocalizedResource,
    /// A page about an operation that includes the text between two such pages.
    Include,
    /// As many pages as there are repetitions, each with one of them.
    Pages,
    ResourcePages,
    /// A file with facts.
    Facts,
    /// The file that records where the facts come from.
    Lock,
}

#[derive(Clone)]
pub(super) enum Part {
    Once(String),
    /// Repeated to fill the size, with other such parts. `{n}` is the number of the repetition.
    Grown(String),
}

pub(super) fn once(text: &str) -> Part {
    Part::Once(text.to_owned())
}

pub(super) fn grown(text: &str) -> Part {
    Part::Grown(text.to_owned())
}

/// A shape of a certain size.
enum Material {
    Pages { pages: Vec<(PagePath, String)>, locale: &'static str, includes: IncludeTexts },
    Facts(String),
    Lock(String),
}

impl Kind {
    fn is_set(self) -> bool {
        matches!(self, Self::Pages | Self::ResourcePages)
    }
}

impl Shape {
    fn of_size(&self, size: usize) -> Material {
        let page = |path: &str| PagePath::new(&format!("api-reference/v1.0/{path}.md"));
        let material = |path: &str, locale| Material::Pages {
            pages: vec![(page(path), self.text(size))],
            locale,
            includes: IncludeTexts::new(),
        };
        match self.kind {
            Kind::Api => material("api/lamp-list", "en-US"),
            Kind::Localized => material("api/lamp-list", "zh-CN"),
            Kind::Resource => material("resources/lamp", "en-US"),
            Kind::LocalizedResource => material("resources/lamp", "zh-CN"),
            Kind::Include => {
                let include = PagePath::new("api-reference/v1.0/includes/a.md");
                let text = "# x\n\n## HTTP request\n\n[!INCLUDE [a](../includes/a.md)]\n\n```http\nGET /lamps\n```\n";
                Material::Pages {
                    pages: vec![(page("api/lamp-list"), text.to_owned())],
                    locale: "en-US",
                    includes: IncludeTexts::from([(include, self.text(size).into_bytes())]),
                }
            }
            Kind::Pages => self.pages(size, "api/lamp"),
            Kind::ResourcePages => self.pages(size, "resources/lamp"),
            Kind::Facts => Material::Facts(self.text(size)),
            Kind::Lock => Material::Lock(self.text(size)),
        }
    }

    fn text(&self, size: usize) -> String {
        let grown = self.parts.iter().filter(|part| matches!(part, Part::Grown(_))).count();
        let mut text = String::with_capacity(size + 4096);
        for part in &self.parts {
            match part {
                Part::Once(part) => text.push_str(part),
                Part::Grown(unit) => {
                    let end = text.len() + size / grown.max(1);
                    let mut number = 0;
                    while text.len() + unit.len() <= end {
                        push(&mut text, unit, number);
                        number += 1;
                    }
                }
            }
        }
        text
    }

    fn pages(&self, size: usize, path: &str) -> Material {
        let mut pages = Vec::new();
        let mut left = size;
        while left > 0 {
            let number = pages.len();
            let mut text = String::new();
            for part in &self.parts {
                let (Part::Once(part) | Part::Grown(part)) = part;
                push(&mut text, part, number);
            }
            left = left.saturating_sub(text.len());
            pages.push((PagePath::new(&format!("api-reference/v1.0/{path}{number}.md")), text));
        }
        Material::Pages { pages, locale: "en-US", includes: IncludeTexts::new() }
    }
}

fn push(text: &mut String, unit: &str, number: usize) {
    let mut pieces = unit.split("{n}");
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        text.push_str(&number.to_string());
        text.push_str(piece);
    }
}

const STEPS: [&str; 5] = ["read", "examples", "facts file", "link and plan", "conform"];

/// The time of each step.
type Times = [Duration; STEPS.len()];

/// Lets all steps work on an input. It may be refused, but that must not take long either.
fn measure(material: &Material, vocab: &Vocab) -> Times {
    let mut times = Times::default();
    match material {
        Material::Pages { pages, locale, includes } => {
            let input = |(path, raw): &'_ (PagePath, String)| -> Vec<PageFacts> {
                black_box(needed_includes(path, raw.as_bytes(), vocab));
                let input = PageInput { includes, ..PageInput::new(path, locale, raw.as_bytes()) };
                black_box(extract_prose(input));
                vec![extract_page(input, vocab)]
            };
            let (time, facts) = timed(|| pages.iter().flat_map(input).collect::<Vec<_>>());
            times[0] = time;
            let documented = |(path, raw): &(PagePath, String)| {
                extract_documented(PageInput::new(path, locale, raw.as_bytes()), vocab)
            };
            let (time, examples) = timed(|| pages.iter().flat_map(documented).collect::<Vec<_>>());
            times[1] = time;
            times[2] = timed(|| facts_file::write(&facts).values().for_each(|text| drop(facts_file::read(text)))).0;
            let policy = Policy::default();
            let (time, (linked, _)) = timed(|| plan_crate(&facts, vocab, &policy, &Prose::default(), &[]));
            times[3] = time;
            times[4] = timed(|| conform(&linked.api, &examples)).0;
        }
        Material::Facts(text) => times[2] = timed(|| facts_file::read(text).is_ok()).0,
        Material::Lock(text) => times[2] = timed(|| facts_file::read_lock(text).is_ok()).0,
    }
    times
}

fn timed<R>(work: impl FnOnce() -> R) -> (Duration, R) {
    let (start, start_of_cpu) = (Instant::now(), cpu_time());
    let done = black_box(work());
    let time = start.elapsed();
    // On a busy machine, the time of the processor is nearer to the truth, but it is only counted in ticks.
    let of_cpu = cpu_time().zip(start_of_cpu).map(|(end, start)| end.saturating_sub(start) + TICK);
    (of_cpu.map_or(time, |of_cpu| of_cpu.min(time)), done)
}

const TICK: Duration = Duration::from_millis(10);

/// The time that the processor has worked for this process, if the system tells.
///
/// Source: proc(5), fields 14 and 15 of `/proc/self/stat`, in ticks of 1/100 s.
fn cpu_time() -> Option<Duration> {
    let stat = fs_err::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks = fields.split_whitespace().skip(11).take(2).map(|field| field.parse::<u32>().ok());
    Some(TICK * ticks.sum::<Option<u32>>()?)
}

/// The best times of a shape at two sizes.
struct Measured {
    small: Times,
    large: Times,
}

impl Measured {
    /// Measures until every step is as fast as it has to be, and at most [`TRIES`] times.
    fn of(shape: &Shape, size: usize, vocab: &Vocab) -> Self {
        let (small, large) = (shape.of_size(size), shape.of_size(size * GROWTH));
        let mut best = Self { small: measure(&small, vocab), large: measure(&large, vocab) };
        for _ in 1..TRIES {
            if best.worst().is_none_or(|(_, ratio)| ratio > CERTAIN) {
                break;
            }
            best.small = least(best.small, measure(&small, vocab));
            best.large = least(best.large, measure(&large, vocab));
        }
        best
    }

    /// How much longer the larger input took in this step; none if it is too short to tell.
    fn ratio(&self, step: usize) -> Option<f64> {
        // What is below the floor is noise on both sides.
        let small = self.small[step].max(FLOOR / MOST);
        (self.large[step] > FLOOR).then(|| self.large[step].as_secs_f64() / small.as_secs_f64())
    }

    /// The step that grows fastest, if it grows too fast.
    fn worst(&self) -> Option<(usize, f64)> {
        let ratios = (0..STEPS.len()).filter_map(|step| Some((step, self.ratio(step)?)));
        ratios.max_by(|left, right| left.1.total_cmp(&right.1)).filter(|(_, ratio)| *ratio > f64::from(MOST))
    }
}

fn least(left: Times, right: Times) -> Times {
    std::array::from_fn(|step| left[step].min(right[step]))
}

fn total(times: &Times) -> Duration {
    times.iter().sum()
}

pub(crate) fn run(options: &BenchShapesOptions, out: &mut dyn Write) -> Result<()> {
    let largest = (MAX_PAGE_BYTES - MARGIN) >> 10;
    ensure!(
        options.kib > 0 && options.kib * GROWTH <= largest,
        "the larger input would be longer than a page may be; use `--kib {}` or less",
        largest / GROWTH
    );
    let vocab = settings::vocab()?;
    let size = options.kib << 10;
    let is_wanted = |shape: &Shape| options.only.as_ref().is_none_or(|only| shape.name.contains(only.as_str()));
    let mut slow = Vec::new();
    writeln!(out, "{:>9} {:>9} {:>6} {:>9}  shape", kib(size), kib(size * GROWTH), "ratio", "longest")?;
    let listed = listed::shapes();
    let grown = grown::shapes(options.seed, options.more);
    for (shape, is_listed) in listed.iter().map(|shape| (shape, true)).chain(grown.iter().map(|shape| (shape, false))) {
        if !is_wanted(shape) {
            continue;
        }
        let found = Measured::of(shape, size, &vocab);
        let (small, large) = (total(&found.small), total(&found.large));
        let mut line = format!("{} {}", millis(small), millis(large));
        let ratio = (0..STEPS.len()).filter_map(|step| found.ratio(step)).max_by(f64::total_cmp);
        line += &ratio.map_or_else(|| format!(" {:>6}", "-"), |ratio| format!(" {ratio:>6.1}"));
        let mut faults = Vec::new();
        if let Some((step, ratio)) = found.worst() {
            faults.push(format!("{} takes {ratio:.1} times as long", STEPS[step]));
        }
        // Only the listed shapes are measured at the full size of a page.
        if is_listed && !options.quick && large < LONGEST {
            let material = shape.of_size(MAX_PAGE_BYTES - MARGIN);
            let mut longest = measure(&material, &vocab);
            for _ in 1..TRIES {
                if total(&longest) < LONGEST || shape.kind.is_set() {
                    break;
                }
                longest = least(longest, measure(&material, &vocab));
            }
            line += &format!(" {}", millis(total(&longest)));
            if total(&longest) >= LONGEST && !shape.kind.is_set() {
                let step = (0..STEPS.len()).max_by_key(|step| longest[*step]).unwrap_or_default();
                faults.push(format!(
                    "{:.1} s for the longest page, most of it for {}",
                    total(&longest).as_secs_f64(),
                    STEPS[step]
                ));
            }
        } else {
            line += &format!(" {:>9}", "");
            if is_listed && large >= LONGEST {
                faults.push(format!("{:.1} s", large.as_secs_f64()));
            }
        }
        line += &format!("  {}", shape.name);
        if !faults.is_empty() {
            line += &format!("  SLOW: {}", faults.join("; "));
            slow.push(shape.name.clone());
        }
        writeln!(out, "{line}")?;
        out.flush().context("cannot write the figures")?;
    }
    if !slow.is_empty() {
        bail!(
            "{} shapes take too long: {}; make the step linear in the size of its input",
            slow.len(),
            slow.join(", ")
        );
    }
    Ok(())
}

fn kib(size: usize) -> String {
    format!("{} KiB", size >> 10)
}

fn millis(time: Duration) -> String {
    format!("{:>6.0} ms", time.as_secs_f64() * 1e3)
}
