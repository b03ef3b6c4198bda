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

pub mod diag;
pub mod extract;
pub mod generate;
pub mod markup;
pub mod model;
pub mod policy;
pub mod report;
pub mod source;
pub mod vocab;
