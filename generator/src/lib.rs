//! Reads the localized Microsoft Graph reference docs and emits the `msgraph` client crate.
//!
//! The data flows one way, and each arrow is one module:
//!
//! ```text
//! page text → Page tree → Facts → Model → Names → Plan → tokens → text
//!             markup      extract  link    names   plan   emit     print
//! ```
//!
//! Everything here is a pure function: no files, no clock, no environment. `xtask` does all of that.

pub mod audit;
pub mod changes;
pub mod conform;
pub mod diag;
pub mod emit;
pub mod extract;
pub mod facts_file;
pub mod generate;
pub mod history;
pub mod link;
pub mod markup;
pub mod mine;
pub mod model;
pub mod names;
pub mod plan;
pub mod policy;
pub mod print;
pub mod report;
pub mod select;
pub mod source;
mod threads;
pub mod vocab;
pub mod witness;
