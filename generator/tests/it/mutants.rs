//! Damaged pages of every dialect: no panic, no slow page, and the same facts twice.
//!
//! Mutants are numbered, and each depends only on the seed and its number, so a failure can be repeated alone.
//!
//! | variable | meaning |
//! |---|---|
//! | `GRAPHDOCS_MUTANTS` | how many mutants, instead of 20,000 |
//! | `GRAPHDOCS_MUTANTS_FROM` | the number of the first one |
//! | `GRAPHDOCS_MUTANTS_SEED` | another seed |
//! | `GRAPHDOCS_MUTANTS_PAGES` | also mutates so many real pages of each branch in `GRAPHDOCS_CORPUS` |

mod mutate;

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use graphdocs::conform::conform;
use graphdocs::extract::{IncludeTexts, PageInput, extract_documented, extract_page};
use graphdocs::facts_file;
use graphdocs::generate::generate;
use graphdocs::link::link;
use graphdocs::model::facts::PageFacts;
use graphdocs::model::prose::Prose;
use graphdocs::policy::Policy;
use graphdocs::source::PagePath;
use graphdocs::vocab::Vocab;

use self::mutate::{Random, mutate};
use crate::corpus::sample;
use crate::support::{self, cases, templates, vocab};

const MUTANTS: u64 = 20_000;
const SEED: u64 = 18;
/// A page that takes longer is read again, because the machine may have been busy.
const SLOW: Duration = Duration::from_secs(1);

/// A page before it is damaged.
pub(crate) struct Base {
    pub(crate) path: PagePath,
    pub(crate) locale: String,
    pub(crate) raw: Vec<u8>,
    /// Only those that the page includes.
    pub(crate) includes: IncludeTexts,
}

/// The fixtures of all dialects, and the pages of the repository.
fn bases() -> Vec<Base> {
    let mut bases: Vec<Base> = cases()
        .iter()
        .map(|case| {
            let locale = if case.path.stem().starts_with("today") { "en-US" } else { "zh-CN" };
            Base { path: case.path.clone(), locale: locale.to_owned(), raw: case.read(), includes: case.includes() }
        })
        .collect();
    for name in [
        "v1.0/api/intune-onboarding-devicemanagementexchangeconnector-sync.md",
        "beta/api/intune-enrollment-windowsautopilotsettings-sync.md",
    ] {
        let path = PagePath::new(&format!("api-reference/{name}"));
        let raw = std::fs::read(support::root().join("../docs-input/pages/zh-CN").join(path.as_str()));
        let (raw, locale) = (raw.expect("a page"), "zh-CN".to_owned());
        bases.push(Base { path, locale, raw, includes: IncludeTexts::new() });
    }
    bases
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|error| panic!("{name}={text}: {error}")))
}

struct Run {
    bases: Vec<Base>,
    vocab: Vocab,
    seed: u64,
    next: AtomicU64,
    end: u64,
    failures: Mutex<Vec<String>>,
}

/// What a thread saw.
#[derive(Default)]
struct Seen {
    bytes: usize,
    facts: usize,
    slowest: (Duration, u64),
}

#[test]
fn mutated_pages() {
    let mut bases = bases();
    if let Some(pages) = setting("GRAPHDOCS_MUTANTS_PAGES") {
        bases.extend(sample(usize::try_from(pages).expect("a number of pages")));
    }
    let from = setting("GRAPHDOCS_MUTANTS_FROM").unwrap_or_default();
    let end = from + setting("GRAPHDOCS_MUTANTS").unwrap_or(MUTANTS);
    let run = Run {
        bases,
        vocab: vocab(),
        seed: setting("GRAPHDOCS_MUTANTS_SEED").unwrap_or(SEED),
        next: AtomicU64::new(from),
        end,
        failures: Mutex::default(),
    };
    let before = memory("VmRSS");
    // From here on, the peak is that of the run.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let started = Instant::now();
    let seen: Vec<Seen> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(|| work(&run))).collect();
        threads.into_iter().map(|thread| thread.join().expect("failures are caught")).collect()
    });
    let (bytes, facts) = seen.iter().fold((0, 0), |(bytes, facts), seen| (bytes + seen.bytes, facts + seen.facts));
    let slowest = seen.iter().map(|seen| seen.slowest).max().unwrap_or_default();
    println!(
        "{} mutants of {} pages, {} MiB, {facts} facts, in {:.1} s; slowest {:?} (mutant {}); memory {before:?} KiB, at most {:?}",
        end - from,
        run.bases.len(),
        bytes >> 20,
        started.elapsed().as_secs_f32(),
        slowest.0,
        slowest.1,
        memory("VmHWM"),
    );
    // If nearly every mutant is refused, nothing is tested.
    assert!(facts as u64 > (end - from) / 2, "only {facts} facts");
    let failures = run.failures.into_inner().expect("failures are caught");
    assert!(failures.is_empty(), "{} mutants failed: {failures:#?}", failures.len());
}

