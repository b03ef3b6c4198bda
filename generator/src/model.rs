//! The intermediate representation, as plain data in the words of OData, HTTP and Graph.
//!
//! [`facts`] are what single pages say, with their [`proof`]; [`api`] is the API that all pages together describe; [`figures`] count
//! how much of it could be resolved; [`documented`] are the examples of pages. There are no Rust names and no
//! tokens here.

pub mod api;
pub mod documented;
pub mod facts;
pub mod figures;
pub mod pairs;
pub mod proof;
pub mod prose;
pub mod sampled;
