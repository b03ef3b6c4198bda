//! The only integration test binary: fixtures, determinism, hostile input, the corpus.

mod compile;
mod conform;
mod corpus;
mod corpus_plain;
mod corpus_today;
mod corpus_types;
mod determinism;
mod facts_file;
mod fixtures;
mod fixups;
mod hostile;
mod mutants;
mod operation_kinds;
mod prose;
mod select;
mod semver;
mod small_changes;
mod support;
mod witnesses;