/// Kibibytes, where the system tells.
fn memory(field: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

fn work(run: &Run) -> Seen {
    let mut seen = Seen::default();
    loop {
        let mutant = run.next.fetch_add(1, Ordering::Relaxed);
        if mutant >= run.end {
            return seen;
        }
        let base = damaged(run, mutant);
        seen.bytes += base.raw.len();
        let failure = match catch_unwind(AssertUnwindSafe(|| check(&base, run, mutant))) {
            Ok(Ok((facts, time))) => {
                seen.facts += facts;
                seen.slowest = seen.slowest.max((time, mutant));
                continue;
            }
            Ok(Err(failure)) => failure,
            Err(_) => "panics".to_owned(),
        };
        let failure = format!("mutant {mutant} of {}: {failure}", base.path);
        eprintln!("{failure}");
        run.failures.lock().expect("failures are caught").push(failure);
    }
}

/// The page with this number: some mutants damage the includes, the locale or the version instead of the text.
fn damaged(run: &Run, mutant: u64) -> Base {
    let mut random = Random::of(run.seed, mutant);
    let (base, other) = (&run.bases[random.below(run.bases.len())], &run.bases[random.below(run.bases.len())]);
    let mut new = Base {
        path: base.path.clone(),
        locale: base.locale.clone(),
        raw: base.raw.clone(),
        includes: base.includes.clone(),
    };
    if !new.includes.is_empty() && random.one_in(2) {
        let chosen = random.below(new.includes.len());
        let text = new.includes.values_mut().nth(chosen).expect("an include");
        mutate(text, &other.raw, &mut random);
    }
    if new.includes.is_empty() || random.one_in(2) {
        mutate(&mut new.raw, &other.raw, &mut random);
    }
    match random.below(32) {
        0 => new.locale.clone_from(&other.locale),
        1 => new.path = other.path.clone(),
        2 => new.includes.clone_from(&other.includes),
        _ => {}
    }
    new
}

fn check(page: &Base, run: &Run, mutant: u64) -> Result<(usize, Duration), String> {
    let read = || {
        let started = Instant::now();
        let input = PageInput { includes: &page.includes, ..PageInput::new(&page.path, &page.locale, &page.raw) };
        (extract_page(input, &run.vocab), started.elapsed())
    };
    let ((first, time), (second, again)) = (read(), read());
    if digest(&first) != digest(&second) {
        return Err("gives other facts the second time".to_owned());
    }
    let time = if time.min(again) > SLOW { time.min(again).min(read().1) } else { time.min(again) };
    if time > SLOW {
        return Err(format!("takes {time:?} ({} bytes)", page.raw.len()));
    }
    let count = first.requests.len() + first.types.len();
    // What comes after the facts takes longer, so that only some pages get there.
    if mutant.is_multiple_of(8) {
        let pages = std::slice::from_ref(&first);
        let read_back =
            |text: &String| facts_file::read(text).map_err(|error| format!("facts are unreadable: {error}"));
        let files = facts_file::write(pages);
        let back: Vec<PageFacts> =
            files.values().map(read_back).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
        if facts_file::write(&back) != files {
            return Err("facts are not what was written".to_owned());
        }
        let linked = link(pages, run.vocab.words("en"), &Policy::default());
        let examples = extract_documented(
            PageInput { includes: &page.includes, ..PageInput::new(&page.path, &page.locale, &page.raw) },
            &run.vocab,
        );
        let _ = conform(&linked.api, &examples);
    }
    if mutant.is_multiple_of(64) {
        generate(std::slice::from_ref(&first), &templates(), &run.vocab, &Policy::default(), &Prose::default(), &[])
            .map_err(|error| format!("no code: {error}"))?;
    }
    Ok((count, time))
}

/// A hash (FNV-1a) of all that facts show, without the text in memory.
fn digest(facts: &PageFacts) -> u64 {
    struct Digest(u64);
    impl Write for Digest {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            for byte in text.bytes() {
                self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
            Ok(())
        }
    }
    let mut digest = Digest(0xcbf2_9ce4_8422_2325);
    write!(digest, "{facts:?}").expect("nothing fails");
    digest.0
}
