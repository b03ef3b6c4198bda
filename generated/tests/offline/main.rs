//! Tests the client without a network: a function in this process is the service.
#![cfg(feature = "transport")]

mod answers;
mod attempts;
mod examples;
mod exchange;
mod from_examples;
mod limits;
mod many;
mod service;
mod situations;
mod tokens;
