//! The intermediate representation, as plain data in the words of OData, HTTP and Graph.
//!
//! [`facts`] is what single pages say; [`api`] is the API that all pages together describe; [`figures`]
//! says how much of it could be resolved; [`documented`] is what pages show. No Rust names and no tokens here.

pub mod api;
pub mod documented;
pub mod facts;
pub mod figures;
pub mod prose;
pub mod sampled;
