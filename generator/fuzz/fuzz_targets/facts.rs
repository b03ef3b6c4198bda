//! A facts file is refused or read, and what was read can be linked, written and read again.
#![no_main]

use std::sync::LazyLock;

use graphdocs::facts_file::{self, FactsFile};
use graphdocs::link::link;
use graphdocs::policy::Policy;
use graphdocs::vocab::Vocab;
use libfuzzer_sys::fuzz_target;

static VOCAB: LazyLock<Vocab> = LazyLock::new(|| {
    Vocab::parse([("en.toml", include_str!("../../vocab/en.toml"))]).expect("the vocabulary of the repository")
});

fuzz_target!(|text: &str| {
    if let Ok(file) = FactsFile::from_json(text) {
        let _ = file.pages();
    }
    let Ok(pages) = facts_file::read(text) else { return };
    let files = facts_file::write(&pages);
    for text in files.values() {
        facts_file::read(text).expect("facts that were written can be read");
    }
    let _ = link(&pages, VOCAB.words("en"), &Policy::default());
});
