//! The API that all pages together describe.
