//! A page with its includes gives facts, the same ones twice, which a file can hold.
//!
//! The first byte chooses kind, version and locale. A form feed on its own line separates the page from the files that it
//! includes, which are called `a.md`, `b.md` and so on.
#![no_main]

use std::sync::LazyLock;

use graphdocs::extract::{IncludeTexts, PageInput, extract_documented, extract_page};
use graphdocs::facts_file;
use graphdocs::link::link;
use graphdocs::policy::Policy;
use graphdocs::source::PagePath;
use graphdocs::vocab::Vocab;
use libfuzzer_sys::fuzz_target;

static VOCAB: LazyLock<Vocab> = LazyLock::new(|| {
    let files = [
        ("en.toml", include_str!("../../vocab/en.toml")),
        ("zh-CN.toml", include_str!("../../vocab/zh-CN.toml")),
        ("pt-BR.toml", include_str!("../../vocab/pt-BR.toml")),
        ("de-DE.toml", include_str!("../../vocab/de-DE.toml")),
    ];
    Vocab::parse(files).expect("the vocabulary of the repository")
});

const LOCALES: [&str; 4] = ["en-US", "zh-CN", "pt-BR", "de-DE"];
const PLACES: [&str; 4] = ["v1.0/api", "v1.0/resources", "beta/api", "beta/resources"];
const SEPARATOR: &[u8] = b"\n\x0c\n";

fuzz_target!(|data: &[u8]| {
    let Some((&choice, text)) = data.split_first() else { return };
    let place = PLACES[usize::from(choice % 4)];
    let locale = LOCALES[usize::from(choice / 4 % 4)];
    let path = PagePath::new(&format!("api-reference/{place}/lamp-get.md"));
    let mut parts = split(text).into_iter();
    let raw = parts.next().unwrap_or_default();
    let version = place.split('/').next().unwrap_or_default();
    let includes: IncludeTexts = (b'a'..=b'z')
        .zip(parts)
        .map(|(name, text)| {
            let path = format!("api-reference/{version}/includes/{}.md", char::from(name));
            (PagePath::new(&path), text.to_vec())
        })
        .collect();
    let input = || PageInput { includes: &includes, ..PageInput::new(&path, locale, raw) };
    let facts = extract_page(input(), &VOCAB);
    let files = facts_file::write(std::slice::from_ref(&facts));
    assert_eq!(files, facts_file::write(&[extract_page(input(), &VOCAB)]), "the same facts twice");
    for text in files.values() {
        facts_file::read(text).expect("facts that were written can be read");
    }
    let _ = extract_documented(input(), &VOCAB);
    let _ = link(&[facts], VOCAB.words("en"), &Policy::default());
});

fn split(text: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.windows(SEPARATOR.len()).position(|window| window == SEPARATOR) {
        parts.push(&rest[..=at]);
        rest = &rest[at + SEPARATOR.len()..];
    }
    parts.push(rest);
    parts
}
